//! How the executable is linked.
//!
//! It exports CPython's C API: extension modules resolve their symbols against it. And it has a fixed address, as
//! Debian's CPython has: 50,000 addresses in tables of constants would have to be written at every start, into pages that
//! every process would then hold for itself.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!(
            "cargo:rustc-link-arg-bins=-Wl,--no-as-needed,-lm,--as-needed,--export-dynamic-symbol=Py*,--export-dynamic-symbol=_Py*,--export-dynamic-symbol=PY_TIMEOUT_MAX"
        );
        println!("cargo:rustc-link-arg-bins=-no-pie");
        // Full RELRO, which `.cargo/config.toml` does not ask rustc for.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,now");
    }
}
