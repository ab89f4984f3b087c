//! Laying out numbers: sign, prefix, grouping, padding.

use super::spec::{Align, FormatError, FormatSpec, Grouping, unknown_type};
use crate::buf::TextBuf;

/// What the type `n` takes from the locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    /// The decimal point.
    pub decimal_point: Vec<u32>,
    /// The separator of digit groups.
    pub thousands_sep: Vec<u32>,
    /// Sizes of the groups from the right as in C's `lconv`: the last repeats, 127 (CHAR_MAX) ends grouping.
    pub grouping: Vec<u8>,
}

impl Default for Locale {
    /// The C locale.
    fn default() -> Self {
        Locale { decimal_point: vec![0x2e], thousands_sep: Vec::new(), grouping: Vec::new() }
    }
}

/// Flags for the caller's `PyOS_double_to_string`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DoubleFlags {
    /// `.0` after integral results.
    pub add_dot_0: bool,
    /// The alternate form.
    pub alt: bool,
    /// No negative zero.
    pub no_neg_0: bool,
}

/// A float's text: number, code, precision, flags.
pub type DoubleToString<'a> = &'a dyn Fn(f64, u8, usize, DoubleFlags) -> Vec<u8>;

/// How many digits each group takes, from the right; `None` is no more grouping.
struct Groups<'a> {
    sizes: &'a [u8],
    i: usize,
    last: usize,
}

impl Groups<'_> {
    fn next(&mut self) -> usize {
        match self.sizes.get(self.i) {
            None | Some(0) => self.last,
            Some(127..) => 0,
            Some(&n) => {
                self.i += 1;
                self.last = usize::from(n);
                self.last
            }
        }
    }
}

/// Digits with separators, zero-extended to at least `min_width` characters.
fn group_digits(digits: &[u8], min_width: usize, locale: &Locale) -> Vec<u32> {
    if locale.grouping.is_empty() || locale.thousands_sep.is_empty() {
        let mut out = vec![0x30; min_width.saturating_sub(digits.len())];
        out.extend(digits.iter().map(|&d| u32::from(d)));
        return out;
    }
    let mut out: Vec<u32> = Vec::with_capacity(digits.len() * 4 / 3 + min_width);
    let mut groups = Groups { sizes: &locale.grouping, i: 0, last: 0 };
    let mut left = digits.len();
    let mut width = min_width as isize;
    let mut separate = false;
    // Built backwards.
    loop {
        let l = groups.next();
        let want = left.max(width.max(0) as usize).max(1);
        let l = if l == 0 { want } else { l.min(want) };
        if separate {
            out.extend(locale.thousands_sep.iter().rev());
        }
        let n = l.min(left);
        out.extend(digits[left - n..left].iter().rev().map(|&d| u32::from(d)));
        out.extend(std::iter::repeat_n(0x30, l - n));
        separate = true;
        left -= n;
        width -= l as isize;
        if left == 0 && width <= 0 {
            break;
        }
        width -= locale.thousands_sep.len() as isize;
    }
    out.reverse();
    out
}

fn grouping_locale(g: Option<Grouping>, four: bool) -> Locale {
    match g {
        None => Locale::default(),
        Some(g) => Locale {
            thousands_sep: vec![g.symbol() as u32],
            grouping: vec![if four { 4 } else { 3 }],
            ..Locale::default()
        },
    }
}

/// The parts of a number's text.
struct Parts<'a> {
    negative: bool,
    prefix: &'a [u8],
    /// Digits before the point.
    whole: &'a [u8],
    /// What follows: point, fraction, exponent, `%`; grouped already.
    rest: Vec<u32>,
}

fn lay_out(out: &mut TextBuf, spec: &FormatSpec, p: &Parts, locale: &Locale) {
    let sign = match (p.negative, spec.sign) {
        (true, _) => Some(b'-'),
        (false, b'+') => Some(b'+'),
        (false, b' ') => Some(b' '),
        _ => None,
    };
    let outside = usize::from(sign.is_some()) + p.prefix.len() + p.rest.len();
    let width = usize::try_from(spec.width).unwrap_or(0);
    let zero_fill = spec.fill == 0x30 && spec.align == Align::AfterSign;
    let min = if zero_fill { width.saturating_sub(outside) } else { 0 };
    let digits = if p.whole.is_empty() { Vec::new() } else { group_digits(p.whole, min, locale) };
    let total = outside + digits.len();
    let pad = width.saturating_sub(total);
    let (left, inner, right) = match spec.align {
        Align::Left => (0, 0, pad),
        Align::Right => (pad, 0, 0),
        Align::Center => (pad / 2, 0, pad - pad / 2),
        Align::AfterSign => (0, pad, 0),
    };
    out.fill(spec.fill, left);
    if let Some(s) = sign {
        out.push(u32::from(s));
    }
    out.extend_latin1(p.prefix);
    out.fill(spec.fill, inner);
    out.extend(&digits);
    out.extend(&p.rest);
    out.fill(spec.fill, right);
}

/// `format(int, spec)` for the integer types; the float types are the caller's to convert. `digits` gives the magnitude
/// in base 2, 8, 10 or 16 (lower case); `value` the number itself where it fits, for `c`.
pub fn format_int<E: From<FormatError>>(
    out: &mut TextBuf,
    spec: &FormatSpec,
    negative: bool,
    digits: impl FnOnce(u32) -> Result<Vec<u8>, E>,
    value: Option<i64>,
    locale: &Locale,
) -> Result<(), E> {
    let fail = |s: &str| Err(E::from(FormatError::value(s)));
    if spec.precision != -1 {
        return fail("Precision not allowed in integer format specifier");
    }
    if spec.no_neg_0 {
        return fail("Negative zero coercion (z) not allowed in integer format specifier");
    }
    let kind = char::from_u32(spec.kind).unwrap_or('?');
    if kind == 'c' {
        if spec.sign != 0 {
            return fail("Sign not allowed with integer format specifier 'c'");
        }
        if spec.alternate {
            return fail("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let Some(v) = value else {
            return Err(E::from(FormatError::Overflow("Python int too large to convert to C long".into())));
        };
        let Some(c) = u32::try_from(v).ok().filter(|&c| c <= 0x10ffff) else {
            return Err(E::from(FormatError::Overflow("%c arg not in range(0x110000)".into())));
        };
        let p = Parts { negative: false, prefix: b"", whole: b"", rest: vec![c] };
        lay_out(out, spec, &p, &Locale::default());
        return Ok(());
    }
    let (base, prefix): (u32, &[u8]) = match kind {
        'b' => (2, b"0b"),
        'o' => (8, b"0o"),
        'x' => (16, b"0x"),
        'X' => (16, b"0X"),
        _ => (10, b""),
    };
    let mut text = digits(base)?;
    if kind == 'X' {
        text.make_ascii_uppercase();
    }
    let prefix = if spec.alternate { prefix } else { b"" };
    let own = if kind == 'n' { locale.clone() } else { grouping_locale(spec.thousands, base != 10) };
    lay_out(out, spec, &Parts { negative, prefix, whole: &text, rest: Vec::new() }, &own);
    Ok(())
}

/// Splits a float's text (no sign) into whole digits and the rest, with the fraction grouped.
fn split_float(text: &[u8], frac: Option<Grouping>, point: &[u32], percent: bool) -> (usize, Vec<u32>) {
    let whole = text.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut rest = Vec::with_capacity(text.len() - whole + 1);
    let mut tail = &text[whole..];
    if let [b'.', after @ ..] = tail {
        rest.extend_from_slice(point);
        let n = after.iter().take_while(|c| c.is_ascii_digit()).count();
        for (i, &d) in after[..n].iter().enumerate() {
            if let Some(g) = frac {
                if i > 0 && i % 3 == 0 {
                    rest.push(g.symbol() as u32);
                }
            }
            rest.push(u32::from(d));
        }
        tail = &after[n..];
    }
    rest.extend(tail.iter().map(|&c| u32::from(c)));
    if percent {
        rest.push(0x25);
    }
    (whole, rest)
}

/// Type, precision and flags of a float's conversion.
fn float_code(spec: &FormatSpec, kind: char, default_kind: u8, bare_dot_0: bool) -> (u8, usize, DoubleFlags) {
    let mut flags = DoubleFlags { add_dot_0: false, alt: spec.alternate, no_neg_0: spec.no_neg_0 };
    let mut precision = spec.precision;
    let code = match kind {
        '\0' => {
            flags.add_dot_0 = bare_dot_0;
            if precision >= 0 {
                b'g'
            } else {
                precision = 0;
                default_kind
            }
        }
        'n' => b'g',
        '%' => b'f',
        c => c as u8,
    };
    let precision = if precision < 0 { 6 } else { precision as usize };
    (code, precision, flags)
}

/// The greatest precision of a float's text: CPython counts in C's `int`, with some room for the rest of the number.
pub const MAX_PRECISION: isize = i32::MAX as isize - 1024;

fn precision_fits(spec: &FormatSpec) -> Result<(), FormatError> {
    if spec.precision > MAX_PRECISION { Err(FormatError::value("precision too big")) } else { Ok(()) }
}

/// `format(float, spec)` (also of integers with a float type).
pub fn format_float(
    out: &mut TextBuf,
    spec: &FormatSpec,
    x: f64,
    to_string: DoubleToString,
    locale: &Locale,
) -> Result<(), FormatError> {
    precision_fits(spec)?;
    let kind = char::from_u32(spec.kind).unwrap_or('?');
    if !matches!(kind, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') {
        return Err(unknown_type(spec.kind, "float"));
    }
    let (code, precision, flags) = float_code(spec, kind, b'r', true);
    let x = if kind == '%' { x * 100.0 } else { x };
    let text = to_string(x, code, precision, flags);
    let (negative, body) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text.as_slice()),
    };
    let own = if kind == 'n' { locale.clone() } else { grouping_locale(spec.thousands, false) };
    let (whole, rest) = split_float(body, spec.frac, &own.decimal_point, kind == '%');
    lay_out(out, spec, &Parts { negative, prefix: b"", whole: &body[..whole], rest }, &own);
    Ok(())
}

/// `format(complex, spec)`.
pub fn format_complex(
    out: &mut TextBuf,
    spec: &FormatSpec,
    re: f64,
    im: f64,
    to_string: DoubleToString,
    locale: &Locale,
) -> Result<(), FormatError> {
    precision_fits(spec)?;
    let kind = char::from_u32(spec.kind).unwrap_or('?');
    if !matches!(kind, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') {
        return Err(unknown_type(spec.kind, "complex"));
    }
    if spec.fill == 0x30 {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let (code, precision, mut flags) = float_code(spec, kind, b'r', false);
    flags.add_dot_0 = false;
    let bare = kind == '\0';
    let skip_re = bare && re == 0.0 && re.is_sign_positive();
    let own = if kind == 'n' { locale.clone() } else { grouping_locale(spec.thousands, false) };
    let mut text = TextBuf::new();
    let part = |text: &mut TextBuf, x: f64, sign: u8| {
        let t = to_string(x, code, precision, flags);
        let (negative, body) = match t.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, t.as_slice()),
        };
        let (whole, rest) = split_float(body, spec.frac, &own.decimal_point, false);
        let plain = FormatSpec { sign, ..FormatSpec::plain(Align::Left, 0) };
        lay_out(text, &plain, &Parts { negative, prefix: b"", whole: &body[..whole], rest }, &own);
    };
    if bare && !skip_re {
        text.push(0x28);
    }
    if !skip_re {
        part(&mut text, re, spec.sign);
    }
    part(&mut text, im, if skip_re { spec.sign } else { b'+' });
    text.push(0x6a);
    if bare && !skip_re {
        text.push(0x29);
    }
    let (l, r) = spec.padding(text.len());
    out.fill(spec.fill, l);
    out.extend(&text.to_code_points());
    out.fill(spec.fill, r);
    Ok(())
}
