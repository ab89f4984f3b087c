//! Native library modules of digests: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, `_hashlib`, `_hmac`.
#![forbid(unsafe_code)]

mod arguments;
pub mod blake2;
mod blake2_core;
pub mod digests;
mod hasher;
pub mod hashlib;
pub mod hmac;
mod kdf;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![
        &digests::md5::MODULE,
        &digests::sha1::MODULE,
        &digests::sha2::MODULE,
        &digests::sha3::MODULE,
        &blake2::blake2::MODULE,
        &hashlib::hashlib::MODULE,
        &hmac::hmac::MODULE,
    ]
}
