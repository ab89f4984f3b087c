//! `_string`: what `string.Formatter` is built on.

use core::cell::Cell;
use taipan_macros::{class, module, object};
use taipan_object::number_format::raise;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, Thread, by_width, err, new_object, singletons,
    upcast,
};
use taipan_text::format::FormatError;
use taipan_text::format::template::{Access, First, Item, Template, split_field_name};

fn text_argument<'a>(t: &Thread, object: &'a Object) -> PyResult<&'a PyStr> {
    object.downcast::<PyStr>().ok_or_else(|| err!(t, TypeError, "expected str, got {}", object.class().name_lossy()))
}

/// Iterates over the pieces of a format string.
#[object]
pub struct FormatterIterator {
    template: Owned<PyStr>,
    items: Data<Vec<Result<Item, FormatError>>>,
    index: Cell<usize>,
}

#[class(name = "formatteriterator", no_new, doc = "")]
impl FormatterIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(item) = self.items.get(self.index.get()) else { return Ok(None) };
        self.index.set(self.index.get() + 1);
        let item = item.as_ref().map_err(|error| raise(t, error.clone()))?;
        let part = |range: &std::ops::Range<usize>| -> PyResult {
            self.template.substring(t, range.start, range.end).map(Owned::into_object)
        };
        let none = || singletons::none().own();
        let literal = part(&item.literal)?;
        let items = match &item.field {
            None => vec![literal, none(), none(), none()],
            Some(field) => {
                let conversion = match field.conversion {
                    Some(c) => PyStr::from_char(t, c)?.into_object(),
                    None => none(),
                };
                vec![literal, part(&field.name)?, part(&field.spec)?, conversion]
            }
        };
        PyTuple::from_vec(t, items).map(|tuple| Some(tuple.into_object()))
    }
}

/// Iterates over the accesses of a field name.
#[object]
pub struct FieldNameIterator {
    name: Owned<PyStr>,
    items: Data<Vec<Result<Access, FormatError>>>,
    index: Cell<usize>,
}

#[class(name = "fieldnameiterator", no_new, doc = "")]
impl FieldNameIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(item) = self.items.get(self.index.get()) else { return Ok(None) };
        self.index.set(self.index.get() + 1);
        let part = |range: &std::ops::Range<usize>| -> PyResult {
            self.name.substring(t, range.start, range.end).map(Owned::into_object)
        };
        let (is_attribute, value) = match item.as_ref().map_err(|error| raise(t, error.clone()))? {
            Access::Attr(range) => (true, part(range)?),
            Access::Key(range) => (false, part(range)?),
            Access::Index(n) => (false, PyInt::from_u64(t, *n as u64)?.into_object()),
        };
        PyTuple::from_vec(t, vec![singletons::bool(is_attribute).own(), value]).map(|tuple| Some(tuple.into_object()))
    }
}

/// string helper module
#[module(name = "_string")]
pub mod string {
    use super::*;

    /// parse the argument as a format string
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn formatter_parser(t: &Thread, object: &Object) -> PyResult<Owned<FormatterIterator>> {
        let template = text_argument(t, object)?;
        let items = by_width!(template.chars(), s, U => {
            let _: &[U] = s;
            Template::new(s).collect()
        });
        new_object(
            t,
            FormatterIterator { head: Head::new(), template: template.own(), items: Data(items), index: Cell::new(0) },
        )
    }

    /// split the argument as a field name
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn formatter_field_name_split(t: &Thread, object: &Object) -> PyResult<(Owned, Owned<FieldNameIterator>)> {
        let name = text_argument(t, object)?;
        let (first, items) = by_width!(name.chars(), s, U => {
            let _: &[U] = s;
            split_field_name(s).map(|(first, accesses)| (first, accesses.collect()))
        })
        .map_err(|error| raise(t, error))?;
        let first = match first {
            First::Auto => PyStr::empty().own().into_object(),
            First::Index(n) => PyInt::from_u64(t, n as u64)?.into_object(),
            First::Name(range) => name.substring(t, range.start, range.end)?.into_object(),
        };
        let iterator = new_object(
            t,
            FieldNameIterator { head: Head::new(), name: name.own(), items: Data(items), index: Cell::new(0) },
        )?;
        Ok((first, iterator))
    }

    #[exec]
    fn exec(_module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<FormatterIterator>(t)?;
        taipan_object::typeobject::add_static::<FieldNameIterator>(t)
    }
}
