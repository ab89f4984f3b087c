//! Native library modules about data formats: `_csv`, `_datetime`, `_json`, `_pickle`, `_zoneinfo`.
#![forbid(unsafe_code)]

pub mod csv;
pub mod datetime;
pub mod json;
pub mod pickle;
pub mod zoneinfo;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![
        &csv::csv::MODULE,
        &datetime::datetime::MODULE,
        &json::json::MODULE,
        pickle::module(),
        &zoneinfo::zoneinfo::MODULE,
    ]
}
