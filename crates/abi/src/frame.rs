//! `internal/pycore_interpframe_structs.h`, `internal/pycore_frame.h` and `internal/pycore_genobject.h`.

use crate::assert_layout;
use crate::object::*;
use crate::pystate::_PyErr_StackItem;
use core::ffi::{c_char, c_int};

/// A word of the evaluation stack: an object pointer whose low bit says that the reference is not counted, or a small
/// integer with both low bits set.
pub type _PyStackRef = usize;

/// `FRAME_OWNED_BY_*`.
pub const FRAME_OWNED_BY_THREAD: c_char = 0;
pub const FRAME_OWNED_BY_GENERATOR: c_char = 1;
pub const FRAME_OWNED_BY_FRAME_OBJECT: c_char = 2;
pub const FRAME_OWNED_BY_INTERPRETER: c_char = 3;
pub const FRAME_OWNED_BY_CSTACK: c_char = 4;

/// In `visited` (where CPython's collector has a one): C code has entered the evaluation loop with this frame. CPython
/// has a frame that the interpreter owns beneath it.
pub const FRAME_ENTERED: u8 = 0x80;

#[repr(C)]
pub struct _PyInterpreterFrame {
    pub f_executable: _PyStackRef,
    pub previous: *mut _PyInterpreterFrame,
    pub f_funcobj: _PyStackRef,
    pub f_globals: *mut PyObject,
    pub f_builtins: *mut PyObject,
    pub f_locals: *mut PyObject,
    pub frame_obj: *mut PyFrameObject,
    pub instr_ptr: *mut u16,
    pub stackpointer: *mut _PyStackRef,
    pub return_offset: u16,
    pub owner: c_char,
    pub visited: u8,
    pub localsplus: [_PyStackRef; 1],
}

#[repr(C)]
pub struct PyFrameObject {
    pub ob_base: PyObject,
    pub f_back: *mut PyFrameObject,
    pub f_frame: *mut _PyInterpreterFrame,
    pub f_trace: *mut PyObject,
    pub f_lineno: c_int,
    pub f_trace_lines: c_char,
    pub f_trace_opcodes: c_char,
    pub f_extra_locals: *mut PyObject,
    pub f_locals_cache: *mut PyObject,
    pub f_overwritten_fast_locals: *mut PyObject,
    pub _f_frame_data: [*mut PyObject; 1],
}

/// `FRAME_*` states of a generator.
pub const FRAME_CREATED: i8 = -3;
pub const FRAME_SUSPENDED: i8 = -2;
pub const FRAME_SUSPENDED_YIELD_FROM: i8 = -1;
pub const FRAME_EXECUTING: i8 = 0;
pub const FRAME_COMPLETED: i8 = 1;
pub const FRAME_CLEARED: i8 = 4;

/// Generators, coroutines and asynchronous generators share this layout.
#[repr(C)]
pub struct PyGenObject {
    pub ob_base: PyObject,
    pub gi_weakreflist: *mut PyObject,
    pub gi_name: *mut PyObject,
    pub gi_qualname: *mut PyObject,
    pub gi_exc_state: _PyErr_StackItem,
    pub gi_origin_or_finalizer: *mut PyObject,
    pub gi_hooks_inited: c_char,
    pub gi_closed: c_char,
    pub gi_running_async: c_char,
    pub gi_frame_state: i8,
    pub gi_iframe: _PyInterpreterFrame,
}

assert_layout!(_PyInterpreterFrame, 88, f_executable @ 0, previous @ 8, f_funcobj @ 16, f_globals @ 24,
    f_builtins @ 32, f_locals @ 40, frame_obj @ 48, instr_ptr @ 56, stackpointer @ 64, return_offset @ 72,
    owner @ 74, visited @ 75, localsplus @ 80);
assert_layout!(PyFrameObject, 80, f_back @ 16, f_frame @ 24, f_trace @ 32, f_lineno @ 40, f_trace_lines @ 44,
    f_trace_opcodes @ 45, f_extra_locals @ 48, f_locals_cache @ 56, f_overwritten_fast_locals @ 64,
    _f_frame_data @ 72);
assert_layout!(PyGenObject, 160);
