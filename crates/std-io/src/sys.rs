//! System calls on file descriptors, without the GIL and again after a signal. Where memory that Python sees is passed,
//! the reason why it stays in place stands at the call.

use std::ffi::CString;
use taipan_object::{PyResult, Raised, Thread, errors, state};

/// The last error number of this thread.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Most bytes that one call moves (as the kernel's own limit).
const MOST: usize = 0x7fff_f000;

/// Runs a call until it is not interrupted: its result, or the error number.
fn retry<R: Copy + Send + PartialOrd + Default>(
    t: &Thread,
    work: impl Fn() -> R + Send + Sync,
) -> PyResult<Result<R, i32>> {
    loop {
        let (result, code) = t.allow_threads(|| {
            let result = work();
            (result, if result < R::default() { errno() } else { 0 })
        });
        if result >= R::default() {
            return Ok(Ok(result));
        }
        if code != libc::EINTR {
            return Ok(Err(code));
        }
        state::check_signals(t)?;
    }
}

/// `read(2)` into memory of `len` bytes; `None` if it would block.
///
/// # Safety
/// The memory stays in place and may be written until the call returns.
pub unsafe fn read(t: &Thread, fd: i32, data: *mut u8, len: usize) -> PyResult<Option<usize>> {
    let address = data as usize;
    // SAFETY: the caller's promise.
    match retry(t, || unsafe { libc::read(fd, address as *mut libc::c_void, len.min(MOST)) })? {
        Ok(n) => Ok(Some(n.unsigned_abs())),
        Err(libc::EAGAIN) => Ok(None),
        Err(code) => Err(errors::os_error(t, code)),
    }
}

/// `write(2)` from memory of `len` bytes; `None` if it would block.
///
/// # Safety
/// The memory stays in place until the call returns.
pub unsafe fn write(t: &Thread, fd: i32, data: *const u8, len: usize) -> PyResult<Option<usize>> {
    let address = data as usize;
    // SAFETY: the caller's promise.
    match retry(t, || unsafe { libc::write(fd, address as *const libc::c_void, len.min(MOST)) })? {
        Ok(n) => Ok(Some(n.unsigned_abs())),
        Err(libc::EAGAIN) => Ok(None),
        Err(code) => Err(errors::os_error(t, code)),
    }
}

/// `open(2)`: the descriptor, or the error number.
pub fn open(t: &Thread, path: &[u8], flags: i32, mode: u32) -> PyResult<Result<i32, i32>> {
    let Ok(path) = CString::new(path) else { return Ok(Err(libc::EINVAL)) };
    // SAFETY: the path ends with zero.
    retry(t, || unsafe { libc::open(path.as_ptr(), flags, mode) })
}

/// `close(2)`: never repeated, for the descriptor is gone even after a signal.
pub fn close(t: &Thread, fd: i32) -> Result<(), i32> {
    // SAFETY: closing is defined for any number.
    let (result, code) = t.allow_threads(|| (unsafe { libc::close(fd) }, errno()));
    if result < 0 && code != libc::EINTR { Err(code) } else { Ok(()) }
}

/// `lseek(2)`.
pub fn seek(t: &Thread, fd: i32, offset: i64, whence: i32) -> Result<i64, i32> {
    // SAFETY: a call on numbers.
    let (result, code) = t.allow_threads(|| (unsafe { libc::lseek(fd, offset, whence) }, errno()));
    if result < 0 { Err(code) } else { Ok(result) }
}

/// `ftruncate(2)`.
pub fn truncate(t: &Thread, fd: i32, size: i64) -> PyResult<()> {
    // SAFETY: a call on numbers.
    match retry(t, || unsafe { libc::ftruncate(fd, size) })? {
        Ok(_) => Ok(()),
        Err(code) => Err(errors::os_error(t, code)),
    }
}

/// What `fstat(2)` says of a descriptor: mode, size and block size.
#[derive(Clone, Copy)]
pub struct Stat {
    /// `st_mode`.
    pub mode: u32,
    /// `st_size`.
    pub size: i64,
    /// `st_blksize`.
    pub block: i64,
}

/// `fstat(2)`.
pub fn stat(t: &Thread, fd: i32) -> Result<Stat, i32> {
    t.allow_threads(|| {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        unsafe {
            let mut out: libc::stat = core::mem::zeroed();
            if libc::fstat(fd, &mut out) < 0 {
                return Err(errno());
            }
            Ok(Stat { mode: out.st_mode, size: out.st_size, block: out.st_blksize })
        }
    })
}

/// `isatty(3)`.
pub fn isatty(t: &Thread, fd: i32) -> bool {
    // SAFETY: a call on a number.
    t.allow_threads(|| unsafe { libc::isatty(fd) != 0 })
}

/// Takes the flag "inherited by programs that are executed" off a descriptor.
pub fn set_cloexec(t: &Thread, fd: i32) -> Result<(), Raised> {
    // SAFETY: calls on numbers.
    let done = unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        flags >= 0 && (flags & libc::FD_CLOEXEC != 0 || libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC) >= 0)
    };
    if done { Ok(()) } else { Err(errors::last_os_error(t)) }
}

/// Whether a descriptor is open.
pub fn is_valid(fd: i32) -> bool {
    // SAFETY: a call on numbers.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

/// The locale that the interpreter has set for characters, and the encoding that it names.
pub fn locale() -> (String, String) {
    // SAFETY: a query; the strings are static or copied at once.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, core::ptr::null());
        let name =
            if name.is_null() { String::new() } else { core::ffi::CStr::from_ptr(name).to_string_lossy().into_owned() };
        (name, codeset())
    }
}

/// The encoding of the current locale (`nl_langinfo(CODESET)`).
pub fn codeset() -> String {
    // SAFETY: a static string, copied at once.
    unsafe {
        let name = libc::nl_langinfo(libc::CODESET);
        let name = if name.is_null() { "".into() } else { core::ffi::CStr::from_ptr(name).to_string_lossy() };
        if name.is_empty() { "utf-8".to_string() } else { name.into_owned() }
    }
}
