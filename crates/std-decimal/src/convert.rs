//! Conversions between decimal numbers and Python's other objects.

use crate::context::PyContext;
use crate::decimal::PyDecimal;
use crate::number::{Coeff, Context, Dec, Kind, Rest, Rounding, status};
use crate::signals::no_memory;
use std::borrow::Cow;
use taipan_num::int::text;
use taipan_object::{
    Object, Own, Owned, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Thread, err, errors, number, upcast,
};
use taipan_text::unicode;

/// The value of an `int`.
pub fn from_int(t: &Thread, value: &PyInt) -> PyResult<Dec> {
    let negative = value.is_negative();
    if let Some(small) = value.to_i128() {
        return Ok(Dec::finite(negative, Coeff::from_u128(small.unsigned_abs()), 0));
    }
    let mut digits = Vec::new();
    text::write_decimal(&mut digits, value.digits());
    Ok(Dec::finite(negative, Coeff::from_digits(&digits).map_err(no_memory(t))?, 0))
}

/// An `int` of a coefficient.
pub fn to_int(t: &Thread, negative: bool, coeff: &Coeff) -> PyResult<Owned<PyInt>> {
    if let Some(small) = coeff.to_u128().and_then(|n| i128::try_from(n).ok()) {
        return PyInt::from_i128(t, if negative { -small } else { small });
    }
    let mut digits = Vec::new();
    coeff.write_digits(&mut digits).map_err(no_memory(t))?;
    match text::parse(&digits, 10, 0) {
        Ok(value) => PyInt::from_digits(t, negative, &value.mag),
        Err(_) => Err(errors::no_memory(t)),
    }
}

/// The exact value of a floating-point number.
pub fn from_f64(t: &Thread, value: f64) -> PyResult<Dec> {
    if value.is_nan() {
        return Ok(Dec::nan().with_sign(value.is_sign_negative()));
    }
    if value.is_infinite() {
        return Ok(Dec::infinity(value < 0.0));
    }
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exp) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if mantissa == 0 {
        return Ok(Dec::zero(value.is_sign_negative(), 0));
    }
    let even = i64::from(mantissa.trailing_zeros()).min((-exp).max(0));
    mantissa >>= even;
    exp += even;
    let mut coeff = Coeff::from_u64(mantissa);
    let mut left = exp.unsigned_abs();
    let (base, step) = if exp >= 0 { (2u64, 59) } else { (5u64, 25) };
    while left > 0 {
        let n = left.min(step);
        coeff = coeff.mul_small(base.pow(n as u32));
        left -= n;
    }
    let _ = t;
    Ok(Dec::finite(value < 0.0, coeff, exp.min(0)))
}

/// The text of a number in ASCII, without what may stand around it; nothing if it has other characters.
fn ascii(text: &PyStr, around: bool) -> Option<Cow<'_, [u8]>> {
    if let Some(ascii) = text.as_ascii().map(str::as_bytes)
        && ascii.iter().all(|&c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'+' | b'-'))
    {
        return Some(Cow::Borrowed(ascii));
    }
    let chars: Vec<u32> = text.chars().iter().collect();
    let mut slice = chars.as_slice();
    if around {
        while let [first, rest @ ..] = slice
            && unicode::is_space(*first)
        {
            slice = rest;
        }
        while let [rest @ .., last] = slice
            && unicode::is_space(*last)
        {
            slice = rest;
        }
    }
    let mut out = Vec::with_capacity(slice.len());
    for &c in slice {
        if c == u32::from(b'_') && around {
            continue;
        }
        out.push(match u8::try_from(c) {
            Ok(c) if c.is_ascii() => c,
            _ => b'0' + unicode::decimal(c)?,
        });
    }
    Some(Cow::Owned(out))
}

/// The number that a text stands for, exactly: as `Decimal(text)`.
#[inline]
pub fn from_text_exactly(t: &Thread, text: &PyStr, context: &PyContext) -> PyResult<Dec> {
    if let Some(number) = text.as_ascii().and_then(|text| Dec::parse_short(text.as_bytes())) {
        return Ok(number);
    }
    exactly(t, ascii(text, true), context)
}

fn exactly(t: &Thread, text: Option<Cow<'_, [u8]>>, context: &PyContext) -> PyResult<Dec> {
    let parsed = match text {
        Some(text) => Dec::parse(&text).map_err(no_memory(t))?,
        None => None,
    };
    let Some(parsed) = parsed else { return syntax_error(t, context) };
    settle_exactly(t, parsed, context)
}

/// A number if no context would have to round it.
pub fn settle_exactly(t: &Thread, value: Dec, context: &PyContext) -> PyResult<Dec> {
    let mut c = Context::MAXIMAL;
    let settled = value.finalize(&mut c).map_err(no_memory(t))?;
    if c.status & (status::INEXACT | status::ROUNDED | status::CLAMPED) != 0 {
        context.signal(t, status::INVALID_OPERATION)?;
        return Ok(Dec::nan());
    }
    Ok(settled)
}

fn syntax_error(t: &Thread, context: &PyContext) -> PyResult<Dec> {
    context.signal(t, status::CONVERSION_SYNTAX)?;
    Ok(Dec::nan())
}

/// The number that a text stands for, rounded: as `Context.create_decimal(text)`.
pub fn from_text_rounded(t: &Thread, text: &PyStr, context: &PyContext) -> PyResult<Dec> {
    let parsed = match ascii(text, false) {
        Some(text) => Dec::parse(&text).map_err(no_memory(t))?,
        None => None,
    };
    match parsed {
        Some(parsed) => rounded(t, parsed, context),
        None => syntax_error(t, context),
    }
}

/// Rounds to a context; a NaN whose payload is too long is refused.
pub fn rounded(t: &Thread, value: Dec, context: &PyContext) -> PyResult<Dec> {
    let mut c = context.get();
    if value.is_nan() {
        if !value.coeff.is_zero() && value.digits() > c.prec - i64::from(c.clamp) {
            return syntax_error(t, context);
        }
        return Ok(value);
    }
    let value = value.finalize(&mut c).map_err(no_memory(t))?;
    context.signal(t, c.status)?;
    Ok(value)
}

/// The text that a tuple of sign, digits and exponent stands for.
fn tuple_text(t: &Thread, value: &Object) -> PyResult<Vec<u8>> {
    let parts = items(value).unwrap_or_default();
    let [sign, digits, exponent] = parts.as_slice() else {
        return Err(err!(t, ValueError, "argument must be a sequence of length 3"));
    };
    let sign = sign.downcast::<PyInt>().and_then(PyInt::to_i64);
    let mut out = match sign {
        Some(0) => Vec::new(),
        Some(1) => vec![b'-'],
        _ => return Err(err!(t, ValueError, "sign must be an integer with the value 0 or 1")),
    };
    let mut special = false;
    let mut exp = 0;
    if let Some(text) = exponent.downcast::<PyStr>() {
        special = true;
        let word: &[u8] = match text.as_ascii() {
            Some("F") => b"Inf",
            Some("n") => b"NaN",
            Some("N") => b"sNaN",
            _ => return Err(err!(t, ValueError, "string argument in the third position must be 'F', 'n' or 'N'")),
        };
        out.extend_from_slice(word);
        if word == b"Inf" {
            return Ok(out);
        }
    } else {
        let Some(n) = exponent.downcast::<PyInt>() else {
            return Err(err!(t, ValueError, "exponent must be an integer"));
        };
        exp = n.to_isize(t)?;
    }
    let bad = || err!(t, ValueError, "coefficient must be a tuple of digits");
    let digits = items(digits).ok_or_else(bad)?;
    for digit in &digits {
        match digit.downcast::<PyInt>().and_then(PyInt::to_i64) {
            Some(digit @ 0..=9) => out.push(b'0' + digit as u8),
            _ => return Err(bad()),
        }
    }
    if !special {
        if digits.is_empty() {
            out.push(b'0');
        }
        out.extend_from_slice(format!("E{exp}").as_bytes());
    }
    Ok(out)
}

fn items(value: &Object) -> Option<Vec<Owned>> {
    if let Some(tuple) = value.downcast::<PyTuple>() {
        return Some(tuple.as_slice().iter().map(|item| item.own()).collect());
    }
    value.downcast::<PyList>().map(PyList::to_vec)
}

/// Any object that can be a decimal number: as `Decimal(value)`.
#[inline]
pub fn from_object_exactly(t: &Thread, value: &Object, context: &PyContext) -> PyResult<Dec> {
    if let Some(value) = value.downcast::<PyDecimal>() {
        return Ok(value.value().clone());
    }
    if let Some(text) = value.downcast::<PyStr>() {
        return from_text_exactly(t, text, context);
    }
    if let Some(value) = value.downcast::<PyInt>() {
        return from_int(t, value);
    }
    if value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>() {
        return exactly(t, Some(tuple_text(t, value)?.into()), context);
    }
    if let Some(value) = value.downcast::<PyFloat>() {
        context.signal(t, status::FLOAT_OPERATION)?;
        return from_f64(t, value.value());
    }
    Err(unsupported(t, value))
}

/// Any object that can be a decimal number, rounded: as `Context.create_decimal(value)`.
pub fn from_object_rounded(t: &Thread, value: &Object, context: &PyContext) -> PyResult<Dec> {
    if let Some(text) = value.downcast::<PyStr>() {
        return from_text_rounded(t, text, context);
    }
    if value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>() {
        let text = tuple_text(t, value)?;
        return match Dec::parse(&text).map_err(no_memory(t))? {
            Some(parsed) => rounded(t, parsed, context),
            None => syntax_error(t, context),
        };
    }
    rounded(t, from_object_exactly(t, value, context)?, context)
}

fn unsupported(t: &Thread, value: &Object) -> Raised {
    err!(t, TypeError, "conversion from {} to Decimal is not supported", value.class().name_lossy())
}

/// An operand: a decimal number or an `int`.
#[inline]
pub fn operand<'a>(t: &Thread, value: &'a Object) -> PyResult<Option<Cow<'a, Dec>>> {
    if let Some(value) = value.downcast::<PyDecimal>() {
        return Ok(Some(Cow::Borrowed(value.value())));
    }
    match value.downcast::<PyInt>() {
        Some(value) => Ok(Some(Cow::Owned(from_int(t, value)?))),
        None => Ok(None),
    }
}

/// An operand, which has to be one.
#[inline]
pub fn needed<'a>(t: &Thread, value: &'a Object) -> PyResult<Cow<'a, Dec>> {
    operand(t, value)?.ok_or_else(|| unsupported(t, value))
}

/// The `int` that a number rounds to.
pub fn rounded_int(t: &Thread, value: &Dec, rounding: Rounding) -> PyResult<Owned<PyInt>> {
    match value.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(err!(t, OverflowError, "cannot convert Infinity to integer")),
        _ => return Err(err!(t, ValueError, "cannot convert NaN to integer")),
    }
    let coeff = value.coeff.clone();
    let coeff = if value.exp >= 0 {
        coeff.shift_left(value.exp).map_err(no_memory(t))?
    } else {
        let (coeff, rest) = coeff.shift_right(-value.exp);
        let grows = rest != Rest::Zero && rounding.grows(rest, value.negative, coeff.digit(0));
        if grows { coeff.increment() } else { coeff }
    };
    to_int(t, value.negative, &coeff)
}

/// Numerator and denominator in lowest terms.
pub fn integer_ratio(t: &Thread, value: &Dec) -> PyResult<Owned<PyTuple>> {
    match value.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(err!(t, OverflowError, "cannot convert Infinity to integer ratio")),
        _ => return Err(err!(t, ValueError, "cannot convert NaN to integer ratio")),
    }
    let mut coeff = value.coeff.clone();
    if coeff.is_zero() {
        let zero = to_int(t, false, &coeff)?;
        return PyTuple::from_slice(t, &[&zero, &*PyInt::from_i64(t, 1)?]);
    }
    if value.exp >= 0 {
        let whole = coeff.shift_left(value.exp).map_err(no_memory(t))?;
        return PyTuple::from_slice(t, &[&*to_int(t, value.negative, &whole)?, &*PyInt::from_i64(t, 1)?]);
    }
    let zeros = coeff.trailing_zeros().min(-value.exp);
    coeff = coeff.shift_right(zeros).0;
    let places = -value.exp - zeros;
    let mut powers = [places, places];
    for (prime, power) in [2u64, 5].into_iter().zip(&mut powers) {
        while *power > 0 {
            let (q, r) = coeff.clone().div_small(prime);
            if r != 0 {
                break;
            }
            coeff = q;
            *power -= 1;
        }
    }
    let power_of = |prime: i64, power: i64| -> PyResult {
        number::power(t, &*PyInt::from_i64(t, prime)?, &*PyInt::from_i64(t, power)?, taipan_object::singletons::none())
    };
    let [twos, fives] = powers;
    let denominator = number::binary_op(t, &*power_of(2, twos)?, &*power_of(5, fives)?, number::Op::Multiply)?;
    PyTuple::from_slice(t, &[upcast(&*to_int(t, value.negative, &coeff)?), &denominator])
}

/// The hash, the same as that of an equal `int`, `float` or fraction.
pub fn hash(value: &Dec) -> isize {
    const P: u64 = (1 << 61) - 1;
    let mul = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(P)) as u64;
    let pow = |base: u64, mut n: u64| {
        let (mut x, mut result) = (base, 1);
        while n > 0 {
            if n & 1 == 1 {
                result = mul(result, x);
            }
            x = mul(x, x);
            n >>= 1;
        }
        result
    };
    if value.is_infinite() {
        return if value.negative { -314_159 } else { 314_159 };
    }
    let e = value.exp.unsigned_abs() % (P - 1);
    let scale = if value.exp >= 0 { pow(10, e) } else { pow(pow(10, P - 2), e) };
    let hash = mul(value.coeff.modulo(P), scale) as isize;
    match if value.negative { -hash } else { hash } {
        -1 => -2,
        hash => hash,
    }
}

/// The nearest floating-point number.
pub fn to_float(t: &Thread, value: &Dec) -> PyResult<f64> {
    match value.kind {
        Kind::SignalingNan => return Err(err!(t, ValueError, "cannot convert signaling NaN to float")),
        Kind::QuietNan => return Ok(if value.negative { -f64::NAN } else { f64::NAN }),
        Kind::Infinite => return Ok(if value.negative { f64::NEG_INFINITY } else { f64::INFINITY }),
        Kind::Finite => {}
    }
    if value.is_zero() || value.adjusted() < -400 {
        return Ok(if value.negative { -0.0 } else { 0.0 });
    }
    let text =
        if value.adjusted() > 400 { "1e400".to_string() } else { value.to_text(true, false).map_err(no_memory(t))? };
    let float: f64 = text.parse().unwrap_or(f64::NAN);
    if float.is_infinite() {
        return Ok(if value.negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    Ok(float)
}
