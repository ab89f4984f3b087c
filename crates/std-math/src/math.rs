//! `math`: the functions of floats; those of integers are in `integers`.

use crate::{integers, libm};
use taipan_num::int::{Signed, SignedRef, float::ldexp as scale};
use taipan_num::math::{self as num, MathError};
use taipan_object::{
    Args, Object, Owned, PyFloat, PyInt, PyModule, PyResult, Raised, Thread, argparse, attr, err, name, native_module,
    number,
};

/// How a float is shown in a message.
fn shown(x: f64) -> String {
    String::from_utf8_lossy(&taipan_num::float::format::repr(x)).into_owned()
}

#[cold]
fn domain(t: &Thread) -> Raised {
    err!(t, ValueError, "math domain error")
}

#[cold]
fn range(t: &Thread) -> Raised {
    err!(t, OverflowError, "math range error")
}

#[cold]
fn expected(t: &Thread, what: &str, x: f64) -> Raised {
    err!(t, ValueError, "expected {what}, got {}", shown(x))
}

/// A result that is NaN for a number, or infinite for a finite argument, means an argument outside of the domain.
#[inline(always)]
fn within(t: &Thread, x: f64, r: f64, what: &str) -> PyResult<f64> {
    if !r.is_finite() && ((r.is_nan() && !x.is_nan()) || (r.is_infinite() && x.is_finite())) {
        return Err(expected(t, what, x));
    }
    Ok(r)
}

/// An infinite result for a finite argument is an overflow.
#[inline(always)]
fn ranged(t: &Thread, x: f64, r: f64) -> PyResult<f64> {
    if r.is_infinite() && x.is_finite() { Err(range(t)) } else { Ok(r) }
}

fn math_result(t: &Thread, x: f64, result: Result<f64, MathError>, what: &str) -> PyResult<f64> {
    match result {
        Ok(r) => Ok(r),
        Err(MathError::Range) => Err(range(t)),
        Err(_) => Err(expected(t, what, x)),
    }
}

const GAMMA: &str = "a noninteger or positive integer";

/// The nearest int of a float that is whole.
fn int_of(t: &Thread, x: f64) -> PyResult {
    if x.abs() < 9.0e18 {
        return PyInt::from_i64(t, x as i64).map(Owned::into_object);
    }
    if x.is_nan() {
        return Err(err!(t, ValueError, "cannot convert float NaN to integer"));
    }
    match Signed::from_f64(x) {
        Some(n) => PyInt::from_digits(t, n.neg, &n.mag).map(Owned::into_object),
        None => Err(err!(t, OverflowError, "cannot convert float infinity to integer")),
    }
}

fn no_logarithm(t: &Thread) -> Raised {
    err!(t, ValueError, "expected a positive input")
}

/// A logarithm of a float, or of an int however large.
fn logarithm(t: &Thread, x: &Object, log: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(n) = x.downcast::<PyInt>() {
        if n.is_negative() || n.is_zero() {
            return Err(no_logarithm(t));
        }
        let n = SignedRef::new(false, n.digits());
        return Ok(match n.to_f64() {
            Some(x) => log(x),
            None => {
                let (m, e) = n.frexp();
                log(m) + log(2.0) * e as f64
            }
        });
    }
    let x = number::as_f64(t, x)?;
    if x > 0.0 || x.is_nan() { Ok(log(x)) } else { Err(expected(t, "a positive input", x)) }
}

/// Whether two numbers are close (`math.isclose`).
pub fn close(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> bool {
    if a == b {
        return true;
    }
    if a.is_infinite() || b.is_infinite() {
        return false;
    }
    let diff = (b - a).abs();
    diff <= (rel_tol * b).abs() || diff <= (rel_tol * a).abs() || diff <= abs_tol
}

/// C's `pow` with the special cases of C99 Annex F.
fn power(x: f64, y: f64) -> Result<f64, MathError> {
    if x.is_finite() && y.is_finite() {
        let r = x.powf(y);
        if r.is_nan() {
            return Err(MathError::Domain);
        }
        if r.is_infinite() {
            return Err(if x == 0.0 { MathError::Domain } else { MathError::Range });
        }
        return Ok(r);
    }
    Ok(if x.is_nan() {
        if y == 0.0 { 1.0 } else { x }
    } else if y.is_nan() {
        if x == 1.0 { 1.0 } else { y }
    } else if x.is_infinite() {
        let odd = y.is_finite() && y.abs() % 2.0 == 1.0;
        if y > 0.0 {
            if odd { x } else { x.abs() }
        } else if y == 0.0 {
            1.0
        } else if odd {
            0.0f64.copysign(x)
        } else {
            0.0
        }
    } else if x.abs() == 1.0 {
        1.0
    } else if y > 0.0 && x.abs() > 1.0 {
        y
    } else if y < 0.0 && x.abs() < 1.0 {
        -y
    } else {
        0.0
    })
}

/// This module provides access to the mathematical functions
/// defined by the C standard.
#[native_module(name = "math", parts(integers::functions))]
pub mod math {
    use super::*;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[function(sig = "(x, /)")]
    fn acos(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.acos(), "a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn acosh(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, libm::acosh(x), "argument value not less than 1")
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function(sig = "(x, /)")]
    fn asin(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.asin(), "a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn asinh(_t: &Thread, x: f64) -> f64 {
        libm::asinh(x)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function(sig = "(x, /)")]
    fn atan(_t: &Thread, x: f64) -> f64 {
        x.atan()
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[function(sig = "(y, x, /)")]
    fn atan2(_t: &Thread, y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn atanh(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, libm::atanh(x), "a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[function(sig = "(x, /)")]
    fn cbrt(_t: &Thread, x: f64) -> f64 {
        x.cbrt()
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[function(sig = "(x, /)")]
    fn ceil(t: &Thread, x: &Object) -> PyResult {
        if let Some(x) = x.downcast_exact::<PyFloat>() {
            return int_of(t, x.value().ceil());
        }
        if let Some(found) = attr::call_special(t, x, name!(t, "__ceil__"), &[])? {
            return Ok(found);
        }
        int_of(t, number::as_f64(t, x)?.ceil())
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    ///
    #[function(sig = "(x, y, /)")]
    fn copysign(_t: &Thread, x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn cos(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.cos(), "a finite input")
    }

    /// Return the hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn cosh(t: &Thread, x: f64) -> PyResult<f64> {
        ranged(t, x, x.cosh())
    }

    /// Convert angle x from radians to degrees.
    #[function(sig = "(x, /)")]
    fn degrees(_t: &Thread, x: f64) -> f64 {
        x * (180.0 / core::f64::consts::PI)
    }

    /// Error function at x.
    #[function(sig = "(x, /)")]
    fn erf(_t: &Thread, x: f64) -> f64 {
        libm::erf(x)
    }

    /// Complementary error function at x.
    #[function(sig = "(x, /)")]
    fn erfc(_t: &Thread, x: f64) -> f64 {
        libm::erfc(x)
    }

    /// Return e raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp(t: &Thread, x: f64) -> PyResult<f64> {
        ranged(t, x, x.exp())
    }

    /// Return 2 raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp2(t: &Thread, x: f64) -> PyResult<f64> {
        ranged(t, x, x.exp2())
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[function(sig = "(x, /)")]
    fn expm1(t: &Thread, x: f64) -> PyResult<f64> {
        ranged(t, x, x.exp_m1())
    }

    /// Return the absolute value of the float x.
    #[function(sig = "(x, /)")]
    fn fabs(_t: &Thread, x: f64) -> f64 {
        x.abs()
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[function(sig = "(x, /)")]
    fn floor(t: &Thread, x: &Object) -> PyResult {
        if let Some(x) = x.downcast_exact::<PyFloat>() {
            return int_of(t, x.value().floor());
        }
        if let Some(found) = attr::call_special(t, x, name!(t, "__floor__"), &[])? {
            return Ok(found);
        }
        int_of(t, number::as_f64(t, x)?.floor())
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[function(sig = "(x, y, z, /)")]
    fn fma(t: &Thread, x: f64, y: f64, z: f64) -> PyResult<f64> {
        match num::fma(x, y, z) {
            Ok(r) => Ok(r),
            Err(MathError::Range) => Err(err!(t, OverflowError, "overflow in fma")),
            Err(_) => Err(err!(t, ValueError, "invalid operation in fma")),
        }
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[function(sig = "(x, y, /)")]
    fn fmod(t: &Thread, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let r = x % y;
        if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(t)) } else { Ok(r) }
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// If x is a finite nonzero number, then m is a float with
    /// 0.5 <= abs(m) < 1.0 and an integer e is such that
    /// x == m * 2**e exactly.  Else, return (x, 0).
    #[function(sig = "(x, /)")]
    fn frexp(_t: &Thread, x: f64) -> (f64, i64) {
        if x == 0.0 || !x.is_finite() {
            return (x, 0);
        }
        let (m, e) = taipan_num::float::frexp(x);
        (m, i64::from(e))
    }

    /// Gamma function at x.
    #[function(sig = "(x, /)")]
    fn gamma(t: &Thread, x: f64) -> PyResult<f64> {
        math_result(t, x, num::gamma(x), GAMMA)
    }

    /// Determine whether two floating-point numbers are close in value.
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
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(t: &Thread, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(err!(t, ValueError, "tolerances must be non-negative"));
        }
        Ok(close(a, b, rel_tol, abs_tol))
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isfinite(_t: &Thread, x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isinf(_t: &Thread, x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function(sig = "(x, /)")]
    fn isnan(_t: &Thread, x: f64) -> bool {
        x.is_nan()
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[function(sig = "(x, i, /)")]
    fn ldexp(t: &Thread, x: f64, i: &Object) -> PyResult<f64> {
        let Some(exponent) = i.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "Expected an int as second argument to ldexp."));
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let exponent = exponent.to_i64().unwrap_or(if exponent.is_negative() { i64::MIN } else { i64::MAX });
        let r = scale(x, exponent.clamp(-100_000, 100_000));
        if r.is_infinite() { Err(range(t)) } else { Ok(r) }
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[function(sig = "(x, /)")]
    fn lgamma(t: &Thread, x: f64) -> PyResult<f64> {
        math_result(t, x, num::lgamma(x), GAMMA)
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[function]
    fn log(t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "math.log")?;
        argparse::check_positional(t, "log", args.pos.len(), 1, 2)?;
        let [x, rest @ ..] = args.pos else { return Err(argparse::missing(t)) };
        let top = PyFloat::new(t, logarithm(t, x, f64::ln)?)?;
        let Some(base) = rest.first() else { return Ok(top.into_object()) };
        let bottom = PyFloat::new(t, logarithm(t, base, f64::ln)?)?;
        number::binary_op(t, &top, &bottom, number::Op::TrueDivide)
    }

    /// Return the base 10 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log10(t: &Thread, x: &Object) -> PyResult<f64> {
        logarithm(t, x, f64::log10)
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[function(sig = "(x, /)")]
    fn log1p(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, if x == 0.0 { x } else { x.ln_1p() }, "argument value > -1")
    }

    /// Return the base 2 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log2(t: &Thread, x: &Object) -> PyResult<f64> {
        logarithm(t, x, f64::log2)
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[function(sig = "(x, /)")]
    fn modf(_t: &Thread, x: f64) -> (f64, f64) {
        if x.is_infinite() {
            return (0.0f64.copysign(x), x);
        }
        if x.is_nan() {
            return (x, x);
        }
        let whole = x.trunc();
        ((x - whole).copysign(x), whole)
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not
    /// an integer.  Raises ValueError if steps is negative.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(t: &Thread, x: f64, y: f64, steps: Option<&Object>) -> PyResult<f64> {
        let Some(steps) = attr::none_if_none(steps) else {
            // One step onto zero keeps the sign.
            let next = num::nextafter(x, y, 1);
            return Ok(if next == 0.0 && x != 0.0 { next.copysign(x) } else { next });
        };
        let steps = number::index(t, steps)?;
        if steps.is_negative() {
            return Err(err!(t, ValueError, "steps must be a non-negative integer"));
        }
        Ok(num::nextafter(x, y, steps.to_u64().unwrap_or(u64::MAX)))
    }

    /// Return x**y (x to the power of y).
    #[function(sig = "(x, y, /)")]
    fn pow(t: &Thread, x: f64, y: f64) -> PyResult<f64> {
        match power(x, y) {
            Ok(r) => Ok(r),
            Err(MathError::Range) => Err(range(t)),
            Err(_) => Err(domain(t)),
        }
    }

    /// Convert angle x from degrees to radians.
    #[function(sig = "(x, /)")]
    fn radians(_t: &Thread, x: f64) -> f64 {
        x * (core::f64::consts::PI / 180.0)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[function(sig = "(x, y, /)")]
    fn remainder(t: &Thread, x: f64, y: f64) -> PyResult<f64> {
        num::remainder(x, y).map_err(|_| domain(t))
    }

    /// Return the sine of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn sin(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.sin(), "a finite input")
    }

    /// Return the hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn sinh(t: &Thread, x: f64) -> PyResult<f64> {
        ranged(t, x, x.sinh())
    }

    /// Return the square root of x.
    #[function(sig = "(x, /)")]
    fn sqrt(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.sqrt(), "a nonnegative input")
    }

    /// Return the tangent of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn tan(t: &Thread, x: f64) -> PyResult<f64> {
        within(t, x, x.tan(), "a finite input")
    }

    /// Return the hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn tanh(_t: &Thread, x: f64) -> f64 {
        x.tanh()
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[function(sig = "(x, /)")]
    fn trunc(t: &Thread, x: &Object) -> PyResult {
        if let Some(x) = x.downcast_exact::<PyFloat>() {
            return int_of(t, x.value().trunc());
        }
        match attr::call_special(t, x, name!(t, "__trunc__"), &[])? {
            Some(found) => Ok(found),
            None => Err(err!(t, TypeError, "type {:.100} doesn't define __trunc__ method", x.class().name_lossy())),
        }
    }

    /// Return the value of the least significant bit of the float x.
    #[function(sig = "(x, /)")]
    fn ulp(_t: &Thread, x: f64) -> f64 {
        num::ulp(x)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "pi", core::f64::consts::PI)?;
        module.set_value(t, "e", core::f64::consts::E)?;
        module.set_value(t, "tau", core::f64::consts::TAU)?;
        module.set_value(t, "inf", f64::INFINITY)?;
        module.set_value(t, "nan", f64::NAN)
    }
}
