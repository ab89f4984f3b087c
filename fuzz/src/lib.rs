//! What the targets for native modules have in common: an interpreter, and in it a program (`programs`) whose function
//! `check` is called with the fuzzer's bytes. It catches the exceptions that such bytes may cause; another one is a finding,
//! as a panic or a memory fault is.

use std::ffi::OsStr;
use std::sync::Once;
use taipan_interp::run;
use taipan_object::{PyBytes, PyResult, Thread, err};
use taipan_program::{command_line, program};

/// Starts the interpreter, in this thread.
fn start() {
    program::register();
    let arguments = ["taipan", "-I", "-S", "-X", "disable_remote_debug", "-c", "pass"];
    let Ok(config) = command_line::parse(arguments.map(Into::into).to_vec()) else {
        panic!("the command line is wrong");
    };
    assert!(program::start(&config).is_ok(), "the interpreter does not start");
}

/// The program's function with the bytes.
fn call(t: &Thread, data: &[u8]) -> PyResult {
    let Some(check) = run::main_module(t)?.get(t, "check")? else {
        return Err(err!(t, SystemError, "the program has no function check"));
    };
    check.call(t, &[&*PyBytes::new(t, data)?])
}

/// Calls the function `check` of a program, always of the same one, with some bytes.
pub fn check(source: &str, data: &[u8]) {
    static STARTED: Once = Once::new();
    let first = !STARTED.is_completed();
    STARTED.call_once(start);
    // SAFETY: the fuzzer has one thread; it started the interpreter, which never ends, and is attached to it.
    let t = unsafe { taipan_runtime::thread::current() };
    let ran = if first { run::run_main(t, source.as_bytes(), OsStr::new("<check>"), false) } else { Ok(()) };
    if ran.and_then(|()| call(t, data)).is_err() {
        run::exit_code_of_exception(t);
        panic!("an exception that the program does not expect");
    }
}
