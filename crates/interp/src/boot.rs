//! Boot: importlib from the embedded library takes over import (`init_importlib` and `init_importlib_external`).

use crate::modules::imp;
use crate::{builtin_modules, import, state};
use taipan_object::{PyList, PyResult, PyStr, err, name};
use taipan_runtime::Thread;

/// Installs the importers of native and frozen modules, then those of the file system and of the embedded library.
pub fn install_importlib(t: &Thread) -> PyResult<()> {
    let Some(importlib) = imp::import_frozen(t, "_frozen_importlib")? else {
        return Err(err!(t, ImportError, "the library has no importlib._bootstrap"));
    };
    let key = PyStr::intern_str(t, "_imp")?;
    let Some(imp_module) = builtin_modules::load(t, &key)? else {
        return Err(err!(t, ImportError, "_imp is missing"));
    };
    let Some(sys) = state::state(t).sys.borrow().clone() else {
        return Err(err!(t, RuntimeError, "lost sys"));
    };
    importlib.call_method(t, name!(t, "_install"), &[&sys, &imp_module])?;
    *state::state(t).importlib.borrow_mut() = Some(importlib.clone().into_object());
    importlib.call_method(t, name!(t, "_install_external_importers"), &[])?;
    let zipimport = import::import_module(t, "zipimport")?;
    if let Some(hooks) = sys.get(t, "path_hooks")?.and_then(|hooks| hooks.into_type::<PyList>().ok()) {
        let importer = zipimport.getattr(t, &*PyStr::intern_str(t, "zipimporter")?)?;
        hooks.insert(t, 0, importer)?;
    }
    // Without frozen modules the library is read from its files.
    let from_files = !state::state(t).use_frozen_modules.get()
        && std::path::Path::new(crate::library::folder()).join("os.py").exists();
    if !from_files && let Some(finder) = imp::import_frozen(t, "_taipan_library")? {
        finder.call_method(t, name!(t, "_install"), &[&sys])?;
    }
    Ok(())
}
