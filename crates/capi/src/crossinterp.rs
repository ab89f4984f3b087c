//! `internal/pycore_crossinterp.h`, `internal/pycore_interp.h` and what else needs more than one interpreter: there is
//! only one, and these functions say so.

use crate::contract::*;
use core::ffi::{c_int, c_long, c_void};
use taipan_object::abi::*;
use taipan_object::exceptions::crossinterp;
use taipan_object::{Class, PyInt, PyResult, Raised, Thread, err};

/// Makes the types ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    crossinterp::ready_types(t)
}

fn refuse(t: &Thread, function: &str) -> Raised {
    err!(t, NotImplementedError, "{function}: objects cannot be passed between interpreters, for there is only one")
}

macro_rules! refused {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => {
        capi! {
            $(
                /// -1 with an exception: there is only one interpreter.
                fn $name[t]($($arg: $ty),*) -> Status {
                    $(let _ = $arg;)*
                    Err(refuse(t, stringify!($name)))
                }
            )*
        }
    };
}

refused! {
    _PyObject_GetXIData(ts: *mut PyThreadState, op: Obj, fallback: c_int, data: *mut c_void);
    _PyObject_GetXIDataNoFallback(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyCode_GetXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyCode_GetScriptXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyCode_GetPureScriptXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyFunction_GetXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyMarshal_GetXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyPickle_GetXIData(ts: *mut PyThreadState, op: Obj, data: *mut c_void);
    _PyXIData_Release(data: *mut c_void);
    _PyInterpreterState_SetRunningMain(interp: *mut PyInterpreterState);
    _PyInterpreterConfig_InitFromDict(config: *mut c_void, dict: Obj);
}

capi! {
    /// Null with an exception: there is only one interpreter.
    fn _PyXIData_New[t]() -> Raw<*mut c_void> {
        let _ = refuse(t, "_PyXIData_New");
        core::ptr::null_mut()
    }

    /// Nothing was made that would have to be freed.
    fn _PyXIData_Free(_data: *mut c_void) -> Void {}

    /// Null with an exception: there is only one interpreter.
    fn _PyXIData_NewObject[t](_data: *mut c_void) -> New {
        Err(refuse(t, "_PyXIData_NewObject"))
    }

    /// Null with an exception: there is only one interpreter.
    fn _PyXI_NewInterpreter[t](
        _config: *mut c_void, _whence: *mut c_long, ts: *mut *mut PyThreadState, _saved: *mut *mut PyThreadState,
    ) -> Raw<*mut PyInterpreterState> {
        if !ts.is_null() {
            *ts = core::ptr::null_mut();
        }
        let _ = err!(t, RuntimeError, "_PyXI_NewInterpreter: sub-interpreters are not supported");
        core::ptr::null_mut()
    }

    /// No interpreter was made that would have to be ended.
    fn _PyXI_EndInterpreter(
        _interp: *mut PyInterpreterState, _ts: *mut PyThreadState, _saved: *mut *mut PyThreadState,
    ) -> Void {}

    /// The main interpreter always runs its main module.
    fn _PyInterpreterState_SetNotRunningMain(_interp: *mut PyInterpreterState) -> Void {}

    /// Null with an exception: interpreters are not objects.
    fn _PyInterpreterState_GetIDObject[t](_interp: *mut PyInterpreterState) -> New {
        Err(refuse(t, "_PyInterpreterState_GetIDObject"))
    }

    /// The number that an int is.
    fn _PyInterpreterState_ObjectToID[t](op: Obj) -> Raw<i64> {
        match o(op).downcast::<PyInt>().and_then(|n| n.to_i64()).filter(|&n| n >= 0) {
            Some(id) => id,
            None => {
                let _ = err!(t, TypeError, "interpreter ID must be an int, got {:.100}", o(op).class().name_lossy());
                -1
            }
        }
    }

    /// The main interpreter for 0; null with an exception for others.
    fn _PyInterpreterState_LookUpIDObject[t](op: Obj) -> Raw<*mut PyInterpreterState> {
        match o(op).downcast::<PyInt>().and_then(|n| n.to_i64()) {
            Some(0) => t.interpreter().as_ptr(),
            other => {
                let class = <crossinterp::InterpreterNotFoundError as Class>::class();
                let _ = taipan_object::errors::raise_fmt(t, class, format_args!("unrecognized interpreter ID {}", other.unwrap_or(-1)));
                core::ptr::null_mut()
            }
        }
    }

    /// Interpreters are not counted: 0.
    fn _PyInterpreterState_RequiresIDRef(_interp: *mut PyInterpreterState) -> Raw<c_int> {
        0
    }

    /// Interpreters are not counted.
    fn _PyInterpreterState_RequireIDRef(_interp: *mut PyInterpreterState, _required: c_int) -> Void {}

    /// The number of the interpreter that a thread state belongs to, or -1.
    fn _PyInterpreterState_GetWhence(_interp: *mut PyInterpreterState) -> Raw<c_long> {
        // The runtime made it.
        1
    }
}
