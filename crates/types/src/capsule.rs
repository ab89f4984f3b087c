//! `PyCapsule`: an opaque pointer of C code as an object.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};
use taipan_object::abi::{PyObject, inquiry, traverseproc, visitproc};
use taipan_object::{
    Class, Head, Owned, PyModule, PyResult, PyStr, Thread, class, err, errors, new_object, object, upcast,
};

/// What a capsule does when it dies.
pub type Destructor = unsafe extern "C" fn(*mut PyObject);

#[object]
pub struct PyCapsule {
    /// The pointer, never null.
    pub pointer: Cell<*mut c_void>,
    /// The name, or null; whoever made the capsule keeps it alive.
    pub name: Cell<*const c_char>,
    /// Whatever C code put there.
    pub context: Cell<*mut c_void>,
    /// Called when the capsule dies.
    pub destructor: Cell<Option<Destructor>>,
    /// How the collector sees what the pointer leads to, if C code wants that (`_PyCapsule_SetTraverse`).
    pub traverse: Cell<Option<traverseproc>>,
    pub clear: Cell<Option<inquiry>>,
}

/// Makes a capsule.
///
/// # Safety
/// `name` is null or a C string that outlives the capsule; `destructor` may be called with the capsule.
pub unsafe fn new(
    t: &Thread,
    pointer: *mut c_void,
    name: *const c_char,
    destructor: Option<Destructor>,
) -> PyResult<Owned<PyCapsule>> {
    if pointer.is_null() {
        return Err(err!(t, ValueError, "PyCapsule_New called with null pointer"));
    }
    new_object(
        t,
        PyCapsule {
            head: Head::new(),
            pointer: Cell::new(pointer),
            name: Cell::new(name),
            context: Cell::new(core::ptr::null_mut()),
            destructor: Cell::new(destructor),
            traverse: Cell::new(None),
            clear: Cell::new(None),
        },
    )
    .inspect(|made| {
        // Nothing that it leads to is known until C code says so.
        // SAFETY: a live object.
        unsafe { taipan_runtime::gc::maybe_untrack(upcast(&**made).as_ptr()) };
    })
}

unsafe extern "C" fn capsule_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live capsule; C code's own function for its own pointer.
    unsafe { (*op.cast::<PyCapsule>()).traverse.get().map_or(0, |traverse| traverse(op, visit, arg)) }
}

unsafe extern "C" fn capsule_clear(op: *mut PyObject) -> c_int {
    // SAFETY: as above.
    unsafe { (*op.cast::<PyCapsule>()).clear.get().map_or(0, |clear| clear(op)) }
}

/// Makes a capsule for a native module that is being executed.
pub type Maker = fn(&Thread, &PyModule) -> PyResult;

static OFFERS: Mutex<Vec<(&str, Maker)>> = Mutex::new(Vec::new());

/// Offers a capsule that a native module is to have as an attribute: C tables are made where C code is known.
pub fn offer(name: &'static str, maker: Maker) {
    OFFERS.lock().unwrap_or_else(PoisonError::into_inner).push((name, maker));
}

/// Adds a capsule to a native module if somebody offers it.
pub fn add_offered(t: &Thread, module: &PyModule, name: &str) -> PyResult<()> {
    let found = {
        let offers = OFFERS.lock().unwrap_or_else(PoisonError::into_inner);
        offers.iter().find(|(offered, _)| *offered == name).map(|(_, maker)| *maker)
    };
    match found {
        Some(maker) => module.set(t, name, &*maker(t, module)?),
        None => Ok(()),
    }
}

impl PyCapsule {
    /// Shows the capsule to the collector, as CPython does with those whose table holds types.
    pub fn track(&self) {
        let op = upcast(self).as_ptr();
        // SAFETY: a live object with a GC head.
        unsafe {
            if !taipan_runtime::gc::is_tracked(op) {
                taipan_runtime::gc::track(op);
            }
        }
    }

    /// Whether the capsule's name is this one.
    ///
    /// # Safety
    /// `name` is null or a C string.
    pub unsafe fn has_name(&self, name: *const c_char) -> bool {
        let own = self.name.get();
        if own == name || own.is_null() || name.is_null() {
            return own == name;
        }
        // SAFETY: the caller's promise, and the constructor's.
        unsafe { CStr::from_ptr(own) == CStr::from_ptr(name) }
    }
}

#[class(name = "PyCapsule", export = PyCapsule_Type, flags(HAVE_GC), no_new,
    traverse = capsule_traverse, clear = capsule_clear,
    doc = "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of passing data through the Python interpreter\nwithout creating your own custom type.\n\nCapsules are used for communication between extension modules.\nThey provide a way for an extension module to export a C interface\nto other extension modules, so that extension modules can use the\nPython import mechanism to link to one another.\n")]
impl PyCapsule {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let at = upcast(self).as_ptr();
        let name = self.name.get();
        if name.is_null() {
            return PyStr::from_fmt(t, format_args!("<capsule object NULL at {at:p}>")).map(Owned::into_object);
        }
        // SAFETY: the constructor's promise.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
        PyStr::from_fmt(t, format_args!("<capsule object \"{name}\" at {at:p}>")).map(Owned::into_object)
    }

    #[slot]
    unsafe extern "C" fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: the capsule is dead; its destructor still sees it whole, as C code expects.
        unsafe {
            taipan_runtime::gc::maybe_untrack(op);
            let capsule = op.cast::<Self>();
            if let Some(destructor) = (*capsule).destructor.get() {
                let t = taipan_runtime::thread::current();
                let saved = errors::save(t);
                destructor(op);
                errors::restore(t, saved);
            }
            taipan_object::typeobject::free_instance(op, (*op).ob_type);
        }
    }
}

/// The type, for `types.CapsuleType`.
pub fn capsule_type() -> &'static taipan_object::PyType {
    PyCapsule::class()
}
