//! Tcl's interpreters, values and events as Rust values: what is unsafe about the C library stays in this folder.
//!
//! An interpreter works in the thread that has made it: its calls are methods of [`Here`], which is had in that thread
//! alone. Those that may run scripts or wait give the GIL up meanwhile; callbacks on their way take it.
#![allow(unsafe_code, reason = "Tcl is a C library: its handles are pointers, its callbacks C functions")]

pub mod events;
pub mod interp;
pub mod library;
pub mod obj;

use taipan_object::Thread;
use taipan_object::gilstate::with_gil;

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
