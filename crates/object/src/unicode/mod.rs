//! `str`: layout, construction and access that the machinery uses. The Python methods are in `class.rs`.
//!
//! Strings are compact (header and characters in one block) with 1, 2 or 4 bytes a character, whichever the widest
//! character needs; only instances of subclasses keep their characters in a second block.

pub mod builder;
mod class;
pub mod fs;
pub mod intern;
pub mod iter;
mod kinds;
pub mod template;

pub use kinds::StrUnit;

use crate::handle::{Object, Own, Owned, PyResult};
use crate::{err, layout, typeobject};
use core::fmt;
use core::ops::Deref;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;
use std::sync::OnceLock;
use taipan_runtime::abi::*;
use taipan_runtime::thread::STRING_FREELISTS;
use taipan_runtime::{Thread, mem, refcount, reftracer};

layout!(
    /// `str`.
    PyStr,
    PyASCIIObject
);

/// A string's characters.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    /// One byte each (Latin-1).
    One(&'a [u8]),
    /// Two bytes each (BMP).
    Two(&'a [u16]),
    /// Four bytes each.
    Four(&'a [u32]),
}

impl Chars<'_> {
    /// The number of characters.
    #[inline]
    pub const fn len(&self) -> usize {
        match self {
            Self::One(s) => s.len(),
            Self::Two(s) => s.len(),
            Self::Four(s) => s.len(),
        }
    }

    /// The code point at `i`, which is below the length.
    #[inline(always)]
    pub fn at(&self, i: usize) -> u32 {
        match self {
            Self::One(s) => u32::from(s[i]),
            Self::Two(s) => u32::from(s[i]),
            Self::Four(s) => s[i],
        }
    }

    /// All code points.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).map(|i| self.at(i))
    }

    /// Part of the characters.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Chars<'_> {
        match self {
            Self::One(s) => Chars::One(&s[start..end]),
            Self::Two(s) => Chars::Two(&s[start..end]),
            Self::Four(s) => Chars::Four(&s[start..end]),
        }
    }

    /// The widest code point.
    pub fn max_char(&self) -> u32 {
        match self {
            Self::One(s) => {
                if s.is_ascii() {
                    0x7f
                } else {
                    0xff
                }
            }
            Self::Two(s) => s.iter().fold(0, |m, &c| m | u32::from(c)),
            Self::Four(s) => s.iter().copied().max().unwrap_or(0),
        }
    }
}

/// Character width class of a code point: 1, 2 or 4.
const fn kind_of(max_char: u32) -> u32 {
    if max_char < 0x100 {
        1
    } else if max_char < 0x10000 {
        2
    } else {
        4
    }
}

struct Latin1Table([core::cell::Cell<*mut PyObject>; 257]);
// SAFETY: filled once, before other threads exist; the strings are immortal.
unsafe impl Sync for Latin1Table {}

static LATIN1: Latin1Table = Latin1Table([const { core::cell::Cell::new(core::ptr::null_mut()) }; 257]);

/// Makes the immortal strings of one Latin-1 character and the empty string.
pub(crate) fn init(t: &Thread) -> PyResult<()> {
    for c in 0..=256u32 {
        let text = if c == 256 {
            PyStr::alloc(t, 0, 0)?
        } else {
            let s = PyStr::alloc(t, 1, c)?;
            // SAFETY: one character of one byte.
            unsafe { *s.data_ptr().cast::<u8>() = c as u8 };
            s
        };
        // SAFETY: a fresh string.
        unsafe { refcount::set_immortal(text.as_ptr()) };
        // CPython has their UTF-8 form from the start: `sys.getsizeof` tells.
        text.to_utf8(t)?;
        LATIN1.0[c as usize].set(text.as_ptr());
        intern::intern_immortal(&text);
    }
    Ok(())
}

static HASH_SECRET: OnceLock<(u64, u64)> = OnceLock::new();

/// Sets the key of `hash(str)` and `hash(bytes)`; before the first hash only.
pub fn set_hash_secret(k0: u64, k1: u64) {
    let _ = HASH_SECRET.set((k0, k1));
}

/// SipHash-1-3 of bytes as `hash()` gives it: 0 for empty input, never -1.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> isize {
    if bytes.is_empty() {
        return 0;
    }
    let (k0, k1) = *HASH_SECRET.get_or_init(|| (0, 0));
    let mut hasher = SipHasher13::new_with_keys(k0, k1);
    hasher.write(bytes);
    let hash = hasher.finish() as isize;
    if hash == -1 { -2 } else { hash }
}

/// The cached or computed hash of a string.
///
/// # Safety
/// `op` is a live `str`.
#[inline(always)]
pub unsafe fn raw_hash(op: *mut PyObject) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        let hash = (*op.cast::<PyASCIIObject>()).hash;
        if hash != -1 { hash } else { compute_hash(op) }
    }
}

#[cold]
unsafe fn compute_hash(op: *mut PyObject) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        let s: &PyStr = Object::from_ptr(op).cast_unchecked();
        let hash = hash_bytes(s.data_bytes());
        (*s.raw()).hash = hash;
        hash
    }
}

/// Whether a key with a known hash equals another string (the hash of `a` is looked at only if cached).
///
/// # Safety
/// Both are live `str`.
#[inline(always)]
pub unsafe fn raw_eq_hashed(a: *mut PyObject, b: *mut PyObject, hash_b: isize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*a.cast::<PyASCIIObject>()).hash == hash_b && raw_eq(a, b) }
}

/// Whether two strings have the same characters.
///
/// # Safety
/// Both are live `str`.
#[inline]
pub unsafe fn raw_eq(a: *mut PyObject, b: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let a: &PyStr = Object::from_ptr(a).cast_unchecked();
        let b: &PyStr = Object::from_ptr(b).cast_unchecked();
        (*a.raw()).length == (*b.raw()).length && a.kind() == b.kind() && a.data_bytes() == b.data_bytes()
    }
}

impl PyStr {
    /// An uninitialised string of `len` characters that fit `max_char`.
    pub fn alloc(t: &Thread, len: usize, max_char: u32) -> PyResult<Owned<Self>> {
        Self::alloc_by(t, mem::alloc, len, max_char)
    }

    /// As [`PyStr::alloc`], with the function that gives memory.
    #[inline(always)]
    fn alloc_by(t: &Thread, allocate: fn(usize) -> *mut u8, len: usize, max_char: u32) -> PyResult<Owned<Self>> {
        let kind = kind_of(max_char);
        let ascii = max_char < 0x80;
        let header = if ascii { size_of::<PyASCIIObject>() } else { size_of::<PyCompactUnicodeObject>() };
        let Some(bytes) =
            len.checked_add(1).and_then(|n| n.checked_mul(kind as usize)).and_then(|n| n.checked_add(header))
        else {
            return Err(crate::errors::no_memory(t));
        };
        let mut op = core::ptr::null_mut::<PyObject>();
        if bytes <= SMALL {
            op = t.freelists().strings[small_class(bytes)].pop().cast();
        }
        let fresh = op.is_null();
        if fresh {
            op = allocate(block_size(bytes)).cast();
        }
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the size computed above.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), fresh);
            let s = op.cast::<PyASCIIObject>();
            (*s).length = len as isize;
            (*s).hash = -1;
            (*s).state = (kind << STATE_KIND_SHIFT) | STATE_COMPACT | if ascii { STATE_ASCII } else { 0 };
            if !ascii {
                let c = op.cast::<PyCompactUnicodeObject>();
                (*c).utf8 = core::ptr::null_mut();
                (*c).utf8_length = 0;
            }
            let data = op.cast::<u8>().add(header);
            match kind {
                1 => *data.add(len) = 0,
                2 => *data.cast::<u16>().add(len) = 0,
                _ => *data.cast::<u32>().add(len) = 0,
            }
            Ok(Owned::from_ptr(op))
        }
    }

    /// The empty string.
    pub fn empty() -> &'static Self {
        // SAFETY: made at start-up, immortal.
        unsafe { &*LATIN1.0[256].get().cast::<Self>() }
    }

    /// The string of one character below U+0100.
    #[inline(always)]
    pub fn latin1_char(c: u8) -> &'static Self {
        // SAFETY: made at start-up, immortal.
        unsafe { &*LATIN1.0[c as usize].get().cast::<Self>() }
    }

    /// The string of one code point.
    pub fn from_char(t: &Thread, c: u32) -> PyResult<Owned<Self>> {
        if c < 0x100 {
            return Ok(Self::latin1_char(c as u8).own());
        }
        Self::from_code_points(t, &[c])
    }

    /// From Rust text.
    pub fn from_str(t: &Thread, text: &str) -> PyResult<Owned<Self>> {
        if text.is_ascii() {
            return Self::from_ascii(t, text.as_bytes());
        }
        let (mut n, mut max) = (0, 0);
        for c in text.chars() {
            n += 1;
            max = max.max(u32::from(c));
        }
        let out = Self::build(t, n, max, text.chars().map(u32::from))?;
        Ok(out)
    }

    /// From bytes that are all ASCII.
    pub fn from_ascii(t: &Thread, text: &[u8]) -> PyResult<Owned<Self>> {
        match text {
            [] => Ok(Self::empty().own()),
            [c] => Ok(Self::latin1_char(*c).own()),
            _ => {
                let out = Self::alloc_ascii(t, text.len())?;
                // SAFETY: a fresh string of this length.
                unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.data_ptr().cast(), text.len()) };
                Ok(out)
            }
        }
    }

    /// A name that the runtime itself uses: nobody is asked whether there is memory for it.
    fn name(t: &Thread, text: &str) -> PyResult<Owned<Self>> {
        if text.len() < 2 || !text.is_ascii() {
            return Self::from_str(t, text);
        }
        let out = Self::alloc_by(t, mem::alloc_unasked, text.len(), 0x7f)?;
        // SAFETY: a fresh string of this length.
        unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.data_ptr().cast(), text.len()) };
        Ok(out)
    }

    /// An uninitialised string of `len` ASCII characters.
    #[inline(always)]
    fn alloc_ascii(t: &Thread, len: usize) -> PyResult<Owned<Self>> {
        let bytes = size_of::<PyASCIIObject>() + 1 + len;
        if len < SMALL && bytes <= SMALL {
            let op: *mut PyObject = t.freelists().strings[small_class(bytes)].pop().cast();
            if !op.is_null() {
                // SAFETY: a block of at least this size.
                unsafe {
                    typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), false);
                    let s = op.cast::<PyASCIIObject>();
                    (*s).length = len as isize;
                    (*s).hash = -1;
                    (*s).state = (1 << STATE_KIND_SHIFT) | STATE_COMPACT | STATE_ASCII;
                    *op.cast::<u8>().add(bytes - 1) = 0;
                    return Ok(Owned::from_ptr(op));
                }
            }
        }
        Self::alloc(t, len, 0x7f)
    }

    /// From Latin-1 bytes.
    pub fn from_latin1(t: &Thread, text: &[u8]) -> PyResult<Owned<Self>> {
        if text.is_ascii() {
            return Self::from_ascii(t, text);
        }
        if let [c] = text {
            return Ok(Self::latin1_char(*c).own());
        }
        let out = Self::alloc(t, text.len(), 0xff)?;
        // SAFETY: a fresh string of this length.
        unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.data_ptr().cast(), text.len()) };
        Ok(out)
    }

    /// From code points (surrogates allowed).
    pub fn from_code_points(t: &Thread, points: &[u32]) -> PyResult<Owned<Self>> {
        let max = points.iter().copied().max().unwrap_or(0);
        Self::build(t, points.len(), max, points.iter().copied())
    }

    /// From UCS-2 code units, each a code point.
    pub fn from_ucs2(t: &Thread, units: &[u16]) -> PyResult<Owned<Self>> {
        let max = units.iter().copied().max().unwrap_or(0);
        Self::build(t, units.len(), u32::from(max), units.iter().map(|&c| u32::from(c)))
    }

    /// From a part of another string's characters.
    pub fn from_chars(t: &Thread, chars: Chars<'_>) -> PyResult<Owned<Self>> {
        match chars {
            Chars::One(s) => Self::from_latin1(t, s),
            Chars::Two(s) => Self::from_ucs2(t, s),
            Chars::Four(s) => Self::from_code_points(t, s),
        }
    }

    /// From generalised UTF-8 in which surrogates may be encoded.
    pub fn from_wtf8(t: &Thread, bytes: &[u8]) -> PyResult<Owned<Self>> {
        if let Ok(text) = core::str::from_utf8(bytes) {
            return Self::from_str(t, text);
        }
        let mut points = Vec::with_capacity(bytes.len());
        let mut i = 0;
        let byte = |i: usize| u32::from(bytes.get(i).copied().unwrap_or(0x80)) & 0x3f;
        while i < bytes.len() {
            let b = u32::from(bytes[i]);
            let (c, n) = match b {
                0..0x80 => (b, 1),
                0x80..0xe0 => ((b & 0x1f) << 6 | byte(i + 1), 2),
                0xe0..0xf0 => ((b & 0xf) << 12 | byte(i + 1) << 6 | byte(i + 2), 3),
                _ => (((b & 7) << 18 | byte(i + 1) << 12 | byte(i + 2) << 6 | byte(i + 3)).min(0x10ffff), 4),
            };
            points.push(c);
            i += n;
        }
        Self::from_code_points(t, &points)
    }

    /// Fills a fresh string of `n` characters, none above `max`, from an iterator of exactly `n` code points.
    pub fn build(t: &Thread, n: usize, max: u32, chars: impl Iterator<Item = u32>) -> PyResult<Owned<Self>> {
        if n == 0 {
            return Ok(Self::empty().own());
        }
        if n == 1 && max < 0x100 {
            let mut chars = chars;
            return Ok(Self::latin1_char(chars.next().unwrap_or(0) as u8).own());
        }
        let out = Self::alloc(t, n, max)?;
        // SAFETY: a fresh string of `n` characters of the right width.
        unsafe {
            match out.kind() {
                1 => {
                    let data = out.data_ptr().cast::<u8>();
                    for (i, c) in chars.take(n).enumerate() {
                        *data.add(i) = c as u8;
                    }
                }
                2 => {
                    let data = out.data_ptr().cast::<u16>();
                    for (i, c) in chars.take(n).enumerate() {
                        *data.add(i) = c as u16;
                    }
                }
                _ => {
                    let data = out.data_ptr().cast::<u32>();
                    for (i, c) in chars.take(n).enumerate() {
                        *data.add(i) = c;
                    }
                }
            }
        }
        Ok(out)
    }

    /// Formats Rust values into a string.
    pub fn from_fmt(t: &Thread, args: fmt::Arguments<'_>) -> PyResult<Owned<Self>> {
        match args.as_str() {
            Some(text) => Self::from_str(t, text),
            None => Self::from_str(t, &args.to_string()),
        }
    }

    #[inline(always)]
    fn state(&self) -> u32 {
        // SAFETY: plain field.
        unsafe { (*self.raw()).state }
    }

    /// Bytes a character: 1, 2 or 4.
    #[inline(always)]
    pub fn kind(&self) -> u32 {
        (self.state() & STATE_KIND_MASK) >> STATE_KIND_SHIFT
    }

    /// Whether all characters are ASCII.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state() & STATE_ASCII != 0
    }

    /// The number of characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).length as usize }
    }

    /// The address of the characters.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        // SAFETY: the state says where the characters are.
        unsafe {
            if self.state() & STATE_COMPACT != 0 {
                if self.is_ascii() {
                    self.raw().add(1).cast()
                } else {
                    self.raw().cast::<PyCompactUnicodeObject>().add(1).cast()
                }
            } else {
                (*self.raw().cast::<PyUnicodeObject>()).data.cast()
            }
        }
    }

    /// The characters.
    #[inline(always)]
    pub fn chars(&self) -> Chars<'_> {
        let n = self.len();
        let data = self.data_ptr();
        // SAFETY: a string's characters never change while anybody else can see it.
        unsafe {
            match self.kind() {
                1 => Chars::One(core::slice::from_raw_parts(data, n)),
                2 => Chars::Two(core::slice::from_raw_parts(data.cast(), n)),
                _ => Chars::Four(core::slice::from_raw_parts(data.cast(), n)),
            }
        }
    }

    /// The characters' bytes as they lie in memory.
    #[inline(always)]
    pub fn data_bytes(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts(self.data_ptr(), self.len() * self.kind() as usize) }
    }

    /// The code point at `i`, which is below the length.
    #[inline(always)]
    pub fn char_at(&self, i: usize) -> u32 {
        self.chars().at(i)
    }

    /// The largest code point that the string's width allows (an upper bound of its characters).
    pub fn max_char_bound(&self) -> u32 {
        if self.is_ascii() {
            return 0x7f;
        }
        match self.kind() {
            1 => 0xff,
            2 => 0xffff,
            _ => 0x10ffff,
        }
    }

    /// `hash(str)`.
    #[inline(always)]
    pub fn hash(&self) -> isize {
        // SAFETY: a live string.
        unsafe { raw_hash(self.as_ptr()) }
    }

    /// `hash(str)`, if it has been computed before.
    #[inline(always)]
    pub(crate) fn known_hash(&self) -> Option<isize> {
        // SAFETY: a live string.
        let hash = unsafe { (*self.as_ptr().cast::<PyASCIIObject>()).hash };
        (hash != -1).then_some(hash)
    }

    /// Whether the string is interned.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.state() & STATE_INTERNED_MASK != 0
    }

    /// Whether two strings have the same characters.
    #[inline(always)]
    pub fn eq(&self, other: &Self) -> bool {
        // SAFETY: live strings.
        core::ptr::eq(self, other) || unsafe { raw_eq(self.as_ptr(), other.as_ptr()) }
    }

    /// Whether the characters are those of Rust text.
    pub fn eq_str(&self, text: &str) -> bool {
        if self.is_ascii() {
            return self.data_bytes() == text.as_bytes();
        }
        self.chars().iter().eq(text.chars().map(u32::from))
    }

    /// The text if it is ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII is UTF-8.
        if self.is_ascii() { Some(unsafe { core::str::from_utf8_unchecked(self.data_bytes()) }) } else { None }
    }

    /// The text as UTF-8, cached in the object (`PyUnicode_AsUTF8AndSize`). `UnicodeEncodeError` for surrogates.
    pub fn to_utf8(&self, t: &Thread) -> PyResult<&str> {
        if let Some(text) = self.as_ascii() {
            return Ok(text);
        }
        let c = self.raw().cast::<PyCompactUnicodeObject>();
        // SAFETY: a non-ASCII string has the cache fields; the cache is written once and freed with the string.
        unsafe {
            if (*c).utf8.is_null() {
                if let Some(at) = self.chars().iter().position(|c| (0xd800..0xe000).contains(&c)) {
                    let end = at + self.chars().iter().skip(at).take_while(|c| (0xd800..0xe000).contains(c)).count();
                    return Err(crate::exceptions::unicode_encode_error(
                        t,
                        "utf-8",
                        self,
                        at,
                        end,
                        "surrogates not allowed",
                    ));
                }
                let text = self.to_string_lossy();
                let block = mem::alloc(text.len() + 1);
                if block.is_null() {
                    return Err(crate::errors::no_memory(t));
                }
                core::ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
                *block.add(text.len()) = 0;
                (*c).utf8_length = text.len() as isize;
                (*c).utf8 = block.cast();
            }
            let bytes = core::slice::from_raw_parts((*c).utf8.cast::<u8>(), (*c).utf8_length as usize);
            Ok(core::str::from_utf8_unchecked(bytes))
        }
    }

    /// The text with lone surrogates replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.as_ascii() {
            Some(text) => text.to_string(),
            None => self.chars().iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect(),
        }
    }

    /// Generalised UTF-8, in which surrogates are encoded like other code points.
    pub fn to_wtf8(&self) -> Vec<u8> {
        if let Some(text) = self.as_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut out = Vec::with_capacity(self.len() * 2);
        for c in self.chars().iter() {
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => {
                    out.extend_from_slice(&[
                        0xe0 | (c >> 12) as u8,
                        0x80 | (c >> 6 & 0x3f) as u8,
                        0x80 | (c & 0x3f) as u8,
                    ]);
                }
            }
        }
        out
    }

    /// For messages: `Display` with lone surrogates shown as escapes.
    pub const fn display(&self) -> Display<'_> {
        Display(self)
    }

    /// Part of the string; the whole string is returned as itself if it is an exact `str`.
    pub fn substring(&self, t: &Thread, start: usize, end: usize) -> PyResult<Owned<Self>> {
        if start == 0 && end == self.len() && self.is_exact::<Self>() {
            return Ok(self.own());
        }
        if start >= end {
            return Ok(Self::empty().own());
        }
        if self.is_ascii() {
            return Self::from_ascii(t, &self.data_bytes()[start..end]);
        }
        Self::from_chars(t, self.chars().slice(start, end))
    }

    /// Concatenation.
    pub fn concat(&self, t: &Thread, other: &Self) -> PyResult<Owned<Self>> {
        let (n, m) = (self.len(), other.len());
        if n == 0 && other.is_exact::<Self>() {
            return Ok(other.own());
        }
        if m == 0 && self.is_exact::<Self>() {
            return Ok(self.own());
        }
        let Some(total) = n.checked_add(m).filter(|&n| n <= isize::MAX as usize) else {
            return Err(err!(t, OverflowError, "strings are too large to concat"));
        };
        let out = Self::alloc(t, total, self.max_char_bound().max(other.max_char_bound()))?;
        // SAFETY: the result has room for both.
        unsafe {
            out.write_chars(0, self.chars());
            out.write_chars(n, other.chars());
        }
        Ok(out)
    }

    /// Whether [`PyStr::grow`] can add `other` without making the characters wider.
    pub fn can_grow(&self, other: &Self) -> bool {
        self.is_resizable()
            && (other.is_ascii() || (!self.is_ascii() && self.kind() >= other.kind()))
            && !core::ptr::eq(self, other)
    }

    /// Whether [`PyStr::resize_block`] may be used once nobody else holds the string.
    pub fn is_resizable(&self) -> bool {
        // SAFETY: plain fields.
        let has_utf8 = unsafe { !self.is_ascii() && !(*self.raw().cast::<PyCompactUnicodeObject>()).utf8.is_null() };
        self.len() > 0
            && self.state() & STATE_COMPACT != 0
            && !self.is_interned()
            && !has_utf8
            && !self.as_object().is_immortal()
    }

    /// Appends to a string that nobody else holds (`PyUnicode_Append`).
    pub fn grow(this: Owned<Self>, t: &Thread, other: &Self) -> PyResult<Owned<Self>> {
        let (n, m) = (this.len(), other.len());
        let Some(total) = n.checked_add(m).filter(|&total| total <= isize::MAX as usize) else {
            return Err(err!(t, OverflowError, "strings are too large to concat"));
        };
        // SAFETY: the block is ours alone; `can_grow` has said that the characters fit its width.
        unsafe {
            let this = this.into_ptr();
            let resized = Self::resize_block(t, this, total);
            if resized.is_null() {
                drop(Owned::<Self>::from_ptr(this));
                return Err(crate::errors::no_memory(t));
            }
            let grown: Owned<Self> = Owned::from_ptr(resized);
            grown.write_chars(n, other.chars());
            Ok(grown)
        }
    }

    /// Gives a string another length in the block that it has or in one that it moves to; what is new of it is undefined.
    /// Null if there is no room, and nothing has changed then.
    ///
    /// # Safety
    /// Nobody else holds the string, which is [resizable](PyStr::is_resizable). It is to be reached by the result only.
    pub unsafe fn resize_block(t: &Thread, this: *mut PyObject, len: usize) -> *mut PyObject {
        // SAFETY: the caller's promise.
        unsafe {
            let text: &Self = Object::from_ptr(this).cast_unchecked();
            let kind = text.kind() as usize;
            let header = if text.is_ascii() { size_of::<PyASCIIObject>() } else { size_of::<PyCompactUnicodeObject>() };
            let Some(bytes) = len.checked_add(1).and_then(|n| n.checked_mul(kind)?.checked_add(header)) else {
                return core::ptr::null_mut();
            };
            let mut block = this.cast::<u8>();
            let (needed, usable) = (block_size(bytes), mem::usable_size(block));
            if needed > usable || (usable > WASTEFUL && needed < usable / 2) {
                if reftracer::is_set() {
                    reftracer::destroyed(block.cast());
                }
                let moved = if needed <= SMALL {
                    Self::move_small(t, block, header + (text.len() + 1) * kind, bytes)
                } else {
                    // Room to spare keeps repeated appends linear.
                    let spare = if needed > usable { bytes / 8 } else { 0 };
                    mem::realloc(block, block_size(bytes.saturating_add(spare)))
                };
                let failed = moved.is_null();
                if !failed {
                    block = moved;
                }
                if reftracer::is_set() {
                    reftracer::created(block.cast());
                }
                if failed {
                    return core::ptr::null_mut();
                }
            }
            let s = block.cast::<PyASCIIObject>();
            (*s).length = len as isize;
            (*s).hash = -1;
            let data = block.add(header);
            match kind {
                1 => *data.add(len) = 0,
                2 => *data.cast::<u16>().add(len) = 0,
                _ => *data.cast::<u32>().add(len) = 0,
            }
            block.cast()
        }
    }

    /// Moves a string of `old` bytes to another block, for `new` bytes, which are at most [`SMALL`]. Null if there is none.
    ///
    /// # Safety
    /// `block` came from [`PyStr::alloc`] for at least `old` bytes; if it could be moved, it is given away.
    unsafe fn move_small(t: &Thread, block: *mut u8, old: usize, new: usize) -> *mut u8 {
        let mut moved: *mut u8 = t.freelists().strings[small_class(new)].pop().cast();
        if moved.is_null() {
            moved = mem::alloc(block_size(new));
            if moved.is_null() {
                return moved;
            }
        }
        // SAFETY: both blocks have so many bytes; the old one is nobody's afterwards.
        unsafe {
            core::ptr::copy_nonoverlapping(block, moved, old.min(new));
            if old > SMALL || !keep_block(block.cast(), old) {
                mem::free(block);
            }
        }
        moved
    }

    /// Copies characters into a string under construction.
    ///
    /// # Safety
    /// Nobody else has seen the string; the characters fit its width and length.
    pub unsafe fn write_chars(&self, at: usize, chars: Chars<'_>) {
        let data = self.data_ptr();
        // SAFETY: the caller's promise.
        unsafe {
            match (self.kind(), chars) {
                (1, Chars::One(s)) => core::ptr::copy_nonoverlapping(s.as_ptr(), data.add(at), s.len()),
                (2, Chars::Two(s)) => {
                    core::ptr::copy_nonoverlapping(s.as_ptr(), data.cast::<u16>().add(at), s.len());
                }
                (4, Chars::Four(s)) => {
                    core::ptr::copy_nonoverlapping(s.as_ptr(), data.cast::<u32>().add(at), s.len());
                }
                (2, chars) => {
                    let data = data.cast::<u16>().add(at);
                    for (i, c) in chars.iter().enumerate() {
                        *data.add(i) = c as u16;
                    }
                }
                (4, chars) => {
                    let data = data.cast::<u32>().add(at);
                    for (i, c) in chars.iter().enumerate() {
                        *data.add(i) = c;
                    }
                }
                (_, chars) => {
                    for (i, c) in chars.iter().enumerate() {
                        *data.add(at + i) = c as u8;
                    }
                }
            }
        }
    }

    /// Joins many strings (`''.join`): the widths are looked at first, so that each character is copied once.
    pub fn join_all<P: Deref<Target = Self>>(
        t: &Thread,
        separator: Option<&Self>,
        parts: &[P],
    ) -> PyResult<Owned<Self>> {
        if let [only] = parts
            && only.is_exact::<Self>()
        {
            return Ok(only.own());
        }
        let (mut total, mut max) = (0usize, 0u32);
        let sep_len = separator.map_or(0, Self::len);
        for (i, part) in parts.iter().enumerate() {
            let extra = if i > 0 { sep_len } else { 0 };
            total = match total.checked_add(part.len()).and_then(|n| n.checked_add(extra)) {
                Some(n) if n <= isize::MAX as usize => n,
                _ => return Err(err!(t, OverflowError, "join() result is too long for a Python string")),
            };
            max = max.max(part.max_char_bound());
        }
        if parts.len() > 1 {
            max = max.max(separator.map_or(0, Self::max_char_bound));
        }
        if total == 0 {
            return Ok(Self::empty().own());
        }
        let out = Self::alloc(t, total, max)?;
        let mut at = 0;
        for (i, part) in parts.iter().enumerate() {
            // SAFETY: the total was computed from the same parts.
            unsafe {
                if i > 0
                    && let Some(separator) = separator
                {
                    out.write_chars(at, separator.chars());
                    at += sep_len;
                }
                out.write_chars(at, part.chars());
                at += part.len();
            }
        }
        if total == 1 && max < 0x100 {
            return Ok(Self::latin1_char(out.char_at(0) as u8).own());
        }
        Ok(out)
    }

    /// The interned string with the same characters.
    pub fn interned(this: Owned<Self>) -> Owned<Self> {
        intern::intern(this)
    }

    /// The interned string of Rust text. One that is there already is found without memory.
    pub fn intern_str(t: &Thread, text: &str) -> PyResult<Owned<Self>> {
        if text.is_ascii() {
            return Self::intern_ascii(t, text.as_bytes());
        }
        Ok(intern::intern(Self::from_str(t, text)?))
    }

    /// The interned string of a C string, which should be UTF-8.
    pub fn intern_c(t: &Thread, text: &core::ffi::CStr) -> PyResult<Owned<Self>> {
        if text.to_bytes().is_ascii() {
            return Self::intern_ascii(t, text.to_bytes());
        }
        Self::intern_str(t, &text.to_string_lossy())
    }

    /// The interned string of ASCII text.
    pub fn intern_ascii(t: &Thread, text: &[u8]) -> PyResult<Owned<Self>> {
        match intern::find_ascii(text) {
            Ok(found) => Ok(found),
            Err(hash) => {
                let made = Self::from_ascii(t, text)?;
                // SAFETY: plain field of a live string, whose hash this is.
                unsafe { (*made.as_ptr().cast::<PyASCIIObject>()).hash = hash };
                Ok(intern::intern(made))
            }
        }
    }
}

/// Shows a string in a message.
pub struct Display<'a>(&'a PyStr);

impl fmt::Display for Display<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string_lossy())
    }
}

/// Strings whose blocks have at most this many bytes are kept for reuse.
const SMALL: usize = 16 * STRING_FREELISTS;

/// The free list of blocks for this many bytes, which are at most [`SMALL`].
#[inline(always)]
fn small_class(bytes: usize) -> usize {
    (bytes - 1) / 16
}

/// How large a block for a string is: every block of a class can hold all strings of the class.
#[inline(always)]
fn block_size(bytes: usize) -> usize {
    if bytes <= SMALL { (bytes + 15) & !15 } else { bytes }
}

/// Keeps a dead string's block; false when there are enough.
///
/// # Safety
/// The block came from [`PyStr::alloc`] for this many bytes or more, at most [`SMALL`], and is given away.
#[inline(always)]
unsafe fn keep_block(op: *mut PyObject, bytes: usize) -> bool {
    let t = taipan_runtime::thread::current_ptr();
    // SAFETY: the thread state of a thread that holds the GIL, if there is one; the caller's promise.
    unsafe { !t.is_null() && (*t).freelists().strings[small_class(bytes)].push(op.cast(), MAX_KEPT) }
}

/// A block larger than this is made smaller when the string takes less than half of it.
const WASTEFUL: usize = 1024;

/// How many blocks a list keeps.
const MAX_KEPT: u32 = 100;

/// Frees a string: `tp_dealloc`.
pub(crate) unsafe extern "C" fn str_dealloc(op: *mut PyObject) {
    // SAFETY: the string is dead.
    unsafe {
        let s: &PyStr = Object::from_ptr(op).cast_unchecked();
        let kept = STATE_COMPACT | STATE_ASCII;
        if s.state() & (kept | STATE_INTERNED_MASK) == kept && s.is_exact::<PyStr>() {
            let bytes = size_of::<PyASCIIObject>() + s.len() + 1;
            if bytes > SMALL || !keep_block(op, bytes) {
                mem::free(op.cast());
            }
            return;
        }
        if s.state() & STATE_INTERNED_MASK == SSTATE_INTERNED_MORTAL {
            (*op).ob_refcnt = 3;
            intern::forget(s);
        }
        if !s.is_ascii() || s.state() & STATE_COMPACT == 0 {
            let c = op.cast::<PyCompactUnicodeObject>();
            let shared = s.state() & STATE_COMPACT == 0 && (*c).utf8.cast::<u8>() == s.data_ptr();
            if !(*c).utf8.is_null() && !shared {
                mem::free((*c).utf8.cast());
            }
        }
        if s.state() & STATE_COMPACT == 0 {
            mem::free(s.data_ptr());
        }
        if s.is_exact::<PyStr>() {
            // Smaller than the type says where the characters follow the head.
            return mem::free(op.cast());
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}
