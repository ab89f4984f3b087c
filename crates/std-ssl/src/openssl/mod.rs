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

use core::ffi::{CStr, c_char};
use taipan_object::gilstate::with_gil;

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
