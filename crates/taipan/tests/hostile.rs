//! Runs the scripts under `tests/hostile`: whatever a program does ends in Python exceptions, not in a signal, an abort
//! or a hang. Some scripts can do much more than there is time for here; see their docstrings.

use std::path::PathBuf;
use std::process::Command;

fn run(script: &str, settings: &[(&str, &str)]) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "hostile", script].iter().collect();
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .arg(path)
        .envs(settings.iter().copied())
        .output()
        .expect("the interpreter starts");
    assert!(
        output.status.success(),
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn hostile_arguments_end_in_exceptions() {
    run("hostile.py", &[("HOSTILE_ROUNDS", "1"), ("HOSTILE_SECONDS", "2")]);
}

#[test]
fn deep_recursion_ends_in_exceptions() {
    run("deep.py", &[("DEEP_LIMIT", "20000")]);
}

#[test]
fn reentrant_databases_end_in_exceptions() {
    run("sqlite.py", &[]);
}

#[test]
fn hostile_uses_of_tls_end_in_exceptions() {
    run("tls.py", &[]);
}
