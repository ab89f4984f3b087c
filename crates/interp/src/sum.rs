//! `sum()`: ints and floats are added without making objects, floats with compensation.

use taipan_object::{
    Object, Own, Owned, PyBytes, PyComplex, PyFloat, PyInt, PyList, PyResult, PyStr, err, iter, number, singletons,
};
use taipan_runtime::Thread;

/// `sum(iterable, start)`.
pub fn sum(t: &Thread, iterable: &Object, start: Option<&Object>) -> PyResult {
    let mut source = Source::of(t, iterable)?;
    let mut total: Owned = match start {
        None => PyInt::from_i64(t, 0)?.into_object(),
        Some(start) => {
            if start.is_instance_of::<PyStr>() {
                return Err(err!(t, TypeError, "sum() can't sum strings [use ''.join(seq) instead]"));
            }
            if start.is_instance_of::<PyBytes>() {
                return Err(err!(t, TypeError, "sum() can't sum bytes [use b''.join(seq) instead]"));
            }
            if start.class().name_lossy() == "bytearray" {
                return Err(err!(t, TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]"));
            }
            start.own()
        }
    };
    let mut item = source.next(t)?;
    // Ints that fit.
    if let Some(first) = total.downcast_exact::<PyInt>().and_then(PyInt::to_i64) {
        let mut acc = first;
        loop {
            let Some(next) = &item else { return PyInt::from_i64(t, acc).map(Owned::into_object) };
            let value = match next.downcast_exact::<PyInt>() {
                Some(int) => int.as_word(),
                None if next.is(singletons::bool(true)) => Some(1),
                None if next.is(singletons::bool(false)) => Some(0),
                None => None,
            };
            match value.and_then(|v| acc.checked_add(v)) {
                Some(sum) => acc = sum,
                None => break,
            }
            item = source.next(t)?;
        }
        total = PyInt::from_i64(t, acc)?.into_object();
        // One step with objects decides what comes next.
        if let Some(next) = item.take() {
            total = number::binary_op(t, &total, &next, number::Op::Add)?;
            item = source.next(t)?;
        }
    }
    if let Some(first) = total.downcast_exact::<PyFloat>().map(PyFloat::value) {
        let mut sum = Compensated::new(first);
        loop {
            let Some(next) = &item else {
                return PyFloat::new(t, sum.finish()).map(Owned::into_object);
            };
            if let Some(x) = next.downcast_exact::<PyFloat>().map(PyFloat::value) {
                sum.add(x);
            } else if let Some(int) = next.downcast::<PyInt>() {
                sum.add(int.to_f64(t)?);
            } else {
                break;
            }
            item = source.next(t)?;
        }
        total = PyFloat::new(t, sum.finish())?.into_object();
    }
    if let Some(first) = total.downcast_exact::<PyComplex>().map(PyComplex::value) {
        let (mut re, mut im) = (Compensated::new(first.re), Compensated::new(first.im));
        loop {
            let Some(next) = &item else { return PyComplex::new(t, re.finish(), im.finish()).map(Owned::into_object) };
            if let Some(z) = next.downcast_exact::<PyComplex>().map(PyComplex::value) {
                re.add(z.re);
                im.add(z.im);
            } else if let Some(int) = next.downcast::<PyInt>() {
                re.add(int.to_f64(t)?);
            } else if let Some(x) = next.downcast::<PyFloat>() {
                re.add(x.value());
            } else {
                break;
            }
            item = source.next(t)?;
        }
        total = PyComplex::new(t, re.finish(), im.finish())?.into_object();
    }
    while let Some(next) = item.take() {
        total = number::binary_op(t, &total, &next, number::Op::Add)?;
        item = source.next(t)?;
    }
    Ok(total)
}

/// What is added: the items of a list, which are read as an iterator would read them, or those of an iterator.
enum Source<'a> {
    List(&'a PyList, usize),
    Iterator(Owned),
}

impl<'a> Source<'a> {
    fn of(t: &Thread, iterable: &'a Object) -> PyResult<Self> {
        match iterable.downcast_exact::<PyList>() {
            Some(list) => Ok(Self::List(list, 0)),
            None => iter::get_iter(t, iterable).map(Self::Iterator),
        }
    }

    #[inline(always)]
    fn next(&mut self, t: &Thread) -> PyResult<Option<Owned>> {
        match self {
            Self::List(list, at) => {
                *at += 1;
                Ok(list.get(*at - 1))
            }
            Self::Iterator(iterator) => iter::next(t, iterator),
        }
    }
}

/// A sum of floats with what rounding lost (the algorithm of Kahan, improved by Neumaier).
struct Compensated {
    hi: f64,
    lo: f64,
}

impl Compensated {
    fn new(first: f64) -> Self {
        Self { hi: first, lo: 0.0 }
    }

    #[inline(always)]
    fn add(&mut self, x: f64) {
        let sum = self.hi + x;
        if self.hi.abs() >= x.abs() {
            self.lo += (self.hi - sum) + x;
        } else {
            self.lo += (x - sum) + self.hi;
        }
        self.hi = sum;
    }

    fn finish(&self) -> f64 {
        // The compensation of infinities and NaN is NaN.
        if self.lo != 0.0 && self.lo.is_finite() { self.hi + self.lo } else { self.hi }
    }
}
