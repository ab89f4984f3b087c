//! `taipan`: runs Python programs.

mod command_line;
mod library_files;

use command_line::{Input, Options};
use std::ffi::OsStr;
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use taipan_interp::{builtin_modules, config, finalize, interactive, library, run, state, subinterpreters};
use taipan_object::{PyInt, PyResult, PyStr, Raised, errors, name};
use taipan_runtime::Thread;
use taipan_runtime::resident::release_executable_pages;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Native stack of the thread that runs the program: as large as a main thread's by default.
const STACK: usize = 16 << 20;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("Fatal Python error: {info}");
    }));
    let options = match command_line::parse(std::env::args_os().collect()) {
        Ok(options) => options,
        Err(exit) => {
            if exit.to_stdout {
                print!("{}", exit.message);
            } else {
                eprint!("{}", exit.message);
            }
            std::process::exit(exit.code);
        }
    };
    // The thread of the program alone takes signals, and at once: a program that signals itself sees it before `kill`
    // returns.
    let mask = taipan_runtime::native_stack::block_signals();
    // The main thread's stack is limited by the environment; a thread of our own has a known size.
    let code = std::thread::Builder::new()
        .name("main".to_string())
        .stack_size(STACK)
        .spawn(move || -> i32 {
            taipan_runtime::native_stack::allow_signals(&mask);
            // The process ends here rather than in the first thread, which a forked child does not have.
            std::process::exit(program(&options))
        })
        .map(std::thread::JoinHandle::join);
    match code {
        Ok(Ok(code)) => std::process::exit(code),
        Ok(Err(_)) => std::process::abort(),
        Err(error) => {
            eprintln!("taipan: can't start: {error}");
            std::process::exit(1);
        }
    }
}

/// Runs the program that the command line names; gives the exit code.
fn program(options: &Options) -> i32 {
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
    modules.extend(taipan_std_crypto::modules());
    modules.extend(taipan_std_ctypes::modules());
    modules.extend(taipan_std_sqlite::modules());
    modules.extend(taipan_std_ssl::modules());
    modules.extend(taipan_std_interpreters::modules());
    builtin_modules::set_table(modules);
    taipan_runtime::descriptors::close_again(&options.config.closed_descriptors);
    set_hash_secret(if options.config.random_hash { None } else { options.config.hash_seed });
    let Ok(t) = taipan_interp::initialize() else {
        // SAFETY: the thread is attached once initialisation has begun.
        let t = unsafe { taipan_runtime::thread::current() };
        run::exit_code_of_exception(t);
        return 1;
    };
    if taipan_capi::init(t).is_err() {
        return run::exit_code_of_exception(t);
    }
    release_executable_pages();
    let mut code = match boot(t, options) {
        Ok(()) => match execute(t, options) {
            Ok(()) => 0,
            Err(_) => report(t, options),
        },
        Err(_) => run::exit_code_of_exception(t),
    };
    if wants_prompt(options) && code != INTERRUPTED {
        code = match interactive::run(t) {
            Ok(()) => 0,
            Err(_) => run::exit_code_of_exception(t),
        };
    }
    let flushed = finalize::finalize(t);
    taipan_capi::finalize();
    if code == INTERRUPTED {
        die_of_interrupt();
    }
    if code == 0 && !flushed { 120 } else { code }
}

/// What [`run::exit_code_of_exception`] says of an uncaught `KeyboardInterrupt`.
const INTERRUPTED: i32 = 130;

/// Ends the process by SIGINT, so that a shell sees what ended it.
fn die_of_interrupt() {
    taipan_interp::modules::signal::raise_default_interrupt();
}

/// Whether the prompt follows the program (`-i`, `PYTHONINSPECT`).
fn wants_prompt(options: &Options) -> bool {
    let prompted = options.config.interactive > 0 || std::io::stdin().is_terminal();
    options.config.inspect > 0 && !(matches!(options.input, Input::Stdin) && prompted)
}

/// Reports an uncaught exception.
fn report(t: &Thread, options: &Options) -> i32 {
    if let Input::Command(text) = &options.input
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
        },
        folder.to_string(),
    );
}

/// Brings the interpreter up: settings, import system, standard streams, signals, `site`.
fn boot(t: &Thread, options: &Options) -> PyResult<()> {
    let config = &options.config;
    let library = config::library_folder(config);
    if library.is_own {
        library_files::materialise(&library.path);
    }
    install_library(&library.path);
    config::apply(t, config)?;
    release_executable_pages();
    create_stdio(t, config)?;
    taipan_interp::modules::signal::initialize(t, true)?;
    run::main_module(t)?;
    config::start(t, config)?;
    release_executable_pages();
    let config = config.clone();
    subinterpreters::set_boot(t, move |t| boot_beside(t, &config));
    Ok(())
}

/// Brings a subinterpreter up, with the settings of the main one.
fn boot_beside(t: &Thread, config: &config::Config) -> PyResult<()> {
    config::apply(t, config)?;
    create_stdio(t, config)?;
    run::main_module(t)?;
    config::start_beside(t, config)
}

fn create_stdio(t: &Thread, config: &config::Config) -> PyResult<()> {
    let Some(sys) = state::state(t).sys.borrow().clone() else { return Ok(()) };
    let wanted = taipan_std_io::Stdio {
        unbuffered: config.unbuffered,
        encoding: if config.ignore_environment { None } else { config::environment("PYTHONIOENCODING") },
    };
    taipan_std_io::create_stdio(t, &sys, &wanted)
}

fn execute(t: &Thread, options: &Options) -> PyResult<()> {
    let safe = options.config.safe_path;
    match &options.input {
        Input::Command(text) => {
            if !safe {
                config::prepend_path(t, OsStr::new(""))?;
            }
            let Some(text) = text.to_str() else { return Err(undecodable_command(t, text)) };
            let mut source = dedent(text);
            source.push('\n');
            run::run_command(t, &source)
        }
        Input::Module(module) => {
            if !safe {
                let here = std::env::current_dir().map(PathBuf::into_os_string).unwrap_or_default();
                config::prepend_path(t, &here)?;
            }
            run::run_module(t, module, true)
        }
        Input::File(path) => {
            if run::has_importer(t, path)? {
                let full = std::path::absolute(path).map_or_else(|_| path.clone(), PathBuf::into_os_string);
                config::prepend_path(t, &full)?;
                return run::run_module(t, OsStr::new("__main__"), false);
            }
            if !safe {
                let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
                config::prepend_path(t, full.parent().map(Path::as_os_str).unwrap_or_default())?;
            }
            run_file(t, options, path)
        }
        Input::Stdin => {
            if !safe {
                config::prepend_path(t, OsStr::new(""))?;
            }
            if options.config.closed_descriptors.contains(&0) {
                return Ok(());
            }
            if std::io::stdin().is_terminal() || options.config.interactive > 0 {
                if !options.config.quiet {
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
    }
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

/// The text of `-c` is no UTF-8: says so, and ends the program.
fn undecodable_command(t: &Thread, text: &OsStr) -> Raised {
    eprintln!("Unable to decode the command from the command line:");
    let encoded =
        PyStr::from_fs_bytes(t, text.as_bytes()).and_then(|text| text.call_method(t, name!(t, "encode"), &[]));
    match encoded {
        Err(raised) => raised,
        Ok(_) => errors::bad_internal_call(t),
    }
}

fn run_file(t: &Thread, options: &Options, path: &OsStr) -> PyResult<()> {
    let failed = |code: i64| {
        PyInt::from_i64(t, code)
            .map(|code| errors::raise_value(t, taipan_object::exceptions_class!(SystemExit), &code))
            .unwrap_or_else(|raised| raised)
    };
    let program = options.config.executable.as_str();
    let file = std::path::Path::new(path);
    if file.is_dir() {
        eprintln!("{program}: '{}' is a directory, cannot continue", path.to_string_lossy());
        return Err(failed(1));
    }
    match std::fs::read(file) {
        Ok(mut source) => {
            if options.config.skip_first_line {
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
