//! What all streams share: errors, checks of a stream's state, calls that a signal may interrupt.

use crate::fileio::PyFileIO;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, PyType, Raised, Slot, Thread, attr, err,
    errors, exceptions, exceptions_class, name, number, singletons, state,
};

/// Bytes in a buffer, unless the caller wants another number.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// `io.UnsupportedOperation`.
pub fn unsupported_class(t: &Thread) -> PyResult {
    state::import(t, "_io")?.getattr(t, name!(t, "UnsupportedOperation"))
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub fn unsupported(t: &Thread, message: &str) -> Raised {
    let raise = || -> PyResult<Raised> {
        let class = unsupported_class(t)?;
        match class.downcast::<PyType>() {
            Some(class) => Ok(errors::raise_fmt(t, class, format_args!("{message}"))),
            None => Ok(err!(t, OSError, "{message}")),
        }
    };
    raise().unwrap_or_else(|raised| raised)
}

/// Raises `BlockingIOError(EAGAIN, message, written)`.
#[cold]
pub fn blocking(t: &Thread, message: &str, written: usize) -> Raised {
    let raise = || -> PyResult<Raised> {
        let code = PyInt::from_i64(t, i64::from(libc::EAGAIN))?;
        let message = PyStr::from_str(t, message)?;
        let written = PyInt::from_u64(t, written as u64)?;
        let exception = exceptions_class!(BlockingIOError).call(t, &[&code, &message, &written])?;
        Ok(errors::raise(t, exception))
    };
    raise().unwrap_or_else(|raised| raised)
}

/// "cannot pickle 'FileIO' instances".
#[cold]
pub fn cannot_pickle(t: &Thread, object: &Object) -> Raised {
    err!(t, TypeError, "cannot pickle '{:.100}' instances", object.class().short_name_lossy())
}

/// `stream.closed`.
pub fn is_closed(t: &Thread, stream: &Object) -> PyResult<bool> {
    if let Some(file) = stream.downcast_exact::<PyFileIO>() {
        return Ok(file.is_closed());
    }
    stream.getattr(t, name!(t, "closed"))?.is_true(t)
}

/// Raises if `stream.closed`.
pub fn check_closed(t: &Thread, stream: &Object) -> PyResult<()> {
    if is_closed(t, stream)? { Err(err!(t, ValueError, "I/O operation on closed file.")) } else { Ok(()) }
}

fn check_able(t: &Thread, stream: &Object, question: &PyStr, complaint: &str) -> PyResult {
    let answer = stream.call_method(t, question, &[])?;
    if answer.is(singletons::bool(true)) { Ok(answer) } else { Err(unsupported(t, complaint)) }
}

/// Raises unless `stream.seekable()`.
pub fn check_seekable(t: &Thread, stream: &Object) -> PyResult {
    check_able(t, stream, name!(t, "seekable"), "File or stream is not seekable.")
}

/// Raises unless `stream.readable()`.
pub fn check_readable(t: &Thread, stream: &Object) -> PyResult {
    check_able(t, stream, name!(t, "readable"), "File or stream is not readable.")
}

/// Raises unless `stream.writable()`.
pub fn check_writable(t: &Thread, stream: &Object) -> PyResult {
    check_able(t, stream, name!(t, "writable"), "File or stream is not writable.")
}

/// Calls a method again for as long as a signal interrupts it.
pub fn call_retry(t: &Thread, object: &Object, method: &PyStr, args: &[&Object]) -> PyResult {
    loop {
        match object.call_method(t, method, args) {
            Err(raised) if interrupted(t) => {
                let _ = raised;
                errors::clear(t);
                state::check_signals(t)?;
            }
            result => return result,
        }
    }
}

/// Whether the exception in flight is an `OSError` with `EINTR`.
pub fn interrupted(t: &Thread) -> bool {
    if !errors::matches::<exceptions::OSError>(t) {
        return false;
    }
    let Some(exception) = errors::take(t) else { return false };
    let found = exception.downcast::<exceptions::OSError>().is_some_and(|e| e.errno() == Some(i64::from(libc::EINTR)));
    let _ = errors::restore_raised(t, exception);
    found
}

/// An offset in a file (`PyNumber_AsOff_t`).
pub fn offset(t: &Thread, value: &Object, error: &PyType) -> PyResult<i64> {
    number::index_as_isize_or(t, value, error).map(|n| n as i64)
}

/// A size argument: `None` or absent is -1.
pub fn size_or_none(t: &Thread, value: Option<&Object>) -> PyResult<isize> {
    match attr::none_if_none(value) {
        None => Ok(-1),
        Some(value) if number::is_index(value) => number::index_as_isize_or(t, value, exceptions_class!(OverflowError)),
        Some(value) => {
            Err(err!(t, TypeError, "argument should be integer or None, not '{:.200}'", value.class().name_lossy()))
        }
    }
}

/// The instance dictionary behind a stream's `__dict__`, made on demand.
pub fn dict_of(t: &Thread, slot: &Slot<PyDict>) -> PyResult<Owned<PyDict>> {
    match slot.get() {
        Some(dict) => Ok(dict),
        None => {
            let dict = PyDict::new(t)?;
            slot.set(Some(dict.clone()));
            Ok(dict)
        }
    }
}

/// `<_io.X name='...'>`: the repr of a stream with a name.
pub fn repr_with_name(t: &Thread, stream: &Object, kind: &str, rest: &str) -> PyResult<Owned<PyStr>> {
    let found = match stream.getattr_opt(t, name!(t, "name")) {
        Ok(found) => found,
        Err(raised) if errors::matches::<exceptions::ValueError>(t) => {
            let _ = raised;
            errors::clear(t);
            None
        }
        Err(raised) => return Err(raised),
    };
    let Some(found) = found else { return PyStr::from_fmt(t, format_args!("<{kind}{rest}>")) };
    if !state::repr_enter(t, stream) {
        return Err(err!(t, RuntimeError, "reentrant call inside {kind}.__repr__"));
    }
    let shown = found.repr(t);
    state::repr_leave(t, stream);
    let head = PyStr::from_str(t, &format!("<{kind} name="))?;
    let tail = PyStr::from_str(t, &format!("{rest}>"))?;
    PyStr::concat_all(t, &[&head, &*shown?, &tail])
}

/// Warns of a stream that was not closed.
pub fn warn_unclosed(t: &Thread, source: &Object) {
    let saved = errors::save(t);
    let work = || -> PyResult<()> {
        let shown = source.repr(t)?;
        let text = PyStr::concat_all(t, &[&*PyStr::from_str(t, "unclosed file ")?, &shown])?;
        state::warn_resource(t, source, &text)
    };
    if work().is_err() && errors::matches::<exceptions::Warning>(t) {
        errors::write_unraisable(t, Some(source));
    }
    errors::restore(t, saved);
}

/// Runs two steps of closing; the second runs in any case, and the first's exception is the context of the second's.
pub fn both<A, B>(t: &Thread, first: PyResult<A>, second: impl FnOnce() -> PyResult<B>) -> PyResult<B> {
    match first {
        Ok(_) => second(),
        Err(raised) => {
            let saved = errors::take_raised(t, raised);
            match second() {
                Ok(_) => Err(errors::restore_raised(t, saved)),
                Err(raised) => {
                    errors::chain(t, saved);
                    Err(raised)
                }
            }
        }
    }
}

/// The bytes object that a method was to return.
pub fn expect_bytes(t: &Thread, object: Owned, method: &str) -> PyResult<Owned<PyBytes>> {
    object.into_type::<PyBytes>().map_err(|other| {
        err!(t, OSError, "{method}() should have returned a bytes object, not '{:.200}'", other.class().name_lossy())
    })
}

/// A native class as an object.
pub fn class_object<T: Class>() -> &'static Object {
    T::class().as_object()
}

/// An owned `None`.
pub fn none() -> Owned {
    singletons::none().own()
}

/// The writable buffer that a method takes.
pub fn writable(t: &Thread, object: &Object, method: &str) -> PyResult<Buffer> {
    match Buffer::get(t, object, taipan_object::abi::PyBUF_WRITABLE) {
        Ok(buffer) => Ok(buffer),
        Err(_) => {
            errors::clear(t);
            Err(err!(
                t,
                TypeError,
                "{method}() argument must be read-write bytes-like object, not {:.50}",
                object.class().name_lossy()
            ))
        }
    }
}

/// The size of an instance, given how large CPython makes it before any subclass.
pub fn sizeof<T: Class>(object: &Object, base: usize) -> usize {
    // SAFETY: plain fields of live types.
    let (all, own) = unsafe { ((*object.class().as_type_ptr()).tp_basicsize, (*T::TYPE).tp_basicsize) };
    base + (all - own).max(0).unsigned_abs()
}

/// Appends to a buffer that may grow without limit.
pub fn append(t: &Thread, buffer: &mut Vec<u8>, data: &[u8]) -> PyResult<()> {
    buffer.try_reserve(data.len()).map_err(|_| errors::no_memory(t))?;
    buffer.extend_from_slice(data);
    Ok(())
}
