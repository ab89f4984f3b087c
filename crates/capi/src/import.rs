//! `import.h` and `marshal.h`.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_long};
use taipan_interp::modules::{imp, marshal};
use taipan_interp::{code::PyCode, eval, import, state};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyDict, PyModule, PyResult, PyStr, Thread, err, errors, name, singletons,
};

/// `import name` as the `import` statement would do it, and the module itself.
fn import_by_hook(t: &Thread, name: &PyStr) -> PyResult {
    let list = taipan_object::PyList::new(t)?;
    let zero = taipan_object::PyInt::from_i64(t, 0)?;
    // The globals of the running code decide which `__import__` is called.
    let globals: Owned = match taipan_object::state::current_globals(t) {
        Some(globals) => globals.into_object(),
        None => PyDict::new(t)?.into_object(),
    };
    let builtins = match globals.downcast::<PyDict>() {
        Some(dict) => match dict.get_item(t, name!(t, "__builtins__"))? {
            Some(found) => found,
            None => state::builtins_dict(t)?.into_object(),
        },
        None => state::builtins_dict(t)?.into_object(),
    };
    let function = match builtins.downcast::<PyDict>() {
        Some(dict) => match dict.get_item(t, name!(t, "__import__"))? {
            Some(found) => found,
            None => return Err(errors::key_error(t, name!(t, "__import__"))),
        },
        None => builtins.getattr(t, name!(t, "__import__"))?,
    };
    function.call(t, &[name, &globals, &globals, &list, &zero])?;
    match state::modules(t)?.get_item(t, name)? {
        Some(module) => Ok(module),
        None => Err(errors::key_error(t, name)),
    }
}

unsafe fn add_module(t: &Thread, name: &PyStr) -> PyResult<Owned<PyModule>> {
    let modules = state::modules(t)?;
    if let Some(found) = modules.get_item(t, name)?
        && let Ok(module) = found.into_type::<PyModule>()
    {
        return Ok(module);
    }
    let module = PyModule::new(t, name)?;
    modules.set_item(t, name, &module)?;
    Ok(module)
}

/// Executes code as a module.
unsafe fn exec_code(t: &Thread, name: &PyStr, code: Obj, path: Option<&Object>, cached: Option<&Object>) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let module = add_module(t, name)?;
        let Some(dict) = module.dict() else { return Err(errors::bad_internal_call(t)) };
        if dict.get_item(t, name!(t, "__builtins__"))?.is_none() {
            let builtins = state::builtins_dict(t)?;
            dict.set_str(t, name!(t, "__builtins__"), &builtins)?;
        }
        let Some(code) = o(code).downcast::<PyCode>() else {
            return Err(errors::bad_internal_call(t));
        };
        let none = singletons::none();
        let file = path.map_or_else(|| code.filename().as_object().own(), Own::own);
        if let Some(external) = state::modules(t)?.get_item(t, &*PyStr::intern_str(t, "_frozen_importlib_external")?)? {
            let fix = external.getattr(t, name!(t, "_fix_up_module"))?;
            fix.call(t, &[&dict, name, &file, cached.unwrap_or(none)])?;
        } else {
            dict.set_str(t, name!(t, "__file__"), &file)?;
        }
        let run = eval::call::eval_code(t, code, &dict, &dict);
        if let Err(raised) = run {
            // A module that failed is not left behind.
            let saved = errors::save(t);
            if state::modules(t)?.pop_item(t, name).is_err() {
                errors::clear(t);
            }
            errors::restore(t, saved);
            return Err(raised);
        }
        match state::modules(t)?.get_item(t, name)? {
            Some(found) => Ok(found),
            None => Err(err!(t, ImportError, "Loaded module {} not found in sys.modules", name.repr_lossy(t))),
        }
    }
}

unsafe fn optional_path(t: &Thread, path: *const c_char) -> PyResult<Option<Owned>> {
    if path.is_null() {
        return Ok(None);
    }
    // SAFETY: a C string.
    Ok(Some(PyStr::from_fs_bytes(t, unsafe { c_bytes(path) })?.into_object()))
}

capi! {
    /// Imports a module by its full name; a new reference.
    fn PyImport_ImportModule[t](module: *const c_char) -> New {
        import_by_hook(t, &*c_str(t, module)?)
    }

    /// Imports a module by its full name; a new reference.
    fn PyImport_ImportModuleNoBlock[t](module: *const c_char) -> New {
        errors::warn(
            t,
            taipan_object::exceptions_class!(DeprecationWarning),
            format_args!("PyImport_ImportModuleNoBlock() is deprecated and scheduled for removal in Python 3.15. Use PyImport_ImportModule() instead."),
            1,
        )?;
        import_by_hook(t, &*c_str(t, module)?)
    }

    /// Imports a module by its full name; a new reference.
    fn PyImport_Import[t; name](name: Obj) -> New {
        import_by_hook(t, cast(name))
    }

    /// `__import__`; a new reference.
    fn PyImport_ImportModuleLevel[t](module: *const c_char, globals: Obj, _locals: Obj, fromlist: Obj, level: c_int) -> New {
        let name = c_str(t, module)?;
        import::import_module_level(t, &name, opt(globals), opt(fromlist), level as isize)
    }

    /// `__import__`; a new reference.
    fn PyImport_ImportModuleLevelObject[t](name: Obj, globals: Obj, _locals: Obj, fromlist: Obj, level: c_int) -> New {
        let Some(name) = opt(name) else { return Err(err!(t, ValueError, "Empty module name")) };
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "module name must be a string"));
        };
        import::import_module_level(t, name, opt(globals), opt(fromlist), level as isize)
    }

    /// An attribute of a module, imported for it; a new reference.
    fn PyImport_ImportModuleAttr[t; module, attribute](module: Obj, attribute: Obj) -> New {
        import_by_hook(t, cast(module))?.getattr(t, o(attribute))
    }

    /// An attribute of a module, imported for it; a new reference.
    fn PyImport_ImportModuleAttrString[t](module: *const c_char, attribute: *const c_char) -> New {
        let attribute = c_str(t, attribute)?;
        import_by_hook(t, &*c_str(t, module)?)?.getattr(t, &attribute)
    }

    /// The module of `sys.modules`; a new reference, or null without an exception.
    fn PyImport_GetModule[t](name: Obj) -> Raw<Obj> {
        match state::modules(t).and_then(|modules| modules.get_item(t, o(name))) {
            Ok(Some(found)) => found.into_ptr(),
            _ => core::ptr::null_mut(),
        }
    }

    /// `sys.modules`, borrowed.
    fn PyImport_GetModuleDict[t]() -> Borrowed {
        // The interpreter keeps it alive.
        state::modules(t).map(|modules| modules.as_object().as_ptr())
    }

    /// The module of `sys.modules`, made if need be; borrowed.
    fn PyImport_AddModule[t](name: *const c_char) -> Borrowed {
        let name = c_str(t, name)?;
        Ok(add_module(t, &name)?.as_object().as_ptr())
    }

    /// The module of `sys.modules`, made if need be; borrowed.
    fn PyImport_AddModuleObject[t; name](name: Obj) -> Borrowed {
        Ok(add_module(t, cast(name))?.as_object().as_ptr())
    }

    /// The module of `sys.modules`, made if need be; a new reference.
    fn PyImport_AddModuleRef[t](name: *const c_char) -> New<PyModule> {
        let name = c_str(t, name)?;
        add_module(t, &name)
    }

    /// Reloads a module; a new reference.
    fn PyImport_ReloadModule[t; module](module: Obj) -> New {
        let importlib = taipan_object::state::import(t, "importlib")?;
        importlib.call_method(t, name!(t, "reload"), &[o(module)])
    }

    /// Executes code as a module; a new reference.
    fn PyImport_ExecCodeModule[t](name: *const c_char, code: Obj) -> New {
        let name = c_str(t, name)?;
        exec_code(t, &name, code, None, None)
    }

    /// Executes code as a module from a file; a new reference.
    fn PyImport_ExecCodeModuleEx[t](name: *const c_char, code: Obj, path: *const c_char) -> New {
        let name = c_str(t, name)?;
        let path = optional_path(t, path)?;
        exec_code(t, &name, code, path.as_deref(), None)
    }

    /// Executes code as a module from a file; a new reference.
    fn PyImport_ExecCodeModuleWithPathnames[t](name: *const c_char, code: Obj, path: *const c_char, cached: *const c_char) -> New {
        let name = c_str(t, name)?;
        let (mut path, cached) = (optional_path(t, path)?, optional_path(t, cached)?);
        if path.is_none() && let Some(cached) = &cached {
            // The source of the compiled file, if it can be told.
            let external = state::modules(t)?.get_item(t, &*PyStr::intern_str(t, "_frozen_importlib_external")?)?;
            if let Some(external) = external {
                let found = external.call_method(t, &*PyStr::intern_str(t, "_get_sourcefile")?, &[cached]);
                match found {
                    Ok(found) => path = Some(found).filter(|f| !f.is(singletons::none())),
                    Err(_) => errors::clear(t),
                }
            }
        }
        exec_code(t, &name, code, path.as_deref(), cached.as_deref())
    }

    /// Executes code as a module from a file; a new reference.
    fn PyImport_ExecCodeModuleObject[t; name](name: Obj, code: Obj, path: Obj, cached: Obj) -> New {
        exec_code(t, cast(name), code, opt(path), opt(cached))
    }

    /// The number that compiled files begin with.
    fn PyImport_GetMagicNumber() -> Raw<c_long> {
        c_long::from(imp::PYC_MAGIC_NUMBER_TOKEN)
    }

    /// "cpython-314".
    fn PyImport_GetMagicTag() -> Raw<*const c_char> {
        c"cpython-314".as_ptr()
    }

    /// A finder for an entry of `sys.path`; a new reference.
    fn PyImport_GetImporter[t; path](path: Obj) -> New {
        let pkgutil = taipan_object::state::import(t, "pkgutil")?;
        pkgutil.call_method(t, name!(t, "get_importer"), &[o(path)])
    }

    /// Runs a frozen module: 1, 0 if there is none, or -1.
    fn PyImport_ImportFrozenModule[t](name: *const c_char) -> Flag {
        Ok(imp::import_frozen(t, &c_str(t, name)?.to_string_lossy())?.is_some())
    }

    /// Runs a frozen module: 1, 0 if there is none, or -1.
    fn PyImport_ImportFrozenModuleObject[t](name: Obj) -> Flag {
        let Some(name) = opt(name).and_then(|name| name.downcast::<PyStr>()) else { return Ok(false) };
        Ok(imp::import_frozen(t, &name.to_string_lossy())?.is_some())
    }

    /// A value as marshal data; a new reference.
    fn PyMarshal_WriteObjectToString[t; value](value: Obj, version: c_int) -> New<PyBytes> {
        PyBytes::new(t, &marshal::dumps(t, o(value), version, true)?)
    }

    /// A value from marshal data; a new reference.
    fn PyMarshal_ReadObjectFromString[t](data: *const c_char, n: Size) -> New {
        marshal::loads(t, c_slice(data.cast(), n), true)
    }

    /// Writes a value as marshal data to a C stream.
    fn PyMarshal_WriteObjectToFile[t](value: Obj, file: *mut libc::FILE, version: c_int) -> Void {
        if let Ok(data) = marshal::dumps(t, o(value), version, true) {
            libc::fwrite(data.as_ptr().cast(), 1, data.len(), file);
        }
    }

    /// Writes a 32-bit number to a C stream.
    fn PyMarshal_WriteLongToFile(value: c_long, file: *mut libc::FILE, _version: c_int) -> Void {
        let bytes = (value as i32).to_le_bytes();
        libc::fwrite(bytes.as_ptr().cast(), 1, 4, file);
    }

    /// Reads a 32-bit number from a C stream; -1 with an exception.
    fn PyMarshal_ReadLongFromFile[t](file: *mut libc::FILE) -> Raw<c_long> {
        let mut bytes = [0u8; 4];
        if libc::fread(bytes.as_mut_ptr().cast(), 1, 4, file) != 4 {
            let _ = err!(t, EOFError, "EOF read where data expected");
            return -1;
        }
        c_long::from(i32::from_le_bytes(bytes))
    }

    /// Reads a 16-bit number from a C stream; -1 with an exception.
    fn PyMarshal_ReadShortFromFile[t](file: *mut libc::FILE) -> Raw<c_int> {
        let mut bytes = [0u8; 2];
        if libc::fread(bytes.as_mut_ptr().cast(), 1, 2, file) != 2 {
            let _ = err!(t, EOFError, "EOF read where data expected");
            return -1;
        }
        c_int::from(i16::from_le_bytes(bytes))
    }

    /// Reads a value from a C stream, which stands behind it afterwards; a new reference.
    fn PyMarshal_ReadObjectFromFile[t](file: *mut libc::FILE) -> New {
        read_object(t, file)
    }

    /// Reads a value from a C stream, of which nothing else is needed; a new reference.
    fn PyMarshal_ReadLastObjectFromFile[t](file: *mut libc::FILE) -> New {
        read_object(t, file)
    }
}

/// Reads one value; what has been read too much is put back.
unsafe fn read_object(t: &Thread, file: *mut libc::FILE) -> PyResult {
    // SAFETY: a stream that C passes.
    unsafe {
        let start = libc::ftell(file);
        let mut data = Vec::new();
        let mut block = [0u8; 4096];
        loop {
            let n = libc::fread(block.as_mut_ptr().cast(), 1, block.len(), file);
            data.extend_from_slice(&block[..n]);
            if n < block.len() {
                break;
            }
        }
        let (value, used) = marshal::loads_prefix(t, &data)?;
        if start >= 0 {
            libc::fseek(file, start + used as c_long, libc::SEEK_SET);
        }
        Ok(value)
    }
}
