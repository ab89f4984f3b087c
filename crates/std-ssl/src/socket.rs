//! `_ssl._SSLSocket`: one end of a conversation.

use crate::certificate::{PyCertificate, der};
use crate::context::SSLContext;
use crate::decode::certificate_dict;
use crate::errors::{line, raise, raise_bare, raise_busy, raise_of, raise_text};
use crate::hostname::Hostname;
use crate::memory_bio::MemoryBIO;
use crate::openssl::connection::{Connection, Ends, Step};
use crate::openssl::context::CipherSummary;
use crate::openssl::failure::Failure;
use crate::openssl::library;
use crate::session::SSLSession;
use crate::transport::{self, Outcome, Patience};
use core::cell::Cell;
use taipan_object::abi::PyBUF_WRITABLE;
use taipan_object::argparse::{Args, FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Slot, Thread, attr,
    class, err, errors, new_object, object, singletons, state, upcast, weakref,
};
use taipan_openssl as ffi;

/// `_ssl._SSLSocket`.
#[object]
pub struct SSLSocket {
    /// The connection, which is freed before what its callbacks use.
    pub connection: Data<Connection>,
    /// The settings.
    pub context: Slot<SSLContext>,
    /// A weak reference to the socket below; none for connections in memory.
    socket: Slot,
    /// A weak reference to the object that programs use.
    owner: Slot,
    /// The name that the client asks for.
    pub server_hostname: Slot<PyStr>,
    /// What a callback raised while OpenSSL worked.
    pub pending: Slot,
    /// Whether a callback is choosing the context by the name that a client asks for.
    pub choosing: Cell<bool>,
    server: Cell<bool>,
    /// Whether an earlier step of the shutdown has only sent its message.
    half_shut: Cell<bool>,
}

/// What an operation is called when it takes too long.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Handshake,
    Read,
    Write,
    Shutdown,
}

impl Operation {
    fn timed_out(self, t: &Thread, writing: bool) -> Raised {
        match self {
            Self::Handshake => {
                err!(t, TimeoutError, "_ssl.c:{}: The handshake operation timed out", line::HANDSHAKE_TIMEOUT)
            }
            Self::Read => err!(t, TimeoutError, "The read operation timed out"),
            Self::Write => err!(t, TimeoutError, "The write operation timed out"),
            Self::Shutdown if writing => err!(t, TimeoutError, "The write operation timed out"),
            Self::Shutdown => err!(t, TimeoutError, "The read operation timed out"),
        }
    }

    fn closed(self, t: &Thread) -> Raised {
        match self {
            Self::Handshake => {
                raise_bare(t, format_args!("_ssl.c:{}: Underlying socket has been closed.", line::HANDSHAKE_TIMEOUT))
            }
            _ => raise_bare(t, format_args!("Underlying socket has been closed.")),
        }
    }
}

/// How a run of steps ended without an exception.
enum Ran<R> {
    Done(R),
    Stopped(Failure),
}

/// What a connection runs over.
pub enum Below<'a> {
    /// A socket.
    Socket(&'a Object),
    /// What comes in, and what goes out.
    Memory(&'a MemoryBIO, &'a MemoryBIO),
}

impl SSLSocket {
    /// A new connection.
    pub fn create(
        t: &Thread,
        context: &SSLContext,
        below: &Below<'_>,
        server: bool,
        hostname: Option<&Hostname>,
        owner: Option<&Object>,
        session: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        context.check_side(t, server)?;
        let ends = match below {
            Below::Socket(socket) => Ends::Socket(transport::descriptor(t, socket)?.unwrap_or(-1)),
            Below::Memory(incoming, outgoing) => Ends::Memory(&incoming.memory, &outgoing.memory),
        };
        let connection =
            Connection::new(&context.context, &ends, server).map_err(|failure| raise(t, &failure, line::NEW_SOCKET))?;
        let this = new_object(
            t,
            Self {
                head: Head::new(),
                connection: Data(connection),
                context: Slot::empty(),
                socket: Slot::empty(),
                owner: Slot::empty(),
                server_hostname: Slot::empty(),
                pending: Slot::empty(),
                choosing: Cell::new(false),
                server: Cell::new(server),
                half_shut: Cell::new(false),
            },
        )?;
        this.connection.set_object(upcast(&*this));
        this.context.set(Some(context.own()));
        if context.post_handshake_auth.get() {
            this.connection.allow_post_handshake_auth(t, server);
        }
        if let Some(name) = hostname {
            this.configure_hostname(t, context, name)?;
        }
        if let Below::Socket(socket) = below {
            this.socket.set(Some(weakref::new_ref(t, socket, None)?));
        }
        if let Some(owner) = owner {
            this.owner.set(Some(weakref::new_ref(t, owner, None)?));
        }
        if let Some(session) = session {
            this.set_session(t, Some(session))?;
        }
        Ok(this)
    }

    fn configure_hostname(&self, t: &Thread, context: &SSLContext, name: &Hostname) -> PyResult<()> {
        let text = name.text();
        if text.is_empty() || text.starts_with('.') {
            return Err(err!(t, ValueError, "server_hostname cannot be an empty string or start with a leading dot."));
        }
        let address = library::ip_address(text);
        self.server_hostname.set(Some(PyStr::from_str(t, text)?));
        let failed = |failure: Failure| raise(t, &failure, line::HOSTNAME);
        if address.is_none() {
            self.connection.ask_for_name(t, name.c()).map_err(failed)?;
        }
        if context.check_hostname.get() {
            match address {
                None => self.connection.expect_name(t, text).map_err(failed)?,
                Some(address) => self.connection.expect_address(t, &address).map_err(failed)?,
            }
        }
        Ok(())
    }

    /// The object that programs use: the owner, the socket below, or this one.
    pub fn shown(&self) -> Option<Owned> {
        match (self.owner.get(), self.socket.get()) {
            (Some(owner), _) => weakref::target(&owner),
            (None, Some(socket)) => weakref::target(&socket),
            (None, None) => Some(upcast(self).own()),
        }
    }

    /// The socket below, if there is one.
    fn below(&self, t: &Thread, line: u32) -> PyResult<Option<Owned>> {
        let Some(reference) = self.socket.get() else { return Ok(None) };
        match weakref::target(&reference) {
            Some(socket) => Ok(Some(socket)),
            None => Err(raise_text(t, 0, "Underlying socket connection gone", line)),
        }
    }

    fn patience(t: &Thread, socket: Option<&Object>) -> PyResult<Patience> {
        socket.map_or(Ok(Patience::None), |socket| Patience::of(t, socket))
    }

    /// Runs steps until one is done, waiting for the socket in between.
    fn run<R>(
        &self,
        t: &Thread,
        operation: Operation,
        socket: Option<&Object>,
        patience: Patience,
        mut step: impl FnMut() -> Step<R>,
    ) -> PyResult<Ran<R>> {
        loop {
            let result = step();
            state::check_signals(t)?;
            let failure = match result {
                Ok(value) => return Ok(Ran::Done(value)),
                Err(failure) => failure,
            };
            let writing = match failure.kind {
                ffi::SSL_ERROR_WANT_READ => false,
                ffi::SSL_ERROR_WANT_WRITE => true,
                _ => return Ok(Ran::Stopped(failure)),
            };
            match transport::wait(t, socket, writing, patience)? {
                Outcome::Ready => {}
                Outcome::TimedOut => return Err(operation.timed_out(t, writing)),
                Outcome::Closed => return Err(operation.closed(t)),
                Outcome::NonBlocking => return Ok(Ran::Stopped(failure)),
            }
        }
    }

    /// Raises what a callback raised meanwhile.
    fn check_pending(&self, t: &Thread) -> PyResult<()> {
        match self.pending.take() {
            Some(exception) => Err(errors::restore_raised(t, exception)),
            None => Ok(()),
        }
    }

    /// What an operation gave; or raises, with what a callback raised as the context.
    fn finish<R>(&self, t: &Thread, ran: Ran<R>, line: u32) -> PyResult<R> {
        match ran {
            Ran::Done(value) => {
                self.check_pending(t)?;
                Ok(value)
            }
            Ran::Stopped(failure) => {
                let raised = raise_of(t, self, &failure, line);
                if let Some(exception) = self.pending.take() {
                    errors::chain(t, exception);
                }
                Err(raised)
            }
        }
    }

    /// Reads into a block; zero bytes at the end of the conversation.
    fn read_into(&self, t: &Thread, out: &mut [u8]) -> PyResult<usize> {
        let socket = self.below(t, line::NO_SOCKET_FOR_READ)?;
        let socket = socket.as_deref();
        if let Some(socket) = socket
            && transport::descriptor(t, socket)?.is_none()
        {
            return Err(errors::os_error(t, libc::EBADF));
        }
        let patience = Self::patience(t, socket)?;
        let ran = self.run(t, Operation::Read, socket, patience, || self.connection.read(t, out))?;
        if let Ran::Stopped(failure) = &ran
            && failure.kind == ffi::SSL_ERROR_ZERO_RETURN
            && self.connection.only_received_shutdown(t)
        {
            self.check_pending(t)?;
            return Ok(0);
        }
        self.finish(t, ran, line::READ)
    }
}

/// Records have no more bytes than this.
const RECORD: usize = 16384;

fn cipher_tuple(t: &Thread, cipher: &CipherSummary) -> PyResult<Owned> {
    let (name, version, bits) = cipher;
    let items = vec![
        PyStr::from_str(t, name)?.into_object(),
        PyStr::from_str(t, version)?.into_object(),
        PyInt::from_i64(t, i64::from(*bits))?.into_object(),
    ];
    Ok(PyTuple::from_vec(t, items)?.into_object())
}

#[cold]
fn cannot_delete(t: &Thread, name: &str) -> Raised {
    err!(t, AttributeError, "attribute '{name}' of '_ssl._SSLSocket' objects cannot be deleted")
}

#[class(name = "_ssl._SSLSocket", heap, no_new, flags(HAVE_GC))]
impl SSLSocket {
    #[method]
    fn do_handshake(&self, t: &Thread) -> PyResult<()> {
        let socket = self.below(t, line::NO_SOCKET_FOR_HANDSHAKE)?;
        let socket = socket.as_deref();
        let patience = Self::patience(t, socket)?;
        if let (Some(socket), true) = (socket, patience != Patience::None)
            && transport::descriptor(t, socket)?.is_none()
        {
            return Err(Operation::Handshake.closed(t));
        }
        let ran = self.run(t, Operation::Handshake, socket, patience, || self.connection.handshake(t))?;
        self.finish(t, ran, line::HANDSHAKE)
    }

    /// Writes the bytes-like object b into the SSL object.
    ///
    /// Returns the number of bytes written.
    #[method(sig = "(b, /)")]
    fn write(&self, t: &Thread, b: Buffer) -> PyResult<usize> {
        let socket = self.below(t, line::NO_SOCKET_FOR_WRITE)?;
        let socket = socket.as_deref();
        let patience = Self::patience(t, socket)?;
        match transport::wait(t, socket, true, patience)? {
            Outcome::Ready | Outcome::NonBlocking => {}
            Outcome::TimedOut => return Err(Operation::Write.timed_out(t, true)),
            Outcome::Closed => return Err(Operation::Write.closed(t)),
        }
        let data = b.as_bytes();
        let ran = self.run(t, Operation::Write, socket, patience, || self.connection.write(t, data))?;
        self.finish(t, ran, line::WRITE)
    }

    /// read(size, [buffer])
    /// Read up to size bytes from the SSL socket.
    #[method(text = "")]
    fn read(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "_SSLSocket.read")?;
        let (size, buffer) = match args.pos {
            [size] => (size, None),
            [size, buffer] => (size, Some(buffer)),
            _ => return Err(err!(t, TypeError, "_ssl._SSLSocket.read requires 1 to 2 arguments")),
        };
        let size = isize::from_arg(t, size, What::Position("read", 1))?;
        let Some(buffer) = buffer else {
            let Ok(size) = usize::try_from(size) else {
                return Err(err!(t, ValueError, "size should not be negative"));
            };
            let size = size.min(RECORD);
            let mut n = Ok(0);
            let out = PyBytes::with(t, size, |out| {
                if !out.is_empty() {
                    n = self.read_into(t, out);
                }
            })?;
            let n = n?;
            let out = if n == size { out } else { PyBytes::new(t, out.as_bytes().get(..n).unwrap_or_default())? };
            return Ok(out.into_object());
        };
        let Ok(mut target) = Buffer::get(t, buffer, PyBUF_WRITABLE) else {
            errors::clear(t);
            let class = buffer.class().name_lossy();
            return Err(err!(t, TypeError, "read() argument 2 must be read-write bytes-like object, not {class:.50}"));
        };
        let room = target.as_mut_bytes();
        let n = usize::try_from(size).ok().filter(|&n| n > 0 && n <= room.len()).unwrap_or(room.len());
        let n = match room.get_mut(..n) {
            Some(room) if !room.is_empty() => self.read_into(t, room)?,
            _ => 0,
        };
        Ok(PyInt::from_i64(t, n as i64)?.into_object())
    }

    /// Returns the number of already decrypted bytes available for read, pending on the connection.
    #[method]
    fn pending(&self, t: &Thread) -> i32 {
        self.connection.pending(t)
    }

    /// Returns the certificate for the peer.
    ///
    /// If no certificate was provided, returns None.  If a certificate was
    /// provided, but not validated, returns an empty dictionary.  Otherwise
    /// returns a dict containing information about the peer certificate.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// peer certificate, or None if no certificate was provided.  This will
    /// return the certificate even if it wasn't validated.
    #[method(sig = "(der=False, /)")]
    fn getpeercert(&self, t: &Thread, der: bool) -> PyResult {
        if !self.connection.is_ready(t) {
            return Err(err!(t, ValueError, "handshake not done yet"));
        }
        let Some(certificate) = self.connection.peer_certificate(t) else { return Ok(singletons::none().own()) };
        if der {
            return Ok(self::der(t, &certificate)?.into_object());
        }
        let verifying = self.context.get().is_some_and(|context| context.is_verifying());
        if verifying {
            Ok(certificate_dict(t, &certificate)?.into_object())
        } else {
            Ok(taipan_object::PyDict::new(t)?.into_object())
        }
    }

    #[method]
    fn get_verified_chain(&self, t: &Thread) -> PyResult<Option<Owned<PyList>>> {
        self.chain_list(t, true)
    }

    #[method]
    fn get_unverified_chain(&self, t: &Thread) -> PyResult<Option<Owned<PyList>>> {
        let Some(list) = self.chain_list(t, false)? else { return Ok(None) };
        // A server's chain lacks the client's own certificate.
        if self.server.get()
            && let Some(certificate) = self.connection.peer_certificate(t)
        {
            list.insert(t, 0, PyCertificate::create(t, certificate)?.into_object())?;
        }
        Ok(Some(list))
    }

    /// Get channel binding data for current connection.
    ///
    /// Raise ValueError if the requested `cb_type` is not supported.
    /// Return bytes of the data or None if the data is not available (e.g.
    /// before the handshake).
    /// Only 'tls-unique' channel binding data from RFC 5929 is supported.
    #[method(sig = "(cb_type='tls-unique')")]
    fn get_channel_binding(&self, t: &Thread, cb_type: CStrArg<'_>) -> PyResult<Option<Vec<u8>>> {
        match cb_type.or("tls-unique") {
            "tls-unique" => Ok(self.connection.binding(t, self.server.get())),
            other => Err(err!(t, ValueError, "'{other}' channel binding type not implemented")),
        }
    }

    #[method]
    fn cipher(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.connection.cipher(t).map(|cipher| cipher_tuple(t, &cipher)).transpose()
    }

    #[method]
    fn shared_ciphers(&self, t: &Thread) -> PyResult<Option<Owned<PyList>>> {
        let Some(ciphers) = self.connection.shared_ciphers(t) else { return Ok(None) };
        let ciphers = ciphers.iter().map(|cipher| cipher_tuple(t, cipher)).collect::<PyResult<Vec<_>>>()?;
        PyList::from_vec(t, ciphers).map(Some)
    }

    #[method]
    fn version(&self, t: &Thread) -> Option<String> {
        self.connection.version(t)
    }

    #[method]
    fn selected_alpn_protocol(&self, t: &Thread) -> PyResult<Option<Owned<PyStr>>> {
        match self.connection.protocol(t) {
            Some(name) => Ok(Some(taipan_object::codecs::native::decode_utf8(t, &name, None, true)?.0)),
            None => Ok(None),
        }
    }

    // Nothing is ever compressed.
    #[method]
    fn compression(&self, _t: &Thread) -> Option<String> {
        None
    }

    /// Does the SSL shutdown handshake with the remote end.
    #[method]
    fn shutdown(&self, t: &Thread) -> PyResult {
        let socket = self.below(t, line::NO_SOCKET_FOR_SHUTDOWN)?;
        let below = socket.as_deref();
        if let Some(below) = below
            && transport::descriptor(t, below)?.is_none()
        {
            return Err(raise_text(t, 0, "Underlying socket connection gone", line::NO_SOCKET_FOR_SHUTDOWN));
        }
        let patience = Self::patience(t, below)?;
        let mut sent = 0;
        let ran = loop {
            let ran = self
                .run(t, Operation::Shutdown, below, patience, || self.connection.shutdown(t, self.half_shut.get()))?;
            match ran {
                // Our message is sent; the other side's has not come. Ask twice at most, not to wait for it for ever.
                Ran::Done(false) if sent == 0 => {
                    sent += 1;
                    self.half_shut.set(true);
                }
                other => break other,
            }
        };
        self.finish(t, ran, line::SHUTDOWN)?;
        Ok(socket.unwrap_or_else(|| singletons::none().own()))
    }

    /// Initiate TLS 1.3 post-handshake authentication
    #[method]
    fn verify_client_post_handshake(&self, t: &Thread) -> PyResult<()> {
        self.connection.verify_client(t).map_err(|failure| raise(t, &failure, line::VERIFY_CLIENT))
    }

    /// This changes the context associated with the SSLSocket.
    ///
    /// This is typically used from within a callback function set by the
    /// sni_callback on the SSLContext to change the certificate information
    /// associated with the SSLSocket before the cryptographic exchange
    /// handshake messages.
    #[getter]
    fn context(&self, _t: &Thread) -> Option<Owned<SSLContext>> {
        self.context.get()
    }

    #[setter]
    fn set_context(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, "context")) };
        let Some(context) = value.downcast::<SSLContext>() else {
            return Err(err!(t, TypeError, "The value must be a SSLContext"));
        };
        if self.connection.is_busy(t) && !self.choosing.get() {
            return Err(raise_busy(t));
        }
        self.connection.set_context(t, &context.context);
        self.context.set(Some(context.own()));
        Ok(())
    }

    /// Whether this is a server-side socket.
    #[getter]
    fn server_side(&self, _t: &Thread) -> bool {
        self.server.get()
    }

    /// The currently set server hostname (for SNI).
    #[getter]
    fn server_hostname(&self, _t: &Thread) -> Option<Owned<PyStr>> {
        self.server_hostname.get()
    }

    /// The Python-level owner of this object.
    ///
    /// Passed as "self" in servername callback.
    #[getter]
    fn owner(&self, _t: &Thread) -> Option<Owned> {
        self.owner.get().and_then(|owner| weakref::target(&owner))
    }

    #[setter]
    fn set_owner(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, "owner")) };
        self.owner.set(Some(weakref::new_ref(t, value, None)?));
        Ok(())
    }

    /// The underlying SSLSession object.
    #[getter]
    fn session(&self, t: &Thread) -> PyResult<Option<Owned<SSLSession>>> {
        let (Some(session), Some(context)) = (self.connection.session(t), self.context.get()) else {
            return Ok(None);
        };
        SSLSession::create(t, session, &context).map(Some)
    }

    #[setter]
    fn set_session(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, "session")) };
        let Some(session) = value.downcast_exact::<SSLSession>() else {
            return Err(err!(t, TypeError, "Value is not a SSLSession."));
        };
        if !self.context.holds(upcast(&*session.context)) {
            return Err(err!(t, ValueError, "Session refers to a different SSLContext."));
        }
        if self.server.get() {
            return Err(err!(t, ValueError, "Cannot set session for server-side SSLSocket."));
        }
        if self.connection.is_ready(t) {
            return Err(err!(t, ValueError, "Cannot set session after handshake."));
        }
        self.connection.set_session(t, &session.session).map_err(|failure| raise(t, &failure, line::SET_SESSION))
    }

    /// Was the client session reused during handshake?
    #[getter]
    fn session_reused(&self, t: &Thread) -> bool {
        self.connection.is_resumed(t)
    }
}

impl SSLSocket {
    fn chain_list(&self, t: &Thread, verified: bool) -> PyResult<Option<Owned<PyList>>> {
        let Some(chain) = self.connection.chain(t, verified) else { return Ok(None) };
        let chain = chain
            .into_iter()
            .map(|certificate| Ok(PyCertificate::create(t, certificate)?.into_object()))
            .collect::<PyResult<Vec<_>>>()?;
        PyList::from_vec(t, chain).map(Some)
    }
}

/// An argument where `None` means nothing.
pub fn given(argument: Option<&Object>) -> Option<&Object> {
    attr::none_if_none(argument)
}
