//! Files and folders by name.

use super::results::{STATVFS, stat_result, uint};
use crate::args::{self, DirFd, FsName, Gid, Path, PathFd, Uid, call, name_object, retry};
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, attr, audit, err, errors, fspath,
    native_module, number, singletons,
};

/// What `stat(2)` and its kin find.
pub fn stat_call(t: &Thread, path: &std::ffi::CStr, fd: i32, dir_fd: i32, follow: bool) -> Result<libc::stat, i32> {
    t.allow_threads(|| {
        // SAFETY: zero is a valid value of the struct, which the calls fill in; the path ends with zero.
        unsafe {
            let mut out: libc::stat = core::mem::zeroed();
            let result = if fd != -1 {
                libc::fstat(fd, &mut out)
            } else {
                libc::fstatat(dir_fd, path.as_ptr(), &mut out, if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW })
            };
            if result < 0 { Err(args::errno()) } else { Ok(out) }
        }
    })
}

fn unit<const F: bool, const N: bool>(t: &Thread, path: &Path<F, N>, result: Result<i64, i32>) -> PyResult<()> {
    result.map(drop).map_err(|code| path.error(t, code))
}

fn int_or_minus(t: &Thread, dir_fd: DirFd) -> PyResult<Owned<PyInt>> {
    PyInt::from_i64(t, if dir_fd.0 == libc::AT_FDCWD { -1 } else { i64::from(dir_fd.0) })
}

/// The root at the start of a path: how many bytes it takes.
fn root_len(path: &[u8]) -> usize {
    match path.iter().take_while(|&&b| b == b'/').count() {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

/// Removes empty parts, `.` and `..` as far as can be told.
fn normalize(path: &[u8]) -> Vec<u8> {
    let root = root_len(path);
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

/// A path that is only looked at: its bytes (of a str, with surrogates), and whether it was bytes.
fn looked_at(t: &Thread, path: &Object, function: &str) -> PyResult<(Vec<u8>, bool)> {
    if let Some(text) = path.downcast::<PyStr>() {
        return Ok((text.to_wtf8(), false));
    }
    let found = match fspath::fspath(t, path) {
        Ok(found) => found,
        Err(_) => {
            errors::clear(t);
            return Err(err!(
                t,
                TypeError,
                "{function}: path should be string, bytes or os.PathLike, not {:.200}",
                path.class().short_name_lossy()
            ));
        }
    };
    match found.downcast::<PyBytes>() {
        Some(bytes) => Ok((bytes.as_bytes().to_vec(), true)),
        None => Ok((found.downcast::<PyStr>().map(PyStr::to_wtf8).unwrap_or_default(), false)),
    }
}

fn back(t: &Thread, data: &[u8], bytes: bool) -> PyResult {
    if bytes {
        PyBytes::new(t, data).map(Owned::into_object)
    } else {
        PyStr::from_wtf8(t, data).map(Owned::into_object)
    }
}

fn rename(t: &Thread, src: &Path, dst: &Path, from: DirFd, to: DirFd) -> PyResult<()> {
    if audit::active(t) {
        audit::audit(t, "os.rename", &[&src.object, &dst.object, &*int_or_minus(t, from)?, &*int_or_minus(t, to)?])?;
    }
    let (a, b) = (&src.c, &dst.c);
    // SAFETY: paths end with zero.
    call(t, || i64::from(unsafe { libc::renameat(from.0, a.as_ptr(), to.0, b.as_ptr()) }))
        .map(drop)
        .map_err(|code| errors::os_error_with(t, code, Some(&src.object), Some(&dst.object)))
}

fn unlink(t: &Thread, path: &Path, dir_fd: DirFd, flags: i32, event: &str) -> PyResult<()> {
    if audit::active(t) {
        audit::audit(t, event, &[&path.object, &*int_or_minus(t, dir_fd)?])?;
    }
    let c = &path.c;
    // SAFETY: the path ends with zero.
    unit(t, path, call(t, || i64::from(unsafe { libc::unlinkat(dir_fd.0, c.as_ptr(), flags) })))
}

/// Seconds and nanoseconds of a time given as a number of seconds, rounded down.
pub fn seconds_timespec(t: &Thread, value: &Object) -> PyResult<libc::timespec> {
    if let Some(float) = value.downcast::<taipan_object::PyFloat>() {
        let value = float.value();
        if value.is_nan() {
            return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
        }
        let mut whole = value.floor();
        let mut nanos = ((value - whole) * 1e9).floor();
        if nanos >= 1e9 {
            whole += 1.0;
            nanos -= 1e9;
        }
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(err!(t, OverflowError, "timestamp out of range for platform time_t"));
        }
        return Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: nanos as i64 });
    }
    let index = number::index(t, value)?;
    match index.to_i64() {
        Some(seconds) => Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 }),
        None => Err(err!(t, OverflowError, "timestamp out of range for platform time_t")),
    }
}

fn nanoseconds_timespec(t: &Thread, value: &Object) -> PyResult<libc::timespec> {
    let billion = PyInt::from_i64(t, 1_000_000_000)?;
    let pair = number::call_slot(t, value.class(), number::Op::Divmod, value, &billion);
    let pair = match pair {
        Ok(pair) if !pair.is(singletons::not_implemented()) => pair,
        Ok(_) => number::binary_op(t, value, &billion, number::Op::Divmod)?,
        Err(raised) => return Err(raised),
    };
    let Some([whole, rest]) = pair.downcast::<PyTuple>().map(PyTuple::as_slice) else {
        return Err(err!(
            t,
            TypeError,
            "{:.200}.__divmod__() must return a 2-tuple, not {:.200}",
            value.class().name_lossy(),
            pair.class().name_lossy()
        ));
    };
    let whole = number::index(t, whole)?.to_i64();
    let rest = number::index(t, rest)?.to_i64();
    match (whole, rest) {
        (Some(tv_sec), Some(tv_nsec)) => Ok(libc::timespec { tv_sec, tv_nsec }),
        _ => Err(err!(t, OverflowError, "timestamp out of range for platform time_t")),
    }
}

fn statvfs_result(t: &Thread, s: &libc::statvfs) -> PyResult {
    STATVFS.make(
        t,
        vec![
            uint(t, s.f_bsize as u64)?,
            uint(t, s.f_frsize as u64)?,
            uint(t, s.f_blocks as u64)?,
            uint(t, s.f_bfree as u64)?,
            uint(t, s.f_bavail as u64)?,
            uint(t, s.f_files as u64)?,
            uint(t, s.f_ffree as u64)?,
            uint(t, s.f_favail as u64)?,
            uint(t, s.f_flag as u64)?,
            uint(t, s.f_namemax as u64)?,
            uint(t, s.f_fsid as u64)?,
        ],
    )
}

pub(super) fn statvfs_of(t: &Thread, path: &std::ffi::CStr, fd: i32) -> Result<libc::statvfs, i32> {
    t.allow_threads(|| {
        // SAFETY: zero is a valid value of the struct, which the calls fill in; the path ends with zero.
        unsafe {
            let mut out: libc::statvfs = core::mem::zeroed();
            let result = if fd != -1 { libc::fstatvfs(fd, &mut out) } else { libc::statvfs(path.as_ptr(), &mut out) };
            if result < 0 { Err(args::errno()) } else { Ok(out) }
        }
    })
}

/// The name of an extended attribute, and the audit event.
fn xattr_audit(t: &Thread, event: &str, path: &Owned, more: &[&Object]) -> PyResult<()> {
    if audit::active(t) {
        let mut all: Vec<&Object> = vec![path];
        all.extend_from_slice(more);
        audit::audit(t, event, &all)?;
    }
    Ok(())
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix", part)]
pub mod part {
    use super::*;

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be a relative string; path will then be relative to
    ///     that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// It's an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(t: &Thread, path: PathFd, dir_fd: DirFd, follow_symlinks: bool) -> PyResult {
        path.check_alone(t, dir_fd, follow_symlinks)?;
        match stat_call(t, &path.c, path.fd, dir_fd.0, follow_symlinks) {
            Ok(found) => stat_result(t, &found),
            Err(code) => Err(path.error(t, code)),
        }
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(t: &Thread, path: Path, dir_fd: DirFd) -> PyResult {
        match stat_call(t, &path.c, -1, dir_fd.0, false) {
            Ok(found) => stat_result(t, &found),
            Err(code) => Err(path.error(t, code)),
        }
    }

    /// Use the real uid/gid to test for access to a path.
    ///
    ///   path
    ///     Path to be tested; can be string, bytes, or a path-like object.
    ///   mode
    ///     Operating-system mode bitfield.  Can be F_OK to test existence,
    ///     or the inclusive-OR of R_OK, W_OK, and X_OK.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   effective_ids
    ///     If True, access will use the effective uid/gid instead of
    ///     the real uid/gid.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     access will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd, effective_ids, and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// Note that most operations will use the effective uid/gid, therefore this
    ///   routine can be used in a suid/sgid environment to test if the invoking user
    ///   has the specified access to the path.
    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)")]
    fn access(
        t: &Thread,
        path: Path,
        mode: i32,
        dir_fd: DirFd,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> PyResult<bool> {
        let mut flags = 0;
        if effective_ids {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        let result =
            // SAFETY: the path ends with zero.
            call(t, || i64::from(unsafe { libc::faccessat(dir_fd.0, path.c.as_ptr(), mode, flags) }));
        Ok(result.is_ok())
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    #[function(sig = "(path)")]
    fn chdir(t: &Thread, path: PathFd) -> PyResult<()> {
        audit::audit(t, "os.chdir", &[&path.object])?;
        // SAFETY: the path ends with zero.
        let result = call(t, || unsafe {
            i64::from(if path.fd != -1 { libc::fchdir(path.fd) } else { libc::chdir(path.c.as_ptr()) })
        });
        unit(t, &path, result)
    }

    /// Change root directory to path.
    #[function(sig = "(path)")]
    fn chroot(t: &Thread, path: Path) -> PyResult<()> {
        // SAFETY: the path ends with zero.
        unit(t, &path, call(t, || i64::from(unsafe { libc::chroot(path.c.as_ptr()) })))
    }

    /// Change the access permissions of a file.
    ///
    ///   path
    ///     Path to be modified.  May always be specified as a str, bytes, or
    ///     a path-like object.  On some platforms, path may also be specified
    ///     as an open file descriptor.  If this functionality is unavailable,
    ///     using it raises an exception.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*. The conventional
    ///     UNIX notation for numeric modes uses an octal base, which needs to
    ///     be indicated with a ``0o`` prefix in Python.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     chmod will modify the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(path, mode, *, dir_fd=None,\n      follow_symlinks=(os.name != 'nt'))")]
    fn chmod(t: &Thread, path: PathFd, mode: i32, dir_fd: DirFd, follow_symlinks: Option<bool>) -> PyResult<()> {
        let follow = follow_symlinks.unwrap_or(true);
        if path.fd != -1 && !follow {
            return Err(err!(t, ValueError, "chmod: cannot use fd and follow_symlinks together"));
        }
        if audit::active(t) {
            let mode = PyInt::from_i64(t, i64::from(mode))?;
            audit::audit(t, "os.chmod", &[&path.object, &mode, &*int_or_minus(t, dir_fd)?])?;
        }
        let mode = mode as libc::mode_t;
        // SAFETY: the path ends with zero.
        let result = call(t, || unsafe {
            i64::from(if path.fd != -1 {
                libc::fchmod(path.fd, mode)
            } else if follow && dir_fd.0 == libc::AT_FDCWD {
                libc::chmod(path.c.as_ptr(), mode)
            } else {
                libc::fchmodat(dir_fd.0, path.c.as_ptr(), mode, if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW })
            })
        });
        if let Err(libc::EOPNOTSUPP) = result
            && !follow
        {
            return Err(if dir_fd.0 == libc::AT_FDCWD {
                err!(t, NotImplementedError, "chmod: follow_symlinks unavailable on this platform")
            } else {
                err!(t, ValueError, "chmod: cannot use dir_fd and follow_symlinks together")
            });
        }
        unit(t, &path, result)
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object, or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, chown will modify the symbolic link itself instead of
    /// the file the link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    /// an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.  If
    /// they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(t: &Thread, path: PathFd, uid: Uid, gid: Gid, dir_fd: DirFd, follow_symlinks: bool) -> PyResult<()> {
        path.check_alone(t, dir_fd, follow_symlinks)?;
        if audit::active(t) {
            let (uid, gid) = (args::id_object(t, uid.0)?, args::id_object(t, gid.0)?);
            audit::audit(t, "os.chown", &[&path.object, &uid, &gid, &*int_or_minus(t, dir_fd)?])?;
        }
        // SAFETY: the path ends with zero.
        let result = call(t, || unsafe {
            i64::from(if path.fd != -1 {
                libc::fchown(path.fd, uid.0, gid.0)
            } else {
                let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                libc::fchownat(dir_fd.0, path.c.as_ptr(), uid.0, gid.0, flags)
            })
        });
        unit(t, &path, result)
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// This function will not follow symbolic links.
    /// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
    #[function(sig = "(path, uid, gid)")]
    fn lchown(t: &Thread, path: Path, uid: Uid, gid: Gid) -> PyResult<()> {
        if audit::active(t) {
            let (uid, gid) = (args::id_object(t, uid.0)?, args::id_object(t, gid.0)?);
            audit::audit(t, "os.chown", &[&path.object, &uid, &gid, &*PyInt::from_i64(t, -1)?])?;
        }
        // SAFETY: the path ends with zero.
        unit(t, &path, call(t, || i64::from(unsafe { libc::lchown(path.c.as_ptr(), uid.0, gid.0) })))
    }

    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd(t: &Thread) -> PyResult {
        use std::os::unix::ffi::OsStrExt;
        let found = std::env::current_dir().map_err(|e| errors::io_error(t, &e))?;
        name_object(t, found.as_os_str().as_bytes(), false)
    }

    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb(t: &Thread) -> PyResult {
        use std::os::unix::ffi::OsStrExt;
        let found = std::env::current_dir().map_err(|e| errors::io_error(t, &e))?;
        name_object(t, found.as_os_str().as_bytes(), true)
    }

    /// Create a hard link to a file.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// If follow_symlinks is False, and the last element of src is a symbolic
    /// link, link will create a link to the symbolic link itself instead of the
    /// file the link points to.
    /// src_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on
    /// your platform.  If they are unavailable, using them will raise
    /// a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))")]
    fn link(
        t: &Thread,
        src: Path,
        dst: Path,
        src_dir_fd: DirFd,
        dst_dir_fd: DirFd,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        if audit::active(t) {
            let (a, b) = (int_or_minus(t, src_dir_fd)?, int_or_minus(t, dst_dir_fd)?);
            audit::audit(t, "os.link", &[&src.object, &dst.object, &a, &b])?;
        }
        let flags = if follow_symlinks.unwrap_or(true) { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: paths end with zero.
        call(t, || {
            // SAFETY: see above.
            i64::from(unsafe { libc::linkat(src_dir_fd.0, src.c.as_ptr(), dst_dir_fd.0, dst.c.as_ptr(), flags) })
        })
        .map(drop)
        .map_err(|code| errors::os_error_with(t, code, Some(&src.object), Some(&dst.object)))
    }

    /// Create a symbolic link pointing to src named dst.
    ///
    /// target_is_directory is required on Windows if the target is to be
    /// interpreted as a directory.  (On Windows, symlink requires Windows 6.0
    /// or greater, and raises a NotImplementedError otherwise.)
    /// target_is_directory is ignored on non-Windows platforms.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(t: &Thread, src: Path, dst: Path, target_is_directory: bool, dir_fd: DirFd) -> PyResult<()> {
        let _ = target_is_directory;
        if audit::active(t) {
            audit::audit(t, "os.symlink", &[&src.object, &dst.object, &*int_or_minus(t, dir_fd)?])?;
        }
        // SAFETY: paths end with zero.
        call(t, || i64::from(unsafe { libc::symlinkat(src.c.as_ptr(), dir_fd.0, dst.c.as_ptr()) }))
            .map(drop)
            .map_err(|code| errors::os_error_with(t, code, Some(&src.object), Some(&dst.object)))
    }

    /// Return a string representing the path to which the symbolic link points.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    ///
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(t: &Thread, path: Path, dir_fd: DirFd) -> PyResult {
        let found = t.allow_threads(|| {
            let mut out = vec![0u8; libc::PATH_MAX as usize + 1];
            // SAFETY: the path ends with zero; the buffer is as long as said.
            let n = unsafe { libc::readlinkat(dir_fd.0, path.c.as_ptr(), out.as_mut_ptr().cast(), out.len() - 1) };
            match usize::try_from(n) {
                Ok(n) => {
                    out.truncate(n);
                    Ok(out)
                }
                Err(_) => Err(args::errno()),
            }
        });
        match found {
            Ok(found) => name_object(t, &found, path.bytes),
            Err(code) => Err(path.error(t, code)),
        }
    }

    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If
    /// path is bytes, the filenames returned will also be bytes; in all other
    /// circumstances the filenames returned will be str.
    /// If path is None, uses the path='.'.
    /// On some platforms, path may also be specified as an open file
    /// descriptor; the file descriptor must refer to a directory.  If this
    /// functionality is unavailable, using it raises NotImplementedError.
    ///
    /// The list is in arbitrary order.  It does not include the special
    /// entries '.' and '..' even if they are present in the directory.
    #[function(sig = "(path=None)")]
    fn listdir(t: &Thread, path: Path<true, true>) -> PyResult<Owned<PyList>> {
        audit::audit(t, "os.listdir", &[&path.object])?;
        let names = super::super::scandir::read_names(t, &path)?;
        let out = PyList::new(t)?;
        for name in names {
            out.append(t, name_object(t, &name, path.bytes)?)?;
        }
        Ok(out)
    }

    /// Create a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    ///
    /// The mode argument is ignored on Windows.  Where it is used, the current
    /// umask value is first masked out.
    #[function(sig = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(t: &Thread, path: Path, mode: i32, dir_fd: DirFd) -> PyResult<()> {
        if audit::active(t) {
            let mode = PyInt::from_i64(t, i64::from(mode))?;
            audit::audit(t, "os.mkdir", &[&path.object, &mode, &*int_or_minus(t, dir_fd)?])?;
        }
        // SAFETY: the path ends with zero.
        let result = call(t, || i64::from(unsafe { libc::mkdirat(dir_fd.0, path.c.as_ptr(), mode as libc::mode_t) }));
        unit(t, &path, result)
    }

    /// Create a "fifo" (a POSIX named pipe).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(t: &Thread, path: Path, mode: i32, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path ends with zero.
        let result = retry(t, || i64::from(unsafe { libc::mkfifoat(dir_fd.0, path.c.as_ptr(), mode as libc::mode_t) }));
        unit(t, &path, result?)
    }

    /// Create a node in the file system.
    ///
    /// Create a node in the file system (file, device special file or named
    /// pipe) at path.  mode specifies both the permissions to use and the
    /// type of node to be created, being combined (bitwise OR) with one of
    /// S_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set
    /// on mode, device defines the newly created device special file (probably
    /// using os.makedev()).  Otherwise device is ignored.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(t: &Thread, path: Path, mode: i32, device: u64, dir_fd: DirFd) -> PyResult<()> {
        let result = retry(t, || {
            // SAFETY: the path ends with zero.
            i64::from(unsafe { libc::mknodat(dir_fd.0, path.c.as_ptr(), mode as libc::mode_t, device as libc::dev_t) })
        });
        unit(t, &path, result?)
    }

    /// Rename a file or directory.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", name = "rename")]
    fn rename_(t: &Thread, src: Path, dst: Path, src_dir_fd: DirFd, dst_dir_fd: DirFd) -> PyResult<()> {
        super::rename(t, &src, &dst, src_dir_fd, dst_dir_fd)
    }

    /// Rename a file or directory, overwriting the destination.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(t: &Thread, src: Path, dst: Path, src_dir_fd: DirFd, dst_dir_fd: DirFd) -> PyResult<()> {
        super::rename(t, &src, &dst, src_dir_fd, dst_dir_fd)
    }

    /// Remove a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(t: &Thread, path: Path, dir_fd: DirFd) -> PyResult<()> {
        super::unlink(t, &path, dir_fd, libc::AT_REMOVEDIR, "os.rmdir")
    }

    /// Remove a file (same as remove()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)", name = "unlink")]
    fn unlink_(t: &Thread, path: Path, dir_fd: DirFd) -> PyResult<()> {
        super::unlink(t, &path, dir_fd, 0, "os.remove")
    }

    /// Remove a file (same as unlink()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(t: &Thread, path: Path, dir_fd: DirFd) -> PyResult<()> {
        super::unlink(t, &path, dir_fd, 0, "os.remove")
    }

    /// Truncate a file, specified by path, to a specific length.
    ///
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path, length)")]
    fn truncate(t: &Thread, path: PathFd, length: i64) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.truncate", &[&path.object, &*PyInt::from_i64(t, length)?])?;
        }
        // SAFETY: the path ends with zero.
        let result = call(t, || unsafe {
            i64::from(if path.fd != -1 {
                libc::ftruncate(path.fd, length)
            } else {
                libc::truncate(path.c.as_ptr(), length)
            })
        });
        unit(t, &path, result)
    }

    /// Set the access and modified time of path.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    ///
    /// If times is not None, it must be a tuple (atime, mtime);
    /// atime and mtime should be expressed as float seconds since the epoch.
    /// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
    /// atime_ns and mtime_ns should be expressed as integer nanoseconds
    /// since the epoch.
    /// If times is None and ns is unspecified, utime uses the current time.
    /// Specifying tuples for both times and ns is an error.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, utime will modify the symbolic link itself instead of
    /// the file the link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    /// an open file descriptor.
    /// dir_fd and follow_symlinks may not be available on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(
        sig = "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)",
        text = "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        t: &Thread,
        path: PathFd,
        times: Option<&Object>,
        ns: Option<&Object>,
        dir_fd: DirFd,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let times = attr::none_if_none(times);
        if times.is_some() && ns.is_some() {
            return Err(err!(t, ValueError, "utime: you may specify either 'times' or 'ns' but not both"));
        }
        let spec = if let Some(times) = times {
            let Some([a, m]) = times.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                return Err(err!(t, TypeError, "utime: 'times' must be either a tuple of two ints or None"));
            };
            Some([seconds_timespec(t, a)?, seconds_timespec(t, m)?])
        } else if let Some(ns) = ns {
            let Some([a, m]) = ns.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                return Err(err!(t, TypeError, "utime: 'ns' must be a tuple of two ints"));
            };
            Some([nanoseconds_timespec(t, a)?, nanoseconds_timespec(t, m)?])
        } else {
            None
        };
        path.check_alone(t, dir_fd, follow_symlinks)?;
        if audit::active(t) {
            let none = singletons::none();
            audit::audit(
                t,
                "os.utime",
                &[&path.object, times.unwrap_or(none), ns.unwrap_or(none), &*int_or_minus(t, dir_fd)?],
            )?;
        }
        // SAFETY: the path ends with zero; the times are a pair or null.
        let result = call(t, || unsafe {
            let pair = spec.as_ref().map_or(core::ptr::null(), |spec| spec.as_ptr());
            i64::from(if path.fd != -1 {
                libc::futimens(path.fd, pair)
            } else {
                let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                libc::utimensat(dir_fd.0, path.c.as_ptr(), pair, flags)
            })
        });
        unit(t, &path, result)
    }

    /// Perform a statvfs system call on the given path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path)")]
    fn statvfs(t: &Thread, path: PathFd) -> PyResult {
        match statvfs_of(t, &path.c, path.fd) {
            Ok(found) => statvfs_result(t, &found),
            Err(code) => Err(path.error(t, code)),
        }
    }

    /// Perform an fstatvfs system call on the given fd.
    ///
    /// Equivalent to statvfs(fd).
    #[function]
    fn fstatvfs(t: &Thread, fd: i32) -> PyResult {
        match statvfs_of(t, c"", fd) {
            Ok(found) => statvfs_result(t, &found),
            Err(code) => Err(errors::os_error(t, code)),
        }
    }

    /// Return the value of extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, getxattr will examine the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(t: &Thread, path: PathFd, attribute: Path, follow_symlinks: bool) -> PyResult<Owned<PyBytes>> {
        path.check_alone(t, DirFd::default(), follow_symlinks)?;
        xattr_audit(t, "os.getxattr", &path.object, &[&attribute.object])?;
        for size in [128usize, 65536] {
            let mut out = vec![0u8; size];
            let address = out.as_mut_ptr() as usize;
            // SAFETY: names end with zero; the buffer is as long as said and is kept during the call.
            let result = call(t, || unsafe {
                let out = address as *mut libc::c_void;
                let name = attribute.c.as_ptr();
                (if path.fd != -1 {
                    libc::fgetxattr(path.fd, name, out, size)
                } else if follow_symlinks {
                    libc::getxattr(path.c.as_ptr(), name, out, size)
                } else {
                    libc::lgetxattr(path.c.as_ptr(), name, out, size)
                }) as i64
            });
            match result {
                Ok(n) => return PyBytes::new(t, &out[..n.unsigned_abs() as usize]),
                Err(libc::ERANGE) if size < 65536 => {}
                Err(code) => return Err(path.error(t, code)),
            }
        }
        Err(path.error(t, libc::ERANGE))
    }

    /// Set extended attribute attribute on path to value.
    ///
    /// path may be either a string, a path-like object,  or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, setxattr will modify the symbolic link itself instead
    /// of the file the link points to.
    #[function(
        sig = "(path, attribute, value, flags=0, *, follow_symlinks=True)",
        text = "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)"
    )]
    fn setxattr(
        t: &Thread,
        path: PathFd,
        attribute: Path,
        value: taipan_object::buffer::Buffer,
        flags: i32,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        path.check_alone(t, DirFd::default(), follow_symlinks)?;
        if audit::active(t) {
            let value = PyBytes::new(t, value.as_bytes())?;
            xattr_audit(
                t,
                "os.setxattr",
                &path.object,
                &[&attribute.object, &value, &*PyInt::from_i64(t, i64::from(flags))?],
            )?;
        }
        let (address, len) = (value.as_bytes().as_ptr() as usize, value.len());
        // SAFETY: names end with zero; the buffer is held during the call.
        let result = call(t, || unsafe {
            let value = address as *const libc::c_void;
            let name = attribute.c.as_ptr();
            i64::from(if path.fd != -1 {
                libc::fsetxattr(path.fd, name, value, len, flags)
            } else if follow_symlinks {
                libc::setxattr(path.c.as_ptr(), name, value, len, flags)
            } else {
                libc::lsetxattr(path.c.as_ptr(), name, value, len, flags)
            })
        });
        unit(t, &path, result)
    }

    /// Remove extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, removexattr will modify the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(t: &Thread, path: PathFd, attribute: Path, follow_symlinks: bool) -> PyResult<()> {
        path.check_alone(t, DirFd::default(), follow_symlinks)?;
        xattr_audit(t, "os.removexattr", &path.object, &[&attribute.object])?;
        // SAFETY: names end with zero.
        let result = call(t, || unsafe {
            let name = attribute.c.as_ptr();
            i64::from(if path.fd != -1 {
                libc::fremovexattr(path.fd, name)
            } else if follow_symlinks {
                libc::removexattr(path.c.as_ptr(), name)
            } else {
                libc::lremovexattr(path.c.as_ptr(), name)
            })
        });
        unit(t, &path, result)
    }

    /// Return a list of extended attributes on path.
    ///
    /// path may be either None, a string, a path-like object, or an open file
    /// descriptor.  If path is None, listxattr will examine the current
    /// directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, listxattr will examine the symbolic link itself instead
    /// of the file the link points to.
    #[function(sig = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(t: &Thread, path: Path<true, true>, follow_symlinks: bool) -> PyResult<Owned<PyList>> {
        path.check_alone(t, DirFd::default(), follow_symlinks)?;
        xattr_audit(t, "os.listxattr", &path.object, &[])?;
        let mut size = 256usize;
        loop {
            let mut out = vec![0u8; size];
            let address = out.as_mut_ptr() as usize;
            // SAFETY: the path ends with zero; the buffer is as long as said and is kept during the call.
            let result = call(t, || unsafe {
                let out = address as *mut libc::c_char;
                (if path.fd != -1 {
                    libc::flistxattr(path.fd, out, size)
                } else if follow_symlinks {
                    libc::listxattr(path.c.as_ptr(), out, size)
                } else {
                    libc::llistxattr(path.c.as_ptr(), out, size)
                }) as i64
            });
            match result {
                Ok(n) => {
                    let list = PyList::new(t)?;
                    for name in out[..n.unsigned_abs() as usize].split(|&b| b == 0).filter(|name| !name.is_empty()) {
                        list.append(t, name_object(t, name, false)?)?;
                    }
                    return Ok(list);
                }
                Err(libc::ERANGE) if size < 65536 => size = 65536,
                Err(code) => return Err(path.error(t, code)),
            }
        }
    }

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is.  If
    /// the object defines __fspath__(), then return the result of that method.
    /// All other types raise a TypeError.
    #[function(sig = "(path)", name = "fspath")]
    fn fspath_(t: &Thread, path: &Object) -> PyResult {
        fspath::fspath(t, path)
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function(sig = "(path)")]
    fn _path_normpath(t: &Thread, path: &Object) -> PyResult {
        let (data, bytes) = looked_at(t, path, "_path_normpath")?;
        back(t, &normalize(&data), bytes)
    }

    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[function(sig = "(p)")]
    fn _path_splitroot_ex(t: &Thread, p: &Object) -> PyResult<(Owned, Owned, Owned)> {
        let (data, bytes) = looked_at(t, p, "_path_splitroot_ex")?;
        let root = root_len(&data);
        Ok((back(t, b"", bytes)?, back(t, &data[..root], bytes)?, back(t, &data[root..], bytes)?))
    }

    /// Return the configuration limit name for the file or directory path.
    ///
    /// If there is no limit, return -1.
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path, name)")]
    fn pathconf(t: &Thread, path: PathFd, name: &Object) -> PyResult<i64> {
        let name = super::super::system::config_name(t, name, super::super::consts::PATHCONF_NAMES)?;
        // SAFETY: the path ends with zero.
        unsafe {
            *libc::__errno_location() = 0;
            let value =
                if path.is_fd() { libc::fpathconf(path.fd, name) } else { libc::pathconf(path.c.as_ptr(), name) };
            match args::errno() {
                libc::EINVAL if value == -1 => Err(errors::os_error(t, libc::EINVAL)),
                code if value == -1 && code != 0 => Err(path.error(t, code)),
                _ => Ok(value),
            }
        }
    }

    /// Execute the command in a subshell.
    #[function(sig = "(command)")]
    fn system(t: &Thread, command: FsName) -> PyResult<i32> {
        if audit::active(t) {
            audit::audit(t, "os.system", &[&*PyBytes::new(t, command.0.as_bytes())?])?;
        }
        // SAFETY: the command ends with zero.
        Ok(t.allow_threads(|| unsafe { libc::system(command.0.as_ptr()) }))
    }
}
