//! `tuple`: layout, construction and access. The Python methods are in `tuple_class.rs`.

use crate::handle::{Object, Own, Owned, PyResult};
use crate::{layout, typeobject};
use core::cell::Cell;
use taipan_runtime::abi::*;
use taipan_runtime::thread::TUPLE_FREELISTS;
use taipan_runtime::{Thread, gc, refcount};

layout!(
    /// `tuple`.
    PyTuple,
    PyTupleObject
);

const ITEMS: usize = core::mem::offset_of!(PyTupleObject, ob_item);

struct EmptyTuple(Cell<*mut PyObject>);
// SAFETY: set once at start-up; the tuple is immortal.
unsafe impl Sync for EmptyTuple {}
static EMPTY: EmptyTuple = EmptyTuple(Cell::new(core::ptr::null_mut()));

/// Has a new tuple take part in collection unless its items cannot be part of cycles.
unsafe fn track_if_needed(op: *mut PyObject, items: *const *mut PyObject, n: usize) {
    // SAFETY: the items are live objects.
    unsafe {
        for i in 0..n {
            let item = *items.add(i);
            let is_tuple = core::ptr::eq((*item).ob_type, <PyTuple as crate::handle::Class>::TYPE);
            if gc::is_gc(item) && (!is_tuple || gc::is_tracked(item)) {
                gc::track(op);
                return;
            }
        }
    }
}

pub(crate) fn init(t: &Thread) -> PyResult<()> {
    let op = alloc_block(t, 0)?;
    // SAFETY: a fresh object.
    unsafe {
        refcount::set_immortal(op);
        (*op).ob_flags |= _Py_STATIC_FLAGS;
    }
    EMPTY.0.set(op);
    Ok(())
}

/// A fresh tuple with uninitialised items, not tracked.
fn alloc_block(t: &Thread, n: usize) -> PyResult<*mut PyObject> {
    let cached = if n > 0 && n < TUPLE_FREELISTS { t.freelists().tuples[n].pop() } else { core::ptr::null_mut() };
    let op = if cached.is_null() {
        if n > (isize::MAX as usize - ITEMS - 16) / 8 {
            return Err(crate::errors::no_memory(t));
        }
        gc::alloc(t, ITEMS + n * 8, size_of::<PyGC_Head>())
    } else {
        cached.cast()
    };
    if op.is_null() {
        return Err(crate::errors::no_memory(t));
    }
    // SAFETY: a fresh block of the size computed above.
    unsafe {
        typeobject::init_recycled_head(op, typeobject::static_type::<PyTuple>(), cached.is_null());
        let tuple = op.cast::<PyTupleObject>();
        (*tuple).ob_base.ob_size = n as isize;
        (*tuple).ob_hash = -1;
    }
    Ok(op)
}

impl PyTuple {
    /// The empty tuple.
    #[inline(always)]
    pub fn empty() -> &'static Self {
        // SAFETY: made at start-up, immortal.
        unsafe { &*EMPTY.0.get().cast::<Self>() }
    }

    /// A tuple that takes over the items of a vector.
    pub fn from_vec(t: &Thread, items: Vec<Owned>) -> PyResult<Owned<Self>> {
        let n = items.len();
        Self::from_iter_exact(t, n, items.into_iter())
    }

    /// A tuple of `n` items from an iterator of at least `n`.
    #[inline]
    pub fn from_iter_exact(t: &Thread, n: usize, items: impl Iterator<Item = Owned>) -> PyResult<Owned<Self>> {
        if n == 0 {
            return Ok(Self::empty().own());
        }
        let op = alloc_block(t, n)?;
        // SAFETY: every item is written before the tuple is tracked or seen.
        unsafe {
            let base = Self::items_of(op);
            let mut filled = 0;
            for item in items.take(n) {
                *base.add(filled) = item.into_ptr();
                filled += 1;
            }
            debug_assert_eq!(filled, n);
            for i in filled..n {
                *base.add(i) = crate::singletons::none().own().into_ptr();
            }
            track_if_needed(op, base, n);
            Ok(Owned::from_ptr(op))
        }
    }

    /// A tuple of what an iterator gives: up to `n` items, for which room is made first, and the first error ends it. The
    /// iterator may run Python code.
    #[inline]
    pub fn from_results(t: &Thread, n: usize, items: impl Iterator<Item = PyResult>) -> PyResult<Owned<Self>> {
        Self::collect_results(t, n, items, true)
    }

    /// As [`Self::from_results`], of items that are no containers, so that the tuple cannot be part of a cycle.
    pub fn from_leaves(t: &Thread, n: usize, items: impl Iterator<Item = PyResult>) -> PyResult<Owned<Self>> {
        Self::collect_results(t, n, items, false)
    }

    #[inline(always)]
    fn collect_results(
        t: &Thread,
        n: usize,
        items: impl Iterator<Item = PyResult>,
        may_be_tracked: bool,
    ) -> PyResult<Owned<Self>> {
        if n == 0 {
            return Ok(Self::empty().own());
        }
        let op = alloc_block(t, n)?;
        // SAFETY: a block with room for the items, which nobody sees before all of them are written; those that there are
        // not become null, and destruction passes over them.
        unsafe {
            let base = Self::items_of(op);
            let mut filled = 0;
            let failed = items.take(n).try_for_each(|item| {
                *base.add(filled) = item?.into_ptr();
                filled += 1;
                Ok(())
            });
            if filled == n {
                if may_be_tracked {
                    track_if_needed(op, base, n);
                }
                return Ok(Owned::from_ptr(op));
            }
            let (short, left) = match failed {
                Ok(()) => (Self::from_raw_steal(t, base, filled), 0),
                Err(raised) => (Err(raised), filled),
            };
            core::ptr::write_bytes(base.add(left), 0, n - left);
            drop(Owned::<Self>::from_ptr(op));
            short
        }
    }

    /// A tuple of `n` null items, tracked, which native code fills in (`PyTuple_New`).
    ///
    /// # Safety
    /// The items are written before anyone else sees the tuple.
    pub unsafe fn with_nulls(t: &Thread, n: usize) -> PyResult<Owned<Self>> {
        if n == 0 {
            return Ok(Self::empty().own());
        }
        let op = alloc_block(t, n)?;
        // SAFETY: a fresh block with room for the items; collection passes over null items.
        unsafe {
            core::ptr::write_bytes(Self::items_of(op), 0, n);
            gc::track_for(t, op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// A tuple of borrowed items.
    #[inline]
    pub fn from_slice(t: &Thread, items: &[&Object]) -> PyResult<Owned<Self>> {
        Self::from_iter_exact(t, items.len(), items.iter().map(|item| item.own()))
    }

    /// A tuple that takes over `n` references from C memory.
    ///
    /// # Safety
    /// `items` points to `n` owned references, which the tuple owns from now on (on error they are given back).
    pub unsafe fn from_raw_steal(t: &Thread, items: *const *mut PyObject, n: usize) -> PyResult<Owned<Self>> {
        if n == 0 {
            return Ok(Self::empty().own());
        }
        // SAFETY: the caller's promise.
        unsafe {
            let op = match alloc_block(t, n) {
                Ok(op) => op,
                Err(raised) => {
                    for i in 0..n {
                        refcount::decref(*items.add(i));
                    }
                    return Err(raised);
                }
            };
            core::ptr::copy_nonoverlapping(items, Self::items_of(op), n);
            track_if_needed(op, Self::items_of(op), n);
            Ok(Owned::from_ptr(op))
        }
    }

    #[inline(always)]
    unsafe fn items_of(op: *mut PyObject) -> *mut *mut PyObject {
        // SAFETY: the items follow the header.
        unsafe { op.cast::<u8>().add(ITEMS).cast() }
    }

    /// The address of the items.
    #[inline(always)]
    pub fn items_ptr(&self) -> *mut *mut PyObject {
        // SAFETY: the items follow the header.
        unsafe { Self::items_of(self.as_ptr()) }
    }

    /// Forgets the hash of a tuple whose items were set after it was made.
    pub fn forget_hash(&self) {
        // SAFETY: plain field of a live tuple.
        unsafe { (*self.as_object().as_ptr().cast::<PyTupleObject>()).ob_hash = -1 };
    }

    /// Ends the making of a tuple whose items were set after it was made: they may be part of cycles.
    pub fn finish(&self) {
        self.forget_hash();
        let op = self.as_object().as_ptr();
        // SAFETY: a live tuple of live items.
        unsafe {
            if !gc::is_tracked(op) {
                track_if_needed(op, Self::items_of(op), self.len());
            }
        }
    }

    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_base.ob_size as usize }
    }

    /// The items, borrowed from the tuple.
    #[inline(always)]
    pub fn as_slice(&self) -> &[&Object] {
        // SAFETY: a tuple's items do not change and are not null once anybody else can see it.
        unsafe { core::slice::from_raw_parts(self.items_ptr().cast::<&Object>(), self.len()) }
    }

    /// Item `i`, borrowed from the tuple.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<&Object> {
        self.as_slice().get(i).copied()
    }
}

/// Frees a tuple: `tp_dealloc`.
pub(crate) unsafe extern "C" fn tuple_dealloc(op: *mut PyObject) {
    // SAFETY: the tuple is dead.
    unsafe {
        gc::maybe_untrack(op);
        let tuple = op.cast::<PyTupleObject>();
        let n = (*tuple).ob_base.ob_size as usize;
        let items = PyTuple::items_of(op);
        for i in (0..n).rev() {
            refcount::xdecref(*items.add(i));
        }
        if (*op).ob_type == typeobject::static_type::<PyTuple>() {
            let t = taipan_runtime::thread::current_ptr();
            if n > 0 && n < TUPLE_FREELISTS && !t.is_null() && (*t).freelists().tuples[n].push(op.cast(), 2000) {
                return;
            }
            return gc::free_sized(op, ITEMS + n * 8, size_of::<PyGC_Head>());
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}

/// `tp_traverse`.
pub(crate) unsafe extern "C" fn tuple_traverse(
    op: *mut PyObject,
    visit: visitproc,
    arg: *mut core::ffi::c_void,
) -> core::ffi::c_int {
    // SAFETY: a live tuple; items may be null while C code fills it.
    unsafe {
        let items = PyTuple::items_of(op);
        for i in 0..(*op.cast::<PyVarObject>()).ob_size as usize {
            let item = *items.add(i);
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
