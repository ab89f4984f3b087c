//! Products of very long numbers by a number-theoretic transform modulo 2^64 - 2^32 + 1.

const P: u64 = 0xffff_ffff_0000_0001;
const EPS: u64 = 0xffff_ffff;

#[inline]
fn add(a: u64, b: u64) -> u64 {
    let (s, c) = a.overflowing_add(b);
    if c || s >= P { s.wrapping_sub(P) } else { s }
}

#[inline]
fn sub(a: u64, b: u64) -> u64 {
    let (s, c) = a.overflowing_sub(b);
    if c { s.wrapping_add(P) } else { s }
}

#[inline]
fn mulp(a: u64, b: u64) -> u64 {
    let x = u128::from(a) * u128::from(b);
    let (lo, hi) = (x as u64, (x >> 64) as u64);
    let (t, borrow) = lo.overflowing_sub(hi >> 32);
    let t = if borrow { t.wrapping_sub(EPS) } else { t };
    let (r, carry) = t.overflowing_add((hi & EPS) * EPS);
    let r = if carry { r.wrapping_add(EPS) } else { r };
    if r >= P { r - P } else { r }
}

fn powp(mut b: u64, mut e: u64) -> u64 {
    let mut r = 1;
    while e != 0 {
        if e & 1 == 1 {
            r = mulp(r, b);
        }
        b = mulp(b, b);
        e >>= 1;
    }
    r
}

/// Twiddles of every level, the level of half-length `h` at `h..2h`.
fn twiddles(n: usize, inverse: bool) -> Vec<u64> {
    let mut w = powp(7, (P - 1) / n as u64);
    if inverse {
        w = powp(w, P - 2);
    }
    let half = n / 2;
    let mut t = vec![1; n.max(2)];
    let mut x = 1;
    for v in &mut t[half..] {
        *v = x;
        x = mulp(x, w);
    }
    let mut h = half / 2;
    while h > 0 {
        for i in 0..h {
            t[h + i] = t[2 * h + 2 * i];
        }
        h /= 2;
    }
    t
}

/// Decimation in frequency; the result is in bit-reversed order.
fn forward(a: &mut [u64], t: &[u64]) {
    let n = a.len();
    // Blocks that fit the cache are finished one at a time.
    const BLOCK: usize = 1 << 11;
    let mut h = n / 2;
    while h >= BLOCK {
        forward_level(a, t, h);
        h /= 2;
    }
    if h > 0 {
        for part in a.chunks_exact_mut(2 * h) {
            let mut g = h;
            while g > 0 {
                forward_level(part, t, g);
                g /= 2;
            }
        }
    }
}

#[inline]
fn forward_level(a: &mut [u64], t: &[u64], h: usize) {
    let tw = &t[h..2 * h];
    for part in a.chunks_exact_mut(2 * h) {
        let (lo, hi) = part.split_at_mut(h);
        for ((x, y), &w) in lo.iter_mut().zip(hi).zip(tw) {
            let (u, v) = (*x, *y);
            *x = add(u, v);
            *y = mulp(sub(u, v), w);
        }
    }
}

/// Decimation in time from bit-reversed order; not scaled.
fn backward(a: &mut [u64], t: &[u64]) {
    let n = a.len();
    const BLOCK: usize = 1 << 12;
    let first = n.min(BLOCK);
    for part in a.chunks_exact_mut(first) {
        let mut h = 1;
        while h < first {
            backward_level(part, t, h);
            h *= 2;
        }
    }
    let mut h = first;
    while h < n {
        backward_level(a, t, h);
        h *= 2;
    }
}

#[inline]
fn backward_level(a: &mut [u64], t: &[u64], h: usize) {
    let tw = &t[h..2 * h];
    for part in a.chunks_exact_mut(2 * h) {
        let (lo, hi) = part.split_at_mut(h);
        for ((x, y), &w) in lo.iter_mut().zip(hi).zip(tw) {
            let (u, v) = (*x, mulp(*y, w));
            *x = add(u, v);
            *y = sub(u, v);
        }
    }
}

/// Cyclic convolution long enough to be the product; `None` for `b` squares. Entries are below the modulus.
pub fn convolve(mut a: Vec<u64>, b: Option<Vec<u64>>, out_len: usize) -> Vec<u64> {
    let n = out_len.next_power_of_two().max(2);
    let t = twiddles(n, false);
    a.resize(n, 0);
    forward(&mut a, &t);
    let scale = powp(n as u64, P - 2);
    match b {
        None => {
            for x in &mut a {
                *x = mulp(mulp(*x, *x), scale);
            }
        }
        Some(mut b) => {
            b.resize(n, 0);
            forward(&mut b, &t);
            for (x, &y) in a.iter_mut().zip(&b) {
                *x = mulp(mulp(*x, y), scale);
            }
        }
    }
    drop(t);
    let t = twiddles(n, true);
    backward(&mut a, &t);
    a.truncate(out_len);
    a
}

/// Cuts limbs into pieces of `width` bits.
fn split(a: &[u64], width: u32) -> Vec<u64> {
    let mask = (1u64 << width) - 1;
    let mut out = Vec::with_capacity(a.len() * 64 / width as usize + 2);
    let mut acc: u128 = 0;
    let mut bits = 0;
    for &x in a {
        acc |= u128::from(x) << bits;
        bits += 64;
        while bits >= width {
            out.push(acc as u64 & mask);
            acc >>= width;
            bits -= width;
        }
    }
    if bits > 0 {
        out.push(acc as u64);
    }
    out
}

/// `out = a * b`, exactly `a.len() + b.len()` limbs. The same slice twice squares.
pub fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    let square = std::ptr::eq(a, b);
    // Pieces of w bits need 2w + log2(pieces of the shorter) <= 63 bits.
    let short = a.len().min(b.len()) as u64;
    let mut width = 24;
    while 2 * width + (64 - (short * 64 / u64::from(width) + 1).leading_zeros()) > 63 {
        width -= 1;
    }
    let pa = split(a, width);
    let (la, pb) = (pa.len(), if square { None } else { Some(split(b, width)) });
    let lb = pb.as_ref().map_or(la, Vec::len);
    let c = convolve(pa, pb, la + lb - 1);
    let mut acc: u128 = 0;
    let mut bits = 0u32;
    let mut carry: u64 = 0;
    let mut i = 0;
    let mask = (1u64 << width) - 1;
    for x in c {
        let s = x + carry; // both below 2^63
        carry = s >> width;
        acc |= u128::from(s & mask) << bits;
        bits += width;
        if bits >= 64 {
            if i < out.len() {
                out[i] = acc as u64;
            }
            i += 1;
            acc >>= 64;
            bits -= 64;
        }
    }
    let mut rest = acc | u128::from(carry) << bits;
    while i < out.len() {
        out[i] = rest as u64;
        rest >>= 64;
        i += 1;
    }
}
