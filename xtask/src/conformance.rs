//! `cargo xtask conformance`: CPython's own test suite, test by test against what CPython makes of it and the list of
//! failures in `tests/conformance`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The driver.
const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/conformance/run.py");

/// What `python3.14` says about its tests: their folder, and that of its compiled modules.
const ASK: &str =
    "import sysconfig, test; print(test.__path__[0]); print(sysconfig.get_config_var('DESTSHARED') or '')";

/// Options: `--test-package DIR` (the folder `test` of a CPython 3.14; otherwise that of the `python3.14` on the path; its
/// compiled test modules are expected in `../lib-dynload` or where that Python has them), `--dev` (the dev build instead
/// of the release), `--if-present` (says so and succeeds where there is no such folder), and what the driver takes
/// (`--quick`, `--modules`, `--jobs`, `--timeout`, `--logs`, `--out`).
pub fn run(args: Vec<String>) -> Result<(), String> {
    let (mut package, mut dev, mut if_present) = (None, false, false);
    let mut rest = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--test-package" => package = args.next().map(PathBuf::from),
            "--dev" => dev = true,
            "--if-present" => if_present = true,
            _ => rest.push(arg),
        }
    }
    let Some(tests) = tests(package) else {
        let message =
            "conformance: this machine has no CPython 3.14 with its tests (`python3.14` and its package `test`)";
        if if_present {
            println!("{message}: NOT CHECKED");
            return Ok(());
        }
        return Err(format!("{message}; --test-package DIR names them"));
    };
    let python = if dev { dev_build()? } else { release_build()? };
    let environment = std::env::temp_dir().join(format!("conformance-{}", std::process::id()));
    let python = virtual_environment(&environment, &python, &tests)
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

/// CPython's tests on this machine.
pub struct Tests {
    /// The folder `test`.
    pub package: PathBuf,
    /// The folder of compiled modules.
    modules: PathBuf,
}

/// The tests of a folder `test`, or of the `python3.14` on the path; none if they are not there.
pub fn tests(package: Option<PathBuf>) -> Option<Tests> {
    let tests = match package {
        Some(package) => Some(Tests { modules: package.join("../lib-dynload"), package }),
        None => installed_tests(),
    };
    tests.filter(|tests| tests.package.join("support").is_dir())
}

/// The tests of the `python3.14` on the path, if there is one that is CPython and has them.
fn installed_tests() -> Option<Tests> {
    let asked = Command::new("python3.14").args(["-c", ASK]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(asked.stdout).ok().filter(|_| asked.status.success())?;
    let (package, modules) = text.trim_end().split_once('\n')?;
    Some(Tests { package: PathBuf::from(package), modules: PathBuf::from(modules) })
}

/// A virtual environment in which CPython's compiled test modules are installed, also for the interpreters that tests
/// start. Gives its interpreter.
pub fn virtual_environment(folder: &Path, python: &Path, tests: &Tests) -> std::io::Result<PathBuf> {
    use std::os::unix::fs::symlink;
    let site = folder.join("lib/python3.14/site-packages");
    std::fs::create_dir_all(&site)?;
    std::fs::create_dir_all(folder.join("bin"))?;
    let home = python.parent().unwrap_or(python).display().to_string();
    std::fs::write(
        folder.join("pyvenv.cfg"),
        format!("home = {home}\ninclude-system-site-packages = false\nversion = 3.14.8\n"),
    )?;
    let executable = folder.join("bin").join("taipan");
    symlink(python, &executable)?;
    // Interpreters that ignore the environment import the tests' helpers too.
    symlink(std::path::absolute(&tests.package)?, site.join("test"))?;
    for entry in std::fs::read_dir(&tests.modules).into_iter().flatten() {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let of_tests = ["_test", "_ctypes_test", "_xx", "xx"].iter().any(|start| name.starts_with(start));
        if of_tests && name.ends_with(".so") {
            symlink(std::path::absolute(&path)?, site.join(name))?;
        }
    }
    Ok(executable)
}

/// Builds the release; its absolute path.
pub fn release_build() -> Result<PathBuf, String> {
    build(&["--release"], "release")
}

/// Builds what `cargo test` builds too.
pub fn dev_build() -> Result<PathBuf, String> {
    build(&[], "debug")
}

fn build(options: &[&str], folder: &str) -> Result<PathBuf, String> {
    crate::succeed(Command::new(env!("CARGO")).args(["build", "--package", "taipan"]).args(options))?;
    std::path::absolute(crate::target().join(folder).join("taipan")).map_err(|error| error.to_string())
}
