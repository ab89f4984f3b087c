//! The names of `list`, and its iterators.

use crate::argparse::{Args, check_positional};
use crate::handle::{Class, CompareOp, Head, Object, Own, Owned, PyResult, Slot};
use crate::list::{list_clear, list_dealloc, list_traverse};
use crate::sequence::SliceBounds;
use crate::{
    PyInt, PyList, PySlice, PyStr, PyTuple, PyType, clinic, compare, err, exceptions, iter, name, new_object, number,
    singletons, state, typeobject, upcast,
};
use core::cell::Cell;
use taipan_macros::{class, object};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

impl PyList {
    /// Appends the items of an iterable (`list.extend`).
    pub fn extend_from(&self, t: &Thread, iterable: &Object) -> PyResult<()> {
        if let Some((_, n)) = iter::raw_items(iterable) {
            let items = || iter::raw_items(iterable).unwrap_or((core::ptr::null_mut(), 0));
            if n == 0 {
                return Ok(());
            }
            if self.len() == 0 {
                // The allocator gives pairs of words: room for an odd one costs nothing.
                self.reserve_exact(t, (n + 1) & !1)?;
            } else {
                self.reserve(t, self.len() + n)?;
            }
            // SAFETY: there is room for the items, and nothing runs meanwhile that could change either side; the
            // iterable may be this list, whose items the reservation has moved.
            unsafe { self.append_raw(items().0, n) };
            return Ok(());
        }
        let iterator = iter::get_iter(t, iterable)?;
        let hint = iter::length_hint(t, iterable, 8)?;
        // A hint that cannot be true is passed over; one that cannot be met is not.
        let lies = self.len().checked_add(hint).is_none_or(|n| n > isize::MAX as usize);
        if hint > isize::MAX as usize / 8 && !lies {
            return Err(crate::errors::no_memory(t));
        }
        // A hint is not believed blindly: the memory grows with what really comes.
        if self.len() == 0 && hint > 0 && hint < 1 << 20 {
            self.reserve_exact(t, (hint + 1) & !1)?;
        }
        while let Some(item) = iter::next(t, &iterator)? {
            self.append(t, item)?;
        }
        let n = self.len();
        // SAFETY: the length does not change.
        unsafe { self.set_len_shrinking(n) };
        Ok(())
    }

    /// A list of the items of an iterable.
    pub fn from_iterable(t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        let list = Self::new(t)?;
        list.extend_from(t, iterable)?;
        Ok(list)
    }

    /// Sorts the items in place in ascending order.
    pub fn sort_items(&self, t: &Thread) -> PyResult<()> {
        crate::list_sort::sort(t, self, None, false)
    }

    /// Reverses the items in place.
    pub fn reverse_items(&self) {
        // SAFETY: swapping pointers runs nothing.
        unsafe {
            let n = self.len();
            if n > 1 {
                core::slice::from_raw_parts_mut(self.items_ptr(), n).reverse();
            }
        }
    }

    fn index_in_range(&self, t: &Thread, key: &Object, message: &str) -> PyResult<usize> {
        let mut i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
        let n = self.len() as isize;
        if i < 0 {
            i += n;
        }
        if i < 0 || i >= n {
            return Err(err!(t, IndexError, "{message}"));
        }
        Ok(i as usize)
    }

    fn bad_index(t: &Thread, key: &Object) -> crate::Raised {
        err!(t, TypeError, "list indices must be integers or slices, not {:.200}", key.class().name_lossy())
    }

    fn repeat(&self, t: &Thread, times: isize) -> PyResult<Owned<Self>> {
        let times = times.max(0) as usize;
        let n = self.len();
        let Some(total) = n.checked_mul(times).filter(|&m| m <= isize::MAX as usize / 8) else {
            return Err(crate::errors::no_memory(t));
        };
        let list = Self::with_capacity(t, total)?;
        // SAFETY: copying references runs nothing; room for all items was made.
        unsafe {
            let items = self.as_slice();
            for _ in 0..if n == 0 { 0 } else { times } {
                for item in items {
                    list.append(t, item.own())?;
                }
            }
        }
        Ok(list)
    }

    /// `self[slice]`.
    pub fn get_slice(&self, t: &Thread, slice: &PySlice) -> PyResult<Owned<Self>> {
        let mut bounds = slice.unpack(t)?;
        let count = bounds.adjust(self.len());
        self.copy_range(t, bounds.start, count, bounds.step)
    }

    /// Replaces the items `[start:stop]`, without a step, by those of an iterable, or removes them.
    pub fn set_range(&self, t: &Thread, mut bounds: SliceBounds, value: Option<&Object>) -> PyResult<()> {
        let items = match value {
            Some(value) => {
                if let Some((items, n)) = iter::raw_items(value).filter(|_| !value.is(upcast(self))) {
                    bounds.adjust(self.len());
                    // SAFETY: nothing runs, and so nothing changes the other sequence, before its items are counted.
                    return unsafe {
                        self.splice_with(t, bounds.start as usize, bounds.stop as usize, n, |room| {
                            for i in 0..n {
                                let item = *items.add(i);
                                refcount::incref(item);
                                *room.add(i) = item;
                            }
                        })
                    };
                }
                iter::fast_vec(t, value, "must assign iterable to extended slice")?
            }
            None => Vec::new(),
        };
        // Listing the items may have changed this list.
        bounds.adjust(self.len());
        self.splice(t, bounds.start as usize, bounds.stop as usize, items)
    }

    fn set_slice(&self, t: &Thread, slice: &PySlice, value: Option<&Object>) -> PyResult<()> {
        let mut bounds = slice.unpack(t)?;
        if bounds.step == 1 {
            return self.set_range(t, bounds, value);
        }
        let Some(value) = value else {
            let count = bounds.adjust(self.len());
            if count == 0 {
                return Ok(());
            }
            let (mut low, mut step) = (bounds.start, bounds.step);
            if step < 0 {
                low += step * (count as isize - 1);
                step = -step;
            }
            let mut removed = Vec::with_capacity(count);
            // SAFETY: the kept references move down, the others are taken out; nothing runs before that is done.
            unsafe {
                let n = self.len();
                let base = self.items_ptr();
                let mut write = low as usize;
                let mut next = low as usize;
                for read in low as usize..n {
                    if read == next && removed.len() < count {
                        removed.push(Owned::<Object>::from_ptr(*base.add(read)));
                        next = next.saturating_add(step as usize);
                    } else {
                        *base.add(write) = *base.add(read);
                        write += 1;
                    }
                }
                self.set_len_shrinking(n - removed.len());
            }
            drop(removed);
            return Ok(());
        };
        let items = iter::fast_vec(t, value, "must assign iterable to extended slice")?;
        let count = bounds.adjust(self.len());
        if items.len() != count {
            return Err(err!(
                t,
                ValueError,
                "attempt to assign sequence of size {} to extended slice of size {count}",
                items.len()
            ));
        }
        let mut at = bounds.start;
        let mut old = Vec::with_capacity(count);
        for item in items {
            old.push(self.replace(at as usize, item));
            at = at.wrapping_add(bounds.step);
        }
        drop(old);
        Ok(())
    }

    fn find(&self, t: &Thread, wanted: &Object, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let mut i = start.min(self.len());
        // SAFETY: the items of a live list, which no code changes meanwhile.
        match unsafe {
            compare::find_plain(self.items_ptr().wrapping_add(i), stop.min(self.len()).saturating_sub(i), wanted)
        } {
            Ok(found) => return Ok(Some(i + found)),
            Err(asked) => i += asked,
        }
        while i < stop {
            let Some(item) = self.get(i) else { break };
            if item.eq(t, wanted)? {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }
}

/// Compares sequences item by item; `get` looks an item up as it is now.
pub(crate) fn compare_sequences(
    t: &Thread,
    op: CompareOp,
    lens: impl Fn() -> (usize, usize),
    get: impl Fn(usize) -> Option<(Owned, Owned)>,
) -> PyResult {
    let (n, m) = lens();
    if n != m && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(singletons::bool(op == CompareOp::Ne).own());
    }
    let mut i = 0;
    while let Some((a, b)) = get(i) {
        let equal = a.is(&b)
            || match compare::plain_compare(&a, &b, CompareOp::Eq) {
                Some(equal) => equal,
                None => compare::rich_compare_bool(t, &a, &b, CompareOp::Eq)?,
            };
        if !equal {
            // The comparison may have shortened the sequences: then their lengths decide.
            let (n, m) = lens();
            if i >= n || i >= m {
                break;
            }
            return match op {
                CompareOp::Eq => Ok(singletons::bool(false).own()),
                CompareOp::Ne => Ok(singletons::bool(true).own()),
                _ => compare::rich_compare(t, &a, &b, op),
            };
        }
        i += 1;
    }
    let (n, m) = lens();
    Ok(singletons::bool(op.matches(n.cmp(&m))).own())
}

/// `open item, item close` of the reprs.
pub(crate) fn repr_items(t: &Thread, items: &[Owned], open: &PyStr, close: &PyStr) -> PyResult {
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        parts.push(item.repr(t)?);
    }
    let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
    PyStr::concat_all(t, &[open, &inner, close]).map(Owned::into_object)
}

/// Start and stop of `index`, clipped to a length.
pub(crate) fn search_range(t: &Thread, start: Option<&Object>, stop: Option<&Object>) -> PyResult<(isize, isize)> {
    Ok((clinic::slice_index_not_none(t, start, 0)?, clinic::slice_index_not_none(t, stop, isize::MAX)?))
}

/// Negative positions count from the end.
pub(crate) fn clip(i: isize, n: usize) -> usize {
    if i < 0 { i.saturating_add(n as isize).max(0) as usize } else { i as usize }
}

/// Built-in mutable sequence.
///
/// If no argument is given, the constructor creates a new empty list.
/// The argument must be an iterable if specified.
#[class(name = "list", layout, export = PyList_Type, flags(BASETYPE, HAVE_GC, SEQUENCE, MATCH_SELF), subclass_flag = LIST_SUBCLASS,
    dealloc = list_dealloc, traverse = list_traverse, clear = list_clear, hash = crate::hash::hash_not_implemented,
    doc = "list(iterable=(), /)\n--\n\nBuilt-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.")]
impl PyList {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        if cls.is(Self::class()) { Self::new(t).map(Owned::into_object) } else { cls.alloc(t, 0) }
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if upcast(self).is_exact::<Self>() || args.n_keywords() > 0 {
            // SAFETY: plain fields of live types.
            let plain_new = unsafe {
                (*upcast(self).class().as_type_ptr()).tp_new.map(|f| f as usize)
                    == (*Self::TYPE).tp_new.map(|f| f as usize)
            };
            if plain_new {
                args.no_keywords(t, "list")?;
            }
        }
        check_positional(t, "list", args.pos.len(), 0, 1)?;
        if self.len() > 0 {
            self.clear_items();
        }
        match args.pos.first() {
            Some(iterable) => self.extend_from(t, iterable),
            None => Ok(()),
        }
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "list")?;
        check_positional(t, "list", args.pos.len(), 0, 1)?;
        let list = if cls.is(Self::class()) {
            Self::new(t)?
        } else {
            // SAFETY: an instance of a subtype of list has its layout.
            unsafe { cls.alloc(t, 0)?.cast_unchecked() }
        };
        if let Some(iterable) = args.pos.first() {
            list.extend_from(t, iterable)?;
        }
        Ok(list.into_object())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        if self.len() == 0 {
            return Ok(name!(t, "[]").own().into_object());
        }
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "[...]").own().into_object());
        }
        let result = self.repr_now(t);
        state::repr_leave(t, upcast(self));
        result
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        compare_sequences(t, op, || (self.len(), other.len()), |i| Some((self.get(i)?, other.get(i)?)))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        new_object(t, PyListIter { head: Head::new(), list: Slot::new(self.own()), index: Cell::new(0) })
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
        let Some(other) = other.downcast::<Self>() else {
            return Err(err!(
                t,
                TypeError,
                "can only concatenate list (not \"{:.200}\") to list",
                other.class().name_lossy()
            ));
        };
        Self::concat(t, self, other).map(Owned::into_object)
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        self.repeat(t, index).map(Owned::into_object)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        match usize::try_from(index).ok().and_then(|i| self.get(i)) {
            Some(item) => Ok(item),
            None => Err(err!(t, IndexError, "list index out of range")),
        }
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        let done = usize::try_from(index).ok().and_then(|i| match value {
            Some(value) => self.replace(i, value.own()),
            None => self.remove(i),
        });
        match done {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(err!(t, IndexError, "list assignment index out of range")),
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        Ok(self.find(t, other, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn sq_inplace_concat(&self, t: &Thread, other: &Object) -> PyResult {
        self.extend_from(t, other)?;
        Ok(upcast(self).own())
    }

    #[slot]
    fn sq_inplace_repeat(&self, t: &Thread, index: isize) -> PyResult {
        if index <= 0 {
            self.clear_items();
        } else if index > 1 && self.len() > 0 {
            let n = self.len();
            let Some(total) = n.checked_mul(index as usize).filter(|&m| m <= isize::MAX as usize / 8) else {
                return Err(crate::errors::no_memory(t));
            };
            self.reserve(t, total)?;
            for i in n..total {
                let Some(item) = self.get(i - n) else { break };
                self.append(t, item)?;
            }
        }
        Ok(upcast(self).own())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if let Some(i) = key.downcast_exact::<crate::PyInt>().and_then(crate::PyInt::as_i64_compact)
            && let Some(item) = self.get(if i < 0 { i.wrapping_add(self.len() as i64) } else { i } as usize)
        {
            return Ok(item);
        }
        self.subscript_by_any(t, key)
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        if number::is_index(key) {
            let i = self.index_in_range(t, key, "list assignment index out of range")?;
            return self.sq_ass_item(t, i as isize, value);
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.set_slice(t, slice, value),
            None => Err(Self::bad_index(t, key)),
        }
    }

    /// Return self[index].
    #[method(name = "__getitem__", sig = "(index, /)", flags = METH_COEXIST)]
    fn getitem_method(&self, t: &Thread, index: &Object) -> PyResult {
        self.mp_subscript(t, index)
    }

    /// Return a reverse iterator over the list.
    #[method(name = "__reversed__")]
    fn reversed_method(&self, t: &Thread) -> PyResult {
        let index = Cell::new(self.len() as isize - 1);
        new_object(t, PyListRevIter { head: Head::new(), list: Slot::new(self.own()), index }).map(Owned::into_object)
    }

    /// Return the size of the list in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self, _t: &Thread) -> usize {
        // SAFETY: plain fields of a live list and type.
        unsafe {
            (*upcast(self).class().as_type_ptr()).tp_basicsize as usize + (*self.raw()).allocated.max(0) as usize * 8
        }
    }

    /// Remove all items from list.
    #[method(name = "clear")]
    fn clear_method(&self, _t: &Thread) {
        self.clear_items();
    }

    /// Return a shallow copy of the list.
    #[method(name = "copy")]
    fn copy_method(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_vec(t, self.to_vec())
    }

    /// Append object to the end of the list.
    #[method(name = "append")]
    fn append_method(&self, t: &Thread, object: &Object) -> PyResult<()> {
        self.append(t, object.own())
    }

    /// Insert object before index.
    #[method(name = "insert")]
    fn insert_method(&self, t: &Thread, index: isize, object: &Object) -> PyResult<()> {
        self.insert(t, clip(index, self.len()), object.own())
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend")]
    fn extend_method(&self, t: &Thread, iterable: &Object) -> PyResult<()> {
        self.extend_from(t, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(name = "pop", sig = "(index=-1, /)")]
    fn pop_method(&self, t: &Thread, index: isize) -> PyResult {
        let n = self.len();
        if n == 0 {
            return Err(err!(t, IndexError, "pop from empty list"));
        }
        let i = if index < 0 { index + n as isize } else { index };
        match usize::try_from(i).ok().and_then(|i| self.remove(i)) {
            Some(item) => Ok(item),
            None => Err(err!(t, IndexError, "pop index out of range")),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(name = "remove")]
    fn remove_method(&self, t: &Thread, value: &Object) -> PyResult<()> {
        match self.find(t, value, 0, usize::MAX)? {
            Some(i) => {
                drop(self.remove(i));
                Ok(())
            }
            None => Err(err!(t, ValueError, "list.remove(x): x not in list")),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, t: &Thread, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> PyResult<usize> {
        let (start, stop) = search_range(t, start, stop)?;
        let n = self.len();
        match self.find(t, value, clip(start, n), clip(stop, n))? {
            Some(i) => Ok(i),
            None => Err(err!(t, ValueError, "list.index(x): x not in list")),
        }
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, t: &Thread, value: &Object) -> PyResult<usize> {
        let (mut count, mut i) = (0, 0);
        while let Some(item) = self.get(i) {
            count += usize::from(item.eq(t, value)?);
            i += 1;
        }
        Ok(count)
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(&self, _t: &Thread) {
        self.reverse_items();
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable
    /// (i.e. the order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort
    /// them, ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(sig = "(*, key=None, reverse=False)")]
    fn sort(&self, t: &Thread, key: Option<&Object>, reverse: bool) -> PyResult<()> {
        crate::list_sort::sort(t, self, key.filter(|k| !k.is(singletons::none())), reverse)
    }

    /// lists are generic over the type of their contents
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

impl PyList {
    fn repr_now(&self, t: &Thread) -> PyResult {
        let mut parts = Vec::with_capacity(self.len());
        let mut i = 0;
        while i < self.len() {
            // C code may show a list that it has not filled yet.
            // SAFETY: the index is within the list.
            let empty = unsafe { (*self.items_ptr().add(i)).is_null() };
            let item = if empty { None } else { self.get(i) };
            parts.push(item.map_or_else(|| PyStr::from_str(t, "<NULL>"), |item| item.repr(t))?);
            i += 1;
        }
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[PyStr::latin1_char(b'['), &inner, PyStr::latin1_char(b']')]).map(Owned::into_object)
    }
}

/// Iterates over a list.
#[object]
pub struct PyListIter {
    /// The list, until it is exhausted.
    pub list: Slot<PyList>,
    /// The next index.
    pub index: Cell<usize>,
}

/// Iterates over a list from its end.
#[object]
pub struct PyListRevIter {
    list: Slot<PyList>,
    index: Cell<isize>,
}

fn reduce_iterator(
    t: &Thread,
    function: &str,
    state: impl FnOnce() -> Option<(Owned, i64)>,
) -> PyResult<Owned<PyTuple>> {
    // Looking the function up may run code that moves the iterator.
    let name = PyStr::intern_str(t, function)?;
    let function = crate::state::builtin(t, &name)?;
    match state() {
        Some((object, index)) => {
            let args = PyTuple::from_vec(t, vec![object])?.into_object();
            PyTuple::from_vec(t, vec![function, args, PyInt::from_i64(t, index)?.into_object()])
        }
        None => {
            let args = PyTuple::from_vec(t, vec![PyList::new(t)?.into_object()])?.into_object();
            PyTuple::from_vec(t, vec![function, args])
        }
    }
}

#[class(name = "list_iterator", export = PyListIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyListIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, _t: &Thread) -> PyResult<Option<Owned>> {
        // SAFETY: nothing changes the field while the list is looked at.
        let Some(list) = (unsafe { self.list.peek() }) else { return Ok(None) };
        let i = self.index.get();
        if let Some(item) = list.get(i) {
            self.index.set(i + 1);
            return Ok(Some(item));
        }
        self.list.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        self.list.get().map_or(0, |list| list.len().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        reduce_iterator(t, "iter", || self.list.get().map(|list| (list.into_object(), self.index.get() as i64)))
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let index = index.to_isize(t)?.max(0) as usize;
        if let Some(list) = self.list.get() {
            self.index.set(index.min(list.len()));
        }
        Ok(())
    }
}

#[class(name = "list_reverseiterator", export = PyListRevIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyListRevIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, _t: &Thread) -> PyResult<Option<Owned>> {
        // SAFETY: nothing changes the field while the list is looked at.
        let Some(list) = (unsafe { self.list.peek() }) else { return Ok(None) };
        if let Some(item) = usize::try_from(self.index.get()).ok().and_then(|i| list.get(i)) {
            self.index.set(self.index.get() - 1);
            return Ok(Some(item));
        }
        self.index.set(-1);
        self.list.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        let left = (self.index.get() + 1).max(0) as usize;
        self.list.get().map_or(0, |list| if list.len() < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        reduce_iterator(t, "reversed", || self.list.get().map(|list| (list.into_object(), self.index.get() as i64)))
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let index = index.to_isize(t)?;
        if let Some(list) = self.list.get() {
            self.index.set(index.clamp(-1, list.len() as isize - 1));
        }
        Ok(())
    }
}

/// Makes the types of iterators ready.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    typeobject::add_static::<PyListIter>(t)?;
    typeobject::add_static::<PyListRevIter>(t)
}

impl PyList {
    /// `self[key]` by an index of any type, or a slice.
    #[inline(never)]
    fn subscript_by_any(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
            return self.sq_item(t, if i < 0 { i + self.len() as isize } else { i });
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.get_slice(t, slice).map(Owned::into_object),
            None => Err(Self::bad_index(t, key)),
        }
    }
}
