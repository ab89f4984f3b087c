//! `operator.itemgetter`, `attrgetter` and `methodcaller`.

use taipan_object::argparse::{Keywords, check_positional};
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, err, name,
    object, sequence, state, upcast,
};

/// `operator.itemgetter`.
#[object]
pub struct ItemGetter {
    items: Slot<PyTuple>,
    /// The only item as an index into tuples, or -1.
    index: isize,
    entry: CallEntry,
}

impl Vectorcall for ItemGetter {
    #[inline]
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "itemgetter")?;
        check_positional(t, "itemgetter", args.pos.len(), 1, 1)?;
        let object = args.pos[0];
        if let Ok(i) = usize::try_from(self.index)
            && let Some(item) = object.downcast_exact::<PyTuple>().and_then(|tuple| tuple.get(i))
        {
            return Ok(item.own());
        }
        let Some(items) = self.items.get() else { return Err(taipan_object::errors::bad_internal_call(t)) };
        if let [only] = items.as_slice() {
            return sequence::get_item(t, object, only);
        }
        let found = items.as_slice().iter().map(|item| sequence::get_item(t, object, item));
        PyTuple::from_results(t, items.len(), found).map(Owned::into_object)
    }
}

fn reduce_with(t: &Thread, this: &Object, args: Owned) -> PyResult<Owned<PyTuple>> {
    PyTuple::from_vec(t, vec![this.class().as_object().own(), args])
}

/// "name(item)" or "name(item, item)".
fn show_call(t: &Thread, this: &Object, args: &[Owned]) -> PyResult<Owned<PyStr>> {
    let mut out = StrBuilder::new();
    out.push_latin1(this.class().name_lossy().as_bytes());
    if !state::repr_enter(t, this) {
        out.push_latin1(b"(...)");
        return out.finish(t);
    }
    let result = (|| {
        out.push_latin1(b"(");
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                out.push_latin1(b", ");
            }
            out.push_str(&*arg.repr(t)?);
        }
        Ok(())
    })();
    state::repr_leave(t, this);
    result?;
    out.push_latin1(b")");
    out.finish(t)
}

#[class(name = "operator.itemgetter", heap, flags(HAVE_GC), vectorcall = entry,
    doc = "itemgetter(item, /, *items)\n--\n\nReturn a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])")]
impl ItemGetter {
    /// How instances are called.
    #[getter]
    fn __text_signature__(&self, _t: &Thread) -> &'static str {
        "(obj, /)"
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "itemgetter")?;
        if args.pos.is_empty() {
            check_positional(t, "itemgetter", 0, 1, 1)?;
        }
        let index = match args.pos {
            [only] => only.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact).map_or(-1, |i| i.max(-1)),
            _ => -1,
        };
        let items = PyTuple::from_slice(t, args.pos)?;
        cls.instance(
            t,
            Self { head: Head::new(), items: Slot::new(items), index: index as isize, entry: CallEntry::of::<Self>() },
        )
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let items = self.items.get().map(|i| taipan_object::call::own_all(i.as_slice())).unwrap_or_default();
        show_call(t, upcast(self), &items)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let items = self.items.get().unwrap_or_else(|| PyTuple::empty().own());
        reduce_with(t, upcast(self), items.into_object())
    }
}

/// `operator.attrgetter`.
#[object]
pub struct AttrGetter {
    names: Slot<PyTuple>,
    /// The parts of each dotted name.
    paths: Vec<Vec<Owned<PyStr>>>,
    entry: CallEntry,
}

fn follow(t: &Thread, object: &Object, path: &[Owned<PyStr>]) -> PyResult {
    let [first, rest @ ..] = path else { return Ok(object.own()) };
    let mut value = object.getattr(t, first)?;
    for name in rest {
        value = value.getattr(t, name)?;
    }
    Ok(value)
}

impl Vectorcall for AttrGetter {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "attrgetter")?;
        check_positional(t, "attrgetter", args.pos.len(), 1, 1)?;
        let object = args.pos[0];
        if let [only] = self.paths.as_slice() {
            return follow(t, object, only);
        }
        let found = self.paths.iter().map(|path| follow(t, object, path));
        PyTuple::from_results(t, self.paths.len(), found).map(Owned::into_object)
    }
}

#[class(name = "operator.attrgetter", heap, flags(HAVE_GC), vectorcall = entry,
    doc = "attrgetter(attr, /, *attrs)\n--\n\nReturn a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).")]
impl AttrGetter {
    /// How instances are called.
    #[getter]
    fn __text_signature__(&self, _t: &Thread) -> &'static str {
        "(obj, /)"
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "attrgetter")?;
        if args.pos.is_empty() {
            check_positional(t, "attrgetter", 0, 1, 1)?;
        }
        let mut paths = Vec::with_capacity(args.pos.len());
        for arg in args.pos {
            let Some(text) = arg.downcast::<PyStr>() else {
                return Err(err!(t, TypeError, "attribute name must be a string"));
            };
            let chars = text.chars();
            let mut path = Vec::new();
            let mut start = 0;
            for (i, c) in chars.iter().enumerate() {
                if c == u32::from(b'.') {
                    path.push(PyStr::interned(PyStr::from_chars(t, chars.slice(start, i))?));
                    start = i + 1;
                }
            }
            path.push(PyStr::interned(PyStr::from_chars(t, chars.slice(start, chars.len()))?));
            paths.push(path);
        }
        let names = PyTuple::from_slice(t, args.pos)?;
        cls.instance(t, Self { head: Head::new(), names: Slot::new(names), paths, entry: CallEntry::of::<Self>() })
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let names = self.names.get().map(|n| taipan_object::call::own_all(n.as_slice())).unwrap_or_default();
        show_call(t, upcast(self), &names)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let names = self.names.get().unwrap_or_else(|| PyTuple::empty().own());
        reduce_with(t, upcast(self), names.into_object())
    }
}

/// `operator.methodcaller`.
#[object]
pub struct MethodCaller {
    name: Slot<PyStr>,
    args: Slot<PyTuple>,
    keywords: Slot<PyDict>,
    entry: CallEntry,
}

impl Vectorcall for MethodCaller {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "methodcaller")?;
        check_positional(t, "methodcaller", args.pos.len(), 1, 1)?;
        let object = args.pos[0];
        let (Some(name), Some(own), Some(keywords)) = (self.name.get(), self.args.get(), self.keywords.get()) else {
            return Err(taipan_object::errors::bad_internal_call(t));
        };
        if keywords.len() == 0 {
            return object.call_method(t, &name, own.as_slice());
        }
        let method = object.getattr(t, &name)?;
        method.call_args(t, &Args { pos: own.as_slice(), kw: Keywords::Dict(&keywords) })
    }
}

#[class(name = "operator.methodcaller", heap, flags(HAVE_GC), vectorcall = entry,
    doc = "methodcaller(name, /, *args, **kwargs)\n--\n\nReturn a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).")]
impl MethodCaller {
    /// How instances are called.
    #[getter]
    fn __text_signature__(&self, _t: &Thread) -> &'static str {
        "(obj, /)"
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let [name, rest @ ..] = args.pos else {
            return Err(err!(t, TypeError, "methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "method name must be a string"));
        };
        let keywords = PyDict::new(t)?;
        args.for_each_keyword(t, |name, value| keywords.set_item(t, name, value))?;
        let rest = PyTuple::from_slice(t, rest)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                name: Slot::new(PyStr::interned(name.own())),
                args: Slot::new(rest),
                keywords: Slot::new(keywords),
                entry: CallEntry::of::<Self>(),
            },
        )
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let this = upcast(self);
        let mut out = StrBuilder::new();
        out.push_latin1(this.class().name_lossy().as_bytes());
        if !state::repr_enter(t, this) {
            out.push_latin1(b"(...)");
            return out.finish(t);
        }
        let result = (|| {
            out.push_latin1(b"(");
            if let Some(name) = self.name.get() {
                out.push_str(&*name.repr(t)?);
            }
            for arg in self.args.get().map(|a| taipan_object::call::own_all(a.as_slice())).unwrap_or_default() {
                out.push_latin1(b", ");
                out.push_str(&*arg.repr(t)?);
            }
            for (key, value) in self.keywords.get().map(|k| k.items_vec()).unwrap_or_default() {
                out.push_latin1(b", ");
                out.push_str(&*key.str(t)?);
                out.push_latin1(b"=");
                out.push_str(&*value.repr(t)?);
            }
            Ok(())
        })();
        state::repr_leave(t, this);
        result?;
        out.push_latin1(b")");
        out.finish(t)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let (Some(name), Some(args), Some(keywords)) = (self.name.get(), self.args.get(), self.keywords.get()) else {
            return Err(taipan_object::errors::bad_internal_call(t));
        };
        if keywords.len() == 0 {
            let mut all = vec![name.into_object()];
            all.extend(taipan_object::call::own_all(args.as_slice()));
            return reduce_with(t, upcast(self), PyTuple::from_vec(t, all)?.into_object());
        }
        let partial = state::import(t, "functools")?.getattr(t, name!(t, "partial"))?;
        let class = upcast(self).class().as_object();
        let function = partial.call_args(t, &Args { pos: &[class, &name], kw: Keywords::Dict(&keywords) })?;
        PyTuple::from_vec(t, vec![function, args.into_object()])
    }
}
