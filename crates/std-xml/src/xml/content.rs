//! Content: elements, text, references, CDATA sections; and what follows the document element.

use super::error::Code;
use super::event::{Event, ExternalRef, Handlers};
use super::limits::Account;
use super::parser::{Flow, OpenEntity, Parser, Pending, Processor, Source, Span, utf8};
use super::token::{Tok, char_ref_number, predefined_entity};
use std::rc::Rc;

/// What Expat needs for an entity being expanded.
const OPEN_ENTITY_SIZE: usize = 80;

impl Parser {
    /// One token of content.
    pub(super) fn content_token(&mut self, source: Source, start_level: usize, account: Account) -> Result<Flow, Code> {
        let start = self.at(source);
        let lexed = match source {
            Source::Main => {
                self.input.event = Some(self.input.absolute(start));
                self.main_token(true, |scanner, at| scanner.content(at))
            }
            Source::Entity => self.scanner(source).content(start),
        };
        let has_more = self.has_more(source);
        let end_of_text = self.source_text(source).len();
        let span = Span { source, start, end: lexed.next };
        let counted = match lexed.tok {
            Tok::Invalid | Tok::Partial | Tok::PartialChar | Tok::None => None,
            Tok::TrailingCr | Tok::TrailingRsqb if has_more => None,
            Tok::TrailingCr | Tok::TrailingRsqb => Some(Span { end: end_of_text, ..span }),
            _ => Some(span),
        };
        if let Some(counted) = counted {
            self.account_span(counted, account)?;
        }
        match lexed.tok {
            Tok::DataChars => self.emit_data(span),
            Tok::DataNewline => self.emit_newline(span),
            Tok::StartTag => {
                self.start_tag(source, start, false, account)?;
                if !self.handlers.has(Handlers::START_ELEMENT) {
                    self.emit_default(span);
                }
            }
            Tok::EmptyElement => self.empty_element(span)?,
            Tok::EndTag => self.end_tag(span, start_level)?,
            Tok::TrailingCr | Tok::TrailingRsqb => {
                if has_more {
                    return Ok(Flow::Done);
                }
                let span = Span { end: end_of_text, ..span };
                if lexed.tok == Tok::TrailingCr {
                    self.emit_newline(span)
                } else {
                    self.emit_data(span)
                }
                self.go_to(source, end_of_text);
                if start_level == 0 || self.tag_level != start_level {
                    if lexed.tok == Tok::TrailingRsqb && source == Source::Main {
                        // Handlers still see the place of the text.
                        self.emit(Event::Position(self.input.absolute(end_of_text)));
                    }
                    return Err(if start_level == 0 { Code::NoElements } else { Code::AsyncEntity });
                }
                return Ok(Flow::Done);
            }
            Tok::None => {
                if has_more {
                    return Ok(Flow::Done);
                }
                if start_level == 0 {
                    return Err(Code::NoElements);
                }
                return if self.tag_level == start_level { Ok(Flow::Done) } else { Err(Code::AsyncEntity) };
            }
            Tok::Invalid => {
                self.event_at(source, lexed.next);
                return Err(Code::InvalidToken);
            }
            Tok::Partial if has_more => return Ok(Flow::Done),
            Tok::Partial => return Err(Code::UnclosedToken),
            Tok::PartialChar if has_more => return Ok(Flow::Done),
            Tok::PartialChar => return Err(Code::PartialChar),
            Tok::EntityRef => self.entity_ref(span)?,
            Tok::CharRef => {
                let token = self.source_text(source).get(start..lexed.next).unwrap_or(&[]);
                let c = char_ref_number(token).and_then(char::from_u32).ok_or(Code::BadCharRef)?;
                self.emit_made(span, c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Tok::XmlDecl => return Err(Code::MisplacedXmlPi),
            Tok::CdataOpen => {
                if self.handlers.has(Handlers::START_CDATA) {
                    self.emit(Event::StartCdata);
                } else {
                    self.emit_default(span);
                }
                match source {
                    Source::Main => self.processor = Processor::Cdata,
                    Source::Entity => {
                        if let Some(open) = self.open.last_mut() {
                            open.in_cdata = true;
                        }
                    }
                }
            }
            Tok::Pi => self.emit_pi(span),
            Tok::Comment => self.emit_comment(span),
            _ => self.emit_default(span),
        }
        if lexed.tok != Tok::EntityRef {
            self.go_to(source, lexed.next);
        }
        Ok(Flow::More)
    }

    fn emit_data(&mut self, span: Span) {
        if self.handlers.has(Handlers::CHARACTER_DATA) {
            self.emit_text(span, Event::CharacterData);
        } else {
            self.emit_default(span);
        }
    }

    /// Text that stands for a token.
    fn emit_made(&mut self, span: Span, text: &[u8]) {
        if self.handlers.has(Handlers::CHARACTER_DATA) {
            let text = self.make(text);
            self.emit(Event::CharacterData(text));
        } else {
            self.emit_default(span);
        }
    }

    fn emit_newline(&mut self, span: Span) {
        let is_plain = self.source_text(span.source).get(span.start..span.end) == Some(b"\n");
        if is_plain && self.handlers.has(Handlers::CHARACTER_DATA) {
            self.emit(Event::CharacterData(Self::text_of(span)));
        } else {
            self.emit_made(span, b"\n");
        }
    }

    fn empty_element(&mut self, span: Span) -> Result<(), Code> {
        let n_bindings = self.bindings.len();
        let name = match self.start_tag(span.source, span.start, true, Account::None) {
            Ok(name) => name,
            Err(code) => {
                // Bindings were reported, so that their ends are too.
                self.unbind(n_bindings);
                return Err(code);
            }
        };
        let starts = self.handlers.has(Handlers::START_ELEMENT);
        if self.handlers.has(Handlers::END_ELEMENT) {
            if starts && span.source == Source::Main {
                self.emit(Event::Position(self.input.absolute(span.end)));
            }
            self.emit(Event::EndElement { name });
        } else if !starts {
            self.emit_default(span);
        }
        self.unbind(n_bindings);
        self.after_element();
        Ok(())
    }

    fn after_element(&mut self) {
        if self.tag_level == 0 {
            self.processor = Processor::Epilog;
        }
    }

    fn end_tag(&mut self, span: Span, start_level: usize) -> Result<(), Code> {
        if self.tag_level == start_level {
            return Err(Code::AsyncEntity);
        }
        let scanner = self.scanner(span.source);
        let start = span.start + 2;
        let raw = scanner.text.get(start..start + scanner.name_length(start)).unwrap_or(&[]);
        let matches = match self.tags.last() {
            Some(tag) => self.dtd.borrow().names.borrow().get(tag.raw).as_bytes() == raw,
            None => false,
        };
        if !matches {
            self.event_at(span.source, start);
            return Err(Code::TagMismatch);
        }
        let Some(tag) = self.tags.pop() else { return Err(Code::UnexpectedState) };
        self.forget_tag();
        self.tag_level -= 1;
        if self.handlers.has(Handlers::END_ELEMENT) {
            self.emit(Event::EndElement { name: tag.name });
        } else {
            self.emit_default(span);
        }
        if self.bindings.len() > tag.bindings {
            self.unbind(tag.bindings);
        }
        self.after_element();
        Ok(())
    }

    fn entity_ref(&mut self, span: Span) -> Result<(), Code> {
        let name = self.source_text(span.source).get(span.start + 1..span.end - 1).unwrap_or(&[]);
        if let Some(c) = predefined_entity(name) {
            self.account_character();
            self.emit_made(span, &[c]);
            self.go_to(span.source, span.end);
            return Ok(());
        }
        let name: Rc<str> = utf8(name).into();
        let dtd = Rc::clone(&self.dtd);
        let mut dtd = dtd.borrow_mut();
        let must_be_declared = !dtd.has_param_entity_refs || dtd.standalone;
        let place = dtd.general.find(&name);
        self.go_to(span.source, span.end);
        let Some((place, entity)) = place.and_then(|place| Some((place, dtd.general.list.get_mut(place)?))) else {
            if must_be_declared {
                return Err(Code::UndefinedEntity);
            }
            self.skipped_entity(span, name);
            return Ok(());
        };
        if must_be_declared && !entity.is_internal {
            return Err(Code::EntityDeclaredInPe);
        }
        if entity.is_open {
            return Err(Code::RecursiveEntityRef);
        }
        if entity.notation.is_some() {
            return Err(Code::BinaryEntityRef);
        }
        if let Some(text) = entity.text.clone() {
            if !self.expands {
                self.skipped_entity(span, name);
                return Ok(());
            }
            entity.is_open = true;
            return self.open_entity(place, false, text, false);
        }
        if !self.handlers.has(Handlers::EXTERNAL_ENTITY_REF) {
            self.emit_default(span);
            return Ok(());
        }
        let mut reference = ExternalRef {
            context: None,
            base: entity.base.clone(),
            system_id: entity.system_id.clone(),
            public_id: entity.public_id.clone(),
        };
        entity.is_open = true;
        drop(dtd);
        reference.context = Some(self.context_text().into());
        if let Some(entity) = self.dtd.borrow_mut().general.list.get_mut(place) {
            entity.is_open = false;
        }
        self.emit(Event::ExternalEntityRef(Box::new(reference)));
        self.pending = Some(Pending::Content);
        Ok(())
    }

    fn skipped_entity(&mut self, span: Span, name: Rc<str>) {
        if self.handlers.has(Handlers::SKIPPED_ENTITY) {
            self.emit(Event::SkippedEntity { name, is_param: false });
        } else {
            self.emit_default(span);
        }
    }

    // Entities -----------------------------------------------------------------------------------------------------

    /// Begins to expand an internal entity, which is marked as open.
    pub(super) fn open_entity(
        &mut self,
        entity: usize,
        is_param: bool,
        text: Rc<[u8]>,
        between_declarations: bool,
    ) -> Result<(), Code> {
        self.charge(OPEN_ENTITY_SIZE)?;
        if self.open.is_empty() {
            self.input.reentered = self.input.absolute(self.input.at);
        }
        self.open.push(OpenEntity {
            entity,
            is_param,
            text,
            at: 0,
            has_more: true,
            start_tag_level: self.tag_level,
            between_declarations,
            in_cdata: false,
        });
        self.processor = Processor::InternalEntity;
        Ok(())
    }

    /// One token of the innermost open entity, or its end.
    pub(super) fn entity_token(&mut self) -> Result<Flow, Code> {
        let Some(open) = self.open.last() else { return Err(Code::UnexpectedState) };
        let (is_param, level) = (open.is_param, open.start_tag_level);
        if open.has_more {
            let flow = if is_param {
                self.prolog_token(Source::Entity)?
            } else if open.in_cdata {
                self.cdata_token(Source::Entity, Account::Expansion)?
            } else {
                self.content_token(Source::Entity, level, Account::Expansion)?
            };
            if flow == Flow::Done {
                if !is_param && level != self.tag_level {
                    return Err(Code::AsyncEntity);
                }
                if let Some(open) = self.open.last_mut() {
                    open.has_more = false;
                }
            }
            return Ok(Flow::More);
        }
        let Some(open) = self.open.pop() else { return Err(Code::UnexpectedState) };
        self.limits.free(OPEN_ENTITY_SIZE);
        let mut dtd = self.dtd.borrow_mut();
        let entities = if is_param { &mut dtd.param } else { &mut dtd.general };
        if let Some(entity) = entities.list.get_mut(open.entity) {
            entity.is_open = false;
        }
        if self.open.is_empty() {
            self.processor = if is_param { Processor::Prolog } else { Processor::Content };
        }
        Ok(Flow::More)
    }

    // CDATA sections -----------------------------------------------------------------------------------------------

    /// One token of a CDATA section.
    pub(super) fn cdata_token(&mut self, source: Source, account: Account) -> Result<Flow, Code> {
        let start = self.at(source);
        self.event_at(source, start);
        let lexed = self.scanner(source).cdata(start);
        let span = Span { source, start, end: lexed.next };
        let has_more = self.has_more(source);
        if !matches!(lexed.tok, Tok::Invalid | Tok::Partial | Tok::PartialChar | Tok::None) {
            self.account_span(span, account)?;
        }
        match lexed.tok {
            Tok::CdataClose => {
                if self.handlers.has(Handlers::END_CDATA) {
                    self.emit(Event::EndCdata);
                } else {
                    self.emit_default(span);
                }
                match source {
                    Source::Main => self.processor = Processor::Content,
                    Source::Entity => {
                        if let Some(open) = self.open.last_mut() {
                            open.in_cdata = false;
                        }
                    }
                }
            }
            Tok::DataNewline => self.emit_newline(span),
            Tok::DataChars => self.emit_data(span),
            Tok::Invalid => {
                self.event_at(source, lexed.next);
                return Err(Code::InvalidToken);
            }
            _ if has_more => return Ok(Flow::Done),
            Tok::PartialChar => return Err(Code::PartialChar),
            _ => return Err(Code::UnclosedCdataSection),
        }
        self.go_to(source, lexed.next);
        Ok(Flow::More)
    }

    // The end ------------------------------------------------------------------------------------------------------

    /// One token after the document element.
    pub(super) fn epilog_token(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        self.event_at(Source::Main, start);
        let lexed = self.main_token(false, |scanner, at| scanner.prolog(at));
        let span = Span { source: Source::Main, start, end: lexed.next };
        if !matches!(lexed.tok, Tok::Invalid | Tok::Partial | Tok::PartialChar | Tok::None) {
            // Names at the very end are not counted, since they are errors.
            self.account_span(span, Account::Direct)?;
        }
        match lexed.tok {
            Tok::PrologSpace => {
                self.emit_default(span);
                self.input.at = lexed.next;
                return Ok(if lexed.open { Flow::Done } else { Flow::More });
            }
            Tok::None => return Ok(Flow::Done),
            Tok::Pi => self.emit_pi(span),
            Tok::Comment => self.emit_comment(span),
            Tok::Invalid => {
                self.event_at(Source::Main, lexed.next);
                return Err(Code::InvalidToken);
            }
            Tok::Partial | Tok::PartialChar => return self.unusable(lexed.tok),
            _ => return Err(Code::JunkAfterDocElement),
        }
        self.input.at = lexed.next;
        Ok(Flow::More)
    }
}
