//! `longobject.h` and `cpython/longobject.h`: integers.

use crate::contract::*;
use core::ffi::{c_char, c_double, c_int, c_long, c_longlong, c_ulong, c_ulonglong, c_void};
use taipan_object::abi::PyLongObject;
use taipan_object::int::{MASK, SHIFT};
use taipan_object::{Object, Own, Owned, PyInt, PyResult, PyStr, Raised, Thread, err, errors, number};
use taipan_runtime::refcount;

/// An integer from anything with `__index__`; null is `PyErr_BadInternalCall`.
unsafe fn index(t: &Thread, op: Obj) -> PyResult<Owned<PyInt>> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) } {
        Some(op) => match op.downcast::<PyInt>() {
            Some(number) => Ok(number.own()),
            None => number::index(t, op),
        },
        None => Err(errors::bad_internal_call(t)),
    }
}

/// "an integer is required" unless it is an int itself.
unsafe fn exactly<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyInt> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) } {
        None => Err(errors::bad_internal_call(t)),
        Some(op) => op.downcast::<PyInt>().ok_or_else(|| err!(t, TypeError, "an integer is required")),
    }
}

/// The value if the object is an int of one digit.
#[inline(always)]
unsafe fn compact(op: Obj) -> Option<i64> {
    // SAFETY: the contract of the callers.
    unsafe { opt(op) }.and_then(|op| op.downcast::<PyInt>()).and_then(PyInt::as_i64_compact)
}

#[inline(never)]
unsafe fn any_long(t: &Thread, op: Obj) -> c_long {
    // SAFETY: the contract of the callers.
    unsafe { index(t, op) }.and_then(|n| n.to_i64().ok_or_else(|| too_large(t, "long"))).unwrap_or(-1)
}

#[inline(never)]
unsafe fn any_int(t: &Thread, op: Obj) -> c_int {
    // SAFETY: the contract of the callers.
    unsafe { index(t, op) }
        .and_then(|n| n.to_i64().and_then(|v| c_int::try_from(v).ok()).ok_or_else(|| too_large(t, "int")))
        .unwrap_or(-1)
}

#[inline(never)]
unsafe fn any_long_long(t: &Thread, op: Obj) -> c_longlong {
    // SAFETY: the contract of the callers.
    unsafe { index(t, op) }
        .and_then(|n| n.to_i64().ok_or_else(|| err!(t, OverflowError, "int too big to convert")))
        .unwrap_or(-1)
}

#[inline(never)]
unsafe fn any_size(t: &Thread, op: Obj) -> Size {
    // SAFETY: the contract of the callers.
    unsafe { exactly(t, op) }.and_then(|n| n.to_isize(t)).unwrap_or(-1)
}

#[cold]
fn too_large(t: &Thread, what: &str) -> Raised {
    err!(t, OverflowError, "Python int too large to convert to C {what}")
}

/// The value as a C `long`.
#[inline]
pub fn as_long(t: &Thread, op: &Object) -> PyResult<i64> {
    if let Some(value) = op.downcast::<PyInt>().and_then(PyInt::as_i64_compact) {
        return Ok(value);
    }
    as_any_long(t, op)
}

#[inline(never)]
fn as_any_long(t: &Thread, op: &Object) -> PyResult<i64> {
    let number = match op.downcast::<PyInt>() {
        Some(number) => number.own(),
        None => number::index(t, op)?,
    };
    number.to_i64().ok_or_else(|| too_large(t, "long"))
}

/// The value as a C `long long`.
pub fn as_long_long(t: &Thread, op: &Object) -> PyResult<i64> {
    let number = match op.downcast::<PyInt>() {
        Some(number) => number.own(),
        None => number::index(t, op)?,
    };
    number.to_i64().ok_or_else(|| err!(t, OverflowError, "int too big to convert"))
}

/// The low 64 bits of the value.
pub fn as_mask(t: &Thread, op: &Object) -> PyResult<u64> {
    Ok(match op.downcast::<PyInt>() {
        Some(number) => number.to_u64_mask(),
        None => number::index(t, op)?.to_u64_mask(),
    })
}

fn as_unsigned(t: &Thread, number: &PyInt, what: &str) -> PyResult<u64> {
    if number.is_negative() {
        return Err(err!(t, OverflowError, "can't convert negative value to unsigned int"));
    }
    number.to_u64().ok_or_else(|| too_large(t, what))
}

/// The value, -1 and the overflow's direction if it does not fit, or -1 with an exception.
unsafe fn and_overflow(t: &Thread, op: Obj, overflow: *mut c_int) -> i64 {
    // SAFETY: the contract of the callers.
    unsafe {
        *overflow = 0;
        let Ok(number) = index(t, op) else { return -1 };
        match number.to_i64() {
            Some(value) => value,
            None => {
                *overflow = if number.is_negative() { -1 } else { 1 };
                -1
            }
        }
    }
}

/// The magnitude as little-endian bytes without leading zeros.
fn magnitude_bytes(number: &PyInt) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut acc, mut bits) = (0u64, 0u32);
    for &digit in number.digits() {
        acc |= u64::from(digit) << bits;
        bits += SHIFT;
        while bits >= 8 {
            out.push(acc as u8);
            acc >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.push(acc as u8);
    }
    while out.last() == Some(&0) {
        out.pop();
    }
    out
}

/// An int from a magnitude in little-endian bytes.
fn from_magnitude(t: &Thread, negative: bool, bytes: &[u8]) -> PyResult<Owned<PyInt>> {
    let mut digits = Vec::with_capacity(bytes.len() * 8 / SHIFT as usize + 1);
    let (mut acc, mut bits) = (0u64, 0u32);
    for &byte in bytes {
        acc |= u64::from(byte) << bits;
        bits += 8;
        if bits >= SHIFT {
            digits.push(acc as u32 & MASK);
            acc >>= SHIFT;
            bits -= SHIFT;
        }
    }
    if acc != 0 {
        digits.push(acc as u32);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    PyInt::from_digits(t, negative, &digits)
}

/// An int from two's complement or unsigned little-endian bytes.
fn from_bytes(t: &Thread, bytes: &mut [u8], signed: bool) -> PyResult<Owned<PyInt>> {
    let negative = signed && bytes.last().is_some_and(|b| b & 0x80 != 0);
    if negative {
        let mut carry = true;
        for byte in bytes.iter_mut() {
            let (value, c) = (!*byte).overflowing_add(u8::from(carry));
            *byte = value;
            carry = c;
        }
    }
    from_magnitude(t, negative, bytes)
}

/// Two's complement little-endian bytes, of any length that holds the value and its sign.
fn signed_bytes(number: &PyInt) -> Vec<u8> {
    let mut bytes = magnitude_bytes(number);
    bytes.push(0);
    if number.is_negative() {
        let mut carry = true;
        for byte in &mut bytes {
            let (value, c) = (!*byte).overflowing_add(u8::from(carry));
            *byte = value;
            carry = c;
        }
    }
    bytes
}

fn bit_length(number: &PyInt) -> u64 {
    match number.digits().split_last() {
        None => 0,
        Some((top, rest)) => rest.len() as u64 * u64::from(SHIFT) + u64::from(32 - top.leading_zeros()),
    }
}

const ASNATIVE_BIG_ENDIAN: c_int = 0;
const ASNATIVE_LITTLE_ENDIAN: c_int = 1;
const ASNATIVE_NATIVE_ENDIAN: c_int = 3;
const ASNATIVE_UNSIGNED_BUFFER: c_int = 4;
const ASNATIVE_REJECT_NEGATIVE: c_int = 8;
const ASNATIVE_ALLOW_INDEX: c_int = 16;

/// Whether the flags ask for big-endian bytes.
fn is_big_endian(flags: c_int) -> bool {
    if flags == -1 {
        return false;
    }
    match flags & 3 {
        ASNATIVE_BIG_ENDIAN => true,
        ASNATIVE_LITTLE_ENDIAN | ASNATIVE_NATIVE_ENDIAN => false,
        _ => cfg!(target_endian = "big"),
    }
}

unsafe fn native_bytes(t: &Thread, op: Obj, buffer: *mut c_void, n: isize, flags: c_int) -> PyResult<isize> {
    // SAFETY: the contract of the callers.
    unsafe {
        let Some(object) = opt(op) else { return Err(errors::bad_internal_call(t)) };
        if n < 0 {
            return Err(errors::bad_internal_call(t));
        }
        let number: Owned<PyInt> = match object.downcast::<PyInt>() {
            Some(number) => number.own(),
            None if flags != -1 && flags & ASNATIVE_ALLOW_INDEX != 0 => number::index(t, object)?,
            None => {
                return Err(err!(
                    t,
                    TypeError,
                    "expect int, got {}",
                    object.class().fully_qualified_name(t)?.to_string_lossy()
                ));
            }
        };
        if flags != -1 && flags & ASNATIVE_REJECT_NEGATIVE != 0 && number.is_negative() {
            return Err(err!(t, ValueError, "Cannot convert negative int"));
        }
        let bytes = signed_bytes(&number);
        let fill = if number.is_negative() { 0xff } else { 0 };
        let size = n as usize;
        let out: *mut u8 = buffer.cast();
        for i in 0..size {
            let byte = bytes.get(i).copied().unwrap_or(fill);
            *out.add(if is_big_endian(flags) { size - 1 - i } else { i }) = byte;
        }
        if number.is_compact() {
            // A small value needs as many bytes as asked for, or those of a machine word.
            let value = number.compact_value();
            let word = size_of::<isize>() as isize;
            if !(1..=word).contains(&n) || n == word {
                return Ok(word);
            }
            if matches!(value >> (8 * size - 1), 0 | -1) {
                return Ok(n);
            }
            // Without room for a sign it asks for one byte more.
            let unsigned = flags == -1 || flags & ASNATIVE_UNSIGNED_BUFFER != 0;
            return Ok(match value >> (8 * size) {
                0 if unsigned => n,
                0 => n + 1,
                _ => word,
            });
        }
        // How many bytes would hold the value with its sign bit; two cases at the edge do without one.
        let bits = bit_length(&number);
        let mut need = (bits / 8 + 1) as isize;
        if n > 0 && need == n + 1 && bits.is_multiple_of(8) {
            let unsigned = flags == -1 || flags & ASNATIVE_UNSIGNED_BUFFER != 0;
            let is_power = magnitude_bytes(&number).iter().map(|b| b.count_ones()).sum::<u32>() == 1;
            if (number.is_negative() && is_power) || (!number.is_negative() && unsigned) {
                need = n;
            }
        }
        Ok(need)
    }
}

/// `PyLongLayout`.
#[repr(C)]
pub struct PyLongLayout {
    bits_per_digit: u8,
    digit_size: u8,
    digits_order: i8,
    digit_endianness: i8,
}

static LAYOUT: PyLongLayout =
    PyLongLayout { bits_per_digit: SHIFT as u8, digit_size: 4, digits_order: -1, digit_endianness: -1 };

/// `PyLongExport`.
#[repr(C)]
pub struct PyLongExport {
    value: i64,
    negative: u8,
    ndigits: isize,
    digits: *const c_void,
    reserved: usize,
}

macro_rules! converters {
    ($($name:ident $ty:ty, $message:literal;)*) => {
        capi! {
            $(
                /// Converts an argument for `O&`: 1, or 0 with an exception.
                fn $name[t](op: Obj, place: *mut c_void) -> Raw<c_int> {
                    let Ok(number) = index(t, op) else { return 0 };
                    if number.is_negative() {
                        let _ = err!(t, ValueError, "value must be positive");
                        return 0;
                    }
                    match number.to_u64().and_then(|v| <$ty>::try_from(v).ok()) {
                        Some(value) => {
                            *place.cast::<$ty>() = value;
                            1
                        }
                        None => {
                            let _ = err!(t, OverflowError, $message);
                            0
                        }
                    }
                }
            )*
        }
    };
}

converters! {
    _PyLong_UnsignedShort_Converter u16, "Python int too large for C unsigned short";
    _PyLong_UnsignedInt_Converter u32, "Python int too large for C unsigned int";
    _PyLong_UnsignedLong_Converter u64, "Python int too large to convert to C unsigned long";
    _PyLong_UnsignedLongLong_Converter u64, "int too big to convert";
    _PyLong_Size_t_Converter usize, "Python int too large to convert to C size_t";
    _PyLong_UInt8_Converter u8, "Python int too large to convert to C uint8_t";
    _PyLong_UInt16_Converter u16, "Python int too large to convert to C uint16_t";
    _PyLong_UInt32_Converter u32, "Python int too large to convert to C uint32_t";
    _PyLong_UInt64_Converter u64, "Python int too large to convert to C uint64_t";
}

unsafe fn fixed(t: &Thread, op: Obj, signed: bool, bits: u32, place: *mut c_void) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        let number = index(t, op)?;
        let too_large = |t: &Thread| {
            err!(t, OverflowError, "Python int too large to convert to C {}int{bits}_t", if signed { "" } else { "u" })
        };
        if signed {
            let value = number.to_i64().ok_or_else(|| too_large(t))?;
            if bits == 32 {
                *place.cast::<i32>() = i32::try_from(value).map_err(|_| too_large(t))?;
            } else {
                *place.cast::<i64>() = value;
            }
        } else {
            if number.is_negative() {
                return Err(err!(t, ValueError, "value must be positive"));
            }
            let value = number.to_u64().ok_or_else(|| too_large(t))?;
            if bits == 32 {
                *place.cast::<u32>() = u32::try_from(value).map_err(|_| too_large(t))?;
            } else {
                *place.cast::<u64>() = value;
            }
        }
    }
    Ok(())
}

capi! {
    /// An int; a new reference.
    fn PyLong_FromLong[t](value: c_long) -> New<PyInt> {
        PyInt::from_i64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromLongLong[t](value: c_longlong) -> New<PyInt> {
        PyInt::from_i64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromSsize_t[t](value: Size) -> New<PyInt> {
        PyInt::from_i64(t, value as i64)
    }

    /// An int; a new reference.
    fn PyLong_FromInt32[t](value: i32) -> New<PyInt> {
        PyInt::from_i64(t, value.into())
    }

    /// An int; a new reference.
    fn PyLong_FromInt64[t](value: i64) -> New<PyInt> {
        PyInt::from_i64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromUInt32[t](value: u32) -> New<PyInt> {
        PyInt::from_i64(t, value.into())
    }

    /// An int; a new reference.
    fn PyLong_FromUInt64[t](value: u64) -> New<PyInt> {
        PyInt::from_u64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromUnsignedLong[t](value: c_ulong) -> New<PyInt> {
        PyInt::from_u64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromUnsignedLongLong[t](value: c_ulonglong) -> New<PyInt> {
        PyInt::from_u64(t, value)
    }

    /// An int; a new reference.
    fn PyLong_FromSize_t[t](value: usize) -> New<PyInt> {
        PyInt::from_u64(t, value as u64)
    }

    /// An int from a time; a new reference.
    fn _PyLong_FromTime_t[t](value: libc::time_t) -> New<PyInt> {
        PyInt::from_i64(t, value)
    }

    /// The integer part; a new reference.
    fn PyLong_FromDouble[t](value: c_double) -> New<PyInt> {
        PyInt::from_f64(t, value)
    }

    /// The address; a new reference.
    fn PyLong_FromVoidPtr[t](p: *mut c_void) -> New<PyInt> {
        PyInt::from_u64(t, p as u64)
    }

    /// An int from digits, and where they end; a new reference.
    fn PyLong_FromString[t](s: *const c_char, end: *mut *mut c_char, base: c_int) -> New<PyInt> {
        if (base != 0 && base < 2) || base > 36 {
            return Err(err!(t, ValueError, "int() arg 2 must be >= 2 and <= 36"));
        }
        let bytes = c_bytes(s);
        if end.is_null() {
            let text = crate::contract::utf8(t, bytes)?;
            return PyInt::parse(t, &text, bytes, base as u32);
        }
        // Where the digits end is wanted: the longest front that is a number counts.
        let n = number_length(bytes, base as u32);
        if n == 0 {
            *end = s.cast_mut();
            let text = PyStr::decode(t, bytes, None, Some("backslashreplace"))?;
            return Err(err!(t, ValueError, "invalid literal for int() with base {base}: {}", text.repr_lossy(t)));
        }
        let text = PyStr::from_latin1(t, &bytes[..n])?;
        let number = PyInt::parse(t, &text, &bytes[..n], base as u32)?;
        let spaces = bytes[n..].iter().take_while(|c| c.is_ascii_whitespace()).count();
        *end = s.add(n + spaces).cast_mut();
        Ok(number)
    }

    /// An int from text; a new reference.
    fn PyLong_FromUnicodeObject[t; op](op: Obj, base: c_int) -> New<PyInt> {
        if (base != 0 && base < 2) || base > 36 {
            return Err(err!(t, ValueError, "int() arg 2 must be >= 2 and <= 36"));
        }
        PyInt::from_text(t, cast(op), base as u32)
    }

    /// As a C `long`; -1 with an exception.
    fn PyLong_AsLong[t](op: Obj) -> Raw<c_long> {
        match compact(op) {
            Some(value) => value,
            None => any_long(t, op),
        }
    }

    /// As a C `int`; -1 with an exception.
    fn PyLong_AsInt[t](op: Obj) -> Raw<c_int> {
        match compact(op) {
            // One digit has 30 bits.
            Some(value) => value as c_int,
            None => any_int(t, op),
        }
    }

    /// As a C `int`; -1 with an exception. The old name.
    fn _PyLong_AsInt[t](op: Obj) -> Raw<c_int> {
        match compact(op) {
            Some(value) => value as c_int,
            None => any_int(t, op),
        }
    }

    /// As an `int32_t`.
    fn PyLong_AsInt32[t](op: Obj, place: *mut i32) -> Status {
        fixed(t, op, true, 32, place.cast())
    }

    /// As an `int64_t`.
    fn PyLong_AsInt64[t](op: Obj, place: *mut i64) -> Status {
        fixed(t, op, true, 64, place.cast())
    }

    /// As a `uint32_t`.
    fn PyLong_AsUInt32[t](op: Obj, place: *mut u32) -> Status {
        fixed(t, op, false, 32, place.cast())
    }

    /// As a `uint64_t`.
    fn PyLong_AsUInt64[t](op: Obj, place: *mut u64) -> Status {
        fixed(t, op, false, 64, place.cast())
    }

    /// As a C `long`, or the direction of the overflow; -1 with an exception.
    fn PyLong_AsLongAndOverflow[t](op: Obj, overflow: *mut c_int) -> Raw<c_long> {
        and_overflow(t, op, overflow)
    }

    /// As a C `long long`, or the direction of the overflow; -1 with an exception.
    fn PyLong_AsLongLongAndOverflow[t](op: Obj, overflow: *mut c_int) -> Raw<c_longlong> {
        and_overflow(t, op, overflow)
    }

    /// As a C `long long`; -1 with an exception.
    fn PyLong_AsLongLong[t](op: Obj) -> Raw<c_longlong> {
        match compact(op) {
            Some(value) => value,
            None => any_long_long(t, op),
        }
    }

    /// As a `Py_ssize_t`; -1 with an exception.
    fn PyLong_AsSsize_t[t](op: Obj) -> Raw<Size> {
        match compact(op) {
            Some(value) => value as Size,
            None => any_size(t, op),
        }
    }

    /// As a `size_t`; -1 with an exception.
    fn PyLong_AsSize_t[t](op: Obj) -> Raw<usize> {
        let result = exactly(t, op).and_then(|n| {
            if n.is_negative() {
                return Err(err!(t, OverflowError, "can't convert negative value to size_t"));
            }
            n.to_u64().ok_or_else(|| too_large(t, "size_t"))
        });
        result.map_or(usize::MAX, |v| v as usize)
    }

    /// As an `unsigned long`; -1 with an exception.
    fn PyLong_AsUnsignedLong[t](op: Obj) -> Raw<c_ulong> {
        exactly(t, op).and_then(|n| as_unsigned(t, n, "unsigned long")).unwrap_or(c_ulong::MAX)
    }

    /// As an `unsigned long long`; -1 with an exception.
    fn PyLong_AsUnsignedLongLong[t](op: Obj) -> Raw<c_ulonglong> {
        let result = exactly(t, op).and_then(|n| {
            if n.is_negative() {
                return Err(err!(t, OverflowError, "can't convert negative int to unsigned"));
            }
            n.to_u64().ok_or_else(|| err!(t, OverflowError, "int too big to convert"))
        });
        result.unwrap_or(c_ulonglong::MAX)
    }

    /// The low bits; -1 with an exception.
    fn PyLong_AsUnsignedLongMask[t](op: Obj) -> Raw<c_ulong> {
        index(t, op).map_or(c_ulong::MAX, |n| n.to_u64_mask())
    }

    /// The low bits; -1 with an exception.
    fn PyLong_AsUnsignedLongLongMask[t](op: Obj) -> Raw<c_ulonglong> {
        index(t, op).map_or(c_ulonglong::MAX, |n| n.to_u64_mask())
    }

    /// As a C `double`; -1 with an exception.
    fn PyLong_AsDouble[t](op: Obj) -> Raw<c_double> {
        exactly(t, op).and_then(|n| n.to_f64(t)).unwrap_or(-1.0)
    }

    /// As an address; null with an exception.
    fn PyLong_AsVoidPtr[t](op: Obj) -> Raw<*mut c_void> {
        let result = exactly(t, op).and_then(|n| {
            n.to_i64().map(|v| v as u64).or_else(|| n.to_u64()).ok_or_else(|| {
                if n.is_negative() { too_large(t, "long") } else { err!(t, OverflowError, "int too big to convert") }
            })
        });
        result.map_or(core::ptr::null_mut(), |v| v as usize as *mut c_void)
    }

    /// Copies the value into a C integer of any size: how many bytes would hold it, or -1 with an exception.
    fn PyLong_AsNativeBytes[t](op: Obj, buffer: *mut c_void, n: Size, flags: c_int) -> Length {
        native_bytes(t, op, buffer, n, flags)
    }

    /// An int from the bytes of a signed C integer; a new reference.
    fn PyLong_FromNativeBytes[t](buffer: *const c_void, n: usize, flags: c_int) -> New<PyInt> {
        if buffer.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let mut bytes = c_slice(buffer.cast::<u8>(), n as isize).to_vec();
        if is_big_endian(flags) {
            bytes.reverse();
        }
        let unsigned = flags != -1 && flags & ASNATIVE_UNSIGNED_BUFFER != 0;
        from_bytes(t, &mut bytes, !unsigned)
    }

    /// An int from the bytes of an unsigned C integer; a new reference.
    fn PyLong_FromUnsignedNativeBytes[t](buffer: *const c_void, n: usize, flags: c_int) -> New<PyInt> {
        if buffer.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let mut bytes = c_slice(buffer.cast::<u8>(), n as isize).to_vec();
        if is_big_endian(flags) {
            bytes.reverse();
        }
        from_bytes(t, &mut bytes, false)
    }

    /// An int from bytes; a new reference.
    fn _PyLong_FromByteArray[t](bytes: *const u8, n: usize, little_endian: c_int, signed: c_int) -> New<PyInt> {
        let mut bytes = c_slice(bytes, n as isize).to_vec();
        if little_endian == 0 {
            bytes.reverse();
        }
        from_bytes(t, &mut bytes, signed != 0)
    }

    /// Copies the value into bytes; -1 with an exception if it does not fit (or without, unless `with_exceptions`).
    fn _PyLong_AsByteArray[t](
        op: *mut PyLongObject, bytes: *mut u8, n: usize, little_endian: c_int, signed: c_int, with_exceptions: c_int,
    ) -> Status {
        let number: &PyInt = cast(op.cast());
        let refuse = |negative: bool| {
            if with_exceptions == 0 {
                return Raised::assume();
            }
            if negative {
                err!(t, OverflowError, "can't convert negative int to unsigned")
            } else {
                err!(t, OverflowError, "int too big to convert")
            }
        };
        if number.is_negative() && signed == 0 {
            return Err(refuse(true));
        }
        let source = signed_bytes(number);
        let fill = if number.is_negative() { 0xffu8 } else { 0 };
        for i in 0..n {
            let byte = source.get(i).copied().unwrap_or(fill);
            *bytes.add(if little_endian != 0 { i } else { n - 1 - i }) = byte;
        }
        let mut fits = source.iter().skip(n).all(|&b| b == fill);
        if signed != 0 && n > 0 {
            let top = *bytes.add(if little_endian != 0 { n - 1 } else { 0 });
            fits &= (top & 0x80 != 0) == number.is_negative();
        } else if n == 0 && !number.is_zero() {
            fits = false;
        }
        if fits { Ok(()) } else { Err(refuse(false)) }
    }

    /// -1, 0 or 1.
    fn _PyLong_Sign(op: Obj) -> Raw<c_int> {
        sign(cast(op))
    }

    /// The sign into `*place`.
    fn PyLong_GetSign[t](op: Obj, place: *mut c_int) -> Status {
        *place = sign(int_only(t, op)?);
        Ok(())
    }

    /// Whether it is positive; -1 with an exception unless it is an int.
    fn PyLong_IsPositive[t](op: Obj) -> Flag {
        Ok(sign(int_only(t, op)?) > 0)
    }

    /// Whether it is negative; -1 with an exception unless it is an int.
    fn PyLong_IsNegative[t](op: Obj) -> Flag {
        Ok(sign(int_only(t, op)?) < 0)
    }

    /// Whether it is zero; -1 with an exception unless it is an int.
    fn PyLong_IsZero[t](op: Obj) -> Flag {
        Ok(sign(int_only(t, op)?) == 0)
    }

    /// How many bits the magnitude has.
    fn _PyLong_NumBits(op: Obj) -> Raw<i64> {
        bit_length(cast(op)) as i64
    }

    /// A copy that the caller may change, unless the value is small; a new reference.
    fn _PyLong_Copy[t](op: *mut PyLongObject) -> New<PyInt> {
        let number: &PyInt = cast(op.cast());
        if let Some(small) = number.as_i64_compact().and_then(PyInt::small) {
            return Ok(small.own());
        }
        PyInt::from_digits(t, number.is_negative(), number.digits())
    }

    /// How digits are laid out.
    fn PyLong_GetNativeLayout() -> Raw<*const PyLongLayout> {
        &raw const LAYOUT
    }

    /// The value or the digits; freed with `PyLong_FreeExport`.
    fn PyLong_Export[t; op](op: Obj, place: *mut PyLongExport) -> Status {
        let Some(number) = o(op).downcast::<PyInt>() else {
            *place = PyLongExport { value: 0, negative: 0, ndigits: 0, digits: core::ptr::null(), reserved: 0 };
            return Err(err!(t, TypeError, "expected int, got {}", o(op).class().fully_qualified_name(t)?.to_string_lossy()));
        };
        *place = match number.to_i64() {
            Some(value) => PyLongExport { value, negative: 0, ndigits: 0, digits: core::ptr::null(), reserved: 0 },
            None => {
                refcount::incref(op);
                PyLongExport {
                    value: 0,
                    negative: number.is_negative().into(),
                    ndigits: number.digit_count() as isize,
                    digits: number.digits_ptr().cast(),
                    reserved: op as usize,
                }
            }
        };
        Ok(())
    }

    /// Gives an export up.
    fn PyLong_FreeExport(place: *mut PyLongExport) -> Void {
        let held = (*place).reserved as Obj;
        (*place).reserved = 0;
        refcount::xdecref(held);
    }

    /// Begins an int of so many digits, which C fills in; null with an exception.
    fn PyLongWriter_Create[t](negative: c_int, ndigits: Size, digits: *mut *mut c_void) -> Raw<*mut c_void> {
        *digits = core::ptr::null_mut();
        if ndigits <= 0 {
            let _ = err!(t, ValueError, "ndigits must be positive");
            return core::ptr::null_mut();
        }
        match PyInt::alloc_digits(t, ndigits as usize) {
            Ok(number) => {
                // Anything but zeros, which would not count; the caller writes all of them.
                for i in 0..ndigits as usize {
                    *number.digits_ptr().add(i) = 1;
                }
                number.set_sign_and_count(negative != 0, ndigits as usize);
                *digits = number.digits_ptr().cast();
                number.into_object().into_ptr().cast()
            }
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// The int that has been written; a new reference. The writer is gone.
    fn PyLongWriter_Finish[t](writer: *mut c_void) -> New<PyInt> {
        let number: Owned<PyInt> = Owned::from_ptr(writer.cast());
        let negative = number.is_negative();
        let mut digits: Vec<u32> = core::slice::from_raw_parts(number.digits_ptr(), number.digit_count()).to_vec();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        PyInt::from_digits(t, negative, &digits)
    }

    /// Gives a writer up; null is allowed.
    fn PyLongWriter_Discard(writer: *mut c_void) -> Void {
        refcount::xdecref(writer.cast());
    }

    /// `sys.int_info`; a new reference.
    fn PyLong_GetInfo[t]() -> New {
        let info = taipan_interp::state::sys_attr(t, "int_info")?;
        info.ok_or_else(|| err!(t, AttributeError, "int_info"))
    }

    /// Whether an int has at most one digit.
    fn PyUnstable_Long_IsCompact(op: *const PyLongObject) -> Raw<c_int> {
        cast::<PyInt>(op.cast_mut().cast()).is_compact().into()
    }

    /// The value of an int of at most one digit.
    fn PyUnstable_Long_CompactValue(op: *const PyLongObject) -> Raw<Size> {
        cast::<PyInt>(op.cast_mut().cast()).compact_value() as isize
    }

    /// `strtoul` of CPython: without locale, with bases to 36.
    fn PyOS_strtoul(s: *const c_char, end: *mut *mut c_char, base: c_int) -> Raw<c_ulong> {
        let (value, overflow, at) = parse_unsigned(c_bytes(s), base);
        if overflow {
            *libc::__errno_location() = libc::ERANGE;
        }
        if !end.is_null() {
            *end = s.add(at).cast_mut();
        }
        if overflow { c_ulong::MAX } else { value }
    }

    /// `strtol` of CPython: without locale, with bases to 36.
    fn PyOS_strtol(s: *const c_char, end: *mut *mut c_char, base: c_int) -> Raw<c_long> {
        let bytes = c_bytes(s);
        let spaces = bytes.iter().take_while(|c| c.is_ascii_whitespace()).count();
        let sign = bytes.get(spaces).copied();
        let skip = spaces + usize::from(matches!(sign, Some(b'+' | b'-')));
        let (value, overflow, at) = parse_unsigned(&bytes[skip..], base);
        if !end.is_null() {
            *end = s.add(skip + at).cast_mut();
        }
        let negative = sign == Some(b'-');
        if !overflow && value <= c_long::MAX as c_ulong {
            if negative { -(value as c_long) } else { value as c_long }
        } else if negative && !overflow && value == c_long::MIN as c_ulong {
            c_long::MIN
        } else {
            *libc::__errno_location() = libc::ERANGE;
            if negative { c_long::MIN } else { c_long::MAX }
        }
    }
}

/// Reads an unsigned number: its value, whether it overflowed, and where it ends.
fn parse_unsigned(bytes: &[u8], base: c_int) -> (c_ulong, bool, usize) {
    let mut at = bytes.iter().take_while(|c| c.is_ascii_whitespace()).count();
    let peek = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let digit = |c: u8, base: u32| char::from(c).to_digit(36).filter(|&d| d < base);
    let mut base = base as u32;
    let prefix = match (peek(at), peek(at + 1).to_ascii_lowercase()) {
        (b'0', b'x') => 16,
        (b'0', b'o') => 8,
        (b'0', b'b') => 2,
        _ => 0,
    };
    if base == 0 {
        if peek(at) == b'0' {
            if prefix == 0 {
                // Only zeros may follow.
                while peek(at) == b'0' {
                    at += 1;
                }
                while peek(at).is_ascii_whitespace() {
                    at += 1;
                }
                return (0, false, at);
            }
            if digit(peek(at + 2), prefix).is_none() {
                return (0, false, at + 1);
            }
            at += 2;
            base = prefix;
        } else {
            base = 10;
        }
    } else if prefix == base {
        if digit(peek(at + 2), base).is_none() {
            return (0, false, at + 1);
        }
        at += 2;
    }
    if !(2..=36).contains(&base) {
        return (0, false, 0);
    }
    let (mut value, mut overflow): (c_ulong, bool) = (0, false);
    while let Some(d) = digit(peek(at), base) {
        match value.checked_mul(c_ulong::from(base)).and_then(|v| v.checked_add(c_ulong::from(d))) {
            Some(next) => value = next,
            None => overflow = true,
        }
        at += 1;
    }
    (value, overflow, at)
}

/// How many bytes at the front are an integer literal with an optional sign and blanks before.
fn number_length(bytes: &[u8], base: u32) -> usize {
    let peek = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut at = bytes.iter().take_while(|c| c.is_ascii_whitespace()).count();
    if matches!(peek(at), b'+' | b'-') {
        at += 1;
    }
    let prefix = match (peek(at), peek(at + 1).to_ascii_lowercase()) {
        (b'0', b'x') => 16,
        (b'0', b'o') => 8,
        (b'0', b'b') => 2,
        _ => 0,
    };
    let mut radix = base;
    if prefix != 0 && (base == 0 || base == prefix) {
        at += 2;
        radix = prefix;
    } else if base == 0 {
        radix = 10;
    }
    let start = at;
    let mut last_digit = 0;
    loop {
        let c = peek(at);
        if char::from(c).to_digit(36).is_some_and(|d| d < radix) {
            at += 1;
            last_digit = at;
        } else if c == b'_' && at > start && peek(at - 1) != b'_' {
            at += 1;
        } else {
            break;
        }
    }
    last_digit
}

fn sign(number: &PyInt) -> c_int {
    if number.is_zero() {
        0
    } else if number.is_negative() {
        -1
    } else {
        1
    }
}

unsafe fn int_only<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyInt> {
    // SAFETY: the contract of the callers.
    let object = unsafe { o(op) };
    match object.downcast::<PyInt>() {
        Some(number) => Ok(number),
        None => {
            Err(err!(t, TypeError, "expected int, got {}", object.class().fully_qualified_name(t)?.to_string_lossy()))
        }
    }
}
