//! `_weakref`: weak references and proxies.

use core::mem::offset_of;
use taipan_object::abi::{self, PyWeakReference};
use taipan_object::argparse::{Args, check_positional};
use taipan_object::number::{self, Op};
use taipan_object::{
    Class, CompareOp, Object, Own, Owned, PyDict, PyList, PyModule, PyResult, PyStr, PyType, PyWeakRef, Raised, Thread,
    class, compare, err, hash, iter, layout, native_module, sequence, singletons, upcast, weakref as references,
};

layout!(
    /// `weakref.ProxyType`.
    PyProxy,
    abi::PyWeakReference
);
layout!(
    /// `weakref.CallableProxyType`.
    PyCallableProxy,
    abi::PyWeakReference
);

fn gone(t: &Thread) -> Raised {
    err!(t, ReferenceError, "weakly-referenced object no longer exists")
}

/// The referent of a reference or proxy, as long as it lives.
fn referent(object: &Object) -> Option<Owned> {
    if !is_proxy(object) {
        return references::target(object);
    }
    // SAFETY: proxies have the layout of references; the referent is alive, or has count zero while it dies.
    unsafe {
        let op = (*object.as_ptr().cast::<PyWeakReference>()).wr_object;
        let live = !op.is_null() && op != singletons::none().as_ptr() && taipan_runtime::refcount::refcnt(op) > 0;
        live.then(|| Object::from_ptr(op).own())
    }
}

fn is_proxy(object: &Object) -> bool {
    object.is_exact::<PyProxy>() || object.is_exact::<PyCallableProxy>()
}

/// What an operand stands for: a proxy's referent, else itself.
fn unwrap(t: &Thread, object: &Object) -> PyResult {
    if is_proxy(object) { referent(object).ok_or_else(|| gone(t)) } else { Ok(object.own()) }
}

macro_rules! binary {
    ($left:ident, $right:ident, $t:ident, $function:ident, $op:ident) => {{
        let (left, right) = (unwrap($t, $left)?, unwrap($t, $right)?);
        number::$function($t, &left, &right, Op::$op)
    }};
}

macro_rules! proxy {
    ($ty:ident, $name:literal $(, $call:item)?) => {
        #[class(name = $name, layout, flags(HAVE_GC), no_new, doc = "",
            dealloc = references::ref_dealloc, traverse = references::ref_traverse, clear = references::ref_clear)]
        impl $ty {
            #[slot]
            fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
                unwrap(t, upcast(self))?.getattr(t, name)
            }
            #[slot]
            fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
                unwrap(t, upcast(self))?.assign_attr(t, name, value)
            }
            #[slot]
            fn tp_str(&self, t: &Thread) -> PyResult {
                unwrap(t, upcast(self))?.str(t).map(Owned::into_object)
            }
            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                let this = upcast(self);
                match referent(this) {
                    Some(found) => PyStr::from_fmt(
                        t,
                        format_args!(
                            "<weakproxy at {:p}; to '{}' at {:p}>",
                            this.as_ptr(),
                            found.class().name_lossy(),
                            found.as_ptr()
                        ),
                    ),
                    None => PyStr::from_fmt(t, format_args!("<weakproxy at {:p}; dead>", this.as_ptr())),
                }
                .map(Owned::into_object)
            }
            #[slot]
            fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
                Err(err!(t, TypeError, "unhashable type: '{}'", upcast(self).class().name_lossy()))
            }
            #[slot]
            fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
                let (left, right) = (unwrap(t, upcast(self))?, unwrap(t, other)?);
                compare::rich_compare(t, &left, &right, op)
            }
            #[slot]
            fn tp_iter(&self, t: &Thread) -> PyResult {
                iter::get_iter(t, &*unwrap(t, upcast(self))?)
            }
            #[slot]
            fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
                let found = unwrap(t, upcast(self))?;
                if !iter::is_iterator(&found) {
                    return Err(err!(
                        t,
                        TypeError,
                        "Weakref proxy referenced a non-iterator '{:.200}' object",
                        found.class().name_lossy()
                    ));
                }
                iter::next(t, &found)
            }
            #[slot]
            fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Add)
            }
            #[slot]
            fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Subtract)
            }
            #[slot]
            fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Multiply)
            }
            #[slot]
            fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, FloorDivide)
            }
            #[slot]
            fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, TrueDivide)
            }
            #[slot]
            fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Remainder)
            }
            #[slot]
            fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Divmod)
            }
            #[slot]
            fn nb_power(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult {
                number::power(t, &*unwrap(t, left)?, &*unwrap(t, right)?, &*unwrap(t, modulus)?)
            }
            #[slot]
            fn nb_lshift(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Lshift)
            }
            #[slot]
            fn nb_rshift(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Rshift)
            }
            #[slot]
            fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, And)
            }
            #[slot]
            fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Xor)
            }
            #[slot]
            fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, Or)
            }
            #[slot]
            fn nb_matrix_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, binary_op, MatrixMultiply)
            }
            #[slot]
            fn nb_inplace_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, Add)
            }
            #[slot]
            fn nb_inplace_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, Subtract)
            }
            #[slot]
            fn nb_inplace_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, Multiply)
            }
            #[slot]
            fn nb_inplace_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, And)
            }
            #[slot]
            fn nb_inplace_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, Xor)
            }
            #[slot]
            fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
                binary!(left, right, t, inplace_op, Or)
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
            fn nb_index(&self, t: &Thread) -> PyResult {
                number::index(t, &*unwrap(t, upcast(self))?).map(Owned::into_object)
            }
            #[slot]
            fn sq_contains(&self, t: &Thread, value: &Object) -> PyResult<bool> {
                sequence::contains(t, &*unwrap(t, upcast(self))?, value)
            }
            #[slot]
            fn mp_length(&self, t: &Thread) -> PyResult<usize> {
                sequence::len(t, &*unwrap(t, upcast(self))?)
            }
            #[slot]
            fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
                sequence::get_item(t, &*unwrap(t, upcast(self))?, key)
            }
            #[slot]
            fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
                sequence::assign_item(t, &*unwrap(t, upcast(self))?, key, value)
            }
            $($call)?
        }
    };
}

proxy!(PyProxy, "weakref.ProxyType");
proxy!(
    PyCallableProxy,
    "weakref.CallableProxyType",
    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        unwrap(t, upcast(self))?.call_args(t, &args)
    }
);

const _: () = assert!(offset_of!(PyWeakReference, wr_object) == 16);

/// Weak-reference support module.
#[native_module(name = "_weakref")]
pub mod weakref {
    use super::*;

    /// Return the number of weak references to 'object'.
    #[function]
    fn getweakrefcount(_t: &Thread, object: &Object) -> usize {
        references::references_of(object).len()
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function]
    fn getweakrefs(t: &Thread, object: &Object) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, references::references_of(object))
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function]
    fn _remove_dead_weakref(t: &Thread, dct: &PyDict, key: &Object) -> PyResult<()> {
        let hash = hash::hash(t, key)?;
        if let Some(found) = dct.get_item_known_hash(t, key, hash)? {
            if !found.is_instance_of::<PyWeakRef>() {
                return Err(err!(t, TypeError, "not a weakref"));
            }
            if referent(&found).is_none() {
                dct.pop_known_hash(t, key, hash)?;
            }
        }
        Ok(())
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function]
    fn proxy(t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "proxy")?;
        check_positional(t, "proxy", args.pos.len(), 1, 2)?;
        let class: &PyType = if args.pos[0].is_callable() { PyCallableProxy::class() } else { PyProxy::class() };
        references::new_of(t, class, args.pos[0], args.pos.get(1).copied())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<PyProxy>(t)?;
        taipan_object::typeobject::add_static::<PyCallableProxy>(t)?;
        let reference = PyWeakRef::class().as_object();
        module.set(t, "ref", reference)?;
        module.set(t, "ReferenceType", reference)?;
        module.set(t, "ProxyType", PyProxy::class().as_object())?;
        module.set(t, "CallableProxyType", PyCallableProxy::class().as_object())
    }
}
