//! The buffer protocol (PEP 3118).

use crate::handle::{Object, Own, Owned, PyResult, Raised};
use crate::{PyBytes, err};
use core::ffi::c_int;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// An acquired buffer; released when dropped.
pub struct Buffer {
    view: Box<Py_buffer>,
}

impl Buffer {
    /// `PyObject_GetBuffer`.
    pub fn get(t: &Thread, object: &Object, flags: c_int) -> PyResult<Self> {
        let mut view = Box::new(Py_buffer::EMPTY);
        acquire(t, object, &mut view, flags)?;
        Ok(Self { view })
    }

    /// A contiguous read-only view (`y*`).
    pub fn readable(t: &Thread, object: &Object) -> PyResult<Self> {
        let buffer = Self::get(t, object, PyBUF_SIMPLE)?;
        Ok(buffer)
    }

    /// A contiguous writable view (`w*`).
    pub fn writable(t: &Thread, object: &Object) -> PyResult<Self> {
        match Self::get(t, object, PyBUF_WRITABLE) {
            Ok(buffer) => Ok(buffer),
            Err(_) => {
                crate::errors::clear(t);
                Err(err!(
                    t,
                    TypeError,
                    "read-write bytes-like object expected, not {:.50}",
                    object.class().name_lossy()
                ))
            }
        }
    }

    /// The C structure.
    pub const fn view(&self) -> &Py_buffer {
        &self.view
    }

    /// Number of bytes.
    pub const fn len(&self) -> usize {
        self.view.len as usize
    }

    /// The bytes of a contiguous buffer. Other Python code may write to the same memory, so no slice is handed out
    /// across calls that may run any: copy first, or use it at once.
    pub fn as_bytes(&self) -> &[u8] {
        if self.view.len <= 0 {
            return &[];
        }
        // SAFETY: the exporter keeps the memory in place while the view is held.
        unsafe { core::slice::from_raw_parts(self.view.buf.cast(), self.view.len as usize) }
    }

    /// The bytes of a contiguous writable buffer.
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        if self.view.len <= 0 {
            return &mut [];
        }
        // SAFETY: as above; the view was asked for as writable.
        unsafe { core::slice::from_raw_parts_mut(self.view.buf.cast(), self.view.len as usize) }
    }

    /// The `struct` format of the items.
    pub fn format(&self) -> &[u8] {
        if self.view.format.is_null() {
            return b"B";
        }
        // SAFETY: the exporter gives a C string.
        unsafe { core::ffi::CStr::from_ptr(self.view.format).to_bytes() }
    }

    /// The exporting object.
    pub fn object(&self) -> Option<Owned> {
        // SAFETY: the view holds a reference.
        unsafe { Object::from_ptr_opt(self.view.obj).map(Own::own) }
    }
}

#[cold]
#[inline(never)]
fn no_buffer(t: &Thread, object: &Object) -> Raised {
    err!(t, TypeError, "a bytes-like object is required, not '{:.100}'", object.class().name_lossy())
}

/// `PyObject_GetBuffer`: fills a view, which may point into itself and must stay where it is until it is released.
pub fn acquire(t: &Thread, object: &Object, view: &mut Py_buffer, flags: c_int) -> PyResult<()> {
    if flags == PyBUF_SIMPLE
        && let Some(bytes) = object.downcast_exact::<PyBytes>()
    {
        *view = Py_buffer {
            buf: bytes.data_ptr().cast(),
            obj: object.own().into_ptr(),
            len: bytes.len() as isize,
            itemsize: 1,
            readonly: 1,
            ndim: 1,
            ..Py_buffer::EMPTY
        };
        return Ok(());
    }
    let Some(slot) = procs(object).and_then(|p| p.bf_getbuffer) else { return Err(no_buffer(t, object)) };
    // SAFETY: a slot of the object's type.
    if unsafe { slot(object.as_ptr(), view, flags) } < 0 { Err(Raised::assume()) } else { Ok(()) }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the view was acquired and is released once.
        unsafe { release(&mut self.view) }
    }
}

/// `PyBuffer_Release`.
///
/// # Safety
/// `view` was filled by an exporter, or is empty.
pub unsafe fn release(view: &mut Py_buffer) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = view.obj;
        if object.is_null() {
            return;
        }
        if let Some(slot) = procs(Object::from_ptr(object)).and_then(|p| p.bf_releasebuffer) {
            slot(object, view);
        }
        view.obj = core::ptr::null_mut();
        taipan_runtime::refcount::decref(object);
    }
}

fn procs(object: &Object) -> Option<&PyBufferProcs> {
    // SAFETY: the table lives as long as the type.
    unsafe { (*object.class().as_type_ptr()).tp_as_buffer.as_ref() }
}

/// Whether the object exports a buffer.
pub fn is_buffer(object: &Object) -> bool {
    procs(object).is_some_and(|p| p.bf_getbuffer.is_some())
}

/// `PyBuffer_FillInfo`: a view of contiguous bytes.
#[inline]
pub fn fill_info(
    t: &Thread,
    view: &mut Py_buffer,
    object: &Object,
    data: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    if flags == PyBUF_READ || flags == PyBUF_WRITE {
        return Err(crate::errors::bad_internal_call(t));
    }
    if flags & PyBUF_WRITABLE == PyBUF_WRITABLE && readonly {
        return Err(not_writable(t));
    }
    view.obj = object.own().into_ptr();
    view.buf = data.cast();
    view.len = len as isize;
    view.readonly = c_int::from(readonly);
    view.itemsize = 1;
    view.format = if flags & PyBUF_FORMAT == PyBUF_FORMAT { c"B".as_ptr().cast_mut() } else { core::ptr::null_mut() };
    view.ndim = 1;
    view.shape = if flags & PyBUF_ND == PyBUF_ND { &raw mut view.len } else { core::ptr::null_mut() };
    view.strides = if flags & PyBUF_STRIDES == PyBUF_STRIDES { &raw mut view.itemsize } else { core::ptr::null_mut() };
    view.suboffsets = core::ptr::null_mut();
    view.internal = core::ptr::null_mut();
    Ok(())
}

#[cold]
#[inline(never)]
fn not_writable(t: &Thread) -> Raised {
    err!(t, BufferError, "Object is not writable.")
}

/// A copy of the bytes of a bytes-like object.
pub fn contiguous_bytes(t: &Thread, object: &Object) -> PyResult<Vec<u8>> {
    if let Some(bytes) = object.downcast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    let buffer = Buffer::readable(t, object)?;
    Ok(buffer.as_bytes().to_vec())
}

/// Whether a view lies in memory as one row-major block (`PyBuffer_IsContiguous(view, 'C')`).
pub fn is_c_contiguous(view: &Py_buffer) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    if view.len == 0 || view.strides.is_null() {
        return true;
    }
    let mut expected = view.itemsize;
    for i in (0..view.ndim as usize).rev() {
        // SAFETY: shape and strides have `ndim` entries.
        let (n, stride) = unsafe { (if view.shape.is_null() { 1 } else { *view.shape.add(i) }, *view.strides.add(i)) };
        if n > 1 && stride != expected {
            return false;
        }
        expected = expected.wrapping_mul(n);
    }
    true
}

/// Whether a view lies in memory as one column-major block (`PyBuffer_IsContiguous(view, 'F')`).
pub fn is_f_contiguous(view: &Py_buffer) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    if view.len == 0 {
        return true;
    }
    if view.strides.is_null() {
        // Row-major by definition: the same as column-major only in one dimension.
        if view.ndim <= 1 {
            return true;
        }
        // SAFETY: the shape, if there is one, has `ndim` entries.
        return view.shape.is_null()
            || (0..view.ndim as usize).filter(|&i| unsafe { *view.shape.add(i) } > 1).count() <= 1;
    }
    let mut expected = view.itemsize;
    for i in 0..view.ndim as usize {
        // SAFETY: shape and strides have `ndim` entries.
        let (n, stride) = unsafe { (if view.shape.is_null() { 1 } else { *view.shape.add(i) }, *view.strides.add(i)) };
        if n > 1 && stride != expected {
            return false;
        }
        expected = expected.wrapping_mul(n);
    }
    true
}

/// The address of the item at these indices (`PyBuffer_GetPointer`).
///
/// # Safety
/// The view is full (shape and strides given where there are dimensions) and the indices are within its shape.
pub unsafe fn item_ptr(view: &Py_buffer, indices: &[isize]) -> *mut u8 {
    let mut ptr = view.buf.cast::<u8>();
    for (i, &index) in indices.iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe {
            ptr = ptr.offset(*view.strides.add(i) * index);
            if !view.suboffsets.is_null() && *view.suboffsets.add(i) >= 0 {
                ptr = (*ptr.cast::<*mut u8>()).offset(*view.suboffsets.add(i));
            }
        }
    }
    ptr
}

/// The bytes of any view in row-major order (`PyBuffer_ToContiguous(.., 'C')`).
pub fn to_contiguous(t: &Thread, view: &Py_buffer) -> PyResult<Vec<u8>> {
    let len = view.len.max(0) as usize;
    let mut out = crate::bytes_methods::try_vec(t, len)?;
    if len == 0 {
        return Ok(out);
    }
    if is_c_contiguous(view) {
        // SAFETY: a contiguous view of `len` bytes.
        out.extend_from_slice(unsafe { core::slice::from_raw_parts(view.buf.cast(), len) });
        return Ok(out);
    }
    for_each_item(view, |ptr| {
        // SAFETY: the address of an item.
        out.extend_from_slice(unsafe { core::slice::from_raw_parts(ptr, view.itemsize as usize) });
    });
    Ok(out)
}

/// Calls `each` with the address of every item in row-major order. The view has shape and strides.
pub fn for_each_item(view: &Py_buffer, mut each: impl FnMut(*mut u8)) {
    let ndim = view.ndim.max(0) as usize;
    // SAFETY: the shape has `ndim` entries.
    let shape: Vec<isize> = (0..ndim).map(|i| unsafe { *view.shape.add(i) }).collect();
    if shape.iter().any(|&n| n <= 0) {
        return;
    }
    let mut indices = vec![0isize; ndim];
    loop {
        // SAFETY: the indices are within the shape.
        each(unsafe { item_ptr(view, &indices) });
        let mut axis = ndim;
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            indices[axis] += 1;
            if indices[axis] < shape[axis] {
                break;
            }
            indices[axis] = 0;
        }
    }
}
