//! `float`: layout, construction and access. The Python methods are in `float_class.rs`.

use crate::handle::{Owned, PyResult};
use crate::{layout, typeobject};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, mem};

layout!(
    /// `float`.
    PyFloat,
    PyFloatObject
);

impl PyFloat {
    /// A `float` of this value.
    #[inline(always)]
    pub fn new(t: &Thread, value: f64) -> PyResult<Owned<Self>> {
        let op = t.freelists().floats.pop().cast::<PyObject>();
        if op.is_null() {
            return Self::fresh(t, value);
        }
        // SAFETY: a block that is nobody's.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), false);
            (*op.cast::<PyFloatObject>()).ob_fval = value;
            Ok(Owned::from_ptr(op))
        }
    }

    #[inline(never)]
    fn fresh(t: &Thread, value: f64) -> PyResult<Owned<Self>> {
        let op = mem::alloc(size_of::<PyFloatObject>()).cast::<PyObject>();
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), true);
            (*op.cast::<PyFloatObject>()).ob_fval = value;
            Ok(Owned::from_ptr(op))
        }
    }

    /// The value.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_fval }
    }
}

/// Frees a float: `tp_dealloc`.
pub(crate) unsafe extern "C" fn float_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead.
    unsafe {
        if (*op).ob_type == typeobject::static_type::<PyFloat>() {
            let t = taipan_runtime::thread::current_ptr();
            if !t.is_null() && (*t).freelists().floats.push(op.cast(), 100) {
                return;
            }
            return mem::free(op.cast());
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}
