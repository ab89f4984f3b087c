//! `cpython/odictobject.h` and `cpython/picklebufobject.h`: ordered dictionaries and buffers beside a pickle.

use crate::contract::*;
use core::ffi::c_int;
use taipan_object::abi::{Py_buffer, PyTypeObject};
use taipan_object::{Class, Object, PyResult, PyType, Thread, err, errors, typeobject};
use taipan_types::picklebuffer::PyPickleBuffer;

unsafe extern "C" {
    static PyODict_Type: PyTypeObject;
    static PyODictIter_Type: PyTypeObject;
    static PyODictKeys_Type: PyTypeObject;
    static PyODictItems_Type: PyTypeObject;
    static PyODictValues_Type: PyTypeObject;
}

/// Makes the types ready, which C code may use before `collections` is imported.
pub fn init_types(t: &Thread) -> PyResult<()> {
    for ty in [
        &raw const PyODict_Type,
        &raw const PyODictIter_Type,
        &raw const PyODictKeys_Type,
        &raw const PyODictItems_Type,
        &raw const PyODictValues_Type,
    ] {
        // SAFETY: static types of the crate that has the module `_collections`.
        typeobject::ready(t, unsafe { PyType::from_type_ptr(ty.cast_mut()) })?;
    }
    Ok(())
}

unsafe fn ordered<'a>(t: &Thread, op: Obj) -> PyResult<&'a Object> {
    // SAFETY: the contract of the callers; a static type.
    unsafe {
        let class = PyType::from_type_ptr((&raw const PyODict_Type).cast_mut());
        match opt(op) {
            Some(op) if op.class().is_subtype(class) => Ok(op),
            _ => Err(errors::bad_internal_call(t)),
        }
    }
}

unsafe fn pickle_buffer<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyPickleBuffer> {
    // SAFETY: the contract of the callers.
    let op = unsafe { nn(t, op)? };
    op.downcast::<PyPickleBuffer>()
        .ok_or_else(|| err!(t, TypeError, "expected PickleBuffer, {:.200} found", op.class().name_lossy()))
}

capi! {
    /// An empty ordered dictionary; a new reference.
    fn PyODict_New[t]() -> New {
        PyType::from_type_ptr((&raw const PyODict_Type).cast_mut()).as_object().call(t, &[])
    }

    /// Sets the value of a key.
    fn PyODict_SetItem[t; key, value](op: Obj, key: Obj, value: Obj) -> Status {
        match ordered(t, op) {
            Ok(op) => op.set_item(t, o(key), o(value)),
            // A plain dictionary is one, too, to C code.
            Err(raised) => match o(op).downcast::<taipan_object::PyDict>() {
                Some(dict) => {
                    errors::clear(t);
                    dict.set_item(t, o(key), o(value))
                }
                None => Err(raised),
            },
        }
    }

    /// `del op[key]`.
    fn PyODict_DelItem[t; key](op: Obj, key: Obj) -> Status {
        ordered(t, op)?.del_item(t, o(key))
    }

    /// A buffer to go beside a pickle, over another object's; a new reference.
    fn PyPickleBuffer_FromObject[t; op](op: Obj) -> New<PyPickleBuffer> {
        PyPickleBuffer::from_object(t, PyPickleBuffer::class(), o(op))
    }

    /// The buffer, borrowed; null with an exception.
    fn PyPickleBuffer_GetBuffer[t](op: Obj) -> Raw<*const Py_buffer> {
        match pickle_buffer(t, op).and_then(|buffer| buffer.view(t)) {
            Ok(view) => view,
            Err(_) => core::ptr::null(),
        }
    }

    /// Gives the buffer up.
    fn PyPickleBuffer_Release[t](op: Obj) -> Raw<c_int> {
        match pickle_buffer(t, op) {
            Ok(buffer) => {
                buffer.release_view();
                0
            }
            Err(_) => -1,
        }
    }
}
