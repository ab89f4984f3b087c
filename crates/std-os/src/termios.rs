//! `termios`: control of terminals.

use crate::args::{Fd, errno};
use taipan_object::{
    Class, Object, Owned, PyBytes, PyInt, PyList, PyModule, PyResult, PyStr, Raised, Thread, err, errors, exceptions,
    iter, name, native_module, number, state,
};

/// Raises `termios.error(errno, text)`.
#[cold]
fn failed(t: &Thread, code: i32) -> Raised {
    let raise = || -> PyResult<Raised> {
        let class = state::import(t, "termios")?.getattr(t, name!(t, "error"))?;
        let text = PyStr::from_str(t, &errors::strerror(code))?;
        let exception = class.call(t, &[&*PyInt::from_i64(t, i64::from(code))?, &*text])?;
        Ok(errors::raise(t, exception))
    };
    raise().unwrap_or_else(|raised| raised)
}

fn run(t: &Thread, work: impl FnOnce() -> i32 + Send) -> PyResult<()> {
    let (result, code) = t.allow_threads(|| (work(), errno()));
    if result < 0 { Err(failed(t, code)) } else { Ok(()) }
}

fn attributes(t: &Thread, fd: i32) -> PyResult<libc::termios> {
    // SAFETY: zero is a valid value of the struct, which the call fills in.
    let (mode, result, code) = t.allow_threads(|| unsafe {
        let mut mode: libc::termios = core::mem::zeroed();
        let result = libc::tcgetattr(fd, &mut mode);
        (mode, result, errno())
    });
    if result < 0 { Err(failed(t, code)) } else { Ok(mode) }
}

fn int(t: &Thread, n: u64) -> PyResult {
    PyInt::from_u64(t, n).map(Owned::into_object)
}

fn flag(t: &Thread, value: &Object) -> PyResult<libc::tcflag_t> {
    Ok(crate::args::long(t, value)? as libc::tcflag_t)
}

fn window(t: &Thread, value: &Object) -> PyResult<u16> {
    let n = number::index_as_isize(t, value)?;
    u16::try_from(n).map_err(|_| err!(t, OverflowError, "winsize value(s) out of range."))
}

/// This module provides an interface to the Posix calls for tty I/O control.
///
/// For a complete description of these calls, see the Posix or Unix manual
/// pages. It is only available for those Unix versions that support Posix
/// *termios* style tty I/O control.
///
/// All functions in this module take a file descriptor fd as their first
/// argument. This can be an integer file descriptor, such as returned by
/// sys.stdin.fileno(), or a file object, such as sys.stdin itself.
#[native_module(name = "termios")]
pub mod termios {
    use super::*;

    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[function(sig = "(fd, /)")]
    fn tcgetattr(t: &Thread, fd: Fd) -> PyResult<Owned<PyList>> {
        let mode = attributes(t, fd.0)?;
        // SAFETY: plain fields.
        let (input, output) = unsafe { (libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)) };
        let special = PyList::new(t)?;
        let canonical = mode.c_lflag & libc::ICANON != 0;
        for (i, &c) in mode.c_cc.iter().enumerate() {
            let item = if !canonical && (i == libc::VMIN || i == libc::VTIME) {
                int(t, u64::from(c))?
            } else {
                PyBytes::new(t, &[c])?.into_object()
            };
            special.append(t, item)?;
        }
        let mut items = Vec::new();
        for n in [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, input, output] {
            items.push(int(t, u64::from(n))?);
        }
        items.push(special.into_object());
        PyList::from_vec(t, items)
    }

    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[function(sig = "(fd, when, attributes, /)")]
    fn tcsetattr(t: &Thread, fd: Fd, when: i32, attributes: &Object) -> PyResult<()> {
        let items = attributes.downcast::<PyList>().map(PyList::to_vec).unwrap_or_default();
        let [input, output, control, local, ispeed, ospeed, special] = items.as_slice() else {
            return Err(err!(t, TypeError, "tcsetattr, arg 3: must be 7 element list"));
        };
        let mut mode = super::attributes(t, fd.0)?;
        mode.c_iflag = flag(t, input)?;
        mode.c_oflag = flag(t, output)?;
        mode.c_cflag = flag(t, control)?;
        mode.c_lflag = flag(t, local)?;
        let (ispeed, ospeed) = (flag(t, ispeed)?, flag(t, ospeed)?);
        let special = special.downcast::<PyList>().map(PyList::to_vec).unwrap_or_default();
        if special.len() != mode.c_cc.len() {
            return Err(err!(t, TypeError, "tcsetattr: attributes[6] must be {} element list", mode.c_cc.len()));
        }
        for (slot, value) in mode.c_cc.iter_mut().zip(&special) {
            *slot = if let Some(bytes) = value.downcast::<PyBytes>().filter(|bytes| bytes.len() == 1) {
                bytes.as_bytes()[0]
            } else if let Some(n) = value.downcast::<PyInt>() {
                crate::args::long(t, n)? as libc::cc_t
            } else {
                return Err(err!(
                    t,
                    TypeError,
                    "tcsetattr: elements of attributes must be bytes objects of length 1 or integers"
                ));
            };
        }
        // SAFETY: a structure of ours.
        unsafe {
            if libc::cfsetispeed(&mut mode, ispeed) < 0 || libc::cfsetospeed(&mut mode, ospeed) < 0 {
                return Err(failed(t, errno()));
            }
        }
        // SAFETY: as above.
        run(t, || unsafe { libc::tcsetattr(fd.0, when, &mode) })
    }

    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[function(sig = "(fd, duration, /)")]
    fn tcsendbreak(t: &Thread, fd: Fd, duration: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        run(t, || unsafe { libc::tcsendbreak(fd.0, duration) })
    }

    /// Wait until all output written to file descriptor fd has been transmitted.
    #[function(sig = "(fd, /)")]
    fn tcdrain(t: &Thread, fd: Fd) -> PyResult<()> {
        // SAFETY: a call on a number.
        run(t, || unsafe { libc::tcdrain(fd.0) })
    }

    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the input
    /// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
    /// both queues.
    #[function(sig = "(fd, queue, /)")]
    fn tcflush(t: &Thread, fd: Fd, queue: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        run(t, || unsafe { libc::tcflush(fd.0, queue) })
    }

    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[function(sig = "(fd, action, /)")]
    fn tcflow(t: &Thread, fd: Fd, action: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        run(t, || unsafe { libc::tcflow(fd.0, action) })
    }

    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[function(sig = "(fd, /)")]
    fn tcgetwinsize(t: &Thread, fd: Fd) -> PyResult<(u16, u16)> {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        unsafe {
            let mut size: libc::winsize = core::mem::zeroed();
            if libc::ioctl(fd.0, libc::TIOCGWINSZ, &raw mut size) < 0 {
                return Err(failed(t, errno()));
            }
            Ok((size.ws_row, size.ws_col))
        }
    }

    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by
    /// tcgetwinsize().
    #[function(sig = "(fd, winsize, /)")]
    fn tcsetwinsize(t: &Thread, fd: Fd, winsize: &Object) -> PyResult<()> {
        let items = iter::fast_vec(t, winsize, "tcsetwinsize, arg 2: must be a two-item sequence")?;
        let [rows, columns] = items.as_slice() else {
            return Err(err!(t, TypeError, "tcsetwinsize, arg 2: must be a two-item sequence"));
        };
        let (rows, columns) = (window(t, rows)?, window(t, columns)?);
        // SAFETY: zero is a valid value of the struct, which the call fills in; what it does not name stays.
        unsafe {
            let mut size: libc::winsize = core::mem::zeroed();
            if libc::ioctl(fd.0, libc::TIOCGWINSZ, &raw mut size) < 0 {
                return Err(failed(t, errno()));
            }
            size.ws_row = rows;
            size.ws_col = columns;
            if libc::ioctl(fd.0, libc::TIOCSWINSZ, &raw const size) < 0 {
                return Err(failed(t, errno()));
            }
        }
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let class = errors::new_exception(t, "termios", "error", exceptions::Exception::class(), None)?;
        module.set(t, "error", &class)?;
        crate::posix::add_numbers(t, module, crate::termios_consts::NUMBERS)
    }
}
