//! Native library modules about contexts, tasks and threads: `_contextvars`, `_asyncio`.
// Denied rather than forbidden: types that C code refers to are exported under their names.
#![deny(unsafe_code)]

pub mod asyncio;
pub mod contextvars;
pub mod hamt;
mod persistent;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&contextvars::contextvars::MODULE, &asyncio::asyncio::MODULE]
}
