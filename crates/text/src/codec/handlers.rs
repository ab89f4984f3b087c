//! The standard error handlers as functions on the offending stretch.

use super::escape::push_escape;
use super::utf8;
use crate::unit::Unit;

/// `backslashreplace` for characters.
pub fn backslashreplace<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    s.iter().for_each(|c| push_escape(&mut out, c.cp()));
    out
}

/// `backslashreplace` for bytes.
pub fn backslashreplace_bytes(s: &[u8]) -> Vec<u8> {
    backslashreplace(s)
}

/// `xmlcharrefreplace`.
pub fn xmlcharrefreplace<T: Unit>(s: &[T]) -> Vec<u8> {
    s.iter().flat_map(|c| format!("&#{};", c.cp()).into_bytes()).collect()
}

/// `namereplace`.
pub fn namereplace<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    for c in s {
        match crate::unicode::names::name(c.cp()) {
            Some(n) => out.extend_from_slice(format!("\\N{{{n}}}").as_bytes()),
            None => push_escape(&mut out, c.cp()),
        }
    }
    out
}

/// `surrogateescape` when decoding: the escaped bytes at the front of the stretch (at most four, none below 0x80);
/// nothing means that the error stands.
pub fn surrogateescape_decode(s: &[u8]) -> Vec<u32> {
    s.iter().take(4).take_while(|&&b| b >= 0x80).map(|&b| 0xdc00 + u32::from(b)).collect()
}

/// `surrogateescape` when encoding; `None` means that the error stands.
pub fn surrogateescape_encode<T: Unit>(s: &[T]) -> Option<Vec<u8>> {
    s.iter().map(|c| if (0xdc80..=0xdcff).contains(&c.cp()) { Some((c.cp() - 0xdc00) as u8) } else { None }).collect()
}

/// The encodings that `surrogatepass` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// UTF-32, little endian.
    Utf32Le,
    /// UTF-32, big endian.
    Utf32Be,
}

impl PassEncoding {
    /// From a codec's name as error handlers see it; without an order the machine's own.
    pub fn from_name(name: &str) -> Option<Self> {
        let n: String = name.chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
        let rest = n.strip_prefix("utf")?;
        Some(match rest.strip_prefix('-').unwrap_or(rest) {
            "8" => Self::Utf8,
            "16" | "16-le" | "16le" => Self::Utf16Le,
            "16-be" | "16be" => Self::Utf16Be,
            "32" | "32-le" | "32le" => Self::Utf32Le,
            "32-be" | "32be" => Self::Utf32Be,
            _ => return None,
        })
    }
}

/// `surrogatepass` when encoding; `None` means that the error stands.
pub fn surrogatepass_encode<T: Unit>(s: &[T], encoding: PassEncoding) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for c in s {
        let c = c.cp();
        if c & !0x7ff != 0xd800 {
            return None;
        }
        let short = c as u16;
        match encoding {
            PassEncoding::Utf8 => utf8::push(&mut out, c),
            PassEncoding::Utf16Le => out.extend_from_slice(&short.to_le_bytes()),
            PassEncoding::Utf16Be => out.extend_from_slice(&short.to_be_bytes()),
            PassEncoding::Utf32Le => out.extend_from_slice(&c.to_le_bytes()),
            PassEncoding::Utf32Be => out.extend_from_slice(&c.to_be_bytes()),
        }
    }
    Some(out)
}

/// `surrogatepass` when decoding, given the input from the start of the error: the surrogate and its length.
pub fn surrogatepass_decode(s: &[u8], encoding: PassEncoding) -> Option<(u32, usize)> {
    let (c, n) = match (encoding, s) {
        (PassEncoding::Utf8, &[a, b, c, ..]) if a & 0xf0 == 0xe0 && b & 0xc0 == 0x80 && c & 0xc0 == 0x80 => {
            (u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63), 3)
        }
        (PassEncoding::Utf16Le, &[a, b, ..]) => (u32::from(u16::from_le_bytes([a, b])), 2),
        (PassEncoding::Utf16Be, &[a, b, ..]) => (u32::from(u16::from_be_bytes([a, b])), 2),
        (PassEncoding::Utf32Le, &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        (PassEncoding::Utf32Be, &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return None,
    };
    if c & !0x7ff == 0xd800 { Some((c, n)) } else { None }
}
