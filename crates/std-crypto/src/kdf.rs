//! Keys from passwords: PBKDF2 (RFC 8018) and scrypt (RFC 7914).

use crate::hasher::{Hasher, Hmac};

/// PBKDF2 with HMAC.
pub fn pbkdf2(hasher: &Hasher, password: &[u8], salt: &[u8], iterations: u64, out: &mut [u8]) {
    let keyed = Hmac::new(hasher, password);
    let size = hasher.digest_size().max(1);
    for (i, chunk) in out.chunks_mut(size).enumerate() {
        let mut first = keyed.clone();
        first.update(salt);
        first.update(&(i as u32 + 1).to_be_bytes());
        let mut u = first.digest();
        let mut sum = u.clone();
        for _ in 1..iterations {
            let mut next = keyed.clone();
            next.update(&u);
            u = next.digest();
            for (s, x) in sum.iter_mut().zip(&u) {
                *s ^= x;
            }
        }
        for (to, from) in chunk.iter_mut().zip(&sum) {
            *to = *from;
        }
    }
}

fn salsa20_8(block: &mut [u32; 16]) {
    let mut x = *block;
    let mut quarter = |a: usize, b: usize, c: usize, d: usize| {
        x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
        x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
        x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
        x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
    };
    for _ in 0..4 {
        quarter(0, 4, 8, 12);
        quarter(5, 9, 13, 1);
        quarter(10, 14, 2, 6);
        quarter(15, 3, 7, 11);
        quarter(0, 1, 2, 3);
        quarter(5, 6, 7, 4);
        quarter(10, 11, 8, 9);
        quarter(15, 12, 13, 14);
    }
    for (b, x) in block.iter_mut().zip(x) {
        *b = b.wrapping_add(x);
    }
}

/// `scryptBlockMix` from one buffer into another.
fn block_mix(input: &[u32], out: &mut [u32]) {
    let blocks = input.len() / 16;
    let mut x = [0u32; 16];
    if let Some(last) = input.get(input.len() - 16..) {
        x.copy_from_slice(last);
    }
    for (i, block) in input.chunks_exact(16).enumerate() {
        for (x, b) in x.iter_mut().zip(block) {
            *x ^= b;
        }
        salsa20_8(&mut x);
        // Even blocks first, then odd ones.
        let at = (i / 2 + if i % 2 == 0 { 0 } else { blocks / 2 }) * 16;
        if let Some(place) = out.get_mut(at..at + 16) {
            place.copy_from_slice(&x);
        }
    }
}

/// `scryptROMix`; nothing when the memory is not to be had.
fn ro_mix(b: &mut [u8], n: usize) -> Option<()> {
    let words = b.len() / 4;
    let mut x: Vec<u32> = b.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
    let mut y = vec![0u32; words];
    let mut v: Vec<u32> = Vec::new();
    v.try_reserve_exact(words.checked_mul(n)?).ok()?;
    for _ in 0..n {
        v.extend_from_slice(&x);
        block_mix(&x, &mut y);
        core::mem::swap(&mut x, &mut y);
    }
    for _ in 0..n {
        let j = x.get(words - 16).copied().unwrap_or(0) as usize & (n - 1);
        for (x, v) in x.iter_mut().zip(v.get(j * words..)?) {
            *x ^= v;
        }
        block_mix(&x, &mut y);
        core::mem::swap(&mut x, &mut y);
    }
    for (to, word) in b.chunks_exact_mut(4).zip(&x) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    Some(())
}

/// scrypt; `n` is a power of two. Nothing when the memory is not to be had.
pub fn scrypt(password: &[u8], salt: &[u8], n: usize, r: usize, p: usize, out: &mut [u8]) -> Option<()> {
    let hasher = Hasher::new("sha256")?;
    let mut b = vec![0u8; p.checked_mul(r)?.checked_mul(128)?];
    pbkdf2(&hasher, password, salt, 1, &mut b);
    for chunk in b.chunks_mut(r * 128) {
        ro_mix(chunk, n)?;
    }
    pbkdf2(&hasher, password, &b, 1, out);
    Some(())
}
