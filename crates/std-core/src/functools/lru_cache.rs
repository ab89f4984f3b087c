//! `functools._lru_cache_wrapper`.

use std::cell::{Cell, RefCell};
use taipan_object::argparse::{Param, Signature};
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyInt, PyMethod, PyResult, PyStr, PyTuple, PyType, Slot, Thread, Traverse,
    Visitor, WeakList, argparse, attr, class, err, hash, name, number, object, singletons, upcast,
};

const NONE: u32 = u32::MAX;

struct Entry {
    key: Owned,
    hash: isize,
    result: Owned,
    prev: u32,
    next: u32,
}

/// The entries of a bounded cache, oldest first.
struct Recent {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    first: u32,
    last: u32,
}

impl Default for Recent {
    fn default() -> Self {
        Self { entries: Vec::new(), free: Vec::new(), first: NONE, last: NONE }
    }
}

impl Traverse for Recent {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for entry in self.entries.iter().flatten() {
            visitor.visit(&entry.key);
            visitor.visit(&entry.result);
        }
    }
}

impl Recent {
    fn get_mut(&mut self, at: u32) -> Option<&mut Entry> {
        self.entries.get_mut(at as usize).and_then(Option::as_mut)
    }

    fn unlink(&mut self, at: u32) {
        let Some((prev, next)) = self.get_mut(at).map(|e| (e.prev, e.next)) else { return };
        match self.get_mut(prev) {
            Some(entry) => entry.next = next,
            None => self.first = next,
        }
        match self.get_mut(next) {
            Some(entry) => entry.prev = prev,
            None => self.last = prev,
        }
    }

    fn append(&mut self, at: u32) {
        let last = self.last;
        if let Some(entry) = self.get_mut(at) {
            (entry.prev, entry.next) = (last, NONE);
        }
        match self.get_mut(last) {
            Some(entry) => entry.next = at,
            None => self.first = at,
        }
        self.last = at;
    }

    fn insert(&mut self, key: Owned, hash: isize, result: Owned) -> u32 {
        let entry = Some(Entry { key, hash, result, prev: NONE, next: NONE });
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(place) = self.entries.get_mut(at as usize) {
                    *place = entry;
                }
                at
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as u32
            }
        };
        self.append(at);
        at
    }

    /// Takes an entry out; it is to be dropped when the cache is no longer borrowed.
    fn remove(&mut self, at: u32) -> Option<Entry> {
        self.unlink(at);
        let entry = self.entries.get_mut(at as usize)?.take();
        self.free.push(at);
        entry
    }
}

/// How much is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Nothing,
    Everything,
    Items(usize),
}

/// `functools._lru_cache_wrapper`.
#[object]
pub struct LruCache {
    func: Slot,
    info_type: Slot,
    mark: Slot,
    cache: Slot<PyDict>,
    recent: RefCell<Recent>,
    bound: Cell<Bound>,
    typed: bool,
    hits: Cell<isize>,
    misses: Cell<isize>,
    entry: CallEntry,
    dict: Slot,
    weaklist: WeakList,
}

impl LruCache {
    fn make_key(&self, t: &Thread, args: &Args<'_>) -> PyResult {
        let n_keywords = args.n_keywords();
        if !self.typed && n_keywords == 0 {
            if let [only] = args.pos
                && (only.is_exact::<PyStr>() || only.is_exact::<PyInt>())
            {
                return Ok(only.own());
            }
            return PyTuple::from_slice(t, args.pos).map(Owned::into_object);
        }
        let mut items: Vec<Owned> = args.pos.iter().map(|arg| arg.own()).collect();
        let mut types: Vec<Owned> = args.pos.iter().map(|arg| arg.class().as_object().own()).collect();
        if n_keywords > 0 {
            items.extend(self.mark.get());
            args.for_each_keyword(t, |name, value| {
                items.push(name.own());
                items.push(value.own());
                types.push(value.class().as_object().own());
                Ok(())
            })?;
        }
        if self.typed {
            items.append(&mut types);
        }
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    fn count(cell: &Cell<isize>) {
        cell.set(cell.get().wrapping_add(1));
    }

    /// The number of the entry that the dictionary has under a key.
    fn entry_of(&self, t: &Thread, cache: &PyDict, key: &Object, hash: isize) -> PyResult<Option<u32>> {
        let found = cache.get_item_known_hash(t, key, hash)?;
        Ok(found.and_then(|n| n.downcast::<PyInt>().and_then(PyInt::to_i64)).and_then(|n| u32::try_from(n).ok()))
    }

    fn bounded(&self, t: &Thread, func: &Object, cache: &PyDict, max: usize, args: &Args<'_>) -> PyResult {
        let key = self.make_key(t, args)?;
        let hash = hash::hash(t, &key)?;
        if let Some(at) = self.entry_of(t, cache, &key, hash)? {
            let mut recent = self.recent.borrow_mut();
            let result = recent.get_mut(at).map(|entry| entry.result.clone());
            if let Some(result) = result {
                if recent.last != at {
                    recent.unlink(at);
                    recent.append(at);
                }
                Self::count(&self.hits);
                return Ok(result);
            }
        }
        Self::count(&self.misses);
        let result = func.call_args(t, args)?;
        // The call may have filled the cache with this very key.
        if self.entry_of(t, cache, &key, hash)?.is_some() {
            return Ok(result);
        }
        let oldest = {
            let recent = self.recent.borrow();
            if cache.len() < max || recent.first == NONE {
                None
            } else {
                let entry = recent.entries.get(recent.first as usize).and_then(Option::as_ref);
                entry.map(|e| (recent.first, e.key.clone(), e.hash))
            }
        };
        if let Some((at, old_key, old_hash)) = oldest {
            let old = self.recent.borrow_mut().remove(at);
            let popped = cache.pop_known_hash(t, &old_key, old_hash);
            drop(old);
            match popped {
                // Somebody else has removed it already: the cache is left as it is.
                Ok(None) => return Ok(result),
                Ok(Some(_)) => {}
                Err(raised) => return Err(raised),
            }
        }
        let at = self.recent.borrow_mut().insert(key.clone(), hash, result.clone());
        let number = PyInt::from_i64(t, i64::from(at))?.into_object();
        if let Err(raised) = cache.insert(t, &key, hash, number) {
            let old = self.recent.borrow_mut().remove(at);
            drop(old);
            return Err(raised);
        }
        Ok(result)
    }
}

impl Vectorcall for LruCache {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let (Some(func), Some(cache)) = (self.func.get(), self.cache.get()) else {
            return Err(err!(t, SystemError, "lru_cache wrapper without function"));
        };
        match self.bound.get() {
            Bound::Items(max) => self.bounded(t, &func, &cache, max, &args),
            Bound::Nothing => {
                Self::count(&self.misses);
                func.call_args(t, &args)
            }
            Bound::Everything => {
                let key = self.make_key(t, &args)?;
                let hash = hash::hash(t, &key)?;
                if let Some(result) = cache.get_item_known_hash(t, &key, hash)? {
                    Self::count(&self.hits);
                    return Ok(result);
                }
                Self::count(&self.misses);
                let result = func.call_args(t, &args)?;
                cache.insert(t, &key, hash, result.clone())?;
                Ok(result)
            }
        }
    }
}

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
///
#[class(name = "functools._lru_cache_wrapper", heap, flags(HAVE_GC, METHOD_DESCRIPTOR), dict = dict,
    weaklist = weaklist, vectorcall = entry)]
impl LruCache {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        const SIGNATURE: Signature = Signature {
            fname: "lru_cache",
            params: &[
                Param { name: "user_function", required: true },
                Param { name: "maxsize", required: true },
                Param { name: "typed", required: true },
                Param { name: "cache_info_type", required: true },
            ],
            pos_only: 0,
            positional: 4,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 4];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(func), Some(maxsize), Some(typed), Some(info_type)] = slots else { return Err(argparse::missing(t)) };
        if !func.is_callable() {
            return Err(err!(t, TypeError, "the first argument must be callable"));
        }
        let bound = if maxsize.is(singletons::none()) {
            Bound::Everything
        } else if number::is_index(maxsize) {
            let n = number::index_as_isize_or(
                t,
                maxsize,
                <taipan_object::exceptions::OverflowError as taipan_object::Class>::class(),
            )?;
            match usize::try_from(n) {
                Ok(n) if n > 0 => Bound::Items(n),
                _ => Bound::Nothing,
            }
        } else {
            return Err(err!(t, TypeError, "maxsize should be integer or None"));
        };
        let typed = typed.is_true(t)?;
        let mark = <taipan_object::PyBaseObject as taipan_object::Class>::class().call(t, &[])?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                func: Slot::new(func.own()),
                info_type: Slot::new(info_type.own()),
                mark: Slot::new(mark),
                cache: Slot::new(PyDict::new(t)?),
                recent: RefCell::default(),
                bound: Cell::new(bound),
                typed,
                hits: Cell::new(0),
                misses: Cell::new(0),
                entry: CallEntry::of::<Self>(),
                dict: Slot::empty(),
                weaklist: WeakList::new(),
            },
        )
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult {
        let _ = class;
        match object.filter(|o| !o.is(singletons::none())) {
            Some(object) => PyMethod::new(t, upcast(self), object).map(Owned::into_object),
            None => Ok(upcast(self).own()),
        }
    }

    /// Report cache statistics
    #[method]
    fn cache_info(&self, t: &Thread) -> PyResult {
        let (Some(info_type), Some(cache)) = (self.info_type.get(), self.cache.get()) else {
            return singletons::ok_none();
        };
        let number = |n: usize| PyInt::from_u64(t, n as u64).map(Owned::into_object);
        let max = match self.bound.get() {
            Bound::Nothing => number(0)?,
            Bound::Everything => singletons::none().own(),
            Bound::Items(n) => number(n)?,
        };
        let hits = PyInt::from_i64(t, self.hits.get() as i64)?;
        let misses = PyInt::from_i64(t, self.misses.get() as i64)?;
        let size = number(cache.len())?;
        info_type.call(t, &[&hits, &misses, &max, &size])
    }

    /// Clear the cache and cache statistics
    #[method]
    fn cache_clear(&self, _t: &Thread) {
        self.hits.set(0);
        self.misses.set(0);
        let old = core::mem::take(&mut *self.recent.borrow_mut());
        if let Some(cache) = self.cache.get() {
            cache.clear_items();
        }
        drop(old);
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        upcast(self).getattr(t, name!(t, "__qualname__"))
    }

    #[method(sig = "(*args)", text = "")]
    fn __copy__(&self, _t: &Thread, args: &[&Object]) -> Owned {
        let _ = args;
        upcast(self).own()
    }

    #[method(sig = "(*args)", text = "")]
    fn __deepcopy__(&self, _t: &Thread, args: &[&Object]) -> Owned {
        let _ = args;
        upcast(self).own()
    }

    #[getter]
    fn __dict__(&self, t: &Thread) -> PyResult {
        attr::generic_get_dict(t, upcast(self))
    }

    #[setter]
    fn set___dict__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        attr::generic_set_dict(t, upcast(self), value)
    }
}
