//! `list`: layout, construction and access. The Python methods are in `list_class.rs`.

use crate::handle::{Object, Own, Owned, PyResult};
use crate::{err, layout, typeobject};
use taipan_runtime::abi::*;
use taipan_runtime::thread::MAX_KEPT_BLOCK;
use taipan_runtime::{Thread, gc, mem, refcount};

layout!(
    /// `list`.
    PyList,
    PyListObject
);

impl PyList {
    /// An empty list.
    pub fn new(t: &Thread) -> PyResult<Owned<Self>> {
        let cached = t.freelists().lists.pop();
        let op = if cached.is_null() {
            gc::alloc(t, size_of::<PyListObject>(), size_of::<PyGC_Head>())
        } else {
            cached.cast()
        };
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the list's size behind a GC head.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), cached.is_null());
            let list = op.cast::<PyListObject>();
            (*list).ob_base.ob_size = 0;
            (*list).ob_item = core::ptr::null_mut();
            (*list).allocated = 0;
            gc::track_for(t, op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// An empty list with room for `n` items.
    pub fn with_capacity(t: &Thread, n: usize) -> PyResult<Owned<Self>> {
        let list = Self::new(t)?;
        if n > 0 {
            list.reserve_exact(t, n)?;
        }
        Ok(list)
    }

    /// A list of `n` null items, which native code fills in (`PyList_New`).
    ///
    /// # Safety
    /// The items are written before anyone else sees the list.
    #[inline]
    pub unsafe fn with_nulls(t: &Thread, n: usize) -> PyResult<Owned<Self>> {
        let list = Self::new(t)?;
        if n > 0 {
            list.reserve_exact(t, n)?;
            // SAFETY: room was made; collection passes over null items.
            unsafe {
                core::ptr::write_bytes(list.items_ptr(), 0, n);
                (*list.raw()).ob_base.ob_size = n as isize;
            }
        }
        Ok(list)
    }

    /// A new list of `count` items, from the one at `start` on in steps of `step`, all within the list.
    pub fn copy_range(&self, t: &Thread, start: isize, count: usize, step: isize) -> PyResult<Owned<Self>> {
        let list = Self::with_capacity(t, count)?;
        if count == 0 {
            return Ok(list);
        }
        // SAFETY: room was made, and nothing has run since the items were counted: allocating only schedules collections.
        unsafe {
            let mut from = self.items_ptr().offset(start);
            let to = (*list.raw()).ob_item;
            for i in 0..count {
                let item = *from;
                refcount::incref(item);
                *to.add(i) = item;
                from = from.wrapping_offset(step);
            }
            (*list.raw()).ob_base.ob_size = count as isize;
        }
        Ok(list)
    }

    /// A new list of the items of two lists.
    pub fn concat(t: &Thread, one: &Self, two: &Self) -> PyResult<Owned<Self>> {
        let list = Self::with_capacity(t, one.len() + two.len())?;
        // SAFETY: room was made, and nothing has run since: allocating only schedules collections.
        unsafe {
            let mut to = (*list.raw()).ob_item;
            for item in one.as_slice().iter().chain(two.as_slice()) {
                refcount::incref(item.as_ptr());
                *to = item.as_ptr();
                to = to.add(1);
            }
            (*list.raw()).ob_base.ob_size = (one.len() + two.len()) as isize;
        }
        Ok(list)
    }

    /// A list that takes over the items of a vector.
    pub fn from_vec(t: &Thread, mut items: Vec<Owned>) -> PyResult<Owned<Self>> {
        let list = Self::new(t)?;
        // SAFETY: the vector's block, which it forgets; a reference is a pointer to an object.
        unsafe {
            let (block, item) = (items.as_mut_ptr().cast(), size_of::<Owned>());
            if let Some((array, size)) = mem::adopt_array(block, items.len() * item, items.capacity() * item) {
                (*list.raw()).ob_item = array.cast();
                (*list.raw()).allocated = (size / size_of::<Owned>()) as isize;
                (*list.raw()).ob_base.ob_size = items.len() as isize;
                core::mem::forget(items);
                return Ok(list);
            }
        }
        if !items.is_empty() {
            list.reserve_exact(t, items.len())?;
        }
        // SAFETY: the capacity was reserved.
        unsafe {
            for (i, item) in items.into_iter().enumerate() {
                *(*list.raw()).ob_item.add(i) = item.into_ptr();
                (*list.raw()).ob_base.ob_size = i as isize + 1;
            }
        }
        Ok(list)
    }

    /// A list of borrowed items.
    pub fn from_slice(t: &Thread, items: &[&Object]) -> PyResult<Owned<Self>> {
        Self::from_vec(t, items.iter().map(|item| item.own()).collect())
    }

    /// A list that takes over `n` references from C memory.
    ///
    /// # Safety
    /// `items` points to `n` owned references, which the list owns from now on (on error they are given back).
    pub unsafe fn from_raw_steal(t: &Thread, items: *const *mut PyObject, n: usize) -> PyResult<Owned<Self>> {
        // SAFETY: the caller's promise.
        unsafe {
            match Self::with_capacity(t, n) {
                Ok(list) => {
                    if n > 0 {
                        core::ptr::copy_nonoverlapping(items, (*list.raw()).ob_item, n);
                        (*list.raw()).ob_base.ob_size = n as isize;
                    }
                    Ok(list)
                }
                Err(raised) => {
                    for i in 0..n {
                        refcount::decref(*items.add(i));
                    }
                    Err(raised)
                }
            }
        }
    }

    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_base.ob_size as usize }
    }

    /// The address of the items.
    #[inline(always)]
    pub fn items_ptr(&self) -> *mut *mut PyObject {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_item }
    }

    /// The items, borrowed.
    ///
    /// # Safety
    /// Nothing that may change the list happens while the slice is used: no Python code runs, nothing is given back.
    #[inline(always)]
    pub unsafe fn as_slice(&self) -> &[&Object] {
        let n = self.len();
        if n == 0 {
            return &[];
        }
        // SAFETY: the caller's promise.
        unsafe { core::slice::from_raw_parts(self.items_ptr().cast::<&Object>(), n) }
    }

    /// Item `i`, or `None` past the end.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Owned> {
        // SAFETY: the item is cloned before anything else happens.
        unsafe { self.as_slice().get(i).map(|item| item.own()) }
    }

    /// All items as they are now.
    pub fn to_vec(&self) -> Vec<Owned> {
        // SAFETY: cloning runs no Python code.
        unsafe { self.as_slice().iter().map(|item| item.own()).collect() }
    }

    pub(crate) fn reserve_exact(&self, t: &Thread, n: usize) -> PyResult<()> {
        // SAFETY: growing keeps the items.
        unsafe {
            if n > isize::MAX as usize / 8 {
                return Err(crate::errors::no_memory(t));
            }
            let (old, old_size, size) = (self.items_ptr(), self.array_size(), n.max(1) * 8);
            let block = if size.max(old_size) > MAX_KEPT_BLOCK {
                mem::resize_array(old.cast(), old_size, size)
            } else if old.is_null() {
                t.alloc_block(size)
            } else {
                t.resize_block(old.cast(), old_size, size)
            };
            if block.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            (*self.raw()).ob_item = block.cast();
            (*self.raw()).allocated = n.max(1) as isize;
        }
        Ok(())
    }

    /// Bytes of the array of items.
    #[inline]
    fn array_size(&self) -> usize {
        // SAFETY: plain field; negative while the list is being sorted, when it has no array.
        unsafe { (*self.raw()).allocated.max(0) as usize * 8 }
    }

    /// Makes room for `n` items with CPython's growth pattern (`list_resize` without setting the size).
    pub fn reserve(&self, t: &Thread, n: usize) -> PyResult<()> {
        // SAFETY: plain fields.
        let allocated = unsafe { (*self.raw()).allocated.max(0) as usize };
        if n <= allocated {
            return Ok(());
        }
        let mut capacity = n.saturating_add(n >> 3).saturating_add(6) & !3;
        // Do not overallocate when the list grows by much more than it holds.
        if n - self.len() > capacity.saturating_sub(n) {
            capacity = n.saturating_add(3) & !3;
        }
        self.reserve_exact(t, capacity)
    }

    /// Appends `n` items that others own, in place.
    ///
    /// # Safety
    /// There is room for them, and `items` points to as many objects.
    pub unsafe fn append_raw(&self, items: *const *mut PyObject, n: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let to = self.items_ptr().add(self.len());
            for i in 0..n {
                let item = *items.add(i);
                refcount::incref(item);
                to.add(i).write(item);
            }
            (*self.raw()).ob_base.ob_size += n as isize;
        }
    }

    /// Appends an item.
    #[inline(always)]
    pub fn append(&self, t: &Thread, item: Owned) -> PyResult<()> {
        // SAFETY: room is made before the item is written.
        unsafe {
            let raw = self.raw();
            let n = (*raw).ob_base.ob_size;
            if n >= (*raw).allocated {
                self.reserve(t, n as usize + 1)?;
            }
            *(*raw).ob_item.add(n as usize) = item.into_ptr();
            (*raw).ob_base.ob_size = n + 1;
        }
        Ok(())
    }

    /// Appends an item that somebody else has, too, if there is room.
    #[inline(always)]
    pub fn append_in_place(&self, item: &Object) -> bool {
        // SAFETY: there is room for the item.
        unsafe {
            let raw = self.raw();
            let n = (*raw).ob_base.ob_size;
            if n >= (*raw).allocated {
                return false;
            }
            refcount::incref(item.as_ptr());
            *(*raw).ob_item.add(n as usize) = item.as_ptr();
            (*raw).ob_base.ob_size = n + 1;
        }
        true
    }

    /// Replaces item `i`, which exists; returns the old one.
    #[inline]
    pub fn replace(&self, i: usize, item: Owned) -> Option<Owned> {
        if i >= self.len() {
            return None;
        }
        // SAFETY: the index was checked.
        unsafe {
            let slot = (*self.raw()).ob_item.add(i);
            let old = core::mem::replace(&mut *slot, item.into_ptr());
            Some(Owned::from_ptr(old))
        }
    }

    /// Exchanges two items, if there are both.
    #[inline]
    pub fn exchange(&self, i: usize, j: usize) {
        let n = self.len();
        if i < n && j < n {
            // SAFETY: the indices were checked; no reference is given up.
            unsafe { core::ptr::swap((*self.raw()).ob_item.add(i), (*self.raw()).ob_item.add(j)) };
        }
    }

    /// Inserts before item `i` (at the end if there is no such item).
    pub fn insert(&self, t: &Thread, i: usize, item: Owned) -> PyResult<()> {
        let n = self.len();
        if n == isize::MAX as usize {
            return Err(err!(t, OverflowError, "cannot add more objects to list"));
        }
        self.reserve(t, n + 1)?;
        let i = i.min(n);
        // SAFETY: room was made.
        unsafe {
            let base = (*self.raw()).ob_item;
            core::ptr::copy(base.add(i), base.add(i + 1), n - i);
            *base.add(i) = item.into_ptr();
            (*self.raw()).ob_base.ob_size = n as isize + 1;
        }
        Ok(())
    }

    /// Removes item `i` and returns it.
    pub fn remove(&self, i: usize) -> Option<Owned> {
        let n = self.len();
        if i >= n {
            return None;
        }
        // SAFETY: the index was checked.
        unsafe {
            let base = (*self.raw()).ob_item;
            let item = *base.add(i);
            core::ptr::copy(base.add(i + 1), base.add(i), n - i - 1);
            self.set_len_shrinking(n - 1);
            Some(Owned::from_ptr(item))
        }
    }

    /// Sets a smaller length and gives memory back when less than half is used, as `list_resize` does.
    ///
    /// # Safety
    /// The references beyond `n` have been taken out.
    pub unsafe fn set_len_shrinking(&self, n: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let raw = self.raw();
            (*raw).ob_base.ob_size = n as isize;
            // Negative while the list is being sorted.
            let allocated = (*raw).allocated.max(0) as usize;
            if n >= allocated >> 1 {
                return;
            }
            let capacity = if n == 0 { 0 } else { (n + (n >> 3) + 6) & !3 };
            if capacity == 0 {
                let block = core::mem::replace(&mut (*raw).ob_item, core::ptr::null_mut());
                (*raw).allocated = 0;
                free_items(block, allocated * 8);
            } else if capacity < allocated {
                let block = mem::resize_array((*raw).ob_item.cast(), allocated * 8, capacity * 8);
                if !block.is_null() {
                    (*raw).ob_item = block.cast();
                    (*raw).allocated = capacity as isize;
                }
            }
        }
    }

    /// Replaces items `low..high` with `items`; the old items are given back after the list has changed.
    pub fn splice(&self, t: &Thread, low: usize, high: usize, items: Vec<Owned>) -> PyResult<()> {
        // SAFETY: as many references as there is room for, which the list takes over.
        unsafe {
            self.splice_with(t, low, high, items.len(), |room| {
                for (i, item) in items.into_iter().enumerate() {
                    *room.add(i) = item.into_ptr();
                }
            })
        }
    }

    /// Replaces the items from `low` to `high` by `m` that `fill` writes.
    ///
    /// # Safety
    /// `fill` writes `m` references, which the list owns from then on, and runs no Python code.
    pub(crate) unsafe fn splice_with(
        &self,
        t: &Thread,
        low: usize,
        high: usize,
        m: usize,
        fill: impl FnOnce(*mut *mut PyObject),
    ) -> PyResult<()> {
        let n = self.len();
        let low = low.min(n);
        let high = high.clamp(low, n);
        let count = high - low;
        let new_len = n - count + m;
        if new_len == 0 {
            self.clear_items();
            return Ok(());
        }
        self.reserve(t, new_len)?;
        let mut small = [core::ptr::null_mut(); 8];
        let mut large = Vec::new();
        let removed: &mut [*mut PyObject] = if count <= small.len() {
            &mut small[..count]
        } else {
            if large.try_reserve_exact(count).is_err() {
                return Err(crate::errors::no_memory(t));
            }
            large.resize(count, core::ptr::null_mut());
            &mut large
        };
        // SAFETY: room was made; the removed references are collected before anything is given back, from the last.
        unsafe {
            let base = (*self.raw()).ob_item;
            core::ptr::copy_nonoverlapping(base.add(low), removed.as_mut_ptr(), count);
            if n > high {
                core::ptr::copy(base.add(high), base.add(low + m), n - high);
            }
            fill(base.add(low));
            self.set_len_shrinking(new_len);
            for item in removed.iter().rev() {
                refcount::xdecref(*item);
            }
        }
        Ok(())
    }

    /// Removes all items and returns them.
    pub fn take_items(&self) -> Vec<Owned> {
        // SAFETY: the list is empty before anything is given back.
        unsafe {
            let raw = self.raw();
            let n = (*raw).ob_base.ob_size as usize;
            let size = self.array_size();
            let base = core::mem::replace(&mut (*raw).ob_item, core::ptr::null_mut());
            (*raw).ob_base.ob_size = 0;
            (*raw).allocated = 0;
            let items = (0..n).map(|i| Owned::from_ptr(*base.add(i))).collect();
            free_items(base, size);
            items
        }
    }

    /// Removes all items.
    pub fn clear_items(&self) {
        // SAFETY: the list is empty before anything is given back.
        unsafe {
            let raw = self.raw();
            if (*raw).ob_item.is_null() {
                return;
            }
            let n = (*raw).ob_base.ob_size as usize;
            let size = self.array_size();
            let base = core::mem::replace(&mut (*raw).ob_item, core::ptr::null_mut());
            (*raw).ob_base.ob_size = 0;
            (*raw).allocated = 0;
            give_up(base, n);
            free_items(base, size);
        }
    }

    /// A tuple of the items.
    pub fn to_tuple(&self, t: &Thread) -> PyResult<Owned<crate::PyTuple>> {
        let items = self.to_vec();
        crate::PyTuple::from_vec(t, items)
    }
}

/// Frees the array of a list.
///
/// # Safety
/// It had this size as the array of a list, and nobody uses it any more.
#[inline]
unsafe fn free_items(items: *mut *mut PyObject, size: usize) {
    let t = taipan_runtime::thread::current_ptr();
    // SAFETY: the caller's promise.
    unsafe {
        if size <= MAX_KEPT_BLOCK && !t.is_null() {
            (*t).free_block(items.cast(), size);
        } else {
            mem::free_array(items.cast(), size);
        }
    }
}

/// Frees a list: `tp_dealloc`.
pub(crate) unsafe extern "C" fn list_dealloc(op: *mut PyObject) {
    // SAFETY: the list is dead.
    unsafe {
        gc::maybe_untrack(op);
        let list: &PyList = Object::from_ptr(op).cast_unchecked();
        let items = list.items_ptr();
        if !items.is_null() {
            // Nobody sees the list any more.
            give_up(items, list.len());
            free_items(items, list.array_size());
        }
        if (*op).ob_type == typeobject::static_type::<PyList>() {
            let t = taipan_runtime::thread::current_ptr();
            if !t.is_null() && (*t).freelists().lists.push(op.cast(), 80) {
                return;
            }
            return gc::free_sized(op, size_of::<PyListObject>(), size_of::<PyGC_Head>());
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}

/// Gives up the items of an array, the last one first.
///
/// # Safety
/// Each is null or a reference that the caller owns, and nobody else reads them.
unsafe fn give_up(items: *const *mut PyObject, n: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut n = n;
        // Long lists of small numbers or names are a matter of this loop alone.
        while n >= 4 {
            n -= 4;
            if n >= 4 + mem::AHEAD {
                for i in 0..4 {
                    mem::prefetch(*items.add(n - mem::AHEAD - i));
                }
            }
            refcount::xdecref(*items.add(n + 3));
            refcount::xdecref(*items.add(n + 2));
            refcount::xdecref(*items.add(n + 1));
            refcount::xdecref(*items.add(n));
        }
        while n > 0 {
            n -= 1;
            refcount::xdecref(*items.add(n));
        }
    }
}

/// `tp_traverse`.
pub(crate) unsafe extern "C" fn list_traverse(
    op: *mut PyObject,
    visit: visitproc,
    arg: *mut core::ffi::c_void,
) -> core::ffi::c_int {
    // SAFETY: a live list.
    unsafe {
        let list = op.cast::<PyListObject>();
        for i in (0..(*list).ob_base.ob_size as usize).rev() {
            let item = *(*list).ob_item.add(i);
            if i >= mem::AHEAD {
                mem::prefetch(*(*list).ob_item.add(i - mem::AHEAD));
            }
            if !item.is_null() {
                let result = visit(item, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

/// `tp_clear`.
pub(crate) unsafe extern "C" fn list_clear(op: *mut PyObject) -> core::ffi::c_int {
    // SAFETY: a live list.
    unsafe { Object::from_ptr(op).cast_unchecked::<PyList>().clear_items() };
    0
}
