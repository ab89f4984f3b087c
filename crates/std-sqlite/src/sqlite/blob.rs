//! Blobs that are opened for reading and writing in place.

use super::{Database, Failure};
use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicI32, AtomicPtr, Ordering};
use libsqlite3_sys as ffi;
use std::sync::Arc;

/// An open blob, until it is closed. Connections close theirs when they are closed.
pub struct Blob {
    /// Null once it is closed. Used and changed by whoever holds the connection's mutex.
    raw: AtomicPtr<ffi::sqlite3_blob>,
    /// The number of bytes, as the last operation left it: asking for it waits for nobody.
    len: AtomicI32,
    database: Arc<Database>,
}

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
        // SAFETY: an open blob, or null, which has no bytes.
        let len = unsafe { ffi::sqlite3_blob_bytes(raw) };
        Ok(Self { raw: AtomicPtr::new(raw), len: AtomicI32::new(len), database: database.clone() })
    }

    /// Does something with the open blob while no other thread uses the connection; waits for the connection.
    fn with<R>(&self, work: impl FnOnce(*mut ffi::sqlite3_blob) -> R) -> Option<R> {
        // SAFETY: the mutex of an open connection, which may be entered again by whoever holds it.
        let mutex = unsafe { ffi::sqlite3_db_mutex(self.database.raw()) };
        // SAFETY: as above.
        unsafe { ffi::sqlite3_mutex_enter(mutex) };
        let raw = self.raw.load(Ordering::Acquire);
        let result = if raw.is_null() { None } else { Some(work(raw)) };
        // SAFETY: entered above.
        unsafe { ffi::sqlite3_mutex_leave(mutex) };
        result
    }

    /// Whether the blob is closed.
    pub fn is_closed(&self) -> bool {
        self.raw.load(Ordering::Acquire).is_null()
    }

    /// The number of bytes; zero if the blob is closed or the row has changed.
    pub fn len(&self) -> c_int {
        self.len.load(Ordering::Acquire)
    }

    fn done(&self, raw: *mut ffi::sqlite3_blob, code: c_int) -> Result<(), Failure> {
        let result = self.database.check(code);
        // SAFETY: an open blob, used under the connection's mutex.
        self.len.store(unsafe { ffi::sqlite3_blob_bytes(raw) }, Ordering::Release);
        result
    }

    /// Fills a buffer from an offset on. Lasts.
    pub fn read(&self, buffer: &mut [u8], offset: c_int) -> Result<(), Failure> {
        let n = c_int::try_from(buffer.len()).unwrap_or(c_int::MAX);
        let done = self.with(|raw| {
            // SAFETY: an open blob and a buffer of at least that length.
            let code = unsafe { ffi::sqlite3_blob_read(raw, buffer.as_mut_ptr().cast(), n, offset) };
            self.done(raw, code)
        });
        done.unwrap_or_else(|| Err(Failure::of_code(ffi::SQLITE_ABORT)))
    }

    /// Writes bytes at an offset. Lasts.
    pub fn write(&self, bytes: &[u8], offset: c_int) -> Result<(), Failure> {
        let n = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        let done = self.with(|raw| {
            // SAFETY: an open blob and at least that many bytes.
            let code = unsafe { ffi::sqlite3_blob_write(raw, bytes.as_ptr().cast(), n, offset) };
            self.done(raw, code)
        });
        done.unwrap_or_else(|| Err(Failure::of_code(ffi::SQLITE_ABORT)))
    }

    /// Closes the blob. Lasts.
    pub fn close(&self) {
        self.with(|raw| {
            self.raw.store(core::ptr::null_mut(), Ordering::Release);
            self.len.store(0, Ordering::Release);
            // SAFETY: closed once, under the connection's mutex.
            unsafe { ffi::sqlite3_blob_close(raw) };
        });
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
