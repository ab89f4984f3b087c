//! `xml.etree.ElementTree.TreeBuilder`: makes elements of starts, ends and text.

use super::element::{Element, Place};
use super::{given, parse_error, state_of};
use core::cell::{Cell, RefCell};
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyTuple, PyType, Slot, Thread, Traverse, Visitor,
    argparse, class, err, name, number, object, singletons,
};

/// Text that belongs to the last element or follows it.
#[derive(Default)]
enum Collected {
    #[default]
    Nothing,
    /// From a parser, as UTF-8.
    Utf8(Vec<u8>),
    One(Owned),
    Many(Vec<Owned>),
}

impl Traverse for Collected {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        match self {
            Self::Nothing | Self::Utf8(_) => {}
            Self::One(one) => one.traverse(visitor),
            Self::Many(many) => many.traverse(visitor),
        }
    }
}

/// `xml.etree.ElementTree.TreeBuilder`.
#[object]
pub struct TreeBuilder {
    root: Slot,
    /// The element that is open, innermost.
    this: Slot,
    /// The last one that began or ended.
    last: Slot,
    /// It has ended, so that text is its tail.
    last_for_tail: Slot,
    collected: RefCell<Collected>,
    /// What `this` was before every open element began.
    stack: RefCell<Vec<Option<Owned>>>,
    element_factory: Slot,
    comment_factory: Slot,
    pi_factory: Slot,
    events_append: Slot,
    start_event: Slot,
    end_event: Slot,
    start_ns_event: Slot,
    end_ns_event: Slot,
    comment_event: Slot,
    pi_event: Slot,
    insert_comments: Cell<bool>,
    insert_pis: Cell<bool>,
}

/// The events that can be reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    Start,
    End,
    StartNs,
    EndNs,
    Comment,
    Pi,
}

impl TreeBuilder {
    fn blank() -> Self {
        Self {
            head: Head::new(),
            root: Slot::empty(),
            this: Slot::empty(),
            last: Slot::empty(),
            last_for_tail: Slot::empty(),
            collected: RefCell::default(),
            stack: RefCell::default(),
            element_factory: Slot::empty(),
            comment_factory: Slot::empty(),
            pi_factory: Slot::empty(),
            events_append: Slot::empty(),
            start_event: Slot::empty(),
            end_event: Slot::empty(),
            start_ns_event: Slot::empty(),
            end_ns_event: Slot::empty(),
            comment_event: Slot::empty(),
            pi_event: Slot::empty(),
            insert_comments: Cell::new(false),
            insert_pis: Cell::new(false),
        }
    }

    /// A builder of exactly this type, as a parser makes it.
    pub fn create(t: &Thread) -> PyResult<Owned<Self>> {
        taipan_object::new_object(t, Self::blank())
    }

    fn event_slot(&self, which: Reported) -> &Slot {
        match which {
            Reported::Start => &self.start_event,
            Reported::End => &self.end_event,
            Reported::StartNs => &self.start_ns_event,
            Reported::EndNs => &self.end_ns_event,
            Reported::Comment => &self.comment_event,
            Reported::Pi => &self.pi_event,
        }
    }

    /// Reports nothing any more, and reports to this function from now on.
    pub fn set_events_append(&self, append: Owned) {
        self.events_append.set(Some(append));
        for which in
            [Reported::Start, Reported::End, Reported::StartNs, Reported::EndNs, Reported::Comment, Reported::Pi]
        {
            self.event_slot(which).set(None);
        }
    }

    /// Reports an event by this name.
    pub fn report(&self, which: Reported, name: &Object) {
        self.event_slot(which).set(Some(name.own()));
    }

    /// Whether an event is reported.
    pub fn reports(&self, which: Reported) -> bool {
        !self.events_append.is_none() && !self.event_slot(which).is_none()
    }

    /// Whether processing instructions become part of the tree.
    pub fn inserts_pis(&self) -> bool {
        self.insert_pis.get()
    }

    /// Reports an event, if it is to be reported.
    pub fn append_event(&self, t: &Thread, which: Reported, node: &Object) -> PyResult<()> {
        if self.events_append.is_none() {
            return Ok(());
        }
        let (Some(append), Some(name)) = (self.events_append.get(), self.event_slot(which).get()) else {
            return Ok(());
        };
        let event = PyTuple::from_slice(t, &[&name, node])?;
        append.call(t, &[&event]).map(drop)
    }

    /// Takes text from a parser.
    pub fn take_utf8(&self, t: &Thread, text: &[u8]) -> PyResult<()> {
        if self.last.is_none() {
            // Nothing to belong to yet.
            return Ok(());
        }
        {
            let mut collected = self.collected.borrow_mut();
            match &mut *collected {
                Collected::Nothing => {
                    *collected = Collected::Utf8(text.to_vec());
                    return Ok(());
                }
                Collected::Utf8(all) => {
                    all.extend_from_slice(text);
                    return Ok(());
                }
                Collected::One(_) | Collected::Many(_) => {}
            }
        }
        self.take_data(t, PyStr::from_wtf8(t, text)?.into_object())
    }

    /// Takes a piece of text.
    pub fn take_data(&self, t: &Thread, data: Owned) -> PyResult<()> {
        if self.last.is_none() {
            return Ok(());
        }
        let before = self.collected.take();
        let now = match before {
            Collected::Nothing => Collected::One(data),
            Collected::Utf8(text) => Collected::Many(vec![PyStr::from_wtf8(t, &text)?.into_object(), data]),
            Collected::One(first) => Collected::Many(vec![first, data]),
            Collected::Many(mut all) => {
                all.push(data);
                Collected::Many(all)
            }
        };
        self.collected.replace(now);
        Ok(())
    }

    /// Stores the collected text where it belongs.
    fn flush(&self, t: &Thread) -> PyResult<()> {
        let (data, is_list) = match self.collected.take() {
            Collected::Nothing => return Ok(()),
            Collected::Utf8(text) => (PyStr::from_wtf8(t, &text)?.into_object(), false),
            Collected::One(data) => (data, false),
            Collected::Many(all) => (PyList::from_vec(t, all)?.into_object(), true),
        };
        let (element, place) = match self.last_for_tail.get() {
            Some(element) => (element, Place::Tail),
            None => match self.last.get() {
                Some(element) => (element, Place::Text),
                None => return Ok(()),
            },
        };
        if let Some(element) = element.downcast_exact::<Element>()
            && element.set_collected(place, data.clone(), is_list)
        {
            return Ok(());
        }
        let attribute = match place {
            Place::Text => name!(t, "text"),
            Place::Tail => name!(t, "tail"),
        };
        let previous = element.getattr(t, attribute)?;
        let joined = PyStr::empty().as_object().call_method(t, name!(t, "join"), &[&data])?;
        let whole = if previous.is(singletons::none()) {
            joined
        } else {
            number::binary_op(t, &previous, &joined, number::Op::Add)?
        };
        element.setattr(t, attribute, &whole)
    }

    fn add_to(t: &Thread, parent: &Object, child: &Object) -> PyResult<()> {
        if let (Some(parent), Some(child)) = (parent.downcast_exact::<Element>(), child.downcast::<Element>()) {
            parent.add(child.own());
            return Ok(());
        }
        if parent.is_exact::<Element>() {
            let class = child.class().name_lossy();
            return Err(err!(t, TypeError, "expected an Element, not \"{class:.200}\""));
        }
        parent.call_method(t, name!(t, "append"), &[child]).map(drop)
    }

    /// An element begins.
    pub fn begin(&self, t: &Thread, tag: Owned, attrib: Option<Owned<PyDict>>) -> PyResult {
        self.flush(t)?;
        let node = match self.element_factory.get() {
            None => Element::create(t, tag, attrib)?.into_object(),
            Some(factory) => {
                let attrib = match attrib {
                    Some(attrib) => attrib,
                    None => PyDict::new(t)?,
                };
                factory.call(t, &[&tag, &attrib])?
            }
        };
        let this = self.this.get();
        self.last_for_tail.set(None);
        match &this {
            Some(this) => Self::add_to(t, this, &node)?,
            None if !self.root.is_none() => return Err(parse_error(t, "multiple elements on top level", None)),
            None => self.root.set(Some(node.clone())),
        }
        self.stack.borrow_mut().push(this);
        self.this.set(Some(node.clone()));
        self.last.set(Some(node.clone()));
        self.append_event(t, Reported::Start, &node)?;
        Ok(node)
    }

    /// The innermost element ends.
    pub fn finish(&self, t: &Thread) -> PyResult {
        self.flush(t)?;
        let Some(outer) = self.stack.borrow_mut().pop() else {
            return Err(err!(t, IndexError, "pop from empty stack"));
        };
        let ended = self.this.get();
        self.last.set(ended.clone());
        self.last_for_tail.set(ended.clone());
        self.this.set(outer);
        match ended {
            Some(ended) => {
                self.append_event(t, Reported::End, &ended)?;
                Ok(ended)
            }
            None => singletons::ok_none(),
        }
    }

    fn insert(&self, t: &Thread, node: &Object, inserts: bool) -> PyResult<()> {
        if inserts && let Some(this) = self.this.get() {
            Self::add_to(t, &this, node)?;
            self.last_for_tail.set(Some(node.own()));
        }
        Ok(())
    }

    /// A comment.
    pub fn take_comment(&self, t: &Thread, text: &Object) -> PyResult {
        self.flush(t)?;
        let comment = match self.comment_factory() {
            Some(factory) => {
                let comment = factory.call(t, &[text])?;
                self.insert(t, &comment, self.insert_comments.get())?;
                comment
            }
            None => text.own(),
        };
        self.append_event(t, Reported::Comment, &comment)?;
        Ok(comment)
    }

    fn comment_factory(&self) -> Option<Owned> {
        self.comment_factory.get()
    }

    /// A processing instruction.
    pub fn take_pi(&self, t: &Thread, target: &Object, text: &Object) -> PyResult {
        self.flush(t)?;
        let pi = match self.pi_factory.get() {
            Some(factory) => {
                let pi = factory.call(t, &[target, text])?;
                self.insert(t, &pi, self.insert_pis.get())?;
                pi
            }
            None => PyTuple::from_slice(t, &[target, text])?.into_object(),
        };
        self.append_event(t, Reported::Pi, &pi)?;
        Ok(pi)
    }

    /// The whole tree.
    pub fn done(&self) -> PyResult {
        self.root.get().map_or_else(singletons::ok_none, Ok)
    }
}

#[class(name = "xml.etree.ElementTree.TreeBuilder", heap, flags(BASETYPE, HAVE_GC))]
impl TreeBuilder {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self::blank())
    }

    #[init(
        sig = "(element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)",
        text = ""
    )]
    fn init(
        &self,
        t: &Thread,
        element_factory: Option<&Object>,
        comment_factory: Option<&Object>,
        pi_factory: Option<&Object>,
        insert_comments: bool,
        insert_pis: bool,
    ) -> PyResult<()> {
        let state = state_of(t)?;
        self.element_factory.set(given(element_factory).map(Own::own));
        let or =
            |factory: Option<&Object>, default: &Slot| given(factory).map_or_else(|| default.get(), |f| Some(f.own()));
        let comment_factory = or(comment_factory, &state.comment_factory);
        self.insert_comments.set(comment_factory.is_some() && insert_comments);
        self.comment_factory.set(comment_factory);
        let pi_factory = or(pi_factory, &state.pi_factory);
        self.insert_pis.set(pi_factory.is_some() && insert_pis);
        self.pi_factory.set(pi_factory);
        Ok(())
    }

    #[method(sig = "(data, /)")]
    fn data(&self, t: &Thread, data: &Object) -> PyResult<()> {
        self.take_data(t, data.own())
    }

    #[method(sig = "(tag, attrs, /)")]
    fn start(&self, t: &Thread, tag: &Object, attrs: &Object) -> PyResult {
        let Some(attrs) = attrs.downcast::<PyDict>() else {
            return Err(argparse::bad_argument(t, argparse::What::Position("start", 2), "dict", attrs));
        };
        self.begin(t, tag.own(), Some(attrs.own()))
    }

    #[method(sig = "(tag, /)")]
    fn end(&self, t: &Thread, _tag: &Object) -> PyResult {
        self.finish(t)
    }

    #[method(sig = "(text, /)")]
    fn comment(&self, t: &Thread, text: &Object) -> PyResult {
        self.take_comment(t, text)
    }

    #[method(sig = "(target, text=None, /)")]
    fn pi(&self, t: &Thread, target: &Object, text: Option<&Object>) -> PyResult {
        self.take_pi(t, target, text.unwrap_or(singletons::none()))
    }

    #[method]
    fn close(&self, _t: &Thread) -> PyResult {
        self.done()
    }
}
