//! What all functions of the crate have in common: the contract with C callers, and how results cross the border.
//!
//! A function of the C API trusts its caller, as CPython's does: the calling thread holds the GIL (where the header does
//! not say otherwise), objects are alive, strings end with a zero, and pointers to results may be written to. That is
//! the precondition of every function declared with `capi!`, and what makes its body sound.

use core::ffi::{CStr, c_char, c_int};
use core::marker::PhantomData;
use taipan_object::abi::PyObject;
use taipan_object::{Class, Layout, Object, Owned, PyResult, PyStr, Raised, Thread, err, errors};

/// `PyObject *`.
pub type Obj = *mut PyObject;
/// `Py_ssize_t`.
pub type Size = isize;

/// How a function's Rust result becomes its C result.
pub trait Kind {
    /// What the body gives.
    type Rust;
    /// What C sees.
    type C;
    /// Converts.
    fn c(value: Self::Rust) -> Self::C;
}

/// A new reference; null with an exception set on error.
pub struct New<T: Layout = Object>(PhantomData<T>);
/// A borrowed reference; null with an exception set on error.
pub struct Borrowed;
/// 0, or -1 with an exception set.
pub struct Status;
/// 1 or 0, or -1 with an exception set.
pub struct Flag;
/// A size, or -1 with an exception set.
pub struct Length;
/// A number, or -1 with an exception set.
pub struct Number;
/// As it is.
pub struct Raw<T>(PhantomData<T>);
/// Nothing.
pub type Void = Raw<()>;

impl<T: Layout> Kind for New<T> {
    type Rust = PyResult<Owned<T>>;
    type C = Obj;
    #[inline(always)]
    fn c(value: Self::Rust) -> Obj {
        value.map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

impl Kind for Borrowed {
    type Rust = PyResult<Obj>;
    type C = Obj;
    #[inline(always)]
    fn c(value: Self::Rust) -> Obj {
        value.unwrap_or(core::ptr::null_mut())
    }
}

impl Kind for Status {
    type Rust = PyResult<()>;
    type C = c_int;
    #[inline(always)]
    fn c(value: Self::Rust) -> c_int {
        if value.is_ok() { 0 } else { -1 }
    }
}

impl Kind for Flag {
    type Rust = PyResult<bool>;
    type C = c_int;
    #[inline(always)]
    fn c(value: Self::Rust) -> c_int {
        value.map_or(-1, c_int::from)
    }
}

impl Kind for Length {
    type Rust = PyResult<isize>;
    type C = isize;
    #[inline(always)]
    fn c(value: Self::Rust) -> isize {
        value.unwrap_or(-1)
    }
}

impl Kind for Number {
    type Rust = PyResult<usize>;
    type C = c_int;
    #[inline(always)]
    fn c(value: Self::Rust) -> c_int {
        value.map_or(-1, |value| value as c_int)
    }
}

impl<T> Kind for Raw<T> {
    type Rust = T;
    type C = T;
    #[inline(always)]
    fn c(value: T) -> T {
        value
    }
}

/// Declares exported functions: `fn NAME[t; there](args) -> KIND { body }`. `t` names the thread that calls; arguments
/// listed after it may not be null ("null argument to internal routine"). The body gives the kind's Rust result and may
/// use `?`.
macro_rules! capi {
    ($($(#[$meta:meta])* fn $name:ident $([$t:ident $(; $($there:ident),*)?])? ($($arg:ident: $ty:ty),* $(,)?) -> $kind:ty $body:block)*) => {
        $($crate::contract::c_function! {
            #[unsafe(no_mangle)] $(#[$meta])* fn $name $([$t $(; $($there),*)?])? ($($arg: $ty),*) -> $kind $body
        })*
    };
}
pub(crate) use capi;

/// As `capi!` for functions with C's calling convention that are not exported under their names.
macro_rules! c_function {
    ($($(#[$meta:meta])* fn $name:ident $([$t:ident $(; $($there:ident),*)?])? ($($arg:ident: $ty:ty),* $(,)?) -> $kind:ty $body:block)*) => {
        $(
            $(#[$meta])*
            ///
            /// # Safety
            /// That of C's caller, see the crate's contract.
            #[allow(unused_unsafe, clippy::redundant_closure_call, reason = "one form for all bodies")]
            pub unsafe extern "C" fn $name($($arg: $ty),*) -> <$kind as $crate::contract::Kind>::C {
                // SAFETY: the contract of this crate with its callers.
                unsafe {
                    $(
                        let $t = taipan_runtime::thread::current();
                        $($(
                            if $there.is_null() {
                                let raised = Err($crate::contract::null_error($t));
                                return <$kind as $crate::contract::Kind>::c(raised);
                            }
                        )*)?
                    )?
                    <$kind as $crate::contract::Kind>::c((|| -> <$kind as $crate::contract::Kind>::Rust { $body })())
                }
            }
        )*
    };
}
pub(crate) use c_function;

/// A borrowed object that C says is there.
///
/// # Safety
/// `op` is alive for `'a`.
#[inline(always)]
pub unsafe fn o<'a>(op: Obj) -> &'a Object {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr(op) }
}

/// A borrowed object that may be missing.
///
/// # Safety
/// `op` is null or alive for `'a`.
#[inline(always)]
pub unsafe fn opt<'a>(op: Obj) -> Option<&'a Object> {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr_opt(op) }
}

/// A borrowed object; null is "null argument to internal routine" unless an exception stands already.
///
/// # Safety
/// As [`opt`].
#[inline(always)]
pub unsafe fn nn<'a>(t: &Thread, op: Obj) -> PyResult<&'a Object> {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr_opt(op) }.ok_or_else(|| null_error(t))
}

/// `null_error`.
#[cold]
#[inline(never)]
pub fn null_error(t: &Thread) -> Raised {
    if errors::occurred(t) {
        return Raised::assume();
    }
    err!(t, SystemError, "null argument to internal routine")
}

/// `PyErr_BadInternalCall` unless the object is a `T`.
///
/// # Safety
/// As [`opt`].
#[inline(always)]
pub unsafe fn want<'a, T: Class>(t: &Thread, op: Obj) -> PyResult<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr_opt(op) }.and_then(Object::downcast).ok_or_else(|| errors::bad_internal_call(t))
}

/// An object whose layout C promises.
///
/// # Safety
/// `op` is alive and has the layout.
#[inline(always)]
pub unsafe fn cast<'a, T: Layout>(op: Obj) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr(op).cast_unchecked() }
}

/// The bytes of a C string, without the zero; null is empty.
///
/// # Safety
/// `s` is null or a C string that lives for `'a`.
pub unsafe fn c_bytes<'a>(s: *const c_char) -> &'a [u8] {
    // SAFETY: the caller's promise.
    if s.is_null() { &[] } else { unsafe { CStr::from_ptr(s).to_bytes() } }
}

/// A C string for messages; null is `None`.
///
/// # Safety
/// As [`c_bytes`].
pub unsafe fn c_text(s: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    if s.is_null() { None } else { Some(String::from_utf8_lossy(unsafe { c_bytes(s) }).into_owned()) }
}

/// A C string as the name of an encoding or an error handler.
///
/// # Safety
/// As [`c_bytes`].
pub unsafe fn c_name<'a>(s: *const c_char) -> Option<&'a str> {
    // SAFETY: the caller's promise.
    if s.is_null() { None } else { unsafe { Some(core::str::from_utf8(c_bytes(s)).unwrap_or("\u{fffd}")) } }
}

/// A `str` from a C string in UTF-8.
///
/// # Safety
/// As [`c_bytes`].
pub unsafe fn c_str(t: &Thread, s: *const c_char) -> PyResult<Owned<PyStr>> {
    // SAFETY: the caller's promise.
    utf8(t, unsafe { c_bytes(s) })
}

/// An interned `str` from a C string in UTF-8.
///
/// # Safety
/// As [`c_bytes`].
pub unsafe fn c_interned(t: &Thread, s: *const c_char) -> PyResult<Owned<PyStr>> {
    // SAFETY: the caller's promise.
    Ok(PyStr::interned(unsafe { c_str(t, s) }?))
}

/// A `str` from UTF-8.
pub fn utf8(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyStr>> {
    // No text is that long, and looking through memory for it would leave what is mapped.
    if bytes.len() > isize::MAX as usize / 2 {
        return Err(errors::no_memory(t));
    }
    if is_ascii(bytes) {
        return PyStr::from_ascii(t, bytes);
    }
    utf8_beyond_ascii(t, bytes)
}

/// Whether all bytes are below 0x80; the texts that C gives are short.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut all = rest.iter().fold(0, |all, &byte| all | u64::from(byte));
    for word in words {
        all |= u64::from_ne_bytes(*word);
    }
    all & 0x8080_8080_8080_8080 == 0
}

#[inline(never)]
fn utf8_beyond_ascii(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyStr>> {
    match core::str::from_utf8(bytes) {
        Ok(text) => PyStr::from_str(t, text),
        Err(_) => PyStr::decode(t, bytes, None, None),
    }
}

/// Memory of C as a slice; null or a negative length is empty.
///
/// # Safety
/// `len` bytes can be read at `data` for `'a`.
pub unsafe fn c_slice<'a, T>(data: *const T, len: isize) -> &'a [T] {
    if data.is_null() || len <= 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, len as usize) }
}

/// Writes a found object (a new reference) or null through a result pointer, and says whether it was found.
///
/// # Safety
/// `out` can be written to.
pub unsafe fn found(out: *mut Obj, result: PyResult<Option<Owned>>) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Ok(Some(value)) => {
                *out = value.into_ptr();
                Ok(true)
            }
            Ok(None) => {
                *out = core::ptr::null_mut();
                Ok(false)
            }
            Err(raised) => {
                *out = core::ptr::null_mut();
                Err(raised)
            }
        }
    }
}
