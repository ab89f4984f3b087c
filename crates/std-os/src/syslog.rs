//! `syslog`: messages to the system's logger.

use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use taipan_object::{
    Args, Object, PyInt, PyModule, PyResult, PyStr, Thread, audit, err, native_module, singletons, state,
};

const NUMBERS: &[(&str, i64)] = &[
    ("LOG_EMERG", libc::LOG_EMERG as i64),
    ("LOG_ALERT", libc::LOG_ALERT as i64),
    ("LOG_CRIT", libc::LOG_CRIT as i64),
    ("LOG_ERR", libc::LOG_ERR as i64),
    ("LOG_WARNING", libc::LOG_WARNING as i64),
    ("LOG_NOTICE", libc::LOG_NOTICE as i64),
    ("LOG_INFO", libc::LOG_INFO as i64),
    ("LOG_DEBUG", libc::LOG_DEBUG as i64),
    ("LOG_PID", libc::LOG_PID as i64),
    ("LOG_CONS", libc::LOG_CONS as i64),
    ("LOG_NDELAY", libc::LOG_NDELAY as i64),
    ("LOG_ODELAY", libc::LOG_ODELAY as i64),
    ("LOG_NOWAIT", libc::LOG_NOWAIT as i64),
    ("LOG_PERROR", libc::LOG_PERROR as i64),
    ("LOG_KERN", libc::LOG_KERN as i64),
    ("LOG_USER", libc::LOG_USER as i64),
    ("LOG_MAIL", libc::LOG_MAIL as i64),
    ("LOG_DAEMON", libc::LOG_DAEMON as i64),
    ("LOG_AUTH", libc::LOG_AUTH as i64),
    ("LOG_LPR", libc::LOG_LPR as i64),
    ("LOG_LOCAL0", libc::LOG_LOCAL0 as i64),
    ("LOG_LOCAL1", libc::LOG_LOCAL1 as i64),
    ("LOG_LOCAL2", libc::LOG_LOCAL2 as i64),
    ("LOG_LOCAL3", libc::LOG_LOCAL3 as i64),
    ("LOG_LOCAL4", libc::LOG_LOCAL4 as i64),
    ("LOG_LOCAL5", libc::LOG_LOCAL5 as i64),
    ("LOG_LOCAL6", libc::LOG_LOCAL6 as i64),
    ("LOG_LOCAL7", libc::LOG_LOCAL7 as i64),
    ("LOG_SYSLOG", libc::LOG_SYSLOG as i64),
    ("LOG_CRON", libc::LOG_CRON as i64),
    ("LOG_UUCP", libc::LOG_UUCP as i64),
    ("LOG_NEWS", libc::LOG_NEWS as i64),
    ("LOG_AUTHPRIV", libc::LOG_AUTHPRIV as i64),
    ("LOG_FTP", libc::LOG_FTP as i64),
];

/// Whether `openlog` was called.
static OPEN: AtomicBool = AtomicBool::new(false);

/// The last part of the program's path.
fn program_name(t: &Thread) -> PyResult<Option<String>> {
    let sys = state::import(t, "sys")?;
    let Some(argv) = sys.getattr_opt(t, &*PyStr::intern_str(t, "argv")?)? else { return Ok(None) };
    let Some(argv) = argv.downcast::<taipan_object::PyList>() else { return Ok(None) };
    let first = argv.to_vec().into_iter().next();
    let Some(text) = first.as_ref().and_then(|f| f.downcast::<PyStr>()) else { return Ok(None) };
    let text = text.to_string_lossy().to_string();
    Ok(text.rsplit('/').next().filter(|s| !s.is_empty()).map(str::to_string))
}

/// The log is the process's: other interpreters use it once the main one has opened it.
fn main_only(t: &Thread, function: &str, when: &str) -> PyResult<()> {
    if t.interpreter().is_main() {
        return Ok(());
    }
    Err(err!(t, RuntimeError, "subinterpreter can't use syslog.{function}(){when}"))
}

fn open(t: &Thread, ident: Option<String>, logoption: i64, facility: i64) -> PyResult<()> {
    let ident = match ident {
        Some(ident) => Some(ident),
        None => program_name(t)?,
    };
    if audit::active(t) {
        let shown = match &ident {
            Some(ident) => PyStr::from_str(t, ident)?.into_object(),
            None => taipan_object::Own::own(singletons::none()),
        };
        let (option, facility) = (PyInt::from_i64(t, logoption)?, PyInt::from_i64(t, facility)?);
        audit::audit(t, "syslog.openlog", &[&shown, &option, &facility])?;
    }
    let name = ident.and_then(|ident| CString::new(ident).ok());
    // SAFETY: the C library holds on to the name, which `Names` keeps as long as it may be read.
    unsafe {
        libc::openlog(name.as_deref().map_or(core::ptr::null(), CStr::as_ptr), logoption as i32, facility as i32)
    };
    OPEN.store(true, Ordering::Relaxed);
    names().replace(name);
    Ok(())
}

/// The names that the log was opened with, which the C library does not copy.
struct Names {
    /// That of now.
    current: Option<CString>,
    /// Former ones, which threads that write a message may still read.
    former: Vec<CString>,
    /// How many threads write a message.
    writers: usize,
}

impl Names {
    fn replace(&mut self, name: Option<CString>) {
        self.former.extend(core::mem::replace(&mut self.current, name));
        self.sweep();
    }

    /// Gives up what nobody reads any more.
    fn sweep(&mut self) {
        if self.writers == 0 {
            self.former.clear();
        }
    }
}

/// The lock is held with the GIL, never while a message is written.
fn names() -> MutexGuard<'static, Names> {
    static NAMES: Mutex<Names> = Mutex::new(Names { current: None, former: Vec::new(), writers: 0 });
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

// CPython's has no documentation.
#[native_module(name = "syslog")]
pub mod syslog {
    use super::*;

    /// Set logging options of subsequent syslog() calls.
    #[function(
        sig = "(ident=<unrepresentable>, logoption=0, facility=8)",
        text = "($module, /, ident=<unrepresentable>, logoption=0,\n        facility=LOG_USER)"
    )]
    fn openlog(t: &Thread, ident: Option<&Object>, logoption: i64, facility: i64) -> PyResult<()> {
        let ident = match ident {
            None => None,
            Some(ident) => match ident.downcast::<PyStr>() {
                Some(text) => Some(text.to_utf8(t)?.to_owned()),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "openlog() argument 'ident' must be str, not {:.50}",
                        ident.class().name_lossy()
                    ));
                }
            },
        };
        main_only(t, "openlog", "")?;
        open(t, ident, logoption, facility)
    }

    /// syslog([priority=LOG_INFO,] message)
    /// Send the string message to the system logger.
    #[function(text = "")]
    fn syslog(t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "syslog.syslog")?;
        let (priority, message, which) = match args.pos {
            [message] => (i64::from(libc::LOG_INFO), *message, 1),
            [priority, message] => (crate::args::long(t, priority)?, *message, 2),
            _ => return Err(err!(t, TypeError, "syslog.syslog requires 1 to 2 arguments")),
        };
        let Some(text) = message.downcast::<PyStr>() else {
            let class = message.class().name_lossy();
            return Err(err!(t, TypeError, "syslog() argument {which} must be str, not {class:.50}"));
        };
        if audit::active(t) {
            audit::audit(t, "syslog.syslog", &[&*PyInt::from_i64(t, priority)?, text.as_object()])?;
        }
        let message = text.to_utf8(t)?;
        if !OPEN.load(Ordering::Relaxed) {
            main_only(t, "syslog", " until the syslog is opened by the main interpreter")?;
            open(t, None, 0, i64::from(libc::LOG_USER))?;
        }
        let Ok(message) = CString::new(message) else { return Err(err!(t, ValueError, "embedded null character")) };
        names().writers += 1;
        t.allow_threads(move || {
            // SAFETY: two strings that end with zero; the first takes one argument.
            unsafe { libc::syslog(priority as i32, c"%s".as_ptr(), message.as_ptr()) }
        });
        let mut names = names();
        names.writers -= 1;
        names.sweep();
        Ok(())
    }

    /// Reset the syslog module values and call the system library closelog().
    #[function(sig = "()", text = "($module, /)")]
    fn closelog(t: &Thread) -> PyResult<()> {
        main_only(t, "closelog", "")?;
        audit::audit(t, "syslog.closelog", &[])?;
        if OPEN.swap(false, Ordering::Relaxed) {
            // SAFETY: no memory is involved.
            unsafe { libc::closelog() };
            names().replace(None);
        }
        Ok(())
    }

    /// Set the priority mask to maskpri and return the previous mask value.
    #[function(sig = "(maskpri, /)")]
    fn setlogmask(t: &Thread, maskpri: i64) -> PyResult<i64> {
        if audit::active(t) {
            audit::audit(t, "syslog.setlogmask", &[&*PyInt::from_i64(t, maskpri)?])?;
        }
        // SAFETY: no memory is involved.
        Ok(i64::from(unsafe { libc::setlogmask(maskpri as i32) }))
    }

    /// Calculates the mask for the individual priority pri.
    #[function(sig = "(pri, /)")]
    fn LOG_MASK(_t: &Thread, pri: i64) -> i64 {
        i64::from(1i32.wrapping_shl(pri as u32))
    }

    /// Calculates the mask for all priorities up to and including pri.
    #[function(sig = "(pri, /)")]
    fn LOG_UPTO(_t: &Thread, pri: i64) -> i64 {
        i64::from(1i32.wrapping_shl((pri as u32).wrapping_add(1)).wrapping_sub(1))
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        crate::posix::add_numbers(t, module, NUMBERS)
    }
}
