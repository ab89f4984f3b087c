//! Events' texts as Python objects.

use super::xmlparser::XmlParser;
use crate::xml::dtd::NameId;
use crate::xml::event::{EntityDecl, ModelNode};
use crate::xml::{Name, Parser, Text};
use std::rc::Rc;
use taipan_object::{Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, err, singletons};

/// Models nested deeper than this are refused, as where each level takes some native stack.
const DEEPEST_MODEL: usize = 40_000;

/// Text that may be absent.
pub fn optional(t: &Thread, text: Option<&str>) -> PyResult {
    match text {
        Some(text) => PyStr::from_str(t, text).map(Owned::into_object),
        None => singletons::ok_none(),
    }
}

impl XmlParser {
    /// A text of an event.
    pub fn text(t: &Thread, core: &Parser, text: Text) -> PyResult {
        PyStr::from_wtf8(t, core.bytes(text)).map(Owned::into_object)
    }

    /// A text of an event that may be absent.
    pub fn optional_text(t: &Thread, core: &Parser, text: Option<Text>) -> PyResult {
        match text {
            Some(text) => Self::text(t, core, text),
            None => singletons::ok_none(),
        }
    }

    /// The object that stands for equal strings.
    pub fn interned(&self, t: &Thread, text: &str) -> PyResult {
        let made = PyStr::from_str(t, text)?;
        match self.intern.get() {
            Some(dict) => dict.set_default(t, &made, &made),
            None => Ok(made.into_object()),
        }
    }

    /// As [`XmlParser::interned`], of what may be absent.
    pub fn interned_or_none(&self, t: &Thread, text: Option<&Rc<str>>) -> PyResult {
        match text {
            Some(text) => self.interned(t, text),
            None => singletons::ok_none(),
        }
    }

    /// A name by its number, looked up once.
    pub fn name_of(&self, t: &Thread, id: NameId) -> PyResult {
        let place = id.0 as usize;
        if let Ok(names) = self.names.try_borrow()
            && let Some(Some(name)) = names.get(place)
        {
            return Ok(name.clone());
        }
        let text = self.name_table.borrow().get(id).to_string();
        let made = self.interned(t, &text)?;
        if let Ok(mut names) = self.names.try_borrow_mut() {
            if names.len() <= place {
                names.resize(place + 1, None);
            }
            if let Some(slot) = names.get_mut(place) {
                *slot = Some(made.clone());
            }
        }
        Ok(made)
    }

    /// The name of an element or attribute.
    pub fn name(&self, t: &Thread, name: &Name) -> PyResult {
        match name {
            Name::Id(id) => self.name_of(t, *id),
            Name::Long(text) => self.interned(t, text),
        }
    }

    /// The attributes of the start tag, as a dictionary or list.
    pub fn attributes(&self, t: &Thread, core: &Parser, specified: usize) -> PyResult {
        let all = core.attributes();
        let wanted = if self.specified_attributes.get() { all.get(..specified).unwrap_or(all) } else { all };
        if self.ordered_attributes.get() {
            let list = PyList::with_capacity(t, wanted.len() * 2)?;
            for (name, value) in wanted {
                list.append(t, self.name(t, name)?)?;
                list.append(t, Self::text(t, core, *value)?)?;
            }
            return Ok(list.into_object());
        }
        let dict = PyDict::new(t)?;
        for (name, value) in wanted {
            dict.set_item(t, &*self.name(t, name)?, &*Self::text(t, core, *value)?)?;
        }
        Ok(dict.into_object())
    }

    /// Name, base, system and public identifier of a declaration.
    pub fn entity_parts(&self, t: &Thread, decl: &EntityDecl) -> PyResult<[Owned; 4]> {
        Ok([
            self.interned(t, &decl.name)?,
            self.interned_or_none(t, decl.base.as_ref())?,
            self.interned_or_none(t, decl.system_id.as_ref())?,
            self.interned_or_none(t, decl.public_id.as_ref())?,
        ])
    }

    /// A content model as nested tuples.
    pub fn model(&self, t: &Thread, nodes: &[ModelNode]) -> PyResult {
        // Parents come before their children.
        let mut depths = vec![0usize; nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            let depth = depths.get(i).copied().unwrap_or(0) + 1;
            if depth > DEEPEST_MODEL {
                return Err(err!(t, RecursionError, "maximum recursion depth exceeded in conv_content_model"));
            }
            for &child in &node.children {
                if let Some(place) = depths.get_mut(child as usize) {
                    *place = depth;
                }
            }
        }
        let mut made: Vec<Option<Owned>> = vec![None; nodes.len()];
        for (i, node) in nodes.iter().enumerate().rev() {
            let children: Vec<Owned> =
                node.children.iter().filter_map(|&child| made.get_mut(child as usize).and_then(Option::take)).collect();
            let name = match node.name {
                Some(id) => self.name_of(t, id)?,
                None => singletons::ok_none()?,
            };
            let tuple = PyTuple::from_vec(
                t,
                vec![
                    PyInt::from_i64(t, node.kind as i64)?.into_object(),
                    PyInt::from_i64(t, node.quantifier as i64)?.into_object(),
                    name,
                    PyTuple::from_vec(t, children)?.into_object(),
                ],
            )?;
            if let Some(place) = made.get_mut(i) {
                *place = Some(tuple.into_object());
            }
        }
        match made.into_iter().next().flatten() {
            Some(model) => Ok(model),
            None => singletons::ok_none(),
        }
    }
}
