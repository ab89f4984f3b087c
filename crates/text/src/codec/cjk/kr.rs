//! EUC-KR, cp949 and Johab.

use super::tables::{CP949_ENCODE, CP949EXT, KSX1001};
use super::{Fault, ILLEGAL, Step, put, take, two};
use crate::buf::TextBuf;

/// The first Hangul syllable.
const SYLLABLES: u32 = 0xac00;
const N_SYLLABLES: u32 = 19 * 21 * 28;

/// Initial consonants, vowels and final consonants as KS X 1001 spells them: low bytes of row A4.
const INITIALS: [u8; 19] =
    [0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe];
const FIRST_VOWEL: u8 = 0xbf;
const FINALS: [u8; 28] = [
    0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb4,
    0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];
const JAMO: u8 = 0xa4;
const FILLER: u8 = 0xd4;

fn code(c: u32) -> Option<u16> {
    if c > 0xffff { None } else { CP949_ENCODE.of(c) }
}

/// The numbers of a syllable's parts.
fn parts(c: u32) -> Option<(usize, usize, usize)> {
    let n = c.checked_sub(SYLLABLES).filter(|&n| n < N_SYLLABLES)? as usize;
    Some((n / 588, n / 28 % 21, n % 28))
}

fn syllable(initial: usize, vowel: usize, last: usize) -> u32 {
    SYLLABLES + (initial * 588 + vowel * 28 + last) as u32
}

pub fn encode_euc_kr(c: u32, out: &mut Vec<u8>) -> Step {
    match code(c) {
        Some(code) if code & 0x8000 == 0 => put(out, code | 0x8080),
        Some(_) => {
            // A syllable that KS X 1001 lacks is spelled, after its annex 3.
            let Some((initial, vowel, last)) = parts(c) else { return ILLEGAL };
            let (Some(&initial), Some(&last)) = (INITIALS.get(initial), FINALS.get(last)) else { return ILLEGAL };
            out.extend_from_slice(&[JAMO, FILLER, JAMO, initial, JAMO, FIRST_VOWEL + vowel as u8, JAMO, last]);
            Ok(1)
        }
        None => ILLEGAL,
    }
}

pub fn decode_euc_kr(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    if (a, b) != (JAMO, FILLER) {
        return take(out, KSX1001.get(a ^ 0x80, b ^ 0x80));
    }
    let &[_, _, JAMO, initial, JAMO, vowel, JAMO, last, ..] = input else {
        return if input.len() < 8 { Err(Fault::Short) } else { ILLEGAL };
    };
    let initial = INITIALS.iter().position(|&b| b == initial);
    let vowel = vowel.checked_sub(FIRST_VOWEL).map(usize::from).filter(|&v| v < 21);
    let last = FINALS.iter().position(|&b| b == last);
    match (initial, vowel, last) {
        (Some(initial), Some(vowel), Some(last)) => {
            out.push(syllable(initial, vowel, last));
            Ok(8)
        }
        _ => ILLEGAL,
    }
}

pub fn encode_cp949(c: u32, out: &mut Vec<u8>) -> Step {
    match code(c) {
        Some(code) if code & 0x8000 == 0 => put(out, code | 0x8080),
        Some(code) => put(out, code),
        None => ILLEGAL,
    }
}

pub fn decode_cp949(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    take(out, KSX1001.get(a ^ 0x80, b ^ 0x80).or_else(|| CP949EXT.get(a, b)))
}

/// Johab's five bits of initials begin at 2; 1 is none.
const JOHAB_INITIAL: u16 = 2;
const JOHAB_NONE: u16 = 1;
const JOHAB_VOWEL_NONE: u16 = 2;
/// Johab's five bits of the vowels.
const JOHAB_VOWELS: [u16; 21] = [3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29];

/// Johab's five bits of a final consonant.
fn johab_final(last: usize) -> u16 {
    let n = last as u16 + 1;
    if n < 18 { n } else { n + 1 }
}

fn compose(initial: u16, vowel: u16, last: u16) -> u16 {
    0x8000 | initial << 10 | vowel << 5 | last
}

/// A letter of the block of compatibility letters, by its number there.
fn johab_letter(n: u8) -> Option<u16> {
    let spelled = n + 0xa1;
    if let Some(initial) = INITIALS.iter().position(|&b| b == spelled) {
        return Some(compose(initial as u16 + JOHAB_INITIAL, JOHAB_VOWEL_NONE, JOHAB_NONE));
    }
    if let Some(vowel) = spelled.checked_sub(FIRST_VOWEL) {
        return JOHAB_VOWELS.get(usize::from(vowel)).map(|&v| compose(JOHAB_NONE, v, JOHAB_NONE));
    }
    let last = FINALS.iter().position(|&b| b == spelled)?;
    Some(compose(JOHAB_NONE, JOHAB_VOWEL_NONE, johab_final(last)))
}

pub fn encode_johab(c: u32, out: &mut Vec<u8>) -> Step {
    if let Some((initial, vowel, last)) = parts(c) {
        let Some(&vowel) = JOHAB_VOWELS.get(vowel) else { return ILLEGAL };
        return put(out, compose(initial as u16 + JOHAB_INITIAL, vowel, johab_final(last)));
    }
    if (0x3131..=0x3163).contains(&c) {
        return match johab_letter((c - 0x3131) as u8) {
            Some(code) => put(out, code),
            None => ILLEGAL,
        };
    }
    let Some(code) = code(c) else { return ILLEGAL };
    let [hi, lo] = code.to_be_bytes();
    // Rows of symbols, and of Chinese characters.
    if !((0x21..=0x2c).contains(&hi) || (0x4a..=0x7d).contains(&hi)) || !(0x21..=0x7e).contains(&lo) {
        return ILLEGAL;
    }
    let row = if hi < 0x4a { u16::from(hi) - 0x21 + 0x1b2 } else { u16::from(hi) - 0x21 + 0x197 };
    let column = lo - 0x21 + if row & 1 == 1 { 0x5e } else { 0 };
    out.extend_from_slice(&[(row >> 1) as u8, if column < 0x4e { column + 0x31 } else { column + 0x43 }]);
    Ok(1)
}

pub fn decode_johab(input: &[u8], out: &mut TextBuf) -> Step {
    let (a, b) = two(input)?;
    if a < 0xd8 {
        return match johab_hangul(u16::from_be_bytes([a, b])) {
            Some(c) => {
                out.push(c);
                Ok(2)
            }
            None => ILLEGAL,
        };
    }
    if a == 0xdf
        || a > 0xf9
        || b < 0x31
        || (0x80..0x91).contains(&b)
        || b & 0x7f == 0x7f
        || (a == 0xda && (0xa1..=0xd3).contains(&b))
    {
        return ILLEGAL;
    }
    // The row before the first one is empty.
    let row = if a < 0xe0 { (2 * u16::from(a)).wrapping_sub(0x1b2) } else { 2 * u16::from(a) - 0x197 };
    let column = if b < 0x91 { b - 0x31 } else { b - 0x43 };
    let (row, column) = if column < 0x5e { (row, column) } else { (row.wrapping_add(1), column - 0x5e) };
    take(out, KSX1001.get(row.wrapping_add(0x21) as u8, column + 0x21))
}

/// The character of three times five bits.
fn johab_hangul(code: u16) -> Option<u32> {
    let letter = |n: usize| 0x3131 + n as u32;
    let initial = code >> 10 & 31;
    let vowel = code >> 5 & 31;
    let last = code & 31;
    let initial_part = match initial {
        JOHAB_NONE => None,
        2..=20 => Some(usize::from(initial - JOHAB_INITIAL)),
        _ => return None,
    };
    let vowel_part = match vowel {
        // 1 would be no vowel either, but is not used.
        JOHAB_VOWEL_NONE => None,
        _ => Some(JOHAB_VOWELS.iter().position(|&v| v == vowel)?),
    };
    let last_part = match last {
        JOHAB_NONE => None,
        2..=17 => Some(usize::from(last - 1)),
        19..=29 => Some(usize::from(last - 2)),
        _ => return None,
    };
    match (initial_part, vowel_part, last_part) {
        (Some(initial), Some(vowel), last) => Some(syllable(initial, vowel, last.unwrap_or(0))),
        (None, None, None) => Some(0x3000),
        (Some(initial), None, None) => INITIALS.get(initial).map(|&b| letter(usize::from(b - 0xa1))),
        (None, Some(vowel), None) => Some(letter(usize::from(FIRST_VOWEL - 0xa1) + vowel)),
        (None, None, Some(last)) => FINALS.get(last).map(|&b| letter(usize::from(b - 0xa1))),
        _ => None,
    }
}
