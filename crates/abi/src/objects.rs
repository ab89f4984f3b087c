//! Layouts of the builtin types whose fields wheels read: `cpython/*.h` and `datetime.h`.

use crate::assert_layout;
use crate::object::*;
use core::ffi::{c_char, c_int, c_void};

/// `int`: sign and digit count in `lv_tag`, 30-bit digits, least significant first.
#[repr(C)]
pub struct PyLongObject {
    pub ob_base: PyObject,
    pub lv_tag: usize,
    pub ob_digit: [u32; 1],
}

#[repr(C)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: f64,
}

#[repr(C)]
pub struct PyComplexObject {
    pub ob_base: PyObject,
    pub real: f64,
    pub imag: f64,
}

/// Compact ASCII string: the characters follow the struct.
#[repr(C)]
pub struct PyASCIIObject {
    pub ob_base: PyObject,
    pub length: Py_ssize_t,
    pub hash: Py_hash_t,
    /// Bit-field of the `STATE_*` values in [`crate::flags`].
    pub state: u32,
}

/// Compact non-ASCII string: the characters follow the struct.
#[repr(C)]
pub struct PyCompactUnicodeObject {
    pub _base: PyASCIIObject,
    pub utf8_length: Py_ssize_t,
    pub utf8: *mut c_char,
}

/// Non-compact string: only subclass instances have it.
#[repr(C)]
pub struct PyUnicodeObject {
    pub _base: PyCompactUnicodeObject,
    pub data: *mut c_void,
}

#[repr(C)]
pub struct PyBytesObject {
    pub ob_base: PyVarObject,
    pub ob_shash: Py_hash_t,
    pub ob_sval: [c_char; 1],
}

#[repr(C)]
pub struct PyByteArrayObject {
    pub ob_base: PyVarObject,
    pub ob_alloc: Py_ssize_t,
    pub ob_bytes: *mut c_char,
    pub ob_start: *mut c_char,
    pub ob_exports: Py_ssize_t,
}

#[repr(C)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    /// Cached hash, -1 until computed.
    pub ob_hash: Py_hash_t,
    pub ob_item: [*mut PyObject; 1],
}

#[repr(C)]
pub struct PyListObject {
    pub ob_base: PyVarObject,
    pub ob_item: *mut *mut PyObject,
    pub allocated: Py_ssize_t,
}

#[repr(C)]
pub struct PyDictObject {
    pub ob_base: PyObject,
    pub ma_used: Py_ssize_t,
    pub _ma_watcher_tag: u64,
    /// `PyDictKeysObject *`: ours to lay out.
    pub ma_keys: *mut c_void,
    /// `PyDictValues *`: non-null when the table is split.
    pub ma_values: *mut c_void,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct setentry {
    pub key: *mut PyObject,
    pub hash: Py_hash_t,
}

pub const PySet_MINSIZE: usize = 8;

#[repr(C)]
pub struct PySetObject {
    pub ob_base: PyObject,
    pub fill: Py_ssize_t,
    pub used: Py_ssize_t,
    pub mask: Py_ssize_t,
    pub table: *mut setentry,
    pub hash: Py_hash_t,
    pub finger: Py_ssize_t,
    pub smalltable: [setentry; PySet_MINSIZE],
    pub weakreflist: *mut PyObject,
}

#[repr(C)]
pub struct PySliceObject {
    pub ob_base: PyObject,
    pub start: *mut PyObject,
    pub stop: *mut PyObject,
    pub step: *mut PyObject,
}

#[repr(C)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    pub ob_ref: *mut PyObject,
}

#[repr(C)]
pub struct PyCFunctionObject {
    pub ob_base: PyObject,
    pub m_ml: *mut PyMethodDef,
    pub m_self: *mut PyObject,
    pub m_module: *mut PyObject,
    pub m_weakreflist: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
}

#[repr(C)]
pub struct PyCMethodObject {
    pub func: PyCFunctionObject,
    pub mm_class: *mut PyTypeObject,
}

#[repr(C)]
pub struct PyMethodObject {
    pub ob_base: PyObject,
    pub im_func: *mut PyObject,
    pub im_self: *mut PyObject,
    pub im_weakreflist: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
}

#[repr(C)]
pub struct PyInstanceMethodObject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
}

#[repr(C)]
pub struct PyFunctionObject {
    pub ob_base: PyObject,
    pub func_globals: *mut PyObject,
    pub func_builtins: *mut PyObject,
    pub func_name: *mut PyObject,
    pub func_qualname: *mut PyObject,
    pub func_code: *mut PyObject,
    pub func_defaults: *mut PyObject,
    pub func_kwdefaults: *mut PyObject,
    pub func_closure: *mut PyObject,
    pub func_doc: *mut PyObject,
    pub func_dict: *mut PyObject,
    pub func_weakreflist: *mut PyObject,
    pub func_module: *mut PyObject,
    pub func_annotations: *mut PyObject,
    pub func_annotate: *mut PyObject,
    pub func_typeparams: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
    pub func_version: u32,
}

#[repr(C)]
pub struct PyWeakReference {
    pub ob_base: PyObject,
    pub wr_object: *mut PyObject,
    pub wr_callback: *mut PyObject,
    pub hash: Py_hash_t,
    pub wr_prev: *mut PyWeakReference,
    pub wr_next: *mut PyWeakReference,
    pub vectorcall: Option<vectorcallfunc>,
}

#[repr(C)]
pub struct _PyManagedBufferObject {
    pub ob_base: PyObject,
    pub flags: c_int,
    pub exports: Py_ssize_t,
    pub master: Py_buffer,
}

#[repr(C)]
pub struct PyMemoryViewObject {
    pub ob_base: PyVarObject,
    pub mbuf: *mut _PyManagedBufferObject,
    pub hash: Py_hash_t,
    pub flags: c_int,
    pub exports: Py_ssize_t,
    pub view: Py_buffer,
    pub weakreflist: *mut PyObject,
    pub ob_array: [Py_ssize_t; 1],
}

#[repr(C)]
pub struct PyDateTime_Delta {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub days: c_int,
    pub seconds: c_int,
    pub microseconds: c_int,
}

#[repr(C)]
pub struct PyDateTime_TZInfo {
    pub ob_base: PyObject,
}

#[repr(C)]
pub struct PyDateTime_Date {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: u8,
    pub data: [u8; 4],
}

#[repr(C)]
pub struct PyDateTime_Time {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: u8,
    pub data: [u8; 6],
    pub fold: u8,
    pub tzinfo: *mut PyObject,
}

#[repr(C)]
pub struct PyDateTime_DateTime {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: u8,
    pub data: [u8; 10],
    pub fold: u8,
    pub tzinfo: *mut PyObject,
}

assert_layout!(PyLongObject, 32, lv_tag @ 16, ob_digit @ 24);
assert_layout!(PyFloatObject, 24, ob_fval @ 16);
assert_layout!(PyComplexObject, 32, real @ 16);
assert_layout!(PyASCIIObject, 40, length @ 16, hash @ 24, state @ 32);
assert_layout!(PyCompactUnicodeObject, 56, utf8_length @ 40, utf8 @ 48);
assert_layout!(PyUnicodeObject, 64, data @ 56);
assert_layout!(PyBytesObject, 40, ob_shash @ 24, ob_sval @ 32);
assert_layout!(PyByteArrayObject, 56, ob_alloc @ 24, ob_bytes @ 32, ob_start @ 40, ob_exports @ 48);
assert_layout!(PyTupleObject, 40, ob_hash @ 24, ob_item @ 32);
assert_layout!(PyListObject, 40, ob_item @ 24, allocated @ 32);
assert_layout!(PyDictObject, 48, ma_used @ 16, _ma_watcher_tag @ 24, ma_keys @ 32, ma_values @ 40);
assert_layout!(setentry, 16);
assert_layout!(PySetObject, 200, fill @ 16, used @ 24, mask @ 32, table @ 40, hash @ 48, finger @ 56,
    smalltable @ 64, weakreflist @ 192);
assert_layout!(PySliceObject, 40, start @ 16, stop @ 24, step @ 32);
assert_layout!(PyCellObject, 24, ob_ref @ 16);
assert_layout!(PyCFunctionObject, 56, m_ml @ 16, m_self @ 24, m_module @ 32, m_weakreflist @ 40, vectorcall @ 48);
assert_layout!(PyCMethodObject, 64, mm_class @ 56);
assert_layout!(PyMethodObject, 48, im_func @ 16, im_self @ 24, im_weakreflist @ 32, vectorcall @ 40);
assert_layout!(PyInstanceMethodObject, 24, func @ 16);
assert_layout!(PyFunctionObject, 152, func_globals @ 16, func_builtins @ 24, func_name @ 32, func_qualname @ 40,
    func_code @ 48, func_defaults @ 56, func_kwdefaults @ 64, func_closure @ 72, func_doc @ 80, func_dict @ 88,
    func_weakreflist @ 96, func_module @ 104, func_annotations @ 112, func_annotate @ 120, func_typeparams @ 128,
    vectorcall @ 136, func_version @ 144);
assert_layout!(PyWeakReference, 64, wr_object @ 16, wr_callback @ 24, hash @ 32);
assert_layout!(PyMemoryViewObject, 152, mbuf @ 24, hash @ 32, flags @ 40, exports @ 48, view @ 56,
    weakreflist @ 136, ob_array @ 144);
assert_layout!(PyDateTime_Delta, 40, days @ 24, seconds @ 28, microseconds @ 32);
assert_layout!(PyDateTime_Date, 32, hashcode @ 16, hastzinfo @ 24, data @ 25);
assert_layout!(PyDateTime_Time, 40, data @ 25, fold @ 31, tzinfo @ 32);
assert_layout!(PyDateTime_DateTime, 48, data @ 25, fold @ 35, tzinfo @ 40);
