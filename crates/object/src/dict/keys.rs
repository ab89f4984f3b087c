//! The hash table beneath dictionaries and instances: an index table over a dense, insertion-ordered array of entries
//! (PEP 412 and the compact dict). Tables whose keys are all `str` keep no hashes in their entries; split tables hold
//! only keys, shared by the instances of a class, whose values stand in an array of their own.
//!
//! No wheel sees this layout, but sizes equal CPython's so that `sys.getsizeof` agrees.
//!
//! A word of a large index table holds more than the index of an entry: the bits that the index leaves over are those of the
//! key's hash ([`IndexWord`]). A search passes a slot of another key by without looking at its entry and its key, which in a
//! table beyond the caches would cost two more misses.

use crate::handle::Object;
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicU32, Ordering};
use taipan_runtime::abi::{PyObject, visitproc};
use taipan_runtime::{Thread, mem, refcount};

/// Index of an unused slot of the index table.
pub const DKIX_EMPTY: isize = -1;
/// Index of a slot whose entry was deleted.
pub const DKIX_DUMMY: isize = -2;
/// The lookup raised.
pub const DKIX_ERROR: isize = -3;

/// A word of the index table of a large table: [`DKIX_EMPTY`], [`DKIX_DUMMY`], or the index of an entry in the bits that the
/// number of slots takes, and above them those bits of its key's hash. No entry has one of the two largest indices that these
/// bits could hold, since entries do not fill the slots.
trait IndexWord: Copy + Into<i64> {
    /// The bits of the word.
    const BITS: usize;
}

impl IndexWord for i16 {
    const BITS: usize = 0xffff;
}

impl IndexWord for i32 {
    const BITS: usize = 0xffff_ffff;
}

impl IndexWord for i64 {
    const BITS: usize = usize::MAX;
}

/// The entry index, or what else it says, of a word of a table of `mask + 1` slots.
#[inline(always)]
fn index_of(word: impl IndexWord, mask: usize) -> isize {
    let word = word.into() as isize;
    if word == DKIX_EMPTY || word == DKIX_DUMMY { word } else { word & mask as isize }
}

/// The word for entry `ix` whose key has this hash, in a table of `mask + 1` slots; it may have bits beyond the word.
#[inline(always)]
fn word_for(ix: isize, hash: isize, mask: usize) -> isize {
    ix | hash & !(mask as isize)
}

/// Tables with so many entries are beyond the caches of a core.
const FAR: usize = 1 << 14;

/// log2 of the smallest table's slots.
pub const LOG_MINSIZE: u8 = 3;
/// Keys in a fresh shared-key table of a class at most.
pub const SHARED_KEYS_MAX_SIZE: usize = 30;

/// Kind of entries.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    General = 0,
    Unicode = 1,
    Split = 2,
}

/// Header of a table; indices and entries follow it.
#[repr(C)]
pub struct DictKeys {
    pub refcnt: isize,
    pub log2_size: u8,
    pub log2_index_bytes: u8,
    pub kind: Kind,
    pub version: u32,
    pub usable: isize,
    pub nentries: isize,
}

/// Entry of a general table.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GeneralEntry {
    pub hash: isize,
    pub key: *mut PyObject,
    pub value: *mut PyObject,
}

/// Entry of a table with `str` keys only.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct UnicodeEntry {
    pub key: *mut PyObject,
    pub value: *mut PyObject,
}

/// An entry of a table of either kind.
trait Entry: Copy {
    /// The key and the value; null if the entry is a hole.
    fn refs(self) -> (*mut PyObject, *mut PyObject);
}

impl Entry for GeneralEntry {
    #[inline(always)]
    fn refs(self) -> (*mut PyObject, *mut PyObject) {
        (self.key, self.value)
    }
}

impl Entry for UnicodeEntry {
    #[inline(always)]
    fn refs(self) -> (*mut PyObject, *mut PyObject) {
        (self.key, self.value)
    }
}

/// Has what an entry refers to that a walk through `n` entries will come to after entry `i` loaded.
///
/// # Safety
/// A table has so many entries.
#[inline(always)]
unsafe fn expect_refs(entries: *const impl Entry, i: usize, n: usize) {
    if i + mem::AHEAD < n {
        // SAFETY: the caller's promise.
        let (key, value) = unsafe { *entries.add(i + mem::AHEAD) }.refs();
        mem::prefetch(key);
        mem::prefetch(value);
    }
}

/// Gives up the references of the entries of a table.
///
/// # Safety
/// The caller owns them, and nobody else reads them.
unsafe fn give_up(entries: *const impl Entry, n: usize) {
    for i in 0..n {
        // SAFETY: the caller's promise.
        unsafe {
            expect_refs(entries, i, n);
            let (key, value) = (*entries.add(i)).refs();
            refcount::xdecref(key);
            refcount::xdecref(value);
        }
    }
}

/// Visits entries until one gives a result other than zero, which is the result.
///
/// # Safety
/// A table has so many entries, and keeps them.
#[inline(always)]
unsafe fn visit_entries<E: Entry>(entries: *const E, n: usize, mut visit: impl FnMut(E) -> c_int) -> c_int {
    for i in 0..n {
        // SAFETY: the caller's promise.
        let entry = unsafe {
            expect_refs(entries, i, n);
            *entries.add(i)
        };
        let result = if entry.refs().1.is_null() { 0 } else { visit(entry) };
        if result != 0 {
            return result;
        }
    }
    0
}

/// Values of a split table; the insertion order follows the values, one byte each.
#[repr(C)]
pub struct DictValues {
    pub capacity: u8,
    pub size: u8,
    pub embedded: u8,
    pub valid: u8,
    pub values: [*mut PyObject; 1],
}

struct StaticKeys {
    _header: DictKeys,
    _indices: [i8; 8],
    _entry: UnicodeEntry,
}

struct SyncKeys(core::cell::UnsafeCell<StaticKeys>);
// SAFETY: the empty table is never written to: its usable count is zero, and its count is immortal.
unsafe impl Sync for SyncKeys {}

static EMPTY: SyncKeys = SyncKeys(core::cell::UnsafeCell::new(StaticKeys {
    _header: DictKeys {
        refcnt: 1 << 40,
        log2_size: 0,
        log2_index_bytes: 3,
        kind: Kind::Unicode,
        version: 1,
        usable: 0,
        nentries: 0,
    },
    _indices: [-1; 8],
    _entry: UnicodeEntry { key: core::ptr::null_mut(), value: core::ptr::null_mut() },
}));

/// The table of all empty dictionaries.
#[inline(always)]
pub fn empty_keys() -> *mut DictKeys {
    EMPTY.0.get().cast()
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(2);

/// `USABLE_FRACTION`: how many entries a table of `n` slots takes.
#[inline(always)]
pub const fn usable_fraction(n: usize) -> usize {
    (n << 1) / 3
}

/// log2 of the slots for at least `n` entries (`estimate_log2_keysize`).
pub const fn log2_for(n: usize) -> u8 {
    calculate_log2((n * 3).div_ceil(2))
}

/// log2 of the smallest table with at least `minsize` slots.
pub const fn calculate_log2(minsize: usize) -> u8 {
    let mut log2 = LOG_MINSIZE;
    while (1usize << log2) < minsize {
        log2 += 1;
    }
    log2
}

impl DictKeys {
    /// Slots of the index table.
    #[inline(always)]
    pub const fn size(&self) -> usize {
        1 << self.log2_size
    }

    #[inline(always)]
    fn indices(this: *const Self) -> *mut u8 {
        // SAFETY: the indices follow the header.
        unsafe { this.add(1).cast_mut().cast() }
    }

    #[inline(always)]
    fn entries_base(this: *const Self) -> *mut u8 {
        // SAFETY: the entries follow the indices.
        unsafe { Self::indices(this).add(1usize << (*this).log2_index_bytes) }
    }

    /// The entries of a table with `str` keys.
    #[inline(always)]
    pub fn unicode_entries(this: *const Self) -> *mut UnicodeEntry {
        Self::entries_base(this).cast()
    }

    /// The entries of a general table.
    #[inline(always)]
    pub fn general_entries(this: *const Self) -> *mut GeneralEntry {
        Self::entries_base(this).cast()
    }

    /// Allocates a table with `1 << log2_size` slots; null when memory runs out.
    pub fn alloc(t: &Thread, log2_size: u8, kind: Kind) -> *mut Self {
        let log2_bytes = if log2_size < 8 {
            log2_size
        } else if log2_size < 16 {
            log2_size + 1
        } else if log2_size < 32 {
            log2_size + 2
        } else {
            log2_size + 3
        };
        if log2_size == LOG_MINSIZE && kind == Kind::Unicode {
            return Self::alloc_small(t);
        }
        if log2_size > 56 {
            return core::ptr::null_mut();
        }
        let usable = usable_fraction(1 << log2_size);
        let entry = if kind == Kind::General { size_of::<GeneralEntry>() } else { size_of::<UnicodeEntry>() };
        let bytes = size_of::<Self>() + (1usize << log2_bytes) + usable * entry;
        let mapped = mem::is_mapped(bytes);
        let block = if mapped {
            mem::alloc_table(bytes, size_of::<Self>() + (1usize << log2_bytes))
        } else {
            t.alloc_block(bytes)
        };
        let keys = block.cast::<Self>();
        if keys.is_null() {
            return keys;
        }
        // SAFETY: a fresh block of the size computed above.
        unsafe {
            keys.write(Self {
                refcnt: 1,
                log2_size,
                log2_index_bytes: log2_bytes,
                kind,
                version: 0,
                usable: usable as isize,
                nentries: 0,
            });
            core::ptr::write_bytes(Self::indices(keys), 0xff, 1 << log2_bytes);
            if !mapped {
                core::ptr::write_bytes(Self::entries_base(keys), 0, usable * entry);
            }
        }
        keys
    }

    /// Allocates the smallest table for `str` keys; null when memory runs out.
    #[inline]
    pub fn alloc_small(t: &Thread) -> *mut Self {
        const SLOTS: usize = 1 << LOG_MINSIZE;
        const USABLE: usize = usable_fraction(SLOTS);
        const BYTES: usize = size_of::<DictKeys>() + SLOTS + USABLE * size_of::<UnicodeEntry>();
        let mut block = t.freelists().dict_keys.pop();
        if block.is_null() {
            block = mem::alloc(BYTES);
            if block.is_null() {
                return core::ptr::null_mut();
            }
        }
        let keys = block.cast::<Self>();
        // SAFETY: a block of this size; those on the list have it, too.
        unsafe {
            keys.write(Self {
                refcnt: 1,
                log2_size: LOG_MINSIZE,
                log2_index_bytes: LOG_MINSIZE,
                kind: Kind::Unicode,
                version: 0,
                usable: USABLE as isize,
                nentries: 0,
            });
            core::ptr::write_bytes(Self::indices(keys), 0xff, SLOTS);
            core::ptr::write_bytes(Self::unicode_entries(keys), 0, USABLE);
        }
        keys
    }

    /// A table like this one with references of its own to what it holds; null when memory runs out.
    ///
    /// # Safety
    /// A live table that is not split.
    pub unsafe fn duplicate(t: &Thread, this: *const Self) -> *mut Self {
        // SAFETY: the caller's promise; both tables have the same size.
        unsafe {
            let copy = Self::alloc(t, (*this).log2_size, (*this).kind);
            if copy.is_null() {
                return copy;
            }
            let n = (*this).nentries as usize;
            (*copy).usable = (*this).usable;
            (*copy).nentries = (*this).nentries;
            core::ptr::copy_nonoverlapping(Self::indices(this), Self::indices(copy), 1 << (*this).log2_index_bytes);
            let adopt = |key: *mut PyObject, value: *mut PyObject| {
                if !value.is_null() {
                    refcount::incref(key);
                    refcount::incref(value);
                }
            };
            if (*this).kind == Kind::General {
                let (from, to) = (Self::general_entries(this), Self::general_entries(copy));
                for i in 0..n {
                    let entry = *from.add(i);
                    adopt(entry.key, entry.value);
                    to.add(i).write(entry);
                }
            } else {
                let (from, to) = (Self::unicode_entries(this), Self::unicode_entries(copy));
                for i in 0..n {
                    let entry = *from.add(i);
                    adopt(entry.key, entry.value);
                    to.add(i).write(entry);
                }
            }
            copy
        }
    }

    /// Bytes that the table occupies.
    pub fn byte_size(this: *const Self) -> usize {
        // SAFETY: a live table.
        unsafe {
            let entry = if (*this).kind == Kind::General { 24 } else { 16 };
            size_of::<Self>() + (1usize << (*this).log2_index_bytes) + usable_fraction((*this).size()) * entry
        }
    }

    /// Takes a reference to a table.
    ///
    /// # Safety
    /// A live table.
    pub unsafe fn incref(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if !core::ptr::eq(this, empty_keys()) {
                (*this).refcnt += 1;
            }
        }
    }

    /// Gives back a reference to a table, and frees it with its entries' references when it was the last.
    ///
    /// # Safety
    /// The caller owns a reference to the table.
    pub unsafe fn decref(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if core::ptr::eq(this, empty_keys()) {
                return;
            }
            (*this).refcnt -= 1;
            if (*this).refcnt > 0 {
                return;
            }
            let n = (*this).nentries as usize;
            if (*this).kind == Kind::General {
                give_up(Self::general_entries(this), n);
            } else {
                give_up(Self::unicode_entries(this), n);
            }
            Self::free_shell(this);
        }
    }

    /// Visits the values, and the keys if they are not all `str`: `tp_traverse` of a dictionary with this table.
    ///
    /// # Safety
    /// A live table that is not split.
    pub unsafe fn traverse(this: *const Self, visit: visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: the caller's promise.
        unsafe {
            let n = (*this).nentries as usize;
            if (*this).kind == Kind::General {
                visit_entries(Self::general_entries(this), n, |entry| match visit(entry.key, arg) {
                    0 => visit(entry.value, arg),
                    result => result,
                })
            } else {
                visit_entries(Self::unicode_entries(this), n, |entry| visit(entry.value, arg))
            }
        }
    }

    /// Frees the block without touching the entries.
    ///
    /// # Safety
    /// The entries' references have been moved away.
    pub unsafe fn free_shell(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if core::ptr::eq(this, empty_keys()) {
                return;
            }
            let t = taipan_runtime::thread::current_ptr();
            if t.is_null() {
                return mem::free_array(this.cast(), Self::byte_size(this));
            }
            if (*this).log2_size == LOG_MINSIZE && (*this).kind == Kind::Unicode {
                if (*t).freelists().dict_keys.push(this.cast(), 80) {
                    return;
                }
                return mem::free(this.cast());
            }
            let bytes = Self::byte_size(this);
            if mem::is_mapped(bytes) {
                mem::free_array(this.cast(), bytes);
            } else {
                (*t).free_block(this.cast(), bytes);
            }
        }
    }

    /// The entry index in slot `i`.
    #[inline(always)]
    pub unsafe fn index(this: *const Self, i: usize) -> isize {
        let indices = Self::indices(this);
        // SAFETY: `i` is below the number of slots.
        unsafe {
            match (*this).log2_size {
                0..=7 => isize::from(*indices.cast::<i8>().add(i)),
                8..=15 => index_of(*indices.cast::<i16>().add(i), (*this).size() - 1),
                16..=31 => index_of(*indices.cast::<i32>().add(i), (*this).size() - 1),
                _ => index_of(*indices.cast::<i64>().add(i), (*this).size() - 1),
            }
        }
    }

    /// As [`DictKeys::index`], but [`DKIX_DUMMY`] for an entry of which the index table says that its key has another hash.
    #[inline(always)]
    pub unsafe fn candidate(this: *const Self, i: usize, hash: isize) -> isize {
        #[inline(always)]
        fn checked<W: IndexWord>(word: W, hash: isize, mask: usize) -> isize {
            let ix = index_of(word, mask);
            let differs = (word.into() as isize ^ hash) as usize & W::BITS & !mask != 0;
            if ix >= 0 && differs { DKIX_DUMMY } else { ix }
        }
        let indices = Self::indices(this);
        // SAFETY: `i` is below the number of slots.
        unsafe {
            match (*this).log2_size {
                0..=7 => isize::from(*indices.cast::<i8>().add(i)),
                8..=15 => checked(*indices.cast::<i16>().add(i), hash, (*this).size() - 1),
                16..=31 => checked(*indices.cast::<i32>().add(i), hash, (*this).size() - 1),
                _ => checked(*indices.cast::<i64>().add(i), hash, (*this).size() - 1),
            }
        }
    }

    /// Stores the index of an entry, whose key has this hash, in slot `i`.
    #[inline(always)]
    pub unsafe fn set_index(this: *mut Self, i: usize, ix: isize, hash: isize) {
        // SAFETY: `i` is below the number of slots.
        unsafe {
            let word = if (*this).log2_size < 8 { ix } else { word_for(ix, hash, (*this).size() - 1) };
            Self::set_word(this, i, word);
        }
    }

    /// Says that the entry of slot `i` was deleted.
    pub unsafe fn set_dummy(this: *mut Self, i: usize) {
        // SAFETY: `i` is below the number of slots.
        unsafe { Self::set_word(this, i, DKIX_DUMMY) }
    }

    #[inline(always)]
    unsafe fn set_word(this: *mut Self, i: usize, word: isize) {
        let indices = Self::indices(this);
        // SAFETY: the caller's promise; of a hash as many bits are kept as there is room for.
        unsafe {
            match (*this).log2_size {
                0..=7 => *indices.cast::<i8>().add(i) = word as i8,
                8..=15 => *indices.cast::<i16>().add(i) = word as i16,
                16..=31 => *indices.cast::<i32>().add(i) = word as i32,
                _ => *indices.cast::<i64>().add(i) = word as i64,
            }
        }
    }

    /// The first slot for a new entry with this hash.
    #[inline]
    pub unsafe fn find_empty_slot(this: *const Self, hash: isize) -> usize {
        // SAFETY: a table always has an empty slot.
        unsafe {
            let mask = (*this).size() - 1;
            let mut i = hash as usize & mask;
            let mut perturb = hash as usize;
            while Self::index(this, i) >= 0 {
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
            i
        }
    }

    /// The slot that holds entry `ix`.
    pub unsafe fn slot_of(this: *const Self, hash: isize, ix: isize) -> usize {
        // SAFETY: the entry is in the table.
        unsafe {
            let mask = (*this).size() - 1;
            let mut i = hash as usize & mask;
            let mut perturb = hash as usize;
            loop {
                let found = Self::candidate(this, i, hash);
                if found == ix || found == DKIX_EMPTY {
                    return i;
                }
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
        }
    }

    /// Looks a `str` up in a table whose keys are all `str`: cannot run Python code, cannot fail.
    #[inline(always)]
    pub unsafe fn lookup_unicode(this: *const Self, key: *mut PyObject, hash: isize) -> isize {
        // SAFETY: the keys are live strings.
        unsafe {
            // Most tables are small, and most keys are in their first place and are the same object.
            if (*this).log2_size < 8 {
                let i = hash as usize & ((*this).size() - 1);
                let ix = isize::from(*Self::indices(this).cast::<i8>().add(i));
                if ix >= 0 {
                    if core::ptr::eq((*Self::unicode_entries(this).add(ix as usize)).key, key) {
                        return ix;
                    }
                } else if ix == DKIX_EMPTY {
                    return DKIX_EMPTY;
                }
                return Self::probe_unicode_small(this, key, hash);
            }
            Self::lookup_unicode_large(this, key, hash)
        }
    }

    #[inline(never)]
    unsafe fn lookup_unicode_large(this: *const Self, key: *mut PyObject, hash: isize) -> isize {
        // SAFETY: the caller's promise.
        unsafe {
            match (*this).log2_size {
                0..=15 => Self::probe_unicode::<i16>(this, key, hash),
                16..=31 => Self::probe_unicode::<i32>(this, key, hash),
                _ => Self::probe_unicode::<i64>(this, key, hash),
            }
        }
    }

    /// As [`DictKeys::lookup_unicode`], in a table whose index words are of this type.
    #[inline(never)]
    unsafe fn probe_unicode<W: IndexWord>(this: *const Self, key: *mut PyObject, hash: isize) -> isize {
        // SAFETY: as for `probe_unicode_small`.
        unsafe {
            let mask = (*this).size() - 1;
            let of_hash = W::BITS & !mask;
            let mut i = hash as usize & mask;
            let mut perturb = hash as usize;
            let indices = Self::indices(this).cast::<W>();
            let entries = Self::unicode_entries(this);
            loop {
                let word = (*indices.add(i)).into() as isize;
                if word == DKIX_EMPTY {
                    return DKIX_EMPTY;
                }
                if (word ^ hash) as usize & of_hash == 0 && word != DKIX_DUMMY {
                    let ix = word as usize & mask;
                    let found = (*entries.add(ix)).key;
                    if core::ptr::eq(found, key) || crate::unicode::raw_eq_hashed(found, key, hash) {
                        return ix as isize;
                    }
                }
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
        }
    }

    /// As [`DictKeys::lookup_unicode`], in a table with indices of one byte.
    #[inline(never)]
    unsafe fn probe_unicode_small(this: *const Self, key: *mut PyObject, hash: isize) -> isize {
        // SAFETY: the keys are live strings; every slot of the index table is visited before one is visited again.
        unsafe {
            let mask = (*this).size() - 1;
            let mut i = hash as usize & mask;
            let mut perturb = hash as usize;
            let indices = Self::indices(this).cast::<i8>();
            let entries = Self::unicode_entries(this);
            loop {
                let ix = isize::from(*indices.add(i));
                if ix >= 0 {
                    let found = (*entries.add(ix as usize)).key;
                    if core::ptr::eq(found, key) || crate::unicode::raw_eq_hashed(found, key, hash) {
                        return ix;
                    }
                } else if ix == DKIX_EMPTY {
                    return DKIX_EMPTY;
                }
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
        }
    }

    /// Entry `ix` as key (null for a hole), hash and address of the value (unused in split tables).
    #[inline(always)]
    pub unsafe fn entry(this: *const Self, ix: usize) -> (*mut PyObject, isize, *mut *mut PyObject) {
        // SAFETY: `ix` is below `nentries`.
        unsafe {
            if (*this).kind == Kind::General {
                let e = Self::general_entries(this).add(ix);
                ((*e).key, (*e).hash, &raw mut (*e).value)
            } else {
                let e = Self::unicode_entries(this).add(ix);
                let key = (*e).key;
                let hash = if key.is_null() { 0 } else { crate::unicode::raw_hash(key) };
                (key, hash, &raw mut (*e).value)
            }
        }
    }

    /// Rebuilds the index table from the entries, which have no holes.
    pub unsafe fn build_indices(this: *mut Self) {
        // SAFETY: a table just filled.
        unsafe {
            let n = (*this).nentries as usize;
            for ix in 0..n {
                if n >= FAR {
                    Self::expect_entry(this, ix + mem::AHEAD, ix + 2 * mem::AHEAD);
                }
                let (_, hash, _) = Self::entry(this, ix);
                let slot = Self::find_empty_slot(this, hash);
                Self::set_index(this, slot, ix as isize, hash);
            }
        }
    }

    /// Has the first slot of an entry's hash loaded, and the key of another entry.
    unsafe fn expect_entry(this: *const Self, ix: usize, key_of: usize) {
        // SAFETY: the entries of a table just filled, which have no holes.
        unsafe {
            let n = (*this).nentries as usize;
            if key_of < n && (*this).kind != Kind::General {
                mem::prefetch((*Self::unicode_entries(this).add(key_of)).key);
            }
            if ix < n {
                let (_, hash, _) = Self::entry(this, ix);
                let slot = hash as usize & ((*this).size() - 1);
                mem::prefetch(Self::indices(this).wrapping_add(slot << ((*this).log2_index_bytes - (*this).log2_size)));
            }
        }
    }

    /// A number that names this set of keys until a key is added or removed; 0 when numbers have run out.
    pub fn version_of(this: *mut Self) -> u32 {
        // SAFETY: a live table.
        unsafe {
            if (*this).version != 0 {
                return (*this).version;
            }
            let next = NEXT_VERSION.fetch_add(1, Ordering::Relaxed);
            if next >= u32::MAX - 1 {
                NEXT_VERSION.store(u32::MAX - 1, Ordering::Relaxed);
                return 0;
            }
            (*this).version = next;
            next
        }
    }

    /// A fresh table of keys for the instances of a class (`_PyDict_NewKeysForClass`).
    /// It has room for `capacity` keys.
    pub fn new_shared(t: &Thread, capacity: usize) -> *mut Self {
        let keys = Self::alloc(t, log2_for(capacity), Kind::Split);
        if !keys.is_null() {
            // SAFETY: a fresh table.
            unsafe {
                (*keys).usable = (*keys).usable.min(capacity as isize);
                // Shared keys are versioned from the start, since the first instance creates their first key.
                (*keys).version = 0;
            }
        }
        keys
    }
}

impl DictValues {
    /// Words that values of this capacity need: the header, the values, and the insertion order.
    pub const fn byte_size(capacity: usize) -> usize {
        (8 + capacity * 8 + capacity).next_multiple_of(8)
    }

    /// The address of value `i`.
    #[inline(always)]
    pub unsafe fn slot(this: *mut Self, i: usize) -> *mut *mut PyObject {
        // SAFETY: `i` is below the capacity.
        unsafe { (&raw mut (*this).values).cast::<*mut PyObject>().add(i) }
    }

    /// The insertion order.
    #[inline(always)]
    pub unsafe fn order(this: *mut Self) -> *mut u8 {
        // SAFETY: the order follows the values.
        unsafe { Self::slot(this, (*this).capacity as usize).cast() }
    }

    /// Notes that value `i` was inserted last.
    #[inline(always)]
    pub unsafe fn push_order(this: *mut Self, i: usize) {
        // SAFETY: each index is noted once, so the order fits the capacity.
        unsafe {
            *Self::order(this).add((*this).size as usize) = i as u8;
            (*this).size += 1;
        }
    }

    /// Forgets that value `i` was inserted.
    pub unsafe fn remove_order(this: *mut Self, i: usize) {
        // SAFETY: the order holds `size` bytes.
        unsafe {
            let order = Self::order(this);
            let n = (*this).size as usize;
            let Some(at) = (0..n).find(|&k| *order.add(k) as usize == i) else { return };
            core::ptr::copy(order.add(at + 1), order.add(at), n - at - 1);
            (*this).size -= 1;
        }
    }

    /// Initialises the values embedded in a fresh object, whose memory is zeroed.
    #[inline(always)]
    pub unsafe fn init_zeroed(this: *mut Self, capacity: usize) {
        // SAFETY: the block holds `byte_size(capacity)` bytes.
        unsafe {
            (*this).capacity = capacity as u8;
            (*this).embedded = 1;
            (*this).valid = 1;
        }
    }

    /// Initialises fresh values, all empty.
    pub unsafe fn init(this: *mut Self, capacity: usize, embedded: bool) {
        // SAFETY: the block holds `byte_size(capacity)` bytes.
        unsafe {
            (*this).capacity = capacity as u8;
            (*this).size = 0;
            (*this).embedded = u8::from(embedded);
            (*this).valid = 1;
            for i in 0..capacity {
                *Self::slot(this, i) = core::ptr::null_mut();
            }
        }
    }
}

/// Whether an object can be a key of a `str`-only table.
#[inline(always)]
pub fn is_exact_str(key: &Object) -> bool {
    key.is_exact::<crate::PyStr>()
}
