//! `cpython/code.h`.

use crate::assert_layout;
use crate::object::*;
use core::ffi::{c_int, c_void};

/// A code object; `co_code_adaptive` is the first byte of the instructions that follow the struct.
#[repr(C)]
pub struct PyCodeObject {
    pub ob_base: PyVarObject,
    pub co_consts: *mut PyObject,
    pub co_names: *mut PyObject,
    pub co_exceptiontable: *mut PyObject,
    pub co_flags: c_int,
    pub co_argcount: c_int,
    pub co_posonlyargcount: c_int,
    pub co_kwonlyargcount: c_int,
    pub co_stacksize: c_int,
    pub co_firstlineno: c_int,
    pub co_nlocalsplus: c_int,
    pub co_framesize: c_int,
    pub co_nlocals: c_int,
    pub co_ncellvars: c_int,
    pub co_nfreevars: c_int,
    pub co_version: u32,
    pub co_localsplusnames: *mut PyObject,
    pub co_localspluskinds: *mut PyObject,
    pub co_filename: *mut PyObject,
    pub co_name: *mut PyObject,
    pub co_qualname: *mut PyObject,
    pub co_linetable: *mut PyObject,
    pub co_weakreflist: *mut PyObject,
    pub co_executors: *mut c_void,
    pub _co_cached: *mut c_void,
    pub _co_instrumentation_version: usize,
    pub _co_monitoring: *mut c_void,
    pub _co_unique_id: Py_ssize_t,
    pub _co_firsttraceable: c_int,
    pub co_extra: *mut c_void,
    pub co_code_adaptive: [u8; 1],
}

assert_layout!(PyCodeObject, 216, co_consts @ 24, co_names @ 32, co_exceptiontable @ 40, co_flags @ 48,
    co_argcount @ 52, co_posonlyargcount @ 56, co_kwonlyargcount @ 60, co_stacksize @ 64, co_firstlineno @ 68,
    co_nlocalsplus @ 72, co_framesize @ 76, co_nlocals @ 80, co_ncellvars @ 84, co_nfreevars @ 88, co_version @ 92,
    co_localsplusnames @ 96, co_localspluskinds @ 104, co_filename @ 112, co_name @ 120, co_qualname @ 128,
    co_linetable @ 136, co_weakreflist @ 144, _co_firsttraceable @ 192, co_extra @ 200, co_code_adaptive @ 208);
