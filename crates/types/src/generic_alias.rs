//! `types.GenericAlias`: `list[int]` and its like, and the substitution of type variables.

use crate::member;
use core::cell::Cell;
use taipan_object::abi::{Py_READONLY, Py_T_BOOL, PyMemberDef};
use taipan_object::argparse::{Args, check_positional};
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyList, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList, attr,
    call, class, err, errors, exceptions, hash, iter, name, new_object, object, sequence, singletons, state, upcast,
};

#[object]
pub struct PyGenericAlias {
    origin: Slot,
    args: Slot<PyTuple>,
    parameters: Slot<PyTuple>,
    weaks: WeakList,
    entry: CallEntry,
    starred: Cell<bool>,
}

#[object]
pub struct PyGenericAliasIter {
    alias: Slot,
}

/// Attributes of the alias itself; all others are the origin's.
const OWN_ATTRIBUTES: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

const BLOCKED_ATTRIBUTES: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

/// `types.GenericAlias(origin, args)`.
pub fn new(t: &Thread, origin: &Object, args: &PyTuple) -> PyResult {
    make(t, PyGenericAlias::class(), origin, args, false)
}

fn make(t: &Thread, class: &PyType, origin: &Object, args: &PyTuple, starred: bool) -> PyResult {
    let alias = PyGenericAlias {
        head: Head::new(),
        origin: Slot::new(origin.own()),
        args: Slot::new(args.own()),
        parameters: Slot::empty(),
        entry: CallEntry::of::<PyGenericAlias>(),
        starred: Cell::new(starred),
        weaks: WeakList::new(),
    };
    class.instance(t, alias).map(Owned::into_object)
}

/// `types.GenericAlias(origin, args)` where one argument need not be a tuple.
pub fn generic_alias(t: &Thread, origin: &Object, args: &Object) -> PyResult {
    match args.downcast::<PyTuple>() {
        Some(args) => new(t, origin, args),
        None => new(t, origin, &*PyTuple::from_slice(t, &[args])?),
    }
}

/// How a type appears in the repr of an alias or union.
pub fn type_repr(t: &Thread, object: &Object) -> PyResult<Owned<PyStr>> {
    if object.is(singletons::ellipsis()) {
        return Ok(name!(t, "...").own());
    }
    if object.is(singletons::none().class().as_object()) {
        return Ok(name!(t, "None").own());
    }
    if object.hasattr(t, name!(t, "__origin__"))? && object.hasattr(t, name!(t, "__args__"))? {
        return object.repr(t);
    }
    let Some(qualname) = object.getattr_opt(t, name!(t, "__qualname__"))? else { return object.repr(t) };
    let Some(module) = object.getattr_opt(t, name!(t, "__module__"))? else { return object.repr(t) };
    if module.is(singletons::none()) {
        return object.repr(t);
    }
    let qualname = qualname.str(t)?;
    if module.downcast::<PyStr>().is_some_and(|m| m.eq_str("builtins")) {
        return Ok(qualname);
    }
    PyStr::concat_all(t, &[&*module.str(t)?, PyStr::latin1_char(b'.'), &qualname])
}

/// Type variables among the arguments of an alias, in order of appearance.
pub fn make_parameters(t: &Thread, args: &PyTuple) -> PyResult<Owned<PyTuple>> {
    let mut found = Vec::new();
    collect_parameters(t, args.as_slice(), &mut found)?;
    PyTuple::from_vec(t, found)
}

fn add_unique(t: &Thread, found: &mut Vec<Owned>, item: &Object) -> PyResult<()> {
    let _ = t;
    if !found.iter().any(|known| known.is(item)) {
        found.push(item.own());
    }
    Ok(())
}

fn collect_parameters(t: &Thread, args: &[&Object], found: &mut Vec<Owned>) -> PyResult<()> {
    for arg in args {
        if arg.is_instance_of::<PyType>() {
            continue;
        }
        if arg.getattr_opt(t, name!(t, "__typing_subst__"))?.is_some() {
            add_unique(t, found, arg)?;
        } else if arg.is_instance_of::<PyList>() || arg.is_instance_of::<PyTuple>() {
            call::enter_recursive(t, " in __parameter__ calculation")?;
            let items = iter::to_vec(t, arg)?;
            let items: Vec<&Object> = items.iter().map(|item| &**item).collect();
            collect_parameters(t, &items, found)?;
        } else if let Some(parameters) = arg.getattr_opt(t, name!(t, "__parameters__"))?
            && let Some(parameters) = parameters.downcast::<PyTuple>()
        {
            for parameter in parameters.as_slice() {
                add_unique(t, found, parameter)?;
            }
        }
    }
    Ok(())
}

fn index_of(parameters: &PyTuple, item: &Object) -> Option<usize> {
    parameters.as_slice().iter().position(|p| p.is(item))
}

/// The arguments with unpacked tuples of known length spread out.
fn unpack_args(t: &Thread, item: &Object) -> PyResult<Owned<PyTuple>> {
    let given: Vec<Owned> = match item.downcast::<PyTuple>() {
        Some(tuple) => call::own_all(tuple.as_slice()),
        None => vec![item.own()],
    };
    let mut out = Vec::with_capacity(given.len());
    for item in given {
        if !item.is_instance_of::<PyType>()
            && let Some(inner) = item.getattr_opt(t, name!(t, "__typing_unpacked_tuple_args__"))?
            && let Some(inner) = inner.downcast::<PyTuple>()
            && !inner.as_slice().last().is_some_and(|last| last.is(singletons::ellipsis()))
        {
            out.extend(call::own_all(inner.as_slice()));
            continue;
        }
        out.push(item);
    }
    PyTuple::from_vec(t, out)
}

/// The arguments of an alias with its parameters replaced by the items given.
pub fn substitute(
    t: &Thread,
    alias: &Object,
    args: &PyTuple,
    parameters: &PyTuple,
    item: &Object,
) -> PyResult<Owned<PyTuple>> {
    let count = parameters.len();
    if count == 0 {
        return Err(err!(t, TypeError, "{} is not a generic class", alias.repr(t)?.to_string_lossy()));
    }
    let mut items: Owned = unpack_args(t, item)?.into_object();
    for parameter in parameters.as_slice() {
        let prepare = parameter.getattr_opt(t, name!(t, "__typing_prepare_subst__"))?;
        if let Some(prepare) = prepare
            && !prepare.is(singletons::none())
        {
            let tuple = match items.downcast::<PyTuple>() {
                Some(tuple) => tuple.own(),
                None => PyTuple::from_slice(t, &[&items])?,
            };
            items = prepare.call(t, &[alias, &tuple])?;
        }
    }
    let given: Vec<Owned> = match items.downcast::<PyTuple>() {
        Some(tuple) => call::own_all(tuple.as_slice()),
        None => vec![items.clone()],
    };
    if given.len() != count {
        return Err(err!(
            t,
            TypeError,
            "Too {} arguments for {}; actual {}, expected {count}",
            if given.len() > count { "many" } else { "few" },
            alias.repr(t)?.to_string_lossy(),
            given.len()
        ));
    }
    let out = substitute_items(t, alias, args.as_slice(), parameters, &given)?;
    PyTuple::from_vec(t, out)
}

fn substitute_items(
    t: &Thread,
    alias: &Object,
    args: &[&Object],
    parameters: &PyTuple,
    given: &[Owned],
) -> PyResult<Vec<Owned>> {
    let mut out = Vec::with_capacity(args.len());
    for arg in args {
        if arg.is_instance_of::<PyType>() {
            out.push(arg.own());
            continue;
        }
        if arg.is_instance_of::<PyTuple>() || arg.is_instance_of::<PyList>() {
            call::enter_recursive(t, " while substituting type parameters")?;
            let inner = iter::to_vec(t, arg)?;
            let inner: Vec<&Object> = inner.iter().map(|item| &**item).collect();
            let made = substitute_items(t, alias, &inner, parameters, given)?;
            out.push(if arg.is_instance_of::<PyTuple>() {
                PyTuple::from_vec(t, made)?.into_object()
            } else {
                PyList::from_vec(t, made)?.into_object()
            });
            continue;
        }
        let unpack = match arg.getattr_opt(t, name!(t, "__typing_is_unpacked_typevartuple__"))? {
            Some(flag) => flag.is_true(t)?,
            None => false,
        };
        let made = match arg.getattr_opt(t, name!(t, "__typing_subst__"))? {
            Some(subst) => match index_of(parameters, arg).and_then(|i| given.get(i)) {
                Some(value) => subst.call(t, &[value])?,
                None => {
                    let shown = arg.repr(t)?;
                    let message = "with __typing_subst__ was not found in __parameters__";
                    return Err(err!(t, TypeError, "argument {} {message}", shown.display()));
                }
            },
            None => substitute_in(t, arg, parameters, given)?,
        };
        if unpack {
            let Some(tuple) = made.downcast::<PyTuple>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    arg.class().name_lossy(),
                    made.class().name_lossy()
                ));
            };
            out.extend(call::own_all(tuple.as_slice()));
        } else {
            out.push(made);
        }
    }
    Ok(out)
}

/// Replaces the parameters of an alias that is itself an argument.
fn substitute_in(t: &Thread, object: &Object, parameters: &PyTuple, given: &[Owned]) -> PyResult {
    let Some(inner) = object.getattr_opt(t, name!(t, "__parameters__"))? else { return Ok(object.own()) };
    let Some(inner) = inner.downcast::<PyTuple>() else { return Ok(object.own()) };
    if inner.len() == 0 {
        return Ok(object.own());
    }
    let mut items = Vec::new();
    for parameter in inner.as_slice() {
        match index_of(parameters, parameter).and_then(|i| given.get(i)) {
            Some(value) => {
                // A type variable tuple takes several items.
                // SAFETY: plain field of a live type.
                let several = unsafe { (*parameter.class().as_type_ptr()).tp_iter.is_some() };
                match value.downcast::<PyTuple>() {
                    Some(values) if several => items.extend(call::own_all(values.as_slice())),
                    _ => items.push(value.clone()),
                }
            }
            None => items.push(parameter.own()),
        }
    }
    let items = PyTuple::from_vec(t, items)?;
    sequence::get_item(t, object, &items)
}

impl PyGenericAlias {
    const MEMBERS_LEN: usize = 4;

    /// The generic type.
    pub fn origin(&self) -> Owned {
        self.origin.get().unwrap_or_else(|| singletons::none().own())
    }

    /// The arguments.
    pub fn args(&self) -> Owned<PyTuple> {
        self.args.get().unwrap_or_else(|| PyTuple::empty().own())
    }

    fn type_parameters(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        if let Some(known) = self.parameters.get() {
            return Ok(known);
        }
        let made = make_parameters(t, &self.args())?;
        self.parameters.set(Some(made.clone()));
        Ok(made)
    }

    fn item_repr(t: &Thread, item: &Object) -> PyResult<Owned<PyStr>> {
        let Some(list) = item.downcast::<PyList>() else { return type_repr(t, item) };
        let mut parts = Vec::new();
        for item in list.to_vec() {
            parts.push(type_repr(t, &item)?);
        }
        let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
        PyStr::concat_all(t, &[PyStr::latin1_char(b'['), &inner, PyStr::latin1_char(b']')])
    }
}

impl Vectorcall for PyGenericAlias {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let made = self.origin().call_args(t, &args)?;
        if made.setattr(t, name!(t, "__orig_class__"), upcast(self)).is_err() {
            if errors::matches::<exceptions::AttributeError>(t) || errors::matches::<exceptions::TypeError>(t) {
                errors::clear(t);
            } else {
                return Err(taipan_object::Raised::assume());
            }
        }
        Ok(made)
    }
}

#[class(name = "types.GenericAlias", export = Py_GenericAliasType, flags(BASETYPE, HAVE_GC), weaklist = weaks, vectorcall = entry,
    doc = "GenericAlias(origin, args, /)\n--\n\nRepresent a PEP 585 generic type\n\nFor example, for t = list[int], t.__origin__ is list and t.__args__\nis (int,).",
    members = [
        member(c"__origin__", core::mem::offset_of!(PyGenericAlias, origin), c""),
        member(c"__args__", core::mem::offset_of!(PyGenericAlias, args), c""),
        PyMemberDef {
            name: c"__unpacked__".as_ptr(), r#type: Py_T_BOOL,
            offset: core::mem::offset_of!(PyGenericAlias, starred) as isize, flags: Py_READONLY, doc: core::ptr::null(),
        },
        PyMemberDef::END,
    ])]
impl PyGenericAlias {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "GenericAlias")?;
        check_positional(t, "GenericAlias", args.pos.len(), 2, 2)?;
        let [origin, arguments] = args.pos else { return Err(taipan_object::argparse::missing(t)) };
        let arguments = match arguments.downcast::<PyTuple>() {
            Some(tuple) => tuple.own(),
            None => PyTuple::from_slice(t, &[arguments])?,
        };
        make(t, cls, origin, &arguments, false)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let origin = type_repr(t, &self.origin())?;
        let args = self.args();
        let mut parts = Vec::new();
        for item in args.as_slice() {
            parts.push(Self::item_repr(t, item)?);
        }
        let inner =
            if parts.is_empty() { name!(t, "()").own() } else { PyStr::join_all(t, Some(name!(t, ", ")), &parts)? };
        let star: &PyStr = if self.starred.get() { PyStr::latin1_char(b'*') } else { PyStr::empty() };
        PyStr::concat_all(t, &[star, &origin, PyStr::latin1_char(b'['), &inner, PyStr::latin1_char(b']')])
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        let origin = hash::hash(t, &self.origin())?;
        let args = hash::hash(t, &self.args())?;
        Ok(origin ^ args)
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        if let Some(text) = name.downcast::<PyStr>()
            && !OWN_ATTRIBUTES.iter().chain(&BLOCKED_ATTRIBUTES).any(|known| text.eq_str(known))
        {
            return self.origin().getattr(t, name);
        }
        attr::generic_getattr(t, upcast(self), name)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        let equal = self.starred.get() == other.starred.get()
            && self.origin().eq(t, &other.origin())?
            && self.args().eq(t, &other.args())?;
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        new_object(t, PyGenericAliasIter { head: Head::new(), alias: Slot::new(upcast(self).own()) })
            .map(Owned::into_object)
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        crate::union::type_or(t, left, right)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        let parameters = self.type_parameters(t)?;
        let args = substitute(t, upcast(self), &self.args(), &parameters, key)?;
        make(t, Self::class(), &self.origin(), &args, self.starred.get())
    }

    #[method]
    fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult<Owned<PyTuple>> {
        let _ = object;
        PyTuple::from_vec(t, vec![self.origin()])
    }

    #[method]
    fn __instancecheck__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        Err(err!(t, TypeError, "isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[method]
    fn __subclasscheck__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        Err(err!(t, TypeError, "issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        if self.starred.get() {
            let plain = make(t, Self::class(), &self.origin(), &self.args(), false)?;
            let iterator = plain.iter(t)?;
            let next = state::builtin(t, name!(t, "next"))?;
            return Ok((next, PyTuple::from_vec(t, vec![iterator])?));
        }
        let args = PyTuple::from_vec(t, vec![self.origin(), self.args().into_object()])?;
        Ok((upcast(self).class().as_object().own(), args))
    }

    #[method(name = "__dir__")]
    fn dir_method(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let names = self.origin().dir(t)?;
        for name in OWN_ATTRIBUTES {
            if BLOCKED_ATTRIBUTES.contains(&name) {
                continue;
            }
            let name = PyStr::intern_str(t, name)?;
            if !sequence::contains(t, &names, &name)? {
                names.append(t, name.into_object())?;
            }
        }
        Ok(names)
    }

    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.type_parameters(t)
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(&self, _t: &Thread) -> Option<Owned<PyTuple>> {
        if self.starred.get() && self.origin().is(PyTuple::class().as_object()) {
            return Some(self.args());
        }
        None
    }
}

#[class(name = "generic_alias_iterator", flags(HAVE_GC), no_new, doc = "")]
impl PyGenericAliasIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(alias) = self.alias.take() else { return Ok(None) };
        let Some(alias) = alias.downcast::<PyGenericAlias>() else { return Ok(None) };
        make(t, PyGenericAlias::class(), &alias.origin(), &alias.args(), true).map(Some)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let iter = state::builtin(t, name!(t, "iter"))?;
        let arg = self.alias.get().unwrap_or_else(|| PyTuple::empty().own().into_object());
        Ok((iter, PyTuple::from_vec(t, vec![arg])?))
    }
}
