//! GB 2312, GBK, GB 18030 and HZ.

use super::tables::{GB2312, GB18030_RANGES, GB18030EXT, GB18030EXT_ENCODE, GBCOMMON, GBKEXT};
use super::{Fault, ILLEGAL, State, Step, put, take, two};
use crate::buf::TextBuf;

/// Set in `GBCOMMON` for what only GBK has.
const GBK_ONLY: u16 = 0x8000;

fn gb2312_code(c: u32) -> Option<u16> {
    if c > 0xffff {
        return None;
    }
    GBCOMMON.of(c).filter(|code| code & GBK_ONLY == 0)
}

pub fn encode_gb2312(c: u32, out: &mut Vec<u8>) -> Step {
    match gb2312_code(c) {
        Some(code) => put(out, code | 0x8080),
        None => ILLEGAL,
    }
}

pub fn decode_gb2312(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    take(out, GB2312.get(a ^ 0x80, b ^ 0x80))
}

fn gbk_code(c: u32) -> Option<u16> {
    match c {
        // Three characters stand elsewhere than in GB 2312.
        0x2014 => Some(0xa1aa),
        0x2015 => Some(0xa844),
        0xb7 => Some(0xa1a4),
        0x30fb | 0x10000.. => None,
        _ => GBCOMMON.of(c).map(|code| if code & GBK_ONLY != 0 { code } else { code | 0x8080 }),
    }
}

fn gbk_char(a: u8, b: u8) -> Option<u16> {
    match (a, b) {
        (0xa1, 0xaa) => Some(0x2014),
        (0xa8, 0x44) => Some(0x2015),
        (0xa1, 0xa4) => Some(0xb7),
        _ => GB2312.get(a ^ 0x80, b ^ 0x80).or_else(|| GBKEXT.get(a, b)),
    }
}

pub fn encode_gbk(c: u32, out: &mut Vec<u8>) -> Step {
    match gbk_code(c) {
        Some(code) => put(out, code),
        None => ILLEGAL,
    }
}

pub fn decode_gbk(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    take(out, gbk_char(a, b))
}

/// The four bytes of a number.
fn put_four(out: &mut Vec<u8>, number: u32) -> Step {
    let (rest, d) = (number / 10, number % 10);
    let (rest, c) = (rest / 126, rest % 126);
    let (a, b) = (rest / 10, rest % 10);
    out.extend_from_slice(&[a as u8 + 0x81, b as u8 + 0x30, c as u8 + 0x81, d as u8 + 0x30]);
    Ok(1)
}

/// The number of U+10000.
const SUPPLEMENTARY: u32 = 15 * 12600;

pub fn encode_gb18030(c: u32, out: &mut Vec<u8>) -> Step {
    if c >= 0x10000 {
        return put_four(out, c - 0x10000 + SUPPLEMENTARY);
    }
    if let Some(code) = gbk_code(c).or_else(|| GB18030EXT_ENCODE.of(c)) {
        return put(out, code);
    }
    let at = GB18030_RANGES.partition_point(|&(_, last, _)| u32::from(last) < c);
    match GB18030_RANGES.get(at) {
        Some(&(first, _, number)) if u32::from(first) <= c => put_four(out, u32::from(number) + c - u32::from(first)),
        _ => ILLEGAL,
    }
}

pub fn decode_gb18030(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    if !b.is_ascii_digit() {
        return take(out, gbk_char(a, b).or_else(|| GB18030EXT.get(a, b)));
    }
    let &[_, _, c, d, ..] = input else { return Err(Fault::Short) };
    if !(0x81..=0xfe).contains(&a) || !(0x81..=0xfe).contains(&c) || !d.is_ascii_digit() {
        return ILLEGAL;
    }
    let number =
        ((u32::from(a - 0x81) * 10 + u32::from(b - 0x30)) * 126 + u32::from(c - 0x81)) * 10 + u32::from(d - 0x30);
    let found = if number >= SUPPLEMENTARY {
        Some(number - SUPPLEMENTARY + 0x10000).filter(|&c| c <= 0x10ffff)
    } else {
        let at = GB18030_RANGES.partition_point(|&(_, _, n)| u32::from(n) <= number);
        let range = at.checked_sub(1).and_then(|at| GB18030_RANGES.get(at));
        range
            .map(|&(first, last, n)| (u32::from(first) + number - u32::from(n), u32::from(last)))
            .filter(|&(c, last)| c <= last)
            .map(|(c, _)| c)
    };
    match found {
        Some(c) => {
            out.push(c);
            Ok(4)
        }
        None => ILLEGAL,
    }
}

/// HZ writes what ends its Chinese mode.
pub fn reset_hz(state: &mut State, out: &mut Vec<u8>) {
    if state[0] != 0 {
        out.extend_from_slice(b"~}");
        state[0] = 0;
    }
}

pub fn encode_hz(state: &mut State, c: u32, out: &mut Vec<u8>) -> Step {
    if c < 0x80 {
        reset_hz(state, out);
        out.push(c as u8);
        if c == u32::from(b'~') {
            out.push(b'~');
        }
        return Ok(1);
    }
    let Some(code) = gb2312_code(c) else { return ILLEGAL };
    if state[0] == 0 {
        out.extend_from_slice(b"~{");
        state[0] = 1;
    }
    put(out, code)
}

pub fn decode_hz(state: &mut State, input: &[u8], out: &mut TextBuf) -> Step {
    let Some(&a) = input.first() else { return Err(Fault::Short) };
    let chinese = state[0] != 0;
    if a == b'~' {
        let (_, b) = two(input)?;
        match b {
            b'~' if !chinese => out.push(u32::from(b'~')),
            b'{' if !chinese => state[0] = 1,
            b'\n' if !chinese => {}
            b'}' if state[0] == 1 => state[0] = 0,
            _ => return ILLEGAL,
        }
        return Ok(2);
    }
    if a >= 0x80 {
        return ILLEGAL;
    }
    if !chinese {
        out.push(a.into());
        return Ok(1);
    }
    let (a, b) = two(input)?;
    take(out, GB2312.get(a, b))
}
