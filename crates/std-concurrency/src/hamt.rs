//! `hamt`: the map that contexts keep their variables in, with any keys, for CPython's tests of it.

use crate::contextvars::{Items, Keys, Values};
use crate::persistent::{Key, Node, Without};
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyResult, PyType, Slot, Thread, WeakList, class, errors, new_object,
    object, singletons,
};

/// A map that never changes.
#[object]
pub struct PyHamt {
    root: Slot<Node>,
    count: usize,
    weaklist: WeakList,
}

/// A key with its hash.
struct Hashed<'a> {
    t: &'a Thread,
    object: &'a Object,
    hash: u64,
}

impl<'a> Hashed<'a> {
    fn new(t: &'a Thread, object: &'a Object) -> PyResult<Self> {
        Ok(Self { t, object, hash: object.hash_value(t)? as u64 })
    }
}

impl Key for Hashed<'_> {
    fn object(&self) -> &Object {
        self.object
    }

    fn hash(&self) -> u64 {
        self.hash
    }

    fn is(&self, hash: u64, key: &Object) -> PyResult<bool> {
        if hash != self.hash {
            return Ok(false);
        }
        if key.is(self.object) {
            return Ok(true);
        }
        self.object.eq(self.t, key)
    }
}

fn make(t: &Thread, root: Option<Owned<Node>>, count: usize) -> PyResult<Owned<PyHamt>> {
    new_object(t, PyHamt { head: Head::new(), root: Slot::from_option(root), count, weaklist: WeakList::new() })
}

/// A map without items.
pub fn new(t: &Thread) -> PyResult {
    for class in [PyHamt::class(), Node::class(), Keys::class(), Values::class(), Items::class()] {
        taipan_object::typeobject::ready(t, class)?;
    }
    make(t, None, 0).map(Owned::into_object)
}

impl PyHamt {
    fn lookup(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned>> {
        let key = Hashed::new(t, key)?;
        match self.root.get() {
            Some(root) => root.get(&key),
            None => Ok(None),
        }
    }

    fn items_vec(&self) -> Vec<(Owned, Owned)> {
        let mut out = Vec::with_capacity(self.count);
        if let Some(root) = self.root.get() {
            root.collect(&mut out);
        }
        out
    }

    fn equals(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        if core::ptr::eq(self, other) {
            return Ok(true);
        }
        if self.count != other.count {
            return Ok(false);
        }
        for (key, value) in self.items_vec() {
            match other.lookup(t, &key)? {
                Some(found) if found.eq(t, &value)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

#[class(name = "hamt", flags(HAVE_GC), weaklist = weaklist, hash = taipan_object::hash::hash_not_implemented)]
impl PyHamt {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, _args: taipan_object::Args<'_>) -> PyResult<Owned<Self>> {
        make(t, None, 0)
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.keys(t)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        Ok(singletons::bool(self.equals(t, other)? == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.count)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.lookup(t, key)?.ok_or_else(|| errors::key_error(t, key))
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        Ok(self.lookup(t, key)?.is_some())
    }

    #[method(sig = "(key, value, /)", text = "")]
    fn set(&self, t: &Thread, key: &Object, value: &Object) -> PyResult<Owned<Self>> {
        let key = Hashed::new(t, key)?;
        let root = match self.root.get() {
            Some(root) => root,
            None => Node::empty(t)?,
        };
        if root.get(&key)?.is_some_and(|old| old.is(value)) {
            return Ok(self.own());
        }
        let (root, added) = root.with(t, 0, &key, &value.own())?;
        make(t, Some(root), self.count + usize::from(added))
    }

    #[method(sig = "(key, default=None, /)", text = "")]
    fn get(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        Ok(self.lookup(t, key)?.unwrap_or_else(|| default.unwrap_or_else(|| singletons::none()).own()))
    }

    #[method(sig = "(object, /)")]
    fn delete(&self, t: &Thread, object: &Object) -> PyResult<Owned<Self>> {
        let key = Hashed::new(t, object)?;
        let Some(root) = self.root.get() else { return Ok(self.own()) };
        match root.without(t, 0, &key)? {
            Without::Missing => Ok(self.own()),
            Without::Node(root) => make(t, Some(root), self.count - 1),
            Without::Empty | Without::Single(_) => make(t, None, 0),
        }
    }

    #[method]
    fn items(&self, t: &Thread) -> PyResult {
        Items::of(t, self.items_vec())
    }

    #[method]
    fn keys(&self, t: &Thread) -> PyResult {
        Keys::of(t, self.items_vec())
    }

    #[method]
    fn values(&self, t: &Thread) -> PyResult {
        Values::of(t, self.items_vec())
    }
}
