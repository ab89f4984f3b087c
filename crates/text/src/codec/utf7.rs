//! UTF-7 (RFC 2152).

use super::{Input, OnDecodeError};
use crate::buf::TextBuf;
use crate::unit::Unit;

fn from_base64(c: u8) -> Option<u32> {
    Some(u32::from(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn to_base64(v: u32) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(v & 63) as usize]
}

/// Decodes UTF-7; how many bytes were consumed.
pub fn decode<E>(bytes: &[u8], final_: bool, out: &mut TextBuf, on_error: OnDecodeError<E>) -> Result<usize, E> {
    let mut input = Input::new(bytes);
    let (mut i, mut start, mut shift_out) = (0, 0, 0);
    let (mut in_shift, mut bits, mut buffer, mut surrogate) = (false, 0u32, 0u32, 0u32);
    loop {
        while let Some(&c) = input.bytes.get(i) {
            let mut bad = "";
            if in_shift {
                if let Some(v) = from_base64(c) {
                    buffer = buffer << 6 | v;
                    bits += 6;
                    i += 1;
                    if bits >= 16 {
                        let u = buffer >> (bits - 16) & 0xffff;
                        bits -= 16;
                        buffer &= (1 << bits) - 1;
                        if surrogate != 0 {
                            let high = surrogate;
                            surrogate = 0;
                            if u & 0xfc00 == 0xdc00 {
                                out.push(0x10000 + ((high & 0x3ff) << 10 | u & 0x3ff));
                                continue;
                            }
                            out.push(high);
                        }
                        if u & 0xfc00 == 0xd800 {
                            surrogate = u;
                        } else {
                            out.push(u);
                        }
                    }
                    continue;
                }
                in_shift = false;
                if bits >= 6 {
                    bad = "partial character in shift sequence";
                    i += 1;
                } else if bits > 0 && buffer != 0 {
                    bad = "non-zero padding bits in shift sequence";
                    i += 1;
                } else {
                    if surrogate != 0 && c < 0x80 && c != b'+' {
                        out.push(surrogate);
                    }
                    surrogate = 0;
                    if c == b'-' {
                        i += 1;
                    }
                }
            } else if c == b'+' {
                start = i;
                i += 1;
                match input.bytes.get(i) {
                    Some(b'-') => {
                        i += 1;
                        out.push(u32::from(b'+'));
                    }
                    Some(&d) if from_base64(d).is_none() => {
                        i += 1;
                        bad = "ill-formed sequence";
                    }
                    _ => {
                        in_shift = true;
                        surrogate = 0;
                        shift_out = out.len();
                        bits = 0;
                        buffer = 0;
                    }
                }
            } else if c < 0x80 {
                i += 1;
                out.push(u32::from(c));
            } else {
                start = i;
                i += 1;
                bad = "unexpected special character";
            }
            if !bad.is_empty() {
                i = input.fail(out, start, i, bad, on_error)?;
            }
        }
        if in_shift && final_ {
            in_shift = false;
            if surrogate != 0 || bits >= 6 || (bits > 0 && buffer != 0) {
                let end = input.bytes.len();
                i = input.fail(out, start, end, "unterminated shift sequence", on_error)?;
                if i < input.bytes.len() {
                    continue;
                }
            }
        }
        break;
    }
    if in_shift {
        out.truncate(shift_out);
        return Ok(start);
    }
    Ok(i)
}

/// Encodes to UTF-7.
pub fn encode<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len() + 8);
    let direct = |c: u32| match char::from_u32(c) {
        Some('\t' | '\n' | '\r' | ' ') => true,
        Some(c) => c.is_ascii_graphic() && !matches!(c, '+' | '\\' | '~'),
        None => false,
    };
    let (mut in_shift, mut bits, mut buffer) = (false, 0u32, 0u64);
    for c in s {
        let c = c.cp();
        if direct(c) || (!in_shift && c == u32::from(b'+')) {
            if in_shift {
                if bits > 0 {
                    out.push(to_base64((buffer << (6 - bits)) as u32));
                    bits = 0;
                    buffer = 0;
                }
                in_shift = false;
                if from_base64(c as u8).is_some() || c == u32::from(b'-') {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            if c == u32::from(b'+') {
                out.push(b'-');
            }
            continue;
        }
        if !in_shift {
            out.push(b'+');
            in_shift = true;
        }
        let mut unit = |u: u32| {
            buffer = buffer << 16 | u64::from(u);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(to_base64((buffer >> bits) as u32));
            }
            buffer &= (1 << bits) - 1;
        };
        if c >= 0x10000 {
            unit(0xd800 | (c - 0x10000) >> 10);
            unit(0xdc00 | (c - 0x10000) & 0x3ff);
        } else {
            unit(c);
        }
    }
    if bits > 0 {
        out.push(to_base64((buffer << (6 - bits)) as u32));
    }
    if in_shift {
        out.push(b'-');
    }
    out
}
