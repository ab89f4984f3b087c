//! Numbers, strings, f-strings and t-strings.

use super::{Fail, P, Parser, Start};
use crate::ast::*;
use crate::strings::{InvalidEscape, decode_bytes, decode_unicode, split_literal};
use crate::token::{Tok, Token};

/// A value before implicit concatenation.
enum Piece {
    Str(Expr),
    Bytes(Vec<u8>, Location),
    /// The parts of an f-string or t-string.
    Formatted(Vec<Expr>),
}

impl<'a> Parser<'a> {
    pub(super) fn number(&mut self) -> P<Expr> {
        let token = self.token()?;
        if token.kind != Tok::Number {
            return Err(Fail);
        }
        self.pos += 1;
        let text = self.token_text(token);
        if self.options.feature_version < 6 && text.contains('_') {
            return Err(Fail);
        }
        let value = crate::numbers::parse_number(text, self.options.max_str_digits).map_err(|_| Fail)?;
        Ok(Expr::new(ExprKind::Constant { value, kind: None }, Self::token_loc(token)))
    }

    fn string_constant(loc: Location, value: Wtf8Str) -> Expr {
        Expr::new(ExprKind::Constant { value: Constant::Str(value), kind: None }, loc)
    }

    /// `strings`: adjacent literals are one value.
    pub(super) fn strings(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.piece()?;
        if !matches!(self.kind(), Tok::String | Tok::FStringStart | Tok::TStringStart) {
            match first {
                Piece::Str(expr) => return Ok(expr),
                Piece::Bytes(bytes, loc) => {
                    let value = Constant::Bytes(bytes.into());
                    return Ok(Expr::new(ExprKind::Constant { value, kind: None }, loc));
                }
                Piece::Formatted(_) => {}
            }
        }
        let template = self.tokens.get(self.pos.wrapping_sub(1)).is_some_and(|t| t.kind == Tok::TStringEnd);
        let mut pieces = vec![first];
        loop {
            let next_template = match self.kind() {
                Tok::String | Tok::FStringStart => false,
                Tok::TStringStart => true,
                _ => break,
            };
            if next_template != template {
                return Err(Fail);
            }
            pieces.push(self.piece()?);
        }
        self.concatenate(start, pieces, template)
    }

    fn concatenate(&mut self, start: Start, pieces: Vec<Piece>, template: bool) -> P<Expr> {
        let loc = self.loc(start);
        let n_bytes = pieces.iter().filter(|p| matches!(p, Piece::Bytes(..))).count();
        if n_bytes == pieces.len() {
            let mut all = Vec::new();
            for piece in pieces {
                if let Piece::Bytes(bytes, _) = piece {
                    all.extend_from_slice(&bytes);
                }
            }
            let value = Constant::Bytes(all.into());
            return Ok(Expr::new(ExprKind::Constant { value, kind: None }, loc));
        }
        if n_bytes > 0 {
            return Err(Fail);
        }
        let mut formatted = false;
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Str(expr) => parts.push(expr),
                Piece::Formatted(values) => {
                    formatted = true;
                    parts.extend(values);
                }
                Piece::Bytes(..) => {}
            }
        }
        let mut values = Self::fold_constants(parts, formatted);
        if !formatted {
            return values.pop().ok_or(Fail);
        }
        let kind = if template { ExprKind::TemplateStr { values } } else { ExprKind::JoinedStr { values } };
        Ok(Expr::new(kind, loc))
    }

    /// Merges adjacent constants; drops empty ones if there are replacement fields to join.
    fn fold_constants(parts: Vec<Expr>, formatted: bool) -> Vec<Expr> {
        let mut out: Vec<Expr> = Vec::with_capacity(parts.len());
        // Text of the run of constants which the last element of `out` stands for.
        let mut run: Option<Vec<u8>> = None;
        let finish = |run: &mut Option<Vec<u8>>, out: &mut Vec<Expr>| {
            if let (Some(bytes), Some(last)) = (run.take(), out.last_mut()) {
                if bytes.is_empty() && formatted {
                    out.pop();
                } else if let ExprKind::Constant { value, .. } = &mut last.kind {
                    *value = Constant::Str(Wtf8Str::from_bytes(bytes));
                }
            }
        };
        for part in parts {
            if let ExprKind::Constant { value: Constant::Str(text), .. } = &part.kind {
                match &mut run {
                    Some(bytes) => {
                        bytes.extend_from_slice(text.as_bytes());
                        if let Some(last) = out.last_mut() {
                            last.loc = last.loc.to(part.loc);
                        }
                    }
                    None => {
                        run = Some(text.as_bytes().to_vec());
                        out.push(part);
                    }
                }
            } else {
                finish(&mut run, &mut out);
                out.push(part);
            }
        }
        finish(&mut run, &mut out);
        out
    }

    fn piece(&mut self) -> P<Piece> {
        let token = self.token()?;
        if token.kind != Tok::String {
            return Ok(Piece::Formatted(self.fstring()?));
        }
        self.pos += 1;
        let loc = Self::token_loc(token);
        let literal = split_literal(self.token_text(token));
        if literal.bytes {
            if !literal.body.is_ascii() {
                return Err(Fail);
            }
            if literal.raw || !literal.body.contains('\\') {
                return Ok(Piece::Bytes(literal.body.as_bytes().to_vec(), loc));
            }
            let mut invalid = None;
            let bytes = decode_bytes(literal.body, &mut invalid).map_err(|_| Fail)?;
            if let Some(invalid) = invalid {
                self.warnings.push(invalid.to_warning(literal.body, token, self.token_text(token)));
            }
            return Ok(Piece::Bytes(bytes, loc));
        }
        let (value, invalid) = self.decode(literal.body, literal.raw)?;
        self.warn(invalid, literal.body, token);
        let unicode = self.token_text(token).starts_with('u');
        let kind = unicode.then(|| self.unicode_kind.get_or_insert_with(|| "u".into()).clone());
        Ok(Piece::Str(Expr::new(ExprKind::Constant { value: Constant::Str(value), kind }, loc)))
    }

    fn decode(&mut self, body: &str, raw: bool) -> P<(Wtf8Str, Option<InvalidEscape>)> {
        if raw || !body.contains('\\') {
            return Ok((body.into(), None));
        }
        let mut invalid = None;
        let value = decode_unicode(body, self.options.unicode_names, &mut invalid).map_err(|_| Fail)?;
        Ok((value, invalid))
    }

    fn warn(&mut self, invalid: Option<InvalidEscape>, body: &str, token: &Token) {
        let Some(invalid) = invalid else { return };
        // The lexer has already warned of a backslash before a brace.
        if token.kind != Tok::String && matches!(invalid.text.as_str(), "{" | "}") {
            return;
        }
        self.warnings.push(invalid.to_warning(body, token, self.token_text(token)));
    }

    /// The parts of an f-string or t-string.
    fn fstring(&mut self) -> P<Vec<Expr>> {
        let open = self.token()?;
        let template = match open.kind {
            Tok::FStringStart => false,
            Tok::TStringStart => {
                self.version(14)?;
                true
            }
            _ => return Err(Fail),
        };
        let raw = self.token_text(open).bytes().any(|c| matches!(c, b'r' | b'R'));
        self.pos += 1;
        let mut values = Vec::new();
        let mut escapes = Vec::new();
        loop {
            let token = self.token()?;
            match token.kind {
                Tok::FStringMiddle | Tok::TStringMiddle => {
                    self.pos += 1;
                    let text = self.token_text(token);
                    let (value, invalid) = self.decode(text, raw)?;
                    if invalid.is_some() {
                        escapes.push((invalid, text));
                    }
                    if !value.is_empty() {
                        values.push(Self::string_constant(Self::token_loc(token), value));
                    }
                }
                Tok::LBrace => self.deeper(9, |p| p.replacement_field(template, raw, &mut values))?,
                Tok::FStringEnd | Tok::TStringEnd => {
                    self.pos += 1;
                    for (invalid, text) in escapes {
                        self.warn(invalid, text, token);
                    }
                    return Ok(values);
                }
                _ => return Err(Fail),
            }
        }
    }

    /// A replacement field: one value, or two with `=`.
    fn replacement_field(&mut self, template: bool, raw: bool, out: &mut Vec<Expr>) -> P<()> {
        let start = self.start();
        let open = self.pos;
        self.pos += 1;
        let value = Box::new(self.annotated_rhs()?);
        let expression_end = self.pos;
        let debug = self.eat(Tok::Equal);
        // The text of the expression ends where the next part begins.
        let text_end = self.pos;
        let mut conversion = -1;
        let mut debug_end = None;
        if self.kind() == Tok::Exclamation {
            let mark = self.token()?;
            self.pos += 1;
            let name = self.token()?;
            if name.kind != Tok::Name || name.lineno != mark.end_lineno || name.col != mark.end_col {
                return Err(Fail);
            }
            conversion = match self.token_text(name) {
                text @ ("s" | "r" | "a") => i32::from(text.as_bytes()[0]),
                _ => return Err(Fail),
            };
            self.pos += 1;
            debug_end = Some((name.lineno, name.col));
        }
        let mut format_spec = None;
        if self.kind() == Tok::Colon {
            let colon = self.token()?;
            debug_end = debug_end.or(Some((colon.lineno, colon.col + 1)));
            format_spec = Some(Box::new(self.format_spec(raw)?));
        }
        self.expect(Tok::RBrace)?;
        let loc = self.loc(start);
        if debug {
            let end = debug_end.unwrap_or((loc.end_lineno as u32, loc.end_col_offset as u32));
            let text = self.expression_text(open, text_end);
            let at = Location {
                lineno: loc.lineno,
                col_offset: loc.col_offset + 1,
                end_lineno: end.0 as i32,
                end_col_offset: end.1 as i32 - 1,
            };
            out.push(Self::string_constant(at, text.as_str().into()));
            if conversion == -1 && format_spec.is_none() {
                conversion = i32::from(b'r');
            }
        }
        let kind = if template {
            let text = self.expression_text(open, expression_end);
            ExprKind::Interpolation { value, str: Constant::Str(text.into()), conversion, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        out.push(Expr::new(kind, loc));
        Ok(())
    }

    /// Source text from after the token `open` up to the token `end`, without comments.
    fn expression_text(&self, open: usize, end: usize) -> String {
        expression_text(self.text, self.tokens, open, end)
    }

    fn format_spec(&mut self, raw: bool) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        let mut parts = Vec::new();
        loop {
            let token = self.token()?;
            match token.kind {
                Tok::FStringMiddle | Tok::TStringMiddle => {
                    self.pos += 1;
                    let text = self.token_text(token);
                    let (value, invalid) = self.decode(text, raw)?;
                    self.warn(invalid, text, token);
                    if !value.is_empty() {
                        parts.push(Self::string_constant(Self::token_loc(token), value));
                    }
                }
                Tok::LBrace => self.deeper(9, |p| p.replacement_field(false, raw, &mut parts))?,
                _ => break,
            }
        }
        let values = Self::fold_constants(parts, true);
        Ok(Expr::new(ExprKind::JoinedStr { values }, self.loc(start)))
    }
}

/// Source text from after the token `open` up to the token `end`, without comments.
pub(crate) fn expression_text(source: &str, tokens: &[Token], open: usize, end: usize) -> String {
    let at = |i: usize| tokens.get(i).map_or((0, 0), |t| (t.start as usize, t.end as usize));
    let slice = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
    let whole = slice(at(open).1, at(end).0);
    if !whole.contains('#') {
        return whole.to_owned();
    }
    // Comments stand only between tokens.
    let mut text = String::new();
    let mut last = at(open).1;
    for i in open + 1..=end {
        let (start, stop) = at(i);
        let gap = slice(last, start);
        for (n, line) in gap.split('\n').enumerate() {
            if n > 0 {
                text.push('\n');
            }
            text.push_str(line.split('#').next().unwrap_or_default());
        }
        if i < end {
            text.push_str(slice(start, stop));
        }
        last = stop.max(last);
    }
    text
}
