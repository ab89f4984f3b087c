//! Functions that are in no header any more but stay for old modules, as CPython keeps them.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int, c_void};
use taipan_object::{Object, Own, Owned, PyDict, PyResult, PyStr, PyTuple, Thread, err, exceptions_class};
use taipan_runtime::thread;

/// "X() is deprecated and will be removed in 3.15; use Y".
fn deprecated(t: &Thread, function: &str, instead: &str) -> PyResult<()> {
    taipan_object::errors::warn(
        t,
        exceptions_class!(DeprecationWarning),
        format_args!("{function}() is deprecated and will be removed in 3.15; use {instead}"),
        1,
    )
}

unsafe fn text<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyStr> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) }.and_then(|op| op.downcast::<PyStr>()) {
        Some(text) => Ok(text),
        None => Err(err!(t, TypeError, "bad argument type for built-in operation")),
    }
}

/// Runs a codec, which may give anything; with `only_text` nothing but `str`.
unsafe fn run_codec(
    t: &Thread,
    op: Obj,
    encoding: *const c_char,
    errors: *const c_char,
    encode: bool,
    only_text: bool,
) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let op = text(t, op)?;
        let encoding = if encoding.is_null() { c"utf-8".as_ptr() } else { encoding };
        let op = op.as_object().as_ptr();
        let made: Owned = Owned::from_result(if encode {
            crate::unicodecodecs::PyCodec_Encode(op, encoding, errors)
        } else {
            crate::unicodecodecs::PyCodec_Decode(op, encoding, errors)
        })?;
        if only_text && !made.is_instance_of::<PyStr>() {
            let (kind, function) = if encode { ("encoder", "encode") } else { ("decoder", "decode") };
            return Err(err!(
                t,
                TypeError,
                "'{:.400}' {kind} returned '{:.400}' instead of 'str'; use codecs.{function}() to {function} to arbitrary types",
                c_text(encoding).unwrap_or_default(),
                made.class().name_lossy()
            ));
        }
        Ok(made)
    }
}

capi! {
    /// Decodes a `str` by a codec that can; a new reference.
    fn PyUnicode_AsDecodedObject[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        text(t, op)?;
        deprecated(t, "PyUnicode_AsDecodedObject", "PyCodec_Decode() to decode from str")?;
        run_codec(t, op, encoding, errors, false, false)
    }

    /// Decodes a `str` to a `str` by a codec that can; a new reference.
    fn PyUnicode_AsDecodedUnicode[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        text(t, op)?;
        deprecated(t, "PyUnicode_AsDecodedUnicode", "PyCodec_Decode() to decode from str to str")?;
        run_codec(t, op, encoding, errors, false, true)
    }

    /// Encodes a `str` by a codec; a new reference.
    fn PyUnicode_AsEncodedObject[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        text(t, op)?;
        deprecated(
            t,
            "PyUnicode_AsEncodedObject",
            "PyUnicode_AsEncodedString() to encode from str to bytes or PyCodec_Encode() for generic encoding",
        )?;
        run_codec(t, op, encoding, errors, true, false)
    }

    /// Encodes a `str` to a `str` by a codec that can; a new reference.
    fn PyUnicode_AsEncodedUnicode[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        text(t, op)?;
        deprecated(t, "PyUnicode_AsEncodedUnicode", "PyCodec_Encode() to encode from str to str")?;
        run_codec(t, op, encoding, errors, true, true)
    }

    /// -1 with an exception: it has been removed.
    fn PyUnicode_GetSize[t](_op: Obj) -> Length {
        Err(err!(t, RuntimeError, "PyUnicode_GetSize has been removed."))
    }

    /// Calls with a tuple or null and a dictionary or null; a new reference.
    fn PyEval_CallObjectWithKeywords[t; callable](callable: Obj, args: Obj, kwargs: Obj) -> New {
        let args = match opt(args) {
            None => PyTuple::empty().own(),
            Some(args) => match args.downcast::<PyTuple>() {
                Some(args) => args.own(),
                None => return Err(err!(t, TypeError, "argument list must be a tuple")),
            },
        };
        let kwargs = match opt(kwargs) {
            None => None,
            Some(kwargs) => match kwargs.downcast::<PyDict>() {
                Some(kwargs) => Some(kwargs),
                None => return Err(err!(t, TypeError, "keyword list must be a dictionary")),
            },
        };
        o(callable).call_tuple_dict(t, &args, kwargs)
    }

    /// Attaches this OS thread's own state.
    fn PyEval_AcquireLock() -> Void {
        let own = thread::own_ptr();
        if own.is_null() {
            crate::pylifecycle::fatal("PyEval_AcquireLock", "current thread state is NULL");
        }
        if thread::current_ptr().is_null() {
            Thread::attach(own);
        }
    }

    /// Detaches this OS thread.
    fn PyEval_ReleaseLock() -> Void {
        let t = thread::current_ptr();
        if !t.is_null() {
            Thread::detach(t);
        }
    }

    /// The module `marshal`; a new reference.
    fn PyMarshal_Init[t]() -> New {
        taipan_object::state::import(t, "marshal")
    }

    /// Which kind of characters a string has.
    fn PyUnicode_KIND(op: Obj) -> Raw<c_int> {
        cast::<PyStr>(op).kind() as c_int
    }

    /// Where an object keeps the list of its weak references.
    fn PyObject_GET_WEAKREFS_LISTPTR(op: Obj) -> Raw<*mut Obj> {
        let offset = (*(*op).ob_type).tp_weaklistoffset;
        op.cast::<u8>().offset(offset).cast()
    }

    /// Whether objects of a type can be referred to weakly.
    fn PyType_SUPPORTS_WEAKREFS(ty: *mut taipan_object::abi::PyTypeObject) -> Raw<c_int> {
        ((*ty).tp_weaklistoffset != 0).into()
    }

    /// An environment variable, unless Python ignores them; null otherwise.
    fn Py_GETENV(name: *const c_char) -> Raw<*mut c_char> {
        let t = thread::current_ptr();
        if let Some(t) = t.as_ref()
            && taipan_interp::state::state(t).ignore_environment.get()
        {
            return core::ptr::null_mut();
        }
        libc::getenv(name)
    }
}

c_function! {
    /// `PyEval_CallFunction` with the list.
    fn call_function[t](callable: Obj, format: *const c_char, list: Va) -> New {
        let args = crate::modsupport::build_arguments(t, format, &mut *list)?;
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        nn(t, callable)?.call(t, &args)
    }

    /// `PyEval_CallMethod` with the list.
    fn call_method[t](op: Obj, name: *const c_char, format: *const c_char, list: Va) -> New {
        let method = nn(t, op)?.getattr(t, &*c_interned(t, name)?)?;
        let args = crate::modsupport::build_arguments(t, format, &mut *list)?;
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        method.call(t, &args)
    }
}

variadic! {
    /// Calls with arguments built as `Py_BuildValue` does; a new reference.
    PyEval_CallFunction, 2 => call_function;
    /// Calls a method with arguments built as `Py_BuildValue` does; a new reference.
    PyEval_CallMethod, 3 => call_method;
}

/// Digits in hexadecimal (`Py_hexdigits`).
#[unsafe(no_mangle)]
pub static Py_hexdigits: HexDigits = HexDigits(c"0123456789abcdef".as_ptr());

/// An exported pointer to text.
#[repr(transparent)]
pub struct HexDigits(*const c_char);

// SAFETY: the address of text that never changes.
unsafe impl Sync for HexDigits {}

/// A function that a C program may set (`PyOS_InputHook`, `PyOS_ReadlineFunctionPointer`).
#[repr(transparent)]
pub struct Hook(core::sync::atomic::AtomicPtr<c_void>);

impl Hook {
    /// What has been set, or null.
    pub fn get(&self) -> *mut c_void {
        self.0.load(core::sync::atomic::Ordering::Acquire)
    }
}

/// Called while the prompt waits for input.
#[unsafe(no_mangle)]
pub static PyOS_InputHook: Hook = Hook(core::sync::atomic::AtomicPtr::new(core::ptr::null_mut()));

/// Reads a line for the prompt in place of the C library.
#[unsafe(no_mangle)]
pub static PyOS_ReadlineFunctionPointer: Hook = Hook(core::sync::atomic::AtomicPtr::new(core::ptr::null_mut()));
