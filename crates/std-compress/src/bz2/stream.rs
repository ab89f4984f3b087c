//! The streams of libbz2 as owned values. The state inside a stream points back at it, so streams live in boxes.
#![allow(unsafe_code, reason = "libbz2's interface is that of the C library: pointers to streams and buffers")]

use crate::pump::{Codec, Flow, Step};
use core::ffi::c_int;
use core::ptr::null_mut;
use libbz2_rs_sys as bz;
use std::mem::MaybeUninit;

fn blank() -> Box<bz::bz_stream> {
    Box::new(bz::bz_stream {
        next_in: core::ptr::null(),
        avail_in: 0,
        total_in_lo32: 0,
        total_in_hi32: 0,
        next_out: null_mut(),
        avail_out: 0,
        total_out_lo32: 0,
        total_out_hi32: 0,
        state: null_mut(),
        bzalloc: None,
        bzfree: None,
        opaque: null_mut(),
    })
}

/// Calls the library with input and room.
fn call(
    stream: &mut bz::bz_stream,
    input: &[u8],
    room: &mut [MaybeUninit<u8>],
    call: impl FnOnce(&mut bz::bz_stream) -> c_int,
) -> (c_int, Step) {
    let given = input.len().min(u32::MAX as usize);
    let offered = room.len().min(u32::MAX as usize);
    stream.next_in = input.as_ptr().cast();
    stream.avail_in = given as u32;
    stream.next_out = room.as_mut_ptr().cast();
    stream.avail_out = offered as u32;
    let code = call(stream);
    let step = Step {
        used: given - stream.avail_in as usize,
        written: offered - stream.avail_out as usize,
        flow: if code == bz::BZ_STREAM_END { Flow::Done } else { Flow::Idle },
    };
    stream.next_in = core::ptr::null();
    stream.avail_in = 0;
    stream.next_out = null_mut();
    stream.avail_out = 0;
    (code, step)
}

/// A compressor.
pub struct Compressor {
    stream: Box<bz::bz_stream>,
    /// Whether the input is the last.
    pub finish: bool,
}

// SAFETY: the stream owns its state, which no other thread sees.
unsafe impl Send for Compressor {}

impl Compressor {
    /// `BZ2_bzCompressInit`.
    pub fn new(level: c_int) -> Result<Self, c_int> {
        let mut stream = blank();
        // SAFETY: a fresh stream.
        match unsafe { bz::BZ2_bzCompressInit(&mut *stream, level, 0, 0) } {
            bz::BZ_OK => Ok(Self { stream, finish: false }),
            code => Err(code),
        }
    }
}

// SAFETY: what the library wrote is what it took off `avail_out`.
unsafe impl Codec for Compressor {
    type Error = c_int;

    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, c_int> {
        if input.is_empty() && !self.finish {
            // The library takes a call that cannot do anything for a mistake.
            return Ok(Step { used: 0, written: 0, flow: Flow::Done });
        }
        let last = self.finish && input.len() <= u32::MAX as usize;
        let action = if last { bz::BZ_FINISH } else { bz::BZ_RUN };
        // SAFETY: an initialised stream with valid buffers.
        let (code, step) = call(&mut self.stream, input, room, |s| unsafe { bz::BZ2_bzCompress(s, action) });
        match code {
            bz::BZ_RUN_OK | bz::BZ_FINISH_OK | bz::BZ_STREAM_END => Ok(step),
            code => Err(code),
        }
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe { bz::BZ2_bzCompressEnd(&mut *self.stream) };
    }
}

/// A decompressor.
pub struct Decompressor(Box<bz::bz_stream>);

// SAFETY: the stream owns its state, which no other thread sees.
unsafe impl Send for Decompressor {}

impl Decompressor {
    /// `BZ2_bzDecompressInit`.
    pub fn new() -> Result<Self, c_int> {
        let mut stream = blank();
        // SAFETY: a fresh stream.
        match unsafe { bz::BZ2_bzDecompressInit(&mut *stream, 0, 0) } {
            bz::BZ_OK => Ok(Self(stream)),
            code => Err(code),
        }
    }
}

// SAFETY: what the library wrote is what it took off `avail_out`.
unsafe impl Codec for Decompressor {
    type Error = c_int;

    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, c_int> {
        // SAFETY: an initialised stream with valid buffers.
        let (code, step) = call(&mut self.0, input, room, |s| unsafe { bz::BZ2_bzDecompress(s) });
        match code {
            bz::BZ_OK | bz::BZ_STREAM_END => Ok(step),
            code => Err(code),
        }
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe { bz::BZ2_bzDecompressEnd(&mut *self.0) };
    }
}
