//! State of the object layer in one interpreter, and the table of hooks through which it reaches the layers above.

use crate::exceptions::MemoryErrors;
use crate::handle::{Object, Own, Owned, PyResult};
use crate::typeobject::{MethodCache, PyType};
use crate::unicode::intern::Identity;
use crate::{PyDict, PyStr, PyTuple, err, singletons};
use core::any::{Any, TypeId};
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_void};
use core::hash::BuildHasherDefault;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::collections::HashMap;
use std::sync::OnceLock;
use taipan_runtime::abi::{Py_buffer, PyObject, getbufferproc};
use taipan_runtime::interpreter::STATE_OBJECT;
use taipan_runtime::{Interpreter, Thread};

/// What hangs off an interpreter.
pub struct ObjectState {
    /// One for all interpreters with the same GIL: the versions that it goes by are no type's twice.
    pub method_cache: &'static MethodCache,
    exception_group: RefCell<Option<Owned<PyType>>>,
    /// Objects whose repr is being made (`Py_ReprEnter`), each with its thread.
    repr_stack: RefCell<Vec<(usize, usize)>>,
    /// `sys.set_int_max_str_digits`.
    pub int_max_str_digits: Cell<usize>,
    /// Search functions and error handlers of codecs.
    pub codecs: crate::codecs::CodecState,
    /// Hooks of `sys.addaudithook`.
    pub audit_hooks: RefCell<Vec<Owned>>,
    /// Functions of `os.register_at_fork`: before, in the child, in the parent.
    pub at_fork: RefCell<[Vec<Owned>; 3]>,
    /// What native modules do before a fork, and after it in both processes.
    pub around_fork: RefCell<Vec<[fn(&Thread); 2]>>,
    /// What native modules do in the child of a fork, before any Python code runs.
    pub after_fork_child: RefCell<Vec<fn(&Thread)>>,
    /// What stood first in `sys.path` when the program began, unless `-P` keeps it away.
    pub first_path: RefCell<Option<std::ffi::OsString>>,
    /// `-X cpu_count`; negative: what the system says.
    pub cpu_count: Cell<i64>,
    /// `sys.modules`.
    pub modules: RefCell<Option<Owned<PyDict>>>,
    /// Instances of `MemoryError` for when there is no memory.
    pub memory_errors: MemoryErrors,
    /// What libraries keep for an interpreter, by type.
    extensions: RefCell<HashMap<TypeId, Box<dyn Any>, BuildHasherDefault<Identity>>>,
    /// What the interpreter has for itself if it has a GIL of its own.
    pub(crate) apart: crate::typeobject::share::Apart,
}

impl ObjectState {
    /// The type `ExceptionGroup`.
    pub fn exception_group(&self) -> Owned<PyType> {
        match &*self.exception_group.borrow() {
            Some(class) => class.clone(),
            None => <crate::exceptions::Exception as crate::Class>::class().own(),
        }
    }

    /// Stores the type `ExceptionGroup`.
    pub fn set_exception_group(&self, class: Owned<PyType>) {
        *self.exception_group.borrow_mut() = Some(class);
    }
}

/// `ExceptionGroup`, for interpreters with a GIL of their own.
static EXCEPTION_GROUP: AtomicPtr<PyObject> = AtomicPtr::new(core::ptr::null_mut());

/// Has interpreters with a GIL of their own find a class that has been made for all.
pub(crate) fn show_exception_group(class: &PyType) {
    EXCEPTION_GROUP.store(class.as_ptr(), Ordering::Release);
}

/// Hangs fresh state on an interpreter, beside another one or as the first.
pub(crate) fn init(interp: &Interpreter, other: Option<&Interpreter>) {
    let state = Box::new(ObjectState {
        method_cache: match other {
            _ if interp.separate => Box::leak(MethodCache::new()),
            // SAFETY: `other` has been initialised, and has threads; they share the GIL.
            Some(other) => unsafe { &*other.slot(STATE_OBJECT).cast::<ObjectState>() }.method_cache,
            None => Box::leak(MethodCache::new()),
        },
        exception_group: RefCell::new(None),
        repr_stack: RefCell::new(Vec::new()),
        int_max_str_digits: Cell::new(4300),
        codecs: crate::codecs::CodecState::default(),
        audit_hooks: RefCell::new(Vec::new()),
        at_fork: RefCell::default(),
        around_fork: RefCell::default(),
        after_fork_child: RefCell::default(),
        first_path: RefCell::new(None),
        cpu_count: Cell::new(-1),
        modules: RefCell::new(None),
        memory_errors: MemoryErrors::new(),
        extensions: RefCell::default(),
        apart: crate::typeobject::share::Apart::default(),
    });
    interp.set_slot(STATE_OBJECT, Box::into_raw(state).cast());
}

/// Takes over the class that is made once for all interpreters, and what is raised if there is no memory for more.
pub(crate) fn share_with(t: &Thread, other: &Interpreter) {
    // SAFETY: the class lives for ever once interpreters have GILs of their own.
    if let Some(class) = unsafe { Object::from_ptr_opt(EXCEPTION_GROUP.load(Ordering::Acquire)) }
        && t.interpreter().separate
    {
        // SAFETY: only that class is stored.
        object_state(t).set_exception_group(unsafe { class.cast_unchecked::<PyType>() }.own());
        return;
    }
    // SAFETY: `other` has been initialised, and has threads; they share the GIL.
    let theirs = unsafe { &*other.slot(STATE_OBJECT).cast::<ObjectState>() };
    object_state(t).set_exception_group(theirs.exception_group());
    object_state(t).memory_errors.borrow_last(&theirs.memory_errors);
}

/// The state of the current interpreter.
#[inline(always)]
pub fn object_state(t: &Thread) -> &ObjectState {
    // SAFETY: set by `init` before any object exists, freed when no thread of the interpreter is left.
    unsafe { &*t.interpreter().slot(STATE_OBJECT).cast::<ObjectState>() }
}

/// What a library keeps for the interpreter: one value of each type, made when it is first asked for. It is dropped when
/// the interpreter has ended: nobody keeps the reference beyond what he does in the interpreter.
pub fn extension<T: 'static>(t: &Thread, make: impl FnOnce(&Thread) -> PyResult<T>) -> PyResult<&'static T> {
    let find = || {
        let all = object_state(t).extensions.borrow();
        let found = all.get(&TypeId::of::<T>()).and_then(|any| any.downcast_ref::<T>()).map(core::ptr::from_ref);
        // SAFETY: what has been entered stays at its place until the interpreter has ended.
        found.map(|found| unsafe { &*found })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    let made = Box::new(make(t)?);
    // Making it may have run code that asked for it too.
    if let Some(found) = find() {
        return Ok(found);
    }
    let place = &raw const *made;
    object_state(t).extensions.borrow_mut().insert(TypeId::of::<T>(), made);
    // SAFETY: as above.
    Ok(unsafe { &*place })
}

/// Drops what libraries keep for an interpreter that has ended. Destructors may ask for some of it once more.
pub fn drop_extensions(t: &Thread) {
    for _ in 0..8 {
        let all = object_state(t).extensions.take();
        if all.is_empty() {
            return;
        }
        drop(all);
    }
}

/// Frees the state of an interpreter that has ended.
///
/// # Safety
/// Nothing runs in the interpreter any more; the calling thread has the GIL and runs another one.
pub unsafe fn free(interp: &Interpreter) {
    let state = interp.slot(STATE_OBJECT).cast::<ObjectState>();
    interp.set_slot(STATE_OBJECT, core::ptr::null_mut());
    // SAFETY: made by `init`; nobody uses it any more, nor the cache that was made with it.
    unsafe {
        let state = Box::from_raw(state);
        if interp.separate {
            drop(Box::from_raw(core::ptr::from_ref(state.method_cache).cast_mut()));
        }
        drop(state);
    }
}

/// Upward calls, filled in once at start-up by the interpreter.
pub struct Hooks {
    /// Runs pending signal handlers.
    pub check_signals: fn(&Thread) -> PyResult<()>,
    /// Whether an object is a traceback.
    pub is_traceback: fn(&Object) -> bool,
    /// Reports the exception in flight through `sys.unraisablehook`.
    pub unraisable: fn(&Thread, Option<&str>, Option<&Object>),
    /// Issues a warning.
    pub warn: fn(&Thread, &PyType, &PyStr, isize) -> PyResult<()>,
    /// Issues a `ResourceWarning` about an object that is destroyed.
    pub warn_resource: fn(&Thread, &Object, &PyStr) -> PyResult<()>,
    /// Imports a module by its full name.
    pub import: fn(&Thread, &str) -> PyResult,
    /// A name of the running function's builtins.
    pub builtin: fn(&Thread, &PyStr) -> PyResult,
    /// The globals of the running Python function.
    pub current_globals: fn(&Thread) -> Option<Owned<PyDict>>,
    /// Whether an object is a Python function.
    pub is_function: fn(&Object) -> bool,
    /// Class and first argument of the running function, for `super()`.
    pub super_arguments: fn(&Thread) -> PyResult<(Owned, Option<Owned>)>,
    /// An iterator over a sequence by `__getitem__`.
    pub sequence_iterator: fn(&Thread, &Object) -> PyResult,
    /// `types.GenericAlias(origin, args)`.
    pub generic_alias: fn(&Thread, &Object, &Object) -> PyResult,
    /// The members of a `types.Union` as a tuple, or `None`.
    pub union_args: fn(&Thread, &Object) -> PyResult<Option<Owned>>,
    /// `X | Y` of types.
    pub type_union: fn(&Thread, &Object, &Object) -> PyResult,
    /// A memoryview of an object, asked for with these flags.
    pub memoryview: fn(&Thread, &Object, c_int, getbufferproc) -> PyResult,
    /// `__release_buffer__` of a native type.
    pub release_memoryview: fn(&Thread, &Object, &Object) -> PyResult<()>,
    /// Exports the memoryview that `__buffer__` returned on behalf of the object.
    pub export_python_buffer: fn(&Thread, &Object, &Object, &mut Py_buffer, c_int) -> PyResult<()>,
    /// Releases such an export.
    pub release_python_buffer: fn(&Thread, &Object, &mut Py_buffer),
    /// Gives native types what their modules add to them, before interpreters run at the same time.
    pub prepare_shared: fn(&Thread) -> PyResult<()>,
    /// Does something in the interpreter of a number, if it is still there.
    pub visit: fn(&Thread, i64, &mut dyn FnMut(&Thread)),
}

static HOOKS: AtomicPtr<Hooks> = AtomicPtr::new(core::ptr::null_mut());

/// Installs the table.
pub fn install(hooks: &'static Hooks) {
    HOOKS.store(core::ptr::from_ref(hooks).cast_mut(), Ordering::Release);
}

fn hooks() -> Option<&'static Hooks> {
    // SAFETY: only `'static` tables are stored.
    unsafe { HOOKS.load(Ordering::Acquire).as_ref() }
}

#[cold]
fn too_early(t: &Thread) -> crate::Raised {
    err!(t, SystemError, "the interpreter is not initialised")
}

/// Runs pending signal handlers.
pub fn check_signals(t: &Thread) -> PyResult<()> {
    hooks().map_or(Ok(()), |h| (h.check_signals)(t))
}

/// Whether an object is a traceback.
pub fn is_traceback(object: &Object) -> bool {
    hooks().is_some_and(|h| (h.is_traceback)(object))
}

/// Reports the exception in flight through `sys.unraisablehook`.
pub fn unraisable(t: &Thread, message: Option<&str>, object: Option<&Object>) {
    match hooks() {
        Some(h) => (h.unraisable)(t, message, object),
        None => crate::errors::clear(t),
    }
}

/// Issues a warning.
pub fn warn(t: &Thread, category: &PyType, message: &PyStr, stack_level: isize) -> PyResult<()> {
    hooks().map_or(Ok(()), |h| (h.warn)(t, category, message, stack_level))
}

/// Issues a `ResourceWarning` about an object that is destroyed (`PyErr_ResourceWarning`).
pub fn warn_resource(t: &Thread, source: &Object, message: &PyStr) -> PyResult<()> {
    hooks().map_or(Ok(()), |h| (h.warn_resource)(t, source, message))
}

/// Imports a module by its full name.
pub fn import(t: &Thread, name: &str) -> PyResult {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.import)(t, name))
}

/// A name of the running function's builtins (`_PyEval_GetBuiltin`).
pub fn builtin(t: &Thread, name: &PyStr) -> PyResult {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.builtin)(t, name))
}

/// The globals of the running Python function.
pub fn current_globals(t: &Thread) -> Option<Owned<PyDict>> {
    hooks().and_then(|h| (h.current_globals)(t))
}

/// Whether an object is a Python function.
pub fn is_function(object: &Object) -> bool {
    hooks().is_some_and(|h| (h.is_function)(object))
}

/// Class and first argument of the running function, for `super()`.
pub fn super_arguments(t: &Thread) -> PyResult<(Owned, Option<Owned>)> {
    hooks().map_or_else(|| Err(err!(t, RuntimeError, "super(): no current frame")), |h| (h.super_arguments)(t))
}

/// An iterator over a sequence by `__getitem__`.
pub fn sequence_iterator(t: &Thread, object: &Object) -> PyResult {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.sequence_iterator)(t, object))
}

/// `types.GenericAlias(origin, args)`.
pub fn generic_alias(t: &Thread, origin: &Object, args: &Object) -> PyResult {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.generic_alias)(t, origin, args))
}

/// The members of a `types.Union` as a tuple, or `None`.
pub fn union_args(t: &Thread, object: &Object) -> PyResult<Option<Owned>> {
    hooks().map_or(Ok(None), |h| (h.union_args)(t, object))
}

/// `X | Y` of types.
pub fn type_union(t: &Thread, left: &Object, right: &Object) -> PyResult {
    hooks().map_or_else(singletons::ok_not_implemented, |h| (h.type_union)(t, left, right))
}

/// A memoryview of what one type's slot exports for an object (`_PyMemoryView_FromBufferProc`).
pub fn memoryview_with(t: &Thread, object: &Object, flags: c_int, slot: getbufferproc) -> PyResult {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.memoryview)(t, object, flags, slot))
}

/// A memoryview of an object.
pub fn memoryview_from(t: &Thread, object: &Object, flags: c_int) -> PyResult {
    // SAFETY: slots of a live type.
    match unsafe { (*object.class().as_type_ptr()).tp_as_buffer.as_ref().and_then(|b| b.bf_getbuffer) } {
        Some(slot) => memoryview_with(t, object, flags, slot),
        None => Err(err!(
            t,
            TypeError,
            "memoryview: a bytes-like object is required, not '{:.200}'",
            object.class().name_lossy()
        )),
    }
}

/// `__release_buffer__` of a native type.
pub fn release_memoryview(t: &Thread, object: &Object, view: &Object) -> PyResult<()> {
    hooks().map_or(Ok(()), |h| (h.release_memoryview)(t, object, view))
}

/// Exports the memoryview that `__buffer__` returned on behalf of the object.
pub fn export_python_buffer(
    t: &Thread,
    object: &Object,
    exported: &Object,
    view: &mut Py_buffer,
    flags: c_int,
) -> PyResult<()> {
    hooks().map_or_else(|| Err(too_early(t)), |h| (h.export_python_buffer)(t, object, exported, view, flags))
}

/// Releases such an export.
pub fn release_python_buffer(t: &Thread, object: &Object, view: &mut Py_buffer) {
    if let Some(h) = hooks() {
        (h.release_python_buffer)(t, object, view);
    }
}

/// Gives native types what their modules add to them, before interpreters run at the same time.
pub(crate) fn prepare_shared(t: &Thread) -> PyResult<()> {
    hooks().map_or(Ok(()), |h| (h.prepare_shared)(t))
}

/// Does something in the interpreter of a number, if it is still there.
pub(crate) fn visit(t: &Thread, id: i64, work: &mut dyn FnMut(&Thread)) {
    if id == t.interpreter().id {
        return work(t);
    }
    if let Some(h) = hooks() {
        (h.visit)(t, id, work);
    }
}

/// Before "'tuple' object is not callable": the compiler has warned already; nothing is to be done at run time.
pub fn suggest_call(_t: &Thread, _callable: &Object) {}

/// Notes that an object's repr is being made; false if it is already (`Py_ReprEnter`).
pub fn repr_enter(t: &Thread, object: &Object) -> bool {
    let mut stack = object_state(t).repr_stack.borrow_mut();
    let entry = (t.as_ptr() as usize, object.as_ptr() as usize);
    if stack.contains(&entry) {
        return false;
    }
    stack.push(entry);
    true
}

/// The object's repr is made (`Py_ReprLeave`).
pub fn repr_leave(t: &Thread, object: &Object) {
    let mut stack = object_state(t).repr_stack.borrow_mut();
    let entry = (t.as_ptr() as usize, object.as_ptr() as usize);
    if let Some(at) = stack.iter().rposition(|&e| e == entry) {
        stack.remove(at);
    }
}

/// `sys.modules`, once it exists.
pub fn modules(t: &Thread) -> Option<Owned<PyDict>> {
    object_state(t).modules.borrow().clone()
}

/// The members of a pair, for hooks that return two objects.
pub fn split_pair(pair: &PyTuple) -> Option<(Owned, Owned)> {
    match pair.as_slice() {
        [a, b] => Some((a.own(), b.own())),
        _ => None,
    }
}

/// Empties the cache of attributes found in types.
pub fn clear_method_cache(t: &Thread) {
    object_state(t).method_cache.clear();
}

/// What opens a file that is going to be run (`PyFile_SetOpenCodeHook`).
pub type OpenCodeHook = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject;

static OPEN_CODE: OnceLock<(OpenCodeHook, usize)> = OnceLock::new();

/// Says what opens files that are going to be run; false if somebody else has said so already.
///
/// # Safety
/// The function may be called with a path and the data as long as the process lives.
pub unsafe fn set_open_code_hook(hook: OpenCodeHook, data: *mut c_void) -> bool {
    OPEN_CODE.set((hook, data as usize)).is_ok()
}

/// The file that the hook gives for a path; `None` if there is no hook.
pub fn open_code(_t: &Thread, path: &Object) -> Option<PyResult> {
    let (hook, data) = OPEN_CODE.get()?;
    // SAFETY: `set_open_code_hook`'s promise: a new reference, or null with an exception.
    Some(unsafe { Owned::from_result(hook(path.as_ptr(), *data as *mut c_void)) })
}

/// Whether an object was made that has a finalizer and is no container.
static FINALIZES_UNTRACKED: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// An object with a finalizer is made that the collector does not know of.
pub fn note_untracked_finalizer() {
    FINALIZES_UNTRACKED.store(true, core::sync::atomic::Ordering::Relaxed);
}

/// Whether there has been an object with a finalizer that the collector does not know of.
pub fn finalizes_untracked() -> bool {
    FINALIZES_UNTRACKED.load(core::sync::atomic::Ordering::Relaxed)
}
