//! The iteration protocol.

use crate::handle::{Object, Own, Owned, PyResult, Raised, Sent};
use crate::{PyInt, PyList, PyStr, PyTuple, err, errors, exceptions, name, singletons};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// `iter(object)`.
pub fn get_iter(t: &Thread, object: &Object) -> PyResult {
    // SAFETY: slots of the object's type.
    unsafe {
        match (*object.class().as_type_ptr()).tp_iter {
            None => {
                if crate::sequence::is_sequence(object) {
                    return crate::state::sequence_iterator(t, object);
                }
                Err(err!(t, TypeError, "'{:.200}' object is not iterable", object.class().name_lossy()))
            }
            Some(slot) => {
                let iterator: Owned = Owned::from_result(slot(object.as_ptr()))?;
                if !is_iterator(&iterator) {
                    return Err(err!(
                        t,
                        TypeError,
                        "iter() returned non-iterator of type '{:.100}'",
                        iterator.class().name_lossy()
                    ));
                }
                Ok(iterator)
            }
        }
    }
}

/// `PyIter_Check`.
#[inline]
pub fn is_iterator(object: &Object) -> bool {
    // SAFETY: plain field of a live type.
    unsafe {
        (*object.class().as_type_ptr())
            .tp_iternext
            .is_some_and(|slot| slot as usize != next_not_implemented as *const () as usize)
    }
}

/// `_PyObject_NextNotImplemented`: the slot of types whose `__next__` is `None`.
pub unsafe extern "C" fn next_not_implemented(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: called as a slot, with the GIL held.
    unsafe {
        let t = taipan_runtime::thread::current();
        let _ = err!(t, TypeError, "'{:.200}' object is not iterable", Object::from_ptr(op).class().name_lossy());
    }
    core::ptr::null_mut()
}

/// `next(iterator)`: `None` at the end. The object must be an iterator.
#[inline(always)]
pub fn next(t: &Thread, iterator: &Object) -> PyResult<Option<Owned>> {
    next_or(t, iterator, || ())
}

/// `next(iterator)`, which calls `stopped` while a `StopIteration` that says the end is in flight.
#[inline(always)]
pub fn next_or(t: &Thread, iterator: &Object, stopped: impl FnOnce()) -> PyResult<Option<Owned>> {
    // SAFETY: a slot of the iterator's type.
    unsafe {
        let Some(slot) = (*iterator.class().as_type_ptr()).tp_iternext else {
            return Err(err!(t, TypeError, "'{:.200}' object is not an iterator", iterator.class().name_lossy()));
        };
        let result = slot(iterator.as_ptr());
        if result.is_null() {
            return end_of_iteration(t, stopped).map(|()| None);
        }
        Ok(Some(Owned::from_ptr(result)))
    }
}

/// Whether an iterator that gave nothing has ended, or raised something but `StopIteration`. Calls `stopped` while that
/// one is in flight.
#[inline(never)]
pub fn end_of_iteration(t: &Thread, stopped: impl FnOnce()) -> PyResult<()> {
    if !errors::occurred(t) {
        return Ok(());
    }
    if errors::matches::<exceptions::StopIteration>(t) {
        stopped();
        errors::clear(t);
        return Ok(());
    }
    Err(Raised::assume())
}

/// `PyIter_Send`.
pub fn send(t: &Thread, iterator: &Object, value: &Object) -> PyResult<Sent> {
    send_or(t, iterator, value, || ())
}

/// [`send`], which calls `stopped` while a `StopIteration` that says the end is in flight.
pub fn send_or(t: &Thread, iterator: &Object, value: &Object, stopped: impl FnOnce()) -> PyResult<Sent> {
    // SAFETY: slots of the iterator's type.
    unsafe {
        let ty = iterator.class().as_type_ptr();
        if let Some(slot) = (*ty).tp_as_async.as_ref().and_then(|a| a.am_send) {
            let mut out = core::ptr::null_mut();
            return match slot(iterator.as_ptr(), value.as_ptr(), &mut out) {
                PYGEN_RETURN => Ok(Sent::Return(Owned::from_ptr(out))),
                PYGEN_NEXT => Ok(Sent::Next(Owned::from_ptr(out))),
                _ => Err(Raised::assume()),
            };
        }
        let result = if value.is(singletons::none()) && is_iterator(iterator) {
            match (*ty).tp_iternext {
                Some(slot) => {
                    let result = slot(iterator.as_ptr());
                    if !result.is_null() {
                        return Ok(Sent::Next(Owned::from_ptr(result)));
                    }
                    Err(Raised::assume())
                }
                None => Err(Raised::assume()),
            }
        } else {
            iterator.call_method(t, name!(t, "send"), &[value])
        };
        match result {
            Ok(value) => Ok(Sent::Next(value)),
            Err(_) => {
                if errors::matches::<exceptions::StopIteration>(t) {
                    stopped();
                }
                exceptions::fetch_stop_iteration(t).map(Sent::Return)
            }
        }
    }
}

/// Calls `each` with every item.
#[inline]
pub fn for_each(t: &Thread, iterable: &Object, mut each: impl FnMut(Owned) -> PyResult<()>) -> PyResult<()> {
    let iterator = get_iter(t, iterable)?;
    while let Some(item) = next(t, &iterator)? {
        each(item)?;
    }
    Ok(())
}

/// All items.
pub fn to_vec(t: &Thread, iterable: &Object) -> PyResult<Vec<Owned>> {
    if let Some(list) = iterable.downcast_exact::<PyList>() {
        return Ok(list.to_vec());
    }
    if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
        return Ok(crate::call::own_all(tuple.as_slice()));
    }
    if let Some(dict) = iterable.downcast_exact::<crate::PyDict>() {
        let mut keys = Vec::new();
        if keys.try_reserve(dict.len()).is_err() {
            return Err(errors::no_memory(t));
        }
        let mut at = 0;
        while let Some((key, _)) = dict.next_borrowed(&mut at) {
            // SAFETY: a key of the dictionary, which does not change meanwhile; there is room for all.
            keys.push(unsafe { Object::from_ptr(key) }.own());
        }
        return Ok(keys);
    }
    let iterator = get_iter(t, iterable)?;
    let hint = length_hint(t, iterable, 8)?;
    let mut items = Vec::new();
    if items.try_reserve(hint.min(1 << 20)).is_err() {
        return Err(errors::no_memory(t));
    }
    while let Some(item) = next(t, &iterator)? {
        if items.try_reserve(1).is_err() {
            return Err(errors::no_memory(t));
        }
        items.push(item);
    }
    Ok(items)
}

/// `tuple(iterable)`; an exact tuple is returned as it is.
pub fn to_tuple(t: &Thread, iterable: &Object) -> PyResult<Owned<PyTuple>> {
    if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
        return Ok(tuple.own());
    }
    let items = to_vec(t, iterable)?;
    PyTuple::from_vec(t, items)
}

/// Where the items of an exact list or tuple are, and how many; they are there until code runs.
#[inline]
pub fn raw_items(sequence: &Object) -> Option<(*mut *mut PyObject, usize)> {
    if let Some(list) = sequence.downcast_exact::<PyList>() {
        return Some((list.items_ptr(), list.len()));
    }
    let tuple = sequence.downcast_exact::<PyTuple>()?;
    Some((tuple.items_ptr(), tuple.len()))
}

/// As [`to_vec`] with another message for what is not iterable (`PySequence_Fast`).
pub fn fast_vec(t: &Thread, iterable: &Object, message: &str) -> PyResult<Vec<Owned>> {
    match to_vec(t, iterable) {
        Ok(items) => Ok(items),
        Err(raised) => {
            // SAFETY: plain fields of a live type.
            let iterable_type = unsafe { (*iterable.class().as_type_ptr()).tp_iter.is_some() };
            if !iterable_type && !crate::sequence::is_sequence(iterable) && errors::matches::<exceptions::TypeError>(t)
            {
                errors::clear(t);
                return Err(err!(t, TypeError, "{message}"));
            }
            Err(raised)
        }
    }
}

/// `operator.length_hint(object, default)`.
pub fn length_hint(t: &Thread, object: &Object, default: usize) -> PyResult<usize> {
    if crate::sequence::has_len(object) {
        match crate::sequence::len(t, object) {
            Ok(n) => return Ok(n),
            Err(raised) => {
                if !errors::matches::<exceptions::TypeError>(t) {
                    return Err(raised);
                }
                errors::clear(t);
            }
        }
    }
    let Some(method) = crate::attr::lookup_special(t, object, name!(t, "__length_hint__"))? else {
        return Ok(default);
    };
    let Some(result) = errors::catch::<exceptions::TypeError, _>(t, method.call(t, &[]))? else {
        return Ok(default);
    };
    if result.is(singletons::not_implemented()) {
        return Ok(default);
    }
    let Some(int) = result.into_type::<PyInt>().ok() else {
        return Err(err!(t, TypeError, "__length_hint__ must be an integer, not {:.100}", {
            let other = method.call(t, &[])?;
            other.class().name_lossy()
        }));
    };
    let n = int.to_isize(t)?;
    usize::try_from(n).map_err(|_| err!(t, ValueError, "__length_hint__() should return >= 0"))
}

/// `contains` by iteration, and other searches.
pub fn contains(t: &Thread, iterable: &Object, wanted: &Object) -> PyResult<bool> {
    let iterator = get_iter(t, iterable).map_err(|raised| {
        if errors::matches::<exceptions::TypeError>(t) {
            errors::clear(t);
            return err!(
                t,
                TypeError,
                "argument of type '{:.200}' is not a container or iterable",
                iterable.class().name_lossy()
            );
        }
        raised
    })?;
    while let Some(item) = next(t, &iterator)? {
        if item.eq(t, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Object {
    /// `iter(self)`.
    pub fn iter(&self, t: &Thread) -> PyResult {
        get_iter(t, self)
    }

    /// The strings of an iterable of names.
    pub fn to_str_vec(&self, t: &Thread) -> PyResult<Vec<Owned<PyStr>>> {
        to_vec(t, self)?
            .into_iter()
            .map(|item| {
                item.into_type::<PyStr>()
                    .map_err(|o| err!(t, TypeError, "expected str instance, {:.200} found", o.class().name_lossy()))
            })
            .collect()
    }

    /// An owned copy, for callers that hold a trait-object-like borrow.
    pub fn to_owned_object(&self) -> Owned {
        self.own()
    }
}
