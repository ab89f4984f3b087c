//! `Element.iter()` and `Element.itertext()`: a tree in document order.

use super::element::Element;
use core::cell::{Cell, RefCell};
use taipan_object::{
    CompareOp, Head, Object, Own, Owned, PyResult, PyStr, Slot, Thread, class, compare, new_object, object, singletons,
    upcast,
};

/// `_elementtree._element_iterator`.
#[object]
pub struct ElementIter {
    /// The elements that the current one is within, and which of their children comes next.
    path: RefCell<Vec<(Owned<Element>, usize)>>,
    /// The element to begin with, until it has been seen.
    root: Slot<Element>,
    tag: Slot,
    texts: Cell<bool>,
}

impl ElementIter {
    /// Over an element and all below it, or over their texts.
    pub fn create(t: &Thread, root: &Element, tag: Option<&Object>, texts: bool) -> PyResult<Owned<Self>> {
        new_object(
            t,
            Self {
                head: Head::new(),
                path: RefCell::default(),
                root: Slot::new(root.own()),
                tag: Slot::from_option(tag.map(Own::own)),
                texts: Cell::new(texts),
            },
        )
    }

    /// The next element, or one that ends, with `true`; nothing at the end.
    fn step(&self) -> Option<(Owned<Element>, bool)> {
        let mut path = self.path.borrow_mut();
        let element = match path.last_mut() {
            None => self.root.take()?,
            Some((parent, next)) => match parent.child(*next) {
                Some(child) => {
                    *next += 1;
                    child
                }
                None => {
                    let (parent, _) = path.pop()?;
                    return Some((parent, true));
                }
            },
        };
        path.push((element.clone(), 0));
        Some((element, false))
    }
}

/// Whether an element's text is part of the document's.
fn has_text(element: &Element) -> bool {
    let tag = element.tag_or_none();
    tag.is_instance_of::<PyStr>() || tag.is(singletons::none())
}

#[class(name = "_elementtree._element_iterator", heap, flags(HAVE_GC), no_new)]
impl ElementIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        upcast(self).own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        while let Some((element, ends)) = self.step() {
            if self.texts.get() {
                let text = match ends {
                    // Comments and the like have text of another kind.
                    false if !has_text(&element) => continue,
                    false => element.text(t)?,
                    // What follows the element that all began with is not within it.
                    true if self.path.borrow().is_empty() => continue,
                    true => element.tail(t)?,
                };
                if !text.is(singletons::none()) && text.is_true(t)? {
                    return Ok(Some(text));
                }
            } else if !ends {
                match self.tag.get() {
                    None => return Ok(Some(element.into_object())),
                    Some(tag) => {
                        if compare::rich_compare_bool(t, &element.tag_or_none(), &tag, CompareOp::Eq)? {
                            return Ok(Some(element.into_object()));
                        }
                    }
                }
            }
        }
        Ok(None)
    }
}
