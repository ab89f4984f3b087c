//! `enumerate`, `zip`, `map`, `filter` and `reversed`.

use core::cell::Cell;
use taipan_object::argparse::{Args, check_positional, missing};
use taipan_object::recycled::RecycledTuple;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, attr, call, class, err,
    errors, exceptions, iter, name, number, object, sequence, singletons, state, upcast,
};

fn class_of(object: &Object) -> Owned {
    object.class().as_object().own()
}

#[object]
pub struct PyEnumerate {
    iterator: Owned,
    count: Cell<i64>,
    /// The count once it does not fit 64 bits.
    long_count: Slot<PyInt>,
    result: RecycledTuple,
}

impl PyEnumerate {
    fn make(t: &Thread, cls: &PyType, iterable: &Object, start: Option<&Object>) -> PyResult {
        let start = match start {
            Some(start) => Some(number::index_exact(t, start)?),
            None => None,
        };
        let (count, long_count) = match start {
            None => (0, None),
            Some(start) => match start.to_i64() {
                Some(count) => (count, None),
                None => (0, Some(start)),
            },
        };
        let iterator = iter::get_iter(t, iterable)?;
        let long_count = Slot::from_option(long_count);
        let result = RecycledTuple::new(t, 2)?;
        cls.instance(t, Self { head: Head::new(), iterator, count: Cell::new(count), long_count, result })
            .map(Owned::into_object)
    }

    fn construct(t: &Thread, cls: &PyType, args: &Args<'_>) -> PyResult {
        let invalid = |name: &Object| {
            let text = name.str_lossy(t);
            Err(err!(t, TypeError, "'{text:.200}' is an invalid keyword argument for enumerate()"))
        };
        let mut keywords: Vec<(Owned, Owned)> = Vec::new();
        args.for_each_keyword(t, |name, value| {
            keywords.push((name.own(), value.own()));
            Ok(())
        })?;
        let named = |i: usize, wanted: &str| keywords[i].0.downcast::<PyStr>().is_some_and(|s| s.eq_str(wanted));
        match (args.pos, keywords.len()) {
            ([iterable], 0) => Self::make(t, cls, iterable, None),
            ([iterable, start], 0) => Self::make(t, cls, iterable, Some(start)),
            ([iterable], 1) => {
                if !named(0, "start") {
                    return invalid(&keywords[0].0);
                }
                Self::make(t, cls, iterable, Some(&keywords[0].1))
            }
            ([], 1) => {
                if !named(0, "iterable") {
                    return invalid(&keywords[0].0);
                }
                Self::make(t, cls, &keywords[0].1, None)
            }
            ([], 2) => {
                let (first, second) = if named(0, "iterable") { (0, 1) } else { (1, 0) };
                if !named(first, "iterable") {
                    return invalid(&keywords[first].0);
                }
                if !named(second, "start") {
                    return invalid(&keywords[second].0);
                }
                Self::make(t, cls, &keywords[first].1, Some(&keywords[second].1))
            }
            ([], 0) => Err(err!(t, TypeError, "enumerate() missing required argument 'iterable'")),
            (pos, n) => Err(err!(t, TypeError, "enumerate() takes at most 2 arguments ({} given)", pos.len() + n)),
        }
    }

    /// The next number and item as a loop takes them that unpacks the pair at once, or `None` at the end.
    ///
    /// # Errors
    /// Those of the iterator, and `MemoryError`.
    #[inline]
    pub fn next_unpacked(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
        let next = self.next_pair(t)?;
        if let Some((count, item)) = &next {
            self.result.hold(count, item);
        }
        Ok(next)
    }

    #[inline]
    fn next_pair(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
        let Some(item) = iter::next(t, &self.iterator)? else { return Ok(None) };
        let count = self.count(t)?;
        match self.count.get().checked_add(1) {
            Some(next) if self.long_count.is_none() => self.count.set(next),
            _ => self.count_far(t, &count)?,
        }
        Ok(Some((count.into_object(), item)))
    }

    /// Counts on beyond 64 bits.
    #[cold]
    fn count_far(&self, t: &Thread, count: &PyInt) -> PyResult<()> {
        let one = PyInt::from_i64(t, 1)?;
        let next = number::binary_op(t, count, &one, number::Op::Add)?;
        self.long_count.set(next.into_type::<PyInt>().ok());
        Ok(())
    }

    fn count(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        match self.long_count.get() {
            Some(count) => Ok(count),
            None => PyInt::from_i64(t, self.count.get()),
        }
    }
}

#[class(name = "enumerate", export = PyEnum_Type, flags(BASETYPE, HAVE_GC), basicsize = 56,
    doc = "enumerate(iterable, start=0)\n--\n\nReturn an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...")]
impl PyEnumerate {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some((count, item)) = self.next_pair(t)? else { return Ok(None) };
        self.result.pair(t, count, item).map(|pair| Some(pair.into_object()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let args = PyTuple::from_vec(t, vec![self.iterator.clone(), self.count(t)?.into_object()])?;
        Ok((class_of(upcast(self)), args))
    }

    /// 'enumerate' objects are generic over the type of their values
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

/// The keyword `strict`, the only one that `zip` and `map` take.
fn strict_keyword(t: &Thread, args: &Args<'_>, fname: &str) -> PyResult<bool> {
    let mut strict = false;
    args.for_each_keyword(t, |name, value| {
        if name.downcast::<PyStr>().is_some_and(|s| s.eq_str("strict")) {
            strict = value.is_true(t)?;
            return Ok(());
        }
        let text = name.str_lossy(t);
        Err(err!(t, TypeError, "{fname}() got an unexpected keyword argument '{text}'"))
    })?;
    Ok(strict)
}

/// The next item of the iterator with number `i`, or `None` when it has ended. With `strict` all must end together.
fn next_of(t: &Thread, iterators: &[&Object], i: usize, strict: bool, fname: &str) -> PyResult<Option<Owned>> {
    if let Some(item) = iter::next(t, iterators[i])? {
        return Ok(Some(item));
    }
    if strict { all_have_ended(t, iterators, i, fname).map(|()| None) } else { Ok(None) }
}

/// Whether the iterators behind the one with number `i`, which has ended, end too.
fn all_have_ended(t: &Thread, iterators: &[&Object], i: usize, fname: &str) -> PyResult<()> {
    let plural = |n: usize| if n == 1 { " " } else { "s 1-" };
    if i > 0 {
        return Err(err!(t, ValueError, "{fname}() argument {} is shorter than argument{}{i}", i + 1, plural(i)));
    }
    for (j, other) in iterators.iter().enumerate().skip(1) {
        if iter::next(t, other)?.is_some() {
            return Err(err!(t, ValueError, "{fname}() argument {} is longer than argument{}{j}", j + 1, plural(j)));
        }
    }
    Ok(())
}

fn iterators_of(t: &Thread, iterables: &[&Object]) -> PyResult<Owned<PyTuple>> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(iter::get_iter(t, iterable)?);
    }
    PyTuple::from_vec(t, iterators)
}

fn with_strict(t: &Thread, class: Owned, args: Owned<PyTuple>, strict: bool) -> PyResult<Owned<PyTuple>> {
    let mut items = vec![class, args.into_object()];
    if strict {
        items.push(singletons::bool(true).own());
    }
    PyTuple::from_vec(t, items)
}

#[object]
pub struct PyZip {
    iterators: Owned<PyTuple>,
    strict: Cell<bool>,
    result: RecycledTuple,
}

impl PyZip {
    /// Whether it gives pairs, which [`PyZip::next_unpacked`] can give without a tuple.
    #[inline]
    pub fn is_of_two(&self) -> bool {
        self.iterators.len() == 2 && !self.strict.get()
    }

    /// The next items of the first two iterators as a loop takes them that unpacks the pair at once, or `None` when one has
    /// ended.
    ///
    /// # Errors
    /// Those of the iterators.
    #[inline]
    pub fn next_unpacked(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
        let next = self.next_pair(t)?;
        if let Some((one, two)) = &next {
            self.result.hold(one, two);
        }
        Ok(next)
    }

    #[inline]
    fn next_pair(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
        let [first, second, ..] = self.iterators.as_slice() else { return Ok(None) };
        let Some(one) = iter::next(t, first)? else { return Ok(None) };
        Ok(iter::next(t, second)?.map(|two| (one, two)))
    }

    fn construct(t: &Thread, cls: &PyType, args: &Args<'_>) -> PyResult {
        let strict = strict_keyword(t, args, "zip")?;
        let iterators = iterators_of(t, args.pos)?;
        let result = RecycledTuple::new(t, iterators.len())?;
        cls.instance(t, Self { head: Head::new(), iterators, strict: Cell::new(strict), result })
            .map(Owned::into_object)
    }
}

#[class(name = "zip", export = PyZip_Type, flags(BASETYPE, HAVE_GC), basicsize = 48,
    doc = "zip(*iterables, strict=False)\n--\n\nThe zip object yields n-length tuples, where n is the number of\niterables passed as positional arguments to zip().  The i-th element\nin every tuple comes from the i-th iterable argument to zip().  This\ncontinues until the shortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the\nothers, raise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]")]
impl PyZip {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if self.iterators.len() == 0 {
            return Ok(None);
        }
        if self.is_of_two() {
            let Some((one, two)) = self.next_pair(t)? else { return Ok(None) };
            return self.result.pair(t, one, two).map(|pair| Some(pair.into_object()));
        }
        let iterators = self.iterators.as_slice();
        let tuple = self.result.next(t, |i| next_of(t, iterators, i, self.strict.get(), "zip"))?;
        Ok(tuple.map(Owned::into_object))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        with_strict(t, class_of(upcast(self)), self.iterators.clone(), self.strict.get())
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        self.strict.set(object.is_true(t)?);
        Ok(())
    }
}

#[object]
pub struct PyMap {
    iterators: Owned<PyTuple>,
    function: Owned,
    strict: Cell<bool>,
}

impl PyMap {
    fn construct(t: &Thread, cls: &PyType, args: &Args<'_>) -> PyResult {
        let strict = strict_keyword(t, args, "map")?;
        let [function, iterables @ ..] = args.pos else {
            return Err(err!(t, TypeError, "map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(err!(t, TypeError, "map() must have at least two arguments."));
        }
        let iterators = iterators_of(t, iterables)?;
        cls.instance(t, Self { head: Head::new(), iterators, function: function.own(), strict: Cell::new(strict) })
            .map(Owned::into_object)
    }
}

#[class(name = "map", export = PyMap_Type, flags(BASETYPE, HAVE_GC),
    doc = "map(function, iterable, /, *iterables, strict=False)\n--\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the\nothers, raise a ValueError.")]
impl PyMap {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if let [only] = self.iterators.as_slice() {
            return match iter::next(t, only)? {
                Some(item) => self.function.call(t, &[&item]).map(Some),
                None => Ok(None),
            };
        }
        let iterators = self.iterators.as_slice();
        if iterators.len() == 2 {
            // Two iterables are common: no list of arguments.
            let strict = self.strict.get();
            let Some(one) = next_of(t, iterators, 0, strict, "map")? else { return Ok(None) };
            let Some(two) = next_of(t, iterators, 1, strict, "map")? else { return Ok(None) };
            return self.function.call(t, &[&one, &two]).map(Some);
        }
        let mut items = Vec::with_capacity(iterators.len());
        for i in 0..iterators.len() {
            match next_of(t, iterators, i, self.strict.get(), "map")? {
                Some(item) => items.push(item),
                None => return Ok(None),
            }
        }
        let args: Vec<&Object> = items.iter().map(|item| &**item).collect();
        self.function.call(t, &args).map(Some)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let mut args = vec![self.function.clone()];
        args.extend(call::own_all(self.iterators.as_slice()));
        with_strict(t, class_of(upcast(self)), PyTuple::from_vec(t, args)?, self.strict.get())
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        self.strict.set(object.is_true(t)?);
        Ok(())
    }
}

#[object]
pub struct PyFilter {
    function: Owned,
    iterator: Owned,
}

impl PyFilter {
    fn construct(t: &Thread, cls: &PyType, args: Args<'_>) -> PyResult {
        let args = args.for_positional_new(t, cls, Self::TYPE, "filter")?;
        check_positional(t, "filter", args.pos.len(), 2, 2)?;
        let [function, iterable] = args.pos else { return Err(missing(t)) };
        let iterator = iter::get_iter(t, iterable)?;
        cls.instance(t, Self { head: Head::new(), function: function.own(), iterator }).map(Owned::into_object)
    }
}

#[class(name = "filter", export = PyFilter_Type, flags(BASETYPE, HAVE_GC),
    doc = "filter(function, iterable, /)\n--\n\nReturn an iterator yielding those items of iterable for which\nfunction(item) is true.  If function is None, return the items that\nare true.")]
impl PyFilter {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, args)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let plain = self.function.is(singletons::none())
            || self.function.is(<taipan_object::PyBool as Class>::class().as_object());
        while let Some(item) = iter::next(t, &self.iterator)? {
            let keep = if plain { item.is_true(t)? } else { self.function.call(t, &[&item])?.is_true(t)? };
            if keep {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let args = PyTuple::from_vec(t, vec![self.function.clone(), self.iterator.clone()])?;
        Ok((class_of(upcast(self)), args))
    }
}

#[object]
pub struct PyReversed {
    sequence: Slot,
    index: Cell<isize>,
}

impl PyReversed {
    fn construct(t: &Thread, cls: &PyType, args: &Args<'_>) -> PyResult {
        if cls.is(Self::class()) {
            args.no_keywords(t, "reversed")?;
        }
        check_positional(t, "reversed", args.pos.len(), 1, 1)?;
        let [object] = args.pos else { return Err(missing(t)) };
        let not_reversible = || err!(t, TypeError, "'{:.200}' object is not reversible", object.class().name_lossy());
        if let Some(method) = attr::lookup_special(t, object, name!(t, "__reversed__"))? {
            if method.is(singletons::none()) {
                return Err(not_reversible());
            }
            return method.call(t, &[]);
        }
        if !sequence::is_sequence(object) {
            return Err(not_reversible());
        }
        let n = sequence::len(t, object)?;
        cls.instance(t, Self { head: Head::new(), sequence: Slot::new(object.own()), index: Cell::new(n as isize - 1) })
            .map(Owned::into_object)
    }
}

#[class(name = "reversed", export = PyReversed_Type, flags(BASETYPE, HAVE_GC),
    doc = "reversed(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.")]
impl PyReversed {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, cls, &args)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let index = self.index.get();
        if index >= 0
            && let Some(sequence) = self.sequence.get()
        {
            match sequence::sequence_item(t, &sequence, index) {
                Ok(item) => {
                    self.index.set(index - 1);
                    return Ok(Some(item));
                }
                Err(raised) => {
                    if !errors::matches::<exceptions::IndexError>(t) && !errors::matches::<exceptions::StopIteration>(t)
                    {
                        return Err(raised);
                    }
                    errors::clear(t);
                }
            }
        }
        self.index.set(-1);
        self.sequence.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, t: &Thread) -> PyResult<usize> {
        let Some(sequence) = self.sequence.get() else { return Ok(0) };
        let left = (self.index.get() + 1).max(0) as usize;
        Ok(if sequence::len(t, &sequence)? < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let class = class_of(upcast(self));
        match self.sequence.get() {
            Some(sequence) => {
                let args = PyTuple::from_vec(t, vec![sequence])?.into_object();
                PyTuple::from_vec(t, vec![class, args, PyInt::from_i64(t, self.index.get() as i64)?.into_object()])
            }
            None => {
                let args = PyTuple::from_slice(t, &[PyTuple::empty()])?.into_object();
                PyTuple::from_vec(t, vec![class, args])
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let index = number::index_as_isize(t, object)?;
        if let Some(sequence) = self.sequence.get() {
            let n = sequence::len(t, &sequence)? as isize;
            self.index.set(index.clamp(-1, n - 1));
        }
        Ok(())
    }
}
