//! Types (`Objects/typeobject.c`): the handle, attribute lookup with the method cache, version tags, instance tests.

pub mod alloc;
pub(crate) mod class;
mod heap_static;
mod mro;
mod new;
pub mod object_class;
mod owners;
mod ready;
pub mod share;
pub mod slotdefs;
pub mod slots;
pub mod spec;
pub mod super_;
mod texts;

use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::{PyDict, PyStr, PyTuple, err, layout, name, singletons};
use core::ffi::CStr;
use core::sync::atomic::{AtomicU32, Ordering};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, reftracer};

pub use alloc::{alloc as alloc_zeroed_instance, free_instance, generic_alloc, generic_free, presize, subtype_dealloc};
pub use heap_static::{INHERITED_NEW, StaticHeapType, is_native};
pub use mro::compute_mro;
pub use new::{calculate_metaclass, type_new};
pub use object_class::is_plainly_made;
pub use ready::{add_static, ready};

layout!(
    /// `type`.
    PyType,
    PyTypeObject
);

/// The address of a static type.
#[inline(always)]
pub fn static_type<T: Class>() -> *mut PyTypeObject {
    T::TYPE
}

/// Writes the head of a fresh object: one reference, the type (which heap types count).
///
/// # Safety
/// `op` is a fresh block at least as large as a head; `ty` is a ready type.
#[inline(always)]
pub unsafe fn init_head(op: *mut PyObject, ty: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
            refcount::incref(ty.cast());
        }
        init_recycled_head(op, ty, true);
    }
}

/// As [`init_head`], for static types that keep objects for reuse: `fresh` says that the block is none of those. Only then may
/// there be a tracer, which is asked for where the block was allocated rather than on the short path.
///
/// # Safety
/// As [`init_head`].
#[inline(always)]
pub unsafe fn init_recycled_head(op: *mut PyObject, ty: *mut PyTypeObject, fresh: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        (*op).ob_refcnt = 1;
        (*op).ob_overflow = 0;
        (*op).ob_flags = 0;
        (*op).ob_type = ty;
        debug_assert!((*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 || fresh, "objects count their heap type");
        if fresh && reftracer::is_set() {
            reftracer::created(op);
        }
    }
}

const CACHE_SIZE: usize = 4096;

#[derive(Clone, Copy)]
struct CacheEntry {
    version: u32,
    name: *mut PyObject,
    value: *mut PyObject,
}

/// Remembers which attribute a name means on a type, by the type's version.
pub struct MethodCache(core::cell::UnsafeCell<[CacheEntry; CACHE_SIZE]>);

impl MethodCache {
    /// An empty cache.
    pub fn new() -> Box<Self> {
        Box::new(Self(core::cell::UnsafeCell::new(
            [CacheEntry { version: 0, name: core::ptr::null_mut(), value: core::ptr::null_mut() }; CACHE_SIZE],
        )))
    }

    /// Forgets everything.
    pub fn clear(&self) {
        // SAFETY: the GIL is held; no reference into the table is alive.
        unsafe {
            for entry in &mut *self.0.get() {
                let name = core::mem::replace(&mut entry.name, core::ptr::null_mut());
                entry.version = 0;
                refcount::xdecref(name);
            }
        }
    }
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1 << 16);
const MAX_VERSIONS_PER_CLASS: u16 = 1000;

/// A name or docstring of a type. Nearly all are plain text, which is found out at once.
fn text_of(text: &CStr) -> std::borrow::Cow<'_, str> {
    text.to_str().map_or_else(|_| text.to_string_lossy(), std::borrow::Cow::Borrowed)
}

impl PyType {
    /// The C structure.
    #[inline(always)]
    pub const fn as_type_ptr(&self) -> *mut PyTypeObject {
        self.raw()
    }

    /// A type from its C pointer.
    ///
    /// # Safety
    /// `ptr` points to a type that stays alive for `'a`.
    #[inline(always)]
    pub const unsafe fn from_type_ptr<'a>(ptr: *mut PyTypeObject) -> &'a Self {
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast::<Self>() }
    }

    /// `tp_flags`.
    #[inline(always)]
    pub fn flags(&self) -> u64 {
        // SAFETY: plain field.
        unsafe { (*self.raw()).tp_flags }
    }

    /// Whether all these flags are set.
    #[inline(always)]
    pub fn has_flags(&self, flags: u64) -> bool {
        self.flags() & flags == flags
    }

    /// `tp_basicsize`.
    pub fn basic_size(&self) -> usize {
        // SAFETY: plain field of a live type.
        unsafe { (*self.as_type_ptr()).tp_basicsize as usize }
    }

    /// Whether both are the same type.
    #[inline(always)]
    pub fn is(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }

    /// `tp_name`, for messages.
    pub fn name_lossy(&self) -> String {
        // SAFETY: a ready type has a name.
        unsafe {
            let name = (*self.raw()).tp_name;
            if name.is_null() {
                return String::new();
            }
            text_of(CStr::from_ptr(name)).into_owned()
        }
    }

    /// The part of `tp_name` after the last dot.
    pub fn short_name_lossy(&self) -> String {
        if self.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
            // SAFETY: heap types carry their name.
            let name = unsafe { Object::from_ptr_opt((*self.raw().cast::<PyHeapTypeObject>()).ht_name) };
            return name.and_then(|n| n.downcast::<PyStr>()).map_or_else(|| self.name_lossy(), PyStr::to_string_lossy);
        }
        self.name_lossy().rsplit('.').next().unwrap_or_default().to_string()
    }

    /// `__name__` as a string object.
    pub fn name_object(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        // SAFETY: heap types carry their name.
        unsafe {
            if self.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
                let name = (*self.raw().cast::<PyHeapTypeObject>()).ht_name;
                if let Some(name) = Object::from_ptr_opt(name) {
                    return Ok(name.cast_unchecked::<PyStr>().own());
                }
            }
        }
        PyStr::intern_str(t, &self.short_name_lossy())
    }

    /// The base that decides the layout (`tp_base`).
    #[inline(always)]
    pub fn base(&self) -> Option<&Self> {
        // SAFETY: types keep their base alive.
        unsafe { (*self.raw()).tp_base.cast::<Self>().as_ref() }
    }

    /// `tp_mro`, null before the type is ready.
    #[inline(always)]
    pub fn mro(&self) -> Option<&PyTuple> {
        // SAFETY: the tuple is kept alive by the type; callers that run Python code own it.
        unsafe { Object::from_ptr_opt((*self.raw()).tp_mro).map(|m| m.cast_unchecked()) }
    }

    /// `tp_bases`.
    pub fn bases(&self) -> Option<Owned<PyTuple>> {
        // SAFETY: a tuple or null.
        unsafe { Object::from_ptr_opt((*self.raw()).tp_bases).map(|b| b.cast_unchecked::<PyTuple>().own()) }
    }

    /// `tp_dict`.
    #[inline(always)]
    pub fn dict(&self) -> Option<&PyDict> {
        // SAFETY: a ready type has a dictionary, which it keeps.
        unsafe { Object::from_ptr_opt((*self.raw()).tp_dict).map(|d| d.cast_unchecked()) }
    }

    /// Whether this is `other` or derives from it (`PyType_IsSubtype`).
    #[inline]
    pub fn is_subtype(&self, other: &Self) -> bool {
        if self.is(other) {
            return true;
        }
        match self.mro() {
            Some(mro) => mro.as_slice().iter().any(|ty| core::ptr::addr_eq(*ty, other)),
            None => {
                let mut at = self.base();
                while let Some(ty) = at {
                    if ty.is(other) {
                        return true;
                    }
                    at = ty.base();
                }
                core::ptr::addr_eq(other, <crate::PyBaseObject as Class>::TYPE)
            }
        }
    }

    /// The version tag, given out on demand; 0 when the type cannot have one.
    pub fn assign_version(&self) -> u32 {
        // SAFETY: plain fields, under the GIL.
        unsafe {
            let ty = self.raw();
            if (*ty).tp_version_tag != 0 {
                return (*ty).tp_version_tag;
            }
            if (*ty).tp_flags & Py_TPFLAGS_READY == 0 || (*ty).tp_versions_used > MAX_VERSIONS_PER_CLASS {
                return 0;
            }
            if let Some(bases) = Object::from_ptr_opt((*ty).tp_bases) {
                for base in bases.cast_unchecked::<PyTuple>().as_slice() {
                    let base: &Self = base.cast_unchecked();
                    if base.assign_version() == 0 {
                        return 0;
                    }
                }
            }
            let version = NEXT_VERSION.fetch_add(1, Ordering::Relaxed);
            if version == 0 || version == u32::MAX {
                NEXT_VERSION.store(u32::MAX, Ordering::Relaxed);
                return 0;
            }
            (*ty).tp_version_tag = version;
            (*ty).tp_versions_used += 1;
            version
        }
    }

    /// Takes the type's version away for good, and with it that of its subtypes.
    pub fn never_versioned(&self) {
        self.modified();
        // SAFETY: plain fields, under the GIL.
        unsafe {
            (*self.raw()).tp_version_tag = 0;
            (*self.raw()).tp_versions_used = MAX_VERSIONS_PER_CLASS + 1;
        }
    }

    /// Invalidates what has been remembered of this type and its subtypes (`PyType_Modified`).
    pub fn modified(&self) {
        // SAFETY: plain fields, under the GIL; subclasses are alive while their weak references are.
        unsafe {
            let ty = self.raw();
            if (*ty).tp_version_tag == 0 {
                return;
            }
            for subclass in self.subclasses() {
                subclass.modified();
            }
            if (*ty).tp_watched != 0 {
                crate::watch::class(self);
            }
            (*ty).tp_version_tag = 0;
            if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
                (*ty.cast::<PyHeapTypeObject>())._spec_cache.getitem = core::ptr::null_mut();
                (*ty.cast::<PyHeapTypeObject>())._spec_cache.init = core::ptr::null_mut();
            }
        }
    }

    /// The living direct subclasses.
    pub fn subclasses(&self) -> Vec<Owned<Self>> {
        // SAFETY: who looks at classes is attached.
        let t = unsafe { taipan_runtime::thread::current() };
        let mut listed = Vec::new();
        if let Ok(Some(dict)) = share::subclass_dict(t, self, false) {
            let targets = dict.items_vec().into_iter().filter_map(|(_, reference)| crate::weakref::target(&reference));
            listed.extend(targets.filter_map(|o| o.into_type::<Self>().ok()));
        }
        share::add_native_subclasses(t, self, listed)
    }

    /// The living direct subclasses that belong to the interpreter (`__subclasses__`).
    pub fn own_subclasses(&self, t: &Thread) -> Vec<Owned<Self>> {
        let mut all = self.subclasses();
        owners::retain_own(t, &mut all);
        all
    }

    /// An attribute from the types of the MRO (`_PyType_Lookup`), through the method cache.
    #[inline]
    pub fn lookup(&self, t: &Thread, name: &PyStr) -> Option<Owned> {
        // SAFETY: nothing runs between the look-up and taking the reference.
        unsafe { Object::from_ptr_opt(self.lookup_raw(t, name)).map(Own::own) }
    }

    /// As [`PyType::lookup`], borrowed from the type's dictionaries: valid until the type changes.
    #[inline]
    pub fn lookup_raw(&self, t: &Thread, name: &PyStr) -> *mut PyObject {
        // SAFETY: the GIL is held; entries hold names that they own and values that the version keeps valid.
        unsafe {
            let version = (*self.raw()).tp_version_tag;
            let cache = &crate::state::object_state(t).method_cache;
            let slot = ((version as usize) ^ (name.as_ptr() as usize >> 3)) & (CACHE_SIZE - 1);
            let entry = (*cache.0.get()).as_mut_ptr().add(slot);
            if version != 0 && (*entry).version == version && core::ptr::eq((*entry).name, name.as_ptr()) {
                return (*entry).value;
            }
            self.lookup_uncached(t, name)
        }
    }

    #[inline(never)]
    fn lookup_uncached(&self, t: &Thread, name: &PyStr) -> *mut PyObject {
        let version = self.assign_version();
        let value = self.find_in_mro(t, name);
        if version != 0 && name.is_exact::<PyStr>() && name.is_interned() {
            // SAFETY: as in `lookup_raw`; looking up a str among str keys ran no Python code, so the version holds.
            unsafe {
                if (*self.raw()).tp_version_tag == version {
                    let cache = &crate::state::object_state(t).method_cache;
                    let slot = ((version as usize) ^ (name.as_ptr() as usize >> 3)) & (CACHE_SIZE - 1);
                    let entry = (*cache.0.get()).as_mut_ptr().add(slot);
                    let old = core::mem::replace(&mut (*entry).name, name.own().into_object().into_ptr());
                    (*entry).version = version;
                    (*entry).value = value;
                    refcount::xdecref(old);
                }
            }
        }
        value
    }

    pub(crate) fn find_in_mro(&self, t: &Thread, name: &PyStr) -> *mut PyObject {
        let Some(mro) = self.mro() else { return core::ptr::null_mut() };
        // The tuple is kept: a key's `__eq__` may change the bases.
        let mro = mro.own();
        let hash = name.hash();
        for class in mro.as_slice() {
            let Some(class) = class.downcast::<Self>() else { continue };
            if let Some(dict) = class.dict() {
                let (ix, value) = dict.lookup(t, name, hash);
                if ix == crate::dict::keys::DKIX_ERROR {
                    crate::errors::clear(t);
                    continue;
                }
                if !value.is_null() {
                    return value;
                }
            }
        }
        core::ptr::null_mut()
    }

    /// Stores into the type's dictionary and updates slots that the name stands for.
    pub fn set_in_dict(&self, t: &Thread, name: &PyStr, value: Option<&Object>) -> PyResult<()> {
        if share::keeps_attribute(t, self, name, value)? {
            return Ok(());
        }
        let dict = match self.dict() {
            Some(dict) => dict.own(),
            None => {
                // mypyc gives types attributes before `PyType_Ready`, which keeps the dictionary.
                let dict = PyDict::new(t)?;
                // SAFETY: a plain field of a live type that has no dictionary yet.
                unsafe { (*self.raw()).tp_dict = dict.own().into_object().into_ptr() };
                dict
            }
        };
        match value {
            Some(value) => dict.set_str(t, name, value)?,
            None => {
                if dict.pop_item(t, name)?.is_none() {
                    return Err(crate::errors::key_error(t, name));
                }
            }
        }
        self.modified();
        if name.len() > 4 && name.char_at(0) == u32::from(b'_') && name.char_at(1) == u32::from(b'_') {
            slotdefs::update_slot(t, self, name)?;
        }
        Ok(())
    }

    /// An uninitialised (zeroed) instance with `items` variable items (`tp_alloc`).
    pub fn alloc(&self, t: &Thread, items: usize) -> PyResult {
        // SAFETY: the slot of a ready type.
        unsafe {
            let ty = self.raw();
            match (*ty).tp_alloc {
                Some(slot) if slot as usize != generic_alloc as *const () as usize => {
                    Owned::from_result(slot(ty, items as isize))
                }
                _ => alloc::alloc(t, ty, items),
            }
        }
    }

    /// An instance of a type declared with `#[object]`: allocates and moves the fields in.
    pub fn instance<T: Class + crate::handle::Native>(&self, t: &Thread, value: T) -> PyResult<Owned<T>> {
        debug_assert!(self.is_subtype(T::class()));
        let op = self.alloc(t, 0)?;
        // SAFETY: the block is zeroed and large enough; the real head is kept. The collector may see the fields only
        // after they are all there: nothing runs in between.
        unsafe {
            let ptr = op.as_ptr();
            let head = core::ptr::read(ptr);
            core::ptr::write(ptr.cast::<T>(), value);
            core::ptr::write(ptr, head);
            Ok(op.cast_unchecked())
        }
    }

    /// `__qualname__`.
    pub fn qualname(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        // SAFETY: heap types carry their qualified name.
        unsafe {
            if self.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
                let name = (*self.raw().cast::<PyHeapTypeObject>()).ht_qualname;
                if let Some(name) = Object::from_ptr_opt(name) {
                    return Ok(name.cast_unchecked::<PyStr>().own());
                }
            }
        }
        self.name_object(t)
    }

    /// `__module__`.
    pub fn module_name(&self, t: &Thread) -> PyResult {
        if self.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
            let found = match self.dict() {
                Some(dict) => dict.get_item(t, name!(t, "__module__"))?,
                None => None,
            };
            return found.ok_or_else(|| err!(t, AttributeError, "__module__"));
        }
        let full = self.name_lossy();
        let module = full.rsplit_once('.').map_or("builtins", |(module, _)| module);
        Ok(PyStr::intern_str(t, module)?.into_object())
    }

    /// "module.Qualname" as it appears in reprs and messages (`_PyType_GetFullyQualifiedName`).
    pub fn fully_qualified_name(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            return PyStr::from_str(t, &self.name_lossy());
        }
        let qualname = self.qualname(t)?;
        let module = match self.module_name(t) {
            Ok(module) => module,
            Err(_) => {
                crate::errors::clear(t);
                return Ok(qualname);
            }
        };
        match module.into_type::<PyStr>() {
            Ok(module) if !module.eq_str("builtins") && !module.eq_str("__main__") => {
                let dot = PyStr::latin1_char(b'.');
                PyStr::concat_all(t, &[&module, dot, &qualname])
            }
            _ => Ok(qualname),
        }
    }
}

/// The pointer to `object`'s type, for constant expressions.
pub const fn object_type_ptr() -> *mut PyTypeObject {
    <crate::PyBaseObject as Class>::TYPE
}

/// The pointer to `type`'s type, for constant expressions.
pub const fn type_type_ptr() -> *mut PyTypeObject {
    <PyType as Class>::TYPE
}

/// Allocates an instance of exactly `T`'s type and moves the fields in.
pub fn new_object<T: Class + crate::handle::Native>(t: &Thread, value: T) -> PyResult<Owned<T>> {
    let class = T::class();
    let ty = class.as_type_ptr();
    // SAFETY: a ready type; the block is as large as an instance, and every byte of it is written.
    unsafe {
        let flags = (*ty).tp_flags;
        if (*ty).tp_basicsize as usize != size_of::<T>() || flags & Py_TPFLAGS_PREHEADER != 0 {
            return class.instance(t, value);
        }
        let collected = flags & Py_TPFLAGS_HAVE_GC != 0;
        let op = if collected {
            gc::alloc(t, size_of::<T>(), size_of::<PyGC_Head>())
        } else {
            t.alloc_block(size_of::<T>()).cast()
        };
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        core::ptr::write(op.cast::<T>(), value);
        init_head(op, ty);
        if collected {
            gc::track_for(t, op);
        }
        Ok(Owned::from_ptr(op))
    }
}

/// `isinstance(object, class)` (`PyObject_IsInstance`).
#[inline]
pub fn isinstance(t: &Thread, object: &Object, class: &Object) -> PyResult<bool> {
    if core::ptr::addr_eq(object.class(), class) {
        return Ok(true);
    }
    isinstance_of_other(t, object, class)
}

/// `isinstance(object, class)` when `class` is not just the object's type.
#[inline(never)]
fn isinstance_of_other(t: &Thread, object: &Object, class: &Object) -> PyResult<bool> {
    if class.is_exact::<PyType>() {
        return recursive_isinstance(t, object, class);
    }
    if let Some(union) = crate::state::union_args(t, class)? {
        return isinstance(t, object, &union);
    }
    if let Some(classes) = class.downcast::<PyTuple>() {
        crate::call::enter_recursive(t, " in __instancecheck__")?;
        for class in classes.as_slice() {
            if isinstance(t, object, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    crate::call::enter_recursive(t, " in __instancecheck__")?;
    if let Some(result) = crate::attr::call_special(t, class, name!(t, "__instancecheck__"), &[object])? {
        return result.is_true(t);
    }
    recursive_isinstance(t, object, class)
}

/// `type.__instancecheck__`.
pub fn recursive_isinstance(t: &Thread, object: &Object, class: &Object) -> PyResult<bool> {
    if let Some(ty) = class.downcast::<PyType>() {
        if object.class().is_subtype(ty) {
            return Ok(true);
        }
        let Some(found) = object.getattr_opt(t, name!(t, "__class__"))? else { return Ok(false) };
        return Ok(match found.into_type::<PyType>() {
            Ok(found) => !found.is(object.class()) && found.is_subtype(ty),
            Err(_) => false,
        });
    }
    check_class(t, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match object.getattr_opt(t, name!(t, "__class__"))? {
        Some(found) => abstract_issubclass(t, &found, class),
        None => Ok(false),
    }
}

fn abstract_bases(t: &Thread, class: &Object) -> PyResult<Option<Owned<PyTuple>>> {
    Ok(class.getattr_opt(t, name!(t, "__bases__"))?.and_then(|b| b.into_type::<PyTuple>().ok()))
}

fn check_class(t: &Thread, class: &Object, message: &str) -> PyResult<()> {
    match abstract_bases(t, class)? {
        Some(_) => Ok(()),
        None => Err(err!(t, TypeError, "{message}")),
    }
}

fn abstract_issubclass(t: &Thread, derived: &Object, class: &Object) -> PyResult<bool> {
    crate::call::enter_recursive(t, " in __issubclass__")?;
    let mut derived = derived.own();
    loop {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = abstract_bases(t, &derived)? else { return Ok(false) };
        match bases.as_slice() {
            [] => return Ok(false),
            [only] => derived = only.own(),
            many => {
                for base in many {
                    if abstract_issubclass(t, base, class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
}

/// `issubclass(derived, class)` (`PyObject_IsSubclass`).
pub fn issubclass(t: &Thread, derived: &Object, class: &Object) -> PyResult<bool> {
    if class.is_exact::<PyType>() {
        if derived.is(class) {
            return Ok(true);
        }
        return recursive_issubclass(t, derived, class);
    }
    if let Some(union) = crate::state::union_args(t, class)? {
        return issubclass(t, derived, &union);
    }
    if let Some(classes) = class.downcast::<PyTuple>() {
        crate::call::enter_recursive(t, " in __subclasscheck__")?;
        for class in classes.as_slice() {
            if issubclass(t, derived, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    crate::call::enter_recursive(t, " in __subclasscheck__")?;
    if let Some(result) = crate::attr::call_special(t, class, name!(t, "__subclasscheck__"), &[derived])? {
        return result.is_true(t);
    }
    recursive_issubclass(t, derived, class)
}

/// `type.__subclasscheck__`.
pub fn recursive_issubclass(t: &Thread, derived: &Object, class: &Object) -> PyResult<bool> {
    if let (Some(d), Some(c)) = (derived.downcast::<PyType>(), class.downcast::<PyType>()) {
        return Ok(d.is_subtype(c));
    }
    check_class(t, derived, "issubclass() arg 1 must be a class")?;
    check_class(t, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_issubclass(t, derived, class)
}

/// Whether an exception (instance or class) matches a class or a tuple of classes (`PyErr_GivenExceptionMatches`).
pub fn given_exception_matches(t: &Thread, exception: &Object, target: &Object) -> PyResult<bool> {
    if let Some(targets) = target.downcast::<PyTuple>() {
        for one in targets.as_slice() {
            if given_exception_matches(t, exception, one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let class = match exception.downcast::<PyType>() {
        Some(class) => class,
        None => exception.class(),
    };
    let is_exception = |ty: &PyType| ty.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0;
    if let Some(wanted) = target.downcast::<PyType>()
        && is_exception(class)
        && is_exception(wanted)
    {
        return Ok(class.is_subtype(wanted));
    }
    Ok(core::ptr::addr_eq(class, target) || exception.is(target))
}

/// `None` or the object, for `tp_descr_get` arguments.
pub fn or_none(object: Option<&Object>) -> &Object {
    object.unwrap_or_else(|| singletons::none())
}

/// Marks a class as a sequence or a mapping for `match` statements; false if nothing changes, as with immutable classes.
pub fn set_collection_flags(class: &PyType, flags: u64) -> bool {
    const BOTH: u64 = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    if class.flags() & Py_TPFLAGS_IMMUTABLETYPE != 0 || class.flags() & BOTH == flags {
        return false;
    }
    // SAFETY: a plain field of a live type.
    unsafe { (*class.as_type_ptr()).tp_flags = class.flags() & !BOTH | flags & BOTH };
    class.modified();
    true
}

/// Lets Python code set attributes of a native type, as it may of types that CPython makes on the heap.
pub fn allow_changes(class: &PyType) {
    if share::several() {
        return;
    }
    // SAFETY: a plain field of a live type; its version is given up because what was learned of it may change.
    unsafe { (*class.as_type_ptr()).tp_flags &= !Py_TPFLAGS_IMMUTABLETYPE };
    class.modified();
}
