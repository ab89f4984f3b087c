//! What concerns the library as a whole.

use core::ffi::{CStr, c_int};
use libsqlite3_sys as ffi;

/// The version of the library.
pub fn version() -> String {
    // SAFETY: the text is static.
    unsafe { CStr::from_ptr(ffi::sqlite3_libversion()) }.to_string_lossy().into_owned()
}

/// What the library was built for: 0 one thread, 1 several threads, 2 several threads with a connection each.
pub fn threading_mode() -> c_int {
    // SAFETY: a constant.
    unsafe { ffi::sqlite3_threadsafe() }
}

/// Whether a text ends with a complete statement.
pub fn is_complete(sql: &CStr) -> bool {
    // SAFETY: a C string.
    unsafe { ffi::sqlite3_complete(sql.as_ptr()) != 0 }
}

/// Sleeps.
pub fn sleep(ms: c_int) {
    // SAFETY: always allowed.
    unsafe { ffi::sqlite3_sleep(ms) };
}

/// Whether a verb of `sqlite3_db_config` takes two integers.
pub const fn is_switch(op: c_int) -> bool {
    op >= ffi::SQLITE_DBCONFIG_ENABLE_FKEY && op <= ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA
}
