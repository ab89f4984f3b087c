//! Who wants to know of changes: callbacks of native code for dictionaries, types, functions, code and contexts
//! (`PyDict_Watch` and its relatives). The C API installs the table; nothing is asked while nobody watches.

use crate::dict::PyDict;
use crate::handle::Object;
use crate::typeobject::PyType;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use taipan_runtime::Thread;
use taipan_runtime::abi::PyObject;

/// What happens to a dictionary (`PyDict_WatchEvent`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum DictEvent {
    Added,
    Modified,
    Deleted,
    Cloned,
    Cleared,
    Deallocated,
}

/// What happens to a function (`PyFunction_WatchEvent`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum FunctionEvent {
    Create,
    Destroy,
    ModifyCode,
    ModifyDefaults,
    ModifyKwdefaults,
}

/// What happens to a code object (`PyCodeEvent`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CodeEvent {
    Create,
    Destroy,
}

/// Who is told. Each function reports exceptions itself and leaves the one in flight as it was.
pub struct Watchers {
    /// Before a watched dictionary changes: key and new value.
    pub dict: fn(&Thread, DictEvent, &PyDict, Option<&Object>, Option<&Object>),
    /// Before a watched type changes.
    pub class: fn(&Thread, &PyType),
    /// After a function has been made, before it changes or dies: the new value.
    pub function: fn(&Thread, FunctionEvent, &Object, Option<&Object>),
    /// After code has been made, before it dies.
    pub code: fn(&Thread, CodeEvent, &Object),
    /// After a thread has come to another context, or to none.
    pub context: fn(&Thread, Option<&Object>),
}

static WATCHERS: AtomicPtr<Watchers> = AtomicPtr::new(core::ptr::null_mut());
/// Whether anybody watches these; dictionaries and types have bits of their own.
static FUNCTIONS: AtomicBool = AtomicBool::new(false);
static CODE: AtomicBool = AtomicBool::new(false);
static CONTEXTS: AtomicBool = AtomicBool::new(false);

/// Installs the table.
pub fn install(watchers: &'static Watchers) {
    WATCHERS.store(core::ptr::from_ref(watchers).cast_mut(), Ordering::Release);
}

/// Says whether functions, code and contexts are watched.
pub fn set_watched(functions: bool, code: bool, contexts: bool) {
    FUNCTIONS.store(functions, Ordering::Relaxed);
    CODE.store(code, Ordering::Relaxed);
    CONTEXTS.store(contexts, Ordering::Relaxed);
}

fn told() -> Option<(&'static Watchers, &'static Thread)> {
    // SAFETY: only `'static` tables are stored; who changes objects is attached.
    unsafe {
        let watchers = WATCHERS.load(Ordering::Acquire).as_ref()?;
        let t = taipan_runtime::thread::current_ptr().as_ref()?;
        Some((watchers, t))
    }
}

/// Shows a dying object, whose last reference is gone, to a callback: true if that has kept it.
///
/// # Safety
/// Called by the object's `tp_dealloc` before anything else.
pub unsafe fn show_dying(op: *mut PyObject, tell: impl FnOnce(&Object)) -> bool {
    // SAFETY: the caller's promise: the object is whole, and nobody else has it.
    unsafe {
        (*op).ob_refcnt = 1;
        tell(Object::from_ptr(op));
        (*op).ob_refcnt -= 1;
        (*op).ob_refcnt != 0
    }
}

/// A watched dictionary is about to change.
#[cold]
#[inline(never)]
pub fn dict(event: DictEvent, dict: &PyDict, key: Option<&Object>, value: Option<&Object>) {
    if let Some((watchers, t)) = told() {
        (watchers.dict)(t, event, dict, key, value);
    }
}

/// A watched type is about to change.
#[cold]
#[inline(never)]
pub fn class(class: &PyType) {
    if let Some((watchers, t)) = told() {
        (watchers.class)(t, class);
    }
}

/// Whether functions are watched.
#[inline(always)]
pub fn functions_watched() -> bool {
    FUNCTIONS.load(Ordering::Relaxed)
}

/// Whether code objects are watched.
#[inline(always)]
pub fn code_watched() -> bool {
    CODE.load(Ordering::Relaxed)
}

/// Something happens to a function.
#[inline(always)]
pub fn function(event: FunctionEvent, function: &Object, value: Option<&Object>) {
    if functions_watched() {
        tell_function(event, function, value);
    }
}

#[cold]
#[inline(never)]
fn tell_function(event: FunctionEvent, function: &Object, value: Option<&Object>) {
    if let Some((watchers, t)) = told() {
        (watchers.function)(t, event, function, value);
    }
}

/// Something happens to a code object.
#[cold]
#[inline(never)]
pub fn code(event: CodeEvent, code: &Object) {
    if let Some((watchers, t)) = told() {
        (watchers.code)(t, event, code);
    }
}

/// The thread is in another context now.
#[inline(always)]
pub fn context(context: Option<&Object>) {
    if CONTEXTS.load(Ordering::Relaxed) {
        tell_context(context);
    }
}

#[cold]
#[inline(never)]
fn tell_context(context: Option<&Object>) {
    if let Some((watchers, t)) = told() {
        (watchers.context)(t, context);
    }
}
