//! Builds OpenSSL with gcc alone.
//!
//! OpenSSL's own build needs perl and make: perl configures it and expands templates of headers. Here the sources come
//! from the crate `openssl-src`, [`features`] is the configuration, [`generate`] writes the headers, and `cc` compiles
//! the files that `sources.txt` lists. Assembler, which is the output of perl scripts too, is left out.

mod features;
mod generate;
mod oids;
mod params;
mod reasons;

use std::error::Error;
use std::path::{Path, PathBuf};

/// What can go wrong while building.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Files to compile: lines `folder: name name ...`, each name a file without its extension; `+folder` stands for files
/// that [`generate`] writes.
const SOURCES: &str = include_str!("sources.txt");

/// Where headers are.
const FOLDERS: [&str; 5] =
    ["include", "crypto", "providers/common/include", "providers/implementations/include", "providers/fips/include"];

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=build");
    let source = openssl_src::source_dir();
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let out = folder.join("openssl");
    generate::write_all(&source, &out)?;
    std::fs::write(folder.join("reasons.rs"), reasons::tables(&source, &out)?)?;
    compile(&source, &out);
    Ok(())
}

fn compile(source: &Path, out: &Path) {
    let mut build = cc::Build::new();
    for root in [out, source] {
        build.include(root);
        for folder in FOLDERS {
            build.include(root.join(folder));
        }
    }
    build
        .warnings(false)
        .opt_level(2)
        .debug(false)
        .force_frame_pointer(false)
        .pic(true)
        .flag("-pthread")
        // Its symbols are for this executable alone: extension modules bring an OpenSSL of their own.
        .flag("-fvisibility=hidden")
        .flag_if_supported("-Wno-deprecated-declarations")
        .define("OPENSSL_BUILDING_OPENSSL", None)
        .define("OPENSSL_PIC", None)
        .define("L_ENDIAN", None)
        .define("NDEBUG", None)
        // Where Debian and its kin keep certificates and `openssl.cnf`.
        .define("OPENSSLDIR", "\"/usr/lib/ssl\"")
        .define("ENGINESDIR", "\"/usr/lib/ssl/engines-3\"")
        .define("MODULESDIR", "\"/usr/lib/ssl/ossl-modules\"");
    for line in SOURCES.lines().filter(|line| !line.starts_with('#')) {
        let Some((folder, names)) = line.split_once(':') else { continue };
        let folder = match folder.strip_prefix('+') {
            Some(folder) => out.join(folder),
            None => source.join(folder),
        };
        for name in names.split_whitespace() {
            build.file(folder.join(format!("{name}.c")));
        }
    }
    build.compile("taipan_openssl");
}
