//! UTF-16 and UTF-32.

use super::{EncodeError, EncodeFail, Input, OnDecodeError, OnEncodeError, Substitute};
use crate::buf::TextBuf;
use crate::unit::Unit;

/// Byte order of a decoder or encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Given by a byte order mark; without one the machine's own (little).
    Mark,
    /// Little endian.
    Little,
    /// Big endian.
    Big,
}

impl Order {
    /// CPython's `byteorder` number: -1, 0, 1.
    pub fn number(self) -> i32 {
        match self {
            Order::Mark => 0,
            Order::Little => -1,
            Order::Big => 1,
        }
    }
}

fn unit16(s: &[u8], i: usize, big: bool) -> Option<u32> {
    let b = [*s.get(i)?, *s.get(i + 1)?];
    Some(u32::from(if big { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) }))
}

/// Decodes UTF-16: how many bytes were consumed, and the order found (`Mark` when there was no mark).
pub fn decode16<E>(
    bytes: &[u8],
    order: Order,
    final_: bool,
    out: &mut TextBuf,
    on_error: OnDecodeError<E>,
) -> Result<(usize, Order), E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    let mut order = order;
    if order == Order::Mark {
        match bytes {
            [0xff, 0xfe, ..] => {
                order = Order::Little;
                i = 2;
            }
            [0xfe, 0xff, ..] => {
                order = Order::Big;
                i = 2;
            }
            _ => {}
        }
    }
    let big = order == Order::Big;
    let mut block = [0u16; 64];
    while i < input.bytes.len() {
        // What stands for itself goes blockwise.
        let (pairs, _) = input.bytes.get(i..).unwrap_or_default().as_chunks::<2>();
        let mut plain = true;
        for (unit, &pair) in block.iter_mut().zip(pairs) {
            *unit = if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
            plain &= *unit & 0xf800 != 0xd800;
        }
        let mut n = pairs.len().min(block.len());
        if !plain {
            n = block.iter().position(|unit| unit & 0xf800 == 0xd800).unwrap_or(n).min(n);
        }
        if n > 0 {
            out.extend(block.get(..n).unwrap_or_default());
            i += n * 2;
            continue;
        }
        let len = input.bytes.len();
        let Some(c) = unit16(&input.bytes, i, big) else {
            if !final_ {
                break;
            }
            i = input.fail(out, i, len, "truncated data", on_error)?;
            continue;
        };
        if c & 0xfc00 == 0xdc00 {
            i = input.fail(out, i, i + 2, "illegal encoding", on_error)?;
            continue;
        }
        match unit16(&input.bytes, i + 2, big) {
            Some(d) if d & 0xfc00 == 0xdc00 => {
                out.push(0x10000 + ((c & 0x3ff) << 10 | d & 0x3ff));
                i += 4;
            }
            Some(_) => i = input.fail(out, i, i + 2, "illegal UTF-16 surrogate", on_error)?,
            None if final_ => i = input.fail(out, i, len, "unexpected end of data", on_error)?,
            None => break,
        }
    }
    Ok((i, order))
}

/// Decodes UTF-32: how many bytes were consumed, and the order found (`Mark` when there was no mark).
pub fn decode32<E>(
    bytes: &[u8],
    order: Order,
    final_: bool,
    out: &mut TextBuf,
    on_error: OnDecodeError<E>,
) -> Result<(usize, Order), E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    let mut order = order;
    if order == Order::Mark {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => {
                order = Order::Little;
                i = 4;
            }
            [0, 0, 0xfe, 0xff, ..] => {
                order = Order::Big;
                i = 4;
            }
            _ => {}
        }
    }
    let big = order == Order::Big;
    while i < input.bytes.len() {
        let len = input.bytes.len();
        let Some(&[a, b, c, d]) = input.bytes.get(i..i + 4) else {
            if !final_ {
                break;
            }
            i = input.fail(out, i, len, "truncated data", on_error)?;
            continue;
        };
        let c = if big { u32::from_be_bytes([a, b, c, d]) } else { u32::from_le_bytes([a, b, c, d]) };
        if c > 0x10ffff {
            i = input.fail(out, i, i + 4, "code point not in range(0x110000)", on_error)?;
        } else if c & !0x7ff == 0xd800 {
            i = input.fail(out, i, i + 4, "code point in surrogate code point range(0xd800, 0xe000)", on_error)?;
        } else {
            out.push(c);
            i += 4;
        }
    }
    Ok((i, order))
}

/// Encodes with `run`, which writes as many plain characters as there are at the beginning and says how many, and `push`,
/// which writes any other but surrogates.
fn encode<T: Unit, E>(
    s: &[T],
    width: usize,
    out: &mut Vec<u8>,
    run: impl Fn(&mut Vec<u8>, &[T]) -> usize,
    push: impl Fn(&mut Vec<u8>, u32),
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    let mut i = 0;
    loop {
        i += run(out, s.get(i..).unwrap_or_default());
        let Some(c) = s.get(i) else { break };
        let c = c.cp();
        if c & !0x7ff != 0xd800 {
            push(out, c);
            i += 1;
            continue;
        }
        let e = EncodeError { start: i, end: i + 1, reason: "surrogates not allowed" };
        match on_error(e).map_err(EncodeFail::Handler)? {
            Substitute::Bytes(b, pos) => {
                if !b.len().is_multiple_of(width) {
                    return Err(EncodeFail::Unencodable(e));
                }
                out.extend_from_slice(&b);
                i = pos;
            }
            Substitute::Text(t, pos) => {
                if t.iter().any(|&c| c >= 0x80) {
                    return Err(EncodeFail::Unencodable(e));
                }
                t.iter().for_each(|&c| push(out, c));
                i = pos;
            }
        }
    }
    Ok(())
}

/// Encodes to UTF-16; `Mark` writes a mark and little endian.
pub fn encode16<T: Unit, E>(
    s: &[T],
    order: Order,
    out: &mut Vec<u8>,
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    out.reserve(s.len() * 2 + 2);
    let big = order == Order::Big;
    let unit = |out: &mut Vec<u8>, u: u16| out.extend_from_slice(&if big { u.to_be_bytes() } else { u.to_le_bytes() });
    if order == Order::Mark {
        unit(out, 0xfeff);
    }
    let push = |out: &mut Vec<u8>, c: u32| {
        if c < 0x10000 {
            unit(out, c as u16);
        } else {
            let c = c - 0x10000;
            unit(out, 0xd800 | (c >> 10) as u16);
            unit(out, 0xdc00 | (c & 0x3ff) as u16);
        }
    };
    let run = |out: &mut Vec<u8>, s: &[T]| {
        let n = s.iter().take_while(|c| c.cp() < 0x10000 && c.cp() & !0x7ff != 0xd800).count();
        let start = out.len();
        out.resize(start + n * 2, 0);
        for (pair, c) in out[start..].as_chunks_mut::<2>().0.iter_mut().zip(s) {
            let unit = c.cp() as u16;
            *pair = if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        }
        n
    };
    encode(s, 2, out, run, push, on_error)
}

/// Encodes to UTF-32; `Mark` writes a mark and little endian.
pub fn encode32<T: Unit, E>(
    s: &[T],
    order: Order,
    out: &mut Vec<u8>,
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    out.reserve(s.len() * 4 + 4);
    let big = order == Order::Big;
    let push = |out: &mut Vec<u8>, u: u32| out.extend_from_slice(&if big { u.to_be_bytes() } else { u.to_le_bytes() });
    if order == Order::Mark {
        push(out, 0xfeff);
    }
    let run = |out: &mut Vec<u8>, s: &[T]| {
        let n = s.iter().take_while(|c| c.cp() & !0x7ff != 0xd800).count();
        let start = out.len();
        out.resize(start + n * 4, 0);
        for (quad, c) in out[start..].as_chunks_mut::<4>().0.iter_mut().zip(s) {
            *quad = if big { c.cp().to_be_bytes() } else { c.cp().to_le_bytes() };
        }
        n
    };
    encode(s, 4, out, run, push, on_error)
}
