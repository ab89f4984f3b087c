//! The sequence and mapping protocols: length, subscription, containment.

use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::{PyDict, PyInt, PyList, PyStr, PyTuple, PyType, err, exceptions, name, number, singletons};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

#[inline(always)]
fn mapping(o: &Object) -> Option<&PyMappingMethods> {
    // SAFETY: the table lives as long as the type.
    unsafe { (*o.class().as_type_ptr()).tp_as_mapping.as_ref() }
}

#[inline(always)]
fn sequence(o: &Object) -> Option<&PySequenceMethods> {
    // SAFETY: the table lives as long as the type.
    unsafe { (*o.class().as_type_ptr()).tp_as_sequence.as_ref() }
}

/// `PySequence_Check`.
pub fn is_sequence(o: &Object) -> bool {
    !o.is_instance_of::<PyDict>() && sequence(o).is_some_and(|s| s.sq_item.is_some())
}

/// `PyMapping_Check`.
pub fn is_mapping(o: &Object) -> bool {
    mapping(o).is_some_and(|m| m.mp_subscript.is_some())
}

/// Whether `len(o)` can work.
pub fn has_len(o: &Object) -> bool {
    sequence(o).is_some_and(|s| s.sq_length.is_some()) || mapping(o).is_some_and(|m| m.mp_length.is_some())
}

/// `len(o)` (`PyObject_Size`).
#[inline]
pub fn len(t: &Thread, o: &Object) -> PyResult<usize> {
    let slot = sequence(o).and_then(|s| s.sq_length).or_else(|| mapping(o).and_then(|m| m.mp_length));
    let Some(slot) = slot else { return Err(no_len(t, o)) };
    // SAFETY: a slot of the object's type.
    let n = unsafe { slot(o.as_ptr()) };
    usize::try_from(n).map_err(|_| Raised::assume())
}

#[cold]
#[inline(never)]
fn no_len(t: &Thread, o: &Object) -> Raised {
    err!(t, TypeError, "object of type '{:.200}' has no len()", o.class().name_lossy())
}

/// `o[key]` (`PyObject_GetItem`).
#[inline]
pub fn get_item(t: &Thread, o: &Object, key: &Object) -> PyResult {
    // SAFETY: a slot of the object's type.
    unsafe {
        if let Some(slot) = mapping(o).and_then(|m| m.mp_subscript) {
            return Owned::from_result(slot(o.as_ptr(), key.as_ptr()));
        }
    }
    get_item_of_others(t, o, key)
}

/// `o[key]` of what is no mapping.
#[inline(never)]
fn get_item_of_others(t: &Thread, o: &Object, key: &Object) -> PyResult {
    if let Some(s) = sequence(o)
        && s.sq_item.is_some()
    {
        if number::is_index(key) {
            let i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
            return sequence_item(t, o, i);
        }
        return Err(err!(t, TypeError, "sequence index must be integer, not '{:.200}'", key.class().name_lossy()));
    }
    if let Some(class) = o.downcast::<PyType>() {
        if class.is(PyType::class()) {
            return crate::state::generic_alias(t, class, key);
        }
        if let Some(method) = o.getattr_opt(t, name!(t, "__class_getitem__"))?
            && !method.is(singletons::none())
        {
            return method.call(t, &[key]);
        }
        return Err(err!(t, TypeError, "type '{:.200}' is not subscriptable", class.name_lossy()));
    }
    Err(err!(t, TypeError, "'{:.200}' object is not subscriptable", o.class().name_lossy()))
}

/// `PySequence_GetItem`: negative indices count from the end.
pub fn sequence_item(t: &Thread, o: &Object, i: isize) -> PyResult {
    // SAFETY: slots of the object's type.
    unsafe {
        let Some(slot) = sequence(o).and_then(|s| s.sq_item) else {
            if mapping(o).is_some_and(|m| m.mp_subscript.is_some()) {
                return Err(err!(t, TypeError, "{:.200} is not a sequence", o.class().name_lossy()));
            }
            return Err(err!(t, TypeError, "'{:.200}' object does not support indexing", o.class().name_lossy()));
        };
        let mut i = i;
        if i < 0
            && let Some(length) = sequence(o).and_then(|s| s.sq_length)
        {
            let n = length(o.as_ptr());
            if n < 0 {
                return Err(Raised::assume());
            }
            i += n;
        }
        Owned::from_result(slot(o.as_ptr(), i))
    }
}

/// `o[i] = value`, or `del o[i]` without value (`PySequence_SetItem`, `PySequence_DelItem`).
pub fn assign_index(t: &Thread, o: &Object, i: isize, value: Option<&Object>) -> PyResult<()> {
    let what = if value.is_some() { "item assignment" } else { "item deletion" };
    // SAFETY: slots of the object's type.
    unsafe {
        if let Some(s) = sequence(o)
            && let Some(slot) = s.sq_ass_item
        {
            let mut i = i;
            if i < 0
                && let Some(length) = s.sq_length
            {
                let n = length(o.as_ptr());
                if n < 0 {
                    return Err(Raised::assume());
                }
                i += n;
            }
            let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
            return if slot(o.as_ptr(), i, v) < 0 { Err(Raised::assume()) } else { Ok(()) };
        }
        if mapping(o).is_some_and(|m| m.mp_ass_subscript.is_some()) {
            return Err(err!(t, TypeError, "{:.200} is not a sequence", o.class().name_lossy()));
        }
    }
    Err(err!(
        t,
        TypeError,
        "'{:.200}' object {} support {what}",
        o.class().name_lossy(),
        if value.is_some() { "does not" } else { "doesn't" }
    ))
}

/// `o[key] = value`, or `del o[key]` without value.
pub fn assign_item(t: &Thread, o: &Object, key: &Object, value: Option<&Object>) -> PyResult<()> {
    let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
    let status = |s: i32| if s < 0 { Err(Raised::assume()) } else { Ok(()) };
    // SAFETY: slots of the object's type.
    unsafe {
        if let Some(slot) = mapping(o).and_then(|m| m.mp_ass_subscript) {
            return status(slot(o.as_ptr(), key.as_ptr(), v));
        }
        if let Some(s) = sequence(o) {
            if let Some(slot) = s.sq_ass_item {
                if number::is_index(key) {
                    let mut i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
                    if i < 0
                        && let Some(length) = s.sq_length
                    {
                        let n = length(o.as_ptr());
                        if n < 0 {
                            return Err(Raised::assume());
                        }
                        i += n;
                    }
                    return status(slot(o.as_ptr(), i, v));
                }
                if s.sq_item.is_some() {
                    return Err(err!(
                        t,
                        TypeError,
                        "sequence index must be integer, not '{:.200}'",
                        key.class().name_lossy()
                    ));
                }
            }
        }
    }
    let name = o.class().name_lossy();
    if value.is_some() {
        return Err(err!(t, TypeError, "'{name:.200}' object does not support item assignment"));
    }
    // CPython words it in two ways: `PySequence_DelItem` and `PyObject_DelItem`.
    if sequence(o).is_some() && number::is_index(key) {
        return Err(err!(t, TypeError, "'{name:.200}' object doesn't support item deletion"));
    }
    Err(err!(t, TypeError, "'{name:.200}' object does not support item deletion"))
}

/// `value in o` (`PySequence_Contains`).
pub fn contains(t: &Thread, o: &Object, value: &Object) -> PyResult<bool> {
    if let Some(slot) = sequence(o).and_then(|s| s.sq_contains) {
        // SAFETY: a slot of the object's type.
        let found = unsafe { slot(o.as_ptr(), value.as_ptr()) };
        return if found < 0 { Err(Raised::assume()) } else { Ok(found > 0) };
    }
    crate::iter::contains(t, o, value)
}

/// `PyMapping_Keys` and its siblings: the list of what a method of this name gives.
pub fn mapping_list(t: &Thread, o: &Object, method: &crate::PyStr) -> PyResult<Owned<PyList>> {
    let result = o.call_method(t, method, &[])?;
    let iterator = match crate::iter::get_iter(t, &result) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if crate::errors::matches::<exceptions::TypeError>(t) {
                crate::errors::clear(t);
                return Err(err!(
                    t,
                    TypeError,
                    "{:.200}.{}() returned a non-iterable (type {:.200})",
                    o.class().name_lossy(),
                    method.display(),
                    result.class().name_lossy()
                ));
            }
            return Err(raised);
        }
    };
    PyList::from_vec(t, crate::iter::to_vec(t, &iterator)?)
}

/// The item of a mapping under a key, or `None` (`PyMapping_GetOptionalItem`).
pub fn get_item_opt(t: &Thread, o: &Object, key: &Object) -> PyResult<Option<Owned>> {
    if let Some(dict) = o.downcast_exact::<PyDict>() {
        return dict.get_item(t, key);
    }
    crate::errors::catch::<exceptions::KeyError, _>(t, get_item(t, o, key))
}

impl Object {
    /// `len(self)`.
    pub fn len_of(&self, t: &Thread) -> PyResult<usize> {
        len(t, self)
    }

    /// `self[key]`.
    pub fn get_item(&self, t: &Thread, key: &Self) -> PyResult {
        get_item(t, self, key)
    }

    /// `self[key] = value`.
    pub fn set_item(&self, t: &Thread, key: &Self, value: &Self) -> PyResult<()> {
        assign_item(t, self, key, Some(value))
    }

    /// `del self[key]`.
    pub fn del_item(&self, t: &Thread, key: &Self) -> PyResult<()> {
        assign_item(t, self, key, None)
    }
}

/// Start, stop and step of a slice, as given: `PySlice_Unpack` without a length.
pub struct SliceBounds {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
}

impl SliceBounds {
    /// The bounds of `[start:stop]`, if each is `None` or an `int` of one digit: they can be read without running code.
    #[inline]
    pub fn simple(start: &Object, stop: &Object) -> Option<Self> {
        let bound = |o: &Object, default: isize| {
            if o.is(singletons::none()) {
                return Some(default);
            }
            o.downcast_exact::<PyInt>()?.as_i64_compact().map(|value| value as isize)
        };
        Some(Self { start: bound(start, 0)?, stop: bound(stop, isize::MAX)?, step: 1 })
    }

    /// Clips the bounds to a length; returns the number of items (`PySlice_AdjustIndices`).
    pub fn adjust(&mut self, length: usize) -> usize {
        let n = length as isize;
        let clip = |i: isize, step: isize| {
            if i < 0 {
                let i = i.saturating_add(n);
                if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
            } else if i >= n {
                if step < 0 { n - 1 } else { n }
            } else {
                i
            }
        };
        self.start = clip(self.start, self.step);
        self.stop = clip(self.stop, self.step);
        if self.step < 0 {
            if self.stop < self.start {
                return ((self.start - self.stop - 1) / -self.step + 1) as usize;
            }
        } else if self.start < self.stop {
            return ((self.stop - self.start - 1) / self.step + 1) as usize;
        }
        0
    }
}

/// `container[start:stop]` of an exact list, tuple or string with bounds that can be read without running code; `None`
/// for others.
#[inline]
pub fn get_range(t: &Thread, container: &Object, start: &Object, stop: &Object) -> Option<PyResult> {
    let mut bounds = SliceBounds::simple(start, stop)?;
    if let Some(list) = container.downcast_exact::<PyList>() {
        let count = bounds.adjust(list.len());
        return Some(list.copy_range(t, bounds.start, count, 1).map(Owned::into_object));
    }
    if let Some(text) = container.downcast_exact::<PyStr>() {
        let count = bounds.adjust(text.len());
        let start = bounds.start as usize;
        return Some(text.substring(t, start, start + count).map(Owned::into_object));
    }
    let tuple = container.downcast_exact::<PyTuple>()?;
    let count = bounds.adjust(tuple.len());
    if count == tuple.len() {
        return Some(Ok(container.own()));
    }
    let start = bounds.start as usize;
    Some(PyTuple::from_slice(t, &tuple.as_slice()[start..start + count]).map(Owned::into_object))
}

/// `container[start:stop] = value` of an exact list with bounds that can be read without running code; `None` for others.
#[inline]
pub fn set_range(
    t: &Thread,
    container: &Object,
    start: &Object,
    stop: &Object,
    value: &Object,
) -> Option<PyResult<()>> {
    let list = container.downcast_exact::<PyList>()?;
    Some(list.set_range(t, SliceBounds::simple(start, stop)?, Some(value)))
}

/// A pair as a tuple.
pub fn pair(t: &Thread, a: &Object, b: &Object) -> PyResult<Owned<PyTuple>> {
    PyTuple::from_iter_exact(t, 2, [a.own(), b.own()].into_iter())
}

/// `a + b` for sequences (`PySequence_Concat`, `PySequence_InPlaceConcat`).
pub fn concat(t: &Thread, a: &Object, b: &Object, inplace: bool) -> PyResult {
    let table = sequence(a);
    let slot = table.and_then(|s| s.sq_inplace_concat).filter(|_| inplace).or_else(|| table.and_then(|s| s.sq_concat));
    if let Some(slot) = slot {
        // SAFETY: a slot of the object's type.
        return unsafe { Owned::from_result(slot(a.as_ptr(), b.as_ptr())) };
    }
    let bad = || err!(t, TypeError, "'{:.200}' object can't be concatenated", a.class().name_lossy());
    if !is_sequence(a) || !is_sequence(b) {
        return Err(bad());
    }
    if inplace { number::inplace_op(t, a, b, number::Op::Add) } else { number::binary_op(t, a, b, number::Op::Add) }
}
