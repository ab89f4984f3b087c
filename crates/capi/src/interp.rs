//! `internal/pycore_interp.h` and `internal/pycore_interpconfig.h`: interpreters by number, and their settings.

use crate::contract::*;
use crate::pylifecycle::{self, PyInterpreterConfig};
use crate::pystatus::PyStatus;
use core::ffi::{c_int, c_long};
use taipan_interp::subinterpreters::{self, Whence};
use taipan_object::abi::*;
use taipan_object::exceptions::crossinterp;
use taipan_object::{Class, Object, PyDict, PyInt, PyResult, Raised, Thread, err, errors, number};
use taipan_runtime::Interpreter;
use taipan_runtime::interpreter::InterpreterConfig;
use taipan_std_interpreters::config;

fn id_of(interp: *mut PyInterpreterState) -> i64 {
    // SAFETY: C has the pointer from us; interpreters live until the process ends.
    unsafe { interp.cast::<Interpreter>().as_ref() }.map_or(-1, |interp| interp.id)
}

/// `InterpreterError` with this message.
pub fn interpreter_error(t: &Thread, message: &str) -> Raised {
    errors::raise_fmt(t, <crossinterp::InterpreterError as Class>::class(), format_args!("{message}"))
}

fn object_to_id(t: &Thread, op: &Object) -> PyResult<i64> {
    if !number::is_index(op) {
        return Err(err!(t, TypeError, "interpreter ID must be an int, got {:.100}", op.class().name_lossy()));
    }
    let id = number::index(t, op)?;
    match id.downcast::<PyInt>().and_then(PyInt::to_i64) {
        Some(id) if id < 0 => {
            Err(err!(t, ValueError, "interpreter ID must be a non-negative int, got {}", op.repr(t)?.to_string_lossy()))
        }
        Some(id) => Ok(id),
        None => Err(err!(t, OverflowError, "int too big to convert")),
    }
}

fn look_up(t: &Thread, id: i64) -> PyResult<&'static Interpreter> {
    match subinterpreters::find(id) {
        Some(entry) => Ok(entry.interp),
        None => {
            let class = <crossinterp::InterpreterNotFoundError as Class>::class();
            Err(errors::raise_fmt(t, class, format_args!("unrecognized interpreter ID {id}")))
        }
    }
}

capi! {
    /// The number of an interpreter; a new reference.
    fn _PyInterpreterState_GetIDObject[t](interp: *mut PyInterpreterState) -> New<PyInt> {
        PyInt::from_i64(t, id_of(interp))
    }

    /// The number that an int is; -1 with an exception.
    fn _PyInterpreterState_ObjectToID[t](op: Obj) -> Raw<i64> {
        object_to_id(t, o(op)).unwrap_or(-1)
    }

    /// The interpreter of a number; null with an exception.
    fn _PyInterpreterState_LookUpID[t](id: i64) -> Raw<*mut PyInterpreterState> {
        look_up(t, id).map_or(core::ptr::null_mut(), Interpreter::as_ptr)
    }

    /// The interpreter of a number; null with an exception.
    fn _PyInterpreterState_LookUpIDObject[t](op: Obj) -> Raw<*mut PyInterpreterState> {
        let found = object_to_id(t, o(op)).and_then(|id| look_up(t, id));
        found.map_or(core::ptr::null_mut(), Interpreter::as_ptr)
    }

    /// Another object refers to the interpreter.
    fn _PyInterpreterState_IDIncref(interp: *mut PyInterpreterState) -> Void {
        subinterpreters::update(id_of(interp), |entry| entry.references += 1);
    }

    /// An object does not refer to the interpreter any more; it ends with the last one that it needs.
    fn _PyInterpreterState_IDDecref[t](interp: *mut PyInterpreterState) -> Void {
        let id = id_of(interp);
        let dead = subinterpreters::update(id, |entry| {
            let last = entry.references == 1;
            entry.references = (entry.references - 1).max(0);
            last && entry.needs_reference && entry.running == 0
        });
        if dead == Some(true) && id != t.interpreter().id {
            subinterpreters::destroy(t, id);
        }
    }

    /// Whether the interpreter ends with the last object that refers to it.
    fn _PyInterpreterState_RequiresIDRef(interp: *mut PyInterpreterState) -> Raw<c_int> {
        subinterpreters::find(id_of(interp)).is_some_and(|entry| entry.needs_reference).into()
    }

    /// Says whether the interpreter ends with the last object that refers to it.
    fn _PyInterpreterState_RequireIDRef(interp: *mut PyInterpreterState, required: c_int) -> Void {
        subinterpreters::update(id_of(interp), |entry| entry.needs_reference = required != 0);
    }

    /// Who made the interpreter.
    fn _PyInterpreterState_GetWhence(interp: *mut PyInterpreterState) -> Raw<c_long> {
        subinterpreters::find(id_of(interp)).map_or(Whence::Runtime, |entry| entry.whence) as c_long
    }

    /// Whether the interpreter can be used.
    fn _PyInterpreterState_IsReady(interp: *mut PyInterpreterState) -> Raw<c_int> {
        subinterpreters::find(id_of(interp)).is_some().into()
    }

    /// Something runs in the interpreter's `__main__` from now on; InterpreterError if something does already.
    fn _PyInterpreterState_SetRunningMain[t](interp: *mut PyInterpreterState) -> Status {
        let free = subinterpreters::update(id_of(interp), |entry| {
            let free = entry.running == 0;
            entry.running += usize::from(free);
            free
        });
        if free == Some(true) { Ok(()) } else { Err(interpreter_error(t, "interpreter already running")) }
    }

    /// Nothing runs in the interpreter's `__main__` any more.
    fn _PyInterpreterState_SetNotRunningMain(interp: *mut PyInterpreterState) -> Void {
        subinterpreters::update(id_of(interp), |entry| entry.running = 0);
    }

    /// Whether something runs in the interpreter's `__main__`.
    fn _PyInterpreterState_IsRunningMain(interp: *mut PyInterpreterState) -> Raw<c_int> {
        subinterpreters::find(id_of(interp)).is_some_and(|entry| entry.running > 0).into()
    }

    /// Raises that the interpreter runs something already.
    fn _PyErr_SetInterpreterAlreadyRunning[t]() -> Void {
        let _ = interpreter_error(t, "interpreter already running");
    }

    /// A new interpreter without a thread state into `*out`.
    fn _PyInterpreterState_New(_ts: *mut PyThreadState, out: *mut *mut PyInterpreterState) -> Raw<PyStatus> {
        *out = pylifecycle::PyInterpreterState_New();
        if (*out).is_null() { PyStatus::error_in(c"_PyInterpreterState_New", c"failed to create an interpreter") } else { PyStatus::ok() }
    }

    /// The settings from a dictionary that has all of them.
    fn _PyInterpreterConfig_InitFromDict[t](out: *mut PyInterpreterConfig, dict: Obj) -> Status {
        let mut made = InterpreterConfig::EMPTY;
        config::update_config(t, &mut made, as_dict(t, dict)?, true)?;
        *out = PyInterpreterConfig::from_config(&made);
        Ok(())
    }

    /// Changes settings by a dictionary.
    fn _PyInterpreterConfig_UpdateFromDict[t](out: *mut PyInterpreterConfig, dict: Obj) -> Status {
        let Some(mut made) = (*out).to_config() else {
            return Err(err!(t, ValueError, "invalid interpreter config 'gil' value"));
        };
        config::update_config(t, &mut made, as_dict(t, dict)?, false)?;
        *out = PyInterpreterConfig::from_config(&made);
        Ok(())
    }

    /// The settings as a dictionary; a new reference.
    fn _PyInterpreterConfig_AsDict[t](config: *mut PyInterpreterConfig) -> New<PyDict> {
        match (*config).to_config() {
            Some(known) => config::config_dict(t, &known),
            None => Err(err!(t, ValueError, "invalid interpreter config 'gil' value")),
        }
    }

    /// The settings of an interpreter.
    fn _PyInterpreterConfig_InitFromState[t](out: *mut PyInterpreterConfig, interp: *mut PyInterpreterState) -> Status {
        let _ = t;
        *out = PyInterpreterConfig::from_config(&(*interp.cast::<Interpreter>()).config);
        Ok(())
    }

    /// A new interpreter. Its thread state goes to `*made` (if that is not null), current or not at the caller's wish: with
    /// a place for the old thread state the new one stays current. Null with an exception.
    fn _PyXI_NewInterpreter[t](
        config: *mut PyInterpreterConfig, whence: *mut c_long, made: *mut *mut PyThreadState,
        saved: *mut *mut PyThreadState,
    ) -> Raw<*mut PyInterpreterState> {
        let wanted = if whence.is_null() { Some(Whence::CrossInterpreter) } else { pylifecycle::whence_from(*whence) };
        let Some(wanted) = wanted else {
            let _ = err!(t, ValueError, "unknown origin of an interpreter");
            return core::ptr::null_mut();
        };
        let old: *mut PyThreadState = t.as_ptr();
        let legacy = PyInterpreterConfig::from_config(&InterpreterConfig::ISOLATED);
        let config = if config.is_null() { &legacy } else { &*config };
        let new = match pylifecycle::new_interpreter(config, wanted) {
            Ok(new) => new,
            Err(status) => {
                crate::pystatus::_PyErr_SetFromPyStatus(status);
                let cause = errors::take(t);
                let raised = interpreter_error(t, "sub-interpreter creation failed");
                if let Some(cause) = cause {
                    let exception = errors::take_raised(t, raised);
                    taipan_object::exceptions::set_context(&exception, Some(cause));
                    let _ = errors::restore_raised(t, exception);
                }
                return core::ptr::null_mut();
            }
        };
        let interp = (*new).interpreter().as_ptr();
        if saved.is_null() {
            crate::pystate::PyThreadState_Swap(old);
        } else {
            *saved = old;
        }
        if made.is_null() {
            if !saved.is_null() {
                crate::pystate::PyThreadState_Swap(old);
            }
            crate::pystate::clear_state(new.cast());
            taipan_runtime::Thread::delete(new);
        } else {
            *made = new.cast();
        }
        interp
    }

    /// Ends an interpreter, with the thread state that it has left; `*saved`, if it is given, is current afterwards.
    fn _PyXI_EndInterpreter(
        interp: *mut PyInterpreterState, ts: *mut PyThreadState, saved: *mut *mut PyThreadState,
    ) -> Void {
        let current: *mut PyThreadState = taipan_runtime::thread::current_ptr().cast_mut().cast();
        let back = if saved.is_null() || (*saved).is_null() { current } else { *saved };
        if ts.is_null() {
            if let Some(t) = current.cast::<Thread>().as_ref() {
                subinterpreters::destroy(t, id_of(interp));
            }
            return;
        }
        if !core::ptr::eq(current, ts) {
            crate::pystate::PyThreadState_Swap(ts);
        }
        pylifecycle::Py_EndInterpreter(ts);
        if !core::ptr::eq(back, ts) {
            crate::pystate::PyThreadState_Swap(back);
        }
    }
}

unsafe fn as_dict<'a>(t: &Thread, dict: Obj) -> PyResult<&'a PyDict> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(dict) }.and_then(Object::downcast::<PyDict>) {
        Some(dict) => Ok(dict),
        None => Err(err!(t, TypeError, "dict expected")),
    }
}
