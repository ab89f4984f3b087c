//! Connections: one end of a conversation.

use super::certificate::{self, Certificate};
use super::context::{CipherSummary, Context, summary};
use super::failure::{self, Failure};
use super::gate;
use super::lock::Lock;
use super::session::Session;
use super::stream::{self, Memory};
use super::{copied_text, library};
use core::ffi::{CStr, c_int, c_uint};
use core::ptr::NonNull;
use std::sync::Arc;
use taipan_object::{Object, Thread};
use taipan_openssl as ffi;

/// A connection. Whoever calls has its lock.
struct Raw(NonNull<ffi::SSL>);

// SAFETY: used by who has the lock of the connection.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

/// One end of a conversation.
pub struct Connection {
    raw: Raw,
    lock: Lock,
}

/// What it reads from and writes to.
pub enum Ends<'a> {
    /// The descriptor of a socket.
    Socket(c_int),
    /// What comes in, and what goes out.
    Memory(&'a Arc<Memory>, &'a Arc<Memory>),
}

/// What a step gave, or why it gave nothing.
pub type Step<T> = Result<T, Failure>;

impl Connection {
    /// A new connection.
    pub fn new(context: &Context, ends: &Ends<'_>, server: bool) -> Result<Self, Failure> {
        failure::clear();
        // SAFETY: a new connection, which takes its streams over.
        unsafe {
            let Some(raw) = NonNull::new(ffi::SSL_new(context.raw())) else { return Err(Failure::collect()) };
            let connection = Self { raw: Raw(raw), lock: Lock::default() };
            let ssl = connection.ssl();
            let (read, write) = match ends {
                Ends::Socket(fd) => {
                    let stream = stream::of_socket(*fd);
                    (stream, stream)
                }
                Ends::Memory(incoming, outgoing) => (stream::of_memory(incoming), stream::of_memory(outgoing)),
            };
            let (Some(read), Some(write)) = (read, write) else {
                for bio in [read, write].into_iter().flatten() {
                    ffi::BIO_free(bio);
                }
                return Err(Failure::collect());
            };
            ffi::SSL_set_bio(ssl, read, write);
            let mode = ffi::SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | ffi::SSL_MODE_AUTO_RETRY;
            ffi::SSL_ctrl(ssl, ffi::SSL_CTRL_MODE, mode, core::ptr::null_mut());
            if server {
                ffi::SSL_set_accept_state(ssl);
            } else {
                ffi::SSL_set_connect_state(ssl);
            }
            Ok(connection)
        }
    }

    const fn ssl(&self) -> *mut ffi::SSL {
        self.raw.0.as_ptr()
    }

    /// Tells callbacks whose connection this is. The object must live as long as the connection is used.
    pub fn set_object(&self, object: &Object) {
        let object = core::ptr::from_ref(object).cast_mut().cast();
        // SAFETY: a live connection; the place is for this.
        unsafe { ffi::SSL_set_ex_data(self.ssl(), library::start().object, object) };
    }

    /// Runs a short call with the lock.
    fn with<R>(&self, t: &Thread, work: impl FnOnce(*mut ffi::SSL) -> R) -> R {
        let _held = self.lock.take(t);
        work(self.ssl())
    }

    /// Runs a short call that callbacks may not make.
    fn with_outside<R>(
        &self,
        t: &Thread,
        work: impl FnOnce(*mut ffi::SSL) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let held = self.lock.take(t);
        if held.is_nested() { Err(Failure::busy()) } else { work(self.ssl()) }
    }

    /// Whether this is a callback of the connection.
    pub fn is_busy(&self, t: &Thread) -> bool {
        self.lock.take(t).is_nested()
    }

    /// Runs a step with the lock, without the GIL. The call tells whether it succeeded, or else its result.
    fn step<R: Send>(&self, t: &Thread, work: impl FnOnce(*mut ffi::SSL) -> Result<R, c_int> + Send) -> Step<R> {
        let held = self.lock.take(t);
        if held.is_nested() {
            return Err(Failure::busy());
        }
        let raw = &self.raw;
        t.allow_threads(|| {
            let _step = gate::Step::begin();
            failure::clear();
            let ssl = raw.0.as_ptr();
            work(ssl).map_err(|result| {
                // SAFETY: a live connection, whose call has just failed with this result.
                Failure::of_connection(unsafe { ffi::SSL_get_error(ssl, result) })
            })
        })
    }

    /// A step of the handshake.
    pub fn handshake(&self, t: &Thread) -> Step<()> {
        // SAFETY: a live connection, used by who has the lock; as in the functions below.
        self.step(t, |ssl| match unsafe { ffi::SSL_do_handshake(ssl) } {
            1 => Ok(()),
            result => Err(result),
        })
    }

    /// Reads what has come; tells how many bytes.
    pub fn read(&self, t: &Thread, out: &mut [u8]) -> Step<usize> {
        self.step(t, move |ssl| {
            let mut n = 0;
            // SAFETY: as above; at most so many bytes are written.
            match unsafe { ffi::SSL_read_ex(ssl, out.as_mut_ptr().cast(), out.len(), &raw mut n) } {
                1 => Ok(n),
                result => Err(result),
            }
        })
    }

    /// Writes some of the bytes; tells how many.
    pub fn write(&self, t: &Thread, data: &[u8]) -> Step<usize> {
        self.step(t, move |ssl| {
            let mut n = 0;
            // SAFETY: as above; so many bytes are read.
            match unsafe { ffi::SSL_write_ex(ssl, data.as_ptr().cast(), data.len(), &raw mut n) } {
                1 => Ok(n),
                result => Err(result),
            }
        })
    }

    /// A step of taking leave: whether the other side has done so too.
    pub fn shutdown(&self, t: &Thread, stop_reading_ahead: bool) -> Step<bool> {
        self.step(t, |ssl| {
            // SAFETY: as above.
            unsafe {
                if stop_reading_ahead {
                    ffi::SSL_set_read_ahead(ssl, 0);
                }
                match ffi::SSL_shutdown(ssl) {
                    result if result < 0 => Err(result),
                    result => Ok(result > 0),
                }
            }
        })
    }

    /// Whether the other side has taken leave and this one has not.
    pub fn only_received_shutdown(&self, t: &Thread) -> bool {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe { ffi::SSL_get_shutdown(ssl) } == ffi::SSL_RECEIVED_SHUTDOWN)
    }

    /// How many bytes were decrypted and not read.
    pub fn pending(&self, t: &Thread) -> c_int {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe { ffi::SSL_pending(ssl) })
    }

    /// Uses another context from now on.
    pub fn set_context(&self, t: &Thread, context: &Context) {
        // SAFETY: as above; the connection counts the context.
        self.with(t, |ssl| unsafe {
            ffi::SSL_set_SSL_CTX(ssl, context.raw());
        });
    }

    /// Sets the name that the other side shall prove to have.
    pub fn expect_name(&self, t: &Thread, name: &str) -> Result<(), Failure> {
        self.with(t, |ssl| {
            failure::clear();
            // SAFETY: as above; OpenSSL copies so many bytes.
            let ok =
                unsafe { ffi::X509_VERIFY_PARAM_set1_host(ffi::SSL_get0_param(ssl), name.as_ptr().cast(), name.len()) };
            if ok == 1 { Ok(()) } else { Err(Failure::collect()) }
        })
    }

    /// Sets the address that the other side shall prove to have.
    pub fn expect_address(&self, t: &Thread, address: &[u8]) -> Result<(), Failure> {
        self.with(t, |ssl| {
            failure::clear();
            // SAFETY: as above; OpenSSL copies so many bytes.
            let ok =
                unsafe { ffi::X509_VERIFY_PARAM_set1_ip(ffi::SSL_get0_param(ssl), address.as_ptr(), address.len()) };
            if ok == 1 { Ok(()) } else { Err(Failure::collect()) }
        })
    }

    /// Sets the name that the server is asked for.
    pub fn ask_for_name(&self, t: &Thread, name: &CStr) -> Result<(), Failure> {
        self.with(t, |ssl| {
            failure::clear();
            // SAFETY: as above; OpenSSL copies the string.
            let ok = unsafe {
                ffi::SSL_ctrl(
                    ssl,
                    ffi::SSL_CTRL_SET_TLSEXT_HOSTNAME,
                    ffi::TLSEXT_NAMETYPE_host_name.into(),
                    name.as_ptr().cast_mut().cast(),
                )
            };
            if ok == 1 { Ok(()) } else { Err(Failure::collect()) }
        })
    }

    /// Lets a server ask for a certificate after the handshake, or a client agree to be asked.
    pub fn allow_post_handshake_auth(&self, t: &Thread, server: bool) {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe {
            if !server {
                ffi::SSL_set_post_handshake_auth(ssl, 1);
                return;
            }
            let mode = ffi::SSL_get_verify_mode(ssl);
            if mode & ffi::SSL_VERIFY_PEER != 0 {
                let callback = ffi::SSL_get_verify_callback(ssl);
                ffi::SSL_set_verify(ssl, mode | ffi::SSL_VERIFY_POST_HANDSHAKE, callback);
            }
        });
    }

    /// Asks the client for a certificate.
    pub fn verify_client(&self, t: &Thread) -> Result<(), Failure> {
        self.with_outside(t, |ssl| {
            failure::clear();
            // SAFETY: as above.
            if unsafe { ffi::SSL_verify_client_post_handshake(ssl) } == 1 { Ok(()) } else { Err(Failure::collect()) }
        })
    }

    /// The result of verifying the other side.
    pub fn verify_result(&self, t: &Thread) -> i64 {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe { ffi::SSL_get_verify_result(ssl) })
    }

    /// Whether the handshake is over.
    pub fn is_ready(&self, t: &Thread) -> bool {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe { ffi::SSL_is_init_finished(ssl) } != 0)
    }

    /// The certificate of the other side.
    pub fn peer_certificate(&self, t: &Thread) -> Option<Certificate> {
        // SAFETY: as above; the certificate is counted for us.
        self.with(t, |ssl| unsafe { Certificate::from_raw(ffi::SSL_get1_peer_certificate(ssl)) })
    }

    /// The certificates that the other side has sent, or those that lead from its own to an authority.
    pub fn chain(&self, t: &Thread, verified: bool) -> Option<Vec<Certificate>> {
        // SAFETY: as above; the list belongs to the connection.
        self.with(t, |ssl| unsafe {
            let list = if verified { ffi::SSL_get0_verified_chain(ssl) } else { ffi::SSL_get_peer_cert_chain(ssl) };
            if list.is_null() {
                return None;
            }
            Some(certificate::items(list).filter_map(|one| Certificate::borrowed(one)).collect())
        })
    }

    /// The cipher in use.
    pub fn cipher(&self, t: &Thread) -> Option<CipherSummary> {
        // SAFETY: as above; ciphers are static.
        self.with(t, |ssl| unsafe { summary(ffi::SSL_get_current_cipher(ssl)) })
    }

    /// The ciphers that a client offers and this server has.
    pub fn shared_ciphers(&self, t: &Thread) -> Option<Vec<CipherSummary>> {
        // SAFETY: as above; the lists belong to the connection.
        self.with(t, |ssl| unsafe {
            let (ours, theirs) = (ffi::SSL_get_ciphers(ssl), ffi::SSL_get_client_ciphers(ssl));
            if ours.is_null() || theirs.is_null() {
                return None;
            }
            let theirs: Vec<*mut ffi::SSL_CIPHER> = certificate::items(theirs).collect();
            Some(
                certificate::items::<ffi::SSL_CIPHER>(ours)
                    .filter(|cipher| theirs.contains(cipher))
                    .filter_map(|cipher| summary(cipher))
                    .collect(),
            )
        })
    }

    /// The version of the protocol in use.
    pub fn version(&self, t: &Thread) -> Option<String> {
        // SAFETY: as above; the text is static.
        self.with(t, |ssl| unsafe {
            if ffi::SSL_is_init_finished(ssl) == 0 { None } else { copied_text(ffi::SSL_get_version(ssl)) }
        })
    }

    /// The protocol that both sides have agreed on.
    pub fn protocol(&self, t: &Thread) -> Option<Vec<u8>> {
        self.with(t, |ssl| {
            let mut data = core::ptr::null();
            let mut n: c_uint = 0;
            // SAFETY: as above; so many bytes, which belong to the connection.
            unsafe {
                ffi::SSL_get0_alpn_selected(ssl, &raw mut data, &raw mut n);
                if data.is_null() { None } else { Some(core::slice::from_raw_parts(data, n as usize).to_vec()) }
            }
        })
    }

    /// What binds this connection to what runs over it (`tls-unique`).
    pub fn binding(&self, t: &Thread, server: bool) -> Option<Vec<u8>> {
        self.with(t, |ssl| {
            let mut block = [0u8; 128];
            // SAFETY: as above; at most so many bytes are written.
            let n = unsafe {
                // The first message of the two that end the handshake: the client's, or the server's if it resumes.
                let resumed = ffi::SSL_session_reused(ssl) != 0;
                if resumed != server {
                    ffi::SSL_get_peer_finished(ssl, block.as_mut_ptr().cast(), block.len())
                } else {
                    ffi::SSL_get_finished(ssl, block.as_mut_ptr().cast(), block.len())
                }
            };
            block.get(..n).filter(|bytes| !bytes.is_empty()).map(<[u8]>::to_vec)
        })
    }

    /// Whether a session was resumed.
    pub fn is_resumed(&self, t: &Thread) -> bool {
        // SAFETY: as above.
        self.with(t, |ssl| unsafe { ffi::SSL_session_reused(ssl) } != 0)
    }

    /// The session.
    pub fn session(&self, t: &Thread) -> Option<Session> {
        // SAFETY: as above; the session belongs to the connection.
        self.with(t, |ssl| unsafe { Session::copy_of(ffi::SSL_get_session(ssl)) })
    }

    /// Sets the session to resume.
    pub fn set_session(&self, t: &Thread, session: &Session) -> Result<(), Failure> {
        self.with_outside(t, |ssl| {
            failure::clear();
            // SAFETY: as above; the connection counts the copy.
            let copy = unsafe { Session::copy_of(session.raw()) };
            // SAFETY: as above.
            let done = copy.is_some_and(|copy| unsafe { ffi::SSL_set_session(ssl, copy.raw()) } != 0);
            if done { Ok(()) } else { Err(Failure::collect()) }
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: freed once, by the last owner.
        unsafe { ffi::SSL_free(self.ssl()) };
    }
}
