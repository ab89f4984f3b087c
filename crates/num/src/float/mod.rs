//! Floats as Python sees them: parsing, formatting, arithmetic helpers, hash.

pub mod format;
pub mod parse;

use crate::int::{Signed, digits};

/// Why float arithmetic has no float result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FloatError {
    /// ZeroDivisionError.
    ZeroDivision,
    /// OverflowError.
    Overflow,
    /// A negative number to a fractional power: compute it as complex.
    NeedsComplex,
    /// ValueError.
    Domain,
}

/// C's `frexp`.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let e = (bits >> 52 & 0x7ff) as i32;
    if e == 0 {
        let (m, e) = frexp(x * f64::from_bits((1023 + 64) << 52));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), e - 1022)
}

pub use crate::int::float::ldexp;

/// `hash(x)`; `None` for nan, whose hash is its object's identity.
pub fn hash(v: f64) -> Option<i64> {
    const BITS: i32 = 61;
    const P: u64 = (1 << BITS) - 1;
    if v.is_nan() {
        return None;
    }
    if v.is_infinite() {
        return Some(if v > 0.0 { 314159 } else { -314159 });
    }
    let (m, e) = frexp(v.abs());
    // 53 bits of mantissa as an integer times 2^(e - 53).
    let x = (m * 9007199254740992.0) as u64;
    let e = (e - 53).rem_euclid(BITS);
    let x = if e == 0 { x % P } else { ((x << e) & P) | x >> (BITS - e) };
    let x = if x >= P { x - P } else { x } as i64;
    let x = if v < 0.0 { -x } else { x };
    Some(if x == -1 { -2 } else { x })
}

/// `divmod(x, y)`.
pub fn divmod(x: f64, y: f64) -> Result<(f64, f64), FloatError> {
    if y == 0.0 {
        return Err(FloatError::ZeroDivision);
    }
    let mut m = x % y;
    let mut div = (x - m) / y;
    if m != 0.0 {
        if (y < 0.0) != (m < 0.0) {
            m += y;
            div -= 1.0;
        }
    } else {
        m = 0f64.copysign(y);
    }
    let q = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0f64.copysign(x / y)
    };
    Ok((q, m))
}

/// `x // y`.
pub fn floordiv(x: f64, y: f64) -> Result<f64, FloatError> {
    divmod(x, y).map(|r| r.0)
}

/// `x % y`.
pub fn modulo(x: f64, y: f64) -> Result<f64, FloatError> {
    if y == 0.0 {
        return Err(FloatError::ZeroDivision);
    }
    let m = x % y;
    Ok(if m == 0.0 {
        0f64.copysign(y)
    } else if (y < 0.0) != (m < 0.0) {
        m + y
    } else {
        m
    })
}

/// `x ** y` (`float_pow`): zero to a negative power, overflow and the way to complex are signalled.
pub fn pow(x: f64, y: f64) -> Result<f64, FloatError> {
    if y == 0.0 || x == 1.0 {
        return Ok(1.0);
    }
    if x.is_nan() || y.is_nan() {
        return Ok(f64::NAN);
    }
    let odd = (y % 2.0).abs() == 1.0;
    if y.is_infinite() {
        let a = x.abs();
        return Ok(if a == 1.0 {
            1.0
        } else if (y > 0.0) == (a > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    if x.is_infinite() {
        return Ok(match (y > 0.0, odd) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0f64.copysign(x),
            (false, false) => 0.0,
        });
    }
    if x == 0.0 {
        return if y < 0.0 { Err(FloatError::ZeroDivision) } else { Ok(if odd { x } else { 0.0 }) };
    }
    let mut negate = false;
    let mut base = x;
    if x < 0.0 {
        if y != y.floor() {
            return Err(FloatError::NeedsComplex);
        }
        base = -x;
        negate = odd;
    }
    if base == 1.0 {
        return Ok(if negate { -1.0 } else { 1.0 });
    }
    let r = base.powf(y);
    if r.is_infinite() {
        return Err(FloatError::Overflow);
    }
    Ok(if negate { -r } else { r })
}

/// `x.as_integer_ratio()`; `Err(Overflow)` for infinities, `Err(Domain)` for nan.
pub fn as_integer_ratio(x: f64) -> Result<(Signed, Signed), FloatError> {
    if x.is_nan() {
        return Err(FloatError::Domain);
    }
    if x.is_infinite() {
        return Err(FloatError::Overflow);
    }
    if x == 0.0 {
        return Ok((Signed::default(), Signed::from_u64(1)));
    }
    let (m, e) = frexp(x.abs());
    let mut v = (m * 9007199254740992.0) as u64;
    let mut e = i64::from(e) - 53;
    let t = v.trailing_zeros();
    v >>= t;
    e += i64::from(t);
    let (mut n, mut d) = (digits::from_u64(v), digits::from_u64(1));
    if e > 0 {
        n = digits::shl(&n, e as u64);
    } else {
        d = digits::shl(&d, e.unsigned_abs());
    }
    Ok((Signed::new(x < 0.0, n), Signed::new(false, d)))
}

/// `round(x)` to an integral float, ties to even.
pub fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `round(x, n)`: the exact decimal value rounded half-even.
pub fn round_digits(x: f64, n: i64) -> Result<f64, FloatError> {
    if !x.is_finite() || x == 0.0 || n > 323 {
        return Ok(x);
    }
    if n < -308 {
        return Ok(0.0 * x);
    }
    let r = if n >= 0 {
        format!("{:.*}", n as usize, x).parse::<f64>().unwrap_or(x)
    } else {
        let sci = format!("{:e}", x.abs());
        let exp: i64 = sci.rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
        // Significant digits that stay.
        let keep = exp + 1 + n;
        let a = if keep < 0 {
            0.0
        } else if keep == 0 {
            // Below one unit: up only when beyond the half.
            let half: f64 = format!("5e{}", -n - 1).parse().unwrap_or(0.0);
            if exceeds_half(x.abs(), half, -n - 1) { format!("1e{}", -n).parse().unwrap_or(f64::INFINITY) } else { 0.0 }
        } else {
            format!("{:.*e}", keep as usize - 1, x.abs()).parse().unwrap_or(f64::INFINITY)
        };
        a.copysign(x)
    };
    if r.is_infinite() { Err(FloatError::Overflow) } else { Ok(r) }
}

/// Whether `x > 5 * 10**k` exactly, given the nearest float of the right side.
fn exceeds_half(x: f64, nearest: f64, k: i64) -> bool {
    if x != nearest {
        return x > nearest;
    }
    let exact = Signed::from_u64(10).as_ref().pow(Signed::from_i64(k).as_ref()).unwrap_or_default();
    let exact = exact.as_ref().mul(Signed::from_u64(5).as_ref());
    exact.as_ref().cmp_f64(x) == Some(std::cmp::Ordering::Less)
}
