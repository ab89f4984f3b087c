//! The caches of zones: all that live, weakly held, and the last ones that were asked for.

use super::ZoneInfo;
use std::cell::RefCell;
use std::collections::VecDeque;
use taipan_object::{Class, Object, Own, Owned, PyResult, PyStr, PyType, Thread, name, state};

/// How many zones are kept alive.
const KEPT: usize = 8;

/// The caches of `ZoneInfo` itself in this interpreter. Subclasses have a weak one, as an attribute.
pub struct Caches {
    weak: Owned,
    /// Keys and zones, the last used first.
    recent: RefCell<VecDeque<(Owned, Owned)>>,
}

/// A fresh `weakref.WeakValueDictionary`.
pub fn new_weak_cache(t: &Thread) -> PyResult {
    state::import(t, "weakref")?.call_method(t, name!(t, "WeakValueDictionary"), &[])
}

/// The weak cache of a class.
pub fn weak_cache(t: &Thread, cls: &PyType) -> PyResult {
    if cls.is(ZoneInfo::class()) {
        return Ok(Caches::of(t)?.weak.clone());
    }
    cls.as_object().getattr(t, name!(t, "_weak_cache"))
}

impl Caches {
    pub fn of(t: &Thread) -> PyResult<&'static Self> {
        state::extension(t, |t| Ok(Self { weak: new_weak_cache(t)?, recent: RefCell::default() }))
    }

    /// The place of a key. Comparing may run any code, which may change the cache: whoever asks looks again.
    fn find(&self, t: &Thread, key: &Object) -> PyResult<Option<usize>> {
        if let Some(key) = key.downcast_exact::<PyStr>() {
            let recent = self.recent.borrow();
            if recent.iter().all(|(other, _)| other.is_exact::<PyStr>()) {
                let is_it = |other: &Owned| other.downcast_exact::<PyStr>().is_some_and(|other| key.eq(other));
                return Ok(recent.iter().position(|(other, _)| other.is(key.as_object()) || is_it(other)));
            }
        }
        let keys: Vec<Owned> = self.recent.borrow().iter().map(|(key, _)| key.clone()).collect();
        for (at, other) in keys.iter().enumerate() {
            if key.is(other) || key.eq(t, other)? {
                let same = self.recent.borrow().get(at).is_some_and(|(now, _)| now.is(other));
                return Ok(same.then_some(at));
            }
        }
        Ok(None)
    }

    /// A recently used zone, which is the last used one then.
    pub fn recall(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned>> {
        let Some(at) = self.find(t, key)? else { return Ok(None) };
        let mut recent = self.recent.borrow_mut();
        if at > 0
            && let Some(entry) = recent.remove(at)
        {
            recent.push_front(entry);
        }
        Ok(recent.front().map(|(_, zone)| zone.clone()))
    }

    /// Keeps a zone alive that is not among the recent ones.
    pub fn remember(&self, key: &Object, zone: &Object) {
        let mut recent = self.recent.borrow_mut();
        recent.push_front((key.own(), zone.own()));
        let oldest = if recent.len() > KEPT { recent.pop_back() } else { None };
        drop(recent);
        drop(oldest);
    }

    /// Drops a key.
    pub fn forget(&self, t: &Thread, key: &Object) -> PyResult<()> {
        if let Some(at) = self.find(t, key)? {
            let gone = self.recent.borrow_mut().remove(at);
            drop(gone);
        }
        Ok(())
    }

    /// Drops all.
    pub fn clear(&self) {
        let gone = self.recent.take();
        drop(gone);
    }
}
