//! JSON strings: quoting and reading.

use taipan_object::unicode::Chars;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{Owned, PyResult, PyStr, Raised, Thread, err, errors, name, state};

/// A code unit of a string.
pub trait Unit: Copy {
    /// The code point.
    fn cp(self) -> u32;
    /// A slice as characters.
    fn chars(s: &[Self]) -> Chars<'_>;
}

impl Unit for u8 {
    #[inline]
    fn cp(self) -> u32 {
        u32::from(self)
    }
    fn chars(s: &[Self]) -> Chars<'_> {
        Chars::One(s)
    }
}

impl Unit for u16 {
    #[inline]
    fn cp(self) -> u32 {
        u32::from(self)
    }
    fn chars(s: &[Self]) -> Chars<'_> {
        Chars::Two(s)
    }
}

impl Unit for u32 {
    #[inline]
    fn cp(self) -> u32 {
        self
    }
    fn chars(s: &[Self]) -> Chars<'_> {
        Chars::Four(s)
    }
}

fn hex4(out: &mut StrBuilder, unit: u32) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u32| HEX[(unit >> shift & 15) as usize];
    out.push_latin1(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

fn quote_units<T: Unit>(out: &mut StrBuilder, s: &[T], ascii: bool) {
    let mut at = 0;
    while at < s.len() {
        let plain = |x: &T| {
            let c = x.cp();
            c >= 32 && c != 34 && c != 92 && (!ascii || c < 127)
        };
        let n = s[at..].iter().position(|x| !plain(x)).unwrap_or(s.len() - at);
        if n > 0 {
            out.push_chars(T::chars(&s[at..at + n]));
            at += n;
            continue;
        }
        let c = s[at].cp();
        at += 1;
        match c {
            8 => out.push_latin1(b"\\b"),
            9 => out.push_latin1(b"\\t"),
            10 => out.push_latin1(b"\\n"),
            12 => out.push_latin1(b"\\f"),
            13 => out.push_latin1(b"\\r"),
            34 => out.push_latin1(b"\\\""),
            92 => out.push_latin1(b"\\\\"),
            0x1_0000.. => {
                let v = c - 0x1_0000;
                hex4(out, 0xd800 | v >> 10 & 0x3ff);
                hex4(out, 0xdc00 | v & 0x3ff);
            }
            c => hex4(out, c),
        }
    }
}

/// Appends a string in quotes; with `ascii`, everything else is escaped.
pub fn quote(out: &mut StrBuilder, text: &PyStr, ascii: bool) {
    out.push(34);
    match text.chars() {
        Chars::One(s) => quote_units(out, s, ascii),
        Chars::Two(s) => quote_units(out, s, ascii),
        Chars::Four(s) => quote_units(out, s, ascii),
    }
    out.push(34);
}

/// Raises `json.JSONDecodeError`.
#[cold]
pub fn decode_error(t: &Thread, message: &str, text: &PyStr, pos: isize) -> Raised {
    let make = || {
        let class = state::import(t, "json.decoder")?.getattr(t, name!(t, "JSONDecodeError"))?;
        let message = PyStr::from_str(t, message)?;
        let pos = taipan_object::PyInt::from_i64(t, pos as i64)?;
        class.call(t, &[&message, text, &pos])
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

fn hex_value<T: Unit>(s: &[T]) -> Option<u32> {
    s.iter().try_fold(0, |value, x| char::from_u32(x.cp()).and_then(|c| c.to_digit(16)).map(|d| value << 4 | d))
}

/// Reads a string from the character after its quote on; gives it and where it ends.
pub fn scan<T: Unit>(t: &Thread, text: &PyStr, s: &[T], start: usize, strict: bool) -> PyResult<(Owned<PyStr>, usize)> {
    let begin = start as isize - 1;
    let fail = |message: &str, pos: isize| Err(decode_error(t, message, text, pos));
    let mut built: Option<StrBuilder> = None;
    let mut at = start;
    loop {
        let rest = &s[at..];
        let stop = rest.iter().position(|x| matches!(x.cp(), 34 | 92) || (strict && x.cp() < 32));
        let Some(n) = stop else { return fail("Unterminated string starting at", begin) };
        let c = rest[n].cp();
        if c < 32 {
            return fail("Invalid control character at", (at + n) as isize);
        }
        let chunk = T::chars(&rest[..n]);
        let next = at + n + 1;
        if c == 34 {
            let string = match built {
                None => PyStr::from_chars(t, chunk)?,
                Some(mut out) => {
                    out.push_chars(chunk);
                    out.finish(t)?
                }
            };
            return Ok((string, next));
        }
        let out = built.get_or_insert_with(StrBuilder::new);
        out.push_chars(chunk);
        let Some(escape) = s.get(next) else { return fail("Unterminated string starting at", begin) };
        at = next + 1;
        match escape.cp() {
            c @ (34 | 92 | 47) => out.push(c),
            98 => out.push(8),
            102 => out.push(12),
            110 => out.push(10),
            114 => out.push(13),
            116 => out.push(9),
            117 => {
                let bad = |at: usize| fail("Invalid \\uXXXX escape", at as isize - 1);
                if at + 4 > s.len() {
                    return bad(at);
                }
                let Some(mut c) = hex_value(&s[at..at + 4]) else { return bad(at) };
                at += 4;
                if (0xd800..0xdc00).contains(&c) && at + 6 <= s.len() && s[at].cp() == 92 && s[at + 1].cp() == 117 {
                    let Some(low) = hex_value(&s[at + 2..at + 6]) else { return bad(at + 2) };
                    if (0xdc00..0xe000).contains(&low) {
                        c = 0x1_0000 + ((c - 0xd800) << 10 | (low - 0xdc00));
                        at += 6;
                    }
                }
                out.push(c);
            }
            _ => return fail("Invalid \\escape", at as isize - 2),
        }
    }
}

/// `scanstring`: with the end as a number that may be out of bounds.
pub fn scan_string(t: &Thread, text: &PyStr, end: isize, strict: bool) -> PyResult<(Owned<PyStr>, usize)> {
    let Some(start) = usize::try_from(end).ok().filter(|&end| end <= text.len()) else {
        return Err(err!(t, ValueError, "end is out of bounds"));
    };
    match text.chars() {
        Chars::One(s) => scan(t, text, s, start, strict),
        Chars::Two(s) => scan(t, text, s, start, strict),
        Chars::Four(s) => scan(t, text, s, start, strict),
    }
}
