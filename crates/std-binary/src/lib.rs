//! Native library modules of binary data: `_struct`, `array`, `binascii`, `_uuid`.
#![forbid(unsafe_code)]

pub mod array;
pub mod binascii;
pub mod structs;
mod typecode;
pub mod uuid;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&structs::structs::MODULE, &array::array::MODULE, &binascii::binascii::MODULE, &uuid::uuid::MODULE]
}
