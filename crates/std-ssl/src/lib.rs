//! The native library module `_ssl`: TLS by OpenSSL.
//!
//! `openssl` wraps the C library; everything else is safe code on top of it, a file for each type.
#![deny(unsafe_code)]

mod certificate;
mod constants;
mod context;
mod decode;
mod errors;
mod hostname;
mod memory_bio;
mod module;
mod openssl;
mod session;
mod socket;
mod transport;
mod watchers;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&module::ssl::MODULE]
}
