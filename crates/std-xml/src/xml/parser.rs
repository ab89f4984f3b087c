//! The parser: its state, how it is fed, and what drives it.

use super::dtd::{Dtd, NameId};
use super::encoding::{Encoding, Known};
use super::entity_value::ValueJob;
use super::error::Code;
use super::event::{Event, Handlers, ModelNode, Name, Step, Text};
use super::input::Input;
use super::limits::{Account, Limits};
use super::prolog::Declaring;
use super::role::PrologState;
use super::token::{Attribute, Scanner};
use super::{chars, dtd};
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

/// Where a token stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    Main,
    /// The innermost open entity.
    Entity,
}

/// A token that is being dealt with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub source: Source,
    pub start: usize,
    pub end: usize,
}

/// What goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Processor {
    PrologInit,
    Prolog,
    IgnoreSection,
    Content,
    Cdata,
    Epilog,
    InternalEntity,
    ExternalInit,
    ExternalStart,
    ExternalDecl,
    ParamInit,
    ParamStart,
    EntityValueStart,
    EntityValue,
}

/// What must be done once a question has been answered.
#[derive(Debug)]
pub(super) enum Pending {
    /// An external entity in content.
    Content,
    /// The external subset at the end of the DOCTYPE declaration.
    Doctype {
        span: Span,
        handle_default: bool,
        had_param_refs: bool,
    },
    DoctypeStandalone {
        span: Span,
        handle_default: bool,
    },
    /// The foreign DTD before the document element.
    Foreign {
        had_param_refs: bool,
    },
    ForeignStandalone,
    SystemId {
        span: Span,
        handle_default: bool,
    },
    ParamEntity {
        span: Span,
        entity: usize,
    },
    ParamStandalone {
        span: Span,
        handle_default: bool,
    },
    /// An external entity in an entity's value.
    Value {
        entity: usize,
    },
    /// The encoding that the user names.
    InitialEncoding,
    /// The declaration of an encoding has been reported; where its name stands, and what follows.
    DeclaredName {
        name: Rc<str>,
        name_at: usize,
        from: usize,
    },
    /// The encoding that the document names, at an absolute place.
    DeclaredEncoding {
        name_at: usize,
        from: usize,
    },
}

/// An internal entity being expanded.
pub(super) struct OpenEntity {
    pub entity: usize,
    pub is_param: bool,
    pub text: Rc<[u8]>,
    pub at: usize,
    pub has_more: bool,
    pub start_tag_level: usize,
    /// The reference stood between declarations.
    pub between_declarations: bool,
    /// A CDATA section is open in its text.
    pub in_cdata: bool,
}

/// An open element.
pub(super) struct Tag {
    /// As it is written.
    pub raw: NameId,
    pub name: Name,
    /// How many bindings there were before it.
    pub bindings: usize,
}

/// A prefix bound to a namespace.
#[derive(Clone, Copy)]
pub(super) struct Binding {
    pub prefix: usize,
    pub uri: NameId,
    pub previous: Option<usize>,
}

/// What an advance led to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flow {
    More,
    /// Nothing more can be read.
    Done,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Initialized,
    Parsing,
    Finished,
}

/// Which parameter entities are read, numbered as `XML_PARAM_ENTITY_PARSING_*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamEntityParsing {
    Never = 0,
    UnlessStandalone = 1,
    Always = 2,
}

/// An attribute of the current start tag.
pub type StartAttribute = (Name, Text);

/// A parser of a document or of an external entity.
pub struct Parser {
    pub(super) namespaces: bool,
    /// Stands between the parts of names; nothing if namespaces are joined to names without.
    pub(super) separator: Option<char>,
    /// Names carry their prefix too.
    pub(super) triplets: bool,
    pub(super) table: &'static chars::Table,
    pub(super) is_root: bool,
    pub(super) is_param_entity: bool,
    pub(super) limits: Rc<Limits>,
    pub(super) dtd: Rc<RefCell<Dtd>>,
    pub(super) input: Input,
    pub(super) is_final: bool,
    status: Status,
    stopped: bool,
    error: Option<Code>,
    outcome: Option<Step>,
    waiting: bool,
    partial_before: usize,
    unread_before: usize,
    defers: bool,
    pub(super) given_encoding: Option<Rc<str>>,
    pub(super) given: Option<Known>,
    pub(super) handlers: Handlers,
    /// The default handler sees what entities stand for.
    pub(super) expands: bool,
    pub(super) processor: Processor,
    pub(super) prolog: PrologState,
    pub(super) pending: Option<Pending>,
    pub(super) answer: bool,
    /// What the user says about an encoding.
    defined: Option<Encoding>,
    pub(super) value_job: Option<ValueJob>,
    pub(super) declaring: Declaring,
    pub(super) open: Vec<OpenEntity>,
    pub(super) tags: Vec<Tag>,
    pub(super) tag_level: usize,
    pub(super) bindings: Vec<Binding>,
    pub(super) base: Option<Rc<str>>,
    pub(super) param_entity_parsing: ParamEntityParsing,
    pub(super) use_foreign_dtd: bool,
    events: Vec<Event>,
    /// Text put together for events.
    pub(super) made: Vec<u8>,
    /// The most that `made` ever held.
    made_peak: usize,
    pub(super) start_attributes: Vec<StartAttribute>,
    pub(super) tag_attributes: Vec<Attribute>,
}

/// Text on loan from where it is read.
pub(super) enum Loan {
    Main(Vec<u8>),
    Entity(Rc<[u8]>),
}

impl Deref for Loan {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Main(text) => text,
            Self::Entity(text) => text,
        }
    }
}

/// Text that the tokenizers have found to be UTF-8.
pub(super) fn utf8(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

impl Parser {
    /// A parser of documents, with namespaces if there is a separator (`Some(None)` joins without one).
    pub fn new(encoding: Option<&str>, separator: Option<Option<char>>) -> Self {
        let limits = Rc::new(Limits::default());
        Self::create(encoding, separator, Rc::new(RefCell::new(Dtd::new())), limits, true)
    }

    fn create(
        encoding: Option<&str>,
        separator: Option<Option<char>>,
        dtd: Rc<RefCell<Dtd>>,
        limits: Rc<Limits>,
        is_root: bool,
    ) -> Self {
        Self {
            namespaces: separator.is_some(),
            separator: separator.flatten(),
            triplets: false,
            table: if separator.is_some() { &chars::NAMESPACES } else { &chars::PLAIN },
            is_root,
            is_param_entity: false,
            limits,
            dtd,
            input: Input::new(),
            is_final: false,
            status: Status::Initialized,
            stopped: false,
            error: None,
            outcome: None,
            waiting: false,
            partial_before: 0,
            unread_before: 0,
            defers: true,
            given_encoding: encoding.map(Into::into),
            given: None,
            handlers: Handlers::default(),
            expands: true,
            processor: Processor::PrologInit,
            prolog: PrologState::document(),
            pending: None,
            answer: false,
            defined: None,
            value_job: None,
            declaring: Declaring::default(),
            open: Vec::new(),
            tags: Vec::new(),
            tag_level: 0,
            bindings: Vec::new(),
            base: None,
            param_entity_parsing: ParamEntityParsing::Never,
            use_foreign_dtd: false,
            events: Vec::new(),
            made: Vec::new(),
            made_peak: 0,
            start_attributes: Vec::new(),
            tag_attributes: Vec::new(),
        }
    }

    /// A parser of an external entity: of a general one with its context, or of a parameter entity.
    pub fn external(&self, context: Option<&str>, encoding: Option<&str>) -> Option<Self> {
        if !self.limits.allocate(size_of::<Self>()) {
            return None;
        }
        let separator = self.namespaces.then_some(self.separator);
        let dtd = match context {
            Some(_) => Rc::new(RefCell::new(self.dtd.borrow().copy())),
            None => Rc::clone(&self.dtd),
        };
        let mut parser = Self::create(encoding, separator, dtd, Rc::clone(&self.limits), false);
        parser.triplets = self.triplets;
        parser.expands = self.expands;
        parser.defers = self.defers;
        parser.param_entity_parsing = self.param_entity_parsing;
        match context {
            Some(context) => {
                parser.set_context(context).ok()?;
                parser.processor = Processor::ExternalInit;
            }
            None => {
                parser.is_param_entity = true;
                parser.prolog = PrologState::external_entity(self.prolog.in_entity_value);
                parser.processor = Processor::ParamInit;
            }
        }
        Some(parser)
    }

    // Settings -----------------------------------------------------------------------------------------------------

    /// Whether parsing has begun and not ended.
    pub fn is_busy(&self) -> bool {
        self.status == Status::Parsing
    }

    /// Whether this parses a document rather than an external entity.
    pub const fn is_root(&self) -> bool {
        self.is_root
    }

    /// The limits, shared with the parsers of external entities.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Names the encoding, whatever the document says, or leaves that to the document; not possible while parsing.
    pub fn set_encoding(&mut self, name: Option<&str>) -> bool {
        if self.is_busy() {
            return false;
        }
        self.given_encoding = name.map(Into::into);
        true
    }

    /// Whether names carry their prefixes.
    pub fn set_triplets(&mut self, on: bool) {
        if !self.is_busy() {
            self.triplets = on;
        }
    }

    /// Sets the base of relative system identifiers.
    pub fn set_base(&mut self, base: Option<&str>) {
        self.base = base.map(Into::into);
    }

    /// The base of relative system identifiers.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Which parameter entities to read; not possible while parsing.
    pub fn set_param_entity_parsing(&mut self, which: ParamEntityParsing) -> bool {
        if self.is_busy() {
            return false;
        }
        self.param_entity_parsing = which;
        true
    }

    /// Whether documents without an external subset have one nevertheless.
    pub fn set_foreign_dtd(&mut self, on: bool) -> Result<(), Code> {
        if self.is_busy() {
            return Err(Code::CantChangeFeatureOnceParsing);
        }
        self.use_foreign_dtd = on;
        Ok(())
    }

    /// Whether partial tokens wait until much more has come in.
    pub fn set_defers(&mut self, on: bool) {
        self.defers = on;
    }

    /// Whether partial tokens wait until much more has come in.
    pub const fn defers(&self) -> bool {
        self.defers
    }

    /// Whether the default handler sees what entities stand for.
    pub fn set_expands(&mut self, on: bool) {
        self.expands = on;
    }

    // Looking ------------------------------------------------------------------------------------------------------

    /// The last error.
    pub const fn error(&self) -> Option<Code> {
        self.error
    }

    /// The line (from 1) and column (from 0) of the current event.
    pub fn line_and_column(&mut self) -> (u64, u64) {
        self.input.line_and_column()
    }

    /// The byte index of the current event.
    pub fn byte_index(&mut self) -> Option<u64> {
        self.input.event_index()
    }

    /// The input from the current event on.
    pub fn context(&mut self) -> Option<&[u8]> {
        self.input.context()
    }

    /// The events of the last step.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Takes the events of the last step, to be given back by [`Parser::reuse_events`].
    pub fn take_events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.events)
    }

    /// Gives the list back for the next step.
    pub fn reuse_events(&mut self, mut events: Vec<Event>) {
        events.clear();
        self.events = events;
    }

    /// The attributes of the start tag.
    pub fn attributes(&self) -> &[StartAttribute] {
        &self.start_attributes
    }

    /// The bytes of a text.
    pub fn bytes(&self, text: Text) -> &[u8] {
        let (from, start, end) = match text {
            Text::Main(start, end) => (&self.input.text[..], start, end),
            Text::Entity(start, end) => match self.open.last() {
                Some(open) => (&open.text[..], start, end),
                None => (&[][..], start, end),
            },
            Text::Made(start, end) => (&self.made[..], start, end),
        };
        from.get(start..end).unwrap_or(&[])
    }

    /// The names that numbers stand for.
    pub fn names(&self) -> Rc<RefCell<dtd::Names>> {
        Rc::clone(&self.dtd.borrow().names)
    }

    /// An event with its place is delivered.
    pub fn set_position(&mut self, place: usize) {
        self.input.event = Some(place);
    }

    // Answers ------------------------------------------------------------------------------------------------------

    /// Answers the last question.
    pub fn answer(&mut self, go_on: bool) {
        self.answer = go_on;
    }

    /// Says what the bytes of an encoding mean; nothing is said by none.
    pub fn define_encoding(&mut self, encoding: Option<Encoding>) {
        self.defined = encoding;
    }

    /// Ends parsing after the events at hand.
    pub fn stop(&mut self) {
        if self.status == Status::Parsing {
            self.status = Status::Finished;
            self.stopped = true;
        }
    }

    // Driving ------------------------------------------------------------------------------------------------------

    /// Takes input. Afterwards [`Parser::step`] is called until it says that it is done.
    pub fn feed(&mut self, data: &[u8], is_final: bool) -> Result<(), Code> {
        match self.status {
            Status::Finished => {
                self.error = Some(Code::Finished);
                return Err(Code::Finished);
            }
            Status::Initialized if self.is_root && self.namespaces => {
                if let Err(code) = self.set_context("xml=http://www.w3.org/XML/1998/namespace") {
                    self.error = Some(code);
                    return Err(code);
                }
            }
            _ => {}
        }
        self.status = Status::Parsing;
        if let Some(code) = self.error {
            // What failed once fails for ever.
            self.input.feed_after_error(data.len());
            self.outcome = Some(Step::Failed(code));
            return Ok(());
        }
        self.is_final = is_final;
        self.input.feed(data);
        self.unread_before = self.input.unread();
        self.waiting = self.defers && !is_final && self.input.should_wait(self.partial_before);
        self.outcome = self.waiting.then_some(Step::Done);
        Ok(())
    }

    /// Goes on until there are events, or to the end of the input.
    pub fn step(&mut self, handlers: Handlers) -> Step {
        self.handlers = handlers;
        self.events.clear();
        self.made.clear();
        loop {
            if let Some(outcome) = self.outcome.take() {
                return self.finish(outcome);
            }
            if self.stopped {
                if self.open.is_empty()
                    && matches!(self.processor, Processor::Content | Processor::Cdata | Processor::Epilog)
                {
                    self.event_at(Source::Main, self.input.at);
                }
                return self.finish(Step::Failed(Code::Aborted));
            }
            let result = match self.pending.take() {
                Some(pending) => self.resume(pending),
                None => self.advance(),
            };
            let result = result.and_then(|flow| {
                let grown = self.made.capacity().saturating_sub(self.made_peak);
                if grown > 0 {
                    self.made_peak += grown;
                    self.charge(grown)?;
                }
                Ok(flow)
            });
            match result {
                Ok(Flow::More) => {}
                Ok(Flow::Done) => self.outcome = Some(Step::Done),
                Err(code) => self.outcome = Some(Step::Failed(code)),
            }
            if !self.events.is_empty() {
                return Step::Events;
            }
        }
    }

    fn finish(&mut self, outcome: Step) -> Step {
        self.outcome = Some(outcome);
        match outcome {
            Step::Failed(code) => self.error = Some(code),
            Step::Done => {
                self.error = None;
                if self.waiting {
                    self.waiting = false;
                } else {
                    let used = self.unread_before.saturating_sub(self.input.unread());
                    self.partial_before = if used == 0 { self.unread_before } else { 0 };
                    self.unread_before -= used;
                    if self.is_final {
                        self.status = Status::Finished;
                    } else {
                        self.input.consumed(used);
                    }
                }
            }
            Step::Events => {}
        }
        outcome
    }

    fn advance(&mut self) -> Result<Flow, Code> {
        match self.processor {
            Processor::PrologInit => self.initialize_encoding(Processor::Prolog),
            Processor::Prolog => self.prolog_token(Source::Main),
            Processor::IgnoreSection => self.ignore_section(),
            Processor::Content => {
                let level = usize::from(!self.is_root);
                self.content_token(Source::Main, level, self.content_account())
            }
            Processor::Cdata => self.cdata_token(Source::Main, Account::Direct),
            Processor::Epilog => self.epilog_token(),
            Processor::InternalEntity => self.entity_token(),
            Processor::ExternalInit => self.initialize_encoding(Processor::ExternalStart),
            Processor::ExternalStart => self.external_start(),
            Processor::ExternalDecl => self.external_decl(),
            Processor::ParamInit => {
                self.dtd.borrow_mut().param_entity_read = true;
                let next =
                    if self.prolog.in_entity_value { Processor::EntityValueStart } else { Processor::ParamStart };
                self.initialize_encoding(next)
            }
            Processor::ParamStart => self.param_start(),
            Processor::EntityValueStart | Processor::EntityValue => self.external_entity_value(),
        }
    }

    const fn content_account(&self) -> Account {
        if self.is_root { Account::Direct } else { Account::Expansion }
    }

    fn resume(&mut self, pending: Pending) -> Result<Flow, Code> {
        let go_on = core::mem::take(&mut self.answer);
        match pending {
            Pending::Content => {
                if go_on {
                    Ok(Flow::More)
                } else {
                    Err(Code::ExternalEntityHandling)
                }
            }
            Pending::InitialEncoding => {
                self.input.switch_encoding(self.defined.take().ok_or(Code::UnknownEncoding)?, self.input.at);
                Ok(Flow::More)
            }
            Pending::DeclaredName { name, name_at, from } => self.declared_encoding(name, name_at, from),
            Pending::DeclaredEncoding { name_at, from } => {
                let Some(encoding) = self.defined.take() else {
                    self.input.event = Some(name_at);
                    return Err(Code::UnknownEncoding);
                };
                self.input.switch_encoding(encoding, from);
                Ok(Flow::More)
            }
            Pending::Value { entity } => self.resume_value(entity, go_on),
            pending => self.resume_prolog(pending, go_on),
        }
    }

    // Common parts -------------------------------------------------------------------------------------------------

    pub(super) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Counts memory.
    pub(super) fn charge(&self, bytes: usize) -> Result<(), Code> {
        if self.limits.allocate(bytes) { Ok(()) } else { Err(Code::NoMemory) }
    }

    /// Counts what a token takes.
    #[inline]
    pub(super) fn account(&self, source: Source, text: &[u8], account: Account) -> Result<(), Code> {
        if account == Account::None {
            return Ok(());
        }
        let bytes = match source {
            Source::Main => self.input.encoding.source_length(text),
            Source::Entity => text.len(),
        };
        let is_direct = account == Account::Direct && self.is_root;
        if self.limits.count(bytes, is_direct) { Ok(()) } else { Err(Code::AmplificationLimitBreach) }
    }

    /// Counts one character that a predefined entity stands for.
    pub(super) fn account_character(&self) {
        // What stands for it was longer, so that it can't be an attack.
        let _ = self.limits.count(1, false);
    }

    /// Counts a token of the text that is read.
    #[inline]
    pub(super) fn account_span(&self, span: Span, account: Account) -> Result<(), Code> {
        match span.source {
            Source::Main => {
                self.account(Source::Main, self.input.text.get(span.start..span.end).unwrap_or(&[]), account)
            }
            Source::Entity => {
                if self.limits.count(span.end.saturating_sub(span.start), false) {
                    Ok(())
                } else {
                    Err(Code::AmplificationLimitBreach)
                }
            }
        }
    }

    /// Borrows the text of a source for a while; [`Parser::give_back`] ends it.
    pub(super) fn borrow_text(&mut self, source: Source) -> Loan {
        match source {
            Source::Main => Loan::Main(core::mem::take(&mut self.input.text)),
            Source::Entity => Loan::Entity(self.open.last().map_or_else(|| Rc::from([]), |open| Rc::clone(&open.text))),
        }
    }

    pub(super) fn give_back(&mut self, loan: Loan) {
        if let Loan::Main(text) = loan {
            self.input.text = text;
        }
    }

    /// The text of a source.
    #[inline]
    pub(super) fn source_text(&self, source: Source) -> &[u8] {
        match source {
            Source::Main => &self.input.text,
            Source::Entity => self.open.last().map_or(&[], |open| &open.text),
        }
    }

    /// A scanner of a source.
    #[inline]
    pub(super) fn scanner(&self, source: Source) -> Scanner<'_> {
        let odd = source == Source::Main && self.input.odd;
        Scanner { text: self.source_text(source), table: self.table, odd }
    }

    /// What is read next of a source.
    #[inline]
    pub(super) fn at(&self, source: Source) -> usize {
        match source {
            Source::Main => self.input.at,
            Source::Entity => self.open.last().map_or(0, |open| open.at),
        }
    }

    /// Goes on at another place.
    #[inline]
    pub(super) fn go_to(&mut self, source: Source, at: usize) {
        match source {
            Source::Main => self.input.at = at,
            Source::Entity => {
                if let Some(open) = self.open.last_mut() {
                    open.at = at;
                }
            }
        }
    }

    /// Says where an event or error is, unless that is within an entity.
    #[inline]
    pub(super) fn event_at(&mut self, source: Source, at: usize) {
        if source == Source::Main {
            self.event_at_place(self.input.absolute(at));
        }
    }

    /// As [`Parser::event_at`]; events before it keep their place.
    fn event_at_place(&mut self, place: usize) {
        if self.events.is_empty() {
            self.input.event = Some(place);
        } else {
            self.events.push(Event::Position(place));
        }
    }

    /// Whether more of a source may come.
    #[inline]
    pub(super) fn has_more(&self, source: Source) -> bool {
        source == Source::Main && !self.is_final
    }

    /// A range as a text.
    pub(super) const fn text_of(span: Span) -> Text {
        match span.source {
            Source::Main => Text::Main(span.start, span.end),
            Source::Entity => Text::Entity(span.start, span.end),
        }
    }

    /// Stores text for an event.
    pub(super) fn make(&mut self, text: &[u8]) -> Text {
        let start = self.made.len();
        self.made.extend_from_slice(text);
        Text::Made(start, self.made.len())
    }

    /// Hands text over, in pieces if Expat would convert it.
    pub(super) fn emit_text(&mut self, span: Span, event: fn(Text) -> Event) {
        if span.source == Source::Entity || !self.input.encoding.is_pieced() {
            self.emit(event(Self::text_of(span)));
            return;
        }
        const PIECE: usize = 1024;
        let mut start = span.start;
        loop {
            let mut end = span.end.min(start + PIECE);
            while end < span.end && end > start && self.input.text.get(end).is_some_and(|b| b & 0xc0 == 0x80) {
                end -= 1;
            }
            let last = end >= span.end || end == start;
            let event = event(Text::Main(start, end));
            // The default handler leaves the place behind its text.
            let moves = !last || matches!(event, Event::Default(_));
            self.emit(event);
            if moves {
                self.emit(Event::Position(self.input.absolute(end)));
            }
            if last {
                return;
            }
            start = end;
        }
    }

    /// Text for the default handler.
    pub(super) fn emit_default(&mut self, span: Span) {
        if self.handlers.has(Handlers::DEFAULT) {
            self.emit_text(span, Event::Default);
        }
    }

    /// A processing instruction, or text for the default handler.
    pub(super) fn emit_pi(&mut self, span: Span) {
        if !self.handlers.has(Handlers::PROCESSING_INSTRUCTION) {
            self.emit_default(span);
            return;
        }
        let scanner = self.scanner(span.source);
        let start = span.start + 2;
        let target_end = start + scanner.name_length(start);
        let data_start = scanner.skip_space(target_end);
        let text = self.source_text(span.source);
        let data = normalized_lines(text.get(data_start..span.end - 2).unwrap_or(&[]));
        let target = Self::text_of(Span { start, end: target_end, ..span });
        let data = self.make(&data);
        self.emit(Event::ProcessingInstruction { target, data });
    }

    /// A comment, or text for the default handler.
    pub(super) fn emit_comment(&mut self, span: Span) {
        if !self.handlers.has(Handlers::COMMENT) {
            self.emit_default(span);
            return;
        }
        let text = self.source_text(span.source);
        let data = normalized_lines(text.get(span.start + 4..span.end - 3).unwrap_or(&[]));
        let data = self.make(&data);
        self.emit(Event::Comment(data));
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        self.limits.free(self.made_peak);
    }
}

/// Text in which line breaks are line feeds.
fn normalized_lines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().peekable();
    while let Some(&b) = bytes.next() {
        if b == b'\r' {
            bytes.next_if_eq(&&b'\n');
            out.push(b'\n');
        } else {
            out.push(b);
        }
    }
    out
}

/// A copy of a content model for an event.
pub(super) fn model_of(dtd: &Dtd) -> Vec<ModelNode> {
    dtd.scaffold
        .iter()
        .map(|node| ModelNode {
            kind: node.kind,
            quantifier: node.quantifier,
            name: node.name,
            children: node.children.clone(),
        })
        .collect()
}
