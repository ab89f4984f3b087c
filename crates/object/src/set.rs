//! `set` and `frozenset`: open addressing with short linear runs, laid out as C code expects.

use crate::abi::{self, PyObject, PySet_MINSIZE, PySetObject, setentry, visitproc};
use crate::argparse::{Args, check_positional};
use crate::dict::PyDict;
use crate::{
    Class, CompareOp, Head, Object, Own, Owned, PyList, PyResult, PyStr, PyTuple, PyType, Raised, Slot, Static, Thread,
    class, compare, err, errors, exceptions, hash, iter, layout, name, new_object, object, singletons, state,
    typeobject, upcast,
};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use taipan_runtime::{gc, mem, refcount};

layout!(
    /// `set`.
    PySet,
    PySetObject
);
layout!(
    /// `frozenset`.
    PyFrozenSet,
    PySetObject
);

/// Neighbours looked at before the probe sequence jumps.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// Key of entries whose element was removed; only its address matters.
static DUMMY: Static<PyObject> = Static::new(PyObject {
    ob_refcnt: abi::_Py_STATIC_REFCNT,
    ob_overflow: 0,
    ob_flags: abi::_Py_STATIC_FLAGS,
    ob_type: crate::object_type_ptr(),
});

/// The key of removed elements, for C code that looks into tables.
#[unsafe(no_mangle)]
pub static _PySet_Dummy: DummyPointer = DummyPointer(DUMMY.get());

/// An exported pointer to an object.
#[repr(transparent)]
pub struct DummyPointer(*mut PyObject);

// SAFETY: the address of a static object, never changed.
unsafe impl Sync for DummyPointer {}

/// Tables with a larger mask than this are beyond the caches of a core.
const FAR: usize = 1 << 14;

/// The first entry, of those from one to another, that is unused or has this hash; null if there is none. Of an unused entry
/// the hash is zero, of a dummy it is that of no key; `dummy` becomes the last of those that are passed.
#[inline(never)]
unsafe fn next_candidate(
    mut entry: *mut setentry,
    last: *mut setentry,
    hash: isize,
    dummy: &mut *mut setentry,
) -> *mut setentry {
    // SAFETY: the caller's promise: entries of a table.
    unsafe {
        loop {
            let found = (*entry).hash;
            if found == hash || found == 0 && (*entry).key.is_null() {
                return entry;
            }
            if found == -1 {
                *dummy = entry;
            }
            if entry == last {
                return core::ptr::null_mut();
            }
            entry = entry.add(1);
        }
    }
}

#[inline(always)]
fn is_dummy(key: *mut PyObject) -> bool {
    core::ptr::eq(key, DUMMY.get())
}

/// Where a key belongs in a table.
enum Place {
    /// The entry that has it.
    Taken(usize),
    /// The entry that it would be put into, which was never used.
    Unused(usize),
    /// The same if keys were removed on the way: the place of the last of them.
    Dummy(usize),
}

/// Hash of an element; the message for unhashable ones says that it was to be one.
pub fn element_hash(t: &Thread, key: &Object) -> PyResult<isize> {
    match hash::hash(t, key) {
        Ok(hash) => Ok(hash),
        Err(raised) => Err(explain_unhashable(t, key, "a set element", raised)),
    }
}

#[cold]
pub(crate) fn explain_unhashable(t: &Thread, key: &Object, role: &str, raised: Raised) -> Raised {
    let Some(exception) = errors::take(t) else { return raised };
    if !exception.is_exact::<exceptions::TypeError>() {
        return errors::restore_raised(t, exception);
    }
    let class = key.class().fully_qualified_name(t).map_or_else(
        |_| {
            errors::clear(t);
            key.class().name_lossy()
        },
        |name| name.to_string_lossy(),
    );
    let text = exception.str_lossy(t);
    err!(t, TypeError, "cannot use '{class}' as {role} ({text})")
}

/// A set or frozenset seen as its table.
pub fn any_set(object: &Object) -> Option<&PySet> {
    if object.is_instance_of::<PySet>() || object.is_instance_of::<PyFrozenSet>() {
        // SAFETY: both types share one layout.
        return Some(unsafe { object.cast_unchecked() });
    }
    None
}

fn any_set_exact(object: &Object) -> Option<&PySet> {
    if object.is_exact::<PySet>() || object.is_exact::<PyFrozenSet>() {
        // SAFETY: both types share one layout.
        return Some(unsafe { object.cast_unchecked() });
    }
    None
}

impl PySet {
    #[inline(always)]
    fn table(&self) -> *mut setentry {
        // SAFETY: plain field.
        unsafe { (*self.raw()).table }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).mask as usize }
    }

    #[inline(always)]
    fn fill(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).fill as usize }
    }

    /// The number of elements.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).used as usize }
    }

    /// An empty set of a set type (without calling `__init__`).
    pub fn alloc_of(t: &Thread, class: &PyType) -> PyResult<Owned<Self>> {
        let made = class.alloc(t, 0)?;
        // SAFETY: a fresh zeroed instance of a set type.
        unsafe {
            let raw = made.as_ptr().cast::<PySetObject>();
            (*raw).mask = PySet_MINSIZE as isize - 1;
            (*raw).table = (&raw mut (*raw).smalltable).cast();
            (*raw).hash = -1;
            Ok(made.cast_unchecked())
        }
    }

    /// A set of a given type with the elements of an iterable.
    pub fn make(t: &Thread, class: &PyType, iterable: Option<&Object>) -> PyResult<Owned<Self>> {
        let set = Self::alloc_of(t, class)?;
        if let Some(iterable) = iterable {
            set.update_from(t, iterable)?;
        }
        Ok(set)
    }

    /// As [`PySet::make`], of type `set` or `frozenset` like `like`.
    fn make_like(t: &Thread, like: &Self, iterable: Option<&Object>) -> PyResult<Owned<Self>> {
        let class = if upcast(like).is_instance_of::<PyFrozenSet>() { PyFrozenSet::class() } else { PySet::class() };
        Self::make(t, class, iterable)
    }

    /// Finds the entry of a key.
    #[inline]
    fn find(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Option<usize>> {
        Ok(match self.search(t, key, hash)? {
            Place::Taken(at) => Some(at),
            Place::Unused(_) | Place::Dummy(_) => None,
        })
    }

    /// Whether a key is there, if the first entry that it may have says so.
    #[inline(always)]
    fn has_at_once(&self, key: *mut PyObject, hash: isize) -> Option<bool> {
        // SAFETY: an entry of the table.
        unsafe {
            let entry = self.table().add(hash as usize & self.mask());
            if (*entry).key.is_null() {
                return Some(false);
            }
            (core::ptr::eq((*entry).key, key) && (*entry).hash == hash).then_some(true)
        }
    }

    /// Whether a key is there. Its `__eq__` may run.
    ///
    /// # Safety
    /// `key` is a live object, which the table of some set may hold alone.
    #[inline(always)]
    unsafe fn has(&self, t: &Thread, key: *mut PyObject, hash: isize) -> PyResult<bool> {
        if let Some(known) = self.has_at_once(key, hash) {
            return Ok(known);
        }
        // SAFETY: the caller's promise; nothing has run yet.
        let key = unsafe { Object::from_ptr(key) }.own();
        Ok(self.find(t, &key, hash)?.is_some())
    }

    /// Adds a key, which is not yet there as a rule. Its `__eq__` may run.
    ///
    /// # Safety
    /// As for [`Self::has`].
    #[inline(always)]
    unsafe fn put(&self, t: &Thread, key: *mut PyObject, hash: isize) -> PyResult<()> {
        // SAFETY: the caller's promise; the entry belongs to the table, which has room for more than this one.
        unsafe {
            let raw = self.raw();
            let entry = self.table().add(hash as usize & self.mask());
            if (*entry).key.is_null() && ((*raw).fill as usize + 1) * 5 < self.mask() * 3 {
                refcount::incref(key);
                *entry = setentry { key, hash };
                (*raw).fill += 1;
                (*raw).used += 1;
                return Ok(());
            }
            let key = Object::from_ptr(key).own();
            self.add_known_hash(t, &key, hash).map(drop)
        }
    }

    /// Finds the place of a key. The key's `__eq__` may run; the search starts again when that changes the table.
    fn search(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Place> {
        // SAFETY: the table is read afresh after every comparison that may have run Python code, and the candidate is
        // kept alive meanwhile.
        unsafe {
            'restart: loop {
                let (table, mask) = (self.table(), self.mask());
                let mut perturb = hash as usize;
                let mut i = perturb & mask;
                let mut dummy: *mut setentry = core::ptr::null_mut();
                loop {
                    let last = table.add(if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i });
                    let mut entry = table.add(i);
                    loop {
                        let first = (*entry).hash;
                        if first != hash && !(first == 0 && (*entry).key.is_null()) {
                            entry = next_candidate(entry, last, hash, &mut dummy);
                            if entry.is_null() {
                                break;
                            }
                        }
                        let found = (*entry).key;
                        let at = || entry.offset_from_unsigned(table);
                        if found.is_null() {
                            return Ok(match dummy.is_null() {
                                true => Place::Unused(at()),
                                false => Place::Dummy(dummy.offset_from_unsigned(table)),
                            });
                        }
                        if core::ptr::eq(found, key.as_ptr()) {
                            return Ok(Place::Taken(at()));
                        }
                        let candidate = Object::from_ptr(found);
                        let equal = match compare::plain_equal(candidate, key) {
                            Some(equal) => equal,
                            None => {
                                let candidate = candidate.own();
                                let equal = compare::rich_compare_bool(t, &candidate, key, CompareOp::Eq)?;
                                if !core::ptr::eq(table, self.table())
                                    || mask != self.mask()
                                    || !core::ptr::eq((*entry).key, found)
                                    || !dummy.is_null() && !is_dummy((*dummy).key)
                                {
                                    continue 'restart;
                                }
                                equal
                            }
                        };
                        if equal {
                            return Ok(Place::Taken(at()));
                        }
                        if entry == last {
                            break;
                        }
                        entry = entry.add(1);
                    }
                    perturb >>= PERTURB_SHIFT;
                    i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
                }
            }
        }
    }

    /// Adds an element with a known hash; false if it was there.
    pub fn add_known_hash(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<bool> {
        // SAFETY: nothing ran since the search, so the free entry is still the key's place.
        unsafe {
            let raw = self.raw();
            let (at, is_reused) = match self.search(t, key, hash)? {
                Place::Taken(_) => return Ok(false),
                Place::Dummy(at) => (at, true),
                Place::Unused(at) => (at, false),
            };
            *self.table().add(at) = setentry { key: key.own().into_ptr(), hash };
            (*raw).used += 1;
            if is_reused {
                return Ok(true);
            }
            (*raw).fill += 1;
            if (*raw).fill as usize * 5 < self.mask() * 3 {
                return Ok(true);
            }
            let used = self.len();
            self.resize(t, if used > 50_000 { used * 2 } else { used * 4 })?;
        }
        Ok(true)
    }

    /// The first unused entry of a hash's probe sequence.
    unsafe fn unused_slot(&self, hash: isize) -> usize {
        // SAFETY: the table is never full.
        unsafe {
            let (table, mask) = (self.table(), self.mask());
            let mut perturb = hash as usize;
            let mut i = perturb & mask;
            loop {
                let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
                if let Some(at) = (i..=last).find(|&at| (*table.add(at)).key.is_null()) {
                    return at;
                }
                perturb >>= PERTURB_SHIFT;
                i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
            }
        }
    }

    /// Adds an element; false if it was there.
    pub fn add_key(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let hash = element_hash(t, key)?;
        self.add_known_hash(t, key, hash)
    }

    /// Whether an element is there.
    pub fn contains_key(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let hash = element_hash(t, key)?;
        match self.has_at_once(key.as_ptr(), hash) {
            Some(known) => Ok(known),
            None => Ok(self.find(t, key, hash)?.is_some()),
        }
    }

    /// Whether an element is there; a mutable set is looked for as the frozenset of its elements.
    pub fn contains_or_set(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let hash = Self::hash_or_set(t, key)?;
        match self.has_at_once(key.as_ptr(), hash) {
            Some(known) => Ok(known),
            None => Ok(self.find(t, key, hash)?.is_some()),
        }
    }

    fn hash_or_set(t: &Thread, key: &Object) -> PyResult<isize> {
        match element_hash(t, key) {
            Ok(hash) => Ok(hash),
            Err(raised) => match key.downcast::<PySet>() {
                Some(set) if errors::matches::<exceptions::TypeError>(t) => {
                    errors::clear(t);
                    Ok(set.content_hash())
                }
                _ => Err(raised),
            },
        }
    }

    /// Removes an element with a known hash; false if it was not there.
    pub fn discard_known_hash(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<bool> {
        let Some(at) = self.find(t, key, hash)? else { return Ok(false) };
        // SAFETY: nothing ran since the search.
        drop(unsafe { self.remove_at(at) });
        Ok(true)
    }

    /// Removes an element; false if it was not there.
    pub fn discard_key(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let hash = element_hash(t, key)?;
        self.discard_known_hash(t, key, hash)
    }

    unsafe fn remove_at(&self, at: usize) -> Owned {
        // SAFETY: the caller found a live entry there.
        unsafe {
            let entry = self.table().add(at);
            let key = core::mem::replace(&mut (*entry).key, DUMMY.get());
            (*entry).hash = -1;
            (*self.raw()).used -= 1;
            Owned::from_ptr(key)
        }
    }

    /// Whether elements go all over a table of `mask + 1` entries, as far as a few of them show; numbers in a row fill a part.
    fn is_scattered(&self, mask: usize) -> bool {
        const SAMPLES: usize = 32;
        let step = (self.mask() / SAMPLES).max(1);
        let (mut scattered, mut dense) = (0, 0);
        for i in (0..=self.mask()).step_by(step) {
            // SAFETY: an entry of the table.
            let entry = unsafe { *self.table().add(i) };
            if !entry.key.is_null() && !is_dummy(entry.key) {
                *if entry.hash as usize > mask { &mut scattered } else { &mut dense } += 1;
            }
        }
        scattered > dense
    }

    /// Says that a key, if its hash is at hand, will be looked for soon.
    #[inline(always)]
    fn expect(&self, key: &Object) {
        if self.mask() >= FAR
            && let Some(hash) = hash::at_hand(key)
        {
            mem::prefetch(self.table().wrapping_add(hash as usize & self.mask()));
        }
    }

    /// Has the key of an entry that a walk at `pos` will come to loaded, if the set is large.
    #[inline(always)]
    fn expect_keys(&self, pos: usize) {
        if self.mask() >= FAR {
            // SAFETY: an entry of the table.
            let later = unsafe { (*self.table().add((pos + mem::AHEAD) & self.mask())).key };
            mem::prefetch(if later.is_null() { self.table().cast() } else { later });
        }
    }

    /// Says that what a walk at `pos` will come to will be looked for in another set, or put there.
    #[inline(always)]
    fn expect_in(&self, pos: usize, other: &Self) {
        if other.mask() >= FAR {
            // SAFETY: an entry of the table.
            let later = unsafe { (*self.table().add((pos + mem::AHEAD) & self.mask())).hash };
            mem::prefetch(other.table().wrapping_add(later as usize & other.mask()));
        }
    }

    /// As [`Self::expect`] for an item of a list or tuple, of which the one twice as far ahead is asked for, too.
    #[inline(always)]
    fn expect_item(&self, items: &[&Object], i: usize) {
        if let Some(item) = items.get(i + mem::AHEAD) {
            self.expect(item);
        }
        if let Some(item) = items.get(i + 2 * mem::AHEAD) {
            mem::prefetch(item.as_ptr());
        }
    }

    /// Rebuilds the table with more than `min_used` entries.
    fn resize(&self, t: &Thread, min_used: usize) -> PyResult<()> {
        let mut size = PySet_MINSIZE;
        while size <= min_used {
            size <<= 1;
        }
        // SAFETY: keys move from the old table to the new one; nothing runs meanwhile.
        unsafe {
            let raw = self.raw();
            let small: *mut setentry = (&raw mut (*raw).smalltable).cast();
            let old_table = self.table();
            let old_mask = self.mask();
            let was_small = core::ptr::eq(old_table, small);
            let mut copy = [setentry { key: core::ptr::null_mut(), hash: 0 }; PySet_MINSIZE];
            let (new_table, source) = if size == PySet_MINSIZE {
                if was_small {
                    if (*raw).fill == (*raw).used {
                        return Ok(());
                    }
                    core::ptr::copy_nonoverlapping(small, copy.as_mut_ptr(), PySet_MINSIZE);
                    (small, copy.as_mut_ptr())
                } else {
                    (small, old_table)
                }
            } else {
                let bytes = size.saturating_mul(size_of::<setentry>());
                let soon = if self.is_scattered(size - 1) { bytes } else { 0 };
                let block = mem::alloc_table(bytes, soon).cast::<setentry>();
                if block.is_null() {
                    return Err(errors::no_memory(t));
                }
                (block, old_table)
            };
            if size == PySet_MINSIZE {
                core::ptr::write_bytes(new_table, 0, size);
            }
            (*raw).mask = size as isize - 1;
            (*raw).table = new_table;
            for i in 0..=old_mask {
                let entry = *source.add(i);
                // Within the table or not, nothing is read there.
                let later = (*source.wrapping_add((i + mem::AHEAD) & old_mask)).hash;
                mem::prefetch(new_table.wrapping_add(later as usize & (size - 1)));
                if !entry.key.is_null() && !is_dummy(entry.key) {
                    let at = self.unused_slot(entry.hash);
                    *new_table.add(at) = entry;
                }
            }
            (*raw).fill = (*raw).used;
            if !was_small {
                mem::free_array(old_table.cast(), (old_mask + 1) * size_of::<setentry>());
            }
        }
        Ok(())
    }

    /// The next element of an iteration with its hash; `pos` starts at zero.
    #[inline]
    pub fn next(&self, pos: &mut usize) -> Option<(Owned, isize)> {
        // SAFETY: positions are checked against the table as it is now; the key is taken before anything else happens.
        unsafe {
            let (table, mask) = (self.table(), self.mask());
            while *pos <= mask {
                let entry = table.add(*pos);
                *pos += 1;
                self.expect_keys(*pos);
                if !(*entry).key.is_null() && !is_dummy((*entry).key) {
                    return Some((Object::from_ptr((*entry).key).own(), (*entry).hash));
                }
            }
        }
        None
    }

    /// As [`Self::next`], but nobody keeps the element.
    #[inline(always)]
    fn next_borrowed(&self, pos: &mut usize) -> Option<(*mut PyObject, isize)> {
        // SAFETY: positions are checked against the table as it is now.
        unsafe {
            let (table, mask) = (self.table(), self.mask());
            while *pos <= mask {
                let entry = table.add(*pos);
                *pos += 1;
                self.expect_keys(*pos);
                if !(*entry).key.is_null() && !is_dummy((*entry).key) {
                    return Some(((*entry).key, (*entry).hash));
                }
            }
        }
        None
    }

    /// The elements in iteration order.
    pub fn keys(&self) -> Vec<Owned> {
        let mut out = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some((key, _)) = self.next(&mut pos) {
            out.push(key);
        }
        out
    }

    /// Removes everything.
    pub fn clear_keys(&self) {
        // SAFETY: the set is empty before any element is given back.
        unsafe {
            let raw = self.raw();
            let (table, mask, fill) = (self.table(), self.mask(), self.fill());
            let small: *mut setentry = (&raw mut (*raw).smalltable).cast();
            if fill == 0 && core::ptr::eq(table, small) {
                return;
            }
            let mut copy = [setentry { key: core::ptr::null_mut(), hash: 0 }; PySet_MINSIZE];
            let on_heap = !core::ptr::eq(table, small);
            let source = if on_heap {
                table
            } else {
                core::ptr::copy_nonoverlapping(small, copy.as_mut_ptr(), PySet_MINSIZE);
                copy.as_mut_ptr()
            };
            core::ptr::write_bytes(small, 0, PySet_MINSIZE);
            (*raw).fill = 0;
            (*raw).used = 0;
            (*raw).mask = PySet_MINSIZE as isize - 1;
            (*raw).table = small;
            (*raw).hash = -1;
            for i in 0..=mask {
                let key = (*source.add(i)).key;
                if !key.is_null() && !is_dummy(key) {
                    refcount::decref(key);
                }
            }
            if on_heap {
                mem::free_array(table.cast(), (mask + 1) * size_of::<setentry>());
            }
        }
    }

    /// Exchanges the contents of two sets.
    fn swap_bodies(&self, other: &Self) {
        // SAFETY: tables move with the fields that describe them; small tables are swapped by content.
        unsafe {
            let (a, b) = (self.raw(), other.raw());
            let a_small: *mut setentry = (&raw mut (*a).smalltable).cast();
            let b_small: *mut setentry = (&raw mut (*b).smalltable).cast();
            core::mem::swap(&mut (*a).fill, &mut (*b).fill);
            core::mem::swap(&mut (*a).used, &mut (*b).used);
            core::mem::swap(&mut (*a).mask, &mut (*b).mask);
            let a_table = if core::ptr::eq((*a).table, a_small) { b_small } else { (*a).table };
            let b_table = if core::ptr::eq((*b).table, b_small) { a_small } else { (*b).table };
            (*a).table = b_table;
            (*b).table = a_table;
            core::ptr::swap(a_small.cast::<[setentry; PySet_MINSIZE]>(), b_small.cast());
            (*a).hash = -1;
            (*b).hash = -1;
        }
    }

    fn merge(&self, t: &Thread, other: &Self) -> PyResult<()> {
        if core::ptr::eq(self, other) || other.len() == 0 {
            return Ok(());
        }
        if (self.fill() + other.len()) * 5 >= self.mask() * 3 {
            self.resize(t, (self.len() + other.len()) * 2)?;
        }
        // SAFETY: into an empty table distinct keys go without comparison, so nothing runs.
        unsafe {
            let raw = self.raw();
            if self.fill() == 0 && self.mask() == other.mask() && other.fill() == other.len() {
                for i in 0..=other.mask() {
                    let entry = *other.table().add(i);
                    other.expect_keys(i);
                    if !entry.key.is_null() {
                        refcount::incref(entry.key);
                        *self.table().add(i) = entry;
                    }
                }
                (*raw).fill = other.len() as isize;
                (*raw).used = other.len() as isize;
                return Ok(());
            }
            if self.fill() == 0 {
                for i in 0..=other.mask() {
                    let entry = *other.table().add(i);
                    other.expect_keys(i);
                    other.expect_in(i, self);
                    if !entry.key.is_null() && !is_dummy(entry.key) {
                        refcount::incref(entry.key);
                        let at = self.unused_slot(entry.hash);
                        *self.table().add(at) = entry;
                    }
                }
                (*raw).fill = other.len() as isize;
                (*raw).used = other.len() as isize;
                return Ok(());
            }
        }
        let mut pos = 0;
        while let Some((key, hash)) = other.next(&mut pos) {
            other.expect_in(pos, self);
            self.add_known_hash(t, &key, hash)?;
        }
        Ok(())
    }

    /// `set.update` with one iterable.
    pub fn update_from(&self, t: &Thread, iterable: &Object) -> PyResult<()> {
        if let Some(other) = any_set(iterable) {
            return self.merge(t, other);
        }
        if let Some(dict) = iterable.downcast_exact::<PyDict>() {
            if (self.fill() + dict.len()) * 5 >= self.mask() * 3 {
                self.resize(t, (self.len() + dict.len()) * 2)?;
            }
            let mut pos = 0;
            while let Some((key, hash)) = dict_next(dict, &mut pos) {
                self.add_known_hash(t, &key, hash)?;
            }
            return Ok(());
        }
        if let Some(list) = iterable.downcast_exact::<PyList>() {
            // An iterator sees the list as it is at each step, too.
            let mut i = 0;
            while let Some(item) = list.get(i) {
                // SAFETY: nothing runs while the items are looked at.
                self.expect_item(unsafe { list.as_slice() }, i);
                self.add_key(t, &item)?;
                i += 1;
            }
            return Ok(());
        }
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
            return tuple.as_slice().iter().enumerate().try_for_each(|(i, item)| {
                self.expect_item(tuple.as_slice(), i);
                self.add_key(t, item).map(drop)
            });
        }
        iter::for_each(t, iterable, |item| self.add_key(t, &item).map(drop))
    }

    fn copy_plain(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make_like(t, self, Some(upcast(self)))
    }

    pub(crate) fn difference_update_from(&self, t: &Thread, other: &Object) -> PyResult<()> {
        if core::ptr::addr_eq(self, other) {
            self.clear_keys();
            return Ok(());
        }
        if let Some(other) = any_set(other) {
            // A smaller set is walked; of a much larger one, only what is here can matter.
            let _keep = upcast(other).own();
            if other.len() / 8 > self.len() {
                let mut pos = 0;
                let mut common = Vec::new();
                while let Some((key, hash)) = self.next(&mut pos) {
                    self.expect_in(pos, other);
                    if other.find(t, &key, hash)?.is_some() {
                        common.push((key, hash));
                    }
                }
                for (key, hash) in common {
                    self.discard_known_hash(t, &key, hash)?;
                }
            } else {
                let mut pos = 0;
                while let Some((key, hash)) = other.next(&mut pos) {
                    other.expect_in(pos, self);
                    self.discard_known_hash(t, &key, hash)?;
                }
            }
        } else {
            iter::for_each(t, other, |item| self.discard_key(t, &item).map(drop))?;
        }
        self.shrink_dummies(t)
    }

    /// Rebuilds the table when more than a quarter of it is dummies.
    fn shrink_dummies(&self, t: &Thread) -> PyResult<()> {
        if (self.fill() - self.len()) <= self.mask() / 4 {
            return Ok(());
        }
        let used = self.len();
        self.resize(t, if used > 50_000 { used * 2 } else { used * 4 })
    }

    fn difference_with(&self, t: &Thread, other: &Object) -> PyResult<Owned<Self>> {
        let other_len = if let Some(set) = any_set(other) {
            set.len()
        } else if let Some(dict) = other.downcast_exact::<PyDict>() {
            dict.len()
        } else {
            let copy = self.copy_plain(t)?;
            copy.difference_update_from(t, other)?;
            return Ok(copy);
        };
        if self.len() >> 2 > other_len {
            let copy = self.copy_plain(t)?;
            copy.difference_update_from(t, other)?;
            return Ok(copy);
        }
        let result = Self::make_like(t, self, None)?;
        let mut pos = 0;
        if let Some(set) = any_set(other) {
            while let Some((key, hash)) = self.next_borrowed(&mut pos) {
                self.expect_in(pos, set);
                self.expect_in(pos, &result);
                // SAFETY: the key is in the table; if something runs meanwhile, it is kept.
                unsafe {
                    match set.has_at_once(key, hash) {
                        Some(true) => {}
                        Some(false) => result.put(t, key, hash)?,
                        None => {
                            let key = Object::from_ptr(key).own();
                            if set.find(t, &key, hash)?.is_none() {
                                result.put(t, key.as_ptr(), hash)?;
                            }
                        }
                    }
                }
            }
            return Ok(result);
        }
        let Some(dict) = other.downcast_exact::<PyDict>() else { return Ok(result) };
        while let Some((key, hash)) = self.next(&mut pos) {
            if dict.get_item_known_hash(t, &key, hash)?.is_none() {
                result.add_known_hash(t, &key, hash)?;
            }
        }
        Ok(result)
    }

    fn difference_multi(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<Self>> {
        let Some((first, rest)) = others.split_first() else { return self.copy_plain(t) };
        let result = self.difference_with(t, first)?;
        for other in rest {
            result.difference_update_from(t, other)?;
        }
        Ok(result)
    }

    pub(crate) fn intersection_with(&self, t: &Thread, other: &Object) -> PyResult<Owned<Self>> {
        if core::ptr::addr_eq(self, other) {
            return self.copy_plain(t);
        }
        let result = Self::make_like(t, self, None)?;
        if let Some(other) = any_set(other) {
            let (small, large) = if other.len() > self.len() { (self, other) } else { (other, self) };
            let _keep = (upcast(small).own(), upcast(large).own());
            let mut pos = 0;
            while let Some((key, hash)) = small.next_borrowed(&mut pos) {
                small.expect_in(pos, large);
                // SAFETY: the key is in the table; if something runs meanwhile, it is kept.
                unsafe {
                    match large.has_at_once(key, hash) {
                        Some(true) => result.put(t, key, hash)?,
                        Some(false) => {}
                        None => {
                            let key = Object::from_ptr(key).own();
                            if large.find(t, &key, hash)?.is_some() {
                                result.put(t, key.as_ptr(), hash)?;
                            }
                        }
                    }
                }
            }
            return Ok(result);
        }
        let iterator = iter::get_iter(t, other)?;
        while let Some(item) = iter::next(t, &iterator)? {
            let hash = element_hash(t, &item)?;
            if self.find(t, &item, hash)?.is_some() {
                result.add_known_hash(t, &item, hash)?;
                // Everything is found: the rest is not asked for.
                if result.len() >= self.len() {
                    break;
                }
            }
        }
        Ok(result)
    }

    fn intersection_multi(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<Self>> {
        let Some((first, rest)) = others.split_first() else { return self.copy_plain(t) };
        let mut result = self.intersection_with(t, first)?;
        for other in rest {
            result = result.intersection_with(t, other)?;
        }
        Ok(result)
    }

    fn union_multi(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<Self>> {
        let result = self.copy_plain(t)?;
        for other in others {
            if !core::ptr::addr_eq(self, *other) {
                result.update_from(t, other)?;
            }
        }
        Ok(result)
    }

    pub(crate) fn symmetric_difference_update_from(&self, t: &Thread, other: &Object) -> PyResult<()> {
        if core::ptr::addr_eq(self, other) {
            self.clear_keys();
            return Ok(());
        }
        if let Some(dict) = other.downcast_exact::<PyDict>() {
            let mut pos = 0;
            while let Some((key, hash)) = dict_next(dict, &mut pos) {
                if !self.discard_known_hash(t, &key, hash)? {
                    self.add_known_hash(t, &key, hash)?;
                }
            }
            return Ok(());
        }
        let other = match any_set(other) {
            Some(set) => set.own(),
            None => Self::make_like(t, self, Some(other))?,
        };
        let mut pos = 0;
        while let Some((key, hash)) = other.next(&mut pos) {
            if !self.discard_known_hash(t, &key, hash)? {
                self.add_known_hash(t, &key, hash)?;
            }
        }
        Ok(())
    }

    fn symmetric_difference_with(&self, t: &Thread, other: &Object) -> PyResult<Owned<Self>> {
        let result = Self::make_like(t, self, Some(other))?;
        result.symmetric_difference_update_from(t, upcast(self))?;
        Ok(result)
    }

    fn is_subset_of(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        let made;
        let other = match any_set(other) {
            Some(set) => set,
            None => {
                made = PySet::make(t, PySet::class(), Some(other))?;
                &*made
            }
        };
        if self.len() > other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((key, hash)) = self.next_borrowed(&mut pos) {
            // SAFETY: the key is in the table.
            if !unsafe { other.has(t, key, hash)? } {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_superset_of(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        if let Some(set) = any_set(other) {
            return set.is_subset_of(t, upcast(self));
        }
        let iterator = iter::get_iter(t, other)?;
        while let Some(item) = iter::next(t, &iterator)? {
            if !self.contains_key(t, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_disjoint_from(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        if core::ptr::addr_eq(self, other) {
            return Ok(self.len() == 0);
        }
        if let Some(other) = any_set_exact(other) {
            let (small, large) = if other.len() > self.len() { (self, other) } else { (other, self) };
            let mut pos = 0;
            while let Some((key, hash)) = small.next_borrowed(&mut pos) {
                // SAFETY: the key is in the table.
                if unsafe { large.has(t, key, hash)? } {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = iter::get_iter(t, other)?;
        while let Some(item) = iter::next(t, &iterator)? {
            if self.contains_key(t, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The hash of a frozenset with these elements: their order does not matter.
    fn content_hash(&self) -> isize {
        fn shuffle(h: usize) -> usize {
            ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167)
        }
        let mut hash = 0usize;
        let mut pos = 0;
        while let Some((_, h)) = self.next(&mut pos) {
            hash ^= shuffle(h as usize);
        }
        hash ^= self.len().wrapping_add(1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == usize::MAX { 590_923_713 } else { hash as isize }
    }

    /// The known hash of a frozenset, or -1.
    fn cached_hash(&self) -> isize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).hash }
    }

    fn rich_compare_with(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(w) = any_set(other) else { return singletons::ok_not_implemented() };
        let truth = match op {
            CompareOp::Eq => {
                let hashes_differ =
                    self.cached_hash() != -1 && w.cached_hash() != -1 && self.cached_hash() != w.cached_hash();
                if self.len() != w.len() || hashes_differ { false } else { self.is_subset_of(t, other)? }
            }
            CompareOp::Ne => {
                let equal = compare::rich_compare(t, upcast(self), other, CompareOp::Eq)?.is_true(t)?;
                !equal
            }
            CompareOp::Le => self.is_subset_of(t, other)?,
            CompareOp::Ge => w.is_subset_of(t, upcast(self))?,
            CompareOp::Lt => self.len() < w.len() && self.is_subset_of(t, other)?,
            CompareOp::Gt => self.len() > w.len() && w.is_subset_of(t, upcast(self))?,
        };
        Ok(singletons::bool(truth).own())
    }

    fn repr_text(&self, t: &Thread) -> PyResult {
        let this = upcast(self);
        let name = this.class().name_lossy();
        if !state::repr_enter(t, this) {
            return PyStr::from_fmt(t, format_args!("{name}(...)")).map(Owned::into_object);
        }
        let result = self.repr_inner(t, &name);
        state::repr_leave(t, this);
        result
    }

    fn repr_inner(&self, t: &Thread, name: &str) -> PyResult {
        if self.len() == 0 {
            return PyStr::from_fmt(t, format_args!("{name}()")).map(Owned::into_object);
        }
        let exact = upcast(self).is_exact::<PySet>();
        let mut parts: Vec<Owned<PyStr>> = Vec::new();
        for key in self.keys() {
            parts.push(key.repr(t)?);
        }
        let separator = name!(t, ", ");
        let inner = PyStr::join_all(t, Some(separator), &parts)?;
        let (open, close) = if exact { ("{".to_string(), "}") } else { (format!("{name}({{"), "})") };
        let open = PyStr::from_str(t, &open)?;
        let close = PyStr::from_str(t, close)?;
        PyStr::concat_all(t, &[&open, &inner, &close]).map(Owned::into_object)
    }

    fn reduce_state(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let this = upcast(self);
        // Through a subclass's `__iter__`, whose order may be another one.
        let keys = PyList::from_iterable(t, this)?;
        let args = PyTuple::from_vec(t, vec![keys.into_object()])?;
        let state = this.call_method(t, name!(t, "__getstate__"), &[])?;
        PyTuple::from_vec(t, vec![this.class().as_object().own(), args.into_object(), state])
    }

    fn byte_size(&self) -> usize {
        // SAFETY: plain fields of a live type and set.
        unsafe {
            let basic = (*upcast(self).class().as_type_ptr()).tp_basicsize as usize;
            let small: *mut setentry = (&raw mut (*self.raw()).smalltable).cast();
            if core::ptr::eq(self.table(), small) { basic } else { basic + (self.mask() + 1) * size_of::<setentry>() }
        }
    }
}

/// The next key of a dictionary with its hash.
fn dict_next(dict: &PyDict, pos: &mut usize) -> Option<(Owned, isize)> {
    dict.next_hashed(pos).map(|(key, hash, _)| (key, hash))
}

unsafe extern "C" fn set_dealloc(op: *mut PyObject) {
    // SAFETY: the set is dead.
    unsafe {
        gc::maybe_untrack(op);
        let raw = op.cast::<PySetObject>();
        if !(*raw).weakreflist.is_null() {
            crate::weakref::clear_weakrefs(op);
        }
        // Nobody sees the set any more.
        let set = Object::from_ptr(op).cast_unchecked::<PySet>();
        let (table, mut left) = (set.table(), (*raw).used);
        let mut i = 0;
        while left > 0 {
            let key = (*table.add(i)).key;
            set.expect_keys(i);
            if !key.is_null() && !is_dummy(key) {
                refcount::decref(key);
                left -= 1;
            }
            i += 1;
        }
        let small: *mut setentry = (&raw mut (*raw).smalltable).cast();
        if !core::ptr::eq(table, small) {
            mem::free_array(table.cast(), (set.mask() + 1) * size_of::<setentry>());
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn set_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live set.
    unsafe {
        let set = Object::from_ptr(op).cast_unchecked::<PySet>();
        for i in 0..=set.mask() {
            let key = (*set.table().add(i)).key;
            set.expect_keys(i);
            if !key.is_null() && !is_dummy(key) {
                let result = visit(key, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn set_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live set.
    unsafe { Object::from_ptr(op).cast_unchecked::<PySet>().clear_keys() };
    0
}

fn operands<'a>(left: &'a Object, right: &'a Object) -> Option<(&'a PySet, &'a PySet)> {
    Some((any_set(left)?, any_set(right)?))
}

macro_rules! set_class {
    ($name:ident, $text:literal, $export:ident, $doc:literal, $generic:literal, { $($extra:tt)* }) => {
        #[class(name = $text, layout, export = $export, flags(BASETYPE, HAVE_GC, MATCH_SELF), doc = $doc,
            dealloc = set_dealloc, traverse = set_traverse, clear = set_clear)]
        impl $name {
            $($extra)*

            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                self.so().repr_text(t)
            }

            #[slot]
            fn tp_iter(&self, t: &Thread) -> PyResult {
                set_iter(t, self.so())
            }

            #[slot]
            fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
                self.so().rich_compare_with(t, other, op)
            }

            #[slot]
            fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
                Ok(self.so().len())
            }

            #[slot]
            fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
                self.so().contains_or_set(t, other)
            }

            #[slot]
            fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
                match operands(left, right) {
                    Some((a, _)) => a.difference_with(t, right).map(Owned::into_object),
                    None => singletons::ok_not_implemented(),
                }
            }

            #[slot]
            fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
                match operands(left, right) {
                    Some((a, _)) => a.intersection_with(t, right).map(Owned::into_object),
                    None => singletons::ok_not_implemented(),
                }
            }

            #[slot]
            fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
                match operands(left, right) {
                    Some((a, _)) => a.symmetric_difference_with(t, right).map(Owned::into_object),
                    None => singletons::ok_not_implemented(),
                }
            }

            #[slot]
            fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
                match operands(left, right) {
                    Some((a, _)) => a.union_multi(t, &[right]).map(Owned::into_object),
                    None => singletons::ok_not_implemented(),
                }
            }

            /// x.__contains__(y) <==> y in x.
            #[method(name = "__contains__", flags = crate::abi::METH_COEXIST)]
            fn contains_method(&self, t: &Thread, object: &Object) -> PyResult<bool> {
                self.so().contains_or_set(t, object)
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method(sig = "(*others)")]
            fn difference(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<PySet>> {
                self.so().difference_multi(t, others)
            }

            /// Return a new set with elements common to the set and all others.
            #[method(sig = "(*others)")]
            fn intersection(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<PySet>> {
                self.so().intersection_multi(t, others)
            }

            /// Return True if two sets have a null intersection.
            #[method]
            fn isdisjoint(&self, t: &Thread, other: &Object) -> PyResult<bool> {
                self.so().is_disjoint_from(t, other)
            }

            /// Report whether another set contains this set.
            #[method]
            fn issubset(&self, t: &Thread, other: &Object) -> PyResult<bool> {
                self.so().is_subset_of(t, other)
            }

            /// Report whether this set contains another set.
            #[method]
            fn issuperset(&self, t: &Thread, other: &Object) -> PyResult<bool> {
                self.so().is_superset_of(t, other)
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
                self.so().reduce_state(t)
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method(name = "__sizeof__")]
            fn sizeof(&self, _t: &Thread) -> usize {
                self.so().byte_size()
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method]
            fn symmetric_difference(&self, t: &Thread, other: &Object) -> PyResult<Owned<PySet>> {
                self.so().symmetric_difference_with(t, other)
            }

            /// Return a new set with elements from the set and all others.
            #[method(sig = "(*others)")]
            fn union(&self, t: &Thread, others: &[&Object]) -> PyResult<Owned<PySet>> {
                self.so().union_multi(t, others)
            }

            #[doc = $generic]
            #[classmethod]
            fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
                state::generic_alias(t, cls, object)
            }
        }

        impl $name {
            #[inline(always)]
            fn so(&self) -> &PySet {
                // SAFETY: both types share one layout.
                unsafe { upcast(self).cast_unchecked() }
            }
        }
    };
}

set_class!(
    PySet,
    "set",
    PySet_Type,
    "set(iterable=(), /)\n--\n\nBuild an unordered collection of unique elements.",
    "sets are generic over the type of their elements",
    {
        #[slot]
        fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
            PySet::alloc_of(t, cls).map(Owned::into_object)
        }

        #[slot]
        fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
            args.no_keywords(t, "set")?;
            check_positional(t, "set", args.pos.len(), 0, 1)?;
            self.clear_keys();
            match args.pos.first() {
                Some(iterable) => self.update_from(t, iterable),
                None => Ok(()),
            }
        }

        #[slot]
        fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
            args.no_keywords(t, "set")?;
            check_positional(t, "set", args.pos.len(), 0, 1)?;
            PySet::make(t, cls, args.pos.first().copied()).map(Owned::into_object)
        }

        #[slot]
        fn nb_inplace_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
            let (Some(this), Some(_)) = (left.downcast::<PySet>(), any_set(right)) else {
                return singletons::ok_not_implemented();
            };
            this.difference_update_from(t, right)?;
            Ok(left.own())
        }

        #[slot]
        fn nb_inplace_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
            let (Some(this), Some(_)) = (left.downcast::<PySet>(), any_set(right)) else {
                return singletons::ok_not_implemented();
            };
            let result = this.intersection_with(t, right)?;
            this.swap_bodies(&result);
            Ok(left.own())
        }

        #[slot]
        fn nb_inplace_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
            let (Some(this), Some(_)) = (left.downcast::<PySet>(), any_set(right)) else {
                return singletons::ok_not_implemented();
            };
            this.symmetric_difference_update_from(t, right)?;
            Ok(left.own())
        }

        #[slot]
        fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
            let (Some(this), Some(_)) = (left.downcast::<PySet>(), any_set(right)) else {
                return singletons::ok_not_implemented();
            };
            this.update_from(t, right)?;
            Ok(left.own())
        }

        /// Add an element to a set.
        ///
        /// This has no effect if the element is already present.
        #[method]
        fn add(&self, t: &Thread, object: &Object) -> PyResult<()> {
            self.add_key(t, object).map(drop)
        }

        /// Remove all elements from this set.
        #[method]
        fn clear(&self, _t: &Thread) {
            self.clear_keys();
        }

        /// Return a shallow copy of a set.
        #[method]
        fn copy(&self, t: &Thread) -> PyResult<Owned<PySet>> {
            self.copy_plain(t)
        }

        /// Remove an element from a set if it is a member.
        ///
        /// Unlike set.remove(), the discard() method does not raise
        /// an exception when an element is missing from the set.
        #[method]
        fn discard(&self, t: &Thread, object: &Object) -> PyResult<()> {
            let hash = PySet::hash_or_set(t, object)?;
            self.discard_known_hash(t, object, hash).map(drop)
        }

        /// Update the set, removing elements found in others.
        #[method(sig = "(*others)")]
        fn difference_update(&self, t: &Thread, others: &[&Object]) -> PyResult<()> {
            for other in others {
                self.difference_update_from(t, other)?;
            }
            Ok(())
        }

        /// Update the set, keeping only elements found in it and all others.
        #[method(sig = "(*others)")]
        fn intersection_update(&self, t: &Thread, others: &[&Object]) -> PyResult<()> {
            let result = self.intersection_multi(t, others)?;
            self.swap_bodies(&result);
            Ok(())
        }

        /// Remove and return an arbitrary set element.
        ///
        /// Raises KeyError if the set is empty.
        #[method]
        fn pop(&self, t: &Thread) -> PyResult {
            if self.len() == 0 {
                return Err(err!(t, KeyError, "pop from an empty set"));
            }
            // SAFETY: a set that is not empty has a live entry; the search wraps around.
            unsafe {
                let raw = self.raw();
                let mask = self.mask();
                let mut at = (*raw).finger as usize & mask;
                loop {
                    let key = (*self.table().add(at)).key;
                    if !key.is_null() && !is_dummy(key) {
                        break;
                    }
                    at = if at >= mask { 0 } else { at + 1 };
                }
                (*raw).finger = at as isize + 1;
                Ok(self.remove_at(at))
            }
        }

        /// Remove an element from a set; it must be a member.
        ///
        /// If the element is not a member, raise a KeyError.
        #[method]
        fn remove(&self, t: &Thread, object: &Object) -> PyResult<()> {
            let hash = PySet::hash_or_set(t, object)?;
            if self.discard_known_hash(t, object, hash)? {
                return Ok(());
            }
            Err(errors::key_error(t, object))
        }

        /// Update the set, keeping only elements found in either set, but not in both.
        #[method]
        fn symmetric_difference_update(&self, t: &Thread, other: &Object) -> PyResult<()> {
            self.symmetric_difference_update_from(t, other)
        }

        /// Update the set, adding elements from all others.
        #[method(sig = "(*others)")]
        fn update(&self, t: &Thread, others: &[&Object]) -> PyResult<()> {
            for other in others {
                self.update_from(t, other)?;
            }
            Ok(())
        }
    }
);

set_class!(
    PyFrozenSet,
    "frozenset",
    PyFrozenSet_Type,
    "frozenset(iterable=(), /)\n--\n\nBuild an immutable unordered collection of unique elements.",
    "frozensets are generic over the type of their elements",
    {
        #[slot]
        fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
            // SAFETY: plain fields of live types.
            let plain_init = unsafe {
                (*cls.as_type_ptr()).tp_init.map(|f| f as usize) == (*PyFrozenSet::TYPE).tp_init.map(|f| f as usize)
            };
            if cls.is(PyFrozenSet::class()) || plain_init {
                args.no_keywords(t, "frozenset")?;
            }
            check_positional(t, "frozenset", args.pos.len(), 0, 1)?;
            Self::make_frozen(t, cls, args.pos.first().copied())
        }

        #[slot]
        fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
            args.no_keywords(t, "frozenset")?;
            check_positional(t, "frozenset", args.pos.len(), 0, 1)?;
            Self::make_frozen(t, cls, args.pos.first().copied())
        }

        #[slot]
        fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
            let cached = self.so().cached_hash();
            if cached != -1 {
                return Ok(cached);
            }
            let hash = self.so().content_hash();
            // SAFETY: plain field.
            unsafe { (*self.raw()).hash = hash };
            Ok(hash)
        }

        /// Return a shallow copy of a set.
        #[method]
        fn copy(&self, t: &Thread) -> PyResult {
            if upcast(self).is_exact::<PyFrozenSet>() {
                return Ok(upcast(self).own());
            }
            self.so().copy_plain(t).map(Owned::into_object)
        }
    }
);

impl PyFrozenSet {
    fn make_frozen(t: &Thread, cls: &PyType, iterable: Option<&Object>) -> PyResult {
        if cls.is(Self::class())
            && let Some(iterable) = iterable
            && iterable.is_exact::<Self>()
        {
            return Ok(iterable.own());
        }
        PySet::make(t, cls, iterable).map(Owned::into_object)
    }
}

/// Iterates over a set.
#[object]
pub struct PySetIter {
    set: Slot<PySet>,
    used: Cell<usize>,
    pos: Cell<usize>,
    remaining: Cell<usize>,
}

fn set_iter(t: &Thread, set: &PySet) -> PyResult {
    let it = PySetIter {
        head: Head::new(),
        set: Slot::new(set.own()),
        used: Cell::new(set.len()),
        pos: Cell::new(0),
        remaining: Cell::new(set.len()),
    };
    new_object(t, it).map(Owned::into_object)
}

#[class(name = "set_iterator", export = PySetIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PySetIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        // SAFETY: nothing changes the field while the set is looked at.
        let Some(set) = (unsafe { self.set.peek() }) else { return Ok(None) };
        if self.used.get() != set.len() {
            self.used.set(usize::MAX);
            return Err(err!(t, RuntimeError, "Set changed size during iteration"));
        }
        let mut pos = self.pos.get();
        if let Some((key, _)) = set.next(&mut pos) {
            self.pos.set(pos);
            self.remaining.set(self.remaining.get().saturating_sub(1));
            return Ok(Some(key));
        }
        self.set.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        match self.set.get() {
            Some(set) if self.used.get() == set.len() => self.remaining.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let function = state::builtin(t, name!(t, "iter"))?;
        let copy = Self {
            head: Head::new(),
            set: Slot::from_option(self.set.get()),
            used: Cell::new(self.used.get()),
            pos: Cell::new(self.pos.get()),
            remaining: Cell::new(self.remaining.get()),
        };
        let copy = new_object(t, copy)?;
        let list = PyList::from_vec(t, iter::to_vec(t, &copy)?)?;
        let args = PyTuple::from_vec(t, vec![list.into_object()])?;
        PyTuple::from_vec(t, vec![function, args.into_object()])
    }
}

/// `set()`.
pub fn new_set(t: &Thread) -> PyResult<Owned> {
    PySet::alloc_of(t, PySet::class()).map(Owned::into_object)
}

/// A frozenset of these elements.
pub fn new_frozenset(t: &Thread, items: Vec<Owned>) -> PyResult<Owned> {
    let set = PySet::alloc_of(t, PyFrozenSet::class())?;
    for item in items {
        set.add_key(t, &item)?;
    }
    Ok(set.into_object())
}

fn expect_set<'a>(t: &Thread, set: &'a Object) -> PyResult<&'a PySet> {
    any_set(set).ok_or_else(|| errors::bad_internal_call(t))
}

/// `set.add(item)`.
pub fn set_add(t: &Thread, set: &Object, item: &Object) -> PyResult<()> {
    expect_set(t, set)?.add_key(t, item).map(drop)
}

/// `set.update(iterable)`.
pub fn set_update(t: &Thread, set: &Object, iterable: &Object) -> PyResult<()> {
    expect_set(t, set)?.update_from(t, iterable)
}

/// `item in set`.
pub fn set_contains(t: &Thread, set: &Object, item: &Object) -> PyResult<bool> {
    expect_set(t, set)?.contains_or_set(t, item)
}

/// Fills in the offsets that the declarations cannot name.
fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the types.
    unsafe {
        let offset = core::mem::offset_of!(PySetObject, weakreflist) as isize;
        (*PySet::TYPE).tp_weaklistoffset = offset;
        (*PyFrozenSet::TYPE).tp_weaklistoffset = offset;
        (*PySet::TYPE).tp_hash = Some(hash::hash_not_implemented);
    }
}

/// Makes the types ready.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    finish_static_types();
    typeobject::add_static::<PySet>(t)?;
    typeobject::add_static::<PyFrozenSet>(t)?;
    typeobject::add_static::<PySetIter>(t)
}
