//! `weakrefobject.h`, `iterobject.h`, `genericaliasobject.h`, `structseq.h`, `context.h` and `namespaceobject`'s C side.

use crate::contract::*;
use core::ffi::{CStr, c_char, c_int};
use taipan_object::abi::*;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyResult, PyType, PyWeakRef, Thread, err, errors, name, singletons, weakref,
};
use taipan_std_concurrency::contextvars::{self, PyContext, PyContextVar};
use taipan_types::{structseq, weakproxy};

unsafe fn reference<'a>(t: &Thread, op: Obj) -> PyResult<&'a Object> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) } {
        Some(op) if op.is_instance_of::<PyWeakRef>() || weakproxy::is_proxy(op) => Ok(op),
        Some(_) => Err(err!(t, TypeError, "expected a weakref")),
        None => Err(errors::bad_internal_call(t)),
    }
}

fn referent(reference: &Object) -> Option<Owned> {
    if weakproxy::is_proxy(reference) { weakproxy::target(reference) } else { weakref::target(reference) }
}

/// `PyStructSequence_Field`.
#[repr(C)]
pub struct PyStructSequenceField {
    name: *const c_char,
    doc: *const c_char,
}

/// `PyStructSequence_Desc`.
#[repr(C)]
pub struct PyStructSequenceDesc {
    name: *const c_char,
    doc: *const c_char,
    fields: *mut PyStructSequenceField,
    n_in_sequence: c_int,
}

/// "unnamed field": fields whose name is this pointer have none.
#[unsafe(no_mangle)]
pub static PyStructSequence_UnnamedField: taipan_object::Static<*const c_char> =
    taipan_object::Static::new(c"unnamed field".as_ptr());

/// The fields of a description; unnamed ones have an empty name.
unsafe fn fields(desc: &PyStructSequenceDesc) -> Vec<(String, String)> {
    let mut all = Vec::new();
    // SAFETY: the fields end with an empty entry.
    unsafe {
        let mut field = desc.fields;
        while !(*field).name.is_null() {
            let unnamed = core::ptr::eq((*field).name, *PyStructSequence_UnnamedField.get());
            let name =
                if unnamed { String::new() } else { CStr::from_ptr((*field).name).to_string_lossy().into_owned() };
            all.push((name, c_text((*field).doc).unwrap_or_default()));
            field = field.add(1);
        }
    }
    all
}

/// `PyStructSequence_NewType` with more flags.
pub unsafe fn new_struct_type(t: &Thread, desc: &PyStructSequenceDesc, flags: u64) -> PyResult<Owned<PyType>> {
    let mut all = Vec::new();
    // SAFETY: the fields end with an empty entry; they live as long as the type, as the contract wants it.
    unsafe {
        let mut field = desc.fields;
        while !(*field).name.is_null() {
            let unnamed = core::ptr::eq((*field).name, *PyStructSequence_UnnamedField.get());
            all.push((if unnamed { core::ptr::null() } else { (*field).name }, (*field).doc));
            field = field.add(1);
        }
        structseq::new_heap_type(t, desc.name, desc.doc, &all, desc.n_in_sequence.max(0) as usize, flags)
    }
}

capi! {
    /// `weakref.ref(op, callback)`; a new reference.
    fn PyWeakref_NewRef[t; op](op: Obj, callback: Obj) -> New {
        weakref::new_ref(t, o(op), opt(callback))
    }

    /// `weakref.proxy(op, callback)`; a new reference.
    fn PyWeakref_NewProxy[t; op](op: Obj, callback: Obj) -> New {
        weakproxy::proxy(t, o(op), opt(callback))
    }

    /// The referent, borrowed, or None.
    fn PyWeakref_GetObject[t](op: Obj) -> Borrowed {
        match opt(op) {
            Some(reference) if reference.is_instance_of::<PyWeakRef>() || weakproxy::is_proxy(reference) => {
                // Somebody else keeps it alive.
                Ok(referent(reference).map_or_else(|| singletons::none().as_ptr(), |r| r.as_ptr()))
            }
            _ => Err(errors::bad_internal_call(t)),
        }
    }

    /// The referent into `*out` (a new reference): 1, 0 (and null) if it is dead, or -1.
    fn PyWeakref_GetRef[t](op: Obj, out: *mut Obj) -> Flag {
        *out = core::ptr::null_mut();
        let reference = reference(t, op)?;
        found(out, Ok(referent(reference)))
    }

    /// Whether the referent is dead.
    fn PyWeakref_IsDead[t](op: Obj) -> Flag {
        if op.is_null() {
            return Err(errors::bad_internal_call(t));
        }
        let object = o(op);
        if !object.is_instance_of::<PyWeakRef>() && !weakproxy::is_proxy(object) {
            return Err(err!(t, TypeError, "expected a weakref, got {}", object.class().fully_qualified_name(t)?.to_string_lossy()));
        }
        Ok(referent(object).is_none())
    }

    /// Makes a weak reference dead.
    fn _PyWeakref_ClearRef(op: *mut PyWeakReference) -> Void {
        weakref::clear_one(op);
    }

    /// An iterator by index; a new reference.
    fn PySeqIter_New[t; op](op: Obj) -> New {
        if !taipan_object::sequence::is_sequence(o(op)) {
            return Err(errors::bad_internal_call(t));
        }
        taipan_types::sequence_iterator(t, o(op))
    }

    /// `iter(callable, sentinel)`; a new reference.
    fn PyCallIter_New[t; callable, sentinel](callable: Obj, sentinel: Obj) -> New {
        taipan_types::callable_iterator(t, o(callable), o(sentinel))
    }

    /// `types.GenericAlias(origin, args)`; a new reference.
    fn Py_GenericAlias[t; origin, args](origin: Obj, args: Obj) -> New {
        taipan_types::generic_alias(t, o(origin), o(args))
    }

    /// `types.SimpleNamespace(**kwds)`; a new reference.
    fn _PyNamespace_New[t](kwds: Obj) -> New {
        let dict: Owned<PyDict> = match opt(kwds).and_then(|k| k.downcast::<PyDict>()) {
            Some(dict) => dict.own(),
            None => PyDict::new(t)?,
        };
        taipan_types::namespace::new(t, &dict)
    }

    /// A type of structure sequences; a new reference.
    fn PyStructSequence_NewType[t](desc: *mut PyStructSequenceDesc) -> Raw<*mut PyTypeObject> {
        match new_struct_type(t, &*desc, 0) {
            Ok(class) => class.into_object().into_ptr().cast(),
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// Makes a static type one of structure sequences.
    fn PyStructSequence_InitType2[t](ty: *mut PyTypeObject, desc: *mut PyStructSequenceDesc) -> Status {
        init_struct_type(t, ty, &*desc)
    }

    /// Makes a static type one of structure sequences.
    fn PyStructSequence_InitType[t](ty: *mut PyTypeObject, desc: *mut PyStructSequenceDesc) -> Void {
        let _ = init_struct_type(t, ty, &*desc);
    }

    /// A structure sequence of null fields, which C fills in; a new reference.
    fn PyStructSequence_New[t](ty: *mut PyTypeObject) -> New {
        structseq::new_empty(t, PyType::from_type_ptr(ty))
    }

    /// Sets a field; takes the reference over.
    fn PyStructSequence_SetItem(op: Obj, i: Size, value: Obj) -> Void {
        *(&raw mut (*op.cast::<PyTupleObject>()).ob_item).cast::<Obj>().offset(i) = value;
    }

    /// A field, borrowed.
    fn PyStructSequence_GetItem(op: Obj, i: Size) -> Raw<Obj> {
        *(&raw mut (*op.cast::<PyTupleObject>()).ob_item).cast::<Obj>().offset(i)
    }

    /// An empty context; a new reference.
    fn PyContext_New[t]() -> New {
        PyContext::class().call(t, &[])
    }

    /// A copy of a context; a new reference.
    fn PyContext_Copy[t; op](op: Obj) -> New {
        let Some(context) = o(op).downcast::<PyContext>() else {
            return Err(err!(t, TypeError, "an instance of Context was expected"));
        };
        context.as_object().call_method(t, name!(t, "copy"), &[])
    }

    /// A copy of the current context; a new reference.
    fn PyContext_CopyCurrent[t]() -> New<PyContext> {
        contextvars::copy_current(t)
    }

    /// Makes a context the current one.
    fn PyContext_Enter[t; op](op: Obj) -> Status {
        match o(op).downcast::<PyContext>() {
            Some(context) => context.enter(t),
            None => Err(err!(t, TypeError, "an instance of Context was expected")),
        }
    }

    /// Makes the context before the current one again.
    fn PyContext_Exit[t; op](op: Obj) -> Status {
        match o(op).downcast::<PyContext>() {
            Some(context) => context.exit(t),
            None => Err(err!(t, TypeError, "an instance of Context was expected")),
        }
    }

    /// A context variable; a new reference.
    fn PyContextVar_New[t](var_name: *const c_char, default: Obj) -> New {
        let name = c_str(t, var_name)?;
        match opt(default) {
            None => PyContextVar::class().call(t, &[&name]),
            Some(default) => PyContextVar::class().as_object().call_with(t, &[&name], &[("default", default)]),
        }
    }

    /// The value of a context variable, or the default, or null without an exception, into `*out` (a new reference).
    fn PyContextVar_Get[t; var](var: Obj, default: Obj, out: *mut Obj) -> Status {
        *out = core::ptr::null_mut();
        let Some(var) = o(var).downcast::<PyContextVar>() else {
            return Err(err!(t, TypeError, "an instance of ContextVar was expected"));
        };
        // No call: NumPy asks while an exception is in flight.
        if let Some(value) = var.value_or(t, opt(default)) {
            *out = value.into_ptr();
        }
        Ok(())
    }

    /// Sets a context variable; its token is a new reference.
    fn PyContextVar_Set[t; var, value](var: Obj, value: Obj) -> New {
        let Some(var) = o(var).downcast::<PyContextVar>() else {
            return Err(err!(t, TypeError, "an instance of ContextVar was expected"));
        };
        var.assign(t, o(value)).map(taipan_object::Owned::into_object)
    }

    /// Undoes the setting of a context variable.
    fn PyContextVar_Reset[t; var, token](var: Obj, token: Obj) -> Status {
        let Some(var) = o(var).downcast::<PyContextVar>() else {
            return Err(err!(t, TypeError, "an instance of ContextVar was expected"));
        };
        var.as_object().call_method(t, name!(t, "reset"), &[o(token)]).map(|_| ())
    }
}

unsafe fn init_struct_type(t: &Thread, ty: *mut PyTypeObject, desc: &PyStructSequenceDesc) -> PyResult<()> {
    // SAFETY: a static type of C code; the contract of the callers.
    unsafe {
        let all = fields(desc);
        let all: Vec<(&str, &str)> = all.iter().map(|(n, d)| (n.as_str(), d.as_str())).collect();
        structseq::init_type(t, ty, desc.name, desc.doc, &all, desc.n_in_sequence.max(0) as usize)
    }
}
