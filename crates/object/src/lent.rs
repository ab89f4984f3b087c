//! What interpreters that run at the same time have from each other: objects of all of them, and memory of one that others
//! read.

use crate::buffer::Buffer;
use crate::handle::{Object, Own, PyResult};
use crate::state;
use core::mem::ManuallyDrop;
use taipan_runtime::abi::{Py_buffer, PyBUF_FULL_RO, PyBUF_WRITABLE, PyObject};
use taipan_runtime::{Thread, thread};

/// An object that all interpreters have in common, for ever: what it refers to never changes.
pub struct Lasting(*mut PyObject);

// SAFETY: immortal, unchanging and in no collector's list.
unsafe impl Send for Lasting {}
// SAFETY: as above.
unsafe impl Sync for Lasting {}

impl Lasting {
    /// Makes an object, and what it refers to, one of all interpreters. No other may have it yet.
    pub fn new(object: &Object) -> Self {
        crate::typeobject::share::exclusively(|| {
            // SAFETY: the caller's promise.
            unsafe { crate::typeobject::share::share(object.as_ptr()) }
        });
        Self(object.as_ptr())
    }

    /// The object.
    pub fn get(&self) -> &'static Object {
        // SAFETY: immortal.
        unsafe { Object::from_ptr(self.0) }
    }
}

/// The memory of an object, which other interpreters may look at. It is given back where it comes from.
pub struct Lent {
    buffer: ManuallyDrop<Buffer>,
    owner: i64,
}

// SAFETY: others read the description of the memory only, and the object is touched by its own interpreter alone.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

impl Lent {
    /// Takes a buffer of an object.
    pub fn new(t: &Thread, object: &Object) -> PyResult<Self> {
        let buffer = Buffer::get(t, object, PyBUF_FULL_RO)?;
        Ok(Self { buffer: ManuallyDrop::new(buffer), owner: t.interpreter().id })
    }

    /// Shows the memory as that of `exporter`, which keeps this.
    pub fn export(&self, t: &Thread, exporter: &Object, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let own = self.buffer.view();
        if flags & PyBUF_WRITABLE != 0 && own.readonly != 0 {
            return Err(crate::err!(t, BufferError, "memoryview: underlying buffer is not writable"));
        }
        *view = Py_buffer {
            buf: own.buf,
            obj: exporter.own().into_ptr(),
            len: own.len,
            itemsize: own.itemsize,
            readonly: own.readonly,
            ndim: own.ndim,
            format: own.format,
            shape: own.shape,
            strides: own.strides,
            suboffsets: own.suboffsets,
            internal: core::ptr::null_mut(),
        };
        Ok(())
    }
}

impl Drop for Lent {
    /// Without its interpreter the buffer stays as it is.
    fn drop(&mut self) {
        // SAFETY: a current thread state is alive; the buffer is dropped once, where it belongs to.
        unsafe {
            let Some(t) = thread::current_ptr().as_ref() else { return };
            let buffer = &mut self.buffer;
            state::visit(t, self.owner, &mut |_| ManuallyDrop::drop(buffer));
        }
    }
}
