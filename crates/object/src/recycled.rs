//! The tuple that `zip`, `enumerate` and their like hand out again and again while nobody keeps it.

use crate::handle::{Object, Own, Owned, PyResult, Traverse, Visitor};
use crate::{PyTuple, singletons};
use taipan_runtime::{Thread, gc, refcount};

/// A tuple of fixed length. Like CPython's iterators it keeps the items of the last round until the next.
pub struct RecycledTuple(Owned<PyTuple>);

impl RecycledTuple {
    /// For tuples of `n` items.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new(t: &Thread, n: usize) -> PyResult<Self> {
        Self::filled(t, n).map(Self)
    }

    fn filled(t: &Thread, n: usize) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_iter_exact(t, n, core::iter::repeat_with(|| singletons::none().own()))
    }

    /// A tuple of what `item` gives for each index, in order; `None` as soon as it gives none.
    ///
    /// # Errors
    /// Those of `item`, and `MemoryError`.
    #[inline]
    pub fn next(
        &self,
        t: &Thread,
        mut item: impl FnMut(usize) -> PyResult<Option<Owned>>,
    ) -> PyResult<Option<Owned<PyTuple>>> {
        let n = self.0.len();
        // SAFETY: a live tuple.
        let alone = unsafe { refcount::refcnt(self.0.as_ptr()) } == 1;
        // While items are fetched the tuple has two owners: who comes here again meanwhile takes another.
        let out = if alone && n > 0 { self.0.clone() } else { Self::filled(t, n)? };
        for i in 0..n {
            let Some(value) = item(i)? else { return Ok(None) };
            // SAFETY: the index is in range, and nobody else has the tuple but this iterator; the old item is given
            // up when the new one is in its place.
            unsafe {
                let place = out.items_ptr().add(i);
                let old = core::mem::replace(&mut *place, value.into_ptr());
                refcount::decref(old);
            }
        }
        Self::renewed(&out);
        Ok(Some(out))
    }

    /// A tuple of as many items as it has, which run no Python code when they are made.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn next_of(&self, t: &Thread, items: impl Iterator<Item = Owned>) -> PyResult<Owned<PyTuple>> {
        let n = self.0.len();
        // SAFETY: a live tuple.
        if n == 0 || unsafe { refcount::refcnt(self.0.as_ptr()) } != 1 {
            return PyTuple::from_iter_exact(t, n, items);
        }
        // A second owner, as in `next`.
        let out = self.0.clone();
        for (i, value) in items.take(n).enumerate() {
            // SAFETY: as in `next`.
            unsafe {
                let old = core::mem::replace(&mut *out.items_ptr().add(i), value.into_ptr());
                refcount::decref(old);
            }
        }
        Self::renewed(&out);
        Ok(out)
    }

    /// A tuple of two items, which it takes over.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn pair(&self, t: &Thread, one: Owned, two: Owned) -> PyResult<Owned<PyTuple>> {
        // SAFETY: a tuple of two, which nobody else has; the old items are given up when the new ones are in their places.
        unsafe {
            if refcount::refcnt(self.0.as_ptr()) != 1 || self.0.len() != 2 {
                return PyTuple::from_iter_exact(t, 2, [one, two].into_iter());
            }
            let out = self.0.clone();
            let items = out.items_ptr();
            let old = [*items, *items.add(1)];
            *items = one.into_ptr();
            *items.add(1) = two.into_ptr();
            Self::renewed(&out);
            refcount::decref(old[0]);
            refcount::decref(old[1]);
            Ok(out)
        }
    }

    /// Holds two items as if a tuple of them had been given and taken apart: until the next ones, if nobody else has the
    /// tuple.
    #[inline]
    pub fn hold(&self, one: &Object, two: &Object) {
        // SAFETY: a tuple of two, which nobody else has; the old items are given up when the new ones are in their places.
        unsafe {
            if refcount::refcnt(self.0.as_ptr()) != 1 || self.0.len() != 2 {
                return;
            }
            let items = self.0.items_ptr();
            let old = [*items, *items.add(1)];
            *items = one.own().into_ptr();
            *items.add(1) = two.own().into_ptr();
            Self::renewed(&self.0);
            refcount::decref(old[0]);
            refcount::decref(old[1]);
        }
    }

    /// The tuple has got other items.
    #[inline]
    fn renewed(tuple: &PyTuple) {
        tuple.forget_hash();
        // SAFETY: a live tuple; the collector may have seen it with other items.
        unsafe {
            if !gc::is_tracked(tuple.as_ptr()) {
                gc::track(tuple.as_ptr());
            }
        }
    }
}

impl Traverse for RecycledTuple {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.0.traverse(visitor);
    }
}
