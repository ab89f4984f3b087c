//! `pycore_traceback.h`: a line of source as tracebacks show it, and the native stack.

use crate::contract::*;
use core::ffi::c_int;
use taipan_object::{Object, Owned, PyBytes, PyList, PyResult, PyStr, Thread, errors, name, state};

/// Opens a file to read bytes; nothing, without an exception, if that fails.
fn open(t: &Thread, path: &Object) -> PyResult<Option<Owned>> {
    let opened = state::import(t, "_io")?.call_method(t, name!(t, "open"), &[path, &*PyStr::from_str(t, "rb")?]);
    Ok(opened.ok().or_else(|| {
        errors::clear(t);
        None
    }))
}

/// Opens the file of this name in the first folder of `sys.path` that has one.
fn search(t: &Thread, filename: &PyStr) -> PyResult<Option<Owned>> {
    let name = filename.to_string_lossy();
    let tail = name.rsplit('/').next().unwrap_or_default();
    let path = taipan_interp::state::sys_attr(t, "path")?;
    let Some(folders) = path.as_ref().and_then(|path| path.downcast::<PyList>()) else { return Ok(None) };
    for folder in folders.to_vec() {
        let Some(folder) = folder.downcast::<PyStr>() else { continue };
        let separator = if folder.len() == 0 || folder.to_string_lossy().ends_with('/') { "" } else { "/" };
        let path = PyStr::from_fmt(t, format_args!("{}{separator}{tail}", folder.display()))?;
        if let Some(file) = open(t, &path)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// The text of a source file.
fn read(t: &Thread, file: &Object) -> PyResult<Owned<PyStr>> {
    let content = file.call_method(t, name!(t, "read"), &[]);
    let closed = file.call_method(t, name!(t, "close"), &[]);
    let content = content?;
    closed?;
    let Some(bytes) = content.downcast::<PyBytes>() else { return Err(errors::bad_internal_call(t)) };
    match taipan_parser::decoded(bytes.as_bytes()) {
        Some(text) => PyStr::from_str(t, &text),
        None => {
            let encoding = taipan_parser::foreign_encoding(bytes.as_bytes());
            PyStr::decode(t, bytes.as_bytes(), encoding.as_deref(), None)
        }
    }
}

/// A line of a file, without its end; nothing, without an exception, if it can't be had.
fn line_of(t: &Thread, filename: &PyStr, number: c_int) -> PyResult<Option<Owned>> {
    let Some(index) = usize::try_from(number).ok().and_then(|n| n.checked_sub(1)) else { return Ok(None) };
    let file = match open(t, filename)? {
        Some(file) => file,
        None => match search(t, filename)? {
            Some(file) => file,
            None => return Ok(None),
        },
    };
    let Ok(text) = read(t, &file) else {
        errors::clear(t);
        return Ok(None);
    };
    let text = text.to_string_lossy().replace("\r\n", "\n").replace('\r', "\n");
    match text.split_terminator('\n').nth(index) {
        Some(line) => PyStr::from_str(t, line).map(|line| Some(line.into_object())),
        None => Ok(None),
    }
}

capi! {
    /// Writes a line of a file, indented anew: 0, or -1 without an exception if there is no such line. Result pointers that
    /// are not null get how much less it is indented now, and the line (a new reference).
    fn _Py_DisplaySourceLine[t](out: Obj, filename: Obj, number: c_int, indent: c_int, truncation: *mut c_int, line: *mut Obj) -> Status {
        let Some(filename) = opt(filename).and_then(Object::downcast::<PyStr>) else {
            return Err(taipan_object::Raised::assume());
        };
        let name = filename.to_string_lossy();
        if name.starts_with('<') && name.ends_with('>') {
            return Ok(());
        }
        let Some(found) = line_of(t, filename, number)? else { return Err(taipan_object::Raised::assume()) };
        let text = found.downcast::<PyStr>().map(PyStr::to_string_lossy).unwrap_or_default();
        let rest = text.trim_start_matches([' ', '\t', '\x0c']);
        if let Some(line) = line.as_mut() {
            *line = found.into_ptr();
        }
        if let Some(truncation) = truncation.as_mut() {
            *truncation = (text.len() - rest.len()) as c_int - indent;
        }
        let write = |text: &str| o(out).call_method(t, name!(t, "write"), &[&*PyStr::from_str(t, text)?]).map(drop);
        let mut left = usize::try_from(indent).unwrap_or(0);
        while left > 0 {
            let n = left.min(10);
            write(&" ".repeat(n))?;
            left -= n;
        }
        write(rest)?;
        write("\n")
    }

    /// Loads what finding the native stack needs, which allocates the first time.
    fn _Py_InitDumpStack() -> Void {
        taipan_interp::modules::faulthandler::prepare_native_stack();
    }

    /// Writes the native stack of the calling thread to a descriptor.
    fn _Py_DumpStack(fd: c_int) -> Void {
        taipan_interp::modules::faulthandler::write_native_stack(fd);
    }
}
