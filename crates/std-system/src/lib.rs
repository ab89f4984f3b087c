//! Native library modules above libraries that belong to the system: `readline`, `_dbm`, `_gdbm`.
//!
//! The libraries are opened by their names when a module is imported, as the dynamic linker would for CPython's modules;
//! where there is none, the import fails with the linker's words.
#![deny(unsafe_code)]

mod dbm;
mod dynamic;
mod readline;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&readline::readline::MODULE, &dbm::ndbm::module::MODULE, &dbm::gnu::module::MODULE]
}
