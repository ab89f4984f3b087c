//! `str`: the Python type.

use super::template::{self, Values};
use super::{Chars, PyStr, StrUnit, iter};
use crate::argparse::{Args, Keywords, Param, Signature, check_positional, is_exact_class};
use crate::clinic::{CStrArg, FillChar, StrArg, clip_range, slice_index};
use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::number_format::{check_width, parse_spec, raise};
use crate::slice::PySlice;
use crate::{
    PyBytes, PyDict, PyInt, PyList, PyTuple, PyType, by_width, codecs, err, errors, exceptions, number, singletons,
};
use core::cmp::Ordering;
use std::ops::Range;
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;
use taipan_text::buf::TextBuf;
use taipan_text::format::spec::{Align, layout_str};
use taipan_text::search::{self, CharSet};
use taipan_text::unicode::{self as ucd, case};
use taipan_text::unit::Unit;

/// Which ends of a text are stripped.
#[derive(Clone, Copy)]
struct Ends {
    left: bool,
    right: bool,
}

/// The whole string, an exact `str`.
fn unchanged(t: &Thread, s: &PyStr) -> PyResult<Owned<PyStr>> {
    if s.is_exact::<PyStr>() { Ok(s.own()) } else { PyStr::from_chars(t, s.chars()) }
}

/// How many items the list of a split has room for at first, if there can be so many.
const PREALLOCATED: usize = 12;

/// White space below U+0100.
static LATIN1_SPACE: [bool; 256] = {
    let mut table = [false; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = matches!(c, 9..=13 | 28..=32 | 0x85 | 0xa0);
        c += 1;
    }
    table
};

fn max_count(n: isize) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Finds a needle in part of a string.
fn find_in(hay: Chars<'_>, needle: Chars<'_>, backward: bool) -> Option<usize> {
    by_width!(hay, h, U => {
        let n = U::of(needle)?;
        if backward { search::rfind(h, &n) } else { search::find(h, &n) }
    })
}

impl PyStr {
    /// The code point index of a substring within a range, or `None`.
    pub fn find_range(&self, needle: &PyStr, start: isize, end: isize, backward: bool) -> Option<usize> {
        let (start, end) = clip_range(start, end, self.len());
        if end - start < needle.len() as isize {
            return None;
        }
        let (start, end) = (start as usize, end as usize);
        find_in(self.chars().slice(start, end), needle.chars(), backward).map(|i| i + start)
    }

    /// Whether the string has a substring.
    pub fn contains(&self, needle: &PyStr) -> bool {
        self.find_range(needle, 0, isize::MAX, false).is_some()
    }

    fn search(
        &self,
        t: &Thread,
        needle: &PyStr,
        start: Option<&Object>,
        end: Option<&Object>,
        backward: bool,
    ) -> PyResult<Option<usize>> {
        let start = slice_index(t, start, 0)?;
        let end = slice_index(t, end, isize::MAX)?;
        Ok(self.find_range(needle, start, end, backward))
    }

    /// Whether the string begins or ends with another string.
    #[inline(always)]
    fn tail_match_whole(&self, part: &PyStr, at_end: bool) -> bool {
        let (Chars::One(s), Chars::One(p)) = (self.chars(), part.chars()) else {
            return self.tail_match(part, 0, isize::MAX, at_end);
        };
        let n = p.len();
        if s.len() < n {
            return false;
        }
        let s = if at_end { &s[s.len() - n..] } else { &s[..n] };
        match (s, p) {
            // Most answers are told by the ends.
            ([a, .., b], [x, .., y]) => a == x && b == y && (n == 2 || s == p),
            ([a], [x]) => a == x,
            _ => true,
        }
    }

    /// Whether a part of the string begins or ends with another string.
    fn tail_match(&self, part: &PyStr, start: isize, end: isize, at_end: bool) -> bool {
        let (start, end) = clip_range(start, end, self.len());
        let n = part.len() as isize;
        if end - n < start {
            return false;
        }
        let from = if at_end { end - n } else { start } as usize;
        // Most answers are told by the ends.
        if n > 0 {
            let last = n as usize - 1;
            if self.char_at(from) != part.char_at(0) || self.char_at(from + last) != part.char_at(last) {
                return false;
            }
            if last == 0 {
                return true;
            }
        }
        let here = self.chars();
        let here = here.slice(from, from + n as usize);
        match (here, part.chars()) {
            (Chars::One(a), Chars::One(b)) => a == b,
            (Chars::Two(a), Chars::Two(b)) => a == b,
            (Chars::Four(a), Chars::Four(b)) => a == b,
            (a, b) => a.iter().eq(b.iter()),
        }
    }

    fn starts_or_ends(
        &self,
        t: &Thread,
        part: &Object,
        start: Option<&Object>,
        end: Option<&Object>,
        at_end: bool,
    ) -> PyResult<bool> {
        let fname = if at_end { "endswith" } else { "startswith" };
        let whole = start.is_none() && end.is_none();
        let start = slice_index(t, start, 0)?;
        let end = slice_index(t, end, isize::MAX)?;
        if let Some(part) = part.downcast::<Self>() {
            return Ok(self.tail_match(part, start, end, at_end));
        }
        let Some(parts) = part.downcast::<PyTuple>() else {
            return Err(err!(
                t,
                TypeError,
                "{fname} first arg must be str or a tuple of str, not {:.100}",
                part.class().name_lossy()
            ));
        };
        for part in parts.as_slice() {
            let Some(part) = part.downcast::<Self>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "tuple for {fname} must only contain str, not {:.100}",
                    part.class().name_lossy()
                ));
            };
            let found =
                if whole { self.tail_match_whole(part, at_end) } else { self.tail_match(part, start, end, at_end) };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn strip_ends(&self, t: &Thread, chars: Option<&Object>, ends: Ends, fname: &str) -> PyResult<Owned<Self>> {
        let Ends { left, right } = ends;
        let range: Range<usize> = match crate::attr::none_if_none(chars) {
            None => by_width!(self.chars(), s, U => search::strip(s, left, right, |c: U| ucd::is_space(c.cp()))),
            Some(chars) => {
                let Some(chars) = chars.downcast::<Self>() else {
                    return Err(err!(t, TypeError, "{fname} arg must be None or str"));
                };
                by_width!(chars.chars(), set, S => {
                    let set = CharSet::<S>::new(set);
                    by_width!(self.chars(), s, U => search::strip(s, left, right, |c: U| set.contains(c.cp())))
                })
            }
        };
        self.substring(t, range.start, range.end)
    }

    /// Filled up left and right.
    fn pad(&self, t: &Thread, left: usize, right: usize, fill: u32) -> PyResult<Owned<Self>> {
        if left == 0 && right == 0 {
            return unchanged(t, self);
        }
        let n = self.len();
        let Some(total) = n.checked_add(left).and_then(|n| n.checked_add(right)).filter(|&n| n <= isize::MAX as usize)
        else {
            return Err(err!(t, OverflowError, "padded string is too long"));
        };
        let out = Self::alloc(t, total, self.max_char_bound().max(fill))?;
        // SAFETY: a fresh string with room for all characters.
        unsafe {
            out.fill(0, left, fill);
            out.write_chars(left, self.chars());
            out.fill(left + n, right, fill);
        }
        Ok(out)
    }

    /// Writes one character `n` times into a string under construction.
    ///
    /// # Safety
    /// Nobody else has seen the string; the characters fit its width and length.
    unsafe fn fill(&self, at: usize, n: usize, c: u32) {
        let data = self.data_ptr();
        // SAFETY: the caller's promise.
        unsafe {
            match self.kind() {
                1 => core::ptr::write_bytes(data.add(at), c as u8, n),
                2 => core::slice::from_raw_parts_mut(data.cast::<u16>().add(at), n).fill(c as u16),
                _ => core::slice::from_raw_parts_mut(data.cast::<u32>().add(at), n).fill(c),
            }
        }
    }

    fn widened(
        &self,
        t: &Thread,
        width: isize,
        fill: u32,
        left_share: fn(usize, usize) -> usize,
    ) -> PyResult<Owned<Self>> {
        let n = self.len();
        let Some(extra) = usize::try_from(width).ok().and_then(|w| w.checked_sub(n)).filter(|&e| e > 0) else {
            return unchanged(t, self);
        };
        let left = left_share(extra, width as usize);
        self.pad(t, left, extra - left, fill)
    }

    /// `self.replace(old, new, count)`.
    pub fn replaced(&self, t: &Thread, old: &PyStr, new: &PyStr, count: usize) -> PyResult<Owned<Self>> {
        let n = self.len();
        if count == 0 || old.len() > n || (n == 0 && old.len() > 0) {
            return unchanged(t, self);
        }
        if let (Some(text), Some(&[from]), Some(&[to])) =
            (self.as_ascii(), old.as_ascii().map(str::as_bytes), new.as_ascii().map(str::as_bytes))
        {
            return self.replaced_char(t, text.as_bytes(), from, to, count);
        }
        let places: Vec<usize> = if old.len() == 0 {
            (0..=n).take(count).collect()
        } else {
            let found = by_width!(self.chars(), s, U => match U::of(old.chars()) {
                Some(old) => search::find_all(s, &old, count),
                None => Vec::new(),
            });
            if found.is_empty() || old.eq(new) {
                return unchanged(t, self);
            }
            found
        };
        let removed = places.len() * old.len();
        let Some(total) = new
            .len()
            .checked_mul(places.len())
            .and_then(|added| (n - removed).checked_add(added))
            .filter(|&n| n <= isize::MAX as usize)
        else {
            return Err(err!(t, OverflowError, "replace string is too long"));
        };
        if total == 0 {
            return Ok(Self::empty().own());
        }
        let out = Self::alloc(t, total, self.max_char_bound().max(new.max_char_bound()))?;
        let chars = self.chars();
        let (mut from, mut to) = (0, 0);
        // SAFETY: the total was computed from the same pieces.
        unsafe {
            for place in places {
                out.write_chars(to, chars.slice(from, place));
                to += place - from;
                out.write_chars(to, new.chars());
                to += new.len();
                from = place + old.len();
            }
            out.write_chars(to, chars.slice(from, n));
        }
        Self::narrowed(t, out)
    }

    /// `self.replace(from, to, count)` of ASCII characters: a copy, written over.
    fn replaced_char(&self, t: &Thread, text: &[u8], from: u8, to: u8, count: usize) -> PyResult<Owned<Self>> {
        let Some(first) = memchr::memchr(from, text).filter(|_| from != to) else { return unchanged(t, self) };
        if text.len() == 1 {
            return Ok(Self::latin1_char(to).own());
        }
        let out = Self::from_ascii(t, text)?;
        // SAFETY: a fresh string that nobody has seen, as long as the text.
        let data = unsafe { core::slice::from_raw_parts_mut(out.data_ptr(), text.len()) };
        if count >= text.len() {
            for c in &mut data[first..] {
                *c = if *c == from { to } else { *c };
            }
        } else {
            for c in data[first..].iter_mut().filter(|c| **c == from).take(count) {
                *c = to;
            }
        }
        Ok(out)
    }

    fn check_separator(t: &Thread, separator: &Object, or_none: bool) -> PyResult<()> {
        match separator.downcast::<Self>() {
            Some(text) if text.len() == 0 => Err(err!(t, ValueError, "empty separator")),
            Some(_) => Ok(()),
            None => Err(err!(
                t,
                TypeError,
                "must be str{}, not {:.100}",
                if or_none { " or None" } else { "" },
                separator.class().name_lossy()
            )),
        }
    }

    /// `self.split(sep, max)` or `self.rsplit(sep, max)`.
    fn split_parts(&self, t: &Thread, sep: Option<&Object>, max: isize, backward: bool) -> PyResult<Owned<PyList>> {
        let sep = crate::attr::none_if_none(sep);
        if let Some(sep) = sep {
            Self::check_separator(t, sep, true)?;
        }
        let most = match sep.and_then(|sep| sep.downcast::<Self>()) {
            Some(_) if self.len() == 0 => 0,
            Some(sep) => self.len() / sep.len() + 1,
            None => self.len().saturating_sub(1) / 2 + 1,
        };
        let max = max_count(max);
        let parts = PyList::with_capacity(t, max.min(most).min(PREALLOCATED - 1) + 1)?;
        if let (None, false, Chars::One(text)) = (sep, backward, self.chars()) {
            self.split_latin1_words(t, text, max, &parts)?;
            return Ok(parts);
        }
        let mut push = |r: Range<usize>| parts.append(t, self.substring(t, r.start, r.end)?.into_object());
        match sep.and_then(|sep| sep.downcast::<Self>()) {
            Some(sep) => by_width!(self.chars(), s, U => match U::of(sep.chars()) {
                Some(sep) if backward => search::rsplit(s, &sep, max, &mut push)?,
                Some(sep) => search::split(s, &sep, max, &mut push)?,
                None => push(0..s.len())?,
            }),
            None => by_width!(self.chars(), s, U => {
                let space = |c: U| ucd::is_space(c.cp());
                if backward {
                    search::rsplit_whitespace(s, space, max, &mut push)?;
                } else {
                    search::split_whitespace(s, space, max, &mut push)?;
                }
            }),
        }
        if backward {
            parts.reverse_items();
        }
        Ok(parts)
    }

    /// `self.split(None, max)` of a string whose characters are bytes.
    fn split_latin1_words(&self, t: &Thread, text: &[u8], max: usize, parts: &PyList) -> PyResult<()> {
        let space = |i: usize| LATIN1_SPACE[text[i] as usize];
        let n = text.len();
        let (mut i, mut left) = (0, max);
        loop {
            while i < n && space(i) {
                i += 1;
            }
            if i == n {
                return Ok(());
            }
            let start = i;
            if left == 0 {
                i = n;
            } else {
                left -= 1;
                i += 1;
                while i < n && !space(i) {
                    i += 1;
                }
            }
            let part = match &text[start..i] {
                part if part.len() == n && self.is_exact::<Self>() => self.own(),
                &[c] => Self::latin1_char(c).own(),
                part if self.is_ascii() => Self::from_ascii(t, part)?,
                part => Self::from_latin1(t, part)?,
            };
            parts.append(t, part.into_object())?;
        }
    }

    fn partition_at(&self, t: &Thread, sep: &Object, backward: bool) -> PyResult<Owned<PyTuple>> {
        Self::check_separator(t, sep, false)?;
        let Some(text) = sep.downcast::<Self>() else { return Ok(PyTuple::empty().own()) };
        let empty = || Self::empty().own().into_object();
        let whole = || crate::upcast(self).own();
        let items = match self.find_range(text, 0, isize::MAX, backward) {
            Some(i) => [
                self.substring(t, 0, i)?.into_object(),
                sep.own(),
                self.substring(t, i + text.len(), self.len())?.into_object(),
            ],
            None if backward => [empty(), empty(), whole()],
            None => [whole(), empty(), empty()],
        };
        PyTuple::from_iter_exact(t, items.len(), items.into_iter())
    }

    /// Three-way comparison by code points.
    pub fn cmp(&self, other: &PyStr) -> Ordering {
        match (self.chars(), other.chars()) {
            (Chars::One(a), Chars::One(b)) => a.cmp(b),
            (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
            (Chars::Four(a), Chars::Four(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }

    /// `self op other`.
    #[inline]
    pub fn compares(&self, other: &PyStr, op: CompareOp) -> bool {
        match op {
            CompareOp::Eq => self.eq(other),
            CompareOp::Ne => !self.eq(other),
            _ => op.matches(self.cmp(other)),
        }
    }

    /// `str.isidentifier`.
    pub fn is_identifier(&self) -> bool {
        if let Some(text) = self.as_ascii() {
            let mut bytes = text.bytes();
            return bytes.next().is_some_and(|b| b == b'_' || b.is_ascii_alphabetic())
                && bytes.all(|b| b == b'_' || b.is_ascii_alphanumeric());
        }
        let chars = self.chars();
        let mut chars = chars.iter();
        chars.next().is_some_and(|c| c == u32::from(b'_') || ucd::is_xid_start(c)) && chars.all(ucd::is_xid_continue)
    }

    fn all(&self, test: impl Fn(u32) -> bool) -> bool {
        self.len() > 0 && by_width!(self.chars(), s, U => s.iter().all(|c: &U| test(c.cp())))
    }

    /// ASCII text mapped byte by byte.
    fn map_ascii(&self, t: &Thread, map: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>> {
        let n = self.len();
        if n < 2 {
            let mut one = [0];
            one[..n].copy_from_slice(self.data_bytes());
            map(&mut one[..n]);
            return Self::from_ascii(t, &one[..n]);
        }
        let out = Self::alloc(t, n, 0x7f)?;
        // SAFETY: a fresh string of this length, whose bytes are written before they are read.
        unsafe {
            core::ptr::copy_nonoverlapping(self.data_ptr(), out.data_ptr(), n);
            map(core::slice::from_raw_parts_mut(out.data_ptr(), n));
        }
        Ok(out)
    }

    /// The string repeated.
    pub fn repeat(&self, t: &Thread, n: isize) -> PyResult<Owned<Self>> {
        let len = self.len();
        if n <= 0 || len == 0 {
            return Ok(Self::empty().own());
        }
        if n == 1 {
            return unchanged(t, self);
        }
        let n = n as usize;
        let Some(total) = len.checked_mul(n).filter(|&n| n <= isize::MAX as usize) else {
            return Err(err!(t, OverflowError, "repeated string is too long"));
        };
        let out = Self::alloc(t, total, self.max_char_bound())?;
        // SAFETY: a fresh string with room for all characters.
        unsafe {
            if len == 1 {
                out.fill(0, n, self.char_at(0));
            } else {
                let width = self.kind() as usize;
                let data = out.data_ptr();
                let unit = len * width;
                core::ptr::copy_nonoverlapping(self.data_ptr(), data, unit);
                let mut done = unit;
                while done < total * width {
                    let chunk = done.min(total * width - done);
                    core::ptr::copy_nonoverlapping(data, data.add(done), chunk);
                    done += chunk;
                }
            }
        }
        Ok(out)
    }

    /// `self[i]`.
    #[inline]
    pub fn item(&self, t: &Thread, i: isize) -> PyResult<Owned<Self>> {
        match usize::try_from(i).ok().filter(|&i| i < self.len()) {
            Some(i) => Self::from_char(t, self.char_at(i)),
            None => Err(err!(t, IndexError, "string index out of range")),
        }
    }

    /// `self[slice]`.
    pub fn slice(&self, t: &Thread, slice: &PySlice) -> PyResult<Owned<Self>> {
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.len());
        if n == 0 {
            return Ok(Self::empty().own());
        }
        if bounds.step == 1 {
            let start = bounds.start as usize;
            return self.substring(t, start, start + n);
        }
        by_width!(self.chars(), s, U => {
            let picked: Vec<U> =
                (0..n).map(|k| s[(bounds.start + k as isize * bounds.step) as usize]).collect();
            U::to_str(t, &picked)
        })
    }

    /// `separator.join(iterable)`.
    pub fn join(&self, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        // SAFETY: neither checking nor joining strings runs Python code.
        unsafe {
            if let Some(list) = iterable.downcast_exact::<PyList>() {
                return self.join_slice(t, list.as_slice());
            }
        }
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
            return self.join_slice(t, tuple.as_slice());
        }
        let items = crate::iter::fast_vec(t, iterable, "can only join an iterable")?;
        let items: Vec<&Object> = items.iter().map(|item| &**item).collect();
        self.join_slice(t, &items)
    }

    fn join_slice(&self, t: &Thread, items: &[&Object]) -> PyResult<Owned<Self>> {
        for (i, item) in items.iter().enumerate() {
            if !item.is_instance_of::<Self>() {
                return Err(err!(
                    t,
                    TypeError,
                    "sequence item {i}: expected str instance, {:.80} found",
                    item.class().name_lossy()
                ));
            }
        }
        // SAFETY: every item was seen to be a `str`; both are pointers to the object.
        let items = unsafe { core::slice::from_raw_parts(items.as_ptr().cast::<&Self>(), items.len()) };
        Self::join_all(t, Some(self), items)
    }

    /// `repr(self)`.
    pub fn repr_text(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if let Some(text) = self.as_ascii()
            && text.bytes().all(|b| (32..127).contains(&b) && b != b'\\' && b != b'\'')
        {
            let out = Self::alloc(t, text.len() + 2, 0x7f)?;
            // SAFETY: a fresh string of this length.
            unsafe {
                out.fill(0, 1, u32::from(b'\''));
                out.write_chars(1, self.chars());
                out.fill(text.len() + 1, 1, u32::from(b'\''));
            }
            return Ok(out);
        }
        let buf = by_width!(self.chars(), s, U => {
            let _: &[U] = s;
            taipan_text::repr::repr_str(s, false)
        });
        Self::from_buf(t, buf)
    }

    /// `format(self, spec)` of text.
    pub fn format_text(&self, t: &Thread, spec: &PyStr, type_name: &str) -> PyResult<Owned<Self>> {
        let spec = parse_spec(t, spec, Align::Left, b's', type_name)?;
        check_width(t, &spec)?;
        let (n, left, right) = layout_str(&spec, self.len()).map_err(|e| raise(t, e))?;
        if left == 0 && right == 0 {
            return self.substring(t, 0, n);
        }
        self.substring(t, 0, n)?.pad(t, left, right, spec.fill)
    }

    /// `str(object, encoding, errors)` of a bytes-like object (`PyUnicode_FromEncodedObject`).
    pub fn from_encoded(t: &Thread, object: &Object, encoding: Option<&str>, errors: Option<&str>) -> PyResult {
        if let Some(bytes) = object.downcast::<PyBytes>() {
            return codecs::decode(t, bytes.as_bytes(), encoding, errors).map(Owned::into_object);
        }
        if object.is_instance_of::<Self>() {
            return Err(err!(t, TypeError, "decoding str is not supported"));
        }
        if !crate::buffer::is_buffer(object) {
            return Err(err!(
                t,
                TypeError,
                "decoding to str: need a bytes-like object, {:.80} found",
                object.class().name_lossy()
            ));
        }
        let view = crate::buffer::Buffer::readable(t, object)?;
        codecs::decode(t, view.as_bytes(), encoding, errors).map(Owned::into_object)
    }

    /// A copy as an instance of a subclass, with the characters in a block of their own.
    pub fn to_subclass(&self, t: &Thread, class: &PyType) -> PyResult {
        let out = class.alloc(t, 0)?;
        let n = self.len();
        let width = self.kind() as usize;
        let Some(bytes) = n.checked_add(1).and_then(|n| n.checked_mul(width)) else {
            return Err(errors::no_memory(t));
        };
        // SAFETY: a fresh zeroed instance with the layout of a non-compact string; the block has room for the
        // characters and a closing zero.
        unsafe {
            let data = taipan_runtime::mem::alloc(bytes);
            if data.is_null() {
                return Err(errors::no_memory(t));
            }
            core::ptr::copy_nonoverlapping(self.data_ptr(), data, n * width);
            core::ptr::write_bytes(data.add(n * width), 0, width);
            let raw = out.as_ptr().cast::<PyUnicodeObject>();
            let ascii = &raw mut (*raw)._base._base;
            (*ascii).length = n as isize;
            (*ascii).hash = (*self.raw()).hash;
            (*ascii).state = ((width as u32) << STATE_KIND_SHIFT) | if self.is_ascii() { STATE_ASCII } else { 0 };
            (*raw).data = data.cast();
            if self.is_ascii() {
                (*raw)._base.utf8 = data.cast();
                (*raw)._base.utf8_length = n as isize;
            }
        }
        Ok(out)
    }

    fn construct(
        class: &PyType,
        t: &Thread,
        object: Option<&Object>,
        encoding: Option<&Object>,
        errors: Option<&Object>,
    ) -> PyResult {
        let text = |arg: Option<&'_ Object>, name: &'static str| -> PyResult<Option<Owned<Self>>> {
            let Some(arg) = arg else { return Ok(None) };
            let what = crate::argparse::What::Name("str", name);
            <CStrArg<'_> as crate::argparse::FromArg<'_>>::from_arg(t, arg, what)?;
            Ok(arg.downcast::<Self>().map(Own::own))
        };
        let encoding = text(encoding, "encoding")?;
        let errors = text(errors, "errors")?;
        let value = match object {
            None => Self::empty().own().into_object(),
            Some(object) if encoding.is_none() && errors.is_none() => object.str(t)?.into_object(),
            Some(object) => {
                let encoding = encoding.as_ref().map(|s| s.to_utf8(t)).transpose()?;
                let errors = errors.as_ref().map(|s| s.to_utf8(t)).transpose()?;
                Self::from_encoded(t, object, encoding, errors)?
            }
        };
        if is_exact_class::<Self>(class) {
            return Ok(value);
        }
        match value.downcast::<Self>() {
            Some(text) => text.to_subclass(t, class),
            None => Ok(value.own()),
        }
    }
}

/// What a translation table says of a character.
enum Translated {
    Same,
    Delete,
    Char(u32),
    Text(Owned<PyStr>),
}

/// Of `str.translate`: the table was not asked for a character, or has it deleted.
const NOT_ASKED: u8 = 0xff;
const DELETED: u8 = 0xfe;

fn translate_lookup(t: &Thread, table: &Object, c: u32) -> PyResult<Translated> {
    let key = PyInt::from_i64(t, i64::from(c))?;
    let found = match crate::sequence::get_item_opt(t, table, &key) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Translated::Same),
        Err(raised) => {
            if errors::matches::<exceptions::LookupError>(t) {
                errors::clear(t);
                return Ok(Translated::Same);
            }
            return Err(raised);
        }
    };
    if found.is(singletons::none()) {
        return Ok(Translated::Delete);
    }
    if let Some(int) = found.downcast::<PyInt>() {
        return match int.to_i64().and_then(|v| u32::try_from(v).ok()).filter(|&v| v <= 0x10ffff) {
            Some(c) => Ok(Translated::Char(c)),
            None => Err(err!(t, ValueError, "character mapping must be in range(0x110000)")),
        };
    }
    match found.into_type::<PyStr>() {
        Ok(text) => Ok(Translated::Text(text)),
        Err(_) => Err(err!(t, TypeError, "character mapping must return integer, None or str")),
    }
}

const NEW: Signature = Signature {
    fname: "str",
    params: &[
        Param { name: "object", required: false },
        Param { name: "encoding", required: false },
        Param { name: "errors", required: false },
    ],
    pos_only: 0,
    positional: 3,
    varargs: false,
    varkw: false,
};

#[class(
    name = "str", layout, export = PyUnicode_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = UNICODE_SUBCLASS,
    dealloc = crate::unicode::str_dealloc, basicsize = 64, doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'."
)]
impl PyStr {
    #[slot]
    fn tp_new(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 3];
        args.parse(t, &NEW, &mut slots)?;
        Self::construct(class, t, slots[0], slots[1], slots[2])
    }

    #[slot]
    fn tp_vectorcall(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if args.n_keywords() > 0 {
            return Self::tp_new(class, t, args);
        }
        check_positional(t, "str", args.pos.len(), 0, 3)?;
        let at = |i: usize| args.pos.get(i).copied();
        Self::construct(class, t, at(0), at(1), at(2))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        self.repr_text(t).map(Owned::into_object)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        unchanged(t, self).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(self.hash())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        iter::iter(t, self)
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        Ok(singletons::bool(self.compares(other, op)).own())
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match left.downcast::<Self>() {
            Some(template) => crate::percent::format_str(t, template, right).map(Owned::into_object),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult {
        match other.downcast::<Self>() {
            Some(other) => self.concat(t, other).map(Owned::into_object),
            None => {
                Err(err!(t, TypeError, "can only concatenate str (not \"{:.200}\") to str", other.class().name_lossy()))
            }
        }
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        self.repeat(t, index).map(Owned::into_object)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        self.item(t, index).map(Owned::into_object)
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        match other.downcast::<Self>() {
            Some(other) => Ok(self.contains(other)),
            None => Err(err!(
                t,
                TypeError,
                "'in <string>' requires string as left operand, not {:.100}",
                other.class().name_lossy()
            )),
        }
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let i = number::index_as_isize_or(t, key, crate::exceptions_class!(IndexError))?;
            let i = if i < 0 { i + self.len() as isize } else { i };
            return self.item(t, i).map(Owned::into_object);
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.slice(t, slice).map(Owned::into_object),
            None => Err(err!(t, TypeError, "string indices must be integers, not '{:.200}'", key.class().name_lossy())),
        }
    }

    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
    ///     and 'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "(encoding='utf-8', errors='strict')")]
    fn encode(&self, t: &Thread, encoding: CStrArg<'_>, errors: CStrArg<'_>) -> PyResult<Owned<PyBytes>> {
        if encoding.0.is_none() && errors.0.is_none() {
            return codecs::native::encode_utf8(t, self, None);
        }
        codecs::encode(t, self, encoding.0, errors.0)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "(old, new, /, count=-1)")]
    fn replace(&self, t: &Thread, old: &PyStr, new: &PyStr, count: isize) -> PyResult<Owned<Self>> {
        self.replaced(t, old, new, max_count(count))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    ///
    /// Note, str.split() is mainly useful for data that has been
    /// intentionally delimited.  With natural text that includes
    /// punctuation, consider using the regular expression module.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn split(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        self.split_parts(t, sep, maxsplit, false)
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn rsplit(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        self.split_parts(t, sep, maxsplit, true)
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given
    /// string.  The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method(name = "join", sig = "(iterable, /)")]
    fn join_(&self, t: &Thread, iterable: &Object) -> PyResult<Owned<Self>> {
        self.join(t, iterable)
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the
    /// rest lower case.
    #[method]
    fn capitalize(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_ascii() {
            return self.map_ascii(t, |s| {
                taipan_text::ascii::make_lower(s);
                if let Some(first) = s.first_mut() {
                    first.make_ascii_uppercase();
                }
            });
        }
        self.mapped(t, case::capitalize, case::capitalize, case::capitalize)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method]
    fn casefold(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_ascii() {
            return self.map_ascii(t, taipan_text::ascii::make_lower);
        }
        self.mapped(t, case::casefold, case::casefold, case::casefold)
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all
    /// remaining cased characters have lower case.
    #[method]
    fn title(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.mapped(t, case::title, case::title, case::title)
    }

    fn mapped(
        &self,
        t: &Thread,
        one: fn(&[u8]) -> Vec<u32>,
        two: fn(&[u16]) -> Vec<u32>,
        four: fn(&[u32]) -> Vec<u32>,
    ) -> PyResult<Owned<Self>> {
        let out = match self.chars() {
            Chars::One(s) => one(s),
            Chars::Two(s) => two(s),
            Chars::Four(s) => four(s),
        };
        Self::from_code_points(t, &out)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn center(&self, t: &Thread, width: isize, fillchar: FillChar) -> PyResult<Owned<Self>> {
        self.widened(t, width, fillchar.0, |extra, width| extra / 2 + (extra & width & 1))
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn count(&self, t: &Thread, sub: &PyStr, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        let start = slice_index(t, start, 0)?;
        let end = slice_index(t, end, isize::MAX)?;
        let (start, end) = clip_range(start, end, self.len());
        if end - start < sub.len() as isize {
            return Ok(0);
        }
        let part = self.chars();
        let part = part.slice(start as usize, end as usize);
        Ok(by_width!(part, s, U => match U::of(sub.chars()) {
            Some(sub) => search::count(s, &sub, usize::MAX),
            None => 0,
        }))
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "(tabsize=8)")]
    fn expandtabs(&self, t: &Thread, tabsize: i32) -> PyResult<Owned<Self>> {
        let chars = self.chars();
        if !chars.iter().any(|c| c == 9) {
            return unchanged(t, self);
        }
        let tab = tabsize.max(0) as usize;
        // The length first: tabs may be wide enough to fill the memory.
        let (mut total, mut column) = (0usize, 0usize);
        for c in chars.iter() {
            let n = match c {
                9 if tab > 0 => tab - column % tab,
                9 => 0,
                _ => 1,
            };
            column = if matches!(c, 10 | 13) { 0 } else { column.wrapping_add(n) };
            total = match total.checked_add(n).filter(|&n| n <= isize::MAX as usize) {
                Some(total) => total,
                None => return Err(err!(t, OverflowError, "new string is too long")),
            };
        }
        let out = Self::alloc(t, total, self.max_char_bound())?;
        let (mut at, mut column) = (0usize, 0usize);
        for c in chars.iter() {
            let n = match c {
                9 if tab > 0 => tab - column % tab,
                9 => 0,
                _ => 1,
            };
            // SAFETY: the total was computed by the same steps.
            unsafe { out.fill(at, n, if c == 9 { 32 } else { c }) };
            at += n;
            column = if matches!(c, 10 | 13) { 0 } else { column.wrapping_add(n) };
        }
        Ok(out)
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn find(&self, t: &Thread, sub: &PyStr, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(self.search(t, sub, start, end, false)?.map_or(-1, |i| i as isize))
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator
    /// is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing
    /// the original string and two empty strings.
    #[method]
    fn partition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        self.partition_at(t, sep, false)
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn index(&self, t: &Thread, sub: &PyStr, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        self.search(t, sub, start, end, false)?.ok_or_else(|| err!(t, ValueError, "substring not found"))
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn ljust(&self, t: &Thread, width: isize, fillchar: FillChar) -> PyResult<Owned<Self>> {
        self.widened(t, width, fillchar.0, |_, _| 0)
    }

    /// Return a copy of the string converted to lowercase.
    #[method]
    fn lower(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_ascii() {
            return self.map_ascii(t, taipan_text::ascii::make_lower);
        }
        self.mapped(t, case::lower, case::lower, case::lower)
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn lstrip(&self, t: &Thread, chars: Option<&Object>) -> PyResult<Owned<Self>> {
        self.strip_ends(t, chars, Ends { left: true, right: false }, "lstrip")
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rfind(&self, t: &Thread, sub: &PyStr, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(self.search(t, sub, start, end, true)?.map_or(-1, |i| i as isize))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice
    /// notation.  Raises ValueError when the substring is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rindex(&self, t: &Thread, sub: &PyStr, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        self.search(t, sub, start, end, true)?.ok_or_else(|| err!(t, ValueError, "substring not found"))
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is
    /// a space).
    #[method(sig = "(width, fillchar=' ', /)")]
    fn rjust(&self, t: &Thread, width: isize, fillchar: FillChar) -> PyResult<Owned<Self>> {
        self.widened(t, width, fillchar.0, |extra, _| extra)
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn rstrip(&self, t: &Thread, chars: Option<&Object>) -> PyResult<Owned<Self>> {
        self.strip_ends(t, chars, Ends { left: false, right: true }, "rstrip")
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the
    /// end.  If the separator is found, returns a 3-tuple containing the
    /// part before the separator, the separator itself, and the part after
    /// it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty strings and the original string.
    #[method]
    fn rpartition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        self.partition_at(t, sep, true)
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "(keepends=False)")]
    fn splitlines(&self, t: &Thread, keepends: bool) -> PyResult<Owned<PyList>> {
        let lines = PyList::new(t)?;
        let mut push = |r: Range<usize>| lines.append(t, self.substring(t, r.start, r.end)?.into_object());
        by_width!(self.chars(), s, U => search::split_lines(s, |c: U| ucd::is_linebreak(c.cp()), keepends, &mut push)?);
        Ok(lines)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "(chars=None, /)")]
    fn strip(&self, t: &Thread, chars: Option<&Object>) -> PyResult<Owned<Self>> {
        self.strip_ends(t, chars, Ends { left: true, right: true }, "strip")
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method]
    fn swapcase(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.mapped(t, case::swapcase, case::swapcase, case::swapcase)
    }

    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals
    ///     to Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for
    /// instance a dictionary or list.  If this operation raises
    /// LookupError, the character is left untouched.  Characters mapped to
    /// None are deleted.
    #[method]
    fn translate(&self, t: &Thread, table: &Object) -> PyResult<Owned<Self>> {
        let n = self.len();
        let mut at = 0;
        let mut out = TextBuf::new();
        // As long as ASCII becomes ASCII or nothing, what the table said of a character is kept and not asked for again.
        if let Some(text) = self.as_ascii() {
            let made = Self::alloc_ascii(t, n)?;
            let mut known = [NOT_ASKED; 128];
            let mut len = 0;
            for &c in text.as_bytes() {
                let slot = &mut known[usize::from(c & 0x7f)];
                if *slot == NOT_ASKED {
                    *slot = match translate_lookup(t, table, u32::from(c))? {
                        Translated::Same => c,
                        Translated::Delete => DELETED,
                        Translated::Char(new) if new < 0x80 => new as u8,
                        Translated::Text(text) if text.len() == 1 && text.is_ascii() => text.char_at(0) as u8,
                        _ => break,
                    };
                }
                if *slot != DELETED {
                    // SAFETY: a fresh string of `n` characters that nobody else sees; no more than that are written.
                    unsafe { *made.data_ptr().add(len) = *slot };
                    len += 1;
                }
                at += 1;
            }
            if at == n && len == n && n > 1 {
                return Ok(made);
            }
            // SAFETY: as many characters were written.
            let done = unsafe { core::slice::from_raw_parts(made.data_ptr(), len) };
            if at == n {
                return Self::from_ascii(t, done);
            }
            out.extend_latin1(done);
        }
        let chars = self.chars();
        while at < n {
            let c = chars.at(at);
            at += 1;
            match translate_lookup(t, table, c)? {
                Translated::Same => out.push(c),
                Translated::Char(new) => out.push(new),
                Translated::Text(text) => text.push_to(&mut out),
                // All that are deleted in a row, up to one that is then asked for again.
                Translated::Delete => {
                    while at < n && matches!(translate_lookup(t, table, chars.at(at))?, Translated::Delete) {
                        at += 1;
                    }
                }
            }
        }
        Self::from_buf(t, out)
    }

    /// Return a copy of the string converted to uppercase.
    #[method]
    fn upper(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_ascii() {
            return self.map_ascii(t, taipan_text::ascii::make_upper);
        }
        self.mapped(t, case::upper, case::upper, case::upper)
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(sig = "(prefix, start=None, end=None, /)", text = "(prefix[, start[, end]], /)")]
    fn startswith(&self, t: &Thread, prefix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        if start.is_none()
            && end.is_none()
            && let Some(part) = prefix.downcast::<Self>()
        {
            return Ok(self.tail_match_whole(part, false));
        }
        self.starts_or_ends(t, prefix, start, end, false)
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(sig = "(suffix, start=None, end=None, /)", text = "(suffix[, start[, end]], /)")]
    fn endswith(&self, t: &Thread, suffix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        if start.is_none()
            && end.is_none()
            && let Some(part) = suffix.downcast::<Self>()
        {
            return Ok(self.tail_match_whole(part, true));
        }
        self.starts_or_ends(t, suffix, start, end, true)
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return
    /// string[len(prefix):].  Otherwise, return a copy of the original
    /// string.
    #[method]
    fn removeprefix(&self, t: &Thread, prefix: &PyStr) -> PyResult<Owned<Self>> {
        if self.tail_match(prefix, 0, isize::MAX, false) {
            return self.substring(t, prefix.len(), self.len());
        }
        unchanged(t, self)
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not
    /// empty, return string[:-len(suffix)].  Otherwise, return a copy of
    /// the original string.
    #[method]
    fn removesuffix(&self, t: &Thread, suffix: &PyStr) -> PyResult<Owned<Self>> {
        if suffix.len() > 0 && self.tail_match(suffix, 0, isize::MAX, true) {
            return self.substring(t, 0, self.len() - suffix.len());
        }
        unchanged(t, self)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[method]
    fn isascii(&self, _t: &Thread) -> bool {
        self.is_ascii()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are
    /// lowercase and there is at least one cased character in the string.
    #[method]
    fn islower(&self, _t: &Thread) -> bool {
        by_width!(self.chars(), s, U => case::is_lower::<U>(s))
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are
    /// uppercase and there is at least one cased character in the string.
    #[method]
    fn isupper(&self, _t: &Thread) -> bool {
        by_width!(self.chars(), s, U => case::is_upper::<U>(s))
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[method]
    fn istitle(&self, _t: &Thread) -> bool {
        by_width!(self.chars(), s, U => case::is_title::<U>(s))
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are
    /// whitespace and there is at least one character in the string.
    #[method]
    fn isspace(&self, _t: &Thread) -> bool {
        self.all(ucd::is_space)
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are
    /// decimal and there is at least one character in the string.
    #[method]
    fn isdecimal(&self, _t: &Thread) -> bool {
        self.all(ucd::is_decimal)
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are
    /// digits and there is at least one character in the string.
    #[method]
    fn isdigit(&self, _t: &Thread) -> bool {
        self.all(ucd::is_digit)
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and
    /// there is at least one character in the string.
    #[method]
    fn isnumeric(&self, _t: &Thread) -> bool {
        self.all(ucd::is_numeric)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are
    /// alphabetic and there is at least one character in the string.
    #[method]
    fn isalpha(&self, _t: &Thread) -> bool {
        self.all(ucd::is_alpha)
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are
    /// alpha-numeric and there is at least one character in the string.
    #[method]
    fn isalnum(&self, _t: &Thread) -> bool {
        self.all(ucd::is_alnum)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved
    /// identifier, such as "def" or "class".
    #[method]
    fn isidentifier(&self, _t: &Thread) -> bool {
        self.is_identifier()
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[method]
    fn isprintable(&self, _t: &Thread) -> bool {
        self.len() == 0 || self.all(ucd::is_printable)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method]
    fn zfill(&self, t: &Thread, width: isize) -> PyResult<Owned<Self>> {
        let n = self.len();
        let Some(extra) = usize::try_from(width).ok().and_then(|w| w.checked_sub(n)).filter(|&e| e > 0) else {
            return unchanged(t, self);
        };
        let out = self.pad(t, extra, 0, u32::from(b'0'))?;
        if n > 0 {
            let sign = self.char_at(0);
            if sign == u32::from(b'+') || sign == u32::from(b'-') {
                // SAFETY: nobody else has seen the string.
                unsafe {
                    out.fill(0, 1, sign);
                    out.fill(extra, 1, u32::from(b'0'));
                }
            }
        }
        Ok(out)
    }

    /// Return a formatted version of the string, using substitutions from args and kwargs.
    /// The substitutions are identified by braces ('{' and '}').
    #[method(name = "format", text = "(*args, **kwargs)")]
    fn format_(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let kwargs: Option<Owned> = match args.kw {
            Keywords::None => None,
            Keywords::Dict(dict) => Some(crate::upcast(dict).own()),
            Keywords::Names(..) => {
                let dict = PyDict::new(t)?;
                args.for_each_keyword(t, |name, value| dict.set_item(t, name, value))?;
                Some(dict.into_object())
            }
        };
        template::format(t, self, Values { args: Some(args.pos), kwargs: kwargs.as_deref() })
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    /// The substitutions are identified by braces ('{' and '}').
    #[method]
    fn format_map(&self, t: &Thread, mapping: &Object) -> PyResult<Owned<Self>> {
        template::format(t, self, Values { args: None, kwargs: Some(mapping) })
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method(name = "__format__")]
    fn format_spec(&self, t: &Thread, format_spec: &PyStr) -> PyResult<Owned<Self>> {
        if format_spec.len() == 0 {
            return if self.is_exact::<Self>() { Ok(self.own()) } else { crate::upcast(self).str(t) };
        }
        self.format_text(t, format_spec, &self.class().name_lossy())
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping
    /// Unicode ordinals (integers) or characters to Unicode ordinals,
    /// strings or None.  Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length,
    /// and in the resulting dictionary, each character in x will be mapped
    /// to the character at the same position in y.  If there is a third
    /// argument, it must be a string, whose characters will be mapped to
    /// None in the result.
    #[staticmethod(sig = "(x, y='', z='', /)", text = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(t: &Thread, x: &Object, y: StrArg<'_>, z: StrArg<'_>) -> PyResult<Owned<PyDict>> {
        let out = PyDict::new(t)?;
        let code = |c: u32| PyInt::from_i64(t, i64::from(c));
        let Some(y) = y.0 else {
            let Some(dict) = x.downcast_exact::<PyDict>() else {
                return Err(err!(t, TypeError, "if you give only one argument to maketrans it must be a dict"));
            };
            for (key, value) in dict.items_vec() {
                if let Some(text) = key.downcast::<Self>() {
                    if text.len() != 1 {
                        return Err(err!(t, ValueError, "string keys in translatetable must be of length 1"));
                    }
                    out.set_item(t, &*code(text.char_at(0))?, &value)?;
                } else if key.is_instance_of::<PyInt>() {
                    out.set_item(t, &key, &value)?;
                } else {
                    return Err(err!(t, TypeError, "keys in translate table mustbe strings or integers"));
                }
            }
            return Ok(out);
        };
        let Some(x) = x.downcast::<Self>() else {
            return Err(err!(t, TypeError, "first maketrans argument must be a string if there is a second argument"));
        };
        if x.len() != y.len() {
            return Err(err!(t, ValueError, "the first two maketrans arguments must have equal length"));
        }
        for (a, b) in x.chars().iter().zip(y.chars().iter()) {
            out.set_item(t, &*code(a)?, &*code(b)?)?;
        }
        if let Some(z) = z.0 {
            for c in z.chars().iter() {
                out.set_item(t, &*code(c)?, singletons::none())?;
            }
        }
        Ok(out)
    }

    /// Return the size of the string in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self, _t: &Thread) -> usize {
        // SAFETY: plain fields.
        unsafe {
            let state = (*self.raw()).state;
            let units = (self.len() + 1) * self.kind() as usize;
            if state & STATE_COMPACT != 0 && self.is_ascii() {
                return size_of::<PyASCIIObject>() + units;
            }
            let c = self.raw().cast::<PyCompactUnicodeObject>();
            let header = if state & STATE_COMPACT != 0 {
                size_of::<PyCompactUnicodeObject>()
            } else {
                size_of::<PyUnicodeObject>()
            };
            let shared = (*c).utf8.cast::<u8>() == self.data_ptr();
            let utf8 = if (*c).utf8.is_null() || shared { 0 } else { (*c).utf8_length as usize + 1 };
            header + units + utf8
        }
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_vec(t, vec![Self::from_chars(t, self.chars())?.into_object()])
    }
}
