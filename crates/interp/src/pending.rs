//! What the loop does when the eval breaker is set: give way, run signal handlers, collect, raise asynchronously.

use core::sync::atomic::Ordering;
use std::sync::OnceLock;
use taipan_object::{Object, Owned, PyResult, errors};
use taipan_runtime::thread::{
    EVAL_ASYNC_EXCEPTION, EVAL_CALLS_TO_DO, EVAL_GC_SCHEDULED, EVAL_GIL_DROP_REQUEST, EVAL_PLEASE_STOP,
    EVAL_SIGNALS_PENDING,
};
use taipan_runtime::{Thread, gc};

/// Makes the calls that native code asked for.
pub type Caller = fn(&Thread) -> PyResult<()>;

static CALLER: OnceLock<Caller> = OnceLock::new();

/// Says what makes the calls of `Py_AddPendingCall`.
pub fn set_caller(caller: Caller) {
    let _ = CALLER.set(caller);
}

/// Runs signal handlers and gives way to other threads if that is asked for, as C code does now and then
/// (`PyErr_CheckSignals`).
pub fn check(t: &Thread) -> PyResult<()> {
    let bits = t.eval_breaker().load(Ordering::Relaxed);
    if bits & EVAL_PLEASE_STOP != 0 {
        stop(t);
    }
    if bits & EVAL_SIGNALS_PENDING != 0 {
        return taipan_object::state::check_signals(t);
    }
    Ok(())
}

/// Another process asks for something.
#[cold]
fn stop(t: &Thread) {
    t.clear_breaker(EVAL_PLEASE_STOP);
    crate::remote::run_pending(t);
}

/// Handles everything that is pending; an exception is the result of a signal handler or an asynchronous one.
#[cold]
#[inline(never)]
pub fn handle(t: &Thread) -> PyResult<()> {
    let bits = t.eval_breaker().load(Ordering::Relaxed);
    if bits & EVAL_SIGNALS_PENDING != 0 {
        taipan_object::state::check_signals(t)?;
    }
    if bits & EVAL_CALLS_TO_DO != 0 {
        match CALLER.get() {
            Some(caller) => caller(t)?,
            None => t.clear_breaker(EVAL_CALLS_TO_DO),
        }
    }
    if bits & EVAL_PLEASE_STOP != 0 {
        stop(t);
    }
    if bits & EVAL_GC_SCHEDULED != 0 {
        gc::run_scheduled(t);
    }
    if bits & EVAL_GIL_DROP_REQUEST != 0 {
        t.interpreter().gil.yield_now(t);
    }
    if bits & EVAL_ASYNC_EXCEPTION != 0 {
        t.clear_breaker(EVAL_ASYNC_EXCEPTION);
        // SAFETY: the field holds an exception class or null.
        let class = unsafe {
            let ts = t.as_ptr();
            Owned::<Object>::from_ptr_opt(core::mem::replace(&mut (*ts).async_exc, core::ptr::null_mut()))
        };
        if let Some(class) = class {
            return match class.call(t, &[]) {
                Ok(exception) => Err(errors::raise(t, exception)),
                Err(raised) => Err(raised),
            };
        }
    }
    Ok(())
}
