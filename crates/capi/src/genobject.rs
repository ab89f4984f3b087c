//! `cpython/genobject.h`, `internal/pycore_genobject.h` and the parts of `pyframe.h` about kinds of executables.

use crate::contract::*;
use core::ffi::c_int;
use taipan_interp::frame::PyFrame;
use taipan_interp::generator::{Kind, from_frame_object};
use taipan_object::abi::{PyFrameObject, PyTypeObject};
use taipan_object::{Class, Own, Owned, PyResult, Thread};

/// A generator of a frame object, which is taken over.
unsafe fn new_generator(t: &Thread, frame: *mut PyFrameObject, kind: Kind, name: Obj, qualname: Obj) -> PyResult {
    // SAFETY: the contract of the callers: a reference that is handed over, and names that are borrowed.
    unsafe {
        let frame: Owned<PyFrame> = Owned::from_ptr(frame.cast());
        from_frame_object(t, frame, kind, opt(name).map(Own::own), opt(qualname).map(Own::own))
    }
}

capi! {
    /// A generator of a frame that `PyFrame_New` made; other code than a generator's runs to its end at once. Takes the frame over; a new reference.
    fn PyGen_New[t](frame: *mut PyFrameObject) -> New {
        new_generator(t, frame, Kind::Generator, core::ptr::null_mut(), core::ptr::null_mut())
    }

    /// A generator of a frame, with names of its own unless they are null. Takes the frame over; a new reference.
    fn PyGen_NewWithQualName[t](frame: *mut PyFrameObject, name: Obj, qualname: Obj) -> New {
        new_generator(t, frame, Kind::Generator, name, qualname)
    }

    /// A coroutine of a frame, with names of its own unless they are null. Takes the frame over; a new reference.
    fn PyCoro_New[t](frame: *mut PyFrameObject, name: Obj, qualname: Obj) -> New {
        new_generator(t, frame, Kind::Coroutine, name, qualname)
    }

    /// An asynchronous generator of a frame, with names of its own unless they are null. Takes the frame over; a new
    /// reference.
    fn PyAsyncGen_New[t](frame: *mut PyFrameObject, name: Obj, qualname: Obj) -> New {
        new_generator(t, frame, Kind::AsyncGenerator, name, qualname)
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
pub static PyUnstable_ExecutableKinds: [Executable; 6] = [
    Executable(<taipan_object::singletons::PyNone as Class>::TYPE),
    Executable(<taipan_interp::code::PyCode as Class>::TYPE),
    Executable(core::ptr::null_mut()),
    Executable(<taipan_object::PyMethod as Class>::TYPE),
    Executable(<taipan_object::PyMethodDescr as Class>::TYPE),
    Executable(core::ptr::null_mut()),
];

/// An exported pointer to a type.
#[repr(transparent)]
pub struct Executable(*mut PyTypeObject);

// SAFETY: the address of a static type, never changed.
unsafe impl Sync for Executable {}
