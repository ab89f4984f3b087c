//! The library's files on disk. The interpreter runs the library from the executable; programs that want files (`venv`,
//! editors, type checkers, everything that opens `os.__file__`) find them in `PREFIX/lib/python3.14`, where the first
//! start puts them. When that folder can't be written, the library still works from the executable. The C headers are
//! put beside it, in `PREFIX/include/python3.14`, with what tells tools about them.

use std::io;
use std::os::unix::fs::PermissionsExt;
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
    for (i, (path, content)) in taipan_stdlib::files().enumerate() {
        if i % 64 == 0 {
            taipan_runtime::resident::release_executable_pages();
        }
        put(&folder.join(path), content, 0o644)?;
    }
    if let Some(prefix) = folder.parent().and_then(Path::parent) {
        // A prefix may be shared with other programs: who can't write there still has the library.
        let _ = write_headers(prefix);
    }
    taipan_runtime::resident::release_executable_pages();
    std::fs::write(folder.join(mark), [])
}

/// Names without Python's minor version belong to whom had them first.
const SHORT_NAMES: [(&str, &str); 2] =
    [("bin/python3.14-config", "bin/python3-config"), ("lib/pkgconfig/python-3.14.pc", "lib/pkgconfig/python3.pc")];

/// Writes what an installation has beside the library.
fn write_headers(prefix: &Path) -> io::Result<()> {
    for (path, content) in taipan_stdlib::prefix_files() {
        let told = if path.ends_with(".json") { Some(told_where(content, prefix)?) } else { None };
        let content = told.as_deref().unwrap_or(content);
        let mode = if path.starts_with("bin/") { 0o755 } else { 0o644 };
        put(&prefix.join(path), content, mode)?;
        for (_, short) in SHORT_NAMES.iter().filter(|(name, _)| *name == path) {
            let short = prefix.join(short);
            if std::fs::symlink_metadata(&short).is_err() {
                std::os::unix::fs::symlink(Path::new(path).file_name().unwrap_or_default(), short)?;
            }
        }
    }
    Ok(())
}

/// Descriptions for tools name absolute paths: fills in where the installation is.
fn told_where(content: &[u8], prefix: &Path) -> io::Result<Vec<u8>> {
    let quoted = |path: &Path| path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    let text = String::from_utf8_lossy(content);
    let text = text.replace("@PREFIX@", &quoted(prefix)).replace("@EXECUTABLE@", &quoted(&std::env::current_exe()?));
    Ok(text.into_bytes())
}

/// Writes a file unless it is there. Several processes may start at once: each file appears whole.
fn put(target: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    if std::fs::metadata(target).is_ok_and(|found| found.len() == content.len() as u64)
        && std::fs::read(target)? == content
    {
        return Ok(());
    }
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut partial = target.to_owned().into_os_string();
    partial.push(format!(".{}.tmp", std::process::id()));
    let written = std::fs::write(&partial, content)
        .and_then(|()| std::fs::set_permissions(&partial, std::fs::Permissions::from_mode(mode)))
        .and_then(|()| std::fs::rename(&partial, target));
    if written.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    written
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
