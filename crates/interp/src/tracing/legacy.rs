//! `sys.settrace` and `sys.setprofile` (`Python/legacy_tracing.c`).

use super::{event, quietly};
use crate::frame::{self, Frame, PyFrame};
use core::ffi::c_int;
use taipan_bytecode::opcode::op;
use taipan_object::abi::{Py_tracefunc, PyFrameObject, PyObject};
use taipan_object::{
    Object, Own, Owned, PyCFunction, PyInt, PyMethodDescr, PyResult, PyStr, PyTuple, Raised, Thread, audit, err,
    errors, exceptions, name, singletons,
};
use taipan_runtime::{refcount, thread};

/// What C functions are told that happens (`PyTrace_*`).
pub mod what {
    pub const CALL: i32 = 0;
    pub const EXCEPTION: i32 = 1;
    pub const LINE: i32 = 2;
    pub const RETURN: i32 = 3;
    pub const C_CALL: i32 = 4;
    pub const C_EXCEPTION: i32 = 5;
    pub const C_RETURN: i32 = 6;
    pub const OPCODE: i32 = 7;
}

/// What Python functions are told.
fn name_of(t: &Thread, what: i32) -> &PyStr {
    match what {
        what::CALL => name!(t, "call"),
        what::EXCEPTION => name!(t, "exception"),
        what::LINE => name!(t, "line"),
        what::RETURN => name!(t, "return"),
        what::C_CALL => name!(t, "c_call"),
        what::C_EXCEPTION => name!(t, "c_exception"),
        what::C_RETURN => name!(t, "c_return"),
        _ => name!(t, "opcode"),
    }
}

/// The two functions of a thread.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Trace,
    Profile,
}

/// Sets a thread's function and the object that it gets.
///
/// # Safety
/// A living thread of the list, under the GIL. The function may be called with the object while it is installed.
unsafe fn put(t: &Thread, of: *mut Thread, kind: Kind, function: Option<Py_tracefunc>, object: Option<&Object>) {
    // SAFETY: the caller's promise; the thread state owns its reference.
    unsafe {
        let raw = (*of).as_ptr();
        let (function_slot, object_slot) = match kind {
            Kind::Trace => (&raw mut (*raw).c_tracefunc, &raw mut (*raw).c_traceobj),
            Kind::Profile => (&raw mut (*raw).c_profilefunc, &raw mut (*raw).c_profileobj),
        };
        let new = object.map_or(core::ptr::null_mut(), |object| object.own().into_ptr());
        let old = core::mem::replace(&mut *object_slot, new);
        *function_slot = function;
        super::next_version(t);
        refcount::xdecref(old);
    }
}

/// `PyEval_SetTrace` or `PyEval_SetProfile` of one thread: a C function, or none, and the object that it gets.
///
/// # Safety
/// A living thread of the list, under the GIL. The function may be called with the object while it is installed.
pub unsafe fn install(
    t: &Thread,
    of: *mut Thread,
    kind: Kind,
    function: Option<Py_tracefunc>,
    object: Option<&Object>,
) -> PyResult<()> {
    let name = if kind == Kind::Trace { "sys.settrace" } else { "sys.setprofile" };
    audit::audit(t, name, &[])?;
    // SAFETY: the caller's promise.
    unsafe { put(t, of, kind, function, object) };
    Ok(())
}

/// Gives up the functions of a thread that ends.
///
/// # Safety
/// A living thread, under the GIL.
pub unsafe fn clear(t: &Thread, of: *mut Thread) {
    // SAFETY: the caller's promise.
    unsafe {
        for kind in [Kind::Trace, Kind::Profile] {
            let raw = (*of).raw();
            let (function, object) = match kind {
                Kind::Trace => (raw.c_tracefunc, raw.c_traceobj),
                Kind::Profile => (raw.c_profilefunc, raw.c_profileobj),
            };
            if function.is_some() || !object.is_null() {
                put(t, of, kind, None, None);
            }
        }
    }
}

/// `sys.settrace` of one thread.
pub fn set_trace(t: &Thread, of: *mut Thread, function: Option<&Object>) -> PyResult<()> {
    let function = function.filter(|f| !f.is(singletons::none()));
    // SAFETY: a living thread of the list, under the GIL.
    unsafe { install(t, of, Kind::Trace, function.map(|_| trace_python as Py_tracefunc), function) }
}

/// `sys.setprofile` of one thread.
pub fn set_profile(t: &Thread, of: *mut Thread, function: Option<&Object>) -> PyResult<()> {
    let function = function.filter(|f| !f.is(singletons::none()));
    // SAFETY: as above.
    unsafe { install(t, of, Kind::Profile, function.map(|_| profile_python as Py_tracefunc), function) }
}

/// Calls a Python function for an event. If it raises, the thread's function is taken away.
///
/// # Safety
/// The contract of a `Py_tracefunc` that is called by this thread.
unsafe fn call_python(
    t: &Thread,
    kind: Kind,
    function: &Object,
    frame: &PyFrame,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult {
    // SAFETY: the caller's promise.
    let arg = unsafe { Object::from_ptr_opt(arg) }.unwrap_or_else(|| singletons::none());
    let result = function.call(t, &[frame.as_object(), name_of(t, what).as_object(), arg]);
    if result.is_err() {
        let exception = errors::take(t);
        // SAFETY: the current thread.
        unsafe { put(t, core::ptr::from_ref(t).cast_mut(), kind, None, None) };
        if kind == Kind::Trace {
            frame.set_trace(None);
        }
        if let Some(exception) = exception {
            return Err(errors::restore_raised(t, exception));
        }
    }
    result
}

/// The C function that stands for a Python trace function: a call goes to the thread's, other events to the frame's own,
/// which gives the next one.
unsafe extern "C" fn trace_python(
    this: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: the contract of a `Py_tracefunc`: the object it was installed with, a living frame, an object or null.
    unsafe {
        let t = thread::current();
        let frame = Object::from_ptr(frame.cast()).cast_unchecked::<PyFrame>();
        let function = if what == what::CALL { Object::from_ptr_opt(this).map(Own::own) } else { frame.trace() };
        let Some(function) = function else { return 0 };
        match call_python(t, Kind::Trace, &function, frame, what, arg) {
            Ok(next) if next.is(singletons::none()) => 0,
            Ok(next) => {
                frame.set_trace(Some(next));
                0
            }
            Err(_) => -1,
        }
    }
}

/// The C function that stands for a Python profile function.
unsafe extern "C" fn profile_python(
    this: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: as above.
    unsafe {
        let Some(function) = Object::from_ptr_opt(this).map(Own::own) else { return 0 };
        let frame = Object::from_ptr(frame.cast()).cast_unchecked::<PyFrame>();
        match call_python(thread::current(), Kind::Profile, &function, frame, what, arg) {
            Ok(_) => 0,
            Err(_) => -1,
        }
    }
}

/// Whether an event other than a call may be told: the thread has a trace function and, if that is a Python function, so
/// has the frame.
unsafe fn hears(t: &Thread, frame: *mut Frame) -> bool {
    // SAFETY: the running frame; its object's fields are plain.
    unsafe {
        let Some(function) = t.raw().c_tracefunc else { return false };
        let object = (*frame).frame_obj;
        !core::ptr::fn_addr_eq(function, trace_python as Py_tracefunc)
            || !object.is_null() && !(*object).f_trace.is_null()
    }
}

/// The trace function of this thread.
pub fn trace_function(t: &Thread) -> Option<Owned> {
    // SAFETY: an object or null.
    unsafe { Object::from_ptr_opt(t.raw().c_traceobj).map(Own::own) }
}

/// The profile function of this thread.
pub fn profile_function(t: &Thread) -> Option<Owned> {
    // SAFETY: an object or null.
    unsafe { Object::from_ptr_opt(t.raw().c_profileobj).map(Own::own) }
}

/// The kind of event that a trace function is told of, for `f_lineno`, which can be set in some.
unsafe fn event_of(frame: *mut Frame, what: c_int) -> u32 {
    // SAFETY: a live frame.
    let (opcode, oparg) = unsafe {
        let ip = (*frame).instr_ptr;
        (crate::frame::code_of(frame).opcode_at(ip), *ip >> 8)
    };
    match what {
        what::CALL if opcode == op::RESUME && oparg & 3 != 0 => event::PY_RESUME,
        what::CALL => event::PY_START,
        what::LINE => event::LINE,
        what::OPCODE => event::INSTRUCTION,
        what::EXCEPTION => event::RAISE,
        what::RETURN if opcode == op::YIELD_VALUE => event::PY_YIELD,
        what::RETURN => event::PY_RETURN,
        what::C_CALL => event::CALL,
        what::C_RETURN => event::C_RETURN,
        _ => event::C_RAISE,
    }
}

/// Calls a thread's function, if it has one.
unsafe fn tell(t: &Thread, kind: Kind, event: u32, frame: &PyFrame, what: c_int, arg: Option<&Object>) -> PyResult<()> {
    let raw = t.raw();
    let (function, object) = match kind {
        Kind::Trace => (raw.c_tracefunc, raw.c_traceobj),
        Kind::Profile => (raw.c_profilefunc, raw.c_profileobj),
    };
    let Some(function) = function else { return Ok(()) };
    // The function may take itself away.
    // SAFETY: an object or null; the function was installed for such calls.
    let status = unsafe {
        let object = Object::from_ptr_opt(object).map(Own::own);
        let object = object.as_ref().map_or(core::ptr::null_mut(), |o| o.as_ptr());
        let arg = arg.map_or(core::ptr::null_mut(), Object::as_ptr);
        quietly(t, event, || function(object, frame.as_object().as_ptr().cast(), what, arg))
    };
    match status {
        0 => Ok(()),
        _ if errors::occurred(t) => Err(Raised::assume()),
        _ => Err(err!(t, SystemError, "a trace function failed without setting an exception")),
    }
}

/// Tells the trace function of an event of a frame other than a call.
fn local(t: &Thread, frame: *mut Frame, what: c_int, arg: Option<&Object>) -> PyResult<()> {
    // SAFETY: the running frame.
    unsafe {
        if t.raw().tracing > 0 || !hears(t, frame) {
            return Ok(());
        }
        let object = frame::object_of(t, frame)?;
        tell(t, Kind::Trace, event_of(frame, what), &object, what, arg)
    }
}

fn profile(t: &Thread, frame: *mut Frame, what: c_int, arg: Option<&Object>) -> PyResult<()> {
    if t.raw().tracing > 0 || t.raw().c_profilefunc.is_none() {
        return Ok(());
    }
    // SAFETY: the running frame.
    unsafe {
        let object = frame::object_of(t, frame)?;
        tell(t, Kind::Profile, event_of(frame, what), &object, what, arg)
    }
}

/// A function was entered, or a generator resumed.
pub fn call_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    let none = Some(singletons::none());
    if t.raw().c_tracefunc.is_some() && t.raw().tracing == 0 {
        // SAFETY: the running frame.
        unsafe {
            let object = frame::object_of(t, frame)?;
            tell(t, Kind::Trace, event_of(frame, what::CALL), &object, what::CALL, none)?;
        }
    }
    profile(t, frame, what::CALL, none)
}

/// A line begins.
pub fn line_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the running frame; its object's fields are plain.
    unsafe {
        let object = (*frame).frame_obj;
        if !object.is_null() && (*object).f_trace_lines == 0 {
            return Ok(());
        }
    }
    local(t, frame, what::LINE, Some(singletons::none()))
}

/// An instruction comes, and the frame asked for them.
pub fn opcode_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: as above.
    unsafe {
        let object = (*frame).frame_obj;
        if object.is_null() || (*object).f_trace_opcodes == 0 {
            return Ok(());
        }
    }
    local(t, frame, what::OPCODE, Some(singletons::none()))
}

/// A function returns or yields a value, or is left by an exception.
pub fn return_event(t: &Thread, frame: *mut Frame, value: Option<&Object>) -> PyResult<()> {
    local(t, frame, what::RETURN, value)?;
    profile(t, frame, what::RETURN, value)
}

/// What trace functions get to know of an exception: its class, itself and its traceback.
fn exception_argument(t: &Thread, exception: &Object) -> PyResult<Owned<PyTuple>> {
    let traceback = exceptions::traceback(exception).unwrap_or_else(|| singletons::none().own());
    PyTuple::from_vec(t, vec![exception.class().as_object().own(), exception.own(), traceback])
}

/// An exception is in flight in a frame.
pub fn exception_event(t: &Thread, frame: *mut Frame, exception: &Object) -> PyResult<()> {
    // SAFETY: the running frame.
    if !unsafe { hears(t, frame) } {
        return Ok(());
    }
    local(t, frame, what::EXCEPTION, Some(exception_argument(t, exception)?.as_object()))
}

/// C code is called, returns or raises.
pub fn c_event(t: &Thread, frame: *mut Frame, what: c_int, callable: &Object, first: Option<&Object>) -> PyResult<()> {
    if t.raw().c_profilefunc.is_none() || t.raw().tracing > 0 {
        return Ok(());
    }
    if callable.is_instance_of::<PyCFunction>() {
        return profile(t, frame, what, Some(callable));
    }
    if callable.is_exact::<PyMethodDescr>()
        && let Some(this) = first
    {
        // SAFETY: a slot of the descriptor's type.
        unsafe {
            let Some(get) = (*callable.class().as_type_ptr()).tp_descr_get else { return Ok(()) };
            let bound: Owned =
                Owned::from_result(get(callable.as_ptr(), this.as_ptr(), this.class().as_object().as_ptr()))?;
            return profile(t, frame, what, Some(&bound));
        }
    }
    Ok(())
}

/// The events that a thread's functions are told of where code is instrumented: those of exceptions are told anyway.
pub fn events(of: &Thread) -> u32 {
    let both = 1 << event::PY_START | 1 << event::PY_RESUME | 1 << event::PY_RETURN | 1 << event::PY_YIELD;
    let trace = match of.raw().c_tracefunc {
        Some(_) => both | 1 << event::LINE | 1 << event::STOP_ITERATION,
        None => 0,
    };
    let profile = if of.raw().c_profilefunc.is_some() { both | 1 << event::CALL } else { 0 };
    trace | profile
}

/// Tools of `sys.monitoring` that stand for the threads' profile and trace functions where native code listens.
pub const PROFILE_TOOL: usize = 6;
pub const TRACE_TOOL: usize = 7;

/// Whether a tool's function, in any thread, wants an event of native code.
pub fn wants(t: &Thread, tool: usize, which: u32) -> bool {
    let events: &[u32] = match tool {
        TRACE_TOOL => &[event::LINE, event::RAISE, event::STOP_ITERATION],
        _ => &[event::CALL, event::C_RETURN, event::C_RAISE],
    };
    let both =
        [event::PY_START, event::PY_RESUME, event::PY_THROW, event::PY_RETURN, event::PY_YIELD, event::PY_UNWIND];
    if !events.contains(&which) && !both.contains(&which) {
        return false;
    }
    t.interpreter().thread_list().into_iter().any(|thread| {
        // SAFETY: threads of the list are alive under the GIL.
        let raw = unsafe { (*thread).raw() };
        if tool == TRACE_TOOL { raw.c_tracefunc.is_some() } else { raw.c_profilefunc.is_some() }
    })
}

/// Tells a thread's function of an event of native code, as one of the Python code that called it. `args` are those of
/// the tools' callbacks, without code and offset.
pub fn native_event(t: &Thread, tool: usize, which: u32, args: &[&Object]) -> PyResult<()> {
    let frame = frame::current(t);
    let kind = if tool == TRACE_TOOL { Kind::Trace } else { Kind::Profile };
    let first = args.first().copied();
    if frame.is_null() {
        return Ok(());
    }
    match which {
        event::CALL | event::C_RETURN | event::C_RAISE => {
            let what = match which {
                event::CALL => what::C_CALL,
                event::C_RETURN => what::C_RETURN,
                _ => what::C_EXCEPTION,
            };
            let Some(callable) = first else { return Ok(()) };
            return c_event(t, frame, what, callable, args.get(1).copied());
        }
        _ => {}
    }
    // SAFETY: the frame of the running Python code.
    unsafe {
        let object = frame::object_of(t, frame)?;
        match which {
            event::PY_RETURN | event::PY_YIELD => tell(t, kind, which, &object, what::RETURN, first),
            event::PY_UNWIND => tell(t, kind, which, &object, what::RETURN, None),
            event::RAISE | event::STOP_ITERATION => {
                let Some(exception) = first else { return Ok(()) };
                tell(t, kind, which, &object, what::EXCEPTION, Some(exception_argument(t, exception)?.as_object()))
            }
            event::LINE => {
                let line =
                    first.and_then(|line| line.downcast::<PyInt>()).map_or(-1, |line| line.to_i64().unwrap_or(-1));
                let raw = object.as_object().as_ptr().cast::<PyFrameObject>();
                if (*raw).f_trace_lines == 0 || line < 0 {
                    return Ok(());
                }
                (*raw).f_lineno = line as c_int;
                let result = tell(t, kind, which, &object, what::LINE, Some(singletons::none()));
                (*raw).f_lineno = 0;
                result
            }
            _ => tell(t, kind, which, &object, what::CALL, Some(singletons::none())),
        }
    }
}
