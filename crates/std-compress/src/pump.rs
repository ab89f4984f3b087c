//! Runs a compressor or decompressor over its input while the output grows, and keeps its state for one thread at a
//! time: the work is done without the GIL.
#![allow(unsafe_code, reason = "the libraries write into memory that is not initialised yet")]

use std::collections::TryReserveError;
use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};
use taipan_object::Thread;

/// How much room is made at first.
const FIRST: usize = 32 * 1024;

/// Whether a stream goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It is at its end.
    Done,
    /// It has done what it could with this input and this room.
    Idle,
}

/// What one call of a library did.
pub struct Step {
    /// Input used.
    pub used: usize,
    /// Output written.
    pub written: usize,
    pub flow: Flow,
}

/// A stream of a library.
///
/// # Safety
/// `step` has initialised the first `written` bytes of the room.
pub unsafe trait Codec {
    type Error;

    /// Calls the library once.
    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, Self::Error>;
}

/// Why a run ended early.
pub enum Stopped<E> {
    NoMemory,
    Failed(E),
}

impl<E> From<TryReserveError> for Stopped<E> {
    fn from(_: TryReserveError) -> Self {
        Self::NoMemory
    }
}

/// What a run did.
pub struct Run {
    /// How much input was used.
    pub consumed: usize,
    /// Whether the stream is at its end.
    pub done: bool,
}

/// Runs a stream over the input until it has nothing more to say or `limit` bytes are out.
pub fn run<C: Codec>(codec: &mut C, input: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<Run, Stopped<C::Error>> {
    let mut consumed = 0;
    loop {
        let room = (limit - out.len()).min(FIRST.max(out.len()));
        out.try_reserve(room)?;
        let spare = out.spare_capacity_mut();
        let offered = room.min(spare.len());
        let rest = input.get(consumed..).unwrap_or(&[]);
        let step = codec.step(rest, spare.get_mut(..offered).unwrap_or(&mut [])).map_err(Stopped::Failed)?;
        // SAFETY: the codec's promise; it was offered no more than the spare room.
        unsafe { out.set_len(out.len() + step.written.min(offered)) };
        consumed += step.used;
        let full = step.written == offered;
        match step.flow {
            Flow::Done => return Ok(Run { consumed, done: true }),
            _ if full && out.len() >= limit => {}
            Flow::Idle if full => continue,
            // Some libraries stop before the end of the input, but never without having done anything.
            Flow::Idle if consumed < input.len() && step.used + step.written > 0 => continue,
            Flow::Idle => {}
        }
        return Ok(Run { consumed, done: false });
    }
}

/// Input that waits for room in the output.
#[derive(Default)]
pub struct Pending {
    bytes: Vec<u8>,
    /// Where what is left of it starts.
    start: usize,
}

/// What became of some input.
pub struct Fed {
    /// The input after the end of the stream, if it is at its end.
    pub unused: Option<Vec<u8>>,
    /// Whether input waits.
    pub waits: bool,
}

impl Pending {
    /// Runs a stream over what waits and then `data`; what is not used waits, unless the stream ends or fails.
    pub fn run<C: Codec>(
        &mut self,
        codec: &mut C,
        data: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<Fed, Stopped<C::Error>> {
        let mut waiting = core::mem::take(self);
        if waiting.bytes.is_empty() {
            let run = run(codec, data, limit, out)?;
            let rest = data.get(run.consumed..).unwrap_or(&[]);
            return self.keep(run.done, rest.to_vec(), 0);
        }
        // What is used goes when it is most of what there is, so that bytes are not moved again and again.
        if waiting.start > waiting.bytes.len() / 2 {
            waiting.bytes.drain(..waiting.start);
            waiting.start = 0;
        }
        if let Err(e) = waiting.bytes.try_reserve(data.len()) {
            *self = waiting;
            return Err(e.into());
        }
        waiting.bytes.extend_from_slice(data);
        let run = run(codec, waiting.bytes.get(waiting.start..).unwrap_or(&[]), limit, out)?;
        self.keep(run.done, waiting.bytes, waiting.start + run.consumed)
    }

    fn keep<E>(&mut self, done: bool, mut bytes: Vec<u8>, start: usize) -> Result<Fed, Stopped<E>> {
        if done {
            bytes.drain(..start);
            return Ok(Fed { unused: Some(bytes), waits: false });
        }
        let waits = start < bytes.len();
        if waits {
            *self = Self { bytes, start };
        }
        Ok(Fed { unused: None, waits })
    }
}

/// State that one thread at a time works on.
pub struct Shared<T>(Mutex<T>);

impl<T: Send> Shared<T> {
    pub fn new(state: T) -> Self {
        Self(Mutex::new(state))
    }

    /// Works on the state without the GIL.
    pub fn work<R: Send>(&self, t: &Thread, work: impl FnOnce(&mut T) -> R + Send) -> R {
        t.allow_threads(|| work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
