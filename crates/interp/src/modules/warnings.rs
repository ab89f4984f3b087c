//! `_warnings`: the filters, and `warn` and `warn_explicit`.

use crate::frame;
use core::cell::{Cell, RefCell};
use std::collections::HashMap;
use taipan_object::{
    Class, CompareOp, Object, Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, PyType, Thread,
    err, errors, exceptions, iter, name, native_module, sequence, singletons,
};

/// What a warning needs to know of where it is raised.
struct Place {
    filename: Owned<PyStr>,
    line: i64,
    module: Owned,
    registry: Owned,
}

thread_local! {
    static LOCK_DEPTH: RefCell<u32> = const { RefCell::new(0) };
}

/// The module `_warnings`' own state, shared with `warnings`: filters, once registry, version of the filters.
fn native(t: &Thread) -> PyResult<Owned<PyModule>> {
    // It outlives its entry in `sys.modules`: destructors warn until the end.
    if let Some(module) = state_of(t)?.module.borrow().as_ref() {
        return Ok(module.clone());
    }
    let key = PyStr::intern_str(t, "_warnings")?;
    match crate::builtin_modules::load(t, &key)?.map(Owned::into_type::<PyModule>) {
        Some(Ok(module)) => Ok(module),
        _ => Err(err!(t, RuntimeError, "unable to get the warnings module")),
    }
}

/// A setting, from `warnings` if it is loaded.
fn setting(t: &Thread, python_name: &str, native_name: &str) -> PyResult<Option<Owned>> {
    let modules = crate::state::modules(t)?;
    if let Some(module) = modules.get_item(t, name!(t, "warnings"))?.filter(|m| !m.is(singletons::none())) {
        let key = PyStr::intern_str(t, python_name)?;
        if let Some(found) = module.getattr_opt(t, &key)? {
            seen(t)?.borrow_mut().insert(python_name.to_owned(), found.clone());
            return Ok(Some(found));
        }
    }
    if let Some(found) = seen(t)?.borrow().get(python_name) {
        return Ok(Some(found.clone()));
    }
    native(t)?.get(t, native_name)
}

/// The settings as `warnings` had them when they were last looked at: they stay in force when the module is gone.
#[derive(Default)]
struct Seen {
    settings: RefCell<HashMap<String, Owned>>,
    module: RefCell<Option<Owned<PyModule>>>,
    /// How often the filters changed: a registry of an older version is out of date.
    filters_version: Cell<i64>,
}

fn state_of(t: &Thread) -> PyResult<&'static Seen> {
    taipan_object::state::extension(t, |_| Ok(Seen::default()))
}

fn seen(t: &Thread) -> PyResult<&'static RefCell<HashMap<String, Owned>>> {
    state_of(t).map(|state| &state.settings)
}

fn version(t: &Thread) -> PyResult<Owned> {
    PyInt::from_i64(t, state_of(t)?.filters_version.get()).map(Owned::into_object)
}

/// Whether a warning was seen before; notes that it is now, if asked to.
fn already_warned(t: &Thread, registry: &Object, key: &Object, should_set: bool) -> PyResult<bool> {
    let Some(dict) = registry.downcast::<PyDict>() else {
        return Err(err!(t, TypeError, "'registry' must be a dict or None"));
    };
    let version_key = name!(t, "version");
    let current = version(t)?;
    let same = match dict.get_item(t, version_key)? {
        Some(found) => taipan_object::compare::rich_compare_bool(t, &found, &current, CompareOp::Eq)?,
        None => false,
    };
    if !same {
        dict.clear_items();
        dict.set_item(t, version_key, &current)?;
    } else if let Some(found) = dict.get_item(t, key)?
        && found.is_true(t)?
    {
        return Ok(true);
    }
    if should_set {
        dict.set_item(t, key, singletons::bool(true))?;
    }
    Ok(false)
}

/// Whether a filter's pattern (`None`, a string, or a compiled expression) fits.
fn fits(t: &Thread, pattern: &Object, text: &Object) -> PyResult<bool> {
    if pattern.is(singletons::none()) {
        return Ok(true);
    }
    if pattern.is_exact::<PyStr>() {
        return taipan_object::compare::rich_compare_bool(t, pattern, text, CompareOp::Eq);
    }
    pattern.call_method(t, name!(t, "match"), &[text])?.is_true(t)
}

/// The filters of the current context, then those of the process.
fn filter_lists(t: &Thread) -> PyResult<Vec<Owned>> {
    let mut lists = Vec::new();
    // At the end of the interpreter the module is empty.
    let context = native(t)?.get(t, "_warnings_context")?.filter(|context| !context.is(singletons::none()));
    if let Some(context) = context {
        let found = context.call_method(t, name!(t, "get"), &[singletons::none()])?;
        if !found.is(singletons::none())
            && let Some(filters) = found.getattr_opt(t, name!(t, "_filters"))?
        {
            lists.push(filters);
        }
    }
    if let Some(filters) = setting(t, "filters", "filters")? {
        if !filters.is_instance_of::<PyList>() {
            return Err(err!(t, ValueError, "_warnings.filters must be a list"));
        }
        lists.push(filters);
    }
    Ok(lists)
}

/// The action of the first filter that fits, and the filter.
fn action_of(t: &Thread, category: &Object, text: &Object, line: i64, module: &Object) -> PyResult<(String, Owned)> {
    for list in filter_lists(t)? {
        for item in iter::to_vec(t, &list)? {
            let Some(filter) = item.downcast::<PyTuple>().filter(|f| f.len() == 5) else {
                return Err(err!(t, ValueError, "warnings.filters item {} isn't a 5-tuple", item.repr_lossy(t)));
            };
            let [action, message, kind, module_pattern, at] = filter.as_slice() else { continue };
            let at = taipan_object::number::index_as_isize(t, at)? as i64;
            let Some(action) = action.downcast::<PyStr>() else {
                return Err(err!(t, TypeError, "action must be a string, not '{:.200}'", action.class().name_lossy()));
            };
            if fits(t, message, text)?
                && taipan_object::typeobject::issubclass(t, category, kind)?
                && fits(t, module_pattern, module)?
                && (at == 0 || at == line)
            {
                return Ok((action.to_string_lossy(), item.clone()));
            }
        }
    }
    match setting(t, "defaultaction", "_defaultaction")? {
        Some(action) => match action.downcast::<PyStr>() {
            Some(text) => Ok((text.to_string_lossy(), singletons::none().own())),
            None => Err(err!(
                t,
                TypeError,
                "_warnings.defaultaction must be a string, not '{:.200}'",
                action.class().name_lossy()
            )),
        },
        None => Err(err!(t, ValueError, "_warnings.defaultaction not found")),
    }
}

/// The name of the module of a file, when nobody said.
fn normalize_module(t: &Thread, filename: &PyStr) -> PyResult<Owned> {
    let text = filename.to_string_lossy();
    if text.is_empty() {
        return Ok(PyStr::from_str(t, "<unknown>")?.into_object());
    }
    match text.strip_suffix(".py") {
        Some(stem) => Ok(PyStr::from_str(t, stem)?.into_object()),
        None => Ok(filename.own().into_object()),
    }
}

/// Writes the warning to `sys.stderr`, with the line of source that it is about.
fn show_plain(t: &Thread, place: &Place, text: &Object, category: &Object, line: Option<&Object>) -> PyResult<()> {
    let Some(out) = crate::state::sys_attr(t, "stderr")?.filter(|o| !o.is(singletons::none())) else {
        return Ok(());
    };
    let kind = category.getattr(t, name!(t, "__name__"))?.str_lossy(t);
    let mut shown = format!("{}:{}: {kind}: {}\n", place.filename.display(), place.line, text.str_lossy(t));
    let source = match line {
        Some(line) if !line.is(singletons::none()) => Some(line.str_lossy(t)),
        _ => std::fs::read(place.filename.to_string_lossy()).ok().and_then(|data| {
            let wanted = usize::try_from(place.line - 1).ok()?;
            data.split(|&b| b == b'\n').nth(wanted).map(|l| String::from_utf8_lossy(l).into_owned())
        }),
    };
    if let Some(source) = source.filter(|s| !s.trim().is_empty()) {
        shown.push_str(&format!("  {}\n", source.trim()));
    }
    out.call_method(t, name!(t, "write"), &[&*PyStr::from_str(t, &shown)?])?;
    Ok(())
}

/// Shows a warning through `warnings._showwarnmsg`, or plainly while `warnings` is not loaded.
fn show(
    t: &Thread,
    place: &Place,
    message: &Object,
    text: &Object,
    category: &Object,
    line: Option<&Object>,
    source: Option<&Object>,
) -> PyResult<()> {
    let modules = crate::state::modules(t)?;
    let module = modules.get_item(t, name!(t, "warnings"))?.filter(|m| !m.is(singletons::none()));
    let function = match &module {
        Some(module) => module.getattr_opt(t, name!(t, "_showwarnmsg"))?,
        None => None,
    };
    let (Some(module), Some(function)) = (module, function) else {
        return show_plain(t, place, text, category, line);
    };
    if !function.is_callable() {
        return Err(err!(t, TypeError, "warnings._showwarnmsg() must be set to a callable"));
    }
    let none = singletons::none();
    let number = PyInt::from_i64(t, place.line)?;
    let class = module.getattr(t, name!(t, "WarningMessage"))?;
    let (line, source) = (line.unwrap_or(none), source.unwrap_or(none));
    let made = class.call(t, &[message, category, &place.filename, &number, none, line, source])?;
    function.call(t, &[&made])?;
    Ok(())
}

fn explicit(
    t: &Thread,
    category: Option<&Object>,
    message: &Object,
    place: &Place,
    line: Option<&Object>,
    source: Option<&Object>,
) -> PyResult<()> {
    if place.module.is(singletons::none()) {
        return Ok(());
    }
    let has_registry = !place.registry.is(singletons::none());
    if has_registry && !place.registry.is_instance_of::<PyDict>() {
        return Err(err!(t, TypeError, "'registry' must be a dict or None"));
    }
    let is_warning = message.is_instance_of::<exceptions::Warning>();
    let (text, category, message): (Owned, Owned, Owned) = if is_warning {
        (message.str(t)?.into_object(), message.class().as_object().own(), message.own())
    } else {
        let category = category.map_or_else(|| exceptions::UserWarning::class().as_object().own(), Own::own);
        (message.own(), category.clone(), category.call(t, &[message])?)
    };
    let line_number = PyInt::from_i64(t, place.line)?;
    let key = PyTuple::from_slice(t, &[&text, &category, &line_number])?;
    if has_registry && already_warned(t, &place.registry, &key, false)? {
        return Ok(());
    }
    let (action, filter) = action_of(t, &category, &text, place.line, &place.module)?;
    match action.as_str() {
        "error" => return Err(errors::raise(t, message)),
        "ignore" => return Ok(()),
        _ => {}
    }
    let mut seen = false;
    match action.as_str() {
        "once" | "module" | "default" | "always" | "all" => {}
        _ => {
            return Err(err!(
                t,
                RuntimeError,
                "Unrecognized action ({}) in warnings.filters:\n {}",
                PyStr::from_str(t, &action)?.repr_lossy(t),
                filter.repr_lossy(t)
            ));
        }
    }
    let is_always = matches!(action.as_str(), "always" | "all");
    if has_registry && !is_always {
        already_warned(t, &place.registry, &key, true)?;
    }
    if action == "once" {
        let registry =
            if has_registry { Some(place.registry.clone()) } else { setting(t, "onceregistry", "_onceregistry")? };
        if let Some(once) = registry {
            let pair = PyTuple::from_slice(t, &[&text, &category])?;
            seen = already_warned(t, &once, &pair, true)?;
        }
    } else if action == "module" && has_registry {
        let zero = PyInt::from_i64(t, 0)?;
        let zero_key = PyTuple::from_slice(t, &[&text, &category, &zero])?;
        seen = already_warned(t, &place.registry, &zero_key, true)?;
    }
    if seen {
        return Ok(());
    }
    show(t, place, &message, &text, &category, line, source)
}

/// Whether a frame belongs to the import machinery.
unsafe fn is_internal(at: *mut frame::Frame) -> bool {
    // SAFETY: the caller passes a live frame.
    let name = unsafe { frame::code_of(at).filename().to_string_lossy() };
    name.contains("importlib") && name.contains("_bootstrap")
}

/// Where the caller `level` frames up is.
fn place_of(t: &Thread, level: i64, skip: &[String]) -> PyResult<Place> {
    let mut at = frame::current(t);
    let mut level = level;
    // SAFETY: the chain of frames is live.
    unsafe {
        let skipped = |at: *mut frame::Frame| {
            is_internal(at) || {
                let name = frame::code_of(at).filename().to_string_lossy();
                skip.iter().any(|prefix| name.starts_with(prefix))
            }
        };
        if level <= 0 || (!at.is_null() && is_internal(at)) {
            while level > 1 && !at.is_null() {
                level -= 1;
                at = frame::back_of(at);
            }
        } else {
            while level > 1 && !at.is_null() {
                level -= 1;
                loop {
                    at = frame::back_of(at);
                    if at.is_null() || !skipped(at) {
                        break;
                    }
                }
            }
        }
        let (globals, filename, line) = if at.is_null() {
            let sys = crate::state::state(t).sys.borrow().clone();
            let dict = match sys.and_then(|s| s.dict()) {
                Some(dict) => dict.into_object(),
                None => PyDict::new(t)?.into_object(),
            };
            (dict, PyStr::from_str(t, "<sys>")?, 0)
        } else {
            (
                Object::from_ptr((*at).f_globals).own(),
                frame::code_of(at).filename().own(),
                i64::from(frame::line_of(at).unwrap_or(1)),
            )
        };
        let registry = match sequence::get_item_opt(t, &globals, name!(t, "__warningregistry__"))? {
            Some(found) => found,
            None => {
                let made = PyDict::new(t)?.into_object();
                sequence::assign_item(t, &globals, name!(t, "__warningregistry__"), Some(&made))?;
                made
            }
        };
        let module = match sequence::get_item_opt(t, &globals, name!(t, "__name__"))? {
            Some(found) if found.is(singletons::none()) || found.is_instance_of::<PyStr>() => found,
            _ => PyStr::from_str(t, "<string>")?.into_object(),
        };
        Ok(Place { filename, line, module, registry })
    }
}

fn check_category<'a>(t: &Thread, message: &'a Object, category: Option<&'a Object>) -> PyResult<Owned> {
    if message.is_instance_of::<exceptions::Warning>() {
        return Ok(message.class().as_object().own());
    }
    let Some(category) = category.filter(|c| !c.is(singletons::none())) else {
        return Ok(exceptions::UserWarning::class().as_object().own());
    };
    match category.downcast::<PyType>() {
        Some(class) if class.is_subtype(exceptions::Warning::class()) => Ok(category.own()),
        Some(_) => Err(err!(
            t,
            TypeError,
            "category must be a Warning subclass, not class '{}'",
            category.getattr(t, name!(t, "__name__"))?.str_lossy(t)
        )),
        None => Err(err!(t, TypeError, "category must be a Warning subclass, not '{}'", category.class().name_lossy())),
    }
}

/// `warnings.warn` for native code.
pub fn warn_native(t: &Thread, category: &PyType, message: &Object, stack_level: i64) -> PyResult<()> {
    let place = place_of(t, stack_level, &[])?;
    explicit(t, Some(category.as_object()), message, &place, None, None)
}

/// A `ResourceWarning` about an object that is destroyed.
pub fn warn_resource(t: &Thread, source: &Object, message: &PyStr) -> PyResult<()> {
    let place = place_of(t, 1, &[])?;
    let category = exceptions::ResourceWarning::class().as_object();
    explicit(t, Some(category), message, &place, None, Some(source))
}

/// `warnings.warn_explicit` for native code.
pub fn warn_explicit_native(t: &Thread, category: &PyType, message: &Object, file: &PyStr, line: i64) -> PyResult<()> {
    let module = normalize_module(t, file)?;
    let place = Place { filename: file.own(), line, module, registry: singletons::none().own() };
    explicit(t, Some(category.as_object()), message, &place, None, None)
}

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[native_module(name = "_warnings")]
pub mod warnings {
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[function(sig = "(message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())")]
    fn warn(
        t: &Thread,
        message: &Object,
        category: Option<&Object>,
        stacklevel: isize,
        source: Option<&Object>,
        skip_file_prefixes: Option<&Object>,
    ) -> PyResult<()> {
        let category = check_category(t, message, category)?;
        let mut prefixes = Vec::new();
        let mut level = stacklevel as i64;
        if let Some(given) = skip_file_prefixes {
            let Some(tuple) = given.downcast::<PyTuple>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                    given.class().name_lossy()
                ));
            };
            for prefix in tuple.as_slice() {
                match prefix.downcast::<PyStr>() {
                    Some(text) => prefixes.push(text.to_string_lossy()),
                    None => {
                        return Err(err!(
                            t,
                            TypeError,
                            "Found non-str '{}' in skip_file_prefixes.",
                            prefix.str_lossy(t)
                        ));
                    }
                }
            }
            if !prefixes.is_empty() {
                level = level.max(2);
            }
        }
        let place = place_of(t, level, &prefixes)?;
        explicit(t, Some(&category), message, &place, None, source)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(
        sig = "(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)",
        text = "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
    )]
    fn warn_explicit(
        t: &Thread,
        message: &Object,
        category: &Object,
        filename: &PyStr,
        lineno: i32,
        module_: Option<&Object>,
        registry: Option<&Object>,
        module_globals: Option<&Object>,
        source: Option<&Object>,
    ) -> PyResult<()> {
        let none = singletons::none();
        let mut line = None;
        if let Some(globals) = module_globals.filter(|g| !g.is(none)) {
            if !globals.is_instance_of::<PyDict>() {
                return Err(err!(
                    t,
                    TypeError,
                    "module_globals must be a dict, not '{:.200}'",
                    globals.class().name_lossy()
                ));
            }
            line = source_line(t, globals, lineno)?;
        }
        let module = match module_.filter(|m| !m.is(none)) {
            Some(module) => module.own(),
            None => normalize_module(t, filename)?,
        };
        let registry = registry.unwrap_or(none).own();
        let place = Place { filename: filename.own(), line: i64::from(lineno), module, registry };
        explicit(t, Some(category), message, &place, line.as_deref(), source)
    }

    #[function]
    fn _filters_mutated_lock_held(t: &Thread) -> PyResult<()> {
        if LOCK_DEPTH.with(|d| *d.borrow()) == 0 {
            return Err(err!(t, RuntimeError, "warnings lock is not held"));
        }
        let version = &state_of(t)?.filters_version;
        version.set(version.get().wrapping_add(1));
        Ok(())
    }

    #[function]
    fn _acquire_lock(_t: &Thread) {
        LOCK_DEPTH.with(|d| *d.borrow_mut() += 1);
    }

    #[function]
    fn _release_lock(t: &Thread) -> PyResult<()> {
        LOCK_DEPTH.with(|d| {
            let mut depth = d.borrow_mut();
            match depth.checked_sub(1) {
                Some(less) => {
                    *depth = less;
                    Ok(())
                }
                None => Err(err!(t, RuntimeError, "cannot release un-acquired lock")),
            }
        })
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let filter = |action: &str, class: &PyType, name: Option<&str>| -> PyResult<Owned> {
            let none = singletons::none().own();
            let module = match name {
                Some(name) => PyStr::intern_str(t, name)?.into_object(),
                None => none.clone(),
            };
            let action = PyStr::intern_str(t, action)?.into_object();
            let zero = PyInt::from_i64(t, 0)?.into_object();
            PyTuple::from_vec(t, vec![action, none, class.as_object().own(), module, zero]).map(Owned::into_object)
        };
        let filters = vec![
            filter("default", exceptions::DeprecationWarning::class(), Some("__main__"))?,
            filter("ignore", exceptions::DeprecationWarning::class(), None)?,
            filter("ignore", exceptions::PendingDeprecationWarning::class(), None)?,
            filter("ignore", exceptions::ImportWarning::class(), None)?,
            filter("ignore", exceptions::ResourceWarning::class(), None)?,
        ];
        let filters = PyList::from_vec(t, filters)?;
        let once = PyDict::new(t)?;
        module.set(t, "filters", &filters)?;
        module.set(t, "_onceregistry", &once)?;
        let mut seen = seen(t)?.borrow_mut();
        seen.insert("filters".to_owned(), filters.into_object());
        *state_of(t)?.module.borrow_mut() = Some(module.own());
        seen.insert("onceregistry".to_owned(), once.into_object());
        drop(seen);
        module.set_value(t, "_defaultaction", "default")?;
        if crate::builtin_modules::find("_contextvars").is_some() {
            let key = PyStr::intern_str(t, "_contextvars")?;
            if let Some(contextvars) = crate::builtin_modules::load(t, &key)? {
                let class = contextvars.getattr(t, name!(t, "ContextVar"))?;
                module.set(t, "_warnings_context", &*class.call(t, &[name!(t, "_warnings_context")])?)?;
            }
        }
        Ok(())
    }
}

/// The line of source that the loader of `globals` has.
fn source_line(t: &Thread, globals: &Object, line: i32) -> PyResult<Option<Owned>> {
    let external = taipan_object::state::import(t, "_frozen_importlib_external")?;
    let loader = external.call_method(t, &*PyStr::intern_str(t, "_bless_my_loader")?, &[globals])?;
    let Some(name) = sequence::get_item_opt(t, globals, name!(t, "__name__"))? else { return Ok(None) };
    let Some(function) = loader.getattr_opt(t, name!(t, "get_source"))? else { return Ok(None) };
    let source = match function.call(t, &[&name]) {
        Ok(source) => source,
        // A loader of other modules than the one that runs as the main program.
        Err(_) if errors::matches::<exceptions::ImportError>(t) => {
            errors::clear(t);
            return Ok(None);
        }
        Err(raised) => return Err(raised),
    };
    let Some(text) = source.downcast::<PyStr>() else { return Ok(None) };
    let text = text.to_string_lossy();
    match usize::try_from(line - 1).ok().and_then(|n| text.lines().nth(n)) {
        Some(found) => Ok(Some(PyStr::from_str(t, found)?.into_object())),
        None => Ok(None),
    }
}
