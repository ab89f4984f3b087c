//! Integers and floats: exactly rounded conversion, true division, exact comparison.

use super::digits::{self, SHIFT};
use super::limb;
use super::signed::{ArithError, Signed, SignedRef};
use std::cmp::Ordering;

/// Why an integer has no float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatError {
    /// "int too large to convert to float", or the true division's own message.
    Overflow,
    /// "division by zero".
    ZeroDivision,
}

/// The top 64 bits of a magnitude (the lowest one sticky) and the exponent of their unit.
fn top64(mag: &[u32]) -> (u64, u64) {
    let bits = digits::bit_length(mag);
    if bits <= 64 {
        return (mag.iter().rev().fold(0u64, |v, &d| v << SHIFT | u64::from(d)), 0);
    }
    let s = bits - 64;
    let (w, b) = ((s / u64::from(SHIFT)) as usize, (s % u64::from(SHIFT)) as u32);
    let v = mag[w..].iter().rev().fold(0u128, |v, &d| v << SHIFT | u128::from(d)) >> b;
    let lost = mag[..w].iter().any(|&d| d != 0) || mag[w] & ((1 << b) - 1) != 0;
    (v as u64 | u64::from(lost), s)
}

/// Multiplies by a power of two, exactly where the result is a normal float.
pub fn ldexp(mut x: f64, mut e: i64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    // Large exponents in steps that cannot round twice: upwards is exact, downwards at most one step is subnormal.
    while e > 1023 {
        x *= f64::from_bits(0x7fe0_0000_0000_0000);
        e -= 1023;
        if x.is_infinite() {
            return x;
        }
    }
    if e < -1022 {
        // Bring x to the top of the range first so that only the last step rounds.
        let (m, xe) = crate::float::frexp(x);
        let total = i64::from(xe) + e;
        if total < -1080 {
            return if x < 0.0 { -0.0 } else { 0.0 };
        }
        // m * 2^total with m in [0.5, 1)
        let big = m * f64::from_bits((1023 + 60) << 52);
        let total = total - 60;
        let half = -1000;
        let y = big * f64::from_bits(((1023 + half) as u64) << 52);
        let rest = total - half;
        return y * f64::from_bits(((1023 + rest) as u64) << 52);
    }
    x * f64::from_bits(((1023 + e) as u64) << 52)
}

impl SignedRef<'_> {
    /// Nearest float, ties to even; `None` beyond the range.
    pub fn to_f64(self) -> Option<f64> {
        let (top, s) = top64(self.mag);
        if s > 1024 {
            return None;
        }
        // `as` rounds half to even, and the sticky bit is below the rounding position when s > 0.
        let x = ldexp(top as f64, s as i64);
        if x.is_infinite() {
            return None;
        }
        Some(if self.neg { -x } else { x })
    }

    /// `(m, e)` with `self == m * 2**e` rounded half-even and `0.5 <= |m| < 1`; zero gives `(0.0, 0)` (`_PyLong_Frexp`).
    pub fn frexp(self) -> (f64, i64) {
        if self.is_zero() {
            return (0.0, 0);
        }
        let (top, s) = top64(self.mag);
        let (m, e) = crate::float::frexp(top as f64);
        (if self.neg { -m } else { m }, i64::from(e) + s as i64)
    }

    /// Exact comparison with a float; `None` for nan.
    pub fn cmp_f64(self, f: f64) -> Option<Ordering> {
        if f.is_nan() {
            return None;
        }
        if f.is_infinite() {
            return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
        }
        let sign = |neg: bool, zero: bool| {
            if zero {
                0
            } else if neg {
                -1
            } else {
                1
            }
        };
        let (si, sf) = (sign(self.neg, self.is_zero()), sign(f < 0.0, f == 0.0));
        if si != sf || si == 0 {
            return Some(si.cmp(&sf));
        }
        let bits = digits::bit_length(self.mag);
        let (m, e) = crate::float::frexp(f.abs());
        let order = if i64::from(e) != bits as i64 {
            (bits as i64).cmp(&i64::from(e))
        } else if bits <= 53 {
            let v = digits::to_u128(self.mag) as f64;
            v.partial_cmp(&f.abs()).unwrap_or(Ordering::Equal)
        } else {
            // Same bit length above 2^53: the float is an integer.
            let v = (m * 9007199254740992.0) as u64;
            let fm = limb::to_digits(&limb::shl(&[v], bits - 53));
            digits::cmp(self.mag, &fm)
        };
        Some(if self.neg { order.reverse() } else { order })
    }

    /// `self / o`, correctly rounded.
    pub fn truediv(self, o: SignedRef) -> Result<f64, FloatError> {
        if o.is_zero() {
            return Err(FloatError::ZeroDivision);
        }
        let neg = self.neg != o.neg;
        if self.is_zero() {
            return Ok(if neg { -0.0 } else { 0.0 });
        }
        let (ab, bb) = (digits::bit_length(self.mag), digits::bit_length(o.mag));
        if ab <= 53 && bb <= 53 {
            let q = digits::to_u128(self.mag) as f64 / digits::to_u128(o.mag) as f64;
            return Ok(if neg { -q } else { q });
        }
        // The quotient lies in (2^(diff-1), 2^(diff+1)).
        let diff = ab as i64 - bb as i64;
        if diff > 1024 {
            return Err(FloatError::Overflow);
        }
        if diff < -1076 {
            return Ok(if neg { -0.0 } else { 0.0 });
        }
        // Keep 55 or 56 bits of quotient (fewer for subnormals), one sticky bit below.
        let shift = (diff - 55).max(-1076);
        let a = limb::from_digits(self.mag);
        let b = limb::from_digits(o.mag);
        let (q, r) = if shift <= 0 {
            limb::divrem(&limb::shl(&a, shift.unsigned_abs()), &b)
        } else {
            let lost = limb::low_bits_nonzero(&a, shift as u64);
            let (q, mut r) = limb::divrem(&limb::shr(&a, shift as u64), &b);
            if lost && r.is_empty() {
                r.push(1);
            }
            (q, r)
        };
        let mut q = q.first().copied().unwrap_or(0);
        // Room for the sticky bit.
        q = q << 1 | u64::from(!r.is_empty());
        let shift = shift - 1;
        // Round q * 2^shift once: cut to 53 bits, or to the subnormal grid at 2^-1074.
        let bits = 64 - i64::from(q.leading_zeros());
        let drop = (bits - 53).max(-1074 - shift).max(0) as u32;
        let mut m = if drop >= 64 { 0 } else { q >> drop };
        if drop > 0 && drop < 64 {
            let rest = q & ((1u64 << drop) - 1);
            let half = 1u64 << (drop - 1);
            if rest > half || (rest == half && m & 1 == 1) {
                m += 1;
            }
        }
        let x = ldexp(m as f64, shift + i64::from(drop));
        if x.is_infinite() {
            return Err(FloatError::Overflow);
        }
        Ok(if neg { -x } else { x })
    }
}

impl Signed {
    /// The integer part of a finite float.
    pub fn from_f64(f: f64) -> Option<Signed> {
        if !f.is_finite() {
            return None;
        }
        let (m, e) = crate::float::frexp(f.abs());
        if e <= 0 {
            return Some(Signed::default());
        }
        let v = (m * 9007199254740992.0) as u64; // 53 bits
        let mag =
            if e <= 53 { digits::from_u64(v >> (53 - e)) } else { digits::shl(&digits::from_u64(v), e as u64 - 53) };
        Some(Signed::new(f < 0.0, mag))
    }

    /// `2 ** n`.
    pub fn power_of_two(n: u64) -> Result<Signed, ArithError> {
        SignedRef { neg: false, mag: &[1] }.shl(n)
    }
}
