//! The parts of the module `math` that are CPython's own rather than the C library's.

use crate::float::frexp;
use crate::int::{Signed, SignedRef, digits, limb};
use std::f64::consts::PI;

/// Why a function has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MathError {
    /// ValueError "math domain error" (or its newer wording, which is the caller's).
    Domain,
    /// OverflowError "math range error" (`fsum`: "intermediate overflow in fsum").
    Range,
    /// ValueError "-inf + inf in fsum".
    InfSum,
}

#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

#[inline]
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}

#[inline]
fn two_mul(a: f64, b: f64) -> (f64, f64) {
    let z = a * b;
    (z, a.mul_add(b, -z))
}

/// `math.fsum` fed one number at a time.
#[derive(Debug, Default, Clone)]
pub struct Fsum {
    partials: Vec<f64>,
    special: f64,
    inf: f64,
}

impl Fsum {
    /// An empty sum.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number.
    pub fn add(&mut self, xsave: f64) -> Result<(), MathError> {
        let mut x = xsave;
        let mut i = 0;
        for j in 0..self.partials.len() {
            let mut y = self.partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let (hi, lo) = fast_two_sum(x, y);
            if lo != 0.0 {
                self.partials[i] = lo;
                i += 1;
            }
            x = hi;
        }
        self.partials.truncate(i);
        if x != 0.0 {
            if !x.is_finite() {
                if xsave.is_finite() {
                    return Err(MathError::Range);
                }
                if xsave.is_infinite() {
                    self.inf += xsave;
                }
                self.special += xsave;
                self.partials.clear();
            } else {
                self.partials.push(x);
            }
        }
        Ok(())
    }

    /// The correctly rounded sum.
    pub fn finish(&self) -> Result<f64, MathError> {
        if self.special != 0.0 {
            return if self.inf.is_nan() { Err(MathError::InfSum) } else { Ok(self.special) };
        }
        let p = &self.partials;
        let Some((&top, mut rest)) = p.split_last() else { return Ok(0.0) };
        let (mut hi, mut lo) = (top, 0.0);
        while let Some((&y, r)) = rest.split_last() {
            rest = r;
            (hi, lo) = fast_two_sum(hi, y);
            if lo != 0.0 {
                break;
            }
        }
        // A half-way case is decided by what comes below.
        if let Some(&below) = rest.last() {
            if (lo < 0.0 && below < 0.0) || (lo > 0.0 && below > 0.0) {
                let y = lo * 2.0;
                let x = hi + y;
                if y == x - hi {
                    hi = x;
                }
            }
        }
        Ok(hi)
    }
}

/// The Euclidean norm as `math.hypot` and `math.dist` compute it. Overwrites the vector.
pub fn vector_norm(v: &mut [f64]) -> f64 {
    let mut max = 0f64;
    let mut nan = false;
    for x in v.iter_mut() {
        *x = x.abs();
        nan |= x.is_nan();
        if *x > max {
            max = *x;
        }
    }
    if max.is_infinite() {
        return max;
    }
    if nan {
        return f64::NAN;
    }
    norm_finite(v, max)
}

fn norm_finite(v: &mut [f64], max: f64) -> f64 {
    if max == 0.0 || v.len() <= 1 {
        return max;
    }
    let e = frexp(max).1;
    if e < -1023 {
        for x in v.iter_mut() {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * norm_finite(v, max / f64::MIN_POSITIVE);
    }
    let scale = crate::float::ldexp(1.0, i64::from(-e));
    let (mut csum, mut frac1, mut frac2) = (1.0, 0.0, 0.0);
    for &x in v.iter() {
        let x = x * scale;
        let (hi, lo) = two_mul(x, x);
        let (s, t) = fast_two_sum(csum, hi);
        csum = s;
        frac1 += lo;
        frac2 += t;
    }
    let mut h = (csum - 1.0 + (frac1 + frac2)).sqrt();
    let (hi, lo) = two_mul(-h, h);
    let (s, t) = fast_two_sum(csum, hi);
    csum = s;
    frac1 += lo;
    frac2 += t;
    let x = csum - 1.0 + (frac1 + frac2);
    h += x / (2.0 * h);
    h / scale
}

/// The float path of `math.sumprod`: a sum of products in triple length.
#[derive(Debug, Default, Clone, Copy)]
pub struct TripleSum {
    hi: f64,
    lo: f64,
    tiny: f64,
}

impl TripleSum {
    /// Whether the sum is still a finite number.
    pub fn is_finite(&self) -> bool {
        self.hi.is_finite()
    }

    /// Adds `x * y`.
    pub fn fma(&mut self, x: f64, y: f64) {
        let (ph, pl) = two_mul(x, y);
        let (sh, sl) = two_sum(self.hi, ph);
        let (r1h, r1l) = two_sum(self.lo, pl);
        let (r2h, r2l) = two_sum(r1h, sl);
        self.hi = sh;
        self.lo = r2h;
        self.tiny += r1l + r2l;
    }

    /// The sum rounded.
    pub fn value(&self) -> f64 {
        let (lh, ll) = two_sum(self.lo, self.tiny);
        let (th, tl) = two_sum(self.hi, lh);
        th + (tl + ll)
    }
}

/// Compensated summation as `sum()` of floats does it (Neumaier).
#[derive(Debug, Default, Clone, Copy)]
pub struct CompensatedSum {
    hi: f64,
    lo: f64,
}

impl CompensatedSum {
    /// Starts at a number.
    pub fn new(x: f64) -> Self {
        CompensatedSum { hi: x, lo: 0.0 }
    }

    /// Adds a number.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let t = self.hi + x;
        if self.hi.abs() >= x.abs() {
            self.lo += (self.hi - t) + x;
        } else {
            self.lo += (x - t) + self.hi;
        }
        self.hi = t;
    }

    /// The sum.
    pub fn value(&self) -> f64 {
        if self.lo != 0.0 && self.lo.is_finite() { self.hi + self.lo } else { self.hi }
    }
}

const LANCZOS_G: f64 = 6.024_680_040_776_73;
const LANCZOS_G_HALF: f64 = 5.524_680_040_776_73;
#[expect(clippy::excessive_precision, reason = "Boost's published coefficients")]
const LANCZOS_NUM: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const LANCZOS_DEN: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let (mut num, mut den) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..13).rev() {
            num = num * x + LANCZOS_NUM[i];
            den = den * x + LANCZOS_DEN[i];
        }
    } else {
        for i in 0..13 {
            num = num / x + LANCZOS_NUM[i];
            den = den / x + LANCZOS_DEN[i];
        }
    }
    num / den
}

fn sinpi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let n = (2.0 * y).round() as i32;
    let r = match n {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * r
}

/// `math.gamma`.
pub fn gamma(x: f64) -> Result<f64, MathError> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(MathError::Domain) };
    }
    if x == 0.0 {
        return Err(MathError::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(MathError::Domain);
        }
        if x <= 23.0 {
            let mut f = 1u128;
            for i in 2..x as u128 {
                f *= i;
            }
            return Ok(f as f64);
        }
    }
    let a = x.abs();
    if a < 1e-20 {
        let r = 1.0 / x;
        return if r.is_infinite() { Err(MathError::Range) } else { Ok(r) };
    }
    if a > 200.0 {
        return if x < 0.0 { Ok(0.0 / sinpi(x)) } else { Err(MathError::Range) };
    }
    let y = a + LANCZOS_G_HALF;
    let mut z = if a > LANCZOS_G_HALF { (y - a) - LANCZOS_G_HALF } else { (y - LANCZOS_G_HALF) - a };
    z = z * LANCZOS_G / y;
    let r = if x < 0.0 {
        let mut r = -PI / sinpi(a) / a * y.exp() / lanczos_sum(a);
        r -= z * r;
        if a < 140.0 {
            r / y.powf(a - 0.5)
        } else {
            let s = y.powf(a / 2.0 - 0.25);
            r / s / s
        }
    } else {
        let mut r = lanczos_sum(a) / y.exp();
        r += z * r;
        if a < 140.0 {
            r * y.powf(a - 0.5)
        } else {
            let s = y.powf(a / 2.0 - 0.25);
            r * s * s
        }
    };
    if r.is_infinite() { Err(MathError::Range) } else { Ok(r) }
}

/// `math.lgamma`.
pub fn lgamma(x: f64) -> Result<f64, MathError> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(MathError::Domain) } else { Ok(0.0) };
    }
    let a = x.abs();
    if a < 1e-20 {
        return Ok(-a.ln());
    }
    let mut r = lanczos_sum(a).ln() - LANCZOS_G;
    r += (a - 0.5) * ((a + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = PI.ln() - sinpi(a).abs().ln() - a.ln() - r;
    }
    if r.is_infinite() { Err(MathError::Range) } else { Ok(r) }
}

/// `math.ulp`.
pub fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let up = f64::from_bits(x.to_bits() + 1);
    if up.is_infinite() { x - f64::from_bits(x.to_bits() - 1) } else { up - x }
}

/// `math.nextafter(x, y, steps=n)`.
pub fn nextafter(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 {
        return x;
    }
    if x.is_nan() {
        return x;
    }
    if y.is_nan() || x == y {
        return y;
    }
    // Floats on a line of integers: sign and magnitude.
    const SIGN: u64 = 1 << 63;
    let (ux, uy) = (x.to_bits(), y.to_bits());
    let (ax, ay) = (ux & !SIGN, uy & !SIGN);
    if (ux ^ uy) & SIGN != 0 {
        // Opposite signs: over zero.
        if ax.checked_add(ay).is_none_or(|d| d <= steps) {
            return y;
        }
        if ax < steps {
            return f64::from_bits((uy & SIGN) | (steps - ax));
        }
        if ax == steps {
            return f64::from_bits(ux & SIGN);
        }
        return f64::from_bits(ux - steps);
    }
    if ax > ay {
        if ax - ay >= steps { f64::from_bits(ux - steps) } else { y }
    } else if ay - ax >= steps {
        f64::from_bits(ux + steps)
    } else {
        y
    }
}

/// `math.fma`: domain and range errors as in Python.
pub fn fma(x: f64, y: f64, z: f64) -> Result<f64, MathError> {
    let r = x.mul_add(y, z);
    if r.is_finite() {
        return Ok(r);
    }
    if r.is_nan() {
        return if !x.is_nan() && !y.is_nan() && !z.is_nan() { Err(MathError::Domain) } else { Ok(r) };
    }
    if x.is_finite() && y.is_finite() && z.is_finite() { Err(MathError::Range) } else { Ok(r) }
}

/// `math.remainder`, IEEE 754 style.
pub fn remainder(x: f64, y: f64) -> Result<f64, MathError> {
    if x.is_finite() && y.is_finite() {
        if y == 0.0 {
            return Err(MathError::Domain);
        }
        let (ax, ay) = (x.abs(), y.abs());
        let m = ax % ay;
        let c = ay - m;
        let r = if m < c {
            m
        } else if m > c {
            -c
        } else {
            m - 2.0 * ((0.5 * (ax - m)) % ay)
        };
        return Ok(1f64.copysign(x) * r);
    }
    if x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() {
        return Ok(y);
    }
    if x.is_infinite() { Err(MathError::Domain) } else { Ok(x) }
}

/// The product of `lo..hi` by halves.
fn range_product(lo: u64, hi: u64) -> Vec<u64> {
    if hi - lo <= 16 {
        let mut p = vec![1u64];
        for i in lo..hi {
            let c = limb::mul1_add(&mut p, i, 0);
            if c != 0 {
                p.push(c);
            }
        }
        return p;
    }
    let mid = lo + (hi - lo) / 2;
    limb::mul(&range_product(lo, mid), &range_product(mid, hi))
}

/// `math.factorial`.
pub fn factorial(n: u64) -> Signed {
    if n <= 33 {
        return Signed { neg: false, mag: digits::from_u128((2..=u128::from(n)).product()) };
    }
    // n! = 2^(n - ones) * product of odd parts; the odd factors in (n/2^i+1, n/2^(i-1)] accumulate.
    let mut inner = vec![1u64];
    let mut outer = vec![1u64];
    let mut upper = 3u64;
    for i in (0..64 - n.leading_zeros()).rev() {
        let v = n >> i;
        if v <= 2 {
            continue;
        }
        let lower = upper;
        upper = (v + 1) | 1;
        inner = limb::mul(&inner, &odd_product(lower, upper));
        outer = limb::mul(&outer, &inner);
    }
    let p = limb::shl(&outer, n - u64::from(n.count_ones()));
    Signed { neg: false, mag: limb::to_digits(&p) }
}

/// The product of the odd numbers from `lo` to below `hi`, both odd.
fn odd_product(lo: u64, hi: u64) -> Vec<u64> {
    let count = (hi - lo) / 2;
    if count <= 16 {
        let mut p = vec![1u64];
        for i in 0..count {
            let c = limb::mul1_add(&mut p, lo + 2 * i, 0);
            if c != 0 {
                p.push(c);
            }
        }
        return p;
    }
    let mid = (lo + count) | 1;
    limb::mul(&odd_product(lo, mid), &odd_product(mid, hi))
}

/// `math.perm(n, k)` for `0 <= k`; zero when `k > n`.
pub fn perm(n: SignedRef, k: u64) -> Signed {
    match n.to_u64() {
        Some(n) if k > n => Signed::default(),
        Some(n) if n < u64::MAX => Signed::new(false, limb::to_digits(&range_product(n - k + 1, n + 1))),
        _ => big_product(n, 0, k),
    }
}

/// The product of `n - lo .. n - hi` for a large `n`.
fn big_product(n: SignedRef, lo: u64, hi: u64) -> Signed {
    if lo == hi {
        return Signed::from_u64(1);
    }
    if hi - lo == 1 {
        return n.sub(Signed::from_u64(lo).as_ref());
    }
    let mid = lo + (hi - lo) / 2;
    big_product(n, lo, mid).as_ref().mul(big_product(n, mid, hi).as_ref())
}

/// `math.comb(n, k)` for `0 <= k`; zero when `k > n`. The caller has replaced `k` by `min(k, n - k)`.
pub fn comb(n: SignedRef, k: u64) -> Signed {
    if let Some(n) = n.to_u64() {
        if k > n {
            return Signed::default();
        }
        let k = k.min(n - k);
        if k < 64 {
            // While it fits: each step stays an integer.
            let mut r = 1u128;
            let mut fits = true;
            for i in 0..k {
                match r.checked_mul(u128::from(n - i)) {
                    Some(p) => r = p / u128::from(i + 1),
                    None => {
                        fits = false;
                        break;
                    }
                }
            }
            if fits {
                return Signed { neg: false, mag: digits::from_u128(r) };
            }
        }
        return Signed { neg: false, mag: limb::to_digits(&comb_halves(n, k)) };
    }
    let num = perm(n, k);
    let den = factorial(k);
    Signed { neg: false, mag: digits::divrem(&num.mag, &den.mag).0 }
}

/// C(n, k) = C(n, j) * C(n-j, k-j) / C(k, j) with j = k / 2: balanced products.
fn comb_halves(n: u64, k: u64) -> Vec<u64> {
    if k <= 16 {
        let mut num = vec![1u64];
        let mut den = vec![1u64];
        for i in 0..k {
            let c = limb::mul1_add(&mut num, n - i, 0);
            if c != 0 {
                num.push(c);
            }
            let c = limb::mul1_add(&mut den, i + 1, 0);
            if c != 0 {
                den.push(c);
            }
        }
        return limb::divrem(&num, &den).0;
    }
    let j = k / 2;
    let p = limb::mul(&comb_halves(n, j), &comb_halves(n - j, k - j));
    limb::divrem(&p, &comb_halves(k, j)).0
}
