//! `cpython/pystate.h`: the thread state, whose fields Cython, greenlet and others read and write.

use crate::assert_layout;
use crate::frame::{_PyInterpreterFrame, _PyStackRef, PyFrameObject};
use crate::object::*;
use core::ffi::{c_int, c_ulong, c_void};

/// The interpreter's state: opaque to wheels; defined by the runtime.
#[repr(C)]
pub struct PyInterpreterState {
    _opaque: [u8; 0],
}

pub type Py_tracefunc = unsafe extern "C" fn(*mut PyObject, *mut PyFrameObject, c_int, *mut PyObject) -> c_int;

/// One level of "the exception being handled".
#[repr(C)]
pub struct _PyErr_StackItem {
    pub exc_value: *mut PyObject,
    pub previous_item: *mut _PyErr_StackItem,
}

/// One piece of the data stack that holds interpreter frames.
#[repr(C)]
pub struct _PyStackChunk {
    pub previous: *mut _PyStackChunk,
    pub size: usize,
    pub top: usize,
    pub data: [_PyStackRef; 1],
}

#[repr(C)]
pub struct _PyRemoteDebuggerSupport {
    pub debugger_pending_call: i32,
    pub debugger_script_path: [u8; 512],
}

#[repr(C)]
pub struct PyThreadState {
    pub prev: *mut PyThreadState,
    pub next: *mut PyThreadState,
    pub interp: *mut PyInterpreterState,
    pub eval_breaker: usize,
    pub _status: u32,
    pub holds_gil: c_int,
    pub _whence: c_int,
    pub state: c_int,
    pub py_recursion_remaining: c_int,
    pub py_recursion_limit: c_int,
    pub recursion_headroom: c_int,
    pub tracing: c_int,
    pub what_event: c_int,
    pub current_frame: *mut _PyInterpreterFrame,
    pub c_profilefunc: Option<Py_tracefunc>,
    pub c_tracefunc: Option<Py_tracefunc>,
    pub c_profileobj: *mut PyObject,
    pub c_traceobj: *mut PyObject,
    pub current_exception: *mut PyObject,
    pub exc_info: *mut _PyErr_StackItem,
    pub dict: *mut PyObject,
    pub gilstate_counter: c_int,
    pub async_exc: *mut PyObject,
    pub thread_id: c_ulong,
    pub native_thread_id: c_ulong,
    pub delete_later: *mut PyObject,
    pub critical_section: usize,
    pub coroutine_origin_tracking_depth: c_int,
    pub async_gen_firstiter: *mut PyObject,
    pub async_gen_finalizer: *mut PyObject,
    pub context: *mut PyObject,
    pub context_ver: u64,
    pub id: u64,
    pub datastack_chunk: *mut _PyStackChunk,
    pub datastack_top: *mut _PyStackRef,
    pub datastack_limit: *mut _PyStackRef,
    pub exc_state: _PyErr_StackItem,
    pub current_executor: *mut PyObject,
    pub dict_global_version: u64,
    pub threading_local_key: *mut PyObject,
    pub threading_local_sentinel: *mut PyObject,
    pub remote_debugger_support: _PyRemoteDebuggerSupport,
    pub datastack_cached_chunk: *mut _PyStackChunk,
}

/// `Py_tss_t`.
#[repr(C)]
pub struct Py_tss_t {
    pub _is_initialized: c_int,
    pub _key: u32,
}

/// `PyMemAllocatorEx`.
#[repr(C)]
pub struct PyMemAllocatorEx {
    pub ctx: *mut c_void,
    pub malloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub calloc: Option<unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub realloc: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
}

assert_layout!(PyThreadState, 832, prev @ 0, next @ 8, interp @ 16, eval_breaker @ 24, _status @ 32, holds_gil @ 36,
    _whence @ 40, state @ 44, py_recursion_remaining @ 48, py_recursion_limit @ 52, recursion_headroom @ 56,
    tracing @ 60, what_event @ 64, current_frame @ 72, c_profilefunc @ 80, c_tracefunc @ 88, c_profileobj @ 96,
    c_traceobj @ 104, current_exception @ 112, exc_info @ 120, dict @ 128, gilstate_counter @ 136, async_exc @ 144,
    thread_id @ 152, native_thread_id @ 160, delete_later @ 168, critical_section @ 176,
    coroutine_origin_tracking_depth @ 184, async_gen_firstiter @ 192, async_gen_finalizer @ 200, context @ 208,
    context_ver @ 216, id @ 224, datastack_chunk @ 232, datastack_top @ 240, datastack_limit @ 248, exc_state @ 256,
    current_executor @ 272, datastack_cached_chunk @ 824);
assert_layout!(_PyErr_StackItem, 16, exc_value @ 0, previous_item @ 8);
assert_layout!(Py_tss_t, 8);
assert_layout!(PyMemAllocatorEx, 40);
