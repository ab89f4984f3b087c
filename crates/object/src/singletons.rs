//! `None`, `NotImplemented`, `Ellipsis`, `True` and `False`.

use crate::handle::{Class, Object, Own, Owned, PyResult, Static};
use crate::int::PyInt;
use crate::{PyStr, layout, name};
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

layout!(
    /// `NoneType`.
    PyNone,
    PyObject
);
layout!(
    /// `NotImplementedType`.
    PyNotImplemented,
    PyObject
);
layout!(
    /// `ellipsis`.
    PyEllipsis,
    PyObject
);
layout!(
    /// `bool`.
    PyBool,
    PyLongObject
);

const fn head(ty: *mut PyTypeObject) -> PyObject {
    PyObject { ob_refcnt: _Py_STATIC_REFCNT, ob_overflow: 0, ob_flags: _Py_STATIC_FLAGS, ob_type: ty }
}

/// `None`.
#[unsafe(no_mangle)]
pub static _Py_NoneStruct: Static<PyObject> = Static::new(head(<PyNone as Class>::TYPE));
/// `NotImplemented`.
#[unsafe(no_mangle)]
pub static _Py_NotImplementedStruct: Static<PyObject> = Static::new(head(<PyNotImplemented as Class>::TYPE));
/// `Ellipsis`.
#[unsafe(no_mangle)]
pub static _Py_EllipsisObject: Static<PyObject> = Static::new(head(<PyEllipsis as Class>::TYPE));
/// `True`.
#[unsafe(no_mangle)]
pub static _Py_TrueStruct: Static<PyLongObject> =
    Static::new(PyLongObject { ob_base: head(<PyBool as Class>::TYPE), lv_tag: 1 << 3 | 4, ob_digit: [1] });
/// `False`.
#[unsafe(no_mangle)]
pub static _Py_FalseStruct: Static<PyLongObject> =
    Static::new(PyLongObject { ob_base: head(<PyBool as Class>::TYPE), lv_tag: 1 | 4, ob_digit: [0] });

/// `None`.
#[inline(always)]
pub fn none() -> &'static Object {
    // SAFETY: a static object.
    unsafe { Object::from_ptr(_Py_NoneStruct.get()) }
}

/// `NotImplemented`.
#[inline(always)]
pub fn not_implemented() -> &'static Object {
    // SAFETY: a static object.
    unsafe { Object::from_ptr(_Py_NotImplementedStruct.get()) }
}

/// `Ellipsis`.
#[inline(always)]
pub fn ellipsis() -> &'static Object {
    // SAFETY: a static object.
    unsafe { Object::from_ptr(_Py_EllipsisObject.get()) }
}

/// `True` or `False`.
#[inline(always)]
pub fn bool(value: bool) -> &'static Object {
    // SAFETY: static objects.
    unsafe { Object::from_ptr(if value { _Py_TrueStruct.get() } else { _Py_FalseStruct.get() }.cast()) }
}

/// An owned `None`, as the result of functions without a result.
#[inline(always)]
pub fn ok_none() -> PyResult {
    Ok(none().own())
}

/// An owned `NotImplemented`.
#[inline(always)]
pub fn ok_not_implemented() -> PyResult {
    Ok(not_implemented().own())
}

#[class(name = "NoneType", layout, export = _PyNone_Type, doc = "NoneType()\n--\n\nThe type of the None singleton.")]
impl PyNone {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "None").own().into_object())
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(false)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(0xfca8_6420)
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: crate::CompareOp) -> PyResult {
        match op {
            crate::CompareOp::Eq if self.is(other) => Ok(bool(true).own()),
            crate::CompareOp::Ne if self.is(other) => Ok(bool(false).own()),
            _ => ok_not_implemented(),
        }
    }

    #[slot]
    fn tp_new(_cls: &crate::PyType, t: &Thread, args: crate::argparse::Args<'_>) -> PyResult {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(crate::err!(t, TypeError, "NoneType takes no arguments"));
        }
        ok_none()
    }

    #[slot]
    unsafe extern "C" fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: a static object: its count is put back.
        unsafe { (*op).ob_refcnt = _Py_STATIC_REFCNT };
    }
}

#[class(name = "NotImplementedType", layout, export = _PyNotImplemented_Type,
    doc = "NotImplementedType()\n--\n\nThe type of the NotImplemented singleton.")]
impl PyNotImplemented {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "NotImplemented").own().into_object())
    }

    #[method(text = "", name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "NotImplemented").own().into_object())
    }

    #[slot]
    fn nb_bool(&self, t: &Thread) -> PyResult<bool> {
        Err(crate::err!(t, TypeError, "NotImplemented should not be used in a boolean context"))
    }

    #[slot]
    fn tp_new(_cls: &crate::PyType, t: &Thread, args: crate::argparse::Args<'_>) -> PyResult {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(crate::err!(t, TypeError, "NotImplementedType takes no arguments"));
        }
        ok_not_implemented()
    }

    #[slot]
    unsafe extern "C" fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: a static object: its count is put back.
        unsafe { (*op).ob_refcnt = _Py_STATIC_REFCNT };
    }
}

#[class(name = "ellipsis", layout, export = PyEllipsis_Type, doc = "ellipsis()\n--\n\nThe type of the Ellipsis singleton.")]
impl PyEllipsis {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "Ellipsis").own().into_object())
    }

    #[method(text = "", name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "Ellipsis").own().into_object())
    }

    #[slot]
    fn tp_new(_cls: &crate::PyType, t: &Thread, args: crate::argparse::Args<'_>) -> PyResult {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(crate::err!(t, TypeError, "EllipsisType takes no arguments"));
        }
        Ok(ellipsis().own())
    }

    #[slot]
    unsafe extern "C" fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: a static object: its count is put back.
        unsafe { (*op).ob_refcnt = _Py_STATIC_REFCNT };
    }
}

/// Returns True when the argument is true, False otherwise.
/// The builtins True and False are the only two instances of the class bool.
/// The class bool is a subclass of the class int, and cannot be subclassed.
#[class(name = "bool", layout, export = PyBool_Type, base = PyInt, subclass_flag = LONG_SUBCLASS,
    basicsize = 24, itemsize = 4)]
impl PyBool {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let text: &PyStr = if self.truth() { name!(t, "True") } else { name!(t, "False") };
        Ok(text.own().into_object())
    }

    #[new(sig = "(object=False, /)")]
    fn new(_cls: &crate::PyType, t: &Thread, object: Option<&Object>) -> PyResult<bool> {
        object.map_or(Ok(false), |x| x.is_true(t))
    }

    #[slot]
    fn nb_invert(&self, t: &Thread) -> PyResult {
        crate::errors::warn(
            t,
            crate::exceptions::DeprecationWarning::class(),
            format_args!(
                "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the underlying int object and is usually not what you expect from the negation of a bool object. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int."
            ),
            1,
        )?;
        PyInt::from_i64(t, if self.truth() { -2 } else { -1 }).map(Owned::into_object)
    }

    #[slot]
    fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast_exact::<Self>(), right.downcast_exact::<Self>()) {
            (Some(a), Some(b)) => Ok(bool(a.truth() && b.truth()).own()),
            _ => crate::number::call_slot(t, PyInt::class(), crate::number::Op::And, left, right),
        }
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast_exact::<Self>(), right.downcast_exact::<Self>()) {
            (Some(a), Some(b)) => Ok(bool(a.truth() || b.truth()).own()),
            _ => crate::number::call_slot(t, PyInt::class(), crate::number::Op::Or, left, right),
        }
    }

    #[slot]
    fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast_exact::<Self>(), right.downcast_exact::<Self>()) {
            (Some(a), Some(b)) => Ok(bool(a.truth() != b.truth()).own()),
            _ => crate::number::call_slot(t, PyInt::class(), crate::number::Op::Xor, left, right),
        }
    }

    #[slot]
    unsafe extern "C" fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: a static object: its count is put back.
        unsafe { (*op).ob_refcnt = _Py_STATIC_REFCNT };
    }
}

impl PyBool {
    /// The value.
    #[inline(always)]
    pub fn truth(&self) -> bool {
        // SAFETY: the first digit always exists.
        unsafe { (*self.raw()).ob_digit[0] != 0 }
    }
}
