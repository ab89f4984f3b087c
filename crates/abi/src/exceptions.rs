//! `cpython/pyerrors.h` and `cpython/traceback.h`.

use crate::assert_layout;
use crate::object::*;
use core::ffi::{c_char, c_int};

#[repr(C)]
pub struct PyBaseExceptionObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
}

#[repr(C)]
pub struct PyBaseExceptionGroupObject {
    pub base: PyBaseExceptionObject,
    pub msg: *mut PyObject,
    pub excs: *mut PyObject,
    pub excs_str: *mut PyObject,
}

#[repr(C)]
pub struct PySyntaxErrorObject {
    pub base: PyBaseExceptionObject,
    pub msg: *mut PyObject,
    pub filename: *mut PyObject,
    pub lineno: *mut PyObject,
    pub offset: *mut PyObject,
    pub end_lineno: *mut PyObject,
    pub end_offset: *mut PyObject,
    pub text: *mut PyObject,
    pub print_file_and_line: *mut PyObject,
    pub metadata: *mut PyObject,
}

#[repr(C)]
pub struct PyImportErrorObject {
    pub base: PyBaseExceptionObject,
    pub msg: *mut PyObject,
    pub name: *mut PyObject,
    pub path: *mut PyObject,
    pub name_from: *mut PyObject,
}

#[repr(C)]
pub struct PyUnicodeErrorObject {
    pub base: PyBaseExceptionObject,
    pub encoding: *mut PyObject,
    pub object: *mut PyObject,
    pub start: Py_ssize_t,
    pub end: Py_ssize_t,
    pub reason: *mut PyObject,
}

#[repr(C)]
pub struct PySystemExitObject {
    pub base: PyBaseExceptionObject,
    pub code: *mut PyObject,
}

#[repr(C)]
pub struct PyOSErrorObject {
    pub base: PyBaseExceptionObject,
    pub myerrno: *mut PyObject,
    pub strerror: *mut PyObject,
    pub filename: *mut PyObject,
    pub filename2: *mut PyObject,
    pub written: Py_ssize_t,
}

#[repr(C)]
pub struct PyStopIterationObject {
    pub base: PyBaseExceptionObject,
    pub value: *mut PyObject,
}

#[repr(C)]
pub struct PyNameErrorObject {
    pub base: PyBaseExceptionObject,
    pub name: *mut PyObject,
}

#[repr(C)]
pub struct PyAttributeErrorObject {
    pub base: PyBaseExceptionObject,
    pub obj: *mut PyObject,
    pub name: *mut PyObject,
}

#[repr(C)]
pub struct PyTracebackObject {
    pub ob_base: PyObject,
    pub tb_next: *mut PyTracebackObject,
    pub tb_frame: *mut PyObject,
    pub tb_lasti: c_int,
    pub tb_lineno: c_int,
}

assert_layout!(PyBaseExceptionObject, 72, dict @ 16, args @ 24, notes @ 32, traceback @ 40, context @ 48, cause @ 56,
    suppress_context @ 64);
assert_layout!(PySyntaxErrorObject, 144);
assert_layout!(PyImportErrorObject, 104);
assert_layout!(PyUnicodeErrorObject, 112);
assert_layout!(PySystemExitObject, 80, code @ 72);
assert_layout!(PyOSErrorObject, 112, myerrno @ 72, strerror @ 80, filename @ 88, filename2 @ 96, written @ 104);
assert_layout!(PyStopIterationObject, 80, value @ 72);
assert_layout!(PyNameErrorObject, 80, name @ 72);
assert_layout!(PyAttributeErrorObject, 88, obj @ 72, name @ 80);
assert_layout!(PyTracebackObject, 40, tb_next @ 16, tb_frame @ 24, tb_lasti @ 32, tb_lineno @ 36);
