//! The part of `cpython/initconfig.h` about settings by name (`PyInitConfig`, PEP 741).

use crate::contract::*;
use crate::pyconfig::{self, PyConfig, PyWideStringList};
use crate::pylifecycle;
use crate::pystatus::PyStatus;
use core::ffi::{c_char, c_int};
use libc::wchar_t;
use std::ffi::CString;

/// `PyInitConfig`.
pub struct InitConfig {
    config: PyConfig,
    pre: [c_int; 5],
    modules: Vec<(CString, usize)>,
    error: Option<CString>,
    exit: Option<c_int>,
}

/// What stands behind a name.
enum Field<'a> {
    Int(&'a mut c_int),
    /// Zero or more.
    Unsigned(&'a mut c_int),
    Long(&'a mut core::ffi::c_ulong),
    Text(&'a mut *mut wchar_t),
    List(&'a mut PyWideStringList),
}

/// The names of what comes before other settings.
const PRE: [&str; 5] = ["allocator", "coerce_c_locale", "coerce_c_locale_warn", "configure_locale", "utf8_mode"];

impl InitConfig {
    fn field(&mut self, name: &str) -> Option<Field<'_>> {
        if let Some(at) = PRE.iter().position(|known| *known == name) {
            return Some(Field::Int(&mut self.pre[at]));
        }
        let c = &mut self.config;
        macro_rules! names {
            ($($kind:ident: $($field:ident)*;)*) => {
                match name {
                    $($(stringify!($field) => Field::$kind(&mut c.$field),)*)*
                    _ => return None,
                }
            };
        }
        Some(names! {
            Int: cpu_count thread_inherit_context context_aware_warnings;
            Unsigned: bytes_warning inspect int_max_str_digits interactive optimization_level parser_debug quiet
                use_environment verbose write_bytecode buffered_stdio code_debug_ranges configure_c_stdio dev_mode dump_refs
                faulthandler import_time install_signal_handlers isolated malloc_stats parse_argv pathconfig_warnings
                perf_profiling remote_debug safe_path show_ref_count site_import skip_source_first_line tracemalloc
                use_frozen_modules use_hash_seed user_site_directory warn_default_encoding;
            Long: hash_seed;
            Text: base_exec_prefix base_executable base_prefix exec_prefix executable platlibdir prefix pycache_prefix
                stdlib_dir check_hash_pycs_mode dump_refs_file filesystem_encoding filesystem_errors home program_name
                run_command run_filename run_module stdio_encoding stdio_errors;
            List: argv module_search_paths warnoptions xoptions orig_argv;
        })
    }

    fn fail(&mut self, message: &core::ffi::CStr) -> c_int {
        self.error = Some(message.to_owned());
        self.exit = None;
        -1
    }
}

/// What is found under a name, or -1 with the error noted.
macro_rules! field {
    ($config:ident, $name:ident) => {{
        let name = c_text($name).unwrap_or_default();
        if $config.field(&name).is_none() {
            return $config.fail(c"unknown config option name");
        }
        name
    }};
}

/// A copy of bytes that `free` frees.
unsafe fn copy(bytes: &[u8]) -> *mut c_char {
    // SAFETY: a fresh block of this size.
    unsafe {
        let block = libc::malloc(bytes.len() + 1).cast::<u8>();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
            *block.add(bytes.len()) = 0;
        }
        block.cast()
    }
}

type Init = unsafe extern "C" fn() -> Obj;

capi! {
    /// Settings that depend on nothing around; null without memory. Freed with `PyInitConfig_Free`.
    fn PyInitConfig_Create() -> Raw<*mut InitConfig> {
        Box::into_raw(Box::new(InitConfig {
            config: PyConfig::new(pyconfig::ISOLATED),
            pre: [0; 5],
            modules: Vec::new(),
            error: None,
            exit: None,
        }))
    }

    /// Frees settings; null is allowed.
    fn PyInitConfig_Free(config: *mut InitConfig) -> Void {
        if !config.is_null() {
            let mut config = Box::from_raw(config);
            pyconfig::PyConfig_Clear(&mut config.config);
        }
    }

    /// The message of the last error, borrowed from the settings: 1, or 0 and null if there was none.
    fn PyInitConfig_GetError(config: *mut InitConfig, message: *mut *const c_char) -> Raw<c_int> {
        let config = &mut *config;
        if let Some(code) = config.exit {
            config.error = CString::new(format!("exit code {code}")).ok();
        }
        match &config.error {
            Some(text) => {
                *message = text.as_ptr();
                1
            }
            None => {
                *message = core::ptr::null();
                0
            }
        }
    }

    /// The code that the process is to end with: 1, or 0 if it is not to end.
    fn PyInitConfig_GetExitCode(config: *mut InitConfig, code: *mut c_int) -> Raw<c_int> {
        match (*config).exit {
            Some(wanted) => {
                *code = wanted;
                1
            }
            None => 0,
        }
    }

    /// Whether there is a setting of this name.
    fn PyInitConfig_HasOption(config: *mut InitConfig, name: *const c_char) -> Raw<c_int> {
        (*config).field(&c_text(name).unwrap_or_default()).is_some().into()
    }

    /// The value of a setting that is a number: 0 or -1.
    fn PyInitConfig_GetInt(config: *mut InitConfig, name: *const c_char, value: *mut i64) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        *value = match config.field(&name) {
            Some(Field::Int(n) | Field::Unsigned(n)) => i64::from(*n),
            Some(Field::Long(n)) => *n as i64,
            _ => return config.fail(c"config option type is not int"),
        };
        0
    }

    /// A copy of a setting that is text, freed with `free`, or null: 0 or -1.
    fn PyInitConfig_GetStr(config: *mut InitConfig, name: *const c_char, value: *mut *mut c_char) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        let Some(Field::Text(text)) = config.field(&name) else {
            return config.fail(c"config option type is not string");
        };
        *value = match pyconfig::narrow(*text) {
            Some(text) => copy(std::os::unix::ffi::OsStrExt::as_bytes(text.as_os_str())),
            None => core::ptr::null_mut(),
        };
        0
    }

    /// A copy of a setting that is a list, freed with `PyInitConfig_FreeStrList`: 0 or -1.
    fn PyInitConfig_GetStrList(
        config: *mut InitConfig, name: *const c_char, n: *mut usize, items: *mut *mut *mut c_char,
    ) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        let Some(Field::List(list)) = config.field(&name) else {
            return config.fail(c"config option type is not string list");
        };
        let all = pyconfig::list(list);
        let block = libc::malloc(all.len().max(1) * size_of::<*mut c_char>()).cast::<*mut c_char>();
        if block.is_null() {
            return config.fail(c"memory allocation failed");
        }
        for (i, text) in all.iter().enumerate() {
            *block.add(i) = copy(std::os::unix::ffi::OsStrExt::as_bytes(text.as_os_str()));
        }
        *n = all.len();
        *items = block;
        0
    }

    /// Frees a list of strings.
    fn PyInitConfig_FreeStrList(n: usize, items: *mut *mut c_char) -> Void {
        for i in 0..n {
            libc::free((*items.add(i)).cast());
        }
        libc::free(items.cast());
    }

    /// Sets a number: 0 or -1.
    fn PyInitConfig_SetInt(config: *mut InitConfig, name: *const c_char, value: i64) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        match config.field(&name) {
            Some(Field::Int(n)) => match c_int::try_from(value) {
                Ok(value) => *n = value,
                Err(_) => return config.fail(c"config option value is out of int range"),
            },
            Some(Field::Unsigned(n)) => match c_int::try_from(value) {
                Ok(value) if value >= 0 => *n = value,
                _ => return config.fail(c"config option value is out of unsigned int range"),
            },
            Some(Field::Long(n)) => match core::ffi::c_ulong::try_from(value) {
                Ok(value) => *n = value,
                Err(_) => return config.fail(c"config option value is out of unsigned long range"),
            },
            _ => return config.fail(c"config option type is not int"),
        }
        if name == "hash_seed" {
            config.config.use_hash_seed = 1;
        }
        0
    }

    /// Sets text, in UTF-8, which is copied; null is allowed: 0 or -1.
    fn PyInitConfig_SetStr(config: *mut InitConfig, name: *const c_char, value: *const c_char) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        let Some(Field::Text(place)) = config.field(&name) else {
            return config.fail(c"config option type is not string");
        };
        pyconfig::PyConfig_SetBytesString(core::ptr::null_mut(), place, value);
        0
    }

    /// Sets a list of strings, in UTF-8, which are copied: 0 or -1.
    fn PyInitConfig_SetStrList(
        config: *mut InitConfig, name: *const c_char, n: usize, items: *const *mut c_char,
    ) -> Raw<c_int> {
        let config = &mut *config;
        let name = field!(config, name);
        let Some(Field::List(list)) = config.field(&name) else {
            return config.fail(c"config option type is not strings list");
        };
        let wide: Vec<*mut wchar_t> = c_slice(items, n as isize).iter().map(|item| pyconfig::widen(c_bytes(*item))).collect();
        pyconfig::PyConfig_SetWideStringList(core::ptr::null_mut(), list, wide.len() as isize, wide.as_ptr());
        for item in wide {
            crate::objimpl::PyMem_RawFree(item.cast());
        }
        if name == "module_search_paths" {
            config.config.module_search_paths_set = 1;
        }
        0
    }

    /// Adds a module to those that need no file: 0 or -1.
    fn PyInitConfig_AddModule(config: *mut InitConfig, name: *const c_char, init: Init) -> Raw<c_int> {
        (*config).modules.push((CString::from(core::ffi::CStr::from_ptr(name)), init as usize));
        0
    }

    /// Starts an interpreter: 0, or -1 with the error noted.
    fn Py_InitializeFromInitConfig(config: *mut InitConfig) -> Raw<c_int> {
        let config = &mut *config;
        for (name, init) in &config.modules {
            let init = core::mem::transmute::<usize, Init>(*init);
            crate::inittab::PyImport_AppendInittab(name.as_ptr(), Some(init));
        }
        let status: PyStatus = pylifecycle::Py_InitializeFromConfig(&config.config);
        match status.kind {
            0 => 0,
            2 => {
                config.exit = Some(status.exitcode);
                -1
            }
            _ => {
                let message = c_text(status.err_msg).unwrap_or_default();
                let text = match c_text(status.func) {
                    Some(function) => format!("{function}: {message}"),
                    None => message,
                };
                config.error = CString::new(text).ok();
                -1
            }
        }
    }
}
