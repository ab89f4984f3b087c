//! `repr` of strings and bytes, `ascii`, and small helpers of text conversion.

use crate::buf::TextBuf;
use crate::codec::escape::push_escape;
use crate::unicode::is_printable;
use crate::unit::Unit;

/// The quote of a repr: a double one only when the text has single quotes and no double ones.
pub fn quote<T: Unit>(s: &[T]) -> u8 {
    let single = T::from_cp(39).position(s).is_some();
    if single && T::from_cp(34).position(s).is_none() { b'"' } else { b'\'' }
}

/// `repr(str)`; `ascii` for `ascii(str)`.
pub fn repr_str<T: Unit>(s: &[T], ascii: bool) -> TextBuf {
    let q = u32::from(quote(s));
    let mut out = TextBuf::with_capacity(s.len() + 2);
    out.push(q);
    let mut start = 0;
    let mut esc = Vec::new();
    for (i, c) in s.iter().enumerate() {
        let c = c.cp();
        if (32..127).contains(&c) && c != 92 && c != q {
            continue;
        }
        let keep = c > 127 && !ascii && is_printable(c);
        if keep {
            continue;
        }
        out.extend(&s[start..i]);
        start = i + 1;
        match c {
            92 => out.extend_latin1(b"\\\\"),
            9 => out.extend_latin1(b"\\t"),
            10 => out.extend_latin1(b"\\n"),
            13 => out.extend_latin1(b"\\r"),
            c if c == q => {
                out.push(92);
                out.push(c);
            }
            c => {
                esc.clear();
                push_escape(&mut esc, c);
                out.extend_latin1(&esc);
            }
        }
    }
    out.extend(&s[start..]);
    out.push(q);
    out
}

/// `repr(bytes)` including the `b`.
pub fn repr_bytes(s: &[u8]) -> Vec<u8> {
    let q = quote(s);
    let mut out = Vec::with_capacity(s.len() + 3);
    out.extend_from_slice(&[b'b', q]);
    for &c in s {
        match c {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            c if c == q => out.extend_from_slice(&[b'\\', c]),
            32..=126 => out.push(c),
            c => push_escape(&mut out, u32::from(c)),
        }
    }
    out.push(q);
    out
}

/// Text that `int()`, `float()` and `complex()` can read: white space becomes a space, decimal digits of any script
/// ASCII ones, anything else not ASCII `?` (`_PyUnicode_TransformDecimalAndSpaceToASCII`).
pub fn to_ascii_number<T: Unit>(s: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for c in s {
        let c = c.cp();
        out.push(if crate::unicode::is_space(c) {
            b' '
        } else if c < 128 {
            c as u8
        } else {
            crate::unicode::decimal(c).map_or(b'?', |d| b'0' + d)
        });
    }
    out
}

/// The digits of 00 to 99.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// A number in base 10, written at the end of `buf`.
pub fn decimal(v: i64, buf: &mut [u8; 20]) -> &[u8] {
    let mut i = buf.len();
    let mut n = v.unsigned_abs();
    while n >= 100 {
        i -= 2;
        buf[i..i + 2].copy_from_slice(&PAIRS[(n % 100) as usize]);
        n /= 100;
    }
    if n >= 10 {
        i -= 2;
        buf[i..i + 2].copy_from_slice(&PAIRS[n as usize]);
    } else {
        i -= 1;
        buf[i] = b'0' + n as u8;
    }
    if v < 0 {
        i -= 1;
        buf[i] = b'-';
    }
    &buf[i..]
}

/// Generalised UTF-8, which lets lone surrogates pass.
pub mod wtf8 {
    use crate::codec::utf8::push;
    use crate::unit::Unit;

    /// Encodes any string.
    pub fn encode<T: Unit>(s: &[T]) -> Vec<u8> {
        let mut out = Vec::with_capacity(s.len());
        s.iter().for_each(|c| push(&mut out, c.cp()));
        out
    }

    /// Decodes; `None` when it is not generalised UTF-8.
    pub fn decode(s: &[u8]) -> Option<Vec<u32>> {
        let mut out = Vec::with_capacity(s.len());
        let mut i = 0;
        while i < s.len() {
            let (n, first, min) = match s[i] {
                b @ 0..=0x7f => (1, u32::from(b), 0),
                b @ 0xc2..=0xdf => (2, u32::from(b & 0x1f), 0x80),
                b @ 0xe0..=0xef => (3, u32::from(b & 0xf), 0x800),
                b @ 0xf0..=0xf4 => (4, u32::from(b & 7), 0x10000),
                _ => return None,
            };
            let mut c = first;
            for k in 1..n {
                let b = *s.get(i + k)?;
                if b & 0xc0 != 0x80 {
                    return None;
                }
                c = c << 6 | u32::from(b & 0x3f);
            }
            if c < min || c > 0x10ffff {
                return None;
            }
            out.push(c);
            i += n;
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_are_what_rust_writes() {
        for v in [0, 7, 10, 42, 99, 100, 101, 999, 1000, 123_456_789, i64::MAX] {
            assert_eq!(decimal(v, &mut [0; 20]), v.to_string().as_bytes());
            assert_eq!(decimal(-v, &mut [0; 20]), (-v).to_string().as_bytes());
        }
        assert_eq!(decimal(i64::MIN, &mut [0; 20]), i64::MIN.to_string().as_bytes());
    }
}
