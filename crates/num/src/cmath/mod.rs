//! The functions of the module `cmath`, with its special values.

mod special;

use crate::complex::{Complex, c};
use crate::float::{FloatError, ldexp};
use special::Table;
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};
use std::sync::OnceLock;

/// `Domain` is "math domain error", `Overflow` "math range error".
pub type Result = std::result::Result<Complex, FloatError>;

const LARGE: f64 = f64::MAX / 4.0;
const SQRT_LARGE: f64 = 6.703903964971298e153;
const LOG_LARGE: f64 = 708.3964185322641;
const SQRT_MIN: f64 = 1.4916681462400413e-154;

fn class(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x > 0.0 { 5 } else { 0 }
    } else if x == 0.0 {
        if x.is_sign_positive() { 3 } else { 2 }
    } else if x > 0.0 {
        4
    } else {
        1
    }
}

fn lookup(t: &Table, z: Complex) -> Complex {
    let (re, im) = t[class(z.re)][class(z.im)];
    c(re, im)
}

fn special(t: &Table, z: Complex) -> Option<Complex> {
    if z.re.is_finite() && z.im.is_finite() { None } else { Some(lookup(t, z)) }
}

/// The C library's `asinh`, when whoever may call C has installed it: the one function of cmath's that std has not.
pub static C_ASINH: OnceLock<fn(f64) -> f64> = OnceLock::new();

fn asinh(x: f64) -> f64 {
    if let Some(f) = C_ASINH.get() {
        return f(x);
    }
    let a = x.abs();
    if !x.is_finite() || a < 3.725290298461914e-9 {
        return x;
    }
    let w = if a > 268435456.0 {
        a.ln() + LN_2
    } else if a > 2.0 {
        (2.0 * a + 1.0 / ((a * a + 1.0).sqrt() + a)).ln()
    } else {
        let t = a * a;
        (a + t / (1.0 + (1.0 + t).sqrt())).ln_1p()
    };
    w.copysign(x)
}

fn check(r: Complex) -> Result {
    if r.re.is_infinite() || r.im.is_infinite() { Err(FloatError::Overflow) } else { Ok(r) }
}

fn sqrt_raw(z: Complex) -> Complex {
    if let Some(r) = special(&special::SQRT, z) {
        return r;
    }
    if z.re == 0.0 && z.im == 0.0 {
        return c(0.0, z.im);
    }
    let (mut ax, ay) = (z.re.abs(), z.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        ax = ldexp(ax, 53);
        ldexp((ax + ax.hypot(ldexp(ay, 53))).sqrt(), -27)
    } else {
        ax /= 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if z.re >= 0.0 { c(s, d.copysign(z.im)) } else { c(d, s.copysign(z.im)) }
}

/// `cmath.sqrt`.
pub fn sqrt(z: Complex) -> Result {
    Ok(sqrt_raw(z))
}

fn large(z: Complex) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

fn log_half(z: Complex) -> f64 {
    (z.re / 2.0).hypot(z.im / 2.0).ln() + LN_2 * 2.0
}

/// `cmath.acos`.
pub fn acos(z: Complex) -> Result {
    if let Some(r) = special(&special::ACOS, z) {
        return Ok(r);
    }
    if large(z) {
        let re = z.im.abs().atan2(z.re);
        let l = log_half(z);
        return Ok(c(re, if z.re < 0.0 { -l.copysign(z.im) } else { l.copysign(-z.im) }));
    }
    let s1 = sqrt_raw(c(1.0 - z.re, -z.im));
    let s2 = sqrt_raw(c(1.0 + z.re, z.im));
    Ok(c(2.0 * s1.re.atan2(s2.re), asinh(s2.re * s1.im - s2.im * s1.re)))
}

/// `cmath.acosh`.
pub fn acosh(z: Complex) -> Result {
    if let Some(r) = special(&special::ACOSH, z) {
        return Ok(r);
    }
    if large(z) {
        return Ok(c(log_half(z), z.im.atan2(z.re)));
    }
    let s1 = sqrt_raw(c(z.re - 1.0, z.im));
    let s2 = sqrt_raw(c(z.re + 1.0, z.im));
    Ok(c(asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * s1.im.atan2(s2.re)))
}

fn asinh_raw(z: Complex) -> Complex {
    if let Some(r) = special(&special::ASINH, z) {
        return r;
    }
    if large(z) {
        let l = log_half(z);
        let re = if z.im >= 0.0 { l.copysign(z.re) } else { -l.copysign(-z.re) };
        return c(re, z.im.atan2(z.re.abs()));
    }
    let s1 = sqrt_raw(c(1.0 + z.im, -z.re));
    let s2 = sqrt_raw(c(1.0 - z.im, z.re));
    c(asinh(s1.re * s2.im - s2.re * s1.im), z.im.atan2(s1.re * s2.re - s1.im * s2.im))
}

/// `cmath.asinh`.
pub fn asinh_complex(z: Complex) -> Result {
    Ok(asinh_raw(z))
}

/// `cmath.asin`.
pub fn asin(z: Complex) -> Result {
    let s = asinh_raw(c(-z.im, z.re));
    Ok(c(s.im, -s.re))
}

/// `cmath.atanh`.
pub fn atanh(z: Complex) -> Result {
    if let Some(r) = special(&special::ATANH, z) {
        return Ok(r);
    }
    if z.re < 0.0 || (z.re == 0.0 && z.re.is_sign_negative()) {
        return atanh(z.neg()).map(Complex::neg);
    }
    let ay = z.im.abs();
    Ok(if z.re > SQRT_LARGE || ay > SQRT_LARGE {
        let h = (z.re / 2.0).hypot(z.im / 2.0);
        c(z.re / 4.0 / h / h, -FRAC_PI_2.copysign(-z.im))
    } else if z.re == 1.0 && ay < SQRT_MIN {
        if ay == 0.0 {
            return Err(FloatError::Domain);
        }
        c(-(ay.sqrt() / ay.hypot(2.0).sqrt()).ln(), (2f64.atan2(-ay) / 2.0).copysign(z.im))
    } else {
        let m = 1.0 - z.re;
        c((4.0 * z.re / (m * m + ay * ay)).ln_1p() / 4.0, -(-2.0 * z.im).atan2(m * (1.0 + z.re) - ay * ay) / 2.0)
    })
}

/// `cmath.atan`.
pub fn atan(z: Complex) -> Result {
    let s = atanh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

/// `cmath.cosh`.
pub fn cosh(z: Complex) -> Result {
    if !z.re.is_finite() || !z.im.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(FloatError::Domain);
        }
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let inf = f64::INFINITY;
            let im = inf.copysign(z.im.sin());
            return Ok(c(inf.copysign(z.im.cos()), if z.re > 0.0 { im } else { -im }));
        }
        return Ok(lookup(&special::COSH, z));
    }
    if z.re.abs() > LOG_LARGE {
        let m = z.re - 1f64.copysign(z.re);
        return check(c(z.im.cos() * m.cosh() * E, z.im.sin() * m.sinh() * E));
    }
    check(c(z.im.cos() * z.re.cosh(), z.im.sin() * z.re.sinh()))
}

/// `cmath.cos`.
pub fn cos(z: Complex) -> Result {
    cosh(c(-z.im, z.re))
}

/// `cmath.sinh`.
pub fn sinh(z: Complex) -> Result {
    if !z.re.is_finite() || !z.im.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(FloatError::Domain);
        }
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let inf = f64::INFINITY;
            let re = inf.copysign(z.im.cos());
            return Ok(c(if z.re > 0.0 { re } else { -re }, inf.copysign(z.im.sin())));
        }
        return Ok(lookup(&special::SINH, z));
    }
    if z.re.abs() > LOG_LARGE {
        let m = z.re - 1f64.copysign(z.re);
        return check(c(z.im.cos() * m.sinh() * E, z.im.sin() * m.cosh() * E));
    }
    check(c(z.im.cos() * z.re.sinh(), z.im.sin() * z.re.cosh()))
}

/// `cmath.sin`.
pub fn sin(z: Complex) -> Result {
    let s = sinh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

/// `cmath.tanh`.
pub fn tanh(z: Complex) -> Result {
    if !z.re.is_finite() || !z.im.is_finite() {
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(FloatError::Domain);
        }
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            return Ok(c(1f64.copysign(z.re), 0f64.copysign(2.0 * z.im.sin() * z.im.cos())));
        }
        return Ok(lookup(&special::TANH, z));
    }
    if z.re.abs() > LOG_LARGE {
        return Ok(c(1f64.copysign(z.re), 4.0 * z.im.sin() * z.im.cos() * (-2.0 * z.re.abs()).exp()));
    }
    let (tx, ty) = (z.re.tanh(), z.im.tan());
    let cx = 1.0 / z.re.cosh();
    let txty = tx * ty;
    let denom = 1.0 + txty * txty;
    Ok(c(tx * (1.0 + ty * ty) / denom, ((ty / denom) * cx) * cx))
}

/// `cmath.tan`.
pub fn tan(z: Complex) -> Result {
    let s = tanh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

/// `cmath.exp`.
pub fn exp(z: Complex) -> Result {
    if !z.re.is_finite() || !z.im.is_finite() {
        if z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY) {
            return Err(FloatError::Domain);
        }
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let unit = if z.re > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok(c(unit.copysign(z.im.cos()), unit.copysign(z.im.sin())));
        }
        return Ok(lookup(&special::EXP, z));
    }
    if z.re > LOG_LARGE {
        let l = (z.re - 1.0).exp();
        return check(c(l * z.im.cos() * E, l * z.im.sin() * E));
    }
    let l = z.re.exp();
    check(c(l * z.im.cos(), l * z.im.sin()))
}

/// `cmath.log` with one argument.
pub fn log(z: Complex) -> Result {
    if let Some(r) = special(&special::LOG, z) {
        return Ok(r);
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let re = if ax > LARGE || ay > LARGE {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(FloatError::Domain);
        }
        ldexp(ax, 53).hypot(ldexp(ay, 53)).ln() - 53.0 * LN_2
    } else {
        let h = ax.hypot(ay);
        if (0.71..=1.73).contains(&h) {
            let (am, an) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((am - 1.0) * (am + 1.0) + an * an).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(c(re, z.im.atan2(z.re)))
}

/// `cmath.log10`.
pub fn log10(z: Complex) -> Result {
    let r = log(z)?;
    Ok(c(r.re / LN_10, r.im / LN_10))
}

/// `cmath.phase`.
pub fn phase(z: Complex) -> f64 {
    z.im.atan2(z.re)
}

/// `cmath.polar`.
pub fn polar(z: Complex) -> std::result::Result<(f64, f64), FloatError> {
    Ok((z.abs()?, phase(z)))
}

/// `cmath.rect`.
pub fn rect(r: f64, phi: f64) -> Result {
    if !r.is_finite() || !phi.is_finite() {
        if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let (re, im) = (f64::INFINITY.copysign(phi.cos()), f64::INFINITY.copysign(phi.sin()));
            return Ok(if r > 0.0 { c(re, im) } else { c(-re, -im) });
        }
        if r != 0.0 && !r.is_nan() && phi.is_infinite() {
            return Err(FloatError::Domain);
        }
        return Ok(lookup(&special::RECT, c(r, phi)));
    }
    Ok(if phi == 0.0 { c(r, r * phi) } else { c(r * phi.cos(), r * phi.sin()) })
}
