//! Developers' commands: `cargo xtask COMMAND`.

fn main() {
    eprintln!("usage: cargo xtask COMMAND");
    std::process::exit(2);
}
