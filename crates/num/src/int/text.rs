//! Integers to and from digit strings of any base.

use super::digits::{self, SHIFT};
use super::limb;
use super::ntt;
use super::signed::{Signed, SignedRef};

/// Why a string is no integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseError {
    /// Not of the grammar: "invalid literal for int() with base B: ...".
    Invalid,
    /// The base is neither 0 nor 2..=36.
    BadBase,
    /// "Exceeds the limit (L digits) for integer string conversion: value has N digits; use
    /// sys.set_int_max_str_digits() to increase the limit"; carries N.
    TooManyDigits(usize),
}

fn digit_value(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'a'..=b'z' => u32::from(c - b'a') + 10,
        b'A'..=b'Z' => u32::from(c - b'A') + 10,
        _ => 37,
    }
}

/// The value of a decimal number that is nothing but a sign and up to 18 digits, as most are.
#[inline]
pub fn short_decimal(s: &[u8]) -> Option<i64> {
    let (negative, digits) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// Parses as `int(str, base)`: ASCII text (the caller has mapped other decimals and spaces), surrounding white space, a
/// sign, a prefix, underscores between digits. `limit` is the digit limit, 0 for none.
pub fn parse(s: &[u8], base: u32, limit: usize) -> Result<Signed, ParseError> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(ParseError::BadBase);
    }
    let space = |c: &u8| matches!(c, b' ' | 9..=13);
    let start = s.iter().position(|c| !space(c)).ok_or(ParseError::Invalid)?;
    let end = s.iter().rposition(|c| !space(c)).map_or(0, |e| e + 1);
    let mut s = &s[start..end];
    let mut neg = false;
    if let [b'+' | b'-', rest @ ..] = s {
        neg = s[0] == b'-';
        s = rest;
    }
    let mut zero_only = false;
    let mut base = base;
    let prefix = match s {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if base == 0 {
        base = match s {
            [b'0', ..] if prefix != 0 => prefix,
            [b'0', ..] => {
                zero_only = true; // "010" is no literal, "00" is
                10
            }
            _ => 10,
        };
    }
    if prefix == base && prefix != 0 {
        s = &s[2..];
        if let [b'_', rest @ ..] = s {
            s = rest;
        }
    }
    // Underscores only between digits.
    let mut clean = Vec::new();
    let mut digits_only = s;
    if s.contains(&b'_') {
        let mut prev = b'_';
        for &c in s {
            if c == b'_' {
                if prev == b'_' {
                    return Err(ParseError::Invalid);
                }
            } else {
                clean.push(c);
            }
            prev = c;
        }
        if prev == b'_' {
            return Err(ParseError::Invalid);
        }
        digits_only = &clean;
    }
    if digits_only.is_empty() || digits_only.iter().any(|&c| digit_value(c) >= base) {
        return Err(ParseError::Invalid);
    }
    if zero_only && digits_only.iter().any(|&c| c != b'0') {
        return Err(ParseError::Invalid);
    }
    if !base.is_power_of_two() && limit > 0 && digits_only.len() > limit {
        return Err(ParseError::TooManyDigits(digits_only.len()));
    }
    Ok(Signed::new(neg, from_digits(digits_only, base)))
}

/// The magnitude of valid digits in a base.
fn from_digits(s: &[u8], base: u32) -> Vec<u32> {
    let zeros = s.iter().take_while(|&&c| c == b'0').count();
    let s = &s[zeros..];
    if base.is_power_of_two() {
        let w = base.trailing_zeros();
        let mut out = Vec::with_capacity(s.len() * w as usize / SHIFT as usize + 1);
        let (mut acc, mut bits) = (0u64, 0);
        for &c in s.iter().rev() {
            acc |= u64::from(digit_value(c)) << bits;
            bits += w;
            if bits >= SHIFT {
                out.push(acc as u32 & digits::MASK);
                acc >>= SHIFT;
                bits -= SHIFT;
            }
        }
        if acc != 0 {
            out.push(acc as u32);
        }
        digits::trim(&mut out);
        return out;
    }
    let (per, unit) = chunk(base);
    if s.len() <= per {
        return digits::from_u64(chunk_value(s, base));
    }
    // Limbs in base `unit`, least significant first, then joined pairwise.
    let limbs: Vec<u64> = s.rchunks(per).map(|c| chunk_value(c, base)).collect();
    let mut powers: Vec<Vec<u64>> = Vec::new();
    let mut n = LEAF;
    while n < limbs.len() {
        let next = match powers.last() {
            None => {
                let mut p = vec![1];
                for _ in 0..LEAF {
                    let c = limb::mul1_add(&mut p, unit, 0);
                    if c != 0 {
                        p.push(c);
                    }
                }
                p
            }
            Some(p) => limb::sqr(p),
        };
        powers.push(next);
        n *= 2;
    }
    limb::to_digits(&join(&limbs, &powers, unit))
}

/// Limbs of a leaf of the conversion trees.
const LEAF: usize = 32;

fn join(limbs: &[u64], powers: &[Vec<u64>], unit: u64) -> Vec<u64> {
    if limbs.len() <= LEAF {
        let mut out = Vec::with_capacity(limbs.len() + 1);
        for &l in limbs.iter().rev() {
            let c = limb::mul1_add(&mut out, unit, l);
            if c != 0 {
                out.push(c);
            }
        }
        return out;
    }
    // The largest power below the length cuts off the low part.
    let k = (usize::BITS - ((limbs.len() - 1) / LEAF).leading_zeros() - 1) as usize;
    let cut = LEAF << k;
    let lo = join(&limbs[..cut], &powers[..k], unit);
    let hi = join(&limbs[cut..], &powers[..=k], unit);
    let mut out = vec![0; (hi.len() + powers[k].len()).max(lo.len()) + 1];
    let n = hi.len() + powers[k].len();
    limb::mul_into(&mut out[..n], &powers[k], &hi);
    limb::add_assign(&mut out, &lo);
    limb::trim(&mut out);
    out
}

/// How many digits fit a limb, and that power of the base.
fn chunk(base: u32) -> (usize, u64) {
    let (mut n, mut p) = (1, u64::from(base));
    while let Some(q) = p.checked_mul(u64::from(base)) {
        p = q;
        n += 1;
    }
    (n, p)
}

fn chunk_value(s: &[u8], base: u32) -> u64 {
    s.iter().fold(0, |v, &c| v * u64::from(base) + u64::from(digit_value(c)))
}

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Appends the magnitude in base 10.
pub fn write_decimal(out: &mut Vec<u8>, mag: &[u32]) {
    if mag.len() <= 2 {
        write_u64(out, digits::to_u128(mag) as u64);
        return;
    }
    decimal_limbs(out, &limb::from_digits(mag));
}

/// Appends a machine number in base 10.
pub fn write_u64(out: &mut Vec<u8>, mut v: u64) {
    let mut buf = [0u8; 20];
    let mut i = 20;
    while v >= 100 {
        let r = (v % 100) as u8;
        v /= 100;
        i -= 2;
        buf[i] = b'0' + r / 10;
        buf[i + 1] = b'0' + r % 10;
    }
    if v >= 10 {
        i -= 1;
        buf[i] = b'0' + (v % 10) as u8;
        v /= 10;
    }
    i -= 1;
    buf[i] = b'0' + v as u8;
    out.extend_from_slice(&buf[i..]);
}

/// Appends exactly `width` digits.
fn write_padded(out: &mut Vec<u8>, mut v: u64, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    for o in out[start..].iter_mut().rev() {
        if v == 0 {
            break;
        }
        *o = b'0' + (v % 10) as u8;
        v /= 10;
    }
}

const TEN18: u64 = 1_000_000_000_000_000_000;
/// Above this many limbs the decimal number is built up in base 10^18 rather than divided out.
const BUILD: usize = 200;

fn decimal_limbs(out: &mut Vec<u8>, a: &[u64]) {
    let groups = to_ten18(a);
    let mut it = groups.iter().rev();
    match it.next() {
        None => out.push(b'0'),
        Some(&top) => {
            out.reserve(groups.len() * 18);
            write_u64(out, top);
            for &g in it {
                write_padded(out, g, 18);
            }
        }
    }
}

/// Base 10^18, least significant first, without leading zeros.
fn to_ten18(a: &[u64]) -> Vec<u64> {
    let mut out = if a.len() <= BUILD {
        ten18_leaf(a)
    } else {
        // Powers 2^(64 * BUILD * 2^k) in base 10^18.
        let mut n = BUILD;
        let mut unit = vec![0; BUILD];
        unit.push(1);
        let mut powers = vec![ten18_leaf(&unit)];
        while n * 2 < a.len() {
            let last = &powers[powers.len() - 1];
            powers.push(ten18_mul(last, last));
            n *= 2;
        }
        ten18_build(a, &powers)
    };
    limb::trim(&mut out);
    out
}

fn ten18_leaf(a: &[u64]) -> Vec<u64> {
    let mut a = limb::trimmed(a).to_vec();
    let mut out = Vec::with_capacity(a.len() * 64 / 59 + 2);
    while !a.is_empty() {
        out.push(limb::div1(&mut a, TEN18));
        limb::trim(&mut a);
    }
    out
}

fn ten18_build(a: &[u64], powers: &[Vec<u64>]) -> Vec<u64> {
    if a.len() <= BUILD {
        return ten18_leaf(a);
    }
    let k = (usize::BITS - ((a.len() - 1) / BUILD).leading_zeros() - 1) as usize;
    let cut = BUILD << k;
    let lo = ten18_build(limb::trimmed(&a[..cut]), &powers[..k]);
    let hi = ten18_build(&a[cut..], &powers[..=k]);
    let mut p = ten18_mul(&powers[k], &hi);
    p.resize(p.len().max(lo.len()) + 1, 0);
    let mut carry = 0;
    for (i, x) in p.iter_mut().enumerate() {
        let s = *x + carry + lo.get(i).copied().unwrap_or(0);
        carry = u64::from(s >= TEN18);
        *x = s - carry * TEN18;
        if carry == 0 && i >= lo.len() {
            break;
        }
    }
    limb::trim(&mut p);
    p
}

/// Product in base 10^18, through pieces of six digits.
fn ten18_mul(a: &[u64], b: &[u64]) -> Vec<u64> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let split = |v: &[u64]| {
        let mut out = Vec::with_capacity(v.len() * 3);
        for &x in v {
            out.push(x % 1_000_000);
            out.push(x / 1_000_000 % 1_000_000);
            out.push(x / 1_000_000_000_000);
        }
        out
    };
    let square = std::ptr::eq(a, b);
    let pa = split(a);
    let pb = if square { None } else { Some(split(b)) };
    let n = pa.len() + pb.as_ref().map_or(pa.len(), Vec::len) - 1;
    let c = ntt::convolve(pa, pb, n);
    let mut out = Vec::with_capacity(a.len() + b.len());
    let mut carry = 0u64;
    let (mut acc, mut weight) = (0u64, 1u64);
    for x in c.into_iter().chain(std::iter::repeat_n(0, 3 * (a.len() + b.len()) - n)) {
        let s = x + carry;
        carry = s / 1_000_000;
        acc += (s - carry * 1_000_000) * weight;
        if weight == 1_000_000_000_000 {
            out.push(acc);
            acc = 0;
            weight = 1;
        } else {
            weight *= 1_000_000;
        }
    }
    limb::trim(&mut out);
    out
}

/// Appends the magnitude in a base of 2..=36 (lower-case digits, no prefix).
pub fn write_radix(out: &mut Vec<u8>, mag: &[u32], base: u32) {
    if mag.is_empty() {
        out.push(b'0');
        return;
    }
    if base == 10 {
        write_decimal(out, mag);
        return;
    }
    let start = out.len();
    if base.is_power_of_two() {
        let w = base.trailing_zeros();
        let bits = digits::bit_length(mag);
        out.reserve((bits / u64::from(w)) as usize + 1);
        let (mut acc, mut have) = (0u64, 0);
        let mut src = mag.iter();
        for _ in 0..bits.div_ceil(u64::from(w)) {
            if have < w {
                acc |= u64::from(src.next().copied().unwrap_or(0)) << have;
                have += SHIFT;
            }
            out.push(DIGITS[(acc & u64::from(base - 1)) as usize]);
            acc >>= w;
            have -= w;
        }
    } else {
        let (per, unit) = chunk(base);
        let mut a = limb::from_digits(mag);
        while !a.is_empty() {
            let mut r = limb::div1(&mut a, unit);
            limb::trim(&mut a);
            for _ in 0..per {
                out.push(DIGITS[(r % u64::from(base)) as usize]);
                r /= u64::from(base);
            }
        }
        while out.len() > start + 1 && out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out[start..].reverse();
}

/// True when `str()` of the magnitude may be refused: CPython's early estimate for `limit` digits. When it is not, the
/// digits are counted after conversion by [`to_decimal`].
fn surely_too_long(mag: &[u32], limit: usize) -> bool {
    // CPython refuses at once when 3 * digits exceeds ten times the limit over 30-bit digits.
    mag.len() >= 10 * 640 / (3 * SHIFT as usize) + 2
        && (limit / (3 * SHIFT as usize)) as u64 <= (mag.len() as u64 - 11) / 10
}

/// `str(self)`. `limit` is the digit limit, 0 for none; `Err` when the number exceeds it.
pub fn to_decimal(v: SignedRef, limit: usize) -> Result<Vec<u8>, ()> {
    if limit > 0 && surely_too_long(v.mag, limit) {
        return Err(());
    }
    let mut out = Vec::with_capacity(v.mag.len() * 10 + 1);
    if v.neg {
        out.push(b'-');
    }
    write_decimal(&mut out, v.mag);
    let n = out.len() - usize::from(v.neg);
    if limit > 0 && n > limit && n > 640 {
        return Err(());
    }
    Ok(out)
}

impl SignedRef<'_> {
    /// `str(self)` without a digit limit.
    pub fn to_decimal_string(self) -> String {
        let bytes = to_decimal(self, 0).unwrap_or_default();
        bytes.into_iter().map(char::from).collect()
    }
}
