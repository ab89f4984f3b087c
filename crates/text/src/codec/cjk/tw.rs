//! Big5, cp950 and Big5-HKSCS.

use super::tables::{
    BIG5, BIG5_ENCODE, BIG5HKSCS_BMP, BIG5HKSCS_BMP_ENCODE, BIG5HKSCS_EMP, BIG5HKSCS_EMP_ENCODE, CP950EXT,
    CP950EXT_ENCODE,
};
use super::{Ahead, Fault, ILLEGAL, Step, put, take, two};
use crate::buf::TextBuf;

fn encoded(found: Option<u16>, out: &mut Vec<u8>) -> Step {
    match found {
        Some(code) => put(out, code),
        None => ILLEGAL,
    }
}

fn bmp(c: u32) -> Option<u32> {
    (c <= 0xffff).then_some(c)
}

pub fn encode_big5(c: u32, out: &mut Vec<u8>) -> Step {
    encoded(bmp(c).and_then(|c| BIG5_ENCODE.of(c)), out)
}

pub fn decode_big5(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    take(out, BIG5.get(a, b))
}

pub fn encode_cp950(c: u32, out: &mut Vec<u8>) -> Step {
    encoded(bmp(c).and_then(|c| CP950EXT_ENCODE.of(c).or_else(|| BIG5_ENCODE.of(c))), out)
}

pub fn decode_cp950(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    take(out, CP950EXT.get(a, b).or_else(|| BIG5.get(a, b)))
}

const MACRON: u32 = 0x304;
const CARON: u32 = 0x30c;
/// Codes of two characters: base, combining character, code.
const PAIRS: [(u32, u32, u16); 4] =
    [(0xca, MACRON, 0x8862), (0xca, CARON, 0x8864), (0xea, MACRON, 0x88a3), (0xea, CARON, 0x88a5)];

pub fn encode_big5hkscs(ahead: Ahead, out: &mut Vec<u8>) -> Step {
    let Ahead { c, next, flush } = ahead;
    if matches!(c, 0xca | 0xea) {
        let Some(next) = next else {
            if !flush {
                return Err(Fault::Short);
            }
            return encoded(BIG5HKSCS_BMP_ENCODE.of(c), out);
        };
        if let Some(&(_, _, code)) = PAIRS.iter().find(|pair| (pair.0, pair.1) == (c, next)) {
            put(out, code)?;
            return Ok(2);
        }
    }
    let found = match c >> 16 {
        0 => BIG5HKSCS_BMP_ENCODE.of(c).or_else(|| BIG5_ENCODE.of(c)),
        2 => BIG5HKSCS_EMP_ENCODE.of(c),
        _ => None,
    };
    encoded(found, out)
}

pub fn decode_big5hkscs(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    if let Some(c) = BIG5HKSCS_BMP.get(a, b) {
        return take(out, Some(c));
    }
    // Rows of Big5 that the extension has taken over.
    if (!(0xc6..=0xc8).contains(&a) || (a < 0xc7 && b < 0xa1))
        && let Some(c) = BIG5.get(a, b)
    {
        return take(out, Some(c));
    }
    if let Some(c) = BIG5HKSCS_EMP.get(a, b) {
        out.push(0x20000 | u32::from(c));
        return Ok(2);
    }
    let code = u16::from_be_bytes([a, b]);
    match PAIRS.iter().find(|pair| pair.2 == code) {
        Some(&(base, combining, _)) => {
            out.push(base);
            out.push(combining);
            Ok(2)
        }
        None => ILLEGAL,
    }
}
