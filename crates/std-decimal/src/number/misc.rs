//! Neighbours, exponents, digits: the less usual operations.

use super::arith;
use super::context::{Context, Rounding, status::*};
use super::dec::{Dec, Kind, Res};
use super::{Coeff, NoMemory};

/// Whether an integer, whatever its exponent, is odd.
impl Dec {
    pub fn is_odd_integer_value(&self) -> bool {
        self.is_integer() && self.is_odd_integer()
    }

    /// The value of an integer if it is in range.
    pub fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        if self.is_zero() {
            return Some(0);
        }
        if self.adjusted() > 18 {
            return None;
        }
        let coeff = if self.exp >= 0 {
            self.coeff.clone().shift_left(self.exp).ok()?
        } else {
            self.coeff.clone().shift_right(-self.exp).0
        };
        let n = i128::try_from(coeff.to_u128()?).ok()?;
        i64::try_from(if self.negative { -n } else { n }).ok()
    }

    /// What `number_class` says.
    pub fn class(&self, c: &Context) -> &'static str {
        let signed = |plus, minus| if self.negative { minus } else { plus };
        match self.kind {
            Kind::QuietNan => "NaN",
            Kind::SignalingNan => "sNaN",
            Kind::Infinite => signed("+Infinity", "-Infinity"),
            Kind::Finite if self.coeff.is_zero() => signed("+Zero", "-Zero"),
            Kind::Finite if self.is_subnormal(c) => signed("+Subnormal", "-Subnormal"),
            Kind::Finite => signed("+Normal", "-Normal"),
        }
    }
}

/// The next number in a direction.
fn neighbour(a: &Dec, up: bool, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a], c) {
        return nan;
    }
    if a.is_infinite() {
        if a.negative != up {
            return Ok(a.clone());
        }
        return Ok(Dec::finite(a.negative, Coeff::nines(c.prec)?, c.etop()));
    }
    let rounding = if up { Rounding::Ceiling } else { Rounding::Floor };
    let mut work = Context { rounding, status: 0, ..*c };
    let rounded = a.clone().finalize(&mut work)?;
    if !rounded.is_finite() || rounded.compare(a)?.is_ne() {
        return Ok(rounded);
    }
    let tiny = Dec::finite(!up, Coeff::from_u64(1), c.etiny() - 1);
    arith::add(a, &tiny, &mut work)
}

pub fn next_plus(a: &Dec, c: &mut Context) -> Res {
    neighbour(a, true, c)
}

pub fn next_minus(a: &Dec, c: &mut Context) -> Res {
    neighbour(a, false, c)
}

pub fn next_toward(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    let order = a.compare(b)?;
    if order.is_eq() {
        return Ok(a.clone().with_sign(b.negative));
    }
    let result = neighbour(a, order.is_lt(), c)?;
    if result.is_infinite() {
        c.signal(OVERFLOW | ROUNDED | INEXACT);
    } else if result.adjusted() < c.emin {
        c.signal(UNDERFLOW | SUBNORMAL | ROUNDED | INEXACT);
        if result.is_zero() {
            c.signal(CLAMPED);
        }
    }
    Ok(result)
}

pub fn logb(a: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a], c) {
        return nan;
    }
    if a.is_infinite() {
        return Ok(Dec::infinity(false));
    }
    if a.is_zero() {
        c.signal(DIVISION_BY_ZERO);
        return Ok(Dec::infinity(true));
    }
    Dec::from_i64(a.adjusted()).finalize(c)
}

pub fn scaleb(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    let most = 2 * i128::from(c.emax + c.prec);
    let Some(n) = b.to_i64().filter(|&n| b.exp == 0 && i128::from(n).abs() <= most) else {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    };
    if a.is_infinite() {
        return Ok(a.clone());
    }
    let mut result = a.clone();
    result.exp = result.exp.saturating_add(n);
    result.finalize(c)
}

/// The number of places of a shift or rotation, if it is allowed.
fn places(b: &Dec, c: &Context) -> Option<i64> {
    b.to_i64().filter(|n| b.exp == 0 && n.abs() <= c.prec)
}

pub fn shift(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    let Some(n) = places(b, c) else { return Ok(Dec::impossible(c, INVALID_OPERATION)) };
    if a.is_infinite() {
        return Ok(a.clone());
    }
    let coeff = a.coeff.clone();
    let coeff =
        if n >= 0 { coeff.shift_left(n)?.low_digits(c.prec) } else { coeff.low_digits(c.prec).shift_right(-n).0 };
    Ok(Dec::finite(a.negative, coeff, a.exp))
}

pub fn rotate(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    let Some(n) = places(b, c) else { return Ok(Dec::impossible(c, INVALID_OPERATION)) };
    if a.is_infinite() {
        return Ok(a.clone());
    }
    let n = if n >= 0 { n } else { n + c.prec };
    let coeff = a.coeff.clone().low_digits(c.prec);
    let high = coeff.clone().low_digits(c.prec - n).shift_left(n)?;
    let low = coeff.shift_right(c.prec - n).0;
    Ok(Dec::finite(a.negative, high.add(&low)?, a.exp))
}

/// The digits of an operand of a logical operation, the lowest first.
fn logical(a: &Dec) -> Res<Option<Vec<u8>>> {
    if !a.is_finite() || a.negative || a.exp != 0 {
        return Ok(None);
    }
    let mut digits = Vec::new();
    a.coeff.write_digits(&mut digits)?;
    digits.reverse();
    Ok(digits.iter().all(|d| matches!(d, b'0' | b'1')).then_some(digits))
}

/// Combines the digits of two operands.
pub fn combine(a: &Dec, b: &Dec, operation: fn(u8, u8) -> u8, c: &mut Context) -> Res {
    let (Some(x), Some(y)) = (logical(a)?, logical(b)?) else {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    };
    let n = x.len().max(y.len());
    let mut out = Vec::new();
    out.try_reserve(n).map_err(|_| NoMemory)?;
    let digit = |text: &[u8], i: usize| text.get(i).map_or(0, |d| d - b'0');
    out.extend((0..n).rev().map(|i| operation(digit(&x, i), digit(&y, i)) + b'0'));
    Ok(Dec::finite(false, Coeff::from_digits(&out)?.low_digits(c.prec), 0))
}

pub fn invert(a: &Dec, c: &mut Context) -> Res {
    let Some(x) = logical(a)? else { return Ok(Dec::impossible(c, INVALID_OPERATION)) };
    let n = usize::try_from(c.prec).map_err(|_| NoMemory)?;
    let mut out = Vec::new();
    out.try_reserve(n).map_err(|_| NoMemory)?;
    out.extend((0..n).rev().map(|i| if x.get(i) == Some(&b'1') { b'0' } else { b'1' }));
    Ok(Dec::finite(false, Coeff::from_digits(&out)?, 0))
}

/// Whether two numbers have the same exponent, or are of the same special kind.
pub fn same_quantum(a: &Dec, b: &Dec) -> bool {
    if a.is_special() || b.is_special() {
        return a.is_nan() && b.is_nan() || a.is_infinite() && b.is_infinite();
    }
    a.exp == b.exp
}
