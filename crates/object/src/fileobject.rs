//! File descriptors.

use crate::{Object, PyBool, PyInt, PyResult, Thread, err, errors, exceptions_class, name};

/// A descriptor that is given as an int, or as an object with a method `fileno()` (`PyObject_AsFileDescriptor`).
pub fn descriptor(t: &Thread, file: &Object) -> PyResult<i32> {
    if file.is_exact::<PyBool>() {
        errors::warn(t, exceptions_class!(RuntimeWarning), format_args!("bool is used as a file descriptor"), 1)?;
    }
    let answer = if file.is_instance_of::<PyInt>() {
        None
    } else {
        match file.getattr_opt(t, name!(t, "fileno"))? {
            Some(fileno) => Some(fileno.call(t, &[])?),
            None => return Err(err!(t, TypeError, "argument must be an int, or have a fileno() method.")),
        }
    };
    let Some(number) = answer.as_deref().unwrap_or(file).downcast::<PyInt>() else {
        return Err(err!(t, TypeError, "fileno() returned a non-integer"));
    };
    match number.to_i64().map(i32::try_from) {
        Some(Ok(fd)) if fd < 0 => Err(err!(t, ValueError, "file descriptor cannot be a negative integer ({fd})")),
        Some(Ok(fd)) => Ok(fd),
        _ => Err(err!(t, OverflowError, "Python int too large to convert to C int")),
    }
}
