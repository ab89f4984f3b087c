//! Pages of the executable that stay in memory.

use crate::mem::PAGE;
use core::ffi::{c_int, c_void};

/// Who uses a page of a file is given those around it, if they are in memory: so many bytes (`fault_around_bytes`, which few
/// change), from a multiple of that.
const AROUND: usize = 64 << 10;

/// Takes the executable's code and constants out of this process's resident set; what is used again comes back from the
/// page cache, a few pages at a time. Start-up runs most code once: without this, a small program would occupy megabytes
/// that it does not use.
///
/// Does nothing in development builds: breakpoints that a debugger has set are changes to these pages.
pub fn release_executable_pages() {
    if cfg!(debug_assertions) {
        return;
    }
    // SAFETY: the callback does not keep what it is given.
    unsafe { libc::dl_iterate_phdr(Some(release), core::ptr::null_mut()) };
}

/// As [`release_executable_pages`], for the pages of these bytes and those that came with them. Bytes that do not lie among
/// the executable's constants are left alone.
pub fn release_constant(bytes: &'static [u8]) {
    if cfg!(debug_assertions) || bytes.len() < 2 * PAGE {
        return;
    }
    let (start, end) = (bytes.as_ptr().addr(), bytes.as_ptr_range().end.addr());
    let mut range = start & !(AROUND - 1)..end.next_multiple_of(AROUND);
    // SAFETY: the callback reads the range, and does not keep it.
    unsafe { libc::dl_iterate_phdr(Some(release), (&raw mut range).cast()) };
}

/// The executable comes first; its segments that nobody writes to are as in the file. `data` is null, or the range of
/// addresses that shall be released among the constants.
unsafe extern "C" fn release(info: *mut libc::dl_phdr_info, _size: usize, data: *mut c_void) -> c_int {
    // SAFETY: the loader's description of the executable; a range, by the callers above.
    unsafe {
        let range = data.cast::<core::ops::Range<usize>>().as_ref();
        let unwanted = libc::PF_W | if range.is_some() { libc::PF_X } else { 0 };
        let (low, high) = range.map_or((0, usize::MAX), |range| (range.start, range.end));
        let headers = core::slice::from_raw_parts((*info).dlpi_phdr, usize::from((*info).dlpi_phnum));
        for header in headers {
            if header.p_type != libc::PT_LOAD || header.p_flags & unwanted != 0 {
                continue;
            }
            let start = ((*info).dlpi_addr + header.p_vaddr) as usize;
            let end = start + header.p_memsz as usize;
            let (start, end) = (start.max(low), end.min(high));
            let (start, end) = (start.next_multiple_of(PAGE), end & !(PAGE - 1));
            if start < end {
                libc::madvise(start as *mut c_void, end - start, libc::MADV_DONTNEED);
            }
        }
    }
    // Not the shared libraries.
    1
}
