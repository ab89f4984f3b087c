//! `int`: layout, construction and conversion that the machinery uses. The Python methods are in `class.rs`.

mod class;
mod words;

pub use class::{DEFAULT_MAX_STR_DIGITS, MAX_STR_DIGITS_THRESHOLD, max_str_digits};

use crate::handle::{Object, Own, Owned, PyResult};
use crate::{err, layout, typeobject};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, mem};

layout!(
    /// `int`.
    PyInt,
    PyLongObject
);

/// Bits in a digit.
pub const SHIFT: u32 = 30;
/// Largest digit.
pub const MASK: u32 = (1 << SHIFT) - 1;
const SIGN_MASK: usize = 3;
const SIGN_ZERO: usize = 1;
const SIGN_NEGATIVE: usize = 2;
const TAG_IMMORTAL: usize = 4;
/// Shift of the digit count in the tag.
const NON_SIZE_BITS: usize = 3;

const SMALL_MIN: i64 = -5;
const SMALL_MAX: i64 = 256;
const N_SMALL: usize = (SMALL_MAX - SMALL_MIN + 1) as usize;

/// `_PyLongValue` with one digit, as static objects.
static SMALL_INTS: crate::Static<[PyLongObject; N_SMALL]> = crate::Static::new({
    // SAFETY: zero is valid for every field; the loop fills them in.
    let mut table: [PyLongObject; N_SMALL] = unsafe { core::mem::zeroed() };
    let mut i = 0;
    while i < N_SMALL {
        let value = i as i64 + SMALL_MIN;
        table[i].ob_base.ob_refcnt = _Py_STATIC_REFCNT;
        table[i].ob_base.ob_flags = _Py_STATIC_FLAGS;
        table[i].ob_base.ob_type = <PyInt as crate::Class>::TYPE;
        let sign = if value < 0 {
            SIGN_NEGATIVE
        } else if value == 0 {
            SIGN_ZERO
        } else {
            0
        };
        let ndigits = if value == 0 { 0 } else { 1 };
        table[i].lv_tag = sign | TAG_IMMORTAL | (ndigits << NON_SIZE_BITS);
        table[i].ob_digit[0] = value.unsigned_abs() as u32;
        i += 1;
    }
    table
});

/// The modulus of hashes of numbers (`_PyHASH_MODULUS`).
const HASH_MODULUS: u64 = (1 << 61) - 1;

impl PyInt {
    /// The preallocated object for a small value, if it has one.
    #[inline(always)]
    pub fn small(value: i64) -> Option<&'static Self> {
        // SAFETY: the value is in range.
        (SMALL_MIN..=SMALL_MAX).contains(&value).then(|| unsafe { Self::small_unchecked(value) })
    }

    /// The preallocated object of a small value.
    ///
    /// # Safety
    /// The value has one.
    #[inline(always)]
    unsafe fn small_unchecked(value: i64) -> &'static Self {
        // SAFETY: the index is in range; the objects are static.
        unsafe { &*SMALL_INTS.get().cast::<PyLongObject>().add((value - SMALL_MIN) as usize).cast::<Self>() }
    }

    /// An `int` of this value.
    #[inline(always)]
    pub fn from_i64(t: &Thread, value: i64) -> PyResult<Owned<Self>> {
        if (SMALL_MIN..=SMALL_MAX).contains(&value) {
            // SAFETY: the value is in range.
            return Ok(unsafe { Self::small_unchecked(value) }.own());
        }
        Self::from_sign_magnitude(t, value < 0, value.unsigned_abs())
    }

    /// An `int` of this value.
    #[inline]
    pub fn from_u64(t: &Thread, value: u64) -> PyResult<Owned<Self>> {
        if value <= SMALL_MAX as u64 {
            return Self::from_i64(t, value as i64);
        }
        Self::from_sign_magnitude(t, false, value)
    }

    #[inline(always)]
    fn from_sign_magnitude(t: &Thread, negative: bool, magnitude: u64) -> PyResult<Owned<Self>> {
        if magnitude <= u64::from(MASK) {
            let out = Self::alloc_one(t)?;
            // SAFETY: a fresh object with one digit.
            unsafe {
                (*out.raw()).ob_digit[0] = magnitude as u32;
                (*out.raw()).lv_tag = if negative { SIGN_NEGATIVE } else { 0 } | 1 << NON_SIZE_BITS;
            }
            return Ok(out);
        }
        Self::from_large_magnitude(t, negative, magnitude)
    }

    #[inline(always)]
    fn alloc_one(t: &Thread) -> PyResult<Owned<Self>> {
        let op = t.freelists().ints.pop().cast::<PyObject>();
        if op.is_null() {
            return Self::alloc_fresh(t);
        }
        // SAFETY: a block that is nobody's.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), false);
            Ok(Owned::from_ptr(op))
        }
    }

    #[inline(never)]
    fn alloc_fresh(t: &Thread) -> PyResult<Owned<Self>> {
        let op = mem::alloc(size_of::<PyLongObject>()).cast::<PyObject>();
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), true);
            Ok(Owned::from_ptr(op))
        }
    }

    /// An `int` from 30-bit digits, least significant first; leading zeros are dropped.
    pub fn from_digits(t: &Thread, negative: bool, digits: &[u32]) -> PyResult<Owned<Self>> {
        let n = digits.iter().rposition(|&d| d != 0).map_or(0, |i| i + 1);
        if n <= 1 {
            let value = digits.first().copied().unwrap_or(0);
            let signed = if negative { -i64::from(value) } else { i64::from(value) };
            if let Some(small) = Self::small(signed) {
                return Ok(small.own());
            }
        }
        let out = Self::alloc_digits(t, n)?;
        // SAFETY: a fresh object with room for `n` digits.
        unsafe {
            core::ptr::copy_nonoverlapping(digits.as_ptr(), out.digits_ptr(), n);
            (*out.raw()).lv_tag = if negative { SIGN_NEGATIVE } else { 0 } | n << NON_SIZE_BITS;
        }
        Ok(out)
    }

    /// An uninitialised `int` with room for `n` digits (`_PyLong_New`): positive, to be filled and normalised.
    pub fn alloc_digits(t: &Thread, n: usize) -> PyResult<Owned<Self>> {
        if n <= 1 {
            let out = Self::alloc_one(t)?;
            // SAFETY: a fresh object.
            unsafe { (*out.raw()).lv_tag = 1 << NON_SIZE_BITS };
            return Ok(out);
        }
        let Some(bytes) = n.checked_mul(4).and_then(|b| b.checked_add(core::mem::offset_of!(PyLongObject, ob_digit)))
        else {
            return Err(err!(t, OverflowError, "too many digits in integer"));
        };
        let op = t.alloc_block(bytes).cast::<PyObject>();
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block.
        unsafe {
            typeobject::init_head(op, typeobject::static_type::<Self>());
            let out: Owned<Self> = Owned::from_ptr(op);
            (*out.raw()).lv_tag = n << NON_SIZE_BITS;
            Ok(out)
        }
    }

    #[inline(always)]
    fn tag(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).lv_tag }
    }

    /// The address of the digits.
    #[inline(always)]
    pub fn digits_ptr(&self) -> *mut u32 {
        // SAFETY: the digits end the object.
        unsafe { (&raw mut (*self.raw()).ob_digit).cast() }
    }

    /// The number of digits (zero for 0).
    #[inline(always)]
    pub fn digit_count(&self) -> usize {
        self.tag() >> NON_SIZE_BITS
    }

    /// The digits, least significant first; none for 0.
    #[inline(always)]
    pub fn digits(&self) -> &[u32] {
        // SAFETY: the tag says how many there are.
        unsafe { core::slice::from_raw_parts(self.digits_ptr(), self.digit_count()) }
    }

    /// Whether the value is below zero.
    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.tag() & SIGN_MASK == SIGN_NEGATIVE
    }

    /// Whether the value is zero.
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.tag() & SIGN_MASK == SIGN_ZERO || self.digit_count() == 0
    }

    /// Whether the value has at most one digit (`_PyLong_IsCompact`).
    #[inline(always)]
    pub fn is_compact(&self) -> bool {
        self.tag() < 2 << NON_SIZE_BITS
    }

    /// Whether both have at most one digit.
    #[inline(always)]
    pub fn both_compact(&self, other: &Self) -> bool {
        self.tag() | other.tag() < 2 << NON_SIZE_BITS
    }

    /// The value if it has at most one digit.
    #[inline(always)]
    pub fn as_i64_compact(&self) -> Option<i64> {
        if self.is_compact() { Some(self.compact_value()) } else { None }
    }

    /// The value of an `int` with at most one digit (`_PyLong_CompactValue`).
    #[inline(always)]
    pub fn compact_value(&self) -> i64 {
        // SAFETY: the first digit always exists in memory.
        let digit = i64::from(unsafe { (*self.raw()).ob_digit[0] });
        let sign = 1 - (self.tag() & SIGN_MASK) as i64;
        sign * digit
    }

    /// Changes the value of an `int` that nobody else has seen or holds.
    ///
    /// # Safety
    /// The object is mortal and the caller holds its only reference; `value` has at most 30 bits.
    #[inline(always)]
    pub unsafe fn set_compact(&self, value: i64) {
        // SAFETY: the first digit always exists in memory.
        unsafe {
            (*self.raw()).ob_digit[0] = value.unsigned_abs() as u32;
            (*self.raw()).lv_tag = 1 << NON_SIZE_BITS | if value < 0 { 2 } else { 0 };
        }
    }

    /// The value if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        if let Some(value) = self.as_word() {
            return Some(value);
        }
        self.to_i128().and_then(|v| i64::try_from(v).ok())
    }

    /// The value if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        self.to_i128().and_then(|v| u64::try_from(v).ok())
    }

    /// The value if it has at most four digits.
    pub fn to_i128(&self) -> Option<i128> {
        let digits = self.digits();
        if digits.len() > 4 {
            return None;
        }
        let magnitude = digits.iter().rev().fold(0i128, |acc, &d| acc << SHIFT | i128::from(d));
        Some(if self.is_negative() { -magnitude } else { magnitude })
    }

    /// The low 64 bits of the two's complement (`PyLong_AsUnsignedLongLongMask`).
    pub fn to_u64_mask(&self) -> u64 {
        let magnitude = self.digits().iter().take(3).rev().fold(0u64, |acc, &d| acc.wrapping_shl(SHIFT) | u64::from(d));
        if self.is_negative() { magnitude.wrapping_neg() } else { magnitude }
    }

    /// The value as a `Py_ssize_t`; `OverflowError` if it does not fit.
    pub fn to_isize(&self, t: &Thread) -> PyResult<isize> {
        match self.to_i64() {
            Some(value) => Ok(value as isize),
            None => Err(err!(t, OverflowError, "Python int too large to convert to C ssize_t")),
        }
    }

    /// The value as a `Py_ssize_t`, clipped to its range.
    pub fn to_isize_clipped(&self) -> isize {
        match self.to_i64() {
            Some(value) => value as isize,
            None if self.is_negative() => isize::MIN,
            None => isize::MAX,
        }
    }

    /// `hash(self)` of a number of at most one digit.
    #[inline(always)]
    pub(crate) fn compact_hash(&self) -> Option<isize> {
        self.as_i64_compact().map(|value| if value == -1 { -2 } else { value as isize })
    }

    /// `hash(self)` of a number whose magnitude is below the modulus.
    #[inline(always)]
    pub(crate) fn word_hash(&self) -> Option<isize> {
        let value = self.as_word()?;
        (value.unsigned_abs() < HASH_MODULUS).then_some(if value == -1 { -2 } else { value as isize })
    }

    /// The value modulo 2^61 - 1 with the sign, as `hash(int)`.
    #[inline]
    pub fn hash(&self) -> isize {
        self.compact_hash().unwrap_or_else(|| self.large_hash())
    }

    #[inline(never)]
    fn large_hash(&self) -> isize {
        if let Some(hash) = self.word_hash() {
            return hash;
        }
        let mut x = 0u64;
        for &digit in self.digits().iter().rev() {
            x = ((x << SHIFT) & HASH_MODULUS) | (x >> (61 - SHIFT));
            x += u64::from(digit);
            if x >= HASH_MODULUS {
                x -= HASH_MODULUS;
            }
        }
        let hash = if self.is_negative() { -(x as isize) } else { x as isize };
        if hash == -1 { -2 } else { hash }
    }

    /// The value as the nearest double, halves to even; `OverflowError` if it is too large.
    pub fn to_f64(&self, t: &Thread) -> PyResult<f64> {
        if let Some(value) = self.as_i64_compact() {
            return Ok(value as f64);
        }
        if let Some(value) = self.to_i128() {
            return Ok(value as f64);
        }
        let digits = self.digits();
        // The top 128 bits decide, with a sticky bit for what lies below: i128 to f64 rounds halves to even.
        let top_bits = 32 - digits[digits.len() - 1].leading_zeros();
        let bits = (digits.len() as u64 - 1) * u64::from(SHIFT) + u64::from(top_bits);
        if bits > 1024 {
            return Err(err!(t, OverflowError, "int too large to convert to float"));
        }
        let shift = (bits - 100) as usize;
        let mut window = 0u128;
        for i in (0..100).rev() {
            let at = shift + i;
            let bit = digits[at / 30] >> (at % 30) & 1;
            window = window << 1 | u128::from(bit);
        }
        let (whole, part) = (shift / 30, shift % 30);
        let sticky = digits[..whole].iter().any(|&d| d != 0) || digits[whole] & ((1u32 << part) - 1) != 0;
        let mantissa = (window << 1 | u128::from(sticky)) as f64;
        let value = mantissa * 2f64.powi(shift as i32 - 1);
        if value.is_infinite() {
            return Err(err!(t, OverflowError, "int too large to convert to float"));
        }
        Ok(if self.is_negative() { -value } else { value })
    }

    /// The decimal digits of the value, for messages.
    pub fn to_decimal_lossy(&self) -> String {
        match self.to_i128() {
            Some(value) => value.to_string(),
            None => format!("<{}-digit int>", self.digit_count()),
        }
    }

    /// A copy that is an exact `int`.
    pub fn to_exact(&self, t: &Thread) -> PyResult<Owned<Self>> {
        if self.is_exact::<Self>() { Ok(self.own()) } else { Self::from_digits(t, self.is_negative(), self.digits()) }
    }

    /// Sets sign and digit count of a fresh object and drops leading zeros.
    ///
    /// # Safety
    /// Nobody else has seen the object; it has room for `n` digits.
    pub unsafe fn set_sign_and_count(&self, negative: bool, n: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let digits = self.digits_ptr();
            let mut n = n;
            while n > 0 && *digits.add(n - 1) == 0 {
                n -= 1;
            }
            let sign = if n == 0 {
                SIGN_ZERO
            } else if negative {
                SIGN_NEGATIVE
            } else {
                0
            };
            (*self.raw()).lv_tag = sign | n << NON_SIZE_BITS;
        }
    }
}

/// Frees an int: `tp_dealloc`.
pub(crate) unsafe extern "C" fn int_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead.
    unsafe {
        let int: &PyInt = Object::from_ptr(op).cast_unchecked();
        if (*op).ob_type == typeobject::static_type::<PyInt>() {
            let t = taipan_runtime::thread::current_ptr();
            if t.is_null() {
                return mem::free(op.cast());
            }
            if int.is_compact() {
                if !(*t).freelists().ints.push(op.cast(), 100) {
                    mem::free(op.cast());
                }
                return;
            }
            return (*t).free_block(op.cast(), core::mem::offset_of!(PyLongObject, ob_digit) + int.digit_count() * 4);
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}
