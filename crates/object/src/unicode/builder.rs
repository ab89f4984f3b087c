//! Strings put together piece by piece, as wide as the widest character so far.

use super::{Chars, PyStr};
use crate::errors;
use crate::handle::{Owned, PyResult};
use taipan_runtime::Thread;

enum Units {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// A string under construction.
pub struct StrBuilder {
    units: Units,
}

impl Default for StrBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl StrBuilder {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { units: Units::One(Vec::new()) }
    }

    /// Nothing yet, with room for `n` narrow characters.
    pub fn with_capacity(n: usize) -> Self {
        Self { units: Units::One(Vec::with_capacity(n)) }
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        match &self.units {
            Units::One(v) => v.len(),
            Units::Two(v) => v.len(),
            Units::Four(v) => v.len(),
        }
    }

    /// Whether all characters so far have one byte.
    pub fn is_narrow(&self) -> bool {
        matches!(self.units, Units::One(_))
    }

    #[cold]
    fn widen(&mut self, max: u32) {
        let wide = max > 0xffff;
        self.units = match core::mem::replace(&mut self.units, Units::One(Vec::new())) {
            Units::One(v) if wide => Units::Four(v.into_iter().map(u32::from).collect()),
            Units::One(v) => Units::Two(v.into_iter().map(u16::from).collect()),
            Units::Two(v) if wide => Units::Four(v.into_iter().map(u32::from).collect()),
            other => other,
        };
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.units {
            Units::One(v) if c < 0x100 => v.push(c as u8),
            Units::Two(v) if c < 0x1_0000 => v.push(c as u16),
            Units::Four(v) => v.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    /// Appends ASCII or Latin-1 bytes.
    #[inline]
    pub fn push_latin1(&mut self, text: &[u8]) {
        match &mut self.units {
            Units::One(v) => v.extend_from_slice(text),
            Units::Two(v) => v.extend(text.iter().map(|&b| u16::from(b))),
            Units::Four(v) => v.extend(text.iter().map(|&b| u32::from(b))),
        }
    }

    /// Appends characters.
    pub fn push_chars(&mut self, chars: Chars<'_>) {
        match (&mut self.units, chars) {
            (_, Chars::One(s)) => self.push_latin1(s),
            (Units::Two(v), Chars::Two(s)) => v.extend_from_slice(s),
            (Units::Four(v), Chars::Four(s)) => v.extend_from_slice(s),
            (Units::Four(v), Chars::Two(s)) => v.extend(s.iter().map(|&c| u32::from(c))),
            (_, chars) => {
                let max = chars.max_char();
                let fits = match &self.units {
                    Units::One(_) => max < 0x100,
                    Units::Two(_) => max < 0x1_0000,
                    Units::Four(_) => true,
                };
                if !fits {
                    self.widen(max);
                }
                match (&mut self.units, chars) {
                    (Units::One(v), chars) => v.extend(chars.iter().map(|c| c as u8)),
                    (Units::Two(v), Chars::Two(s)) => v.extend_from_slice(s),
                    (Units::Two(v), chars) => v.extend(chars.iter().map(|c| c as u16)),
                    (Units::Four(v), Chars::Four(s)) => v.extend_from_slice(s),
                    (Units::Four(v), chars) => v.extend(chars.iter()),
                }
            }
        }
    }

    /// Appends a string.
    pub fn push_str(&mut self, text: &PyStr) {
        self.push_chars(text.chars());
    }

    /// Makes room for further characters, or raises `MemoryError`.
    pub fn reserve(&mut self, t: &Thread, n: usize) -> PyResult<()> {
        let done = match &mut self.units {
            Units::One(v) => v.try_reserve(n),
            Units::Two(v) => v.try_reserve(n),
            Units::Four(v) => v.try_reserve(n),
        };
        done.map_err(|_| errors::no_memory(t))
    }

    /// The characters so far.
    pub fn chars(&self) -> Chars<'_> {
        match &self.units {
            Units::One(v) => Chars::One(v),
            Units::Two(v) => Chars::Two(v),
            Units::Four(v) => Chars::Four(v),
        }
    }

    /// Drops all characters beyond the first `n`.
    pub fn truncate(&mut self, n: usize) {
        match &mut self.units {
            Units::One(v) => v.truncate(n),
            Units::Two(v) => v.truncate(n),
            Units::Four(v) => v.truncate(n),
        }
    }

    /// The string.
    pub fn finish(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_chars(t, self.chars())
    }
}
