//! `_curses._C_API`: what `py_curses.h` gives to C code.

use crate::state::{COLOR, SCREEN, TERMINAL, error};
use crate::window::PyWindow;
use core::ffi::{c_int, c_void};
use core::sync::atomic::Ordering;
use std::sync::OnceLock;
use taipan_object::{Class, PyModule, PyResult, Thread};

/// The table behind the capsule: the class of windows, and three functions that say whether the terminal, the screen and
/// the colors are ready, and raise if not.
#[repr(C)]
struct Api {
    window: *mut c_void,
    terminal: unsafe extern "C" fn() -> c_int,
    screen: unsafe extern "C" fn() -> c_int,
    color: unsafe extern "C" fn() -> c_int,
}

// SAFETY: constants; the class is static.
unsafe impl Send for Api {}
// SAFETY: as above.
unsafe impl Sync for Api {}

fn ready(done: bool, function: &str) -> c_int {
    if !done {
        // SAFETY: C code calls these functions with the GIL, as the header asks for.
        let t = unsafe { taipan_runtime::thread::current() };
        let _ = error(t, "_curses", &format!("must call {function}() first"));
    }
    done.into()
}

unsafe extern "C" fn terminal() -> c_int {
    ready(TERMINAL.load(Ordering::Relaxed), "setupterm")
}

unsafe extern "C" fn screen() -> c_int {
    ready(SCREEN.load(Ordering::Relaxed), "initscr")
}

unsafe extern "C" fn color() -> c_int {
    ready(COLOR.load(Ordering::Relaxed), "start_color")
}

/// Puts the capsule into the module.
pub fn add(t: &Thread, module: &PyModule) -> PyResult<()> {
    // One for the process: C code may keep the address.
    static API: OnceLock<Api> = OnceLock::new();
    let api =
        API.get_or_init(|| Api { window: PyWindow::class().as_object().as_ptr().cast(), terminal, screen, color });
    let api = core::ptr::from_ref(api).cast_mut().cast();
    // SAFETY: the structure and the name live for ever.
    let capsule = unsafe { taipan_types::capsule::new(t, api, c"_curses._C_API".as_ptr(), None) }?;
    module.set(t, "_C_API", &capsule)
}
