//! `bytearray`.

use core::cell::Cell;
use std::borrow::Cow;
use taipan_macros::{class, object};
use taipan_object::abi::{Py_buffer, PyBUF_FULL_RO, PyByteArrayObject, PyObject};
use taipan_object::argparse::{Args, Param, Signature, is_exact_class};
use taipan_object::buffer::{self, Buffer};
use taipan_object::bytes::Room;
use taipan_object::bytes_class::{Source, bytes_warning, constructor_source, name_argument};
use taipan_object::bytes_methods::{self as methods, ByteString, FillByte, byte_of};
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, PyType,
    Raised, Slot, Thread, err, errors, exceptions, exceptions_class, layout, name, new_object, number, singletons,
    state, typeobject,
};
use taipan_runtime::mem;

layout!(
    /// `bytearray`.
    PyByteArray,
    PyByteArrayObject
);

impl ByteString for PyByteArray {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    fn make(t: &Thread, data: &[u8]) -> PyResult<Owned<Self>> {
        Self::new(t, data)
    }

    fn filled(t: &Thread, n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>> {
        let out = Self::new(t, &[])?;
        out.resize_to(t, n)?;
        out.as_mut().fill(0);
        fill(out.as_mut());
        Ok(out)
    }

    fn written(t: &Thread, n: usize, write: impl FnOnce(&mut Room<'_>)) -> PyResult<Owned<Self>> {
        let out = Self::new(t, &[])?;
        out.resize_to(t, n)?;
        Room::fill(out.as_mut(), write);
        Ok(out)
    }

    fn unchanged(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::new(t, self.as_bytes())
    }

    /// The array is exported meanwhile.
    fn pinned<R>(&self, work: impl FnOnce() -> R) -> R {
        // SAFETY: the count of exports, which goes back to what it was.
        unsafe { (*self.raw()).ob_exports += 1 };
        let result = work();
        // SAFETY: as above.
        unsafe { (*self.raw()).ob_exports -= 1 };
        result
    }
}

impl PyByteArray {
    /// A new `bytearray` with this content.
    pub fn new(t: &Thread, data: &[u8]) -> PyResult<Owned<Self>> {
        let out = Self::class().alloc(t, 0)?;
        // SAFETY: an instance of the type has its layout.
        let out: Owned<Self> = unsafe { out.cast_unchecked() };
        out.assign(t, data)?;
        Ok(out)
    }

    /// The number of bytes.
    #[inline]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_base.ob_size as usize }
    }

    /// The address of the bytes; valid until the next change of size.
    pub fn data_ptr(&self) -> *mut u8 {
        static EMPTY: [u8; 1] = [0];
        // SAFETY: plain fields.
        unsafe {
            if (*self.raw()).ob_start.is_null() { EMPTY.as_ptr().cast_mut() } else { (*self.raw()).ob_start.cast() }
        }
    }

    /// The bytes, until other Python code runs.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the block holds this many bytes.
        unsafe { core::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    /// The bytes, to be changed at once.
    #[allow(clippy::mut_from_ref, reason = "the object is mutable; callers run no Python code meanwhile")]
    fn as_mut(&self) -> &mut [u8] {
        if self.len() == 0 {
            return &mut [];
        }
        // SAFETY: the block holds this many bytes; see the reason above.
        unsafe { core::slice::from_raw_parts_mut(self.data_ptr(), self.len()) }
    }

    fn can_resize(&self, t: &Thread) -> PyResult<()> {
        // SAFETY: plain field.
        if unsafe { (*self.raw()).ob_exports } > 0 {
            return Err(err!(t, BufferError, "Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Changes the number of bytes; new ones are undefined (`PyByteArray_Resize`).
    pub fn resize_to(&self, t: &Thread, size: usize) -> PyResult<()> {
        if size == self.len() {
            return Ok(());
        }
        self.can_resize(t)?;
        // SAFETY: the fields describe the block that the object owns.
        unsafe {
            let raw = self.raw();
            let old = (*raw).ob_alloc as usize;
            let mut alloc = old;
            let offset = (*raw).ob_start.offset_from((*raw).ob_bytes) as usize;
            let Some(needed) = size.checked_add(offset).and_then(|n| n.checked_add(1)) else {
                return Err(errors::no_memory(t));
            };
            if needed <= alloc {
                if size < alloc / 2 {
                    alloc = size + 1;
                } else {
                    (*raw).ob_base.ob_size = size as isize;
                    *(*raw).ob_start.add(size) = 0;
                    return Ok(());
                }
            } else if (size as f64) <= alloc as f64 * 1.125 {
                alloc = size + (size >> 3) + if size < 9 { 3 } else { 6 };
            } else {
                alloc = size + 1;
            }
            if alloc > isize::MAX as usize {
                return Err(errors::no_memory(t));
            }
            let keep = size.min(self.len());
            let block = if offset > 0 {
                let block = mem::resize_array(core::ptr::null_mut(), 0, alloc);
                if !block.is_null() {
                    core::ptr::copy_nonoverlapping((*raw).ob_start.cast::<u8>(), block, keep);
                    mem::free_array((*raw).ob_bytes.cast(), old);
                }
                block
            } else {
                mem::resize_array((*raw).ob_bytes.cast(), old, alloc)
            };
            if block.is_null() {
                return Err(errors::no_memory(t));
            }
            (*raw).ob_bytes = block.cast();
            (*raw).ob_start = block.cast();
            (*raw).ob_base.ob_size = size as isize;
            (*raw).ob_alloc = alloc as isize;
            *block.add(size) = 0;
        }
        Ok(())
    }

    /// Makes these bytes the content.
    fn assign(&self, t: &Thread, data: &[u8]) -> PyResult<()> {
        self.resize_to(t, data.len())?;
        self.as_mut().copy_from_slice(data);
        Ok(())
    }

    /// Adds bytes at the end.
    pub fn push_bytes(&self, t: &Thread, data: &[u8]) -> PyResult<()> {
        let n = self.len();
        let Some(total) = n.checked_add(data.len()) else { return Err(errors::no_memory(t)) };
        self.resize_to(t, total)?;
        self.as_mut()[n..].copy_from_slice(data);
        Ok(())
    }

    /// `self[low:high] = data` (`bytearray_setslice_linear`).
    fn splice(&self, t: &Thread, low: usize, high: usize, data: &[u8]) -> PyResult<()> {
        let n = self.len();
        let removed = high - low;
        if data.len() < removed {
            self.can_resize(t)?;
            let shrink = removed - data.len();
            if low == 0 {
                // Dropping the front moves the start.
                // SAFETY: the start stays within the block.
                unsafe { (*self.raw()).ob_start = (*self.raw()).ob_start.add(shrink) };
                // SAFETY: plain field; the bytes that remain follow the new start.
                unsafe { (*self.raw()).ob_base.ob_size = (n - shrink) as isize };
                self.as_mut()[..data.len()].copy_from_slice(data);
                return self.trim(t);
            }
            self.as_mut().copy_within(high.., low + data.len());
            self.resize_to(t, n - shrink)?;
        } else if data.len() > removed {
            let grow = data.len() - removed;
            let Some(total) = n.checked_add(grow) else { return Err(errors::no_memory(t)) };
            self.resize_to(t, total)?;
            self.as_mut().copy_within(high..n, high + grow);
        }
        self.as_mut()[low..low + data.len()].copy_from_slice(data);
        Ok(())
    }

    /// After the start has moved: gives memory back when less than half of the block is used.
    fn trim(&self, t: &Thread) -> PyResult<()> {
        let n = self.len();
        // SAFETY: the fields describe the block that the object owns.
        unsafe {
            let raw = self.raw();
            if n >= (*raw).ob_alloc as usize / 2 {
                return Ok(());
            }
            let block = mem::resize_array(core::ptr::null_mut(), 0, n + 1);
            if block.is_null() {
                return Err(errors::no_memory(t));
            }
            core::ptr::copy_nonoverlapping((*raw).ob_start.cast::<u8>(), block, n);
            *block.add(n) = 0;
            mem::free_array((*raw).ob_bytes.cast(), (*raw).ob_alloc as usize);
            (*raw).ob_bytes = block.cast();
            (*raw).ob_start = block.cast();
            (*raw).ob_alloc = n as isize + 1;
        }
        Ok(())
    }

    fn index_error(t: &Thread) -> Raised {
        err!(t, IndexError, "bytearray index out of range")
    }

    fn key_error(t: &Thread, key: &Object) -> Raised {
        err!(t, TypeError, "bytearray indices must be integers or slices, not {:.200}", key.class().name_lossy())
    }

    /// The index that a key means, within bounds.
    fn checked_index(&self, t: &Thread, key: &Object) -> PyResult<usize> {
        let i = number::index_as_isize_or(t, key, exceptions_class!(IndexError))?;
        let i = if i < 0 { i + self.len() as isize } else { i };
        usize::try_from(i).ok().filter(|&i| i < self.len()).ok_or_else(|| Self::index_error(t))
    }

    /// `bytearray(x)` of a buffer or an iterable of integers, as bytes.
    fn content_of(t: &Thread, x: &Object) -> PyResult<Vec<u8>> {
        if buffer::is_buffer(x) {
            let view = Buffer::get(t, x, PyBUF_FULL_RO)?;
            return buffer::to_contiguous(t, view.view());
        }
        match methods::from_iterable(t, x, "byte")? {
            Some(data) => Ok(data),
            None => Err(err!(t, TypeError, "cannot convert '{:.200}' object to bytearray", x.class().name_lossy())),
        }
    }

    fn assign_slice(&self, t: &Thread, slice: &PySlice, value: Option<&Object>) -> PyResult<()> {
        let mut bounds = slice.unpack(t)?;
        let data: Cow<'_, [u8]> = match value {
            None => Cow::Borrowed(&[]),
            Some(value) => {
                if let Some(bytes) = value.downcast::<PyBytes>() {
                    Cow::Borrowed(bytes.as_bytes())
                } else if value.is_instance_of::<Self>() {
                    Cow::Owned(buffer::contiguous_bytes(t, value)?)
                } else if number::is_number(value) || value.is_instance_of::<PyStr>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                    ));
                } else {
                    Cow::Owned(Self::content_of(t, value)?)
                }
            }
        };
        let n = bounds.adjust(self.len());
        let (mut start, mut stop, mut step) = (bounds.start, bounds.stop, bounds.step);
        if (step < 0 && start < stop) || (step > 0 && start > stop) {
            stop = start;
        }
        if step == 1 {
            return self.splice(t, start as usize, stop as usize, &data);
        }
        if data.is_empty() {
            // Deleting every `step`th byte.
            self.can_resize(t)?;
            if n == 0 {
                return Ok(());
            }
            if step < 0 {
                start += step * (n as isize - 1);
                step = -step;
            }
            let (start, step) = (start as usize, step as usize);
            let len = self.len();
            let bytes = self.as_mut();
            let mut to = start;
            for from in start..len {
                let nth = from - start;
                if nth % step == 0 && nth / step < n {
                    continue;
                }
                bytes[to] = bytes[from];
                to += 1;
            }
            return self.resize_to(t, len - n);
        }
        if data.len() != n {
            return Err(err!(
                t,
                ValueError,
                "attempt to assign bytes of size {} to extended slice of size {n}",
                data.len()
            ));
        }
        let bytes = self.as_mut();
        for (k, b) in data.iter().enumerate() {
            bytes[(start + k as isize * step) as usize] = *b;
        }
        Ok(())
    }
}

/// Frees a bytearray: `tp_dealloc`.
unsafe extern "C" fn bytearray_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead; its block is freed once.
    unsafe {
        let raw = op.cast::<PyByteArrayObject>();
        if (*raw).ob_exports > 0 {
            let t = taipan_runtime::thread::current();
            let pending = errors::save(t);
            let _ = err!(t, SystemError, "deallocated bytearray object has exported buffers");
            errors::write_unraisable(t, None);
            errors::restore(t, pending);
        }
        mem::free_array((*raw).ob_bytes.cast(), (*raw).ob_alloc as usize);
        typeobject::free_instance(op, (*op).ob_type);
    }
}

const INIT: Signature = Signature {
    fname: "bytearray",
    params: &[
        Param { name: "source", required: false },
        Param { name: "encoding", required: false },
        Param { name: "errors", required: false },
    ],
    pos_only: 0,
    positional: 3,
    varargs: false,
    varkw: false,
};

#[class(
    name = "bytearray", layout, export = PyByteArray_Type, flags(BASETYPE, MATCH_SELF), dealloc = bytearray_dealloc,
    hash = taipan_object::hash::hash_not_implemented, doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer"
)]
impl PyByteArray {
    #[slot]
    fn tp_new(class: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        class.alloc(t, 0)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let mut slots = [None; 3];
        args.parse(t, &INIT, &mut slots)?;
        let encoding = name_argument(t, slots[1], "bytearray", "encoding")?;
        let errors = name_argument(t, slots[2], "bytearray", "errors")?;
        if self.len() != 0 {
            self.resize_to(t, 0)?;
        }
        let source = match constructor_source(t, slots[0], encoding, errors)? {
            Source::Empty => return Ok(()),
            Source::Text(bytes) => return self.push_bytes(t, bytes.as_bytes()),
            Source::Object(source) => source,
        };
        if number::is_index(source) {
            match number::index_as_isize_or(t, source, exceptions_class!(OverflowError)) {
                Ok(n) => {
                    let Ok(n) = usize::try_from(n) else { return Err(err!(t, ValueError, "negative count")) };
                    if n > 0 {
                        self.resize_to(t, n)?;
                        self.as_mut().fill(0);
                    }
                    return Ok(());
                }
                Err(raised) => {
                    if !errors::matches::<exceptions::TypeError>(t) {
                        return Err(raised);
                    }
                    errors::clear(t);
                }
            }
        }
        if let Some(bytes) = source.downcast_exact::<PyBytes>() {
            return self.push_bytes(t, bytes.as_bytes());
        }
        if buffer::is_buffer(source) || source.is_exact::<PyList>() || source.is_exact::<PyTuple>() {
            return self.push_bytes(t, &Self::content_of(t, source)?);
        }
        let cannot = || err!(t, TypeError, "cannot convert '{:.200}' object to bytearray", source.class().name_lossy());
        let iterator = match taipan_object::iter::get_iter(t, source) {
            Ok(iterator) => iterator,
            Err(raised) if !errors::matches::<exceptions::TypeError>(t) => return Err(raised),
            Err(_) => {
                errors::clear(t);
                return Err(cannot());
            }
        };
        // Who looks while the items are made sees those that are there.
        while let Some(item) = taipan_object::iter::next(t, &iterator)? {
            let byte = byte_of(t, &item)?;
            self.push_bytes(t, &[byte])?;
        }
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let mut out = self.class().short_name_lossy().into_bytes();
        out.push(b'(');
        let text = taipan_text::repr::repr_bytes(self.as_bytes());
        if text.get(1) == Some(&b'"') {
            // Single quotes are escaped even between double ones.
            for &b in &text {
                if b == b'\'' {
                    out.push(b'\\');
                }
                out.push(b);
            }
        } else {
            out.extend(text);
        }
        out.push(b')');
        PyStr::from_wtf8(t, &out).map(Owned::into_object)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        bytes_warning(t, "str() on a bytearray instance")?;
        Self::tp_repr(self, t)
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let it = PyByteArrayIterator { head: Head::new(), array: Slot::new(self.own()), index: Cell::new(0) };
        new_object(t, it).map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if !buffer::is_buffer(other) {
            if other.is_instance_of::<PyStr>() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
                bytes_warning(t, "Comparison between bytearray and string")?;
            }
            return singletons::ok_not_implemented();
        }
        match Buffer::readable(t, other) {
            Ok(view) => {
                let answer = match op {
                    CompareOp::Eq => self.as_bytes() == view.as_bytes(),
                    CompareOp::Ne => self.as_bytes() != view.as_bytes(),
                    _ => op.matches(self.as_bytes().cmp(view.as_bytes())),
                };
                Ok(singletons::bool(answer).own())
            }
            Err(_) => {
                errors::clear(t);
                singletons::ok_not_implemented()
            }
        }
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        buffer::fill_info(t, view, self, self.data_ptr(), self.len(), false, flags)?;
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_exports += 1 };
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_exports -= 1 };
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(template) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let text = template.as_bytes().to_vec();
        let out = template.pinned(|| methods::percent_format(t, &text, right))?;
        Self::new(t, &out).map(Owned::into_object)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    fn concat_view(&self, t: &Thread, other: &Object) -> PyResult<Buffer> {
        match Buffer::readable(t, other) {
            Ok(view) => Ok(view),
            Err(_) => {
                errors::clear(t);
                Err(err!(
                    t,
                    TypeError,
                    "can't concat {:.100} to {:.100}",
                    other.class().name_lossy(),
                    self.class().name_lossy()
                ))
            }
        }
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult {
        let view = self.concat_view(t, other)?;
        let Some(n) = self.len().checked_add(view.len()) else { return Err(errors::no_memory(t)) };
        let out = <Self as ByteString>::written(t, n, |room| {
            room.push(self.as_bytes());
            room.push(view.as_bytes());
        })?;
        Ok(out.into_object())
    }

    #[slot]
    fn sq_inplace_concat(&self, t: &Thread, other: &Object) -> PyResult {
        let view = self.concat_view(t, other)?;
        self.push_bytes(t, view.as_bytes())?;
        Ok(taipan_object::upcast(self).own())
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        let total = methods::repeated_len(t, self.as_bytes(), index)?;
        let out = Self::new(t, &[])?;
        out.resize_to(t, total)?;
        methods::fill_repeated(out.as_mut(), self.as_bytes());
        Ok(out.into_object())
    }

    #[slot]
    fn sq_inplace_repeat(&self, t: &Thread, index: isize) -> PyResult {
        if index != 1 {
            let n = self.len();
            let total = methods::repeated_len(t, self.as_bytes(), index)?;
            self.resize_to(t, total)?;
            if total > 0 {
                let (data, rest) = self.as_mut().split_at_mut(n);
                methods::fill_repeated(rest, data);
            }
        }
        Ok(taipan_object::upcast(self).own())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        match usize::try_from(index).ok().and_then(|i| self.as_bytes().get(i)) {
            Some(&b) => PyInt::from_i64(t, i64::from(b)).map(Owned::into_object),
            None => Err(Self::index_error(t)),
        }
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        let bounded =
            |this: &Self| usize::try_from(index).ok().filter(|&i| i < this.len()).ok_or_else(|| Self::index_error(t));
        let i = bounded(self)?;
        match value {
            None => self.splice(t, i, i + 1, &[]),
            Some(value) => {
                let byte = byte_of(t, value)?;
                let i = bounded(self)?;
                self.as_mut()[i] = byte;
                Ok(())
            }
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        methods::contains(self, t, other)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let i = self.checked_index(t, key)?;
            return Self::sq_item(self, t, i as isize);
        }
        let Some(slice) = key.downcast::<PySlice>() else { return Err(Self::key_error(t, key)) };
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.len());
        let data = self.as_bytes();
        if bounds.step == 1 {
            let start = if n == 0 { 0 } else { bounds.start as usize };
            return Self::new(t, &data[start..start + n]).map(Owned::into_object);
        }
        let picked: Vec<u8> = (0..n).map(|k| data[(bounds.start + k as isize * bounds.step) as usize]).collect();
        Self::new(t, &picked).map(Owned::into_object)
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        if number::is_index(key) {
            let i = self.checked_index(t, key)?;
            return Self::sq_ass_item(self, t, i as isize, value);
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.assign_slice(t, slice, value),
            None => Err(Self::key_error(t, key)),
        }
    }

    /// B.__alloc__() -> int
    ///
    /// Return the number of bytes actually allocated.
    #[method(name = "__alloc__")]
    fn alloc(&self, _t: &Thread) -> isize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_alloc }
    }

    fn reduce_as(&self, t: &Thread, proto: i32) -> PyResult<Owned<PyTuple>> {
        let this = taipan_object::upcast(self);
        let dict = this.call_method(t, name!(t, "__getstate__"), &[])?;
        let args = if self.len() == 0 {
            PyTuple::empty().own()
        } else if proto < 3 {
            let text = PyStr::from_latin1(t, self.as_bytes())?.into_object();
            PyTuple::from_vec(t, vec![text, PyStr::from_str(t, "latin-1")?.into_object()])?
        } else {
            PyTuple::from_vec(t, vec![PyBytes::new(t, self.as_bytes())?.into_object()])?
        };
        PyTuple::from_vec(t, vec![self.class().as_object().own(), args.into_object(), dict])
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.reduce_as(t, 2)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce_ex__", sig = "(proto=0, /)")]
    fn reduce_ex(&self, t: &Thread, proto: i32) -> PyResult<Owned<PyTuple>> {
        self.reduce_as(t, proto)
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self, _t: &Thread) -> isize {
        // SAFETY: plain fields of a live object and its type.
        unsafe { (*taipan_object::upcast(self).class().as_type_ptr()).tp_basicsize + (*self.raw()).ob_alloc }
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[method]
    fn append(&self, t: &Thread, item: &Object) -> PyResult<()> {
        let byte = byte_of(t, item)?;
        if self.len() == isize::MAX as usize {
            return Err(err!(t, OverflowError, "cannot add more objects to bytearray"));
        }
        self.push_bytes(t, &[byte])
    }

    /// Remove all items from the bytearray.
    #[method]
    fn clear(&self, t: &Thread) -> PyResult<()> {
        self.resize_to(t, 0)
    }

    /// Return a copy of B.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::new(t, self.as_bytes())
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[method]
    fn extend(&self, t: &Thread, iterable_of_ints: &Object) -> PyResult<()> {
        if buffer::is_buffer(iterable_of_ints) {
            // The end is where it is now, unless the array becomes shorter while it is asked.
            let end = self.len();
            if core::ptr::eq(taipan_object::upcast(self), iterable_of_ints) {
                let copy = self.as_bytes().to_vec();
                return self.splice(t, end, end, &copy);
            }
            let data = Buffer::readable(t, iterable_of_ints)?;
            let end = end.min(self.len());
            return self.splice(t, end, end, data.as_bytes());
        }
        let iterator = match taipan_object::iter::get_iter(t, iterable_of_ints) {
            Ok(iterator) => iterator,
            Err(raised) => {
                if errors::matches::<exceptions::TypeError>(t) {
                    errors::clear(t);
                    return Err(err!(
                        t,
                        TypeError,
                        "can't extend bytearray with {:.100}",
                        iterable_of_ints.class().name_lossy()
                    ));
                }
                return Err(raised);
            }
        };
        // What it says of its length may be wrong, but not an error.
        taipan_object::iter::length_hint(t, iterable_of_ints, 32)?;
        let mut data = Vec::new();
        while let Some(item) = taipan_object::iter::next(t, &iterator)? {
            let byte = match byte_of(t, &item) {
                Ok(byte) => byte,
                Err(raised) => {
                    if errors::matches::<exceptions::TypeError>(t) && iterable_of_ints.is_instance_of::<PyStr>() {
                        errors::clear(t);
                        return Err(err!(t, TypeError, "expected iterable of integers; got: 'str'"));
                    }
                    return Err(raised);
                }
            };
            if data.try_reserve(1).is_err() {
                return Err(errors::no_memory(t));
            }
            data.push(byte);
        }
        self.push_bytes(t, &data)
    }

    /// Create a bytearray object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example:
    ///     bytearray.fromhex('B9 01EF') -> bytearray(b'\\xb9\\x01\\xef')
    #[classmethod]
    fn fromhex(class: &PyType, t: &Thread, string: &Object) -> PyResult {
        let array = Self::new(t, &methods::from_hex(t, string)?)?;
        if is_exact_class::<Self>(class) { Ok(array.into_object()) } else { class.call(t, &[&array]) }
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[method]
    fn insert(&self, t: &Thread, index: isize, item: &Object) -> PyResult<()> {
        let byte = byte_of(t, item)?;
        let n = self.len();
        if n == isize::MAX as usize {
            return Err(err!(t, OverflowError, "cannot add more objects to bytearray"));
        }
        let at = if index < 0 { (index + n as isize).max(0) as usize } else { (index as usize).min(n) };
        self.splice(t, at, at, &[byte])
    }

    /// Return a translation table usable for the bytes or bytearray translate method.
    ///
    /// The returned table will be one where each byte in frm is mapped to
    /// the byte at the same position in to.
    ///
    /// The bytes objects frm and to must be of the same length.
    #[staticmethod(sig = "(frm, to, /)")]
    fn maketrans(t: &Thread, frm: Buffer, to: Buffer) -> PyResult<Owned<PyBytes>> {
        methods::maketrans(t, &frm, &to)
    }

    /// Partition the bytearray into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytearray.  If the
    /// separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it as new
    /// bytearray objects.
    ///
    /// If the separator is not found, returns a 3-tuple containing the copy
    /// of the original bytearray object and two empty bytearray objects.
    #[method]
    fn partition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        let sep = Self::content_of(t, sep)?;
        methods::partition(self, t, &sep, || Self::new(t, &sep).map(Owned::into_object), false)
    }

    /// Partition the bytearray into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytearray, starting at
    /// the end.  If the separator is found, returns a 3-tuple containing
    /// the part before the separator, the separator itself, and the part
    /// after it as new bytearray objects.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty bytearray objects and the copy of the original bytearray
    /// object.
    #[method]
    fn rpartition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        let sep = Self::content_of(t, sep)?;
        methods::partition(self, t, &sep, || Self::new(t, &sep).map(Owned::into_object), true)
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(sig = "(index=-1, /)")]
    fn pop(&self, t: &Thread, index: isize) -> PyResult<u8> {
        let n = self.len();
        if n == 0 {
            return Err(err!(t, IndexError, "pop from empty bytearray"));
        }
        let i = if index < 0 { index + n as isize } else { index };
        let Some(i) = usize::try_from(i).ok().filter(|&i| i < n) else {
            return Err(err!(t, IndexError, "pop index out of range"));
        };
        self.can_resize(t)?;
        let byte = self.as_bytes()[i];
        self.as_mut().copy_within(i + 1.., i);
        self.resize_to(t, n - 1)?;
        Ok(byte)
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[method]
    fn remove(&self, t: &Thread, value: &Object) -> PyResult<()> {
        let byte = byte_of(t, value)?;
        let Some(i) = self.as_bytes().iter().position(|&b| b == byte) else {
            return Err(err!(t, ValueError, "value not found in bytearray"));
        };
        self.can_resize(t)?;
        let n = self.len();
        self.as_mut().copy_within(i + 1.., i);
        self.resize_to(t, n - 1)
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[method]
    fn resize(&self, t: &Thread, size: isize) -> PyResult<()> {
        let old = self.len();
        let Ok(new) = usize::try_from(size) else {
            return Err(err!(t, ValueError, "Can only resize to positive sizes, got {size}"));
        };
        self.resize_to(t, new)?;
        if new > old {
            self.as_mut()[old..].fill(0);
        }
        Ok(())
    }

    /// Reverse the order of the values in B in place.
    #[method]
    fn reverse(&self, _t: &Thread) {
        self.as_mut().reverse();
    }

    /// Create a string of hexadecimal numbers from a bytearray object.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = bytearray([0xb9, 0x01, 0xef])
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
        let data = self.as_bytes().to_vec();
        self.pinned(|| methods::hex(t, &data, sep, bytes_per_sep))
    }

    // What follows stands in the same words in `bytes`.

    /// B.capitalize() -> copy of B
    ///
    /// Return a copy of B with only its first character capitalized (ASCII)
    /// and the rest lower-cased.
    #[method]
    fn capitalize(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::capitalize)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn center(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, methods::center_share)
    }

    /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn count(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::count(self, t, sub, start, end)
    }

    /// Decode the bytearray using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding with which to decode the bytearray.
    ///   errors
    ///     The error handling scheme to use for the handling of decoding
    ///     errors.  The default is 'strict' meaning that decoding errors
    ///     raise a UnicodeDecodeError.  Other possible values are 'ignore'
    ///     and 'replace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeDecodeErrors.
    #[method(sig = "(encoding='utf-8', errors='strict')")]
    fn decode(&self, t: &Thread, encoding: CStrArg<'_>, errors: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        methods::decode(self, t, encoding.0, errors.0)
    }

    /// Return True if the bytearray ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytearray.
    ///   end
    ///     Optional stop position. Default: end of the bytearray.
    #[method(sig = "(suffix, start=None, end=None, /)", text = "(suffix[, start[, end]], /)")]
    fn endswith(&self, t: &Thread, suffix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        methods::starts_or_ends(self, t, suffix, start, end, true)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "(tabsize=8)")]
    fn expandtabs(&self, t: &Thread, tabsize: i32) -> PyResult<Owned<Self>> {
        methods::expandtabs(self, t, tabsize)
    }

    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn find(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(methods::find(self, t, sub, start, end, false)?.map_or(-1, |i| i as isize))
    }

    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn index(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::index(self, t, sub, start, end, false)
    }

    /// B.isalnum() -> bool
    ///
    /// Return True if all characters in B are alphanumeric
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isalnum(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_alphanumeric())
    }

    /// B.isalpha() -> bool
    ///
    /// Return True if all characters in B are alphabetic
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isalpha(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_alphabetic())
    }

    /// B.isascii() -> bool
    ///
    /// Return True if B is empty or all characters in B are ASCII,
    /// False otherwise.
    #[method]
    fn isascii(&self, _t: &Thread) -> bool {
        self.bytes().is_ascii()
    }

    /// B.isdigit() -> bool
    ///
    /// Return True if all characters in B are digits
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isdigit(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_digit())
    }

    /// B.islower() -> bool
    ///
    /// Return True if all cased characters in B are lowercase and there is
    /// at least one cased character in B, False otherwise.
    #[method]
    fn islower(&self, _t: &Thread) -> bool {
        methods::is_lower(self.bytes())
    }

    /// B.isspace() -> bool
    ///
    /// Return True if all characters in B are whitespace
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isspace(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), taipan_text::search::is_byte_space)
    }

    /// B.istitle() -> bool
    ///
    /// Return True if B is a titlecased string and there is at least one
    /// character in B, i.e. uppercase characters may only follow uncased
    /// characters and lowercase characters only cased ones. Return False
    /// otherwise.
    #[method]
    fn istitle(&self, _t: &Thread) -> bool {
        methods::is_title(self.bytes())
    }

    /// B.isupper() -> bool
    ///
    /// Return True if all cased characters in B are uppercase and there is
    /// at least one cased character in B, False otherwise.
    #[method]
    fn isupper(&self, _t: &Thread) -> bool {
        methods::is_upper(self.bytes())
    }

    /// Concatenate any number of bytes/bytearray objects.
    ///
    /// The bytearray whose method is called is inserted in between each
    /// pair.
    ///
    /// The result is returned as a new bytearray object.
    #[method(sig = "(iterable_of_bytes, /)")]
    fn join(&self, t: &Thread, iterable_of_bytes: &Object) -> PyResult<Owned<Self>> {
        methods::join(self, t, iterable_of_bytes)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn ljust(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, |_, _| 0)
    }

    /// B.lower() -> copy of B
    ///
    /// Return a copy of B with all ASCII characters converted to lowercase.
    #[method]
    fn lower(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, taipan_text::ascii::make_lower)
    }

    /// Strip leading bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading ASCII whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn lstrip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, true, false)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "(old, new, count=-1, /)")]
    fn replace(&self, t: &Thread, old: Buffer, new: Buffer, count: isize) -> PyResult<Owned<Self>> {
        methods::replace(self, t, &old, &new, count)
    }

    /// Return a bytearray with the given prefix string removed if present.
    ///
    /// If the bytearray starts with the prefix string, return
    /// bytearray[len(prefix):].  Otherwise, return a copy of the original
    /// bytearray.
    #[method]
    fn removeprefix(&self, t: &Thread, prefix: Buffer) -> PyResult<Owned<Self>> {
        methods::remove_end(self, t, &prefix, false)
    }

    /// Return a bytearray with the given suffix string removed if present.
    ///
    /// If the bytearray ends with the suffix string and that suffix is not
    /// empty, return bytearray[:-len(suffix)].  Otherwise, return a copy of
    /// the original bytearray.
    #[method]
    fn removesuffix(&self, t: &Thread, suffix: Buffer) -> PyResult<Owned<Self>> {
        methods::remove_end(self, t, &suffix, true)
    }

    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rfind(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(methods::find(self, t, sub, start, end, true)?.map_or(-1, |i| i as isize))
    }

    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rindex(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::index(self, t, sub, start, end, true)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn rjust(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, |extra, _| extra)
    }

    /// Return a list of the sections in the bytearray, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytearray.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting is done starting at the end of the bytearray and working
    /// to the front.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn rsplit(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        methods::split(self, t, sep, maxsplit, true)
    }

    /// Strip trailing bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip trailing ASCII whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn rstrip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, false, true)
    }

    /// Return a list of the sections in the bytearray, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytearray.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn split(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        methods::split(self, t, sep, maxsplit, false)
    }

    /// Return a list of the lines in the bytearray, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "(keepends=False)")]
    fn splitlines(&self, t: &Thread, keepends: bool) -> PyResult<Owned<PyList>> {
        methods::splitlines(self, t, keepends)
    }

    /// Return True if the bytearray starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytearray.
    ///   end
    ///     Optional stop position. Default: end of the bytearray.
    #[method(sig = "(prefix, start=None, end=None, /)", text = "(prefix[, start[, end]], /)")]
    fn startswith(&self, t: &Thread, prefix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        methods::starts_or_ends(self, t, prefix, start, end, false)
    }

    /// Strip leading and trailing bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading and trailing ASCII
    /// whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn strip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, true, true)
    }

    /// B.swapcase() -> copy of B
    ///
    /// Return a copy of B with uppercase ASCII characters converted
    /// to lowercase ASCII and vice versa.
    #[method]
    fn swapcase(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::swapcase)
    }

    /// B.title() -> copy of B
    ///
    /// Return a titlecased version of B, i.e. ASCII words start with
    /// uppercase characters, all remaining cased characters have lowercase.
    #[method]
    fn title(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::title)
    }

    /// Return a copy with each character mapped by the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a bytes object of length 256.
    ///
    /// All characters occurring in the optional argument delete are
    /// removed.  The remaining characters are mapped through the given
    /// translation table.
    #[method(sig = "(table, /, delete=None)", text = "(table, /, delete=b'')")]
    fn translate(&self, t: &Thread, table: &Object, delete: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::translate(self, t, table, delete)
    }

    /// B.upper() -> copy of B
    ///
    /// Return a copy of B with all ASCII characters converted to uppercase.
    #[method]
    fn upper(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, taipan_text::ascii::make_upper)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The original string is never truncated.
    #[method]
    fn zfill(&self, t: &Thread, width: isize) -> PyResult<Owned<Self>> {
        methods::zfill(self, t, width)
    }
}

/// `iter(bytearray)`.
#[object]
pub struct PyByteArrayIterator {
    array: Slot<PyByteArray>,
    index: Cell<usize>,
}

#[class(name = "bytearray_iterator", export = PyByteArrayIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyByteArrayIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(taipan_object::upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(array) = self.array.get() else { return Ok(None) };
        let i = self.index.get();
        if let Some(&b) = array.as_bytes().get(i) {
            self.index.set(i + 1);
            return PyInt::from_i64(t, i64::from(b)).map(|b| Some(b.into_object()));
        }
        self.array.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        self.array.get().map_or(0, |array| array.len().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let iter = state::builtin(t, name!(t, "iter"))?;
        match self.array.get() {
            Some(array) => {
                let args = PyTuple::from_vec(t, vec![array.into_object()])?.into_object();
                let index = PyInt::from_u64(t, self.index.get() as u64)?.into_object();
                PyTuple::from_vec(t, vec![iter, args, index])
            }
            None => {
                let args = PyTuple::from_vec(t, vec![PyTuple::empty().own().into_object()])?.into_object();
                PyTuple::from_vec(t, vec![iter, args])
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let index = index.to_isize(t)?;
        if let Some(array) = self.array.get() {
            self.index.set((index.max(0) as usize).min(array.len()));
        }
        Ok(())
    }
}

/// Tells the object layer where `bytearray` is.
pub fn finish_static_types() {
    taipan_object::bytes_class::set_bytearray_type(<PyByteArray as Class>::TYPE);
}
