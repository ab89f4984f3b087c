//! The names of `dict`.

use super::{DictKeys, PyDict, dict_dealloc, keys, views};
use crate::argparse::{Args, check_positional};
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult};
use crate::typeobject::alloc::shared_capacity;
use crate::{
    PySet, PyStr, PyType, attr, compare, err, errors, exceptions, iter, name, sequence, singletons, state, upcast,
};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

pub(super) unsafe extern "C" fn dict_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live dictionary.
    unsafe {
        let dict: &PyDict = Object::from_ptr(op).cast_unchecked();
        if dict.keys_ptr().is_null() {
            return 0;
        }
        if dict.has_own_table() {
            return DictKeys::traverse(dict.keys_ptr(), visit, arg);
        }
        let mut pos = 0;
        while let Some((_, value)) = dict.next_borrowed(&mut pos) {
            let result = if value.is_null() { 0 } else { visit(value, arg) };
            if result != 0 {
                return result;
            }
        }
    }
    0
}

pub(super) unsafe extern "C" fn dict_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live dictionary.
    unsafe { Object::from_ptr(op).cast_unchecked::<PyDict>().clear_items() };
    0
}

impl PyDict {
    /// An empty dictionary of a type derived from `dict` (without calling `__init__`).
    pub fn alloc_of(t: &Thread, class: &PyType) -> PyResult<Owned<Self>> {
        if class.is(Self::class()) {
            return Self::new(t);
        }
        let made = class.alloc(t, 0)?;
        // SAFETY: a fresh zeroed instance of a dictionary type.
        unsafe {
            (*made.as_ptr().cast::<PyDictObject>()).ma_keys = keys::empty_keys().cast();
            Ok(made.cast_unchecked())
        }
    }

    /// Stores the items of a mapping or an iterable of pairs, as `update` does with its argument.
    pub fn update_from(&self, t: &Thread, other: &Object) -> PyResult<()> {
        if let Some(dict) = other.downcast_exact::<Self>() {
            return self.merge_dict(t, dict, true);
        }
        if other.hasattr(t, name!(t, "keys"))? {
            return self.merge_mapping(t, other, true);
        }
        self.merge_pairs(t, other, true)
    }

    /// Stores the items of a mapping (`PyDict_Merge`).
    pub fn merge_mapping(&self, t: &Thread, other: &Object, overwrite: bool) -> PyResult<()> {
        if let Some(dict) = other.downcast::<Self>() {
            // SAFETY: plain fields of live types.
            let plain = unsafe {
                (*other.class().as_type_ptr()).tp_iter.map(|f| f as usize) == (*Self::TYPE).tp_iter.map(|f| f as usize)
            };
            if plain {
                return self.merge_dict(t, dict, overwrite);
            }
        }
        let names = other.call_method(t, name!(t, "keys"), &[])?;
        let iterator = iter::get_iter(t, &names)?;
        while let Some(key) = iter::next(t, &iterator)? {
            if !overwrite && self.contains(t, &key)? {
                continue;
            }
            let value = sequence::get_item(t, other, &key)?;
            self.set_item(t, &key, &value)?;
        }
        Ok(())
    }

    /// Stores the pairs of an iterable (`PyDict_MergeFromSeq2`).
    pub fn merge_pairs(&self, t: &Thread, pairs: &Object, overwrite: bool) -> PyResult<()> {
        let iterator = iter::get_iter(t, pairs)?;
        let mut i = 0usize;
        while let Some(item) = iter::next(t, &iterator)? {
            let pair = match iter::fast_vec(t, &item, "object is not iterable") {
                Ok(pair) => pair,
                Err(raised) => {
                    if errors::matches::<exceptions::TypeError>(t)
                        && let Some(exception) = errors::take(t)
                    {
                        let note = PyStr::from_str(
                            t,
                            &format!("Cannot convert dictionary update sequence element #{i} to a sequence"),
                        )?;
                        exception.call_method(t, name!(t, "add_note"), &[&note])?;
                        return Err(errors::restore_raised(t, exception));
                    }
                    return Err(raised);
                }
            };
            let [key, value] = &pair[..] else {
                return Err(err!(
                    t,
                    ValueError,
                    "dictionary update sequence element #{i} has length {}; 2 is required",
                    pair.len()
                ));
            };
            if overwrite || !self.contains(t, key)? {
                self.set_item(t, key, value)?;
            }
            i += 1;
        }
        Ok(())
    }

    /// Stores what the arguments of `dict(..)` or `update(..)` say.
    pub fn update_common(&self, t: &Thread, args: &Args<'_>, fname: &str) -> PyResult<()> {
        check_positional(t, fname, args.pos.len(), 0, 1)?;
        if let Some(other) = args.pos.first() {
            self.update_from(t, other)?;
        }
        args.for_each_keyword(t, |name, value| {
            if !name.is_instance_of::<PyStr>() {
                return Err(err!(t, TypeError, "keywords must be strings"));
            }
            self.set_item(t, name, value)
        })
    }

    /// Whether both hold equal values under equal keys.
    pub fn equals(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((key, hash, value)) = self.next_hashed(&mut pos) {
            let Some(found) = other.get_item_known_hash(t, &key, hash)? else { return Ok(false) };
            if !compare::rich_compare_bool(t, &value, &found, CompareOp::Eq)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn repr_now(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let mut parts = Vec::with_capacity(self.len());
        let colon = name!(t, ": ");
        let mut pos = 0;
        while let Some((key, value)) = self.next(&mut pos) {
            let key = key.repr(t)?;
            let value = value.repr(t)?;
            parts.push(PyStr::concat_all(t, &[&key, colon, &value])?);
        }
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[PyStr::latin1_char(b'{'), &inner, PyStr::latin1_char(b'}')])
    }

    /// `dict.__repr__`.
    pub fn base_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "{...}").own());
        }
        let result = if self.len() == 0 { Ok(name!(t, "{}").own()) } else { self.repr_now(t) };
        state::repr_leave(t, upcast(self));
        result
    }

    fn missing(&self, t: &Thread, key: &Object) -> PyResult {
        if !upcast(self).is_exact::<Self>()
            && let Some(method) = attr::lookup_special(t, upcast(self), name!(t, "__missing__"))?
        {
            return method.call(t, &[key]);
        }
        Err(errors::key_error(t, key))
    }
}

#[class(name = "dict", layout, export = PyDict_Type, flags(BASETYPE, HAVE_GC, MAPPING, MATCH_SELF), subclass_flag = DICT_SUBCLASS,
    dealloc = dict_dealloc, traverse = dict_traverse, clear = dict_clear, hash = crate::hash::hash_not_implemented,
    doc = "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)")]
impl PyDict {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        Self::alloc_of(t, cls).map(Owned::into_object)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.update_common(t, &args, "dict")
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        check_positional(t, "dict", args.pos.len(), 0, 1)?;
        let dict = Self::alloc_of(t, cls)?;
        dict.update_common(t, &args, "dict")?;
        Ok(dict.into_object())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        self.base_repr(t).map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        let equal = self.equals(t, other)?;
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        views::iter_keys(t, self)
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        match self.get_item(t, key)? {
            Some(value) => Ok(value),
            None => self.missing(t, key),
        }
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => self.set_item(t, key, value),
            None => self.del_item(t, key),
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        self.contains(t, other)
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (Some(a), Some(_)) = (left.downcast::<Self>(), right.downcast::<Self>()) else {
            return singletons::ok_not_implemented();
        };
        let result = a.copy(t)?;
        result.update_from(t, right)?;
        Ok(result.into_object())
    }

    #[slot]
    fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(this) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        this.update_from(t, right)?;
        Ok(left.own())
    }

    /// Return self[key].
    #[method(name = "__getitem__", sig = "(key, /)", flags = METH_COEXIST)]
    fn getitem_method(&self, t: &Thread, key: &Object) -> PyResult {
        self.mp_subscript(t, key)
    }

    /// True if the dictionary has the specified key, else False.
    #[method(name = "__contains__", sig = "(key, /)", flags = METH_COEXIST)]
    fn contains_method(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        self.contains(t, key)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method(name = "__sizeof__")]
    pub fn sizeof(&self, _t: &Thread) -> usize {
        // SAFETY: plain fields of a live dictionary and type.
        unsafe {
            let mut size = (*upcast(self).class().as_type_ptr()).tp_basicsize as usize;
            let table = self.keys_ptr();
            if !self.values_ptr().is_null() {
                size += shared_capacity(table) * 8;
            }
            if (*table).refcnt == 1 {
                size += keys::DictKeys::byte_size(table);
            }
            size
        }
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", sig = "(key, default=None, /)")]
    fn get_method(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        Ok(match self.get_item(t, key)? {
            Some(value) => value,
            None => default.unwrap_or_else(|| singletons::none()).own(),
        })
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "setdefault", sig = "(key, default=None, /)")]
    fn setdefault_method(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        self.set_default(t, key, default.unwrap_or_else(|| singletons::none()))
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(name = "pop", sig = "(key, default=<unrepresentable>, /)")]
    fn pop_method(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let found = if self.len() == 0 { None } else { self.pop_item(t, key)? };
        match (found, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.own()),
            (None, None) => Err(errors::key_error(t, key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method]
    fn popitem(&self, t: &Thread) -> PyResult<(Owned, Owned)> {
        match self.pop_last(t)? {
            Some(pair) => Ok(pair),
            None => Err(err!(t, KeyError, "popitem(): dictionary is empty")),
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method]
    fn keys(&self, t: &Thread) -> PyResult {
        views::keys(t, self)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method]
    fn items(&self, t: &Thread) -> PyResult {
        views::items(t, self)
    }

    /// Return an object providing a view on the dict's values.
    #[method]
    fn values(&self, t: &Thread) -> PyResult {
        views::values(t, self)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method(text = "")]
    fn update(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.update_common(t, &args, "update")
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "(iterable, value=None, /)")]
    fn fromkeys(cls: &PyType, t: &Thread, iterable: &Object, value: Option<&Object>) -> PyResult {
        let value = value.unwrap_or_else(|| singletons::none());
        let made = cls.call(t, &[])?;
        if let Some(dict) = made.downcast_exact::<Self>() {
            if let Some(source) = iterable.downcast_exact::<Self>() {
                let mut pos = 0;
                while let Some((key, hash, _)) = source.next_hashed(&mut pos) {
                    dict.insert(t, &key, hash, value.own())?;
                }
            } else if let Some(source) = crate::set::any_set(iterable)
                .filter(|_| iterable.is_exact::<PySet>() || iterable.is_exact::<crate::PyFrozenSet>())
            {
                let mut pos = 0;
                while let Some((key, hash)) = source.next(&mut pos) {
                    dict.insert(t, &key, hash, value.own())?;
                }
            } else {
                iter::for_each(t, iterable, |key| dict.set_item(t, &key, value))?;
            }
            return Ok(made);
        }
        iter::for_each(t, iterable, |key| sequence::assign_item(t, &made, &key, Some(value)))?;
        Ok(made)
    }

    /// Remove all items from the dict.
    #[method(name = "clear")]
    fn clear_method(&self, _t: &Thread) {
        self.clear_items();
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy")]
    fn copy_method(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copy(t)
    }

    /// Return a reverse iterator over the dict keys.
    #[method(name = "__reversed__")]
    fn reversed_method(&self, t: &Thread) -> PyResult {
        views::reversed_keys(t, self)
    }

    /// dicts are generic over two types, signifying (respectively) the types of their keys and values
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}
