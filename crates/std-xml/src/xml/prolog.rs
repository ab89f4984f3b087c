//! The prolog and the subsets of the DTD: declarations and parameter entities.

use super::attributes::ValueOf;
use super::dtd::{ContentKind, Dtd, ScaffoldNode};
use super::entity_value::Destination;
use super::error::Code;
use super::event::{EntityDecl, Event, ExternalRef, Handlers, ModelNode};
use super::limits::Account;
use super::parser::{Flow, ParamEntityParsing, Parser, Pending, Processor, Source, Span, model_of, utf8};
use super::role::{ATTRIBUTE_TYPES, Quantifier, Role};
use super::token::{Tok, bad_public_id, predefined_entity};
use std::rc::Rc;

/// The name of the external subset among the parameter entities: no document can give it.
const EXTERNAL_SUBSET: &str = "#";
/// What Expat needs for a record of an entity, of an attribute's default, of a node of a content model.
const ENTITY_SIZE: usize = 112;
const DEFAULT_SIZE: usize = 48;
const NODE_SIZE: usize = 48;

/// The declaration that is being read.
#[derive(Default)]
pub struct Declaring {
    /// Whether it is a parameter entity, and its place.
    pub(super) entity: Option<(bool, usize)>,
    doctype_name: Option<Rc<str>>,
    doctype_system_id: Option<Rc<str>>,
    doctype_public_id: Option<Rc<str>>,
    element: Option<usize>,
    attribute: Option<usize>,
    attribute_type: Option<String>,
    is_cdata: bool,
    is_id: bool,
    notation_name: Option<Rc<str>>,
    notation_public_id: Option<Rc<str>>,
    /// What parts the items of every group that is open: a comma, a bar, or nothing yet.
    connectors: Vec<u8>,
}

/// A public identifier with its white space normalised.
fn normalized_public_id(text: &str) -> Rc<str> {
    text.split([' ', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").into()
}

/// What stands between quotes.
fn unquoted(token: &[u8]) -> &str {
    utf8(token.get(1..token.len().saturating_sub(1)).unwrap_or(&[]))
}

impl Parser {
    /// One token of the prolog or of a subset of the DTD.
    pub(super) fn prolog_token(&mut self, source: Source) -> Result<Flow, Code> {
        let start = self.at(source);
        let lexed = match source {
            Source::Main => self.main_token(false, |scanner, at| scanner.prolog(at)),
            Source::Entity => self.scanner(source).prolog(start),
        };
        self.event_at(source, start);
        let has_more = self.has_more(source);
        let mut span = Span { source, start, end: lexed.next };
        match lexed.tok {
            Tok::Invalid => {
                self.event_at(source, lexed.next);
                return Err(Code::InvalidToken);
            }
            Tok::None | Tok::Partial | Tok::PartialChar if has_more => return Ok(Flow::Done),
            _ if lexed.open && has_more => return Ok(Flow::Done),
            Tok::Partial => return Err(Code::UnclosedToken),
            Tok::PartialChar => return Err(Code::PartialChar),
            Tok::None => return self.prolog_end(source),
            _ => {
                if lexed.open && lexed.tok != Tok::PrologSpace {
                    span.end = self.source_text(source).len();
                    self.input.odd = false;
                }
            }
        }
        let token = self.source_text(source).get(span.start..span.end).unwrap_or(&[]).to_vec();
        let role = self.prolog.role(lexed.tok, &token);
        // A start tag and declarations of encodings are counted where they are read.
        if !matches!(role, Role::InstanceStart | Role::XmlDecl | Role::TextDecl) {
            let account = if source == Source::Main { Account::Direct } else { Account::Expansion };
            self.account_span(span, account)?;
        }
        match role {
            Role::XmlDecl | Role::TextDecl => {
                self.xml_decl(span, role == Role::TextDecl)?;
                self.end_prolog_token(span, false);
            }
            Role::InstanceStart => return self.instance_start(),
            Role::Pi => {
                self.emit_pi(span);
                self.end_prolog_token(span, false);
            }
            Role::Comment => {
                self.emit_comment(span);
                self.end_prolog_token(span, false);
            }
            Role::IgnoreSection => return self.begin_ignore(span),
            Role::EntityValue if self.dtd.borrow().keep_processing => {
                let range = (span.start + 1, span.end - 1);
                return self.store_value(source, range, Account::None, Destination::Declaration(span));
            }
            Role::DoctypeClose => return self.doctype_close(span),
            Role::DoctypeSystemId => return self.doctype_system_id(span, &token),
            Role::ParamEntityRef | Role::InnerParamEntityRef => return self.param_entity_ref(span, &token, role),
            Role::Error => {
                return Err(match lexed.tok {
                    Tok::ParamEntityRef => Code::ParamEntityRef,
                    Tok::XmlDecl => Code::MisplacedXmlPi,
                    _ => Code::Syntax,
                });
            }
            role => {
                let handle_default = self.declaration(role, lexed.tok, span, &token)?;
                self.end_prolog_token(span, handle_default);
            }
        }
        Ok(Flow::More)
    }

    /// The token is done with.
    pub(super) fn end_prolog_token(&mut self, span: Span, handle_default: bool) {
        if handle_default {
            self.emit_default(span);
        }
        self.go_to(span.source, span.end);
    }

    /// The end of the text.
    fn prolog_end(&mut self, source: Source) -> Result<Flow, Code> {
        if source == Source::Entity && !self.open.last().is_some_and(|open| open.between_declarations) {
            return Ok(Flow::Done);
        }
        if self.is_param_entity || source == Source::Entity {
            // Between declarations, entities hold whole declarations.
            return match self.prolog.role(Tok::None, &[]) {
                Role::Error => Err(Code::IncompletePe),
                _ => Ok(Flow::Done),
            };
        }
        Err(Code::NoElements)
    }

    // Ignored sections ---------------------------------------------------------------------------------------------

    fn begin_ignore(&mut self, span: Span) -> Result<Flow, Code> {
        self.emit_default(span);
        self.go_to(span.source, span.end);
        if span.source == Source::Main {
            self.processor = Processor::IgnoreSection;
            return Ok(Flow::More);
        }
        let lexed = self.scanner(span.source).ignore_section(span.end);
        match lexed.tok {
            Tok::IgnoreSection => {
                self.end_prolog_token(Span { start: span.end, end: lexed.next, ..span }, true);
                Ok(Flow::More)
            }
            Tok::Invalid => Err(Code::InvalidToken),
            Tok::PartialChar => Err(Code::PartialChar),
            _ => Err(Code::Syntax),
        }
    }

    /// What `<![IGNORE[` holds.
    pub(super) fn ignore_section(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        self.event_at(Source::Main, start);
        let lexed = self.main_token(false, |scanner, at| scanner.ignore_section(at));
        let span = Span { source: Source::Main, start, end: lexed.next };
        match lexed.tok {
            Tok::IgnoreSection => {
                self.account_span(span, Account::Direct)?;
                self.end_prolog_token(span, true);
                self.processor = Processor::Prolog;
                Ok(Flow::More)
            }
            Tok::Invalid => {
                self.event_at(Source::Main, lexed.next);
                Err(Code::InvalidToken)
            }
            _ if !self.is_final => Ok(Flow::Done),
            Tok::PartialChar => Err(Code::PartialChar),
            _ => Err(Code::Syntax),
        }
    }

    // The external subset ------------------------------------------------------------------------------------------

    /// Asks for an external parameter entity.
    fn ask_for_param_entity(&mut self, place: usize) {
        let dtd = Rc::clone(&self.dtd);
        let mut dtd = dtd.borrow_mut();
        dtd.param_entity_read = false;
        let Some(entity) = dtd.param.list.get(place) else { return };
        self.emit(Event::ExternalEntityRef(Box::new(ExternalRef {
            context: None,
            base: entity.base.clone(),
            system_id: entity.system_id.clone(),
            public_id: entity.public_id.clone(),
        })));
    }

    /// The place of the external subset among the parameter entities.
    fn external_subset(&mut self) -> usize {
        let mut dtd = self.dtd.borrow_mut();
        match dtd.param.find(EXTERNAL_SUBSET) {
            Some(place) => place,
            None => dtd.param.declare(EXTERNAL_SUBSET, false, false).unwrap_or(0),
        }
    }

    fn reads_param_entities(&self) -> bool {
        self.param_entity_parsing != ParamEntityParsing::Never && self.handlers.has(Handlers::EXTERNAL_ENTITY_REF)
    }

    /// Asks for the external subset; `None` if nobody reads it.
    fn ask_for_external_subset(&mut self) -> Option<bool> {
        let had_param_refs = core::mem::replace(&mut self.dtd.borrow_mut().has_param_entity_refs, true);
        if !self.reads_param_entities() {
            return None;
        }
        let place = self.external_subset();
        if self.use_foreign_dtd
            && let Some(entity) = self.dtd.borrow_mut().param.list.get_mut(place)
        {
            entity.base = self.base.clone();
        }
        self.ask_for_param_entity(place);
        Some(had_param_refs)
    }

    fn doctype_close(&mut self, span: Span) -> Result<Flow, Code> {
        if span.source == Source::Entity {
            return Err(Code::InvalidToken);
        }
        let mut handle_default = true;
        if let Some(name) = self.declaring.doctype_name.take() {
            handle_default = false;
            self.emit_start_doctype(name, false);
        }
        if self.declaring.doctype_system_id.is_some() || self.use_foreign_dtd {
            if let Some(had_param_refs) = self.ask_for_external_subset() {
                self.pending = Some(Pending::Doctype { span, handle_default, had_param_refs });
                return Ok(Flow::More);
            }
            self.use_foreign_dtd = false;
        }
        self.end_doctype(span, handle_default);
        Ok(Flow::More)
    }

    fn emit_start_doctype(&mut self, name: Rc<str>, has_internal_subset: bool) {
        if self.handlers.has(Handlers::START_DOCTYPE) {
            let system_id = self.declaring.doctype_system_id.clone().filter(|id| &**id != EXTERNAL_SUBSET);
            let public_id = self.declaring.doctype_public_id.clone();
            self.emit(Event::StartDoctype { name, system_id, public_id, has_internal_subset });
        }
    }

    fn end_doctype(&mut self, span: Span, mut handle_default: bool) {
        if self.handlers.has(Handlers::END_DOCTYPE) {
            self.emit(Event::EndDoctype);
            handle_default = false;
        }
        self.end_prolog_token(span, handle_default);
    }

    fn doctype_system_id(&mut self, span: Span, token: &[u8]) -> Result<Flow, Code> {
        let mut handle_default = true;
        self.use_foreign_dtd = false;
        self.dtd.borrow_mut().has_param_entity_refs = true;
        if self.handlers.has(Handlers::START_DOCTYPE) {
            self.declaring.doctype_system_id = Some(unquoted(token).into());
            handle_default = false;
        } else {
            self.declaring.doctype_system_id = Some(EXTERNAL_SUBSET.into());
        }
        let standalone = self.dtd.borrow().standalone;
        if !standalone
            && self.param_entity_parsing == ParamEntityParsing::Never
            && self.handlers.has(Handlers::NOT_STANDALONE)
        {
            self.emit(Event::NotStandalone);
            self.pending = Some(Pending::SystemId { span, handle_default });
            return Ok(Flow::More);
        }
        self.store_doctype_system_id(span, handle_default)
    }

    fn store_doctype_system_id(&mut self, span: Span, handle_default: bool) -> Result<Flow, Code> {
        if self.declaring.entity.is_none() {
            self.declaring.entity = Some((true, self.external_subset()));
        }
        let token = self.source_text(span.source).get(span.start..span.end).unwrap_or(&[]).to_vec();
        self.store_system_id(&token);
        self.end_prolog_token(span, handle_default);
        Ok(Flow::More)
    }

    fn instance_start(&mut self) -> Result<Flow, Code> {
        self.processor = Processor::Content;
        if self.use_foreign_dtd
            && let Some(had_param_refs) = self.ask_for_external_subset()
        {
            self.pending = Some(Pending::Foreign { had_param_refs });
        }
        Ok(Flow::More)
    }

    // Parameter entities -------------------------------------------------------------------------------------------

    fn param_entity_ref(&mut self, span: Span, token: &[u8], role: Role) -> Result<Flow, Code> {
        let rc = Rc::clone(&self.dtd);
        let mut dtd = rc.borrow_mut();
        dtd.has_param_entity_refs = true;
        let standalone = dtd.standalone;
        if self.param_entity_parsing == ParamEntityParsing::Never {
            dtd.keep_processing = standalone;
            drop(dtd);
            return self.param_refs_standalone(span, true);
        }
        let name = unquoted(token);
        let place = dtd.param.find(name);
        let must_be_declared = self.prolog.document_entity && standalone && self.open.is_empty();
        let Some((place, entity)) = place.and_then(|place| Some((place, dtd.param.list.get_mut(place)?))) else {
            if must_be_declared {
                return Err(Code::UndefinedEntity);
            }
            dtd.keep_processing = standalone;
            drop(dtd);
            let reported = role == Role::ParamEntityRef && self.handlers.has(Handlers::SKIPPED_ENTITY);
            if reported {
                self.emit(Event::SkippedEntity { name: name.into(), is_param: true });
            }
            self.end_prolog_token(span, !reported);
            return Ok(Flow::More);
        };
        if must_be_declared && !entity.is_internal {
            return Err(Code::EntityDeclaredInPe);
        }
        if entity.is_open {
            return Err(Code::RecursiveEntityRef);
        }
        if let Some(text) = entity.text.clone() {
            entity.is_open = true;
            self.end_prolog_token(span, false);
            self.open_entity(place, true, text, role == Role::ParamEntityRef)?;
            return Ok(Flow::More);
        }
        if self.handlers.has(Handlers::EXTERNAL_ENTITY_REF) {
            entity.is_open = true;
            drop(dtd);
            self.ask_for_param_entity(place);
            self.pending = Some(Pending::ParamEntity { span, entity: place });
            return Ok(Flow::More);
        }
        dtd.keep_processing = standalone;
        self.end_prolog_token(span, true);
        Ok(Flow::More)
    }

    /// After a reference to a parameter entity the document may not be standalone.
    fn param_refs_standalone(&mut self, span: Span, handle_default: bool) -> Result<Flow, Code> {
        let standalone = self.dtd.borrow().standalone;
        if !standalone && self.handlers.has(Handlers::NOT_STANDALONE) {
            self.emit(Event::NotStandalone);
            self.pending = Some(Pending::ParamStandalone { span, handle_default });
        } else {
            self.end_prolog_token(span, handle_default);
        }
        Ok(Flow::More)
    }

    /// Goes on after an answer.
    pub(super) fn resume_prolog(&mut self, pending: Pending, go_on: bool) -> Result<Flow, Code> {
        let (read, standalone) = {
            let dtd = self.dtd.borrow();
            (dtd.param_entity_read, dtd.standalone)
        };
        let asks_standalone = read && !standalone && self.handlers.has(Handlers::NOT_STANDALONE);
        if !go_on {
            if let Pending::ParamEntity { entity, .. } = pending {
                self.close_param_entity(entity);
            }
            return Err(match pending {
                Pending::Doctype { .. } | Pending::Foreign { .. } | Pending::ParamEntity { .. } => {
                    Code::ExternalEntityHandling
                }
                _ => Code::NotStandalone,
            });
        }
        match pending {
            Pending::Doctype { span, handle_default, had_param_refs } => {
                if asks_standalone {
                    self.emit(Event::NotStandalone);
                    self.pending = Some(Pending::DoctypeStandalone { span, handle_default });
                    return Ok(Flow::More);
                }
                // Nobody read the foreign DTD, so that there is no external subset.
                if !read && self.declaring.doctype_system_id.is_none() {
                    self.dtd.borrow_mut().has_param_entity_refs = had_param_refs;
                }
                self.use_foreign_dtd = false;
                self.end_doctype(span, handle_default);
            }
            Pending::DoctypeStandalone { span, handle_default } => {
                self.use_foreign_dtd = false;
                self.end_doctype(span, handle_default);
            }
            Pending::Foreign { had_param_refs } => {
                if asks_standalone {
                    self.emit(Event::NotStandalone);
                    self.pending = Some(Pending::ForeignStandalone);
                } else if !read {
                    self.dtd.borrow_mut().has_param_entity_refs = had_param_refs;
                }
            }
            Pending::SystemId { span, handle_default } => return self.store_doctype_system_id(span, handle_default),
            Pending::ParamEntity { span, entity } => {
                self.close_param_entity(entity);
                if read {
                    return self.param_refs_standalone(span, false);
                }
                self.dtd.borrow_mut().keep_processing = standalone;
                self.end_prolog_token(span, false);
            }
            Pending::ParamStandalone { span, handle_default } => self.end_prolog_token(span, handle_default),
            _ => {}
        }
        Ok(Flow::More)
    }

    fn close_param_entity(&mut self, place: usize) {
        if let Some(entity) = self.dtd.borrow_mut().param.list.get_mut(place) {
            entity.is_open = false;
        }
    }

    // Declarations -------------------------------------------------------------------------------------------------

    /// A token of a declaration; says whether the default handler is to see it.
    fn declaration(&mut self, role: Role, tok: Tok, span: Span, token: &[u8]) -> Result<bool, Code> {
        let keeps = self.dtd.borrow().keep_processing;
        let attlist = keeps && self.handlers.has(Handlers::ATTLIST_DECL);
        let unseen = |handlers: &Handlers, handler: u32| Ok(!handlers.has(handler));
        match role {
            Role::DoctypeName => {
                self.declaring.doctype_system_id = None;
                if !self.handlers.has(Handlers::START_DOCTYPE) {
                    return Ok(true);
                }
                self.declaring.doctype_name = Some(utf8(token).into());
                self.declaring.doctype_public_id = None;
                Ok(false)
            }
            Role::DoctypeInternalSubset => {
                if !self.handlers.has(Handlers::START_DOCTYPE) {
                    return Ok(true);
                }
                if let Some(name) = self.declaring.doctype_name.take() {
                    self.emit_start_doctype(name, true);
                }
                Ok(false)
            }
            Role::DoctypePublicId => {
                self.use_foreign_dtd = false;
                self.declaring.entity = Some((true, self.external_subset()));
                self.dtd.borrow_mut().has_param_entity_refs = true;
                self.check_public_id(span, token)?;
                let id = normalized_public_id(unquoted(token));
                self.store_public_id(&id);
                if !self.handlers.has(Handlers::START_DOCTYPE) {
                    return Ok(true);
                }
                self.declaring.doctype_public_id = Some(id);
                Ok(false)
            }
            Role::EntityPublicId => {
                self.check_public_id(span, token)?;
                let stored = self.store_public_id(&normalized_public_id(unquoted(token)));
                Ok(!(stored && self.handlers.has(Handlers::ENTITY_DECL)))
            }
            Role::EntitySystemId => {
                let stored = self.store_system_id(token);
                Ok(!(stored && self.handlers.has(Handlers::ENTITY_DECL)))
            }
            Role::EntityComplete => {
                if keeps
                    && self.handlers.has(Handlers::ENTITY_DECL)
                    && let Some(decl) = self.entity_decl()
                {
                    self.emit(Event::EntityDecl(Box::new(decl)));
                    return Ok(false);
                }
                Ok(true)
            }
            Role::EntityNotationName => self.entity_notation(keeps, token),
            Role::GeneralEntityName => {
                if predefined_entity(token).is_some() {
                    self.declaring.entity = None;
                    return Ok(true);
                }
                self.declare_entity(keeps, false, utf8(token))
            }
            Role::ParamEntityName => self.declare_entity(keeps, true, utf8(token)),
            Role::NotationName => {
                let heard = self.handlers.has(Handlers::NOTATION_DECL);
                self.declaring.notation_public_id = None;
                self.declaring.notation_name = heard.then(|| utf8(token).into());
                Ok(!heard)
            }
            Role::NotationPublicId => {
                self.check_public_id(span, token)?;
                if self.declaring.notation_name.is_none() {
                    return Ok(true);
                }
                self.declaring.notation_public_id = Some(normalized_public_id(unquoted(token)));
                Ok(false)
            }
            Role::NotationSystemId => Ok(self.notation_decl(Some(unquoted(token).into()))),
            Role::NotationNoSystemId if self.declaring.notation_public_id.is_none() => Ok(true),
            Role::NotationNoSystemId => Ok(self.notation_decl(None)),

            Role::AttlistElementName => {
                self.declaring.element = Some(self.element_type(utf8(token))?);
                Ok(!attlist)
            }
            Role::AttributeName => {
                let (place, is_new) = self.dtd.borrow_mut().attribute(utf8(token), self.namespaces);
                if is_new {
                    self.charge(ENTITY_SIZE + token.len())?;
                }
                self.declaring.attribute = Some(place);
                self.declaring.attribute_type = None;
                self.declaring.is_cdata = false;
                self.declaring.is_id = false;
                Ok(!attlist)
            }
            Role::AttributeType(i) => {
                let name = ATTRIBUTE_TYPES.get(i).copied().unwrap_or_default();
                self.declaring.is_cdata |= name == "CDATA";
                self.declaring.is_id |= name == "ID";
                self.declaring.attribute_type = Some(name.to_string());
                Ok(!attlist)
            }
            Role::AttributeEnumValue | Role::AttributeNotationValue => {
                if !attlist {
                    return Ok(true);
                }
                let start = if role == Role::AttributeEnumValue { "(" } else { "NOTATION(" };
                let text = match self.declaring.attribute_type.take() {
                    Some(mut text) => {
                        text.push('|');
                        text
                    }
                    None => start.to_string(),
                };
                self.declaring.attribute_type = Some(text + utf8(token));
                Ok(false)
            }
            Role::ImpliedAttributeValue | Role::RequiredAttributeValue => {
                if !keeps {
                    return Ok(true);
                }
                let is_id = self.declaring.is_id;
                self.define_attribute(is_id, None)?;
                Ok(!self.emit_attlist(None, role == Role::RequiredAttributeValue))
            }
            Role::DefaultAttributeValue | Role::FixedAttributeValue => {
                if !keeps {
                    return Ok(true);
                }
                let value = self.default_value(span)?;
                self.define_attribute(false, Some(Rc::clone(&value)))?;
                Ok(!self.emit_attlist(Some(value), role == Role::FixedAttributeValue))
            }

            Role::ElementName => {
                if !self.handlers.has(Handlers::ELEMENT_DECL) {
                    return Ok(true);
                }
                self.declaring.element = Some(self.element_type(utf8(token))?);
                let mut dtd = self.dtd.borrow_mut();
                dtd.scaffold.clear();
                dtd.scaffold_path.clear();
                dtd.in_element_decl = true;
                Ok(false)
            }
            Role::ContentAny | Role::ContentEmpty => {
                if !core::mem::take(&mut self.dtd.borrow_mut().in_element_decl) {
                    return Ok(true);
                }
                let kind = if role == Role::ContentAny { ContentKind::Any } else { ContentKind::Empty };
                let model = vec![ModelNode { kind, quantifier: Quantifier::Once, name: None, children: Vec::new() }];
                Ok(!self.emit_element_decl(model))
            }
            Role::ContentPcdata => {
                let mut dtd = self.dtd.borrow_mut();
                if !dtd.in_element_decl {
                    return Ok(true);
                }
                if let Some(group) = current_group(&mut dtd) {
                    group.kind = ContentKind::Mixed;
                }
                unseen(&self.handlers, Handlers::ELEMENT_DECL)
            }
            Role::ContentElement(quantifier) => {
                if !self.dtd.borrow().in_element_decl {
                    return Ok(true);
                }
                let name = token.get(..token.len() - usize::from(quantifier != Quantifier::Once)).unwrap_or(&[]);
                let element = self.element_type(utf8(name))?;
                self.charge(NODE_SIZE)?;
                let mut dtd = self.dtd.borrow_mut();
                let name = dtd.elements.get(element).map(|e| e.name);
                add_node(&mut dtd, ScaffoldNode { kind: ContentKind::Name, quantifier, name, children: Vec::new() });
                unseen(&self.handlers, Handlers::ELEMENT_DECL)
            }
            Role::GroupOpen => self.group_open(),
            Role::GroupSequence => self.group_connector(b','),
            Role::GroupChoice => self.group_connector(b'|'),
            Role::GroupClose(quantifier) => self.group_close(quantifier),

            Role::None => Ok(tok != Tok::Bom),
            Role::DoctypeNone => unseen(&self.handlers, Handlers::START_DOCTYPE),
            Role::EntityNone => Ok(!(keeps && self.handlers.has(Handlers::ENTITY_DECL))),
            Role::NotationNone => unseen(&self.handlers, Handlers::NOTATION_DECL),
            Role::AttlistNone => Ok(!attlist),
            Role::ElementNone => unseen(&self.handlers, Handlers::ELEMENT_DECL),
            _ => Ok(true),
        }
    }

    fn check_public_id(&mut self, span: Span, token: &[u8]) -> Result<(), Code> {
        match bad_public_id(token) {
            Some(at) => {
                self.event_at(span.source, span.start + at);
                Err(Code::PublicId)
            }
            None => Ok(()),
        }
    }

    /// The entity being declared, if its declaration counts.
    fn with_entity<R>(&mut self, change: impl FnOnce(&mut super::dtd::Entity) -> R) -> Option<R> {
        let (is_param, place) = self.declaring.entity?;
        let mut dtd = self.dtd.borrow_mut();
        if !dtd.keep_processing {
            return None;
        }
        let entities = if is_param { &mut dtd.param } else { &mut dtd.general };
        entities.list.get_mut(place).map(change)
    }

    fn store_public_id(&mut self, id: &Rc<str>) -> bool {
        self.with_entity(|entity| entity.public_id = Some(Rc::clone(id))).is_some()
    }

    fn store_system_id(&mut self, token: &[u8]) -> bool {
        let base = self.base.clone();
        let id = unquoted(token);
        self.with_entity(|entity| {
            entity.system_id = Some(id.into());
            entity.base = base;
        })
        .is_some()
    }

    /// The entity being declared, for an event.
    fn entity_decl(&mut self) -> Option<EntityDecl> {
        self.with_entity(|entity| EntityDecl {
            name: Rc::clone(&entity.name),
            is_param: entity.is_param,
            value: None,
            base: entity.base.clone(),
            system_id: entity.system_id.clone(),
            public_id: entity.public_id.clone(),
            notation: entity.notation.clone(),
        })
    }

    fn declare_entity(&mut self, keeps: bool, is_param: bool, name: &str) -> Result<bool, Code> {
        self.declaring.entity = None;
        if !keeps {
            return Ok(true);
        }
        // What is declared elsewhere is no part of the document itself.
        let is_internal = self.is_root && self.open.is_empty();
        let declared = {
            let mut dtd = self.dtd.borrow_mut();
            let entities = if is_param { &mut dtd.param } else { &mut dtd.general };
            entities.declare(name, is_param, is_internal)
        };
        let Some(place) = declared else { return Ok(true) };
        self.charge(ENTITY_SIZE + name.len())?;
        self.declaring.entity = Some((is_param, place));
        Ok(!self.handlers.has(Handlers::ENTITY_DECL))
    }

    /// The value of the entity being declared is complete. Says whether the default handler is to see its token.
    pub(super) fn declare_value(&mut self) -> bool {
        let value: Rc<[u8]> = core::mem::take(&mut self.dtd.borrow_mut().entity_value).into();
        let base = self.base.clone();
        let Some((is_param, place)) = self.declaring.entity else { return true };
        let name = {
            let mut dtd = self.dtd.borrow_mut();
            let entities = if is_param { &mut dtd.param } else { &mut dtd.general };
            let Some(entity) = entities.list.get_mut(place) else { return true };
            entity.text = Some(Rc::clone(&value));
            Rc::clone(&entity.name)
        };
        if !self.handlers.has(Handlers::ENTITY_DECL) {
            return true;
        }
        self.emit(Event::EntityDecl(Box::new(EntityDecl {
            name,
            is_param,
            value: Some(value),
            base,
            system_id: None,
            public_id: None,
            notation: None,
        })));
        false
    }

    fn entity_notation(&mut self, keeps: bool, token: &[u8]) -> Result<bool, Code> {
        if !keeps {
            return Ok(true);
        }
        let name = utf8(token);
        self.with_entity(|entity| entity.notation = Some(name.into()));
        let Some(decl) = self.entity_decl() else { return Ok(true) };
        let decl = Box::new(decl);
        if self.handlers.has(Handlers::UNPARSED_ENTITY_DECL) {
            self.emit(Event::UnparsedEntityDecl(decl));
            return Ok(false);
        }
        if self.handlers.has(Handlers::ENTITY_DECL) {
            self.emit(Event::EntityDecl(decl));
            return Ok(false);
        }
        Ok(true)
    }

    /// Says whether the default handler is to see the token.
    fn notation_decl(&mut self, system_id: Option<Rc<str>>) -> bool {
        let public_id = self.declaring.notation_public_id.take();
        let (Some(name), true) = (self.declaring.notation_name.take(), self.handlers.has(Handlers::NOTATION_DECL))
        else {
            return true;
        };
        self.emit(Event::NotationDecl(Box::new(EntityDecl {
            name,
            is_param: false,
            value: None,
            base: self.base.clone(),
            system_id,
            public_id,
            notation: None,
        })));
        false
    }

    fn element_type(&mut self, name: &str) -> Result<usize, Code> {
        let (place, is_new) = self.dtd.borrow_mut().element(name, self.namespaces);
        if is_new {
            self.charge(ENTITY_SIZE + name.len())?;
        }
        Ok(place)
    }

    fn define_attribute(&mut self, is_id: bool, value: Option<Rc<str>>) -> Result<(), Code> {
        let (Some(element), Some(attribute)) = (self.declaring.element, self.declaring.attribute) else {
            return Err(Code::UnexpectedState);
        };
        self.charge(DEFAULT_SIZE + value.as_ref().map_or(0, |value| value.len()))?;
        let is_cdata = self.declaring.is_cdata;
        self.dtd.borrow_mut().define_attribute(element, attribute, is_cdata, is_id, value);
        Ok(())
    }

    /// The value of a declared attribute.
    fn default_value(&mut self, span: Span) -> Result<Rc<str>, Code> {
        let loan = self.borrow_text(span.source);
        let text = loan.get(..span.end - 1).unwrap_or(&[]);
        let mut value = Vec::new();
        let is_cdata = self.declaring.is_cdata;
        let rc = Rc::clone(&self.dtd);
        let mut dtd = rc.borrow_mut();
        let result = self.attribute_value(
            &mut dtd,
            text,
            span.source,
            span.start + 1,
            is_cdata,
            &mut value,
            Account::None,
            ValueOf::Declaration,
        );
        self.give_back(loan);
        result?;
        Ok(utf8(&value).into())
    }

    /// Reports the declaration of an attribute, if anybody listens.
    fn emit_attlist(&mut self, default: Option<Rc<str>>, required: bool) -> bool {
        if !self.handlers.has(Handlers::ATTLIST_DECL) {
            return false;
        }
        let (Some(element), Some(attribute), Some(mut kind)) =
            (self.declaring.element, self.declaring.attribute, self.declaring.attribute_type.clone())
        else {
            return false;
        };
        if kind.starts_with('(') || kind.starts_with("NO") {
            kind.push(')');
            self.declaring.attribute_type = Some(kind.clone());
        }
        let names = {
            let dtd = self.dtd.borrow();
            (dtd.elements.get(element).map(|e| e.name), dtd.attributes.get(attribute).map(|a| a.name))
        };
        let (Some(element), Some(attribute)) = names else { return false };
        self.emit(Event::AttlistDecl { element, attribute, kind: kind.into(), default, required });
        true
    }

    // Content models -----------------------------------------------------------------------------------------------

    /// Reports the declaration of an element, if anybody listens.
    fn emit_element_decl(&mut self, model: Vec<ModelNode>) -> bool {
        if !self.handlers.has(Handlers::ELEMENT_DECL) {
            return false;
        }
        let name = self.declaring.element.and_then(|e| self.dtd.borrow().elements.get(e).map(|e| e.name));
        let Some(name) = name else { return false };
        self.emit(Event::ElementDecl { name, model });
        true
    }

    fn group_open(&mut self) -> Result<bool, Code> {
        self.set_connector(0)?;
        if !self.dtd.borrow().in_element_decl {
            return Ok(true);
        }
        self.charge(NODE_SIZE)?;
        let mut dtd = self.dtd.borrow_mut();
        let node = ScaffoldNode {
            kind: ContentKind::Sequence,
            quantifier: Quantifier::Once,
            name: None,
            children: Vec::new(),
        };
        let place = add_node(&mut dtd, node);
        dtd.scaffold_path.push(place);
        Ok(!self.handlers.has(Handlers::ELEMENT_DECL))
    }

    fn set_connector(&mut self, connector: u8) -> Result<(), Code> {
        let level = self.prolog.level;
        let connectors = &mut self.declaring.connectors;
        if connectors.len() <= level {
            connectors.resize(level + 1, 0);
            self.charge(1)?;
        }
        if let Some(place) = self.declaring.connectors.get_mut(level) {
            *place = connector;
        }
        Ok(())
    }

    /// Commas and bars do not mix in a group.
    fn group_connector(&mut self, connector: u8) -> Result<bool, Code> {
        let before = self.declaring.connectors.get(self.prolog.level).copied().unwrap_or(0);
        if before != 0 && before != connector {
            return Err(Code::Syntax);
        }
        self.set_connector(connector)?;
        let mut dtd = self.dtd.borrow_mut();
        if !dtd.in_element_decl {
            return Ok(true);
        }
        let heard = self.handlers.has(Handlers::ELEMENT_DECL);
        if connector == b',' {
            return Ok(!heard);
        }
        if before == 0
            && let Some(group) = current_group(&mut dtd)
            && group.kind != ContentKind::Mixed
        {
            group.kind = ContentKind::Choice;
            return Ok(!heard);
        }
        Ok(true)
    }

    fn group_close(&mut self, quantifier: Quantifier) -> Result<bool, Code> {
        let model = {
            let mut dtd = self.dtd.borrow_mut();
            if !dtd.in_element_decl {
                return Ok(true);
            }
            if let Some(group) = current_group(&mut dtd) {
                group.quantifier = quantifier;
            }
            dtd.scaffold_path.pop();
            if !dtd.scaffold_path.is_empty() {
                return Ok(!self.handlers.has(Handlers::ELEMENT_DECL));
            }
            dtd.in_element_decl = false;
            model_of(&dtd)
        };
        Ok(!self.emit_element_decl(model))
    }
}

/// The innermost open group of the content model.
fn current_group(dtd: &mut Dtd) -> Option<&mut ScaffoldNode> {
    let place = *dtd.scaffold_path.last()?;
    dtd.scaffold.get_mut(place as usize)
}

/// Adds a node to the innermost open group.
fn add_node(dtd: &mut Dtd, node: ScaffoldNode) -> u32 {
    let place = dtd.scaffold.len() as u32;
    if let Some(group) = current_group(dtd) {
        group.children.push(place);
    }
    dtd.scaffold.push(node);
    place
}
