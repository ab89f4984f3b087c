//! `_contextvars`: contexts, their variables and tokens (PEP 567).

use crate::persistent::{Key, Node, Without};
use core::cell::Cell;
use core::mem::offset_of;
use taipan_object::abi::{_Py_T_OBJECT, Py_READONLY, PyMemberDef};
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyModule, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    WeakList, argparse, class, context, err, errors, exceptions, name, native_module, new_object, object, singletons,
    state, upcast, watch,
};

/// The value of `Token.MISSING`.
#[object]
pub struct TokenMissing {}

#[class(name = "Token.MISSING", no_new)]
impl TokenMissing {
    #[slot]
    fn tp_repr(&self, _t: &Thread) -> &'static str {
        "<Token.MISSING>"
    }
}

/// A mapping of context variables to values.
#[object]
pub struct PyContext {
    previous: Slot,
    variables: Slot<Node>,
    count: Cell<usize>,
    entered: Cell<bool>,
    weaklist: WeakList,
}

fn new_context(t: &Thread, variables: Option<Owned<Node>>, count: usize) -> PyResult<Owned<PyContext>> {
    new_object(
        t,
        PyContext {
            head: Head::new(),
            previous: Slot::empty(),
            variables: Slot::from_option(variables),
            count: Cell::new(count),
            entered: Cell::new(false),
            weaklist: WeakList::new(),
        },
    )
}

impl Key for PyContextVar {
    fn object(&self) -> &Object {
        upcast(self)
    }

    fn hash(&self) -> u64 {
        self.hash.get()
    }

    fn is(&self, _hash: u64, key: &Object) -> PyResult<bool> {
        Ok(key.is(upcast(self)))
    }
}

/// The thread's current context; one is made if it has none.
fn current(t: &Thread) -> PyResult<Owned<PyContext>> {
    if let Some(Ok(found)) = context::current(t).map(Owned::into_type::<PyContext>) {
        return Ok(found);
    }
    let made = new_context(t, None, 0)?;
    drop(context::replace(t, Some(made.clone().into_object())));
    Ok(made)
}

/// The current context if the thread has one.
fn current_opt(t: &Thread) -> Option<Owned<PyContext>> {
    context::current(t).and_then(|c| c.into_type::<PyContext>().ok())
}

/// A copy of the current context (`PyContext_CopyCurrent`).
pub fn copy_current(t: &Thread) -> PyResult<Owned<PyContext>> {
    current(t)?.copied(t)
}

impl PyContext {
    fn copied(&self, t: &Thread) -> PyResult<Owned<Self>> {
        new_context(t, self.variables.get(), self.count.get())
    }

    fn lookup(&self, var: &PyContextVar) -> Option<Owned> {
        // Comparing variables does not fail.
        self.variables.get()?.get(var).ok().flatten()
    }

    fn store(&self, t: &Thread, var: &PyContextVar, value: &Owned) -> PyResult<()> {
        let root = match self.variables.get() {
            Some(root) => root,
            None => Node::empty(t)?,
        };
        let (root, added) = root.with(t, 0, var, value)?;
        self.count.set(self.count.get() + usize::from(added));
        self.variables.set(Some(root));
        Ok(())
    }

    fn remove(&self, t: &Thread, var: &PyContextVar) -> PyResult<()> {
        let missing = || errors::raise_value(t, exceptions::LookupError::class(), upcast(var));
        let Some(root) = self.variables.get() else { return Err(missing()) };
        let root = match root.without(t, 0, var)? {
            Without::Missing => return Err(missing()),
            Without::Node(root) => Some(root),
            Without::Empty | Without::Single(_) => None,
        };
        self.count.set(self.count.get().saturating_sub(1));
        self.variables.set(root);
        Ok(())
    }

    fn items_vec(&self) -> Vec<(Owned, Owned)> {
        let mut out = Vec::with_capacity(self.count.get());
        if let Some(root) = self.variables.get() {
            root.collect(&mut out);
        }
        out
    }

    /// Makes this the thread's current context (`PyContext_Enter`).
    pub fn enter(&self, t: &Thread) -> PyResult<()> {
        if self.entered.get() {
            let shown = self.as_object().repr(t)?;
            return Err(err!(t, RuntimeError, "cannot enter context: {} is already entered", shown.display()));
        }
        self.entered.set(true);
        self.previous.set(context::replace(t, Some(self.as_object().own())));
        watch::context(Some(self.as_object()));
        Ok(())
    }

    /// Brings back the context before this one (`PyContext_Exit`).
    pub fn exit(&self, t: &Thread) -> PyResult<()> {
        if !self.entered.get() {
            let shown = self.as_object().repr(t)?;
            return Err(err!(t, RuntimeError, "cannot exit context: {} has not been entered", shown.display()));
        }
        if !context::is_current(t, self.as_object()) {
            return Err(err!(
                t,
                RuntimeError,
                "cannot exit context: thread state references a different context object"
            ));
        }
        self.entered.set(false);
        let previous = self.previous.take();
        drop(context::replace(t, previous));
        watch::context(context::current(t).as_deref());
        Ok(())
    }
}

fn key_of<'a>(t: &Thread, key: &'a Object) -> PyResult<&'a PyContextVar> {
    match key.downcast::<PyContextVar>() {
        Some(var) => Ok(var),
        None => {
            let shown = key.repr(t)?;
            Err(err!(t, TypeError, "a ContextVar key was expected, got {}", shown.display()))
        }
    }
}

#[class(name = "_contextvars.Context", export = PyContext_Type, flags(HAVE_GC), weaklist = weaklist)]
impl PyContext {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "Context() does not accept any arguments"));
        }
        new_context(t, None, 0)
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
        let mut equal = self.count.get() == other.count.get();
        if equal {
            for (key, value) in self.items_vec() {
                equal = match other.lookup(key_of(t, &key)?) {
                    Some(found) => value.eq(t, &found)?,
                    None => false,
                };
                if !equal {
                    break;
                }
            }
        }
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.count.get())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.lookup(key_of(t, key)?).ok_or_else(|| errors::key_error(t, key))
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        Ok(self.lookup(key_of(t, key)?).is_some())
    }

    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`.  If `default` is not
    /// given, return None.
    #[method(sig = "(key, default=None, /)")]
    fn get(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        Ok(self.lookup(key_of(t, key)?).unwrap_or_else(|| default.unwrap_or_else(|| singletons::none()).own()))
    }

    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[method]
    fn items(&self, t: &Thread) -> PyResult {
        Items::of(t, self.items_vec())
    }

    /// Return a list of all variables in the context object.
    #[method]
    fn keys(&self, t: &Thread) -> PyResult {
        Keys::of(t, self.items_vec())
    }

    /// Return a list of all variables' values in the context object.
    #[method]
    fn values(&self, t: &Thread) -> PyResult {
        Values::of(t, self.items_vec())
    }

    /// Return a shallow copy of the context object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copied(t)
    }

    #[method]
    fn run(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let [function, rest @ ..] = args.pos else {
            return Err(err!(t, TypeError, "run() missing 1 required positional argument"));
        };
        self.enter(t)?;
        let result = function.call_args(t, &Args { pos: rest, kw: args.kw });
        let saved = result.is_err().then(|| errors::take(t)).flatten();
        if let Err(raised) = self.exit(t) {
            if let Some(first) = saved {
                errors::chain(t, first);
            }
            return Err(raised);
        }
        match saved {
            Some(exception) => Err(errors::restore_raised(t, exception)),
            None => result,
        }
    }
}

/// Declares one of the three iterators over a context.
macro_rules! context_iterator {
    ($name:ident, $python:literal, $part:expr) => {
        /// Iterates over what a map held when the iterator was made; last items first in `left`.
        #[object]
        pub struct $name {
            left: core::cell::RefCell<Vec<Owned>>,
            count: usize,
        }

        impl $name {
            /// An iterator over these items.
            pub fn of(t: &Thread, items: Vec<(Owned, Owned)>) -> PyResult {
                let count = items.len();
                let part: fn(&Thread, Owned, Owned) -> PyResult = $part;
                let left: PyResult<Vec<Owned>> =
                    items.into_iter().rev().map(|(key, value)| part(t, key, value)).collect();
                new_object(t, Self { head: Head::new(), left: core::cell::RefCell::new(left?), count })
                    .map(Owned::into_object)
            }
        }

        #[class(name = $python, flags(HAVE_GC), no_new, basicsize = 168)]
        impl $name {
            #[slot]
            fn tp_iter(&self, _t: &Thread) -> Owned {
                self.as_object().own()
            }

            #[slot]
            fn tp_iternext(&self, _t: &Thread) -> PyResult<Option<Owned>> {
                Ok(self.left.borrow_mut().pop())
            }

            #[slot]
            fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
                Ok(self.count)
            }
        }
    };
}

context_iterator!(Keys, "keys", |_, key, _| Ok(key));
context_iterator!(Values, "values", |_, _, value| Ok(value));
context_iterator!(Items, "items", |t, key, value| PyTuple::from_vec(t, vec![key, value]).map(Owned::into_object));

const VAR_SIGNATURE: argparse::Signature = argparse::Signature {
    fname: "ContextVar",
    params: &[argparse::Param { name: "", required: true }, argparse::Param { name: "default", required: false }],
    pos_only: 1,
    positional: 1,
    varargs: false,
    varkw: false,
};

/// A context variable.
#[object]
pub struct PyContextVar {
    name: Slot,
    default: Slot,
    hash: Cell<u64>,
}

impl PyContextVar {
    const MEMBERS_LEN: usize = 2;

    /// The value in the current context.
    pub fn value(&self, t: &Thread) -> Option<Owned> {
        current_opt(t)?.lookup(self)
    }

    fn address(&self) -> *const Self {
        self
    }

    /// The value, or else `default`, or else the variable's own default.
    pub fn value_or(&self, t: &Thread, default: Option<&Object>) -> Option<Owned> {
        self.value(t).or_else(|| default.map(Own::own)).or_else(|| self.default.get())
    }

    /// Sets the variable in the current context.
    pub fn assign(&self, t: &Thread, value: &Object) -> PyResult<Owned<PyToken>> {
        let context = current(t)?;
        let old = context.lookup(self);
        let token = PyToken {
            head: Head::new(),
            context: Slot::new(context.clone()),
            var: Slot::new(self.own()),
            old: Slot::from_option(old),
            used: Cell::new(false),
        };
        let token = new_object(t, token)?;
        context::changed(t);
        context.store(t, self, &value.own())?;
        Ok(token)
    }

    fn undo(&self, t: &Thread, token: &PyToken) -> PyResult<()> {
        let shown = || upcast(token).repr(t);
        if token.used.get() {
            return Err(err!(t, RuntimeError, "{} has already been used once", shown()?.display()));
        }
        if !token.var.holds(self.as_object()) {
            return Err(err!(t, ValueError, "{} was created by a different ContextVar", shown()?.display()));
        }
        let context = current(t)?;
        if !token.context.holds(context.as_object()) {
            return Err(err!(t, ValueError, "{} was created in a different Context", shown()?.display()));
        }
        token.used.set(true);
        context::changed(t);
        match token.old.get() {
            Some(old) => context.store(t, self, &old),
            None => context.remove(t, self),
        }
    }
}

#[class(name = "_contextvars.ContextVar", export = PyContextVar_Type, flags(HAVE_GC), members = [
    PyMemberDef {
        name: c"name".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyContextVar, name) as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    },
    PyMemberDef::END,
])]
impl PyContextVar {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if args.pos.len() > 1 && args.n_keywords() == 0 {
            let n = args.pos.len();
            return Err(err!(t, TypeError, "ContextVar() takes at most 1 positional argument ({n} given)"));
        }
        let mut slots = [None; 2];
        args.parse(t, &VAR_SIGNATURE, &mut slots)?;
        let [Some(name), default] = slots else { return Err(argparse::missing(t)) };
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "context variable name must be a str"));
        };
        let hash = name.hash_value(t)? as u64;
        // The address tells variables of one name apart; it is known only once the object exists.
        let made = cls.instance(
            t,
            Self {
                head: Head::new(),
                name: Slot::new(PyStr::interned(text.own()).into_object()),
                default: Slot::from_option(default.map(Own::own)),
                hash: Cell::new(0),
            },
        )?;
        made.hash.set(hash ^ (made.address() as usize as u64).rotate_right(4));
        Ok(made)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(if self.hash.get() as isize == -1 { -2 } else { self.hash.get() as isize })
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = match self.name.get() {
            Some(name) => name.repr(t)?.to_string_lossy(),
            None => String::new(),
        };
        let default = match self.default.get() {
            Some(value) => format!(" default={}", value.repr(t)?.to_string_lossy()),
            None => String::new(),
        };
        PyStr::from_fmt(t, format_args!("<ContextVar name={name}{default} at {:p}>", self.address()))
    }

    /// ContextVars are generic over the type of their contained values
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the
    /// method will:
    ///  * return the value of the default argument of the method, if
    ///    provided; or
    ///  * return the default value for the context variable, if it was
    ///    created with one; or
    ///  * raise a LookupError.
    #[method(sig = "(default=None, /)", text = "(default=<unrepresentable>, /)")]
    fn get(&self, t: &Thread, default: Option<&Object>) -> PyResult {
        match self.value_or(t, default) {
            Some(value) => Ok(value),
            None => Err(errors::raise_value(t, exceptions::LookupError::class(), self.as_object())),
        }
    }

    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required value argument is the new value for the context
    /// variable.
    ///
    /// Returns a Token object that can be used to restore the variable to
    /// its previous value via the `ContextVar.reset()` method.
    #[method(sig = "(value, /)")]
    fn set(&self, t: &Thread, value: &Object) -> PyResult<Owned<PyToken>> {
        self.assign(t, value)
    }

    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the
    /// `ContextVar.set()` that created the token was used.
    #[method(sig = "(token, /)")]
    fn reset(&self, t: &Thread, token: &Object) -> PyResult<()> {
        match token.downcast::<PyToken>() {
            Some(token) => self.undo(t, token),
            None => {
                let shown = token.repr(t)?;
                Err(err!(t, TypeError, "expected an instance of Token, got {}", shown.display()))
            }
        }
    }
}

/// What `ContextVar.set` returns: how to undo it.
#[object]
pub struct PyToken {
    context: Slot<PyContext>,
    var: Slot<PyContextVar>,
    old: Slot,
    used: Cell<bool>,
}

#[class(name = "_contextvars.Token", export = PyContextToken_Type, flags(HAVE_GC), hash = taipan_object::hash::hash_not_implemented)]
impl PyToken {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        Err(err!(t, RuntimeError, "Tokens can only be created by ContextVars"))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let used = if self.used.get() { " used" } else { "" };
        let var = match self.var.get() {
            Some(var) => upcast(&*var).repr(t)?.to_string_lossy(),
            None => "NULL".to_string(),
        };
        PyStr::from_fmt(t, format_args!("<Token{used} var={var} at {:p}>", core::ptr::from_ref(self)))
    }

    #[getter]
    fn var(&self, _t: &Thread) -> Option<Owned<PyContextVar>> {
        self.var.get()
    }

    #[getter]
    fn old_value(&self, t: &Thread) -> PyResult {
        match self.old.get() {
            Some(old) => Ok(old),
            None => upcast(Self::class()).getattr(t, name!(t, "MISSING")),
        }
    }

    /// Tokens are generic over the same type as the ContextVar which created them.
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    /// Enter into Token context manager.
    #[method]
    fn __enter__(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    /// Exit from Token context manager, restore the linked ContextVar.
    #[method(sig = "(type, val, tb, /)")]
    fn __exit__(&self, t: &Thread, type_: &Object, val: &Object, tb: &Object) -> PyResult<()> {
        let _ = (type_, val, tb);
        match self.var.get() {
            Some(var) => var.undo(t, self),
            None => Ok(()),
        }
    }
}

/// Context Variables
#[native_module(name = "_contextvars", classes(PyContext, PyContextVar, PyToken))]
pub mod contextvars {
    use super::*;

    #[function]
    fn copy_context(t: &Thread) -> PyResult<Owned<PyContext>> {
        copy_current(t)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let _ = module;
        for class in [Node::class(), TokenMissing::class(), Keys::class(), Values::class(), Items::class()] {
            taipan_object::typeobject::ready(t, class)?;
        }
        let missing = new_object(t, TokenMissing { head: Head::new() })?;
        PyToken::class().set_in_dict(t, name!(t, "MISSING"), Some(missing.as_object()))
    }
}
