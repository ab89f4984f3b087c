//! `fcntl`: control of descriptors, and locks on files.

use crate::args::{Fd, checked_retry, retry};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyModule, PyResult, PyStr, Thread, attr, audit, buffer, err, errors, native_module,
    number,
};

/// Bytes that fit a buffer on the stack.
const SMALL: usize = 1024;

/// The bytes of a str or of a bytes-like object; `None` for anything else.
fn bytes_of(t: &Thread, arg: &Object) -> PyResult<Option<Vec<u8>>> {
    if let Some(text) = arg.downcast::<PyStr>() {
        return Ok(Some(text.to_utf8(t)?.as_bytes().to_vec()));
    }
    if buffer::is_buffer(arg) {
        return buffer::contiguous_bytes(t, arg).map(Some);
    }
    Ok(None)
}

/// A number that need only fit when its high bits are cut off.
fn masked(t: &Thread, arg: &Object) -> PyResult<u64> {
    Ok(number::index(t, arg)?.to_u64_mask())
}

fn audited(t: &Thread, event: &str, fd: i32, code: u64, arg: Option<&Object>) -> PyResult<()> {
    if audit::active(t) {
        let (fd, code) = (PyInt::from_i64(t, i64::from(fd))?, PyInt::from_u64(t, code)?);
        let zero = PyInt::from_i64(t, 0)?;
        audit::audit(t, event, &[&fd, &code, arg.unwrap_or(&zero)])?;
    }
    Ok(())
}

/// This module performs file control and I/O control on file descriptors.
///
/// It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[native_module(name = "fcntl")]
pub mod fcntl {
    use super::*;

    /// Perform the operation cmd on file descriptor fd.
    ///
    /// The values used for cmd are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    /// If arg is given as a string, it will be encoded to binary using the
    /// UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the fcntl() call in
    /// the C code.
    ///
    /// If arg is given as a bytes-like object, the return value of fcntl() is a
    /// bytes object of that length, containing the resulting value put in the
    /// arg buffer by the operating system.  The length of the arg buffer is not
    /// allowed to exceed 1024 bytes.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(t: &Thread, fd: Fd, cmd: i32, arg: Option<&Object>) -> PyResult {
        audited(t, "fcntl.fcntl", fd.0, cmd as u64, arg)?;
        if let Some(arg) = arg
            && let Some(data) = bytes_of(t, arg)?
        {
            if data.len() > SMALL {
                return Err(err!(t, ValueError, "fcntl argument 3 is too long"));
            }
            let mut out = data.clone();
            // The system may write more than it was given.
            out.resize(SMALL + 64, 0);
            let address = out.as_mut_ptr() as usize;
            // SAFETY: the memory is ours and is kept during the call.
            checked_retry(t, || i64::from(unsafe { libc::fcntl(fd.0, cmd, address as *mut libc::c_void) }))?;
            return PyBytes::new(t, &out[..data.len()]).map(Owned::into_object);
        }
        let value = match arg {
            None => 0,
            Some(arg) if number::is_index(arg) => masked(t, arg)? as u32 as i32,
            Some(arg) => {
                return Err(err!(
                    t,
                    TypeError,
                    "fcntl() argument 3 must be an integer, a bytes-like object, or a string, not {:.200}",
                    arg.class().short_name_lossy()
                ));
            }
        };
        // SAFETY: a call on numbers.
        let result = checked_retry(t, || i64::from(unsafe { libc::fcntl(fd.0, cmd, value) }))?;
        PyInt::from_i64(t, result).map(Owned::into_object)
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    ///
    /// The argument arg is optional, and defaults to 0; it may be an integer, a
    /// bytes-like object or a string.  If arg is given as a string, it will be
    /// encoded to binary using the UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the ioctl() call in
    /// the C code.
    ///
    /// If the argument is a mutable buffer (such as a bytearray) and the
    /// mutate_flag argument is true (default) then the buffer is (in effect)
    /// passed to the operating system and changes made by the OS will be
    /// reflected in the contents of the buffer after the call has returned.
    /// The return value is the integer returned by the ioctl() system call.
    ///
    /// If the argument is a mutable buffer and the mutable_flag argument is
    /// false, the behavior is as if an immutable buffer had been passed.
    ///
    /// If the argument is an immutable buffer then a copy of the buffer is
    /// passed to the operating system and the return value is a bytes object of
    /// the same length containing whatever the operating system put in the
    /// buffer.  The length of the arg buffer in this case is not allowed to
    /// exceed 1024 bytes.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(t: &Thread, fd: Fd, request: &Object, arg: Option<&Object>, mutate_flag: bool) -> PyResult {
        let request = masked(t, request)?;
        audited(t, "fcntl.ioctl", fd.0, request, arg)?;
        if let Some(arg) = arg
            && !number::is_index(arg)
        {
            if mutate_flag && !arg.is_instance_of::<PyStr>() {
                match Buffer::get(t, arg, taipan_object::abi::PyBUF_WRITABLE) {
                    Ok(mut target) => {
                        let n = target.len();
                        let small = n <= SMALL;
                        let mut copy = [0u8; SMALL + 64];
                        let address = if small {
                            copy[..n].copy_from_slice(target.as_bytes());
                            copy.as_mut_ptr() as usize
                        } else {
                            target.as_mut_bytes().as_mut_ptr() as usize
                        };
                        let result =
                            // SAFETY: the memory is ours or held, and is kept during the call.
                            retry(t, || i64::from(unsafe { libc::ioctl(fd.0, request, address as *mut libc::c_void) }))?;
                        if small {
                            target.as_mut_bytes().copy_from_slice(&copy[..n]);
                        }
                        let result = result.map_err(|code| errors::os_error(t, code))?;
                        return PyInt::from_i64(t, result).map(Owned::into_object);
                    }
                    Err(_) => errors::clear(t),
                }
            }
            let Some(data) = bytes_of(t, arg)? else {
                return Err(err!(
                    t,
                    TypeError,
                    "ioctl() argument 3 must be an integer, a bytes-like object, or a string, not {:.200}",
                    arg.class().short_name_lossy()
                ));
            };
            if data.len() > SMALL {
                return Err(err!(t, ValueError, "ioctl argument 3 is too long"));
            }
            let mut out = data.clone();
            out.resize(SMALL + 64, 0);
            let address = out.as_mut_ptr() as usize;
            // SAFETY: the memory is ours and is kept during the call.
            checked_retry(t, || i64::from(unsafe { libc::ioctl(fd.0, request, address as *mut libc::c_void) }))?;
            return PyBytes::new(t, &out[..data.len()]).map(Owned::into_object);
        }
        let value = match arg {
            None => 0,
            Some(arg) => masked(t, arg)? as u32 as i32,
        };
        // SAFETY: a call on numbers.
        let result = checked_retry(t, || i64::from(unsafe { libc::ioctl(fd.0, request, value) }))?;
        PyInt::from_i64(t, result).map(Owned::into_object)
    }

    /// Perform the lock operation on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function(sig = "(fd, operation, /)")]
    fn flock(t: &Thread, fd: Fd, operation: i32) -> PyResult<()> {
        audited(t, "fcntl.flock", fd.0, operation as u64, None)?;
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::flock(fd.0, operation) })).map(drop)
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// fd is the file descriptor of the file to lock or unlock, and operation
    /// is one of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and
    /// the lock cannot be acquired, an OSError will be raised and the exception
    /// will have an errno attribute set to EACCES or EAGAIN (depending on the
    /// operating system -- for portability, check for either value).
    ///
    /// len is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  start is the byte offset, relative to whence, to that the lock
    /// starts.  whence is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(t: &Thread, fd: Fd, cmd: i32, len: Option<&Object>, start: Option<&Object>, whence: i32) -> PyResult<()> {
        audited(t, "fcntl.lockf", fd.0, cmd as u64, len)?;
        let kind = match cmd {
            libc::LOCK_UN => libc::F_UNLCK,
            c if c & libc::LOCK_SH != 0 => libc::F_RDLCK,
            c if c & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(err!(t, ValueError, "unrecognized lockf argument")),
        };
        let offset = |value: Option<&Object>| -> PyResult<i64> {
            attr::none_if_none(value).map_or(Ok(0), |value| number::index_as_isize(t, value).map(|n| n as i64))
        };
        let (length, from) = (offset(len)?, offset(start)?);
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        checked_retry(t, || {
            // SAFETY: zero is a valid value of the struct, which is a variable of ours.
            unsafe {
                let mut lock: libc::flock = core::mem::zeroed();
                lock.l_type = kind as libc::c_short;
                lock.l_whence = whence as libc::c_short;
                lock.l_start = from;
                lock.l_len = length;
                i64::from(libc::fcntl(fd.0, command, &raw mut lock))
            }
        })
        .map(drop)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        crate::posix::add_numbers(t, module, crate::fcntl_consts::NUMBERS)
    }
}
