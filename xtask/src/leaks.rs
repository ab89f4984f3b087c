//! `cargo xtask leaks`: CPython's own tests again and again in one process, and what is left after each run.
//!
//! Whatever a module's tests do must leave as many blocks of memory, objects of the collector, open files and threads as
//! there were before, once caches are cleared and garbage is collected. CPython looks for this with `regrtest -R 3:3`, which
//! needs a debug build for its count of references; here blocks are counted (`sys.getallocatedblocks`), which include those of
//! Rust's collections.

use crate::conformance;
use std::path::PathBuf;
use std::process::Command;

/// The driver.
const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/leaks/run.py");

/// Takes names of test modules (otherwise all) and options: `--test-package DIR`, `--dev` (as `conformance` has them),
/// `--python PATH` (that interpreter instead of a build), and what the driver takes (`--reference PYTHON`,
/// `--extensions DIR`, `--each`, `--match`, `--warmups`, `--runs`, `--jobs`, `--timeout`, `--logs`, `--out`;
/// `tests/leaks/run.py --help` tells more).
pub fn run(args: Vec<String>) -> Result<(), String> {
    let (mut package, mut python, mut dev) = (None, None, false);
    let mut rest = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--test-package" => package = args.next().map(PathBuf::from),
            "--python" => python = args.next().map(PathBuf::from),
            "--dev" => dev = true,
            _ => rest.push(arg),
        }
    }
    let tests = conformance::tests(package).ok_or(
        "leaks: this machine has no CPython 3.14 with its tests (`python3.14` and its package `test`); --test-package DIR \
         names them",
    )?;
    let python = match python {
        Some(path) => std::path::absolute(path).map_err(|error| error.to_string())?,
        None if dev => conformance::dev_build()?,
        None => conformance::release_build()?,
    };
    let environment = std::env::temp_dir().join(format!("leaks-{}", std::process::id()));
    let python = conformance::virtual_environment(&environment, &python, &tests)
        .map_err(|error| format!("{}: {error}", environment.display()))?;
    let result = crate::succeed(
        Command::new("python3")
            .arg(DRIVER)
            .arg("--python")
            .arg(&python)
            .arg("--test-package")
            .arg(&tests.package)
            .args(&rest),
    );
    let _ = std::fs::remove_dir_all(&environment);
    result
}
