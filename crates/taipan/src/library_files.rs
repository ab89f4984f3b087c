//! The library's files on disk. The interpreter runs the library from the executable; programs that want files (`venv`,
//! editors, type checkers, everything that opens `os.__file__`) find them in `PREFIX/lib/python3.14`, where the first
//! start puts them. When that folder can't be written, the library still works from the executable.

use std::io;
use std::path::{Path, PathBuf};

/// Begins the name of the file that says which library a folder holds; the fingerprint follows.
const MARK: &str = ".taipan-";

/// Writes the library into `folder`, unless it is there already or the folder belongs to another Python.
pub fn materialise(folder: &str) {
    let folder = Path::new(folder);
    let mark = format!("{MARK}{}", taipan_stdlib::FINGERPRINT);
    if folder.join(&mark).exists() {
        return;
    }
    // Nothing is lost when this fails: the library is in the executable.
    let _ = write(folder, &mark);
}

fn write(folder: &Path, mark: &str) -> io::Result<()> {
    let old = marks(folder)?;
    if old.is_empty() && folder.join("os.py").exists() {
        return Ok(());
    }
    for path in old {
        std::fs::remove_file(path)?;
    }
    std::fs::create_dir_all(folder.join("lib-dynload"))?;
    std::fs::create_dir_all(folder.join("site-packages"))?;
    // Several processes may start at once: each file appears whole, and the mark last.
    let suffix = format!(".{}.tmp", std::process::id());
    for (i, (path, content)) in taipan_stdlib::files().enumerate() {
        if i % 64 == 0 {
            taipan_runtime::resident::release_executable_pages();
        }
        let target = folder.join(path);
        if std::fs::metadata(&target).is_ok_and(|found| found.len() == content.len() as u64)
            && std::fs::read(&target)? == content
        {
            continue;
        }
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut partial = target.clone().into_os_string();
        partial.push(&suffix);
        let written = std::fs::write(&partial, content).and_then(|()| std::fs::rename(&partial, &target));
        if written.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
        written?;
    }
    std::fs::write(folder.join(mark), [])
}

/// The marks in a folder; none when there is no such folder.
fn marks(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let is_mark = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(MARK));
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_mark).collect())
}
