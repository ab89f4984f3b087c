//! What happens in callbacks of SQLite: calling Python code, and answering SQLite.

use crate::adapt;
use crate::errors::error;
use crate::sqlite::functions::{Call, decode};
use crate::values::{self, Value};
use core::ffi::c_int;
use libsqlite3_sys as ffi;
use taipan_object::{
    Object, Own, Owned, PyInt, PyResult, PyStr, Raised, Slot, Thread, errors, exceptions, name, singletons,
};

/// Drops the exception in flight, reporting it if that is wanted.
fn report(t: &Thread, callable: &Object) {
    if wants_tracebacks(t) {
        let message = format!("Exception ignored on sqlite3 callback {}", callable_repr(t, callable));
        errors::write_unraisable_msg(t, &message, None);
    } else {
        errors::clear(t);
    }
}

/// Whether exceptions in callbacks are reported.
fn wants_tracebacks(t: &Thread) -> bool {
    let pending = errors::save(t);
    let wanted = adapt::registry(t).is_ok_and(|registry| registry.tracebacks.get());
    errors::restore(t, pending);
    wanted
}

/// The repr of a callable while an exception is in flight.
fn callable_repr(t: &Thread, callable: &Object) -> String {
    let pending = errors::save(t);
    let shown = callable.repr_lossy(t);
    errors::restore(t, pending);
    shown
}

/// Ends a call with an error; the exception in flight decides which.
fn fail(t: &Thread, call: &Call<'_>, message: &str) {
    if errors::matches::<exceptions::MemoryError>(t) {
        call.error_no_memory();
    } else if errors::matches::<exceptions::OverflowError>(t) {
        call.error_too_big();
    } else {
        call.error(message);
    }
    report(t, &call.callable());
}

/// Answers a call with a Python value.
fn answer(t: &Thread, call: &Call<'_>, value: &Object) -> PyResult<()> {
    match Value::of(t, value)? {
        Some(Value::Null) => call.result_null(),
        Some(Value::Int(value)) => call.result_int(value),
        Some(Value::Float(value)) => call.result_float(value),
        Some(Value::Text(text)) => {
            values::check_size(t, text.len(), "string is longer than INT_MAX bytes")?;
            call.result_text(text.as_bytes());
        }
        Some(Value::Blob(view)) => {
            values::check_size(t, view.len(), "BLOB longer than INT_MAX bytes")?;
            call.result_blob(view.as_bytes());
        }
        None => {
            let class = value.class().name_lossy();
            return Err(error!(t, ProgrammingError, "User-defined functions cannot return '{class}' values to SQLite"));
        }
    }
    Ok(())
}

fn borrowed(arguments: &[Owned]) -> Vec<&Object> {
    arguments.iter().map(|a| &**a).collect()
}

/// A function.
pub fn function(t: &Thread, call: &Call<'_>) {
    let work = || -> PyResult<()> {
        let arguments = call.arguments(t)?;
        let result = call.callable().call(t, &borrowed(&arguments))?;
        answer(t, call, &result)
    };
    if work().is_err() {
        fail(t, call, "user-defined function raised exception");
    }
}

/// A row of an aggregate or window.
pub fn step(t: &Thread, call: &Call<'_>) {
    let Some(place) = call.aggregate(true) else {
        call.error_no_memory();
        return;
    };
    let instance = match place.get() {
        Some(instance) => instance,
        None => match call.callable().call(t, &[]) {
            Ok(instance) => {
                place.set(Some(instance.clone()));
                instance
            }
            Err(_) => {
                fail(t, call, "user-defined aggregate's '__init__' method raised error");
                return;
            }
        },
    };
    feed(t, call, &instance, name!(t, "step"), "step");
}

/// A row that leaves a window.
pub fn inverse(t: &Thread, call: &Call<'_>) {
    if let Some(instance) = call.aggregate(false).and_then(Slot::get) {
        feed(t, call, &instance, name!(t, "inverse"), "inverse");
    }
}

/// Calls a method of an aggregate with the arguments of the call.
fn feed(t: &Thread, call: &Call<'_>, instance: &Object, method: &PyStr, shown: &str) {
    let Ok(method) = instance.getattr(t, method) else {
        fail(t, call, &format!("user-defined aggregate's '{shown}' method not defined"));
        return;
    };
    let Ok(arguments) = call.arguments(t) else {
        fail(t, call, &format!("unable to build arguments for user-defined aggregate's '{shown}' method"));
        return;
    };
    if method.call(t, &borrowed(&arguments)).is_err() {
        fail(t, call, &format!("user-defined aggregate's '{shown}' method raised error"));
    }
}

/// Names what went wrong with a method that was called for its result.
fn fail_method(t: &Thread, call: &Call<'_>, method: &str) {
    let what = if errors::matches::<exceptions::AttributeError>(t) { "not defined" } else { "raised error" };
    fail(t, call, &format!("user-defined aggregate's '{method}' method {what}"));
}

/// The value of a window.
pub fn value(t: &Thread, call: &Call<'_>) {
    let Some(instance) = call.aggregate(false).and_then(Slot::get) else { return };
    match instance.call_method(t, name!(t, "value"), &[]) {
        Err(_) => fail_method(t, call, "value"),
        Ok(result) => {
            if answer(t, call, &result).is_err() {
                fail(t, call, "unable to set result from user-defined aggregate's 'value' method");
            }
        }
    }
}

/// The end of an aggregate or window.
pub fn finalize(t: &Thread, call: &Call<'_>) {
    // Without rows, or if `__init__` failed, there is no instance.
    let Some(instance) = call.aggregate(false).and_then(Slot::take) else { return };
    let result = instance.call_method(t, name!(t, "finalize"), &[]).and_then(|result| answer(t, call, &result));
    drop(instance);
    if result.is_err() {
        fail_method(t, call, "finalize");
    }
}

/// A comparison of two texts. An exception waits until the statement returns; until then nothing more is compared.
pub fn collate(t: &Thread, callable: &Object, pending: &Slot, left: &[u8], right: &[u8]) -> c_int {
    if !pending.is_none() {
        return 0;
    }
    let work = || -> PyResult { callable.call(t, &[&*decode(t, left)?, &*decode(t, right)?]) };
    match work() {
        Err(raised) => {
            pending.set(Some(errors::take_raised(t, raised)));
            0
        }
        Ok(result) => match result.downcast::<PyInt>() {
            Some(n) if n.is_zero() => 0,
            Some(n) if n.is_negative() => -1,
            Some(_) => 1,
            None => collation_index(t, &result),
        },
    }
}

/// The sign of a result that is no int but may stand for one.
fn collation_index(t: &Thread, result: &Object) -> c_int {
    match taipan_object::number::index(t, result) {
        Ok(n) if n.is_zero() => 0,
        Ok(n) if n.is_negative() => -1,
        Ok(_) => 1,
        Err(_) => {
            errors::clear(t);
            0
        }
    }
}

/// A text of SQLite, or `None`.
fn text_or_none(t: &Thread, text: Option<&[u8]>) -> PyResult {
    match text {
        Some(text) => Ok(decode(t, text)?.into_object()),
        None => Ok(singletons::none().own()),
    }
}

/// Whether an action is allowed.
pub fn authorize(t: &Thread, callable: &Object, action: c_int, names: [Option<&[u8]>; 4]) -> c_int {
    let work = || -> PyResult<c_int> {
        let mut arguments = vec![PyInt::from_i64(t, action.into())?.into_object()];
        for name in names {
            arguments.push(text_or_none(t, name)?);
        }
        let result = callable.call(t, &borrowed(&arguments))?;
        match result.downcast::<PyInt>() {
            Some(n) => n.to_i64().and_then(|n| c_int::try_from(n).ok()).ok_or_else(|| too_large_for_int(t)),
            None => Ok(ffi::SQLITE_DENY),
        }
    };
    work().unwrap_or_else(|_| {
        report(t, callable);
        ffi::SQLITE_DENY
    })
}

fn too_large_for_int(t: &Thread) -> Raised {
    taipan_object::err!(t, OverflowError, "Python int too large to convert to C int")
}

/// Whether a running statement is to be stopped.
pub fn progress(t: &Thread, callable: &Object) -> bool {
    callable.call(t, &[]).and_then(|result| result.is_true(t)).unwrap_or_else(|_| {
        report(t, callable);
        true
    })
}

/// A statement is about to run.
pub fn trace(t: &Thread, callable: &Object, sql: &[u8]) {
    if decode(t, sql).and_then(|sql| callable.call(t, &[&sql])).is_err() {
        report(t, callable);
    }
}

/// As [`trace`], for a statement whose text with its parameters would be too long.
pub fn trace_unexpanded(t: &Thread, callable: &Object, sql: &[u8], no_memory: bool) {
    if no_memory {
        let _ = errors::no_memory(t);
        report(t, callable);
        return;
    }
    let _ = error!(t, DataError, "Expanded SQL string exceeds the maximum string length");
    report(t, callable);
    trace(t, callable, sql);
}
