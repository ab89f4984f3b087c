//! Native library modules about data formats: `_csv`, `_json`.
#![forbid(unsafe_code)]

pub mod csv;
pub mod json;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&csv::csv::MODULE, &json::json::MODULE]
}
