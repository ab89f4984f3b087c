//! `_taipan_native_library`: the embedded library for the finder that serves it.

use crate::library;
use taipan_object::{Owned, PyList, PyResult, PyStr, Thread, native_module};

/// Access to the embedded library's modules.
#[native_module(name = "_taipan_native_library")]
pub mod library_module {
    use super::*;

    /// The folder in which the library's files are shown.
    #[function]
    fn folder(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_fs_bytes(t, library::folder().as_bytes())
    }

    /// The code and the text of `-c`, or None.
    #[function]
    fn command(t: &Thread) -> PyResult {
        let code = crate::state::state(t).command_code.borrow().clone();
        let Some(code) = code else { return taipan_object::singletons::ok_none() };
        let text = PyStr::from_str(t, &crate::state::state(t).command_source.borrow())?.into_object();
        taipan_object::PyTuple::from_vec(t, vec![code, text]).map(Owned::into_object)
    }

    /// Whether the library has a folder of this path, relative to its own.
    #[function]
    fn is_folder(_t: &Thread, path: &PyStr) -> bool {
        library::get().is_some_and(|l| (l.is_folder)(&path.to_string_lossy()))
    }

    /// Path and kind of a module, or None.
    #[function]
    fn find(_t: &Thread, name: &PyStr) -> Option<(&'static str, bool)> {
        library::find(&name.to_string_lossy()).map(|m| (m.path, m.is_package))
    }

    /// The content of the file at a path relative to the library's folder, or None.
    #[function]
    fn read(_t: &Thread, path: &PyStr) -> Option<&'static [u8]> {
        library::get().and_then(|l| (l.read)(&path.to_string_lossy()))
    }

    /// The code of the module at a path relative to the library's folder, under the given file name, or None.
    #[function]
    fn code(t: &Thread, path: String, filename: &PyStr) -> PyResult {
        match library::get().and_then(|l| (l.find_path)(&path)) {
            Some(module) => library::load(t, module.code, filename),
            None => taipan_object::singletons::ok_none(),
        }
    }

    /// The names of all modules of the library.
    #[function]
    fn names(t: &Thread) -> PyResult<Owned<PyList>> {
        let names = library::get().map(|l| (l.names)()).unwrap_or_default();
        let items: PyResult<Vec<Owned>> = names.iter().map(|n| PyStr::from_str(t, n).map(Owned::into_object)).collect();
        PyList::from_vec(t, items?)
    }
}
