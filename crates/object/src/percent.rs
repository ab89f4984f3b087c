//! `%` formatting: what `str` and `bytes` share (arguments, numbers) and the formatting of `str`.

use crate::handle::{Object, Own, Owned, PyResult, Raised};
use crate::unicode::Chars;
use crate::{PyInt, PyStr, PyTuple, by_width, err, errors, exceptions, number, sequence};
use taipan_num::float::format::{Flags, double_to_string};
use taipan_runtime::Thread;
use taipan_text::buf::TextBuf;
use taipan_text::format::percent::{Amount, Bare, PercentError, PercentSpec, Piece, Pieces};
use taipan_text::unit::Unit;

/// The right operand, from which conversions take their values.
pub struct Arguments<'a> {
    /// What the next value comes from.
    source: Owned,
    tuple: Option<&'a PyTuple>,
    /// Values taken, and how many there are; one value that is no tuple counts as -2 of -1.
    taken: isize,
    total: isize,
    mapping: Option<&'a Object>,
}

impl<'a> Arguments<'a> {
    /// Looks at the right operand; `mapping` says whether keys may be looked up in it.
    pub fn new(args: &'a Object, mapping: bool) -> Self {
        let tuple = args.downcast::<PyTuple>();
        let (taken, total) = match tuple {
            Some(tuple) => (0, tuple.len() as isize),
            None => (-2, -1),
        };
        Self { source: args.own(), tuple, taken, total, mapping: if mapping { Some(args) } else { None } }
    }

    /// The next value.
    pub fn next(&mut self, t: &Thread) -> PyResult {
        if self.taken >= self.total {
            return Err(err!(t, TypeError, "not enough arguments for format string"));
        }
        self.taken += 1;
        if self.total < 0 {
            return Ok(self.source.clone());
        }
        match self.tuple.and_then(|tuple| tuple.get(self.taken as usize - 1)) {
            Some(item) => Ok(item.own()),
            None => Err(err!(t, TypeError, "not enough arguments for format string")),
        }
    }

    /// Makes the value under a key the next one.
    pub fn select(&mut self, t: &Thread, key: &Object) -> PyResult<()> {
        let Some(mapping) = self.mapping else { return Err(Self::no_mapping(t)) };
        self.source = sequence::get_item(t, mapping, key)?;
        self.taken = -2;
        self.total = -1;
        Ok(())
    }

    /// Whether keys may be looked up.
    pub const fn has_mapping(&self) -> bool {
        self.mapping.is_some()
    }

    #[cold]
    fn no_mapping(t: &Thread) -> Raised {
        err!(t, TypeError, "format requires a mapping")
    }

    /// Raises if values are left over.
    pub fn finish(&self, t: &Thread, what: &str) -> PyResult<()> {
        if self.taken < self.total && self.mapping.is_none() {
            return Err(err!(t, TypeError, "not all arguments converted during {what} formatting"));
        }
        Ok(())
    }
}

/// A conversion with its width and precision known.
pub struct Conversion {
    pub left: bool,
    pub plus: bool,
    pub blank: bool,
    pub alternate: bool,
    pub zero: bool,
    /// -1 when not given.
    pub width: isize,
    /// -1 when not given.
    pub precision: isize,
    /// The conversion character.
    pub kind: u32,
}

impl Conversion {
    /// Without flags, width and precision.
    const BARE: Self = Self {
        left: false,
        plus: false,
        blank: false,
        alternate: false,
        zero: false,
        width: -1,
        precision: -1,
        kind: 0,
    };
}

/// Raises what the parser of templates reports.
pub fn raise(t: &Thread, error: PercentError, arguments: &Arguments<'_>, bytes: bool) -> Raised {
    match error {
        PercentError::IncompleteKey if !arguments.has_mapping() => Arguments::no_mapping(t),
        PercentError::IncompleteKey => err!(t, ValueError, "incomplete format key"),
        PercentError::Incomplete => err!(t, ValueError, "incomplete format"),
        PercentError::WidthTooBig => err!(t, ValueError, "width too big"),
        PercentError::PrecisionTooBig if bytes => err!(t, ValueError, "prec too big"),
        PercentError::PrecisionTooBig => err!(t, ValueError, "precision too big"),
    }
}

/// Takes width and precision from the arguments where the template says `*`.
pub fn resolve(t: &Thread, spec: &PercentSpec, arguments: &mut Arguments<'_>) -> PyResult<Conversion> {
    let mut out = Conversion {
        left: spec.left,
        plus: spec.plus,
        blank: spec.blank,
        alternate: spec.alternate,
        zero: spec.zero,
        width: -1,
        precision: -1,
        kind: spec.kind,
    };
    let mut star = |max: isize| -> PyResult<isize> {
        let value = arguments.next(t)?;
        let Some(int) = (*value).downcast::<PyInt>() else { return Err(err!(t, TypeError, "* wants int")) };
        let n = int.to_isize(t)?;
        if n > max || n < -max {
            return Err(err!(t, OverflowError, "Python int too large to convert to C int"));
        }
        Ok(n)
    };
    match spec.width {
        Amount::None => {}
        Amount::Value(n) => out.width = n as isize,
        Amount::Star => {
            out.width = star(isize::MAX)?;
            if out.width < 0 {
                out.left = true;
                out.width = -out.width;
            }
        }
    }
    match spec.precision {
        Amount::None => {}
        Amount::Value(n) => out.precision = n as isize,
        Amount::Star => out.precision = star(i32::MAX as isize)?.max(0),
    }
    if out.width > 0 && taipan_runtime::mem::is_too_large((out.width as usize).saturating_mul(4)) {
        return Err(errors::no_memory(t));
    }
    Ok(out)
}

/// The text of a numeric conversion, padded: ASCII.
pub fn number_text(t: &Thread, conversion: &Conversion, value: &Object, bytes: bool) -> PyResult<Vec<u8>> {
    let kind = conversion.kind as u8;
    let text = match kind {
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => integer_text(t, conversion, kind, value)?,
        _ => float_text(t, conversion, kind, value, bytes)?,
    };
    let bare = conversion.width <= 0 && !conversion.plus && !conversion.blank;
    Ok(if bare { text } else { pad_number(conversion, kind, &text) })
}

fn integer_text(t: &Thread, conversion: &Conversion, kind: u8, value: &Object) -> PyResult<Vec<u8>> {
    let radix = matches!(kind, b'o' | b'x' | b'X');
    let wrong_type = || {
        let expected = if radix { "an integer is required" } else { "a real number is required" };
        err!(t, TypeError, "%{} format: {expected}, not {:.200}", char::from(kind), value.class().name_lossy())
    };
    if !number::is_number(value) {
        return Err(wrong_type());
    }
    let int = if let Some(int) = value.downcast::<PyInt>() {
        int.own()
    } else {
        let converted = if radix { number::index(t, value) } else { PyInt::from_object(t, value) };
        match converted {
            Ok(int) => int,
            Err(raised) => {
                if errors::matches::<exceptions::TypeError>(t) {
                    errors::clear(t);
                    return Err(wrong_type());
                }
                return Err(raised);
            }
        }
    };
    let (base, prefix): (u32, &[u8]) = match kind {
        b'o' => (8, b"0o"),
        b'x' => (16, b"0x"),
        b'X' => (16, b"0X"),
        _ => (10, b""),
    };
    if conversion.precision > i32::MAX as isize - 3 {
        return Err(err!(t, OverflowError, "precision too large"));
    }
    if taipan_runtime::mem::is_too_large(conversion.precision.max(0) as usize) {
        return Err(errors::no_memory(t));
    }
    let mut digits = int.magnitude_digits(t, base)?;
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    let mut out = Vec::with_capacity(digits.len() + 3);
    if int.is_negative() {
        out.push(b'-');
    }
    if conversion.alternate {
        out.extend_from_slice(prefix);
    }
    let zeros = (conversion.precision.max(0) as usize).saturating_sub(digits.len());
    out.extend(core::iter::repeat_n(b'0', zeros));
    out.extend_from_slice(&digits);
    Ok(out)
}

fn float_text(t: &Thread, conversion: &Conversion, kind: u8, value: &Object, bytes: bool) -> PyResult<Vec<u8>> {
    let x = match number::as_f64(t, value) {
        Ok(x) => x,
        Err(raised) => {
            if bytes && errors::matches::<exceptions::TypeError>(t) {
                errors::clear(t);
                return Err(err!(t, TypeError, "float argument required, not {:.200}", value.class().name_lossy()));
            }
            return Err(raised);
        }
    };
    if conversion.precision > taipan_text::format::number::MAX_PRECISION {
        return Err(err!(t, ValueError, "precision too big"));
    }
    let precision = if conversion.precision < 0 { 6 } else { conversion.precision as usize };
    Ok(double_to_string(x, kind, precision, Flags { alt: conversion.alternate, ..Flags::default() }))
}

/// Sign, prefix and padding of a number's text.
fn pad_number(conversion: &Conversion, kind: u8, text: &[u8]) -> Vec<u8> {
    let (sign, body): (&[u8], &[u8]) = match text {
        [b'-' | b'+', rest @ ..] => (&text[..1], rest),
        _ if conversion.plus => (b"+", text),
        _ if conversion.blank => (b" ", text),
        _ => (b"", text),
    };
    let prefixed = conversion.alternate && matches!(kind, b'o' | b'x' | b'X');
    let (prefix, body) = body.split_at(if prefixed { 2.min(body.len()) } else { 0 });
    let length = sign.len() + prefix.len() + body.len();
    let padding = (conversion.width.max(0) as usize).saturating_sub(length);
    let mut out = Vec::with_capacity(length + padding);
    let fill = |out: &mut Vec<u8>, c: u8| out.extend(core::iter::repeat_n(c, padding));
    if !conversion.left && !conversion.zero {
        fill(&mut out, b' ');
    }
    out.extend_from_slice(sign);
    out.extend_from_slice(prefix);
    if !conversion.left && conversion.zero {
        fill(&mut out, b'0');
    }
    out.extend_from_slice(body);
    if conversion.left {
        fill(&mut out, b' ');
    }
    out
}

/// "unsupported format character".
#[cold]
pub fn unsupported(t: &Thread, spec: &PercentSpec) -> Raised {
    let shown = match char::from_u32(spec.kind) {
        Some(c) if (31..=126).contains(&spec.kind) => c,
        _ => '?',
    };
    err!(t, ValueError, "unsupported format character '{shown}' (0x{:x}) at index {}", spec.kind, spec.pos)
}

/// `template % args` of `str`.
pub fn format_str(t: &Thread, template: &PyStr, args: &Object) -> PyResult<Owned<PyStr>> {
    if template.len() > 0 && !template.has_char(u32::from(b'%')) {
        // Nothing to convert: the template itself, even an instance of a subclass.
        let mapping =
            sequence::is_mapping(args) && !args.is_instance_of::<PyTuple>() && !args.is_instance_of::<PyStr>();
        Arguments::new(args, mapping).finish(t, "string")?;
        return Ok(template.own());
    }
    let mapping = sequence::is_mapping(args) && !args.is_instance_of::<PyTuple>() && !args.is_instance_of::<PyStr>();
    let mut arguments = Arguments::new(args, mapping);
    let mut out = TextBuf::with_capacity(template.len() + 16);
    by_width!(template.chars(), s, U => {
        let _: &[U] = s;
        pieces(t, s, template, &mut arguments, &mut out)?;
    });
    arguments.finish(t, "string")?;
    let made = PyStr::from_buf(t, out)?;
    // "%s" of a string is the string.
    match args.downcast_exact::<PyStr>() {
        Some(same) if same.eq(&made) => Ok(same.own()),
        _ => Ok(made),
    }
}

fn pieces<T: Unit>(
    t: &Thread,
    s: &[T],
    template: &PyStr,
    arguments: &mut Arguments<'_>,
    out: &mut TextBuf,
) -> PyResult<()> {
    let mut pieces = Pieces::new(s);
    loop {
        if let Some(bare) = pieces.next_bare() {
            push_bare(t, bare, &*arguments.next(t)?, out)?;
            continue;
        }
        let start = pieces.position();
        let Some(piece) = pieces.next() else { break };
        let spec = match piece {
            Ok(Piece::Literal(range)) => {
                out.extend(&s[range]);
                continue;
            }
            Ok(Piece::Spec(spec)) => spec,
            Err(error) => return Err(raise(t, error, arguments, false)),
        };
        if let Some(key) = &spec.key {
            let key = template.substring(t, key.start, key.end)?;
            arguments.select(t, &key)?;
        }
        let conversion = resolve(t, &spec, arguments)?;
        // Only a bare "%%" stands for a percent sign.
        if spec.kind == u32::from(b'%') && spec.pos == start + 1 {
            out.push(u32::from(b'%'));
            continue;
        }
        let value = arguments.next(t)?;
        match char::from_u32(spec.kind) {
            Some('s') => push_text(out, &conversion, &*value.str(t)?, true),
            Some('r') => push_text(out, &conversion, &*value.repr(t)?, true),
            Some('a') => push_text(out, &conversion, &*value.ascii(t)?, true),
            Some('c') => {
                let c = character(t, &value)?;
                push_text(out, &conversion, &*PyStr::from_char(t, c)?, false);
            }
            Some('d' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                out.extend_latin1(&number_text(t, &conversion, &value, false)?);
            }
            _ => return Err(unsupported(t, &spec)),
        }
    }
    Ok(())
}

/// Converts a value as `%s` or `%d` say.
fn push_bare(t: &Thread, bare: Bare, value: &Object, out: &mut TextBuf) -> PyResult<()> {
    let number = value.downcast::<PyInt>().filter(|_| matches!(bare, Bare::Decimal) || value.is_exact::<PyInt>());
    if let Some(value) = number.and_then(PyInt::to_i64) {
        out.extend_latin1(taipan_text::repr::decimal(value, &mut [0; 20]));
        return Ok(());
    }
    let conversion = Conversion { kind: u32::from(b'd'), ..Conversion::BARE };
    match bare {
        Bare::Text => push_text(out, &conversion, &*value.str(t)?, true),
        Bare::Decimal => out.extend_latin1(&number_text(t, &conversion, value, false)?),
    }
    Ok(())
}

fn push_text(out: &mut TextBuf, conversion: &Conversion, text: &PyStr, cut: bool) {
    let mut n = text.len();
    if cut && conversion.precision >= 0 {
        n = n.min(conversion.precision as usize);
    }
    let padding = (conversion.width.max(0) as usize).saturating_sub(n);
    if !conversion.left {
        out.fill(32, padding);
    }
    match text.chars() {
        Chars::One(s) => out.extend(&s[..n]),
        Chars::Two(s) => out.extend(&s[..n]),
        Chars::Four(s) => out.extend(&s[..n]),
    }
    if conversion.left {
        out.fill(32, padding);
    }
}

fn character(t: &Thread, value: &Object) -> PyResult<u32> {
    if let Some(text) = value.downcast::<PyStr>() {
        if text.len() == 1 {
            return Ok(text.char_at(0));
        }
        return Err(err!(
            t,
            TypeError,
            "%c requires an int or a unicode character, not a string of length {}",
            text.len()
        ));
    }
    if !number::is_index(value) {
        return Err(err!(
            t,
            TypeError,
            "%c requires an int or a unicode character, not {}",
            value.class().fully_qualified_name(t)?.display()
        ));
    }
    let int = number::index(t, value)?;
    match int.to_i64().and_then(|c| u32::try_from(c).ok()).filter(|&c| c <= 0x10ffff) {
        Some(c) => Ok(c),
        None => Err(err!(t, OverflowError, "%c arg not in range(0x110000)")),
    }
}
