//! `_signal`: signals and their handlers in Python (`Modules/signalmodule.c`).
//!
//! The C-level handler only notes the signal, wakes whoever waits on the wake-up descriptor and sets the main thread's
//! eval breaker; the Python handler runs between two instructions of the main thread.

use crate::{frame, signals};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};
use std::cell::RefCell;
use taipan_object::pytime::{self, Rounding, SECOND};
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, attr, audit, err, errors,
    exceptions, iter, native_module, number, singletons,
};
use taipan_runtime::thread::EVAL_SIGNALS_PENDING;
use taipan_types::structseq;

/// One more than the highest signal number.
pub const NSIG: usize = 65;

static TRIPPED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static ANY_TRIPPED: AtomicBool = AtomicBool::new(false);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);
/// `errno` of a write to the wake-up descriptor that failed, to be reported outside the handler.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);
static MAIN_THREAD: AtomicPtr<Thread> = AtomicPtr::new(core::ptr::null_mut());

/// The handlers, by number; `None` where something other than Python installed one.
#[derive(Default)]
pub struct Handlers {
    table: RefCell<Vec<Option<Owned>>>,
}

/// Has a byte written to a descriptor when a signal comes, -1 for none; hands out the one before
/// (`PySignal_SetWakeupFd`).
pub fn replace_wakeup(fd: i32) -> i32 {
    WAKEUP_FD.swap(fd, Ordering::Relaxed)
}

fn is_main(t: &Thread) -> bool {
    core::ptr::eq(MAIN_THREAD.load(Ordering::Acquire), core::ptr::from_ref(t))
}

extern "C" fn on_signal(number: libc::c_int) {
    // SAFETY: only async-signal-safe calls and atomics; errno is put back.
    unsafe {
        let saved = *libc::__errno_location();
        if let Some(flag) = TRIPPED.get(number as usize) {
            flag.store(true, Ordering::Release);
            ANY_TRIPPED.store(true, Ordering::Release);
            let main = MAIN_THREAD.load(Ordering::Acquire);
            if !main.is_null() {
                (*main).eval_breaker().fetch_or(EVAL_SIGNALS_PENDING, Ordering::Release);
            }
            let fd = WAKEUP_FD.load(Ordering::Relaxed);
            if fd >= 0 {
                let byte = number as u8;
                if libc::write(fd, (&raw const byte).cast(), 1) < 0 {
                    let code = *libc::__errno_location();
                    if WARN_ON_FULL.load(Ordering::Relaxed) || (code != libc::EAGAIN && code != libc::EWOULDBLOCK) {
                        WAKEUP_ERROR.store(code, Ordering::Release);
                    }
                }
            }
        }
        *libc::__errno_location() = saved;
    }
}

/// Installs a C-level disposition; system calls are interrupted, so that handlers run in time (PEP 475 restarts them).
fn install(number: i32, disposition: libc::sighandler_t) -> Result<(), i32> {
    // SAFETY: plain data; the handler is async-signal-safe.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = disposition;
        // Handlers run on the alternate stack where there is one.
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(number, &action, core::ptr::null_mut()) != 0 {
            return Err(*libc::__errno_location());
        }
    }
    Ok(())
}

fn handlers(t: &Thread) -> &Handlers {
    &crate::state::state(t).signals
}

/// Runs the Python handlers of signals that have arrived (`_PyErr_CheckSignalsTstate`).
fn run_handlers(t: &Thread) -> PyResult<()> {
    if !is_main(t) {
        return Ok(());
    }
    let code = WAKEUP_ERROR.swap(0, Ordering::AcqRel);
    if code != 0 {
        let _ = errors::os_error(t, code);
        errors::write_unraisable_msg(t, "Exception ignored while trying to write to the signal wakeup fd", None);
    }
    if !ANY_TRIPPED.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    let current = frame::current(t);
    for number in 1..NSIG {
        if !TRIPPED[number].swap(false, Ordering::AcqRel) {
            continue;
        }
        let handler = handlers(t).table.borrow().get(number).and_then(Clone::clone);
        let Some(handler) = handler else { continue };
        let default = |value: i64| handler.downcast::<PyInt>().and_then(PyInt::to_i64) == Some(value);
        if default(libc::SIG_DFL as i64) || default(libc::SIG_IGN as i64) {
            // The handler was replaced between the signal and now.
            let text = PyStr::from_str(t, &format!("Signal {number} ignored due to race condition"))?;
            let _ = errors::raise_value(t, exceptions::OSError::class(), &text);
            errors::write_unraisable(t, None);
            continue;
        }
        let frame: Owned = if current.is_null() {
            singletons::none().own()
        } else {
            // SAFETY: the current frame is live.
            unsafe { frame::object_of(t, current)?.into_object() }
        };
        let result = handler.call(t, &[&*PyInt::from_i64(t, number as i64)?, &frame]);
        if let Err(raised) = result {
            // The others run at the next opportunity.
            ANY_TRIPPED.store(true, Ordering::Release);
            t.eval_breaker().fetch_or(EVAL_SIGNALS_PENDING, Ordering::Release);
            return Err(raised);
        }
    }
    Ok(())
}

/// Makes the calling thread the one that handlers run in, and takes the dispositions over. With `handle_sigint`, an
/// interrupt raises `KeyboardInterrupt`. Called once the interpreter stands.
pub fn initialize(t: &Thread, handle_sigint: bool) -> PyResult<()> {
    MAIN_THREAD.store(core::ptr::from_ref(t).cast_mut(), Ordering::Release);
    signals::set_runner(run_handlers);
    taipan_object::state::object_state(t).after_fork_child.borrow_mut().push(after_fork);
    for number in [libc::SIGPIPE, libc::SIGXFSZ] {
        let _ = install(number, libc::SIG_IGN);
    }
    let module = taipan_object::state::import(t, "_signal")?;
    let mut table: Vec<Option<Owned>> = vec![None; NSIG];
    let default = PyInt::from_i64(t, libc::SIG_DFL as i64)?.into_object();
    let ignore = PyInt::from_i64(t, libc::SIG_IGN as i64)?.into_object();
    for (number, entry) in table.iter_mut().enumerate().skip(1) {
        // SAFETY: the structure is filled in.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            if libc::sigaction(number as i32, core::ptr::null(), &mut action) == 0 {
                *entry = match action.sa_sigaction {
                    libc::SIG_DFL => Some(default.clone()),
                    libc::SIG_IGN => Some(ignore.clone()),
                    _ => None,
                };
            }
        }
    }
    let is_default = table[libc::SIGINT as usize].as_ref().is_some_and(|h| h.is(&default));
    if handle_sigint && is_default {
        let key = PyStr::intern_str(t, "default_int_handler")?;
        table[libc::SIGINT as usize] = Some(module.getattr(t, &key)?);
        let _ = install(libc::SIGINT, on_signal as *const () as libc::sighandler_t);
    }
    *handlers(t).table.borrow_mut() = table;
    Ok(())
}

/// Gives the dispositions back to the system: no Python code is left to run (`_PySignal_Fini`).
pub fn finalize(t: &Thread) {
    MAIN_THREAD.store(core::ptr::null_mut(), Ordering::Release);
    WAKEUP_FD.store(-1, Ordering::Relaxed);
    let table = core::mem::take(&mut *handlers(t).table.borrow_mut());
    for (number, handler) in table.iter().enumerate() {
        if handler.as_ref().is_some_and(|h| !h.is_instance_of::<PyInt>()) {
            let _ = install(number as i32, libc::SIG_DFL);
        }
    }
}

/// Ends the process by a SIGINT that nobody handles.
pub fn raise_default_interrupt() {
    let _ = install(libc::SIGINT, libc::SIG_DFL);
    // SAFETY: no memory is involved.
    unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
}

/// In a child after `fork`: the forking thread is the main one now, and no signal of the parent's is pending.
pub fn after_fork(t: &Thread) {
    MAIN_THREAD.store(core::ptr::from_ref(t).cast_mut(), Ordering::Release);
    for flag in &TRIPPED {
        flag.store(false, Ordering::Release);
    }
    ANY_TRIPPED.store(false, Ordering::Release);
}

/// Notes a SIGINT as if it had arrived (`PyErr_SetInterruptEx`), for `_thread.interrupt_main`.
pub fn simulate(t: &Thread, number: i32) -> PyResult<()> {
    let handler = handlers(t).table.borrow().get(number as usize).and_then(Clone::clone);
    let is = |value: libc::sighandler_t| {
        handler.as_ref().is_none_or(|h| h.downcast::<PyInt>().and_then(PyInt::to_i64) == Some(value as i64))
    };
    if handlers(t).table.borrow().is_empty() {
        // The interpreter ends: nobody handles signals any more.
        let _ = err!(t, OSError, "Signal {number} ignored due to race condition");
        errors::write_unraisable(t, Some(taipan_object::singletons::none()));
        return Ok(());
    }
    if !is(libc::SIG_IGN) && !is(libc::SIG_DFL) {
        on_signal(number);
    }
    Ok(())
}

fn check_number(t: &Thread, number: i32) -> PyResult<usize> {
    match usize::try_from(number) {
        Ok(n) if (1..NSIG).contains(&n) => Ok(n),
        _ => Err(err!(t, ValueError, "signal number out of range")),
    }
}

/// The set of signals in an iterable of numbers.
fn to_sigset(t: &Thread, signals: &Object) -> PyResult<libc::sigset_t> {
    // SAFETY: the set is initialised before use.
    unsafe {
        let mut set: libc::sigset_t = core::mem::zeroed();
        libc::sigemptyset(&mut set);
        let iterator = iter::get_iter(t, signals)?;
        while let Some(item) = iter::next(t, &iterator)? {
            let n = number::index_as_isize(t, &item).ok();
            match n {
                Some(n) if (1..NSIG as isize).contains(&n) => {
                    libc::sigaddset(&mut set, n as i32);
                }
                _ => {
                    errors::clear(t);
                    if !item.is_instance_of::<PyInt>() && !number::is_index(&item) {
                        return Err(err!(
                            t,
                            TypeError,
                            "'{:.200}' object cannot be interpreted as an integer",
                            item.class().name_lossy()
                        ));
                    }
                    return Err(err!(
                        t,
                        ValueError,
                        "signal number {} out of range [1; {}]",
                        item.str_lossy(t),
                        NSIG - 1
                    ));
                }
            }
        }
        Ok(set)
    }
}

fn from_sigset(t: &Thread, set: &libc::sigset_t) -> PyResult {
    let out = taipan_types::new_set(t)?;
    for number in 1..NSIG as i32 {
        // SAFETY: an initialised set.
        if unsafe { libc::sigismember(set, number) } == 1 {
            taipan_types::set_add(t, &out, &*PyInt::from_i64(t, i64::from(number))?)?;
        }
    }
    Ok(out)
}

const SIGINFO: [(&str, &str); 7] = [
    ("si_signo", "signal number"),
    ("si_code", "signal code"),
    ("si_errno", "errno associated with this signal"),
    ("si_pid", "sending process ID"),
    ("si_uid", "real user ID of sending process"),
    ("si_status", "exit value or signal"),
    ("si_band", "band event for SIGPOLL"),
];

fn siginfo(t: &Thread, info: &libc::siginfo_t) -> PyResult {
    let module = taipan_object::state::import(t, "_signal")?;
    let class = module.getattr(t, &*PyStr::intern_str(t, "struct_siginfo")?)?;
    let Ok(class) = class.into_type::<PyType>() else {
        return Err(err!(t, TypeError, "struct_siginfo is not a type"));
    };
    let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
    // SAFETY: the fields of the union are plain data.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    // SI_POLL's band lies where the pid and uid do.
    let band = i64::from(pid) | i64::from(uid) << 32;
    let items = vec![
        int(i64::from(info.si_signo))?,
        int(i64::from(info.si_code))?,
        int(i64::from(info.si_errno))?,
        int(i64::from(pid))?,
        int(i64::from(uid))?,
        int(i64::from(status))?,
        int(band)?,
    ];
    structseq::new(t, &class, items)
}

fn timer_pair(t: &Thread, timer: &libc::itimerval) -> PyResult<Owned<PyTuple>> {
    let seconds = |v: &libc::timeval| v.tv_sec as f64 + v.tv_usec as f64 / 1e6;
    let items = [seconds(&timer.it_value), seconds(&timer.it_interval)];
    let items: PyResult<Vec<Owned>> =
        items.iter().map(|&v| taipan_object::PyFloat::new(t, v).map(Owned::into_object)).collect();
    PyTuple::from_vec(t, items?)
}

fn to_timeval(t: &Thread, seconds: &Object) -> PyResult<libc::timeval> {
    let ns = pytime::from_seconds(t, seconds, Rounding::Ceiling)?;
    let us = ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) != 0);
    Ok(libc::timeval { tv_sec: us.div_euclid(1_000_000), tv_usec: us.rem_euclid(1_000_000) })
}

fn itimer_error(t: &Thread) -> taipan_object::Raised {
    let code = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let build = || -> PyResult<taipan_object::Raised> {
        let module = taipan_object::state::import(t, "_signal")?;
        let class = module.getattr(t, &*PyStr::intern_str(t, "ItimerError")?)?;
        let exception =
            class.call(t, &[&*PyInt::from_i64(t, i64::from(code))?, &*PyStr::from_str(t, &errors::strerror(code))?])?;
        Ok(errors::raise(t, exception))
    };
    build().unwrap_or_else(|raised| raised)
}

/// This module provides mechanisms to use signal handlers in Python.
///
/// Functions:
///
/// alarm() -- cause SIGALRM after a specified time [Unix only]
/// setitimer() -- cause a signal (described below) after a specified
///                float time and the timer may restart then [Unix only]
/// getitimer() -- get current value of timer [Unix only]
/// signal() -- set the action for a given signal
/// getsignal() -- get the signal action for a given signal
/// pause() -- wait until a signal arrives [Unix only]
/// default_int_handler() -- default SIGINT handler
///
/// signal constants:
/// SIG_DFL -- used to refer to the system default handler
/// SIG_IGN -- used to ignore the signal
/// NSIG -- number of defined signals
/// SIGINT, SIGTERM, etc. -- signal numbers
///
/// itimer constants:
/// ITIMER_REAL -- decrements in real time, and delivers SIGALRM upon
///                expiration
/// ITIMER_VIRTUAL -- decrements only when the process is executing,
///                and delivers SIGVTALRM upon expiration
/// ITIMER_PROF -- decrements both when the process is executing and
///                when the system is executing on behalf of the process.
///                Coupled with ITIMER_VIRTUAL, this timer is usually
///                used to profile the time spent by the application
///                in user and kernel space. SIGPROF is delivered upon
///                expiration.
///
///
/// *** IMPORTANT NOTICE ***
/// A signal handler function is called with two arguments:
/// the first is the signal number, the second is the interrupted stack frame.
#[native_module(name = "_signal")]
pub mod signal {
    use super::*;

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[function(sig = "(signalnum, frame, /)")]
    fn default_int_handler(t: &Thread, signalnum: i32, frame: &Object) -> PyResult<()> {
        let _ = (signalnum, frame);
        Err(errors::raise_none(t, exceptions::KeyboardInterrupt::class()))
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn alarm(_t: &Thread, seconds: i32) -> u32 {
        // SAFETY: plain data.
        unsafe { libc::alarm(seconds as u32) }
    }

    /// Wait until a signal arrives.
    #[function]
    fn pause(t: &Thread) -> PyResult<()> {
        // SAFETY: no memory is involved.
        t.allow_threads(|| unsafe { libc::pause() });
        taipan_object::state::check_signals(t)
    }

    /// Send a signal to the executing process.
    #[function(sig = "(signalnum, /)")]
    fn raise_signal(t: &Thread, signalnum: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        let failed = t.allow_threads(|| unsafe { libc::raise(signalnum) }) != 0;
        if failed {
            return Err(errors::io_error(t, &std::io::Error::last_os_error()));
        }
        taipan_object::state::check_signals(t)
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return
    /// values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments: the first is
    /// the signal number, the second is the interrupted stack frame.
    #[function(sig = "(signalnum, handler, /)")]
    fn signal(t: &Thread, signalnum: i32, handler: &Object) -> PyResult {
        if !is_main(t) {
            return Err(err!(t, ValueError, "signal only works in main thread of the main interpreter"));
        }
        let number = check_number(t, signalnum)?;
        let plain = if handler.is_callable() { None } else { handler.downcast::<PyInt>().and_then(PyInt::to_i64) };
        let disposition = if handler.is_callable() {
            on_signal as *const () as libc::sighandler_t
        } else if plain == Some(libc::SIG_IGN as i64) {
            libc::SIG_IGN
        } else if plain == Some(libc::SIG_DFL as i64) {
            libc::SIG_DFL
        } else {
            return Err(err!(
                t,
                TypeError,
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
            ));
        };
        taipan_object::state::check_signals(t)?;
        install(signalnum, disposition).map_err(|code| errors::os_error(t, code))?;
        let mut table = handlers(t).table.borrow_mut();
        let old = match table.get_mut(number) {
            Some(slot) => slot.replace(handler.own()),
            None => None,
        };
        drop(table);
        Ok(old.unwrap_or_else(|| singletons::none().own()))
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by
    /// signal sig, else system calls will be interrupted.
    #[function(sig = "(signalnum, flag, /)")]
    fn siginterrupt(t: &Thread, signalnum: i32, flag: i32) -> PyResult<()> {
        check_number(t, signalnum)?;
        // SAFETY: plain data.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            let mut code = libc::sigaction(signalnum, core::ptr::null(), &mut action);
            if code == 0 {
                if flag != 0 {
                    action.sa_flags &= !libc::SA_RESTART;
                } else {
                    action.sa_flags |= libc::SA_RESTART;
                }
                code = libc::sigaction(signalnum, &action, core::ptr::null_mut());
            }
            if code != 0 {
                return Err(errors::io_error(t, &std::io::Error::last_os_error()));
            }
        }
        Ok(())
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[function(sig = "(signalnum, /)")]
    fn getsignal(t: &Thread, signalnum: i32) -> PyResult {
        let number = check_number(t, signalnum)?;
        let found = handlers(t).table.borrow().get(number).and_then(Clone::clone);
        Ok(found.unwrap_or_else(|| singletons::none().own()))
    }

    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[function(sig = "(signalnum, /)")]
    fn strsignal(t: &Thread, signalnum: i32) -> PyResult {
        check_number(t, signalnum)?;
        // SAFETY: the text is copied before another call can change it: the GIL is held.
        unsafe {
            let text = libc::strsignal(signalnum);
            if text.is_null() {
                return singletons::ok_none();
            }
            let text = core::ffi::CStr::from_ptr(text).to_string_lossy();
            if text.starts_with("Unknown signal") {
                return singletons::ok_none();
            }
            PyStr::from_str(t, &text).map(Owned::into_object)
        }
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(t: &Thread, fd: i32, warn_on_full_buffer: Option<bool>) -> PyResult<i32> {
        if !is_main(t) {
            return Err(err!(t, ValueError, "set_wakeup_fd only works in main thread of the main interpreter"));
        }
        if fd != -1 {
            // SAFETY: asks about a descriptor.
            let flags = unsafe {
                let mut stat: libc::stat = core::mem::zeroed();
                if libc::fstat(fd, &mut stat) != 0 {
                    return Err(errors::io_error(t, &std::io::Error::last_os_error()));
                }
                libc::fcntl(fd, libc::F_GETFL)
            };
            if flags & libc::O_NONBLOCK == 0 {
                return Err(err!(t, ValueError, "the fd {fd} must be in non-blocking mode"));
            }
        }
        WARN_ON_FULL.store(warn_on_full_buffer.unwrap_or(true), Ordering::Relaxed);
        Ok(WAKEUP_FD.swap(fd, Ordering::Relaxed))
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval
    /// seconds.  The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(t: &Thread, which: i32, seconds: &Object, interval: Option<&Object>) -> PyResult<Owned<PyTuple>> {
        let it_value = to_timeval(t, seconds)?;
        let it_interval = match interval {
            Some(interval) => to_timeval(t, interval)?,
            None => libc::timeval { tv_sec: 0, tv_usec: 0 },
        };
        let new = libc::itimerval { it_interval, it_value };
        // SAFETY: plain data.
        unsafe {
            let mut old: libc::itimerval = core::mem::zeroed();
            if libc::setitimer(which as _, &new, &mut old) != 0 {
                return Err(itimer_error(t));
            }
            timer_pair(t, &old)
        }
    }

    /// Returns current value of given itimer.
    #[function(sig = "(which, /)")]
    fn getitimer(t: &Thread, which: i32) -> PyResult<Owned<PyTuple>> {
        // SAFETY: plain data.
        unsafe {
            let mut old: libc::itimerval = core::mem::zeroed();
            if libc::getitimer(which as _, &mut old) != 0 {
                return Err(itimer_error(t));
            }
            timer_pair(t, &old)
        }
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function(sig = "(how, mask, /)")]
    fn pthread_sigmask(t: &Thread, how: i32, mask: &Object) -> PyResult {
        let set = to_sigset(t, mask)?;
        // SAFETY: plain data.
        let old = unsafe {
            let mut old: libc::sigset_t = core::mem::zeroed();
            let code = libc::pthread_sigmask(how, &set, &mut old);
            if code != 0 {
                return Err(errors::os_error(t, code));
            }
            old
        };
        // A signal that was just unblocked has been delivered.
        taipan_object::state::check_signals(t)?;
        from_sigset(t, &old)
    }

    /// Examine pending signals.
    ///
    /// Returns a set of signal numbers that are pending for delivery to
    /// the calling thread.
    #[function]
    fn sigpending(t: &Thread) -> PyResult {
        // SAFETY: plain data.
        unsafe {
            let mut set: libc::sigset_t = core::mem::zeroed();
            if libc::sigpending(&mut set) != 0 {
                return Err(errors::io_error(t, &std::io::Error::last_os_error()));
            }
            from_sigset(t, &set)
        }
    }

    /// Wait for a signal.
    ///
    /// Suspend execution of the calling thread until the delivery of one of the
    /// signals specified in the signal set sigset.  The function accepts the
    /// signal and returns the signal number.
    #[function(sig = "(sigset, /)")]
    fn sigwait(t: &Thread, sigset: &Object) -> PyResult<i32> {
        let set = to_sigset(t, sigset)?;
        let mut number = 0;
        // SAFETY: plain data.
        let code = t.allow_threads(|| unsafe { libc::sigwait(&set, &mut number) });
        if code != 0 { Err(errors::os_error(t, code)) } else { Ok(number) }
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered.
    ///
    /// Returns a struct_siginfo containing information about the signal.
    #[function(sig = "(sigset, /)")]
    fn sigwaitinfo(t: &Thread, sigset: &Object) -> PyResult {
        let set = to_sigset(t, sigset)?;
        loop {
            // SAFETY: plain data; the structure is filled in.
            let (code, info) = t.allow_threads(|| unsafe {
                let mut info: SigInfo = SigInfo(core::mem::zeroed());
                (libc::sigwaitinfo(&set, &mut info.0), info)
            });
            if code >= 0 {
                return siginfo(t, &info.0);
            }
            let error = std::io::Error::last_os_error();
            if error.raw_os_error() != Some(libc::EINTR) {
                return Err(errors::io_error(t, &error));
            }
            taipan_object::state::check_signals(t)?;
        }
    }

    /// Like sigwaitinfo(), but with a timeout.
    ///
    /// The timeout is specified in seconds, with floating-point numbers allowed.
    #[function(sig = "(sigset, timeout, /)")]
    fn sigtimedwait(t: &Thread, sigset: &Object, timeout: &Object) -> PyResult {
        let set = to_sigset(t, sigset)?;
        let ns = pytime::from_seconds(t, timeout, Rounding::Ceiling)?;
        if ns < 0 {
            return Err(err!(t, ValueError, "timeout must be non-negative"));
        }
        let start = std::time::Instant::now();
        loop {
            let left = (ns - i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX)).max(0);
            let wait = libc::timespec { tv_sec: left / SECOND, tv_nsec: left % SECOND };
            // SAFETY: plain data; the structure is filled in.
            let (code, info) = t.allow_threads(|| unsafe {
                let mut info: SigInfo = SigInfo(core::mem::zeroed());
                (libc::sigtimedwait(&set, &mut info.0, &wait), info)
            });
            if code >= 0 {
                return siginfo(t, &info.0);
            }
            let error = std::io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EAGAIN) => return singletons::ok_none(),
                Some(libc::EINTR) => taipan_object::state::check_signals(t)?,
                _ => return Err(errors::io_error(t, &error)),
            }
        }
    }

    /// Send a signal to a thread.
    #[function(sig = "(thread_id, signalnum, /)")]
    fn pthread_kill(t: &Thread, thread_id: u64, signalnum: i32) -> PyResult<()> {
        audit::audit(
            t,
            "signal.pthread_kill",
            &[&*PyInt::from_u64(t, thread_id)?, &*PyInt::from_i64(t, i64::from(signalnum))?],
        )?;
        // The C library would follow the number as a pointer.
        if !t.interpreter().has_thread(thread_id) {
            return Err(errors::os_error(t, libc::ESRCH));
        }
        // SAFETY: one of our threads, which lives as long as the GIL is held here.
        let code = unsafe { libc::pthread_kill(thread_id as libc::pthread_t, signalnum) };
        if code != 0 {
            return Err(errors::os_error(t, code));
        }
        taipan_object::state::check_signals(t)
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[function(sig = "(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(
        t: &Thread,
        pidfd: i32,
        signalnum: i32,
        siginfo: Option<&Object>,
        flags: Option<i32>,
    ) -> PyResult<()> {
        if attr::none_if_none(siginfo).is_some() {
            return Err(err!(t, TypeError, "siginfo must be None"));
        }
        // SAFETY: plain data.
        let code = unsafe {
            libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signalnum, core::ptr::null::<u8>(), flags.unwrap_or(0))
        };
        if code < 0 { Err(errors::io_error(t, &std::io::Error::last_os_error())) } else { Ok(()) }
    }

    /// Return a set of valid signal numbers on this platform.
    ///
    /// The signal numbers returned by this function can be safely passed to
    /// functions like `pthread_sigmask`.
    #[function]
    fn valid_signals(t: &Thread) -> PyResult {
        // SAFETY: the set is filled in.
        unsafe {
            let mut set: libc::sigset_t = core::mem::zeroed();
            if libc::sigfillset(&mut set) != 0 {
                return Err(errors::io_error(t, &std::io::Error::last_os_error()));
            }
            from_sigset(t, &set)
        }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let class = structseq::new_type(
            t,
            "signal.struct_siginfo",
            "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
            &SIGINFO,
            7,
        )?;
        module.set(t, "struct_siginfo", &class)?;
        let error = errors::new_exception(t, "signal", "ItimerError", exceptions::OSError::class(), None)?;
        module.set(t, "ItimerError", &error)?;
        for (name, value) in super::NUMBERS {
            module.set_value(t, name, i64::from(*value))?;
        }
        module.set_value(t, "SIGCLD", i64::from(libc::SIGCHLD))?;
        module.set_value(t, "SIGRTMIN", i64::from(libc::SIGRTMIN()))?;
        module.set_value(t, "SIGRTMAX", i64::from(libc::SIGRTMAX()))?;
        module.set_value(t, "NSIG", NSIG as i64)?;
        module.set_value(t, "SIG_DFL", libc::SIG_DFL as i64)?;
        module.set_value(t, "SIG_IGN", libc::SIG_IGN as i64)?;
        Ok(())
    }
}

/// What a signal brought, to be carried out of a section without the GIL.
struct SigInfo(libc::siginfo_t);
// SAFETY: plain data; its pointers are not followed.
unsafe impl Send for SigInfo {}

macro_rules! table {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i32)),*] };
}

const NUMBERS: &[(&str, i32)] = table!(
    ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF SIG_BLOCK SIG_UNBLOCK SIG_SETMASK SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGIOT
    SIGABRT SIGFPE SIGKILL SIGBUS SIGSEGV SIGSYS SIGPIPE SIGALRM SIGTERM SIGUSR1 SIGUSR2 SIGCHLD SIGPWR SIGIO SIGURG
    SIGWINCH SIGPOLL SIGSTOP SIGTSTP SIGCONT SIGTTIN SIGTTOU SIGVTALRM SIGPROF SIGXCPU SIGXFSZ SIGSTKFLT
);
