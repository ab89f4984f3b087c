//! Objects that wait outside of any interpreter, for instance in a queue between two of them.

use crate::handle::{Object, Own, Owned};
use core::mem::ManuallyDrop;
use taipan_runtime::{Thread, thread};

/// A reference that may be kept where any thread finds it, and used by whoever holds the GIL, which all interpreters
/// share.
pub struct Parked(ManuallyDrop<Owned>);

// SAFETY: the object is reached only with a `&Thread`, and so under the GIL; see `drop` for the end.
unsafe impl Send for Parked {}
// SAFETY: as above.
unsafe impl Sync for Parked {}

impl Parked {
    /// Keeps a reference.
    pub fn new(object: &Object) -> Self {
        Self(ManuallyDrop::new(object.own()))
    }

    /// The object.
    pub fn get<'a>(&'a self, _t: &'a Thread) -> &'a Object {
        &self.0
    }
}

impl Drop for Parked {
    /// Gives the reference up; where the GIL is not held, the object stays.
    fn drop(&mut self) {
        if !thread::current_ptr().is_null() {
            // SAFETY: nobody uses the field afterwards; this OS thread holds the GIL.
            unsafe { ManuallyDrop::drop(&mut self.0) };
        }
    }
}
