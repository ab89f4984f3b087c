//! `types.SimpleNamespace`.

use taipan_object::abi::PyMemberDef;
use taipan_object::argparse::{Args, check_positional};
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyDict, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, compare,
    err, hash, name, new_object, object, singletons, state, upcast,
};

/// A simple attribute-based namespace.
#[object]
pub struct PySimpleNamespace {
    dict: Slot<PyDict>,
}

/// A namespace with these attributes.
pub fn new(t: &Thread, attributes: &PyDict) -> PyResult<Owned> {
    new_object(t, PySimpleNamespace { head: Head::new(), dict: Slot::new(attributes.copy(t)?) }).map(Owned::into_object)
}

impl PySimpleNamespace {
    const MEMBERS_LEN: usize = 2;

    /// The attributes.
    pub fn attributes(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        match self.dict.get() {
            Some(dict) => Ok(dict),
            None => {
                let dict = PyDict::new(t)?;
                self.dict.set(Some(dict.clone()));
                Ok(dict)
            }
        }
    }

    fn repr_now(&self, t: &Thread, name: &str) -> PyResult {
        let mut parts = Vec::new();
        for (key, value) in self.attributes(t)?.items_vec() {
            if let Some(key) = key.downcast::<PyStr>()
                && key.len() > 0
            {
                let value = value.repr(t)?;
                parts.push(PyStr::concat_all(t, &[key, PyStr::latin1_char(b'='), &value])?);
            }
        }
        let open = PyStr::from_str(t, &format!("{name}("))?;
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[&open, &inner, PyStr::latin1_char(b')')]).map(Owned::into_object)
    }
}

#[class(name = "types.SimpleNamespace", export = _PyNamespace_Type, flags(BASETYPE, HAVE_GC), dict = dict,
    hash = hash::hash_not_implemented,
    doc = "SimpleNamespace(mapping_or_iterable=(), /, **kwargs)\n--\n\nA simple attribute-based namespace.",
    members = [crate::member(c"__dict__", core::mem::offset_of!(PySimpleNamespace, dict), c""), PyMemberDef::END])]
impl PySimpleNamespace {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        cls.instance(t, Self { head: Head::new(), dict: Slot::new(PyDict::new(t)?) }).map(Owned::into_object)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let name = upcast(self).class().short_name_lossy();
        check_positional(t, &name, args.pos.len(), 0, 1)?;
        let own = self.attributes(t)?;
        if let Some(given) = args.pos.first() {
            let dict = match given.downcast_exact::<PyDict>() {
                Some(dict) => dict.own(),
                None => {
                    let made = PyDict::new(t)?;
                    made.update_from(t, given)?;
                    made
                }
            };
            for (key, _) in dict.items_vec() {
                if !key.is_instance_of::<PyStr>() {
                    return Err(err!(t, TypeError, "keywords must be strings"));
                }
            }
            own.merge_dict(t, &dict, true)?;
        }
        args.for_each_keyword(t, |name, value| {
            if !name.is_instance_of::<PyStr>() {
                return Err(err!(t, TypeError, "keywords must be strings"));
            }
            own.set_item(t, name, value)
        })
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let class = upcast(self).class();
        let name = if class.is(Self::class()) { "namespace".to_string() } else { class.short_name_lossy() };
        if !state::repr_enter(t, upcast(self)) {
            return PyStr::from_fmt(t, format_args!("{name}(...)")).map(Owned::into_object);
        }
        let result = self.repr_now(t, &name);
        state::repr_leave(t, upcast(self));
        result
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        compare::rich_compare(t, &*self.attributes(t)?, &*other.attributes(t)?, op)
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned, Owned<PyDict>)> {
        let class = upcast(self).class().as_object().own();
        Ok((class, PyTuple::empty().own().into_object(), self.attributes(t)?))
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(name = "__replace__", text = "(**changes)")]
    fn replace(&self, t: &Thread, args: Args<'_>) -> PyResult {
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "__replace__() takes no positional arguments"));
        }
        let made = upcast(self).class().call(t, &[])?;
        let Some(copy) = made.downcast::<Self>() else {
            return Err(err!(
                t,
                TypeError,
                "expect {} type, but {}() returned '{}' object",
                Self::class().name_lossy(),
                upcast(self).class().fully_qualified_name(t)?.display(),
                made.class().fully_qualified_name(t)?.display()
            ));
        };
        let attributes = copy.attributes(t)?;
        attributes.merge_dict(t, &*self.attributes(t)?, true)?;
        args.for_each_keyword(t, |name, value| attributes.set_item(t, name, value))?;
        Ok(made)
    }
}
