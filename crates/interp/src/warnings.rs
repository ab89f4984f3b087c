//! Warnings from native code: handed to the library's `warnings` module once it is loaded.

use taipan_object::{Object, PyInt, PyResult, PyStr, PyType, name, singletons};
use taipan_runtime::Thread;

fn warnings_module(t: &Thread) -> PyResult<Option<taipan_object::Owned>> {
    let modules = crate::state::modules(t)?;
    Ok(modules.get_item(t, name!(t, "warnings"))?.filter(|m| !m.is(singletons::none())))
}

/// `warnings.warn(message, category, stacklevel)`.
pub fn warn(t: &Thread, category: &PyType, message: &PyStr, stack_level: isize) -> PyResult<()> {
    match warnings_module(t)? {
        Some(module) => {
            let level = PyInt::from_i64(t, stack_level as i64)?;
            module.call_method(t, name!(t, "warn"), &[message, category.as_object(), &level])?;
            Ok(())
        }
        None => crate::modules::warnings::warn_native(t, category, message, stack_level as i64),
    }
}

/// `warnings.warn_explicit(message, category, filename, lineno)`.
pub fn warn_explicit(t: &Thread, category: &PyType, message: &Object, filename: &PyStr, line: i64) -> PyResult<()> {
    match warnings_module(t)? {
        Some(module) => {
            let line = PyInt::from_i64(t, line)?;
            module.call_method(t, name!(t, "warn_explicit"), &[message, category.as_object(), filename, &line])?;
            Ok(())
        }
        None => crate::modules::warnings::warn_explicit_native(t, category, message, filename, line),
    }
}
