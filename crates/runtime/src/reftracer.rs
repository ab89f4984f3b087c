//! The reference tracer (`PyRefTracer_SetTracer`): hears of every object that is made or destroyed.
//!
//! Objects kept for reuse are not used while somebody listens, so that only fresh blocks and the common entry of all
//! destructors need to ask [`is_set`].

use crate::interpreter::Interpreter;
use crate::thread::Thread;
use crate::{mem, tracemalloc};
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};
use taipan_abi::PyObject;

/// `PyRefTracer`.
pub type RefTracer = unsafe extern "C" fn(*mut PyObject, c_int, *mut c_void) -> c_int;

/// `PyRefTracerEvent`.
const CREATE: c_int = 0;
const DESTROY: c_int = 1;

static SET: AtomicBool = AtomicBool::new(false);
static TRACER: Mutex<Option<RefTracer>> = Mutex::new(None);
static DATA: AtomicPtr<c_void> = AtomicPtr::new(core::ptr::null_mut());

/// Whether there is a tracer.
#[inline(always)]
pub fn is_set() -> bool {
    SET.load(Ordering::Relaxed)
}

/// The tracer and its data.
pub fn get() -> (Option<RefTracer>, *mut c_void) {
    (*TRACER.lock().unwrap_or_else(PoisonError::into_inner), DATA.load(Ordering::Relaxed))
}

/// Sets the tracer, or takes it away.
pub fn set(t: &Thread, tracer: Option<RefTracer>, data: *mut c_void) {
    *TRACER.lock().unwrap_or_else(PoisonError::into_inner) = tracer;
    DATA.store(data, Ordering::Relaxed);
    SET.store(tracer.is_some(), Ordering::Relaxed);
    update_freelists(t.interpreter());
}

/// Whether objects and blocks may be kept for reuse: not while somebody wants to know of every one, nor where what is
/// freed is to be overwritten.
pub fn allows_freelists() -> bool {
    !is_set() && !tracemalloc::is_tracing() && !mem::is_erasing()
}

/// Tells the threads of an interpreter whether they may keep objects for reuse. Needs the GIL.
pub fn update_freelists(interp: &Interpreter) {
    let used = allows_freelists();
    for thread in interp.thread_list() {
        // SAFETY: threads of the list are alive under the GIL, and their lists are used with it only.
        unsafe { (*thread).use_freelists(used) };
    }
}

/// Tells of a new object.
///
/// # Safety
/// The object has its type and its first reference; the GIL is held.
#[cold]
#[inline(never)]
pub unsafe fn created(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { tell(op, CREATE) }
}

/// Tells of an object that is about to be destroyed.
///
/// # Safety
/// The object is whole but has no reference left; the GIL is held.
#[cold]
#[inline(never)]
pub unsafe fn destroyed(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { tell(op, DESTROY) }
}

unsafe fn tell(op: *mut PyObject, event: c_int) {
    let (tracer, data) = get();
    if let Some(tracer) = tracer {
        // SAFETY: called as CPython does, with the GIL held.
        unsafe { tracer(op, event, data) };
    }
}
