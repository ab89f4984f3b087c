//! Destruction at count zero, with deep structures unwound without native recursion (CPython's trashcan).

use crate::{gc, reftracer, thread};
use taipan_abi::{Py_TPFLAGS_HAVE_GC, PyObject, destructor};

/// Native stack that a destructor may use before destruction of containers is put off.
const DEALLOC_MARGIN: usize = 256 * 1024;

/// `_Py_Dealloc`: runs the type's destructor. A container met when the native stack runs low is put on the thread's
/// `delete_later` list instead, which the outermost destructor empties.
///
/// # Safety
/// `op` has just lost its last reference; the GIL is held.
#[cold]
#[inline(never)]
pub unsafe fn dealloc(op: *mut PyObject) {
    // SAFETY: a live object has a type with a destructor; the list is threaded through the GC head, which a dying
    // untracked container no longer needs.
    unsafe {
        let ty = (*op).ob_type;
        let Some(destroy) = (*ty).tp_dealloc else { return };
        if reftracer::is_set() {
            return dealloc_traced(op, destroy);
        }
        if (*ty).tp_flags & Py_TPFLAGS_HAVE_GC == 0 {
            return destroy(op);
        }
        dealloc_container(op, destroy);
    }
}

/// Tells the tracer before the object goes. Apart, so that others save no registers.
#[cold]
#[inline(never)]
unsafe fn dealloc_traced(op: *mut PyObject, destroy: destructor) {
    // SAFETY: as in `dealloc`.
    unsafe {
        reftracer::destroyed(op);
        if (*(*op).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC == 0 {
            return destroy(op);
        }
        dealloc_container(op, destroy);
    }
}

/// Ends a container, or leaves it for later when the native stack is low. Apart, so that the end of a number costs no
/// saved registers.
#[inline(never)]
unsafe fn dealloc_container(op: *mut PyObject, destroy: destructor) {
    // SAFETY: as in `dealloc`.
    unsafe {
        let t = thread::current_ptr();
        if t.is_null() {
            return destroy(op);
        }
        let low = (*t).stack_low(DEALLOC_MARGIN);
        if low {
            deposit(t, op);
            return;
        }
        destroy(op);
        if !(*t).raw().delete_later.is_null() && !(*t).stack_low(DEALLOC_MARGIN * 2) {
            destroy_chain(t);
        }
    }
}

unsafe fn deposit(t: *const thread::Thread, op: *mut PyObject) {
    // SAFETY: `op` is dying and is a container, so its GC head is free to hold the link.
    unsafe {
        if gc::is_tracked(op) {
            gc::untrack(op);
        }
        let head = gc::head(op);
        (*head)._gc_prev = (*t).raw().delete_later as usize;
        (*(*t).as_ptr()).delete_later = op;
    }
}

#[inline(never)]
unsafe fn destroy_chain(t: *const thread::Thread) {
    // SAFETY: the objects on the list were put there by `deposit`, each with no reference left.
    unsafe {
        let tstate = (*t).as_ptr();
        while !(*tstate).delete_later.is_null() {
            let op = (*tstate).delete_later;
            let head = gc::head(op);
            (*tstate).delete_later = (*head)._gc_prev as *mut PyObject;
            (*head)._gc_prev = 0;
            let ty = (*op).ob_type;
            if let Some(destroy) = (*ty).tp_dealloc {
                destroy(op);
            }
        }
    }
}
