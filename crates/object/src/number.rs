//! The number protocol (`Objects/abstract.c`): binary operators with reflection, in-place operators, `__index__`,
//! conversions.

use crate::handle::{Object, Own, Owned, PyResult, Raised};
use crate::{PyFloat, PyInt, PyType, err, errors, singletons};
use core::mem::offset_of;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// Binary operators, numbered as the argument of `BINARY_OP` (`NB_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Op {
    Add = 0,
    And = 1,
    FloorDivide = 2,
    Lshift = 3,
    MatrixMultiply = 4,
    Multiply = 5,
    Remainder = 6,
    Or = 7,
    Power = 8,
    Rshift = 9,
    Subtract = 10,
    TrueDivide = 11,
    Xor = 12,
    Divmod = 13,
}

impl Op {
    /// How the operator is shown in error messages.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::And => "&",
            Self::FloorDivide => "//",
            Self::Lshift => "<<",
            Self::MatrixMultiply => "@",
            Self::Multiply => "*",
            Self::Remainder => "%",
            Self::Or => "|",
            Self::Power => "** or pow()",
            Self::Rshift => ">>",
            Self::Subtract => "-",
            Self::TrueDivide => "/",
            Self::Xor => "^",
            Self::Divmod => "divmod()",
        }
    }

    const fn inplace_symbol(self) -> &'static str {
        match self {
            Self::Add => "+=",
            Self::And => "&=",
            Self::FloorDivide => "//=",
            Self::Lshift => "<<=",
            Self::MatrixMultiply => "@=",
            Self::Multiply => "*=",
            Self::Remainder => "%=",
            Self::Or => "|=",
            Self::Power => "**=",
            Self::Rshift => ">>=",
            Self::Subtract => "-=",
            Self::TrueDivide => "/=",
            Self::Xor => "^=",
            Self::Divmod => "divmod()",
        }
    }

    #[inline(always)]
    unsafe fn slot(self, ty: *mut PyTypeObject) -> Option<binaryfunc> {
        // SAFETY: the caller passes a type object.
        unsafe { slot_at(ty, SLOTS[self as usize]) }
    }

    /// Where the function of the operator, or that of its form that assigns if there is one, is among a type's number methods,
    /// in bytes; `None` if the type has none.
    pub fn slot_offset(self, class: &PyType, assigns: bool) -> Option<usize> {
        // SAFETY: a live type.
        let is_set = |&offset: &usize| unsafe { slot_at(class.as_type_ptr(), offset) }.is_some();
        let own = if assigns { Some(INPLACE_SLOTS[self as usize]).filter(is_set) } else { None };
        own.or_else(|| Some(SLOTS[self as usize]).filter(is_set))
    }

    #[inline(always)]
    unsafe fn inplace_slot(self, ty: *mut PyTypeObject) -> Option<binaryfunc> {
        // SAFETY: the caller passes a type object.
        unsafe { slot_at(ty, INPLACE_SLOTS[self as usize]) }
    }
}

/// In place of an offset: the operator has no slot of two operands.
const NO_SLOT: usize = usize::MAX;

/// Where a type's number methods hold the function of each [`Op`]. A table costs one load where a `match` costs a jump
/// that is hard to predict.
static SLOTS: [usize; 14] = [
    offset_of!(PyNumberMethods, nb_add),
    offset_of!(PyNumberMethods, nb_and),
    offset_of!(PyNumberMethods, nb_floor_divide),
    offset_of!(PyNumberMethods, nb_lshift),
    offset_of!(PyNumberMethods, nb_matrix_multiply),
    offset_of!(PyNumberMethods, nb_multiply),
    offset_of!(PyNumberMethods, nb_remainder),
    offset_of!(PyNumberMethods, nb_or),
    NO_SLOT,
    offset_of!(PyNumberMethods, nb_rshift),
    offset_of!(PyNumberMethods, nb_subtract),
    offset_of!(PyNumberMethods, nb_true_divide),
    offset_of!(PyNumberMethods, nb_xor),
    offset_of!(PyNumberMethods, nb_divmod),
];

/// As [`SLOTS`], of the operators that assign.
static INPLACE_SLOTS: [usize; 14] = [
    offset_of!(PyNumberMethods, nb_inplace_add),
    offset_of!(PyNumberMethods, nb_inplace_and),
    offset_of!(PyNumberMethods, nb_inplace_floor_divide),
    offset_of!(PyNumberMethods, nb_inplace_lshift),
    offset_of!(PyNumberMethods, nb_inplace_matrix_multiply),
    offset_of!(PyNumberMethods, nb_inplace_multiply),
    offset_of!(PyNumberMethods, nb_inplace_remainder),
    offset_of!(PyNumberMethods, nb_inplace_or),
    NO_SLOT,
    offset_of!(PyNumberMethods, nb_inplace_rshift),
    offset_of!(PyNumberMethods, nb_inplace_subtract),
    offset_of!(PyNumberMethods, nb_inplace_true_divide),
    offset_of!(PyNumberMethods, nb_inplace_xor),
    NO_SLOT,
];

#[inline(always)]
unsafe fn slot_at(ty: *mut PyTypeObject, offset: usize) -> Option<binaryfunc> {
    // SAFETY: the offset is that of a field of this type.
    unsafe {
        let methods = (*ty).tp_as_number;
        if methods.is_null() || offset == NO_SLOT {
            return None;
        }
        *methods.cast::<u8>().add(offset).cast::<Option<binaryfunc>>()
    }
}

/// Calls one type's slot for an operator, as that type's subclass does for its base.
pub fn call_slot(t: &Thread, class: &PyType, op: Op, left: &Object, right: &Object) -> PyResult {
    let _ = t;
    // SAFETY: number slots accept any operands.
    unsafe {
        match op.slot(class.as_type_ptr()) {
            Some(slot) => Owned::from_result(slot(left.as_ptr(), right.as_ptr())),
            None => singletons::ok_not_implemented(),
        }
    }
}

/// The slots of both operands in the order of the language reference; `NotImplemented` if neither knows.
#[inline]
fn binary_op1(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    let _ = t;
    // SAFETY: number slots accept any operands.
    unsafe {
        let vt = v.class();
        let wt = w.class();
        let slot_v = op.slot(vt.as_type_ptr());
        let mut slot_w = None;
        if !vt.is(wt) {
            slot_w = op.slot(wt.as_type_ptr());
            if slot_w.map(|f| f as usize) == slot_v.map(|f| f as usize) {
                slot_w = None;
            }
        }
        if let Some(first) = slot_v {
            if let Some(second) = slot_w
                && wt.is_subtype(vt)
            {
                let result: Owned = Owned::from_result(second(v.as_ptr(), w.as_ptr()))?;
                if !result.is(singletons::not_implemented()) {
                    return Ok(result);
                }
                slot_w = None;
            }
            let result: Owned = Owned::from_result(first(v.as_ptr(), w.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        if let Some(second) = slot_w {
            let result: Owned = Owned::from_result(second(v.as_ptr(), w.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        singletons::ok_not_implemented()
    }
}

/// `v op w`.
#[inline]
pub fn binary_op(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    if op == Op::Power {
        return power(t, v, w, singletons::none());
    }
    let result = binary_op1(t, v, w, op)?;
    if result.is(singletons::not_implemented()) {
        return binary_fallback(t, v, w, op);
    }
    Ok(result)
}

/// As [`binary_op`], for callers that know the operator: operands of one type go straight to its slot.
#[inline(always)]
pub fn binary_op_known(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    // SAFETY: number slots accept any operands.
    unsafe {
        let class = v.class();
        if class.is(w.class())
            && let Some(slot) = op.slot(class.as_type_ptr())
        {
            let result: Owned = Owned::from_result(slot(v.as_ptr(), w.as_ptr()))?;
            if result.is(singletons::not_implemented()) {
                return binary_fallback(t, v, w, op);
            }
            return Ok(result);
        }
    }
    binary_op_unlike(t, v, w, op)
}

#[inline(never)]
fn binary_op_unlike(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    binary_op(t, v, w, op)
}

/// Sequence concatenation and repetition, and the error.
#[cold]
#[inline(never)]
fn binary_fallback(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    // SAFETY: slots are called with operands of their type.
    unsafe {
        let sequence = |o: &Object| (*o.class().as_type_ptr()).tp_as_sequence.as_ref();
        if op == Op::Add
            && let Some(slot) = sequence(v).and_then(|s| s.sq_concat)
        {
            return Owned::from_result(slot(v.as_ptr(), w.as_ptr()));
        }
        if op == Op::Multiply {
            if let Some(slot) = sequence(v).and_then(|s| s.sq_repeat) {
                return sequence_repeat(t, slot, v, w);
            }
            if let Some(slot) = sequence(w).and_then(|s| s.sq_repeat) {
                return sequence_repeat(t, slot, w, v);
            }
        }
    }
    if op == Op::Rshift
        && let Some(function) = v.downcast::<crate::PyCFunction>()
        && function.is_print()
    {
        return Err(err!(
            t,
            TypeError,
            "unsupported operand type(s) for {}: '{:.100}' and '{:.100}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
            op.symbol(),
            v.class().name_lossy(),
            w.class().name_lossy()
        ));
    }
    Err(errors::binop_type_error(t, v, w, op.symbol()))
}

unsafe fn sequence_repeat(t: &Thread, slot: ssizeargfunc, sequence: &Object, n: &Object) -> PyResult {
    if !is_index(n) {
        return Err(err!(t, TypeError, "can't multiply sequence by non-int of type '{:.200}'", n.class().name_lossy()));
    }
    let count = index_as_isize_or(t, n, crate::exceptions_class!(OverflowError))?;
    // SAFETY: a slot of the sequence's type.
    unsafe { Owned::from_result(slot(sequence.as_ptr(), count)) }
}

/// `v op= w`.
pub fn inplace_op(t: &Thread, v: &Object, w: &Object, op: Op) -> PyResult {
    if op == Op::Power {
        return inplace_power(t, v, w, singletons::none());
    }
    // SAFETY: slots are called with operands of their type.
    unsafe {
        if let Some(slot) = op.inplace_slot(v.class().as_type_ptr()) {
            let result: Owned = Owned::from_result(slot(v.as_ptr(), w.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        let result = binary_op1(t, v, w, op)?;
        if !result.is(singletons::not_implemented()) {
            return Ok(result);
        }
        let sequence = |o: &Object| (*o.class().as_type_ptr()).tp_as_sequence.as_ref();
        if op == Op::Add
            && let Some(slot) = sequence(v).and_then(|s| s.sq_inplace_concat.or(s.sq_concat))
        {
            return Owned::from_result(slot(v.as_ptr(), w.as_ptr()));
        }
        if op == Op::Multiply {
            if let Some(s) = sequence(v)
                && let Some(slot) = s.sq_inplace_repeat.or(s.sq_repeat)
            {
                return sequence_repeat(t, slot, v, w);
            }
            if let Some(slot) = sequence(w).and_then(|s| s.sq_repeat) {
                return sequence_repeat(t, slot, w, v);
            }
        }
    }
    Err(errors::binop_type_error(t, v, w, op.inplace_symbol()))
}

fn ternary_slot(object: &Object) -> Option<ternaryfunc> {
    // SAFETY: plain fields of a live type.
    unsafe { (*object.class().as_type_ptr()).tp_as_number.as_ref().and_then(|n| n.nb_power) }
}

fn ternary_op(t: &Thread, v: &Object, w: &Object, z: &Object, symbol: &str) -> PyResult {
    let addr = |f: Option<ternaryfunc>| f.map(|f| f as usize);
    // SAFETY: number slots accept any operands.
    unsafe {
        let slot_v = ternary_slot(v);
        let mut slot_w = if v.class().is(w.class()) { None } else { ternary_slot(w) };
        if addr(slot_w) == addr(slot_v) {
            slot_w = None;
        }
        if let Some(first) = slot_v {
            if let Some(second) = slot_w
                && w.class().is_subtype(v.class())
            {
                let result: Owned = Owned::from_result(second(v.as_ptr(), w.as_ptr(), z.as_ptr()))?;
                if !result.is(singletons::not_implemented()) {
                    return Ok(result);
                }
                slot_w = None;
            }
            let result: Owned = Owned::from_result(first(v.as_ptr(), w.as_ptr(), z.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        if let Some(second) = slot_w {
            let result: Owned = Owned::from_result(second(v.as_ptr(), w.as_ptr(), z.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        let slot_z = ternary_slot(z);
        if let Some(third) = slot_z
            && addr(slot_z) != addr(slot_v)
            && addr(slot_z) != addr(ternary_slot(w))
        {
            let result: Owned = Owned::from_result(third(v.as_ptr(), w.as_ptr(), z.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
    }
    if z.is(singletons::none()) {
        Err(errors::binop_type_error(t, v, w, symbol))
    } else {
        Err(err!(
            t,
            TypeError,
            "unsupported operand type(s) for {symbol}: '{:.100}', '{:.100}', '{:.100}'",
            v.class().name_lossy(),
            w.class().name_lossy(),
            z.class().name_lossy()
        ))
    }
}

/// `pow(v, w, z)`.
pub fn power(t: &Thread, v: &Object, w: &Object, z: &Object) -> PyResult {
    ternary_op(t, v, w, z, "** or pow()")
}

/// `v **= w`, with a modulus that only C code can give (`PyNumber_InPlacePower`).
pub fn inplace_power(t: &Thread, v: &Object, w: &Object, z: &Object) -> PyResult {
    // SAFETY: a slot of the operand's type.
    unsafe {
        if let Some(slot) = (*v.class().as_type_ptr()).tp_as_number.as_ref().and_then(|n| n.nb_inplace_power) {
            let result: Owned = Owned::from_result(slot(v.as_ptr(), w.as_ptr(), z.as_ptr()))?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
    }
    ternary_op(t, v, w, z, "**=")
}

fn unary(t: &Thread, v: &Object, slot: Option<unaryfunc>, what: &str) -> PyResult {
    match slot {
        // SAFETY: a slot of the operand's type.
        Some(slot) => unsafe { Owned::from_result(slot(v.as_ptr())) },
        None => Err(err!(t, TypeError, "bad operand type for {what}: '{:.200}'", v.class().name_lossy())),
    }
}

fn numbers(v: &Object) -> Option<&PyNumberMethods> {
    // SAFETY: the table lives as long as the type.
    unsafe { (*v.class().as_type_ptr()).tp_as_number.as_ref() }
}

/// `-v`.
pub fn negative(t: &Thread, v: &Object) -> PyResult {
    unary(t, v, numbers(v).and_then(|n| n.nb_negative), "unary -")
}

/// `+v`.
pub fn positive(t: &Thread, v: &Object) -> PyResult {
    unary(t, v, numbers(v).and_then(|n| n.nb_positive), "unary +")
}

/// `~v`.
pub fn invert(t: &Thread, v: &Object) -> PyResult {
    unary(t, v, numbers(v).and_then(|n| n.nb_invert), "unary ~")
}

/// `abs(v)`.
pub fn absolute(t: &Thread, v: &Object) -> PyResult {
    unary(t, v, numbers(v).and_then(|n| n.nb_absolute), "abs()")
}

/// Whether the object has `__index__`.
#[inline]
pub fn is_index(v: &Object) -> bool {
    numbers(v).is_some_and(|n| n.nb_index.is_some())
}

/// `operator.index(v)`, an instance of a subclass of `int` allowed (`_PyNumber_Index`).
pub fn index(t: &Thread, v: &Object) -> PyResult<Owned<PyInt>> {
    if let Some(int) = v.downcast::<PyInt>() {
        return Ok(int.own());
    }
    let Some(slot) = numbers(v).and_then(|n| n.nb_index) else {
        return Err(err!(t, TypeError, "'{:.200}' object cannot be interpreted as an integer", v.class().name_lossy()));
    };
    // SAFETY: a slot of the operand's type.
    let result: Owned = unsafe { Owned::from_result(slot(v.as_ptr())) }?;
    let result = match result.into_type::<PyInt>() {
        Ok(int) => int,
        Err(other) => {
            return Err(err!(t, TypeError, "__index__ returned non-int (type {:.200})", other.class().name_lossy()));
        }
    };
    if !result.is_exact::<PyInt>() {
        errors::warn(
            t,
            crate::exceptions_class!(DeprecationWarning),
            format_args!(
                "__index__ returned non-int (type {:.200}).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python.",
                result.class().name_lossy()
            ),
            1,
        )?;
    }
    Ok(result)
}

/// `operator.index(v)` as an exact `int` (`PyNumber_Index`).
pub fn index_exact(t: &Thread, v: &Object) -> PyResult<Owned<PyInt>> {
    index(t, v)?.to_exact(t)
}

/// `__index__` as a `Py_ssize_t`; `OverflowError` when out of range.
pub fn index_as_isize(t: &Thread, v: &Object) -> PyResult<isize> {
    index(t, v)?.to_isize(t)
}

/// `PyNumber_AsSsize_t(v, err)`: as above with the given error type for values out of range.
pub fn index_as_isize_or(t: &Thread, v: &Object, error: &PyType) -> PyResult<isize> {
    if let Some(value) = v.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact) {
        return Ok(value as isize);
    }
    let int = index(t, v)?;
    int.to_i64().map(|n| n as isize).ok_or_else(|| {
        errors::raise_fmt(
            t,
            error,
            format_args!("cannot fit '{:.200}' into an index-sized integer", v.class().name_lossy()),
        )
    })
}

/// `PyNumber_AsSsize_t(v, NULL)`: values out of range are clipped.
pub fn index_clipped(t: &Thread, v: &Object) -> PyResult<isize> {
    Ok(index(t, v)?.to_isize_clipped())
}

/// A number as a double: through `__float__`, else `__index__` (`PyFloat_AsDouble`).
pub fn as_f64(t: &Thread, v: &Object) -> PyResult<f64> {
    if let Some(float) = v.downcast::<PyFloat>() {
        return Ok(float.value());
    }
    if let Some(int) = v.downcast_exact::<PyInt>() {
        return int.to_f64(t);
    }
    let Some(slot) = numbers(v).and_then(|n| n.nb_float) else {
        if is_index(v) {
            return index(t, v)?.to_f64(t);
        }
        return Err(err!(t, TypeError, "must be real number, not {:.50}", v.class().name_lossy()));
    };
    // SAFETY: a slot of the operand's type.
    let result: Owned = unsafe { Owned::from_result(slot(v.as_ptr())) }?;
    float_result(t, v, result).map(|f| f.value())
}

/// Checks what `__float__` returned.
pub fn float_result(t: &Thread, v: &Object, result: Owned) -> PyResult<Owned<PyFloat>> {
    match result.into_type::<PyFloat>() {
        Ok(float) => {
            if !float.is_exact::<PyFloat>() {
                errors::warn(
                    t,
                    crate::exceptions_class!(DeprecationWarning),
                    format_args!(
                        "{:.50}.__float__ returned non-float (type {:.50}).  The ability to return an instance of a strict subclass of float is deprecated, and may be removed in a future version of Python.",
                        v.class().name_lossy(),
                        float.class().name_lossy()
                    ),
                    1,
                )?;
            }
            Ok(float)
        }
        Err(other) => Err(err!(
            t,
            TypeError,
            "{:.50}.__float__ returned non-float (type {:.50})",
            v.class().name_lossy(),
            other.class().name_lossy()
        )),
    }
}

/// Whether the object is a number (`PyNumber_Check`).
pub fn is_number(v: &Object) -> bool {
    numbers(v).is_some_and(|n| n.nb_index.is_some() || n.nb_int.is_some() || n.nb_float.is_some())
        || v.is_instance_of::<crate::PyComplex>()
}

/// Raised markers of this module's callers.
pub type NumberResult = Result<Owned, Raised>;
