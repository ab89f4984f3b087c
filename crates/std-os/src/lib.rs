//! Native library modules of the operating system: `posix`, `errno`.

#![allow(clippy::unnecessary_cast, reason = "the widths of the system's types differ between machines")]

pub mod args;
pub mod errno;
pub mod fork;
pub mod posix;
pub mod time;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&errno::errno::MODULE, &posix::posix::MODULE, &time::time::MODULE]
}
