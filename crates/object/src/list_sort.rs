//! `list.sort`: stable merge sort of natural runs, merged in powersort order; comparisons that cannot run Python code
//! are made directly.

use crate::handle::{CompareOp, Object, Owned, PyResult};
use crate::{PyFloat, PyInt, PyList, PyStr, PyTuple, compare, err};
use core::cmp::Ordering;
use taipan_runtime::abi::PyObject;
use taipan_runtime::{Thread, mem, refcount};

/// Runs shorter than this are extended by binary insertion.
const MAX_MIN_RUN: usize = 64;

struct Run {
    start: usize,
    len: usize,
    power: u32,
}

/// Sorts copies of `T` by a comparison that may raise; after an error the items are still a permutation.
struct Sorter<F> {
    less: F,
}

impl<F> Sorter<F> {
    fn sort<T: Copy>(&mut self, items: &mut [T]) -> PyResult<()>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let n = items.len();
        if n < 2 {
            return Ok(());
        }
        let min_run = min_run_length(n);
        let mut runs: Vec<Run> = Vec::new();
        let mut temp: Vec<T> = Vec::new();
        let mut at = 0;
        while at < n {
            let mut len = self.count_run(&mut items[at..])?;
            if len < min_run {
                let forced = min_run.min(n - at);
                self.insertion_sort(&mut items[at..at + forced], len)?;
                len = forced;
            }
            if let Some(last) = runs.last() {
                let p = power(last.start, last.len, len, n);
                while runs.len() > 1 && runs[runs.len() - 2].power > p {
                    self.merge_last(items, &mut runs, &mut temp)?;
                }
                if let Some(last) = runs.last_mut() {
                    last.power = p;
                }
            }
            runs.push(Run { start: at, len, power: 0 });
            at += len;
        }
        while runs.len() > 1 {
            self.merge_last(items, &mut runs, &mut temp)?;
        }
        Ok(())
    }

    /// Length of the run at the start; a strictly descending one is reversed.
    fn count_run<T: Copy>(&mut self, items: &mut [T]) -> PyResult<usize>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let n = items.len();
        if n < 2 {
            return Ok(n);
        }
        let mut i = 1;
        if (self.less)(items[1], items[0])? {
            i += 1;
            while i < n && (self.less)(items[i], items[i - 1])? {
                i += 1;
            }
            items[..i].reverse();
        } else {
            i += 1;
            while i < n && !(self.less)(items[i], items[i - 1])? {
                i += 1;
            }
        }
        Ok(i)
    }

    /// Sorts `items`, whose first `sorted` are in order already.
    fn insertion_sort<T: Copy>(&mut self, items: &mut [T], sorted: usize) -> PyResult<()>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        for i in sorted.max(1)..items.len() {
            let pivot = items[i];
            let (mut low, mut high) = (0, i);
            while low < high {
                let middle = (low + high) / 2;
                if (self.less)(pivot, items[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items.copy_within(low..i, low + 1);
            items[low] = pivot;
        }
        Ok(())
    }

    fn merge_last<T: Copy>(&mut self, items: &mut [T], runs: &mut Vec<Run>, temp: &mut Vec<T>) -> PyResult<()>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let (Some(second), Some(first)) = (runs.pop(), runs.last_mut()) else { return Ok(()) };
        let range = first.start..second.start + second.len;
        let middle = first.len;
        first.len += second.len;
        self.merge(&mut items[range], middle, temp)
    }

    /// Merges the sorted parts before and after `middle`.
    fn merge<T: Copy>(&mut self, items: &mut [T], middle: usize, temp: &mut Vec<T>) -> PyResult<()>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let n = items.len();
        // What of the first part is not greater than the second's first stays; likewise at the end.
        let start = self.gallop_right(items[middle], &items[..middle])?;
        if start == middle {
            return Ok(());
        }
        let end = middle + self.gallop_left(items[middle - 1], &items[middle..n])?;
        if end == middle {
            return Ok(());
        }
        temp.clear();
        if middle - start <= end - middle {
            temp.extend_from_slice(&items[start..middle]);
            let (mut a, mut b, mut out) = (0, middle, start);
            let mut wins = 0usize;
            let mut result = Ok(());
            while a < temp.len() && b < end {
                match (self.less)(items[b], temp[a]) {
                    Ok(true) => {
                        items[out] = items[b];
                        b += 1;
                        wins = if wins & 1 == 1 { wins + 2 } else { 1 };
                    }
                    Ok(false) => {
                        items[out] = temp[a];
                        a += 1;
                        wins = if wins & 1 == 0 { wins + 2 } else { 0 };
                    }
                    Err(raised) => {
                        result = Err(raised);
                        break;
                    }
                }
                out += 1;
                if wins >= 14 && a < temp.len() && b < end {
                    // One side wins again and again: move many at once.
                    let count = if wins & 1 == 1 {
                        self.gallop_left(temp[a], &items[b..end])
                    } else {
                        self.gallop_right(items[b], &temp[a..])
                    };
                    match count {
                        Ok(count) if wins & 1 == 1 => {
                            items.copy_within(b..b + count, out);
                            b += count;
                            out += count;
                        }
                        Ok(count) => {
                            items[out..out + count].copy_from_slice(&temp[a..a + count]);
                            a += count;
                            out += count;
                        }
                        Err(raised) => {
                            result = Err(raised);
                            break;
                        }
                    }
                    wins = 0;
                }
            }
            let rest = temp.len() - a;
            // The rest of the second part is in place already when the first part is used up.
            items[out..out + rest].copy_from_slice(&temp[a..]);
            return result;
        }
        temp.extend_from_slice(&items[middle..end]);
        let (mut a, mut b, mut out) = (middle, temp.len(), end);
        let mut result = Ok(());
        while a > start && b > 0 {
            match (self.less)(temp[b - 1], items[a - 1]) {
                Ok(true) => {
                    items[out - 1] = items[a - 1];
                    a -= 1;
                }
                Ok(false) => {
                    items[out - 1] = temp[b - 1];
                    b -= 1;
                }
                Err(raised) => {
                    result = Err(raised);
                    break;
                }
            }
            out -= 1;
        }
        items[out - b..out].copy_from_slice(&temp[..b]);
        result
    }

    /// How many of the sorted items are less than or equal to `key`.
    fn gallop_right<T: Copy>(&mut self, key: T, items: &[T]) -> PyResult<usize>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let (mut low, mut step) = (0, 1);
        while low + step <= items.len() && !(self.less)(key, items[low + step - 1])? {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(items.len());
        while low < high {
            let middle = (low + high) / 2;
            if (self.less)(key, items[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    /// How many of the sorted items are less than `key`.
    fn gallop_left<T: Copy>(&mut self, key: T, items: &[T]) -> PyResult<usize>
    where
        F: FnMut(T, T) -> PyResult<bool>,
    {
        let (mut low, mut step) = (0, 1);
        while low + step <= items.len() && (self.less)(items[low + step - 1], key)? {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(items.len());
        while low < high {
            let middle = (low + high) / 2;
            if (self.less)(items[middle], key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

fn min_run_length(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= MAX_MIN_RUN {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// Depth of the boundary between two runs in the ideal merge tree over `n` items.
fn power(start: usize, len1: usize, len2: usize, n: usize) -> u32 {
    let mut a = 2 * start + len1;
    let mut b = a + len1 + len2;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

type Ptr = *mut PyObject;

/// An item with the object it is compared by.
#[derive(Clone, Copy)]
struct Entry {
    key: Ptr,
    value: Ptr,
}

/// What all keys have in common.
enum Keys {
    Str,
    /// Strings of one byte per character.
    Narrow,
    /// Ints of one digit.
    Compact,
    /// Ints of 63 bits.
    Word,
    Int,
    Float,
    Tuple,
    Other,
}

/// Looks at the types of the keys of all items.
unsafe fn classify<T: Copy>(items: &[T], key: impl Fn(T) -> Ptr) -> Keys {
    let (mut strings, mut ints, mut floats, mut tuples) = (true, true, true, true);
    let (mut narrow, mut compact, mut words) = (true, true, true);
    for (i, item) in items.iter().enumerate() {
        if let Some(later) = items.get(i + mem::AHEAD) {
            mem::prefetch(key(*later));
        }
        // SAFETY: the caller keeps the keys alive.
        let key = unsafe { Object::from_ptr(key(*item)) };
        if strings {
            let text = key.downcast_exact::<PyStr>();
            strings = text.is_some();
            narrow &= text.is_some_and(|text| text.kind() == 1);
        }
        if ints {
            let int = key.downcast_exact::<PyInt>();
            ints = int.is_some();
            compact &= int.is_some_and(PyInt::is_compact);
            words &= compact || int.is_some_and(|int| int.as_word().is_some());
        }
        floats &= key.is_exact::<PyFloat>();
        tuples &= key.is_exact::<PyTuple>();
        if !(strings | ints | floats | tuples) {
            return Keys::Other;
        }
    }
    if strings {
        if narrow { Keys::Narrow } else { Keys::Str }
    } else if ints {
        if compact {
            Keys::Compact
        } else if words {
            Keys::Word
        } else {
            Keys::Int
        }
    } else if floats {
        Keys::Float
    } else {
        Keys::Tuple
    }
}

/// Sorts by keys that stay alive meanwhile.
unsafe fn sort_by_keys<T: Copy>(t: &Thread, items: &mut [T], key: impl Fn(T) -> Ptr) -> PyResult<()> {
    // SAFETY: the caller keeps the keys alive; their types were looked at, and types of exact str, int, float
    // and tuple objects do not change.
    unsafe {
        let int = |item: &T| Object::from_ptr(key(*item)).cast_unchecked::<PyInt>();
        match classify(items, &key) {
            Keys::Str => {
                let text = |item: &T| Object::from_ptr(key(*item)).cast_unchecked::<PyStr>();
                sort_plainly(items, &key, |a, b| text(a).cmp(text(b)));
                Ok(())
            }
            Keys::Narrow => {
                let bytes = |item: &T| Object::from_ptr(key(*item)).cast_unchecked::<PyStr>().data_bytes();
                sort_plainly(items, &key, |a, b| compare_bytes(bytes(a), bytes(b)));
                Ok(())
            }
            Keys::Compact => {
                sort_plainly(items, &key, |a, b| int(a).compact_value().cmp(&int(b).compact_value()));
                Ok(())
            }
            Keys::Word => {
                let word = |item: &T| int(item).as_word().unwrap_or_default();
                sort_plainly(items, &key, |a, b| word(a).cmp(&word(b)));
                Ok(())
            }
            Keys::Int => {
                items.sort_by(|a, b| PyInt::cmp(int(a), int(b)));
                Ok(())
            }
            Keys::Float => {
                // NaN makes the order inconsistent, so it is the comparisons' result that counts.
                let number = |item: T| Object::from_ptr(key(item)).cast_unchecked::<PyFloat>().value();
                Sorter { less: |a: T, b: T| Ok(number(a) < number(b)) }.sort(items)
            }
            Keys::Tuple => {
                let tuple = |item: T| Object::from_ptr(key(item)).cast_unchecked::<PyTuple>();
                Sorter { less: |a: T, b: T| tuple_less(t, tuple(a), tuple(b)) }.sort(items)
            }
            Keys::Other => {
                Sorter { less: |a: T, b: T| less(t, Object::from_ptr(key(a)), Object::from_ptr(key(b))) }.sort(items)
            }
        }
    }
}

/// Sorts by a comparison that runs no code. Items that are in order, or in the opposite one, are looked at once.
fn sort_plainly<T: Copy>(items: &mut [T], key: impl Fn(T) -> Ptr, compare: impl Fn(&T, &T) -> Ordering) {
    let n = items.len();
    let descends = n > 1 && compare(&items[1], &items[0]).is_lt();
    let mut i = 2;
    while i < n && compare(&items[i], &items[i - 1]).is_lt() == descends {
        if let Some(later) = items.get(i + mem::AHEAD) {
            mem::prefetch(key(*later));
        }
        i += 1;
    }
    if i < n {
        sort_parts(items, &mut Vec::new(), &key, &compare);
    } else if descends {
        items.reverse();
    }
}

/// What so many items are compared by fits a core's caches.
const NEAR: usize = 1 << 16;

/// How many items ahead a merge asks for memory of each part.
const MERGE_AHEAD: usize = 8;

/// Sorts by a comparison that runs no code: parts that fit the caches, which are merged then. A merge knows what it will
/// look at next, unlike a sort, and has it loaded.
fn sort_parts<T: Copy>(
    items: &mut [T],
    temp: &mut Vec<T>,
    key: &impl Fn(T) -> Ptr,
    compare: &impl Fn(&T, &T) -> Ordering,
) {
    let n = items.len();
    if n < 2 * NEAR {
        items.iter().for_each(|item| mem::prefetch(key(*item)));
        return items.sort_by(compare);
    }
    let middle = n / 2;
    sort_parts(&mut items[..middle], temp, key, compare);
    sort_parts(&mut items[middle..], temp, key, compare);
    if compare(&items[middle], &items[middle - 1]).is_ge() {
        return;
    }
    temp.clear();
    temp.extend_from_slice(&items[..middle]);
    let (mut a, mut b, mut out) = (0, middle, 0);
    while a < middle && b < n {
        if let Some(later) = temp.get(a + MERGE_AHEAD) {
            mem::prefetch(key(*later));
        }
        if let Some(later) = items.get(b + MERGE_AHEAD) {
            mem::prefetch(key(*later));
        }
        if compare(&items[b], &temp[a]).is_lt() {
            items[out] = items[b];
            b += 1;
        } else {
            items[out] = temp[a];
            a += 1;
        }
        out += 1;
    }
    // The rest of the second part is in place.
    let rest = middle - a;
    items[out..out + rest].copy_from_slice(&temp[a..]);
}

/// As `a.cmp(b)`, but most are told apart by their first bytes, without a call.
#[inline(always)]
fn compare_bytes(a: &[u8], b: &[u8]) -> Ordering {
    match (a.first(), b.first()) {
        (Some(x), Some(y)) if x != y => x.cmp(y),
        _ => a.cmp(b),
    }
}

/// `a < b` of two tuples. Their items are compared as [`compare::rich_compare`] does for tuples, but directly where no code
/// can run.
fn tuple_less(t: &Thread, a: &PyTuple, b: &PyTuple) -> PyResult<bool> {
    for (&x, &y) in a.as_slice().iter().zip(b.as_slice()) {
        if x.is(y) {
            continue;
        }
        match compare::plain_compare(x, y, CompareOp::Eq) {
            Some(true) => {}
            Some(false) => return less(t, x, y),
            None if compare::rich_compare_bool(t, x, y, CompareOp::Eq)? => {}
            None => return less(t, x, y),
        }
    }
    Ok(a.len() < b.len())
}

/// `a < b` as a truth value.
fn less(t: &Thread, a: &Object, b: &Object) -> PyResult<bool> {
    match compare::plain_compare(a, b, CompareOp::Lt) {
        Some(result) => Ok(result),
        None => compare::rich_compare(t, a, b, CompareOp::Lt)?.is_true(t),
    }
}

/// `list.sort(key=key, reverse=reverse)`. The list is empty while it is being sorted, as in CPython.
pub fn sort(t: &Thread, list: &PyList, key: Option<&Object>, reverse: bool) -> PyResult<()> {
    // SAFETY: the items are taken out of the list, so that nothing that runs meanwhile sees them, and put back.
    unsafe {
        let raw = list.raw();
        let saved = (*raw).ob_item;
        let n = (*raw).ob_base.ob_size as usize;
        let allocated = (*raw).allocated;
        (*raw).ob_item = core::ptr::null_mut();
        (*raw).ob_base.ob_size = 0;
        (*raw).allocated = -1;
        let items: &mut [Ptr] = if n == 0 { &mut [] } else { core::slice::from_raw_parts_mut(saved, n) };
        let result = sort_items(t, items, key, reverse);
        let modified = (*raw).allocated != -1;
        let stray_size = (*raw).allocated.max(0) as usize * 8;
        let stray = (*raw).ob_item;
        let strays = (*raw).ob_base.ob_size as usize;
        (*raw).ob_item = saved;
        (*raw).ob_base.ob_size = n as isize;
        (*raw).allocated = allocated;
        let result =
            if modified && result.is_ok() { Err(err!(t, ValueError, "list modified during sort")) } else { result };
        if !stray.is_null() {
            for i in 0..strays {
                refcount::xdecref(*stray.add(i));
            }
            mem::free_array(stray.cast(), stray_size);
        }
        result
    }
}

unsafe fn sort_items(t: &Thread, items: &mut [Ptr], key: Option<&Object>, reverse: bool) -> PyResult<()> {
    // SAFETY: the items are owned by the caller until we return.
    unsafe {
        let Some(key) = key else {
            if reverse {
                items.reverse();
            }
            let result = sort_by_keys(t, items, |item| item);
            if reverse {
                items.reverse();
            }
            return result;
        };
        let mut keys: Vec<Owned> = Vec::with_capacity(items.len());
        for item in &*items {
            keys.push(key.call(t, &[Object::from_ptr(*item)])?);
        }
        let mut entries: Vec<Entry> =
            items.iter().zip(&keys).map(|(value, key)| Entry { key: key.as_ptr(), value: *value }).collect();
        if reverse {
            entries.reverse();
        }
        let result = sort_by_keys(t, &mut entries, |entry| entry.key);
        if reverse {
            entries.reverse();
        }
        for (slot, entry) in items.iter_mut().zip(&entries) {
            *slot = entry.value;
        }
        drop(keys);
        result
    }
}
