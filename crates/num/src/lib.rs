//! Big integers, float parsing and formatting, complex arithmetic, exact sums, the Mersenne Twister.
//! Algorithms over plain data: no objects, no unsafe.
#![forbid(unsafe_code)]

pub mod cmath;
pub mod complex;
pub mod float;
pub mod int;
pub mod math;
pub mod random;
