//! Compiles the library's Python modules and packs source, bytecode and data files into files with an index; so too what
//! else an installation has (`prefix/`): C headers and what tells tools about them.
//!
//! The modules come from the package `rustpython-pylib`, which carries CPython's library; what it changed for its own
//! interpreter, or lacks, is replaced by the files in `overlay/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

include!("mend.rs");

/// What every start imports. Their bytecode stands together, so that a start touches few pages of the executable.
const STARTUP: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "zipimport",
    "_taipan_library",
    "abc",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "io",
    "stat",
    "_collections_abc",
    "genericpath",
    "posixpath",
    "os",
    "_sitebuiltins",
    "site",
];

/// Collects the files under a folder by their path in the library.
fn collect(root: &Path, at: &Path, out: &mut BTreeMap<String, PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(at)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, out)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            out.insert(relative.to_string_lossy().replace('\\', "/"), path);
        }
    }
    Ok(())
}

struct Compiled {
    path: String,
    source: Vec<u8>,
    code: Vec<u8>,
}

fn compile(path: &str, source: &[u8]) -> Result<Vec<u8>, String> {
    let names = |name: &str| -> Option<char> {
        match taipan_text::unicode::names::lookup(name, true) {
            Some(taipan_text::unicode::names::Named::Char(c)) => char::from_u32(c),
            _ => None,
        }
    };
    let parsing = taipan_parser::Options {
        unicode_names: Some(&names),
        stack_budget: 16 << 20,
        ..taipan_parser::Options::default()
    };
    let options = taipan_compiler::Options { stack: 16 << 20, ..taipan_compiler::Options::default() };
    let compiled = taipan_compiler::compile(
        taipan_parser::Source::Bytes(source),
        path.as_bytes(),
        taipan_parser::Mode::Exec,
        &options,
        &parsing,
    );
    let code = compiled.result.map_err(|error| format!("{path}: {error:?}"))?;
    Ok(taipan_bytecode::library::write(&code))
}

/// The contents of files one behind the other; where each is goes into the index.
fn pack(
    name: &str,
    files: &[(String, PathBuf)],
    index: &mut String,
    fingerprint: &mut DefaultHasher,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut packed = Vec::new();
    writeln!(index, "static {name}: &[(&str, (usize, usize))] = &[")?;
    for (path, file) in files {
        let content = std::fs::read(file)?;
        (path, &content).hash(fingerprint);
        writeln!(index, "({path:?}, ({}, {})),", packed.len(), content.len())?;
        packed.extend_from_slice(&content);
    }
    index.push_str("];\n\n");
    Ok(packed)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=mend.rs");
    println!("cargo:rerun-if-changed=mends");
    println!("cargo:rerun-if-changed=overlay");
    println!("cargo:rerun-if-changed=prefix");
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let overlay = here.join("overlay");
    let mends = read_mends(&here.join("mends"))?;
    let library = Path::new(rustpython_pylib::LIB_PATH);
    let mut files = BTreeMap::new();
    collect(library, library, &mut files)?;
    // Scaffolding of RustPython's own.
    for name in ["_dummy_os.py", "_dummy_thread.py", "dummy_threading.py", "_pycodecs.py"] {
        files.remove(name);
    }
    for name in ["PSF-LICENSE", "README.md"] {
        files.remove(name);
    }
    files.retain(|path, _| !path.starts_with("idlelib/idle_test/") && !path.starts_with("venv/scripts/nt/"));
    collect(&overlay, &overlay, &mut files)?;
    let (files, data): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.ends_with(".py"));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Compiled>> = Mutex::new(Vec::new());
    let failed: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((path, file)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = std::fs::read(file).map_err(|e| format!("{path}: {e}")).and_then(|source| {
                let source = if file.starts_with(library) { mend(path, source, &mends)? } else { source };
                let code = compile(path, &source)?;
                Ok(Compiled { path: path.clone(), source, code })
            });
            match result {
                Ok(one) => done.lock().unwrap_or_else(PoisonError::into_inner).push(one),
                Err(error) => failed.lock().unwrap_or_else(PoisonError::into_inner).push(error),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    let started: std::io::Result<()> = std::thread::scope(|scope| {
        for _ in 0..threads {
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work)?;
        }
        Ok(())
    });
    started?;
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().next() {
        return Err(error.into());
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // The index is searched by module name.
    let mut rows: Vec<(String, bool, Arc<Compiled>)> = done
        .drain(..)
        .map(|one| {
            let stem = one.path.trim_end_matches(".py");
            let package = stem == "__init__" || stem.ends_with("/__init__");
            let name = stem.trim_end_matches("/__init__").replace('/', ".");
            (name, package, Arc::new(one))
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let mut codes = Vec::new();
    let mut code_at = BTreeMap::new();
    let rank = |name: &str| STARTUP.iter().position(|n| *n == name).unwrap_or(STARTUP.len());
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&i| rank(&rows[i].0));
    for i in order {
        code_at.insert(i, codes.len());
        codes.extend_from_slice(&rows[i].2.code);
    }
    let mut fingerprint = DefaultHasher::new();
    let mut sources = Vec::new();
    let mut index = String::from("static INDEX: &[Row] = &[\n");
    for (i, (name, package, one)) in rows.iter().enumerate() {
        (&one.path, &one.source).hash(&mut fingerprint);
        writeln!(
            index,
            "Row {{ name: {name:?}, path: {:?}, is_package: {package}, code: ({}, {}), source: ({}, {}) }},",
            one.path,
            code_at[&i],
            one.code.len(),
            sources.len(),
            one.source.len()
        )?;
        sources.extend_from_slice(&one.source);
    }
    index.push_str("];\n\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let packed = pack("DATA_INDEX", &data, &mut index, &mut fingerprint)?;
    std::fs::write(out.join("library.data"), packed)?;
    let prefix = here.join("prefix");
    let mut installed = BTreeMap::new();
    collect(&prefix, &prefix, &mut installed)?;
    let packed = pack("PREFIX_INDEX", &installed.into_iter().collect::<Vec<_>>(), &mut index, &mut fingerprint)?;
    std::fs::write(out.join("library.prefix"), packed)?;
    writeln!(index, "/// Changes with every file of the library.")?;
    writeln!(index, "pub const FINGERPRINT: &str = \"{:016x}\";", fingerprint.finish())?;
    std::fs::write(out.join("library.code"), codes)?;
    std::fs::write(out.join("library.source"), sources)?;
    std::fs::write(out.join("index.rs"), index)?;
    Ok(())
}
