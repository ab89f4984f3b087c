//! `unicodeobject.h`: text. The codecs follow in `unicodecodecs`, the writers in `unicodewriter`.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int, c_void};
use libc::wchar_t;
use taipan_object::abi::*;
use taipan_object::unicode::{self, Chars};
use taipan_object::{
    CompareOp, Object, Own, Owned, PyInt, PyResult, PyStr, Thread, clinic, err, errors, name, singletons,
};
use taipan_runtime::{mem, refcount};

/// `ensure_unicode`: "must be str, not X".
///
/// # Safety
/// `op` is alive for `'a`.
pub unsafe fn text<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyStr> {
    // SAFETY: the caller's promise.
    let op = unsafe { o(op) };
    op.downcast::<PyStr>().ok_or_else(|| err!(t, TypeError, "must be str, not {:.100}", op.class().name_lossy()))
}

/// "bad argument type for built-in operation" unless it is a `str`.
unsafe fn text_arg<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyStr> {
    // SAFETY: null or alive for `'a`.
    match unsafe { opt(op) }.and_then(|op| op.downcast::<PyStr>()) {
        Some(text) => Ok(text),
        None => Err(err!(t, TypeError, "bad argument type for built-in operation")),
    }
}

/// A `str` from wide characters; a negative length means up to the zero.
///
/// # Safety
/// The characters can be read.
pub unsafe fn from_wide(t: &Thread, w: *const wchar_t, n: isize) -> PyResult<Owned<PyStr>> {
    // SAFETY: the caller's promise.
    unsafe {
        let n = if n >= 0 { n as usize } else { libc::wcslen(w) };
        if w.is_null() {
            if n == 0 {
                return Ok(PyStr::empty().own());
            }
            return Err(errors::bad_internal_call(t));
        }
        let points: Vec<u32> = c_slice(w, n as isize).iter().map(|&c| c as u32).collect();
        if let Some(&bad) = points.iter().find(|&&c| c > 0x10_ffff) {
            return Err(err!(t, ValueError, "character U+{bad:x} is not in range [U+0000; U+10ffff]"));
        }
        PyStr::from_code_points(t, &points)
    }
}

/// The string whose characters C code wants as wide ones: null is a bad call, another type a bad argument.
unsafe fn wide_source<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyStr> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) } {
        None => Err(errors::bad_internal_call(t)),
        Some(op) => {
            op.downcast::<PyStr>().ok_or_else(|| err!(t, TypeError, "bad argument type for built-in operation"))
        }
    }
}

/// The `str` of one character.
pub fn from_ordinal(t: &Thread, ordinal: c_int) -> PyResult<Owned<PyStr>> {
    match u32::try_from(ordinal) {
        Ok(c) if c <= 0x10_ffff => PyStr::from_char(t, c),
        _ => Err(err!(t, ValueError, "chr() arg not in range(0x110000)")),
    }
}

/// The cached UTF-8 text of a string, and its length through `size` unless that is null; null with an exception.
pub fn utf8_ptr(t: &Thread, text: &PyStr, size: *mut isize) -> *const c_char {
    match text.to_utf8(t) {
        Ok(utf8) => {
            if !size.is_null() {
                // SAFETY: C passes a place to write to.
                unsafe { *size = utf8.len() as isize };
            }
            // A zero follows the text: of the string itself or of the cache.
            utf8.as_ptr().cast()
        }
        Err(_) => {
            if !size.is_null() {
                // SAFETY: as above.
                unsafe { *size = -1 };
            }
            core::ptr::null()
        }
    }
}

/// Whether a string may be changed in place: nobody else has it.
unsafe fn modifiable(text: &PyStr) -> bool {
    // SAFETY: a live string.
    unsafe {
        let raw = text.raw();
        refcount::refcnt(text.as_object().as_ptr()) == 1
            && (*raw).hash == -1
            && !text.is_interned()
            && text.as_object().is_exact::<PyStr>()
    }
}

unsafe fn check_modifiable(t: &Thread, text: &PyStr) -> PyResult<()> {
    // SAFETY: a live string.
    if unsafe { modifiable(text) } {
        return Ok(());
    }
    Err(err!(t, SystemError, "Cannot modify a string currently used"))
}

unsafe fn write_char(text: &PyStr, i: usize, c: u32) {
    // SAFETY: the caller checked the index and that the character fits.
    unsafe {
        let data = text.data_ptr();
        match text.kind() {
            1 => *data.add(i) = c as u8,
            2 => *data.cast::<u16>().add(i) = c as u16,
            _ => *data.cast::<u32>().add(i) = c,
        }
    }
}

fn max_char_of(text: &PyStr) -> u32 {
    match text.kind() {
        1 if text.is_ascii() => 0x7f,
        1 => 0xff,
        2 => 0xffff,
        _ => 0x10_ffff,
    }
}

/// How an error calls the width of a string's characters.
fn kind_name(text: &PyStr) -> &'static str {
    match text.kind() {
        1 if text.is_ascii() => "ascii",
        1 => "latin1",
        2 => "UCS2",
        _ => "UCS4",
    }
}

/// `PyUnicode_New`: characters are left undefined.
pub fn new(t: &Thread, n: usize, max_char: u32) -> PyResult<Owned<PyStr>> {
    if n == 0 {
        return Ok(PyStr::empty().own());
    }
    if max_char > 0x10_ffff {
        return Err(err!(t, SystemError, "invalid maximum character passed to PyUnicode_New"));
    }
    PyStr::alloc(t, n, max_char)
}

/// A copy with another length.
fn resized(t: &Thread, text: &PyStr, n: usize) -> PyResult<Owned<PyStr>> {
    let out = new(t, n, max_char_of(text))?;
    let keep = n.min(text.len());
    // SAFETY: a fresh string of the same width.
    unsafe {
        if keep > 0 {
            core::ptr::copy_nonoverlapping(text.data_ptr(), out.data_ptr(), keep * text.kind() as usize);
        }
        clear_chars(&out, keep, n);
    }
    Ok(out)
}

/// Writes zeros from one character on to before another; nothing if it does not come later.
unsafe fn clear_chars(text: &PyStr, from: usize, to: usize) {
    let kind = text.kind() as usize;
    // SAFETY: the caller has made the string at least this long.
    unsafe { core::ptr::write_bytes(text.data_ptr().add(from * kind), 0, to.saturating_sub(from) * kind) };
}

fn sub_range(text: &PyStr, start: isize, end: isize) -> (usize, usize) {
    let (start, end) = clinic::clip_range(start, end, text.len());
    (start.max(0) as usize, end.max(0) as usize)
}

c_function! {
    /// `PyUnicode_AsUTF8AndSize` of what is not an ASCII string.
    fn as_utf8_and_size[t](op: Obj, size: *mut Size) -> Raw<*const c_char> {
        match text_arg(t, op) {
            Ok(text) => utf8_ptr(t, text, size),
            Err(_) => {
                if !size.is_null() {
                    *size = -1;
                }
                core::ptr::null()
            }
        }
    }
}

capi! {
    /// A `str` with room for characters up to `max_char`, which C fills in; a new reference.
    fn PyUnicode_New[t](n: Size, max_char: u32) -> New<PyStr> {
        if n < 0 {
            return Err(err!(t, SystemError, "Negative size passed to PyUnicode_New"));
        }
        new(t, n as usize, max_char)
    }

    /// A `str` from UTF-8, or an undefined one of this length for null; a new reference.
    fn PyUnicode_FromStringAndSize[t](u: *const c_char, n: Size) -> New<PyStr> {
        if n < 0 {
            return Err(err!(t, SystemError, "Negative size passed to PyUnicode_FromStringAndSize"));
        }
        if u.is_null() {
            if n == 0 {
                return Ok(PyStr::empty().own());
            }
            return Err(err!(t, SystemError, "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize"));
        }
        utf8(t, c_slice(u.cast::<u8>(), n))
    }

    /// A `str` from a C string in UTF-8; a new reference.
    fn PyUnicode_FromString[t](u: *const c_char) -> New<PyStr> {
        c_str(t, u)
    }

    /// A `str` from characters of 1, 2 or 4 bytes; a new reference.
    fn PyUnicode_FromKindAndData[t](kind: c_int, data: *const c_void, n: Size) -> New<PyStr> {
        if n < 0 {
            return Err(err!(t, ValueError, "size must be positive"));
        }
        match kind {
            1 => PyStr::from_latin1(t, c_slice(data.cast(), n)),
            2 => PyStr::from_chars(t, Chars::Two(c_slice(data.cast(), n))),
            4 => PyStr::from_code_points(t, c_slice(data.cast(), n)),
            _ => Err(err!(t, SystemError, "invalid kind")),
        }
    }

    /// The object itself if it is exactly a `str`, or a `str` from an instance of a subclass; a new reference.
    fn PyUnicode_FromObject[t; op](op: Obj) -> New<PyStr> {
        let object = o(op);
        match object.downcast::<PyStr>() {
            Some(text) if object.is_exact::<PyStr>() => Ok(text.own()),
            Some(text) => PyStr::from_chars(t, text.chars()),
            None => Err(err!(
                t,
                TypeError,
                "Can't convert '{:.100}' object to str implicitly",
                object.class().name_lossy()
            )),
        }
    }

    /// A `str` from a format and a `va_list`; a new reference.
    fn PyUnicode_FromFormatV[t](format: *const c_char, list: Va) -> New<PyStr> {
        let mut list = *list;
        crate::format::format(t, format, &mut list)
    }

    /// The `str` of one character; a new reference.
    fn PyUnicode_FromOrdinal[t](ordinal: c_int) -> New<PyStr> {
        from_ordinal(t, ordinal)
    }

    /// A `str` from wide characters; a negative length means up to the zero. A new reference.
    fn PyUnicode_FromWideChar[t](w: *const wchar_t, n: Size) -> New<PyStr> {
        if n < -1 || (w.is_null() && n < 0) {
            return Err(errors::bad_internal_call(t));
        }
        from_wide(t, w, n)
    }

    /// The characters as wide characters into `w`: how many were written, or are needed for null.
    fn PyUnicode_AsWideChar[t](op: Obj, w: *mut wchar_t, size: Size) -> Length {
        let text = wide_source(t, op)?;
        let n = text.len() as isize;
        if w.is_null() {
            return Ok(n + 1);
        }
        let size = size.max(0);
        let count = if size > n { n + 1 } else { size };
        for (i, c) in text.chars().iter().take(n.min(size) as usize).enumerate() {
            *w.add(i) = c as wchar_t;
        }
        if count > n {
            *w.offset(n) = 0;
        }
        Ok(n.min(size))
    }

    /// The characters as wide characters, which the caller frees with `PyMem_Free`; null with an exception.
    fn PyUnicode_AsWideCharString[t](op: Obj, size: *mut Size) -> Raw<*mut wchar_t> {
        let Ok(text) = wide_source(t, op) else { return core::ptr::null_mut() };
        let n = text.len();
        if size.is_null() && text.has_char(0) {
            let _ = err!(t, ValueError, "embedded null character");
            return core::ptr::null_mut();
        }
        let block = mem::alloc((n + 1) * size_of::<wchar_t>()).cast::<wchar_t>();
        if block.is_null() {
            let _ = errors::no_memory(t);
            return block;
        }
        for (i, c) in text.chars().iter().enumerate() {
            *block.add(i) = c as wchar_t;
        }
        *block.add(n) = 0;
        if !size.is_null() {
            *size = n as isize;
        }
        block
    }

    /// The characters as UCS-4 into `buffer`; null with an exception.
    fn PyUnicode_AsUCS4[t](op: Obj, buffer: *mut u32, size: Size, copy_null: c_int) -> Raw<*mut u32> {
        if buffer.is_null() || size < 0 {
            let _ = errors::bad_internal_call(t);
            return core::ptr::null_mut();
        }
        let Ok(text) = text(t, op) else { return core::ptr::null_mut() };
        let n = text.len() as isize;
        if size < n + isize::from(copy_null != 0) {
            if copy_null != 0 && size > 0 {
                *buffer = 0;
            }
            let _ = err!(t, SystemError, "string is longer than the buffer");
            return core::ptr::null_mut();
        }
        for (i, c) in text.chars().iter().enumerate() {
            *buffer.add(i) = c;
        }
        if copy_null != 0 {
            *buffer.offset(n) = 0;
        }
        buffer
    }

    /// The characters as UCS-4, which the caller frees with `PyMem_Free`; null with an exception.
    fn PyUnicode_AsUCS4Copy[t](op: Obj) -> Raw<*mut u32> {
        let Ok(text) = text(t, op) else { return core::ptr::null_mut() };
        let n = text.len();
        let block = mem::alloc((n + 1) * 4).cast::<u32>();
        if block.is_null() {
            let _ = errors::no_memory(t);
            return block;
        }
        for (i, c) in text.chars().iter().enumerate() {
            *block.add(i) = c;
        }
        *block.add(n) = 0;
        block
    }

    /// The text in UTF-8, borrowed from the string; null with an exception.
    fn PyUnicode_AsUTF8[t](op: Obj) -> Raw<*const c_char> {
        match text_arg(t, op) {
            Ok(text) => utf8_ptr(t, text, core::ptr::null_mut()),
            Err(_) => core::ptr::null(),
        }
    }

    /// The text in UTF-8 and its length, borrowed from the string; null with an exception.
    fn PyUnicode_AsUTF8AndSize(op: Obj, size: *mut Size) -> Raw<*const c_char> {
        if let Some(text) = opt(op).and_then(|op| op.downcast::<PyStr>()).filter(|text| text.is_ascii()) {
            if !size.is_null() {
                *size = text.len() as isize;
            }
            return text.data_ptr().cast();
        }
        as_utf8_and_size(op, size)
    }

    /// As `PyUnicode_AsUTF8`, but zeros in the text are an error.
    fn _PyUnicode_AsUTF8NoNUL[t](op: Obj) -> Raw<*const c_char> {
        match text_arg(t, op) {
            Ok(text) if text.has_char(0) => {
                let _ = err!(t, ValueError, "embedded null character");
                core::ptr::null()
            }
            Ok(text) => utf8_ptr(t, text, core::ptr::null_mut()),
            Err(_) => core::ptr::null(),
        }
    }

    /// How many characters.
    fn PyUnicode_GetLength[t](op: Obj) -> Length {
        Ok(text_arg(t, op)?.len() as isize)
    }

    /// A character by index; -1 as `Py_UCS4` with an exception.
    fn PyUnicode_ReadChar[t](op: Obj, i: Size) -> Raw<u32> {
        let Ok(text) = text_arg(t, op) else { return u32::MAX };
        match usize::try_from(i) {
            Ok(i) if i < text.len() => text.char_at(i),
            _ => {
                let _ = err!(t, IndexError, "string index out of range");
                u32::MAX
            }
        }
    }

    /// Writes a character into a string that nobody else has.
    fn PyUnicode_WriteChar[t](op: Obj, i: Size, c: u32) -> Status {
        let text = text_arg(t, op)?;
        let i = match usize::try_from(i) {
            Ok(i) if i < text.len() => i,
            _ => return Err(err!(t, IndexError, "string index out of range")),
        };
        check_modifiable(t, text)?;
        if c > max_char_of(text) {
            return Err(err!(t, ValueError, "character out of range"));
        }
        write_char(text, i, c);
        Ok(())
    }

    /// Fills part of a string that nobody else has: how many characters.
    fn PyUnicode_Fill[t](op: Obj, start: Size, n: Size, c: u32) -> Length {
        let Some(text) = opt(op).and_then(|op| op.downcast::<PyStr>()) else {
            return Err(errors::bad_internal_call(t));
        };
        check_modifiable(t, text)?;
        if start < 0 {
            return Err(err!(t, IndexError, "string index out of range"));
        }
        if c > max_char_of(text) {
            return Err(err!(t, ValueError, "fill character is bigger than the string maximum character"));
        }
        let n = n.min(text.len() as isize - start);
        if n <= 0 {
            return Ok(0);
        }
        for i in start..start + n {
            write_char(text, i as usize, c);
        }
        Ok(n)
    }

    /// Copies characters into a string that nobody else has: how many.
    fn PyUnicode_CopyCharacters[t](to: Obj, to_start: Size, from: Obj, from_start: Size, n: Size) -> Length {
        let (Some(to), Some(from)) = (
            opt(to).and_then(|op| op.downcast::<PyStr>()),
            opt(from).and_then(|op| op.downcast::<PyStr>()),
        ) else {
            return Err(errors::bad_internal_call(t));
        };
        if from_start < 0 || from_start > from.len() as isize {
            return Err(err!(t, IndexError, "string index out of range"));
        }
        if to_start < 0 || to_start > to.len() as isize {
            return Err(err!(t, IndexError, "string index out of range"));
        }
        if n < 0 {
            return Err(err!(t, SystemError, "how_many cannot be negative"));
        }
        let n = n.min(from.len() as isize - from_start);
        if to_start + n > to.len() as isize {
            return Err(err!(
                t,
                SystemError,
                "Cannot write {n} characters at {to_start} in a string of {} characters",
                to.len()
            ));
        }
        if n == 0 {
            return Ok(0);
        }
        check_modifiable(t, to)?;
        if from.kind() == to.kind() && (from.is_ascii() || !to.is_ascii()) {
            let kind = to.kind() as usize;
            let source = from.data_ptr().add(from_start as usize * kind);
            core::ptr::copy(source, to.data_ptr().add(to_start as usize * kind), n as usize * kind);
            return Ok(n);
        }
        let all = from.chars();
        let part = all.slice(from_start as usize, (from_start + n) as usize);
        if part.max_char() > max_char_of(to) {
            return Err(err!(
                t,
                SystemError,
                "Cannot copy {} characters into a string of {} characters",
                kind_name(from),
                kind_name(to)
            ));
        }
        to.write_chars(to_start as usize, part);
        Ok(n)
    }

    /// Changes the length of a string: in place if nobody else has it, else in a copy. The reference is replaced.
    fn PyUnicode_Resize[t](place: *mut Obj, n: Size) -> Status {
        if place.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let Some(text) = opt(*place).and_then(|op| op.downcast::<PyStr>()).filter(|_| n >= 0) else {
            return Err(errors::bad_internal_call(t));
        };
        if n as usize == text.len() {
            return Ok(());
        }
        if n > 0 && modifiable(text) && text.is_resizable() {
            let old = text.len();
            let moved = PyStr::resize_block(t, *place, n as usize);
            if moved.is_null() {
                return Err(errors::no_memory(t));
            }
            *place = moved;
            let text: &PyStr = o(moved).cast_unchecked();
            clear_chars(text, old, n as usize);
            return Ok(());
        }
        let made = resized(t, text, n as usize)?;
        refcount::decref(core::mem::replace(&mut *place, made.into_object().into_ptr()));
        Ok(())
    }

    /// Interns the string; the reference is replaced.
    fn PyUnicode_InternInPlace(place: *mut Obj) -> Void {
        if place.is_null() || (*place).is_null() || !o(*place).is_exact::<PyStr>() {
            return;
        }
        let text: Owned<PyStr> = Owned::from_ptr(*place);
        *place = PyStr::interned(text).into_object().into_ptr();
    }

    /// Interns the string for ever; the reference is replaced.
    fn PyUnicode_InternImmortal(place: *mut Obj) -> Void {
        if place.is_null() || (*place).is_null() || !o(*place).is_exact::<PyStr>() {
            return;
        }
        let text: Owned<PyStr> = Owned::from_ptr(*place);
        *place = unicode::intern::intern_immortal(&text).into_object().into_ptr();
    }

    /// Interns a string for as long as it lives; the reference is replaced.
    fn _PyUnicode_InternMortal(_interp: *mut PyInterpreterState, place: *mut Obj) -> Void {
        if !place.is_null() && !(*place).is_null() && o(*place).is_exact::<PyStr>() {
            let text: Owned<PyStr> = Owned::from_ptr(*place);
            *place = PyStr::interned(text).into_object().into_ptr();
        }
    }

    /// An interned `str` from a C string; a new reference.
    fn PyUnicode_InternFromString[t](u: *const c_char) -> New<PyStr> {
        c_interned(t, u)
    }

    /// `a + b`; a new reference.
    fn PyUnicode_Concat[t; b](a: Obj, b: Obj) -> New<PyStr> {
        let a = text(t, a)?;
        let Some(b) = o(b).downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "can only concatenate str (not \"{:.200}\") to str",
                o(b).class().name_lossy()
            ));
        };
        a.concat(t, b)
    }

    /// `*a += b`; the reference is replaced, and null after an error.
    fn PyUnicode_Append[t](a: *mut Obj, b: Obj) -> Void {
        append(t, a, b);
    }

    /// As `PyUnicode_Append`; takes the reference to `b` over.
    fn PyUnicode_AppendAndDel[t](a: *mut Obj, b: Obj) -> Void {
        append(t, a, b);
        refcount::xdecref(b);
    }

    /// `separator.join(seq)`, a blank for null; a new reference.
    fn PyUnicode_Join[t; seq](separator: Obj, seq: Obj) -> New<PyStr> {
        let separator = match opt(separator) {
            None => PyStr::latin1_char(b' '),
            Some(separator) => match separator.downcast::<PyStr>() {
                Some(separator) => separator,
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "separator: expected str instance, {:.80} found",
                        separator.class().name_lossy()
                    ));
                }
            },
        };
        separator.join(t, o(seq))
    }

    /// `a.split(sep, max)`, at whitespace for null; a new reference.
    fn PyUnicode_Split[t](a: Obj, sep: Obj, max: Size) -> New {
        split(t, a, sep, max, name!(t, "split"))
    }

    /// `a.rsplit(sep, max)`, at whitespace for null; a new reference.
    fn PyUnicode_RSplit[t](a: Obj, sep: Obj, max: Size) -> New {
        split(t, a, sep, max, name!(t, "rsplit"))
    }

    /// `a.splitlines(keepends)`; a new reference.
    fn PyUnicode_Splitlines[t](a: Obj, keepends: c_int) -> New {
        let a = text(t, a)?;
        a.as_object().call_method(t, name!(t, "splitlines"), &[singletons::bool(keepends != 0)])
    }

    /// `a.partition(sep)`; a new reference.
    fn PyUnicode_Partition[t](a: Obj, sep: Obj) -> New {
        let (a, sep) = (text(t, a)?, text(t, sep)?);
        a.as_object().call_method(t, name!(t, "partition"), &[sep])
    }

    /// `a.rpartition(sep)`; a new reference.
    fn PyUnicode_RPartition[t](a: Obj, sep: Obj) -> New {
        let (a, sep) = (text(t, a)?, text(t, sep)?);
        a.as_object().call_method(t, name!(t, "rpartition"), &[sep])
    }

    /// `a.translate(table)`; a new reference. The error handler is asked for what the table cannot map.
    fn PyUnicode_Translate[t](a: Obj, table: Obj, errors: *const c_char) -> New<PyStr> {
        if table.is_null() {
            return Err(err!(t, TypeError, "bad argument type for built-in operation"));
        }
        crate::unicodecodecs::translate(t, text(t, a)?, o(table), c_name(errors))
    }

    /// Whether `a[start:end]` ends (`direction` > 0) or begins with `part`.
    fn PyUnicode_Tailmatch[t](a: Obj, part: Obj, start: Size, end: Size, direction: c_int) -> Length {
        let (a, part) = (text(t, a)?, text(t, part)?);
        let (start, end) = sub_range(a, start, end);
        if start > a.len() || start + part.len() > end {
            return Ok((part.len() == 0 && start <= end && start <= a.len()).into());
        }
        let at = if direction > 0 { end - part.len() } else { start };
        let equal = a.chars().slice(at, at + part.len()).iter().eq(part.chars().iter());
        Ok(equal.into())
    }

    /// The index of `part` in `a[start:end]`: -1 if it is not there, -2 with an exception.
    fn PyUnicode_Find[t](a: Obj, part: Obj, start: Size, end: Size, direction: c_int) -> Raw<Size> {
        match (text(t, a), text(t, part)) {
            (Ok(a), Ok(part)) => a.find_range(part, start, end, direction < 0).map_or(-1, |i| i as isize),
            _ => -2,
        }
    }

    /// The index of a character in `a[start:end]`: -1 if it is not there.
    fn PyUnicode_FindChar[t](a: Obj, c: u32, start: Size, end: Size, direction: c_int) -> Raw<Size> {
        let Ok(a) = text(t, a) else { return -2 };
        let (start, end) = sub_range(a, start, end);
        if start >= end {
            return -1;
        }
        let all = a.chars();
        let part = all.slice(start, end);
        let mut found: Option<usize> = None;
        for (i, x) in part.iter().enumerate() {
            if x == c {
                found = Some(i);
                if direction > 0 {
                    break;
                }
            }
        }
        found.map_or(-1, |i| (start + i) as isize)
    }

    /// How often `part` occurs in `a[start:end]`.
    fn PyUnicode_Count[t](a: Obj, part: Obj, start: Size, end: Size) -> Length {
        let (a, part) = (text(t, a)?, text(t, part)?);
        let (start, end) = (PyInt::from_i64(t, start as i64)?, PyInt::from_i64(t, end as i64)?);
        let n = a.as_object().call_method(t, name!(t, "count"), &[part, &start, &end])?;
        taipan_object::number::index_as_isize(t, &n)
    }

    /// `a.replace(old, new, max)`; a new reference.
    fn PyUnicode_Replace[t](a: Obj, old: Obj, new: Obj, max: Size) -> New<PyStr> {
        let (a, old, new) = (text(t, a)?, text(t, old)?, text(t, new)?);
        a.replaced(t, old, new, usize::try_from(max).unwrap_or(usize::MAX))
    }

    /// `a[start:end]`; a new reference.
    fn PyUnicode_Substring[t; a](a: Obj, start: Size, end: Size) -> New<PyStr> {
        let a = cast::<PyStr>(a);
        let n = a.len() as isize;
        let end = end.min(n);
        if start == 0 && end == n && a.as_object().is_exact::<PyStr>() {
            return Ok(a.own());
        }
        if start < 0 || end < 0 {
            return Err(err!(t, IndexError, "string index out of range"));
        }
        if start >= n || end < start {
            return Ok(PyStr::empty().own());
        }
        a.substring(t, start as usize, end as usize)
    }

    /// -1, 0 or 1; -1 with an exception unless both are strings.
    fn PyUnicode_Compare[t](a: Obj, b: Obj) -> Raw<c_int> {
        match (opt(a).and_then(|a| a.downcast::<PyStr>()), opt(b).and_then(|b| b.downcast::<PyStr>())) {
            (Some(a), Some(b)) => a.cmp(b) as c_int,
            _ => {
                let name = |op: Obj| opt(op).map_or_else(|| "NULL".to_string(), |op| op.class().name_lossy());
                let _ = err!(t, TypeError, "Can't compare {:.100} and {:.100}", name(a), name(b));
                -1
            }
        }
    }

    /// -1, 0 or 1: a string against a C string in Latin-1.
    fn PyUnicode_CompareWithASCIIString(a: Obj, b: *const c_char) -> Raw<c_int> {
        cast::<PyStr>(a).chars().iter().cmp(c_bytes(b).iter().map(|&c| u32::from(c))) as c_int
    }

    /// Whether a string equals a C string in ASCII.
    fn _PyUnicode_EqualToASCIIString(a: Obj, b: *const c_char) -> Raw<c_int> {
        cast::<PyStr>(a).chars().iter().eq(c_bytes(b).iter().map(|&c| u32::from(c))).into()
    }

    /// Whether a string equals a C string in UTF-8.
    fn PyUnicode_EqualToUTF8(a: Obj, b: *const c_char) -> Raw<c_int> {
        equal_utf8(cast(a), c_bytes(b)).into()
    }

    /// Whether a string equals UTF-8 text.
    fn PyUnicode_EqualToUTF8AndSize(a: Obj, b: *const c_char, n: Size) -> Raw<c_int> {
        equal_utf8(cast(a), c_slice(b.cast(), n)).into()
    }

    /// Whether two strings are equal.
    fn PyUnicode_Equal[t; a, b](a: Obj, b: Obj) -> Flag {
        for op in [a, b] {
            if !o(op).is_instance_of::<PyStr>() {
                let which = if op == a { "first" } else { "second" };
                return Err(err!(t, TypeError, "{which} argument must be str, not {}", o(op).class().fully_qualified_name(t)?.to_string_lossy()));
            }
        }
        Ok(cast::<PyStr>(a).eq(cast::<PyStr>(b)))
    }

    /// Whether two strings are equal.
    fn _PyUnicode_Equal(a: Obj, b: Obj) -> Raw<c_int> {
        cast::<PyStr>(a).eq(cast::<PyStr>(b)).into()
    }

    /// `a OP b`: True, False or NotImplemented; a new reference.
    fn PyUnicode_RichCompare[t; a, b](a: Obj, b: Obj, op: c_int) -> New {
        let (Some(a), Some(b)) = (o(a).downcast::<PyStr>(), o(b).downcast::<PyStr>()) else {
            return singletons::ok_not_implemented();
        };
        if !(Py_LT..=Py_GE).contains(&op) {
            return Err(err!(t, TypeError, "bad argument type for built-in operation"));
        }
        Ok(singletons::bool(CompareOp::from_c(op).matches(a.cmp(b))).own())
    }

    /// Whether `part` is in `a`.
    fn PyUnicode_Contains[t; part](a: Obj, part: Obj) -> Flag {
        let part = o(part);
        let Some(part) = part.downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "'in <string>' requires string as left operand, not {:.100}",
                part.class().name_lossy()
            ));
        };
        Ok(text(t, a)?.contains(part))
    }

    /// `format % args`; a new reference.
    fn PyUnicode_Format[t](format: Obj, args: Obj) -> New<PyStr> {
        if format.is_null() || args.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        taipan_object::percent::format_str(t, text(t, format)?, o(args))
    }

    /// Whether the string is an identifier.
    fn PyUnicode_IsIdentifier(a: Obj) -> Raw<c_int> {
        cast::<PyStr>(a).is_identifier().into()
    }

    /// "utf-8".
    fn PyUnicode_GetDefaultEncoding() -> Raw<*const c_char> {
        c"utf-8".as_ptr()
    }

    /// How many interned strings there are.
    fn PyUnicode_GetSizeOfInterned() -> Raw<Size> {
        unicode::intern::count(false) as isize
    }

    /// The hash of a string.
    fn _PyUnicode_Hash(a: Obj) -> Raw<Size> {
        cast::<PyStr>(a).hash()
    }

    /// `PyUnicode_DATA` as a function.
    fn PyUnicode_DATA(a: Obj) -> Raw<*mut c_void> {
        cast::<PyStr>(a).data_ptr().cast()
    }

    /// Whether a character is a letter.
    fn _PyUnicode_IsAlpha(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_alpha(c).into()
    }

    /// Whether a character is a decimal digit.
    fn _PyUnicode_IsDecimalDigit(c: u32) -> Raw<c_int> {
        taipan_text::unicode::decimal(c).is_some().into()
    }

    /// Whether a character is a digit.
    fn _PyUnicode_IsDigit(c: u32) -> Raw<c_int> {
        taipan_text::unicode::digit(c).is_some().into()
    }

    /// Whether a character has a numeric value.
    fn _PyUnicode_IsNumeric(c: u32) -> Raw<c_int> {
        taipan_text::unicode::numeric(c).is_some().into()
    }

    /// Whether a character is lower case.
    fn _PyUnicode_IsLowercase(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_lower(c).into()
    }

    /// Whether a character is upper case.
    fn _PyUnicode_IsUppercase(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_upper(c).into()
    }

    /// Whether a character is title case.
    fn _PyUnicode_IsTitlecase(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_title(c).into()
    }

    /// Whether a character is whitespace.
    fn _PyUnicode_IsWhitespace(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_space(c).into()
    }

    /// Whether a character breaks lines.
    fn _PyUnicode_IsLinebreak(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_linebreak(c).into()
    }

    /// Whether a character is printable.
    fn _PyUnicode_IsPrintable(c: u32) -> Raw<c_int> {
        taipan_text::unicode::is_printable(c).into()
    }

    /// The decimal value of a character, or -1.
    fn _PyUnicode_ToDecimalDigit(c: u32) -> Raw<c_int> {
        taipan_text::unicode::decimal(c).map_or(-1, c_int::from)
    }

    /// The digit value of a character, or -1.
    fn _PyUnicode_ToDigit(c: u32) -> Raw<c_int> {
        taipan_text::unicode::digit(c).map_or(-1, c_int::from)
    }

    /// The numeric value of a character, or -1.
    fn _PyUnicode_ToNumeric(c: u32) -> Raw<f64> {
        taipan_text::unicode::numeric(c).unwrap_or(-1.0)
    }

    /// The simple lower-case form of a character.
    fn _PyUnicode_ToLowercase(c: u32) -> Raw<u32> {
        taipan_text::unicode::to_lower(c)
    }

    /// The simple upper-case form of a character.
    fn _PyUnicode_ToUppercase(c: u32) -> Raw<u32> {
        taipan_text::unicode::to_upper(c)
    }

    /// The simple title-case form of a character.
    fn _PyUnicode_ToTitlecase(c: u32) -> Raw<u32> {
        taipan_text::unicode::to_title(c)
    }

    /// Decimal digits and whitespace as ASCII, all else as it is or "?"; a new reference.
    fn _PyUnicode_TransformDecimalAndSpaceToASCII[t](a: Obj) -> New<PyStr> {
        let Some(a) = opt(a).and_then(|a| a.downcast::<PyStr>()) else {
            return Err(errors::bad_internal_call(t));
        };
        if a.is_ascii() {
            return Ok(a.own());
        }
        let mut out: Vec<u8> = Vec::with_capacity(a.len());
        for c in a.chars().iter() {
            if c < 127 {
                out.push(c as u8);
            } else if taipan_text::unicode::is_space(c) {
                out.push(b' ');
            } else if let Some(d) = taipan_text::unicode::decimal(c) {
                out.push(b'0' + d);
            } else {
                out.push(b'?');
                break;
            }
        }
        PyStr::from_latin1(t, &out)
    }
}

variadic! {
    /// A `str` from a format; a new reference.
    PyUnicode_FromFormat, 1 => from_format;
}

c_function! {
    /// `PyUnicode_FromFormatV` that uses the list up.
    fn from_format[t](format: *const c_char, list: Va) -> New<PyStr> {
        crate::format::format(t, format, &mut *list)
    }
}

fn equal_utf8(a: &PyStr, b: &[u8]) -> bool {
    match a.as_ascii() {
        Some(text) => text.as_bytes() == b,
        None => core::str::from_utf8(b).is_ok_and(|b| a.chars().iter().eq(b.chars().map(u32::from))),
    }
}

unsafe fn append(t: &Thread, place: *mut Obj, b: Obj) {
    // SAFETY: the contract of the callers.
    unsafe {
        if place.is_null() {
            if !errors::occurred(t) {
                let _ = errors::bad_internal_call(t);
            }
            return;
        }
        let a: Option<Owned> = Owned::from_ptr_opt(core::mem::replace(&mut *place, core::ptr::null_mut()));
        let (Some(a), Some(b)) =
            (a.and_then(|a| a.into_type::<PyStr>().ok()), opt(b).and_then(|b| b.downcast::<PyStr>()))
        else {
            if !errors::occurred(t) {
                let _ = errors::bad_internal_call(t);
            }
            return;
        };
        let alone = refcount::refcnt(a.as_ptr()) == 1;
        let made = if alone && a.can_grow(b) { PyStr::grow(a, t, b) } else { a.concat(t, b) };
        if let Ok(made) = made {
            *place = made.into_object().into_ptr();
        }
    }
}

unsafe fn split(t: &Thread, a: Obj, sep: Obj, max: Size, method: &PyStr) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let a = text(t, a)?;
        let max = PyInt::from_i64(t, max as i64)?;
        let sep: &Object = match opt(sep) {
            None => singletons::none(),
            Some(_) => text(t, sep)?.as_object(),
        };
        a.as_object().call_method(t, method, &[sep, &max])
    }
}
