//! Native library modules of compression: `zlib`, `_bz2`, `_lzma`, `_zstd`.
#![deny(unsafe_code)]

pub mod bz2;
pub mod lzma;
mod pump;
mod stream;
pub mod zlib;
pub mod zstd;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&zlib::zlib::MODULE, &bz2::_bz2::MODULE, &lzma::_lzma::MODULE, &zstd::_zstd::MODULE]
}
