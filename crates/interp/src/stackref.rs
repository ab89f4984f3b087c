//! Words of the evaluation stack: object pointers whose low bit says that the reference is not counted (`_PyStackRef`).
//!
//! A borrowed word is valid while what it was borrowed from (a local variable, a constant of the running code) cannot
//! change: the compiler's borrow analysis sees to that within a frame, and every exit from the frame (return, yield,
//! store to the heap) makes the reference a counted one.

use taipan_object::{Layout, Object, Own, Owned};
use taipan_runtime::abi::PyObject;
use taipan_runtime::refcount;

/// A word of the evaluation stack.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StackRef(pub usize);

const BORROWED: usize = 1;

impl StackRef {
    /// No object.
    pub const NULL: Self = Self(BORROWED);

    /// Whether there is no object.
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == BORROWED
    }

    /// Whether the word owns a reference.
    #[inline(always)]
    pub const fn is_counted(self) -> bool {
        self.0 & BORROWED == 0
    }

    /// Takes over a counted reference.
    #[inline(always)]
    pub fn from_owned<T: Layout>(value: Owned<T>) -> Self {
        Self(value.into_ptr() as usize)
    }

    /// Takes over a counted reference, or null.
    #[inline(always)]
    pub fn from_ptr_or_null(ptr: *mut PyObject) -> Self {
        if ptr.is_null() { Self::NULL } else { Self(ptr as usize) }
    }

    /// Borrows.
    #[inline(always)]
    pub fn borrowed(ptr: *mut PyObject) -> Self {
        Self(ptr as usize | BORROWED)
    }

    /// The same word, its reference not counted.
    #[inline(always)]
    #[must_use]
    pub const fn lend(self) -> Self {
        Self(self.0 | BORROWED)
    }

    /// A new counted reference.
    ///
    /// # Safety
    /// `ptr` points to a live object.
    #[inline(always)]
    pub unsafe fn new_ref(ptr: *mut PyObject) -> Self {
        // SAFETY: the caller's promise.
        unsafe { refcount::incref(ptr) };
        Self(ptr as usize)
    }

    /// The pointer (null for no object).
    #[inline(always)]
    pub const fn as_ptr(self) -> *mut PyObject {
        (self.0 & !BORROWED) as *mut PyObject
    }

    /// The object.
    ///
    /// # Safety
    /// Not null; alive as long as the word stays where it is.
    #[inline(always)]
    pub unsafe fn object<'a>(self) -> &'a Object {
        // SAFETY: the caller's promise.
        unsafe { Object::from_ptr(self.as_ptr()) }
    }

    /// Gives the reference back, if it is counted.
    ///
    /// # Safety
    /// The word is not used again.
    #[inline(always)]
    pub unsafe fn close(self) {
        if self.0 & BORROWED == 0 {
            // SAFETY: the caller's promise.
            unsafe { refcount::decref(self.0 as *mut PyObject) };
        }
    }

    /// A second word for the same object.
    ///
    /// # Safety
    /// The word is alive.
    #[inline(always)]
    pub unsafe fn dup(self) -> Self {
        if self.0 & BORROWED == 0 {
            // SAFETY: the caller's promise.
            unsafe { refcount::incref(self.0 as *mut PyObject) };
        }
        self
    }

    /// Turns the word into a counted reference.
    ///
    /// # Safety
    /// Not null; the word is not used again.
    #[inline(always)]
    pub unsafe fn into_owned(self) -> Owned {
        // SAFETY: the caller's promise.
        unsafe { if self.0 & BORROWED != 0 { self.object().own() } else { Owned::from_ptr(self.0 as *mut PyObject) } }
    }

    /// The same word with a counted reference, or null.
    ///
    /// # Safety
    /// The old word is not used again.
    #[inline(always)]
    pub unsafe fn make_strong(self) -> Self {
        if self.is_null() || self.0 & BORROWED == 0 {
            return self;
        }
        // SAFETY: the caller's promise.
        unsafe { Self::new_ref(self.as_ptr()) }
    }
}
