//! Warnings from native code: handed to the library's `warnings` module once it is loaded.

use taipan_object::{Object, Own, PyInt, PyResult, PyStr, PyType, name, singletons};
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
        None => plain(t, category, message),
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
        None => Ok(()),
    }
}

/// Before the `warnings` module is loaded only what is shown by default is shown, in its default form.
fn plain(t: &Thread, category: &PyType, message: &PyStr) -> PyResult<()> {
    let ignored = ["DeprecationWarning", "PendingDeprecationWarning", "ImportWarning", "ResourceWarning"];
    let name = category.name_lossy();
    if !ignored.contains(&name.as_str()) {
        let current = crate::frame::current(t);
        let (file, line) = if current.is_null() {
            ("sys".to_string(), 1)
        } else {
            // SAFETY: the current frame is live.
            unsafe {
                (
                    crate::frame::code_of(current).filename().to_string_lossy(),
                    crate::frame::line_of(current).unwrap_or(1),
                )
            }
        };
        eprintln!("{file}:{line}: {name}: {}", message.display());
    }
    let _ = singletons::none().own();
    Ok(())
}
