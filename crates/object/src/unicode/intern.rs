//! Interned strings: one object for equal names, so that most names compare by address. Mortal interned strings are not
//! kept alive by the table; names that the runtime itself uses are immortal.
//!
//! There is one table as long as interpreters take turns with one GIL. Those with a GIL of their own have tables of their
//! own for mortal strings; immortal ones stand in a further table for all, which is asked after the own one. So each
//! interpreter sees one object for equal names, if not always the same as the others.

use super::PyStr;
use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::typeobject::share::{apart, several};
use core::cell::RefCell;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount, thread};

/// A string as a key: compared by characters, hashed by its Python hash.
struct Key(*mut PyObject);

// SAFETY: keys of the table of all interpreters are immortal, those of other tables are touched with one GIL only; the
// mutex guards the table between interpreters.
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

/// Interned strings.
#[derive(Default)]
pub(crate) struct Table(HashMap<Key, (), BuildHasherDefault<Identity>>);

impl Table {
    /// The string that equals a live one.
    #[inline(always)]
    fn find(&self, like: *mut PyObject) -> Option<Owned<PyStr>> {
        let (key, ()) = self.0.get_key_value(&Key(like))?;
        // SAFETY: keys of a table are live strings.
        Some(unsafe { Object::from_ptr(key.0).cast_unchecked::<PyStr>().own() })
    }
}

/// The strings of the main interpreter and of all that share its GIL.
fn main_table() -> MutexGuard<'static, Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    // As many as an interpreter starts with: it need not grow meanwhile.
    let make = || Mutex::new(Table(HashMap::with_capacity_and_hasher(AT_START, BuildHasherDefault::default())));
    TABLE.get_or_init(make).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Immortal strings of all interpreters; none as long as there is one GIL.
fn shared_table() -> MutexGuard<'static, Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    TABLE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// The table of all interpreters, while this thread forks.
    static FORKING: RefCell<Option<MutexGuard<'static, Table>>> = const { RefCell::new(None) };
}

/// Before a fork: nobody changes the table of all interpreters.
pub(crate) fn before_fork() {
    let table = shared_table();
    FORKING.set(Some(table));
}

/// After a fork.
pub(crate) fn after_fork() {
    drop(FORKING.take());
}

/// Works with the table of the running interpreter.
#[inline(always)]
fn with_own_table<R>(work: impl FnOnce(&mut Table) -> R) -> R {
    if several() {
        // SAFETY: a current thread state is alive.
        let t = unsafe { thread::current_ptr().as_ref() };
        if let Some(apart) = t.and_then(apart) {
            return work(&mut apart.interned.borrow_mut());
        }
    }
    work(&mut main_table())
}

/// Strings that CPython has made before any interpreter, among many that are names here too: all interpreters have them in
/// common.
const COMMON: [&str; 5] = ["<module>", "CANCELLED", "__init__", "utf-8", "{{"];

/// Puts the immortal strings into the table of all interpreters, before the first of them gets a GIL of its own.
pub(crate) fn share(t: &Thread) -> PyResult<()> {
    for text in COMMON {
        drop(intern_immortal(&*PyStr::intern_str(t, text)?));
    }
    let main = main_table();
    let mut shared = shared_table();
    // SAFETY: keys of the table are live strings.
    let immortal = main.0.keys().filter(|key| unsafe { refcount::is_immortal(key.0) });
    shared.0.extend(immortal.map(|key| (Key(key.0), ())));
    Ok(())
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
    if several() {
        return intern_beside(s, immortal);
    }
    let mut map = main_table();
    if let Some((key, ())) = map.0.get_key_value(&Key(s.as_ptr())) {
        // SAFETY: keys of a table are live strings.
        let found = unsafe { Object::from_ptr(key.0).cast_unchecked::<PyStr>().own() };
        drop(map);
        if immortal {
            make_immortal(&found);
        }
        return found;
    }
    map.0.insert(Key(s.as_ptr()), ());
    drop(map);
    set_state(&s, if immortal || s.is_immortal() { SSTATE_INTERNED_IMMORTAL } else { SSTATE_INTERNED_MORTAL });
    if immortal {
        // SAFETY: a live string.
        unsafe { refcount::set_immortal(s.as_ptr()) };
    }
    s
}

/// [`intern_as`] where interpreters run at the same time, of a string that is not interned and knows its hash.
#[cold]
fn intern_beside(s: Owned<PyStr>, immortal: bool) -> Owned<PyStr> {
    let own = with_own_table(|table| table.find(s.as_ptr()));
    if let Some(found) = own {
        if immortal {
            make_immortal(&found);
        }
        return found;
    }
    let mut shared = shared_table();
    if let Some(found) = shared.find(s.as_ptr()) {
        return found;
    }
    if immortal || s.is_immortal() {
        // SAFETY: a live string; nobody else has it interned, and the lock is held.
        unsafe { refcount::set_immortal(s.as_ptr()) };
        set_state(&s, SSTATE_INTERNED_IMMORTAL);
        shared.0.insert(Key(s.as_ptr()), ());
        return s;
    }
    drop(shared);
    with_own_table(|table| table.0.insert(Key(s.as_ptr()), ()));
    set_state(&s, SSTATE_INTERNED_MORTAL);
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
    let like = (&raw mut like).cast();
    if let Some(found) = with_own_table(|table| table.find(like)) {
        return Ok(found);
    }
    let found = if several() { shared_table().find(like) } else { None };
    found.ok_or(hash)
}

fn make_immortal(s: &PyStr) {
    if s.state() & STATE_INTERNED_MASK == SSTATE_INTERNED_IMMORTAL {
        return;
    }
    // SAFETY: a live string, which only the running interpreter has as long as it is not immortal.
    unsafe { refcount::set_immortal(s.as_ptr()) };
    set_state(s, SSTATE_INTERNED_IMMORTAL);
    if several() {
        // If another interpreter has an equal one there, both stay.
        shared_table().0.entry(Key(s.as_ptr())).or_insert(());
    }
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
    let key = Key(s.as_ptr());
    with_own_table(|table| {
        // What an interpreter leaves behind may die in another one, whose string it is not.
        if let Some((found, ())) = table.0.remove_entry(&key)
            && !core::ptr::eq(found.0, key.0)
        {
            table.0.insert(found, ());
        }
    });
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
    // SAFETY: keys of the table are live strings.
    with_own_table(|t| t.0.keys().filter(|key| !only_immortal || unsafe { refcount::is_immortal(key.0) }).count())
}
