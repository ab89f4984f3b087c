//! `_md5`, `_sha1`, `_sha2`, `_sha3`: one class for each digest.

use crate::arguments;
use crate::hasher::Hasher;
use core::cell::RefCell;
use taipan_object::{
    Args, Class, Data, Head, Object, Owned, PyInt, PyModule, PyResult, PyType, Thread, class, err, native_module,
    new_object, object,
};

/// A fresh digest of a name that this crate knows.
fn start(t: &Thread, name: &str) -> PyResult<Hasher> {
    Hasher::new(name).ok_or_else(|| err!(t, SystemError, "no digest '{name}'"))
}

/// A digest with its first data.
fn started(t: &Thread, name: &str, data: Option<&Object>, string: Option<&Object>) -> PyResult<Hasher> {
    let initial = arguments::initial(t, data, string)?;
    let mut hasher = start(t, name)?;
    if let Some(initial) = initial {
        hasher.update(initial.as_bytes());
    }
    Ok(hasher)
}

/// A class of digests that a function of its module makes.
macro_rules! made_by_function {
    ($ty:ident, $python:literal) => {
        /// A running digest.
        #[object]
        pub struct $ty {
            hasher: Data<RefCell<Hasher>>,
        }

        #[class(name = $python, heap, no_new)]
        impl $ty {
            /// Return a copy of the hash object.
            #[method]
            fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
                let hasher = self.hasher.borrow().clone();
                new_object(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
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
            #[method]
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

        impl $ty {
            fn make(t: &Thread, name: &str, data: Option<&Object>, string: Option<&Object>) -> PyResult<Owned<Self>> {
                let hasher = started(t, name, data, string)?;
                new_object(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
            }
        }
    };
}

made_by_function!(Md5, "_md5.md5");
made_by_function!(Sha1, "_sha1.sha1");
made_by_function!(Sha224, "_sha2.SHA224Type");
made_by_function!(Sha256, "_sha2.SHA256Type");
made_by_function!(Sha384, "_sha2.SHA384Type");
made_by_function!(Sha512, "_sha2.SHA512Type");

/// The arguments of a constructor of `_sha3`.
const SHA3_SIGNATURE: taipan_object::argparse::Signature = taipan_object::argparse::Signature {
    fname: "sha3",
    params: &[
        taipan_object::argparse::Param { name: "data", required: false },
        taipan_object::argparse::Param { name: "usedforsecurity", required: false },
        taipan_object::argparse::Param { name: "string", required: false },
    ],
    pos_only: 0,
    positional: 1,
    varargs: false,
    varkw: false,
};

/// A class of `_sha3`; the extensible ones are told how long the digest is.
macro_rules! sha3_class {
    ($ty:ident, $python:literal, $name:literal, $doc:literal, $suffix:literal, { $($digests:tt)* }) => {
        /// A running digest.
        #[object]
        pub struct $ty {
            hasher: Data<RefCell<Hasher>>,
        }

        #[class(name = $python, heap, doc = $doc)]
        impl $ty {
            #[slot]
            fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
                let mut slots = [None; 3];
                args.parse(t, &SHA3_SIGNATURE, &mut slots)?;
                let [data, _, string] = slots;
                let hasher = started(t, $name, data, string)?;
                cls.instance(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
                let hasher = self.hasher.borrow().clone();
                new_object(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
            }

            $($digests)*

            /// Update this hash object's state with the provided bytes-like object.
            #[method]
            fn update(&self, t: &Thread, data: &Object) -> PyResult<()> {
                let data = arguments::data(t, data)?;
                self.hasher.borrow_mut().update(data.as_bytes());
                Ok(())
            }

            #[getter]
            fn _capacity_bits(&self, _t: &Thread) -> usize {
                1600 - self.hasher.borrow().block_size() * 8
            }

            #[getter]
            fn _rate_bits(&self, _t: &Thread) -> usize {
                self.hasher.borrow().block_size() * 8
            }

            #[getter]
            fn _suffix(&self, _t: &Thread) -> Vec<u8> {
                vec![$suffix]
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
                $name
            }
        }
    };
}

/// A class of `_sha3` with digests of a fixed size.
macro_rules! sha3_fixed {
    ($ty:ident, $python:literal, $name:literal, $doc:literal) => {
        sha3_class!($ty, $python, $name, $doc, 6, {
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
        });
    };
}

/// A class of `_sha3` with digests of any size.
macro_rules! sha3_shake {
    ($ty:ident, $python:literal, $name:literal, $doc:literal) => {
        sha3_class!($ty, $python, $name, $doc, 0x1f, {
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
        });
    };
}

sha3_fixed!(
    Sha3_224,
    "_sha3.sha3_224",
    "sha3_224",
    "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes."
);
sha3_fixed!(
    Sha3_256,
    "_sha3.sha3_256",
    "sha3_256",
    "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes."
);
sha3_fixed!(
    Sha3_384,
    "_sha3.sha3_384",
    "sha3_384",
    "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes."
);
sha3_fixed!(
    Sha3_512,
    "_sha3.sha3_512",
    "sha3_512",
    "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes."
);
sha3_shake!(
    Shake128,
    "_sha3.shake_128",
    "shake_128",
    "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."
);
sha3_shake!(
    Shake256,
    "_sha3.shake_256",
    "shake_256",
    "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."
);

/// The smallest data for which it would pay to let the GIL go.
const GIL_MINSIZE: i64 = 2048;

#[native_module(name = "_md5")]
pub mod md5 {
    use super::*;

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn md5(t: &Thread, data: Option<&Object>, usedforsecurity: bool, string: Option<&Object>) -> PyResult<Owned<Md5>> {
        let _ = usedforsecurity;
        Md5::make(t, "md5", data, string)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, Md5::class())?;
        module.set(t, "MD5Type", Md5::class().as_object())?;
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, GIL_MINSIZE)?)
    }
}

#[native_module(name = "_sha1")]
pub mod sha1 {
    use super::*;

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha1(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult<Owned<Sha1>> {
        let _ = usedforsecurity;
        Sha1::make(t, "sha1", data, string)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, Sha1::class())?;
        module.set(t, "SHA1Type", Sha1::class().as_object())?;
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, GIL_MINSIZE)?)
    }
}

#[native_module(name = "_sha2", classes(Sha224, Sha256, Sha384, Sha512))]
pub mod sha2 {
    use super::*;

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha224(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult<Owned<Sha224>> {
        let _ = usedforsecurity;
        Sha224::make(t, "sha224", data, string)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha256(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult<Owned<Sha256>> {
        let _ = usedforsecurity;
        Sha256::make(t, "sha256", data, string)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha384(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult<Owned<Sha384>> {
        let _ = usedforsecurity;
        Sha384::make(t, "sha384", data, string)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function(
        sig = "(data=None, *, usedforsecurity=True, string=None)",
        text = "(data=b'', *, usedforsecurity=True, string=None)"
    )]
    fn sha512(
        t: &Thread,
        data: Option<&Object>,
        usedforsecurity: bool,
        string: Option<&Object>,
    ) -> PyResult<Owned<Sha512>> {
        let _ = usedforsecurity;
        Sha512::make(t, "sha512", data, string)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, GIL_MINSIZE)?)
    }
}

#[native_module(name = "_sha3", classes(Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256))]
pub mod sha3 {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "implementation", "HACL")?;
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, GIL_MINSIZE)?)
    }
}
