//! `typing.Union`: `X | Y` of types.

use crate::member;
use crate::typing::PyTypeAlias;
use taipan_object::abi::PyMemberDef;
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList, class, err,
    errors, exceptions, hash, name, new_object, number, object, singletons, state, upcast,
};

#[object]
pub struct PyUnion {
    args: Slot<PyTuple>,
    hashable: Slot,
    unhashable: Slot<PyTuple>,
    parameters: Slot<PyTuple>,
    weaks: WeakList,
}

/// Collects the members of a union, each once.
struct Builder {
    args: Vec<Owned>,
    hashable: Owned<crate::PySet>,
    unhashable: Vec<Owned>,
    checked: bool,
}

impl Builder {
    fn new(t: &Thread, checked: bool) -> PyResult<Self> {
        let hashable = crate::PySet::alloc_of(t, crate::PyFrozenSet::class())?;
        Ok(Self { args: Vec::new(), hashable, unhashable: Vec::new(), checked })
    }

    fn add(&mut self, t: &Thread, arg: &Object) -> PyResult<()> {
        if arg.is(singletons::none()) {
            return self.add_plain(t, singletons::none().class().as_object());
        }
        if let Some(union) = arg.downcast_exact::<PyUnion>() {
            for arg in union.members().as_slice() {
                self.add_plain(t, arg)?;
            }
            return Ok(());
        }
        if arg.is_instance_of::<PyStr>() {
            let typing = state::import(t, "typing")?;
            let forward = typing.getattr(t, name!(t, "_make_forward_ref"));
            let reference = match errors::catch::<exceptions::AttributeError, _>(t, forward)? {
                Some(make) => make.call(t, &[arg])?,
                None => typing.getattr(t, name!(t, "ForwardRef"))?.call(t, &[arg])?,
            };
            return self.add_plain(t, &reference);
        }
        if self.checked {
            let message = PyStr::from_str(t, "Union[arg, ...]: each arg must be a type.")?;
            let checked = state::import(t, "typing")?.getattr(t, name!(t, "_type_check"))?.call(t, &[arg, &message])?;
            return self.add_plain(t, &checked);
        }
        self.add_plain(t, arg)
    }

    fn add_plain(&mut self, t: &Thread, arg: &Object) -> PyResult<()> {
        match hash::hash(t, arg) {
            Ok(hash) => {
                if !self.hashable.add_known_hash(t, arg, hash)? {
                    return Ok(());
                }
            }
            Err(raised) => {
                if !errors::matches::<exceptions::TypeError>(t) {
                    return Err(raised);
                }
                errors::clear(t);
                for known in &self.unhashable {
                    if known.eq(t, arg)? {
                        return Ok(());
                    }
                }
                self.unhashable.push(arg.own());
            }
        }
        self.args.push(arg.own());
        Ok(())
    }

    fn finish(self, t: &Thread) -> PyResult {
        if self.args.is_empty() {
            return Err(err!(t, TypeError, "Cannot take a Union of no types."));
        }
        if let [only] = &self.args[..] {
            return Ok(only.clone());
        }
        let unhashable = if self.unhashable.is_empty() { None } else { Some(PyTuple::from_vec(t, self.unhashable)?) };
        new_object(
            t,
            PyUnion {
                head: Head::new(),
                args: Slot::new(PyTuple::from_vec(t, self.args)?),
                hashable: Slot::new(self.hashable.into_object()),
                unhashable: Slot::from_option(unhashable),
                parameters: Slot::empty(),
                weaks: WeakList::new(),
            },
        )
        .map(Owned::into_object)
    }
}

/// The union of anything, strings becoming forward references.
pub fn from_items(t: &Thread, items: &[&Object]) -> PyResult {
    let mut builder = Builder::new(t, true)?;
    for item in items {
        builder.add(t, item)?;
    }
    builder.finish(t)
}

fn is_unionable(object: &Object) -> bool {
    object.is(singletons::none())
        || object.is_instance_of::<PyType>()
        || object.is_instance_of::<crate::generic_alias::PyGenericAlias>()
        || object.is_exact::<PyUnion>()
        || object.is_exact::<PyTypeAlias>()
}

/// `X | Y` of types; `NotImplemented` if one of them is none.
pub fn type_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
    if !is_unionable(left) || !is_unionable(right) {
        return singletons::ok_not_implemented();
    }
    let mut builder = Builder::new(t, false)?;
    builder.add(t, left)?;
    builder.add(t, right)?;
    builder.finish(t)
}

impl PyUnion {
    const MEMBERS_LEN: usize = 2;

    /// The members.
    pub fn members(&self) -> Owned<PyTuple> {
        self.args.get().unwrap_or_else(|| PyTuple::empty().own())
    }

    fn type_parameters(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known);
        }
        let made = crate::generic_alias::make_parameters(t, &self.members())?;
        self.parameters.set(Some(made.clone()));
        Ok(made)
    }

    fn equals(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        let (Some(a), Some(b)) = (self.hashable.get(), other.hashable.get()) else { return Ok(false) };
        if !a.eq(t, &b)? {
            return Ok(false);
        }
        match (self.unhashable.get(), other.unhashable.get()) {
            (None, None) => Ok(true),
            (Some(a), Some(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                'each: for x in a.as_slice() {
                    for y in b.as_slice() {
                        if x.eq(t, y)? {
                            continue 'each;
                        }
                    }
                    return Ok(false);
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

#[class(name = "typing.Union", export = _PyUnion_Type, flags(HAVE_GC), no_new, weaklist = weaks,
    doc = "Represent a union type\n\nE.g. for int | str",
    members = [member(c"__args__", core::mem::offset_of!(PyUnion, args), c""), PyMemberDef::END])]
impl PyUnion {
    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        // What is asked of the class, as of other generic forms.
        if name.downcast::<PyStr>().is_some_and(|n| n.eq_str("__module__")) {
            return Self::class().as_object().getattr(t, name);
        }
        taipan_object::attr::generic_getattr(t, upcast(self), name)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let mut parts = Vec::new();
        for item in self.members().as_slice() {
            parts.push(crate::generic_alias::type_repr(t, item)?);
        }
        PyStr::join_all(t, Some(name!(t, " | ")), &parts).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        if let Some(unhashable) = self.unhashable.get() {
            // Some of them may be hashable by now.
            for item in unhashable.as_slice() {
                hash::hash(t, item)?;
            }
            return Err(err!(t, TypeError, "union contains {} unhashable elements", unhashable.len()));
        }
        match self.hashable.get() {
            Some(set) => hash::hash(t, &set),
            None => Ok(0),
        }
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        let equal = self.equals(t, other)?;
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        // A union takes in anything, and strings as forward references.
        let mut builder = Builder::new(t, false)?;
        builder.add(t, left)?;
        builder.add(t, right)?;
        builder.finish(t)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        let parameters = self.type_parameters(t)?;
        let args = crate::generic_alias::substitute(t, upcast(self), &self.members(), &parameters, key)?;
        let mut items = args.as_slice().iter();
        let Some(first) = items.next() else {
            return Err(err!(t, TypeError, "Cannot take a Union of no types."));
        };
        let mut result = first.own();
        for item in items {
            result = number::binary_op(t, &result, item, number::Op::Or)?;
        }
        Ok(result)
    }

    #[method]
    fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        Err(err!(t, TypeError, "Cannot subclass {}", upcast(self).repr(t)?.to_string_lossy()))
    }

    /// Create a union containing the given types
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        let _ = cls;
        match object.downcast::<PyTuple>() {
            Some(items) => from_items(t, items.as_slice()),
            None => from_items(t, &[object]),
        }
    }

    /// Name of the type
    #[getter]
    fn __name__(&self, _t: &Thread) -> &'static str {
        "Union"
    }

    /// Qualified name of the type
    #[getter]
    fn __qualname__(&self, _t: &Thread) -> &'static str {
        "Union"
    }

    /// Always returns the type
    #[getter]
    fn __origin__(&self, _t: &Thread) -> Owned {
        Self::class().as_object().own()
    }

    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.type_parameters(t)
    }
}

/// The members of a union, or `None` for anything else.
pub fn union_args(_t: &Thread, object: &Object) -> PyResult<Option<Owned>> {
    Ok(object.downcast_exact::<PyUnion>().map(|union| union.members().into_object()))
}
