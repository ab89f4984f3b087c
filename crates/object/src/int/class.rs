//! `int`: the Python type, and the arithmetic that the interpreter calls directly.

use super::PyInt;
use crate::argparse::{Args, Param, Signature, check_positional, is_exact_class};
use crate::buffer::Buffer;
use crate::clinic::StrArg;
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult};
use crate::state::object_state;
use crate::{PyBytes, PyFloat, PyStr, PyTuple, PyType, bytes_class, err, errors, number, singletons};
use taipan_macros::class;
use taipan_num::int::convert::ToBytesError;
use taipan_num::int::{ArithError, Signed, SignedRef, digits, text};
use taipan_runtime::Thread;

/// The limit at start-up.
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// The smallest limit that may be set.
pub const MAX_STR_DIGITS_THRESHOLD: usize = 640;
/// Results beyond this many bits are refused before anything is allocated.
const MAX_BITS: u64 = 1 << 38;

/// The limit of conversions between `int` and decimal text; 0 for none.
pub fn max_str_digits(t: &Thread) -> usize {
    object_state(t).int_max_str_digits.get()
}

fn arith_error(t: &Thread, error: ArithError) -> crate::Raised {
    match error {
        ArithError::ZeroDivision => err!(t, ZeroDivisionError, "division by zero"),
        ArithError::ZeroModulus => err!(t, ValueError, "pow() 3rd argument cannot be 0"),
        ArithError::NotInvertible => err!(t, ValueError, "base is not invertible for the given modulus"),
        ArithError::NegativeExponent => err!(t, ValueError, "negative exponent"),
        ArithError::NegativeShift => err!(t, ValueError, "negative shift count"),
        ArithError::TooLarge => err!(t, OverflowError, "too many digits in integer"),
        ArithError::NegativeRoot => err!(t, ValueError, "isqrt() argument must be nonnegative"),
    }
}

/// `x // y` for `y` other than zero; neither is the smallest word.
#[inline(always)]
const fn floor_quotient(x: i64, y: i64) -> i64 {
    let q = x / y;
    if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q }
}

/// `x % y` for `y` other than zero; neither is the smallest word.
#[inline(always)]
const fn floor_remainder(x: i64, y: i64) -> i64 {
    let r = x % y;
    if r != 0 && (r < 0) != (y < 0) { r + y } else { r }
}

/// Both operands as `int`, or nothing.
#[inline(always)]
fn operands<'a>(left: &'a Object, right: &'a Object) -> Option<(&'a PyInt, &'a PyInt)> {
    Some((left.downcast::<PyInt>()?, right.downcast::<PyInt>()?))
}

macro_rules! binary {
    ($t:ident, $left:ident, $right:ident, $op:ident) => {
        match operands($left, $right) {
            Some((a, b)) => PyInt::$op($t, a, b).map(Owned::into_object),
            None => singletons::ok_not_implemented(),
        }
    };
}

/// The preallocated object if there is one for the value of a fresh one.
fn into_small(out: Owned<PyInt>) -> Owned<PyInt> {
    match out.as_i64_compact().and_then(PyInt::small) {
        Some(small) => small.own(),
        None => out,
    }
}

impl PyInt {
    /// The number as the arithmetic crate sees it.
    #[inline]
    pub fn as_signed(&self) -> SignedRef<'_> {
        SignedRef { neg: self.is_negative(), mag: self.digits() }
    }

    /// An `int` of a computed number.
    pub fn from_signed(t: &Thread, value: &Signed) -> PyResult<Owned<Self>> {
        Self::from_digits(t, value.neg, &value.mag)
    }

    /// The integral part of a double; `OverflowError` and `ValueError` for infinities and NaN (`PyLong_FromDouble`).
    pub fn from_f64(t: &Thread, value: f64) -> PyResult<Owned<Self>> {
        if value.abs() < 9.0e18 {
            return Self::from_i64(t, value as i64);
        }
        if value.is_infinite() {
            return Err(err!(t, OverflowError, "cannot convert float infinity to integer"));
        }
        match Signed::from_f64(value) {
            Some(signed) => Self::from_signed(t, &signed),
            None => Err(err!(t, ValueError, "cannot convert float NaN to integer")),
        }
    }

    /// A fresh number of at most `n` digits: `fill` gets zeroed digits, gives the sign and the normalised length.
    fn with_digits(t: &Thread, n: usize, fill: impl FnOnce(&mut [u32]) -> (bool, usize)) -> PyResult<Owned<Self>> {
        let out = Self::alloc_digits(t, n.max(1))?;
        // SAFETY: a fresh object with room for these digits, which nobody else sees yet.
        let (negative, len) = unsafe {
            core::ptr::write_bytes(out.digits_ptr(), 0, n.max(1));
            fill(core::slice::from_raw_parts_mut(out.digits_ptr(), n))
        };
        // SAFETY: as above.
        unsafe { out.set_sign_and_count(negative, len) };
        Ok(into_small(out))
    }

    /// `a + b`.
    #[inline]
    pub fn add(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => Self::from_i64(t, x + y),
            _ => Self::add_large(t, a, b, false),
        }
    }

    /// `a - b`.
    #[inline]
    pub fn sub(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => Self::from_i64(t, x - y),
            _ => Self::add_large(t, a, b, true),
        }
    }

    /// `a + b`, or `a - b` if `minus`.
    #[inline(never)]
    fn add_large(t: &Thread, a: &Self, b: &Self, minus: bool) -> PyResult<Owned<Self>> {
        if let Some((x, y)) = Self::as_words(a, b) {
            // Words have 63 bits.
            let y = if minus { -y } else { y };
            return match x.checked_add(y) {
                Some(sum) => Self::from_i64(t, sum),
                None => Self::from_i128(t, i128::from(x) + i128::from(y)),
            };
        }
        let b_negative = b.is_negative() != minus;
        let (x, y) = (a.digits(), b.digits());
        let a_negative = a.is_negative();
        if a_negative == b_negative || y.is_empty() {
            return Self::with_digits(t, x.len().max(y.len()) + 1, |out| (a_negative, digits::add_into(out, x, y)));
        }
        Self::with_digits(t, x.len().max(y.len()), |out| {
            let (swapped, n) = digits::sub_into(out, x, y);
            (a_negative != swapped, n)
        })
    }

    /// `a * b`.
    #[inline]
    pub fn mul(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        if let (Some(x), Some(y)) = (a.as_i64_compact(), b.as_i64_compact()) {
            return Self::from_i64(t, x * y);
        }
        if let Some((x, y)) = Self::as_words(a, b) {
            return Self::from_i128(t, i128::from(x) * i128::from(y));
        }
        let (x, y) = (a.digits(), b.digits());
        if x.is_empty() || y.is_empty() {
            return Self::from_i64(t, 0);
        }
        let negative = a.is_negative() != b.is_negative();
        Self::with_digits(t, x.len() + y.len(), |out| (negative, digits::mul_into(out, x, y)))
    }

    /// `a // b`.
    #[inline]
    pub fn floordiv(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        if let Some((x, y)) = Self::as_words(a, b)
            && y != 0
        {
            return Self::from_i64(t, floor_quotient(x, y));
        }
        let q = a.as_signed().floordiv(b.as_signed()).map_err(|e| arith_error(t, e))?;
        Self::from_signed(t, &q)
    }

    /// `a % b`.
    #[inline]
    pub fn modulo(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        if let Some((x, y)) = Self::as_words(a, b)
            && y != 0
        {
            return Self::from_i64(t, floor_remainder(x, y));
        }
        if let Some((x, y)) = Self::as_long_words(a, b)
            && y != 0
        {
            let r = x % y;
            return Self::from_i128(t, if r != 0 && (r < 0) != (y < 0) { r + y } else { r });
        }
        let r = a.as_signed().modulo(b.as_signed()).map_err(|e| arith_error(t, e))?;
        Self::from_signed(t, &r)
    }

    /// `divmod(a, b)`.
    pub fn divmod(t: &Thread, a: &Self, b: &Self) -> PyResult<(Owned<Self>, Owned<Self>)> {
        if let Some((x, y)) = Self::as_words(a, b)
            && y != 0
        {
            return Ok((Self::from_i64(t, floor_quotient(x, y))?, Self::from_i64(t, floor_remainder(x, y))?));
        }
        let (q, r) = a.as_signed().divmod(b.as_signed()).map_err(|e| arith_error(t, e))?;
        Ok((Self::from_signed(t, &q)?, Self::from_signed(t, &r)?))
    }

    /// `a / b`.
    pub fn truediv(t: &Thread, a: &Self, b: &Self) -> PyResult<f64> {
        if let Some((x, y)) = Self::as_words(a, b)
            && y != 0
            && (x.unsigned_abs() | y.unsigned_abs()) < 1 << f64::MANTISSA_DIGITS
        {
            // Both are exact as floats.
            return Ok(x as f64 / y as f64);
        }
        use taipan_num::int::float::FloatError;
        a.as_signed().truediv(b.as_signed()).map_err(|e| match e {
            FloatError::ZeroDivision => err!(t, ZeroDivisionError, "division by zero"),
            FloatError::Overflow => err!(t, OverflowError, "integer division result too large for a float"),
        })
    }

    /// `a << b`.
    pub fn lshift(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        if b.is_negative() {
            return Err(arith_error(t, ArithError::NegativeShift));
        }
        if a.is_zero() {
            return Self::from_i64(t, 0);
        }
        let Some(n) = b.to_u64() else { return Err(arith_error(t, ArithError::TooLarge)) };
        if n < 32
            && let Some(x) = a.as_i64_compact()
        {
            return Self::from_i64(t, x << n);
        }
        if n < 64
            && let Some(x) = a.as_word()
        {
            return Self::from_i128(t, i128::from(x) << n);
        }
        let Some(len) = digits::shl_len(a.digits(), n) else { return Err(arith_error(t, ArithError::TooLarge)) };
        if len as u64 > MAX_BITS / 30 {
            return Err(errors::no_memory(t));
        }
        Self::with_digits(t, len, |out| (a.is_negative(), digits::shl_into(out, a.digits(), n)))
    }

    /// `a >> b`.
    pub fn rshift(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        if b.is_negative() {
            return Err(arith_error(t, ArithError::NegativeShift));
        }
        let n = b.to_u64().unwrap_or(u64::MAX);
        if let Some(x) = a.as_word() {
            return Self::from_i64(t, x >> n.min(63));
        }
        if let Some(x) = a.to_i128() {
            return Self::from_i128(t, x >> n.min(127));
        }
        if n > digits::bit_length(a.digits()) {
            return Self::from_i64(t, if a.is_negative() { -1 } else { 0 });
        }
        Self::from_signed(t, &a.as_signed().shr(n))
    }

    /// `a & b`.
    pub fn and(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => Self::from_i64(t, x & y),
            _ => Self::bitwise(t, a, b, |x, y| x & y, |x, y| x & y, |x, y| x.and(y)),
        }
    }

    /// `a | b`.
    pub fn or(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => Self::from_i64(t, x | y),
            _ => Self::bitwise(t, a, b, |x, y| x | y, |x, y| x | y, |x, y| x.or(y)),
        }
    }

    /// `a ^ b`.
    pub fn xor(t: &Thread, a: &Self, b: &Self) -> PyResult<Owned<Self>> {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => Self::from_i64(t, x ^ y),
            _ => Self::bitwise(t, a, b, |x, y| x ^ y, |x, y| x ^ y, |x, y| x.xor(y)),
        }
    }

    /// A bitwise operation on numbers that are not both small, for each form that they may have.
    #[inline(always)]
    fn bitwise(
        t: &Thread,
        a: &Self,
        b: &Self,
        words: impl Fn(u64, u64) -> u64,
        long_words: impl Fn(i128, i128) -> i128,
        digits: impl Fn(SignedRef<'_>, SignedRef<'_>) -> Signed,
    ) -> PyResult<Owned<Self>> {
        if let Some((x, y)) = Self::as_unsigned_words(a, b) {
            return Self::from_u64(t, words(x, y));
        }
        match Self::as_long_words(a, b) {
            Some((x, y)) => Self::from_i128(t, long_words(x, y)),
            None => Self::from_signed(t, &digits(a.as_signed(), b.as_signed())),
        }
    }

    /// `-a`.
    pub fn neg(t: &Thread, a: &Self) -> PyResult<Owned<Self>> {
        match a.as_i64_compact() {
            Some(x) => Self::from_i64(t, -x),
            None => Self::from_digits(t, !a.is_negative(), a.digits()),
        }
    }

    /// `abs(a)` as an exact `int`.
    pub fn abs(t: &Thread, a: &Self) -> PyResult<Owned<Self>> {
        if a.is_negative() { Self::neg(t, a) } else { a.to_exact(t) }
    }

    /// `a ** b` for `b` not negative, or modulo `modulus`.
    pub fn pow(t: &Thread, a: &Self, b: &Self, modulus: Option<&Self>) -> PyResult<Owned<Self>> {
        if let Some(m) = modulus {
            let r = a.as_signed().modpow(b.as_signed(), m.as_signed()).map_err(|e| arith_error(t, e))?;
            return Self::from_signed(t, &r);
        }
        if let (Some(x), Some(y)) = (a.as_i64_compact(), b.as_i64_compact())
            && let Some(small) = u32::try_from(y).ok().and_then(|y| x.checked_pow(y))
        {
            return Self::from_i64(t, small);
        }
        let trivial = matches!(a.as_i64_compact(), Some(-1..=1));
        match b.to_u64() {
            Some(e) if trivial || !taipan_runtime::mem::is_too_large((a.as_signed().pow_bits(e) / 2) as usize) => {}
            None if trivial => {
                let odd = b.as_signed().is_odd();
                let negative = a.is_negative() && odd;
                return Self::from_i64(
                    t,
                    if a.is_zero() {
                        0
                    } else if negative {
                        -1
                    } else {
                        1
                    },
                );
            }
            _ => return Err(errors::no_memory(t)),
        }
        let r = a.as_signed().pow(b.as_signed()).map_err(|e| arith_error(t, e))?;
        Self::from_signed(t, &r)
    }

    /// Three-way comparison.
    #[inline]
    pub fn cmp(a: &Self, b: &Self) -> core::cmp::Ordering {
        match (a.as_i64_compact(), b.as_i64_compact()) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => a.as_signed().cmp(b.as_signed()),
        }
    }

    /// `a == b`.
    #[inline]
    pub fn equals(a: &Self, b: &Self) -> bool {
        Self::cmp(a, b).is_eq()
    }

    /// `str(self)`; `ValueError` beyond the digit limit.
    pub fn to_str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        match self.as_i64_compact() {
            Some(value) => PyStr::from_ascii(t, taipan_text::repr::decimal(value, &mut [0; 20])),
            None => PyStr::from_ascii(t, &self.to_decimal(t)?),
        }
    }

    /// The bytes of `str(self)`; `ValueError` beyond the digit limit.
    pub fn to_decimal(&self, t: &Thread) -> PyResult<Vec<u8>> {
        if let Some(value) = self.as_i64_compact() {
            return Ok(taipan_text::repr::decimal(value, &mut [0; 20]).to_vec());
        }
        let limit = max_str_digits(t);
        text::to_decimal(self.as_signed(), limit).map_err(|()| {
            err!(
                t,
                ValueError,
                "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
            )
        })
    }

    /// The magnitude in base 2, 8, 10 or 16, lower case.
    pub fn magnitude_digits(&self, t: &Thread, base: u32) -> PyResult<Vec<u8>> {
        if base == 10 {
            let mut out = self.to_decimal(t)?;
            if self.is_negative() {
                out.remove(0);
            }
            return Ok(out);
        }
        let mut out = Vec::new();
        text::write_radix(&mut out, self.digits(), base);
        Ok(out)
    }

    /// `bin`, `oct` and `hex`: sign, prefix, digits (`_PyLong_Format`).
    pub fn to_radix(&self, t: &Thread, base: u32) -> PyResult<Owned<PyStr>> {
        let mut out = Vec::new();
        if self.is_negative() {
            out.push(b'-');
        }
        out.extend_from_slice(match base {
            2 => b"0b",
            8 => b"0o",
            16 => b"0x",
            _ => b"",
        });
        out.extend(self.magnitude_digits(t, base)?);
        PyStr::from_ascii(t, &out)
    }

    /// `int(text, base)` of ASCII bytes; `source` is the object that messages show.
    pub fn parse(t: &Thread, source: &Object, ascii: &[u8], base: u32) -> PyResult<Owned<Self>> {
        let limit = max_str_digits(t);
        match text::parse(ascii, base, limit) {
            Ok(value) => Self::from_signed(t, &value),
            Err(text::ParseError::TooManyDigits(n)) => Err(err!(
                t,
                ValueError,
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {n} digits; use sys.set_int_max_str_digits() to increase the limit"
            )),
            Err(text::ParseError::BadBase) => Err(err!(t, ValueError, "int() base must be >= 2 and <= 36, or 0")),
            Err(text::ParseError::Invalid) => {
                let shown = source.repr(t)?;
                Err(err!(t, ValueError, "invalid literal for int() with base {base}: {:.200}", shown.display()))
            }
        }
    }

    /// `int(str, base)` (`PyLong_FromUnicodeObject`).
    pub fn from_text(t: &Thread, text: &PyStr, base: u32) -> PyResult<Owned<Self>> {
        if base == 10
            && let Some(ascii) = text.as_ascii()
            && let Some(value) = taipan_num::int::text::short_decimal(ascii.as_bytes())
        {
            return Self::from_i64(t, value);
        }
        match text.as_ascii() {
            Some(ascii) if !ascii.bytes().any(|b| matches!(b, 28..=31)) => Self::parse(t, text, ascii.as_bytes(), base),
            _ => {
                let ascii = match text.chars() {
                    crate::unicode::Chars::One(s) => taipan_text::repr::to_ascii_number(s),
                    crate::unicode::Chars::Two(s) => taipan_text::repr::to_ascii_number(s),
                    crate::unicode::Chars::Four(s) => taipan_text::repr::to_ascii_number(s),
                };
                Self::parse(t, text, &ascii, base)
            }
        }
    }

    /// `int(x)` of any object, exact (`PyNumber_Long`).
    pub fn from_object(t: &Thread, x: &Object) -> PyResult<Owned<Self>> {
        if let Some(int) = x.downcast_exact::<Self>() {
            return Ok(int.own());
        }
        // SAFETY: slots of the object's type.
        unsafe {
            let slot = (*x.class().as_type_ptr()).tp_as_number.as_ref().and_then(|n| n.nb_int);
            if let Some(slot) = slot {
                let result: Owned = Owned::from_result(slot(x.as_ptr()))?;
                return match result.into_type::<Self>() {
                    Ok(int) => {
                        if !int.is_exact::<Self>() {
                            errors::warn(
                                t,
                                crate::exceptions::DeprecationWarning::class(),
                                format_args!(
                                    "__int__ returned non-int (type {:.200}).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python.",
                                    int.class().name_lossy()
                                ),
                                1,
                            )?;
                        }
                        int.to_exact(t)
                    }
                    Err(other) => {
                        Err(err!(t, TypeError, "__int__ returned non-int (type {:.200})", other.class().name_lossy()))
                    }
                };
            }
        }
        if number::is_index(x) {
            return number::index(t, x)?.to_exact(t);
        }
        if let Some(text) = x.downcast::<PyStr>() {
            return Self::from_text(t, text, 10);
        }
        if let Some(bytes) = x.downcast::<PyBytes>() {
            return Self::parse(t, x, bytes.as_bytes(), 10);
        }
        if crate::buffer::is_buffer(x)
            && let Some(data) = {
                let view = Buffer::readable(t, x);
                if view.is_err() {
                    errors::clear(t);
                }
                view.ok().map(|view| view.as_bytes().to_vec())
            }
        {
            return if bytes_class::is_bytearray(x) {
                Self::parse(t, x, &data, 10)
            } else {
                let shown = PyBytes::new(t, &data)?;
                Self::parse(t, &shown, &data, 10)
            };
        }
        Err(err!(
            t,
            TypeError,
            "int() argument must be a string, a bytes-like object or a real number, not '{:.200}'",
            x.class().name_lossy()
        ))
    }

    /// `int(text, base)` where a base was given.
    fn from_object_base(t: &Thread, x: &Object, base: &Object) -> PyResult<Owned<Self>> {
        let base = number::index_clipped(t, base)?;
        if base != 0 && !(2..=36).contains(&base) {
            return Err(err!(t, ValueError, "int() base must be >= 2 and <= 36, or 0"));
        }
        let base = base as u32;
        if let Some(text) = x.downcast::<PyStr>() {
            return Self::from_text(t, text, base);
        }
        if let Some(bytes) = x.downcast::<PyBytes>() {
            return Self::parse(t, x, bytes.as_bytes(), base);
        }
        if bytes_class::is_bytearray(x) {
            let data = crate::buffer::contiguous_bytes(t, x)?;
            return Self::parse(t, x, &data, base);
        }
        Err(err!(t, TypeError, "int() can't convert non-string with explicit base"))
    }

    /// An instance of `class` (an `int` subclass) with this value.
    pub fn to_subclass(&self, t: &Thread, class: &PyType) -> PyResult {
        if is_exact_class::<Self>(class) {
            return self.to_exact(t).map(Owned::into_object);
        }
        let n = self.digit_count();
        let out = class.alloc(t, n.max(1))?;
        // SAFETY: a fresh instance with the layout of `int` and room for the digits.
        unsafe {
            let int: &Self = (*out).cast_unchecked();
            core::ptr::copy_nonoverlapping(self.digits_ptr(), int.digits_ptr(), n.max(1));
            int.set_sign_and_count(self.is_negative(), n);
        }
        Ok(out)
    }

    fn construct(class: &PyType, t: &Thread, x: Option<&Object>, base: Option<&Object>) -> PyResult {
        let value = match (x, base) {
            (None, None) => Self::from_i64(t, 0)?,
            (None, Some(_)) => return Err(err!(t, TypeError, "int() missing string argument")),
            (Some(x), None) => Self::from_object(t, x)?,
            (Some(x), Some(base)) => Self::from_object_base(t, x, base)?,
        };
        if is_exact_class::<Self>(class) { Ok(value.into_object()) } else { value.to_subclass(t, class) }
    }

    /// `format(self, spec)`.
    pub fn format_spec(&self, t: &Thread, spec: &PyStr) -> PyResult<Owned<PyStr>> {
        crate::number_format::format_int(t, self, spec)
    }

    fn int_byte_order(t: &Thread, byteorder: StrArg<'_>) -> PyResult<bool> {
        match byteorder.0 {
            None => Ok(false),
            Some(order) if order.eq_str("little") => Ok(true),
            Some(order) if order.eq_str("big") => Ok(false),
            Some(_) => Err(err!(t, ValueError, "byteorder must be either 'little' or 'big'")),
        }
    }
}

const NEW: Signature = Signature {
    fname: "int",
    params: &[Param { name: "", required: false }, Param { name: "base", required: false }],
    pos_only: 1,
    positional: 2,
    varargs: false,
    varkw: false,
};

#[class(
    name = "int", layout, export = PyLong_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = LONG_SUBCLASS,
    basicsize = 24, itemsize = 4, dealloc = super::int_dealloc,
    doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer\niteral.\n>>> int('0b100', base=0)\n4"
)]
impl PyInt {
    #[slot]
    fn tp_new(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 2];
        args.parse(t, &NEW, &mut slots)?;
        Self::construct(class, t, slots[0], slots[1])
    }

    #[slot]
    fn tp_vectorcall(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if args.n_keywords() > 0 {
            return Self::tp_new(class, t, args);
        }
        check_positional(t, "int", args.pos.len(), 0, 2)?;
        Self::construct(class, t, args.pos.first().copied(), args.pos.get(1).copied())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        self.to_str(t).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(self.hash())
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        Ok(singletons::bool(op.matches(Self::cmp(self, other))).own())
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, add)
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, sub)
    }

    #[slot]
    fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, mul)
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, modulo)
    }

    #[slot]
    fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, floordiv)
    }

    #[slot]
    fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some((a, b)) = operands(left, right) else { return singletons::ok_not_implemented() };
        let (q, r) = Self::divmod(t, a, b)?;
        PyTuple::from_vec(t, vec![q.into_object(), r.into_object()]).map(Owned::into_object)
    }

    #[slot]
    fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some((a, b)) = operands(left, right) else { return singletons::ok_not_implemented() };
        PyFloat::new(t, Self::truediv(t, a, b)?).map(Owned::into_object)
    }

    #[slot]
    fn nb_power(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult {
        let Some((a, b)) = operands(left, right) else { return singletons::ok_not_implemented() };
        if modulus.is(singletons::none()) {
            if b.is_negative() {
                return PyFloat::power(t, a.to_f64(t)?, b.to_f64(t)?);
            }
            return Self::pow(t, a, b, None).map(Owned::into_object);
        }
        match modulus.downcast::<Self>() {
            Some(m) => Self::pow(t, a, b, Some(m)).map(Owned::into_object),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_lshift(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, lshift)
    }

    #[slot]
    fn nb_rshift(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, rshift)
    }

    #[slot]
    fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, and)
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, or)
    }

    #[slot]
    fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
        binary!(t, left, right, xor)
    }

    #[slot]
    fn nb_negative(&self, t: &Thread) -> PyResult {
        Self::neg(t, self).map(Owned::into_object)
    }

    #[slot]
    fn nb_positive(&self, t: &Thread) -> PyResult {
        self.to_exact(t).map(Owned::into_object)
    }

    #[slot]
    fn nb_absolute(&self, t: &Thread) -> PyResult {
        Self::abs(t, self).map(Owned::into_object)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(!self.is_zero())
    }

    #[slot]
    fn nb_invert(&self, t: &Thread) -> PyResult {
        match self.as_i64_compact() {
            Some(x) => Self::from_i64(t, !x),
            None => Self::from_signed(t, &self.as_signed().invert()),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn nb_int(&self, t: &Thread) -> PyResult {
        self.to_exact(t).map(Owned::into_object)
    }

    #[slot]
    fn nb_index(&self, t: &Thread) -> PyResult {
        self.to_exact(t).map(Owned::into_object)
    }

    #[slot]
    fn nb_float(&self, t: &Thread) -> PyResult {
        PyFloat::new(t, self.to_f64(t)?).map(Owned::into_object)
    }

    /// Returns self, the complex conjugate of any int.
    #[method]
    fn conjugate(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(37)
    /// '0b100101'
    /// >>> (37).bit_length()
    /// 6
    #[method]
    fn bit_length(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_u64(t, digits::bit_length(self.digits()))
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// Also known as the population count.
    ///
    /// >>> bin(13)
    /// '0b1101'
    /// >>> (13).bit_count()
    /// 3
    #[method]
    fn bit_count(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_u64(t, digits::bit_count(self.digits()))
    }

    /// Return an array of bytes representing an integer.
    ///
    ///   length
    ///     Length of bytes object to use.  An OverflowError is raised if
    ///     the integer is not representable with the given number of bytes.
    ///     Default is length 1.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is
    ///     'big', the most significant byte is at the beginning of the byte
    ///     array.  If byteorder is 'little', the most significant byte is at
    ///     the end of the byte array.  To request the native byte order of
    ///     the host system, use sys.byteorder as the byte order value.
    ///     Default is to use 'big'.
    ///   signed
    ///     Determines whether two's complement is used to represent the
    ///     integer.  If signed is False and a negative integer is given,
    ///     an OverflowError is raised.
    #[method(sig = "(length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(&self, t: &Thread, length: isize, byteorder: StrArg<'_>, signed: bool) -> PyResult<Owned<PyBytes>> {
        let little = Self::int_byte_order(t, byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(err!(t, ValueError, "length argument must be non-negative"));
        };
        let mut status = Ok(());
        let out = PyBytes::with(t, length, |out| status = self.as_signed().to_bytes(out, little, signed))?;
        match status {
            Ok(()) => Ok(out),
            Err(ToBytesError::TooBig) => Err(err!(t, OverflowError, "int too big to convert")),
            Err(ToBytesError::NegativeUnsigned) => {
                Err(err!(t, OverflowError, "can't convert negative int to unsigned"))
            }
        }
    }

    /// Return the integer represented by the given array of bytes.
    ///
    ///   bytes
    ///     Holds the array of bytes to convert.  The argument must either
    ///     support the buffer protocol or be an iterable object producing
    ///     bytes.  Bytes and bytearray are examples of built-in objects that
    ///     support the buffer protocol.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is
    ///     'big', the most significant byte is at the beginning of the byte
    ///     array.  If byteorder is 'little', the most significant byte is at
    ///     the end of the byte array.  To request the native byte order of
    ///     the host system, use sys.byteorder as the byte order value.
    ///     Default is to use 'big'.
    ///   signed
    ///     Indicates whether two's complement is used to represent the
    ///     integer.
    #[classmethod(sig = "(bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(class: &PyType, t: &Thread, bytes: &Object, byteorder: StrArg<'_>, signed: bool) -> PyResult {
        let little = Self::int_byte_order(t, byteorder)?;
        let bytes = PyBytes::from_object(t, bytes)?;
        let value = Self::from_signed(t, &Signed::from_bytes(bytes.as_bytes(), little, signed))?;
        if is_exact_class::<Self>(class) { Ok(value.into_object()) } else { class.call(t, &[&value]) }
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// The ratio is in lowest terms and has a positive denominator.
    ///
    /// >>> (10).as_integer_ratio()
    /// (10, 1)
    /// >>> (-10).as_integer_ratio()
    /// (-10, 1)
    /// >>> (0).as_integer_ratio()
    /// (0, 1)
    #[method]
    fn as_integer_ratio(&self, t: &Thread) -> PyResult<(Owned<Self>, i32)> {
        Ok((self.to_exact(t)?, 1))
    }

    /// Truncating an Integral returns itself.
    #[method(name = "__trunc__")]
    fn trunc(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// Flooring an Integral returns itself.
    #[method(name = "__floor__")]
    fn floor(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// Ceiling of an Integral returns itself.
    #[method(name = "__ceil__")]
    fn ceil(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method(name = "__round__", sig = "(ndigits=None, /)")]
    fn round(&self, t: &Thread, ndigits: Option<&Object>) -> PyResult<Owned<Self>> {
        let Some(ndigits) = crate::attr::none_if_none(ndigits) else { return self.to_exact(t) };
        let ndigits = number::index(t, ndigits)?;
        if !ndigits.is_negative() {
            return self.to_exact(t);
        }
        // Beyond the number's own length (about 10**9 per 30 bits) everything rounds to zero.
        let most = self.digit_count() as i64 * 10 + 1;
        let Some(n) = ndigits.to_i64().filter(|&n| n >= -most) else { return Self::from_i64(t, 0) };
        let ten = Signed::from_i64(10);
        let unit = ten.as_ref().pow(Signed::from_i64(-n).as_ref()).map_err(|e| arith_error(t, e))?;
        let (_, rest) = self.as_signed().divmod_near(unit.as_ref()).map_err(|e| arith_error(t, e))?;
        Self::from_signed(t, &self.as_signed().sub(rest.as_ref()))
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_vec(t, vec![self.to_exact(t)?.into_object()])
    }

    /// Convert to a string according to format_spec.
    #[method(name = "__format__")]
    fn format_(&self, t: &Thread, format_spec: &PyStr) -> PyResult<Owned<PyStr>> {
        self.format_spec(t, format_spec)
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self, _t: &Thread) -> usize {
        24 + 4 * self.digit_count().max(1)
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method]
    fn is_integer(&self, _t: &Thread) -> bool {
        true
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_i64(t, 0)
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.to_exact(t)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_i64(t, 1)
    }
}
