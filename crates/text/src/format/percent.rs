//! `%` formatting: the parser of conversion specifiers.

use crate::unit::Unit;
use std::ops::Range;

/// A number in a specifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Not given.
    None,
    /// `*`: taken from the arguments.
    Star,
    /// Given.
    Value(usize),
}

/// A piece of a `%` template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text to copy.
    Literal(Range<usize>),
    /// A conversion.
    Spec(PercentSpec),
}

/// A conversion without key, flags, width and precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// `%s`
    Text,
    /// `%d`
    Decimal,
}

/// One conversion specifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentSpec {
    /// The mapping key, where given.
    pub key: Option<Range<usize>>,
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// space
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The width.
    pub width: Amount,
    /// The precision.
    pub precision: Amount,
    /// The conversion character.
    pub kind: u32,
    /// Where the conversion character stands.
    pub pos: usize,
}

/// Why a template is malformed. All are ValueErrors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PercentError {
    /// "incomplete format key".
    IncompleteKey,
    /// "incomplete format"; 3.14's wording with the position is the caller's.
    Incomplete,
    /// "width too big".
    WidthTooBig,
    /// "precision too big" ("prec too big" for bytes).
    PrecisionTooBig,
}

/// The pieces of a template, left to right.
pub struct Pieces<'a, T> {
    s: &'a [T],
    pos: usize,
}

impl<'a, T: Unit> Pieces<'a, T> {
    /// Over a template.
    pub fn new(s: &'a [T]) -> Self {
        Pieces { s, pos: 0 }
    }

    /// Where the next piece begins.
    pub fn position(&self) -> usize {
        self.pos
    }

    /// The next piece if it is one of the two most frequent conversions.
    pub fn next_bare(&mut self) -> Option<Bare> {
        let [percent, kind, ..] = &self.s[self.pos..] else { return None };
        let bare = match (percent.cp(), kind.cp()) {
            (0x25, 0x73) => Bare::Text,
            (0x25, 0x64) => Bare::Decimal,
            _ => return None,
        };
        self.pos += 2;
        Some(bare)
    }

    fn number(&mut self, too_big: PercentError, max: usize) -> Result<Amount, PercentError> {
        let at = |i: usize| self.s.get(i).map(|c| c.cp());
        if at(self.pos) == Some(0x2a) {
            self.pos += 1;
            return Ok(Amount::Star);
        }
        let mut v: Option<usize> = None;
        while let Some(c @ 0x30..=0x39) = at(self.pos) {
            let next = v.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(c as usize - 0x30));
            v = Some(next.filter(|&v| v <= max).ok_or(too_big)?);
            self.pos += 1;
        }
        Ok(v.map_or(Amount::None, Amount::Value))
    }

    fn spec(&mut self) -> Result<PercentSpec, PercentError> {
        let mut f = PercentSpec {
            key: None,
            left: false,
            plus: false,
            blank: false,
            alternate: false,
            zero: false,
            width: Amount::None,
            precision: Amount::None,
            kind: 0,
            pos: 0,
        };
        let s = self.s;
        let at = |i: usize| s.get(i).map(|c| c.cp());
        if at(self.pos) == Some(0x28) {
            let start = self.pos + 1;
            let mut depth = 1;
            let mut i = start;
            loop {
                match at(i) {
                    None => return Err(PercentError::IncompleteKey),
                    Some(0x28) => depth += 1,
                    Some(0x29) => {
                        depth -= 1;
                        if depth == 0 {
                            break;
                        }
                    }
                    _ => {}
                }
                i += 1;
            }
            f.key = Some(start..i);
            self.pos = i + 1;
        }
        loop {
            match at(self.pos) {
                Some(0x2d) => f.left = true,
                Some(0x2b) => f.plus = true,
                Some(0x20) => f.blank = true,
                Some(0x23) => f.alternate = true,
                Some(0x30) => f.zero = true,
                _ => break,
            }
            self.pos += 1;
        }
        f.width = self.number(PercentError::WidthTooBig, isize::MAX as usize)?;
        if at(self.pos) == Some(0x2e) {
            self.pos += 1;
            f.precision = match self.number(PercentError::PrecisionTooBig, i32::MAX as usize)? {
                Amount::None => Amount::Value(0),
                p => p,
            };
        }
        if matches!(at(self.pos), Some(0x68 | 0x6c | 0x4c)) {
            self.pos += 1;
        }
        f.kind = at(self.pos).ok_or(PercentError::Incomplete)?;
        f.pos = self.pos;
        self.pos += 1;
        Ok(f)
    }
}

impl<T: Unit> Iterator for Pieces<'_, T> {
    type Item = Result<Piece, PercentError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.s[self.pos..];
        if rest.is_empty() {
            return None;
        }
        let run = T::from_cp(0x25).position(rest).unwrap_or(rest.len());
        if run > 0 {
            self.pos += run;
            return Some(Ok(Piece::Literal(self.pos - run..self.pos)));
        }
        self.pos += 1;
        let r = self.spec();
        if r.is_err() {
            self.pos = self.s.len();
        }
        Some(r.map(Piece::Spec))
    }
}
