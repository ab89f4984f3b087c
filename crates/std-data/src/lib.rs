//! Native library modules about data formats: `_csv`, `_datetime`, `_json`, `_pickle`.
#![forbid(unsafe_code)]

pub mod csv;
pub mod datetime;
pub mod json;
pub mod pickle;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&csv::csv::MODULE, &datetime::datetime::MODULE, &json::json::MODULE, pickle::module()]
}
