//! Searching, splitting and stripping of slices of code units. Every search is linear in the worst case.

use crate::unit::Unit;
use std::ops::Range;

/// First occurrence of a needle.
pub fn find<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    if let (Some(h), Some(n)) = (T::as_bytes(hay), T::as_bytes(needle)) {
        return match n {
            [b] => memchr::memchr(*b, h),
            _ => find_bytes(h, n),
        };
    }
    match needle {
        [] => Some(0),
        [c] => c.position(hay),
        [first, rest @ ..] => {
            // Candidates by first unit, as long as false ones are cheap.
            let mut at = 0;
            let mut budget = 64 + hay.len() * 2;
            while let Some(end) = hay.len().checked_sub(rest.len()) {
                if at >= end {
                    return None;
                }
                let i = at + first.position(&hay[at..end])?;
                let same = hay[i + 1..].iter().zip(rest).take_while(|(a, b)| a == b).count();
                if same == rest.len() {
                    return Some(i);
                }
                at = i + 1;
                match budget.checked_sub(same + 8) {
                    Some(b) => budget = b,
                    None => return kmp(hay.len() - at, |k| hay[at + k], needle.len(), |k| needle[k]).map(|k| at + k),
                }
            }
            None
        }
    }
}

/// First occurrence of some bytes. The preparations of the search proper take longer than most strings, so that it only
/// begins after a few false candidates.
fn find_bytes(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    let mut at = 0;
    for _ in 0..4 {
        let end = hay.len().checked_sub(rest.len())?;
        let i = at + memchr::memchr(first, hay.get(at..end)?)?;
        at = i + 1;
        if hay.get(at..at + rest.len()) == Some(rest) {
            return Some(i);
        }
    }
    memchr::memmem::find(hay.get(at..)?, needle).map(|i| at + i)
}

/// Last occurrence of a needle.
pub fn rfind<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    if let (Some(h), Some(n)) = (T::as_bytes(hay), T::as_bytes(needle)) {
        return match n {
            [b] => memchr::memrchr(*b, h),
            _ => memchr::memmem::rfind(h, n),
        };
    }
    let (n, m) = (hay.len(), needle.len());
    match needle {
        [] => Some(n),
        [c] => c.rposition(hay),
        _ => {
            let k = kmp(n, |k| hay[n - 1 - k], m, |k| needle[m - 1 - k])?;
            Some(n - k - m)
        }
    }
}

/// Knuth, Morris and Pratt over index functions, so that it runs in both directions.
fn kmp<T: Eq>(n: usize, hay: impl Fn(usize) -> T, m: usize, needle: impl Fn(usize) -> T) -> Option<usize> {
    if m > n {
        return None;
    }
    let mut fail = vec![0usize; m];
    let mut k = 0;
    for i in 1..m {
        while k > 0 && needle(i) != needle(k) {
            k = fail[k - 1];
        }
        if needle(i) == needle(k) {
            k += 1;
        }
        fail[i] = k;
    }
    let mut k = 0;
    for i in 0..n {
        while k > 0 && hay(i) != needle(k) {
            k = fail[k - 1];
        }
        if hay(i) == needle(k) {
            k += 1;
            if k == m {
                return Some(i + 1 - m);
            }
        }
    }
    None
}

/// Calls `f` with each non-overlapping occurrence, at most `max` of them; the needle is not empty.
pub fn for_each<T: Unit, E>(
    hay: &[T],
    needle: &[T],
    max: usize,
    mut f: impl FnMut(usize) -> Result<(), E>,
) -> Result<usize, E> {
    let mut n = 0;
    if let (Some(h), Some(b)) = (T::as_bytes(hay), T::as_bytes(needle)) {
        if let [c] = b {
            for i in memchr::memchr_iter(*c, h).take(max) {
                f(i)?;
                n += 1;
            }
        } else if n < max
            && !b.is_empty()
            && let Some(first) = find_bytes(h, b)
        {
            f(first)?;
            n += 1;
            let mut at = first + b.len();
            // One prepared searcher for all others.
            let finder = memchr::memmem::Finder::new(b);
            while n < max {
                let Some(i) = finder.find(&h[at..]) else { break };
                f(at + i)?;
                at += i + b.len();
                n += 1;
            }
        }
        return Ok(n);
    }
    let mut at = 0;
    while n < max && !needle.is_empty() {
        let Some(i) = find(&hay[at..], needle) else { break };
        f(at + i)?;
        at += i + needle.len();
        n += 1;
    }
    Ok(n)
}

/// Non-overlapping occurrences, at most `max`; an empty needle occurs before and after every unit.
pub fn count<T: Unit>(hay: &[T], needle: &[T], max: usize) -> usize {
    if needle.is_empty() {
        return (hay.len() + 1).min(max);
    }
    for_each::<T, std::convert::Infallible>(hay, needle, max, |_| Ok(())).unwrap_or(0)
}

/// Where `str.replace` cuts, at most `max` places.
pub fn find_all<T: Unit>(hay: &[T], needle: &[T], max: usize) -> Vec<usize> {
    let mut out = Vec::new();
    let _ = for_each::<T, std::convert::Infallible>(hay, needle, max, |i| {
        out.push(i);
        Ok(())
    });
    out
}

/// `hay` with at most `max` occurrences replaced, or `None` when there is nothing to do.
pub fn replace<T: Unit>(hay: &[T], from: &[T], to: &[T], max: usize) -> Option<Vec<T>> {
    if max == 0 {
        return None;
    }
    if from.is_empty() {
        let n = max.min(hay.len() + 1);
        let mut out = Vec::with_capacity(hay.len() + n * to.len());
        for (i, c) in hay.iter().enumerate() {
            if i < n {
                out.extend_from_slice(to);
            }
            out.push(*c);
        }
        if n > hay.len() {
            out.extend_from_slice(to);
        }
        return Some(out);
    }
    if let (&[a], &[b]) = (from, to) {
        let first = a.position(hay)?;
        let mut out = hay.to_vec();
        let mut left = max;
        for x in &mut out[first..] {
            if *x == a {
                *x = b;
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        return Some(out);
    }
    let places = find_all(hay, from, max);
    if places.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(hay.len() + (places.len() * to.len()).saturating_sub(places.len() * from.len()));
    let mut at = 0;
    for p in places {
        out.extend_from_slice(&hay[at..p]);
        out.extend_from_slice(to);
        at = p + from.len();
    }
    out.extend_from_slice(&hay[at..]);
    Some(out)
}

/// `split(sep, max)`: calls `f` with the parts from left to right.
pub fn split<T: Unit, E>(
    hay: &[T],
    sep: &[T],
    max: usize,
    mut f: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut at = 0;
    for_each(hay, sep, max, |i| {
        f(at..i)?;
        at = i + sep.len();
        Ok(())
    })?;
    f(at..hay.len())
}

/// `rsplit(sep, max)`: calls `f` with the parts from right to left.
pub fn rsplit<T: Unit, E>(
    hay: &[T],
    sep: &[T],
    max: usize,
    mut f: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut end = hay.len();
    for _ in 0..max {
        let Some(i) = rfind(&hay[..end], sep) else { break };
        f(i + sep.len()..end)?;
        end = i;
    }
    f(0..end)
}

/// White space of bytes: space, tab, line feed, carriage return, form feed, vertical tab.
#[inline]
pub fn is_byte_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

/// `split(None, max)`, parts from left to right.
pub fn split_whitespace<T: Unit, E>(
    s: &[T],
    space: impl Fn(T) -> bool,
    max: usize,
    mut f: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut i = 0;
    let mut left = max;
    loop {
        while i < s.len() && space(s[i]) {
            i += 1;
        }
        if i == s.len() {
            return Ok(());
        }
        if left == 0 {
            return f(i..s.len());
        }
        left -= 1;
        let start = i;
        while i < s.len() && !space(s[i]) {
            i += 1;
        }
        f(start..i)?;
    }
}

/// `rsplit(None, max)`, parts from right to left.
pub fn rsplit_whitespace<T: Unit, E>(
    s: &[T],
    space: impl Fn(T) -> bool,
    max: usize,
    mut f: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut i = s.len();
    let mut left = max;
    loop {
        while i > 0 && space(s[i - 1]) {
            i -= 1;
        }
        if i == 0 {
            return Ok(());
        }
        if left == 0 {
            return f(0..i);
        }
        left -= 1;
        let end = i;
        while i > 0 && !space(s[i - 1]) {
            i -= 1;
        }
        f(i..end)?;
    }
}

/// `splitlines`: calls `f` with each line; `keep` leaves the line ends on. `\r\n` is one end.
pub fn split_lines<T: Unit, E>(
    s: &[T],
    is_break: impl Fn(T) -> bool,
    keep: bool,
    mut f: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut i = 0;
    while i < s.len() {
        let start = i;
        while i < s.len() && !is_break(s[i]) {
            i += 1;
        }
        let end = i;
        if i < s.len() {
            i += if s[i].cp() == 13 && s.get(i + 1).is_some_and(|c| c.cp() == 10) { 2 } else { 1 };
        }
        f(start..if keep { i } else { end })?;
    }
    Ok(())
}

/// What remains after stripping units for which `drop` says yes.
pub fn strip<T: Unit>(s: &[T], left: bool, right: bool, drop: impl Fn(T) -> bool) -> Range<usize> {
    let (mut i, mut j) = (0, s.len());
    if left {
        while i < j && drop(s[i]) {
            i += 1;
        }
    }
    if right {
        while j > i && drop(s[j - 1]) {
            j -= 1;
        }
    }
    i..j
}

/// A set of characters for `strip(chars)`: a 64-bit sieve, then the list.
pub struct CharSet<'a, T> {
    sieve: u64,
    chars: &'a [T],
}

impl<'a, T: Unit> CharSet<'a, T> {
    /// The set of the characters of a string.
    pub fn new(chars: &'a [T]) -> Self {
        CharSet { sieve: chars.iter().fold(0, |m, c| m | 1 << (c.cp() & 63)), chars }
    }

    /// Membership.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        self.sieve >> (c & 63) & 1 == 1 && T::try_from_cp(c).is_some_and(|c| c.position(self.chars).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(h: &[u16], n: &[u16]) -> Vec<usize> {
        (0..=h.len().saturating_sub(n.len())).filter(|&i| h.len() >= n.len() && h[i..].starts_with(n)).collect()
    }

    #[test]
    fn all_kinds_find_alike() {
        let mut seed = 12345u32;
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 16) % n
        };
        for _ in 0..3000 {
            let letters = 1 + next(3);
            let h: Vec<u16> = (0..next(60)).map(|_| 97 + next(letters) as u16).collect();
            let n: Vec<u16> = (0..next(6)).map(|_| 97 + next(letters) as u16).collect();
            let all = naive(&h, &n);
            assert_eq!(find(&h, &n), all.first().copied());
            assert_eq!(rfind(&h, &n), all.last().copied());
            let (h8, n8): (Vec<u8>, Vec<u8>) =
                (h.iter().map(|&c| c as u8).collect(), n.iter().map(|&c| c as u8).collect());
            let (h32, n32): (Vec<u32>, Vec<u32>) =
                (h.iter().map(|&c| c.into()).collect(), n.iter().map(|&c| c.into()).collect());
            assert_eq!(find(&h8, &n8), all.first().copied());
            assert_eq!(rfind(&h8, &n8), all.last().copied());
            assert_eq!(find_all(&h, &n, 5), find_all(&h8, &n8, 5));
            assert_eq!(find_all(&h32, &n32, 5), find_all(&h8, &n8, 5));
            assert_eq!(count(&h, &n, usize::MAX), count(&h8, &n8, usize::MAX));
        }
        // A needle that defeats the first-unit heuristic.
        let h = vec![97u16; 20000];
        let mut n = vec![97u16; 5000];
        n.push(98);
        assert_eq!(find(&h, &n), None);
    }

    #[test]
    fn splits() {
        let s = b"  a b\t c ";
        let parts = |max: usize, right: bool| {
            let mut out = Vec::new();
            let push = |r: Range<usize>| -> Result<(), ()> {
                out.push(String::from_utf8_lossy(&s[r]).into_owned());
                Ok(())
            };
            let _ = if right {
                rsplit_whitespace(s, is_byte_space, max, push)
            } else {
                split_whitespace(s, is_byte_space, max, push)
            };
            out
        };
        assert_eq!(parts(usize::MAX, false), ["a", "b", "c"]);
        assert_eq!(parts(1, false), ["a", "b\t c "]);
        assert_eq!(parts(1, true), ["c", "  a b"]);
        let mut lines = Vec::new();
        let _ = split_lines::<u8, ()>(
            b"a\r\nb\n\nc",
            |c| matches!(c, 10 | 13),
            true,
            |r| {
                lines.push(r);
                Ok(())
            },
        );
        assert_eq!(lines, [0..3, 3..5, 5..6, 6..7]);
    }
}
