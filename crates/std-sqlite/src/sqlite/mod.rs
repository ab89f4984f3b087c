//! SQLite's handles as values: what is unsafe about the C library stays in this folder.
//!
//! A [`Database`] is shared by everything that SQLite has made for it (statements, blobs, backups), so that it is closed
//! after the last of them. The library is built for use by several threads: its calls on one connection wait for each
//! other on a mutex. A call that may last releases the GIL; on its way it may run callbacks, which take the GIL. Whoever
//! holds the GIL must therefore not wait for the mutex: [`Database::lock`] gives the GIL up if it has to wait, and what
//! may not call back asks for the lock as an argument.
#![allow(unsafe_code, reason = "SQLite is a C library: its handles are pointers, its callbacks C functions")]

pub mod backup;
pub mod blob;
pub mod functions;
pub mod hooks;
pub mod library;
pub mod statement;

use core::ffi::{CStr, c_char, c_int};
use core::marker::PhantomData;
use core::ptr::NonNull;
use hooks::Hooks;
use libsqlite3_sys as ffi;
use std::sync::Arc;
use taipan_object::Thread;
use taipan_object::gilstate::with_gil;

/// Makes a call of SQLite that may last, without the GIL. Callbacks on its way run as the thread's own state, which is
/// that of the interpreter it is in.
pub fn call<R: Send>(t: &Thread, work: impl FnOnce() -> R + Send) -> R {
    t.allow_threads(work)
}

/// What SQLite said when a call failed.
pub struct Failure {
    /// The result code.
    pub code: c_int,
    /// The extended result code.
    pub extended: c_int,
    /// The message, in UTF-8.
    pub message: Vec<u8>,
}

impl Failure {
    /// A result code that no connection has more to say about.
    pub fn of_code(code: c_int) -> Self {
        // SAFETY: the text is static.
        let message = unsafe { CStr::from_ptr(ffi::sqlite3_errstr(code)) }.to_bytes().to_vec();
        Self { code, extended: code, message }
    }

    /// No memory.
    pub const fn no_memory() -> Self {
        Self { code: ffi::SQLITE_NOMEM, extended: ffi::SQLITE_NOMEM, message: Vec::new() }
    }
}

/// An open connection.
pub struct Database {
    raw: NonNull<ffi::sqlite3>,
    hooks: Hooks,
}

// SAFETY: the library serialises calls on one connection; the hooks are reached only with the GIL.
unsafe impl Send for Database {}
// SAFETY: as above.
unsafe impl Sync for Database {}

impl Database {
    /// Opens a database file. Lasts: to be called without the GIL.
    pub fn open(path: &CStr, uri: bool, timeout_ms: c_int) -> Result<Arc<Self>, Failure> {
        let mut raw = core::ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | if uri { ffi::SQLITE_OPEN_URI } else { 0 };
        // SAFETY: a C string, and room for the handle.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &raw mut raw, flags, core::ptr::null()) };
        let Some(raw) = NonNull::new(raw) else { return Err(Failure::no_memory()) };
        // A handle is there even if opening failed; dropping it closes it.
        let database = Self { raw, hooks: Hooks::default() };
        if code != ffi::SQLITE_OK {
            return Err(database.failure());
        }
        // SAFETY: an open connection.
        unsafe { ffi::sqlite3_busy_timeout(raw.as_ptr(), timeout_ms) };
        Ok(Arc::new(database))
    }

    const fn raw(&self) -> *mut ffi::sqlite3 {
        self.raw.as_ptr()
    }

    /// The callbacks that belong to the connection as a whole.
    pub const fn hooks(&self, _t: &Thread) -> &Hooks {
        &self.hooks
    }

    /// What the last call on the connection failed with. Asked before another thread may call: from the code that holds
    /// the lock, or under it.
    fn failure(&self) -> Failure {
        // SAFETY: an open connection; the message is copied while no other call can change it.
        unsafe {
            let mutex = ffi::sqlite3_db_mutex(self.raw());
            ffi::sqlite3_mutex_enter(mutex);
            let message = ffi::sqlite3_errmsg(self.raw());
            let failure = Failure {
                code: ffi::sqlite3_errcode(self.raw()) & 0xff,
                extended: ffi::sqlite3_extended_errcode(self.raw()),
                message: if message.is_null() { Vec::new() } else { CStr::from_ptr(message).to_bytes().to_vec() },
            };
            ffi::sqlite3_mutex_leave(mutex);
            failure
        }
    }

    /// [`Ok`] for `SQLITE_OK`.
    fn check(&self, code: c_int) -> Result<(), Failure> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.failure()) }
    }

    /// Keeps other threads from using the connection. Gives the GIL up if it has to wait.
    pub fn lock<'a>(&'a self, t: &Thread) -> Lock<'a> {
        // SAFETY: an open connection.
        let mutex = unsafe { ffi::sqlite3_db_mutex(self.raw()) };
        // SAFETY: the connection's mutex, which lives as long.
        if unsafe { ffi::sqlite3_mutex_try(mutex) } != ffi::SQLITE_OK {
            t.allow_threads(|| {
                // SAFETY: as above.
                unsafe { ffi::sqlite3_mutex_enter(ffi::sqlite3_db_mutex(self.raw())) }
            });
        }
        Lock { mutex, connection: PhantomData }
    }

    /// Whether no transaction is open.
    pub fn is_autocommit(&self, t: &Thread) -> bool {
        let _lock = self.lock(t);
        // SAFETY: an open connection.
        unsafe { ffi::sqlite3_get_autocommit(self.raw()) != 0 }
    }

    /// The number of rows changed by the last statement.
    pub fn changes(&self, _lock: &Lock<'_>) -> i64 {
        // SAFETY: an open connection.
        i64::from(unsafe { ffi::sqlite3_changes(self.raw()) })
    }

    /// The number of rows changed since the connection was opened.
    pub fn total_changes(&self, t: &Thread) -> i64 {
        let _lock = self.lock(t);
        // SAFETY: an open connection.
        i64::from(unsafe { ffi::sqlite3_total_changes(self.raw()) })
    }

    /// The row identifier of the last insertion.
    pub fn last_insert_rowid(&self, t: &Thread) -> i64 {
        let _lock = self.lock(t);
        // SAFETY: an open connection.
        unsafe { ffi::sqlite3_last_insert_rowid(self.raw()) }
    }

    /// Makes running statements stop. Does not wait.
    pub fn interrupt(&self) {
        // SAFETY: an open connection; may be called by any thread.
        unsafe { ffi::sqlite3_interrupt(self.raw()) }
    }

    /// Sets a limit, or with a negative value only asks for it.
    pub fn limit(&self, t: &Thread, category: c_int, value: c_int) -> c_int {
        let _lock = self.lock(t);
        // SAFETY: an open connection; bad categories are answered with -1.
        unsafe { ffi::sqlite3_limit(self.raw(), category, value) }
    }

    /// Sets (0, 1) or asks for (-1) one of the switches of a connection. The verb is one that takes two integers.
    pub fn config(&self, lock: &Lock<'_>, op: c_int, value: c_int) -> Result<bool, Failure> {
        let _ = lock;
        let mut current: c_int = 0;
        debug_assert!(library::is_switch(op));
        if !library::is_switch(op) {
            return Err(Failure::of_code(ffi::SQLITE_MISUSE));
        }
        // SAFETY: switches take an int and the address of an int.
        let code = unsafe { ffi::sqlite3_db_config(self.raw(), op, value, &raw mut current) };
        self.check(code)?;
        Ok(current != 0)
    }

    /// Runs a statement that has neither parameters nor rows. Lasts.
    pub fn execute(&self, sql: &CStr) -> Result<(), Failure> {
        let mut stmt = core::ptr::null_mut();
        // SAFETY: an open connection and a C string; the statement is used and destroyed here.
        unsafe {
            let code = ffi::sqlite3_prepare_v2(self.raw(), sql.as_ptr(), -1, &raw mut stmt, core::ptr::null_mut());
            self.check(code)?;
            let _ = ffi::sqlite3_step(stmt);
            self.check(ffi::sqlite3_finalize(stmt))
        }
    }

    /// Runs all statements of a script. Lasts.
    pub fn execute_script(&self, sql: &CStr) -> Result<(), Failure> {
        let mut rest: *const c_char = sql.as_ptr();
        // SAFETY: the rest always points into the C string; statements are used and destroyed here.
        unsafe {
            while *rest != 0 {
                let mut stmt = core::ptr::null_mut();
                let mut tail = rest;
                self.check(ffi::sqlite3_prepare_v2(self.raw(), rest, -1, &raw mut stmt, &raw mut tail))?;
                if !stmt.is_null() {
                    while ffi::sqlite3_step(stmt) == ffi::SQLITE_ROW {}
                    self.check(ffi::sqlite3_finalize(stmt))?;
                }
                rest = tail;
            }
        }
        Ok(())
    }

    /// Whether extensions may be loaded from now on.
    pub fn enable_load_extension(&self, _lock: &Lock<'_>, enable: bool) -> bool {
        // SAFETY: an open connection.
        unsafe { ffi::sqlite3_enable_load_extension(self.raw(), enable.into()) == ffi::SQLITE_OK }
    }

    /// Loads an extension; its message if that failed. Lasts.
    pub fn load_extension(&self, name: &CStr, entrypoint: Option<&CStr>) -> Result<(), Vec<u8>> {
        let mut message = core::ptr::null_mut();
        let entry = entrypoint.map_or(core::ptr::null(), CStr::as_ptr);
        // SAFETY: an open connection and C strings; the message is ours to free. What the extension does is the
        // program's responsibility, which asked for it and has allowed loading before.
        unsafe {
            let code = ffi::sqlite3_load_extension(self.raw(), name.as_ptr(), entry, &raw mut message);
            if code == ffi::SQLITE_OK {
                return Ok(());
            }
            let text = if message.is_null() {
                Failure::of_code(code).message
            } else {
                CStr::from_ptr(message).to_bytes().to_vec()
            };
            ffi::sqlite3_free(message.cast());
            Err(text)
        }
    }

    /// The bytes of a database. Lasts.
    pub fn serialize(&self, name: &CStr) -> Option<Vec<u8>> {
        let mut size = 0;
        // SAFETY: an open connection; the block is ours, of that size, and freed here.
        unsafe {
            let data = ffi::sqlite3_serialize(self.raw(), name.as_ptr(), &raw mut size, 0);
            if data.is_null() {
                return None;
            }
            let copy = core::slice::from_raw_parts(data, usize::try_from(size).unwrap_or(0)).to_vec();
            ffi::sqlite3_free(data.cast());
            Some(copy)
        }
    }

    /// Makes a database one in memory with these contents. Lasts.
    pub fn deserialize(&self, name: &CStr, data: &[u8]) -> Result<(), Failure> {
        let size = data.len() as i64;
        // SAFETY: an open connection; the block has that size, and SQLite owns it from then on, even if it fails.
        unsafe {
            let block = ffi::sqlite3_malloc64(data.len().max(1) as u64).cast::<u8>();
            if block.is_null() {
                return Err(Failure::no_memory());
            }
            block.copy_from_nonoverlapping(data.as_ptr(), data.len());
            let flags = ffi::SQLITE_DESERIALIZE_FREEONCLOSE | ffi::SQLITE_DESERIALIZE_RESIZEABLE;
            self.check(ffi::sqlite3_deserialize(self.raw(), name.as_ptr(), block, size, size, flags))
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: closed once, after everything that was made for it.
        unsafe { ffi::sqlite3_close(self.raw()) };
    }
}

/// While this lives, no other thread uses the connection.
pub struct Lock<'a> {
    mutex: *mut ffi::sqlite3_mutex,
    connection: PhantomData<&'a Database>,
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // SAFETY: entered when this was made.
        unsafe { ffi::sqlite3_mutex_leave(self.mutex) };
    }
}
