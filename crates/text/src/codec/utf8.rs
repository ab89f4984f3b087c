//! UTF-8.

use super::{EncodeError, EncodeFail, Input, OnDecodeError, OnEncodeError, Substitute, ascii_prefix};
use crate::buf::TextBuf;
use crate::unit::Unit;

/// What strictly valid UTF-8 decodes to: how many characters, and the bound of its string kind (0x7f, 0xff, 0xffff or
/// 0x10ffff). `None` when it is not valid.
pub fn scan(bytes: &[u8]) -> Option<(usize, u32)> {
    std::str::from_utf8(bytes).ok()?;
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
    Some((n, max))
}

/// Decodes what [`scan`] has approved into its units; `out` has as many as `scan` counted.
pub fn fill<T: Unit>(bytes: &[u8], out: &mut [T]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.len() == out.len() {
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
        let stop = (i + 16).min(bytes.len());
        while i < stop {
            let b = bytes[i];
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

/// Encodes strictly; the first surrogate's index when there is one.
pub fn encode_strict<T: Unit>(s: &[T]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(s.len() + s.len() / 2);
    for (i, c) in s.iter().enumerate() {
        let c = c.cp();
        if is_surrogate(c) {
            return Err(i);
        }
        push(&mut out, c);
    }
    Ok(out)
}
