//! Native library modules of binary data: `_struct`, `array`, `binascii`.
#![forbid(unsafe_code)]

pub mod array;
pub mod binascii;
pub mod structs;
mod typecode;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&structs::structs::MODULE, &array::array::MODULE, &binascii::binascii::MODULE]
}
