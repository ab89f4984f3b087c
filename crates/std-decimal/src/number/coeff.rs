//! Coefficients: natural numbers in base 10^18, least significant limb first, without leading zeros.
//!
//! Shifts by powers of ten, which is what rounding consists of, are cheap; products of huge numbers are convolutions.

use core::cmp::Ordering;
use smallvec::{SmallVec, smallvec};
use taipan_num::int::ntt;

/// Digits in a limb.
pub const LIMB: usize = 18;
/// The base.
pub const BASE: u64 = 1_000_000_000_000_000_000;
/// From this many limbs on products are convolutions.
const NTT: usize = 64;
/// Convolutions are exact if one of the factors has no more limbs than this.
const MOST: usize = 5_000_000;
/// Products of this many pairs of limbs fit in 128 bits together.
const LAZY: usize = 256;
/// From this many limbs on, division is recursive.
const RECURSIVE: usize = 60;

/// There is not enough memory.
#[derive(Clone, Copy, Debug)]
pub struct NoMemory;

type Limbs = SmallVec<[u64; 4]>;

/// A natural number.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Coeff(Limbs);

/// What is cut off, compared with half a unit of what is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    Zero,
    BelowHalf,
    Half,
    AboveHalf,
}

/// Ten to the power of `n`, for `n` up to 18.
pub const fn pow10(n: usize) -> u64 {
    const TABLE: [u64; 19] = {
        let mut table = [1u64; 19];
        let mut i = 1;
        while i < 19 {
            table[i] = table[i - 1] * 10;
            i += 1;
        }
        table
    };
    TABLE[if n < 19 { n } else { 18 }]
}

/// Quotient and remainder by the base.
#[inline]
fn split(x: u128) -> (u128, u64) {
    const B: u128 = BASE as u128;
    if let Ok(x) = u64::try_from(x) {
        return ((x / BASE).into(), x % BASE);
    }
    if x < B * B {
        // 2^119 / 10^18: the estimate is a few units too small at most.
        const INVERSE: u64 = ((1 << 119) / B) as u64;
        let high = (x >> 59) as u64;
        let mut q = ((u128::from(high) * u128::from(INVERSE)) >> 60) as u64;
        let mut rest = x - u128::from(q) * B;
        while rest >= B {
            rest -= B;
            q += 1;
        }
        return (q.into(), rest as u64);
    }
    let q = x / B;
    (q, (x - q * B) as u64)
}

fn limb_digits(x: u64) -> usize {
    x.checked_ilog10().map_or(0, |n| n as usize + 1)
}

fn zeros(n: usize) -> Result<Limbs, NoMemory> {
    let mut limbs = Limbs::new();
    limbs.try_reserve_exact(n).map_err(|_| NoMemory)?;
    limbs.resize(n, 0);
    Ok(limbs)
}

fn trim(limbs: &mut Limbs) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn trimmed(a: &[u64]) -> &[u64] {
    let n = a.iter().rposition(|&x| x != 0).map_or(0, |i| i + 1);
    a.get(..n).unwrap_or(&[])
}

/// `a += b`; the carry out of `a`.
fn add_assign(a: &mut [u64], b: &[u64]) -> bool {
    let mut carry = false;
    for (i, x) in a.iter_mut().enumerate() {
        let y = match b.get(i) {
            Some(&y) => y,
            None if !carry => return false,
            None => 0,
        };
        let sum = *x + y + u64::from(carry);
        carry = sum >= BASE;
        *x = if carry { sum - BASE } else { sum };
    }
    carry
}

/// `a -= b`; the borrow out of `a`.
fn sub_assign(a: &mut [u64], b: &[u64]) -> bool {
    let mut borrow = false;
    for (i, x) in a.iter_mut().enumerate() {
        let y = match b.get(i) {
            Some(&y) => y,
            None if !borrow => return false,
            None => 0,
        };
        let y = y + u64::from(borrow);
        borrow = *x < y;
        *x = if borrow { *x + BASE - y } else { *x - y };
    }
    borrow
}

/// The product in as many limbs as both have together.
fn mul_slices(a: &[u64], b: &[u64]) -> Result<Limbs, NoMemory> {
    if a.is_empty() || b.is_empty() {
        return Ok(Limbs::new());
    }
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let n = a.len() + b.len();
    if b.len() > MOST {
        let mut out = zeros(n)?;
        for (i, part) in b.chunks(MOST).enumerate() {
            let product = convolve(a, part)?;
            add_assign(&mut out[i * MOST..], &product);
        }
        return Ok(out);
    }
    if b.len() >= NTT {
        return convolve(a, b);
    }
    let mut out = zeros(n)?;
    if let ([x], [y]) = (a, b) {
        let (high, low) = split(u128::from(*x) * u128::from(*y));
        out[0] = low;
        out[1] = high as u64;
        return Ok(out);
    }
    // Column by column: below LAZY products there is no overflow.
    debug_assert!(b.len() <= LAZY);
    let mut carry: u128 = 0;
    for (column, place) in out.iter_mut().enumerate() {
        let first = (column + 1).saturating_sub(a.len());
        let last = column.min(b.len() - 1);
        let mut sum = carry;
        let mut j = first;
        while j <= last && column >= j {
            sum += u128::from(b[j]) * u128::from(a[column - j]);
            j += 1;
        }
        let (high, low) = split(sum);
        *place = low;
        carry = high;
    }
    Ok(out)
}

/// A product of huge numbers, by convolution of pieces of six digits.
fn convolve(a: &[u64], b: &[u64]) -> Result<Limbs, NoMemory> {
    const PIECE: u64 = 1_000_000;
    let pieces = |limbs: &[u64]| -> Result<Vec<u64>, NoMemory> {
        let mut out = Vec::new();
        out.try_reserve(limbs.len() * 3).map_err(|_| NoMemory)?;
        for &x in limbs {
            out.extend([x % PIECE, x / PIECE % PIECE, x / (PIECE * PIECE)]);
        }
        Ok(out)
    };
    let n = a.len() + b.len();
    let room = (n * 3).next_power_of_two();
    // The convolution wants room for three such vectors.
    Vec::<u64>::new().try_reserve(room.checked_mul(3).ok_or(NoMemory)?).map_err(|_| NoMemory)?;
    let square = core::ptr::eq(a, b);
    let pa = pieces(a)?;
    let pb = if square { None } else { Some(pieces(b)?) };
    let sums = ntt::convolve(pa, pb, n * 3);
    let mut out = zeros(n)?;
    let mut carry = 0u128;
    for (place, part) in out.iter_mut().zip(sums.chunks(3)) {
        let mut limb = 0;
        let mut weight = 1;
        for &sum in part {
            carry += u128::from(sum);
            limb += (carry % u128::from(PIECE)) as u64 * weight;
            carry /= u128::from(PIECE);
            weight *= PIECE;
        }
        *place = limb;
    }
    Ok(out)
}

/// `a *= m`, with a carry in; the carry out.
fn mul_small_assign(a: &mut [u64], m: u64, mut carry: u64) -> u64 {
    for x in a {
        let (high, low) = split(u128::from(*x) * u128::from(m) + u128::from(carry));
        *x = low;
        carry = high as u64;
    }
    carry
}

/// `a /= d`; the remainder.
fn div_small_assign(a: &mut [u64], d: u64) -> u64 {
    let mut rest = 0u64;
    for x in a.iter_mut().rev() {
        let value = u128::from(rest) * u128::from(BASE) + u128::from(*x);
        *x = (value / u128::from(d)) as u64;
        rest = (value % u128::from(d)) as u64;
    }
    rest
}

/// Quotient and remainder of `a` by `b`, which has at least two limbs; by the method of long division.
fn long_division(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoMemory> {
    let (n, m) = (b.len(), a.len() - b.len());
    let factor = BASE / (b[n - 1] + 1);
    let mut rest = zeros(a.len() + 1)?;
    rest[..a.len()].copy_from_slice(a);
    let top = mul_small_assign(&mut rest[..a.len()], factor, 0);
    rest[a.len()] = top;
    let mut divisor: Limbs = b.into();
    mul_small_assign(&mut divisor, factor, 0);
    let (first, second) = (divisor[n - 1], divisor[n - 2]);
    let mut quotient = zeros(m + 1)?;
    for j in (0..=m).rev() {
        let value = u128::from(rest[j + n]) * u128::from(BASE) + u128::from(rest[j + n - 1]);
        let mut guess = value / u128::from(first);
        let mut left = value % u128::from(first);
        while guess >= u128::from(BASE)
            || guess * u128::from(second) > left * u128::from(BASE) + u128::from(rest[j + n - 2])
        {
            guess -= 1;
            left += u128::from(first);
            if left >= u128::from(BASE) {
                break;
            }
        }
        let guess = guess as u64;
        // rest -= divisor * guess
        let mut carry = 0u64;
        let mut borrow = false;
        for i in 0..n {
            let (high, low) = split(u128::from(divisor[i]) * u128::from(guess) + u128::from(carry));
            carry = high as u64;
            let y = low + u64::from(borrow);
            let x = &mut rest[j + i];
            borrow = *x < y;
            *x = if borrow { *x + BASE - y } else { *x - y };
        }
        let y = carry + u64::from(borrow);
        let x = &mut rest[j + n];
        let negative = *x < y;
        *x = if negative { x.wrapping_add(BASE).wrapping_sub(y) } else { *x - y };
        quotient[j] = guess;
        if negative {
            quotient[j] -= 1;
            let carry = add_assign(&mut rest[j..j + n], &divisor);
            let x = &mut rest[j + n];
            *x += u64::from(carry);
            if *x >= BASE {
                *x -= BASE;
            }
        }
    }
    rest.truncate(n);
    div_small_assign(&mut rest, factor);
    trim(&mut rest);
    trim(&mut quotient);
    Ok((quotient, rest))
}

/// Quotient and remainder of `a` by `b`.
fn divide(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoMemory> {
    let (a, b) = (trimmed(a), trimmed(b));
    if compare(a, b).is_lt() {
        return Ok((Limbs::new(), a.into()));
    }
    match b {
        [] => Ok((Limbs::new(), Limbs::new())),
        [d] => {
            let mut quotient: Limbs = a.into();
            let rest = div_small_assign(&mut quotient, *d);
            trim(&mut quotient);
            Ok((quotient, if rest == 0 { Limbs::new() } else { smallvec![rest] }))
        }
        _ if b.len() < RECURSIVE || a.len() - b.len() < RECURSIVE => long_division(a, b),
        _ => by_reciprocal(a, b),
    }
}

/// Quotient and remainder of huge numbers: blocks of the dividend are multiplied by the reciprocal of the divisor.
fn by_reciprocal(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoMemory> {
    // The divisor is cut or, when the dividend is long, taken block by block; `k` limbs of quotient at a time.
    let k = b.len().min(a.len() - b.len() + 1);
    let inverse = reciprocal(b, k + 2)?;
    let blocks = (a.len() - b.len() + 1).div_ceil(k);
    let mut quotient = zeros(blocks * k)?;
    let mut rest: Limbs = a[(blocks - 1) * k..].into();
    for block in (0..blocks).rev() {
        if block + 1 < blocks {
            let mut next: Limbs = a[block * k..(block + 1) * k].into();
            next.extend_from_slice(&rest);
            rest = next;
        }
        trim(&mut rest);
        // `inverse` is about BASE^(b.len() + k + 2) / b.
        let product = mul_slices(&rest, &inverse)?;
        let mut guess: Limbs = product.get(b.len() + k + 2..).unwrap_or(&[]).into();
        trim(&mut guess);
        let mut back = mul_slices(&guess, b)?;
        trim(&mut back);
        while compare(&back, &rest).is_gt() {
            sub_assign(&mut guess, &[1]);
            trim(&mut guess);
            sub_assign(&mut back, b);
            trim(&mut back);
        }
        sub_assign(&mut rest, &back);
        trim(&mut rest);
        while compare(&rest, b).is_ge() {
            if add_assign(&mut guess, &[1]) || guess.is_empty() {
                guess.push(1);
            }
            sub_assign(&mut rest, b);
            trim(&mut rest);
        }
        for (place, &limb) in quotient[block * k..].iter_mut().zip(guess.iter()) {
            *place = limb;
        }
    }
    trim(&mut quotient);
    Ok((quotient, rest))
}

/// About `BASE^(b.len() + k) / b`, within a few units, by Newton's method.
fn reciprocal(b: &[u64], k: usize) -> Result<Limbs, NoMemory> {
    if k <= RECURSIVE {
        let mut one = zeros(b.len() + k + 1)?;
        one[b.len() + k] = 1;
        return Ok(long_division(&one, b)?.0);
    }
    // Half as many limbs first; then x + x (1 - b x).
    let h = k / 2 + 1;
    let short = &b[b.len() - b.len().min(h + 2)..];
    let x = if short.len() < 2 { return reciprocal(b, RECURSIVE) } else { reciprocal(short, h)? };
    // x is about BASE^(n + h) / b, n limbs of b in all.
    let n = b.len();
    let product = mul_slices(&x, b)?;
    let mut one = zeros(n + h + 1)?;
    one[n + h] = 1;
    let mut product: Limbs = product;
    trim(&mut product);
    let above = compare(&product, &one).is_gt();
    let mut error = if above {
        sub_assign(&mut product, &one);
        product
    } else {
        sub_assign(&mut one, &product);
        one
    };
    trim(&mut error);
    // The correction x * error / BASE^(n + h), scaled to k limbs.
    let correction = mul_slices(&x, &error)?;
    let down = n + 2 * h - k;
    let mut correction: Limbs = correction.get(down..).unwrap_or(&[]).into();
    trim(&mut correction);
    let mut out = zeros(k - h)?;
    out.extend_from_slice(&x);
    if above {
        sub_assign(&mut out, &correction);
    } else {
        out.push(0);
        add_assign(&mut out, &correction);
    }
    trim(&mut out);
    Ok(out)
}

impl Coeff {
    /// Zero.
    pub fn zero() -> Self {
        Self(Limbs::new())
    }

    pub fn from_u64(x: u64) -> Self {
        Self::from_u128(x.into())
    }

    #[inline]
    pub fn from_u128(x: u128) -> Self {
        if x < u128::from(BASE) {
            return Self(Limbs::from_buf_and_len([x as u64, 0, 0, 0], usize::from(x != 0)));
        }
        let mut limbs = Limbs::new();
        if x < u128::from(BASE) * u128::from(BASE) {
            let (high, low) = split(x);
            if x != 0 {
                limbs.push(low);
            }
            if high != 0 {
                limbs.push(high as u64);
            }
            return Self(limbs);
        }
        let mut x = x;
        while x != 0 {
            let (high, low) = split(x);
            limbs.push(low);
            x = high;
        }
        Self(limbs)
    }

    /// From decimal digits in ASCII.
    pub fn from_digits(text: &[u8]) -> Result<Self, NoMemory> {
        let mut limbs = Limbs::new();
        limbs.try_reserve_exact(text.len() / LIMB + 1).map_err(|_| NoMemory)?;
        for part in text.rchunks(LIMB) {
            limbs.push(part.iter().fold(0, |x, &c| x * 10 + u64::from(c.wrapping_sub(b'0'))));
        }
        trim(&mut limbs);
        Ok(Self(limbs))
    }

    /// Appends the decimal digits; none for zero.
    pub fn write_digits(&self, out: &mut Vec<u8>) -> Result<(), NoMemory> {
        out.try_reserve(self.0.len() * LIMB).map_err(|_| NoMemory)?;
        let mut first = true;
        for &limb in self.0.iter().rev() {
            let mut text = [b'0'; LIMB];
            let mut x = limb;
            for place in text.iter_mut().rev() {
                *place = b'0' + (x % 10) as u8;
                x /= 10;
            }
            let skipped = if first { LIMB - limb_digits(limb) } else { 0 };
            out.extend_from_slice(text.get(skipped..).unwrap_or(&[]));
            first = false;
        }
        Ok(())
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_one(&self) -> bool {
        self.0.as_slice() == [1]
    }

    pub fn is_odd(&self) -> bool {
        self.0.first().is_some_and(|x| x & 1 == 1)
    }

    /// The value if it is small enough.
    pub fn to_u64(&self) -> Option<u64> {
        self.to_u128().and_then(|x| u64::try_from(x).ok())
    }

    /// The value if it is small enough.
    pub fn to_u128(&self) -> Option<u128> {
        if self.0.len() > 3 {
            return None;
        }
        self.0.iter().rev().try_fold(0u128, |x, &limb| x.checked_mul(BASE.into())?.checked_add(limb.into()))
    }

    /// The value if it has two limbs at most.
    #[inline]
    pub fn two_limbs(&self) -> Option<u128> {
        match *self.0 {
            [] => Some(0),
            [low] => Some(low.into()),
            [low, high] => Some(u128::from(high) * u128::from(BASE) + u128::from(low)),
            _ => None,
        }
    }

    /// The number of decimal digits; one for zero.
    pub fn digits(&self) -> i64 {
        match self.0.last() {
            Some(&top) => ((self.0.len() - 1) * LIMB + limb_digits(top)) as i64,
            None => 1,
        }
    }

    /// The remainder by a number below `2^63`.
    pub fn modulo(&self, m: u64) -> u64 {
        let base = u128::from(BASE % m);
        self.0
            .iter()
            .rev()
            .fold(0u64, |x, &limb| ((u128::from(x) * base + u128::from(limb % m)) % u128::from(m)) as u64)
    }

    /// How many limbs it takes.
    pub fn limbs(&self) -> usize {
        self.0.len()
    }

    /// The digit that counts `10^i`.
    pub fn digit(&self, i: i64) -> u8 {
        let i = usize::try_from(i).unwrap_or(usize::MAX);
        self.0.get(i / LIMB).map_or(0, |limb| (limb / pow10(i % LIMB) % 10) as u8)
    }

    /// How many zeros there are at the end; none for zero.
    pub fn trailing_zeros(&self) -> i64 {
        let Some(i) = self.0.iter().position(|&x| x != 0) else { return 0 };
        let mut x = self.0[i];
        let mut n = i * LIMB;
        while x.is_multiple_of(10) {
            x /= 10;
            n += 1;
        }
        n as i64
    }

    pub fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }

    pub fn add(mut self, other: &Self) -> Result<Self, NoMemory> {
        if self.0.len() < other.0.len() {
            let more = other.0.len() - self.0.len();
            self.0.try_reserve(more).map_err(|_| NoMemory)?;
            self.0.resize(other.0.len(), 0);
        }
        if add_assign(&mut self.0, &other.0) {
            self.0.push(1);
        }
        Ok(self)
    }

    /// The difference; `other` is not greater.
    pub fn sub(mut self, other: &Self) -> Self {
        sub_assign(&mut self.0, &other.0);
        trim(&mut self.0);
        self
    }

    pub fn mul(&self, other: &Self) -> Result<Self, NoMemory> {
        let mut limbs = mul_slices(&self.0, &other.0)?;
        trim(&mut limbs);
        Ok(Self(limbs))
    }

    pub fn mul_small(mut self, m: u64) -> Self {
        let carry = mul_small_assign(&mut self.0, m, 0);
        if carry != 0 {
            self.0.push(carry);
        }
        trim(&mut self.0);
        self
    }

    /// Quotient and remainder by a number below the base.
    pub fn div_small(mut self, d: u64) -> (Self, u64) {
        let rest = div_small_assign(&mut self.0, d);
        trim(&mut self.0);
        (self, rest)
    }

    /// Quotient and remainder; `other` is not zero.
    pub fn div_rem(&self, other: &Self) -> Result<(Self, Self), NoMemory> {
        let (q, r) = divide(&self.0, &other.0)?;
        Ok((Self(q), Self(r)))
    }

    pub fn increment(mut self) -> Self {
        if add_assign(&mut self.0, &[1]) || self.0.is_empty() {
            self.0.push(1);
        }
        self
    }

    /// `10^n`.
    pub fn power_of_ten(n: i64) -> Result<Self, NoMemory> {
        Self::from_u64(1).shift_left(n)
    }

    /// `10^n - 1`.
    pub fn nines(n: i64) -> Result<Self, NoMemory> {
        Ok(Self::power_of_ten(n)?.sub(&Self::from_u64(1)))
    }

    /// `self * 10^n`.
    pub fn shift_left(self, n: i64) -> Result<Self, NoMemory> {
        if n <= 0 || self.is_zero() {
            return Ok(self);
        }
        let n = usize::try_from(n).map_err(|_| NoMemory)?;
        let (limbs, digits) = (n / LIMB, n % LIMB);
        let mut out = self.0;
        if digits > 0 {
            let carry = mul_small_assign(&mut out, pow10(digits), 0);
            if carry != 0 {
                out.push(carry);
            }
        }
        if limbs > 0 {
            let old = out;
            out = zeros(limbs.checked_add(old.len()).ok_or(NoMemory)?)?;
            if let Some(high) = out.get_mut(limbs..) {
                high.copy_from_slice(&old);
            }
        }
        Ok(Self(out))
    }

    /// `self / 10^n`, and what is cut off.
    pub fn shift_right(self, n: i64) -> (Self, Rest) {
        if n <= 0 {
            return (self, Rest::Zero);
        }
        if self.is_zero() {
            return (self, Rest::Zero);
        }
        if let ([limb], Ok(n @ ..=18)) = (&*self.0, usize::try_from(n)) {
            let unit = pow10(n);
            let (left, cut) = (limb / unit, limb % unit);
            let rest = match (2 * cut).cmp(&unit) {
                Ordering::Less if cut == 0 => Rest::Zero,
                Ordering::Less => Rest::BelowHalf,
                Ordering::Equal => Rest::Half,
                Ordering::Greater => Rest::AboveHalf,
            };
            return (Self::from_u64(left), rest);
        }
        let length = self.digits();
        if n > length {
            return (Self::zero(), Rest::BelowHalf);
        }
        let n = n as usize;
        let (limbs, digits) = (n / LIMB, n % LIMB);
        let mut out: Limbs = self.0.get(limbs..).unwrap_or(&[]).into();
        // The highest limb that is cut, or the part of it; what its unit times its whole range is; limbs below it.
        let (cut, range, below) = if digits > 0 {
            let (low, high) = (pow10(digits), pow10(LIMB - digits));
            // Each limb gives its low digits to the one below.
            let mut given = 0;
            for limb in out.iter_mut().rev() {
                let (quotient, rest) = (*limb / low, *limb % low);
                *limb = quotient + given * high;
                given = rest;
            }
            (given, low, limbs)
        } else {
            (self.0.get(limbs - 1).copied().unwrap_or(0), BASE, limbs - 1)
        };
        let more = self.0.iter().take(below).any(|&limb| limb != 0);
        let rest = match (2 * cut).cmp(&range) {
            Ordering::Less if cut == 0 && !more => Rest::Zero,
            Ordering::Less => Rest::BelowHalf,
            Ordering::Equal if !more => Rest::Half,
            _ => Rest::AboveHalf,
        };
        trim(&mut out);
        (Self(out), rest)
    }

    /// The lowest `n` digits.
    pub fn low_digits(mut self, n: i64) -> Self {
        let n = usize::try_from(n).unwrap_or(0);
        let (limbs, digits) = (n / LIMB, n % LIMB);
        if limbs < self.0.len() {
            self.0.truncate(limbs + 1);
            self.0[limbs] %= pow10(digits);
        }
        trim(&mut self.0);
        self
    }

    /// The largest natural number whose square is not greater.
    pub fn isqrt(&self) -> Result<Self, NoMemory> {
        let Some(x) = self.to_u128() else {
            // Newton from above; the first guess comes from the upper half.
            let drop = (self.digits() / 4).max(1);
            let (upper, _) = self.clone().shift_right(2 * drop);
            let mut x = upper.isqrt()?.increment().shift_left(drop)?;
            loop {
                let (q, _) = self.div_rem(&x)?;
                let next = x.clone().add(&q)?.div_small(2).0;
                if next.cmp(&x).is_ge() {
                    return Ok(x);
                }
                x = next;
            }
        };
        Ok(Self::from_u128(x.isqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(seed: &mut u64, limbs: usize) -> Coeff {
        let mut out = Limbs::new();
        for _ in 0..limbs {
            *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            out.push(match *seed >> 60 {
                0 => 0,
                1 => BASE - 1,
                _ => (*seed >> 2) % BASE,
            });
        }
        trim(&mut out);
        Coeff(out)
    }

    #[test]
    fn division_inverts_multiplication() {
        let mut seed = 7;
        for (n, m) in
            [(1, 1), (2, 1), (3, 2), (10, 3), (30, 29), (200, 70), (130, 65), (500, 100), (400, 350), (1000, 200)]
        {
            for _ in 0..20 {
                let (a, b) = (number(&mut seed, n), number(&mut seed, m));
                if b.is_zero() {
                    continue;
                }
                let (q, r) = a.div_rem(&b).unwrap();
                assert!(r.cmp(&b).is_lt());
                assert_eq!(q.mul(&b).unwrap().add(&r).unwrap(), a);
            }
        }
    }

    #[test]
    fn shifts() {
        let mut seed = 9;
        for n in [0, 1, 17, 18, 19, 36, 40, 100] {
            let a = number(&mut seed, 5);
            let b = a.clone().shift_left(n).unwrap();
            assert_eq!(b.mul(&Coeff::from_u64(1)).unwrap(), a.mul(&Coeff::power_of_ten(n).unwrap()).unwrap());
            assert_eq!(b.clone().shift_right(n), (a.clone(), Rest::Zero));
            let (q, _) = a.clone().shift_right(n);
            let low = a.clone().low_digits(n);
            assert_eq!(q.shift_left(n).unwrap().add(&low).unwrap(), a);
        }
    }

    #[test]
    fn splitting() {
        let mut seed = 5u64;
        for _ in 0..10_000 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let x = (u128::from(seed) * u128::from(seed.rotate_left(17))) >> (seed % 70);
            assert_eq!(split(x), (x / u128::from(BASE), (x % u128::from(BASE)) as u64));
        }
        let top = u128::from(BASE) * u128::from(BASE) - 1;
        assert_eq!(split(top), (u128::from(BASE) - 1, BASE - 1));
    }

    #[test]
    fn roots() {
        let mut seed = 3;
        for n in [1, 2, 3, 4, 9, 50, 150] {
            let a = number(&mut seed, n);
            let r = a.isqrt().unwrap();
            assert!(r.mul(&r).unwrap().cmp(&a).is_le());
            let r = r.increment();
            assert!(r.mul(&r).unwrap().cmp(&a).is_gt());
        }
    }
}
