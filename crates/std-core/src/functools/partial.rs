//! `functools.partial`.

use super::Placeholder;
use std::cell::Cell;
use taipan_object::argparse::Keywords;
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyMethod, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList, attr,
    class, err, iter, name, object, singletons, state, upcast,
};

/// `functools.partial`.
#[object]
pub struct Partial {
    func: Slot,
    args: Slot<PyTuple>,
    keywords: Slot<PyDict>,
    placeholders: Cell<usize>,
    entry: CallEntry,
    dict: Slot,
    weaklist: WeakList,
}

fn is_placeholder(object: &Object) -> bool {
    object.is_exact::<Placeholder>()
}

impl Vectorcall for Partial {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let (Some(func), Some(own), Some(keywords)) = (self.func.get(), self.args.get(), self.keywords.get()) else {
            return Err(err!(t, SystemError, "partial object without function"));
        };
        let holes = self.placeholders.get();
        if args.pos.len() < holes {
            return Err(err!(
                t,
                TypeError,
                "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
                args.pos.len()
            ));
        }
        let fixed = own.as_slice();
        let n = fixed.len() + args.pos.len() - holes;
        if keywords.len() == 0 && n <= 6 && n > 0 && holes == 0 {
            // The usual call needs no memory.
            let filler = *fixed.first().or(args.pos.first()).unwrap_or(&upcast(self));
            let mut small = [filler; 6];
            small[..fixed.len()].copy_from_slice(fixed);
            small[fixed.len()..n].copy_from_slice(args.pos);
            return func.call_args(t, &Args { pos: &small[..n], kw: args.kw });
        }
        let mut pos: Vec<&Object> = Vec::with_capacity(n);
        let mut given = args.pos.iter();
        for &arg in fixed {
            if holes > 0 && is_placeholder(arg) {
                pos.extend(given.next());
            } else {
                pos.push(arg);
            }
        }
        pos.extend(given);
        if keywords.len() == 0 {
            return func.call_args(t, &Args { pos: &pos, kw: args.kw });
        }
        let merged;
        let keywords = if args.n_keywords() == 0 {
            &*keywords
        } else {
            merged = keywords.copy(t)?;
            args.for_each_keyword(t, |name, value| merged.set_item(t, name, value))?;
            &*merged
        };
        func.call_args(t, &Args { pos: &pos, kw: Keywords::Dict(keywords) })
    }
}

/// Create a new function with partial application of the given arguments
/// and keywords.
#[class(name = "functools.partial", fields(args = args: "tuple of arguments to future partial calls", func = func: "function object to use in future partial calls", keywords = keywords: "dictionary of keyword arguments to future partial calls"), heap, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaklist, vectorcall = entry,
    doc = "partial(func, /, *args, **keywords)\n--\n\nCreate a new function with partial application of the given arguments\nand keywords.")]
impl Partial {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let [func, given @ ..] = args.pos else {
            return Err(err!(t, TypeError, "type 'partial' takes at least one argument"));
        };
        if !func.is_callable() {
            return Err(err!(t, TypeError, "the first argument must be callable"));
        }
        if given.last().is_some_and(|last| is_placeholder(last)) {
            return Err(err!(t, TypeError, "trailing Placeholders are not allowed"));
        }
        args.for_each_keyword(t, |_, value| {
            if is_placeholder(value) {
                return Err(err!(t, TypeError, "Placeholder cannot be passed as a keyword argument"));
            }
            Ok(())
        })?;
        let inner = func.downcast::<Self>().filter(|inner| inner.dict.is_none());
        let mut all: Vec<Owned> = Vec::new();
        let mut function = func.own();
        let keywords;
        if let Some(inner) = inner
            && let (Some(f), Some(fixed), Some(kw)) = (inner.func.get(), inner.args.get(), inner.keywords.get())
        {
            function = f;
            let mut given = given.iter();
            for &arg in fixed.as_slice() {
                let arg = if is_placeholder(arg) { given.next().copied().unwrap_or(arg) } else { arg };
                all.push(arg.own());
            }
            all.extend(given.map(|arg| arg.own()));
            keywords = kw.copy(t)?;
        } else {
            all.extend(given.iter().map(|arg| arg.own()));
            keywords = PyDict::new(t)?;
        }
        args.for_each_keyword(t, |name, value| keywords.set_item(t, name, value))?;
        let placeholders = all.iter().filter(|arg| is_placeholder(arg)).count();
        let all = PyTuple::from_vec(t, all)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                func: Slot::new(function),
                args: Slot::new(all),
                keywords: Slot::new(keywords),
                placeholders: Cell::new(placeholders),
                entry: CallEntry::of::<Self>(),
                dict: Slot::empty(),
                weaklist: WeakList::new(),
            },
        )
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if !state::repr_enter(t, upcast(self)) {
            return Ok(name!(t, "...").own());
        }
        let made = (|| {
            let mut out = taipan_object::unicode::builder::StrBuilder::new();
            out.push_str(&*upcast(self).class().module_name(t)?.str(t)?);
            out.push_latin1(b".");
            out.push_str(&*upcast(self).class().qualname(t)?);
            out.push_latin1(b"(");
            // What is shown is the state of now, whatever the items' repr does to it.
            let func = self.func.get().unwrap_or_else(|| singletons::none().own());
            let (args, keywords) = (self.args.get(), self.keywords.get());
            out.push_str(&*func.repr(t)?);
            if let Some(args) = args {
                for &arg in args.as_slice() {
                    out.push_latin1(b", ");
                    out.push_str(&*arg.repr(t)?);
                }
            }
            if let Some(keywords) = keywords {
                for (key, value) in keywords.items_vec() {
                    out.push_latin1(b", ");
                    out.push_str(&*key.str(t)?);
                    out.push_latin1(b"=");
                    out.push_str(&*value.repr(t)?);
                }
            }
            out.push_latin1(b")");
            out.finish(t)
        })();
        state::repr_leave(t, upcast(self));
        made
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult {
        let _ = class;
        match object.filter(|o| !o.is(singletons::none())) {
            Some(object) => PyMethod::new(t, upcast(self), object).map(Owned::into_object),
            None => Ok(upcast(self).own()),
        }
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let none = || singletons::none().own();
        let func = self.func.get().unwrap_or_else(none);
        let args = self.args.get().map_or_else(none, Owned::into_object);
        let keywords = self.keywords.get().map_or_else(none, Owned::into_object);
        let dict = self.dict.get().unwrap_or_else(none);
        let state = PyTuple::from_vec(t, vec![func.clone(), args, keywords, dict])?;
        let call = PyTuple::from_vec(t, vec![func])?;
        let class = upcast(self).class().as_object().own();
        PyTuple::from_vec(t, vec![class, call.into_object(), state.into_object()])
    }

    #[method(sig = "(object, /)")]
    fn __setstate__(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let bad = || err!(t, TypeError, "invalid partial state");
        let state = object.downcast::<PyTuple>().ok_or_else(bad)?;
        let [func, args, keywords, dict] = state.as_slice() else { return Err(bad()) };
        let none = |o: &Object| o.is(singletons::none());
        if !func.is_callable() || !args.is_instance_of::<PyTuple>() {
            return Err(bad());
        }
        let dict_or_none = |o: &Object| none(o) || o.is_instance_of::<PyDict>();
        if !dict_or_none(keywords) || !dict_or_none(dict) {
            return Err(bad());
        }
        let args = iter::to_tuple(t, args)?;
        if args.as_slice().last().is_some_and(|last| is_placeholder(last)) {
            return Err(err!(t, TypeError, "trailing Placeholders are not allowed"));
        }
        let keywords = match (keywords.downcast_exact::<PyDict>(), keywords.downcast::<PyDict>()) {
            (Some(exact), _) => exact.own(),
            (None, Some(other)) => other.copy(t)?,
            (None, None) => PyDict::new(t)?,
        };
        self.placeholders.set(args.as_slice().iter().filter(|arg| is_placeholder(arg)).count());
        self.func.set(Some(func.own()));
        self.args.set(Some(args));
        self.keywords.set(Some(keywords));
        self.dict.set(if none(dict) { None } else { Some(dict.own()) });
        Ok(())
    }

    /// partial is generic over the wrapped function's return type
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
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
