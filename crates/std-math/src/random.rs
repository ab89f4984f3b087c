//! `_random`: the Mersenne Twister.

use core::cell::RefCell;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};
use taipan_num::random::Mt19937;
use taipan_object::{
    Args, Class, Data, Head, Object, Owned, PyInt, PyModule, PyResult, PyTuple, PyType, Thread, argparse, attr, class,
    err, native_module, number, object,
};

/// Words of the generator's state.
const N: usize = 624;

/// `_random.Random`.
#[object]
pub struct PyRandom {
    state: Data<RefCell<Mt19937>>,
}

/// A key from the system, or from the time where it has none.
fn system_key() -> Vec<u32> {
    let mut bytes = [0u8; N * 4];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes));
    if read.is_err() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        return vec![now as u32, (now >> 32) as u32, std::process::id(), (now >> 64) as u32];
    }
    bytes.chunks_exact(4).map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]])).collect()
}

/// The 32-bit words of a magnitude in 30-bit digits.
fn words(digits: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(digits.len());
    let (mut acc, mut bits) = (0u64, 0);
    for &d in digits {
        acc |= u64::from(d) << bits;
        bits += 30;
        if bits >= 32 {
            out.push(acc as u32);
            acc >>= 32;
            bits -= 32;
        }
    }
    if acc != 0 {
        out.push(acc as u32);
    }
    while out.last() == Some(&0) {
        out.pop();
    }
    if out.is_empty() {
        out.push(0);
    }
    out
}

/// The 30-bit digits of a number in 32-bit words.
fn digits(words: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(words.len() + words.len() / 15 + 1);
    let (mut acc, mut bits) = (0u64, 0);
    for &w in words {
        acc |= u64::from(w) << bits;
        bits += 32;
        while bits >= 30 {
            out.push((acc & 0x3fff_ffff) as u32);
            acc >>= 30;
            bits -= 30;
        }
    }
    out.push(acc as u32);
    out
}

fn seeded(t: &Thread, seed: Option<&Object>) -> PyResult<Mt19937> {
    let Some(seed) = attr::none_if_none(seed) else { return Ok(Mt19937::from_key(&system_key())) };
    if let Some(n) = seed.downcast::<PyInt>() {
        return Ok(Mt19937::from_key(&words(n.digits())));
    }
    let hash = seed.hash_value(t)? as usize as u64;
    let key = if hash >> 32 == 0 { vec![hash as u32] } else { vec![hash as u32, (hash >> 32) as u32] };
    Ok(Mt19937::from_key(&key))
}

fn one_argument<'a>(t: &Thread, args: &Args<'a>) -> PyResult<Option<&'a Object>> {
    if args.n_keywords() > 0 {
        return Err(err!(t, TypeError, "Random() takes no keyword arguments"));
    }
    argparse::check_positional(t, "Random", args.pos.len(), 0, 1)?;
    Ok(args.pos.first().copied())
}

/// Random() -> create a random number generator with its own internal state.
#[class(name = "_random.Random", heap, mutable, flags(BASETYPE))]
impl PyRandom {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self { head: Head::new(), state: Data(RefCell::new(Mt19937::new(0))) })
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let seed = one_argument(t, &args)?;
        let state = seeded(t, seed)?;
        self.state.replace(state);
        Ok(())
    }

    /// random() -> x in the interval [0, 1).
    #[method]
    fn random(&self, _t: &Thread) -> f64 {
        self.state.borrow_mut().random()
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method(sig = "(n=None, /)")]
    fn seed(&self, t: &Thread, n: Option<&Object>) -> PyResult<()> {
        let state = seeded(t, n)?;
        self.state.replace(state);
        Ok(())
    }

    /// getstate() -> tuple containing the current state.
    #[method]
    fn getstate(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let (state, index) = {
            let held = self.state.borrow();
            let (state, index) = held.state();
            (*state, index)
        };
        let mut out = Vec::with_capacity(N + 1);
        for word in state {
            out.push(PyInt::from_u64(t, u64::from(word))?.into_object());
        }
        out.push(PyInt::from_u64(t, index as u64)?.into_object());
        PyTuple::from_vec(t, out)
    }

    /// setstate(state) -> None.  Restores generator state.
    #[method(sig = "(state, /)")]
    fn setstate(&self, t: &Thread, state: &Object) -> PyResult<()> {
        let Some(tuple) = state.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "state vector must be a tuple"));
        };
        if tuple.len() != N + 1 {
            return Err(err!(t, ValueError, "state vector is the wrong size"));
        }
        let mut words = [0u32; N];
        for (word, item) in words.iter_mut().zip(tuple.as_slice()) {
            let Some(n) = item.downcast::<PyInt>() else { return Err(err!(t, TypeError, "an integer is required")) };
            if n.is_negative() {
                return Err(err!(t, OverflowError, "can't convert negative value to unsigned int"));
            }
            let Some(n) = n.to_u64() else {
                return Err(err!(t, OverflowError, "Python int too large to convert to C unsigned long"));
            };
            match u32::try_from(n) {
                Ok(n) => *word = n,
                Err(_) => return Err(err!(t, ValueError, "invalid state")),
            }
        }
        let Some(index) = tuple.get(N) else { return Err(argparse::missing(t)) };
        let Some(index) = index.downcast::<PyInt>() else { return Err(err!(t, TypeError, "an integer is required")) };
        let Some(index) = index.to_i64() else {
            return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
        };
        let stored =
            usize::try_from(index).is_ok_and(|index| index <= N && self.state.borrow_mut().set_state(&words, index));
        if stored { Ok(()) } else { Err(err!(t, ValueError, "invalid state")) }
    }

    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method(sig = "(k, /)")]
    fn getrandbits(&self, t: &Thread, k: &Object) -> PyResult<Owned<PyInt>> {
        let k = number::index(t, k)?;
        if k.is_negative() {
            return Err(err!(t, ValueError, "Cannot convert negative int"));
        }
        let Some(k) = k.to_u64() else {
            return Err(err!(t, OverflowError, "Python int too large for C uint64_t"));
        };
        match k {
            0 => PyInt::from_i64(t, 0),
            1..=64 => PyInt::from_u64(t, self.state.borrow_mut().bits64(k as u32)),
            _ => {
                if k > 1 << 40 {
                    return Err(taipan_object::errors::no_memory(t));
                }
                let words = self.state.borrow_mut().bits(k);
                PyInt::from_digits(t, false, &digits(&words))
            }
        }
    }
}

/// Module implements the Mersenne Twister random number generator.
#[native_module(name = "_random", classes(PyRandom))]
pub mod random {
    use super::*;

    #[exec]
    fn exec(_module: &PyModule, _t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::allow_changes(PyRandom::class());
        Ok(())
    }
}
