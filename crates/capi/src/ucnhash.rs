//! `pycore_ucnhash.h`: characters' names for C code, in the capsule `unicodedata._ucnhash_CAPI`.

use core::ffi::{c_char, c_int, c_void};
use taipan_object::{Owned, PyModule, PyResult, Thread};
use taipan_text::unicode::names::{self, Named};
use taipan_types::capsule;

/// `_PyUnicode_Name_CAPI`.
#[repr(C)]
struct Api {
    getname: unsafe extern "C" fn(u32, *mut c_char, c_int, c_int) -> c_int,
    getcode: unsafe extern "C" fn(*const c_char, c_int, *mut u32, c_int) -> c_int,
}

static API: Api = Api { getname, getcode };

/// Writes the name of a character with its final zero: 1, or 0 if it has none or the buffer is too short.
unsafe extern "C" fn getname(code: u32, buffer: *mut c_char, buflen: c_int, _with_alias_and_seq: c_int) -> c_int {
    let Some(name) = names::name(code) else { return 0 };
    if usize::try_from(buflen).map_or(true, |room| name.len() >= room) {
        return 0;
    }
    // SAFETY: the caller's buffer has room for the name and the zero.
    unsafe {
        core::ptr::copy_nonoverlapping(name.as_ptr(), buffer.cast::<u8>(), name.len());
        *buffer.add(name.len()) = 0;
    }
    1
}

/// The character of a name or an alias: 1, or 0 if there is none. Named sequences are no single character.
unsafe extern "C" fn getcode(name: *const c_char, namelen: c_int, code: *mut u32, _with_named_seq: c_int) -> c_int {
    let Ok(len) = usize::try_from(namelen) else { return 0 };
    // SAFETY: the caller gives that many bytes.
    let bytes = unsafe { core::slice::from_raw_parts(name.cast::<u8>(), len) };
    match core::str::from_utf8(bytes).ok().and_then(|name| names::lookup(name, true)) {
        Some(Named::Char(found)) => {
            // SAFETY: the caller's variable.
            unsafe { *code = found };
            1
        }
        _ => 0,
    }
}

fn capsule(t: &Thread, _module: &PyModule) -> PyResult {
    let api = core::ptr::from_ref(&API).cast_mut().cast::<c_void>();
    // SAFETY: the name is a constant, and nothing is to be destroyed.
    unsafe { capsule::new(t, api, c"unicodedata._ucnhash_CAPI".as_ptr(), None).map(Owned::into_object) }
}

/// Offers the capsule to the module.
pub fn register() {
    capsule::offer("_ucnhash_CAPI", capsule);
}
