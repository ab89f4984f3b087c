//! `_hashlib`: digests by name, HMAC, and keys from passwords, as OpenSSL offers them.

use crate::arguments;
use crate::hasher::{Hasher, Hmac};
use crate::kdf;
use core::cell::RefCell;
use taipan_object::buffer::{self, Buffer};
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Data, Head, Object, Owned, PyBytes, PyCFunction, PyDict, PyInt, PyMappingProxy, PyModule, PyResult, PyStr,
    Raised, Thread, attr, class, err, exceptions, native_module, new_object, number, object,
};

static UNSUPPORTED: ModuleException =
    ModuleException::new("_hashlib.UnsupportedDigestmodError", exceptions::ValueError::class, "");

/// Digests that have a constructor of their own.
const NAMED: [&str; 12] = [
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha3_224",
    "sha3_256",
    "sha3_384",
    "sha3_512",
    "shake_128",
    "shake_256",
];

/// Digests known by name alone.
const OTHERS: [&str; 7] = ["blake2b", "blake2s", "md5-sha1", "ripemd160", "sha512_224", "sha512_256", "sm3"];

#[cold]
fn unsupported(t: &Thread) -> Raised {
    UNSUPPORTED.raise(t, format_args!("[digital envelope routines] unsupported"))
}

/// Our name for one of the names that OpenSSL accepts.
fn canonical(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "sha-1" | "ssl3-sha1" => "sha1",
        "sha-224" | "sha2-224" => "sha224",
        "sha-256" | "sha2-256" => "sha256",
        "sha-384" | "sha2-384" => "sha384",
        "sha-512" | "sha2-512" => "sha512",
        "sha512-224" | "sha-512/224" | "sha2-512/224" => "sha512_224",
        "sha512-256" | "sha-512/256" | "sha2-512/256" => "sha512_256",
        "sha3-224" => "sha3_224",
        "sha3-256" => "sha3_256",
        "sha3-384" => "sha3_384",
        "sha3-512" => "sha3_512",
        "shake128" | "shake-128" => "shake_128",
        "shake256" | "shake-256" => "shake_256",
        "blake2b512" | "blake2b-512" => "blake2b",
        "blake2s256" | "blake2s-256" => "blake2s",
        "ripemd" | "rmd160" | "ripemd-160" => "ripemd160",
        "ssl3-md5" => "md5",
        other => other,
    }
    .to_string()
}

fn by_name(t: &Thread, name: &str) -> PyResult<Hasher> {
    Hasher::new(&canonical(name)).ok_or_else(|| unsupported(t))
}

/// The digest that `digestmod` means: a name, or one of our own constructors.
fn by_object(t: &Thread, digestmod: &Object) -> PyResult<Hasher> {
    if let Some(name) = digestmod.downcast::<PyStr>() {
        return by_name(t, name.to_utf8(t)?);
    }
    if digestmod.is_exact::<PyCFunction>()
        && let Some(name) = digestmod.getattr_opt(t, taipan_object::name!(t, "__name__"))?
        && let Some(name) = name.downcast::<PyStr>()
        && let Some(name) = name.to_utf8(t)?.strip_prefix("openssl_")
    {
        return by_name(t, name);
    }
    Err(UNSUPPORTED.raise(t, format_args!("Unsupported digestmod {}", digestmod.repr(t)?.display())))
}

fn make(t: &Thread, mut hasher: Hasher, data: Option<&Object>, string: Option<&Object>) -> PyResult<Owned> {
    if let Some(initial) = arguments::initial(t, data, string)? {
        hasher.update(initial.as_bytes());
    }
    if hasher.is_xof() {
        return new_object(t, PyHashXof { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
            .map(Owned::into_object);
    }
    new_object(t, PyHash { head: Head::new(), hasher: Data(RefCell::new(hasher)) }).map(Owned::into_object)
}

/// `_hashlib.HASH`.
#[object]
pub struct PyHash {
    hasher: Data<RefCell<Hasher>>,
}

#[class(
    name = "_hashlib.HASH",
    heap,
    flags(BASETYPE),
    no_new,
    doc = "HASH(name, string=b'')\n--\n\nA hash is an object used to calculate a checksum of a string of information.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest() -- return the current digest value\nhexdigest() -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the hash algorithm being used by this object\ndigest_size -- number of bytes in this hashes output"
)]
impl PyHash {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = self.hasher.borrow().name();
        let this = self.as_object();
        PyStr::from_fmt(t, format_args!("<{name} {} object @ {:p}>", this.class().name_lossy(), this.as_ptr()))
    }

    /// Return a copy of the hash object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let hasher = self.hasher.borrow().clone();
        self.class().instance(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
    }

    /// Return the digest value as a bytes object.
    #[method]
    fn digest(&self, _t: &Thread) -> Vec<u8> {
        self.hasher.borrow().digest()
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method]
    fn hexdigest(&self, _t: &Thread) -> String {
        arguments::hex(&self.hasher.borrow().digest())
    }

    /// Update this hash object's state with the provided string.
    #[method(sig = "(obj, /)")]
    fn update(&self, t: &Thread, obj: &Object) -> PyResult<()> {
        let data = arguments::data(t, obj)?;
        self.hasher.borrow_mut().update(data.as_bytes());
        Ok(())
    }

    #[getter]
    fn block_size(&self, _t: &Thread) -> usize {
        self.hasher.borrow().block_size()
    }

    #[getter]
    fn digest_size(&self, _t: &Thread) -> usize {
        self.hasher.borrow().digest_size()
    }

    #[getter]
    fn name(&self, _t: &Thread) -> &'static str {
        self.hasher.borrow().name()
    }
}

/// `_hashlib.HASHXOF`.
#[object]
pub struct PyHashXof {
    hasher: Data<RefCell<Hasher>>,
}

#[class(name = "_hashlib.HASHXOF", heap, flags(BASETYPE), base = PyHash, no_new, doc = "HASHXOF(name, string=b'')\n--\n\nA hash is an object used to calculate a checksum of a string of information.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest(length) -- return the current digest value\nhexdigest(length) -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the hash algorithm being used by this object\ndigest_size -- number of bytes in this hashes output")]
impl PyHashXof {
    /// Return the digest value as a bytes object.
    #[method(sig = "(length)")]
    fn digest(&self, t: &Thread, length: &Object) -> PyResult<Vec<u8>> {
        let n = arguments::length(t, length)?;
        let mut out = taipan_object::bytes_methods::try_vec(t, n)?;
        out.resize(n, 0u8);
        self.hasher.borrow().read(&mut out);
        Ok(out)
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method(sig = "(length)")]
    fn hexdigest(&self, t: &Thread, length: &Object) -> PyResult<String> {
        Ok(arguments::hex(&self.digest(t, length)?))
    }

    #[getter]
    fn digest_size(&self, _t: &Thread) -> usize {
        0
    }
}

/// `_hashlib.HMAC`.
#[object]
pub struct PyHmac {
    hmac: Data<RefCell<Hmac>>,
}

#[class(
    name = "_hashlib.HMAC",
    heap,
    no_new,
    doc = "The object used to calculate HMAC of a message.\n\nMethods:\n\nupdate() -- updates the current digest with an additional string\ndigest() -- return the current digest value\nhexdigest() -- return the current digest as a string of hexadecimal digits\ncopy() -- return a copy of the current hash object\n\nAttributes:\n\nname -- the name, including the hash algorithm used by this object\ndigest_size -- number of bytes in digest() output\n"
)]
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
    #[method]
    fn digest(&self, _t: &Thread) -> Vec<u8> {
        self.hmac.borrow().digest()
    }

    /// Return hexadecimal digest of the bytes passed to the update() method so far.
    ///
    /// This may be used to exchange the value safely in email or other
    /// non-binary environments.
    #[method]
    fn hexdigest(&self, _t: &Thread) -> String {
        arguments::hex(&self.hmac.borrow().digest())
    }

    /// Update the HMAC object with msg.
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

fn keyed(t: &Thread, hasher: &Hasher, key: &[u8]) -> PyResult<Hmac> {
    if hasher.is_xof() {
        return Err(err!(t, ValueError, "no reason supplied"));
    }
    Ok(Hmac::new(hasher, key))
}

/// Compares in a time that depends on the lengths alone.
fn equal_bytes(a: &[u8], b: &[u8]) -> bool {
    let differences = if a.len() == b.len() {
        a.iter().zip(b).fold(0u8, |acc, (x, y)| acc | (x ^ y))
    } else {
        b.iter().zip(b).fold(1u8, |acc, (x, y)| acc | (x ^ y))
    };
    core::hint::black_box(differences) == 0
}

/// An integer argument that may be left out; nothing when it is too large.
fn int_or(t: &Thread, n: Option<&Object>, default: i64) -> PyResult<Option<i64>> {
    match n {
        Some(n) => Ok(number::index(t, n)?.to_i64()),
        None => Ok(Some(default)),
    }
}

fn limited(t: &Thread, n: &Object, name: &str) -> PyResult<u64> {
    let n = number::index(t, n)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    n.to_u64().ok_or_else(|| err!(t, OverflowError, "{name} is too big"))
}

/// OpenSSL interface for hashlib module
#[native_module(name = "_hashlib", classes(PyHash, PyHashXof, PyHmac))]
pub mod hashlib {
    use super::*;

    /// Return a new hash object using the named algorithm.
    ///
    /// An optional string argument may be provided and will be
    /// automatically hashed.
    ///
    /// The MD5 and SHA1 algorithms are always supported.
    #[function(
        sig = "(name, data=None, *, usedforsecurity=True, string=None)",
        text = "(name, data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn new(
        t: &Thread,
        name: &PyStr,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, name.to_utf8(t)?)?, data, string)
    }

    /// Returns a md5 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_md5(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "md5")?, data, string)
    }

    /// Returns a sha1 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn openssl_sha1(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha1")?, data, string)
    }

    /// Returns a sha224 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n               string=None)"
    )]
    fn openssl_sha224(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha224")?, data, string)
    }

    /// Returns a sha256 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n               string=None)"
    )]
    fn openssl_sha256(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha256")?, data, string)
    }

    /// Returns a sha384 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n               string=None)"
    )]
    fn openssl_sha384(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha384")?, data, string)
    }

    /// Returns a sha512 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n               string=None)"
    )]
    fn openssl_sha512(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha512")?, data, string)
    }

    /// Returns a sha3-224 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                 string=None)"
    )]
    fn openssl_sha3_224(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha3_224")?, data, string)
    }

    /// Returns a sha3-256 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                 string=None)"
    )]
    fn openssl_sha3_256(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha3_256")?, data, string)
    }

    /// Returns a sha3-384 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                 string=None)"
    )]
    fn openssl_sha3_384(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha3_384")?, data, string)
    }

    /// Returns a sha3-512 hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                 string=None)"
    )]
    fn openssl_sha3_512(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "sha3_512")?, data, string)
    }

    /// Returns a shake-128 variable hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                  string=None)"
    )]
    fn openssl_shake_128(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "shake_128")?, data, string)
    }

    /// Returns a shake-256 variable hash object; optionally initialized with a string
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True,\n                  string=None)"
    )]
    fn openssl_shake_256(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult {
        let _ = usedforsecurity;
        make(t, by_name(t, "shake_256")?, data, string)
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function(sig = "(a, b, /)")]
    fn compare_digest(t: &Thread, a: &Object, b: &Object) -> PyResult<bool> {
        if let (Some(a), Some(b)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            return match (a.as_ascii(), b.as_ascii()) {
                (Some(a), Some(b)) => Ok(equal_bytes(a.as_bytes(), b.as_bytes())),
                _ => Err(err!(t, TypeError, "comparing strings with non-ASCII characters is not supported")),
            };
        }
        if !buffer::is_buffer(a) && !buffer::is_buffer(b) {
            return Err(err!(
                t,
                TypeError,
                "unsupported operand types(s) or combination of types: '{:.100}' and '{:.100}'",
                a.class().name_lossy(),
                b.class().name_lossy()
            ));
        }
        let (a, b) = (Buffer::readable(t, a)?, Buffer::readable(t, b)?);
        Ok(equal_bytes(a.as_bytes(), b.as_bytes()))
    }

    /// Determine the OpenSSL FIPS mode of operation.
    ///
    /// For OpenSSL 3.0.0 and newer it returns the state of the default provider
    /// in the default OSSL context. It's not quite the same as FIPS_mode() but
    /// good enough for unittests.
    ///
    /// Effectively any non-zero return value indicates FIPS mode;
    /// values other than 1 may have additional significance.
    #[function]
    fn get_fips_mode(_t: &Thread) -> i32 {
        0
    }

    /// Single-shot HMAC.
    #[function(sig = "(key, msg, digest)")]
    fn hmac_digest(t: &Thread, key: Buffer, msg: Buffer, digest: &Object) -> PyResult<Vec<u8>> {
        let mut hmac = keyed(t, &by_object(t, digest)?, key.as_bytes())?;
        hmac.update(msg.as_bytes());
        Ok(hmac.digest())
    }

    /// Return a new hmac object.
    #[function(sig = "(key, msg=None, digestmod=None)", text = "(key, msg=b'', digestmod=None)")]
    fn hmac_new(t: &Thread, key: Buffer, msg: Option<&Object>, digestmod: Option<&Object>) -> PyResult<Owned<PyHmac>> {
        let Some(digestmod) = digestmod else {
            return Err(err!(t, TypeError, "Missing required parameter 'digestmod'."));
        };
        let mut hmac = keyed(t, &by_object(t, digestmod)?, key.as_bytes())?;
        if let Some(msg) = attr::none_if_none(msg) {
            hmac.update(arguments::data(t, msg)?.as_bytes());
        }
        new_object(t, PyHmac { head: Head::new(), hmac: Data(RefCell::new(hmac)) })
    }

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[function(sig = "(hash_name, password, salt, iterations,\n            dklen=None)")]
    fn pbkdf2_hmac(
        t: &Thread,
        hash_name: &PyStr,
        password: Buffer,
        salt: Buffer,
        iterations: &Object,
        dklen: Option<&Object>,
    ) -> PyResult<Owned<PyBytes>> {
        let hasher = by_name(t, hash_name.to_utf8(t)?)?;
        let iterations = number::index(t, iterations)?.to_i64().unwrap_or(i64::MAX);
        if iterations < 1 {
            return Err(err!(t, ValueError, "iteration value must be greater than 0."));
        }
        if iterations > i64::from(i32::MAX) {
            return Err(err!(t, OverflowError, "iteration value is too great."));
        }
        let length = match attr::none_if_none(dklen) {
            Some(n) => number::index(t, n)?.to_i64().unwrap_or(i64::MAX),
            None => hasher.digest_size() as i64,
        };
        if length < 1 {
            return Err(err!(t, ValueError, "key length must be greater than 0."));
        }
        if length > i64::from(i32::MAX) {
            return Err(err!(t, OverflowError, "key length is too great."));
        }
        let mut out = taipan_object::bytes_methods::try_vec(t, length as usize)?;
        out.resize(length as usize, 0u8);
        let (password, salt) = (password.as_bytes(), salt.as_bytes());
        t.allow_threads(|| kdf::pbkdf2(&hasher, password, salt, iterations as u64, &mut out));
        PyBytes::new(t, &out)
    }

    /// scrypt password-based key derivation function.
    #[function(sig = "(password, *, salt, n, r, p, maxmem=0, dklen=64)")]
    fn scrypt(
        t: &Thread,
        password: Buffer,
        salt: Buffer,
        n: &Object,
        r: &Object,
        p: &Object,
        maxmem: Option<&Object>,
        dklen: Option<&Object>,
    ) -> PyResult<Owned<PyBytes>> {
        let (n, r, p) = (limited(t, n, "n")?, limited(t, r, "r")?, limited(t, p, "p")?);
        if n < 2 || !n.is_power_of_two() {
            return Err(err!(t, ValueError, "n must be a power of 2."));
        }
        const TOP: i64 = i32::MAX as i64;
        let maxmem = int_or(t, maxmem, 0)?.filter(|n| (0..=TOP).contains(n));
        let Some(maxmem) = maxmem else {
            return Err(err!(t, ValueError, "maxmem must be positive and smaller than {TOP}"));
        };
        let dklen = int_or(t, dklen, 64)?.filter(|n| (1..=TOP).contains(n));
        let Some(dklen) = dklen else {
            return Err(err!(t, ValueError, "dklen must be greater than 0 and smaller than {TOP}"));
        };
        let bad = || err!(t, ValueError, "Invalid parameter combination for n, r, p, maxmem.");
        if r == 0 || p == 0 || u128::from(p) * u128::from(r) >= 1 << 30 {
            return Err(bad());
        }
        let limit = if maxmem == 0 { 32u128 << 20 } else { maxmem as u128 };
        let needed = 128 * u128::from(r) * (u128::from(n) + u128::from(p) + 2);
        if needed > limit {
            return Err(err!(t, ValueError, "[digital envelope routines] memory limit exceeded"));
        }
        let mut out = taipan_object::bytes_methods::try_vec(t, dklen as usize)?;
        out.resize(dklen as usize, 0u8);
        let (password, salt) = (password.as_bytes(), salt.as_bytes());
        let done =
            t.allow_threads(|| kdf::scrypt(password, salt, n as usize, r as usize, p as usize, &mut out).is_some());
        if done { PyBytes::new(t, &out) } else { Err(taipan_object::errors::no_memory(t)) }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "UnsupportedDigestmodError", UNSUPPORTED.class(t)?.as_object())?;
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, 2048)?)?;
        let mut names = Vec::new();
        let constructors = PyDict::new(t)?;
        for name in NAMED {
            let text = PyStr::intern_str(t, name)?;
            if let Some(function) = module.get(t, &format!("openssl_{name}"))? {
                constructors.set_item(t, &function, &text)?;
            }
            names.push(text.into_object());
        }
        for name in OTHERS {
            names.push(PyStr::intern_str(t, name)?.into_object());
        }
        module.set(t, "_constructors", &*PyMappingProxy::class().call(t, &[&constructors])?)?;
        module.set(t, "openssl_md_meth_names", &*taipan_object::set::new_frozenset(t, names)?)
    }
}
