//! Prepared statements.

use super::{Database, Failure, Lock};
use core::ffi::{CStr, c_int};
use libsqlite3_sys as ffi;
use std::sync::Arc;
use taipan_object::{Own, Owned, PyBytes, PyFloat, PyInt, PyResult, Thread, errors, singletons};

/// A prepared statement. One made of an empty text does nothing.
pub struct Statement {
    raw: *mut ffi::sqlite3_stmt,
    database: Arc<Database>,
}

// SAFETY: the library serialises calls on one connection.
unsafe impl Send for Statement {}
// SAFETY: as above; what is not one call alone asks for the lock.
unsafe impl Sync for Statement {}

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Row,
    Done,
}

/// A value of a row.
pub enum Column {
    /// A value that is an object as it is.
    Object(Owned),
    /// Text, in UTF-8 if the database is sound.
    Text(Vec<u8>),
}

impl Statement {
    /// Compiles the first statement of a text; also gives the length of what was compiled. Lasts.
    pub fn prepare(database: &Arc<Database>, sql: &CStr) -> Result<(Self, usize), Failure> {
        let mut raw = core::ptr::null_mut();
        let mut tail = sql.as_ptr();
        // SAFETY: an open connection and a C string.
        let used = unsafe {
            let code = ffi::sqlite3_prepare_v2(database.raw(), sql.as_ptr(), -1, &raw mut raw, &raw mut tail);
            database.check(code)?;
            tail.offset_from(sql.as_ptr())
        };
        Ok((Self { raw, database: database.clone() }, usize::try_from(used).unwrap_or(0)))
    }

    /// The connection.
    pub const fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// Whether there is nothing to do.
    pub const fn is_empty(&self) -> bool {
        self.raw.is_null()
    }

    /// Goes on to the next row. Lasts.
    pub fn step(&self) -> Result<Step, Failure> {
        // SAFETY: a live statement.
        match unsafe { ffi::sqlite3_step(self.raw) } {
            ffi::SQLITE_ROW => Ok(Step::Row),
            ffi::SQLITE_DONE => Ok(Step::Done),
            _ => Err(self.database.failure()),
        }
    }

    /// Goes back to before the first row. Lasts.
    pub fn reset(&self) {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_reset(self.raw) };
    }

    /// Goes back to before the first row, for objects that are destroyed: the thread may hold the GIL or not.
    pub fn release(&self) {
        let current = taipan_runtime::thread::current_ptr();
        // SAFETY: null, or the attached state of this thread.
        let _lock = unsafe { current.as_ref() }.map(|t| self.database.lock(t));
        self.reset();
    }

    /// Whether the statement was started and is not done. Does not wait.
    pub fn is_busy(&self) -> bool {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_stmt_busy(self.raw) != 0 }
    }

    /// Whether the statement can't change the database. Does not wait.
    pub fn is_readonly(&self) -> bool {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_stmt_readonly(self.raw) != 0 }
    }

    /// The number of parameters.
    pub fn parameter_count(&self) -> c_int {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_bind_parameter_count(self.raw) }
    }

    /// The name of a parameter, counted from one, with the character that begins it.
    pub fn parameter_name(&self, _lock: &Lock<'_>, i: c_int) -> Option<Vec<u8>> {
        // SAFETY: a live statement or null; the name is copied while nobody else uses the connection: the statement may
        // be compiled anew by a step.
        unsafe {
            let name = ffi::sqlite3_bind_parameter_name(self.raw, i);
            if name.is_null() { None } else { Some(CStr::from_ptr(name).to_bytes().to_vec()) }
        }
    }

    fn bound(&self, code: c_int) -> Result<(), Failure> {
        self.database.check(code)
    }

    /// Gives a parameter NULL.
    pub fn bind_null(&self, _lock: &Lock<'_>, i: c_int) -> Result<(), Failure> {
        // SAFETY: a live statement, as in the functions below.
        self.bound(unsafe { ffi::sqlite3_bind_null(self.raw, i) })
    }

    /// Gives a parameter an integer.
    pub fn bind_int(&self, _lock: &Lock<'_>, i: c_int, value: i64) -> Result<(), Failure> {
        // SAFETY: as above.
        self.bound(unsafe { ffi::sqlite3_bind_int64(self.raw, i, value) })
    }

    /// Gives a parameter a float.
    pub fn bind_float(&self, _lock: &Lock<'_>, i: c_int, value: f64) -> Result<(), Failure> {
        // SAFETY: as above.
        self.bound(unsafe { ffi::sqlite3_bind_double(self.raw, i, value) })
    }

    /// Gives a parameter a text of less than 2 GiB.
    pub fn bind_text(&self, _lock: &Lock<'_>, i: c_int, text: &str) -> Result<(), Failure> {
        let n = c_int::try_from(text.len()).unwrap_or(0);
        // SAFETY: as above; SQLite copies the text.
        self.bound(unsafe { ffi::sqlite3_bind_text(self.raw, i, text.as_ptr().cast(), n, ffi::SQLITE_TRANSIENT()) })
    }

    /// Gives a parameter bytes, less than 2 GiB of them.
    pub fn bind_blob(&self, _lock: &Lock<'_>, i: c_int, bytes: &[u8]) -> Result<(), Failure> {
        let n = c_int::try_from(bytes.len()).unwrap_or(0);
        // SAFETY: as above; SQLite copies the bytes.
        self.bound(unsafe { ffi::sqlite3_bind_blob(self.raw, i, bytes.as_ptr().cast(), n, ffi::SQLITE_TRANSIENT()) })
    }

    /// The number of columns that rows have. Does not wait.
    pub fn column_count(&self) -> c_int {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_column_count(self.raw) }
    }

    /// The number of columns of the row at hand: zero if there is none.
    pub fn data_count(&self, _lock: &Lock<'_>) -> c_int {
        // SAFETY: a live statement or null.
        unsafe { ffi::sqlite3_data_count(self.raw) }
    }

    /// The name of a column. Nothing: there is no memory.
    pub fn column_name(&self, _lock: &Lock<'_>, i: c_int) -> Option<Vec<u8>> {
        // SAFETY: a live statement; the name is copied while nobody else uses the connection.
        unsafe {
            let name = ffi::sqlite3_column_name(self.raw, i);
            if name.is_null() { None } else { Some(CStr::from_ptr(name).to_bytes().to_vec()) }
        }
    }

    /// The declared type of a column, if it is one of a table.
    pub fn column_decltype(&self, _lock: &Lock<'_>, i: c_int) -> Option<Vec<u8>> {
        // SAFETY: as above.
        unsafe {
            let name = ffi::sqlite3_column_decltype(self.raw, i);
            if name.is_null() { None } else { Some(CStr::from_ptr(name).to_bytes().to_vec()) }
        }
    }

    /// A value of the row at hand as bytes: nothing for NULL.
    pub fn column_bytes(&self, t: &Thread, _lock: &Lock<'_>, i: c_int) -> PyResult<Option<Owned<PyBytes>>> {
        // SAFETY: a live statement; the block has the length that is asked for after it, and is copied while nobody
        // else uses the connection.
        unsafe {
            let block = ffi::sqlite3_column_blob(self.raw, i).cast::<u8>();
            if block.is_null() {
                if ffi::sqlite3_column_type(self.raw, i) != ffi::SQLITE_NULL && self.out_of_memory() {
                    return Err(errors::no_memory(t));
                }
                return Ok(None);
            }
            let n = usize::try_from(ffi::sqlite3_column_bytes(self.raw, i)).unwrap_or(0);
            PyBytes::new(t, core::slice::from_raw_parts(block, n)).map(Some)
        }
    }

    /// A value of the row at hand. `text` makes an object of a text in UTF-8 without running Python code, or declines.
    #[inline]
    pub fn column(
        &self,
        t: &Thread,
        _lock: &Lock<'_>,
        i: c_int,
        text: fn(&Thread, &[u8]) -> PyResult<Option<Owned>>,
    ) -> PyResult<Column> {
        // SAFETY: as above.
        let object = unsafe {
            match ffi::sqlite3_column_type(self.raw, i) {
                ffi::SQLITE_INTEGER => PyInt::from_i64(t, ffi::sqlite3_column_int64(self.raw, i))?.into_object(),
                ffi::SQLITE_FLOAT => PyFloat::new(t, ffi::sqlite3_column_double(self.raw, i))?.into_object(),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_column_text(self.raw, i);
                    if start.is_null() {
                        return Err(errors::no_memory(t));
                    }
                    let n = usize::try_from(ffi::sqlite3_column_bytes(self.raw, i)).unwrap_or(0);
                    let bytes = core::slice::from_raw_parts(start, n);
                    match text(t, bytes)? {
                        Some(object) => object,
                        None => return Ok(Column::Text(bytes.to_vec())),
                    }
                }
                ffi::SQLITE_BLOB => {
                    let block = ffi::sqlite3_column_blob(self.raw, i).cast::<u8>();
                    let n = usize::try_from(ffi::sqlite3_column_bytes(self.raw, i)).unwrap_or(0);
                    if block.is_null() && self.out_of_memory() {
                        return Err(errors::no_memory(t));
                    }
                    let bytes = if block.is_null() { &[][..] } else { core::slice::from_raw_parts(block, n) };
                    PyBytes::new(t, bytes)?.into_object()
                }
                _ => singletons::none().own(),
            }
        };
        Ok(Column::Object(object))
    }

    fn out_of_memory(&self) -> bool {
        // SAFETY: an open connection.
        unsafe { ffi::sqlite3_errcode(self.database.raw()) == ffi::SQLITE_NOMEM }
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        if self.raw.is_null() {
            return;
        }
        let current = taipan_runtime::thread::current_ptr();
        // SAFETY: null, or the attached state of this thread.
        let _lock = unsafe { current.as_ref() }.map(|t| self.database.lock(t));
        // SAFETY: destroyed once; the connection is still there.
        unsafe { ffi::sqlite3_finalize(self.raw) };
    }
}
