//! `xml.etree.ElementTree.XMLParser`: feeds what the parser finds to a target.

use super::builder::{Reported, TreeBuilder};
use super::parse_error;
use crate::pyexpat::{call_with, encoding_map};
use crate::xml::dtd::NameId;
use crate::xml::{Code, Encoding, Event, Handlers, Name, Parser, Step};
use core::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrOrNone;
use taipan_object::{
    Args, Class, Data, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Raised,
    Slot, Thread, class, err, errors, exceptions, name, object, singletons, upcast,
};

/// How much a file is asked for at a time.
const READ_SIZE: i64 = 64 * 1024;
/// How much of an entity's reference an error shows.
const SHOWN: usize = 100;
/// What every parser listens to.
const ALWAYS: u32 = Handlers::START_ELEMENT
    | Handlers::END_ELEMENT
    | Handlers::CHARACTER_DATA
    | Handlers::DEFAULT
    | Handlers::START_DOCTYPE;
const NAMESPACES: u32 = Handlers::START_NAMESPACE | Handlers::END_NAMESPACE;

/// `xml.etree.ElementTree.XMLParser`.
#[object]
pub struct XMLParser {
    core: Data<RefCell<Option<Parser>>>,
    /// Names by number, as `{namespace}name`.
    names: Data<RefCell<Vec<Option<Owned>>>>,
    entity: Slot,
    target: Slot,
    start_ns: Slot,
    end_ns: Slot,
    start: Slot,
    data: Slot,
    end: Slot,
    comment: Slot,
    pi: Slot,
    close: Slot,
    doctype: Slot,
    flags: Cell<u32>,
    running: Cell<bool>,
}

impl XMLParser {
    fn blank() -> Self {
        Self {
            head: Head::new(),
            core: Data(RefCell::new(None)),
            names: Data(RefCell::default()),
            entity: Slot::empty(),
            target: Slot::empty(),
            start_ns: Slot::empty(),
            end_ns: Slot::empty(),
            start: Slot::empty(),
            data: Slot::empty(),
            end: Slot::empty(),
            comment: Slot::empty(),
            pi: Slot::empty(),
            close: Slot::empty(),
            doctype: Slot::empty(),
            flags: Cell::new(ALWAYS),
            running: Cell::new(false),
        }
    }

    /// The parser and the target, which are there once `__init__` has been called.
    fn target(&self, t: &Thread) -> PyResult {
        self.target.get().ok_or_else(|| err!(t, ValueError, "XMLParser.__init__() wasn't called"))
    }

    fn core(&self, t: &Thread) -> PyResult<RefMut<'_, Parser>> {
        let core = self.core.try_borrow_mut().map_err(|_| errors::bad_internal_call(t))?;
        RefMut::filter_map(core, Option::as_mut).map_err(|_| errors::bad_internal_call(t))
    }

    fn parse(&self, t: &Thread, data: &[u8], is_final: bool) -> PyResult<()> {
        let target = self.target(t)?;
        if self.running.replace(true) {
            return Err(err!(t, RuntimeError, "cannot parse while the parser's target is called"));
        }
        let alive = self.own();
        let result = alive.parse_all(t, &target, data, is_final);
        alive.running.set(false);
        result
    }

    fn parse_all(&self, t: &Thread, target: &Object, data: &[u8], is_final: bool) -> PyResult<()> {
        let fed = self.core(t)?.feed(data, is_final);
        fed.map_err(|code| self.fail(t, code))?;
        let builder = target.downcast_exact::<TreeBuilder>();
        let mut raised = None;
        loop {
            let step = self.core(t)?.step(Handlers(self.flags.get()));
            match step {
                Step::Events => {
                    let events = self.core(t)?.take_events();
                    for event in &events {
                        // With an exception in flight nothing more is delivered, but the rest is read.
                        if raised.is_some() {
                            break;
                        }
                        let delivered = match builder {
                            Some(builder) => self.build(t, builder, event),
                            None => self.call_target(t, event),
                        };
                        raised = delivered.err();
                    }
                    self.core(t)?.reuse_events(events);
                }
                Step::Done => return raised.map_or(Ok(()), Err),
                Step::Failed(code) => return Err(raised.unwrap_or_else(|| self.fail(t, code))),
            }
        }
    }

    #[cold]
    fn fail(&self, t: &Thread, code: Code) -> Raised {
        self.fail_with(t, code, code.message())
    }

    #[cold]
    fn fail_with(&self, t: &Thread, code: Code, message: &str) -> Raised {
        let (line, column) = match self.core(t) {
            Ok(mut core) => core.line_and_column(),
            Err(raised) => return raised,
        };
        parse_error(t, message, Some((code as i32, line, column)))
    }

    // Texts and names ----------------------------------------------------------------------------------------------

    fn text(&self, t: &Thread, text: crate::xml::Text) -> PyResult {
        PyStr::from_wtf8(t, self.core(t)?.bytes(text)).map(Owned::into_object)
    }

    /// `{namespace}name` for what the parser calls `namespace}name`.
    fn universal(t: &Thread, text: &str) -> PyResult {
        let made =
            if text.contains('}') { PyStr::from_fmt(t, format_args!("{{{text}"))? } else { PyStr::from_str(t, text)? };
        Ok(made.into_object())
    }

    fn name_of(&self, t: &Thread, core: &Parser, id: NameId) -> PyResult {
        let place = id.0 as usize;
        if let Ok(names) = self.names.try_borrow()
            && let Some(Some(name)) = names.get(place)
        {
            return Ok(name.clone());
        }
        let made = Self::universal(t, core.names().borrow().get(id))?;
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

    fn name(&self, t: &Thread, core: &Parser, name: &Name) -> PyResult {
        match name {
            Name::Id(id) => self.name_of(t, core, *id),
            Name::Long(text) => Self::universal(t, text),
        }
    }

    /// Tag and attributes of a start tag.
    fn start_tag(&self, t: &Thread, name: &Name) -> PyResult<(Owned, Option<Owned<PyDict>>)> {
        let core = self.core(t)?;
        let tag = self.name(t, &core, name)?;
        let attributes = core.attributes();
        if attributes.is_empty() {
            return Ok((tag, None));
        }
        let dict = PyDict::new(t)?;
        for (name, value) in attributes {
            let value = PyStr::from_wtf8(t, core.bytes(*value))?;
            dict.set_item(t, &*self.name(t, &core, name)?, upcast(&*value))?;
        }
        Ok((tag, Some(dict)))
    }

    fn namespace(&self, t: &Thread, prefix: Option<&Rc<str>>, uri: Option<crate::xml::Text>) -> PyResult<[Owned; 2]> {
        let prefix = PyStr::from_str(t, prefix.map_or("", |prefix| prefix))?.into_object();
        let uri = match uri {
            Some(uri) => self.text(t, uri)?,
            None => PyStr::empty().as_object().own(),
        };
        Ok([prefix, uri])
    }

    /// What an entity stands for that only `entity` may know.
    fn entity_text(&self, t: &Thread, text: crate::xml::Text) -> PyResult<Option<Owned>> {
        let reference = {
            let core = self.core(t)?;
            let bytes = core.bytes(text);
            if bytes.len() < 2 || bytes.first() != Some(&b'&') {
                return Ok(None);
            }
            String::from_utf8_lossy(bytes).into_owned()
        };
        let key = PyStr::from_str(t, reference.get(1..reference.len() - 1).unwrap_or_default())?;
        let found = match self.entity.get().as_ref().and_then(|entity| entity.downcast::<PyDict>().map(Own::own)) {
            Some(dict) => dict.get_item(t, &key)?,
            None => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        let mut shown = reference.len().min(SHOWN);
        while !reference.is_char_boundary(shown) {
            shown -= 1;
        }
        let message = format!("undefined entity {}", &reference[..shown]);
        Err(self.fail_with(t, Code::UndefinedEntity, &message))
    }

    // Delivery -----------------------------------------------------------------------------------------------------

    /// Events that do not depend on the kind of target. False if this is none.
    fn common(&self, t: &Thread, event: &Event) -> PyResult<bool> {
        match event {
            Event::Position(place) => self.core(t)?.set_position(*place),
            Event::UnknownEncoding(name) => {
                let map = encoding_map(t, name)?;
                self.core(t)?.define_encoding(Encoding::from_map(&map));
            }
            Event::StartDoctype { name, system_id, public_id, .. } => {
                let text = |text: &Option<Rc<str>>| match text {
                    Some(text) => PyStr::from_str(t, text).map(Owned::into_object),
                    None => singletons::ok_none(),
                };
                if let Some(doctype) = self.doctype.get() {
                    let name = Self::universal(t, name)?;
                    doctype.call(t, &[&name, &*text(public_id)?, &*text(system_id)?])?;
                } else if upcast(self).hasattr(t, name!(t, "doctype"))? {
                    errors::warn(
                        t,
                        exceptions::RuntimeWarning::class(),
                        format_args!(
                            "The doctype() method of XMLParser is ignored.  Define doctype() method on the \
                             TreeBuilder target."
                        ),
                        1,
                    )?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Delivers an event to a builder.
    fn build(&self, t: &Thread, builder: &TreeBuilder, event: &Event) -> PyResult<()> {
        match event {
            Event::StartElement { name, .. } => {
                let (tag, attrib) = self.start_tag(t, name)?;
                builder.begin(t, tag, attrib)?;
            }
            Event::EndElement { .. } => drop(builder.finish(t)?),
            Event::CharacterData(text) => {
                let core = self.core(t)?;
                builder.take_utf8(t, core.bytes(*text))?;
            }
            Event::Default(text) => {
                if let Some(text) = self.entity_text(t, *text)? {
                    builder.take_data(t, text)?;
                }
            }
            Event::Comment(text) => {
                let text = self.text(t, *text)?;
                builder.take_comment(t, &text)?;
            }
            Event::ProcessingInstruction { target, data } => {
                if builder.reports(Reported::Pi) || builder.inserts_pis() {
                    let (target, data) = (self.text(t, *target)?, self.text(t, *data)?);
                    builder.take_pi(t, &target, &data)?;
                }
            }
            Event::StartNamespace { prefix, uri } => {
                if builder.reports(Reported::StartNs) {
                    let [prefix, uri] = self.namespace(t, prefix.as_ref(), *uri)?;
                    let pair = PyTuple::from_slice(t, &[&prefix, &uri])?;
                    builder.append_event(t, Reported::StartNs, upcast(&*pair))?;
                }
            }
            Event::EndNamespace { .. } => builder.append_event(t, Reported::EndNs, singletons::none())?,
            other => drop(self.common(t, other)?),
        }
        Ok(())
    }

    /// Delivers an event to a target of any kind.
    fn call_target(&self, t: &Thread, event: &Event) -> PyResult<()> {
        let (slot, arguments) = match event {
            Event::StartElement { name, .. } => {
                if self.start.is_none() {
                    return Ok(());
                }
                let (tag, attrib) = self.start_tag(t, name)?;
                let attrib = match attrib {
                    Some(attrib) => attrib,
                    None => PyDict::new(t)?,
                };
                (&self.start, vec![tag, attrib.into_object()])
            }
            Event::EndElement { name } => {
                let core = self.core(t)?;
                (&self.end, vec![self.name(t, &core, name)?])
            }
            Event::CharacterData(text) => (&self.data, vec![self.text(t, *text)?]),
            Event::Default(text) => match self.entity_text(t, *text)? {
                Some(text) => (&self.data, vec![text]),
                None => return Ok(()),
            },
            Event::Comment(text) => (&self.comment, vec![self.text(t, *text)?]),
            Event::ProcessingInstruction { target, data } => {
                (&self.pi, vec![self.text(t, *target)?, self.text(t, *data)?])
            }
            Event::StartNamespace { prefix, uri } => (&self.start_ns, self.namespace(t, prefix.as_ref(), *uri)?.into()),
            Event::EndNamespace { prefix } => {
                let [prefix, _] = self.namespace(t, prefix.as_ref(), None)?;
                (&self.end_ns, vec![prefix])
            }
            other => return self.common(t, other).map(drop),
        };
        let Some(function) = slot.get() else { return Ok(()) };
        call_with(t, &function, &arguments).map(drop)
    }

    fn finish(&self, t: &Thread) -> PyResult {
        let target = self.target(t)?;
        if let Some(builder) = target.downcast_exact::<TreeBuilder>() {
            return builder.done();
        }
        match self.close.get() {
            Some(close) => close.call(t, &[]),
            None => singletons::ok_none(),
        }
    }
}

#[class(name = "xml.etree.ElementTree.XMLParser", heap, flags(BASETYPE, HAVE_GC), fields(entity = entity, target = target))]
impl XMLParser {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self::blank())
    }

    #[init(sig = "(*, target=None, encoding=None)", text = "")]
    fn init(&self, t: &Thread, target: Option<&Object>, encoding: CStrOrNone<'_>) -> PyResult<()> {
        if self.running.get() {
            return Err(err!(t, RuntimeError, "cannot parse while the parser's target is called"));
        }
        let target = match super::given(target) {
            Some(target) => target.own(),
            None => TreeBuilder::create(t)?.into_object(),
        };
        let slots = [
            (&self.start_ns, "start_ns"),
            (&self.end_ns, "end_ns"),
            (&self.start, "start"),
            (&self.data, "data"),
            (&self.end, "end"),
            (&self.comment, "comment"),
            (&self.pi, "pi"),
            (&self.close, "close"),
            (&self.doctype, "doctype"),
        ];
        for (slot, attribute) in slots {
            slot.set(target.getattr_opt(t, &*PyStr::from_str(t, attribute)?)?);
        }
        let mut flags = ALWAYS;
        if !self.start_ns.is_none() || !self.end_ns.is_none() {
            flags |= NAMESPACES;
        }
        if !self.comment.is_none() {
            flags |= Handlers::COMMENT;
        }
        if !self.pi.is_none() {
            flags |= Handlers::PROCESSING_INSTRUCTION;
        }
        self.flags.set(flags);
        self.names.replace(Vec::new());
        self.core.replace(Some(Parser::new(encoding.0, Some(Some('}')))));
        self.entity.set(Some(PyDict::new(t)?.into_object()));
        self.target.set(Some(target));
        Ok(())
    }

    #[method(sig = "(data, /)")]
    fn feed(&self, t: &Thread, data: &Object) -> PyResult<()> {
        self.target(t)?;
        if let Some(text) = data.downcast::<PyStr>() {
            let text = text.to_utf8(t)?;
            self.core(t)?.set_encoding(Some("utf-8"));
            return self.parse(t, text.as_bytes(), false);
        }
        let buffer = Buffer::readable(t, data)?;
        self.parse(t, buffer.as_bytes(), false)
    }

    #[method(name = "close")]
    fn close_(&self, t: &Thread) -> PyResult {
        self.parse(t, &[], true)?;
        self.finish(t)
    }

    #[method]
    fn flush(&self, t: &Thread) -> PyResult<()> {
        self.target(t)?;
        self.core(t)?.set_defers(false);
        let result = self.parse(t, &[], false);
        self.core(t)?.set_defers(true);
        result
    }

    #[method(sig = "(file, /)")]
    fn _parse_whole(&self, t: &Thread, file: &Object) -> PyResult {
        self.target(t)?;
        let read = file.getattr(t, name!(t, "read"))?;
        loop {
            let chunk = read.call(t, &[&*PyInt::from_i64(t, READ_SIZE)?])?;
            if let Some(text) = chunk.downcast_exact::<PyStr>() {
                if text.len() == 0 {
                    break;
                }
                self.core(t)?.set_encoding(Some("utf-8"));
                self.parse(t, &text.to_wtf8(), false)?;
                continue;
            }
            match chunk.downcast_exact::<PyBytes>() {
                Some(bytes) if bytes.len() > 0 => self.parse(t, bytes.as_bytes(), false)?,
                _ => break,
            }
        }
        self.parse(t, &[], true)?;
        let target = self.target(t)?;
        match target.downcast_exact::<TreeBuilder>() {
            Some(builder) => builder.done(),
            None => singletons::ok_none(),
        }
    }

    #[method(sig = "(events_queue, events_to_report=None, /)")]
    fn _setevents(&self, t: &Thread, events_queue: &Object, events_to_report: Option<&Object>) -> PyResult<()> {
        let target = self.target(t)?;
        let Some(builder) = target.downcast_exact::<TreeBuilder>() else {
            return Err(err!(t, TypeError, "event handling only supported for ElementTree.TreeBuilder targets"));
        };
        builder.set_events_append(events_queue.getattr(t, name!(t, "append"))?);
        let Some(events) = super::given(events_to_report) else {
            builder.report(Reported::End, name!(t, "end").as_object());
            return Ok(());
        };
        for event in taipan_object::iter::fast_vec(t, events, "events must be a sequence")? {
            let text = match event.downcast::<PyStr>() {
                Some(text) => text.to_utf8(t)?.to_string(),
                None => match event.downcast::<PyBytes>() {
                    Some(bytes) => String::from_utf8_lossy(bytes.as_bytes()).into_owned(),
                    None => return Err(err!(t, ValueError, "invalid events sequence")),
                },
            };
            let (which, flags) = match text.as_str() {
                "start" => (Reported::Start, 0),
                "end" => (Reported::End, 0),
                "start-ns" => (Reported::StartNs, NAMESPACES),
                "end-ns" => (Reported::EndNs, NAMESPACES),
                "comment" => (Reported::Comment, Handlers::COMMENT),
                "pi" => (Reported::Pi, Handlers::PROCESSING_INSTRUCTION),
                _ => return Err(err!(t, ValueError, "unknown event '{text}'")),
            };
            builder.report(which, &event);
            self.flags.set(self.flags.get() | flags);
        }
        Ok(())
    }

    #[getter]
    fn version(&self, _t: &Thread) -> String {
        crate::pyexpat::version("Expat ")
    }
}
