//! Paths as arguments (`os.fspath`, `PyUnicode_FSConverter`).

use crate::handle::{Object, Own, Owned, PyResult};
use crate::{PyBytes, PyStr, attr, err, name};
use taipan_runtime::Thread;

/// `os.fspath(path)`: a str or bytes.
pub fn fspath(t: &Thread, path: &Object) -> PyResult {
    if path.is_instance_of::<PyStr>() || path.is_instance_of::<PyBytes>() {
        return Ok(path.own());
    }
    // A class that sets the method to None is no path.
    let method = attr::lookup_special(t, path, name!(t, "__fspath__"))?;
    let found = match method.filter(|method| !method.is(crate::singletons::none())) {
        Some(method) => Some(method.call(t, &[])?),
        None => None,
    };
    match found {
        None => {
            Err(err!(t, TypeError, "expected str, bytes or os.PathLike object, not {:.200}", path.class().name_lossy()))
        }
        Some(found) if found.is_instance_of::<PyStr>() || found.is_instance_of::<PyBytes>() => Ok(found),
        Some(found) => Err(err!(
            t,
            TypeError,
            "expected {:.200}.__fspath__() to return str or bytes, not {:.200}",
            path.class().name_lossy(),
            found.class().name_lossy()
        )),
    }
}

/// A path as a str: bytes are decoded as file names are (`PyUnicode_FSDecoder`).
pub fn fs_str(t: &Thread, path: &Object) -> PyResult<Owned<PyStr>> {
    let object = fspath(t, path)?;
    let text = match object.downcast::<PyBytes>() {
        Some(bytes) => PyStr::from_fs_bytes(t, bytes.as_bytes())?,
        None => match object.into_type::<PyStr>() {
            Ok(text) => text,
            Err(other) => {
                return Err(err!(
                    t,
                    TypeError,
                    "path should be string, bytes, or os.PathLike, not {:.200}",
                    other.class().name_lossy()
                ));
            }
        },
    };
    if text.chars().iter().any(|c| c == 0) {
        return Err(err!(t, ValueError, "embedded null character"));
    }
    Ok(text)
}

/// A path as the file system wants it, without NUL bytes (`PyUnicode_FSConverter`).
pub fn fs_bytes(t: &Thread, path: &Object) -> PyResult<Vec<u8>> {
    let object = fspath(t, path)?;
    let raw = match object.downcast::<PyBytes>() {
        Some(bytes) => bytes.as_bytes().to_vec(),
        None => match object.downcast::<PyStr>() {
            Some(text) => text.to_fs_bytes(t)?,
            None => Vec::new(),
        },
    };
    if raw.contains(&0) {
        return Err(err!(t, ValueError, "embedded null byte"));
    }
    Ok(raw)
}
