//! Allocation and destruction of instances.

use super::static_type;
use crate::PyBytes;
use crate::attr::managed_dict_slot;
use crate::dict::PyDict;
use crate::dict::keys::{DictKeys, DictValues};
use crate::handle::{Object, Owned, PyResult};
use core::ffi::{c_int, c_void};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, mem, refcount};

/// Bytes before an instance of this type: managed dictionary and weak references, GC head.
#[inline(always)]
pub fn presize(flags: u64) -> usize {
    let mut size = 0;
    if flags & Py_TPFLAGS_PREHEADER != 0 {
        size += 16;
    }
    if flags & Py_TPFLAGS_HAVE_GC != 0 {
        size += size_of::<PyGC_Head>();
    }
    size
}

/// `PyType_GenericAlloc` as a slot.
#[unsafe(export_name = "PyType_GenericAlloc")]
pub unsafe extern "C" fn generic_alloc(ty: *mut PyTypeObject, items: Py_ssize_t) -> *mut PyObject {
    // SAFETY: called as a slot, with the GIL held.
    unsafe {
        let t = taipan_runtime::thread::current();
        match alloc(t, ty, items as usize) {
            Ok(op) => op.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// A zeroed instance with room for `items` variable items (one more where CPython keeps a sentinel), tracked if the
/// type takes part in collection.
pub fn alloc(t: &Thread, ty: *mut PyTypeObject, items: usize) -> PyResult {
    // SAFETY: a ready type; the block is as large as computed and is zeroed.
    unsafe {
        let flags = (*ty).tp_flags;
        let basic = (*ty).tp_basicsize as usize;
        let mut size = basic;
        if (*ty).tp_itemsize != 0 {
            let Some(with_items) = items
                .checked_add(1)
                .and_then(|n| n.checked_mul((*ty).tp_itemsize as usize))
                .and_then(|n| n.checked_add(basic))
            else {
                return Err(crate::errors::no_memory(t));
            };
            size = with_items;
        }
        size = size.next_multiple_of(8);
        let inline = if flags & Py_TPFLAGS_INLINE_VALUES != 0 {
            let keys = (*ty.cast::<PyHeapTypeObject>()).ht_cached_keys.cast::<DictKeys>();
            // Later instances get less spare room: what is used is known better and better.
            if (*keys).usable > 1 {
                (*keys).usable -= 1;
            }
            let capacity = shared_capacity(keys);
            size = basic + DictValues::byte_size(capacity);
            Some(capacity)
        } else {
            None
        };
        let pre = presize(flags);
        let total = size.saturating_add(pre);
        let block = t.alloc_block(total);
        if block.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        core::ptr::write_bytes(block, 0, total);
        if flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::count_allocation(t);
        }
        let op: *mut PyObject = block.add(pre).cast();
        super::init_head(op, ty);
        if (*ty).tp_itemsize != 0 {
            (*op.cast::<PyVarObject>()).ob_size = items as isize;
        }
        if let Some(capacity) = inline {
            DictValues::init_zeroed(op.cast::<u8>().add(basic).cast(), capacity);
        }
        if flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::track_for(t, op);
        }
        Ok(Owned::from_ptr(op))
    }
}

/// How many values instances have room for: the usable part of the shared table and what it holds already.
#[inline(always)]
pub fn shared_capacity(keys: *mut DictKeys) -> usize {
    // SAFETY: the type's live table.
    unsafe { ((*keys).usable + (*keys).nentries) as usize }
}

/// `PyObject_Free` / `PyObject_GC_Del`, whichever the type needs: the slot `tp_free`.
pub unsafe extern "C" fn generic_free(op: *mut c_void) {
    // SAFETY: a dead object whose head still names its type.
    unsafe {
        let op: *mut PyObject = op.cast();
        // Destructors of foreign types may leave that to this function.
        if (*(*op).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::maybe_untrack(op);
        }
        free_memory(op);
    }
}

/// Gives the memory of a dead object back that the collector does not know.
#[inline]
unsafe fn free_memory(op: *mut PyObject) {
    // SAFETY: a dead object whose head still names its type.
    unsafe {
        let ty = (*op).ob_type;
        let flags = (*ty).tp_flags;
        let pre = presize(flags);
        let t = taipan_runtime::thread::current_ptr();
        if t.is_null() {
            return mem::free(op.cast::<u8>().sub(pre));
        }
        if flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::count_free(&*t);
        }
        let block = op.cast::<u8>().sub(pre);
        let mut size = (*ty).tp_basicsize as usize + pre;
        if (*ty).tp_itemsize != 0 {
            // Only some types have the number of items where others have it.
            if !core::ptr::eq(ty, static_type::<PyBytes>()) {
                return mem::free(block);
            }
            size += (*op.cast::<PyVarObject>()).ob_size.max(0) as usize;
        }
        if flags & Py_TPFLAGS_INLINE_VALUES != 0 {
            let values = op.cast::<u8>().offset((*ty).tp_basicsize).cast::<DictValues>();
            size += DictValues::byte_size((*values).capacity as usize);
        }
        (*t).free_block(block, size);
    }
}

/// Gives a dead instance's memory back through `tp_free`.
///
/// # Safety
/// `op` is dead and not tracked; its fields have been given up.
#[inline]
pub unsafe fn free_instance(op: *mut PyObject, ty: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        match (*ty).tp_free {
            Some(free) if free as usize != generic_free as *const () as usize => free(op.cast()),
            _ => free_memory(op),
        }
    }
}

/// Whether a type's instances are destroyed by [`subtype_dealloc`].
unsafe fn is_subtype_dealloc(ty: *mut PyTypeObject) -> bool {
    // SAFETY: a live type.
    unsafe { (*ty).tp_dealloc.is_some_and(|d| d as usize == subtype_dealloc as *const () as usize) }
}

/// The nearest base that was not made by a `class` statement.
unsafe fn native_base(ty: *mut PyTypeObject) -> *mut PyTypeObject {
    // SAFETY: the chain of bases ends in `object`.
    unsafe {
        let mut base = ty;
        while is_subtype_dealloc(base) {
            base = (*base).tp_base;
        }
        base
    }
}

unsafe fn clear_slots(ty: *mut PyTypeObject, op: *mut PyObject) {
    // SAFETY: the members of a class made by a `class` statement are its `__slots__`.
    unsafe {
        for member in slot_members(ty) {
            if member.r#type == Py_T_OBJECT_EX && member.flags & Py_READONLY == 0 {
                let slot = op.cast::<u8>().offset(member.offset).cast::<*mut PyObject>();
                let held = core::mem::replace(&mut *slot, core::ptr::null_mut());
                refcount::xdecref(held);
            }
        }
    }
}

/// The `__slots__` of a heap type (`PyHeapType_GET_MEMBERS`).
///
/// # Safety
/// `ty` is a live heap type made by a `class` statement.
pub unsafe fn slot_members<'a>(ty: *mut PyTypeObject) -> &'a [PyMemberDef] {
    // SAFETY: `ob_size` members follow the structure of the metatype.
    unsafe {
        let n = (*ty).ob_base.ob_size;
        if n <= 0 {
            return &[];
        }
        let meta = (*ty).ob_base.ob_base.ob_type;
        let base = ty.cast::<u8>().offset((*meta).tp_basicsize).cast::<PyMemberDef>();
        core::slice::from_raw_parts(base, n as usize)
    }
}

/// Gives up the managed dictionary and the inline values (`PyObject_ClearManagedDict`, also at destruction).
///
/// # Safety
/// `op` is an instance of a type with a managed dictionary.
pub unsafe fn clear_managed_dict(op: *mut PyObject, dying: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = Object::from_ptr(op);
        let ty = (*op).ob_type;
        let slot = managed_dict_slot(object);
        let dict = *slot;
        if (*ty).tp_flags & Py_TPFLAGS_INLINE_VALUES != 0 {
            let values = op.cast::<u8>().offset((*ty).tp_basicsize).cast::<DictValues>();
            if (*values).valid != 0 {
                if dict.is_null() {
                    clear_values(values);
                } else {
                    let dict: &PyDict = Object::from_ptr(dict).cast_unchecked();
                    if core::ptr::eq(dict.values_ptr(), values) {
                        if refcount::refcnt(dict.as_ptr()) == 1 && dying {
                            // The dictionary dies with the object: it must not touch the values again.
                            dict.forget_values();
                            clear_values(values);
                        } else {
                            if !dict.detach_values() {
                                not_detached();
                            }
                        }
                    }
                }
            }
        }
        let dict = core::mem::replace(&mut *slot, core::ptr::null_mut());
        refcount::xdecref(dict);
    }
}

/// A dictionary that outlives its instance has lost the items for want of memory.
#[cold]
fn not_detached() {
    // SAFETY: instances die with the GIL held.
    let t = unsafe { taipan_runtime::thread::current() };
    let saved = crate::errors::save(t);
    let _ = crate::errors::no_memory(t);
    crate::state::unraisable(t, Some("Exception ignored while clearing an object managed dict"), None);
    crate::errors::restore(t, saved);
}

unsafe fn clear_values(values: *mut DictValues) {
    // SAFETY: live inline values; each is taken out before it is given back.
    unsafe {
        let n = (*values).capacity as usize;
        (*values).size = 0;
        for i in 0..n {
            let held = core::mem::replace(&mut *DictValues::slot(values, i), core::ptr::null_mut());
            refcount::xdecref(held);
        }
    }
}

/// `tp_dealloc` of classes made by a `class` statement.
pub unsafe extern "C" fn subtype_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead; the order of the steps is CPython's.
    unsafe {
        let ty = (*op).ob_type;
        let flags = (*ty).tp_flags;
        let is_gc = flags & Py_TPFLAGS_HAVE_GC != 0;
        if is_gc {
            gc::maybe_untrack(op);
        }
        if (*ty).tp_finalize.is_some() {
            if is_gc {
                gc::track(op);
            }
            if gc::call_finalizer_from_dealloc(op) {
                return;
            }
            if is_gc {
                gc::maybe_untrack(op);
            }
        }
        if let Some(del) = (*ty).tp_del {
            if is_gc {
                gc::track(op);
            }
            // Unlike `tp_finalize`, `tp_del` sees the count of a dead object and revives it itself.
            del(op);
            if (*op).ob_refcnt != 0 {
                return;
            }
            if is_gc {
                gc::maybe_untrack(op);
            }
        }
        // `__del__` may have given the object another class (of the same layout).
        let ty = (*op).ob_type;
        let flags = (*ty).tp_flags;
        let base = native_base(ty);
        if (*ty).tp_weaklistoffset != 0 && (*base).tp_weaklistoffset == 0 {
            crate::weakref::clear_weakrefs(op);
        }
        let mut at = ty;
        while is_subtype_dealloc(at) {
            if (*at).ob_base.ob_size > 0 {
                clear_slots(at, op);
            }
            at = (*at).tp_base;
        }
        if flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            clear_managed_dict(op, true);
        } else if (*ty).tp_dictoffset != 0 && (*base).tp_dictoffset == 0 {
            let slot = crate::attr::dict_slot(Object::from_ptr(op));
            if !slot.is_null() {
                let dict = core::mem::replace(&mut *slot, core::ptr::null_mut());
                refcount::xdecref(dict);
            }
        }
        // The base's destructor expects a tracked object if it takes part in collection.
        if is_gc && (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0 {
            gc::track(op);
        }
        match (*base).tp_dealloc {
            Some(dealloc) => dealloc(op),
            None => free_instance(op, ty),
        }
        // The destructor of a heap type gives the instance's reference to its type back itself.
        if (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 || super::heap_static::is_native(base) {
            refcount::decref(ty.cast());
        }
    }
}

/// `tp_traverse` of classes made by a `class` statement.
pub unsafe extern "C" fn subtype_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance.
    unsafe {
        let ty = (*op).ob_type;
        let mut base = ty;
        let is_ours = |ty: *mut PyTypeObject| {
            (*ty).tp_traverse.is_some_and(|f| f as usize == subtype_traverse as *const () as usize)
        };
        while is_ours(base) {
            if (*base).ob_base.ob_size > 0 {
                for member in slot_members(base) {
                    if member.r#type == Py_T_OBJECT_EX {
                        let held = *op.cast::<u8>().offset(member.offset).cast::<*mut PyObject>();
                        if !held.is_null() {
                            let result = visit(held, arg);
                            if result != 0 {
                                return result;
                            }
                        }
                    }
                }
            }
            base = (*base).tp_base;
        }
        if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            let result = visit_managed_dict(op, visit, arg);
            if result != 0 {
                return result;
            }
        } else if (*ty).tp_dictoffset != (*base).tp_dictoffset {
            let slot = crate::attr::dict_slot(Object::from_ptr(op));
            if !slot.is_null() && !(*slot).is_null() {
                let result = visit(*slot, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
            && ((*base).tp_traverse.is_none()
                || (*base).tp_flags & Py_TPFLAGS_HEAPTYPE == 0
                || super::heap_static::is_native(base))
        {
            let result = visit(ty.cast(), arg);
            if result != 0 {
                return result;
            }
        }
        match (*base).tp_traverse {
            Some(traverse) => traverse(op, visit, arg),
            None => 0,
        }
    }
}

/// Visits the managed dictionary and the inline values (`PyObject_VisitManagedDict`).
///
/// # Safety
/// `op` is a live instance of a type with a managed dictionary.
pub unsafe fn visit_managed_dict(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let ty = (*op).ob_type;
        let dict = *managed_dict_slot(Object::from_ptr(op));
        if (*ty).tp_flags & Py_TPFLAGS_INLINE_VALUES != 0 {
            let values = op.cast::<u8>().offset((*ty).tp_basicsize).cast::<DictValues>();
            if (*values).valid != 0 && dict.is_null() {
                for i in 0..(*values).capacity as usize {
                    let held = *DictValues::slot(values, i);
                    if !held.is_null() {
                        let result = visit(held, arg);
                        if result != 0 {
                            return result;
                        }
                    }
                }
                return 0;
            }
        }
        if dict.is_null() { 0 } else { visit(dict, arg) }
    }
}

/// `tp_clear` of classes made by a `class` statement.
pub unsafe extern "C" fn subtype_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live instance that is garbage.
    unsafe {
        let ty = (*op).ob_type;
        let mut base = ty;
        let is_ours =
            |ty: *mut PyTypeObject| (*ty).tp_clear.is_some_and(|f| f as usize == subtype_clear as *const () as usize);
        while is_ours(base) {
            if (*base).ob_base.ob_size > 0 {
                clear_slots(base, op);
            }
            base = (*base).tp_base;
        }
        if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            clear_managed_dict(op, false);
        } else if (*ty).tp_dictoffset != (*base).tp_dictoffset {
            let slot = crate::attr::dict_slot(Object::from_ptr(op));
            if !slot.is_null() {
                let dict = core::mem::replace(&mut *slot, core::ptr::null_mut());
                refcount::xdecref(dict);
            }
        }
        match (*base).tp_clear {
            Some(clear) => clear(op),
            None => 0,
        }
    }
}
