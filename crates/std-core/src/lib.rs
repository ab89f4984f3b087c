//! Native library modules that the interpreter's own machinery needs: `itertools`, `_operator`, `_functools`,
//! `_collections`, `gc`, ...
// Denied rather than forbidden: types that C code refers to are exported under their names.
#![deny(unsafe_code)]

pub mod bisect;
pub mod collections;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod lsprof;
pub mod operator;
pub mod queue;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![
        &collections::collections::MODULE,
        &functools::functools::MODULE,
        &lsprof::lsprof::MODULE,
        &operator::operator::MODULE,
        &bisect::bisect::MODULE,
        &heapq::heapq::MODULE,
        &queue::queue::MODULE,
        &itertools::itertools::MODULE,
    ]
}
