//! `_abc`: the registries and caches behind `abc.ABCMeta`.

use core::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use taipan_object::{
    Class, Head, Object, Own, Owned, PyDict, PyList, PyResult, PySet, PyStr, PyTuple, PyType, Slot, Thread, class, err,
    errors, exceptions, iter, name, native_module, new_object, object, set, singletons, typeobject, upcast, weakref,
};
use taipan_runtime::abi::{Py_TPFLAGS_MAPPING, Py_TPFLAGS_SEQUENCE};

/// Grows with every registration: what negative caches learned before is void then.
static COUNTER: AtomicU64 = AtomicU64::new(0);

const COLLECTION_FLAGS: u64 = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;

fn counter() -> u64 {
    COUNTER.load(Ordering::Relaxed)
}

/// `_abc._abc_data`: sets of weak references to classes.
#[object]
pub struct AbcData {
    registry: Slot<PySet>,
    cache: Slot<PySet>,
    negative: Slot<PySet>,
    negative_version: Cell<u64>,
}

/// Internal state held by ABC machinery.
#[class(name = "_abc._abc_data", flags(HAVE_GC), doc = "Internal state held by ABC machinery.")]
impl AbcData {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: taipan_object::argparse::Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                registry: Slot::empty(),
                cache: Slot::empty(),
                negative: Slot::empty(),
                negative_version: Cell::new(counter()),
            },
        )
    }
}

fn data_of(t: &Thread, class: &Object) -> PyResult<Owned<AbcData>> {
    class
        .getattr(t, name!(t, "_abc_impl"))?
        .into_type::<AbcData>()
        .map_err(|_| err!(t, TypeError, "_abc_impl is set to a wrong type"))
}

/// Whether a set of weak references has one to the object.
fn has(t: &Thread, set: &Slot<PySet>, object: &Object) -> PyResult<bool> {
    let Some(set) = set.get().filter(|s| s.len() > 0) else { return Ok(false) };
    match weakref::new_ref(t, object, None) {
        Ok(reference) => set.contains_key(t, &reference),
        // What cannot be weakly referred to is in no such set.
        Err(_) if errors::matches::<exceptions::TypeError>(t) => {
            errors::clear(t);
            Ok(false)
        }
        Err(raised) => Err(raised),
    }
}

/// Adds a weak reference, which takes itself out of the set when its object dies.
fn add(t: &Thread, slot: &Slot<PySet>, object: &Object) -> PyResult<()> {
    let set = match slot.get() {
        Some(set) => set,
        None => {
            let set = PySet::alloc_of(t, PySet::class())?;
            slot.set(Some(set.clone()));
            set
        }
    };
    let discard = upcast(&*set).getattr(t, name!(t, "discard"))?;
    let reference = weakref::new_ref(t, object, Some(&discard))?;
    set.add_key(t, &reference).map(drop)
}

fn is_abstract(t: &Thread, value: &Object) -> PyResult<bool> {
    match value.getattr_opt(t, name!(t, "__isabstractmethod__"))? {
        Some(found) => found.is_true(t),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__`: what the class declares abstract, and what its bases do and it does not fill in.
fn compute_abstract_methods(t: &Thread, class: &Object) -> PyResult<()> {
    let mut names = Vec::new();
    let namespace = class.getattr(t, name!(t, "__dict__"))?;
    let items = namespace.call_method(t, name!(t, "items"), &[])?;
    for item in iter::to_vec(t, &items)? {
        let Some(pair) = item.downcast::<PyTuple>().filter(|p| p.len() == 2) else {
            return Err(err!(t, TypeError, "Iteration over items() returned item which size is not 2"));
        };
        if let [key, value] = pair.as_slice()
            && is_abstract(t, value)?
        {
            names.push((*key).own());
        }
    }
    let bases = class.getattr(t, name!(t, "__bases__"))?;
    let Some(bases) = bases.downcast::<PyTuple>() else { return Err(err!(t, TypeError, "__bases__ is not tuple")) };
    for base in bases.as_slice() {
        let Some(inherited) = base.getattr_opt(t, name!(t, "__abstractmethods__"))? else { continue };
        for key in iter::to_vec(t, &inherited)? {
            let Some(text) = key.downcast::<PyStr>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "attribute name must be string, not '{:.200}'",
                    key.class().name_lossy()
                ));
            };
            if let Some(value) = class.getattr_opt(t, text)?
                && is_abstract(t, &value)?
            {
                names.push(key);
            }
        }
    }
    let names = set::new_frozenset(t, names)?;
    class.setattr(t, name!(t, "__abstractmethods__"), &names)
}

/// Whether one of the registered classes, or a registered ABC, answers for the class; None if none does.
fn registered(t: &Thread, data: &AbcData, subclass: &Object) -> PyResult<bool> {
    if has(t, &data.registry, subclass)? {
        return Ok(true);
    }
    let Some(registry) = data.registry.get() else { return Ok(false) };
    for reference in registry.keys() {
        let Some(known) = weakref::target(&reference) else { continue };
        if typeobject::issubclass(t, subclass, &known)? {
            add(t, &data.cache, subclass)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives a class and its subclasses the mark that `match` statements look at.
fn mark(class: &PyType, flags: u64) {
    if !typeobject::set_collection_flags(class, flags) {
        return;
    }
    let mut todo = class.subclasses();
    while let Some(class) = todo.pop() {
        if typeobject::set_collection_flags(&class, flags) {
            todo.extend(class.subclasses());
        }
    }
}

/// Module contains faster C implementation of abc.ABCMeta
#[native_module(name = "_abc")]
pub mod abc {
    use super::*;

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        // The class has no name in the module.
        let _ = module;
        typeobject::add_static::<AbcData>(t).map(drop)
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying
    /// the current version of the ABC cache for virtual subclasses.  The token
    /// changes with every call to register() on any ABC.
    #[function]
    fn get_cache_token(_t: &Thread) -> u64 {
        counter()
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function(sig = "(self, /)")]
    fn _abc_init(t: &Thread, self_: &Object) -> PyResult<()> {
        compute_abstract_methods(t, self_)?;
        let data = new_object(
            t,
            AbcData {
                head: Head::new(),
                registry: Slot::empty(),
                cache: Slot::empty(),
                negative: Slot::empty(),
                negative_version: Cell::new(counter()),
            },
        )?;
        self_.setattr(t, name!(t, "_abc_impl"), upcast(&*data))?;
        let Some(class) = self_.downcast::<PyType>() else { return Ok(()) };
        let Some(dict) = class.dict() else { return Ok(()) };
        let key = name!(t, "__abc_tpflags__");
        let Some(flags) = PyDict::get_item(dict, t, upcast(key))? else { return Ok(()) };
        if let Some(flags) = flags.downcast_exact::<taipan_object::PyInt>() {
            let Some(flags) = flags.to_i64() else {
                return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
            };
            let flags = flags as u64 & COLLECTION_FLAGS;
            if flags == COLLECTION_FLAGS {
                return Err(err!(
                    t,
                    TypeError,
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
                ));
            }
            if flags != 0 {
                typeobject::set_collection_flags(class, flags);
            }
        }
        class.set_in_dict(t, key, None)
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_register(t: &Thread, self_: &Object, subclass: &Object) -> PyResult {
        let Some(class) = subclass.downcast::<PyType>() else {
            return Err(err!(t, TypeError, "Can only register classes"));
        };
        if typeobject::issubclass(t, subclass, self_)? {
            return Ok(subclass.own());
        }
        if typeobject::issubclass(t, self_, subclass)? {
            return Err(err!(t, RuntimeError, "Refusing to create an inheritance cycle"));
        }
        let data = data_of(t, self_)?;
        add(t, &data.registry, subclass)?;
        COUNTER.fetch_add(1, Ordering::Relaxed);
        if let Some(this) = self_.downcast::<PyType>() {
            let flags = this.flags() & COLLECTION_FLAGS;
            if flags != 0 {
                mark(class, flags);
            }
        }
        Ok(subclass.own())
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function(sig = "(self, instance, /)")]
    fn _abc_instancecheck(t: &Thread, self_: &Object, instance: &Object) -> PyResult {
        let data = data_of(t, self_)?;
        let subclass = match instance.getattr_opt(t, name!(t, "__class__"))? {
            Some(class) => class,
            None => upcast(instance.class()).own(),
        };
        if has(t, &data.cache, &subclass)? {
            return Ok(singletons::bool(true).own());
        }
        let check = name!(t, "__subclasscheck__");
        let subtype = instance.class();
        if subclass.is(upcast(subtype)) {
            if data.negative_version.get() == counter() && has(t, &data.negative, &subclass)? {
                return Ok(singletons::bool(false).own());
            }
            return self_.call_method(t, check, &[&subclass]);
        }
        let result = self_.call_method(t, check, &[&subclass])?;
        if result.is_true(t)? { Ok(result) } else { self_.call_method(t, check, &[upcast(subtype)]) }
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function(sig = "(self, subclass, /)")]
    fn _abc_subclasscheck(t: &Thread, self_: &Object, subclass: &Object) -> PyResult<bool> {
        let Some(class) = subclass.downcast::<PyType>() else {
            return Err(err!(t, TypeError, "issubclass() arg 1 must be a class"));
        };
        let data = data_of(t, self_)?;
        if has(t, &data.cache, subclass)? {
            return Ok(true);
        }
        let now = counter();
        if data.negative_version.get() < now {
            data.negative.set(None);
            data.negative_version.set(now);
        } else if has(t, &data.negative, subclass)? {
            return Ok(false);
        }
        let answer = self_.call_method(t, name!(t, "__subclasshook__"), &[subclass])?;
        if answer.is(singletons::bool(true)) {
            add(t, &data.cache, subclass)?;
            return Ok(true);
        }
        if answer.is(singletons::bool(false)) {
            add(t, &data.negative, subclass)?;
            return Ok(false);
        }
        if !answer.is(singletons::not_implemented()) {
            return Err(err!(t, AssertionError, "__subclasshook__ must return either False, True, or NotImplemented"));
        }
        if self_.downcast::<PyType>().is_some_and(|this| class.is_subtype(this)) {
            add(t, &data.cache, subclass)?;
            return Ok(true);
        }
        if registered(t, &data, subclass)? {
            return Ok(true);
        }
        let subclasses = self_.call_method(t, name!(t, "__subclasses__"), &[])?;
        let Some(list) = subclasses.downcast::<PyList>() else {
            return Err(err!(t, TypeError, "__subclasses__() must return a list"));
        };
        for scls in list.to_vec() {
            if typeobject::issubclass(t, subclass, &scls)? {
                add(t, &data.cache, subclass)?;
                return Ok(true);
            }
        }
        add(t, &data.negative, subclass)?;
        Ok(false)
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call self_ function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[function(sig = "(self, /)")]
    fn _get_dump(t: &Thread, self_: &Object) -> PyResult<Owned<PyTuple>> {
        let data = data_of(t, self_)?;
        let copy = |set: &Slot<PySet>| {
            let held = set.get();
            PySet::make(t, PySet::class(), held.as_deref().map(upcast)).map(Owned::into_object)
        };
        let version = taipan_object::PyInt::from_u64(t, data.negative_version.get())?.into_object();
        PyTuple::from_vec(t, vec![copy(&data.registry)?, copy(&data.cache)?, copy(&data.negative)?, version])
    }

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_registry(t: &Thread, self_: &Object) -> PyResult<()> {
        data_of(t, self_)?.registry.set(None);
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[function(sig = "(self, /)")]
    fn _reset_caches(t: &Thread, self_: &Object) -> PyResult<()> {
        let data = data_of(t, self_)?;
        data.cache.set(None);
        data.negative.set(None);
        Ok(())
    }
}
