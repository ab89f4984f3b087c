//! `faulthandler`: tracebacks when the process dies, after a while, or on a signal (`Modules/faulthandler.c`).
//!
//! What runs in a signal handler allocates nothing, takes no lock and only reads: thread states, frames, code objects.

use crate::code::PyCode;
use crate::frame::{self, Frame};
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicUsize, Ordering};
use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use taipan_object::pytime::{self, Rounding};
use taipan_object::{
    Object, Own, Owned, PyDict, PyFrozenSet, PyInt, PyModule, PyResult, PyStr, Thread, attr, err, errors, name,
    native_module, set, state,
};
use taipan_runtime::abi::PyThreadState;
use taipan_runtime::thread;

const MAX_STRING: usize = 500;
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
const MAX_NATIVE_FRAMES: usize = 32;

/// Signals that end the process, last installed first handled.
const FATAL: [(c_int, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

const NSIG: usize = super::signal::NSIG;

/// The main interpreter.
static INTERPRETER: AtomicPtr<taipan_runtime::Interpreter> = AtomicPtr::new(core::ptr::null_mut());
static FATAL_ENABLED: AtomicBool = AtomicBool::new(false);
static FATAL_FD: AtomicI32 = AtomicI32::new(-1);
static FATAL_ALL_THREADS: AtomicBool = AtomicBool::new(true);
/// What handled the fatal signals before, as boxed `sigaction`s.
static FATAL_PREVIOUS: [AtomicPtr<libc::sigaction>; 5] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 5];

/// A signal that the user registered.
struct Registered {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
    previous: AtomicPtr<libc::sigaction>,
}

static REGISTERED: [Registered; NSIG] = [const {
    Registered {
        enabled: AtomicBool::new(false),
        fd: AtomicI32::new(-1),
        all_threads: AtomicBool::new(true),
        chain: AtomicBool::new(false),
        previous: AtomicPtr::new(core::ptr::null_mut()),
    }
}; NSIG];

/// Writes with `write(2)` alone, through a small buffer.
struct Out {
    fd: c_int,
    buffer: [u8; 256],
    len: usize,
}

impl Out {
    const fn new(fd: c_int) -> Self {
        Self { fd, buffer: [0; 256], len: 0 }
    }

    fn flush(&mut self) {
        let mut done = 0;
        while done < self.len {
            // SAFETY: within the buffer.
            let n = unsafe { libc::write(self.fd, self.buffer.as_ptr().add(done).cast(), self.len - done) };
            // SAFETY: the thread's errno.
            if n < 0 && unsafe { *libc::__errno_location() } == libc::EINTR {
                continue;
            }
            if n <= 0 {
                break;
            }
            done += n as usize;
        }
        self.len = 0;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.len == self.buffer.len() {
                self.flush();
            }
            if let Some(slot) = self.buffer.get_mut(self.len) {
                *slot = byte;
            }
            self.len += 1;
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn hex(&mut self, value: u64, digits: u32) {
        let mut width = digits;
        while width < 16 && value >> (4 * width) != 0 {
            width += 1;
        }
        for i in (0..width).rev() {
            let digit = ((value >> (4 * i)) & 15) as u8;
            self.bytes(&[if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }]);
        }
    }

    fn decimal(&mut self, value: u64) {
        let (mut digits, mut at, mut left) = ([0_u8; 20], 20, value);
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        self.bytes(&digits[at..]);
    }

    /// A string, with everything but printable ASCII escaped.
    fn string(&mut self, text: &PyStr) {
        let n = text.len();
        for i in 0..n.min(MAX_STRING) {
            let c = text.char_at(i);
            match c {
                0x20..=0x7e => self.bytes(&[c as u8]),
                0..=0xff => {
                    self.text("\\x");
                    self.hex(u64::from(c), 2);
                }
                0x100..=0xffff => {
                    self.text("\\u");
                    self.hex(u64::from(c), 4);
                }
                _ => {
                    self.text("\\U");
                    self.hex(u64::from(c), 8);
                }
            }
        }
        if n > MAX_STRING {
            self.text("...");
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        self.flush();
    }
}

/// One line for a frame.
unsafe fn dump_frame(out: &mut Out, frame: *mut Frame) {
    // SAFETY: the caller's promise that the frame is live, or a crash within a crash.
    unsafe {
        let code: &PyCode = frame::code_of(frame);
        let part = |op| Object::from_ptr_opt(op).and_then(|o: &Object| o.downcast::<PyStr>());
        out.text("  File ");
        match part((*code.raw()).co_filename) {
            Some(name) => {
                out.text("\"");
                out.string(name);
                out.text("\"");
            }
            None => out.text("???"),
        }
        out.text(", line ");
        match frame::line_of(frame) {
            Some(line) if line >= 0 => out.decimal(line as u64),
            _ => out.text("???"),
        }
        out.text(" in ");
        match part((*code.raw()).co_name) {
            Some(name) => out.string(name),
            None => out.text("???"),
        }
        out.text("\n");
    }
}

unsafe fn dump_stack(out: &mut Out, ts: *const PyThreadState, header: bool) {
    // SAFETY: the caller's promise that the thread state is live.
    unsafe {
        if header {
            out.text("Stack (most recent call first):\n");
        }
        let mut at: *mut Frame = (*ts).current_frame;
        while !at.is_null() && frame::is_incomplete(at) {
            at = (*at).previous;
        }
        if at.is_null() {
            out.text("  <no Python frame>\n");
            return;
        }
        let mut depth = 0;
        while !at.is_null() {
            if depth == MAX_FRAMES {
                out.text("  ...\n");
                break;
            }
            dump_frame(out, at);
            at = frame::back_of(at);
            depth += 1;
        }
    }
}

/// The name that the system has for a thread.
fn thread_name(out: &mut Out, native_id: u64) {
    let mut path = [0_u8; 48];
    let mut len = 0;
    let mut put = |bytes: &[u8]| {
        for &byte in bytes {
            if let Some(slot) = path.get_mut(len) {
                *slot = byte;
                len += 1;
            }
        }
    };
    put(b"/proc/self/task/");
    let (mut digits, mut at, mut left) = ([0_u8; 20], 20, native_id);
    while at > 0 {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    put(&digits[at..]);
    put(b"/comm\0");
    let mut name = [0_u8; 32];
    // SAFETY: the path ends with a zero; the buffer has the size that is told.
    let n = unsafe {
        let fd = libc::open(path.as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC);
        if fd < 0 {
            return;
        }
        let n = libc::read(fd, name.as_mut_ptr().cast(), name.len());
        libc::close(fd);
        n
    };
    let name = name.get(..n.max(0) as usize).unwrap_or_default();
    let name = name.strip_suffix(b"\n").unwrap_or(name);
    if !name.is_empty() {
        out.text(" [");
        out.bytes(name);
        out.text("]");
    }
}

unsafe fn dump_thread_header(out: &mut Out, ts: *const PyThreadState, current: bool) {
    out.text(if current { "Current thread 0x" } else { "Thread 0x" });
    // SAFETY: the caller's promise that the thread state is live.
    unsafe {
        out.hex((*ts).thread_id, 16);
        thread_name(out, (*ts).native_thread_id);
    }
    out.text(" (most recent call first):\n");
}

/// The tracebacks of all threads; `current` is the calling thread's state, or null.
unsafe fn dump_all(out: &mut Out, current: *const PyThreadState) {
    // SAFETY: the list may change under us when a signal comes in an unfortunate moment: that is the price of a dump.
    unsafe {
        let interp = INTERPRETER.load(Ordering::Acquire);
        let mut at: *const PyThreadState =
            if interp.is_null() { core::ptr::null() } else { (*interp).first_thread().cast() };
        let mut count = 0;
        while !at.is_null() {
            if count != 0 {
                out.text("\n");
            }
            if count >= MAX_THREADS {
                out.text("...\n");
                break;
            }
            let is_current = at == current;
            dump_thread_header(out, at, is_current);
            if is_current && (*interp).is_collecting() {
                out.text("  Garbage-collecting\n");
            }
            dump_stack(out, at, false);
            at = (*at).next;
            count += 1;
        }
    }
}

unsafe fn dump(out: &mut Out, all_threads: bool, current: *const PyThreadState) {
    // SAFETY: passed on.
    unsafe {
        if all_threads {
            dump_all(out, current);
        } else if !current.is_null() {
            dump_stack(out, current, true);
        }
    }
}

/// Says which interpreter's threads are shown.
pub fn set_interpreter(interp: &'static taipan_runtime::Interpreter) {
    INTERPRETER.store(core::ptr::from_ref(interp).cast_mut(), Ordering::Release);
}

/// The calling thread's state; null if it does not hold the interpreter.
fn this_thread() -> *const PyThreadState {
    let attached = thread::current_ptr();
    if !attached.is_null() {
        return attached.cast();
    }
    // A thread that waits without the GIL is found by its identity.
    // SAFETY: as in `dump_all`.
    unsafe {
        let this = libc::pthread_self() as u64;
        let interp = INTERPRETER.load(Ordering::Acquire);
        let mut at: *const PyThreadState =
            if interp.is_null() { core::ptr::null() } else { (*interp).first_thread().cast() };
        while !at.is_null() && (*at).thread_id != this {
            at = (*at).next;
        }
        at
    }
}

unsafe extern "C" {
    fn backtrace(buffer: *mut *mut c_void, size: c_int) -> c_int;
}

/// An item of a dictionary by its name, found by looking at all of them: nothing is hashed.
fn find_item(dict: &PyDict, name: &str) -> Option<Owned> {
    let mut at = 0;
    while let Some((key, value)) = dict.next(&mut at) {
        if key.downcast::<PyStr>().and_then(PyStr::as_ascii) == Some(name) {
            return Some(value);
        }
    }
    None
}

/// The extension modules that are not CPython's own (`_Py_DumpExtensionModules`).
fn dump_extensions(out: &mut Out, thread: *const PyThreadState) {
    // SAFETY: a thread state, or null; what hangs on it is only read.
    let Some(t) = (unsafe { thread.cast::<Thread>().as_ref() }) else { return };
    let Ok(modules) = state::object_state(t).modules.try_borrow() else { return };
    let Some(modules) = modules.as_ref() else { return };
    let sys = crate::state::state(t).sys.try_borrow().ok().and_then(|sys| sys.as_ref().and_then(|sys| sys.dict()));
    let known = sys.and_then(|sys| find_item(&sys, "stdlib_module_names"));
    // Anything else than a frozenset is of the program's making and leaves nothing out.
    let known =
        known.as_ref().filter(|known| known.is_instance_of::<PyFrozenSet>()).and_then(|known| set::any_set(known));
    let is_known = |name: &str| {
        let mut at = 0;
        known.is_some_and(|known| {
            core::iter::from_fn(|| known.next(&mut at))
                .any(|(item, _)| item.downcast::<PyStr>().and_then(PyStr::as_ascii) == Some(name))
        })
    };
    let mut count = 0;
    let mut at = 0;
    while let Some((key, value)) = modules.next(&mut at) {
        let Some(name) = key.downcast::<PyStr>().and_then(PyStr::as_ascii) else { continue };
        let is_extension = value.downcast::<PyModule>().is_some_and(|module| !module.definition().is_null());
        // Parts of the executable have no place in a report.
        if !is_extension || name.starts_with("_taipan_") || is_known(name) {
            continue;
        }
        out.text(if count == 0 { "\nExtension modules: " } else { ", " });
        out.text(name);
        count += 1;
    }
    if count > 0 {
        out.text(" (total: ");
        out.decimal(count);
        out.text(")\n");
    }
}

/// The native stack of the calling thread.
fn dump_native(out: &mut Out) {
    out.text("Current thread's C stack trace (most recent call first):\n");
    // What is known so far must not be lost if this goes wrong.
    out.flush();
    let mut frames = [core::ptr::null_mut::<c_void>(); MAX_NATIVE_FRAMES];
    // SAFETY: the buffer has the size that is told.
    let n = unsafe { backtrace(frames.as_mut_ptr(), MAX_NATIVE_FRAMES as c_int) };
    let n = usize::try_from(n).unwrap_or(0).min(MAX_NATIVE_FRAMES);
    for &address in frames.iter().take(n) {
        // SAFETY: the structure is filled in, or the call says that it was not.
        let info = unsafe {
            let mut info: libc::Dl_info = core::mem::zeroed();
            (libc::dladdr(address, &mut info) != 0).then_some(info)
        };
        let text = |p: *const libc::c_char| {
            // SAFETY: strings of the dynamic linker.
            (!p.is_null()).then(|| unsafe { core::ffi::CStr::from_ptr(p) }.to_bytes())
        };
        let Some(info) = info else {
            out.text("  <invalid frame>\n");
            continue;
        };
        out.text("  Binary file \"");
        out.bytes(text(info.dli_fname).unwrap_or(b"???"));
        out.text("\"");
        let symbol = text(info.dli_sname);
        if let Some(symbol) = symbol {
            let base = info.dli_saddr.addr();
            out.text(", at ");
            out.bytes(symbol);
            out.text(if address.addr() >= base { "+0x" } else { "-0x" });
            out.hex(address.addr().abs_diff(base) as u64, 1);
        }
        out.text(" [0x");
        out.hex(address.addr() as u64, 1);
        out.text("]\n");
    }
    if n == MAX_NATIVE_FRAMES {
        out.text("  <truncated rest of calls>\n");
    }
}

/// Loads what finding the native stack needs, which allocates the first time.
pub fn prepare_native_stack() {
    let mut frames = [core::ptr::null_mut::<c_void>(); 1];
    // SAFETY: the buffer has the size that is told.
    unsafe { backtrace(frames.as_mut_ptr(), 1) };
}

/// Writes the native stack of the calling thread.
pub fn write_native_stack(fd: c_int) {
    let mut out = Out::new(fd);
    dump_native(&mut out);
    out.flush();
}

/// `Py_FatalError`: says why, shows where, and aborts.
pub fn fatal_error(place: &str, message: &str) -> ! {
    let mut out = Out::new(2);
    out.text("Fatal Python error: ");
    if !place.is_empty() {
        out.text(place);
        out.text(": ");
    }
    out.text(message);
    out.text("\nPython runtime state: initialized\n\n");
    // SAFETY: see `dump_all`; the process ends here.
    unsafe {
        dump_all(&mut out, this_thread());
        out.text("\n");
        dump_native(&mut out);
        dump_extensions(&mut out, this_thread());
        out.flush();
        disable_fatal();
        libc::abort()
    }
}

extern "C" fn on_fatal(signum: c_int) {
    if !FATAL_ENABLED.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: only async-signal-safe calls; errno is put back.
    unsafe {
        let saved = *libc::__errno_location();
        let index = FATAL.iter().position(|f| f.0 == signum);
        if let Some(index) = index {
            restore_fatal(index);
        }
        let fd = FATAL_FD.load(Ordering::Relaxed);
        let mut out = Out::new(fd);
        out.text("Fatal Python error: ");
        out.text(index.and_then(|i| FATAL.get(i)).map_or("???", |f| f.1));
        out.text("\n\n");
        dump(&mut out, FATAL_ALL_THREADS.load(Ordering::Relaxed), this_thread());
        out.text("\n");
        dump_native(&mut out);
        dump_extensions(&mut out, this_thread());
        drop(out);
        *libc::__errno_location() = saved;
        libc::raise(signum);
    }
}

/// Puts back what handled a fatal signal before.
fn restore_fatal(index: usize) {
    let (Some(previous), Some(&(signum, _))) = (FATAL_PREVIOUS.get(index), FATAL.get(index)) else { return };
    let previous = previous.load(Ordering::Acquire);
    if previous.is_null() {
        return;
    }
    // SAFETY: written before the handler was installed, never freed.
    unsafe {
        let mut action = *previous;
        // The handler of the runtime beneath would take the signal for handled, where no instruction faults again.
        if matches!(signum, libc::SIGSEGV | libc::SIGBUS) && action.sa_sigaction != libc::SIG_IGN {
            action.sa_sigaction = libc::SIG_DFL;
        }
        libc::sigaction(signum, &action, core::ptr::null_mut());
    }
}

/// Bytes of the stack that handlers run on.
const ALTERNATE_STACK: usize = 256 * 1024;

/// Gives the calling thread a stack for handlers that is large enough for [`dump_native`], which loads the unwinder
/// when it is first called: that must not happen in a handler.
fn prepare_native() {
    static READY: AtomicBool = AtomicBool::new(false);
    if READY.swap(true, Ordering::AcqRel) {
        return;
    }
    let mut frames = [core::ptr::null_mut::<c_void>(); 2];
    // SAFETY: the buffer has the size that is told; the stack is never given back.
    unsafe {
        backtrace(frames.as_mut_ptr(), 2);
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let block = libc::mmap(core::ptr::null_mut(), ALTERNATE_STACK, protection, flags, -1, 0);
        if block != libc::MAP_FAILED {
            let stack = libc::stack_t { ss_sp: block, ss_flags: 0, ss_size: ALTERNATE_STACK };
            libc::sigaltstack(&stack, core::ptr::null_mut());
        }
    }
}

/// Gives the fatal signals back.
fn disable_fatal() -> bool {
    if !FATAL_ENABLED.swap(false, Ordering::AcqRel) {
        return false;
    }
    for index in 0..FATAL.len() {
        restore_fatal(index);
    }
    true
}

fn enable_fatal(t: &Thread) -> PyResult<()> {
    if FATAL_ENABLED.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    prepare_native();
    for ((signum, _), previous) in FATAL.iter().zip(&FATAL_PREVIOUS) {
        // SAFETY: plain data; the handler is async-signal-safe.
        let failed = unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = on_fatal as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigemptyset(&mut action.sa_mask);
            let mut old: libc::sigaction = core::mem::zeroed();
            let failed = libc::sigaction(*signum, &action, &mut old) != 0;
            let known = previous.load(Ordering::Acquire);
            if known.is_null() {
                previous.store(Box::into_raw(Box::new(old)), Ordering::Release);
            } else {
                *known = old;
            }
            failed
        };
        if failed {
            return Err(errors::last_os_error(t));
        }
    }
    Ok(())
}

extern "C" fn on_user(signum: c_int) {
    let Some(user) = REGISTERED.get(signum as usize) else { return };
    if !user.enabled.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: only async-signal-safe calls; errno is put back.
    unsafe {
        let saved = *libc::__errno_location();
        let mut out = Out::new(user.fd.load(Ordering::Relaxed));
        dump(&mut out, user.all_threads.load(Ordering::Relaxed), this_thread());
        drop(out);
        if user.chain.load(Ordering::Relaxed) {
            let previous = user.previous.load(Ordering::Acquire);
            if !previous.is_null() {
                libc::sigaction(signum, previous, core::ptr::null_mut());
                *libc::__errno_location() = saved;
                libc::raise(signum);
                install_user(signum, true, core::ptr::null_mut());
            }
        }
        *libc::__errno_location() = saved;
    }
}

fn install_user(signum: c_int, chain: bool, old: *mut libc::sigaction) -> bool {
    // SAFETY: plain data; the handler is async-signal-safe.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = on_user as *const () as libc::sighandler_t;
        // A chained handler sees the signal while this one runs.
        action.sa_flags = libc::SA_ONSTACK | if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signum, &action, old) == 0
    }
}

/// The thread that dumps when time is up.
struct Watchdog {
    cancelled: Mutex<bool>,
    changed: Condvar,
    running: AtomicUsize,
}

/// What a pending dump is about.
struct Timer {
    limit: Duration,
    header: String,
    repeat: bool,
    exit: bool,
    fd: c_int,
}

fn watch(dog: &Watchdog, timer: &Timer) {
    loop {
        let cancelled = dog.cancelled.lock().unwrap_or_else(PoisonError::into_inner);
        let (cancelled, _) = dog
            .changed
            .wait_timeout_while(cancelled, timer.limit, |cancelled| !*cancelled)
            .unwrap_or_else(PoisonError::into_inner);
        if *cancelled {
            return;
        }
        drop(cancelled);
        let mut out = Out::new(timer.fd);
        out.text(&timer.header);
        // SAFETY: see `dump_all`: threads may run meanwhile.
        unsafe { dump_all(&mut out, core::ptr::null()) };
        drop(out);
        if timer.exit {
            // SAFETY: ends the process.
            unsafe { libc::_exit(1) };
        }
        if !timer.repeat {
            return;
        }
    }
}

/// What the module keeps for the interpreter.
#[derive(Default)]
struct State {
    fatal_file: RefCell<Option<Owned>>,
    later_file: RefCell<Option<Owned>>,
    user_files: RefCell<Vec<(c_int, Option<Owned>)>>,
    watchdog: RefCell<Option<(Arc<Watchdog>, Option<std::thread::JoinHandle<()>>)>>,
}

fn kept(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |_| Ok(State::default()))
}

fn cancel_later(t: &Thread) -> PyResult<()> {
    let state = kept(t)?;
    let found = state.watchdog.borrow_mut().take();
    if let Some((dog, handle)) = found {
        *dog.cancelled.lock().unwrap_or_else(PoisonError::into_inner) = true;
        dog.changed.notify_all();
        // In the child of a fork the thread does not exist.
        if dog.running.load(Ordering::Acquire) == std::process::id() as usize
            && let Some(handle) = handle
        {
            let _ = t.allow_threads(move || handle.join().is_ok());
        }
    }
    drop(state.later_file.take());
    Ok(())
}

/// The descriptor of a file argument, and the file to keep alive.
fn descriptor(t: &Thread, file: Option<&Object>) -> PyResult<(c_int, Option<Owned>)> {
    let file = match attr::none_if_none(file) {
        Some(file) => file.own(),
        None => {
            let sys = state::import(t, "sys")?;
            match sys.getattr_opt(t, name!(t, "stderr"))? {
                None => return Err(err!(t, RuntimeError, "unable to get sys.stderr")),
                Some(file) if attr::none_if_none(Some(&file)).is_none() => {
                    return Err(err!(t, RuntimeError, "sys.stderr is None"));
                }
                Some(file) => file,
            }
        }
    };
    if let Some(number) = file.downcast::<PyInt>() {
        let fd = number.to_i64().and_then(|n| c_int::try_from(n).ok()).unwrap_or(-1);
        if fd < 0 {
            return Err(err!(t, ValueError, "file is not a valid file descriptor"));
        }
        return Ok((fd, None));
    }
    let number = file.call_method(t, name!(t, "fileno"), &[])?;
    let fd = match number.downcast::<PyInt>().and_then(PyInt::to_i64).and_then(|n| c_int::try_from(n).ok()) {
        Some(fd) if fd >= 0 => fd,
        _ => return Err(err!(t, RuntimeError, "file.fileno() is not a valid file descriptor")),
    };
    if file.call_method(t, name!(t, "flush"), &[]).is_err() {
        errors::clear(t);
    }
    Ok((fd, Some(file)))
}

fn check_signum(t: &Thread, signum: i32) -> PyResult<()> {
    if FATAL.iter().any(|f| f.0 == signum) {
        return Err(err!(t, RuntimeError, "signal {signum} cannot be registered, use enable() instead"));
    }
    if signum < 1 || signum as usize >= NSIG {
        return Err(err!(t, ValueError, "signal number out of range"));
    }
    Ok(())
}

/// "Timeout (0:00:00.200000)!"
fn timeout_header(us: i64) -> String {
    let (seconds, us) = (us / 1_000_000, us % 1_000_000);
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if us == 0 { format!("Timeout ({h}:{m:02}:{s:02})!\n") } else { format!("Timeout ({h}:{m:02}:{s:02}.{us:06})!\n") }
}

#[inline(never)]
fn overflow(depth: usize) -> usize {
    let buffer = core::hint::black_box([depth as u8; 4096]);
    let deeper = if depth == usize::MAX { 0 } else { overflow(depth + 1) };
    deeper + usize::from(core::hint::black_box(buffer)[depth % 4096])
}

/// No core file, no crash report.
fn suppress_report() {
    // SAFETY: plain data.
    unsafe {
        let mut limit: libc::rlimit = core::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_CORE, &mut limit) == 0 {
            limit.rlim_cur = 0;
            libc::setrlimit(libc::RLIMIT_CORE, &limit);
        }
    }
}

/// faulthandler module.
#[native_module(name = "faulthandler")]
pub mod faulthandler {
    use super::*;

    /// Enable the fault handler.
    #[function(sig = "(file=None, all_threads=True)", text = "($module, /, file=sys.stderr, all_threads=True)")]
    fn enable(t: &Thread, file: Option<&Object>, all_threads: bool) -> PyResult<()> {
        let (fd, file) = descriptor(t, file)?;
        drop(kept(t)?.fatal_file.replace(file));
        FATAL_FD.store(fd, Ordering::Release);
        FATAL_ALL_THREADS.store(all_threads, Ordering::Release);
        enable_fatal(t)
    }

    /// Disable the fault handler.
    #[function]
    fn disable(t: &Thread) -> PyResult<bool> {
        let was = disable_fatal();
        drop(kept(t)?.fatal_file.take());
        Ok(was)
    }

    /// Check if the handler is enabled.
    #[function]
    fn is_enabled(t: &Thread) -> bool {
        let _ = t;
        FATAL_ENABLED.load(Ordering::Acquire)
    }

    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(sig = "(file=None, all_threads=True)", text = "($module, /, file=sys.stderr, all_threads=True)")]
    fn dump_traceback(t: &Thread, file: Option<&Object>, all_threads: bool) -> PyResult<()> {
        let (fd, _file) = descriptor(t, file)?;
        let mut out = Out::new(fd);
        // SAFETY: the GIL keeps the threads from changing.
        unsafe { dump(&mut out, all_threads, t.as_ptr()) };
        drop(out);
        state::check_signals(t)
    }

    /// Dump the C stack of the current thread.
    #[function(sig = "(file=None)", text = "($module, /, file=sys.stderr)")]
    fn dump_c_stack(t: &Thread, file: Option<&Object>) -> PyResult<()> {
        let (fd, _file) = descriptor(t, file)?;
        dump_native(&mut Out::new(fd));
        state::check_signals(t)
    }

    /// Dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    #[function(
        sig = "(timeout, repeat=False, file=None, exit=False)",
        text = "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)"
    )]
    fn dump_traceback_later(
        t: &Thread,
        timeout: &Object,
        repeat: bool,
        file: Option<&Object>,
        exit: bool,
    ) -> PyResult<()> {
        let ns = pytime::from_seconds(t, timeout, Rounding::Ceiling)?;
        let us = ns / 1000 + i64::from(ns % 1000 > 0);
        if us <= 0 {
            return Err(err!(t, ValueError, "timeout must be greater than 0"));
        }
        let (fd, file) = descriptor(t, file)?;
        cancel_later(t)?;
        let state = kept(t)?;
        drop(state.later_file.replace(file));
        let dog = Arc::new(Watchdog {
            cancelled: Mutex::new(false),
            changed: Condvar::new(),
            running: AtomicUsize::new(std::process::id() as usize),
        });
        let timer = Timer { limit: Duration::from_micros(us as u64), header: timeout_header(us), repeat, exit, fd };
        let watched = dog.clone();
        // Signals are for the other threads: this one inherits a mask that blocks all.
        // SAFETY: plain data, put back at once.
        let spawned = unsafe {
            let mut all: libc::sigset_t = core::mem::zeroed();
            let mut old: libc::sigset_t = core::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
            let spawned = std::thread::Builder::new().spawn(move || watch(&watched, &timer));
            libc::pthread_sigmask(libc::SIG_SETMASK, &old, core::ptr::null_mut());
            spawned
        };
        match spawned {
            Ok(handle) => *state.watchdog.borrow_mut() = Some((dog, Some(handle))),
            Err(_) => return Err(err!(t, RuntimeError, "unable to start watchdog thread")),
        }
        Ok(())
    }

    /// Cancel the previous call to dump_traceback_later().
    #[function]
    fn cancel_dump_traceback_later(t: &Thread) -> PyResult<()> {
        cancel_later(t)
    }

    /// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(
        sig = "(signum, file=None, all_threads=True, chain=False)",
        text = "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)"
    )]
    fn register(t: &Thread, signum: i32, file: Option<&Object>, all_threads: bool, chain: bool) -> PyResult<()> {
        check_signum(t, signum)?;
        let (fd, file) = descriptor(t, file)?;
        let Some(user) = REGISTERED.get(signum as usize) else { return Ok(()) };
        if !user.enabled.load(Ordering::Acquire) {
            // SAFETY: plain data.
            let mut old: libc::sigaction = unsafe { core::mem::zeroed() };
            if !install_user(signum, chain, &mut old) {
                return Err(errors::last_os_error(t));
            }
            let known = user.previous.load(Ordering::Acquire);
            if known.is_null() {
                user.previous.store(Box::into_raw(Box::new(old)), Ordering::Release);
            } else {
                // SAFETY: ours, and nobody reads it while the handler is off.
                unsafe { *known = old };
            }
        }
        let state = kept(t)?;
        let mut files = state.user_files.borrow_mut();
        let old = files.iter().position(|f| f.0 == signum).map(|i| files.swap_remove(i));
        files.push((signum, file));
        drop(files);
        drop(old);
        user.fd.store(fd, Ordering::Release);
        user.all_threads.store(all_threads, Ordering::Release);
        user.chain.store(chain, Ordering::Release);
        user.enabled.store(true, Ordering::Release);
        Ok(())
    }

    /// Unregister the handler of the signal 'signum' registered by register().
    #[function(sig = "(signum, /)")]
    fn unregister(t: &Thread, signum: i32) -> PyResult<bool> {
        check_signum(t, signum)?;
        let Some(user) = REGISTERED.get(signum as usize) else { return Ok(false) };
        if !user.enabled.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        let previous = user.previous.load(Ordering::Acquire);
        if !previous.is_null() {
            // SAFETY: what `sigaction` told us before.
            unsafe { libc::sigaction(signum, previous, core::ptr::null_mut()) };
        }
        let state = kept(t)?;
        let mut files = state.user_files.borrow_mut();
        let old = files.iter().position(|f| f.0 == signum).map(|i| files.swap_remove(i));
        drop(files);
        drop(old);
        Ok(true)
    }

    /// Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.
    #[function]
    fn _read_null(t: &Thread) -> i32 {
        let _ = t;
        suppress_report();
        // SAFETY: none: to fault is what this is for.
        unsafe { libc::strlen(core::hint::black_box(core::ptr::null())) as i32 }
    }

    /// Raise a SIGSEGV signal.
    #[function(sig = "(release_gil=False, /)")]
    fn _sigsegv(t: &Thread, release_gil: bool) {
        suppress_report();
        // SAFETY: no memory is involved.
        let raise = || unsafe { libc::raise(libc::SIGSEGV) };
        if release_gil {
            t.allow_threads(raise)
        } else {
            raise()
        };
    }

    /// Raise a SIGFPE signal.
    #[function]
    fn _sigfpe(t: &Thread) {
        let _ = t;
        suppress_report();
        // SAFETY: no memory is involved.
        unsafe { libc::raise(libc::SIGFPE) };
    }

    /// Raise a SIGABRT signal.
    #[function]
    fn _sigabrt(t: &Thread) {
        let _ = t;
        suppress_report();
        // SAFETY: ends the process.
        unsafe { libc::abort() }
    }

    /// Call Py_FatalError() in a new C thread.
    #[function]
    fn _fatal_error_c_thread(t: &Thread) -> PyResult<()> {
        suppress_report();
        let spawned =
            std::thread::Builder::new().spawn(|| fatal_error("faulthandler_fatal_error_thread", "in new thread"));
        match spawned {
            Ok(handle) => {
                t.allow_threads(move || drop(handle.join()));
                Ok(())
            }
            Err(_) => Err(err!(t, RuntimeError, "unable to start the thread")),
        }
    }

    /// Recursive call to raise a stack overflow.
    #[function]
    fn _stack_overflow(t: &Thread) -> PyResult {
        suppress_report();
        let reached = overflow(core::hint::black_box(0));
        Err(err!(t, RuntimeError, "unable to raise a stack overflow (allocated {reached} bytes on the stack)"))
    }
}
