//! Sessions: what a client keeps to resume a conversation.

use core::ffi::c_uint;
use core::ptr::NonNull;
use taipan_openssl as ffi;

/// A session.
pub struct Session(NonNull<ffi::SSL_SESSION>);

// SAFETY: a session is counted, and not changed once it is there but for what its own lock guards.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Session {
    /// A copy of a session: a connection that ends without taking leave spoils its own.
    ///
    /// # Safety
    /// `raw` is null or a live session.
    pub unsafe fn copy_of(raw: *const ffi::SSL_SESSION) -> Option<Self> {
        if raw.is_null() {
            return None;
        }
        // SAFETY: the caller's promise; the copy is ours.
        NonNull::new(unsafe { ffi::SSL_SESSION_dup(raw) }).map(Self)
    }

    /// The handle.
    pub const fn raw(&self) -> *mut ffi::SSL_SESSION {
        self.0.as_ptr()
    }

    /// The identifier.
    pub fn id(&self) -> Vec<u8> {
        let mut n: c_uint = 0;
        // SAFETY: the identifier has so many bytes and lives as long as the session.
        unsafe {
            let id = ffi::SSL_SESSION_get_id(self.raw(), &raw mut n);
            if id.is_null() { Vec::new() } else { core::slice::from_raw_parts(id, n as usize).to_vec() }
        }
    }

    /// When it was made, in seconds since 1970.
    pub fn time(&self) -> i64 {
        // SAFETY: a live session, as below.
        unsafe { ffi::SSL_SESSION_get_time_ex(self.raw()) }
    }

    /// How many seconds it lives.
    pub fn timeout(&self) -> i64 {
        // SAFETY: as above.
        unsafe { ffi::SSL_SESSION_get_timeout(self.raw()) }
    }

    /// How many seconds its ticket lives, as the server says.
    pub fn ticket_lifetime_hint(&self) -> u64 {
        // SAFETY: as above.
        unsafe { ffi::SSL_SESSION_get_ticket_lifetime_hint(self.raw()) }
    }

    /// Whether it has a ticket.
    pub fn has_ticket(&self) -> bool {
        // SAFETY: as above.
        unsafe { ffi::SSL_SESSION_has_ticket(self.raw()) != 0 }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: our reference, given up once.
        unsafe { ffi::SSL_SESSION_free(self.raw()) };
    }
}
