//! `object.h` and `cpython/object.h`: what all objects can do.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_uint, c_void};
use taipan_object::abi::*;
use taipan_object::{
    CompareOp, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyType, attr, compare, err, errors, exceptions,
    hash, name, state, typeobject, weakref,
};
use taipan_runtime::reftracer::{self, RefTracer};

/// `op.name` by a C string.
///
/// # Safety
/// As the API's functions.
unsafe fn attr_string(t: &taipan_object::Thread, op: Obj, name: *const c_char) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let op = nn(t, op)?;
        let ty = op.class().as_type_ptr();
        if let Some(slot) = (*ty).tp_getattr {
            return Owned::from_result(slot(op.as_ptr(), name.cast_mut()));
        }
        op.getattr(t, &*c_interned(t, name)?)
    }
}

fn only_attribute_error(t: &taipan_object::Thread, result: PyResult) -> PyResult<Option<Owned>> {
    errors::catch::<exceptions::AttributeError, _>(t, result)
}

capi! {
    /// Whether both are the same object.
    fn Py_Is(a: Obj, b: Obj) -> Raw<c_int> {
        (a == b).into()
    }

    /// Whether it is `None`.
    fn Py_IsNone(a: Obj) -> Raw<c_int> {
        (a == taipan_object::singletons::none().as_ptr()).into()
    }

    /// Whether it is `True`.
    fn Py_IsTrue(a: Obj) -> Raw<c_int> {
        (a == taipan_object::singletons::bool(true).as_ptr()).into()
    }

    /// Whether it is `False`.
    fn Py_IsFalse(a: Obj) -> Raw<c_int> {
        (a == taipan_object::singletons::bool(false).as_ptr()).into()
    }

    /// The type, borrowed from the object.
    fn Py_TYPE(op: Obj) -> Raw<*mut PyTypeObject> {
        (*op).ob_type
    }

    /// The type; a new reference.
    fn PyObject_Type[t](op: Obj) -> New {
        Ok(nn(t, op)?.class().as_object().own())
    }

    /// `repr(op)`; a new reference. Null gives "<NULL>".
    fn PyObject_Repr[t](op: Obj) -> New<PyStr> {
        match opt(op) {
            Some(op) => op.repr(t),
            None => PyStr::from_str(t, "<NULL>"),
        }
    }

    /// `str(op)`; a new reference. Null gives "<NULL>".
    fn PyObject_Str[t](op: Obj) -> New<PyStr> {
        match opt(op) {
            Some(op) => op.str(t),
            None => PyStr::from_str(t, "<NULL>"),
        }
    }

    /// `ascii(op)`; a new reference. Null gives "<NULL>".
    fn PyObject_ASCII[t](op: Obj) -> New<PyStr> {
        match opt(op) {
            Some(op) => op.ascii(t),
            None => PyStr::from_str(t, "<NULL>"),
        }
    }

    /// `bytes(op)`, but nothing of integers; a new reference. Null gives b"<NULL>".
    fn PyObject_Bytes[t](op: Obj) -> New {
        let Some(op) = opt(op) else { return PyBytes::new(t, b"<NULL>").map(Owned::into_object) };
        if op.is_exact::<PyBytes>() {
            return Ok(op.own());
        }
        if let Some(made) = attr::call_special(t, op, name!(t, "__bytes__"), &[])? {
            if !made.is_instance_of::<PyBytes>() {
                return Err(err!(
                    t,
                    TypeError,
                    "__bytes__ returned non-bytes (type {:.200})",
                    made.class().name_lossy()
                ));
            }
            return Ok(made);
        }
        PyBytes::from_object(t, op).map(Owned::into_object)
    }

    /// `a OP b`; a new reference.
    fn PyObject_RichCompare[t](a: Obj, b: Obj, op: c_int) -> New {
        if a.is_null() || b.is_null() {
            if !errors::occurred(t) {
                return Err(errors::bad_internal_call(t));
            }
            return Err(taipan_object::Raised::assume());
        }
        compare::rich_compare(t, o(a), o(b), CompareOp::from_c(op))
    }

    /// Whether `a OP b`, identity implying equality.
    fn PyObject_RichCompareBool[t](a: Obj, b: Obj, op: c_int) -> Flag {
        if a == b && (op == Py_EQ || op == Py_NE) {
            return Ok(op == Py_EQ);
        }
        if a.is_null() || b.is_null() {
            if !errors::occurred(t) {
                return Err(errors::bad_internal_call(t));
            }
            return Err(taipan_object::Raised::assume());
        }
        compare::rich_compare_bool(t, o(a), o(b), CompareOp::from_c(op))
    }

    /// `op.name`; a new reference.
    fn PyObject_GetAttr[t; name](op: Obj, name: Obj) -> New {
        nn(t, op)?.getattr(t, o(name))
    }

    /// `op.name`; a new reference.
    fn PyObject_GetAttrString[t](op: Obj, name: *const c_char) -> New {
        attr_string(t, op, name)
    }

    /// `op.name` into `*out` (a new reference): 1, 0 (and null) if there is none, -1 on other errors.
    fn PyObject_GetOptionalAttr[t; op, name](op: Obj, name: Obj, out: *mut Obj) -> Flag {
        let result = match o(name).downcast::<PyStr>() {
            Some(text) => o(op).getattr_opt(t, text),
            None => o(op).getattr(t, o(name)).map(Some),
        };
        found(out, result)
    }

    /// As `PyObject_GetOptionalAttr` with a C string.
    fn PyObject_GetOptionalAttrString[t; op](op: Obj, name: *const c_char, out: *mut Obj) -> Flag {
        let result = match c_interned(t, name) {
            Ok(text) => o(op).getattr_opt(t, &text),
            Err(raised) => Err(raised),
        };
        found(out, result)
    }

    /// `op.name` or null without an exception; a new reference.
    fn _PyObject_LookupAttr[t; op, name](op: Obj, name: Obj, out: *mut Obj) -> Flag {
        let result = match o(name).downcast::<PyStr>() {
            Some(text) => o(op).getattr_opt(t, text),
            None => o(op).getattr(t, o(name)).map(Some),
        };
        found(out, result)
    }

    /// `hasattr`; errors are reported as unraisable and mean "no".
    fn PyObject_HasAttr[t](op: Obj, name: Obj) -> Raw<c_int> {
        let result = only_attribute_error(t, nn(t, op).and_then(|op| op.getattr(t, o(name)))).map(|f| f.is_some());
        finish_has(t, "PyObject_HasAttr(); consider using PyObject_HasAttrWithError(), PyObject_GetOptionalAttr() or PyObject_GetAttr()", result)
    }

    /// As `PyObject_HasAttr` with a C string.
    fn PyObject_HasAttrString[t](op: Obj, name: *const c_char) -> Raw<c_int> {
        let result = only_attribute_error(t, attr_string(t, op, name)).map(|f| f.is_some());
        finish_has(t, "PyObject_HasAttrString(); consider using PyObject_HasAttrStringWithError(), PyObject_GetOptionalAttrString() or PyObject_GetAttrString()", result)
    }

    /// `hasattr`.
    fn PyObject_HasAttrWithError[t; name](op: Obj, name: Obj) -> Flag {
        Ok(only_attribute_error(t, nn(t, op)?.getattr(t, o(name)))?.is_some())
    }

    /// `hasattr`.
    fn PyObject_HasAttrStringWithError[t](op: Obj, name: *const c_char) -> Flag {
        Ok(only_attribute_error(t, attr_string(t, op, name))?.is_some())
    }

    /// `op.name = value`, or `del op.name` for null.
    fn PyObject_SetAttr[t; name](op: Obj, name: Obj, value: Obj) -> Status {
        nn(t, op)?.assign_attr(t, o(name), opt(value))
    }

    /// `op.name = value`, or `del op.name` for null.
    fn PyObject_SetAttrString[t](op: Obj, name: *const c_char, value: Obj) -> Status {
        let op = nn(t, op)?;
        if let Some(slot) = (*op.class().as_type_ptr()).tp_setattr {
            return if slot(op.as_ptr(), name.cast_mut(), value) < 0 {
                Err(taipan_object::Raised::assume())
            } else {
                Ok(())
            };
        }
        op.assign_attr(t, &*c_interned(t, name)?, opt(value))
    }

    /// `del op.name`.
    fn PyObject_DelAttr[t; name](op: Obj, name: Obj) -> Status {
        nn(t, op)?.assign_attr(t, o(name), None)
    }

    /// `del op.name`.
    fn PyObject_DelAttrString[t](op: Obj, name: *const c_char) -> Status {
        nn(t, op)?.assign_attr(t, &*c_interned(t, name)?, None)
    }

    /// `__dict__` as a getter; a new reference.
    fn PyObject_GenericGetDict[t; op](op: Obj, _context: *mut c_void) -> New {
        attr::generic_get_dict(t, o(op))
    }

    /// `__dict__` as a setter.
    fn PyObject_GenericSetDict[t; op](op: Obj, value: Obj, _context: *mut c_void) -> Status {
        attr::generic_set_dict(t, o(op), opt(value))
    }

    /// Where an instance keeps the pointer to its dictionary, which is made now if it is managed; null if it has none.
    fn _PyObject_GetDictPtr[t](op: Obj) -> Raw<*mut Obj> {
        let object = o(op);
        if object.class().flags() & Py_TPFLAGS_MANAGED_DICT != 0 {
            if attr::instance_dict(t, object).is_err() {
                errors::clear(t);
                return core::ptr::null_mut();
            }
            return attr::managed_dict_slot(object);
        }
        attr::dict_slot(object)
    }

    /// The instance's dictionary, made if need be; a new reference.
    fn PyObject_GetDict[t; op](op: Obj) -> New {
        attr::generic_get_dict(t, o(op))
    }

    /// Visits what a managed dictionary holds.
    fn PyObject_VisitManagedDict(op: Obj, visit: visitproc, arg: *mut c_void) -> Raw<c_int> {
        if o(op).class().flags() & Py_TPFLAGS_MANAGED_DICT == 0 {
            return 0;
        }
        typeobject::alloc::visit_managed_dict(op, visit, arg)
    }

    /// Gives a managed dictionary up.
    fn PyObject_ClearManagedDict(op: Obj) -> Void {
        if o(op).class().flags() & Py_TPFLAGS_MANAGED_DICT != 0 {
            typeobject::alloc::clear_managed_dict(op, false);
        }
    }

    /// `hash(op)`.
    fn PyObject_Hash[t; op](op: Obj) -> Length {
        hash::hash(t, o(op))
    }

    /// The hash by identity.
    fn PyObject_GenericHash(op: Obj) -> Raw<Size> {
        hash::hash_pointer(op)
    }

    /// `bool(op)`.
    fn PyObject_IsTrue[t](op: Obj) -> Raw<c_int> {
        match opt(op) {
            Some(op) => op.truth(t),
            None => {
                let _ = null_error(t);
                -1
            }
        }
    }

    /// `not op`.
    fn PyObject_Not[t; op](op: Obj) -> Flag {
        Ok(!o(op).is_true(t)?)
    }

    /// `callable(op)`; null is not.
    fn PyCallable_Check(op: Obj) -> Raw<c_int> {
        opt(op).is_some_and(Object::is_callable).into()
    }

    /// Kills the weak references to a dying object and calls their callbacks.
    fn PyObject_ClearWeakRefs(op: Obj) -> Void {
        weakref::clear_weakrefs(op);
    }

    /// Kills the weak references to an object without calling their callbacks.
    fn PyUnstable_Object_ClearWeakRefsNoCallbacks(op: Obj) -> Void {
        for reference in weakref::references_of(o(op)) {
            weakref::clear_one(reference.as_ptr().cast());
        }
    }

    /// `dir(op)`, or the local names for null; a new reference.
    fn PyObject_Dir[t](op: Obj) -> New {
        match opt(op) {
            Some(op) => op.dir(t).map(Owned::into_object),
            None => taipan_interp::builtins::dir_of_locals(t).map(Owned::into_object),
        }
    }

    /// The object itself, as `tp_iter` of iterators; a new reference.
    fn PyObject_SelfIter(op: Obj) -> New {
        Ok(o(op).own())
    }

    /// The slot `tp_iternext` of what has none any more.
    fn _PyObject_NextNotImplemented[t; op](op: Obj) -> New {
        Err(err!(t, TypeError, "'{:.200}' object is not iterable", o(op).class().name_lossy()))
    }

    /// Notes that a container's repr is being made: 1 if it is already.
    fn Py_ReprEnter[t](op: Obj) -> Raw<c_int> {
        (!state::repr_enter(t, o(op))).into()
    }

    /// The container's repr is made.
    fn Py_ReprLeave[t](op: Obj) -> Void {
        state::repr_leave(t, o(op));
    }

    /// Writes `repr(op)`, or `str(op)` with `Py_PRINT_RAW`, to a C stream.
    fn PyObject_Print[t](op: Obj, stream: *mut libc::FILE, flags: c_int) -> Status {
        taipan_object::call::enter_recursive(t, " printing an object")?;
        libc::clearerr(stream);
        let text = match opt(op) {
            None => "<nil>".to_string().into_bytes(),
            Some(op) if taipan_runtime::refcount::refcnt(op.as_ptr()) == 0 => {
                format!("<refcnt {} at {:p}>", 0, op.as_ptr()).into_bytes()
            }
            Some(op) => {
                let text = if flags & 1 != 0 { op.str(t)? } else { op.repr(t)? };
                text.encoded(t, Some("utf-8"), Some("backslashreplace"))?.as_bytes().to_vec()
            }
        };
        let written = t.allow_threads({
            let stream = stream as usize;
            let text = &text;
            move || libc::fwrite(text.as_ptr().cast(), 1, text.len(), stream as *mut libc::FILE)
        });
        if written < text.len() || libc::ferror(stream) != 0 {
            let raised = errors::last_os_error(t);
            libc::clearerr(stream);
            return Err(raised);
        }
        Ok(())
    }

    /// Writes what is known of an object to standard error, for debuggers.
    fn _PyObject_Dump[t](op: Obj) -> Void {
        match opt(op) {
            None => eprintln!("<object at NULL>"),
            Some(object) => eprintln!(
                "object address  : {op:p}\nobject refcount : {}\nobject type     : {:p}\nobject type name: {}\nobject repr     : {}",
                object.refcnt(),
                object.class(),
                object.class().name_lossy(),
                object.repr_lossy(t)
            ),
        }
    }

    /// Whether memory that was an object has been freed.
    fn _PyObject_IsFreed(op: Obj) -> Raw<c_int> {
        let filling = crate::pymem_debug::is_filling;
        (filling(op as usize) || filling((*op).ob_type as usize)).into()
    }

    /// One of the constants by its number; a new reference (all are immortal).
    fn Py_GetConstant[t](which: c_uint) -> Borrowed {
        constant(t, which)
    }

    /// One of the constants by its number; borrowed.
    fn Py_GetConstantBorrowed[t](which: c_uint) -> Borrowed {
        constant(t, which)
    }

    /// The memory of `cls`'s own data in an instance (types made with a negative `basicsize`).
    fn PyObject_GetTypeData(op: Obj, cls: *mut PyTypeObject) -> Raw<*mut c_void> {
        op.cast::<u8>().offset(typeobject::spec::type_data_offset(cls)).cast()
    }

    /// The items of an instance whose items stand at the end.
    fn PyObject_GetItemData[t](op: Obj) -> Raw<*mut c_void> {
        let ty = (*op).ob_type;
        if (*ty).tp_flags & Py_TPFLAGS_ITEMS_AT_END == 0 {
            let _ = err!(
                t,
                TypeError,
                "type '{}' does not have Py_TPFLAGS_ITEMS_AT_END",
                PyType::from_type_ptr(ty).fully_qualified_name(t).map_or_else(|_| String::new(), |n| n.to_string_lossy())
            );
            return core::ptr::null_mut();
        }
        op.cast::<u8>().offset((*ty).tp_basicsize).cast()
    }

    /// Sets the function that hears of every object that is made or destroyed; null takes it away.
    fn PyRefTracer_SetTracer[t](tracer: Option<RefTracer>, data: *mut c_void) -> Status {
        reftracer::set(t, tracer, data);
        Ok(())
    }

    /// The function that hears of every object that is made or destroyed, and its data.
    fn PyRefTracer_GetTracer(data: *mut *mut c_void) -> Raw<Option<RefTracer>> {
        let (tracer, its_data) = reftracer::get();
        if !data.is_null() {
            *data = its_data;
        }
        tracer
    }
}

fn finish_has(t: &taipan_object::Thread, what: &str, result: PyResult<bool>) -> c_int {
    match result {
        Ok(has) => has.into(),
        Err(_) => {
            errors::write_unraisable_msg(t, &format!("Exception ignored in {what}"), None);
            0
        }
    }
}

fn constant(t: &taipan_object::Thread, which: c_uint) -> PyResult<Obj> {
    let small = |value| PyInt::small(value).map(|v| v.as_object().as_ptr());
    let found = match which {
        0 => Some(taipan_object::singletons::none().as_ptr()),
        1 => Some(taipan_object::singletons::bool(false).as_ptr()),
        2 => Some(taipan_object::singletons::bool(true).as_ptr()),
        3 => Some(taipan_object::singletons::ellipsis().as_ptr()),
        4 => Some(taipan_object::singletons::not_implemented().as_ptr()),
        5 => small(0),
        6 => small(1),
        7 => Some(PyStr::empty().as_object().as_ptr()),
        8 => Some(PyBytes::empty().as_object().as_ptr()),
        9 => Some(taipan_object::PyTuple::empty().as_object().as_ptr()),
        _ => None,
    };
    found.ok_or_else(|| errors::bad_internal_call(t))
}
