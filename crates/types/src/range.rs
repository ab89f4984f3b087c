//! `range`, for integers of any size, and its iterators.

use crate::member;
use core::cell::Cell;
use taipan_object::abi::PyMemberDef;
use taipan_object::argparse::{Args, check_positional};
use taipan_object::number::{self, Op};
use taipan_object::{
    CompareOp, Head, Object, Own, Owned, PyBool, PyInt, PyResult, PySlice, PyStr, PyTuple, PyType, Slot, Thread, class,
    compare, err, hash, iter, name, new_object, object, singletons, state, upcast,
};

#[object]
pub struct PyRange {
    start: Owned<PyInt>,
    stop: Owned<PyInt>,
    step: Owned<PyInt>,
    length: Owned<PyInt>,
}

fn int(t: &Thread, value: i64) -> PyResult<Owned<PyInt>> {
    PyInt::from_i64(t, value)
}

fn from_i128(t: &Thread, value: i128) -> PyResult<Owned<PyInt>> {
    match i64::try_from(value) {
        Ok(value) => PyInt::from_i64(t, value),
        Err(_) => {
            let mut rest = value.unsigned_abs();
            let mut digits = Vec::new();
            while rest > 0 {
                digits.push((rest & 0x3fff_ffff) as u32);
                rest >>= 30;
            }
            PyInt::from_digits(t, value < 0, &digits)
        }
    }
}

fn big(t: &Thread, a: &PyInt, b: &PyInt, op: Op) -> PyResult<Owned<PyInt>> {
    number::binary_op(t, a, b, op)?.into_type::<PyInt>().map_err(|_| taipan_object::errors::bad_internal_call(t))
}

/// `start + index * step`.
fn item_at(t: &Thread, start: &PyInt, index: &PyInt, step: &PyInt) -> PyResult<Owned<PyInt>> {
    if let (Some(a), Some(i), Some(s)) = (start.to_i64(), index.to_i64(), step.to_i64())
        && let Some(value) = i.checked_mul(s).and_then(|x| x.checked_add(a))
    {
        return int(t, value);
    }
    big(t, start, &*big(t, index, step, Op::Multiply)?, Op::Add)
}

fn compute_length(t: &Thread, start: &PyInt, stop: &PyInt, step: &PyInt) -> PyResult<Owned<PyInt>> {
    if let (Some(a), Some(b), Some(s)) = (start.to_i64(), stop.to_i64(), step.to_i64()) {
        let (low, high, s) =
            if s > 0 { (i128::from(a), i128::from(b), i128::from(s)) } else { (b.into(), a.into(), -i128::from(s)) };
        return from_i128(t, if low >= high { 0 } else { (high - low - 1) / s + 1 });
    }
    let negative = step.is_negative();
    let (low, high) = if negative { (stop, start) } else { (start, stop) };
    if compare::rich_compare_bool(t, low, high, CompareOp::Ge)? {
        return int(t, 0);
    }
    let zero = int(t, 0)?;
    let one = int(t, 1)?;
    let step = if negative { big(t, &zero, step, Op::Subtract)? } else { step.own() };
    let span = big(t, &*big(t, high, low, Op::Subtract)?, &one, Op::Subtract)?;
    big(t, &*big(t, &span, &step, Op::FloorDivide)?, &one, Op::Add)
}

impl PyRange {
    const MEMBERS_LEN: usize = 4;

    fn make(t: &Thread, start: Owned<PyInt>, stop: Owned<PyInt>, step: Owned<PyInt>) -> PyResult<Owned<Self>> {
        let length = compute_length(t, &start, &stop, &step)?;
        new_object(t, Self { head: Head::new(), start, stop, step, length })
    }

    fn construct(t: &Thread, args: &Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "range")?;
        check_positional(t, "range", args.pos.len(), 1, 3)?;
        match args.pos {
            [stop] => Self::make(t, int(t, 0)?, number::index_exact(t, stop)?, int(t, 1)?),
            [start, stop, rest @ ..] => {
                let (start, stop) = (number::index_exact(t, start)?, number::index_exact(t, stop)?);
                let step = match rest.first() {
                    Some(step) => number::index_exact(t, step)?,
                    None => int(t, 1)?,
                };
                if step.is_zero() {
                    return Err(err!(t, ValueError, "range() arg 3 must not be zero"));
                }
                Self::make(t, start, stop, step)
            }
            [] => Err(taipan_object::argparse::missing(t)),
        }
    }

    /// Start, step and length, if all items and the end fit 64 bits.
    fn small(&self) -> Option<(i64, i64, i64)> {
        let (start, step, length) = (self.start.to_i64()?, self.step.to_i64()?, self.length.to_i64()?);
        length.checked_mul(step)?.checked_add(start)?;
        Some((start, step, length))
    }

    /// The position of an exact integer.
    fn position(&self, t: &Thread, value: &PyInt) -> PyResult<Option<Owned<PyInt>>> {
        if self.length.is_zero() {
            return Ok(None);
        }
        if let (Some((start, step, length)), Some(value)) = (self.small(), value.to_i64()) {
            let offset = i128::from(value) - i128::from(start);
            let (step, length) = (i128::from(step), i128::from(length));
            if offset % step != 0 || offset / step < 0 || offset / step >= length {
                return Ok(None);
            }
            return from_i128(t, offset / step).map(Some);
        }
        let offset = big(t, value, &self.start, Op::Subtract)?;
        let rest = big(t, &offset, &self.step, Op::Remainder)?;
        if !rest.is_zero() {
            return Ok(None);
        }
        let index = big(t, &offset, &self.step, Op::FloorDivide)?;
        if index.is_negative() || compare::rich_compare_bool(t, &index, &self.length, CompareOp::Ge)? {
            return Ok(None);
        }
        Ok(Some(index))
    }

    fn item(&self, t: &Thread, index: &PyInt) -> PyResult {
        let index = if index.is_negative() { big(t, index, &self.length, Op::Add)? } else { index.own() };
        if index.is_negative() || compare::rich_compare_bool(t, &index, &self.length, CompareOp::Ge)? {
            return Err(err!(t, IndexError, "range object index out of range"));
        }
        item_at(t, &self.start, &index, &self.step).map(Owned::into_object)
    }

    fn equals(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        if !self.length.eq(t, &other.length)? {
            return Ok(false);
        }
        if self.length.is_zero() {
            return Ok(true);
        }
        if !self.start.eq(t, &other.start)? {
            return Ok(false);
        }
        Ok(self.length.to_i64() == Some(1) || self.step.eq(t, &other.step)?)
    }
}

fn is_plain_int(object: &Object) -> bool {
    object.is_exact::<PyInt>() || object.is_exact::<PyBool>()
}

/// An iterator over `length` integers from `start`.
fn iterate(t: &Thread, start: &PyInt, step: &PyInt, length: &PyInt) -> PyResult {
    if let (Some(start), Some(step), Some(length)) = (start.to_i64(), step.to_i64(), length.to_i64())
        && length.checked_mul(step).and_then(|x| x.checked_add(start)).is_some()
    {
        return new_object(
            t,
            PyRangeIter {
                head: Head::new(),
                start: Cell::new(start),
                step: Cell::new(step),
                length: Cell::new(length),
            },
        )
        .map(Owned::into_object);
    }
    new_object(
        t,
        PyLongRangeIter {
            head: Head::new(),
            start: Slot::new(start.own()),
            step: step.own(),
            length: Slot::new(length.own()),
        },
    )
    .map(Owned::into_object)
}

#[class(name = "range", export = PyRange_Type, flags(SEQUENCE),
    doc = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    members = [
        member(c"start", core::mem::offset_of!(PyRange, start), c""),
        member(c"stop", core::mem::offset_of!(PyRange, stop), c""),
        member(c"step", core::mem::offset_of!(PyRange, step), c""),
        PyMemberDef::END,
    ])]
impl PyRange {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, &args).map(Owned::into_object)
    }

    #[slot]
    fn tp_vectorcall(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        Self::construct(t, &args).map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let (start, stop, step) = (self.start.repr(t)?, self.stop.repr(t)?, self.step.repr(t)?);
        let comma = name!(t, ", ");
        let open = name!(t, "range(");
        let close = PyStr::latin1_char(b')');
        if self.step.to_i64() == Some(1) {
            return PyStr::concat_all(t, &[open, &start, comma, &stop, close]).map(Owned::into_object);
        }
        PyStr::concat_all(t, &[open, &start, comma, &stop, comma, &step, close]).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        let none = || singletons::none().own();
        let (start, step) = match self.length.to_i64() {
            Some(0) => (none(), none()),
            Some(1) => (self.start.clone().into_object(), none()),
            _ => (self.start.clone().into_object(), self.step.clone().into_object()),
        };
        let key = PyTuple::from_vec(t, vec![self.length.clone().into_object(), start, step])?;
        hash::hash(t, &key)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        let equal = core::ptr::eq(self, other) || self.equals(t, other)?;
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        iterate(t, &self.start, &self.step, &self.length)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(!self.length.is_zero())
    }

    #[slot]
    fn sq_length(&self, t: &Thread) -> PyResult<usize> {
        self.length.to_isize(t).map(|n| n as usize)
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        self.length.to_isize(t).map(|n| n as usize)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        let index = int(t, index as i64)?;
        self.item(t, &index)
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        match other.downcast::<PyInt>() {
            Some(value) if is_plain_int(other) => Ok(self.position(t, value)?.is_some()),
            _ => iter::contains(t, upcast(self), other),
        }
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let index = number::index(t, key)?;
            return self.item(t, &index);
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return Err(err!(
                t,
                TypeError,
                "range indices must be integers or slices, not {:.200}",
                key.class().name_lossy()
            ));
        };
        let [start, stop, step] = slice.long_indices(t, &self.length)?;
        let new_step = big(t, &step, &self.step, Op::Multiply)?;
        let new_start = item_at(t, &self.start, &start, &self.step)?;
        let new_stop = item_at(t, &self.start, &stop, &self.step)?;
        Self::make(t, new_start, new_stop, new_step).map(Owned::into_object)
    }

    /// Return a reverse iterator.
    #[method(name = "__reversed__")]
    fn reversed_method(&self, t: &Thread) -> PyResult {
        let one = int(t, 1)?;
        let last = big(t, &self.length, &one, Op::Subtract)?;
        let start = item_at(t, &self.start, &last, &self.step)?;
        let zero = int(t, 0)?;
        let step = big(t, &zero, &self.step, Op::Subtract)?;
        iterate(t, &start, &step, &self.length)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let args =
            vec![self.start.clone().into_object(), self.stop.clone().into_object(), self.step.clone().into_object()];
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, args)?))
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method]
    fn count(&self, t: &Thread, object: &Object) -> PyResult<usize> {
        if let Some(value) = object.downcast::<PyInt>().filter(|_| is_plain_int(object)) {
            return Ok(usize::from(self.position(t, value)?.is_some()));
        }
        let mut count = 0;
        iter::for_each(t, upcast(self), |item| {
            count += usize::from(item.eq(t, object)?);
            Ok(())
        })?;
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method]
    fn index(&self, t: &Thread, object: &Object) -> PyResult {
        if let Some(value) = object.downcast::<PyInt>().filter(|_| is_plain_int(object)) {
            return match self.position(t, value)? {
                Some(index) => Ok(index.into_object()),
                None => Err(err!(t, ValueError, "range.index(x): x not in range")),
            };
        }
        let iterator = self.tp_iter(t)?;
        let mut i = 0i64;
        while let Some(item) = iter::next(t, &iterator)? {
            if item.eq(t, object)? {
                return int(t, i).map(Owned::into_object);
            }
            i += 1;
        }
        Err(err!(t, ValueError, "sequence.index(x): x not in sequence"))
    }
}

/// Iterates over a range of small integers; laid out as CPython's.
#[object]
pub struct PyRangeIter {
    /// The next item.
    pub start: Cell<i64>,
    /// The distance between items.
    pub step: Cell<i64>,
    /// How many items are left.
    pub length: Cell<i64>,
}

#[class(name = "range_iterator", export = PyRangeIter_Type, no_new, doc = "")]
impl PyRangeIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let left = self.length.get();
        if left <= 0 {
            return Ok(None);
        }
        let value = self.start.get();
        self.start.set(value.wrapping_add(self.step.get()));
        self.length.set(left - 1);
        PyInt::from_i64(t, value).map(|value| Some(value.into_object()))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> i64 {
        self.length.get().max(0)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let (start, step) = (int(t, self.start.get())?, int(t, self.step.get())?);
        let stop =
            from_i128(t, i128::from(self.start.get()) + i128::from(self.step.get()) * i128::from(self.length.get()))?;
        reduce_as_range(t, start, stop, step)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let index = number::index_as_isize(t, object)?;
        let index = (index as i64).clamp(0, self.length.get().max(0));
        self.start.set(self.start.get().wrapping_add(index.wrapping_mul(self.step.get())));
        self.length.set(self.length.get() - index);
        Ok(())
    }
}

fn reduce_as_range(
    t: &Thread,
    start: Owned<PyInt>,
    stop: Owned<PyInt>,
    step: Owned<PyInt>,
) -> PyResult<Owned<PyTuple>> {
    let function = state::builtin(t, name!(t, "iter"))?;
    let range = PyRange::make(t, start, stop, step)?;
    let args = PyTuple::from_vec(t, vec![range.into_object()])?;
    PyTuple::from_vec(t, vec![function, args.into_object(), singletons::none().own()])
}

/// Iterates over a range of integers of any size.
#[object]
pub struct PyLongRangeIter {
    start: Slot<PyInt>,
    step: Owned<PyInt>,
    length: Slot<PyInt>,
}

impl PyLongRangeIter {
    fn state(&self, t: &Thread) -> PyResult<(Owned<PyInt>, Owned<PyInt>)> {
        match (self.start.get(), self.length.get()) {
            (Some(start), Some(length)) => Ok((start, length)),
            _ => Ok((int(t, 0)?, int(t, 0)?)),
        }
    }
}

#[class(name = "longrange_iterator", export = PyLongRangeIter_Type, no_new, doc = "")]
impl PyLongRangeIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let (start, length) = self.state(t)?;
        if length.is_zero() {
            return Ok(None);
        }
        let one = int(t, 1)?;
        let next = big(t, &start, &self.step, Op::Add)?;
        let left = big(t, &length, &one, Op::Subtract)?;
        self.start.set(Some(next));
        self.length.set(Some(left));
        Ok(Some(start.into_object()))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        Ok(self.state(t)?.1)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let (start, length) = self.state(t)?;
        let stop = item_at(t, &start, &length, &self.step)?;
        reduce_as_range(t, start, stop, self.step.clone())
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "state must be an int, not {:.200}", object.class().name_lossy()));
        };
        let (start, length) = self.state(t)?;
        let index = if index.is_negative() {
            int(t, 0)?
        } else if compare::rich_compare_bool(t, index, &length, CompareOp::Gt)? {
            length.clone()
        } else {
            index.own()
        };
        self.start.set(Some(item_at(t, &start, &index, &self.step)?));
        self.length.set(Some(big(t, &length, &index, Op::Subtract)?));
        Ok(())
    }
}
