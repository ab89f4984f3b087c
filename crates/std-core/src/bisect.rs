//! `_bisect`: searching in sorted sequences.

use taipan_object::attr::none_if_none;
use taipan_object::{CompareOp, Object, PyList, PyResult, Thread, compare, err, name, native_module, sequence};

/// Where an item belongs; `left` puts it before equal ones.
fn search(
    t: &Thread,
    a: &Object,
    x: &Object,
    lo: isize,
    hi: Option<isize>,
    key: Option<&Object>,
    left: bool,
) -> PyResult<usize> {
    let Ok(mut lo) = usize::try_from(lo) else {
        return Err(err!(t, ValueError, "lo must be non-negative"));
    };
    let mut hi = match hi {
        Some(hi) if hi != -1 => usize::try_from(hi).unwrap_or(0),
        _ => sequence::len(t, a)?,
    };
    while lo < hi {
        let mid = lo + (hi - lo) / 2;
        let item = match a.downcast_exact::<PyList>().and_then(|list| list.get(mid)) {
            Some(item) => item,
            None => sequence::sequence_item(t, a, mid as isize)?,
        };
        let item = match key {
            Some(key) => key.call(t, &[&item])?,
            None => item,
        };
        let (one, two): (&Object, &Object) = if left { (&item, x) } else { (x, &item) };
        let less = match compare::plain_compare(one, two, CompareOp::Lt) {
            Some(less) => less,
            None => compare::rich_compare(t, one, two, CompareOp::Lt)?.is_true(t)?,
        };
        let before = less != left;
        if before {
            hi = mid;
        } else {
            lo = mid + 1;
        }
    }
    Ok(lo)
}

fn insert(
    t: &Thread,
    a: &Object,
    x: &Object,
    lo: isize,
    hi: Option<isize>,
    key: Option<&Object>,
    left: bool,
) -> PyResult<()> {
    let at = match key {
        None => search(t, a, x, lo, hi, None, left)?,
        Some(key) => {
            let wanted = key.call(t, &[x])?;
            search(t, a, &wanted, lo, hi, Some(key), left)?
        }
    };
    if let Some(list) = a.downcast_exact::<PyList>() {
        return list.insert(t, at, taipan_object::Own::own(x));
    }
    let at = taipan_object::PyInt::from_u64(t, at as u64)?;
    a.call_method(t, name!(t, "insert"), &[&at, x])?;
    Ok(())
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
///
#[native_module(name = "_bisect")]
pub mod bisect {
    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        t: &Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<isize>,
        key: Option<&Object>,
    ) -> PyResult<usize> {
        search(t, a, x, lo, hi, none_if_none(key), false)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        t: &Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<isize>,
        key: Option<&Object>,
    ) -> PyResult<()> {
        insert(t, a, x, lo, hi, none_if_none(key), false)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        t: &Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<isize>,
        key: Option<&Object>,
    ) -> PyResult<usize> {
        search(t, a, x, lo, hi, none_if_none(key), true)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        t: &Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<isize>,
        key: Option<&Object>,
    ) -> PyResult<()> {
        insert(t, a, x, lo, hi, none_if_none(key), true)
    }
}
