//! How texts begin: their encoding, `<?xml ... ?>`, and what external entities have before their content.

use super::encoding::{Detected, Encoding, Known, detect, known, parse_xml_decl};
use super::error::Code;
use super::event::{Event, Handlers};
use super::limits::Account;
use super::parser::{Flow, ParamEntityParsing, Parser, Pending, Processor, Source, Span, utf8};
use super::token::{Lexed, Scanner, Tok};
use std::rc::Rc;

impl Parser {
    // Encodings ----------------------------------------------------------------------------------------------------

    pub(super) fn initialize_encoding(&mut self, next: Processor) -> Result<Flow, Code> {
        self.processor = next;
        if let Some(name) = self.given_encoding.clone() {
            self.given = known(name.as_bytes());
            if self.given.is_none() {
                self.emit(Event::UnknownEncoding(name));
                self.pending = Some(Pending::InitialEncoding);
            }
        }
        Ok(Flow::More)
    }

    /// The next token of the document by one of the tokenizers; the first one finds the encoding.
    #[inline]
    pub(super) fn main_token(&mut self, content: bool, lex: impl Fn(&Scanner<'_>, usize) -> Lexed) -> Lexed {
        if matches!(self.input.encoding, Encoding::Undecided)
            && let Some(lexed) = self.detect_encoding(content)
        {
            return lexed;
        }
        lex(&self.scanner(Source::Main), self.input.at)
    }

    #[cold]
    fn detect_encoding(&mut self, content: bool) -> Option<Lexed> {
        let at = self.input.at;
        let here = self.input.text.get(at..).unwrap_or(&[]);
        if here.is_empty() {
            return None;
        }
        let (known, mark) = match detect(self.given, content, here) {
            Detected::Partial => return Some(Lexed { tok: Tok::Partial, next: at, open: false }),
            Detected::Bom(known, _) => (known, 3),
            Detected::Encoding(known) => (known, 0),
        };
        self.input.switch_encoding(Encoding::of(known), at);
        (mark > 0).then_some(Lexed { tok: Tok::Bom, next: at + mark, open: false })
    }

    /// Reads `<?xml ... ?>`.
    pub(super) fn xml_decl(&mut self, span: Span, is_text_decl: bool) -> Result<(), Code> {
        self.account_span(span, Account::Direct)?;
        let decl = match parse_xml_decl(self.source_text(span.source), span.start, span.end, is_text_decl) {
            Ok(decl) => decl,
            Err(at) => {
                self.event_at(Source::Main, at);
                return Err(if is_text_decl { Code::TextDecl } else { Code::XmlDecl });
            }
        };
        if !is_text_decl && decl.standalone == Some(true) {
            self.dtd.borrow_mut().standalone = true;
            if self.param_entity_parsing == ParamEntityParsing::UnlessStandalone {
                self.param_entity_parsing = ParamEntityParsing::Never;
            }
        }
        if self.handlers.has(Handlers::XML_DECL) {
            let text = |(start, end): (usize, usize)| Self::text_of(Span { start, end, ..span });
            self.emit(Event::XmlDecl {
                version: decl.version.map(text),
                encoding: decl.encoding.map(text),
                standalone: decl.standalone.map_or(-1, i32::from),
            });
        } else {
            self.emit_default(span);
        }
        // Handlers still see the old encoding.
        if let (Some((start, end)), None) = (decl.encoding, &self.given_encoding) {
            let name = utf8(self.source_text(span.source).get(start..end).unwrap_or(&[])).into();
            let name_at = self.input.absolute(start);
            self.pending = Some(Pending::DeclaredName { name, name_at, from: span.end });
        }
        Ok(())
    }

    /// Goes on in the encoding that the document names.
    pub(super) fn declared_encoding(&mut self, name: Rc<str>, name_at: usize, from: usize) -> Result<Flow, Code> {
        match known(name.as_bytes()) {
            Some(Known::Utf16) if self.input.encoding.unit() == 2 => {}
            Some(known) => {
                let encoding = Encoding::of(known);
                let conflict = match (&encoding, &self.input.encoding) {
                    (Encoding::Utf16 { big_endian: new }, Encoding::Utf16 { big_endian: old }) => new != old,
                    (new, old) => new.unit() != old.unit(),
                };
                if conflict {
                    self.input.event = Some(name_at);
                    return Err(Code::IncorrectEncoding);
                }
                self.input.switch_encoding(encoding, from);
            }
            None => {
                self.emit(Event::UnknownEncoding(name));
                self.pending = Some(Pending::DeclaredEncoding { name_at, from });
            }
        }
        Ok(Flow::More)
    }

    // Starts of external entities ----------------------------------------------------------------------------------

    /// A token that can't be used: whether to wait for more.
    pub(super) fn unusable(&mut self, tok: Tok) -> Result<Flow, Code> {
        if !self.is_final && tok != Tok::Invalid {
            return Ok(Flow::Done);
        }
        match tok {
            Tok::Partial => Err(Code::UnclosedToken),
            Tok::PartialChar => Err(Code::PartialChar),
            _ => Err(Code::InvalidToken),
        }
    }

    pub(super) fn external_start(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        let lexed = self.main_token(true, |scanner, at| scanner.content(at));
        match lexed.tok {
            Tok::Bom => {
                self.account_span(Span { source: Source::Main, start, end: lexed.next }, Account::Direct)?;
                self.input.at = lexed.next;
                if lexed.next == self.input.text.len() && !self.is_final {
                    return Ok(Flow::Done);
                }
            }
            Tok::Partial | Tok::PartialChar => {
                if self.is_final {
                    self.event_at(Source::Main, start);
                }
                return self.unusable(lexed.tok);
            }
            _ => {}
        }
        self.processor = Processor::ExternalDecl;
        Ok(Flow::More)
    }

    pub(super) fn external_decl(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        self.event_at(Source::Main, start);
        let lexed = self.main_token(true, |scanner, at| scanner.content(at));
        match lexed.tok {
            Tok::XmlDecl => {
                self.xml_decl(Span { source: Source::Main, start, end: lexed.next }, true)?;
                self.input.at = lexed.next;
            }
            Tok::Partial | Tok::PartialChar => return self.unusable(lexed.tok),
            _ => {}
        }
        self.processor = Processor::Content;
        self.tag_level = 1;
        Ok(Flow::More)
    }

    pub(super) fn param_start(&mut self) -> Result<Flow, Code> {
        let start = self.input.at;
        let lexed = self.main_token(false, |scanner, at| scanner.prolog(at));
        match lexed.tok {
            Tok::Invalid | Tok::Partial | Tok::PartialChar => return self.unusable(lexed.tok),
            Tok::None if !self.is_final => return Ok(Flow::Done),
            _ if lexed.open && !self.is_final => return Ok(Flow::Done),
            Tok::Bom => {
                self.account_span(Span { source: Source::Main, start, end: lexed.next }, Account::Direct)?;
                self.input.at = lexed.next;
            }
            _ => {}
        }
        self.processor = Processor::Prolog;
        Ok(Flow::More)
    }
}
