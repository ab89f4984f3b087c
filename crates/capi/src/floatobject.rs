//! `floatobject.h`, `complexobject.h`, `boolobject.h`, `pyhash.h` and `pymath.h`'s neighbours: other numbers.

use crate::contract::*;
use core::ffi::{c_char, c_double, c_int, c_long, c_void};
use taipan_num::complex::Complex;
use taipan_num::float::FloatError;
use taipan_object::{
    Object, Own, Owned, PyComplex, PyFloat, PyResult, PyStr, Thread, err, errors, hash, number, singletons,
};
use taipan_runtime::{mem, thread};

/// `Py_complex`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PyComplexValue {
    pub real: c_double,
    pub imag: c_double,
}

/// `float(op)` of a number or of text.
pub fn number_float(t: &Thread, op: &Object) -> PyResult {
    if op.is_exact::<PyFloat>() {
        return Ok(op.own());
    }
    // SAFETY: slots of a live type.
    let slot = unsafe { (*op.class().as_type_ptr()).tp_as_number.as_ref().and_then(|n| n.nb_float) };
    if let Some(slot) = slot {
        // Also of subclasses of float, whose value counts only where the number itself is asked for.
        // SAFETY: a slot of the operand's type.
        let result: Owned = unsafe { Owned::from_result(slot(op.as_ptr())) }?;
        let float = number::float_result(t, op, result)?;
        return if float.is_exact::<PyFloat>() {
            Ok(float.into_object())
        } else {
            PyFloat::new(t, float.value()).map(Owned::into_object)
        };
    }
    if number::is_index(op) || op.is_instance_of::<PyFloat>() {
        return PyFloat::new(t, number::as_f64(t, op)?).map(Owned::into_object);
    }
    from_text(t, op)
}

fn from_text(t: &Thread, op: &Object) -> PyResult {
    let class = <PyFloat as taipan_object::Class>::class();
    if op.is_instance_of::<PyStr>() || taipan_object::buffer::is_buffer(op) {
        return class.call(t, &[op]);
    }
    Err(err!(
        t,
        TypeError,
        "float() argument must be a string or a real number, not '{:.200}'",
        op.class().name_lossy()
    ))
}

#[inline(never)]
fn any_double(t: &Thread, op: Obj) -> f64 {
    value_of(t, op).unwrap_or(-1.0)
}

fn value_of(t: &Thread, op: Obj) -> PyResult<f64> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) } {
        Some(op) => number::as_f64(t, op),
        None => Err(err!(t, TypeError, "bad argument type for built-in operation")),
    }
}

/// Half precision, rounded to even; `None` if it does not fit.
fn pack_half(x: f64) -> Option<u16> {
    if x.is_nan() {
        // The payload's upper bits and with them its kind; a payload that is lost is a quiet one.
        let bits = x.to_bits();
        let payload = (bits >> 42 & 0x3ff) as u16;
        return Some((bits >> 48 & 0x8000) as u16 | 0x7c00 | if payload == 0 { 0x200 } else { payload });
    }
    taipan_types::memoryview::items::half_from_f64(x)
}

unsafe fn store<const N: usize>(p: *mut c_char, mut bytes: [u8; N], little: c_int) {
    if little == 0 {
        bytes.reverse();
    }
    // SAFETY: C passes room for the bytes.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), p.cast(), N) }
}

unsafe fn load<const N: usize>(p: *const c_char, little: c_int) -> [u8; N] {
    let mut bytes = [0u8; N];
    // SAFETY: C passes the bytes.
    unsafe { core::ptr::copy_nonoverlapping(p.cast(), bytes.as_mut_ptr(), N) };
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

capi! {
    /// A float; a new reference.
    fn PyFloat_FromDouble[t](value: c_double) -> New<PyFloat> {
        PyFloat::new(t, value)
    }

    /// A float from text or bytes; a new reference.
    fn PyFloat_FromString[t; op](op: Obj) -> New {
        from_text(t, o(op))
    }

    /// As a C `double`; -1 with an exception.
    fn PyFloat_AsDouble[t](op: Obj) -> Raw<c_double> {
        match opt(op).and_then(|op| op.downcast_exact::<PyFloat>()) {
            Some(float) => float.value(),
            None => any_double(t, op),
        }
    }

    /// `sys.float_info`; a new reference.
    fn PyFloat_GetInfo[t]() -> New {
        taipan_interp::state::sys_attr(t, "float_info")?.ok_or_else(|| err!(t, AttributeError, "float_info"))
    }

    /// `DBL_MAX`.
    fn PyFloat_GetMax() -> Raw<c_double> {
        f64::MAX
    }

    /// `DBL_MIN`.
    fn PyFloat_GetMin() -> Raw<c_double> {
        f64::MIN_POSITIVE
    }

    /// Packs into half precision.
    fn PyFloat_Pack2[t](x: c_double, p: *mut c_char, little: c_int) -> Status {
        match pack_half(x) {
            Some(bits) => {
                store(p, bits.to_le_bytes(), little);
                Ok(())
            }
            None => Err(err!(t, OverflowError, "float too large to pack with e format")),
        }
    }

    /// Packs into single precision.
    fn PyFloat_Pack4[t](x: c_double, p: *mut c_char, little: c_int) -> Status {
        let y = x as f32;
        if y.is_infinite() && !x.is_infinite() {
            return Err(err!(t, OverflowError, "float too large to pack with f format"));
        }
        let mut bits = y.to_bits();
        if x.is_nan() {
            // The payload and the quiet bit go over as they are.
            let wide = x.to_bits();
            bits = ((wide >> 32) as u32 & 0x8000_0000) | 0x7f80_0000 | ((wide >> 29) as u32 & 0x7f_ffff);
            if bits & 0x7f_ffff == 0 {
                bits |= 0x40_0000;
            }
        }
        store(p, bits.to_le_bytes(), little);
        Ok(())
    }

    /// Packs into double precision.
    fn PyFloat_Pack8(x: c_double, p: *mut c_char, little: c_int) -> Status {
        store(p, x.to_bits().to_le_bytes(), little);
        Ok(())
    }

    /// Unpacks half precision.
    fn PyFloat_Unpack2(p: *const c_char, little: c_int) -> Raw<c_double> {
        let bits = u16::from_le_bytes(load(p, little));
        if bits & 0x7c00 == 0x7c00 && bits & 0x3ff != 0 {
            let sign = u64::from(bits & 0x8000) << 48;
            return f64::from_bits(sign | 0x7ff0_0000_0000_0000 | u64::from(bits & 0x3ff) << 42);
        }
        taipan_types::memoryview::items::half_to_f64(bits)
    }

    /// Unpacks single precision.
    fn PyFloat_Unpack4(p: *const c_char, little: c_int) -> Raw<c_double> {
        let bits = u32::from_le_bytes(load(p, little));
        let single = f32::from_bits(bits);
        if single.is_nan() {
            let wide = u64::from(bits & 0x8000_0000) << 32 | 0x7ff0_0000_0000_0000 | u64::from(bits & 0x7f_ffff) << 29;
            return f64::from_bits(wide);
        }
        f64::from(single)
    }

    /// Unpacks double precision.
    fn PyFloat_Unpack8(p: *const c_char, little: c_int) -> Raw<c_double> {
        f64::from_bits(u64::from_le_bytes(load(p, little)))
    }

    /// True or False; a new reference.
    fn PyBool_FromLong(value: c_long) -> New {
        Ok(singletons::bool(value != 0).own())
    }

    /// A complex number; a new reference.
    fn PyComplex_FromCComplex[t](value: PyComplexValue) -> New<PyComplex> {
        PyComplex::new(t, value.real, value.imag)
    }

    /// A complex number; a new reference.
    fn PyComplex_FromDoubles[t](real: c_double, imag: c_double) -> New<PyComplex> {
        PyComplex::new(t, real, imag)
    }

    /// The real part, or the value of a real number; -1 with an exception.
    fn PyComplex_RealAsDouble[t](op: Obj) -> Raw<c_double> {
        complex_part(t, op, true).unwrap_or(-1.0)
    }

    /// The imaginary part, or 0 of a real number; -1 with an exception.
    fn PyComplex_ImagAsDouble[t](op: Obj) -> Raw<c_double> {
        complex_part(t, op, false).unwrap_or(-1.0)
    }

    /// As a C structure; -1 with an exception.
    fn PyComplex_AsCComplex[t](op: Obj) -> Raw<PyComplexValue> {
        match PyComplex::value_of(t, o(op)) {
            Ok(value) => PyComplexValue { real: value.re, imag: value.im },
            Err(_) => PyComplexValue { real: -1.0, imag: 0.0 },
        }
    }

    /// `a + b`.
    fn _Py_c_sum(a: PyComplexValue, b: PyComplexValue) -> Raw<PyComplexValue> {
        PyComplexValue { real: a.real + b.real, imag: a.imag + b.imag }
    }

    /// `a - b`.
    fn _Py_c_diff(a: PyComplexValue, b: PyComplexValue) -> Raw<PyComplexValue> {
        PyComplexValue { real: a.real - b.real, imag: a.imag - b.imag }
    }

    /// `-a`.
    fn _Py_c_neg(a: PyComplexValue) -> Raw<PyComplexValue> {
        PyComplexValue { real: -a.real, imag: -a.imag }
    }

    /// `a * b`.
    fn _Py_c_prod(a: PyComplexValue, b: PyComplexValue) -> Raw<PyComplexValue> {
        outcome(Ok(complex(a).mul(complex(b))))
    }

    /// `a / b`; `errno` is EDOM if `b` is zero.
    fn _Py_c_quot(a: PyComplexValue, b: PyComplexValue) -> Raw<PyComplexValue> {
        outcome(complex(a).div(complex(b)))
    }

    /// `a ** b`; `errno` is EDOM for zero to a negative or complex power, ERANGE if it overflows.
    fn _Py_c_pow(a: PyComplexValue, b: PyComplexValue) -> Raw<PyComplexValue> {
        outcome(complex(a).pow(complex(b)))
    }

    /// `abs(a)`; `errno` is ERANGE if it overflows.
    fn _Py_c_abs(a: PyComplexValue) -> Raw<c_double> {
        if a.real.is_infinite() || a.imag.is_infinite() {
            return f64::INFINITY;
        }
        let value = a.real.hypot(a.imag);
        *libc::__errno_location() = if value.is_infinite() { libc::ERANGE } else { 0 };
        value
    }

    /// `a + b` with a real number.
    fn _Py_cr_sum(a: PyComplexValue, b: c_double) -> Raw<PyComplexValue> {
        PyComplexValue { real: a.real + b, imag: a.imag }
    }

    /// `a - b` with a real number.
    fn _Py_cr_diff(a: PyComplexValue, b: c_double) -> Raw<PyComplexValue> {
        PyComplexValue { real: a.real - b, imag: a.imag }
    }

    /// `a - b` of a real number.
    fn _Py_rc_diff(a: c_double, b: PyComplexValue) -> Raw<PyComplexValue> {
        PyComplexValue { real: a - b.real, imag: -b.imag }
    }

    /// `a * b` with a real number.
    fn _Py_cr_prod(a: PyComplexValue, b: c_double) -> Raw<PyComplexValue> {
        PyComplexValue { real: a.real * b, imag: a.imag * b }
    }

    /// `a / b` with a real number; `errno` is EDOM if it is zero.
    fn _Py_cr_quot(a: PyComplexValue, b: c_double) -> Raw<PyComplexValue> {
        if b == 0.0 {
            *libc::__errno_location() = libc::EDOM;
            return PyComplexValue { real: 0.0, imag: 0.0 };
        }
        PyComplexValue { real: a.real / b, imag: a.imag / b }
    }

    /// `a / b` of a real number; `errno` is EDOM if `b` is zero.
    fn _Py_rc_quot(a: c_double, b: PyComplexValue) -> Raw<PyComplexValue> {
        outcome(Complex::real_div(a, complex(b)))
    }

    /// The hash of bytes.
    fn Py_HashBuffer(data: *const c_void, n: Size) -> Raw<Size> {
        if n == 0 {
            return 0;
        }
        taipan_object::unicode::hash_bytes(c_slice(data.cast(), n))
    }

    /// The hash of an address.
    fn Py_HashPointer(p: *const c_void) -> Raw<Size> {
        hash::hash_pointer(p)
    }

    /// The hash of a number; of `op`'s address if it is not one.
    fn _Py_HashDouble(op: Obj, value: c_double) -> Raw<Size> {
        hash::hash_f64(value, opt(op))
    }

    /// The hash function.
    fn PyHash_GetFuncDef() -> Raw<*const HashFuncDef> {
        &raw const HASH_FUNCTION
    }

    /// A double as text by a format code, allocated with `PyMem_Malloc`; null with an exception.
    fn PyOS_double_to_string[t](value: c_double, code: c_char, precision: c_int, flags: c_int, kind: *mut c_int) -> Raw<*mut c_char> {
        double_to_string(t, value, code as u8, precision, flags, kind).unwrap_or(core::ptr::null_mut())
    }

    /// A double from text: where it ends is wanted, or all must be a number. -1 with an exception.
    fn PyOS_string_to_double(s: *const c_char, end: *mut *mut c_char, overflow: Obj) -> Raw<c_double> {
        string_to_double(s, end, overflow).unwrap_or(-1.0)
    }
}

/// `PyHash_FuncDef`.
#[repr(C)]
pub struct HashFuncDef {
    hash: unsafe extern "C" fn(*const c_void, Size) -> Size,
    name: *const c_char,
    hash_bits: c_int,
    seed_bits: c_int,
}

// SAFETY: constants.
unsafe impl Sync for HashFuncDef {}

static HASH_FUNCTION: HashFuncDef =
    HashFuncDef { hash: Py_HashBuffer, name: c"siphash13".as_ptr(), hash_bits: 64, seed_bits: 128 };

fn complex_part(t: &Thread, op: Obj, real: bool) -> PyResult<f64> {
    // SAFETY: the contract of the callers.
    let value = PyComplex::value_of(t, unsafe { o(op) })?;
    Ok(if real { value.re } else { value.im })
}

fn complex(a: PyComplexValue) -> Complex {
    Complex { re: a.real, im: a.imag }
}

/// A result for C: `errno` says what went wrong.
fn outcome(result: Result<Complex, FloatError>) -> PyComplexValue {
    match result {
        Ok(value) => {
            set_errno(0);
            PyComplexValue { real: value.re, imag: value.im }
        }
        Err(FloatError::ZeroDivision) => {
            set_errno(libc::EDOM);
            PyComplexValue { real: 0.0, imag: 0.0 }
        }
        Err(_) => {
            set_errno(libc::ERANGE);
            PyComplexValue { real: f64::INFINITY, imag: f64::INFINITY }
        }
    }
}

fn set_errno(errno: c_int) {
    // SAFETY: the calling thread's own.
    unsafe { *libc::__errno_location() = errno };
}

unsafe fn copy_text(t: &Thread, text: &[u8]) -> PyResult<*mut c_char> {
    let block = mem::alloc(text.len() + 1);
    if block.is_null() {
        return Err(errors::no_memory(t));
    }
    // SAFETY: a fresh block of this size.
    unsafe {
        core::ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
        *block.add(text.len()) = 0;
    }
    Ok(block.cast())
}

unsafe fn double_to_string(
    t: &Thread,
    value: f64,
    code: u8,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> PyResult<*mut c_char> {
    const DTSF_SIGN: c_int = 1;
    const DTSF_ADD_DOT_0: c_int = 2;
    const DTSF_ALT: c_int = 4;
    const DTSF_NO_NEG_0: c_int = 8;
    if !matches!(code, b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'r') || (code == b'r' && precision != 0) {
        return Err(errors::bad_internal_call(t));
    }
    let text = taipan_object::number_format::double_text(
        value,
        code,
        precision.max(0) as usize,
        taipan_text::format::number::DoubleFlags {
            add_dot_0: flags & DTSF_ADD_DOT_0 != 0,
            alt: flags & DTSF_ALT != 0,
            no_neg_0: flags & DTSF_NO_NEG_0 != 0,
        },
    );
    let mut text = text;
    if flags & DTSF_SIGN != 0 && !text.starts_with(b"-") {
        text.insert(0, b'+');
    }
    // SAFETY: C passes a place to write to, or null.
    unsafe {
        if !kind.is_null() {
            *kind = if value.is_nan() {
                2
            } else if value.is_infinite() {
                1
            } else {
                0
            };
        }
        copy_text(t, &text)
    }
}

/// How many bytes at the front are a number as `float` reads it, without blanks or underscores.
fn float_length(bytes: &[u8]) -> usize {
    let peek = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut at = usize::from(matches!(peek(0), b'+' | b'-'));
    let word = |at: usize, word: &[u8]| {
        bytes.len() >= at + word.len() && bytes[at..at + word.len()].eq_ignore_ascii_case(word)
    };
    for name in [&b"infinity"[..], b"inf", b"nan"] {
        if word(at, name) {
            return at + name.len();
        }
    }
    let mut digits = 0;
    while peek(at).is_ascii_digit() {
        at += 1;
        digits += 1;
    }
    if peek(at) == b'.' {
        at += 1;
        while peek(at).is_ascii_digit() {
            at += 1;
            digits += 1;
        }
        if digits == 0 {
            return 0;
        }
    }
    if digits == 0 {
        return 0;
    }
    if matches!(peek(at), b'e' | b'E') {
        let mut exponent = at + 1;
        if matches!(peek(exponent), b'+' | b'-') {
            exponent += 1;
        }
        if peek(exponent).is_ascii_digit() {
            while peek(exponent).is_ascii_digit() {
                exponent += 1;
            }
            at = exponent;
        }
    }
    at
}

/// Parses a number. The thread is looked for only where something is wrong: NumPy parses without the GIL.
unsafe fn string_to_double(s: *const c_char, end: *mut *mut c_char, overflow: Obj) -> PyResult<f64> {
    // SAFETY: the contract of the callers.
    unsafe {
        let bytes = c_bytes(s);
        let n = float_length(bytes);
        if !end.is_null() {
            *end = s.add(n).cast_mut();
        }
        let whole = n > 0 && (!end.is_null() || n == bytes.len());
        let value = core::str::from_utf8(&bytes[..n]).ok().and_then(|text| text.parse::<f64>().ok());
        let (true, Some(value)) = (whole, value) else {
            return Err(err!(
                thread::current(),
                ValueError,
                "could not convert string to float: '{:.200}'",
                String::from_utf8_lossy(bytes)
            ));
        };
        let named = bytes[..n].iter().any(|c| matches!(c, b'n' | b'N'));
        if value.is_infinite() && !named {
            if let Some(class) = opt(overflow) {
                let t = thread::current();
                let text = PyStr::from_str(
                    t,
                    &format!("value too large to convert to float: '{:.200}'", String::from_utf8_lossy(bytes)),
                )?;
                return Err(crate::pyerrors::set_object(t, class, Some(&text)));
            }
        }
        Ok(value)
    }
}
