//! `_dbm` and `_gdbm`: databases in a file, of keys and values that are bytes.

pub mod gnu;
mod library;
pub mod ndbm;

use taipan_object::argparse::{self, Args, Signature};
use taipan_object::{
    Object, Owned, PyBytes, PyResult, PyStr, Raised, Thread, buffer, err, errors, exceptions_class, state,
};

/// Bytes given as `str`, which is encoded as UTF-8, or as an object whose bytes can't change (format `s#`).
pub fn bytes_of(t: &Thread, object: &Object) -> PyResult<Vec<u8>> {
    if let Some(text) = object.downcast::<PyStr>() {
        return Ok(text.to_utf8(t)?.as_bytes().to_vec());
    }
    if let Some(bytes) = object.downcast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    let class = object.class().name_lossy();
    if !buffer::is_buffer(object) {
        return Err(err!(t, TypeError, "a bytes-like object is required, not '{class:.100}'"));
    }
    // A writable buffer could change while the library looks at it: as in CPython, only `bytes` has none to release.
    Err(err!(t, TypeError, "argument must be read-only bytes-like object, not {class:.50}"))
}

/// Replaces an exception about a key or a value.
pub fn or_type_error<R>(t: &Thread, result: PyResult<R>, message: &str) -> PyResult<R> {
    result.map_err(|raised| {
        drop(errors::take_raised(t, raised));
        err!(t, TypeError, "{message}")
    })
}

/// What `key in database` is asked for.
pub fn contained(t: &Thread, key: &Object, what: &str) -> PyResult<Vec<u8>> {
    if let Some(text) = key.downcast::<PyStr>() {
        return Ok(text.to_utf8(t)?.as_bytes().to_vec());
    }
    match key.downcast::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_bytes().to_vec()),
        None => Err(err!(t, TypeError, "{what} key must be bytes or string, not {:.100}", key.class().name_lossy())),
    }
}

/// The arguments of a method that asks for a key and a default.
pub fn key_and_default<'a>(
    t: &Thread,
    args: &Args<'a>,
    signature: &'static Signature,
) -> PyResult<(&'a Object, Option<&'a Object>)> {
    let mut slots = [None; 2];
    args.parse(t, signature, &mut slots)?;
    Ok((slots[0].ok_or_else(|| argparse::missing(t))?, slots[1]))
}

/// Refuses arguments, in the words for a method that is told its class.
pub fn no_arguments(t: &Thread, args: &Args<'_>, fname: &str) -> PyResult<()> {
    if args.pos.is_empty() && args.n_keywords() == 0 {
        return Ok(());
    }
    Err(err!(t, TypeError, "{fname}() takes no arguments"))
}

/// The exception class of a module; one for each interpreter.
struct ErrorClass<const GNU: bool>(Owned);

/// `_gdbm.error` or `_dbm.error`.
pub fn error_class<const GNU: bool>(t: &Thread) -> PyResult {
    let made = state::extension(t, |t| {
        let module = if GNU { "_gdbm" } else { "_dbm" };
        errors::new_exception(t, module, "error", exceptions_class!(OSError), None).map(ErrorClass::<GNU>)
    })?;
    Ok(made.0.clone())
}

/// Raises a module's exception with a message.
pub fn raise<const GNU: bool>(t: &Thread, message: &str) -> Raised {
    let make = || error_class::<GNU>(t)?.call(t, &[&*PyStr::from_str(t, message)?]);
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises a module's exception of an error number, about a file if one is given.
pub fn raise_errno<const GNU: bool>(t: &Thread, errno: i32, file: Option<&Object>) -> Raised {
    let make = || -> PyResult {
        let number = taipan_object::PyInt::from_i64(t, i64::from(errno))?;
        let text = PyStr::from_str(t, &errors::strerror(errno))?;
        let class = error_class::<GNU>(t)?;
        match file {
            Some(file) => class.call(t, &[number.as_object(), text.as_object(), file]),
            None => class.call(t, &[number.as_object(), text.as_object()]),
        }
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// The arguments of `open()`.
pub struct OpenArgs<'a> {
    pub filename: &'a Object,
    pub path: std::ffi::CString,
    pub flags: String,
    pub mode: i32,
}

impl<'a> OpenArgs<'a> {
    pub fn new(t: &Thread, filename: &'a Object, flags: Option<&PyStr>, mode: i32) -> PyResult<Self> {
        let flags = match flags {
            Some(flags) => flags.to_utf8(t)?.to_owned(),
            None => "r".to_owned(),
        };
        if flags.contains('\0') {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        let path = taipan_object::fspath::fs_bytes(t, filename)?;
        let path = std::ffi::CString::new(path).map_err(|_| err!(t, ValueError, "embedded null byte"))?;
        Ok(Self { filename, path, flags, mode })
    }
}
