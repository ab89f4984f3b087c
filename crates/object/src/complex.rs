//! `complex`.

use crate::argparse::{Args, Param, Signature, is_exact_class};
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult, Raised};
use crate::{
    PyFloat, PyInt, PyStr, PyTuple, PyType, err, errors, float_class, layout, name, number, singletons, typeobject,
};
use taipan_macros::class;
use taipan_num::complex::{self as num, Complex};
use taipan_num::float::FloatError;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, mem};

layout!(
    /// `complex`.
    PyComplex,
    PyComplexObject
);

impl PyComplex {
    /// A `complex` of this value.
    pub fn new(t: &Thread, real: f64, imag: f64) -> PyResult<Owned<Self>> {
        let op = mem::alloc(size_of::<PyComplexObject>()).cast::<PyObject>();
        if op.is_null() {
            return Err(errors::no_memory(t));
        }
        // SAFETY: a fresh block.
        unsafe {
            typeobject::init_head(op, typeobject::static_type::<Self>());
            (*op.cast::<PyComplexObject>()).real = real;
            (*op.cast::<PyComplexObject>()).imag = imag;
            Ok(Owned::from_ptr(op))
        }
    }

    fn of(t: &Thread, value: Complex) -> PyResult {
        Self::new(t, value.re, value.im).map(Owned::into_object)
    }

    /// An instance of `class` (`complex` or a subclass) with this value.
    pub fn of_class(t: &Thread, class: &PyType, value: Complex) -> PyResult {
        if is_exact_class::<Self>(class) {
            return Self::of(t, value);
        }
        let out = class.alloc(t, 0)?;
        // SAFETY: a fresh instance with the layout of `complex`.
        unsafe {
            let raw = (*out).cast_unchecked::<Self>().raw();
            (*raw).real = value.re;
            (*raw).imag = value.im;
        }
        Ok(out)
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> Complex {
        // SAFETY: plain fields.
        unsafe { num::c((*self.raw()).real, (*self.raw()).imag) }
    }

    /// `(a + bi) ** (c + di)`.
    pub fn power(t: &Thread, a: f64, b: f64, c: f64, d: f64) -> PyResult {
        match num::c(a, b).pow(num::c(c, d)) {
            Ok(value) => Self::of(t, value),
            Err(FloatError::ZeroDivision) => Err(err!(t, ZeroDivisionError, "zero to a negative or complex power")),
            Err(_) => Err(err!(t, OverflowError, "complex exponentiation")),
        }
    }

    fn division_error(t: &Thread, error: FloatError) -> Raised {
        match error {
            FloatError::ZeroDivision => err!(t, ZeroDivisionError, "division by zero"),
            _ => err!(t, OverflowError, "complex division"),
        }
    }

    /// What `__complex__` of the object gives; nothing if it has none.
    fn from_special(t: &Thread, x: &Object) -> PyResult<Option<Complex>> {
        if let Some(exact) = x.downcast_exact::<Self>() {
            return Ok(Some(exact.value()));
        }
        let Some(result) = crate::attr::call_special(t, x, name!(t, "__complex__"), &[])? else { return Ok(None) };
        let value = match result.into_type::<Self>() {
            Ok(value) => value,
            Err(other) => {
                return Err(err!(
                    t,
                    TypeError,
                    "__complex__ returned non-complex (type {:.200})",
                    other.class().name_lossy()
                ));
            }
        };
        if !value.is_exact::<Self>() {
            errors::warn(
                t,
                crate::exceptions::DeprecationWarning::class(),
                format_args!(
                    "__complex__ returned non-complex (type {:.200}).  The ability to return an instance of a strict subclass of complex is deprecated, and may be removed in a future version of Python.",
                    value.class().name_lossy()
                ),
                1,
            )?;
        }
        Ok(Some(value.value()))
    }

    fn from_text(t: &Thread, text: &PyStr) -> PyResult<Complex> {
        let ascii = match text.chars() {
            crate::unicode::Chars::One(s) => taipan_text::repr::to_ascii_number(s),
            crate::unicode::Chars::Two(s) => taipan_text::repr::to_ascii_number(s),
            crate::unicode::Chars::Four(s) => taipan_text::repr::to_ascii_number(s),
        };
        num::parse(&ascii).ok_or_else(|| err!(t, ValueError, "complex() arg is a malformed string"))
    }

    /// The value of any number (`PyComplex_AsCComplex`).
    pub fn value_of(t: &Thread, x: &Object) -> PyResult<Complex> {
        if let Some(complex) = x.downcast::<Self>() {
            return Ok(complex.value());
        }
        match Self::from_special(t, x)? {
            Some(value) => Ok(value),
            None => Ok(num::c(number::as_f64(t, x)?, 0.0)),
        }
    }

    fn is_real_number(x: &Object) -> bool {
        // SAFETY: slots of the object's type.
        unsafe {
            (*x.class().as_type_ptr())
                .tp_as_number
                .as_ref()
                .is_some_and(|n| n.nb_float.is_some() || n.nb_index.is_some())
        }
    }

    /// `complex(x)`.
    fn from_one(t: &Thread, class: &PyType, x: &Object) -> PyResult {
        if is_exact_class::<Self>(class) && x.is_exact::<Self>() {
            return Ok(x.own());
        }
        if let Some(text) = x.downcast::<PyStr>() {
            return Self::of_class(t, class, Self::from_text(t, text)?);
        }
        let value = if let Some(value) = Self::from_special(t, x)? {
            value
        } else if let Some(complex) = x.downcast::<Self>() {
            complex.value()
        } else if Self::is_real_number(x) {
            num::c(PyFloat::from_object(t, x)?.value(), 0.0)
        } else {
            return Err(err!(
                t,
                TypeError,
                "complex() argument must be a string or a number, not {:.200}",
                x.class().name_lossy()
            ));
        };
        Self::of_class(t, class, value)
    }

    /// `complex(real, imag)`.
    fn from_parts(t: &Thread, class: &PyType, real: Option<&Object>, imag: Option<&Object>) -> PyResult {
        let bad = |what: &str, x: &Object| {
            err!(t, TypeError, "complex() argument '{what}' must be a real number, not {:.200}", x.class().name_lossy())
        };
        let deprecated = |what: &str, x: &Object| {
            errors::warn(
                t,
                crate::exceptions::DeprecationWarning::class(),
                format_args!("complex() argument '{what}' must be a real number, not {:.200}", x.class().name_lossy()),
                1,
            )
        };
        let mut re = num::c(0.0, 0.0);
        let mut re_is_complex = false;
        if let Some(real) = real {
            if let Some(value) = Self::from_special(t, real)? {
                deprecated("real", real)?;
                re = value;
                re_is_complex = true;
            } else if let Some(complex) = real.downcast::<Self>() {
                deprecated("real", real)?;
                re = complex.value();
                re_is_complex = true;
            } else if Self::is_real_number(real) {
                re.re = PyFloat::from_object(t, real)?.value();
            } else {
                return Err(bad("real", real));
            }
        }
        let mut im = num::c(re.im, 0.0);
        if let Some(imag) = imag {
            if let Some(complex) = imag.downcast::<Self>() {
                deprecated("imag", imag)?;
                im = complex.value();
                re.re -= im.im;
            } else if Self::is_real_number(imag) {
                im.re = PyFloat::from_object(t, imag)?.value();
            } else {
                return Err(bad("imag", imag));
            }
            if re_is_complex {
                im.re += re.im;
            }
        }
        Self::of_class(t, class, num::c(re.re, im.re))
    }
}

/// An operand of an arithmetic operation.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Complex),
}

fn operand(t: &Thread, x: &Object) -> PyResult<Option<Operand>> {
    match x.downcast::<PyComplex>() {
        Some(complex) => Ok(Some(Operand::Complex(complex.value()))),
        None => Ok(float_class::operand(t, x)?.map(Operand::Real)),
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

const NEW: Signature = Signature {
    fname: "complex",
    params: &[Param { name: "real", required: false }, Param { name: "imag", required: false }],
    pos_only: 0,
    positional: 2,
    varargs: false,
    varkw: false,
};

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: Py_T_DOUBLE,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: doc.as_ptr(),
    }
}

impl PyComplex {
    const MEMBERS_LEN: usize = 3;
}

#[class(
    name = "complex", layout, export = PyComplex_Type, flags(BASETYPE), dealloc = complex_dealloc,
    members = [
        member(c"real", core::mem::offset_of!(PyComplexObject, real), c"the real part of a complex number"),
        member(c"imag", core::mem::offset_of!(PyComplexObject, imag), c"the imaginary part of a complex number"),
        PyMemberDef::END,
    ],
    doc = "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components."
)]
impl PyComplex {
    #[new(text = "(real=0, imag=0)")]
    fn new_(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if let [only] = args.pos
            && args.n_keywords() == 0
        {
            return Self::from_one(t, class, only);
        }
        let mut slots = [None; 2];
        args.parse(t, &NEW, &mut slots)?;
        Self::from_parts(t, class, slots[0], slots[1])
    }

    #[slot]
    fn tp_vectorcall(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::new_(class, t, args)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_ascii(t, &self.value().repr()).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        let value = self.value();
        let re = crate::hash::hash_f64(value.re, Some(self));
        let im = crate::hash::hash_f64(value.im, Some(self));
        Ok(Complex::hash(re as i64, im as i64) as isize)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if op != CompareOp::Eq && op != CompareOp::Ne {
            return singletons::ok_not_implemented();
        }
        let a = self.value();
        let equal = if let Some(int) = other.downcast::<PyInt>() {
            a.im == 0.0 && int.as_signed().cmp_f64(a.re).is_some_and(core::cmp::Ordering::is_eq)
        } else if let Some(float) = other.downcast::<PyFloat>() {
            a.re == float.value() && a.im == 0.0
        } else if let Some(complex) = other.downcast::<Self>() {
            let b = complex.value();
            a.re == b.re && a.im == b.im
        } else {
            return singletons::ok_not_implemented();
        };
        let _ = t;
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let value = match operands!(t, left, right) {
            (Operand::Complex(a), Operand::Complex(b)) => a.add(b),
            (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => a.add_real(b),
            (Operand::Real(a), Operand::Real(b)) => num::c(a + b, 0.0),
        };
        Self::of(t, value)
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let value = match operands!(t, left, right) {
            (Operand::Complex(a), Operand::Complex(b)) => a.sub(b),
            (Operand::Complex(a), Operand::Real(b)) => a.sub_real(b),
            (Operand::Real(a), Operand::Complex(b)) => Complex::real_sub(a, b),
            (Operand::Real(a), Operand::Real(b)) => num::c(a - b, 0.0),
        };
        Self::of(t, value)
    }

    #[slot]
    fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let value = match operands!(t, left, right) {
            (Operand::Complex(a), Operand::Complex(b)) => a.mul(b),
            (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => a.mul_real(b),
            (Operand::Real(a), Operand::Real(b)) => num::c(a * b, 0.0),
        };
        Self::of(t, value)
    }

    #[slot]
    fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let value = match operands!(t, left, right) {
            (Operand::Complex(a), Operand::Complex(b)) => a.div(b),
            (Operand::Complex(a), Operand::Real(b)) => a.div_real(b),
            (Operand::Real(a), Operand::Complex(b)) => Complex::real_div(a, b),
            (Operand::Real(a), Operand::Real(b)) => num::c(a, 0.0).div_real(b),
        };
        Self::of(t, value.map_err(|e| Self::division_error(t, e))?)
    }

    #[slot]
    fn nb_power(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult {
        let (a, b) = operands!(t, left, right);
        if !modulus.is(singletons::none()) {
            return Err(err!(t, ValueError, "complex modulo"));
        }
        let whole = |x: Operand| match x {
            Operand::Real(re) => num::c(re, 0.0),
            Operand::Complex(value) => value,
        };
        let (a, b) = (whole(a), whole(b));
        Self::power(t, a.re, a.im, b.re, b.im)
    }

    #[slot]
    fn nb_negative(&self, t: &Thread) -> PyResult {
        Self::of(t, self.value().neg())
    }

    #[slot]
    fn nb_positive(&self, t: &Thread) -> PyResult {
        self.exact(t)
    }

    #[slot]
    fn nb_absolute(&self, t: &Thread) -> PyResult {
        match self.value().abs() {
            Ok(value) => PyFloat::new(t, value).map(Owned::into_object),
            Err(_) => Err(err!(t, OverflowError, "absolute value too large")),
        }
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        let value = self.value();
        Ok(value.re != 0.0 || value.im != 0.0)
    }

    fn exact(&self, t: &Thread) -> PyResult {
        if self.is_exact::<Self>() { Ok(crate::upcast(self).own()) } else { Self::of(t, self.value()) }
    }

    /// Convert number to a complex floating-point number.
    #[classmethod]
    fn from_number(class: &PyType, t: &Thread, number: &Object) -> PyResult {
        if is_exact_class::<Self>(class) && number.is_exact::<Self>() {
            return Ok(number.own());
        }
        let value = Self::value_of(t, number)?;
        Self::of_class(t, class, value)
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method]
    fn conjugate(&self, t: &Thread) -> PyResult {
        let value = self.value();
        Self::of(t, num::c(value.re, -value.im))
    }

    /// Convert this value to exact type complex.
    #[method(name = "__complex__")]
    fn complex(&self, t: &Thread) -> PyResult {
        self.exact(t)
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let value = self.value();
        let parts = vec![PyFloat::new(t, value.re)?.into_object(), PyFloat::new(t, value.im)?.into_object()];
        PyTuple::from_vec(t, parts)
    }

    /// Convert to a string according to format_spec.
    #[method(name = "__format__")]
    fn format_(&self, t: &Thread, format_spec: &PyStr) -> PyResult<Owned<PyStr>> {
        if format_spec.len() == 0 {
            return crate::upcast(self).str(t);
        }
        let value = self.value();
        crate::number_format::format_complex(t, value.re, value.im, format_spec, &self.class().name_lossy())
    }
}

/// Frees a complex: `tp_dealloc`.
unsafe extern "C" fn complex_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead and owns nothing.
    unsafe { typeobject::free_instance(op, (*op).ob_type) }
}
