//! The part of `internal/pycore_crossinterp.h` about going to another interpreter: what passes on the way in, what comes
//! back, and exceptions in words.

use crate::contract::*;
use crate::interp::interpreter_error;
use core::ffi::{c_char, c_int};
use std::ffi::CString;
use taipan_interp::subinterpreters;
use taipan_object::abi::*;
use taipan_object::{Object, Own, Owned, PyDict, PyResult, PyStr, Raised, Thread, err, errors, exceptions};
use taipan_runtime::{Interpreter, refcount, thread};
use taipan_std_interpreters::excinfo::ExcInfo;
use taipan_std_interpreters::not_shareable;
use taipan_std_interpreters::shared::{self, Fallback, Namespace, Shared};

/// `_PyXI_excinfo`.
#[repr(C)]
pub struct CExcInfo {
    builtin: *mut PyTypeObject,
    name: *const c_char,
    qualname: *const c_char,
    module: *const c_char,
    msg: *const c_char,
    errdisplay: *const c_char,
}

/// `_PyXI_errcode`.
const NO_ERROR: c_int = 0;
const UNCAUGHT_EXCEPTION: c_int = -1;
const ALREADY_RUNNING: c_int = -4;
const APPLY_NS_FAILURE: c_int = -6;
const NOT_SHAREABLE: c_int = -9;

/// `_PyXI_failure`.
pub struct Failure {
    code: c_int,
    message: Option<String>,
}

/// `_PyXI_session_result`.
#[repr(C)]
pub struct SessionResult {
    preserved: Obj,
    excinfo: Obj,
    errcode: c_int,
}

/// `_PyXI_session`: a stay in another interpreter.
pub struct Session {
    /// The interpreter that is visited, once it has been entered.
    interp: Option<&'static Interpreter>,
    /// The thread states of the visitor and of the visit, if it has one of its own.
    home: *mut Thread,
    away: *mut Thread,
    preserved: Vec<(String, Shared)>,
}

fn text(value: Option<&str>) -> *const c_char {
    match value.and_then(|value| CString::new(value).ok()) {
        Some(value) => value.into_raw(),
        None => core::ptr::null(),
    }
}

unsafe fn free_text(value: *const c_char) {
    if !value.is_null() {
        // SAFETY: `text` made it.
        drop(unsafe { CString::from_raw(value.cast_mut()) });
    }
}

impl CExcInfo {
    unsafe fn info(&self) -> ExcInfo {
        // SAFETY: strings of ours.
        unsafe {
            ExcInfo {
                type_name: c_text(self.name).unwrap_or_default(),
                type_qualname: c_text(self.qualname).unwrap_or_default(),
                type_module: c_text(self.module).unwrap_or_default(),
                msg: c_text(self.msg),
                errdisplay: c_text(self.errdisplay),
            }
        }
    }
}

/// Enters the interpreter of a session.
unsafe fn enter(
    t: &Thread,
    session: &mut Session,
    interp: *mut PyInterpreterState,
    updates: Obj,
    result: *mut SessionResult,
) -> PyResult<()> {
    // SAFETY: the contract of the callers; thread states are used by this OS thread alone.
    unsafe {
        let failed = |code: c_int| {
            if let Some(result) = result.as_mut() {
                result.errcode = code;
            }
        };
        let interp: &'static Interpreter =
            if interp.is_null() { t.interpreter() } else { &*interp.cast::<Interpreter>() };
        let updates = match opt(updates).and_then(|op| op.downcast::<PyDict>()).filter(|dict| dict.len() > 0) {
            Some(dict) => Some(Namespace::capture(t, dict, Fallback::Full)?),
            None => None,
        };
        let other = !core::ptr::eq(interp, t.interpreter());
        if other {
            let free = subinterpreters::update(interp.id, |entry| {
                let free = entry.running == 0;
                entry.running += usize::from(free);
                free
            });
            if free != Some(true) {
                failed(ALREADY_RUNNING);
                return Err(interpreter_error(t, "interpreter already running"));
            }
        }
        session.interp = Some(interp);
        session.home = core::ptr::from_ref(t).cast_mut();
        session.away = core::ptr::null_mut();
        let there = if other {
            session.away = Thread::new(interp);
            Thread::link(session.away);
            let limit = t.raw().py_recursion_limit;
            (*(*session.away).as_ptr()).py_recursion_limit = limit;
            (*(*session.away).as_ptr()).py_recursion_remaining = limit;
            t.swap(session.away)
        } else {
            t
        };
        if let Some(updates) = updates
            && let Err(raised) = main_dict(there).and_then(|dict| updates.apply(there, &dict))
        {
            let info = ExcInfo::of_raised(there, raised);
            leave(session);
            failed(APPLY_NS_FAILURE);
            return Err(shared::refused(&*session.home, "failed to apply the namespace", &info));
        }
        Ok(())
    }
}

/// Comes back from the interpreter of a session.
unsafe fn leave(session: &mut Session) {
    // SAFETY: the thread states of `enter`.
    unsafe {
        let Some(interp) = session.interp.take() else { return };
        if session.away.is_null() {
            return;
        }
        subinterpreters::update(interp.id, |entry| entry.running = 0);
        let there = &*session.away;
        taipan_interp::modules::thread::clear_state(there);
        Thread::leave(core::mem::replace(&mut session.away, core::ptr::null_mut()), session.home);
    }
}

fn main_dict(t: &Thread) -> PyResult<Owned<PyDict>> {
    match taipan_interp::run::main_module(t)?.dict() {
        Some(dict) => Ok(dict),
        None => Err(errors::bad_internal_call(t)),
    }
}

fn note(failure: *mut Failure, code: c_int, message: Option<String>) {
    // SAFETY: a failure of ours, or null.
    if let Some(failure) = unsafe { failure.as_mut() } {
        *failure = Failure { code, message };
    }
}

/// Raises what a failure says.
fn raise(t: &Thread, failure: &Failure) -> Raised {
    let message = failure.message.clone().unwrap_or_default();
    match failure.code {
        NOT_SHAREABLE => shared::refuse(t, &message, None),
        -3 => errors::no_memory(t),
        ALREADY_RUNNING => interpreter_error(t, "interpreter already running"),
        _ => interpreter_error(t, &message),
    }
}

capi! {
    /// An exception in words, freed with `_PyXI_FreeExcInfo`; null with an exception.
    fn _PyXI_NewExcInfo[t](exception: Obj) -> Raw<*mut CExcInfo> {
        let Some(exception) = opt(exception).filter(|e| e.is_instance_of::<exceptions::BaseException>()) else {
            let _ = err!(t, ValueError, "missing exc");
            return core::ptr::null_mut();
        };
        let info = ExcInfo::capture(t, exception);
        let class = exception.class();
        let builtin = if class.flags() & _Py_TPFLAGS_STATIC_BUILTIN != 0 { class.as_type_ptr() } else { core::ptr::null_mut() };
        Box::into_raw(Box::new(CExcInfo {
            builtin,
            name: text(Some(&info.type_name)),
            qualname: text(Some(&info.type_qualname)),
            module: text(Some(&info.type_module)),
            msg: text(info.msg.as_deref()),
            errdisplay: text(info.errdisplay.as_deref()),
        }))
    }

    /// Frees an exception in words; null is allowed.
    fn _PyXI_FreeExcInfo(info: *mut CExcInfo) -> Void {
        if info.is_null() {
            return;
        }
        let info = Box::from_raw(info);
        for text in [info.name, info.qualname, info.module, info.msg, info.errdisplay] {
            free_text(text);
        }
    }

    /// The last line of what would be shown of an exception in words; a new reference.
    fn _PyXI_FormatExcInfo[t](info: *mut CExcInfo) -> New<PyStr> {
        PyStr::from_str(t, &(*info).info().formatted())
    }

    /// The namespace that Python code is given of an exception in words; a new reference.
    fn _PyXI_ExcInfoAsObject[t](info: *mut CExcInfo) -> New {
        (*info).info().to_object(t)
    }

    /// A failure that is none yet, freed with `_PyXI_FreeFailure`.
    fn _PyXI_NewFailure() -> Raw<*mut Failure> {
        Box::into_raw(Box::new(Failure { code: NO_ERROR, message: None }))
    }

    /// Frees a failure; null is allowed.
    fn _PyXI_FreeFailure(failure: *mut Failure) -> Void {
        if !failure.is_null() {
            drop(Box::from_raw(failure));
        }
    }

    /// What kind of failure it is.
    fn _PyXI_GetFailureCode(failure: *mut Failure) -> Raw<c_int> {
        failure.as_ref().map_or(NO_ERROR, |failure| failure.code)
    }

    /// Makes it a failure of a kind, with the text of an object.
    fn _PyXI_InitFailure[t](failure: *mut Failure, code: c_int, op: Obj) -> Status {
        let message = match opt(op) {
            Some(op) => Some(op.str(t)?.to_string_lossy()),
            None => None,
        };
        note(failure, code, message);
        Ok(())
    }

    /// Makes it a failure of a kind, with a text.
    fn _PyXI_InitFailureUTF8(failure: *mut Failure, code: c_int, message: *const c_char) -> Void {
        note(failure, code, c_text(message));
    }

    /// Replaces a NotShareableError in flight by its cause, and notes the failure: 0, or -1 if it has none or is another.
    fn _PyXI_UnwrapNotShareableError[t](_ts: *mut PyThreadState, failure: *mut Failure) -> Raw<c_int> {
        let Some(exception) = errors::take(t) else { return -1 };
        let class = not_shareable(t);
        let is_it = match &class {
            Ok(class) => exception.class().is_subtype(class),
            Err(_) => {
                errors::clear(t);
                false
            }
        };
        if !is_it {
            let _ = errors::restore_raised(t, exception);
            return -1;
        }
        note(failure, NOT_SHAREABLE, Some(exception.str_lossy(t)));
        match exceptions::cause(&exception) {
            Some(cause) => {
                let _ = errors::restore_raised(t, cause);
                0
            }
            None => {
                let _ = errors::restore_raised(t, exception);
                -1
            }
        }
    }

    /// A stay in another interpreter that has not begun, freed with `_PyXI_FreeSession`.
    fn _PyXI_NewSession() -> Raw<*mut Session> {
        Box::into_raw(Box::new(Session {
            interp: None,
            home: core::ptr::null_mut(),
            away: core::ptr::null_mut(),
            preserved: Vec::new(),
        }))
    }

    /// Frees a stay that has ended; null is allowed.
    fn _PyXI_FreeSession(session: *mut Session) -> Void {
        if !session.is_null() {
            drop(Box::from_raw(session));
        }
    }

    /// Gives up what came of a stay.
    fn _PyXI_ClearResult(result: *mut SessionResult) -> Void {
        refcount::xdecref(core::mem::replace(&mut (*result).preserved, core::ptr::null_mut()));
        refcount::xdecref(core::mem::replace(&mut (*result).excinfo, core::ptr::null_mut()));
    }

    /// Goes to an interpreter (null: stays) and binds names in its `__main__`: 0, or -1 with an exception here.
    fn _PyXI_Enter[t](
        session: *mut Session, interp: *mut PyInterpreterState, updates: Obj, result: *mut SessionResult,
    ) -> Status {
        enter(t, &mut *session, interp, updates, result)
    }

    /// Comes back: 0, or -1 with an exception here, or with one of there in words in the result.
    fn _PyXI_Exit(session: *mut Session, failure: *mut Failure, result: *mut SessionResult) -> Raw<c_int> {
        let session = &mut *session;
        let there = &*thread::current_ptr();
        let failure = failure.as_ref().filter(|failure| failure.code != NO_ERROR);
        let uncaught = errors::take(there).map(|exception| ExcInfo::capture(there, &exception));
        leave(session);
        let t = &*thread::current_ptr();
        let kept = core::mem::take(&mut session.preserved);
        let mut code = NO_ERROR;
        let mut finish = || -> PyResult<()> {
            if let Some(failure) = failure {
                code = failure.code;
                return Err(raise(t, failure));
            }
            if let Some(info) = &uncaught {
                code = UNCAUGHT_EXCEPTION;
                if let Some(result) = result.as_mut() {
                    result.excinfo = info.to_object(t)?.into_ptr();
                }
                return Ok(());
            }
            if !kept.is_empty() {
                let dict = PyDict::new(t)?;
                for (name, value) in &kept {
                    dict.set_item(t, &*PyStr::from_str(t, name)?, &*value.restore(t)?)?;
                }
                if let Some(result) = result.as_mut() {
                    result.preserved = dict.into_object().into_ptr();
                }
            }
            Ok(())
        };
        let failed = finish().is_err();
        if let Some(result) = result.as_mut() {
            result.errcode = code;
        }
        if failed || code != NO_ERROR { -1 } else { 0 }
    }

    /// The namespace of `__main__` in the interpreter of a stay, borrowed; null with an exception.
    fn _PyXI_GetMainNamespace[t](_session: *mut Session, failure: *mut Failure) -> Borrowed {
        match main_dict(t) {
            // The module keeps it alive.
            Ok(dict) => Ok(dict.as_object().as_ptr()),
            Err(raised) => {
                note(failure, -5, None);
                Err(raised)
            }
        }
    }

    /// Keeps an object of there for the way back.
    fn _PyXI_Preserve[t](session: *mut Session, name: *const c_char, value: Obj, failure: *mut Failure) -> Status {
        match Shared::capture(t, o(value), Fallback::Full) {
            Ok(made) => {
                (*session).preserved.push((c_text(name).unwrap_or_default(), made));
                Ok(())
            }
            Err(raised) => {
                note(failure, NOT_SHAREABLE, None);
                Err(raised)
            }
        }
    }

    /// What was kept under a name; a new reference, or null without an exception.
    fn _PyXI_GetPreserved[t](result: *mut SessionResult, name: *const c_char) -> Raw<Obj> {
        let Some(dict) = opt((*result).preserved).and_then(|op: &Object| op.downcast::<PyDict>()) else {
            return core::ptr::null_mut();
        };
        match c_str(t, name).and_then(|name| dict.get_item(t, &name)) {
            Ok(Some(found)) => found.own().into_ptr(),
            _ => core::ptr::null_mut(),
        }
    }
}
