//! `float`: the Python type, and the arithmetic that the interpreter calls directly.

use crate::argparse::{Args, check_positional, is_exact_class};
use crate::buffer::Buffer;
use crate::complex::PyComplex;
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult, Raised};
use crate::{PyBytes, PyFloat, PyInt, PyStr, PyTuple, PyType, err, errors, number, singletons};
use taipan_macros::class;
use taipan_num::float::{self as num, FloatError, parse::HexError};
use taipan_runtime::Thread;

/// Which operation failed, for the message.
fn float_error(t: &Thread, error: FloatError) -> Raised {
    match error {
        FloatError::ZeroDivision => err!(t, ZeroDivisionError, "division by zero"),
        FloatError::Overflow => {
            // As `PyErr_SetFromErrno(PyExc_OverflowError)` with ERANGE.
            let make = || -> PyResult {
                let number = PyInt::from_i64(t, i64::from(libc::ERANGE))?;
                let text = PyStr::from_str(t, &errors::strerror(libc::ERANGE))?;
                crate::exceptions::OverflowError::class().call(t, &[&number, &text])
            };
            match make() {
                Ok(exception) => errors::raise(t, exception),
                Err(raised) => raised,
            }
        }
        FloatError::NeedsComplex | FloatError::Domain => err!(t, ValueError, "math domain error"),
    }
}

/// The double of a `float` or `int` operand; nothing for other types.
#[inline(always)]
pub fn operand(t: &Thread, x: &Object) -> PyResult<Option<f64>> {
    if let Some(float) = x.downcast::<PyFloat>() {
        return Ok(Some(float.value()));
    }
    match x.downcast::<PyInt>() {
        Some(int) => int.to_f64(t).map(Some),
        None => Ok(None),
    }
}

macro_rules! operands {
    ($t:ident, $left:ident, $right:ident) => {{
        let (Some(a), Some(b)) = (operand($t, $left)?, operand($t, $right)?) else {
            return singletons::ok_not_implemented();
        };
        (a, b)
    }};
}

impl PyFloat {
    /// `a ** b`; a negative base with a fractional exponent gives a `complex`.
    pub fn power(t: &Thread, a: f64, b: f64) -> PyResult {
        match num::pow(a, b) {
            Ok(value) => Self::new(t, value).map(Owned::into_object),
            Err(FloatError::NeedsComplex) => PyComplex::power(t, a, 0.0, b, 0.0),
            Err(FloatError::ZeroDivision) => Err(err!(t, ZeroDivisionError, "zero to a negative power")),
            Err(other) => Err(float_error(t, other)),
        }
    }

    /// `a // b`.
    pub fn floordiv(t: &Thread, a: f64, b: f64) -> PyResult<f64> {
        num::floordiv(a, b).map_err(|e| float_error(t, e))
    }

    /// `a % b`.
    pub fn modulo(t: &Thread, a: f64, b: f64) -> PyResult<f64> {
        num::modulo(a, b).map_err(|e| float_error(t, e))
    }

    /// `a / b`.
    #[inline]
    pub fn truediv(t: &Thread, a: f64, b: f64) -> PyResult<f64> {
        if b == 0.0 { Err(err!(t, ZeroDivisionError, "division by zero")) } else { Ok(a / b) }
    }

    /// `repr(value)`.
    pub fn repr_text(t: &Thread, value: f64) -> PyResult<Owned<PyStr>> {
        PyStr::from_ascii(t, &num::format::repr(value))
    }

    /// `float(x)` of a string or bytes-like object (`PyFloat_FromString`).
    pub fn from_text(t: &Thread, x: &Object) -> PyResult<Owned<Self>> {
        let ascii = if let Some(text) = x.downcast::<PyStr>() {
            match text.chars() {
                crate::unicode::Chars::One(s) => taipan_text::repr::to_ascii_number(s),
                crate::unicode::Chars::Two(s) => taipan_text::repr::to_ascii_number(s),
                crate::unicode::Chars::Four(s) => taipan_text::repr::to_ascii_number(s),
            }
        } else if let Some(bytes) = x.downcast::<PyBytes>() {
            bytes.as_bytes().to_vec()
        } else if let Some(view) = (crate::buffer::is_buffer(x)).then(|| Buffer::readable(t, x)) {
            match view {
                Ok(view) => view.as_bytes().to_vec(),
                Err(_) => {
                    errors::clear(t);
                    return Err(not_a_number(t, x));
                }
            }
        } else {
            return Err(not_a_number(t, x));
        };
        let space = |c: &u8| matches!(c, b' ' | 9..=13);
        let start = ascii.iter().position(|c| !space(c)).unwrap_or(ascii.len());
        let end = ascii.iter().rposition(|c| !space(c)).map_or(start, |e| e + 1);
        match num::parse::parse(&ascii[start..end]) {
            Some(value) => Self::new(t, value),
            None => {
                let shown = x.repr(t)?;
                Err(err!(t, ValueError, "could not convert string to float: {}", shown.display()))
            }
        }
    }

    /// `float(x)` of any object, exact (`PyNumber_Float`).
    pub fn from_object(t: &Thread, x: &Object) -> PyResult<Owned<Self>> {
        if let Some(float) = x.downcast_exact::<Self>() {
            return Ok(float.own());
        }
        // SAFETY: slots of the object's type.
        let slot = unsafe { (*x.class().as_type_ptr()).tp_as_number.as_ref().and_then(|n| n.nb_float) };
        if let Some(slot) = slot {
            // SAFETY: as above.
            let result: Owned = unsafe { Owned::from_result(slot(x.as_ptr())) }?;
            let result = number::float_result(t, x, result)?;
            return if result.is_exact::<Self>() { Ok(result) } else { Self::new(t, result.value()) };
        }
        if number::is_index(x) {
            return Self::new(t, number::index(t, x)?.to_f64(t)?);
        }
        if let Some(float) = x.downcast::<Self>() {
            return Self::new(t, float.value());
        }
        Self::from_text(t, x)
    }

    /// An instance of `class` (`float` or a subclass) with this value.
    pub fn of_class(t: &Thread, class: &PyType, value: f64) -> PyResult {
        if is_exact_class::<Self>(class) {
            return Self::new(t, value).map(Owned::into_object);
        }
        let out = class.alloc(t, 0)?;
        // SAFETY: a fresh instance with the layout of `float`.
        unsafe { (*(*out).cast_unchecked::<Self>().raw()).ob_fval = value };
        Ok(out)
    }

    /// Compares with an `int` exactly, however large.
    fn compare(&self, other: &Object, op: CompareOp) -> Option<bool> {
        let a = self.value();
        if let Some(other) = other.downcast::<Self>() {
            return Some(op.matches_floats(a, other.value()));
        }
        let other = other.downcast::<PyInt>()?;
        Some(match other.as_signed().cmp_f64(a) {
            Some(ordering) => op.matches(ordering.reverse()),
            None => op == CompareOp::Ne,
        })
    }
}

#[cold]
fn not_a_number(t: &Thread, x: &Object) -> Raised {
    err!(t, TypeError, "float() argument must be a string or a real number, not '{:.200}'", x.class().name_lossy())
}

#[class(
    name = "float", layout, export = PyFloat_Type, flags(BASETYPE, MATCH_SELF), dealloc = crate::float::float_dealloc,
    doc = "Convert a string or number to a floating-point number, if possible."
)]
impl PyFloat {
    #[new(sig = "(x=0, /)")]
    fn new_(class: &PyType, t: &Thread, x: Option<&Object>) -> PyResult {
        let value = match x {
            None => return Self::of_class(t, class, 0.0),
            Some(x) => match x.downcast_exact::<PyStr>() {
                Some(text) => Self::from_text(t, text)?,
                None => Self::from_object(t, x)?,
            },
        };
        if is_exact_class::<Self>(class) { Ok(value.into_object()) } else { Self::of_class(t, class, value.value()) }
    }

    #[slot]
    fn tp_vectorcall(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "float")?;
        check_positional(t, "float", args.pos.len(), 0, 1)?;
        Self::new_(class, t, args.pos.first().copied())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        Self::repr_text(t, self.value()).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(crate::hash::hash_f64(self.value(), Some(self)))
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        match self.compare(other, op) {
            Some(answer) => Ok(singletons::bool(answer).own()),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, a + b).map(Owned::into_object)
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, a - b).map(Owned::into_object)
    }

    #[slot]
    fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, a * b).map(Owned::into_object)
    }

    #[slot]
    fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, Self::truediv(t, a, b)?).map(Owned::into_object)
    }

    #[slot]
    fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, Self::floordiv(t, a, b)?).map(Owned::into_object)
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        Self::new(t, Self::modulo(t, a, b)?).map(Owned::into_object)
    }

    #[slot]
    fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        let (q, r) = num::divmod(a, b).map_err(|e| float_error(t, e))?;
        let pair = vec![Self::new(t, q)?.into_object(), Self::new(t, r)?.into_object()];
        PyTuple::from_vec(t, pair).map(Owned::into_object)
    }

    #[slot]
    fn nb_power(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult {
        if !modulus.is(singletons::none()) {
            return Err(err!(t, TypeError, "pow() 3rd argument not allowed unless all arguments are integers"));
        }
        let (a, b) = operands!(t, left, right);
        Self::power(t, a, b)
    }

    #[slot]
    fn nb_negative(&self, t: &Thread) -> PyResult {
        Self::new(t, -self.value()).map(Owned::into_object)
    }

    #[slot]
    fn nb_positive(&self, t: &Thread) -> PyResult {
        self.exact(t).map(Owned::into_object)
    }

    #[slot]
    fn nb_absolute(&self, t: &Thread) -> PyResult {
        Self::new(t, self.value().abs()).map(Owned::into_object)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(self.value() != 0.0)
    }

    #[slot]
    fn nb_int(&self, t: &Thread) -> PyResult {
        PyInt::from_f64(t, self.value()).map(Owned::into_object)
    }

    #[slot]
    fn nb_float(&self, t: &Thread) -> PyResult {
        self.exact(t).map(Owned::into_object)
    }

    fn exact(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_exact::<Self>() { Ok(self.own()) } else { Self::new(t, self.value()) }
    }

    /// Convert real number to a floating-point number.
    #[classmethod]
    fn from_number(class: &PyType, t: &Thread, number: &Object) -> PyResult {
        if is_exact_class::<Self>(class) && number.is_exact::<Self>() {
            return Ok(number.own());
        }
        let value = Self::new(t, number::as_f64(t, number)?)?;
        if is_exact_class::<Self>(class) { Ok(value.into_object()) } else { class.call(t, &[&value]) }
    }

    /// Return self, the complex conjugate of any float.
    #[method]
    fn conjugate(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.exact(t)
    }

    /// Return the Integral closest to x between 0 and x.
    #[method(name = "__trunc__")]
    fn trunc(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_f64(t, self.value())
    }

    /// Return the floor as an Integral.
    #[method(name = "__floor__")]
    fn floor(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_f64(t, self.value().floor())
    }

    /// Return the ceiling as an Integral.
    #[method(name = "__ceil__")]
    fn ceil(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_f64(t, self.value().ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method(name = "__round__", sig = "(ndigits=None, /)")]
    fn round(&self, t: &Thread, ndigits: Option<&Object>) -> PyResult {
        let x = self.value();
        let Some(ndigits) = crate::attr::none_if_none(ndigits) else {
            return PyInt::from_f64(t, num::round_half_even(x)).map(Owned::into_object);
        };
        let n = number::index_clipped(t, ndigits)?;
        match num::round_digits(x, n as i64) {
            Ok(value) => Self::new(t, value).map(Owned::into_object),
            Err(_) => Err(err!(t, OverflowError, "rounded value too large to represent")),
        }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Raise
    /// OverflowError on infinities and a ValueError on NaNs.
    ///
    /// >>> (10.0).as_integer_ratio()
    /// (10, 1)
    /// >>> (0.0).as_integer_ratio()
    /// (0, 1)
    /// >>> (-.25).as_integer_ratio()
    /// (-1, 4)
    #[method]
    fn as_integer_ratio(&self, t: &Thread) -> PyResult<(Owned<PyInt>, Owned<PyInt>)> {
        let x = self.value();
        if x.is_infinite() {
            return Err(err!(t, OverflowError, "cannot convert Infinity to integer ratio"));
        }
        match num::as_integer_ratio(x) {
            Ok((n, d)) => Ok((PyInt::from_signed(t, &n)?, PyInt::from_signed(t, &d)?)),
            Err(_) => Err(err!(t, ValueError, "cannot convert NaN to integer ratio")),
        }
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.ffffp10')
    /// 2047.984375
    /// >>> float.fromhex('-0x1p-1074')
    /// -5e-324
    #[classmethod]
    fn fromhex(class: &PyType, t: &Thread, string: &Object) -> PyResult {
        let Some(text) = string.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "bad argument type for built-in operation"));
        };
        let value = match num::parse::from_hex(text.to_utf8(t)?.as_bytes()) {
            Ok(value) => Self::new(t, value)?,
            Err(HexError::Invalid) => return Err(err!(t, ValueError, "invalid hexadecimal floating-point string")),
            Err(HexError::Overflow) => {
                return Err(err!(t, OverflowError, "hexadecimal value too large to represent as a float"));
            }
        };
        if is_exact_class::<Self>(class) { Ok(value.into_object()) } else { class.call(t, &[&value]) }
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    /// >>> 3.14159.hex()
    /// '0x1.921f9f01b866ep+1'
    #[method]
    fn hex(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_ascii(t, &num::format::hex(self.value()))
    }

    /// Return True if the float is an integer.
    #[method]
    fn is_integer(&self, _t: &Thread) -> bool {
        let x = self.value();
        x.is_finite() && x.floor() == x
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_vec(t, vec![Self::new(t, self.value())?.into_object()])
    }

    /// You probably don't want to use this function.
    ///
    ///   typestr
    ///     Must be 'double' or 'float'.
    ///
    /// It exists mainly to be used in Python's test suite.
    ///
    /// This function returns whichever of 'unknown', 'IEEE, big-endian' or
    /// 'IEEE, little-endian' best describes the format of floating-point
    /// numbers used by the C type named by typestr.
    #[classmethod(name = "__getformat__")]
    fn getformat(_class: &PyType, t: &Thread, typestr: &PyStr) -> PyResult<&'static str> {
        if typestr.eq_str("double") || typestr.eq_str("float") {
            return Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" });
        }
        Err(err!(t, ValueError, "__getformat__() argument 1 must be 'double' or 'float'"))
    }

    /// Formats the float according to format_spec.
    #[method(name = "__format__")]
    fn format_(&self, t: &Thread, format_spec: &PyStr) -> PyResult<Owned<PyStr>> {
        if format_spec.len() == 0 {
            return crate::upcast(self).str(t);
        }
        crate::number_format::format_float(t, self.value(), format_spec, &self.class().name_lossy())
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.exact(t)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::new(t, 0.0)
    }
}
