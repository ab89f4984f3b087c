//! `pickle.PickleBuffer`: a buffer that may travel beside a pickle.

use crate::PyMemoryView;
use core::cell::UnsafeCell;
use taipan_object::abi::{Py_buffer, PyBUF_FULL_RO};
use taipan_object::handle::WeakList;
use taipan_object::{
    Head, Object, Owned, PyResult, PyType, Thread, Traverse, Visitor, buffer, class, err, object, upcast,
};

/// The view that is held: empty once released.
pub struct Held(UnsafeCell<Py_buffer>);

impl Traverse for Held {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        // SAFETY: the view holds a reference to its exporter, or none.
        unsafe { visitor.visit_ptr((*self.0.get()).obj) };
    }
    fn clear(&self) {
        // SAFETY: releasing empties the view; the structure stays where it is.
        unsafe { buffer::release(&mut *self.0.get()) };
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.clear();
    }
}

#[object]
pub struct PyPickleBuffer {
    view: Held,
    weakrefs: WeakList,
}

impl PyPickleBuffer {
    /// A pickle buffer of an object (`PyPickleBuffer_FromObject`).
    pub fn from_object(t: &Thread, class: &PyType, object: &Object) -> PyResult<Owned<Self>> {
        let made = class.instance(
            t,
            Self { head: Head::new(), view: Held(UnsafeCell::new(Py_buffer::EMPTY)), weakrefs: WeakList::new() },
        )?;
        // SAFETY: the structure is part of the object, so it stays in place; nobody else knows the object yet.
        buffer::acquire(t, object, unsafe { &mut *made.view.0.get() }, PyBUF_FULL_RO)?;
        Ok(made)
    }

    /// The view (`PyPickleBuffer_GetBuffer`); raises once released.
    pub fn view(&self, t: &Thread) -> PyResult<&Py_buffer> {
        // SAFETY: the view changes only when it is released.
        let view = unsafe { &*self.view.0.get() };
        if view.obj.is_null() {
            return Err(err!(t, ValueError, "operation forbidden on released PickleBuffer object"));
        }
        Ok(view)
    }

    /// Gives the view up (`PyPickleBuffer_Release`).
    pub fn release_view(&self) {
        let _alive = upcast(self).to_owned_object();
        self.view.clear();
    }

    /// The exporting object; raises once released.
    fn exporter(&self, t: &Thread) -> PyResult<Owned> {
        // SAFETY: a live view holds a reference to its exporter.
        Ok(unsafe { Object::from_ptr(self.view(t)?.obj) }.to_owned_object())
    }
}

#[class(name = "pickle.PickleBuffer", export = PyPickleBuffer_Type, flags(HAVE_GC), weaklist = weakrefs,
    doc = "Wrapper for potentially out-of-band buffers")]
impl PyPickleBuffer {
    #[new(sig = "(object, /)", text = "")]
    fn new(cls: &PyType, t: &Thread, object: &Object) -> PyResult<Owned<Self>> {
        Self::from_object(t, cls, object)
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let exporter = self.exporter(t)?;
        buffer::acquire(t, &exporter, view, flags)
    }

    /// Views lead to the exporter, which is who gets them back.
    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {}

    /// Return a memoryview of the raw memory underlying this buffer.
    ///
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method]
    fn raw(&self, t: &Thread) -> PyResult<Owned<PyMemoryView>> {
        let exporter = self.exporter(t)?;
        let mut view = Py_buffer::EMPTY;
        buffer::acquire(t, &exporter, &mut view, PyBUF_FULL_RO)?;
        if !view.suboffsets.is_null() || !(buffer::is_c_contiguous(&view) || buffer::is_f_contiguous(&view)) {
            // SAFETY: acquired above.
            unsafe { buffer::release(&mut view) };
            return Err(err!(t, BufferError, "cannot extract raw buffer from non-contiguous buffer"));
        }
        view.format = c"B".as_ptr().cast_mut();
        view.itemsize = 1;
        view.ndim = 1;
        view.shape = core::ptr::null_mut();
        view.strides = core::ptr::null_mut();
        PyMemoryView::from_view(t, view)
    }

    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[method]
    fn release(&self, _t: &Thread) {
        self.release_view();
    }
}
