//! `sys.settrace` and `sys.setprofile` (`Python/legacy_tracing.c`).

use super::{event, quietly, update};
use crate::frame::{self, Frame, PyFrame};
use taipan_bytecode::opcode::op;
use taipan_object::abi::PyObject;
use taipan_object::{
    Object, Own, Owned, PyCFunction, PyMethodDescr, PyResult, PyStr, PyTuple, Thread, audit, exceptions, singletons,
};
use taipan_runtime::refcount;

fn put(t: &Thread, slot: *mut *mut PyObject, function: Option<&Object>) {
    let new = function.filter(|f| !f.is(singletons::none())).map_or(core::ptr::null_mut(), |f| f.own().into_ptr());
    // SAFETY: a field of a thread state that owns its reference.
    let old = unsafe { core::mem::replace(&mut *slot, new) };
    update(t);
    // SAFETY: the old reference is ours.
    unsafe { refcount::xdecref(old) };
}

/// `sys.settrace` of one thread.
pub fn set_trace(t: &Thread, of: *mut Thread, function: Option<&Object>) -> PyResult<()> {
    audit::audit(t, "sys.settrace", &[])?;
    // SAFETY: a living thread of the list, under the GIL.
    put(t, unsafe { &raw mut (*(*of).as_ptr()).c_traceobj }, function);
    Ok(())
}

/// `sys.setprofile` of one thread.
pub fn set_profile(t: &Thread, of: *mut Thread, function: Option<&Object>) -> PyResult<()> {
    audit::audit(t, "sys.setprofile", &[])?;
    // SAFETY: as above.
    put(t, unsafe { &raw mut (*(*of).as_ptr()).c_profileobj }, function);
    Ok(())
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
unsafe fn event_of(frame: *mut Frame, what: &str) -> u32 {
    // SAFETY: a live frame.
    let (opcode, oparg) = unsafe {
        let unit = *(*frame).instr_ptr;
        (crate::code::generic(unit as u8), unit >> 8)
    };
    match what {
        "call" if opcode == op::RESUME && oparg & 3 != 0 => event::PY_RESUME,
        "call" => event::PY_START,
        "line" => event::LINE,
        "opcode" => event::INSTRUCTION,
        "exception" => event::RAISE,
        "return" if opcode == op::YIELD_VALUE => event::PY_YIELD,
        "return" => event::PY_RETURN,
        "c_call" => event::CALL,
        "c_return" => event::C_RETURN,
        _ => event::C_RAISE,
    }
}

/// Calls a trace or profile function. If it raises, it is taken away.
fn call(t: &Thread, function: &Object, frame: &PyFrame, what: &str, arg: &Object, trace: bool) -> PyResult {
    let name = PyStr::intern_str(t, what)?;
    // SAFETY: a live frame.
    let kind = unsafe { event_of(frame.frame(), what) };
    let result = quietly(t, kind, || function.call(t, &[frame.as_object(), name.as_object(), arg]));
    if result.is_err() {
        let exception = taipan_object::errors::take(t);
        let this = core::ptr::from_ref(t).cast_mut();
        // SAFETY: the current thread.
        unsafe {
            if trace {
                put(t, &raw mut (*(*this).as_ptr()).c_traceobj, None);
                frame.set_trace(None);
            } else {
                put(t, &raw mut (*(*this).as_ptr()).c_profileobj, None);
            }
        }
        if let Some(exception) = exception {
            return Err(taipan_object::errors::restore_raised(t, exception));
        }
    }
    result
}

/// Calls the frame's own trace function, which gives the next one.
fn local(t: &Thread, frame: *mut Frame, what: &str, arg: &Object) -> PyResult<()> {
    if t.raw().c_traceobj.is_null() || t.raw().tracing > 0 {
        return Ok(());
    }
    // SAFETY: the running frame.
    let object = unsafe { frame::object_of(t, frame)? };
    let Some(function) = object.trace() else { return Ok(()) };
    let next = call(t, &function, &object, what, arg, true)?;
    if !next.is(singletons::none()) {
        object.set_trace(Some(next));
    }
    Ok(())
}

fn profile(t: &Thread, frame: *mut Frame, what: &str, arg: &Object) -> PyResult<()> {
    if t.raw().tracing > 0 {
        return Ok(());
    }
    let Some(function) = profile_function(t) else { return Ok(()) };
    // SAFETY: the running frame.
    let object = unsafe { frame::object_of(t, frame)? };
    call(t, &function, &object, what, arg, false).map(drop)
}

/// A function was entered, or a generator resumed.
pub fn call_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    let none = singletons::none();
    if let Some(function) = trace_function(t)
        && t.raw().tracing == 0
    {
        // SAFETY: the running frame.
        let object = unsafe { frame::object_of(t, frame)? };
        let next = call(t, &function, &object, "call", none, true)?;
        if !next.is(none) {
            object.set_trace(Some(next));
        }
    }
    profile(t, frame, "call", none)
}

/// A line begins.
pub fn line_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    if t.raw().c_traceobj.is_null() {
        return Ok(());
    }
    // SAFETY: the running frame; its object's fields are plain.
    unsafe {
        let object = (*frame).frame_obj;
        if object.is_null() || (*object).f_trace_lines == 0 {
            return Ok(());
        }
    }
    local(t, frame, "line", singletons::none())
}

/// An instruction comes, and the frame asked for them.
pub fn opcode_event(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    if t.raw().c_traceobj.is_null() {
        return Ok(());
    }
    // SAFETY: as above.
    unsafe {
        let object = (*frame).frame_obj;
        if object.is_null() || (*object).f_trace_opcodes == 0 {
            return Ok(());
        }
    }
    local(t, frame, "opcode", singletons::none())
}

/// A function returns or yields a value, or is left by an exception.
pub fn return_event(t: &Thread, frame: *mut Frame, value: Option<&Object>) -> PyResult<()> {
    let arg = value.unwrap_or_else(|| singletons::none());
    local(t, frame, "return", arg)?;
    profile(t, frame, "return", arg)
}

/// An exception is in flight in a frame.
pub fn exception_event(t: &Thread, frame: *mut Frame, exception: &Object) -> PyResult<()> {
    if t.raw().c_traceobj.is_null() {
        return Ok(());
    }
    let traceback = exceptions::traceback(exception).unwrap_or_else(|| singletons::none().own());
    let items = vec![exception.class().as_object().own(), exception.own(), traceback];
    let arg = PyTuple::from_vec(t, items)?;
    local(t, frame, "exception", &arg)
}

/// C code is called, returns or raises.
pub fn c_event(t: &Thread, frame: *mut Frame, what: &str, callable: &Object, first: Option<&Object>) -> PyResult<()> {
    if t.raw().c_profileobj.is_null() || t.raw().tracing > 0 {
        return Ok(());
    }
    if callable.is_instance_of::<PyCFunction>() {
        return profile(t, frame, what, callable);
    }
    if callable.is_exact::<PyMethodDescr>()
        && let Some(this) = first
    {
        // SAFETY: a slot of the descriptor's type.
        unsafe {
            let Some(get) = (*callable.class().as_type_ptr()).tp_descr_get else { return Ok(()) };
            let bound: Owned =
                Owned::from_result(get(callable.as_ptr(), this.as_ptr(), this.class().as_object().as_ptr()))?;
            return profile(t, frame, what, &bound);
        }
    }
    Ok(())
}
