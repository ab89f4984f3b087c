//! Arithmetic on constants, within CPython's limits on the size of results. `None` means "leave it to run time".

use std::sync::Arc;
use taipan_bytecode::tables::nb;
use taipan_bytecode::{BigInt, Const, Str};
use taipan_num::complex::Complex;
use taipan_num::float;
use taipan_num::int::{Signed, SignedRef};

/// Bits of an integer result.
const MAX_INT_SIZE: u64 = 128;
/// Items of a repeated tuple.
const MAX_COLLECTION_SIZE: u64 = 256;
/// Length of a repeated string.
const MAX_STR_SIZE: u64 = 4096;
/// Items of a repeated tuple, those of nested tuples included.
const MAX_TOTAL_ITEMS: i64 = 1024;

enum Number {
    Int(Signed),
    Float(f64),
    Complex(Complex),
}

fn number(value: &Const) -> Option<Number> {
    Some(match value {
        Const::Float(x) => Number::Float(*x),
        Const::Complex(re, im) => Number::Complex(Complex { re: *re, im: *im }),
        value => Number::Int(int(value)?),
    })
}

/// The value of an int or bool.
fn int(value: &Const) -> Option<Signed> {
    Some(match value {
        Const::Int(i) => Signed::from_i64(*i),
        Const::BigInt(big) => Signed::new(big.negative, big.digits.to_vec()),
        Const::True => Signed::from_i64(1),
        Const::False => Signed::from_i64(0),
        _ => return None,
    })
}

fn small(value: &Const) -> Option<i64> {
    match value {
        Const::Int(i) => Some(*i),
        Const::True => Some(1),
        Const::False => Some(0),
        _ => None,
    }
}

fn from_int(value: &Signed) -> Const {
    match value.as_ref().to_i64() {
        Some(small) => Const::Int(small),
        None => Const::BigInt(BigInt { negative: value.neg, digits: value.mag.as_slice().into() }),
    }
}

fn from_complex(value: Complex) -> Const {
    Const::Complex(value.re, value.im)
}

fn from_bool(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

fn bits(value: SignedRef<'_>) -> u64 {
    match value.mag.split_last() {
        Some((top, rest)) => rest.len() as u64 * 30 + u64::from(32 - top.leading_zeros()),
        None => 0,
    }
}

/// What `bool(value)` is.
pub fn truth(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::Code(_) | Const::Slice(_) => true,
        Const::Int(i) => *i != 0,
        Const::BigInt(big) => !big.digits.is_empty(),
        Const::Float(x) => *x != 0.0,
        Const::Complex(x, y) => *x != 0.0 || *y != 0.0,
        Const::Str(s) => !s.as_bytes().is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
    }
}

/// `-value`
pub fn negative(value: &Const) -> Option<Const> {
    Some(match number(value)? {
        Number::Int(i) => from_int(&i.negated()),
        Number::Float(x) => Const::Float(-x),
        Number::Complex(z) => from_complex(z.neg()),
    })
}

/// `+value`
pub fn positive(value: &Const) -> Option<Const> {
    Some(match number(value)? {
        Number::Int(i) => from_int(&i),
        Number::Float(x) => Const::Float(x),
        Number::Complex(z) => from_complex(z),
    })
}

/// `~value`; of a bool it is deprecated, and so must warn at run time.
pub fn invert(value: &Const) -> Option<Const> {
    match value {
        Const::Int(_) | Const::BigInt(_) => Some(from_int(&int(value)?.as_ref().invert())),
        _ => None,
    }
}

/// A string constant; what looks like a name is interned.
pub fn str_const(bytes: Vec<u8>) -> Const {
    let interned = is_interned(&bytes);
    Const::Str(Str::new(bytes, interned))
}

/// Whether a string constant of these bytes is interned: names are, and single Latin-1 characters.
pub fn is_interned(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
        || bytes.len() == 1
        || bytes.len() == 2 && matches!(bytes[0], 0xc2 | 0xc3)
}

/// Code points of WTF-8.
fn chars(bytes: &[u8]) -> Vec<&[u8]> {
    let mut rest = bytes;
    let mut chars = Vec::new();
    while let Some(&first) = rest.first() {
        let len = match first {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let (head, tail) = rest.split_at(len.min(rest.len()));
        chars.push(head);
        rest = tail;
    }
    chars
}

fn char_count(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count() as u64
}

/// Takes the items of nested tuples off `limit`.
fn complexity(items: &[Const], limit: i64) -> Option<i64> {
    let mut limit = limit.checked_sub(i64::try_from(items.len()).ok()?).filter(|l| *l >= 0)?;
    for item in items {
        if let Const::Tuple(items) | Const::FrozenSet(items) = item {
            limit = complexity(items, limit)?;
        }
    }
    Some(limit)
}

fn repeat(value: &Const, count: &Const) -> Option<Const> {
    // The count may be beyond any limit if there is nothing to repeat.
    let size = match value {
        Const::Str(s) => char_count(s.as_bytes()),
        Const::Bytes(b) => b.len() as u64,
        Const::Tuple(t) => t.len() as u64,
        _ => return None,
    };
    let n = match count {
        Const::BigInt(_) => return None,
        count => small(count)?,
    };
    let max = if matches!(value, Const::Tuple(_)) { MAX_COLLECTION_SIZE } else { MAX_STR_SIZE };
    if let Some(max) = max.checked_div(size)
        && (n < 0 || n as u64 > max)
    {
        return None;
    }
    let times = if size == 0 { 0 } else { n as usize };
    Some(match value {
        Const::Str(s) => str_const(s.as_bytes().repeat(times)),
        Const::Bytes(b) => Const::Bytes(b.repeat(times).into()),
        Const::Tuple(t) => {
            if times > 0 {
                complexity(t, MAX_TOTAL_ITEMS / n)?;
            }
            Const::Tuple((0..times).flat_map(|_| t.iter().cloned()).collect())
        }
        _ => return None,
    })
}

fn int_op(op: u32, a: &Signed, b: &Signed) -> Option<Const> {
    let (x, y) = (a.as_ref(), b.as_ref());
    let result = match op {
        nb::ADD => x.add(y),
        nb::SUBTRACT => x.sub(y),
        nb::MULTIPLY => {
            if !x.is_zero() && !y.is_zero() && bits(x) + bits(y) > MAX_INT_SIZE {
                return None;
            }
            x.mul(y)
        }
        nb::FLOOR_DIVIDE => x.floordiv(y).ok()?,
        nb::REMAINDER => x.modulo(y).ok()?,
        nb::TRUE_DIVIDE => return Some(Const::Float(x.truediv(y).ok()?)),
        nb::POWER => {
            if y.neg {
                // A negative power of an integer is a float.
                return float_op(op, x.to_f64()?, y.to_f64()?);
            }
            if !x.is_zero() && !y.is_zero() {
                let exponent = y.to_u64()?;
                if bits(x) > MAX_INT_SIZE / exponent {
                    return None;
                }
            }
            x.pow(y).ok()?
        }
        nb::LSHIFT => {
            if y.neg {
                return None;
            }
            if x.is_zero() {
                return Some(Const::Int(0));
            }
            let shift = y.to_u64()?;
            if shift > MAX_INT_SIZE || bits(x) > MAX_INT_SIZE - shift {
                return None;
            }
            x.shl(shift).ok()?
        }
        nb::RSHIFT => {
            if y.neg {
                return None;
            }
            x.shr(y.to_u64()?)
        }
        nb::AND => x.and(y),
        nb::OR => x.or(y),
        nb::XOR => x.xor(y),
        _ => return None,
    };
    Some(from_int(&result))
}

fn float_op(op: u32, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        nb::ADD => a + b,
        nb::SUBTRACT => a - b,
        nb::MULTIPLY => a * b,
        nb::TRUE_DIVIDE => {
            if b == 0.0 {
                return None;
            }
            a / b
        }
        nb::FLOOR_DIVIDE => float::floordiv(a, b).ok()?,
        nb::REMAINDER => float::modulo(a, b).ok()?,
        nb::POWER => match float::pow(a, b) {
            Ok(x) => x,
            Err(_) if a < 0.0 && b != b.floor() && b.is_finite() => {
                return complex_op(op, Complex { re: a, im: 0.0 }, Complex { re: b, im: 0.0 });
            }
            Err(_) => return None,
        },
        _ => return None,
    }))
}

fn complex_op(op: u32, a: Complex, b: Complex) -> Option<Const> {
    Some(from_complex(match op {
        nb::ADD => a.add(b),
        nb::SUBTRACT => a.sub(b),
        nb::MULTIPLY => a.mul(b),
        nb::TRUE_DIVIDE => a.div(b).ok()?,
        nb::POWER => a.pow(b).ok()?,
        _ => return None,
    }))
}

/// One operand complex, the other real.
fn mixed_op(op: u32, z: Complex, x: f64, real_first: bool) -> Option<Const> {
    Some(from_complex(match (op, real_first) {
        (nb::ADD, _) => z.add_real(x),
        (nb::SUBTRACT, false) => z.sub_real(x),
        (nb::SUBTRACT, true) => Complex::real_sub(x, z),
        (nb::MULTIPLY, _) => z.mul_real(x),
        (nb::TRUE_DIVIDE, false) => z.div_real(x).ok()?,
        (nb::TRUE_DIVIDE, true) => Complex::real_div(x, z).ok()?,
        (nb::POWER, false) => z.pow(Complex { re: x, im: 0.0 }).ok()?,
        (nb::POWER, true) => Complex { re: x, im: 0.0 }.pow(z).ok()?,
        _ => return None,
    }))
}

/// Normalises an index or a slice bound.
fn bound(value: &Const, default: i64, lowest: i64, highest: i64, len: i64) -> Option<i64> {
    if matches!(value, Const::None) {
        return Some(default);
    }
    let i = match value {
        Const::BigInt(big) => {
            if big.negative {
                i64::MIN / 2
            } else {
                i64::MAX / 2
            }
        }
        value => small(value)?,
    };
    let i = if i < 0 { i.saturating_add(len) } else { i };
    Some(i.clamp(lowest, highest))
}

fn slice_indices(slice: &[Const; 3], len: usize) -> Option<Vec<usize>> {
    let len = i64::try_from(len).ok()?;
    let step = if matches!(slice[2], Const::None) { 1 } else { small(&slice[2])? };
    if step == 0 {
        return None;
    }
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let (first, last) = if step < 0 { (highest, lowest) } else { (lowest, highest) };
    let mut i = bound(&slice[0], first, lowest, highest, len)?;
    let stop = bound(&slice[1], last, lowest, highest, len)?;
    let mut indices = Vec::new();
    while if step < 0 { i > stop } else { i < stop } {
        indices.push(usize::try_from(i).ok()?);
        i = i.saturating_add(step);
    }
    Some(indices)
}

fn subscript(value: &Const, index: &Const) -> Option<Const> {
    let at = |len: usize| -> Option<usize> {
        let i = small(index)?;
        let i = if i < 0 { i.checked_add(i64::try_from(len).ok()?)? } else { i };
        usize::try_from(i).ok().filter(|i| *i < len)
    };
    match (value, index) {
        (Const::Str(s), Const::Slice(slice)) => {
            let chars = chars(s.as_bytes());
            let indices = slice_indices(slice, chars.len())?;
            Some(str_const(indices.iter().flat_map(|i| chars[*i]).copied().collect()))
        }
        (Const::Bytes(b), Const::Slice(slice)) => {
            let indices = slice_indices(slice, b.len())?;
            Some(Const::Bytes(indices.iter().map(|i| b[*i]).collect()))
        }
        (Const::Tuple(t), Const::Slice(slice)) => {
            let indices = slice_indices(slice, t.len())?;
            Some(Const::Tuple(indices.iter().map(|i| t[*i].clone()).collect()))
        }
        (Const::Str(s), _) => {
            let chars = chars(s.as_bytes());
            Some(str_const(chars[at(chars.len())?].to_vec()))
        }
        (Const::Bytes(b), _) => Some(Const::Int(i64::from(b[at(b.len())?]))),
        (Const::Tuple(t), _) => Some(t[at(t.len())?].clone()),
        _ => None,
    }
}

/// `a op b` for a number of `BINARY_OP`.
pub fn binary(op: u32, a: &Const, b: &Const) -> Option<Const> {
    if op == nb::SUBSCR {
        return subscript(a, b);
    }
    match (a, b) {
        (Const::True | Const::False, Const::True | Const::False) => {
            let (x, y) = (matches!(a, Const::True), matches!(b, Const::True));
            match op {
                nb::AND => return Some(from_bool(x & y)),
                nb::OR => return Some(from_bool(x | y)),
                nb::XOR => return Some(from_bool(x ^ y)),
                _ => {}
            }
        }
        (Const::Str(x), Const::Str(y)) if op == nb::ADD => {
            return Some(str_const([x.as_bytes(), y.as_bytes()].concat()));
        }
        (Const::Bytes(x), Const::Bytes(y)) if op == nb::ADD => return Some(Const::Bytes([&**x, &**y].concat().into())),
        (Const::Tuple(x), Const::Tuple(y)) if op == nb::ADD => {
            return Some(Const::Tuple(x.iter().chain(y.iter()).cloned().collect()));
        }
        (Const::Str(_) | Const::Bytes(_) | Const::Tuple(_), _) if op == nb::MULTIPLY => return repeat(a, b),
        (_, Const::Str(_) | Const::Bytes(_) | Const::Tuple(_)) if op == nb::MULTIPLY => return repeat(b, a),
        _ => {}
    }
    match (number(a)?, number(b)?) {
        (Number::Int(x), Number::Int(y)) => int_op(op, &x, &y),
        (Number::Float(x), Number::Float(y)) => float_op(op, x, y),
        (Number::Float(x), Number::Int(y)) => float_op(op, x, y.as_ref().to_f64()?),
        (Number::Int(x), Number::Float(y)) => float_op(op, x.as_ref().to_f64()?, y),
        (Number::Complex(x), Number::Complex(y)) => complex_op(op, x, y),
        (Number::Complex(z), Number::Float(x)) => mixed_op(op, z, x, false),
        (Number::Complex(z), Number::Int(x)) => mixed_op(op, z, x.as_ref().to_f64()?, false),
        (Number::Float(x), Number::Complex(z)) => mixed_op(op, z, x, true),
        (Number::Int(x), Number::Complex(z)) => mixed_op(op, z, x.as_ref().to_f64()?, true),
    }
}

/// A tuple of constants.
pub fn tuple(items: Vec<Const>) -> Const {
    Const::Tuple(items.into())
}

/// A frozenset of constants; of equal ones (`1`, `True`, `1.0`) the first stays.
pub fn frozenset(items: Vec<Const>) -> Const {
    let mut distinct: Vec<Const> = Vec::with_capacity(items.len());
    for item in items {
        if !distinct.iter().any(|known| equal(known, &item)) {
            distinct.push(item);
        }
    }
    Const::FrozenSet(Arc::from(distinct))
}

/// Python's `==`.
pub fn equal(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Tuple(x), Const::Tuple(y)) => x.len() == y.len() && x.iter().zip(y.iter()).all(|(a, b)| equal(a, b)),
        _ => match (number(a), number(b)) {
            (Some(Number::Int(x)), Some(Number::Int(y))) => x == y,
            (Some(Number::Float(x)), Some(Number::Float(y))) => x == y,
            (Some(Number::Float(x)), Some(Number::Int(y))) | (Some(Number::Int(y)), Some(Number::Float(x))) => {
                y.as_ref().cmp_f64(x) == Some(std::cmp::Ordering::Equal)
            }
            (Some(Number::Complex(x)), Some(Number::Complex(y))) => x.re == y.re && x.im == y.im,
            (Some(Number::Complex(z)), Some(Number::Float(x))) | (Some(Number::Float(x)), Some(Number::Complex(z))) => {
                z.im == 0.0 && z.re == x
            }
            (Some(Number::Complex(z)), Some(Number::Int(x))) | (Some(Number::Int(x)), Some(Number::Complex(z))) => {
                z.im == 0.0 && x.as_ref().cmp_f64(z.re) == Some(std::cmp::Ordering::Equal)
            }
            _ => a == b,
        },
    }
}
