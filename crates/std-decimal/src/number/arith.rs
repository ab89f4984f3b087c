//! The four operations and what is made of them.

use super::context::{Context, Rounding, status::*};
use super::dec::{Dec, Kind, Res};
use super::{Coeff, Rest, small};
use core::cmp::Ordering;

fn add_finite(a: &Dec, b: &Dec, b_negative: bool, c: &mut Context) -> Res {
    let b_signed = Dec { negative: b_negative, ..b.clone() };
    let (mut big, mut small) = (a.clone(), b_signed);
    if big.exp < small.exp {
        core::mem::swap(&mut big, &mut small);
    }
    if big.exp != small.exp && !big.coeff.is_zero() {
        // What is far below the last digit only matters by its sign.
        let digits = big.digits();
        let exp = big.exp - 1 + if digits > c.prec { 0 } else { digits - c.prec - 1 };
        if small.adjusted() < exp {
            let one = if small.coeff.is_zero() { Coeff::zero() } else { Coeff::from_u64(1) };
            small = Dec::finite(small.negative, one, exp);
        }
        let shift = big.exp - small.exp;
        big.coeff = big.coeff.shift_left(shift)?;
    }
    let exp = small.exp;
    if big.negative == small.negative {
        return Dec::finite(big.negative, big.coeff.add(&small.coeff)?, exp).finalize(c);
    }
    let (negative, coeff) = match big.coeff.cmp(&small.coeff) {
        Ordering::Equal => (c.rounding == Rounding::Floor, Coeff::zero()),
        Ordering::Greater => (big.negative, big.coeff.sub(&small.coeff)),
        Ordering::Less => (small.negative, small.coeff.sub(&big.coeff)),
    };
    Dec::finite(negative, coeff, exp).finalize(c)
}

fn add_signed(a: &Dec, b: &Dec, b_negative: bool, c: &mut Context) -> Res {
    match small::add(a, b, b_negative, c) {
        Some(sum) => Ok(sum),
        None => add_generally(a, b, b_negative, c),
    }
}

/// The sum of numbers of any size.
#[inline(never)]
pub(super) fn add_generally(a: &Dec, b: &Dec, b_negative: bool, c: &mut Context) -> Res {
    if a.is_finite() && b.is_finite() {
        return add_finite(a, b, b_negative, c);
    }
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    match (a.is_infinite(), b.is_infinite()) {
        (true, true) if a.negative != b_negative => Ok(Dec::impossible(c, INVALID_OPERATION)),
        (true, _) => Ok(Dec::infinity(a.negative)),
        _ => Ok(Dec::infinity(b_negative)),
    }
}

pub fn add(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    add_signed(a, b, b.negative, c)
}

pub fn subtract(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    add_signed(a, b, !b.negative, c)
}

/// The product without rounding; nothing when it is not defined.
fn product(a: &Dec, b: &Dec, c: &mut Context) -> Res<Result<Dec, Dec>> {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan.map(Err);
        }
        if a.is_zero() || b.is_zero() {
            return Ok(Err(Dec::impossible(c, INVALID_OPERATION)));
        }
        return Ok(Ok(Dec::infinity(negative)));
    }
    Ok(Ok(Dec::finite(negative, a.coeff.mul(&b.coeff)?, a.exp + b.exp)))
}

pub fn multiply(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    match small::multiply(a, b, c) {
        Some(product) => Ok(product),
        None => multiply_generally(a, b, c),
    }
}

/// The product of numbers of any size.
#[inline(never)]
pub(super) fn multiply_generally(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    match product(a, b, c)? {
        Ok(product) => product.finalize(c),
        Err(nan) => Ok(nan),
    }
}

pub fn fma(a: &Dec, b: &Dec, third: &Dec, c: &mut Context) -> Res {
    if a.is_nan() || b.is_nan() {
        if let Some(nan) = Dec::propagate(&[a, b, third], c) {
            return nan;
        }
    }
    match product(a, b, c)? {
        Ok(product) => add(&product, third, c),
        Err(nan) => Ok(nan),
    }
}

pub fn divide(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    match small::divide(a, b, c) {
        Some(quotient) => Ok(quotient),
        None => divide_generally(a, b, c),
    }
}

/// The quotient of numbers of any size.
#[inline(never)]
pub(super) fn divide_generally(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan;
        }
        return Ok(match (a.is_infinite(), b.is_infinite()) {
            (true, true) => Dec::impossible(c, INVALID_OPERATION),
            (true, false) => Dec::infinity(negative),
            _ => {
                c.signal(CLAMPED);
                Dec::zero(negative, c.etiny())
            }
        });
    }
    if b.is_zero() {
        if a.is_zero() {
            return Ok(Dec::impossible(c, DIVISION_UNDEFINED));
        }
        c.signal(DIVISION_BY_ZERO);
        return Ok(Dec::infinity(negative));
    }
    let ideal = a.exp - b.exp;
    if a.is_zero() {
        return Dec::zero(negative, ideal).finalize(c);
    }
    let shift = b.digits() - a.digits() + c.prec + 1;
    let mut exp = ideal - shift;
    let (q, r) = if shift >= 0 {
        a.coeff.clone().shift_left(shift)?.div_rem(&b.coeff)?
    } else {
        a.coeff.div_rem(&b.coeff.clone().shift_left(-shift)?)?
    };
    let q = if !r.is_zero() {
        // A trace of what is left keeps rounding right.
        if q.digit(0) % 5 == 0 { q.increment() } else { q }
    } else if exp < ideal {
        let n = q.trailing_zeros().min(ideal - exp);
        exp += n;
        q.shift_right(n).0
    } else {
        q
    };
    Dec::finite(negative, q, exp).finalize(c)
}

/// Integer quotient and remainder of finite numbers, the divisor not zero; nothing if the quotient has too many digits.
fn quotient_and_rest(a: &Dec, b: &Dec, c: &Context) -> Res<Option<(Dec, Dec)>> {
    let negative = a.negative != b.negative;
    let ideal = a.exp.min(b.exp);
    if a.is_zero() {
        return Ok(Some((Dec::zero(negative, 0), Dec::zero(a.negative, ideal))));
    }
    let difference = a.adjusted() - b.adjusted();
    if difference < 0 {
        let mut rest = a.clone();
        if a.exp > b.exp {
            rest.coeff = rest.coeff.shift_left(a.exp - b.exp)?;
            rest.exp = b.exp;
        }
        return Ok(Some((Dec::zero(negative, 0), rest)));
    }
    if difference > c.prec {
        return Ok(None);
    }
    let gap = a.exp - b.exp;
    let (q, r) = if gap >= 0 {
        a.coeff.clone().shift_left(gap)?.div_rem(&b.coeff)?
    } else {
        a.coeff.div_rem(&b.coeff.clone().shift_left(-gap)?)?
    };
    if q.digits() > c.prec {
        return Ok(None);
    }
    Ok(Some((Dec::finite(negative, q, 0), Dec::finite(a.negative, r, ideal))))
}

pub fn divide_int(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan;
        }
        return Ok(match (a.is_infinite(), b.is_infinite()) {
            (true, true) => Dec::impossible(c, INVALID_OPERATION),
            (true, false) => Dec::infinity(negative),
            _ => Dec::zero(negative, 0),
        });
    }
    if b.is_zero() {
        if a.is_zero() {
            return Ok(Dec::impossible(c, DIVISION_UNDEFINED));
        }
        c.signal(DIVISION_BY_ZERO);
        return Ok(Dec::infinity(negative));
    }
    match quotient_and_rest(a, b, c)? {
        Some((q, _)) => q.finalize(c),
        None => Ok(Dec::impossible(c, DIVISION_IMPOSSIBLE)),
    }
}

/// What remains where there is no division: of NaNs, infinities, and by zero.
fn remainder_of_special(a: &Dec, b: &Dec, c: &mut Context) -> Option<Res> {
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return Some(nan);
        }
        if a.is_infinite() {
            return Some(Ok(Dec::impossible(c, INVALID_OPERATION)));
        }
        return Some(a.clone().finalize(c));
    }
    if b.is_zero() {
        let condition = if a.is_zero() { DIVISION_UNDEFINED } else { INVALID_OPERATION };
        return Some(Ok(Dec::impossible(c, condition)));
    }
    None
}

pub fn remainder(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(result) = remainder_of_special(a, b, c) {
        return result;
    }
    match quotient_and_rest(a, b, c)? {
        Some((_, r)) => r.finalize(c),
        None => Ok(Dec::impossible(c, DIVISION_IMPOSSIBLE)),
    }
}

pub fn divmod(a: &Dec, b: &Dec, c: &mut Context) -> Res<(Dec, Dec)> {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            let nan = nan?;
            return Ok((nan.clone(), nan));
        }
        if a.is_infinite() {
            c.invalid();
            let q = if b.is_infinite() { Dec::nan() } else { Dec::infinity(negative) };
            return Ok((q, Dec::nan()));
        }
        return Ok((Dec::zero(negative, 0), a.clone().finalize(c)?));
    }
    if b.is_zero() {
        if a.is_zero() {
            c.signal(DIVISION_UNDEFINED);
            return Ok((Dec::nan(), Dec::nan()));
        }
        c.signal(DIVISION_BY_ZERO | INVALID_OPERATION);
        return Ok((Dec::infinity(negative), Dec::nan()));
    }
    match quotient_and_rest(a, b, c)? {
        Some((q, r)) => Ok((q.finalize(c)?, r.finalize(c)?)),
        None => {
            c.signal(DIVISION_IMPOSSIBLE);
            Ok((Dec::nan(), Dec::nan()))
        }
    }
}

pub fn remainder_near(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(result) = remainder_of_special(a, b, c) {
        return result;
    }
    let Some((q, mut r)) = quotient_and_rest(a, b, c)? else {
        return Ok(Dec::impossible(c, DIVISION_IMPOSSIBLE));
    };
    // |r| against |b| / 2.
    let twice = Dec::finite(false, r.coeff.clone().mul_small(2), r.exp);
    let order = twice.compare_magnitude(b)?;
    if order.is_gt() || order.is_eq() && q.coeff.is_odd() {
        let q = q.coeff.increment();
        if q.digits() > c.prec {
            return Ok(Dec::impossible(c, DIVISION_IMPOSSIBLE));
        }
        let divisor = b.coeff.clone().shift_left(b.exp - r.exp)?;
        r.coeff = divisor.sub(&r.coeff);
        r.negative = !r.negative;
    }
    r.finalize(c)
}

/// `+a`.
pub fn plus(a: &Dec, c: &mut Context) -> Res {
    unary(a, a.negative && !(a.is_zero() && c.rounding != Rounding::Floor), c)
}

/// `-a`.
pub fn minus(a: &Dec, c: &mut Context) -> Res {
    let negative = !(a.negative || a.is_zero() && c.rounding != Rounding::Floor);
    unary(a, negative, c)
}

/// `abs(a)`.
pub fn abs(a: &Dec, c: &mut Context) -> Res {
    if a.negative { minus(a, c) } else { plus(a, c) }
}

fn unary(a: &Dec, negative: bool, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a], c) {
        return nan;
    }
    a.clone().with_sign(negative).finalize(c)
}

/// Brings a finite number to an exponent; says what was cut off.
fn rescale(a: &Dec, exp: i64, rounding: Rounding) -> Res<(Dec, Rest)> {
    if a.exp >= exp {
        let coeff = a.coeff.clone().shift_left(a.exp - exp)?;
        return Ok((Dec::finite(a.negative, coeff, exp), Rest::Zero));
    }
    let (coeff, rest) = a.coeff.clone().shift_right(exp - a.exp);
    let grows = rounding.grows(rest, a.negative, coeff.digit(0));
    let coeff = if grows { coeff.increment() } else { coeff };
    Ok((Dec::finite(a.negative, coeff, exp), rest))
}

pub fn quantize(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if a.is_special() || b.is_special() {
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan;
        }
        if a.is_infinite() && b.is_infinite() {
            return Ok(a.clone());
        }
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    if b.exp > c.emax || b.exp < c.etiny() {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    if a.is_zero() {
        return Dec::zero(a.negative, b.exp).finalize(c);
    }
    if a.adjusted() > c.emax || a.digits() + a.exp - b.exp > c.prec {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    let (result, rest) = rescale(a, b.exp, c.rounding)?;
    if result.digits() > c.prec || !result.is_zero() && result.adjusted() > c.emax {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    if a.exp < b.exp {
        c.signal(ROUNDED);
        if rest != Rest::Zero {
            c.signal(INEXACT);
        }
    }
    let mut work = *c;
    work.status = 0;
    let result = result.finalize(&mut work)?;
    c.signal(work.status);
    Ok(result)
}

/// Rounds to an integer; `exact` tells about it.
pub fn to_integral(a: &Dec, rounding: Rounding, exact: bool, c: &mut Context) -> Res {
    if a.is_special() {
        if let Some(nan) = Dec::propagate(&[a], c) {
            return nan;
        }
        return Ok(a.clone());
    }
    if a.exp >= 0 {
        return Ok(a.clone());
    }
    if a.is_zero() {
        return Ok(Dec::zero(a.negative, 0));
    }
    let (result, rest) = rescale(a, 0, rounding)?;
    if exact {
        c.signal(if rest == Rest::Zero { ROUNDED } else { ROUNDED | INEXACT });
    }
    Ok(result)
}

pub fn normalize(a: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a], c) {
        return nan;
    }
    let rounded = a.clone().finalize(c)?;
    if rounded.is_special() {
        return Ok(rounded);
    }
    if rounded.is_zero() {
        return Ok(Dec::zero(rounded.negative, 0));
    }
    let highest = if c.clamp { c.etop() } else { c.emax };
    let n = rounded.coeff.trailing_zeros().min((highest - rounded.exp).max(0));
    Ok(Dec::finite(rounded.negative, rounded.coeff.shift_right(n).0, rounded.exp + n))
}

pub fn sqrt(a: &Dec, c: &mut Context) -> Res {
    if a.is_special() {
        if let Some(nan) = Dec::propagate(&[a], c) {
            return nan;
        }
        if a.negative {
            return Ok(Dec::impossible(c, INVALID_OPERATION));
        }
        return Ok(a.clone());
    }
    let ideal = a.exp.div_euclid(2);
    if a.is_zero() {
        return Dec::zero(a.negative, ideal).finalize(c);
    }
    if a.negative {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    // coeff * 10^exp = (coeff * 10^shift) * 10^(exp - shift), the latter even, for prec + 1 digits of root.
    let mut shift = 2 * (c.prec + 1) - a.digits();
    if (a.exp - shift).rem_euclid(2) != 0 {
        shift += 1;
    }
    let (scaled, cut) =
        if shift >= 0 { (a.coeff.clone().shift_left(shift)?, Rest::Zero) } else { a.coeff.clone().shift_right(-shift) };
    let mut exp = (a.exp - shift) / 2;
    let root = scaled.isqrt()?;
    let exact = cut == Rest::Zero && root.mul(&root)? == scaled;
    let root = if !exact {
        if root.digit(0) % 5 == 0 { root.increment() } else { root }
    } else if exp < ideal {
        let n = root.trailing_zeros().min(ideal - exp);
        exp += n;
        root.shift_right(n).0
    } else {
        root
    };
    let mut work = Context { rounding: Rounding::HalfEven, status: 0, ..*c };
    let result = Dec::finite(false, root, exp);
    // An exact root gets its ideal exponent if there is room.
    let result = if exact && result.exp > ideal {
        let room = (c.prec - result.digits()).max(0).min(result.exp - ideal);
        Dec::finite(false, result.coeff.shift_left(room)?, result.exp - room)
    } else {
        result
    };
    let result = result.finalize(&mut work)?;
    c.signal(work.status);
    if exact && work.status & ROUNDED == 0 && result.exp > ideal && result.digits() >= c.prec {
        c.signal(ROUNDED);
    }
    Ok(result)
}

/// `-1`, `0` or `1`, or a NaN.
pub fn compare(a: &Dec, b: &Dec, signal: bool, c: &mut Context) -> Res {
    if a.is_nan() || b.is_nan() {
        if signal {
            c.invalid();
        }
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan;
        }
    }
    Ok(Dec::from_i64(a.compare(b)? as i64))
}

/// The total order.
pub fn total_order(a: &Dec, b: &Dec) -> Res<Ordering> {
    if a.negative != b.negative {
        return Ok(if a.negative { Ordering::Less } else { Ordering::Greater });
    }
    let order = magnitude_order(a, b)?;
    Ok(if a.negative { order.reverse() } else { order })
}

/// The total order of the absolute values.
pub fn magnitude_order(a: &Dec, b: &Dec) -> Res<Ordering> {
    let class = |d: &Dec| match d.kind {
        Kind::Finite | Kind::Infinite => 0,
        Kind::SignalingNan => 1,
        Kind::QuietNan => 2,
    };
    let order = class(a).cmp(&class(b));
    if order.is_ne() {
        return Ok(order);
    }
    if a.is_nan() {
        return Ok(a.coeff.cmp(&b.coeff));
    }
    Ok(a.compare_magnitude(b)?.then_with(|| if a.is_infinite() { Ordering::Equal } else { a.exp.cmp(&b.exp) }))
}

/// The larger or the smaller number, or of the larger or smaller absolute value.
pub fn extreme(a: &Dec, b: &Dec, largest: bool, magnitude: bool, c: &mut Context) -> Res {
    if a.is_nan() || b.is_nan() {
        if a.kind == Kind::QuietNan && !b.is_nan() {
            return b.clone().finalize(c);
        }
        if b.kind == Kind::QuietNan && !a.is_nan() {
            return a.clone().finalize(c);
        }
        if let Some(nan) = Dec::propagate(&[a, b], c) {
            return nan;
        }
    }
    let mut order = if magnitude { a.compare_magnitude(b)? } else { a.compare(b)? };
    if magnitude && order.is_eq() {
        order = a.compare(b)?;
    }
    if order.is_eq() {
        order = total_order(a, b)?;
    }
    let first = if largest { order.is_gt() } else { order.is_le() };
    // Where both are the same it does not matter.
    (if first { a } else { b }).clone().finalize(c)
}
