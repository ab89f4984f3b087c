//! `pybuffer.h` and `memoryobject.h`: the buffer protocol and memoryviews.

use crate::contract::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use taipan_object::abi::*;
use taipan_object::{Object, Own, PyResult, PyStr, Raised, Thread, buffer, err, name, state};
use taipan_types::{PyByteArray, PyMemoryView};

fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    match order {
        b'C' => buffer::is_c_contiguous(view),
        b'F' => buffer::is_f_contiguous(view),
        b'A' => buffer::is_c_contiguous(view) || buffer::is_f_contiguous(view),
        _ => false,
    }
}

#[cold]
#[inline(never)]
fn no_view(t: &Thread, object: &Object) -> Raised {
    let who = if object.is_instance_of::<PyByteArray>() { "bytearray_getbuffer" } else { "PyBuffer_FillInfo" };
    err!(t, BufferError, "{who}: view==NULL argument is obsolete")
}

/// The addresses of all items, in C order or in Fortran order.
unsafe fn item_addresses(view: &Py_buffer, fortran: bool) -> Vec<*mut u8> {
    // SAFETY: a view as the protocol describes it.
    unsafe {
        let n = view.ndim.max(0) as usize;
        if n == 0 {
            return vec![view.buf.cast()];
        }
        let shape: Vec<isize> = if view.shape.is_null() {
            vec![view.len / view.itemsize.max(1)]
        } else {
            c_slice(view.shape, n as isize).to_vec()
        };
        if shape.iter().any(|&s| s <= 0) {
            return Vec::new();
        }
        let strides: Vec<isize> = if view.strides.is_null() {
            let mut strides = vec![view.itemsize; shape.len()];
            for i in (0..shape.len().saturating_sub(1)).rev() {
                strides[i] = strides[i + 1] * shape[i + 1];
            }
            strides
        } else {
            c_slice(view.strides, n as isize).to_vec()
        };
        let suboffsets = c_slice(view.suboffsets, if view.suboffsets.is_null() { 0 } else { n as isize });
        let mut all = Vec::new();
        let mut index = vec![0isize; shape.len()];
        loop {
            let mut at: *mut u8 = view.buf.cast();
            for (i, &ix) in index.iter().enumerate() {
                at = at.offset(strides[i] * ix);
                if suboffsets.get(i).is_some_and(|&s| s >= 0) {
                    at = (*at.cast::<*mut u8>()).offset(suboffsets[i]);
                }
            }
            all.push(at);
            // The last index runs fastest in C, the first in Fortran.
            let mut dimension = if fortran { 0 } else { shape.len() - 1 };
            loop {
                index[dimension] += 1;
                if index[dimension] < shape[dimension] {
                    break;
                }
                index[dimension] = 0;
                if fortran {
                    dimension += 1;
                    if dimension == shape.len() {
                        return all;
                    }
                } else if dimension == 0 {
                    return all;
                } else {
                    dimension -= 1;
                }
            }
        }
    }
}

/// Whether an order asks for Fortran's: "A" does if the view is so.
fn wants_fortran(view: &Py_buffer, order: u8) -> bool {
    order == b'F' || (order == b'A' && !is_contiguous(view, b'C') && is_contiguous(view, b'F'))
}

unsafe fn copy_out(out: *mut u8, view: &Py_buffer, order: u8) {
    // SAFETY: C says that there is room for all items.
    unsafe {
        if is_contiguous(view, order) {
            core::ptr::copy_nonoverlapping(view.buf.cast::<u8>(), out, view.len.max(0) as usize);
            return;
        }
        let size = view.itemsize.max(0) as usize;
        for (i, at) in item_addresses(view, wants_fortran(view, order)).into_iter().enumerate() {
            core::ptr::copy_nonoverlapping(at, out.add(i * size), size);
        }
    }
}

capi! {
    /// Whether the object exports a buffer.
    fn PyObject_CheckBuffer(op: Obj) -> Raw<c_int> {
        buffer::is_buffer(o(op)).into()
    }

    /// Fills a view of an object's memory, to be released with `PyBuffer_Release`.
    fn PyObject_GetBuffer[t; op](op: Obj, view: *mut Py_buffer, flags: c_int) -> Status {
        let object = o(op);
        if flags == PyBUF_READ || flags == PyBUF_WRITE {
            return Err(taipan_object::errors::bad_internal_call(t));
        }
        let Some(view) = view.as_mut() else { return Err(no_view(t, object)) };
        view.obj = core::ptr::null_mut();
        buffer::acquire(t, object, view, flags)
    }

    /// Gives a view back.
    fn PyBuffer_Release(view: *mut Py_buffer) -> Void {
        buffer::release(&mut *view);
    }

    /// Whether a view is contiguous in an order.
    fn PyBuffer_IsContiguous(view: *const Py_buffer, order: c_char) -> Raw<c_int> {
        is_contiguous(&*view, order as u8).into()
    }

    /// The address of an item.
    fn PyBuffer_GetPointer(view: *const Py_buffer, indices: *const Size) -> Raw<*mut c_void> {
        let view = &*view;
        let mut at: *mut u8 = view.buf.cast();
        for i in 0..view.ndim.max(0) as usize {
            at = at.offset(*view.strides.add(i) * *indices.add(i));
            if !view.suboffsets.is_null() && *view.suboffsets.add(i) >= 0 {
                at = (*at.cast::<*mut u8>()).offset(*view.suboffsets.add(i));
            }
        }
        at.cast()
    }

    /// The item size of a format, or -1 with an exception.
    fn PyBuffer_SizeFromFormat[t](format: *const c_char) -> Length {
        let module = state::import(t, "struct")?;
        let calcsize = module.getattr(t, name!(t, "calcsize"))?;
        let format = c_str(t, format)?;
        let size = calcsize.call(t, &[&format])?;
        taipan_object::number::index_as_isize(t, &size)
    }

    /// Copies the items of a view to contiguous memory.
    fn PyBuffer_ToContiguous[t](out: *mut c_void, view: *const Py_buffer, n: Size, order: c_char) -> Status {
        let view = &*view;
        if n != view.len {
            return Err(err!(t, ValueError, "PyBuffer_ToContiguous: len != view->len"));
        }
        copy_out(out.cast(), view, order as u8);
        Ok(())
    }

    /// Copies contiguous memory to the items of a view.
    fn PyBuffer_FromContiguous(view: *const Py_buffer, data: *const c_void, n: Size, order: c_char) -> Status {
        let view = &*view;
        let n = n.min(view.len);
        let order = order as u8;
        if is_contiguous(view, order) {
            core::ptr::copy_nonoverlapping(data.cast::<u8>(), view.buf.cast::<u8>(), n.max(0) as usize);
            return Ok(());
        }
        let size = view.itemsize.max(0) as usize;
        let count = (n.max(0) as usize).checked_div(size).unwrap_or(0);
        let fortran = order == b'F';
        for (i, at) in item_addresses(view, fortran).into_iter().take(count).enumerate() {
            core::ptr::copy_nonoverlapping(data.cast::<u8>().add(i * size), at, size);
        }
        Ok(())
    }

    /// Copies the items of one object's buffer to another's.
    fn PyObject_CopyData[t; target, source](target: Obj, source: Obj) -> Status {
        let (target, source) = (o(target), o(source));
        if !buffer::is_buffer(target) || !buffer::is_buffer(source) {
            return Err(err!(t, TypeError, "both destination and source must be bytes-like objects"));
        }
        let to = buffer::Buffer::get(t, target, PyBUF_FULL)?;
        let from = buffer::Buffer::get(t, source, PyBUF_FULL_RO)?;
        if to.view().len < from.view().len {
            return Err(err!(t, BufferError, "destination is too small to receive data from source"));
        }
        let mut bytes = vec![0u8; from.len()];
        copy_out(bytes.as_mut_ptr(), from.view(), b'C');
        let size = to.view().itemsize.max(1) as usize;
        for (i, at) in item_addresses(to.view(), false).into_iter().enumerate().take(bytes.len() / size) {
            core::ptr::copy_nonoverlapping(bytes.as_ptr().add(i * size), at, size);
        }
        Ok(())
    }

    /// Strides of contiguous memory.
    fn PyBuffer_FillContiguousStrides(
        ndim: c_int, shape: *mut Size, strides: *mut Size, itemsize: c_int, order: c_char,
    ) -> Void {
        let n = ndim.max(0) as usize;
        let mut step = itemsize as isize;
        let mut at = |i: usize| {
            *strides.add(i) = step;
            step *= *shape.add(i);
        };
        if order as u8 == b'F' {
            (0..n).for_each(&mut at);
        } else {
            (0..n).rev().for_each(&mut at);
        }
    }

    /// Fills a view of plain memory.
    fn PyBuffer_FillInfo[t](view: *mut Py_buffer, op: Obj, data: *mut c_void, n: Size, readonly: c_int, flags: c_int) -> Status {
        if view.is_null() {
            return Err(err!(t, BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete"));
        }
        if flags != PyBUF_SIMPLE {
            if flags == PyBUF_READ || flags == PyBUF_WRITE {
                return Err(taipan_object::errors::bad_internal_call(t));
            }
            if flags & PyBUF_WRITABLE != 0 && readonly != 0 {
                return Err(err!(t, BufferError, "Object is not writable."));
            }
        }
        let v = &mut *view;
        v.obj = opt(op).map_or(core::ptr::null_mut(), |op| op.own().into_ptr());
        v.buf = data;
        v.len = n;
        v.readonly = readonly;
        v.itemsize = 1;
        v.format = if flags & PyBUF_FORMAT != 0 { c"B".as_ptr().cast_mut() } else { core::ptr::null_mut() };
        v.ndim = 1;
        v.shape = if flags & PyBUF_ND != 0 { &raw mut v.len } else { core::ptr::null_mut() };
        v.strides = if flags & PyBUF_STRIDES == PyBUF_STRIDES { &raw mut v.itemsize } else { core::ptr::null_mut() };
        v.suboffsets = core::ptr::null_mut();
        v.internal = core::ptr::null_mut();
        Ok(())
    }

    /// `memoryview(op)`; a new reference.
    fn PyMemoryView_FromObject[t; op](op: Obj) -> New<PyMemoryView> {
        PyMemoryView::from_object(t, o(op))
    }

    /// A memoryview of plain memory; a new reference.
    fn PyMemoryView_FromMemory[t](data: *mut c_char, n: Size, flags: c_int) -> New<PyMemoryView> {
        PyMemoryView::from_memory(t, data.cast(), n.max(0) as usize, flags != PyBUF_WRITE)
    }

    /// A memoryview of a view that somebody else releases; a new reference.
    fn PyMemoryView_FromBuffer[t](view: *const Py_buffer) -> New<PyMemoryView> {
        if (*view).buf.is_null() {
            return Err(err!(
                t,
                ValueError,
                "PyMemoryView_FromBuffer(): info->buf must not be NULL"
            ));
        }
        let mut copy = *view;
        copy.obj = core::ptr::null_mut();
        PyMemoryView::from_view(t, copy)
    }

    /// A memoryview of contiguous memory: of the object itself, or of a copy. A new reference.
    fn PyMemoryView_GetContiguous[t; op](op: Obj, kind: c_int, order: c_char) -> New {
        let made = PyMemoryView::from_object(t, o(op))?;
        let view = &(*made.as_ptr().cast::<PyMemoryViewObject>()).view;
        if kind == PyBUF_WRITE && view.readonly != 0 {
            return Err(err!(t, BufferError, "underlying buffer is not writable"));
        }
        if is_contiguous(view, order as u8) {
            return Ok(made.into_object());
        }
        if kind == PyBUF_WRITE {
            return Err(err!(
                t,
                BufferError,
                "writable contiguous buffer requested for a non-contiguous object."
            ));
        }
        contiguous_copy(t, &made, order as u8)
    }

    /// The memory of an object, read only. Of old: nobody holds it meanwhile.
    fn PyObject_AsReadBuffer[t](op: Obj, data: *mut *const c_void, n: *mut Size) -> Status {
        old_buffer(t, op, data, n, PyBUF_SIMPLE)
    }

    /// The memory of an object, as text. Of old: nobody holds it meanwhile.
    fn PyObject_AsCharBuffer[t](op: Obj, data: *mut *const c_void, n: *mut Size) -> Status {
        old_buffer(t, op, data, n, PyBUF_SIMPLE)
    }

    /// The memory of an object, writable. Of old: nobody holds it meanwhile.
    fn PyObject_AsWriteBuffer[t](op: Obj, data: *mut *const c_void, n: *mut Size) -> Status {
        old_buffer(t, op, data, n, PyBUF_WRITABLE)
    }

    /// Whether the object exports its memory read only. Of old.
    fn PyObject_CheckReadBuffer[t](op: Obj) -> Raw<c_int> {
        match buffer::Buffer::readable(t, o(op)) {
            Ok(_) => 1,
            Err(_) => {
                taipan_object::errors::clear(t);
                0
            }
        }
    }
}

unsafe fn old_buffer(t: &Thread, op: Obj, data: *mut *const c_void, n: *mut Size, flags: c_int) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        if op.is_null() || data.is_null() || n.is_null() {
            return Err(null_error(t));
        }
        let held = buffer::Buffer::get(t, o(op), flags)?;
        *data = held.view().buf;
        *n = held.view().len;
        Ok(())
    }
}

/// A memoryview of a copy of the items in this order, with the same format and shape.
fn contiguous_copy(t: &Thread, source: &PyMemoryView, order: u8) -> PyResult {
    let fortran = order == b'F';
    let letter = PyStr::latin1_char(if fortran { b'F' } else { b'C' });
    let bytes = source.as_object().call_method(t, name!(t, "tobytes"), &[letter])?;
    // SAFETY: a memoryview has all arrays; the bytes are held by what is acquired of them.
    unsafe {
        let view = &(*source.as_object().as_ptr().cast::<PyMemoryViewObject>()).view;
        let mut shape: Vec<isize> = c_slice(view.shape, view.ndim as isize).to_vec();
        let mut strides = vec![0isize; shape.len()];
        let mut step = view.itemsize;
        for at in 0..shape.len() {
            let at = if fortran { at } else { shape.len() - 1 - at };
            strides[at] = step;
            step *= shape[at];
        }
        let mut copy = *view;
        let mut held = Py_buffer::EMPTY;
        buffer::acquire(t, &bytes, &mut held, PyBUF_SIMPLE)?;
        let format = match own_format(t, view.format) {
            Ok(format) => format,
            Err(raised) => {
                buffer::release(&mut held);
                return Err(raised);
            }
        };
        copy.buf = held.buf;
        copy.obj = held.obj;
        copy.readonly = 1;
        copy.format = format;
        copy.shape = shape.as_mut_ptr();
        copy.strides = strides.as_mut_ptr();
        copy.suboffsets = core::ptr::null_mut();
        let made = PyMemoryView::from_view_and_format(t, copy)?;
        // The view has its own copies of the arrays.
        let managed = (*made.as_ptr().cast::<PyMemoryViewObject>()).mbuf;
        if let Some(managed) = managed.as_mut() {
            managed.master.shape = core::ptr::null_mut();
            managed.master.strides = core::ptr::null_mut();
        }
        Ok(made.into_object())
    }
}

/// The same format in a block of its own: the exporter of the original may go before the copy does.
unsafe fn own_format(t: &Thread, format: *const c_char) -> PyResult<*mut c_char> {
    if format.is_null() {
        return Ok(core::ptr::null_mut());
    }
    // SAFETY: formats are C strings; the block has room for the text and its zero.
    unsafe {
        let text = CStr::from_ptr(format).to_bytes_with_nul();
        let block = taipan_runtime::mem::alloc(text.len());
        if block.is_null() {
            return Err(taipan_object::errors::no_memory(t));
        }
        block.copy_from_nonoverlapping(text.as_ptr(), text.len());
        Ok(block.cast())
    }
}
