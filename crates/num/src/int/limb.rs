//! Natural numbers in 64-bit limbs: the kernel under large products, quotients and conversions.
//!
//! Python's digits have 30 bits; repacking them is linear, and a 64-bit product does the work of four and a half
//! 30-bit ones, so everything beyond a few dozen digits is done here.

use super::ntt;

/// Below this many limbs a product is done by the schoolbook method.
const KARATSUBA: usize = 32;
/// From this many limbs (of the shorter factor) on, the number-theoretic transform wins.
const NTT: usize = 1400;
/// Below this many limbs of divisor, division is Knuth's algorithm D.
const BURNIKEL: usize = 64;

/// Drops leading zero limbs.
pub fn trim(v: &mut Vec<u64>) {
    while v.last() == Some(&0) {
        v.pop();
    }
}

/// The slice without its leading zero limbs.
pub fn trimmed(v: &[u64]) -> &[u64] {
    let mut n = v.len();
    while n > 0 && v[n - 1] == 0 {
        n -= 1;
    }
    &v[..n]
}

/// Repacks 30-bit digits to limbs, without leading zeros.
pub fn from_digits(d: &[u32]) -> Vec<u64> {
    let mut out = Vec::with_capacity(d.len() * 30 / 64 + 2);
    // 32 digits are exactly 15 limbs; the accumulator is generic all the same.
    let mut acc: u128 = 0;
    let mut bits = 0u32;
    for pair in d.chunks(2) {
        let (v, n) = match *pair {
            [a, b] => (u64::from(a) | u64::from(b) << 30, 60),
            [a] => (u64::from(a), 30),
            _ => (0, 0),
        };
        acc |= u128::from(v) << bits;
        bits += n;
        if bits >= 64 {
            out.push(acc as u64);
            acc >>= 64;
            bits -= 64;
        }
    }
    if acc != 0 {
        out.push(acc as u64);
    }
    trim(&mut out);
    out
}

/// Repacks limbs to 30-bit digits, without leading zeros.
pub fn to_digits(l: &[u64]) -> Vec<u32> {
    let l = trimmed(l);
    let mut out = Vec::with_capacity(l.len() * 64 / 30 + 2);
    let mut acc: u128 = 0;
    let mut bits = 0u32;
    for &x in l {
        acc |= u128::from(x) << bits;
        bits += 64;
        while bits >= 60 {
            let v = acc as u64;
            out.push((v & 0x3fff_ffff) as u32);
            out.push(((v >> 30) & 0x3fff_ffff) as u32);
            acc >>= 60;
            bits -= 60;
        }
    }
    while acc != 0 {
        out.push((acc as u64 & 0x3fff_ffff) as u32);
        acc >>= 30;
    }
    while out.last() == Some(&0) {
        out.pop();
    }
    out
}

/// Number of significant bits.
pub fn bit_length(a: &[u64]) -> u64 {
    let a = trimmed(a);
    match a.last() {
        None => 0,
        Some(t) => a.len() as u64 * 64 - u64::from(t.leading_zeros()),
    }
}

/// Compares two numbers that may have leading zeros.
pub fn cmp(a: &[u64], b: &[u64]) -> std::cmp::Ordering {
    let (a, b) = (trimmed(a), trimmed(b));
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `a += b`; returns the carry out of `a`. `a` is at least as long as `b`.
pub fn add_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (lo, hi) = a.split_at_mut(b.len());
    let mut c = false;
    for (x, &y) in lo.iter_mut().zip(b) {
        let (s, c1) = x.overflowing_add(y);
        let (s, c2) = s.overflowing_add(u64::from(c));
        *x = s;
        c = c1 | c2;
    }
    if c {
        for x in hi {
            let (s, o) = x.overflowing_add(1);
            *x = s;
            if !o {
                return false;
            }
        }
    }
    c
}

/// `a -= b`; returns the borrow out of `a`. `a` is at least as long as `b`.
pub fn sub_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (lo, hi) = a.split_at_mut(b.len());
    let mut c = false;
    for (x, &y) in lo.iter_mut().zip(b) {
        let (s, c1) = x.overflowing_sub(y);
        let (s, c2) = s.overflowing_sub(u64::from(c));
        *x = s;
        c = c1 | c2;
    }
    if c {
        for x in hi {
            let (s, o) = x.overflowing_sub(1);
            *x = s;
            if !o {
                return false;
            }
        }
    }
    c
}

/// `out[..] += a * m`, returning the carry limb; `out` and `a` have the same length.
fn addmul1(out: &mut [u64], a: &[u64], m: u64) -> u64 {
    let mut carry = 0u64;
    for (o, &x) in out.iter_mut().zip(a) {
        let t = u128::from(x) * u128::from(m) + u128::from(*o) + u128::from(carry);
        *o = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

/// `out[..] -= a * m`, returning the borrow limb.
fn submul1(out: &mut [u64], a: &[u64], m: u64) -> u64 {
    let mut borrow = 0u64;
    for (o, &x) in out.iter_mut().zip(a) {
        let t = u128::from(x) * u128::from(m) + u128::from(borrow);
        let (s, c) = o.overflowing_sub(t as u64);
        *o = s;
        borrow = (t >> 64) as u64 + u64::from(c);
    }
    borrow
}

/// `a = a * m + c` in place; returns the limb that does not fit.
pub fn mul1_add(a: &mut [u64], m: u64, c: u64) -> u64 {
    let mut carry = c;
    for x in a {
        let t = u128::from(*x) * u128::from(m) + u128::from(carry);
        *x = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

fn school(out: &mut [u64], a: &[u64], b: &[u64]) {
    out.fill(0);
    for (i, &m) in b.iter().enumerate() {
        let c = addmul1(&mut out[i..i + a.len()], a, m);
        out[i + a.len()] = c;
    }
}

fn school_sqr(out: &mut [u64], a: &[u64]) {
    let n = a.len();
    out.fill(0);
    for i in 0..n {
        if i + 1 < n {
            let c = addmul1(&mut out[2 * i + 1..i + n], &a[i + 1..], a[i]);
            out[i + n] = c;
        }
    }
    let mut top = 0u64;
    let mut carry = 0u64;
    for i in 0..n {
        let sq = u128::from(a[i]) * u128::from(a[i]);
        let (l, h) = (out[2 * i], out[2 * i + 1]);
        let dl = l << 1 | top;
        let dh = h << 1 | l >> 63;
        top = h >> 63;
        let s = u128::from(dl) + (sq & u128::from(u64::MAX)) + u128::from(carry);
        out[2 * i] = s as u64;
        let s = u128::from(dh) + (sq >> 64) + (s >> 64);
        out[2 * i + 1] = s as u64;
        carry = (s >> 64) as u64;
    }
}

/// Karatsuba for equally long factors; `scratch` needs `scratch_len(n)` limbs.
fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut [u64], square: bool) {
    let n = a.len();
    if n < KARATSUBA {
        if square {
            school_sqr(out, a)
        } else {
            school(out, a, b)
        }
        return;
    }
    let h = n / 2; // low half; the high half has n - h >= h limbs
    let g = n - h;
    let (a0, a1) = a.split_at(h);
    let (b0, b1) = b.split_at(h);
    {
        let (lo, hi) = out.split_at_mut(2 * h);
        karatsuba(lo, a0, b0, scratch, square);
        karatsuba(hi, a1, b1, scratch, square);
    }
    let (mid, rest) = scratch.split_at_mut(2 * g);
    let (d, rest) = rest.split_at_mut(2 * g);
    let neg;
    {
        let (da, db) = d.split_at_mut(g);
        // Pad the low halves by one limb where n is odd.
        let mut s = false;
        da[..h].copy_from_slice(a0);
        if g > h {
            da[h] = 0;
        }
        db.copy_from_slice(a1);
        if da.iter().rev().lt(db.iter().rev()) {
            s = !s;
            sub_assign(db, da);
            da.copy_from_slice(db);
        } else {
            sub_assign(da, db);
        }
        if square {
            neg = true; // (a0 - a1)^2 is subtracted
            karatsuba(mid, da, da, rest, true);
        } else {
            let mut t = false;
            db[..h].copy_from_slice(b0);
            if g > h {
                db[h] = 0;
            }
            // db -= b1, keeping the sign
            if db.iter().rev().lt(b1.iter().rev()) {
                t = true;
                // |b0 - b1| = b1 - b0
                let mut c = false;
                for (x, &y) in db.iter_mut().zip(b1) {
                    let (r, c1) = y.overflowing_sub(*x);
                    let (r, c2) = r.overflowing_sub(u64::from(c));
                    *x = r;
                    c = c1 | c2;
                }
            } else {
                sub_assign(db, b1);
            }
            neg = s == t;
            karatsuba(mid, da, db, rest, false);
        }
    }
    // z1 = z0 + z2 -+ mid, in d plus a carry
    let mut carry: i64 = 0;
    d[..2 * h].copy_from_slice(&out[..2 * h]);
    d[2 * h..].fill(0);
    carry += i64::from(add_assign(d, &out[2 * h..]));
    if neg {
        carry -= i64::from(sub_assign(d, mid));
    } else {
        carry += i64::from(add_assign(d, mid));
    }
    let tail = &mut out[h..];
    add_assign(tail, d);
    if carry > 0 {
        add_assign(&mut tail[2 * g..], &[carry as u64]);
    }
}

fn scratch_len(n: usize) -> usize {
    // 4g per level, g = ceil(n/2): 2n + n + ... < 4n, plus rounding.
    4 * n + 512
}

/// The product, exactly `a.len() + b.len()` limbs written to `out`.
pub fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if b.is_empty() {
        out.fill(0);
        return;
    }
    if b.len() < KARATSUBA {
        school(out, a, b);
        return;
    }
    if b.len() >= NTT {
        // A much longer factor is cut so that the transforms are not mostly padding.
        if a.len() > 4 * b.len() {
            chunked(out, a, b, 2 * b.len());
        } else {
            ntt::mul_into(out, a, b);
        }
        return;
    }
    if a.len() == b.len() {
        let mut s = vec![0; scratch_len(a.len())];
        karatsuba(out, a, b, &mut s, false);
        return;
    }
    if a.len() * 4 <= b.len() * 5 {
        // Nearly balanced: pad the shorter.
        let mut pb = b.to_vec();
        pb.resize(a.len(), 0);
        let mut s = vec![0; scratch_len(a.len())];
        let mut full = vec![0; 2 * a.len()];
        karatsuba(&mut full, a, &pb, &mut s, false);
        let n = out.len();
        out.copy_from_slice(&full[..n]);
        return;
    }
    chunked(out, a, b, b.len());
}

fn chunked(out: &mut [u64], a: &[u64], b: &[u64], step: usize) {
    out.fill(0);
    let mut tmp = vec![0; step + b.len()];
    for (i, part) in a.chunks(step).enumerate() {
        let t = &mut tmp[..part.len() + b.len()];
        mul_into(t, part, b);
        add_assign(&mut out[i * step..], t);
    }
}

/// The product without leading zeros.
pub fn mul(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = vec![0; a.len() + b.len()];
    mul_into(&mut out, a, b);
    trim(&mut out);
    out
}

/// The square, `2 * a.len()` limbs.
pub fn sqr_into(out: &mut [u64], a: &[u64]) {
    if a.len() < KARATSUBA {
        school_sqr(out, a);
    } else if a.len() >= NTT {
        ntt::mul_into(out, a, a);
    } else {
        let mut s = vec![0; scratch_len(a.len())];
        karatsuba(out, a, a, &mut s, true);
    }
}

/// The square without leading zeros.
pub fn sqr(a: &[u64]) -> Vec<u64> {
    let mut out = vec![0; 2 * a.len()];
    sqr_into(&mut out, a);
    trim(&mut out);
    out
}

/// Shifts left by any number of bits.
pub fn shl(a: &[u64], n: u64) -> Vec<u64> {
    let (words, bits) = ((n / 64) as usize, (n % 64) as u32);
    let mut out = Vec::with_capacity(a.len() + words + 1);
    out.resize(words, 0);
    if bits == 0 {
        out.extend_from_slice(a);
    } else {
        let mut carry = 0;
        for &x in a {
            out.push(x << bits | carry);
            carry = x >> (64 - bits);
        }
        out.push(carry);
    }
    trim(&mut out);
    out
}

/// Shifts right, dropping bits.
pub fn shr(a: &[u64], n: u64) -> Vec<u64> {
    let (words, bits) = (n / 64, (n % 64) as u32);
    if words >= a.len() as u64 {
        return Vec::new();
    }
    let a = &a[words as usize..];
    let mut out: Vec<u64> = if bits == 0 {
        a.to_vec()
    } else {
        let hi = a.iter().skip(1).copied().chain([0]);
        a.iter().zip(hi).map(|(&l, h)| l >> bits | h << (64 - bits)).collect()
    };
    trim(&mut out);
    out
}

/// True when any of the low `n` bits is set.
pub fn low_bits_nonzero(a: &[u64], n: u64) -> bool {
    let words = n / 64;
    if words >= a.len() as u64 {
        return a.iter().any(|&x| x != 0);
    }
    let w = words as usize;
    a[..w].iter().any(|&x| x != 0) || a[w] & ((1u64 << (n % 64)) - 1) != 0
}

/// Möller and Granlund's reciprocal of a normalised limb.
fn reciprocal(d: u64) -> u64 {
    (((u128::from(!d) << 64) | u128::from(u64::MAX)) / u128::from(d)) as u64
}

fn div2by1(u1: u64, u0: u64, d: u64, v: u64) -> (u64, u64) {
    let q = (u128::from(v) * u128::from(u1)).wrapping_add(u128::from(u1) << 64 | u128::from(u0));
    let (mut q1, q0) = (((q >> 64) as u64).wrapping_add(1), q as u64);
    let mut r = u0.wrapping_sub(q1.wrapping_mul(d));
    if r > q0 {
        q1 = q1.wrapping_sub(1);
        r = r.wrapping_add(d);
    }
    if r >= d {
        q1 = q1.wrapping_add(1);
        r -= d;
    }
    (q1, r)
}

fn reciprocal2(d1: u64, d0: u64) -> u64 {
    let mut v = reciprocal(d1);
    let mut p = d1.wrapping_mul(v).wrapping_add(d0);
    if p < d0 {
        v = v.wrapping_sub(1);
        if p >= d1 {
            v = v.wrapping_sub(1);
            p = p.wrapping_sub(d1);
        }
        p = p.wrapping_sub(d1);
    }
    let t = u128::from(v) * u128::from(d0);
    let (t1, t0) = ((t >> 64) as u64, t as u64);
    p = p.wrapping_add(t1);
    if p < t1 {
        v = v.wrapping_sub(1);
        if (u128::from(p) << 64 | u128::from(t0)) >= (u128::from(d1) << 64 | u128::from(d0)) {
            v = v.wrapping_sub(1);
        }
    }
    v
}

fn div3by2(u2: u64, u1: u64, u0: u64, d1: u64, d0: u64, v: u64) -> u64 {
    let q = (u128::from(v) * u128::from(u2)).wrapping_add(u128::from(u2) << 64 | u128::from(u1));
    let (mut q1, q0) = ((q >> 64) as u64, q as u64);
    let d = u128::from(d1) << 64 | u128::from(d0);
    let r1 = u1.wrapping_sub(q1.wrapping_mul(d1));
    let t = u128::from(d0) * u128::from(q1);
    let mut r = (u128::from(r1) << 64 | u128::from(u0)).wrapping_sub(t).wrapping_sub(d);
    q1 = q1.wrapping_add(1);
    if (r >> 64) as u64 >= q0 {
        q1 = q1.wrapping_sub(1);
        r = r.wrapping_add(d);
    }
    if r >= d {
        q1 = q1.wrapping_add(1);
    }
    q1
}

/// Divides in place by one limb; returns the remainder. The divisor is not zero.
pub fn div1(a: &mut [u64], d: u64) -> u64 {
    let s = d.leading_zeros();
    let dn = d << s;
    let v = reciprocal(dn);
    let mut r = 0u64;
    // The running remainder is kept shifted, so that the divisor is normalised.
    for x in a.iter_mut().rev() {
        let (hi, lo) = if s == 0 { (0, *x) } else { (*x >> (64 - s), *x << s) };
        let (q, nr) = div2by1(r | hi, lo, dn, v);
        *x = q;
        r = nr;
    }
    r >> s
}

/// Knuth's D: `a` (longer than `d`, with `a`'s top `d.len()` limbs below `d`) by normalised `d`; quotient into `q`
/// (`a.len() - d.len()` limbs), remainder left in the low limbs of `a`.
fn knuth(a: &mut [u64], d: &[u64], q: &mut [u64]) {
    let n = d.len();
    if n == 1 {
        let v = reciprocal(d[0]);
        let mut r = a[a.len() - 1];
        for i in (0..q.len()).rev() {
            let (qq, nr) = div2by1(r, a[i], d[0], v);
            q[i] = qq;
            r = nr;
        }
        a.fill(0);
        a[0] = r;
        return;
    }
    let (d1, d0) = (d[n - 1], d[n - 2]);
    let v = reciprocal2(d1, d0);
    for j in (0..q.len()).rev() {
        let (u2, u1, u0) = (a[j + n], a[j + n - 1], a[j + n - 2]);
        let mut qh = if u2 >= d1 && (u2 > d1 || u1 >= d0) { u64::MAX } else { div3by2(u2, u1, u0, d1, d0, v) };
        let borrow = submul1(&mut a[j..j + n], d, qh);
        let (t, under) = a[j + n].overflowing_sub(borrow);
        a[j + n] = t;
        if under {
            qh = qh.wrapping_sub(1);
            if add_assign(&mut a[j..j + n], d) {
                a[j + n] = a[j + n].wrapping_add(1);
            }
        }
        q[j] = qh;
    }
}

/// Burnikel and Ziegler: 2n limbs by n normalised limbs, the top half below the divisor.
fn div_2n1n(a: &mut [u64], d: &[u64], q: &mut [u64]) {
    let n = d.len();
    if n < BURNIKEL || n % 2 == 1 {
        knuth(a, d, q);
        return;
    }
    let h = n / 2;
    let (ql, qh) = q.split_at_mut(h);
    div_3n2n(&mut a[h..], d, qh);
    div_3n2n(&mut a[..3 * h], d, ql);
}

fn div_3n2n(a: &mut [u64], d: &[u64], q: &mut [u64]) {
    let h = q.len();
    let (d0, d1) = d.split_at(h);
    let mut over = 0i64;
    if a[2 * h..].iter().rev().lt(d1.iter().rev()) {
        div_2n1n(&mut a[h..], d1, q);
    } else {
        q.fill(u64::MAX);
        sub_assign(&mut a[2 * h..], d1);
        // The top part is zero now; adding d1 below it may carry into it.
        if add_assign(&mut a[h..2 * h], d1) {
            over += 1;
        }
        a[2 * h..].fill(0);
    }
    let mut m = vec![0; 2 * h];
    mul_into(&mut m, q, d0);
    over -= i64::from(sub_assign(&mut a[..2 * h], &m));
    while over < 0 {
        sub_assign(q, &[1]);
        over += i64::from(add_assign(&mut a[..2 * h], d));
    }
    a[2 * h..].fill(0);
}

/// Quotient and remainder, both without leading zeros. The divisor is not zero.
pub fn divrem(a: &[u64], d: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let (a, d) = (trimmed(a), trimmed(d));
    if cmp(a, d).is_lt() {
        return (Vec::new(), a.to_vec());
    }
    let n = d.len();
    if n == 1 {
        let mut q = a.to_vec();
        let r = div1(&mut q, d[0]);
        trim(&mut q);
        return (q, if r == 0 { Vec::new() } else { vec![r] });
    }
    let qn = a.len() - n + 1;
    if n >= BURNIKEL && qn * 3 < n {
        // A short quotient needs only the top of the operands; the rest is corrected by one multiplication.
        return div_short_quotient(a, d, qn);
    }
    // Pad the divisor to m * 2^k limbs with m below the threshold.
    let mut pad_n = n;
    if n >= BURNIKEL && qn >= BURNIKEL / 2 {
        let mut k = 0;
        while (n >> k) >= BURNIKEL {
            k += 1;
        }
        pad_n = n.div_ceil(1 << k) << k;
    }
    let shift = ((pad_n - n) as u64) * 64 + u64::from(d[n - 1].leading_zeros());
    let dn = shl(d, shift);
    let mut an = shl(a, shift);
    let (mut q, mut r);
    if n < BURNIKEL || qn < BURNIKEL / 2 {
        an.resize(a.len() + 1, 0);
        q = vec![0; an.len() - n];
        knuth(&mut an, &dn, &mut q);
        an.truncate(n);
        r = shr(&an, shift);
    } else {
        let mut blocks = an.len() / pad_n + 1;
        an.resize(blocks * pad_n, 0);
        // The top block has to be below the divisor.
        if !an[(blocks - 1) * pad_n..].iter().rev().lt(dn.iter().rev()) {
            blocks += 1;
            an.resize(blocks * pad_n, 0);
        }
        q = vec![0; (blocks - 1) * pad_n];
        for i in (0..blocks - 1).rev() {
            div_2n1n(&mut an[i * pad_n..(i + 2) * pad_n], &dn, &mut q[i * pad_n..(i + 1) * pad_n]);
        }
        an.truncate(pad_n);
        r = shr(&an, shift);
    }
    trim(&mut q);
    trim(&mut r);
    (q, r)
}

fn div_short_quotient(a: &[u64], d: &[u64], qn: usize) -> (Vec<u64>, Vec<u64>) {
    // Divide the top 2(qn+1) limbs by the top qn+1; the estimate is at most 2 too large.
    let cut = d.len() - (qn + 1);
    let (mut q, _) = divrem(&a[cut..], &d[cut..]);
    let mut p = mul(&q, d);
    while cmp(&p, a).is_gt() {
        sub_assign(&mut q, &[1]);
        sub_assign(&mut p, d);
    }
    trim(&mut q);
    let mut r = a.to_vec();
    sub_assign(&mut r, trimmed(&p));
    trim(&mut r);
    (q, r)
}

/// The floor of the square root.
pub fn isqrt(a: &[u64]) -> Vec<u64> {
    let a = trimmed(a);
    let bits = bit_length(a);
    if bits == 0 {
        return Vec::new();
    }
    if bits <= 64 {
        return vec![a[0].isqrt()];
    }
    if bits <= 128 {
        let v = u128::from(a[1]) << 64 | u128::from(a[0]);
        return vec![v.isqrt() as u64];
    }
    // Zimmermann-like recursion on the top half of the bits, one Newton step each time.
    let k = (bits - 1) / 4; // bits of the low part of the root
    let s = isqrt(&shr(a, 2 * k));
    // r = (s*2^k + a>>k / s) / 2, corrected downwards
    let (q, _) = divrem(&shr(a, k), &s);
    let mut r = shl(&s, k);
    r.resize(r.len().max(q.len()) + 1, 0);
    add_assign(&mut r, &q);
    let mut r = shr(&r, 1);
    while cmp(&sqr(&r), a).is_gt() {
        sub_assign(&mut r, &[1]);
        trim(&mut r);
    }
    r
}

/// `base ** exp mod modulus` for a modulus that is neither 0 nor 1.
pub fn modpow(base: &[u64], exp: &[u64], modulus: &[u64]) -> Vec<u64> {
    let (exp, modulus) = (trimmed(exp), trimmed(modulus));
    let base = divrem(base, modulus).1;
    if exp.is_empty() {
        return vec![1];
    }
    if base.is_empty() {
        return base;
    }
    let ebits = bit_length(exp);
    if modulus[0] & 1 == 1 && modulus.len() < 600 && ebits > 4 {
        return Montgomery::new(modulus).pow(&base, exp);
    }
    let window = window_bits(ebits);
    let reduce = |v: Vec<u64>| if v.len() < modulus.len() { v } else { divrem(&v, modulus).1 };
    let sq = reduce(sqr(&base));
    let mut odd = vec![base];
    for i in 1..1usize << (window - 1) {
        let next = reduce(mul(&odd[i - 1], &sq));
        odd.push(next);
    }
    let mut acc: Vec<u64> = vec![1];
    for step in sliding(exp, window) {
        for _ in 0..step.squarings {
            acc = reduce(sqr(&acc));
        }
        if step.odd != 0 {
            acc = reduce(mul(&acc, &odd[step.odd as usize / 2]));
        }
    }
    trim(&mut acc);
    acc
}

/// `a ** e` without a modulus.
pub fn pow(a: &[u64], e: u64) -> Vec<u64> {
    if e == 0 {
        return vec![1];
    }
    let a = trimmed(a);
    if a.is_empty() {
        return Vec::new();
    }
    // Powers of two factor out of the base as a shift.
    let tz = a.iter().take_while(|&&x| x == 0).count();
    let low = tz as u64 * 64 + u64::from(a[tz].trailing_zeros());
    let odd = shr(a, low);
    let mut acc = odd.clone();
    for i in (0..63 - e.leading_zeros()).rev() {
        acc = sqr(&acc);
        if e >> i & 1 == 1 {
            acc = mul(&acc, &odd);
        }
    }
    if low == 0 { acc } else { shl(&acc, low.saturating_mul(e)) }
}

fn window_bits(ebits: u64) -> u32 {
    match ebits {
        0..=8 => 1,
        9..=36 => 2,
        37..=140 => 3,
        141..=450 => 4,
        451..=1303 => 5,
        _ => 6,
    }
}

/// One step of a sliding-window exponentiation: square so often, then multiply by the odd power (0: do not).
struct Step {
    squarings: u32,
    odd: u32,
}

fn sliding(exp: &[u64], window: u32) -> Vec<Step> {
    let bits = bit_length(exp);
    let bit = |i: u64| (exp[(i / 64) as usize] >> (i % 64) & 1) as u32;
    let mut out = Vec::new();
    let mut i = bits;
    while i > 0 {
        if bit(i - 1) == 0 {
            out.push(Step { squarings: 1, odd: 0 });
            i -= 1;
            continue;
        }
        let mut lo = i.saturating_sub(u64::from(window));
        while bit(lo) == 0 {
            lo += 1;
        }
        let mut v = 0;
        for j in (lo..i).rev() {
            v = v << 1 | bit(j);
        }
        out.push(Step { squarings: (i - lo) as u32, odd: v });
        i = lo;
    }
    out
}

/// Montgomery arithmetic for an odd modulus.
struct Montgomery<'a> {
    m: &'a [u64],
    inv: u64,
}

impl<'a> Montgomery<'a> {
    fn new(m: &'a [u64]) -> Self {
        let mut x = 1u64;
        for _ in 0..6 {
            x = x.wrapping_mul(2u64.wrapping_sub(m[0].wrapping_mul(x)));
        }
        Montgomery { m, inv: x.wrapping_neg() }
    }

    /// Reduces `t` (2n + 1 limbs) into `out` (n limbs).
    fn redc(&self, t: &mut [u64], out: &mut [u64]) {
        let n = self.m.len();
        let mut top = 0u64;
        for i in 0..n {
            let f = t[i].wrapping_mul(self.inv);
            let c = addmul1(&mut t[i..i + n], self.m, f);
            let s = u128::from(t[i + n]) + u128::from(c) + u128::from(top);
            t[i + n] = s as u64;
            top = (s >> 64) as u64;
        }
        out.copy_from_slice(&t[n..2 * n]);
        if top != 0 || !out.iter().rev().lt(self.m.iter().rev()) {
            sub_assign(out, self.m);
        }
    }

    fn pow(&self, base: &[u64], exp: &[u64]) -> Vec<u64> {
        let n = self.m.len();
        let to_mont = |v: &[u64]| {
            let mut r = divrem(&shl(v, 64 * n as u64), self.m).1;
            r.resize(n, 0);
            r
        };
        let mut t = vec![0; 2 * n + 1];
        let window = window_bits(bit_length(exp));
        let one = to_mont(&[1]);
        let b = to_mont(base);
        let mut sq = vec![0; n];
        sqr_into(&mut t[..2 * n], &b);
        self.redc(&mut t, &mut sq);
        let mut odd = vec![b];
        for i in 1..1usize << (window - 1) {
            mul_into(&mut t[..2 * n], &odd[i - 1], &sq);
            let mut next = vec![0; n];
            self.redc(&mut t, &mut next);
            odd.push(next);
        }
        let mut acc = one;
        let mut first = true;
        for step in sliding(exp, window) {
            if !first {
                for _ in 0..step.squarings {
                    sqr_into(&mut t[..2 * n], &acc);
                    self.redc(&mut t, &mut acc);
                }
            }
            if step.odd != 0 {
                if first {
                    acc.copy_from_slice(&odd[step.odd as usize / 2]);
                    first = false;
                } else {
                    mul_into(&mut t[..2 * n], &acc, &odd[step.odd as usize / 2]);
                    self.redc(&mut t, &mut acc);
                }
            }
        }
        t.fill(0);
        t[..n].copy_from_slice(&acc);
        let mut out = vec![0; n];
        self.redc(&mut t, &mut out);
        trim(&mut out);
        out
    }
}

/// Greatest common divisor by Lehmer's method.
pub fn gcd(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut a = trimmed(a).to_vec();
    let mut b = trimmed(b).to_vec();
    if cmp(&a, &b).is_lt() {
        std::mem::swap(&mut a, &mut b);
    }
    while b.len() > 1 {
        let bits = bit_length(&a);
        let (x, y) = (top63(&a, bits), top63(&b, bits));
        let (ca, cb, cc, cd) = lehmer_step(x, y);
        if cb == 0 {
            let r = divrem(&a, &b).1;
            a = std::mem::replace(&mut b, r);
        } else {
            let na = combine(&a, &b, ca, cb);
            let nb = combine(&a, &b, cc, cd);
            a = na;
            b = nb;
        }
    }
    if b.is_empty() {
        return a;
    }
    let mut small = b[0];
    let mut r = div1(&mut a, small);
    while r != 0 {
        (small, r) = (r, small % r);
    }
    vec![small]
}

/// The 62 bits of `v` at the top of a number of `bits` bits.
fn top63(v: &[u64], bits: u64) -> i64 {
    let s = bits.saturating_sub(62);
    let (w, b) = ((s / 64) as usize, (s % 64) as u32);
    let lo = v.get(w).copied().unwrap_or(0);
    let hi = v.get(w + 1).copied().unwrap_or(0);
    let r = if b == 0 { lo } else { lo >> b | hi << (64 - b) };
    (r & ((1 << 62) - 1)) as i64
}

/// Cofactors of as many Euclidean steps as the leading parts determine; each below 2^31 in size.
fn lehmer_step(mut x: i64, mut y: i64) -> (i64, i64, i64, i64) {
    let (mut a, mut b, mut c, mut d) = (1i64, 0i64, 0i64, 1i64);
    loop {
        if y + c == 0 || y + d == 0 {
            break;
        }
        let q = (x + a) / (y + c);
        if q != (x + b) / (y + d) {
            break;
        }
        let (Some(na), Some(nb)) =
            (q.checked_mul(c).and_then(|v| a.checked_sub(v)), q.checked_mul(d).and_then(|v| b.checked_sub(v)))
        else {
            break;
        };
        if na.unsigned_abs() >> 31 != 0 || nb.unsigned_abs() >> 31 != 0 {
            break;
        }
        (a, c) = (c, na);
        (b, d) = (d, nb);
        (x, y) = (y, x - q * y);
    }
    (a, b, c, d)
}

/// `|x * a + y * b|` where the cofactors have opposite signs and the result is known not to be negative.
fn combine(a: &[u64], b: &[u64], x: i64, y: i64) -> Vec<u64> {
    let mut out = Vec::with_capacity(a.len());
    let mut carry: i128 = 0;
    for i in 0..a.len() {
        let bv = b.get(i).copied().unwrap_or(0);
        let t = i128::from(a[i]) * i128::from(x) + i128::from(bv) * i128::from(y) + carry;
        out.push(t as u64);
        carry = t >> 64;
    }
    if carry > 0 {
        out.push(carry as u64);
    } else if carry < 0 {
        // Cannot be for exact cofactors; keep the magnitude right all the same.
        for x in &mut out {
            *x = !*x;
        }
        add_assign(&mut out, &[1]);
    }
    trim(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rnd(seed: &mut u64, n: usize) -> Vec<u64> {
        let mut v: Vec<u64> = (0..n)
            .map(|_| {
                *seed ^= *seed << 13;
                *seed ^= *seed >> 7;
                *seed ^= *seed << 17;
                if seed.is_multiple_of(11) {
                    u64::MAX
                } else if seed.is_multiple_of(13) {
                    0
                } else {
                    *seed
                }
            })
            .collect();
        if let Some(l) = v.last_mut() {
            *l |= 1;
        }
        v
    }

    #[test]
    fn products_agree() {
        let mut s = 88172645463325252;
        for (n, m) in [
            (1, 1),
            (5, 3),
            (31, 31),
            (32, 32),
            (33, 33),
            (65, 64),
            (67, 67),
            (200, 70),
            (300, 299),
            (1500, 1450),
            (3000, 1401),
            (9000, 1500),
        ] {
            let (a, b) = (rnd(&mut s, n), rnd(&mut s, m));
            let mut want = vec![0; n + m];
            school(&mut want, &a, &b);
            trim(&mut want);
            assert_eq!(mul(&a, &b), want, "{n} {m}");
            let mut want = vec![0; n + n];
            school(&mut want, &a, &a);
            trim(&mut want);
            assert_eq!(sqr(&a), want, "{n}");
        }
    }

    #[test]
    fn quotients_agree() {
        let mut s = 88172645463325252;
        for n in [1, 2, 3, 10, 63, 64, 65, 100, 129, 500, 1000] {
            for m in [0, 1, 2, 5, 40, 70, 200, 900, 2500] {
                let (q, d) = (rnd(&mut s, m), rnd(&mut s, n));
                let mut r = rnd(&mut s, n);
                if !cmp(&r, &d).is_lt() {
                    sub_assign(&mut r, &d);
                    trim(&mut r);
                    if !cmp(&r, &d).is_lt() {
                        r.clear();
                    }
                }
                let mut a = mul(&q, &d);
                a.resize(a.len().max(r.len()) + 1, 0);
                add_assign(&mut a, &r);
                let (gq, gr) = divrem(&a, &d);
                assert!(gq == trimmed(&q) && gr == trimmed(&r), "{n} {m}");
            }
        }
    }

    #[test]
    fn roots_powers_gcds() {
        let mut s = 1234567;
        for n in [1, 2, 3, 4, 9, 50, 200] {
            let a = rnd(&mut s, n);
            let r = isqrt(&a);
            assert!(!cmp(&sqr(&r), &a).is_gt());
            let mut r1 = r.clone();
            r1.push(0);
            add_assign(&mut r1, &[1]);
            assert!(cmp(&sqr(trimmed(&r1)), &a).is_gt());
            let (x, y, g) = (rnd(&mut s, n), rnd(&mut s, n + 3), rnd(&mut s, 4));
            let got = gcd(&mul(&x, &g), &mul(&y, &g));
            assert!(divrem(&got, &g).1.is_empty());
            let c = divrem(&mul(&x, &g), &got);
            let d = divrem(&mul(&y, &g), &got);
            assert!(c.1.is_empty() && d.1.is_empty());
            assert_eq!(gcd(&c.0, &d.0), vec![1]);
            let mut m = rnd(&mut s, n);
            m[0] |= 3;
            let e = [s, 77];
            let odd = modpow(&x, &e, &m);
            // Doubling the modulus takes the other road.
            let even = modpow(&x, &e, &shl(&m, 1));
            assert_eq!(divrem(&even, &m).1, odd);
        }
    }
}
