//! Start tags: the values of attributes, their defaults, and what namespaces make of names.

use super::dtd::{DEFAULT_PREFIX, Dtd, Expanded, NameId, Namespace};
use super::error::Code;
use super::event::{Event, Name, Text};
use super::limits::Account;
use super::parser::{Binding, Parser, Source, Tag, utf8};
use super::token::{Scanner, Tok, char_ref_number, collect_attributes, predefined_entity};
use std::collections::HashSet;
use std::rc::Rc;

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
/// Parts the items of a context.
const CONTEXT_SEPARATOR: char = '\x0c';
/// Names longer than this are not kept.
const LONGEST_KEPT: usize = 512;
/// What Expat needs for a record of an open element, of a binding, of a name.
const TAG_SIZE: usize = 112;
const BINDING_SIZE: usize = 72;
const NAME_SIZE: usize = 64;

/// Whether a character may stand in a URI, so that a separator of this kind can't be told from it.
const fn is_uri_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '%' | '-'
                | '.'
                | '_'
                | '~'
                | ':'
                | '/'
                | '?'
                | '#'
                | '['
                | ']'
                | '@'
                | '!'
                | '$'
                | '&'
                | '\''
                | '('
                | ')'
                | '*'
                | '+'
                | ','
                | ';'
                | '='
        )
}

/// Where an attribute's value comes from, which decides what must be declared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueOf {
    Tag,
    Declaration,
}

impl Parser {
    /// A start tag, whose element is entered unless it is empty. Gives the element's name.
    pub(super) fn start_tag(
        &mut self,
        source: Source,
        start: usize,
        is_empty: bool,
        account: Account,
    ) -> Result<Name, Code> {
        let loan = self.borrow_text(source);
        let dtd = Rc::clone(&self.dtd);
        let result = self.read_start_tag(&mut dtd.borrow_mut(), &loan, source, start, is_empty, account);
        self.give_back(loan);
        result
    }

    fn read_start_tag(
        &mut self,
        dtd: &mut Dtd,
        text: &[u8],
        source: Source,
        start: usize,
        is_empty: bool,
        account: Account,
    ) -> Result<Name, Code> {
        let scanner = Scanner::new(text, self.table);
        let name_start = start + 1;
        let name_end = name_start + scanner.name_length(name_start);
        let qname = utf8(text.get(name_start..name_end).unwrap_or(&[]));
        let (element, is_new) = dtd.element(qname, self.namespaces);
        if is_new {
            self.charge(NAME_SIZE + qname.len())?;
        }
        let n_bindings = self.bindings.len();
        let mut attributes = core::mem::take(&mut self.tag_attributes);
        collect_attributes(&scanner, name_end, &mut attributes);
        self.start_attributes.clear();
        dtd.tag += 1;
        let mark = dtd.tag;
        let mut n_prefixed = 0;
        for attribute in &attributes {
            let qname = utf8(text.get(attribute.name.0..attribute.name.1).unwrap_or(&[]));
            let (place, is_new) = dtd.attribute(qname, self.namespaces);
            if is_new {
                self.charge(NAME_SIZE + qname.len())?;
            }
            let Some(id) = dtd.attributes.get_mut(place) else { return Err(Code::UnexpectedState) };
            if id.seen == mark {
                self.event_at(source, attribute.name.0);
                return Err(Code::DuplicateAttribute);
            }
            id.seen = mark;
            let (name, namespace, maybe_tokenized) = (id.name, id.namespace, id.maybe_tokenized);
            let (from, to) = attribute.value;
            let value_start = self.made.len();
            if attribute.normalized {
                self.made.extend_from_slice(text.get(from..to).unwrap_or(&[]));
            } else {
                let is_cdata = !(maybe_tokenized && dtd.elements.get(element).is_some_and(|e| e.is_tokenized(place)));
                let mut out = core::mem::take(&mut self.made);
                let value = text.get(..to).unwrap_or(&[]);
                let done = self.attribute_value(dtd, value, source, from, is_cdata, &mut out, account, ValueOf::Tag);
                self.made = out;
                done?;
            }
            let value = Text::Made(value_start, self.made.len());
            match namespace {
                Namespace::Declares(prefix) => self.bind(dtd, prefix, value, true)?,
                namespace => {
                    n_prefixed += usize::from(matches!(namespace, Namespace::Prefixed(_)));
                    self.start_attributes.push((Name::Id(name), value));
                }
            }
        }
        self.tag_attributes = attributes;
        let specified = self.start_attributes.len();
        n_prefixed += self.add_defaults(dtd, element, mark)?;
        if n_prefixed > 0 {
            self.expand_attributes(dtd)?;
        }
        let name = self.element_name(dtd, element)?;
        if self.handlers.has(super::Handlers::START_ELEMENT) {
            self.emit(Event::StartElement { name: name.clone(), specified });
        }
        if !is_empty {
            let raw = dtd.elements.get(element).map_or(NameId(0), |e| e.name);
            self.charge(TAG_SIZE)?;
            self.tags.push(Tag { raw, name: name.clone(), bindings: n_bindings });
            self.tag_level += 1;
        }
        Ok(name)
    }

    /// Adds declared attributes that the tag lacks; gives how many have prefixes.
    fn add_defaults(&mut self, dtd: &mut Dtd, element: usize, mark: u64) -> Result<usize, Code> {
        let n = dtd.elements.get(element).map_or(0, |e| e.defaults.len());
        let mut n_prefixed = 0;
        for i in 0..n {
            let Some(default) = dtd.elements.get(element).and_then(|e| e.defaults.get(i)) else { break };
            let (Some(value), place) = (default.value.clone(), default.id) else { continue };
            let Some(id) = dtd.attributes.get_mut(place) else { continue };
            if id.seen == mark {
                continue;
            }
            if let Namespace::Declares(prefix) = id.namespace {
                let value = self.make(value.as_bytes());
                self.bind(dtd, prefix, value, true)?;
                continue;
            }
            id.seen = mark;
            n_prefixed += usize::from(matches!(id.namespace, Namespace::Prefixed(_)));
            let name = Name::Id(id.name);
            let value = self.make(value.as_bytes());
            self.start_attributes.push((name, value));
        }
        Ok(n_prefixed)
    }

    /// Gives prefixed attributes their whole names.
    fn expand_attributes(&mut self, dtd: &mut Dtd) -> Result<(), Code> {
        let mut attributes = core::mem::take(&mut self.start_attributes);
        let mut few: Vec<(NameId, NameId)> = Vec::new();
        let mut many: HashSet<(NameId, NameId)> = HashSet::new();
        for (name, _) in &mut attributes {
            let Name::Id(qname) = *name else { continue };
            let text = dtd.names.borrow().get(qname).to_string();
            let (place, _) = dtd.attribute(&text, true);
            let Some(id) = dtd.attributes.get(place) else { continue };
            let Namespace::Prefixed(prefix) = id.namespace else { continue };
            let (local, known) = (id.local, id.expanded);
            let binding = self.binding_of(dtd, prefix).ok_or(Code::UnboundPrefix)?;
            let key = (binding.uri, local);
            let is_duplicate = if few.len() < 8 { few.contains(&key) } else { !many.insert(key) || few.contains(&key) };
            if is_duplicate {
                return Err(Code::DuplicateAttribute);
            }
            if few.len() < 8 {
                few.push(key);
            }
            let (expanded, cached) = self.expand(dtd, binding, local, known);
            if let Some(id) = dtd.attributes.get_mut(place) {
                id.expanded = cached.or(id.expanded);
            }
            *name = expanded;
        }
        self.start_attributes = attributes;
        Ok(())
    }

    fn element_name(&self, dtd: &mut Dtd, element: usize) -> Result<Name, Code> {
        let Some(kind) = dtd.elements.get(element) else { return Err(Code::UnexpectedState) };
        let plain = Ok(Name::Id(kind.name));
        if !self.namespaces {
            return plain;
        }
        let binding = match kind.prefix {
            Some(prefix) => self.binding_of(dtd, prefix).ok_or(Code::UnboundPrefix)?,
            None => match self.binding_of(dtd, DEFAULT_PREFIX) {
                Some(binding) => binding,
                None => return plain,
            },
        };
        let known = kind.expanded;
        // The expanded name is most often that of last time, and then its parts are not needed.
        if let Some(known) = known.filter(|known| known.uri == binding.uri && known.prefixed == self.triplets) {
            return Ok(Name::Id(known.name));
        }
        let local = {
            let (qname, start) = (kind.name, kind.local_start);
            let text = dtd.names.borrow().get(qname).get(start..).unwrap_or_default().to_string();
            dtd.names.borrow_mut().intern(&text).0
        };
        let (name, cached) = self.expand(dtd, binding, local, known);
        if let Some(kind) = dtd.elements.get_mut(element) {
            kind.expanded = cached.or(kind.expanded);
        }
        Ok(name)
    }

    /// Namespace, separator, local name and, if wanted, separator and prefix.
    fn expand(&self, dtd: &Dtd, binding: Binding, local: NameId, known: Option<Expanded>) -> (Name, Option<Expanded>) {
        if let Some(known) = known.filter(|known| known.uri == binding.uri && known.prefixed == self.triplets) {
            return (Name::Id(known.name), None);
        }
        let mut name = String::new();
        {
            let names = dtd.names.borrow();
            name.push_str(names.get(binding.uri));
            name.extend(self.separator);
            name.push_str(names.get(local));
        }
        // Without a separator prefixes can't be told from names.
        if self.triplets
            && self.separator.is_some()
            && binding.prefix != DEFAULT_PREFIX
            && let Some(prefix) = dtd.prefixes.get(binding.prefix)
        {
            name.extend(self.separator);
            name.push_str(&prefix.name);
        }
        if name.len() > LONGEST_KEPT {
            return (Name::Long(name.into()), None);
        }
        let (id, _) = dtd.names.borrow_mut().intern(&name);
        (Name::Id(id), Some(Expanded { uri: binding.uri, prefixed: self.triplets, name: id }))
    }

    // Namespaces ---------------------------------------------------------------------------------------------------

    fn binding_of(&self, dtd: &Dtd, prefix: usize) -> Option<Binding> {
        self.bindings.get(dtd.prefixes.get(prefix)?.binding?).copied()
    }

    /// Binds a prefix to a namespace.
    fn bind(&mut self, dtd: &mut Dtd, prefix: usize, uri: Text, report: bool) -> Result<(), Code> {
        let Some(entry) = dtd.prefixes.get(prefix) else { return Err(Code::UnexpectedState) };
        let prefix_name = (prefix != DEFAULT_PREFIX).then(|| Rc::clone(&entry.name));
        let text = utf8(self.bytes(uri));
        if text.is_empty() && prefix_name.is_some() {
            return Err(Code::UndeclaringPrefix);
        }
        let must_be_xml = match prefix_name.as_deref() {
            Some("xmlns") => return Err(Code::ReservedPrefixXmlns),
            name => name == Some("xml"),
        };
        if let Some(separator) = self.separator
            && !is_uri_char(separator)
            && text.contains(separator)
        {
            return Err(Code::Syntax);
        }
        if must_be_xml != (text == XML_NAMESPACE) {
            return Err(if must_be_xml { Code::ReservedPrefixXml } else { Code::ReservedNamespaceUri });
        }
        if text == XMLNS_NAMESPACE {
            return Err(Code::ReservedNamespaceUri);
        }
        self.charge(BINDING_SIZE + text.len())?;
        let undeclares = text.is_empty() && prefix_name.is_none();
        let id = dtd.names.borrow_mut().intern(text).0;
        if let Some(entry) = dtd.prefixes.get_mut(prefix) {
            let binding = Binding { prefix, uri: id, previous: entry.binding };
            entry.binding = (!undeclares).then_some(self.bindings.len());
            self.bindings.push(binding);
        }
        if report && self.handlers.has(super::Handlers::START_NAMESPACE) {
            self.emit(Event::StartNamespace { prefix: prefix_name, uri: (!undeclares).then_some(uri) });
        }
        Ok(())
    }

    /// Ends the bindings of an element, beyond the first `n`.
    pub(super) fn unbind(&mut self, n: usize) {
        let dtd = Rc::clone(&self.dtd);
        let mut dtd = dtd.borrow_mut();
        while self.bindings.len() > n
            && let Some(binding) = self.bindings.pop()
        {
            self.limits.free(BINDING_SIZE + dtd.names.borrow().get(binding.uri).len());
            let Some(entry) = dtd.prefixes.get_mut(binding.prefix) else { continue };
            entry.binding = binding.previous;
            if self.handlers.has(super::Handlers::END_NAMESPACE) {
                let prefix = (binding.prefix != DEFAULT_PREFIX).then(|| Rc::clone(&entry.name));
                self.emit(Event::EndNamespace { prefix });
            }
        }
    }

    /// Leaves an element.
    pub(super) fn forget_tag(&self) {
        self.limits.free(TAG_SIZE);
    }

    /// What a parser of an external entity must know: bindings and open entities.
    pub(super) fn context_text(&self) -> String {
        let dtd = self.dtd.borrow();
        let names = dtd.names.borrow();
        let mut items = Vec::new();
        for (place, prefix) in dtd.prefixes.iter().enumerate() {
            if let Some(binding) = self.binding_of(&dtd, place) {
                items.push(format!("{}={}", prefix.name, names.get(binding.uri)));
            }
        }
        items.extend(dtd.general.list.iter().filter(|e| e.is_open).map(|e| e.name.to_string()));
        items.join(&CONTEXT_SEPARATOR.to_string())
    }

    /// Takes a context over.
    pub(super) fn set_context(&mut self, context: &str) -> Result<(), Code> {
        let dtd = Rc::clone(&self.dtd);
        let mut dtd = dtd.borrow_mut();
        for item in context.split(CONTEXT_SEPARATOR) {
            match item.split_once('=') {
                Some((prefix, uri)) => {
                    let prefix = if prefix.is_empty() { DEFAULT_PREFIX } else { dtd.prefix(prefix) };
                    let uri = self.make(uri.as_bytes());
                    // What can't be bound ends the whole attempt, as if memory were short.
                    self.bind(&mut dtd, prefix, uri, false).map_err(|_| Code::NoMemory)?;
                }
                None => {
                    if let Some(place) = dtd.general.find(item)
                        && let Some(entity) = dtd.general.list.get_mut(place)
                    {
                        entity.is_open = true;
                    }
                }
            }
        }
        Ok(())
    }

    // Values -------------------------------------------------------------------------------------------------------

    /// Appends the value of an attribute, which is the rest of `text` from `from` on, with its entities expanded.
    pub(super) fn attribute_value(
        &mut self,
        dtd: &mut Dtd,
        text: &[u8],
        source: Source,
        from: usize,
        is_cdata: bool,
        out: &mut Vec<u8>,
        account: Account,
        value_of: ValueOf,
    ) -> Result<(), Code> {
        let start = out.len();
        let mut at = from;
        // The entities being expanded, innermost last.
        let mut open: Vec<(usize, Rc<[u8]>, usize)> = Vec::new();
        loop {
            let entity = match open.last() {
                Some((_, text, at)) => {
                    let (text, at) = (Rc::clone(text), *at);
                    let (next, entity) = self.append_value(
                        dtd,
                        &text,
                        Source::Entity,
                        at,
                        is_cdata,
                        out,
                        start,
                        Account::Expansion,
                        value_of,
                    )?;
                    if let Some(top) = open.last_mut() {
                        top.2 = next;
                    }
                    if entity.is_none()
                        && let Some((done, ..)) = open.pop()
                        && let Some(done) = dtd.general.list.get_mut(done)
                    {
                        done.is_open = false;
                        continue;
                    }
                    entity
                }
                None => {
                    let (next, entity) =
                        self.append_value(dtd, text, source, at, is_cdata, out, start, account, value_of)?;
                    at = next;
                    if entity.is_none() {
                        break;
                    }
                    entity
                }
            };
            if let Some(place) = entity
                && let Some(entity) = dtd.general.list.get_mut(place)
                && let Some(text) = entity.text.clone()
            {
                entity.is_open = true;
                open.push((place, text, 0));
            }
        }
        if !is_cdata && out.len() > start && out.last() == Some(&b' ') {
            out.pop();
        }
        Ok(())
    }

    /// Appends up to the next entity that must be expanded; gives where that is and which.
    fn append_value(
        &mut self,
        dtd: &Dtd,
        text: &[u8],
        source: Source,
        mut at: usize,
        is_cdata: bool,
        out: &mut Vec<u8>,
        start: usize,
        account: Account,
        value_of: ValueOf,
    ) -> Result<(usize, Option<usize>), Code> {
        let scanner = Scanner::new(text, self.table);
        loop {
            let lexed = scanner.attribute_value(at);
            let mut next = lexed.next;
            // White space is dropped at the start of a value that is a list, and after other white space.
            let drops_space = !is_cdata && (out.len() == start || out.last() == Some(&b' '));
            if !matches!(lexed.tok, Tok::None | Tok::Invalid | Tok::Partial | Tok::PartialChar) {
                self.account(source, text.get(at..next).unwrap_or(&[]), account)?;
            }
            match lexed.tok {
                Tok::None => return Ok((at, None)),
                Tok::Invalid => {
                    self.event_at(source, next);
                    return Err(Code::InvalidToken);
                }
                Tok::Partial => {
                    self.event_at(source, at);
                    return Err(Code::InvalidToken);
                }
                Tok::CharRef => {
                    let Some(n) = char_ref_number(text.get(at..next).unwrap_or(&[])) else {
                        self.event_at(source, at);
                        return Err(Code::BadCharRef);
                    };
                    if !(n == 0x20 && drops_space)
                        && let Some(c) = char::from_u32(n)
                    {
                        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                Tok::DataChars => out.extend_from_slice(text.get(at..next).unwrap_or(&[])),
                Tok::TrailingCr | Tok::AttributeSpace | Tok::DataNewline => {
                    next = next.max(at + 1);
                    if !drops_space {
                        out.push(b' ');
                    }
                }
                Tok::EntityRef => {
                    let name = text.get(at + 1..next - 1).unwrap_or(&[]);
                    if let Some(c) = predefined_entity(name) {
                        self.account_character();
                        out.push(c);
                    } else if let Some(entity) = self.value_entity(dtd, utf8(name), value_of).inspect_err(|code| {
                        if matches!(code, Code::BinaryEntityRef | Code::AttributeExternalEntityRef) {
                            self.event_at(source, at);
                        }
                    })? {
                        return Ok((next, Some(entity)));
                    }
                }
                _ => {
                    self.event_at(source, at);
                    return Err(Code::UnexpectedState);
                }
            }
            at = next;
        }
    }

    /// The entity that an attribute's value refers to; nothing if it is skipped.
    fn value_entity(&self, dtd: &Dtd, name: &str, value_of: ValueOf) -> Result<Option<usize>, Code> {
        let must_be_declared = match value_of {
            ValueOf::Tag => !dtd.has_param_entity_refs || dtd.standalone,
            ValueOf::Declaration => {
                self.prolog.document_entity
                    && if dtd.standalone { self.open.is_empty() } else { !dtd.has_param_entity_refs }
            }
        };
        let place = dtd.general.find(name);
        let entity = place.and_then(|place| dtd.general.list.get(place));
        match entity {
            None if must_be_declared => Err(Code::UndefinedEntity),
            None => Ok(None),
            Some(entity) if must_be_declared && !entity.is_internal => Err(Code::EntityDeclaredInPe),
            Some(entity) if entity.is_open => Err(Code::RecursiveEntityRef),
            Some(entity) if entity.notation.is_some() => Err(Code::BinaryEntityRef),
            Some(entity) if entity.text.is_none() => Err(Code::AttributeExternalEntityRef),
            Some(_) => Ok(place),
        }
    }
}
