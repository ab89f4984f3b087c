//! The names of `tuple`, and its iterator.

use crate::argparse::{Args, check_positional};
use crate::handle::{Class, CompareOp, Head, Object, Own, Owned, PyResult, Slot};
use crate::list_class::{clip, compare_sequences, repr_items, search_range};
use crate::tuple::{tuple_dealloc, tuple_traverse};
use crate::{
    PyInt, PySlice, PyStr, PyTuple, PyType, call, compare, err, exceptions, iter, name, new_object, number, singletons,
    state, typeobject, upcast,
};
use core::cell::Cell;
use taipan_macros::{class, object};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

impl PyTuple {
    /// An instance of a subtype with these items.
    fn of_type(t: &Thread, cls: &PyType, items: &[&Object]) -> PyResult {
        let made = cls.alloc(t, items.len())?;
        // SAFETY: a fresh zeroed instance with room for the items.
        unsafe {
            (*made.as_ptr().cast::<PyTupleObject>()).ob_hash = -1;
            let tuple: &Self = made.as_object().cast_unchecked();
            for (i, item) in items.iter().enumerate() {
                *tuple.items_ptr().add(i) = item.own().into_ptr();
            }
        }
        Ok(made)
    }

    fn construct(cls: &PyType, t: &Thread, args: &Args<'_>) -> PyResult {
        check_positional(t, "tuple", args.pos.len(), 0, 1)?;
        let items = match args.pos.first() {
            Some(iterable) => iter::to_tuple(t, iterable)?,
            None => Self::empty().own(),
        };
        if cls.is(Self::class()) { Ok(items.into_object()) } else { Self::of_type(t, cls, items.as_slice()) }
    }

    fn repeat(&self, t: &Thread, times: isize) -> PyResult {
        if times == 1 && upcast(self).is_exact::<Self>() {
            return Ok(upcast(self).own());
        }
        let times = times.max(0) as usize;
        let Some(total) = self.len().checked_mul(times).filter(|&m| m <= isize::MAX as usize / 8) else {
            return Err(crate::errors::no_memory(t));
        };
        let items = self.as_slice();
        Self::from_iter_exact(t, total, items.iter().cycle().take(total).map(|item| item.own())).map(Owned::into_object)
    }
}

#[class(name = "tuple", layout, export = PyTuple_Type, flags(BASETYPE, HAVE_GC, SEQUENCE, MATCH_SELF), subclass_flag = TUPLE_SUBCLASS,
    basicsize = core::mem::offset_of!(PyTupleObject, ob_item), itemsize = 8, dealloc = tuple_dealloc, traverse = tuple_traverse,
    doc = "tuple(iterable=(), /)\n--\n\nBuilt-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.")]
impl PyTuple {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        // SAFETY: plain fields of live types.
        let plain_init =
            unsafe { (*cls.as_type_ptr()).tp_init.map(|f| f as usize) == (*Self::TYPE).tp_init.map(|f| f as usize) };
        if cls.is(Self::class()) || plain_init {
            args.no_keywords(t, "tuple")?;
        }
        Self::construct(cls, t, &args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "tuple")?;
        Self::construct(cls, t, &args)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        if self.len() == 0 {
            return Ok(name!(t, "()").own().into_object());
        }
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "(...)").own().into_object());
        }
        let close: &PyStr = if self.len() == 1 { name!(t, ",)") } else { PyStr::latin1_char(b')') };
        let result = if self.is_unfilled() {
            self.repr_unfilled(t, close)
        } else {
            repr_items(t, &call::own_all(self.as_slice()), PyStr::latin1_char(b'('), close)
        };
        state::repr_leave(t, upcast(self));
        result
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        const P1: u64 = 11_400_714_785_074_694_791;
        const P2: u64 = 14_029_467_366_897_019_727;
        const P5: u64 = 2_870_177_450_012_600_261;
        // SAFETY: plain field.
        let cached = unsafe { (*self.raw()).ob_hash };
        if cached != -1 {
            return Ok(cached);
        }
        let mut acc = P5;
        for item in self.as_slice() {
            let lane = crate::hash::hash(t, item)? as u64;
            acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        }
        acc = acc.wrapping_add(self.len() as u64 ^ (P5 ^ 3_527_539));
        let hash = if acc == u64::MAX { 1_546_275_796 } else { acc as isize };
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_hash = hash };
        Ok(hash)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if self.len() != other.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            // Unlike lists, tuples of different length are compared item by item.
            let (a, b) = (self.as_slice(), other.as_slice());
            for (x, y) in a.iter().zip(b) {
                if !x.eq(t, y)? {
                    break;
                }
            }
            return Ok(singletons::bool(op == CompareOp::Ne).own());
        }
        compare_sequences(t, op, || (self.len(), other.len()), |i| Some((self.get(i)?.own(), other.get(i)?.own())))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        new_object(t, PyTupleIter { head: Head::new(), tuple: Slot::new(self.own()), index: Cell::new(0) })
            .map(Owned::into_object)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult {
        if self.len() == 0 && other.is_exact::<Self>() {
            return Ok(other.own());
        }
        let Some(other) = other.downcast::<Self>() else {
            return Err(err!(
                t,
                TypeError,
                "can only concatenate tuple (not \"{:.200}\") to tuple",
                other.class().name_lossy()
            ));
        };
        if other.len() == 0 && upcast(self).is_exact::<Self>() {
            return Ok(upcast(self).own());
        }
        let (a, b) = (self.as_slice(), other.as_slice());
        Self::from_iter_exact(t, a.len() + b.len(), a.iter().chain(b).map(|item| item.own())).map(Owned::into_object)
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        self.repeat(t, index)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        match usize::try_from(index).ok().and_then(|i| self.get(i)) {
            Some(item) => Ok(item.own()),
            None => Err(err!(t, IndexError, "tuple index out of range")),
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        // SAFETY: the items of a live tuple.
        match unsafe { compare::find_plain(self.items_ptr(), self.len(), other) } {
            Ok(_) => return Ok(true),
            Err(first) => {
                for item in &self.as_slice()[first..] {
                    if item.eq(t, other)? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if let Some(i) = key.downcast_exact::<crate::PyInt>().and_then(crate::PyInt::as_i64_compact)
            && let Some(item) = self.get(if i < 0 { i.wrapping_add(self.len() as i64) } else { i } as usize)
        {
            return Ok(item.own());
        }
        self.subscript_by_any(t, key)
    }

    #[method]
    fn __getnewargs__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let copy = Self::from_slice(t, self.as_slice())?;
        Self::from_vec(t, vec![copy.into_object()])
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, t: &Thread, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> PyResult<usize> {
        let (start, stop) = search_range(t, start, stop)?;
        let n = self.len();
        for i in clip(start, n)..clip(stop, n).min(n) {
            if let Some(item) = self.get(i)
                && item.eq(t, value)?
            {
                return Ok(i);
            }
        }
        Err(err!(t, ValueError, "tuple.index(x): x not in tuple"))
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, t: &Thread, value: &Object) -> PyResult<usize> {
        let mut count = 0;
        for item in self.as_slice() {
            count += usize::from(item.eq(t, value)?);
        }
        Ok(count)
    }

    /// Tuples are generic over the types of their contents.
    ///
    /// For example, use ``tuple[int, str]`` for a pair whose first element
    /// is an int and second element is a string.
    ///
    /// Tuples also support the form ``tuple[T, ...]`` to indicate
    /// an arbitrary length tuple of elements of type T.
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

/// Iterates over a tuple.
#[object]
pub struct PyTupleIter {
    /// The tuple, until it is exhausted.
    pub tuple: Slot<PyTuple>,
    /// The next index.
    pub index: Cell<usize>,
}

#[class(name = "tuple_iterator", export = PyTupleIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyTupleIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, _t: &Thread) -> PyResult<Option<Owned>> {
        // SAFETY: nothing changes the field while the tuple is looked at.
        let Some(tuple) = (unsafe { self.tuple.peek() }) else { return Ok(None) };
        let i = self.index.get();
        if let Some(item) = tuple.get(i) {
            self.index.set(i + 1);
            return Ok(Some(item.own()));
        }
        self.tuple.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        self.tuple.get().map_or(0, |tuple| tuple.len().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let function = state::builtin(t, name!(t, "iter"))?;
        match self.tuple.get() {
            Some(tuple) => {
                let args = PyTuple::from_vec(t, vec![tuple.into_object()])?.into_object();
                PyTuple::from_vec(t, vec![function, args, PyInt::from_u64(t, self.index.get() as u64)?.into_object()])
            }
            None => {
                let args = PyTuple::from_slice(t, &[PyTuple::empty()])?.into_object();
                PyTuple::from_vec(t, vec![function, args])
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let index = index.to_isize(t)?.max(0) as usize;
        if let Some(tuple) = self.tuple.get() {
            self.index.set(index.min(tuple.len()));
        }
        Ok(())
    }
}

/// Makes the iterator's type ready.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    typeobject::add_static::<PyTupleIter>(t)
}

impl PyTuple {
    /// Whether C code has not put all items in yet.
    fn is_unfilled(&self) -> bool {
        // SAFETY: the items of the tuple, any of which may be null.
        unsafe { (0..self.len()).any(|i| (*self.items_ptr().add(i)).is_null()) }
    }

    fn repr_unfilled(&self, t: &Thread, close: &PyStr) -> PyResult {
        let mut parts = Vec::with_capacity(self.len());
        for i in 0..self.len() {
            // SAFETY: an item of the tuple or null.
            let item = unsafe { Object::from_ptr_opt(*self.items_ptr().add(i)) };
            parts.push(item.map_or_else(|| PyStr::from_str(t, "<NULL>"), |item| item.repr(t))?);
        }
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[PyStr::latin1_char(b'('), &inner, close]).map(Owned::into_object)
    }
}

impl PyTuple {
    /// `self[key]` by an index of any type, or a slice.
    #[inline(never)]
    fn subscript_by_any(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
            return self.sq_item(t, if i < 0 { i + self.len() as isize } else { i });
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return Err(err!(
                t,
                TypeError,
                "tuple indices must be integers or slices, not {:.200}",
                key.class().name_lossy()
            ));
        };
        let mut bounds = slice.unpack(t)?;
        let count = bounds.adjust(self.len());
        if bounds.start == 0 && bounds.step == 1 && count == self.len() && upcast(self).is_exact::<Self>() {
            return Ok(upcast(self).own());
        }
        let items = self.as_slice();
        let mut at = bounds.start;
        let picked = (0..count).filter_map(|_| {
            let item = items.get(at as usize).map(|item| item.own());
            at = at.wrapping_add(bounds.step);
            item
        });
        Self::from_vec(t, picked.collect()).map(Owned::into_object)
    }
}
