//! Native library modules of the operating system: `posix`, `errno`.

pub mod errno;
pub mod files;
pub mod posix;
pub mod stat;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&errno::errno::MODULE, &posix::posix::MODULE]
}
