//! Native library module `_tkinter`.

mod app;
mod convert;
mod module;
mod objects;
mod state;
mod tcl;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&module::module::MODULE]
}
