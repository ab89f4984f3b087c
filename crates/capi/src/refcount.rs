//! `refcount.h`: reference counts as functions, for the stable ABI and for languages without macros.

use crate::contract::{Obj, Raw, Size, Void, capi};
use taipan_object::abi::PyCodeObject;
use taipan_runtime::{dealloc, refcount, reftracer};

capi! {
    /// `Py_INCREF` or nothing for null.
    fn Py_IncRef(op: Obj) -> Void {
        if !op.is_null() {
            refcount::incref(op);
        }
    }

    /// `Py_DECREF` or nothing for null.
    fn Py_DecRef(op: Obj) -> Void {
        refcount::xdecref(op);
    }

    /// `Py_INCREF`; not null.
    fn _Py_IncRef(op: Obj) -> Void {
        refcount::incref(op);
    }

    /// `Py_DECREF`; not null.
    fn _Py_DecRef(op: Obj) -> Void {
        refcount::decref(op);
    }

    /// Destroys an object whose last reference has gone; `Py_DECREF` of C code calls it.
    fn _Py_Dealloc(op: Obj) -> Void {
        dealloc::dealloc(op);
    }

    /// A new reference to the object.
    fn Py_NewRef(op: Obj) -> Raw<Obj> {
        refcount::incref(op);
        op
    }

    /// A new reference to the object, or null for null.
    fn Py_XNewRef(op: Obj) -> Raw<Obj> {
        if !op.is_null() {
            refcount::incref(op);
        }
        op
    }

    /// The reference count.
    fn Py_REFCNT(op: Obj) -> Raw<Size> {
        refcount::refcnt(op) as isize
    }

    /// Gives a block of memory that C filled in itself its first reference.
    fn _Py_NewReference(op: Obj) -> Void {
        (*op).ob_refcnt = 1;
        (*op).ob_overflow = 0;
        (*op).ob_flags = 0;
        if reftracer::is_set() {
            reftracer::created(op);
        }
    }

    /// As `_Py_NewReference`, for an object that a destructor brings back to life.
    fn _Py_ResurrectReference(op: Obj) -> Void {
        (*op).ob_refcnt = 1;
    }

    /// Makes an object immortal.
    fn _Py_SetImmortal(op: Obj) -> Void {
        if !op.is_null() {
            // The collector has nothing to do with what is never freed.
            if taipan_runtime::gc::is_gc(op) && taipan_runtime::gc::is_tracked(op) {
                taipan_runtime::gc::untrack(op);
            }
            refcount::set_immortal(op);
        }
    }

    /// Sets the count of a mortal object.
    fn _Py_SetRefcnt(op: Obj, count: Size) -> Void {
        if !refcount::is_immortal(op) {
            (*op).ob_refcnt = count as u32;
        }
    }

    /// Whether an object is never freed.
    fn PyUnstable_IsImmortal(op: Obj) -> Raw<core::ffi::c_int> {
        refcount::is_immortal(op).into()
    }

    /// Takes a reference unless the object is being destroyed; with the GIL nothing is in between.
    fn PyUnstable_TryIncRef(op: Obj) -> Raw<core::ffi::c_int> {
        if refcount::refcnt(op) == 0 {
            return 0;
        }
        refcount::incref(op);
        1
    }

    /// Prepares an object for `PyUnstable_TryIncRef`: nothing is needed with the GIL.
    fn PyUnstable_EnableTryIncRef(_op: Obj) -> Void {}

    /// Deferred counting exists without the GIL only: 0, "not enabled".
    fn PyUnstable_Object_EnableDeferredRefcount(_op: Obj) -> Raw<core::ffi::c_int> {
        0
    }

    /// Whether nobody but the caller has a reference.
    fn PyUnstable_Object_IsUniquelyReferenced(op: Obj) -> Raw<core::ffi::c_int> {
        (refcount::refcnt(op) == 1).into()
    }

    /// Whether the object is a temporary of the running frame that nobody else refers to.
    fn PyUnstable_Object_IsUniqueReferencedTemporary[t](op: Obj) -> Raw<core::ffi::c_int> {
        if taipan_runtime::refcount::refcnt(op) != 1 {
            return 0;
        }
        let current = taipan_interp::frame::current(t);
        if current.is_null() {
            return 0;
        }
        // The words of the stack above the variables; a borrowed one has its low bit set.
        let code: Obj = ((*current).f_executable & !1) as Obj;
        let base = (&raw mut (*current).localsplus).cast::<usize>().add((*code.cast::<PyCodeObject>()).co_nlocalsplus as usize);
        let mut at = (*current).stackpointer.cast::<usize>();
        while at > base {
            at = at.sub(1);
            if *at & !1 == op as usize {
                return (*at & 1 == 0).into();
            }
        }
        0
    }
}
