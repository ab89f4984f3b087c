//! `fileobject.h`, `fileutils.h`, `osmodule.h`, `pystrcmp.h`, `intrcheck.h`: files and small things of the system.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int, c_void};
use core::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, err, errors, fileobject, fspath, name, singletons, state,
};

/// A C string argument of `io.open`, or None.
unsafe fn or_none(t: &Thread, s: *const c_char) -> PyResult<Owned> {
    if s.is_null() {
        return singletons::ok_none();
    }
    // SAFETY: a C string.
    unsafe { c_str(t, s).map(Owned::into_object) }
}

fn fold(c: c_char) -> c_int {
    c_int::from((c as u8).to_ascii_lowercase())
}

type SignalHandler = usize;

capi! {
    /// A Python file for a descriptor; a new reference.
    fn PyFile_FromFd[t](
        fd: c_int, _name: *const c_char, mode: *const c_char, buffering: c_int, encoding: *const c_char,
        errors: *const c_char, newline: *const c_char, closefd: c_int,
    ) -> New {
        let io = state::import(t, "_io")?;
        let open = io.getattr(t, name!(t, "open"))?;
        let mode = if mode.is_null() { PyStr::from_str(t, "r")? } else { c_str(t, mode)? };
        open.call(t, &[
            &*PyInt::from_i64(t, i64::from(fd))?, &mode, &*PyInt::from_i64(t, i64::from(buffering))?,
            &*or_none(t, encoding)?, &*or_none(t, errors)?, &*or_none(t, newline)?, singletons::bool(closefd != 0),
        ])
    }

    /// A line of a file object: without its end and EOFError at the end for a negative `n`. A new reference.
    fn PyFile_GetLine[t](file: Obj, n: c_int) -> New {
        let Some(file) = opt(file) else { return Err(errors::bad_internal_call(t)) };
        let read = name!(t, "readline");
        let line = if n <= 0 {
            file.call_method(t, read, &[])?
        } else {
            file.call_method(t, read, &[&*PyInt::from_i64(t, i64::from(n))?])?
        };
        let (empty, ended) = if let Some(text) = line.downcast::<PyStr>() {
            (text.len() == 0, text.len() > 0 && text.char_at(text.len() - 1) == u32::from(b'\n'))
        } else if let Some(bytes) = line.downcast::<PyBytes>() {
            (bytes.len() == 0, bytes.as_bytes().last() == Some(&b'\n'))
        } else {
            return Err(err!(t, TypeError, "object.readline() returned non-string"));
        };
        if n >= 0 {
            return Ok(line);
        }
        if empty {
            return Err(err!(t, EOFError, "EOF when reading a line"));
        }
        if !ended {
            return Ok(line);
        }
        match line.downcast::<PyStr>() {
            Some(text) => text.substring(t, 0, text.len() - 1).map(Owned::into_object),
            None => {
                let bytes = line.cast_unchecked::<PyBytes>();
                PyBytes::new(t, &bytes.as_bytes()[..bytes.len() - 1]).map(Owned::into_object)
            }
        }
    }

    /// Writes an object's repr, or its text with `Py_PRINT_RAW`, to a file object.
    fn PyFile_WriteObject[t](op: Obj, file: Obj, flags: c_int) -> Status {
        let Some(file) = opt(file) else {
            return Err(err!(t, TypeError, "writeobject with NULL file"));
        };
        let write = file.getattr(t, name!(t, "write"))?;
        let text = match opt(op) {
            None => PyStr::from_str(t, "<NULL>")?,
            Some(op) if flags & 1 != 0 => op.str(t)?,
            Some(op) => op.repr(t)?,
        };
        write.call(t, &[&text]).map(|_| ())
    }

    /// Writes text to a file object.
    fn PyFile_WriteString[t](s: *const c_char, file: Obj) -> Status {
        let Some(file) = opt(file) else {
            if !errors::occurred(t) {
                return Err(err!(t, SystemError, "null file for PyFile_WriteString"));
            }
            return Err(taipan_object::Raised::assume());
        };
        if errors::occurred(t) {
            return Err(taipan_object::Raised::assume());
        }
        let text = c_str(t, s)?;
        file.call_method(t, name!(t, "write"), &[&text]).map(|_| ())
    }

    /// A plain file that writes to a descriptor; a new reference.
    fn PyFile_NewStdPrinter[t](fd: c_int) -> New {
        if fd != 1 && fd != 2 {
            return Err(errors::bad_internal_call(t));
        }
        taipan_interp::stdprinter::new(t, fd)
    }

    /// `io.open_code(path)`; a new reference.
    fn PyFile_OpenCode[t](path: *const c_char) -> New {
        let path = c_str(t, path)?;
        state::import(t, "_io")?.call_method(t, name!(t, "open_code"), &[&path])
    }

    /// `io.open_code(path)`; a new reference.
    fn PyFile_OpenCodeObject[t; path](path: Obj) -> New {
        let Some(path) = o(path).downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "'path' must be 'str', not '{:.200}'", o(path).class().name_lossy()));
        };
        state::import(t, "_io")?.call_method(t, name!(t, "open_code"), &[path])
    }

    /// The file descriptor of a file object or of an int; -1 with an exception.
    fn PyObject_AsFileDescriptor[t](op: Obj) -> Raw<c_int> {
        fileobject::descriptor(t, o(op)).unwrap_or(-1)
    }

    /// A file descriptor for `O&`: 1, or 0 with an exception.
    fn _PyLong_FileDescriptor_Converter[t](op: Obj, place: *mut c_void) -> Raw<c_int> {
        match fileobject::descriptor(t, o(op)) {
            Ok(fd) => {
                *place.cast::<c_int>() = fd;
                1
            }
            Err(_) => 0,
        }
    }

    /// `os.fspath(path)`; a new reference.
    fn PyOS_FSPath[t; path](path: Obj) -> New {
        fspath::fspath(t, o(path))
    }

    /// A line of a C stream whose ends are all made "\n"; null at the end.
    fn Py_UniversalNewlineFgets(buffer: *mut c_char, n: c_int, file: *mut libc::FILE, _fobj: Obj) -> Raw<*mut c_char> {
        let mut at = 0;
        let mut skip = false;
        while at < n - 1 {
            let mut c = libc::fgetc(file);
            if skip {
                skip = false;
                if c == c_int::from(b'\n') {
                    c = libc::fgetc(file);
                }
            }
            if c == libc::EOF {
                break;
            }
            if c == c_int::from(b'\r') {
                // A following "\n" belongs to the same end.
                skip = true;
                c = c_int::from(b'\n');
            }
            *buffer.offset(at as isize) = c as c_char;
            at += 1;
            if c == c_int::from(b'\n') {
                break;
            }
        }
        *buffer.offset(at as isize) = 0;
        if skip {
            let c = libc::fgetc(file);
            if c != c_int::from(b'\n') && c != libc::EOF {
                libc::ungetc(c, file);
            }
        }
        if at == 0 { core::ptr::null_mut() } else { buffer }
    }

    /// A C stream for a path; null with an exception.
    fn Py_fopen[t](path: Obj, mode: *const c_char) -> Raw<*mut libc::FILE> {
        open_stream(t, o(path), mode).unwrap_or(core::ptr::null_mut())
    }

    /// Closes a C stream of `Py_fopen`.
    fn Py_fclose(file: *mut libc::FILE) -> Raw<c_int> {
        libc::fclose(file)
    }

    /// Whether a descriptor is open.
    fn _Py_IsValidFD(fd: c_int) -> Raw<c_int> {
        (fd >= 0 && libc::fcntl(fd, libc::F_GETFD) >= 0).into()
    }

    /// Whether a C stream is a terminal, or interactive by option.
    fn Py_FdIsInteractive(file: *mut libc::FILE, _name: *const c_char) -> Raw<c_int> {
        (libc::isatty(libc::fileno(file)) != 0).into()
    }

    /// Compares without regard to the case of ASCII letters.
    fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> Raw<c_int> {
        let (mut a, mut b) = (a, b);
        while *a != 0 && fold(*a) == fold(*b) {
            a = a.add(1);
            b = b.add(1);
        }
        fold(*a) - fold(*b)
    }

    /// Compares at most so many characters without regard to the case of ASCII letters.
    fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, n: Size) -> Raw<c_int> {
        if n == 0 {
            return 0;
        }
        let (mut a, mut b, mut left) = (a, b, n - 1);
        while left > 0 && *a != 0 && *b != 0 && fold(*a) == fold(*b) {
            a = a.add(1);
            b = b.add(1);
            left -= 1;
        }
        fold(*a) - fold(*b)
    }

    /// C's `vsnprintf`, which always ends the text with a zero.
    fn PyOS_vsnprintf(buffer: *mut c_char, size: usize, format: *const c_char, list: Va) -> Raw<c_int> {
        print_into(buffer, size, format, list)
    }

    /// The handler of a signal.
    fn PyOS_getsig(number: c_int) -> Raw<SignalHandler> {
        let mut action: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(number, core::ptr::null(), &mut action) != 0 {
            return libc::SIG_ERR;
        }
        action.sa_sigaction
    }

    /// Sets the handler of a signal: the one before.
    fn PyOS_setsig(number: c_int, handler: SignalHandler) -> Raw<SignalHandler> {
        let mut action: libc::sigaction = core::mem::zeroed();
        let mut old: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        action.sa_flags = libc::SA_ONSTACK;
        if libc::sigaction(number, &action, &mut old) != 0 {
            return libc::SIG_ERR;
        }
        old.sa_sigaction
    }

    /// Whether SIGINT has come; it is handled by that.
    fn PyOS_InterruptOccurred[t]() -> Raw<c_int> {
        match taipan_interp::pending::check(t) {
            Ok(()) => 0,
            Err(_) => {
                let interrupt = errors::matches::<taipan_object::exceptions::KeyboardInterrupt>(t);
                errors::clear(t);
                interrupt.into()
            }
        }
    }

    /// The stack is not checked for.
    fn PyOS_CheckStack() -> Raw<c_int> {
        0
    }

    /// A line of standard input, allocated with `PyMem_Malloc`: empty at the end, null with an exception or after an
    /// interruption. On a terminal, `PyOS_ReadlineFunctionPointer` reads it if it is set.
    fn PyOS_Readline[t](input: *mut libc::FILE, output: *mut libc::FILE, prompt: *const c_char) -> Raw<*mut c_char> {
        let state = core::ptr::from_ref(t).cast_mut().cast::<c_void>();
        if _PyOS_ReadlineTState.load(Ordering::Acquire) == state {
            let _ = err!(t, RuntimeError, "can't re-enter readline");
            return core::ptr::null_mut();
        }
        let read = crate::abi_only::PyOS_ReadlineFunctionPointer.get();
        let is_terminal = |file: *mut libc::FILE| libc::isatty(libc::fileno(file)) != 0;
        let takes_over = !read.is_null() && is_terminal(input) && is_terminal(output) && t.interpreter().id == 0;
        let line = crate::pythread::unlocked(|| {
            // One thread reads at a time; who waits does so without the GIL.
            let _held = READING.lock().unwrap_or_else(PoisonError::into_inner);
            _PyOS_ReadlineTState.store(state, Ordering::Release);
            let line = if takes_over {
                type Read = unsafe extern "C" fn(*mut libc::FILE, *mut libc::FILE, *const c_char) -> *mut c_char;
                core::mem::transmute::<*mut c_void, Read>(read)(input, output, prompt)
            } else {
                read_line(input, prompt)
            };
            _PyOS_ReadlineTState.store(core::ptr::null_mut(), Ordering::Release);
            line
        });
        if line.is_null() {
            return core::ptr::null_mut();
        }
        let size = libc::strlen(line) + 1;
        let copy = crate::objimpl::PyMem_Malloc(size).cast::<c_char>();
        if !copy.is_null() {
            core::ptr::copy_nonoverlapping(line, copy, size);
        }
        crate::objimpl::PyMem_RawFree(line.cast());
        copy
    }
}

/// Held while a line is read.
static READING: Mutex<()> = Mutex::new(());

/// The thread state that waits for a line (`_PyOS_ReadlineTState`), for functions that read lines.
#[unsafe(no_mangle)]
pub static _PyOS_ReadlineTState: core::sync::atomic::AtomicPtr<c_void> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

/// What was read of standard input beyond the end of a line.
static REST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// A line of a C file's descriptor, freed with `PyMem_RawFree`: empty at the end, null after a signal whose handler
/// raised. The prompt goes to standard error. Without the GIL.
unsafe fn read_line(input: *mut libc::FILE, prompt: *const c_char) -> *mut c_char {
    use std::io::Write;
    let mut line = core::mem::take(&mut *REST.lock().unwrap_or_else(PoisonError::into_inner));
    // SAFETY: C's arguments; the state is the one that the caller has given up.
    unsafe {
        if !prompt.is_null() {
            let mut errors = std::io::stderr();
            let _ = errors.write_all(core::ffi::CStr::from_ptr(prompt).to_bytes());
            let _ = errors.flush();
        }
        let fd = libc::fileno(input);
        while !line.contains(&b'\n') {
            let hook = crate::abi_only::PyOS_InputHook.get();
            if !hook.is_null() {
                core::mem::transmute::<*mut c_void, unsafe extern "C" fn() -> c_int>(hook)();
            }
            let mut block = [0_u8; 4096];
            let n = libc::read(fd, block.as_mut_ptr().cast(), block.len());
            match usize::try_from(n) {
                Ok(0) => break,
                Ok(n) => line.extend_from_slice(&block[..n]),
                Err(_) if *libc::__errno_location() == libc::EINTR => {
                    let state = _PyOS_ReadlineTState.load(Ordering::Acquire);
                    taipan_runtime::Thread::attach(state.cast());
                    let raised = state::check_signals(taipan_runtime::thread::current()).is_err();
                    taipan_runtime::Thread::detach(taipan_runtime::thread::current_ptr());
                    if raised {
                        return core::ptr::null_mut();
                    }
                }
                Err(_) => break,
            }
        }
        if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            let rest = line.split_off(end + 1);
            *REST.lock().unwrap_or_else(PoisonError::into_inner) = rest;
        }
        let made = crate::objimpl::PyMem_RawMalloc(line.len() + 1).cast::<u8>();
        if !made.is_null() {
            core::ptr::copy_nonoverlapping(line.as_ptr(), made, line.len());
            *made.add(line.len()) = 0;
        }
        made.cast()
    }
}

unsafe extern "C" {
    static mut stdin: *mut libc::FILE;
    static mut stdout: *mut libc::FILE;
}

/// Reads a line of the terminal, for `input()`.
pub fn terminal_line(t: &Thread, prompt: &core::ffi::CStr) -> PyResult<Vec<u8>> {
    // SAFETY: C's own files; the line is copied and given back.
    unsafe {
        let line = PyOS_Readline(stdin, stdout, prompt.as_ptr());
        if line.is_null() {
            if let Some(exception) = errors::take(t) {
                return Err(errors::restore_raised(t, exception));
            }
            state::check_signals(t)?;
            return Err(errors::raise_none(t, taipan_object::exceptions_class!(KeyboardInterrupt)));
        }
        let bytes = core::ffi::CStr::from_ptr(line).to_bytes().to_vec();
        crate::objimpl::PyMem_Free(line.cast());
        Ok(bytes)
    }
}

variadic! {
    /// C's `snprintf`, which always ends the text with a zero.
    PyOS_snprintf, 3 => PyOS_vsnprintf;
}

unsafe fn print_into(buffer: *mut c_char, size: usize, format: *const c_char, list: Va) -> c_int {
    // SAFETY: C's format and arguments, a buffer of this size.
    unsafe {
        let n =
            if size > i32::MAX as usize - 512 { -666 } else { crate::va::vsnprintf(buffer, size, format, list.cast()) };
        if size > 0 {
            *buffer.add(size - 1) = 0;
        }
        n
    }
}

unsafe fn open_stream(t: &Thread, path: &Object, mode: *const c_char) -> PyResult<*mut libc::FILE> {
    // SAFETY: C strings.
    unsafe {
        let mode_text = c_str(t, mode)?;
        let zero = PyInt::from_i64(t, 0)?;
        taipan_object::audit::audit(t, "open", &[path, &mode_text, &zero])?;
        let bytes = fspath::fs_bytes(t, path)?;
        let Ok(name) = std::ffi::CString::new(bytes) else {
            return Err(err!(t, ValueError, "embedded null byte"));
        };
        loop {
            let file = libc::fopen(name.as_ptr(), mode);
            if !file.is_null() {
                let fd = libc::fileno(file);
                libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
                return Ok(file);
            }
            let errno = *libc::__errno_location();
            if errno != libc::EINTR {
                return Err(errors::os_error_with(t, errno, Some(path), None));
            }
            state::check_signals(t)?;
        }
    }
}
