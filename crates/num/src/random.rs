//! The Mersenne Twister MT19937, bit for bit as the module `_random`.

const N: usize = 624;
const M: usize = 397;

/// Generator state.
#[derive(Clone, Debug)]
pub struct Mt19937 {
    state: [u32; N],
    index: usize,
}

impl Mt19937 {
    /// Seeds from one number (`init_genrand`).
    pub fn new(seed: u32) -> Self {
        let mut state = [0; N];
        state[0] = seed;
        for i in 1..N {
            let p = state[i - 1];
            state[i] = 1812433253u32.wrapping_mul(p ^ p >> 30).wrapping_add(i as u32);
        }
        Mt19937 { state, index: N }
    }

    /// Seeds from an array (`init_by_array`); an empty key counts as `[0]`.
    pub fn from_key(key: &[u32]) -> Self {
        let key = if key.is_empty() { &[0] } else { key };
        let mut g = Self::new(19650218);
        let s = &mut g.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let p = s[i - 1];
            s[i] = (s[i] ^ (p ^ p >> 30).wrapping_mul(1664525)).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let p = s[i - 1];
            s[i] = (s[i] ^ (p ^ p >> 30).wrapping_mul(1566083941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
        g
    }

    fn refill(&mut self) {
        let s = &mut self.state;
        let twist = |u: u32, l: u32| {
            let y = u & 0x8000_0000 | l & 0x7fff_ffff;
            y >> 1 ^ if y & 1 == 1 { 0x9908_b0df } else { 0 }
        };
        for k in 0..N - M {
            s[k] = s[k + M] ^ twist(s[k], s[k + 1]);
        }
        for k in N - M..N - 1 {
            s[k] = s[k + M - N] ^ twist(s[k], s[k + 1]);
        }
        s[N - 1] = s[M - 1] ^ twist(s[N - 1], s[0]);
        self.index = 0;
    }

    /// The next 32 bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// `random()`: 53 bits in [0, 1).
    #[inline]
    pub fn random(&mut self) -> f64 {
        let a = self.next_u32() >> 5;
        let b = self.next_u32() >> 6;
        (f64::from(a) * 67108864.0 + f64::from(b)) * (1.0 / 9007199254740992.0)
    }

    /// `getrandbits(k)` for `k <= 64`.
    pub fn bits64(&mut self, k: u32) -> u64 {
        match k {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - k)),
            _ => {
                let lo = u64::from(self.next_u32());
                lo | u64::from(self.next_u32() >> (64 - k.min(64))) << 32
            }
        }
    }

    /// `getrandbits(k)` as little-endian 32-bit words.
    pub fn bits(&mut self, k: u64) -> Vec<u32> {
        let words = k.div_ceil(32) as usize;
        let mut out = Vec::with_capacity(words);
        let mut left = k;
        while left > 0 {
            let mut r = self.next_u32();
            if left < 32 {
                r >>= 32 - left;
            }
            out.push(r);
            left = left.saturating_sub(32);
        }
        out
    }

    /// `getstate()`: 624 words and the index.
    pub fn state(&self) -> (&[u32; N], usize) {
        (&self.state, self.index)
    }

    /// `setstate()`; false when the index is above 624.
    pub fn set_state(&mut self, words: &[u32; N], index: usize) -> bool {
        if index > N {
            return false;
        }
        self.state = *words;
        self.index = index;
        true
    }
}
