//! Views of and iterators over dictionaries.

use super::PyDict;
use super::keys::{DictKeys, DictValues};
use crate::handle::{CompareOp, Head, Object, Own, Owned, PyResult, Slot};
use crate::set::any_set;
use crate::{
    Class, PyList, PyMappingProxy, PySet, PyStr, PyTuple, compare, err, iter, name, new_object, sequence, singletons,
    state, typeobject, upcast,
};
use core::cell::Cell;
use taipan_macros::{class, object};
use taipan_runtime::Thread;

/// What an iterator or view gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Values,
    Items,
}

impl Part {
    fn of(self, t: &Thread, key: Owned, value: Owned) -> PyResult {
        match self {
            Self::Keys => Ok(key),
            Self::Values => Ok(value),
            Self::Items => PyDict::pair(t, key, value).map(Owned::into_object),
        }
    }
}

impl PyDict {
    /// The next item of a backward iteration; `pos` starts at [`PyDict::last_position`].
    fn previous(&self, pos: &mut isize) -> Option<(Owned, Owned)> {
        // SAFETY: the position is checked against the table as it is now; nothing runs before the item is owned.
        unsafe {
            let (table, values) = (self.keys_ptr(), self.values_ptr());
            if *pos > self.last_position() {
                return None;
            }
            while *pos >= 0 {
                let at = *pos as usize;
                *pos -= 1;
                let (key, value) = if values.is_null() {
                    let (key, _, value) = DictKeys::entry(table, at);
                    (key, *value)
                } else {
                    let ix = *DictValues::order(values).add(at) as usize;
                    ((*DictKeys::unicode_entries(table).add(ix)).key, *DictValues::slot(values, ix))
                };
                if !value.is_null() {
                    return Some((Object::from_ptr(key).own(), Object::from_ptr(value).own()));
                }
            }
        }
        None
    }

    fn last_position(&self) -> isize {
        // SAFETY: plain fields.
        unsafe {
            let values = self.values_ptr();
            if values.is_null() { (*self.keys_ptr()).nentries - 1 } else { (*values).size as isize - 1 }
        }
    }
}

/// The state that all iterators share.
struct Progress {
    used: Cell<usize>,
    pos: Cell<isize>,
    remaining: Cell<usize>,
}

macro_rules! iterators {
    ($($name:ident, $text:literal, $export:ident, $part:expr, $reverse:literal;)*) => {
        $(
            /// Iterates over a dictionary.
            #[object]
            pub struct $name {
                dict: Slot<PyDict>,
                progress: crate::Data<Progress>,
            }

            impl $name {
                /// The next key with its value, or `None` at the end.
                ///
                /// # Errors
                /// `RuntimeError` if the dictionary has changed.
                #[inline]
                pub fn next_pair(&self, t: &Thread) -> PyResult<Option<(Owned, Owned)>> {
                    // SAFETY: nothing changes the field while the dictionary is looked at.
                    let Some(dict) = (unsafe { self.dict.peek() }) else { return Ok(None) };
                    let next = advance(t, dict, &self.progress, $reverse)?;
                    if next.is_none() {
                        self.dict.set(None);
                    }
                    Ok(next)
                }

                fn make(t: &Thread, dict: &PyDict) -> PyResult {
                    let pos = if $reverse { dict.last_position() } else { 0 };
                    let progress = Progress {
                        used: Cell::new(dict.len()),
                        pos: Cell::new(pos),
                        remaining: Cell::new(dict.len()),
                    };
                    new_object(t, Self { head: Head::new(), dict: Slot::new(dict.own()), progress: crate::Data(progress) })
                        .map(Owned::into_object)
                }
            }

            #[class(name = $text, export = $export, flags(HAVE_GC), no_new, doc = "", basicsize = 56)]
            impl $name {
                #[slot]
                fn tp_iter(&self, _t: &Thread) -> PyResult {
                    Ok(upcast(self).own())
                }

                #[slot]
                fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
                    match self.next_pair(t)? {
                        Some((key, value)) => $part.of(t, key, value).map(Some),
                        None => Ok(None),
                    }
                }

                /// Private method returning an estimate of len(list(it)).
                #[method(name = "__length_hint__")]
                fn length_hint(&self, _t: &Thread) -> usize {
                    match self.dict.get() {
                        Some(dict) if self.progress.used.get() == dict.len() => self.progress.remaining.get(),
                        _ => 0,
                    }
                }

                /// Return state information for pickling.
                #[method(name = "__reduce__")]
                fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
                    let function = state::builtin(t, name!(t, "iter"))?;
                    let copy = Self {
                        head: Head::new(),
                        dict: Slot::from_option(self.dict.get()),
                        progress: crate::Data(Progress {
                            used: self.progress.used.clone(),
                            pos: self.progress.pos.clone(),
                            remaining: self.progress.remaining.clone(),
                        }),
                    };
                    let copy = new_object(t, copy)?;
                    let list = PyList::from_vec(t, iter::to_vec(t, &copy)?)?;
                    Ok((function, PyTuple::from_vec(t, vec![list.into_object()])?))
                }
            }
        )*
    };
}

fn advance(t: &Thread, dict: &PyDict, progress: &Progress, reverse: bool) -> PyResult<Option<(Owned, Owned)>> {
    if progress.used.get() != dict.len() {
        // It stays that way.
        progress.used.set(usize::MAX);
        return Err(err!(t, RuntimeError, "dictionary changed size during iteration"));
    }
    let found = if reverse {
        let mut pos = progress.pos.get();
        let found = dict.previous(&mut pos);
        progress.pos.set(pos);
        found
    } else {
        let mut pos = progress.pos.get() as usize;
        let found = dict.next(&mut pos);
        progress.pos.set(pos as isize);
        found
    };
    if found.is_none() {
        return Ok(None);
    }
    if progress.remaining.get() == 0 {
        return Err(err!(t, RuntimeError, "dictionary keys changed during iteration"));
    }
    progress.remaining.set(progress.remaining.get() - 1);
    Ok(found)
}

iterators! {
    PyDictKeyIter, "dict_keyiterator", PyDictIterKey_Type, Part::Keys, false;
    PyDictValueIter, "dict_valueiterator", PyDictIterValue_Type, Part::Values, false;
    PyDictItemIter, "dict_itemiterator", PyDictIterItem_Type, Part::Items, false;
    PyDictRevKeyIter, "dict_reversekeyiterator", PyDictRevIterKey_Type, Part::Keys, true;
    PyDictRevValueIter, "dict_reversevalueiterator", PyDictRevIterValue_Type, Part::Values, true;
    PyDictRevItemIter, "dict_reverseitemiterator", PyDictRevIterItem_Type, Part::Items, true;
}

/// `iter(dict)`.
pub fn iter_keys(t: &Thread, dict: &PyDict) -> PyResult {
    PyDictKeyIter::make(t, dict)
}

/// `reversed(dict)`.
pub fn reversed_keys(t: &Thread, dict: &PyDict) -> PyResult {
    PyDictRevKeyIter::make(t, dict)
}

/// `dict.keys()`.
pub fn keys(t: &Thread, dict: &PyDict) -> PyResult {
    new_object(t, PyDictKeys { head: Head::new(), dict: Slot::new(dict.own()) }).map(Owned::into_object)
}

/// `dict.values()`.
pub fn values(t: &Thread, dict: &PyDict) -> PyResult {
    new_object(t, PyDictValues { head: Head::new(), dict: Slot::new(dict.own()) }).map(Owned::into_object)
}

/// `dict.items()`.
pub fn items(t: &Thread, dict: &PyDict) -> PyResult {
    new_object(t, PyDictItems { head: Head::new(), dict: Slot::new(dict.own()) }).map(Owned::into_object)
}

/// `dict_keys`.
#[object]
pub struct PyDictKeys {
    dict: Slot<PyDict>,
}

/// `dict_values`.
#[object]
pub struct PyDictValues {
    dict: Slot<PyDict>,
}

/// `dict_items`.
#[object]
pub struct PyDictItems {
    dict: Slot<PyDict>,
}

fn is_set_view(object: &Object) -> bool {
    object.is_instance_of::<PyDictKeys>() || object.is_instance_of::<PyDictItems>()
}

fn view_repr(t: &Thread, view: &Object) -> PyResult {
    if !state::repr_enter(t, view) {
        return Ok(name!(t, "...").own().into_object());
    }
    let result = (|| {
        let list = PyList::from_vec(t, iter::to_vec(t, view)?)?;
        let open = PyStr::from_str(t, &format!("{}(", view.class().name_lossy()))?;
        PyStr::concat_all(t, &[&open, &*list.repr(t)?, PyStr::latin1_char(b')')])
    })();
    state::repr_leave(t, view);
    result.map(Owned::into_object)
}

fn all_contained(t: &Thread, view: &Object, other: &Object) -> PyResult<bool> {
    let iterator = iter::get_iter(t, view)?;
    while let Some(item) = iter::next(t, &iterator)? {
        if !sequence::contains(t, other, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn view_compare(t: &Thread, view: &Object, other: &Object, op: CompareOp) -> PyResult {
    if any_set(other).is_none() && !is_set_view(other) {
        return singletons::ok_not_implemented();
    }
    let (n, m) = (sequence::len(t, view)?, sequence::len(t, other)?);
    let truth = match op {
        CompareOp::Eq => n == m && all_contained(t, view, other)?,
        CompareOp::Ne => !(n == m && all_contained(t, view, other)?),
        CompareOp::Lt => n < m && all_contained(t, view, other)?,
        CompareOp::Le => n <= m && all_contained(t, view, other)?,
        CompareOp::Gt => n > m && all_contained(t, other, view)?,
        CompareOp::Ge => n >= m && all_contained(t, other, view)?,
    };
    Ok(singletons::bool(truth).own())
}

fn to_set(t: &Thread, object: &Object) -> PyResult<Owned<PySet>> {
    PySet::make(t, PySet::class(), Some(object))
}

fn view_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
    let set = to_set(t, left)?;
    set.difference_update_from(t, right)?;
    Ok(set.into_object())
}

fn view_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
    let set = to_set(t, left)?;
    set.update_from(t, right)?;
    Ok(set.into_object())
}

fn view_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
    if let (Some(a), Some(b)) = (left.downcast_exact::<PyDictItems>(), right.downcast_exact::<PyDictItems>()) {
        return items_xor(t, a, b);
    }
    let set = to_set(t, left)?;
    set.symmetric_difference_update_from(t, right)?;
    Ok(set.into_object())
}

/// Items with equal keys and values need not be hashable as pairs.
fn items_xor(t: &Thread, a: &PyDictItems, b: &PyDictItems) -> PyResult {
    let result = PySet::make(t, PySet::class(), None)?;
    let (Some(a), Some(b)) = (a.dict.get(), b.dict.get()) else { return Ok(result.into_object()) };
    let rest = b.copy(t)?;
    let mut pos = 0;
    while let Some((key, hash, value)) = a.next_hashed(&mut pos) {
        let found = rest.get_item_known_hash(t, &key, hash)?;
        let same = match &found {
            Some(other) => compare::rich_compare_bool(t, &value, other, CompareOp::Eq)?,
            None => false,
        };
        if same {
            rest.pop_known_hash(t, &key, hash)?;
        } else {
            let pair = PyDict::pair(t, key, value)?;
            result.add_key(t, &pair)?;
        }
    }
    let mut pos = 0;
    while let Some((key, value)) = rest.next(&mut pos) {
        let pair = PyDict::pair(t, key, value)?;
        result.add_key(t, &pair)?;
    }
    Ok(result.into_object())
}

fn view_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
    // Either operand may be the view.
    let (mut view, mut other) = if is_set_view(left) { (left, right) } else { (right, left) };
    let n = sequence::len(t, view)?;
    if is_set_view(other) && sequence::len(t, other)? > n {
        core::mem::swap(&mut view, &mut other);
    }
    if let Some(set) = other.downcast_exact::<PySet>()
        && n <= set.len()
    {
        return set.intersection_with(t, view).map(Owned::into_object);
    }
    let result = PySet::make(t, PySet::class(), None)?;
    let iterator = iter::get_iter(t, other)?;
    while let Some(item) = iter::next(t, &iterator)? {
        if sequence::contains(t, view, &item)? {
            result.add_key(t, &item)?;
        }
    }
    Ok(result.into_object())
}

fn view_is_disjoint(t: &Thread, view: &Object, other: &Object) -> PyResult<bool> {
    let n = sequence::len(t, view)?;
    if view.is(other) {
        return Ok(n == 0);
    }
    let (mut view, mut other) = (view, other);
    if (any_set(other).is_some() || is_set_view(other)) && sequence::len(t, other)? > n {
        core::mem::swap(&mut view, &mut other);
    }
    let iterator = iter::get_iter(t, other)?;
    while let Some(item) = iter::next(t, &iterator)? {
        if sequence::contains(t, view, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

macro_rules! view {
    ($name:ident, $text:literal, $export:ident, $iter:ident, $reverse:ident, $doc:literal,
        ($($attr:tt)*), { $($extra:tt)* }) => {
        #[class(name = $text, export = $export, flags(HAVE_GC), no_new, doc = "", $($attr)*)]
        impl $name {
            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                view_repr(t, upcast(self))
            }

            #[slot]
            fn tp_iter(&self, t: &Thread) -> PyResult {
                match self.dict.get() {
                    Some(dict) => $iter::make(t, &dict),
                    None => PyTuple::empty().iter(t),
                }
            }

            #[slot]
            fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
                Ok(self.dict.get().map_or(0, |dict| dict.len()))
            }

            #[doc = $doc]
            #[method(name = "__reversed__")]
            fn reversed_method(&self, t: &Thread) -> PyResult {
                match self.dict.get() {
                    Some(dict) => $reverse::make(t, &dict),
                    None => PyTuple::empty().iter(t),
                }
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(&self, t: &Thread) -> PyResult {
                match self.dict.get() {
                    Some(dict) => PyMappingProxy::new(t, &dict).map(Owned::into_object),
                    None => singletons::ok_none(),
                }
            }

            $($extra)*
        }
    };
}

macro_rules! set_view {
    ($name:ident, $text:literal, $export:ident, $iter:ident, $reverse:ident, $doc:literal, { $($extra:tt)* }) => {
        view!($name, $text, $export, $iter, $reverse, $doc, (hash = crate::hash::hash_not_implemented), {
            $($extra)*

            #[slot]
            fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
                view_compare(t, upcast(self), other, op)
            }

            #[slot]
            fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
                view_subtract(t, left, right)
            }

            #[slot]
            fn nb_and(t: &Thread, left: &Object, right: &Object) -> PyResult {
                view_and(t, left, right)
            }

            #[slot]
            fn nb_xor(t: &Thread, left: &Object, right: &Object) -> PyResult {
                view_xor(t, left, right)
            }

            #[slot]
            fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
                view_or(t, left, right)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method]
            fn isdisjoint(&self, t: &Thread, object: &Object) -> PyResult<bool> {
                view_is_disjoint(t, upcast(self), object)
            }
        });
    };
}

set_view!(
    PyDictKeys,
    "dict_keys",
    PyDictKeys_Type,
    PyDictKeyIter,
    PyDictRevKeyIter,
    "Return a reverse iterator over the dict keys.",
    {
        #[slot]
        fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
            match self.dict.get() {
                Some(dict) => dict.contains(t, other),
                None => Ok(false),
            }
        }
    }
);

set_view!(
    PyDictItems,
    "dict_items",
    PyDictItems_Type,
    PyDictItemIter,
    PyDictRevItemIter,
    "Return a reverse iterator over the dict items.",
    {
        #[slot]
        fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
            let (Some(dict), Some(pair)) = (self.dict.get(), other.downcast::<PyTuple>()) else { return Ok(false) };
            let [key, value] = pair.as_slice() else { return Ok(false) };
            match dict.get_item(t, key)? {
                Some(found) => compare::rich_compare_bool(t, &found, value, CompareOp::Eq),
                None => Ok(false),
            }
        }
    }
);

view!(
    PyDictValues,
    "dict_values",
    PyDictValues_Type,
    PyDictValueIter,
    PyDictRevValueIter,
    "Return a reverse iterator over the dict values.",
    (),
    {}
);

/// Makes the types of views and iterators ready.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    use typeobject::add_static as add;
    add::<PyDictKeys>(t)?;
    add::<PyDictValues>(t)?;
    add::<PyDictItems>(t)?;
    add::<PyDictKeyIter>(t)?;
    add::<PyDictValueIter>(t)?;
    add::<PyDictItemIter>(t)?;
    add::<PyDictRevKeyIter>(t)?;
    add::<PyDictRevValueIter>(t)?;
    add::<PyDictRevItemIter>(t)
}
