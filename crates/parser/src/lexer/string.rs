//! String literals, and the modes of f-strings and t-strings.

use super::{LexErrorKind, LexWarning, Lexer};
use crate::token::{Tok, Token};

/// How deep f-strings may nest.
const MAX_FSTRING_LEVEL: usize = 150;

/// The state of an open f-string or t-string.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    /// In the literal part (true) or inside a replacement field.
    pub(super) in_string: bool,
    pub(super) quote: u8,
    pub(super) quote_size: u8,
    pub(super) raw: bool,
    pub(super) is_t: bool,
    pub(super) curly_depth: i32,
    pub(super) expr_start_depth: i32,
    pub(super) in_format_spec: bool,
    pub(super) start: usize,
    pub(super) first_line: u32,
    pub(super) multi_line_start: usize,
}

impl Lexer<'_> {
    /// A string whose prefix letters are `start..quote`; `None` if they are no prefix.
    pub(super) fn string_with_prefix(&mut self, start: usize, quote: usize) -> Option<Token> {
        let (mut b, mut r, mut u, mut f, mut t) = (false, false, false, false, false);
        for &c in &self.src[start..quote] {
            let seen = match c.to_ascii_lowercase() {
                b'b' => &mut b,
                b'r' => &mut r,
                b'u' => &mut u,
                b'f' => &mut f,
                b't' => &mut t,
                _ => return None,
            };
            if *seen {
                return None;
            }
            *seen = true;
        }
        self.pos = quote;
        for (x, y, names) in [
            (u, b, ('u', 'b')),
            (u, r, ('u', 'r')),
            (u, f, ('u', 'f')),
            (u, t, ('u', 't')),
            (b, f, ('b', 'f')),
            (b, t, ('b', 't')),
            (f, t, ('f', 't')),
        ] {
            if x && y {
                self.pos += 1;
                // The error covers the prefix.
                let col = self.chars_to(start) + 1;
                let end_col = self.chars_to(quote) + 1;
                let message = format!("'{}' and '{}' prefixes are incompatible", names.0, names.1);
                return Some(self.fail(LexErrorKind::Syntax { message, col, end_col }));
            }
        }
        if f || t {
            return Some(self.fstring_start(start, r, t));
        }
        Some(self.string(start))
    }

    /// A string token beginning at `start` with its opening quote at `pos`.
    pub(super) fn string(&mut self, start: usize) -> Token {
        let src = self.src;
        let quote = self.peek();
        let first_lineno = self.lineno;
        let first_line_start = self.line_start;
        let mut token = self.make(Tok::String, start);
        let mut escaped_quote = false;
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        let mut p;
        let mut newline = false;
        if triple {
            p = self.pos + 3;
            loop {
                let rest = src.get(p..).unwrap_or_default();
                match memchr::memchr3(quote, b'\\', b'\n', rest) {
                    None => break,
                    Some(n) => {
                        p += n;
                        match src[p] {
                            b'\n' => {
                                p += 1;
                                self.lineno += 1;
                                self.line_start = p;
                            }
                            b'\\' => {
                                p += 1;
                                if src.get(p) == Some(&b'\n') {
                                    self.lineno += 1;
                                    self.line_start = p + 1;
                                }
                                escaped_quote |= src.get(p) == Some(&quote);
                                p += 1;
                            }
                            _ => {
                                if src.get(p + 1) == Some(&quote) && src.get(p + 2) == Some(&quote) {
                                    self.pos = p + 3;
                                    token.end = self.pos as u32;
                                    token.end_lineno = self.lineno;
                                    token.end_col = (self.pos - self.line_start) as u32;
                                    return token;
                                }
                                p += 1;
                            }
                        }
                    }
                }
            }
        } else {
            p = self.pos + 1;
            loop {
                match src.get(p) {
                    None => break,
                    Some(b'\n') => {
                        newline = true;
                        break;
                    }
                    Some(b'\\') => {
                        p += 1;
                        if src.get(p) == Some(&b'\n') {
                            self.lineno += 1;
                            self.line_start = p + 1;
                        }
                        escaped_quote |= src.get(p) == Some(&quote);
                        p += 1;
                    }
                    Some(&c) => {
                        p += 1;
                        if c == quote {
                            self.pos = p;
                            token.end = p as u32;
                            token.end_lineno = self.lineno;
                            token.end_col = (p - self.line_start) as u32;
                            return token;
                        }
                    }
                }
            }
        }
        // The error is reported at the opening quote or prefix.
        let detected = if newline { self.lineno } else { self.eof_line() };
        self.pos = start + 1;
        self.lineno = first_lineno;
        self.line_start = first_line_start;
        if let Some(mode) = self.modes.last() {
            if mode.quote == quote && (mode.quote_size == 3) == triple {
                let prefix = if mode.is_t { 't' } else { 'f' };
                return self.syntax_error(format!("{prefix}-string: expecting '}}'"));
            }
        }
        let message = if triple {
            format!("unterminated triple-quoted string literal (detected at line {detected})")
        } else if escaped_quote {
            format!("unterminated string literal (detected at line {detected}); perhaps you escaped the end quote?")
        } else {
            format!("unterminated string literal (detected at line {detected})")
        };
        let col = self.chars_to(self.pos);
        self.fail_at(LexErrorKind::Syntax { message, col, end_col: -1 }, !newline)
    }

    /// The line number when the end of input has been read: CPython does not count the empty line after the last newline.
    fn eof_line(&self) -> u32 {
        if self.line_start >= self.src.len() && self.line_start > 0 { self.lineno - 1 } else { self.lineno }
    }

    fn fstring_start(&mut self, start: usize, raw: bool, is_t: bool) -> Token {
        let quote = self.peek();
        let quote_size = if self.peek_at(1) == quote && self.peek_at(2) == quote { 3 } else { 1 };
        self.pos += quote_size;
        if self.modes.len() + 1 >= MAX_FSTRING_LEVEL {
            return self.syntax_error("too many nested f-strings or t-strings");
        }
        self.modes.push(Mode {
            in_string: true,
            quote,
            quote_size: quote_size as u8,
            raw,
            is_t,
            curly_depth: 0,
            expr_start_depth: -1,
            in_format_spec: false,
            start,
            first_line: self.lineno,
            multi_line_start: self.line_start,
        });
        self.make(if is_t { Tok::TStringStart } else { Tok::FStringStart }, start)
    }

    fn enter_expression(&mut self, prefix: char) -> Option<Token> {
        let deep = match self.modes.last_mut() {
            Some(mode) => {
                mode.expr_start_depth += 1;
                mode.in_string = false;
                mode.expr_start_depth >= 3
            }
            None => false,
        };
        deep.then(|| self.syntax_error(format!("{prefix}-string: expressions nested too deeply")))
    }

    fn set_in_string(&mut self, in_string: bool) {
        if let Some(mode) = self.modes.last_mut() {
            mode.in_string = in_string;
        }
    }

    /// A token in the literal part of an f-string.
    pub(super) fn fstring_token(&mut self) -> Token {
        let Some(&mode) = self.modes.last() else { return self.normal_token() };
        let src = self.src;
        let start = self.pos;
        let prefix = if mode.is_t { 't' } else { 'f' };
        if self.peek() == b'{' && self.peek_at(1) != b'{' {
            if let Some(token) = self.enter_expression(prefix) {
                return token;
            }
            return self.normal_token();
        }
        let quote_size = mode.quote_size as usize;
        if (0..quote_size).all(|i| src.get(start + i) == Some(&mode.quote)) {
            self.pos += quote_size;
            self.modes.pop();
            return self.make(if mode.is_t { Tok::TStringEnd } else { Tok::FStringEnd }, start);
        }
        let mut token = self.make(if mode.is_t { Tok::TStringMiddle } else { Tok::FStringMiddle }, start);
        let mut unicode_escape = false;
        let mut end_quotes = 0;
        // Byte where the token's text ends, if not at `pos`.
        let mut end = None;
        while end_quotes != quote_size {
            let c = src.get(self.pos).copied();
            let in_format_spec = mode.in_format_spec && mode.expr_start_depth >= 0;
            let Some(c) = c.filter(|&c| !(quote_size == 1 && c == b'\n')) else {
                if in_format_spec && c == Some(b'\n') {
                    self.pos += 1;
                    return self.syntax_error(format!(
                        "{prefix}-string: newlines are not allowed in format specifiers for single quoted {prefix}-strings"
                    ));
                }
                let detected = if c.is_some() { self.lineno } else { self.eof_line() };
                self.pos = mode.start + 1;
                self.line_start = mode.multi_line_start;
                self.lineno = mode.first_line;
                let message = if quote_size == 3 {
                    format!("unterminated triple-quoted {prefix}-string literal (detected at line {detected})")
                } else {
                    format!("unterminated {prefix}-string literal (detected at line {detected})")
                };
                let col = self.chars_to(self.pos);
                // Only the triple-quoted one counts as input that stops too early.
                return self
                    .fail_at(LexErrorKind::Syntax { message, col, end_col: -1 }, c.is_none() && quote_size == 3);
            };
            self.pos += 1;
            if c == mode.quote {
                end_quotes += 1;
                continue;
            }
            end_quotes = 0;
            match c {
                b'\n' => self.newline_at(),
                b'{' => {
                    if self.peek() != b'{' || in_format_spec {
                        self.pos -= 1;
                        if let Some(token) = self.enter_expression(prefix) {
                            return token;
                        }
                    } else {
                        end = Some(self.pos);
                        self.pos += 1;
                    }
                    break;
                }
                b'}' => {
                    if unicode_escape {
                        break;
                    }
                    if self.peek() == b'}' && !in_format_spec && mode.curly_depth == 0 {
                        end = Some(self.pos);
                        self.pos += 1;
                    } else {
                        self.pos -= 1;
                        self.set_in_string(false);
                    }
                    break;
                }
                b'\\' => {
                    let next = self.peek();
                    if self.at_end() {
                        continue;
                    }
                    if next == b'{' || next == b'}' {
                        if !mode.raw {
                            self.warn_escape(next, start);
                        }
                        continue;
                    }
                    self.pos += 1;
                    if next == b'\n' {
                        self.newline_at();
                    }
                    if !mode.raw && next == b'N' && self.peek() == b'{' {
                        self.pos += 1;
                        unicode_escape = true;
                    }
                }
                _ => {}
            }
        }
        if end_quotes == quote_size {
            self.pos -= quote_size;
        }
        let end = end.unwrap_or(self.pos);
        token.end = end as u32;
        token.end_lineno = self.lineno;
        // A doubled brace counts as one character of text but both columns belong to the token.
        token.end_col = (self.pos - self.line_start) as u32;
        token
    }

    /// Warns of `\{` or `\}`; `pos` is at the brace.
    fn warn_escape(&mut self, c: u8, token_start: usize) {
        let c = c as char;
        let col = self.chars_to(self.pos + 1);
        self.warnings.push(LexWarning {
            offset: token_start as u32,
            lineno: self.lineno,
            col,
            end_col: col,
            message: format!(
                "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. \
                 Did you mean \"\\\\{c}\"? A raw string is also an option."
            ),
            error_message: format!(
                "\"\\{c}\" is an invalid escape sequence. Did you mean \"\\\\{c}\"? A raw string is also an option."
            ),
            escape: true,
            from_lexer: true,
            text_lineno: None,
            newline: false,
        });
    }
}
