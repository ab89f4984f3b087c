//! BLAKE2b and BLAKE2s with all their parameters (RFC 7693 and the tree mode of the BLAKE2 paper).

const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// What a BLAKE2 hash is made with; numbers out of range are the caller's to reject.
#[derive(Clone)]
pub struct Parameters {
    pub digest_size: usize,
    pub key: Vec<u8>,
    pub salt: Vec<u8>,
    pub person: Vec<u8>,
    pub fanout: u8,
    pub depth: u8,
    pub leaf_size: u32,
    pub node_offset: u64,
    pub node_depth: u8,
    pub inner_size: u8,
    pub last_node: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            digest_size: 0,
            key: Vec::new(),
            salt: Vec::new(),
            person: Vec::new(),
            fanout: 1,
            depth: 1,
            leaf_size: 0,
            node_offset: 0,
            node_depth: 0,
            inner_size: 0,
            last_node: false,
        }
    }
}

/// Declares one of the two: words, block size, rounds and rotations differ.
macro_rules! blake2 {
    ($name:ident, $word:ty, $bytes:literal, $block:literal, [$($round:literal)*], [$r1:literal, $r2:literal, $r3:literal, $r4:literal],
     $iv:expr, $parameters:ident) => {
        /// A running hash.
        #[derive(Clone)]
        pub struct $name {
            h: [$word; 8],
            count: u128,
            buffer: [u8; $block],
            used: usize,
            last_node: bool,
            /// Bytes of the digest.
            pub digest_size: usize,
        }

        impl $name {
            const IV: [$word; 8] = $iv;

            /// Starts a hash.
            pub fn new(p: &Parameters) -> Self {
                let block = $parameters(p);
                let mut h = Self::IV;
                for (word, bytes) in h.iter_mut().zip(block.chunks_exact($bytes)) {
                    let mut le = [0u8; $bytes];
                    le.copy_from_slice(bytes);
                    *word ^= <$word>::from_le_bytes(le);
                }
                let mut this = Self {
                    h,
                    count: 0,
                    buffer: [0; $block],
                    used: 0,
                    last_node: p.last_node,
                    digest_size: p.digest_size,
                };
                if !p.key.is_empty() {
                    let mut key = [0u8; $block];
                    for (to, from) in key.iter_mut().zip(&p.key) {
                        *to = *from;
                    }
                    this.update(&key);
                }
                this
            }

            fn compress(&mut self, block: &[u8; $block], last: bool) {
                let mut m = [0 as $word; 16];
                for (word, bytes) in m.iter_mut().zip(block.chunks_exact($bytes)) {
                    let mut le = [0u8; $bytes];
                    le.copy_from_slice(bytes);
                    *word = <$word>::from_le_bytes(le);
                }
                let mut v = [0 as $word; 16];
                v[..8].copy_from_slice(&self.h);
                v[8..].copy_from_slice(&Self::IV);
                v[12] ^= self.count as $word;
                v[13] ^= (self.count >> ($bytes * 8)) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                let mix = |v: &mut [$word; 16], [a, b, c, d]: [usize; 4], x: $word, y: $word| {
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                    v[d] = (v[d] ^ v[a]).rotate_right($r1);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right($r2);
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                    v[d] = (v[d] ^ v[a]).rotate_right($r3);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right($r4);
                };
                // Written out, so that every word has a known place: in a register, most of them.
                $({
                    const S: &[usize; 16] = &SIGMA[$round];
                    mix(&mut v, [0, 4, 8, 12], m[S[0]], m[S[1]]);
                    mix(&mut v, [1, 5, 9, 13], m[S[2]], m[S[3]]);
                    mix(&mut v, [2, 6, 10, 14], m[S[4]], m[S[5]]);
                    mix(&mut v, [3, 7, 11, 15], m[S[6]], m[S[7]]);
                    mix(&mut v, [0, 5, 10, 15], m[S[8]], m[S[9]]);
                    mix(&mut v, [1, 6, 11, 12], m[S[10]], m[S[11]]);
                    mix(&mut v, [2, 7, 8, 13], m[S[12]], m[S[13]]);
                    mix(&mut v, [3, 4, 9, 14], m[S[14]], m[S[15]]);
                })*
                for i in 0..8 {
                    self.h[i] ^= v[i] ^ v[i + 8];
                }
            }

            /// Adds data.
            pub fn update(&mut self, mut data: &[u8]) {
                while !data.is_empty() {
                    // A full block waits: it may be the last one.
                    if self.used == $block {
                        self.count += $block;
                        let block = self.buffer;
                        self.compress(&block, false);
                        self.used = 0;
                    }
                    if self.used == 0 {
                        while let Some((block, rest)) = data.split_first_chunk()
                            && !rest.is_empty()
                        {
                            self.count += $block;
                            self.compress(block, false);
                            data = rest;
                        }
                    }
                    let n = data.len().min($block - self.used);
                    let (now, rest) = data.split_at(n);
                    self.buffer[self.used..self.used + n].copy_from_slice(now);
                    self.used += n;
                    data = rest;
                }
            }

            /// The digest of what was added.
            pub fn digest(&self) -> Vec<u8> {
                let mut last = self.clone();
                last.count += last.used as u128;
                let used = last.used;
                let mut block = last.buffer;
                block[used..].fill(0);
                last.compress(&block, true);
                let mut out: Vec<u8> = last.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                out.truncate(self.digest_size);
                out
            }
        }
    };
}

fn put(block: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in block.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

fn parameters_b(p: &Parameters) -> [u8; 64] {
    let mut block = [0u8; 64];
    put(&mut block, 0, &[p.digest_size as u8, p.key.len() as u8, p.fanout, p.depth]);
    put(&mut block, 4, &p.leaf_size.to_le_bytes());
    put(&mut block, 8, &p.node_offset.to_le_bytes());
    put(&mut block, 16, &[p.node_depth, p.inner_size]);
    put(&mut block, 32, &p.salt);
    put(&mut block, 48, &p.person);
    block
}

fn parameters_s(p: &Parameters) -> [u8; 32] {
    let mut block = [0u8; 32];
    put(&mut block, 0, &[p.digest_size as u8, p.key.len() as u8, p.fanout, p.depth]);
    put(&mut block, 4, &p.leaf_size.to_le_bytes());
    put(&mut block, 8, &p.node_offset.to_le_bytes()[..6]);
    put(&mut block, 14, &[p.node_depth, p.inner_size]);
    put(&mut block, 16, &p.salt);
    put(&mut block, 24, &p.person);
    block
}

blake2!(
    Blake2b,
    u64,
    8,
    128,
    [0 1 2 3 4 5 6 7 8 9 0 1],
    [32, 24, 16, 63],
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ],
    parameters_b
);

blake2!(
    Blake2s,
    u32,
    4,
    64,
    [0 1 2 3 4 5 6 7 8 9],
    [16, 12, 8, 7],
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,],
    parameters_s
);
