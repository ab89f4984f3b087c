//! Integers to and from machine integers and bytes.

use super::digits::{self, MASK, SHIFT};
use super::signed::{Signed, SignedRef};

/// Why `int.to_bytes` has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToBytesError {
    /// "int too big to convert".
    TooBig,
    /// "can't convert negative int to unsigned".
    NegativeUnsigned,
}

impl Signed {
    /// From a machine integer.
    pub fn from_i64(v: i64) -> Self {
        Signed { neg: v < 0, mag: digits::from_u64(v.unsigned_abs()) }
    }

    /// From a machine integer.
    pub fn from_u64(v: u64) -> Self {
        Signed { neg: false, mag: digits::from_u64(v) }
    }

    /// From a machine integer.
    pub fn from_i128(v: i128) -> Self {
        Signed { neg: v < 0, mag: digits::from_u128(v.unsigned_abs()) }
    }

    /// From a machine integer.
    pub fn from_u128(v: u128) -> Self {
        Signed { neg: false, mag: digits::from_u128(v) }
    }

    /// `int.from_bytes`.
    pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> Self {
        let top = if little { bytes.last() } else { bytes.first() };
        let neg = signed && top.is_some_and(|b| b & 0x80 != 0);
        let mut mag = Vec::with_capacity(bytes.len() * 8 / SHIFT as usize + 1);
        let (mut acc, mut bits, mut carry) = (0u64, 0u32, 1u64);
        let mut feed = |b: u8| {
            let mut b = u64::from(b);
            if neg {
                b = (!b & 0xff) + carry;
                carry = b >> 8;
                b &= 0xff;
            }
            acc |= b << bits;
            bits += 8;
            if bits >= SHIFT {
                mag.push(acc as u32 & MASK);
                acc >>= SHIFT;
                bits -= SHIFT;
            }
        };
        if little {
            bytes.iter().for_each(|&b| feed(b));
        } else {
            bytes.iter().rev().for_each(|&b| feed(b));
        }
        if acc != 0 {
            mag.push(acc as u32);
        }
        Signed::new(neg, mag)
    }
}

impl SignedRef<'_> {
    /// The value if it fits.
    pub fn to_i64(self) -> Option<i64> {
        let v = self.to_u64_magnitude()?;
        if self.neg { 0i64.checked_sub_unsigned(v) } else { i64::try_from(v).ok() }
    }

    /// The value if it fits.
    pub fn to_u64(self) -> Option<u64> {
        if self.neg { None } else { self.to_u64_magnitude() }
    }

    fn to_u64_magnitude(self) -> Option<u64> {
        if self.mag.len() > 3 {
            return None;
        }
        u64::try_from(digits::to_u128(self.mag)).ok()
    }

    /// The value if it fits.
    pub fn to_i128(self) -> Option<i128> {
        if self.mag.len() > 5 || (self.mag.len() == 5 && self.mag[4] >> 8 != 0) {
            return None;
        }
        let v = self.mag.iter().rev().fold(0u128, |v, &d| v << SHIFT | u128::from(d));
        if self.neg { 0i128.checked_sub_unsigned(v) } else { i128::try_from(v).ok() }
    }

    /// The low 64 bits in two's complement (`PyLong_AsUnsignedLongLongMask`).
    pub fn to_u64_wrapping(self) -> u64 {
        let v = self.mag.iter().take(3).rev().fold(0u64, |v, &d| v << SHIFT | u64::from(d));
        if self.neg { v.wrapping_neg() } else { v }
    }

    /// `int.to_bytes` into a buffer of the wanted length.
    pub fn to_bytes(self, out: &mut [u8], little: bool, signed: bool) -> Result<(), ToBytesError> {
        if self.neg && !signed {
            return Err(ToBytesError::NegativeUnsigned);
        }
        let bits = digits::bit_length(self.mag);
        let room = out.len() as u64 * 8;
        let fits = if !signed {
            bits <= room
        } else if !self.neg {
            bits < room || bits == 0
        } else {
            // -2^(room-1) is the one negative number that needs its top bit for both sign and value.
            bits < room
                || (bits == room
                    && self.mag.last().is_some_and(|t| t.is_power_of_two())
                    && self.mag[..self.mag.len() - 1].iter().all(|&d| d == 0))
        };
        if !fits {
            return Err(ToBytesError::TooBig);
        }
        let (mut acc, mut have, mut carry) = (0u64, 0u32, 1u64);
        let mut src = self.mag.iter();
        let mut next = || {
            if have < 8 {
                acc |= u64::from(src.next().copied().unwrap_or(0)) << have;
                have += SHIFT;
            }
            let mut b = acc & 0xff;
            acc >>= 8;
            have -= 8;
            if self.neg {
                b = (!b & 0xff) + carry;
                carry = b >> 8;
            }
            b as u8
        };
        if little {
            out.iter_mut().for_each(|o| *o = next());
        } else {
            out.iter_mut().rev().for_each(|o| *o = next());
        }
        Ok(())
    }
}
