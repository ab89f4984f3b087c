//! Hashing and truth.

use crate::handle::{Object, PyResult, Raised};
use crate::{PyStr, err, singletons};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// `hash(object)`.
#[inline(always)]
pub fn hash(t: &Thread, object: &Object) -> PyResult<isize> {
    if let Some(text) = object.downcast_exact::<PyStr>() {
        return Ok(text.hash());
    }
    hash_slot(t, object)
}

#[inline(never)]
fn hash_slot(t: &Thread, object: &Object) -> PyResult<isize> {
    // Tuples within tuples.
    crate::call::enter_recursive(t, " while hashing an object")?;
    // SAFETY: the slot of the object's type.
    unsafe {
        match (*object.class().as_type_ptr()).tp_hash {
            Some(slot) => {
                let hash = slot(object.as_ptr());
                if hash == -1 { Err(Raised::assume()) } else { Ok(hash) }
            }
            None => Err(unhashable(t, object)),
        }
    }
}

#[cold]
fn unhashable(t: &Thread, object: &Object) -> Raised {
    err!(t, TypeError, "unhashable type: '{:.200}'", object.class().name_lossy())
}

/// `PyObject_HashNotImplemented`: the slot of unhashable types.
#[unsafe(export_name = "PyObject_HashNotImplemented")]
pub unsafe extern "C" fn hash_not_implemented(op: *mut PyObject) -> Py_hash_t {
    // SAFETY: called as a slot, with the GIL held.
    unsafe {
        let _ = unhashable(taipan_runtime::thread::current(), Object::from_ptr(op));
    }
    -1
}

/// Hash of an address (`Py_HashPointer`).
#[inline]
pub fn hash_pointer<T>(ptr: *const T) -> isize {
    let hash = (ptr as usize).rotate_right(4) as isize;
    if hash == -1 { -2 } else { hash }
}

/// `object.__hash__`.
pub unsafe extern "C" fn generic_hash(op: *mut PyObject) -> Py_hash_t {
    hash_pointer(op)
}

/// Hash of a float (modulus 2^61 - 1; NaN by identity).
pub fn hash_f64(value: f64, object: Option<&Object>) -> isize {
    if value.is_infinite() {
        return if value > 0.0 { 314_159 } else { -314_159 };
    }
    if value.is_nan() {
        return object.map_or(0, |o| hash_pointer(o.as_ptr()));
    }
    const BITS: i32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    let (mut m, e) = frexp(value.abs());
    let mut e = e;
    let mut x = 0u64;
    while m != 0.0 {
        x = ((x << 28) & MODULUS) | x >> (BITS - 28);
        m *= 268_435_456.0;
        e -= 28;
        let y = m as u64;
        m -= y as f64;
        x += y;
        if x >= MODULUS {
            x -= MODULUS;
        }
    }
    let e = if e >= 0 { e % BITS } else { BITS - 1 - ((-1 - e) % BITS) };
    x = ((x << e) & MODULUS) | x >> (BITS - e);
    let hash = if value < 0.0 { -(x as isize) } else { x as isize };
    if hash == -1 { -2 } else { hash }
}

/// `math.frexp` for finite values.
fn frexp(value: f64) -> (f64, i32) {
    if value == 0.0 {
        return (value, 0);
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(value * 2f64.powi(64));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}

impl Object {
    /// `hash(self)`.
    #[inline]
    pub fn hash_value(&self, t: &Thread) -> PyResult<isize> {
        hash(t, self)
    }

    /// `bool(self)` (`PyObject_IsTrue`).
    #[inline(always)]
    pub fn is_true(&self, t: &Thread) -> PyResult<bool> {
        if self.is(singletons::bool(true)) {
            return Ok(true);
        }
        if self.is(singletons::bool(false)) || self.is(singletons::none()) {
            return Ok(false);
        }
        self.is_true_slot(t)
    }

    #[inline(never)]
    fn is_true_slot(&self, t: &Thread) -> PyResult<bool> {
        let _ = t;
        // SAFETY: the slots of the object's type.
        unsafe {
            let ty = self.class().as_type_ptr();
            let status = if let Some(slot) = (*ty).tp_as_number.as_ref().and_then(|n| n.nb_bool) {
                slot(self.as_ptr()) as isize
            } else if let Some(slot) = (*ty).tp_as_mapping.as_ref().and_then(|m| m.mp_length) {
                slot(self.as_ptr())
            } else if let Some(slot) = (*ty).tp_as_sequence.as_ref().and_then(|s| s.sq_length) {
                slot(self.as_ptr())
            } else {
                1
            };
            if status < 0 { Err(Raised::assume()) } else { Ok(status > 0) }
        }
    }
}
