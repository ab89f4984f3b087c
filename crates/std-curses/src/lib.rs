//! Native library modules `_curses` and `_curses_panel`.

mod capsule;
mod colors;
mod constants;
mod library;
mod module;
mod panel;
mod state;
mod window;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&module::module::MODULE, &panel::module::MODULE]
}
