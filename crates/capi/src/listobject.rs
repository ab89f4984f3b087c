//! `listobject.h`, `tupleobject.h` and `sliceobject.h`.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::c_int;
use taipan_object::abi::*;
use taipan_object::{Object, Own, Owned, PyList, PyResult, PySlice, PyTuple, Thread, err, errors, number, singletons};
use taipan_runtime::{gc, refcount, thread};

unsafe fn list<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyList> {
    // SAFETY: the contract of the callers.
    unsafe { want(t, op) }
}

/// A range of indices as CPython clips it.
fn clip(n: usize, low: isize, high: isize) -> (usize, usize) {
    let n = n as isize;
    let low = low.clamp(0, n);
    let high = high.clamp(low, n);
    (low as usize, high as usize)
}

/// A tuple of null items, which C fills in.
fn new_tuple(t: &Thread, n: isize) -> PyResult<Owned<PyTuple>> {
    if n < 0 {
        return Err(errors::bad_internal_call(t));
    }
    // SAFETY: items that are null are what C expects.
    unsafe { PyTuple::with_nulls(t, n as usize) }
}

/// `PyList_Append` where the list has no room, or is none.
#[inline(never)]
unsafe fn append(op: Obj, item: Obj) -> c_int {
    // SAFETY: the contract of the callers.
    let (list, item, t) = unsafe { (opt(op).and_then(|op| op.downcast::<PyList>()), opt(item), thread::current()) };
    let done = match (list, item) {
        (Some(list), Some(item)) => list.append(t, item.own()),
        _ => Err(errors::bad_internal_call(t)),
    };
    if done.is_ok() { 0 } else { -1 }
}

capi! {
    /// A list of null items, which C fills in; a new reference.
    fn PyList_New[t](n: Size) -> New<PyList> {
        if n < 0 {
            return Err(errors::bad_internal_call(t));
        }
        PyList::with_nulls(t, n as usize)
    }

    /// How many items.
    fn PyList_Size[t](op: Obj) -> Length {
        Ok(list(t, op)?.len() as isize)
    }

    /// An item, borrowed.
    fn PyList_GetItem[t](op: Obj, i: Size) -> Borrowed {
        let list = list(t, op)?;
        match usize::try_from(i) {
            Ok(i) if i < list.len() => Ok(*list.items_ptr().add(i)),
            _ => Err(err!(t, IndexError, "list index out of range")),
        }
    }

    /// An item; a new reference.
    fn PyList_GetItemRef[t](op: Obj, i: Size) -> New {
        let Some(list) = opt(op).and_then(|op| op.downcast::<PyList>()) else {
            return Err(err!(t, TypeError, "expected a list"));
        };
        usize::try_from(i)
            .ok()
            .and_then(|i| list.get(i))
            .ok_or_else(|| err!(t, IndexError, "list index out of range"))
    }

    /// Sets an item; takes the reference over, also on errors.
    fn PyList_SetItem[t](op: Obj, i: Size, item: Obj) -> Status {
        let item: Option<Owned> = Owned::from_ptr_opt(item);
        let list = list(t, op)?;
        match usize::try_from(i) {
            Ok(i) if i < list.len() => {
                let place = list.items_ptr().add(i);
                let new = item.map_or(core::ptr::null_mut(), Owned::into_ptr);
                refcount::xdecref(core::mem::replace(&mut *place, new));
                Ok(())
            }
            _ => Err(err!(t, IndexError, "list assignment index out of range")),
        }
    }

    /// Inserts an item before an index.
    fn PyList_Insert[t](op: Obj, i: Size, item: Obj) -> Status {
        let list = list(t, op)?;
        let Some(item) = opt(item) else { return Err(errors::bad_internal_call(t)) };
        let n = list.len() as isize;
        let i = if i < 0 { (i + n).max(0) } else { i.min(n) };
        list.insert(t, i as usize, item.own())
    }

    /// Appends an item.
    fn PyList_Append(op: Obj, item: Obj) -> Raw<c_int> {
        if let (Some(list), Some(item)) = (opt(op).and_then(|op| op.downcast::<PyList>()), opt(item))
            && list.append_in_place(item)
        {
            return 0;
        }
        append(op, item)
    }

    /// Appends the items of an iterable.
    fn PyList_Extend[t; iterable](op: Obj, iterable: Obj) -> Status {
        list(t, op)?.extend_from(t, o(iterable))
    }

    /// As `PyList_Extend`; `None`, or null with an exception. A new reference.
    fn _PyList_Extend[t; iterable](op: *mut PyListObject, iterable: Obj) -> New {
        list(t, op.cast())?.extend_from(t, o(iterable))?;
        singletons::ok_none()
    }

    /// Removes all items.
    fn PyList_Clear[t](op: Obj) -> Status {
        list(t, op)?.clear_items();
        Ok(())
    }

    /// `op[low:high]`; a new reference.
    fn PyList_GetSlice[t](op: Obj, low: Size, high: Size) -> New<PyList> {
        let list = list(t, op)?;
        let (low, high) = clip(list.len(), low, high);
        PyList::from_vec(t, list.to_vec()[low..high].to_vec())
    }

    /// `op[low:high] = items`, or `del op[low:high]` for null.
    fn PyList_SetSlice[t](op: Obj, low: Size, high: Size, items: Obj) -> Status {
        let list = list(t, op)?;
        let items = match opt(items) {
            None => Vec::new(),
            Some(items) => taipan_object::iter::fast_vec(t, items, "can only assign an iterable")?,
        };
        let (low, high) = clip(list.len(), low, high);
        list.splice(t, low, high, items)
    }

    /// `op.sort()`. Not by a call, which would find fault with an exception that the caller has left set.
    fn PyList_Sort[t](op: Obj) -> Status {
        list(t, op)?.sort_items(t)
    }

    /// `op.reverse()`.
    fn PyList_Reverse[t](op: Obj) -> Status {
        list(t, op)?.reverse_items();
        Ok(())
    }

    /// `tuple(op)`; a new reference.
    fn PyList_AsTuple[t](op: Obj) -> New<PyTuple> {
        list(t, op)?.to_tuple(t)
    }

    /// A tuple of null items, which C fills in; a new reference.
    fn PyTuple_New[t](n: Size) -> New<PyTuple> {
        new_tuple(t, n)
    }

    /// How many items.
    fn PyTuple_Size[t](op: Obj) -> Length {
        Ok(want::<PyTuple>(t, op)?.len() as isize)
    }

    /// An item, borrowed.
    fn PyTuple_GetItem[t](op: Obj, i: Size) -> Borrowed {
        let tuple: &PyTuple = want(t, op)?;
        match usize::try_from(i) {
            Ok(i) if i < tuple.len() => Ok(*tuple.items_ptr().add(i)),
            _ => Err(err!(t, IndexError, "tuple index out of range")),
        }
    }

    /// Sets an item of a tuple that nobody else has; takes the reference over, also on errors.
    fn PyTuple_SetItem[t](op: Obj, i: Size, item: Obj) -> Status {
        let item: Option<Owned> = Owned::from_ptr_opt(item);
        let tuple = opt(op).and_then(|op| op.downcast::<PyTuple>()).filter(|_| refcount::refcnt(op) == 1);
        let Some(tuple) = tuple else { return Err(errors::bad_internal_call(t)) };
        match usize::try_from(i) {
            Ok(i) if i < tuple.len() => {
                let new = item.map_or(core::ptr::null_mut(), Owned::into_ptr);
                refcount::xdecref(core::mem::replace(&mut *tuple.items_ptr().add(i), new));
                Ok(())
            }
            _ => Err(err!(t, IndexError, "tuple assignment index out of range")),
        }
    }

    /// `op[low:high]`; a new reference.
    fn PyTuple_GetSlice[t](op: Obj, low: Size, high: Size) -> New<PyTuple> {
        let tuple: &PyTuple = want(t, op)?;
        let (low, high) = clip(tuple.len(), low, high);
        if low == 0 && high == tuple.len() && tuple.as_object().is_exact::<PyTuple>() {
            return Ok(tuple.own());
        }
        PyTuple::from_slice(t, &tuple.as_slice()[low..high])
    }

    /// A tuple from an array; a new reference.
    fn PyTuple_FromArray[t](items: *const Obj, n: Size) -> New<PyTuple> {
        PyTuple::from_slice(t, taipan_object::tramp::arg_slice(items, n.max(0) as usize))
    }

    /// A tuple from an array; a new reference. The old name.
    fn _PyTuple_FromArray[t](items: *const Obj, n: Size) -> New<PyTuple> {
        PyTuple::from_slice(t, taipan_object::tramp::arg_slice(items, n.max(0) as usize))
    }

    /// Changes the length of a tuple that nobody else has; the reference is replaced, and null after an error.
    fn _PyTuple_Resize[t](place: *mut Obj, n: Size) -> Status {
        let op = *place;
        let unshared = |op: Obj| {
            let size = (*op.cast::<PyVarObject>()).ob_size;
            size == 0 || refcount::refcnt(op) == 1
        };
        if op.is_null() || !o(op).is_exact::<PyTuple>() || !unshared(op) || n < 0 {
            refcount::xdecref(core::mem::replace(&mut *place, core::ptr::null_mut()));
            return Err(errors::bad_internal_call(t));
        }
        let old: &PyTuple = cast(op);
        if old.len() as isize == n {
            return Ok(());
        }
        let result = new_tuple(t, n);
        let new = match result {
            Ok(made) => {
                // The items move over, those that are too many die with the old tuple.
                for i in 0..old.len().min(n as usize) {
                    let item = core::mem::replace(&mut *old.items_ptr().add(i), core::ptr::null_mut());
                    *made.items_ptr().add(i) = item;
                }
                made.into_object().into_ptr()
            }
            Err(_) => core::ptr::null_mut(),
        };
        refcount::decref(core::mem::replace(&mut *place, new));
        if new.is_null() { Err(taipan_object::Raised::assume()) } else { Ok(()) }
    }

    /// Takes a tuple out of the collector's sight if nothing in it can be part of a cycle.
    fn _PyTuple_MaybeUntrack(op: Obj) -> Void {
        if o(op).is_exact::<PyTuple>() && gc::is_tracked(op) {
            let items = cast::<PyTuple>(op).as_slice();
            if items.iter().all(|item| !gc::is_gc(item.as_ptr())) {
                gc::untrack(op);
            }
        }
    }

    /// A slice; null stands for `None`. A new reference.
    fn PySlice_New[t](start: Obj, stop: Obj, step: Obj) -> New<PySlice> {
        let part = |op: Obj| opt(op).unwrap_or_else(|| singletons::none());
        PySlice::new(t, part(start), part(stop), part(step))
    }

    /// A slice of two indices; a new reference.
    fn _PySlice_FromIndices[t](start: Size, stop: Size) -> New<PySlice> {
        PySlice::from_indices(t, start, stop)
    }

    /// Start, stop and step, clipped to the range of `Py_ssize_t`.
    fn PySlice_Unpack[t; op](op: Obj, start: *mut Size, stop: *mut Size, step: *mut Size) -> Status {
        let bounds = cast::<PySlice>(op).unpack(t)?;
        (*start, *stop, *step) = (bounds.start, bounds.stop, bounds.step);
        Ok(())
    }

    /// Clips start and stop to a length: how many items the slice has.
    fn PySlice_AdjustIndices(length: Size, start: *mut Size, stop: *mut Size, step: Size) -> Raw<Size> {
        adjust(length, &mut *start, &mut *stop, step)
    }

    /// Start, stop and step for a length; -1 without an exception if they do not fit. Kept for old callers.
    fn PySlice_GetIndices[t](op: Obj, length: Size, start: *mut Size, stop: *mut Size, step: *mut Size) -> Raw<c_int> {
        let slice: &PySlice = cast(op);
        let part = |op: &Object, default: isize| -> Option<isize> {
            if op.is(singletons::none()) {
                return Some(default);
            }
            if !op.is_instance_of::<taipan_object::PyInt>() {
                return None;
            }
            number::index(t, op).ok().and_then(|n| n.to_i64()).map(|v| v as isize)
        };
        let Some(by) = part(slice.step(), 1) else { return -1 };
        *step = by;
        let (low, high) = if by < 0 { (length - 1, -1) } else { (0, length) };
        for (place, op, default) in [(start, slice.start(), low), (stop, slice.stop(), high)] {
            let Some(mut value) = part(op, default) else { return -1 };
            if !op.is(singletons::none()) && value < 0 {
                value += length;
            }
            *place = value;
        }
        if *stop > length || *start >= length || by == 0 { -1 } else { 0 }
    }

    /// Start, stop, step and the number of items for a length.
    fn PySlice_GetIndicesEx[t; op](
        op: Obj, length: Size, start: *mut Size, stop: *mut Size, step: *mut Size, count: *mut Size,
    ) -> Status {
        let bounds = cast::<PySlice>(op).unpack(t)?;
        (*start, *stop, *step) = (bounds.start, bounds.stop, bounds.step);
        *count = adjust(length, &mut *start, &mut *stop, bounds.step);
        Ok(())
    }

    /// A slice index for `O&`: 1, or 0 with an exception. `None` leaves the default.
    fn _PyEval_SliceIndex[t](op: Obj, place: *mut Size) -> Raw<c_int> {
        if op.is_null() || o(op).is(singletons::none()) {
            return 1;
        }
        slice_index(t, op, place, "slice indices must be integers or None or have an __index__ method")
    }

    /// As `_PyEval_SliceIndex`; `None` is an error.
    fn _PyEval_SliceIndexNotNone[t](op: Obj, place: *mut Size) -> Raw<c_int> {
        slice_index(t, op, place, "slice indices must be integers or have an __index__ method")
    }
}

/// Clips the bounds of a slice to a length, which C callers may even make negative: the number of items.
fn adjust(length: Size, start: &mut Size, stop: &mut Size, step: Size) -> Size {
    let clip = |at: Size| {
        if at < 0 {
            let at = at.wrapping_add(length);
            if at >= 0 {
                at
            } else if step < 0 {
                -1
            } else {
                0
            }
        } else if at < length {
            at
        } else if step < 0 {
            length - 1
        } else {
            length
        }
    };
    (*start, *stop) = (clip(*start), clip(*stop));
    if step < 0 && *stop < *start {
        (*start - *stop - 1) / -step + 1
    } else if step > 0 && *start < *stop {
        (*stop - *start - 1) / step + 1
    } else {
        0
    }
}

unsafe fn slice_index(t: &Thread, op: Obj, place: *mut Size, message: &str) -> c_int {
    // SAFETY: the contract of the callers.
    unsafe {
        let object = o(op);
        if !number::is_index(object) {
            let _ = err!(t, TypeError, "{message}");
            return 0;
        }
        match number::index_clipped(t, object) {
            Ok(value) => {
                *place = value;
                1
            }
            Err(_) => 0,
        }
    }
}

variadic! {
    /// A tuple of so many objects; a new reference.
    PyTuple_Pack, 1 => pack;
}

c_function! {
    /// `PyTuple_Pack` with the list.
    fn pack[t](n: Size, list: Va) -> New<PyTuple> {
        if n < 0 {
            return Err(errors::bad_internal_call(t));
        }
        if n > isize::MAX / 16 {
            return Err(errors::no_memory(t));
        }
        let list = &mut *list;
        PyTuple::from_iter_exact(t, n as usize, (0..n).map(|_| o(list.ptr()).own()))
    }
}
