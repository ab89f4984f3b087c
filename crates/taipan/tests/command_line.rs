//! The command line: options, exit codes, and what goes to which stream.

use std::io::Write;
use std::process::{Command, Stdio};

struct Run {
    out: String,
    err: String,
    code: i32,
}

fn run_with(args: &[&str], input: &str, environment: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    let mut child = command.spawn().expect("the interpreter starts");
    // A program that ends without reading its input closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the interpreter ends");
    Run {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(-1),
    }
}

fn run(args: &[&str], input: &str) -> Run {
    run_with(args, input, &[])
}

#[test]
fn programs_come_from_everywhere() {
    assert_eq!(run(&["-c", "import sys; print(sys.argv)", "a", "-b"], "").out, "['-c', 'a', '-b']\n");
    assert_eq!(run(&[], "print(__name__)").out, "__main__\n");
    assert_eq!(run(&["-", "x"], "import sys; print(sys.argv)").out, "['-', 'x']\n");
    assert_eq!(run(&["-m", "this"], "").out.lines().next(), Some("The Zen of Python, by Tim Peters"));
    let prompt = run(&["-i", "-q"], "x = 20\nx + 1\nif x:\n    print('deep')\n\n1/0\n");
    assert!(prompt.out.contains("21") && prompt.out.contains("deep"), "{}", prompt.out);
    assert!(prompt.err.contains("ZeroDivisionError: division by zero"), "{}", prompt.err);
}

#[test]
fn folders_are_programs() {
    let folder = std::env::temp_dir().join(format!("taipan-folder-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(
        folder.join("__main__.py"),
        "import sys, helper; print(__name__, helper.VALUE, sys.path[0] == sys.argv[0])",
    )
    .expect("a file");
    std::fs::write(folder.join("helper.py"), "VALUE = 7").expect("a file");
    let result = run(&[&folder.to_string_lossy()], "");
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!(result.out, "__main__ 7 True\n", "{}", result.err);
}

#[test]
fn exit_codes() {
    for (source, code) in [
        ("pass", 0),
        ("raise SystemExit", 0),
        ("raise SystemExit(3)", 3),
        ("import sys; sys.exit('text')", 1),
        ("1/0", 1),
        ("import atexit, os; atexit.register(print, 'bye')", 0),
        ("def f(:", 1),
    ] {
        assert_eq!(run(&["-c", source], "").code, code, "{source}");
    }
    assert_eq!(run(&["-Z"], "").code, 2);
    assert_eq!(run(&["-c"], "").code, 2);
    assert_eq!(run(&["/nonexistent/file.py"], "").code, 2);
}

#[test]
fn errors_show_where() {
    let result = run(&["-c", "def f():\n    return 1/0\nf()"], "");
    assert_eq!(
        result.err,
        "Traceback (most recent call last):\n  File \"<string>\", line 3, in <module>\n    f()\n    ~^^\n  \
         File \"<string>\", line 2, in f\n    return 1/0\n           ~^~\nZeroDivisionError: division by zero\n"
    );
    assert!(run(&["-Z"], "").err.starts_with("Unknown option: -Z\nusage: "));
}

#[test]
fn options_reach_sys() {
    let flags =
        "import sys; f = sys.flags; print(f.optimize, f.no_site, f.isolated, f.safe_path, f.bytes_warning, f.dev_mode)";
    assert_eq!(run(&["-OO", "-S", "-b", "-c", flags], "").out, "2 1 0 False 1 False\n");
    assert_eq!(run(&["-I", "-X", "dev", "-c", flags], "").out, "0 0 1 True 0 True\n");
    let x =
        run(&["-X", "a", "-X", "b=c", "-W", "error", "-c", "import sys; print(sys._xoptions, sys.warnoptions)"], "");
    assert_eq!(x.out, "{'a': True, 'b': 'c'} ['error']\n");
    let debug = "import builtins; print(__debug__, vars(builtins)['__debug__'])";
    assert_eq!(run(&["-O", "-c", &format!("assert False; {debug}")], "").out, "False False\n");
    assert_eq!(run(&["-c", debug], "").out, "True True\n");
    assert_eq!(run(&["-V"], "").out, "Python 3.14.8\n");
    let help = run(&["--help"], "");
    assert!(
        help.out.starts_with("usage: ") && help.out.contains("-X opt : set implementation-specific option"),
        "{}",
        help.out
    );
}

#[test]
fn the_environment_counts() {
    let source = "import sys; print(hash('taipan'), sys.flags.optimize, sys.path[1])";
    let variables = [("PYTHONHASHSEED", "42"), ("PYTHONOPTIMIZE", "1"), ("PYTHONPATH", "/somewhere")];
    let first = run_with(&["-c", source], "", &variables);
    assert_eq!(first.out, run_with(&["-c", source], "", &variables).out);
    assert!(first.out.ends_with(" 1 /somewhere\n"), "{}", first.out);
    let ignored = run_with(&["-E", "-c", source], "", &variables);
    assert!(ignored.out.contains(" 0 ") && !ignored.out.contains("/somewhere"), "{}", ignored.out);
}

#[test]
fn streams_are_flushed_at_the_end() {
    let source = "import sys, atexit\natexit.register(lambda: print('late'))\nsys.stdout.write('no newline')";
    assert_eq!(run(&["-c", source], "").out, "no newlinelate\n");
    let thread = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.1), print('joined'))).start()";
    assert_eq!(run(&["-c", thread], "").out, "joined\n");
}
