//! Blocks for small objects. Every thread keeps the last ones that were freed and hands them out again first, while they
//! are still in the processor's cache; the allocator beneath would go round all blocks of a page.

use crate::mem;
use crate::thread::{self, Thread};

/// Sizes of kept blocks are told apart in steps of this.
const UNIT: usize = 16;

/// Kept are blocks of one unit up to this many.
pub const BLOCK_FREELISTS: usize = 32;

/// How many blocks of a size a thread keeps.
const KEPT: u32 = 64;

/// How many units the allocator's blocks have: from eight on it has four sizes for every doubling.
static UNITS: [u8; BLOCK_FREELISTS + 1] = [
    1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10, 12, 12, 14, 14, 16, 16, 20, 20, 20, 20, 24, 24, 24, 24, 28, 28, 28, 28, 32, 32,
    32, 32,
];

/// Allocates `size` bytes for an object, or returns null. As [`mem::alloc`].
#[inline(always)]
pub fn alloc(t: &Thread, size: usize) -> *mut u8 {
    if size <= UNIT * BLOCK_FREELISTS && !mem::is_watched() {
        let units = UNITS[size.div_ceil(UNIT)];
        let block = t.freelists().blocks[usize::from(units) - 1].pop();
        if !block.is_null() {
            return block;
        }
    }
    mem::alloc(size)
}

/// Frees an object's block; null is allowed.
///
/// # Safety
/// `block` is null or came from this module or [`mem`], and has not been freed. The GIL is held, if a thread is attached.
#[inline]
pub unsafe fn free(block: *mut u8) {
    // SAFETY: the caller's promise; a list keeps blocks of at least its size.
    unsafe {
        let t = thread::current_ptr();
        if !block.is_null() && !t.is_null() && !mem::is_watched() {
            let units = mem::usable_size(block) / UNIT;
            if let Some(list) = (*t).freelists().blocks.get(units.wrapping_sub(1))
                && list.push(block, KEPT)
            {
                return;
            }
        }
        mem::free(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_allocator() {
        for size in 9..=UNIT * BLOCK_FREELISTS {
            let block = mem::alloc(size);
            assert!(!block.is_null());
            // SAFETY: the block has just been made.
            let usable = unsafe { mem::usable_size(block) };
            assert_eq!(usable, usize::from(UNITS[size.div_ceil(UNIT)]) * UNIT, "{size}");
            // SAFETY: as above.
            unsafe { mem::free(block) };
        }
    }
}
