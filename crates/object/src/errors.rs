//! Raising, saving and chaining exceptions (`Python/errors.c`).

use crate::exceptions as exc;
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::typeobject::PyType;
use crate::{PyStr, PyTuple};
use core::fmt;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

/// Raises an exception of a built-in type with a formatted message: `return Err(err!(t, TypeError, "not {x}"))`.
/// The value is [`Raised`].
#[macro_export]
macro_rules! err {
    ($t:expr, $exception:ident, $($message:tt)+) => {
        $crate::errors::raise_fmt(
            $t,
            <$crate::exceptions::$exception as $crate::Class>::class(),
            format_args!($($message)+),
        )
    };
}

/// Raises an exception of this type with a formatted message.
#[cold]
#[inline(never)]
pub fn raise_fmt(t: &Thread, class: &PyType, message: fmt::Arguments<'_>) -> Raised {
    match PyStr::from_fmt(t, message) {
        Ok(text) => raise_value(t, class, &text),
        Err(raised) => raised,
    }
}

/// Raises `class(value)` (`PyErr_SetObject` with a value that is not an exception).
#[cold]
pub fn raise_value(t: &Thread, class: &PyType, value: &Object) -> Raised {
    // C code may go on without asking whether a call failed; calling the class must not see that exception.
    clear(t);
    match create(t, class, Some(value)) {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises `class()`.
#[cold]
pub fn raise_none(t: &Thread, class: &PyType) -> Raised {
    clear(t);
    match create(t, class, None) {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// `_PyErr_CreateException`: the instance that raising `class` with `value` makes.
pub fn create(t: &Thread, class: &PyType, value: Option<&Object>) -> PyResult {
    let exception = match value {
        None => class.call(t, &[])?,
        Some(value) if value.is(crate::singletons::none()) => class.call(t, &[])?,
        Some(value) => match value.downcast_exact::<PyTuple>() {
            Some(args) => class.call_tuple_dict(t, args, None)?,
            None => class.call(t, &[value])?,
        },
    };
    if !exception.is_instance_of::<exc::BaseException>() {
        return Err(err!(
            t,
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            class.repr_lossy(t),
            exception.class().name_lossy()
        ));
    }
    Ok(exception)
}

/// Raises an exception instance, chaining it to the exception being handled.
pub fn raise(t: &Thread, exception: Owned) -> Raised {
    // SAFETY: the chain of contexts consists of live exceptions.
    unsafe {
        let handled = (*t.topmost_exc_info()).exc_value;
        if !handled.is_null() && handled != crate::singletons::none().as_ptr() && handled != exception.as_ptr() {
            let value = exception.as_ptr().cast::<PyBaseExceptionObject>();
            // Break a cycle that the new context would close.
            let mut at = handled.cast::<PyBaseExceptionObject>();
            let mut slow = at;
            let mut step = false;
            loop {
                let context = (*at).context.cast::<PyBaseExceptionObject>();
                if context.is_null() {
                    break;
                }
                if core::ptr::eq(context, value) {
                    (*at).context = core::ptr::null_mut();
                    refcount::decref(context.cast());
                    break;
                }
                at = context;
                if core::ptr::eq(at, slow) {
                    break;
                }
                if step {
                    slow = (*slow).context.cast();
                }
                step = !step;
            }
            if !core::ptr::eq(handled, value.cast()) {
                refcount::incref(handled);
                let old = core::mem::replace(&mut (*value).context, handled);
                refcount::xdecref(old);
            }
        }
    }
    restore_raised(t, exception)
}

/// Makes an exception the one in flight, as it is (`PyErr_SetRaisedException`).
pub fn restore_raised(t: &Thread, exception: Owned) -> Raised {
    // SAFETY: the thread state owns its exception.
    unsafe {
        let ts = t.as_ptr();
        let old = core::mem::replace(&mut (*ts).current_exception, exception.into_ptr());
        refcount::xdecref(old);
    }
    Raised::assume()
}

/// Takes the exception in flight (`PyErr_GetRaisedException`).
pub fn take(t: &Thread) -> Option<Owned> {
    // SAFETY: the thread state owns its exception.
    unsafe {
        let ts = t.as_ptr();
        Owned::from_ptr_opt(core::mem::replace(&mut (*ts).current_exception, core::ptr::null_mut()))
    }
}

/// Takes the exception that a `Raised` stands for. Without one (a C function that lied) a `SystemError` is made.
pub fn take_raised(t: &Thread, _raised: Raised) -> Owned {
    if let Some(exception) = take(t) {
        return exception;
    }
    let _ = err!(t, SystemError, "error return without exception set");
    take(t).unwrap_or_else(|| crate::singletons::none().own())
}

/// Whether an exception is in flight.
#[inline(always)]
pub fn occurred(t: &Thread) -> bool {
    !t.current_exception().is_null()
}

/// Drops the exception in flight.
pub fn clear(t: &Thread) {
    drop(take(t));
}

/// Whether the exception in flight is an instance of `class` (`PyErr_ExceptionMatches`).
pub fn matches_class(t: &Thread, class: &PyType) -> bool {
    // SAFETY: the thread state keeps its exception alive.
    unsafe { Object::from_ptr_opt(t.current_exception()) }.is_some_and(|error| error.class().is_subtype(class))
}

/// Whether the exception in flight is an instance of `T`.
pub fn matches<T: Class>(t: &Thread) -> bool {
    // SAFETY: the thread state keeps its exception alive.
    unsafe { Object::from_ptr_opt(t.current_exception()) }.is_some_and(Object::is_instance_of::<T>)
}

/// Runs on: if the result is an exception of type `T`, drops it and gives `None`.
pub fn catch<T: Class, R>(t: &Thread, result: PyResult<R>) -> PyResult<Option<R>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            if matches::<T>(t) {
                clear(t);
                Ok(None)
            } else {
                Err(raised)
            }
        }
    }
}

/// The exception in flight, put aside while other Python code runs.
pub struct Saved(Option<Owned>);

/// Puts the exception in flight aside.
pub fn save(t: &Thread) -> Saved {
    Saved(take(t))
}

/// Brings back what [`save`] put aside; an exception raised meanwhile is dropped.
pub fn restore(t: &Thread, saved: Saved) {
    match saved.0 {
        Some(exception) => {
            let _ = restore_raised(t, exception);
        }
        None => clear(t),
    }
}

/// `PyErr_NoMemory`: raises a `MemoryError`, without a context, that was made beforehand.
#[cold]
pub fn no_memory(t: &Thread) -> Raised {
    match exc::MemoryErrors::get(t) {
        Some(exception) => restore_raised(t, exception),
        None => raise_none(t, exc::MemoryError::class()),
    }
}

/// Raises `MemoryError` unless there is memory for so many bytes that something keeps beside its object.
pub fn check_memory(t: &Thread, size: usize) -> PyResult<()> {
    if taipan_runtime::mem::permits(size) { Ok(()) } else { Err(no_memory(t)) }
}

/// `_PyErr_SetKeyError`: the key is the only argument even if it is a tuple.
#[cold]
pub fn key_error(t: &Thread, key: &Object) -> Raised {
    match exc::KeyError::class().call(t, &[key]) {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises `StopIteration(value)`.
#[cold]
pub fn stop_iteration(t: &Thread, value: &Object) -> Raised {
    match exc::StopIteration::make(t, Some(value)) {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises `StopIteration()`.
#[cold]
pub fn stop_iteration_without_value(t: &Thread) -> Raised {
    match exc::StopIteration::make(t, None) {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises the `OSError` of an error number (`PyErr_SetFromErrno`).
#[cold]
pub fn os_error(t: &Thread, errno: i32) -> Raised {
    os_error_with(t, errno, None, None)
}

/// Raises the `OSError` of an error number with up to two file names.
#[cold]
pub fn os_error_with(t: &Thread, errno: i32, filename: Option<&Object>, filename2: Option<&Object>) -> Raised {
    if errno == libc::EINTR
        && let Err(raised) = crate::state::check_signals(t)
    {
        return raised;
    }
    let make = || -> PyResult {
        let number = crate::PyInt::from_i64(t, i64::from(errno))?;
        let message = PyStr::from_str(t, &strerror(errno))?;
        let none = crate::singletons::none();
        let zero = crate::PyInt::from_i64(t, 0)?;
        match (filename, filename2) {
            (None, _) => exc::OSError::class().call(t, &[&number, &message]),
            (Some(first), None) => exc::OSError::class().call(t, &[&number, &message, first]),
            (Some(first), Some(second)) => {
                let _ = none;
                exc::OSError::class().call(t, &[&number, &message, first, &zero, second])
            }
        }
    };
    match make() {
        Ok(exception) => raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises the `OSError` of the last failed libc call.
#[cold]
pub fn last_os_error(t: &Thread) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    os_error(t, errno)
}

/// Raises the `OSError` of a Rust I/O error.
#[cold]
pub fn io_error(t: &Thread, error: &std::io::Error) -> Raised {
    match error.raw_os_error() {
        Some(errno) => os_error(t, errno),
        None => err!(t, OSError, "{error}"),
    }
}

/// `strerror`.
pub fn strerror(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer and its length belong together; the XSI version fills it with a C string.
    unsafe {
        libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len());
    }
    let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
    String::from_utf8_lossy(&buffer[..end]).into_owned()
}

/// Raises an exception whose cause and context are the exception in flight (`_PyErr_FormatFromCause`).
#[cold]
pub fn raise_from_cause(t: &Thread, class: &PyType, message: fmt::Arguments<'_>) -> Raised {
    let cause = take(t);
    let raised = raise_fmt(t, class, message);
    if let (Some(cause), Some(exception)) = (cause, take(t)) {
        exc::set_cause(&exception, Some(cause.clone()));
        exc::set_context(&exception, Some(cause));
        return restore_raised(t, exception);
    }
    raised
}

/// `_PyErr_ChainExceptions1`: the exception in flight gets `context` as its context; if there is none, `context` is
/// raised.
pub fn chain(t: &Thread, context: Owned) {
    match take(t) {
        Some(exception) => {
            exc::set_context(&exception, Some(context));
            let _ = restore_raised(t, exception);
        }
        None => {
            let _ = restore_raised(t, context);
        }
    }
}

/// Reports an exception that cannot be raised (`PyErr_WriteUnraisable`): `sys.unraisablehook` gets it.
pub fn write_unraisable(t: &Thread, object: Option<&Object>) {
    crate::state::unraisable(t, None, object);
}

/// As [`write_unraisable`] with a message instead of "Exception ignored in".
pub fn write_unraisable_msg(t: &Thread, message: &str, object: Option<&Object>) {
    crate::state::unraisable(t, Some(message), object);
}

/// "unsupported operand type(s) for +: 'int' and 'str'".
#[cold]
pub fn binop_type_error(t: &Thread, left: &Object, right: &Object, op: &str) -> Raised {
    err!(
        t,
        TypeError,
        "unsupported operand type(s) for {op}: '{:.100}' and '{:.100}'",
        left.class().name_lossy(),
        right.class().name_lossy()
    )
}

/// `PyErr_BadInternalCall`.
#[cold]
#[inline(never)]
pub fn bad_internal_call(t: &Thread) -> Raised {
    err!(t, SystemError, "bad argument to internal function")
}

/// Issues a warning through the `warnings` machinery (`PyErr_WarnEx`); an error filter makes it an exception.
pub fn warn(t: &Thread, category: &PyType, message: fmt::Arguments<'_>, stack_level: isize) -> PyResult<()> {
    let text = PyStr::from_fmt(t, message)?;
    crate::state::warn(t, category, &text, stack_level)
}

/// A new exception class of a native module (`PyErr_NewExceptionWithDoc`).
pub fn new_exception(t: &Thread, module: &str, name: &str, base: &PyType, doc: Option<&str>) -> PyResult<Owned> {
    let dict = crate::PyDict::new(t)?;
    dict.set_str(t, crate::name!(t, "__module__"), &*PyStr::from_str(t, module)?)?;
    if let Some(doc) = doc {
        dict.set_str(t, crate::name!(t, "__doc__"), &*PyStr::from_str(t, doc)?)?;
    }
    let bases = PyTuple::from_slice(t, &[base.as_object()])?;
    let name = PyStr::from_str(t, name)?;
    PyType::class().call(t, &[&name, &bases, &dict])
}
