//! `iter(sequence)` by `__getitem__` and `iter(callable, sentinel)`.

use core::cell::Cell;
use taipan_object::{
    Head, Object, Own, Owned, PyInt, PyResult, PyTuple, Slot, Thread, class, err, errors, exceptions, name, new_object,
    object, sequence, singletons, state, upcast,
};

/// Iterates over a sequence by index.
#[object]
pub struct PySeqIter {
    sequence: Slot,
    index: Cell<isize>,
}

/// `iter(sequence)` for types with `__getitem__` alone.
pub fn sequence_iterator(t: &Thread, object: &Object) -> PyResult {
    new_object(t, PySeqIter { head: Head::new(), sequence: Slot::new(object.own()), index: Cell::new(0) })
        .map(Owned::into_object)
}

#[class(name = "iterator", export = PySeqIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PySeqIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(sequence) = self.sequence.get() else { return Ok(None) };
        let index = self.index.get();
        if index == isize::MAX {
            return Err(err!(t, OverflowError, "iter index too large"));
        }
        match sequence::sequence_item(t, &sequence, index) {
            Ok(item) => {
                self.index.set(index + 1);
                Ok(Some(item))
            }
            Err(raised) => {
                if errors::matches::<exceptions::IndexError>(t) || errors::matches::<exceptions::StopIteration>(t) {
                    errors::clear(t);
                    self.sequence.set(None);
                    return Ok(None);
                }
                Err(raised)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, t: &Thread) -> PyResult {
        let Some(sequence) = self.sequence.get() else { return Ok(PyInt::from_i64(t, 0)?.into_object()) };
        if !sequence::has_len(&sequence) {
            return singletons::ok_not_implemented();
        }
        let left = sequence::len(t, &sequence)? as i64 - self.index.get() as i64;
        PyInt::from_i64(t, left.max(0)).map(Owned::into_object)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let function = state::builtin(t, name!(t, "iter"))?;
        match self.sequence.get() {
            Some(sequence) => {
                let args = PyTuple::from_vec(t, vec![sequence])?.into_object();
                let index = PyInt::from_i64(t, self.index.get() as i64)?.into_object();
                PyTuple::from_vec(t, vec![function, args, index])
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
        let index = index.to_isize(t)?;
        if !self.sequence.is_none() {
            self.index.set(index.max(0));
        }
        Ok(())
    }
}

/// Calls a function until it returns the sentinel.
#[object]
pub struct PyCallIter {
    callable: Slot,
    sentinel: Slot,
}

/// `iter(callable, sentinel)`.
pub fn callable_iterator(t: &Thread, callable: &Object, sentinel: &Object) -> PyResult {
    new_object(
        t,
        PyCallIter { head: Head::new(), callable: Slot::new(callable.own()), sentinel: Slot::new(sentinel.own()) },
    )
    .map(Owned::into_object)
}

#[class(name = "callable_iterator", export = PyCallIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyCallIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let (Some(callable), Some(sentinel)) = (self.callable.get(), self.sentinel.get()) else { return Ok(None) };
        match callable.call(t, &[]) {
            Ok(value) => {
                // The call may have exhausted this iterator.
                if self.callable.get().is_none() {
                    return Ok(None);
                }
                if !sentinel.eq(t, &value)? {
                    return Ok(Some(value));
                }
            }
            Err(raised) => {
                if !errors::matches::<exceptions::StopIteration>(t) {
                    return Err(raised);
                }
                errors::clear(t);
            }
        }
        self.callable.set(None);
        self.sentinel.set(None);
        Ok(None)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let function = state::builtin(t, name!(t, "iter"))?;
        let args = match (self.callable.get(), self.sentinel.get()) {
            (Some(callable), Some(sentinel)) => PyTuple::from_vec(t, vec![callable, sentinel])?,
            _ => PyTuple::from_slice(t, &[PyTuple::empty()])?,
        };
        Ok((function, args))
    }
}
