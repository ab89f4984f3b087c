//! The libraries behind the modules: their databases as values.
#![allow(unsafe_code, reason = "databases are pointers of C libraries")]

use crate::dynamic::table;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null_mut};
use std::sync::OnceLock;
use taipan_runtime::dynamic::Library;

/// A key or a value (`datum`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Datum {
    data: *mut c_char,
    size: c_int,
}

impl Datum {
    /// The library does not write to it.
    fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self { data: bytes.as_ptr().cast_mut().cast(), size: c_int::try_from(bytes.len()).ok()? })
    }

    /// A copy of the bytes; `None` where there is no datum.
    ///
    /// # Safety
    /// The library has just given this.
    unsafe fn copied(self) -> Option<Vec<u8>> {
        let size = usize::try_from(self.size).ok()?;
        // SAFETY: the library's bytes, so many.
        (!self.data.is_null()).then(|| unsafe { core::slice::from_raw_parts(self.data.cast::<u8>(), size) }.to_vec())
    }

    /// As [`Datum::copied`], of bytes that are ours to free.
    ///
    /// # Safety
    /// As above.
    unsafe fn taken(self) -> Option<Vec<u8>> {
        // SAFETY: the caller's promise; allocated with malloc.
        unsafe {
            let bytes = self.copied();
            libc::free(self.data.cast());
            bytes
        }
    }
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn clear_errno() {
    // SAFETY: the thread's own.
    unsafe { *libc::__errno_location() = 0 };
}

/// That a call failed.
pub struct Failed;

macro_rules! ndbm_table {
    ($table:ident, $open:literal, $close:literal, $fetch:literal, $store:literal, $delete:literal, $first:literal,
     $next:literal, $error:literal, $clear:literal) => {
        fn $table(library: Library) -> Result<NdbmTable, String> {
            table! { Table {
                open = $open: unsafe extern "C" fn(*const c_char, c_int, c_int) -> *mut c_void,
                close = $close: unsafe extern "C" fn(*mut c_void),
                fetch = $fetch: unsafe extern "C" fn(*mut c_void, Datum) -> Datum,
                store = $store: unsafe extern "C" fn(*mut c_void, Datum, Datum, c_int) -> c_int,
                delete = $delete: unsafe extern "C" fn(*mut c_void, Datum) -> c_int,
                first = $first: unsafe extern "C" fn(*mut c_void) -> Datum,
                next = $next: unsafe extern "C" fn(*mut c_void) -> Datum,
                error = $error: unsafe extern "C" fn(*mut c_void) -> c_int,
                clear = $clear: unsafe extern "C" fn(*mut c_void) -> c_int,
            } }
            let Table { open, close, fetch, store, delete, first, next, error, clear } = Table::load(library)?;
            Ok(NdbmTable { open, close, fetch, store, delete, first, next, error, clear })
        }
    };
}

struct NdbmTable {
    open: unsafe extern "C" fn(*const c_char, c_int, c_int) -> *mut c_void,
    close: unsafe extern "C" fn(*mut c_void),
    fetch: unsafe extern "C" fn(*mut c_void, Datum) -> Datum,
    store: unsafe extern "C" fn(*mut c_void, Datum, Datum, c_int) -> c_int,
    delete: unsafe extern "C" fn(*mut c_void, Datum) -> c_int,
    first: unsafe extern "C" fn(*mut c_void) -> Datum,
    next: unsafe extern "C" fn(*mut c_void) -> Datum,
    error: unsafe extern "C" fn(*mut c_void) -> c_int,
    clear: unsafe extern "C" fn(*mut c_void) -> c_int,
}

ndbm_table!(
    berkeley,
    c"__db_ndbm_open",
    c"__db_ndbm_close",
    c"__db_ndbm_fetch",
    c"__db_ndbm_store",
    c"__db_ndbm_delete",
    c"__db_ndbm_firstkey",
    c"__db_ndbm_nextkey",
    c"__db_ndbm_error",
    c"__db_ndbm_clearerr"
);
ndbm_table!(
    gnu_compatible,
    c"dbm_open",
    c"dbm_close",
    c"dbm_fetch",
    c"dbm_store",
    c"dbm_delete",
    c"dbm_firstkey",
    c"dbm_nextkey",
    c"dbm_error",
    c"dbm_clearerr"
);

/// A library with the interface `ndbm`.
pub struct Ndbm {
    /// What it is, as the module tells.
    pub name: &'static str,
    table: NdbmTable,
}

impl Ndbm {
    /// The library; looked for once.
    pub fn get() -> Result<&'static Self, String> {
        static FOUND: OnceLock<Result<Ndbm, String>> = OnceLock::new();
        let find = || match Library::open(&[c"libdb-5.3.so"]) {
            Ok(library) => Ok(Self { name: "Berkeley DB", table: berkeley(library)? }),
            Err(reason) => match Library::open(&[c"libgdbm_compat.so.4"]) {
                Ok(library) => Ok(Self { name: "GNU gdbm", table: gnu_compatible(library)? }),
                Err(_) => Err(reason),
            },
        };
        FOUND.get_or_init(find).as_ref().map_err(Clone::clone)
    }

    /// Opens a database, or gives the number of the error.
    pub fn open(&'static self, path: &CStr, flags: c_int, mode: c_int) -> Result<NdbmFile, c_int> {
        clear_errno();
        // SAFETY: a path.
        let file = unsafe { (self.table.open)(path.as_ptr(), flags, mode) };
        NonNull::new(file).map(|file| NdbmFile(file, &self.table)).ok_or_else(errno)
    }
}

/// An open database, which is closed with the value.
pub struct NdbmFile(NonNull<c_void>, &'static NdbmTable);

impl Drop for NdbmFile {
    fn drop(&mut self) {
        // SAFETY: an open database, of which this is the only handle.
        unsafe { (self.1.close)(self.0.as_ptr()) };
    }
}

impl NdbmFile {
    pub fn fetch(&self, key: &[u8]) -> Option<Vec<u8>> {
        let key = Datum::of(key)?;
        // SAFETY: an open database; what it gives is copied before the next call.
        unsafe { (self.1.fetch)(self.0.as_ptr(), key).copied() }
    }

    /// Whether there is a key.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.fetch(key).is_some()
    }

    /// Sets a value, or with `insert` one that is not there yet.
    pub fn store(&self, key: &[u8], value: &[u8], insert: bool) -> Result<(), Failed> {
        let (Some(key), Some(value)) = (Datum::of(key), Datum::of(value)) else { return Err(Failed) };
        // DBM_INSERT and DBM_REPLACE.
        let how = c_int::from(!insert);
        // SAFETY: an open database.
        self.check(unsafe { (self.1.store)(self.0.as_ptr(), key, value, how) })
    }

    pub fn delete(&self, key: &[u8]) -> Result<(), Failed> {
        let key = Datum::of(key).ok_or(Failed)?;
        // SAFETY: an open database.
        self.check(unsafe { (self.1.delete)(self.0.as_ptr(), key) })
    }

    fn check(&self, result: c_int) -> Result<(), Failed> {
        if result >= 0 {
            return Ok(());
        }
        self.forgive();
        Err(Failed)
    }

    /// The first key.
    pub fn first(&self) -> Option<Vec<u8>> {
        // SAFETY: an open database; what it gives is copied before the next call.
        unsafe { (self.1.first)(self.0.as_ptr()).copied() }
    }

    /// The key after the one that was asked for last.
    pub fn next(&self) -> Option<Vec<u8>> {
        // SAFETY: as above.
        unsafe { (self.1.next)(self.0.as_ptr()).copied() }
    }

    /// Whether something went wrong.
    pub fn has_failed(&self) -> bool {
        // SAFETY: an open database.
        unsafe { (self.1.error)(self.0.as_ptr()) != 0 }
    }

    /// Forgets what went wrong.
    pub fn forgive(&self) {
        // SAFETY: an open database.
        unsafe { (self.1.clear)(self.0.as_ptr()) };
    }
}

table! {
    /// The functions of GNU dbm.
    GnuTable {
        open = c"gdbm_open": unsafe extern "C" fn(*const c_char, c_int, c_int, c_int, *mut c_void) -> *mut c_void,
        close = c"gdbm_close": unsafe extern "C" fn(*mut c_void) -> c_int,
        fetch = c"gdbm_fetch": unsafe extern "C" fn(*mut c_void, Datum) -> Datum,
        exists = c"gdbm_exists": unsafe extern "C" fn(*mut c_void, Datum) -> c_int,
        store = c"gdbm_store": unsafe extern "C" fn(*mut c_void, Datum, Datum, c_int) -> c_int,
        delete = c"gdbm_delete": unsafe extern "C" fn(*mut c_void, Datum) -> c_int,
        first = c"gdbm_firstkey": unsafe extern "C" fn(*mut c_void) -> Datum,
        next = c"gdbm_nextkey": unsafe extern "C" fn(*mut c_void, Datum) -> Datum,
        count = c"gdbm_count": unsafe extern "C" fn(*mut c_void, *mut u64) -> c_int,
        reorganize = c"gdbm_reorganize": unsafe extern "C" fn(*mut c_void) -> c_int,
        sync = c"gdbm_sync": unsafe extern "C" fn(*mut c_void) -> c_int,
        strerror = c"gdbm_strerror": unsafe extern "C" fn(c_int) -> *const c_char,
        error = c"gdbm_errno_location": unsafe extern "C" fn() -> *mut c_int,
        version = c"gdbm_version_number": *const [c_int; 3],
    }
}

/// GNU dbm.
pub struct Gnu(GnuTable);

// SAFETY: functions and the address of a constant.
unsafe impl Send for Gnu {}
// SAFETY: as above.
unsafe impl Sync for Gnu {}

/// Why a call failed: the system's error if it is one, and the library's.
#[derive(Clone, Copy)]
pub struct GnuError {
    pub errno: c_int,
    pub code: c_int,
}

impl GnuError {
    /// `GDBM_ITEM_NOT_FOUND`
    const ITEM_NOT_FOUND: c_int = 15;

    /// Whether there was no such key.
    pub fn is_missing(self) -> bool {
        self.code == Self::ITEM_NOT_FOUND
    }
}

impl Gnu {
    /// The library; looked for once.
    pub fn get() -> Result<&'static Self, String> {
        static FOUND: OnceLock<Result<Gnu, String>> = OnceLock::new();
        let find = || Library::open(&[c"libgdbm.so.6"]).and_then(GnuTable::load).map(Self);
        FOUND.get_or_init(find).as_ref().map_err(Clone::clone)
    }

    /// Its version.
    pub fn version(&self) -> [c_int; 3] {
        // SAFETY: a constant of the library.
        unsafe { *self.0.version }
    }

    /// What an error of the library means.
    pub fn message(&self, error: GnuError) -> String {
        // SAFETY: a constant text.
        unsafe { CStr::from_ptr((self.0.strerror)(error.code)) }.to_string_lossy().into_owned()
    }

    fn error(&self) -> GnuError {
        let errno = errno();
        // SAFETY: the thread's own.
        GnuError { errno, code: unsafe { *(self.0.error)() } }
    }

    /// Opens a database.
    pub fn open(&'static self, path: &CStr, flags: c_int, mode: c_int) -> Result<GnuFile, GnuError> {
        clear_errno();
        // SAFETY: a path; errors are returned.
        let file = unsafe { (self.0.open)(path.as_ptr(), 0, flags, mode, null_mut()) };
        NonNull::new(file).map(|file| GnuFile(file, self)).ok_or_else(|| self.error())
    }
}

/// An open database, which is closed with the value.
pub struct GnuFile(NonNull<c_void>, &'static Gnu);

impl Drop for GnuFile {
    fn drop(&mut self) {
        // SAFETY: an open database, of which this is the only handle.
        unsafe { (self.1.0.close)(self.0.as_ptr()) };
    }
}

impl GnuFile {
    fn check(&self, result: c_int) -> Result<(), GnuError> {
        if result < 0 { Err(self.1.error()) } else { Ok(()) }
    }

    fn too_long(&self) -> GnuError {
        GnuError { errno: libc::EFBIG, code: 0 }
    }

    pub fn fetch(&self, key: &[u8]) -> Option<Vec<u8>> {
        let key = Datum::of(key)?;
        // SAFETY: an open database; values are allocated for the caller.
        unsafe { (self.1.0.fetch)(self.0.as_ptr(), key).taken() }
    }

    /// Whether there is a key.
    pub fn contains(&self, key: &[u8]) -> bool {
        // SAFETY: an open database.
        Datum::of(key).is_some_and(|key| unsafe { (self.1.0.exists)(self.0.as_ptr(), key) != 0 })
    }

    /// Sets a value.
    pub fn store(&self, key: &[u8], value: &[u8]) -> Result<(), GnuError> {
        let (Some(key), Some(value)) = (Datum::of(key), Datum::of(value)) else { return Err(self.too_long()) };
        clear_errno();
        // GDBM_REPLACE.
        // SAFETY: an open database.
        self.check(unsafe { (self.1.0.store)(self.0.as_ptr(), key, value, 1) })
    }

    pub fn delete(&self, key: &[u8]) -> Result<(), GnuError> {
        let key = Datum::of(key).ok_or_else(|| self.too_long())?;
        clear_errno();
        // SAFETY: an open database.
        self.check(unsafe { (self.1.0.delete)(self.0.as_ptr(), key) })
    }

    /// The first key.
    pub fn first(&self) -> Option<Vec<u8>> {
        // SAFETY: an open database; keys are allocated for the caller.
        unsafe { (self.1.0.first)(self.0.as_ptr()).taken() }
    }

    /// The key after another one.
    pub fn next(&self, key: &[u8]) -> Option<Vec<u8>> {
        let key = Datum::of(key)?;
        // SAFETY: as above.
        unsafe { (self.1.0.next)(self.0.as_ptr(), key).taken() }
    }

    /// The number of keys.
    pub fn count(&self) -> Result<u64, GnuError> {
        let mut count = 0;
        clear_errno();
        // SAFETY: an open database and a place for the number.
        self.check(unsafe { (self.1.0.count)(self.0.as_ptr(), &mut count) })?;
        Ok(count)
    }

    pub fn reorganize(&self) -> Result<(), GnuError> {
        clear_errno();
        // SAFETY: an open database.
        self.check(unsafe { (self.1.0.reorganize)(self.0.as_ptr()) })
    }

    pub fn sync(&self) {
        // SAFETY: an open database.
        unsafe { (self.1.0.sync)(self.0.as_ptr()) };
    }
}
