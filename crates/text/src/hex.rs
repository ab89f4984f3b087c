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
    fn everything_else_is_refused() {
        for byte in 0..=255u8 {
            let digit = char::from(byte).is_ascii_hexdigit();
            assert_eq!(decode(&[b'0', byte], &mut [0]), digit);
            assert_eq!(decode(&[byte, b'f'], &mut [0]), digit);
        }
    }
}
