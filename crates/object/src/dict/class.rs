//! The names of `dict`.

use super::{PyDict, dict_dealloc};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;

unsafe extern "C" fn dict_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live dictionary.
    unsafe {
        let dict: &PyDict = crate::Object::from_ptr(op).cast_unchecked();
        let general = !dict.has_str_keys_only();
        let mut pos = 0;
        while let Some((key, value)) = dict.next_borrowed(&mut pos) {
            if general {
                let result = visit(key, arg);
                if result != 0 {
                    return result;
                }
            }
            if value.is_null() {
                continue;
            }
            let result = visit(value, arg);
            if result != 0 {
                return result;
            }
        }
    }
    0
}

unsafe extern "C" fn dict_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live dictionary.
    unsafe { crate::Object::from_ptr(op).cast_unchecked::<PyDict>().clear_items() };
    0
}

/// dict() -> new empty dictionary
#[class(name = "dict", layout, export = PyDict_Type, flags(BASETYPE, HAVE_GC, MAPPING, MATCH_SELF), subclass_flag = DICT_SUBCLASS,
    dealloc = dict_dealloc, traverse = dict_traverse, clear = dict_clear)]
impl PyDict {}
