//! The command line and the environment, as `python3.14` understands them.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use taipan_interp::config::{Config, environment, environment_os, find_executable, read_pth};

/// Where the program comes from.
enum Input {
    /// `-c command`
    Command(OsString),
    /// `-m module`
    Module(OsString),
    /// A file, folder or zip file.
    File(OsString),
    /// Standard input: a program, or the prompt at a terminal.
    Stdin,
}

/// The process ends before a program runs.
pub struct Exit {
    pub message: String,
    pub to_stdout: bool,
    pub code: i32,
}

const HELP: &str = include_str!("help/help.txt");
const HELP_ENVIRONMENT: &str = include_str!("help/env.txt");
const HELP_X_OPTIONS: &str = include_str!("help/xoptions.txt");

fn wrong(program: &str, message: &str) -> Exit {
    Exit {
        message: format!(
            "{message}\nusage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n"
        ),
        to_stdout: false,
        code: 2,
    }
}

fn shown(message: String) -> Exit {
    Exit { message, to_stdout: true, code: 0 }
}

/// An error of CPython's start-up (`PyStatus`).
fn fatal(message: &str) -> Exit {
    Exit {
        message: format!("Fatal Python error: {message}\nPython runtime state: preinitialized\n\n"),
        to_stdout: false,
        code: 1,
    }
}

/// The rest of an argument after so many bytes.
fn tail(arg: &OsStr, start: usize) -> OsString {
    OsStr::from_bytes(arg.as_bytes().get(start..).unwrap_or_default()).to_os_string()
}

fn lossy(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

/// Parses the arguments, the first of which is the program's name.
pub fn parse(args: Vec<OsString>) -> Result<Config, Exit> {
    let orig_argv = args;
    let program = orig_argv.first().map_or_else(|| "taipan".to_string(), |arg| lossy(arg));
    let mut config = Config {
        check_hash_pycs_mode: "default".to_string(),
        use_frozen_modules: true,
        coerces_locale: true,
        ..Config::default()
    };
    config.closed_descriptors = taipan_runtime::descriptors::closed_at_start();
    let mut warn_options = Vec::new();
    let mut rest = orig_argv.iter().skip(1);
    let mut input = Input::Stdin;
    let mut argv = vec![OsString::new()];
    let mut version = 0;
    'arguments: while let Some(arg) = rest.next() {
        if arg == "-" {
            argv = vec!["-".into()];
            break;
        }
        if !arg.as_bytes().starts_with(b"-") {
            input = Input::File(arg.clone());
            argv = vec![arg.clone()];
            break;
        }
        if arg == "--" {
            if let Some(file) = rest.next() {
                input = Input::File(file.clone());
                argv = vec![file.clone()];
            }
            break;
        }
        if arg.as_bytes().starts_with(b"--") {
            let long = lossy(&tail(arg, 2));
            match long.as_str() {
                "help" => return Err(shown(HELP.replace("{program}", &program))),
                "help-env" => return Err(shown(HELP_ENVIRONMENT.to_string())),
                "help-xoptions" => return Err(shown(HELP_X_OPTIONS.to_string())),
                "help-all" => {
                    let text = HELP.replace("{program}", &program);
                    return Err(shown(format!("{text}\n{HELP_ENVIRONMENT}\n{HELP_X_OPTIONS}")));
                }
                "version" => {
                    version += 1;
                    continue;
                }
                "check-hash-based-pycs" => {
                    let Some(mode) = rest.next() else {
                        return Err(wrong(&program, "Argument expected for the --check-hash-based-pycs option"));
                    };
                    let mode = lossy(mode);
                    if !matches!(mode.as_str(), "always" | "never" | "default") {
                        return Err(wrong(
                            &program,
                            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'",
                        ));
                    }
                    config.check_hash_pycs_mode = mode;
                    continue;
                }
                _ => return Err(wrong(&program, &format!("Unknown option: {}", lossy(arg)))),
            }
        }
        let mut at = 1;
        while let Some(&byte) = arg.as_bytes().get(at) {
            at += 1;
            let letter = char::from(byte);
            match letter {
                'c' | 'm' | 'W' | 'X' => {
                    let inline = tail(arg, at);
                    at = arg.len();
                    let value = if inline.is_empty() { rest.next().cloned() } else { Some(inline) };
                    let Some(value) = value else {
                        return Err(wrong(&program, &format!("Argument expected for the -{letter} option")));
                    };
                    match letter {
                        'c' => {
                            input = Input::Command(value);
                            argv = vec!["-c".into()];
                            break 'arguments;
                        }
                        'm' => {
                            input = Input::Module(value);
                            argv = vec!["-m".into()];
                            break 'arguments;
                        }
                        'W' => warn_options.push(lossy(&value)),
                        _ => {
                            let value = lossy(&value);
                            let (name, value) = match value.split_once('=') {
                                Some((name, value)) => (name.to_string(), Some(value.to_string())),
                                None => (value, None),
                            };
                            config.x_options.push((name, value));
                        }
                    }
                }
                'b' => config.bytes_warning += 1,
                'B' => config.dont_write_bytecode = true,
                'd' => config.debug += 1,
                'E' => config.ignore_environment = true,
                'h' | '?' => return Err(shown(HELP.replace("{program}", &program))),
                'i' => {
                    config.inspect += 1;
                    config.interactive += 1;
                }
                'I' => {
                    config.isolated = true;
                    config.ignore_environment = true;
                    config.no_user_site = true;
                    config.safe_path = true;
                }
                'O' => config.optimize += 1,
                'P' => config.safe_path = true,
                'q' => config.quiet = true,
                'R' => config.random_hash = true,
                's' => config.no_user_site = true,
                'S' => config.no_site = true,
                'u' => config.unbuffered = true,
                'v' => config.verbose += 1,
                'V' => version += 1,
                'x' => config.skip_first_line = true,
                other => return Err(wrong(&program, &format!("Unknown option: -{other}"))),
            }
        }
    }
    if version > 0 {
        let long = format!("Python 3.14.8 (Taipan {}) [Rust]\n", env!("CARGO_PKG_VERSION"));
        return Err(shown(if version > 1 { long } else { "Python 3.14.8\n".to_string() }));
    }
    argv.extend(rest.cloned());
    match input {
        Input::Command(text) => config.run_command = Some(text),
        Input::Module(name) => config.run_module = Some(name),
        Input::File(path) => config.run_filename = Some(path),
        Input::Stdin => {}
    }
    config.program_name.clone_from(&program);
    config.executable = find_executable(&program);
    config.argv = argv;
    config.orig_argv = orig_argv;
    if let Some(pth) = read_pth(&config.executable) {
        // Nothing but the file decides where modules come from.
        config.isolated = true;
        config.ignore_environment = true;
        config.no_user_site = true;
        config.safe_path = true;
        config.no_site |= !pth.import_site;
        config.pth = Some(pth);
    }
    read_environment(&mut config)?;
    read_x_options(&mut config)?;
    set_warn_options(&mut config, warn_options);
    Ok(config)
}

/// A flag of the environment as CPython counts it: any text is 1, a number its value.
fn count(name: &str) -> i64 {
    environment(name).map_or(0, |value| value.parse::<i64>().ok().filter(|&n| n >= 0).unwrap_or(1))
}

fn read_environment(config: &mut Config) -> Result<(), Exit> {
    if config.ignore_environment {
        return Ok(());
    }
    config.debug = config.debug.max(count("PYTHONDEBUG").min(1));
    config.verbose = config.verbose.max(count("PYTHONVERBOSE"));
    config.optimize = config.optimize.max(count("PYTHONOPTIMIZE"));
    config.inspect = config.inspect.max(count("PYTHONINSPECT"));
    config.dont_write_bytecode |= count("PYTHONDONTWRITEBYTECODE") > 0;
    config.no_user_site |= count("PYTHONNOUSERSITE") > 0;
    config.unbuffered |= count("PYTHONUNBUFFERED") > 0;
    config.safe_path |= environment("PYTHONSAFEPATH").is_some();
    config.no_debug_ranges |= environment("PYTHONNODEBUGRANGES").is_some();
    // Whatever its value, empty ones too.
    config.disable_remote_debug |= std::env::var_os("PYTHON_DISABLE_REMOTE_DEBUG").is_some();
    config.dev_mode |= environment("PYTHONDEVMODE").is_some();
    config.warn_default_encoding |= environment("PYTHONWARNDEFAULTENCODING").is_some();
    config.import_time = count("PYTHONPROFILEIMPORTTIME");
    config.faulthandler |= environment("PYTHONFAULTHANDLER").is_some();
    config.home = environment("PYTHONHOME");
    config.python_path = environment_os("PYTHONPATH");
    if let Some(value) = environment("PYTHON_CPU_COUNT") {
        config.cpu_count = Some(cpu_count(&value)?);
    }
    if let Some(value) = environment("PYTHON_FROZEN_MODULES") {
        config.use_frozen_modules = match value.as_str() {
            "on" => true,
            "off" => false,
            _ => return Err(fatal("bad value for PYTHON_FROZEN_MODULES (expected \"on\" or \"off\")")),
        };
    }
    config.pycache_prefix = environment("PYTHONPYCACHEPREFIX");
    if let Some(value) = environment("PYTHONUTF8") {
        config.utf8_mode = match value.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            _ => return Err(fatal("init_utf8_mode: invalid PYTHONUTF8 environment variable value")),
        };
    }
    if let Some(value) = environment("PYTHONHASHSEED").filter(|v| v != "random") {
        match value.parse::<u32>() {
            Ok(seed) => config.hash_seed = Some(seed),
            Err(_) => {
                return Err(fatal(
                    "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
                ));
            }
        }
    }
    if let Some(value) = environment("PYTHONINTMAXSTRDIGITS") {
        config.int_max_str_digits = Some(digits(&value).ok_or_else(|| {
            fatal(
                "config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.",
            )
        })?);
    }
    if let Some(value) = environment("PYTHONTRACEMALLOC") {
        config.tracemalloc =
            value.parse().map_err(|_| fatal("config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames"))?;
    }
    if let Some(value) = environment("PYTHON_THREAD_INHERIT_CONTEXT") {
        config.thread_inherit_context = value == "1";
    }
    if let Some(value) = environment("PYTHON_CONTEXT_AWARE_WARNINGS") {
        config.context_aware_warnings = value == "1";
    }
    Ok(())
}

/// How many processors are said to be there; -1: as many as the system says.
fn cpu_count(text: &str) -> Result<i64, Exit> {
    match text.parse::<i64>() {
        Ok(n) if n >= 1 => Ok(n),
        _ if text == "default" => Ok(-1),
        _ => Err(fatal(
            "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
        )),
    }
}

fn digits(value: &str) -> Option<usize> {
    value.parse::<usize>().ok().filter(|&n| n == 0 || n >= 640)
}

fn read_x_options(config: &mut Config) -> Result<(), Exit> {
    for (name, value) in config.x_options.clone() {
        let text = value.as_deref();
        match name.as_str() {
            "dev" => config.dev_mode = true,
            "utf8" => {
                config.utf8_mode = match text {
                    None | Some("1") => Some(true),
                    Some("0") => Some(false),
                    Some(_) => return Err(fatal("init_utf8_mode: invalid -X utf8 option value")),
                };
            }
            "importtime" => {
                config.import_time = match text {
                    Some("2") => 2,
                    Some(n) if n.parse::<i64>().is_ok_and(|n| n != 1) => {
                        return Err(fatal(
                            "config_init_import_time: -X importtime: values other than 1 and 2 are reserved for future use.",
                        ));
                    }
                    _ => 1,
                };
            }
            "faulthandler" => config.faulthandler = true,
            "disable-remote-debug" => config.disable_remote_debug = true,
            "no_debug_ranges" => config.no_debug_ranges = true,
            "warn_default_encoding" => config.warn_default_encoding = true,
            "int_max_str_digits" => {
                config.int_max_str_digits = Some(text.and_then(digits).ok_or_else(|| {
                    fatal(
                        "config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.",
                    )
                })?);
            }
            "pycache_prefix" => config.pycache_prefix = value.clone().filter(|v| !v.is_empty()),
            "tracemalloc" => {
                config.tracemalloc = match text {
                    None => 1,
                    Some(frames) => frames.parse().map_err(|_| {
                        fatal("config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames")
                    })?,
                };
            }
            "cpu_count" => {
                config.cpu_count = Some(cpu_count(text.unwrap_or_default())?);
            }
            "frozen_modules" => {
                config.use_frozen_modules = match text {
                    None | Some("on" | "") => true,
                    Some("off") => false,
                    Some(_) => {
                        return Err(fatal("bad value for option -X frozen_modules (expected \"on\" or \"off\")"));
                    }
                };
            }
            "thread_inherit_context" => config.thread_inherit_context = text != Some("0"),
            "context_aware_warnings" => config.context_aware_warnings = text != Some("0"),
            "gil" => match text {
                Some("1") => {}
                Some("0") => return Err(fatal("config_read_gil: Disabling the GIL is not supported by this build")),
                _ => return Err(fatal("config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"")),
            },
            _ => {}
        }
    }
    if config.dev_mode {
        config.faulthandler = true;
    }
    Ok(())
}

/// `sys.warnoptions`: the development mode's filter, then the environment's, then `-W`, then `-b`'s.
fn set_warn_options(config: &mut Config, given: Vec<String>) {
    if config.dev_mode {
        config.warn_options.push("default".to_string());
    }
    if !config.ignore_environment
        && let Some(value) = environment("PYTHONWARNINGS")
    {
        config.warn_options.extend(value.split(',').map(str::to_string));
    }
    config.warn_options.extend(given);
    match config.bytes_warning {
        0 => {}
        1 => config.warn_options.push("default::BytesWarning".to_string()),
        _ => config.warn_options.push("error::BytesWarning".to_string()),
    }
}
