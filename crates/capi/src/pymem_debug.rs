//! The part of `cpython/pymem.h` that looks for misuse of memory (`PyMem_SetupDebugHooks`): blocks with guards around them,
//! which are checked when a block is resized or freed.
//!
//! Blocks that others allocated, such as our own objects, may be freed through the same functions; they have no guards and
//! pass.

use core::ffi::c_void;
use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use taipan_object::abi::PyMemAllocatorEx;
use taipan_runtime::thread;

/// What new, freed and guarding bytes are filled with.
pub const CLEAN: u8 = 0xcd;
pub const DEAD: u8 = 0xdd;
pub const FORBIDDEN: u8 = 0xfd;

/// Size of a word: the length and the name of the domain stand before a block, guards behind it.
const WORD: usize = 8;

/// The allocators behind the hooks, and the letter of each domain.
pub struct Hooked {
    pub below: PyMemAllocatorEx,
    letter: u8,
}

impl Hooked {
    /// Hooks of a domain: raw memory, memory, objects.
    pub fn new(domain: usize, below: PyMemAllocatorEx) -> &'static Self {
        Box::leak(Box::new(Self { below, letter: *b"rmo".get(domain).unwrap_or(&b'?') }))
    }

    /// The functions to put in front of the allocator.
    pub fn allocator(&'static self) -> PyMemAllocatorEx {
        PyMemAllocatorEx {
            ctx: core::ptr::from_ref(self).cast_mut().cast(),
            malloc: Some(debug_malloc),
            calloc: Some(debug_calloc),
            realloc: Some(debug_realloc),
            free: Some(debug_free),
        }
    }
}

/// Whether an allocator is one of ours already.
pub fn is_hooked(allocator: &PyMemAllocatorEx) -> bool {
    allocator.free.is_some_and(|free| core::ptr::fn_addr_eq(free, debug_free as unsafe extern "C" fn(_, _)))
}

/// Whether a word looks as if it came from a block that is new, freed, or guards others.
pub fn is_filling(word: usize) -> bool {
    word == 0 || [CLEAN, DEAD, FORBIDDEN].iter().any(|&byte| word == usize::from_ne_bytes([byte; 8]))
}

static BLOCKS: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

fn blocks<R>(work: impl FnOnce(&mut HashSet<usize>) -> R) -> R {
    work(BLOCKS.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(HashSet::new))
}

fn fatal(place: &str, message: &str) -> ! {
    crate::pylifecycle::fatal(place, message)
}

fn check_gil(hooked: &Hooked, place: &str) {
    if hooked.letter != b'r' && thread::current_ptr().is_null() {
        fatal(place, "Python memory allocator called without holding the GIL");
    }
}

unsafe fn allocate(hooked: &Hooked, size: usize, zeroed: bool) -> *mut c_void {
    // SAFETY: the allocator below; the block has room for the guards.
    unsafe {
        let Some(total) = size.checked_add(3 * WORD) else { return core::ptr::null_mut() };
        let block = match (zeroed, hooked.below.malloc, hooked.below.calloc) {
            (true, _, Some(calloc)) => calloc(hooked.below.ctx, 1, total),
            (_, Some(malloc), _) => malloc(hooked.below.ctx, total),
            _ => core::ptr::null_mut(),
        }
        .cast::<u8>();
        if block.is_null() {
            return block.cast();
        }
        let data = guard(block, size, hooked.letter);
        if !zeroed {
            core::ptr::write_bytes(data, CLEAN, size);
        }
        blocks(|all| all.insert(data as usize));
        data.cast()
    }
}

/// Writes what stands around a block.
unsafe fn guard(block: *mut u8, size: usize, letter: u8) -> *mut u8 {
    // SAFETY: the caller's block has room for it.
    unsafe {
        core::ptr::copy_nonoverlapping(size.to_be_bytes().as_ptr(), block, WORD);
        *block.add(WORD) = letter;
        core::ptr::write_bytes(block.add(WORD + 1), FORBIDDEN, WORD - 1);
        let data = block.add(2 * WORD);
        core::ptr::write_bytes(data.add(size), FORBIDDEN, WORD);
        data
    }
}

unsafe fn size_of_block(data: *mut u8) -> usize {
    // SAFETY: a guarded block.
    unsafe {
        let mut size = [0; WORD];
        core::ptr::copy_nonoverlapping(data.sub(2 * WORD), size.as_mut_ptr(), WORD);
        usize::from_be_bytes(size)
    }
}

unsafe extern "C" fn debug_malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the context that `allocator` gave.
    unsafe {
        let hooked = &*ctx.cast::<Hooked>();
        check_gil(hooked, "_PyMem_DebugMalloc");
        allocate(hooked, size, false)
    }
}

unsafe extern "C" fn debug_calloc(ctx: *mut c_void, n: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe {
        let hooked = &*ctx.cast::<Hooked>();
        check_gil(hooked, "_PyMem_DebugCalloc");
        match n.checked_mul(size) {
            Some(size) => allocate(hooked, size, true),
            None => core::ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn debug_realloc(ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: as above; the block is one that C has from here or from elsewhere.
    unsafe {
        let hooked = &*ctx.cast::<Hooked>();
        check_gil(hooked, "_PyMem_DebugRealloc");
        if block.is_null() {
            return allocate(hooked, size, false);
        }
        if !blocks(|all| all.contains(&(block as usize))) {
            return hooked
                .below
                .realloc
                .map_or(core::ptr::null_mut(), |realloc| realloc(hooked.below.ctx, block, size));
        }
        check(block.cast(), hooked.letter, "_PyMem_DebugRawRealloc");
        let new = allocate(hooked, size, false);
        if !new.is_null() {
            let old = size_of_block(block.cast());
            core::ptr::copy_nonoverlapping(block.cast::<u8>(), new.cast(), old.min(size));
            release(hooked, block.cast());
        }
        new
    }
}

unsafe extern "C" fn debug_free(ctx: *mut c_void, block: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        let hooked = &*ctx.cast::<Hooked>();
        check_gil(hooked, "_PyMem_DebugFree");
        if block.is_null() {
            return;
        }
        if !blocks(|all| all.contains(&(block as usize))) {
            if let Some(free) = hooked.below.free {
                free(hooked.below.ctx, block);
            }
            return;
        }
        check(block.cast(), hooked.letter, "_PyMem_DebugRawFree");
        release(hooked, block.cast());
    }
}

unsafe fn release(hooked: &Hooked, data: *mut u8) {
    // SAFETY: a guarded block that nobody uses any more.
    unsafe {
        let total = size_of_block(data) + 3 * WORD;
        blocks(|all| all.remove(&(data as usize)));
        let block = data.sub(2 * WORD);
        core::ptr::write_bytes(block, DEAD, total);
        if let Some(free) = hooked.below.free {
            free(hooked.below.ctx, block.cast());
        }
    }
}

/// Ends the process if the guards of a block are damaged or its domain is another.
unsafe fn check(data: *mut u8, letter: u8, place: &str) {
    // SAFETY: a guarded block.
    unsafe {
        let id = *data.sub(WORD);
        if id != letter {
            dump(data);
            let (id, letter) = (char::from(id), char::from(letter));
            fatal(place, &format!("bad ID: Allocated using API '{id}', verified using API '{letter}'"));
        }
        if (1..WORD).any(|i| *data.sub(i) != FORBIDDEN) {
            dump(data);
            fatal(place, "bad leading pad byte");
        }
        let tail = data.add(size_of_block(data));
        if (0..WORD).any(|i| *tail.add(i) != FORBIDDEN) {
            dump(data);
            fatal(place, "bad trailing pad byte");
        }
    }
}

/// Writes what is known of a block to standard error.
unsafe fn dump(data: *mut u8) {
    // SAFETY: a guarded block.
    let text = unsafe {
        let size = size_of_block(data);
        let tail = data.add(size);
        let mut text = format!("Debug memory block at address p={data:p}: API '{}'\n", char::from(*data.sub(WORD)));
        let _ = writeln!(text, "    {size} bytes originally requested");
        let leading: Vec<u8> = (1..WORD).rev().map(|i| *data.sub(i)).collect();
        pads(&mut text, &format!("{} pad bytes at p-{}", WORD - 1, WORD - 1), &leading, |i| {
            format!("p-{}", WORD - 1 - i)
        });
        let trailing: Vec<u8> = (0..WORD).map(|i| *tail.add(i)).collect();
        pads(&mut text, &format!("{WORD} pad bytes at tail={tail:p}"), &trailing, |i| format!("tail+{i}"));
        if size > 0 {
            text.push_str("    Data at p:");
            let shown = |text: &mut String, from: usize, to: usize| {
                for i in from..to {
                    let _ = write!(text, " {:02x}", *data.add(i));
                }
            };
            shown(&mut text, 0, size.min(8));
            if size > 16 {
                text.push_str(" ...");
            }
            shown(&mut text, size.saturating_sub(8).max(8).min(size), size);
            text.push('\n');
        }
        text.push_str("\nEnable tracemalloc to get the memory block allocation traceback\n\n");
        text
    };
    eprint!("{text}");
}

fn pads(text: &mut String, what: &str, bytes: &[u8], name: impl Fn(usize) -> String) {
    if bytes.iter().all(|&byte| byte == FORBIDDEN) {
        let _ = writeln!(text, "    The {what} are FORBIDDENBYTE, as expected.");
        return;
    }
    let _ = writeln!(text, "    The {what} are not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):");
    for (i, &byte) in bytes.iter().enumerate() {
        let mark = if byte == FORBIDDEN { "" } else { " *** OUCH" };
        let _ = writeln!(text, "        at {}: 0x{byte:02x}{mark}", name(i));
    }
}
