//! Names the shared library as programs that embed Python 3.14 look for it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpython3.14.so.1.0,--no-as-needed,-lm,--as-needed");
    }
}
