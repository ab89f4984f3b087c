//! Native library modules of the operating system: `posix`, `errno`, `fcntl`, `select`, `pwd`, `grp`, ...

#![allow(clippy::unnecessary_cast, reason = "the widths of the system's types differ between machines")]

pub mod accounts;
pub mod args;
pub mod errno;
pub mod fcntl;
mod fcntl_consts;
pub mod fork;
pub mod locale;
pub mod mmap;
pub mod multiprocessing;
pub mod posix;
pub mod posixsubprocess;
pub mod remote_debugging;
pub mod resource;
pub mod select;
pub mod stat;
pub mod syslog;
pub mod termios;
mod termios_consts;
pub mod time;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![
        &locale::locale::MODULE,
        &posixsubprocess::posixsubprocess::MODULE,
        &errno::errno::MODULE,
        &fcntl::fcntl::MODULE,
        &accounts::grp::MODULE,
        &mmap::mmap::MODULE,
        &multiprocessing::multiprocessing::MODULE,
        &multiprocessing::posixshmem::MODULE,
        &posix::posix::MODULE,
        &accounts::pwd::MODULE,
        &remote_debugging::remote_debugging::MODULE,
        &resource::resource::MODULE,
        &select::select::MODULE,
        &stat::stat::MODULE,
        &syslog::syslog::MODULE,
        &termios::termios::MODULE,
        &time::time::MODULE,
    ]
}

/// An owned `None`.
fn none() -> taipan_object::Owned {
    taipan_object::Own::own(taipan_object::singletons::none())
}
