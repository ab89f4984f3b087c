//! What C code keeps in code objects, by an index that it was given (`PyUnstable_Code_SetExtra`): debuggers and
//! just-in-time compilers find their data there.

use super::PyCode;
use core::ffi::c_void;
use taipan_object::abi::PyCodeObject;
use taipan_object::{PyResult, errors};
use taipan_runtime::interpreter::{FreeExtra, MAX_CO_EXTRA_USERS};
use taipan_runtime::{Thread, mem, thread};

/// `_PyCodeObjectExtra`: the data follow, one word for each user.
#[repr(C)]
struct CodeExtra {
    ce_size: isize,
    ce_extras: [*mut c_void; 1],
}

/// The word of a user; the block has room for it.
unsafe fn word(block: *mut CodeExtra, index: usize) -> *mut *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*block).ce_extras).cast::<*mut c_void>().add(index) }
}

/// A new user's index, if there is one left.
pub fn request_index(t: &Thread, free: Option<FreeExtra>) -> Option<usize> {
    let interp = t.interpreter();
    let index = interp.co_extra_user_count.get() as usize;
    if index >= MAX_CO_EXTRA_USERS {
        return None;
    }
    interp.co_extra_user_count.set(index as isize + 1);
    interp.co_extra_freefuncs[index].set(free);
    Some(index)
}

/// A user's data in a code object; null if there are none.
pub fn get(code: &PyCode, index: isize) -> *mut c_void {
    // SAFETY: the block has as many words as it says.
    unsafe {
        let block = (*code.raw()).co_extra.cast::<CodeExtra>();
        if block.is_null() || index < 0 || index >= (*block).ce_size {
            return core::ptr::null_mut();
        }
        *word(block, index as usize)
    }
}

/// Sets a user's data in a code object; what stood there is freed by the user's function.
pub fn set(t: &Thread, code: &PyCode, index: isize, data: *mut c_void) -> PyResult<()> {
    let interp = t.interpreter();
    let users = interp.co_extra_user_count.get();
    if index < 0 || index >= users {
        return Err(errors::bad_internal_call(t));
    }
    let index = index as usize;
    // SAFETY: the block is the code object's own, and grows to a word for each user; the function is the user's.
    unsafe {
        let slot = &raw mut (*code.raw()).co_extra;
        let old = if (*slot).is_null() { 0 } else { (*(*slot).cast::<CodeExtra>()).ce_size };
        if old <= index as isize {
            let size = size_of::<CodeExtra>() + (users as usize - 1) * size_of::<*mut c_void>();
            let grown = mem::realloc((*slot).cast(), size).cast::<CodeExtra>();
            if grown.is_null() {
                return Err(errors::no_memory(t));
            }
            *slot = grown.cast();
            for i in old..users {
                *word(grown, i as usize) = core::ptr::null_mut();
            }
            (*grown).ce_size = users;
        }
        let place = word((*slot).cast(), index);
        let before = *place;
        if !before.is_null()
            && let Some(free) = interp.co_extra_freefuncs[index].get()
        {
            free(before);
        }
        // Freeing may have run code that set data of another user, and so moved the block.
        *word((*slot).cast(), index) = data;
    }
    Ok(())
}

/// Frees what users keep in a dying code object.
///
/// # Safety
/// The code object is dead, and the GIL is held.
pub(super) unsafe fn free(code: *mut PyCodeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let block = (*code).co_extra.cast::<CodeExtra>();
        if block.is_null() {
            return;
        }
        let interp = thread::current().interpreter();
        for index in 0..(*block).ce_size as usize {
            if let Some(free) = interp.co_extra_freefuncs[index].get() {
                free(*word(block, index));
            }
        }
        mem::free(block.cast());
    }
}
