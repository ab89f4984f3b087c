//! `cargo xtask conformance`: CPython's own test suite under the release build, test by test against a baseline.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Options: `--driver FILE` (conformance.py, with its baseline beside it), `--test-package DIR` (the folder `test` of a
/// CPython 3.14; its compiled test modules are expected in `../lib-dynload`), and what else the driver takes (`--modules`, `--jobs`, `--timeout`, `--logs`).
pub fn run(args: Vec<String>) -> Result<(), String> {
    let mut driver = None;
    let mut modules = None;
    let mut rest = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--driver" => driver = args.next().map(PathBuf::from),
            "--modules" => modules = args.next(),
            _ => rest.push(arg),
        }
    }
    let driver = driver.ok_or("--driver FILE is missing")?;
    let folder = driver.parent().unwrap_or(&driver).to_path_buf();
    let modules = match modules {
        Some(modules) => modules,
        None => {
            let list = folder.join("foundation.txt");
            let text = std::fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
            text.split_whitespace().collect::<Vec<_>>().join(",")
        }
    };
    let python = release_build()?;
    let environment = std::env::temp_dir().join(format!("conformance-{}", std::process::id()));
    let package = rest.iter().position(|arg| arg == "--test-package").and_then(|at| rest.get(at + 1));
    let python = virtual_environment(&environment, &python, package.map(Path::new))
        .map_err(|error| format!("{}: {error}", environment.display()))?;
    let result = std::env::temp_dir().join(format!("conformance-{}.tsv.gz", std::process::id()));
    call(
        Command::new("python3")
            .arg(&driver)
            .arg("--python")
            .arg(&python)
            .args(["--modules", &modules])
            .args(&rest)
            .arg("--out")
            .arg(&result),
    )?;
    let _ = std::fs::remove_dir_all(&environment);
    let baseline = folder.join("cpython-3.14.8.tsv.gz");
    call(
        Command::new("python3")
            .arg(&driver)
            .arg("--compare")
            .arg(&result)
            .arg("--baseline")
            .arg(&baseline)
            .args(["--modules", &modules]),
    )
}

/// A virtual environment in which CPython's compiled test modules are installed, also for the interpreters that tests
/// start. Gives its interpreter.
fn virtual_environment(folder: &Path, python: &Path, package: Option<&Path>) -> std::io::Result<PathBuf> {
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
    let package = package.and_then(|package| std::path::absolute(package).ok());
    // Interpreters that ignore the environment import the tests' helpers too.
    if let Some(package) = &package {
        symlink(package, site.join("test"))?;
    }
    let modules = package.and_then(|package| {
        let beside = package.parent()?.join("lib-dynload");
        std::fs::read_dir(beside).ok()
    });
    for entry in modules.into_iter().flatten() {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.ends_with(".so") && (name.starts_with("_test") || name.starts_with("xx")) {
            symlink(&path, site.join(name))?;
        }
    }
    Ok(executable)
}

/// Builds the release; its absolute path.
pub fn release_build() -> Result<PathBuf, String> {
    call(Command::new(env!("CARGO")).args(["build", "--release", "--package", "taipan"]))?;
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    std::path::absolute(PathBuf::from(target).join("release").join("taipan")).map_err(|error| error.to_string())
}

/// Runs a program to its end.
pub fn call(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    // The driver says by its exit code that tests differ; its report is the answer.
    if status.code().is_none() { Err(format!("{command:?}: {status}")) } else { Ok(()) }
}
