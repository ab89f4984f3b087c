//! State of the interpreter layer: `sys`, `builtins`, and what was asked for on the command line.

use core::cell::{Cell, RefCell};
use taipan_object::{Object, Own, Owned, PyDict, PyModule, PyResult, PyStr, err, name, singletons};
use taipan_runtime::Thread;
use taipan_runtime::interpreter::STATE_INTERP;

/// What hangs off an interpreter.
#[derive(Default)]
pub struct InterpState {
    pub sys: RefCell<Option<Owned<PyModule>>>,
    pub builtins: RefCell<Option<Owned<PyModule>>>,
    pub import_func: RefCell<Option<Owned>>,
    pub importlib: RefCell<Option<Owned>>,
    pub optimize: Cell<i32>,
}

/// Hangs fresh state on the interpreter.
pub fn init(t: &Thread) {
    t.interpreter().set_slot(STATE_INTERP, Box::into_raw(Box::<InterpState>::default()).cast());
}

/// The state of the current interpreter.
pub fn state(t: &Thread) -> &InterpState {
    // SAFETY: set by `init` before any code runs, never freed.
    unsafe { &*t.interpreter().slot(STATE_INTERP).cast::<InterpState>() }
}

/// The dictionary of `builtins`.
pub fn builtins_dict(t: &Thread) -> PyResult<Owned<PyDict>> {
    match state(t).builtins.borrow().as_ref().and_then(|m| m.dict()) {
        Some(dict) => Ok(dict),
        None => PyDict::new(t),
    }
}

/// A name of `builtins`.
pub fn builtin(t: &Thread, name: &str) -> PyResult {
    let key = PyStr::intern_str(t, name)?;
    match builtins_dict(t)?.get_item(t, &key)? {
        Some(found) => Ok(found),
        None => Err(err!(t, NameError, "name '{name}' is not defined")),
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

/// "coroutine 'x' was never awaited".
pub fn warn_unawaited(t: &Thread, coroutine: &Object) -> PyResult<()> {
    let qualname = coroutine.getattr(t, name!(t, "__qualname__"))?;
    taipan_object::errors::warn(
        t,
        taipan_object::exceptions_class!(RuntimeWarning),
        format_args!("coroutine '{}' was never awaited", qualname.str_lossy(t)),
        1,
    )
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
