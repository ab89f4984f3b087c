//! Arbitrary-precision integers as CPython stores them: little-endian slices of 30-bit digits plus a sign.
//!
//! * [`digits`] works on magnitudes in place and is what the inline-stored objects call on their hot paths;
//! * [`Signed`] and [`SignedRef`] add the sign and Python's semantics (floor division, two's complement bits);
//! * [`convert`] goes to and from text, bytes and machine numbers;
//! * [`limb`] and [`ntt`] hold the heavy algorithms over 64-bit limbs.

pub mod convert;
pub mod digits;
pub mod float;
pub mod limb;
pub mod ntt;
pub mod signed;
pub mod text;

pub use digits::{Digit, MASK, SHIFT};
pub use signed::{ArithError, Signed, SignedRef};
