//! `sqlite3.Row`: a row whose values are found by position or by column name.

use crate::cursor::Cursor;
use taipan_object::{
    CompareOp, Head, Object, Own, Owned, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, PyType, Slot, Thread, class,
    compare, err, exceptions_class, hash, number, object, singletons,
};

/// `sqlite3.Row`.
#[object]
pub struct Row {
    data: Owned<PyTuple>,
    description: Slot,
}

#[class(name = "sqlite3.Row", heap, flags(BASETYPE, HAVE_GC))]
impl Row {
    #[new(sig = "(cursor, data, /)", text = "")]
    fn new(cls: &PyType, t: &Thread, cursor: &Cursor, data: &PyTuple) -> PyResult<Owned<Self>> {
        let description = cursor.description().unwrap_or_else(|| singletons::none().own());
        cls.instance(t, Self { head: Head::new(), data: data.own(), description: Slot::new(description) })
    }

    /// Returns the keys of the row.
    #[method]
    fn keys(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let mut keys = Vec::new();
        if let Some(description) = self.columns() {
            for column in description.as_slice() {
                if let Some(name) = column.downcast::<PyTuple>().and_then(|column| column.get(0)) {
                    keys.push(name.own());
                }
            }
        }
        PyList::from_vec(t, keys)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.data.len())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.data.len())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        self.item(t, index)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if key.is_instance_of::<PyInt>() {
            let index = number::index_as_isize_or(t, key, exceptions_class!(IndexError))?;
            return self.item(t, if index < 0 { index.saturating_add(self.data.len() as isize) } else { index });
        }
        if let Some(name) = key.downcast::<PyStr>() {
            return self.named(t, name);
        }
        if key.is_instance_of::<PySlice>() {
            return self.data.as_object().get_item(t, key);
        }
        Err(err!(t, IndexError, "Index must be int or string"))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.data.as_object().iter(t)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        Ok(hash::hash(t, &self.description())? ^ hash::hash(t, &self.data)?)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if compare::rich_compare_bool(t, &self.description(), &other.description(), CompareOp::Eq)? {
            return compare::rich_compare(t, &self.data, &other.data, op);
        }
        Ok(singletons::bool(op == CompareOp::Ne).own())
    }
}

impl Row {
    fn description(&self) -> Owned {
        self.description.get().unwrap_or_else(|| singletons::none().own())
    }

    fn columns(&self) -> Option<Owned<PyTuple>> {
        self.description.get().and_then(|description| description.into_type().ok())
    }

    fn item(&self, t: &Thread, index: isize) -> PyResult {
        let found = usize::try_from(index).ok().and_then(|i| self.data.get(i));
        found.map(Own::own).ok_or_else(|| err!(t, IndexError, "tuple index out of range"))
    }

    fn named(&self, t: &Thread, name: &PyStr) -> PyResult {
        let Some(columns) = self.columns() else {
            return Err(err!(t, IndexError, "No item with key {}", name.as_object().repr(t)?.to_string_lossy()));
        };
        for (i, column) in columns.as_slice().iter().enumerate() {
            let key = column.downcast::<PyTuple>().and_then(|column| column.get(0));
            if key.and_then(|key| key.downcast::<PyStr>()).is_some_and(|key| is_same_name(key, name)) {
                return self.item(t, i as isize);
            }
        }
        Err(err!(t, IndexError, "No item with that key"))
    }
}

/// Whether two column names are the same: letters of ASCII in any case.
fn is_same_name(a: &PyStr, b: &PyStr) -> bool {
    if a.eq(b) {
        return true;
    }
    match (a.as_ascii(), b.as_ascii()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    }
}
