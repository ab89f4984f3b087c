//! The class `Context`: every operation as a method.

use crate::context::{PyContext, parts};
use crate::convert::{self, needed};
use crate::decimal::{PyDecimal, binary, both, fused, given, unary};
use crate::number::{Dec, Kind, arith, misc, transcend};
use crate::signals::no_memory;
use std::borrow::Cow;
use taipan_object::{Object, Own, Owned, PyFloat, PyInt, PyResult, PyStr, PyTuple, PyType, Thread, class, err};

/// The value of a `Decimal`, and of nothing else.
fn decimal_only<'a>(t: &Thread, x: &'a Object) -> PyResult<Cow<'a, Dec>> {
    match x.downcast::<PyDecimal>() {
        Some(x) => Ok(Cow::Borrowed(x.value())),
        None => Err(err!(t, TypeError, "argument must be a Decimal")),
    }
}

/// The context affects almost all operations and controls rounding,
/// Over/Underflow, raising of exceptions and much more.  A new context
/// can be constructed as follows:
///
///     >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,
///     ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,
///     ...             traps=[InvalidOperation, DivisionByZero, Overflow],
///     ...             flags=[])
///     >>>
///
///
///
#[class(name = "decimal.Context", flags(BASETYPE, HAVE_GC), heap)]
impl PyContext {
    #[new(
        sig = "(*args, **kwargs)",
        text = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
    )]
    fn new(cls: &PyType, t: &Thread, args: &[&Object], kwargs: taipan_object::Kwargs) -> PyResult<Owned<Self>> {
        let _ = (args, kwargs);
        parts::new(cls, t)
    }

    #[init(sig = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)")]
    fn init(
        &self,
        t: &Thread,
        prec: Option<&Object>,
        rounding: Option<&Object>,
        Emin: Option<&Object>,
        Emax: Option<&Object>,
        capitals: Option<&Object>,
        clamp: Option<&Object>,
        flags: Option<&Object>,
        traps: Option<&Object>,
    ) -> PyResult<()> {
        self.set_given(t, [prec, rounding, Emin, Emax, capitals, clamp], flags, traps)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        parts::repr(self, t)
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        parts::getattr(self, t, name)
    }

    #[slot]
    fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
        parts::setattr(self, t, name, value)
    }

    /// Return e ** x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn exp(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, transcend::exp)
    }

    /// Return the natural (base e) logarithm of x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn ln(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, transcend::ln)
    }

    /// Return the base 10 logarithm of x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn log10(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, transcend::log10)
    }

    /// Return the largest representable number smaller than x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn next_minus(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, misc::next_minus)
    }

    /// Return the smallest representable number larger than x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn next_plus(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, misc::next_plus)
    }

    /// Reduce x to its simplest form. Alias for reduce(x).
    ///
    ///
    #[method(sig = "(x, /)")]
    fn normalize(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, arith::normalize)
    }

    /// Square root of a non-negative number to context precision.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn sqrt(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, arith::sqrt)
    }

    /// Return the exponent of the magnitude of the operand's MSD.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn logb(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, misc::logb)
    }

    /// Invert all the digits in the operand.
    ///
    /// The operand must be a logical number.
    ///
    ///     >>> ExtendedContext.logical_invert(Decimal('0'))
    ///     Decimal('111111111')
    ///     >>> ExtendedContext.logical_invert(Decimal('1'))
    ///     Decimal('111111110')
    ///     >>> ExtendedContext.logical_invert(Decimal('111111111'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_invert(Decimal('101010101'))
    ///     Decimal('10101010')
    ///     >>> ExtendedContext.logical_invert(1101)
    ///     Decimal('111110010')
    ///
    ///
    #[method(sig = "(x, /)")]
    fn logical_invert(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, misc::invert)
    }

    /// Return the absolute value of x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn abs(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, arith::abs)
    }

    /// Minus corresponds to the unary prefix minus operator in Python, but applies
    /// the context to the result.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn minus(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, arith::minus)
    }

    /// Plus corresponds to the unary prefix plus operator in Python, but applies
    /// the context to the result.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn plus(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, arith::plus)
    }

    /// Identical to to_integral_value(x).
    ///
    ///
    #[method(sig = "(x, /)")]
    fn to_integral(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, |a, c| arith::to_integral(a, c.rounding, false, c))
    }

    /// Round to an integer.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn to_integral_value(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, |a, c| arith::to_integral(a, c.rounding, false, c))
    }

    /// Round to an integer. Signal if the result is rounded or inexact.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn to_integral_exact(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, |a, c| arith::to_integral(a, c.rounding, true, c))
    }

    /// Return a copy of x with the sign set to 0.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn copy_abs(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, |a, _| Ok(a.clone().with_sign(false)))
    }

    /// Return a copy of x with the sign inverted.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn copy_negate(&self, t: &Thread, x: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, x)?, self, |a, _| Ok(a.clone().with_sign(!a.negative)))
    }

    /// Compare x and y numerically.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn compare(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::compare(a, b, false, c))
    }

    /// Compare x and y numerically.  All NaNs signal.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn compare_signal(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::compare(a, b, true, c))
    }

    /// Compare the values numerically and return the maximum.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn max(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::extreme(a, b, true, false, c))
    }

    /// Compare the values numerically with their sign ignored.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn max_mag(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::extreme(a, b, true, true, c))
    }

    /// Compare the values numerically and return the minimum.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn min(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::extreme(a, b, false, false, c))
    }

    /// Compare the values numerically with their sign ignored.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn min_mag(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| arith::extreme(a, b, false, true, c))
    }

    /// Return the number closest to x, in the direction towards y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn next_toward(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, misc::next_toward)
    }

    /// Return x - y * n, where n is the integer nearest the exact value of x / y
    /// (if the result is 0 then its sign will be the sign of x).
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn remainder_near(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::remainder_near)
    }

    /// Applies the logical operation 'and' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_and(Decimal('0'), Decimal('0'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_and(Decimal('0'), Decimal('1'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_and(Decimal('1'), Decimal('0'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_and(Decimal('1'), Decimal('1'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_and(Decimal('1100'), Decimal('1010'))
    ///     Decimal('1000')
    ///     >>> ExtendedContext.logical_and(Decimal('1111'), Decimal('10'))
    ///     Decimal('10')
    ///     >>> ExtendedContext.logical_and(110, 1101)
    ///     Decimal('100')
    ///     >>> ExtendedContext.logical_and(Decimal(110), 1101)
    ///     Decimal('100')
    ///     >>> ExtendedContext.logical_and(110, Decimal(1101))
    ///     Decimal('100')
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn logical_and(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| misc::combine(a, b, |x, y| x & y, c))
    }

    /// Applies the logical operation 'or' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_or(Decimal('0'), Decimal('0'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_or(Decimal('0'), Decimal('1'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_or(Decimal('1'), Decimal('0'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_or(Decimal('1'), Decimal('1'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_or(Decimal('1100'), Decimal('1010'))
    ///     Decimal('1110')
    ///     >>> ExtendedContext.logical_or(Decimal('1110'), Decimal('10'))
    ///     Decimal('1110')
    ///     >>> ExtendedContext.logical_or(110, 1101)
    ///     Decimal('1111')
    ///     >>> ExtendedContext.logical_or(Decimal(110), 1101)
    ///     Decimal('1111')
    ///     >>> ExtendedContext.logical_or(110, Decimal(1101))
    ///     Decimal('1111')
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn logical_or(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| misc::combine(a, b, |x, y| x | y, c))
    }

    /// Applies the logical operation 'xor' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_xor(Decimal('0'), Decimal('0'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_xor(Decimal('0'), Decimal('1'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_xor(Decimal('1'), Decimal('0'))
    ///     Decimal('1')
    ///     >>> ExtendedContext.logical_xor(Decimal('1'), Decimal('1'))
    ///     Decimal('0')
    ///     >>> ExtendedContext.logical_xor(Decimal('1100'), Decimal('1010'))
    ///     Decimal('110')
    ///     >>> ExtendedContext.logical_xor(Decimal('1111'), Decimal('10'))
    ///     Decimal('1101')
    ///     >>> ExtendedContext.logical_xor(110, 1101)
    ///     Decimal('1011')
    ///     >>> ExtendedContext.logical_xor(Decimal(110), 1101)
    ///     Decimal('1011')
    ///     >>> ExtendedContext.logical_xor(110, Decimal(1101))
    ///     Decimal('1011')
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn logical_xor(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, c| misc::combine(a, b, |x, y| x ^ y, c))
    }

    /// Return a copy of x, rotated by y places.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn rotate(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, misc::rotate)
    }

    /// Return the first operand after adding the second value to its exp.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn scaleb(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, misc::scaleb)
    }

    /// Return a copy of x, shifted by y places.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn shift(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, misc::shift)
    }

    /// Compare x and y using their abstract representation.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn compare_total(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, _| Ok(Dec::from_i64(arith::total_order(a, b)? as i64)))
    }

    /// Compare x and y using their abstract representation, ignoring sign.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn compare_total_mag(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, _| {
            Ok(Dec::from_i64(arith::magnitude_order(a, b)? as i64))
        })
    }

    /// Copy the sign from y to x.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn copy_sign(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, |a, b, _| Ok(a.clone().with_sign(b.negative)))
    }

    /// Return the sum of x and y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn add(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::add)
    }

    /// Return x divided by y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn divide(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::divide)
    }

    /// Return x divided by y, truncated to an integer.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn divide_int(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::divide_int)
    }

    /// Return the product of x and y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn multiply(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::multiply)
    }

    /// Return a value equal to x (rounded), having the exponent of y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn quantize(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::quantize)
    }

    /// Return the remainder from integer division.  The sign of the result,
    /// if non-zero, is the same as that of the original dividend.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn remainder(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::remainder)
    }

    /// Return the difference between x and y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn subtract(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyDecimal>> {
        binary(t, &*needed(t, x)?, &*needed(t, y)?, self, arith::subtract)
    }

    /// Return quotient and remainder of the division x / y.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn divmod(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<Owned<PyTuple>> {
        both(t, &*needed(t, x)?, &*needed(t, y)?, self)
    }

    /// Return True if the two operands have the same exponent.
    ///
    ///
    #[method(sig = "(x, y, /)")]
    fn same_quantum(&self, t: &Thread, x: &Object, y: &Object) -> PyResult<bool> {
        Ok(misc::same_quantum(&*needed(t, x)?, &*needed(t, y)?))
    }

    /// Compute a**b. If 'a' is negative, then 'b' must be integral. The result
    /// will be inexact unless 'a' is integral and the result is finite and can
    /// be expressed exactly in 'precision' digits.  In the Python version the
    /// result is always correctly rounded, in the C version the result is almost
    /// always correctly rounded.
    ///
    /// If modulo is given, compute (a**b) % modulo. The following restrictions
    /// hold:
    ///
    ///     * all three arguments must be integral
    ///     * 'b' must be nonnegative
    ///     * at least one of 'a' or 'b' must be nonzero
    ///     * modulo must be nonzero and less than 10**prec in absolute value
    ///
    ///
    ///
    #[method(sig = "(a, b, modulo=None)")]
    fn power(&self, t: &Thread, a: &Object, b: &Object, modulo: Option<&Object>) -> PyResult<Owned<PyDecimal>> {
        let (a, b) = (needed(t, a)?, needed(t, b)?);
        match given(modulo) {
            None => binary(t, &a, &b, self, transcend::power),
            Some(modulo) => {
                let modulo = needed(t, modulo)?;
                binary(t, &a, &b, self, |a, b, c| transcend::power_modulo(a, b, &modulo, c))
            }
        }
    }

    /// Return x multiplied by y, plus z.
    ///
    ///
    #[method(sig = "(x, y, z, /)")]
    fn fma(&self, t: &Thread, x: &Object, y: &Object, z: &Object) -> PyResult<Owned<PyDecimal>> {
        fused(t, &*needed(t, x)?, &*needed(t, y)?, &*needed(t, z)?, self)
    }

    /// Return a value equal to Emin - prec + 1, which is the minimum exponent value
    /// for subnormal results.  When underflow occurs, the exponent is set to Etiny.
    ///
    ///
    #[method]
    fn Etiny(&self, t: &Thread) -> isize {
        let _ = t;
        self.get().etiny() as isize
    }

    /// Return a value equal to Emax - prec + 1.  This is the maximum exponent
    /// if the _clamp field of the context is set to 1 (IEEE clamp mode).  Etop()
    /// must not be negative.
    ///
    ///
    #[method]
    fn Etop(&self, t: &Thread) -> isize {
        let _ = t;
        self.get().etop() as isize
    }

    /// Return 10.
    ///
    ///
    #[method]
    fn radix(&self, t: &Thread) -> PyResult<Owned<PyDecimal>> {
        PyDecimal::make(t, Dec::from_i64(10))
    }

    /// Return True if x is canonical, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_canonical(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let _v = decimal_only(t, x)?;
        Ok(true)
    }

    /// Return True if x is finite, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_finite(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.is_finite())
    }

    /// Return True if x is infinite, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_infinite(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.is_infinite())
    }

    /// Return True if x is a qNaN or sNaN, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_nan(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.is_nan())
    }

    /// Return True if x is a quiet NaN, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_qnan(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.kind == Kind::QuietNan)
    }

    /// Return True if x is a signaling NaN, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_snan(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.is_snan())
    }

    /// Return True if x is negative, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_signed(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.negative)
    }

    /// Return True if x is a zero, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_zero(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        Ok(v.is_zero())
    }

    /// Return True if x is a normal number, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_normal(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        let c = self.get();
        Ok(v.is_normal(&c))
    }

    /// Return True if x is subnormal, False otherwise.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn is_subnormal(&self, t: &Thread, x: &Object) -> PyResult<bool> {
        let v = needed(t, x)?;
        let c = self.get();
        Ok(v.is_subnormal(&c))
    }

    #[method(sig = "(object, /)")]
    fn _apply(&self, t: &Thread, object: &Object) -> PyResult<Owned<PyDecimal>> {
        unary(t, &*needed(t, object)?, self, |a, c| a.clone().finalize(c))
    }

    /// Return a new instance of x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn canonical(&self, t: &Thread, x: &Object) -> PyResult {
        decimal_only(t, x)?;
        Ok(x.own())
    }

    /// Return a copy of Decimal x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn copy_decimal(&self, t: &Thread, x: &Object) -> PyResult {
        if x.is_instance_of::<PyDecimal>() {
            return Ok(x.own());
        }
        Ok(PyDecimal::make(t, needed(t, x)?.into_owned())?.into_object())
    }

    /// Return an indication of the class of x.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn number_class(&self, t: &Thread, x: &Object) -> PyResult<&'static str> {
        Ok(needed(t, x)?.class(&self.get()))
    }

    /// Convert a number to a string using scientific notation.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn to_sci_string(&self, t: &Thread, x: &Object) -> PyResult<String> {
        needed(t, x)?.to_text(self.has_capitals(), false).map_err(no_memory(t))
    }

    /// Convert a number to a string, using engineering notation.
    ///
    ///
    #[method(sig = "(x, /)")]
    fn to_eng_string(&self, t: &Thread, x: &Object) -> PyResult<String> {
        needed(t, x)?.to_text(self.has_capitals(), true).map_err(no_memory(t))
    }

    /// Reset all flags to False.
    ///
    ///
    #[method]
    fn clear_flags(&self, t: &Thread) {
        let _ = t;
        parts::clear(self, false);
    }

    /// Set all traps to False.
    ///
    ///
    #[method]
    fn clear_traps(&self, t: &Thread) {
        let _ = t;
        parts::clear(self, true);
    }

    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copied(t)
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        parts::reduce(self, t)
    }

    /// Return a duplicate of the context.
    ///
    ///
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copied(t)
    }

    /// Create a new Decimal instance from num, using self as the context. Unlike the
    /// Decimal constructor, this function observes the context limits.
    ///
    ///
    #[method(sig = "(num=None, /)", text = "(num=\"0\", /)")]
    fn create_decimal(&self, t: &Thread, num: Option<&Object>) -> PyResult<Owned<PyDecimal>> {
        match num {
            Some(num) => PyDecimal::make(t, convert::from_object_rounded(t, num, self)?),
            None => PyDecimal::make(t, Dec::zero(false, 0)),
        }
    }

    /// Create a new Decimal instance from float f.  Unlike the Decimal.from_float()
    /// class method, this function observes the context limits.
    ///
    ///
    #[method(sig = "(f, /)")]
    fn create_decimal_from_float(&self, t: &Thread, f: &Object) -> PyResult<Owned<PyDecimal>> {
        let value = if let Some(n) = f.downcast::<PyInt>() {
            convert::from_int(t, n)?
        } else if let Some(f) = f.downcast::<PyFloat>() {
            convert::from_f64(t, f.value())?
        } else {
            return Err(err!(t, TypeError, "argument must be int or float"));
        };
        PyDecimal::make(t, convert::rounded(t, value, self)?)
    }

    #[getter]
    fn prec(&self, t: &Thread) -> isize {
        let _ = t;
        let c = self.get();
        c.prec as isize
    }

    #[setter]
    fn set_prec(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "prec", value)
    }

    #[getter]
    fn Emax(&self, t: &Thread) -> isize {
        let _ = t;
        let c = self.get();
        c.emax as isize
    }

    #[setter]
    fn set_Emax(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "Emax", value)
    }

    #[getter]
    fn Emin(&self, t: &Thread) -> isize {
        let _ = t;
        let c = self.get();
        c.emin as isize
    }

    #[setter]
    fn set_Emin(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "Emin", value)
    }

    #[getter]
    fn clamp(&self, t: &Thread) -> isize {
        let _ = t;
        let c = self.get();
        c.clamp.into()
    }

    #[setter]
    fn set_clamp(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "clamp", value)
    }

    #[getter]
    fn rounding(&self, t: &Thread) -> &'static str {
        let _ = t;
        let c = self.get();
        c.rounding.name()
    }

    #[setter]
    fn set_rounding(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "rounding", value)
    }

    #[getter]
    fn capitals(&self, t: &Thread) -> isize {
        let _ = t;
        isize::from(self.has_capitals())
    }

    #[setter]
    fn set_capitals(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        parts::set_one(self, t, "capitals", value)
    }
}
