//! `cargo xtask embed PREFIX`: builds the shared library for programs that embed Python, and puts it into an installation
//! of Taipan, where `python3.14-config --embed` and `pkg-config python-3.14-embed` find it.

use std::path::Path;
use std::process::Command;

use crate::{succeed, target};

/// Runs the command.
pub fn run(args: Vec<String>) -> Result<(), String> {
    let [prefix] = &args[..] else { return Err("usage: cargo xtask embed PREFIX".to_owned()) };
    let folder = target().join("embed");
    succeed(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--package", "taipan-embed", "--target-dir"])
            .arg(&folder)
            // Code that a shared library may contain (`.cargo/rustc.sh`).
            .env("TAIPAN_RELOCATION", "pic"),
    )?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/embed/install.sh");
    succeed(Command::new("sh").arg(script).arg(folder.join("release/libpython3_14.so")).arg(prefix))
}
