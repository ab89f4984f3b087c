//! The storage of `array.array` (`arrayobject` in `Modules/arraymodule.c`): the fields that Cython's `cpython.array`
//! reads and writes, behind functions that are safe to use.

use crate::PyBytes;
use crate::errors;
use crate::handle::{Owned, PyResult, Traverse, Visitor};
use core::cell::Cell;
use core::ffi::{c_char, c_int};
use taipan_runtime::abi::PyObject;
use taipan_runtime::{Thread, mem};

/// `arrayobject.ob_descr`: what the items are. Only the fields that `array.pxd` declares.
#[repr(C)]
pub struct ItemDescr {
    /// The type code.
    pub typecode: c_char,
    /// Bytes of an item.
    pub itemsize: c_int,
    getitem: unsafe extern "C" fn(*mut PyObject, isize) -> *mut PyObject,
    setitem: unsafe extern "C" fn(*mut PyObject, isize, *mut PyObject) -> c_int,
}

impl ItemDescr {
    /// Items of `itemsize` bytes (1, 2, 4 or 8) that go by the name `typecode`.
    pub const fn new(typecode: u8, itemsize: usize) -> Self {
        assert!(matches!(itemsize, 1 | 2 | 4 | 8));
        Self { typecode: typecode as c_char, itemsize: itemsize as c_int, getitem, setitem }
    }

    /// Bytes of an item.
    pub const fn size(&self) -> usize {
        self.itemsize as usize
    }
}

unsafe extern "C" fn getitem(op: *mut PyObject, i: isize) -> *mut PyObject {
    // SAFETY: called with an array and an index in range.
    unsafe {
        match (*(*op).ob_type).tp_as_sequence.as_ref().and_then(|s| s.sq_item) {
            Some(get) => get(op, i),
            None => core::ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn setitem(op: *mut PyObject, i: isize, value: *mut PyObject) -> c_int {
    // SAFETY: called with an array, an index in range and a live value.
    unsafe {
        match (*(*op).ob_type).tp_as_sequence.as_ref().and_then(|s| s.sq_ass_item) {
            Some(set) => set(op, i, value),
            None => -1,
        }
    }
}

/// The items and their number: the fields from `ob_size` on.
#[repr(C)]
pub struct ItemStorage {
    length: Cell<isize>,
    items: Cell<*mut u8>,
    allocated: Cell<isize>,
    descr: Cell<*const ItemDescr>,
}

const _: () = assert!(size_of::<ItemStorage>() == 32);

/// Where exported views of an empty array point.
static EMPTY: u64 = 0;

/// Stands in where native code allocated an array and gave it no description yet.
static BYTES: ItemDescr = ItemDescr::new(b'b', 1);

impl ItemStorage {
    /// No items yet.
    pub const fn new(descr: &'static ItemDescr) -> Self {
        Self {
            length: Cell::new(0),
            items: Cell::new(core::ptr::null_mut()),
            allocated: Cell::new(0),
            descr: Cell::new(descr),
        }
    }

    /// What the items are.
    pub fn descr(&self) -> &'static ItemDescr {
        // SAFETY: null, or one of the static descriptions, which native code copies from array to array.
        unsafe { self.descr.get().as_ref().unwrap_or(&BYTES) }
    }

    /// How many items.
    pub fn len(&self) -> usize {
        if self.items.get().is_null() { 0 } else { self.length.get().max(0) as usize }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items there is room for.
    pub fn capacity(&self) -> usize {
        self.allocated.get().max(0) as usize
    }

    /// Where exported views find the number of items.
    pub fn length_ptr(&self) -> *mut isize {
        self.length.as_ptr()
    }

    /// Where exported views find the items; never null.
    pub fn as_mut_ptr(&self) -> *mut u8 {
        if self.items.get().is_null() { (&raw const EMPTY).cast::<u8>().cast_mut() } else { self.items.get() }
    }

    /// The address of the items, as `buffer_info()` shows it.
    pub fn address(&self) -> usize {
        self.items.get() as usize
    }

    /// The item at an index, in the first bytes of a word; `None` beyond the end.
    pub fn load(&self, i: usize) -> Option<[u8; 8]> {
        if i >= self.len() {
            return None;
        }
        let size = self.descr().size();
        // SAFETY: the item lies in the block; it has 1, 2, 4 or 8 bytes.
        unsafe {
            let at = self.items.get().add(i * size);
            Some(
                match size {
                    1 => u64::from(*at),
                    2 => u64::from(u16::from_le(at.cast::<u16>().read_unaligned())),
                    4 => u64::from(u32::from_le(at.cast::<u32>().read_unaligned())),
                    _ => u64::from_le(at.cast::<u64>().read_unaligned()),
                }
                .to_le_bytes(),
            )
        }
    }

    /// Writes whole items over those from an index on; false if they do not fit.
    pub fn store(&self, i: usize, bytes: &[u8]) -> bool {
        let size = self.descr().size();
        if i > self.len() || bytes.len() > (self.len() - i) * size {
            return false;
        }
        // SAFETY: the place lies in the block; the source may be a view of the same block.
        unsafe { core::ptr::copy(bytes.as_ptr(), self.as_mut_ptr().add(i * size), bytes.len()) };
        true
    }

    /// A copy of the items from `from` up to `to`, cut to those that exist.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn copy(&self, t: &Thread, from: usize, to: usize) -> PyResult<Vec<u8>> {
        let size = self.descr().size();
        let to = to.min(self.len());
        let from = from.min(to);
        let n = (to - from) * size;
        let mut out = crate::bytes_methods::try_vec(t, n)?;
        // SAFETY: the items lie in the block.
        unsafe { out.extend_from_slice(core::slice::from_raw_parts(self.as_mut_ptr().add(from * size), n)) };
        Ok(out)
    }

    /// A copy of all items.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn to_vec(&self, t: &Thread) -> PyResult<Vec<u8>> {
        self.copy(t, 0, usize::MAX)
    }

    /// Sets the number of items; new ones are zero.
    fn set_len(&self, t: &Thread, n: usize) -> PyResult<()> {
        let old = self.len();
        let size = self.descr().size();
        let Ok(new) = isize::try_from(n) else { return Err(errors::no_memory(t)) };
        if self.capacity() >= n && old < n.saturating_add(16) && !self.items.get().is_null() {
            self.length.set(new);
        } else if n == 0 {
            self.free();
            return Ok(());
        } else {
            // As `array_resize`: mild over-allocation, so that appending is linear.
            let room = (n >> 4).saturating_add(if old < 8 { 3 } else { 7 }).saturating_add(n);
            let room = if old == 0 { n } else { room };
            let bytes = room.checked_mul(size).filter(|&b| b <= isize::MAX as usize);
            let Some(bytes) = bytes.filter(|&b| !mem::is_too_large(b)) else { return Err(errors::no_memory(t)) };
            // SAFETY: the block came from the same allocator (`PyMem_Malloc` for native code), or is null.
            let block = unsafe {
                if self.items.get().is_null() {
                    mem::alloc(bytes)
                } else {
                    mem::realloc_growing(self.items.get(), bytes)
                }
            };
            if block.is_null() {
                return Err(errors::no_memory(t));
            }
            self.items.set(block);
            self.allocated.set(room as isize);
            self.length.set(new);
        }
        if n > old {
            // SAFETY: the new items lie in the block.
            unsafe { core::ptr::write_bytes(self.items.get().add(old * size), 0, (n - old) * size) };
        }
        Ok(())
    }

    /// Puts whole items (`bytes`, no view of this storage) in place of those from `from` up to `to`.
    ///
    /// # Errors
    /// `MemoryError`; nothing has changed then.
    pub fn splice(&self, t: &Thread, from: usize, to: usize, bytes: &[u8]) -> PyResult<()> {
        let size = self.descr().size();
        let n = self.len();
        let to = to.min(n);
        let from = from.min(to);
        let added = bytes.len() / size;
        let tail = n - to;
        let Some(total) = from.checked_add(added).and_then(|x| x.checked_add(tail)) else {
            return Err(errors::no_memory(t));
        };
        let move_tail = || {
            // SAFETY: both places lie in the block, which has room for the longer of the two states.
            unsafe {
                let base = self.items.get();
                core::ptr::copy(base.add(to * size), base.add((from + added) * size), tail * size);
            }
        };
        if total < n {
            if tail > 0 {
                move_tail();
            }
            self.set_len(t, total)?;
        } else {
            self.set_len(t, total)?;
            if tail > 0 && total > n {
                move_tail();
            }
        }
        self.store(from, &bytes[..added * size]);
        Ok(())
    }

    /// Gives an array without items room for exactly `n`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn reserve(&self, t: &Thread, n: usize) -> PyResult<()> {
        if self.is_empty() && n > self.capacity() {
            self.set_len(t, n)?;
            self.length.set(0);
        }
        Ok(())
    }

    /// Adds whole items at the end.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn push(&self, t: &Thread, bytes: &[u8]) -> PyResult<()> {
        let n = self.len();
        let size = self.descr().size();
        let added = bytes.len() / size;
        let Some(total) = n.checked_add(added) else { return Err(errors::no_memory(t)) };
        self.set_len(t, total)?;
        self.store(n, &bytes[..added * size]);
        Ok(())
    }

    /// The bytes of all items.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn to_bytes(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        // SAFETY: the items lie in the block, which stays as it is while an object is made.
        PyBytes::new(t, unsafe { core::slice::from_raw_parts(self.as_mut_ptr(), self.len() * self.descr().size()) })
    }

    /// Adds items of another storage of the same kind, from `from` up to `to`, cut to those that exist.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn push_range(&self, t: &Thread, other: &Self, from: usize, to: usize) -> PyResult<()> {
        if core::ptr::eq(self, other) {
            return self.push(t, &other.copy(t, from, to)?);
        }
        let size = other.descr().size();
        let to = to.min(other.len());
        let from = from.min(to);
        // SAFETY: the items lie in the block of the other, which stays as it is.
        self.push(t, unsafe { core::slice::from_raw_parts(other.as_mut_ptr().add(from * size), (to - from) * size) })
    }

    /// Reverses the bytes of every item.
    pub fn swap_bytes(&self) {
        let size = self.descr().size();
        // SAFETY: the items lie in the block, which nothing else looks at meanwhile.
        let all = unsafe { core::slice::from_raw_parts_mut(self.as_mut_ptr(), self.len() * size) };
        for item in all.chunks_exact_mut(size) {
            item.reverse();
        }
    }

    /// Reverses the order of the items.
    pub fn reverse(&self) {
        // SAFETY: as in `swap_bytes`.
        let all = unsafe { core::slice::from_raw_parts_mut(self.as_mut_ptr(), self.len() * self.descr().size()) };
        all.reverse();
        // That has turned the items round too.
        self.swap_bytes();
    }

    fn free(&self) {
        let block = self.items.replace(core::ptr::null_mut());
        self.length.set(0);
        self.allocated.set(0);
        if !block.is_null() {
            // SAFETY: the block is ours, from `mem::alloc` or `PyMem_Malloc`, which are the same.
            unsafe { mem::free(block) };
        }
    }
}

impl Traverse for ItemStorage {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl Drop for ItemStorage {
    fn drop(&mut self) {
        self.free();
    }
}
