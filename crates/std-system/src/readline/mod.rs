//! `readline`: editing of lines, history and completion, by the system's library.

mod hooks;
mod library;

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicI32, Ordering};
use hooks::Hook;
use library::Readline;
use std::ffi::CString;
use taipan_object::{
    Object, Owned, PyInt, PyModule, PyResult, PyStr, Thread, audit, err, errors, fspath, native_module, singletons,
};

/// How many lines `write_history_file()` leaves in the file; a negative number is no limit.
static HISTORY_LENGTH: AtomicI32 = AtomicI32::new(-1);

/// The library; it was found when the module was imported.
fn library(t: &Thread) -> PyResult<&'static Readline> {
    Readline::get().map_err(|reason| err!(t, ImportError, "{reason}"))
}

/// A text for the library.
fn encoded(t: &Thread, text: &Object) -> PyResult<CString> {
    let Some(text) = text.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "bad argument type for built-in operation"));
    };
    CString::new(text.to_fs_bytes(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// The path of a file; `None` is the library's default. `what` is how it will be opened, for audit hooks.
fn path(t: &Thread, filename: Option<&Object>, what: &str) -> PyResult<Option<CString>> {
    let filename = filename.filter(|filename| !filename.is(singletons::none()));
    let path = match filename {
        None => None,
        Some(filename) => {
            let bytes = fspath::fs_bytes(t, filename)?;
            Some(CString::new(bytes).map_err(|_| err!(t, ValueError, "embedded null byte"))?)
        }
    };
    let name = filename.unwrap_or(singletons::none());
    let mode = PyStr::from_str(t, what)?;
    let zero = PyInt::from_i64(t, 0)?;
    audit::audit(t, "open", &[name, mode.as_object(), zero.as_object()])?;
    Ok(path)
}

fn check(t: &Thread, errno: c_int) -> PyResult<()> {
    if errno == 0 { Ok(()) } else { Err(errors::os_error(t, errno)) }
}

/// Cuts a file that was written to the length that has been set.
fn truncate(library: &Readline, path: Option<&CStr>) {
    let lines = HISTORY_LENGTH.load(Ordering::Relaxed);
    if lines >= 0 {
        library.truncate_history_file(path, lines);
    }
}

/// A position in the history, counted from 0.
fn position(t: &Thread, pos: i32) -> PyResult<i32> {
    if pos < 0 { Err(err!(t, ValueError, "History index cannot be negative")) } else { Ok(pos) }
}

fn no_item(t: &Thread, pos: i32) -> taipan_object::Raised {
    err!(t, ValueError, "No history item at position {pos}")
}

/// Importing this module enables command line editing using GNU readline.
#[native_module(name = "readline")]
pub mod readline {
    use super::*;

    /// Execute a line of an initialization file.
    #[function(sig = "(string, /)")]
    fn parse_and_bind(t: &Thread, string: &Object) -> PyResult<()> {
        library(t)?.parse_and_bind(&encoded(t, string)?);
        Ok(())
    }

    /// Execute an initialization file; without a name, the one that was used last.
    #[function(sig = "(filename=None, /)")]
    fn read_init_file(t: &Thread, filename: Option<&Object>) -> PyResult<()> {
        let path = path(t, filename, "r")?;
        check(t, library(t)?.read_init_file(path.as_deref()))
    }

    /// Read lines from a file into the history; without a name, from ~/.history.
    #[function(sig = "(filename=None, /)")]
    fn read_history_file(t: &Thread, filename: Option<&Object>) -> PyResult<()> {
        let path = path(t, filename, "r")?;
        check(t, library(t)?.read_history(path.as_deref()))
    }

    /// Write the history to a file; without a name, to ~/.history.
    #[function(sig = "(filename=None, /)")]
    fn write_history_file(t: &Thread, filename: Option<&Object>) -> PyResult<()> {
        let path = path(t, filename, "w")?;
        let library = library(t)?;
        check(t, library.write_history(path.as_deref()))?;
        truncate(library, path.as_deref());
        Ok(())
    }

    /// Append the last lines of the history to a file; without a name, to ~/.history.
    #[function(sig = "(nelements, filename=None, /)")]
    fn append_history_file(t: &Thread, nelements: i32, filename: Option<&Object>) -> PyResult<()> {
        if nelements < 0 {
            return Err(err!(t, ValueError, "nelements must be non-negative"));
        }
        let path = path(t, filename, "a")?;
        let library = library(t)?;
        check(t, library.append_history(nelements, path.as_deref()))?;
        truncate(library, path.as_deref());
        Ok(())
    }

    /// Set how many lines a file of the history may have.
    ///
    /// With a negative number there is no limit.
    #[function(sig = "(length, /)")]
    fn set_history_length(_t: &Thread, length: i32) {
        HISTORY_LENGTH.store(length, Ordering::Relaxed);
    }

    /// Return how many lines a file of the history may have.
    #[function]
    fn get_history_length(_t: &Thread) -> i32 {
        HISTORY_LENGTH.load(Ordering::Relaxed)
    }

    /// Return how many lines the history has.
    #[function]
    fn get_current_history_length(t: &Thread) -> PyResult<i32> {
        Ok(library(t)?.history_length())
    }

    /// Return a line of the history, counted from one, or None.
    #[function(sig = "(index, /)")]
    fn get_history_item(t: &Thread, index: i32) -> PyResult<Option<Owned<PyStr>>> {
        let line = library(t)?.history_item(index);
        line.map(|line| PyStr::from_fs_bytes(t, &line)).transpose()
    }

    /// Remove a line of the history, counted from zero.
    #[function(sig = "(pos, /)")]
    fn remove_history_item(t: &Thread, pos: i32) -> PyResult<()> {
        let pos = position(t, pos)?;
        library(t)?.remove_history(pos).map_err(|_| no_item(t, pos))
    }

    /// Replace a line of the history, counted from zero.
    #[function(sig = "(pos, line, /)")]
    fn replace_history_item(t: &Thread, pos: i32, line: &Object) -> PyResult<()> {
        let pos = position(t, pos)?;
        let line = encoded(t, line)?;
        library(t)?.replace_history(pos, &line).map_err(|_| no_item(t, pos))
    }

    /// Add a line to the history.
    #[function(sig = "(string, /)")]
    fn add_history(t: &Thread, string: &Object) -> PyResult<()> {
        library(t)?.add_history(&encoded(t, string)?);
        Ok(())
    }

    /// Say whether lines that are read go into the history.
    #[function(sig = "(enabled, /)")]
    fn set_auto_history(_t: &Thread, enabled: bool) {
        library::AUTO_HISTORY.store(enabled, Ordering::Relaxed);
    }

    /// Remove all lines of the history.
    #[function]
    fn clear_history(t: &Thread) -> PyResult<()> {
        library(t)?.clear_history();
        Ok(())
    }

    /// Return the line that is edited.
    #[function]
    fn get_line_buffer(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_fs_bytes(t, &library(t)?.line_buffer())
    }

    /// Insert text at the cursor into the line that is edited.
    #[function(sig = "(string, /)")]
    fn insert_text(t: &Thread, string: &Object) -> PyResult<()> {
        library(t)?.insert_text(&encoded(t, string)?);
        Ok(())
    }

    /// Show the line that is edited as it is now.
    #[function]
    fn redisplay(t: &Thread) -> PyResult<()> {
        library(t)?.redisplay();
        Ok(())
    }

    /// Return the index at which what is completed begins.
    #[function]
    fn get_begidx(t: &Thread) -> PyResult<usize> {
        Ok(hooks::scope(t)?.0)
    }

    /// Return the index at which what is completed ends.
    #[function]
    fn get_endidx(t: &Thread) -> PyResult<usize> {
        Ok(hooks::scope(t)?.1)
    }

    /// Return how the library was asked to complete.
    #[function]
    fn get_completion_type(t: &Thread) -> PyResult<i32> {
        Ok(library(t)?.completion_type())
    }

    /// Return the characters that end a word which is completed.
    #[function]
    fn get_completer_delims(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_fs_bytes(t, &library(t)?.completer_delims())
    }

    /// Set the characters that end a word which is completed.
    #[function(sig = "(string, /)")]
    fn set_completer_delims(t: &Thread, string: &Object) -> PyResult<()> {
        library(t)?.set_completer_delims(encoded(t, string)?);
        Ok(())
    }

    /// Set or remove the function that completes words.
    ///
    /// It is called as function(text, state) for state in 0, 1, 2, ..., until
    /// it returns no string, and returns one completion of the text each time.
    #[function(sig = "(function=None, /)")]
    fn set_completer(t: &Thread, function: Option<&Object>) -> PyResult<()> {
        hooks::set(t, Hook::Completer, function)
    }

    /// Return the function that completes words, or None.
    #[function]
    fn get_completer(t: &Thread) -> PyResult<Option<Owned>> {
        hooks::get(t, Hook::Completer)
    }

    /// Set or remove the function that shows completions.
    ///
    /// It is called as
    ///   function(substitution, [matches], longest_match_length)
    /// each time they are to be shown.
    #[function(sig = "(function=None, /)")]
    fn set_completion_display_matches_hook(t: &Thread, function: Option<&Object>) -> PyResult<()> {
        hooks::set(t, Hook::DisplayMatches, function)?;
        library(t)?.set_display_hook(hooks::get(t, Hook::DisplayMatches)?.is_some());
        Ok(())
    }

    /// Set or remove a function that is called before the first prompt is shown.
    #[function(sig = "(function=None, /)")]
    fn set_startup_hook(t: &Thread, function: Option<&Object>) -> PyResult<()> {
        hooks::set(t, Hook::Startup, function)
    }

    /// Set or remove a function that is called after the first prompt is shown.
    ///
    /// It may for example insert text, with which the line then begins.
    #[function(sig = "(function=None, /)")]
    fn set_pre_input_hook(t: &Thread, function: Option<&Object>) -> PyResult<()> {
        hooks::set(t, Hook::PreInput, function)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let library = library(t)?;
        library.set_up();
        let version = i64::from(library.version());
        module.set_value(t, "_READLINE_VERSION", version)?;
        module.set_value(t, "_READLINE_RUNTIME_VERSION", version)?;
        let text = PyStr::from_fs_bytes(t, &library.version_text())?;
        module.set(t, "_READLINE_LIBRARY_VERSION", text.as_object())?;
        let backend = if library.is_editline() { "editline" } else { "readline" };
        module.set(t, "backend", PyStr::from_str(t, backend)?.as_object())
    }
}
