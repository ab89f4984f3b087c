//! The current context of a thread (PEP 567): an object that only `_contextvars` understands.

use crate::Thread;
use crate::handle::{Object, Own, Owned};

/// The context that the thread runs in, if it has one yet.
pub fn current(t: &Thread) -> Option<Owned> {
    // SAFETY: the thread state owns its context.
    unsafe { Object::from_ptr_opt(t.raw().context).map(Own::own) }
}

/// Whether the thread runs in exactly this context.
pub fn is_current(t: &Thread, context: &Object) -> bool {
    core::ptr::eq(t.raw().context, context.as_ptr())
}

/// A number of the thread and one that changes whenever a variable may have another value in it: what is the same while both
/// are need not be looked up again.
pub fn version(t: &Thread) -> (u64, u64) {
    (t.raw().id, t.raw().context_ver)
}

/// Notes that a variable has another value in the thread's context.
pub fn changed(t: &Thread) {
    // SAFETY: the field is only touched by the thread itself.
    unsafe {
        let ts = t.as_ptr();
        (*ts).context_ver = (*ts).context_ver.wrapping_add(1);
    }
}

/// Makes a context the thread's current one; hands out the one before.
pub fn replace(t: &Thread, context: Option<Owned>) -> Option<Owned> {
    let new = context.map_or(core::ptr::null_mut(), Owned::into_ptr);
    // SAFETY: the thread state owns its context; the field is only touched by the thread itself.
    unsafe {
        let ts = t.as_ptr();
        (*ts).context_ver = (*ts).context_ver.wrapping_add(1);
        Owned::from_ptr_opt(core::mem::replace(&mut (*ts).context, new))
    }
}
