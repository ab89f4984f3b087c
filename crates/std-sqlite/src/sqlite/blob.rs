//! Blobs that are opened for reading and writing in place.

use super::{Database, Failure};
use core::ffi::{CStr, c_int};
use core::ptr::NonNull;
use libsqlite3_sys as ffi;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An open blob, until it is closed. Connections close theirs when they are closed.
pub struct Blob {
    raw: Mutex<Option<NonNull<ffi::sqlite3_blob>>>,
    database: Arc<Database>,
}

// SAFETY: the handle is used by whoever holds the mutex; the library serialises calls on one connection.
unsafe impl Send for Blob {}
// SAFETY: as above.
unsafe impl Sync for Blob {}

impl Blob {
    /// Opens a blob. Lasts.
    pub fn open(
        database: &Arc<Database>,
        name: &CStr,
        table: &CStr,
        column: &CStr,
        row: i64,
        writable: bool,
    ) -> Result<Self, Failure> {
        let mut raw = core::ptr::null_mut();
        // SAFETY: an open connection and C strings.
        let code = unsafe {
            ffi::sqlite3_blob_open(
                database.raw(),
                name.as_ptr(),
                table.as_ptr(),
                column.as_ptr(),
                row,
                writable.into(),
                &raw mut raw,
            )
        };
        if code == ffi::SQLITE_MISUSE {
            return Err(Failure::of_code(code));
        }
        database.check(code)?;
        Ok(Self { raw: Mutex::new(NonNull::new(raw)), database: database.clone() })
    }

    fn handle(&self) -> MutexGuard<'_, Option<NonNull<ffi::sqlite3_blob>>> {
        self.raw.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the blob is closed.
    pub fn is_closed(&self) -> bool {
        self.handle().is_none()
    }

    /// The number of bytes; zero if the blob is closed or the row has changed.
    pub fn len(&self) -> c_int {
        // SAFETY: an open blob.
        self.handle().map_or(0, |raw| unsafe { ffi::sqlite3_blob_bytes(raw.as_ptr()) })
    }

    /// Fills a buffer from an offset on. Lasts.
    pub fn read(&self, buffer: &mut [u8], offset: c_int) -> Result<(), Failure> {
        let handle = self.handle();
        let Some(raw) = *handle else { return Err(Failure::of_code(ffi::SQLITE_ABORT)) };
        let n = c_int::try_from(buffer.len()).unwrap_or(c_int::MAX);
        // SAFETY: an open blob and a buffer of at least that length.
        let code = unsafe { ffi::sqlite3_blob_read(raw.as_ptr(), buffer.as_mut_ptr().cast(), n, offset) };
        self.database.check(code)
    }

    /// Writes bytes at an offset. Lasts.
    pub fn write(&self, bytes: &[u8], offset: c_int) -> Result<(), Failure> {
        let handle = self.handle();
        let Some(raw) = *handle else { return Err(Failure::of_code(ffi::SQLITE_ABORT)) };
        let n = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        // SAFETY: an open blob and at least that many bytes.
        let code = unsafe { ffi::sqlite3_blob_write(raw.as_ptr(), bytes.as_ptr().cast(), n, offset) };
        self.database.check(code)
    }

    /// Closes the blob. Lasts.
    pub fn close(&self) {
        if let Some(raw) = self.handle().take() {
            // SAFETY: closed once.
            unsafe { ffi::sqlite3_blob_close(raw.as_ptr()) };
        }
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        let current = taipan_runtime::thread::current_ptr();
        // SAFETY: null, or the attached state of this thread.
        let _lock = unsafe { current.as_ref() }.map(|t| self.database.lock(t));
        self.close();
    }
}
