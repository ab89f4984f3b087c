//! Character maps: 256-entry decoding tables and what encodes back.

use super::{EncodeError, EncodeFail, Input, OnDecodeError, OnEncodeError, Substitute};
use crate::buf::TextBuf;
use crate::unit::Unit;

/// What a mapping answers for one byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapped {
    /// A character.
    Char(u32),
    /// Any text.
    Text(Vec<u32>),
    /// "character maps to <undefined>".
    Undefined,
}

/// Decodes by a function (a table, a dict).
pub fn decode<E>(
    bytes: &[u8],
    out: &mut TextBuf,
    mut map: impl FnMut(u8) -> Result<Mapped, E>,
    on_error: OnDecodeError<E>,
) -> Result<(), E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    while let Some(&b) = input.bytes.get(i) {
        match map(b)? {
            Mapped::Char(c) => {
                out.push(c);
                i += 1;
            }
            Mapped::Text(t) => {
                out.extend(&t);
                i += 1;
            }
            Mapped::Undefined => i = input.fail(out, i, i + 1, "character maps to <undefined>", on_error)?,
        }
    }
    Ok(())
}

/// Decodes by a table string, in which U+FFFE and what is beyond its end are undefined.
pub fn decode_table<T: Unit, E>(
    bytes: &[u8],
    table: &[T],
    out: &mut TextBuf,
    on_error: OnDecodeError<E>,
) -> Result<(), E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    let mut block = [T::default(); 64];
    while i < input.bytes.len() {
        let mut n = 0;
        for (unit, &b) in block.iter_mut().zip(input.bytes.get(i..).unwrap_or_default()) {
            match table.get(usize::from(b)) {
                Some(&c) if c.cp() != 0xfffe => *unit = c,
                _ => break,
            }
            n += 1;
        }
        out.extend(block.get(..n).unwrap_or_default());
        i += n;
        if n < block.len() && i < input.bytes.len() {
            i = input.fail(out, i, i + 1, "character maps to <undefined>", on_error)?;
        }
    }
    Ok(())
}

/// The inverse of a decoding table (`codecs.charmap_build`).
#[derive(Debug, Clone)]
pub struct EncodingMap {
    low: Box<[i16; 256]>,
    rest: Vec<(u32, u8)>,
}

impl EncodingMap {
    /// Inverts a table of up to 256 characters; U+FFFE is undefined. Of several bytes the last one wins.
    pub fn new<T: Unit>(table: &[T]) -> Self {
        let mut low = Box::new([-1i16; 256]);
        let mut rest: Vec<(u32, u8)> = Vec::new();
        for (b, c) in table.iter().take(256).enumerate() {
            let c = c.cp();
            if c == 0xfffe {
                continue;
            }
            match low.get_mut(c as usize) {
                Some(slot) => *slot = b as i16,
                None => rest.push((c, b as u8)),
            }
        }
        rest.sort_by_key(|r| r.0);
        let mut last: Vec<(u32, u8)> = Vec::with_capacity(rest.len());
        for r in rest {
            match last.last_mut() {
                Some(l) if l.0 == r.0 => *l = r,
                _ => last.push(r),
            }
        }
        EncodingMap { low, rest: last }
    }

    /// The byte of a character.
    #[inline]
    pub fn get(&self, c: u32) -> Option<u8> {
        if let Some(&b) = self.low.get(c as usize) {
            return u8::try_from(b).ok();
        }
        let i = self.rest.binary_search_by_key(&c, |r| r.0).ok()?;
        Some(self.rest[i].1)
    }

    /// `sys.getsizeof` support: entries beyond Latin-1.
    pub fn len(&self) -> usize {
        self.rest.len()
    }
}

/// Encodes by a function from a character to its bytes.
pub fn encode<T: Unit, E>(
    s: &[T],
    out: &mut Vec<u8>,
    mut map: impl FnMut(u32, &mut Vec<u8>) -> Result<bool, E>,
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    let mut i = 0;
    let mut probe = Vec::new();
    while let Some(c) = s.get(i) {
        if map(c.cp(), out).map_err(EncodeFail::Handler)? {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while let Some(c) = s.get(end) {
            probe.clear();
            if map(c.cp(), &mut probe).map_err(EncodeFail::Handler)? {
                break;
            }
            end += 1;
        }
        let e = EncodeError { start: i, end, reason: "character maps to <undefined>" };
        match on_error(e).map_err(EncodeFail::Handler)? {
            Substitute::Bytes(b, pos) => {
                out.extend_from_slice(&b);
                i = pos;
            }
            Substitute::Text(t, pos) => {
                for &c in &t {
                    if !map(c, out).map_err(EncodeFail::Handler)? {
                        return Err(EncodeFail::Unencodable(e));
                    }
                }
                i = pos;
            }
        }
    }
    Ok(())
}

/// Encodes by an inverted table.
pub fn encode_table<T: Unit, E>(
    s: &[T],
    table: &EncodingMap,
    out: &mut Vec<u8>,
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    let map = |c: u32, out: &mut Vec<u8>| {
        Ok(match table.get(c) {
            Some(b) => {
                out.push(b);
                true
            }
            None => false,
        })
    };
    encode(s, out, map, on_error)
}
