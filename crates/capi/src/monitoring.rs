//! `cpython/monitoring.h` and its neighbours: monitoring of native code, tracing of memory, maps for
//! profilers.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_uint, c_void};
use taipan_interp::tracing::{event, native};
use taipan_object::abi::*;
use taipan_object::{Object, PyInt, PyResult, Thread, err, errors};
use taipan_runtime::tracemalloc;

/// `PyMonitoringState`.
#[repr(C)]
pub struct PyMonitoringState {
    active: u8,
    opaque: u8,
}

/// Reports an event of native code to the tools that its state names.
unsafe fn fire(
    t: &Thread,
    state: *mut PyMonitoringState,
    codelike: Obj,
    offset: i32,
    which: u32,
    args: &[&Object],
) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe { native::fire(t, &mut (*state).active, o(codelike), offset, which, args) }
}

/// Reports an event about the exception in flight, which stays in flight unless a tool raises another one.
unsafe fn fire_exception(
    t: &Thread,
    state: *mut PyMonitoringState,
    codelike: Obj,
    offset: i32,
    which: u32,
) -> PyResult<()> {
    let Some(exception) = errors::take(t) else {
        return Err(err!(t, ValueError, "Firing event {which} with no exception set"));
    };
    // SAFETY: the contract of the callers.
    unsafe { fire(t, state, codelike, offset, which, &[&exception])? };
    let _ = errors::restore_raised(t, exception);
    Ok(())
}

macro_rules! events {
    ($($name:ident $event:ident ($($arg:ident),*);)*) => {
        capi! {
            $(
                /// Reports an event of native code to tools.
                fn $name[t](state: *mut PyMonitoringState, codelike: Obj, offset: i32 $(, $arg: Obj)*) -> Status {
                    fire(t, state, codelike, offset, event::$event, &[$(o($arg)),*])
                }
            )*
        }
    };
}

macro_rules! exception_events {
    ($($name:ident $event:ident;)*) => {
        capi! {
            $(
                /// Reports an event of native code about the exception in flight to tools.
                fn $name[t](state: *mut PyMonitoringState, codelike: Obj, offset: i32) -> Status {
                    fire_exception(t, state, codelike, offset, event::$event)
                }
            )*
        }
    };
}

events! {
    _PyMonitoring_FirePyStartEvent PY_START();
    _PyMonitoring_FirePyResumeEvent PY_RESUME();
    _PyMonitoring_FirePyReturnEvent PY_RETURN(value);
    _PyMonitoring_FirePyYieldEvent PY_YIELD(value);
    _PyMonitoring_FireCallEvent CALL(callable, arg0);
    _PyMonitoring_FireJumpEvent JUMP(target);
    _PyMonitoring_FireBranchLeftEvent BRANCH_LEFT(target);
    _PyMonitoring_FireBranchRightEvent BRANCH_RIGHT(target);
    _PyMonitoring_FireBranchEvent BRANCH_RIGHT(target);
    _PyMonitoring_FireCReturnEvent C_RETURN(value);
}

exception_events! {
    _PyMonitoring_FirePyThrowEvent PY_THROW;
    _PyMonitoring_FireRaiseEvent RAISE;
    _PyMonitoring_FireReraiseEvent RERAISE;
    _PyMonitoring_FireExceptionHandledEvent EXCEPTION_HANDLED;
    _PyMonitoring_FireCRaiseEvent C_RAISE;
    _PyMonitoring_FirePyUnwindEvent PY_UNWIND;
}

capi! {
    /// Reports that native code has reached a line to tools.
    fn _PyMonitoring_FireLineEvent[t](state: *mut PyMonitoringState, codelike: Obj, offset: i32, line: c_int) -> Status {
        let line = PyInt::from_i64(t, line.into())?;
        fire(t, state, codelike, offset, event::LINE, &[&line])
    }

    /// Reports that a generator in native code has ended, with a value or an exception, to tools.
    fn _PyMonitoring_FireStopIterationEvent[t](
        state: *mut PyMonitoringState, codelike: Obj, offset: i32, value: Obj,
    ) -> Status {
        let exception = native::stop_iteration(t, o(value))?;
        fire(t, state, codelike, offset, event::STOP_ITERATION, &[&exception])
    }

    /// Brings the states of the events of a piece of native code up to date, unless nothing has changed since `version`.
    fn PyMonitoring_EnterScope[t](
        states: *mut PyMonitoringState, version: *mut u64, events: *const u8, n: Size,
    ) -> Status {
        let current = native::version(t);
        if *version == current {
            return Ok(());
        }
        for i in 0..n.max(0) as usize {
            (*states.add(i)).active = native::tools(t, (*events.add(i)).into());
        }
        *version = current;
        Ok(())
    }

    /// The piece of native code has ended.
    fn PyMonitoring_ExitScope() -> Status {
        Ok(())
    }

    /// Notes a block of memory: 0, or -2 if memory is not traced.
    fn PyTraceMalloc_Track(domain: c_uint, block: usize, size: usize) -> Raw<c_int> {
        if !tracemalloc::is_tracing() {
            return -2;
        }
        // The frames can be looked at with the GIL only.
        let state = crate::pystate::PyGILState_Ensure();
        tracemalloc::track(domain, block, size);
        crate::pystate::PyGILState_Release(state);
        0
    }

    /// Forgets a block of memory: 0, or -2 if memory is not traced.
    fn PyTraceMalloc_Untrack(domain: c_uint, block: usize) -> Raw<c_int> {
        if !tracemalloc::is_tracing() {
            return -2;
        }
        tracemalloc::untrack(domain, block);
        0
    }

    /// Where a block was allocated: a tuple, or None. A new reference.
    fn _PyTraceMalloc_GetTraceback[t](domain: c_uint, block: usize) -> New {
        taipan_interp::modules::tracemalloc::traceback_of(t, domain, block)
    }

    /// Opens the map of native code for `perf`: -1.
    fn PyUnstable_PerfMapState_Init() -> Raw<c_int> {
        crate::perf::open()
    }

    /// Writes an entry of the map of native code for `perf`: 0 or -1.
    fn PyUnstable_WritePerfMapEntry(address: *const c_void, size: c_uint, entry: *const c_char) -> Raw<c_int> {
        crate::perf::write(address as usize, size, &c_text(entry).unwrap_or_default())
    }

    /// Closes the map of native code.
    fn PyUnstable_PerfMapState_Fini() -> Void {
        crate::perf::close();
    }

    /// Copies the map of a parent process: 0 or -1.
    fn PyUnstable_CopyPerfMapFile(parent: *const c_char) -> Raw<c_int> {
        crate::perf::copy(&c_text(parent).unwrap_or_default())
    }

    /// Python code runs in the loop; it has no trampolines: 0.
    fn PyUnstable_PerfTrampoline_CompileCode(_code: Obj) -> Raw<c_int> {
        0
    }

    /// Python code has no trampolines: 0.
    fn PyUnstable_PerfTrampoline_SetPersistAfterFork(_enable: c_int) -> Raw<c_int> {
        0
    }

    /// Native code for Python functions is not made: nothing depends on an object.
    fn _Py_Executor_DependsOn(_executor: *mut c_void, _op: *mut c_void) -> Void {}

    /// Native code for Python functions is not made: nothing depends on an object.
    fn _Py_Executors_InvalidateDependency(_interp: *mut PyInterpreterState, _op: *mut c_void, _invalidated: c_int) -> Void {}

    /// Null with an exception: micro-instructions are not made.
    fn _Py_uop_symbols_test[t](_this: Obj, _ignored: Obj) -> New {
        Err(err!(t, NotImplementedError, "_Py_uop_symbols_test: micro-instructions are not made"))
    }

    /// The map that contexts keep their variables in, empty and for any keys; a new reference.
    fn _PyContext_NewHamtForTests[t]() -> New {
        taipan_std_concurrency::hamt::new(t)
    }
}
