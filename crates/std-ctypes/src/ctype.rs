//! `CType_Type`, the metatype of all C types, and what a C type knows about itself (CPython's `StgInfo`).

use crate::cdata::CData;
use crate::ffi::FfiType;
use crate::funcptr::CFuncPtr;
use crate::{array::Array, pointer::Pointer, simple::Simple, structure::Structure, structure::Union};
use core::cell::{Cell, RefCell, UnsafeCell};
use core::ffi::{c_int, c_void};
use std::ffi::CString;
use std::rc::Rc;
use taipan_object::abi::{PyHeapTypeObject, PyMemberDef, PyObject, visitproc};
use taipan_object::{
    Class, Object, Own, Owned, PyResult, PyTuple, PyType, Raised, Slot, Thread, Traverse, Visitor, class, err, errors,
};

pub const TYPEFLAG_ISPOINTER: u32 = 0x100;
pub const TYPEFLAG_HASPOINTER: u32 = 0x200;
pub const TYPEFLAG_HASUNION: u32 = 0x400;
pub const TYPEFLAG_HASBITFIELD: u32 = 0x800;
/// Fields, size and so on may not change any more.
pub const DICTFLAG_FINAL: u32 = 0x1000;

/// How instances are passed to functions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Param {
    Simple,
    Pointer,
    Array,
    Struct,
}

/// What a C type knows about itself.
pub struct StgInfo {
    pub size: Cell<usize>,
    pub align: Cell<usize>,
    /// Number of items, fields and so on: an instance with some keeps a dictionary of references.
    pub length: Cell<isize>,
    pub ffi: RefCell<Rc<FfiType>>,
    /// `_type_`: of simple types the code as a str, of pointers and arrays a type.
    pub proto: Slot,
    /// The code of simple types, which says how values are converted; zero: no conversion.
    pub code: Cell<u8>,
    /// Whether the bytes of values stand in the other order.
    pub swapped: Cell<bool>,
    pub param: Cell<Param>,
    pub argtypes: Slot<PyTuple>,
    pub converters: Slot<PyTuple>,
    pub restype: Slot,
    pub checker: Slot,
    pub flags: Cell<u32>,
    pub pointer_type: Slot,
    /// The buffer format.
    pub format: RefCell<Option<CString>>,
    /// The shape of arrays, outermost first.
    pub shape: RefCell<Box<[isize]>>,
    /// The place of an array type in the cache of those made by multiplication.
    pub cached: Cell<Option<crate::array::Key>>,
}

impl StgInfo {
    fn new() -> Self {
        Self {
            size: Cell::new(0),
            align: Cell::new(0),
            length: Cell::new(0),
            ffi: RefCell::new(Rc::new(FfiType::Struct { size: 0, align: 1, members: Vec::new() })),
            proto: Slot::empty(),
            code: Cell::new(0),
            swapped: Cell::new(false),
            param: Cell::new(Param::Struct),
            argtypes: Slot::empty(),
            converters: Slot::empty(),
            restype: Slot::empty(),
            checker: Slot::empty(),
            flags: Cell::new(0),
            pointer_type: Slot::empty(),
            format: RefCell::new(None),
            shape: RefCell::new(Box::default()),
            cached: Cell::new(None),
        }
    }

    /// Adds flags.
    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    /// Whether all these flags are set.
    pub fn has(&self, flags: u32) -> bool {
        self.flags.get() & flags == flags
    }

    /// The type of items or of what is pointed to.
    pub fn proto_type(&self) -> Option<Owned<PyType>> {
        self.proto.get().and_then(|proto| proto.into_type::<PyType>().ok())
    }

    /// The buffer format as text.
    pub fn format_text(&self) -> String {
        self.format.borrow().as_ref().map_or_else(|| "B".to_string(), |f| f.to_string_lossy().into_owned())
    }

    /// Sets the buffer format.
    pub fn set_format(&self, text: &str) {
        *self.format.borrow_mut() = CString::new(text).ok();
    }

    /// Takes over what a base class knows.
    pub fn copy_from(&self, base: &Self) {
        self.size.set(base.size.get());
        self.align.set(base.align.get());
        self.length.set(base.length.get());
        let ffi = base.ffi.borrow().clone();
        *self.ffi.borrow_mut() = ffi;
        self.proto.set(base.proto.get());
        self.code.set(base.code.get());
        self.swapped.set(base.swapped.get());
        self.param.set(base.param.get());
        self.argtypes.set(base.argtypes.get());
        self.converters.set(base.converters.get());
        self.restype.set(base.restype.get());
        self.checker.set(base.checker.get());
        self.flags.set(base.flags.get() & !DICTFLAG_FINAL);
        let format = base.format.borrow().clone();
        *self.format.borrow_mut() = format;
        let shape = base.shape.borrow().clone();
        *self.shape.borrow_mut() = shape;
    }
}

impl Traverse for StgInfo {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.proto.traverse(visitor);
        self.argtypes.traverse(visitor);
        self.converters.traverse(visitor);
        self.restype.traverse(visitor);
        self.checker.traverse(visitor);
        self.pointer_type.traverse(visitor);
    }
    fn clear(&self) {
        self.proto.clear();
        self.argtypes.clear();
        self.converters.clear();
        self.restype.clear();
        self.checker.clear();
        self.pointer_type.clear();
    }
}

/// A C type: behind the heap type stands what it knows about itself.
#[repr(C)]
pub struct CType {
    heap: UnsafeCell<PyHeapTypeObject>,
    info: Cell<*mut StgInfo>,
}

/// The types of this module are C types without information: they are static and end where heap types end.
fn is_abstract_base(ty: &PyType) -> bool {
    [CData::TYPE, Simple::TYPE, Pointer::TYPE, Array::TYPE, Structure::TYPE, Union::TYPE, CFuncPtr::TYPE]
        .contains(&ty.as_type_ptr())
}

fn cell(ty: &PyType) -> Option<&Cell<*mut StgInfo>> {
    if !ty.class().is_subtype(CType::class()) || is_abstract_base(ty) {
        return None;
    }
    // SAFETY: instances of the metatype have its layout, the constants excepted.
    Some(unsafe { &(*ty.as_ptr().cast::<CType>()).info })
}

/// What a C type knows about itself; `None` for other types and for abstract ones.
pub fn info(ty: &PyType) -> Option<&StgInfo> {
    // SAFETY: the information lives as long as the type and never moves.
    cell(ty).and_then(|cell| unsafe { cell.get().as_ref() })
}

/// The same of any object that may be a C type.
pub fn info_of_object(object: &Object) -> Option<&StgInfo> {
    object.downcast::<PyType>().and_then(info)
}

/// The information of a C type, or `TypeError`.
pub fn info_or_abstract<'a>(t: &Thread, ty: &'a PyType) -> PyResult<&'a StgInfo> {
    info(ty).ok_or_else(|| err!(t, TypeError, "abstract class"))
}

/// Begins the information of a new C type.
pub fn init_info<'a>(t: &Thread, ty: &'a PyType) -> PyResult<&'a StgInfo> {
    let Some(cell) = cell(ty) else {
        return Err(err!(t, SystemError, "'{}' is not a ctypes class.", ty.name_lossy()));
    };
    if !cell.get().is_null() {
        return Err(err!(t, SystemError, "StgInfo of '{}' is already initialized.", ty.name_lossy()));
    }
    cell.set(Box::into_raw(Box::new(StgInfo::new())));
    // SAFETY: just made.
    Ok(unsafe { &*cell.get() })
}

/// "must have storage info".
pub fn no_storage(t: &Thread, object: &Object) -> Raised {
    match object.repr(t) {
        Ok(text) => err!(t, TypeError, "{} must have storage info", text.to_string_lossy()),
        Err(raised) => raised,
    }
}

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: a dead C type; the destructor of `type` does the rest.
    unsafe {
        taipan_runtime::gc::maybe_untrack(op);
        let info = (*op.cast::<CType>()).info.replace(core::ptr::null_mut());
        if !info.is_null() {
            let info = Box::from_raw(info);
            if let Some(key) = info.cached.get() {
                crate::array::forget(taipan_runtime::thread::current(), key);
            }
            drop(info);
        }
        if let Some(dealloc) = (*PyType::TYPE).tp_dealloc {
            dealloc(op);
        }
    }
}

unsafe extern "C" fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live C type.
    unsafe {
        if let Some(info) = info(&*op.cast::<PyType>()) {
            let mut visitor = Visitor::new(visit, arg);
            info.traverse(&mut visitor);
            if visitor.result() != 0 {
                return visitor.result();
            }
        }
        (*PyType::TYPE).tp_traverse.map_or(0, |traverse| traverse(op, visit, arg))
    }
}

unsafe extern "C" fn clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live C type.
    unsafe {
        if let Some(info) = info(&*op.cast::<PyType>()) {
            info.clear();
        }
        (*PyType::TYPE).tp_clear.map_or(0, |clear| clear(op))
    }
}

impl CType {
    /// The type as such.
    pub fn as_type(&self) -> &PyType {
        // SAFETY: C types are types, and begin as they do.
        unsafe { &*core::ptr::from_ref(self).cast::<PyType>() }
    }
}

#[class(name = "_ctypes.CType_Type", heap, layout, base = PyType, flags(BASETYPE, HAVE_GC, ITEMS_AT_END),
    itemsize = size_of::<PyMemberDef>(), dealloc = dealloc, traverse = traverse, clear = clear)]
impl CType {
    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        if index < 0 {
            return Err(err!(t, ValueError, "Array length must be >= 0, not {index}"));
        }
        crate::array::array_type(t, self.as_type(), index as usize).map(Owned::into_object)
    }

    /// pointer type
    #[getter]
    fn __pointer_type__(&self, t: &Thread) -> PyResult {
        let Some(info) = info(self.as_type()) else { return Err(no_storage(t, self)) };
        match info.pointer_type.get() {
            Some(found) => Ok(found),
            None => {
                let name = self.repr(t)?.to_string_lossy();
                Err(err!(t, AttributeError, "type {name} has no attribute '__pointer_type__'"))
            }
        }
    }

    #[setter]
    fn set___pointer_type__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(info) = info(self.as_type()) else {
            let name = self.as_type().name_lossy();
            if is_abstract_base(self.as_type()) {
                let text = "cannot set '__pointer_type__' attribute of immutable type";
                return Err(err!(t, TypeError, "{text} '{name}'"));
            }
            return Err(no_storage(t, self));
        };
        info.pointer_type.set(value.map(Own::own));
        Ok(())
    }

    /// Return memory consumption of the type object.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        let mut size = self.as_type().class().basic_size();
        if let Some(info) = info(self.as_type()) {
            size += info.format.borrow().as_ref().map_or(0, |f| f.count_bytes() + 1);
            size += size_of_val(&**info.shape.borrow());
        }
        size
    }
}

/// Whether the metatype of a type is `M`, or derives from it.
pub fn has_metatype<M: Class>(ty: &Object) -> bool {
    ty.is_instance_of::<M>()
}

/// An attribute of a class that may be absent.
pub fn attribute(t: &Thread, ty: &Object, name: &str) -> PyResult<Option<Owned>> {
    ty.getattr_opt(t, &*taipan_object::PyStr::intern_str(t, name)?)
}

/// An attribute from a class's own dictionary.
pub fn own_attribute(t: &Thread, ty: &PyType, name: &str) -> PyResult<Option<Owned>> {
    match ty.dict() {
        Some(dict) => dict.get_item(t, &*taipan_object::PyStr::intern_str(t, name)?),
        None => Ok(None),
    }
}

/// Raises another exception whose message is what was raised, behind a prefix (`_ctypes_extend_error`).
pub fn extend_error(t: &Thread, class: &PyType, prefix: &str, raised: Raised) -> Raised {
    let exception = errors::take_raised(t, raised);
    let name = exception.class().short_name_lossy();
    match exception.str(t) {
        Ok(text) => errors::raise_fmt(t, class, format_args!("{prefix}{name}: {}", text.to_string_lossy())),
        Err(_) => {
            errors::clear(t);
            errors::raise_fmt(t, class, format_args!("{prefix}{name}: ???"))
        }
    }
}
