//! Complex arithmetic, parsing and text as in CPython 3.14's complexobject.c.

use crate::float::{self, FloatError, format};

/// A complex number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

/// Shorthand constructor.
pub const fn c(re: f64, im: f64) -> Complex {
    Complex { re, im }
}

impl Complex {
    /// `a + b`.
    pub fn add(self, b: Complex) -> Complex {
        c(self.re + b.re, self.im + b.im)
    }

    /// `a - b`.
    pub fn sub(self, b: Complex) -> Complex {
        c(self.re - b.re, self.im - b.im)
    }

    /// `a + real`.
    pub fn add_real(self, b: f64) -> Complex {
        c(self.re + b, self.im)
    }

    /// `a - real`.
    pub fn sub_real(self, b: f64) -> Complex {
        c(self.re - b, self.im)
    }

    /// `real - b`.
    pub fn real_sub(a: f64, b: Complex) -> Complex {
        c(a - b.re, -b.im)
    }

    /// `-a`.
    pub fn neg(self) -> Complex {
        c(-self.re, -self.im)
    }

    /// `a * b`, recovering infinities as C99 Annex G.
    pub fn mul(self, o: Complex) -> Complex {
        let (mut a, mut b, mut cc, mut d) = (self.re, self.im, o.re, o.im);
        let (ac, bd, ad, bc) = (a * cc, b * d, a * d, b * cc);
        let r = c(ac - bd, ad + bc);
        if !(r.re.is_nan() && r.im.is_nan()) {
            return r;
        }
        let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        let denan = |x: f64| if x.is_nan() { 0f64.copysign(x) } else { x };
        let mut again = false;
        if a.is_infinite() || b.is_infinite() {
            (a, b, cc, d) = (unit(a), unit(b), denan(cc), denan(d));
            again = true;
        }
        if cc.is_infinite() || d.is_infinite() {
            (cc, d, a, b) = (unit(cc), unit(d), denan(a), denan(b));
            again = true;
        }
        if !again && (ac.is_infinite() || bd.is_infinite() || ad.is_infinite() || bc.is_infinite()) {
            (a, b, cc, d) = (denan(a), denan(b), denan(cc), denan(d));
            again = true;
        }
        if again { c(f64::INFINITY * (a * cc - b * d), f64::INFINITY * (a * d + b * cc)) } else { r }
    }

    /// `a * real`.
    pub fn mul_real(self, b: f64) -> Complex {
        c(self.re * b, self.im * b)
    }

    /// `a / b`.
    pub fn div(self, b: Complex) -> Result<Complex, FloatError> {
        let a = self;
        let (abr, abi) = (b.re.abs(), b.im.abs());
        let mut r;
        if abr >= abi {
            if abr == 0.0 {
                return Err(FloatError::ZeroDivision);
            }
            let ratio = b.im / b.re;
            let denom = b.re + b.im * ratio;
            r = c((a.re + a.im * ratio) / denom, (a.im - a.re * ratio) / denom);
        } else if abi >= abr {
            let ratio = b.re / b.im;
            let denom = b.re * ratio + b.im;
            r = c((a.re * ratio + a.im) / denom, (a.im * ratio - a.re) / denom);
        } else {
            r = c(f64::NAN, f64::NAN);
        }
        if r.re.is_nan() && r.im.is_nan() {
            let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
            if (a.re.is_infinite() || a.im.is_infinite()) && b.re.is_finite() && b.im.is_finite() {
                let (x, y) = (unit(a.re), unit(a.im));
                r = c(f64::INFINITY * (x * b.re + y * b.im), f64::INFINITY * (y * b.re - x * b.im));
            } else if (abr.is_infinite() || abi.is_infinite()) && a.re.is_finite() && a.im.is_finite() {
                let (x, y) = (unit(b.re), unit(b.im));
                r = c(0.0 * (a.re * x + a.im * y), 0.0 * (a.im * x - a.re * y));
            }
        }
        Ok(r)
    }

    /// `a / real`.
    pub fn div_real(self, b: f64) -> Result<Complex, FloatError> {
        if b == 0.0 { Err(FloatError::ZeroDivision) } else { Ok(c(self.re / b, self.im / b)) }
    }

    /// `real / b`.
    pub fn real_div(a: f64, b: Complex) -> Result<Complex, FloatError> {
        let (abr, abi) = (b.re.abs(), b.im.abs());
        let mut r;
        if abr >= abi {
            if abr == 0.0 {
                return Err(FloatError::ZeroDivision);
            }
            let ratio = b.im / b.re;
            let denom = b.re + b.im * ratio;
            r = c(a / denom, (-a * ratio) / denom);
        } else if abi >= abr {
            let ratio = b.re / b.im;
            let denom = b.re * ratio + b.im;
            r = c((a * ratio) / denom, (-a) / denom);
        } else {
            r = c(f64::NAN, f64::NAN);
        }
        if r.re.is_nan() && r.im.is_nan() && a.is_finite() && (abr.is_infinite() || abi.is_infinite()) {
            let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
            r = c(0.0 * (a * unit(b.re)), 0.0 * (-a * unit(b.im)));
        }
        Ok(r)
    }

    /// `a ** b`: `ZeroDivision` is "zero to a negative or complex power", `Overflow` "complex exponentiation".
    pub fn pow(self, b: Complex) -> Result<Complex, FloatError> {
        let r = if b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0 {
            self.powi(b.re as i32)?
        } else {
            self.pow_general(b)?
        };
        if r.re.is_infinite() || r.im.is_infinite() { Err(FloatError::Overflow) } else { Ok(r) }
    }

    fn pow_general(self, b: Complex) -> Result<Complex, FloatError> {
        if b.re == 0.0 && b.im == 0.0 {
            return Ok(c(1.0, 0.0));
        }
        if self.re == 0.0 && self.im == 0.0 {
            return if b.im != 0.0 || b.re < 0.0 { Err(FloatError::ZeroDivision) } else { Ok(c(0.0, 0.0)) };
        }
        let vabs = self.re.hypot(self.im);
        let mut len = vabs.powf(b.re);
        let at = self.im.atan2(self.re);
        let mut phase = at * b.re;
        if b.im != 0.0 {
            len *= (-at * b.im).exp();
            phase += b.im * vabs.ln();
        }
        if phase.is_infinite() {
            // The C library's domain error for cos(inf), which CPython reports this way.
            return Err(FloatError::ZeroDivision);
        }
        Ok(c(len * phase.cos(), len * phase.sin()))
    }

    fn powi(self, n: i32) -> Result<Complex, FloatError> {
        if n > 0 {
            return Ok(self.powu(n as u32));
        }
        c(1.0, 0.0).div(self.powu(n.unsigned_abs()))
    }

    fn powu(self, n: u32) -> Complex {
        let mut p = self;
        let mut bits = n;
        let mut r = c(1.0, 0.0);
        while bits > 0 {
            if bits & 1 == 1 {
                r = r.mul(p);
            }
            bits >>= 1;
            p = p.mul(p);
        }
        r
    }

    /// `abs(a)`.
    pub fn abs(self) -> Result<f64, FloatError> {
        if !self.re.is_finite() || !self.im.is_finite() {
            return Ok(if self.re.is_infinite() || self.im.is_infinite() { f64::INFINITY } else { f64::NAN });
        }
        let r = self.re.hypot(self.im);
        if r.is_infinite() { Err(FloatError::Overflow) } else { Ok(r) }
    }

    /// `hash(a)` from the parts' hashes (a nan's hash comes from the object).
    pub fn hash(re_hash: i64, im_hash: i64) -> i64 {
        let h = (re_hash as u64).wrapping_add((im_hash as u64).wrapping_mul(1_000_003)) as i64;
        if h == -1 { -2 } else { h }
    }

    /// `repr(a)`.
    pub fn repr(self) -> Vec<u8> {
        self.format(b'r', 0)
    }

    /// The default text with another float format: `(re+imj)`, or `imj` when the real part is positive zero.
    pub fn format(self, code: u8, precision: usize) -> Vec<u8> {
        let flags = format::Flags::default();
        if self.re == 0.0 && self.re.is_sign_positive() {
            let mut out = format::double_to_string(self.im, code, precision, flags);
            out.push(b'j');
            return out;
        }
        let mut out = vec![b'('];
        out.extend(format::double_to_string(self.re, code, precision, flags));
        out.extend(format::double_to_string(self.im, code, precision, format::Flags { sign: true, ..flags }));
        out.extend_from_slice(b"j)");
        out
    }
}

/// Parses as `complex(str)`: ASCII text (other decimals and spaces mapped by the caller), surrounding white space and one
/// pair of parentheses.
pub fn parse(s: &[u8]) -> Option<Complex> {
    if s.contains(&b'_') {
        return parse_clean(&float::parse::strip_underscores(s)?);
    }
    parse_clean(s)
}

fn parse_clean(s: &[u8]) -> Option<Complex> {
    let skip = |s: &mut &[u8]| {
        while let [b' ' | 9..=13, rest @ ..] = *s {
            *s = rest;
        }
    };
    let mut s = s;
    skip(&mut s);
    let bracket = s.first() == Some(&b'(');
    if bracket {
        s = &s[1..];
        skip(&mut s);
    }
    let (mut re, mut im) = (0.0, 0.0);
    let sign_unit = |s: &mut &[u8]| {
        // A sign alone (or nothing) before j means one.
        let v = match s.first() {
            Some(b'-') => -1.0,
            _ => 1.0,
        };
        if matches!(s.first(), Some(b'+' | b'-')) {
            *s = &s[1..];
        }
        v
    };
    if let Some((z, n)) = float::parse::parse_prefix(s) {
        s = &s[n..];
        match s.first() {
            Some(b'+' | b'-') => {
                re = z;
                match float::parse::parse_prefix(s) {
                    Some((y, n)) => {
                        im = y;
                        s = &s[n..];
                    }
                    None => im = sign_unit(&mut s),
                }
                if !matches!(s.first(), Some(b'j' | b'J')) {
                    return None;
                }
                s = &s[1..];
            }
            Some(b'j' | b'J') => {
                s = &s[1..];
                im = z;
            }
            _ => re = z,
        }
    } else {
        im += sign_unit(&mut s);
        if !matches!(s.first(), Some(b'j' | b'J')) {
            return None;
        }
        s = &s[1..];
    }
    skip(&mut s);
    if bracket {
        if s.first() != Some(&b')') {
            return None;
        }
        s = &s[1..];
        skip(&mut s);
    }
    if s.is_empty() { Some(c(re, im)) } else { None }
}
