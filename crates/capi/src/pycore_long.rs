//! `internal/pycore_long.h`, and what `cpython/longintrepr.h` has beyond the API.

use crate::contract::*;
use core::ffi::{c_double, c_int};
use taipan_object::number::{self, Op};
use taipan_object::{Object, Owned, PyInt, PyResult, PyStr, PyTuple, Thread, err, errors};

/// `_PyLong_DivmodNear`: the quotient rounded to the nearest integer, ties to even, and the rest.
fn divmod_near(t: &Thread, a: &Object, b: &Object) -> PyResult<(Owned<PyInt>, Owned<PyInt>)> {
    let (Some(a), Some(b)) = (a.downcast::<PyInt>(), b.downcast::<PyInt>()) else {
        return Err(err!(t, TypeError, "non-integer arguments in division"));
    };
    if b.is_zero() {
        return Err(err!(t, ZeroDivisionError, "division by zero"));
    }
    let (mut quotient, mut rest) = PyInt::divmod(t, a, b)?;
    // The rest has the sign of the divisor, and is less than it.
    let twice = PyInt::add(t, &rest, &rest)?;
    let (twice, size) = (PyInt::abs(t, &twice)?, PyInt::abs(t, b)?);
    let up = match PyInt::cmp(&twice, &size) {
        core::cmp::Ordering::Greater => true,
        core::cmp::Ordering::Equal => quotient.to_u64_mask() & 1 == 1,
        core::cmp::Ordering::Less => false,
    };
    if up {
        quotient = PyInt::add(t, &quotient, &*PyInt::from_i64(t, 1)?)?;
        rest = PyInt::sub(t, &rest, b)?;
    }
    Ok((quotient, rest))
}

capi! {
    /// An integer of so many zero digits, which C fills in; a new reference.
    fn _PyLong_New[t](digits: Size) -> New<PyInt> {
        if digits < 0 || digits > isize::MAX / 8 {
            return Err(err!(t, OverflowError, "too many digits in integer"));
        }
        PyInt::alloc_digits(t, digits as usize)
    }

    /// An integer of digits of 30 bits; a new reference.
    fn _PyLong_FromDigits[t](negative: c_int, n: Size, digits: *const u32) -> New<PyInt> {
        PyInt::from_digits(t, negative != 0, c_slice(digits, n))
    }

    /// The greatest common divisor; a new reference.
    fn _PyLong_GCD[t](a: Obj, b: Obj) -> New {
        let math = taipan_object::state::import(t, "math")?;
        math.call_method(t, &*PyStr::intern_str(t, "gcd")?, &[o(a), o(b)])
    }

    /// `a + b` of ints; a new reference.
    fn _PyLong_Add[t](a: Obj, b: Obj) -> New<PyInt> {
        PyInt::add(t, cast(a), cast(b))
    }

    /// `a - b` of ints; a new reference.
    fn _PyLong_Subtract[t](a: Obj, b: Obj) -> New<PyInt> {
        PyInt::sub(t, cast(a), cast(b))
    }

    /// `a * b` of ints; a new reference.
    fn _PyLong_Multiply[t](a: Obj, b: Obj) -> New<PyInt> {
        PyInt::mul(t, cast(a), cast(b))
    }

    /// `a << bits`; a new reference.
    fn _PyLong_Lshift[t](a: Obj, bits: i64) -> New<PyInt> {
        PyInt::lshift(t, cast(a), &*PyInt::from_i64(t, bits)?)
    }

    /// `a >> bits`; a new reference.
    fn _PyLong_Rshift[t](a: Obj, bits: i64) -> New<PyInt> {
        PyInt::rshift(t, cast(a), &*PyInt::from_i64(t, bits)?)
    }

    /// The quotient rounded to the nearest integer, ties to even, and the rest; a new reference to a pair.
    fn _PyLong_DivmodNear[t](a: Obj, b: Obj) -> New<PyTuple> {
        let (quotient, rest) = divmod_near(t, o(a), o(b))?;
        PyTuple::from_vec(t, vec![quotient.into_object(), rest.into_object()])
    }

    /// Text in base 2, 8, 10 or 16, with its prefix; a new reference.
    fn _PyLong_Format[t](op: Obj, base: c_int) -> New<PyStr> {
        let Some(value) = o(op).downcast::<PyInt>() else { return Err(errors::bad_internal_call(t)) };
        if base == 10 { value.to_str(t) } else { value.to_radix(t, base.clamp(2, 36) as u32) }
    }

    /// A number x with 0.5 <= |x| < 1 and an exponent, so that the integer is x * 2**exponent, rounded to even.
    fn _PyLong_Frexp[t](op: Obj, exponent: *mut i64) -> Raw<c_double> {
        let value: &PyInt = cast(op);
        if value.is_zero() {
            *exponent = 0;
            return 0.0;
        }
        let bits = crate::longobject::_PyLong_NumBits(op);
        let split = || -> PyResult<c_double> {
            if bits <= 64 {
                return Ok(frexp(value.to_f64(t)?).0);
            }
            // 64 bits are kept; what is cut off is in the last of them, so that rounding to 53 is right.
            let size = PyInt::abs(t, value)?;
            let shift = PyInt::from_i64(t, bits - 64)?;
            let top = PyInt::rshift(t, &size, &shift)?;
            let exact = PyInt::equals(&*PyInt::lshift(t, &top, &shift)?, &size);
            let top = top.to_u64_mask() | u64::from(!exact);
            let x = frexp(round_to_even(top)).0;
            Ok(if value.is_negative() { -x } else { x })
        };
        match split() {
            Ok(x) => {
                // Rounding may have reached the next power of two.
                let carried = bits > 53 && x.abs() == 0.5 && rounds_up(t, value, bits);
                *exponent = bits + i64::from(carried);
                x
            }
            Err(_) => {
                *exponent = 0;
                -1.0
            }
        }
    }

    /// The value as `time_t`; -1 with an exception.
    fn _PyLong_AsTime_t[t](op: Obj) -> Raw<libc::time_t> {
        match crate::longobject::as_long_long(t, o(op)) {
            Ok(value) => value,
            Err(_) => {
                if errors::matches::<taipan_object::exceptions::OverflowError>(t) {
                    errors::clear(t);
                    let _ = err!(t, OverflowError, "timestamp out of range for platform time_t");
                }
                -1
            }
        }
    }

    /// A group's number, -1 for that which is none; a new reference.
    fn _PyLong_FromGid[t](gid: libc::gid_t) -> New<PyInt> {
        if gid == libc::gid_t::MAX { PyInt::from_i64(t, -1) } else { PyInt::from_u64(t, u64::from(gid)) }
    }

    /// Converts an int to a user's number, for parsers of arguments.
    fn _Py_Uid_Converter[t](op: Obj, place: *mut libc::uid_t) -> Raw<c_int> {
        convert_id(t, o(op), place, "uid")
    }

    /// Converts an int to a group's number, for parsers of arguments.
    fn _Py_Gid_Converter[t](op: Obj, place: *mut libc::gid_t) -> Raw<c_int> {
        convert_id(t, o(op), place, "gid")
    }

    /// Frees an int that is dead and exactly an int.
    fn _PyLong_ExactDealloc(op: Obj) -> Void {
        taipan_runtime::dealloc::dealloc(op);
    }

    /// Frees a float that is dead and exactly a float.
    fn _PyFloat_ExactDealloc(op: Obj) -> Void {
        taipan_runtime::dealloc::dealloc(op);
    }

    /// Frees a string that is dead and exactly a `str`.
    fn _PyUnicode_ExactDealloc(op: Obj) -> Void {
        taipan_runtime::dealloc::dealloc(op);
    }

    /// The union of two types (`int | str`); a new reference.
    fn _Py_union_type_or[t](a: Obj, b: Obj) -> New {
        number::binary_op(t, o(a), o(b), Op::Or)
    }
}

/// Whether rounding the magnitude to 53 bits gives a power of two with one bit more.
fn rounds_up(t: &Thread, value: &PyInt, bits: i64) -> bool {
    let all_ones = || -> PyResult<bool> {
        let shift = PyInt::from_i64(t, bits - 54)?;
        let top = PyInt::rshift(t, &*PyInt::abs(t, value)?, &shift)?;
        Ok(top.to_u64_mask() == (1 << 54) - 1)
    };
    all_ones().unwrap_or(false)
}

/// The nearest double to an unsigned word.
fn round_to_even(value: u64) -> f64 {
    value as f64
}

fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(x * f64::from_bits(0x43f0_0000_0000_0000));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}

/// `uid_t` and `gid_t`: 1, or 0 with an exception; -1 stands for none.
unsafe fn convert_id(t: &Thread, op: &Object, place: *mut u32, what: &str) -> c_int {
    let convert = || -> PyResult<u32> {
        if !number::is_index(op) {
            return Err(err!(t, TypeError, "{what} should be integer, not {:.200}", op.class().name_lossy()));
        }
        let value = number::index(t, op)?;
        match value.to_i64() {
            Some(-1) => Ok(u32::MAX),
            Some(value) if value < 0 => Err(err!(t, OverflowError, "{what} is less than minimum")),
            Some(value) => u32::try_from(value).map_err(|_| err!(t, OverflowError, "{what} is greater than maximum")),
            None if value.is_negative() => Err(err!(t, OverflowError, "{what} is less than minimum")),
            None => Err(err!(t, OverflowError, "{what} is greater than maximum")),
        }
    };
    match convert() {
        Ok(value) => {
            // SAFETY: the contract of the callers.
            unsafe { *place = value };
            1
        }
        Err(_) => 0,
    }
}

/// The value of every character as a digit, 37 for those that are none (`_PyLong_DigitValue`).
#[unsafe(no_mangle)]
pub static _PyLong_DigitValue: [u8; 256] = {
    let mut table = [37u8; 256];
    let mut c = 0;
    while c < 256 {
        let byte = c as u8;
        table[c] = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => 37,
        };
        c += 1;
    }
    table
};

/// The names of comparisons seen from the other side (`_Py_SwappedOp`).
#[unsafe(no_mangle)]
pub static _Py_SwappedOp: [c_int; 6] = [4, 5, 2, 3, 0, 1];
