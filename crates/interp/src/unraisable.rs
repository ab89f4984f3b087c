//! Exceptions that nobody can catch: `sys.unraisablehook`, or a plain report.

use crate::state::{state, sys_attr};
use crate::traceback::format_plain;
use taipan_object::{Object, Own, Owned, PyResult, PyStr, Thread, audit, err, errors, exceptions, name, singletons};
use taipan_types::structseq;

const FIELDS: [(&str, &str); 5] = [
    ("exc_type", "Exception type"),
    ("exc_value", "Exception value"),
    ("exc_traceback", "Exception traceback"),
    ("err_msg", "Error message"),
    ("object", "Object causing the exception"),
];

/// Makes the type of the hook's argument.
pub fn init(t: &Thread) -> PyResult<()> {
    let class = structseq::new_static_type(
        t,
        "UnraisableHookArgs",
        "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.",
        &FIELDS,
        5,
    )?;
    *state(t).unraisable_type.borrow_mut() = Some(class);
    Ok(())
}

/// Reports and drops the exception in flight.
pub fn report(t: &Thread, message: Option<&str>, object: Option<&Object>) {
    let Some(exception) = errors::take(t) else { return };
    if exceptions::traceback(&exception).is_none() {
        // What native code raised is said to come from the line that runs.
        let frame = crate::frame::current(t);
        if !frame.is_null() {
            let _ = errors::restore_raised(t, exception.clone());
            // SAFETY: the running frame.
            unsafe { crate::traceback::here(t, frame) };
            drop(errors::take(t));
        }
    }
    let hook = sys_attr(t, "unraisablehook").unwrap_or_else(|_| {
        errors::clear(t);
        None
    });
    let hook = hook.filter(|hook| !hook.is(singletons::none()));
    let class = state(t).unraisable_type.borrow().clone();
    if let (Some(hook), Some(class)) = (hook, class) {
        let call = || -> PyResult<()> {
            let none = || singletons::none().own();
            let message = match message {
                Some(message) => PyStr::from_str(t, message)?.into_object(),
                None => none(),
            };
            let traceback = exceptions::traceback(&exception).unwrap_or_else(none);
            let items = vec![
                exception.class().as_object().own(),
                exception.clone(),
                traceback,
                message,
                object.map_or_else(none, Own::own),
            ];
            let args = structseq::new(t, &class, items)?;
            audit::audit(t, "sys.unraisablehook", &[&hook, &args])?;
            hook.call(t, &[&args]).map(drop)
        };
        if call().is_ok() {
            return;
        }
        // What the hook raised is what is reported.
        if let Some(second) = errors::take(t) {
            write(t, Some("Exception ignored in sys.unraisablehook"), Some(&hook), &second);
        }
        return;
    }
    write(t, message, object, &exception);
}

fn write(t: &Thread, message: Option<&str>, object: Option<&Object>, exception: &Object) {
    let text = describe(t, message, object) + &format_plain(t, exception);
    let Ok(stream) = sys_attr(t, "stderr") else { return crate::run::unwritten(t, || text) };
    let Some(stream) = stream.filter(|o| !o.is(singletons::none())) else { return };
    let written = PyStr::from_str(t, &text)
        .and_then(|text| stream.call_method(t, name!(t, "write"), &[&text]))
        .and_then(|_| stream.call_method(t, name!(t, "flush"), &[]));
    if written.is_err() {
        crate::run::unwritten(t, || text);
    }
}

fn describe(t: &Thread, message: Option<&str>, object: Option<&Object>) -> String {
    match (object, message) {
        (Some(object), message) => {
            let shown = match object.repr(t) {
                Ok(text) => text.to_string_lossy(),
                Err(_) => {
                    errors::clear(t);
                    "<object repr() failed>".to_string()
                }
            };
            match message {
                Some(message) => format!("{message}: {shown}\n"),
                None => format!("Exception ignored in: {shown}\n"),
            }
        }
        (None, Some(message)) => format!("{message}:\n"),
        (None, None) => String::new(),
    }
}

/// `sys.__unraisablehook__`.
pub fn default_hook(t: &Thread, args: &Object) -> PyResult<()> {
    let class = state(t).unraisable_type.borrow().clone();
    if !class.is_some_and(|class| core::ptr::eq(args.class(), &raw const *class)) {
        return Err(err!(t, TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    let get = |name: &str| -> PyResult<Option<Owned>> {
        let value = args.getattr(t, &*PyStr::intern_str(t, name)?)?;
        Ok(if value.is(singletons::none()) { None } else { Some(value) })
    };
    let (value, message, object) = (get("exc_value")?, get("err_msg")?, get("object")?);
    let message = message.map(|m| m.str_lossy(t));
    let text = describe(t, message.as_deref(), object.as_deref());
    let shown = value.map(|v| format_plain(t, &v)).unwrap_or_default();
    let Some(stream) = sys_attr(t, "stderr")?.filter(|o| !o.is(singletons::none())) else { return Ok(()) };
    stream.call_method(t, name!(t, "write"), &[&*PyStr::from_str(t, &(text + &shown))?])?;
    stream.call_method(t, name!(t, "flush"), &[])?;
    Ok(())
}
