//! Developers' commands: `cargo xtask COMMAND`.

mod bytecode_diff;
mod conformance;
mod embed;
mod headers;
mod wheels;

fn main() {
    let mut args = std::env::args().skip(1);
    let result = match args.next().as_deref() {
        Some("bytecode-diff") => bytecode_diff::run(args.collect()),
        Some("conformance") => conformance::run(args.collect()),
        Some("embed") => embed::run(args.collect()),
        Some("headers") => headers::run(args.collect()),
        Some("wheels") => wheels::run(args.collect()),
        _ => Err("usage: cargo xtask COMMAND\n\n  bytecode-diff   compare our bytecode with CPython's\n  conformance     run CPython's tests\n  embed           put the shared library into an installation\n  headers         write the C headers\n  wheels          run compiled packages from PyPI"
            .to_owned()),
    };
    if let Err(message) = result {
        eprintln!("{message}");
        std::process::exit(2);
    }
}
