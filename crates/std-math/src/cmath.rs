//! `cmath`: the functions of complex numbers.

use taipan_num::cmath as num;
use taipan_num::complex::Complex;
use taipan_num::float::FloatError;
use taipan_object::{Object, Owned, PyComplex, PyModule, PyResult, Raised, Thread, err, native_module};

fn number(t: &Thread, z: &Object) -> PyResult<Complex> {
    PyComplex::value_of(t, z)
}

fn error(t: &Thread, e: FloatError) -> Raised {
    match e {
        FloatError::Overflow => err!(t, OverflowError, "math range error"),
        FloatError::ZeroDivision => err!(t, ZeroDivisionError, "division by zero"),
        _ => err!(t, ValueError, "math domain error"),
    }
}

fn finish(t: &Thread, result: num::Result) -> PyResult {
    match result {
        Ok(z) => PyComplex::new(t, z.re, z.im).map(Owned::into_object),
        Err(e) => Err(error(t, e)),
    }
}

fn apply(t: &Thread, z: &Object, f: fn(Complex) -> num::Result) -> PyResult {
    finish(t, f(number(t, z)?))
}

/// This module provides access to mathematical functions for complex
/// numbers.
#[native_module(name = "cmath")]
pub mod cmath {
    use super::*;

    /// Return the arc cosine of z.
    #[function(sig = "(z, /)")]
    fn acos(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::acos)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn acosh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::acosh)
    }

    /// Return the arc sine of z.
    #[function(sig = "(z, /)")]
    fn asin(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::asin)
    }

    /// Return the inverse hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn asinh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::asinh_complex)
    }

    /// Return the arc tangent of z.
    #[function(sig = "(z, /)")]
    fn atan(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::atan)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn atanh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::atanh)
    }

    /// Return the cosine of z.
    #[function(sig = "(z, /)")]
    fn cos(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::cos)
    }

    /// Return the hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn cosh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::cosh)
    }

    /// Return the exponential value e**z.
    #[function(sig = "(z, /)")]
    fn exp(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::exp)
    }

    /// Return the base-10 logarithm of z.
    #[function(sig = "(z, /)")]
    fn log10(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::log10)
    }

    /// Return the sine of z.
    #[function(sig = "(z, /)")]
    fn sin(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::sin)
    }

    /// Return the hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn sinh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::sinh)
    }

    /// Return the square root of z.
    #[function(sig = "(z, /)")]
    fn sqrt(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::sqrt)
    }

    /// Return the tangent of z.
    #[function(sig = "(z, /)")]
    fn tan(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::tan)
    }

    /// Return the hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn tanh(t: &Thread, z: &Object) -> PyResult {
        apply(t, z, num::tanh)
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[function(sig = "(z, /)")]
    fn isfinite(t: &Thread, z: &Object) -> PyResult<bool> {
        let z = number(t, z)?;
        Ok(z.re.is_finite() && z.im.is_finite())
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[function(sig = "(z, /)")]
    fn isinf(t: &Thread, z: &Object) -> PyResult<bool> {
        let z = number(t, z)?;
        Ok(z.re.is_infinite() || z.im.is_infinite())
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[function(sig = "(z, /)")]
    fn isnan(t: &Thread, z: &Object) -> PyResult<bool> {
        let z = number(t, z)?;
        Ok(z.re.is_nan() || z.im.is_nan())
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must
    /// be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
    /// NaN is not close to anything, even itself. inf and -inf are only close
    /// to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(t: &Thread, a: &Object, b: &Object, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        let (a, b) = (number(t, a)?, number(t, b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(err!(t, ValueError, "tolerances must be non-negative"));
        }
        if a.re == b.re && a.im == b.im {
            return Ok(true);
        }
        if [a.re, a.im, b.re, b.im].iter().any(|x| x.is_infinite()) {
            return Ok(false);
        }
        let size = |z: Complex| z.re.hypot(z.im);
        let diff = size(Complex { re: a.re - b.re, im: a.im - b.im });
        Ok(diff <= rel_tol * size(b) || diff <= rel_tol * size(a) || diff <= abs_tol)
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e)
    /// of z.
    #[function(sig = "(z, base=None, /)", text = "(z, base=<unrepresentable>, /)")]
    fn log(t: &Thread, z: &Object, base: Option<&Object>) -> PyResult {
        let z = number(t, z)?;
        let Some(base) = base else { return finish(t, num::log(z)) };
        let base = number(t, base)?;
        // The logarithm of zero is no error yet: what counts is the base's logarithm and the quotient.
        let top = num::log(z).unwrap_or(Complex { re: f64::NEG_INFINITY, im: z.im.atan2(z.re) });
        let bottom = num::log(base).map_err(|e| error(t, e))?;
        match top.div(bottom) {
            Ok(z) => PyComplex::new(t, z.re, z.im).map(Owned::into_object),
            // As the C code has it: a quotient without value is outside of the domain.
            Err(_) => Err(error(t, FloatError::Domain)),
        }
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[function(sig = "(z, /)")]
    fn phase(t: &Thread, z: &Object) -> PyResult<f64> {
        Ok(num::phase(number(t, z)?))
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function(sig = "(z, /)")]
    fn polar(t: &Thread, z: &Object) -> PyResult<(f64, f64)> {
        num::polar(number(t, z)?).map_err(|e| error(t, e))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[function(sig = "(r, phi, /)")]
    fn rect(t: &Thread, r: f64, phi: f64) -> PyResult {
        finish(t, num::rect(r, phi))
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "pi", core::f64::consts::PI)?;
        module.set_value(t, "e", core::f64::consts::E)?;
        module.set_value(t, "tau", core::f64::consts::TAU)?;
        module.set_value(t, "inf", f64::INFINITY)?;
        module.set_value(t, "nan", f64::NAN)?;
        module.set(t, "infj", &*PyComplex::new(t, 0.0, f64::INFINITY)?)?;
        module.set(t, "nanj", &*PyComplex::new(t, 0.0, f64::NAN)?)
    }
}
