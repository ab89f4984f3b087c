//! Signed integers with Python's semantics over [`digits`].

use super::digits::{self, MASK, SHIFT};
use super::limb;
use std::cmp::Ordering;

/// Why integer arithmetic has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithError {
    /// Division or modulo by zero.
    ZeroDivision,
    /// "pow() 3rd argument cannot be 0".
    ZeroModulus,
    /// "base is not invertible for the given modulus".
    NotInvertible,
    /// A negative exponent without modulus: the result is a float.
    NegativeExponent,
    /// "negative shift count".
    NegativeShift,
    /// The result would not fit the address space.
    TooLarge,
    /// The square root of a negative number.
    NegativeRoot,
}

/// A borrowed integer: sign and normalised magnitude. Zero is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedRef<'a> {
    /// True below zero.
    pub neg: bool,
    /// Little-endian 30-bit digits without leading zeros.
    pub mag: &'a [u32],
}

/// An owned integer: sign and normalised magnitude. Zero is not negative.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signed {
    /// True below zero.
    pub neg: bool,
    /// Little-endian 30-bit digits without leading zeros.
    pub mag: Vec<u32>,
}

impl Signed {
    /// Makes a number, dropping leading zeros and the sign of zero.
    pub fn new(neg: bool, mut mag: Vec<u32>) -> Self {
        digits::trim(&mut mag);
        Signed { neg: neg && !mag.is_empty(), mag }
    }

    /// The number borrowed.
    #[inline]
    pub fn as_ref(&self) -> SignedRef<'_> {
        SignedRef { neg: self.neg, mag: &self.mag }
    }

    /// True for zero.
    pub fn is_zero(&self) -> bool {
        self.mag.is_empty()
    }

    /// The number with its sign changed.
    pub fn negated(self) -> Self {
        Signed { neg: !self.neg && !self.mag.is_empty(), mag: self.mag }
    }
}

impl<'a> SignedRef<'a> {
    /// Makes a view of digits that may have leading zeros.
    pub fn new(neg: bool, mag: &'a [u32]) -> Self {
        let mag = digits::normalized(mag);
        SignedRef { neg: neg && !mag.is_empty(), mag }
    }

    /// An owned copy.
    pub fn to_owned(self) -> Signed {
        Signed { neg: self.neg, mag: self.mag.to_vec() }
    }

    /// True for zero.
    pub fn is_zero(self) -> bool {
        self.mag.is_empty()
    }

    /// True when odd.
    pub fn is_odd(self) -> bool {
        self.mag.first().is_some_and(|d| d & 1 == 1)
    }

    /// Three-way comparison.
    pub fn cmp(self, o: SignedRef) -> Ordering {
        match (self.neg, o.neg) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => digits::cmp(self.mag, o.mag),
            (true, true) => digits::cmp(o.mag, self.mag),
        }
    }

    /// `-self` as a view.
    pub fn neg(self) -> SignedRef<'a> {
        SignedRef { neg: !self.neg && !self.mag.is_empty(), mag: self.mag }
    }

    /// `abs(self)` as a view.
    pub fn abs(self) -> SignedRef<'a> {
        SignedRef { neg: false, mag: self.mag }
    }

    /// `self + o`.
    pub fn add(self, o: SignedRef) -> Signed {
        if self.neg == o.neg {
            return Signed { neg: self.neg, mag: digits::add(self.mag, o.mag) };
        }
        let (less, mag) = digits::sub(self.mag, o.mag);
        Signed { neg: !mag.is_empty() && self.neg != less, mag }
    }

    /// `self - o`.
    pub fn sub(self, o: SignedRef) -> Signed {
        self.add(o.neg())
    }

    /// `self * o`.
    pub fn mul(self, o: SignedRef) -> Signed {
        Signed::new(self.neg != o.neg, digits::mul(self.mag, o.mag))
    }

    /// `divmod(self, o)`, rounding down.
    pub fn divmod(self, o: SignedRef) -> Result<(Signed, Signed), ArithError> {
        if o.is_zero() {
            return Err(ArithError::ZeroDivision);
        }
        let (mut q, mut r) = digits::divrem(self.mag, o.mag);
        if self.neg != o.neg && !r.is_empty() {
            digits::increment(&mut q);
            r = digits::sub(o.mag, &r).1;
        }
        Ok((Signed::new(self.neg != o.neg, q), Signed::new(o.neg, r)))
    }

    /// `self // o`.
    pub fn floordiv(self, o: SignedRef) -> Result<Signed, ArithError> {
        self.divmod(o).map(|x| x.0)
    }

    /// `self % o`.
    pub fn modulo(self, o: SignedRef) -> Result<Signed, ArithError> {
        if o.is_zero() {
            return Err(ArithError::ZeroDivision);
        }
        let mut r = digits::rem(self.mag, o.mag);
        if self.neg != o.neg && !r.is_empty() {
            r = digits::sub(o.mag, &r).1;
        }
        Ok(Signed::new(o.neg, r))
    }

    /// Quotient rounded to the nearest integer, ties to even, and the remainder (`_PyLong_DivmodNear`).
    pub fn divmod_near(self, o: SignedRef) -> Result<(Signed, Signed), ArithError> {
        if o.is_zero() {
            return Err(ArithError::ZeroDivision);
        }
        let (mut q, r) = digits::divrem(self.mag, o.mag);
        let twice = digits::shl(&r, 1);
        let up = match digits::cmp(&twice, o.mag) {
            Ordering::Greater => true,
            Ordering::Equal => q.first().is_some_and(|d| d & 1 == 1),
            Ordering::Less => false,
        };
        let mut rem = Signed::new(self.neg, r);
        if up {
            digits::increment(&mut q);
            // The remainder moves by one divisor towards the other sign.
            let (_, m) = digits::sub(o.mag, &rem.mag);
            rem = Signed::new(!self.neg, m);
        }
        Ok((Signed::new(self.neg != o.neg, q), rem))
    }

    /// `self << n`.
    pub fn shl(self, n: u64) -> Result<Signed, ArithError> {
        if self.is_zero() {
            return Ok(Signed::default());
        }
        match digits::shl_len(self.mag, n) {
            Some(len) if len < isize::MAX as usize / 8 => Ok(Signed { neg: self.neg, mag: digits::shl(self.mag, n) }),
            _ => Err(ArithError::TooLarge),
        }
    }

    /// `self >> n`, rounding down.
    pub fn shr(self, n: u64) -> Signed {
        let (lost, mut mag) = digits::shr(self.mag, n);
        if self.neg && lost {
            digits::increment(&mut mag);
        }
        Signed::new(self.neg, mag)
    }

    /// `~self`.
    pub fn invert(self) -> Signed {
        let mut mag = self.mag.to_vec();
        if self.neg {
            digits::decrement(&mut mag);
            Signed::new(false, mag)
        } else {
            digits::increment(&mut mag);
            Signed::new(true, mag)
        }
    }

    fn bitwise(self, o: SignedRef, f: impl Fn(u32, u32) -> u32) -> Signed {
        let n = self.mag.len().max(o.mag.len()) + 1;
        let mut out = Vec::with_capacity(n);
        let (mut ca, mut cb, mut cr) = (1u32, 1u32, 1u32);
        let negative = f(if self.neg { MASK } else { 0 }, if o.neg { MASK } else { 0 }) & MASK != 0;
        // Negation digit by digit: complement and carry one in.
        let twos = |neg: bool, d: u32, c: &mut u32| {
            if !neg {
                return d;
            }
            let t = (!d & MASK) + *c;
            *c = t >> SHIFT;
            t & MASK
        };
        for i in 0..n {
            let x = twos(self.neg, self.mag.get(i).copied().unwrap_or(0), &mut ca);
            let y = twos(o.neg, o.mag.get(i).copied().unwrap_or(0), &mut cb);
            out.push(twos(negative, f(x, y) & MASK, &mut cr));
        }
        Signed::new(negative, out)
    }

    /// `self & o`.
    pub fn and(self, o: SignedRef) -> Signed {
        if !self.neg && !o.neg {
            return Signed::new(false, self.mag.iter().zip(o.mag).map(|(a, b)| a & b).collect());
        }
        self.bitwise(o, |a, b| a & b)
    }

    /// `self | o`.
    pub fn or(self, o: SignedRef) -> Signed {
        self.bitwise(o, |a, b| a | b)
    }

    /// `self ^ o`.
    pub fn xor(self, o: SignedRef) -> Signed {
        self.bitwise(o, |a, b| a ^ b)
    }

    /// Bits that `self ** e` has at most; saturates.
    pub fn pow_bits(self, e: u64) -> u64 {
        digits::bit_length(self.mag).saturating_mul(e)
    }

    /// `self ** o` for `o >= 0`.
    pub fn pow(self, o: SignedRef) -> Result<Signed, ArithError> {
        if o.neg {
            return Err(ArithError::NegativeExponent);
        }
        let neg = self.neg && o.is_odd();
        match self.mag {
            [] => return Ok(Signed::new(false, if o.is_zero() { vec![1] } else { Vec::new() })),
            [1] => return Ok(Signed::new(neg, vec![1])),
            _ => {}
        }
        if o.mag.len() > 2 {
            return Err(ArithError::TooLarge);
        }
        let e = digits::to_u128(o.mag) as u64;
        if self.pow_bits(e) / 8 > isize::MAX as u64 / 2 {
            return Err(ArithError::TooLarge);
        }
        // Small powers stay in a machine word.
        if self.mag.len() == 1 && self.pow_bits(e) <= 127 {
            return Ok(Signed { neg, mag: digits::from_u128(u128::from(self.mag[0]).pow(e as u32)) });
        }
        let p = limb::pow(&limb::from_digits(self.mag), e);
        Ok(Signed { neg, mag: limb::to_digits(&p) })
    }

    /// `pow(self, e, m)`.
    pub fn modpow(self, e: SignedRef, m: SignedRef) -> Result<Signed, ArithError> {
        if m.is_zero() {
            return Err(ArithError::ZeroModulus);
        }
        if *m.mag == [1] {
            // CPython asks for the inverse only after this test.
            return Ok(Signed::default());
        }
        let inv;
        let mut base = self;
        if e.neg {
            inv = self.modinv(m.abs())?;
            base = inv.as_ref();
        }
        let reduced = base.modulo(m.abs())?;
        let p = if m.mag.len() == 1 || (m.mag.len() == 2 && m.mag[1] < 4) {
            let modulus = digits::to_u128(m.mag) as u64;
            let p = powmod_u64(digits::to_u128(&reduced.mag) as u64, e.mag, modulus);
            digits::from_u64(p)
        } else {
            let p =
                limb::modpow(&limb::from_digits(&reduced.mag), &limb::from_digits(e.mag), &limb::from_digits(m.mag));
            limb::to_digits(&p)
        };
        let r = Signed { neg: false, mag: p };
        if m.neg && !r.is_zero() { Ok(r.as_ref().add(m)) } else { Ok(r) }
    }

    /// The inverse modulo a positive `m`.
    pub fn modinv(self, m: SignedRef) -> Result<Signed, ArithError> {
        let (mut a, mut n) = (self.to_owned(), m.to_owned());
        let (mut b, mut c) = (Signed { neg: false, mag: vec![1] }, Signed::default());
        while !n.is_zero() {
            let (q, r) = a.as_ref().divmod(n.as_ref())?;
            a = std::mem::replace(&mut n, r);
            let t = b.as_ref().sub(q.as_ref().mul(c.as_ref()).as_ref());
            b = std::mem::replace(&mut c, t);
        }
        if a.neg || a.mag != [1] {
            return Err(ArithError::NotInvertible);
        }
        b.as_ref().modulo(m)
    }

    /// `math.gcd(self, o)`.
    pub fn gcd(self, o: SignedRef) -> Signed {
        if self.mag.len() <= 2 && o.mag.len() <= 2 {
            let (mut a, mut b) = (digits::to_u128(self.mag) as u64, digits::to_u128(o.mag) as u64);
            while b != 0 {
                (a, b) = (b, a % b);
            }
            return Signed { neg: false, mag: digits::from_u64(a) };
        }
        let g = limb::gcd(&limb::from_digits(self.mag), &limb::from_digits(o.mag));
        Signed { neg: false, mag: limb::to_digits(&g) }
    }

    /// `math.lcm(self, o)`.
    pub fn lcm(self, o: SignedRef) -> Signed {
        if self.is_zero() || o.is_zero() {
            return Signed::default();
        }
        let g = self.gcd(o);
        let q = digits::divrem(self.mag, &g.mag).0;
        Signed { neg: false, mag: digits::mul(&q, o.mag) }
    }

    /// `math.isqrt(self)`.
    pub fn isqrt(self) -> Result<Signed, ArithError> {
        if self.neg {
            return Err(ArithError::NegativeRoot);
        }
        let r = limb::isqrt(&limb::from_digits(self.mag));
        Ok(Signed { neg: false, mag: limb::to_digits(&r) })
    }

    /// `hash(self)`: modulo 2^61 - 1 with the sign, never -1.
    pub fn hash(self) -> i64 {
        let h = digits::hash_mod(self.mag) as i64;
        match if self.neg { -h } else { h } {
            -1 => -2,
            h => h,
        }
    }
}

fn powmod_u64(base: u64, exp: &[u32], m: u64) -> u64 {
    let mul = |a: u64, b: u64| -> u64 {
        if m >> 32 == 0 { a * b % m } else { (u128::from(a) * u128::from(b) % u128::from(m)) as u64 }
    };
    let mut r = 1 % m;
    for i in (0..digits::bit_length(exp)).rev() {
        r = mul(r, r);
        let (w, b) = ((i / u64::from(SHIFT)) as usize, i % u64::from(SHIFT));
        if exp[w] >> b & 1 == 1 {
            r = mul(r, base);
        }
    }
    r
}
