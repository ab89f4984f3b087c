//! Slot functions of classes that define special methods in Python (`slot_tp_*`), and the wrappers that make a C slot
//! callable as a method (`wrap_*`).

use crate::argparse::{Args, check_positional};
use crate::handle::{CompareOp, Object, Own, Owned, PyResult, Raised};
use crate::{PyDict, PyInt, PyStr, PyTuple, PyType, attr, err, errors, exceptions, name, number, singletons};
use core::ffi::{c_int, c_void};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, thread};

#[inline(always)]
unsafe fn enter<'a>() -> &'a Thread {
    // SAFETY: slots are called with the GIL held.
    unsafe { thread::current() }
}

#[inline(always)]
unsafe fn obj<'a>(op: *mut PyObject) -> &'a Object {
    // SAFETY: slots are called with live objects.
    unsafe { Object::from_ptr(op) }
}

fn ret(result: PyResult) -> *mut PyObject {
    match result {
        Ok(value) => value.into_ptr(),
        Err(_) => core::ptr::null_mut(),
    }
}

/// A special method of the object's class, and whether it takes the object as first argument.
fn lookup_maybe(t: &Thread, object: &Object, name: &PyStr) -> PyResult<Option<(Owned, bool)>> {
    let Some(function) = object.class().lookup(t, name) else { return Ok(None) };
    if function.class().flags() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
        return Ok(Some((function, true)));
    }
    // SAFETY: a slot of the descriptor's type.
    unsafe {
        match (*function.class().as_type_ptr()).tp_descr_get {
            Some(get) => {
                let bound =
                    Owned::from_result(get(function.as_ptr(), object.as_ptr(), object.class().as_object().as_ptr()))?;
                Ok(Some((bound, false)))
            }
            None => Ok(Some((function, false))),
        }
    }
}

fn call_found(t: &Thread, found: &(Owned, bool), object: &Object, args: &[&Object]) -> PyResult {
    if found.1 {
        match args {
            [] => found.0.call(t, &[object]),
            [a] => found.0.call(t, &[object, a]),
            [a, b] => found.0.call(t, &[object, a, b]),
            _ => {
                let mut all = vec![object];
                all.extend_from_slice(args);
                found.0.call(t, &all)
            }
        }
    } else {
        found.0.call(t, args)
    }
}

/// Calls a special method; `AttributeError` with its name if there is none (`vectorcall_method`).
fn call_method(t: &Thread, object: &Object, name: &PyStr, args: &[&Object]) -> PyResult {
    match lookup_maybe(t, object, name)? {
        Some(found) => call_found(t, &found, object, args),
        None => Err(err!(t, AttributeError, "{}", name.display())),
    }
}

/// Calls a special method; `NotImplemented` if there is none (`vectorcall_maybe`).
fn call_maybe(t: &Thread, object: &Object, name: &PyStr, args: &[&Object]) -> PyResult {
    match lookup_maybe(t, object, name)? {
        Some(found) => call_found(t, &found, object, args),
        None => singletons::ok_not_implemented(),
    }
}

macro_rules! slot0 {
    ($($func:ident $name:literal;)*) => {
        $(
            #[doc = concat!("Slot that calls `", $name, "`.")]
            pub unsafe extern "C" fn $func(op: *mut PyObject) -> *mut PyObject {
                // SAFETY: see `enter` and `obj`.
                unsafe { let t = enter(); ret(call_method(t, obj(op), name!(t, $name), &[])) }
            }
        )*
    };
}

slot0! {
    slot_nb_negative "__neg__";
    slot_nb_positive "__pos__";
    slot_nb_absolute "__abs__";
    slot_nb_invert "__invert__";
    slot_nb_int "__int__";
    slot_nb_float "__float__";
    slot_nb_index "__index__";
    slot_tp_iternext "__next__";
}

macro_rules! slot1 {
    ($($func:ident $name:literal;)*) => {
        $(
            #[doc = concat!("Slot that calls `", $name, "`.")]
            pub unsafe extern "C" fn $func(op: *mut PyObject, arg: *mut PyObject) -> *mut PyObject {
                // SAFETY: see `enter` and `obj`.
                unsafe { let t = enter(); ret(call_method(t, obj(op), name!(t, $name), &[obj(arg)])) }
            }
        )*
    };
}

slot1! {
    slot_nb_inplace_add "__iadd__";
    slot_nb_inplace_subtract "__isub__";
    slot_nb_inplace_multiply "__imul__";
    slot_nb_inplace_remainder "__imod__";
    slot_nb_inplace_lshift "__ilshift__";
    slot_nb_inplace_rshift "__irshift__";
    slot_nb_inplace_and "__iand__";
    slot_nb_inplace_xor "__ixor__";
    slot_nb_inplace_or "__ior__";
    slot_nb_inplace_floor_divide "__ifloordiv__";
    slot_nb_inplace_true_divide "__itruediv__";
    slot_nb_inplace_matrix_multiply "__imatmul__";
    slot_mp_subscript "__getitem__";
}

/// Slot that calls `__ipow__`.
pub unsafe extern "C" fn slot_nb_inplace_power(
    op: *mut PyObject,
    arg: *mut PyObject,
    _modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        ret(call_method(t, obj(op), name!(t, "__ipow__"), &[obj(arg)]))
    }
}

/// Whether `other`'s class overrides the reflected method that `left`'s class has (`method_is_overloaded`).
fn overloaded(t: &Thread, left: &Object, right: &Object, name: &PyStr) -> PyResult<bool> {
    let Some(b) = right.class().as_object().getattr_opt(t, name)? else { return Ok(false) };
    let Some(a) = left.class().as_object().getattr_opt(t, name)? else { return Ok(true) };
    Ok(!a.eq(t, &b)?)
}

fn binary(
    t: &Thread,
    left: &Object,
    right: &Object,
    slot_is_ours: impl Fn(&Object) -> bool,
    forward: &PyStr,
    reflected: &PyStr,
) -> PyResult {
    let mut do_other = !left.class().is(right.class()) && slot_is_ours(right);
    if slot_is_ours(left) {
        if do_other && right.class().is_subtype(left.class()) && overloaded(t, left, right, reflected)? {
            let result = call_maybe(t, right, reflected, &[left])?;
            if !result.is(singletons::not_implemented()) {
                return Ok(result);
            }
            do_other = false;
        }
        let result = call_maybe(t, left, forward, &[right])?;
        if !result.is(singletons::not_implemented()) || right.class().is(left.class()) {
            return Ok(result);
        }
    }
    if do_other {
        return call_maybe(t, right, reflected, &[left]);
    }
    singletons::ok_not_implemented()
}

fn number_slot(object: &Object, get: impl Fn(&PyNumberMethods) -> Option<binaryfunc>) -> usize {
    // SAFETY: plain fields of a live type.
    unsafe { (*object.class().as_type_ptr()).tp_as_number.as_ref().and_then(get).map_or(0, |f| f as usize) }
}

macro_rules! slot_binary {
    ($($func:ident $slot:ident $name:literal $rname:literal;)*) => {
        $(
            #[doc = concat!("Slot that calls `", $name, "` or `", $rname, "`.")]
            pub unsafe extern "C" fn $func(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
                // SAFETY: see `enter` and `obj`.
                unsafe {
                    let t = enter();
                    let ours = |o: &Object| number_slot(o, |n| n.$slot) == $func as *const () as usize;
                    ret(binary(t, obj(left), obj(right), ours, name!(t, $name), name!(t, $rname)))
                }
            }
        )*
    };
}

slot_binary! {
    slot_nb_add nb_add "__add__" "__radd__";
    slot_nb_subtract nb_subtract "__sub__" "__rsub__";
    slot_nb_multiply nb_multiply "__mul__" "__rmul__";
    slot_nb_remainder nb_remainder "__mod__" "__rmod__";
    slot_nb_divmod nb_divmod "__divmod__" "__rdivmod__";
    slot_nb_lshift nb_lshift "__lshift__" "__rlshift__";
    slot_nb_rshift nb_rshift "__rshift__" "__rrshift__";
    slot_nb_and nb_and "__and__" "__rand__";
    slot_nb_xor nb_xor "__xor__" "__rxor__";
    slot_nb_or nb_or "__or__" "__ror__";
    slot_nb_floor_divide nb_floor_divide "__floordiv__" "__rfloordiv__";
    slot_nb_true_divide nb_true_divide "__truediv__" "__rtruediv__";
    slot_nb_matrix_multiply nb_matrix_multiply "__matmul__" "__rmatmul__";
}

/// Slot that calls `__pow__` or `__rpow__`.
pub unsafe extern "C" fn slot_nb_power(
    left: *mut PyObject,
    right: *mut PyObject,
    modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let (l, r, m) = (obj(left), obj(right), obj(modulus));
        let ours = |o: &Object| {
            (*o.class().as_type_ptr())
                .tp_as_number
                .as_ref()
                .and_then(|n| n.nb_power)
                .is_some_and(|f| f as usize == slot_nb_power as *const () as usize)
        };
        if m.is(singletons::none()) {
            return ret(binary(t, l, r, ours, name!(t, "__pow__"), name!(t, "__rpow__")));
        }
        if ours(l) {
            return ret(call_maybe(t, l, name!(t, "__pow__"), &[r, m]));
        }
        if ours(r) {
            return ret(call_maybe(t, r, name!(t, "__rpow__"), &[l, m]));
        }
        ret(singletons::ok_not_implemented())
    }
}

/// Slot that calls `__bool__` or `__len__`.
pub unsafe extern "C" fn slot_nb_bool(op: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || -> PyResult<bool> {
            let object = obj(op);
            if let Some(found) = lookup_maybe(t, object, name!(t, "__bool__"))? {
                let result = call_found(t, &found, object, &[])?;
                if !result.is_exact::<crate::PyBool>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "__bool__ should return bool, returned {}",
                        result.class().name_lossy()
                    ));
                }
                return result.is_true(t);
            }
            match lookup_maybe(t, object, name!(t, "__len__"))? {
                Some(found) => Ok(length_result(t, &*call_found(t, &found, object, &[])?)? > 0),
                None => Ok(true),
            }
        };
        run().map_or(-1, c_int::from)
    }
}

fn length_result(t: &Thread, result: &Object) -> PyResult<isize> {
    let index = number::index(t, result)?;
    if index.is_negative() {
        return Err(err!(t, ValueError, "__len__() should return >= 0"));
    }
    index.to_i64().map(|n| n as isize).ok_or_else(|| {
        err!(t, OverflowError, "cannot fit '{:.200}' into an index-sized integer", index.class().name_lossy())
    })
}

/// Slot that calls `__len__`.
pub unsafe extern "C" fn slot_sq_length(op: *mut PyObject) -> Py_ssize_t {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        call_method(t, obj(op), name!(t, "__len__"), &[]).and_then(|r| length_result(t, &r)).unwrap_or(-1)
    }
}

/// Slot that calls `__getitem__` with an index.
pub unsafe extern "C" fn slot_sq_item(op: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || {
            let index = PyInt::from_i64(t, i as i64)?;
            call_method(t, obj(op), name!(t, "__getitem__"), &[&index])
        };
        ret(run())
    }
}

fn assign(t: &Thread, object: &Object, key: &Object, value: Option<&Object>) -> PyResult<()> {
    match value {
        Some(value) => call_method(t, object, name!(t, "__setitem__"), &[key, value])?,
        None => call_method(t, object, name!(t, "__delitem__"), &[key])?,
    };
    Ok(())
}

fn status(result: PyResult<()>) -> c_int {
    if result.is_ok() { 0 } else { -1 }
}

/// Slot that calls `__setitem__` or `__delitem__` with an index.
pub unsafe extern "C" fn slot_sq_ass_item(op: *mut PyObject, i: Py_ssize_t, value: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || {
            let index = PyInt::from_i64(t, i as i64)?;
            assign(t, obj(op), &index, Object::from_ptr_opt(value))
        };
        status(run())
    }
}

/// Slot that calls `__setitem__` or `__delitem__`.
pub unsafe extern "C" fn slot_mp_ass_subscript(op: *mut PyObject, key: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        status(assign(t, obj(op), obj(key), Object::from_ptr_opt(value)))
    }
}

/// Slot that calls `__contains__`, or iterates.
pub unsafe extern "C" fn slot_sq_contains(op: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || -> PyResult<bool> {
            let object = obj(op);
            match lookup_maybe(t, object, name!(t, "__contains__"))? {
                Some((function, _)) if function.is(singletons::none()) => {
                    Err(err!(t, TypeError, "'{:.200}' object is not a container", object.class().name_lossy()))
                }
                Some(found) => call_found(t, &found, object, &[obj(value)])?.is_true(t),
                None => crate::iter::contains(t, object, obj(value)),
            }
        };
        run().map_or(-1, c_int::from)
    }
}

/// Slot that calls `__repr__`.
pub unsafe extern "C" fn slot_tp_repr(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        ret(match lookup_maybe(t, object, name!(t, "__repr__")) {
            Ok(Some(found)) => call_found(t, &found, object, &[]),
            Ok(None) => {
                PyStr::from_fmt(t, format_args!("<{} object at {:p}>", object.class().name_lossy(), object.as_ptr()))
                    .map(Owned::into_object)
            }
            Err(raised) => Err(raised),
        })
    }
}

/// Slot that calls `__str__`.
pub unsafe extern "C" fn slot_tp_str(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        ret(call_method(t, obj(op), name!(t, "__str__"), &[]))
    }
}

/// Slot that calls `__hash__`.
pub unsafe extern "C" fn slot_tp_hash(op: *mut PyObject) -> Py_hash_t {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || -> PyResult<isize> {
            let object = obj(op);
            match lookup_maybe(t, object, name!(t, "__hash__"))? {
                Some(found) if !found.0.is(singletons::none()) => {
                    let result = call_found(t, &found, object, &[])?;
                    match result.into_type::<PyInt>() {
                        Ok(int) => Ok(match int.to_i64() {
                            Some(value) => value as isize,
                            None => int.hash(),
                        }),
                        Err(_) => Err(err!(t, TypeError, "__hash__ method should return an integer")),
                    }
                }
                _ => {
                    crate::hash::hash_not_implemented(op);
                    Err(Raised::assume())
                }
            }
        };
        match run() {
            Ok(-1) => -2,
            Ok(hash) => hash,
            Err(_) => -1,
        }
    }
}

/// Slot that calls `__call__`.
pub unsafe extern "C" fn slot_tp_call(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        let arguments = Args::from_tuple_dict(args, kwargs);
        ret(match lookup_maybe(t, object, name!(t, "__call__")) {
            Ok(Some((function, true))) => function.call_prepend(t, object, &arguments),
            Ok(Some((function, false))) => function.call_args(t, &arguments),
            Ok(None) => Err(err!(t, AttributeError, "__call__")),
            Err(raised) => Err(raised),
        })
    }
}

/// Slot that calls `__getattribute__` alone.
pub unsafe extern "C" fn slot_tp_getattro(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        ret(call_method(t, obj(op), name!(t, "__getattribute__"), &[obj(name)]))
    }
}

/// Slot that calls `__getattribute__`, then `__getattr__`.
pub unsafe extern "C" fn slot_tp_getattr_hook(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        let class = object.class();
        let Some(getattr) = class.lookup(t, name!(t, "__getattr__")) else {
            // Nobody defines it any more: the simpler slot will do from now on.
            (*class.as_type_ptr()).tp_getattro = Some(slot_tp_getattro);
            return slot_tp_getattro(op, name);
        };
        let result = match class.lookup(t, name!(t, "__getattribute__")) {
            Some(getattribute) if !is_object_getattribute(&getattribute) => {
                call_attribute(t, object, &getattribute, obj(name))
            }
            _ => match obj(name).downcast::<PyStr>() {
                Some(text) => match attr::generic_getattr_with_dict(t, object, text, None, true) {
                    Ok(Some(value)) => return value.into_ptr(),
                    Ok(None) => return ret(call_attribute(t, object, &getattr, obj(name))),
                    Err(raised) => Err(raised),
                },
                None => attr::generic_getattr(t, object, obj(name)),
            },
        };
        match result {
            Ok(value) => value.into_ptr(),
            Err(_) if errors::matches::<exceptions::AttributeError>(t) => {
                errors::clear(t);
                ret(call_attribute(t, object, &getattr, obj(name)))
            }
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// Whether an attribute that exists is found by generic look-up: `tp_getattro` is `object`'s, or the class adds
/// `__getattr__` alone, which is asked last.
pub fn finds_attributes_generically(t: &Thread, class: &PyType) -> bool {
    // SAFETY: plain field of a live type.
    let Some(slot) = (unsafe { (*class.as_type_ptr()).tp_getattro }) else { return false };
    if attr::is_generic_getattr(slot) {
        return true;
    }
    slot as usize == slot_tp_getattr_hook as *const () as usize
        && class.lookup(t, name!(t, "__getattribute__")).is_some_and(|f| is_object_getattribute(&f))
}

fn is_object_getattribute(function: &Object) -> bool {
    function
        .downcast_exact::<crate::PyWrapperDescr>()
        .is_some_and(|w| core::ptr::addr_eq(w.wrapped(), attr::generic_getattr_slot as *const ()))
}

fn call_attribute(t: &Thread, object: &Object, function: &Object, name: &Object) -> PyResult {
    if function.class().flags() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
        return function.call(t, &[object, name]);
    }
    // SAFETY: a slot of the descriptor's type.
    unsafe {
        match (*function.class().as_type_ptr()).tp_descr_get {
            Some(get) => {
                let bound: Owned =
                    Owned::from_result(get(function.as_ptr(), object.as_ptr(), object.class().as_object().as_ptr()))?;
                bound.call(t, &[name])
            }
            None => function.call(t, &[name]),
        }
    }
}

/// Slot that calls `__setattr__` or `__delattr__`.
pub unsafe extern "C" fn slot_tp_setattro(op: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let result = match Object::from_ptr_opt(value) {
            Some(value) => call_method(t, obj(op), name!(t, "__setattr__"), &[obj(name), value]),
            None => call_method(t, obj(op), name!(t, "__delattr__"), &[obj(name)]),
        };
        status(result.map(drop))
    }
}

/// Slot that calls a rich comparison method.
pub unsafe extern "C" fn slot_tp_richcompare(op: *mut PyObject, other: *mut PyObject, cmp: c_int) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let name: &PyStr = match CompareOp::from_c(cmp) {
            CompareOp::Lt => name!(t, "__lt__"),
            CompareOp::Le => name!(t, "__le__"),
            CompareOp::Eq => name!(t, "__eq__"),
            CompareOp::Ne => name!(t, "__ne__"),
            CompareOp::Gt => name!(t, "__gt__"),
            CompareOp::Ge => name!(t, "__ge__"),
        };
        ret(match lookup_maybe(t, obj(op), name) {
            Ok(Some(found)) => call_found(t, &found, obj(op), &[obj(other)]),
            Ok(None) => singletons::ok_not_implemented(),
            // As in CPython, a descriptor that fails is a method that is not there.
            Err(_) => {
                errors::clear(t);
                singletons::ok_not_implemented()
            }
        })
    }
}

/// Slot that calls `__iter__`, or makes a sequence iterator.
pub unsafe extern "C" fn slot_tp_iter(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        let not_iterable = || err!(t, TypeError, "'{:.200}' object is not iterable", object.class().name_lossy());
        ret(match lookup_maybe(t, object, name!(t, "__iter__")) {
            Ok(Some((function, _))) if function.is(singletons::none()) => Err(not_iterable()),
            Ok(Some(found)) => call_found(t, &found, object, &[]),
            Ok(None) => match lookup_maybe(t, object, name!(t, "__getitem__")) {
                Ok(Some(_)) => crate::state::sequence_iterator(t, object),
                Ok(None) => Err(not_iterable()),
                Err(raised) => Err(raised),
            },
            Err(raised) => Err(raised),
        })
    }
}

/// Slot that calls `__get__`.
pub unsafe extern "C" fn slot_tp_descr_get(
    op: *mut PyObject,
    object: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let this = obj(op);
        let Some(get) = this.class().lookup(t, name!(t, "__get__")) else {
            (*this.class().as_type_ptr()).tp_descr_get = None;
            return this.own().into_ptr();
        };
        let none = singletons::none();
        let o = Object::from_ptr_opt(object).unwrap_or(none);
        let c = Object::from_ptr_opt(class).unwrap_or(none);
        ret(get.call(t, &[this, o, c]))
    }
}

/// Slot that calls `__set__` or `__delete__`.
pub unsafe extern "C" fn slot_tp_descr_set(op: *mut PyObject, target: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let result = match Object::from_ptr_opt(value) {
            Some(value) => call_method(t, obj(op), name!(t, "__set__"), &[obj(target), value]),
            None => call_method(t, obj(op), name!(t, "__delete__"), &[obj(target)]),
        };
        status(result.map(drop))
    }
}

/// Slot that calls `__init__`.
pub unsafe extern "C" fn slot_tp_init(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        let arguments = Args::from_tuple_dict(args, kwargs);
        let run = || -> PyResult<()> {
            let result = match lookup_maybe(t, object, name!(t, "__init__"))? {
                Some((function, true)) => function.call_prepend(t, object, &arguments)?,
                Some((function, false)) => function.call_args(t, &arguments)?,
                None => return Err(err!(t, AttributeError, "__init__")),
            };
            check_init(t, &result)
        };
        status(run())
    }
}

/// Calls the `__init__` of an instance whose `tp_init` is [`slot_tp_init`] with the arguments of a vectorcall.
///
/// # Safety
/// `args` points to the positional arguments and the values of `kwnames` (or null), all alive.
pub unsafe fn call_init(
    t: &Thread,
    object: &Object,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the caller's promise; the first word of what the callee sees is scratch.
    unsafe {
        let n = nargs + Object::from_ptr_opt(kwnames).map_or(0, |names| names.cast_unchecked::<PyTuple>().len());
        let result = match lookup_maybe(t, object, name!(t, "__init__"))? {
            Some((function, true)) => {
                let mut few = [core::ptr::null_mut(); 8];
                let mut many = Vec::new();
                let words = if n + 2 <= few.len() {
                    &mut few[..]
                } else {
                    many.resize(n + 2, core::ptr::null_mut());
                    &mut many[..]
                };
                words[1] = object.as_ptr();
                for i in 0..n {
                    words[i + 2] = *args.add(i);
                }
                let nargsf = (nargs + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET;
                crate::call::vectorcall(t, &function, words.as_mut_ptr().add(1).cast_const(), nargsf, kwnames)?
            }
            Some((function, false)) => crate::call::vectorcall(t, &function, args, nargs, kwnames)?,
            None => return Err(err!(t, AttributeError, "__init__")),
        };
        check_init(t, &result)
    }
}

fn check_init(t: &Thread, result: &Object) -> PyResult<()> {
    if result.is(singletons::none()) {
        return Ok(());
    }
    Err(err!(t, TypeError, "__init__() should return None, not '{:.200}'", result.class().name_lossy()))
}

/// Slot that calls `__new__`.
pub unsafe extern "C" fn slot_tp_new(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let class = PyType::from_type_ptr(class);
        let arguments = Args::from_tuple_dict(args, kwargs);
        ret(class
            .as_object()
            .getattr(t, name!(t, "__new__"))
            .and_then(|new| new.call_prepend(t, class.as_object(), &arguments)))
    }
}

/// Slot that calls `__del__`.
pub unsafe extern "C" fn slot_tp_finalize(op: *mut PyObject) {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let object = obj(op);
        let saved = errors::save(t);
        match lookup_maybe(t, object, name!(t, "__del__")) {
            Ok(Some(found)) => {
                if call_found(t, &found, object, &[]).is_err() {
                    let text = format!("Exception ignored while calling deallocator {}", found.0.repr_lossy(t));
                    errors::write_unraisable_msg(t, &text, None);
                }
            }
            Ok(None) => {}
            Err(_) => errors::write_unraisable(t, Some(object)),
        }
        errors::restore(t, saved);
    }
}

macro_rules! slot_async {
    ($($func:ident $name:literal $message:literal;)*) => {
        $(
            #[doc = concat!("Slot that calls `", $name, "`.")]
            pub unsafe extern "C" fn $func(op: *mut PyObject) -> *mut PyObject {
                // SAFETY: see `enter` and `obj`.
                unsafe {
                    let t = enter();
                    let object = obj(op);
                    ret(match lookup_maybe(t, object, name!(t, $name)) {
                        Ok(Some(found)) => call_found(t, &found, object, &[]),
                        Ok(None) => Err(err!(t, AttributeError, "object {:.50} does not have {} method",
                            object.class().name_lossy(), $name)),
                        Err(raised) => Err(raised),
                    })
                }
            }
        )*
    };
}

slot_async! {
    slot_am_await "__await__" "";
    slot_am_aiter "__aiter__" "";
    slot_am_anext "__anext__" "";
}

/// Slot that calls `__buffer__` (PEP 688): the memoryview that it returns exports the buffer, and a wrapper object
/// remembers to call `__release_buffer__`.
pub unsafe extern "C" fn slot_bf_getbuffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        let run = || -> PyResult<()> {
            let number = PyInt::from_i64(t, i64::from(flags))?;
            let exported = call_method(t, obj(op), name!(t, "__buffer__"), &[&number])?;
            crate::state::export_python_buffer(t, obj(op), &exported, &mut *view, flags)
        };
        status(run())
    }
}

/// Slot that calls `__release_buffer__`.
pub unsafe extern "C" fn slot_bf_releasebuffer(op: *mut PyObject, view: *mut Py_buffer) {
    // SAFETY: see `enter` and `obj`.
    unsafe {
        let t = enter();
        crate::state::release_python_buffer(t, obj(op), &mut *view);
    }
}

// Wrappers: `wrapped` is the C slot; `args` a tuple.

unsafe fn tuple<'a>(args: *mut PyObject) -> &'a [&'a Object] {
    // SAFETY: wrappers get an argument tuple that outlives the call.
    unsafe { Object::from_ptr(args).cast_unchecked::<PyTuple>().as_slice() }
}

fn check(t: &Thread, args: &[&Object], n: usize) -> PyResult<()> {
    if args.len() != n {
        return Err(err!(t, TypeError, "expected {n} argument{}, got {}", if n == 1 { "" } else { "s" }, args.len()));
    }
    Ok(())
}

fn none_or_raised(status: c_int) -> PyResult {
    if status < 0 { Err(Raised::assume()) } else { singletons::ok_none() }
}

macro_rules! wrappers {
    ($($(#[$doc:meta])* $name:ident($slf:ident, $args:ident, $wrapped:ident as $ty:ty, $t:ident) $body:block)*) => {
        $(
            $(#[$doc])*
            pub unsafe extern "C" fn $name(
                slf: *mut PyObject, args: *mut PyObject, wrapped: *mut c_void,
            ) -> *mut PyObject {
                // SAFETY: the slot table pairs each wrapper with slots of its type.
                unsafe {
                    let $t = enter();
                    let $slf = slf;
                    let $args = tuple(args);
                    let $wrapped: $ty = core::mem::transmute::<*mut c_void, $ty>(wrapped);
                    let run = || -> PyResult { $body };
                    ret(run())
                }
            }
        )*
    };
}

wrappers! {
    /// `lenfunc`.
    wrap_lenfunc(slf, args, f as lenfunc, t) {
        check(t, args, 0)?;
        let n = f(slf);
        if n < 0 { return Err(Raised::assume()); }
        PyInt::from_i64(t, n as i64).map(Owned::into_object)
    }
    /// `inquiry`.
    wrap_inquirypred(slf, args, f as inquiry, t) {
        check(t, args, 0)?;
        let n = f(slf);
        if n < 0 { return Err(Raised::assume()); }
        Ok(singletons::bool(n != 0).own())
    }
    /// `binaryfunc`.
    wrap_binaryfunc(slf, args, f as binaryfunc, t) {
        check(t, args, 1)?;
        Owned::from_result(f(slf, args[0].as_ptr()))
    }
    /// `binaryfunc`, the receiver on the left.
    wrap_binaryfunc_l(slf, args, f as binaryfunc, t) {
        check(t, args, 1)?;
        Owned::from_result(f(slf, args[0].as_ptr()))
    }
    /// `binaryfunc`, the receiver on the right.
    wrap_binaryfunc_r(slf, args, f as binaryfunc, t) {
        check(t, args, 1)?;
        Owned::from_result(f(args[0].as_ptr(), slf))
    }
    /// `ternaryfunc` of `__pow__`.
    wrap_ternaryfunc(slf, args, f as ternaryfunc, t) {
        if !(1..=2).contains(&args.len()) {
            return Err(err!(t, TypeError, "expected 1 or 2 arguments, got {}", args.len()));
        }
        let third = args.get(1).copied().unwrap_or_else(|| singletons::none());
        Owned::from_result(f(slf, args[0].as_ptr(), third.as_ptr()))
    }
    /// `ternaryfunc` of `__rpow__`.
    wrap_ternaryfunc_r(slf, args, f as ternaryfunc, t) {
        if !(1..=2).contains(&args.len()) {
            return Err(err!(t, TypeError, "expected 1 or 2 arguments, got {}", args.len()));
        }
        let third = args.get(1).copied().unwrap_or_else(|| singletons::none());
        Owned::from_result(f(args[0].as_ptr(), slf, third.as_ptr()))
    }
    /// `unaryfunc`.
    wrap_unaryfunc(slf, args, f as unaryfunc, t) {
        check(t, args, 0)?;
        Owned::from_result(f(slf))
    }
    /// `ssizeargfunc` with an index or a count.
    wrap_indexargfunc(slf, args, f as ssizeargfunc, t) {
        check(t, args, 1)?;
        let i = number::index_as_isize_or(t, args[0], crate::exceptions_class!(OverflowError))?;
        Owned::from_result(f(slf, i))
    }
    /// `sq_item`: negative indices count from the end.
    wrap_sq_item(slf, args, f as ssizeargfunc, t) {
        check(t, args, 1)?;
        let i = get_index(t, obj(slf), args[0])?;
        Owned::from_result(f(slf, i))
    }
    /// `sq_ass_item` as `__setitem__`.
    wrap_sq_setitem(slf, args, f as ssizeobjargproc, t) {
        check_positional(t, "__setitem__", args.len(), 2, 2)?;
        let i = get_index(t, obj(slf), args[0])?;
        none_or_raised(f(slf, i, args[1].as_ptr()))
    }
    /// `sq_ass_item` as `__delitem__`.
    wrap_sq_delitem(slf, args, f as ssizeobjargproc, t) {
        check(t, args, 1)?;
        let i = get_index(t, obj(slf), args[0])?;
        none_or_raised(f(slf, i, core::ptr::null_mut()))
    }
    /// `objobjproc`.
    wrap_objobjproc(slf, args, f as objobjproc, t) {
        check(t, args, 1)?;
        let n = f(slf, args[0].as_ptr());
        if n < 0 { return Err(Raised::assume()); }
        Ok(singletons::bool(n != 0).own())
    }
    /// `objobjargproc` with a value.
    wrap_objobjargproc(slf, args, f as objobjargproc, t) {
        check_positional(t, "__setitem__", args.len(), 2, 2)?;
        none_or_raised(f(slf, args[0].as_ptr(), args[1].as_ptr()))
    }
    /// `objobjargproc` that deletes.
    wrap_delitem(slf, args, f as objobjargproc, t) {
        check(t, args, 1)?;
        none_or_raised(f(slf, args[0].as_ptr(), core::ptr::null_mut()))
    }
    /// `tp_setattro` as `__setattr__`.
    wrap_setattr(slf, args, f as setattrofunc, t) {
        check_positional(t, "__setattr__", args.len(), 2, 2)?;
        hackcheck(t, obj(slf), f, "__setattr__")?;
        none_or_raised(f(slf, args[0].as_ptr(), args[1].as_ptr()))
    }
    /// `tp_setattro` as `__delattr__`.
    wrap_delattr(slf, args, f as setattrofunc, t) {
        check(t, args, 1)?;
        hackcheck(t, obj(slf), f, "__delattr__")?;
        none_or_raised(f(slf, args[0].as_ptr(), core::ptr::null_mut()))
    }
    /// `hashfunc`.
    wrap_hashfunc(slf, args, f as hashfunc, t) {
        check(t, args, 0)?;
        let n = f(slf);
        if n == -1 { return Err(Raised::assume()); }
        PyInt::from_i64(t, n as i64).map(Owned::into_object)
    }
    /// `destructor` of `__del__`.
    wrap_del(slf, args, f as destructor, t) {
        check(t, args, 0)?;
        f(slf);
        singletons::ok_none()
    }
    /// `iternextfunc`.
    wrap_next(slf, args, f as unaryfunc, t) {
        check(t, args, 0)?;
        let result = f(slf);
        if result.is_null() && !errors::occurred(t) {
            return Err(errors::stop_iteration_without_value(t));
        }
        Owned::from_result(result)
    }
    /// `descrgetfunc`.
    wrap_descr_get(slf, args, f as descrgetfunc, t) {
        check_positional(t, "__get__", args.len(), 1, 2)?;
        let some = |o: &&Object| if o.is(singletons::none()) { core::ptr::null_mut() } else { o.as_ptr() };
        let object = args.first().map_or(core::ptr::null_mut(), some);
        let class = args.get(1).map_or(core::ptr::null_mut(), some);
        if object.is_null() && class.is_null() {
            return Err(err!(t, TypeError, "__get__(None, None) is invalid"));
        }
        Owned::from_result(f(slf, object, class))
    }
    /// `descrsetfunc` as `__set__`.
    wrap_descr_set(slf, args, f as descrsetfunc, t) {
        check_positional(t, "__set__", args.len(), 2, 2)?;
        none_or_raised(f(slf, args[0].as_ptr(), args[1].as_ptr()))
    }
    /// `descrsetfunc` as `__delete__`.
    wrap_descr_delete(slf, args, f as descrsetfunc, t) {
        check(t, args, 1)?;
        none_or_raised(f(slf, args[0].as_ptr(), core::ptr::null_mut()))
    }
    /// `bf_getbuffer` as `__buffer__`.
    wrap_buffer(slf, args, f as getbufferproc, t) {
        check(t, args, 1)?;
        let flags = number::index_as_isize(t, args[0])?;
        let Ok(flags) = c_int::try_from(flags) else {
            return Err(err!(t, OverflowError, "buffer flags out of range"));
        };
        crate::state::memoryview_with(t, obj(slf), flags, f)
    }
    /// `bf_releasebuffer` as `__release_buffer__`.
    wrap_releasebuffer(slf, args, f as releasebufferproc, t) {
        let _ = f;
        check(t, args, 1)?;
        crate::state::release_memoryview(t, obj(slf), args[0])?;
        singletons::ok_none()
    }
}

macro_rules! wrap_richcmp {
    ($($name:ident $op:expr;)*) => {
        $(
            /// `richcmpfunc` with a fixed operator.
            pub unsafe extern "C" fn $name(
                slf: *mut PyObject, args: *mut PyObject, wrapped: *mut c_void,
            ) -> *mut PyObject {
                // SAFETY: the slot table pairs this wrapper with `tp_richcompare`.
                unsafe {
                    let t = enter();
                    let args = tuple(args);
                    let f = core::mem::transmute::<*mut c_void, richcmpfunc>(wrapped);
                    match check(t, args, 1) {
                        Ok(()) => f(slf, args[0].as_ptr(), $op),
                        Err(_) => core::ptr::null_mut(),
                    }
                }
            }
        )*
    };
}

wrap_richcmp! {
    richcmp_lt Py_LT;
    richcmp_le Py_LE;
    richcmp_eq Py_EQ;
    richcmp_ne Py_NE;
    richcmp_gt Py_GT;
    richcmp_ge Py_GE;
}

/// `tp_call` (takes keywords).
pub unsafe extern "C" fn wrap_call(
    slf: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the slot table pairs this wrapper with `tp_call`.
    unsafe {
        let f = core::mem::transmute::<*mut c_void, ternaryfunc>(wrapped);
        f(slf, args, kwargs)
    }
}

/// `tp_init` (takes keywords).
pub unsafe extern "C" fn wrap_init(
    slf: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the slot table pairs this wrapper with `tp_init`.
    unsafe {
        let f = core::mem::transmute::<*mut c_void, initproc>(wrapped);
        ret(none_or_raised(f(slf, args, kwargs)))
    }
}

fn get_index(t: &Thread, object: &Object, arg: &Object) -> PyResult<isize> {
    let mut i = number::index_as_isize_or(t, arg, crate::exceptions_class!(OverflowError))?;
    if i < 0 {
        // SAFETY: plain fields of a live type.
        let length = unsafe { (*object.class().as_type_ptr()).tp_as_sequence.as_ref().and_then(|s| s.sq_length) };
        if let Some(length) = length {
            // SAFETY: a slot of the object's type.
            let n = unsafe { length(object.as_ptr()) };
            if n < 0 {
                return Err(Raised::assume());
            }
            i += n;
        }
    }
    Ok(i)
}

/// Keeps `object.__setattr__(some_type, ..)` from going round the type's own slot (`hackcheck`).
fn hackcheck(t: &Thread, object: &Object, f: setattrofunc, what: &str) -> PyResult<()> {
    // SAFETY: plain fields of live types.
    unsafe {
        let Some(mro) = object.class().mro() else { return Ok(()) };
        let mro = mro.own();
        let slot_of = |class: &PyType| (*class.as_type_ptr()).tp_setattro.map_or(0, |s| s as usize);
        // Classes made in Python never define a native slot of their own.
        let from_python = slot_tp_setattro as *const () as usize;
        let own = slot_of(object.class());
        let mut defining: &PyType = object.class();
        for class in mro.as_slice().iter().rev() {
            let class: &PyType = class.cast_unchecked();
            if slot_of(class) != from_python && slot_of(class) == own {
                defining = class;
                break;
            }
        }
        // A call must not pass by a native slot in between.
        let mut next = Some(defining);
        while let Some(class) = next {
            if slot_of(class) == f as usize {
                return Ok(());
            }
            if slot_of(class) != from_python {
                return Err(err!(t, TypeError, "can't apply this {what} to {} object", object.class().name_lossy()));
            }
            next = class.base();
        }
    }
    Ok(())
}

/// Whether a native type has `class`'s `__new__` in Python's eyes, though its slot is its own
/// ([`heap_static::INHERITED_NEW`](super::heap_static::INHERITED_NEW)).
fn inherits_new(t: &Thread, ty: &PyType, class: &PyType) -> PyResult<bool> {
    let slot = |class: &PyType| {
        // SAFETY: a plain field of a live type.
        unsafe { (*class.as_type_ptr()).tp_new.map(|f| f as usize) }
    };
    let mut at = ty;
    loop {
        let own = match at.dict() {
            Some(dict) => dict.contains(t, name!(t, "__new__"))?,
            None => false,
        };
        if own {
            return Ok(core::ptr::eq(at.as_type_ptr(), class.as_type_ptr()));
        }
        let Some(base) = at.base() else { return Ok(false) };
        // Other classes may have lost theirs.
        if slot(at) != slot(base) && !super::heap_static::is_native(at.as_type_ptr()) {
            return Ok(false);
        }
        at = base;
    }
}

/// `type.__new__` of built-in types as a method: `tp_new_wrapper`.
pub fn new_wrapper(t: &Thread, class: &PyType, args: &Args<'_>) -> PyResult {
    let Some((subtype, rest)) = args.pos.split_first() else {
        return Err(err!(t, TypeError, "{:.200}.__new__(): not enough arguments", class.name_lossy()));
    };
    let Some(subtype) = subtype.downcast::<PyType>() else {
        return Err(err!(
            t,
            TypeError,
            "{:.200}.__new__(X): X is not a type object ({:.200})",
            class.name_lossy(),
            subtype.class().name_lossy()
        ));
    };
    if !subtype.is_subtype(class) {
        return Err(err!(
            t,
            TypeError,
            "{0:.200}.__new__({1:.200}): {1:.200} is not a subtype of {0:.200}",
            class.name_lossy(),
            subtype.name_lossy()
        ));
    }
    if subtype.has_flags(Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        return Err(err!(t, TypeError, "cannot create '{:.100}' instances", subtype.name_lossy()));
    }
    // SAFETY: plain fields of live types; `tp_new` gets a tuple and a dictionary or null.
    unsafe {
        let mut base = Some(subtype);
        while let Some(at) = base {
            if (*at.as_type_ptr()).tp_new.is_some_and(|f| f as usize == slot_tp_new as *const () as usize) {
                base = at.base();
            } else {
                break;
            }
        }
        let mut new = (*class.as_type_ptr()).tp_new;
        if let Some(base) = base
            && (*base.as_type_ptr()).tp_new.map(|f| f as usize) != new.map(|f| f as usize)
        {
            if inherits_new(t, base, class)? {
                new = (*base.as_type_ptr()).tp_new;
            } else {
                return Err(err!(
                    t,
                    TypeError,
                    "{:.200}.__new__({:.200}) is not safe, use {:.200}.__new__()",
                    class.name_lossy(),
                    subtype.name_lossy(),
                    base.name_lossy()
                ));
            }
        }
        let Some(new) = new else {
            return Err(err!(t, TypeError, "cannot create '{:.100}' instances", class.name_lossy()));
        };
        let tuple = PyTuple::from_slice(t, rest)?;
        let kwargs = keywords_dict(t, args)?;
        let kw = kwargs.as_ref().map_or(core::ptr::null_mut(), |d| d.as_ptr());
        Owned::from_result(new(subtype.as_type_ptr(), tuple.as_ptr(), kw))
    }
}

/// Makes an instance through `tp_new` alone; `None` if the type has none.
pub fn call_new(_t: &Thread, class: &PyType, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Option<Owned>> {
    // SAFETY: plain field of a live type; `tp_new` gets a tuple and a dictionary or null.
    unsafe {
        let Some(new) = (*class.as_type_ptr()).tp_new else { return Ok(None) };
        let kw = kwargs.map_or(core::ptr::null_mut(), |d| d.as_ptr());
        Owned::from_result(new(class.as_type_ptr(), args.as_ptr(), kw)).map(Some)
    }
}

/// The keyword arguments as a fresh dictionary, if there are any.
pub fn keywords_dict(t: &Thread, args: &Args<'_>) -> PyResult<Option<Owned<PyDict>>> {
    if args.n_keywords() == 0 {
        return Ok(None);
    }
    let dict = PyDict::new(t)?;
    args.for_each_keyword(t, |name, value| dict.set_item(t, name, value))?;
    Ok(Some(dict))
}
