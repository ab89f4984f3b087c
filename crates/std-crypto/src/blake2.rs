//! `_blake2`: BLAKE2 with all its parameters.

use crate::arguments;
use crate::blake2_core::{Blake2b, Blake2s, Parameters};
use core::cell::RefCell;
use taipan_object::argparse::{Param, Signature};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Args, Class, Data, Head, Object, Owned, PyInt, PyModule, PyResult, PyStr, PyType, Thread, class, err,
    native_module, new_object, number, object,
};

const NAMES: [&str; 14] = [
    "data",
    "digest_size",
    "key",
    "salt",
    "person",
    "fanout",
    "depth",
    "leaf_size",
    "node_offset",
    "node_depth",
    "inner_size",
    "last_node",
    "usedforsecurity",
    "string",
];

const PARAMS: [Param; 14] = {
    let mut params = [const { Param { name: "", required: false } }; 14];
    let mut i = 0;
    while i < 14 {
        params[i] = Param { name: NAMES[i], required: false };
        i += 1;
    }
    params
};

/// What differs between the two.
struct Variant {
    shown: &'static str,
    max_digest: i64,
    max_salt: usize,
    offset_bits: u32,
    signature: Signature,
}

const fn signature(fname: &'static str) -> Signature {
    Signature { fname, params: &PARAMS, pos_only: 0, positional: 1, varargs: false, varkw: false }
}

static B: Variant =
    Variant { shown: "Blake2b", max_digest: 64, max_salt: 16, offset_bits: 64, signature: signature("blake2b") };
static S: Variant =
    Variant { shown: "Blake2s", max_digest: 32, max_salt: 8, offset_bits: 48, signature: signature("blake2s") };

fn c_int(t: &Thread, arg: Option<&Object>, default: i64) -> PyResult<i64> {
    let Some(arg) = arg else { return Ok(default) };
    match number::index(t, arg)?.to_i64().filter(|&n| i32::try_from(n).is_ok()) {
        Some(n) => Ok(n),
        None => Err(err!(t, OverflowError, "Python int too large to convert to C int")),
    }
}

fn byte(t: &Thread, arg: Option<&Object>, default: i64, low: i64, name: &str) -> PyResult<u8> {
    let n = c_int(t, arg, default)?;
    match u8::try_from(n) {
        Ok(b) if n >= low => Ok(b),
        _ => Err(err!(t, ValueError, "{name} must be between {low} and 255")),
    }
}

fn unsigned(t: &Thread, arg: Option<&Object>, bits: u32, name: &str, c_type: &str) -> PyResult<u64> {
    let Some(arg) = arg else { return Ok(0) };
    let n = number::index(t, arg)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    let Some(n) = n.to_u64() else {
        return Err(err!(t, OverflowError, "Python int too large for C {c_type}"));
    };
    if bits < 64 && n >> bits != 0 {
        return Err(err!(t, OverflowError, "{name} is too large"));
    }
    Ok(n)
}

fn short_bytes(t: &Thread, arg: Option<&Object>, max: usize, name: &str) -> PyResult<Vec<u8>> {
    let Some(arg) = arg else { return Ok(Vec::new()) };
    let view = Buffer::readable(t, arg)?;
    if view.len() > max {
        return Err(err!(t, ValueError, "maximum {name} length is {max} bytes"));
    }
    Ok(view.as_bytes().to_vec())
}

/// Parameters and first data of a constructor's arguments.
fn parse(t: &Thread, v: &Variant, args: &Args<'_>) -> PyResult<(Parameters, Option<Buffer>)> {
    let mut slots = [None; 14];
    args.parse(t, &v.signature, &mut slots)?;
    let [
        data,
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last,
        _,
        string,
    ] = slots;
    let data = arguments::initial(t, data, string)?;
    let max = v.max_digest;
    let digest_size = c_int(t, digest_size, max)?;
    if !(1..=max).contains(&digest_size) {
        return Err(err!(
            t,
            ValueError,
            "digest_size for {} must be between 1 and {max} bytes, here it is {digest_size}",
            v.shown
        ));
    }
    let salt = short_bytes(t, salt, v.max_salt, "salt")?;
    let person = short_bytes(t, person, v.max_salt, "person")?;
    let fanout = byte(t, fanout, 1, 0, "fanout")?;
    let depth = byte(t, depth, 1, 1, "depth")?;
    let leaf_size = unsigned(t, leaf_size, 32, "leaf_size", "unsigned long")? as u32;
    let node_offset = unsigned(t, node_offset, v.offset_bits, "node_offset", "unsigned long long")?;
    let node_depth = byte(t, node_depth, 0, 0, "node_depth")?;
    let inner = c_int(t, inner_size, 0)?;
    if !(0..=max).contains(&inner) {
        return Err(err!(t, ValueError, "inner_size must be between 0 and is {max}"));
    }
    let last_node = match last {
        Some(last) => last.is_true(t)?,
        None => false,
    };
    let key = short_bytes(t, key, max as usize, "key")?;
    let parameters = Parameters {
        digest_size: digest_size as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: inner as u8,
        last_node,
    };
    Ok((parameters, data))
}

/// Declares one of the two classes.
macro_rules! blake2_class {
    ($ty:ident, $hash:ident, $variant:ident, $python:literal, $name:literal, $block:literal, $doc:literal) => {
        /// A running digest.
        #[object]
        pub struct $ty {
            hasher: Data<RefCell<$hash>>,
        }

        #[class(name = $python, heap, doc = $doc)]
        impl $ty {
            #[slot]
            fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
                let (parameters, data) = parse(t, &$variant, &args)?;
                let mut hasher = $hash::new(&parameters);
                if let Some(data) = data {
                    hasher.update(data.as_bytes());
                }
                cls.instance(t, Self { head: Head::new(), hasher: Data(RefCell::new(hasher)) })
            }

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

            /// Update this hash object's state with the provided bytes-like object.
            #[method]
            fn update(&self, t: &Thread, data: &Object) -> PyResult<()> {
                let data = arguments::data(t, data)?;
                self.hasher.borrow_mut().update(data.as_bytes());
                Ok(())
            }

            #[getter]
            fn block_size(&self, _t: &Thread) -> usize {
                $block
            }

            #[getter]
            fn digest_size(&self, _t: &Thread) -> usize {
                self.hasher.borrow().digest_size
            }

            #[getter]
            fn name(&self, _t: &Thread) -> &'static str {
                $name
            }
        }
    };
}

blake2_class!(
    PyBlake2b,
    Blake2b,
    B,
    "_blake2.blake2b",
    "blake2b",
    128,
    "blake2b(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)\n--\n\nReturn a new BLAKE2b hash object."
);
blake2_class!(
    PyBlake2s,
    Blake2s,
    S,
    "_blake2.blake2s",
    "blake2s",
    64,
    "blake2s(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)\n--\n\nReturn a new BLAKE2s hash object."
);

/// _blake2b provides BLAKE2b for hashlib
///
#[native_module(name = "_blake2", classes(PyBlake2b, PyBlake2s))]
pub mod blake2 {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "_GIL_MINSIZE", &*PyInt::from_i64(t, 2048)?)?;
        for (prefix, class, v) in [("BLAKE2B", PyBlake2b::class(), &B), ("BLAKE2S", PyBlake2s::class(), &S)] {
            let salt = v.max_salt as i64;
            let sizes = [("SALT", salt), ("PERSON", salt), ("MAX_KEY", v.max_digest), ("MAX_DIGEST", v.max_digest)];
            for (name, n) in sizes {
                let n = PyInt::from_i64(t, n)?;
                module.set(t, &format!("{prefix}_{name}_SIZE"), &n)?;
                class.set_in_dict(t, &*PyStr::intern_str(t, &format!("{name}_SIZE"))?, Some(&n))?;
            }
        }
        Ok(())
    }
}
