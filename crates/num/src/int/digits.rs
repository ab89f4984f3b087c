//! Magnitudes of 30-bit digits: the operations that write straight into an object's digit array.
//!
//! Inputs are normalised (no leading zero digit) unless a function says otherwise; each `_into` function writes its
//! output slice whole and returns the normalised length.

use super::limb;
use std::cmp::Ordering;

/// One 30-bit digit.
pub type Digit = u32;
/// Bits per digit.
pub const SHIFT: u32 = 30;
/// All bits of a digit.
pub const MASK: u32 = (1 << SHIFT) - 1;

/// From this many digits (of the shorter factor) on, products go through 64-bit limbs.
const LIMB_MUL: usize = 12;

/// From this many digits of quotient and of divisor on, division goes through 64-bit limbs.
const LIMB_QUOTIENT: usize = 6;
const LIMB_DIV: usize = 8;

/// Length without leading zeros.
#[inline]
pub fn normalized_len(a: &[u32]) -> usize {
    let mut n = a.len();
    while n > 0 && a[n - 1] == 0 {
        n -= 1;
    }
    n
}

/// The slice without leading zeros.
#[inline]
pub fn normalized(a: &[u32]) -> &[u32] {
    &a[..normalized_len(a)]
}

/// Drops leading zero digits.
#[inline]
pub fn trim(v: &mut Vec<u32>) {
    v.truncate(normalized_len(v));
}

/// Compares magnitudes.
#[inline]
pub fn cmp(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `out = a + b`; `out` has `max(len) + 1` digits.
pub fn add_into(out: &mut [u32], a: &[u32], b: &[u32]) -> usize {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (alo, ahi) = a.split_at(b.len());
    let (olo, rest) = out.split_at_mut(b.len());
    let (ohi, top) = rest.split_at_mut(ahi.len());
    // Two digits at a time halve the carry chain.
    let mut wide = 0u64;
    let (mut oc, mut xc, mut yc) = (olo.chunks_exact_mut(2), alo.chunks_exact(2), b.chunks_exact(2));
    for ((o, x), y) in (&mut oc).zip(&mut xc).zip(&mut yc) {
        wide += u64::from(x[0] + y[0]) + (u64::from(x[1] + y[1]) << SHIFT);
        o[0] = wide as u32 & MASK;
        o[1] = (wide >> SHIFT) as u32 & MASK;
        wide >>= 2 * SHIFT;
    }
    let mut carry = wide as u32;
    for ((o, &x), &y) in oc.into_remainder().iter_mut().zip(xc.remainder()).zip(yc.remainder()) {
        carry += x + y;
        *o = carry & MASK;
        carry >>= SHIFT;
    }
    for (o, &x) in ohi.iter_mut().zip(ahi) {
        carry += x;
        *o = carry & MASK;
        carry >>= SHIFT;
    }
    top.fill(0);
    if let Some(t) = top.first_mut() {
        *t = carry;
    }
    normalized_len(out)
}

/// `out = |a - b|`, `out` has `max(len)` digits; true when `a < b`.
pub fn sub_into(out: &mut [u32], a: &[u32], b: &[u32]) -> (bool, usize) {
    let neg = cmp(a, b).is_lt();
    let (a, b) = if neg { (b, a) } else { (a, b) };
    let (alo, ahi) = a.split_at(b.len());
    let (olo, ohi) = out.split_at_mut(b.len());
    let mut borrow = 0u32;
    for ((o, &x), &y) in olo.iter_mut().zip(alo).zip(b) {
        let t = x.wrapping_sub(y).wrapping_sub(borrow);
        *o = t & MASK;
        borrow = t >> 31;
    }
    for (o, &x) in ohi.iter_mut().zip(ahi) {
        let t = x.wrapping_sub(borrow);
        *o = t & MASK;
        borrow = t >> 31;
    }
    if ohi.len() > ahi.len() {
        ohi[ahi.len()..].fill(0);
    }
    (neg, normalized_len(out))
}

/// `out = a * b`; `out` has `a.len() + b.len()` digits.
pub fn mul_into(out: &mut [u32], a: &[u32], b: &[u32]) -> usize {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if let [m] = *b {
        let m = u64::from(m);
        let mut carry = 0u64;
        let (low, high) = out.split_at_mut(a.len());
        for (o, &x) in low.iter_mut().zip(a) {
            carry += u64::from(x) * m;
            *o = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        high.fill(0);
        if let Some(top) = high.first_mut() {
            *top = carry as u32;
        }
        return normalized_len(out);
    }
    if b.len() < LIMB_MUL {
        out.fill(0);
        for (i, &m) in b.iter().enumerate() {
            let m = u64::from(m);
            let mut carry = 0u64;
            let (lo, hi) = out[i..].split_at_mut(a.len());
            for (o, &x) in lo.iter_mut().zip(a) {
                carry += u64::from(*o) + u64::from(x) * m;
                *o = carry as u32 & MASK;
                carry >>= SHIFT;
            }
            if let Some(h) = hi.first_mut() {
                *h = carry as u32;
            }
        }
        return normalized_len(out);
    }
    let square = std::ptr::eq(a, b);
    let la = limb::from_digits(a);
    let p = if square { limb::sqr(&la) } else { limb::mul(&la, &limb::from_digits(b)) };
    unpack_into(out, &p)
}

/// Writes limbs as digits; whatever `out` has beyond them becomes zero.
pub fn unpack_into(out: &mut [u32], l: &[u64]) -> usize {
    let mut acc: u128 = 0;
    let mut bits = 0u32;
    let mut src = l.iter();
    for pair in out.chunks_mut(2) {
        if bits < 60 {
            if let Some(&x) = src.next() {
                acc |= u128::from(x) << bits;
                bits += 64;
            } else {
                bits = 60;
            }
        }
        let v = acc as u64;
        pair[0] = v as u32 & MASK;
        if let Some(h) = pair.get_mut(1) {
            *h = (v >> 30) as u32 & MASK;
        }
        acc >>= 60;
        bits -= 60;
    }
    normalized_len(out)
}

/// `a * b` as a vector.
pub fn mul(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = vec![0; a.len() + b.len()];
    let n = mul_into(&mut out, a, b);
    out.truncate(n);
    out
}

/// `a + b` as a vector.
pub fn add(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = vec![0; a.len().max(b.len()) + 1];
    let n = add_into(&mut out, a, b);
    out.truncate(n);
    out
}

/// `|a - b|` as a vector; true when `a < b`.
pub fn sub(a: &[u32], b: &[u32]) -> (bool, Vec<u32>) {
    let mut out = vec![0; a.len().max(b.len())];
    let (neg, n) = sub_into(&mut out, a, b);
    out.truncate(n);
    (neg, out)
}

/// `a + 1` in place; pushes a digit when it overflows.
pub fn increment(a: &mut Vec<u32>) {
    for x in a.iter_mut() {
        if *x == MASK {
            *x = 0;
        } else {
            *x += 1;
            return;
        }
    }
    a.push(1);
}

/// `a - 1` in place for a positive `a`.
pub fn decrement(a: &mut Vec<u32>) {
    for x in a.iter_mut() {
        if *x == 0 {
            *x = MASK;
        } else {
            *x -= 1;
            break;
        }
    }
    trim(a);
}

/// Divides by one digit into `out` (same length); returns the remainder. The divisor is not zero.
pub fn div1_into(out: &mut [u32], a: &[u32], d: u32) -> u32 {
    let d64 = u64::from(d);
    let mut r = 0u64;
    for (o, &x) in out.iter_mut().zip(a).rev() {
        let t = r << SHIFT | u64::from(x);
        let q = t / d64;
        *o = q as u32;
        r = t - q * d64;
    }
    r as u32
}

/// The remainder modulo one digit.
pub fn rem1(a: &[u32], d: u32) -> u32 {
    let d = u64::from(d);
    a.iter().rev().fold(0u64, |r, &x| (r << SHIFT | u64::from(x)) % d) as u32
}

/// Quotient and remainder of magnitudes. The divisor is not zero.
pub fn divrem(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    if cmp(a, b).is_lt() {
        return (Vec::new(), a.to_vec());
    }
    if let [d] = *b {
        let mut q = vec![0; a.len()];
        let r = div1_into(&mut q, a, d);
        trim(&mut q);
        return (q, if r == 0 { Vec::new() } else { vec![r] });
    }
    if a.len() <= 4 {
        let (x, y) = (to_u128(a), to_u128(b));
        return (from_u128(x / y), from_u128(x % y));
    }
    if a.len() - b.len() < LIMB_QUOTIENT || b.len() < LIMB_DIV {
        return divrem_school(a, b);
    }
    let (q, r) = limb::divrem(&limb::from_digits(a), &limb::from_digits(b));
    (limb::to_digits(&q), limb::to_digits(&r))
}

/// Knuth's algorithm D digit by digit; the divisor has at least two, and is not larger than `a`.
fn divrem_school(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = b.len();
    let mut r = Vec::with_capacity(a.len() + 1);
    r.extend_from_slice(a);
    r.push(0);
    let mut quotient = vec![0; a.len() - n + 1];
    let pair = |low: u32, high: u32| u64::from(high) << SHIFT | u64::from(low);
    let top = pair(b[n - 2], b[n - 1]);
    for (j, place) in quotient.iter_mut().enumerate().rev() {
        let r = &mut r[j..=j + n];
        // Three digits by two: at most two too large, as the two have more bits than a digit of the quotient.
        let head = u128::from(pair(r[n - 1], r[n])) << SHIFT | u128::from(r[n - 2]);
        let mut q = u64::min((head / u128::from(top)) as u64, u64::from(MASK));
        if q == 0 {
            continue;
        }
        let mut carry = 0;
        for (x, &y) in r.iter_mut().zip(b) {
            carry += q * u64::from(y);
            let t = u64::from(*x).wrapping_sub(carry & u64::from(MASK));
            *x = t as u32 & MASK;
            carry = (carry >> SHIFT) + (t >> 63);
        }
        let mut left = i64::from(r[n]) - carry as i64;
        while left < 0 {
            q -= 1;
            let mut carry = 0;
            for (x, &y) in r.iter_mut().zip(b) {
                carry += *x + y;
                *x = carry & MASK;
                carry >>= SHIFT;
            }
            left += i64::from(carry);
        }
        r[n] = left as u32;
        *place = q as u32;
    }
    trim(&mut quotient);
    trim(&mut r);
    (quotient, r)
}

/// The remainder of magnitudes. The divisor is not zero.
pub fn rem(a: &[u32], b: &[u32]) -> Vec<u32> {
    if let [d] = *b {
        let r = rem1(a, d);
        return if r == 0 { Vec::new() } else { vec![r] };
    }
    divrem(a, b).1
}

/// Up to four digits (120 bits) as a number; more are cut off.
pub fn to_u128(a: &[u32]) -> u128 {
    a.iter().take(4).rev().fold(0, |v, &x| v << SHIFT | u128::from(x))
}

/// The digits of a number.
pub fn from_u128(mut v: u128) -> Vec<u32> {
    let mut out = Vec::with_capacity(5);
    while v != 0 {
        out.push(v as u32 & MASK);
        v >>= SHIFT;
    }
    out
}

/// The digits of a number.
pub fn from_u64(mut v: u64) -> Vec<u32> {
    let mut out = Vec::with_capacity(3);
    while v != 0 {
        out.push(v as u32 & MASK);
        v >>= SHIFT;
    }
    out
}

/// Digits that `a << n` needs at most; `None` when that is beyond the address space.
pub fn shl_len(a: &[u32], n: u64) -> Option<usize> {
    usize::try_from(n / u64::from(SHIFT)).ok()?.checked_add(a.len())?.checked_add(1)
}

/// `out = a << n`; `out` has [`shl_len`] digits.
pub fn shl_into(out: &mut [u32], a: &[u32], n: u64) -> usize {
    let words = (n / u64::from(SHIFT)) as usize;
    let bits = (n % u64::from(SHIFT)) as u32;
    let (zeros, rest) = out.split_at_mut(words.min(out.len()));
    zeros.fill(0);
    let mut acc = 0u64;
    for (i, o) in rest.iter_mut().enumerate() {
        acc |= u64::from(a.get(i).copied().unwrap_or(0)) << bits;
        *o = acc as u32 & MASK;
        acc >>= SHIFT;
    }
    normalized_len(out)
}

/// `a << n` as a vector; the caller has checked that it fits.
pub fn shl(a: &[u32], n: u64) -> Vec<u32> {
    let mut out = vec![0; shl_len(a, n).unwrap_or(0)];
    let len = shl_into(&mut out, a, n);
    out.truncate(len);
    out
}

/// `out = a >> n` (towards zero); true when a one was shifted out. `out` has `a.len() - n / 30` digits.
pub fn shr_into(out: &mut [u32], a: &[u32], n: u64) -> (bool, usize) {
    let words = usize::try_from(n / u64::from(SHIFT)).unwrap_or(usize::MAX);
    if words >= a.len() {
        out.fill(0);
        return (!a.is_empty(), 0);
    }
    let bits = (n % u64::from(SHIFT)) as u32;
    let lost = a[..words].iter().any(|&x| x != 0) || a[words] & ((1 << bits) - 1) != 0;
    let a = &a[words..];
    let next = a.iter().skip(1).copied().chain([0]);
    for ((o, &x), y) in out.iter_mut().zip(a).zip(next) {
        *o = (x >> bits | y << (SHIFT - bits)) & MASK;
    }
    if out.len() > a.len() {
        out[a.len()..].fill(0);
    }
    (lost, normalized_len(out))
}

/// `a >> n` as a vector; true when a one was shifted out.
pub fn shr(a: &[u32], n: u64) -> (bool, Vec<u32>) {
    let words = usize::try_from(n / u64::from(SHIFT)).unwrap_or(usize::MAX);
    let mut out = vec![0; a.len().saturating_sub(words)];
    let (lost, len) = shr_into(&mut out, a, n);
    out.truncate(len);
    (lost, out)
}

/// Significant bits.
pub fn bit_length(a: &[u32]) -> u64 {
    match a.last() {
        None => 0,
        Some(t) => (a.len() as u64 - 1) * u64::from(SHIFT) + u64::from(32 - t.leading_zeros()),
    }
}

/// Ones in the magnitude.
pub fn bit_count(a: &[u32]) -> u64 {
    a.iter().map(|x| u64::from(x.count_ones())).sum()
}

/// The magnitude modulo 2^61 - 1, the base of Python's numeric hash.
pub fn hash_mod(a: &[u32]) -> u64 {
    const P: u64 = (1 << 61) - 1;
    let mut x = 0u64;
    for &d in a.iter().rev() {
        x = ((x << SHIFT) & P) | x >> (61 - SHIFT);
        x += u64::from(d);
        if x >= P {
            x -= P;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::{MASK, add, cmp, divrem_school, limb, mul, normalized};

    #[test]
    fn schoolbook_division_agrees_with_limbs() {
        // Digits at the edges are where the estimate of a digit is wrong.
        let mut state = 7u64;
        let mut digit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 33) as u32 & MASK;
            match state >> 60 & 7 {
                0 | 1 => MASK,
                2 | 3 => 0,
                4 => 1,
                _ => value,
            }
        };
        let mut corrected = 0;
        for round in 0..40_000 {
            let a: Vec<u32> = (0..3 + round % 9).map(|_| digit()).collect();
            let b: Vec<u32> = (0..2 + round % 5).map(|_| digit()).collect();
            let (a, b) = (normalized(&a), normalized(&b));
            if b.len() < 2 || cmp(a, b).is_lt() {
                continue;
            }
            let (q, r) = divrem_school(a, b);
            let (wide_q, wide_r) = limb::divrem(&limb::from_digits(a), &limb::from_digits(b));
            assert_eq!((&q, &r), (&limb::to_digits(&wide_q), &limb::to_digits(&wide_r)), "{a:?} {b:?}");
            assert_eq!(add(&mul(&q, b), &r), a);
            assert!(cmp(&r, b).is_lt());
            corrected += 1;
        }
        assert!(corrected > 20_000);
    }
}
