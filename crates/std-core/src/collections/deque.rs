//! `collections.deque`: a ring buffer, so that both ends cost the same and the middle is reached at once.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    WeakList, argparse, class, clinic, compare, err, errors, iter, name, new_object, object, singletons, state, upcast,
};

/// Items of a block in CPython's implementation, and its size: `__sizeof__` tells of them.
const BLOCK_ITEMS: usize = 64;
const BLOCK_SIZE: usize = 528;
const BASIC_SIZE: usize = 216;

/// `collections.deque`.
#[object]
pub struct Deque {
    items: RefCell<VecDeque<Owned>>,
    /// Counts changes, so that iterations notice them.
    state: Cell<u64>,
    /// The bound, or -1.
    maxlen: Cell<isize>,
    weaklist: WeakList,
}

fn mutated(t: &Thread) -> taipan_object::Raised {
    err!(t, RuntimeError, "deque mutated during iteration")
}

impl Deque {
    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    fn get(&self, i: usize) -> Option<Owned> {
        self.items.borrow().get(i).cloned()
    }

    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    fn over(&self, n: usize) -> bool {
        usize::try_from(self.maxlen.get()).is_ok_and(|max| n > max)
    }

    fn grow(t: &Thread, items: &mut VecDeque<Owned>) -> PyResult<()> {
        if items.len() == items.capacity() && items.try_reserve(1).is_err() {
            return Err(errors::no_memory(t));
        }
        Ok(())
    }

    fn push_back(&self, t: &Thread, item: Owned) -> PyResult<()> {
        let mut items = self.items.borrow_mut();
        Self::grow(t, &mut items)?;
        items.push_back(item);
        let old = if self.over(items.len()) { items.pop_front() } else { None };
        drop(items);
        self.changed();
        drop(old);
        Ok(())
    }

    fn push_front(&self, t: &Thread, item: Owned) -> PyResult<()> {
        let mut items = self.items.borrow_mut();
        Self::grow(t, &mut items)?;
        items.push_front(item);
        let old = if self.over(items.len()) { items.pop_back() } else { None };
        drop(items);
        self.changed();
        drop(old);
        Ok(())
    }

    fn clear_all(&self) {
        let old = core::mem::take(&mut *self.items.borrow_mut());
        self.changed();
        drop(old);
    }

    fn extend_with(&self, t: &Thread, iterable: &Object, left: bool) -> PyResult<()> {
        // Extending by itself takes the items as they are now.
        let copy;
        let iterable = if iterable.is(upcast(self)) {
            copy = PyList::from_vec(t, self.to_vec())?;
            copy.as_object()
        } else {
            iterable
        };
        let push = |item| match (self.maxlen.get(), left) {
            (0, _) => Ok(()),
            (_, true) => self.push_front(t, item),
            (_, false) => self.push_back(t, item),
        };
        if let Some(list) = iterable.downcast_exact::<PyList>()
            && !left
            && self.maxlen.get() < 0
        {
            let mut items = self.items.borrow_mut();
            items.try_reserve(list.len()).map_err(|_| errors::no_memory(t))?;
            items.extend(list.to_vec());
            drop(items);
            self.changed();
            return Ok(());
        }
        if let Some(list) = iterable.downcast_exact::<PyList>() {
            let mut i = 0;
            // Items that a bound drops may change the list.
            while let Some(item) = list.get(i) {
                push(item)?;
                i += 1;
            }
            return Ok(());
        }
        let iterator = iter::get_iter(t, iterable)?;
        while let Some(item) = iter::next(t, &iterator)? {
            push(item)?;
        }
        Ok(())
    }

    fn to_vec(&self) -> Vec<Owned> {
        self.items.borrow().iter().cloned().collect()
    }

    fn empty(t: &Thread, cls: &PyType, maxlen: isize) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                items: RefCell::default(),
                state: Cell::new(0),
                maxlen: Cell::new(maxlen),
                weaklist: WeakList::new(),
            },
        )
    }

    fn maxlen_object(&self, t: &Thread) -> PyResult {
        match self.maxlen.get() {
            -1 => singletons::ok_none(),
            n => PyInt::from_i64(t, n as i64).map(Owned::into_object),
        }
    }

    /// A copy of the same type.
    fn copied(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if upcast(self).is_exact::<Self>() {
            let made = Self::empty(t, Self::class(), self.maxlen.get())?;
            let items = self.items.borrow().clone();
            *made.items.borrow_mut() = items;
            return Ok(made);
        }
        let class = upcast(self).class();
        let made = if self.maxlen.get() < 0 {
            class.call(t, &[upcast(self)])?
        } else {
            let maxlen = self.maxlen_object(t)?;
            class.call(t, &[upcast(self), &maxlen])?
        };
        made.into_type::<Self>().map_err(|other| {
            err!(
                t,
                TypeError,
                "{:.200}() must return a deque, not {:.200}",
                class.name_lossy(),
                other.class().name_lossy()
            )
        })
    }

    fn repeat(&self, t: &Thread, n: isize) -> PyResult<()> {
        let Ok(n) = usize::try_from(n) else {
            self.clear_all();
            return Ok(());
        };
        let size = self.len();
        if n == 0 {
            self.clear_all();
            return Ok(());
        }
        if n == 1 || size == 0 {
            return Ok(());
        }
        let mut rounds = n;
        if let Ok(max) = usize::try_from(self.maxlen.get()) {
            // Rounds that would be pushed out again are not made.
            rounds = rounds.min(max / size + 2);
        }
        let seq = self.to_vec();
        let mut items = self.items.borrow_mut();
        let more = size.checked_mul(rounds - 1).ok_or_else(|| errors::no_memory(t))?;
        items.try_reserve(more).map_err(|_| errors::no_memory(t))?;
        for _ in 1..rounds {
            items.extend(seq.iter().cloned());
        }
        let mut old = Vec::new();
        while self.over(items.len()) {
            old.extend(items.pop_front());
        }
        drop(items);
        self.changed();
        Ok(())
    }

    fn find(&self, t: &Thread, value: &Object, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let state = self.state.get();
        for i in start..stop {
            let Some(item) = self.get(i) else { break };
            let equal = compare::rich_compare_bool(t, &item, value, CompareOp::Eq)?;
            if equal {
                return Ok(Some(i));
            }
            if state != self.state.get() {
                return Err(mutated(t));
            }
        }
        Ok(None)
    }

    fn checked_index(&self, t: &Thread, index: isize) -> PyResult<usize> {
        usize::try_from(index)
            .ok()
            .filter(|&i| i < self.len())
            .ok_or_else(|| err!(t, IndexError, "deque index out of range"))
    }
}

/// A list-like sequence optimized for data accesses near its endpoints.
#[class(name = "collections.deque", heap, flags(BASETYPE, HAVE_GC, SEQUENCE), weaklist = weaklist,
    basicsize = BASIC_SIZE,
    hash = taipan_object::hash::hash_not_implemented)]
impl Deque {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        Self::empty(t, cls, -1)
    }

    #[init(sig = "(iterable=None, maxlen=None)", text = "([iterable[, maxlen]])")]
    fn init(&self, t: &Thread, iterable: Option<&Object>, maxlen: Option<&Object>) -> PyResult<()> {
        let mut bound = -1;
        if let Some(maxlen) = maxlen.filter(|m| !m.is(singletons::none())) {
            let Some(number) = maxlen.downcast::<PyInt>() else {
                return Err(err!(t, TypeError, "an integer is required"));
            };
            bound = number.to_isize(t)?;
            if bound < 0 {
                return Err(err!(t, ValueError, "maxlen must be non-negative"));
            }
        }
        self.maxlen.set(bound);
        if self.len() > 0 {
            self.clear_all();
        }
        match iterable {
            Some(iterable) => self.extend_with(t, iterable, false),
            None => Ok(()),
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "[...]").own());
        }
        let made = (|| {
            let list = PyList::from_vec(t, iter::to_vec(t, upcast(self))?)?;
            let shown = list.repr(t)?;
            let class = upcast(self).class().short_name_lossy();
            match self.maxlen.get() {
                -1 => PyStr::from_fmt(t, format_args!("{class}({})", shown.display())),
                n => PyStr::from_fmt(t, format_args!("{class}({}, maxlen={n})", shown.display())),
            }
        })();
        state::repr_leave(t, upcast(self));
        made
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let truth = |value: bool| Ok(singletons::bool(value).own());
        let (n, m) = (self.len(), other.len());
        if core::ptr::eq(self, other) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return truth(op == CompareOp::Eq);
        }
        if n != m && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return truth(op == CompareOp::Ne);
        }
        let (a_state, b_state) = (self.state.get(), other.state.get());
        for i in 0..n.min(m) {
            if self.state.get() != a_state || other.state.get() != b_state {
                return Err(mutated(t));
            }
            let (Some(x), Some(y)) = (self.get(i), other.get(i)) else { break };
            if !compare::rich_compare_bool(t, &x, &y, CompareOp::Eq)? {
                return match op {
                    CompareOp::Eq => truth(false),
                    CompareOp::Ne => truth(true),
                    _ => truth(compare::rich_compare_bool(t, &x, &y, op)?),
                };
            }
        }
        if self.state.get() != a_state || other.state.get() != b_state {
            return Err(mutated(t));
        }
        truth(op.matches(n.cmp(&m)))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult<Owned<DequeIter>> {
        DequeIter::make(t, self)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult<Owned<Self>> {
        if !other.is_instance_of::<Self>() {
            return Err(err!(
                t,
                TypeError,
                "can only concatenate deque (not \"{:.200}\") to deque",
                other.class().name_lossy()
            ));
        }
        let made = self.copied(t)?;
        made.extend_with(t, other, false)?;
        Ok(made)
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult<Owned<Self>> {
        let made = self.copied(t)?;
        made.repeat(t, index)?;
        Ok(made)
    }

    #[slot]
    fn sq_inplace_concat(&self, t: &Thread, other: &Object) -> PyResult {
        self.extend_with(t, other, false)?;
        Ok(upcast(self).own())
    }

    #[slot]
    fn sq_inplace_repeat(&self, t: &Thread, index: isize) -> PyResult {
        self.repeat(t, index)?;
        Ok(upcast(self).own())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        let i = self.checked_index(t, index)?;
        self.get(i).ok_or_else(|| err!(t, IndexError, "deque index out of range"))
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        let i = self.checked_index(t, index)?;
        let old = match value {
            Some(value) => self.items.borrow_mut().get_mut(i).map(|place| core::mem::replace(place, value.own())),
            None => {
                let old = self.items.borrow_mut().remove(i);
                self.changed();
                old
            }
        };
        drop(old);
        Ok(())
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        Ok(self.find(t, other, 0, self.len())?.is_some())
    }

    /// Add an element to the right side of the deque.
    #[method(sig = "(item, /)")]
    fn append(&self, t: &Thread, item: &Object) -> PyResult<()> {
        self.push_back(t, item.own())
    }

    /// Add an element to the left side of the deque.
    #[method(sig = "(item, /)")]
    fn appendleft(&self, t: &Thread, item: &Object) -> PyResult<()> {
        self.push_front(t, item.own())
    }

    /// Remove all elements from the deque.
    #[method]
    fn clear(&self, _t: &Thread) {
        self.clear_all();
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copied(t)
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copied(t)
    }

    /// Return number of occurrences of value.
    #[method(sig = "(value, /)")]
    fn count(&self, t: &Thread, value: &Object) -> PyResult<usize> {
        let state = self.state.get();
        let mut n = 0;
        for i in 0..self.len() {
            let Some(item) = self.get(i) else { break };
            n += usize::from(compare::rich_compare_bool(t, &item, value, CompareOp::Eq)?);
            if state != self.state.get() {
                return Err(mutated(t));
            }
        }
        Ok(n)
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[method(sig = "(iterable, /)")]
    fn extend(&self, t: &Thread, iterable: &Object) -> PyResult<()> {
        self.extend_with(t, iterable, false)
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method(sig = "(iterable, /)")]
    fn extendleft(&self, t: &Thread, iterable: &Object) -> PyResult<()> {
        self.extend_with(t, iterable, true)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start=0, stop=9223372036854775807, /)", text = "($self, value, [start, [stop]])")]
    fn index(&self, t: &Thread, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> PyResult<usize> {
        let start = clinic::slice_index_not_none(t, start, 0)?;
        let stop = clinic::slice_index_not_none(t, stop, isize::MAX)?;
        let n = self.len() as isize;
        let clip = |i: isize| (if i < 0 { (i + n).max(0) } else { i.min(n) }) as usize;
        let (start, stop) = (clip(start), clip(stop));
        match self.find(t, value, start, stop)? {
            Some(i) => Ok(i),
            None => Err(err!(t, ValueError, "deque.index(x): x not in deque")),
        }
    }

    /// Insert value before index.
    #[method(sig = "(index, value, /)")]
    fn insert(&self, t: &Thread, index: isize, value: &Object) -> PyResult<()> {
        let n = self.len();
        if self.maxlen.get() == n as isize {
            return Err(err!(t, IndexError, "deque already at its maximum size"));
        }
        let at = if index < 0 { (index + n as isize).max(0) as usize } else { (index as usize).min(n) };
        let mut items = self.items.borrow_mut();
        Self::grow(t, &mut items)?;
        items.insert(at, value.own());
        drop(items);
        self.changed();
        Ok(())
    }

    /// Remove and return the rightmost element.
    #[method]
    fn pop(&self, t: &Thread) -> PyResult {
        let item = self.items.borrow_mut().pop_back();
        self.changed();
        item.ok_or_else(|| err!(t, IndexError, "pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[method]
    fn popleft(&self, t: &Thread) -> PyResult {
        let item = self.items.borrow_mut().pop_front();
        self.changed();
        item.ok_or_else(|| err!(t, IndexError, "pop from an empty deque"))
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let state = upcast(self).call_method(t, name!(t, "__getstate__"), &[])?;
        let iterator = iter::get_iter(t, upcast(self))?;
        let class = upcast(self).class().as_object().own();
        let args = match self.maxlen.get() {
            -1 => PyTuple::empty().own(),
            _ => PyTuple::from_vec(t, vec![PyTuple::empty().as_object().own(), self.maxlen_object(t)?])?,
        };
        PyTuple::from_vec(t, vec![class, args.into_object(), state, iterator])
    }

    /// Remove first occurrence of value.
    #[method(sig = "(value, /)")]
    fn remove(&self, t: &Thread, value: &Object) -> PyResult<()> {
        let state = self.state.get();
        for i in 0..self.len() {
            let Some(item) = self.get(i) else { break };
            let equal = compare::rich_compare_bool(t, &item, value, CompareOp::Eq)?;
            if state != self.state.get() {
                return Err(err!(t, IndexError, "deque mutated during iteration"));
            }
            if equal {
                let old = self.items.borrow_mut().remove(i);
                self.changed();
                drop(old);
                return Ok(());
            }
        }
        Err(err!(t, ValueError, "deque.remove(x): x not in deque"))
    }

    /// Return a reverse iterator over the deque.
    #[method]
    fn __reversed__(&self, t: &Thread) -> PyResult<Owned<DequeReverseIter>> {
        DequeReverseIter::make(t, self)
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(&self, _t: &Thread) {
        self.items.borrow_mut().make_contiguous().reverse();
        self.changed();
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method(sig = "(n=1, /)")]
    fn rotate(&self, _t: &Thread, n: isize) {
        let mut items = self.items.borrow_mut();
        let len = items.len() as isize;
        if len > 1 {
            items.rotate_right(n.rem_euclid(len) as usize);
            drop(items);
            self.changed();
        }
    }

    /// Return the size of the deque in memory, in bytes.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        let blocks = (BLOCK_ITEMS / 2 + self.len()).div_ceil(BLOCK_ITEMS);
        upcast(self).class().basic_size() + blocks * BLOCK_SIZE
    }

    /// deques are generic over the type of their contents
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(&self, t: &Thread) -> PyResult {
        self.maxlen_object(t)
    }
}

macro_rules! iterators {
    ($($name:ident, $text:literal, $reverse:literal;)*) => {
        $(
            /// Iterates over a deque.
            #[object]
            pub struct $name {
                deque: Slot<Deque>,
                /// How many items are left.
                counter: Cell<usize>,
                state: Cell<u64>,
            }

            impl $name {
                fn make(t: &Thread, deque: &Deque) -> PyResult<Owned<Self>> {
                    new_object(
                        t,
                        Self {
                            head: Head::new(),
                            deque: Slot::new(deque.own()),
                            counter: Cell::new(deque.len()),
                            state: Cell::new(deque.state.get()),
                        },
                    )
                }
            }

            #[class(name = $text, heap, flags(HAVE_GC), doc = "")]
            impl $name {
                #[slot]
                fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
                    let _ = cls;
                    argparse::check_positional(t, "function", args.pos.len(), 1, 2).or_else(|_| {
                        errors::clear(t);
                        let (word, n) = if args.pos.is_empty() { ("at least", 1) } else { ("at most", 2) };
                        let s = if n == 1 { "" } else { "s" };
                        Err(err!(t, TypeError, "function takes {word} {n} argument{s} ({} given)", args.pos.len()))
                    })?;
                    let Some(deque) = args.pos.first().and_then(|a| a.downcast::<Deque>()) else {
                        let class = args.pos.first().map(|a| a.class().name_lossy()).unwrap_or_default();
                        return Err(err!(t, TypeError, "argument 1 must be collections.deque, not {class}"));
                    };
                    let made = Self::make(t, deque)?;
                    if let Some(index) = args.pos.get(1) {
                        let index = taipan_object::number::index_as_isize(t, index)?;
                        let n = made.counter.get();
                        made.counter.set(n - usize::try_from(index).unwrap_or(0).min(n));
                    }
                    Ok(made)
                }

                #[slot]
                fn tp_iter(&self, _t: &Thread) -> Owned {
                    upcast(self).own()
                }

                #[slot]
                fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
                    let Some(deque) = self.deque.get() else { return Ok(None) };
                    if deque.state.get() != self.state.get() {
                        self.counter.set(0);
                        return Err(mutated(t));
                    }
                    let left = self.counter.get();
                    if left == 0 {
                        return Ok(None);
                    }
                    self.counter.set(left - 1);
                    Ok(deque.get(if $reverse { left - 1 } else { deque.len().saturating_sub(left) }))
                }

                /// Private method returning an estimate of len(list(it)).
                #[method]
                fn __length_hint__(&self, _t: &Thread) -> usize {
                    self.counter.get()
                }

                /// Return state information for pickling.
                #[method]
                fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
                    let Some(deque) = self.deque.get() else { return Err(errors::bad_internal_call(t)) };
                    let done = deque.len() as i64 - self.counter.get() as i64;
                    let index = PyInt::from_i64(t, done)?.into_object();
                    let class = upcast(self).class().as_object().own();
                    Ok((class, PyTuple::from_vec(t, vec![deque.into_object(), index])?))
                }
            }
        )*
    };
}

iterators! {
    DequeIter, "collections._deque_iterator", false;
    DequeReverseIter, "collections._deque_reverse_iterator", true;
}

/// Makes the iterators ready.
pub fn init(t: &Thread, module: &taipan_object::PyModule) -> PyResult<()> {
    taipan_object::module::add_class::<DequeIter>(t, module)?;
    taipan_object::module::add_class::<DequeReverseIter>(t, module)
}
