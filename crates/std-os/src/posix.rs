//! `posix`: files, folders, environment.

use crate::files;
use crate::stat::{PyStatResult, stat_result};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use taipan_object::{
    Object, Owned, PyBytes, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, Thread, attr, buffer, err, errors,
    native_module,
};

/// Splits a path into drive, root and tail, as bytes.
fn split_root(path: &[u8]) -> (usize, usize) {
    let slashes = path.iter().take_while(|&&b| b == b'/').count();
    (
        0,
        match slashes {
            0 => 0,
            2 => 2,
            _ => 1,
        },
    )
}

/// Removes empty parts, `.` and `..` as far as can be told.
fn normalize(path: &[u8]) -> Vec<u8> {
    let (_, root) = split_root(path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path[root..].split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if root > 0 && parts.is_empty() => {}
            b".." if parts.last().is_some_and(|p| *p != b"..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut out = path[..root].to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}

fn text_or_bytes(t: &Thread, path: &Object) -> PyResult<(Vec<u8>, bool)> {
    let path = files::fspath(t, path)?;
    if let Some(bytes) = path.downcast::<PyBytes>() {
        return Ok((bytes.as_bytes().to_vec(), true));
    }
    match path.downcast::<PyStr>() {
        Some(text) => Ok((text.to_wtf8(), false)),
        None => Ok((Vec::new(), false)),
    }
}

fn back(t: &Thread, data: &[u8], bytes: bool) -> PyResult {
    if bytes {
        PyBytes::new(t, data).map(Owned::into_object)
    } else {
        PyStr::from_wtf8(t, data).map(Owned::into_object)
    }
}

/// Whether something at a path is of a kind; errors mean that it is not.
fn test(t: &Thread, path: &Object, follow: bool, kind: Option<u32>) -> PyResult<bool> {
    let found = match files::descriptor(t, path)? {
        Some(fd) => files::stat(Err(fd), true),
        None => match files::path(t, path, "stat") {
            Ok(path) => files::stat(Ok(&path.path), follow),
            Err(raised) => {
                if errors::matches::<taipan_object::exceptions::ValueError>(t) {
                    errors::clear(t);
                    return Ok(false);
                }
                return Err(raised);
            }
        },
    };
    Ok(found.is_ok_and(|s| kind.is_none_or(|k| s.st_mode & libc::S_IFMT == k)))
}

fn stat_path(t: &Thread, path: &Object, follow: bool, function: &str) -> PyResult {
    if let Some(fd) = files::descriptor(t, path)? {
        let found = files::stat(Err(fd), true).map_err(|e| errors::io_error(t, &e))?;
        return stat_result(t, found);
    }
    let path = files::path(t, path, function)?;
    let found = files::stat(Ok(&path.path), follow).map_err(|e| files::failed(t, &e, &path))?;
    stat_result(t, found)
}

fn rename(t: &Thread, src: &Object, dst: &Object, function: &str) -> PyResult<()> {
    let (src, dst) = (files::path(t, src, function)?, files::path(t, dst, function)?);
    std::fs::rename(&src.path, &dst.path)
        .map_err(|e| errors::os_error_with(t, e.raw_os_error().unwrap_or(0), Some(&src.object), Some(&dst.object)))
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix")]
pub mod posix {
    use super::*;

    /// Perform a stat system call on the given path.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(t: &Thread, path: &Object, dir_fd: Option<&Object>, follow_symlinks: bool) -> PyResult {
        if attr::none_if_none(dir_fd).is_some() {
            return Err(err!(t, NotImplementedError, "dir_fd unavailable on this platform"));
        }
        stat_path(t, path, follow_symlinks, "stat")
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    #[function(sig = "(path)")]
    fn lstat(t: &Thread, path: &Object) -> PyResult {
        stat_path(t, path, false, "lstat")
    }

    /// Perform a stat system call on the given file descriptor.
    #[function(sig = "(fd)")]
    fn fstat(t: &Thread, fd: i32) -> PyResult {
        let found = files::stat(Err(fd), true).map_err(|e| errors::io_error(t, &e))?;
        stat_result(t, found)
    }

    /// Return a list containing the names of the files in the directory.
    #[function(sig = "(path=None)")]
    fn listdir(t: &Thread, path: Option<&Object>) -> PyResult<Owned<PyList>> {
        let dot = PyStr::from_str(t, ".")?;
        let path = files::path(t, attr::none_if_none(path).unwrap_or(&dot), "listdir")?;
        let out = PyList::new(t)?;
        for entry in std::fs::read_dir(&path.path).map_err(|e| files::failed(t, &e, &path))? {
            let entry = entry.map_err(|e| files::failed(t, &e, &path))?;
            out.append(t, files::name_object(t, &entry.file_name(), path.bytes)?)?;
        }
        Ok(out)
    }

    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd(t: &Thread) -> PyResult {
        let found = std::env::current_dir().map_err(|e| errors::io_error(t, &e))?;
        files::name_object(t, found.as_os_str(), false)
    }

    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb(t: &Thread) -> PyResult {
        let found = std::env::current_dir().map_err(|e| errors::io_error(t, &e))?;
        files::name_object(t, found.as_os_str(), true)
    }

    /// Change the current working directory to the specified path.
    #[function(sig = "(path)")]
    fn chdir(t: &Thread, path: &Object) -> PyResult<()> {
        let path = files::path(t, path, "chdir")?;
        std::env::set_current_dir(&path.path).map_err(|e| files::failed(t, &e, &path))
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=511)")]
    fn open(t: &Thread, path: &Object, flags: i32, mode: i32) -> PyResult<i32> {
        let path = files::path(t, path, "open")?;
        let target = path.path.clone();
        t.allow_threads(move || files::open(&target, flags, mode as u32)).map_err(|e| files::failed(t, &e, &path))
    }

    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(t: &Thread, fd: i32) -> PyResult<()> {
        files::close(fd).map_err(|e| errors::io_error(t, &e))
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function]
    fn read(t: &Thread, fd: i32, length: isize) -> PyResult<Owned<PyBytes>> {
        let Ok(length) = usize::try_from(length) else { return Err(errors::os_error(t, libc::EINVAL)) };
        let data = t.allow_threads(move || -> std::io::Result<Vec<u8>> {
            let mut out = Vec::new();
            out.try_reserve_exact(length).map_err(|_| std::io::Error::from_raw_os_error(libc::ENOMEM))?;
            out.resize(length, 0);
            let n = files::read(fd, &mut out)?;
            out.truncate(n);
            Ok(out)
        });
        PyBytes::new(t, &data.map_err(|e| errors::io_error(t, &e))?)
    }

    /// Write a bytes object to a file descriptor.
    #[function]
    fn write(t: &Thread, fd: i32, data: &Object) -> PyResult<usize> {
        let data = buffer::contiguous_bytes(t, data)?;
        t.allow_threads(move || files::write(fd, &data)).map_err(|e| errors::io_error(t, &e))
    }

    /// Return True if the fd is connected to a terminal.
    #[function]
    fn isatty(_t: &Thread, fd: i32) -> bool {
        files::isatty(fd)
    }

    /// Rename a file or directory.
    #[function(sig = "(src, dst)")]
    fn rename(t: &Thread, src: &Object, dst: &Object) -> PyResult<()> {
        super::rename(t, src, dst, "rename")
    }

    /// Rename a file or directory, overwriting the destination.
    #[function(sig = "(src, dst)")]
    fn replace(t: &Thread, src: &Object, dst: &Object) -> PyResult<()> {
        super::rename(t, src, dst, "replace")
    }

    /// Create a directory.
    #[function(sig = "(path, mode=511)")]
    fn mkdir(t: &Thread, path: &Object, mode: i32) -> PyResult<()> {
        use std::os::unix::fs::DirBuilderExt;
        let path = files::path(t, path, "mkdir")?;
        std::fs::DirBuilder::new().mode(mode as u32).create(&path.path).map_err(|e| files::failed(t, &e, &path))
    }

    /// Remove a directory.
    #[function(sig = "(path)")]
    fn rmdir(t: &Thread, path: &Object) -> PyResult<()> {
        let path = files::path(t, path, "rmdir")?;
        std::fs::remove_dir(&path.path).map_err(|e| files::failed(t, &e, &path))
    }

    /// Remove a file (same as remove()).
    #[function(sig = "(path)")]
    fn unlink(t: &Thread, path: &Object) -> PyResult<()> {
        let path = files::path(t, path, "unlink")?;
        std::fs::remove_file(&path.path).map_err(|e| files::failed(t, &e, &path))
    }

    /// Remove a file (same as unlink()).
    #[function(sig = "(path)")]
    fn remove(t: &Thread, path: &Object) -> PyResult<()> {
        let path = files::path(t, path, "remove")?;
        std::fs::remove_file(&path.path).map_err(|e| files::failed(t, &e, &path))
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function(sig = "(path)")]
    fn readlink(t: &Thread, path: &Object) -> PyResult {
        let path = files::path(t, path, "readlink")?;
        let found = std::fs::read_link(&path.path).map_err(|e| files::failed(t, &e, &path))?;
        files::name_object(t, found.as_os_str(), path.bytes)
    }

    /// Return the file system path representation of the object.
    #[function(sig = "(path)")]
    fn fspath(t: &Thread, path: &Object) -> PyResult {
        files::fspath(t, path)
    }

    /// Return the number of logical CPUs in the system.
    #[function]
    fn cpu_count(_t: &Thread) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    /// Return the current process id.
    #[function]
    fn getpid(_t: &Thread) -> u32 {
        std::process::id()
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[function(sig = "(status)")]
    fn _exit(t: &Thread, status: i32) -> PyResult<()> {
        let _ = t;
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function(sig = "(path)")]
    fn _path_normpath(t: &Thread, path: &Object) -> PyResult {
        let (data, bytes) = text_or_bytes(t, path)?;
        back(t, &normalize(&data), bytes)
    }

    /// Removes everything after the root on Win32.
    #[function(sig = "(path)")]
    fn _path_splitroot(t: &Thread, path: &Object) -> PyResult<(Owned, Owned)> {
        let (data, bytes) = text_or_bytes(t, path)?;
        let (_, root) = split_root(&data);
        Ok((back(t, &data[..root], bytes)?, back(t, &data[root..], bytes)?))
    }

    /// Split a pathname into drive, root and tail.
    #[function(sig = "(path)")]
    fn _path_splitroot_ex(t: &Thread, path: &Object) -> PyResult<(Owned, Owned, Owned)> {
        let (data, bytes) = text_or_bytes(t, path)?;
        let (_, root) = split_root(&data);
        Ok((back(t, b"", bytes)?, back(t, &data[..root], bytes)?, back(t, &data[root..], bytes)?))
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<PyStatResult>(t)?;
        module.set(t, "stat_result", <PyStatResult as taipan_object::Class>::class().as_object())?;
        module.set(t, "error", files::os_error_class())?;
        let environ = PyDict::new(t)?;
        for (key, value) in std::env::vars_os() {
            let key = PyBytes::new(t, key.as_bytes())?;
            let value = PyBytes::new(t, &value.into_vec())?;
            environ.set_item(t, &key, &value)?;
        }
        module.set(t, "environ", &environ)?;
        module.set(t, "_have_functions", &*PyList::new(t)?)?;
        let numbers: &[(&str, i32)] = &[
            ("O_RDONLY", libc::O_RDONLY),
            ("O_WRONLY", libc::O_WRONLY),
            ("O_RDWR", libc::O_RDWR),
            ("O_CREAT", libc::O_CREAT),
            ("O_EXCL", libc::O_EXCL),
            ("O_TRUNC", libc::O_TRUNC),
            ("O_APPEND", libc::O_APPEND),
            ("O_NONBLOCK", libc::O_NONBLOCK),
            ("O_CLOEXEC", libc::O_CLOEXEC),
            ("O_DIRECTORY", libc::O_DIRECTORY),
            ("O_NOFOLLOW", libc::O_NOFOLLOW),
            ("F_OK", libc::F_OK),
            ("R_OK", libc::R_OK),
            ("W_OK", libc::W_OK),
            ("X_OK", libc::X_OK),
        ];
        for (name, value) in numbers {
            module.set(t, name, &*PyInt::from_i64(t, i64::from(*value))?)?;
        }
        Ok(())
    }

    /// Test whether a path exists.  Returns False for broken symbolic links.
    #[function(sig = "(path)")]
    fn _path_exists(t: &Thread, path: &Object) -> PyResult<bool> {
        test(t, path, true, None)
    }

    /// Test whether a path exists.  Returns True for broken symbolic links.
    #[function(sig = "(path)")]
    fn _path_lexists(t: &Thread, path: &Object) -> PyResult<bool> {
        test(t, path, false, None)
    }

    /// Test whether a path is a directory
    #[function(sig = "(path)")]
    fn _path_isdir(t: &Thread, path: &Object) -> PyResult<bool> {
        test(t, path, true, Some(libc::S_IFDIR))
    }

    /// Test whether a path is a regular file
    #[function(sig = "(path)")]
    fn _path_isfile(t: &Thread, path: &Object) -> PyResult<bool> {
        test(t, path, true, Some(libc::S_IFREG))
    }

    /// Test whether a path is a symbolic link
    #[function(sig = "(path)")]
    fn _path_islink(t: &Thread, path: &Object) -> PyResult<bool> {
        test(t, path, false, Some(libc::S_IFLNK))
    }
}
