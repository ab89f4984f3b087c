//! OpenSSL's handles as values: what is unsafe about the C library stays in this folder.
//!
//! A [`context::Context`] is a set of settings, a [`connection::Connection`] one end of a conversation. Calls that
//! compute or wait for each other run without the GIL; none of them waits for the network, since the sockets' side
//! ([`stream`]) never blocks: who has to wait does so outside. A connection is used by one thread at a time
//! ([`lock`]), and contexts change while no step of a connection runs ([`gate`]). OpenSSL keeps its errors in a queue of the system's thread, so that they are collected
//! ([`failure::Failure`]) before the GIL is asked for again.
#![allow(unsafe_code, reason = "OpenSSL is a C library: its handles are pointers, its callbacks C functions")]

pub mod callbacks;
pub mod certificate;
pub mod connection;
pub mod context;
pub mod failure;
pub mod gate;
pub mod library;
pub mod lock;
pub mod password;
pub mod session;
pub mod stream;

use core::ffi::{CStr, c_char, c_int};
use taipan_object::{Thread, errors};
use taipan_runtime::thread;

unsafe extern "C" {
    // The C API's own, in the executable: a thread of somebody else may use a connection.
    fn PyGILState_Ensure() -> c_int;
    fn PyGILState_Release(state: c_int);
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

/// A copy of a C string; nothing for null.
///
/// # Safety
/// `text` is null or a C string.
unsafe fn copied(text: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise.
    if text.is_null() { None } else { Some(unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()) }
}

/// A copy of a C string in ASCII.
///
/// # Safety
/// As for [`copied`].
unsafe fn copied_text(text: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { copied(text) }.map(|text| String::from_utf8_lossy(&text).into_owned())
}
