//! The locale that the program starts in: it decides on the UTF-8 mode (PEP 540), and the C locale gives way to one with UTF-8
//! (PEP 538).

use crate::config::{Config, environment};
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering};
use taipan_object::unicode::fs;

static UTF8_MODE: AtomicBool = AtomicBool::new(false);

/// Locales with UTF-8 that have nothing else to say.
pub const WITH_UTF8: [&CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// Whether the UTF-8 mode is on (`sys.flags.utf8_mode`).
pub fn utf8_mode() -> bool {
    UTF8_MODE.load(Ordering::Relaxed)
}

/// The name of the locale that is set for characters.
pub fn name() -> String {
    // SAFETY: a query; the string is copied at once.
    unsafe { text(libc::setlocale(libc::LC_CTYPE, core::ptr::null())) }
}

/// What the C library calls the encoding of the locale that is set.
pub fn codeset() -> String {
    // SAFETY: a static string, copied at once.
    unsafe { text(libc::nl_langinfo(libc::CODESET)) }
}

/// # Safety
/// A C string or null.
unsafe fn text(string: *const core::ffi::c_char) -> String {
    if string.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(string).to_string_lossy().into_owned() }
}

fn is_plain(name: &str) -> bool {
    matches!(name, "C" | "POSIX")
}

/// Sets the locale of the environment for characters, and decides what follows from it. No other thread runs yet.
pub fn settle(config: &Config) {
    // SAFETY: C strings.
    unsafe { libc::setlocale(libc::LC_CTYPE, c"".as_ptr()) };
    let plain = is_plain(&name());
    let wish = if config.ignore_environment { None } else { environment("PYTHONCOERCECLOCALE") };
    let warns = wish.as_deref() == Some("warn");
    if plain && config.coerces_locale && wish.as_deref() != Some("0") {
        coerce(warns);
    }
    if warns && is_plain(&name()) {
        eprintln!(
            "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode \
             compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible \
             locales is recommended."
        );
    }
    let utf8 = config.utf8_mode.unwrap_or(plain);
    UTF8_MODE.store(utf8, Ordering::Relaxed);
    if utf8 {
        fs::set_encoding(None);
    } else {
        fs::set_encoding(Some(&codeset()));
    }
}

/// Takes a locale with UTF-8 in place of the C locale, here and for the programs that this one starts.
fn coerce(warns: bool) {
    if environment("LC_ALL").is_some() {
        return;
    }
    // SAFETY: C strings; no other thread looks at the environment yet.
    let taken = unsafe {
        WITH_UTF8.into_iter().find(|name| {
            !libc::setlocale(libc::LC_CTYPE, name.as_ptr()).is_null()
                && libc::setenv(c"LC_CTYPE".as_ptr(), name.as_ptr(), 1) == 0
        })
    };
    if let Some(name) = taken
        && warns
    {
        eprintln!(
            "Python detected LC_CTYPE=C: LC_CTYPE coerced to {} (set another locale or PYTHONCOERCECLOCALE=0 to disable this \
             locale coercion behavior).",
            name.to_string_lossy()
        );
    }
}
