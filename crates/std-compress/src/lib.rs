//! Native library modules of compression: `zlib`.
#![deny(unsafe_code)]

mod stream;
pub mod zlib;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&zlib::zlib::MODULE]
}
