//! What `tp_name` and `tp_doc` of a heap type point to: one block, which dies with the type. `_ht_tpname` holds it.

use crate::errors;
use crate::handle::PyResult;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, mem};

/// Who makes a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// A `class` statement, or a call of its metaclass.
    Statement,
    /// Native code, by a `PyType_Spec`.
    Spec,
}

/// Gives a type copies of its name and docstring.
///
/// # Safety
/// A heap type under construction, whose `_ht_tpname` is null or came from here; nobody keeps its `tp_name`.
pub(super) unsafe fn set(
    t: &Thread,
    ty: *mut PyTypeObject,
    maker: Maker,
    name: &[u8],
    doc: Option<&[u8]>,
) -> PyResult<()> {
    // Names of native types do not stand at the beginning, which tells who made them.
    let before = usize::from(maker == Maker::Spec);
    let size = before + name.len() + 1 + doc.map_or(0, |doc| doc.len() + 1);
    let block = mem::alloc(size);
    if block.is_null() {
        return Err(errors::no_memory(t));
    }
    // SAFETY: the block has room for the texts and the zeros behind them; the caller's promise.
    unsafe {
        let put = |place: *mut u8, text: &[u8]| {
            place.copy_from_nonoverlapping(text.as_ptr(), text.len());
            *place.add(text.len()) = 0;
        };
        let place = block.add(before);
        put(place, name);
        (*ty).tp_name = place.cast();
        if let Some(doc) = doc {
            let place = place.add(name.len() + 1);
            put(place, doc);
            (*ty).tp_doc = place.cast();
        }
        let heap = ty.cast::<PyHeapTypeObject>();
        mem::free(core::mem::replace(&mut (*heap)._ht_tpname, block.cast()).cast());
    }
    Ok(())
}

/// Whether the type was made by a statement and has the name that it got then.
///
/// # Safety
/// A heap type.
pub(super) unsafe fn is_of_statement(ty: *mut PyTypeObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::eq((*ty).tp_name, (*ty.cast::<PyHeapTypeObject>())._ht_tpname) }
}

/// Takes the block out of a type that dies, to be freed when the type is gone.
///
/// # Safety
/// A dead heap type.
pub(super) unsafe fn take(ty: *mut PyTypeObject) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { core::mem::replace(&mut (*ty.cast::<PyHeapTypeObject>())._ht_tpname, core::ptr::null_mut()).cast() }
}
