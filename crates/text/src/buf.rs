//! A string under construction that widens as its characters require.

use crate::unit::Unit;

/// The units gathered so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Units {
    /// Up to U+00FF.
    Latin1(Vec<u8>),
    /// Up to U+FFFF.
    Ucs2(Vec<u16>),
    /// Everything.
    Ucs4(Vec<u32>),
}

/// A string buffer of the narrowest kind that holds what was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBuf {
    units: Units,
    bits: u32,
}

impl Default for TextBuf {
    fn default() -> Self {
        Self::new()
    }
}

impl TextBuf {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// An empty buffer with room for Latin-1 characters.
    pub fn with_capacity(n: usize) -> Self {
        TextBuf { units: Units::Latin1(Vec::with_capacity(n)), bits: 0 }
    }

    /// How many characters.
    pub fn len(&self) -> usize {
        match &self.units {
            Units::Latin1(v) => v.len(),
            Units::Ucs2(v) => v.len(),
            Units::Ucs4(v) => v.len(),
        }
    }

    /// The smallest of 0x7f, 0xff, 0xffff, 0x10ffff that is no less than every character.
    pub fn max_char(&self) -> u32 {
        match self.bits {
            0..=0x7f => 0x7f,
            0x80..=0xff => 0xff,
            0x100..=0xffff => 0xffff,
            _ => 0x10ffff,
        }
    }

    /// The units.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The units, taken out.
    pub fn into_units(self) -> Units {
        self.units
    }

    /// All characters as code points.
    pub fn to_code_points(&self) -> Vec<u32> {
        match &self.units {
            Units::Latin1(v) => v.iter().map(|&c| c.into()).collect(),
            Units::Ucs2(v) => v.iter().map(|&c| c.into()).collect(),
            Units::Ucs4(v) => v.clone(),
        }
    }

    #[cold]
    fn widen(&mut self, c: u32) {
        self.units = match std::mem::replace(&mut self.units, Units::Latin1(Vec::new())) {
            Units::Latin1(v) if c <= 0xffff => {
                let mut w = Vec::with_capacity(v.capacity());
                w.extend(v.iter().map(|&x| u16::from(x)));
                Units::Ucs2(w)
            }
            Units::Latin1(v) => {
                let mut w = Vec::with_capacity(v.capacity());
                w.extend(v.iter().map(|&x| u32::from(x)));
                Units::Ucs4(w)
            }
            Units::Ucs2(v) => {
                let mut w = Vec::with_capacity(v.capacity());
                w.extend(v.iter().map(|&x| u32::from(x)));
                Units::Ucs4(w)
            }
            wide => wide,
        };
    }

    /// Appends a character.
    #[inline]
    pub fn push(&mut self, c: u32) {
        self.bits |= c;
        match &mut self.units {
            Units::Latin1(v) if c <= 0xff => v.push(c as u8),
            Units::Ucs2(v) if c <= 0xffff => v.push(c as u16),
            Units::Ucs4(v) => v.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    /// Appends Latin-1 bytes.
    pub fn extend_latin1(&mut self, s: &[u8]) {
        self.bits |= u32::from(s.iter().fold(0, |m, &c| m | c));
        match &mut self.units {
            Units::Latin1(v) => v.extend_from_slice(s),
            Units::Ucs2(v) => v.extend(s.iter().map(|&c| u16::from(c))),
            Units::Ucs4(v) => v.extend(s.iter().map(|&c| u32::from(c))),
        }
    }

    /// Appends units of any kind.
    pub fn extend<T: Unit>(&mut self, s: &[T]) {
        if let Some(b) = T::as_bytes(s) {
            return self.extend_latin1(b);
        }
        let bits = s.iter().fold(0, |bits, c| bits | c.cp());
        let fits = match &self.units {
            Units::Latin1(_) => bits <= 0xff,
            Units::Ucs2(_) => bits <= 0xffff,
            Units::Ucs4(_) => true,
        };
        if !fits {
            self.widen(bits);
        }
        self.bits |= bits;
        match &mut self.units {
            Units::Latin1(v) => v.extend(s.iter().map(|c| c.cp() as u8)),
            Units::Ucs2(v) => v.extend(s.iter().map(|c| c.cp() as u16)),
            Units::Ucs4(v) => v.extend(s.iter().map(|c| c.cp())),
        }
    }

    /// Appends a character `n` times.
    pub fn fill(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        self.push(c);
        match &mut self.units {
            Units::Latin1(v) => v.resize(v.len() + n - 1, c as u8),
            Units::Ucs2(v) => v.resize(v.len() + n - 1, c as u16),
            Units::Ucs4(v) => v.resize(v.len() + n - 1, c),
        }
    }

    /// Cuts the buffer to a length.
    pub fn truncate(&mut self, n: usize) {
        match &mut self.units {
            Units::Latin1(v) => v.truncate(n),
            Units::Ucs2(v) => v.truncate(n),
            Units::Ucs4(v) => v.truncate(n),
        }
    }
}
