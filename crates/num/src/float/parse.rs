//! Text to floats: `float()` and `float.fromhex`.

use crate::int::float::ldexp;

/// Why `float.fromhex` has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HexError {
    /// "invalid hexadecimal floating-point string".
    Invalid,
    /// "hexadecimal value too large to represent as a float".
    Overflow,
}

/// `inf`, `infinity` and `nan` in any case with an optional sign; the value and how many bytes it took.
pub fn parse_special(s: &[u8]) -> Option<(f64, usize)> {
    let (neg, n) = match s.first()? {
        b'-' => (true, 1),
        b'+' => (false, 1),
        _ => (false, 0),
    };
    let rest = &s[n..];
    let starts = |w: &[u8]| rest.len() >= w.len() && rest[..w.len()].eq_ignore_ascii_case(w);
    let (v, used) = if starts(b"infinity") {
        (f64::INFINITY, 8)
    } else if starts(b"inf") {
        (f64::INFINITY, 3)
    } else if starts(b"nan") {
        (f64::NAN, 3)
    } else {
        return None;
    };
    Some((if neg { -v } else { v }, n + used))
}

/// The longest prefix that is a decimal float literal (`PyOS_string_to_double`'s grammar, without underscores); its
/// length, 0 for none.
pub fn scan_decimal(s: &[u8]) -> usize {
    let mut i = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    let digits = |mut i: usize| {
        let start = i;
        while s.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        (i, i - start)
    };
    let (j, whole) = digits(i);
    i = j;
    let mut frac = 0;
    if s.get(i) == Some(&b'.') {
        let (j, n) = digits(i + 1);
        frac = n;
        if whole + frac > 0 {
            i = j;
        }
    }
    if whole + frac == 0 {
        return 0;
    }
    if matches!(s.get(i), Some(b'e' | b'E')) {
        let mut k = i + 1;
        if matches!(s.get(k), Some(b'+' | b'-')) {
            k += 1;
        }
        let (j, n) = digits(k);
        if n > 0 {
            i = j;
        }
    }
    i
}

/// Parses a float literal prefix (decimal, inf, nan); the value and its length.
pub fn parse_prefix(s: &[u8]) -> Option<(f64, usize)> {
    let n = scan_decimal(s);
    if n > 0 {
        let text = std::str::from_utf8(&s[..n]).ok()?;
        return Some((text.parse().ok()?, n));
    }
    parse_special(s)
}

/// Removes underscores that stand between digits; `None` when one stands elsewhere.
pub fn strip_underscores(s: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(s.len());
    let mut prev = 0u8;
    for (i, &c) in s.iter().enumerate() {
        if c == b'_' {
            if !prev.is_ascii_digit() || !s.get(i + 1).is_some_and(u8::is_ascii_digit) {
                return None;
            }
        } else {
            out.push(c);
        }
        prev = c;
    }
    Some(out)
}

/// The whole of `s` as `float()` reads it; the caller has stripped white space and mapped other decimals to ASCII.
pub fn parse(s: &[u8]) -> Option<f64> {
    if s.contains(&b'_') {
        let clean = strip_underscores(s)?;
        return match parse_prefix(&clean)? {
            (v, n) if n == clean.len() => Some(v),
            _ => None,
        };
    }
    match parse_prefix(s)? {
        (v, n) if n == s.len() => Some(v),
        _ => None,
    }
}

/// `float.fromhex`.
pub fn from_hex(s: &[u8]) -> Result<f64, HexError> {
    let space = |c: &u8| matches!(c, b' ' | 9..=13);
    let start = s.iter().position(|c| !space(c)).ok_or(HexError::Invalid)?;
    let end = s.iter().rposition(|c| !space(c)).map_or(0, |e| e + 1);
    let s = &s[start..end];
    if let Some((v, n)) = parse_special(s) {
        return if n == s.len() { Ok(v) } else { Err(HexError::Invalid) };
    }
    let mut i = 0;
    let neg = s[0] == b'-';
    if matches!(s[0], b'-' | b'+') {
        i = 1;
    }
    if s.get(i) == Some(&b'0') && matches!(s.get(i + 1), Some(b'x' | b'X')) {
        i += 2;
    }
    let (mut m, mut exp, mut sticky, mut any, mut point) = (0u64, 0i64, false, false, false);
    while let Some(&c) = s.get(i) {
        if c == b'.' && !point {
            point = true;
        } else if let Some(d) = (c as char).to_digit(16) {
            any = true;
            if m >> 60 == 0 {
                m = m << 4 | u64::from(d);
                exp -= if point { 4 } else { 0 };
            } else {
                sticky |= d != 0;
                exp += if point { 0 } else { 4 };
            }
        } else {
            break;
        }
        i += 1;
    }
    if !any {
        return Err(HexError::Invalid);
    }
    if matches!(s.get(i), Some(b'p' | b'P')) {
        i += 1;
        let eneg = s.get(i) == Some(&b'-');
        if matches!(s.get(i), Some(b'-' | b'+')) {
            i += 1;
        }
        let first = i;
        let mut e = 0i64;
        while let Some(c) = s.get(i).filter(|c| c.is_ascii_digit()) {
            e = e.saturating_mul(10).saturating_add(i64::from(c - b'0')).min(1 << 60);
            i += 1;
        }
        if i == first {
            return Err(HexError::Invalid);
        }
        exp = exp.saturating_add(if eneg { -e } else { e });
    }
    if i != s.len() {
        return Err(HexError::Invalid);
    }
    if m == 0 {
        return Ok(if neg { -0.0 } else { 0.0 });
    }
    // m * 2^exp, rounded once: to 53 bits or to the subnormal grid.
    let lz = i64::from(m.leading_zeros());
    m <<= lz;
    let exp = exp.saturating_sub(lz);
    if exp > 1024 {
        return Err(HexError::Overflow);
    }
    if exp < -1200 {
        return Ok(if neg { -0.0 } else { 0.0 });
    }
    let drop = (-1074 - exp).max(11);
    let r = if drop > 64 {
        0
    } else {
        let (q, rest, half) =
            if drop == 64 { (0, m, 1u64 << 63) } else { (m >> drop, m & ((1 << drop) - 1), 1u64 << (drop - 1)) };
        q + u64::from(rest > half || (rest == half && (sticky || q & 1 == 1)))
    };
    let x = ldexp(r as f64, exp + drop);
    if x.is_infinite() {
        return Err(HexError::Overflow);
    }
    Ok(if neg { -x } else { x })
}
