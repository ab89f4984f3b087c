//! `Array`: a number of items behind each other.

use crate::cdata::CData;
use crate::ctype;
use crate::metatypes::ArrayType;
use crate::values;
use core::cell::RefCell;
use std::collections::HashMap;
use taipan_object::abi::Py_buffer;
use taipan_object::abi::PyGetSetDef;
use taipan_object::tramp::{Getter, Setter, getter, setter};
use taipan_object::{
    Args, Class, Object, Owned, PyBytes, PyDict, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, PyType, Static,
    Thread, class, err, number, sequence, state, weakref,
};

/// An instance of an array type. Its layout is that of all instances.
#[repr(transparent)]
pub struct Array(CData);

/// Array types made by multiplication, each as long as somebody uses it.
#[derive(Default)]
struct Cache {
    types: RefCell<HashMap<Key, (Owned, Owned)>>,
}

/// Where the array type made by a multiplication is found: the address of the items' type, and how many items.
pub type Key = (usize, usize);

/// `item * length`.
pub fn array_type(t: &Thread, item: &PyType, length: usize) -> PyResult<Owned<PyType>> {
    let cache = state::extension(t, |_| Ok(Cache::default()))?;
    let key = (item.as_type_ptr() as usize, length);
    let found = cache.types.borrow().get(&key).cloned();
    if let Some((of, made)) = found
        && weakref::target(&of).is_some_and(|of| of.is(item))
        && let Some(made) = weakref::target(&made)
        && let Ok(made) = made.into_type::<PyType>()
    {
        return Ok(made);
    }
    let name = format!("{:.200}_Array_{length}", item.short_name_lossy());
    let dict = PyDict::new(t)?;
    dict.set_str(t, &*PyStr::intern_str(t, "_length_")?, &*PyInt::from_u64(t, length as u64)?)?;
    dict.set_str(t, &*PyStr::intern_str(t, "_type_")?, item)?;
    let bases = PyTuple::from_slice(t, &[Array::class().as_object()])?;
    let made = ArrayType::class().call(t, &[&*PyStr::from_str(t, &name)?, &bases, &dict])?;
    let Ok(made) = made.into_type::<PyType>() else { return Err(err!(t, TypeError, "not a type")) };
    let entry = (weakref::new_ref(t, item, None)?, weakref::new_ref(t, &made, None)?);
    let old = cache.types.borrow_mut().insert(key, entry);
    drop(old);
    if let Some(info) = ctype::info(&made) {
        info.cached.set(Some(key));
    }
    Ok(made)
}

/// Takes an array type that is being destroyed out of the cache, unless another has its place by now.
pub fn forget(t: &Thread, key: Key) {
    let Ok(cache) = state::extension(t, |_| Ok(Cache::default())) else { return };
    let mut table = cache.types.borrow_mut();
    let gone = table.get(&key).is_some_and(|(_, made)| weakref::target(made).is_none());
    let old = if gone { table.remove(&key) } else { None };
    drop(table);
    drop(old);
}

impl Array {
    fn item_type(&self, t: &Thread) -> PyResult<Owned<PyType>> {
        let item = self.0.info(t)?.proto_type();
        item.ok_or_else(|| err!(t, TypeError, "_type_ must have storage info"))
    }

    fn len(&self) -> isize {
        self.0.length.get()
    }

    /// Item type, item size and address of an item.
    fn place(&self, t: &Thread, index: isize) -> PyResult<(Owned<PyType>, usize, *mut u8)> {
        if index < 0 || index >= self.len() {
            return Err(err!(t, IndexError, "invalid index"));
        }
        let item = self.item_type(t)?;
        let size = ctype::info_or_abstract(t, &item)?.size.get();
        Ok((item, size, self.0.ptr.get().wrapping_add(index as usize * size)))
    }

    fn item(&self, t: &Thread, index: isize) -> PyResult {
        let (item, _, at) = self.place(t, index)?;
        self.0.get(t, &item, index, at)
    }

    fn assign(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Array does not support item deletion"));
        };
        let (item, size, at) = self.place(t, index)?;
        self.0.set(t, &item, value, index, size, at)
    }

    fn slice_indices(&self, t: &Thread, slice: &PySlice) -> PyResult<Vec<isize>> {
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.len().max(0) as usize);
        Ok((0..n as isize).map(|i| bounds.start + i * bounds.step).collect())
    }
}

/// Abstract base class for arrays.
///
/// The recommended way to create concrete array types is by multiplying any
/// ctypes data type with a non-negative integer. Alternatively, you can subclass
/// this type and define _length_ and _type_ class variables. Array elements can
/// be read and written using standard subscript and slice accesses for slice
/// reads, the resulting object is not itself an Array.
#[class(name = "_ctypes.Array", heap, layout, base = CData, flags(BASETYPE, HAVE_GC))]
impl Array {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.0.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<CData>> {
        CData::new(t, cls)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        for (i, value) in args.pos.iter().enumerate() {
            self.assign(t, i as isize, Some(value))?;
        }
        Ok(())
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len().max(0) as usize)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        self.item(t, index)
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        self.assign(t, index, value)
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len().max(0) as usize)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, other: &Object) -> PyResult {
        if number::is_index(other) {
            let index = number::index_as_isize_or(t, other, taipan_object::exceptions_class!(IndexError))?;
            return self.item(t, if index < 0 { index + self.len() } else { index });
        }
        let Some(slice) = other.downcast::<PySlice>() else {
            return Err(err!(t, TypeError, "indices must be integers"));
        };
        let indices = self.slice_indices(t, slice)?;
        let item = self.item_type(t)?;
        let info = ctype::info_or_abstract(t, &item)?;
        let (code, size) = (info.code.get(), info.size.get());
        if matches!(code, b'c' | b'u') && ctype::has_metatype::<crate::metatypes::SimpleType>(&item) {
            let mut bytes = Vec::new();
            for index in indices {
                let at = self.0.ptr.get().wrapping_add(index as usize * size);
                // SAFETY: an item of this instance.
                bytes.extend(unsafe { values::read(at, size) });
            }
            if code == b'c' {
                return PyBytes::new(t, &bytes).map(Owned::into_object);
            }
            // SAFETY: whole characters.
            return unsafe { values::wide_string(t, bytes.as_ptr(), bytes.len() / 4) };
        }
        let mut items = Vec::new();
        for index in indices {
            items.push(self.item(t, index)?);
        }
        PyList::from_vec(t, items).map(Owned::into_object)
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Array does not support item deletion"));
        };
        if number::is_index(key) {
            let index = number::index_as_isize_or(t, key, taipan_object::exceptions_class!(IndexError))?;
            return self.assign(t, if index < 0 { index + self.len() } else { index }, Some(value));
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return Err(err!(t, TypeError, "indices must be integer"));
        };
        let indices = self.slice_indices(t, slice)?;
        if sequence::len(t, value)? != indices.len() {
            return Err(err!(t, ValueError, "Can only assign sequence of same size"));
        }
        for (i, index) in indices.into_iter().enumerate() {
            let item = sequence::sequence_item(t, value, i as isize)?;
            self.assign(t, index, Some(&item))?;
        }
        Ok(())
    }

    /// Arrays are generic over the type of their elements
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

/// The bytes of an argument that a character array takes over.
fn fill(t: &Thread, data: &CData, bytes: &[u8], end: bool) -> PyResult<()> {
    let room = data.size.get().max(0) as usize;
    if bytes.len() > room {
        return Err(err!(t, ValueError, "byte string too long"));
    }
    // SAFETY: within the instance's memory; the bytes may be the same memory.
    unsafe {
        core::ptr::copy(bytes.as_ptr(), data.ptr.get(), bytes.len());
        if end && bytes.len() < room {
            *data.ptr.get().add(bytes.len()) = 0;
        }
    }
    Ok(())
}

struct Raw;
impl Getter for Raw {
    type This = CData;
    fn call(this: &CData, t: &Thread) -> PyResult {
        PyBytes::new(t, &this.bytes()).map(Owned::into_object)
    }
}
impl Setter for Raw {
    type This = CData;
    fn call(this: &CData, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            let name = this.class().short_name_lossy();
            return Err(err!(t, AttributeError, "attribute 'raw' of '{name}' objects cannot be deleted"));
        };
        let view = taipan_object::buffer::Buffer::readable(t, value)?;
        fill(t, this, view.as_bytes(), false)
    }
}

struct Chars;
impl Getter for Chars {
    type This = CData;
    fn call(this: &CData, t: &Thread) -> PyResult {
        // SAFETY: the instance's memory.
        unsafe { values::get(t, b's', false, this.ptr.get(), this.size.get().max(0) as usize, None) }
    }
}
impl Setter for Chars {
    type This = CData;
    fn call(this: &CData, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, TypeError, "can't delete attribute")) };
        let Some(bytes) = value.downcast::<PyBytes>() else {
            let name = value.class().name_lossy();
            return Err(err!(t, TypeError, "bytes expected instead of {name} instance"));
        };
        fill(t, this, bytes.as_bytes(), true)
    }
}

struct WideChars;
impl Getter for WideChars {
    type This = CData;
    fn call(this: &CData, t: &Thread) -> PyResult {
        // SAFETY: the instance's memory.
        unsafe { values::get(t, b'U', false, this.ptr.get(), this.size.get().max(0) as usize, None) }
    }
}
impl Setter for WideChars {
    type This = CData;
    fn call(this: &CData, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, TypeError, "can't delete attribute")) };
        let Some(text) = value.downcast::<PyStr>() else {
            let name = value.class().name_lossy();
            return Err(err!(t, TypeError, "unicode string expected instead of {name} instance"));
        };
        let room = this.size.get().max(0) as usize / 4;
        if text.len() > room {
            return Err(err!(t, ValueError, "string too long"));
        }
        // SAFETY: the instance's memory.
        unsafe { values::save_wide(this.ptr.get(), text, room) };
        Ok(())
    }
}

const fn entry<M: Getter<This = CData> + Setter<This = CData>>(
    name: &'static core::ffi::CStr,
    doc: &'static core::ffi::CStr,
) -> PyGetSetDef {
    PyGetSetDef {
        name: name.as_ptr(),
        get: Some(getter::<M>),
        set: Some(setter::<M>),
        doc: doc.as_ptr(),
        closure: core::ptr::null_mut(),
    }
}

static CHARS: Static<[PyGetSetDef; 2]> =
    Static::new([entry::<Raw>(c"raw", c"value"), entry::<Chars>(c"value", c"string value")]);
static WIDE_CHARS: Static<[PyGetSetDef; 1]> = Static::new([entry::<WideChars>(c"value", c"string value")]);

/// Gives an array type of characters its attributes `raw` and `value`.
pub fn add_character_attributes(t: &Thread, ty: &PyType, code: u8) -> PyResult<()> {
    let (table, n): (*mut PyGetSetDef, usize) = match code {
        b'c' => (CHARS.get().cast(), 2),
        b'u' => (WIDE_CHARS.get().cast(), 1),
        _ => return Ok(()),
    };
    for i in 0..n {
        // SAFETY: the tables are constants with `n` entries.
        unsafe {
            let def = table.add(i);
            let name = PyStr::intern_c(t, core::ffi::CStr::from_ptr((*def).name))?;
            let descriptor = taipan_object::descr::new_getset(t, ty, def, &name)?;
            if let Some(dict) = ty.dict() {
                dict.set_str(t, &name, &descriptor)?;
            }
        }
    }
    ty.modified();
    Ok(())
}
