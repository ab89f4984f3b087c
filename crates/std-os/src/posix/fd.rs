//! File descriptors.

use super::results::{TERMINAL_SIZE, int, stat_result};
use crate::args::{self, DirFd, Fd, FsName, Path, call, checked, checked_retry, retry};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, attr, audit, err, errors, native_module, number,
    sequence, singletons,
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

    fn total(&self) -> usize {
        self.held.iter().map(Buffer::len).sum()
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
fn read_with(t: &Thread, n: isize, work: impl Fn(*mut libc::c_void, usize) -> i64 + Send + Sync) -> PyResult<Owned<PyBytes>> {
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

#[native_module(name = "posix", part)]
pub mod part {
    use super::*;

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

    #[function(sig = "(fd)")]
    fn close(t: &Thread, fd: i32) -> PyResult<()> {
        // SAFETY: a call on a number.
        match call(t, || i64::from(unsafe { libc::close(fd) })) {
            Ok(_) | Err(libc::EINTR) => Ok(()),
            Err(code) => Err(errors::os_error(t, code)),
        }
    }

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

    #[function]
    fn dup(t: &Thread, fd: i32) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
    }

    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(t: &Thread, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        if fd < 0 || fd2 < 0 {
            return Err(errors::os_error(t, libc::EBADF));
        }
        // SAFETY: calls on numbers.
        checked(t, || unsafe {
            i64::from(if inheritable || fd == fd2 {
                libc::dup2(fd, fd2)
            } else {
                libc::dup3(fd, fd2, libc::O_CLOEXEC)
            })
        })?;
        Ok(fd2)
    }

    #[function]
    fn read(t: &Thread, fd: i32, length: isize) -> PyResult<Owned<PyBytes>> {
        // SAFETY: the memory is as long as said.
        read_with(t, length, move |data, n| unsafe { libc::read(fd, data, n) as i64 })
    }

    #[function]
    fn readinto(t: &Thread, fd: i32, buffer: &Object) -> PyResult<i64> {
        let target = Buffer::writable(t, buffer)?;
        let (address, len) = (target.view().buf as usize, target.len().min(0x7fff_f000));
        // SAFETY: the buffer is held during the call.
        checked_retry(t, || unsafe { libc::read(fd, address as *mut libc::c_void, len) as i64 })
    }

    #[function]
    fn pread(t: &Thread, fd: i32, length: isize, offset: i64) -> PyResult<Owned<PyBytes>> {
        // SAFETY: the memory is as long as said.
        read_with(t, length, move |data, n| unsafe { libc::pread(fd, data, n, offset) as i64 })
    }

    #[function]
    fn write(t: &Thread, fd: i32, data: Buffer) -> PyResult<i64> {
        // SAFETY: the memory is as long as said.
        write_with(t, &data, move |data, n| unsafe { libc::write(fd, data, n) as i64 })
    }

    #[function]
    fn pwrite(t: &Thread, fd: i32, buffer: Buffer, offset: i64) -> PyResult<i64> {
        // SAFETY: the memory is as long as said.
        write_with(t, &buffer, move |data, n| unsafe { libc::pwrite(fd, data, n, offset) as i64 })
    }

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

    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None)")]
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

    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
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

    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(t: &Thread, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || unsafe { libc::lseek(fd, position, whence) })
    }

    #[function(sig = "(fd, length, /)")]
    fn ftruncate(t: &Thread, fd: i32, length: i64) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(
                t,
                "os.truncate",
                &[&*PyInt::from_i64(t, i64::from(fd))?, &*PyInt::from_i64(t, length)?],
            )?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::ftruncate(fd, length) })).map(drop)
    }

    #[function(sig = "(fd)")]
    fn fsync(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fsync(fd.0) })).map(drop)
    }

    #[function(sig = "(fd)")]
    fn fdatasync(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fdatasync(fd.0) })).map(drop)
    }

    #[function]
    fn sync(t: &Thread) {
        // SAFETY: takes nothing.
        t.allow_threads(|| unsafe { libc::sync() });
    }

    #[function(sig = "(fd)")]
    fn fchdir(t: &Thread, fd: Fd) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.chdir", &[&*PyInt::from_i64(t, i64::from(fd.0))?])?;
        }
        // SAFETY: a call on a number.
        checked_retry(t, || i64::from(unsafe { libc::fchdir(fd.0) })).map(drop)
    }

    #[function(sig = "(fd, mode)")]
    fn fchmod(t: &Thread, fd: i32, mode: i32) -> PyResult<()> {
        if audit::active(t) {
            let (a, b, c) = (int(t, i64::from(fd))?, int(t, i64::from(mode))?, int(t, -1)?);
            audit::audit(t, "os.chmod", &[&a, &b, &c])?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::fchmod(fd, mode as libc::mode_t) })).map(drop)
    }

    #[function(sig = "(fd, uid, gid)")]
    fn fchown(t: &Thread, fd: i32, uid: args::Uid, gid: args::Gid) -> PyResult<()> {
        if audit::active(t) {
            let (a, b) = (args::id_object(t, uid.0)?, args::id_object(t, gid.0)?);
            audit::audit(t, "os.chown", &[&*int(t, i64::from(fd))?, &a, &b, &*int(t, -1)?])?;
        }
        // SAFETY: a call on numbers.
        checked_retry(t, || i64::from(unsafe { libc::fchown(fd, uid.0, gid.0) })).map(drop)
    }

    #[function(sig = "(fd)")]
    fn fstat(t: &Thread, fd: i32) -> PyResult {
        match super::super::fs::stat_call(t, c"", if fd == -1 { -2 } else { fd }, libc::AT_FDCWD, true) {
            Ok(found) => stat_result(t, &found),
            Err(code) => Err(errors::os_error(t, code)),
        }
    }

    #[function]
    fn fpathconf(t: &Thread, fd: i32, name: &Object) -> PyResult<i64> {
        let name = super::super::system::config_name(t, name, super::super::consts::PATHCONF_NAMES)?;
        // SAFETY: a call on numbers.
        unsafe {
            *libc::__errno_location() = 0;
            let value = libc::fpathconf(fd, name);
            match args::errno() {
                code if value == -1 && code != 0 => Err(errors::os_error(t, code)),
                _ => Ok(value),
            }
        }
    }

    #[function]
    fn isatty(t: &Thread, fd: i32) -> bool {
        // SAFETY: a call on a number.
        t.allow_threads(|| unsafe { libc::isatty(fd) != 0 })
    }

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

    #[function]
    fn ctermid(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, "/dev/tty")
    }

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

    #[function]
    fn pipe(t: &Thread) -> PyResult<(i32, i32)> {
        pipe2(t, libc::O_CLOEXEC)
    }

    #[function]
    fn pipe2(t: &Thread, flags: i32) -> PyResult<(i32, i32)> {
        let mut fds = [0i32; 2];
        // SAFETY: room for two numbers.
        if unsafe { libc::pipe2(fds.as_mut_ptr(), flags) } < 0 {
            return Err(errors::last_os_error(t));
        }
        Ok((fds[0], fds[1]))
    }

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

    #[function]
    fn login_tty(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::login_tty(fd.0) })).map(drop)
    }

    #[function]
    fn posix_openpt(t: &Thread, oflag: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        let fd = checked(t, || i64::from(unsafe { libc::posix_openpt(oflag) }))?;
        if oflag & libc::O_CLOEXEC == 0 && set_inheritable_now(fd as i32, false) < 0 {
            return Err(errors::last_os_error(t));
        }
        Ok(fd)
    }

    #[function]
    fn grantpt(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::grantpt(fd.0) })).map(drop)
    }

    #[function]
    fn unlockpt(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::unlockpt(fd.0) })).map(drop)
    }

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

    #[function]
    fn tcgetpgrp(t: &Thread, fd: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::tcgetpgrp(fd) }))
    }

    #[function]
    fn tcsetpgrp(t: &Thread, fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::tcsetpgrp(fd, pgid) })).map(drop)
    }

    #[function]
    fn get_blocking(t: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: a call on numbers.
        let flags = checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_GETFL) }))?;
        Ok(flags & i64::from(libc::O_NONBLOCK) == 0)
    }

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

    #[function]
    fn get_inheritable(t: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: a call on numbers.
        let flags = checked(t, || i64::from(unsafe { libc::fcntl(fd, libc::F_GETFD) }))?;
        Ok(flags & i64::from(libc::FD_CLOEXEC) == 0)
    }

    #[function]
    fn set_inheritable(t: &Thread, fd: i32, inheritable: i32) -> PyResult<()> {
        checked(t, || set_inheritable_now(fd, inheritable != 0)).map(drop)
    }

    #[function]
    fn lockf(t: &Thread, fd: i32, command: i32, length: i64) -> PyResult<()> {
        if audit::active(t) {
            let all = [int(t, i64::from(fd))?, int(t, i64::from(command))?, int(t, length)?];
            audit::audit(t, "os.lockf", &[&all[0], &all[1], &all[2]])?;
        }
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::lockf(fd, command, length) })).map(drop)
    }

    #[function]
    fn posix_fallocate(t: &Thread, fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: a call on numbers.
        match t.allow_threads(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            code => Err(errors::os_error(t, code)),
        }
    }

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

    #[function(sig = "(initval, flags=EFD_CLOEXEC)")]
    fn eventfd(t: &Thread, initval: u32, flags: Option<i32>) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::eventfd(initval, flags.unwrap_or(libc::EFD_CLOEXEC)) }))
    }

    #[function(sig = "(fd)")]
    fn eventfd_read(t: &Thread, fd: Fd) -> PyResult<u64> {
        let result = t.allow_threads(|| {
            let mut value = 0u64;
            // SAFETY: the value is a variable of ours.
            if unsafe { libc::eventfd_read(fd.0, &mut value) } < 0 { Err(args::errno()) } else { Ok(value) }
        });
        result.map_err(|code| errors::os_error(t, code))
    }

    #[function(sig = "(fd, value)")]
    fn eventfd_write(t: &Thread, fd: Fd, value: u64) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::eventfd_write(fd.0, value) })).map(drop)
    }

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

    #[function(sig = "(path=None)")]
    fn scandir(t: &Thread, path: Path<true, true>) -> PyResult {
        super::super::scandir::scandir(t, &path)
    }
}
