//! Native library modules of XML: `pyexpat`, `_elementtree`; and the parser below them.
#![forbid(unsafe_code)]

pub mod elementtree;
pub mod pyexpat;
pub mod xml;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&pyexpat::pyexpat::MODULE, &elementtree::_elementtree::MODULE]
}
