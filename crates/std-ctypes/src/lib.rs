//! The native library module `_ctypes`: C data types, foreign function calls and callbacks.
//!
//! The crate's work is foreign memory, so it owns unsafe code: addresses that programs give are trusted as C trusts
//! them, and everything else that a program can do ends in an exception.

mod array;
mod callback;
mod cdata;
mod cfield;
mod ctype;
mod ffi;
mod funcptr;
mod metatypes;
mod module;
mod params;
mod pointer;
mod simple;
mod structure;
mod values;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&module::ctypes::MODULE]
}
