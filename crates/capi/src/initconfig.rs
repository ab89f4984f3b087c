//! `initconfig.h`: the configuration of the running interpreter by the names of `PyConfig`'s fields.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_interp::state;
use taipan_object::{
    Own, Owned, PyDict, PyFrozenSet, PyInt, PyResult, PySet, PyStr, Thread, err, errors, name, singletons,
};

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
    /// A number that is fixed.
    Fixed(i64),
    /// A text that is fixed.
    Text(&'static str),
    /// None.
    Nothing,
}

use Source::{Fixed, Flag, NotFlag, Nothing, Sys, Text, WriteBytecode};

/// The settings that can be asked for.
const SETTINGS: &[(&str, Source)] = &[
    ("argv", Sys("argv")),
    ("base_exec_prefix", Sys("base_exec_prefix")),
    ("base_executable", Sys("_base_executable")),
    ("base_prefix", Sys("base_prefix")),
    ("buffered_stdio", Fixed(1)),
    ("bytes_warning", Flag("bytes_warning")),
    ("check_hash_pycs_mode", Text("default")),
    ("code_debug_ranges", Fixed(1)),
    ("configure_c_stdio", Fixed(1)),
    ("context_aware_warnings", Flag("context_aware_warnings")),
    ("coerce_c_locale", Fixed(0)),
    ("coerce_c_locale_warn", Fixed(0)),
    ("configure_locale", Fixed(1)),
    ("cpu_count", Fixed(-1)),
    ("dev_mode", Flag("dev_mode")),
    ("dump_refs", Fixed(0)),
    ("dump_refs_file", Nothing),
    ("exec_prefix", Sys("exec_prefix")),
    ("executable", Sys("executable")),
    ("faulthandler", Fixed(0)),
    ("filesystem_encoding", Text("utf-8")),
    ("filesystem_errors", Text("surrogateescape")),
    ("hash_seed", Fixed(0)),
    ("home", Nothing),
    ("import_time", Fixed(0)),
    ("inspect", Flag("inspect")),
    ("install_signal_handlers", Fixed(1)),
    ("int_max_str_digits", Flag("int_max_str_digits")),
    ("interactive", Flag("interactive")),
    ("isolated", Flag("isolated")),
    ("malloc_stats", Fixed(0)),
    ("allocator", Fixed(0)),
    ("module_search_paths", Sys("path")),
    ("optimization_level", Flag("optimize")),
    ("orig_argv", Sys("orig_argv")),
    ("parser_debug", Flag("debug")),
    ("parse_argv", Fixed(1)),
    ("pathconfig_warnings", Fixed(1)),
    ("perf_profiling", Fixed(0)),
    ("platlibdir", Sys("platlibdir")),
    ("prefix", Sys("prefix")),
    ("pycache_prefix", Sys("pycache_prefix")),
    ("quiet", Flag("quiet")),
    ("remote_debug", Fixed(0)),
    ("run_command", Nothing),
    ("run_filename", Nothing),
    ("run_module", Nothing),
    ("safe_path", Flag("safe_path")),
    ("show_ref_count", Fixed(0)),
    ("site_import", NotFlag("no_site")),
    ("skip_source_first_line", Fixed(0)),
    ("stdio_encoding", Text("utf-8")),
    ("stdio_errors", Text("strict")),
    ("stdlib_dir", Sys("_stdlib_dir")),
    ("thread_inherit_context", Flag("thread_inherit_context")),
    ("tracemalloc", Fixed(0)),
    ("use_environment", NotFlag("ignore_environment")),
    ("use_frozen_modules", Fixed(1)),
    ("use_hash_seed", Fixed(0)),
    ("user_site_directory", NotFlag("no_user_site")),
    ("utf8_mode", Flag("utf8_mode")),
    ("verbose", Flag("verbose")),
    ("warn_default_encoding", Flag("warn_default_encoding")),
    ("warnoptions", Sys("warnoptions")),
    ("write_bytecode", WriteBytecode),
    ("xoptions", Sys("_xoptions")),
];

fn flag(t: &Thread, field: &str) -> PyResult<Owned> {
    let flags = state::sys_attr(t, "flags")?.ok_or_else(|| err!(t, RuntimeError, "lost sys.flags"))?;
    flags.getattr(t, &*PyStr::intern_str(t, field)?)
}

fn value(t: &Thread, source: Source) -> PyResult {
    match source {
        Sys(attribute) => state::sys_attr(t, attribute)?.ok_or_else(|| err!(t, RuntimeError, "lost sys.{attribute}")),
        Flag(field) => flag(t, field),
        NotFlag(field) => {
            let set = flag(t, field)?.is_true(t)?;
            Ok(singletons::bool(!set).own())
        }
        WriteBytecode => {
            let off = match state::sys_attr(t, "dont_write_bytecode")? {
                Some(off) => off.is_true(t)?,
                None => false,
            };
            Ok(singletons::bool(!off).own())
        }
        Fixed(n) => PyInt::from_i64(t, n).map(Owned::into_object),
        Text(text) => PyStr::from_str(t, text).map(Owned::into_object),
        Nothing => singletons::ok_none(),
    }
}

unsafe fn find(t: &Thread, name: *const c_char) -> PyResult<(&'static str, Source)> {
    // SAFETY: a C string.
    let wanted = unsafe { c_text(name) }.unwrap_or_default();
    match SETTINGS.iter().find(|(name, _)| *name == wanted) {
        Some(found) => Ok(*found),
        None => Err(err!(t, ValueError, "unknown config option name: {wanted}")),
    }
}

type AtExit = unsafe extern "C" fn(*mut c_void);

capi! {
    /// The value of a setting; a new reference.
    fn PyConfig_Get[t](option: *const c_char) -> New {
        let (_, source) = find(t, option)?;
        value(t, source)
    }

    /// The value of a setting that is a number.
    fn PyConfig_GetInt[t](option: *const c_char, place: *mut c_int) -> Status {
        let (name, source) = find(t, option)?;
        let found = value(t, source)?;
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
            SETTINGS.iter().map(|(name, _)| PyStr::intern_str(t, name).map(Owned::into_object)).collect();
        let list = taipan_object::PyList::from_vec(t, names?)?;
        PySet::make(t, <PyFrozenSet as taipan_object::Class>::class(), Some(&list))
    }

    /// Changes a setting that stands in `sys`.
    fn PyConfig_Set[t; new](option: *const c_char, new: Obj) -> Status {
        let (name, source) = find(t, option)?;
        let new = o(new);
        taipan_object::audit::audit(t, "cpython.PyConfig_Set", &[&*PyStr::from_str(t, name)?, new])?;
        match source {
            Sys(attribute) if !matches!(name, "orig_argv" | "stdlib_dir") => {
                let sys = state::state(t).sys.borrow().clone();
                match sys {
                    Some(sys) => sys.set(t, attribute, new),
                    None => Ok(()),
                }
            }
            WriteBytecode => {
                let on = new.is_true(t)?;
                let sys = state::state(t).sys.borrow().clone();
                match sys {
                    Some(sys) => sys.set(t, "dont_write_bytecode", singletons::bool(!on)),
                    None => Ok(()),
                }
            }
            _ => Err(err!(t, ValueError, "cannot set read-only option {name}")),
        }
    }

    /// All settings; a new reference.
    fn _Py_GetConfigsAsDict[t]() -> New<PyDict> {
        let config = PyDict::new(t)?;
        for (name, source) in SETTINGS {
            let found = value(t, *source)?;
            config.set_item(t, &*PyStr::intern_str(t, name)?, &found)?;
        }
        let all = PyDict::new(t)?;
        all.set_item(t, name!(t, "config"), &config)?;
        all.set_item(t, name!(t, "pre_config"), &*config.copy(t)?)?;
        all.set_item(t, name!(t, "global_config"), &*PyDict::new(t)?)?;
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

    /// -1 with an exception: variables of code objects are not counted by their use.
    fn _PyCode_SetUnboundVarCounts[t](
        _ts: *mut c_void, _code: Obj, _counts: *mut c_void, _global: Obj, _attribute: Obj, _globals: Obj, _builtins: Obj,
    ) -> Status {
        Err(err!(t, NotImplementedError, "_PyCode_SetUnboundVarCounts: variables are not counted by their use"))
    }

    /// Nothing is counted: the structure is left as it is.
    fn _PyCode_GetVarCounts[t](_code: Obj, _counts: *mut c_void) -> Void {
        let _ = err!(t, NotImplementedError, "_PyCode_GetVarCounts: variables are not counted by their use");
    }

    /// -1 with an exception: code is not looked through for what it depends on.
    fn _PyCode_VerifyStateless[t](_ts: *mut c_void, _code: Obj, _names: Obj, _globals: Obj, _builtins: Obj) -> Status {
        Err(err!(t, NotImplementedError, "_PyCode_VerifyStateless: code is not looked through for what it depends on"))
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
