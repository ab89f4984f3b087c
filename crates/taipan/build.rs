//! Exports CPython's C API from the executable: extension modules resolve their symbols against it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!(
            "cargo:rustc-link-arg-bins=-Wl,--no-as-needed,-lm,--as-needed,--export-dynamic-symbol=Py*,--export-dynamic-symbol=_Py*,--export-dynamic-symbol=PY_TIMEOUT_MAX"
        );
    }
}
