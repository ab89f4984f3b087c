//! `format()` of `int`, `float` and `complex`.

use crate::handle::{Owned, PyResult, Raised};
use crate::unicode::Chars;
use crate::{PyInt, PyStr, err};
use taipan_num::float::format::{Flags, double_to_string};
use taipan_runtime::Thread;
use taipan_text::buf::TextBuf;
use taipan_text::format::number::{self, DoubleFlags, Locale};
use taipan_text::format::spec::{Align, unknown_type};
use taipan_text::format::{FormatError, FormatSpec};

/// Raises what a formatting function reports.
#[cold]
pub fn raise(t: &Thread, error: FormatError) -> Raised {
    match error {
        FormatError::Value(message) => err!(t, ValueError, "{message}"),
        FormatError::Overflow(message) => err!(t, OverflowError, "{message}"),
    }
}

/// Parses a format specification.
pub fn parse_spec(t: &Thread, spec: &PyStr, align: Align, kind: u8, type_name: &str) -> PyResult<FormatSpec> {
    match spec.chars() {
        Chars::One(s) => FormatSpec::parse(s, align, kind, type_name),
        Chars::Two(s) => FormatSpec::parse(s, align, kind, type_name),
        Chars::Four(s) => FormatSpec::parse(s, align, kind, type_name),
    }
    .map_err(|e| raise(t, e))
}

/// `PyOS_double_to_string` as the formatting functions want it.
pub fn double_text(x: f64, code: u8, precision: usize, flags: DoubleFlags) -> Vec<u8> {
    let flags = Flags { sign: false, add_dot_0: flags.add_dot_0, alt: flags.alt, no_neg_0: flags.no_neg_0 };
    double_to_string(x, code, precision, flags)
}

/// What the current C locale says about numbers (format type `n`).
pub fn locale(t: &Thread) -> PyResult<Locale> {
    // SAFETY: `localeconv` gives a static structure of C strings, read at once under the GIL.
    let (point, separator, grouping) = unsafe {
        let conv = libc::localeconv();
        let bytes = |p: *const core::ffi::c_char| core::ffi::CStr::from_ptr(p).to_bytes().to_vec();
        (bytes((*conv).decimal_point), bytes((*conv).thousands_sep), bytes((*conv).grouping))
    };
    let text = |bytes: &[u8]| -> PyResult<Vec<u32>> { Ok(PyStr::from_fs_bytes(t, bytes)?.chars().iter().collect()) };
    Ok(Locale { decimal_point: text(&point)?, thousands_sep: text(&separator)?, grouping })
}

fn locale_for(t: &Thread, spec: &FormatSpec) -> PyResult<Locale> {
    if spec.kind == u32::from(b'n') { locale(t) } else { Ok(Locale::default()) }
}

/// Refuses widths that could not be allocated.
pub fn check_width(t: &Thread, spec: &FormatSpec) -> PyResult<()> {
    if spec.width > 0 && taipan_runtime::mem::is_too_large((spec.width as usize).saturating_mul(4)) {
        return Err(crate::errors::no_memory(t));
    }
    Ok(())
}

/// An error of a number's digits (already raised) or of the layout.
enum Fail {
    Raised(Raised),
    Format(FormatError),
}

impl From<FormatError> for Fail {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

const INT_KINDS: &[u8] = b"bcdoxXn";
const FLOAT_KINDS: &[u8] = b"eEfFgG%";

fn is_kind(spec: &FormatSpec, kinds: &[u8]) -> bool {
    u8::try_from(spec.kind).is_ok_and(|kind| kinds.contains(&kind))
}

/// `int.__format__`.
pub fn format_int(t: &Thread, value: &PyInt, spec: &PyStr) -> PyResult<Owned<PyStr>> {
    if spec.len() == 0 {
        return if value.is_exact::<PyInt>() { value.to_str(t) } else { crate::upcast(value).str(t) };
    }
    let type_name = value.class().name_lossy();
    let spec = parse_spec(t, spec, Align::Right, b'd', &type_name)?;
    check_width(t, &spec)?;
    if is_kind(&spec, FLOAT_KINDS) {
        return float_layout(t, &spec, value.to_f64(t)?);
    }
    if !is_kind(&spec, INT_KINDS) {
        return Err(raise(t, unknown_type(spec.kind, &type_name)));
    }
    let locale = locale_for(t, &spec)?;
    let mut out = TextBuf::new();
    let digits = |base| value.magnitude_digits(t, base).map_err(Fail::Raised);
    match number::format_int(&mut out, &spec, value.is_negative(), digits, value.to_i64(), &locale) {
        Ok(()) => PyStr::from_buf(t, out),
        Err(Fail::Raised(raised)) => Err(raised),
        Err(Fail::Format(error)) => Err(raise(t, error)),
    }
}

/// A number in base 2, 8 or 16, after the sign and `0b`, `0o` or `0x`.
pub fn prefixed(t: &Thread, value: i64, base: u64) -> PyResult<Owned<PyStr>> {
    let mut text = [0; 3 + 64];
    let (bits, letter) = match base {
        2 => (1, b'b'),
        8 => (3, b'o'),
        _ => (4, b'x'),
    };
    let mut at = text.len();
    let mut put = |c| {
        at -= 1;
        text[at] = c;
    };
    let mut left = value.unsigned_abs();
    loop {
        let digit = (left & ((1 << bits) - 1)) as u8;
        put(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
        left >>= bits;
        if left == 0 {
            break;
        }
    }
    put(letter);
    put(b'0');
    if value < 0 {
        put(b'-');
    }
    PyStr::from_ascii(t, &text[at..])
}

fn float_layout(t: &Thread, spec: &FormatSpec, value: f64) -> PyResult<Owned<PyStr>> {
    let locale = locale_for(t, spec)?;
    let mut out = TextBuf::new();
    number::format_float(&mut out, spec, value, &double_text, &locale).map_err(|e| raise(t, e))?;
    PyStr::from_buf(t, out)
}

/// `float.__format__` with a specification that is not empty.
pub fn format_float(t: &Thread, value: f64, spec: &PyStr, type_name: &str) -> PyResult<Owned<PyStr>> {
    let spec = parse_spec(t, spec, Align::Right, 0, type_name)?;
    check_width(t, &spec)?;
    if spec.kind != 0 && spec.kind != u32::from(b'n') && !is_kind(&spec, FLOAT_KINDS) {
        return Err(raise(t, unknown_type(spec.kind, type_name)));
    }
    float_layout(t, &spec, value)
}

/// `complex.__format__` with a specification that is not empty.
pub fn format_complex(t: &Thread, re: f64, im: f64, spec: &PyStr, type_name: &str) -> PyResult<Owned<PyStr>> {
    let spec = parse_spec(t, spec, Align::Right, 0, type_name)?;
    check_width(t, &spec)?;
    if spec.kind != 0 && !is_kind(&spec, b"eEfFgGn") {
        return Err(raise(t, unknown_type(spec.kind, type_name)));
    }
    let locale = locale_for(t, &spec)?;
    let mut out = TextBuf::new();
    number::format_complex(&mut out, &spec, re, im, &double_text, &locale).map_err(|e| raise(t, e))?;
    PyStr::from_buf(t, out)
}
