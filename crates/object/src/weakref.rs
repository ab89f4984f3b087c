//! Weak references (`Objects/weakrefobject.c`): the objects and the lists that link them to their referents.

use crate::argparse::Args;
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult};
use crate::typeobject::{PyType, static_type};
use crate::{PyStr, PyTuple, attr, err, errors, layout, name, singletons};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::{self, *};
use taipan_runtime::{Thread, gc, refcount, thread};

layout!(
    /// `weakref.ReferenceType`.
    PyWeakRef,
    abi::PyWeakReference
);

/// The head of an object's list of weak references; null if its type has none.
unsafe fn list_of(op: *mut PyObject) -> *mut *mut PyWeakReference {
    // SAFETY: the offset belongs to the object's type.
    unsafe {
        let offset = (*(*op).ob_type).tp_weaklistoffset;
        if offset == 0 { core::ptr::null_mut() } else { op.cast::<u8>().offset(offset).cast() }
    }
}

/// As [`list_of`], of an object that may be one that all interpreters have in common: these have a list in each of those with
/// a GIL of its own, which is made if `make` asks for it, and null if not.
unsafe fn own_list_of(op: *mut PyObject, make: bool) -> *mut *mut PyWeakReference {
    // SAFETY: the caller's promise.
    unsafe {
        let list = list_of(op);
        if list.is_null() {
            return list;
        }
        crate::typeobject::share::weak_list(op, make).unwrap_or(list)
    }
}

unsafe fn unlink(r: *mut PyWeakReference) {
    // SAFETY: a reference on its referent's list, or dead.
    unsafe {
        let referent = (*r).wr_object;
        if referent == singletons::none().as_ptr() || referent.is_null() {
            return;
        }
        let list = own_list_of(referent, false);
        if !list.is_null() && *list == r {
            *list = (*r).wr_next;
        }
        (*r).wr_object = singletons::none().as_ptr();
        if !(*r).wr_prev.is_null() {
            (*(*r).wr_prev).wr_next = (*r).wr_next;
        }
        if !(*r).wr_next.is_null() {
            (*(*r).wr_next).wr_prev = (*r).wr_prev;
        }
        (*r).wr_prev = core::ptr::null_mut();
        (*r).wr_next = core::ptr::null_mut();
    }
}

/// Makes a weak reference dead without calling its callback; hook of the collector.
///
/// # Safety
/// `r` is a live weak reference.
pub unsafe fn clear_one(r: *mut PyWeakReference) {
    // SAFETY: the caller's promise.
    // It keeps the callback: giving that up could free what the collector is looking at.
    unsafe { unlink(r) };
}

/// Calls a callback (an owned reference) with the reference that died; hook of the collector.
///
/// # Safety
/// Both are live.
pub unsafe fn call_callback(r: *mut PyWeakReference, callback: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let t = thread::current();
        let callback: Owned = Owned::from_ptr(callback);
        if callback.call(t, &[Object::from_ptr(r.cast())]).is_err() {
            errors::write_unraisable_msg(t, "Exception ignored while calling weakref callback", Some(&callback));
        }
    }
}

/// Kills all weak references to a dying object and calls their callbacks (`PyObject_ClearWeakRefs`).
///
/// # Safety
/// `op` is dying; its fields are still whole.
#[inline]
pub unsafe fn clear_weakrefs(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let list = list_of(op);
        if !list.is_null() && !(*list).is_null() {
            clear_list(list);
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn clear_list(list: *mut *mut PyWeakReference) {
    // SAFETY: the list of a dying object.
    unsafe {
        let t = thread::current();
        let saved = errors::save(t);
        let mut calls: Vec<(Owned, *mut PyObject)> = Vec::new();
        while !(*list).is_null() {
            let r = *list;
            let callback = core::mem::replace(&mut (*r).wr_callback, core::ptr::null_mut());
            unlink(r);
            if !callback.is_null() {
                // A reference that is itself being destroyed is not called.
                if refcount::refcnt(r.cast()) > 0 {
                    calls.push((Object::from_ptr(r.cast()).own(), callback));
                } else {
                    refcount::decref(callback);
                }
            }
        }
        for (reference, callback) in calls {
            call_callback(reference.as_ptr().cast(), callback);
        }
        errors::restore(t, saved);
    }
}

/// The object that a weak reference refers to, if it lives.
pub fn target(reference: &Object) -> Option<Owned> {
    let r = reference.downcast::<PyWeakRef>()?;
    // SAFETY: the referent is alive or None; one that is being destroyed has count zero.
    unsafe {
        let op = (*r.raw()).wr_object;
        if op.is_null() || op == singletons::none().as_ptr() || refcount::refcnt(op) == 0 {
            return None;
        }
        Some(Object::from_ptr(op).own())
    }
}

/// Whether weak references to the object can be made.
pub fn supports_weakrefs(object: &Object) -> bool {
    // SAFETY: plain field.
    unsafe { (*object.class().as_type_ptr()).tp_weaklistoffset != 0 }
}

/// `weakref.ref(object, callback)`; the reference without callback is shared (`PyWeakref_NewRef`).
pub fn new_ref(t: &Thread, object: &Object, callback: Option<&Object>) -> PyResult {
    new_of(t, PyWeakRef::class(), object, callback)
}

/// A weak reference of the given type (`ref`, a subclass, or a proxy type).
pub fn new_of(t: &Thread, class: &PyType, object: &Object, callback: Option<&Object>) -> PyResult {
    let callback = attr::none_if_none(callback);
    // SAFETY: the list's links are kept by this file alone.
    unsafe {
        let list = own_list_of(object.as_ptr(), true);
        if list.is_null() {
            return Err(err!(t, TypeError, "cannot create weak reference to '{}' object", object.class().name_lossy()));
        }
        let shareable = callback.is_none() && class.flags() & Py_TPFLAGS_HEAPTYPE == 0;
        // The shared reference stands first, a shared proxy second.
        let is_plain = |r: *mut PyWeakReference, class: &PyType| {
            !r.is_null() && (*r).wr_callback.is_null() && core::ptr::addr_eq((*r).ob_base.ob_type, class)
        };
        let first = *list;
        let second = if first.is_null() { first } else { (*first).wr_next };
        if shareable {
            for candidate in [first, second] {
                if is_plain(candidate, class) && refcount::refcnt(candidate.cast()) > 0 {
                    return Ok(Object::from_ptr(candidate.cast()).own());
                }
            }
        }
        let made = class.alloc(t, 0)?;
        let r = made.as_ptr().cast::<PyWeakReference>();
        (*r).hash = -1;
        (*r).wr_object = object.as_ptr();
        (*r).wr_callback = callback.map_or(core::ptr::null_mut(), |c| c.own().into_ptr());
        (*r).vectorcall = Some(ref_vectorcall);
        // Allocation may have run a collection: the list is read again.
        let first = *list;
        let shared_ref = is_plain(first, PyWeakRef::class());
        let second = if shared_ref { (*first).wr_next } else { first };
        let shared_proxy = !second.is_null()
            && (*second).wr_callback.is_null()
            && (*(*second).ob_base.ob_type).tp_flags & Py_TPFLAGS_HEAPTYPE == 0;
        // A new reference comes before the older ones, but behind the shared ones.
        let after = if shareable && class.is(PyWeakRef::class()) {
            core::ptr::null_mut()
        } else if !shareable && shared_proxy {
            second
        } else if shared_ref {
            first
        } else {
            core::ptr::null_mut()
        };
        if after.is_null() {
            (*r).wr_prev = core::ptr::null_mut();
            (*r).wr_next = first;
            if !first.is_null() {
                (*first).wr_prev = r;
            }
            *list = r;
        } else {
            let next = (*after).wr_next;
            (*r).wr_prev = after;
            (*r).wr_next = next;
            if !next.is_null() {
                (*next).wr_prev = r;
            }
            (*after).wr_next = r;
        }
        Ok(made)
    }
}

/// All living weak references to an object, and their number.
pub fn references_of(object: &Object) -> Vec<Owned> {
    let mut out = Vec::new();
    // SAFETY: the list's links are kept by this file alone.
    unsafe {
        let list = own_list_of(object.as_ptr(), false);
        if list.is_null() {
            return out;
        }
        let mut r = *list;
        while !r.is_null() {
            if refcount::refcnt(r.cast()) > 0 {
                out.push(Object::from_ptr(r.cast()).own());
            }
            r = (*r).wr_next;
        }
    }
    out
}

unsafe extern "C" fn ref_vectorcall(
    callable: *mut PyObject,
    _args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called as a vectorcall function, with the GIL held.
    unsafe {
        let t = thread::current();
        if let Some(names) = Object::from_ptr_opt(kwnames)
            && names.cast_unchecked::<PyTuple>().len() > 0
        {
            let _ = err!(t, TypeError, "weakref() takes no keyword arguments");
            return core::ptr::null_mut();
        }
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        if n != 0 {
            let _ = err!(t, TypeError, "weakref expected 0 arguments, got {n}");
            return core::ptr::null_mut();
        }
        target(Object::from_ptr(callable)).unwrap_or_else(|| singletons::none().own()).into_ptr()
    }
}

/// Makes a weak reference dead and gives its callback up.
///
/// # Safety
/// `r` is a live weak reference; the callback's end may run Python code.
unsafe fn clear_whole(r: *mut PyWeakReference) {
    // SAFETY: the caller's promise.
    unsafe {
        unlink(r);
        let callback = core::mem::replace(&mut (*r).wr_callback, core::ptr::null_mut());
        if !callback.is_null() {
            refcount::decref(callback);
        }
    }
}

/// `tp_dealloc` of references and proxies.
pub unsafe extern "C" fn ref_dealloc(op: *mut PyObject) {
    // SAFETY: the reference is dead.
    unsafe {
        gc::maybe_untrack(op);
        clear_whole(op.cast());
        crate::typeobject::free_instance(op, (*op).ob_type);
    }
}

/// `tp_traverse` of references and proxies.
pub unsafe extern "C" fn ref_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live reference.
    unsafe {
        let callback = (*op.cast::<PyWeakReference>()).wr_callback;
        if callback.is_null() { 0 } else { visit(callback, arg) }
    }
}

/// `tp_clear` of references and proxies.
pub unsafe extern "C" fn ref_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live reference.
    unsafe { clear_whole(op.cast()) };
    0
}

impl PyWeakRef {
    const MEMBERS_LEN: usize = 2;
}

#[class(name = "weakref.ReferenceType", layout, export = _PyWeakref_RefType, flags(BASETYPE, HAVE_GC, HAVE_VECTORCALL),
    dealloc = ref_dealloc, traverse = ref_traverse, clear = ref_clear, call = crate::tramp::vectorcall_call,
    members = [
        PyMemberDef { name: c"__callback__".as_ptr(), r#type: _Py_T_OBJECT,
            offset: core::mem::offset_of!(PyWeakReference, wr_callback) as isize, flags: Py_READONLY, doc: core::ptr::null() },
        PyMemberDef::END,
    ])]
impl PyWeakRef {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if cls.is(Self::class()) {
            args.no_keywords(t, "ReferenceType")?;
        }
        crate::argparse::check_positional(t, "__new__", args.pos.len(), 1, 2)?;
        new_of(t, cls, args.pos[0], args.pos.get(1).copied())
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "ReferenceType")?;
        crate::argparse::check_positional(t, "__init__", args.pos.len(), 1, 2)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        // SAFETY: plain field.
        unsafe {
            let cached = (*self.raw()).hash;
            if cached != -1 {
                return Ok(cached);
            }
            let Some(object) = target(self) else {
                return Err(err!(t, TypeError, "weak object has gone away"));
            };
            let hash = crate::hash::hash(t, &object)?;
            (*self.raw()).hash = hash;
            Ok(hash)
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let Some(object) = target(self) else {
            return PyStr::from_fmt(t, format_args!("<weakref at {:p}; dead>", self.as_ptr())).map(Owned::into_object);
        };
        // Whatever goes wrong with the name, there is a repr without it.
        let name = object.getattr_opt(t, name!(t, "__name__")).unwrap_or_else(|_| {
            crate::errors::clear(t);
            None
        });
        let name = name.and_then(|n| n.into_type::<PyStr>().ok());
        let class = object.class().fully_qualified_name(t)?;
        match name {
            Some(name) => PyStr::from_fmt(
                t,
                format_args!(
                    "<weakref at {:p}; to '{}' at {:p} ({})>",
                    self.as_ptr(),
                    class.display(),
                    object.as_ptr(),
                    name.display()
                ),
            ),
            None => PyStr::from_fmt(
                t,
                format_args!("<weakref at {:p}; to '{}' at {:p}>", self.as_ptr(), class.display(), object.as_ptr()),
            ),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !other.is_instance_of::<Self>() {
            return singletons::ok_not_implemented();
        }
        match (target(self), target(other)) {
            (Some(a), Some(b)) => crate::compare::rich_compare(t, &a, &b, op),
            _ => {
                let same = core::ptr::addr_eq(self, other);
                Ok(singletons::bool(same == (op == CompareOp::Eq)).own())
            }
        }
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        crate::state::generic_alias(t, cls, object)
    }
}

/// Fills in the offset that the declaration cannot name.
pub(crate) fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        let ty = static_type::<PyWeakRef>();
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyWeakReference, vectorcall) as isize;
    }
}
