//! `collections.defaultdict`.

use taipan_object::dict::subclass::{self, DictSubclass};
use taipan_object::{
    Args, Object, Own, Owned, PyDict, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, dict_subclass, err,
    errors, iter, name, singletons, state, upcast,
};

dict_subclass!(
    /// `collections.defaultdict`.
    DefaultDict,
    Slot
);

impl DefaultDict {
    fn factory(&self) -> Option<Owned> {
        self.fields.get().filter(|f| !f.is(singletons::none()))
    }

    fn factory_or_none(&self) -> Owned {
        self.factory().unwrap_or_else(|| singletons::none().own())
    }

    fn same_type(&self, t: &Thread, content: &Object) -> PyResult {
        upcast(self).class().call(t, &[&self.factory_or_none(), content])
    }
}

#[class(name = "collections.defaultdict", heap, layout, inherited_new, base = PyDict, flags(BASETYPE, HAVE_GC, MAPPING),
    dealloc = subclass::dealloc::<DefaultDict>,
    traverse = subclass::traverse::<DefaultDict>, clear = subclass::clear::<DefaultDict>,
    doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n")]
impl DefaultDict {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        Self::alloc(t, cls, Slot::empty())
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let mut rest = args;
        let mut factory = None;
        if let [first, others @ ..] = args.pos {
            if !first.is_callable() && !first.is(singletons::none()) {
                return Err(err!(t, TypeError, "first argument must be callable or None"));
            }
            factory = Some(first.own());
            rest.pos = others;
        }
        self.fields.set(factory);
        self.dict.update_common(t, &rest, "dict")
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let base = self.dict.base_repr(t)?;
        let factory = self.factory_or_none();
        let shown = if state::repr_enter(t, &factory) {
            let shown = factory.repr(t);
            state::repr_leave(t, &factory);
            shown?
        } else {
            name!(t, "...").own()
        };
        let class = upcast(self).class().short_name_lossy();
        PyStr::from_fmt(t, format_args!("{class}({}, {})", shown.display(), base.display()))
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (this, other) = match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(this), _) => (this, right),
            (None, Some(this)) => (this, left),
            _ => return singletons::ok_not_implemented(),
        };
        if !other.is_instance_of::<PyDict>() {
            return singletons::ok_not_implemented();
        }
        let made = this.same_type(t, left)?;
        match made.downcast::<PyDict>() {
            Some(dict) => dict.update_from(t, right)?,
            None => return Err(errors::bad_internal_call(t)),
        }
        Ok(made)
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    ///
    #[method(sig = "(object, /)", name = "__missing__")]
    fn missing(&self, t: &Thread, object: &Object) -> PyResult {
        let Some(factory) = self.factory() else { return Err(errors::key_error(t, object)) };
        let value = factory.call(t, &[])?;
        // The factory may have stored a value itself: that one stays.
        self.dict.set_default(t, object, &value)
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult {
        self.same_type(t, upcast(self))
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult {
        self.same_type(t, upcast(self))
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let args = match self.factory() {
            Some(factory) => PyTuple::from_vec(t, vec![factory])?,
            None => PyTuple::empty().own(),
        };
        let items = upcast(self).call_method(t, name!(t, "items"), &[])?;
        let iterator = iter::get_iter(t, &items)?;
        let none = || singletons::none().own();
        let class = upcast(self).class().as_object().own();
        PyTuple::from_vec(t, vec![class, args.into_object(), none(), none(), iterator])
    }

    /// defaultdicts are generic over two types, signifying (respectively) the types of the dictionary's keys and values
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    /// Factory for default value called by __missing__().
    #[getter(member)]
    fn default_factory(&self, _t: &Thread) -> Owned {
        self.fields.get().unwrap_or_else(|| singletons::none().own())
    }

    #[setter]
    fn set_default_factory(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.fields.set(value.map(Own::own));
        Ok(())
    }
}
