//! `sysmodule.h` and `audit.h`.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::c_char;
use taipan_interp::state;
use taipan_object::{Object, Own, Owned, PyDict, PyResult, PyStr, PyTuple, Thread, err, errors, name, singletons};

unsafe fn attribute(t: &Thread, attribute: *const c_char) -> PyResult<Option<Owned>> {
    // SAFETY: the contract of the callers.
    let name = unsafe { c_str(t, attribute)? };
    let sys = state::state(t).sys.borrow().clone();
    match sys.and_then(|sys| sys.dict()) {
        Some(dict) => dict.get_item(t, &name),
        None => Ok(None),
    }
}

/// Writes text to a stream of `sys`; to the file if there is none or it fails.
pub fn write_to(t: &Thread, stream: &str, text: &str) {
    let saved = errors::save(t);
    let work = || -> PyResult<bool> {
        let Some(file) = state::sys_attr(t, stream)?.filter(|f| !f.is(singletons::none())) else { return Ok(false) };
        file.call_method(t, name!(t, "write"), &[&*PyStr::from_str(t, text)?])?;
        Ok(true)
    };
    if !matches!(work(), Ok(true)) {
        errors::clear(t);
        if stream == "stdout" {
            print!("{text}");
        } else {
            eprint!("{text}");
        }
    }
    errors::restore(t, saved);
}

unsafe fn write_c(t: &Thread, stream: &str, format: *const c_char, list: Va) {
    let mut buffer = [0u8; 1001];
    // SAFETY: C's format and arguments, a buffer of this size.
    let n = unsafe { crate::va::vsnprintf(buffer.as_mut_ptr().cast(), buffer.len(), format, list.cast()) };
    let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
    write_to(t, stream, &String::from_utf8_lossy(&buffer[..end]));
    if n < 0 || n as usize >= buffer.len() {
        write_to(t, stream, "... truncated");
    }
}

unsafe fn write_format(t: &Thread, stream: &str, format: *const c_char, list: Va) {
    let saved = errors::save(t);
    // SAFETY: the contract of the callers.
    match unsafe { crate::format::format(t, format, &mut *list) } {
        Ok(text) => write_to(t, stream, &text.to_string_lossy()),
        Err(_) => errors::clear(t),
    }
    errors::restore(t, saved);
}

capi! {
    /// An attribute of `sys`, borrowed, or null without an exception.
    fn PySys_GetObject[t](attribute_name: *const c_char) -> Raw<Obj> {
        let saved = errors::save(t);
        let found = attribute(t, attribute_name);
        let found = match found {
            Ok(found) => found,
            Err(_) => {
                errors::write_unraisable_msg(t, "Exception ignored in PySys_GetObject()", None);
                None
            }
        };
        errors::restore(t, saved);
        // The module keeps it alive.
        found.map_or(core::ptr::null_mut(), |f| f.as_ptr())
    }

    /// An attribute of `sys`; a new reference, or null with an exception.
    fn PySys_GetAttr[t; name](name: Obj) -> New {
        let sys = state::state(t).sys.borrow().clone();
        let found = match sys.and_then(|sys| sys.dict()) {
            Some(dict) => dict.get_item(t, o(name))?,
            None => None,
        };
        found.ok_or_else(|| err!(t, RuntimeError, "lost sys.{}", o(name).str_lossy(t)))
    }

    /// An attribute of `sys`; a new reference, or null with an exception.
    fn PySys_GetAttrString[t](name: *const c_char) -> New {
        attribute(t, name)?.ok_or_else(|| err!(t, RuntimeError, "lost sys.{}", c_text(name).unwrap_or_default()))
    }

    /// An attribute of `sys` into `*out` (a new reference): 1, 0 (and null) or -1.
    fn PySys_GetOptionalAttrString[t](name: *const c_char, out: *mut Obj) -> Flag {
        found(out, attribute(t, name))
    }

    /// Sets an attribute of `sys`; null removes it.
    fn PySys_SetObject[t](attribute_name: *const c_char, value: Obj) -> Status {
        let name = c_interned(t, attribute_name)?;
        let sys = state::state(t).sys.borrow().clone();
        let Some(dict) = sys.and_then(|sys| sys.dict()) else { return Ok(()) };
        match opt(value) {
            Some(value) => dict.set_item(t, &name, value),
            None => dict.pop_item(t, &name).map(|_| ()),
        }
    }

    /// `sys._xoptions`, borrowed.
    fn PySys_GetXOptions[t]() -> Borrowed {
        if let Some(found) = state::sys_attr(t, "_xoptions")?.filter(|found| found.is_instance_of::<PyDict>()) {
            // The module keeps it alive.
            return Ok(found.as_ptr());
        }
        let made = PyDict::new(t)?;
        match state::state(t).sys.borrow().clone() {
            Some(sys) => sys.set(t, "_xoptions", &made)?,
            None => return Err(err!(t, RuntimeError, "lost sys")),
        }
        Ok(made.as_ptr())
    }

    /// Runs audit hooks with a tuple of arguments or null.
    fn PySys_AuditTuple[t](event: *const c_char, args: Obj) -> Status {
        let args = match opt(args) {
            None => PyTuple::empty().own(),
            Some(args) => match args.downcast::<PyTuple>() {
                Some(args) => args.own(),
                None => {
                    return Err(err!(t, TypeError, "expected tuple, got {}", args.class().fully_qualified_name(t)?.to_string_lossy()));
                }
            },
        };
        taipan_object::audit::audit(t, &c_text(event).unwrap_or_default(), args.as_slice())
    }
}

c_function! {
    /// `PySys_WriteStdout` with the list.
    fn write_stdout[t](format: *const c_char, list: Va) -> Void {
        write_c(t, "stdout", format, list);
    }

    /// `PySys_WriteStderr` with the list.
    fn write_stderr[t](format: *const c_char, list: Va) -> Void {
        write_c(t, "stderr", format, list);
    }

    /// `PySys_FormatStdout` with the list.
    fn format_stdout[t](format: *const c_char, list: Va) -> Void {
        write_format(t, "stdout", format, list);
    }

    /// `PySys_FormatStderr` with the list.
    fn format_stderr[t](format: *const c_char, list: Va) -> Void {
        write_format(t, "stderr", format, list);
    }

    /// `PySys_Audit` with the list.
    fn audit[t](event: *const c_char, format: *const c_char, list: Va) -> Status {
        if !taipan_object::audit::active(t) {
            return Ok(());
        }
        let args = if format.is_null() { Vec::new() } else { crate::modsupport::build_arguments(t, format, &mut *list)? };
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        taipan_object::audit::audit(t, &c_text(event).unwrap_or_default(), &args)
    }
}

variadic! {
    /// Writes to `sys.stdout` as `printf` does, at most 1000 bytes.
    PySys_WriteStdout, 1 => write_stdout;
    /// Writes to `sys.stderr` as `printf` does, at most 1000 bytes.
    PySys_WriteStderr, 1 => write_stderr;
    /// Writes to `sys.stdout` as `PyUnicode_FromFormat` does.
    PySys_FormatStdout, 1 => format_stdout;
    /// Writes to `sys.stderr` as `PyUnicode_FromFormat` does.
    PySys_FormatStderr, 1 => format_stderr;
    /// Runs audit hooks with arguments built as by `Py_BuildValue`.
    PySys_Audit, 2 => audit;
}
