//! The import statement: calls `builtins.__import__`, or importlib directly when nobody replaced it.

use crate::frame::Frame;
use crate::state::{modules, state};
use crate::traceback::PyTraceback;
use core::cell::Cell;
use std::time::Instant;
use taipan_object::module::{Shadowing, file_origin, shadowing};
use taipan_object::{
    Object, Own, Owned, PyDict, PyList, PyModule, PyResult, PyStr, PyTuple, attr, err, errors, exceptions, iter, name,
    sequence, singletons,
};
use taipan_runtime::Thread;

/// `IMPORT_NAME`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn import_name(t: &Thread, frame: *mut Frame, name: &PyStr, fromlist: &Object, level: &Object) -> PyResult {
    // SAFETY: the frame's fields are live.
    let (builtins, globals, locals) = unsafe {
        (
            Object::from_ptr((*frame).f_builtins).own(),
            Object::from_ptr((*frame).f_globals).own(),
            Object::from_ptr_opt((*frame).f_locals).map_or_else(|| singletons::none().own(), Own::own),
        )
    };
    let Some(function) = sequence::get_item_opt(t, &builtins, name!(t, "__import__"))? else {
        return Err(exceptions::import_error(
            t,
            taipan_object::exceptions_class!(ImportError),
            format_args!("__import__ not found"),
            None,
            None,
            None,
        ));
    };
    let ours = state(t).import_func.borrow().as_ref().is_some_and(|f| f.is(&function));
    if ours {
        let level = taipan_object::number::index_as_isize(t, level)?;
        return import_module_level(t, name, Some(&globals), Some(fromlist), level);
    }
    function.call(t, &[name, &globals, &locals, fromlist, level])
}

/// `__import__(name, globals, fromlist, level)` (`PyImport_ImportModuleLevelObject`).
pub fn import_module_level(
    t: &Thread,
    name: &PyStr,
    globals: Option<&Object>,
    fromlist: Option<&Object>,
    level: isize,
) -> PyResult {
    if level < 0 {
        return Err(err!(t, ValueError, "level must be >= 0"));
    }
    let full = if level > 0 {
        resolve_name(t, name, globals, level)?
    } else {
        if name.len() == 0 {
            return Err(err!(t, ValueError, "Empty module name"));
        }
        name.own()
    };
    let module = find_or_load(t, &full)?;
    let has_from = match attr::none_if_none(fromlist) {
        Some(list) => list.is_true(t)?,
        None => false,
    };
    if has_from {
        let path = module.getattr_opt(t, name!(t, "__path__"))?;
        if path.is_some()
            && let Some(importlib) = state(t).importlib.borrow().clone()
            && let Some(fromlist) = fromlist
        {
            let import = state(t).import_func.borrow().clone();
            let import = match import {
                Some(import) => import,
                None => crate::state::builtin(t, name!(t, "__import__"))?,
            };
            let handled = importlib.call_method(t, name!(t, "_handle_fromlist"), &[&module, fromlist, &import]);
            if handled.is_err() {
                remove_importlib_frames(t);
            }
            return handled;
        }
        return Ok(module);
    }
    // Without a from list the top-level package is the result.
    let text = name.to_string_lossy();
    if level == 0 || !text.is_empty() {
        let Some((front, _)) = text.split_once('.') else {
            return Ok(module);
        };
        if level == 0 {
            let front = PyStr::intern_str(t, front)?;
            return find_or_load(t, &front);
        }
        let cut = full.len() - (text.len() - front.len());
        let top = full.substring(t, 0, cut)?;
        return match modules(t)?.get_item(t, &top)? {
            Some(found) => Ok(found),
            None => Err(err!(t, KeyError, "{} not in sys.modules as expected", top.repr_lossy(t))),
        };
    }
    Ok(module)
}

/// An absolute name for a relative import.
fn resolve_name(t: &Thread, name: &PyStr, globals: Option<&Object>, level: isize) -> PyResult<Owned<PyStr>> {
    let no_parent = || {
        exceptions::import_error(
            t,
            taipan_object::exceptions_class!(ImportError),
            format_args!("attempted relative import with no known parent package"),
            None,
            None,
            None,
        )
    };
    let Some(globals) = globals.and_then(|g| g.downcast::<PyDict>()) else {
        return Err(match globals {
            None => err!(t, KeyError, "'__name__' not in globals"),
            Some(_) => err!(t, TypeError, "globals must be a dict"),
        });
    };
    let not_none = |o: Option<Owned>| o.filter(|o| !o.is(singletons::none()));
    let package = not_none(globals.get_item(t, name!(t, "__package__"))?);
    let spec = not_none(globals.get_item(t, name!(t, "__spec__"))?);
    let package: Owned<PyStr> = match (package, spec) {
        (Some(package), _) => {
            package.into_type::<PyStr>().map_err(|_| err!(t, TypeError, "package must be a string"))?
        }
        (None, Some(spec)) => spec
            .getattr(t, name!(t, "parent"))?
            .into_type::<PyStr>()
            .map_err(|_| err!(t, TypeError, "__spec__.parent must be a string"))?,
        (None, None) => {
            errors::warn(
                t,
                taipan_object::exceptions_class!(ImportWarning),
                format_args!(
                    "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"
                ),
                1,
            )?;
            let Some(module) = globals.get_item(t, name!(t, "__name__"))? else {
                return Err(err!(t, KeyError, "'__name__' not in globals"));
            };
            let module = module.into_type::<PyStr>().map_err(|_| err!(t, TypeError, "__name__ must be a string"))?;
            if globals.contains(t, name!(t, "__path__"))? {
                module
            } else {
                let text = module.to_string_lossy();
                match text.rsplit_once('.') {
                    Some((package, _)) => PyStr::from_str(t, package)?,
                    None => return Err(no_parent()),
                }
            }
        }
    };
    let text = package.to_string_lossy();
    if text.is_empty() {
        return Err(no_parent());
    }
    let mut base = text.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((front, _)) => base = front,
            None => {
                return Err(exceptions::import_error(
                    t,
                    taipan_object::exceptions_class!(ImportError),
                    format_args!("attempted relative import beyond top-level package"),
                    None,
                    None,
                    None,
                ));
            }
        }
    }
    if name.len() == 0 {
        return PyStr::from_str(t, base);
    }
    PyStr::from_str(t, &format!("{base}.{}", name.to_string_lossy()))
}

fn find_or_load(t: &Thread, name: &PyStr) -> PyResult {
    if let Some(found) = modules(t)?.get_item(t, name)?
        && !found.is(singletons::none())
    {
        let mut current = true;
        if let Some(spec) = found.getattr_opt(t, name!(t, "__spec__"))?
            && !spec.is(singletons::none())
            && let Some(flag) = spec.getattr_opt(t, name!(t, "_initializing"))?
            && flag.is_true(t)?
            && let Some(importlib) = state(t).importlib.borrow().clone()
        {
            importlib.call_method(t, name!(t, "_lock_unlock_module"), &[name])?;
            // Another thread's import may have failed while this one waited for it: then it is tried again.
            current = modules(t)?.get_item(t, name)?.is_some_and(|module| module.is(&found));
        }
        if current {
            state(t).import_time.cached(name);
            return Ok(found);
        }
    }
    let importlib = state(t).importlib.borrow().clone();
    if let Some(importlib) = importlib {
        let import = state(t).import_func.borrow().clone();
        let import = match import {
            Some(import) => import,
            None => crate::state::builtin(t, name!(t, "__import__"))?,
        };
        audit_import(t, name)?;
        let timed = state(t).import_time.begin();
        let depth = &state(t).import_depth;
        depth.set(depth.get() + 1);
        let found = importlib.call_method(t, name!(t, "_find_and_load"), &[name, &import]);
        depth.set(depth.get() - 1);
        state(t).import_time.end(timed, name);
        match &found {
            Ok(_) => crate::library::module_was_imported(depth.get() == 0),
            Err(_) => remove_importlib_frames(t),
        }
        return found;
    }
    // Before importlib is there: native modules only.
    match crate::builtin_modules::load(t, name)? {
        Some(module) => Ok(module),
        None => Err(exceptions::import_error(
            t,
            taipan_object::exceptions_class!(ModuleNotFoundError),
            format_args!("No module named {}", name.repr_lossy(t)),
            Some(name),
            None,
            None,
        )),
    }
}

/// Takes the frames of the import machinery out of the traceback of the exception in flight: all of them if it is an
/// `ImportError`, else those that led to a module's own code. `-v` leaves them.
fn remove_importlib_frames(t: &Thread) {
    let Some(exception) = errors::take(t) else { return };
    let first = exceptions::traceback(&exception).and_then(|tb| tb.into_type::<PyTraceback>().ok());
    if let Some(first) = first
        && !state(t).verbose.get()
    {
        let always = exception.is_instance_of::<exceptions::ImportError>();
        let kept = without_importlib(first, always);
        for pair in kept.windows(2) {
            if let [entry, next] = pair {
                entry.set_next(Some(next.clone()));
            }
        }
        if let Some(last) = kept.last() {
            last.set_next(None);
        }
        exceptions::set_traceback(&exception, kept.first().map(|tb| tb.clone().into_object()));
    }
    let _ = errors::restore_raised(t, exception);
}

/// The entries of a traceback that a program shall see.
fn without_importlib(first: Owned<PyTraceback>, always: bool) -> Vec<Owned<PyTraceback>> {
    let mut kept: Vec<Owned<PyTraceback>> = Vec::new();
    // Where the run of frames of the machinery begins that the last entry belongs to.
    let mut run: Option<usize> = None;
    let mut at = Some(first);
    while let Some(entry) = at {
        at = entry.next();
        let code = entry.frame().map(|frame| frame.code().own());
        let is_machinery = code.as_ref().is_some_and(|code| {
            let file = code.filename().to_string_lossy();
            matches!(
                file.as_str(),
                "<frozen importlib._bootstrap>" | "<frozen importlib._bootstrap_external>" | "<frozen _taipan_library>"
            )
        });
        if !is_machinery {
            run = None;
            kept.push(entry);
            continue;
        }
        let start = *run.get_or_insert(kept.len());
        if always || code.is_some_and(|code| code.name().eq_str("_call_with_frames_removed")) {
            kept.truncate(start);
        } else {
            kept.push(entry);
        }
    }
    kept
}

/// Imports a module by its full name and returns it (`PyImport_ImportModule`).
pub fn import_module(t: &Thread, name: &str) -> PyResult {
    let name = PyStr::intern_str(t, name)?;
    find_or_load(t, &name)
}

/// `IMPORT_FROM`.
pub fn import_from(t: &Thread, module: &Object, name: &PyStr) -> PyResult {
    if let Some(value) = module.getattr_opt(t, name)? {
        return Ok(value);
    }
    // A submodule that is being imported stands in sys.modules before it is an attribute of its package.
    let module_name = module.getattr_opt(t, name!(t, "__name__"))?.and_then(|n| n.into_type::<PyStr>().ok());
    if let Some(module_name) = &module_name {
        let full = PyStr::from_str(t, &format!("{}.{}", module_name.to_string_lossy(), name.to_string_lossy()))?;
        if let Some(found) = modules(t)?.get_item(t, &full)? {
            return Ok(found);
        }
    }
    let shown = module_name.as_ref().map_or_else(|| "'<unknown module name>'".to_string(), |n| n.repr_lossy(t));
    let spec = module.getattr_opt(t, name!(t, "__spec__"))?.filter(|s| !s.is(singletons::none()));
    let mut origin = match &spec {
        Some(spec) => file_origin(t, spec)?,
        None => None,
    };
    let shadowing = match &module_name {
        Some(module_name) => shadowing(t, module_name, origin.as_deref())?,
        None => Shadowing::No,
    };
    // Frozen modules have a file too, if no location.
    if origin.is_none() && module.is_instance_of::<PyModule>() {
        origin = module.getattr_opt(t, name!(t, "__file__"))?.and_then(|file| file.into_type::<PyStr>().ok());
    }
    let initializing = match &spec {
        Some(spec) => match spec.getattr_opt(t, name!(t, "_initializing"))? {
            Some(flag) => flag.is_true(t)?,
            None => false,
        },
        None => false,
    };
    let place = origin.as_ref().map_or_else(|| "unknown location".to_string(), |o| o.to_string_lossy());
    let file = origin.as_ref().map_or_else(String::new, |o| o.repr_lossy(t));
    let name_shown = name.repr_lossy(t);
    let message = match shadowing {
        Shadowing::Stdlib => format!(
            "cannot import name {name_shown} from {shown} (consider renaming {file} since it has the same name as the standard library module named {shown} and prevents importing that standard library module)"
        ),
        Shadowing::Perhaps if initializing => format!(
            "cannot import name {name_shown} from {shown} (consider renaming {file} if it has the same name as a library you intended to import)"
        ),
        _ if initializing => format!(
            "cannot import name {name_shown} from partially initialized module {shown} (most likely due to a circular import) ({place})"
        ),
        _ => format!("cannot import name {name_shown} from {shown} ({place})"),
    };
    Err(exceptions::import_error(
        t,
        taipan_object::exceptions_class!(ImportError),
        format_args!("{message}"),
        module_name.as_deref().map(|n| n.as_object()),
        origin.as_deref().map(|n| n.as_object()),
        Some(name),
    ))
}

/// `from module import *`.
pub fn import_star(t: &Thread, locals: &Object, module: &Object) -> PyResult<()> {
    let (names, skip_private) = match module.getattr_opt(t, name!(t, "__all__"))? {
        Some(all) => (iter::to_vec(t, &all)?, false),
        None => match module.getattr_opt(t, name!(t, "__dict__"))? {
            Some(dict) => {
                let keys = dict.call_method(t, name!(t, "keys"), &[])?;
                (iter::to_vec(t, &keys)?, true)
            }
            None => {
                return Err(exceptions::import_error(
                    t,
                    taipan_object::exceptions_class!(ImportError),
                    format_args!("from-import-* object has no __dict__ and no __all__"),
                    None,
                    None,
                    None,
                ));
            }
        },
    };
    for name in names {
        let Some(text) = name.downcast::<PyStr>() else {
            let module_name = module.getattr(t, name!(t, "__name__"))?.str_lossy(t);
            return Err(err!(
                t,
                TypeError,
                "{} in {module_name}.{} must be str, not {:.100}",
                if skip_private { "Key" } else { "Item" },
                if skip_private { "__dict__" } else { "__all__" },
                name.class().name_lossy()
            ));
        };
        if skip_private && text.len() > 0 && text.char_at(0) == u32::from(b'_') {
            continue;
        }
        let value = module.getattr(t, &name)?;
        sequence::assign_item(t, locals, &name, Some(&value))?;
    }
    Ok(())
}

/// Adds a module to `sys.modules` under a name, making it if need be (`PyImport_AddModule`).
pub fn add_module(t: &Thread, name: &str) -> PyResult<Owned<PyModule>> {
    let key = PyStr::intern_str(t, name)?;
    let modules = modules(t)?;
    if let Some(found) = modules.get_item(t, &key)?
        && let Ok(module) = found.into_type::<PyModule>()
    {
        return Ok(module);
    }
    let module = PyModule::new(t, &key)?;
    modules.set_item(t, &key, &module)?;
    Ok(module)
}

/// A tuple of strings as a list object, for `sys.path` and its like.
pub fn string_list(t: &Thread, items: &[impl AsRef<std::ffi::OsStr>]) -> PyResult<Owned<PyList>> {
    use std::os::unix::ffi::OsStrExt;
    let items: PyResult<Vec<Owned>> =
        items.iter().map(|s| PyStr::from_fs_bytes(t, s.as_ref().as_bytes()).map(Owned::into_object)).collect();
    PyList::from_vec(t, items?)
}

/// Whether an import error is in flight.
pub fn import_failed(t: &Thread) -> bool {
    errors::matches::<exceptions::ImportError>(t)
}

/// `from x import (a, b)` names as a tuple.
pub fn names_tuple(t: &Thread, names: &[&str]) -> PyResult<Owned<PyTuple>> {
    taipan_object::module::tuple_of_names(t, names)
}

/// Tells audit hooks what is about to be imported, and where it is looked for.
fn audit_import(t: &Thread, name: &Object) -> PyResult<()> {
    if !taipan_object::audit::active(t) {
        return Ok(());
    }
    let none = singletons::none();
    let sys = |name: &str| -> PyResult { Ok(crate::state::sys_attr(t, name)?.unwrap_or_else(|| none.own())) };
    let (path, meta_path, hooks) = (sys("path")?, sys("meta_path")?, sys("path_hooks")?);
    taipan_object::audit::audit(t, "import", &[name, none, &path, &meta_path, &hooks])
}

/// `-X importtime`: tells how long each import took, without what it imports itself and with it.
#[derive(Default)]
pub struct ImportTime {
    /// 0: off; 1: on; 2: modules that were there already are told of too.
    pub level: Cell<i64>,
    headed: Cell<bool>,
    depth: Cell<usize>,
    /// Microseconds that the imports within the one under way took.
    inner: Cell<u128>,
}

impl ImportTime {
    fn line(&self, own: &str, all: &str, name: &PyStr) {
        if !self.headed.replace(true) {
            eprintln!("import time: self [us] | cumulative | imported package");
        }
        let name = escaped(name);
        eprintln!("import time: {own:>9} | {all:>10} | {:1$}{name}", "", self.depth.get() * 2);
    }

    fn cached(&self, name: &PyStr) {
        if self.level.get() > 1 {
            self.line("cached   ", "cached    ", name);
        }
    }

    /// When an import began, and what its siblings took so far.
    fn begin(&self) -> Option<(Instant, u128)> {
        if self.level.get() == 0 {
            return None;
        }
        if !self.headed.replace(true) {
            eprintln!("import time: self [us] | cumulative | imported package");
        }
        self.depth.set(self.depth.get() + 1);
        Some((Instant::now(), self.inner.replace(0)))
    }

    fn end(&self, begun: Option<(Instant, u128)>, name: &PyStr) {
        let Some((start, siblings)) = begun else { return };
        let all = start.elapsed().as_micros();
        self.depth.set(self.depth.get().saturating_sub(1));
        let own = all.saturating_sub(self.inner.get());
        self.line(&own.to_string(), &all.to_string(), name);
        self.inner.set(siblings + all);
    }
}

/// A name whose surrogates are shown as escapes.
fn escaped(name: &PyStr) -> String {
    (0..name.len())
        .map(|i| name.char_at(i))
        .map(|c| char::from_u32(c).map_or_else(|| format!("\\u{c:04x}"), String::from))
        .collect()
}
