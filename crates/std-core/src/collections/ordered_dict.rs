//! `collections.OrderedDict`: a `dict` with a linked list of its keys, found through the numbers of the dictionary's
//! entries.

use std::cell::{Cell, RefCell};
use taipan_object::dict::subclass::{self, DictSubclass};
use taipan_object::dict::views::{PyDictItems, PyDictKeys, PyDictValues};
use taipan_object::{
    Args, Class, CompareOp, Data, Head, Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyTuple, PyType, Slot,
    Thread, Traverse, Visitor, WeakList, attr, class, compare, dict, dict_subclass, err, errors, iter, name,
    new_object, object, sequence, singletons, state, upcast,
};

const NONE: u32 = u32::MAX;
/// Sizes in CPython's implementation, which `__sizeof__` tells of.
const BASIC_SIZE: usize = 112;
const NODE_SIZE: usize = 32;

struct Node {
    key: Owned,
    hash: isize,
    prev: u32,
    next: u32,
}

/// The order of the keys.
struct Links {
    nodes: Vec<Option<Node>>,
    free: Vec<u32>,
    first: u32,
    last: u32,
    /// The node of each entry of the dictionary's table.
    by_entry: Vec<u32>,
    /// The table that `by_entry` was made for.
    table: usize,
}

impl Default for Links {
    fn default() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), first: NONE, last: NONE, by_entry: Vec::new(), table: 0 }
    }
}

impl Traverse for Links {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for node in self.nodes.iter().flatten() {
            visitor.visit(&node.key);
        }
    }
}

impl Links {
    fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize).and_then(Option::as_ref)
    }

    fn node_mut(&mut self, at: u32) -> Option<&mut Node> {
        self.nodes.get_mut(at as usize).and_then(Option::as_mut)
    }

    fn unlink(&mut self, at: u32) {
        let Some((prev, next)) = self.node(at).map(|n| (n.prev, n.next)) else { return };
        match self.node_mut(prev) {
            Some(node) => node.next = next,
            None => self.first = next,
        }
        match self.node_mut(next) {
            Some(node) => node.prev = prev,
            None => self.last = prev,
        }
    }

    fn link(&mut self, at: u32, at_end: bool) {
        let (first, last) = (self.first, self.last);
        if let Some(node) = self.node_mut(at) {
            (node.prev, node.next) = if at_end { (last, NONE) } else { (NONE, first) };
        }
        if at_end {
            match self.node_mut(last) {
                Some(node) => node.next = at,
                None => self.first = at,
            }
            self.last = at;
        } else {
            match self.node_mut(first) {
                Some(node) => node.prev = at,
                None => self.last = at,
            }
            self.first = at;
        }
    }

    /// Adds a key at the end.
    fn add(&mut self, key: Owned, hash: isize) -> u32 {
        let node = Some(Node { key, hash, prev: NONE, next: NONE });
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(place) = self.nodes.get_mut(at as usize) {
                    *place = node;
                }
                at
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
        self.link(at, true);
        at
    }

    /// Takes a node out; its key is handed out, to be given back when the links are no longer borrowed.
    fn remove(&mut self, at: u32) -> Option<Owned> {
        self.unlink(at);
        let node = self.nodes.get_mut(at as usize)?.take()?;
        self.free.push(at);
        Some(node.key)
    }
}

/// What an `OrderedDict` adds to `dict`.
pub struct Order {
    links: RefCell<Links>,
    /// Counts changes of the order.
    state: Cell<u64>,
}

impl Traverse for Order {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.links.traverse(visitor);
    }
    fn clear(&self) {
        self.links.clear();
    }
}

dict_subclass!(
    /// `collections.OrderedDict`.
    OrderedDict,
    Order,
    inst_dict: Slot,
    weaklist: WeakList,
);

/// Which part of the items an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Values,
    Items,
}

impl OrderedDict {
    fn links(&self) -> core::cell::RefMut<'_, Links> {
        self.fields.links.borrow_mut()
    }

    fn changed(&self) {
        self.fields.state.set(self.fields.state.get().wrapping_add(1));
    }

    /// Makes `by_entry` fit the dictionary's table of now.
    fn refresh(&self, t: &Thread) -> PyResult<()> {
        let table = self.dict.keys_ptr() as usize;
        let keys: Vec<(u32, Owned, isize)> = {
            let links = self.fields.links.borrow();
            if links.table == table {
                return Ok(());
            }
            links
                .nodes
                .iter()
                .enumerate()
                .filter_map(|(i, node)| node.as_ref().map(|n| (i as u32, n.key.clone(), n.hash)))
                .collect()
        };
        let mut by_entry = Vec::new();
        for (at, key, hash) in &keys {
            let (entry, _) = self.dict.lookup(t, key, *hash);
            if entry == dict::keys::DKIX_ERROR {
                return Err(taipan_object::Raised::assume());
            }
            if let Ok(entry) = usize::try_from(entry) {
                if by_entry.len() <= entry {
                    by_entry.resize(entry + 1, NONE);
                }
                by_entry[entry] = *at;
            }
        }
        let mut links = self.links();
        links.by_entry = by_entry;
        links.table = table;
        drop(links);
        drop(keys);
        Ok(())
    }

    /// The entry of a key in the dictionary, and its node.
    fn locate(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Option<(usize, Option<u32>)>> {
        self.refresh(t)?;
        let (entry, _) = self.dict.lookup(t, key, hash);
        if entry == dict::keys::DKIX_ERROR {
            return Err(taipan_object::Raised::assume());
        }
        let Ok(entry) = usize::try_from(entry) else { return Ok(None) };
        // A comparison may have changed the table.
        self.refresh(t)?;
        let links = self.fields.links.borrow();
        let at = links.by_entry.get(entry).copied().filter(|&at| links.node(at).is_some_and(|n| n.hash == hash));
        Ok(Some((entry, at)))
    }

    fn find(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<Option<u32>> {
        Ok(self.locate(t, key, hash)?.and_then(|(_, node)| node))
    }

    fn set(&self, t: &Thread, key: &Object, hash: isize, value: &Object) -> PyResult<()> {
        self.dict.insert(t, key, hash, value.own())?;
        match self.locate(t, key, hash)? {
            Some((_, Some(_))) | None => Ok(()),
            Some((entry, None)) => {
                let mut links = self.links();
                let at = links.add(key.own(), hash);
                if links.by_entry.len() <= entry {
                    links.by_entry.resize(entry + 1, NONE);
                }
                links.by_entry[entry] = at;
                drop(links);
                self.changed();
                Ok(())
            }
        }
    }

    /// Takes a key out of the order; nothing happens if it is not in it.
    fn forget(&self, t: &Thread, key: &Object, hash: isize) -> PyResult<()> {
        if let Some((entry, Some(at))) = self.locate(t, key, hash)? {
            let mut links = self.links();
            if let Some(place) = links.by_entry.get_mut(entry) {
                *place = NONE;
            }
            let old = links.remove(at);
            drop(links);
            self.changed();
            drop(old);
        }
        Ok(())
    }

    fn delete(&self, t: &Thread, key: &Object) -> PyResult<()> {
        let hash = dict::key_hash(t, key)?;
        self.forget(t, key, hash)?;
        match self.dict.pop_known_hash(t, key, hash)? {
            Some(_) => Ok(()),
            None => Err(errors::key_error(t, key)),
        }
    }

    fn take(&self, t: &Thread, key: &Object, hash: isize, default: Option<&Object>) -> PyResult {
        self.forget(t, key, hash)?;
        match (self.dict.pop_known_hash(t, key, hash)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.own()),
            (None, None) => Err(errors::key_error(t, key)),
        }
    }

    /// The keys in order, with their hashes.
    fn keys_in_order(&self) -> Vec<(Owned, isize)> {
        let links = self.fields.links.borrow();
        let mut keys = Vec::with_capacity(self.dict.len());
        let mut at = links.first;
        while let Some(node) = links.node(at) {
            keys.push((node.key.clone(), node.hash));
            at = node.next;
        }
        keys
    }

    fn end(&self, last: bool) -> Option<(Owned, isize)> {
        let links = self.fields.links.borrow();
        links.node(if last { links.last } else { links.first }).map(|n| (n.key.clone(), n.hash))
    }

    fn is_exact_ordered(&self) -> bool {
        upcast(self).is_exact::<Self>()
    }

    /// `update`, through `self[key] = value`.
    fn update_with(&self, t: &Thread, args: &Args<'_>) -> PyResult<()> {
        if let Some(other) = args.pos.first() {
            update_from(t, upcast(self), other)?;
        }
        args.for_each_keyword(t, |name, value| sequence::assign_item(t, upcast(self), name, Some(value)))
    }

    fn check_unchanged(&self, t: &Thread, state: u64) -> PyResult<()> {
        if self.fields.state.get() == state {
            return Ok(());
        }
        Err(err!(t, RuntimeError, "OrderedDict mutated during iteration"))
    }

    fn clear_order(&self) {
        let old = core::mem::take(&mut *self.links());
        self.changed();
        drop(old);
    }
}

fn add_pairs(t: &Thread, target: &Object, pairs: &Object) -> PyResult<()> {
    iter::for_each(t, pairs, |pair| {
        let iterator = iter::get_iter(t, &pair)?;
        let Some(key) = iter::next(t, &iterator)? else {
            return Err(err!(t, ValueError, "need more than 0 values to unpack"));
        };
        let Some(value) = iter::next(t, &iterator)? else {
            return Err(err!(t, ValueError, "need more than 1 value to unpack"));
        };
        if iter::next(t, &iterator)?.is_some() {
            return Err(err!(t, ValueError, "too many values to unpack (expected 2)"));
        }
        sequence::assign_item(t, target, &key, Some(&value))
    })
}

/// `MutableMapping.update` with one argument.
fn update_from(t: &Thread, target: &Object, other: &Object) -> PyResult<()> {
    if let Some(dict) = other.downcast_exact::<PyDict>() {
        for (key, value) in dict.items_vec() {
            sequence::assign_item(t, target, &key, Some(&value))?;
        }
        return Ok(());
    }
    if let Some(keys) = other.getattr_opt(t, name!(t, "keys"))? {
        let keys = keys.call(t, &[])?;
        return iter::for_each(t, &keys, |key| {
            let value = sequence::get_item(t, other, &key)?;
            sequence::assign_item(t, target, &key, Some(&value))
        });
    }
    if let Some(items) = other.getattr_opt(t, name!(t, "items"))? {
        let items = items.call(t, &[])?;
        return add_pairs(t, target, &items);
    }
    add_pairs(t, target, other)
}

/// Dictionary that remembers insertion order
#[class(name = "collections.OrderedDict", export = PyODict_Type, layout, inherited_new, base = PyDict, flags(BASETYPE, HAVE_GC, MAPPING),
    dealloc = subclass::dealloc::<OrderedDict>,
    traverse = subclass::traverse::<OrderedDict>, clear = subclass::clear::<OrderedDict>,
    hash = taipan_object::hash::hash_not_implemented,
    dictoffset = core::mem::offset_of!(OrderedDict, inst_dict),
    weaklistoffset = core::mem::offset_of!(OrderedDict, weaklist))]
impl OrderedDict {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        Self::alloc(t, cls, Order { links: RefCell::default(), state: Cell::new(0) })
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if args.pos.len() > 1 {
            return Err(err!(t, TypeError, "expected at most 1 argument, got {}", args.pos.len()));
        }
        self.update_with(t, &args)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let class = upcast(self).class().short_name_lossy();
        if self.dict.len() == 0 {
            return PyStr::from_fmt(t, format_args!("{class}()"));
        }
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "...").own());
        }
        let made = (|| {
            let copy = PyDict::new(t)?;
            if self.is_exact_ordered() {
                for (key, hash) in self.keys_in_order() {
                    match self.dict.get_item(t, &key)? {
                        Some(value) => copy.insert(t, &key, hash, value)?,
                        None => return Err(errors::key_error(t, &key)),
                    }
                }
            } else {
                let items = upcast(self).call_method(t, name!(t, "items"), &[])?;
                copy.merge_pairs(t, &items, true)?;
            }
            let shown = copy.repr(t)?;
            PyStr::from_fmt(t, format_args!("{class}({})", shown.display()))
        })();
        state::repr_leave(t, upcast(self));
        made
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (CompareOp::Eq | CompareOp::Ne, Some(other_dict)) = (op, other.downcast::<PyDict>()) else {
            return singletons::ok_not_implemented();
        };
        let mut equal = self.dict.equals(t, other_dict)?;
        if equal && let Some(other) = other.downcast::<Self>() {
            let (a_state, b_state) = (self.fields.state.get(), other.fields.state.get());
            let (a, b) = (self.keys_in_order(), other.keys_in_order());
            for ((x, _), (y, _)) in a.iter().zip(&b) {
                equal = compare::rich_compare_bool(t, x, y, CompareOp::Eq)?;
                if !equal {
                    break;
                }
                if self.fields.state.get() != a_state || other.fields.state.get() != b_state {
                    return Err(err!(t, RuntimeError, "OrderedDict mutated during iteration"));
                }
            }
            equal &= a.len() == b.len();
        }
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult<Owned<OrderedDictIter>> {
        OrderedDictIter::make(t, self, Part::Keys, false)
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => self.set(t, key, dict::key_hash(t, key)?, value),
            None => self.delete(t, key),
        }
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (class, other) = if left.is_instance_of::<Self>() { (left.class(), right) } else { (right.class(), left) };
        if !other.is_instance_of::<PyDict>() {
            return singletons::ok_not_implemented();
        }
        let made = class.call(t, &[left])?;
        update_from(t, &made, right)?;
        Ok(made)
    }

    #[slot]
    fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        update_from(t, left, right)?;
        Ok(left.own())
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "(iterable, value=None)")]
    fn fromkeys(cls: &PyType, t: &Thread, iterable: &Object, value: Option<&Object>) -> PyResult {
        let value = value.unwrap_or_else(|| singletons::none());
        let made = cls.call(t, &[])?;
        iter::for_each(t, iterable, |key| sequence::assign_item(t, &made, &key, Some(value)))?;
        Ok(made)
    }

    #[method]
    fn __sizeof__(&self, t: &Thread) -> usize {
        let own = Self::class().basic_size();
        let entries = self.dict.table_size() * core::mem::size_of::<usize>();
        (self.dict.sizeof(t) + BASIC_SIZE).saturating_sub(own) + entries + self.dict.len() * NODE_SIZE
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let state = upcast(self).call_method(t, name!(t, "__getstate__"), &[])?;
        let items = upcast(self).call_method(t, name!(t, "items"), &[])?;
        let iterator = iter::get_iter(t, &items)?;
        let class = upcast(self).class().as_object().own();
        let empty = PyTuple::empty().as_object().own();
        PyTuple::from_vec(t, vec![class, empty, state, singletons::none().own(), iterator])
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "(key, default=None)")]
    fn setdefault(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let default = default.unwrap_or_else(|| singletons::none());
        if self.is_exact_ordered() {
            let hash = dict::key_hash(t, key)?;
            if let Some(value) = self.dict.get_item_known_hash(t, key, hash)? {
                return Ok(value);
            }
            self.set(t, key, hash, default)?;
            return Ok(default.own());
        }
        if sequence::contains(t, upcast(self), key)? {
            return sequence::get_item(t, upcast(self), key);
        }
        sequence::assign_item(t, upcast(self), key, Some(default))?;
        Ok(default.own())
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(sig = "(key, default=<unrepresentable>)")]
    fn pop(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let hash = dict::key_hash(t, key)?;
        self.take(t, key, hash, default)
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if
    /// false.
    #[method(sig = "(last=True)")]
    fn popitem(&self, t: &Thread, last: bool) -> PyResult<(Owned, Owned)> {
        let Some((key, hash)) = self.end(last) else {
            return Err(err!(t, KeyError, "dictionary is empty"));
        };
        let value = self.take(t, &key, hash, None)?;
        Ok((key, value))
    }

    #[method]
    fn keys(&self, t: &Thread) -> PyResult<Owned<OrderedKeys>> {
        new_object(t, OrderedKeys { head: Head::new(), dict: Slot::new(self.dict.own()) })
    }

    #[method]
    fn values(&self, t: &Thread) -> PyResult<Owned<OrderedValues>> {
        new_object(t, OrderedValues { head: Head::new(), dict: Slot::new(self.dict.own()) })
    }

    #[method]
    fn items(&self, t: &Thread) -> PyResult<Owned<OrderedItems>> {
        new_object(t, OrderedItems { head: Head::new(), dict: Slot::new(self.dict.own()) })
    }

    #[method(text = "")]
    fn update(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if args.pos.len() > 1 {
            return Err(err!(t, TypeError, "update() takes at most 1 positional argument ({} given)", args.pos.len()));
        }
        self.update_with(t, &args)
    }

    /// Remove all items from ordered dict.
    #[method]
    fn clear(&self, _t: &Thread) {
        self.dict.clear_items();
        self.clear_order();
    }

    /// A shallow copy of ordered dict.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult {
        if self.is_exact_ordered() {
            let made = Self::tp_new(Self::class(), t, Args::EMPTY)?;
            let state = self.fields.state.get();
            for (key, hash) in self.keys_in_order() {
                match self.dict.get_item(t, &key)? {
                    Some(value) => made.set(t, &key, hash, &value)?,
                    None => return Err(errors::key_error(t, &key)),
                }
                self.check_unchanged(t, state)?;
            }
            return Ok(made.into_object());
        }
        let made = upcast(self).class().call(t, &[])?;
        let state = self.fields.state.get();
        for (key, _) in self.keys_in_order() {
            let value = sequence::get_item(t, upcast(self), &key)?;
            self.check_unchanged(t, state)?;
            sequence::assign_item(t, &made, &key, Some(&value))?;
            self.check_unchanged(t, state)?;
        }
        Ok(made)
    }

    /// od.__reversed__() <==> reversed(od)
    #[method]
    fn __reversed__(&self, t: &Thread) -> PyResult<Owned<OrderedDictIter>> {
        OrderedDictIter::make(t, self, Part::Keys, true)
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[method(sig = "(key, last=True)")]
    fn move_to_end(&self, t: &Thread, key: &Object, last: bool) -> PyResult<()> {
        let at_end =
            |links: &Links| links.node(if last { links.last } else { links.first }).is_some_and(|n| n.key.is(key));
        if at_end(&self.fields.links.borrow()) {
            return Ok(());
        }
        let hash = dict::key_hash(t, key)?;
        let Some(at) = self.find(t, key, hash)? else { return Err(errors::key_error(t, key)) };
        let mut links = self.links();
        if at != if last { links.last } else { links.first } {
            links.unlink(at);
            links.link(at, last);
            drop(links);
            self.changed();
        }
        Ok(())
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

macro_rules! views {
    ($($name:ident, $export:ident, $text:literal, $base:ty, $part:expr;)*) => {
        $(
            /// A view of an ordered dictionary: a view of the dictionary with another order.
            #[object]
            pub struct $name {
                dict: Slot<PyDict>,
            }

            #[class(name = $text, export = $export, base = $base, flags(HAVE_GC), no_new, doc = "")]
            impl $name {
                #[slot]
                fn tp_iter(&self, t: &Thread) -> PyResult<Owned<OrderedDictIter>> {
                    OrderedDictIter::of_view(t, &self.dict, $part, false)
                }

                #[method]
                fn __reversed__(&self, t: &Thread) -> PyResult<Owned<OrderedDictIter>> {
                    OrderedDictIter::of_view(t, &self.dict, $part, true)
                }
            }
        )*
    };
}

views! {
    OrderedKeys, PyODictKeys_Type, "odict_keys", PyDictKeys, Part::Keys;
    OrderedValues, PyODictValues_Type, "odict_values", PyDictValues, Part::Values;
    OrderedItems, PyODictItems_Type, "odict_items", PyDictItems, Part::Items;
}

/// `odict_iterator`.
#[object]
pub struct OrderedDictIter {
    dict: Slot<OrderedDict>,
    current: Slot,
    hash: Cell<isize>,
    size: usize,
    state: u64,
    part: Data<Part>,
    reverse: bool,
}

impl OrderedDictIter {
    fn make(t: &Thread, dict: &OrderedDict, part: Part, reverse: bool) -> PyResult<Owned<Self>> {
        let (current, hash) = dict.end(reverse).map_or((None, 0), |(key, hash)| (Some(key), hash));
        new_object(
            t,
            Self {
                head: Head::new(),
                dict: Slot::new(dict.own()),
                current: Slot::from_option(current),
                hash: Cell::new(hash),
                size: dict.dict.len(),
                state: dict.fields.state.get(),
                part: Data(part),
                reverse,
            },
        )
    }

    fn of_view(t: &Thread, dict: &Slot<PyDict>, part: Part, reverse: bool) -> PyResult<Owned<Self>> {
        let dict = dict.get();
        match dict.as_ref().and_then(|d| d.downcast::<OrderedDict>()) {
            Some(dict) => Self::make(t, dict, part, reverse),
            None => Err(errors::bad_internal_call(t)),
        }
    }

    fn next_key(&self, t: &Thread, dict: &OrderedDict) -> PyResult<Option<(Owned, isize)>> {
        let Some(key) = self.current.get() else { return Ok(None) };
        if dict.fields.state.get() != self.state {
            return Err(err!(t, RuntimeError, "OrderedDict mutated during iteration"));
        }
        if dict.dict.len() != self.size {
            return Err(err!(t, RuntimeError, "OrderedDict changed size during iteration"));
        }
        let hash = self.hash.get();
        let Some(at) = dict.find(t, &key, hash)? else { return Err(errors::key_error(t, &key)) };
        let following = {
            let links = dict.fields.links.borrow();
            let node = links.node(at).map_or(NONE, |n| if self.reverse { n.prev } else { n.next });
            links.node(node).map(|n| (n.key.clone(), n.hash))
        };
        match following {
            Some((next, next_hash)) => {
                self.hash.set(next_hash);
                self.current.set(Some(next));
            }
            None => self.current.set(None),
        }
        Ok(Some((key, hash)))
    }

    fn advance(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(dict) = self.dict.get() else { return Ok(None) };
        let Some((key, _)) = self.next_key(t, &dict)? else { return Ok(None) };
        if self.part.0 == Part::Keys {
            return Ok(Some(key));
        }
        let Some(value) = dict.dict.get_item(t, &key)? else {
            return Err(errors::key_error(t, &key));
        };
        if self.part.0 == Part::Values {
            return Ok(Some(value));
        }
        PyDict::pair(t, key, value).map(|pair| Some(pair.into_object()))
    }
}

#[class(name = "odict_iterator", export = PyODictIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl OrderedDictIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        upcast(self).own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let result = self.advance(t);
        if !matches!(result, Ok(Some(_))) {
            self.current.set(None);
            self.dict.set(None);
        }
        result
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let copy = new_object(
            t,
            Self {
                head: Head::new(),
                dict: Slot::from_option(self.dict.get()),
                current: Slot::from_option(self.current.get()),
                hash: self.hash.clone(),
                size: self.size,
                state: self.state,
                part: Data(self.part.0),
                reverse: self.reverse,
            },
        )?;
        let list = PyList::from_vec(t, iter::to_vec(t, &copy)?)?;
        let function = state::builtin(t, name!(t, "iter"))?;
        Ok((function, PyTuple::from_vec(t, vec![list.into_object()])?))
    }
}

/// Makes the types ready.
pub fn init(t: &Thread) -> PyResult<()> {
    use taipan_object::typeobject::add_static as add;
    add::<OrderedDict>(t)?;
    add::<OrderedKeys>(t)?;
    add::<OrderedValues>(t)?;
    add::<OrderedItems>(t)?;
    add::<OrderedDictIter>(t)
}
