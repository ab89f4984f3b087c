//! The name of the server that a client wants to talk to.

use core::ffi::CStr;
use std::ffi::CString;
use taipan_object::{Object, PyResult, PyStr, Thread, err};

/// A name of a server, in ASCII without NUL.
pub struct Hostname(pub CString);

impl Hostname {
    /// The name as text.
    pub fn text(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The name for C.
    pub fn c(&self) -> &CStr {
        &self.0
    }

    /// Takes an argument: a str in ASCII.
    pub fn of(t: &Thread, object: &Object) -> PyResult<Self> {
        let Some(text) = object.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "argument must be str, not {}", object.class().name_lossy()));
        };
        let bytes = text.encoded(t, Some("ascii"), None)?;
        CString::new(bytes.as_bytes())
            .map(Self)
            .map_err(|_| err!(t, TypeError, "argument must be encoded string without null bytes, not str"))
    }
}
