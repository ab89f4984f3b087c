//! UTF-8.

use super::{EncodeError, EncodeFail, Input, OnDecodeError, OnEncodeError, Substitute, ascii_prefix};
use crate::buf::TextBuf;
use crate::unit::Unit;

/// Strictly valid UTF-8, and what it decodes to.
#[derive(Clone, Copy)]
pub struct Valid<'a> {
    text: &'a str,
    /// How many characters there are.
    pub chars: usize,
    /// The bound of the kind of string that holds them: 0x7f, 0xff, 0xffff or 0x10ffff.
    pub max: u32,
}

/// Looks through UTF-8; `None` when it is not valid.
pub fn scan(bytes: &[u8]) -> Option<Valid<'_>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (mut top, mut n) = (0u8, 0usize);
    for part in bytes.chunks(128) {
        let mut k = 0u8;
        for &b in part {
            top = top.max(b);
            k += u8::from((b as i8) >= -64);
        }
        n += usize::from(k);
    }
    let max = match top {
        0..=0x7f => 0x7f,
        0x80..=0xc3 => 0xff,
        0xc4..=0xef => 0xffff,
        _ => 0x10ffff,
    };
    Some(Valid { text, chars: n, max })
}

/// Decodes into units; `out` has as many as [`scan`] counted.
pub fn fill<T: Unit>(valid: Valid<'_>, out: &mut [T]) {
    let bytes = valid.text.as_bytes();
    if bytes.len() == out.len() {
        for (o, &b) in out.iter_mut().zip(bytes) {
            *o = T::from_cp(u32::from(b));
        }
        return;
    }
    let (mut i, mut o) = (0, 0);
    while i < bytes.len() {
        // Runs of ASCII are copied blockwise.
        if let (Some(src), Some(dst)) = (bytes.get(i..i + 16), out.get_mut(o..o + 16)) {
            if src.iter().fold(0, |m, &b| m | b) < 0x80 {
                for (d, &b) in dst.iter_mut().zip(src) {
                    *d = T::from_cp(u32::from(b));
                }
                i += 16;
                o += 16;
                continue;
            }
        }
        // Else up to the next other byte: eight at once, of which those after it are overwritten.
        if let (Some(src), Some(dst)) = (
            bytes.get(i..).and_then(|rest| rest.first_chunk::<8>()),
            out.get_mut(o..).and_then(|rest| rest.first_chunk_mut::<8>()),
        ) {
            for (d, &b) in dst.iter_mut().zip(src) {
                *d = T::from_cp(u32::from(b));
            }
            let n = ((u64::from_le_bytes(*src) & 0x8080_8080_8080_8080).trailing_zeros() / 8) as usize;
            i += n;
            o += n;
            if n == 8 {
                continue;
            }
        }
        let Some(&b) = bytes.get(i) else { break };
        let at = |k: usize| u32::from(bytes.get(i + k).copied().unwrap_or(0) & 0x3f);
        let (c, n) = match b {
            0..=0x7f => (u32::from(b), 1),
            0x80..=0xdf => (u32::from(b & 0x1f) << 6 | at(1), 2),
            0xe0..=0xef => (u32::from(b & 0xf) << 12 | at(1) << 6 | at(2), 3),
            _ => (u32::from(b & 7) << 18 | at(1) << 12 | at(2) << 6 | at(3), 4),
        };
        if let Some(slot) = out.get_mut(o) {
            *slot = T::from_cp(c);
        }
        i += n;
        o += 1;
    }
}

/// What begins at a non-ASCII byte.
enum Seq {
    Char(u32, usize),
    /// Malformed: this many bytes, and why.
    Bad(usize, &'static str),
    /// The input ends within a sequence that is good so far.
    Short,
}

fn sequence(s: &[u8]) -> Seq {
    let b0 = s[0];
    let (n, lo, hi) = match b0 {
        0..=0x7f => return Seq::Char(u32::from(b0), 1),
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        _ => return Seq::Bad(1, "invalid start byte"),
    };
    let mut c = u32::from(b0) & (0x7f >> n);
    for k in 1..n {
        let Some(&b) = s.get(k) else { return Seq::Short };
        let (lo, hi) = if k == 1 { (lo, hi) } else { (0x80, 0xbf) };
        if b < lo || b > hi {
            return Seq::Bad(k, "invalid continuation byte");
        }
        c = c << 6 | u32::from(b & 0x3f);
    }
    Seq::Char(c, n)
}

/// Decodes UTF-8; how many bytes were consumed.
pub fn decode<E>(bytes: &[u8], final_: bool, out: &mut TextBuf, on_error: OnDecodeError<E>) -> Result<usize, E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    while i < input.bytes.len() {
        let n = ascii_prefix(&input.bytes[i..]);
        if n > 0 {
            out.extend_latin1(&input.bytes[i..i + n]);
            i += n;
            continue;
        }
        match sequence(&input.bytes[i..]) {
            Seq::Char(c, n) => {
                out.push(c);
                i += n;
            }
            // With a third byte this is a surrogate, which a handler may let through.
            Seq::Bad(..) if !final_ && matches!(input.bytes[i..], [0xed, 0xa0..=0xbf]) => break,
            Seq::Bad(n, reason) => i = input.fail(out, i, i + n, reason, on_error)?,
            Seq::Short if final_ => {
                let end = input.bytes.len();
                i = input.fail(out, i, end, "unexpected end of data", on_error)?;
            }
            Seq::Short => break,
        }
    }
    Ok(i)
}

/// Appends a character's UTF-8 form (surrogates in the generalised form).
#[inline]
pub fn push(out: &mut Vec<u8>, c: u32) {
    match c {
        0..=0x7f => out.push(c as u8),
        0x80..=0x7ff => out.extend_from_slice(&[0xc0 | (c >> 6) as u8, 0x80 | (c & 0x3f) as u8]),
        0x800..=0xffff => {
            out.extend_from_slice(&[0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]);
        }
        _ => out.extend_from_slice(&[
            0xf0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3f) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
    }
}

fn is_surrogate(c: u32) -> bool {
    c & !0x7ff == 0xd800
}

/// How many bytes the text takes in UTF-8; `None` if there are surrogates in it.
pub fn encoded_len<T: Unit>(s: &[T]) -> Option<usize> {
    let (mut n, mut surrogates) = (s.len(), 0usize);
    // Blocks short enough that their sums fit into a byte each are counted several units at a time.
    for part in s.chunks(64) {
        let (mut more, mut bad) = (0u8, 0u8);
        for c in part {
            let c = c.cp();
            more += u8::from(c >= 0x80) + u8::from(c >= 0x800) + u8::from(c >= 0x10000);
            bad += u8::from(is_surrogate(c));
        }
        n += usize::from(more);
        surrogates += usize::from(bad);
    }
    (surrogates == 0).then_some(n)
}

/// Encodes text without surrogates; `out` has as many bytes as [`encoded_len`] counted.
pub fn encode_into<T: Unit>(s: &[T], out: &mut [u8]) {
    let (mut i, mut o) = (0, 0);
    while i < s.len() {
        // Runs of ASCII are copied blockwise.
        if let (Some(src), Some(dst)) = (s.get(i..i + 16), out.get_mut(o..o + 16))
            && src.iter().fold(0, |m, c| m | c.cp()) < 0x80
        {
            for (d, c) in dst.iter_mut().zip(src) {
                *d = c.cp() as u8;
            }
            i += 16;
            o += 16;
            continue;
        }
        let stop = (i + 16).min(s.len());
        for c in &s[i..stop] {
            let c = c.cp();
            let low = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
            let rest = out.get_mut(o..).unwrap_or_default();
            match (c, rest) {
                (0..=0x7f, [a, ..]) => {
                    *a = c as u8;
                    o += 1;
                }
                (0x80..=0x7ff, [a, b, ..]) => {
                    (*a, *b) = (0xc0 | (c >> 6) as u8, low(0));
                    o += 2;
                }
                (0x800..=0xffff, [a, b, d, ..]) => {
                    (*a, *b, *d) = (0xe0 | (c >> 12) as u8, low(6), low(0));
                    o += 3;
                }
                (_, [a, b, d, e, ..]) => {
                    (*a, *b, *d, *e) = (0xf0 | (c >> 18) as u8, low(12), low(6), low(0));
                    o += 4;
                }
                _ => {}
            }
        }
        i = stop;
    }
}

/// Encodes to UTF-8.
pub fn encode<T: Unit, E>(s: &[T], out: &mut Vec<u8>, on_error: OnEncodeError<E>) -> Result<(), EncodeFail<E>> {
    out.reserve(s.len());
    let mut i = 0;
    while let Some(c) = s.get(i) {
        let c = c.cp();
        if !is_surrogate(c) {
            push(out, c);
            i += 1;
            continue;
        }
        let n = s[i..].iter().take_while(|c| is_surrogate(c.cp())).count();
        let e = EncodeError { start: i, end: i + n, reason: "surrogates not allowed" };
        match on_error(e).map_err(EncodeFail::Handler)? {
            Substitute::Bytes(b, pos) => {
                out.extend_from_slice(&b);
                i = pos;
            }
            Substitute::Text(t, pos) => {
                if t.iter().any(|&c| c >= 0x80) {
                    return Err(EncodeFail::Unencodable(e));
                }
                out.extend(t.iter().map(|&c| c as u8));
                i = pos;
            }
        }
    }
    Ok(())
}
