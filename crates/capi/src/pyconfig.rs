//! The part of `cpython/initconfig.h` about settings for an interpreter to be started: `PyPreConfig`, `PyConfig` and
//! `PyWideStringList`.

use crate::contract::*;
use crate::objimpl::{PyMem_RawFree, PyMem_RawMalloc};
use crate::pylifecycle;
use crate::pystatus::PyStatus;
use core::ffi::{c_char, c_int, c_ulong};
use libc::wchar_t;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use taipan_interp::config::Config;

/// `PyWideStringList`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyWideStringList {
    pub length: isize,
    pub items: *mut *mut wchar_t,
}

/// `PyPreConfig`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyPreConfig {
    pub _config_init: c_int,
    pub parse_argv: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub configure_locale: c_int,
    pub coerce_c_locale: c_int,
    pub coerce_c_locale_warn: c_int,
    pub utf8_mode: c_int,
    pub dev_mode: c_int,
    pub allocator: c_int,
}

/// `PyConfig`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyConfig {
    pub _config_init: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub dev_mode: c_int,
    pub install_signal_handlers: c_int,
    pub use_hash_seed: c_int,
    pub hash_seed: c_ulong,
    pub faulthandler: c_int,
    pub tracemalloc: c_int,
    pub perf_profiling: c_int,
    pub remote_debug: c_int,
    pub import_time: c_int,
    pub code_debug_ranges: c_int,
    pub show_ref_count: c_int,
    pub dump_refs: c_int,
    pub dump_refs_file: *mut wchar_t,
    pub malloc_stats: c_int,
    pub filesystem_encoding: *mut wchar_t,
    pub filesystem_errors: *mut wchar_t,
    pub pycache_prefix: *mut wchar_t,
    pub parse_argv: c_int,
    pub orig_argv: PyWideStringList,
    pub argv: PyWideStringList,
    pub xoptions: PyWideStringList,
    pub warnoptions: PyWideStringList,
    pub site_import: c_int,
    pub bytes_warning: c_int,
    pub warn_default_encoding: c_int,
    pub inspect: c_int,
    pub interactive: c_int,
    pub optimization_level: c_int,
    pub parser_debug: c_int,
    pub write_bytecode: c_int,
    pub verbose: c_int,
    pub quiet: c_int,
    pub user_site_directory: c_int,
    pub configure_c_stdio: c_int,
    pub buffered_stdio: c_int,
    pub stdio_encoding: *mut wchar_t,
    pub stdio_errors: *mut wchar_t,
    pub check_hash_pycs_mode: *mut wchar_t,
    pub use_frozen_modules: c_int,
    pub safe_path: c_int,
    pub int_max_str_digits: c_int,
    pub thread_inherit_context: c_int,
    pub context_aware_warnings: c_int,
    pub cpu_count: c_int,
    pub pathconfig_warnings: c_int,
    pub program_name: *mut wchar_t,
    pub pythonpath_env: *mut wchar_t,
    pub home: *mut wchar_t,
    pub platlibdir: *mut wchar_t,
    pub module_search_paths_set: c_int,
    pub module_search_paths: PyWideStringList,
    pub stdlib_dir: *mut wchar_t,
    pub executable: *mut wchar_t,
    pub base_executable: *mut wchar_t,
    pub prefix: *mut wchar_t,
    pub base_prefix: *mut wchar_t,
    pub exec_prefix: *mut wchar_t,
    pub base_exec_prefix: *mut wchar_t,
    pub skip_source_first_line: c_int,
    pub run_command: *mut wchar_t,
    pub run_module: *mut wchar_t,
    pub run_filename: *mut wchar_t,
    pub sys_path_0: *mut wchar_t,
    pub _install_importlib: c_int,
    pub _init_main: c_int,
    pub _is_python_build: c_int,
}

const _: () = assert!(size_of::<PyConfig>() == 456 && size_of::<PyPreConfig>() == 40);

/// `_PyConfig_INIT_*`.
pub const COMPAT: c_int = 1;
pub const PYTHON: c_int = 2;
pub const ISOLATED: c_int = 3;

impl PyConfig {
    /// Settings of a kind, nothing decided that is left to the environment.
    pub fn new(kind: c_int) -> Self {
        // SAFETY: zeros are numbers, null strings and empty lists.
        let mut c: Self = unsafe { core::mem::zeroed() };
        c._config_init = kind;
        for open in [
            &mut c.dev_mode,
            &mut c.use_hash_seed,
            &mut c.faulthandler,
            &mut c.tracemalloc,
            &mut c.perf_profiling,
            &mut c.remote_debug,
            &mut c.import_time,
            &mut c.int_max_str_digits,
            &mut c.cpu_count,
        ] {
            *open = -1;
        }
        c.install_signal_handlers = 1;
        c.code_debug_ranges = 1;
        c.use_frozen_modules = 1;
        c._install_importlib = 1;
        c._init_main = 1;
        let decided = [
            (&mut c.isolated, 0),
            (&mut c.use_environment, 1),
            (&mut c.site_import, 1),
            (&mut c.bytes_warning, 0),
            (&mut c.inspect, 0),
            (&mut c.interactive, 0),
            (&mut c.optimization_level, 0),
            (&mut c.parser_debug, 0),
            (&mut c.write_bytecode, 1),
            (&mut c.verbose, 0),
            (&mut c.quiet, 0),
            (&mut c.user_site_directory, 1),
            (&mut c.buffered_stdio, 1),
            (&mut c.pathconfig_warnings, 1),
        ];
        for (place, value) in decided {
            *place = if kind == COMPAT { -1 } else { value };
        }
        match kind {
            PYTHON => {
                c.configure_c_stdio = 1;
                c.parse_argv = 1;
            }
            ISOLATED => {
                c.isolated = 1;
                c.use_environment = 0;
                c.user_site_directory = 0;
                c.dev_mode = 0;
                c.install_signal_handlers = 0;
                c.use_hash_seed = 0;
                c.tracemalloc = 0;
                c.perf_profiling = 0;
                c.int_max_str_digits = 4300;
                c.safe_path = 1;
                c.pathconfig_warnings = 0;
            }
            _ => {}
        }
        c
    }

    fn strings(&mut self) -> [&mut *mut wchar_t; 21] {
        [
            &mut self.dump_refs_file,
            &mut self.filesystem_encoding,
            &mut self.filesystem_errors,
            &mut self.pycache_prefix,
            &mut self.stdio_encoding,
            &mut self.stdio_errors,
            &mut self.check_hash_pycs_mode,
            &mut self.program_name,
            &mut self.pythonpath_env,
            &mut self.home,
            &mut self.platlibdir,
            &mut self.stdlib_dir,
            &mut self.executable,
            &mut self.base_executable,
            &mut self.prefix,
            &mut self.base_prefix,
            &mut self.exec_prefix,
            &mut self.base_exec_prefix,
            &mut self.run_command,
            &mut self.run_module,
            &mut self.run_filename,
        ]
    }

    fn lists(&mut self) -> [&mut PyWideStringList; 5] {
        [&mut self.orig_argv, &mut self.argv, &mut self.xoptions, &mut self.warnoptions, &mut self.module_search_paths]
    }

    /// The command line that leads to these settings, as far as one can.
    ///
    /// # Safety
    /// The strings are C's.
    pub unsafe fn arguments(&self) -> Vec<OsString> {
        // SAFETY: the caller's promise.
        unsafe {
            let given = list(&self.argv);
            let program =
                narrow(self.program_name).or_else(|| given.first().cloned()).unwrap_or_else(|| "python3".into());
            let mut all = vec![program];
            if self.isolated > 0 {
                all.push("-I".into());
            } else if self.use_environment == 0 {
                all.push("-E".into());
            }
            if self.parse_argv == 1 {
                all.extend(given.into_iter().skip(1));
            }
            all
        }
    }

    /// Settings for the interpreter: those that a command line and the environment give, with what is decided here.
    ///
    /// # Safety
    /// The strings are C's.
    pub unsafe fn apply(&self, config: &mut Config) {
        // SAFETY: the caller's promise.
        unsafe {
            let text = |field: *mut wchar_t| narrow(field).map(|text| text.to_string_lossy().into_owned());
            let flag = |place: &mut bool, value: c_int, inverted: bool| {
                if value >= 0 {
                    *place |= (value > 0) != inverted;
                }
            };
            flag(&mut config.isolated, self.isolated, false);
            flag(&mut config.ignore_environment, self.use_environment, true);
            flag(&mut config.dev_mode, self.dev_mode, false);
            flag(&mut config.faulthandler, self.faulthandler, false);
            flag(&mut config.no_debug_ranges, self.code_debug_ranges, true);
            flag(&mut config.disable_remote_debug, self.remote_debug, true);
            flag(&mut config.no_site, self.site_import, true);
            flag(&mut config.warn_default_encoding, self.warn_default_encoding, false);
            flag(&mut config.dont_write_bytecode, self.write_bytecode, true);
            flag(&mut config.quiet, self.quiet, false);
            flag(&mut config.no_user_site, self.user_site_directory, true);
            flag(&mut config.unbuffered, self.buffered_stdio, true);
            flag(&mut config.safe_path, self.safe_path, false);
            flag(&mut config.skip_first_line, self.skip_source_first_line, false);
            flag(&mut config.thread_inherit_context, self.thread_inherit_context, false);
            flag(&mut config.context_aware_warnings, self.context_aware_warnings, false);
            config.no_signal_handlers = self.install_signal_handlers == 0;
            for (place, value) in [
                (&mut config.bytes_warning, self.bytes_warning),
                (&mut config.inspect, self.inspect),
                (&mut config.interactive, self.interactive),
                (&mut config.optimize, self.optimization_level),
                (&mut config.debug, self.parser_debug),
                (&mut config.verbose, self.verbose),
                (&mut config.import_time, self.import_time),
            ] {
                *place = (*place).max(i64::from(value));
            }
            if self.use_frozen_modules == 0 {
                config.use_frozen_modules = false;
            }
            if self.tracemalloc > 0 {
                config.tracemalloc = self.tracemalloc as usize;
            }
            if self.int_max_str_digits >= 0 {
                config.int_max_str_digits = Some(self.int_max_str_digits as usize);
            }
            if self.cpu_count > 0 {
                config.cpu_count = Some(i64::from(self.cpu_count));
            }
            if self.use_hash_seed > 0 {
                config.hash_seed = Some(self.hash_seed as u32);
                config.random_hash = false;
            }
            if let Some(home) = text(self.home) {
                config.home = Some(home);
            }
            if let Some(prefix) = text(self.pycache_prefix) {
                config.pycache_prefix = Some(prefix);
            }
            if let Some(mode) = text(self.check_hash_pycs_mode) {
                config.check_hash_pycs_mode = mode;
            }
            if let Some(executable) = text(self.executable) {
                config.executable = executable;
            }
            if let Some(encoding) = text(self.stdio_encoding) {
                config.stdio_encoding = Some(encoding);
            }
            if let Some(path) = narrow(self.pythonpath_env) {
                config.python_path = Some(path);
            }
            if let Some(program) = text(self.program_name) {
                config.program_name = program;
            }
            if self.parse_argv != 1 && self.argv.length > 0 {
                config.argv = list(&self.argv);
            }
            if self.orig_argv.length > 0 {
                config.orig_argv = list(&self.orig_argv);
            } else if self.parse_argv == 1 && self.argv.length > 0 {
                config.orig_argv = list(&self.argv);
            }
            for option in list(&self.xoptions) {
                let option = option.to_string_lossy().into_owned();
                let (name, value) = match option.split_once('=') {
                    Some((name, value)) => (name.to_string(), Some(value.to_string())),
                    None => (option, None),
                };
                if !config.x_options.contains(&(name.clone(), value.clone())) {
                    config.x_options.push((name, value));
                }
            }
            let warnings = list(&self.warnoptions).into_iter().map(|text| text.to_string_lossy().into_owned());
            let known = config.warn_options.clone();
            config.warn_options.splice(0..0, warnings.filter(|text| !known.contains(text)));
            if self.module_search_paths_set != 0 {
                config.module_search_paths = Some(list(&self.module_search_paths));
            }
            for (field, place) in [
                (self.run_command, &mut config.run_command),
                (self.run_module, &mut config.run_module),
                (self.run_filename, &mut config.run_filename),
            ] {
                if let Some(text) = narrow(field) {
                    *place = Some(text);
                }
            }
        }
    }

    /// Decides what has been left open.
    ///
    /// # Safety
    /// The strings are C's, and freed here if they are replaced.
    unsafe fn fill(&mut self, config: &Config) {
        // SAFETY: the caller's promise.
        unsafe {
            let places = taipan_interp::config::library_folder(config);
            let prefix = taipan_interp::config::prefix(config);
            for (place, value) in [
                (&mut self.isolated, config.isolated.into()),
                (&mut self.use_environment, (!config.ignore_environment).into()),
                (&mut self.dev_mode, config.dev_mode.into()),
                (&mut self.use_hash_seed, (config.hash_seed.is_some() && !config.random_hash).into()),
                (&mut self.faulthandler, config.faulthandler.into()),
                (&mut self.tracemalloc, config.tracemalloc as c_int),
                (&mut self.perf_profiling, 0),
                (&mut self.remote_debug, (!config.disable_remote_debug).into()),
                (&mut self.import_time, config.import_time as c_int),
                (&mut self.code_debug_ranges, (!config.no_debug_ranges).into()),
                (&mut self.site_import, (!config.no_site).into()),
                (&mut self.bytes_warning, config.bytes_warning as c_int),
                (&mut self.warn_default_encoding, config.warn_default_encoding.into()),
                (&mut self.inspect, config.inspect as c_int),
                (&mut self.interactive, config.interactive as c_int),
                (&mut self.optimization_level, config.optimize as c_int),
                (&mut self.parser_debug, config.debug as c_int),
                (&mut self.write_bytecode, (!config.dont_write_bytecode).into()),
                (&mut self.verbose, config.verbose as c_int),
                (&mut self.quiet, config.quiet.into()),
                (&mut self.user_site_directory, (!config.no_user_site).into()),
                (&mut self.buffered_stdio, (!config.unbuffered).into()),
                (&mut self.use_frozen_modules, config.use_frozen_modules.into()),
                (&mut self.safe_path, config.safe_path.into()),
                (&mut self.int_max_str_digits, config.int_max_str_digits.map_or(4300, |n| n as c_int)),
                (&mut self.thread_inherit_context, config.thread_inherit_context.into()),
                (&mut self.context_aware_warnings, config.context_aware_warnings.into()),
                (&mut self.cpu_count, config.cpu_count.map_or(-1, |n| n as c_int)),
                (&mut self.skip_source_first_line, config.skip_first_line.into()),
            ] {
                *place = value;
            }
            if self.pathconfig_warnings < 0 {
                self.pathconfig_warnings = 1;
            }
            if let Some(seed) = config.hash_seed {
                self.hash_seed = seed.into();
            }
            let mode =
                if config.check_hash_pycs_mode.is_empty() { "default" } else { config.check_hash_pycs_mode.as_str() };
            for (place, value) in [
                (&mut self.filesystem_encoding, Some("utf-8".to_string())),
                (&mut self.filesystem_errors, Some("surrogateescape".to_string())),
                (&mut self.stdio_encoding, Some(config.stdio_encoding.clone().unwrap_or_else(|| "utf-8".into()))),
                (&mut self.stdio_errors, Some("strict".to_string())),
                (&mut self.check_hash_pycs_mode, Some(mode.to_string())),
                (&mut self.pycache_prefix, config.pycache_prefix.clone()),
                (&mut self.program_name, Some(config.program_name.clone())),
                (&mut self.home, config.home.clone()),
                (&mut self.stdlib_dir, Some(places.path)),
                (&mut self.executable, Some(config.executable.clone())),
                (&mut self.prefix, Some(prefix.clone())),
                (&mut self.exec_prefix, Some(prefix)),
            ] {
                if place.is_null()
                    && let Some(value) = value
                {
                    *place = widen(value.as_bytes());
                }
            }
            for (place, value) in [
                (&mut self.run_command, &config.run_command),
                (&mut self.run_module, &config.run_module),
                (&mut self.run_filename, &config.run_filename),
            ] {
                if place.is_null()
                    && let Some(value) = value
                {
                    *place = widen(std::os::unix::ffi::OsStrExt::as_bytes(value.as_os_str()));
                }
            }
            set_list(&mut self.orig_argv, &config.orig_argv);
            set_list(&mut self.argv, &config.argv);
            let warnings: Vec<OsString> = config.warn_options.iter().map(OsString::from).collect();
            set_list(&mut self.warnoptions, &warnings);
            if self.parse_argv == 1 {
                // What has been parsed is not parsed again.
                self.parse_argv = 2;
            }
        }
    }
}

/// The bytes of a wide string; `None` for null.
///
/// # Safety
/// Null, or a wide string.
pub unsafe fn narrow(text: *const wchar_t) -> Option<OsString> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let wide = unsafe { c_slice(text, libc::wcslen(text) as isize) };
    let mut bytes = Vec::with_capacity(wide.len());
    for &c in wide {
        match char::from_u32(c as u32) {
            Some(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            None if (0xdc80..=0xdcff).contains(&(c as u32)) => bytes.push((c as u32 - 0xdc00) as u8),
            None => bytes.push(b'?'),
        }
    }
    Some(OsString::from_vec(bytes))
}

/// A wide string of bytes, freed with `PyMem_RawFree`; null without memory.
pub fn widen(bytes: &[u8]) -> *mut wchar_t {
    let Ok(text) = std::ffi::CString::new(bytes) else { return core::ptr::null_mut() };
    let mut out = core::ptr::null_mut();
    // SAFETY: a C string.
    unsafe {
        crate::initconfig::_Py_DecodeLocaleEx(
            text.as_ptr(),
            &mut out,
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            0,
            2,
        );
    }
    out
}

pub(crate) unsafe fn copy_wide(text: *const wchar_t) -> *mut wchar_t {
    // SAFETY: a wide string.
    unsafe {
        let n = libc::wcslen(text) + 1;
        let block = PyMem_RawMalloc(n * size_of::<wchar_t>()).cast::<wchar_t>();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(text, block, n);
        }
        block
    }
}

/// The strings of a list.
///
/// # Safety
/// A list of wide strings.
pub unsafe fn list(list: &PyWideStringList) -> Vec<OsString> {
    // SAFETY: the caller's promise.
    unsafe { c_slice(list.items.cast_const(), list.length).iter().filter_map(|item| narrow(*item)).collect() }
}

pub(crate) unsafe fn clear_list(list: &mut PyWideStringList) {
    // SAFETY: strings and an array of ours.
    unsafe {
        for i in 0..list.length {
            PyMem_RawFree((*list.items.offset(i)).cast());
        }
        PyMem_RawFree(list.items.cast());
    }
    *list = PyWideStringList { length: 0, items: core::ptr::null_mut() };
}

pub(crate) unsafe fn insert(list: &mut PyWideStringList, index: isize, text: *mut wchar_t) -> bool {
    // SAFETY: an array of ours; the string is handed over.
    unsafe {
        let n = list.length;
        let bytes = (n as usize + 1) * size_of::<*mut wchar_t>();
        let items = crate::objimpl::PyMem_RawRealloc(list.items.cast(), bytes).cast::<*mut wchar_t>();
        if items.is_null() || text.is_null() {
            return false;
        }
        let index = index.min(n);
        core::ptr::copy(items.offset(index), items.offset(index + 1), (n - index) as usize);
        *items.offset(index) = text;
        *list = PyWideStringList { length: n + 1, items };
        true
    }
}

unsafe fn set_list(list: &mut PyWideStringList, new: &[OsString]) {
    // SAFETY: as above.
    unsafe {
        clear_list(list);
        for text in new {
            insert(list, list.length, widen(std::os::unix::ffi::OsStrExt::as_bytes(text.as_os_str())));
        }
    }
}

pub(crate) unsafe fn set_string(place: *mut *mut wchar_t, new: *mut wchar_t) {
    // SAFETY: the place holds a string of ours or null.
    unsafe { PyMem_RawFree(core::mem::replace(&mut *place, new).cast()) };
}

/// The settings that a `PyConfig` leads to.
///
/// # Safety
/// The strings are C's.
pub unsafe fn read(config: &PyConfig) -> Result<Config, PyStatus> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut made = pylifecycle::parse(config.arguments())?;
        config.apply(&mut made);
        Ok(made)
    }
}

fn preconfig(kind: c_int) -> PyPreConfig {
    let python = PyPreConfig {
        _config_init: kind,
        parse_argv: 1,
        isolated: 0,
        use_environment: 1,
        configure_locale: 1,
        coerce_c_locale: -1,
        coerce_c_locale_warn: -1,
        utf8_mode: -1,
        dev_mode: -1,
        allocator: 0,
    };
    match kind {
        PYTHON => python,
        ISOLATED => PyPreConfig {
            parse_argv: 0,
            isolated: 1,
            use_environment: 0,
            configure_locale: 0,
            coerce_c_locale: 0,
            coerce_c_locale_warn: 0,
            utf8_mode: 0,
            dev_mode: 0,
            ..python
        },
        _ => PyPreConfig {
            parse_argv: 0,
            isolated: -1,
            use_environment: -1,
            coerce_c_locale: 0,
            coerce_c_locale_warn: 0,
            utf8_mode: 0,
            ..python
        },
    }
}

capi! {
    /// Settings as of the executable.
    fn PyConfig_InitPythonConfig(config: *mut PyConfig) -> Void {
        config.write(PyConfig::new(PYTHON));
    }

    /// Settings that depend on nothing around.
    fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) -> Void {
        config.write(PyConfig::new(ISOLATED));
    }

    /// Settings as of `Py_Initialize`.
    fn _PyConfig_InitCompatConfig(config: *mut PyConfig) -> Void {
        config.write(PyConfig::new(COMPAT));
    }

    /// Settings before others, as of the executable.
    fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) -> Void {
        config.write(preconfig(PYTHON));
    }

    /// Settings before others that depend on nothing around.
    fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) -> Void {
        config.write(preconfig(ISOLATED));
    }

    /// Settings before others, as of `Py_Initialize`.
    fn _PyPreConfig_InitCompatConfig(config: *mut PyPreConfig) -> Void {
        config.write(preconfig(COMPAT));
    }

    /// Frees the strings and lists of settings.
    fn PyConfig_Clear(config: *mut PyConfig) -> Void {
        let config = &mut *config;
        for place in config.strings() {
            set_string(place, core::ptr::null_mut());
        }
        set_string(&mut config.sys_path_0, core::ptr::null_mut());
        for list in config.lists() {
            clear_list(list);
        }
        config.module_search_paths_set = 0;
    }

    /// Sets a string, which is copied; null is allowed.
    fn PyConfig_SetString(_config: *mut PyConfig, place: *mut *mut wchar_t, text: *const wchar_t) -> Raw<PyStatus> {
        let copy = if text.is_null() { core::ptr::null_mut() } else { copy_wide(text) };
        if copy.is_null() && !text.is_null() {
            return PyStatus::no_memory();
        }
        set_string(place, copy);
        PyStatus::ok()
    }

    /// Sets a string from bytes of the locale, which are copied; null is allowed.
    fn PyConfig_SetBytesString(_config: *mut PyConfig, place: *mut *mut wchar_t, text: *const c_char) -> Raw<PyStatus> {
        let copy = if text.is_null() { core::ptr::null_mut() } else { widen(c_bytes(text)) };
        if copy.is_null() && !text.is_null() {
            return PyStatus::no_memory();
        }
        set_string(place, copy);
        PyStatus::ok()
    }

    /// Sets the arguments, which are copied.
    fn PyConfig_SetArgv(config: *mut PyConfig, argc: Size, argv: *const *mut wchar_t) -> Raw<PyStatus> {
        PyConfig_SetWideStringList(config, &raw mut (*config).argv, argc, argv)
    }

    /// Sets the arguments from bytes of the locale, which are copied.
    fn PyConfig_SetBytesArgv(config: *mut PyConfig, argc: Size, argv: *const *mut c_char) -> Raw<PyStatus> {
        let all: Vec<OsString> = c_slice(argv, argc).iter().map(|arg| OsString::from_vec(c_bytes(*arg).to_vec())).collect();
        set_list(&mut (*config).argv, &all);
        PyStatus::ok()
    }

    /// Sets a list of strings, which are copied.
    fn PyConfig_SetWideStringList(
        _config: *mut PyConfig, list: *mut PyWideStringList, n: Size, items: *const *mut wchar_t,
    ) -> Raw<PyStatus> {
        clear_list(&mut *list);
        for item in c_slice(items, n) {
            if !insert(&mut *list, isize::MAX, copy_wide(*item)) {
                return PyStatus::no_memory();
            }
        }
        PyStatus::ok()
    }

    /// Decides what has been left open: parses the arguments, looks at the environment, finds the library.
    fn PyConfig_Read(config: *mut PyConfig) -> Raw<PyStatus> {
        match read(&*config) {
            Ok(made) => {
                (*config).fill(&made);
                PyStatus::ok()
            }
            Err(status) => status,
        }
    }

    /// Adds a string, which is copied, to the end of a list.
    fn PyWideStringList_Append(list: *mut PyWideStringList, item: *const wchar_t) -> Raw<PyStatus> {
        PyWideStringList_Insert(list, (*list).length, item)
    }

    /// Puts a string, which is copied, into a list; an index beyond the end means the end.
    fn PyWideStringList_Insert(list: *mut PyWideStringList, index: Size, item: *const wchar_t) -> Raw<PyStatus> {
        if index < 0 {
            return PyStatus::error_in(c"PyWideStringList_Insert", c"PyWideStringList_Insert index must be >= 0");
        }
        if insert(&mut *list, index, copy_wide(item)) { PyStatus::ok() } else { PyStatus::no_memory() }
    }
}
