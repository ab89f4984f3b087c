//! Being written.
#![forbid(unsafe_code)]
use taipan_object::module::Builtin;
/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![]
}
