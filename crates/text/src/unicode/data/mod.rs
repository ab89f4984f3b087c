//! Generated tables.

pub mod database;
pub mod names;
pub mod types;
