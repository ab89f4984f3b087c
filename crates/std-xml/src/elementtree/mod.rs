//! `_elementtree`: elements, trees built of them, and the parser that builds trees.

mod builder;
mod element;
mod iterator;
mod parser;

use core::cell::OnceCell;
use taipan_object::argparse::{Param, Signature};
use taipan_object::{
    Args, Class, Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, Raised, Slot, Thread, err,
    errors, exceptions, name, native_module, singletons, state, typeobject,
};

pub use builder::TreeBuilder;
pub use element::Element;
pub use iterator::ElementIter;
pub use parser::XMLParser;

/// What the module keeps for the interpreter.
pub struct State {
    parse_error: Owned,
    deepcopy: OnceCell<Owned>,
    element_path: OnceCell<Owned>,
    comment_factory: Slot,
    pi_factory: Slot,
}

/// The module's state.
pub fn state_of(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |t| {
        let class = exceptions::SyntaxError::class();
        Ok(State {
            parse_error: errors::new_exception(t, "xml.etree.ElementTree", "ParseError", class, None)?,
            deepcopy: OnceCell::new(),
            element_path: OnceCell::new(),
            comment_factory: Slot::empty(),
            pi_factory: Slot::empty(),
        })
    })
}

impl State {
    /// `copy.deepcopy`.
    fn deepcopy(&self, t: &Thread) -> PyResult {
        if let Some(found) = self.deepcopy.get() {
            return Ok(found.clone());
        }
        let found = state::import(t, "copy")?.getattr(t, name!(t, "deepcopy"))?;
        Ok(self.deepcopy.get_or_init(|| found).clone())
    }

    /// `xml.etree.ElementPath`.
    fn element_path(&self, t: &Thread) -> PyResult {
        if let Some(found) = self.element_path.get() {
            return Ok(found.clone());
        }
        let found = state::import(t, "xml.etree.ElementPath")?;
        Ok(self.element_path.get_or_init(|| found).clone())
    }
}

/// Raises `ParseError`, with a code and a place if it is the document's.
#[cold]
fn parse_error(t: &Thread, message: &str, place: Option<(i32, u64, u64)>) -> Raised {
    let raise = || -> PyResult<Raised> {
        let text = match place {
            Some((_, line, column)) => PyStr::from_fmt(t, format_args!("{message}: line {line}, column {column}"))?,
            None => PyStr::from_str(t, message)?,
        };
        let error = state_of(t)?.parse_error.call(t, &[&text])?;
        if let Some((code, line, column)) = place {
            error.setattr(t, name!(t, "code"), &*PyInt::from_i64(t, i64::from(code))?)?;
            let line = PyInt::from_i64(t, line as i64)?;
            let column = PyInt::from_i64(t, column as i64)?;
            error.setattr(t, name!(t, "position"), &*PyTuple::from_slice(t, &[&line, &column])?)?;
        }
        Ok(errors::raise(t, error))
    };
    raise().unwrap_or_else(|raised| raised)
}

/// What is not `None`.
fn given(value: Option<&Object>) -> Option<&Object> {
    value.filter(|value| !value.is(singletons::none()))
}

/// The signature of a method with one parameter that CPython parses as if it might be given by name.
const fn single(fname: &'static str, params: &'static [Param]) -> Signature {
    Signature { fname, params, pos_only: 1, positional: 1, varargs: false, varkw: false }
}

/// Its argument.
fn single_argument<'a>(t: &Thread, signature: &'static Signature, args: &Args<'a>) -> PyResult<&'a Object> {
    let mut slots = [None; 1];
    args.parse(t, signature, &mut slots)?;
    slots[0].ok_or_else(|| taipan_object::argparse::missing(t))
}

/// What `Element(tag, attrib={}, **extra)` and `SubElement` are given after the tag.
fn attributes_of(
    t: &Thread,
    fname: &str,
    position: usize,
    attrib: Option<&Object>,
    args: &Args<'_>,
) -> PyResult<Option<Owned<PyDict>>> {
    let mut attrib = match attrib {
        Some(attrib) => match attrib.downcast::<PyDict>() {
            Some(dict) => Some(dict.copy(t)?),
            None => return Err(wrong_attrib(t, fname, position, attrib)),
        },
        None => None,
    };
    if args.n_keywords() == 0 {
        return Ok(attrib);
    }
    if attrib.is_none()
        && let Some(given) = args.keyword("attrib")
    {
        let Some(dict) = given.downcast::<PyDict>() else {
            return Err(err!(t, TypeError, "attrib must be dict, not {:.100}", given.class().name_lossy()));
        };
        attrib = Some(dict.copy(t)?);
        let merged = attrib.as_deref();
        args.for_each_keyword(t, |key, value| {
            if let (Some(merged), Some(key)) = (merged, key.downcast::<PyStr>())
                && !key.eq_str("attrib")
            {
                merged.set_str(t, key, value)?;
            }
            Ok(())
        })?;
        return Ok(attrib);
    }
    let dict = match attrib {
        Some(dict) => dict,
        None => PyDict::new(t)?,
    };
    args.for_each_keyword(t, |key, value| dict.set_item(t, key, value))?;
    Ok(Some(dict))
}

#[cold]
fn wrong_attrib(t: &Thread, fname: &str, position: usize, attrib: &Object) -> Raised {
    let class = if attrib.is(singletons::none()) { "None".to_string() } else { attrib.class().name_lossy() };
    err!(t, TypeError, "{fname}() argument {position} must be dict, not {class:.50}")
}

/// Checks how many positional arguments there are.
fn check_count(t: &Thread, fname: &str, n: usize, min: usize, max: usize) -> PyResult<()> {
    let (word, bound) = match n {
        n if n < min => ("least", min),
        n if n > max => ("most", max),
        _ => return Ok(()),
    };
    let s = if bound == 1 { "" } else { "s" };
    Err(err!(t, TypeError, "{fname}() takes at {word} {bound} argument{s} ({n} given)"))
}

#[native_module(name = "_elementtree")]
pub mod _elementtree {
    use super::*;

    #[function(text = "-")]
    fn SubElement(t: &Thread, args: Args<'_>) -> PyResult<Owned<Element>> {
        check_count(t, "SubElement", args.pos.len(), 2, 3)?;
        let (Some(parent), Some(tag)) = (args.pos.first(), args.pos.get(1)) else {
            return Err(taipan_object::argparse::missing(t));
        };
        let Some(parent) = parent.downcast::<Element>() else {
            return Err(err!(
                t,
                TypeError,
                "SubElement() argument 1 must be xml.etree.ElementTree.Element, not {:.50}",
                parent.class().name_lossy()
            ));
        };
        let attrib = attributes_of(t, "SubElement", 3, args.pos.get(2).copied(), &args)?;
        let made = Element::create(t, tag.own(), attrib)?;
        parent.add(made.clone());
        Ok(made)
    }

    /// Change the factories used to create comments and processing instructions.
    ///
    /// For internal use only.
    #[function(sig = "(comment_factory, pi_factory, /)")]
    fn _set_factories(t: &Thread, comment_factory: &Object, pi_factory: &Object) -> PyResult<Owned<PyTuple>> {
        let none = singletons::none();
        for (what, factory) in [("Comment", comment_factory), ("PI", pi_factory)] {
            if !factory.is(none) && !factory.is_callable() {
                let class = factory.class().name_lossy();
                return Err(err!(t, TypeError, "{what} factory must be callable, not {class:.100}"));
            }
        }
        let state = state_of(t)?;
        let old = |slot: &Slot| slot.get().unwrap_or_else(|| none.own());
        let before = PyTuple::from_vec(t, vec![old(&state.comment_factory), old(&state.pi_factory)])?;
        state.comment_factory.set(given(Some(comment_factory)).map(Own::own));
        state.pi_factory.set(given(Some(pi_factory)).map(Own::own));
        Ok(before)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        typeobject::add_static::<ElementIter>(t)?;
        taipan_object::module::add_class::<TreeBuilder>(t, module)?;
        taipan_object::module::add_class::<Element>(t, module)?;
        taipan_object::module::add_class::<XMLParser>(t, module)?;
        module.set(t, "ParseError", &state_of(t)?.parse_error)
    }
}
