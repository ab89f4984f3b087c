//! Native types that Python code sees as heap types: CPython makes the types of its library modules at run time.
//!
//! Here they are constants all the same. Around the type stands what a heap type has in memory: the collector's head
//! before it, and behind it the tables and names of `PyHeapTypeObject`, filled in when the type is made ready. What
//! tells them from heap types proper is that they are immortal: nobody counts references to them.

use super::PyType;
use crate::handle::{Own, Owned, PyResult};
use crate::{PyStr, name};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// A constant heap type.
#[repr(C)]
pub struct StaticHeapType {
    gc: PyGC_Head,
    heap: PyHeapTypeObject,
}

impl StaticHeapType {
    /// Wraps a type.
    pub const fn new(ty: PyTypeObject) -> Self {
        // SAFETY: an untracked head is zero, and so is a heap type without names and tables.
        let mut made: Self = unsafe { core::mem::zeroed() };
        made.heap.ht_type = ty;
        made.heap.ht_type.tp_flags |= UNPREPARED;
        made
    }

    /// The whole around a type of this kind.
    pub const fn from_type_ptr(ty: *mut PyTypeObject) -> *mut Self {
        ty.wrapping_byte_sub(core::mem::offset_of!(Self, heap)).cast()
    }

    /// The type itself.
    pub const fn type_ptr(this: *mut Self) -> *mut PyTypeObject {
        this.wrapping_byte_add(core::mem::offset_of!(Self, heap)).cast()
    }
}

/// Set in the flags of these types until they are ready. Being immortal does not tell them then: C code sets
/// `Py_TPFLAGS_HEAPTYPE` for its static types while it makes them ready, and behind those there is other memory.
const UNPREPARED: core::ffi::c_ulong = 1 << 40;

/// Set in the flags of a native type until it is ready: in CPython it has no function of its own for `__new__` and inherits
/// that of its base. Here it has one, which makes the fields, but Python code does not see it.
pub const INHERITED_NEW: core::ffi::c_ulong = 1 << 41;

/// Whether a type is one of these and not ready yet.
///
/// # Safety
/// A live type.
pub(super) unsafe fn is_unprepared(ty: *const PyTypeObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_flags & UNPREPARED != 0 }
}

/// Notes that a type is ready.
///
/// # Safety
/// A live type.
pub(super) unsafe fn set_prepared(ty: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_flags &= !(UNPREPARED | INHERITED_NEW) };
}

/// Whether a type is one of these or an ordinary static type: not to be freed, and not counted by its instances.
pub fn is_native(ty: *const PyTypeObject) -> bool {
    // SAFETY: callers pass live types.
    unsafe { taipan_runtime::refcount::is_immortal(ty.cast_mut().cast()) }
}

/// Fills in the parts that a static type lacks; called before the type is made ready.
///
/// # Safety
/// `class` is a [`StaticHeapType`] that is not ready.
pub(super) unsafe fn prepare(t: &Thread, class: &PyType) -> PyResult<()> {
    /// Copies a table into the type, so that changes stay with it.
    unsafe fn adopt<T>(slot: &mut *mut T, own: *mut T) {
        // SAFETY: the tables are constants or null; `own` is part of the type.
        unsafe {
            if !slot.is_null() {
                own.copy_from_nonoverlapping(*slot, 1);
            }
            *slot = own;
        }
    }
    // SAFETY: the caller's promise.
    unsafe {
        let ty = class.as_type_ptr();
        let heap = ty.cast::<PyHeapTypeObject>();
        adopt(&mut (*ty).tp_as_async, &raw mut (*heap).as_async);
        adopt(&mut (*ty).tp_as_number, &raw mut (*heap).as_number);
        adopt(&mut (*ty).tp_as_mapping, &raw mut (*heap).as_mapping);
        adopt(&mut (*ty).tp_as_sequence, &raw mut (*heap).as_sequence);
        adopt(&mut (*ty).tp_as_buffer, &raw mut (*heap).as_buffer);
        let full = class.name_lossy();
        let (module, short) = full.rsplit_once('.').unwrap_or(("builtins", &full));
        let short = PyStr::intern_str(t, short)?;
        (*heap).ht_name = short.clone().into_object().into_ptr();
        (*heap).ht_qualname = short.into_object().into_ptr();
        if let Some(dict) = class.dict() {
            let module: Owned<PyStr> = PyStr::intern_str(t, module)?;
            let key = name!(t, "__module__").own();
            if !dict.contains(t, &key)? {
                dict.set_str(t, &key, &module)?;
            }
        }
    }
    Ok(())
}
