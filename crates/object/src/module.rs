//! Modules (`Objects/moduleobject.c`): the type, definitions with multi-phase initialisation, native modules.

use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::typeobject::{PyType, static_type};
use crate::{PyDict, PyStr, PyTuple, attr, err, errors, exceptions, layout, name, singletons};
use crate::{PyFrozenSet, PySet};
use core::ffi::{CStr, c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, mem, refcount, thread};

layout!(
    /// `module`.
    PyModule,
    PyModuleObject
);

/// A row of the table of native modules.
pub struct Builtin {
    pub name: &'static str,
    pub definition: fn() -> *mut PyModuleDef,
}

/// What runs when a native module is executed.
pub trait Exec {
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()>;
}

unsafe extern "C" fn enter_exec<E: Exec>(module: *mut PyObject) -> c_int {
    // SAFETY: called by the import machinery with the module, with the GIL held.
    unsafe {
        match E::exec(Object::from_ptr(module).cast_unchecked(), thread::current()) {
            Ok(()) => 0,
            Err(_) => -1,
        }
    }
}

/// The slots of a native module that `#[module]` declares.
pub const fn slots<E: Exec>() -> [PyModuleDef_Slot; 4] {
    [
        PyModuleDef_Slot { slot: Py_mod_exec, value: enter_exec::<E> as *mut c_void },
        PyModuleDef_Slot { slot: Py_mod_multiple_interpreters, value: 2 as *mut c_void },
        PyModuleDef_Slot { slot: Py_mod_gil, value: core::ptr::null_mut() },
        PyModuleDef_Slot { slot: 0, value: core::ptr::null_mut() },
    ]
}

/// The definition of a native module that `#[module]` declares.
pub const fn definition(
    name: &'static CStr,
    doc: *const core::ffi::c_char,
    methods: *mut PyMethodDef,
    slots: *mut PyModuleDef_Slot,
) -> PyModuleDef {
    PyModuleDef {
        m_base: PyModuleDef_Base {
            ob_base: PyObject {
                ob_refcnt: _Py_STATIC_REFCNT,
                ob_overflow: 0,
                ob_flags: _Py_STATIC_FLAGS,
                ob_type: <PyModuleDefType as Class>::TYPE,
            },
            m_init: None,
            m_index: 0,
            m_copy: core::ptr::null_mut(),
        },
        m_name: name.as_ptr(),
        m_doc: doc,
        m_size: 0,
        m_methods: methods,
        m_slots: slots,
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }
}

layout!(
    /// `moduledef`.
    PyModuleDefType,
    PyModuleDef
);

#[class(name = "moduledef", layout, export = PyModuleDef_Type, no_new)]
impl PyModuleDefType {}

impl PyModule {
    /// An empty module of this name.
    pub fn new(t: &Thread, name: &PyStr) -> PyResult<Owned<Self>> {
        let made = Self::class().alloc(t, 0)?;
        // SAFETY: a fresh zeroed module.
        let module: Owned<Self> = unsafe { made.cast_unchecked() };
        // SAFETY: as above.
        unsafe { (*module.raw()).md_dict = PyDict::new(t)?.into_object().into_ptr() };
        module.init_dict(t, Some(name), None)?;
        Ok(module)
    }

    fn init_dict(&self, t: &Thread, name: Option<&Object>, doc: Option<&Object>) -> PyResult<()> {
        let Some(dict) = self.dict() else { return Ok(()) };
        let none = singletons::none();
        dict.set_str(t, name!(t, "__name__"), name.unwrap_or(none))?;
        dict.set_str(t, name!(t, "__doc__"), doc.unwrap_or(none))?;
        dict.set_str(t, name!(t, "__package__"), none)?;
        dict.set_str(t, name!(t, "__loader__"), none)?;
        dict.set_str(t, name!(t, "__spec__"), none)?;
        if let Some(name) = name.filter(|n| n.is_exact::<PyStr>()) {
            // SAFETY: the module owns its name.
            unsafe {
                let old = core::mem::replace(&mut (*self.raw()).md_name, name.own().into_ptr());
                refcount::xdecref(old);
            }
        }
        Ok(())
    }

    /// The module's dictionary.
    pub fn dict(&self) -> Option<Owned<PyDict>> {
        // SAFETY: a dictionary or null.
        unsafe { Object::from_ptr_opt((*self.raw()).md_dict).map(|d| d.cast_unchecked::<PyDict>().own()) }
    }

    /// Whether a type is `module` or derives from it.
    pub fn is_subclass(class: &PyType) -> bool {
        class.is_subtype(Self::class())
    }

    /// `__name__`, for messages.
    pub fn name_lossy(&self) -> String {
        // SAFETY: an object or null.
        unsafe {
            Object::from_ptr_opt((*self.raw()).md_name)
                .and_then(|n| n.downcast::<PyStr>().map(PyStr::to_string_lossy))
                .unwrap_or_else(|| "?".to_string())
        }
    }

    /// Sets an attribute.
    pub fn set(&self, t: &Thread, name: &str, value: &Object) -> PyResult<()> {
        let name = PyStr::intern_str(t, name)?;
        match self.dict() {
            Some(dict) => dict.set_str(t, &name, value),
            None => Ok(()),
        }
    }

    /// An attribute of the module's dictionary.
    pub fn get(&self, t: &Thread, name: &str) -> PyResult<Option<Owned>> {
        let name = PyStr::intern_str(t, name)?;
        match self.dict() {
            Some(dict) => dict.get_item(t, &name),
            None => Ok(None),
        }
    }

    /// Sets an attribute to a Rust value.
    pub fn set_value(&self, t: &Thread, name: &str, value: impl crate::argparse::IntoResult) -> PyResult<()> {
        let value = value.into_result(t)?;
        self.set(t, name, &value)
    }

    /// Whether the module has its state, as it has once it is being executed.
    pub fn has_state(&self) -> bool {
        // SAFETY: plain field.
        unsafe { !(*self.raw()).md_state.is_null() }
    }

    /// The definition that the module was made from.
    pub fn definition(&self) -> *mut PyModuleDef {
        // SAFETY: plain field.
        unsafe { (*self.raw()).md_def }
    }
}

/// Adds a class under its short name, making its type ready first.
pub fn add_class<T: Class>(t: &Thread, module: &PyModule) -> PyResult<()> {
    crate::typeobject::add_static::<T>(t)?;
    let name = T::NAME.rsplit('.').next().unwrap_or(T::NAME);
    module.set(t, name, T::class().as_object())
}

/// Adds the functions of a table (`PyModule_AddFunctions`).
pub fn add_functions(t: &Thread, module: &PyModule, table: *mut PyMethodDef) -> PyResult<()> {
    let name = module.get(t, "__name__")?.filter(|n| n.is_instance_of::<PyStr>());
    // SAFETY: the table ends with an empty entry and lives for ever.
    unsafe { add_functions_to(t, module, name.as_deref(), table) }
}

/// Adds the functions of a table to whatever stands for a module.
///
/// # Safety
/// The table ends with an empty entry and lives for ever.
unsafe fn add_functions_to(
    t: &Thread,
    module: &Object,
    name: Option<&Object>,
    table: *mut PyMethodDef,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut def = table;
        while !def.is_null() && !(*def).ml_name.is_null() {
            if (*def).ml_flags & (METH_CLASS | METH_STATIC) != 0 {
                return Err(err!(t, ValueError, "module functions cannot set METH_CLASS or METH_STATIC"));
            }
            let function = crate::PyCFunction::new(t, def, Some(module), name, None)?;
            let key = PyStr::intern_c(t, CStr::from_ptr((*def).ml_name))?;
            match module.downcast::<PyModule>().and_then(PyModule::dict) {
                Some(dict) => dict.set_str(t, &key, &function)?,
                None => module.setattr(t, &key, &function)?,
            }
            def = def.add(1);
        }
    }
    Ok(())
}

/// Makes a definition an object and gives it its number (`PyModuleDef_Init`).
///
/// # Safety
/// `def` is a definition that lives for ever.
pub unsafe fn init_definition(def: *mut PyModuleDef) {
    use core::sync::atomic::{AtomicIsize, Ordering};
    static NEXT_INDEX: AtomicIsize = AtomicIsize::new(1);
    // SAFETY: the caller's promise.
    unsafe {
        let index = AtomicIsize::from_ptr(&raw mut (*def).m_base.m_index);
        if index.load(Ordering::Acquire) != 0 {
            return;
        }
        crate::typeobject::share::exclusively(|| {
            if index.load(Ordering::Relaxed) != 0 {
                return;
            }
            let base = &raw mut (*def).m_base;
            (*base).ob_base.ob_refcnt = 1;
            (*base).ob_base.ob_type = <PyModuleDefType as Class>::TYPE;
            refcount::set_immortal(def.cast());
            index.store(NEXT_INDEX.fetch_add(1, Ordering::Relaxed), Ordering::Release);
        });
    }
}

/// What the slots of a definition ask for.
struct Slots {
    create: Option<unsafe extern "C" fn(*mut PyObject, *mut PyModuleDef) -> *mut PyObject>,
    has_exec: bool,
}

unsafe fn read_slots(t: &Thread, def: *mut PyModuleDef, name: &str) -> PyResult<Slots> {
    let mut slots = Slots { create: None, has_exec: false };
    let (mut interpreters, mut gil) = (false, false);
    // `Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED`; 2 stands for interpreters with a GIL of their own.
    let mut supported = 1;
    // SAFETY: the slots end with an empty entry.
    unsafe {
        let mut slot = (*def).m_slots;
        while !slot.is_null() && (*slot).slot != 0 {
            match (*slot).slot {
                Py_mod_create => {
                    if slots.create.is_some() {
                        return Err(err!(t, SystemError, "module {name} has multiple create slots"));
                    }
                    slots.create = core::mem::transmute::<
                        *mut c_void,
                        Option<unsafe extern "C" fn(*mut PyObject, *mut PyModuleDef) -> *mut PyObject>,
                    >((*slot).value);
                }
                Py_mod_exec => slots.has_exec = true,
                Py_mod_multiple_interpreters => {
                    if interpreters {
                        return Err(err!(
                            t,
                            SystemError,
                            "module {name} has more than one 'multiple interpreters' slots"
                        ));
                    }
                    interpreters = true;
                    supported = (*slot).value as usize;
                }
                Py_mod_gil => {
                    if gil {
                        return Err(err!(t, SystemError, "module {name} has more than one 'gil' slot"));
                    }
                    gil = true;
                }
                other => return Err(err!(t, SystemError, "module {name} uses unknown slot ID {other}")),
            }
            slot = slot.add(1);
        }
    }
    let interp = t.interpreter();
    let wanted = if interp.config.gil == "own" { 2 } else { 1 };
    if supported < wanted && !interp.is_main() && interp.checks_extensions() {
        return Err(err!(t, ImportError, "module {name} does not support loading in subinterpreters"));
    }
    Ok(slots)
}

/// Makes a module from a definition and a spec (`PyModule_FromDefAndSpec2`): the create phase.
///
/// # Safety
/// `def` is a live module definition.
pub unsafe fn from_definition(t: &Thread, def: *mut PyModuleDef, spec: &Object) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        init_definition(def);
        let name_object = spec.getattr(t, name!(t, "name"))?;
        let Some(name) = name_object.into_type::<PyStr>().ok() else {
            return Err(err!(t, TypeError, "spec.name must be a string"));
        };
        let shown = name.to_string_lossy();
        if (*def).m_size < 0 {
            return Err(err!(
                t,
                SystemError,
                "module {shown}: m_size may not be negative for multi-phase initialization"
            ));
        }
        let slots = read_slots(t, def, &shown)?;
        let made: Owned = match slots.create {
            Some(create) => {
                let made = create(spec.as_ptr(), def);
                if made.is_null() {
                    if !crate::errors::occurred(t) {
                        return Err(err!(
                            t,
                            SystemError,
                            "creation of module {shown} failed without setting an exception"
                        ));
                    }
                    return Err(Raised::assume());
                }
                let made: Owned = Owned::from_ptr(made);
                if crate::errors::occurred(t) {
                    return Err(crate::errors::raise_from_cause(
                        t,
                        <exceptions::SystemError as Class>::class(),
                        format_args!("creation of module {shown} raised unreported exception"),
                    ));
                }
                made
            }
            None => PyModule::new(t, &name)?.into_object(),
        };
        match made.downcast::<PyModule>() {
            Some(module) => {
                (*module.raw()).md_state = core::ptr::null_mut();
                (*module.raw()).md_def = def;
            }
            None => {
                let wants_state = (*def).m_size > 0
                    || (*def).m_traverse.is_some()
                    || (*def).m_clear.is_some()
                    || (*def).m_free.is_some();
                if wants_state {
                    return Err(err!(
                        t,
                        SystemError,
                        "module {shown} is not a module object, but requests module state"
                    ));
                }
                if slots.has_exec {
                    return Err(err!(
                        t,
                        SystemError,
                        "module {shown} specifies execution slots, but did not create a ModuleType instance"
                    ));
                }
            }
        }
        if !(*def).m_methods.is_null() {
            add_functions_to(t, &made, Some(&name), (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            let doc = PyStr::decode(t, CStr::from_ptr((*def).m_doc).to_bytes(), None, None)?;
            made.setattr(t, name!(t, "__doc__"), &doc)?;
        }
        Ok(made)
    }
}

/// Makes a module from a definition without slots (`PyModule_Create2`). `name` replaces the definition's name.
///
/// # Safety
/// `def` is a live module definition.
pub unsafe fn create_from_definition(t: &Thread, def: *mut PyModuleDef, name: &str) -> PyResult<Owned<PyModule>> {
    // SAFETY: the caller's promise.
    unsafe {
        init_definition(def);
        if !(*def).m_slots.is_null() {
            return Err(err!(t, SystemError, "module {name}: PyModule_Create is incompatible with m_slots"));
        }
        let module = PyModule::new(t, &*PyStr::intern_str(t, name)?)?;
        if (*def).m_size > 0 {
            let state = mem::alloc_zeroed((*def).m_size as usize);
            if state.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            (*module.raw()).md_state = state.cast();
        }
        if !(*def).m_methods.is_null() {
            add_functions(t, &module, (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            let doc = PyStr::decode(t, CStr::from_ptr((*def).m_doc).to_bytes(), None, None)?;
            module.set(t, "__doc__", &doc)?;
        }
        (*module.raw()).md_def = def;
        Ok(module)
    }
}

/// Runs the execution slots of a module's definition (`PyModule_ExecDef`).
pub fn exec_definition(t: &Thread, module: &PyModule) -> PyResult<()> {
    // SAFETY: a live definition.
    unsafe { exec_slots(t, module, module.definition()) }
}

/// Runs the execution slots of a definition on a module.
///
/// # Safety
/// `def` is null or a live definition.
pub unsafe fn exec_slots(t: &Thread, module: &PyModule, def: *mut PyModuleDef) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if def.is_null() {
            return Ok(());
        }
        // Without any state of its own a module has a pointer too: it says that the module has been executed.
        if (*module.raw()).md_state.is_null() && (*def).m_size >= 0 {
            let state = mem::alloc_zeroed((*def).m_size as usize);
            if state.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            (*module.raw()).md_state = state.cast();
        }
        let mut slot = (*def).m_slots;
        while !slot.is_null() && (*slot).slot != 0 {
            if (*slot).slot == Py_mod_exec {
                let exec =
                    core::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut PyObject) -> c_int>((*slot).value);
                if exec(module.as_ptr()) != 0 {
                    if !crate::errors::occurred(t) {
                        return Err(err!(
                            t,
                            SystemError,
                            "execution of module {} failed without setting an exception",
                            module.name_lossy()
                        ));
                    }
                    return Err(Raised::assume());
                }
                if crate::errors::occurred(t) {
                    return Err(crate::errors::raise_from_cause(
                        t,
                        <exceptions::SystemError as Class>::class(),
                        format_args!("execution of module {} raised unreported exception", module.name_lossy()),
                    ));
                }
            }
            slot = slot.add(1);
        }
        Ok(())
    }
}

unsafe extern "C" fn module_dealloc(op: *mut PyObject) {
    // SAFETY: the module is dead.
    unsafe {
        gc::maybe_untrack(op);
        let m = op.cast::<PyModuleObject>();
        if !(*m).md_weaklist.is_null() {
            crate::weakref::clear_weakrefs(op);
        }
        let def = (*m).md_def;
        if !def.is_null()
            && let Some(free) = (*def).m_free
            && ((*def).m_size <= 0 || !(*m).md_state.is_null())
        {
            free(op.cast());
        }
        refcount::xdecref((*m).md_dict);
        refcount::xdecref((*m).md_name);
        mem::free((*m).md_state.cast());
        crate::typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn module_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live module.
    unsafe {
        let m = op.cast::<PyModuleObject>();
        let def = (*m).md_def;
        if !def.is_null()
            && let Some(traverse) = (*def).m_traverse
            && ((*def).m_size <= 0 || !(*m).md_state.is_null())
        {
            let result = traverse(op, visit, arg);
            if result != 0 {
                return result;
            }
        }
        if (*m).md_dict.is_null() { 0 } else { visit((*m).md_dict, arg) }
    }
}

unsafe extern "C" fn module_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live module.
    unsafe {
        let m = op.cast::<PyModuleObject>();
        let def = (*m).md_def;
        if !def.is_null()
            && let Some(clear) = (*def).m_clear
            && ((*def).m_size <= 0 || !(*m).md_state.is_null())
        {
            let result = clear(op);
            if result != 0 {
                return result;
            }
        }
        let dict = core::mem::replace(&mut (*m).md_dict, core::ptr::null_mut());
        refcount::xdecref(dict);
    }
    0
}

/// Whether a spec says that its module is being initialised.
fn is_initializing(t: &Thread, spec: &Object) -> PyResult<bool> {
    match spec.getattr_opt(t, name!(t, "_initializing"))? {
        Some(flag) => flag.is_true(t),
        None => Ok(false),
    }
}

/// An attribute of a module: its dictionary, then its `__getattr__`, then the error (`_Py_module_getattro_impl`).
pub fn module_getattr(t: &Thread, module: &PyModule, name: &PyStr) -> PyResult {
    if let Some(found) = attr::generic_getattr_with_dict(t, module, name, None, true)? {
        return Ok(found);
    }
    let Some(dict) = module.dict() else {
        return Err(attr::no_attribute(t, module, name));
    };
    match dict.get_item(t, name!(t, "__getattr__"))? {
        Some(getattr) => getattr.call(t, &[name]),
        None => Err(missing_attribute(t, module, &dict, name)),
    }
}

/// As [`module_getattr`], but a missing attribute is `None` instead of `AttributeError`, which nobody words then.
pub(crate) fn module_getattr_opt(t: &Thread, module: &PyModule, name: &PyStr) -> PyResult<Option<Owned>> {
    if let Some(found) = attr::generic_getattr_with_dict(t, module, name, None, true)? {
        return Ok(Some(found));
    }
    let Some(dict) = module.dict() else { return Ok(None) };
    match dict.get_item(t, name!(t, "__getattr__"))? {
        Some(getattr) => errors::catch::<exceptions::AttributeError, _>(t, getattr.call(t, &[name])),
        None => Ok(None),
    }
}

/// `AttributeError` of a module with this dictionary, or what was raised while it was worded.
#[cold]
fn missing_attribute(t: &Thread, module: &PyModule, dict: &PyDict, name: &PyStr) -> Raised {
    match word_missing(t, module, dict, name) {
        Ok(raised) | Err(raised) => raised,
    }
}

fn word_missing(t: &Thread, module: &PyModule, dict: &PyDict, name: &PyStr) -> PyResult<Raised> {
    let module_name = dict.get_item(t, name!(t, "__name__"))?.and_then(|n| n.into_type::<PyStr>().ok());
    let Some(module_name) = module_name else {
        return Ok(exceptions::attribute_error(
            t,
            module,
            name,
            format_args!("module has no attribute '{}'", name.display()),
        ));
    };
    let spec = dict.get_item(t, name!(t, "__spec__"))?.filter(|s| !s.is(singletons::none()));
    let origin = match &spec {
        Some(spec) => file_origin(t, spec)?,
        None => None,
    };
    let shadowing = shadowing(t, &module_name, origin.as_deref())?;
    let (m, n) = (module_name.display(), name.display());
    let shown = origin.as_ref().map(|origin| origin.repr_lossy(t));
    if let (Shadowing::Stdlib, Some(origin)) = (shadowing, &shown) {
        return Ok(exceptions::attribute_error(
            t,
            module,
            name,
            format_args!(
                "module '{m}' has no attribute '{n}' (consider renaming {origin} since it has the same name as the standard library module named '{m}' and prevents importing that standard library module)"
            ),
        ));
    }
    let initializing = match &spec {
        Some(spec) => is_initializing(t, spec)?,
        None => false,
    };
    let message = match (&shown, initializing) {
        (Some(origin), true) if shadowing == Shadowing::Perhaps => format!(
            "module '{m}' has no attribute '{n}' (consider renaming {origin} if it has the same name as a library you intended to import)"
        ),
        (Some(origin), true) => format!(
            "partially initialized module '{m}' from {origin} has no attribute '{n}' (most likely due to a circular import)"
        ),
        (None, true) => {
            format!("partially initialized module '{m}' has no attribute '{n}' (most likely due to a circular import)")
        }
        (_, false) => match &spec {
            Some(spec) if is_coming_submodule(t, spec, name)? => {
                format!("cannot access submodule '{n}' of module '{m}' (most likely due to a circular import)")
            }
            _ => format!("module '{m}' has no attribute '{n}'"),
        },
    };
    Ok(exceptions::attribute_error(t, module, name, format_args!("{message}")))
}

/// The file that a module's spec names as its place.
pub fn file_origin(t: &Thread, spec: &Object) -> PyResult<Option<Owned<PyStr>>> {
    match spec.getattr_opt(t, name!(t, "has_location"))? {
        Some(flag) if flag.is_true(t)? => {
            Ok(spec.getattr_opt(t, name!(t, "origin"))?.and_then(|o| o.into_type::<PyStr>().ok()))
        }
        _ => Ok(None),
    }
}

/// Whether a submodule is being imported, and not an attribute of its package yet.
fn is_coming_submodule(t: &Thread, spec: &Object, name: &PyStr) -> PyResult<bool> {
    match spec.getattr_opt(t, name!(t, "_uninitialized_submodules"))? {
        Some(names) => crate::sequence::contains(t, &names, name),
        None => Ok(false),
    }
}

/// Whether a module's file may hide another module of its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shadowing {
    /// It does not stand beside the program.
    No,
    /// It stands beside the program, where imports look first.
    Perhaps,
    /// So it does, and a module of the standard library has its name.
    Stdlib,
}

/// Whether the module whose file is `origin` stands in the way of another (`_PyModule_IsPossiblyShadowing`).
pub fn shadowing(t: &Thread, name: &PyStr, origin: Option<&PyStr>) -> PyResult<Shadowing> {
    let first = crate::state::object_state(t).first_path.borrow().clone();
    let (Some(origin), Some(mut first)) = (origin, first) else { return Ok(Shadowing::No) };
    let file = origin.to_fs_bytes(t)?;
    let file = file.strip_suffix(b"/__init__.py").unwrap_or(&file);
    let folder = file.iter().rposition(|&b| b == b'/').and_then(|end| file.get(..end)).unwrap_or_default();
    if first.is_empty() {
        first = std::env::current_dir().map(std::path::PathBuf::into_os_string).unwrap_or_default();
    }
    if std::os::unix::ffi::OsStrExt::as_bytes(first.as_os_str()) != folder {
        return Ok(Shadowing::No);
    }
    let sys = match crate::state::modules(t) {
        Some(modules) => modules.get_item(t, name!(t, "sys"))?,
        None => None,
    };
    let names = match sys {
        Some(sys) => sys.getattr_opt(t, name!(t, "stdlib_module_names"))?,
        None => None,
    };
    match names.filter(|names| names.is_instance_of::<PySet>() || names.is_instance_of::<PyFrozenSet>()) {
        Some(names) if crate::sequence::contains(t, &names, name)? => Ok(Shadowing::Stdlib),
        _ => Ok(Shadowing::Perhaps),
    }
}

impl PyModule {
    const MEMBERS_LEN: usize = 2;
}

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[class(name = "module", layout, export = PyModule_Type, flags(BASETYPE, HAVE_GC), dealloc = module_dealloc,
    traverse = module_traverse, clear = module_clear, setattro = attr::generic_setattr_slot, members = [
        PyMemberDef {
            name: c"__dict__".as_ptr(),
            r#type: _Py_T_OBJECT,
            offset: core::mem::offset_of!(PyModuleObject, md_dict) as isize,
            flags: Py_READONLY,
            doc: core::ptr::null(),
        },
        PyMemberDef::END,
    ])]
impl PyModule {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: crate::argparse::Args<'_>) -> PyResult {
        let made = cls.alloc(t, 0)?;
        // SAFETY: a fresh zeroed module.
        unsafe { (*made.as_ptr().cast::<PyModuleObject>()).md_dict = PyDict::new(t)?.into_object().into_ptr() };
        Ok(made)
    }

    #[init(sig = "(name, doc=None)")]
    fn init(&self, t: &Thread, name: &PyStr, doc: Option<&Object>) -> PyResult<()> {
        self.init_dict(t, Some(name), doc)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let bootstrap = crate::state::modules(t).and_then(|m| m.get_str(t, name!(t, "importlib._bootstrap")));
        let bootstrap = match bootstrap {
            Some(found) => Some(found),
            None => crate::state::modules(t).and_then(|m| m.get_str(t, name!(t, "_frozen_importlib"))),
        };
        match bootstrap {
            Some(bootstrap) => bootstrap.call_method(t, name!(t, "_module_repr"), &[self]),
            None => PyStr::from_fmt(t, format_args!("<module '{}'>", self.name_lossy())).map(Owned::into_object),
        }
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        match name.downcast::<PyStr>() {
            Some(text) => module_getattr(t, self, text),
            None => attr::generic_getattr(t, self, name),
        }
    }

    /// __dir__() -> list
    /// specialized dir() implementation
    #[method(text = "")]
    fn __dir__(&self, t: &Thread) -> PyResult {
        let dict = self.as_object().getattr(t, name!(t, "__dict__"))?;
        let Some(dict) = dict.into_type::<PyDict>().ok() else {
            return Err(err!(t, TypeError, "<module>.__dict__ is not a dictionary"));
        };
        match dict.get_item(t, name!(t, "__dir__"))? {
            Some(function) => function.call(t, &[]),
            None => {
                let keys: Vec<Owned> = dict.items_vec().into_iter().map(|(k, _)| k).collect();
                crate::PyList::from_vec(t, keys).map(Owned::into_object)
            }
        }
    }

    #[getter]
    fn __annotations__(&self, t: &Thread) -> PyResult {
        let Some(dict) = self.dict() else { return singletons::ok_none() };
        if let Some(found) = dict.get_item(t, name!(t, "__annotations__"))? {
            return Ok(found);
        }
        let mut initializing = false;
        if let Some(spec) = dict.get_item(t, name!(t, "__spec__"))?.filter(|s| !s.is(singletons::none())) {
            initializing = is_initializing(t, &spec)?;
        }
        let annotate = dict.get_item(t, name!(t, "__annotate__"))?;
        let annotations = match annotate.filter(|a| a.is_callable()) {
            Some(annotate) => {
                let one = crate::PyInt::from_i64(t, 1)?;
                let made = annotate.call(t, &[&one])?;
                if !made.is_instance_of::<PyDict>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "__annotate__ returned non-dict of type '{:.100}'",
                        made.class().name_lossy()
                    ));
                }
                made
            }
            None => PyDict::new(t)?.into_object(),
        };
        if !initializing {
            dict.set_str(t, name!(t, "__annotations__"), &annotations)?;
        }
        Ok(annotations)
    }

    #[setter]
    fn set___annotations__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(dict) = self.dict() else { return Ok(()) };
        match value {
            Some(value) => dict.set_str(t, name!(t, "__annotations__"), value)?,
            None => {
                if dict.pop_item(t, name!(t, "__annotations__"))?.is_none() {
                    return Err(err!(t, AttributeError, "__annotations__"));
                }
            }
        }
        dict.pop_item(t, name!(t, "__annotate__"))?;
        Ok(())
    }

    #[getter]
    fn __annotate__(&self, t: &Thread) -> PyResult {
        let Some(dict) = self.dict() else { return singletons::ok_none() };
        match dict.get_item(t, name!(t, "__annotate__"))? {
            Some(found) => Ok(found),
            None => {
                dict.set_str(t, name!(t, "__annotate__"), singletons::none())?;
                singletons::ok_none()
            }
        }
    }

    #[setter]
    fn set___annotate__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "cannot delete __annotate__ attribute"));
        };
        if !value.is(singletons::none()) && !value.is_callable() {
            return Err(err!(t, TypeError, "__annotate__ must be callable or None"));
        }
        let Some(dict) = self.dict() else { return Ok(()) };
        dict.set_str(t, name!(t, "__annotate__"), value)?;
        if !value.is(singletons::none()) {
            dict.pop_item(t, name!(t, "__annotations__"))?;
        }
        Ok(())
    }
}

/// Fills in the offsets that the declaration cannot name.
pub(crate) fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        let ty = static_type::<PyModule>();
        (*ty).tp_weaklistoffset = core::mem::offset_of!(PyModuleObject, md_weaklist) as isize;
        (*ty).tp_dictoffset = core::mem::offset_of!(PyModuleObject, md_dict) as isize;
    }
}

/// Names of a tuple as text, for tables of names.
pub fn tuple_of_names(t: &Thread, names: &[&str]) -> PyResult<Owned<PyTuple>> {
    let items: PyResult<Vec<Owned>> = names.iter().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect();
    PyTuple::from_vec(t, items?)
}
