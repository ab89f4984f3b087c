//! Items of buffers in native formats: reading, writing and comparing.

use taipan_object::Own;
use taipan_object::abi::Py_buffer;
use taipan_object::buffer;
use taipan_object::{
    CompareOp, Object, Owned, PyBytes, PyFloat, PyInt, PyResult, PyStr, Raised, Thread, err, errors, exceptions, name,
    number, singletons, state,
};

/// An item's first bytes as a number.
#[inline(always)]
fn word_of(bytes: &[u8]) -> u64 {
    match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => {
            let mut word = [0u8; 8];
            let n = bytes.len().min(8);
            word[..n].copy_from_slice(&bytes[..n]);
            u64::from_le_bytes(word)
        }
    }
}

/// An item as an object.
pub fn unpack(t: &Thread, format: u8, bytes: &[u8]) -> PyResult {
    let unsigned = word_of(bytes);
    let signed = |bits: u32| (unsigned << (64 - bits)) as i64 >> (64 - bits);
    let int = |n: i64| PyInt::from_i64(t, n).map(Owned::into_object);
    match format {
        b'b' => int(signed(8)),
        b'h' => int(signed(16)),
        b'i' => int(signed(32)),
        b'l' | b'q' | b'n' => int(unsigned as i64),
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => PyInt::from_u64(t, unsigned).map(Owned::into_object),
        b'f' => PyFloat::new(t, f64::from(f32::from_bits(unsigned as u32))).map(Owned::into_object),
        b'd' => PyFloat::new(t, f64::from_bits(unsigned)).map(Owned::into_object),
        b'e' => PyFloat::new(t, half_to_f64(unsigned as u16)).map(Owned::into_object),
        b'?' => Ok(singletons::bool(unsigned & 0xff != 0).own()),
        b'c' => PyBytes::new(t, &bytes[..1]).map(Owned::into_object),
        _ => Err(err!(t, NotImplementedError, "memoryview: format {} not supported", char::from(format))),
    }
}

/// A half-precision number.
pub fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN.copysign(sign),
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The nearest half-precision number, halves to even; nothing if it is too large.
pub fn half_from_f64(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a == 0.0 {
        return Some(sign);
    }
    // Units of the last place at this exponent.
    let exponent = ((a.to_bits() >> 52) as i32 - 1023).max(-14);
    let units = (a / 2f64.powi(exponent - 10)).round_ties_even() as u32;
    let (exponent, units) = if units == 2048 { (exponent + 1, 1024) } else { (exponent, units) };
    if exponent > 15 {
        return None;
    }
    let bits = if units < 1024 { units } else { ((exponent + 15) as u32) << 10 | (units - 1024) };
    Some(sign | bits as u16)
}

/// The bytes of a value: the first `size` ones, lowest first.
pub fn pack(t: &Thread, format: u8, value: &Object, size: usize) -> PyResult<[u8; 8]> {
    let bad_type = || err!(t, TypeError, "memoryview: invalid type for format '{}'", char::from(format));
    let bad_value = || err!(t, ValueError, "memoryview: invalid value for format '{}'", char::from(format));
    let explain = |raised: Raised| {
        if errors::matches::<exceptions::TypeError>(t) {
            errors::clear(t);
            return bad_type();
        }
        if errors::matches::<exceptions::OverflowError>(t) || errors::matches::<exceptions::ValueError>(t) {
            errors::clear(t);
            return bad_value();
        }
        raised
    };
    let small = value.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact);
    let word: u64 = match format {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let n = match small {
                Some(n) => n,
                None => number::index(t, value).map_err(explain)?.to_i64().ok_or_else(bad_value)?,
            };
            let bits = size as u32 * 8;
            if n << (64 - bits) >> (64 - bits) != n {
                return Err(bad_value());
            }
            n as u64
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => {
            let n = match small {
                Some(n) => u64::try_from(n).map_err(|_| bad_value())?,
                None => number::index(t, value).map_err(explain)?.to_u64().ok_or_else(bad_value)?,
            };
            if size < 8 && n >> (size * 8) != 0 {
                return Err(bad_value());
            }
            n
        }
        b'P' => {
            // Addresses are asked of no `__index__`.
            let int = value.downcast::<PyInt>().ok_or_else(bad_type)?;
            match (int.to_i64(), int.to_u64()) {
                (Some(n), _) => n as u64,
                (None, Some(n)) => n,
                _ => return Err(bad_value()),
            }
        }
        b'f' => u64::from((number::as_f64(t, value).map_err(explain)? as f32).to_bits()),
        b'd' => number::as_f64(t, value).map_err(explain)?.to_bits(),
        b'e' => {
            let x = number::as_f64(t, value).map_err(explain)?;
            u64::from(half_from_f64(x).ok_or_else(bad_value)?)
        }
        b'?' => u64::from(value.is_true(t)?),
        b'c' => match value.downcast::<PyBytes>().map(PyBytes::as_bytes) {
            Some([b]) => u64::from(*b),
            Some(_) => return Err(bad_value()),
            None => return Err(bad_type()),
        },
        _ => {
            return Err(err!(t, NotImplementedError, "memoryview: format {} not supported", char::from(format)));
        }
    };
    Ok(word.to_le_bytes())
}

fn format_of(view: &Py_buffer) -> &[u8] {
    if view.format.is_null() {
        return b"B";
    }
    // SAFETY: the exporter gives a C string.
    unsafe { core::ffi::CStr::from_ptr(view.format).to_bytes() }
}

fn shape_of(view: &Py_buffer) -> &[isize] {
    if view.ndim <= 0 || view.shape.is_null() {
        return &[];
    }
    // SAFETY: the shape has `ndim` entries.
    unsafe { core::slice::from_raw_parts(view.shape, view.ndim as usize) }
}

/// Reads items of any format of the module `struct`.
enum Reader {
    Native(u8),
    Struct(Owned),
}

impl Reader {
    /// Nothing if the format is not known to `struct`.
    fn new(t: &Thread, format: &[u8]) -> PyResult<Option<Self>> {
        if let Some((c, _)) = super::native_format(format) {
            return Ok(Some(Self::Native(c)));
        }
        let module = state::import(t, "struct")?;
        let class = module.getattr(t, name!(t, "Struct"))?;
        let text = PyStr::from_fs_bytes(t, format)?;
        match class.call(t, &[&text]) {
            Ok(made) => Ok(Some(Self::Struct(made.getattr(t, name!(t, "unpack"))?))),
            Err(raised) => {
                let error = errors::take_raised(t, raised);
                if error.is_instance(t, &*module.getattr(t, name!(t, "error"))?)? {
                    return Ok(None);
                }
                Err(errors::restore_raised(t, error))
            }
        }
    }

    fn read(&self, t: &Thread, bytes: &[u8]) -> PyResult {
        match self {
            Self::Native(c) => unpack(t, *c, bytes),
            Self::Struct(function) => function.call(t, &[&*PyBytes::new(t, bytes)?]).map(|items| {
                match items.downcast::<taipan_object::PyTuple>().map(taipan_object::PyTuple::as_slice) {
                    Some([only]) => (*only).own(),
                    _ => items,
                }
            }),
        }
    }
}

/// Whether two views have the same shape and equal items; `None` is never the answer here but of callers.
pub fn compare_items(t: &Thread, a: &Py_buffer, b: &Py_buffer) -> PyResult<Option<bool>> {
    if a.ndim != b.ndim || shape_of(a) != shape_of(b) {
        return Ok(Some(false));
    }
    let (fa, fb) = (format_of(a), format_of(b));
    let (na, nb) = (super::native_format(fa), super::native_format(fb));
    let (left, right) = (buffer::to_contiguous(t, a)?, buffer::to_contiguous(t, b)?);
    if let (Some((x, size)), Some((y, _))) = (na, nb)
        && x == y
        && a.itemsize == size
        && b.itemsize == size
        && !matches!(x, b'f' | b'd' | b'e' | b'?')
    {
        return Ok(Some(left == right));
    }
    let (Some(ra), Some(rb)) = (Reader::new(t, fa)?, Reader::new(t, fb)?) else { return Ok(Some(false)) };
    let (sa, sb) = (a.itemsize.max(1) as usize, b.itemsize.max(1) as usize);
    for (x, y) in left.chunks_exact(sa).zip(right.chunks_exact(sb)) {
        let (x, y) = (ra.read(t, x)?, rb.read(t, y)?);
        if !taipan_object::compare::rich_compare(t, &x, &y, CompareOp::Eq)?.is_true(t)? {
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}
