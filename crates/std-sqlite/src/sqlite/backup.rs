//! Backups: pages copied from one connection to another.

use super::{Database, Failure};
use core::ffi::{CStr, c_int};
use core::ptr::NonNull;
use libsqlite3_sys as ffi;
use std::sync::Arc;

/// A backup that is being made.
pub struct Backup {
    raw: Option<NonNull<ffi::sqlite3_backup>>,
    target: Arc<Database>,
    /// Keeps the other connection open.
    _source: Arc<Database>,
}

// SAFETY: the library serialises calls on the connections.
unsafe impl Send for Backup {}

impl Backup {
    /// Begins a backup of the database `name` of `source`. Lasts.
    pub fn begin(target: &Arc<Database>, source: &Arc<Database>, name: &CStr) -> Result<Self, Failure> {
        // SAFETY: open connections and C strings.
        let raw = unsafe { ffi::sqlite3_backup_init(target.raw(), c"main".as_ptr(), source.raw(), name.as_ptr()) };
        match NonNull::new(raw) {
            Some(raw) => Ok(Self { raw: Some(raw), target: target.clone(), _source: source.clone() }),
            None => Err(target.failure()),
        }
    }

    /// Copies pages; SQLite's code. Lasts.
    pub fn step(&mut self, pages: c_int) -> c_int {
        // SAFETY: a live backup.
        self.raw.map_or(ffi::SQLITE_MISUSE, |raw| unsafe { ffi::sqlite3_backup_step(raw.as_ptr(), pages) })
    }

    /// The pages that are left, and all of them.
    pub fn progress(&self) -> (c_int, c_int) {
        // SAFETY: a live backup.
        self.raw.map_or((0, 0), |raw| unsafe {
            (ffi::sqlite3_backup_remaining(raw.as_ptr()), ffi::sqlite3_backup_pagecount(raw.as_ptr()))
        })
    }

    /// Ends the backup. Lasts.
    pub fn finish(mut self) -> Result<(), Failure> {
        match self.raw.take() {
            // SAFETY: ended once.
            Some(raw) => self.target.check(unsafe { ffi::sqlite3_backup_finish(raw.as_ptr()) }),
            None => Ok(()),
        }
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        if let Some(raw) = self.raw.take() {
            // SAFETY: ended once.
            unsafe { ffi::sqlite3_backup_finish(raw.as_ptr()) };
        }
    }
}
