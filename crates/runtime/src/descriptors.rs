//! The standard descriptors as the process was given them.
//!
//! Rust's start-up opens `/dev/null` where one of them is closed. Python programs see that a standard stream is missing,
//! so the state before that is remembered.

use core::sync::atomic::{AtomicU8, Ordering};

static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn look() {
    for fd in 0..3 {
        // SAFETY: no memory is involved.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

#[used]
// SAFETY: the section holds pointers to functions that run before `main`; this one needs nothing of the runtime.
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = look;

/// The standard descriptors that were closed when the process began.
pub fn closed_at_start() -> Vec<i32> {
    let closed = CLOSED.load(Ordering::Relaxed);
    (0..3).filter(|fd| closed & 1 << fd != 0).collect()
}

/// Closes them again.
pub fn close_again(descriptors: &[i32]) {
    for &fd in descriptors {
        // SAFETY: nobody uses what Rust's start-up opened in their place.
        unsafe { libc::close(fd) };
    }
}
