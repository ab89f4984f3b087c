//! `sum()`: ints and floats are added without making objects, floats with compensation.

use taipan_object::{Object, Own, Owned, PyBytes, PyFloat, PyInt, PyResult, PyStr, err, iter, number, singletons};
use taipan_runtime::Thread;

/// `sum(iterable, start)`.
pub fn sum(t: &Thread, iterable: &Object, start: Option<&Object>) -> PyResult {
    let iterator = iter::get_iter(t, iterable)?;
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
    let mut item = iter::next(t, &iterator)?;
    // Ints that fit.
    if let Some(first) = total.downcast_exact::<PyInt>().and_then(PyInt::to_i64) {
        let mut acc = first;
        loop {
            let Some(next) = &item else { return PyInt::from_i64(t, acc).map(Owned::into_object) };
            let value = match next.downcast_exact::<PyInt>() {
                Some(int) => int.as_i64_compact(),
                None if next.is(singletons::bool(true)) => Some(1),
                None if next.is(singletons::bool(false)) => Some(0),
                None => None,
            };
            match value.and_then(|v| acc.checked_add(v)) {
                Some(sum) => acc = sum,
                None => break,
            }
            item = iter::next(t, &iterator)?;
        }
        total = PyInt::from_i64(t, acc)?.into_object();
        // One step with objects decides what comes next.
        if let Some(next) = item.take() {
            total = number::binary_op(t, &total, &next, number::Op::Add)?;
            item = iter::next(t, &iterator)?;
        }
    }
    if let Some(first) = total.downcast_exact::<PyFloat>().map(PyFloat::value) {
        let (mut hi, mut lo) = (first, 0.0f64);
        loop {
            let Some(next) = &item else {
                return PyFloat::new(t, finish(hi, lo)).map(Owned::into_object);
            };
            if let Some(x) = next.downcast_exact::<PyFloat>().map(PyFloat::value) {
                let sum = hi + x;
                if hi.abs() >= x.abs() {
                    lo += (hi - sum) + x;
                } else {
                    lo += (x - sum) + hi;
                }
                hi = sum;
            } else if let Some(int) = next.downcast::<PyInt>().and_then(PyInt::to_i64) {
                hi += int as f64;
            } else {
                break;
            }
            item = iter::next(t, &iterator)?;
        }
        total = PyFloat::new(t, finish(hi, lo))?.into_object();
    }
    while let Some(next) = item.take() {
        total = number::binary_op(t, &total, &next, number::Op::Add)?;
        item = iter::next(t, &iterator)?;
    }
    Ok(total)
}

fn finish(hi: f64, lo: f64) -> f64 {
    // The compensation of infinities and NaN is NaN.
    if lo != 0.0 && lo.is_finite() { hi + lo } else { hi }
}
