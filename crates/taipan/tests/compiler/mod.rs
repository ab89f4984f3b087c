//! What tests that compile C have in common.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new folder for temporary files.
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("taipan-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a compiler; false if there is none.
pub fn compile_with(compiler: &str, args: &[&str]) -> bool {
    match Command::new(compiler).args(args).output() {
        Ok(output) => {
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {}\n{message}", args.join(" "));
            true
        }
        Err(_) => {
            eprintln!("skipped: there is no {compiler}");
            false
        }
    }
}

/// Runs the C compiler; false if there is none.
pub fn compile(args: &[&str]) -> bool {
    compile_with("cc", args)
}

/// The folder of our headers.
pub fn our_headers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib/prefix/include/python3.14")
}

/// The folder of CPython 3.14's headers: of the environment variable `TAIPAN_PYTHON_HEADERS`, or a common one.
pub fn their_headers() -> Option<PathBuf> {
    let named = std::env::var_os("TAIPAN_PYTHON_HEADERS").map(PathBuf::from);
    let common = ["/usr/include/python3.14", "/usr/local/include/python3.14"].map(PathBuf::from);
    let found = named.into_iter().chain(common).find(|folder| folder.join("Python.h").exists());
    // The first start of Taipan may have put its own where CPython's are looked for.
    found.filter(|folder| !std::fs::read_to_string(folder.join("Python.h")).is_ok_and(|text| text.contains("Taipan")))
}
