//! What was asked for on the command line and in the environment, and its traces in `sys` (`PyConfig`).

use crate::state::state;
use crate::{boot, import};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use taipan_object::{Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, Thread, err, name, singletons};
use taipan_types::{namespace, structseq};

/// Settings of the interpreter. Numbers count how often an option was given.
#[derive(Clone, Default)]
pub struct Config {
    pub debug: i64,
    pub inspect: i64,
    pub interactive: i64,
    pub optimize: i64,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub verbose: i64,
    pub bytes_warning: i64,
    pub quiet: bool,
    pub isolated: bool,
    pub dev_mode: bool,
    /// `None`: decided by the locale.
    pub utf8_mode: Option<bool>,
    /// Whether the C locale gives way to one with UTF-8: in the executable, not in programs that embed it.
    pub coerces_locale: bool,
    pub warn_default_encoding: bool,
    pub safe_path: bool,
    /// `None`: the default limit.
    pub int_max_str_digits: Option<usize>,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,
    pub unbuffered: bool,
    pub import_time: i64,
    pub no_debug_ranges: bool,
    pub disable_remote_debug: bool,
    pub tracemalloc: usize,
    pub faulthandler: bool,
    pub check_hash_pycs_mode: String,
    pub pycache_prefix: Option<String>,
    pub cpu_count: Option<i64>,
    /// `PYTHONHASHSEED`, if it is a number.
    pub hash_seed: Option<u32>,
    pub skip_first_line: bool,
    pub warn_options: Vec<String>,
    /// `-X name[=value]`.
    pub x_options: Vec<(String, Option<String>)>,
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,
    /// `sys.executable`.
    pub executable: String,
    /// `PYTHONHOME`.
    pub home: Option<String>,
    /// `PYTHONPATH`.
    pub python_path: Option<OsString>,
    /// `-R`: hashes are random, whatever `PYTHONHASHSEED` says.
    pub random_hash: bool,
    /// `-X frozen_modules`.
    pub use_frozen_modules: bool,
    /// The standard descriptors that are closed.
    pub closed_descriptors: Vec<i32>,
    /// What a file `NAME._pth` beside the program says.
    pub pth: Option<Pth>,
    /// What is run: `-c`'s text, `-m`'s module, or a file.
    pub run_command: Option<OsString>,
    pub run_module: Option<OsString>,
    pub run_filename: Option<OsString>,
    /// The program's name, as it was called.
    pub program_name: String,
    /// Where modules come from, if an embedding program says so.
    pub module_search_paths: Option<Vec<OsString>>,
    /// Encoding and error handler of the standard streams, if they are given.
    pub stdio_encoding: Option<String>,
    /// Whether signals get Python's handlers.
    pub no_signal_handlers: bool,
}

static CURRENT: Mutex<Option<Config>> = Mutex::new(None);

/// The settings that the main interpreter was started with.
pub fn current() -> Option<Config> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A file that alone decides where modules come from.
#[derive(Clone, Default)]
pub struct Pth {
    pub folders: Vec<String>,
    pub import_site: bool,
}

/// Reads the file `NAME._pth` of a program, if there is one.
pub fn read_pth(executable: &str) -> Option<Pth> {
    let text = std::fs::read(format!("{executable}._pth")).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let root = parent(Path::new(executable));
    let mut pth = Pth::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or(line).trim();
        if line == "import site" {
            pth.import_site = true;
        } else if line.starts_with("import ") {
            eprintln!("unsupported 'import' line in ._pth file");
        } else if !line.is_empty() {
            pth.folders.push(normal(&root.join(line)));
        }
    }
    Some(pth)
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> String {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out.to_string_lossy().into_owned()
}

/// A variable of the environment as the system has it, if it is set and not empty.
pub fn environment_os(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A variable of the environment that is set and not empty.
pub fn environment(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|value| String::from_utf8_lossy(std::os::unix::ffi::OsStrExt::as_bytes(&*value)).into_owned())
        .filter(|value| !value.is_empty())
}

/// Where things are.
struct Places {
    prefix: String,
    base_prefix: String,
    base_executable: String,
    stdlib: String,
    /// Whether the place of the executable itself decided where the library is.
    is_own: bool,
}

/// The library's folder below a prefix.
const LIBRARY: &str = "lib/python3.14";

/// The prefix that belongs to an executable: the nearest folder above it that has a library, as CPython searches it
/// (`Modules/getpath.py`). Where there is none yet, the parent of a folder `bin`, or else the executable's own folder.
fn own_prefix(executable: &Path) -> PathBuf {
    let folder = parent(executable);
    if let Some(found) = folder.ancestors().find(|place| place.join(LIBRARY).join("os.py").is_file()) {
        return found.to_path_buf();
    }
    if folder.file_name().is_some_and(|name| name == "bin") { parent(&folder) } else { folder }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf)
}

/// The value of `home` in a `pyvenv.cfg` beside the executable's folder or in it (PEP 405).
fn venv_home(executable: &Path) -> Option<(PathBuf, String)> {
    let folder = parent(executable);
    for root in [folder.clone(), parent(&folder)] {
        let Ok(text) = std::fs::read_to_string(root.join("pyvenv.cfg")) else { continue };
        for line in text.lines() {
            if let Some((key, value)) = line.split_once('=')
                && key.trim().eq_ignore_ascii_case("home")
            {
                return Some((root, value.trim().to_string()));
            }
        }
        return None;
    }
    None
}

fn places(config: &Config) -> Places {
    let executable = PathBuf::from(&config.executable);
    let real = std::env::current_exe().unwrap_or_else(|_| executable.clone());
    let text = |p: &Path| p.to_string_lossy().into_owned();
    let mut base_prefix = own_prefix(&real);
    let mut prefix = base_prefix.clone();
    let mut is_own = true;
    let mut base_executable = config.executable.clone();
    if let Some((root, home)) = venv_home(&executable) {
        prefix = root;
        base_prefix = own_prefix(&Path::new(&home).join("python3"));
        is_own = false;
        let beside = Path::new(&home).join(executable.file_name().unwrap_or_default());
        base_executable = if beside.exists() { text(&beside) } else { text(&real) };
    }
    if let Some(home) = &config.home {
        // After a colon stands the prefix of compiled files, of which there are none.
        prefix = PathBuf::from(home.split(':').next().unwrap_or(home));
        base_prefix = prefix.clone();
        is_own = false;
    }
    Places {
        stdlib: format!("{}/{LIBRARY}", text(&base_prefix).trim_end_matches('/')),
        is_own,
        prefix: text(&prefix),
        base_prefix: text(&base_prefix),
        base_executable,
    }
}

/// `sys.prefix`.
pub fn prefix(config: &Config) -> String {
    places(config).prefix
}

/// The absolute path of the program, found as the shell finds it; symbolic links are left alone.
pub fn find_executable(program: &str) -> String {
    if program.is_empty() {
        return String::new();
    }
    if program.contains('/') {
        return std::path::absolute(program).map_or_else(|_| program.to_string(), |p| p.to_string_lossy().into_owned());
    }
    if let Some(path) = std::env::var_os("PATH") {
        for folder in std::env::split_paths(&path) {
            let candidate = folder.join(program);
            if candidate.is_file() {
                return std::path::absolute(&candidate)
                    .map_or_else(|_| program.to_string(), |p| p.to_string_lossy().into_owned());
            }
        }
    }
    std::env::current_exe().map_or_else(|_| String::new(), |p| p.to_string_lossy().into_owned())
}

/// Where the library's files are shown.
pub struct LibraryFolder {
    /// The folder.
    pub path: String,
    /// Whether it belongs to this executable, rather than to the base of a virtual environment or to `PYTHONHOME`.
    pub is_own: bool,
}

/// The folder in which the library's files are shown.
pub fn library_folder(config: &Config) -> LibraryFolder {
    let places = places(config);
    LibraryFolder { path: places.stdlib, is_own: places.is_own }
}

/// The fields of `sys.flags`, with what they come from.
pub const FLAGS: [(&str, &str); 21] = [
    ("debug", "-d"),
    ("inspect", "-i"),
    ("interactive", "-i"),
    ("optimize", "-O or -OO"),
    ("dont_write_bytecode", "-B"),
    ("no_user_site", "-s"),
    ("no_site", "-S"),
    ("ignore_environment", "-E"),
    ("verbose", "-v"),
    ("bytes_warning", "-b"),
    ("quiet", "-q"),
    ("hash_randomization", "-R"),
    ("isolated", "-I"),
    ("dev_mode", "-X dev"),
    ("utf8_mode", "-X utf8"),
    ("warn_default_encoding", "-X warn_default_encoding"),
    ("safe_path", "-P"),
    ("int_max_str_digits", "-X int_max_str_digits"),
    ("gil", "-X gil"),
    ("thread_inherit_context", "-X thread_inherit_context"),
    ("context_aware_warnings", "-X context_aware_warnings"),
];

fn set_flags(t: &Thread, sys: &PyModule, config: &Config) -> PyResult<()> {
    let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
    let bool = |v: bool| -> PyResult { Ok(singletons::bool(v).as_object().own()) };
    let digits = config.int_max_str_digits.map_or(4300, |n| n as i64);
    let items = vec![
        int(config.debug)?,
        int(config.inspect)?,
        int(config.interactive)?,
        int(config.optimize)?,
        int(i64::from(config.dont_write_bytecode))?,
        int(i64::from(config.no_user_site))?,
        int(i64::from(config.no_site))?,
        int(i64::from(config.ignore_environment))?,
        int(config.verbose)?,
        int(config.bytes_warning)?,
        int(i64::from(config.quiet))?,
        int(i64::from(config.random_hash || config.hash_seed != Some(0)))?,
        int(i64::from(config.isolated))?,
        bool(config.dev_mode)?,
        int(i64::from(crate::locale::utf8_mode()))?,
        int(i64::from(config.warn_default_encoding))?,
        bool(config.safe_path)?,
        int(digits)?,
        int(1)?,
        int(i64::from(config.thread_inherit_context))?,
        int(i64::from(config.context_aware_warnings))?,
    ];
    let doc = "sys.flags\n\nFlags provided through command line arguments or environment vars.";
    let class = structseq::new_sealed_type(t, "sys.flags", doc, &FLAGS, 18)?;
    sys.set(t, "flags", &*structseq::new(t, &class, items)?)
}

fn set_implementation(t: &Thread, sys: &PyModule) -> PyResult<()> {
    let dict = PyDict::new(t)?;
    let text = |v: &str| PyStr::intern_str(t, v).map(Owned::into_object);
    let version = sys.get(t, "version_info")?.unwrap_or_else(|| singletons::none().as_object().own());
    for (key, value) in [
        ("name", text("cpython")?),
        ("cache_tag", text("cpython-314")?),
        ("version", version),
        ("hexversion", PyInt::from_i64(t, crate::sys::HEXVERSION)?.into_object()),
        ("_multiarch", text(&format!("{}-linux-gnu", std::env::consts::ARCH))?),
        ("supports_isolated_interpreters", singletons::bool(true).as_object().own()),
    ] {
        dict.set_item(t, &*PyStr::intern_str(t, key)?, &value)?;
    }
    sys.set(t, "implementation", &*namespace::new(t, &dict)?)
}

/// Writes the settings into `sys` and boots the import system. `sys.path` has the library's places; the program's own
/// folder is put before them later.
pub fn apply(t: &Thread, config: &Config) -> PyResult<()> {
    let Some(sys) = state(t).sys.borrow().clone() else { return Err(err!(t, RuntimeError, "lost sys")) };
    if t.interpreter().is_main() {
        crate::locale::settle(config);
        *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some(config.clone());
    }
    let interp = state(t);
    interp.optimize.set(config.optimize as i32);
    if let Some(builtins) = interp.builtins.borrow().clone() {
        builtins.set(t, "__debug__", singletons::bool(config.optimize == 0))?;
    }
    interp.ignore_environment.set(config.ignore_environment);
    interp.use_frozen_modules.set(config.use_frozen_modules);
    interp.import_time.level.set(config.import_time);
    interp.verbose.set(config.verbose > 0);
    interp.no_debug_ranges.set(config.no_debug_ranges);
    t.interpreter().remote_debug.set((!config.disable_remote_debug).into());
    taipan_object::state::object_state(t).cpu_count.set(config.cpu_count.unwrap_or(-1));
    if let Some(limit) = config.int_max_str_digits {
        taipan_object::state::object_state(t).int_max_str_digits.set(limit);
    }
    taipan_object::bytes_class::set_bytes_warning(config.bytes_warning.min(2) as u8);
    sys.set(t, "argv", &*import::string_list(t, &config.argv)?)?;
    sys.set(t, "orig_argv", &*import::string_list(t, &config.orig_argv)?)?;
    let fs = |text: &str| PyStr::from_fs_bytes(t, text.as_bytes());
    let places = places(config);
    sys.set(t, "executable", &*fs(&config.executable)?)?;
    sys.set(t, "_base_executable", &*fs(&places.base_executable)?)?;
    for (name, value) in [
        ("prefix", &places.prefix),
        ("exec_prefix", &places.prefix),
        ("base_prefix", &places.base_prefix),
        ("base_exec_prefix", &places.base_prefix),
        ("_stdlib_dir", &places.stdlib),
    ] {
        sys.set(t, name, &*fs(value)?)?;
    }
    if let Some(home) = &config.home {
        sys.set(t, "_home", &*fs(home)?)?;
    }
    let mut paths: Vec<OsString> = Vec::new();
    if let Some(given) = &config.module_search_paths {
        paths.extend(given.iter().cloned());
    } else if let Some(pth) = &config.pth {
        paths.extend(pth.folders.iter().map(OsString::from));
    } else {
        if let Some(given) = &config.python_path {
            paths.extend(given.as_bytes().split(|&b| b == b':').map(|part| OsStr::from_bytes(part).to_os_string()));
        }
        paths.push(format!("{}/lib/python314.zip", places.base_prefix.trim_end_matches('/')).into());
        paths.push(places.stdlib.clone().into());
        paths.push(format!("{}/lib-dynload", places.stdlib).into());
    }
    let path: Owned<PyList> = import::string_list(t, &paths)?;
    sys.set(t, "path", &path)?;
    sys.set(t, "warnoptions", &*import::string_list(t, &config.warn_options)?)?;
    let options = PyDict::new(t)?;
    for (key, value) in &config.x_options {
        match value {
            Some(value) => options.set_item(t, &*fs(key)?, &*fs(value)?)?,
            None => options.set_item(t, &*fs(key)?, singletons::bool(true))?,
        }
    }
    sys.set(t, "_xoptions", &options)?;
    sys.set(t, "dont_write_bytecode", singletons::bool(config.dont_write_bytecode))?;
    if let Some(prefix) = &config.pycache_prefix {
        sys.set(t, "pycache_prefix", &*fs(prefix)?)?;
    }
    set_flags(t, &sys, config)?;
    set_implementation(t, &sys)?;
    boot::install_importlib(t)?;
    if !config.check_hash_pycs_mode.is_empty()
        && let Ok(imp) = taipan_object::state::import(t, "_imp")?.into_type::<PyModule>()
    {
        imp.set(t, "check_hash_based_pycs", &*PyStr::from_str(t, &config.check_hash_pycs_mode)?)?;
    }
    Ok(())
}

/// Runs what comes between the interpreter's start and the program: `site`, and `warnings` if there are filters.
pub fn start(t: &Thread, config: &Config) -> PyResult<()> {
    import_warnings(t, config);
    if config.faulthandler {
        let module = taipan_object::state::import(t, "faulthandler")?;
        module.call_method(t, name!(t, "enable"), &[])?;
    }
    if config.tracemalloc > 0 {
        let module = taipan_object::state::import(t, "_tracemalloc")?;
        module.call_method(t, name!(t, "start"), &[&*PyInt::from_u64(t, config.tracemalloc as u64)?])?;
    }
    import_site(t, config)
}

/// The same for a subinterpreter: what concerns the process has been done.
pub fn start_beside(t: &Thread, config: &Config) -> PyResult<()> {
    import_warnings(t, config);
    import_site(t, config)
}

fn import_warnings(t: &Thread, config: &Config) {
    if !config.warn_options.is_empty() && taipan_object::state::import(t, "warnings").is_err() {
        taipan_object::errors::clear(t);
    }
}

fn import_site(t: &Thread, config: &Config) -> PyResult<()> {
    if !config.no_site {
        taipan_object::state::import(t, "site")?;
    }
    Ok(())
}

/// Puts the program's folder before the rest of `sys.path`.
pub fn prepend_path(t: &Thread, folder: &OsStr) -> PyResult<()> {
    *taipan_object::state::object_state(t).first_path.borrow_mut() = Some(folder.to_os_string());
    let Some(sys) = state(t).sys.borrow().clone() else { return Ok(()) };
    if let Some(path) = sys.get(t, "path")?.and_then(|p| p.into_type::<PyList>().ok()) {
        path.insert(t, 0, PyStr::from_fs_bytes(t, folder.as_bytes())?.into_object())?;
    }
    Ok(())
}
