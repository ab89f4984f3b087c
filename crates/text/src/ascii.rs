//! The case of ASCII text, eight bytes at a time: compilers leave loops over bytes as they are in functions that they take
//! for rarely called.

const EACH: u64 = 0x0101_0101_0101_0101;

/// Changes the case of the letters from `first` to the 25th after it.
fn flip(text: &mut [u8], first: u8) {
    let (chunks, rest) = text.as_chunks_mut::<8>();
    let from = EACH * u64::from(0x80 - first);
    let past = EACH * u64::from(0x7f - (first + 25));
    for chunk in chunks {
        let word = u64::from_ne_bytes(*chunk);
        // Seven bits each, so that no sum reaches into the next byte.
        let low = word & (EACH * 0x7f);
        let letters = ((low + from) ^ (low + past)) & !word & (EACH * 0x80);
        *chunk = (word ^ (letters >> 2)).to_ne_bytes();
    }
    for byte in rest {
        if byte.wrapping_sub(first) < 26 {
            *byte ^= 0x20;
        }
    }
}

/// ASCII letters to lower case.
pub fn make_lower(text: &mut [u8]) {
    flip(text, b'A');
}

/// ASCII letters to upper case.
pub fn make_upper(text: &mut [u8]) {
    flip(text, b'a');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        let all: Vec<u8> = (0..=255).cycle().take(256 * 9 + 5).collect();
        for start in 0..9 {
            let (mut lower, mut upper) = (all[start..].to_vec(), all[start..].to_vec());
            make_lower(&mut lower);
            make_upper(&mut upper);
            assert_eq!(lower, all[start..].to_ascii_lowercase());
            assert_eq!(upper, all[start..].to_ascii_uppercase());
        }
    }
}
