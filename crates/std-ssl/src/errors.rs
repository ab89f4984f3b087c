//! The exceptions of `ssl`, and raising what OpenSSL reports.

use crate::openssl::failure::{BUSY, Code, Failure};
use crate::openssl::library;
use crate::socket::SSLSocket;
use core::fmt;
use taipan_object::abi::PyOSErrorObject;
use taipan_object::exceptions::{OSError, ValueError};
use taipan_object::typeobject::spec;
use taipan_object::{
    Class, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Raised, Thread, class, codecs,
    errors, layout, name, singletons, state,
};
use taipan_openssl as ffi;

/// The lines of CPython's `_ssl.c` that raise: programs show them as part of messages.
pub mod line {
    pub const SERVER_METHOD: u32 = 907;
    pub const CLIENT_METHOD: u32 = 914;
    pub const HOSTNAME: u32 = 846;
    pub const NEW_SOCKET: u32 = 930;
    pub const SET_SESSION: u32 = 3127;
    pub const HANDSHAKE: u32 = 1127;
    pub const HANDSHAKE_TIMEOUT: u32 = 1109;
    pub const NO_SOCKET_FOR_HANDSHAKE: u32 = 1061;
    pub const NO_SOCKET_FOR_READ: u32 = 2680;
    pub const NO_SOCKET_FOR_WRITE: u32 = 2528;
    pub const NO_SOCKET_FOR_SHUTDOWN: u32 = 2815;
    pub const CERTIFICATE: u32 = 1334;
    pub const NEW_CONTEXT: u32 = 3335;
    pub const CIPHERS: u32 = 3465;
    pub const WRITE: u32 = 2606;
    pub const READ: u32 = 2768;
    pub const SHUTDOWN: u32 = 2896;
    pub const VERIFY_CLIENT: u32 = 2974;
    pub const VERIFY_FLAGS: u32 = 3608;
    pub const PROTOCOLS: u32 = 3536;
    pub const LOAD_CHAIN: u32 = 4221;
    pub const LOAD_KEY: u32 = 4242;
    pub const CHECK_KEY: u32 = 4250;
    pub const NO_CERTIFICATE: u32 = 4340;
    pub const ADD_CERTIFICATE: u32 = 4353;
    pub const LOAD_VERIFY_LOCATIONS: u32 = 4474;
    pub const DH_PARAMETERS: u32 = 4530;
    pub const DEFAULT_PATHS: u32 = 4620;
    pub const CURVE: u32 = 4661;
    pub const PSK_CLIENT: u32 = 5167;
    pub const PSK_SERVER: u32 = 5279;
    pub const PSK_HINT: u32 = 5295;
    pub const RANDOM: u32 = 5668;
}

layout!(
    /// What `ssl.SSLError` is; each interpreter has a class of its own that is declared so.
    SSLError,
    PyOSErrorObject
);

/// An error occurred in the SSL implementation.
#[class(name = "ssl.SSLError", heap, layout, base = OSError, flags(BASETYPE, HAVE_GC))]
impl SSLError {
    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        let this = taipan_object::upcast(self);
        let text = this.getattr(t, name!(t, "strerror"))?;
        if text.is_instance_of::<PyStr>() {
            return Ok(text);
        }
        Ok(this.getattr(t, name!(t, "args"))?.str(t)?.into_object())
    }
}

/// The classes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ZeroReturn,
    WantWrite,
    WantRead,
    Syscall,
    Eof,
    CertVerification,
    /// `SSLError`, the base of the others.
    Plain,
}

/// Name and docstring of each.
const KINDS: [(Kind, &str, &str); 6] = [
    (Kind::ZeroReturn, "SSLZeroReturnError", "SSL/TLS session closed cleanly."),
    (
        Kind::WantWrite,
        "SSLWantWriteError",
        "Non-blocking SSL socket needs to write more data\nbefore the requested operation can be completed.",
    ),
    (
        Kind::WantRead,
        "SSLWantReadError",
        "Non-blocking SSL socket needs to read more data\nbefore the requested operation can be completed.",
    ),
    (Kind::Syscall, "SSLSyscallError", "System error when attempting SSL operation."),
    (Kind::Eof, "SSLEOFError", "SSL/TLS connection terminated abruptly."),
    (Kind::CertVerification, "SSLCertVerificationError", "A certificate could not be verified."),
];

/// The classes of an interpreter.
struct Classes {
    base: Owned<PyType>,
    /// In the order of [`KINDS`].
    derived: Vec<Owned<PyType>>,
}

impl Classes {
    fn make(t: &Thread) -> PyResult<Self> {
        let base = spec::from_declaration::<SSLError>(t)?;
        let mut derived = Vec::with_capacity(KINDS.len());
        for (kind, name, doc) in KINDS {
            let dict = PyDict::new(t)?;
            dict.set_str(t, name!(t, "__module__"), &*PyStr::intern_str(t, "ssl")?)?;
            dict.set_str(t, name!(t, "__doc__"), &*PyStr::from_str(t, doc)?)?;
            let bases = match kind {
                Kind::CertVerification => PyTuple::from_slice(t, &[base.as_object(), ValueError::class().as_object()])?,
                _ => PyTuple::from_slice(t, &[base.as_object()])?,
            };
            let class = PyType::class().call(t, &[&*PyStr::from_str(t, name)?, &bases, &dict])?;
            derived.push(class.into_type().unwrap_or_else(|_| base.own()));
        }
        Ok(Self { base, derived })
    }
}

/// An exception class.
pub fn class(t: &Thread, kind: Kind) -> PyResult<Owned<PyType>> {
    let classes = state::extension(t, Classes::make)?;
    Ok(classes.derived.get(kind as usize).unwrap_or(&classes.base).clone())
}

/// Adds the classes to the module.
pub fn add_to(t: &Thread, module: &PyModule) -> PyResult<()> {
    for (kind, name, _) in KINDS {
        module.set(t, name, class(t, kind)?.as_object())?;
    }
    module.set(t, "SSLError", class(t, Kind::Plain)?.as_object())
}

/// A text of OpenSSL as a str.
pub fn decoded(t: &Thread, text: &[u8]) -> PyResult<Owned<PyStr>> {
    Ok(codecs::native::decode_utf8(t, text, Some("replace"), true)?.0)
}

/// What the verification of the other side says.
struct Verification {
    code: i64,
    message: Owned,
}

fn verification(t: &Thread, socket: &SSLSocket) -> PyResult<Verification> {
    let code = socket.connection.verify_result(t);
    let name = || -> PyResult<String> {
        match socket.server_hostname.get() {
            Some(name) => Ok(name.to_string_lossy()),
            None => Ok("None".to_string()),
        }
    };
    let message = match code {
        ffi::X509_V_ERR_HOSTNAME_MISMATCH => {
            format!("Hostname mismatch, certificate is not valid for '{}'.", name()?)
        }
        ffi::X509_V_ERR_IP_ADDRESS_MISMATCH => {
            format!("IP address mismatch, certificate is not valid for '{}'.", name()?)
        }
        _ => match library::verification_text(code) {
            Some(text) => return Ok(Verification { code, message: decoded(t, &text)?.into_object() }),
            None => return Ok(Verification { code, message: singletons::none().own() }),
        },
    };
    Ok(Verification { code, message: PyStr::from_str(t, &message)?.into_object() })
}

/// Raises one of the exceptions as CPython words it: "[LIBRARY: REASON] text: verification (_ssl.c:line)".
fn raise_full(
    t: &Thread,
    kind: Kind,
    errno: i64,
    text: Option<&str>,
    code: Code,
    line: u32,
    socket: Option<&SSLSocket>,
) -> Raised {
    let make = || -> PyResult {
        let (library, reason) = if code.is_none() { (None, None) } else { (code.library_name(), code.reason_name()) };
        let text = match text {
            Some(text) => text.to_string(),
            None => code
                .text()
                .map_or_else(|| "unknown error".to_string(), |text| String::from_utf8_lossy(&text).into_owned()),
        };
        let verification = match (kind, socket) {
            (Kind::CertVerification, Some(socket)) => Some(verification(t, socket)?),
            _ => None,
        };
        let detail = verification.as_ref().and_then(|found| found.message.downcast::<PyStr>());
        let message = match (library, reason, detail) {
            (Some(library), Some(reason), Some(detail)) => {
                format!("[{library}: {reason}] {text}: {} (_ssl.c:{line})", detail.to_string_lossy())
            }
            (Some(library), Some(reason), None) => format!("[{library}: {reason}] {text} (_ssl.c:{line})"),
            (Some(library), None, _) => format!("[{library}] {text} (_ssl.c:{line})"),
            _ => format!("{text} (_ssl.c:{line})"),
        };
        let class = class(t, kind)?;
        let exception = class.as_object().call(t, &[&*PyInt::from_i64(t, errno)?, &*PyStr::from_str(t, &message)?])?;
        let named = |name: Option<&str>| -> PyResult {
            match name {
                Some(name) => Ok(PyStr::from_str(t, name)?.into_object()),
                None => Ok(singletons::none().own()),
            }
        };
        exception.setattr(t, name!(t, "reason"), &*named(reason)?)?;
        exception.setattr(t, name!(t, "library"), &*named(library)?)?;
        if let Some(found) = verification {
            exception.setattr(t, name!(t, "verify_code"), &*PyInt::from_i64(t, found.code)?)?;
            exception.setattr(t, name!(t, "verify_message"), &found.message)?;
        }
        Ok(exception)
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises `SSLError` with a message of ours and a number.
#[cold]
pub fn raise_text(t: &Thread, errno: i64, text: &str, line: u32) -> Raised {
    raise_full(t, Kind::Plain, errno, Some(text), Code::default(), line, None)
}

/// Raises a bare exception: its only argument is the message.
#[cold]
pub fn raise_bare(t: &Thread, message: fmt::Arguments<'_>) -> Raised {
    match class(t, Kind::Plain) {
        Ok(class) => errors::raise_fmt(t, &class, message),
        Err(raised) => raised,
    }
}

/// Raises that a callback asks too much of the connection that it was called by.
#[cold]
pub fn raise_busy(t: &Thread) -> Raised {
    raise_bare(t, format_args!("the connection is busy: this is called by one of its callbacks"))
}

/// Raises what OpenSSL said.
#[cold]
pub fn raise(t: &Thread, failure: &Failure, line: u32) -> Raised {
    if failure.kind == BUSY {
        return raise_busy(t);
    }
    raise_full(t, Kind::Plain, failure.code.reason().into(), None, failure.code, line, None)
}

/// Raises what OpenSSL said, or the error of the system that kept it from reading a file.
#[cold]
pub fn raise_of_file(t: &Thread, failure: &Failure, line: u32) -> Raised {
    if failure.errno != 0 { errors::os_error(t, failure.errno) } else { raise(t, failure, line) }
}

/// Numbers of exceptions beside those of OpenSSL.
pub const EOF: i64 = 8;
const INVALID: i64 = 10;

/// Raises what keeps a connection from going on.
#[cold]
pub fn raise_of(t: &Thread, socket: &SSLSocket, failure: &Failure, line: u32) -> Raised {
    let code = failure.code;
    let verifying = if failure.is_verification() { Kind::CertVerification } else { Kind::Plain };
    let errno = i64::from(failure.kind);
    let full = |kind, errno, text| raise_full(t, kind, errno, text, code, line, Some(socket));
    match failure.kind {
        ffi::SSL_ERROR_ZERO_RETURN => full(Kind::ZeroReturn, errno, Some("TLS/SSL connection has been closed (EOF)")),
        ffi::SSL_ERROR_WANT_READ => full(Kind::WantRead, errno, Some("The operation did not complete (read)")),
        ffi::SSL_ERROR_WANT_WRITE => full(Kind::WantWrite, errno, Some("The operation did not complete (write)")),
        ffi::SSL_ERROR_WANT_X509_LOOKUP => {
            full(Kind::Plain, errno, Some("The operation did not complete (X509 lookup)"))
        }
        ffi::SSL_ERROR_WANT_CONNECT => full(Kind::Plain, errno, Some("The operation did not complete (connect)")),
        ffi::SSL_ERROR_SYSCALL if code.is_none() => {
            if failure.errno != 0 {
                errors::os_error(t, failure.errno)
            } else {
                full(Kind::Eof, EOF, Some("EOF occurred in violation of protocol"))
            }
        }
        ffi::SSL_ERROR_SYSCALL | ffi::SSL_ERROR_SSL if !code.is_none() && code.library() == ffi::ERR_LIB_SYS => {
            errors::os_error(t, code.reason())
        }
        ffi::SSL_ERROR_SYSCALL => full(verifying, errno, None),
        ffi::SSL_ERROR_SSL => {
            if code.is_none() {
                return full(Kind::Plain, errno, Some("A failure in the SSL library occurred"));
            }
            if code.is(ffi::ERR_LIB_SSL, ffi::SSL_R_UNEXPECTED_EOF_WHILE_READING) {
                return full(Kind::Eof, EOF, Some("EOF occurred in violation of protocol"));
            }
            full(verifying, errno, None)
        }
        BUSY => raise_busy(t),
        _ => full(Kind::Plain, INVALID, Some("Invalid error code")),
    }
}
