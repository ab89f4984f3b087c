//! The table of native modules, and their creation without importlib.

use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};
use taipan_object::abi::PyObject;
use taipan_object::module::{Builtin, exec_definition, from_definition};
use taipan_object::{Owned, PyModule, PyResult, PyStr, err, name};
use taipan_runtime::Thread;

static TABLE: AtomicPtr<Vec<&'static Builtin>> = AtomicPtr::new(core::ptr::null_mut());

/// Sets the table of native modules; called once before the first interpreter starts.
pub fn set_table(modules: Vec<&'static Builtin>) {
    TABLE.store(Box::into_raw(Box::new(modules)), Ordering::Release);
}

/// All native modules.
pub fn table() -> &'static [&'static Builtin] {
    // SAFETY: only leaked boxes are stored.
    unsafe { TABLE.load(Ordering::Acquire).as_ref() }.map_or(&[], |v| v)
}

/// The native module of a name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    table().iter().copied().find(|m| m.name == name)
}

/// The function that initialises a module, as extension modules have one.
pub type Init = unsafe extern "C" fn() -> *mut PyObject;

/// Modules that a C program adds before it starts Python (`PyImport_AppendInittab`).
static ADDED: Mutex<Vec<(String, Init)>> = Mutex::new(Vec::new());

/// Adds a module of C code; one of the same name gives way.
pub fn add(name: String, init: Init) {
    let mut all = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|(known, _)| *known != name);
    all.push((name, init));
}

/// The initialising function of a module that was added.
pub fn find_added(name: &str) -> Option<Init> {
    let all = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().find(|(known, _)| known == name).map(|(_, init)| *init)
}

/// The names of the modules that were added.
pub fn added_names() -> Vec<String> {
    ADDED.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(name, _)| name.clone()).collect()
}

/// Creates and executes a native module and puts it into `sys.modules`; `None` if there is none of this name.
pub fn load(t: &Thread, name: &PyStr) -> PyResult<Option<Owned>> {
    let Some(found) = find(&name.to_string_lossy()) else { return Ok(None) };
    let modules = crate::state::modules(t)?;
    if let Some(existing) = modules.get_item(t, name)? {
        return Ok(Some(existing));
    }
    let module = create(t, found, name)?;
    modules.set_item(t, name, &module)?;
    if let Some(module) = module.downcast::<PyModule>() {
        exec_definition(t, module)?;
    }
    Ok(Some(module))
}

/// Modules that work with something that the process has once: what their libraries keep, or traces of all memory.
const MAIN_ONLY: [&str; 6] = ["_curses", "_curses_panel", "_suggestions", "_tkinter", "_tracemalloc", "readline"];
/// The same, but interpreters that take turns may have them in common.
const ONE_GIL_ONLY: [&str; 1] = ["faulthandler"];

/// Whether a native module may be made in this interpreter: `ImportError` if not.
pub fn check_support(t: &Thread, name: &str) -> PyResult<()> {
    let interp = t.interpreter();
    let refused = MAIN_ONLY.contains(&name) || interp.config.gil == "own" && ONE_GIL_ONLY.contains(&name);
    if refused && !interp.is_main() && interp.checks_extensions() {
        return Err(err!(t, ImportError, "module {name} does not support loading in subinterpreters"));
    }
    Ok(())
}

/// Modules that add something to their types when they are executed.
const ADDING: [&str; 6] = ["_datetime", "_asyncio", "_contextvars", "_zstd", "_multiprocessing", "_blake2"];

/// Has native types get what their modules add to them, before interpreters run at the same time.
pub fn prepare_shared(t: &Thread) -> PyResult<()> {
    for name in ADDING {
        if let Some(found) = find(name) {
            create_part(t, found)?;
        }
    }
    taipan_pyast::prepare(t)
}

/// Makes a module that is an attribute of another one and not to be imported by itself.
pub fn create_part(t: &Thread, part: &'static Builtin) -> PyResult {
    let module = create(t, part, &*PyStr::intern_str(t, part.name)?)?;
    if let Some(module) = module.downcast::<PyModule>() {
        exec_definition(t, module)?;
    }
    Ok(module)
}

/// The create phase with a spec that has only a name.
fn create(t: &Thread, found: &Builtin, name: &PyStr) -> PyResult {
    crate::leave::note_module(found.name);
    // A module stands in for the spec: it has the one attribute that is asked for.
    let spec = PyModule::new(t, name)?;
    spec.set(t, "name", name)?;
    let _ = name!(t, "name");
    // SAFETY: definitions are static.
    unsafe { from_definition(t, (found.definition)(), &spec) }
}
