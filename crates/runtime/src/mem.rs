//! Memory for objects: mimalloc behind the names of CPython's allocator domains.

use core::ffi::c_void;
use libmimalloc_sys as mi;

/// Allocates `size` bytes (at least one), or returns null.
#[inline]
pub fn alloc(size: usize) -> *mut u8 {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    // SAFETY: any size is valid for mi_malloc; it returns null when memory runs out.
    unsafe { mi::mi_malloc(size.max(1)).cast() }
}

/// Allocates `size` zeroed bytes (at least one), or returns null.
#[inline]
pub fn alloc_zeroed(size: usize) -> *mut u8 {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    // SAFETY: as in `alloc`.
    unsafe { mi::mi_zalloc(size.max(1)).cast() }
}

/// Resizes a block from this module, or returns null and leaves the block as it was.
///
/// # Safety
/// `ptr` is null or came from this module and has not been freed.
#[inline]
pub unsafe fn realloc(ptr: *mut u8, size: usize) -> *mut u8 {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { mi::mi_realloc(ptr.cast::<c_void>(), size.max(1)).cast() }
}

/// Frees a block from this module; null is allowed.
///
/// # Safety
/// `ptr` is null or came from this module and has not been freed.
#[inline]
pub unsafe fn free(ptr: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { mi::mi_free(ptr.cast::<c_void>()) }
}
