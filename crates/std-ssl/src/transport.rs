//! The Python socket below a connection: its descriptor, its timeout, and waiting for it.

use crate::openssl::stream::{Waited, wait_for};
use std::time::{Duration, Instant};
use taipan_object::argparse::{What, bad_argument};
use taipan_object::{Object, Owned, PyFloat, PyInt, PyResult, PyType, Thread, name, singletons, state};

/// What is asked of `_socket.socket` itself, whatever a class derived from it says.
struct SocketClass {
    class: Owned,
    fileno: Owned,
    gettimeout: Owned,
}

impl SocketClass {
    fn find(t: &Thread) -> PyResult<Self> {
        let class = state::import(t, "_socket")?.getattr(t, name!(t, "socket"))?;
        let fileno = class.getattr(t, name!(t, "fileno"))?;
        let gettimeout = class.getattr(t, name!(t, "gettimeout"))?;
        Ok(Self { class, fileno, gettimeout })
    }
}

fn socket_class(t: &Thread) -> PyResult<&SocketClass> {
    state::extension(t, SocketClass::find)
}

/// Checks that an argument is a socket.
pub fn check(t: &Thread, object: &Object) -> PyResult<()> {
    let class = &socket_class(t)?.class;
    match class.downcast::<PyType>() {
        Some(class) if object.class().is_subtype(class) => Ok(()),
        _ => Err(bad_argument(t, What::Name("_wrap_socket", "sock"), "_socket.socket", object)),
    }
}

/// The descriptor of a socket; nothing if it is closed.
pub fn descriptor(t: &Thread, socket: &Object) -> PyResult<Option<i32>> {
    let fd = socket_class(t)?.fileno.call(t, &[socket])?;
    let fd = fd.downcast::<PyInt>().and_then(PyInt::to_i64).and_then(|fd| i32::try_from(fd).ok());
    Ok(fd.filter(|&fd| fd >= 0))
}

/// How long operations on a socket may last.
#[derive(Clone, Copy, PartialEq)]
pub enum Patience {
    /// Not at all: who has to wait says so.
    None,
    /// Until then.
    Until(Instant),
    /// For ever.
    Endless,
}

impl Patience {
    /// That of a socket, for an operation that begins now.
    pub fn of(t: &Thread, socket: &Object) -> PyResult<Self> {
        let timeout = socket_class(t)?.gettimeout.call(t, &[socket])?;
        if timeout.is(singletons::none()) {
            return Ok(Self::Endless);
        }
        let seconds = timeout.downcast::<PyFloat>().map_or(0.0, PyFloat::value);
        if seconds <= 0.0 {
            return Ok(Self::None);
        }
        let end = Duration::try_from_secs_f64(seconds).ok().and_then(|left| Instant::now().checked_add(left));
        Ok(end.map_or(Self::Endless, Self::Until))
    }
}

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Ready,
    TimedOut,
    /// The socket is closed.
    Closed,
    /// The socket does not wait.
    NonBlocking,
}

/// Waits for a socket without the GIL.
pub fn wait(t: &Thread, socket: Option<&Object>, writing: bool, patience: Patience) -> PyResult<Outcome> {
    let (Some(socket), true) = (socket, patience != Patience::None) else { return Ok(Outcome::NonBlocking) };
    let end = match patience {
        Patience::Until(end) => Some(end),
        _ => None,
    };
    loop {
        if end.is_some_and(|end| end <= Instant::now()) {
            return Ok(Outcome::TimedOut);
        }
        let Some(fd) = descriptor(t, socket)? else { return Ok(Outcome::Closed) };
        match t.allow_threads(|| wait_for(fd, writing, end)) {
            Waited::Ready => return Ok(Outcome::Ready),
            Waited::TimedOut => return Ok(Outcome::TimedOut),
            Waited::Interrupted => state::check_signals(t)?,
        }
    }
}
