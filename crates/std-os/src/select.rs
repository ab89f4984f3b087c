//! `select`: waiting until descriptors are ready.

use crate::args::{self, Fd, checked};
use core::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use taipan_object::argparse::{FromArg, What};
use taipan_object::{
    Head, Object, Own, Owned, PyFloat, PyInt, PyList, PyModule, PyResult, PyTuple, PyType, Thread, attr, class, err,
    errors, exceptions, fileobject, iter, native_module, new_object, number, object, state,
};

/// The numbers that the module shows.
pub const NUMBERS: &[(&str, i64)] = &[
    ("EPOLLERR", libc::EPOLLERR as i64),
    ("EPOLLET", libc::EPOLLET as u32 as i64),
    ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
    ("EPOLLHUP", libc::EPOLLHUP as i64),
    ("EPOLLIN", libc::EPOLLIN as i64),
    ("EPOLLMSG", libc::EPOLLMSG as i64),
    ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
    ("EPOLLOUT", libc::EPOLLOUT as i64),
    ("EPOLLPRI", libc::EPOLLPRI as i64),
    ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
    ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
    ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
    ("EPOLLWAKEUP", libc::EPOLLWAKEUP as i64),
    ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
    ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLIN", libc::POLLIN as i64),
    ("POLLMSG", 1024),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLRDBAND", libc::POLLRDBAND as i64),
    ("POLLRDHUP", libc::POLLRDHUP as i64),
    ("POLLRDNORM", libc::POLLRDNORM as i64),
    ("POLLWRBAND", libc::POLLWRBAND as i64),
    ("POLLWRNORM", libc::POLLWRNORM as i64),
];

/// A time to wait, in nanoseconds: a number of seconds or, with `unit` a million, of milliseconds. Rounded up, so that
/// no wait is too short.
fn duration(t: &Thread, value: &Object, unit: i64, message: &str) -> PyResult<i64> {
    let large = || err!(t, OverflowError, "timeout is too large");
    if let Some(float) = value.downcast::<PyFloat>() {
        let value = float.value();
        if value.is_nan() {
            return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
        }
        let nanos = value * unit as f64;
        let nanos = if nanos >= 0.0 { nanos.ceil() } else { nanos.floor() };
        if !(-9.2e18..9.2e18).contains(&nanos) {
            return Err(large());
        }
        return Ok(nanos as i64);
    }
    if !number::is_index(value) {
        return Err(err!(t, TypeError, "{message}"));
    }
    let n = number::index(t, value)?;
    n.to_i64().and_then(|n| n.checked_mul(unit)).ok_or_else(large)
}

/// When a wait ends.
#[derive(Clone, Copy)]
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(nanos: Option<i64>) -> Self {
        Self(nanos.and_then(|n| Instant::now().checked_add(Duration::from_nanos(n.max(0).unsigned_abs()))))
    }

    /// What is left.
    fn left(self) -> Option<Duration> {
        self.0.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// What is left in milliseconds, rounded up; -1 for ever.
    fn milliseconds(self) -> i32 {
        match self.left() {
            None => -1,
            Some(left) => i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX),
        }
    }
}

/// A mask of events that must fit an unsigned short.
#[derive(Clone, Copy)]
struct EventMask(u16);

impl<'a> FromArg<'a> for EventMask {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        let value = number::index(t, arg)?;
        match value.to_i64() {
            Some(n) if n < 0 => Err(err!(t, ValueError, "value must be positive")),
            Some(n) => u16::try_from(n)
                .map(Self)
                .map_err(|_| err!(t, OverflowError, "Python int too large for C unsigned short")),
            None if value.is_negative() => Err(err!(t, ValueError, "value must be positive")),
            None => Err(err!(t, OverflowError, "Python int too large for C unsigned short")),
        }
    }
}

/// Objects with their descriptors, and the set of these.
fn fd_list(t: &Thread, list: &Object, set: &mut libc::fd_set) -> PyResult<Vec<(Owned, i32)>> {
    let mut out = Vec::new();
    // A list that changes while its members are asked for their descriptors is followed.
    let given = list.downcast_exact::<PyList>();
    let copy = match given {
        Some(_) => Vec::new(),
        None => iter::fast_vec(t, list, "arguments 1-3 must be sequences")?,
    };
    let mut index = 0usize;
    loop {
        let item = match given {
            Some(list) => list.get(index),
            None => copy.get(index).cloned(),
        };
        let Some(item) = item else { break };
        index += 1;
        let fd = fileobject::descriptor(t, &item)?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(err!(t, ValueError, "filedescriptor out of range in select()"));
        }
        if out.len() >= libc::FD_SETSIZE {
            return Err(err!(t, ValueError, "too many file descriptors in select()"));
        }
        // SAFETY: a set of ours and a number within it.
        unsafe { libc::FD_SET(fd, set) };
        out.push((item, fd));
    }
    Ok(out)
}

fn ready(t: &Thread, items: &[(Owned, i32)], set: &libc::fd_set) -> PyResult<Owned<PyList>> {
    let out = PyList::new(t)?;
    for (item, fd) in items {
        // SAFETY: a set of ours and a number within it.
        if unsafe { libc::FD_ISSET(*fd, set) } {
            out.append(t, item.clone())?;
        }
    }
    Ok(out)
}

/// `select.poll`.
#[object]
pub struct PyPoll {
    fds: RefCell<Registered>,
    running: Cell<bool>,
}

#[derive(Default)]
struct Registered(BTreeMap<i32, u16>);
taipan_object::no_traverse!(Registered);

#[class(name = "select.poll", no_new)]
impl PyPoll {
    #[method(sig = "(fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(&self, t: &Thread, fd: Fd, eventmask: Option<&Object>) -> PyResult<()> {
        let mask = match eventmask {
            None => (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16,
            Some(mask) => EventMask::from_arg(t, mask, What::Only("register"))?.0,
        };
        self.fds.borrow_mut().0.insert(fd.0, mask);
        Ok(())
    }

    #[method(sig = "(fd, eventmask, /)")]
    fn modify(&self, t: &Thread, fd: Fd, eventmask: EventMask) -> PyResult<()> {
        match self.fds.borrow_mut().0.get_mut(&fd.0) {
            Some(mask) => {
                *mask = eventmask.0;
                Ok(())
            }
            None => Err(errors::os_error(t, libc::ENOENT)),
        }
    }

    #[method(sig = "(fd, /)")]
    fn unregister(&self, t: &Thread, fd: Fd) -> PyResult<()> {
        let removed = self.fds.borrow_mut().0.remove(&fd.0);
        if removed.is_none() {
            return Err(errors::key_error(t, &*PyInt::from_i64(t, i64::from(fd.0))?));
        }
        Ok(())
    }

    #[method(sig = "(timeout=None, /)")]
    fn poll(&self, t: &Thread, timeout: Option<&Object>) -> PyResult<Owned<PyList>> {
        let nanos = match attr::none_if_none(timeout) {
            None => None,
            Some(timeout) => {
                let nanos = duration(t, timeout, 1_000_000, "timeout must be an integer or None")?;
                if nanos / 1_000_000 > i64::from(i32::MAX) {
                    return Err(err!(t, OverflowError, "timeout is too large"));
                }
                Some(nanos).filter(|&n| n >= 0)
            }
        };
        if self.running.get() {
            return Err(err!(t, RuntimeError, "concurrent poll() invocation"));
        }
        let mut fds: Vec<libc::pollfd> = self
            .fds
            .borrow()
            .0
            .iter()
            .map(|(&fd, &mask)| libc::pollfd { fd, events: mask as i16, revents: 0 })
            .collect();
        let deadline = Deadline::after(nanos);
        self.running.set(true);
        let result = loop {
            let wait = deadline.milliseconds();
            let fds = &mut fds;
            let (n, code) = t.allow_threads(move || {
                // SAFETY: the array is as long as said.
                let n = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, wait) };
                (n, args::errno())
            });
            if n >= 0 {
                break Ok(());
            }
            if code != libc::EINTR {
                break Err(errors::os_error(t, code));
            }
            if let Err(raised) = state::check_signals(t) {
                break Err(raised);
            }
        };
        self.running.set(false);
        result?;
        let out = PyList::new(t)?;
        for found in fds.iter().filter(|found| found.revents != 0) {
            let fd = PyInt::from_i64(t, i64::from(found.fd))?.into_object();
            let events = PyInt::from_i64(t, i64::from(found.revents as u16))?.into_object();
            out.append(t, PyTuple::from_vec(t, vec![fd, events])?.into_object())?;
        }
        Ok(out)
    }
}

/// `select.epoll`.
#[object]
pub struct PyEpoll {
    fd: Cell<i32>,
}

impl PyEpoll {
    fn open_fd(&self, t: &Thread) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => Err(err!(t, ValueError, "I/O operation on closed epoll object")),
            fd => Ok(fd),
        }
    }

    fn shut(&self) -> Result<(), i32> {
        let fd = self.fd.replace(-1);
        // SAFETY: closing our own descriptor.
        if fd >= 0 && unsafe { libc::close(fd) } < 0 { Err(args::errno()) } else { Ok(()) }
    }

    fn control(&self, t: &Thread, operation: i32, fd: i32, events: u32) -> PyResult<()> {
        let own = self.open_fd(t)?;
        checked(t, || {
            let mut event = libc::epoll_event { events, u64: fd as u64 };
            // SAFETY: the event is a variable of ours.
            i64::from(unsafe { libc::epoll_ctl(own, operation, fd, &mut event) })
        })
        .map(drop)
    }
}

impl Drop for PyEpoll {
    fn drop(&mut self) {
        let _ = self.shut();
    }
}

/// Any number as a mask of 32 bits.
fn wide_mask(t: &Thread, mask: Option<&Object>) -> PyResult<u32> {
    match mask {
        None => Ok((libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32),
        Some(mask) => {
            let value = number::index(t, mask)?;
            match value.to_i64().map(u32::try_from) {
                Some(Ok(n)) => Ok(n),
                _ if value.is_negative() => Err(err!(t, ValueError, "value must be positive")),
                _ => Err(err!(t, OverflowError, "Python int too large for C unsigned int")),
            }
        }
    }
}

/// Returns an epolling object.
///
///   sizehint
///     The expected number of events to be registered.  It must be positive,
///     or -1 to use the default.  It is only used on older systems where
///     epoll_create1() is not available; otherwise it has no effect (though its
///     value is still checked).
///   flags
///     Deprecated and completely ignored.  However, when supplied, its value
///     must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.
#[class(name = "select.epoll", heap, mutable)]
impl PyEpoll {
    #[new(sig = "(sizehint=-1, flags=0)", text = "")]
    fn new(cls: &PyType, t: &Thread, sizehint: i32, flags: i32) -> PyResult<Owned<Self>> {
        if sizehint != -1 && sizehint <= 0 {
            return Err(err!(t, ValueError, "negative sizehint"));
        }
        if flags != 0 && flags != libc::EPOLL_CLOEXEC {
            return Err(err!(t, OSError, "invalid flags"));
        }
        // SAFETY: a call on a number.
        let fd = checked(t, || i64::from(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }))?;
        cls.instance(t, Self { head: Head::new(), fd: Cell::new(fd as i32) })
    }

    /// Create an epoll object from a given control fd.
    #[classmethod]
    fn fromfd(cls: &PyType, t: &Thread, fd: i32) -> PyResult<Owned<Self>> {
        cls.instance(t, Self { head: Head::new(), fd: Cell::new(fd) })
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.shut().map_err(|code| errors::os_error(t, code))
    }

    /// Return the epoll control file descriptor.
    #[method]
    fn fileno(&self, t: &Thread) -> PyResult<i32> {
        self.open_fd(t)
    }

    /// Modify event mask for a registered file descriptor.
    #[method(sig = "(fd, eventmask)")]
    fn modify(&self, t: &Thread, fd: Fd, eventmask: &Object) -> PyResult<()> {
        let mask = wide_mask(t, Some(eventmask))?;
        self.control(t, libc::EPOLL_CTL_MOD, fd.0, mask)
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method(sig = "(fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(&self, t: &Thread, fd: Fd, eventmask: Option<&Object>) -> PyResult<()> {
        let mask = wide_mask(t, eventmask)?;
        self.control(t, libc::EPOLL_CTL_ADD, fd.0, mask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method(sig = "(fd)")]
    fn unregister(&self, t: &Thread, fd: Fd) -> PyResult<()> {
        self.control(t, libc::EPOLL_CTL_DEL, fd.0, 0)
    }

    /// Wait for events on the epoll file descriptor.
    #[method(sig = "(timeout=None, maxevents=-1)")]
    fn poll(&self, t: &Thread, timeout: Option<&Object>, maxevents: i32) -> PyResult<Owned<PyList>> {
        let fd = self.open_fd(t)?;
        let nanos = match attr::none_if_none(timeout) {
            None => None,
            Some(timeout) => {
                let nanos = duration(t, timeout, 1_000_000_000, "timeout must be an integer or None")?;
                if nanos / 1_000_000 > i64::from(i32::MAX) {
                    return Err(err!(t, OverflowError, "timeout is too large"));
                }
                Some(nanos).filter(|&n| n >= 0)
            }
        };
        let most = match maxevents {
            -1 => libc::FD_SETSIZE - 1,
            n if n < 1 => return Err(err!(t, ValueError, "maxevents must be greater than 0, got {n}")),
            n => n as usize,
        };
        let mut events = Vec::new();
        if events.try_reserve_exact(most).is_err() {
            return Err(errors::no_memory(t));
        }
        events.resize(most, libc::epoll_event { events: 0, u64: 0 });
        let deadline = Deadline::after(nanos);
        let n = loop {
            let wait = deadline.milliseconds();
            let events = &mut events;
            let (n, code) = t.allow_threads(move || {
                // SAFETY: the array is as long as said.
                let n = unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), events.len() as i32, wait) };
                (n, args::errno())
            });
            if n >= 0 {
                break n as usize;
            }
            if code != libc::EINTR {
                return Err(errors::os_error(t, code));
            }
            state::check_signals(t)?;
        };
        let out = PyList::new(t)?;
        for event in &events[..n.min(most)] {
            let (fd, mask) = (event.u64 as i32, event.events);
            let fd = PyInt::from_i64(t, i64::from(fd))?.into_object();
            let mask = PyInt::from_u64(t, u64::from(mask))?.into_object();
            out.append(t, PyTuple::from_vec(t, vec![fd, mask])?.into_object())?;
        }
        Ok(out)
    }

    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult {
        self.open_fd(t)?;
        Ok(self.as_object().own())
    }

    #[method(sig = "(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        t: &Thread,
        exc_type: Option<&Object>,
        exc_value: Option<&Object>,
        exc_tb: Option<&Object>,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        self.close(t)
    }

    /// True once close() has been called.
    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        self.fd.get() < 0
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file descriptors.
#[native_module(name = "select", classes(PyEpoll))]
pub mod select {
    use super::*;

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        t: &Thread,
        rlist: &Object,
        wlist: &Object,
        xlist: &Object,
        timeout: Option<&Object>,
    ) -> PyResult<(Owned, Owned, Owned)> {
        let nanos = match attr::none_if_none(timeout) {
            None => None,
            Some(timeout) => {
                let nanos = duration(t, timeout, 1_000_000_000, "timeout must be a float or None")?;
                if nanos < 0 {
                    return Err(err!(t, ValueError, "timeout must be non-negative"));
                }
                Some(nanos)
            }
        };
        // SAFETY: zero is the empty set.
        let mut sets: [libc::fd_set; 3] = unsafe { core::mem::zeroed() };
        let lists =
            [fd_list(t, rlist, &mut sets[0])?, fd_list(t, wlist, &mut sets[1])?, fd_list(t, xlist, &mut sets[2])?];
        let most = lists.iter().flatten().map(|(_, fd)| *fd).max().unwrap_or(-1);
        let deadline = Deadline::after(nanos);
        loop {
            let mut now = sets;
            let left = deadline.left();
            let (n, code, now) = t.allow_threads(move || {
                let mut time = left.map(|left| libc::timeval {
                    tv_sec: left.as_secs() as libc::time_t,
                    tv_usec: left.subsec_nanos().div_ceil(1000) as libc::suseconds_t,
                });
                if let Some(time) = &mut time
                    && time.tv_usec >= 1_000_000
                {
                    time.tv_sec += 1;
                    time.tv_usec -= 1_000_000;
                }
                let pointer = time.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
                let [r, w, x] = &mut now;
                // SAFETY: sets and time are variables of ours.
                let n = unsafe { libc::select(most + 1, r, w, x, pointer) };
                (n, args::errno(), now)
            });
            if n >= 0 {
                return Ok((
                    ready(t, &lists[0], &now[0])?.into_object(),
                    ready(t, &lists[1], &now[1])?.into_object(),
                    ready(t, &lists[2], &now[2])?.into_object(),
                ));
            }
            if code != libc::EINTR {
                return Err(errors::os_error(t, code));
            }
            state::check_signals(t)?;
        }
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[function]
    fn poll(t: &Thread) -> PyResult {
        new_object(t, PyPoll { head: Head::new(), fds: RefCell::default(), running: Cell::new(false) })
            .map(Owned::into_object)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<PyPoll>(t)?;
        module.set(t, "error", <exceptions::OSError as taipan_object::Class>::class().as_object())?;
        crate::posix::add_numbers(t, module, NUMBERS)
    }
}
