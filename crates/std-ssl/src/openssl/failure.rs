//! What OpenSSL says when a call fails.

use super::copied;
use core::ffi::{c_int, c_ulong};
use std::cell::Cell;
use taipan_openssl as ffi;
use taipan_openssl::reasons::{LIBRARIES, REASONS};

/// An entry of the queue of errors; zero for none.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Code(c_ulong);

/// Marks codes that are numbers of the system.
const SYSTEM: c_ulong = 1 << 31;

impl Code {
    /// Whether nothing was said.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The part of the library that speaks.
    pub const fn library(self) -> c_int {
        if self.0 & SYSTEM != 0 { ffi::ERR_LIB_SYS } else { ((self.0 >> 23) & 0xff) as c_int }
    }

    /// What it says.
    pub const fn reason(self) -> c_int {
        if self.0 & SYSTEM != 0 { (self.0 & (SYSTEM - 1)) as c_int } else { (self.0 & 0x7f_ffff) as c_int }
    }

    /// Whether it says this.
    pub const fn is(self, library: c_int, reason: c_int) -> bool {
        self.library() == library && self.reason() == reason
    }

    /// The name of the part.
    pub fn library_name(self) -> Option<&'static str> {
        let found = LIBRARIES.binary_search_by_key(&self.library(), |entry| entry.0).ok()?;
        LIBRARIES.get(found).map(|entry| entry.1)
    }

    /// The name of what it says.
    pub fn reason_name(self) -> Option<&'static str> {
        let found = REASONS.binary_search_by_key(&(self.library(), self.reason()), |entry| entry.0).ok()?;
        REASONS.get(found).map(|entry| entry.1)
    }

    /// What it says, in words.
    pub fn text(self) -> Option<Vec<u8>> {
        // SAFETY: asks for a static text.
        unsafe { copied(ffi::ERR_reason_error_string(self.0)) }
    }
}

/// The kind of failure of a call that a callback of the connection may not make.
pub const BUSY: c_int = -1;

/// Why a call failed.
#[derive(Clone, Copy, Default)]
pub struct Failure {
    /// For calls of connections: one of the `SSL_ERROR_` numbers.
    pub kind: c_int,
    /// The latest entry of the queue.
    pub code: Code,
    /// The number of the system's error, zero if there is none.
    pub errno: c_int,
}

thread_local! {
    /// The latest error of the system that a stream has met.
    static STREAM_ERROR: Cell<c_int> = const { Cell::new(0) };
}

/// Notes an error of the system for the call that is running.
pub fn note_stream_error(errno: c_int) {
    STREAM_ERROR.set(errno);
}

/// Empties the queue: to be done before a call whose errors matter.
pub fn clear() {
    STREAM_ERROR.set(0);
    // SAFETY: the queue is the thread's own; errno is too.
    unsafe {
        ffi::ERR_clear_error();
        *libc::__errno_location() = 0;
    }
}

/// The latest entry of the queue, which is emptied.
pub fn latest() -> Code {
    // SAFETY: the queue is the thread's own.
    let code = unsafe { ffi::ERR_peek_last_error() };
    // SAFETY: as above.
    unsafe { ffi::ERR_clear_error() };
    Code(code)
}

impl Failure {
    /// The connection is busy with the call that this is a callback of.
    pub fn busy() -> Self {
        Self { kind: BUSY, ..Self::default() }
    }

    /// What is known about the call that has just failed on this thread.
    pub fn collect() -> Self {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        Self { kind: ffi::SSL_ERROR_SSL, code: latest(), errno }
    }

    /// As [`Self::collect`], for a call of a connection that failed in this way.
    pub fn of_connection(kind: c_int) -> Self {
        // SAFETY: the queue is the thread's own.
        let first = Code(unsafe { ffi::ERR_peek_error() });
        let mut code = latest();
        // This says only that a lower layer has said something before.
        if code.is(ffi::ERR_LIB_SSL, ffi::SSL_R_RECORD_LAYER_FAILURE) {
            code = first;
        }
        Self { kind, code, errno: STREAM_ERROR.get() }
    }

    /// Whether a certificate was refused.
    pub const fn is_verification(&self) -> bool {
        self.code.is(ffi::ERR_LIB_SSL, ffi::SSL_R_CERTIFICATE_VERIFY_FAILED)
    }
}
