//! `PyUnicode_FromFormat` and `PyBytes_FromFormat`: C's `printf` with a few directives for objects.

use crate::contract::*;
use crate::va::VaList;
use core::ffi::{CStr, c_char};
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{Object, Owned, PyResult, PyStr, PyType, Raised, Thread, err, errors};

/// What stands between `%` and the conversion.
#[derive(Default)]
struct Spec {
    left: bool,
    zero: bool,
    alternate: bool,
    width: Option<usize>,
    precision: Option<usize>,
    size: SizeModifier,
}

#[derive(Default, PartialEq, Clone, Copy)]
enum SizeModifier {
    #[default]
    None,
    Long,
    LongLong,
    Size,
    Max,
    Difference,
}

/// Reads digits; `None` when the number does not fit.
fn digits(format: &[u8], at: &mut usize) -> Option<usize> {
    let mut n: usize = 0;
    while let Some(d) = format.get(*at).filter(|c| c.is_ascii_digit()) {
        n = n.checked_mul(10)?.checked_add(usize::from(d - b'0'))?;
        if n > i32::MAX as usize {
            return None;
        }
        *at += 1;
    }
    Some(n)
}

/// Formats into a builder.
///
/// # Safety
/// The list holds what the format asks for.
pub unsafe fn format_into(t: &Thread, out: &mut StrBuilder, format: &[u8], list: &mut VaList) -> PyResult<()> {
    let mut at = 0;
    while at < format.len() {
        if format[at] != b'%' {
            let end = format[at..].iter().position(|&c| c == b'%').map_or(format.len(), |n| at + n);
            let text = &format[at..end];
            if !text.is_ascii() {
                return Err(err!(
                    t,
                    ValueError,
                    "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{:02x}",
                    text.iter().find(|c| !c.is_ascii()).copied().unwrap_or_default()
                ));
            }
            out.push_latin1(text);
            at = end;
            continue;
        }
        // SAFETY: the caller's promise.
        at = unsafe { directive(t, out, format, at, list)? };
    }
    Ok(())
}

fn invalid(t: &Thread, format: &[u8], start: usize) -> Raised {
    err!(t, SystemError, "invalid format string: {}", String::from_utf8_lossy(&format[start..]))
}

/// One directive, which begins at `start`; gives where it ends.
unsafe fn directive(
    t: &Thread,
    out: &mut StrBuilder,
    format: &[u8],
    start: usize,
    list: &mut VaList,
) -> PyResult<usize> {
    let mut at = start + 1;
    let next = |at: usize| format.get(at).copied().unwrap_or(0);
    if next(at) == b'%' {
        out.push(u32::from(b'%'));
        return Ok(at + 1);
    }
    let mut spec = Spec::default();
    loop {
        match next(at) {
            b'-' => spec.left = true,
            b'0' => spec.zero = true,
            b'#' => spec.alternate = true,
            _ => break,
        }
        at += 1;
    }
    if next(at) == b'*' {
        // SAFETY: the caller's promise.
        let width = unsafe { list.int() };
        spec.left |= width < 0;
        spec.width = Some(width.unsigned_abs() as usize);
        at += 1;
    } else if next(at).is_ascii_digit() {
        spec.width = Some(digits(format, &mut at).ok_or_else(|| err!(t, ValueError, "width too big"))?);
    }
    if next(at) == b'.' {
        at += 1;
        if next(at) == b'*' {
            // SAFETY: the caller's promise.
            let precision = unsafe { list.int() };
            spec.precision = usize::try_from(precision).ok();
            at += 1;
        } else if next(at).is_ascii_digit() {
            spec.precision = Some(digits(format, &mut at).ok_or_else(|| err!(t, ValueError, "precision too big"))?);
        } else {
            spec.precision = Some(0);
        }
    }
    (spec.size, at) = match (next(at), next(at + 1)) {
        (b'l', b'l') => (SizeModifier::LongLong, at + 2),
        (b'l', _) => (SizeModifier::Long, at + 1),
        (b'z', _) => (SizeModifier::Size, at + 1),
        (b'j', _) => (SizeModifier::Max, at + 1),
        (b't', _) => (SizeModifier::Difference, at + 1),
        _ => (SizeModifier::None, at),
    };
    let conversion = next(at);
    at += 1;
    let plain = spec.size == SizeModifier::None;
    let allowed = match conversion {
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => true,
        b's' | b'V' => plain || spec.size == SizeModifier::Long,
        b'c' | b'p' => plain && spec.width.is_none_or(|width| width == 0) && spec.precision.is_none(),
        b'U' | b'S' | b'R' | b'A' | b'T' | b'N' => plain,
        _ => false,
    };
    if !allowed {
        return Err(invalid(t, format, start));
    }
    // SAFETY: the caller's promise: the list holds what the directive asks for.
    unsafe {
        match conversion {
            b'c' => {
                let c = list.int();
                if !(0..=0x10_ffff).contains(&c) {
                    return Err(err!(t, OverflowError, "character argument not in range(0x110000)"));
                }
                out.push(c as u32);
            }
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => number(out, conversion, &spec, list),
            b'p' => {
                let address: usize = list.word() as usize;
                push(out, &*PyStr::from_str(t, &pointer_text(address))?, &spec);
            }
            b's' => {
                if spec.size == SizeModifier::Long {
                    let text = wide(t, list.ptr(), spec.precision)?;
                    push(out, &text, &Spec { precision: None, ..spec });
                } else {
                    let text = bytes_text(t, list.ptr(), spec.precision)?;
                    push(out, &text, &Spec { precision: None, ..spec });
                }
            }
            b'V' => {
                let object: Obj = list.ptr();
                let fallback: *const c_char = list.ptr();
                match opt(object) {
                    Some(object) => push(out, object.cast_unchecked(), &spec),
                    None if spec.size == SizeModifier::Long => {
                        let text = wide(t, fallback.cast(), spec.precision)?;
                        push(out, &text, &Spec { precision: None, ..spec });
                    }
                    None => {
                        let text = bytes_text(t, fallback, spec.precision)?;
                        push(out, &text, &Spec { precision: None, ..spec });
                    }
                }
            }
            b'U' => push(out, cast(list.ptr()), &spec),
            b'S' => push(out, &*o(list.ptr()).str(t)?, &spec),
            b'R' => push(out, &*o(list.ptr()).repr(t)?, &spec),
            b'A' => push(out, &*o(list.ptr()).ascii(t)?, &spec),
            b'T' => {
                let name = type_name(t, o(list.ptr()).class(), spec.alternate)?;
                push(out, &name, &spec);
            }
            _ => {
                let object: &Object = o(list.ptr());
                let Some(class) = object.downcast::<PyType>() else {
                    return Err(err!(t, TypeError, "%N argument must be a type"));
                };
                let name = type_name(t, class, spec.alternate)?;
                push(out, &name, &spec);
            }
        }
    }
    Ok(at)
}

/// The qualified name of a type after its module and a dot, or a colon in the alternate form.
fn type_name(t: &Thread, class: &PyType, alternate: bool) -> PyResult<Owned<PyStr>> {
    let full = class.fully_qualified_name(t)?;
    if !alternate {
        return Ok(full);
    }
    let qualname = class.qualname(t)?;
    if full.len() <= qualname.len() {
        return Ok(full);
    }
    let module = full.substring(t, 0, full.len() - qualname.len() - 1)?;
    PyStr::concat_all(t, &[&module, PyStr::latin1_char(b':'), &qualname])
}

/// C's `%p`, with "0x" in any case.
fn pointer_text(address: usize) -> String {
    format!("{address:#x}")
}

/// Text with width and precision in characters.
fn push(out: &mut StrBuilder, text: &PyStr, spec: &Spec) {
    let n = spec.precision.map_or(text.len(), |p| p.min(text.len()));
    let fill = spec.width.unwrap_or(0).saturating_sub(n);
    let spaces = |out: &mut StrBuilder| (0..fill).for_each(|_| out.push(u32::from(b' ')));
    if !spec.left {
        spaces(out);
    }
    if n == text.len() {
        out.push_str(text);
    } else {
        out.push_chars(text.chars().slice(0, n));
    }
    if spec.left {
        spaces(out);
    }
}

unsafe fn number(out: &mut StrBuilder, conversion: u8, spec: &Spec, list: &mut VaList) {
    // SAFETY: the caller's promise.
    let word = unsafe { list.word() };
    let wide = spec.size != SizeModifier::None;
    let (negative, magnitude) = if matches!(conversion, b'd' | b'i') {
        let value = if wide { word as i64 } else { i64::from(word as i32) };
        (value < 0, value.unsigned_abs())
    } else {
        (false, if wide { word } else { u64::from(word as u32) })
    };
    let text = match conversion {
        b'o' => format!("{magnitude:o}"),
        b'x' => format!("{magnitude:x}"),
        b'X' => format!("{magnitude:X}"),
        _ => magnitude.to_string(),
    };
    let precision = spec.precision.unwrap_or(0);
    let zeros = precision.saturating_sub(text.len());
    let body = usize::from(negative) + zeros + text.len();
    let fill = spec.width.unwrap_or(0).saturating_sub(body);
    let pad_zero = spec.zero && !spec.left;
    if !spec.left && !pad_zero {
        (0..fill).for_each(|_| out.push(u32::from(b' ')));
    }
    if negative {
        out.push(u32::from(b'-'));
    }
    if pad_zero {
        (0..fill).for_each(|_| out.push(u32::from(b'0')));
    }
    (0..zeros).for_each(|_| out.push(u32::from(b'0')));
    out.push_latin1(text.as_bytes());
    if spec.left {
        (0..fill).for_each(|_| out.push(u32::from(b' ')));
    }
}

/// A C string of which at most `precision` bytes are read, as UTF-8; bad bytes are replaced.
unsafe fn bytes_text(t: &Thread, s: *const c_char, precision: Option<usize>) -> PyResult<Owned<PyStr>> {
    // SAFETY: C passes a string, or as many bytes as the precision allows.
    let bytes = unsafe {
        match precision {
            None => CStr::from_ptr(s).to_bytes(),
            Some(max) => core::slice::from_raw_parts(s.cast::<u8>(), libc::strnlen(s, max)),
        }
    };
    // A character that the precision cuts off is left out, one that the text ends in is not.
    let whole = precision.is_none_or(|max| bytes.len() < max);
    let (text, _) = taipan_object::codecs::native::decode_utf8(t, bytes, Some("replace"), whole)?;
    Ok(text)
}

unsafe fn wide(t: &Thread, s: *const libc::wchar_t, precision: Option<usize>) -> PyResult<Owned<PyStr>> {
    // SAFETY: C passes a string, or as many characters as the precision allows.
    unsafe {
        let mut n = 0;
        while precision.is_none_or(|max| n < max) && *s.add(n) != 0 {
            n += 1;
        }
        crate::unicodeobject::from_wide(t, s, n as isize)
    }
}

/// `PyUnicode_FromFormatV`.
///
/// # Safety
/// The list holds what the format asks for.
pub unsafe fn format(t: &Thread, format: *const c_char, list: &mut VaList) -> PyResult<Owned<PyStr>> {
    let mut out = StrBuilder::new();
    // SAFETY: the caller's promise.
    unsafe { format_into(t, &mut out, c_bytes(format), list)? };
    out.finish(t)
}

/// `PyBytes_FromFormatV`.
///
/// # Safety
/// The list holds what the format asks for.
pub unsafe fn format_bytes(t: &Thread, format: &[u8], list: &mut VaList) -> PyResult<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    let next = |at: usize| format.get(at).copied().unwrap_or(0);
    while at < format.len() {
        if format[at] != b'%' {
            out.push(format[at]);
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        // The width is read and means nothing.
        while next(at).is_ascii_digit() {
            at += 1;
        }
        let mut precision = None;
        if next(at) == b'.' {
            at += 1;
            precision = Some(digits(format, &mut at).unwrap_or(usize::MAX));
        }
        while next(at) != 0 && next(at) != b'%' && !next(at).is_ascii_alphabetic() {
            at += 1;
        }
        let (mut long, mut size) = (false, false);
        if next(at) == b'l' && matches!(next(at + 1), b'd' | b'u') {
            long = true;
            at += 1;
        } else if next(at) == b'z' && matches!(next(at + 1), b'd' | b'u') {
            size = true;
            at += 1;
        }
        let conversion = next(at);
        at += 1;
        // SAFETY: the caller's promise.
        unsafe {
            match conversion {
                b'c' => {
                    let c = list.int();
                    match u8::try_from(c) {
                        Ok(c) => out.push(c),
                        Err(_) => {
                            return Err(err!(
                                t,
                                OverflowError,
                                "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                            ));
                        }
                    }
                }
                b'd' | b'i' => {
                    let word = list.word();
                    let value = if long || size { word as i64 } else { i64::from(word as i32) };
                    out.extend(value.to_string().bytes());
                }
                b'u' => {
                    let word = list.word();
                    let value = if long || size { word } else { u64::from(word as u32) };
                    out.extend(value.to_string().bytes());
                }
                b'x' => out.extend(format!("{:x}", list.word() as u32).bytes()),
                b's' => {
                    let s: *const c_char = list.ptr();
                    let n = match precision {
                        None => CStr::from_ptr(s).count_bytes(),
                        Some(max) => libc::strnlen(s, max),
                    };
                    out.extend_from_slice(core::slice::from_raw_parts(s.cast::<u8>(), n));
                }
                b'p' => out.extend(pointer_text(list.word() as usize).bytes()),
                b'%' => out.push(b'%'),
                _ => {
                    // What is not understood is copied with all that follows.
                    out.extend_from_slice(&format[start..]);
                    return Ok(out);
                }
            }
        }
    }
    if errors::occurred(t) {
        return Err(Raised::assume());
    }
    Ok(out)
}
