//! Extension modules: shared objects whose `PyInit_` function makes a module or says how it is made (PEP 489).

use crate::subinterpreters;
use core::cell::RefCell;
use core::ffi::{CStr, c_void};
use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, PoisonError};
use taipan_object::abi::{PyModuleDef, PyObject};
use taipan_object::module::{self as modules, PyModuleDefType};
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyModule, PyResult, PyStr, Raised, Thread, err, errors, exceptions, name, state,
};
use taipan_runtime::Interpreter;

/// `PyInit_name`.
type Init = unsafe extern "C" fn() -> *mut PyObject;

/// A module of single-phase initialisation that has been loaded once.
struct Known {
    path: String,
    name: String,
    def: *mut PyModuleDef,
    init: Init,
    /// The module's dictionary as its initialisation left it, for modules that cannot be initialised again. Interpreters
    /// that load them have its contents in common.
    dict: Option<Owned<PyDict>>,
}

// SAFETY: the dictionary is had by interpreters that share a GIL, and by those that are told not to care
// (`_imp._override_multi_interp_extensions_check`).
unsafe impl Send for Known {}

/// The modules of single-phase initialisation that have been loaded in some interpreter.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an interpreter knows of extension modules.
#[derive(Default)]
struct Extensions {
    /// Modules by the index of their definition (`PyState_FindModule`).
    by_index: RefCell<Vec<Option<Owned>>>,
    /// The full name of the module that is being initialised, which `PyModule_Create` takes.
    context: RefCell<Option<String>>,
}

fn extensions(t: &Thread) -> &'static Extensions {
    match state::extension(t, |_| Ok(Extensions::default())) {
        Ok(found) => found,
        Err(_) => unreachable!("making the default cannot fail"),
    }
}

/// Gives up the modules of an interpreter that has ended.
pub fn release(t: &Thread) {
    drop(extensions(t).by_index.take());
}

/// The main interpreter ends: the next one loads extension modules anew.
pub fn forget_all() {
    let all = core::mem::take(&mut *known());
    drop(all);
}

/// The name under which `PyModule_Create` makes a module: a submodule has its full name.
pub fn resolve_name(t: &Thread, name: &str) -> String {
    let mut context = extensions(t).context.borrow_mut();
    if let Some(full) = context.as_ref()
        && full.rsplit_once('.').is_some_and(|(_, last)| last == name)
        && let Some(full) = context.take()
    {
        return full;
    }
    name.to_string()
}

/// `PyState_FindModule`: the module that was made from a definition.
pub fn find_by_index(t: &Thread, index: isize) -> Option<Owned> {
    let index = usize::try_from(index).ok().filter(|&i| i > 0)?;
    extensions(t).by_index.borrow().get(index).cloned().flatten()
}

/// Notes (or forgets) the module of a definition.
pub fn set_by_index(t: &Thread, index: isize, module: Option<Owned>) {
    let Ok(index) = usize::try_from(index) else { return };
    let old = {
        let mut all = extensions(t).by_index.borrow_mut();
        if all.len() <= index {
            all.resize_with(index + 1, || None);
        }
        core::mem::replace(&mut all[index], module)
    };
    drop(old);
}

/// Forgets that a module has been loaded (`_PyImport_ClearExtension`).
pub fn forget(t: &Thread, name: &str, path: &str) {
    let found = {
        let mut known = known();
        known.iter().position(|k| k.name == name && k.path == path).map(|at| known.remove(at))
    };
    if let Some(found) = found {
        // SAFETY: definitions live for ever.
        unsafe {
            let base = &mut (*found.def).m_base;
            let index = base.m_index;
            taipan_runtime::refcount::xdecref(core::mem::replace(&mut base.m_copy, core::ptr::null_mut()));
            set_by_index(t, index, None);
            base.m_index = 0;
            base.m_init = None;
        }
    }
}

fn import_error(t: &Thread, message: &str, name: &Object, path: &Object) -> Raised {
    exceptions::import_error(
        t,
        taipan_object::exceptions_class!(ImportError),
        format_args!("{message}"),
        Some(name),
        Some(path),
        None,
    )
}

/// The name of the function that initialises a module, in two parts.
fn init_name(t: &Thread, name: &PyStr) -> PyResult<(&'static str, String)> {
    let full = name.to_string_lossy();
    let last = full.rsplit('.').next().unwrap_or_default();
    let (prefix, encoded) = if last.is_ascii() {
        ("PyInit", last.to_string())
    } else {
        let last = PyStr::from_str(t, last)?;
        let bytes = last.encoded(t, Some("punycode"), None)?;
        ("PyInitU", String::from_utf8_lossy(bytes.as_bytes()).into_owned())
    };
    Ok((prefix, encoded.replace('-', "_")))
}

/// Opens the shared object and finds the function that initialises the module.
fn find_init(t: &Thread, name: &PyStr, path: &PyStr) -> PyResult<(Init, bool)> {
    let (prefix, encoded) = init_name(t, name)?;
    let mut file = path.to_fs_bytes(t)?;
    if !file.contains(&b'/') {
        file.splice(0..0, *b"./");
    }
    let flags = crate::state::state(t).dlopen_flags.get();
    let (Ok(file), Ok(symbol)) = (CString::new(file), CString::new(format!("{prefix}_{encoded}"))) else {
        return Err(err!(t, ValueError, "embedded null byte"));
    };
    // SAFETY: C strings; constructors of the object run Python code only through the C API, with the GIL that we hold.
    unsafe {
        let handle = libc::dlopen(file.as_ptr(), flags);
        if handle.is_null() {
            let message = libc::dlerror();
            let message = if message.is_null() {
                "unknown dlopen() error".into()
            } else {
                CStr::from_ptr(message).to_string_lossy()
            };
            return Err(import_error(t, &message, name, path));
        }
        let address: *mut c_void = libc::dlsym(handle, symbol.as_ptr());
        if address.is_null() {
            let message = format!("dynamic module does not define module export function ({prefix}_{encoded})");
            return Err(import_error(t, &message, name, path));
        }
        Ok((core::mem::transmute::<*mut c_void, Init>(address), prefix == "PyInitU"))
    }
}

/// What the initialising function gave.
enum Made {
    /// A definition: the module is made and executed in two phases.
    Definition(*mut PyModuleDef),
    /// The module itself, and its definition.
    Module(Owned<PyModule>, *mut PyModuleDef),
}

/// Calls the initialising function and looks at what it returns.
fn run_init(t: &Thread, init: Init, name: &PyStr, multi_only: bool) -> PyResult<Made> {
    crate::leave::note_others();
    let shown = name.to_string_lossy();
    let outer = extensions(t).context.replace(Some(shown.clone()));
    // SAFETY: the function of a module that was made for this API.
    let result = unsafe { init() };
    *extensions(t).context.borrow_mut() = outer;
    if result.is_null() {
        if errors::occurred(t) {
            return Err(Raised::assume());
        }
        return Err(err!(t, SystemError, "initialization of {shown} failed without raising an exception"));
    }
    if errors::occurred(t) {
        return Err(errors::raise_from_cause(
            t,
            <exceptions::SystemError as Class>::class(),
            format_args!("initialization of {shown} raised unreported exception"),
        ));
    }
    // SAFETY: the function returned an object, unless the type shows that it did not make one of the definition.
    unsafe {
        if (*result).ob_type.is_null() {
            return Err(err!(t, SystemError, "init function of {shown} returned uninitialized object"));
        }
        let object = Object::from_ptr(result);
        if object.is_instance_of::<PyModuleDefType>() {
            return Ok(Made::Definition(result.cast()));
        }
        let made: Owned = Owned::from_ptr(result);
        if multi_only {
            return Err(err!(t, SystemError, "initialization of {shown} did not return PyModuleDef"));
        }
        let Ok(module) = made.into_type::<PyModule>() else {
            return Err(err!(t, SystemError, "initialization of {shown} did not return an extension module"));
        };
        let def = module.definition();
        if def.is_null() {
            return Err(err!(t, SystemError, "initialization of {shown} did not return a valid extension module"));
        }
        Ok(Made::Module(module, def))
    }
}

/// Modules of single-phase initialisation share their state with all interpreters, which not every one allows.
fn check_interpreter(t: &Thread, name: &PyStr, path: &PyStr) -> PyResult<()> {
    if !t.interpreter().checks_extensions() {
        return Ok(());
    }
    let message = format!("module {} does not support loading in subinterpreters", name.to_string_lossy());
    Err(import_error(t, &message, name, path))
}

/// A module of single-phase initialisation that was loaded before.
fn reload(t: &Thread, name: &PyStr, path: &PyStr) -> PyResult<Option<Owned>> {
    let (shown, file) = (name.to_string_lossy(), path.to_string_lossy());
    let is_it = |k: &&Known| k.name == shown && k.path == file;
    if !known().iter().any(|k| is_it(&k)) {
        return Ok(None);
    }
    check_interpreter(t, name, path)?;
    let found = known().iter().find(is_it).map(|k| (k.def, k.init, k.dict.clone()));
    let Some((def, init, dict)) = found else { return Ok(None) };
    // SAFETY: definitions live for ever.
    let (size, index) = unsafe { ((*def).m_size, (*def).m_base.m_index) };
    let module = if size == -1 {
        let Some(dict) = dict else { return Ok(None) };
        let module = crate::import::add_module(t, &shown)?;
        if let Some(own) = module.dict() {
            own.merge_dict(t, &dict, true)?;
        }
        module.into_object()
    } else {
        let Made::Module(module, _) = run_init(t, init, name, false)? else { return Ok(None) };
        if module.set(t, "__file__", path).is_err() {
            errors::clear(t);
        }
        crate::state::modules(t)?.set_item(t, name, &module)?;
        module.into_object()
    };
    set_by_index(t, index, Some(module.clone()));
    Ok(Some(module))
}

/// Loads the extension module that a spec describes (`_imp.create_dynamic`).
pub fn create(t: &Thread, spec: &Object) -> PyResult {
    let name = spec.getattr(t, name!(t, "name"))?;
    let Some(name) = name.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "expected str, got {:.200}", name.class().name_lossy()));
    };
    let path = spec.getattr(t, name!(t, "origin"))?;
    let Some(path) = path.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "expected str, got {:.200}", path.class().name_lossy()));
    };
    for text in [name, path] {
        if text.to_string_lossy().contains('\0') {
            return Err(err!(t, ValueError, "embedded null character"));
        }
    }
    if let Some(found) = reload(t, name, path)? {
        return Ok(found);
    }
    let none = taipan_object::singletons::none();
    taipan_object::audit::audit(t, "import", &[name, path, none, none, none])?;
    let (init, multi_only) = find_init(t, name, path)?;
    if let Some(main) = subinterpreters::find(0).filter(|_| !subinterpreters::is_main(t)) {
        return create_beside(t, main.interp, init, multi_only, spec, name, path);
    }
    match run_init(t, init, name, multi_only)? {
        // SAFETY: the initialising function gave a live definition.
        Made::Definition(def) => unsafe { modules::from_definition(t, def, spec) },
        Made::Module(module, def) => {
            check_interpreter(t, name, path)?;
            register(t, &module, def, init, name, path)?;
            // SAFETY: definitions live for ever.
            set_by_index(t, unsafe { (*def).m_base.m_index }, Some(module.as_object().own()));
            crate::state::modules(t)?.set_item(t, name, &module)?;
            Ok(module.into_object())
        }
    }
}

/// Loads an extension module in a subinterpreter: the initialising function runs in the main one, since it may make what
/// all interpreters will have in common. A module of single-phase initialisation is then loaded as if for the second time.
fn create_beside(
    t: &Thread,
    main: &'static Interpreter,
    init: Init,
    multi_only: bool,
    spec: &Object,
    name: &PyStr,
    path: &PyStr,
) -> PyResult {
    let (own_name, own_path) = (name.to_wtf8(), path.to_wtf8());
    let run = |there: &Thread| {
        // Objects of the main interpreter, which may keep them.
        let (name, path) = (PyStr::from_wtf8(there, &own_name)?, PyStr::from_wtf8(there, &own_path)?);
        match run_init(there, init, &name, multi_only)? {
            Made::Definition(def) => Ok(Some(def)),
            Made::Module(module, def) => register(there, &module, def, init, &name, &path).map(|()| None),
        }
    };
    let made = subinterpreters::with(t, main, |there| {
        let made: PyResult<_> = run(there);
        if made.is_err() {
            errors::write_unraisable_msg(there, "Exception while importing from subinterpreter", None);
        }
        made.ok()
    });
    match made {
        // No exception passes from one interpreter to another.
        None => Err(err!(t, ImportError, "failed to import from subinterpreter due to exception")),
        // SAFETY: the initialising function gave a live definition.
        Some(Some(def)) => unsafe { modules::from_definition(t, def, spec) },
        Some(None) => match reload(t, name, path)? {
            Some(module) => Ok(module),
            None => Err(errors::bad_internal_call(t)),
        },
    }
}

/// Makes a module that a C program has added to the native ones (`PyImport_AppendInittab`).
pub fn create_added(t: &Thread, init: Init, name: &PyStr, spec: &Object) -> PyResult {
    match run_init(t, init, name, false)? {
        // SAFETY: the initialising function gave a live definition.
        Made::Definition(def) => unsafe { modules::from_definition(t, def, spec) },
        Made::Module(module, def) => {
            // SAFETY: definitions live for ever.
            unsafe {
                (*def).m_base.m_init = Some(init);
                set_by_index(t, (*def).m_base.m_index, Some(module.as_object().own()));
            }
            Ok(module.into_object())
        }
    }
}

/// Notes a module of single-phase initialisation, so that a second import, in whatever interpreter, finds it.
fn register(
    t: &Thread,
    module: &PyModule,
    def: *mut PyModuleDef,
    init: Init,
    name: &PyStr,
    path: &PyStr,
) -> PyResult<()> {
    if module.set(t, "__file__", path).is_err() {
        errors::clear(t);
    }
    // SAFETY: definitions live for ever.
    unsafe {
        (*def).m_base.m_init = Some(init);
        let mut dict = None;
        if (*def).m_size == -1
            && let Some(own) = module.dict()
        {
            let copy = own.copy(t)?;
            let old = core::mem::replace(&mut (*def).m_base.m_copy, copy.clone().into_object().into_ptr());
            taipan_runtime::refcount::xdecref(old);
            dict = Some(copy);
        }
        known().push(Known { path: path.to_string_lossy(), name: name.to_string_lossy(), def, init, dict });
    }
    Ok(())
}
