//! The four operations on numbers of usual size: coefficients of up to 38 digits are 128-bit integers, without limbs, loops or
//! copies. Whoever asks gets nothing if a number is too long, special or near the ends of the exponents' range, and then takes
//! the general way; what is found here is the same.

use super::context::{Context, status::*};
use super::dec::{Dec, Kind};
use super::{Coeff, Rest};

/// The most digits that always fit.
const DIGITS: i64 = 38;

/// The powers of ten that fit.
const POWERS: [u128; 39] = {
    let mut table = [1u128; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// Powers of ten in 256 bits, high half first, with one entry more than products of two numbers have digits.
const WIDE_POWERS: [(u128, u128); 77] = {
    let mut table = [(0, 1u128); 77];
    let mut i = 1;
    while i < 77 {
        let (high, low) = table[i - 1];
        let (carry, low) = wide_product(low, 10);
        table[i] = (high * 10 + carry, low);
        i += 1;
    }
    table
};

/// For each power of ten `d` from the first on: `2^(127 + l) / d`, `l` being its length in bits, which is below `2^128`.
const RECIPROCALS: [u128; 39] = {
    let mut table = [0u128; 39];
    let mut i = 1;
    while i < 39 {
        let d = POWERS[i];
        let length = 128 - d.leading_zeros();
        // Long division, bit by bit.
        let (mut rest, mut quotient, mut left) = (1u128, 0u128, 127 + length);
        while left > 0 {
            rest <<= 1;
            quotient <<= 1;
            if rest >= d {
                rest -= d;
                quotient |= 1;
            }
            left -= 1;
        }
        table[i] = quotient;
        i += 1;
    }
    table
};

/// The product in 256 bits, high half first.
#[inline]
const fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a0 * b0;
    let (left, right) = (a1 * b0, a0 * b1);
    let middle = (low >> 64) + (left & HALF) + (right & HALF);
    (a1 * b1 + (left >> 64) + (right >> 64) + (middle >> 64), low & HALF | middle << 64)
}

/// How many digits a number has; none for zero.
#[inline]
fn digits(x: u128) -> i64 {
    let bits = 128 - x.leading_zeros();
    // log10(2) of it, too small by one at most.
    let guess = (bits as usize * 1233) >> 12;
    guess as i64 + i64::from(POWERS.get(guess).is_some_and(|&power| x >= power))
}

/// Quotient and remainder by a power of ten up to the 38th.
#[inline]
fn divide_by_power(x: u128, n: usize) -> (u128, u128) {
    let (Some(&d), Some(&reciprocal)) = (POWERS.get(n), RECIPROCALS.get(n)) else { return (0, x) };
    if n == 0 {
        return (x, 0);
    }
    if let Ok(x) = u64::try_from(x)
        && let Ok(d) = u64::try_from(d)
    {
        return ((x / d).into(), (x % d).into());
    }
    let q = wide_product(x, reciprocal).0 >> (127 - d.leading_zeros());
    let r = x - q * d;
    // The quotient is too small by one at most.
    if r >= d { (q + 1, r - d) } else { (q, r) }
}

/// The same of 256 bits, if the quotient fits.
#[inline]
fn divide_wide_by_power(high: u128, low: u128, n: usize) -> Option<(u128, u128)> {
    if high == 0 {
        return Some(divide_by_power(low, n));
    }
    let (&d, &reciprocal) = (POWERS.get(n)?, RECIPROCALS.get(n)?);
    if high >= d {
        return None;
    }
    // The upper 256 bits of the product with the reciprocal, shifted: one half of it at a time.
    let (top, middle) = wide_product(high, reciprocal);
    let (middle, carry) = middle.overflowing_add(wide_product(low, reciprocal).0);
    let top = top + u128::from(carry);
    let shift = 127 - d.leading_zeros();
    // The quotient is below 2^128: what is shifted out at the top is nothing.
    let mut q = middle >> shift | if shift == 0 { 0 } else { top << (128 - shift) };
    let mut r = low.wrapping_sub(q.wrapping_mul(d));
    // It is too small by two at most.
    while r >= d {
        q += 1;
        r -= d;
    }
    Some((q, r))
}

/// Quotient and remainder of 256 bits by a number above the upper half, so that the quotient fits.
#[inline]
fn divide_wide(high: u128, low: u128, d: u128) -> (u128, u128) {
    if high == 0 {
        return (low / d, low % d);
    }
    if d >> 64 == 0 {
        let (first, second) = (high << 64 | low >> 64, low & u128::from(u64::MAX));
        let (q1, rest) = (first / d, first % d);
        let second = rest << 64 | second;
        return ((q1 << 64) | (second / d), second % d);
    }
    // Two digits of 64 bits by long division, the divisor's first bit set.
    let shift = d.leading_zeros();
    let d = d << shift;
    let high = if shift == 0 { high } else { high << shift | low >> (128 - shift) };
    let low = low << shift;
    let (first, second) = (d >> 64, d & u128::from(u64::MAX));
    let step = |rest: u128, next: u128| {
        let (mut q, mut left) = (rest / first, rest % first);
        while q >> 64 != 0 || q * second > (left << 64 | next) {
            q -= 1;
            left += first;
            if left >> 64 != 0 {
                break;
            }
        }
        (q, (rest << 64 | next).wrapping_sub(q.wrapping_mul(d)))
    };
    let (q1, rest) = step(high, low >> 64);
    let (q0, rest) = step(rest, low & u128::from(u64::MAX));
    (q1 << 64 | q0, rest >> shift)
}

/// The coefficient of a finite number, if it is not too long.
#[inline]
fn coefficient(a: &Dec) -> Option<u128> {
    if a.kind == Kind::Finite { a.coeff.two_limbs() } else { None }
}

/// Rounds to the context a number that is not zero, given by the two halves of its coefficient.
#[inline]
fn settle(negative: bool, high: u128, low: u128, length: i64, exp: i64, c: &mut Context) -> Option<Dec> {
    let adjusted = exp + length - 1;
    // One may be added by rounding.
    if adjusted >= c.emax || adjusted < c.emin || c.clamp && exp > c.etop() {
        return None;
    }
    let drop = length - c.prec;
    if drop <= 0 {
        return if high == 0 { Some(Dec::finite(negative, Coeff::from_u128(low), exp)) } else { None };
    }
    if drop > DIGITS || c.prec >= DIGITS {
        return None;
    }
    let (mut q, r) = divide_wide_by_power(high, low, drop as usize)?;
    let mut exp = exp + drop;
    let mut conditions = ROUNDED;
    if r != 0 {
        conditions |= INEXACT;
        let half = POWERS.get(drop as usize)? / 2;
        let rest = match r.cmp(&half) {
            core::cmp::Ordering::Less => Rest::BelowHalf,
            core::cmp::Ordering::Equal => Rest::Half,
            core::cmp::Ordering::Greater => Rest::AboveHalf,
        };
        if c.rounding.grows(rest, negative, (q % 10) as u8) {
            q += 1;
            if Some(&q) == POWERS.get(c.prec as usize) {
                q /= 10;
                exp += 1;
            }
        }
    }
    if c.clamp && exp > c.etop() {
        return None;
    }
    c.signal(conditions);
    Some(Dec::finite(negative, Coeff::from_u128(q), exp))
}

/// The sum; nothing if it is zero.
#[inline]
pub fn add(a: &Dec, b: &Dec, b_negative: bool, c: &mut Context) -> Option<Dec> {
    let (mut x, mut y) = (coefficient(a)?, coefficient(b)?);
    let exp = a.exp.min(b.exp);
    if a.exp != b.exp {
        let gap = (a.exp - b.exp).unsigned_abs();
        let raised = if a.exp > b.exp { &mut x } else { &mut y };
        if *raised == 0 || gap >= DIGITS as u64 || digits(*raised) + gap as i64 > DIGITS {
            return None;
        }
        *raised *= POWERS.get(gap as usize)?;
    }
    let (negative, coeff) = if a.negative == b_negative {
        (a.negative, x + y)
    } else if x >= y {
        (a.negative, x - y)
    } else {
        (b_negative, y - x)
    };
    if coeff == 0 {
        return None;
    }
    settle(negative, 0, coeff, digits(coeff), exp, c)
}

/// The product; nothing if it is zero.
#[inline]
pub fn multiply(a: &Dec, b: &Dec, c: &mut Context) -> Option<Dec> {
    let (x, y) = (coefficient(a)?, coefficient(b)?);
    let (high, low) = wide_product(x, y);
    if (high, low) == (0, 0) {
        return None;
    }
    let length = if high == 0 {
        digits(low)
    } else {
        let most = digits(x) + digits(y);
        most - i64::from((high, low) < *WIDE_POWERS.get(most as usize - 1)?)
    };
    settle(a.negative != b.negative, high, low, length, a.exp + b.exp, c)
}

/// The quotient; nothing if one of the numbers is zero.
#[inline]
pub fn divide(a: &Dec, b: &Dec, c: &mut Context) -> Option<Dec> {
    let (x, y) = (coefficient(a)?, coefficient(b)?);
    // The quotient has up to two digits more than the result.
    if x == 0 || y == 0 || c.prec + 2 > DIGITS {
        return None;
    }
    let shift = digits(y) - digits(x) + c.prec + 1;
    if shift < 0 {
        return None;
    }
    let first = shift.min(DIGITS - digits(x));
    let second = shift - first;
    let (high, low) = wide_product(x * POWERS.get(first as usize)?, *POWERS.get(second as usize)?);
    let (mut q, r) = divide_wide(high, low, y);
    let ideal = a.exp - b.exp;
    let mut exp = ideal - shift;
    if r != 0 {
        // A trace of what is left keeps rounding right.
        q += u128::from(q % 5 == 0);
    } else if exp < ideal {
        for step in [32, 16, 8, 4, 2, 1] {
            if ideal - exp >= step as i64
                && let (shorter, 0) = divide_by_power(q, step)
            {
                q = shorter;
                exp += step as i64;
            }
        }
    }
    settle(a.negative != b.negative, 0, q, digits(q), exp, c)
}

#[cfg(test)]
mod tests {
    use super::super::context::Rounding;
    use super::super::{Context, Dec, arith};
    use super::*;

    struct Generator(u64);

    impl Generator {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            self.0 >> 16 ^ self.0 << 7
        }

        /// A number of any length, often with special digits.
        fn coefficient(&mut self) -> u128 {
            let n = (self.next() % 37) as usize;
            let x = (u128::from(self.next()) << 64 | u128::from(self.next())) % POWERS[n];
            match self.next() % 8 {
                0 => POWERS[n] / 10,
                1 => POWERS[n] - 1,
                2 => POWERS[n] / 2,
                3 => x / POWERS[n / 2] * POWERS[n / 2],
                _ => x,
            }
        }

        fn number(&mut self) -> Dec {
            let coeff = Coeff::from_u128(self.coefficient());
            Dec::finite(self.next().is_multiple_of(2), coeff, (self.next() % 60) as i64 - 30)
        }

        fn context(&mut self) -> Context {
            let range = if self.next().is_multiple_of(3) { 30 } else { 999_999 };
            Context {
                prec: (self.next() % 40 + 1) as i64,
                emax: range,
                emin: -range,
                rounding: Rounding::ALL[(self.next() % 8) as usize],
                clamp: self.next().is_multiple_of(4),
                traps: 0,
                status: 0,
            }
        }
    }

    #[test]
    fn divisions() {
        let mut random = Generator(3);
        for _ in 0..200_000 {
            let (x, n) = (random.coefficient() * 7, (random.next() % 39) as usize);
            assert_eq!(divide_by_power(x, n), (x / POWERS[n], x % POWERS[n]));
            let (q, d) = (random.coefficient(), random.coefficient().max(1));
            let r = random.coefficient() % d;
            let (high, low) = wide_product(q, d);
            let (low, carry) = low.overflowing_add(r);
            let high = high + u128::from(carry);
            assert_eq!(divide_wide(high, low, d), (q, r), "{q} {d} {r}");
            if n > 0 && high < POWERS[n] {
                let (q, r) = divide_wide_by_power(high, low, n).unwrap();
                assert_eq!(divide_wide(high, low, POWERS[n]), (q, r));
            }
            assert_eq!(digits(x), if x == 0 { 0 } else { i64::from(x.ilog10()) + 1 });
        }
    }

    #[test]
    fn same_as_the_general_way() {
        let mut random = Generator(5);
        let mut found = 0;
        for _ in 0..300_000 {
            let (a, b, context) = (random.number(), random.number(), random.context());
            let operations: [(fn(&Dec, &Dec, &mut Context) -> Option<Dec>, fn(&Dec, &Dec, &mut Context) -> _); 3] = [
                (|a, b, c| add(a, b, b.negative, c), |a, b, c| arith::add_generally(a, b, b.negative, c)),
                (multiply, arith::multiply_generally),
                (divide, arith::divide_generally),
            ];
            for (i, (small, general)) in operations.into_iter().enumerate() {
                let (mut mine, mut theirs) = (context, context);
                if let Some(result) = small(&a, &b, &mut mine) {
                    found += 1;
                    assert_eq!(result, general(&a, &b, &mut theirs).unwrap(), "{i} {a:?} {b:?} {context:?}");
                    assert_eq!(mine.status, theirs.status, "{i} {a:?} {b:?} {context:?}");
                } else {
                    assert_eq!(mine.status, 0);
                }
            }
        }
        assert!(found > 400_000, "{found}");
    }
}
