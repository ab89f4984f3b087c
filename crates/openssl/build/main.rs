//! Builds OpenSSL with gcc, and the perl that Debian always has for its assembler.
//!
//! OpenSSL's own build needs a whole perl and make: perl configures it and expands templates of headers. Here the sources
//! come from the crate `openssl-src`, [`features`] is the configuration, [`generate`] writes the headers, and `cc`
//! compiles the files that `sources.txt` lists, with the assembler of [`asm`] where there is a perl to write it.

mod asm;
mod features;
mod generate;
mod oids;
mod params;
mod reasons;

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
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
    // The lints run this script once more than the build does; one of them compiles for both.
    let assembler = asm::usable();
    if !assembler {
        println!("cargo:warning=no perl for OpenSSL's assembler: TLS will work, more slowly");
    }
    let name = format!("taipan-openssl-{:016x}.a", fingerprint(assembler));
    let shared = folder.ancestors().nth(3).unwrap_or(&folder).join(name);
    let library = folder.join(format!("lib{LIBRARY}.a"));
    if shared.exists() {
        std::fs::copy(&shared, &library)?;
        println!("cargo:rustc-link-lib=static={LIBRARY}");
        println!("cargo:rustc-link-search=native={}", folder.display());
        return Ok(());
    }
    compile(&source, &out, assembler)?;
    // Under another name first: whoever finds the file finds all of it.
    let unfinished = shared.with_extension(std::process::id().to_string());
    std::fs::copy(&library, &unfinished)?;
    Ok(std::fs::rename(&unfinished, &shared)?)
}

/// The name of the library.
const LIBRARY: &str = "taipan_openssl";

/// A number for everything that the library depends on, but for the compiler.
fn fingerprint(assembler: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    let texts = [
        SOURCES,
        include_str!("main.rs"),
        include_str!("asm.rs"),
        include_str!("features.rs"),
        include_str!("generate.rs"),
        include_str!("oids.rs"),
        include_str!("params.rs"),
        openssl_src::version(),
    ];
    (texts, assembler).hash(&mut hasher);
    std::env::var("TARGET").unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

fn compile(source: &Path, out: &Path, assembler: bool) -> Result<()> {
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
            let file = folder.join(name);
            if !(assembler && asm::REPLACED.iter().any(|name| file.ends_with(name))) {
                build.file(file.with_extension("c"));
            }
        }
    }
    if assembler {
        for name in asm::MACROS {
            build.define(name, None);
        }
        build.files(asm::ADDED.iter().map(|name| source.join(name).with_extension("c")));
        build.files(asm::write(source, &out.join("asm"), build.get_compiler().path())?);
    }
    build.compile(LIBRARY);
    Ok(())
}
