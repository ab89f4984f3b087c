//! Callbacks of a connection as a whole: the authorizer, the progress handler and the trace callback.
//!
//! SQLite gets the address of the [`Hooks`] inside the [`Database`], which live as long as the connection. A callable
//! that is replaced while it runs is kept by the call.

use super::{Database, Lock, with_gil};
use crate::callbacks;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use libsqlite3_sys as ffi;
use taipan_object::{Object, Owned, Slot, Thread, Traverse, Visitor};

/// The callables.
#[derive(Default)]
pub struct Hooks {
    authorizer: Held,
    progress: Held,
    trace: Held,
    /// An exception that a collation raised: SQLite has no way to hand it on.
    pub pending: Held,
}

/// A slot that is empty at first.
pub struct Held(pub Slot);

impl Default for Held {
    fn default() -> Self {
        Self(Slot::empty())
    }
}

impl Traverse for Hooks {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for held in [&self.authorizer, &self.progress, &self.trace, &self.pending] {
            held.0.traverse(visitor);
        }
    }
    fn clear(&self) {
        for held in [&self.authorizer, &self.progress, &self.trace, &self.pending] {
            held.0.clear();
        }
    }
}

/// The hooks behind the pointer that SQLite hands back.
///
/// # Safety
/// `data` is what a connection was given, and the connection is being used.
unsafe fn hooks<'a>(data: *mut c_void) -> &'a Hooks {
    // SAFETY: the caller's promise.
    unsafe { &*data.cast::<Hooks>() }
}

/// A C string that may be missing.
///
/// # Safety
/// `text` is null or a C string that lives as long as the callback runs.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    if text.is_null() { None } else { Some(unsafe { CStr::from_ptr(text) }.to_bytes()) }
}

unsafe extern "C" fn authorize(
    data: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    database: *const c_char,
    source: *const c_char,
) -> c_int {
    with_gil(|t| {
        // SAFETY: SQLite hands back what it was given, and C strings or null.
        let (callable, names) =
            unsafe { (hooks(data).authorizer.0.get(), [text(first), text(second), text(database), text(source)]) };
        callable.map_or(ffi::SQLITE_DENY, |callable| callbacks::authorize(t, &callable, action, names))
    })
}

unsafe extern "C" fn progress(data: *mut c_void) -> c_int {
    with_gil(|t| {
        // SAFETY: SQLite hands back what it was given.
        let callable = unsafe { hooks(data) }.progress.0.get();
        callable.map_or(0, |callable| callbacks::progress(t, &callable).into())
    })
}

unsafe extern "C" fn trace(kind: c_uint, data: *mut c_void, stmt: *mut c_void, sql: *mut c_void) -> c_int {
    if kind != ffi::SQLITE_TRACE_STMT {
        return 0;
    }
    with_gil(|t| {
        // SAFETY: SQLite hands back what it was given; for this kind of event the others are a statement and its text.
        unsafe {
            let Some(callable) = hooks(data).trace.0.get() else { return };
            let expanded = ffi::sqlite3_expanded_sql(stmt.cast());
            if expanded.is_null() {
                let db = ffi::sqlite3_db_handle(stmt.cast());
                let no_memory = ffi::sqlite3_errcode(db) == ffi::SQLITE_NOMEM;
                callbacks::trace_unexpanded(t, &callable, text(sql.cast()).unwrap_or(b""), no_memory);
            } else {
                let copy = CStr::from_ptr(expanded).to_bytes().to_vec();
                ffi::sqlite3_free(expanded.cast());
                callbacks::trace(t, &callable, &copy);
            }
        }
    });
    0
}

impl Database {
    /// Shows the callables to the collector.
    pub fn visit_hooks(&self, visitor: &mut Visitor<'_>) {
        self.hooks.traverse(visitor);
    }

    /// Drops the callables, which are part of a cycle that nobody needs.
    pub fn clear_hooks(&self) {
        self.hooks.clear();
    }

    fn hooks_ptr(&self) -> *mut c_void {
        core::ptr::from_ref(&self.hooks).cast_mut().cast()
    }

    /// Sets the authorizer; false if SQLite refuses.
    pub fn set_authorizer(&self, t: &Thread, _lock: &Lock<'_>, callable: Option<&Object>) -> bool {
        let old = self.hooks(t).authorizer.0.replace(callable.map(Owned::from));
        let entry = callable.map(|_| authorize as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
        // SAFETY: an open connection; the hooks live as long.
        let done = unsafe { ffi::sqlite3_set_authorizer(self.raw(), entry, self.hooks_ptr()) } == ffi::SQLITE_OK;
        drop(old);
        done
    }

    /// Sets the progress handler.
    pub fn set_progress_handler(&self, t: &Thread, _lock: &Lock<'_>, callable: Option<&Object>, n: c_int) {
        let old = self.hooks(t).progress.0.replace(callable.map(Owned::from));
        let entry = callable.map(|_| progress as unsafe extern "C" fn(_) -> _);
        // SAFETY: an open connection; the hooks live as long.
        unsafe { ffi::sqlite3_progress_handler(self.raw(), n, entry, self.hooks_ptr()) };
        drop(old);
    }

    /// Sets the trace callback.
    pub fn set_trace_callback(&self, t: &Thread, _lock: &Lock<'_>, callable: Option<&Object>) {
        let old = self.hooks(t).trace.0.replace(callable.map(Owned::from));
        let entry = callable.map(|_| trace as unsafe extern "C" fn(_, _, _, _) -> _);
        let mask = if callable.is_some() { ffi::SQLITE_TRACE_STMT } else { 0 };
        // SAFETY: an open connection; the hooks live as long.
        unsafe { ffi::sqlite3_trace_v2(self.raw(), mask, entry, self.hooks_ptr()) };
        drop(old);
    }

    /// Takes the callbacks away that could call Python code.
    pub fn remove_hooks(&self, t: &Thread) {
        let lock = self.lock(t);
        self.set_trace_callback(t, &lock, None);
        self.set_progress_handler(t, &lock, None, 0);
        self.set_authorizer(t, &lock, None);
    }
}
