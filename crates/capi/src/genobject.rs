//! `cpython/genobject.h`, `internal/pycore_genobject.h` and the parts of `pyframe.h` about kinds of executables.

use crate::contract::*;
use core::ffi::c_int;
use taipan_object::abi::{PyFrameObject, PyTypeObject};
use taipan_object::{Class, Owned, Raised, Thread, err};

/// Frames that C code makes are never run, so that no generator can go on with one. Takes the frame over.
unsafe fn refuse(t: &Thread, function: &str, frame: *mut PyFrameObject) -> Raised {
    // SAFETY: the contract of the callers: a reference that is handed over.
    unsafe { taipan_runtime::refcount::xdecref(frame.cast()) };
    err!(t, NotImplementedError, "{function}: a frame made by C code cannot be run; call a function instead")
}

capi! {
    /// Null with an exception: frames that C code makes are never run. Takes the frame over.
    fn PyGen_New[t](frame: *mut PyFrameObject) -> New {
        Err(refuse(t, "PyGen_New", frame))
    }

    /// Null with an exception: frames that C code makes are never run. Takes the frame over.
    fn PyGen_NewWithQualName[t](frame: *mut PyFrameObject, _name: Obj, _qualname: Obj) -> New {
        Err(refuse(t, "PyGen_NewWithQualName", frame))
    }

    /// Null with an exception: frames that C code makes are never run. Takes the frame over.
    fn PyCoro_New[t](frame: *mut PyFrameObject, _name: Obj, _qualname: Obj) -> New {
        Err(refuse(t, "PyCoro_New", frame))
    }

    /// Null with an exception: frames that C code makes are never run. Takes the frame over.
    fn PyAsyncGen_New[t](frame: *mut PyFrameObject, _name: Obj, _qualname: Obj) -> New {
        Err(refuse(t, "PyAsyncGen_New", frame))
    }

    /// What a generator is delegating to (`yield from`); a new reference, or null without an exception.
    fn _PyGen_yf(op: Obj) -> Raw<Obj> {
        taipan_interp::generator::yield_from_target(o(op)).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// The iterator that `await op` uses; a new reference.
    fn _PyCoro_GetAwaitableIter[t](op: Obj) -> New {
        taipan_interp::generator::awaitable_iter(t, o(op))
    }

    /// What `__anext__` of an asynchronous iterator gives, ready to be awaited; a new reference.
    fn _PyEval_GetANext[t](op: Obj) -> New {
        taipan_interp::generator::get_anext(t, o(op))
    }

    /// What `await op` uses, for an instruction's argument; a new reference.
    fn _PyEval_GetAwaitable[t](op: Obj, oparg: c_int) -> New {
        taipan_interp::generator::get_awaitable(t, o(op), oparg.max(0) as usize)
    }

    /// Whether the innermost frame of a loop: nothing is known of others.
    fn _PyFrame_IsEntryFrame(frame: *mut PyFrameObject) -> Raw<c_int> {
        // The shim below a frame that C code entered is its predecessor.
        let previous = (*(*frame).f_frame).previous;
        (!previous.is_null() && (*previous).owner == taipan_object::abi::FRAME_OWNED_BY_INTERPRETER).into()
    }

    /// The exact `str` of a subclass's instance, or the string itself; a new reference.
    fn _PyUnicode_Copy[t](op: Obj) -> New<taipan_object::PyStr> {
        let text = crate::unicodeobject::text(t, op)?;
        taipan_object::PyStr::from_chars(t, text.chars())
    }
}

/// What stands in the first word of a frame: the types of executables by their numbers (`PyUnstable_ExecutableKinds`).
#[unsafe(no_mangle)]
pub static PyUnstable_ExecutableKinds: [Kind; 6] = [
    Kind(<taipan_object::singletons::PyNone as Class>::TYPE),
    Kind(<taipan_interp::code::PyCode as Class>::TYPE),
    Kind(core::ptr::null_mut()),
    Kind(<taipan_object::PyMethod as Class>::TYPE),
    Kind(<taipan_object::PyMethodDescr as Class>::TYPE),
    Kind(core::ptr::null_mut()),
];

/// An exported pointer to a type.
#[repr(transparent)]
pub struct Kind(*mut PyTypeObject);

// SAFETY: the address of a static type, never changed.
unsafe impl Sync for Kind {}
