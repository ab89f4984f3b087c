//! Arguments that the modules of the operating system share: paths, descriptors, user and group numbers; and system
//! calls without the GIL.

use std::ffi::CString;
use taipan_object::argparse::{FromArg, What};
use taipan_object::{
    Object, Own, Owned, PyBool, PyBytes, PyInt, PyResult, PyStr, Raised, Thread, err, errors, exceptions,
    exceptions_class, fileobject, fspath, name, number, singletons, state,
};

/// A path, or a descriptor if `FD`, or nothing if `NONE`.
pub struct Path<const FD: bool = false, const NONE: bool = false> {
    /// The path; empty if a descriptor or nothing was given.
    pub c: CString,
    /// The descriptor, or -1.
    pub fd: i32,
    /// What was given, for errors.
    pub object: Owned,
    /// Whether results are to be bytes.
    pub bytes: bool,
    /// The function that takes it.
    pub function: &'static str,
}

/// A C `long`.
pub fn long(t: &Thread, value: &Object) -> PyResult<i64> {
    let value = number::index(t, value)?;
    value.to_i64().ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C long"))
}

/// A path or a descriptor.
pub type PathFd = Path<true, false>;

impl<const FD: bool, const NONE: bool> Default for Path<FD, NONE> {
    fn default() -> Self {
        Self { c: c".".to_owned(), fd: -1, object: singletons::none().own(), bytes: false, function: "" }
    }
}

impl<const FD: bool, const NONE: bool> Path<FD, NONE> {
    /// Takes an argument.
    pub fn parse(t: &Thread, arg: &Object, function: &'static str, argument: &str) -> PyResult<Self> {
        if NONE && arg.is(singletons::none()) {
            return Ok(Self { function, ..Self::default() });
        }
        if FD && !arg.is_instance_of::<PyStr>() && !arg.is_instance_of::<PyBytes>() && number::is_index(arg) {
            if arg.is_exact::<PyBool>() {
                errors::warn(
                    t,
                    exceptions_class!(RuntimeWarning),
                    format_args!("bool is used as a file descriptor"),
                    1,
                )?;
            }
            let fd = fd_number(t, &*number::index(t, arg)?)?;
            return Ok(Self { c: CString::default(), fd, object: arg.own(), bytes: false, function });
        }
        let object = match fspath::fspath(t, arg) {
            Ok(object) => object,
            Err(raised) => {
                let method = arg.class().lookup(t, name!(t, "__fspath__"));
                if method.is_some_and(|method| !method.is(singletons::none()))
                    || !errors::matches::<exceptions::TypeError>(t)
                {
                    return Err(raised);
                }
                errors::clear(t);
                let allowed = match (FD, NONE) {
                    (true, true) => "string, bytes, os.PathLike, integer or None",
                    (true, false) => "string, bytes, os.PathLike or integer",
                    (false, true) => "string, bytes, os.PathLike or None",
                    (false, false) => "string, bytes or os.PathLike",
                };
                return Err(err!(
                    t,
                    TypeError,
                    "{function}: {argument} should be {allowed}, not {:.200}",
                    arg.class().short_name_lossy()
                ));
            }
        };
        let (raw, bytes) = match object.downcast::<PyBytes>() {
            Some(bytes) => (bytes.as_bytes().to_vec(), true),
            None => match object.downcast::<PyStr>() {
                Some(text) => (text.to_fs_bytes(t)?, false),
                None => (Vec::new(), false),
            },
        };
        match CString::new(raw) {
            Ok(c) => Ok(Self { c, fd: -1, object, bytes, function }),
            Err(_) => Err(err!(t, ValueError, "{function}: embedded null character in {argument}")),
        }
    }

    /// Whether a descriptor was given.
    pub fn is_fd(&self) -> bool {
        let object = &self.object;
        // The number -1 is a descriptor too, if never an open one.
        self.fd != -1
            || !(object.is_instance_of::<PyStr>()
                || object.is_instance_of::<PyBytes>()
                || object.is(singletons::none()))
    }

    /// The `OSError` of a failed call on this path.
    #[cold]
    pub fn error(&self, t: &Thread, code: i32) -> Raised {
        let named = Some(&*self.object).filter(|object| !object.is(singletons::none()));
        errors::os_error_with(t, code, named, None)
    }

    /// A descriptor stands alone.
    pub fn check_alone(&self, t: &Thread, dir_fd: DirFd, follow: bool) -> PyResult<()> {
        if self.is_fd() && dir_fd.0 != libc::AT_FDCWD {
            return Err(err!(t, ValueError, "{}: can't specify dir_fd without matching path", self.function));
        }
        if self.is_fd() && !follow {
            return Err(err!(t, ValueError, "{}: cannot use fd and follow_symlinks together", self.function));
        }
        Ok(())
    }
}

impl<'a, const FD: bool, const NONE: bool> FromArg<'a> for Path<FD, NONE> {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        let (function, argument) = match what {
            What::Name(function, argument) => (function, argument),
            What::Only(function) | What::Position(function, _) => (function, "path"),
        };
        Self::parse(t, arg, function, argument)
    }
}

fn fd_number(t: &Thread, index: &PyInt) -> PyResult<i32> {
    match index.to_i64().map(i32::try_from) {
        Some(Ok(fd)) => Ok(fd),
        _ if index.is_negative() => Err(err!(t, OverflowError, "fd is less than minimum")),
        _ => Err(err!(t, OverflowError, "fd is greater than maximum")),
    }
}

/// The argument `dir_fd`.
#[derive(Clone, Copy)]
pub struct DirFd(pub i32);

impl Default for DirFd {
    fn default() -> Self {
        Self(libc::AT_FDCWD)
    }
}

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        if arg.is(singletons::none()) {
            return Ok(Self::default());
        }
        if !number::is_index(arg) {
            return Err(err!(
                t,
                TypeError,
                "argument should be integer or None, not {:.200}",
                arg.class().short_name_lossy()
            ));
        }
        if arg.is_exact::<PyBool>() {
            errors::warn(t, exceptions_class!(RuntimeWarning), format_args!("bool is used as a file descriptor"), 1)?;
        }
        fd_number(t, &*number::index(t, arg)?).map(Self)
    }
}

/// A descriptor, or an object with a method `fileno()` (`PyObject_AsFileDescriptor`).
#[derive(Clone, Copy)]
pub struct Fd(pub i32);

impl<'a> FromArg<'a> for Fd {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        fileobject::descriptor(t, arg).map(Self)
    }
}

/// A user or group number; -1 leaves things as they are.
pub fn id_number(t: &Thread, arg: &Object, what: &str) -> PyResult<u32> {
    if !number::is_index(arg) {
        return Err(err!(t, TypeError, "{what} should be integer, not {:.200}", arg.class().short_name_lossy()));
    }
    let index = number::index(t, arg)?;
    match index.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(err!(t, OverflowError, "{what} is less than minimum")),
        Some(n) => u32::try_from(n)
            .ok()
            .filter(|&n| n != u32::MAX)
            .ok_or_else(|| err!(t, OverflowError, "{what} is greater than maximum")),
        None if index.is_negative() => Err(err!(t, OverflowError, "{what} is less than minimum")),
        None => Err(err!(t, OverflowError, "{what} is greater than maximum")),
    }
}

/// A user number.
#[derive(Clone, Copy)]
pub struct Uid(pub u32);

impl<'a> FromArg<'a> for Uid {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        id_number(t, arg, "uid").map(Self)
    }
}

/// A group number.
#[derive(Clone, Copy)]
pub struct Gid(pub u32);

impl<'a> FromArg<'a> for Gid {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        id_number(t, arg, "gid").map(Self)
    }
}

/// A user or group number as an int; the greatest is -1.
pub fn id_object(t: &Thread, id: u32) -> PyResult {
    let value = if id == u32::MAX { -1 } else { i64::from(id) };
    PyInt::from_i64(t, value).map(Owned::into_object)
}

/// A file name as the system wants it (`PyUnicode_FSConverter`).
pub struct FsName(pub CString);

impl<'a> FromArg<'a> for FsName {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        fs_name(t, arg).map(Self)
    }
}

/// As [`FsName`].
pub fn fs_name(t: &Thread, arg: &Object) -> PyResult<CString> {
    CString::new(fspath::fs_bytes(t, arg)?).map_err(|_| err!(t, ValueError, "embedded null byte"))
}

/// The last error number.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Runs a system call without the GIL: its result, or the error number.
pub fn call(t: &Thread, work: impl FnOnce() -> i64 + Send) -> Result<i64, i32> {
    t.allow_threads(|| {
        let result = work();
        if result < 0 { Err(errno()) } else { Ok(result) }
    })
}

/// As [`call`], again after a signal whose handler does not raise.
pub fn retry(t: &Thread, work: impl Fn() -> i64 + Send + Sync) -> PyResult<Result<i64, i32>> {
    loop {
        match call(t, &work) {
            Err(libc::EINTR) => state::check_signals(t)?,
            result => return Ok(result),
        }
    }
}

/// As [`call`]; a failure raises `OSError`.
pub fn checked(t: &Thread, work: impl FnOnce() -> i64 + Send) -> PyResult<i64> {
    call(t, work).map_err(|code| errors::os_error(t, code))
}

/// As [`retry`]; a failure raises `OSError`.
pub fn checked_retry(t: &Thread, work: impl Fn() -> i64 + Send + Sync) -> PyResult<i64> {
    retry(t, work)?.map_err(|code| errors::os_error(t, code))
}

/// A name from the file system as text or bytes.
pub fn name_object(t: &Thread, name: &[u8], bytes: bool) -> PyResult {
    if bytes {
        PyBytes::new(t, name).map(Owned::into_object)
    } else {
        PyStr::from_fs_bytes(t, name).map(Owned::into_object)
    }
}
