//! `bytesobject.h` and `bytearrayobject.h`.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int};
use taipan_object::{Class, Own, Owned, PyBytes, PyResult, PyStr, Static, Thread, buffer, bytes_methods, err, errors};
use taipan_runtime::refcount;
use taipan_text::codec::escape::{self, BytesEscapeError};
use taipan_types::PyByteArray;

/// What empty bytearrays point to.
#[unsafe(no_mangle)]
pub static _PyByteArray_empty_string: Static<[c_char; 1]> = Static::new([0]);

unsafe fn expect_bytes<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyBytes> {
    // SAFETY: the contract of the callers.
    let op = unsafe { o(op) };
    op.downcast::<PyBytes>().ok_or_else(|| err!(t, TypeError, "expected bytes, {:.200} found", op.class().name_lossy()))
}

/// `a + b` of anything with buffers.
unsafe fn concat(t: &Thread, a: Obj, b: Obj) -> PyResult<Vec<u8>> {
    // SAFETY: the contract of the callers.
    unsafe {
        let (a, b) = (o(a), o(b));
        if !buffer::is_buffer(a) || !buffer::is_buffer(b) {
            return Err(err!(
                t,
                TypeError,
                "can't concat {:.100} to {:.100}",
                b.class().name_lossy(),
                a.class().name_lossy()
            ));
        }
        let both = || -> PyResult<Vec<u8>> {
            let mut out = buffer::contiguous_bytes(t, a)?;
            out.extend(buffer::contiguous_bytes(t, b)?);
            Ok(out)
        };
        both().map_err(|raised| {
            // What cannot be read as it stands cannot be joined either.
            if !errors::matches::<taipan_object::exceptions::BufferError>(t) {
                return raised;
            }
            errors::clear(t);
            err!(t, TypeError, "can't concat {:.100} to {:.100}", b.class().name_lossy(), a.class().name_lossy())
        })
    }
}

unsafe fn concat_in_place(t: &Thread, place: *mut Obj, b: Obj) {
    // SAFETY: the contract of the callers.
    unsafe {
        if (*place).is_null() {
            return;
        }
        let old: Owned = Owned::from_ptr(core::mem::replace(&mut *place, core::ptr::null_mut()));
        if b.is_null() {
            return;
        }
        if let Ok(joined) = concat(t, old.as_ptr(), b)
            && let Ok(made) = PyBytes::new(t, &joined)
        {
            *place = made.into_object().into_ptr();
        }
    }
}

capi! {
    /// Bytes, or undefined ones of this length for null; a new reference.
    fn PyBytes_FromStringAndSize[t](s: *const c_char, n: Size) -> New<PyBytes> {
        if n < 0 {
            return Err(err!(t, SystemError, "Negative size passed to PyBytes_FromStringAndSize"));
        }
        if n == 0 {
            return Ok(PyBytes::empty().own());
        }
        if s.is_null() {
            return PyBytes::alloc(t, n as usize);
        }
        PyBytes::new(t, c_slice(s.cast(), n))
    }

    /// Bytes from a C string; a new reference.
    fn PyBytes_FromString[t](s: *const c_char) -> New<PyBytes> {
        PyBytes::new(t, c_bytes(s))
    }

    /// `bytes(op)` of what exports a buffer or can be iterated over; a new reference.
    fn PyBytes_FromObject[t](op: Obj) -> New<PyBytes> {
        if op.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let object = o(op);
        // Neither `__bytes__` nor a length counts here.
        let iterable = (*object.class().as_type_ptr()).tp_iter.is_some() && !object.is_instance_of::<PyStr>();
        if !buffer::is_buffer(object) && !iterable {
            return Err(err!(t, TypeError, "cannot convert '{:.200}' object to bytes", object.class().name_lossy()));
        }
        PyBytes::from_object(t, object)
    }

    /// Bytes from a format and a `va_list`; a new reference.
    fn PyBytes_FromFormatV[t](format: *const c_char, list: Va) -> New<PyBytes> {
        let mut list = *list;
        PyBytes::new(t, &crate::format::format_bytes(t, c_bytes(format), &mut list)?)
    }

    /// How many bytes; -1 with an exception.
    fn PyBytes_Size[t](op: Obj) -> Length {
        expect_bytes(t, op).map(|b| b.len() as isize)
    }

    /// The bytes, borrowed; null with an exception.
    fn PyBytes_AsString[t](op: Obj) -> Raw<*mut c_char> {
        expect_bytes(t, op).map_or(core::ptr::null_mut(), |b| b.data_ptr().cast())
    }

    /// The bytes, borrowed, and their number; without a place for that, zeros in them are an error.
    fn PyBytes_AsStringAndSize[t](op: Obj, s: *mut *mut c_char, n: *mut Size) -> Status {
        if s.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let bytes = expect_bytes(t, op)?;
        *s = bytes.data_ptr().cast();
        if !n.is_null() {
            *n = bytes.len() as isize;
        } else if bytes.as_bytes().contains(&0) {
            return Err(err!(t, ValueError, "embedded null byte"));
        }
        Ok(())
    }

    /// `*a += b`; the reference is replaced, and null after an error.
    fn PyBytes_Concat[t](a: *mut Obj, b: Obj) -> Void {
        concat_in_place(t, a, b);
    }

    /// As `PyBytes_Concat`; takes the reference to `b` over.
    fn PyBytes_ConcatAndDel[t](a: *mut Obj, b: Obj) -> Void {
        concat_in_place(t, a, b);
        refcount::xdecref(b);
    }

    /// `sep.join(iterable)`; a new reference.
    fn PyBytes_Join[t; iterable](sep: Obj, iterable: Obj) -> New<PyBytes> {
        if sep.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let Some(sep) = o(sep).downcast::<PyBytes>() else {
            return Err(err!(t, TypeError, "sep: expected bytes, got {}", o(sep).class().fully_qualified_name(t)?.to_string_lossy()));
        };
        bytes_methods::join(sep, t, o(iterable))
    }

    /// As `PyBytes_Join`. The old name.
    fn _PyBytes_Join[t; sep, iterable](sep: Obj, iterable: Obj) -> New<PyBytes> {
        bytes_methods::join(cast::<PyBytes>(sep), t, o(iterable))
    }

    /// `repr(op)`; a new reference.
    fn PyBytes_Repr[t; op](op: Obj, smart_quotes: c_int) -> New<PyStr> {
        let bytes = cast::<PyBytes>(op).as_bytes();
        let quote = if smart_quotes != 0 && bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
        let mut text = format!("b{quote}");
        for &byte in bytes {
            match byte {
                b'\t' => text.push_str("\\t"),
                b'\n' => text.push_str("\\n"),
                b'\r' => text.push_str("\\r"),
                b'\\' => text.push_str("\\\\"),
                b' '..=b'~' => {
                    if char::from(byte) == quote {
                        text.push('\\');
                    }
                    text.push(char::from(byte));
                }
                _ => text.push_str(&format!("\\x{byte:02x}")),
            }
        }
        text.push(quote);
        PyStr::from_str(t, &text)
    }

    /// Bytes with backslash escapes resolved; a new reference.
    fn PyBytes_DecodeEscape[t](s: *const c_char, n: Size, errors: *const c_char, _unicode: Size, _recode: *const c_char) -> New {
        if n > isize::MAX - size_of::<taipan_object::abi::PyBytesObject>() as isize {
            return Err(err!(t, OverflowError, "byte string is too large"));
        }
        let source = PyBytes::new(t, c_slice(s.cast(), n))?;
        let codecs = taipan_object::state::import(t, "_codecs")?;
        let decode = codecs.getattr(t, taipan_object::name!(t, "escape_decode"))?;
        let pair = match c_name(errors) {
            Some(errors) => decode.call(t, &[&source, &*PyStr::from_str(t, errors)?])?,
            None => decode.call(t, &[&source])?,
        };
        pair.get_item(t, &*taipan_object::PyInt::from_i64(t, 0)?)
    }

    /// As `PyBytes_DecodeEscape`, without a warning: the first invalid escape, or -1, and its place go through pointers.
    fn _PyBytes_DecodeEscape2[t](s: *const c_char, n: Size, errors: *const c_char, first: *mut c_int, place: *mut *const c_char) -> New<PyBytes> {
        *first = -1;
        *place = core::ptr::null();
        let mode = match c_name(errors).unwrap_or("strict") {
            "replace" => escape::Errors::Replace,
            "ignore" => escape::Errors::Ignore,
            _ => escape::Errors::Strict,
        };
        match escape::decode_bytes(c_slice(s.cast(), n), mode) {
            Ok((out, invalid)) => {
                if let Some(invalid) = invalid {
                    *first = invalid.value as c_int;
                    *place = s.add(invalid.pos);
                }
                PyBytes::new(t, &out)
            }
            Err(BytesEscapeError::Trailing) => Err(err!(t, ValueError, "Trailing \\ in string")),
            Err(BytesEscapeError::BadHex(at)) => match c_name(errors) {
                None | Some("strict") => Err(err!(t, ValueError, "invalid \\x escape at position {at}")),
                Some(other) => Err(err!(t, ValueError, "decoding error; unknown error handling code: {other:.400}")),
            },
        }
    }

    /// Changes the length of bytes, or gives changed ones if others have them too; the reference is replaced, and null after an error.
    fn _PyBytes_Resize[t](place: *mut Obj, n: Size) -> Status {
        let op = *place;
        if n < 0 || op.is_null() || !o(op).is_instance_of::<PyBytes>() {
            refcount::xdecref(core::mem::replace(&mut *place, core::ptr::null_mut()));
            return Err(errors::bad_internal_call(t));
        }
        let old: &PyBytes = cast(op);
        if old.len() as isize == n {
            return Ok(());
        }
        let result = resized(t, old, n as usize);
        let new = match &result {
            Ok(made) => made.as_object().own().into_ptr(),
            Err(_) => core::ptr::null_mut(),
        };
        refcount::decref(core::mem::replace(&mut *place, new));
        result.map(|_| ())
    }

    /// The index of `needle` in `haystack` plus `offset`, or -1.
    fn _PyBytes_Find(haystack: *const c_char, n: Size, needle: *const c_char, m: Size, offset: Size) -> Raw<Size> {
        let (haystack, needle) = (c_slice(haystack.cast::<u8>(), n), c_slice(needle.cast::<u8>(), m));
        find(haystack, needle).map_or(-1, |at| at as isize + offset)
    }

    /// The index of the last `needle` in `haystack` plus `offset`, or -1.
    fn _PyBytes_ReverseFind(haystack: *const c_char, n: Size, needle: *const c_char, m: Size, offset: Size) -> Raw<Size> {
        let (haystack, needle) = (c_slice(haystack.cast::<u8>(), n), c_slice(needle.cast::<u8>(), m));
        if needle.len() > haystack.len() {
            return -1;
        }
        let at = (0..=haystack.len() - needle.len()).rev().find(|&i| haystack[i..].starts_with(needle));
        at.map_or(-1, |at| at as isize + offset)
    }

    /// A bytearray from what exports a buffer or can be iterated over; a new reference.
    fn PyByteArray_FromObject[t](op: Obj) -> New {
        PyByteArray::class().call(t, &[nn(t, op)?])
    }

    /// A bytearray, of undefined bytes for null; a new reference.
    fn PyByteArray_FromStringAndSize[t](s: *const c_char, n: Size) -> New<PyByteArray> {
        if n < 0 {
            return Err(err!(t, SystemError, "Negative size passed to PyByteArray_FromStringAndSize"));
        }
        if s.is_null() {
            let made = PyByteArray::new(t, &[])?;
            made.resize_to(t, n as usize)?;
            return Ok(made);
        }
        PyByteArray::new(t, c_slice(s.cast(), n))
    }

    /// How many bytes.
    fn PyByteArray_Size(op: Obj) -> Raw<Size> {
        cast::<PyByteArray>(op).len() as isize
    }

    /// The bytes, borrowed until the bytearray changes.
    fn PyByteArray_AsString(op: Obj) -> Raw<*mut c_char> {
        let array: &PyByteArray = cast(op);
        let data = array.data_ptr();
        if data.is_null() || array.len() == 0 { _PyByteArray_empty_string.get().cast() } else { data.cast() }
    }

    /// Changes the length.
    fn PyByteArray_Resize[t; op](op: Obj, n: Size) -> Status {
        if n < 0 {
            return Err(err!(t, ValueError, "Can only resize to positive sizes, got {n}"));
        }
        cast::<PyByteArray>(op).resize_to(t, n as usize)
    }

    /// `a + b` as a bytearray; a new reference.
    fn PyByteArray_Concat[t](a: Obj, b: Obj) -> New<PyByteArray> {
        PyByteArray::new(t, &concat(t, a, b)?)
    }
}

variadic! {
    /// Bytes from a format; a new reference.
    PyBytes_FromFormat, 1 => from_format;
}

c_function! {
    /// `PyBytes_FromFormatV` that uses the list up.
    fn from_format[t](format: *const c_char, list: Va) -> New<PyBytes> {
        PyBytes::new(t, &crate::format::format_bytes(t, c_bytes(format), &mut *list)?)
    }
}

/// A copy of another length; what is added is undefined.
fn resized(t: &Thread, old: &PyBytes, n: usize) -> PyResult<Owned<PyBytes>> {
    if n == 0 {
        return Ok(PyBytes::empty().own());
    }
    let made = PyBytes::alloc(t, n)?;
    let keep = n.min(old.len());
    // SAFETY: fresh bytes of this length.
    unsafe { core::ptr::copy_nonoverlapping(old.data_ptr(), made.data_ptr(), keep) };
    Ok(made)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack.windows(needle.len()).position(|w| w == needle)
}
