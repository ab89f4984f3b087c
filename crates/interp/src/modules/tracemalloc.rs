//! `_tracemalloc`: where memory blocks were allocated.

use crate::frame;
use taipan_object::{
    Object, Own, Owned, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, err, native_module, singletons,
};
use taipan_runtime::reftracer::update_freelists;
use taipan_runtime::thread;
use taipan_runtime::tracemalloc::{self as tracer, DEFAULT_DOMAIN, Frame, MAX_FRAMES, Traceback};

/// The frames of the calling thread.
fn capture(limit: usize) -> Traceback {
    let mut frames = Vec::new();
    let mut total = 0;
    // SAFETY: called with the GIL, by a thread whose chain of frames is live.
    unsafe {
        let mut at = frame::current(thread::current());
        while !at.is_null() {
            if frames.len() < limit {
                let filename = (*frame::code_of(at).raw()).co_filename;
                let line = frame::line_of(at).and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
                frames.push(Frame { filename, line });
            }
            total += 1;
            at = frame::back_of(at);
        }
    }
    if frames.is_empty() {
        frames.push(Frame { filename: core::ptr::null_mut(), line: 0 });
        total = 1;
    }
    Traceback { frames, total: total.min(MAX_FRAMES) }
}

/// The frames as a tuple of names and lines.
fn frames_tuple(t: &Thread, traceback: &Traceback) -> PyResult<Owned<PyTuple>> {
    let mut items = Vec::with_capacity(traceback.frames.len());
    for frame in &traceback.frames {
        // SAFETY: the tracer holds the name.
        let filename = match unsafe { Object::from_ptr_opt(frame.filename) } {
            Some(name) => name.own(),
            None => PyStr::from_str(t, "<unknown>")?.into_object(),
        };
        let pair = vec![filename, PyInt::from_u64(t, u64::from(frame.line))?.into_object()];
        items.push(PyTuple::from_vec(t, pair)?.into_object());
    }
    PyTuple::from_vec(t, items)
}

/// Where a block was allocated, or `None`.
pub fn traceback_of(t: &Thread, domain: u32, block: usize) -> PyResult {
    match tracer::find(domain, block) {
        Some(trace) => frames_tuple(t, &trace.traceback).map(Owned::into_object),
        None => singletons::ok_none(),
    }
}

/// Starts tracing. Objects that were kept for reuse would keep the place where they were first allocated.
pub fn start(t: &Thread, frames: usize) {
    tracer::start(frames, capture);
    update_freelists(t.interpreter());
}

/// Debug module to trace memory blocks allocated by Python.
#[native_module(name = "_tracemalloc")]
pub mod tracemalloc {
    use super::*;

    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[function]
    fn is_tracing(_t: &Thread) -> bool {
        tracer::is_tracing()
    }

    /// Clear traces of memory blocks allocated by Python.
    #[function]
    fn clear_traces(_t: &Thread) {
        if tracer::is_tracing() {
            tracer::clear();
        }
    }

    /// Get traces of all memory blocks allocated by Python.
    ///
    /// Return a list of (size: int, traceback: tuple) tuples.
    /// traceback is a tuple of (filename: str, lineno: int) tuples.
    ///
    /// Return an empty list if the tracemalloc module is disabled.
    #[function]
    fn _get_traces(t: &Thread) -> PyResult<Owned<PyList>> {
        tracer::paused(|| {
            let traces = tracer::traces();
            // Tracebacks that are the same are the same tuple.
            let mut made: std::collections::HashMap<*const Traceback, Owned<PyTuple>> = Default::default();
            let mut out = Vec::with_capacity(traces.len());
            for (domain, trace) in &traces {
                let key = std::sync::Arc::as_ptr(&trace.traceback);
                let frames = match made.get(&key) {
                    Some(frames) => frames.clone(),
                    None => {
                        let frames = frames_tuple(t, &trace.traceback)?;
                        made.insert(key, frames.clone());
                        frames
                    }
                };
                let items = vec![
                    PyInt::from_u64(t, u64::from(*domain))?.into_object(),
                    PyInt::from_u64(t, trace.size as u64)?.into_object(),
                    frames.into_object(),
                    PyInt::from_u64(t, trace.traceback.total as u64)?.into_object(),
                ];
                out.push(PyTuple::from_vec(t, items)?.into_object());
            }
            PyList::from_vec(t, out)
        })
    }

    /// Get the traceback where the Python object obj was allocated.
    ///
    /// Return a tuple of (filename: str, lineno: int) tuples.
    /// Return None if the tracemalloc module is disabled or did not
    /// trace the allocation of the object.
    #[function(sig = "(obj, /)")]
    fn _get_object_traceback(t: &Thread, obj: &Object) -> PyResult {
        let before = taipan_object::typeobject::presize(obj.class().flags());
        traceback_of(t, DEFAULT_DOMAIN, obj.as_ptr() as usize - before)
    }

    /// Start tracing Python memory allocations.
    ///
    /// Also set the maximum number of frames stored in the traceback of a
    /// trace to nframe.
    #[function(sig = "(nframe=1, /)")]
    fn start(t: &Thread, nframe: i32) -> PyResult<()> {
        match usize::try_from(nframe) {
            Ok(frames) if (1..=MAX_FRAMES).contains(&frames) => {
                if !tracer::is_tracing() {
                    super::start(t, frames);
                }
                Ok(())
            }
            _ => Err(err!(t, ValueError, "the number of frames must be in range [1; {MAX_FRAMES}]")),
        }
    }

    /// Stop tracing Python memory allocations.
    ///
    /// Also clear traces of memory blocks allocated by Python.
    #[function]
    fn stop(t: &Thread) {
        if !tracer::is_tracing() {
            return;
        }
        tracer::stop();
        update_freelists(t.interpreter());
    }

    /// Get the maximum number of frames stored in the traceback of a trace.
    ///
    /// By default, a trace of an allocated memory block only stores
    /// the most recent frame: the limit is 1.
    #[function]
    fn get_traceback_limit(_t: &Thread) -> usize {
        tracer::limit()
    }

    /// Get the memory usage in bytes of the tracemalloc module.
    ///
    /// This memory is used internally to trace memory allocations.
    #[function]
    fn get_tracemalloc_memory(_t: &Thread) -> usize {
        tracer::own_size()
    }

    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    ///
    /// Returns a tuple: (current: int, peak: int).
    #[function]
    fn get_traced_memory(_t: &Thread) -> (usize, usize) {
        tracer::traced()
    }

    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    ///
    /// Do nothing if the tracemalloc module is not tracing memory allocations.
    #[function]
    fn reset_peak(_t: &Thread) {
        tracer::reset_peak();
    }
}
