//! The part of `cpython/initconfig.h` about the outcome of an initialisation (`PyStatus`).

use crate::contract::*;
use core::ffi::{CStr, c_char, c_int};
use taipan_object::err;

/// `PyStatus`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStatus {
    pub kind: c_int,
    pub func: *const c_char,
    pub err_msg: *const c_char,
    pub exitcode: c_int,
}

impl PyStatus {
    /// No error.
    pub const fn ok() -> Self {
        Self { kind: 0, func: core::ptr::null(), err_msg: core::ptr::null(), exitcode: 0 }
    }

    /// An error.
    pub const fn error(message: &'static CStr) -> Self {
        Self { kind: 1, func: core::ptr::null(), err_msg: message.as_ptr(), exitcode: 0 }
    }

    /// An error that a function found.
    pub const fn error_in(function: &'static CStr, message: &'static CStr) -> Self {
        Self { kind: 1, func: function.as_ptr(), err_msg: message.as_ptr(), exitcode: 0 }
    }

    /// An error whose text was made just now. It stays: a status owns nothing that its user could free.
    pub fn error_text(text: &str) -> Self {
        let text = std::ffi::CString::new(text.replace('\0', "")).unwrap_or_default();
        Self { kind: 1, func: core::ptr::null(), err_msg: text.into_raw(), exitcode: 0 }
    }

    /// No memory.
    pub const fn no_memory() -> Self {
        Self::error(c"memory allocation failed")
    }

    /// The process is to end.
    pub const fn exit(code: c_int) -> Self {
        Self { kind: 2, func: core::ptr::null(), err_msg: core::ptr::null(), exitcode: code }
    }

    /// Whether it is an error or asks for the end.
    pub const fn is_exception(&self) -> bool {
        self.kind != 0
    }
}

capi! {
    /// Whether a status is an error or asks to end the process.
    fn PyStatus_Exception(status: PyStatus) -> Raw<c_int> {
        status.is_exception().into()
    }

    /// Whether a status is an error.
    fn PyStatus_IsError(status: PyStatus) -> Raw<c_int> {
        (status.kind == 1).into()
    }

    /// Whether a status asks to end the process.
    fn PyStatus_IsExit(status: PyStatus) -> Raw<c_int> {
        (status.kind == 2).into()
    }

    /// No error.
    fn PyStatus_Ok() -> Raw<PyStatus> {
        PyStatus::ok()
    }

    /// An error with this message, which is not copied.
    fn PyStatus_Error(message: *const c_char) -> Raw<PyStatus> {
        PyStatus { kind: 1, func: core::ptr::null(), err_msg: message, exitcode: 0 }
    }

    /// There is no memory.
    fn PyStatus_NoMemory() -> Raw<PyStatus> {
        PyStatus::no_memory()
    }

    /// The process is to end with this code.
    fn PyStatus_Exit(code: c_int) -> Raw<PyStatus> {
        PyStatus::exit(code)
    }

    /// Ends the process as a status says; anything but an error or a wish to end is a fatal error itself.
    fn Py_ExitStatusException(status: PyStatus) -> Void {
        match status.kind {
            2 => std::process::exit(status.exitcode),
            1 => {
                let place = c_text(status.func).unwrap_or_else(|| "Py_ExitStatusException".to_string());
                crate::moduleobject::fatal(&place, &c_text(status.err_msg).unwrap_or_default())
            }
            _ => crate::moduleobject::fatal(
                "Py_ExitStatusException",
                "Py_ExitStatusException() must not be called on success",
            ),
        }
    }

    /// Raises what a status says.
    fn _PyErr_SetFromPyStatus[t](status: PyStatus) -> Void {
        if status.kind == 1 {
            let message = c_text(status.err_msg).unwrap_or_default();
            let _ = match c_text(status.func) {
                Some(function) => err!(t, RuntimeError, "{function}: {message}"),
                None => err!(t, RuntimeError, "{message}"),
            };
        } else {
            let _ = err!(t, SystemError, "_PyErr_SetFromPyStatus() expects an error PyStatus");
        }
    }
}
