//! The command line, as `python3.14` understands it.

use std::ffi::OsString;

/// Where the program comes from.
pub enum Input {
    /// `-c command`
    Command(String),
    /// A file.
    File(String),
    /// Standard input.
    Stdin,
}

/// What was asked for.
pub struct Options {
    pub input: Input,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// `sys.orig_argv`
    pub orig_argv: Vec<String>,
    /// `-O` and `-OO`
    pub optimize: i32,
    /// `-u`
    pub unbuffered: bool,
}

/// The process ends before a program runs.
pub struct Exit {
    pub message: String,
    pub to_stdout: bool,
    pub code: i32,
}

fn usage(program: &str) -> String {
    format!("usage: {program} [option] ... [-c cmd | file | -] [arg] ...\nTry `{program} -h' for more information.\n")
}

fn help(program: &str) -> String {
    format!(
        "usage: {program} [option] ... [-c cmd | file | -] [arg] ...\n\
         Options:\n\
         -c cmd : program passed in as string (terminates option list)\n\
         -h     : print this help message and exit (also -? or --help)\n\
         -O     : remove assert and __debug__-dependent statements\n\
         -OO    : do -O changes and also discard docstrings\n\
         -u     : force the stdout and stderr streams to be unbuffered\n\
         -V     : print the Python version number and exit (also --version)\n\
         file   : program read from script file\n\
         -      : program read from stdin (default)\n\
         arg ...: arguments passed to program in sys.argv[1:]\n"
    )
}

/// Parses the arguments, the first of which is the program's name.
pub fn parse(args: Vec<OsString>) -> Result<Options, Exit> {
    let orig_argv: Vec<String> = args.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    let program = orig_argv.first().cloned().unwrap_or_else(|| "taipan".to_string());
    let mut optimize = 0;
    let mut unbuffered = false;
    let mut rest = orig_argv.iter().skip(1);
    let mut input = Input::Stdin;
    let mut argv = vec![String::new()];
    while let Some(arg) = rest.next() {
        if arg == "-" {
            argv = vec!["-".to_string()];
            break;
        }
        if !arg.starts_with('-') {
            input = Input::File(arg.clone());
            argv = vec![arg.clone()];
            break;
        }
        match arg.as_str() {
            "--help" => return Err(Exit { message: help(&program), to_stdout: true, code: 0 }),
            "--version" => return Err(Exit { message: "Python 3.14.8\n".to_string(), to_stdout: true, code: 0 }),
            _ => {}
        }
        let mut letters = arg[1..].chars();
        while let Some(letter) = letters.next() {
            match letter {
                'c' => {
                    let inline: String = letters.by_ref().collect();
                    let command = if inline.is_empty() { rest.next().cloned() } else { Some(inline) };
                    let Some(command) = command else {
                        return Err(Exit {
                            message: format!("Argument expected for the -c option\n{}", usage(&program)),
                            to_stdout: false,
                            code: 2,
                        });
                    };
                    input = Input::Command(command);
                    argv = vec!["-c".to_string()];
                }
                'u' => unbuffered = true,
                'O' => optimize = (optimize + 1).min(2),
                'h' | '?' => return Err(Exit { message: help(&program), to_stdout: true, code: 0 }),
                'V' => return Err(Exit { message: "Python 3.14.8\n".to_string(), to_stdout: true, code: 0 }),
                other => {
                    return Err(Exit {
                        message: format!("Unknown option: -{other}\n{}", usage(&program)),
                        to_stdout: false,
                        code: 2,
                    });
                }
            }
        }
        if matches!(input, Input::Command(_)) {
            break;
        }
    }
    argv.extend(rest.cloned());
    Ok(Options { input, argv, orig_argv, optimize, unbuffered })
}
