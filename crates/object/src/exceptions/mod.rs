//! The built-in exceptions (`Objects/exceptions.c`): static types, `BaseException`, and access to their fields.

mod base;
mod group;
mod memory;
mod os_error;
pub mod own;
mod specific;

use crate::handle::{Class, Object, Own, Owned, Raised};
use crate::typeobject::PyType;
use crate::{PyInt, PyStr, PyTuple};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

pub use base::BaseException;
pub use group::{BaseExceptionGroup, ExceptionGroup, exception_group_match, prep_reraise_star};
pub use memory::MemoryErrors;
pub use os_error::OSError;
pub use specific::*;

/// Declares an exception that adds nothing to its base but a name and a docstring.
macro_rules! simple {
    ($($name:ident, $export:ident, $pointer:ident, $cname:literal, $base:ident, $raw:ty, $doc:literal;)*) => {
        $(
            crate::layout!(#[doc = $doc] $name, $raw);
            impl crate::Layout for $name {}
            impl core::ops::Deref for $name {
                type Target = Object;
                #[inline(always)]
                fn deref(&self) -> &Object { crate::handle::upcast(self) }
            }
            const _: () = {
                #[unsafe(no_mangle)]
                static $export: crate::Static<PyTypeObject> = crate::Static::new({
                    let mut ty = PyTypeObject::EMPTY;
                    ty.ob_base.ob_base.ob_type = crate::type_type_ptr();
                    ty.tp_name = $cname.as_ptr();
                    ty.tp_basicsize = size_of::<$raw>() as isize;
                    ty.tp_flags = _Py_TPFLAGS_STATIC_BUILTIN | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_BASETYPE
                        | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS;
                    ty.tp_doc = concat!($doc, "\0").as_ptr().cast();
                    ty.tp_base = <$base as Class>::TYPE;
                    ty
                });
                impl Class for $name {
                    const NAME: &'static str = stringify!($name);
                    const TYPE: *mut PyTypeObject = $export.get();
                    const SUBCLASS_FLAG: u64 = 0;
                }
            };
            #[doc = concat!("`PyExc_", stringify!($name), "`: what C code refers to.")]
            #[unsafe(no_mangle)]
            pub static $pointer: TypePointer = TypePointer(<$name as Class>::TYPE);
        )*

        fn simple_types() -> Vec<*mut PyTypeObject> {
            vec![$(<$name as Class>::TYPE),*]
        }
    };
}

/// An exported `PyExc_*` variable.
#[repr(transparent)]
pub struct TypePointer(pub *mut PyTypeObject);
// SAFETY: a constant pointer to a static type object.
unsafe impl Sync for TypePointer {}

pub mod crossinterp;

simple! {
    Exception, _PyExc_Exception, PyExc_Exception, c"Exception", BaseException, PyBaseExceptionObject,
        "Common base class for all non-exit exceptions.";
    TypeError, _PyExc_TypeError, PyExc_TypeError, c"TypeError", Exception, PyBaseExceptionObject,
        "Inappropriate argument type.";
    StopAsyncIteration, _PyExc_StopAsyncIteration, PyExc_StopAsyncIteration, c"StopAsyncIteration", Exception, PyBaseExceptionObject,
        "Signal the end from iterator.__anext__().";
    GeneratorExit, _PyExc_GeneratorExit, PyExc_GeneratorExit, c"GeneratorExit", BaseException, PyBaseExceptionObject,
        "Request that a generator exit.";
    KeyboardInterrupt, _PyExc_KeyboardInterrupt, PyExc_KeyboardInterrupt, c"KeyboardInterrupt", BaseException, PyBaseExceptionObject,
        "Program interrupted by user.";
    ModuleNotFoundError, _PyExc_ModuleNotFoundError, PyExc_ModuleNotFoundError, c"ModuleNotFoundError", ImportError, PyImportErrorObject,
        "Module not found.";
    BlockingIOError, _PyExc_BlockingIOError, PyExc_BlockingIOError, c"BlockingIOError", OSError, PyOSErrorObject,
        "I/O operation would block.";
    ConnectionError, _PyExc_ConnectionError, PyExc_ConnectionError, c"ConnectionError", OSError, PyOSErrorObject,
        "Connection error.";
    ChildProcessError, _PyExc_ChildProcessError, PyExc_ChildProcessError, c"ChildProcessError", OSError, PyOSErrorObject,
        "Child process error.";
    BrokenPipeError, _PyExc_BrokenPipeError, PyExc_BrokenPipeError, c"BrokenPipeError", ConnectionError, PyOSErrorObject,
        "Broken pipe.";
    ConnectionAbortedError, _PyExc_ConnectionAbortedError, PyExc_ConnectionAbortedError, c"ConnectionAbortedError", ConnectionError, PyOSErrorObject,
        "Connection aborted.";
    ConnectionRefusedError, _PyExc_ConnectionRefusedError, PyExc_ConnectionRefusedError, c"ConnectionRefusedError", ConnectionError, PyOSErrorObject,
        "Connection refused.";
    ConnectionResetError, _PyExc_ConnectionResetError, PyExc_ConnectionResetError, c"ConnectionResetError", ConnectionError, PyOSErrorObject,
        "Connection reset.";
    FileExistsError, _PyExc_FileExistsError, PyExc_FileExistsError, c"FileExistsError", OSError, PyOSErrorObject,
        "File already exists.";
    FileNotFoundError, _PyExc_FileNotFoundError, PyExc_FileNotFoundError, c"FileNotFoundError", OSError, PyOSErrorObject,
        "File not found.";
    IsADirectoryError, _PyExc_IsADirectoryError, PyExc_IsADirectoryError, c"IsADirectoryError", OSError, PyOSErrorObject,
        "Operation doesn't work on directories.";
    NotADirectoryError, _PyExc_NotADirectoryError, PyExc_NotADirectoryError, c"NotADirectoryError", OSError, PyOSErrorObject,
        "Operation only works on directories.";
    InterruptedError, _PyExc_InterruptedError, PyExc_InterruptedError, c"InterruptedError", OSError, PyOSErrorObject,
        "Interrupted by signal.";
    PermissionError, _PyExc_PermissionError, PyExc_PermissionError, c"PermissionError", OSError, PyOSErrorObject,
        "Not enough permissions.";
    ProcessLookupError, _PyExc_ProcessLookupError, PyExc_ProcessLookupError, c"ProcessLookupError", OSError, PyOSErrorObject,
        "Process not found.";
    TimeoutError, _PyExc_TimeoutError, PyExc_TimeoutError, c"TimeoutError", OSError, PyOSErrorObject,
        "Timeout expired.";
    EOFError, _PyExc_EOFError, PyExc_EOFError, c"EOFError", Exception, PyBaseExceptionObject,
        "Read beyond end of file.";
    RuntimeError, _PyExc_RuntimeError, PyExc_RuntimeError, c"RuntimeError", Exception, PyBaseExceptionObject,
        "Unspecified run-time error.";
    RecursionError, _PyExc_RecursionError, PyExc_RecursionError, c"RecursionError", RuntimeError, PyBaseExceptionObject,
        "Recursion limit exceeded.";
    PythonFinalizationError, _PyExc_PythonFinalizationError, PyExc_PythonFinalizationError, c"PythonFinalizationError", RuntimeError, PyBaseExceptionObject,
        "Operation blocked during Python finalization.";
    NotImplementedError, _PyExc_NotImplementedError, PyExc_NotImplementedError, c"NotImplementedError", RuntimeError, PyBaseExceptionObject,
        "Method or function hasn't been implemented yet.";
    UnboundLocalError, _PyExc_UnboundLocalError, PyExc_UnboundLocalError, c"UnboundLocalError", NameError, PyNameErrorObject,
        "Local name referenced but not bound to a value.";
    IndentationError, _PyExc_IndentationError, PyExc_IndentationError, c"IndentationError", SyntaxError, PySyntaxErrorObject,
        "Improper indentation.";
    TabError, _PyExc_TabError, PyExc_TabError, c"TabError", IndentationError, PySyntaxErrorObject,
        "Improper mixture of spaces and tabs.";
    _IncompleteInputError, _PyExc_IncompleteInputError, PyExc_IncompleteInputError, c"_IncompleteInputError", SyntaxError, PySyntaxErrorObject,
        "incomplete input.";
    LookupError, _PyExc_LookupError, PyExc_LookupError, c"LookupError", Exception, PyBaseExceptionObject,
        "Base class for lookup errors.";
    IndexError, _PyExc_IndexError, PyExc_IndexError, c"IndexError", LookupError, PyBaseExceptionObject,
        "Sequence index out of range.";
    ValueError, _PyExc_ValueError, PyExc_ValueError, c"ValueError", Exception, PyBaseExceptionObject,
        "Inappropriate argument value (of correct type).";
    UnicodeError, _PyExc_UnicodeError, PyExc_UnicodeError, c"UnicodeError", ValueError, PyBaseExceptionObject,
        "Unicode related error.";
    AssertionError, _PyExc_AssertionError, PyExc_AssertionError, c"AssertionError", Exception, PyBaseExceptionObject,
        "Assertion failed.";
    ArithmeticError, _PyExc_ArithmeticError, PyExc_ArithmeticError, c"ArithmeticError", Exception, PyBaseExceptionObject,
        "Base class for arithmetic errors.";
    FloatingPointError, _PyExc_FloatingPointError, PyExc_FloatingPointError, c"FloatingPointError", ArithmeticError, PyBaseExceptionObject,
        "Floating-point operation failed.";
    OverflowError, _PyExc_OverflowError, PyExc_OverflowError, c"OverflowError", ArithmeticError, PyBaseExceptionObject,
        "Result too large to be represented.";
    ZeroDivisionError, _PyExc_ZeroDivisionError, PyExc_ZeroDivisionError, c"ZeroDivisionError", ArithmeticError, PyBaseExceptionObject,
        "Second argument to a division or modulo operation was zero.";
    SystemError, _PyExc_SystemError, PyExc_SystemError, c"SystemError", Exception, PyBaseExceptionObject,
        "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    ReferenceError, _PyExc_ReferenceError, PyExc_ReferenceError, c"ReferenceError", Exception, PyBaseExceptionObject,
        "Weak ref proxy used after referent went away.";
    MemoryError, _PyExc_MemoryError, PyExc_MemoryError, c"MemoryError", Exception, PyBaseExceptionObject,
        "Out of memory.";
    BufferError, _PyExc_BufferError, PyExc_BufferError, c"BufferError", Exception, PyBaseExceptionObject,
        "Buffer error.";
    Warning, _PyExc_Warning, PyExc_Warning, c"Warning", Exception, PyBaseExceptionObject,
        "Base class for warning categories.";
    UserWarning, _PyExc_UserWarning, PyExc_UserWarning, c"UserWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings generated by user code.";
    DeprecationWarning, _PyExc_DeprecationWarning, PyExc_DeprecationWarning, c"DeprecationWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about deprecated features.";
    PendingDeprecationWarning, _PyExc_PendingDeprecationWarning, PyExc_PendingDeprecationWarning, c"PendingDeprecationWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about features which will be deprecated\nin the future.";
    SyntaxWarning, _PyExc_SyntaxWarning, PyExc_SyntaxWarning, c"SyntaxWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about dubious syntax.";
    RuntimeWarning, _PyExc_RuntimeWarning, PyExc_RuntimeWarning, c"RuntimeWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about dubious runtime behavior.";
    FutureWarning, _PyExc_FutureWarning, PyExc_FutureWarning, c"FutureWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning, _PyExc_ImportWarning, PyExc_ImportWarning, c"ImportWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about probable mistakes in module imports";
    UnicodeWarning, _PyExc_UnicodeWarning, PyExc_UnicodeWarning, c"UnicodeWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    BytesWarning, _PyExc_BytesWarning, PyExc_BytesWarning, c"BytesWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    ResourceWarning, _PyExc_ResourceWarning, PyExc_ResourceWarning, c"ResourceWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about resource usage.";
    EncodingWarning, _PyExc_EncodingWarning, PyExc_EncodingWarning, c"EncodingWarning", Warning, PyBaseExceptionObject,
        "Base class for warnings about encodings.";
}

macro_rules! pointers {
    ($($pointer:ident = $name:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($pointer), "`: what C code refers to.")]
            #[unsafe(no_mangle)]
            pub static $pointer: TypePointer = TypePointer(<$name as Class>::TYPE);
        )*
    };
}

pointers! {
    PyExc_BaseException = BaseException;
    PyExc_BaseExceptionGroup = BaseExceptionGroup;
    PyExc_StopIteration = StopIteration;
    PyExc_SystemExit = SystemExit;
    PyExc_ImportError = ImportError;
    PyExc_OSError = OSError;
    PyExc_EnvironmentError = OSError;
    PyExc_IOError = OSError;
    PyExc_NameError = NameError;
    PyExc_AttributeError = AttributeError;
    PyExc_SyntaxError = SyntaxError;
    PyExc_KeyError = KeyError;
    PyExc_UnicodeEncodeError = UnicodeEncodeError;
    PyExc_UnicodeDecodeError = UnicodeDecodeError;
    PyExc_UnicodeTranslateError = UnicodeTranslateError;
}

/// Readies every static exception type. Those without fields of their own have `__new__` in their dictionary, although
/// it is their base's. Where CPython lets `BaseException`'s vectorcall make instances, we do.
pub(crate) fn ready_types(t: &Thread) -> crate::handle::PyResult<()> {
    let plain = simple_types();
    let is_unicode = |ty| {
        [
            <UnicodeEncodeError as Class>::TYPE,
            <UnicodeDecodeError as Class>::TYPE,
            <UnicodeTranslateError as Class>::TYPE,
        ]
        .contains(&ty)
    };
    for ty in all_types() {
        // SAFETY: static types live for ever; their bases are ready before them.
        unsafe {
            let is_plain = plain.contains(&ty) && (*ty).tp_basicsize == size_of::<PyBaseExceptionObject>() as isize;
            if is_plain || is_unicode(ty) {
                (*ty).tp_new = (*(*ty).tp_base).tp_new;
            }
            if ty == <MemoryError as Class>::TYPE {
                (*ty).tp_dealloc = Some(memory::dealloc);
            }
            crate::typeobject::ready(t, crate::PyType::from_type_ptr(ty))?;
            // What BaseException makes and initialises is made in one step.
            let root = <BaseException as Class>::TYPE;
            let same_init = (*ty).tp_init.map(|f| f as usize) == (*root).tp_init.map(|f| f as usize);
            let is_key_error = ty == <KeyError as Class>::TYPE;
            if ((is_plain && same_init) || is_key_error) && (*ty).tp_vectorcall.is_none() {
                (*ty).tp_vectorcall = (*root).tp_vectorcall;
            }
        }
    }
    Ok(())
}

/// Every static exception type, bases first.
pub fn all_types() -> Vec<*mut PyTypeObject> {
    let mut types = vec![<BaseException as Class>::TYPE, <Exception as Class>::TYPE];
    types.extend([
        <BaseExceptionGroup as Class>::TYPE,
        <StopIteration as Class>::TYPE,
        <SystemExit as Class>::TYPE,
        <ImportError as Class>::TYPE,
        <OSError as Class>::TYPE,
        <NameError as Class>::TYPE,
        <AttributeError as Class>::TYPE,
        <SyntaxError as Class>::TYPE,
        <LookupError as Class>::TYPE,
        <KeyError as Class>::TYPE,
        <ValueError as Class>::TYPE,
        <UnicodeError as Class>::TYPE,
        <UnicodeEncodeError as Class>::TYPE,
        <UnicodeDecodeError as Class>::TYPE,
        <UnicodeTranslateError as Class>::TYPE,
    ]);
    types.extend(simple_types());
    types
}

/// The common fields of any exception.
///
/// # Safety
/// The object is an exception.
#[inline(always)]
unsafe fn base(exception: &Object) -> *mut PyBaseExceptionObject {
    exception.as_ptr().cast()
}

unsafe fn replace_field(slot: *mut *mut PyObject, value: Option<Owned>) {
    // SAFETY: the caller names a field that owns its reference.
    unsafe {
        let new = value.map_or(core::ptr::null_mut(), Owned::into_ptr);
        let old = core::mem::replace(&mut *slot, new);
        refcount::xdecref(old);
    }
}

/// A field of an exception's C structure, as a counted reference.
///
/// # Safety
/// `slot` is a field that owns its reference or is null.
pub(crate) unsafe fn field(slot: *const *mut PyObject) -> Option<Owned> {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr_opt(*slot).map(Own::own) }
}

/// `__context__`.
pub fn context(exception: &Object) -> Option<Owned> {
    // SAFETY: callers pass exceptions.
    unsafe { field(&raw const (*base(exception)).context) }
}

/// `__cause__`.
pub fn cause(exception: &Object) -> Option<Owned> {
    // SAFETY: callers pass exceptions.
    unsafe { field(&raw const (*base(exception)).cause) }
}

/// `__traceback__`.
pub fn traceback(exception: &Object) -> Option<Owned> {
    // SAFETY: callers pass exceptions.
    unsafe { field(&raw const (*base(exception)).traceback) }
}

/// `args`.
pub fn args(exception: &Object) -> Option<Owned<PyTuple>> {
    // SAFETY: callers pass exceptions, whose `args` is a tuple or null.
    unsafe { field(&raw const (*base(exception)).args).map(|a| a.cast_unchecked()) }
}

/// Sets `__context__`.
pub fn set_context(exception: &Object, value: Option<Owned>) {
    // SAFETY: callers pass exceptions.
    unsafe { replace_field(&raw mut (*base(exception)).context, value) }
}

/// Sets `__cause__` and, with it, `__suppress_context__`.
pub fn set_cause(exception: &Object, value: Option<Owned>) {
    // SAFETY: callers pass exceptions.
    unsafe {
        (*base(exception)).suppress_context = 1;
        replace_field(&raw mut (*base(exception)).cause, value);
    }
}

/// Sets `__traceback__`.
pub fn set_traceback(exception: &Object, value: Option<Owned>) {
    // SAFETY: callers pass exceptions.
    unsafe { replace_field(&raw mut (*base(exception)).traceback, value) }
}

/// Sets `args`.
pub fn set_args(exception: &Object, value: Owned<PyTuple>) {
    // SAFETY: callers pass exceptions.
    unsafe { replace_field(&raw mut (*base(exception)).args, Some(value.into_object())) }
}

/// Sets `args` to what a call of the class was given, unless `__new__` has done that.
fn init_args(exception: &Object, t: &Thread, given: &crate::argparse::Args<'_>) -> crate::PyResult<()> {
    // SAFETY: callers pass exceptions.
    let old = unsafe { Object::from_ptr_opt((*base(exception)).args) };
    if let Some(old) = old.and_then(|old| old.downcast_exact::<PyTuple>())
        && old.len() == given.pos.len()
        && old.as_slice().iter().zip(given.pos).all(|(old, new)| old.is(new))
    {
        return Ok(());
    }
    set_args(exception, PyTuple::from_slice(t, given.pos)?);
    Ok(())
}

/// The value that a `StopIteration` carries.
pub fn stop_iteration_value(exception: &Object) -> Owned {
    // SAFETY: callers pass a StopIteration.
    unsafe { field(&raw const (*exception.as_ptr().cast::<PyStopIterationObject>()).value) }
        .unwrap_or_else(|| crate::singletons::none().own())
}

/// If the exception in flight is a `StopIteration`, takes it and gives its value (`_PyGen_FetchStopIterationValue`).
/// Without exception the value is `None`.
pub fn fetch_stop_iteration(t: &Thread) -> Result<Owned, Raised> {
    if !crate::errors::occurred(t) {
        return Ok(crate::singletons::none().own());
    }
    if !crate::errors::matches::<StopIteration>(t) {
        return Err(Raised::assume());
    }
    match crate::errors::take(t) {
        Some(exception) => Ok(stop_iteration_value(&exception)),
        None => Ok(crate::singletons::none().own()),
    }
}

/// Raises a `UnicodeEncodeError`.
#[cold]
pub fn unicode_encode_error(
    t: &Thread,
    encoding: &str,
    object: &PyStr,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    let make = || {
        UnicodeEncodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, encoding)?,
                object,
                &*PyInt::from_i64(t, start as i64)?,
                &*PyInt::from_i64(t, end as i64)?,
                &*PyStr::from_str(t, reason)?,
            ],
        )
    };
    match make() {
        Ok(exception) => crate::errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises a `UnicodeDecodeError`.
#[cold]
pub fn unicode_decode_error(
    t: &Thread,
    encoding: &str,
    object: &Object,
    start: usize,
    end: usize,
    reason: &str,
) -> Raised {
    let make = || {
        UnicodeDecodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, encoding)?,
                object,
                &*PyInt::from_i64(t, start as i64)?,
                &*PyInt::from_i64(t, end as i64)?,
                &*PyStr::from_str(t, reason)?,
            ],
        )
    };
    match make() {
        Ok(exception) => crate::errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises an `AttributeError` with its `name` and `obj` set, for "Did you mean".
#[cold]
pub fn attribute_error(t: &Thread, object: &Object, name: &Object, message: core::fmt::Arguments<'_>) -> Raised {
    let raised = crate::errors::raise_fmt(t, AttributeError::class(), message);
    add_attribute_context(t, object, name);
    raised
}

/// Fills `name` and `obj` of an `AttributeError` in flight that has neither.
pub fn add_attribute_context(t: &Thread, object: &Object, name: &Object) {
    // SAFETY: the exception in flight is alive; its type is checked.
    unsafe {
        let Some(exception) = Object::from_ptr_opt(t.current_exception()) else { return };
        if !exception.is_instance_of::<AttributeError>() {
            return;
        }
        let raw = exception.as_ptr().cast::<PyAttributeErrorObject>();
        if (*raw).obj.is_null() && (*raw).name.is_null() {
            (*raw).obj = object.own().into_ptr();
            (*raw).name = name.own().into_ptr();
        }
    }
}

/// Raises a `NameError` with its `name` set.
#[cold]
pub fn name_error(t: &Thread, class: &PyType, name: &Object, message: core::fmt::Arguments<'_>) -> Raised {
    let raised = crate::errors::raise_fmt(t, class, message);
    // SAFETY: the exception in flight is alive; its type is checked.
    unsafe {
        if let Some(exception) = Object::from_ptr_opt(t.current_exception())
            && exception.is_instance_of::<NameError>()
        {
            let raw = exception.as_ptr().cast::<PyNameErrorObject>();
            if (*raw).name.is_null() {
                (*raw).name = name.own().into_ptr();
            }
        }
    }
    raised
}

/// Raises an `ImportError` (or a subclass) with name, path and the name that could not be imported.
#[cold]
pub fn import_error(
    t: &Thread,
    class: &PyType,
    message: core::fmt::Arguments<'_>,
    name: Option<&Object>,
    path: Option<&Object>,
    name_from: Option<&Object>,
) -> Raised {
    let make = || {
        let text = PyStr::from_fmt(t, message)?;
        let none = crate::singletons::none();
        let mut kwargs: Vec<(&str, &Object)> = vec![("name", name.unwrap_or(none)), ("path", path.unwrap_or(none))];
        if let Some(from) = name_from {
            kwargs.push(("name_from", from));
        }
        class.as_object().call_with(t, &[&text], &kwargs)
    };
    match make() {
        Ok(exception) => crate::errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises a bare `KeyboardInterrupt`.
#[cold]
pub fn keyboard_interrupt(t: &Thread) -> Raised {
    crate::errors::raise_none(t, KeyboardInterrupt::class())
}

/// The type object of a built-in exception.
#[macro_export]
macro_rules! exceptions_class {
    ($name:ident) => {
        <$crate::exceptions::$name as $crate::Class>::class()
    };
}
