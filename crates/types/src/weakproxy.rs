//! Weak proxies: weak references that stand for their referent in every operation.

use taipan_object::abi::PyWeakReference;
use taipan_object::argparse::Args;
use taipan_object::number::{self, Op};
use taipan_object::weakref::{self, ref_clear, ref_dealloc, ref_traverse};
use taipan_object::{
    Class, CompareOp, Object, Own, Owned, PyFloat, PyInt, PyResult, PyStr, PyType, Thread, class, compare, err, hash,
    iter, layout, name, sequence, singletons, upcast,
};

layout!(
    /// `weakref.ProxyType`.
    PyWeakProxy,
    PyWeakReference
);
layout!(
    /// `weakref.CallableProxyType`.
    PyCallableProxy,
    PyWeakReference
);

/// `weakref.proxy(object, callback)`.
pub fn proxy(t: &Thread, object: &Object, callback: Option<&Object>) -> PyResult {
    let class: &PyType = if object.is_callable() { PyCallableProxy::class() } else { PyWeakProxy::class() };
    weakref::new_of(t, class, object, callback)
}

/// Whether an object is a weak proxy.
pub fn is_proxy(object: &Object) -> bool {
    object.is_exact::<PyWeakProxy>() || object.is_exact::<PyCallableProxy>()
}

/// The object that a proxy stands for, if it lives.
pub fn target(proxy: &Object) -> Option<Owned> {
    // SAFETY: callers pass proxies; the referent is alive or None, and one being destroyed has count zero.
    unsafe {
        let op = (*proxy.as_ptr().cast::<PyWeakReference>()).wr_object;
        if op.is_null() || op == singletons::none().as_ptr() || taipan_runtime::refcount::refcnt(op) == 0 {
            return None;
        }
        Some(Object::from_ptr(op).own())
    }
}

/// What an operand stands for.
fn unwrap(t: &Thread, object: &Object) -> PyResult {
    if !is_proxy(object) {
        return Ok(object.own());
    }
    target(object).ok_or_else(|| err!(t, ReferenceError, "weakly-referenced object no longer exists"))
}

fn binary(t: &Thread, left: &Object, right: &Object, op: Op) -> PyResult {
    number::binary_op(t, &*unwrap(t, left)?, &*unwrap(t, right)?, op)
}

fn inplace(t: &Thread, left: &Object, right: &Object, op: Op) -> PyResult {
    number::inplace_op(t, &*unwrap(t, left)?, &*unwrap(t, right)?, op)
}

macro_rules! proxy_class {
    ($name:ident, $text:literal, $export:ident, { $($extra:tt)* }) => {
        #[class(name = $text, layout, export = $export, flags(HAVE_GC), no_new, doc = "",
            dealloc = ref_dealloc, traverse = ref_traverse, clear = ref_clear, hash = hash::hash_not_implemented)]
        impl $name {
            $($extra)*

            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                let at = upcast(self).as_ptr();
                match target(upcast(self)) {
                    Some(object) => PyStr::from_fmt(t, format_args!(
                        "<weakproxy at {at:p}; to '{}' at {:p}>", object.class().fully_qualified_name(t)?.display(), object.as_ptr())),
                    None => PyStr::from_fmt(t, format_args!("<weakproxy at {at:p}; dead>")),
                }
                .map(Owned::into_object)
            }

            #[slot]
            fn tp_str(&self, t: &Thread) -> PyResult {
                unwrap(t, upcast(self))?.str(t).map(Owned::into_object)
            }

            #[slot]
            fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
                unwrap(t, upcast(self))?.getattr(t, name)
            }

            #[slot]
            fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
                unwrap(t, upcast(self))?.assign_attr(t, name, value)
            }

            #[slot]
            fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
                compare::rich_compare(t, &*unwrap(t, upcast(self))?, &*unwrap(t, other)?, op)
            }

            #[slot]
            fn tp_iter(&self, t: &Thread) -> PyResult {
                iter::get_iter(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
                let object = unwrap(t, upcast(self))?;
                if !iter::is_iterator(&object) {
                    return Err(err!(
                        t,
                        TypeError,
                        "Weakref proxy referenced a non-iterator '{:.200}' object",
                        object.class().name_lossy()
                    ));
                }
                iter::next(t, &object)
            }

            #[slot]
            fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Add) }
            #[slot]
            fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Subtract) }
            #[slot]
            fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Multiply) }
            #[slot]
            fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::FloorDivide) }
            #[slot]
            fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::TrueDivide) }
            #[slot]
            fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Remainder) }
            #[slot]
            fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Divmod) }
            #[slot]
            fn nb_lshift(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Lshift) }
            #[slot]
            fn nb_rshift(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Rshift) }
            #[slot]
            fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::And) }
            #[slot]
            fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Xor) }
            #[slot]
            fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::Or) }
            #[slot]
            fn nb_matrix_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult { binary(t, left, right, Op::MatrixMultiply) }
            #[slot]
            fn nb_inplace_add(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Add) }
            #[slot]
            fn nb_inplace_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Subtract) }
            #[slot]
            fn nb_inplace_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Multiply) }
            #[slot]
            fn nb_inplace_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::FloorDivide) }
            #[slot]
            fn nb_inplace_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::TrueDivide) }
            #[slot]
            fn nb_inplace_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Remainder) }
            #[slot]
            fn nb_inplace_lshift(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Lshift) }
            #[slot]
            fn nb_inplace_rshift(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Rshift) }
            #[slot]
            fn nb_inplace_and(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::And) }
            #[slot]
            fn nb_inplace_xor(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Xor) }
            #[slot]
            fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::Or) }
            #[slot]
            fn nb_inplace_matrix_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult { inplace(t, left, right, Op::MatrixMultiply) }

            #[slot]
            fn nb_power(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult {
                number::power(t, &*unwrap(t, left)?, &*unwrap(t, right)?, &*unwrap(t, modulus)?)
            }

            #[slot]
            fn nb_inplace_power(t: &Thread, left: &Object, right: &Object, _modulus: &Object) -> PyResult {
                inplace(t, left, right, Op::Power)
            }

            #[slot]
            fn nb_negative(&self, t: &Thread) -> PyResult {
                number::negative(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn nb_positive(&self, t: &Thread) -> PyResult {
                number::positive(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn nb_absolute(&self, t: &Thread) -> PyResult {
                number::absolute(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn nb_invert(&self, t: &Thread) -> PyResult {
                number::invert(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn nb_bool(&self, t: &Thread) -> PyResult<bool> {
                unwrap(t, upcast(self))?.is_true(t)
            }

            #[slot]
            fn nb_int(&self, t: &Thread) -> PyResult {
                PyInt::class().call(t, &[&*unwrap(t, upcast(self))?])
            }

            #[slot]
            fn nb_float(&self, t: &Thread) -> PyResult {
                PyFloat::class().call(t, &[&*unwrap(t, upcast(self))?])
            }

            #[slot]
            fn nb_index(&self, t: &Thread) -> PyResult {
                number::index(t, &*unwrap(t, upcast(self))?).map(Owned::into_object)
            }

            #[slot]
            fn sq_length(&self, t: &Thread) -> PyResult<usize> {
                sequence::len(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
                sequence::contains(t, &*unwrap(t, upcast(self))?, other)
            }

            #[slot]
            fn mp_length(&self, t: &Thread) -> PyResult<usize> {
                sequence::len(t, &*unwrap(t, upcast(self))?)
            }

            #[slot]
            fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
                sequence::get_item(t, &*unwrap(t, upcast(self))?, &*unwrap(t, key)?)
            }

            #[slot]
            fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
                sequence::assign_item(t, &*unwrap(t, upcast(self))?, key, value)
            }
        }
    };
}

proxy_class!(PyWeakProxy, "weakref.ProxyType", _PyWeakref_ProxyType, {
    #[method(text = "")]
    fn __bytes__(&self, t: &Thread) -> PyResult {
        unwrap(t, upcast(self))?.call_method(t, name!(t, "__bytes__"), &[])
    }

    #[method(text = "")]
    fn __reversed__(&self, t: &Thread) -> PyResult {
        unwrap(t, upcast(self))?.call_method(t, name!(t, "__reversed__"), &[])
    }
});

proxy_class!(PyCallableProxy, "weakref.CallableProxyType", _PyWeakref_CallableProxyType, {
    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        unwrap(t, upcast(self))?.call_args(t, &args)
    }
});
