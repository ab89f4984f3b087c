//! The native library module `_sqlite3`: databases of SQLite.
//!
//! `sqlite` wraps the C library; everything else is safe code on top of it, a file for each type.
#![deny(unsafe_code)]

mod adapt;
mod args;
mod blob;
mod cache;
mod callbacks;
mod connection;
mod constants;
mod cursor;
mod cursor_text;
mod errors;
mod module;
mod row;
mod sqlite;
mod statement;
mod transactions;
mod values;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&module::sqlite3::MODULE]
}
