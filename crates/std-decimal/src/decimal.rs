//! `Decimal`.

use crate::context::{PyContext, current, from_argument, rounding_from};
use crate::convert::{self, needed, operand};
use crate::number::dec::PLAIN;
use crate::number::{Context, Dec, Kind, Res, Rounding, arith, misc, status, transcend};
use crate::signals::no_memory;
use core::cell::Cell;
use taipan_object::{
    Class, CompareOp, Data, Head, Object, Own, Owned, PyComplex, PyFloat, PyInt, PyResult, PyStr, PyTuple, PyType,
    Thread, class, err, name, new_object, object, sequence, singletons, state,
};

/// `decimal.Decimal`.
#[object]
pub struct PyDecimal {
    value: Data<Dec>,
    /// The hash, or -1 if it is not known yet.
    hash: Cell<isize>,
}

impl PyDecimal {
    /// The number.
    #[inline]
    pub fn value(&self) -> &Dec {
        &self.value
    }

    /// An object of exactly this type.
    pub fn make(t: &Thread, value: Dec) -> PyResult<Owned<Self>> {
        new_object(t, Self { head: Head::new(), value: Data(value), hash: Cell::new(-1) })
    }
}

/// An argument that is neither absent nor `None`.
pub fn given(argument: Option<&Object>) -> Option<&Object> {
    argument.filter(|argument| !argument.is(singletons::none()))
}

/// Runs an operation in a context.
#[inline]
pub fn run<R>(t: &Thread, context: &PyContext, operation: impl FnOnce(&mut Context) -> Res<R>) -> PyResult<R> {
    let mut c = context.get();
    let result = operation(&mut c).map_err(no_memory(t))?;
    context.signal(t, c.status)?;
    Ok(result)
}

/// An operation on one number.
pub fn unary(
    t: &Thread,
    a: &Dec,
    context: &PyContext,
    operation: impl FnOnce(&Dec, &mut Context) -> Res,
) -> PyResult<Owned<PyDecimal>> {
    PyDecimal::make(t, run(t, context, |c| operation(a, c))?)
}

/// An operation on two numbers.
pub fn binary(
    t: &Thread,
    a: &Dec,
    b: &Dec,
    context: &PyContext,
    operation: impl FnOnce(&Dec, &Dec, &mut Context) -> Res,
) -> PyResult<Owned<PyDecimal>> {
    PyDecimal::make(t, run(t, context, |c| operation(a, b, c))?)
}

/// An operation on a number and an argument, in a context that may be an argument too.
fn with_other(
    t: &Thread,
    a: &Dec,
    other: &Object,
    context: Option<&Object>,
    operation: impl FnOnce(&Dec, &Dec, &mut Context) -> Res,
) -> PyResult<Owned<PyDecimal>> {
    let context = from_argument(t, context)?;
    binary(t, a, &*needed(t, other)?, &context, operation)
}

/// `a * b + third`.
pub fn fused(t: &Thread, a: &Dec, b: &Dec, third: &Dec, context: &PyContext) -> PyResult<Owned<PyDecimal>> {
    PyDecimal::make(t, run(t, context, |c| arith::fma(a, b, third, c))?)
}

/// Quotient and remainder.
pub fn both(t: &Thread, a: &Dec, b: &Dec, context: &PyContext) -> PyResult<Owned<PyTuple>> {
    let (q, r) = run(t, context, |c| arith::divmod(a, b, c))?;
    PyTuple::from_slice(t, &[&*PyDecimal::make(t, q)?, &*PyDecimal::make(t, r)?])
}

fn integral(
    t: &Thread,
    a: &Dec,
    rounding: Option<&Object>,
    context: Option<&Object>,
    exact: bool,
) -> PyResult<Owned<PyDecimal>> {
    let context = from_argument(t, context)?;
    let rounding = match given(rounding) {
        Some(rounding) => rounding_from(t, rounding)?,
        None => context.get().rounding,
    };
    unary(t, a, &context, |a, c| arith::to_integral(a, rounding, exact, c))
}

/// An operator on two objects.
#[inline]
fn operator(
    t: &Thread,
    left: &Object,
    right: &Object,
    operation: impl FnOnce(&Dec, &Dec, &mut Context) -> Res,
) -> PyResult {
    let Some(a) = operand(t, left)? else { return singletons::ok_not_implemented() };
    let Some(b) = operand(t, right)? else { return singletons::ok_not_implemented() };
    let context = current(t)?;
    Ok(binary(t, &a, &b, &context, operation)?.into_object())
}

/// A number of a class, which may want to be called for it.
fn of_class(t: &Thread, class: &PyType, value: Dec) -> PyResult {
    let made = PyDecimal::make(t, value)?;
    if class.is(PyDecimal::class()) {
        return Ok(made.into_object());
    }
    class.call(t, &[&made])
}

/// Sign, digits and exponent.
fn parts(t: &Thread, value: &Dec) -> PyResult {
    let mut digits = Vec::new();
    value.coeff.write_digits(&mut digits).map_err(no_memory(t))?;
    let exponent = match value.kind {
        Kind::Finite => PyInt::from_i64(t, value.exp)?.into_object(),
        Kind::Infinite => PyStr::intern_str(t, "F")?.into_object(),
        Kind::QuietNan => PyStr::intern_str(t, "n")?.into_object(),
        Kind::SignalingNan => PyStr::intern_str(t, "N")?.into_object(),
    };
    if digits.is_empty() && !value.is_nan() {
        digits.push(b'0');
    }
    let mut items = Vec::with_capacity(digits.len());
    for digit in digits {
        items.push(PyInt::from_i64(t, (digit - b'0').into())?.into_object());
    }
    let class = &crate::module_state::get(t)?.tuple;
    let sign = PyInt::from_i64(t, value.negative.into())?;
    class.call(t, &[&sign, &*PyTuple::from_vec(t, items)?, &exponent])
}

/// The other side of a comparison, if it can be compared; made equal to a number by a factor of this side.
fn comparable(
    t: &Thread,
    this: &Dec,
    other: &Object,
    op: CompareOp,
    context: &PyContext,
) -> PyResult<Option<(Option<Dec>, Dec)>> {
    if let Some(other) = operand(t, other)? {
        return Ok(Some((None, other.into_owned())));
    }
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let float = if let Some(other) = other.downcast::<PyComplex>() {
        let value = other.value();
        if !equality || value.im != 0.0 {
            return Ok(None);
        }
        Some(value.re)
    } else {
        other.downcast::<PyFloat>().map(PyFloat::value)
    };
    if let Some(float) = float {
        if equality {
            context.note(status::FLOAT_OPERATION);
        } else {
            context.signal(t, status::FLOAT_OPERATION)?;
        }
        return Ok(Some((None, convert::from_f64(t, float)?)));
    }
    let rational = state::import(t, "numbers")?.getattr(t, &*PyStr::intern_str(t, "Rational")?)?;
    if !other.is_instance(t, &rational)? {
        return Ok(None);
    }
    let numerator = other.getattr(t, name!(t, "numerator"))?;
    let denominator = other.getattr(t, name!(t, "denominator"))?;
    let (Some(numerator), Some(denominator)) = (numerator.downcast::<PyInt>(), denominator.downcast::<PyInt>()) else {
        return Err(err!(t, TypeError, "numerator and denominator must be integers"));
    };
    let numerator = convert::from_int(t, numerator)?;
    if this.is_special() {
        return Ok(Some((None, numerator)));
    }
    let mut c = Context::MAXIMAL;
    let scaled = arith::multiply(this, &convert::from_int(t, denominator)?, &mut c).map_err(no_memory(t))?;
    Ok(Some((Some(scaled), numerator)))
}

/// Construct a new Decimal object. 'value' can be an integer, string, tuple,
/// or another Decimal object. If no value is given, return Decimal('0'). The
/// context does not affect the conversion and is only passed to determine if
/// the InvalidOperation trap is active.
///
///
#[class(name = "decimal.Decimal", flags(BASETYPE), heap)]
impl PyDecimal {
    #[new(sig = "(value=None, context=None)", text = "(value=\"0\", context=None)")]
    fn new(cls: &PyType, t: &Thread, value: Option<&Object>, context: Option<&Object>) -> PyResult {
        let context = from_argument(t, context)?;
        let value = match value {
            Some(value) => {
                if cls.is(Self::class()) && value.downcast_exact::<Self>().is_some() {
                    return Ok(value.own());
                }
                convert::from_object_exactly(t, value, &context)?
            }
            None => Dec::zero(false, 0),
        };
        let made = Self { head: Head::new(), value: Data(value), hash: Cell::new(-1) };
        Ok(cls.instance(t, made)?.into_object())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let text = self.value().to_text(current(t)?.has_capitals(), false).map_err(no_memory(t))?;
        PyStr::from_fmt(t, format_args!("Decimal('{text}')"))
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if let Some(text) = self.value().plain_text(&mut [0; PLAIN]) {
            return PyStr::from_ascii(t, text);
        }
        PyStr::from_str(t, &self.value().to_text(current(t)?.has_capitals(), false).map_err(no_memory(t))?)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        if self.hash.get() == -1 {
            let hash = match self.value().kind {
                Kind::SignalingNan => return Err(err!(t, TypeError, "Cannot hash a signaling NaN value")),
                Kind::QuietNan => taipan_object::hash::hash_pointer(self.as_object().as_ptr()),
                _ => convert::hash(self.value()),
            };
            self.hash.set(hash);
        }
        Ok(self.hash.get())
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let context = current(t)?;
        let Some((scaled, other)) = comparable(t, self.value(), other, op, &context)? else {
            return singletons::ok_not_implemented();
        };
        let this = scaled.as_ref().unwrap_or(self.value());
        if this.is_nan() || other.is_nan() {
            if this.is_snan() || other.is_snan() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
                context.signal(t, status::INVALID_OPERATION)?;
            }
            return Ok(singletons::bool(op == CompareOp::Ne).own());
        }
        Ok(singletons::bool(op.matches(this.compare(&other).map_err(no_memory(t))?)).own())
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::add)
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::subtract)
    }

    #[slot]
    fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::multiply)
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::remainder)
    }

    #[slot]
    fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(a) = operand(t, left)? else { return singletons::ok_not_implemented() };
        let Some(b) = operand(t, right)? else { return singletons::ok_not_implemented() };
        Ok(both(t, &a, &b, &*current(t)?)?.into_object())
    }

    #[slot]
    fn nb_power(t: &Thread, base: &Object, exponent: &Object, modulus: &Object) -> PyResult {
        let Some(a) = operand(t, base)? else { return singletons::ok_not_implemented() };
        let Some(b) = operand(t, exponent)? else { return singletons::ok_not_implemented() };
        let context = current(t)?;
        if modulus.is(singletons::none()) {
            return Ok(binary(t, &a, &b, &context, transcend::power)?.into_object());
        }
        let Some(m) = operand(t, modulus)? else { return singletons::ok_not_implemented() };
        Ok(binary(t, &a, &b, &context, |a, b, c| transcend::power_modulo(a, b, &m, c))?.into_object())
    }

    #[slot]
    fn nb_negative(&self, t: &Thread) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*current(t)?, arith::minus)
    }

    #[slot]
    fn nb_positive(&self, t: &Thread) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*current(t)?, arith::plus)
    }

    #[slot]
    fn nb_absolute(&self, t: &Thread) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*current(t)?, arith::abs)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(!self.value().is_zero())
    }

    #[slot]
    fn nb_int(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        convert::rounded_int(t, self.value(), Rounding::Down)
    }

    #[slot]
    fn nb_float(&self, t: &Thread) -> PyResult<Owned<PyFloat>> {
        PyFloat::new(t, convert::to_float(t, self.value())?)
    }

    #[slot]
    fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::divide_int)
    }

    #[slot]
    fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        operator(t, left, right, arith::divide)
    }

    /// Return the value of the (natural) exponential function e**x at the given
    /// number.  The function always uses the ROUND_HALF_EVEN mode and the result
    /// is correctly rounded.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn exp(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, transcend::exp)
    }

    /// Return the natural (base e) logarithm of the operand. The function always
    /// uses the ROUND_HALF_EVEN mode and the result is correctly rounded.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn ln(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, transcend::ln)
    }

    /// Return the base ten logarithm of the operand. The function always uses the
    /// ROUND_HALF_EVEN mode and the result is correctly rounded.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn log10(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, transcend::log10)
    }

    /// Return the largest number representable in the given context (or in the
    /// current default context if no context is given) that is smaller than the
    /// given operand.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn next_minus(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, misc::next_minus)
    }

    /// Return the smallest number representable in the given context (or in the
    /// current default context if no context is given) that is larger than the
    /// given operand.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn next_plus(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, misc::next_plus)
    }

    /// Normalize the number by stripping the rightmost trailing zeros and
    /// converting any result equal to Decimal('0') to Decimal('0e0').  Used
    /// for producing canonical values for members of an equivalence class.
    /// For example, Decimal('32.100') and Decimal('0.321000e+2') both normalize
    /// to the equivalent value Decimal('32.1').
    ///
    ///
    #[method(sig = "(context=None)")]
    fn normalize(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, arith::normalize)
    }

    /// Return the square root of the argument to full precision. The result is
    /// correctly rounded using the ROUND_HALF_EVEN rounding mode.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn sqrt(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, arith::sqrt)
    }

    /// For a non-zero number, return the adjusted exponent of the operand as a
    /// Decimal instance.  If the operand is a zero, then Decimal('-Infinity') is
    /// returned and the DivisionByZero condition is raised. If the operand is
    /// an infinity then Decimal('Infinity') is returned.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn logb(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, misc::logb)
    }

    /// Invert all its digits.
    ///
    /// The self must be logical number.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn logical_invert(&self, t: &Thread, context: Option<&Object>) -> PyResult<Owned<Self>> {
        unary(t, self.value(), &*from_argument(t, context)?, misc::invert)
    }

    /// Identical to the to_integral_value() method.  The to_integral() name has been
    /// kept for compatibility with older versions.
    ///
    ///
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral(&self, t: &Thread, rounding: Option<&Object>, context: Option<&Object>) -> PyResult<Owned<Self>> {
        integral(t, self.value(), rounding, context, false)
    }

    /// Round to the nearest integer without signaling Inexact or Rounded.  The
    /// rounding mode is determined by the rounding parameter if given, else by
    /// the given context. If neither parameter is given, then the rounding mode
    /// of the current default context is used.
    ///
    ///
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral_value(
        &self,
        t: &Thread,
        rounding: Option<&Object>,
        context: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        integral(t, self.value(), rounding, context, false)
    }

    /// Round to the nearest integer, signaling Inexact or Rounded as appropriate if
    /// rounding occurs.  The rounding mode is determined by the rounding parameter
    /// if given, else by the given context. If neither parameter is given, then the
    /// rounding mode of the current default context is used.
    ///
    ///
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral_exact(
        &self,
        t: &Thread,
        rounding: Option<&Object>,
        context: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        integral(t, self.value(), rounding, context, true)
    }

    /// Compare self to other.  Return a decimal value:
    ///
    ///     a or b is a NaN ==> Decimal('NaN')
    ///     a < b           ==> Decimal('-1')
    ///     a == b          ==> Decimal('0')
    ///     a > b           ==> Decimal('1')
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn compare(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::compare(a, b, false, c))
    }

    /// Identical to compare, except that all NaNs signal.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn compare_signal(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::compare(a, b, true, c))
    }

    /// Maximum of self and other.  If one operand is a quiet NaN and the other is
    /// numeric, the numeric operand is returned.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn max(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::extreme(a, b, true, false, c))
    }

    /// Similar to the max() method, but the comparison is done using the absolute
    /// values of the operands.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn max_mag(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::extreme(a, b, true, true, c))
    }

    /// Minimum of self and other. If one operand is a quiet NaN and the other is
    /// numeric, the numeric operand is returned.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn min(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::extreme(a, b, false, false, c))
    }

    /// Similar to the min() method, but the comparison is done using the absolute
    /// values of the operands.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn min_mag(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| arith::extreme(a, b, false, true, c))
    }

    /// If the two operands are unequal, return the number closest to the first
    /// operand in the direction of the second operand.  If both operands are
    /// numerically equal, return a copy of the first operand with the sign set
    /// to be the same as the sign of the second operand.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn next_toward(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, misc::next_toward)
    }

    /// Return the remainder from dividing self by other.  This differs from
    /// self % other in that the sign of the remainder is chosen so as to minimize
    /// its absolute value. More precisely, the return value is self - n * other
    /// where n is the integer nearest to the exact value of self / other, and
    /// if two integers are equally near then the even one is chosen.
    ///
    /// If the result is zero then its sign will be the sign of self.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn remainder_near(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, arith::remainder_near)
    }

    /// Applies an 'and' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn logical_and(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| misc::combine(a, b, |x, y| x & y, c))
    }

    /// Applies an 'or' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn logical_or(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| misc::combine(a, b, |x, y| x | y, c))
    }

    /// Applies an 'xor' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn logical_xor(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, c| misc::combine(a, b, |x, y| x ^ y, c))
    }

    /// Return the result of rotating the digits of the first operand by an amount
    /// specified by the second operand.  The second operand must be an integer in
    /// the range -precision through precision. The absolute value of the second
    /// operand gives the number of places to rotate. If the second operand is
    /// positive then rotation is to the left; otherwise rotation is to the right.
    /// The coefficient of the first operand is padded on the left with zeros to
    /// length precision if necessary. The sign and exponent of the first operand are
    /// unchanged.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn rotate(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, misc::rotate)
    }

    /// Return the first operand with the exponent adjusted the second.  Equivalently,
    /// return the first operand multiplied by 10**other. The second operand must be
    /// an integer.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn scaleb(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, misc::scaleb)
    }

    /// Return the result of shifting the digits of the first operand by an amount
    /// specified by the second operand.  The second operand must be an integer in
    /// the range -precision through precision. The absolute value of the second
    /// operand gives the number of places to shift. If the second operand is
    /// positive, then the shift is to the left; otherwise the shift is to the
    /// right. Digits shifted into the coefficient are zeros. The sign and exponent
    /// of the first operand are unchanged.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn shift(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, misc::shift)
    }

    /// Compare two operands using their abstract representation rather than
    /// their numerical value.  Similar to the compare() method, but the result
    /// gives a total ordering on Decimal instances.  Two Decimal instances with
    /// the same numeric value but different representations compare unequal
    /// in this ordering:
    ///
    ///     >>> Decimal('12.0').compare_total(Decimal('12'))
    ///     Decimal('-1')
    ///
    /// Quiet and signaling NaNs are also included in the total ordering. The result
    /// of this function is Decimal('0') if both operands have the same representation,
    /// Decimal('-1') if the first operand is lower in the total order than the second,
    /// and Decimal('1') if the first operand is higher in the total order than the
    /// second operand. See the specification for details of the total order.
    ///
    /// This operation is unaffected by context and is quiet: no flags are changed
    /// and no rounding is performed. As an exception, the C version may raise
    /// InvalidOperation if the second operand cannot be converted exactly.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn compare_total(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, _| Ok(Dec::from_i64(arith::total_order(a, b)? as i64)))
    }

    /// Compare two operands using their abstract representation rather than their
    /// value as in compare_total(), but ignoring the sign of each operand.
    ///
    /// x.compare_total_mag(y) is equivalent to x.copy_abs().compare_total(y.copy_abs()).
    ///
    /// This operation is unaffected by context and is quiet: no flags are changed
    /// and no rounding is performed. As an exception, the C version may raise
    /// InvalidOperation if the second operand cannot be converted exactly.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn compare_total_mag(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, _| Ok(Dec::from_i64(arith::magnitude_order(a, b)? as i64)))
    }

    /// Return a copy of the first operand with the sign set to be the same as the
    /// sign of the second operand. For example:
    ///
    ///     >>> Decimal('2.3').copy_sign(Decimal('-1.5'))
    ///     Decimal('-2.3')
    ///
    /// This operation is unaffected by context and is quiet: no flags are changed
    /// and no rounding is performed. As an exception, the C version may raise
    /// InvalidOperation if the second operand cannot be converted exactly.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn copy_sign(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        with_other(t, self.value(), other, context, |a, b, _| Ok(a.clone().with_sign(b.negative)))
    }

    /// Test whether self and other have the same exponent or whether both are NaN.
    ///
    /// This operation is unaffected by context and is quiet: no flags are changed
    /// and no rounding is performed. As an exception, the C version may raise
    /// InvalidOperation if the second operand cannot be converted exactly.
    ///
    ///
    #[method(sig = "(other, context=None)")]
    fn same_quantum(&self, t: &Thread, other: &Object, context: Option<&Object>) -> PyResult<bool> {
        from_argument(t, context)?;
        Ok(misc::same_quantum(self.value(), &*needed(t, other)?))
    }

    /// Return a value equal to the first operand after rounding and having the
    /// exponent of the second operand.
    ///
    ///     >>> Decimal('1.41421356').quantize(Decimal('1.000'))
    ///     Decimal('1.414')
    ///
    /// Unlike other operations, if the length of the coefficient after the quantize
    /// operation would be greater than precision, then an InvalidOperation is signaled.
    /// This guarantees that, unless there is an error condition, the quantized exponent
    /// is always equal to that of the right-hand operand.
    ///
    /// Also unlike other operations, quantize never signals Underflow, even if the
    /// result is subnormal and inexact.
    ///
    /// If the exponent of the second operand is larger than that of the first, then
    /// rounding may be necessary. In this case, the rounding mode is determined by the
    /// rounding argument if given, else by the given context argument; if neither
    /// argument is given, the rounding mode of the current thread's context is used.
    ///
    ///
    #[method(sig = "(exp, rounding=None, context=None)")]
    fn quantize(
        &self,
        t: &Thread,
        exp: &Object,
        rounding: Option<&Object>,
        context: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let context = from_argument(t, context)?;
        let mut c = context.get();
        if let Some(rounding) = given(rounding) {
            c.rounding = rounding_from(t, rounding)?;
        }
        let exp = needed(t, exp)?;
        let result = arith::quantize(self.value(), &exp, &mut c).map_err(no_memory(t))?;
        context.signal(t, c.status)?;
        PyDecimal::make(t, result)
    }

    /// Fused multiply-add.  Return self*other+third with no rounding of the
    /// intermediate product self*other.
    ///
    ///     >>> Decimal(2).fma(3, 5)
    ///     Decimal('11')
    ///
    ///
    ///
    #[method(sig = "(other, third, context=None)")]
    fn fma(&self, t: &Thread, other: &Object, third: &Object, context: Option<&Object>) -> PyResult<Owned<Self>> {
        let context = from_argument(t, context)?;
        fused(t, self.value(), &*needed(t, other)?, &*needed(t, third)?, &context)
    }

    /// Return True if the argument is canonical and False otherwise.  Currently,
    /// a Decimal instance is always canonical, so this operation always returns
    /// True.
    ///
    ///
    #[method]
    fn is_canonical(&self, t: &Thread) -> bool {
        let _ = t;
        true
    }

    /// Return True if the argument is a finite number, and False if the argument
    /// is infinite or a NaN.
    ///
    ///
    #[method]
    fn is_finite(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().is_finite()
    }

    /// Return True if the argument is either positive or negative infinity and
    /// False otherwise.
    ///
    ///
    #[method]
    fn is_infinite(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().is_infinite()
    }

    /// Return True if the argument is a (quiet or signaling) NaN and False
    /// otherwise.
    ///
    ///
    #[method]
    fn is_nan(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().is_nan()
    }

    /// Return True if the argument is a quiet NaN, and False otherwise.
    ///
    ///
    #[method]
    fn is_qnan(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().kind == Kind::QuietNan
    }

    /// Return True if the argument is a signaling NaN and False otherwise.
    ///
    ///
    #[method]
    fn is_snan(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().is_snan()
    }

    /// Return True if the argument has a negative sign and False otherwise.
    /// Note that both zeros and NaNs can carry signs.
    ///
    ///
    #[method]
    fn is_signed(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().negative
    }

    /// Return True if the argument is a (positive or negative) zero and False
    /// otherwise.
    ///
    ///
    #[method]
    fn is_zero(&self, t: &Thread) -> bool {
        let _ = t;
        self.value().is_zero()
    }

    /// Return True if the argument is a normal finite non-zero number with an
    /// adjusted exponent greater than or equal to Emin. Return False if the
    /// argument is zero, subnormal, infinite or a NaN.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn is_normal(&self, t: &Thread, context: Option<&Object>) -> PyResult<bool> {
        let c = from_argument(t, context)?.get();
        Ok(self.value().is_normal(&c))
    }

    /// Return True if the argument is subnormal, and False otherwise. A number is
    /// subnormal if it is non-zero, finite, and has an adjusted exponent less
    /// than Emin.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn is_subnormal(&self, t: &Thread, context: Option<&Object>) -> PyResult<bool> {
        let c = from_argument(t, context)?.get();
        Ok(self.value().is_subnormal(&c))
    }

    /// Return the adjusted exponent of the number.  Defined as exp + digits - 1.
    ///
    ///
    #[method]
    fn adjusted(&self, t: &Thread) -> isize {
        let _ = t;
        if self.value().is_special() { 0 } else { self.value().adjusted() as isize }
    }

    /// Return the canonical encoding of the argument.  Currently, the encoding
    /// of a Decimal instance is always canonical, so this operation returns its
    /// argument unchanged.
    ///
    ///
    #[method]
    fn canonical(&self, t: &Thread) -> Owned<Self> {
        let _ = t;
        self.own()
    }

    /// Return self.
    ///
    ///
    #[method]
    fn conjugate(&self, t: &Thread) -> Owned<Self> {
        let _ = t;
        self.own()
    }

    /// Return Decimal(10), the radix (base) in which the Decimal class does
    /// all its arithmetic. Included for compatibility with the specification.
    ///
    ///
    #[method]
    fn radix(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, Dec::from_i64(10))
    }

    /// Return the absolute value of the argument.  This operation is unaffected by
    /// context and is quiet: no flags are changed and no rounding is performed.
    ///
    ///
    #[method]
    fn copy_abs(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, self.value().clone().with_sign(false))
    }

    /// Return the negation of the argument.  This operation is unaffected by context
    /// and is quiet: no flags are changed and no rounding is performed.
    ///
    ///
    #[method]
    fn copy_negate(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, self.value().clone().with_sign(!self.value().negative))
    }

    /// Return a string describing the class of the operand.  The returned value
    /// is one of the following ten strings:
    ///
    ///     * '-Infinity', indicating that the operand is negative infinity.
    ///     * '-Normal', indicating that the operand is a negative normal number.
    ///     * '-Subnormal', indicating that the operand is negative and subnormal.
    ///     * '-Zero', indicating that the operand is a negative zero.
    ///     * '+Zero', indicating that the operand is a positive zero.
    ///     * '+Subnormal', indicating that the operand is positive and subnormal.
    ///     * '+Normal', indicating that the operand is a positive normal number.
    ///     * '+Infinity', indicating that the operand is positive infinity.
    ///     * 'NaN', indicating that the operand is a quiet NaN (Not a Number).
    ///     * 'sNaN', indicating that the operand is a signaling NaN.
    ///
    ///
    ///
    #[method(sig = "(context=None)")]
    fn number_class(&self, t: &Thread, context: Option<&Object>) -> PyResult<&'static str> {
        Ok(self.value().class(&from_argument(t, context)?.get()))
    }

    /// Convert to an engineering-type string.  Engineering notation has an exponent
    /// which is a multiple of 3, so there are up to 3 digits left of the decimal
    /// place. For example, Decimal('123E+1') is converted to Decimal('1.23E+3').
    ///
    /// The value of context.capitals determines whether the exponent sign is lower
    /// or upper case. Otherwise, the context does not affect the operation.
    ///
    ///
    #[method(sig = "(context=None)")]
    fn to_eng_string(&self, t: &Thread, context: Option<&Object>) -> PyResult<String> {
        let capitals = from_argument(t, context)?.has_capitals();
        self.value().to_text(capitals, true).map_err(no_memory(t))
    }

    /// Class method that converts a float to a decimal number, exactly.
    /// Since 0.1 is not exactly representable in binary floating point,
    /// Decimal.from_float(0.1) is not the same as Decimal('0.1').
    ///
    ///     >>> Decimal.from_float(0.1)
    ///     Decimal('0.1000000000000000055511151231257827021181583404541015625')
    ///     >>> Decimal.from_float(float('nan'))
    ///     Decimal('NaN')
    ///     >>> Decimal.from_float(float('inf'))
    ///     Decimal('Infinity')
    ///     >>> Decimal.from_float(float('-inf'))
    ///     Decimal('-Infinity')
    ///
    ///
    ///
    #[classmethod(sig = "(f, /)")]
    fn from_float(cls: &PyType, t: &Thread, f: &Object) -> PyResult {
        let value = if let Some(n) = f.downcast::<PyInt>() {
            convert::from_int(t, n)?
        } else if let Some(f) = f.downcast::<PyFloat>() {
            convert::from_f64(t, f.value())?
        } else {
            return Err(err!(t, TypeError, "argument must be int or float"));
        };
        of_class(t, cls, value)
    }

    /// Class method that converts a real number to a decimal number, exactly.
    ///
    ///     >>> Decimal.from_number(314)              # int
    ///     Decimal('314')
    ///     >>> Decimal.from_number(0.1)              # float
    ///     Decimal('0.1000000000000000055511151231257827021181583404541015625')
    ///     >>> Decimal.from_number(Decimal('3.14'))  # another decimal instance
    ///     Decimal('3.14')
    ///
    ///
    ///
    #[classmethod(sig = "(number, /)")]
    fn from_number(cls: &PyType, t: &Thread, number: &Object) -> PyResult {
        let value = if let Some(f) = number.downcast::<PyFloat>() {
            convert::from_f64(t, f.value())?
        } else {
            needed(t, number)?.into_owned()
        };
        of_class(t, cls, value)
    }

    /// Return a tuple representation of the number.
    ///
    ///
    #[method]
    fn as_tuple(&self, t: &Thread) -> PyResult {
        parts(t, self.value())
    }

    /// Decimal.as_integer_ratio() -> (int, int)
    ///
    /// Return a pair of integers, whose ratio is exactly equal to the original
    /// Decimal and with a positive denominator. The ratio is in lowest terms.
    /// Raise OverflowError on infinities and a ValueError on NaNs.
    ///
    ///
    #[method]
    fn as_integer_ratio(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        convert::integer_ratio(t, self.value())
    }

    #[method]
    fn __copy__(&self, t: &Thread) -> Owned<Self> {
        let _ = t;
        self.own()
    }

    #[method(sig = "(object, /)")]
    fn __deepcopy__(&self, t: &Thread, object: &Object) -> Owned<Self> {
        let _ = (t, object);
        self.own()
    }

    #[method(sig = "(fmtarg, override=None, /)", text = "")]
    fn __format__(&self, t: &Thread, fmtarg: &Object, override_: Option<&Object>) -> PyResult<Owned<PyStr>> {
        let Some(text) = fmtarg.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "format arg must be str"));
        };
        crate::format::format(t, self.value(), text, given(override_), &*current(t)?)
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let text = self.as_object().str(t)?;
        let arguments = PyTuple::from_slice(t, &[&text])?;
        sequence::pair(t, self.as_object().class(), &arguments)
    }

    #[method(sig = "(ndigits=None, /)", text = "")]
    fn __round__(&self, t: &Thread, ndigits: Option<&Object>) -> PyResult {
        let Some(ndigits) = ndigits else {
            return Ok(convert::rounded_int(t, self.value(), Rounding::HalfEven)?.into_object());
        };
        let Some(ndigits) = ndigits.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "optional arg must be an integer"));
        };
        let exp = (ndigits.to_isize(t)? as i64).saturating_neg();
        let like = Dec::finite(false, crate::number::Coeff::from_u64(1), exp);
        Ok(binary(t, self.value(), &like, &*current(t)?, arith::quantize)?.into_object())
    }

    #[method]
    fn __ceil__(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        convert::rounded_int(t, self.value(), Rounding::Ceiling)
    }

    #[method]
    fn __floor__(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        convert::rounded_int(t, self.value(), Rounding::Floor)
    }

    #[method]
    fn __trunc__(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        convert::rounded_int(t, self.value(), Rounding::Down)
    }

    #[method]
    fn __complex__(&self, t: &Thread) -> PyResult<Owned<PyComplex>> {
        PyComplex::new(t, convert::to_float(t, self.value())?, 0.0)
    }

    #[method]
    fn __sizeof__(&self, t: &Thread) -> usize {
        let _ = t;
        let limbs = self.value().coeff.limbs();
        104 + if limbs > 4 { limbs * 8 } else { 0 }
    }

    #[getter]
    fn real(&self, t: &Thread) -> Owned<Self> {
        let _ = t;
        self.own()
    }

    #[getter]
    fn imag(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, Dec::zero(false, 0))
    }
}
