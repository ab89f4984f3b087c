//! MD5 (RFC 1321).

use digest::consts::U16;
use digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update};

/// The constants of the steps.
const K: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// A running hash.
#[derive(Clone)]
pub struct Md5 {
    state: [u32; 4],
    length: u64,
    buffer: [u8; 64],
}

impl Default for Md5 {
    fn default() -> Self {
        Self { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], length: 0, buffer: [0; 64] }
    }
}

/// Mixes a block in. Each step waits for the one before, so what counts is how few operations lie between two of them: all that
/// does not need the latest number is added up first. `k` has the constants in memory, because the compiler would add those
/// that it knows last.
fn compress(state: &mut [u32; 4], block: &[u8; 64], k: &[u32; 64]) {
    let mut m = [0u32; 16];
    for (word, bytes) in m.iter_mut().zip(block.chunks_exact(4)) {
        let mut le = [0u8; 4];
        le.copy_from_slice(bytes);
        *word = u32::from_le_bytes(le);
    }
    let [mut a, mut b, mut c, mut d] = *state;
    macro_rules! step {
        ($add:expr, $a:ident, $b:ident, $c:ident, $d:ident, $i:expr, $word:expr, $shift:expr) => {
            $a = $add($a.wrapping_add(m[$word % 16]).wrapping_add(k[$i]), $b, $c, $d)
                .rotate_left($shift)
                .wrapping_add($b)
        };
    }
    // Sixteen steps that add the same function and take every `by`th word from `from` on.
    macro_rules! round {
        ($add:expr, $first:literal, by $by:literal, from $from:literal, $s:expr; $($four:literal)*) => {$(
            step!($add, a, b, c, d, $first + $four, $from + $by * $four, $s[0]);
            step!($add, d, a, b, c, $first + $four + 1, $from + $by * ($four + 1), $s[1]);
            step!($add, c, d, a, b, $first + $four + 2, $from + $by * ($four + 2), $s[2]);
            step!($add, b, c, d, a, $first + $four + 3, $from + $by * ($four + 3), $s[3]);
        )*};
    }
    let f = |x: u32, b: u32, c: u32, d: u32| x.wrapping_add(d ^ (b & (c ^ d)));
    let g = |x: u32, b: u32, c: u32, d: u32| x.wrapping_add(c & !d).wrapping_add(b & d);
    let h = |x: u32, b: u32, c: u32, d: u32| x.wrapping_add(b ^ (c ^ d));
    let i = |x: u32, b: u32, c: u32, d: u32| x.wrapping_add(c ^ (b | !d));
    round!(f, 0, by 1, from 0, [7, 12, 17, 22]; 0 4 8 12);
    round!(g, 16, by 5, from 1, [5, 9, 14, 20]; 0 4 8 12);
    round!(h, 32, by 3, from 5, [4, 11, 16, 23]; 0 4 8 12);
    round!(i, 48, by 7, from 0, [6, 10, 15, 21]; 0 4 8 12);
    for (word, more) in state.iter_mut().zip([a, b, c, d]) {
        *word = word.wrapping_add(more);
    }
}

impl Update for Md5 {
    fn update(&mut self, mut data: &[u8]) {
        let k = core::hint::black_box(&K);
        let used = (self.length % 64) as usize;
        self.length = self.length.wrapping_add(data.len() as u64);
        if used > 0 {
            let (now, rest) = data.split_at(data.len().min(64 - used));
            self.buffer[used..used + now.len()].copy_from_slice(now);
            if used + now.len() < 64 {
                return;
            }
            compress(&mut self.state, &self.buffer, k);
            data = rest;
        }
        while let Some((block, rest)) = data.split_first_chunk() {
            compress(&mut self.state, block, k);
            data = rest;
        }
        self.buffer[..data.len()].copy_from_slice(data);
    }
}

impl OutputSizeUser for Md5 {
    type OutputSize = U16;
}

impl HashMarker for Md5 {}

impl FixedOutput for Md5 {
    fn finalize_into(mut self, out: &mut Output<Self>) {
        let bits = self.length.wrapping_mul(8).to_le_bytes();
        let used = (self.length % 64) as usize;
        let mut padding = [0; 72];
        padding[0] = 0x80;
        let zeros = if used < 56 { 56 - used } else { 120 - used };
        self.update(&padding[..zeros]);
        self.update(&bits);
        for (to, word) in out.chunks_exact_mut(4).zip(self.state) {
            to.copy_from_slice(&word.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Md5;
    use digest::Digest;

    fn hex(data: &[u8]) -> String {
        Md5::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn known_digests() {
        assert_eq!(hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(b"message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
        assert_eq!(
            hex(b"12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a"
        );
    }

    #[test]
    fn pieces() {
        let data: Vec<u8> = (0..300u32).map(|i| (i * 7) as u8).collect();
        for n in 0..data.len() {
            let (left, right) = data.split_at(n);
            let pieces = Md5::new().chain_update(left).chain_update(right).finalize();
            assert_eq!(pieces, Md5::digest(&data), "{n}");
        }
    }
}
