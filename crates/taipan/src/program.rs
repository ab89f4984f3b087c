//! The program's life: bringing the interpreter up, running what the settings name, and the end.

use crate::command_line::{self, Exit};
use crate::library_files;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use taipan_capi::pylifecycle::{self, Embedding};
use taipan_interp::config::Config;
use taipan_interp::{builtin_modules, config, finalize, interactive, library, run, state, subinterpreters};
use taipan_object::{PyInt, PyResult, PyStr, Raised, errors, name};
use taipan_runtime::Thread;

/// Tells the C API how an interpreter is started and a program run (`Py_InitializeFromConfig`, `Py_RunMain`).
pub fn register() {
    pylifecycle::set_embedding(Embedding { parse, start, run });
}

fn parse(args: Vec<OsString>) -> Result<Config, pylifecycle::Exit> {
    command_line::parse(args).map_err(|Exit { message, to_stdout, code }| pylifecycle::Exit {
        message,
        to_stdout,
        code,
    })
}

/// Brings an interpreter up, to which the calling thread is attached. `Err` gives the exit code of a process that cannot
/// go on; what went wrong has been written.
pub fn start(config: &Config) -> Result<(), i32> {
    if builtin_modules::table().is_empty() {
        builtin_modules::set_table(modules());
    }
    taipan_runtime::descriptors::close_again(&config.closed_descriptors);
    // What has been hashed before stays: an interpreter that begins anew keeps the key.
    static SECRET: std::sync::Once = std::sync::Once::new();
    SECRET.call_once(|| set_hash_secret(if config.random_hash { None } else { config.hash_seed }));
    let Ok(t) = taipan_interp::initialize() else {
        // SAFETY: the thread is attached once initialisation has begun.
        let t = unsafe { taipan_runtime::thread::current() };
        run::exit_code_of_exception(t);
        return Err(1);
    };
    taipan_capi::pyctype::init_globals(config);
    taipan_capi::objimpl::init_debug(!config.ignore_environment, config.dev_mode);
    if taipan_capi::init(t).is_err() {
        return Err(run::exit_code_of_exception(t));
    }
    boot(t, config).map_err(|_| run::exit_code_of_exception(t))
}

/// The native modules.
fn modules() -> Vec<&'static taipan_object::module::Builtin> {
    let mut modules = taipan_interp::modules::modules();
    modules.extend(taipan_std_core::modules());
    modules.extend(taipan_std_text::modules());
    modules.extend(taipan_std_data::modules());
    modules.extend(taipan_std_os::modules());
    modules.extend(taipan_std_io::modules());
    modules.extend(taipan_std_net::modules());
    modules.extend(taipan_std_concurrency::modules());
    modules.extend(taipan_std_math::modules());
    modules.extend(taipan_std_decimal::modules());
    modules.extend(taipan_std_binary::modules());
    modules.extend(taipan_std_compress::modules());
    modules.extend(taipan_std_xml::modules());
    modules.extend(taipan_std_curses::modules());
    modules.extend(taipan_std_system::modules());
    modules.extend(taipan_std_tkinter::modules());
    modules.extend(taipan_std_crypto::modules());
    modules.extend(taipan_std_ctypes::modules());
    modules.extend(taipan_std_sqlite::modules());
    modules.extend(taipan_std_ssl::modules());
    modules.extend(taipan_std_interpreters::modules());
    modules
}

/// Runs what the settings name; gives the exit code.
pub fn run(t: &Thread, config: &Config) -> i32 {
    let mut code = match execute(t, config) {
        Ok(()) => 0,
        Err(_) => report(t, config),
    };
    if wants_prompt(config) && !run::interrupted() {
        code = match interactive::run(t) {
            Ok(()) => 0,
            Err(_) => run::exit_code_of_exception(t),
        };
    }
    code
}

/// The whole life of the program that a command line names; gives the exit code.
pub fn program(config: &Config) -> i32 {
    let code = match start(config) {
        Ok(()) => {
            // SAFETY: `start` has attached the thread.
            let t = unsafe { taipan_runtime::thread::current() };
            run(t, config)
        }
        Err(code) => code,
    };
    let mut flushed = true;
    if !taipan_runtime::thread::current_ptr().is_null() {
        // SAFETY: the thread is attached.
        let t = unsafe { taipan_runtime::thread::current() };
        flushed = finalize::finalize_process(t);
        taipan_capi::finalize();
    }
    if run::interrupted() {
        die_of_interrupt();
    }
    if code == 0 && !flushed { 120 } else { code }
}

/// Ends the process by SIGINT, so that a shell sees what ended it.
fn die_of_interrupt() {
    taipan_interp::modules::signal::raise_default_interrupt();
}

/// Whether the program comes from standard input.
fn is_stdin(config: &Config) -> bool {
    config.run_command.is_none() && config.run_module.is_none() && config.run_filename.is_none()
}

/// Whether the prompt follows the program (`-i`, `PYTHONINSPECT`).
fn wants_prompt(config: &Config) -> bool {
    let prompted = config.interactive > 0 || std::io::stdin().is_terminal();
    config.inspect > 0 && !(is_stdin(config) && prompted)
}

/// Reports an uncaught exception.
fn report(t: &Thread, config: &Config) -> i32 {
    if let Some(text) = &config.run_command
        && let Some(text) = text.to_str()
    {
        run::register_source(t, &dedent(text));
    }
    run::exit_code_of_exception(t)
}

/// The key of `hash(str)`: random, or made from `PYTHONHASHSEED` as CPython does, so that hashes agree.
fn set_hash_secret(seed: Option<u32>) {
    let mut secret = [0u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut x = seed;
            for byte in &mut secret {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (x >> 16) as u8;
            }
        }
        None => {
            let fresh = std::hash::RandomState::new();
            for (i, half) in secret.chunks_exact_mut(8).enumerate() {
                half.copy_from_slice(&std::hash::BuildHasher::hash_one(&fresh, i).to_le_bytes());
            }
        }
    }
    let half = |range: std::ops::Range<usize>| u64::from_le_bytes(secret[range].try_into().unwrap_or_default());
    taipan_object::unicode::set_hash_secret(half(0..8), half(8..16));
}

/// Hands the embedded library to the interpreter.
fn install_library(folder: &str) {
    fn shown(m: taipan_stdlib::Module) -> library::Module {
        library::Module { name: m.name, path: m.path, is_package: m.is_package, code: m.code, source: m.source }
    }
    library::install(
        library::Library {
            find: |name| taipan_stdlib::find(name).map(shown),
            find_path: |path| taipan_stdlib::find_path(path).map(shown),
            read: taipan_stdlib::read,
            is_folder: taipan_stdlib::is_folder,
            names: || taipan_stdlib::modules().map(|m| m.name).collect(),
            code: taipan_stdlib::CODE,
        },
        folder.to_string(),
    );
}

/// Brings the interpreter up: settings, import system, standard streams, signals, `site`.
fn boot(t: &Thread, config: &Config) -> PyResult<()> {
    let library = config::library_folder(config);
    if library.is_own {
        library_files::materialise(&library.path);
    }
    install_library(&library.path);
    taipan_capi::frozen::init();
    config::apply(t, config)?;
    create_stdio(t, config)?;
    taipan_object::codecs::set_checked(t, config.dev_mode);
    taipan_interp::modules::signal::initialize(t, !config.no_signal_handlers)?;
    run::main_module(t)?;
    config::start(t, config)?;
    let config = config.clone();
    subinterpreters::set_boot(t, move |t| boot_beside(t, &config));
    Ok(())
}

/// Brings a subinterpreter up, with the settings of the main one.
fn boot_beside(t: &Thread, config: &Config) -> PyResult<()> {
    config::apply(t, config)?;
    create_stdio(t, config)?;
    taipan_object::codecs::set_checked(t, config.dev_mode);
    run::main_module(t)?;
    config::start_beside(t, config)
}

fn create_stdio(t: &Thread, config: &Config) -> PyResult<()> {
    let Some(sys) = state::state(t).sys.borrow().clone() else { return Ok(()) };
    let wanted = taipan_std_io::Stdio {
        unbuffered: config.unbuffered,
        encoding: config
            .stdio_encoding
            .clone()
            .or_else(|| if config.ignore_environment { None } else { config::environment("PYTHONIOENCODING") }),
    };
    taipan_std_io::create_stdio(t, &sys, &wanted)
}

fn execute(t: &Thread, config: &Config) -> PyResult<()> {
    let safe = config.safe_path;
    if let Some(text) = &config.run_command {
        if !safe {
            config::prepend_path(t, OsStr::new(""))?;
        }
        let decoded = PyStr::from_fs_bytes(t, text.as_bytes())?;
        let Ok(text) = String::from_utf8(decoded.to_wtf8()) else { return Err(undecodable_command(t, text)) };
        let text = text.as_str();
        let mut source = dedent(text);
        source.push('\n');
        return run::run_command(t, &source);
    }
    if let Some(module) = &config.run_module {
        if !safe {
            let here = std::env::current_dir().map(PathBuf::into_os_string).unwrap_or_default();
            config::prepend_path(t, &here)?;
        }
        return run::run_module(t, module, true);
    }
    if let Some(path) = &config.run_filename {
        if run::has_importer(t, path)? {
            let full = std::path::absolute(path).map_or_else(|_| path.clone(), PathBuf::into_os_string);
            config::prepend_path(t, &full)?;
            return run::run_module(t, OsStr::new("__main__"), false);
        }
        if !safe {
            let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
            config::prepend_path(t, full.parent().map(Path::as_os_str).unwrap_or_default())?;
        }
        return run_file(t, config, path);
    }
    if !safe {
        config::prepend_path(t, OsStr::new(""))?;
    }
    if config.closed_descriptors.contains(&0) {
        return Ok(());
    }
    if std::io::stdin().is_terminal() || config.interactive > 0 {
        if !config.quiet {
            eprintln!(
                "Python 3.14.8 (Taipan {}) [Rust] on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
                env!("CARGO_PKG_VERSION")
            );
        }
        return interactive::run(t);
    }
    let mut source = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut source) {
        return Err(errors::io_error(t, &error));
    }
    run::run_main(t, &source, OsStr::new("<stdin>"), false)
}

/// Takes the white space away that all lines of the text begin with; lines of white space become empty.
fn dedent(text: &str) -> String {
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let indent = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut common: Option<&str> = None;
    for line in text.split('\n').filter(|line| !blank(line)) {
        let own = line.get(..indent(line)).unwrap_or_default();
        common = Some(match common {
            None => own,
            Some(common) => {
                let same = common.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                common.get(..same).unwrap_or_default()
            }
        });
    }
    let Some(common) = common.filter(|c| !c.is_empty()) else { return text.to_string() };
    let lines: Vec<&str> =
        text.split('\n').map(|line| if blank(line) { "" } else { line.strip_prefix(common).unwrap_or(line) }).collect();
    lines.join("\n")
}

/// The text of `-c` cannot be decoded: says so, and ends the program.
fn undecodable_command(t: &Thread, text: &OsStr) -> Raised {
    eprintln!("Unable to decode the command from the command line:");
    let encoded =
        PyStr::from_fs_bytes(t, text.as_bytes()).and_then(|text| text.call_method(t, name!(t, "encode"), &[]));
    match encoded {
        Err(raised) => raised,
        Ok(_) => errors::bad_internal_call(t),
    }
}

fn run_file(t: &Thread, config: &Config, path: &OsStr) -> PyResult<()> {
    let failed = |code: i64| {
        PyInt::from_i64(t, code)
            .map(|code| errors::raise_value(t, taipan_object::exceptions_class!(SystemExit), &code))
            .unwrap_or_else(|raised| raised)
    };
    let program = config.executable.as_str();
    let file = std::path::Path::new(path);
    if file.is_dir() {
        eprintln!("{program}: '{}' is a directory, cannot continue", path.to_string_lossy());
        return Err(failed(1));
    }
    match std::fs::read(file) {
        Ok(mut source) => {
            if config.skip_first_line {
                let end = source.iter().position(|&b| b == b'\n').unwrap_or(source.len());
                // Line numbers stay as they are.
                source.drain(..end);
            }
            let shown = std::path::absolute(file).map_or_else(|_| path.to_os_string(), PathBuf::into_os_string);
            if file.extension().is_some_and(|e| e == "pyc") {
                return run::run_pyc(t, &source, &shown);
            }
            run::run_main(t, &source, &shown, true)
        }
        Err(error) => {
            let text = error.raw_os_error().map_or_else(|| error.to_string(), errors::strerror);
            let shown = std::path::absolute(file).unwrap_or_else(|_| file.into());
            let errno = error.raw_os_error().unwrap_or(0);
            eprintln!("{program}: can't open file '{}': [Errno {errno}] {text}", shown.display());
            Err(failed(2))
        }
    }
}
