//! `_socket.socket`.

use crate::address::{self, Address};
use core::cell::Cell;
use core::sync::atomic::{AtomicI64, Ordering};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use taipan_object::abi::PyObject;
use taipan_object::argparse::check_positional;
use taipan_object::buffer::Buffer;
use taipan_object::pytime::{self, Rounding};
use taipan_object::{
    Args, Class, Head, Object, Owned, PyBytes, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, attr, audit,
    class, err, errors, exceptions, native_module, number, object, singletons, state,
};

/// Nanoseconds that new sockets wait at most; -1 for ever.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

/// `_socket.socket`.
#[object]
pub struct PySocket {
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Nanoseconds; -1 for ever, 0 for not at all.
    timeout: Cell<i64>,
}

pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What the socket is to become ready for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    Reading,
    Writing,
    Connecting,
}

/// A timeout in nanoseconds: -1 for `None`.
fn parse_timeout(t: &Thread, value: &Object) -> PyResult<i64> {
    if value.is(singletons::none()) {
        return Ok(-1);
    }
    let nanos = pytime::from_seconds(t, value, Rounding::Up)?;
    if nanos < 0 {
        return Err(err!(t, ValueError, "Timeout value out of range"));
    }
    Ok(nanos)
}

impl PySocket {
    /// The descriptor.
    pub fn fd(&self) -> i32 {
        self.fd.get()
    }

    /// Waits until the socket is ready; false if the time ran out.
    fn wait(&self, t: &Thread, what: For, end: Option<Instant>) -> PyResult<bool> {
        let fd = self.fd.get();
        let events = match what {
            For::Reading => libc::POLLIN,
            For::Writing => libc::POLLOUT,
            For::Connecting => libc::POLLOUT | libc::POLLERR,
        };
        loop {
            let left = match end {
                None => -1,
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
                }
            };
            let (n, code) = t.allow_threads(|| {
                let mut one = libc::pollfd { fd, events, revents: 0 };
                // SAFETY: the structure is a variable of ours.
                (unsafe { libc::poll(&mut one, 1, left) }, errno())
            });
            match n {
                0 => return Ok(false),
                n if n > 0 => return Ok(true),
                _ if code == libc::EINTR => state::check_signals(t)?,
                _ => return Err(errors::os_error(t, code)),
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match self.timeout.get() {
            n if n > 0 => Instant::now().checked_add(Duration::from_nanos(n.unsigned_abs())),
            _ => None,
        }
    }

    /// Runs a system call as often as signals and the timeout demand (`sock_call`).
    pub fn call(&self, t: &Thread, what: For, work: impl Fn(i32) -> i64 + Send + Sync) -> PyResult<i64> {
        let end = self.deadline();
        self.call_until(t, what, end, work)
    }

    fn call_until(
        &self,
        t: &Thread,
        what: For,
        end: Option<Instant>,
        work: impl Fn(i32) -> i64 + Send + Sync,
    ) -> PyResult<i64> {
        loop {
            if self.timeout.get() > 0 && !self.wait(t, what, end)? {
                return Err(timed_out(t));
            }
            let fd = self.fd.get();
            loop {
                let (n, code) = t.allow_threads(|| {
                    let n = work(fd);
                    (n, errno())
                });
                if n >= 0 {
                    return Ok(n);
                }
                match code {
                    libc::EINTR => state::check_signals(t)?,
                    // Ready, but somebody else was faster.
                    libc::EAGAIN if self.timeout.get() > 0 => break,
                    code => return Err(errors::os_error(t, code)),
                }
            }
        }
    }

    fn set_blocking(&self, t: &Thread, blocking: bool) -> PyResult<()> {
        let fd = self.fd.get();
        // SAFETY: a call on a number and a variable of ours.
        let result = unsafe {
            let mut on = libc::c_int::from(!blocking);
            libc::ioctl(fd, libc::FIONBIO, &raw mut on)
        };
        if result < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
    }

    /// `connect`: the error number, zero if it succeeded.
    fn connect_now(&self, t: &Thread, to: &Address, raise: bool) -> PyResult<i32> {
        let (address, len) = (to.storage, to.len);
        let fd = self.fd.get();
        let (n, code) = t.allow_threads(|| {
            // SAFETY: the address is a variable of ours, as long as said.
            (unsafe { libc::connect(fd, (&raw const address).cast(), len) }, errno())
        });
        if n >= 0 {
            return Ok(0);
        }
        let wait = if code == libc::EINTR {
            state::check_signals(t)?;
            self.timeout.get() != 0
        } else {
            self.timeout.get() > 0 && code == libc::EINPROGRESS
        };
        if !wait {
            return if raise { Err(errors::os_error(t, code)) } else { Ok(code) };
        }
        if !self.wait(t, For::Connecting, self.deadline())? {
            return if raise { Err(timed_out(t)) } else { Ok(libc::EWOULDBLOCK) };
        }
        let mut found: libc::c_int = 0;
        let mut size = core::mem::size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: the number is a variable of ours.
        let result =
            unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut found).cast(), &mut size) };
        let code = if result < 0 { errno() } else { found };
        match code {
            0 | libc::EISCONN => Ok(0),
            code if raise => Err(errors::os_error(t, code)),
            code => Ok(code),
        }
    }

    fn name_by(&self, t: &Thread, peer: bool) -> PyResult {
        let mut out = Address::empty();
        let fd = self.fd.get();
        // SAFETY: the address is a variable of ours, as long as said.
        let result = unsafe {
            let storage = (&raw mut out.storage).cast();
            if peer {
                libc::getpeername(fd, storage, &mut out.len)
            } else {
                libc::getsockname(fd, storage, &mut out.len)
            }
        };
        if result < 0 {
            return Err(errors::last_os_error(t));
        }
        address::object(t, &out, self.protocol.get())
    }

    pub fn parse_address(&self, t: &Thread, args: &Object, caller: &str) -> PyResult<Address> {
        address::parse(t, self.family.get(), self.protocol.get(), args, caller)
    }

    pub fn protocol_number(&self) -> i32 {
        self.protocol.get()
    }

    fn audit_address(&self, t: &Thread, event: &str, address: &Object) -> PyResult<()> {
        audit::audit(t, event, &[self, address])
    }

    fn shut(&self, t: &Thread) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd != -1 {
            // SAFETY: closing our own descriptor.
            let (n, code) = t.allow_threads(|| (unsafe { libc::close(fd) }, errno()));
            // A connection that the other side has cut off is closed all the same.
            if n < 0 && code != libc::ECONNRESET {
                return Err(errors::os_error(t, code));
            }
        }
        Ok(())
    }

    /// Receives into memory; gives how much came and from whom.
    fn receive_from(&self, t: &Thread, data: usize, len: usize, flags: i32) -> PyResult<(usize, Address)> {
        let from = std::sync::Mutex::new(Address::empty());
        let n = self.call(t, For::Reading, |fd| {
            let mut out = Address::empty();
            // SAFETY: the memory is kept by the caller; the address is a variable of ours.
            let n = unsafe {
                libc::recvfrom(fd, data as *mut libc::c_void, len, flags, (&raw mut out.storage).cast(), &mut out.len)
            };
            if let Ok(mut from) = from.lock() {
                *from = out;
            }
            n as i64
        })?;
        let from = from.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((n as usize, from))
    }
}

// SAFETY: an address is plain numbers.
unsafe impl Sync for Address {}

#[cold]
fn timed_out(t: &Thread) -> taipan_object::Raised {
    err!(t, TimeoutError, "timed out")
}

fn int_argument(t: &Thread, value: &Object) -> PyResult<i32> {
    i32::try_from(number::index_as_isize(t, value)?)
        .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))
}

/// Makes a `socket` of the system.
fn new_fd(t: &Thread, family: i32, kind: i32, protocol: i32) -> PyResult<i32> {
    let (fd, code) = t.allow_threads(|| {
        // SAFETY: a call on numbers.
        (unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) }, errno())
    });
    if fd < 0 { Err(errors::os_error(t, code)) } else { Ok(fd) }
}

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
///
/// When a fileno is passed in, family, type and proto are auto-detected,
/// unless they are explicitly set.
///
/// A socket object represents one endpoint of a network connection.
///
/// Methods of socket objects (keyword arguments not allowed):
///
/// _accept() -- accept connection, returning new socket fd and client address
/// bind(addr) -- bind the socket to a local address
/// close() -- close the socket
/// connect(addr) -- connect the socket to a remote address
/// connect_ex(addr) -- connect, return an error code instead of an exception
/// dup() -- return a new socket fd duplicated from fileno()
/// fileno() -- return underlying file descriptor
/// getpeername() -- return remote address [*]
/// getsockname() -- return local address
/// getsockopt(level, optname[, buflen]) -- get socket options
/// gettimeout() -- return timeout or None
/// listen([n]) -- start listening for incoming connections
/// recv(buflen[, flags]) -- receive data
/// recv_into(buffer[, nbytes[, flags]]) -- receive data (into a buffer)
/// recvfrom(buflen[, flags]) -- receive data and sender's address
/// recvfrom_into(buffer[, nbytes, [, flags]])
///   -- receive data and sender's address (into a buffer)
/// sendall(data[, flags]) -- send all data
/// send(data[, flags]) -- send data, may not send all of it
/// sendto(data[, flags], addr) -- send data to a given address
/// setblocking(bool) -- set or clear the blocking I/O flag
/// getblocking() -- return True if socket is blocking, False if non-blocking
/// setsockopt(level, optname, value[, optlen]) -- set socket options
/// settimeout(None | float) -- set or clear the timeout
/// shutdown(how) -- shut down traffic in one or both directions
///
///  [*] not available on all platforms!
#[class(name = "_socket.socket", fields(family = family: "the socket family", proto = protocol: "the socket protocol", type = kind: "the socket type"), heap, flags(BASETYPE, HAVE_GC))]
impl PySocket {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                fd: Cell::new(-1),
                family: Cell::new(0),
                kind: Cell::new(0),
                protocol: Cell::new(0),
                timeout: Cell::new(-1),
            },
        )
    }

    #[init(sig = "(family=-1, type=-1, proto=-1, fileno=None)", text = "")]
    fn init(&self, t: &Thread, family: i32, type_: i32, proto: i32, fileno: Option<&Object>) -> PyResult<()> {
        if audit::active(t) {
            let number = |n: i32| PyInt::from_i64(t, i64::from(n));
            audit::audit(t, "socket.__new__", &[self, &*number(family)?, &*number(type_)?, &*number(proto)?])?;
        }
        let (mut family, mut kind, mut protocol) = (family, type_, proto);
        let fd = match attr::none_if_none(fileno) {
            Some(fileno) => {
                let fd = int_argument(t, &*number::index(t, fileno)?)?;
                if fd < 0 {
                    return Err(err!(t, ValueError, "negative file descriptor"));
                }
                // What is not said is asked of the descriptor, which must be a socket.
                let mut found = Address::empty();
                // SAFETY: the address is a variable of ours.
                let result = unsafe { libc::getsockname(fd, (&raw mut found.storage).cast(), &mut found.len) };
                if result < 0 {
                    let code = errno();
                    if family == -1 || code == libc::EBADF || code == libc::ENOTSOCK {
                        return Err(errors::os_error(t, code));
                    }
                } else if family == -1 {
                    family = i32::from(found.storage.ss_family);
                }
                let option = |name: i32| -> PyResult<i32> {
                    let mut value: libc::c_int = 0;
                    let mut size = core::mem::size_of::<libc::c_int>() as libc::socklen_t;
                    // SAFETY: the number is a variable of ours.
                    let result =
                        unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, (&raw mut value).cast(), &mut size) };
                    if result < 0 { Err(errors::last_os_error(t)) } else { Ok(value) }
                };
                if kind == -1 {
                    kind = option(libc::SO_TYPE)?;
                }
                if protocol == -1 {
                    protocol = option(libc::SO_PROTOCOL)?;
                }
                fd
            }
            None => {
                if family == -1 {
                    family = libc::AF_INET;
                }
                if kind == -1 {
                    kind = libc::SOCK_STREAM;
                }
                if protocol == -1 {
                    protocol = 0;
                }
                new_fd(t, family, kind, protocol)?
            }
        };
        self.fd.set(fd);
        self.family.set(family);
        self.protocol.set(protocol);
        let nonblocking = kind & libc::SOCK_NONBLOCK != 0;
        self.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        if nonblocking {
            self.timeout.set(0);
        } else {
            let default = DEFAULT_TIMEOUT.load(Ordering::Relaxed);
            self.timeout.set(default);
            if default >= 0 {
                self.set_blocking(t, false)?;
            }
        }
        Ok(())
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        if self.fd.get() != -1 {
            let work = || -> PyResult<()> {
                let shown = self.as_object().repr(t)?;
                let text = PyStr::concat_all(t, &[&*PyStr::from_str(t, "unclosed ")?, &shown])?;
                state::warn_resource(t, self, &text)
            };
            if work().is_err() {
                if errors::matches::<exceptions::Warning>(t) {
                    errors::write_unraisable(t, Some(self));
                } else {
                    errors::clear(t);
                }
            }
            if self.shut(t).is_err() {
                errors::clear(t);
            }
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_fmt(
            t,
            format_args!(
                "<socket object, fd={}, family={}, type={}, proto={}>",
                self.fd.get(),
                self.family.get(),
                self.kind.get(),
                self.protocol.get()
            ),
        )
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method]
    fn _accept(&self, t: &Thread) -> PyResult<(i32, Owned)> {
        let from = std::sync::Mutex::new(Address::empty());
        let fd = self.call(t, For::Reading, |fd| {
            let mut out = Address::empty();
            // SAFETY: the address is a variable of ours.
            let n = unsafe { libc::accept4(fd, (&raw mut out.storage).cast(), &mut out.len, libc::SOCK_CLOEXEC) };
            if let Ok(mut from) = from.lock() {
                *from = out;
            }
            i64::from(n)
        })? as i32;
        let from = from.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        match address::object(t, &from, self.protocol.get()) {
            Ok(shown) => Ok((fd, shown)),
            Err(raised) => {
                // SAFETY: closing a descriptor that nobody else has.
                unsafe { libc::close(fd) };
                Err(raised)
            }
        }
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method(text = "($self, object, /)")]
    fn bind(&self, t: &Thread, address: &Object) -> PyResult<()> {
        let to = self.parse_address(t, address, "bind")?;
        self.audit_address(t, "socket.bind", address)?;
        let fd = self.fd.get();
        let (n, code) = t.allow_threads(|| {
            // SAFETY: the address is a variable of ours, as long as said.
            (unsafe { libc::bind(fd, to.pointer(), to.len) }, errno())
        });
        if n < 0 { Err(errors::os_error(t, code)) } else { Ok(()) }
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.shut(t)
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method(text = "($self, object, /)")]
    fn connect(&self, t: &Thread, address: &Object) -> PyResult<()> {
        let to = self.parse_address(t, address, "connect")?;
        self.audit_address(t, "socket.connect", address)?;
        self.connect_now(t, &to, true).map(drop)
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method(text = "($self, object, /)")]
    fn connect_ex(&self, t: &Thread, address: &Object) -> PyResult<i32> {
        let to = self.parse_address(t, address, "connect_ex")?;
        self.audit_address(t, "socket.connect", address)?;
        self.connect_now(t, &to, false)
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method]
    fn detach(&self, _t: &Thread) -> i32 {
        self.fd.replace(-1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method]
    fn fileno(&self, _t: &Thread) -> i32 {
        self.fd.get()
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method]
    fn getpeername(&self, t: &Thread) -> PyResult {
        self.name_by(t, true)
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method]
    fn getsockname(&self, t: &Thread) -> PyResult {
        self.name_by(t, false)
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method(sig = "(level, optname, buflen=0, /)", text = "")]
    fn getsockopt(&self, t: &Thread, level: i32, optname: i32, buflen: i32) -> PyResult {
        let fd = self.fd.get();
        if buflen == 0 {
            let mut value: libc::c_int = 0;
            let mut size = core::mem::size_of::<libc::c_int>() as libc::socklen_t;
            // SAFETY: the number is a variable of ours.
            if unsafe { libc::getsockopt(fd, level, optname, (&raw mut value).cast(), &mut size) } < 0 {
                return Err(errors::last_os_error(t));
            }
            return PyInt::from_i64(t, i64::from(value)).map(Owned::into_object);
        }
        if buflen <= 0 || buflen > 1024 {
            return Err(err!(t, OSError, "getsockopt buflen out of range"));
        }
        let mut out = vec![0u8; buflen as usize];
        let mut size = buflen as libc::socklen_t;
        // SAFETY: the buffer is as long as said.
        if unsafe { libc::getsockopt(fd, level, optname, out.as_mut_ptr().cast(), &mut size) } < 0 {
            return Err(errors::last_os_error(t));
        }
        PyBytes::new(t, &out[..(size as usize).min(out.len())]).map(Owned::into_object)
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method(text = "")]
    fn setsockopt(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "setsockopt")?;
        check_positional(t, "setsockopt", args.pos.len(), 3, 4)?;
        let (level, name) = (int_argument(t, args.pos[0])?, int_argument(t, args.pos[1])?);
        let value = args.pos[2];
        let fd = self.fd.get();
        // SAFETY: what is passed is a variable of ours or a held buffer, as long as said.
        let result = unsafe {
            if let Some(length) = args.pos.get(3) {
                if !value.is(singletons::none()) {
                    return Err(err!(
                        t,
                        TypeError,
                        "setsockopt() argument 3 must be None, not {:.50}",
                        value.class().short_name_lossy()
                    ));
                }
                let length = number::index(t, length)?.to_u64_mask() as libc::socklen_t;
                libc::setsockopt(fd, level, name, core::ptr::null(), length)
            } else if number::is_index(value) {
                let number = int_argument(t, value)?;
                let size = core::mem::size_of::<libc::c_int>() as libc::socklen_t;
                libc::setsockopt(fd, level, name, (&raw const number).cast(), size)
            } else {
                let data = Buffer::readable(t, value)?;
                let size = data.len() as libc::socklen_t;
                libc::setsockopt(fd, level, name, data.view().buf.cast(), size)
            }
        };
        if result < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[method(sig = "(backlog=128, /)", text = "")]
    fn listen(&self, t: &Thread, backlog: i32) -> PyResult<()> {
        let fd = self.fd.get();
        // SAFETY: a call on numbers.
        let (n, code) = t.allow_threads(|| (unsafe { libc::listen(fd, backlog.max(0)) }, errno()));
        if n < 0 { Err(errors::os_error(t, code)) } else { Ok(()) }
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method(sig = "(bufsize, flags=0, /)", text = "")]
    fn recv(&self, t: &Thread, bufsize: isize, flags: i32) -> PyResult<Owned<PyBytes>> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(err!(t, ValueError, "negative buffersize in recv"));
        };
        let out = PyBytes::alloc(t, size)?;
        if size == 0 {
            return Ok(out);
        }
        let data = out.data_ptr() as usize;
        // SAFETY: a fresh object that nobody else sees, kept during the call.
        let n = self
            .call(t, For::Reading, |fd| unsafe { libc::recv(fd, data as *mut libc::c_void, size, flags) as i64 })?
            as usize;
        if n == size && n > 1 { Ok(out) } else { PyBytes::new(t, &out.as_bytes()[..n.min(size)]) }
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method(sig = "(buffer, nbytes=0, flags=0)", text = "")]
    fn recv_into(&self, t: &Thread, buffer: &Object, nbytes: isize, flags: i32) -> PyResult<i64> {
        let (target, size) = target(t, buffer, nbytes, "recv_into")?;
        if size == 0 {
            return Ok(0);
        }
        let data = target.view().buf as usize;
        // SAFETY: the buffer is held during the call.
        self.call(t, For::Reading, |fd| unsafe { libc::recv(fd, data as *mut libc::c_void, size, flags) as i64 })
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(sig = "(bufsize, flags=0, /)", text = "")]
    fn recvfrom(&self, t: &Thread, bufsize: isize, flags: i32) -> PyResult<(Owned<PyBytes>, Owned)> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(err!(t, ValueError, "negative buffersize in recvfrom"));
        };
        let out = PyBytes::alloc(t, size)?;
        let (n, from) = self.receive_from(t, out.data_ptr() as usize, size, flags)?;
        let bytes = PyBytes::new(t, &out.as_bytes()[..n.min(size)])?;
        Ok((bytes, address::object(t, &from, self.protocol.get())?))
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(sig = "(buffer, nbytes=0, flags=0)", text = "")]
    fn recvfrom_into(&self, t: &Thread, buffer: &Object, nbytes: isize, flags: i32) -> PyResult<(usize, Owned)> {
        let (target, size) = target(t, buffer, nbytes, "recvfrom_into")?;
        let (n, from) = self.receive_from(t, target.view().buf as usize, size, flags)?;
        Ok((n, address::object(t, &from, self.protocol.get())?))
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method(sig = "(data, flags=0, /)", text = "")]
    fn send(&self, t: &Thread, data: Buffer, flags: i32) -> PyResult<i64> {
        let (address, len) = (data.view().buf as usize, data.len());
        // SAFETY: the buffer is held during the call.
        self.call(t, For::Writing, |fd| unsafe { libc::send(fd, address as *const libc::c_void, len, flags) as i64 })
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method(sig = "(data, flags=0, /)", text = "")]
    fn sendall(&self, t: &Thread, data: Buffer, flags: i32) -> PyResult<()> {
        let (mut address, mut len) = (data.view().buf as usize, data.len());
        let end = self.deadline();
        while len > 0 {
            // SAFETY: the buffer is held during the call.
            let n = self.call_until(t, For::Writing, end, |fd| unsafe {
                libc::send(fd, address as *const libc::c_void, len, flags) as i64
            })? as usize;
            address += n;
            len -= n.min(len);
            state::check_signals(t)?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method(text = "")]
    fn sendto(&self, t: &Thread, args: Args<'_>) -> PyResult<i64> {
        args.no_keywords(t, "sendto")?;
        let (data, flags, to) = match args.pos {
            [data, to] => (data, 0, to),
            [data, flags, to] => (data, int_argument(t, flags)?, to),
            _ => {
                return Err(err!(t, TypeError, "sendto() takes 2 or 3 arguments ({} given)", args.pos.len()));
            }
        };
        let source = Buffer::readable(t, data)?;
        let target = self.parse_address(t, to, "sendto")?;
        self.audit_address(t, "socket.sendto", to)?;
        let (address, len) = (source.view().buf as usize, source.len());
        // SAFETY: the buffer is held during the call; the address is a variable of ours.
        self.call(t, For::Writing, |fd| unsafe {
            libc::sendto(fd, address as *const libc::c_void, len, flags, target.pointer(), target.len) as i64
        })
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0,
    /// meaning that no ancillary data will be received.  Appropriate buffer
    /// sizes for ancillary data can be calculated using CMSG_SPACE() or
    /// CMSG_LEN(), and items which do not fit into the buffer might be
    /// truncated or discarded.  The flags argument defaults to 0 and has the
    /// same meaning as for recv().
    ///
    /// The return value is a 4-tuple: (data, ancdata, msg_flags, address).
    /// The data item is a bytes object holding the non-ancillary data
    /// received.  The ancdata item is a list of zero or more tuples
    /// (cmsg_level, cmsg_type, cmsg_data) representing the ancillary data
    /// (control messages) received: cmsg_level and cmsg_type are integers
    /// specifying the protocol level and protocol-specific type respectively,
    /// and cmsg_data is a bytes object holding the associated data.  The
    /// msg_flags item is the bitwise OR of various flags indicating
    /// conditions on the received message; see your system documentation for
    /// details.  If the receiving socket is unconnected, address is the
    /// address of the sending socket, if available; otherwise, its value is
    /// unspecified.
    ///
    /// If recvmsg() raises an exception after the system call returns, it
    /// will first attempt to close any file descriptors received via the
    /// SCM_RIGHTS mechanism.
    #[method(sig = "(bufsize, ancbufsize=0, flags=0, /)", text = "")]
    fn recvmsg(&self, t: &Thread, bufsize: isize, ancbufsize: isize, flags: i32) -> PyResult<Owned<PyTuple>> {
        crate::message::receive(t, self, bufsize, ancbufsize, flags)
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the
    /// non-ancillary data into a series of buffers.  The buffers argument
    /// must be an iterable of objects that export writable buffers
    /// (e.g. bytearray objects); these will be filled with successive chunks
    /// of the non-ancillary data until it has all been written or there are
    /// no more buffers.  The ancbufsize argument sets the size in bytes of
    /// the internal buffer used to receive the ancillary data; it defaults to
    /// 0, meaning that no ancillary data will be received.  Appropriate
    /// buffer sizes for ancillary data can be calculated using CMSG_SPACE()
    /// or CMSG_LEN(), and items which do not fit into the buffer might be
    /// truncated or discarded.  The flags argument defaults to 0 and has the
    /// same meaning as for recv().
    ///
    /// The return value is a 4-tuple: (nbytes, ancdata, msg_flags, address).
    /// The nbytes item is the total number of bytes of non-ancillary data
    /// written into the buffers.  The ancdata item is a list of zero or more
    /// tuples (cmsg_level, cmsg_type, cmsg_data) representing the ancillary
    /// data (control messages) received: cmsg_level and cmsg_type are
    /// integers specifying the protocol level and protocol-specific type
    /// respectively, and cmsg_data is a bytes object holding the associated
    /// data.  The msg_flags item is the bitwise OR of various flags
    /// indicating conditions on the received message; see your system
    /// documentation for details.  If the receiving socket is unconnected,
    /// address is the address of the sending socket, if available; otherwise,
    /// its value is unspecified.
    ///
    /// If recvmsg_into() raises an exception after the system call returns,
    /// it will first attempt to close any file descriptors received via the
    /// SCM_RIGHTS mechanism.
    #[method(sig = "(buffers, ancbufsize=0, flags=0, /)", text = "")]
    fn recvmsg_into(&self, t: &Thread, buffers: &Object, ancbufsize: isize, flags: i32) -> PyResult<Owned<PyTuple>> {
        crate::message::receive_into(t, self, buffers, ancbufsize, flags)
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.  The buffers argument specifies the non-ancillary
    /// data as an iterable of bytes-like objects (e.g. bytes objects).
    /// The ancdata argument specifies the ancillary data (control messages)
    /// as an iterable of zero or more tuples (cmsg_level, cmsg_type,
    /// cmsg_data), where cmsg_level and cmsg_type are integers specifying the
    /// protocol level and protocol-specific type respectively, and cmsg_data
    /// is a bytes-like object holding the associated data.  The flags
    /// argument defaults to 0 and has the same meaning as for send().  If
    /// address is supplied and not None, it sets a destination address for
    /// the message.  The return value is the number of bytes of non-ancillary
    /// data sent.
    #[method(sig = "(buffers, ancdata=(), flags=0, address=None, /)", text = "")]
    fn sendmsg(
        &self,
        t: &Thread,
        buffers: &Object,
        ancdata: Option<&Object>,
        flags: i32,
        address: Option<&Object>,
    ) -> PyResult<i64> {
        let to = match attr::none_if_none(address) {
            Some(given) => {
                let to = self.parse_address(t, given, "sendmsg")?;
                self.audit_address(t, "socket.sendmsg", given)?;
                Some(to)
            }
            None => {
                self.audit_address(t, "socket.sendmsg", singletons::none())?;
                None
            }
        };
        crate::message::send(t, self, buffers, ancdata, flags, to)
    }

    /// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
    ///
    /// Set operation mode, IV and length of associated data for an AF_ALG
    /// operation socket.
    #[method(sig = "(msg=(), *, op=-1, iv=None, assoclen=-1, flags=0)", text = "")]
    fn sendmsg_afalg(
        &self,
        t: &Thread,
        msg: Option<&Object>,
        op: Option<&Object>,
        iv: Option<&Object>,
        assoclen: Option<&Object>,
        flags: i32,
    ) -> PyResult<i64> {
        if self.family.get() != libc::AF_ALG {
            return Err(err!(t, OSError, "algset is only supported for AF_ALG"));
        }
        crate::message::send_algorithm(t, self, msg, op, attr::none_if_none(iv), assoclen, flags)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method(text = "($self, object, /)")]
    fn setblocking(&self, t: &Thread, flag: &Object) -> PyResult<()> {
        let blocking = flag.is_true(t)?;
        self.timeout.set(if blocking { -1 } else { 0 });
        self.set_blocking(t, blocking)
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method]
    fn getblocking(&self, _t: &Thread) -> bool {
        self.timeout.get() != 0
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method(text = "($self, object, /)")]
    fn settimeout(&self, t: &Thread, timeout: &Object) -> PyResult<()> {
        let timeout = parse_timeout(t, timeout)?;
        self.timeout.set(timeout);
        // A socket with a timeout never blocks in the system's calls.
        self.set_blocking(t, timeout < 0)
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method]
    fn gettimeout(&self, _t: &Thread) -> Option<f64> {
        Some(self.timeout.get()).filter(|&n| n >= 0).map(|n| n as f64 / 1e9)
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method(text = "($self, object, /)")]
    fn shutdown(&self, t: &Thread, how: &Object) -> PyResult<()> {
        let how = int_argument(t, how)?;
        let fd = self.fd.get();
        // SAFETY: a call on numbers.
        let (n, code) = t.allow_threads(|| (unsafe { libc::shutdown(fd, how) }, errno()));
        if n < 0 { Err(errors::os_error(t, code)) } else { Ok(()) }
    }

    /// the socket timeout
    #[getter]
    fn timeout(&self, t: &Thread) -> Option<f64> {
        self.gettimeout(t)
    }
}

/// The writable buffer of a receiving call, and how much of it is wanted.
fn target(t: &Thread, buffer: &Object, nbytes: isize, function: &str) -> PyResult<(Buffer, usize)> {
    let target = match Buffer::get(t, buffer, taipan_object::abi::PyBUF_WRITABLE) {
        Ok(target) => target,
        Err(_) => {
            errors::clear(t);
            return Err(err!(
                t,
                TypeError,
                "{function}() argument 1 must be read-write bytes-like object, not {:.50}",
                buffer.class().short_name_lossy()
            ));
        }
    };
    let Ok(wanted) = usize::try_from(nbytes) else {
        return Err(err!(t, ValueError, "negative buffersize in {function}"));
    };
    if wanted > target.len() {
        return Err(err!(
            t,
            ValueError,
            "{}",
            if function == "recv_into" {
                "buffer too small for requested bytes"
            } else {
                "nbytes is greater than the length of the buffer"
            }
        ));
    }
    let size = if wanted == 0 { target.len() } else { wanted };
    Ok((target, size))
}

/// What C code gets from the capsule (`PySocketModule_APIObject`).
#[repr(C)]
struct Api {
    socket: *mut PyObject,
    error: *mut PyObject,
    timeout: *mut PyObject,
}

// SAFETY: constants; the classes are static.
unsafe impl Send for Api {}
// SAFETY: as above.
unsafe impl Sync for Api {}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[native_module(name = "_socket", parts(super::super::lookup::part))]
pub mod module {
    use super::*;

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    /// The arguments are the same as for socket() except the default family is
    /// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[function(sig = "(family=AF_UNIX, type=SOCK_STREAM, proto=0, /)", text = "")]
    fn socketpair(t: &Thread, family: Option<i32>, type_: Option<i32>, proto: i32) -> PyResult<(Owned, Owned)> {
        let (family, kind) = (family.unwrap_or(libc::AF_UNIX), type_.unwrap_or(libc::SOCK_STREAM));
        let mut fds = [0i32; 2];
        // SAFETY: room for two numbers.
        if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr()) } < 0 {
            return Err(errors::last_os_error(t));
        }
        let make = |fd: i32| -> PyResult {
            let number = |n: i32| PyInt::from_i64(t, i64::from(n));
            PySocket::class().call(t, &[&*number(family)?, &*number(kind)?, &*number(proto)?, &*number(fd)?])
        };
        let first = make(fds[0]);
        let second = make(fds[1]);
        match (first, second) {
            (Ok(first), Ok(second)) => Ok((first, second)),
            (Err(raised), _) | (_, Err(raised)) => Err(raised),
        }
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[function(name = "close", text = "($self, object, /)")]
    fn close_(t: &Thread, fd: &Object) -> PyResult<()> {
        let fd = int_argument(t, fd)?;
        // SAFETY: a call on a number.
        let (n, code) = t.allow_threads(|| (unsafe { libc::close(fd) }, errno()));
        if n < 0 && code != libc::ECONNRESET { Err(errors::os_error(t, code)) } else { Ok(()) }
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
    /// sockets; on some platforms os.dup() won't work for socket file descriptors.
    #[function(text = "($self, object, /)")]
    fn dup(t: &Thread, fd: &Object) -> PyResult<i32> {
        let fd = int_argument(t, fd)?;
        // SAFETY: a call on numbers.
        match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } {
            n if n < 0 => Err(errors::last_os_error(t)),
            n => Ok(n),
        }
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function(text = "")]
    fn getdefaulttimeout(_t: &Thread) -> Option<f64> {
        Some(DEFAULT_TIMEOUT.load(Ordering::Relaxed)).filter(|&n| n >= 0).map(|n| n as f64 / 1e9)
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function(text = "($self, object, /)")]
    fn setdefaulttimeout(t: &Thread, timeout: &Object) -> PyResult<()> {
        DEFAULT_TIMEOUT.store(parse_timeout(t, timeout)?, Ordering::Relaxed);
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::module::add_class::<PySocket>(t, module)?;
        module.set(t, "SocketType", PySocket::class().as_object())?;
        let os_error = exceptions::OSError::class();
        module.set(t, "error", os_error.as_object())?;
        module.set(t, "timeout", exceptions::TimeoutError::class().as_object())?;
        for name in ["herror", "gaierror"] {
            module.set(t, name, &*errors::new_exception(t, "socket", name, os_error, None)?)?;
        }
        module.set(t, "has_ipv6", singletons::bool(true))?;
        module.set_value(t, "BDADDR_ANY", "00:00:00:00:00:00")?;
        module.set_value(t, "BDADDR_LOCAL", "00:00:00:FF:FF:FF")?;
        for (name, value) in crate::consts::NUMBERS {
            if *name != "has_ipv6" {
                module.set(t, name, &*PyInt::from_i64(t, *value)?)?;
            }
        }
        // One for the process: C code may keep the address.
        static API: OnceLock<Api> = OnceLock::new();
        let api = API.get_or_init(|| Api {
            socket: PySocket::class().as_object().as_ptr(),
            error: os_error.as_object().as_ptr(),
            timeout: exceptions::TimeoutError::class().as_object().as_ptr(),
        });
        let api = core::ptr::from_ref(api).cast_mut().cast();
        // SAFETY: the structure and the name live for ever.
        let capsule = unsafe { taipan_types::capsule::new(t, api, c"_socket.CAPI".as_ptr(), None) }?;
        capsule.track();
        module.set(t, "CAPI", &capsule)
    }
}
