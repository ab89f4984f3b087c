//! The part of `cpython/object.h` about names that stand in static memory (`_Py_Identifier`), which mypyc's library uses.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_void};
use taipan_object::abi::PyObject;
use taipan_object::unicode::intern::intern_immortal;
use taipan_object::{Object, PyResult, Thread, err};

/// `_Py_Identifier`. The index is ours to use, and -1 until then: it holds the address of the string, which is the same in
/// all interpreters and never dies.
#[repr(C)]
pub struct Identifier {
    string: *const c_char,
    index: isize,
    mutex: u8,
}

/// The string of an identifier, borrowed.
unsafe fn from_id(t: &Thread, id: *mut Identifier) -> PyResult<Obj> {
    // SAFETY: C passes a static identifier; the GIL protects its index.
    unsafe {
        if (*id).index >= 0 {
            return Ok((*id).index as *mut PyObject);
        }
        let text = c_str(t, (*id).string)?;
        let name = intern_immortal(&text).into_object().into_ptr();
        (*id).index = name as isize;
        Ok(name)
    }
}

/// Calls a method with arguments made from a format.
unsafe fn call_formatted(t: &Thread, op: &Object, name: Obj, format: *const c_char, list: Va) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let method = op.getattr(t, o(name))?;
        if !method.is_callable() {
            return Err(err!(t, TypeError, "attribute of type '{:.200}' is not callable", method.class().name_lossy()));
        }
        let args = crate::modsupport::build_arguments(t, format, &mut *list)?;
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        method.call(t, &args)
    }
}

capi! {
    /// The interned string of an identifier, borrowed; null with an exception.
    fn _PyUnicode_FromId[t](id: *mut Identifier) -> Borrowed {
        from_id(t, id)
    }

    /// `op.name` by an identifier; a new reference.
    fn _PyObject_GetAttrId[t](op: Obj, id: *mut Identifier) -> New {
        let name = from_id(t, id)?;
        nn(t, op)?.getattr(t, o(name))
    }
}

c_function! {
    /// `_PyObject_CallMethodId` with the list.
    fn call_method_id[t](op: Obj, id: *mut Identifier, format: *const c_char, list: Va) -> New {
        if op.is_null() || id.is_null() {
            return Err(null_error(t));
        }
        let name = from_id(t, id)?;
        call_formatted(t, o(op), name, format, list)
    }

    /// `_PyObject_CallMethod` with the list.
    fn call_method_name[t](op: Obj, name: Obj, format: *const c_char, list: Va) -> New {
        if op.is_null() || name.is_null() {
            return Err(null_error(t));
        }
        call_formatted(t, o(op), name, format, list)
    }
}

variadic! {
    /// Calls a method by an identifier with arguments built as `Py_BuildValue` does; a new reference.
    _PyObject_CallMethodId, 3 => call_method_id;
    /// Calls a method by a `str` with arguments built as `Py_BuildValue` does; a new reference.
    _PyObject_CallMethod, 3 => call_method_name;
}

const _: () = assert!(size_of::<Identifier>() == 3 * size_of::<*mut c_void>());
