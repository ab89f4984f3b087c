//! The values of entities: parameter entities in them are expanded, all else is stored as it is.

use super::error::Code;
use super::event::{Event, ExternalRef, Handlers};
use super::limits::Account;
use super::parser::{Flow, Parser, Pending, Processor, Source, Span, utf8};
use super::token::{Scanner, Tok, char_ref_number};
use std::rc::Rc;

/// What becomes of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Destination {
    /// It is that of the declaration at hand, whose token this is.
    Declaration(Span),
    /// It is the whole of an external entity, within a value that another parser reads.
    Enclosing,
}

/// A value that is being stored.
pub struct ValueJob {
    source: Source,
    at: usize,
    end: usize,
    /// The entities being expanded: which, their text, and how far it is read.
    open: Vec<(usize, Rc<[u8]>, usize)>,
    account: Account,
    destination: Destination,
    was_in_value: bool,
}

/// What one token of a value led to.
enum Stored {
    More,
    End,
    /// An external entity was asked for.
    Question(usize),
}

impl Parser {
    /// Stores a value: the range of a source, for `destination`.
    pub(super) fn store_value(
        &mut self,
        source: Source,
        (at, end): (usize, usize),
        account: Account,
        destination: Destination,
    ) -> Result<Flow, Code> {
        let was_in_value = self.prolog.in_entity_value;
        self.prolog.in_entity_value = true;
        self.run_value(ValueJob { source, at, end, open: Vec::new(), account, destination, was_in_value })
    }

    /// Goes on once an external entity has been read.
    pub(super) fn resume_value(&mut self, entity: usize, go_on: bool) -> Result<Flow, Code> {
        {
            let mut dtd = self.dtd.borrow_mut();
            if let Some(entity) = dtd.param.list.get_mut(entity) {
                entity.is_open = false;
            }
            if go_on && !dtd.param_entity_read {
                dtd.keep_processing = dtd.standalone;
            }
        }
        let Some(job) = self.value_job.take() else { return Err(Code::UnexpectedState) };
        if go_on { self.run_value(job) } else { self.end_value(&job, Err(Code::ExternalEntityHandling)) }
    }

    fn run_value(&mut self, mut job: ValueJob) -> Result<Flow, Code> {
        loop {
            match self.value_token(&mut job) {
                Ok(Stored::More) => {}
                Ok(Stored::End) => match job.open.pop() {
                    Some((entity, ..)) => {
                        if let Some(entity) = self.dtd.borrow_mut().param.list.get_mut(entity) {
                            entity.is_open = false;
                        }
                    }
                    None => return self.end_value(&job, Ok(())),
                },
                Ok(Stored::Question(entity)) => {
                    self.value_job = Some(job);
                    self.pending = Some(Pending::Value { entity });
                    return Ok(Flow::More);
                }
                Err(code) => return self.end_value(&job, Err(code)),
            }
        }
    }

    fn end_value(&mut self, job: &ValueJob, result: Result<(), Code>) -> Result<Flow, Code> {
        self.prolog.in_entity_value = job.was_in_value;
        match job.destination {
            Destination::Declaration(span) => {
                let handle_default = self.declare_value();
                result?;
                self.end_prolog_token(span, handle_default);
                Ok(Flow::More)
            }
            Destination::Enclosing => result.map(|()| {
                self.input.at = job.end;
                Flow::Done
            }),
        }
    }

    fn value_token(&mut self, job: &mut ValueJob) -> Result<Stored, Code> {
        if let Some((_, text, at)) = job.open.last() {
            let (text, at) = (Rc::clone(text), *at);
            return self.read_value_token(job, &text, Source::Entity, at, Account::Expansion);
        }
        let loan = self.borrow_text(job.source);
        let text = loan.get(..job.end).unwrap_or(&[]);
        let (source, at, account) = (job.source, job.at, job.account);
        let result = self.read_value_token(job, text, source, at, account);
        self.give_back(loan);
        result
    }

    fn read_value_token(
        &mut self,
        job: &mut ValueJob,
        text: &[u8],
        source: Source,
        from: usize,
        account: Account,
    ) -> Result<Stored, Code> {
        let lexed = Scanner::new(text, self.table).entity_value(from);
        let mut next = lexed.next;
        let token = text.get(from..next).unwrap_or(&[]);
        if !matches!(lexed.tok, Tok::None | Tok::Invalid | Tok::Partial | Tok::PartialChar) {
            self.account(source, token, account)?;
        }
        let mut opened = None;
        match lexed.tok {
            Tok::None => return Ok(Stored::End),
            Tok::ParamEntityRef if self.is_param_entity || source == Source::Entity => {
                let name = utf8(text.get(from + 1..next - 1).unwrap_or(&[]));
                match self.value_reference(name, source, from)? {
                    Reference::Skipped => {}
                    Reference::Internal(entity, text) => opened = Some((entity, text, 0)),
                    Reference::External(entity) => {
                        Self::advance_value(job, next);
                        return Ok(Stored::Question(entity));
                    }
                }
            }
            // Within declarations of the internal subset there are no parameter entities.
            Tok::ParamEntityRef => {
                self.event_at(Source::Main, from);
                return Err(Code::ParamEntityRef);
            }
            Tok::EntityRef | Tok::DataChars => self.append_to_value(token)?,
            Tok::TrailingCr | Tok::DataNewline => {
                next = next.max(from + 1);
                self.append_to_value(b"\n")?;
            }
            Tok::CharRef => {
                let Some(c) = char_ref_number(token).and_then(char::from_u32) else {
                    self.event_at(source, from);
                    return Err(Code::BadCharRef);
                };
                self.append_to_value(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
            Tok::Invalid => {
                self.event_at(source, next);
                return Err(Code::InvalidToken);
            }
            Tok::Partial => {
                self.event_at(source, from);
                return Err(Code::InvalidToken);
            }
            _ => {
                self.event_at(source, from);
                return Err(Code::UnexpectedState);
            }
        }
        Self::advance_value(job, next);
        job.open.extend(opened);
        Ok(Stored::More)
    }

    fn advance_value(job: &mut ValueJob, next: usize) {
        match job.open.last_mut() {
            Some((.., at)) => *at = next,
            None => job.at = next,
        }
    }

    fn append_to_value(&mut self, text: &[u8]) -> Result<(), Code> {
        let mut dtd = self.dtd.borrow_mut();
        let before = dtd.entity_value.capacity();
        dtd.entity_value.extend_from_slice(text);
        let grown = dtd.entity_value.capacity() - before;
        if grown > 0 { self.charge(grown) } else { Ok(()) }
    }

    /// A parameter entity in a value.
    fn value_reference(&mut self, name: &str, source: Source, from: usize) -> Result<Reference, Code> {
        let dtd = Rc::clone(&self.dtd);
        let mut dtd = dtd.borrow_mut();
        let standalone = dtd.standalone;
        let place = dtd.param.find(name);
        let Some((place, entity)) = place.and_then(|place| Some((place, dtd.param.list.get_mut(place)?))) else {
            dtd.keep_processing = standalone;
            return Ok(Reference::Skipped);
        };
        if entity.is_open || self.declaring.entity == Some((true, place)) {
            self.event_at(source, from);
            return Err(Code::RecursiveEntityRef);
        }
        if entity.system_id.is_none() {
            entity.is_open = true;
            self.charge(80)?;
            return Ok(Reference::Internal(place, entity.text.clone().unwrap_or_else(|| Rc::from([]))));
        }
        if !self.handlers.has(Handlers::EXTERNAL_ENTITY_REF) {
            dtd.keep_processing = standalone;
            return Ok(Reference::Skipped);
        }
        entity.is_open = true;
        let reference = ExternalRef {
            context: None,
            base: entity.base.clone(),
            system_id: entity.system_id.clone(),
            public_id: entity.public_id.clone(),
        };
        dtd.param_entity_read = false;
        self.emit(Event::ExternalEntityRef(Box::new(reference)));
        Ok(Reference::External(place))
    }

    /// An external entity within the value that another parser reads: all of it is stored once it is there.
    pub(super) fn external_entity_value(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        let is_start = self.processor == Processor::EntityValueStart;
        if is_start {
            self.event_at(Source::Main, start);
        }
        let mut at = start;
        loop {
            let lexed = if at == start {
                self.main_token(false, |scanner, at| scanner.prolog(at))
            } else {
                self.scanner(Source::Main).prolog(at)
            };
            match lexed.tok {
                Tok::None if self.is_final => break,
                Tok::None | Tok::Invalid | Tok::Partial | Tok::PartialChar => return self.unusable(lexed.tok),
                _ if lexed.open => {
                    if !self.is_final {
                        return Ok(Flow::Done);
                    }
                    break;
                }
                Tok::XmlDecl if is_start => {
                    self.xml_decl(Span { source: Source::Main, start: at, end: lexed.next }, false)?;
                    self.input.at = lexed.next;
                    self.processor = Processor::EntityValue;
                    return Ok(Flow::More);
                }
                Tok::Bom if is_start => {
                    let span = Span { source: Source::Main, start: at, end: lexed.next };
                    self.account_span(span, Account::Direct)?;
                    self.input.at = lexed.next;
                    return Ok(Flow::More);
                }
                Tok::InstanceStart => return Err(Code::Syntax),
                _ => {}
            }
            at = lexed.next;
            if is_start {
                self.event_at(Source::Main, at);
            }
        }
        let range = (start, self.input.text.len());
        self.store_value(Source::Main, range, Account::Direct, Destination::Enclosing)
    }
}

/// What a reference to a parameter entity means.
enum Reference {
    /// Nothing is known of it.
    Skipped,
    Internal(usize, Rc<[u8]>),
    External(usize),
}
