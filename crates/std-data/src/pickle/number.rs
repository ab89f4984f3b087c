//! Whole numbers as the two's complement of `LONG1` and `LONG4`, and as text.

use taipan_object::{Owned, PyInt, PyResult, PyStr, Thread, err};

const BITS: u32 = 30;

/// The shortest little-endian two's complement; nothing for zero.
pub fn encode(value: &PyInt) -> Vec<u8> {
    if value.is_zero() {
        return Vec::new();
    }
    if let Some(small) = value.to_i64() {
        let mut bytes = small.to_le_bytes().to_vec();
        shorten(&mut bytes, small < 0);
        return bytes;
    }
    let mut bytes = Vec::with_capacity(value.digit_count() * 4 + 1);
    let (mut pool, mut held) = (0u64, 0u32);
    for &digit in value.digits() {
        pool |= u64::from(digit) << held;
        held += BITS;
        while held >= 8 {
            bytes.push(pool as u8);
            pool >>= 8;
            held -= 8;
        }
    }
    bytes.push(pool as u8);
    bytes.push(0);
    let negative = value.is_negative();
    if negative {
        complement(&mut bytes);
    }
    shorten(&mut bytes, negative);
    bytes
}

fn complement(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        let (sum, over) = (!*byte).overflowing_add(u8::from(carry));
        *byte = sum;
        carry = over;
    }
}

/// Drops bytes that only repeat the sign.
fn shorten(bytes: &mut Vec<u8>, negative: bool) {
    let filler = if negative { 0xff } else { 0 };
    while let [.., before, last] = bytes[..]
        && last == filler
        && (before & 0x80 != 0) == negative
    {
        bytes.pop();
    }
}

/// From a little-endian two's complement.
pub fn decode(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyInt>> {
    let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
    if bytes.len() <= 8 {
        let mut all = [if negative { 0xff } else { 0 }; 8];
        all[..bytes.len()].copy_from_slice(bytes);
        return PyInt::from_i64(t, i64::from_le_bytes(all));
    }
    let mut magnitude = bytes.to_vec();
    if negative {
        complement(&mut magnitude);
    }
    let mut digits = Vec::with_capacity(magnitude.len() * 8 / BITS as usize + 1);
    let (mut pool, mut held) = (0u64, 0u32);
    for byte in magnitude {
        pool |= u64::from(byte) << held;
        held += 8;
        if held >= BITS {
            digits.push((pool & ((1 << BITS) - 1)) as u32);
            pool >>= BITS;
            held -= BITS;
        }
    }
    digits.push(pool as u32);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    PyInt::from_digits(t, negative, &digits)
}

/// Decimal text as `int` reads it; `line` may end in a line break.
pub fn parse_decimal(t: &Thread, line: &[u8]) -> PyResult<Owned<PyInt>> {
    let source = PyStr::decode(t, line, Some("utf-8"), Some("replace"))?;
    PyInt::parse(t, &source, line.trim_ascii(), 10)
}

/// The argument of `INT`.
pub fn parse_int(t: &Thread, line: &[u8]) -> PyResult<Owned<PyInt>> {
    let bad = || err!(t, ValueError, "could not convert string to int");
    if line.trim_ascii().is_empty() || line.contains(&b'_') {
        return Err(bad());
    }
    parse_decimal(t, line).map_err(|_| {
        taipan_object::errors::clear(t);
        bad()
    })
}

/// The argument of `FLOAT`.
pub fn parse_float(t: &Thread, line: &[u8]) -> PyResult<f64> {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let parsed = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    parsed.ok_or_else(|| err!(t, ValueError, "could not convert string to float: {}", PyLine(line)))
}

/// A line in quotes, as it is.
struct PyLine<'a>(&'a [u8]);

impl std::fmt::Display for PyLine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "'{}'", String::from_utf8_lossy(self.0))
    }
}
