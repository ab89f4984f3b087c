//! The part of `cpython/unicodeobject.h` that builds text piece by piece (`PyUnicodeWriter`).

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::c_char;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{PyResult, PyStr, Thread, codecs::native, err};

/// `PyUnicodeWriter`: opaque to C.
type Writer = *mut StrBuilder;

fn range(t: &Thread, c: u32) -> PyResult<()> {
    if c > 0x10_ffff {
        return Err(err!(t, ValueError, "character must be in range(0x110000)"));
    }
    Ok(())
}

unsafe fn size(s: *const c_char, n: Size) -> Size {
    // SAFETY: a C string if the length is negative.
    if n < 0 { unsafe { libc::strlen(s) as isize } } else { n }
}

capi! {
    /// A writer with room; null with an exception.
    fn PyUnicodeWriter_Create[t](length: Size) -> Raw<Writer> {
        if length < 0 {
            let _ = err!(t, ValueError, "length must be positive");
            return core::ptr::null_mut();
        }
        Box::into_raw(Box::new(StrBuilder::with_capacity(length.min(1 << 20) as usize)))
    }

    /// Gives a writer up; null is allowed.
    fn PyUnicodeWriter_Discard(writer: Writer) -> Void {
        if !writer.is_null() {
            drop(Box::from_raw(writer));
        }
    }

    /// The text that has been written; a new reference. The writer is gone.
    fn PyUnicodeWriter_Finish[t](writer: Writer) -> New<PyStr> {
        Box::from_raw(writer).finish(t)
    }

    /// Writes a character.
    fn PyUnicodeWriter_WriteChar[t](writer: Writer, c: u32) -> Status {
        range(t, c)?;
        (*writer).push(c);
        Ok(())
    }

    /// Writes UTF-8; a negative length means up to the zero.
    fn PyUnicodeWriter_WriteUTF8[t](writer: Writer, s: *const c_char, n: Size) -> Status {
        let (text, _) = native::decode_utf8(t, c_slice(s.cast(), size(s, n)), None, true)?;
        (*writer).push_str(&text);
        Ok(())
    }

    /// Writes ASCII; a negative length means up to the zero.
    fn PyUnicodeWriter_WriteASCII(writer: Writer, s: *const c_char, n: Size) -> Status {
        (*writer).push_latin1(c_slice(s.cast(), size(s, n)));
        Ok(())
    }

    /// Writes wide characters; a negative length means up to the zero.
    fn PyUnicodeWriter_WriteWideChar[t](writer: Writer, s: *const libc::wchar_t, n: Size) -> Status {
        let text = crate::unicodeobject::from_wide(t, s, n)?;
        (*writer).push_str(&text);
        Ok(())
    }

    /// Writes UCS-4.
    fn PyUnicodeWriter_WriteUCS4[t](writer: Writer, s: *const u32, n: Size) -> Status {
        if n < 0 {
            return Err(err!(t, ValueError, "size must be positive"));
        }
        let points = c_slice(s, n);
        for &c in points {
            range(t, c)?;
        }
        points.iter().for_each(|&c| (*writer).push(c));
        Ok(())
    }

    /// Writes `str(op)`.
    fn PyUnicodeWriter_WriteStr[t; op](writer: Writer, op: Obj) -> Status {
        let text = o(op).str(t)?;
        (*writer).push_str(&text);
        Ok(())
    }

    /// Writes `repr(op)`, "<NULL>" for null.
    fn PyUnicodeWriter_WriteRepr[t](writer: Writer, op: Obj) -> Status {
        match opt(op) {
            None => (*writer).push_latin1(b"<NULL>"),
            Some(op) => {
                let text = op.repr(t)?;
                (*writer).push_str(&text);
            }
        }
        Ok(())
    }

    /// Writes part of a string.
    fn PyUnicodeWriter_WriteSubstring[t; op](writer: Writer, op: Obj, start: Size, end: Size) -> Status {
        let Some(text) = o(op).downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "expect str, not {}", o(op).class().fully_qualified_name(t)?.to_string_lossy()));
        };
        if start < 0 || start > end {
            return Err(err!(t, ValueError, "start must be in range [0; end]"));
        }
        if end > text.len() as isize {
            return Err(err!(t, ValueError, "end must be in range [start; len(str)]"));
        }
        (*writer).push_chars(text.chars().slice(start as usize, end as usize));
        Ok(())
    }

    /// Decodes UTF-8 as far as it is complete, with an error handler, and writes it.
    fn PyUnicodeWriter_DecodeUTF8Stateful[t](
        writer: Writer, s: *const c_char, n: Size, errors: *const c_char, consumed: *mut Size,
    ) -> Status {
        let data = c_slice(s.cast(), size(s, n));
        let result = native::decode_utf8(t, data, c_name(errors), consumed.is_null());
        match result {
            Ok((text, used)) => {
                if !consumed.is_null() {
                    *consumed = used as isize;
                }
                (*writer).push_str(&text);
                Ok(())
            }
            Err(raised) => {
                if !consumed.is_null() {
                    *consumed = 0;
                }
                Err(raised)
            }
        }
    }
}

variadic! {
    /// Writes as `PyUnicode_FromFormat` does.
    PyUnicodeWriter_Format, 2 => write_format;
}

c_function! {
    /// `PyUnicodeWriter_Format` with the list: nothing is written if it fails.
    fn write_format[t](writer: Writer, format: *const c_char, list: Va) -> Status {
        let old = (*writer).len();
        let result = crate::format::format_into(t, &mut *writer, c_bytes(format), &mut *list);
        if result.is_err() {
            (*writer).truncate(old);
        }
        result
    }
}
