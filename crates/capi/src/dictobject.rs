//! `dictobject.h` and `setobject.h`.

use crate::contract::*;
use core::ffi::{c_char, c_int};
use taipan_object::abi::PyDictObject;
use taipan_object::{
    Class, Own, Owned, PyDict, PyFrozenSet, PyList, PyMappingProxy, PyResult, PySet, PyTuple, Thread, err, errors, set,
};
use taipan_runtime::refcount;

unsafe fn dict<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyDict> {
    // SAFETY: the contract of the callers.
    unsafe { want(t, op) }
}

/// The value of a key, borrowed from the dictionary; null if it is not there.
#[inline(always)]
unsafe fn borrowed(t: &Thread, dict: &PyDict, key: Obj) -> PyResult<Obj> {
    // SAFETY: the contract of the callers.
    unsafe {
        let hash = taipan_object::dict::key_hash(t, o(key))?;
        borrowed_hashed(t, dict, key, hash)
    }
}

#[inline(always)]
unsafe fn borrowed_hashed(t: &Thread, dict: &PyDict, key: Obj, hash: isize) -> PyResult<Obj> {
    // SAFETY: the contract of the callers.
    let (ix, value) = unsafe { dict.lookup(t, o(key), hash) };
    if ix == taipan_object::dict::keys::DKIX_ERROR {
        return Err(taipan_object::Raised::assume());
    }
    Ok(value)
}

/// What functions that hide errors do with one.
fn hide(t: &Thread, what: &str, result: PyResult<Obj>) -> Obj {
    match result {
        Ok(value) => value,
        Err(_) => {
            errors::write_unraisable_msg(t, &format!("Exception ignored in {what}"), None);
            core::ptr::null_mut()
        }
    }
}

unsafe fn items(op: Obj) -> Vec<(Owned, Owned)> {
    // SAFETY: the contract of the callers.
    unsafe { cast::<PyDict>(op).items_vec() }
}

unsafe fn any_set<'a>(t: &Thread, op: Obj) -> PyResult<&'a PySet> {
    // SAFETY: the contract of the callers.
    unsafe { opt(op) }.and_then(set::any_set).ok_or_else(|| errors::bad_internal_call(t))
}

/// A set that may be changed: a `set`, not a `frozenset` (unless nobody else has that, and only to add).
unsafe fn mutable_set<'a>(t: &Thread, op: Obj) -> PyResult<&'a PySet> {
    // SAFETY: the contract of the callers.
    unsafe { want(t, op) }
}

capi! {
    /// An empty dictionary; a new reference.
    fn PyDict_New[t]() -> New<PyDict> {
        PyDict::new(t)
    }

    /// An empty dictionary with room; a new reference.
    fn _PyDict_NewPresized[t](n: Size) -> New<PyDict> {
        if n <= 5 {
            return PyDict::new(t);
        }
        PyDict::with_capacity(t, n.min(1 << 17) as usize, true)
    }

    /// The value of a key, borrowed, or null; errors are reported as unraisable.
    fn PyDict_GetItem[t](op: Obj, key: Obj) -> Raw<Obj> {
        let Some(dict) = opt(op).and_then(|op| op.downcast::<PyDict>()) else { return core::ptr::null_mut() };
        // An exception in flight stays.
        let saved = errors::save(t);
        let result = hide(
            t,
            "PyDict_GetItem(); consider using PyDict_GetItemRef() or PyDict_GetItemWithError()",
            taipan_object::hash::hash(t, o(key)).and_then(|_| borrowed(t, dict, key)),
        );
        errors::restore(t, saved);
        result
    }

    /// The value of a key, borrowed, or null: with an exception on errors only.
    fn PyDict_GetItemWithError[t](op: Obj, key: Obj) -> Borrowed {
        borrowed(t, dict(t, op)?, key)
    }

    /// The value of a key into `*out` (a new reference): 1, 0 (and null) or -1.
    fn PyDict_GetItemRef[t; key](op: Obj, key: Obj, out: *mut Obj) -> Flag {
        found(out, dict(t, op).and_then(|dict| dict.get_item(t, o(key))))
    }

    /// The value of a key, borrowed, or null; errors are reported as unraisable.
    fn PyDict_GetItemString[t](op: Obj, key: *const c_char) -> Raw<Obj> {
        let what = "PyDict_GetItemString(); consider using PyDict_GetItemRefString()";
        let saved = errors::save(t);
        let result = c_str(t, key).and_then(|key| match opt(op).and_then(|op| op.downcast::<PyDict>()) {
            Some(dict) => borrowed(t, dict, key.as_object().as_ptr()),
            None => Ok(core::ptr::null_mut()),
        });
        let result = hide(t, what, result);
        errors::restore(t, saved);
        result
    }

    /// The value of a key into `*out` (a new reference): 1, 0 (and null) or -1.
    fn PyDict_GetItemStringRef[t](op: Obj, key: *const c_char, out: *mut Obj) -> Flag {
        found(out, c_str(t, key).and_then(|key| dict(t, op)?.get_item(t, &key)))
    }

    /// The value of a key whose hash is known, borrowed, or null.
    fn _PyDict_GetItem_KnownHash[t](op: Obj, key: Obj, hash: Size) -> Borrowed {
        borrowed_hashed(t, dict(t, op)?, key, hash)
    }

    /// The value of a key, borrowed, or null. For C strings that name identifiers.
    fn _PyDict_GetItemStringWithError[t](op: Obj, key: *const c_char) -> Borrowed {
        let key = c_str(t, key)?;
        borrowed(t, dict(t, op)?, key.as_object().as_ptr())
    }

    /// Sets the value of a key.
    fn PyDict_SetItem[t; key, value](op: Obj, key: Obj, value: Obj) -> Status {
        dict(t, op)?.set_item(t, o(key), o(value))
    }

    /// Sets the value of a key.
    fn PyDict_SetItemString[t; value](op: Obj, key: *const c_char, value: Obj) -> Status {
        let key = c_interned(t, key)?;
        dict(t, op)?.set_item(t, &key, o(value))
    }

    /// Sets the value of a key whose hash is known.
    fn _PyDict_SetItem_KnownHash[t; key, value](op: Obj, key: Obj, value: Obj, hash: Size) -> Status {
        dict(t, op)?.insert(t, o(key), hash, o(value).own())
    }

    /// As `_PyDict_SetItem_KnownHash`, with the lock that only builds without the GIL have.
    fn _PyDict_SetItem_KnownHash_LockHeld[t; key, value](op: *mut PyDictObject, key: Obj, value: Obj, hash: Size) -> Status {
        cast::<PyDict>(op.cast()).insert(t, o(key), hash, o(value).own())
    }

    /// Removes a key.
    fn PyDict_DelItem[t; key](op: Obj, key: Obj) -> Status {
        dict(t, op)?.del_item(t, o(key))
    }

    /// Removes a key.
    fn PyDict_DelItemString[t](op: Obj, key: *const c_char) -> Status {
        let key = c_str(t, key)?;
        dict(t, op)?.del_item(t, &key)
    }

    /// Whether a key is there.
    fn PyDict_Contains[t; op, key](op: Obj, key: Obj) -> Flag {
        cast::<PyDict>(op).contains(t, o(key))
    }

    /// Whether a key is there.
    fn PyDict_ContainsString[t; op](op: Obj, key: *const c_char) -> Flag {
        let key = c_str(t, key)?;
        cast::<PyDict>(op).contains(t, &key)
    }

    /// Removes all keys.
    fn PyDict_Clear(op: Obj) -> Void {
        if let Some(dict) = opt(op).and_then(|op| op.downcast::<PyDict>()) {
            dict.clear_items();
        }
    }

    /// The next pair at a position, borrowed: 0 at the end.
    fn PyDict_Next(op: Obj, pos: *mut Size, key: *mut Obj, value: *mut Obj) -> Raw<c_int> {
        next_item(op, pos, key, value, core::ptr::null_mut()).into()
    }

    /// The next pair at a position and its hash, borrowed: 0 at the end.
    fn _PyDict_Next(op: Obj, pos: *mut Size, key: *mut Obj, value: *mut Obj, hash: *mut Size) -> Raw<c_int> {
        next_item(op, pos, key, value, hash).into()
    }

    /// A list of the keys; a new reference.
    fn PyDict_Keys[t](op: Obj) -> New<PyList> {
        dict(t, op)?;
        PyList::from_vec(t, items(op).into_iter().map(|(key, _)| key).collect())
    }

    /// A list of the values; a new reference.
    fn PyDict_Values[t](op: Obj) -> New<PyList> {
        dict(t, op)?;
        PyList::from_vec(t, items(op).into_iter().map(|(_, value)| value).collect())
    }

    /// A list of the pairs; a new reference.
    fn PyDict_Items[t](op: Obj) -> New<PyList> {
        dict(t, op)?;
        let pairs: PyResult<Vec<Owned>> = items(op)
            .into_iter()
            .map(|(key, value)| PyTuple::from_vec(t, vec![key, value]).map(Owned::into_object))
            .collect();
        PyList::from_vec(t, pairs?)
    }

    /// How many keys.
    fn PyDict_Size[t](op: Obj) -> Length {
        Ok(dict(t, op)?.len() as isize)
    }

    /// A copy; a new reference.
    fn PyDict_Copy[t](op: Obj) -> New<PyDict> {
        dict(t, op)?.copy(t)
    }

    /// Takes over what another mapping holds.
    fn PyDict_Update[t](op: Obj, other: Obj) -> Status {
        merge(t, op, other, true)
    }

    /// Takes over what another mapping holds, or only what is not there.
    fn PyDict_Merge[t](op: Obj, other: Obj, overwrite: c_int) -> Status {
        merge(t, op, other, overwrite != 0)
    }

    /// Takes over pairs.
    fn PyDict_MergeFromSeq2[t; op, pairs](op: Obj, pairs: Obj, overwrite: c_int) -> Status {
        cast::<PyDict>(op).merge_pairs(t, o(pairs), overwrite != 0)
    }

    /// The value of a key, set to a default if it is not there; borrowed.
    fn PyDict_SetDefault[t; key, default](op: Obj, key: Obj, default: Obj) -> Borrowed {
        // The dictionary has a reference of its own.
        Ok(dict(t, op)?.set_default(t, o(key), o(default))?.as_ptr())
    }

    /// The value of a key into `*out` (a new reference, unless null), set to a default if it is not there: 1 if it was
    /// there, 0 if not, or -1.
    fn PyDict_SetDefaultRef[t; key, default](op: Obj, key: Obj, default: Obj, out: *mut Obj) -> Flag {
        if !out.is_null() {
            *out = core::ptr::null_mut();
        }
        let (value, known) = dict(t, op)?.set_default_if_missing(t, o(key), o(default))?;
        if !out.is_null() {
            *out = value.into_ptr();
        }
        Ok(known)
    }

    /// Removes a key; its value into `*out` (a new reference, unless null): 1, 0 (and null) or -1.
    fn PyDict_Pop[t](op: Obj, key: Obj, out: *mut Obj) -> Flag {
        // The key of an empty dictionary is not even hashed.
        pop(out, dict(t, op).and_then(|dict| if dict.len() == 0 { Ok(None) } else { dict.pop_item(t, nn(t, key)?) }))
    }

    /// Removes a key; its value into `*out` (a new reference, unless null): 1, 0 (and null) or -1.
    fn PyDict_PopString[t](op: Obj, key: *const c_char, out: *mut Obj) -> Flag {
        pop(out, c_str(t, key).and_then(|key| dict(t, op)?.pop_item(t, &key)))
    }

    /// Removes a key and gives its value, or a default; a new reference.
    fn _PyDict_Pop[t; key](op: Obj, key: Obj, default: Obj) -> New {
        match dict(t, op)?.pop_item(t, o(key))? {
            Some(value) => Ok(value),
            None => match opt(default) {
                Some(default) => Ok(default.own()),
                None => Err(errors::key_error(t, o(key))),
            },
        }
    }

    /// A read-only view of a mapping; a new reference.
    fn PyDictProxy_New[t; mapping](mapping: Obj) -> New<PyMappingProxy> {
        let object = o(mapping);
        let fits = taipan_object::sequence::is_mapping(object)
            && !object.is_instance_of::<PyList>()
            && !object.is_instance_of::<PyTuple>();
        if !fits {
            return Err(err!(
                t,
                TypeError,
                "mappingproxy() argument must be a mapping, not {}",
                object.class().name_lossy()
            ));
        }
        PyMappingProxy::new(t, object)
    }

    /// `set(iterable)`, empty for null; a new reference.
    fn PySet_New[t](iterable: Obj) -> New<PySet> {
        PySet::make(t, PySet::class(), opt(iterable))
    }

    /// `frozenset(iterable)`, empty for null; a new reference.
    fn PyFrozenSet_New[t](iterable: Obj) -> New<PySet> {
        PySet::make(t, PyFrozenSet::class(), opt(iterable))
    }

    /// How many elements.
    fn PySet_Size[t](op: Obj) -> Length {
        Ok(any_set(t, op)?.len() as isize)
    }

    /// Whether an element is there.
    fn PySet_Contains[t; key](op: Obj, key: Obj) -> Flag {
        any_set(t, op)?.contains_key(t, o(key))
    }

    /// Adds an element, to a frozenset only while nobody else has it.
    fn PySet_Add[t; op, key](op: Obj, key: Obj) -> Status {
        let set = any_set(t, op)?;
        if !o(op).is_instance_of::<PySet>() && refcount::refcnt(op) != 1 {
            return Err(errors::bad_internal_call(t));
        }
        set.add_key(t, o(key)).map(|_| ())
    }

    /// Removes an element: 1 if it was there, 0 if not.
    fn PySet_Discard[t; key](op: Obj, key: Obj) -> Flag {
        mutable_set(t, op)?.discard_key(t, o(key))
    }

    /// Removes any element; a new reference.
    fn PySet_Pop[t](op: Obj) -> New {
        let set = mutable_set(t, op)?;
        let mut pos = 0;
        match set.next(&mut pos) {
            Some((key, hash)) => {
                set.discard_known_hash(t, &key, hash)?;
                Ok(key)
            }
            None => Err(err!(t, KeyError, "pop from an empty set")),
        }
    }

    /// Removes all elements.
    fn PySet_Clear[t](op: Obj) -> Status {
        mutable_set(t, op)?.clear_keys();
        Ok(())
    }

    /// Adds the items of an iterable.
    fn _PySet_Update[t; iterable](op: Obj, iterable: Obj) -> Status {
        mutable_set(t, op)?.update_from(t, o(iterable))
    }

    /// The next element at a position and its hash, borrowed: 0 at the end.
    fn _PySet_NextEntry[t](op: Obj, pos: *mut Size, key: *mut Obj, hash: *mut Size) -> Raw<c_int> {
        let Ok(set) = any_set(t, op) else { return -1 };
        let mut at = (*pos).max(0) as usize;
        match set.next(&mut at) {
            // The set keeps the element alive.
            Some((found, its_hash)) => {
                *pos = at as isize;
                *key = found.as_ptr();
                *hash = its_hash;
                1
            }
            None => 0,
        }
    }

    /// The next element at a position and its hash; a new reference: 0 at the end.
    fn _PySet_NextEntryRef[t](op: Obj, pos: *mut Size, key: *mut Obj, hash: *mut Size) -> Raw<c_int> {
        let Ok(set) = any_set(t, op) else { return -1 };
        let mut at = (*pos).max(0) as usize;
        match set.next(&mut at) {
            Some((found, its_hash)) => {
                *pos = at as isize;
                *key = found.into_ptr();
                *hash = its_hash;
                1
            }
            None => 0,
        }
    }
}

unsafe fn pop(out: *mut Obj, result: PyResult<Option<Owned>>) -> PyResult<bool> {
    let mut ignored = core::ptr::null_mut();
    let place = if out.is_null() { &raw mut ignored } else { out };
    // SAFETY: the contract of the callers.
    unsafe {
        let popped = found(place, result)?;
        if out.is_null() {
            refcount::xdecref(ignored);
        }
        Ok(popped)
    }
}

unsafe fn merge(t: &Thread, op: Obj, other: Obj, overwrite: bool) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        let (Some(dict), Some(other)) = (opt(op).and_then(|op| op.downcast::<PyDict>()), opt(other)) else {
            return Err(errors::bad_internal_call(t));
        };
        match other.downcast::<PyDict>() {
            Some(other) => dict.merge_dict(t, other, overwrite),
            None => dict.merge_mapping(t, other, overwrite),
        }
    }
}

unsafe fn next_item(op: Obj, pos: *mut Size, key: *mut Obj, value: *mut Obj, hash: *mut Size) -> bool {
    // SAFETY: the contract of the callers.
    unsafe {
        let Some(dict) = opt(op).and_then(|op| op.downcast::<PyDict>()) else { return false };
        let mut at = (*pos).max(0) as usize;
        let Some((found, its_hash, its_value)) = dict.next_hashed(&mut at) else { return false };
        *pos = at as isize;
        // The dictionary keeps both alive.
        if !key.is_null() {
            *key = found.as_ptr();
        }
        if !value.is_null() {
            *value = its_value.as_ptr();
        }
        if !hash.is_null() {
            *hash = its_hash;
        }
        true
    }
}
