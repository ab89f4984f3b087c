//! `initconfig.h`: the configuration of the running interpreter by the names of `PyConfig`'s fields.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use core::sync::atomic::{AtomicU64, Ordering};
use taipan_interp::config::{self, Config};
use taipan_interp::state;
use taipan_object::{
    Object, Own, Owned, PyBool, PyDict, PyFrozenSet, PyInt, PyList, PyResult, PySet, PyStr, PyTuple, Thread, err,
    errors, name, singletons,
};
use taipan_types::structseq;

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number that C keeps as an `int`, zero or more, shown as a bool.
    Bool,
    /// A number.
    Int,
    /// A number that is zero or more.
    Unsigned,
    Text,
    OptionalText,
    List,
    Dict,
}

/// Where the value of a setting stands.
#[derive(Clone, Copy)]
enum Source {
    /// An attribute of `sys`.
    Sys(&'static str),
    /// A field of `sys.flags`.
    Flag(&'static str),
    /// The opposite of a field of `sys.flags`.
    NotFlag(&'static str),
    /// `sys.dont_write_bytecode`, inverted.
    WriteBytecode,
    /// The number of processors that there are said to be.
    CpuCount,
    /// What the program was started with.
    Number(fn(&Config) -> i64),
    /// The same for text.
    Words(fn(&Config) -> Option<String>),
}

use Source::{CpuCount, Flag, NotFlag, Number, Sys, Words, WriteBytecode};

/// A setting: its name, what it holds, where it stands, and whether it can be changed.
struct Setting {
    name: &'static str,
    kind: Kind,
    source: Source,
    mutable: bool,
}

macro_rules! settings_table {
    ($($name:ident $kind:ident $source:expr $(, $mutable:ident)?;)*) => {
        /// The settings that can be asked for.
        const SETTINGS: &[Setting] = &[
            $(Setting { name: stringify!($name), kind: Kind::$kind, source: $source, mutable: settings_table!(@ $($mutable)?) },)*
        ];
    };
    (@ mutable) => { true };
    (@) => { false };
}

fn os(text: &Option<std::ffi::OsString>) -> Option<String> {
    text.as_ref().map(|text| text.to_string_lossy().into_owned())
}

settings_table! {
    argv List Sys("argv"), mutable;
    base_exec_prefix OptionalText Sys("base_exec_prefix"), mutable;
    base_executable OptionalText Sys("_base_executable"), mutable;
    base_prefix OptionalText Sys("base_prefix"), mutable;
    bytes_warning Unsigned Flag("bytes_warning"), mutable;
    cpu_count Int CpuCount, mutable;
    exec_prefix OptionalText Sys("exec_prefix"), mutable;
    executable OptionalText Sys("executable"), mutable;
    inspect Bool Flag("inspect"), mutable;
    int_max_str_digits Unsigned Flag("int_max_str_digits"), mutable;
    interactive Bool Flag("interactive"), mutable;
    module_search_paths List Sys("path"), mutable;
    optimization_level Unsigned Flag("optimize"), mutable;
    parser_debug Bool Flag("debug"), mutable;
    platlibdir Text Sys("platlibdir"), mutable;
    prefix OptionalText Sys("prefix"), mutable;
    pycache_prefix OptionalText Sys("pycache_prefix"), mutable;
    quiet Bool Flag("quiet"), mutable;
    stdlib_dir OptionalText Sys("_stdlib_dir"), mutable;
    use_environment Bool NotFlag("ignore_environment"), mutable;
    verbose Unsigned Flag("verbose"), mutable;
    warnoptions List Sys("warnoptions"), mutable;
    write_bytecode Bool WriteBytecode, mutable;
    xoptions Dict Sys("_xoptions"), mutable;
    buffered_stdio Bool Number(|c| (!c.unbuffered).into());
    check_hash_pycs_mode Text Words(|c| Some(if c.check_hash_pycs_mode.is_empty() { "default".into() } else { c.check_hash_pycs_mode.clone() }));
    code_debug_ranges Bool Number(|c| (!c.no_debug_ranges).into());
    configure_c_stdio Bool Number(|_| 1);
    dev_mode Bool Flag("dev_mode");
    dump_refs Bool Number(|_| 0);
    dump_refs_file OptionalText Words(|_| None);
    faulthandler Bool Number(|c| c.faulthandler.into());
    filesystem_encoding Text Words(|_| Some(taipan_object::unicode::fs::encoding()));
    filesystem_errors Text Words(|_| Some("surrogateescape".into()));
    hash_seed Unsigned Number(|c| c.hash_seed.map_or(0, i64::from));
    home OptionalText Words(|c| c.home.clone());
    thread_inherit_context Int Flag("thread_inherit_context");
    context_aware_warnings Int Flag("context_aware_warnings");
    import_time Unsigned Number(|c| c.import_time);
    install_signal_handlers Bool Number(|c| (!c.no_signal_handlers).into());
    isolated Bool Flag("isolated");
    malloc_stats Bool Number(|_| 0);
    orig_argv List Sys("orig_argv");
    parse_argv Bool Number(|_| 1);
    pathconfig_warnings Bool Number(|_| 1);
    perf_profiling Unsigned Number(|_| 0);
    remote_debug Bool Number(|c| (!c.disable_remote_debug).into());
    program_name Text Words(|c| Some(c.program_name.clone()));
    run_command OptionalText Words(|c| os(&c.run_command));
    run_filename OptionalText Words(|c| os(&c.run_filename));
    run_module OptionalText Words(|c| os(&c.run_module));
    safe_path Bool Flag("safe_path");
    show_ref_count Bool Number(|_| 0);
    site_import Bool NotFlag("no_site");
    skip_source_first_line Bool Number(|c| c.skip_first_line.into());
    stdio_encoding Text Words(|c| Some(c.stdio_encoding.clone().unwrap_or_else(|| "utf-8".into())));
    stdio_errors Text Words(|_| Some("strict".into()));
    tracemalloc Unsigned Number(|c| c.tracemalloc as i64);
    use_frozen_modules Bool Number(|c| c.use_frozen_modules.into());
    use_hash_seed Bool Number(|c| (c.hash_seed.is_some() && !c.random_hash).into());
    user_site_directory Bool NotFlag("no_user_site");
    warn_default_encoding Bool Flag("warn_default_encoding");
    allocator Int Number(|_| 0);
    coerce_c_locale Bool Number(|_| 0);
    coerce_c_locale_warn Bool Number(|_| 0);
    configure_locale Bool Number(|_| 1);
    utf8_mode Bool Flag("utf8_mode");
}

/// The names of the settings that `PyPreConfig` has.
const PRECONFIG: [&str; 10] = [
    "parse_argv",
    "isolated",
    "use_environment",
    "configure_locale",
    "coerce_c_locale",
    "coerce_c_locale_warn",
    "utf8_mode",
    "dev_mode",
    "allocator",
    "_config_init",
];

fn flag(t: &Thread, field: &str) -> PyResult<Owned> {
    let flags = state::sys_attr(t, "flags")?.ok_or_else(|| err!(t, RuntimeError, "lost sys.flags"))?;
    flags.getattr(t, &*PyStr::intern_str(t, field)?)
}

fn value(t: &Thread, setting: &Setting) -> PyResult {
    let number = match setting.source {
        Sys(attribute) => {
            let found = state::sys_attr(t, attribute)?;
            return found.ok_or_else(|| err!(t, RuntimeError, "lost sys.{attribute}"));
        }
        Words(get) => {
            return match get(&config::current().unwrap_or_default()) {
                Some(text) => PyStr::from_fs_bytes(t, text.as_bytes()).map(Owned::into_object),
                None => singletons::ok_none(),
            };
        }
        Flag(field) => taipan_object::number::index_as_isize(t, &*flag(t, field)?)? as i64,
        NotFlag(field) => (!flag(t, field)?.is_true(t)?).into(),
        WriteBytecode => {
            let off = match state::sys_attr(t, "dont_write_bytecode")? {
                Some(off) => off.is_true(t)?,
                None => false,
            };
            (!off).into()
        }
        CpuCount => taipan_object::state::object_state(t).cpu_count.get(),
        Number(get) => get(&config::current().unwrap_or_default()),
    };
    if setting.kind == Kind::Bool {
        return Ok(singletons::bool(number != 0).own());
    }
    PyInt::from_i64(t, number).map(Owned::into_object)
}

unsafe fn find(t: &Thread, name: *const c_char) -> PyResult<&'static Setting> {
    // SAFETY: a C string.
    let wanted = unsafe { c_text(name) }.unwrap_or_default();
    match SETTINGS.iter().find(|setting| setting.name == wanted) {
        Some(found) => Ok(found),
        None => Err(err!(t, ValueError, "unknown config option name: {wanted}")),
    }
}

/// Replaces `sys.flags` by one in which a field has another value.
fn set_flag(t: &Thread, field: &str, number: i64) -> PyResult<()> {
    let Some(sys) = state::state(t).sys.borrow().clone() else { return Ok(()) };
    let Some(flags) = sys.get(t, "flags")? else { return Err(err!(t, RuntimeError, "lost sys.flags")) };
    let mut items = Vec::new();
    for (name, _) in config::FLAGS {
        let old = flags.getattr(t, &*PyStr::intern_str(t, name)?)?;
        items.push(if name == field { PyInt::from_i64(t, number)?.into_object() } else { old });
    }
    sys.set(t, "flags", &*structseq::new(t, flags.class(), items)?)?;
    let interp = state::state(t);
    match field {
        "optimize" => interp.optimize.set(number as i32),
        "verbose" => interp.verbose.set(number > 0),
        "ignore_environment" => interp.ignore_environment.set(number != 0),
        "bytes_warning" => taipan_object::bytes_class::set_bytes_warning(number.clamp(0, 2) as u8),
        "int_max_str_digits" => taipan_object::state::object_state(t).int_max_str_digits.set(number as usize),
        _ => {}
    }
    Ok(())
}

/// The number that a setting is to have.
fn new_number(t: &Thread, setting: &Setting, new: &Object) -> PyResult<i64> {
    let Some(number) = new.downcast::<PyInt>() else {
        return Err(err!(t, TypeError, "expected int or bool, got {}", type_name(t, new)));
    };
    let Some(number) = number.to_i64().filter(|&n| c_int::try_from(n).is_ok()) else {
        return Err(err!(t, OverflowError, "Python int too large to convert to C int"));
    };
    if number < 0 && setting.kind != Kind::Int {
        return Err(err!(t, ValueError, "value must be >= 0"));
    }
    if setting.name == "int_max_str_digits" && number != 0 && number < 640 {
        return Err(err!(t, ValueError, "maxdigits must be >= 640 or 0 for unlimited"));
    }
    Ok(if setting.kind == Kind::Bool { i64::from(number != 0) } else { number })
}

fn type_name(t: &Thread, object: &Object) -> String {
    match object.class().fully_qualified_name(t) {
        Ok(name) => name.to_string_lossy(),
        Err(_) => {
            errors::clear(t);
            object.class().name_lossy()
        }
    }
}

/// Complains if an object is not what a setting in `sys` holds.
fn check_type(t: &Thread, kind: Kind, new: &Object) -> PyResult<()> {
    let is_text = |object: &Object| object.is_instance_of::<PyStr>();
    match kind {
        Kind::Text if !is_text(new) => Err(err!(t, TypeError, "expected str, got {}", type_name(t, new))),
        Kind::OptionalText if !is_text(new) && !new.is(singletons::none()) => {
            Err(err!(t, TypeError, "expected str or None, got {}", type_name(t, new)))
        }
        Kind::List => {
            let Some(list) = new.downcast::<PyList>() else {
                return Err(err!(t, TypeError, "expected list[str], got {}", type_name(t, new)));
            };
            for (i, item) in list.to_vec().iter().enumerate() {
                if !is_text(item) {
                    return Err(err!(t, TypeError, "expected str, list item {i} has type {}", type_name(t, item)));
                }
            }
            Ok(())
        }
        Kind::Dict => {
            let Some(dict) = new.downcast::<PyDict>() else {
                return Err(err!(t, TypeError, "expected dict[str, str | bool], got {}", type_name(t, new)));
            };
            for (key, value) in dict.items_vec() {
                if !is_text(&key) {
                    return Err(err!(t, TypeError, "expected str, got dict key type {}", type_name(t, &key)));
                }
                if !is_text(&value) && !value.is_exact::<PyBool>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "expected str or bool, got dict value type {}",
                        type_name(t, &value)
                    ));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Changes a setting.
fn change(t: &Thread, setting: &Setting, new: &Object) -> PyResult<()> {
    if !setting.mutable {
        return Err(err!(t, ValueError, "cannot set read-only option {}", setting.name));
    }
    let Some(sys) = state::state(t).sys.borrow().clone() else { return Ok(()) };
    match setting.source {
        Sys(attribute) => {
            check_type(t, setting.kind, new)?;
            sys.set(t, attribute, new)
        }
        CpuCount => {
            taipan_object::state::object_state(t).cpu_count.set(new_number(t, setting, new)?);
            Ok(())
        }
        WriteBytecode => {
            let on = new_number(t, setting, new)? != 0;
            crate::pyctype::set_global("Py_DontWriteBytecodeFlag", (!on).into());
            sys.set(t, "dont_write_bytecode", singletons::bool(!on))?;
            set_flag(t, "dont_write_bytecode", (!on).into())
        }
        Flag(field) => {
            let number = new_number(t, setting, new)?;
            if let Some(name) = global_of(field) {
                // The variables of C keep the number as it was given.
                let given = new.downcast::<PyInt>().and_then(PyInt::to_i64).unwrap_or(number);
                crate::pyctype::set_global(name, given as c_int);
            }
            set_flag(t, field, number)
        }
        NotFlag(field) => {
            let number = i64::from(new_number(t, setting, new)? == 0);
            if let Some(name) = global_of(field) {
                crate::pyctype::set_global(name, number as c_int);
            }
            set_flag(t, field, number)
        }
        Number(_) | Words(_) => Err(err!(t, ValueError, "cannot set read-only option {}", setting.name)),
    }
}

/// The variable of C that has the value of a field of `sys.flags`.
fn global_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "bytes_warning" => "Py_BytesWarningFlag",
        "inspect" => "Py_InspectFlag",
        "interactive" => "Py_InteractiveFlag",
        "optimize" => "Py_OptimizeFlag",
        "debug" => "Py_DebugFlag",
        "quiet" => "Py_QuietFlag",
        "ignore_environment" => "Py_IgnoreEnvironmentFlag",
        "verbose" => "Py_VerboseFlag",
        _ => return None,
    })
}

/// How often settings have been changed.
static CHANGES: AtomicU64 = AtomicU64::new(0);

/// How often settings have been changed.
pub fn changes() -> u64 {
    CHANGES.load(Ordering::Relaxed)
}

/// All settings; lists are tuples.
pub fn live_settings(t: &Thread) -> PyResult<Owned<PyDict>> {
    let config = PyDict::new(t)?;
    for setting in SETTINGS {
        let found = value(t, setting)?;
        let found = match found.downcast::<PyList>() {
            Some(list) => PyTuple::from_vec(t, list.to_vec())?.into_object(),
            None => found,
        };
        config.set_item(t, &*PyStr::intern_str(t, setting.name)?, &found)?;
    }
    Ok(config)
}

type AtExit = unsafe extern "C" fn(*mut c_void);

capi! {
    /// The value of a setting; a new reference.
    fn PyConfig_Get[t](option: *const c_char) -> New {
        value(t, find(t, option)?)
    }

    /// The value of a setting that is a number.
    fn PyConfig_GetInt[t](option: *const c_char, place: *mut c_int) -> Status {
        let setting = find(t, option)?;
        let name = setting.name;
        let found = value(t, setting)?;
        let Some(number) = found.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "config option {name} is not an int"));
        };
        *place = number
            .to_i64()
            .and_then(|v| c_int::try_from(v).ok())
            .ok_or_else(|| err!(t, OverflowError, "config option {name} value does not fit into a C int"))?;
        Ok(())
    }

    /// The names of all settings; a new reference.
    fn PyConfig_Names[t]() -> New<PySet> {
        let names: PyResult<Vec<Owned>> =
            SETTINGS.iter().map(|setting| PyStr::intern_str(t, setting.name).map(Owned::into_object)).collect();
        let list = PyList::from_vec(t, names?)?;
        PySet::make(t, <PyFrozenSet as taipan_object::Class>::class(), Some(&list))
    }

    /// Changes a setting that can be changed.
    fn PyConfig_Set[t; new](option: *const c_char, new: Obj) -> Status {
        let setting = find(t, option)?;
        let new = o(new);
        taipan_object::audit::audit(t, "cpython.PyConfig_Set", &[&*PyStr::from_str(t, setting.name)?, new])?;
        CHANGES.fetch_add(1, Ordering::Relaxed);
        change(t, setting, new)
    }

    /// All settings; a new reference.
    fn _Py_GetConfigsAsDict[t]() -> New<PyDict> {
        let config = live_settings(t)?;
        let before = PyDict::new(t)?;
        for name in PRECONFIG {
            let key = PyStr::intern_str(t, name)?;
            if let Some(found) = config.get_item(t, &key)? {
                let number = taipan_object::number::index_as_isize(t, &found)?;
                before.set_item(t, &key, &*PyInt::from_i64(t, number as i64)?)?;
            }
        }
        let all = PyDict::new(t)?;
        all.set_item(t, &*PyStr::intern_str(t, "global_config")?, &*crate::pyctype::globals(t)?)?;
        all.set_item(t, &*PyStr::intern_str(t, "pre_config")?, &before)?;
        all.set_item(t, name!(t, "config"), &config)?;
        Ok(all)
    }

    /// Paths are not kept beside `sys`: nothing to forget.
    fn _PyPathConfig_ClearGlobal() -> Void {}

    /// Null with an exception: paths are not found by a program in Python.
    fn _Py_Get_Getpath_CodeObject[t]() -> New {
        Err(err!(t, NotImplementedError, "_Py_Get_Getpath_CodeObject: paths are not found by a program in Python"))
    }

    /// A function that runs when the interpreter ends.
    fn PyUnstable_AtExit[t](_interp: *mut c_void, function: AtExit, data: *mut c_void) -> Status {
        let hook = crate::callback::new(t, function, data)?;
        let atexit = taipan_object::state::import(t, "atexit")?;
        atexit.call_method(t, name!(t, "register"), &[&hook]).map(|_| ())
    }
}

/// `_Py_error_handler` by its name.
const HANDLERS: [&str; 9] = [
    "unknown",
    "strict",
    "surrogateescape",
    "replace",
    "ignore",
    "backslashreplace",
    "surrogatepass",
    "xmlcharrefreplace",
    "other",
];

capi! {
    /// The number of an error handler.
    fn _Py_GetErrorHandler(errors: *const c_char) -> Raw<c_int> {
        if errors.is_null() {
            return 1;
        }
        let name = c_text(errors).unwrap_or_default();
        HANDLERS.iter().skip(1).position(|h| *h == name).map_or(8, |at| at as c_int + 1)
    }

    /// Decodes text of the locale (UTF-8) to wide characters, freed with `PyMem_RawFree`: 0, -1 without memory, -2 with
    /// the place and the reason if it cannot be decoded, -3 for other error handlers.
    fn _Py_DecodeLocaleEx(
        arg: *const c_char, out: *mut *mut libc::wchar_t, n: *mut usize, reason: *mut *const c_char,
        _current_locale: c_int, errors: c_int,
    ) -> Raw<c_int> {
        let surrogates = match errors {
            1 => false,
            2 => true,
            6 => false,
            _ => return -3,
        };
        let bytes = c_bytes(arg);
        let mut wide: Vec<libc::wchar_t> = Vec::with_capacity(bytes.len() + 1);
        let mut at = 0;
        while at < bytes.len() {
            match core::str::from_utf8(&bytes[at..]) {
                Ok(rest) => {
                    wide.extend(rest.chars().map(|c| c as libc::wchar_t));
                    at = bytes.len();
                }
                Err(error) => {
                    let good = error.valid_up_to();
                    let text = core::str::from_utf8(&bytes[at..at + good]).unwrap_or_default();
                    wide.extend(text.chars().map(|c| c as libc::wchar_t));
                    at += good;
                    let rest = &bytes[at..];
                    if errors == 6 && rest.len() >= 3 && rest[0] == 0xed && rest[1] & 0xe0 == 0xa0 && rest[2] & 0xc0 == 0x80 {
                        let c = 0xd000 | (u32::from(rest[1]) & 0x3f) << 6 | u32::from(rest[2]) & 0x3f;
                        wide.push(c as libc::wchar_t);
                        at += 3;
                        continue;
                    }
                    if !surrogates {
                        if !n.is_null() {
                            *n = at;
                        }
                        if !reason.is_null() {
                            *reason = c"decoding error".as_ptr();
                        }
                        return -2;
                    }
                    wide.push((0xdc00 + u32::from(bytes[at])) as libc::wchar_t);
                    at += 1;
                }
            }
        }
        if !n.is_null() {
            *n = wide.len();
        }
        wide.push(0);
        let block = crate::objimpl::PyMem_RawMalloc(wide.len() * size_of::<libc::wchar_t>()).cast::<libc::wchar_t>();
        if block.is_null() {
            return -1;
        }
        core::ptr::copy_nonoverlapping(wide.as_ptr(), block, wide.len());
        *out = block;
        0
    }

    /// Encodes wide characters for the locale (UTF-8), freed with `PyMem_Free`: 0, -1 without memory, -2 with the place
    /// and the reason if it cannot be encoded, -3 for other error handlers.
    fn _Py_EncodeLocaleEx(
        text: *const libc::wchar_t, out: *mut *mut c_char, error_pos: *mut usize, reason: *mut *const c_char,
        _current_locale: c_int, errors: c_int,
    ) -> Raw<c_int> {
        if !matches!(errors, 1 | 2 | 6) {
            return -3;
        }
        let wide = c_slice(text, libc::wcslen(text) as isize);
        let mut bytes: Vec<u8> = Vec::with_capacity(wide.len() + 1);
        for (i, &c) in wide.iter().enumerate() {
            let c = c as u32;
            match char::from_u32(c) {
                Some(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
                None if errors == 2 && (0xdc80..=0xdcff).contains(&c) => bytes.push((c - 0xdc00) as u8),
                None if errors == 6 => {
                    bytes.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]);
                }
                None => {
                    if !error_pos.is_null() {
                        *error_pos = i;
                    }
                    if !reason.is_null() {
                        *reason = c"encoding error".as_ptr();
                    }
                    return -2;
                }
            }
        }
        bytes.push(0);
        let block = crate::objimpl::PyMem_Malloc(bytes.len()).cast::<u8>();
        if block.is_null() {
            return -1;
        }
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
        *out = block.cast();
        0
    }

    /// Decodes text of the locale, freed with `PyMem_RawFree`; null on errors.
    fn Py_DecodeLocale(arg: *const c_char, n: *mut usize) -> Raw<*mut libc::wchar_t> {
        let mut out = core::ptr::null_mut();
        match _Py_DecodeLocaleEx(arg, &mut out, n, core::ptr::null_mut(), 0, 2) {
            0 => out,
            -1 => {
                if !n.is_null() {
                    *n = usize::MAX;
                }
                core::ptr::null_mut()
            }
            _ => {
                if !n.is_null() {
                    *n = usize::MAX - 1;
                }
                core::ptr::null_mut()
            }
        }
    }

    /// Encodes text for the locale, freed with `PyMem_Free`; null on errors.
    fn Py_EncodeLocale(text: *const libc::wchar_t, error_pos: *mut usize) -> Raw<*mut c_char> {
        let mut out = core::ptr::null_mut();
        if !error_pos.is_null() {
            *error_pos = usize::MAX;
        }
        if _Py_EncodeLocaleEx(text, &mut out, error_pos, core::ptr::null_mut(), 0, 2) == 0 { out } else { core::ptr::null_mut() }
    }

    /// Takes superfluous parts out of a path, in place: the path.
    fn _Py_normpath(path: *mut libc::wchar_t, n: Size) -> Raw<*mut libc::wchar_t> {
        let length = if n < 0 { libc::wcslen(path) } else { n as usize };
        let source: Vec<libc::wchar_t> = c_slice(path, length as isize).to_vec();
        let made = normalize(&source);
        core::ptr::copy_nonoverlapping(made.as_ptr(), path, made.len());
        *path.add(made.len()) = 0;
        path
    }

    /// A docstring without its margin; a new reference.
    fn _PyCompile_CleanDoc[t; doc](doc: Obj) -> New {
        clean_doc(t, cast(doc)).map(Owned::into_object)
    }
}

/// `os.path.normpath` of wide characters.
fn normalize(path: &[libc::wchar_t]) -> Vec<libc::wchar_t> {
    let slash = libc::wchar_t::from(b'/');
    let dot = libc::wchar_t::from(b'.');
    let path = path.split(|&c| c == 0).next().unwrap_or_default();
    if path.is_empty() {
        return Vec::new();
    }
    let roots = path.iter().take_while(|&&c| c == slash).count();
    // Exactly two slashes mean something of their own.
    let root = match roots {
        0 => 0,
        2 => 2,
        _ => 1,
    };
    let mut parts: Vec<&[libc::wchar_t]> = Vec::new();
    for part in path.split(|&c| c == slash) {
        if part.is_empty() || part == [dot] {
            continue;
        }
        if part == [dot, dot] {
            match parts.last() {
                Some(last) if *last != [dot, dot] => {
                    parts.pop();
                    continue;
                }
                None if root > 0 => continue,
                _ => {}
            }
        }
        parts.push(part);
    }
    let mut out = vec![slash; root];
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push(slash);
        }
        out.extend_from_slice(part);
    }
    if out.is_empty() {
        out.push(dot);
    }
    out
}

/// A docstring without its margin (what the compiler does to docstrings).
fn clean_doc(t: &Thread, doc: &PyStr) -> PyResult<Owned<PyStr>> {
    let expanded = doc.as_object().call_method(t, name!(t, "expandtabs"), &[&*PyInt::from_i64(t, 8)?])?;
    let Some(expanded) = expanded.downcast::<PyStr>() else { return Err(errors::bad_internal_call(t)) };
    let points: Vec<u32> = expanded.chars().iter().collect();
    let newline = u32::from(b'\n');
    let blank = u32::from(b' ');
    let lines: Vec<&[u32]> = points.split(|&c| c == newline).collect();
    let margin = lines.iter().skip(1).filter_map(|line| line.iter().position(|&c| c != blank)).min().unwrap_or(0);
    let mut out: Vec<u32> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if i == 0 {
            out.extend(line.iter().skip_while(|&&c| c == blank));
        } else {
            out.push(newline);
            out.extend(line.iter().skip(margin));
        }
    }
    PyStr::from_code_points(t, &out)
}
