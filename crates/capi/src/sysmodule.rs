//! `sysmodule.h` and `audit.h`.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int};
use taipan_interp::state;
use taipan_object::{
    Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyTuple, Thread, err, errors, name, singletons,
};

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

/// A list of `sys`, made if need be.
fn sys_list(t: &Thread, attribute: &'static str) -> PyResult<Owned<PyList>> {
    if let Some(found) = state::sys_attr(t, attribute)?
        && let Ok(list) = found.into_type::<PyList>()
    {
        return Ok(list);
    }
    let made = PyList::from_vec(t, Vec::new())?;
    if let Some(sys) = state::state(t).sys.borrow().clone() {
        sys.set(t, attribute, &made)?;
    }
    Ok(made)
}

/// Ignores what cannot be told.
fn ignore(t: &Thread, result: PyResult<()>) {
    if result.is_err() {
        errors::clear(t);
    }
}

unsafe fn wide_list(t: &Thread, argc: c_int, argv: *const *const libc::wchar_t) -> PyResult<Vec<Owned>> {
    // SAFETY: the contract of the callers.
    let all = unsafe { c_slice(argv, argc as isize) };
    all.iter()
        // SAFETY: as above.
        .map(|text| unsafe { crate::unicodeobject::from_wide(t, *text, -1) }.map(Owned::into_object))
        .collect()
}

/// `sys.argv`, and the folder of the script before the rest of `sys.path`.
unsafe fn set_argv(t: &Thread, argc: c_int, argv: *const *const libc::wchar_t, update_path: bool) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    let mut given = unsafe { wide_list(t, argc, argv)? };
    if given.is_empty() {
        given.push(PyStr::from_str(t, "")?.into_object());
    }
    let script = given[0].str_lossy(t);
    let empty = argc < 1;
    let Some(sys) = state::state(t).sys.borrow().clone() else { return Ok(()) };
    sys.set(t, "argv", &*PyList::from_vec(t, given)?)?;
    if !update_path {
        return Ok(());
    }
    let folder = if empty || script == "-c" {
        String::new()
    } else if script == "-m" {
        match std::env::current_dir() {
            Ok(folder) => folder.to_string_lossy().into_owned(),
            Err(_) => return Ok(()),
        }
    } else {
        // Links are followed once, as the operating system does for the script.
        let path = std::path::Path::new(&script);
        let target = match std::fs::read_link(path) {
            Ok(link) => path.parent().unwrap_or_else(|| std::path::Path::new("")).join(link),
            Err(_) => path.to_path_buf(),
        };
        let full = std::fs::canonicalize(&target).unwrap_or(target);
        full.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
    };
    sys_list(t, "path")?.insert(t, 0, PyStr::from_fs_bytes(t, folder.as_bytes())?.into_object())
}

unsafe fn add_x_option(t: &Thread, text: *const libc::wchar_t) -> PyResult<()> {
    // SAFETY: a wide string.
    let text = unsafe { crate::unicodeobject::from_wide(t, text, -1)? };
    let text = text.to_string_lossy();
    // SAFETY: an attribute of `sys`, which keeps it.
    let options = unsafe { nn(t, PySys_GetXOptions())? };
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, PyStr::from_str(t, value)?.into_object()),
        None => (text.as_str(), singletons::bool(true).as_object().own()),
    };
    options.set_item(t, &*PyStr::from_str(t, key)?, &value)
}

capi! {
    /// An attribute of `sys` into `*out` (a new reference): 1, 0 (and null) or -1.
    fn _PySys_GetOptionalAttr[t](name: Obj, out: *mut Obj) -> Flag {
        let result = match state::state(t).sys.borrow().clone().and_then(|sys| sys.dict()) {
            Some(dict) => dict.get_item(t, o(name)),
            None => Ok(None),
        };
        found(out, result)
    }

    /// An attribute of `sys` into `*out` (a new reference): 1, 0 (and null) or -1.
    fn _PySys_GetOptionalAttrString[t](name: *const c_char, out: *mut Obj) -> Flag {
        found(out, attribute(t, name))
    }

    /// An attribute of `sys`; a new reference, or null with an exception.
    fn _PySys_GetRequiredAttr(name: Obj) -> Raw<Obj> {
        PySys_GetAttr(name)
    }

    /// An attribute of `sys`; a new reference, or null with an exception.
    fn _PySys_GetRequiredAttrString(name: *const c_char) -> Raw<Obj> {
        PySys_GetAttrString(name)
    }

    /// `sys.getsizeof(op)`, or `(size_t)-1` with an exception.
    fn _PySys_GetSizeOf[t](op: Obj) -> Raw<usize> {
        let size = || -> PyResult<usize> {
            let sys = taipan_object::state::import(t, "sys")?;
            let size = sys.call_method(t, &*PyStr::intern_str(t, "getsizeof")?, &[o(op)])?;
            Ok(taipan_object::number::index_as_isize(t, &size)? as usize)
        };
        size().unwrap_or(usize::MAX)
    }

    /// Adds to `sys.warnoptions`.
    fn PySys_AddWarnOption[t](text: *const libc::wchar_t) -> Void {
        let add = || -> PyResult<()> {
            let text = crate::unicodeobject::from_wide(t, text, -1)?;
            sys_list(t, "warnoptions")?.append(t, text.into_object())
        };
        ignore(t, add());
    }

    /// Adds to `sys.warnoptions`.
    fn PySys_AddWarnOptionUnicode[t](text: Obj) -> Void {
        let add = || sys_list(t, "warnoptions")?.append(t, o(text).own());
        ignore(t, add());
    }

    /// Whether `sys.warnoptions` has any.
    fn PySys_HasWarnOptions[t]() -> Raw<c_int> {
        match sys_list(t, "warnoptions") {
            Ok(list) => (list.len() > 0).into(),
            Err(_) => {
                errors::clear(t);
                0
            }
        }
    }

    /// Empties `sys.warnoptions`.
    fn PySys_ResetWarnOptions[t]() -> Void {
        let reset = || -> PyResult<()> {
            let list = sys_list(t, "warnoptions")?;
            list.as_object().call_method(t, name!(t, "clear"), &[]).map(|_| ())
        };
        ignore(t, reset());
    }

    /// Adds to `sys._xoptions`.
    fn PySys_AddXOption[t](text: *const libc::wchar_t) -> Void {
        ignore(t, add_x_option(t, text));
    }

    /// Sets `sys.argv`, and puts the folder of the script before the rest of `sys.path` if `update_path` is not 0.
    fn PySys_SetArgvEx[t](argc: c_int, argv: *const *const libc::wchar_t, update_path: c_int) -> Void {
        if set_argv(t, argc, argv, update_path != 0).is_err() {
            crate::pylifecycle::fatal("PySys_SetArgvEx", "can't assign sys.argv");
        }
    }

    /// Sets `sys.argv`, and puts the folder of the script before the rest of `sys.path` unless Python is isolated.
    fn PySys_SetArgv[t](argc: c_int, argv: *const *const libc::wchar_t) -> Void {
        let isolated = || -> PyResult<bool> {
            match state::sys_attr(t, "flags")? {
                Some(flags) => flags.getattr(t, &*PyStr::intern_str(t, "isolated")?)?.is_true(t),
                None => Ok(false),
            }
        };
        let isolated = isolated().unwrap_or_else(|_| { errors::clear(t); false });
        PySys_SetArgvEx(argc, argv, (!isolated).into());
    }

    /// Sets `sys.path` from a list of folders with colons between them.
    fn PySys_SetPath[t](path: *const libc::wchar_t) -> Void {
        let set = || -> PyResult<()> {
            let text = crate::unicodeobject::from_wide(t, path, -1)?;
            let folders: PyResult<Vec<Owned>> = text
                .to_string_lossy()
                .split(':')
                .map(|folder| PyStr::from_str(t, folder).map(Owned::into_object))
                .collect();
            let list = PyList::from_vec(t, folders?)?;
            match state::state(t).sys.borrow().clone() {
                Some(sys) => sys.set(t, "path", &list),
                None => Ok(()),
            }
        };
        if set().is_err() {
            crate::pylifecycle::fatal("PySys_SetPath", "can't assign sys.path");
        }
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
