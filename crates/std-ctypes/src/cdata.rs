//! `_CData`: an instance of a C type is a piece of memory, its own or somebody else's, and the objects that this memory
//! needs alive.

use crate::array::Array;
use crate::ctype::{self, DICTFLAG_FINAL, Param, StgInfo};
use crate::funcptr::CFuncPtr;
use crate::metatypes::PointerType;
use crate::params::{CArg, Value};
use crate::simple::is_simple_instance;
use crate::values;
use core::cell::{Cell, UnsafeCell};
use taipan_object::abi::Py_buffer;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, audit, class,
    err, errors, object, singletons, typeobject,
};

/// Memory of small values.
#[repr(C, align(16))]
pub struct Inline(UnsafeCell<[u8; 16]>);

/// An instance of a C type.
#[object]
pub struct CData {
    pub ptr: Cell<*mut u8>,
    /// Whether the memory is the object's own.
    pub needsfree: Cell<i32>,
    /// Whether it is a block from the allocator.
    block: Cell<i32>,
    /// The object whose memory this one is a part of.
    pub base: Slot<CData>,
    pub size: Cell<isize>,
    /// Number of references that may have to be kept.
    pub length: Cell<isize>,
    /// Place among those of the base.
    pub index: Cell<isize>,
    /// A dictionary of references to keep, or a single one.
    pub objects: Slot,
    value: Data<Inline>,
}

impl Drop for CData {
    fn drop(&mut self) {
        if self.block.get() != 0 {
            // SAFETY: a block of ours.
            unsafe { taipan_runtime::mem::free(self.ptr.get()) };
        }
    }
}

impl CData {
    /// An instance without memory.
    fn empty() -> Self {
        Self {
            head: Head::new(),
            ptr: Cell::new(core::ptr::null_mut()),
            needsfree: Cell::new(0),
            block: Cell::new(0),
            base: Slot::empty(),
            size: Cell::new(0),
            length: Cell::new(0),
            index: Cell::new(0),
            objects: Slot::empty(),
            value: Data(Inline(UnsafeCell::new([0; 16]))),
        }
    }

    fn make(t: &Thread, ty: &PyType, info: &StgInfo, data: Self) -> PyResult<Owned<Self>> {
        data.length.set(info.length.get());
        data.size.set(info.size.get() as isize);
        if ty.is_subtype(CFuncPtr::class()) {
            let made = ty.instance(t, CFuncPtr::around(data))?;
            // SAFETY: function pointers begin as other instances do.
            return Ok(unsafe { made.into_object().cast_unchecked() });
        }
        ty.instance(t, data)
    }

    /// A fresh instance with zeroed memory.
    pub fn new(t: &Thread, ty: &PyType) -> PyResult<Owned<Self>> {
        let info = ctype::info_or_abstract(t, ty)?;
        info.add_flags(DICTFLAG_FINAL);
        let made = Self::make(t, ty, info, Self::empty())?;
        let size = info.size.get();
        made.ptr.set(made.inline());
        if size > 16 {
            let block = taipan_runtime::mem::alloc_zeroed(size);
            if block.is_null() {
                return Err(errors::no_memory(t));
            }
            made.ptr.set(block);
            made.block.set(1);
        }
        made.needsfree.set(1);
        Ok(made)
    }

    /// An instance whose memory is somebody else's (`PyCData_AtAddress`).
    pub fn at_address(t: &Thread, ty: &PyType, address: *mut u8) -> PyResult<Owned<Self>> {
        if audit::active(t) {
            audit::audit(t, "ctypes.cdata", &[&*PyInt::from_u64(t, address as u64)?])?;
        }
        let info = ctype::info_or_abstract(t, ty)?;
        info.add_flags(DICTFLAG_FINAL);
        let data = Self::empty();
        data.ptr.set(address);
        Self::make(t, ty, info, data)
    }

    /// A part of another instance, or a copy of bare memory (`PyCData_FromBaseObj`).
    pub fn from_base(
        t: &Thread,
        ty: &PyType,
        base: Option<&Self>,
        index: isize,
        address: *mut u8,
    ) -> PyResult<Owned<Self>> {
        let info = ctype::info_or_abstract(t, ty)?;
        info.add_flags(DICTFLAG_FINAL);
        match base {
            Some(base) => {
                let data = Self::empty();
                data.ptr.set(address);
                data.base.set(Some(base.own()));
                data.index.set(index);
                Self::make(t, ty, info, data)
            }
            None => {
                let made = Self::new(t, ty)?;
                made.index.set(index);
                // SAFETY: the caller's memory holds a value of the type.
                unsafe { core::ptr::copy_nonoverlapping(address, made.ptr.get(), info.size.get()) };
                Ok(made)
            }
        }
    }

    fn inline(&self) -> *mut u8 {
        self.value.0.0.get().cast()
    }

    /// What the instance's type knows.
    pub fn info<'a>(&'a self, t: &Thread) -> PyResult<&'a StgInfo> {
        ctype::info_or_abstract(t, self.class())
    }

    /// The pointer that the memory holds.
    pub fn pointer(&self) -> *mut u8 {
        // SAFETY: callers know the type to be one of pointers.
        unsafe { self.ptr.get().cast::<*mut u8>().read_unaligned() }
    }

    /// Stores a pointer.
    pub fn set_pointer(&self, to: *mut u8) {
        // SAFETY: as above.
        unsafe { self.ptr.get().cast::<*mut u8>().write_unaligned(to) };
    }

    /// A copy of the memory.
    pub fn bytes(&self) -> Vec<u8> {
        // SAFETY: the memory of the instance.
        unsafe { values::read(self.ptr.get(), self.size.get().max(0) as usize) }
    }

    /// The outermost instance, whose `_objects` holds all references; it has some by then.
    fn container(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let mut at = self.own();
        while let Some(base) = at.base.get() {
            at = base;
        }
        if at.objects.is_none() {
            let first = if at.length.get() > 0 { PyDict::new(t)?.into_object() } else { singletons::none().own() };
            at.objects.set(Some(first));
        }
        Ok(at)
    }

    /// What the outermost instance keeps (`GetKeepedObjects`).
    pub fn kept_objects(&self, t: &Thread) -> PyResult {
        Ok(self.container(t)?.objects.get().unwrap_or_else(|| singletons::none().own()))
    }

    /// The key of a reference: places from here up to the outermost instance, in hexadecimal.
    fn unique_key(&self, t: &Thread, index: isize) -> PyResult<Owned<PyStr>> {
        let mut text = format!("{index:x}");
        let mut at = self.own();
        while let Some(base) = at.base.get() {
            if text.len() > 200 {
                return Err(err!(t, ValueError, "ctypes object structure too deep"));
            }
            text.push_str(&format!(":{:x}", at.index.get() as i32));
            at = base;
        }
        PyStr::from_str(t, &text)
    }

    /// Keeps a reference that the value at `index` needs.
    pub fn keep(&self, t: &Thread, index: isize, kept: Owned) -> PyResult<()> {
        if kept.is(singletons::none()) {
            return Ok(());
        }
        let holder = self.container(t)?;
        match holder.objects.get().and_then(|o| o.into_type::<PyDict>().ok()) {
            Some(dict) => dict.set_item(t, &*self.unique_key(t, index)?, &kept),
            None => {
                holder.objects.set(Some(kept));
                Ok(())
            }
        }
    }

    /// The value of this type at an address within the instance (`PyCData_get`).
    pub fn get(&self, t: &Thread, ty: &PyType, index: isize, address: *mut u8) -> PyResult {
        let info = ctype::info_or_abstract(t, ty)?;
        if info.code.get() != 0 && !is_simple_instance(ty) {
            // SAFETY: the memory of a value of this type.
            return unsafe { values::get(t, info.code.get(), info.swapped.get(), address, info.size.get(), None) };
        }
        Self::from_base(t, ty, Some(self), index, address).map(Owned::into_object)
    }

    /// Stores a value of this type at an address within the instance (`PyCData_set`).
    pub fn set(
        &self,
        t: &Thread,
        ty: &PyType,
        value: &Object,
        index: isize,
        size: usize,
        address: *mut u8,
    ) -> PyResult<()> {
        let kept = store(t, ty, value, size, address)?;
        self.keep(t, index, kept)
    }

    /// The instance as a call's argument.
    pub fn param(&self, t: &Thread) -> PyResult<Owned<CArg>> {
        let info = self.info(t)?;
        let this = self.as_object().own();
        match info.param.get() {
            Param::Simple => {
                let mut bytes = [0u8; 32];
                for (to, from) in bytes.iter_mut().zip(self.bytes()) {
                    *to = from;
                }
                let ffi = info.ffi.borrow().clone();
                CArg::new(t, info.code.get(), ffi, Value::Inline(bytes), Some(this))
            }
            Param::Pointer => CArg::of_pointer(t, self.pointer(), Some(this)),
            Param::Array => CArg::of_pointer(t, self.ptr.get(), Some(this)),
            Param::Struct => {
                let ffi = info.ffi.borrow().clone();
                CArg::new(t, b'V', ffi, Value::Block(self.bytes()), Some(this))
            }
        }
    }
}

/// Stores a value; what must be kept alive for it.
fn store(t: &Thread, ty: &PyType, value: &Object, size: usize, address: *mut u8) -> PyResult {
    let info = ctype::info_or_abstract(t, ty)?;
    let Some(source) = value.downcast::<CData>() else {
        if info.code.get() != 0 {
            // SAFETY: the memory of a value of this type.
            return unsafe { values::set(t, info.code.get(), info.swapped.get(), address, value, size, None) };
        }
        if let Some(args) = value.downcast::<PyTuple>() {
            return match ty.as_object().call_tuple_dict(t, args, None) {
                Ok(made) => store(t, ty, &made, size, address),
                Err(raised) => {
                    let prefix = format!("({}) ", ty.name_lossy());
                    Err(ctype::extend_error(t, taipan_object::exceptions_class!(RuntimeError), &prefix, raised))
                }
            };
        }
        if ctype::has_metatype::<PointerType>(ty) && value.is(singletons::none()) {
            // SAFETY: the memory of a pointer.
            unsafe { address.cast::<*mut u8>().write_unaligned(core::ptr::null_mut()) };
            return singletons::ok_none();
        }
        return Err(err!(t, TypeError, "expected {} instance, got {}", ty.name_lossy(), value.class().name_lossy()));
    };
    if typeobject::isinstance(t, value, ty)? {
        // SAFETY: both hold a value of the type; they may be the same memory.
        unsafe { core::ptr::copy(source.ptr.get(), address, size) };
        return source.kept_objects(t);
    }
    if ctype::has_metatype::<PointerType>(ty) && value.is_instance_of::<Array>() {
        let from = source.info(t)?;
        let same = match (from.proto.get(), info.proto.get()) {
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        if same {
            // SAFETY: the memory of a pointer.
            unsafe { address.cast::<*mut u8>().write_unaligned(source.ptr.get()) };
            let kept = source.kept_objects(t)?;
            return PyTuple::from_slice(t, &[&kept, value]).map(Owned::into_object);
        }
    }
    Err(err!(
        t,
        TypeError,
        "incompatible types, {} instance instead of {} instance",
        value.class().name_lossy(),
        ty.name_lossy()
    ))
}

impl CData {
    /// The object's memory as a buffer of its C type's format and shape; every kind of C data fills its slot with it.
    pub fn fill_buffer(&self, t: &Thread, view: &mut Py_buffer) -> PyResult<()> {
        let info = self.info(t)?;
        let mut item = self.class().own();
        while ctype::has_metatype::<crate::metatypes::ArrayType>(&item) {
            let Some(next) = ctype::info(&item).and_then(StgInfo::proto_type) else { break };
            item = next;
        }
        let item_size = ctype::info(&item).map_or(1, |info| info.size.get());
        view.buf = self.ptr.get().cast();
        view.obj = self.as_object().own().into_ptr();
        view.len = self.size.get();
        view.readonly = 0;
        view.itemsize = item_size as isize;
        view.format = match &*info.format.borrow() {
            Some(format) => format.as_ptr().cast_mut(),
            None => c"B".as_ptr().cast_mut(),
        };
        let shape = info.shape.borrow();
        view.ndim = shape.len() as i32;
        view.shape = if shape.is_empty() { core::ptr::null_mut() } else { shape.as_ptr().cast_mut() };
        view.strides = core::ptr::null_mut();
        view.suboffsets = core::ptr::null_mut();
        view.internal = core::ptr::null_mut();
        Ok(())
    }
}

/// XXX to be provided
#[class(name = "_ctypes._CData", heap, flags(BASETYPE, HAVE_GC), no_new, fields(
    _b_base_ = base: "the base object",
    _b_needsfree_ = needsfree: "whether the object owns the memory or not",
    _objects = objects: "internal objects tree (NEVER CHANGE THIS OBJECT!)",
))]
impl CData {
    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        Err(err!(t, TypeError, "unhashable type"))
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.fill_buffer(t, view)
    }

    /// default __ctypes_from_outparam__ method returns self.
    #[method]
    fn __ctypes_from_outparam__(&self, _t: &Thread) -> Owned<Self> {
        self.own()
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        let info = self.info(t)?;
        if info.flags.get() & (ctype::TYPEFLAG_ISPOINTER | ctype::TYPEFLAG_HASPOINTER) != 0 {
            return Err(err!(t, ValueError, "ctypes objects containing pointers cannot be pickled"));
        }
        let dict = match ctype::attribute(t, self, "__dict__")? {
            Some(dict) => dict,
            None => singletons::none().own(),
        };
        let bytes = taipan_object::PyBytes::new(t, &self.bytes())?;
        let state = PyTuple::from_slice(t, &[&dict, &bytes])?;
        let args = PyTuple::from_slice(t, &[self.class().as_object(), &state])?;
        let unpickle = crate::module::unpickle_function(t)?;
        PyTuple::from_slice(t, &[&unpickle, &args]).map(Owned::into_object)
    }

    #[method(sig = "(dict, data, /)")]
    fn __setstate__(&self, t: &Thread, dict: &PyDict, data: &Object) -> PyResult<()> {
        let Some(bytes) = data.downcast::<taipan_object::PyBytes>() else {
            let name = data.class().name_lossy();
            return Err(err!(t, TypeError, "a bytes-like object is required, not '{name}'"));
        };
        let bytes = bytes.as_bytes();
        let n = bytes.len().min(self.size.get().max(0) as usize);
        // SAFETY: as many bytes as both have.
        unsafe { core::ptr::copy(bytes.as_ptr(), self.ptr.get(), n) };
        let Some(own) = ctype::attribute(t, self, "__dict__")? else { return Ok(()) };
        match own.downcast::<PyDict>() {
            Some(own) => own.merge_mapping(t, dict, true),
            None => Err(err!(t, TypeError, "{:.200}.__dict__ must be a dictionary", self.class().name_lossy())),
        }
    }
}

/// Replaces the memory by a block of another size (`resize`).
pub fn resize(t: &Thread, object: &CData, size: isize) -> PyResult<()> {
    let info = object.info(t)?;
    let least = info.size.get() as isize;
    if size < least {
        return Err(err!(t, ValueError, "minimum size is {least}"));
    }
    if object.needsfree.get() == 0 {
        return Err(err!(t, ValueError, "Memory cannot be resized because this object doesn't own it"));
    }
    if size <= 16 {
        object.size.set(size);
        return Ok(());
    }
    let old = object.ptr.get();
    // SAFETY: blocks of ours; an inline value is copied first.
    unsafe {
        let block = if object.block.get() == 0 {
            let block = taipan_runtime::mem::alloc_zeroed(size as usize);
            if !block.is_null() {
                core::ptr::copy_nonoverlapping(old, block, object.size.get().min(16) as usize);
            }
            block
        } else {
            let block = taipan_runtime::mem::realloc(old, size as usize);
            if !block.is_null() && size > object.size.get() {
                core::ptr::write_bytes(block.offset(object.size.get()), 0, (size - object.size.get()) as usize);
            }
            block
        };
        if block.is_null() {
            return Err(errors::no_memory(t));
        }
        object.ptr.set(block);
        object.block.set(1);
    }
    object.size.set(size);
    Ok(())
}
