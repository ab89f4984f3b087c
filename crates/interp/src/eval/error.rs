//! Errors in the loop: unwinding to a handler, `raise`, matching of `except` clauses.

use super::Unwound;
use crate::code::PyCode;
use crate::frame::{Frame, code_of, lasti_of, locals_of};
use crate::stackref::StackRef;
use crate::traceback;
use taipan_bytecode::tables::co;
use taipan_object::abi::*;
use taipan_object::{Object, Own, Owned, PyInt, PyResult, PyTuple, PyType, err, errors, exceptions, singletons};
use taipan_runtime::{Thread, refcount};

/// Adds the frame to the traceback of the exception in flight.
pub(super) unsafe fn note(t: &Thread, frame: *mut Frame) {
    if t.current_exception().is_null() {
        let _ = err!(t, SystemError, "error return without exception set");
    }
    // SAFETY: the frame is the running one.
    unsafe { traceback::here(t, frame) };
}

/// Finds the handler for the exception in flight and prepares the stack for it. `raised_at` is the instruction that
/// the handler protects if it is not the frame's current one.
pub(super) unsafe fn unwind(t: &Thread, frame: *mut Frame, raised_at: *const u16) -> Unwound {
    // SAFETY: the frame is the running one; the table was made with the code.
    unsafe {
        let code = code_of(frame);
        let lasti = lasti_of(frame);
        let unit = (lasti / 2).max(0) as u32;
        let protected = if raised_at.is_null() { unit } else { raised_at.offset_from(code.code_ptr()) as u32 };
        let Some(entry) = code.handler(protected) else {
            return leave(t, frame);
        };
        let base = locals_of(frame).add((*code.raw()).co_nlocalsplus as usize);
        let target = base.add(entry.depth as usize);
        let mut sp = (*frame).stackpointer.cast::<StackRef>();
        while sp > target {
            sp = sp.sub(1);
            let word = *sp;
            (*frame).stackpointer = sp.cast();
            if !word.is_null() {
                word.close();
            }
        }
        if entry.lasti {
            let Ok(at) = PyInt::from_i64(t, i64::from(unit)) else {
                return leave(t, frame);
            };
            *sp = StackRef::from_owned(at);
            sp = sp.add(1);
        }
        let Some(exception) = errors::take(t) else {
            return leave(t, frame);
        };
        *sp = StackRef::from_owned(exception);
        sp = sp.add(1);
        (*frame).stackpointer = sp.cast();
        (*frame).instr_ptr = code.code_ptr().add(entry.target as usize);
        Unwound::Handler
    }
}

/// As [`unwind`], and tells tools of the handler. An exception of a tool goes to the handler of the unit before this
/// handler, if there is one, as in CPython: the handler itself has not begun, so what guards it must not run.
///
/// # Safety
/// As for [`unwind`].
pub(super) unsafe fn unwind_told(t: &Thread, frame: *mut Frame, raised_at: *const u16) -> Unwound {
    let mut raised_at = raised_at;
    // SAFETY: the caller's promise.
    unsafe {
        loop {
            match unwind(t, frame, raised_at) {
                Unwound::Handler if crate::tracing::handled(t, frame).is_err() => {
                    raised_at = (*frame).instr_ptr.wrapping_sub(1);
                }
                unwound => return unwound,
            }
        }
    }
}

unsafe fn leave(_t: &Thread, frame: *mut Frame) -> Unwound {
    // SAFETY: everything above the locals is given up.
    unsafe {
        let code = code_of(frame);
        let base = locals_of(frame).add((*code.raw()).co_nlocalsplus as usize);
        let mut sp = (*frame).stackpointer.cast::<StackRef>();
        while sp > base {
            sp = sp.sub(1);
            let word = *sp;
            (*frame).stackpointer = sp.cast();
            if !word.is_null() {
                word.close();
            }
        }
    }
    Unwound::Leave
}

/// `raise exception from cause`. True if an exception being handled is raised again.
pub(super) fn do_raise(t: &Thread, exception: Option<Owned>, cause: Option<Owned>) -> bool {
    let Some(exception) = exception else {
        // SAFETY: the chain of handled exceptions is live.
        let handled = unsafe { Object::from_ptr_opt((*t.topmost_exc_info()).exc_value) };
        match handled.filter(|h| !h.is(singletons::none())) {
            Some(handled) => {
                let _ = errors::restore_raised(t, handled.own());
                return true;
            }
            None => {
                let _ = err!(t, RuntimeError, "No active exception to reraise");
                return false;
            }
        }
    };
    let is_class = |o: &Object| o.downcast::<PyType>().is_some_and(|ty| ty.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0);
    let value = if is_class(&exception) {
        match exception.call(t, &[]) {
            Ok(value) => {
                if !value.is_instance_of::<exceptions::BaseException>() {
                    let _ = err!(
                        t,
                        TypeError,
                        "calling {} should have returned an instance of BaseException, not {}",
                        exception.repr_lossy(t),
                        value.class().as_object().repr_lossy(t)
                    );
                    return false;
                }
                value
            }
            Err(_) => return false,
        }
    } else if exception.is_instance_of::<exceptions::BaseException>() {
        exception
    } else {
        let _ = err!(t, TypeError, "exceptions must derive from BaseException");
        return false;
    };
    if let Some(cause) = cause {
        let fixed = if is_class(&cause) {
            match cause.call(t, &[]) {
                Ok(made) => {
                    if !made.is_instance_of::<exceptions::BaseException>() {
                        let _ = err!(
                            t,
                            TypeError,
                            "calling {} should have returned an instance of BaseException, not {}",
                            cause.repr_lossy(t),
                            made.class().as_object().repr_lossy(t)
                        );
                        return false;
                    }
                    Some(made)
                }
                Err(_) => return false,
            }
        } else if cause.is_instance_of::<exceptions::BaseException>() {
            Some(cause)
        } else if cause.is(singletons::none()) {
            None
        } else {
            let _ = err!(t, TypeError, "exception causes must derive from BaseException");
            return false;
        };
        exceptions::set_cause(&value, fixed);
    }
    let _ = errors::raise(t, value);
    false
}

const CANNOT_CATCH: &str = "catching classes that do not inherit from BaseException is not allowed";

/// Checks that an object can be what an `except` or `except*` names.
pub fn check_exception_types(t: &Thread, types: &Object, star: bool) -> PyResult<()> {
    let check = |o: &Object| -> PyResult<()> {
        let Some(ty) = o.downcast::<PyType>().filter(|ty| ty.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0) else {
            return Err(err!(t, TypeError, "{CANNOT_CATCH}"));
        };
        if star && ty.is_subtype(<exceptions::BaseExceptionGroup as taipan_object::Class>::class()) {
            return Err(err!(t, TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead."));
        }
        Ok(())
    };
    match types.downcast::<PyTuple>() {
        Some(tuple) => tuple.as_slice().iter().try_for_each(|o| check(o)),
        None => check(types),
    }
}

/// `except types:`.
pub(super) fn check_exc_match(t: &Thread, exception: &Object, types: &Object) -> PyResult<bool> {
    check_exception_types(t, types, false)?;
    taipan_object::typeobject::given_exception_matches(t, exception, types)
}

/// `except* types:`.
pub(super) fn check_eg_match(
    t: &Thread,
    exception: &Object,
    types: &Object,
) -> PyResult<(Option<Owned>, Option<Owned>)> {
    check_exception_types(t, types, true)?;
    group_match(t, exception, types)
}

/// As [`check_eg_match`], of types that have been checked.
pub fn group_match(t: &Thread, exception: &Object, types: &Object) -> PyResult<(Option<Owned>, Option<Owned>)> {
    if exception.is(singletons::none()) {
        return Ok((None, None));
    }
    let (matched, rest) = exceptions::exception_group_match(t, exception, types)?;
    if let Some(group) = &matched
        && !exception.is_instance_of::<exceptions::BaseExceptionGroup>()
    {
        // A naked exception has been wrapped: the group comes from here.
        let frame = crate::frame::current(t);
        // SAFETY: the current frame is live.
        let entry = unsafe {
            let object = crate::frame::object_of(t, frame)?;
            let line = crate::frame::line_of(frame).unwrap_or(-1);
            crate::traceback::new(t, None, &object, crate::frame::lasti_of(frame) as i32, line)?
        };
        exceptions::set_traceback(group, Some(entry.into_object()));
    }
    Ok((matched, rest))
}

/// Makes an exception the one being handled.
pub(super) fn set_handled(t: &Thread, exception: &Object) {
    // SAFETY: the thread state owns what is being handled.
    unsafe {
        let info = t.raw().exc_info;
        let old = core::mem::replace(&mut (*info).exc_value, exception.own().into_ptr());
        refcount::xdecref(old);
    }
}

/// `StopIteration` that leaves a generator becomes `RuntimeError` (PEP 479).
pub(super) fn stop_iteration_error(t: &Thread, code: &PyCode, exception: &Object) -> PyResult {
    let flags = code.flags() as u32;
    let message = if exception.is_instance_of::<exceptions::StopIteration>() {
        if flags & co::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if flags & co::COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if flags & co::ASYNC_GENERATOR != 0 && exception.is_instance_of::<exceptions::StopAsyncIteration>() {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(exception.own());
    };
    let text = taipan_object::PyStr::from_str(t, message)?;
    let made = taipan_object::exceptions_class!(RuntimeError).call(t, &[&text])?;
    exceptions::set_cause(&made, Some(exception.own()));
    exceptions::set_context(&made, Some(exception.own()));
    Ok(made)
}
