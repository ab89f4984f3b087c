//! State of the interpreter layer: `sys`, `builtins`, and what was asked for on the command line.

use core::cell::{Cell, RefCell};
use taipan_object::abi::PyObject;
use taipan_object::{Object, Own, Owned, PyDict, PyModule, PyResult, PyStr, err, singletons};
use taipan_runtime::interpreter::STATE_INTERP;
use taipan_runtime::{Interpreter, Thread, refcount};

/// What hangs off an interpreter.
#[derive(Default)]
pub struct InterpState {
    pub sys: RefCell<Option<Owned<PyModule>>>,
    pub builtins: RefCell<Option<Owned<PyModule>>>,
    pub import_func: RefCell<Option<Owned>>,
    pub importlib: RefCell<Option<Owned>>,
    /// How many imports wait for others.
    pub import_depth: Cell<u32>,
    pub optimize: Cell<i32>,
    pub callables: KnownCallables,
    pub monitoring: crate::tracing::Monitoring,
    /// How objects keep attributes that instructions have met in several types.
    pub attributes: crate::eval::polymorphic::Attributes,
    /// `sys.setdlopenflags`.
    pub dlopen_flags: Cell<i32>,
    /// `-X frozen_modules=off` clears it.
    pub use_frozen_modules: Cell<bool>,
    /// `-X no_debug_ranges`: code objects know lines, not columns.
    pub no_debug_ranges: Cell<bool>,
    /// `-v`.
    pub verbose: Cell<bool>,
    /// `-X importtime`.
    pub import_time: crate::import::ImportTime,
    /// `-E`: environment variables mean nothing.
    pub ignore_environment: Cell<bool>,
    /// The type of `sys.get_asyncgen_hooks()`.
    pub asyncgen_hooks_type: RefCell<Option<Owned<taipan_object::PyType>>>,
    /// The type of `sys.unraisablehook`'s argument.
    pub unraisable_type: RefCell<Option<Owned<taipan_object::PyType>>>,
    /// The code of `-c`, for the lines of its tracebacks.
    pub command_code: RefCell<Option<Owned>>,
    /// The text of `-c`.
    pub command_source: RefCell<String>,
    pub signals: crate::modules::signal::Handlers,
    /// What `atexit` runs; unregistered entries are `None`.
    pub atexit: RefCell<Vec<Option<crate::modules::atexit::Callback>>>,
    /// `gc.garbage`, once somebody has imported `gc`.
    pub garbage: RefCell<Option<Owned<taipan_object::PyList>>>,
    /// `gc.callbacks`.
    pub gc_callbacks: RefCell<Option<Owned<taipan_object::PyList>>>,
    /// `_thread._count()`.
    pub running_threads: Cell<i64>,
}

/// Callables that the evaluation loop treats specially when it meets them (CPython's `callable_cache`). Borrowed: the
/// functions of `builtins` are kept here for good.
pub struct KnownCallables {
    pub len: Cell<*mut PyObject>,
    pub isinstance: Cell<*mut PyObject>,
    pub all: Cell<*mut PyObject>,
    pub any: Cell<*mut PyObject>,
    pub list_append: Cell<*mut PyObject>,
    pub init_cleanup: Cell<*mut PyObject>,
}

impl Default for KnownCallables {
    fn default() -> Self {
        let null = || Cell::new(core::ptr::null_mut());
        Self { len: null(), isinstance: null(), all: null(), any: null(), list_append: null(), init_cleanup: null() }
    }
}

/// Remembers the callables that the evaluation loop knows, once `builtins` is complete.
pub fn remember_callables(t: &Thread) -> PyResult<()> {
    let known = &state(t).callables;
    for (place, name) in
        [(&known.len, "len"), (&known.isinstance, "isinstance"), (&known.all, "all"), (&known.any, "any")]
    {
        place.set(builtin(t, &*PyStr::intern_str(t, name)?)?.into_ptr());
    }
    let append = <taipan_object::PyList as taipan_object::Class>::class().lookup(t, &*PyStr::intern_str(t, "append")?);
    known.list_append.set(append.map_or(core::ptr::null_mut(), Owned::into_ptr));
    known.init_cleanup.set(crate::code::init_cleanup(t)?.into_object().into_ptr());
    Ok(())
}

/// Hangs fresh state on the interpreter.
pub fn init(t: &Thread) {
    t.interpreter().set_slot(STATE_INTERP, Box::into_raw(Box::<InterpState>::default()).cast());
}

/// Whether the current interpreter has come as far as to have a state.
pub(crate) fn exists(t: &Thread) -> bool {
    !t.interpreter().slot(STATE_INTERP).is_null()
}

/// Gives up the objects of an interpreter that has ended, but for those that code may still meet while it dies.
pub fn release(t: &Thread) {
    let state = state(t);
    drop((state.sys.take(), state.import_func.take(), state.importlib.take(), state.garbage.take()));
    drop((state.asyncgen_hooks_type.take(), state.unraisable_type.take(), state.command_code.take()));
    drop((state.gc_callbacks.take(), state.atexit.take(), state.builtins.take()));
    state.attributes.close();
}

/// Frees the state of an interpreter that has ended.
///
/// # Safety
/// Nothing runs in the interpreter any more; the calling thread has the GIL and runs another one.
pub(crate) unsafe fn free(interp: &Interpreter) {
    let state = interp.slot(STATE_INTERP).cast::<InterpState>();
    interp.set_slot(STATE_INTERP, core::ptr::null_mut());
    if state.is_null() {
        return;
    }
    // SAFETY: made by `init`; nobody uses it any more. The callables are references of its own.
    unsafe {
        let state = Box::from_raw(state);
        let known = &state.callables;
        for callable in [&known.len, &known.isinstance, &known.all, &known.any, &known.list_append, &known.init_cleanup]
        {
            refcount::xdecref(callable.get());
        }
    }
}

/// The state of the current interpreter.
pub fn state(t: &Thread) -> &InterpState {
    // SAFETY: set by `init` before any code runs, freed when no thread of the interpreter is left.
    unsafe { &*t.interpreter().slot(STATE_INTERP).cast::<InterpState>() }
}

/// The dictionary of `builtins`.
pub fn builtins_dict(t: &Thread) -> PyResult<Owned<PyDict>> {
    match state(t).builtins.borrow().as_ref().and_then(|m| m.dict()) {
        Some(dict) => Ok(dict),
        None => PyDict::new(t),
    }
}

/// A name of the running function's builtins.
pub fn builtin(t: &Thread, name: &PyStr) -> PyResult {
    let frame = crate::frame::current(t);
    let builtins = if frame.is_null() {
        builtins_dict(t)?.into_object()
    } else {
        // SAFETY: the current frame is live and has builtins.
        unsafe { Object::from_ptr((*frame).f_builtins).own() }
    };
    match taipan_object::sequence::get_item_opt(t, &builtins, name)? {
        Some(found) => Ok(found),
        None => Err(taipan_object::errors::raise_value(t, taipan_object::exceptions_class!(AttributeError), name)),
    }
}

/// An attribute of `sys`, if it is there.
pub fn sys_attr(t: &Thread, name: &str) -> PyResult<Option<Owned>> {
    let sys = state(t).sys.borrow().clone();
    match sys {
        Some(sys) => sys.get(t, name),
        None => Ok(None),
    }
}

/// `sys.modules`.
pub fn modules(t: &Thread) -> PyResult<Owned<PyDict>> {
    match taipan_object::state::modules(t) {
        Some(found) => Ok(found),
        None => Err(err!(t, RuntimeError, "unable to get sys.modules")),
    }
}

/// `None`, owned.
pub fn none() -> Owned {
    singletons::none().own()
}
