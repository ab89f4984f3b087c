//! File descriptors.

use super::results::{TERMINAL_SIZE, int, stat_result};
use crate::args::{self, DirFd, Fd, FsName, Path, call, checked, checked_retry, retry};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, attr, audit, err, errors, native_module, number, sequence,
    singletons,
};

fn set_inheritable_now(fd: i32, inheritable: bool) -> i64 {
    // SAFETY: calls on numbers.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return -1;
        }
        let wanted = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        if wanted == flags { 0 } else { i64::from(libc::fcntl(fd, libc::F_SETFD, wanted)) }
    }
}

/// The buffers of a vectored call, held while their memory is used.
struct Vectors {
    held: Vec<Buffer>,
}

impl Vectors {
    fn get(t: &Thread, buffers: &Object, writable: bool, function: &str) -> PyResult<Self> {
        if !sequence::is_sequence(buffers) {
            return Err(err!(t, TypeError, "{function}() arg 2 must be a sequence"));
        }
        let flags = if writable { taipan_object::abi::PyBUF_WRITABLE } else { taipan_object::abi::PyBUF_SIMPLE };
        let n = buffers.len_of(t)?;
        let mut held = Vec::new();
        for i in 0..n {
            let item = sequence::sequence_item(t, buffers, i as isize)?;
            held.push(Buffer::get(t, &item, flags)?);
        }
        Ok(Self { held })
    }

    /// Addresses and lengths, as numbers that another thread may carry.
    fn parts(&self) -> Vec<(usize, usize)> {
        self.held.iter().map(|b| (b.view().buf as usize, b.len())).collect()
    }
}

fn iovecs(parts: &[(usize, usize)]) -> Vec<libc::iovec> {
    parts.iter().map(|&(base, len)| libc::iovec { iov_base: base as *mut libc::c_void, iov_len: len }).collect()
}

fn offset_pointer(t: &Thread, value: Option<&Object>) -> PyResult<Option<i64>> {
    match attr::none_if_none(value) {
        None => Ok(None),
        Some(value) => number::index_as_isize(t, value).map(|n| Some(n as i64)),
    }
}

/// Reads `n` bytes by a call that is given an address.
fn read_with(
    t: &Thread,
    n: isize,
    work: impl Fn(*mut libc::c_void, usize) -> i64 + Send + Sync,
) -> PyResult<Owned<PyBytes>> {
    let Ok(n) = usize::try_from(n) else { return Err(errors::os_error(t, libc::EINVAL)) };
    let out = PyBytes::alloc(t, n.min(0x7fff_f000))?;
    let (address, len) = (out.data_ptr() as usize, out.len());
    // The object is fresh, and kept during the call.
    let got = checked_retry(t, || work(address as *mut libc::c_void, len))?.unsigned_abs() as usize;
    if got == len && len > 1 { Ok(out) } else { PyBytes::new(t, &out.as_bytes()[..got.min(len)]) }
}

/// Writes memory by a call that is given an address; the buffer is held meanwhile.
fn write_with(
    t: &Thread,
    data: &Buffer,
    work: impl Fn(*const libc::c_void, usize) -> i64 + Send + Sync,
) -> PyResult<i64> {
    let (address, len) = (data.as_bytes().as_ptr() as usize, data.len().min(0x7fff_f000));
    checked_retry(t, || work(address as *const libc::c_void, len))
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix", part)]
pub mod part {
    use super::*;

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(t: &Thread, path: Path, flags: i32, mode: i32, dir_fd: DirFd) -> PyResult<i64> {
        let flags = flags | libc::O_CLOEXEC;
        if audit::active(t) {
            let flags = PyInt::from_i64(t, i64::from(flags))?;
            audit::audit(t, "open", &[&path.object, singletons::none(), &flags])?;
        }
        // SAFETY: the path ends with zero.
        retry(t, || i64::from(unsafe { libc::openat(dir_fd.0, path.c.as_ptr(), flags, mode as libc::c_uint) }))?
            .map_err(|code| path.error(t, code))
    }

    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(t: &Thread, fd: i32) -> PyResult<()> {
        // SAFETY: a call on a number.
        match call(t, || i64::from(unsafe { libc::close(fd) })) {
            Ok(_) | Err(libc::EINTR) => Ok(()),
            Err(code) => Err(errors::os_error(t, code)),
        }
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(t: &Thread, fd_low: i32, fd_high: i32) {
        let (low, high) = (fd_low.max(0), fd_high);
        if low < high {
            // SAFETY: a call on numbers.
            t.allow_threads(|| unsafe {
                libc::syscall(libc::SYS_close_range, low as libc::c_uint, (high - 1) as libc::c_uint, 0);
            });
        }
    }

    /// Return a duplicate of a file descriptor.
    #[function]
    fn dup(t: &Thread, fd: i32) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
    }

    /// Duplicate file descriptor.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(t: &Thread, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        if fd < 0 || fd2 < 0 {
            return Err(errors::os_error(t, libc::EBADF));
        }
        // SAFETY: calls on numbers.
        checked(t, || unsafe {
            i64::from(if inheritable || fd == fd2 { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) })
        })?;
        Ok(fd2)
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function]
    fn read(t: &Thread, fd: i32, length: isize) -> PyResult<Owned<PyBytes>> {
        // SAFETY: the memory is as long as said.
        read_with(t, length, move |data, n| unsafe { libc::read(fd, data, n) as i64 })
    }

    /// Read into a buffer object from a file descriptor.
    ///
    /// The buffer should be mutable and bytes-like.  On success, returns the
    /// number of bytes read.  Less bytes may be read than the size of the
    /// buffer.  The underlying system call will be retried when interrupted by
    /// a signal, unless the signal handler raises an exception.  Other errors
    /// will not be retried and an error will be raised.
    ///
    /// Returns 0 if *fd* is at end of file or if the provided *buffer* has
    /// length 0 (which can be used to check for errors without reading data).
    /// Never returns negative.
    #[function]
    fn readinto(t: &Thread, fd: i32, buffer: &Object) -> PyResult<i64> {
        let target = Buffer::writable(t, buffer)?;
        let (address, len) = (target.view().buf as usize, target.len().min(0x7fff_f000));
        // SAFETY: the buffer is held during the call.
        checked_retry(t, || unsafe { libc::read(fd, address as *mut libc::c_void, len) as i64 })
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    ///
    /// Read length bytes from file descriptor fd, starting at offset bytes from
    /// the beginning of the file.  The file offset remains unchanged.
    #[function]
    fn pread(t: &Thread, fd: i32, length: isize, offset: i64) -> PyResult<Owned<PyBytes>> {
        // SAFETY: the memory is as long as said.
        read_with(t, length, move |data, n| unsafe { libc::pread(fd, data, n, offset) as i64 })
    }

    /// Write a bytes object to a file descriptor.
    #[function]
    fn write(t: &Thread, fd: i32, data: Buffer) -> PyResult<i64> {
        // SAFETY: the memory is as long as said.
        write_with(t, &data, move |data, n| unsafe { libc::write(fd, data, n) as i64 })
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    ///
    /// Write buffer to fd, starting at offset bytes from the beginning of
    /// the file.  Returns the number of bytes written.  Does not change the
    /// current file offset.
    #[function]
    fn pwrite(t: &Thread, fd: i32, buffer: Buffer, offset: i64) -> PyResult<i64> {
        // SAFETY: the memory is as long as said.
        write_with(t, &buffer, move |data, n| unsafe { libc::pwrite(fd, data, n, offset) as i64 })
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    ///
    /// The buffers should be mutable buffers accepting bytes.
    /// readv will transfer data into each buffer until it is full
    /// and then move on to the next buffer in the sequence to hold
    /// the rest of the data.
    ///
    /// readv returns the total number of bytes read,
    /// which may be less than the total capacity of all the buffers.
    #[function]
    fn readv(t: &Thread, fd: i32, buffers: &Object) -> PyResult<i64> {
        let vectors = Vectors::get(t, buffers, true, "readv")?;
        let parts = vectors.parts();
        checked_retry(t, || {
            let all = iovecs(&parts);
            // SAFETY: the buffers are held during the call.
            unsafe { libc::readv(fd, all.as_ptr(), all.len() as i32) as i64 }
        })
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    ///
    /// Returns the total number of bytes written.
    /// buffers must be a sequence of bytes-like objects.
    #[function]
    fn writev(t: &Thread, fd: i32, buffers: &Object) -> PyResult<i64> {
        let vectors = Vectors::get(t, buffers, false, "writev")?;
        let parts = vectors.parts();
        checked_retry(t, || {
            let all = iovecs(&parts);
            // SAFETY: the buffers are held during the call.
            unsafe { libc::writev(fd, all.as_ptr(), all.len() as i32) as i64 }
        })
    }

    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    ///
    /// Combines the functionality of readv() and pread().  As readv(), it will
    /// transfer data into each buffer until it is full and then move on to the
    /// next buffer in the sequence to hold the rest of the data.  Its fourth
    /// argument, specifies the file offset at which the input operation is to
    /// be performed.  It will return the total number of bytes read (which can
    /// be less than the total capacity of all the objects).
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_HIPRI
    /// - RWF_NOWAIT
    ///
    /// Using non-zero flags requires Linux 4.6 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(t: &Thread, fd: i32, buffers: &Object, offset: i64, flags: i32) -> PyResult<i64> {
        let vectors = Vectors::get(t, buffers, true, "preadv2")?;
        let parts = vectors.parts();
        checked_retry(t, || {
            let all = iovecs(&parts);
            // SAFETY: the buffers are held during the call.
            unsafe { libc::preadv2(fd, all.as_ptr(), all.len() as i32, offset, flags) as i64 }
        })
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    ///
    /// Combines the functionality of writev() and pwrite(). All buffers must be
    /// a sequence of bytes-like objects.  Buffers are processed in array order.
    /// Entire contents of first buffer is written before proceeding to second,
    /// and so on. The operating system may set a limit (sysconf() value
    /// SC_IOV_MAX) on the number of buffers that can be used.
    /// This function writes the contents of each object to the file descriptor
    /// and returns the total number of bytes written.
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_DSYNC
    /// - RWF_SYNC
    /// - RWF_APPEND
    ///
    /// Using non-zero flags requires Linux 4.7 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(t: &Thread, fd: i32, buffers: &Object, offset: i64, flags: i32) -> PyResult<i64> {
        let vectors = Vectors::get(t, buffers, false, "pwritev2")?;
        let parts = vectors.parts();
        checked_retry(t, || {
            let all = iovecs(&parts);
            // SAFETY: the buffers are held during the call.
            unsafe { libc::pwritev2(fd, all.as_ptr(), all.len() as i32, offset, flags) as i64 }
        })
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function(sig = "(out_fd, in_fd, offset, count)")]
    fn sendfile(t: &Thread, out_fd: i32, in_fd: i32, offset: &Object, count: isize) -> PyResult<i64> {
        let offset = offset_pointer(t, Some(offset))?;
        let Ok(count) = usize::try_from(count) else { return Err(errors::os_error(t, libc::EINVAL)) };
        checked_retry(t, || {
            let mut at = offset.unwrap_or(0);
            let place = if offset.is_some() { &raw mut at } else { core::ptr::null_mut() };
            // SAFETY: the offset is a variable of ours.
            unsafe { libc::sendfile(out_fd, in_fd, place, count) as i64 }
        })
    }

    /// Copy count bytes from one file descriptor to another.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst.
    #[function(sig = "(src, dst, count, offset_src=None,\n                offset_dst=None)")]
    fn copy_file_range(
        t: &Thread,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<&Object>,
        offset_dst: Option<&Object>,
    ) -> PyResult<i64> {
        let Ok(count) = usize::try_from(count) else {
            return Err(err!(t, ValueError, "negative value for 'count' not allowed"));
        };
        let (from, to) = (offset_pointer(t, offset_src)?, offset_pointer(t, offset_dst)?);
        checked_retry(t, || {
            let (mut a, mut b) = (from.unwrap_or(0), to.unwrap_or(0));
            let pa = if from.is_some() { &raw mut a } else { core::ptr::null_mut() };
            let pb = if to.is_some() { &raw mut b } else { core::ptr::null_mut() };
            // SAFETY: the offsets are variables of ours.
            unsafe { libc::copy_file_range(src, pa, dst, pb, count, 0) as i64 }
        })
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///   flags
    ///     Flags to modify the semantics of the call.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst. The offset associated to the file
    /// descriptor that refers to a pipe must be None.
    #[function(
        sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)",
        text = "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)"
    )]
    fn splice(
        t: &Thread,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<&Object>,
        offset_dst: Option<&Object>,
        flags: u32,
    ) -> PyResult<i64> {
        let Ok(count) = usize::try_from(count) else {
            return Err(err!(t, ValueError, "negative value for 'count' not allowed"));
        };
        let (from, to) = (offset_pointer(t, offset_src)?, offset_pointer(t, offset_dst)?);
        checked_retry(t, || {
            let (mut a, mut b) = (from.unwrap_or(0), to.unwrap_or(0));
            let pa = if from.is_some() { &raw mut a } else { core::ptr::null_mut() };
            let pb = if to.is_some() { &raw mut b } else { core::ptr::null_mut() };
            // SAFETY: the offsets are variables of ours.
            unsafe { libc::splice(src, pa, dst, pb, count, flags) as i64 }
        })
    }

    /// Set the position of a file descriptor.  Return the new position.
    ///
    ///   fd
    ///     An open file descriptor, as returned by os.open().
    ///   position
    ///     Position, interpreted relative to 'whence'.
    ///   whence
    ///     The relative position to seek from. Valid values are:
    ///     - SEEK_SET: seek from the start of the file.
    ///     - SEEK_CUR: seek from the current file position.
    ///     - SEEK_END: seek from the end of the file.
    ///
    /// The return value is the number of bytes relative to the beginning of
    /// the file.
    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(t: &Thread, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || unsafe { libc::lseek(fd, position, whence) })
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function(sig = "(fd, length, /)")]
    fn ftruncate(t: &Thread, fd: i32, length: i64) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.truncate", &[&*PyInt::from_i64(t, i64::from(fd))?, &*PyInt::from_i64(t, length)?])?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::ftruncate(fd, length) })).map(drop)
    }

    /// Force write of fd to disk.
    #[function(sig = "(fd)")]
    fn fsync(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fsync(fd.0) })).map(drop)
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function(sig = "(fd)")]
    fn fdatasync(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fdatasync(fd.0) })).map(drop)
    }

    /// Force write of everything to disk.
    #[function]
    fn sync(t: &Thread) {
        // SAFETY: takes nothing.
        t.allow_threads(|| unsafe { libc::sync() });
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file.
    /// Equivalent to os.chdir(fd).
    #[function(sig = "(fd)")]
    fn fchdir(t: &Thread, fd: Fd) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.chdir", &[&*PyInt::from_i64(t, i64::from(fd.0))?])?;
        }
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fchdir(fd.0) })).map(drop)
    }

    /// Change the access permissions of the file given by file descriptor fd.
    ///
    ///   fd
    ///     The file descriptor of the file to be modified.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*.  The conventional
    ///     UNIX notation for numeric modes uses an octal base, which needs to
    ///     be indicated with a ``0o`` prefix in Python.
    ///
    /// Equivalent to os.chmod(fd, mode).
    #[function(sig = "(fd, mode)")]
    fn fchmod(t: &Thread, fd: i32, mode: i32) -> PyResult<()> {
        if audit::active(t) {
            let (a, b, c) = (int(t, i64::from(fd))?, int(t, i64::from(mode))?, int(t, -1)?);
            audit::audit(t, "os.chmod", &[&a, &b, &c])?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::fchmod(fd, mode as libc::mode_t) })).map(drop)
    }

    /// Change the owner and group id of the file specified by file descriptor.
    ///
    /// Equivalent to os.chown(fd, uid, gid).
    #[function(sig = "(fd, uid, gid)")]
    fn fchown(t: &Thread, fd: i32, uid: args::Uid, gid: args::Gid) -> PyResult<()> {
        if audit::active(t) {
            let (a, b) = (args::id_object(t, uid.0)?, args::id_object(t, gid.0)?);
            audit::audit(t, "os.chown", &[&*int(t, i64::from(fd))?, &a, &b, &*int(t, -1)?])?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::fchown(fd, uid.0, gid.0) })).map(drop)
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[function(sig = "(fd)")]
    fn fstat(t: &Thread, fd: i32) -> PyResult {
        match super::super::fs::stat_call(t, c"", if fd == -1 { -2 } else { fd }, libc::AT_FDCWD, true) {
            Ok(found) => stat_result(t, &found),
            Err(code) => Err(errors::os_error(t, code)),
        }
    }

    /// Return the configuration limit name for the file descriptor fd.
    ///
    /// If there is no limit, return -1.
    #[function]
    fn fpathconf(t: &Thread, fd: Fd, name: &Object) -> PyResult<i64> {
        let name = super::super::system::config_name(t, name, super::super::consts::PATHCONF_NAMES)?;
        // SAFETY: a call on numbers.
        unsafe {
            *libc::__errno_location() = 0;
            let value = libc::fpathconf(fd.0, name);
            match args::errno() {
                code if value == -1 && code != 0 => Err(errors::os_error(t, code)),
                _ => Ok(value),
            }
        }
    }

    /// Return True if the fd is connected to a terminal.
    ///
    /// Return True if the file descriptor is an open file descriptor
    /// connected to the slave end of a terminal.
    #[function]
    fn isatty(t: &Thread, fd: i32) -> bool {
        // SAFETY: a call on a number.
        t.allow_threads(|| unsafe { libc::isatty(fd) != 0 })
    }

    /// Return the name of the terminal device connected to 'fd'.
    ///
    ///   fd
    ///     Integer file descriptor handle.
    #[function]
    fn ttyname(t: &Thread, fd: i32) -> PyResult<Owned<PyStr>> {
        let mut out = [0u8; 256];
        // SAFETY: the buffer is as long as said.
        let code = unsafe { libc::ttyname_r(fd, out.as_mut_ptr().cast(), out.len()) };
        if code != 0 {
            return Err(errors::os_error(t, code));
        }
        let end = out.iter().position(|&b| b == 0).unwrap_or(0);
        PyStr::from_fs_bytes(t, &out[..end])
    }

    /// Return the name of the controlling terminal for this process.
    #[function]
    fn ctermid(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, "/dev/tty")
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[function(sig = "(fd)")]
    fn device_encoding(t: &Thread, fd: i32) -> PyResult {
        // SAFETY: calls on a number; the string is static and copied at once.
        unsafe {
            if libc::isatty(fd) == 0 {
                return singletons::ok_none();
            }
            let name = libc::nl_langinfo(libc::CODESET);
            let name = core::ffi::CStr::from_ptr(name).to_string_lossy();
            PyStr::from_str(t, if name.is_empty() { "utf-8" } else { &name }).map(Owned::into_object)
        }
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function]
    fn pipe(t: &Thread) -> PyResult<(i32, i32)> {
        pipe2(t, libc::O_CLOEXEC)
    }

    /// Create a pipe with flags set atomically.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    ///
    /// flags can be constructed by ORing together one or more of these values:
    /// O_NONBLOCK, O_CLOEXEC.
    #[function]
    fn pipe2(t: &Thread, flags: i32) -> PyResult<(i32, i32)> {
        let mut fds = [0i32; 2];
        // SAFETY: room for two numbers.
        if unsafe { libc::pipe2(fds.as_mut_ptr(), flags) } < 0 {
            return Err(errors::last_os_error(t));
        }
        Ok((fds[0], fds[1]))
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function]
    fn openpty(t: &Thread) -> PyResult<(i32, i32)> {
        let (mut a, mut b) = (-1, -1);
        // SAFETY: the numbers are variables of ours; the rest may be null.
        let result = unsafe {
            libc::openpty(&mut a, &mut b, core::ptr::null_mut(), core::ptr::null_mut(), core::ptr::null_mut())
        };
        if result < 0 {
            return Err(errors::last_os_error(t));
        }
        for fd in [a, b] {
            if set_inheritable_now(fd, false) < 0 {
                return Err(errors::last_os_error(t));
            }
        }
        Ok((a, b))
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    ///
    /// Make the calling process a session leader; make the tty the
    /// controlling tty, the stdin, the stdout, and the stderr of the
    /// calling process; close fd.
    #[function]
    fn login_tty(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::login_tty(fd.0) })).map(drop)
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    ///
    /// Performs a posix_openpt() C function call. The oflag argument is used to
    /// set file status flags and file access modes as specified in the manual
    /// page of posix_openpt() of your system.
    #[function]
    fn posix_openpt(t: &Thread, oflag: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        let fd = checked(t, || i64::from(unsafe { libc::posix_openpt(oflag) }))?;
        if oflag & libc::O_CLOEXEC == 0 && set_inheritable_now(fd as i32, false) < 0 {
            return Err(errors::last_os_error(t));
        }
        Ok(fd)
    }

    /// Grant access to the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs a grantpt() C function call.
    #[function]
    fn grantpt(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::grantpt(fd.0) })).map(drop)
    }

    /// Unlock a pseudo-terminal master/slave pair.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs an unlockpt() C function call.
    #[function]
    fn unlockpt(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::unlockpt(fd.0) })).map(drop)
    }

    /// Return the name of the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// If the ptsname_r() C function is available, it is called;
    /// otherwise, performs a ptsname() C function call.
    #[function]
    fn ptsname(t: &Thread, fd: Fd) -> PyResult<Owned<PyStr>> {
        let mut out = [0u8; 128];
        // SAFETY: the buffer is as long as said.
        let code = unsafe { libc::ptsname_r(fd.0, out.as_mut_ptr().cast(), out.len()) };
        if code != 0 {
            return Err(errors::os_error(t, code));
        }
        let end = out.iter().position(|&b| b == 0).unwrap_or(0);
        PyStr::from_fs_bytes(t, &out[..end])
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function]
    fn tcgetpgrp(t: &Thread, fd: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::tcgetpgrp(fd) }))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function]
    fn tcsetpgrp(t: &Thread, fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::tcsetpgrp(fd, pgid) })).map(drop)
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function]
    fn get_blocking(t: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: a call on numbers.
        let flags = checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_GETFL) }))?;
        Ok(flags & i64::from(libc::O_NONBLOCK) == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function]
    fn set_blocking(t: &Thread, fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: calls on numbers.
        checked(t, || unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            if flags < 0 {
                return -1;
            }
            let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            i64::from(libc::fcntl(fd, libc::F_SETFL, wanted))
        })
        .map(drop)
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function]
    fn get_inheritable(t: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: a call on numbers.
        let flags = checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_GETFD) }))?;
        Ok(flags & i64::from(libc::FD_CLOEXEC) == 0)
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function]
    fn set_inheritable(t: &Thread, fd: i32, inheritable: i32) -> PyResult<()> {
        checked(t, || set_inheritable_now(fd, inheritable != 0)).map(drop)
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    ///
    ///   fd
    ///     An open file descriptor.
    ///   command
    ///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
    ///   length
    ///     The number of bytes to lock, starting at the current position.
    #[function]
    fn lockf(t: &Thread, fd: i32, command: i32, length: i64) -> PyResult<()> {
        if audit::active(t) {
            let all = [int(t, i64::from(fd))?, int(t, i64::from(command))?, int(t, length)?];
            audit::audit(t, "os.lockf", &[&all[0], &all[1], &all[2]])?;
        }
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::lockf(fd, command, length) })).map(drop)
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    ///
    /// Ensure that the file specified by fd encompasses a range of bytes
    /// starting at offset bytes from the beginning and continuing for length
    /// bytes.
    #[function]
    fn posix_fallocate(t: &Thread, fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: a call on numbers.
        match t.allow_threads(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            code => Err(errors::os_error(t, code)),
        }
    }

    /// Announce an intention to access data in a specific pattern.
    ///
    /// Announce an intention to access data in a specific pattern, thus
    /// allowing the kernel to make optimizations.
    /// The advice applies to the region of the file specified by fd starting at
    /// offset and continuing for length bytes.
    /// advice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,
    /// POSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or
    /// POSIX_FADV_DONTNEED.
    #[function]
    fn posix_fadvise(t: &Thread, fd: i32, offset: i64, length: i64, advice: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        match t.allow_threads(|| unsafe { libc::posix_fadvise(fd, offset, length, advice) }) {
            0 => Ok(()),
            code => Err(errors::os_error(t, code)),
        }
    }

    #[function(sig = "(name, flags=MFD_CLOEXEC)")]
    fn memfd_create(t: &Thread, name: FsName, flags: Option<u32>) -> PyResult<i64> {
        let flags = flags.unwrap_or(libc::MFD_CLOEXEC);
        // SAFETY: the name ends with zero.
        checked(t, || i64::from(unsafe { libc::memfd_create(name.0.as_ptr(), flags) }))
    }

    /// Creates and returns an event notification file descriptor.
    #[function(sig = "(initval, flags=EFD_CLOEXEC)")]
    fn eventfd(t: &Thread, initval: u32, flags: Option<i32>) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::eventfd(initval, flags.unwrap_or(libc::EFD_CLOEXEC)) }))
    }

    /// Read eventfd value
    #[function(sig = "(fd)")]
    fn eventfd_read(t: &Thread, fd: Fd) -> PyResult<u64> {
        let result = t.allow_threads(|| {
            let mut value = 0u64;
            // SAFETY: the value is a variable of ours.
            if unsafe { libc::eventfd_read(fd.0, &mut value) } < 0 { Err(args::errno()) } else { Ok(value) }
        });
        result.map_err(|code| errors::os_error(t, code))
    }

    /// Write eventfd value.
    #[function(sig = "(fd, value)")]
    fn eventfd_write(t: &Thread, fd: Fd, value: u64) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::eventfd_write(fd.0, value) })).map(drop)
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    ///
    /// If the file descriptor is not connected to a terminal, an OSError
    /// is thrown.
    ///
    /// This function will only be defined if an implementation is
    /// available for this system.
    ///
    /// shutil.get_terminal_size is the high-level function which should
    /// normally be used, os.get_terminal_size is the low-level implementation.
    #[function(sig = "(fd=None, /)", text = "($module, fd=<unrepresentable>, /)")]
    fn get_terminal_size(t: &Thread, fd: Option<&Object>) -> PyResult {
        let fd = match fd {
            None => 1,
            Some(fd) => i32::try_from(number::index_as_isize(t, fd)?)
                .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))?,
        };
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        let size = unsafe {
            let mut size: libc::winsize = core::mem::zeroed();
            if libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) < 0 {
                return Err(errors::last_os_error(t));
            }
            size
        };
        TERMINAL_SIZE.make(t, vec![int(t, i64::from(size.ws_col))?, int(t, i64::from(size.ws_row))?])
    }

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If
    /// path is bytes, the names of yielded DirEntry objects will also be bytes;
    /// in all other circumstances they will be str.
    ///
    /// If path is None, uses the path='.'.
    #[function(sig = "(path=None)")]
    fn scandir(t: &Thread, path: Path<true, true>) -> PyResult {
        super::super::scandir::scandir(t, &path)
    }
}
