//! Hashing and truth.

use crate::handle::{Object, PyResult, Raised};
use crate::{PyInt, PyStr, err, singletons};
use core::ffi::c_int;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// `hash(object)`.
#[inline(always)]
pub fn hash(t: &Thread, object: &Object) -> PyResult<isize> {
    if let Some(text) = object.downcast_exact::<PyStr>() {
        return Ok(text.hash());
    }
    if let Some(number) = object.downcast_exact::<PyInt>() {
        return Ok(number.hash());
    }
    hash_slot(t, object)
}

/// The hash of an object if it takes no work: of short ints, and of strings that have been asked before.
#[inline(always)]
pub fn at_hand(object: &Object) -> Option<isize> {
    if let Some(text) = object.downcast_exact::<PyStr>() {
        return text.known_hash();
    }
    object.downcast_exact::<PyInt>().and_then(PyInt::word_hash)
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
    if !value.is_finite() {
        return match object {
            Some(object) if value.is_nan() => hash_pointer(object.as_ptr()),
            _ if value.is_nan() => 0,
            _ if value > 0.0 => 314_159,
            _ => -314_159,
        };
    }
    const BITS: i32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    // The value is `mantissa * 2**exponent`; modulo 2**61 - 1, a factor of two turns the 61 bits by one.
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let turn = exponent.rem_euclid(BITS);
    let x = (mantissa << turn & MODULUS) | mantissa >> (BITS - turn);
    let hash = if value < 0.0 { -(x as isize) } else { x as isize };
    if hash == -1 { -2 } else { hash }
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

    /// As [`Self::is_true`] for C: 1, 0, or -1 with an exception.
    #[inline(always)]
    pub fn truth(&self, t: &Thread) -> c_int {
        if self.is(singletons::bool(true)) {
            return 1;
        }
        if self.is(singletons::bool(false)) || self.is(singletons::none()) {
            return 0;
        }
        self.truth_by_slot(t).signum() as c_int
    }

    #[inline(never)]
    fn is_true_slot(&self, t: &Thread) -> PyResult<bool> {
        let status = self.truth_by_slot(t);
        if status < 0 { Err(Raised::assume()) } else { Ok(status > 0) }
    }

    /// What the type's slot says: positive, zero, or negative with an exception.
    #[inline(always)]
    fn truth_by_slot(&self, t: &Thread) -> isize {
        let _ = t;
        // SAFETY: the slots of the object's type.
        unsafe {
            let ty = self.class().as_type_ptr();
            if let Some(slot) = (*ty).tp_as_number.as_ref().and_then(|n| n.nb_bool) {
                slot(self.as_ptr()) as isize
            } else if let Some(slot) = (*ty).tp_as_mapping.as_ref().and_then(|m| m.mp_length) {
                slot(self.as_ptr())
            } else if let Some(slot) = (*ty).tp_as_sequence.as_ref().and_then(|s| s.sq_length) {
                slot(self.as_ptr())
            } else {
                1
            }
        }
    }
}
