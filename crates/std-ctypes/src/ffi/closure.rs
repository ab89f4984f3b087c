//! Callbacks: addresses that C code can call. No memory is ever writable and executable: a page of trampolines is
//! written once and then made executable; what distinguishes one closure from another stands in the page beside it.

use super::FfiType;
use super::sysv::{ClosureFrame, Incoming, closure_entry};
use core::ffi::c_void;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

const PAGE: usize = 4096;
/// Bytes of a trampoline, and of a slot.
const STEP: usize = 16;
const PER_PAGE: usize = PAGE / STEP;

/// What a trampoline hands on, and where it jumps.
#[repr(C)]
struct Slot {
    closure: *mut Inner,
    entry: *const c_void,
}

/// Addresses of free slots; the trampoline of a slot stands one page before it.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn add_page(free: &mut Vec<usize>) -> bool {
    // SAFETY: fresh pages of our own.
    unsafe {
        let pages = libc::mmap(
            core::ptr::null_mut(),
            2 * PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if pages == libc::MAP_FAILED {
            return false;
        }
        for i in 0..PER_PAGE {
            let code = pages.cast::<u8>().add(i * STEP);
            // endbr64; lea r10, [rip + PAGE - 11]; jmp [r10 + 8]
            let distance = (PAGE as i32 - 11).to_le_bytes();
            let text = [
                0xf3,
                0x0f,
                0x1e,
                0xfa,
                0x4c,
                0x8d,
                0x15,
                distance[0],
                distance[1],
                distance[2],
                distance[3],
                0x41,
                0xff,
                0x62,
                0x08,
                0x90,
            ];
            core::ptr::copy_nonoverlapping(text.as_ptr(), code, STEP);
        }
        if libc::mprotect(pages, PAGE, libc::PROT_READ | libc::PROT_EXEC) != 0 {
            libc::munmap(pages, 2 * PAGE);
            return false;
        }
        let slots = pages as usize + PAGE;
        free.extend((0..PER_PAGE).rev().map(|i| slots + i * STEP));
    }
    true
}

/// What is run: arguments are read from `Incoming`; the result says how many x87 registers it takes.
pub type Handler = unsafe fn(*mut c_void, &mut Incoming) -> i32;

struct Inner {
    result: Rc<FfiType>,
    handler: Handler,
    data: *mut c_void,
}

/// An address that C code can call.
pub struct Closure {
    slot: *mut Slot,
}

impl Closure {
    /// Makes one; `None` if the system gives no memory.
    ///
    /// # Safety
    /// `handler` may be called with `data` as long as the closure lives.
    pub unsafe fn new(result: Rc<FfiType>, handler: Handler, data: *mut c_void) -> Option<Self> {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        if free.is_empty() && !add_page(&mut free) {
            return None;
        }
        let slot = free.pop()? as *mut Slot;
        let closure = Box::into_raw(Box::new(Inner { result, handler, data }));
        // SAFETY: a slot of our own that nobody uses.
        unsafe { slot.write(Slot { closure, entry: closure_entry as *const c_void }) };
        Some(Self { slot })
    }

    /// The address.
    pub fn address(&self) -> *mut c_void {
        self.slot.wrapping_byte_sub(PAGE).cast()
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        // SAFETY: the slot is ours until it is free.
        unsafe { drop(Box::from_raw((*self.slot).closure)) };
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.slot as usize);
    }
}

/// Where the machine code of [`closure_entry`] goes on.
pub(super) unsafe extern "C" fn dispatch(closure: *mut c_void, frame: *mut ClosureFrame, stack: *const u64) -> i32 {
    // SAFETY: the slot's closure lives; the handler was promised to be callable.
    unsafe {
        let inner = closure.cast::<Inner>();
        // The handler may run code that drops the closure.
        let (handler, data, result) = ((*inner).handler, (*inner).data, (*inner).result.clone());
        let mut incoming = Incoming::new(frame, stack, &result);
        handler(data, &mut incoming)
    }
}
