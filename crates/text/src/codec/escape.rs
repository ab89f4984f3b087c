//! unicode-escape, raw-unicode-escape, and the escapes of bytes literals.

use super::{Input, OnDecodeError};
use crate::buf::TextBuf;
use crate::unicode::names::{self, Named};
use crate::unit::Unit;

/// The first escape that is no escape (`"\d"`, or octal above 0o377), for the caller's warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidEscape {
    /// The character after the backslash, or the value of an octal escape beyond 0o377.
    pub value: u32,
    /// Where the character after the backslash stands.
    pub pos: usize,
}

/// Reads up to `n` hexadecimal digits at `i`: the value and how many there were.
fn hex(s: &[u8], i: usize, n: usize) -> (u32, usize) {
    let mut v = 0u32;
    for k in 0..n {
        match s.get(i + k).and_then(|&c| (c as char).to_digit(16)) {
            Some(d) => v = v << 4 | d,
            None => return (v, k),
        }
    }
    (v, n)
}

/// Decodes unicode-escape (the bytes are Latin-1): how many were consumed, and the first invalid escape.
pub fn decode_unicode<E>(
    bytes: &[u8],
    final_: bool,
    out: &mut TextBuf,
    on_error: OnDecodeError<E>,
) -> Result<(usize, Option<InvalidEscape>), E> {
    let mut input = Input::new(bytes);
    let mut invalid = None;
    let mut i = 0;
    while i < input.bytes.len() {
        let run = memchr::memchr(b'\\', &input.bytes[i..]).unwrap_or(input.bytes.len() - i);
        if run > 0 {
            out.extend_latin1(&input.bytes[i..i + run]);
            i += run;
            continue;
        }
        let start = i;
        i += 1;
        let len = input.bytes.len();
        let mut short = false;
        let bad;
        let Some(&c) = input.bytes.get(i) else {
            if !final_ {
                return Ok((start, invalid));
            }
            i = input.fail(out, start, len, "\\ at end of string", on_error)?;
            continue;
        };
        i += 1;
        let simple = match c {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => c,
            b'b' => 8,
            b'f' => 12,
            b't' => 9,
            b'n' => 10,
            b'r' => 13,
            b'v' => 11,
            b'a' => 7,
            b'0'..=b'7' => {
                let mut v = u32::from(c - b'0');
                for _ in 0..2 {
                    match input.bytes.get(i) {
                        Some(&d @ b'0'..=b'7') => {
                            v = v << 3 | u32::from(d - b'0');
                            i += 1;
                        }
                        _ => break,
                    }
                }
                if v > 0o377 && invalid.is_none() {
                    invalid = Some(InvalidEscape { value: v, pos: start + 1 });
                }
                out.push(v);
                continue;
            }
            b'x' | b'u' | b'U' => {
                let (n, reason) = match c {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (v, k) = hex(&input.bytes, i, n);
                i += k;
                if k == n && v <= 0x10ffff {
                    out.push(v);
                    continue;
                }
                short = k < n && i >= len;
                bad = if k == n { "illegal Unicode character" } else { reason };
                if short && !final_ {
                    return Ok((start, invalid));
                }
                let _ = short;
                i = input.fail(out, start, i, bad, on_error)?;
                continue;
            }
            b'N' => {
                let mut reason = "malformed \\N character escape";
                if i >= len {
                    short = true;
                } else if input.bytes[i] == b'{' {
                    let first = i + 1;
                    match memchr::memchr(b'}', &input.bytes[first..]) {
                        None => {
                            short = true;
                            i = len;
                        }
                        Some(0) => i = first,
                        Some(n) => {
                            i = first + n + 1;
                            let found = std::str::from_utf8(&input.bytes[first..first + n])
                                .ok()
                                .and_then(|name| names::lookup(name, true));
                            match found {
                                Some(Named::Char(c)) => {
                                    out.push(c);
                                    continue;
                                }
                                Some(Named::Sequence(_)) | None => reason = "unknown Unicode character name",
                            }
                        }
                    }
                }
                if short && !final_ {
                    return Ok((start, invalid));
                }
                i = input.fail(out, start, i, reason, on_error)?;
                continue;
            }
            _ => {
                if invalid.is_none() {
                    invalid = Some(InvalidEscape { value: u32::from(c), pos: start + 1 });
                }
                out.push(u32::from(b'\\'));
                c
            }
        };
        out.push(u32::from(simple));
    }
    Ok((i, invalid))
}

/// Decodes raw-unicode-escape; how many bytes were consumed.
pub fn decode_raw_unicode<E>(
    bytes: &[u8],
    final_: bool,
    out: &mut TextBuf,
    on_error: OnDecodeError<E>,
) -> Result<usize, E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    while i < input.bytes.len() {
        let run = memchr::memchr(b'\\', &input.bytes[i..]).unwrap_or(input.bytes.len() - i);
        if run > 0 {
            out.extend_latin1(&input.bytes[i..i + run]);
            i += run;
            continue;
        }
        let start = i;
        let (n, reason) = match input.bytes.get(i + 1) {
            None => {
                if !final_ {
                    return Ok(start);
                }
                out.push(u32::from(b'\\'));
                i += 1;
                continue;
            }
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            Some(&c) => {
                out.push(u32::from(b'\\'));
                out.push(u32::from(c));
                i += 2;
                continue;
            }
        };
        let (v, k) = hex(&input.bytes, i + 2, n);
        i += 2 + k;
        if k == n && v <= 0x10ffff {
            out.push(v);
        } else if k < n && i >= input.bytes.len() && !final_ {
            return Ok(start);
        } else {
            let reason = if k == n { "\\Uxxxxxxxx out of range" } else { reason };
            i = input.fail(out, start, i, reason, on_error)?;
        }
    }
    Ok(i)
}

/// Appends `\xXX`, `\uXXXX` or `\UXXXXXXXX`, whichever is shortest.
pub fn push_escape(out: &mut Vec<u8>, c: u32) {
    let (letter, n) = match c {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend_from_slice(&[b'\\', letter]);
    for k in (0..n).rev() {
        out.push(b"0123456789abcdef"[(c >> (4 * k) & 15) as usize]);
    }
}

/// Encodes to unicode-escape.
pub fn encode_unicode<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for c in s {
        match c.cp() {
            9 => out.extend_from_slice(b"\\t"),
            10 => out.extend_from_slice(b"\\n"),
            13 => out.extend_from_slice(b"\\r"),
            92 => out.extend_from_slice(b"\\\\"),
            c @ 32..=126 => out.push(c as u8),
            c => push_escape(&mut out, c),
        }
    }
    out
}

/// Encodes to raw-unicode-escape.
pub fn encode_raw_unicode<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for c in s {
        match c.cp() {
            c @ 0..=255 => out.push(c as u8),
            c => push_escape(&mut out, c),
        }
    }
    out
}

/// Why a bytes literal cannot be unescaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// ValueError "Trailing \ in string".
    Trailing,
    /// ValueError "invalid \x escape at position N" (for `errors` other than `replace` and `ignore`).
    BadHex(usize),
}

/// Decodes the escapes of a bytes literal (`codecs.escape_decode`); `errors` is strict, replace or ignore.
pub fn decode_bytes(s: &[u8], errors: Errors) -> Result<(Vec<u8>, Option<InvalidEscape>), BytesEscapeError> {
    let mut out = Vec::with_capacity(s.len());
    let mut invalid = None;
    let mut i = 0;
    while i < s.len() {
        let run = memchr::memchr(b'\\', &s[i..]).unwrap_or(s.len() - i);
        out.extend_from_slice(&s[i..i + run]);
        i += run;
        if i >= s.len() {
            break;
        }
        let start = i;
        let Some(&c) = s.get(i + 1) else { return Err(BytesEscapeError::Trailing) };
        i += 2;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut v = u32::from(c - b'0');
                for _ in 0..2 {
                    match s.get(i) {
                        Some(&d @ b'0'..=b'7') => {
                            v = v << 3 | u32::from(d - b'0');
                            i += 1;
                        }
                        _ => break,
                    }
                }
                if v > 0o377 && invalid.is_none() {
                    invalid = Some(InvalidEscape { value: v, pos: start + 1 });
                }
                out.push(v as u8);
            }
            b'x' => {
                let (v, k) = hex(s, i, 2);
                if k == 2 {
                    out.push(v as u8);
                    i += 2;
                    continue;
                }
                match errors {
                    Errors::Strict => return Err(BytesEscapeError::BadHex(start)),
                    Errors::Replace => out.push(b'?'),
                    Errors::Ignore => {}
                }
                i += k;
            }
            _ => {
                if invalid.is_none() {
                    invalid = Some(InvalidEscape { value: u32::from(c), pos: start + 1 });
                }
                out.extend_from_slice(&[b'\\', c]);
            }
        }
    }
    Ok((out, invalid))
}

/// Error handling of [`decode_bytes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// Raise.
    Strict,
    /// Insert `?`.
    Replace,
    /// Insert nothing.
    Ignore,
}
