//! `int`: values that fit machine words, on which arithmetic needs no loop over digits.

use super::{MASK, NON_SIZE_BITS, PyInt, SHIFT, SIGN_MASK, SIGN_NEGATIVE};
use crate::handle::{Owned, PyResult};
use taipan_runtime::Thread;

impl PyInt {
    /// The magnitude if it has at most 64 bits.
    #[inline(always)]
    fn magnitude(&self) -> Option<u64> {
        let tag = self.tag();
        let digits = self.digits_ptr();
        // SAFETY: the tag says how many digits there are; the first always exists in memory.
        unsafe {
            let low = u64::from(*digits);
            if tag < 2 << NON_SIZE_BITS {
                Some(low)
            } else if tag < 3 << NON_SIZE_BITS {
                Some(low | u64::from(*digits.add(1)) << SHIFT)
            } else if tag < 4 << NON_SIZE_BITS && *digits.add(2) < 16 {
                Some(low | u64::from(*digits.add(1)) << SHIFT | u64::from(*digits.add(2)) << (2 * SHIFT))
            } else {
                None
            }
        }
    }

    /// The value if its magnitude has at most 63 bits.
    #[inline(always)]
    pub fn as_word(&self) -> Option<i64> {
        let magnitude = i64::try_from(self.magnitude()?).ok()?;
        Some((1 - (self.tag() & SIGN_MASK) as i64) * magnitude)
    }

    /// The values if both have at most 64 bits and neither is negative.
    #[inline(always)]
    pub(super) fn as_unsigned_words(a: &Self, b: &Self) -> Option<(u64, u64)> {
        if (a.tag() | b.tag()) & SIGN_NEGATIVE != 0 {
            return None;
        }
        Some((a.magnitude()?, b.magnitude()?))
    }

    /// The values if both have at most 63 bits.
    #[inline(always)]
    pub(super) fn as_words(a: &Self, b: &Self) -> Option<(i64, i64)> {
        Some((a.as_word()?, b.as_word()?))
    }

    /// The values if both have at most four digits.
    #[inline]
    pub(super) fn as_long_words(a: &Self, b: &Self) -> Option<(i128, i128)> {
        Some((a.to_i128()?, b.to_i128()?))
    }

    /// An `int` of a value of more than one digit, by its magnitude.
    #[inline]
    pub(super) fn from_large_magnitude(t: &Thread, negative: bool, magnitude: u64) -> PyResult<Owned<Self>> {
        let top = (magnitude >> (2 * SHIFT)) as u32;
        let n = if top == 0 { 2 } else { 3 };
        let out = Self::alloc_digits(t, n)?;
        // SAFETY: a fresh object of so many digits.
        unsafe {
            let digits = out.digits_ptr();
            *digits = magnitude as u32 & MASK;
            *digits.add(1) = (magnitude >> SHIFT) as u32 & MASK;
            if n == 3 {
                *digits.add(2) = top;
            }
            (*out.raw()).lv_tag = if negative { SIGN_NEGATIVE } else { 0 } | n << NON_SIZE_BITS;
        }
        Ok(out)
    }

    /// An `int` of this value.
    #[inline]
    pub fn from_i128(t: &Thread, value: i128) -> PyResult<Owned<Self>> {
        if let Ok(word) = i64::try_from(value) {
            return Self::from_i64(t, word);
        }
        let mut magnitude = value.unsigned_abs();
        let n = (u128::BITS - magnitude.leading_zeros()).div_ceil(SHIFT) as usize;
        let out = Self::alloc_digits(t, n)?;
        // SAFETY: a fresh object of so many digits.
        unsafe {
            for at in 0..n {
                *out.digits_ptr().add(at) = magnitude as u32 & MASK;
                magnitude >>= SHIFT;
            }
            (*out.raw()).lv_tag = if value < 0 { SIGN_NEGATIVE } else { 0 } | n << NON_SIZE_BITS;
        }
        Ok(out)
    }
}
