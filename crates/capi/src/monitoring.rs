//! `cpython/monitoring.h` and its neighbours: monitoring of native code, tracing of memory, maps for profilers. What the
//! interpreter does not report to C code is refused where it is asked for.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_uint, c_void};
use taipan_object::abi::*;
use taipan_object::{PyResult, Thread, err};
use taipan_runtime::tracemalloc;

/// `PyMonitoringState`.
#[repr(C)]
pub struct PyMonitoringState {
    active: u8,
    opaque: u8,
}

/// Events as `PY_MONITORING_EVENT_*` numbers them.
mod event {
    pub const PY_START: u8 = 0;
    pub const PY_RESUME: u8 = 1;
    pub const PY_RETURN: u8 = 2;
    pub const PY_YIELD: u8 = 3;
    pub const CALL: u8 = 4;
    pub const LINE: u8 = 5;
    pub const JUMP: u8 = 7;
    pub const BRANCH_LEFT: u8 = 8;
    pub const BRANCH_RIGHT: u8 = 9;
    pub const STOP_ITERATION: u8 = 10;
    pub const RAISE: u8 = 11;
    pub const EXCEPTION_HANDLED: u8 = 12;
    pub const PY_UNWIND: u8 = 13;
    pub const PY_THROW: u8 = 14;
    pub const RERAISE: u8 = 15;
    pub const C_RETURN: u8 = 16;
    pub const C_RAISE: u8 = 17;
}

/// An event of native code. States are never active (no tool hears native code), so that the macros of the header do
/// not come here; who calls all the same is told.
unsafe fn fire(t: &Thread, state: *mut PyMonitoringState, event: u8) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    if unsafe { (*state).active } == 0 {
        return Ok(());
    }
    Err(err!(t, NotImplementedError, "monitoring event {event} of native code cannot be reported"))
}

macro_rules! events {
    ($($name:ident $event:ident ($($arg:ident: $ty:ty),*);)*) => {
        capi! {
            $(
                /// Reports an event of native code to tools.
                fn $name[t](state: *mut PyMonitoringState, codelike: Obj, offset: i32 $(, $arg: $ty)*) -> Status {
                    let _ = (codelike, offset);
                    $(let _ = $arg;)*
                    fire(t, state, event::$event)
                }
            )*
        }
    };
}

events! {
    _PyMonitoring_FirePyStartEvent PY_START();
    _PyMonitoring_FirePyResumeEvent PY_RESUME();
    _PyMonitoring_FirePyReturnEvent PY_RETURN(value: Obj);
    _PyMonitoring_FirePyYieldEvent PY_YIELD(value: Obj);
    _PyMonitoring_FireCallEvent CALL(callable: Obj, arg0: Obj);
    _PyMonitoring_FireLineEvent LINE(line: c_int);
    _PyMonitoring_FireJumpEvent JUMP(target: Obj);
    _PyMonitoring_FireBranchLeftEvent BRANCH_LEFT(target: Obj);
    _PyMonitoring_FireBranchRightEvent BRANCH_RIGHT(target: Obj);
    _PyMonitoring_FireBranchEvent BRANCH_LEFT(target: Obj);
    _PyMonitoring_FireCReturnEvent C_RETURN(value: Obj);
    _PyMonitoring_FirePyThrowEvent PY_THROW();
    _PyMonitoring_FireRaiseEvent RAISE();
    _PyMonitoring_FireReraiseEvent RERAISE();
    _PyMonitoring_FireExceptionHandledEvent EXCEPTION_HANDLED();
    _PyMonitoring_FireCRaiseEvent C_RAISE();
    _PyMonitoring_FirePyUnwindEvent PY_UNWIND();
    _PyMonitoring_FireStopIterationEvent STOP_ITERATION(value: Obj);
}

capi! {
    /// Prepares states for the events of a piece of native code: none is active.
    fn PyMonitoring_EnterScope(states: *mut PyMonitoringState, version: *mut u64, _events: *const u8, n: Size) -> Status {
        for i in 0..n.max(0) as usize {
            (*states.add(i)).active = 0;
        }
        *version = 1;
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

    /// Null with an exception: contexts keep their variables in another structure.
    fn _PyContext_NewHamtForTests[t]() -> New {
        Err(err!(t, NotImplementedError, "_PyContext_NewHamtForTests: contexts are no hash array mapped tries"))
    }
}
