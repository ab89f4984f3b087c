//! `_collections`: containers.

mod defaultdict;
mod deque;
mod ordered_dict;

pub use defaultdict::DefaultDict;
pub use deque::Deque;
pub use ordered_dict::OrderedDict;

use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, argparse, class,
    err, iter, name, native_module, number, object, sequence, singletons, upcast,
};

/// `collections._tuplegetter`: the descriptor of a field of a named tuple.
#[object]
pub struct TupleGetter {
    index: isize,
    doc: Slot,
}

#[class(name = "collections._tuplegetter", heap, flags(HAVE_GC))]
impl TupleGetter {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "_tuplegetter")?;
        argparse::check_positional(t, "_tuplegetter", args.pos.len(), 2, 2)?;
        let index = number::index_as_isize(t, args.pos[0])?;
        cls.instance(t, Self { head: Head::new(), index, doc: Slot::new(args.pos[1].own()) })
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult {
        let _ = class;
        let Some(object) = object else { return Ok(upcast(self).own()) };
        let Some(tuple) = object.downcast::<PyTuple>() else {
            if object.is(singletons::none()) {
                return Ok(upcast(self).own());
            }
            return Err(err!(
                t,
                TypeError,
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                self.index,
                object.class().name_lossy()
            ));
        };
        match usize::try_from(self.index).ok().and_then(|i| tuple.get(i)) {
            Some(item) => Ok(item.own()),
            None => Err(err!(t, IndexError, "tuple index out of range")),
        }
    }

    #[slot]
    fn tp_descr_set(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let _ = key;
        let what = if value.is_none() { "delete" } else { "set" };
        Err(err!(t, AttributeError, "can't {what} attribute"))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let doc = self.doc.get().unwrap_or_else(|| singletons::none().own()).repr(t)?;
        let class = upcast(self).class().short_name_lossy();
        PyStr::from_fmt(t, format_args!("{class}({}, {})", self.index, doc.display()))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let index = PyInt::from_i64(t, self.index as i64)?.into_object();
        let doc = self.doc.get().unwrap_or_else(|| singletons::none().own());
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, vec![index, doc])?))
    }

    #[getter(member)]
    fn __doc__(&self, _t: &Thread) -> Option<Owned> {
        self.doc.get()
    }

    #[setter]
    fn set___doc__(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.doc.set(value.map(Own::own));
        Ok(())
    }
}

/// Whether a type has taken a method over from `dict`.
fn same_as_dict(t: &Thread, class: &PyType, name: &PyStr) -> bool {
    match (class.lookup(t, name), <PyDict as taipan_object::Class>::class().lookup(t, name)) {
        (Some(a), Some(b)) => a.is(&b),
        _ => false,
    }
}

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
///
#[native_module(name = "_collections", classes(Deque, DefaultDict, OrderedDict, TupleGetter))]
pub mod collections {
    use super::*;

    /// Count elements in the iterable, updating the mapping
    #[function(sig = "(mapping, iterable, /)")]
    fn _count_elements(t: &Thread, mapping: &Object, iterable: &Object) -> PyResult<()> {
        let iterator = iter::get_iter(t, iterable)?;
        let one = PyInt::from_i64(t, 1)?.into_object();
        let class = mapping.class();
        if let Some(dict) = mapping.downcast::<PyDict>()
            && same_as_dict(t, class, name!(t, "get"))
            && same_as_dict(t, class, name!(t, "__setitem__"))
        {
            while let Some(key) = iter::next(t, &iterator)? {
                let hash = taipan_object::hash::hash(t, &key)?;
                match dict.get_item_known_hash(t, &key, hash)? {
                    None => dict.insert(t, &key, hash, one.clone())?,
                    Some(old) => {
                        let sum = number::binary_op(t, &old, &one, number::Op::Add)?;
                        dict.insert(t, &key, hash, sum)?;
                    }
                }
            }
            return Ok(());
        }
        let zero = PyInt::from_i64(t, 0)?;
        let get = mapping.getattr(t, name!(t, "get"))?;
        while let Some(key) = iter::next(t, &iterator)? {
            let old = get.call(t, &[&key, &zero])?;
            let sum = number::binary_op(t, &old, &one, number::Op::Add)?;
            sequence::assign_item(t, mapping, &key, Some(&sum))?;
        }
        Ok(())
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        super::ordered_dict::init(t)?;
        super::deque::init(t, module)
    }
}
