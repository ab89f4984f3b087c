//! `pycore_initconfig.h`: a `PyConfig` as a dictionary, and the settings of the running interpreter as a `PyConfig`.

use crate::contract::*;
use crate::initconfig::{changes, live_settings};
use crate::objimpl::PyMem_Free;
use crate::pyconfig::{PYTHON, PyConfig, PyWideStringList, clear_list, copy_wide, insert, list, narrow, set_string};
use crate::unicodeobject::PyUnicode_AsWideCharString;
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use core::ptr::null_mut;
use libc::wchar_t;
use std::os::unix::ffi::OsStrExt;
use taipan_object::{
    Object, Own, Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Thread, err, errors, exceptions,
    singletons, state,
};

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An `int` that is zero or more, seen as a bool.
    Bool,
    /// An `int`.
    Int,
    /// An `int` that is zero or more.
    Unsigned,
    /// An `unsigned long`.
    Long,
    /// A string that must be there in the end.
    Text,
    OptionalText,
    List,
    /// A list of `NAME` and `NAME=VALUE`.
    Options,
}

macro_rules! fields {
    ($($name:ident $kind:ident;)*) => {
        /// The fields in CPython's order.
        const FIELDS: &[(&str, Kind, usize)] =
            &[$((stringify!($name), Kind::$kind, offset_of!(PyConfig, $name)),)*];
    };
}

fields! {
    argv List;
    base_exec_prefix OptionalText;
    base_executable OptionalText;
    base_prefix OptionalText;
    bytes_warning Unsigned;
    cpu_count Int;
    exec_prefix OptionalText;
    executable OptionalText;
    inspect Bool;
    int_max_str_digits Unsigned;
    interactive Bool;
    module_search_paths List;
    optimization_level Unsigned;
    parser_debug Bool;
    platlibdir Text;
    prefix OptionalText;
    pycache_prefix OptionalText;
    quiet Bool;
    stdlib_dir OptionalText;
    use_environment Bool;
    verbose Unsigned;
    warnoptions List;
    write_bytecode Bool;
    xoptions Options;
    buffered_stdio Bool;
    check_hash_pycs_mode Text;
    code_debug_ranges Bool;
    configure_c_stdio Bool;
    dev_mode Bool;
    dump_refs Bool;
    dump_refs_file OptionalText;
    faulthandler Bool;
    filesystem_encoding Text;
    filesystem_errors Text;
    hash_seed Long;
    home OptionalText;
    thread_inherit_context Int;
    context_aware_warnings Int;
    import_time Unsigned;
    install_signal_handlers Bool;
    isolated Bool;
    malloc_stats Bool;
    orig_argv List;
    parse_argv Bool;
    pathconfig_warnings Bool;
    perf_profiling Unsigned;
    remote_debug Bool;
    program_name Text;
    run_command OptionalText;
    run_filename OptionalText;
    run_module OptionalText;
    safe_path Bool;
    show_ref_count Bool;
    site_import Bool;
    skip_source_first_line Bool;
    stdio_encoding Text;
    stdio_errors Text;
    tracemalloc Unsigned;
    use_frozen_modules Bool;
    use_hash_seed Bool;
    user_site_directory Bool;
    warn_default_encoding Bool;
    _config_init Unsigned;
    _init_main Bool;
    _install_importlib Bool;
    _is_python_build Bool;
    module_search_paths_set Bool;
    pythonpath_env OptionalText;
    sys_path_0 OptionalText;
}

/// The place of a field.
///
/// # Safety
/// `T` is the field's type.
unsafe fn place<T>(config: *const PyConfig, offset: usize) -> *mut T {
    // SAFETY: an offset within the structure.
    unsafe { config.byte_add(offset).cast_mut().cast() }
}

fn text(t: &Thread, bytes: &[u8]) -> PyResult {
    PyStr::from_fs_bytes(t, bytes).map(Owned::into_object)
}

/// A field as an object.
///
/// # Safety
/// The configuration's strings are C's.
unsafe fn get(t: &Thread, config: *const PyConfig, kind: Kind, offset: usize) -> PyResult {
    // SAFETY: the caller's promise, and fields of these types.
    unsafe {
        match kind {
            Kind::Bool => Ok(singletons::bool(*place::<c_int>(config, offset) != 0).own()),
            Kind::Int | Kind::Unsigned => {
                PyInt::from_i64(t, i64::from(*place::<c_int>(config, offset))).map(Owned::into_object)
            }
            Kind::Long => PyInt::from_u64(t, *place::<c_ulong>(config, offset)).map(Owned::into_object),
            Kind::Text | Kind::OptionalText => match narrow(*place::<*mut wchar_t>(config, offset)) {
                Some(found) => text(t, found.as_bytes()),
                None => singletons::ok_none(),
            },
            Kind::List => {
                let items = list(&*place::<PyWideStringList>(config, offset));
                let items: PyResult<Vec<Owned>> = items.iter().map(|item| text(t, item.as_bytes())).collect();
                PyTuple::from_vec(t, items?).map(Owned::into_object)
            }
            Kind::Options => {
                let dict = PyDict::new(t)?;
                for option in list(&*place::<PyWideStringList>(config, offset)) {
                    let option = option.as_bytes();
                    match option.iter().position(|&b| b == b'=') {
                        Some(i) => dict.set_item(t, &*text(t, &option[..i])?, &*text(t, &option[i + 1..])?)?,
                        None => dict.set_item(t, &*text(t, option)?, singletons::bool(true))?,
                    }
                }
                Ok(dict.into_object())
            }
        }
    }
}

#[cold]
fn bad_type(t: &Thread, name: &str) -> Raised {
    err!(t, TypeError, "invalid config type: {name}")
}

#[cold]
fn bad_value(t: &Thread, name: &str) -> Raised {
    err!(t, ValueError, "invalid config value: {name}")
}

/// The number that a field is to have.
fn number(t: &Thread, name: &str, value: &Object) -> PyResult<i128> {
    match taipan_object::number::index(t, value) {
        Ok(number) => number.to_i128().ok_or_else(|| bad_value(t, name)),
        Err(raised) if errors::matches::<exceptions::TypeError>(t) => {
            let _ = raised;
            errors::clear(t);
            Err(bad_type(t, name))
        }
        Err(raised) => Err(raised),
    }
}

/// A string for C, freed with `PyMem_RawFree`.
fn wide(t: &Thread, text: &PyStr) -> PyResult<*mut wchar_t> {
    // SAFETY: a live string; the block is ours and is given back.
    unsafe {
        let made = PyUnicode_AsWideCharString(text.as_object().as_ptr(), null_mut());
        if made.is_null() {
            return Err(Raised::assume());
        }
        let copy = copy_wide(made);
        PyMem_Free(made.cast());
        if copy.is_null() { Err(errors::no_memory(t)) } else { Ok(copy) }
    }
}

/// Fills a list anew.
///
/// # Safety
/// The list's strings are C's.
unsafe fn set_strings(t: &Thread, place: &mut PyWideStringList, texts: &[Owned<PyStr>]) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut made = PyWideStringList { length: 0, items: null_mut() };
        for item in texts {
            let result = wide(t, item)
                .and_then(|text| if insert(&mut made, isize::MAX, text) { Ok(()) } else { Err(errors::no_memory(t)) });
            if let Err(raised) = result {
                clear_list(&mut made);
                return Err(raised);
            }
        }
        clear_list(place);
        *place = made;
    }
    Ok(())
}

/// Sets a field.
///
/// # Safety
/// The configuration's strings are C's.
unsafe fn set(t: &Thread, config: *mut PyConfig, field: (&str, Kind, usize), value: &Object) -> PyResult<()> {
    let (name, kind, offset) = field;
    // SAFETY: the caller's promise, and fields of these types.
    unsafe {
        match kind {
            Kind::Bool | Kind::Int | Kind::Unsigned => {
                let number = c_int::try_from(number(t, name, value)?).map_err(|_| bad_value(t, name))?;
                if (number < 0 && kind != Kind::Int) || (name == "_config_init" && !(1..=3).contains(&number)) {
                    return Err(bad_value(t, name));
                }
                *place(config, offset) = number;
            }
            Kind::Long => {
                let number = u32::try_from(number(t, name, value)?).map_err(|_| bad_value(t, name))?;
                *place(config, offset) = c_ulong::from(number);
            }
            Kind::Text | Kind::OptionalText => {
                let new = if value.is(singletons::none()) {
                    if kind == Kind::Text {
                        return Err(bad_value(t, name));
                    }
                    null_mut()
                } else {
                    wide(t, value.downcast::<PyStr>().ok_or_else(|| bad_type(t, name))?)?
                };
                set_string(place(config, offset), new);
            }
            Kind::List => {
                let items = match (value.downcast::<PyList>(), value.downcast::<PyTuple>()) {
                    (Some(list), _) => list.to_vec(),
                    (_, Some(tuple)) => tuple.as_slice().iter().map(|item| item.own()).collect(),
                    _ => return Err(bad_type(t, name)),
                };
                let texts: Option<Vec<Owned<PyStr>>> =
                    items.into_iter().map(|item| item.into_type::<PyStr>().ok()).collect();
                set_strings(t, &mut *place(config, offset), &texts.ok_or_else(|| bad_type(t, name))?)?;
            }
            Kind::Options => {
                let Some(dict) = value.downcast::<PyDict>() else { return Err(bad_type(t, name)) };
                let mut texts = Vec::new();
                for (key, value) in dict.items_vec() {
                    let key = key.str(t)?;
                    texts.push(if value.is(singletons::bool(true)) {
                        key
                    } else {
                        PyStr::from_fmt(t, format_args!("{}={}", key.display(), value.str(t)?.display()))?
                    });
                }
                set_strings(t, &mut *place(config, offset), &texts)?;
            }
        }
    }
    Ok(())
}

/// Sets all fields.
///
/// # Safety
/// The configuration's strings are C's.
unsafe fn fill(t: &Thread, config: *mut PyConfig, dict: &PyDict) -> PyResult<()> {
    for &(name, kind, offset) in FIELDS {
        let value = dict.get_item(t, &*PyStr::intern_str(t, name)?)?;
        let value = value.ok_or_else(|| err!(t, ValueError, "missing config key: {name}"))?;
        // SAFETY: the caller's promise.
        unsafe { set(t, config, (name, kind, offset), &value) }?;
    }
    Ok(())
}

/// The settings of an interpreter for C code.
struct Live {
    config: Box<UnsafeCell<PyConfig>>,
    /// How often settings had been changed when they were looked at.
    changes: Cell<Option<u64>>,
}

/// The settings of the interpreter.
fn live(t: &Thread) -> PyResult<*const PyConfig> {
    let live = state::extension(t, |_| {
        Ok(Live { config: Box::new(UnsafeCell::new(PyConfig::new(PYTHON))), changes: Cell::new(None) })
    })?;
    let now = changes();
    if live.changes.get() != Some(now) {
        let dict = live_settings(t)?;
        for (name, value) in [("_config_init", 2), ("_init_main", 1), ("_install_importlib", 1)] {
            dict.set_item(t, &*PyStr::intern_str(t, name)?, &*PyInt::from_i64(t, value)?)?;
        }
        dict.set_item(t, &*PyStr::intern_str(t, "_is_python_build")?, singletons::bool(false))?;
        dict.set_item(t, &*PyStr::intern_str(t, "module_search_paths_set")?, singletons::bool(true))?;
        for name in ["pythonpath_env", "sys_path_0"] {
            dict.set_item(t, &*PyStr::intern_str(t, name)?, singletons::none())?;
        }
        // SAFETY: strings of ours; C code only reads, with the GIL.
        unsafe { fill(t, live.config.get(), &dict) }?;
        live.changes.set(Some(now));
    }
    Ok(live.config.get())
}

capi! {
    /// The fields of a configuration by their names; a new reference.
    fn _PyConfig_AsDict[t](config: *const PyConfig) -> New<PyDict> {
        let dict = PyDict::new(t)?;
        for &(name, kind, offset) in FIELDS {
            dict.set_item(t, &*PyStr::intern_str(t, name)?, &*get(t, config, kind, offset)?)?;
        }
        Ok(dict)
    }

    /// Sets all fields of a configuration, each of which the dictionary must have.
    fn _PyConfig_FromDict[t](config: *mut PyConfig, dict: Obj) -> Status {
        let Some(dict) = o(dict).downcast::<PyDict>() else { return Err(err!(t, TypeError, "dict expected")) };
        fill(t, config, dict)
    }

    /// The settings of the interpreter, as they are now; null with an exception if they can't be had.
    fn _Py_GetConfig[t]() -> Raw<*const PyConfig> {
        live(t).unwrap_or(core::ptr::null())
    }
}
