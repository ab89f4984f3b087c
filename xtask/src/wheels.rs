//! `cargo xtask wheels`: compiled packages from PyPI under the release build, and under a CPython to compare with.

use std::path::PathBuf;
use std::process::Command;

/// `COMMAND WORK ...` as `tests/wheels/run.py` takes them; commands that run programs run them with the release build
/// unless `--python` names another interpreter.
pub fn run(args: Vec<String>) -> Result<(), String> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/wheels/run.py");
    let mut command = Command::new("python3");
    command.arg(script).args(&args);
    let runs = args.first().is_some_and(|name| matches!(name.as_str(), "import" | "smoke" | "test" | "build"));
    if runs && !args.iter().any(|arg| arg == "--python") {
        command.arg("--python").arg(crate::conformance::release_build()?);
    }
    crate::succeed(&mut command)
}
