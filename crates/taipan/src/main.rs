//! `taipan`: runs Python programs.

mod command_line;

use command_line::{Input, Options};
use std::io::Read;
use taipan_interp::{boot, builtin_modules, import, library, run, state};
use taipan_object::{Owned, PyList, PyResult, PyStr, errors};
use taipan_runtime::Thread;

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
    // The main thread's stack is limited by the environment; a thread of our own has a known size.
    let code = std::thread::Builder::new()
        .name("main".to_string())
        .stack_size(STACK)
        .spawn(move || -> i32 {
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
    modules.extend(taipan_std_binary::modules());
    modules.extend(taipan_std_crypto::modules());
    builtin_modules::set_table(modules);
    let Ok(t) = taipan_interp::initialize() else {
        // SAFETY: the thread is attached once initialisation has begun.
        let t = unsafe { taipan_runtime::thread::current() };
        run::exit_code_of_exception(t);
        return 1;
    };
    let code = match execute(t, options) {
        Ok(()) => 0,
        Err(_) => run::exit_code_of_exception(t),
    };
    let flushed = run::finalize(t);
    if code == 0 && !flushed { 120 } else { code }
}

/// The folder above the executable's, under which the library's files are shown.
fn prefix() -> String {
    let executable = std::env::current_exe().ok();
    let folder = executable.as_deref().and_then(std::path::Path::parent);
    let above = folder.and_then(std::path::Path::parent);
    above.map_or_else(|| "/usr".to_string(), |p| p.to_string_lossy().into_owned())
}

/// Hands the embedded library to the interpreter; gives the folder in which its files are shown.
fn install_library(prefix: &str) -> String {
    fn shown(m: taipan_stdlib::Module) -> library::Module {
        library::Module { name: m.name, path: m.path, is_package: m.is_package, code: m.code, source: m.source }
    }
    let folder = format!("{}/lib/python3.14", prefix.trim_end_matches('/'));
    library::install(
        library::Library {
            find: |name| taipan_stdlib::find(name).map(shown),
            find_path: |path| taipan_stdlib::find_path(path).map(shown),
            is_folder: taipan_stdlib::is_folder,
            names: || taipan_stdlib::modules().map(|m| m.name).collect(),
        },
        folder.clone(),
    );
    folder
}

/// A variable of the environment that is set and not empty.
fn environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

fn execute(t: &Thread, options: &Options) -> PyResult<()> {
    state::state(t).optimize.set(options.optimize);
    let sys = state::state(t).sys.borrow().clone();
    if let Some(sys) = sys {
        sys.set(t, "argv", &*import::string_list(t, &options.argv)?)?;
        sys.set(t, "orig_argv", &*import::string_list(t, &options.orig_argv)?)?;
        let executable = std::env::current_exe().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        sys.set(t, "executable", &*PyStr::from_fs_bytes(t, executable.as_bytes())?)?;
        let first = match &options.input {
            Input::File(path) => {
                let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
                full.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let prefix = prefix();
        let folder = install_library(&prefix);
        for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
            sys.set(t, name, &*PyStr::from_fs_bytes(t, prefix.as_bytes())?)?;
        }
        sys.set(t, "_stdlib_dir", &*PyStr::from_fs_bytes(t, folder.as_bytes())?)?;
        let zip = format!("{prefix}/lib/python314.zip");
        let dynload = format!("{folder}/lib-dynload");
        let mut paths = Vec::new();
        if let Some(given) = std::env::var_os("PYTHONPATH") {
            paths.extend(std::env::split_paths(&given).map(|p| p.to_string_lossy().into_owned()));
        }
        paths.extend([zip, folder, dynload]);
        let path: Owned<PyList> = import::string_list(t, &paths)?;
        sys.set(t, "path", &path)?;
        boot::install_importlib(t)?;
        let wanted = taipan_std_io::Stdio {
            unbuffered: options.unbuffered || environment("PYTHONUNBUFFERED").is_some(),
            encoding: environment("PYTHONIOENCODING"),
        };
        taipan_std_io::create_stdio(t, &sys, &wanted)?;
        // The program's own folder comes first, once the interpreter stands.
        path.insert(t, 0, PyStr::from_fs_bytes(t, first.as_bytes())?.into_object())?;
    }
    match &options.input {
        Input::Command(text) => {
            let mut source = text.clone();
            source.push('\n');
            run::run_main(t, source.as_bytes(), "<string>", false)
        }
        Input::File(path) => match std::fs::read(path) {
            Ok(source) => run::run_main(t, &source, path, true),
            Err(error) => {
                let shown = error.raw_os_error().map_or_else(|| error.to_string(), errors::strerror);
                eprintln!(
                    "{}: can't open file '{}': [Errno {}] {shown}",
                    options.orig_argv.first().map_or("taipan", String::as_str),
                    std::path::absolute(path).unwrap_or_else(|_| path.into()).display(),
                    error.raw_os_error().unwrap_or(0)
                );
                Err(errors::raise_value(
                    t,
                    taipan_object::exceptions_class!(SystemExit),
                    &*taipan_object::PyInt::from_i64(t, 2)?,
                ))
            }
        },
        Input::Stdin => {
            let mut source = Vec::new();
            if let Err(error) = std::io::stdin().lock().read_to_end(&mut source) {
                return Err(errors::io_error(t, &error));
            }
            run::run_main(t, &source, "<stdin>", false)
        }
    }
}
