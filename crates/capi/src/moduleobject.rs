//! `moduleobject.h` and the parts of `modsupport.h` that make modules.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_interp::extension;
use taipan_object::abi::*;
use taipan_object::{Own, Owned, PyModule, PyResult, PyStr, Raised, Thread, err, errors, module as modules, name};

/// `PYTHON_API_VERSION`: the version that modules are made for.
const API_VERSION: c_int = 1013;
/// `PYTHON_ABI_VERSION`: the version that modules for the stable ABI give.
const ABI_VERSION: c_int = 3;

unsafe fn module<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyModule> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) }.and_then(|m| m.downcast::<PyModule>()) {
        Some(module) => Ok(module),
        None => Err(errors::bad_internal_call(t)),
    }
}

fn check_version(t: &Thread, name: &str, version: c_int) -> PyResult<()> {
    if version == API_VERSION || version == ABI_VERSION {
        return Ok(());
    }
    errors::warn(
        t,
        taipan_object::exceptions_class!(RuntimeWarning),
        format_args!(
            "Python C API version mismatch for module {name:.100}: This Python has API version {API_VERSION}, module {name:.100} has version {version}."
        ),
        1,
    )
}

fn module_name(t: &Thread, module: &PyModule) -> PyResult<Owned<PyStr>> {
    match module.get(t, "__name__")?.map(Owned::into_type::<PyStr>) {
        Some(Ok(name)) => Ok(name),
        _ => {
            if errors::occurred(t) {
                return Err(Raised::assume());
            }
            Err(err!(t, SystemError, "nameless module"))
        }
    }
}

fn module_file(t: &Thread, module: &PyModule) -> PyResult<Owned<PyStr>> {
    match module.get(t, "__file__")?.map(Owned::into_type::<PyStr>) {
        Some(Ok(name)) => Ok(name),
        _ => Err(err!(t, SystemError, "module filename missing")),
    }
}

capi! {
    /// Makes a definition an object; borrowed.
    fn PyModuleDef_Init(def: *mut PyModuleDef) -> Raw<Obj> {
        modules::init_definition(def);
        def.cast()
    }

    /// A module from a definition without slots; a new reference.
    fn PyModule_Create2[t](def: *mut PyModuleDef, version: c_int) -> New<PyModule> {
        let name = c_text((*def).m_name).unwrap_or_default();
        check_version(t, &name, version)?;
        let name = extension::resolve_name(t, &name);
        modules::create_from_definition(t, def, &name)
    }

    /// The same, for modules that were compiled with `Py_TRACE_REFS`.
    fn PyModule_Create2TraceRefs[t](def: *mut PyModuleDef, version: c_int) -> New<PyModule> {
        let name = c_text((*def).m_name).unwrap_or_default();
        check_version(t, &name, version)?;
        let name = extension::resolve_name(t, &name);
        modules::create_from_definition(t, def, &name)
    }

    /// A module from a definition and a spec, not yet executed; a new reference.
    fn PyModule_FromDefAndSpec2[t; spec](def: *mut PyModuleDef, spec: Obj, version: c_int) -> New {
        let name = o(spec).getattr(t, name!(t, "name"))?.str_lossy(t);
        check_version(t, &name, version)?;
        modules::from_definition(t, def, o(spec))
    }

    /// Runs the execution slots of a definition.
    fn PyModule_ExecDef[t](op: Obj, def: *mut PyModuleDef) -> Status {
        modules::exec_slots(t, module(t, op)?, def)
    }

    /// Adds functions of a table.
    fn PyModule_AddFunctions[t](op: Obj, table: *mut PyMethodDef) -> Status {
        modules::add_functions(t, module(t, op)?, table)
    }

    /// Sets `__doc__`.
    fn PyModule_SetDocString[t; op](op: Obj, doc: *const c_char) -> Status {
        let doc = c_str(t, doc)?;
        o(op).setattr(t, name!(t, "__doc__"), &doc)
    }

    /// An empty module; a new reference.
    fn PyModule_NewObject[t; name](name: Obj) -> New<PyModule> {
        PyModule::new(t, cast(name))
    }

    /// An empty module; a new reference.
    fn PyModule_New[t](name: *const c_char) -> New<PyModule> {
        let name = c_str(t, name)?;
        PyModule::new(t, &name)
    }

    /// The dictionary, borrowed.
    fn PyModule_GetDict[t](op: Obj) -> Borrowed {
        Ok((*module(t, op)?.raw()).md_dict)
    }

    /// `__name__`; a new reference.
    fn PyModule_GetNameObject[t](op: Obj) -> New<PyStr> {
        let module = opt(op).and_then(|m| m.downcast::<PyModule>());
        let Some(module) = module else {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return Err(Raised::assume());
        };
        module_name(t, module)
    }

    /// `__name__` in UTF-8, borrowed from the module.
    fn PyModule_GetName[t](op: Obj) -> Raw<*const c_char> {
        let Some(module) = opt(op).and_then(|m| m.downcast::<PyModule>()) else {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return core::ptr::null();
        };
        match module_name(t, module) {
            Ok(name) => crate::unicodeobject::utf8_ptr(t, &name, core::ptr::null_mut()),
            Err(_) => core::ptr::null(),
        }
    }

    /// `__file__`; a new reference.
    fn PyModule_GetFilenameObject[t](op: Obj) -> New<PyStr> {
        let Some(module) = opt(op).and_then(|m| m.downcast::<PyModule>()) else {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return Err(Raised::assume());
        };
        module_file(t, module)
    }

    /// `__file__` in UTF-8, borrowed from the module.
    fn PyModule_GetFilename[t](op: Obj) -> Raw<*const c_char> {
        let Some(module) = opt(op).and_then(|m| m.downcast::<PyModule>()) else {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return core::ptr::null();
        };
        match module_file(t, module) {
            Ok(name) => crate::unicodeobject::utf8_ptr(t, &name, core::ptr::null_mut()),
            Err(_) => core::ptr::null(),
        }
    }

    /// The definition that the module was made from, or null.
    fn PyModule_GetDef[t](op: Obj) -> Raw<*mut PyModuleDef> {
        match opt(op).and_then(|m| m.downcast::<PyModule>()) {
            Some(module) => module.definition(),
            None => {
                let _ = crate::pyerrors::PyErr_BadArgument();
                let _ = t;
                core::ptr::null_mut()
            }
        }
    }

    /// The module's state, or null.
    fn PyModule_GetState[t](op: Obj) -> Raw<*mut c_void> {
        match opt(op).and_then(|m| m.downcast::<PyModule>()) {
            Some(module) => (*module.raw()).md_state,
            None => {
                let _ = crate::pyerrors::PyErr_BadArgument();
                let _ = t;
                core::ptr::null_mut()
            }
        }
    }

    /// The module that was made from a definition, borrowed, or null without an exception.
    fn PyState_FindModule[t](def: *mut PyModuleDef) -> Raw<Obj> {
        if !(*def).m_slots.is_null() {
            return core::ptr::null_mut();
        }
        // The table keeps the module alive.
        extension::find_by_index(t, (*def).m_base.m_index).map_or(core::ptr::null_mut(), |m| m.as_ptr())
    }

    /// Notes the module of a definition; the reference stays the caller's.
    fn PyState_AddModule[t; op](op: Obj, def: *mut PyModuleDef) -> Status {
        if def.is_null() {
            fatal("PyState_AddModule", "module definition is NULL");
        }
        if !(*def).m_slots.is_null() {
            return Err(err!(t, SystemError, "PyState_AddModule called on module with slots"));
        }
        let index = (*def).m_base.m_index;
        if extension::find_by_index(t, index).is_some_and(|m| m.as_ptr() == op) {
            return Err(err!(t, SystemError, "PyState_AddModule: module already added!"));
        }
        extension::set_by_index(t, index, Some(o(op).own()));
        Ok(())
    }

    /// Forgets the module of a definition.
    fn PyState_RemoveModule[t](def: *mut PyModuleDef) -> Status {
        if !(*def).m_slots.is_null() {
            return Err(err!(t, SystemError, "PyState_RemoveModule called on module with slots"));
        }
        extension::set_by_index(t, (*def).m_base.m_index, None);
        Ok(())
    }

    /// Without the GIL only.
    fn PyUnstable_Module_SetGIL[t](op: Obj, _gil: *mut c_void) -> Status {
        module(t, op).map(|_| ())
    }

    /// Forgets that a module has been loaded.
    fn _PyImport_ClearExtension[t; name, path](name: Obj, path: Obj) -> Status {
        extension::forget(t, &cast::<PyStr>(name).to_string_lossy(), &cast::<PyStr>(path).to_string_lossy());
        Ok(())
    }
}

/// Ends the process.
pub fn fatal(place: &str, message: &str) -> ! {
    taipan_interp::modules::faulthandler::fatal_error(place, message)
}
