//! `itertools`: functional tools for creating and using iterators.

use std::cell::{Cell, RefCell};
use taipan_object::recycled::RecycledTuple;
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyInt, PyList, PyResult, PyTuple, PyType, Slot, Thread, WeakList, argparse,
    attr, class, err, errors, iter, native_module, number, object, singletons,
};

#[inline(always)]
fn next_of(t: &Thread, slot: &Slot) -> PyResult<Option<Owned>> {
    match slot.get() {
        Some(iterator) => iter::next(t, &iterator),
        None => Ok(None),
    }
}

/// The arguments of a call of a function with a tuple of arguments.
fn call_star(t: &Thread, function: &Object, args: &Object) -> PyResult {
    let tuple = iter::to_tuple(t, args)?;
    function.call_tuple_dict(t, &tuple, None)
}

/// `itertools.count`.
#[object]
pub struct Count {
    /// The next value while `next` holds nothing: the step is the `int` 1 then.
    word: Cell<i64>,
    next: Slot,
    step: Slot,
}

impl Count {
    fn current(&self, t: &Thread) -> PyResult {
        match self.next.get() {
            Some(current) => Ok(current),
            None => PyInt::from_i64(t, self.word.get()).map(Owned::into_object),
        }
    }

    /// The next value where words do not do.
    #[inline(never)]
    fn next_object(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let (current, Some(step)) = (self.current(t)?, self.step.get()) else { return Ok(None) };
        let following = number::binary_op_known(t, &current, &step, number::Op::Add)?;
        self.next.set(Some(following));
        Ok(Some(current))
    }
}

/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[class(name = "itertools.count", heap, flags(BASETYPE, HAVE_GC))]
impl Count {
    #[new(sig = "(start=0, step=1)")]
    fn new(cls: &PyType, t: &Thread, start: Option<&Object>, step: Option<&Object>) -> PyResult<Owned<Self>> {
        for value in [start, step].into_iter().flatten() {
            if !number::is_number(value) {
                return Err(err!(t, TypeError, "a number is required"));
            }
        }
        let start = start.map_or_else(|| PyInt::from_i64(t, 0).map(Owned::into_object), |s| Ok(s.own()))?;
        let step = step.map_or_else(|| PyInt::from_i64(t, 1).map(Owned::into_object), |s| Ok(s.own()))?;
        // Of instances of subclasses only the value counts, as in CPython.
        let word_of = |value: &Object| value.downcast::<PyInt>().and_then(PyInt::to_i64);
        let word = word_of(&start).filter(|_| word_of(&step) == Some(1));
        let next = if word.is_some() { Slot::empty() } else { Slot::new(start) };
        cls.instance(t, Self { head: Head::new(), word: Cell::new(word.unwrap_or(0)), next, step: Slot::new(step) })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if self.next.is_none()
            && let Some(following) = self.word.get().checked_add(1)
        {
            let current = PyInt::from_i64(t, self.word.get())?;
            self.word.set(following);
            return Ok(Some(current.into_object()));
        }
        self.next_object(t)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<String> {
        let (current, Some(step)) = (self.current(t)?, self.step.get()) else { return Ok(String::new()) };
        let one = step.downcast::<PyInt>().and_then(PyInt::to_i64) == Some(1);
        let current = current.repr(t)?.to_string_lossy();
        let name = self.class().short_name_lossy();
        if one {
            Ok(format!("{name}({current})"))
        } else {
            Ok(format!("{name}({current}, {})", step.repr(t)?.to_string_lossy()))
        }
    }
}

/// `itertools.cycle`.
#[object]
pub struct Cycle {
    iterator: Slot,
    saved: RefCell<Vec<Owned>>,
    index: Cell<usize>,
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[class(name = "itertools.cycle", heap, flags(BASETYPE, HAVE_GC))]
impl Cycle {
    #[new(sig = "(iterable, /)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self { head: Head::new(), iterator: Slot::new(iterator), saved: RefCell::default(), index: Cell::new(0) },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if !self.iterator.is_none() {
            if let Some(item) = next_of(t, &self.iterator)? {
                self.saved.borrow_mut().push(item.clone());
                return Ok(Some(item));
            }
            self.iterator.set(None);
        }
        let saved = self.saved.borrow();
        let i = self.index.get();
        let Some(item) = saved.get(i).cloned() else { return Ok(None) };
        self.index.set(if i + 1 >= saved.len() { 0 } else { i + 1 });
        Ok(Some(item))
    }
}

/// `itertools.repeat`.
#[object]
pub struct Repeat {
    item: Slot,
    left: Cell<isize>,
}

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[class(name = "itertools.repeat", heap, flags(BASETYPE, HAVE_GC))]
impl Repeat {
    #[new(sig = "(object, times=None)", text = "")]
    fn new(cls: &PyType, t: &Thread, object: &Object, times: Option<&Object>) -> PyResult<Owned<Self>> {
        let left = match times {
            Some(times) => number::index_as_isize(t, times)?.max(0),
            None => -1,
        };
        cls.instance(t, Self { head: Head::new(), item: Slot::new(object.own()), left: Cell::new(left) })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, _t: &Thread) -> PyResult<Option<Owned>> {
        match self.left.get() {
            0 => Ok(None),
            n => {
                if n > 0 {
                    self.left.set(n - 1);
                }
                Ok(self.item.get())
            }
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<String> {
        let item = match self.item.get() {
            Some(item) => item.repr(t)?.to_string_lossy(),
            None => String::new(),
        };
        let name = self.class().short_name_lossy();
        Ok(match self.left.get() {
            -1 => format!("{name}({item})"),
            n => format!("{name}({item}, {n})"),
        })
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(&self, t: &Thread) -> PyResult<isize> {
        match self.left.get() {
            -1 => Err(err!(t, TypeError, "len() of unsized object")),
            n => Ok(n),
        }
    }
}

/// `itertools.chain`.
#[object]
pub struct Chain {
    source: Slot,
    active: Slot,
}

/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[class(name = "itertools.chain", heap, flags(BASETYPE, HAVE_GC))]
impl Chain {
    #[new(sig = "(*iterables)")]
    fn new(cls: &PyType, t: &Thread, iterables: &[&Object]) -> PyResult<Owned<Self>> {
        let tuple = PyTuple::from_slice(t, iterables)?;
        let source = iter::get_iter(t, &tuple)?;
        cls.instance(t, Self { head: Head::new(), source: Slot::new(source), active: Slot::empty() })
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    fn from_iterable(cls: &PyType, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        let source = iter::get_iter(t, iterable)?;
        cls.instance(t, Self { head: Head::new(), source: Slot::new(source), active: Slot::empty() })
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        taipan_object::state::generic_alias(t, cls, object)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        while !self.source.is_none() {
            if let Some(active) = self.active.get() {
                if let Some(item) = iter::next(t, &active)? {
                    return Ok(Some(item));
                }
                self.active.set(None);
            }
            self.advance(t)?;
        }
        Ok(None)
    }
}

impl Chain {
    /// Goes on to the next iterable. The last of them, and any failure, is the end of the chain.
    #[inline(never)]
    fn advance(&self, t: &Thread) -> PyResult<()> {
        let following = match next_of(t, &self.source) {
            Ok(Some(iterable)) => iter::get_iter(t, &iterable).map(Some),
            Ok(None) => Ok(None),
            Err(raised) => Err(raised),
        };
        match following {
            Ok(Some(iterator)) => self.active.set(Some(iterator)),
            ended => {
                self.source.set(None);
                ended?;
            }
        }
        Ok(())
    }
}

/// `itertools.islice`.
#[object]
pub struct ISlice {
    iterator: Slot,
    next: Cell<usize>,
    stop: Cell<usize>,
    step: Cell<usize>,
    count: Cell<usize>,
}

fn slice_argument(t: &Thread, value: &Object, default: usize, message: &str) -> PyResult<usize> {
    if value.is(singletons::none()) {
        return Ok(default);
    }
    let bad = || err!(t, ValueError, "{message}");
    if !number::is_index(value) {
        return Err(bad());
    }
    let index = number::index(t, value)?;
    index.to_i64().and_then(|n| usize::try_from(n).ok()).ok_or_else(bad)
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[class(name = "itertools.islice", heap, flags(BASETYPE, HAVE_GC))]
impl ISlice {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let args = args.for_positional_new(t, cls, Self::TYPE, "islice")?;
        taipan_object::argparse::check_positional(t, "islice", args.pos.len(), 2, 4)?;
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const BOTH: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        let none = singletons::none();
        let (start, stop, step) = match args.pos {
            [_, stop] => (0, slice_argument(t, stop, usize::MAX, STOP)?, 1),
            [_, start, stop, rest @ ..] => {
                let step = rest.first().copied().unwrap_or(none);
                let start = slice_argument(t, start, 0, BOTH)?;
                let stop = slice_argument(t, stop, usize::MAX, STOP)?;
                let step = slice_argument(t, step, 1, STEP)?;
                if step == 0 {
                    return Err(err!(t, ValueError, "{STEP}"));
                }
                (start, stop, step)
            }
            _ => (0, 0, 1),
        };
        let iterator = iter::get_iter(t, args.pos[0])?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                iterator: Slot::new(iterator),
                next: Cell::new(start),
                stop: Cell::new(stop),
                step: Cell::new(step),
                count: Cell::new(0),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let stop = self.stop.get();
        while self.count.get() < self.next.get() {
            match next_of(t, &self.iterator)? {
                Some(_) => self.count.set(self.count.get() + 1),
                None => {
                    self.iterator.set(None);
                    return Ok(None);
                }
            }
        }
        if self.count.get() >= stop {
            self.iterator.set(None);
            return Ok(None);
        }
        match next_of(t, &self.iterator)? {
            Some(item) => {
                self.count.set(self.count.get() + 1);
                let following = self.next.get().saturating_add(self.step.get());
                self.next.set(following.min(stop));
                Ok(Some(item))
            }
            None => {
                self.iterator.set(None);
                Ok(None)
            }
        }
    }
}

/// `itertools.starmap`.
#[object]
pub struct StarMap {
    function: Slot,
    iterator: Slot,
}

/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[class(name = "itertools.starmap", heap, flags(BASETYPE, HAVE_GC))]
impl StarMap {
    #[new(sig = "(function, iterable, /)")]
    fn new(cls: &PyType, t: &Thread, function: &Object, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(t, Self { head: Head::new(), function: Slot::new(function.own()), iterator: Slot::new(iterator) })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        match (next_of(t, &self.iterator)?, self.function.get()) {
            (Some(args), Some(function)) => call_star(t, &function, &args).map(Some),
            _ => Ok(None),
        }
    }
}

/// `itertools.takewhile`.
#[object]
pub struct TakeWhile {
    function: Slot,
    iterator: Slot,
    done: Cell<bool>,
}

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[class(name = "itertools.takewhile", heap, flags(BASETYPE, HAVE_GC))]
impl TakeWhile {
    #[new(sig = "(predicate, iterable, /)")]
    fn new(cls: &PyType, t: &Thread, predicate: &Object, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                function: Slot::new(predicate.own()),
                iterator: Slot::new(iterator),
                done: Cell::new(false),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if self.done.get() {
            return Ok(None);
        }
        let (Some(item), Some(function)) = (next_of(t, &self.iterator)?, self.function.get()) else {
            return Ok(None);
        };
        if function.call(t, &[&item])?.is_true(t)? {
            return Ok(Some(item));
        }
        self.done.set(true);
        Ok(None)
    }
}

/// `itertools.dropwhile`.
#[object]
pub struct DropWhile {
    function: Slot,
    iterator: Slot,
    started: Cell<bool>,
}

/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[class(name = "itertools.dropwhile", heap, flags(BASETYPE, HAVE_GC))]
impl DropWhile {
    #[new(sig = "(predicate, iterable, /)")]
    fn new(cls: &PyType, t: &Thread, predicate: &Object, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                function: Slot::new(predicate.own()),
                iterator: Slot::new(iterator),
                started: Cell::new(false),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        loop {
            let Some(item) = next_of(t, &self.iterator)? else { return Ok(None) };
            if self.started.get() {
                return Ok(Some(item));
            }
            let Some(function) = self.function.get() else { return Ok(None) };
            if !function.call(t, &[&item])?.is_true(t)? {
                self.started.set(true);
                return Ok(Some(item));
            }
        }
    }
}

/// `itertools.filterfalse`.
#[object]
pub struct FilterFalse {
    function: Slot,
    iterator: Slot,
}

/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[class(name = "itertools.filterfalse", heap, flags(BASETYPE, HAVE_GC))]
impl FilterFalse {
    #[new(sig = "(function, iterable, /)")]
    fn new(cls: &PyType, t: &Thread, function: &Object, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(t, Self { head: Head::new(), function: Slot::new(function.own()), iterator: Slot::new(iterator) })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        loop {
            let Some(item) = next_of(t, &self.iterator)? else { return Ok(None) };
            let Some(function) = self.function.get() else { return Ok(None) };
            let plain = function.is(singletons::none())
                || core::ptr::addr_eq(&raw const *function, taipan_object::PyBool::class());
            let keep = if plain { item.is_true(t)? } else { function.call(t, &[&item])?.is_true(t)? };
            if !keep {
                return Ok(Some(item));
            }
        }
    }
}

/// `itertools.compress`.
#[object]
pub struct Compress {
    data: Slot,
    selectors: Slot,
}

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors to
/// choose the data elements.
#[class(name = "itertools.compress", heap, flags(BASETYPE, HAVE_GC))]
impl Compress {
    #[new(sig = "(data, selectors)")]
    fn new(cls: &PyType, t: &Thread, data: &Object, selectors: &Object) -> PyResult<Owned<Self>> {
        let data = iter::get_iter(t, data)?;
        let selectors = iter::get_iter(t, selectors)?;
        cls.instance(t, Self { head: Head::new(), data: Slot::new(data), selectors: Slot::new(selectors) })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        loop {
            let Some(item) = next_of(t, &self.data)? else { return Ok(None) };
            let Some(selector) = next_of(t, &self.selectors)? else { return Ok(None) };
            if selector.is_true(t)? {
                return Ok(Some(item));
            }
        }
    }
}

/// `itertools.pairwise`.
#[object]
pub struct Pairwise {
    iterator: Slot,
    old: Slot,
    result: RecycledTuple,
}

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[class(name = "itertools.pairwise", heap, flags(BASETYPE, HAVE_GC))]
impl Pairwise {
    #[new(sig = "(iterable, /)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        let result = RecycledTuple::new(t, 2)?;
        cls.instance(t, Self { head: Head::new(), iterator: Slot::new(iterator), old: Slot::empty(), result })
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if self.iterator.is_none() {
            return Ok(None);
        }
        let old = match self.old.get() {
            Some(old) => old,
            None => match next_of(t, &self.iterator)? {
                Some(first) => {
                    self.old.set(Some(first.clone()));
                    first
                }
                None => {
                    self.iterator.set(None);
                    return Ok(None);
                }
            },
        };
        match next_of(t, &self.iterator)? {
            Some(new) => {
                self.old.set(Some(new.clone()));
                self.result.pair(t, old, new).map(|pair| Some(pair.into_object()))
            }
            None => {
                self.iterator.set(None);
                self.old.set(None);
                Ok(None)
            }
        }
    }
}

/// `itertools.accumulate`.
#[object]
pub struct Accumulate {
    iterator: Slot,
    function: Slot,
    total: Slot,
    initial: Slot,
}

/// Return series of accumulated sums.
#[class(name = "itertools.accumulate", heap, flags(BASETYPE, HAVE_GC))]
impl Accumulate {
    #[new(sig = "(iterable, func=None, *, initial=None)")]
    fn new(
        cls: &PyType,
        t: &Thread,
        iterable: &Object,
        func: Option<&Object>,
        initial: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                iterator: Slot::new(iterator),
                function: Slot::from_option(attr::none_if_none(func).map(Own::own)),
                total: Slot::empty(),
                initial: Slot::from_option(attr::none_if_none(initial).map(Own::own)),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if let Some(initial) = self.initial.take() {
            self.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = next_of(t, &self.iterator)? else { return Ok(None) };
        let total = match self.total.get() {
            None => item,
            Some(total) => match self.function.get() {
                Some(function) => function.call(t, &[&total, &item])?,
                None => number::binary_op_known(t, &total, &item, number::Op::Add)?,
            },
        };
        self.total.set(Some(total.clone()));
        Ok(Some(total))
    }
}

/// `itertools.zip_longest`.
#[object]
pub struct ZipLongest {
    iterators: RefCell<Vec<Option<Owned>>>,
    fill: Slot,
    active: Cell<usize>,
    result: RecycledTuple,
}

/// zip_longest(*iterables, fillvalue=None)
/// --
///
/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[class(name = "itertools.zip_longest", heap, flags(BASETYPE, HAVE_GC))]
impl ZipLongest {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let mut fill = singletons::none().own();
        args.for_each_keyword(t, |key, value| {
            if key.downcast::<taipan_object::PyStr>().is_some_and(|k| k.eq_str("fillvalue")) {
                fill = value.own();
                return Ok(());
            }
            Err(err!(t, TypeError, "zip_longest() got an unexpected keyword argument"))
        })?;
        let mut iterators = Vec::with_capacity(args.pos.len());
        for iterable in args.pos {
            iterators.push(Some(iter::get_iter(t, iterable)?));
        }
        let active = iterators.len();
        let result = RecycledTuple::new(t, active)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                iterators: RefCell::new(iterators),
                fill: Slot::new(fill),
                active: Cell::new(active),
                result,
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let n = self.iterators.borrow().len();
        if n == 0 || self.active.get() == 0 {
            return Ok(None);
        }
        let fill = self.fill.get().unwrap_or_else(|| singletons::none().own());
        let tuple = self.result.next(t, |i| {
            let Some(iterator) = self.iterators.borrow().get(i).cloned().flatten() else {
                return Ok(Some(fill.clone()));
            };
            let item = iter::next(t, &iterator).inspect_err(|_| self.active.set(0))?;
            if item.is_some() {
                return Ok(item);
            }
            self.active.set(self.active.get().saturating_sub(1));
            if self.active.get() == 0 {
                return Ok(None);
            }
            if let Some(slot) = self.iterators.borrow_mut().get_mut(i) {
                *slot = None;
            }
            Ok(Some(fill.clone()))
        })?;
        Ok(tuple.map(Owned::into_object))
    }
}

/// `itertools.product`.
#[object]
pub struct Product {
    pools: RefCell<Vec<Vec<Owned>>>,
    indices: RefCell<Vec<usize>>,
    result: RecycledTuple,
    state: Cell<u8>,
}

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
#[class(name = "itertools.product", heap, flags(BASETYPE, HAVE_GC))]
impl Product {
    #[new(text = "(*iterables, repeat=1)")]
    fn new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let mut repeat = None;
        args.keywords_only(t, "product", &mut [("repeat", &mut repeat)])?;
        let repeat = repeat.map_or(Ok(1), |repeat| number::index_as_isize(t, repeat))?;
        let iterables = args.pos;
        if repeat < 0 {
            return Err(err!(t, ValueError, "repeat argument cannot be negative"));
        }
        let mut once = Vec::with_capacity(iterables.len());
        if repeat > 0 {
            for iterable in iterables {
                once.push(iter::to_vec(t, iterable)?);
            }
        }
        let mut pools: Vec<Vec<Owned>> = Vec::new();
        let total = once.len().checked_mul(repeat as usize).filter(|&n| n < 1 << 28);
        let Some(total) = total else {
            return Err(err!(t, OverflowError, "repeat argument too large"));
        };
        for i in 0..total {
            pools.push(once[i % once.len()].clone());
        }
        let indices = vec![0; pools.len()];
        let result = RecycledTuple::new(t, indices.len())?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                pools: RefCell::new(pools),
                indices: RefCell::new(indices),
                result,
                state: Cell::new(0),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let pools = self.pools.borrow();
        let mut indices = self.indices.borrow_mut();
        match self.state.get() {
            0 => self.state.set(if pools.iter().any(Vec::is_empty) { 2 } else { 1 }),
            1 => {
                let mut done = true;
                for i in (0..pools.len()).rev() {
                    indices[i] += 1;
                    if indices[i] < pools[i].len() {
                        done = false;
                        break;
                    }
                    indices[i] = 0;
                }
                if done {
                    self.state.set(2);
                }
            }
            _ => {}
        }
        if self.state.get() == 2 {
            return Ok(None);
        }
        let items = pools.iter().zip(&*indices).map(|(pool, &i)| pool[i].clone());
        self.result.next_of(t, items).map(|tuple| Some(tuple.into_object()))
    }
}

/// What `permutations`, `combinations` and `combinations_with_replacement` share.
#[object]
pub struct Permutations {
    pool: RefCell<Vec<Owned>>,
    indices: RefCell<Vec<usize>>,
    cycles: RefCell<Vec<usize>>,
    result: RecycledTuple,
    r: Cell<usize>,
    state: Cell<u8>,
}

/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[class(name = "itertools.permutations", heap, flags(BASETYPE, HAVE_GC))]
impl Permutations {
    #[new(sig = "(iterable, r=None)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object, r: Option<&Object>) -> PyResult<Owned<Self>> {
        let pool = iter::to_vec(t, iterable)?;
        let n = pool.len();
        let r = match attr::none_if_none(r) {
            None => n,
            Some(r) => {
                if !r.is_instance_of::<PyInt>() {
                    return Err(err!(t, TypeError, "Expected int as r"));
                }
                usize::try_from(number::index_as_isize(t, r)?)
                    .map_err(|_| err!(t, ValueError, "r must be non-negative"))?
            }
        };
        let cycles = (0..r.min(n)).map(|i| n - i).collect();
        let result = RecycledTuple::new(t, if r > n { 0 } else { r })?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                pool: RefCell::new(pool),
                indices: RefCell::new((0..n).collect()),
                cycles: RefCell::new(cycles),
                result,
                r: Cell::new(r),
                state: Cell::new(if r > n { 2 } else { 0 }),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let r = self.r.get();
        let pool = self.pool.borrow();
        let mut indices = self.indices.borrow_mut();
        let mut cycles = self.cycles.borrow_mut();
        let n = pool.len();
        match self.state.get() {
            0 => self.state.set(1),
            1 => {
                let mut done = true;
                for i in (0..r).rev() {
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        // Tails are short: `rotate_left` takes longer to find out how it goes about it.
                        for k in i + 1..n {
                            indices.swap(k - 1, k);
                        }
                        cycles[i] = n - i;
                    } else {
                        let j = n - cycles[i];
                        indices.swap(i, j);
                        done = false;
                        break;
                    }
                }
                if done {
                    self.state.set(2);
                }
            }
            _ => {}
        }
        chosen(t, &self.result, &pool, indices.get(..r).unwrap_or(&[]), self.state.get() == 2)
    }
}

/// State of `combinations` and `combinations_with_replacement`.
fn combination_arguments(t: &Thread, iterable: &Object, r: isize) -> PyResult<(Vec<Owned>, usize)> {
    let pool = iter::to_vec(t, iterable)?;
    let r = usize::try_from(r).map_err(|_| err!(t, ValueError, "r must be non-negative"))?;
    Ok((pool, r))
}

/// A tuple of the items that have been chosen, unless there are no more.
#[inline(always)]
fn chosen(
    t: &Thread,
    result: &RecycledTuple,
    pool: &[Owned],
    indices: &[usize],
    done: bool,
) -> PyResult<Option<Owned>> {
    if done {
        return Ok(None);
    }
    let items = indices.iter().map(|&i| pool[i].clone());
    result.next_of(t, items).map(|tuple| Some(tuple.into_object()))
}

/// `itertools.combinations`.
#[object]
pub struct Combinations {
    pool: RefCell<Vec<Owned>>,
    indices: RefCell<Vec<usize>>,
    result: RecycledTuple,
    state: Cell<u8>,
}

/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[class(name = "itertools.combinations", heap, flags(BASETYPE, HAVE_GC))]
impl Combinations {
    #[new(sig = "(iterable, r)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object, r: isize) -> PyResult<Owned<Self>> {
        let (pool, r) = combination_arguments(t, iterable, r)?;
        let state = if r > pool.len() { 2 } else { 0 };
        let indices = if state == 2 { Vec::new() } else { (0..r).collect() };
        let result = RecycledTuple::new(t, indices.len())?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                pool: RefCell::new(pool),
                indices: RefCell::new(indices),
                result,
                state: Cell::new(state),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let pool = self.pool.borrow();
        let mut indices = self.indices.borrow_mut();
        let (n, r) = (pool.len(), indices.len());
        match self.state.get() {
            0 => self.state.set(1),
            1 => match (0..r).rev().find(|&i| indices[i] != i + n - r) {
                None => self.state.set(2),
                Some(i) => {
                    let first = indices[i] + 1;
                    for (index, place) in (first..).zip(&mut indices[i..]) {
                        *place = index;
                    }
                }
            },
            _ => {}
        }
        chosen(t, &self.result, &pool, &indices, self.state.get() == 2)
    }
}

/// `itertools.combinations_with_replacement`.
#[object]
pub struct CombinationsWithReplacement {
    pool: RefCell<Vec<Owned>>,
    indices: RefCell<Vec<usize>>,
    result: RecycledTuple,
    state: Cell<u8>,
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[class(name = "itertools.combinations_with_replacement", heap, flags(BASETYPE, HAVE_GC))]
impl CombinationsWithReplacement {
    #[new(sig = "(iterable, r)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object, r: isize) -> PyResult<Owned<Self>> {
        let (pool, r) = combination_arguments(t, iterable, r)?;
        let state = if pool.is_empty() && r > 0 { 2 } else { 0 };
        let indices = if state == 2 || r > 1 << 28 { Vec::new() } else { vec![0; r] };
        let result = RecycledTuple::new(t, indices.len())?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                pool: RefCell::new(pool),
                indices: RefCell::new(indices),
                result,
                state: Cell::new(state),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let pool = self.pool.borrow();
        let mut indices = self.indices.borrow_mut();
        let (n, r) = (pool.len(), indices.len());
        match self.state.get() {
            0 => self.state.set(1),
            1 => match (0..r).rev().find(|&i| indices[i] != n - 1) {
                None => self.state.set(2),
                Some(i) => {
                    let value = indices[i] + 1;
                    indices[i..].fill(value);
                }
            },
            _ => {}
        }
        chosen(t, &self.result, &pool, &indices, self.state.get() == 2)
    }
}

/// Batches of more items have no room made for them at the start.
const LONG_BATCH: usize = 1024;

/// `itertools.batched`.
#[object]
pub struct Batched {
    iterator: Slot,
    size: Cell<usize>,
    strict: Cell<bool>,
}

/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples
/// up to size n.  The input is consumed lazily, just enough to
/// fill a batch.  The result is yielded as soon as a batch is full
/// or when the input iterable is exhausted.
#[class(name = "itertools.batched", heap, flags(BASETYPE, HAVE_GC))]
impl Batched {
    #[new(sig = "(iterable, n, *, strict=False)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object, n: isize, strict: bool) -> PyResult<Owned<Self>> {
        let Some(size) = usize::try_from(n).ok().filter(|&n| n > 0) else {
            return Err(err!(t, ValueError, "n must be at least one"));
        };
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self { head: Head::new(), iterator: Slot::new(iterator), size: Cell::new(size), strict: Cell::new(strict) },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(iterator) = self.iterator.get() else { return Ok(None) };
        let size = self.size.get();
        let items = core::iter::from_fn(|| iter::next(t, &iterator).transpose());
        // For long batches room is made as they grow: what they are taken from may be short.
        let batch = if size <= LONG_BATCH {
            PyTuple::from_results(t, size, items)?
        } else {
            PyTuple::from_vec(t, items.take(size).collect::<PyResult<_>>()?)?
        };
        if batch.len() < size {
            self.iterator.set(None);
            if batch.len() > 0 && self.strict.get() {
                return Err(err!(t, ValueError, "batched(): incomplete batch"));
            }
        }
        Ok(if batch.len() > 0 { Some(batch.into_object()) } else { None })
    }
}

/// `itertools.groupby`.
#[object]
pub struct GroupBy {
    iterator: Slot,
    keyfunc: Slot,
    target: Slot,
    current_key: Slot,
    current_value: Slot,
    group: Slot,
}

impl GroupBy {
    /// Reads the next value and its key; false at the end.
    fn step(&self, t: &Thread) -> PyResult<bool> {
        let Some(value) = next_of(t, &self.iterator)? else { return Ok(false) };
        let key = match self.keyfunc.get() {
            Some(function) => function.call(t, &[&value])?,
            None => value.clone(),
        };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }
}

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[class(name = "itertools.groupby", heap, flags(BASETYPE, HAVE_GC))]
impl GroupBy {
    #[new(sig = "(iterable, key=None)")]
    fn new(cls: &PyType, t: &Thread, iterable: &Object, key: Option<&Object>) -> PyResult<Owned<Self>> {
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                iterator: Slot::new(iterator),
                keyfunc: Slot::from_option(attr::none_if_none(key).map(Own::own)),
                target: Slot::empty(),
                current_key: Slot::empty(),
                current_value: Slot::empty(),
                group: Slot::empty(),
            },
        )
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.group.set(None);
        loop {
            match (self.current_key.get(), self.target.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(current), Some(target)) => {
                    if !target.eq(t, &current)? {
                        break;
                    }
                }
            }
            if !self.step(t)? {
                return Ok(None);
            }
        }
        let Some(key) = self.current_key.get() else { return Ok(None) };
        self.target.set(Some(key.clone()));
        let group = Grouper::make(t, self, &key)?.into_object();
        self.group.set(Some(group.clone()));
        PyTuple::from_iter_exact(t, 2, [key, group].into_iter()).map(|p| Some(p.into_object()))
    }
}

/// `itertools._grouper`.
#[object]
pub struct Grouper {
    parent: Slot<GroupBy>,
    target: Slot,
}

impl Grouper {
    fn make(t: &Thread, parent: &GroupBy, target: &Object) -> PyResult<Owned<Self>> {
        let value = Self { head: Head::new(), parent: Slot::new(parent.own()), target: Slot::new(target.own()) };
        taipan_object::new_object(t, value)
    }
}

/// Iterator over the members of one group.
#[class(name = "itertools._grouper", heap, flags(HAVE_GC), doc = "")]
impl Grouper {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "_grouper")?;
        argparse::check_positional(t, "_grouper", args.pos.len(), 2, 2)?;
        let Some(parent) = args.pos[0].downcast::<GroupBy>() else {
            let class = args.pos[0].class();
            let name = class.name_lossy();
            return Err(err!(t, TypeError, "_grouper() argument 1 must be itertools.groupby, not {name}"));
        };
        let made = Self::make(t, parent, args.pos[1])?;
        parent.group.set(Some(made.clone().into_object()));
        Ok(made)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(parent) = self.parent.get() else { return Ok(None) };
        if !parent.group.holds(self) {
            return Ok(None);
        }
        if parent.current_value.is_none() && !parent.step(t)? {
            return Ok(None);
        }
        let (Some(target), Some(key)) = (self.target.get(), parent.current_key.get()) else { return Ok(None) };
        if !target.eq(t, &key)? {
            return Ok(None);
        }
        Ok(parent.current_value.take())
    }
}

/// How many values one block of a `tee` holds.
const TEE_BLOCK: usize = 57;

/// A block of values that the iterators of one `tee` share. The blocks form a list: a block lives as long as an iterator
/// stands at or before it.
#[object]
pub struct TeeData {
    iterator: Slot,
    values: RefCell<Vec<Owned>>,
    next: Slot<TeeData>,
    running: Cell<bool>,
}

impl TeeData {
    fn make(t: &Thread, iterator: &Object, values: Vec<Owned>, next: Option<&TeeData>) -> PyResult<Owned<Self>> {
        taipan_object::new_object(
            t,
            Self {
                head: Head::new(),
                iterator: Slot::new(iterator.own()),
                values: RefCell::new(values),
                next: Slot::from_option(next.map(Own::own)),
                running: Cell::new(false),
            },
        )
    }

    /// The value at `index`, read from the iterator if no one has asked for it yet.
    fn value(&self, t: &Thread, index: usize) -> PyResult<Option<Owned>> {
        if let Some(value) = self.values.borrow().get(index) {
            return Ok(Some(value.clone()));
        }
        if self.running.replace(true) {
            return Err(err!(t, RuntimeError, "cannot re-enter the tee iterator"));
        }
        let next = match self.iterator.get() {
            Some(iterator) => iter::next(t, &iterator),
            None => Ok(None),
        };
        self.running.set(false);
        let value = next?;
        if let Some(value) = &value {
            self.values.borrow_mut().push(value.clone());
        }
        Ok(value)
    }

    /// The block after this one, which is full.
    fn successor(&self, t: &Thread) -> PyResult<Option<Owned<Self>>> {
        if let Some(next) = self.next.get() {
            return Ok(Some(next));
        }
        let Some(iterator) = self.iterator.get() else { return Ok(None) };
        let made = Self::make(t, &iterator, Vec::new(), None)?;
        self.next.set(Some(made.clone()));
        Ok(Some(made))
    }
}

/// teedataobject(iterable, values, next, /)
/// --
///
/// Data container common to multiple tee objects.
#[class(name = "itertools._tee_dataobject", heap, flags(HAVE_GC))]
impl TeeData {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "teedataobject")?;
        argparse::check_positional(t, "teedataobject", args.pos.len(), 3, 3)?;
        let (iterator, values, next) = (args.pos[0], args.pos[1], args.pos[2]);
        let Some(values) = values.downcast::<PyList>() else {
            let class = values.class();
            return Err(err!(t, TypeError, "teedataobject() argument 2 must be list, not {}", class.name_lossy()));
        };
        let values = values.to_vec();
        let next = attr::none_if_none(Some(next));
        let linked = match next {
            Some(next) if values.len() == TEE_BLOCK => next.downcast_exact::<Self>(),
            _ => None,
        };
        if values.len() > TEE_BLOCK || next.is_some() != linked.is_some() {
            return Err(err!(t, ValueError, "Invalid arguments"));
        }
        Self::make(t, iterator, values, linked)
    }
}

/// `itertools._tee`.
#[object]
pub struct Tee {
    data: Slot<TeeData>,
    /// The place in the block of the value that comes next.
    index: Cell<usize>,
    weaklist: WeakList,
}

impl Tee {
    fn make(t: &Thread, data: Option<Owned<TeeData>>, index: usize) -> PyResult<Owned<Self>> {
        let data = Slot::from_option(data);
        taipan_object::new_object(
            t,
            Self { head: Head::new(), data, index: Cell::new(index), weaklist: WeakList::new() },
        )
    }

    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, self.data.get(), self.index.get())
    }
}

/// Iterator wrapped to make it copyable.
#[class(name = "itertools._tee", heap, flags(HAVE_GC), weaklist = weaklist)]
impl Tee {
    #[new(sig = "(iterable, /)")]
    fn new(_cls: &PyType, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        tee_of(t, iterable)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(mut data) = self.data.get() else { return Ok(None) };
        if self.index.get() >= TEE_BLOCK {
            let Some(next) = data.successor(t)? else { return Ok(None) };
            self.data.set(Some(next.clone()));
            self.index.set(0);
            data = next;
        }
        let value = data.value(t, self.index.get())?;
        if value.is_some() {
            self.index.set(self.index.get() + 1);
        }
        Ok(value)
    }

    /// Returns an independent iterator.
    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copy(t)
    }
}

fn tee_of(t: &Thread, iterable: &Object) -> PyResult<Owned<Tee>> {
    let iterator = iter::get_iter(t, iterable)?;
    if let Some(existing) = iterator.downcast_exact::<Tee>() {
        return existing.copy(t);
    }
    let data = TeeData::make(t, &iterator, Vec::new(), None)?;
    Tee::make(t, Some(data), 0)
}

/// Functional tools for creating and using iterators.
#[native_module(
    name = "itertools",
    classes(
        super::Accumulate,
        super::Batched,
        super::Chain,
        super::Combinations,
        super::CombinationsWithReplacement,
        super::Compress,
        super::Count,
        super::Cycle,
        super::DropWhile,
        super::FilterFalse,
        super::GroupBy,
        super::Grouper,
        super::ISlice,
        super::Pairwise,
        super::Permutations,
        super::Product,
        super::Repeat,
        super::StarMap,
        super::TakeWhile,
        super::Tee,
        super::TeeData,
        super::ZipLongest
    )
)]
pub mod itertools {
    use super::*;

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(t: &Thread, iterable: &Object, n: isize) -> PyResult {
        let n = usize::try_from(n).map_err(|_| err!(t, ValueError, "n must be >= 0"))?;
        if n == 0 {
            return Ok(PyTuple::empty().as_object().own());
        }
        let first = tee_of(t, iterable)?;
        let mut out = Vec::new();
        out.try_reserve_exact(n).map_err(|_| errors::no_memory(t))?;
        out.push(first.clone().into_object());
        for _ in 1..n {
            out.push(first.copy(t)?.into_object());
        }
        PyTuple::from_vec(t, out).map(Owned::into_object)
    }
}
