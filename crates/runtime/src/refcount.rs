//! Reference counts exactly as CPython 3.14 keeps them: a 32-bit count, immortal from 2^31 on.
//!
//! Macros compiled into wheels do the same on the same field, so nothing here may count differently: `ob_overflow` and
//! `ob_flags` of a mortal object stay zero, since wheels built for old stable ABIs decrement the whole 64-bit word.

use taipan_abi::{_Py_IMMORTAL_FLAGS, _Py_IMMORTAL_INITIAL_REFCNT, PyObject};

/// Whether the object is never freed.
///
/// # Safety
/// `op` points to an object.
#[inline(always)]
pub unsafe fn is_immortal(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { ((*op).ob_refcnt as i32) < 0 }
}

/// `Py_INCREF`.
///
/// # Safety
/// `op` points to an object; the GIL is held.
#[inline(always)]
pub unsafe fn incref(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*op).ob_refcnt;
        if count >= _Py_IMMORTAL_INITIAL_REFCNT {
            return;
        }
        (*op).ob_refcnt = count + 1;
    }
}

/// `Py_DECREF`: frees the object when the last reference goes.
///
/// # Safety
/// `op` points to an object of which the caller owns a reference; the GIL is held.
#[inline(always)]
pub unsafe fn decref(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*op).ob_refcnt;
        if (count as i32) < 0 {
            return;
        }
        (*op).ob_refcnt = count - 1;
        if count == 1 {
            crate::dealloc::dealloc(op);
        }
    }
}

/// `Py_XDECREF`.
///
/// # Safety
/// As [`decref`], or null.
#[inline(always)]
pub unsafe fn xdecref(op: *mut PyObject) {
    if !op.is_null() {
        // SAFETY: the caller's promise.
        unsafe { decref(op) }
    }
}

/// `Py_REFCNT`.
///
/// # Safety
/// `op` points to an object.
#[inline(always)]
pub unsafe fn refcnt(op: *mut PyObject) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { (*op).ob_refcnt }
}

/// Bit of `ob_flags`, ours alone: the object is the same in all interpreters, those with a GIL of their own too. It is
/// immortal, never changes, and no collector knows of it.
pub const SHARED: u16 = 1 << 6;

/// Whether all interpreters have the object in common.
///
/// # Safety
/// `op` points to an object.
#[inline(always)]
pub unsafe fn is_shared(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*op).ob_flags & SHARED != 0 }
}

/// Notes that all interpreters have the object in common, and makes it immortal.
///
/// # Safety
/// `op` points to an object that no other thread can reach yet.
pub unsafe fn set_shared(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        set_immortal(op);
        (*op).ob_flags |= SHARED;
    }
}

/// `_Py_SetImmortal`: from now on the object is never freed.
///
/// # Safety
/// `op` points to an object; the GIL is held.
pub unsafe fn set_immortal(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if !is_immortal(op) {
            (*op).ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
            (*op).ob_flags |= _Py_IMMORTAL_FLAGS;
        }
    }
}
