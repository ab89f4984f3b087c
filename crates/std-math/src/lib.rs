//! Native library modules of mathematics: `math`, `cmath`, `_random`, `_statistics`.
#![deny(unsafe_code)]

pub mod cmath;
pub mod integers;
pub mod libm;
pub mod math;
pub mod random;
pub mod statistics;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    libm::install();
    vec![&math::math::MODULE, &cmath::cmath::MODULE, &random::random::MODULE, &statistics::statistics::MODULE]
}
