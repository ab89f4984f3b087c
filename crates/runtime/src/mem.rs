//! Memory for objects: mimalloc behind the names of CPython's allocator domains.

use crate::tracemalloc::{self, DEFAULT_DOMAIN, is_tracing};
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_long, c_void};
use core::sync::atomic::{AtomicI64, AtomicPtr, AtomicU8, AtomicUsize, Ordering};
use libmimalloc_sys as mi;
use std::sync::OnceLock;

/// Sizes below this are granted without asking what the machine has.
const ALWAYS: usize = 1 << 31;

/// Whether a request cannot be met by this machine's memory and swap. The kernel would refuse it too if it were asked,
/// but the allocator reserves address space without commitment, and the process would be killed when it fills it.
#[inline(always)]
pub fn is_too_large(size: usize) -> bool {
    size > ALWAYS && exceeds_machine(size)
}

#[cold]
#[inline(never)]
fn exceeds_machine(size: usize) -> bool {
    static TOTAL: OnceLock<usize> = OnceLock::new();
    let total = *TOTAL.get_or_init(|| {
        // SAFETY: zero is valid for the structure, which the call fills in.
        unsafe {
            let mut info: libc::sysinfo = core::mem::zeroed();
            if libc::sysinfo(&mut info) != 0 {
                return isize::MAX as usize;
            }
            (info.totalram as usize).saturating_add(info.totalswap as usize).saturating_mul(info.mem_unit as usize)
        }
    });
    size > total
}

/// The bytes of memory that this process may use at most: what the machine has, or the limit of its control group or
/// address space.
pub fn available() -> usize {
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let group = limits.iter().filter_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<usize>().ok()).min();
    // SAFETY: plain queries; zero is valid for the structure that one of them fills in.
    let (machine, space) = unsafe {
        let (pages, page) = (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE));
        let machine = usize::try_from(pages).unwrap_or(0).saturating_mul(usize::try_from(page).unwrap_or(0));
        let mut limit: libc::rlimit = core::mem::zeroed();
        let known = libc::getrlimit(libc::RLIMIT_AS, &mut limit) == 0;
        (machine, if known { usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX) } else { usize::MAX })
    };
    machine.min(space).min(group.unwrap_or(usize::MAX))
}

/// Blocks are traced (`tracemalloc`).
pub const TRACED: u8 = 1;
/// Blocks are overwritten when they are freed, so that who uses them still is found out (the debug allocator).
pub const ERASED: u8 = 2;
/// C code has put allocators of its own in front of this one (`PyMem_SetAllocator`).
pub const HOOKED: u8 = 4;
/// Somebody is asked whether there is memory for blocks ([`ask`]).
pub const ASKED: u8 = 8;

/// What is done with blocks besides allocating and freeing them: flags.
static WATCHED: AtomicU8 = AtomicU8::new(0);

/// What a freed block is filled with (`PYMEM_DEADBYTE`).
const DEAD_BYTE: u8 = 0xdd;

#[inline(always)]
fn is_watched() -> bool {
    WATCHED.load(Ordering::Relaxed) != 0
}

/// Whether blocks are overwritten when they are freed.
pub fn is_erasing() -> bool {
    WATCHED.load(Ordering::Relaxed) & ERASED != 0
}

/// Says whether one of the things is to be done with blocks.
pub fn watch(flag: u8, wanted: bool) {
    if wanted {
        WATCHED.fetch_or(flag, Ordering::Relaxed);
    } else {
        WATCHED.fetch_and(!flag, Ordering::Relaxed);
    }
}

/// Says whether there is memory for so many bytes.
pub type Permit = fn(size: usize) -> bool;

/// A [`Permit`], or null.
static PERMIT: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// Has a function asked whether there is memory, for every block of this module from now on; `None`: there is. It is
/// called with the GIL held, and allocates by [`alloc_unasked`] if at all.
pub fn ask(permit: Option<Permit>) {
    PERMIT.store(permit.map_or(core::ptr::null_mut(), |permit| permit as *mut ()), Ordering::Release);
    watch(ASKED, permit.is_some());
}

/// Whether nobody says that there is no memory for so many bytes.
#[cold]
#[inline(never)]
fn is_permitted(size: usize) -> bool {
    let permit = PERMIT.load(Ordering::Acquire);
    if permit.is_null() || crate::thread::current_ptr().is_null() {
        return true;
    }
    // SAFETY: only `ask` stores here, and only functions of this type.
    let permit = unsafe { core::mem::transmute::<*mut (), Permit>(permit) };
    permit(size)
}

/// Whether there is memory for so many bytes that do not come from this module, as far as is known ([`ask`]).
#[inline]
pub fn permits(size: usize) -> bool {
    !is_too_large(size) && (WATCHED.load(Ordering::Relaxed) & ASKED == 0 || is_permitted(size))
}

/// Does what is to be done with a new block: asks whether there is memory for it, if `asked`, and tells the tracer. Null, and the
/// block is gone, if there is none.
#[cold]
#[inline(never)]
fn watched(block: *mut u8, size: usize, asked: bool) -> *mut u8 {
    if asked && WATCHED.load(Ordering::Relaxed) & ASKED != 0 && !is_permitted(size) {
        // SAFETY: a fresh block that nobody has.
        unsafe { mi::mi_free(block.cast::<c_void>()) };
        return core::ptr::null_mut();
    }
    traced(block, size);
    block
}

/// Allocates `size` bytes (at least one), or returns null.
#[inline]
pub fn alloc(size: usize) -> *mut u8 {
    match alloc_plainly(size) {
        Some(block) => block,
        None => alloc_otherwise(size),
    }
}

/// Allocates `size` bytes if they are few and nothing else is to be done with the block.
#[inline(always)]
pub fn alloc_plainly(size: usize) -> Option<*mut u8> {
    if size > mi::MI_SMALL_SIZE_MAX || is_watched() {
        return None;
    }
    // SAFETY: the size is in range, zero too; the function returns null when memory runs out.
    Some(unsafe { mi::mi_malloc_small(size).cast() })
}

/// [`alloc`] of a large block, or of one that is traced.
#[inline(never)]
fn alloc_otherwise(size: usize) -> *mut u8 {
    alloc_by(mi::mi_malloc, size, true)
}

/// Allocates with a function of the allocator, and does what else is to be done with the block; `asked` says whether
/// somebody may refuse it ([`ask`]).
#[inline(always)]
fn alloc_by(allocate: unsafe extern "C" fn(usize) -> *mut c_void, size: usize, asked: bool) -> *mut u8 {
    if is_too_large(size) {
        return core::ptr::null_mut();
    }
    // SAFETY: any size is valid for these functions, zero too; they return null when memory runs out.
    let block = unsafe { allocate(size).cast() };
    if is_watched() { watched(block, size, asked) } else { block }
}

/// As [`alloc`], but nobody is asked ([`ask`]).
#[inline]
pub fn alloc_unasked(size: usize) -> *mut u8 {
    alloc_by(mi::mi_malloc, size, false)
}

/// Tells the tracer of a new block.
#[cold]
#[inline(never)]
fn traced(block: *mut u8, size: usize) {
    if !block.is_null() && is_tracing() {
        tracemalloc::track(DEFAULT_DOMAIN, block as usize, size);
    }
}

/// Allocates `size` zeroed bytes (at least one), or returns null.
#[inline]
pub fn alloc_zeroed(size: usize) -> *mut u8 {
    alloc_by(mi::mi_zalloc, size, true)
}

/// As [`alloc_zeroed`], but nobody is asked ([`ask`]).
#[inline]
pub fn alloc_zeroed_unasked(size: usize) -> *mut u8 {
    alloc_by(mi::mi_zalloc, size, false)
}

/// Resizes a block from this module, or returns null and leaves the block as it was.
///
/// # Safety
/// `ptr` is null or came from this module and has not been freed.
#[inline]
pub unsafe fn realloc(ptr: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { if is_watched() { realloc_watched(ptr, size, true) } else { resize(ptr, size) } }
}

/// As [`realloc`], but nobody is asked ([`ask`]).
///
/// # Safety
/// As for [`realloc`].
#[inline]
pub unsafe fn realloc_unasked(ptr: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { if is_watched() { realloc_watched(ptr, size, false) } else { resize(ptr, size) } }
}

#[inline(always)]
unsafe fn resize(ptr: *mut u8, size: usize) -> *mut u8 {
    if is_too_large(size) {
        return core::ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { mi::mi_realloc(ptr.cast::<c_void>(), size.max(1)).cast() }
}

/// As [`realloc`]: asks whether there is memory, and tells the tracer. A block may always become smaller: who does that is
/// seldom prepared for a failure.
#[cold]
#[inline(never)]
unsafe fn realloc_watched(ptr: *mut u8, size: usize, asked: bool) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let asked = asked && WATCHED.load(Ordering::Relaxed) & ASKED != 0;
        if asked && !is_permitted(size) && (ptr.is_null() || usable_size(ptr) < size) {
            return core::ptr::null_mut();
        }
        let block = resize(ptr, size);
        if is_tracing() && !block.is_null() {
            if block != ptr {
                untraced(ptr);
            }
            traced(block, size);
        }
        block
    }
}

/// Frees a block from this module; null is allowed.
///
/// # Safety
/// `ptr` is null or came from this module and has not been freed.
#[inline]
pub unsafe fn free(ptr: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        if !free_plainly(ptr) {
            freed(ptr);
            mi::mi_free(ptr.cast::<c_void>());
        }
    }
}

/// Frees a block if nothing else is to be done with it; false if it is still there.
///
/// # Safety
/// As [`free`].
#[inline(always)]
pub unsafe fn free_plainly(ptr: *mut u8) -> bool {
    if is_watched() {
        return false;
    }
    // SAFETY: the caller's promise.
    unsafe { mi::mi_free(ptr.cast::<c_void>()) };
    true
}

/// Does what is to be done with a block that is about to be freed.
#[cold]
unsafe fn freed(ptr: *mut u8) {
    if is_tracing() {
        untraced(ptr);
    }
    if is_erasing() && !ptr.is_null() {
        // SAFETY: the block is whole, and nobody's any more.
        unsafe { core::ptr::write_bytes(ptr, DEAD_BYTE, usable_size(ptr)) };
    }
}

/// Tells the tracer that a block goes.
#[cold]
#[inline(never)]
fn untraced(block: *mut u8) {
    tracemalloc::untrack(DEFAULT_DOMAIN, block as usize);
}

/// A block for a library in C, which like the blocks of Rust's own collections is neither traced nor overwritten; null if there
/// is no memory. Any thread may ask.
pub fn library_alloc(size: usize) -> *mut u8 {
    if is_too_large(size) {
        return core::ptr::null_mut();
    }
    // SAFETY: any size is valid; the function returns null when memory runs out.
    unsafe { mi::mi_malloc(size).cast() }
}

/// Frees a block from [`library_alloc`]; null is allowed.
///
/// # Safety
/// The block is nobody's any more.
pub unsafe fn library_free(block: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { mi::mi_free(block.cast()) };
}

/// The allocator of Rust's own collections.
pub struct RustAllocator;

/// A large zeroed block, of which the system clears the pages when they are first used: who asks for so much often uses a part
/// of it only, as compressors do for short inputs.
#[cold]
fn blank_pages(layout: Layout) -> *mut u8 {
    let align = layout.align().max(PAGE);
    // SAFETY: whole pages within a fresh block, of private memory; what the system does not clear is written.
    unsafe {
        let block: *mut u8 = mi::mi_malloc_aligned(layout.size(), align).cast();
        if block.is_null() {
            return block;
        }
        let whole = layout.size() & !(PAGE - 1);
        let cleared = libc::madvise(block.cast(), whole, libc::MADV_DONTNEED) == 0;
        let from = if cleared { whole } else { 0 };
        core::ptr::write_bytes(block.add(from), 0, layout.size() - from);
        block
    }
}

/// Whether blocks of this layout are aligned well enough as they come: to 16 bytes if they have so many, to 8 if not.
#[inline(always)]
fn is_aligned_anyhow(layout: Layout, size: usize) -> bool {
    layout.align() <= 8 || layout.align() <= 16 && size >= 16
}

// SAFETY: the functions of mimalloc keep the contract of their namesakes.
unsafe impl GlobalAlloc for RustAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= MAPPED {
            count_large(layout.size());
        }
        // SAFETY: any size and any power of two will do.
        unsafe {
            if is_aligned_anyhow(layout, layout.size()) {
                if layout.size() <= mi::MI_SMALL_SIZE_MAX {
                    return mi::mi_malloc_small(layout.size()).cast();
                }
                mi::mi_malloc(layout.size()).cast()
            } else {
                mi::mi_malloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= MAPPED {
            count_large(layout.size());
            return blank_pages(layout);
        }
        // SAFETY: as above.
        unsafe {
            if is_aligned_anyhow(layout, layout.size()) {
                mi::mi_zalloc(layout.size()).cast()
            } else {
                mi::mi_zalloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() >= MAPPED {
            LARGE_BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe { mi::mi_free(block.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size >= MAPPED {
            count_large(size);
        }
        if layout.size() >= MAPPED {
            LARGE_BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe {
            if is_aligned_anyhow(layout, size) {
                mi::mi_realloc(block.cast(), size).cast()
            } else {
                mi::mi_realloc_aligned(block.cast(), size, layout.align()).cast()
            }
        }
    }
}

/// Arrays from this size on are mappings of their own, which grow by moving page tables rather than by copying: while an
/// array is copied it takes twice its memory.
const MAPPED: usize = 1 << 20;

/// Bytes of a page of memory.
pub(crate) const PAGE: usize = 4096;

/// Arrays from this size on get more room than they ask for when they grow.
const GENEROUS: usize = 512;

/// Arrays from this size on take whole pages, of which most are their own.
const PAGES: usize = 16 << 10;

/// As [`realloc`] for an array that grows in small steps: most can do without a new place if there is some room, and pages
/// that are not touched cost nothing.
///
/// # Safety
/// As for [`realloc`].
pub unsafe fn realloc_growing(ptr: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if ptr.is_null() || size < GENEROUS || is_watched() {
            return realloc(ptr, size);
        }
        if usable_size(ptr) >= size {
            return ptr;
        }
        let more = size.saturating_add(size / 2);
        realloc(ptr, if size < PAGES { more } else { size.saturating_mul(4).min(MAPPED).max(more) })
    }
}

/// Bytes of large blocks: of arrays that are mappings of their own, and of Rust's collections.
static LARGE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The most that they have been, about.
static MOST_LARGE: AtomicUsize = AtomicUsize::new(0);

/// Counts a new large block. When these take notably more than ever before, freed memory that the allocator keeps for
/// a while goes back to the system first: the process would else take both at once. A program that has taken what it needs
/// is not slowed down again.
fn count_large(size: usize) {
    let now = LARGE_BYTES.fetch_add(size, Ordering::Relaxed).saturating_add(size);
    let most = MOST_LARGE.load(Ordering::Relaxed);
    if now > most + most / 8 {
        MOST_LARGE.store(now, Ordering::Relaxed);
        // SAFETY: the allocator is ready.
        unsafe { mi::mi_collect(true) };
    }
}

/// Resizes an array whose owner knows its size, or returns null and leaves it as it was. A null `ptr` with `old` zero
/// makes a new one; `new` is at least one.
///
/// # Safety
/// `ptr` is null, or came from this function with `old` as the size.
pub unsafe fn resize_array(ptr: *mut u8, old: usize, new: usize) -> *mut u8 {
    if ptr.is_null() && new < MAPPED {
        return alloc(new);
    }
    // SAFETY: the caller's promise; a mapping is told by its size.
    unsafe {
        match (old >= MAPPED, new >= MAPPED) {
            (false, false) if old < new => return realloc_growing(ptr, new),
            (false, false) => return realloc(ptr, new),
            _ if is_too_large(new) => return core::ptr::null_mut(),
            // The others ask themselves.
            (_, true) if is_watched() && new > old && !is_permitted(new) => return core::ptr::null_mut(),
            _ => {}
        }
        let block: *mut u8 = if old >= MAPPED && new >= MAPPED {
            libc::mremap(ptr.cast(), old, new, libc::MREMAP_MAYMOVE).cast()
        } else if new >= MAPPED {
            if let Some(block) = take_pages(ptr, old, new) {
                free_array(ptr, old);
                if is_tracing() {
                    traced(block, new);
                }
                return block;
            }
            let protection = libc::PROT_READ | libc::PROT_WRITE;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            libc::mmap(core::ptr::null_mut(), new, protection, flags, -1, 0).cast()
        } else {
            // It becomes smaller: see `realloc_watched`.
            alloc_unasked(new)
        };
        if block.is_null() || core::ptr::addr_eq(block, libc::MAP_FAILED) {
            return core::ptr::null_mut();
        }
        if (old >= MAPPED) != (new >= MAPPED) {
            if new >= MAPPED {
                count_large(new);
            }
            if !ptr.is_null() {
                core::ptr::copy_nonoverlapping(ptr, block, old.min(new));
            }
            free_array(ptr, old);
        } else {
            LARGE_BYTES.fetch_sub(old, Ordering::Relaxed);
            count_large(new);
            if is_tracing() {
                tracemalloc::untrack(DEFAULT_DOMAIN, ptr as usize);
            }
        }
        if is_tracing() && new >= MAPPED {
            traced(block, new);
        }
        block
    }
}

/// Makes a mapping of `new` bytes that begins with the pages of a block of `old` bytes, and leaves the block without them:
/// nothing is copied but what is less than a page, and nothing is in memory twice. `None`, and nothing has happened, if the block
/// does not begin at a page or the system will not do it.
///
/// # Safety
/// `ptr` is a block of at least `old` bytes, whose contents nobody wants after this, or null; `new` is no less than `old`.
unsafe fn take_pages(ptr: *mut u8, old: usize, new: usize) -> Option<*mut u8> {
    let whole = old & !(PAGE - 1);
    if whole == 0 || !ptr.addr().is_multiple_of(PAGE) {
        return None;
    }
    // SAFETY: whole pages of the caller's block, which stay mapped, and then a mapping of our own.
    unsafe {
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_DONTUNMAP;
        let taken = libc::mremap(ptr.cast(), whole, whole, flags, core::ptr::null_mut::<c_void>());
        if taken == libc::MAP_FAILED {
            return None;
        }
        let block = libc::mremap(taken, whole, new, libc::MREMAP_MAYMOVE);
        if block == libc::MAP_FAILED {
            // There is no room for more: the bytes go back where they were.
            core::ptr::copy_nonoverlapping(taken.cast(), ptr, whole);
            libc::munmap(taken, whole);
            return None;
        }
        let block: *mut u8 = block.cast();
        count_large(new);
        core::ptr::copy_nonoverlapping(ptr.add(whole), block.add(whole), old - whole);
        Some(block)
    }
}

/// Makes the block of a vector, of which `used` of its `room` bytes count, an array for [`resize_array`] and [`free_array`]; returns the
/// array and its size, in which `used` bytes fit. `None`, and the block is as it was, if the bytes should rather be copied:
/// if the vector had much more room than it used, or something else is done with new blocks.
///
/// # Safety
/// `block` came from the allocator of Rust's collections, which was asked for `room` bytes, and belongs to nobody else.
pub unsafe fn adopt_array(block: *mut u8, used: usize, room: usize) -> Option<(*mut u8, usize)> {
    if used < GENEROUS || is_watched() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe {
        // Not every program that contains this has `RustAllocator`.
        if !mi::mi_is_in_heap_region(block.cast()) {
            return None;
        }
        let adopted = if used >= MAPPED {
            let array = take_pages(block, used, used)?;
            mi::mi_free(block.cast());
            (array, used)
        } else if room - used <= used / 8 {
            (block, room.min(MAPPED - 1))
        } else {
            return None;
        };
        if room >= MAPPED {
            LARGE_BYTES.fetch_sub(room, Ordering::Relaxed);
        }
        Some(adopted)
    }
}

/// A zeroed table for [`free_array`], or null. Of a large one the system clears the pages when they are first used; the first
/// `soon` bytes of it, which are about to be used in any order, are in huge pages if the system has some.
pub fn alloc_table(size: usize, soon: usize) -> *mut u8 {
    if size < MAPPED {
        return alloc_zeroed(size);
    }
    if !permits(size) {
        return core::ptr::null_mut();
    }
    let huge = if soon < WIDE { 0 } else { soon.min(size) & !(HUGE_PAGE - 1) };
    let table = map_pages(size, huge);
    if !table.is_null() {
        count_large(size);
        if is_tracing() {
            traced(table, size);
        }
    }
    table
}

/// Tables that are used in any order from this size on are wider than what the processor's address cache covers with ordinary
/// pages.
const WIDE: usize = 8 << 20;

/// Bytes of a huge page.
const HUGE_PAGE: usize = 2 << 20;

/// A fresh mapping, of which the first `huge` bytes may be in huge pages: it begins where such a page can if there are any. Null
/// without address space.
#[cold]
fn map_pages(size: usize, huge: usize) -> *mut u8 {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    let whole = size.next_multiple_of(PAGE);
    let spare = if huge > 0 { HUGE_PAGE } else { 0 };
    // SAFETY: a fresh mapping, of which what lies before and behind the table is given back.
    unsafe {
        let all = libc::mmap(core::ptr::null_mut(), whole + spare, protection, flags, -1, 0);
        if all == libc::MAP_FAILED {
            return core::ptr::null_mut();
        }
        if huge == 0 {
            return all.cast();
        }
        let before = all.addr().next_multiple_of(HUGE_PAGE) - all.addr();
        let table = all.byte_add(before);
        if before > 0 {
            libc::munmap(all, before);
        }
        if before < HUGE_PAGE {
            libc::munmap(table.byte_add(whole), HUGE_PAGE - before);
        }
        // A system without huge pages refuses, and the table is of ordinary ones.
        libc::madvise(table, huge, libc::MADV_HUGEPAGE);
        table.cast()
    }
}

/// Starts to load what is at an address, of which nothing is promised, into the caches.
#[inline(always)]
pub fn prefetch<T>(at: *const T) {
    // SAFETY: a hint, which never faults.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(at.cast());
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("prfm pldl1keep, [{}]", in(reg) at, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = at;
}

/// How many steps ahead of its use a loop over large tables asks for memory: as many loads as the processor has under way
/// at a time, also where half of the steps find nothing.
pub const AHEAD: usize = 32;

/// Whether tables of this size are mappings of their own ([`alloc_table`]).
#[inline]
pub fn is_mapped(size: usize) -> bool {
    size >= MAPPED
}

/// Frees an array of [`resize_array`]; null is allowed.
///
/// # Safety
/// `ptr` is null, or came from [`resize_array`] or [`alloc_table`] with `size` as the size.
#[inline]
pub unsafe fn free_array(ptr: *mut u8, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if size < MAPPED {
            free(ptr);
        } else {
            unmap(ptr, size);
        }
        if size >= NOTABLE {
            give_back_after_peak();
        }
    }
}

/// Gives a mapping back.
#[cold]
unsafe fn unmap(ptr: *mut u8, size: usize) {
    if is_tracing() {
        tracemalloc::untrack(DEFAULT_DOMAIN, ptr as usize);
    }
    LARGE_BYTES.fetch_sub(size, Ordering::Relaxed);
    // SAFETY: the whole of a mapping made by `resize_array`.
    unsafe { libc::munmap(ptr.cast(), size) };
}

/// Who frees an array of this size may have freed megabytes of what it referred to.
const NOTABLE: usize = 256 << 10;

/// The most memory that the process had taken when [`give_back_after_peak`] last gave some back, in KiB.
static LAST_PEAK: AtomicI64 = AtomicI64::new(0);

/// Gives freed memory back to the system if the process has lately taken notably more than ever before: what a large array
/// referred to goes with it, and of memory that was used in small blocks the allocator makes no large ones before its delay is
/// over. A program that comes to the same peak again and again keeps its memory.
fn give_back_after_peak() {
    // SAFETY: zero is valid for the structure that the call fills in; the allocator is ready.
    unsafe {
        let mut usage: libc::rusage = core::mem::zeroed();
        if libc::getrusage(libc::RUSAGE_SELF, &mut usage) != 0 {
            return;
        }
        let (peak, last) = (usage.ru_maxrss, LAST_PEAK.load(Ordering::Relaxed));
        if peak > last + last / 16 {
            LAST_PEAK.store(peak, Ordering::Relaxed);
            mi::mi_collect(true);
        }
    }
}

/// Bytes that a block from this module really has room for.
///
/// # Safety
/// `ptr` came from this module and has not been freed.
#[inline]
pub unsafe fn usable_size(ptr: *mut u8) -> usize {
    // SAFETY: the caller's promise.
    unsafe { mi::mi_usable_size(ptr.cast::<c_void>()) }
}

/// Blocks above this size are not counted, which CPython has from the C library.
const COUNTED_SIZE: usize = 512;

/// How the allocator describes a page of its own blocks, as far as [`freed_from_afar`] reads it (`mi_page_t` in mimalloc's
/// `types.h`).
#[repr(C)]
struct Page {
    _thread: usize,
    _free: usize,
    _numbers: u64,
    _local_free: usize,
    /// The last block that was freed by who does not own the page, in which the one before stands; the low bit is a flag.
    thread_free: AtomicUsize,
    block_size: usize,
    start: *const u8,
}

/// How many blocks of a page that count as used are free: those that others than its owner have freed, which the owner has
/// not looked at yet. Full pages have no owner, so that nearly all of their blocks are freed in this way. Zero if
/// the description is not the one that is expected here.
///
/// # Safety
/// The allocator describes one of its pages by `area`.
unsafe fn freed_from_afar(area: &mi::mi_heap_area_t) -> usize {
    let page = area.reserved1.cast::<Page>();
    // SAFETY: the field is the allocator's own description of the page, which is larger than ours.
    let (size, start, list) = unsafe {
        if page.is_null() {
            return 0;
        }
        ((*page).block_size, (*page).start, (*page).thread_free.load(Ordering::Acquire))
    };
    if size != area.full_block_size || !core::ptr::addr_eq(start, area.blocks) || size < size_of::<usize>() {
        return 0;
    }
    let mut at = list & !1;
    let mut count = 0;
    // Another thread may take the list meanwhile and use the blocks: no step leaves the page, and there are not more than
    // it has blocks in use.
    while count < area.used {
        let offset = at.wrapping_sub(start.addr());
        if offset >= area.committed || offset % size != 0 {
            break;
        }
        count += 1;
        // SAFETY: the first word of one of the page's blocks, in memory that stays mapped.
        at = unsafe { start.add(offset).cast::<usize>().read_volatile() };
    }
    count
}

/// How many small blocks are allocated, in all threads.
pub fn allocated_blocks() -> usize {
    unsafe extern "C" fn visit(
        _heap: *const mi::mi_heap_t,
        area: *const mi::mi_heap_area_t,
        _block: *mut c_void,
        _size: usize,
        count: *mut c_void,
    ) -> bool {
        // SAFETY: the allocator describes a page; `count` is the variable below.
        unsafe {
            let area = &*area;
            // The number of blocks in use, not of their bytes.
            if area.block_size <= COUNTED_SIZE {
                *count.cast::<usize>() += area.used - freed_from_afar(area);
            }
        }
        true
    }
    let mut count = 0_usize;
    // SAFETY: null is the heap of all threads, of which the pages' descriptions are read only; the visitor gets `count`.
    unsafe { mi::mi_heap_visit_blocks(core::ptr::null_mut(), false, Some(visit), (&raw mut count).cast()) };
    count
}

/// Writes the allocator's statistics to standard error.
pub fn print_statistics() {
    // SAFETY: null selects the default output.
    unsafe { mi::mi_stats_print_out(None, core::ptr::null_mut()) }
}

/// Bytes of a first arena: those that one entry of the allocator's map covers. In a larger one, memory that was given
/// back to the part that the arena's own description lies in would be used again only when the rest is full.
const FIRST_ARENA: usize = 32 << 20;

/// What the start of an arena is a multiple of.
const ARENA_ALIGN: usize = 64 << 10;

/// Number of the first arenas.
const FIRST_ARENAS: usize = 8;

/// Milliseconds that freed memory stays with the process, in case it is needed again. The allocator's default of a second
/// lets programs that make and drop large lists take twice what they need; with a tenth of this, those that collect garbage
/// often ask the kernel for the same pages again and again.
const PURGE_DELAY: c_long = 100;

/// Gives the allocator its first arenas, and has all be of ordinary pages. It would advise the system to use huge pages for those
/// that it reserves itself, in which a process occupies megabytes that it never writes, and whose first use is slow where the
/// machine is a virtual one that has given them back to its host.
extern "C" fn reserve_first_arenas() {
    // SAFETY: runs before anything is allocated. Without the mapping, or if it is refused, the allocator reserves its own.
    unsafe {
        if libc::getenv(c"MIMALLOC_PURGE_DELAY".as_ptr()).is_null() {
            mi::mi_option_set(MI_OPTION_PURGE_DELAY, PURGE_DELAY);
        }
        mi::mi_option_set(MI_OPTION_DESTROY_ON_EXIT, LEAVE_AT_EXIT);
        let mut count = FIRST_ARENAS;
        while count > 0 && !reserve_arenas(count, FIRST_ARENA) {
            count /= 2;
        }
        // Before the allocator is ready, the option would forbid huge pages to the whole process and its children.
        mi_process_init();
        mi::mi_option_set(MI_OPTION_ALLOW_THP, 0);
    }
}

unsafe extern "C" {
    /// Makes the allocator ready (`mimalloc.h`); does nothing if it is.
    fn mi_process_init();
}

/// Gives the allocator arenas of so many bytes each; false, and nothing has happened, if the process may not
/// have so much address space.
///
/// # Safety
/// The allocator is used by this thread only, or it is ready.
unsafe fn reserve_arenas(count: usize, size: usize) -> bool {
    // SAFETY: a fresh mapping of our own, handed to the allocator for good.
    unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let all = libc::mmap(core::ptr::null_mut(), size * count + ARENA_ALIGN, protection, flags, -1, 0);
        if all == libc::MAP_FAILED {
            return false;
        }
        let start = all.byte_add(all.addr().next_multiple_of(ARENA_ALIGN) - all.addr());
        for i in 0..count {
            let block = start.byte_add(i * size);
            mi::mi_manage_os_memory_ex(block, size, true, false, true, -1, false, core::ptr::null_mut());
        }
    }
    true
}

/// The number of `mi_option_purge_delay` in `mimalloc.h`.
const MI_OPTION_PURGE_DELAY: mi::mi_option_t = 15;

/// The number of `mi_option_destroy_on_exit` in `mimalloc.h`.
const MI_OPTION_DESTROY_ON_EXIT: mi::mi_option_t = 22;

/// A value of that option above one: when the process ends, the allocator does nothing, the system takes all. Else it would
/// give the free parts of its memory back one by one.
const LEAVE_AT_EXIT: c_long = 2;

/// The number of `mi_option_allow_thp` in `mimalloc.h`.
const MI_OPTION_ALLOW_THP: mi::mi_option_t = 43;

/// Runs [`reserve_first_arenas`] when the program is loaded.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = reserve_first_arenas;

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static ALLOCATOR: RustAllocator = RustAllocator;

    /// Blocks of this size are not used by anything else in this process.
    const SIZE: usize = 448;

    fn growth(before: usize) -> usize {
        allocated_blocks().wrapping_sub(before)
    }

    #[test]
    fn tables_are_zeroed_whatever_their_size() {
        for size in [24, MAPPED - 1, MAPPED, 3 * MAPPED + 40, WIDE + 5 * MAPPED] {
            for _ in 0..2 {
                let table = alloc_table(size, size);
                assert!(!table.is_null());
                // SAFETY: a table of this size, which nobody else has.
                unsafe {
                    let bytes = core::slice::from_raw_parts_mut(table, size);
                    assert!(bytes.iter().all(|&byte| byte == 0));
                    bytes.fill(1);
                    free_array(table, size);
                }
            }
        }
    }

    #[test]
    fn arrays_keep_their_bytes_whatever_they_become() {
        let sizes =
            [9, 5_000, MAPPED - 9, MAPPED + 1, 5 * MAPPED, MAPPED, MAPPED - 1, 2 * MAPPED, 4_097, 2 * MAPPED, 3];
        let byte = |at: usize| (at % 251) as u8;
        let (mut array, mut old) = (core::ptr::null_mut(), 0);
        for size in sizes {
            // SAFETY: the array has had `old` bytes, and has `size` of them then, which nobody else has.
            unsafe {
                array = resize_array(array, old, size);
                assert!(!array.is_null());
                let bytes = core::slice::from_raw_parts_mut(array, size);
                let kept = old.min(size);
                assert!(bytes[..kept].iter().enumerate().all(|(at, &found)| found == byte(at)), "{old} to {size}");
                bytes.iter_mut().enumerate().for_each(|(at, found)| *found = byte(at));
            }
            old = size;
        }
        // SAFETY: as above.
        unsafe { free_array(array, old) };
    }

    #[test]
    fn pages_move_from_a_block_into_a_mapping() {
        let old = MAPPED - 8;
        let block = alloc(old);
        assert!(block.addr().is_multiple_of(4096), "large blocks begin at a page");
        // SAFETY: a block of this size and a mapping of that one, which nobody else has.
        unsafe {
            core::slice::from_raw_parts_mut(block, old).fill(7);
            let array = take_pages(block, old, 2 * MAPPED).unwrap();
            assert!(core::slice::from_raw_parts(array, old).iter().all(|&byte| byte == 7));
            assert!(core::slice::from_raw_parts(block, old & !4095).iter().all(|&byte| byte == 0));
            free_array(array, 2 * MAPPED);
            free(block);
        }
    }

    #[test]
    fn vectors_become_arrays() {
        for count in [100_u64, 20_000, 131_071, 131_072, 400_000] {
            for spare in [0, count as usize] {
                let mut vector: Vec<u64> = Vec::with_capacity(count as usize + spare);
                vector.extend(0..count);
                let (block, used) = (vector.as_mut_ptr().cast::<u8>(), vector.len() * 8);
                // SAFETY: the vector's block, which the vector forgets if it becomes an array.
                let Some((array, size)) = (unsafe { adopt_array(block, used, vector.capacity() * 8) }) else {
                    assert!(spare > 0 && used < MAPPED, "{count}");
                    continue;
                };
                core::mem::forget(vector);
                assert!(size >= used && size - used <= used / 8);
                // SAFETY: an array of `used` bytes and more that nobody else has.
                unsafe {
                    let grown = resize_array(array, size, 2 * size);
                    assert!(
                        core::slice::from_raw_parts(grown.cast::<u64>(), count as usize).iter().copied().eq(0..count)
                    );
                    free_array(grown, 2 * size);
                }
            }
        }
    }

    #[test]
    fn blocks_that_are_freed_count_no_more() {
        let before = allocated_blocks();
        // Far more than a page holds: most of these pages are full, and so nobody's.
        let mut blocks: Vec<usize> = (0..10_000).map(|_| alloc(SIZE).expose_provenance()).collect();
        assert!((9_900..10_100).contains(&growth(before)), "{}", growth(before));
        for block in blocks.drain(5_000..) {
            // SAFETY: allocated above.
            unsafe { free(core::ptr::with_exposed_provenance_mut(block)) };
        }
        assert!((4_900..5_100).contains(&growth(before)), "{}", growth(before));
        // Another thread frees the rest.
        std::thread::spawn(move || {
            for block in blocks {
                // SAFETY: as above.
                unsafe { free(core::ptr::with_exposed_provenance_mut(block)) };
            }
        })
        .join()
        .unwrap();
        assert!(growth(before) < 100 || growth(before) > usize::MAX - 100, "{}", growth(before) as isize);
    }
}
