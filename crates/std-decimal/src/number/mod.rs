//! Decimal arithmetic after the General Decimal Arithmetic Specification, without objects.

pub mod arith;
pub mod coeff;
pub mod context;
pub mod dec;
pub mod misc;
mod small;
pub mod transcend;

pub use coeff::{Coeff, NoMemory, Rest};
pub use context::{Context, Rounding, status};
pub use dec::{Dec, Kind, Res};
