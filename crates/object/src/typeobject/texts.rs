//! What `tp_name` and `tp_doc` of a heap type point to: one block, which dies with the type. `_ht_tpname` holds it.

use crate::errors;
use crate::handle::PyResult;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, mem};

/// Gives a type copies of its name and docstring.
///
/// # Safety
/// A heap type under construction, whose `_ht_tpname` is null or came from here; nobody keeps its `tp_name`.
pub(super) unsafe fn set(t: &Thread, ty: *mut PyTypeObject, name: &[u8], doc: Option<&[u8]>) -> PyResult<()> {
    let size = name.len() + 1 + doc.map_or(0, |doc| doc.len() + 1);
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
        put(block, name);
        (*ty).tp_name = block.cast();
        if let Some(doc) = doc {
            let place = block.add(name.len() + 1);
            put(place, doc);
            (*ty).tp_doc = place.cast();
        }
        let heap = ty.cast::<PyHeapTypeObject>();
        mem::free(core::mem::replace(&mut (*heap)._ht_tpname, block.cast()).cast());
    }
    Ok(())
}

/// Takes the block out of a type that dies, to be freed when the type is gone.
///
/// # Safety
/// A dead heap type.
pub(super) unsafe fn take(ty: *mut PyTypeObject) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { core::mem::replace(&mut (*ty.cast::<PyHeapTypeObject>())._ht_tpname, core::ptr::null_mut()).cast() }
}
