//! Working on strings of different widths: operands brought to one width, results made as narrow as they can be.

use super::{Chars, PyStr};
use crate::handle::{Owned, PyResult};
use std::borrow::Cow;
use taipan_runtime::Thread;
use taipan_text::buf::{TextBuf, Units};
use taipan_text::unit::Unit;

/// A code unit that strings can be made of.
pub trait StrUnit: Unit {
    /// A string of these characters, as narrow as they allow.
    fn to_str(t: &Thread, units: &[Self]) -> PyResult<Owned<PyStr>>;
    /// The characters in this width; `None` if one of them does not fit.
    fn of(chars: Chars<'_>) -> Option<Cow<'_, [Self]>>;
}

impl StrUnit for u8 {
    fn to_str(t: &Thread, units: &[Self]) -> PyResult<Owned<PyStr>> {
        PyStr::from_latin1(t, units)
    }

    #[inline]
    fn of(chars: Chars<'_>) -> Option<Cow<'_, [Self]>> {
        match chars {
            Chars::One(s) => Some(Cow::Borrowed(s)),
            Chars::Two(s) => s.iter().map(|&c| Self::try_from(c).ok()).collect::<Option<Vec<_>>>().map(Cow::Owned),
            Chars::Four(s) => s.iter().map(|&c| Self::try_from(c).ok()).collect::<Option<Vec<_>>>().map(Cow::Owned),
        }
    }
}

impl StrUnit for u16 {
    fn to_str(t: &Thread, units: &[Self]) -> PyResult<Owned<PyStr>> {
        PyStr::from_ucs2(t, units)
    }

    #[inline]
    fn of(chars: Chars<'_>) -> Option<Cow<'_, [Self]>> {
        match chars {
            Chars::One(s) => Some(Cow::Owned(s.iter().map(|&c| Self::from(c)).collect())),
            Chars::Two(s) => Some(Cow::Borrowed(s)),
            Chars::Four(s) => s.iter().map(|&c| Self::try_from(c).ok()).collect::<Option<Vec<_>>>().map(Cow::Owned),
        }
    }
}

impl StrUnit for u32 {
    fn to_str(t: &Thread, units: &[Self]) -> PyResult<Owned<PyStr>> {
        PyStr::from_code_points(t, units)
    }

    #[inline]
    fn of(chars: Chars<'_>) -> Option<Cow<'_, [Self]>> {
        Some(match chars {
            Chars::One(s) => Cow::Owned(s.iter().map(|&c| Self::from(c)).collect()),
            Chars::Two(s) => Cow::Owned(s.iter().map(|&c| Self::from(c)).collect()),
            Chars::Four(s) => Cow::Borrowed(s),
        })
    }
}

/// Runs the same code on the characters of any width; `$unit` names the unit's type.
#[macro_export]
macro_rules! by_width {
    ($chars:expr, $s:ident, $unit:ident => $body:expr) => {
        match $chars {
            $crate::unicode::Chars::One($s) => {
                #[allow(dead_code, reason = "not every body names the type")]
                type $unit = u8;
                $body
            }
            $crate::unicode::Chars::Two($s) => {
                #[allow(dead_code, reason = "not every body names the type")]
                type $unit = u16;
                $body
            }
            $crate::unicode::Chars::Four($s) => {
                #[allow(dead_code, reason = "not every body names the type")]
                type $unit = u32;
                $body
            }
        }
    };
}

impl PyStr {
    /// A string of what was gathered in a buffer.
    pub fn from_buf(t: &Thread, buf: TextBuf) -> PyResult<Owned<Self>> {
        let ascii = buf.max_char() < 0x80;
        match buf.units() {
            Units::Latin1(s) if ascii => Self::from_ascii(t, s),
            Units::Latin1(s) => Self::from_latin1(t, s),
            Units::Ucs2(s) => Self::from_ucs2(t, s),
            Units::Ucs4(s) => Self::from_code_points(t, s),
        }
    }

    /// The characters appended to a buffer.
    pub fn push_to(&self, buf: &mut TextBuf) {
        by_width!(self.chars(), s, U => {
            let _: &[U] = s;
            buf.extend(s);
        });
    }

    /// The same characters in the narrowest form: for results whose width was only estimated.
    pub fn narrowed(t: &Thread, out: Owned<Self>) -> PyResult<Owned<Self>> {
        if out.is_ascii() {
            return Ok(out);
        }
        let max = out.chars().max_char();
        let fits = match out.kind() {
            1 => max >= 0x80,
            2 => max >= 0x100,
            _ => max >= 0x10000,
        };
        if fits { Ok(out) } else { Self::from_chars(t, out.chars()) }
    }

    /// Whether a character occurs.
    pub fn has_char(&self, c: u32) -> bool {
        by_width!(self.chars(), s, U => U::try_from_cp(c).is_some_and(|c| c.position(s).is_some()))
    }

    /// All code points.
    pub fn to_code_points(&self) -> Vec<u32> {
        u32::of(self.chars()).map(Cow::into_owned).unwrap_or_default()
    }
}
