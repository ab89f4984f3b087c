//! What interpreters have in common once some have a GIL of their own (PEP 684): native types, and all that hangs off them.
//!
//! As long as interpreters take turns with one GIL, nothing is special about these objects. Before the first interpreter
//! gets a lock of its own, [`begin`] makes them immortal, takes them from the collector and forbids changes; what is made
//! ready later gets there at once, one type at a time ([`exclusively`]). What must differ between interpreters (lists of
//! subclasses and of weak references, interned strings that die) hangs off an interpreter with a lock of its own
//! ([`Apart`]); all others have it together, as ever.

use super::{PyType, heap_static};
use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::unicode::intern;
use crate::{PyDict, PyStr, name};
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, thread};

/// Whether there are several locks, or have been.
static SEVERAL: AtomicBool = AtomicBool::new(false);
/// Whether Python code has changed a native type: then values hang off it that belong to one interpreter.
static CHANGED: AtomicBool = AtomicBool::new(false);

/// Held by whoever makes something that all interpreters will have in common.
static MAKING: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether this thread holds [`MAKING`].
    static IS_MAKING: Cell<bool> = const { Cell::new(false) };
    /// What this thread holds while it forks.
    static FORKING: RefCell<Option<(MutexGuard<'static, ()>, MutexGuard<'static, Natives>)>> =
        const { RefCell::new(None) };
}

/// A native type's direct subclass that is native too.
struct Native {
    class: usize,
    /// The main interpreter's own list has it as well.
    listed: bool,
}

type Natives = Option<HashMap<usize, Vec<Native>>>;

/// The native subclasses of native types, by the address of the base; none as long as there is one lock.
static NATIVE: Mutex<Natives> = Mutex::new(None);

/// What an interpreter with a lock of its own has for itself.
#[derive(Default)]
pub(crate) struct Apart {
    /// Dictionaries as in `tp_subclasses`, by the address of the native base.
    subclasses: RefCell<HashMap<usize, Owned<PyDict>>>,
    /// Heads of lists of weak references to objects that all interpreters have in common, by their address.
    weak: RefCell<HashMap<usize, Box<Cell<*mut PyWeakReference>>>>,
    /// Interned strings that may die.
    pub(crate) interned: RefCell<intern::Table>,
}

/// Whether interpreters run, or have run, at the same time.
#[inline(always)]
pub fn several() -> bool {
    SEVERAL.load(Ordering::Acquire)
}

/// What the interpreter of the thread has for itself, if it has a lock of its own.
#[inline]
pub(crate) fn apart(t: &Thread) -> Option<&Apart> {
    if t.interpreter().separate { Some(&crate::state::object_state(t).apart) } else { None }
}

/// Python code changes an attribute of a type.
pub(super) fn note_change(class: &PyType) {
    if is_shared(class) {
        CHANGED.store(true, Ordering::Relaxed);
    }
}

/// Whether a type is one of those that all interpreters have in common.
pub(super) fn is_shared(class: &PyType) -> bool {
    // SAFETY: a live object.
    unsafe { refcount::is_shared(class.as_ptr()) }
}

/// Runs `work` while nobody else makes what interpreters have in common. It runs no Python code, and does not let the GIL
/// go.
pub fn exclusively<R>(work: impl FnOnce() -> R) -> R {
    if !several() || IS_MAKING.get() {
        return work();
    }
    let turn = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    IS_MAKING.set(true);
    let result = work();
    IS_MAKING.set(false);
    drop(turn);
    result
}

/// Before a fork: nobody is in the midst of something that the child would never see finished.
pub fn before_fork(_t: &Thread) {
    if several() {
        let making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        FORKING.set(Some((making, natives())));
        intern::before_fork();
    }
}

/// After a fork, in both processes.
pub fn after_fork(_t: &Thread) {
    intern::after_fork();
    drop(FORKING.take());
}

/// Prepares for interpreters that run at the same time. False: Python code has changed native types, so that it cannot be.
/// The thread has the main interpreter's GIL, and nobody has another one yet.
pub fn begin(t: &Thread) -> PyResult<bool> {
    if several() {
        return Ok(true);
    }
    if CHANGED.load(Ordering::Relaxed) {
        return Ok(false);
    }
    crate::state::prepare_shared(t)?;
    let group = crate::state::object_state(t).exception_group();
    crate::state::show_exception_group(&group);
    // SAFETY: nobody runs at the same time yet.
    unsafe {
        refcount::set_shared(group.as_ptr());
        gc::maybe_untrack(group.as_ptr());
    }
    let mut found: HashMap<usize, Vec<Native>> = HashMap::new();
    let mut left = vec![crate::PyBaseObject::class().own()];
    let mut seen = std::collections::HashSet::from([left[0].as_type_ptr() as usize]);
    while let Some(class) = left.pop() {
        share_type(t, &class)?;
        for subclass in class.subclasses().into_iter().filter(|subclass| is_shared(subclass)) {
            let address = subclass.as_type_ptr() as usize;
            found.entry(class.as_type_ptr() as usize).or_default().push(Native { class: address, listed: true });
            if seen.insert(address) {
                left.push(subclass);
            }
        }
    }
    intern::share(t)?;
    *natives() = Some(found);
    SEVERAL.store(true, Ordering::Release);
    Ok(true)
}

fn natives() -> MutexGuard<'static, Natives> {
    NATIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes what hangs off a native type fit for several interpreters at the same time.
pub(super) fn share_type(t: &Thread, class: &PyType) -> PyResult<()> {
    // SAFETY: no other interpreter sees the type yet, or none runs.
    unsafe {
        let ty = class.as_type_ptr();
        (*ty).tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
        if let Some(dict) = class.dict() {
            for key in [name!(t, "__annotations_cache__"), name!(t, "__annotate_func__")] {
                drop(dict.pop_item(t, key)?);
            }
            // Entries with descriptors first: they need what the dictionary says of the class.
            for (key, value) in dict.items_vec() {
                share(key.as_ptr());
                share(value.as_ptr());
            }
            share_alone(dict.as_ptr());
        }
        let heap = ty.cast::<PyHeapTypeObject>();
        let is_heap = (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0;
        let names = if is_heap { [(*heap).ht_name, (*heap).ht_qualname] } else { [core::ptr::null_mut(); 2] };
        for part in [(*ty).tp_mro, (*ty).tp_bases, names[0], names[1]] {
            if !part.is_null() {
                share(part);
            }
        }
        class.assign_version();
    }
    Ok(())
}

/// Does once more for a native type what is done when it is made ready, after attributes have been added.
pub fn complete(t: &Thread, class: &PyType) -> PyResult<()> {
    if several() && is_shared(class) { share_type(t, class) } else { Ok(()) }
}

/// Makes one object immortal and takes it from the collector.
unsafe fn share_alone(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if !refcount::is_shared(op) {
            refcount::set_shared(op);
        }
        if gc::is_gc(op) {
            gc::maybe_untrack(op);
        }
    }
}

unsafe extern "C" fn visit(op: *mut PyObject, _arg: *mut c_void) -> c_int {
    // SAFETY: traversal hands over live objects.
    unsafe { share(op) };
    0
}

/// Makes an object, and what it refers to, fit for several interpreters at the same time.
pub(crate) unsafe fn share(op: *mut PyObject) {
    // SAFETY: a live object that no other interpreter reaches yet.
    unsafe {
        let object = Object::from_ptr(op);
        if let Some(text) = object.downcast_exact::<PyStr>() {
            share_text(text);
            return;
        }
        // Types are made fit by themselves.
        if refcount::is_shared(op) || object.is_instance_of::<PyType>() {
            return;
        }
        refcount::set_shared(op);
        if crate::descr::is_native_descriptor(object) {
            let t = thread::current();
            let d = op.cast::<PyDescrObject>();
            if crate::descr::descr_qualname(t, object).is_err() {
                crate::errors::clear(t);
            }
            for part in [(*d).d_name, (*d).d_qualname] {
                if !part.is_null() {
                    share(part);
                }
            }
        }
        if gc::is_gc(op) {
            gc::maybe_untrack(op);
        }
        if let Some(traverse) = (*object.class().as_type_ptr()).tp_traverse
            && (*object.class().as_type_ptr()).tp_flags & Py_TPFLAGS_HAVE_GC != 0
        {
            traverse(op, visit, core::ptr::null_mut());
        }
    }
}

/// Makes a string immortal, and computes what it would note of itself later.
fn share_text(text: &PyStr) {
    let _ = text.hash();
    // SAFETY: as in `share`.
    unsafe {
        let t = thread::current();
        if text.to_utf8(t).is_err() {
            crate::errors::clear(t);
        }
        if text.is_interned() {
            drop(intern::intern_immortal(text));
        } else {
            refcount::set_immortal(text.as_ptr());
        }
    }
}

/// Notes a native subclass of a native type; false as long as the bases' own lists do.
pub(super) fn add_native(base: &PyType, class: &PyType) -> bool {
    if !several() || !is_shared(base) || !is_shared(class) {
        return false;
    }
    if let Some(all) = natives().as_mut() {
        let list = all.entry(base.as_type_ptr() as usize).or_default();
        list.push(Native { class: class.as_type_ptr() as usize, listed: false });
    }
    true
}

/// The subclasses of a type that the interpreter has listed, and the native ones that its list lacks.
pub(super) fn add_native_subclasses(t: &Thread, base: &PyType, mut listed: Vec<Owned<PyType>>) -> Vec<Owned<PyType>> {
    if !several() || !is_shared(base) {
        return listed;
    }
    let apart = t.interpreter().separate;
    let all = natives();
    let list = all.as_ref().and_then(|all| all.get(&(base.as_type_ptr() as usize)));
    let wanted = list.into_iter().flatten().filter(|native| apart || !native.listed);
    // SAFETY: native types live for ever.
    let class = |native: &Native| unsafe { PyType::from_type_ptr(native.class as *mut PyTypeObject) }.own();
    // Most of them are older than what an interpreter of its own has, and newer than the others of the main one.
    if apart {
        return wanted.map(class).chain(listed).collect();
    }
    listed.extend(wanted.map(class));
    listed
}

/// The dictionary of a type's subclasses, which is made if there is none and `make` asks for it.
pub(super) fn subclass_dict(t: &Thread, base: &PyType, make: bool) -> PyResult<Option<Owned<PyDict>>> {
    if is_shared(base)
        && let Some(apart) = apart(t)
    {
        let key = base.as_type_ptr() as usize;
        let known = apart.subclasses.borrow().get(&key).cloned();
        if known.is_some() || !make {
            return Ok(known);
        }
        let made = PyDict::new(t)?;
        apart.subclasses.borrow_mut().insert(key, made.clone());
        return Ok(Some(made));
    }
    // SAFETY: `tp_subclasses` holds a dictionary or null.
    unsafe {
        let ty = base.as_type_ptr();
        if (*ty).tp_subclasses.is_null() {
            if !make {
                return Ok(None);
            }
            (*ty).tp_subclasses = PyDict::new(t)?.into_object().into_ptr().cast();
        }
        Ok(Some(Object::from_ptr((*ty).tp_subclasses.cast()).cast_unchecked::<PyDict>().own()))
    }
}

/// The head of the current interpreter's list of weak references to an object that all have in common. `None`: it is
/// where the object has it. Null: there is none, and it was not to be made.
pub(crate) unsafe fn weak_list(op: *mut PyObject, make: bool) -> Option<*mut *mut PyWeakReference> {
    // SAFETY: the caller is attached and has a live object.
    unsafe {
        if !refcount::is_shared(op) {
            return None;
        }
        let t = thread::current_ptr().as_ref()?;
        let mut weak = apart(t)?.weak.borrow_mut();
        if make {
            let head = weak.entry(op as usize).or_insert_with(|| Box::new(Cell::new(core::ptr::null_mut())));
            return Some(head.as_ptr());
        }
        Some(weak.get(&(op as usize)).map_or(core::ptr::null_mut(), |head| head.as_ptr()))
    }
}

/// An interpreter ends: gives up what it has for itself.
pub fn release(t: &Thread) {
    if let Some(apart) = apart(t) {
        let subclasses = apart.subclasses.take();
        drop(subclasses);
    }
}

/// Sets an attribute of a native type when its module is executed. Where interpreters run at the same time it is there
/// already: see [`crate::state::Hooks::prepare_shared`].
pub(super) fn keeps_attribute(t: &Thread, class: &PyType, name: &PyStr, value: Option<&Object>) -> PyResult<bool> {
    if !several() || !is_shared(class) || class.flags() & Py_TPFLAGS_READY == 0 {
        return Ok(false);
    }
    let known = match class.dict() {
        Some(dict) => dict.contains(t, name)?,
        None => false,
    };
    debug_assert_eq!(known, value.is_some(), "{}.{} is set too late", class.name_lossy(), name.to_string_lossy());
    Ok(known == value.is_some())
}

/// Whether a type of ours is one that interpreters have in common: called while it is made ready.
pub(super) unsafe fn becomes_shared(ty: *const PyTypeObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_flags & _Py_TPFLAGS_STATIC_BUILTIN != 0 || heap_static::is_unprepared(ty) }
}
