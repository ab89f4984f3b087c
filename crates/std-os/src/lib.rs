//! Native library modules of the operating system: `posix`, `errno`.

pub mod args;
pub mod errno;
pub mod fork;
pub mod posix;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&errno::errno::MODULE, &posix::posix::MODULE]
}
