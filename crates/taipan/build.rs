//! How the executable is linked.
//!
//! It exports CPython's C API: extension modules resolve their symbols against it. And it has a fixed address, as
//! Debian's CPython has: 50,000 addresses in tables of constants would have to be written at every start, into pages that
//! every process would then hold for itself.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!(
            "cargo:rustc-link-arg-bins=-Wl,--no-as-needed,-lm,--as-needed,--export-dynamic-symbol=Py*,--export-dynamic-symbol=_Py*,--export-dynamic-symbol=PY_TIMEOUT_MAX"
        );
        println!("cargo:rustc-link-arg-bins=-no-pie");
        // Full RELRO, which `.cargo/config.toml` does not ask rustc for.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,now");
        if let Some(order) = order_of_functions() {
            println!("cargo:rustc-link-arg-bins=-Wl,--symbol-ordering-file={order},--no-warn-symbol-ordering");
        }
    }
}

/// The file that says what order functions lie in, as a path: `cargo xtask profile` wrote it, for release builds by the
/// compiler that it is named by. Only LLD, that compiler's linker unless flags say otherwise, can follow it.
fn order_of_functions() -> Option<String> {
    println!("cargo:rerun-if-env-changed=TAIPAN_PROFILE");
    println!("cargo:rerun-if-changed=../../profile");
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let other_linker =
        std::env::var_os("RUSTC_LINKER").is_some() || flags.contains("fuse-ld") || flags.contains("linker");
    if other_linker || std::env::var("OPT_LEVEL").as_deref() != Ok("3") {
        return None;
    }
    let file = match std::env::var("TAIPAN_PROFILE") {
        Ok(mode) => PathBuf::from(mode.strip_prefix("use=")?).with_extension("order"),
        Err(_) => {
            let output = Command::new(std::env::var_os("RUSTC")?).arg("-V").output().ok()?.stdout;
            let output = String::from_utf8(output).ok()?;
            let version = output.strip_prefix("rustc ")?.split(' ').next()?;
            Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?).join(format!("../../profile/rustc-{version}.order"))
        }
    };
    file.canonicalize().ok()?.to_str().filter(|path| !path.contains(',')).map(str::to_owned)
}
