//! Developers' commands: `cargo xtask COMMAND`.

mod bench;
mod bytecode_diff;
mod conformance;
mod dist;
mod embed;
mod headers;
mod leaks;
mod order;
mod profile;
mod wheels;

fn main() {
    let mut args = std::env::args().skip(1);
    let result = match args.next().as_deref() {
        Some("bench") => bench::run(args.collect()),
        Some("bytecode-diff") => bytecode_diff::run(args.collect()),
        Some("conformance") => conformance::run(args.collect()),
        Some("dist") => dist::run(args.collect()),
        Some("embed") => embed::run(args.collect()),
        Some("headers") => headers::run(args.collect()),
        Some("leaks") => leaks::run(args.collect()),
        Some("order") => order::run(args.collect()),
        Some("profile") => profile::run(args.collect()),
        Some("wheels") => wheels::run(args.collect()),
        _ => Err("usage: cargo xtask COMMAND\n\n  bench           compare the speed of whole programs\n  bytecode-diff   compare our bytecode with CPython's\n  conformance     run CPython's tests\n  dist            build with counts of this very source\n  embed           put the shared library into an installation\n  headers         write the C headers\n  leaks           run CPython's tests repeatedly and count what is left\n  order           lay out what a start executes side by side\n  profile         count anew what guides release builds\n  wheels          run compiled packages from PyPI"
            .to_owned()),
    };
    if let Err(message) = result {
        eprintln!("{message}");
        std::process::exit(2);
    }
}

/// The folder that Cargo builds in.
fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into)
}

/// Runs a command and waits; an error names the command that failed.
fn succeed(command: &mut std::process::Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
