//! Passwords of keys, which OpenSSL asks for while it reads a file.

use super::with_gil;
use core::ffi::{c_char, c_int, c_void};
use std::cell::RefCell;
use taipan_object::{Owned, PyResult, Thread, errors};

/// Gives the password, or raises.
pub trait Source {
    /// The password in bytes.
    fn password(&self, t: &Thread) -> PyResult<Vec<u8>>;
}

/// What OpenSSL gets to ask for a password, for one call; keeps what the source raised.
pub struct Asking<'a> {
    source: &'a dyn Source,
    raised: RefCell<Option<Owned>>,
}

impl<'a> Asking<'a> {
    /// Asks this source.
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source, raised: RefCell::new(None) }
    }

    /// What the source raised.
    pub fn raised(&self) -> Option<Owned> {
        self.raised.take()
    }

    /// The argument of [`ask`].
    pub fn data(&self) -> *mut c_void {
        core::ptr::from_ref(self).cast_mut().cast()
    }
}

/// Answers OpenSSL's question (`pem_password_cb`).
///
/// # Safety
/// `data` is what [`Asking::data`] gave, which is still alive; `out` has room for `n` bytes.
pub unsafe extern "C" fn ask(out: *mut c_char, n: c_int, _writing: c_int, data: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    let asking = unsafe { &*data.cast::<Asking<'_>>() };
    // OpenSSL may ask again, for another way to read the file.
    if asking.raised.borrow().is_some() {
        return -1;
    }
    with_gil(|t| {
        let work = || -> PyResult<Vec<u8>> {
            let password = asking.source.password(t)?;
            let room = usize::try_from(n).unwrap_or(0);
            if password.len() > room {
                return Err(taipan_object::err!(t, ValueError, "password cannot be longer than {n} bytes"));
            }
            Ok(password)
        };
        match work() {
            Ok(password) => {
                // SAFETY: there is room, as was checked.
                unsafe { out.cast::<u8>().copy_from_nonoverlapping(password.as_ptr(), password.len()) };
                password.len() as c_int
            }
            Err(raised) => {
                asking.raised.replace(Some(errors::take_raised(t, raised)));
                -1
            }
        }
    })
}

/// Answers with an empty password.
///
/// # Safety
/// None.
pub unsafe extern "C" fn empty(_out: *mut c_char, _n: c_int, _writing: c_int, _data: *mut c_void) -> c_int {
    0
}
