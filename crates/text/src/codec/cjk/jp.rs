//! Shift_JIS and EUC-JP with their extensions.

use super::tables::{
    CP932EXT, CP932EXT_ENCODE, JISX0208, JISX0212, JISX0213_1_BMP, JISX0213_1_EMP, JISX0213_2_BMP, JISX0213_2_EMP,
    JISX0213_BMP, JISX0213_EMP, JISX0213_PAIRS, JISXCOMMON,
};
use super::{Ahead, Fault, ILLEGAL, Step, put, take, two};
use crate::buf::TextBuf;

/// Set for JIS X 0212 in `JISXCOMMON`, and for plane 2 of JIS X 0213.
pub const SECOND: u16 = 0x8000;
/// Katakana of half width: characters, and their bytes.
const KATAKANA: u32 = 0xff61;
const LAST_KATAKANA: u32 = 0xff9f;
const KATAKANA_BYTES: core::ops::RangeInclusive<u8> = 0xa1..=0xdf;

fn katakana_byte(c: u32) -> Option<u8> {
    (KATAKANA..=LAST_KATAKANA).contains(&c).then(|| (c - KATAKANA) as u8 + 0xa1)
}

/// What JIS X 0201 has in place of two characters of ASCII.
fn roman(c: u32) -> Option<u8> {
    match c {
        0xa5 => Some(b'\\'),
        0x203e => Some(b'~'),
        _ => None,
    }
}

/// JIS X 0208, or 0212 with bit 15 set.
pub fn common(c: u32) -> Option<u16> {
    if c > 0xffff { None } else { JISXCOMMON.of(c) }
}

/// JIS X 0208 alone.
pub fn jisx0208(c: u32) -> Option<u16> {
    common(c).filter(|code| code & SECOND == 0)
}

/// JIS code of a row and a column to the bytes of Shift_JIS; rows count on from the second plane.
fn put_shifted(out: &mut Vec<u8>, row: u8, column: u8) -> Step {
    let column = column + if row & 1 == 1 { 0x5e } else { 0 };
    let row = row >> 1;
    out.push(if row < 0x1f { row + 0x81 } else { row + 0xc1 });
    out.push(if column < 0x3f { column + 0x40 } else { column + 0x41 });
    Ok(1)
}

/// The row and column of bytes of Shift_JIS.
fn unshift(a: u8, b: u8) -> Option<(u8, u8)> {
    let row = match a {
        0x81..=0x9f => a - 0x81,
        0xe0..=0xfc => a - 0xc1,
        _ => return None,
    };
    let column = match b {
        0x40..=0x7e => b - 0x40,
        0x80..=0xfc => b - 0x41,
        _ => return None,
    };
    Some(if column < 0x5e { (2 * row, column) } else { (2 * row + 1, column - 0x5e) })
}

fn put_sjis(out: &mut Vec<u8>, code: u16) -> Step {
    let [hi, lo] = code.to_be_bytes();
    put_shifted(out, hi - 0x21, lo - 0x21)
}

pub fn encode_cp932(c: u32, out: &mut Vec<u8>) -> Step {
    let byte = match c {
        0x80 => Some(0x80),
        0xf8f0 => Some(0xa0),
        0xf8f1..=0xf8f3 => Some((c - 0xf8f1) as u8 + 0xfd),
        _ => katakana_byte(c),
    };
    if let Some(byte) = byte {
        out.push(byte);
        return Ok(1);
    }
    if c > 0xffff {
        return ILLEGAL;
    }
    if let Some(code) = CP932EXT_ENCODE.of(c) {
        return put(out, code);
    }
    if let Some(code) = common(c) {
        return if code & SECOND != 0 { ILLEGAL } else { put_sjis(out, code) };
    }
    if (0xe000..0xe758).contains(&c) {
        // What users define.
        let n = c - 0xe000;
        let column = (n % 188) as u8;
        out.push((n / 188) as u8 + 0xf0);
        out.push(if column < 0x3f { column + 0x40 } else { column + 0x41 });
        return Ok(1);
    }
    ILLEGAL
}

pub fn decode_cp932(input: &[u8], out: &mut TextBuf) -> Step {
    let Some(&a) = input.first() else { return Err(Fault::Short) };
    let one = match a {
        0x80 => Some(0x80),
        0xa0 => Some(0xf8f0),
        0xfd..=0xff => Some(0xf8f1 + u32::from(a - 0xfd)),
        _ if KATAKANA_BYTES.contains(&a) => Some(KATAKANA + u32::from(a - 0xa1)),
        _ => None,
    };
    if let Some(c) = one {
        out.push(c);
        return Ok(1);
    }
    let (a, b) = two(input)?;
    if let Some(c) = CP932EXT.get(a, b) {
        return take(out, Some(c));
    }
    let Some((row, column)) = unshift(a, b) else { return ILLEGAL };
    match a {
        0xf0..=0xf9 => {
            let column = u16::from(b) - if b < 0x80 { 0x40 } else { 0x41 };
            take(out, Some(0xe000 + 188 * u16::from(a - 0xf0) + column))
        }
        0xeb.. => ILLEGAL,
        _ => take(out, JISX0208.get(row + 0x21, column + 0x21)),
    }
}

pub fn encode_shift_jis(c: u32, out: &mut Vec<u8>) -> Step {
    if let Some(byte) = roman(c).or_else(|| katakana_byte(c)) {
        out.push(byte);
        return Ok(1);
    }
    match jisx0208(c) {
        Some(code) => put_sjis(out, code),
        None => ILLEGAL,
    }
}

/// A byte of katakana.
fn decode_katakana(a: u8, out: &mut TextBuf) -> bool {
    let found = KATAKANA_BYTES.contains(&a);
    if found {
        out.push(KATAKANA + u32::from(a - 0xa1));
    }
    found
}

pub fn decode_shift_jis(input: &[u8], out: &mut TextBuf) -> Step {
    let Some(&a) = input.first() else { return Err(Fault::Short) };
    if decode_katakana(a, out) {
        return Ok(1);
    }
    if !matches!(a, 0x81..=0x9f | 0xe0..=0xea) {
        return ILLEGAL;
    }
    let (a, b) = two(input)?;
    take(out, unshift(a, b).and_then(|(row, column)| JISX0208.get(row + 0x21, column + 0x21)))
}

pub fn encode_euc_jp(c: u32, out: &mut Vec<u8>) -> Step {
    if let Some(code) = common(c) {
        return put_euc(out, code);
    }
    if let Some(byte) = katakana_byte(c) {
        out.extend_from_slice(&[0x8e, byte]);
        return Ok(1);
    }
    match roman(c) {
        Some(byte) => {
            out.push(byte);
            Ok(1)
        }
        None => ILLEGAL,
    }
}

fn put_euc(out: &mut Vec<u8>, code: u16) -> Step {
    if code & SECOND != 0 {
        out.push(0x8f);
    }
    put(out, code | 0x8080)
}

/// The katakana of code set 2 in EUC; nothing for another first byte.
fn decode_euc_katakana(input: &[u8], out: &mut TextBuf) -> Option<Step> {
    if input.first() != Some(&0x8e) {
        return None;
    }
    Some(match two(input) {
        Ok((_, b)) => {
            if decode_katakana(b, out) {
                Ok(2)
            } else {
                ILLEGAL
            }
        }
        Err(short) => Err(short),
    })
}

/// The bytes of code set 3 in EUC; nothing for another first byte.
fn euc_third(input: &[u8]) -> Option<Result<(u8, u8), Fault>> {
    if input.first() != Some(&0x8f) {
        return None;
    }
    Some(match input {
        &[_, b, c, ..] => Ok((b ^ 0x80, c ^ 0x80)),
        _ => Err(Fault::Short),
    })
}

pub fn decode_euc_jp(input: &[u8], out: &mut TextBuf) -> Step {
    if let Some(step) = decode_euc_katakana(input, out) {
        return step;
    }
    if let Some(third) = euc_third(input) {
        let (b, c) = third?;
        take(out, JISX0212.get(b, c))?;
        return Ok(3);
    }
    let (a, b) = two(input)?;
    take(out, JISX0208.get(a ^ 0x80, b ^ 0x80))
}

/// JIS X 0213 has a backslash and a tilde; what width they have depends on the encoding.
const BACKSLASH: u16 = 0x2140;
const TILDE: u16 = 0x2232;
const WIDE_BACKSLASH: u32 = 0xff3c;
const WIDE_TILDE: u32 = 0xff5e;

/// What the edition of 2004 added to plane 1.
const ADDED: [(u16, u32); 10] = [
    (0x2e21, 0x4ff1),
    (0x2f7e, 0x525d),
    (0x4f54, 0x20b9f),
    (0x4f7e, 0x541e),
    (0x7427, 0x5653),
    (0x7e7a, 0x59f8),
    (0x7e7b, 0x5c5b),
    (0x7e7c, 0x5e77),
    (0x7e7d, 0x7626),
    (0x7e7e, 0x7e6b),
];
/// The one code whose character the edition of 2004 changed, and the characters.
const CHANGED: (u16, u32, u32) = (0x7d3b, 0x9b1d, 0x9b1c);

/// Whether the edition of 2000 lacks a character of the one of 2004.
fn lacks(c: u32) -> bool {
    ADDED.iter().any(|&(_, added)| added == c) || c == CHANGED.2
}

/// A code of JIS X 0213, with what the edition of 2000 has different.
fn plane_code(c: u32, old: bool) -> Option<u16> {
    if old {
        if lacks(c) {
            return None;
        }
        if c == CHANGED.1 {
            return Some(CHANGED.0 | SECOND);
        }
    }
    match c >> 16 {
        0 if matches!(c, WIDE_BACKSLASH | WIDE_TILDE) => None,
        0 => JISX0213_BMP.of(c).or_else(|| JISXCOMMON.of(c).filter(|code| code & SECOND == 0)),
        2 => JISX0213_EMP.of(c),
        _ => None,
    }
}

/// Whether a character may be the first of a pair.
fn begins_pair(c: u32) -> bool {
    JISX0213_PAIRS.iter().any(|pair| u32::from(pair.0) == c)
}

/// What a character with its successor is in JIS X 0213.
pub enum Found {
    /// Nothing.
    Nothing,
    /// A code of one character.
    One(u16),
    /// A code of two characters.
    Pair(u16),
    /// The successor decides.
    Unknown,
}

/// Looks up a character and its successor in JIS X 0213.
pub fn jisx0213(ahead: Ahead, old: bool) -> Found {
    if begins_pair(ahead.c) {
        match ahead.next {
            None if !ahead.flush => return Found::Unknown,
            None => {}
            Some(next) => {
                let found =
                    JISX0213_PAIRS.iter().find(|pair| (u32::from(pair.0), u32::from(pair.1)) == (ahead.c, next));
                if let Some(&(_, _, code)) = found {
                    return Found::Pair(code);
                }
            }
        }
    }
    match plane_code(ahead.c, old) {
        Some(code) => Found::One(code),
        None => Found::Nothing,
    }
}

pub fn encode_euc_jis_2004(ahead: Ahead, old: bool, out: &mut Vec<u8>) -> Step {
    match jisx0213(ahead, old) {
        Found::Unknown => return Err(Fault::Short),
        Found::One(code) => return put_euc(out, code),
        Found::Pair(code) => {
            put_euc(out, code)?;
            return Ok(2);
        }
        Found::Nothing => {}
    }
    let c = ahead.c;
    if let Some(byte) = katakana_byte(c) {
        out.extend_from_slice(&[0x8e, byte]);
        return Ok(1);
    }
    match c {
        WIDE_BACKSLASH => return put_euc(out, BACKSLASH),
        WIDE_TILDE => return put_euc(out, TILDE),
        _ if old && lacks(c) => return ILLEGAL,
        _ => {}
    }
    // What JIS X 0213 left out of JIS X 0212.
    match common(c) {
        Some(code) => put_euc(out, code),
        None => ILLEGAL,
    }
}

/// Puts out what a code of plane 1 stands for.
pub fn take_plane_1(a: u8, b: u8, old: bool, out: &mut TextBuf) -> Step {
    let code = u16::from_be_bytes([a, b]);
    if old && ADDED.iter().any(|&(added, _)| added == code) {
        return Err(Fault::Illegal(2));
    }
    if code == TILDE {
        return take(out, Some(u16::from(b'~')));
    }
    if let Some(c) = JISX0208.get(a, b).or_else(|| JISX0213_1_BMP.get(a, b)) {
        return take(out, Some(c));
    }
    if let Some(c) = JISX0213_1_EMP.get(a, b) {
        out.push(0x20000 | u32::from(c));
        return Ok(2);
    }
    match JISX0213_PAIRS.iter().find(|pair| pair.2 == code) {
        Some(&(base, combining, _)) => {
            out.push(base.into());
            out.push(combining.into());
            Ok(2)
        }
        None => ILLEGAL,
    }
}

/// Puts out what a code of plane 2 stands for.
pub fn take_plane_2(a: u8, b: u8, old: bool, out: &mut TextBuf) -> bool {
    let code = u16::from_be_bytes([a, b]);
    if old && code == CHANGED.0 {
        out.push(CHANGED.1);
        return true;
    }
    if let Some(c) = JISX0213_2_BMP.get(a, b) {
        out.push(c.into());
        return true;
    }
    match JISX0213_2_EMP.get(a, b) {
        Some(c) => {
            out.push(0x20000 | u32::from(c));
            true
        }
        None => false,
    }
}

pub fn decode_euc_jis_2004(input: &[u8], old: bool, out: &mut TextBuf) -> Step {
    if let Some(step) = decode_euc_katakana(input, out) {
        return step;
    }
    if let Some(third) = euc_third(input) {
        let (b, c) = third?;
        if !take_plane_2(b, c, old, out) {
            take(out, JISX0212.get(b, c))?;
        }
        return Ok(3);
    }
    let (a, b) = two(input)?;
    if u16::from_be_bytes([a, b]) == TILDE | 0x8080 {
        out.push(WIDE_TILDE);
        return Ok(2);
    }
    take_plane_1(a ^ 0x80, b ^ 0x80, old, out)
}

pub fn encode_shift_jis_2004(ahead: Ahead, old: bool, out: &mut Vec<u8>) -> Step {
    // The bytes of backslash and tilde are the yen sign's and the overline's.
    let code = match ahead.c {
        0x5c => Some(BACKSLASH),
        0x7e => Some(TILDE),
        c @ 0..0x80 => {
            out.push(c as u8);
            return Ok(1);
        }
        _ => None,
    };
    if let Some(code) = code {
        return put_sjis(out, code);
    }
    let (code, taken) = match jisx0213(ahead, old) {
        Found::Unknown => return Err(Fault::Short),
        Found::One(code) => (code, 1),
        Found::Pair(code) => (code, 2),
        Found::Nothing => {
            return match roman(ahead.c).or_else(|| katakana_byte(ahead.c)) {
                Some(byte) => {
                    out.push(byte);
                    Ok(1)
                }
                None => ILLEGAL,
            };
        }
    };
    let [hi, lo] = code.to_be_bytes();
    // The rows of plane 2 that are used follow those of plane 1.
    let row = match hi {
        0xee.. => hi - 0x87,
        0xac.. | 0xa8 => hi - 0x49,
        0x80.. => hi - 0x43,
        _ => hi - 0x21,
    };
    put_shifted(out, row, lo.wrapping_sub(0x21))?;
    Ok(taken)
}

pub fn decode_shift_jis_2004(input: &[u8], old: bool, out: &mut TextBuf) -> Step {
    let Some(&a) = input.first() else { return Err(Fault::Short) };
    if decode_katakana(a, out) {
        return Ok(1);
    }
    if a < 0x80 {
        out.push(match a {
            b'\\' => 0xa5,
            b'~' => 0x203e,
            _ => a.into(),
        });
        return Ok(1);
    }
    if !matches!(a, 0x81..=0x9f | 0xe0..=0xfc) {
        return ILLEGAL;
    }
    let (a, b) = two(input)?;
    let Some((row, column)) = unshift(a, b) else { return ILLEGAL };
    let column = column + 0x21;
    if row < 0x5e {
        if u16::from_be_bytes([row + 0x21, column]) == BACKSLASH {
            return take(out, Some(u16::from(b'\\')));
        }
        return take_plane_1(row + 0x21, column, old, out);
    }
    let row = match row {
        0x67.. => row + 7,
        0x63.. | 0x5f => row - 0x37,
        _ => row - 0x3d,
    };
    if take_plane_2(row, column, old, out) { Ok(2) } else { ILLEGAL }
}
