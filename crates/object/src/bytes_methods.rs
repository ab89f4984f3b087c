//! What `bytes` and `bytearray` have in common: methods over byte strings, written once.

use crate::argparse::{FromArg, What};
use crate::buffer::{Buffer, is_buffer};
use crate::bytes::Room;
use crate::clinic::{clip_range, slice_index};
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised, upcast};
use crate::{PyBytes, PyInt, PyList, PyStr, PyTuple, bytes_class, codecs, err, errors, number, percent, sequence};
use std::ops::Range;
use taipan_runtime::Thread;
use taipan_text::format::percent::{Piece, Pieces};
use taipan_text::search::{self, is_byte_space};
use taipan_text::{ascii, hex as hexadecimal};

/// A type whose instances are strings of bytes.
pub trait ByteString: Class {
    /// The bytes. They stay as they are only until other Python code runs.
    fn bytes(&self) -> &[u8];
    /// A new instance of exactly this type.
    fn make(t: &Thread, data: &[u8]) -> PyResult<Owned<Self>>;
    /// A new instance of `n` bytes, zeros at first, which `fill` fills.
    fn filled(t: &Thread, n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>>;
    /// A new instance of the `n` bytes that `write` writes.
    fn written(t: &Thread, n: usize, write: impl FnOnce(&mut Room<'_>)) -> PyResult<Owned<Self>>;
    /// A new instance that takes over a vector.
    fn make_vec(t: &Thread, data: Vec<u8>) -> PyResult<Owned<Self>> {
        Self::make(t, &data)
    }
    /// The whole, as the result of a method that changes nothing.
    fn unchanged(&self, t: &Thread) -> PyResult<Owned<Self>>;
    /// The object itself where it cannot change, else a copy.
    fn itself(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.unchanged(t)
    }
    /// Runs `work`, during which the bytes do not change their number.
    fn pinned<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

impl ByteString for PyBytes {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    fn make(t: &Thread, data: &[u8]) -> PyResult<Owned<Self>> {
        Self::new(t, data)
    }

    fn filled(t: &Thread, n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>> {
        Self::with(t, n, fill)
    }

    fn written(t: &Thread, n: usize, write: impl FnOnce(&mut Room<'_>)) -> PyResult<Owned<Self>> {
        Self::written(t, n, write)
    }

    fn unchanged(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_exact::<Self>() { Ok(self.own()) } else { Self::new(t, self.as_bytes()) }
    }

    fn itself(&self, _t: &Thread) -> PyResult<Owned<Self>> {
        Ok(self.own())
    }
}

/// One byte, given as a byte string of length 1; a space when left out.
#[derive(Clone, Copy)]
pub struct FillByte(pub u8);

impl<'a> FromArg<'a> for FillByte {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        let (fname, position) = match what {
            What::Position(fname, n) => (fname, n),
            What::Only(fname) | What::Name(fname, _) => (fname, 1),
        };
        let data = if let Some(bytes) = arg.downcast::<PyBytes>() {
            bytes.as_bytes().to_vec()
        } else if bytes_class::is_bytearray(arg) {
            crate::buffer::contiguous_bytes(t, arg)?
        } else {
            return Err(crate::argparse::bad_argument(t, what, "a byte string of length 1", arg));
        };
        match data[..] {
            [byte] => Ok(Self(byte)),
            _ => Err(err!(
                t,
                TypeError,
                "{fname}(): argument {position} must be a byte string of length 1, not a {} object of length {}",
                if arg.is_instance_of::<PyBytes>() { "bytes" } else { "bytearray" },
                data.len()
            )),
        }
    }
}

impl From<&'static str> for FillByte {
    fn from(default: &'static str) -> Self {
        Self(default.bytes().next().unwrap_or(b' '))
    }
}

/// Copies bytes out; `MemoryError` instead of an abort.
pub fn try_vec<T>(t: &Thread, n: usize) -> PyResult<Vec<T>> {
    let mut out = Vec::new();
    if n > isize::MAX as usize
        || taipan_runtime::mem::is_too_large(n.saturating_mul(size_of::<T>()))
        || out.try_reserve_exact(n).is_err()
    {
        return Err(errors::no_memory(t));
    }
    Ok(out)
}

/// What is looked for: one byte or several.
enum Needle {
    Byte([u8; 1]),
    View(Buffer),
}

impl Needle {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Byte(b) => b,
            Self::View(view) => view.as_bytes(),
        }
    }
}

#[cold]
fn byte_range(t: &Thread) -> Raised {
    err!(t, ValueError, "byte must be in range(0, 256)")
}

/// A byte from a number.
pub fn byte_of(t: &Thread, x: &Object) -> PyResult<u8> {
    let n = number::index_clipped(t, x)?;
    u8::try_from(n).map_err(|_| byte_range(t))
}

fn needle(t: &Thread, sub: &Object) -> PyResult<Needle> {
    if is_buffer(sub) {
        return Buffer::readable(t, sub).map(Needle::View);
    }
    if !number::is_index(sub) {
        return Err(err!(
            t,
            TypeError,
            "argument should be integer or bytes-like object, not '{:.200}'",
            sub.class().name_lossy()
        ));
    }
    byte_of(t, sub).map(|b| Needle::Byte([b]))
}

fn bounds(t: &Thread, start: Option<&Object>, end: Option<&Object>) -> PyResult<(isize, isize)> {
    Ok((slice_index(t, start, 0)?, slice_index(t, end, isize::MAX)?))
}

/// `find`, `rfind` and, with an error, `index` and `rindex`.
pub fn find<B: ByteString>(
    this: &B,
    t: &Thread,
    sub: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    backward: bool,
) -> PyResult<Option<usize>> {
    let (start, end) = bounds(t, start, end)?;
    let needle = this.pinned(|| needle(t, sub))?;
    let (data, needle) = (this.bytes(), needle.as_bytes());
    let (start, end) = clip_range(start, end, data.len());
    if end - start < needle.len() as isize {
        return Ok(None);
    }
    let part = &data[start as usize..end as usize];
    let found = if backward { search::rfind(part, needle) } else { search::find(part, needle) };
    Ok(found.map(|i| i + start as usize))
}

/// As [`find`]; nothing found is an error.
pub fn index<B: ByteString>(
    this: &B,
    t: &Thread,
    sub: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    backward: bool,
) -> PyResult<usize> {
    find(this, t, sub, start, end, backward)?.ok_or_else(|| err!(t, ValueError, "subsection not found"))
}

/// `count`.
pub fn count<B: ByteString>(
    this: &B,
    t: &Thread,
    sub: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
) -> PyResult<usize> {
    let (start, end) = bounds(t, start, end)?;
    let needle = this.pinned(|| needle(t, sub))?;
    let (data, needle) = (this.bytes(), needle.as_bytes());
    let (start, end) = clip_range(start, end, data.len());
    if end - start < needle.len() as isize {
        return Ok(0);
    }
    Ok(search::count(&data[start as usize..end as usize], needle, usize::MAX))
}

/// `sub in this`.
pub fn contains<B: ByteString>(this: &B, t: &Thread, sub: &Object) -> PyResult<bool> {
    if number::is_index(sub) {
        match this.pinned(|| number::index(t, sub)) {
            Ok(index) => {
                let Some(byte) = index.to_i64().and_then(|n| u8::try_from(n).ok()) else {
                    return Err(err!(t, ValueError, "byte must be in range(0, 256)"));
                };
                return Ok(search::find(this.bytes(), &[byte]).is_some());
            }
            // It is no number then, whatever went wrong.
            Err(_) => errors::clear(t),
        }
    }
    let view = this.pinned(|| Buffer::readable(t, sub))?;
    Ok(search::find(this.bytes(), view.as_bytes()).is_some())
}

fn tail_match(data: &[u8], part: &[u8], start: isize, end: isize, at_end: bool) -> bool {
    let (start, end) = clip_range(start, end, data.len());
    let n = part.len() as isize;
    if end - n < start {
        return false;
    }
    let from = if at_end { end - n } else { start } as usize;
    &data[from..from + part.len()] == part
}

/// `startswith` and `endswith`.
pub fn starts_or_ends<B: ByteString>(
    this: &B,
    t: &Thread,
    part: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    at_end: bool,
) -> PyResult<bool> {
    let (start, end) = bounds(t, start, end)?;
    if let Some(parts) = part.downcast::<PyTuple>() {
        for part in parts.as_slice() {
            let view = Buffer::readable(t, part)?;
            if tail_match(this.bytes(), view.as_bytes(), start, end, at_end) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match Buffer::readable(t, part) {
        Ok(view) => Ok(tail_match(this.bytes(), view.as_bytes(), start, end, at_end)),
        Err(raised) => {
            if !errors::matches::<crate::exceptions::TypeError>(t) {
                return Err(raised);
            }
            errors::clear(t);
            Err(err!(
                t,
                TypeError,
                "{} first arg must be bytes or a tuple of bytes, not {:.100}",
                if at_end { "endswith" } else { "startswith" },
                part.class().name_lossy()
            ))
        }
    }
}

/// `removeprefix` and `removesuffix`.
pub fn remove_end<B: ByteString>(this: &B, t: &Thread, part: &Buffer, at_end: bool) -> PyResult<Owned<B>> {
    let (data, part) = (this.bytes(), part.as_bytes());
    if part.is_empty() || !tail_match(data, part, 0, isize::MAX, at_end) {
        return this.unchanged(t);
    }
    if at_end { B::make(t, &data[..data.len() - part.len()]) } else { B::make(t, &data[part.len()..]) }
}

/// `strip`, `lstrip` and `rstrip`.
pub fn strip<B: ByteString>(
    this: &B,
    t: &Thread,
    bytes: Option<&Object>,
    left: bool,
    right: bool,
) -> PyResult<Owned<B>> {
    let view = crate::attr::none_if_none(bytes).map(|bytes| Buffer::readable(t, bytes)).transpose()?;
    let data = this.bytes();
    let range = match &view {
        None => search::strip(data, left, right, is_byte_space),
        Some(view) => {
            let mut set = [false; 256];
            view.as_bytes().iter().for_each(|&b| set[usize::from(b)] = true);
            search::strip(data, left, right, |b: u8| set[usize::from(b)])
        }
    };
    if range.len() == data.len() { this.unchanged(t) } else { B::make(t, &data[range]) }
}

fn max_count(n: isize) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// `split` and `rsplit`.
pub fn split<B: ByteString>(
    this: &B,
    t: &Thread,
    sep: Option<&Object>,
    max: isize,
    backward: bool,
) -> PyResult<Owned<PyList>> {
    let view = crate::attr::none_if_none(sep).map(|sep| this.pinned(|| Buffer::readable(t, sep))).transpose()?;
    let max = max_count(max);
    let data = this.bytes();
    let mut parts: Vec<Owned> = Vec::new();
    let mut push = |r: Range<usize>| -> PyResult<()> {
        let part = if r.len() == data.len() { this.unchanged(t)? } else { B::make(t, &data[r])? };
        parts.push(part.into_object());
        Ok(())
    };
    match &view {
        None if backward => search::rsplit_whitespace(data, is_byte_space, max, &mut push)?,
        None => search::split_whitespace(data, is_byte_space, max, &mut push)?,
        Some(sep) => {
            let sep = sep.as_bytes();
            if sep.is_empty() {
                return Err(err!(t, ValueError, "empty separator"));
            }
            if backward {
                search::rsplit(data, sep, max, &mut push)?;
            } else {
                search::split(data, sep, max, &mut push)?;
            }
        }
    }
    if backward {
        parts.reverse();
    }
    PyList::from_vec(t, parts)
}

/// `splitlines`.
pub fn splitlines<B: ByteString>(this: &B, t: &Thread, keepends: bool) -> PyResult<Owned<PyList>> {
    let data = this.bytes();
    let mut parts: Vec<Owned> = Vec::new();
    search::split_lines(
        data,
        |b: u8| matches!(b, b'\n' | b'\r'),
        keepends,
        |r: Range<usize>| -> PyResult<()> {
            let part = if r.len() == data.len() { this.unchanged(t)? } else { B::make(t, &data[r])? };
            parts.push(part.into_object());
            Ok(())
        },
    )?;
    PyList::from_vec(t, parts)
}

/// `partition` and `rpartition`; `middle` is what stands between the parts.
pub fn partition<B: ByteString>(
    this: &B,
    t: &Thread,
    sep: &[u8],
    middle: impl FnOnce() -> PyResult,
    backward: bool,
) -> PyResult<Owned<PyTuple>> {
    if sep.is_empty() {
        return Err(err!(t, ValueError, "empty separator"));
    }
    let data = this.bytes();
    let found = if backward { search::rfind(data, sep) } else { search::find(data, sep) };
    let empty = || B::make(t, &[]).map(Owned::into_object);
    let items = match found {
        Some(i) => {
            vec![B::make(t, &data[..i])?.into_object(), middle()?, B::make(t, &data[i + sep.len()..])?.into_object()]
        }
        None if backward => vec![empty()?, empty()?, this.itself(t)?.into_object()],
        None => vec![this.itself(t)?.into_object(), empty()?, empty()?],
    };
    PyTuple::from_vec(t, items)
}

/// `replace`.
pub fn replace<B: ByteString>(this: &B, t: &Thread, old: &Buffer, new: &Buffer, count: isize) -> PyResult<Owned<B>> {
    let (data, old, new) = (this.bytes(), old.as_bytes(), new.as_bytes());
    let max = max_count(count);
    let places: Vec<usize> = if max == 0 {
        Vec::new()
    } else if old.is_empty() {
        if new.is_empty() { Vec::new() } else { (0..=data.len()).take(max).collect() }
    } else {
        search::find_all(data, old, max)
    };
    if places.is_empty() {
        return this.unchanged(t);
    }
    let removed = places.len() * old.len();
    let Some(total) = new
        .len()
        .checked_mul(places.len())
        .and_then(|added| (data.len() - removed).checked_add(added))
        .filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(err!(t, OverflowError, "replace bytes is too long"));
    };
    let mut out = try_vec(t, total)?;
    let mut at = 0;
    for place in places {
        out.extend_from_slice(&data[at..place]);
        out.extend_from_slice(new);
        at = place + old.len();
    }
    out.extend_from_slice(&data[at..]);
    B::make_vec(t, out)
}

/// `center`, `ljust` and `rjust`.
pub fn pad<B: ByteString>(
    this: &B,
    t: &Thread,
    width: isize,
    fill: u8,
    left_share: fn(usize, usize) -> usize,
) -> PyResult<Owned<B>> {
    let data = this.bytes();
    let Some(extra) = usize::try_from(width).ok().and_then(|w| w.checked_sub(data.len())).filter(|&e| e > 0) else {
        return this.unchanged(t);
    };
    let left = left_share(extra, width as usize);
    let mut out = try_vec(t, width as usize)?;
    out.resize(left, fill);
    out.extend_from_slice(data);
    out.resize(width as usize, fill);
    B::make_vec(t, out)
}

/// The share of padding on the left of centred text.
pub fn center_share(extra: usize, width: usize) -> usize {
    extra / 2 + (extra & width & 1)
}

/// `zfill`.
pub fn zfill<B: ByteString>(this: &B, t: &Thread, width: isize) -> PyResult<Owned<B>> {
    let data = this.bytes();
    let Some(extra) = usize::try_from(width).ok().and_then(|w| w.checked_sub(data.len())).filter(|&e| e > 0) else {
        return this.unchanged(t);
    };
    let mut out = try_vec(t, width as usize)?;
    out.resize(extra, b'0');
    out.extend_from_slice(data);
    if let Some(&sign @ (b'+' | b'-')) = data.first() {
        out[0] = sign;
        out[extra] = b'0';
    }
    B::make_vec(t, out)
}

/// `expandtabs`.
pub fn expandtabs<B: ByteString>(this: &B, t: &Thread, tabsize: i32) -> PyResult<Owned<B>> {
    let data = this.bytes();
    let tab = tabsize.max(0) as usize;
    let width = |b: u8, column: usize| match b {
        b'\t' if tab > 0 => tab - column % tab,
        b'\t' => 0,
        _ => 1,
    };
    let (mut total, mut column) = (0usize, 0usize);
    for &b in data {
        let n = width(b, column);
        total = match total.checked_add(n).filter(|&n| n <= isize::MAX as usize) {
            Some(total) => total,
            None => return Err(err!(t, OverflowError, "result too long")),
        };
        column = if matches!(b, b'\n' | b'\r') { 0 } else { column.wrapping_add(n) };
    }
    let mut out = try_vec(t, total)?;
    let mut column = 0usize;
    for &b in data {
        let n = width(b, column);
        if b == b'\t' {
            out.resize(out.len() + n, b' ');
        } else {
            out.push(b);
        }
        column = if matches!(b, b'\n' | b'\r') { 0 } else { column.wrapping_add(n) };
    }
    B::make_vec(t, out)
}

/// A method that maps each byte.
pub fn map<B: ByteString>(this: &B, t: &Thread, change: impl FnOnce(&mut [u8])) -> PyResult<Owned<B>> {
    B::filled(t, this.bytes().len(), |out| {
        out.copy_from_slice(this.bytes());
        change(out);
    })
}

/// `capitalize`.
pub fn capitalize(s: &mut [u8]) {
    ascii::make_lower(s);
    if let Some(first) = s.first_mut() {
        first.make_ascii_uppercase();
    }
}

/// `title`.
pub fn title(s: &mut [u8]) {
    let mut inside = false;
    for b in s {
        if inside {
            b.make_ascii_lowercase();
        } else {
            b.make_ascii_uppercase();
        }
        inside = b.is_ascii_alphabetic();
    }
}

/// `swapcase`.
pub fn swapcase(s: &mut [u8]) {
    for b in s {
        if b.is_ascii_alphabetic() {
            *b ^= 0x20;
        }
    }
}

/// The `is...` methods that ask every byte.
pub fn all(s: &[u8], test: impl Fn(u8) -> bool) -> bool {
    !s.is_empty() && s.iter().all(|&b| test(b))
}

/// `islower`.
pub fn is_lower(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_lowercase) && !s.iter().any(u8::is_ascii_uppercase)
}

/// `isupper`.
pub fn is_upper(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_uppercase) && !s.iter().any(u8::is_ascii_lowercase)
}

/// `istitle`.
pub fn is_title(s: &[u8]) -> bool {
    let (mut cased, mut inside) = (false, false);
    for b in s {
        if b.is_ascii_uppercase() {
            if inside {
                return false;
            }
            (cased, inside) = (true, true);
        } else if b.is_ascii_lowercase() {
            if !inside {
                return false;
            }
            (cased, inside) = (true, true);
        } else {
            inside = false;
        }
    }
    cased
}

/// `translate`.
pub fn translate<B: ByteString>(this: &B, t: &Thread, table: &Object, delete: Option<&Object>) -> PyResult<Owned<B>> {
    let table = crate::attr::none_if_none(Some(table)).map(|table| Buffer::readable(t, table)).transpose()?;
    let table = match &table {
        Some(view) if view.len() != 256 => {
            return Err(err!(t, ValueError, "translation table must be 256 characters long"));
        }
        Some(view) => view.as_bytes().first_chunk::<256>(),
        None => None,
    };
    let delete = delete.map(|delete| Buffer::readable(t, delete)).transpose()?;
    let delete = delete.as_ref().map_or(&[][..], Buffer::as_bytes);
    let data = this.bytes();
    if delete.is_empty() {
        let Some(table) = table else { return this.unchanged(t) };
        if data.iter().all(|&b| table[usize::from(b)] == b) {
            return this.unchanged(t);
        }
        return B::filled(t, data.len(), |out| {
            for (to, &b) in out.iter_mut().zip(data) {
                *to = table[usize::from(b)];
            }
        });
    }
    let mut kept = [1; 256];
    for &b in delete {
        kept[usize::from(b)] = 0;
    }
    // What is left out is written over: no branch depends on the bytes.
    let mut out = try_vec(t, data.len())?;
    out.resize(data.len(), 0);
    let mut n = 0;
    for &b in data {
        out[n] = table.map_or(b, |table| table[usize::from(b)]);
        n += kept[usize::from(b)];
    }
    out.truncate(n);
    if out == data { this.unchanged(t) } else { B::make(t, &out) }
}

/// `maketrans`.
pub fn maketrans(t: &Thread, from: &Buffer, to: &Buffer) -> PyResult<Owned<PyBytes>> {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    if from.len() != to.len() {
        return Err(err!(t, ValueError, "maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&a, &b) in from.iter().zip(to) {
        table[usize::from(a)] = b;
    }
    PyBytes::new(t, &table)
}

/// `join`.
pub fn join<B: ByteString>(this: &B, t: &Thread, iterable: &Object) -> PyResult<Owned<B>> {
    // The separator must not change while the items are made: a bytearray is exported meanwhile.
    let _export = Buffer::readable(t, upcast(this))?;
    let items = crate::iter::fast_vec(t, iterable, "can only join an iterable")?;
    if let [only] = &items[..]
        && only.is_exact::<B>()
        && let Some(only) = (**only).downcast_exact::<B>()
    {
        return only.unchanged(t);
    }
    enum Part {
        Bytes(Owned<PyBytes>),
        View(Buffer),
    }
    let mut parts = Vec::with_capacity(items.len());
    let mut total = 0usize;
    // What a list holds may be exchanged by the items' `__buffer__`.
    let list = iterable.downcast_exact::<PyList>();
    for (i, first) in items.iter().enumerate() {
        let item = match list {
            None => first.clone(),
            Some(list) => list.get(i).unwrap_or_else(|| first.clone()),
        };
        let part = match (*item).downcast_exact::<PyBytes>() {
            Some(bytes) => Part::Bytes(bytes.own()),
            None => match Buffer::readable(t, &item) {
                Ok(view) => {
                    if list.is_some_and(|list| list.len() != items.len()) {
                        return Err(err!(t, RuntimeError, "sequence changed size during iteration"));
                    }
                    Part::View(view)
                }
                Err(raised) => {
                    if is_buffer(&item) {
                        return Err(raised);
                    }
                    errors::clear(t);
                    return Err(err!(
                        t,
                        TypeError,
                        "sequence item {i}: expected a bytes-like object, {:.80} found",
                        item.class().name_lossy()
                    ));
                }
            },
        };
        let n = match &part {
            Part::Bytes(bytes) => bytes.len(),
            Part::View(view) => view.len(),
        };
        let separator = if i > 0 { this.bytes().len() } else { 0 };
        total = match total.checked_add(n).and_then(|n| n.checked_add(separator)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err(err!(t, OverflowError, "join() result is too long")),
        };
        parts.push(part);
    }
    let separator = this.bytes();
    B::written(t, total, |room| {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                room.push(separator);
            }
            room.push(match part {
                Part::Bytes(bytes) => bytes.as_bytes(),
                Part::View(view) => view.as_bytes(),
            });
        }
    })
}

/// The length of `data * n`.
///
/// # Errors
/// `MemoryError` if it has none.
pub fn repeated_len(t: &Thread, data: &[u8], n: isize) -> PyResult<usize> {
    let total = data.len().checked_mul(n.max(0) as usize).filter(|&total| total <= isize::MAX as usize);
    total.ok_or_else(|| errors::no_memory(t))
}

/// Writes `data` again and again.
pub fn fill_repeated(out: &mut [u8], data: &[u8]) {
    if let [byte] = data {
        return out.fill(*byte);
    }
    if out.is_empty() || data.is_empty() {
        return;
    }
    let mut done = data.len().min(out.len());
    out[..done].copy_from_slice(&data[..done]);
    while done < out.len() {
        let chunk = done.min(out.len() - done);
        out.copy_within(..chunk, done);
        done += chunk;
    }
}

/// `decode`.
pub fn decode<B: ByteString>(
    this: &B,
    t: &Thread,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyStr>> {
    if let Some(bytes) = upcast(this).downcast::<PyBytes>() {
        return codecs::decode(t, bytes.as_bytes(), encoding, errors);
    }
    // Handlers of errors may change it.
    let data = this.bytes().to_vec();
    codecs::decode(t, &data, encoding, errors)
}

/// `hex` of bytes, also of a `memoryview`.
pub fn hex(t: &Thread, data: &[u8], sep: Option<&Object>, bytes_per_sep: i32) -> PyResult<Owned<PyStr>> {
    let mut separator = None;
    if let Some(sep) = sep {
        if sequence::len(t, sep)? != 1 {
            return Err(err!(t, ValueError, "sep must be length 1."));
        }
        let c = if let Some(text) = sep.downcast::<PyStr>() {
            text.char_at(0)
        } else if let Some(bytes) = sep.downcast::<PyBytes>() {
            u32::from(bytes.as_bytes()[0])
        } else {
            return Err(err!(t, TypeError, "sep must be str or bytes."));
        };
        if c > 127 {
            return Err(err!(t, ValueError, "sep must be ASCII."));
        }
        separator = Some(c as u8);
    }
    let group = bytes_per_sep.unsigned_abs() as usize;
    let n = data.len();
    let separator = separator.filter(|_| group > 0);
    let total = if separator.is_some() { hexadecimal::grouped_len(n, bytes_per_sep) } else { n * 2 };
    let mut out = try_vec(t, total)?;
    out.resize(total, 0);
    match separator {
        Some(separator) => hexadecimal::encode_grouped(data, separator, bytes_per_sep, &mut out),
        None => hexadecimal::encode(data, &mut out),
    }
    PyStr::from_ascii(t, &out)
}

/// The bytes that hexadecimal text stands for.
pub fn from_hex(t: &Thread, string: &Object) -> PyResult<Vec<u8>> {
    let bad = |i: usize| err!(t, ValueError, "non-hexadecimal number found in fromhex() arg at position {i}");
    let view;
    let text: &[u8] = if let Some(text) = string.downcast::<PyStr>() {
        if !text.is_ascii() {
            let at = text.chars().iter().position(|c| c >= 128).unwrap_or(0);
            return Err(bad(at));
        }
        text.data_bytes()
    } else if is_buffer(string) {
        view = Buffer::readable(t, string)?;
        view.as_bytes()
    } else {
        return Err(err!(
            t,
            TypeError,
            "fromhex() argument must be str or bytes-like, not {:.200}",
            string.class().name_lossy()
        ));
    };
    let digit = |i: usize| text.get(i).and_then(|&b| char::from(b).to_digit(16));
    // Most texts have nothing between the digits.
    let mut out = try_vec(t, text.len() / 2)?;
    out.resize(text.len() / 2, 0);
    if text.len().is_multiple_of(2) && hexadecimal::decode(text, &mut out) {
        return Ok(out);
    }
    out.clear();
    let mut i = 0;
    while i < text.len() {
        if is_byte_space(text[i]) {
            i += 1;
            continue;
        }
        let Some(high) = digit(i) else { return Err(bad(i)) };
        let Some(low) = digit(i + 1) else {
            if i + 1 >= text.len() {
                return Err(err!(t, ValueError, "fromhex() arg must contain an even number of hexadecimal digits"));
            }
            return Err(bad(i + 1));
        };
        out.push((high << 4 | low) as u8);
        i += 2;
    }
    Ok(out)
}

/// `template % args`.
pub fn percent_format(t: &Thread, template: &[u8], args: &Object) -> PyResult<Vec<u8>> {
    let mapping = sequence::is_mapping(args)
        && !args.is_instance_of::<PyTuple>()
        && !args.is_instance_of::<PyBytes>()
        && !args.is_instance_of::<PyStr>()
        && !bytes_class::is_bytearray(args);
    let mut arguments = percent::Arguments::new(args, mapping);
    let mut out = Vec::with_capacity(template.len() + 16);
    let mut pieces = Pieces::new(template);
    loop {
        let start = pieces.position();
        let Some(piece) = pieces.next() else { break };
        let spec = match piece {
            Ok(Piece::Literal(range)) => {
                out.extend_from_slice(&template[range]);
                continue;
            }
            Ok(Piece::Spec(spec)) => spec,
            Err(error) => return Err(percent::raise(t, error, &arguments, true)),
        };
        if let Some(key) = &spec.key {
            let key = PyBytes::new(t, &template[key.clone()])?;
            arguments.select(t, &key)?;
        }
        let conversion = percent::resolve(t, &spec, &mut arguments)?;
        if spec.kind == u32::from(b'%') && spec.pos == start + 1 {
            out.push(b'%');
            continue;
        }
        let value = arguments.next(t)?;
        let (text, cut) = match char::from_u32(spec.kind) {
            Some('r' | 'a') => (value.ascii(t)?.data_bytes().to_vec(), true),
            Some('s' | 'b') => (format_bytes(t, &value)?, true),
            Some('c') => (vec![format_byte(t, &value)?], false),
            Some('d' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
                out.extend(percent::number_text(t, &conversion, &value, true)?);
                continue;
            }
            _ => return Err(percent::unsupported(t, &spec)),
        };
        let mut n = text.len();
        if cut && conversion.precision >= 0 {
            n = n.min(conversion.precision as usize);
        }
        let padding = (conversion.width.max(0) as usize).saturating_sub(n);
        if !conversion.left {
            out.extend(core::iter::repeat_n(b' ', padding));
        }
        out.extend_from_slice(&text[..n]);
        if conversion.left {
            out.extend(core::iter::repeat_n(b' ', padding));
        }
    }
    arguments.finish(t, "bytes")?;
    Ok(out)
}

/// `%b`.
fn format_bytes(t: &Thread, value: &Object) -> PyResult<Vec<u8>> {
    if let Some(bytes) = value.downcast_exact::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    if bytes_class::is_bytearray(value) {
        return crate::buffer::contiguous_bytes(t, value);
    }
    if let Some(result) = crate::attr::call_special(t, value, crate::name!(t, "__bytes__"), &[])? {
        return match result.downcast::<PyBytes>() {
            Some(bytes) => Ok(bytes.as_bytes().to_vec()),
            None => Err(err!(t, TypeError, "__bytes__ returned non-bytes (type {:.200})", result.class().name_lossy())),
        };
    }
    if is_buffer(value) {
        return crate::buffer::contiguous_bytes(t, value);
    }
    Err(err!(
        t,
        TypeError,
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{:.100}'",
        value.class().name_lossy()
    ))
}

/// `%c`.
fn format_byte(t: &Thread, value: &Object) -> PyResult<u8> {
    let wrong = |what: String| err!(t, TypeError, "%c requires an integer in range(256) or a single byte, not {what}");
    if value.is_instance_of::<PyBytes>() || bytes_class::is_bytearray(value) {
        let data = crate::buffer::contiguous_bytes(t, value)?;
        return match data[..] {
            [byte] => Ok(byte),
            _ => {
                let name = if value.is_instance_of::<PyBytes>() { "bytes" } else { "bytearray" };
                Err(wrong(format!("a {name} object of length {}", data.len())))
            }
        };
    }
    if !number::is_index(value) {
        return Err(wrong(value.class().fully_qualified_name(t)?.to_string_lossy()));
    }
    let int: Owned<PyInt> = number::index(t, value)?;
    match int.to_i64().and_then(|n| u8::try_from(n).ok()) {
        Some(byte) => Ok(byte),
        None => Err(err!(t, OverflowError, "%c arg not in range(256)")),
    }
}

/// The bytes of an iterable of integers; nothing if the object is no iterable.
pub fn from_iterable(t: &Thread, x: &Object, what: &str) -> PyResult<Option<Vec<u8>>> {
    if x.is_instance_of::<PyStr>() {
        return Ok(None);
    }
    let iterator = match crate::iter::get_iter(t, x) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if errors::matches::<crate::exceptions::TypeError>(t) {
                errors::clear(t);
                return Ok(None);
            }
            return Err(raised);
        }
    };
    let mut out = Vec::new();
    while let Some(item) = crate::iter::next(t, &iterator)? {
        let n = number::index_clipped(t, &item)?;
        let Ok(byte) = u8::try_from(n) else {
            return Err(err!(t, ValueError, "{what} must be in range(0, 256)"));
        };
        if out.try_reserve(1).is_err() {
            return Err(errors::no_memory(t));
        }
        out.push(byte);
    }
    Ok(Some(out))
}
