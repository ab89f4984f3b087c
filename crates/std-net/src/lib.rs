//! The native module `_socket`: sockets, addresses and look-ups.

#![allow(clippy::unnecessary_cast, reason = "the widths of the system's types differ between machines")]

mod address;
mod consts;
mod lookup;
mod message;
pub mod socket;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&socket::module::MODULE]
}
