//! `memoryview`, and the Python side of the buffer protocol (PEP 688).
//!
//! A managed buffer holds one acquired buffer; memoryviews of it count themselves in it and copy shape and strides, so
//! that each can be sliced and cast on its own. The exporter is released with the last view.

pub mod items;

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use items::{compare_items, pack, unpack};
use taipan_macros::{class, object};
use taipan_object::abi::*;
use taipan_object::buffer::{self, Buffer};
use taipan_object::clinic::slice_index_not_none;
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, PyType,
    Raised, Slot, Thread, Visitor, err, errors, exceptions_class, layout, name, new_object, number, singletons, state,
    typeobject,
};
use taipan_runtime::{gc, refcount};

const RELEASED: c_int = 0x001;
/// Of a managed buffer: its format is a block of its own.
const FREE_FORMAT: c_int = 2;
const C_ORDER: c_int = 0x002;
const F_ORDER: c_int = 0x004;
const SCALAR: c_int = 0x008;
const INDIRECT: c_int = 0x010;
const RESTRICTED: c_int = 0x020;

/// Formats that a view can be cast to: a character and its item size.
const FORMATS: &[(u8, isize, &core::ffi::CStr, &core::ffi::CStr)] = &[
    (b'c', 1, c"c", c"@c"),
    (b'b', 1, c"b", c"@b"),
    (b'B', 1, c"B", c"@B"),
    (b'h', 2, c"h", c"@h"),
    (b'H', 2, c"H", c"@H"),
    (b'i', 4, c"i", c"@i"),
    (b'I', 4, c"I", c"@I"),
    (b'l', 8, c"l", c"@l"),
    (b'L', 8, c"L", c"@L"),
    (b'q', 8, c"q", c"@q"),
    (b'Q', 8, c"Q", c"@Q"),
    (b'n', 8, c"n", c"@n"),
    (b'N', 8, c"N", c"@N"),
    (b'f', 4, c"f", c"@f"),
    (b'd', 8, c"d", c"@d"),
    (b'e', 2, c"e", c"@e"),
    (b'?', 1, c"?", c"@?"),
    (b'P', 8, c"P", c"@P"),
];

/// The item sizes of `FORMATS` by their characters; 0 for other characters.
static SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut i = 0;
    while i < FORMATS.len() {
        sizes[FORMATS[i].0 as usize] = FORMATS[i].1 as u8;
        i += 1;
    }
    sizes
};

/// The native format that a format string means, if it is a single character.
fn native_format(format: &[u8]) -> Option<(u8, isize)> {
    let format = format.strip_prefix(b"@").unwrap_or(format);
    match *format {
        [c] if SIZES[c as usize] != 0 => Some((c, SIZES[c as usize] as isize)),
        _ => None,
    }
}

layout!(
    /// Holds an acquired buffer for its memoryviews.
    PyManagedBuffer,
    _PyManagedBufferObject
);
layout!(
    /// `memoryview`.
    PyMemoryView,
    PyMemoryViewObject
);

impl PyManagedBuffer {
    /// Acquires a buffer.
    fn from_object(t: &Thread, object: &Object, flags: c_int) -> PyResult<Owned<Self>> {
        let out = Self::class().alloc(t, 0)?;
        // SAFETY: a fresh instance of the type. The exporter may let the view point into itself, so it is filled in
        // place; until then nothing is to be released.
        unsafe {
            let out: Owned<Self> = out.cast_unchecked();
            (*out.raw()).flags = RELEASED;
            buffer::acquire(t, object, &mut (*out.raw()).master, flags)?;
            (*out.raw()).flags = 0;
            Ok(out)
        }
    }

    /// Acquires what one slot exports for an object.
    fn from_slot(t: &Thread, object: &Object, flags: c_int, slot: getbufferproc) -> PyResult<Owned<Self>> {
        let out = Self::class().alloc(t, 0)?;
        // SAFETY: as in `from_object`; the slot belongs to the object's type or one of its bases.
        unsafe {
            let out: Owned<Self> = out.cast_unchecked();
            (*out.raw()).flags = RELEASED;
            if slot(object.as_ptr(), &mut (*out.raw()).master, flags) < 0 {
                return Err(taipan_object::Raised::assume());
            }
            (*out.raw()).flags = 0;
            Ok(out)
        }
    }

    /// Takes over an acquired buffer.
    fn from_view(t: &Thread, view: Py_buffer) -> PyResult<Owned<Self>> {
        let mut view = view;
        match Self::class().alloc(t, 0) {
            Ok(out) => {
                // SAFETY: a fresh instance of the type.
                unsafe {
                    let out: Owned<Self> = out.cast_unchecked();
                    (*out.raw()).master = view;
                    Ok(out)
                }
            }
            Err(raised) => {
                // SAFETY: an acquired view, released once.
                unsafe { buffer::release(&mut view) };
                Err(raised)
            }
        }
    }

    fn release(&self) {
        // SAFETY: the flag makes sure that the buffer is released once.
        unsafe {
            let raw = self.raw();
            if (*raw).flags & RELEASED != 0 {
                return;
            }
            (*raw).flags |= RELEASED;
            gc::maybe_untrack(self.as_ptr());
            buffer::release(&mut (*raw).master);
            if (*raw).flags & FREE_FORMAT != 0 {
                let format = core::mem::replace(&mut (*raw).master.format, core::ptr::null_mut());
                taipan_runtime::mem::free(format.cast());
            }
        }
    }
}

unsafe extern "C" fn managed_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead.
    unsafe {
        let buffer: &PyManagedBuffer = Object::from_ptr(op).cast_unchecked();
        buffer.release();
        gc::maybe_untrack(op);
        typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn managed_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live object.
    unsafe {
        let mut visitor = Visitor::new(visit, arg);
        let raw = op.cast::<_PyManagedBufferObject>();
        visitor.visit_ptr((*raw).master.obj);
        visitor.result()
    }
}

unsafe extern "C" fn managed_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live object.
    unsafe { Object::from_ptr(op).cast_unchecked::<PyManagedBuffer>().release() };
    0
}

#[class(
    name = "managedbuffer", layout, export = _PyManagedBuffer_Type, flags(HAVE_GC), no_new,
    dealloc = managed_dealloc, traverse = managed_traverse, clear = managed_clear, doc = ""
)]
impl PyManagedBuffer {}

impl PyMemoryView {
    fn view(&self) -> &Py_buffer {
        // SAFETY: shape and strides belong to the object; the view changes only when it is made.
        unsafe { &(*self.raw()).view }
    }

    fn flags(&self) -> c_int {
        // SAFETY: plain field.
        unsafe { (*self.raw()).flags }
    }

    fn set_flag(&self, flag: c_int) {
        // SAFETY: plain field.
        unsafe { (*self.raw()).flags |= flag };
    }

    fn managed(&self) -> Option<&PyManagedBuffer> {
        // SAFETY: null or a managed buffer that the view keeps alive.
        unsafe { Object::from_ptr_opt((*self.raw()).mbuf.cast()).map(|m| m.cast_unchecked()) }
    }

    fn ndim(&self) -> usize {
        self.view().ndim.max(0) as usize
    }

    fn shape(&self) -> &[isize] {
        // SAFETY: the shape has `ndim` entries within the object.
        if self.ndim() == 0 { &[] } else { unsafe { core::slice::from_raw_parts(self.view().shape, self.ndim()) } }
    }

    fn strides(&self) -> &[isize] {
        // SAFETY: as above.
        if self.ndim() == 0 { &[] } else { unsafe { core::slice::from_raw_parts(self.view().strides, self.ndim()) } }
    }

    fn suboffsets(&self) -> &[isize] {
        let view = self.view();
        if view.suboffsets.is_null() {
            return &[];
        }
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts(view.suboffsets, self.ndim()) }
    }

    fn format_bytes(&self) -> &[u8] {
        // SAFETY: a view always has a format: a C string that the exporter or this module keeps.
        unsafe { core::ffi::CStr::from_ptr(self.view().format).to_bytes() }
    }

    fn is_released(&self) -> bool {
        // SAFETY: plain field of the managed buffer.
        self.flags() & RELEASED != 0 || self.managed().is_none_or(|m| unsafe { (*m.raw()).flags } & RELEASED != 0)
    }

    fn check(&self, t: &Thread) -> PyResult<()> {
        if self.is_released() {
            return Err(err!(t, ValueError, "operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    fn check_unrestricted(&self, t: &Thread) -> PyResult<()> {
        if self.flags() & RESTRICTED != 0 {
            return Err(err!(t, ValueError, "cannot create new view on restricted memoryview"));
        }
        Ok(())
    }

    /// A view of what a managed buffer holds, described by `source`.
    fn of_managed(t: &Thread, managed: &PyManagedBuffer, source: &Py_buffer) -> PyResult<Owned<Self>> {
        let ndim = source.ndim.max(0) as usize;
        if ndim > PyBUF_MAX_NDIM {
            return Err(err!(t, ValueError, "memoryview: number of dimensions must not exceed 64"));
        }
        let out = Self::class().alloc(t, 3 * ndim)?;
        // SAFETY: a fresh zeroed instance with room for three arrays of `ndim` numbers.
        unsafe {
            let out: Owned<Self> = out.cast_unchecked();
            let raw = out.raw();
            let array = (&raw mut (*raw).ob_array).cast::<isize>();
            (*raw).hash = -1;
            let view = &mut (*raw).view;
            view.obj = source.obj;
            view.buf = source.buf;
            view.len = source.len;
            view.itemsize = source.itemsize;
            view.readonly = source.readonly;
            view.format = if source.format.is_null() { c"B".as_ptr().cast_mut() } else { source.format };
            view.ndim = ndim as c_int;
            view.internal = source.internal;
            if ndim > 0 {
                view.shape = array;
                view.strides = array.add(ndim);
                for i in 0..ndim {
                    *view.shape.add(i) = if !source.shape.is_null() {
                        *source.shape.add(i)
                    } else if source.itemsize > 0 {
                        source.len / source.itemsize
                    } else {
                        0
                    };
                }
                if source.strides.is_null() {
                    default_strides(view);
                } else {
                    core::ptr::copy_nonoverlapping(source.strides, view.strides, ndim);
                }
                if !source.suboffsets.is_null() {
                    view.suboffsets = array.add(2 * ndim);
                    core::ptr::copy_nonoverlapping(source.suboffsets, view.suboffsets, ndim);
                }
            }
            out.init_flags();
            (*raw).mbuf = managed.own().into_ptr().cast();
            (*managed.raw()).exports += 1;
            Ok(out)
        }
    }

    fn init_flags(&self) {
        let view = self.view();
        let mut flags = match view.ndim {
            0 => C_ORDER | F_ORDER | SCALAR,
            1 => {
                if self.shape()[0] == 1 || self.strides()[0] == view.itemsize {
                    C_ORDER | F_ORDER
                } else {
                    0
                }
            }
            _ => {
                let mut flags = 0;
                if buffer::is_c_contiguous(view) {
                    flags |= C_ORDER;
                }
                if buffer::is_f_contiguous(view) {
                    flags |= F_ORDER;
                }
                flags
            }
        };
        if !view.suboffsets.is_null() {
            flags = flags & !(C_ORDER | F_ORDER) | INDIRECT;
        }
        // SAFETY: plain field.
        unsafe { (*self.raw()).flags = flags };
    }

    /// `memoryview(object)` (`PyMemoryView_FromObject`).
    pub fn from_object(t: &Thread, object: &Object) -> PyResult<Owned<Self>> {
        Self::from_object_flags(t, object, PyBUF_FULL_RO)
    }

    /// A memoryview of a buffer asked for with these flags (`PyMemoryView_FromObjectAndFlags`).
    pub fn from_object_flags(t: &Thread, object: &Object, flags: c_int) -> PyResult<Owned<Self>> {
        if let Some(other) = object.downcast::<Self>() {
            other.check(t)?;
            other.check_unrestricted(t)?;
            if let Some(managed) = other.managed() {
                return Self::of_managed(t, managed, other.view());
            }
        }
        if !buffer::is_buffer(object) {
            return Err(err!(
                t,
                TypeError,
                "memoryview: a bytes-like object is required, not '{:.200}'",
                object.class().name_lossy()
            ));
        }
        let managed = PyManagedBuffer::from_object(t, object, flags)?;
        // SAFETY: the managed buffer holds the view.
        Self::of_managed(t, &managed, unsafe { &(*managed.raw()).master })
    }

    /// A memoryview that takes over an acquired buffer (`PyMemoryView_FromBuffer` with ownership).
    pub fn from_view(t: &Thread, view: Py_buffer) -> PyResult<Owned<Self>> {
        let managed = PyManagedBuffer::from_view(t, view)?;
        // SAFETY: the managed buffer holds the view.
        Self::of_managed(t, &managed, unsafe { &(*managed.raw()).master })
    }

    /// As [`Self::from_view`], for a view whose format is a block of memory of the allocator's; it dies with the view.
    ///
    /// # Safety
    /// Nobody else frees the format.
    pub unsafe fn from_view_and_format(t: &Thread, view: Py_buffer) -> PyResult<Owned<Self>> {
        let format = view.format;
        let managed = PyManagedBuffer::from_view(t, view);
        // SAFETY: the caller's promise; the managed buffer holds the view.
        unsafe {
            match managed {
                Ok(managed) => {
                    (*managed.raw()).flags |= FREE_FORMAT;
                    Self::of_managed(t, &managed, &(*managed.raw()).master)
                }
                Err(raised) => {
                    taipan_runtime::mem::free(format.cast());
                    Err(raised)
                }
            }
        }
    }

    /// A memoryview of bare memory (`PyMemoryView_FromMemory`).
    ///
    /// # Safety
    /// The memory stays valid until the view is released.
    pub unsafe fn from_memory(t: &Thread, data: *mut u8, len: usize, readonly: bool) -> PyResult<Owned<Self>> {
        let mut view = Py_buffer::EMPTY;
        view.buf = data.cast();
        view.len = len as isize;
        view.readonly = c_int::from(readonly);
        view.itemsize = 1;
        view.format = c"B".as_ptr().cast_mut();
        view.ndim = 1;
        Self::from_view(t, view)
    }

    /// Gives the buffer up; an error if somebody uses it.
    pub fn release_view(&self, t: &Thread) -> PyResult<()> {
        if self.flags() & RELEASED != 0 {
            return Ok(());
        }
        // SAFETY: plain field.
        let exports = unsafe { (*self.raw()).exports };
        if exports > 0 {
            return Err(err!(
                t,
                BufferError,
                "memoryview has {exports} exported buffer{}",
                if exports == 1 { "" } else { "s" }
            ));
        }
        self.give_up();
        Ok(())
    }

    fn give_up(&self) {
        if self.flags() & RELEASED != 0 {
            return;
        }
        self.set_flag(RELEASED);
        if let Some(managed) = self.managed() {
            // SAFETY: plain field; the view was counted when it was made.
            let left = unsafe {
                (*managed.raw()).exports -= 1;
                (*managed.raw()).exports
            };
            if left == 0 {
                managed.release();
            }
        }
    }

    /// The single native format character that items are read and written with.
    #[inline(always)]
    fn item_format(&self, t: &Thread) -> PyResult<u8> {
        let view = self.view();
        // Every item access comes here: the string is not measured.
        // SAFETY: a C string, read up to its end.
        unsafe {
            let mut at = view.format.cast::<u8>();
            if *at == b'@' {
                at = at.add(1);
            }
            let c = *at;
            let size = SIZES[c as usize];
            if size != 0 && *at.add(1) == 0 && size as isize == view.itemsize {
                return Ok(c);
            }
        }
        Err(self.unsupported_format(t))
    }

    #[cold]
    fn unsupported_format(&self, t: &Thread) -> Raised {
        err!(t, NotImplementedError, "memoryview: unsupported format {}", String::from_utf8_lossy(self.format_bytes()))
    }

    /// As [`Self::locate`], of the only dimension.
    #[inline(always)]
    fn locate_one(&self, t: &Thread, index: isize) -> PyResult<*mut u8> {
        let view = self.view();
        // SAFETY: the view has one dimension.
        let n = unsafe { *view.shape };
        let index = if index < 0 { index + n } else { index };
        if index < 0 || index >= n {
            return Err(err!(t, IndexError, "index out of bounds on dimension 1"));
        }
        // SAFETY: the index is within the shape.
        unsafe {
            let ptr = view.buf.cast::<u8>().offset(*view.strides * index);
            if !view.suboffsets.is_null() && *view.suboffsets >= 0 {
                return Ok((*ptr.cast::<*mut u8>()).offset(*view.suboffsets));
            }
            Ok(ptr)
        }
    }

    /// The address of the item at these indices, negative ones from the end.
    fn locate(&self, t: &Thread, indices: &[isize]) -> PyResult<*mut u8> {
        let shape = self.shape();
        let mut at = Vec::with_capacity(indices.len());
        for (i, (&index, &n)) in indices.iter().zip(shape).enumerate() {
            let index = if index < 0 { index + n } else { index };
            if index < 0 || index >= n {
                return Err(err!(t, IndexError, "index out of bounds on dimension {}", i + 1));
            }
            at.push(index);
        }
        // SAFETY: the indices are within the shape.
        Ok(unsafe { buffer::item_ptr(self.view(), &at) })
    }

    fn read(&self, t: &Thread, ptr: *const u8) -> PyResult {
        let format = self.item_format(t)?;
        self.read_as(t, format, ptr)
    }

    /// As [`Self::read`], with what `item_format` said.
    #[inline(always)]
    fn read_as(&self, t: &Thread, format: u8, ptr: *const u8) -> PyResult {
        // SAFETY: the address of an item of this size.
        unpack(t, format, unsafe { core::slice::from_raw_parts(ptr, self.view().itemsize as usize) })
    }

    #[inline(always)]
    fn write(&self, t: &Thread, value: &Object, locate: impl Fn() -> PyResult<*mut u8>) -> PyResult<()> {
        let format = self.item_format(t)?;
        let bytes = pack(t, format, value, self.view().itemsize as usize)?;
        // Converting the value may have released the view.
        self.check(t)?;
        let ptr = locate()?;
        // SAFETY: the address of an item of this size.
        unsafe {
            match self.view().itemsize {
                1 => *ptr = bytes[0],
                // The format said that it is no more than the array has.
                size => core::ptr::copy_nonoverlapping(bytes.as_ptr(), ptr, size as usize),
            }
        }
        Ok(())
    }

    /// The bytes in row-major order.
    pub fn to_vec(&self, t: &Thread) -> PyResult<Vec<u8>> {
        buffer::to_contiguous(t, self.view())
    }

    fn list_of(&self, t: &Thread, axis: usize, ptr: *mut u8) -> PyResult {
        if axis == self.ndim() {
            return self.read(t, ptr);
        }
        let (n, stride) = (self.shape()[axis], self.strides()[axis]);
        let suboffset = self.suboffsets().get(axis).copied().unwrap_or(-1);
        let mut items = taipan_object::bytes_methods::try_vec(t, n.max(0) as usize)?;
        let format = if axis + 1 == self.ndim() { Some(self.item_format(t)?) } else { None };
        for i in 0..n {
            // SAFETY: the index is within the shape.
            let item = unsafe {
                let at = ptr.offset(i * stride);
                if suboffset >= 0 { (*at.cast::<*mut u8>()).offset(suboffset) } else { at }
            };
            items.push(match format {
                Some(format) => self.read_as(t, format, item)?,
                None => self.list_of(t, axis + 1, item)?,
            });
        }
        PyList::from_vec(t, items).map(Owned::into_object)
    }

    /// Part of the first dimension, as a view of its own.
    fn sliced(&self, t: &Thread, slice: &PySlice) -> PyResult<Owned<Self>> {
        self.check_unrestricted(t)?;
        let Some(managed) = self.managed() else { return Err(errors::bad_internal_call(t)) };
        let out = Self::of_managed(t, managed, self.view())?;
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.shape()[0] as usize);
        // SAFETY: a fresh view with at least one dimension.
        unsafe {
            let view = &mut (*out.raw()).view;
            let stride = *view.strides;
            if n > 0 || bounds.start > 0 {
                view.buf = view.buf.cast::<u8>().offset(stride * bounds.start.max(0)).cast();
            }
            *view.shape = n as isize;
            *view.strides = stride.wrapping_mul(bounds.step);
            let items: isize = (0..out.ndim()).map(|i| *view.shape.add(i)).product();
            view.len = items * view.itemsize;
        }
        out.init_flags();
        Ok(out)
    }

    fn assign_slice(&self, t: &Thread, slice: &PySlice, value: &Object) -> PyResult<()> {
        let source = Buffer::get(t, value, PyBUF_FULL_RO)?;
        let target = self.sliced(t, slice)?;
        let result = (|| {
            // Asking the slice for its numbers may have released the view.
            self.check(t)?;
            let from = source.view();
            let n = target.shape()[0];
            let from_shape = if from.ndim != 1 {
                -1
            } else if from.shape.is_null() {
                from.len / from.itemsize.max(1)
            } else {
                // SAFETY: a one-dimensional shape.
                unsafe { *from.shape }
            };
            let plain = |format: &[u8]| format.strip_prefix(b"@").unwrap_or(format).to_vec();
            if plain(source.format()) != plain(target.format_bytes())
                || from.itemsize != target.view().itemsize
                || from_shape != n
            {
                return Err(err!(t, ValueError, "memoryview assignment: lvalue and rvalue have different structures"));
            }
            // The regions may overlap: through a copy.
            let data = buffer::to_contiguous(t, &with_layout(from))?;
            let size = from.itemsize as usize;
            let mut at = 0;
            buffer::for_each_item(target.view(), |ptr| {
                // SAFETY: the address of an item of this size.
                unsafe { core::ptr::copy_nonoverlapping(data[at..].as_ptr(), ptr, size) };
                at += size;
            });
            Ok(())
        })();
        target.release_view(t)?;
        result
    }

    fn multi_index(&self, t: &Thread, key: &PyTuple) -> PyResult<*mut u8> {
        let n = key.len();
        let ndim = self.ndim();
        if n < ndim {
            return Err(err!(t, NotImplementedError, "sub-views are not implemented"));
        }
        if n > ndim {
            return Err(err!(t, TypeError, "cannot index {ndim}-dimension view with {n}-element tuple"));
        }
        let mut indices = Vec::with_capacity(n);
        for item in key.as_slice() {
            indices.push(number::index_as_isize_or(t, item, exceptions_class!(IndexError))?);
        }
        self.check(t)?;
        self.locate(t, &indices)
    }

    fn equals(&self, t: &Thread, other: &Object) -> PyResult<Option<bool>> {
        if self.is_released() {
            return Ok(Some(taipan_object::upcast(self).is(other)));
        }
        let view = match other.downcast::<Self>() {
            Some(view) if view.is_released() => return Ok(Some(taipan_object::upcast(self).is(other))),
            _ => match Buffer::get(t, other, PyBUF_FULL_RO) {
                Ok(view) => view,
                Err(_) => {
                    errors::clear(t);
                    return Ok(None);
                }
            },
        };
        compare_items(t, self.view(), &with_layout(view.view()))
    }

    fn cast_one_dimension(&self, t: &Thread, format: &PyStr) -> PyResult<()> {
        let ascii = taipan_object::codecs::encode(t, format, Some("ascii"), None)?;
        let Some((target, size)) = native_format(ascii.as_bytes()) else {
            return Err(err!(
                t,
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            ));
        };
        let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
        let source = native_format(self.format_bytes());
        if !source.is_some_and(|(c, _)| is_byte(c)) && !is_byte(target) {
            return Err(err!(t, TypeError, "memoryview: cannot cast between two non-byte formats"));
        }
        if self.view().len % size != 0 {
            return Err(err!(t, TypeError, "memoryview: length is not a multiple of itemsize"));
        }
        let with_at = ascii.as_bytes().first() == Some(&b'@');
        let stored = FORMATS.iter().find(|row| row.0 == target).map(|row| if with_at { row.3 } else { row.2 });
        // SAFETY: a fresh view that nobody else sees, made with room for at least one dimension.
        unsafe {
            let view = &mut (*self.raw()).view;
            view.format = stored.unwrap_or(c"B").as_ptr().cast_mut();
            view.itemsize = size;
            view.ndim = 1;
            view.shape = (&raw mut (*self.raw()).ob_array).cast();
            view.strides = view.shape.add(1);
            *view.shape = view.len / size;
            *view.strides = size;
            view.suboffsets = core::ptr::null_mut();
        }
        self.init_flags();
        Ok(())
    }

    /// A copy of this view with `ndim` dimensions that hold `shape`.
    fn with_shape(&self, t: &Thread, shape: &[isize]) -> PyResult<Owned<Self>> {
        let Some(managed) = self.managed() else { return Err(errors::bad_internal_call(t)) };
        let mut source = Py_buffer { ..*self.view() };
        let mut sizes = shape.to_vec();
        source.ndim = shape.len() as c_int;
        source.shape = sizes.as_mut_ptr();
        source.strides = core::ptr::null_mut();
        source.suboffsets = core::ptr::null_mut();
        Self::of_managed(t, managed, &source)
    }

    fn checked_shape(t: &Thread, shape: &Object, itemsize: isize) -> PyResult<(Vec<isize>, isize)> {
        let items: Vec<Owned> = if let Some(list) = shape.downcast::<PyList>() {
            list.to_vec()
        } else if let Some(tuple) = shape.downcast::<PyTuple>() {
            tuple.as_slice().iter().map(|item| (*item).own()).collect()
        } else {
            return Err(err!(t, TypeError, "shape must be a list or a tuple"));
        };
        if items.len() > PyBUF_MAX_NDIM {
            return Err(err!(t, ValueError, "memoryview: number of dimensions must not exceed 64"));
        }
        let mut out = Vec::with_capacity(items.len());
        let mut len = itemsize;
        for item in &items {
            let Some(int) = (**item).downcast::<PyInt>() else {
                return Err(err!(t, TypeError, "memoryview.cast(): elements of shape must be integers"));
            };
            let n = int.to_isize(t)?;
            if n <= 0 {
                return Err(err!(t, ValueError, "memoryview.cast(): elements of shape must be integers > 0"));
            }
            len = match len.checked_mul(n) {
                Some(len) => len,
                None => return Err(err!(t, ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX")),
            };
            out.push(n);
        }
        Ok((out, len))
    }
}

/// Row-major strides of a view that has a shape.
unsafe fn default_strides(view: &mut Py_buffer) {
    let mut stride = view.itemsize;
    for i in (0..view.ndim as usize).rev() {
        // SAFETY: the caller's promise: shape and strides have `ndim` entries.
        unsafe {
            *view.strides.add(i) = stride;
            stride = stride.wrapping_mul(*view.shape.add(i));
        }
    }
}

/// The same view with shape and strides where the exporter left them out (one dimension).
fn with_layout(view: &Py_buffer) -> Py_buffer {
    let mut out = Py_buffer { ..*view };
    if out.ndim == 1 {
        if out.shape.is_null() {
            // Only for items of one byte is the length the shape; other exporters give one.
            out.shape = (&raw const view.len).cast_mut();
        }
        if out.strides.is_null() {
            out.strides = (&raw const view.itemsize).cast_mut();
        }
    }
    out
}

unsafe extern "C" fn view_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead: nobody exports its buffer any more.
    unsafe {
        gc::maybe_untrack(op);
        let view: &PyMemoryView = Object::from_ptr(op).cast_unchecked();
        view.give_up();
        let raw = view.raw();
        let managed = core::mem::replace(&mut (*raw).mbuf, core::ptr::null_mut());
        refcount::xdecref(managed.cast());
        if !(*raw).weakreflist.is_null() {
            taipan_object::weakref::clear_weakrefs(op);
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn view_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live object.
    unsafe {
        let mut visitor = Visitor::new(visit, arg);
        visitor.visit_ptr((*op.cast::<PyMemoryViewObject>()).mbuf.cast());
        visitor.result()
    }
}

unsafe extern "C" fn view_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live object; a view whose buffer is in use keeps it.
    unsafe {
        let view: &PyMemoryView = Object::from_ptr(op).cast_unchecked();
        if (*view.raw()).exports == 0 {
            view.give_up();
            let managed = core::mem::replace(&mut (*view.raw()).mbuf, core::ptr::null_mut());
            refcount::xdecref(managed.cast());
        }
    }
    0
}

fn tuple_of(t: &Thread, numbers: &[isize]) -> PyResult<Owned<PyTuple>> {
    let mut items = Vec::with_capacity(numbers.len());
    for &n in numbers {
        items.push(PyInt::from_i64(t, n as i64)?.into_object());
    }
    PyTuple::from_vec(t, items)
}

#[class(
    name = "memoryview", layout, export = PyMemoryView_Type, flags(HAVE_GC, SEQUENCE),
    basicsize = core::mem::offset_of!(PyMemoryViewObject, ob_array), itemsize = 8,
    dealloc = view_dealloc, traverse = view_traverse, clear = view_clear, doc = "Create a new memoryview object which references the given object."
)]
impl PyMemoryView {
    #[new(sig = "(object)")]
    fn new_(_class: &PyType, t: &Thread, object: &Object) -> PyResult<Owned<Self>> {
        Self::from_object(t, object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let what = if self.flags() & RELEASED != 0 { "released memory" } else { "memory" };
        PyStr::from_fmt(t, format_args!("<{what} at {:p}>", self.as_ptr())).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        // SAFETY: plain field.
        let cached = unsafe { (*self.raw()).hash };
        if cached != -1 {
            return Ok(cached);
        }
        self.check(t)?;
        let view = self.view();
        if view.readonly == 0 {
            return Err(err!(t, ValueError, "cannot hash writable memoryview object"));
        }
        if !native_format(self.format_bytes()).is_some_and(|(c, _)| matches!(c, b'b' | b'B' | b'c')) {
            return Err(err!(t, ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        // SAFETY: the managed buffer keeps the exporter alive.
        if let Some(exporter) = unsafe { Object::from_ptr_opt(view.obj) } {
            // The exporter's `__hash__` must not release this view.
            // SAFETY: plain field, as above.
            unsafe { (*self.raw()).exports += 1 };
            let hashed = exporter.hash_value(t);
            // SAFETY: as above.
            unsafe { (*self.raw()).exports -= 1 };
            hashed?;
        }
        let hash = taipan_object::unicode::hash_bytes(&self.to_vec(t)?);
        // SAFETY: plain field.
        unsafe { (*self.raw()).hash = hash };
        Ok(hash)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if op != CompareOp::Eq && op != CompareOp::Ne {
            return singletons::ok_not_implemented();
        }
        match self.equals(t, other)? {
            Some(equal) => Ok(singletons::bool(equal == (op == CompareOp::Eq)).own()),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.check(t)?;
        match self.ndim() {
            0 => return Err(err!(t, TypeError, "invalid indexing of 0-dim memory")),
            1 => {}
            _ => return Err(err!(t, NotImplementedError, "multi-dimensional sub-views are not implemented")),
        }
        self.item_format(t)?;
        let it = PyMemoryIter {
            head: Head::new(),
            view: Slot::new(self.own()),
            index: Cell::new(0),
            length: Cell::new(self.shape()[0]),
        };
        new_object(t, it).map(Owned::into_object)
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let base = self.view();
        let own = self.flags();
        self.check(t)?;
        self.check_unrestricted(t)?;
        let asks = |flag: c_int| flags & flag == flag;
        let fail = |message: &str| Err(err!(t, BufferError, "memoryview: {message}"));
        *view = Py_buffer { ..*base };
        view.obj = core::ptr::null_mut();
        if asks(PyBUF_WRITABLE) && base.readonly != 0 {
            return fail("underlying buffer is not writable");
        }
        if !asks(PyBUF_FORMAT) {
            view.format = core::ptr::null_mut();
        }
        if asks(PyBUF_C_CONTIGUOUS) && own & C_ORDER == 0 {
            return fail("underlying buffer is not C-contiguous");
        }
        if asks(PyBUF_F_CONTIGUOUS) && own & F_ORDER == 0 {
            return fail("underlying buffer is not Fortran contiguous");
        }
        if asks(PyBUF_ANY_CONTIGUOUS) && own & (C_ORDER | F_ORDER) == 0 {
            return fail("underlying buffer is not contiguous");
        }
        if !asks(PyBUF_INDIRECT) && own & INDIRECT != 0 {
            return fail("underlying buffer requires suboffsets");
        }
        if !asks(PyBUF_STRIDES) {
            if own & C_ORDER == 0 {
                return fail("underlying buffer is not C-contiguous");
            }
            view.strides = core::ptr::null_mut();
        }
        if !asks(PyBUF_ND) {
            if !view.format.is_null() {
                return fail("cannot cast to unsigned bytes if the format flag is present");
            }
            view.ndim = 1;
            view.shape = core::ptr::null_mut();
        }
        view.obj = self.as_object().own().into_ptr();
        // SAFETY: plain field.
        unsafe { (*self.raw()).exports += 1 };
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {
        // SAFETY: plain field.
        unsafe { (*self.raw()).exports -= 1 };
    }

    #[slot]
    fn sq_length(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        match self.shape().first() {
            Some(&n) => Ok(n as usize),
            None => Err(err!(t, TypeError, "0-dim memory has no length")),
        }
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        Self::sq_length(self, t)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        self.check(t)?;
        let format = self.item_format(t)?;
        match self.ndim() {
            0 => Err(err!(t, TypeError, "invalid indexing of 0-dim memory")),
            1 => self.read_as(t, format, self.locate_one(t, index)?),
            _ => Err(err!(t, NotImplementedError, "multi-dimensional sub-views are not implemented")),
        }
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.check(t)?;
        if self.view().ndim == 1
            && let Some(index) = key.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact)
        {
            let format = self.item_format(t)?;
            return self.read_as(t, format, self.locate_one(t, index as isize)?);
        }
        let tuple = key.downcast::<PyTuple>();
        if self.ndim() == 0 {
            if tuple.is_some_and(|tuple| tuple.len() == 0) {
                return self.read(t, self.view().buf.cast());
            }
            if key.is(singletons::ellipsis()) {
                return Ok(self.as_object().own());
            }
            return Err(err!(t, TypeError, "invalid indexing of 0-dim memory"));
        }
        if number::is_index(key) {
            let index = number::index_as_isize_or(t, key, exceptions_class!(IndexError))?;
            return Self::sq_item(self, t, index);
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            return self.sliced(t, slice).map(Owned::into_object);
        }
        if let Some(tuple) = tuple {
            if tuple.as_slice().iter().all(|item| number::is_index(item)) {
                self.item_format(t)?;
                return self.read(t, self.multi_index(t, tuple)?);
            }
            if tuple.as_slice().iter().all(|item| item.is_instance_of::<PySlice>()) {
                return Err(err!(t, NotImplementedError, "multi-dimensional slicing is not implemented"));
            }
        }
        Err(err!(t, TypeError, "memoryview: invalid slice key"))
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        self.item_format(t)?;
        if self.view().readonly != 0 {
            return Err(err!(t, TypeError, "cannot modify read-only memory"));
        }
        let Some(value) = value else { return Err(err!(t, TypeError, "cannot delete memory")) };
        let tuple = key.downcast::<PyTuple>();
        if self.ndim() == 0 {
            if key.is(singletons::ellipsis()) || tuple.is_some_and(|tuple| tuple.len() == 0) {
                return self.write(t, value, || Ok(self.view().buf.cast()));
            }
            return Err(err!(t, TypeError, "invalid indexing of 0-dim memory"));
        }
        if number::is_index(key) {
            if self.ndim() > 1 {
                return Err(err!(t, NotImplementedError, "sub-views are not implemented"));
            }
            let index = number::index_as_isize_or(t, key, exceptions_class!(IndexError))?;
            self.check(t)?;
            self.locate_one(t, index)?;
            return self.write(t, value, || self.locate_one(t, index));
        }
        if let Some(slice) = key.downcast::<PySlice>()
            && self.ndim() == 1
        {
            return self.assign_slice(t, slice, value);
        }
        if let Some(tuple) = tuple
            && tuple.as_slice().iter().all(|item| number::is_index(item))
        {
            self.item_format(t)?;
            self.multi_index(t, tuple)?;
            return self.write(t, value, || self.multi_index(t, tuple));
        }
        let slices = tuple.is_some_and(|tuple| tuple.as_slice().iter().all(|item| item.is_instance_of::<PySlice>()));
        if slices || key.is_instance_of::<PySlice>() {
            return Err(err!(
                t,
                NotImplementedError,
                "memoryview slice assignments are currently restricted to ndim = 1"
            ));
        }
        Err(err!(t, TypeError, "memoryview: invalid slice key"))
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method]
    fn release(&self, t: &Thread) -> PyResult<()> {
        self.release_view(t)
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}.  When order is 'C' or 'F', the data of
    /// the original array is converted to C or Fortran order.  For
    /// contiguous views, 'A' returns an exact copy of the physical memory.
    /// In particular, in-memory Fortran order is preserved.  For
    /// non-contiguous views, the data is converted to C first.  order=None
    /// is the same as order='C'.
    #[method(sig = "(order='C')")]
    fn tobytes(&self, t: &Thread, order: Order) -> PyResult<Owned<PyBytes>> {
        self.check(t)?;
        let order = match order {
            Order::Missing => b'C',
            Order::Given(c) => c,
            Order::Wrong => return Err(err!(t, ValueError, "order must be 'C', 'F' or 'A'")),
        };
        let fortran = self.flags() & F_ORDER != 0 && self.flags() & C_ORDER == 0;
        if order == b'C' || order == b'A' && !fortran || self.ndim() < 2 {
            return PyBytes::new(t, &self.to_vec(t)?);
        }
        // Column-major: the same items with the axes turned round.
        let view = self.view();
        let mut shape: Vec<isize> = self.shape().iter().rev().copied().collect();
        let mut strides: Vec<isize> = self.strides().iter().rev().copied().collect();
        if !view.suboffsets.is_null() {
            return PyBytes::new(t, &self.indirect_column_major(t)?);
        }
        let mut turned = Py_buffer { ..*view };
        turned.shape = shape.as_mut_ptr();
        turned.strides = strides.as_mut_ptr();
        PyBytes::new(t, &buffer::to_contiguous(t, &turned)?)
    }

    /// Column-major order of a view with pointers in it: item by item.
    fn indirect_column_major(&self, t: &Thread) -> PyResult<Vec<u8>> {
        let shape = self.shape();
        let size = self.view().itemsize as usize;
        let mut out = taipan_object::bytes_methods::try_vec(t, self.view().len as usize)?;
        if shape.contains(&0) {
            return Ok(out);
        }
        let mut indices = vec![0isize; shape.len()];
        loop {
            // SAFETY: the indices are within the shape.
            unsafe {
                let ptr = buffer::item_ptr(self.view(), &indices);
                out.extend_from_slice(core::slice::from_raw_parts(ptr, size));
            }
            let mut axis = 0;
            loop {
                if axis == shape.len() {
                    return Ok(out);
                }
                indices[axis] += 1;
                if indices[axis] < shape[axis] {
                    break;
                }
                indices[axis] = 0;
                axis += 1;
            }
        }
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = memoryview(b'\xb9\x01\xef')
    /// >>> value.hex()
    /// 'b901ef'
    /// >>> value.hex(':')
    /// 'b9:01:ef'
    /// >>> value.hex(':', 2)
    /// 'b9:01ef'
    /// >>> value.hex(':', -2)
    /// 'b901:ef'
    #[method(sig = "(sep=None, bytes_per_sep=1)", text = "(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, t: &Thread, sep: Option<&Object>, bytes_per_sep: i32) -> PyResult<Owned<PyStr>> {
        self.check(t)?;
        // The separator's `__len__` must not release this view.
        // SAFETY: plain field of a live view.
        unsafe { (*self.raw()).exports += 1 };
        let made = self.to_vec(t).and_then(|bytes| taipan_object::bytes_methods::hex(t, &bytes, sep, bytes_per_sep));
        // SAFETY: as above.
        unsafe { (*self.raw()).exports -= 1 };
        made
    }

    /// Return the data in the buffer as a list of elements.
    #[method]
    fn tolist(&self, t: &Thread) -> PyResult {
        self.check(t)?;
        self.item_format(t)?;
        self.list_of(t, 0, self.view().buf.cast())
    }

    /// Cast a memoryview to a new format or shape.
    #[method(sig = "(format, shape=None)", text = "(format, shape=<unrepresentable>)")]
    fn cast(&self, t: &Thread, format: &PyStr, shape: Option<&Object>) -> PyResult<Owned<Self>> {
        self.check(t)?;
        self.check_unrestricted(t)?;
        if self.flags() & C_ORDER == 0 {
            return Err(err!(t, TypeError, "memoryview: casts are restricted to C-contiguous views"));
        }
        let zero = self.shape().contains(&0) || self.strides().contains(&0);
        if (shape.is_some() || self.ndim() != 1) && zero {
            return Err(err!(t, TypeError, "memoryview: cannot cast view with zeros in shape or strides"));
        }
        if let Some(shape) = shape {
            let n = match (shape.downcast::<PyList>(), shape.downcast::<PyTuple>()) {
                (Some(list), _) => list.len(),
                (_, Some(tuple)) => tuple.len(),
                _ => return Err(err!(t, TypeError, "shape must be a list or a tuple")),
            };
            if n > PyBUF_MAX_NDIM {
                return Err(err!(t, ValueError, "memoryview: number of dimensions must not exceed 64"));
            }
            if self.ndim() != 1 && n != 1 {
                return Err(err!(t, TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D"));
            }
        }
        let flat = self.with_shape(t, &[self.view().len / self.view().itemsize.max(1)])?;
        flat.cast_one_dimension(t, format)?;
        let Some(shape) = shape else { return Ok(flat) };
        let (sizes, len) = Self::checked_shape(t, shape, flat.view().itemsize)?;
        if len != flat.view().len {
            return Err(err!(t, TypeError, "memoryview: product(shape) * itemsize != buffer size"));
        }
        flat.with_shape(t, &sizes)
    }

    /// Return a readonly version of the memoryview.
    #[method]
    fn toreadonly(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.check(t)?;
        self.check_unrestricted(t)?;
        let out = Self::from_object(t, self)?;
        // SAFETY: a fresh view.
        unsafe { (*out.raw()).view.readonly = 1 };
        Ok(out)
    }

    /// Create a new memoryview object which references the given object.
    #[classmethod(sig = "(object, flags)")]
    fn _from_flags(_class: &PyType, t: &Thread, object: &Object, flags: i32) -> PyResult<Owned<Self>> {
        Self::from_object_flags(t, object, flags)
    }

    /// Count the number of occurrences of a value.
    #[method]
    fn count(&self, t: &Thread, value: &Object) -> PyResult<usize> {
        let mut n = 0;
        let iterator = Self::tp_iter(self, t)?;
        while let Some(item) = taipan_object::iter::next(t, &iterator)? {
            if item.eq(t, value)? {
                n += 1;
            }
        }
        Ok(n)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(value, start='', stop='', /)", text = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, t: &Thread, value: &Object, start: SliceStart, stop: SliceStart) -> PyResult<usize> {
        // Left out, both are the largest number: the start is zero then.
        let start = if start.0 == isize::MAX { SliceStart(0) } else { start };
        self.check(t)?;
        match self.ndim() {
            0 => return Err(err!(t, TypeError, "invalid lookup on 0-dim memory")),
            1 => {}
            _ => return Err(err!(t, NotImplementedError, "multi-dimensional lookup is not implemented")),
        }
        let n = self.shape()[0];
        let clip = |i: isize| if i < 0 { (i + n).max(0) } else { i };
        let (start, stop) = (clip(start.0), clip(stop.0).min(n));
        for i in start..stop {
            self.check(t)?;
            let item = self.read(t, self.locate_one(t, i)?)?;
            if item.eq(t, value)? {
                return Ok(i as usize);
            }
        }
        Err(err!(t, ValueError, "memoryview.index(x): x not found"))
    }

    #[method(name = "__enter__")]
    fn enter(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.check(t)?;
        Ok(self.own())
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "__exit__", sig = "(*exc_info)", text = "(*exc_info)")]
    fn exit(&self, t: &Thread, exc_info: &[&Object]) -> PyResult<()> {
        let _ = exc_info;
        self.release_view(t)
    }

    /// memoryviews are generic over the type of their underlying data
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, class.as_object(), object)
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(&self, t: &Thread) -> PyResult {
        self.check(t)?;
        // SAFETY: the managed buffer keeps the exporter alive.
        Ok(unsafe { Object::from_ptr_opt(self.view().obj) }.unwrap_or(singletons::none()).own())
    }

    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[getter]
    fn nbytes(&self, t: &Thread) -> PyResult<isize> {
        self.check(t)?;
        Ok(self.view().len)
    }

    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(&self, t: &Thread) -> PyResult<bool> {
        self.check(t)?;
        Ok(self.view().readonly != 0)
    }

    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(&self, t: &Thread) -> PyResult<isize> {
        self.check(t)?;
        Ok(self.view().itemsize)
    }

    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[getter]
    fn format(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.check(t)?;
        PyStr::from_fs_bytes(t, self.format_bytes())
    }

    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[getter(name = "ndim")]
    fn ndim_(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(self.ndim())
    }

    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[getter(name = "shape")]
    fn shape_(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check(t)?;
        tuple_of(t, self.shape())
    }

    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[getter(name = "strides")]
    fn strides_(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check(t)?;
        tuple_of(t, self.strides())
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[getter(name = "suboffsets")]
    fn suboffsets_(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check(t)?;
        tuple_of(t, self.suboffsets())
    }

    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(&self, t: &Thread) -> PyResult<bool> {
        self.check(t)?;
        Ok(self.flags() & C_ORDER != 0)
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(&self, t: &Thread) -> PyResult<bool> {
        self.check(t)?;
        Ok(self.flags() & F_ORDER != 0)
    }

    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(&self, t: &Thread) -> PyResult<bool> {
        self.check(t)?;
        Ok(self.flags() & (C_ORDER | F_ORDER) != 0)
    }
}

/// The argument `order` of `tobytes`.
enum Order {
    Missing,
    Given(u8),
    Wrong,
}

impl From<&'static str> for Order {
    fn from(_default: &'static str) -> Self {
        Self::Missing
    }
}

impl<'a> taipan_object::argparse::FromArg<'a> for Order {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: taipan_object::argparse::What) -> PyResult<Self> {
        if arg.is(singletons::none()) {
            return Ok(Self::Missing);
        }
        let Some(text) = arg.downcast::<PyStr>() else {
            return Err(taipan_object::argparse::bad_argument(t, what, "str or None", arg));
        };
        Ok(match text.as_ascii() {
            Some("C") => Self::Given(b'C'),
            Some("F") => Self::Given(b'F'),
            Some("A") => Self::Given(b'A'),
            _ => Self::Wrong,
        })
    }
}

/// A slice index that may not be `None`.
struct SliceStart(isize);

impl From<&'static str> for SliceStart {
    fn from(_default: &'static str) -> Self {
        Self(isize::MAX)
    }
}

impl<'a> taipan_object::argparse::FromArg<'a> for SliceStart {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: taipan_object::argparse::What) -> PyResult<Self> {
        slice_index_not_none(t, Some(arg), 0).map(Self)
    }
}

/// `iter(memoryview)`.
#[object]
pub struct PyMemoryIter {
    view: Slot<PyMemoryView>,
    index: Cell<isize>,
    length: Cell<isize>,
}

#[class(name = "memory_iterator", export = _PyMemoryIter_Type, flags(HAVE_GC), no_new, doc = "", basicsize = 48)]
impl PyMemoryIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(taipan_object::upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(view) = self.view.get() else { return Ok(None) };
        let i = self.index.get();
        if i < self.length.get() {
            self.index.set(i + 1);
            view.check(t)?;
            return view.read(t, view.locate_one(t, i)?).map(Some);
        }
        self.view.set(None);
        Ok(None)
    }
}

/// Stands as the exporter of a buffer that an object's `__buffer__` gave: it keeps the memoryview and the object until
/// the buffer is released.
#[object]
pub struct PyBufferWrapper {
    view: Slot<PyMemoryView>,
    object: Slot,
}

#[class(name = "_buffer_wrapper", export = _PyBufferWrapper_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyBufferWrapper {
    #[slot]
    fn bf_releasebuffer(&self, t: &Thread, view: &mut Py_buffer) {
        let (Some(memory), Some(object)) = (self.view.get(), self.object.get()) else { return };
        PyMemoryView::bf_releasebuffer(&memory, t, view);
        // SAFETY: slots of the object's type.
        let slot = unsafe { (*object.class().as_type_ptr()).tp_as_buffer.as_ref().and_then(|b| b.bf_releasebuffer) };
        // If the memoryview is of the object itself, releasing it calls `__release_buffer__`.
        if memory.view().obj != object.as_ptr()
            && slot.is_some_and(|slot| slot as usize == typeobject::slots::slot_bf_releasebuffer as *const () as usize)
        {
            call_release(t, &object, view);
        }
        self.view.set(None);
        self.object.set(None);
    }
}

/// Calls `__release_buffer__` of an object; errors are reported, not raised.
fn call_release(t: &Thread, object: &Object, view: &mut Py_buffer) {
    let pending = errors::save(t);
    // SAFETY: the view's exporter is alive or null.
    let wrapper = unsafe { Object::from_ptr_opt(view.obj) }.and_then(|o| o.downcast_exact::<PyBufferWrapper>());
    let call = || -> PyResult<()> {
        let memory = match wrapper {
            Some(wrapper) => match wrapper.view.get() {
                Some(memory) => memory,
                None => return Ok(()),
            },
            None => {
                // The view is only lent: the memoryview must not release it.
                let mut lent = Py_buffer { ..*view };
                lent.obj = core::ptr::null_mut();
                let memory = PyMemoryView::from_view(t, lent)?;
                // SAFETY: a fresh view; the exporter stays alive during the call.
                unsafe { (*memory.raw()).view.obj = view.obj };
                memory.set_flag(RESTRICTED);
                memory
            }
        };
        let result = object.call_method(t, name!(t, "__release_buffer__"), &[&memory]);
        if wrapper.is_none() {
            memory.release_view(t)?;
        }
        result.map(drop)
    };
    if call().is_err() {
        let shown = object.repr_lossy(t);
        errors::write_unraisable_msg(t, &format!("Exception ignored in __release_buffer__ of {shown}"), None);
    }
    errors::restore(t, pending);
}

/// The functions that the object layer's hooks point to.
pub mod hooks {
    use super::*;

    /// A memoryview of what one slot exports for an object.
    pub fn memoryview(t: &Thread, object: &Object, flags: c_int, slot: getbufferproc) -> PyResult {
        let managed = PyManagedBuffer::from_slot(t, object, flags, slot)?;
        // SAFETY: the managed buffer holds the view.
        PyMemoryView::of_managed(t, &managed, unsafe { &(*managed.raw()).master }).map(Owned::into_object)
    }

    /// `__release_buffer__` of a native type.
    pub fn release_memoryview(t: &Thread, object: &Object, view: &Object) -> PyResult<()> {
        let Some(memory) = view.downcast::<PyMemoryView>() else {
            return Err(err!(t, TypeError, "expected a memoryview object"));
        };
        let released = || err!(t, ValueError, "memoryview's buffer has already been released");
        if memory.view().obj.is_null() || memory.is_released() {
            return Err(released());
        }
        if memory.view().obj != object.as_ptr() {
            return Err(err!(t, ValueError, "memoryview's buffer is not this object"));
        }
        memory.release_view(t)
    }

    /// Exports the memoryview that `__buffer__` returned on behalf of the object.
    pub fn export_python_buffer(
        t: &Thread,
        object: &Object,
        exported: &Object,
        view: &mut Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let Some(memory) = exported.downcast::<PyMemoryView>() else {
            return Err(err!(t, TypeError, "__buffer__ returned non-memoryview object"));
        };
        let wrapper = new_object(
            t,
            PyBufferWrapper { head: Head::new(), view: Slot::new(memory.own()), object: Slot::new(object.own()) },
        )?;
        PyMemoryView::bf_getbuffer(memory, t, view, flags)?;
        // SAFETY: the view owns a reference to its exporter, which is exchanged.
        unsafe {
            let old = core::mem::replace(&mut view.obj, wrapper.into_ptr());
            refcount::xdecref(old);
        }
        Ok(())
    }

    /// Releases such an export: calls `__release_buffer__`, then what a native base would have done.
    pub fn release_python_buffer(t: &Thread, object: &Object, view: &mut Py_buffer) {
        call_release(t, object, view);
        let Some(mro) = object.class().mro() else { return };
        let python = typeobject::slots::slot_bf_releasebuffer as *const () as usize;
        for class in mro.as_slice() {
            let Some(class) = class.downcast::<PyType>() else { continue };
            // SAFETY: slots of a live type.
            let slot = unsafe { (*class.as_type_ptr()).tp_as_buffer.as_ref().and_then(|b| b.bf_releasebuffer) };
            match slot {
                Some(slot) if slot as usize != python => {
                    // SAFETY: a base's slot, given an instance and the buffer that it exported.
                    unsafe { slot(object.as_ptr(), view) };
                    return;
                }
                _ => {}
            }
        }
    }
}

/// Fills in the offsets that the declaration cannot name.
pub fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        (*<PyMemoryView as Class>::TYPE).tp_weaklistoffset =
            core::mem::offset_of!(PyMemoryViewObject, weakreflist) as isize;
    }
}
