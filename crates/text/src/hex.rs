//! Hexadecimal text.

/// The two digits of every byte.
const DIGITS: [[u8; 2]; 256] = {
    const DIGIT: &[u8; 16] = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = [DIGIT[i >> 4], DIGIT[i & 15]];
        i += 1;
    }
    table
};

/// What a character that is no digit is worth: more than any.
const NONE: u8 = 0xff;

/// What every character is worth.
const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < 16 {
        let digit = DIGITS[i][1];
        table[digit as usize] = i as u8;
        table[digit.to_ascii_uppercase() as usize] = i as u8;
        i += 1;
    }
    table
};

/// The two digits of a byte.
pub const fn digits(byte: u8) -> [u8; 2] {
    DIGITS[byte as usize]
}

/// Writes the digits of all bytes.
pub fn encode(data: &[u8], out: &mut [u8]) {
    for (pair, &byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(data) {
        *pair = digits(byte);
    }
}

/// How many characters [`encode_grouped`] writes.
pub const fn grouped_len(n: usize, group: i32) -> usize {
    n * 2 + n.saturating_sub(1) / group.unsigned_abs() as usize
}

/// Writes the digits of all bytes with a separator between groups of so many bytes, counted from the right end, or from
/// the left for a negative number. There are no groups of zero bytes.
pub fn encode_grouped(data: &[u8], separator: u8, group: i32, out: &mut [u8]) {
    let size = group.unsigned_abs() as usize;
    let first = match data.len() % size {
        rest if group > 0 && rest > 0 => rest,
        _ => size.min(data.len()),
    };
    let (head, tail) = data.split_at(first);
    let (start, mut out) = out.split_at_mut(head.len() * 2);
    encode(head, start);
    for part in tail.chunks(size) {
        let Some((place, rest)) = out.split_first_mut() else { return };
        *place = separator;
        let (digits, rest) = rest.split_at_mut(part.len() * 2);
        encode(part, digits);
        out = rest;
    }
}

/// Writes what pairs of digits stand for. False if there is something else among them.
#[must_use]
pub fn decode(text: &[u8], out: &mut [u8]) -> bool {
    let mut seen = 0;
    for (byte, &[high, low]) in out.iter_mut().zip(text.as_chunks::<2>().0) {
        let (high, low) = (VALUES[usize::from(high)], VALUES[usize::from(low)]);
        seen |= high | low;
        *byte = high << 4 | low;
    }
    seen != NONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        let mut text = vec![0; 512];
        encode(&all, &mut text);
        let mut back = vec![0; 256];
        assert!(decode(&text, &mut back) && back == all);
        text.make_ascii_uppercase();
        assert!(decode(&text, &mut back) && back == all);
    }

    #[test]
    fn groups() {
        let text = |data: &[u8], group| {
            let mut out = vec![0; grouped_len(data.len(), group)];
            encode_grouped(data, b':', group, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(&[1, 2, 3, 4, 5], 1), "01:02:03:04:05");
        assert_eq!(text(&[1, 2, 3, 4, 5], 2), "01:0203:0405");
        assert_eq!(text(&[1, 2, 3, 4, 5], -2), "0102:0304:05");
        assert_eq!(text(&[1, 2, 3, 4], -2), "0102:0304");
        assert_eq!(text(&[1, 2, 3, 4], 4), "01020304");
        assert_eq!(text(&[1, 2], 7), "0102");
        assert_eq!(text(&[], 1), "");
    }

    #[test]
    fn everything_else_is_refused() {
        for byte in 0..=255u8 {
            let digit = char::from(byte).is_ascii_hexdigit();
            assert_eq!(decode(&[b'0', byte], &mut [0]), digit);
            assert_eq!(decode(&[byte, b'f'], &mut [0]), digit);
        }
    }
}
