//! Interned strings: one object for equal names, so that names compare by address. Mortal interned strings are not
//! kept alive by the table; names that the runtime itself uses are immortal.

use super::PyStr;
use crate::handle::{Class, Object, Own, Owned};
use core::sync::atomic::{AtomicPtr, Ordering};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

/// A string as a key: compared by characters, hashed by its Python hash.
struct Key(*mut PyObject);

// SAFETY: the table is touched only with the GIL held; the mutex guards it between interpreters.
unsafe impl Send for Key {}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        // SAFETY: keys of the table are live strings.
        unsafe { core::ptr::eq(self.0, other.0) || super::raw_eq(self.0, other.0) }
    }
}
impl Eq for Key {}
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // SAFETY: as above.
        state.write_isize(unsafe { super::raw_hash(self.0) });
    }
}

/// Uses a hash as it is: that of a string, or the number that a Rust type is told by.
#[derive(Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(b);
        }
    }
    fn write_isize(&mut self, i: isize) {
        self.0 = i as u64;
    }
    fn write_u64(&mut self, i: u64) {
        self.0 = i;
    }
}

/// How many strings are interned when a program begins, or a few more.
const AT_START: usize = 7000;

type Table = HashMap<Key, (), BuildHasherDefault<Identity>>;

fn table() -> &'static Mutex<Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    // As many as an interpreter starts with: it need not grow meanwhile.
    TABLE.get_or_init(|| Mutex::new(Table::with_capacity_and_hasher(AT_START, BuildHasherDefault::default())))
}

fn set_state(s: &PyStr, state: u32) {
    // SAFETY: plain field, under the GIL.
    unsafe { (*s.raw()).state = ((*s.raw()).state & !STATE_INTERNED_MASK) | state };
}

fn intern_as(s: Owned<PyStr>, immortal: bool) -> Owned<PyStr> {
    if s.is_interned() {
        if immortal {
            make_immortal(&s);
        }
        return s;
    }
    if !s.is_exact::<PyStr>() {
        return s;
    }
    s.hash();
    let mut map = table().lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((key, ())) = map.get_key_value(&Key(s.as_ptr())) {
        // SAFETY: keys of the table are live strings.
        let found = unsafe { Object::from_ptr(key.0).cast_unchecked::<PyStr>().own() };
        drop(map);
        if immortal {
            make_immortal(&found);
        }
        return found;
    }
    map.insert(Key(s.as_ptr()), ());
    drop(map);
    set_state(&s, if immortal || s.is_immortal() { SSTATE_INTERNED_IMMORTAL } else { SSTATE_INTERNED_MORTAL });
    if immortal {
        // SAFETY: a live string.
        unsafe { refcount::set_immortal(s.as_ptr()) };
    }
    s
}

/// The interned string of ASCII text, or the hash of the text if there is none.
pub(super) fn find_ascii(text: &[u8]) -> Result<Owned<PyStr>, isize> {
    let ob_base = PyObject { ob_refcnt: 1, ob_overflow: 0, ob_flags: 0, ob_type: PyStr::TYPE };
    let hash = super::hash_bytes(text);
    // A string whose characters are elsewhere, for looking up with.
    let ascii =
        PyASCIIObject { ob_base, length: text.len() as isize, hash, state: (1 << STATE_KIND_SHIFT) | STATE_ASCII };
    let head = PyCompactUnicodeObject { _base: ascii, utf8_length: 0, utf8: core::ptr::null_mut() };
    let mut like = PyUnicodeObject { _base: head, data: text.as_ptr().cast_mut().cast() };
    let map = table().lock().unwrap_or_else(PoisonError::into_inner);
    let (key, ()) = map.get_key_value(&Key((&raw mut like).cast())).ok_or(hash)?;
    // SAFETY: keys of the table are live strings.
    Ok(unsafe { Object::from_ptr(key.0).cast_unchecked::<PyStr>().own() })
}

fn make_immortal(s: &PyStr) {
    // SAFETY: a live string.
    unsafe { refcount::set_immortal(s.as_ptr()) };
    set_state(s, SSTATE_INTERNED_IMMORTAL);
}

/// The interned string equal to `s` (`PyUnicode_InternInPlace`).
pub fn intern(s: Owned<PyStr>) -> Owned<PyStr> {
    intern_as(s, false)
}

/// Interns a string for ever.
pub fn intern_immortal(s: &PyStr) -> Owned<PyStr> {
    intern_as(s.own(), true)
}

/// Takes a dying interned string out of the table.
pub(super) fn forget(s: &PyStr) {
    let mut map = table().lock().unwrap_or_else(PoisonError::into_inner);
    map.remove(&Key(s.as_ptr()));
}

/// The immortal interned string of a name, remembered in `cache`. Used by [`crate::name!`].
#[inline(always)]
pub fn cached_name(cache: &'static AtomicPtr<PyObject>, t: &Thread, text: &'static str) -> &'static PyStr {
    cached_name_with(cache, t, || text)
}

/// The same where the text is to be found first.
#[inline(always)]
pub fn cached_name_with(
    cache: &'static AtomicPtr<PyObject>,
    t: &Thread,
    text: impl FnOnce() -> &'static str,
) -> &'static PyStr {
    let found = cache.load(Ordering::Relaxed);
    if !found.is_null() {
        // SAFETY: the cache holds an immortal string.
        return unsafe { &*found.cast::<PyStr>() };
    }
    make_cached(cache, t, text())
}

#[cold]
fn make_cached(cache: &'static AtomicPtr<PyObject>, t: &Thread, text: &'static str) -> &'static PyStr {
    match find_ascii(text.as_bytes()).map_or_else(|_| PyStr::name(t, text), Ok) {
        Ok(s) => {
            let s = intern_immortal(&s);
            cache.store(s.as_ptr(), Ordering::Relaxed);
            // SAFETY: immortal from now on.
            unsafe { &*s.as_ptr().cast::<PyStr>() }
        }
        // A name is a few bytes: without them nothing else would work either.
        Err(_) => {
            crate::errors::clear(t);
            PyStr::empty()
        }
    }
}

/// The interned string of a constant name: `name!(t, "__init__")` is a `&'static PyStr`.
#[macro_export]
macro_rules! name {
    ($t:expr, $text:literal) => {{
        static CACHE: core::sync::atomic::AtomicPtr<$crate::abi::PyObject> =
            core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());
        $crate::unicode::intern::cached_name(&CACHE, $t, $text)
    }};
}

/// How many strings are interned, all or the immortal ones.
pub fn count(only_immortal: bool) -> usize {
    let table = table().lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: keys of the table are live strings.
    table.keys().filter(|key| !only_immortal || unsafe { refcount::is_immortal(key.0) }).count()
}
