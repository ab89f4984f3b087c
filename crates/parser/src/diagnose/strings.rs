//! Numbers, string literals, f-strings and t-strings, and the mistakes in them.

use super::{Diagnosis, Kind, M, Miss, N, Node, Rule, first};
use crate::ast::Location;
use crate::lexer::LexWarning;
use crate::strings::{InvalidEscape, decode_bytes, decode_unicode, split_literal};
use crate::token::Tok;

impl Diagnosis<'_> {
    /// NUMBER
    pub(super) fn number(&mut self) -> N {
        let index = self.t(Tok::Number)?;
        let text = self.text_at(index);
        let loc = self.token_loc(index);
        if self.options.feature_version < 6 && text.contains('_') {
            let message = "Underscores in numeric literals are only supported in Python 3.6 and greater";
            return Err(self.raise_last(message));
        }
        if let Err(message) = crate::numbers::parse_number(text, self.options.max_str_digits) {
            return Err(self.raise_at(Location { col_offset: -1, end_col_offset: -1, ..loc }, message));
        }
        let hex = text.starts_with("0x") || text.starts_with("0X");
        let kind = if !hex && text.ends_with(['j', 'J']) { Kind::Complex } else { Kind::Literal };
        Ok(Node::new(kind, loc))
    }

    fn warn(&mut self, warning: LexWarning) {
        if !self.invalid {
            self.warnings.push(warning);
        }
    }

    fn warn_escape(&mut self, invalid: Option<InvalidEscape>, body: &str, index: usize) {
        let (Some(invalid), Some(token)) = (invalid, self.tokens.get(index)) else { return };
        if token.kind != Tok::String && matches!(invalid.text.as_str(), "{" | "}") {
            return;
        }
        self.warn(invalid.to_warning(body, token, self.token_text(token)));
    }

    /// `string`
    fn string(&mut self) -> N {
        let index = self.t(Tok::String)?;
        let loc = self.token_loc(index);
        let literal = split_literal(self.text_at(index));
        let body = literal.body;
        let mut invalid = None;
        if literal.bytes {
            if !body.is_ascii() {
                return Err(self.raise_at(loc, "bytes can only contain ASCII literal characters"));
            }
            if !literal.raw {
                if let Err(message) = decode_bytes(body, &mut invalid) {
                    return Err(self.raise_last(message));
                }
                self.warn_escape(invalid, body, index);
            }
            return Ok(Node::new(Kind::Bytes, loc));
        }
        self.decode(body, literal.raw, index)?;
        Ok(Node::new(Kind::Literal, loc))
    }

    fn decode(&mut self, body: &str, raw: bool, index: usize) -> M<()> {
        if raw || !body.contains('\\') {
            return Ok(());
        }
        let mut invalid = None;
        if let Err(message) = decode_unicode(body, self.options.unicode_names, &mut invalid) {
            return Err(self.raise_last(message));
        }
        self.warn_escape(invalid, body, index);
        Ok(())
    }

    pub(super) fn strings(&mut self) -> N {
        self.memo(Rule::Strings, |p| {
            let start = p.mark;
            first!(p;
                |p| p.only_invalid(|p| p.invalid_string_tstring_concat()),
                |p| {
                    let parts = p.many1(|p| p.fstring_or_string())?;
                    p.concatenate(&parts, start)
                },
                |p| {
                    p.many1(|p| p.tstring())?;
                    p.node(Kind::TemplateStr, start)
                },
            )
        })
    }

    fn fstring_or_string(&mut self) -> N {
        first!(self; |p| p.fstring(), |p| p.string())
    }

    fn concatenate(&mut self, parts: &[Node], start: usize) -> N {
        let n_bytes = parts.iter().filter(|n| matches!(n.kind(), Kind::Bytes)).count();
        if n_bytes != 0 && n_bytes != parts.len() {
            return Err(self.raise_last("cannot mix bytes and nonbytes literals"));
        }
        let formatted = parts.iter().any(|n| matches!(n.kind(), Kind::JoinedStr));
        match parts {
            [single] if !formatted => Ok(single.clone()),
            _ => self.node(if formatted { Kind::JoinedStr } else { Kind::Literal }, start),
        }
    }

    fn fstring(&mut self) -> N {
        self.formatted(Tok::FStringStart, Tok::FStringMiddle, Tok::FStringEnd, Kind::JoinedStr)
    }

    fn tstring(&mut self) -> N {
        self.memo(Rule::Tstring, |p| {
            let node = p.formatted(Tok::TStringStart, Tok::TStringMiddle, Tok::TStringEnd, Kind::TemplateStr)?;
            p.version(14, "t-strings are")?;
            Ok(node)
        })
    }

    fn formatted(&mut self, open: Tok, middle: Tok, close: Tok, kind: Kind) -> N {
        let start = self.mark;
        let template = open == Tok::TStringStart;
        let opening = self.t(open)?;
        let raw = self.text_at(opening).bytes().any(|c| matches!(c, b'r' | b'R'));
        self.templates.push(template);
        let result = self.formatted_parts(middle, raw);
        self.templates.pop();
        let parts = result?;
        let end = self.t(close)?;
        for index in parts.into_iter().flatten() {
            self.decode(self.text_at(index), raw, end)?;
        }
        self.node(kind, start)
    }

    /// `fstring_middle*`: the literal tokens, `None` for replacement fields.
    fn formatted_parts(&mut self, middle: Tok, raw: bool) -> M<Vec<Option<usize>>> {
        self.many(|p| {
            if let Some(field) = p.alt(|p| p.replacement_field(middle, raw))? {
                let _ = field;
                return Ok(None);
            }
            p.t(middle).map(Some)
        })
    }

    fn replacement_field(&mut self, middle: Tok, raw: bool) -> N {
        self.rule(|p| {
            first!(p;
                |p| {
                    p.t(Tok::LBrace)?;
                    p.annotated_rhs()?;
                    p.opt(|p| p.t(Tok::Equal))?;
                    p.opt(|p| p.conversion())?;
                    p.opt(|p| {
                        p.t(Tok::Colon)?;
                        p.many(|p| p.format_spec(middle, raw))
                    })?;
                    p.t(Tok::RBrace)?;
                    p.unit()
                },
                |p| p.only_invalid(|p| p.invalid_replacement_field(middle, raw)),
            )
        })
    }

    fn format_spec(&mut self, middle: Tok, raw: bool) -> N {
        first!(self;
            |p| {
                let index = p.t(middle)?;
                p.decode(p.text_at(index), raw, index)?;
                p.unit()
            },
            |p| p.replacement_field(middle, raw),
        )
    }

    /// `f` or `t`, for messages.
    fn prefix(&self) -> char {
        if self.templates.last() == Some(&true) { 't' } else { 'f' }
    }

    fn conversion(&mut self) -> N {
        let mark = self.t(Tok::Exclamation)?;
        let name = self.name()?;
        let Kind::Name(index) = *name.kind() else { return Err(Miss::No) };
        let prefix = self.prefix();
        let at = self.token_loc(mark);
        if at.lineno != name.loc().lineno || at.end_col_offset != name.loc().col_offset {
            let message = format!("{prefix}-string: conversion type must come right after the exclamation mark");
            return Err(self.raise_range(at, name.loc(), message));
        }
        let text = self.text_at(index);
        if !matches!(text, "s" | "r" | "a") {
            let text = crate::parser::normalise(text);
            let message = format!("{prefix}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            return Err(self.raise_at(name.loc(), message));
        }
        Ok(name)
    }

    // Mistakes.

    fn invalid_string_tstring_concat(&mut self) -> N {
        const MIX: &str = "cannot mix t-string literals with string or bytes literals";
        first!(self;
            |p| {
                let parts = p.many1(|p| p.fstring_or_string())?;
                let other = p.tstring()?;
                let last = parts.last().map_or(other.loc(), Node::loc);
                Err(p.raise_range(last, other.loc(), MIX))
            },
            |p| {
                let parts = p.many1(|p| p.tstring())?;
                let other = p.fstring_or_string()?;
                let last = parts.last().map_or(other.loc(), Node::loc);
                Err(p.raise_range(last, other.loc(), MIX))
            },
        )
    }

    fn invalid_replacement_field(&mut self, middle: Tok, raw: bool) -> N {
        // The rules know which kind of string they are for, whatever the lexer is in.
        let c = if middle == Tok::TStringMiddle { 't' } else { 'f' };
        let empty = |p: &mut Self, kind: Tok, spelling: char| -> N {
            p.t(Tok::LBrace)?;
            let token = p.t(kind)?;
            let message = format!("{c}-string: valid expression required before '{spelling}'");
            Err(p.raise_at(p.token_loc(token), message))
        };
        let head = |p: &mut Self| -> M<()> {
            p.t(Tok::LBrace)?;
            p.annotated_rhs()?;
            p.opt(|p| p.t(Tok::Equal))?;
            Ok(())
        };
        let opt_conversion = |p: &mut Self| -> M<()> {
            p.opt(|p| {
                p.t(Tok::Exclamation)?;
                p.name()
            })?;
            Ok(())
        };
        first!(self;
            |p| empty(p, Tok::Equal, '='),
            |p| empty(p, Tok::Exclamation, '!'),
            |p| empty(p, Tok::Colon, ':'),
            |p| empty(p, Tok::RBrace, '}'),
            |p| {
                p.t(Tok::LBrace)?;
                p.not(|p| p.annotated_rhs())?;
                Err(p.raise_next(format!("{c}-string: expecting a valid expression after '{{'")))
            },
            |p| {
                p.t(Tok::LBrace)?;
                p.annotated_rhs()?;
                p.not(|p| p.one_of(&[Tok::Equal, Tok::Exclamation, Tok::Colon, Tok::RBrace]))?;
                Err(p.raise_next(format!("{c}-string: expecting '=', or '!', or ':', or '}}'")))
            },
            |p| {
                p.t(Tok::LBrace)?;
                p.annotated_rhs()?;
                p.t(Tok::Equal)?;
                p.not(|p| p.one_of(&[Tok::Exclamation, Tok::Colon, Tok::RBrace]))?;
                Err(p.raise_next(format!("{c}-string: expecting '!', or ':', or '}}'")))
            },
            |p| {
                head(p)?;
                p.invalid_conversion_character(c)
            },
            |p| {
                head(p)?;
                opt_conversion(p)?;
                p.not(|p| p.one_of(&[Tok::Colon, Tok::RBrace]))?;
                Err(p.raise_next(format!("{c}-string: expecting ':' or '}}'")))
            },
            |p| {
                head(p)?;
                opt_conversion(p)?;
                p.t(Tok::Colon)?;
                // In a t-string too this is the format specification of an f-string.
                p.many(|p| p.format_spec(Tok::FStringMiddle, raw))?;
                p.not_tok(Tok::RBrace)?;
                Err(p.raise_next(format!("{c}-string: expecting '}}', or format specs")))
            },
            |p| {
                head(p)?;
                opt_conversion(p)?;
                p.not_tok(Tok::RBrace)?;
                Err(p.raise_next(format!("{c}-string: expecting '}}'")))
            },
        )
    }

    fn invalid_conversion_character(&mut self, c: char) -> N {
        first!(self;
            |p| {
                p.t(Tok::Exclamation)?;
                p.ahead_one_of(&[Tok::Colon, Tok::RBrace])?;
                Err(p.raise_next(format!("{c}-string: missing conversion character")))
            },
            |p| {
                p.t(Tok::Exclamation)?;
                p.not(|p| p.name())?;
                Err(p.raise_next(format!("{c}-string: invalid conversion character")))
            },
        )
    }
}
