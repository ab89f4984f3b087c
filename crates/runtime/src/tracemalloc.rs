//! Traces of memory blocks (`tracemalloc`): where each living block was allocated.
//!
//! The allocator asks [`is_tracing`] and calls in here only then. What the tracer keeps for itself comes from the
//! process's allocator, so that it is not traced. File names are counted references of the tracer.

use crate::{mem, refcount, thread};
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use taipan_abi::PyObject;

/// Most frames that a traceback may keep.
pub const MAX_FRAMES: usize = 65_535;
/// The domain of the interpreter's own blocks.
pub const DEFAULT_DOMAIN: u32 = 0;

static TRACING: AtomicBool = AtomicBool::new(false);
static LIMIT: AtomicUsize = AtomicUsize::new(1);

thread_local! {
    /// While set, what this thread allocates is not traced.
    static PAUSED: Cell<bool> = const { Cell::new(false) };
}

/// A frame: file name (null: unknown) and line.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    pub filename: *mut PyObject,
    pub line: u32,
}

// SAFETY: the name is only looked at by threads that hold the GIL.
unsafe impl Send for Frame {}
// SAFETY: as above.
unsafe impl Sync for Frame {}

/// The frames that led to an allocation, the innermost first.
#[derive(PartialEq, Eq, Hash)]
pub struct Traceback {
    pub frames: Vec<Frame>,
    /// How many there were, with those beyond the limit.
    pub total: usize,
}

/// What is known of a block.
#[derive(Clone)]
pub struct Trace {
    pub size: usize,
    pub traceback: Arc<Traceback>,
}

/// Finds the frames of the calling thread.
pub type Capture = fn(limit: usize) -> Traceback;

#[derive(Default)]
struct State {
    traces: HashMap<(u32, usize), Trace>,
    tracebacks: HashMap<Arc<Traceback>, ()>,
    traced: usize,
    peak: usize,
    capture: Option<Capture>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<State>> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether allocations are traced.
#[inline(always)]
pub fn is_tracing() -> bool {
    TRACING.load(Ordering::Relaxed)
}

/// How many frames a traceback keeps.
pub fn limit() -> usize {
    LIMIT.load(Ordering::Relaxed)
}

/// Starts tracing; the first caller's way to find frames counts.
pub fn start(frames: usize, capture: Capture) {
    LIMIT.store(frames, Ordering::Relaxed);
    let mut state = lock();
    state.get_or_insert_with(State::default).capture = Some(capture);
    drop(state);
    TRACING.store(true, Ordering::Relaxed);
    mem::watch(mem::TRACED, true);
}

/// Stops tracing and forgets everything. The caller holds the GIL.
pub fn stop() {
    TRACING.store(false, Ordering::Relaxed);
    mem::watch(mem::TRACED, false);
    let old = lock().take();
    forget(old);
}

/// Forgets the blocks traced so far. The caller holds the GIL.
pub fn clear() {
    let mut state = lock();
    let Some(current) = state.as_mut() else { return };
    let fresh = State { capture: current.capture, ..State::default() };
    let old = core::mem::replace(current, fresh);
    drop(state);
    forget(Some(old));
}

/// Gives up the references to names.
fn forget(old: Option<State>) {
    let Some(old) = old else { return };
    for traceback in old.tracebacks.keys() {
        for frame in &traceback.frames {
            // SAFETY: `intern` took the reference; the GIL is held.
            unsafe { refcount::xdecref(frame.filename) };
        }
    }
}

/// A new block.
#[cold]
pub fn track(domain: u32, block: usize, size: usize) {
    if PAUSED.with(Cell::get) || !is_tracing() {
        return;
    }
    let capture = lock().as_ref().and_then(|state| state.capture);
    let unknown = || Traceback { frames: vec![Frame { filename: core::ptr::null_mut(), line: 0 }], total: 1 };
    // Frames can be looked at with the GIL only.
    let traceback = match capture {
        Some(capture) if !thread::current_ptr().is_null() => capture(limit()),
        _ => unknown(),
    };
    let mut state = lock();
    // Another thread may have stopped meanwhile.
    let Some(state) = state.as_mut().filter(|_| is_tracing()) else { return };
    let traceback = state.intern(traceback);
    let old = state.traces.insert((domain, block), Trace { size, traceback });
    state.traced = state.traced + size - old.map_or(0, |old| old.size);
    state.peak = state.peak.max(state.traced);
}

/// A block is gone.
#[cold]
pub fn untrack(domain: u32, block: usize) {
    if let Some(state) = lock().as_mut()
        && let Some(old) = state.traces.remove(&(domain, block))
    {
        state.traced -= old.size;
    }
}

impl State {
    fn intern(&mut self, traceback: Traceback) -> Arc<Traceback> {
        match self.tracebacks.entry(Arc::new(traceback)) {
            Entry::Occupied(found) => found.key().clone(),
            Entry::Vacant(vacant) => {
                for frame in &vacant.key().frames {
                    if !frame.filename.is_null() {
                        // SAFETY: a live string, under its GIL. Where there are several, others will drop it.
                        unsafe {
                            if crate::interpreter::run_at_once() {
                                refcount::set_immortal(frame.filename);
                            }
                            refcount::incref(frame.filename);
                        }
                    }
                }
                let made = vacant.key().clone();
                vacant.insert(());
                made
            }
        }
    }
}

/// Makes the names immortal, so that all interpreters may have them.
pub(crate) fn keep_names() {
    let state = lock();
    for frame in state.iter().flat_map(|state| state.tracebacks.keys()).flat_map(|traceback| &traceback.frames) {
        if !frame.filename.is_null() {
            // SAFETY: the tracer holds the string; nobody runs at the same time yet.
            unsafe { refcount::set_immortal(frame.filename) };
        }
    }
}

/// What is known of a block.
pub fn find(domain: u32, block: usize) -> Option<Trace> {
    lock().as_ref()?.traces.get(&(domain, block)).cloned()
}

/// All traces with their domains.
pub fn traces() -> Vec<(u32, Trace)> {
    let state = lock();
    state
        .as_ref()
        .map_or_else(Vec::new, |s| s.traces.iter().map(|((domain, _), trace)| (*domain, trace.clone())).collect())
}

/// Bytes of the traced blocks, now and at most.
pub fn traced() -> (usize, usize) {
    lock().as_ref().map_or((0, 0), |state| (state.traced, state.peak))
}

/// The most is what there is now.
pub fn reset_peak() {
    if let Some(state) = lock().as_mut() {
        state.peak = state.traced;
    }
}

/// Bytes that the tracer takes itself.
pub fn own_size() -> usize {
    let state = lock();
    let Some(state) = state.as_ref() else { return 0 };
    let frames: usize = state.tracebacks.keys().map(|t| t.frames.capacity() * size_of::<Frame>()).sum();
    state.traces.capacity() * size_of::<((u32, usize), Trace)>()
        + state.tracebacks.capacity() * size_of::<(Arc<Traceback>, usize)>()
        + state.tracebacks.len() * size_of::<Traceback>()
        + frames
}

/// Runs `work`, whose allocations are not traced.
pub fn paused<R>(work: impl FnOnce() -> R) -> R {
    let old = PAUSED.with(|paused| paused.replace(true));
    let result = work();
    PAUSED.with(|paused| paused.set(old));
    result
}

/// In the child of a fork: another thread may have held the lock.
///
/// # Safety
/// This is the only thread of a process that was just forked.
pub unsafe fn after_fork() {
    if STATE.try_lock().is_err() {
        // SAFETY: nobody else can use the lock; what it protected is given up as it may be half written.
        unsafe { core::ptr::write((&raw const STATE).cast_mut(), Mutex::new(None)) };
        TRACING.store(false, Ordering::Relaxed);
        mem::watch(mem::TRACED, false);
    }
}
