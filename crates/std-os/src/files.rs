//! Paths as arguments, and system calls on descriptors.

use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, attr, err, errors, exceptions, name, number,
};

/// A path, as the file system wants it, and whether it was given as bytes.
pub struct Path {
    /// The path.
    pub path: PathBuf,
    /// Whether results are to be bytes.
    pub bytes: bool,
    /// What was given, for errors.
    pub object: Owned,
}

/// `os.fspath(path)`.
pub fn fspath(t: &Thread, path: &Object) -> PyResult {
    if path.is_instance_of::<PyStr>() || path.is_instance_of::<PyBytes>() {
        return Ok(path.own());
    }
    match attr::call_special(t, path, name!(t, "__fspath__"), &[])? {
        None => {
            Err(err!(t, TypeError, "expected str, bytes or os.PathLike object, not {:.200}", path.class().name_lossy()))
        }
        Some(found) if found.is_instance_of::<PyStr>() || found.is_instance_of::<PyBytes>() => Ok(found),
        Some(found) => Err(err!(
            t,
            TypeError,
            "expected {:.200}.__fspath__() to return str or bytes, not {:.200}",
            path.class().name_lossy(),
            found.class().name_lossy()
        )),
    }
}

/// A path given as an argument.
pub fn path(t: &Thread, given: &Object, function: &str) -> PyResult<Path> {
    let object = match fspath(t, given) {
        Ok(object) => object,
        Err(raised) if errors::matches::<exceptions::TypeError>(t) && given.class().name_lossy() != "str" => {
            errors::clear(t);
            let _ = raised;
            return Err(err!(
                t,
                TypeError,
                "{function}: path should be string, bytes or os.PathLike, not {}",
                given.class().name_lossy()
            ));
        }
        Err(raised) => return Err(raised),
    };
    let (raw, bytes) = match object.downcast::<PyBytes>() {
        Some(bytes) => (bytes.as_bytes().to_vec(), true),
        None => match object.downcast::<PyStr>() {
            Some(text) => (text.to_fs_bytes(t)?, false),
            None => (Vec::new(), false),
        },
    };
    if raw.contains(&0) {
        return Err(err!(t, ValueError, "{function}: embedded null character in path"));
    }
    Ok(Path { path: PathBuf::from(OsString::from_vec(raw)), bytes, object })
}

/// A name from the file system as text or bytes.
pub fn name_object(t: &Thread, name: &OsStr, bytes: bool) -> PyResult {
    if bytes {
        PyBytes::new(t, name.as_bytes()).map(Owned::into_object)
    } else {
        PyStr::from_fs_bytes(t, name.as_bytes()).map(Owned::into_object)
    }
}

/// The `OSError` of a failed call on a path.
pub fn failed(t: &Thread, error: &std::io::Error, path: &Path) -> taipan_object::Raised {
    errors::os_error_with(t, error.raw_os_error().unwrap_or(0), Some(&path.object), None)
}

/// Whether an argument is a file descriptor, and which.
pub fn descriptor(t: &Thread, given: &Object) -> PyResult<Option<i32>> {
    if given.is_instance_of::<PyInt>() || (number::is_index(given) && !given.is_instance_of::<PyStr>()) {
        let value = number::index_as_isize(t, given)?;
        return match i32::try_from(value) {
            Ok(fd) => Ok(Some(fd)),
            Err(_) => Err(err!(t, OverflowError, "fd is greater than maximum")),
        };
    }
    Ok(None)
}

fn c_path(path: &std::path::Path) -> std::io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| std::io::Error::from_raw_os_error(libc::EINVAL))
}

fn checked(result: isize) -> std::io::Result<usize> {
    usize::try_from(result).map_err(|_| std::io::Error::last_os_error())
}

/// `open(2)`; the descriptor is not inherited.
pub fn open(path: &std::path::Path, flags: i32, mode: u32) -> std::io::Result<i32> {
    let path = c_path(path)?;
    // SAFETY: the path ends with zero.
    let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) };
    if fd < 0 { Err(std::io::Error::last_os_error()) } else { Ok(fd) }
}

/// `close(2)`.
pub fn close(fd: i32) -> std::io::Result<()> {
    // SAFETY: closing is defined for any number.
    checked(unsafe { libc::close(fd) } as isize).map(drop)
}

/// `read(2)`, again after a signal.
pub fn read(fd: i32, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        // SAFETY: the buffer has the length that is passed.
        match checked(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) }) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// `write(2)`, again after a signal.
pub fn write(fd: i32, data: &[u8]) -> std::io::Result<usize> {
    loop {
        // SAFETY: the data has the length that is passed.
        match checked(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) }) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// `lseek(2)`.
pub fn seek(fd: i32, offset: i64, whence: i32) -> std::io::Result<i64> {
    // SAFETY: a call on numbers.
    let at = unsafe { libc::lseek(fd, offset, whence) };
    if at < 0 { Err(std::io::Error::last_os_error()) } else { Ok(at) }
}

/// `isatty(3)`.
pub fn isatty(fd: i32) -> bool {
    // SAFETY: a call on a number.
    unsafe { libc::isatty(fd) == 1 }
}

/// What `fstat(2)`, `stat(2)` or `lstat(2)` finds.
pub fn stat(path: Result<&std::path::Path, i32>, follow: bool) -> std::io::Result<libc::stat> {
    // SAFETY: zero is a valid value of the struct, which the calls fill in; paths end with zero.
    unsafe {
        let mut out: libc::stat = core::mem::zeroed();
        let result = match path {
            Err(fd) => libc::fstat(fd, &mut out),
            Ok(path) => {
                let path = c_path(path)?;
                if follow { libc::stat(path.as_ptr(), &mut out) } else { libc::lstat(path.as_ptr(), &mut out) }
            }
        };
        checked(result as isize).map(|_| out)
    }
}

/// The class `OSError`, for `error` in modules.
pub fn os_error_class() -> &'static Object {
    exceptions::OSError::class().as_object()
}
