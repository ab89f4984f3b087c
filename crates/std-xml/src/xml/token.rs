//! The tokenizers: where the next piece of content, of the prolog, of a literal ends, and what it is.
//!
//! They look at bytes alone and hold no state: a token that is not complete yet is scanned again when more is there.
//! Offsets of errors are Expat's.

use super::chars::{Byte, Table, is_invalid, is_name, is_name_start};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tok {
    /// There is nothing left.
    None,
    /// No token begins like this.
    Invalid,
    /// The text ends within a token.
    Partial,
    /// The text ends within a character.
    PartialChar,
    /// A carriage return at the end, which a line feed might follow.
    TrailingCr,
    /// Square brackets at the end, which might be part of `]]>`.
    TrailingRsqb,
    StartTag,
    EmptyElement,
    EndTag,
    DataChars,
    DataNewline,
    CdataOpen,
    CdataClose,
    EntityRef,
    CharRef,
    AttributeSpace,
    IgnoreSection,
    Pi,
    XmlDecl,
    Comment,
    Bom,
    PrologSpace,
    DeclOpen,
    DeclClose,
    Name,
    Nmtoken,
    PoundName,
    Or,
    Percent,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Literal,
    ParamEntityRef,
    InstanceStart,
    NameQuestion,
    NameAsterisk,
    NamePlus,
    CondSectOpen,
    CondSectClose,
    CloseParenQuestion,
    CloseParenAsterisk,
    CloseParenPlus,
    Comma,
    PrefixedName,
}

/// A token, and where the next one begins, or where the error is.
#[derive(Clone, Copy, Debug)]
pub struct Lexed {
    pub tok: Tok,
    pub next: usize,
    /// The token ends with the text, so that more text might lengthen it.
    pub open: bool,
}

const fn tok(tok: Tok, next: usize) -> Lexed {
    Lexed { tok, next, open: false }
}

const fn open(tok: Tok, next: usize) -> Lexed {
    Lexed { tok, next, open: true }
}

/// Text and the classes of its bytes.
#[derive(Clone, Copy)]
pub struct Scanner<'a> {
    pub text: &'a [u8],
    pub table: &'static Table,
    /// Half a unit follows the text.
    pub odd: bool,
}

/// Why a name or a character stops a token.
type Stop = Lexed;

impl<'a> Scanner<'a> {
    /// Over text.
    pub const fn new(text: &'a [u8], table: &'static Table) -> Self {
        Self { text, table, odd: false }
    }

    #[inline(always)]
    fn class(&self, i: usize) -> Option<Byte> {
        self.text.get(i).map(|&b| self.table[usize::from(b)])
    }

    #[inline(always)]
    fn is(&self, i: usize, b: u8) -> bool {
        self.text.get(i) == Some(&b)
    }

    const fn partial(&self, from: usize) -> Lexed {
        tok(Tok::Partial, from)
    }

    fn nothing(&self, at: usize) -> Lexed {
        tok(if self.odd { Tok::Partial } else { Tok::None }, at)
    }

    /// The end of a character of `n` bytes that need not be one of names.
    #[inline]
    fn multibyte(&self, i: usize, n: usize) -> Result<usize, Stop> {
        match self.text.get(i..i + n) {
            None => Err(tok(Tok::PartialChar, i)),
            Some(seq) if is_invalid(seq) => Err(tok(Tok::Invalid, i)),
            Some(_) => Ok(i + n),
        }
    }

    fn multibyte_name(&self, i: usize, n: usize, allowed: fn(&[u8]) -> bool) -> Result<usize, Stop> {
        let end = self.multibyte(i, n)?;
        if self.text.get(i..end).is_some_and(allowed) { Ok(end) } else { Err(tok(Tok::Invalid, i)) }
    }

    /// The end of a character that begins a name; nothing if `class` is none that may.
    #[inline]
    fn name_start(&self, i: usize, class: Byte) -> Option<Result<usize, Stop>> {
        match class {
            Byte::NameStart | Byte::Hex => Some(Ok(i + 1)),
            Byte::Lead2 => Some(self.multibyte_name(i, 2, is_name_start)),
            Byte::Lead3 => Some(self.multibyte_name(i, 3, is_name_start)),
            Byte::Lead4 => Some(self.multibyte_name(i, 4, is_name_start)),
            _ => None,
        }
    }

    /// The end of a name from its second character on, and the class of what stops it (nothing at the text's end).
    #[inline]
    fn name_rest(&self, mut i: usize) -> Result<(usize, Option<Byte>), Stop> {
        loop {
            let Some(class) = self.class(i) else { return Ok((i, None)) };
            i = match class {
                Byte::NameStart | Byte::Hex | Byte::Digit | Byte::Name | Byte::Minus => i + 1,
                Byte::Lead2 => self.multibyte_name(i, 2, is_name)?,
                Byte::Lead3 => self.multibyte_name(i, 3, is_name)?,
                Byte::Lead4 => self.multibyte_name(i, 4, is_name)?,
                other => return Ok((i, Some(other))),
            };
        }
    }

    /// A whole name from its first character on.
    fn name(&self, i: usize, from: usize) -> Result<(usize, Option<Byte>), Stop> {
        let Some(class) = self.class(i) else { return Err(self.partial(from)) };
        match self.name_start(i, class) {
            Some(end) => self.name_rest(end?),
            None => Err(tok(Tok::Invalid, i)),
        }
    }

    /// The end of any character; the class is that of its first byte.
    #[inline(always)]
    fn any(&self, i: usize, class: Byte) -> Result<usize, Stop> {
        match class {
            Byte::Lead2 => self.multibyte(i, 2),
            Byte::Lead3 => self.multibyte(i, 3),
            Byte::Lead4 => self.multibyte(i, 4),
            Byte::Bad => Err(tok(Tok::Invalid, i)),
            _ => Ok(i + 1),
        }
    }

    // Markup -------------------------------------------------------------------------------------------------------

    /// After `<!-`.
    fn comment(&self, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        match self.text.get(i) {
            None => return Ok(self.partial(from)),
            Some(b'-') => i += 1,
            Some(_) => return Ok(tok(Tok::Invalid, i)),
        }
        while let Some(class) = self.class(i) {
            if class != Byte::Minus {
                i = self.any(i, class)?;
                continue;
            }
            i += 1;
            match self.text.get(i) {
                None => break,
                Some(b'-') => {
                    i += 1;
                    return Ok(match self.text.get(i) {
                        None => self.partial(from),
                        Some(b'>') => tok(Tok::Comment, i + 1),
                        Some(_) => tok(Tok::Invalid, i),
                    });
                }
                Some(_) => {}
            }
        }
        Ok(self.partial(from))
    }

    /// After `<!` in the prolog.
    fn decl(&self, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        match self.class(i) {
            None => return Ok(self.partial(from)),
            Some(Byte::Minus) => return self.comment(i + 1, from),
            Some(Byte::LSqb) => return Ok(tok(Tok::CondSectOpen, i + 1)),
            Some(Byte::NameStart | Byte::Hex) => i += 1,
            Some(_) => return Ok(tok(Tok::Invalid, i)),
        }
        while let Some(class) = self.class(i) {
            match class {
                Byte::Percent => {
                    return Ok(match self.class(i + 1) {
                        None => self.partial(from),
                        // `<!ENTITY% name` is not allowed.
                        Some(Byte::Space | Byte::Cr | Byte::Lf | Byte::Percent) => tok(Tok::Invalid, i),
                        Some(_) => tok(Tok::DeclOpen, i),
                    });
                }
                Byte::Space | Byte::Cr | Byte::Lf => return Ok(tok(Tok::DeclOpen, i)),
                Byte::NameStart | Byte::Hex => i += 1,
                _ => return Ok(tok(Tok::Invalid, i)),
            }
        }
        Ok(self.partial(from))
    }

    /// What a processing instruction with this target is; nothing if the target is a misspelt `xml`.
    fn pi_target(&self, start: usize, end: usize) -> Option<Tok> {
        match self.text.get(start..end) {
            Some(b"xml") => Some(Tok::XmlDecl),
            Some(name) if name.eq_ignore_ascii_case(b"xml") => None,
            _ => Some(Tok::Pi),
        }
    }

    /// After `<?`.
    fn pi(&self, start: usize, from: usize) -> Result<Lexed, Stop> {
        let (end, stop) = self.name(start, from)?;
        let Some(stop) = stop else { return Ok(self.partial(from)) };
        match stop {
            Byte::Space | Byte::Cr | Byte::Lf => {
                let Some(kind) = self.pi_target(start, end) else { return Ok(tok(Tok::Invalid, end)) };
                let mut i = end + 1;
                while let Some(class) = self.class(i) {
                    if class == Byte::Quest {
                        i += 1;
                        match self.text.get(i) {
                            None => break,
                            Some(b'>') => return Ok(tok(kind, i + 1)),
                            Some(_) => {}
                        }
                    } else {
                        i = self.any(i, class)?;
                    }
                }
                Ok(self.partial(from))
            }
            Byte::Quest => {
                let Some(kind) = self.pi_target(start, end) else { return Ok(tok(Tok::Invalid, end)) };
                Ok(match self.text.get(end + 1) {
                    None => self.partial(from),
                    Some(b'>') => tok(kind, end + 2),
                    Some(_) => tok(Tok::Invalid, end + 1),
                })
            }
            _ => Ok(tok(Tok::Invalid, end)),
        }
    }

    /// After `<![`.
    fn cdata_open(&self, i: usize, from: usize) -> Lexed {
        if self.text.len() - i < 6 {
            return self.partial(from);
        }
        match (0..6).find(|&k| !self.is(i + k, b"CDATA["[k])) {
            Some(k) => tok(Tok::Invalid, i + k),
            None => tok(Tok::CdataOpen, i + 6),
        }
    }

    /// After `</`.
    fn end_tag(&self, i: usize, from: usize) -> Result<Lexed, Stop> {
        let (mut i, mut stop) = self.name(i, from)?;
        loop {
            match stop {
                None => return Ok(self.partial(from)),
                Some(Byte::Space | Byte::Cr | Byte::Lf) => {
                    i += 1;
                    loop {
                        match self.class(i) {
                            None => return Ok(self.partial(from)),
                            Some(Byte::Space | Byte::Cr | Byte::Lf) => i += 1,
                            Some(Byte::Gt) => return Ok(tok(Tok::EndTag, i + 1)),
                            Some(_) => return Ok(tok(Tok::Invalid, i)),
                        }
                    }
                }
                // The syntax of the name needs no check: it must be that of the start tag.
                Some(Byte::Colon) => (i, stop) = self.name_rest(i + 1)?,
                Some(Byte::Gt) => return Ok(tok(Tok::EndTag, i + 1)),
                Some(_) => return Ok(tok(Tok::Invalid, i)),
            }
        }
    }

    /// After `&#`.
    fn char_ref(&self, mut i: usize, from: usize) -> Lexed {
        let hex = self.is(i, b'x');
        i += usize::from(hex);
        let digit = |class: Byte| class == Byte::Digit || hex && class == Byte::Hex;
        match self.class(i) {
            None => return self.partial(from),
            Some(class) if digit(class) => i += 1,
            Some(_) => return tok(Tok::Invalid, i),
        }
        while let Some(class) = self.class(i) {
            if class == Byte::Semi {
                return tok(Tok::CharRef, i + 1);
            }
            if !digit(class) {
                return tok(Tok::Invalid, i);
            }
            i += 1;
        }
        self.partial(from)
    }

    /// After `&`.
    fn reference(&self, i: usize, from: usize) -> Result<Lexed, Stop> {
        if self.is(i, b'#') {
            return Ok(self.char_ref(i + 1, from));
        }
        let (i, stop) = self.name(i, from)?;
        Ok(match stop {
            None => self.partial(from),
            Some(Byte::Semi) => tok(Tok::EntityRef, i + 1),
            Some(_) => tok(Tok::Invalid, i),
        })
    }

    /// The end of a name with at most one colon, from its second character on.
    #[inline]
    fn qualified_rest(&self, i: usize, from: usize) -> Result<(usize, Byte), Stop> {
        let (mut i, mut stop) = self.name_rest(i)?;
        if stop == Some(Byte::Colon) {
            (i, stop) = self.name(i + 1, from)?;
        }
        match stop {
            None => Err(self.partial(from)),
            Some(Byte::Colon) => Err(tok(Tok::Invalid, i)),
            Some(stop) => Ok((i, stop)),
        }
    }

    /// After the `/` of an empty element.
    fn slash(&self, i: usize, from: usize) -> Lexed {
        match self.text.get(i) {
            None => self.partial(from),
            Some(b'>') => tok(Tok::EmptyElement, i + 1),
            Some(_) => tok(Tok::Invalid, i),
        }
    }

    /// From the second character of an attribute's name on.
    fn attributes(&self, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        loop {
            let mut stop;
            (i, stop) = self.qualified_rest(i, from)?;
            while matches!(stop, Byte::Space | Byte::Cr | Byte::Lf) {
                i += 1;
                stop = self.class(i).ok_or_else(|| self.partial(from))?;
            }
            if stop != Byte::Equals {
                return Ok(tok(Tok::Invalid, i));
            }
            let quote = loop {
                i += 1;
                match self.class(i) {
                    None => return Ok(self.partial(from)),
                    Some(class @ (Byte::Quot | Byte::Apos)) => break class,
                    Some(Byte::Space | Byte::Cr | Byte::Lf) => {}
                    Some(_) => return Ok(tok(Tok::Invalid, i)),
                }
            };
            i += 1;
            loop {
                let Some(class) = self.class(i) else { return Ok(self.partial(from)) };
                if class == quote {
                    break;
                }
                i = match class {
                    Byte::Amp => {
                        let reference = self.reference(i + 1, from)?;
                        if matches!(reference.tok, Tok::Invalid | Tok::Partial | Tok::PartialChar) {
                            return Ok(reference);
                        }
                        reference.next
                    }
                    Byte::Lt => return Ok(tok(Tok::Invalid, i)),
                    class => self.any(i, class)?,
                };
            }
            i += 1;
            match self.class(i) {
                None => return Ok(self.partial(from)),
                Some(Byte::Space | Byte::Cr | Byte::Lf) => {}
                Some(Byte::Sol) => return Ok(self.slash(i + 1, from)),
                Some(Byte::Gt) => return Ok(tok(Tok::StartTag, i + 1)),
                Some(_) => return Ok(tok(Tok::Invalid, i)),
            }
            i = loop {
                i += 1;
                let Some(class) = self.class(i) else { return Ok(self.partial(from)) };
                if let Some(end) = self.name_start(i, class) {
                    break end?;
                }
                match class {
                    Byte::Space | Byte::Cr | Byte::Lf => {}
                    Byte::Gt => return Ok(tok(Tok::StartTag, i + 1)),
                    Byte::Sol => return Ok(self.slash(i + 1, from)),
                    _ => return Ok(tok(Tok::Invalid, i)),
                }
            };
        }
    }

    /// After `<` in content.
    fn lt(&self, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        let Some(class) = self.class(i) else { return Ok(self.partial(from)) };
        let Some(end) = self.name_start(i, class) else {
            return match class {
                Byte::Excl => match self.class(i + 1) {
                    None => Ok(self.partial(from)),
                    Some(Byte::Minus) => self.comment(i + 2, from),
                    Some(Byte::LSqb) => Ok(self.cdata_open(i + 2, from)),
                    Some(_) => Ok(tok(Tok::Invalid, i + 1)),
                },
                Byte::Quest => self.pi(i + 1, from),
                Byte::Sol => self.end_tag(i + 1, from),
                _ => Ok(tok(Tok::Invalid, i)),
            };
        };
        let stop;
        (i, stop) = self.qualified_rest(end?, from)?;
        match stop {
            Byte::Gt => Ok(tok(Tok::StartTag, i + 1)),
            Byte::Sol => Ok(self.slash(i + 1, from)),
            Byte::Space | Byte::Cr | Byte::Lf => loop {
                i += 1;
                let Some(class) = self.class(i) else { return Ok(self.partial(from)) };
                if let Some(end) = self.name_start(i, class) {
                    return self.attributes(end?, from);
                }
                match class {
                    Byte::Gt => return Ok(tok(Tok::StartTag, i + 1)),
                    Byte::Sol => return Ok(self.slash(i + 1, from)),
                    Byte::Space | Byte::Cr | Byte::Lf => {}
                    _ => return Ok(tok(Tok::Invalid, i)),
                }
            },
            _ => Ok(tok(Tok::Invalid, i)),
        }
    }

    // Entry points -------------------------------------------------------------------------------------------------

    /// The next token of content.
    pub fn content(&self, from: usize) -> Lexed {
        self.content_token(from).unwrap_or_else(|stop| stop)
    }

    fn content_token(&self, from: usize) -> Result<Lexed, Stop> {
        let mut i = from;
        let Some(class) = self.class(i) else { return Ok(self.nothing(i)) };
        match class {
            Byte::Lt => return self.lt(i + 1, from),
            Byte::Amp => return self.reference(i + 1, from),
            Byte::Cr => {
                return Ok(match self.text.get(i + 1) {
                    None => tok(Tok::TrailingCr, from),
                    Some(b'\n') => tok(Tok::DataNewline, i + 2),
                    Some(_) => tok(Tok::DataNewline, i + 1),
                });
            }
            Byte::Lf => return Ok(tok(Tok::DataNewline, i + 1)),
            Byte::RSqb => {
                i += 1;
                match self.text.get(i) {
                    None => return Ok(tok(Tok::TrailingRsqb, from)),
                    Some(b']') => match self.text.get(i + 1) {
                        None => return Ok(tok(Tok::TrailingRsqb, from)),
                        Some(b'>') => return Ok(tok(Tok::Invalid, i + 1)),
                        Some(_) => {}
                    },
                    Some(_) => {}
                }
            }
            class => i = self.any(i, class)?,
        }
        while let Some(class) = self.class(i) {
            match class {
                Byte::Lead2 | Byte::Lead3 | Byte::Lead4 => match self.any(i, class) {
                    Ok(end) => i = end,
                    Err(_) => break,
                },
                Byte::RSqb => match self.text.get(i + 1..) {
                    Some([b']', b'>', ..]) => return Ok(tok(Tok::Invalid, i + 2)),
                    // What follows decides.
                    Some([] | [b']']) => break,
                    _ => i += 1,
                },
                Byte::Amp | Byte::Lt | Byte::Bad | Byte::Cr | Byte::Lf => break,
                _ => i += 1,
            }
        }
        Ok(tok(Tok::DataChars, i))
    }

    /// The next token of a CDATA section.
    pub fn cdata(&self, from: usize) -> Lexed {
        self.cdata_token(from).unwrap_or_else(|stop| stop)
    }

    fn cdata_token(&self, from: usize) -> Result<Lexed, Stop> {
        let mut i = from;
        let Some(class) = self.class(i) else { return Ok(self.nothing(i)) };
        match class {
            Byte::RSqb => {
                i += 1;
                match self.text.get(i) {
                    None => return Ok(self.partial(from)),
                    Some(b']') => match self.text.get(i + 1) {
                        None => return Ok(self.partial(from)),
                        Some(b'>') => return Ok(tok(Tok::CdataClose, i + 2)),
                        Some(_) => {}
                    },
                    Some(_) => {}
                }
            }
            Byte::Cr => {
                return Ok(match self.text.get(i + 1) {
                    None => self.partial(from),
                    Some(b'\n') => tok(Tok::DataNewline, i + 2),
                    Some(_) => tok(Tok::DataNewline, i + 1),
                });
            }
            Byte::Lf => return Ok(tok(Tok::DataNewline, i + 1)),
            class => i = self.any(i, class)?,
        }
        while let Some(class) = self.class(i) {
            match class {
                Byte::Bad | Byte::Cr | Byte::Lf | Byte::RSqb => break,
                class => match self.any(i, class) {
                    Ok(end) => i = end,
                    Err(_) => break,
                },
            }
        }
        Ok(tok(Tok::DataChars, i))
    }

    /// After `%`.
    fn percent(&self, i: usize, from: usize) -> Result<Lexed, Stop> {
        if let Some(Byte::Space | Byte::Lf | Byte::Cr | Byte::Percent) = self.class(i) {
            return Ok(tok(Tok::Percent, i));
        }
        let (i, stop) = self.name(i, from)?;
        Ok(match stop {
            None => self.partial(from),
            Some(Byte::Semi) => tok(Tok::ParamEntityRef, i + 1),
            Some(_) => tok(Tok::Invalid, i),
        })
    }

    /// After `#`.
    fn pound_name(&self, i: usize, from: usize) -> Result<Lexed, Stop> {
        let (i, stop) = self.name(i, from)?;
        Ok(match stop {
            None => open(Tok::PoundName, i),
            Some(Byte::Cr | Byte::Lf | Byte::Space | Byte::RPar | Byte::Gt | Byte::Percent | Byte::VerBar) => {
                tok(Tok::PoundName, i)
            }
            Some(_) => tok(Tok::Invalid, i),
        })
    }

    /// After an opening quote.
    fn literal(&self, quote: Byte, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        while let Some(class) = self.class(i) {
            i = self.any(i, class)?;
            if class == quote {
                return Ok(match self.class(i) {
                    None => open(Tok::Literal, i),
                    Some(Byte::Space | Byte::Cr | Byte::Lf | Byte::Gt | Byte::Percent | Byte::LSqb) => {
                        tok(Tok::Literal, i)
                    }
                    Some(_) => tok(Tok::Invalid, i),
                });
            }
        }
        Ok(self.partial(from))
    }

    /// The next token of the prolog, of a subset of the DTD, or of what follows the document element.
    pub fn prolog(&self, from: usize) -> Lexed {
        self.prolog_token(from).unwrap_or_else(|stop| stop)
    }

    fn prolog_token(&self, from: usize) -> Result<Lexed, Stop> {
        let mut i = from;
        let Some(class) = self.class(i) else { return Ok(self.nothing(i)) };
        let kind = match class {
            Byte::Quot | Byte::Apos => return self.literal(class, i + 1, from),
            Byte::Lt => {
                return match self.class(i + 1) {
                    None => Ok(self.partial(from)),
                    Some(Byte::Excl) => self.decl(i + 2, from),
                    Some(Byte::Quest) => self.pi(i + 2, from),
                    Some(Byte::NameStart | Byte::Hex | Byte::Lead2 | Byte::Lead3 | Byte::Lead4) => {
                        Ok(tok(Tok::InstanceStart, i))
                    }
                    Some(_) => Ok(tok(Tok::Invalid, i + 1)),
                };
            }
            // It might be the first half of a line break.
            Byte::Cr if i + 1 == self.text.len() => return Ok(open(Tok::PrologSpace, i + 1)),
            Byte::Cr | Byte::Space | Byte::Lf => {
                loop {
                    i += 1;
                    match self.class(i) {
                        Some(Byte::Space | Byte::Lf) => {}
                        Some(Byte::Cr) if i + 1 != self.text.len() => {}
                        _ => break,
                    }
                }
                return Ok(tok(Tok::PrologSpace, i));
            }
            Byte::Percent => return self.percent(i + 1, from),
            Byte::Comma => return Ok(tok(Tok::Comma, i + 1)),
            Byte::LSqb => return Ok(tok(Tok::OpenBracket, i + 1)),
            Byte::RSqb => {
                return Ok(match self.text.get(i + 1) {
                    None => open(Tok::CloseBracket, i + 1),
                    Some(b']') => match self.text.get(i + 2) {
                        None => self.partial(from),
                        Some(b'>') => tok(Tok::CondSectClose, i + 3),
                        Some(_) => tok(Tok::CloseBracket, i + 1),
                    },
                    Some(_) => tok(Tok::CloseBracket, i + 1),
                });
            }
            Byte::LPar => return Ok(tok(Tok::OpenParen, i + 1)),
            Byte::RPar => {
                i += 1;
                return Ok(match self.class(i) {
                    None => open(Tok::CloseParen, i),
                    Some(Byte::Ast) => tok(Tok::CloseParenAsterisk, i + 1),
                    Some(Byte::Quest) => tok(Tok::CloseParenQuestion, i + 1),
                    Some(Byte::Plus) => tok(Tok::CloseParenPlus, i + 1),
                    Some(Byte::Cr | Byte::Lf | Byte::Space | Byte::Gt | Byte::Comma | Byte::VerBar | Byte::RPar) => {
                        tok(Tok::CloseParen, i)
                    }
                    Some(_) => tok(Tok::Invalid, i),
                });
            }
            Byte::VerBar => return Ok(tok(Tok::Or, i + 1)),
            Byte::Gt => return Ok(tok(Tok::DeclClose, i + 1)),
            Byte::Num => return self.pound_name(i + 1, from),
            Byte::NameStart | Byte::Hex => {
                i += 1;
                Tok::Name
            }
            Byte::Digit | Byte::Name | Byte::Minus | Byte::Colon => {
                i += 1;
                Tok::Nmtoken
            }
            Byte::Lead2 | Byte::Lead3 | Byte::Lead4 => {
                let end = self.any(i, class)?;
                let seq = self.text.get(i..end).unwrap_or(&[]);
                let kind = if is_name_start(seq) {
                    Tok::Name
                } else if is_name(seq) {
                    Tok::Nmtoken
                } else {
                    return Ok(tok(Tok::Invalid, i));
                };
                i = end;
                kind
            }
            _ => return Ok(tok(Tok::Invalid, i)),
        };
        self.prolog_name(kind, i, from)
    }

    /// A name or name token in the prolog, from its second character on.
    fn prolog_name(&self, mut kind: Tok, mut i: usize, from: usize) -> Result<Lexed, Stop> {
        loop {
            let stop;
            (i, stop) = self.name_rest(i)?;
            let Some(stop) = stop else { return Ok(open(kind, i)) };
            let quantified = match stop {
                Byte::Gt
                | Byte::RPar
                | Byte::Comma
                | Byte::VerBar
                | Byte::LSqb
                | Byte::Percent
                | Byte::Space
                | Byte::Cr
                | Byte::Lf => return Ok(tok(kind, i)),
                Byte::Colon => {
                    i += 1;
                    match kind {
                        Tok::Name => {
                            let Some(class) = self.class(i) else { return Ok(self.partial(from)) };
                            kind = Tok::PrefixedName;
                            match class {
                                Byte::NameStart | Byte::Hex | Byte::Digit | Byte::Name | Byte::Minus => {}
                                Byte::Lead2 => i = self.multibyte_name(i, 2, is_name)?,
                                Byte::Lead3 => i = self.multibyte_name(i, 3, is_name)?,
                                Byte::Lead4 => i = self.multibyte_name(i, 4, is_name)?,
                                _ => kind = Tok::Nmtoken,
                            }
                        }
                        Tok::PrefixedName => kind = Tok::Nmtoken,
                        _ => {}
                    }
                    continue;
                }
                Byte::Plus => Tok::NamePlus,
                Byte::Ast => Tok::NameAsterisk,
                Byte::Quest => Tok::NameQuestion,
                _ => return Ok(tok(Tok::Invalid, i)),
            };
            return Ok(if kind == Tok::Nmtoken { tok(Tok::Invalid, i) } else { tok(quantified, i + 1) });
        }
    }

    /// A line break at `i`.
    fn newline(&self, i: usize) -> Lexed {
        match self.text.get(i..) {
            Some([b'\r']) => tok(Tok::TrailingCr, i),
            Some([b'\r', b'\n', ..]) => tok(Tok::DataNewline, i + 2),
            _ => tok(Tok::DataNewline, i + 1),
        }
    }

    /// The next token of an attribute's value.
    pub fn attribute_value(&self, from: usize) -> Lexed {
        let mut i = from;
        while let Some(class) = self.class(i) {
            match class {
                Byte::Lt => return tok(Tok::Invalid, i),
                Byte::Amp | Byte::Lf | Byte::Cr | Byte::Space if i > from => return tok(Tok::DataChars, i),
                Byte::Amp => return self.reference(i + 1, from).unwrap_or_else(|stop| stop),
                Byte::Lf | Byte::Cr => return self.newline(i),
                Byte::Space => return tok(Tok::AttributeSpace, i + 1),
                _ => i += 1,
            }
        }
        if i == from { tok(Tok::None, i) } else { tok(Tok::DataChars, i) }
    }

    /// The next token of an entity's value.
    pub fn entity_value(&self, from: usize) -> Lexed {
        let mut i = from;
        while let Some(class) = self.class(i) {
            match class {
                Byte::Amp | Byte::Percent | Byte::Lf | Byte::Cr if i > from => return tok(Tok::DataChars, i),
                Byte::Amp => return self.reference(i + 1, from).unwrap_or_else(|stop| stop),
                Byte::Percent => {
                    let lexed = self.percent(i + 1, from).unwrap_or_else(|stop| stop);
                    return if lexed.tok == Tok::Percent { tok(Tok::Invalid, lexed.next) } else { lexed };
                }
                Byte::Lf | Byte::Cr => return self.newline(i),
                _ => i += 1,
            }
        }
        if i == from { tok(Tok::None, i) } else { tok(Tok::DataChars, i) }
    }

    /// The whole of an ignored section of the external subset.
    pub fn ignore_section(&self, from: usize) -> Lexed {
        self.ignored(from).unwrap_or_else(|stop| stop)
    }

    fn ignored(&self, from: usize) -> Result<Lexed, Stop> {
        let mut level = 0usize;
        let mut i = from;
        while let Some(class) = self.class(i) {
            match class {
                Byte::Lt => {
                    i += 1;
                    let Some(&b) = self.text.get(i) else { break };
                    if b == b'!' {
                        i += 1;
                        let Some(&b) = self.text.get(i) else { break };
                        if b == b'[' {
                            level += 1;
                            i += 1;
                        }
                    }
                }
                Byte::RSqb => {
                    i += 1;
                    let Some(&b) = self.text.get(i) else { break };
                    if b == b']' {
                        i += 1;
                        let Some(&b) = self.text.get(i) else { break };
                        if b == b'>' {
                            i += 1;
                            if level == 0 {
                                return Ok(tok(Tok::IgnoreSection, i));
                            }
                            level -= 1;
                        }
                    }
                }
                class => i = self.any(i, class)?,
            }
        }
        Ok(self.partial(from))
    }

    /// The length of the name that begins at `i`, which is known to be one.
    pub fn name_length(&self, i: usize) -> usize {
        let is_part = |&b: &u8| {
            matches!(
                self.table[usize::from(b)],
                Byte::NameStart | Byte::Colon | Byte::Hex | Byte::Digit | Byte::Name | Byte::Minus
            ) || b >= 0x80
        };
        self.text.get(i..).map_or(0, |rest| rest.iter().take_while(|b| is_part(b)).count())
    }

    /// Where white space from `i` on ends.
    pub fn skip_space(&self, mut i: usize) -> usize {
        while let Some(Byte::Space | Byte::Cr | Byte::Lf) = self.class(i) {
            i += 1;
        }
        i
    }
}

/// The number of a character reference; nothing if it is no character.
pub fn char_ref_number(token: &[u8]) -> Option<u32> {
    let digits = token.get(2..token.len().checked_sub(1)?)?;
    let (digits, radix) = match digits {
        [b'x', rest @ ..] => (rest, 16),
        all => (all, 10),
    };
    let mut number = 0u32;
    for &d in digits {
        number = number * radix + char::from(d).to_digit(radix)?;
        if number >= 0x11_0000 {
            return None;
        }
    }
    super::chars::is_char(number).then_some(number)
}

/// The character that a predefined entity stands for.
pub const fn predefined_entity(name: &[u8]) -> Option<u8> {
    match name {
        b"lt" => Some(b'<'),
        b"gt" => Some(b'>'),
        b"amp" => Some(b'&'),
        b"quot" => Some(b'"'),
        b"apos" => Some(b'\''),
        _ => None,
    }
}

/// The offset in a quoted literal of what may not stand in a public identifier.
pub fn bad_public_id(literal: &[u8]) -> Option<usize> {
    let inner = literal.get(1..literal.len().saturating_sub(1))?;
    let good = |b: &u8| b.is_ascii_alphanumeric() || b" \r\n-'()+,./:=?;!*#@$_%".contains(b);
    inner.iter().position(|b| !good(b)).map(|i| i + 1)
}

/// An attribute of a start tag, by the offsets of its name and value.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    pub name: (usize, usize),
    pub value: (usize, usize),
    /// The value is what stands in the text, whatever the attribute's type.
    pub normalized: bool,
}

/// Collects the attributes of a complete start tag whose name ends at `i`.
pub fn collect_attributes(scanner: &Scanner<'_>, mut i: usize, out: &mut Vec<Attribute>) {
    out.clear();
    loop {
        i = scanner.skip_space(i);
        let length = scanner.name_length(i);
        if length == 0 {
            return;
        }
        let name = (i, i + length);
        i = scanner.skip_space(i + length);
        i = scanner.skip_space(i + 1);
        let Some(&quote) = scanner.text.get(i) else { return };
        let start = i + 1;
        let mut normalized = true;
        i = start;
        // Tags are complete: the closing quote comes.
        while let Some(&b) = scanner.text.get(i) {
            match b {
                _ if b == quote => break,
                b'&' | b'\r' | b'\n' | b'\t' => normalized = false,
                b' ' => {
                    let next = scanner.text.get(i + 1);
                    if i == start || next == Some(&b' ') || next == Some(&quote) {
                        normalized = false;
                    }
                }
                _ => {}
            }
            i += 1;
        }
        out.push(Attribute { name, value: (start, i), normalized });
        i += 1;
    }
}
