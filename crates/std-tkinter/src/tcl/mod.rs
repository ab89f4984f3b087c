//! Tcl's interpreters, values and events as Rust values: what is unsafe about the C library stays in this folder.
//!
//! An interpreter works in the thread that has made it: its calls are methods of [`Here`], which is had in that thread
//! alone. Those that may run scripts or wait give the GIL up meanwhile; callbacks on their way take it.
#![allow(unsafe_code, reason = "Tcl is a C library: its handles are pointers, its callbacks C functions")]

pub mod events;
pub mod interp;
pub mod library;
pub mod obj;

use core::ffi::c_int;
use taipan_object::{Thread, errors};
use taipan_runtime::thread;

unsafe extern "C" {
    // The C API's own, in the executable: for threads that have given the GIL up.
    fn PyGILState_Ensure() -> c_int;
    fn PyGILState_Release(state: c_int);
}

/// Carries what belongs to a thread into a closure that runs in the same thread.
struct Same<T>(T);

// SAFETY: see `without_gil`, the only user.
unsafe impl<T> Send for Same<T> {}

impl<T> Same<T> {
    fn get(self) -> T {
        self.0
    }
}

/// Calls the library without the GIL. The work may touch what is Tcl's, but no Python object.
fn without_gil<R>(t: &Thread, work: impl FnOnce() -> R) -> R {
    obj::drop_left();
    let work = Same(work);
    t.allow_threads(move || Same(work.get()())).get()
}

/// Runs the work of a callback with the GIL; an exception in flight is put aside meanwhile.
fn with_gil<R>(work: impl FnOnce(&Thread) -> R) -> R {
    let work = |t: &Thread| {
        let pending = errors::save(t);
        let result = work(t);
        errors::restore(t, pending);
        result
    };
    // SAFETY: the attached state of this thread; or between ensuring and releasing, when this thread is attached.
    unsafe {
        if let Some(t) = thread::current_ptr().as_ref() {
            return work(t);
        }
        let state = PyGILState_Ensure();
        let result = work(thread::current());
        PyGILState_Release(state);
        result
    }
}
