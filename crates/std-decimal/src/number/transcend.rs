//! Exponential, logarithms and powers. The first two are correctly rounded: they are computed with guard digits, and
//! with more of them as long as the rounding is in doubt.

use super::arith;
use super::context::{Context, MAX, Rounding, status::*};
use super::dec::{Dec, Res};
use super::{Coeff, coeff::LIMB};
use core::cmp::Ordering;
use std::sync::{Mutex, PoisonError};

/// An exponent beyond all contexts.
const FAR: i64 = 4 * MAX;

/// Digits after the point of a fixed-point number with `k` limbs behind it.
fn scale(k: usize) -> i64 {
    (k * LIMB) as i64
}

fn one(k: usize) -> Res<Coeff> {
    Coeff::power_of_ten(scale(k))
}

fn mul(a: &Coeff, b: &Coeff, k: usize) -> Res<Coeff> {
    Ok(a.mul(b)?.shift_right(scale(k)).0)
}

/// `atanh(1 / n)` with `k` limbs.
fn atanh_inverse(n: u64, k: usize) -> Res<Coeff> {
    let mut power = one(k)?.div_small(n).0;
    let mut sum = power.clone();
    let mut i = 1;
    while !power.is_zero() {
        power = power.div_small(n * n).0;
        i += 2;
        sum = sum.add(&power.clone().div_small(i).0)?;
    }
    Ok(sum)
}

/// The natural logarithm of ten with `k` limbs.
fn ln10(k: usize) -> Res<Coeff> {
    static KNOWN: Mutex<Option<(usize, Coeff)>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((limbs, value)) = &*known
        && *limbs >= k
    {
        return Ok(value.clone().shift_right(scale(limbs - k)).0);
    }
    let g = k + 1;
    let sum = atanh_inverse(31, g)?.mul_small(46);
    let sum = sum.add(&atanh_inverse(49, g)?.mul_small(34))?;
    let sum = sum.add(&atanh_inverse(161, g)?.mul_small(20))?;
    let value = sum.shift_right(scale(1)).0;
    *known = Some((k, value.clone()));
    Ok(value)
}

/// `exp(r)` for `0 <= r < 3` with `k` limbs.
fn exp_fixed(r: &Coeff, k: usize) -> Res<Coeff> {
    let halvings = ((scale(k) as u64).isqrt() as u32 / 2 + 2).min(50);
    let g = k + 1;
    let r = r.clone().shift_left(scale(1))?.div_small(1 << halvings).0;
    let mut term = one(g)?;
    let mut sum = term.clone();
    let mut i = 1;
    loop {
        term = mul(&term, &r, g)?.div_small(i).0;
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term)?;
        i += 1;
    }
    for _ in 0..halvings {
        sum = mul(&sum, &sum, g)?;
    }
    Ok(sum.shift_right(scale(1)).0)
}

/// A coefficient as a floating-point number in `[0.1, 1)`.
fn fraction(c: &Coeff) -> f64 {
    let digits = c.digits();
    let top = c.clone().shift_right(digits - 18).0.to_u64().unwrap_or(0);
    let power = digits.min(18) as i32;
    top as f64 / 10f64.powi(power)
}

/// `ln(f)` for `1 <= f < 10` with `k` limbs.
fn ln_fixed(f: &Coeff, k: usize) -> Res<Coeff> {
    let mut y = if k <= 2 {
        let value = (fraction(f) * 10.0).ln().max(0.0);
        Coeff::from_u128((value * 1e15) as u128).shift_left(scale(k) - 15)?
    } else {
        let less = k.div_ceil(3) + 1;
        let less = less.min(k - 1);
        ln_fixed(&f.clone().shift_right(scale(k - less)).0, less)?.shift_left(scale(k - less))?
    };
    // Halley's method triples the number of right digits.
    for _ in 0..if k <= 2 { 2 } else { 1 } {
        let e = exp_fixed(&y, k)?;
        let (above, difference) = if f.cmp(&e).is_ge() { (true, f.clone().sub(&e)) } else { (false, e.clone().sub(f)) };
        let sum = f.clone().add(&e)?;
        let step = difference.mul_small(2).shift_left(scale(k))?.div_rem(&sum)?.0;
        y = if above {
            y.add(&step)?
        } else if y.cmp(&step).is_ge() {
            y.sub(&step)
        } else {
            Coeff::zero()
        };
    }
    Ok(y)
}

/// Rounds a value that may be off by some units, if that cannot change the result.
fn settle(value: &Dec, off: u64, c: &mut Context) -> Res<Option<Dec>> {
    let off = Coeff::from_u64(off);
    if value.coeff.cmp(&off).is_le() {
        return Ok(None);
    }
    let work = Context { rounding: Rounding::HalfEven, status: 0, ..*c };
    let (mut low, mut high) = (work, work);
    let below = Dec { coeff: value.coeff.clone().sub(&off), ..value.clone() }.finalize(&mut low)?;
    let above = Dec { coeff: value.coeff.clone().add(&off)?, ..value.clone() }.finalize(&mut high)?;
    if below != above || low.status != high.status {
        return Ok(None);
    }
    c.signal(low.status | INEXACT | ROUNDED);
    Ok(Some(below))
}

pub fn exp(a: &Dec, c: &mut Context) -> Res {
    if a.is_special() {
        if let Some(nan) = Dec::propagate(&[a], c) {
            return nan;
        }
        return Ok(if a.negative { Dec::zero(false, 0) } else { Dec::infinity(false) });
    }
    if a.is_zero() {
        return Ok(Dec::from_i64(1));
    }
    let mut work = Context { rounding: Rounding::HalfEven, status: 0, ..*c };
    if a.adjusted() > 18 {
        let exp = if a.negative { -FAR } else { FAR };
        let result = Dec::finite(false, Coeff::from_u64(1), exp).finalize(&mut work)?;
        c.signal(work.status);
        return Ok(result);
    }
    if a.compare_magnitude(&Dec::finite(false, Coeff::from_u64(9), -(c.prec + 2)))?.is_le() {
        c.signal(INEXACT | ROUNDED);
        return padded_one(false, c.prec - 1);
    }
    let mut k = guard(c.prec)?;
    loop {
        let value = exp_value(a, k)?;
        if let Some(result) = settle(&value, 1_000_000_000_000_000_000, c)? {
            return Ok(result);
        }
        k += k / 2 + 1;
    }
}

/// How many limbs are enough for a precision, as a rule.
fn guard(prec: i64) -> Res<usize> {
    let k = usize::try_from(prec).map_err(|_| super::NoMemory)? / LIMB + 5;
    // What cannot be held must not be started.
    Vec::<u64>::new().try_reserve(k.saturating_mul(8)).map_err(|_| super::NoMemory)?;
    Ok(k)
}

/// About `exp(a)`, with `k` limbs of which the last is uncertain.
fn exp_value(a: &Dec, k: usize) -> Res {
    let shift = a.exp + scale(k);
    let x = if shift >= 0 { a.coeff.clone().shift_left(shift)? } else { a.coeff.clone().shift_right(-shift).0 };
    let log = ln10(k)?;
    let (q, r) = x.div_rem(&log)?;
    let tens = q.to_u64().and_then(|q| i64::try_from(q).ok()).unwrap_or(FAR);
    let (tens, r) = if a.negative { (-tens - 1, log.sub(&r)) } else { (tens, r) };
    // The quotient times the error of the logarithm is far below a limb.
    Ok(Dec::finite(false, exp_fixed(&r, k)?, tens - scale(k)))
}

/// How close a positive number is to one: the negated exponent of the difference, if it is near at all.
fn closeness(a: &Dec) -> Res<i64> {
    if !(-1..=0).contains(&a.adjusted()) || a.exp >= 0 {
        return Ok(0);
    }
    let unit = Coeff::power_of_ten(-a.exp)?;
    let gap = match a.coeff.cmp(&unit) {
        Ordering::Equal => return Ok(0),
        Ordering::Greater => a.coeff.clone().sub(&unit),
        Ordering::Less => unit.sub(&a.coeff),
    };
    Ok(-(gap.digits() + a.exp - 1))
}

/// About `ln(a)` of a positive number but one, with `k` limbs after the point.
fn ln_value(a: &Dec, k: usize) -> Res {
    let digits = a.digits();
    let e = a.exp + digits - 1;
    let shift = scale(k) - (digits - 1);
    let f = if shift >= 0 { a.coeff.clone().shift_left(shift)? } else { a.coeff.clone().shift_right(-shift).0 };
    let y = ln_fixed(&f, k)?;
    let tens = ln10(k)?.mul_small(e.unsigned_abs());
    let (negative, coeff) = if e >= 0 {
        (false, y.add(&tens)?)
    } else if tens.cmp(&y).is_ge() {
        (true, tens.sub(&y))
    } else {
        (false, y.sub(&tens))
    };
    Ok(Dec::finite(negative, coeff, -scale(k)))
}

/// What the logarithms of special numbers are; nothing for others.
fn log_special(a: &Dec, c: &mut Context) -> Res<Option<Dec>> {
    if let Some(nan) = Dec::propagate(&[a], c) {
        return nan.map(Some);
    }
    if a.is_zero() {
        return Ok(Some(Dec::infinity(true)));
    }
    if a.negative {
        return Ok(Some(Dec::impossible(c, INVALID_OPERATION)));
    }
    Ok(a.is_infinite().then(|| Dec::infinity(false)))
}

fn is_one(a: &Dec) -> Res<bool> {
    Ok(a.is_finite() && a.compare_magnitude(&Dec::from_i64(1))?.is_eq())
}

pub fn ln(a: &Dec, c: &mut Context) -> Res {
    if let Some(result) = log_special(a, c)? {
        return Ok(result);
    }
    if is_one(a)? {
        return Ok(Dec::zero(false, 0));
    }
    let mut k = guard(c.prec + closeness(a)?)?;
    loop {
        if let Some(result) = settle(&ln_value(a, k)?, 1_000_000_000_000_000_000, c)? {
            return Ok(result);
        }
        k += k / 2 + 1;
    }
}

pub fn log10(a: &Dec, c: &mut Context) -> Res {
    if let Some(result) = log_special(a, c)? {
        return Ok(result);
    }
    if a.coeff.trailing_zeros() == a.digits() - 1 && a.coeff.digit(a.digits() - 1) == 1 {
        let mut work = Context { rounding: Rounding::HalfEven, status: 0, ..*c };
        let result = Dec::from_i64(a.adjusted()).finalize(&mut work)?;
        c.signal(work.status);
        return Ok(result);
    }
    let mut k = guard(c.prec + closeness(a)?)?;
    loop {
        let log = ln_value(a, k)?;
        let coeff = log.coeff.shift_left(scale(k))?.div_rem(&ln10(k)?)?.0;
        if let Some(result) = settle(&Dec { coeff, ..log_sign(log.negative, log.exp) }, 1_000_000_000_000_000_000, c)? {
            return Ok(result);
        }
        k += k / 2 + 1;
    }
}

fn log_sign(negative: bool, exp: i64) -> Dec {
    Dec::zero(negative, exp)
}

/// One with as many zeros after the point as asked for.
fn padded_one(negative: bool, zeros: i64) -> Res {
    Ok(Dec::finite(negative, Coeff::power_of_ten(zeros)?, -zeros))
}

pub fn power(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b], c) {
        return nan;
    }
    let integer = b.is_integer();
    let negative = a.negative && b.is_odd_integer_value();
    if a.is_zero() {
        return Ok(if b.is_zero() {
            Dec::impossible(c, INVALID_OPERATION)
        } else if b.negative {
            Dec::infinity(negative)
        } else {
            Dec::zero(negative, 0)
        });
    }
    if a.negative && !integer {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    let against_one = || a.compare_magnitude(&Dec::from_i64(1));
    if b.is_infinite() {
        return Ok(match against_one()? {
            Ordering::Equal => {
                c.signal(INEXACT | ROUNDED);
                return padded_one(negative, c.prec - 1);
            }
            order if order.is_lt() != b.negative => Dec::zero(negative, 0),
            _ => Dec::infinity(negative),
        });
    }
    if a.is_infinite() {
        return Ok(if b.is_zero() {
            Dec::finite(negative, Coeff::from_u64(1), 0)
        } else if b.negative {
            Dec::zero(negative, 0)
        } else {
            Dec::infinity(negative)
        });
    }
    if b.is_zero() {
        return Ok(Dec::finite(negative, Coeff::from_u64(1), 0));
    }
    let order = against_one()?;
    if order.is_eq() {
        let zeros = if !integer {
            c.signal(INEXACT | ROUNDED);
            c.prec - 1
        } else if b.negative {
            return Ok(Dec::finite(negative, Coeff::from_u64(1), 0));
        } else {
            // As many zeros as the product would have.
            let times = b.coeff.to_u64().filter(|_| (0..20).contains(&b.adjusted()));
            let times = times.and_then(|n| {
                if b.exp >= 0 {
                    n.checked_mul(10u64.checked_pow(b.exp as u32)?)
                } else {
                    Some(n / 10u64.pow((-b.exp).min(19) as u32))
                }
            });
            let zeros = if a.exp == 0 {
                Some(0)
            } else {
                times.and_then(|n| i64::try_from(n).ok()).and_then(|n| n.checked_mul(-a.exp))
            };
            match zeros {
                Some(zeros) if zeros < c.prec => zeros,
                _ => {
                    c.signal(ROUNDED);
                    c.prec - 1
                }
            }
        };
        return padded_one(negative, zeros.max(0));
    }
    // Where the result is certainly out of bounds it is not computed.
    let grows = order.is_gt() != b.negative;
    let digits = |n: i64| i64::from(n.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1;
    let bound = if grows { digits(c.emax) } else { digits(c.etiny()) };
    let zeta = match a.adjusted() {
        t @ 1.. => digits(t) - 1,
        t @ ..=-2 => digits(t + 1) - 1,
        t => {
            let gap = arith::subtract(&a.clone().with_sign(false), &Dec::from_i64(1), &mut Context::MAXIMAL.clone())?;
            gap.adjusted() - if t == 0 { 2 } else { 1 }
        }
    };
    if bound < zeta + b.adjusted() {
        let exp = if grows { FAR } else { c.etiny() - 1 };
        return Dec::finite(negative, Coeff::from_u64(1), exp).finalize(c);
    }
    if integer { integer_power(a, b, negative, c) } else { real_power(a, b, c) }
}

fn integer_power(a: &Dec, b: &Dec, negative: bool, c: &mut Context) -> Res {
    let mut prec = c.prec + b.digits() + b.exp + 2;
    if b.negative {
        prec += 1;
    }
    let mut work = Context { prec, rounding: Rounding::HalfEven, clamp: false, status: 0, ..*c };
    let base = if b.negative {
        let inverse = arith::divide(&Dec::from_i64(1), a, &mut work)?;
        c.signal(work.status);
        if work.status & ERRORS != 0 {
            return Ok(Dec::nan());
        }
        inverse
    } else {
        a.clone()
    };
    let mut n = if b.exp >= 0 { b.coeff.clone().shift_left(b.exp)? } else { b.coeff.clone().shift_right(-b.exp).0 };
    let mut bits = Vec::new();
    while !n.is_zero() {
        bits.push(n.is_odd());
        n = n.div_small(2).0;
    }
    work.status = 0;
    let mut result = base.clone();
    for &bit in bits.iter().rev().skip(1) {
        result = arith::multiply(&result, &result, &mut work)?;
        if bit {
            result = arith::multiply(&result, &base, &mut work)?;
        }
        if result.is_special() || result.is_zero() && work.status & CLAMPED != 0 {
            break;
        }
    }
    c.signal(work.status);
    if result.is_infinite() {
        // For the modes that do not round to infinity.
        result = Dec::finite(negative, Coeff::from_u64(1), FAR);
    }
    result.with_sign(negative).finalize(c)
}

fn real_power(a: &Dec, b: &Dec, c: &mut Context) -> Res {
    let prec = a.digits().max(c.prec) + 4 + 19;
    let mut work = Context { prec, rounding: Rounding::HalfEven, status: 0, clamp: false, ..*c };
    work.emax = MAX;
    work.emin = -MAX;
    let log = ln(a, &mut work)?;
    let product = arith::multiply(&log, b, &mut work)?;
    let mut result = exp(&product, &mut work)?;
    c.signal(work.status);
    if result.is_finite() && is_one(&result)? {
        result = padded_one(false, c.prec - 1)?;
    }
    if result.is_infinite() {
        result = Dec::finite(false, Coeff::from_u64(1), FAR);
    }
    result.finalize(c)
}

pub fn power_modulo(a: &Dec, b: &Dec, m: &Dec, c: &mut Context) -> Res {
    if let Some(nan) = Dec::propagate(&[a, b, m], c) {
        return nan;
    }
    if !a.is_integer() || !b.is_integer() || !m.is_integer() || m.is_zero() || b.negative && !b.is_zero() {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    if m.digits() + m.exp > c.prec {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    if a.is_zero() && b.is_zero() {
        return Ok(Dec::impossible(c, INVALID_OPERATION));
    }
    let negative = a.negative && b.is_odd_integer_value();
    let whole = |d: &Dec| -> Res<Coeff> {
        if d.exp >= 0 { d.coeff.clone().shift_left(d.exp) } else { Ok(d.coeff.clone().shift_right(-d.exp).0) }
    };
    let modulus = whole(m)?;
    let mulmod = |x: &Coeff, y: &Coeff| -> Res<Coeff> { Ok(x.mul(y)?.div_rem(&modulus)?.1) };
    // Powers of a number by a number of decimal digits: the tenth power for each zero.
    let one = Coeff::from_u64(1).div_rem(&modulus)?.1;
    let pow_small = |x: &Coeff, n: u64| -> Res<Coeff> {
        let mut result = one.clone();
        for i in (0..64 - n.leading_zeros()).rev() {
            result = mulmod(&result, &result)?;
            if n >> i & 1 == 1 {
                result = mulmod(&result, x)?;
            }
        }
        Ok(result)
    };
    let mut base = a.coeff.clone();
    if a.exp < 0 {
        base = base.shift_right(-a.exp).0;
    }
    let mut base = base.div_rem(&modulus)?.1;
    if a.exp > 0 {
        let ten = Coeff::from_u64(10).div_rem(&modulus)?.1;
        base = mulmod(&base, &pow_small(&ten, a.exp as u64)?)?;
    }
    let mut digits = Vec::new();
    let exponent = if b.exp < 0 { b.coeff.clone().shift_right(-b.exp).0 } else { b.coeff.clone() };
    exponent.write_digits(&mut digits)?;
    let mut result = one.clone();
    for digit in digits {
        result = pow_small(&result, 10)?;
        result = mulmod(&result, &pow_small(&base, u64::from(digit - b'0'))?)?;
    }
    let mut zeros = b.exp.max(0);
    while zeros > 0 && !result.is_zero() && !result.is_one() {
        result = pow_small(&result, 10)?;
        zeros -= 1;
    }
    Ok(Dec::finite(negative, result, 0))
}
