//! `internal/pycore_fileutils.h`, `pycore_strhex.h`, `pycore_time.h`, `pycore_signal.h` and what is left of small things of
//! the system.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::{Own, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, audit, err, errors, fspath, name};

fn last_error(t: &Thread) -> taipan_object::Raised {
    errors::io_error(t, &std::io::Error::last_os_error())
}

unsafe fn set_inheritable(fd: c_int, inheritable: bool) -> bool {
    // SAFETY: plain system calls.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return false;
        }
        let new = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        new == flags || libc::fcntl(fd, libc::F_SETFD, new) >= 0
    }
}

/// Opens a file that children do not inherit, again after signals that no handler complains of.
unsafe fn open(path: *const c_char, flags: c_int, t: Option<&Thread>) -> PyResult<c_int> {
    loop {
        let call = |path: *const c_char| {
            // SAFETY: a C string.
            unsafe { libc::open(path, flags | libc::O_CLOEXEC, 0o666) }
        };
        let fd = match t {
            Some(t) => {
                let path = path as usize;
                t.allow_threads(move || call(path as *const c_char))
            }
            None => call(path),
        };
        if fd >= 0 {
            return Ok(fd);
        }
        let error = std::io::Error::last_os_error();
        let Some(t) = t else { return Ok(-1) };
        if error.raw_os_error() != Some(libc::EINTR) {
            // SAFETY: as above.
            let name = unsafe { PyStr::from_fs_bytes(t, c_bytes(path))? };
            return Err(errors::os_error_with(t, error.raw_os_error().unwrap_or(0), Some(&name), None));
        }
        taipan_object::state::check_signals(t)?;
    }
}

/// Writes once, again after signals that no handler complains of.
unsafe fn write(fd: c_int, data: *const c_void, n: usize, t: Option<&Thread>) -> PyResult<isize> {
    let n = n.min(isize::MAX as usize);
    loop {
        let call = |data: usize| {
            // SAFETY: so many bytes can be read there.
            unsafe { libc::write(fd, data as *const c_void, n) }
        };
        let data = data as usize;
        let written = match t {
            Some(t) => t.allow_threads(move || call(data)),
            None => call(data),
        };
        if written >= 0 {
            return Ok(written);
        }
        let error = std::io::Error::last_os_error();
        let Some(t) = t else { return Ok(-1) };
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(errors::io_error(t, &error));
        }
        taipan_object::state::check_signals(t)?;
    }
}

type OpenCodeHook = unsafe extern "C" fn(Obj, *mut c_void) -> Obj;

unsafe extern "C" fn call_open_code(path: Obj, data: *mut c_void) -> Obj {
    // SAFETY: `PyFile_SetOpenCodeHook` boxed the pair, which stays.
    unsafe {
        let (hook, data) = *data.cast::<(OpenCodeHook, *mut c_void)>();
        hook(path, data)
    }
}

capi! {
    /// Opens a file that children do not inherit: the descriptor, or -1 with an exception.
    fn _Py_open[t](path: *const c_char, flags: c_int) -> Raw<c_int> {
        let told = PyStr::from_fs_bytes(t, c_bytes(path)).and_then(|name| {
            let none = taipan_object::singletons::none();
            audit::audit(t, "open", &[&name, none, &*PyInt::from_i64(t, i64::from(flags))?])
        });
        if told.is_err() {
            return -1;
        }
        open(path, flags, Some(t)).unwrap_or(-1)
    }

    /// Opens a file that children do not inherit: the descriptor, or -1 with `errno`. Without the GIL.
    fn _Py_open_noraise(path: *const c_char, flags: c_int) -> Raw<c_int> {
        open(path, flags, None).unwrap_or(-1)
    }

    /// Writes to a descriptor: how many bytes, or -1 with an exception.
    fn _Py_write[t](fd: c_int, data: *const c_void, n: usize) -> Raw<Size> {
        write(fd, data, n, Some(t)).unwrap_or(-1)
    }

    /// Writes to a descriptor: how many bytes, or -1 with `errno`. Without the GIL.
    fn _Py_write_noraise(fd: c_int, data: *const c_void, n: usize) -> Raw<Size> {
        write(fd, data, n, None).unwrap_or(-1)
    }

    /// What there is to know of a file: 0, -1 with `errno`, or -2 with an exception.
    fn _Py_stat[t](path: Obj, out: *mut libc::stat) -> Raw<c_int> {
        match fspath::fs_bytes(t, o(path)).map(std::ffi::CString::new) {
            Ok(Ok(path)) => libc::stat(path.as_ptr(), out),
            Ok(Err(_)) => {
                let _ = err!(t, ValueError, "embedded null character");
                -2
            }
            Err(_) => -2,
        }
    }

    /// Whether children inherit a descriptor: 0, or -1 with an exception.
    fn _Py_set_inheritable[t](fd: c_int, inheritable: c_int, _works: *mut c_int) -> Status {
        if set_inheritable(fd, inheritable != 0) { Ok(()) } else { Err(last_error(t)) }
    }

    /// Whether children inherit a descriptor: 0, or -1 with `errno`. Between `fork` and `exec`.
    fn _Py_set_inheritable_async_safe(fd: c_int, inheritable: c_int, _works: *mut c_int) -> Raw<c_int> {
        if set_inheritable(fd, inheritable != 0) { 0 } else { -1 }
    }

    /// Closes a range of descriptors.
    fn _Py_closerange(first: c_int, last: c_int) -> Void {
        let first = first.max(0);
        if last < first || libc::syscall(libc::SYS_close_range, first, last, 0) == 0 {
            return;
        }
        for fd in first..=last {
            libc::close(fd);
        }
    }

    /// As C's `fgets`, every end of a line read as "\n"; the length into `*size`. Null at the end.
    fn _Py_UniversalNewlineFgetsWithSize(
        buffer: *mut c_char, n: c_int, stream: *mut libc::FILE, _object: Obj, size: *mut usize,
    ) -> Raw<*mut c_char> {
        let mut at = 0;
        while at < (n - 1).max(0) as usize {
            let c = libc::fgetc(stream);
            if c == libc::EOF {
                break;
            }
            let mut byte = c as u8;
            if byte == b'\r' {
                // A following "\n" belongs to it.
                let next = libc::fgetc(stream);
                if next != libc::EOF && next as u8 != b'\n' {
                    ungetc(next, stream);
                }
                byte = b'\n';
            }
            *buffer.add(at) = byte as c_char;
            at += 1;
            if byte == b'\n' {
                break;
            }
        }
        *buffer.add(at) = 0;
        if !size.is_null() {
            *size = at;
        }
        if at == 0 { core::ptr::null_mut() } else { buffer }
    }

    /// Bytes in hexadecimal with a separator every so many bytes, counted from the end if positive; a new reference.
    fn _Py_strhex_bytes_with_sep[t](bytes: *const c_char, n: Size, separator: Obj, group: c_int) -> New {
        let hex = hex_with(t, c_slice(bytes.cast(), n), separator, group)?;
        let text = hex.str(t)?;
        PyBytes::new(t, text.to_utf8(t)?.as_bytes()).map(Owned::into_object)
    }

    /// Gives the signals that Python ignores their default effect, before another program is run.
    fn _Py_RestoreSignals() -> Void {
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            libc::signal(signal, libc::SIG_DFL);
        }
    }

    /// Sets a category of the locale as the environment asks: its name, or null.
    fn _Py_SetLocaleFromEnv(category: c_int) -> Raw<*mut c_char> {
        libc::setlocale(category, c"".as_ptr())
    }

    /// Says what opens files that are going to be run, once: 0, or -1 with an exception.
    fn PyFile_SetOpenCodeHook(hook: Option<OpenCodeHook>, data: *mut c_void) -> Raw<c_int> {
        let t = taipan_runtime::thread::current_ptr().as_ref();
        if let Some(t) = t
            && audit::audit(t, "setopencodehook", &[]).is_err()
        {
            return -1;
        }
        let Some(hook) = hook else { return 0 };
        let pair: *mut (OpenCodeHook, *mut c_void) = Box::into_raw(Box::new((hook, data)));
        if taipan_object::state::set_open_code_hook(call_open_code, pair.cast()) {
            return 0;
        }
        drop(Box::from_raw(pair));
        if let Some(t) = t {
            let _ = err!(t, SystemError, "failed to change existing open_code hook");
        }
        -1
    }

    /// Random bytes, as far as they are there without waiting: 0, 1 if they are not, or -1 with an exception.
    fn _PyOS_URandomNonblock[t](buffer: *mut c_void, n: Size) -> Raw<c_int> {
        let mut done = 0;
        while done < n {
            let got = libc::getrandom(buffer.cast::<u8>().offset(done).cast(), (n - done) as usize, libc::GRND_NONBLOCK);
            if got < 0 {
                match std::io::Error::last_os_error().raw_os_error() {
                    Some(libc::EINTR) => continue,
                    Some(libc::EAGAIN) => return 1,
                    _ => {
                        let _ = last_error(t);
                        return -1;
                    }
                }
            }
            done += got;
        }
        0
    }

    /// A time of day in UTC: 0, or -1 with an exception.
    fn _PyTime_gmtime[t](time: libc::time_t, out: *mut libc::tm) -> Status {
        if libc::gmtime_r(&time, out).is_null() { Err(last_error(t)) } else { Ok(()) }
    }

    /// A time of day here: 0, or -1 with an exception.
    fn _PyTime_localtime[t](time: libc::time_t, out: *mut libc::tm) -> Status {
        if libc::localtime_r(&time, out).is_null() { Err(last_error(t)) } else { Ok(()) }
    }

    /// A number of milliseconds as time; 0, or -1 with an exception.
    fn _PyTime_FromMillisecondsObject[t](place: *mut i64, op: Obj, rounding: c_int) -> Status {
        let thousand = PyInt::from_i64(t, 1000)?;
        let seconds = taipan_object::number::binary_op(t, o(op), &thousand, taipan_object::number::Op::TrueDivide)?;
        if crate::pytime::_PyTime_FromSecondsObject(place, seconds.as_ptr(), rounding) < 0 {
            return Err(taipan_object::Raised::assume());
        }
        Ok(())
    }

    /// Time as seconds and microseconds; 0, or -1 with an exception.
    fn _PyTime_AsTimevalTime_t(value: i64, seconds: *mut libc::time_t, micros: *mut c_int, rounding: c_int) -> Raw<c_int> {
        let mut parts: libc::timeval = core::mem::zeroed();
        let result = crate::pytime::_PyTime_AsTimeval(value, &mut parts, rounding);
        *seconds = parts.tv_sec;
        *micros = parts.tv_usec as c_int;
        result
    }

    /// The clock that never goes back, and what it is; 0, or -1 with an exception.
    fn _PyTime_MonotonicWithInfo(place: *mut i64, info: *mut ClockInfo) -> Raw<c_int> {
        if !info.is_null() {
            let mut resolution: libc::timespec = core::mem::zeroed();
            libc::clock_getres(libc::CLOCK_MONOTONIC, &mut resolution);
            *info = ClockInfo {
                implementation: c"clock_gettime(CLOCK_MONOTONIC)".as_ptr(),
                monotonic: 1,
                adjustable: 0,
                resolution: resolution.tv_sec as f64 + resolution.tv_nsec as f64 * 1e-9,
            };
        }
        crate::pytime::PyTime_Monotonic(place)
    }
}

/// `_Py_clock_info_t`.
#[repr(C)]
pub struct ClockInfo {
    implementation: *const c_char,
    monotonic: c_int,
    adjustable: c_int,
    resolution: f64,
}

unsafe extern "C" {
    fn ungetc(c: c_int, stream: *mut libc::FILE) -> c_int;
}

/// `bytes.hex(separator, group)`.
unsafe fn hex_with(t: &Thread, bytes: &[u8], separator: Obj, group: c_int) -> PyResult {
    let bytes = PyBytes::new(t, bytes)?;
    // SAFETY: the contract of the callers.
    match unsafe { opt(separator) } {
        None => bytes.as_object().call_method(t, name!(t, "hex"), &[]),
        Some(separator) => {
            let group = PyInt::from_i64(t, i64::from(group))?;
            bytes.as_object().call_method(t, name!(t, "hex"), &[&separator.own(), &group])
        }
    }
}
