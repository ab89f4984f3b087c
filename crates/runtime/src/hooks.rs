//! What the runtime asks of the layers above, filled in once at start-up.

use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_abi::{PyObject, PyWeakReference};

/// The table of upward calls.
pub struct Hooks {
    /// Clears the weak references to a dying object and calls their callbacks.
    pub clear_weakrefs: unsafe fn(*mut PyObject),
    /// Makes a weak reference dead and unlinks it, without calling its callback.
    pub clear_weakref: unsafe fn(*mut PyWeakReference),
    /// Whether an object is a weak reference.
    pub is_weakref: unsafe fn(*mut PyObject) -> bool,
    /// Calls the callback (given as an owned reference) of a weak reference that the collector cleared.
    pub call_weakref_callback: unsafe fn(*mut PyWeakReference, callback: *mut PyObject),
    /// Reports an exception that `tp_clear` or a finalizer left behind.
    pub unraisable: unsafe fn(*mut PyObject),
    /// Runs around a collection: phase 0 before, 1 after; generation, collected, uncollectable.
    pub gc_callback: unsafe fn(phase: u8, generation: usize, collected: usize, uncollectable: usize),
    /// `gc.garbage.append`.
    pub gc_garbage: unsafe fn(*mut PyObject),
    /// Writes a line to `sys.stderr` as `gc.set_debug` asked; `op` is the object that the line is about, or null.
    pub gc_debug: unsafe fn(message: &str, op: *mut PyObject),
    /// Empties free lists at a full collection.
    pub clear_freelists: fn(),
}

static HOOKS: AtomicPtr<Hooks> = AtomicPtr::new(core::ptr::null_mut());

/// Installs the table; called once, before any object dies.
pub fn install(hooks: &'static Hooks) {
    HOOKS.store(core::ptr::from_ref(hooks).cast_mut(), Ordering::Release);
}

/// The installed table.
#[inline]
pub fn hooks() -> Option<&'static Hooks> {
    let table = HOOKS.load(Ordering::Acquire);
    // SAFETY: only `install` stores here, and only `'static` tables.
    unsafe { table.as_ref() }
}
