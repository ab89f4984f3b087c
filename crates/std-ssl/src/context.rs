//! `_ssl._SSLContext`: the settings that connections are made with.

use crate::certificate::der;
use crate::constants::{
    CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, PROTO_MAXIMUM_SUPPORTED, PROTO_MINIMUM_SUPPORTED, PROTO_NAMES,
    PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER, PROTOCOL_TLSV1, PROTOCOL_TLSV1_1, PROTOCOL_TLSV1_2,
};
use crate::decode::certificate_dict;
use crate::errors::{line, raise, raise_bare, raise_of_file, raise_text};
use crate::hostname::Hostname;
use crate::memory_bio::MemoryBIO;
use crate::openssl::certificate::Form;
use crate::openssl::context::{AddFailure, ChainFailure, Cipher, Context, Method, SESSION_COUNTERS};
use crate::openssl::gate::Change;
use crate::openssl::library;
use crate::openssl::password::{Asking, Source};
use crate::socket::{Below, SSLSocket, given};
use crate::transport;
use core::cell::{Cell, RefCell};
use core::ffi::c_long;
use std::ffi::CString;
use std::fs::File;
use std::io::Write;
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyList, PyResult, PyStr, PyType, Raised, Slot, Thread,
    class, err, errors, exceptions, exceptions_class, fspath, number, object, singletons,
};
use taipan_openssl as ffi;

/// `_ssl._SSLContext`.
#[object]
pub struct SSLContext {
    /// The settings.
    pub context: Data<Context>,
    protocol: Cell<i32>,
    /// Whether the other side must have the name that it was asked for by.
    pub check_hostname: Cell<bool>,
    host_flags: Cell<u32>,
    /// Whether certificates are shown after the handshake.
    pub post_handshake_auth: Cell<bool>,
    /// Called with the name that a client asks for.
    pub sni_callback: Slot,
    /// Called with every message.
    pub msg_callback: Slot,
    /// Gives a key to clients.
    pub psk_client_callback: Slot,
    /// Gives a key to servers.
    pub psk_server_callback: Slot,
    /// The log of keys.
    pub keylog: Data<RefCell<Option<File>>>,
    /// Its name.
    pub keylog_filename: Slot,
}

/// A password, or who is to be asked for it.
enum Password {
    Fixed(Vec<u8>),
    Callable(Owned),
}

/// The bytes of a password.
fn password_bytes(t: &Thread, object: &Object, bad_type: &str) -> PyResult<Vec<u8>> {
    let bytes = if let Some(text) = object.downcast::<PyStr>() {
        text.to_utf8(t)?.as_bytes().to_vec()
    } else if object.is_instance_of::<PyBytes>() || object.is_instance_of::<taipan_types::bytearray::PyByteArray>() {
        Buffer::readable(t, object)?.as_bytes().to_vec()
    } else {
        return Err(err!(t, TypeError, "{bad_type}"));
    };
    if i32::try_from(bytes.len()).is_err() {
        return Err(err!(t, ValueError, "password cannot be longer than {} bytes", i32::MAX));
    }
    Ok(bytes)
}

impl Source for Password {
    fn password(&self, t: &Thread) -> PyResult<Vec<u8>> {
        match self {
            Self::Fixed(bytes) => Ok(bytes.clone()),
            Self::Callable(callable) => {
                password_bytes(t, &*callable.call(t, &[])?, "password callback must return a string")
            }
        }
    }
}

/// A path for C; the message for what is no path.
fn path(t: &Thread, object: &Object, bad_type: &str) -> PyResult<CString> {
    match fspath::fs_bytes(t, object) {
        Ok(bytes) => CString::new(bytes).map_err(|_| err!(t, ValueError, "embedded null byte")),
        Err(_) if errors::matches::<exceptions::TypeError>(t) => {
            errors::clear(t);
            Err(err!(t, TypeError, "{bad_type}"))
        }
        Err(raised) => Err(raised),
    }
}

/// A C `int`, as a value of an attribute.
fn c_int(t: &Thread, value: &Object) -> PyResult<i32> {
    let n = number::index(t, value)?;
    let word = if n.is_negative() { "less than minimum" } else { "greater than maximum" };
    n.to_i64().and_then(|n| i32::try_from(n).ok()).ok_or_else(|| err!(t, OverflowError, "signed integer is {word}"))
}

fn deprecated(t: &Thread, text: &str) -> PyResult<()> {
    errors::warn(t, exceptions_class!(DeprecationWarning), format_args!("{text}"), 2)
}

#[cold]
fn cannot_delete(t: &Thread, this: &SSLContext, name: &str) -> Raised {
    let class = taipan_object::upcast(this).class().name_lossy();
    err!(t, AttributeError, "attribute '{name}' of '{class}' objects cannot be deleted")
}

fn cipher_dict(t: &Thread, cipher: &Cipher) -> PyResult<Owned> {
    let dict = PyDict::new(t)?;
    let put = |key: &str, value: Owned| dict.set_str(t, &*PyStr::intern_str(t, key)?, &value);
    let text = |text: &str| -> PyResult { Ok(PyStr::from_str(t, text)?.into_object()) };
    let number = |n: i64| -> PyResult { Ok(PyInt::from_i64(t, n)?.into_object()) };
    let maybe = |name: &Option<String>| match name {
        Some(name) => text(name),
        None => Ok(singletons::none().own()),
    };
    put("id", number(cipher.id.into())?)?;
    put("name", text(&cipher.name)?)?;
    put("protocol", text(&cipher.protocol)?)?;
    put("description", text(&cipher.description)?)?;
    put("strength_bits", number(cipher.strength_bits.into())?)?;
    put("alg_bits", number(cipher.alg_bits.into())?)?;
    put("aead", singletons::bool(cipher.aead).own())?;
    put("symmetric", maybe(&cipher.symmetric)?)?;
    put("digest", maybe(&cipher.digest)?)?;
    put("kea", maybe(&cipher.kea)?)?;
    put("auth", maybe(&cipher.auth)?)?;
    Ok(dict.into_object())
}

impl SSLContext {
    /// Whether connections verify the other side.
    pub fn is_verifying(&self) -> bool {
        self.context.verify_mode() & ffi::SSL_VERIFY_PEER != 0
    }

    /// Checks that connections of this side can be made.
    pub fn check_side(&self, t: &Thread, server: bool) -> PyResult<()> {
        match self.protocol.get() {
            PROTOCOL_TLS_CLIENT if server => Err(raise_text(
                t,
                0,
                "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context",
                line::SERVER_METHOD,
            )),
            PROTOCOL_TLS_SERVER if !server => Err(raise_text(
                t,
                0,
                "Cannot create a client socket with a PROTOCOL_TLS_SERVER context",
                line::CLIENT_METHOD,
            )),
            _ => Ok(()),
        }
    }

    fn apply_verify_mode(&self, t: &Thread, mode: i32) -> PyResult<()> {
        let mode = match mode {
            CERT_NONE if self.check_hostname.get() => {
                return Err(err!(t, ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled."));
            }
            CERT_NONE => ffi::SSL_VERIFY_NONE,
            CERT_OPTIONAL => ffi::SSL_VERIFY_PEER,
            CERT_REQUIRED => ffi::SSL_VERIFY_PEER | ffi::SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
            _ => return Err(err!(t, ValueError, "invalid value for verify_mode")),
        };
        self.context.set_verify_mode(mode);
        Ok(())
    }

    /// Sets the lowest or the highest version.
    fn set_version(&self, t: &Thread, value: &Object, lowest: bool) -> PyResult<()> {
        let version = c_int(t, value)?;
        if ![PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER].contains(&self.protocol.get()) {
            return Err(err!(
                t,
                ValueError,
                "The context's protocol doesn't support modification of highest and lowest version."
            ));
        }
        let known = PROTO_NAMES.iter().find(|(_, number, _)| *number == version);
        if let Some((name, _, true)) = known {
            deprecated(t, &format!("ssl.TLSVersion.{name} is deprecated"))?;
        }
        if known.is_none() {
            return Err(err!(t, ValueError, "Unsupported TLS/SSL version 0x{version:x}"));
        }
        let number = match (version, lowest) {
            (PROTO_MINIMUM_SUPPORTED, true) | (PROTO_MAXIMUM_SUPPORTED, false) => 0,
            (PROTO_MINIMUM_SUPPORTED, false) => ffi::TLS1_VERSION,
            (PROTO_MAXIMUM_SUPPORTED, true) => ffi::TLS1_3_VERSION,
            (version, _) => version,
        };
        let number = c_long::from(number);
        let ok =
            if lowest { self.context.set_lowest_version(number) } else { self.context.set_highest_version(number) };
        if ok { Ok(()) } else { Err(err!(t, ValueError, "Unsupported protocol version 0x{version:x}")) }
    }

    /// Trusts the certificates of `cadata`.
    fn add_data(&self, t: &Thread, data: &Object) -> PyResult<()> {
        let bad = |t| err!(t, TypeError, "cadata should be an ASCII string or a bytes-like object");
        let (bytes, form) = match data.downcast::<PyStr>() {
            Some(text) => match text.as_ascii() {
                Some(text) => (text.as_bytes().to_vec(), Form::Pem),
                None => return Err(bad(t)),
            },
            None => match Buffer::readable(t, data) {
                Ok(view) => (view.as_bytes().to_vec(), Form::Der),
                Err(_) => {
                    errors::clear(t);
                    return Err(bad(t));
                }
            },
        };
        if bytes.is_empty() {
            return Err(err!(t, ValueError, "Empty certificate data"));
        }
        if i32::try_from(bytes.len()).is_err() {
            return Err(err!(t, ValueError, "Certificate data is too long."));
        }
        self.context.add_authorities(&bytes, form).map_err(|failure| match failure {
            AddFailure::Nothing => {
                let why = if form == Form::Pem { "no start line" } else { "not enough data" };
                let text = format!("{why}: cadata does not contain a certificate");
                raise_text(t, 0, &text, line::NO_CERTIFICATE)
            }
            AddFailure::Failed(failure) => raise(t, &failure, line::ADD_CERTIFICATE),
        })
    }
}

#[class(name = "_ssl._SSLContext", heap, flags(BASETYPE, HAVE_GC))]
impl SSLContext {
    #[new(sig = "(protocol, /)", text = "")]
    fn new(cls: &PyType, t: &Thread, protocol: i32) -> PyResult<Owned<Self>> {
        let method = match protocol {
            PROTOCOL_TLSV1 => {
                deprecated(t, "ssl.PROTOCOL_TLSv1 is deprecated")?;
                Method::Tls1
            }
            PROTOCOL_TLSV1_1 => {
                deprecated(t, "ssl.PROTOCOL_TLSv1_1 is deprecated")?;
                Method::Tls1_1
            }
            PROTOCOL_TLSV1_2 => {
                deprecated(t, "ssl.PROTOCOL_TLSv1_2 is deprecated")?;
                Method::Tls1_2
            }
            PROTOCOL_TLS => {
                deprecated(t, "ssl.PROTOCOL_TLS is deprecated")?;
                Method::Any
            }
            PROTOCOL_TLS_CLIENT => Method::Client,
            PROTOCOL_TLS_SERVER => Method::Server,
            _ => return Err(err!(t, ValueError, "invalid or unsupported protocol version {protocol}")),
        };
        let context = Context::new(method).map_err(|failure| raise(t, &failure, line::NEW_CONTEXT))?;
        let options = (ffi::SSL_OP_ALL & !ffi::SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS)
            | ffi::SSL_OP_NO_SSLv3
            | ffi::SSL_OP_NO_COMPRESSION
            | ffi::SSL_OP_CIPHER_SERVER_PREFERENCE;
        context.change_options(0, options);
        // A client that has one takes no key that both sides know for a session of its own.
        if protocol != PROTOCOL_TLS_CLIENT {
            context.set_session_id_context(b"Python\0");
        }
        let flags = context.verify_flags();
        context
            .set_verify_flags(flags | ffi::X509_V_FLAG_TRUSTED_FIRST)
            .map_err(|failure| raise(t, &failure, line::NEW_CONTEXT))?;
        context.set_host_flags(ffi::X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        context.set_post_handshake_auth(false);
        let client = protocol == PROTOCOL_TLS_CLIENT;
        let this = cls.instance(
            t,
            Self {
                head: Head::new(),
                context: Data(context),
                protocol: Cell::new(protocol),
                check_hostname: Cell::new(client),
                host_flags: Cell::new(ffi::X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS),
                post_handshake_auth: Cell::new(false),
                sni_callback: Slot::empty(),
                msg_callback: Slot::empty(),
                psk_client_callback: Slot::empty(),
                psk_server_callback: Slot::empty(),
                keylog: Data(RefCell::default()),
                keylog_filename: Slot::empty(),
            },
        )?;
        this.apply_verify_mode(t, if client { CERT_REQUIRED } else { CERT_NONE })?;
        Ok(this)
    }

    #[method(
        sig = "(sock, server_side, server_hostname=None, *, owner=None, session=None)",
        text = "($self, /, sock, server_side, server_hostname=None, *,\n             owner=None, session=None)"
    )]
    fn _wrap_socket(
        &self,
        t: &Thread,
        sock: &Object,
        server_side: bool,
        server_hostname: Option<&Object>,
        owner: Option<&Object>,
        session: Option<&Object>,
    ) -> PyResult<Owned<SSLSocket>> {
        transport::check(t, sock)?;
        let hostname = given(server_hostname).map(|name| Hostname::of(t, name)).transpose()?;
        let below = Below::Socket(sock);
        SSLSocket::create(t, self, &below, server_side, hostname.as_ref(), given(owner), given(session))
    }

    #[method(
        sig = "(incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)",
        text = "($self, /, incoming, outgoing, server_side,\n          server_hostname=None, *, owner=None, session=None)"
    )]
    fn _wrap_bio(
        &self,
        t: &Thread,
        incoming: &MemoryBIO,
        outgoing: &MemoryBIO,
        server_side: bool,
        server_hostname: Option<&Object>,
        owner: Option<&Object>,
        session: Option<&Object>,
    ) -> PyResult<Owned<SSLSocket>> {
        let hostname = given(server_hostname).map(|name| Hostname::of(t, name)).transpose()?;
        let below = Below::Memory(incoming, outgoing);
        SSLSocket::create(t, self, &below, server_side, hostname.as_ref(), given(owner), given(session))
    }

    #[method(sig = "(cipherlist, /)")]
    fn set_ciphers(&self, t: &Thread, cipherlist: CStrArg<'_>) -> PyResult<()> {
        let list = CString::new(cipherlist.or("")).unwrap_or_default();
        let _change = Change::begin(t);
        if self.context.set_ciphers(&list) {
            Ok(())
        } else {
            Err(raise_bare(t, format_args!("No cipher can be selected.")))
        }
    }

    #[method]
    fn get_ciphers(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let ciphers = self.context.ciphers().map_err(|failure| raise(t, &failure, line::CIPHERS))?;
        let ciphers = ciphers.iter().map(|cipher| cipher_dict(t, cipher)).collect::<PyResult<Vec<_>>>()?;
        PyList::from_vec(t, ciphers)
    }

    #[method(sig = "(protos, /)")]
    fn _set_alpn_protocols(&self, t: &Thread, protos: Buffer) -> PyResult<()> {
        if u32::try_from(protos.len()).is_err() {
            return Err(err!(t, OverflowError, "protocols longer than {} bytes", u32::MAX));
        }
        self.context.set_protocols(protos.as_bytes()).map_err(|failure| raise(t, &failure, line::PROTOCOLS))
    }

    #[method(sig = "(certfile, keyfile=None, password=None)")]
    fn load_cert_chain(
        &self,
        t: &Thread,
        certfile: &Object,
        keyfile: Option<&Object>,
        password: Option<&Object>,
    ) -> PyResult<()> {
        let chain = path(t, certfile, "certfile should be a valid filesystem path")?;
        let key = match given(keyfile) {
            Some(keyfile) => path(t, keyfile, "keyfile should be a valid filesystem path")?,
            None => chain.clone(),
        };
        let failed = |failure: ChainFailure| match failure {
            ChainFailure::Chain(failure) => raise_of_file(t, &failure, line::LOAD_CHAIN),
            ChainFailure::Key(failure) => raise_of_file(t, &failure, line::LOAD_KEY),
            ChainFailure::Check(failure) => raise(t, &failure, line::CHECK_KEY),
        };
        let Some(password) = given(password) else {
            return self.context.load_chain(&chain, &key, None).map_err(failed);
        };
        let source = if password.is_callable() {
            Password::Callable(password.own())
        } else {
            Password::Fixed(password_bytes(t, password, "password should be a string or callable")?)
        };
        let asking = Asking::new(&source);
        let result = self.context.load_chain(&chain, &key, Some(&asking));
        match asking.raised() {
            Some(exception) => Err(errors::restore_raised(t, exception)),
            None => result.map_err(failed),
        }
    }

    #[method(sig = "(path, /)")]
    fn load_dh_params(&self, t: &Thread, path: &Object) -> PyResult<()> {
        taipan_object::audit::audit(t, "open", &[path, &*PyStr::from_str(t, "rb")?, &*PyInt::from_i64(t, 0)?])?;
        let name = fspath::fs_bytes(t, path)?;
        let name = std::path::PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(name));
        let text = t
            .allow_threads(|| std::fs::read(&name))
            .map_err(|error| errors::os_error_with(t, error.raw_os_error().unwrap_or(0), Some(path), None))?;
        self.context.set_dh_parameters(&text).map_err(|failure| raise_of_file(t, &failure, line::DH_PARAMETERS))
    }

    #[method(sig = "(cafile=None, capath=None, cadata=None)")]
    fn load_verify_locations(
        &self,
        t: &Thread,
        cafile: Option<&Object>,
        capath: Option<&Object>,
        cadata: Option<&Object>,
    ) -> PyResult<()> {
        let (cafile, capath, cadata) = (given(cafile), given(capath), given(cadata));
        if cafile.is_none() && capath.is_none() && cadata.is_none() {
            return Err(err!(t, TypeError, "cafile, capath and cadata cannot be all omitted"));
        }
        let file = cafile.map(|file| path(t, file, "cafile should be a valid filesystem path")).transpose()?;
        let folder = capath.map(|folder| path(t, folder, "capath should be a valid filesystem path")).transpose()?;
        if let Some(data) = cadata {
            self.add_data(t, data)?;
        }
        if file.is_some() || folder.is_some() {
            let _change = Change::begin(t);
            let context = &self.context.0;
            t.allow_threads(|| context.load_authorities(file.as_deref(), folder.as_deref()))
                .map_err(|failure| raise_of_file(t, &failure, line::LOAD_VERIFY_LOCATIONS))?;
        }
        Ok(())
    }

    #[method]
    fn session_stats(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let dict = PyDict::new(t)?;
        for (name, command) in SESSION_COUNTERS {
            let value = PyInt::from_i64(t, self.context.session_counter(command))?;
            dict.set_str(t, &*PyStr::intern_str(t, name)?, &value)?;
        }
        Ok(dict)
    }

    #[method]
    fn set_default_verify_paths(&self, t: &Thread) -> PyResult<()> {
        let _change = Change::begin(t);
        let context = &self.context.0;
        t.allow_threads(|| context.load_default_authorities())
            .map_err(|failure| raise(t, &failure, line::DEFAULT_PATHS))
    }

    #[method(sig = "(name, /)")]
    fn set_ecdh_curve(&self, t: &Thread, name: &Object) -> PyResult<()> {
        let bytes = fspath::fs_bytes(t, name)?;
        let found = CString::new(bytes).ok().and_then(|name| library::curve_number(&name));
        let Some(curve) = found else {
            let shown = name.repr(t)?.to_string_lossy();
            return Err(err!(t, ValueError, "unknown elliptic curve name {shown}"));
        };
        self.context.set_curve(curve).map_err(|failure| raise(t, &failure, line::CURVE))
    }

    /// Returns quantities of loaded X.509 certificates.
    ///
    /// X.509 certificates with a CA extension and certificate revocation
    /// lists inside the context's cert store.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method]
    fn cert_store_stats(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let stats = self.context.store_stats();
        let dict = PyDict::new(t)?;
        for (name, n) in [("x509", stats.certificates), ("crl", stats.revocation_lists), ("x509_ca", stats.authorities)]
        {
            dict.set_str(t, &*PyStr::intern_str(t, name)?, &*PyInt::from_i64(t, n)?)?;
        }
        Ok(dict)
    }

    /// Returns a list of dicts with information of loaded CA certs.
    ///
    /// If the optional argument is True, returns a DER-encoded copy of the
    /// CA certificate.
    ///
    /// NOTE: Certificates in a capath directory aren't loaded unless they
    /// have been used at least once.
    #[method(sig = "(binary_form=False)")]
    fn get_ca_certs(&self, t: &Thread, binary_form: bool) -> PyResult<Owned<PyList>> {
        let list = PyList::new(t)?;
        for certificate in self.context.authorities() {
            let item = if binary_form {
                der(t, &certificate)?.into_object()
            } else {
                certificate_dict(t, &certificate)?.into_object()
            };
            list.append(t, item)?;
        }
        Ok(list)
    }

    #[method(sig = "(callback)")]
    fn set_psk_client_callback(&self, t: &Thread, callback: &Object) -> PyResult<()> {
        if self.protocol.get() == PROTOCOL_TLS_SERVER {
            let text = "Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context";
            return Err(raise_text(t, 0, text, line::PSK_CLIENT));
        }
        let callback = given(Some(callback));
        if callback.is_some_and(|callback| !callback.is_callable()) {
            return Err(err!(t, TypeError, "callback must be callable"));
        }
        self.psk_client_callback.set(callback.map(Owned::from));
        self.context.watch_client_psk(callback.is_some());
        Ok(())
    }

    #[method(sig = "(callback, identity_hint=None)")]
    fn set_psk_server_callback(
        &self,
        t: &Thread,
        callback: &Object,
        identity_hint: taipan_object::clinic::CStrOrNone<'_>,
    ) -> PyResult<()> {
        if self.protocol.get() == PROTOCOL_TLS_CLIENT {
            let text = "Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context";
            return Err(raise_text(t, 0, text, line::PSK_SERVER));
        }
        let callback = given(Some(callback));
        if callback.is_some_and(|callback| !callback.is_callable()) {
            return Err(err!(t, TypeError, "callback must be callable"));
        }
        let hint = identity_hint.0.filter(|_| callback.is_some());
        let hint = hint.map(|hint| CString::new(hint).unwrap_or_default());
        if !self.context.set_psk_hint(hint.as_deref()) {
            return Err(raise_text(t, 0, "failed to set identity hint", line::PSK_HINT));
        }
        self.psk_server_callback.set(callback.map(Owned::from));
        self.context.watch_server_psk(callback.is_some());
        Ok(())
    }

    #[getter]
    fn check_hostname(&self, _t: &Thread) -> bool {
        self.check_hostname.get()
    }

    #[setter]
    fn set_check_hostname(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "check_hostname")) };
        let check = value.is_true(t)?;
        if check && !self.is_verifying() {
            self.apply_verify_mode(t, CERT_REQUIRED)?;
        }
        self.check_hostname.set(check);
        Ok(())
    }

    #[getter]
    fn _host_flags(&self, _t: &Thread) -> u64 {
        self.host_flags.get().into()
    }

    #[setter]
    fn set__host_flags(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "_host_flags")) };
        let flags = number::index(t, value)?.to_u64_mask() as u32;
        self.host_flags.set(flags);
        self.context.set_host_flags(flags);
        Ok(())
    }

    #[getter]
    fn minimum_version(&self, _t: &Thread) -> i64 {
        match self.context.versions().0 {
            0 => PROTO_MINIMUM_SUPPORTED.into(),
            version => version,
        }
    }

    #[setter]
    fn set_minimum_version(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => self.set_version(t, value, true),
            None => Err(cannot_delete(t, self, "minimum_version")),
        }
    }

    #[getter]
    fn maximum_version(&self, _t: &Thread) -> i64 {
        match self.context.versions().1 {
            0 => PROTO_MAXIMUM_SUPPORTED.into(),
            version => version,
        }
    }

    #[setter]
    fn set_maximum_version(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => self.set_version(t, value, false),
            None => Err(cannot_delete(t, self, "maximum_version")),
        }
    }

    #[getter]
    fn keylog_filename(&self, _t: &Thread) -> Option<Owned> {
        self.keylog_filename.get()
    }

    #[setter]
    fn set_keylog_filename(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "keylog_filename")) };
        self.context.watch_keys(false);
        self.keylog.take();
        self.keylog_filename.set(None);
        let Some(value) = given(Some(value)) else { return Ok(()) };
        let name = fspath::fs_bytes(t, value)?;
        let mode = PyStr::from_str(t, "ab")?;
        taipan_object::audit::audit(t, "open", &[value, &*mode, &*PyInt::from_i64(t, 0)?])?;
        let name = std::path::PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(name));
        let opened = t.allow_threads(|| -> std::io::Result<File> {
            let mut file = File::options().append(true).create(true).open(&name)?;
            if file.metadata()?.len() == 0 {
                file.write_all(b"# TLS secrets log file, generated by OpenSSL / Python\n")?;
            }
            Ok(file)
        });
        let file =
            opened.map_err(|error| errors::os_error_with(t, error.raw_os_error().unwrap_or(0), Some(value), None))?;
        self.keylog.replace(Some(file));
        self.keylog_filename.set(Some(value.own()));
        self.context.watch_keys(true);
        Ok(())
    }

    #[getter]
    fn _msg_callback(&self, _t: &Thread) -> Option<Owned> {
        self.msg_callback.get()
    }

    #[setter]
    fn set__msg_callback(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "_msg_callback")) };
        let callback = given(Some(value));
        if callback.is_some_and(|callback| !callback.is_callable()) {
            return Err(err!(t, TypeError, "not a callable object"));
        }
        self.msg_callback.set(callback.map(Owned::from));
        self.context.watch_messages(callback.is_some());
        Ok(())
    }

    /// Set a callback that will be called when a server name is provided by the SSL/TLS client in the SNI extension.
    ///
    /// If the argument is None then the callback is disabled.  The method
    /// is called with the SSLSocket, the server name as a string, and the
    /// SSLContext object.
    ///
    /// See RFC 6066 for details of the SNI extension.
    #[getter]
    fn sni_callback(&self, _t: &Thread) -> Option<Owned> {
        self.sni_callback.get()
    }

    #[setter]
    fn set_sni_callback(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "sni_callback")) };
        if self.protocol.get() == PROTOCOL_TLS_CLIENT {
            return Err(err!(t, ValueError, "sni_callback cannot be set on TLS_CLIENT context"));
        }
        let callback = given(Some(value));
        if callback.is_some_and(|callback| !callback.is_callable()) {
            return Err(err!(t, TypeError, "not a callable object"));
        }
        self.sni_callback.set(callback.map(Owned::from));
        self.context.watch_names(callback.is_some());
        Ok(())
    }

    /// Control the number of TLSv1.3 session tickets.
    #[getter]
    fn num_tickets(&self, _t: &Thread) -> usize {
        self.context.tickets()
    }

    #[setter]
    fn set_num_tickets(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "num_tickets")) };
        let n = i64::from_arg(t, value, What::Only(""))?;
        let Ok(n) = usize::try_from(n) else {
            return Err(err!(t, ValueError, "value must be non-negative"));
        };
        if self.protocol.get() != PROTOCOL_TLS_SERVER {
            return Err(err!(t, ValueError, "SSLContext is not a server context."));
        }
        if self.context.set_tickets(n) { Ok(()) } else { Err(err!(t, ValueError, "failed to set num tickets.")) }
    }

    #[getter]
    fn options(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_u64(t, self.context.options())
    }

    #[setter]
    fn set_options(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "options")) };
        let wanted = number::index(t, value)?;
        if wanted.is_negative() {
            return Err(err!(t, ValueError, "Cannot convert negative int"));
        }
        let Some(wanted) = wanted.to_u64() else {
            return Err(err!(t, OverflowError, "Python int too large for C unsigned long long"));
        };
        let old = self.context.options();
        let (clear, set) = (old & !wanted, !old & wanted);
        let versions = ffi::SSL_OP_NO_SSLv2
            | ffi::SSL_OP_NO_SSLv3
            | ffi::SSL_OP_NO_TLSv1
            | ffi::SSL_OP_NO_TLSv1_1
            | ffi::SSL_OP_NO_TLSv1_2
            | ffi::SSL_OP_NO_TLSv1_3;
        if set & versions != 0 {
            deprecated(t, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated")?;
        }
        self.context.change_options(clear, set);
        Ok(())
    }

    #[getter]
    fn post_handshake_auth(&self, _t: &Thread) -> bool {
        self.post_handshake_auth.get()
    }

    #[setter]
    fn set_post_handshake_auth(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, AttributeError, "cannot delete attribute")) };
        let on = value.is_true(t)?;
        self.post_handshake_auth.set(on);
        self.context.set_post_handshake_auth(on);
        Ok(())
    }

    #[getter]
    fn protocol(&self, _t: &Thread) -> i32 {
        self.protocol.get()
    }

    #[getter]
    fn verify_flags(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_u64(t, self.context.verify_flags())
    }

    #[setter]
    fn set_verify_flags(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "verify_flags")) };
        let Some(flags) = value.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "argument must be int, not {}", value.class().name_lossy()));
        };
        self.context.set_verify_flags(flags.to_u64_mask()).map_err(|failure| raise(t, &failure, line::VERIFY_FLAGS))
    }

    #[getter]
    fn verify_mode(&self, t: &Thread) -> PyResult<i32> {
        let required = ffi::SSL_VERIFY_PEER | ffi::SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        match self.context.verify_mode() {
            ffi::SSL_VERIFY_NONE => Ok(CERT_NONE),
            ffi::SSL_VERIFY_PEER => Ok(CERT_OPTIONAL),
            mode if mode == required => Ok(CERT_REQUIRED),
            _ => Err(raise_text(t, 0, "invalid return value from SSL_CTX_get_verify_mode", line::VERIFY_FLAGS)),
        }
    }

    #[setter]
    fn set_verify_mode(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t, self, "verify_mode")) };
        let mode = c_int(t, value)?;
        self.apply_verify_mode(t, mode)
    }

    /// The current security level.
    #[getter]
    fn security_level(&self, _t: &Thread) -> i32 {
        self.context.security_level()
    }
}
