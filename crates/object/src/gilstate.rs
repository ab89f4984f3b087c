//! Callbacks of libraries in C.

use crate::{Thread, errors};
use core::ffi::c_int;
use taipan_runtime::thread;

unsafe extern "C" {
    // The C API's own, in the executable: a library may call from a thread that has never run Python code.
    fn PyGILState_Ensure() -> c_int;
    fn PyGILState_Release(state: c_int);
}

/// Runs the work of a callback with the GIL, which the thread may have, have given up, or never have had; an exception in
/// flight is put aside meanwhile.
pub fn with_gil<R>(work: impl FnOnce(&Thread) -> R) -> R {
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
