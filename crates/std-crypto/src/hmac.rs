//! `_hmac`: HMAC over the built-in digests.

use crate::arguments;
use crate::hasher::{Hasher, Hmac};
use core::cell::RefCell;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Data, Head, Object, Owned, PyInt, PyModule, PyResult, PyStr, Raised, Thread, attr, class, err, exceptions,
    native_module, new_object, object,
};

static UNKNOWN: ModuleException = ModuleException::new("_hmac.UnknownHashError", exceptions::ValueError::class, "");

#[cold]
fn unknown(t: &Thread, digest: &Object) -> Raised {
    match digest.repr(t) {
        Ok(shown) => UNKNOWN.raise(t, format_args!("unsupported hash type: {}", shown.display())),
        Err(raised) => raised,
    }
}

fn find(t: &Thread, digest: &Object) -> PyResult<Hasher> {
    let Some(name) = digest.downcast::<PyStr>() else { return Err(unknown(t, digest)) };
    let name = name.to_string_lossy().to_ascii_lowercase();
    let name = match name.as_str() {
        "blake2b_32" => "blake2b",
        "blake2s_32" => "blake2s",
        "ripemd160" | "sm3" | "md5-sha1" | "sha512_224" | "sha512_256" => return Err(unknown(t, digest)),
        other => other,
    };
    Hasher::new(name).filter(|h| !h.is_xof()).ok_or_else(|| unknown(t, digest))
}

fn compute(t: &Thread, hasher: Option<Hasher>, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
    let Some(hasher) = hasher else { return Err(err!(t, SystemError, "no such digest")) };
    let (key, msg) = (arguments::data(t, key)?, arguments::data(t, msg)?);
    let mut hmac = Hmac::new(&hasher, key.as_bytes());
    hmac.update(msg.as_bytes());
    Ok(hmac.digest())
}

/// `_hmac.HMAC`.
#[object]
pub struct PyHmac {
    hmac: Data<RefCell<Hmac>>,
}

#[class(name = "_hmac.HMAC", heap, no_new)]
impl PyHmac {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = self.hmac.borrow().hasher().name();
        PyStr::from_fmt(t, format_args!("<{name} HMAC object @ {:p}>", self.as_object().as_ptr()))
    }

    /// Return a copy ("clone") of the HMAC object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let hmac = self.hmac.borrow().clone();
        new_object(t, Self { head: Head::new(), hmac: Data(RefCell::new(hmac)) })
    }

    /// Return the digest of the bytes passed to the update() method so far.
    ///
    /// This method may raise a MemoryError.
    #[method]
    fn digest(&self, _t: &Thread) -> Vec<u8> {
        self.hmac.borrow().digest()
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other
    /// non-binary environments.
    ///
    /// This method may raise a MemoryError.
    #[method]
    fn hexdigest(&self, _t: &Thread) -> String {
        arguments::hex(&self.hmac.borrow().digest())
    }

    /// Update the HMAC object with the given message.
    #[method(sig = "(msg)")]
    fn update(&self, t: &Thread, msg: &Object) -> PyResult<()> {
        let data = arguments::data(t, msg)?;
        self.hmac.borrow_mut().update(data.as_bytes());
        Ok(())
    }

    #[getter]
    fn block_size(&self, _t: &Thread) -> usize {
        self.hmac.borrow().hasher().block_size()
    }

    #[getter]
    fn digest_size(&self, _t: &Thread) -> usize {
        self.hmac.borrow().hasher().digest_size()
    }

    #[getter]
    fn name(&self, _t: &Thread) -> String {
        format!("hmac-{}", self.hmac.borrow().hasher().name())
    }
}

#[native_module(name = "_hmac", classes(PyHmac))]
pub mod hmac {
    use super::*;

    /// Return a new HMAC object.
    #[function(sig = "(key, msg=None, digestmod=None)")]
    fn new(t: &Thread, key: &Object, msg: Option<&Object>, digestmod: Option<&Object>) -> PyResult<Owned<PyHmac>> {
        let Some(digestmod) = attr::none_if_none(digestmod) else {
            return Err(err!(t, TypeError, "new() missing 1 required argument 'digestmod'"));
        };
        let hasher = find(t, digestmod)?;
        let mut hmac = Hmac::new(&hasher, arguments::data(t, key)?.as_bytes());
        if let Some(msg) = attr::none_if_none(msg) {
            hmac.update(arguments::data(t, msg)?.as_bytes());
        }
        new_object(t, PyHmac { head: Head::new(), hmac: Data(RefCell::new(hmac)) })
    }

    #[function(sig = "(key, msg, digest)")]
    fn compute_digest(t: &Thread, key: &Object, msg: &Object, digest: &Object) -> PyResult<Vec<u8>> {
        let hasher = find(t, digest)?;
        compute(t, Some(hasher), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_md5(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("md5"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha1(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha1"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha224(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha224"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha256(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha256"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha384(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha384"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha512(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha512"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha3_224(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha3_224"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha3_256(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha3_256"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha3_384(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha3_384"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_sha3_512(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("sha3_512"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_blake2b_32(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("blake2b"), key, msg)
    }

    #[function(sig = "(key, msg, /)")]
    fn compute_blake2s_32(t: &Thread, key: &Object, msg: &Object) -> PyResult<Vec<u8>> {
        compute(t, Hasher::new("blake2s"), key, msg)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "UnknownHashError", UNKNOWN.class(t)?.as_object())?;
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, 2048)?)
    }
}
