//! Parsing: what is fed to the parser, and its events delivered to Python's handlers.

use super::raise;
use super::xmlparser::{Handler, XmlParser};
use crate::xml::{Code, Encoding, Event, Step, Text};
use taipan_object::{Object, Owned, PyInt, PyResult, PyStr, Raised, Thread, err, errors, number, singletons};

/// Text is fed in pieces of this size.
const CHUNK: usize = 1 << 20;

/// Why an event could not be delivered.
enum Trouble {
    /// A handler raised; that ends parsing.
    Handler(Raised),
    /// A question got no proper answer; the rest of the document is still read.
    Answer(Raised),
}

impl From<Raised> for Trouble {
    fn from(raised: Raised) -> Self {
        Self::Handler(raised)
    }
}

/// The arguments of a call of a handler.
type Arguments = Vec<Owned>;

impl XmlParser {
    /// Parses a piece of a document.
    pub fn parse(&self, t: &Thread, data: &[u8], is_final: bool) -> PyResult<()> {
        if self.running.replace(true) {
            return Err(err!(t, RuntimeError, "cannot parse while a handler of the parser runs"));
        }
        let alive = taipan_object::Own::own(self);
        let result = alive.parse_chunks(t, data, is_final);
        alive.running.set(false);
        result?;
        alive.flush(t)
    }

    fn parse_chunks(&self, t: &Thread, data: &[u8], is_final: bool) -> PyResult<()> {
        let mut rest = data;
        while rest.len() > CHUNK {
            let (chunk, more) = rest.split_at(CHUNK);
            self.parse_chunk(t, chunk, false)?;
            rest = more;
        }
        self.parse_chunk(t, rest, is_final)
    }

    fn parse_chunk(&self, t: &Thread, data: &[u8], is_final: bool) -> PyResult<()> {
        let fed = self.core(t)?.feed(data, is_final);
        fed.map_err(|code| self.fail(t, code))?;
        let mut raised = None;
        loop {
            let step = self.core(t)?.step(self.flags());
            match step {
                Step::Events => {
                    let events = self.core(t)?.take_events();
                    for event in &events {
                        // With an exception in flight nothing more is delivered.
                        if raised.is_some() {
                            break;
                        }
                        match self.deliver(t, event) {
                            Ok(()) => {}
                            Err(Trouble::Handler(error)) => {
                                raised = Some(error);
                                self.clear_handlers();
                                self.core(t)?.stop();
                            }
                            Err(Trouble::Answer(error)) => {
                                raised = Some(error);
                                self.core(t)?.answer(true);
                            }
                        }
                    }
                    self.core(t)?.reuse_events(events);
                }
                Step::Done => return raised.map_or(Ok(()), Err),
                Step::Failed(code) => return Err(raised.unwrap_or_else(|| self.fail(t, code))),
            }
        }
    }

    /// Raises an error of the document's, where the parser is.
    #[cold]
    pub fn fail(&self, t: &Thread, code: Code) -> Raised {
        let (line, column) = match self.core(t) {
            Ok(mut core) => core.line_and_column(),
            Err(raised) => return raised,
        };
        let message = format!("{}: line {line}, column {column}", code.message());
        raise(t, &message, code as i32, line, column)
    }

    /// Hands collected text over.
    pub fn flush(&self, t: &Thread) -> PyResult<()> {
        let text = {
            let Ok(mut buffer) = self.buffer.try_borrow_mut() else { return Ok(()) };
            let Some(buffer) = buffer.as_mut().filter(|buffer| !buffer.is_empty()) else { return Ok(()) };
            let text = PyStr::from_wtf8(t, buffer)?;
            self.flushing.set(buffer.len());
            buffer.clear();
            text
        };
        let done = self.call(t, Handler::CharacterData, vec![text.into_object()]);
        self.flushing.set(0);
        done.map(drop)
    }

    /// Calls a handler, if there is one.
    fn call(&self, t: &Thread, which: Handler, arguments: Arguments) -> PyResult<Option<Owned>> {
        let Some(handler) = self.handler(which) else { return Ok(None) };
        self.in_callback.set(true);
        let result = call_with(t, &handler, &arguments);
        self.in_callback.set(false);
        result.map(Some)
    }

    /// Text goes to its handler, or waits for more.
    fn character_data(&self, t: &Thread, text: Text) -> PyResult<()> {
        if self.handler(Handler::CharacterData).is_none() {
            return Ok(());
        }
        if self.is_buffering() {
            let limit = self.buffer_size.get();
            let n = self.core(t)?.bytes(text).len();
            let used = self.buffer.try_borrow().map_or(0, |buffer| buffer.as_ref().map_or(0, Vec::len));
            if used + n > limit {
                self.flush(t)?;
                if self.handler(Handler::CharacterData).is_none() {
                    return Ok(());
                }
            }
            if n <= limit
                && let (Ok(core), Ok(mut buffer)) = (self.core.try_borrow(), self.buffer.try_borrow_mut())
                && let Some(buffer) = buffer.as_mut()
            {
                buffer.extend_from_slice(core.bytes(text));
                return Ok(());
            }
        }
        let made = Self::text(t, &*self.core(t)?, text)?;
        self.call(t, Handler::CharacterData, vec![made]).map(drop)
    }

    fn deliver(&self, t: &Thread, event: &Event) -> Result<(), Trouble> {
        let which = match event {
            Event::Position(place) => {
                self.core(t)?.set_position(*place);
                return Ok(());
            }
            Event::UnknownEncoding(name) => return self.unknown_encoding(t, name).map_err(Trouble::Answer),
            Event::CharacterData(text) => return Ok(self.character_data(t, *text)?),
            Event::StartElement { .. } => Handler::StartElement,
            Event::EndElement { .. } => Handler::EndElement,
            Event::Default(_) => self.default_handler(),
            Event::ProcessingInstruction { .. } => Handler::ProcessingInstruction,
            Event::Comment(_) => Handler::Comment,
            Event::StartCdata => Handler::StartCdataSection,
            Event::EndCdata => Handler::EndCdataSection,
            Event::StartDoctype { .. } => Handler::StartDoctypeDecl,
            Event::EndDoctype => Handler::EndDoctypeDecl,
            Event::UnparsedEntityDecl(_) => Handler::UnparsedEntityDecl,
            Event::NotationDecl(_) => Handler::NotationDecl,
            Event::StartNamespace { .. } => Handler::StartNamespaceDecl,
            Event::EndNamespace { .. } => Handler::EndNamespaceDecl,
            Event::SkippedEntity { .. } => Handler::SkippedEntity,
            Event::ElementDecl { .. } => Handler::ElementDecl,
            Event::AttlistDecl { .. } => Handler::AttlistDecl,
            Event::EntityDecl(_) => Handler::EntityDecl,
            Event::XmlDecl { .. } => Handler::XmlDecl,
            Event::NotStandalone => Handler::NotStandalone,
            Event::ExternalEntityRef(_) => Handler::ExternalEntityRef,
        };
        if self.handler(which).is_none() {
            return Ok(());
        }
        self.flush(t)?;
        let arguments = self.arguments(t, event)?;
        let result = self.call(t, which, arguments)?;
        if matches!(event, Event::NotStandalone | Event::ExternalEntityRef(_)) {
            let go_on = match result {
                Some(result) => number::index(t, &result).map_err(Trouble::Answer)?.to_i64().is_none_or(|n| n != 0),
                None => false,
            };
            self.core(t)?.answer(go_on);
        }
        Ok(())
    }

    fn arguments(&self, t: &Thread, event: &Event) -> PyResult<Arguments> {
        let core = self.core.try_borrow().map_err(|_| errors::bad_internal_call(t))?;
        let core = &*core;
        let int = |n: i64| PyInt::from_i64(t, n).map(Owned::into_object);
        Ok(match event {
            Event::StartElement { name, specified } => {
                vec![self.name(t, name)?, self.attributes(t, core, *specified)?]
            }
            Event::EndElement { name } => vec![self.name(t, name)?],
            Event::Default(text) | Event::Comment(text) | Event::CharacterData(text) => {
                vec![Self::text(t, core, *text)?]
            }
            Event::ProcessingInstruction { target, data } => {
                let target = String::from_utf8_lossy(core.bytes(*target));
                vec![self.interned(t, &target)?, Self::text(t, core, *data)?]
            }
            Event::StartDoctype { name, system_id, public_id, has_internal_subset } => vec![
                self.interned(t, name)?,
                self.interned_or_none(t, system_id.as_ref())?,
                self.interned_or_none(t, public_id.as_ref())?,
                int(i64::from(*has_internal_subset))?,
            ],
            Event::UnparsedEntityDecl(decl) => {
                let [name, base, system_id, public_id] = self.entity_parts(t, decl)?;
                vec![name, base, system_id, public_id, self.interned_or_none(t, decl.notation.as_ref())?]
            }
            Event::NotationDecl(decl) => self.entity_parts(t, decl)?.into(),
            Event::EntityDecl(decl) => {
                let [name, base, system_id, public_id] = self.entity_parts(t, decl)?;
                let value = match &decl.value {
                    Some(value) => PyStr::from_wtf8(t, value)?.into_object(),
                    None => singletons::ok_none()?,
                };
                let notation = self.interned_or_none(t, decl.notation.as_ref())?;
                vec![name, int(i64::from(decl.is_param))?, value, base, system_id, public_id, notation]
            }
            Event::StartNamespace { prefix, uri } => {
                let uri = match uri {
                    Some(uri) => self.interned(t, &String::from_utf8_lossy(core.bytes(*uri)))?,
                    None => singletons::ok_none()?,
                };
                vec![self.interned_or_none(t, prefix.as_ref())?, uri]
            }
            Event::EndNamespace { prefix } => vec![self.interned_or_none(t, prefix.as_ref())?],
            Event::SkippedEntity { name, is_param } => {
                vec![self.interned(t, name)?, int(i64::from(*is_param))?]
            }
            Event::ElementDecl { name, model } => vec![self.name_of(t, *name)?, self.model(t, model)?],
            Event::AttlistDecl { element, attribute, kind, default, required } => vec![
                self.name_of(t, *element)?,
                self.name_of(t, *attribute)?,
                PyStr::from_str(t, kind)?.into_object(),
                super::convert::optional(t, default.as_deref())?,
                int(i64::from(*required))?,
            ],
            Event::XmlDecl { version, encoding, standalone } => vec![
                Self::optional_text(t, core, *version)?,
                Self::optional_text(t, core, *encoding)?,
                int(i64::from(*standalone))?,
            ],
            Event::ExternalEntityRef(reference) => vec![
                super::convert::optional(t, reference.context.as_deref())?,
                self.interned_or_none(t, reference.base.as_ref())?,
                self.interned_or_none(t, reference.system_id.as_ref())?,
                self.interned_or_none(t, reference.public_id.as_ref())?,
            ],
            Event::Position(_)
            | Event::UnknownEncoding(_)
            | Event::StartCdata
            | Event::EndCdata
            | Event::EndDoctype
            | Event::NotStandalone => Vec::new(),
        })
    }

    /// Asks Python's codec what the bytes of an encoding mean.
    fn unknown_encoding(&self, t: &Thread, name: &str) -> PyResult<()> {
        let map = encoding_map(t, name)?;
        self.core(t)?.define_encoding(Encoding::from_map(&map));
        Ok(())
    }
}

/// Calls with a few arguments, without another list of them.
pub fn call_with(t: &Thread, function: &Object, arguments: &[Owned]) -> PyResult {
    match arguments {
        [] => function.call(t, &[]),
        [a] => function.call(t, &[a]),
        [a, b] => function.call(t, &[a, b]),
        more => function.call(t, &more.iter().map(|a| &**a).collect::<Vec<&Object>>()),
    }
}

/// What the bytes of an encoding mean, by Python's codec.
pub fn encoding_map(t: &Thread, name: &str) -> PyResult<Box<[Option<u32>; 256]>> {
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let text = PyStr::decode(t, &bytes, Some(name), Some("replace"))?;
    if text.len() != bytes.len() {
        return Err(err!(t, ValueError, "multi-byte encodings are not supported"));
    }
    let mut map = Box::new([None; 256]);
    for (slot, c) in map.iter_mut().zip(text.chars().iter()) {
        *slot = Some(c).filter(|&c| c != 0xfffd);
    }
    Ok(map)
}
