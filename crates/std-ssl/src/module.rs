//! The module `_ssl` and its functions.

use crate::certificate::PyCertificate;
use crate::constants::{DEFAULT_CIPHERS, FEATURES, NUMBERS};
use crate::context::SSLContext;
use crate::decode::certificate_dict;
use crate::errors::{self, line, raise, raise_bare};
use crate::memory_bio::MemoryBIO;
use crate::openssl::certificate;
use crate::openssl::library::{self, Numbered};
use crate::session::SSLSession;
use crate::socket::SSLSocket;
use std::ffi::CString;
use taipan_object::clinic::{CStrArg, StrOrBuffer};
use taipan_object::module::add_class;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, Thread, err, fspath, native_module,
    singletons,
};

/// An object as a tuple: number, names, identifier.
fn numbered_tuple(t: &Thread, found: &Numbered) -> PyResult<Owned<PyTuple>> {
    if found.nid == 0 {
        return Err(err!(t, ValueError, "Unknown object"));
    }
    let text = |text: &Option<String>| -> PyResult {
        match text {
            Some(text) => Ok(PyStr::from_str(t, text)?.into_object()),
            None => Ok(singletons::none().own()),
        }
    };
    let items = vec![
        PyInt::from_i64(t, found.nid.into())?.into_object(),
        text(&found.short)?,
        text(&found.long)?,
        text(&found.oid)?,
    ];
    PyTuple::from_vec(t, items)
}

/// The parts of a version's number: major, minor, fix, patch, status.
fn version_tuple(t: &Thread, number: u64) -> PyResult<Owned<PyTuple>> {
    let parts = [number >> 28 & 0xff, number >> 20 & 0xff, number >> 12 & 0xff, number >> 4 & 0xff, number & 0xf];
    let parts = parts.iter().map(|&part| Ok(PyInt::from_u64(t, part)?.into_object())).collect::<PyResult<Vec<_>>>()?;
    PyTuple::from_vec(t, parts)
}

/// Implementation module for SSL socket operations.  See the socket module
/// for documentation.
#[native_module(name = "_ssl")]
pub mod ssl {
    use super::*;

    #[function(sig = "(path, /)")]
    fn _test_decode_cert(t: &Thread, path: &Object) -> PyResult<Owned<PyDict>> {
        let path = CString::new(fspath::fs_bytes(t, path)?).map_err(|_| err!(t, ValueError, "embedded null byte"))?;
        match certificate::read_file(&path) {
            Ok(certificate) => certificate_dict(t, &certificate),
            Err(true) => Err(raise_bare(t, format_args!("Error decoding PEM-encoded file"))),
            Err(false) => Err(raise_bare(t, format_args!("Can't open file"))),
        }
    }

    /// Mix string into the OpenSSL PRNG state.
    ///
    /// entropy (a float) is a lower bound on the entropy contained in
    /// string.  See RFC 4086.
    #[function(sig = "(string, entropy, /)")]
    fn RAND_add(_t: &Thread, string: StrOrBuffer<'_>, entropy: f64) {
        library::random_add(string.as_bytes(), entropy);
    }

    /// Generate n cryptographically strong pseudo-random bytes.
    #[function(sig = "(n, /)")]
    fn RAND_bytes(t: &Thread, n: i32) -> PyResult<Owned<PyBytes>> {
        let Ok(n) = usize::try_from(n) else {
            return Err(err!(t, ValueError, "num must be positive"));
        };
        let mut result = Ok(());
        let bytes = PyBytes::with(t, n, |out| result = library::random_bytes(out))?;
        result.map_err(|failure| raise(t, &failure, line::RANDOM))?;
        Ok(bytes)
    }

    /// Returns True if the OpenSSL PRNG has been seeded with enough data and False if not.
    ///
    /// It is necessary to seed the PRNG with RAND_add() on some platforms
    /// before using the ssl() function.
    #[function]
    fn RAND_status(_t: &Thread) -> bool {
        library::random_status()
    }

    /// Return search paths and environment vars that are used by SSLContext's set_default_verify_paths() to load default CAs.
    ///
    /// The values are 'cert_file_env', 'cert_file', 'cert_dir_env', 'cert_dir'.
    #[function]
    fn get_default_verify_paths(t: &Thread) -> PyResult<Owned<PyTuple>> {
        let places = library::default_places();
        let places = places
            .iter()
            .map(|place| Ok(PyStr::from_fs_bytes(t, place)?.into_object()))
            .collect::<PyResult<Vec<_>>>()?;
        PyTuple::from_vec(t, places)
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT.
    ///
    /// By default objects are looked up by OID. With name=True short and
    /// long name are also matched.
    #[function(sig = "(txt, name=False)")]
    fn txt2obj(t: &Thread, txt: CStrArg<'_>, name: bool) -> PyResult<Owned<PyTuple>> {
        let text = txt.or("");
        let found = CString::new(text).ok().and_then(|text| library::object_of_text(&text, name));
        match found {
            Some(found) => numbered_tuple(t, &found),
            None => Err(err!(t, ValueError, "unknown object '{text:.100}'")),
        }
    }

    /// Lookup NID, short name, long name and OID of an ASN1_OBJECT by NID.
    #[function(sig = "(nid, /)")]
    fn nid2obj(t: &Thread, nid: i32) -> PyResult<Owned<PyTuple>> {
        if nid < 0 {
            return Err(err!(t, ValueError, "NID must be positive."));
        }
        match library::object_of_number(nid) {
            Some(found) => numbered_tuple(t, &found),
            None => Err(err!(t, ValueError, "unknown NID {nid}")),
        }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        library::start();
        add_class::<SSLContext>(t, module)?;
        add_class::<SSLSocket>(t, module)?;
        add_class::<MemoryBIO>(t, module)?;
        add_class::<SSLSession>(t, module)?;
        add_class::<PyCertificate>(t, module)?;
        errors::add_to(t, module)?;
        for (name, value) in NUMBERS {
            module.set_value(t, name, *value)?;
        }
        for (name, value) in FEATURES {
            module.set_value(t, name, *value)?;
        }
        module.set_value(t, "_DEFAULT_CIPHERS", DEFAULT_CIPHERS)?;
        let number = library::version_number();
        let version = version_tuple(t, number)?;
        module.set_value(t, "OPENSSL_VERSION_NUMBER", number)?;
        module.set(t, "OPENSSL_VERSION_INFO", &version)?;
        module.set(t, "_OPENSSL_API_VERSION", &version)?;
        module.set_value(t, "OPENSSL_VERSION", library::version_text())
    }
}
