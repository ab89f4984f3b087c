//! Rich comparison (`PyObject_RichCompare`).

use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::{PyFloat, PyInt, PyStr, err, singletons};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

unsafe fn try_slot(t: &Thread, slot: richcmpfunc, v: &Object, w: &Object, op: CompareOp) -> PyResult {
    let _ = t;
    // SAFETY: a slot of the first operand's type.
    unsafe { Owned::from_result(slot(v.as_ptr(), w.as_ptr(), op as i32)) }
}

/// `v op w` as an object.
#[inline(always)]
pub fn rich_compare(t: &Thread, v: &Object, w: &Object, op: CompareOp) -> PyResult {
    crate::call::enter_recursive(t, " in comparison")?;
    // Of one type mostly, whose slot knows the answer.
    let class = v.class();
    if class.is(w.class()) {
        // SAFETY: a slot of both operands' type.
        unsafe {
            if let Some(slot) = (*class.as_type_ptr()).tp_richcompare {
                let result = try_slot(t, slot, v, w, op)?;
                if !result.is(singletons::not_implemented()) {
                    return Ok(result);
                }
            }
        }
        return compare_alike(t, v, w, op);
    }
    compare_unlike(t, v, w, op)
}

/// Goes on with operands of one type that do not know `v op w`: the other way round.
#[inline(never)]
fn compare_alike(t: &Thread, v: &Object, w: &Object, op: CompareOp) -> PyResult {
    // SAFETY: a slot of both operands' type.
    unsafe {
        if let Some(slot) = (*w.class().as_type_ptr()).tp_richcompare {
            let result = try_slot(t, slot, w, v, op.swapped())?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
    }
    compare_by_identity(t, v, w, op)
}

/// Compares operands of different types.
#[inline(never)]
fn compare_unlike(t: &Thread, v: &Object, w: &Object, op: CompareOp) -> PyResult {
    let (vt, wt) = (v.class(), w.class());
    let mut checked_reverse = false;
    // SAFETY: slots are called with operands of their type first.
    unsafe {
        if wt.is_subtype(vt)
            && let Some(slot) = (*wt.as_type_ptr()).tp_richcompare
        {
            checked_reverse = true;
            let result = try_slot(t, slot, w, v, op.swapped())?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        if let Some(slot) = (*v.class().as_type_ptr()).tp_richcompare {
            let result = try_slot(t, slot, v, w, op)?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
        if !checked_reverse && let Some(slot) = (*w.class().as_type_ptr()).tp_richcompare {
            let result = try_slot(t, slot, w, v, op.swapped())?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
        }
    }
    compare_by_identity(t, v, w, op)
}

/// What is left when no type knows.
fn compare_by_identity(t: &Thread, v: &Object, w: &Object, op: CompareOp) -> PyResult {
    match op {
        CompareOp::Eq => Ok(singletons::bool(v.is(w)).own()),
        CompareOp::Ne => Ok(singletons::bool(!v.is(w)).own()),
        _ => Err(err!(
            t,
            TypeError,
            "'{}' not supported between instances of '{:.100}' and '{:.100}'",
            op.symbol(),
            v.class().name_lossy(),
            w.class().name_lossy()
        )),
    }
}

/// `bool(v op w)`; identical objects are equal without asking (`PyObject_RichCompareBool`).
#[inline(always)]
pub fn rich_compare_bool(t: &Thread, v: &Object, w: &Object, op: CompareOp) -> PyResult<bool> {
    if v.is(w) {
        match op {
            CompareOp::Eq => return Ok(true),
            CompareOp::Ne => return Ok(false),
            _ => {}
        }
    }
    let result = rich_compare(t, v, w, op)?;
    // Mostly a `bool`, which needs no counting.
    if result.is(singletons::bool(true)) {
        core::mem::forget(result);
        return Ok(true);
    }
    if result.is(singletons::bool(false)) {
        core::mem::forget(result);
        return Ok(false);
    }
    result.is_true(t)
}

/// `v op w` of two strings, of two ints of one digit, or of two floats, which runs no code; `None` for others.
#[inline]
pub fn plain_compare(v: &Object, w: &Object, op: CompareOp) -> Option<bool> {
    if let (Some(a), Some(b)) = (v.downcast_exact::<PyStr>(), w.downcast_exact::<PyStr>()) {
        return Some(a.compares(b, op));
    }
    if let (Some(a), Some(b)) = (v.downcast_exact::<PyInt>(), w.downcast_exact::<PyInt>()) {
        return a.both_compact(b).then(|| op.matches(a.compact_value().cmp(&b.compact_value())));
    }
    let (a, b) = (v.downcast_exact::<PyFloat>()?, w.downcast_exact::<PyFloat>()?);
    Some(op.matches_floats(a.value(), b.value()))
}

/// `v == w` of exact ints, strings and `None`, which runs no code; `None` for others.
#[inline]
pub fn plain_equal(v: &Object, w: &Object) -> Option<bool> {
    if let (Some(a), Some(b)) = (v.downcast_exact::<PyInt>(), w.downcast_exact::<PyInt>()) {
        return Some(PyInt::equals(a, b));
    }
    if let (Some(a), Some(b)) = (v.downcast_exact::<PyStr>(), w.downcast_exact::<PyStr>()) {
        return Some(a.eq(b));
    }
    let plain = |o: &Object| o.is_exact::<PyInt>() || o.is_exact::<PyStr>() || o.is(singletons::none());
    (plain(v) && plain(w)).then(|| v.is(w))
}

/// Searches items for one that equals `wanted`, as far as that takes no code: `Ok` is its index, `Err` that of the first
/// item which has to be asked, or their number. Exact ints, strings and `None` need not be asked.
///
/// # Safety
/// `items` points to `n` live objects.
pub unsafe fn find_plain(items: *const *mut PyObject, n: usize, wanted: &Object) -> Result<usize, usize> {
    for i in 0..n {
        // SAFETY: the caller's promise.
        let item = unsafe { Object::from_ptr(*items.add(i)) };
        match plain_equal(item, wanted) {
            Some(false) => {}
            Some(true) => return Ok(i),
            None if item.is(wanted) => return Ok(i),
            None => return Err(i),
        }
    }
    Err(n)
}

impl Object {
    /// `self == other` with the identity shortcut.
    #[inline]
    pub fn eq(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        rich_compare_bool(t, self, other, CompareOp::Eq)
    }

    /// `self op other` as an object.
    pub fn compare(&self, t: &Thread, other: &Self, op: CompareOp) -> PyResult {
        rich_compare(t, self, other, op)
    }
}
