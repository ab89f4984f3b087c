//! The part of `ceval.h` about calls that are made as soon as a thread comes round to it (`Py_AddPendingCall`).

use crate::contract::*;
use crate::pystate::main_interpreter;
use core::ffi::{c_int, c_void};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use taipan_object::abi::PyInterpreterState;
use taipan_object::{PyResult, Raised, Thread};
use taipan_runtime::Interpreter;
use taipan_runtime::thread::EVAL_CALLS_TO_DO;

type PendingCall = unsafe extern "C" fn(*mut c_void) -> c_int;

/// A call that waits.
struct Call {
    /// The interpreter that is to make it.
    interp: i64,
    call: PendingCall,
    arg: usize,
    /// The argument is memory to be freed afterwards.
    free: bool,
}

/// Calls that the main thread alone may make.
static MAIN: Mutex<VecDeque<Call>> = Mutex::new(VecDeque::new());
/// Calls that any thread of their interpreter may make.
static ANY: Mutex<VecDeque<Call>> = Mutex::new(VecDeque::new());
/// Interpreters one of whose threads is making calls: others go on meanwhile.
static BUSY: Mutex<Vec<i64>> = Mutex::new(Vec::new());

/// How many calls may wait for the main thread, and how many for an interpreter.
const MAX_MAIN: usize = 32;
const MAX_ANY: usize = 300;
/// How many calls of an interpreter are made at once.
const MAX_ROUND: usize = 100;

/// `_Py_PENDING_MAINTHREADONLY` and `_Py_PENDING_RAWFREE`.
const MAIN_THREAD_ONLY: c_int = 1;
const RAW_FREE: c_int = 2;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells all threads of an interpreter, or only its first one.
fn signal(interp: &Interpreter, only_first: bool) {
    // The last of the list is the first thread that the interpreter had.
    interp.for_each_thread(|thread| {
        // SAFETY: a thread state of the list, which stays as it is meanwhile.
        if !only_first || unsafe { (*thread.as_ptr()).next.is_null() } {
            thread.set_breaker(EVAL_CALLS_TO_DO);
        }
    });
}

fn is_main_thread(t: &Thread) -> bool {
    t.interpreter().is_main() && t.raw().next.is_null()
}

/// Makes calls of a list; the first that fails ends this, its exception is set.
fn make(calls: &Mutex<VecDeque<Call>>, id: i64, limit: usize) -> PyResult<()> {
    for _ in 0..limit {
        let next = {
            let mut calls = lock(calls);
            calls.iter().position(|call| call.interp == id).and_then(|at| calls.remove(at))
        };
        let Some(next) = next else { break };
        // SAFETY: C gave the function and its argument.
        let failed = unsafe {
            let failed = (next.call)(next.arg as *mut c_void) != 0;
            if next.free && next.arg != 0 {
                crate::objimpl::PyMem_RawFree(next.arg as *mut c_void);
            }
            failed
        };
        if failed {
            return Err(Raised::assume());
        }
    }
    Ok(())
}

/// Makes the calls that wait for this thread; one that fails with an exception ends this.
pub fn make_pending(t: &Thread) -> PyResult<()> {
    let id = t.interpreter().id;
    t.clear_breaker(EVAL_CALLS_TO_DO);
    {
        let mut busy = lock(&BUSY);
        if busy.contains(&id) {
            return Ok(());
        }
        busy.push(id);
    }
    let n = lock(&ANY).iter().filter(|call| call.interp == id).count();
    let mut result = make(&ANY, id, n.min(MAX_ROUND));
    if result.is_ok() && is_main_thread(t) {
        let n = lock(&MAIN).len();
        result = make(&MAIN, id, n);
    }
    lock(&BUSY).retain(|busy| *busy != id);
    if lock(&ANY).iter().any(|call| call.interp == id) {
        signal(t.interpreter(), false);
    }
    if !lock(&MAIN).is_empty()
        && let Some(main) = main_interpreter()
    {
        signal(main, true);
    }
    result
}

fn add_for_main(call: PendingCall, arg: *mut c_void, free: bool) -> c_int {
    let Some(interp) = main_interpreter() else { return -1 };
    {
        let mut calls = lock(&MAIN);
        if calls.len() >= MAX_MAIN {
            return -1;
        }
        calls.push_back(Call { interp: interp.id, call, arg: arg as usize, free });
    }
    signal(interp, true);
    0
}

capi! {
    /// A call to make in the main thread as soon as it runs Python code: -1 if too many wait.
    fn Py_AddPendingCall(call: PendingCall, arg: *mut c_void) -> Raw<c_int> {
        add_for_main(call, arg, false)
    }

    /// Makes the calls that wait, in the main thread.
    fn Py_MakePendingCalls[t]() -> Status {
        if !is_main_thread(t) {
            return Ok(());
        }
        taipan_object::state::check_signals(t)?;
        make_pending(t)
    }

    /// As `Py_MakePendingCalls` in whatever thread this is.
    fn _PyEval_MakePendingCalls[t](_ts: *mut taipan_object::abi::PyThreadState) -> Status {
        if is_main_thread(t) {
            taipan_object::state::check_signals(t)?;
        }
        make_pending(t)
    }

    /// A call to make in a thread of an interpreter, or in the main thread: 0, or -1 if too many wait.
    fn _PyEval_AddPendingCall(interp: *mut PyInterpreterState, call: PendingCall, arg: *mut c_void, flags: c_int) -> Raw<c_int> {
        let free = flags & RAW_FREE != 0;
        if flags & MAIN_THREAD_ONLY != 0 {
            return add_for_main(call, arg, free);
        }
        let interp = &*interp.cast::<Interpreter>();
        {
            let mut calls = lock(&ANY);
            if calls.iter().filter(|call| call.interp == interp.id).count() >= MAX_ANY {
                return -1;
            }
            calls.push_back(Call { interp: interp.id, call, arg: arg as usize, free });
        }
        signal(interp, false);
        0
    }
}
