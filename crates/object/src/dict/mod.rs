//! `dict`: the operations that the machinery uses. The Python methods are in `class.rs`, views and iterators in
//! `views.rs`.

pub mod class;
pub mod keys;
pub mod subclass;
pub mod views;

use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::watch::{self, DictEvent};
use crate::{PyStr, PyTuple, err, layout, typeobject};
use keys::{DKIX_EMPTY, DKIX_ERROR, DictKeys, DictValues, GeneralEntry, Kind, SHARED_KEYS_MAX_SIZE, UnicodeEntry};
use taipan_runtime::abi::{PyDictObject, PyGC_Head, PyObject};
use taipan_runtime::{Thread, gc, mem, refcount};

/// In `_ma_watcher_tag`, beside the bits of CPython's watchers: the dictionary is that of a class.
const OF_CLASS: u64 = 1 << 16;

layout!(
    /// `dict`.
    PyDict,
    PyDictObject
);

/// The exact state of an iteration over a dictionary: the next entry to look at.
pub type Position = usize;

impl PyDict {
    /// An empty dictionary, tracked by the collector.
    pub fn new(t: &Thread) -> PyResult<Owned<Self>> {
        Self::with_keys(t, keys::empty_keys())
    }

    /// A dictionary with room for `n` keys.
    pub fn with_capacity(t: &Thread, n: usize, unicode: bool) -> PyResult<Owned<Self>> {
        if n <= 5 {
            if n == 0 {
                return Self::new(t);
            }
        }
        let kind = if unicode { Kind::Unicode } else { Kind::General };
        let table = DictKeys::alloc(t, keys::log2_for(n), kind);
        if table.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        Self::with_keys(t, table)
    }

    fn with_keys(t: &Thread, table: *mut DictKeys) -> PyResult<Owned<Self>> {
        let cached = t.freelists().dicts.pop();
        let op = if cached.is_null() {
            gc::alloc(t, size_of::<PyDictObject>(), size_of::<PyGC_Head>())
        } else {
            cached.cast()
        };
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the dictionary's size behind a GC head.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), cached.is_null());
            let d = op.cast::<PyDictObject>();
            (*d).ma_used = 0;
            (*d)._ma_watcher_tag = 0;
            (*d).ma_keys = table.cast();
            (*d).ma_values = core::ptr::null_mut();
            gc::track_for(t, op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// The hash table.
    #[inline(always)]
    pub fn keys_ptr(&self) -> *mut DictKeys {
        // SAFETY: every dictionary has a table.
        unsafe { (*self.raw()).ma_keys.cast() }
    }

    /// The values of a split dictionary, or null.
    #[inline(always)]
    pub fn values_ptr(&self) -> *mut DictValues {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ma_values.cast() }
    }

    /// The number of slots of the hash table (`DK_SIZE`).
    pub fn table_size(&self) -> usize {
        // SAFETY: a live table.
        unsafe { 1 << (*self.keys_ptr()).log2_size }
    }

    /// The number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ma_used as usize }
    }

    /// Finds a key. Returns the entry's index (or `DKIX_EMPTY`, `DKIX_ERROR` with an exception set) and the value,
    /// borrowed. A key's `__eq__` may run.
    #[inline(always)]
    pub fn lookup(&self, t: &Thread, key: &Object, hash: isize) -> (isize, *mut PyObject) {
        // SAFETY: the table is alive while no Python code runs, and `lookup_generic` re-reads it when some did.
        unsafe {
            let table = self.keys_ptr();
            if (*table).kind != Kind::General && keys::is_exact_str(key) {
                let ix = DictKeys::lookup_unicode(table, key.as_ptr(), hash);
                if ix < 0 {
                    return (DKIX_EMPTY, core::ptr::null_mut());
                }
                return (ix, self.value_at(table, ix as usize));
            }
            self.lookup_generic(t, key, hash)
        }
    }

    #[inline(always)]
    unsafe fn value_at(&self, table: *mut DictKeys, ix: usize) -> *mut PyObject {
        // SAFETY: `ix` is an entry of the table.
        unsafe {
            if (*table).kind == Kind::Split {
                *DictValues::slot(self.values_ptr(), ix)
            } else if (*table).kind == Kind::Unicode {
                (*DictKeys::unicode_entries(table).add(ix)).value
            } else {
                (*DictKeys::general_entries(table).add(ix)).value
            }
        }
    }

    #[inline(never)]
    fn lookup_generic(&self, t: &Thread, key: &Object, hash: isize) -> (isize, *mut PyObject) {
        // SAFETY: after each comparison, which may run Python code, the table and the entry are checked to be the same
        // as before; if not, the search starts again. The candidate key is kept alive while it is compared.
        unsafe {
            'restart: loop {
                let table = self.keys_ptr();
                let mask = (*table).size() - 1;
                let mut i = hash as usize & mask;
                let mut perturb = hash as usize;
                loop {
                    let ix = DictKeys::candidate(table, i, hash);
                    if ix == DKIX_EMPTY {
                        return (DKIX_EMPTY, core::ptr::null_mut());
                    }
                    if ix >= 0 {
                        let (found, found_hash, _) = DictKeys::entry(table, ix as usize);
                        if core::ptr::eq(found, key.as_ptr()) {
                            return (ix, self.value_at(table, ix as usize));
                        }
                        if found_hash == hash && !found.is_null() {
                            match crate::compare::plain_equal(Object::from_ptr(found), key) {
                                Some(true) => return (ix, self.value_at(table, ix as usize)),
                                Some(false) => {
                                    perturb >>= 5;
                                    i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
                                    continue;
                                }
                                None => {}
                            }
                            let candidate = Object::from_ptr(found).own();
                            let equal = match crate::compare::rich_compare_bool(t, &candidate, key, CompareOp::Eq) {
                                Ok(equal) => equal,
                                Err(_) => return (DKIX_ERROR, core::ptr::null_mut()),
                            };
                            if !core::ptr::eq(table, self.keys_ptr())
                                || (*table).nentries as usize <= ix as usize
                                || !core::ptr::eq(DictKeys::entry(table, ix as usize).0, found)
                            {
                                continue 'restart;
                            }
                            if equal {
                                return (ix, self.value_at(table, ix as usize));
                            }
                        }
                    }
                    perturb >>= 5;
                    i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
                }
            }
        }
    }

    /// `PyDict_GetItemRef`: the value, or `None` if the key is absent.
    #[inline]
    pub fn get_item(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned>> {
        let hash = key_hash(t, key)?;
        self.get_item_known_hash(t, key, hash)
    }

    /// As [`PyDict::get_item`] with the hash known.
    #[inline]
    pub fn get_item_known_hash(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Option<Owned>> {
        let (ix, value) = self.lookup(t, key, hash);
        if ix == DKIX_ERROR {
            return Err(crate::Raised::assume());
        }
        // SAFETY: the value is alive: nothing ran since it was found.
        Ok(unsafe { Object::from_ptr_opt(value) }.map(Own::own))
    }

    /// Looks a name up without running Python code where possible; errors count as absence.
    pub fn get_str(&self, t: &Thread, key: &PyStr) -> Option<Owned> {
        let hash = key.hash();
        let (ix, value) = self.lookup(t, key, hash);
        if ix == DKIX_ERROR {
            crate::errors::clear(t);
            return None;
        }
        // SAFETY: as above.
        unsafe { Object::from_ptr_opt(value) }.map(Own::own)
    }

    /// Looks up a key spelt as a Rust string in a dictionary, borrowed. Meant for keyword arguments.
    pub fn get_str_borrowed(&self, name: &str) -> Option<*mut PyObject> {
        let mut pos = 0;
        while let Some((key, value)) = self.next_borrowed(&mut pos) {
            // SAFETY: no Python code runs in this loop.
            unsafe {
                if Object::from_ptr(key).downcast::<PyStr>().is_some_and(|k| k.eq_str(name)) {
                    return Some(value);
                }
            }
        }
        None
    }

    /// Whether the key is there.
    pub fn contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let hash = key_hash(t, key)?;
        let (ix, value) = self.lookup(t, key, hash);
        if ix == DKIX_ERROR { Err(crate::Raised::assume()) } else { Ok(!value.is_null()) }
    }

    /// `PyDict_SetItem`.
    #[inline]
    pub fn set_item(&self, t: &Thread, key: &Object, value: &Object) -> PyResult<()> {
        let hash = key_hash(t, key)?;
        self.insert(t, key, hash, value.own())
    }

    /// Stores under an interned name.
    pub fn set_str(&self, t: &Thread, key: &PyStr, value: &Object) -> PyResult<()> {
        self.insert(t, key, key.hash(), value.own())
    }

    /// Stores a value under a key with a known hash (`insertdict`).
    pub fn insert(&self, t: &Thread, key: &Object, hash: isize, value: Owned) -> PyResult<()> {
        // SAFETY: looking a `str` up among `str` keys runs nothing; the entry is there.
        unsafe {
            let table = self.keys_ptr();
            if (*table).kind == Kind::Unicode && keys::is_exact_str(key) && !self.is_watched() {
                if core::ptr::eq(table, keys::empty_keys()) {
                    return self.insert_first_str(t, key, hash, value);
                }
                let ix = DictKeys::lookup_unicode(table, key.as_ptr(), hash);
                if ix >= 0 {
                    let slot = &raw mut (*DictKeys::unicode_entries(table).add(ix as usize)).value;
                    let old = core::mem::replace(&mut *slot, value.into_ptr());
                    refcount::decref(old);
                    return Ok(());
                }
                return self.insert_at(t, (DKIX_EMPTY, core::ptr::null_mut()), key, hash, value);
            }
        }
        self.insert_any(t, key, hash, value)
    }

    /// The first key of an empty dictionary, a `str`, which nobody watches.
    #[inline]
    unsafe fn insert_first_str(&self, t: &Thread, key: &Object, hash: isize, value: Owned) -> PyResult<()> {
        let table = DictKeys::alloc_small(t);
        if table.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh table has room; its slots are free.
        unsafe {
            let i = hash as usize & ((1 << keys::LOG_MINSIZE) - 1);
            DictKeys::set_index(table, i, 0, hash);
            DictKeys::unicode_entries(table).write(UnicodeEntry { key: key.own().into_ptr(), value: value.into_ptr() });
            (*table).usable -= 1;
            (*table).nentries = 1;
            (*self.raw()).ma_keys = table.cast();
            (*self.raw()).ma_used = 1;
        }
        Ok(())
    }

    /// As [`PyDict::insert`], whatever the key and the table.
    #[inline(never)]
    fn insert_any(&self, t: &Thread, key: &Object, hash: isize, value: Owned) -> PyResult<()> {
        // SAFETY: raw access to the table between calls that may run Python code; each such call is a lookup, after
        // which the table is read afresh.
        unsafe {
            if (*self.keys_ptr()).kind == Kind::Split && !keys::is_exact_str(key) {
                self.make_combined(t, Kind::General)?;
            }
            let found = self.lookup(t, key, hash);
            if found.0 == DKIX_ERROR {
                return Err(crate::Raised::assume());
            }
            self.insert_at(t, found, key, hash, value)
        }
    }

    /// Stores a value where [`PyDict::lookup`] has just found its key or its absence.
    unsafe fn insert_at(
        &self,
        t: &Thread,
        (ix, old): (isize, *mut PyObject),
        key: &Object,
        hash: isize,
        value: Owned,
    ) -> PyResult<()> {
        // SAFETY: the table is as the lookup left it.
        unsafe {
            let d = self.raw();
            if self.is_watched() {
                let event = if ix >= 0 && !old.is_null() { DictEvent::Modified } else { DictEvent::Added };
                watch::dict(event, self, Some(key), Some(&value));
            }
            if ix >= 0 && !old.is_null() {
                let slot = self.value_slot(ix as usize);
                *slot = value.into_ptr();
                refcount::decref(old);
                return Ok(());
            }
            let table = self.keys_ptr();
            if (*table).kind == Kind::Split {
                if ix >= 0 {
                    // The key is shared, this instance has no value for it yet.
                    *self.value_slot(ix as usize) = value.into_ptr();
                    DictValues::push_order(self.values_ptr(), ix as usize);
                    (*d).ma_used += 1;
                    return Ok(());
                }
                if let Some(ix) = insert_split_key(table, key, hash) {
                    *self.value_slot(ix) = value.into_ptr();
                    DictValues::push_order(self.values_ptr(), ix);
                    (*d).ma_used += 1;
                    return Ok(());
                }
                self.make_combined(t, Kind::Unicode)?;
            }
            if (*self.keys_ptr()).kind == Kind::Unicode && !keys::is_exact_str(key) {
                self.resize(t, self.growth_log2(), Kind::General)?;
            } else if (*self.keys_ptr()).usable <= 0 {
                let kind = (*self.keys_ptr()).kind;
                // An empty dictionary's first table is of the kind of its first key.
                self.resize(t, self.growth_log2(), kind)?;
            }
            let table = self.keys_ptr();
            (*table).version = 0;
            let slot = DictKeys::find_empty_slot(table, hash);
            let n = (*table).nentries as usize;
            DictKeys::set_index(table, slot, n as isize, hash);
            let key_ptr = key.own().into_ptr();
            if (*table).kind == Kind::General {
                DictKeys::general_entries(table).add(n).write(GeneralEntry {
                    hash,
                    key: key_ptr,
                    value: value.into_ptr(),
                });
            } else {
                DictKeys::unicode_entries(table).add(n).write(UnicodeEntry { key: key_ptr, value: value.into_ptr() });
            }
            (*d).ma_used += 1;
            (*table).usable -= 1;
            (*table).nentries += 1;
            Ok(())
        }
    }

    fn growth_log2(&self) -> u8 {
        keys::calculate_log2((self.len() * 3).max(1))
    }

    #[inline(always)]
    unsafe fn value_slot(&self, ix: usize) -> *mut *mut PyObject {
        // SAFETY: `ix` is an entry of the table.
        unsafe {
            let table = self.keys_ptr();
            match (*table).kind {
                Kind::Split => DictValues::slot(self.values_ptr(), ix),
                Kind::Unicode => &raw mut (*DictKeys::unicode_entries(table).add(ix)).value,
                Kind::General => &raw mut (*DictKeys::general_entries(table).add(ix)).value,
            }
        }
    }

    /// Whether the dictionary is, or was, that of a class.
    pub fn is_of_class(&self) -> bool {
        // SAFETY: plain field.
        unsafe { (*self.raw())._ma_watcher_tag & OF_CLASS != 0 }
    }

    /// Notes that the dictionary is that of a class.
    pub(crate) fn set_of_class(&self) {
        // SAFETY: plain field.
        unsafe { (*self.raw())._ma_watcher_tag |= OF_CLASS }
    }

    /// Whether somebody wants to know of changes (`PyDict_Watch`).
    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        // SAFETY: plain field.
        unsafe { (*self.raw())._ma_watcher_tag & 0xff != 0 }
    }

    /// Moves everything to a table with `1 << log2` slots of another or the same kind.
    fn resize(&self, t: &Thread, log2: u8, kind: Kind) -> PyResult<()> {
        // SAFETY: no Python code runs: keys are moved with their known hashes.
        unsafe {
            let d = self.raw();
            let old = self.keys_ptr();
            let old_values = self.values_ptr();
            let table = DictKeys::alloc(t, log2.max(keys::LOG_MINSIZE), kind);
            if table.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            let mut n = 0usize;
            let mut put = |key: *mut PyObject, hash: isize, value: *mut PyObject| {
                if kind == Kind::General {
                    DictKeys::general_entries(table).add(n).write(GeneralEntry { hash, key, value });
                } else {
                    DictKeys::unicode_entries(table).add(n).write(UnicodeEntry { key, value });
                }
                n += 1;
            };
            if !old_values.is_null() {
                let order = DictValues::order(old_values);
                for k in 0..(*old_values).size as usize {
                    let ix = *order.add(k) as usize;
                    let (key, hash, _) = DictKeys::entry(old, ix);
                    let value = *DictValues::slot(old_values, ix);
                    refcount::incref(key);
                    put(key, hash, value);
                }
            } else {
                for ix in 0..(*old).nentries as usize {
                    let (key, hash, value) = DictKeys::entry(old, ix);
                    if !(*value).is_null() {
                        put(key, hash, *value);
                    }
                }
            }
            (*table).nentries = n as isize;
            (*table).usable -= n as isize;
            DictKeys::build_indices(table);
            (*d).ma_keys = table.cast();
            (*d).ma_values = core::ptr::null_mut();
            if old_values.is_null() {
                if (*old).refcnt == 1 {
                    DictKeys::free_shell(old);
                }
            } else {
                if (*old_values).embedded == 0 {
                    mem::free(old_values.cast());
                } else {
                    (*old_values).valid = 0;
                }
                DictKeys::decref(old);
            }
            Ok(())
        }
    }

    /// Turns a split dictionary into a combined one.
    pub fn make_combined(&self, t: &Thread, kind: Kind) -> PyResult<()> {
        self.resize(t, keys::calculate_log2((self.len() * 3).max(8)), kind)
    }

    /// `PyDict_DelItem`: raises `KeyError`.
    pub fn del_item(&self, t: &Thread, key: &Object) -> PyResult<()> {
        match self.pop_item(t, key)? {
            Some(_) => Ok(()),
            None => Err(crate::errors::key_error(t, key)),
        }
    }

    /// Removes a key and returns its value, or `None` if the key is absent.
    pub fn pop_item(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned>> {
        let hash = key_hash(t, key)?;
        self.pop_known_hash(t, key, hash)
    }

    /// As [`PyDict::pop_item`] with the hash known.
    pub fn pop_known_hash(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Option<Owned>> {
        let (ix, value) = self.lookup(t, key, hash);
        if ix == DKIX_ERROR {
            return Err(crate::Raised::assume());
        }
        if value.is_null() {
            return Ok(None);
        }
        // SAFETY: nothing ran since the lookup.
        Ok(Some(unsafe { self.remove_at(ix as usize, hash) }))
    }

    /// Removes entry `ix`, which has a value, and returns the value.
    unsafe fn remove_at(&self, ix: usize, hash: isize) -> Owned {
        // SAFETY: the caller found the entry just now.
        unsafe {
            if self.is_watched() {
                let key = Object::from_ptr(DictKeys::entry(self.keys_ptr(), ix).0).own();
                watch::dict(DictEvent::Deleted, self, Some(&key), None);
            }
            let d = self.raw();
            let table = self.keys_ptr();
            (*d).ma_used -= 1;
            let slot = self.value_slot(ix);
            let value = core::mem::replace(&mut *slot, core::ptr::null_mut());
            if (*table).kind == Kind::Split {
                DictValues::remove_order(self.values_ptr(), ix);
                return Owned::from_ptr(value);
            }
            let i = DictKeys::slot_of(table, hash, ix as isize);
            (*table).version = 0;
            DictKeys::set_dummy(table, i);
            let key = if (*table).kind == Kind::General {
                let e = DictKeys::general_entries(table).add(ix);
                (*e).hash = 0;
                core::mem::replace(&mut (*e).key, core::ptr::null_mut())
            } else {
                let e = DictKeys::unicode_entries(table).add(ix);
                core::mem::replace(&mut (*e).key, core::ptr::null_mut())
            };
            let value = Owned::from_ptr(value);
            refcount::xdecref(key);
            value
        }
    }

    /// Removes and returns the newest item.
    pub fn pop_last(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
        if self.len() == 0 {
            return Ok(None);
        }
        if !self.values_ptr().is_null() {
            self.make_combined(t, Kind::Unicode)?;
        }
        // SAFETY: no Python code runs before the entry has left the table.
        unsafe {
            let table = self.keys_ptr();
            let mut i = (*table).nentries - 1;
            while i >= 0 {
                let (key, hash, value) = DictKeys::entry(table, i as usize);
                if !(*value).is_null() {
                    let key = Object::from_ptr(key).own();
                    let value = self.remove_at(i as usize, hash);
                    // The dense array ends here: its tail can be used again, as the index slot is a dummy.
                    (*table).nentries = i;
                    return Ok(Some((key, value)));
                }
                i -= 1;
            }
        }
        Ok(None)
    }

    /// The next item of an iteration, borrowed; `pos` starts at zero (`PyDict_Next`).
    #[inline]
    pub fn next_borrowed(&self, pos: &mut Position) -> Option<(*mut PyObject, *mut PyObject)> {
        // SAFETY: the position is checked against the table as it is now.
        unsafe {
            let table = self.keys_ptr();
            let values = self.values_ptr();
            if !values.is_null() {
                if *pos >= (*values).size as usize {
                    return None;
                }
                let ix = *DictValues::order(values).add(*pos) as usize;
                *pos += 1;
                let key = (*DictKeys::unicode_entries(table).add(ix)).key;
                return Some((key, *DictValues::slot(values, ix)));
            }
            let n = (*table).nentries as usize;
            while *pos < n {
                let ix = *pos;
                *pos += 1;
                let (key, value) = if (*table).kind == Kind::General {
                    let e = DictKeys::general_entries(table).add(ix);
                    ((*e).key, (*e).value)
                } else {
                    let e = DictKeys::unicode_entries(table).add(ix);
                    ((*e).key, (*e).value)
                };
                if !value.is_null() {
                    return Some((key, value));
                }
            }
            None
        }
    }

    /// The next item of an iteration, owned.
    #[inline]
    pub fn next(&self, pos: &mut Position) -> Option<(Owned, Owned)> {
        // SAFETY: the item is alive: nothing ran since it was found.
        self.next_borrowed(pos).map(|(k, v)| unsafe { (Object::from_ptr(k).own(), Object::from_ptr(v).own()) })
    }

    /// The next item of an iteration, owned, with the key's hash.
    #[inline]
    pub fn next_hashed(&self, pos: &mut Position) -> Option<(Owned, isize, Owned)> {
        // SAFETY: the item is alive: nothing ran since it was found; after a step, a table without values of its own
        // has the item's entry just before the position.
        unsafe {
            let (key, value) = self.next_borrowed(pos)?;
            let table = self.keys_ptr();
            let hash = if (*table).kind == Kind::General {
                (*DictKeys::general_entries(table).add(*pos - 1)).hash
            } else {
                crate::unicode::raw_hash(key)
            };
            Some((Object::from_ptr(key).own(), hash, Object::from_ptr(value).own()))
        }
    }

    /// All items, for loops whose body may change the dictionary.
    pub fn items_vec(&self) -> Vec<(Owned, Owned)> {
        let mut out = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some(item) = self.next(&mut pos) {
            out.push(item);
        }
        out
    }

    /// Removes everything.
    pub fn clear_items(&self) {
        // SAFETY: the dictionary is empty before the old references are given back.
        unsafe {
            let d = self.raw();
            let table = self.keys_ptr();
            if core::ptr::eq(table, keys::empty_keys()) {
                return;
            }
            if self.is_watched() {
                watch::dict(DictEvent::Cleared, self, None, None);
            }
            let values = self.values_ptr();
            if values.is_null() {
                (*d).ma_keys = keys::empty_keys().cast();
                (*d).ma_used = 0;
                DictKeys::decref(table);
            } else {
                (*d).ma_used = 0;
                let n = (*values).capacity as usize;
                (*values).size = 0;
                if (*values).embedded == 0 {
                    self.forget_values();
                    for i in 0..n {
                        refcount::xdecref(*DictValues::slot(values, i));
                    }
                    mem::free(values.cast());
                } else {
                    // All are taken out first: giving one back may free the object that the values are embedded in.
                    let mut old = [core::ptr::null_mut(); SHARED_KEYS_MAX_SIZE];
                    for (i, old) in old.iter_mut().enumerate().take(n) {
                        *old = core::mem::replace(&mut *DictValues::slot(values, i), core::ptr::null_mut());
                    }
                    for old in old.into_iter().take(n) {
                        refcount::xdecref(old);
                    }
                }
            }
        }
    }

    /// A shallow copy (exact `dict`).
    pub fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        // SAFETY: a table of its own; nothing runs.
        unsafe {
            let table = self.keys_ptr();
            if self.len() > 0 && self.has_own_table() && self.len() >= (*table).nentries as usize * 2 / 3 {
                let copied = DictKeys::duplicate(t, table);
                if copied.is_null() {
                    return Err(crate::errors::no_memory(t));
                }
                let dict = Self::with_keys(t, copied).inspect_err(|_| DictKeys::decref(copied))?;
                (*dict.raw()).ma_used = (*self.raw()).ma_used;
                return Ok(dict);
            }
        }
        let unicode = self.has_str_keys_only();
        let out = Self::with_capacity(t, self.len(), unicode)?;
        let mut pos = 0;
        while let Some((key, hash, value)) = self.next_hashed(&mut pos) {
            out.insert(t, &key, hash, value)?;
        }
        Ok(out)
    }

    /// Whether every key is an exact `str`.
    #[inline(always)]
    pub fn has_str_keys_only(&self) -> bool {
        // SAFETY: plain field.
        unsafe { (*self.keys_ptr()).kind != Kind::General }
    }

    /// The value under `key`, storing `default` first if there is none.
    pub fn set_default(&self, t: &Thread, key: &Object, default: &Object) -> PyResult<Owned> {
        Ok(self.set_default_if_missing(t, key, default)?.0)
    }

    /// As [`set_default`](Self::set_default), with whether the key was there.
    pub fn set_default_if_missing(&self, t: &Thread, key: &Object, default: &Object) -> PyResult<(Owned, bool)> {
        let hash = key_hash(t, key)?;
        // SAFETY: raw access to the table right after the lookup, which alone may run Python code.
        unsafe {
            if (*self.keys_ptr()).kind == Kind::Split && !keys::is_exact_str(key) {
                self.make_combined(t, Kind::General)?;
            }
            let found = self.lookup(t, key, hash);
            if found.0 == DKIX_ERROR {
                return Err(crate::Raised::assume());
            }
            if let Some(value) = Object::from_ptr_opt(found.1) {
                return Ok((value.own(), true));
            }
            self.insert_at(t, found, key, hash, default.own())?;
        }
        Ok((default.own(), false))
    }

    /// Copies the items of another dictionary into this one. With `overwrite` false, existing keys stay.
    pub fn merge_dict(&self, t: &Thread, other: &Self, overwrite: bool) -> PyResult<()> {
        if core::ptr::eq(self, other) || other.len() == 0 {
            return Ok(());
        }
        if self.is_watched() && self.len() == 0 && other.could_be_cloned() {
            return self.clone_watched(t, other);
        }
        // SAFETY: tables of their own, of which this one holds nothing; nothing runs.
        unsafe {
            let table = other.keys_ptr();
            let is_tight =
                || (*table).log2_size == keys::LOG_MINSIZE || keys::usable_fraction((*table).size() / 2) < other.len();
            if self.len() == 0 && self.has_own_table() && other.could_be_cloned() && is_tight() {
                let copied = DictKeys::duplicate(t, table);
                if copied.is_null() {
                    return Err(crate::errors::no_memory(t));
                }
                let old = core::mem::replace(&mut (*self.raw()).ma_keys, copied.cast());
                (*self.raw()).ma_used = (*other.raw()).ma_used;
                DictKeys::decref(old.cast());
                return Ok(());
            }
        }
        let expected = other.len();
        let mut pos = 0;
        let mut seen = 0;
        while let Some((key, hash, value)) = other.next_hashed(&mut pos) {
            if overwrite || self.get_item_known_hash(t, &key, hash)?.is_none() {
                self.insert(t, &key, hash, value)?;
            }
            seen += 1;
            if other.len() != expected {
                return Err(err!(t, RuntimeError, "dict mutated during update"));
            }
        }
        let _ = seen;
        Ok(())
    }

    /// Whether CPython copies this dictionary's table as it is: few entries of it are unused.
    fn could_be_cloned(&self) -> bool {
        // SAFETY: plain fields.
        unsafe { self.has_own_table() && (*self.keys_ptr()).nentries == (*self.raw()).ma_used }
    }

    /// Whether the table is no other's, and has the values, too.
    fn has_own_table(&self) -> bool {
        // SAFETY: plain fields.
        unsafe { self.values_ptr().is_null() && (*self.keys_ptr()).kind != Kind::Split }
    }

    /// Fills an empty watched dictionary; one event tells of it.
    fn clone_watched(&self, t: &Thread, other: &Self) -> PyResult<()> {
        watch::dict(DictEvent::Cloned, self, Some(other.as_object()), None);
        // SAFETY: plain field.
        let tag = unsafe { core::mem::replace(&mut (*self.raw())._ma_watcher_tag, 0) };
        let result = self.merge_dict(t, other, true);
        // SAFETY: as above.
        unsafe { (*self.raw())._ma_watcher_tag |= tag };
        result
    }

    /// A dictionary view over the inline values of an instance (`_PyObject_MaterializeManagedDict`).
    ///
    /// # Safety
    /// `values` are the valid inline values of an object whose type shares `table`.
    pub unsafe fn from_inline_values(
        t: &Thread,
        table: *mut DictKeys,
        values: *mut DictValues,
    ) -> PyResult<Owned<Self>> {
        // SAFETY: the caller's promise.
        unsafe {
            DictKeys::incref(table);
            let dict = match Self::with_keys(t, table) {
                Ok(dict) => dict,
                Err(raised) => {
                    DictKeys::decref(table);
                    return Err(raised);
                }
            };
            (*dict.raw()).ma_values = values.cast();
            (*dict.raw()).ma_used = (*values).size as isize;
            Ok(dict)
        }
    }

    /// Empties a dictionary with shared keys without giving its values back, so that whoever finds it meanwhile (the
    /// collector lists it) finds nothing.
    ///
    /// # Safety
    /// The caller gives the values back.
    pub unsafe fn forget_values(&self) {
        // SAFETY: the caller's promise.
        unsafe {
            let table = self.keys_ptr();
            (*self.raw()).ma_values = core::ptr::null_mut();
            (*self.raw()).ma_keys = keys::empty_keys().cast();
            (*self.raw()).ma_used = 0;
            DictKeys::decref(table);
        }
    }

    /// Copies the embedded values out of a dying instance into the dictionary that outlives it
    /// (`_PyDict_DetachFromObject`). False if there is no memory: the dictionary is empty then.
    ///
    /// # Safety
    /// The dictionary's values are embedded in an object that is being freed.
    pub unsafe fn detach_values(&self) -> bool {
        // SAFETY: the caller's promise; the references move with the bytes.
        unsafe {
            let values = self.values_ptr();
            if values.is_null() || (*values).embedded == 0 {
                return true;
            }
            let bytes = DictValues::byte_size((*values).capacity as usize);
            let copy = mem::alloc(bytes).cast::<DictValues>();
            if copy.is_null() {
                // No memory: the dictionary loses its items rather than pointing into freed memory.
                self.forget_values();
                (*values).valid = 0;
                (*values).size = 0;
                for i in 0..(*values).capacity as usize {
                    refcount::xdecref(*DictValues::slot(values, i));
                }
                return false;
            }
            core::ptr::copy_nonoverlapping(values.cast::<u8>(), copy.cast::<u8>(), bytes);
            (*copy).embedded = 0;
            (*values).valid = 0;
            (*values).size = 0;
            (*self.raw()).ma_values = copy.cast();
            true
        }
    }

    /// Key names and values as a tuple of pairs, for debugging and tests.
    pub fn first_item(&self) -> Option<(Owned, Owned)> {
        self.next(&mut 0)
    }
}

/// Hash of a key; the message for unhashable ones says that it was to be one.
#[inline(always)]
pub fn key_hash(t: &Thread, key: &Object) -> PyResult<isize> {
    match crate::hash::hash(t, key) {
        Ok(hash) => Ok(hash),
        Err(raised) => Err(crate::set::explain_unhashable(t, key, "a dict key", raised)),
    }
}

/// Adds a key to a shared table; `None` if the table is full. The key is new to the table.
///
/// # Safety
/// `key` is an exact `str` that is not in the table.
pub unsafe fn insert_split_key(table: *mut DictKeys, key: &Object, hash: isize) -> Option<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*table).usable <= 0 {
            return None;
        }
        let n = (*table).nentries as usize;
        (*table).version = 0;
        let slot = DictKeys::find_empty_slot(table, hash);
        DictKeys::set_index(table, slot, n as isize, hash);
        DictKeys::unicode_entries(table)
            .add(n)
            .write(UnicodeEntry { key: key.own().into_ptr(), value: core::ptr::null_mut() });
        (*table).usable -= 1;
        (*table).nentries += 1;
        Some(n)
    }
}

/// Frees a dictionary: `tp_dealloc`.
pub(crate) unsafe extern "C" fn dict_dealloc(op: *mut PyObject) {
    // SAFETY: the dictionary is dead.
    unsafe {
        let d = op.cast::<PyDictObject>();
        if (*d)._ma_watcher_tag & 0xff != 0
            && watch::show_dying(op, |op| watch::dict(DictEvent::Deallocated, op.cast_unchecked(), None, None))
        {
            return;
        }
        gc::maybe_untrack(op);
        let table = (*d).ma_keys.cast::<DictKeys>();
        let values = (*d).ma_values.cast::<DictValues>();
        if !values.is_null() {
            if (*values).embedded == 0 {
                for i in 0..(*values).capacity as usize {
                    refcount::xdecref(*DictValues::slot(values, i));
                }
                mem::free(values.cast());
            }
            DictKeys::decref(table);
        } else if !table.is_null() {
            DictKeys::decref(table);
        }
        let ty = (*op).ob_type;
        if core::ptr::eq(ty, typeobject::static_type::<PyDict>()) {
            let t = taipan_runtime::thread::current_ptr();
            if !t.is_null() && (*t).freelists().dicts.push(op.cast(), 80) {
                return;
            }
        }
        typeobject::free_instance(op, ty);
    }
}

impl PyDict {
    /// Pairs as a fresh tuple `(key, value)`.
    pub fn pair(t: &Thread, key: Owned, value: Owned) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_vec(t, vec![key, value])
    }
}

/// Makes the types of views and iterators ready.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    views::init_types(t)
}
