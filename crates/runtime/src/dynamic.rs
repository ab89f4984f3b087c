//! Libraries that are opened at run time.

use core::ffi::{CStr, c_void};
use core::mem::transmute_copy;
use core::ptr::NonNull;

/// An open library; it stays open for ever.
#[derive(Clone, Copy)]
pub struct Library(NonNull<c_void>);

// SAFETY: the handle is only asked for symbols, which any thread may do.
unsafe impl Send for Library {}
// SAFETY: as above.
unsafe impl Sync for Library {}

fn reason() -> String {
    // SAFETY: the text is copied at once.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
    }
}

impl Library {
    /// Opens the first of some libraries that is there, or says why the first is not.
    pub fn open(names: &[&CStr]) -> Result<Self, String> {
        let mut first = None;
        for name in names {
            // SAFETY: a name; the library stays open for ever.
            match NonNull::new(unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) }) {
                Some(handle) => return Ok(Self(handle)),
                None => {
                    let why = reason();
                    first.get_or_insert(why);
                }
            }
        }
        Err(first.unwrap_or_default())
    }

    /// Where a symbol is.
    pub fn symbol(self, name: &CStr) -> Result<NonNull<c_void>, String> {
        // SAFETY: an open library and a name.
        NonNull::new(unsafe { libc::dlsym(self.0.as_ptr(), name.as_ptr()) }).ok_or_else(reason)
    }

    /// A function, or a variable's address.
    ///
    /// # Safety
    /// `F` is a pointer of the symbol's type.
    pub unsafe fn get<F: Copy>(self, name: &CStr) -> Result<F, String> {
        const { assert!(size_of::<F>() == size_of::<NonNull<c_void>>()) };
        let found = self.symbol(name)?;
        // SAFETY: pointers are alike; the caller's promise.
        Ok(unsafe { transmute_copy(&found) })
    }
}
