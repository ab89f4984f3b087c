//! From a failed parse to the exception: which error wins, its text line and its columns in characters.

use super::{CURRENT_POS, Diagnosis, Miss, Raise, TOO_COMPLEX};
use crate::Mode;
use crate::ast::Location;
use crate::error::{ErrorKind, SyntaxError, char_offset, finish_warnings};
use crate::lexer::{LexErrorKind, Lexer};
use crate::parser::Parser;
use crate::strings::split_literal;
use crate::token::{Tok, Token};

/// Stack of the thread on which the second parser runs, whatever the caller has left: enough for its depth limit.
const STACK_SIZE: usize = 64 << 20;

/// Finds the error in a program which the first pass refused.
pub(crate) fn diagnose(parser: &mut Parser<'_>, lexer: &Lexer<'_>, mode: Mode) -> Box<SyntaxError> {
    let (text, tokens, options) = (parser.text, parser.tokens, parser.options);
    // What the first pass has accepted need not be parsed again without the invalid rules.
    let (skip, n_warnings, barry) = if mode == Mode::Exec { parser.statement } else { (0, 0, options.barry_as_flufl) };
    let mut warnings = std::mem::take(&mut parser.warnings);
    warnings.truncate(n_warnings);
    warnings.sort_by_key(|w| w.offset);

    let run = || {
        let mut diagnosis = Diagnosis::new(text, tokens, lexer, options);
        diagnosis.mark = skip;
        diagnosis.fill = skip;
        diagnosis.warnings = warnings;
        diagnosis.barry = barry;
        let raise = diagnosis.find(mode);
        diagnosis.finish(raise, lexer)
    };
    let result = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, run);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    result
        .unwrap_or_else(|| Box::new(SyntaxError { kind: ErrorKind::MemoryError, ..*SyntaxError::generic(TOO_COMPLEX) }))
}

impl Diagnosis<'_> {
    fn take_error(&mut self) -> Option<Raise> {
        self.error.take()
    }

    /// Both passes, and what CPython does after them.
    fn find(&mut self, mode: Mode) -> Raise {
        match self.run(mode) {
            Ok(()) => {
                // A whole statement was read; something follows it. Otherwise the first pass ran out of its stack.
                if mode == Mode::Single && self.at_bad_single() {
                    let _: Miss = self.raise_last("multiple statements found while compiling a single statement");
                }
                return self.take_error().unwrap_or_else(Raise::too_complex);
            }
            Err(Miss::Raised) => {
                let error = self.take_error().unwrap_or_else(Raise::too_complex);
                if error.kind == ErrorKind::MemoryError {
                    return error;
                }
                if let Some(incomplete) = self.incomplete() {
                    return incomplete;
                }
                self.error = Some(error);
                if self.lexer_ok() {
                    self.check_rest();
                }
                return self.take_error().unwrap_or_else(Raise::too_complex);
            }
            Err(_) => {}
        }
        if let Some(incomplete) = self.incomplete() {
            return incomplete;
        }
        let last = self.fill.saturating_sub(1);
        for slot in &mut self.memo {
            slot.clear();
        }
        self.invalid = true;
        self.mark = 0;
        if let Err(Miss::Raised) = self.run(mode) {
            if self.error.as_ref().is_none_or(|e| e.kind != ErrorKind::MemoryError) && self.lexer_ok() {
                self.check_rest();
            }
        } else {
            match self.tokens.get(last).map(|t| t.kind) {
                Some(Tok::Indent) => {
                    let _: Miss = self.raise_indentation("unexpected indent");
                }
                Some(Tok::Dedent) => {
                    let _: Miss = self.raise_indentation("unexpected unindent");
                }
                _ => {
                    let loc = self.token_loc(last);
                    let _: Miss = self.raise_at(loc, "invalid syntax");
                    self.check_rest();
                }
            }
        }
        self.take_error().unwrap_or_else(Raise::too_complex)
    }

    fn incomplete(&mut self) -> Option<Raise> {
        if !self.options.allow_incomplete_input || !self.lexer_at_end() {
            return None;
        }
        self.error = None;
        let last = self.fill.saturating_sub(1);
        let _: Miss = self.raise_token(ErrorKind::IncompleteInput, last, "incomplete input".to_owned());
        self.take_error()
    }

    /// Whether something but blank lines and comments follows the statement.
    fn at_bad_single(&self) -> bool {
        has_statement_after(self.text, self.lexer_state().0)
    }

    /// Whether the lexer has run into the end of input.
    fn lexer_at_end(&self) -> bool {
        let Some(token) = self.fill.checked_sub(1).and_then(|i| self.tokens.get(i)) else { return false };
        let at_end = token.end as usize >= self.text.len();
        match token.kind {
            Tok::Error => self.lex_error.is_some_and(|e| e.at_eof || e.kind == LexErrorKind::Eof),
            Tok::EndMarker => true,
            // After an empty string it has looked for a third quote.
            Tok::String => {
                split_literal(self.token_text(token)).body.is_empty()
                    && !self.token_text(token).ends_with("\"\"\"")
                    && !self.token_text(token).ends_with("'''")
                    && at_end
            }
            Tok::FStringEnd | Tok::TStringEnd => {
                let before = self.fill.checked_sub(2).and_then(|i| self.tokens.get(i));
                at_end
                    && token.end - token.start == 1
                    && before.is_some_and(|t| matches!(t.kind, Tok::FStringStart | Tok::TStringStart))
            }
            // Tokens after which the lexer does not look further.
            Tok::Ellipsis
            | Tok::LeftShiftEqual
            | Tok::RightShiftEqual
            | Tok::DoubleStarEqual
            | Tok::DoubleSlashEqual => false,
            Tok::Newline if token.start < token.end => false,
            _ => at_end,
        }
    }

    fn lexer_ok(&self) -> bool {
        let last = self.fill.checked_sub(1).and_then(|i| self.tokens.get(i));
        !self.lexer_at_end() && last.is_some_and(|token| token.kind != Tok::Error)
    }

    /// Errors of the lexer further on win over an error of the parser.
    fn check_rest(&mut self) {
        if self.options.interactive {
            return;
        }
        self.read_all = true;
        // Inside an f-string the mistake in the expression is what matters.
        if self.in_fstring {
            return;
        }
        let Some(error) = self.lex_error else { return };
        let line = self.fill.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.lineno);
        let unclosed = self.open_paren.is_some_and(|paren| line > paren.1);
        if matches!(error.kind, LexErrorKind::Syntax { .. }) || unclosed {
            let earlier = self.error.take();
            self.fill = self.tokens.len();
            if matches!(error.kind, LexErrorKind::Syntax { .. }) {
                let _: Miss = self.raise_lexer_error();
            } else {
                let _: Miss = self.raise_unclosed();
            }
            if self.error.is_none() {
                self.error = earlier;
            }
        }
    }

    fn raise_unclosed(&mut self) -> Miss {
        let Some((c, lineno, col)) = self.open_paren else { return Miss::No };
        let at =
            Location { lineno: lineno as i32, col_offset: col as i32, end_lineno: lineno as i32, end_col_offset: -1 };
        self.raise_at(at, format!("'{}' was never closed", c as char))
    }

    /// Records the lexer's error, as the parser does when it gets to it.
    pub(super) fn raise_lexer_error(&mut self) -> Miss {
        let Some(error) = self.lex_error else { return Miss::No };
        let (_, line, _) = self.lexer_state();
        let line = line as i32;
        match &error.kind {
            LexErrorKind::Syntax { message, col, end_col } => {
                let fill = self.fill;
                self.record(Raise {
                    kind: ErrorKind::SyntaxError,
                    message: message.clone(),
                    lineno: error.lineno as i32,
                    col: *col,
                    end_lineno: error.lineno as i32,
                    end_col: if *end_col == -1 { *col } else { *end_col },
                    from_lexer: true,
                    fill,
                })
            }
            LexErrorKind::Eof => {
                if self.open_paren.is_some() {
                    self.raise_unclosed()
                } else {
                    self.raise_last("unexpected EOF while parsing")
                }
            }
            LexErrorKind::LineCont => {
                let col = error.cur as i32 - self.buffer_start() as i32 - 1;
                let at = Location { lineno: line, col_offset: col, end_lineno: line, end_col_offset: -1 };
                self.raise_at(at, "unexpected character after line continuation character")
            }
            LexErrorKind::Dedent => self.raise_indentation("unindent does not match any outer indentation level"),
            LexErrorKind::TabSpace => {
                let at = Location { lineno: line, col_offset: 1, end_lineno: line, end_col_offset: 0 };
                let message = "inconsistent use of tabs and spaces in indentation".to_owned();
                self.raise_columns(ErrorKind::TabError, at, message)
            }
            LexErrorKind::TooDeep => {
                let at = Location { lineno: line, col_offset: 1, end_lineno: line, end_col_offset: 0 };
                self.raise_columns(ErrorKind::IndentationError, at, "too many levels of indentation".to_owned())
            }
        }
    }

    // Where CPython's lexer would stand now: it produces tokens on demand, ours has run ahead.

    fn line_start(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        memchr::memrchr(b'\n', before).map_or(0, |n| n + 1)
    }

    /// Reading the end of input does not begin a line.
    fn not_past_end(&self, cur: usize, line: u32, line_start: usize) -> (usize, u32, usize) {
        if self.text.is_empty() {
            return (0, 0, 0);
        }
        if line_start >= self.text.len() && line_start > 0 {
            return (cur, line.saturating_sub(1), self.line_start(line_start - 1));
        }
        (cur, line, line_start)
    }

    /// Offset, line and start of that line after the last token that was looked at.
    pub(super) fn lexer_state(&self) -> (usize, u32, usize) {
        let Some(token) = self.fill.checked_sub(1).and_then(|i| self.tokens.get(i)) else { return (0, 0, 0) };
        let end = token.end as usize;
        match token.kind {
            Tok::Error => match self.lex_error {
                Some(e) => self.not_past_end(e.cur as usize, e.lineno, e.line_start as usize),
                None => (end, token.end_lineno, self.line_start(end)),
            },
            Tok::Newline if token.start < token.end => (end, token.end_lineno, self.line_start(end - 1)),
            Tok::Newline | Tok::Indent | Tok::Dedent | Tok::EndMarker => {
                self.not_past_end(end, token.end_lineno, self.line_start(end))
            }
            _ => {
                let start = self.line_start(end);
                (start + token.end_col as usize, token.end_lineno, start)
            }
        }
    }

    /// Line of a token without text.
    pub(super) fn lexer_line(&self, index: usize) -> u32 {
        let Some(token) = self.tokens.get(index) else { return 0 };
        let end = token.end as usize;
        match (token.kind, self.lex_error) {
            (Tok::Error, Some(e)) => self.not_past_end(e.cur as usize, e.lineno, e.line_start as usize).1,
            _ => self.not_past_end(end, token.lineno, self.line_start(end)).1,
        }
    }

    fn buffer_start(&self) -> usize {
        buffer_start(self.text, self.tokens, self.lexer_state().2)
    }

    /// The text which CPython shows for a line, as far as its lexer has read.
    fn error_text(&self, lineno: i32) -> String {
        let (_, line, start) = self.lexer_state();
        let bytes = self.text.as_bytes();
        let slice = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default().to_owned();
        if line as i32 <= lineno && !self.text.is_empty() {
            let rest = bytes.get(start..).unwrap_or_default();
            // A string that does not end has made the lexer read everything.
            let all = self.fill == self.tokens.len()
                && self.lex_error.is_some_and(|e| e.at_eof && e.kind != LexErrorKind::Eof);
            let end = match memchr::memchr(b'\n', rest) {
                Some(n) if !all => start + n + 1,
                _ => self.text.len(),
            };
            return slice(start, end);
        }
        let mut from = 0;
        for _ in 1..lineno {
            match memchr::memchr(b'\n', bytes.get(from..).unwrap_or_default()) {
                Some(n) => from += n + 1,
                None => break,
            }
        }
        let rest = bytes.get(from..).unwrap_or_default();
        slice(from, from + memchr::memchr(b'\n', rest).unwrap_or(rest.len()))
    }

    /// The exception.
    fn finish(&mut self, raise: Raise, lexer: &Lexer<'_>) -> Box<SyntaxError> {
        let mut error = SyntaxError::generic(raise.message);
        error.kind = raise.kind;
        let last = self.fill.checked_sub(1).and_then(|i| self.tokens.get(i));
        let read_all = self.read_all || last.is_some_and(|t| t.kind == Tok::Error);
        let fetched = last.map_or(0, |t| t.end);
        let lexer = lexer.warnings.iter().filter(|w| read_all || w.offset < fetched).cloned();
        error.warnings = finish_warnings(std::mem::take(&mut self.warnings), lexer, self.text, self.options);
        if raise.kind == ErrorKind::MemoryError {
            return error;
        }
        error.lineno = Some(raise.lineno);
        error.metadata = Some((self.last_stmt.0, self.last_stmt.1, self.text.to_owned()));
        if raise.from_lexer {
            let line = self.error_line(raise.lineno);
            error.text = Some(line.to_owned());
            error.offset = Some(raise.col);
            error.end_lineno = Some(raise.end_lineno);
            error.end_offset = Some(raise.end_col);
            return error;
        }
        self.fill = raise.fill;
        let (cur, line, line_start) = self.lexer_state();
        let text = self.error_text(raise.lineno);
        let end_lineno = if raise.end_lineno == CURRENT_POS { line as i32 } else { raise.end_lineno };
        let end_col = if raise.end_col == CURRENT_POS { cur as i32 - line_start as i32 } else { raise.end_col };
        error.reread_text = true;
        error.offset = Some(char_offset(&text, raise.col));
        error.end_lineno = Some(end_lineno);
        error.end_offset = Some(if end_col > 0 { char_offset(&text, end_col) } else { end_col });
        error.text = Some(text);
        error
    }

    /// Line `lineno` without its newline.
    fn error_line(&self, lineno: i32) -> &str {
        self.text.split('\n').nth(lineno.saturating_sub(1).max(0) as usize).unwrap_or_default()
    }
}

impl Raise {
    /// The parser ran out of its depth.
    fn too_complex() -> Raise {
        Raise {
            kind: ErrorKind::MemoryError,
            message: TOO_COMPLEX.to_owned(),
            lineno: 0,
            col: 0,
            end_lineno: 0,
            end_col: 0,
            from_lexer: false,
            fill: 0,
        }
    }
}

/// Where CPython's lexer's buffer begins when it is on the line that begins at `start`: there, or at the line where a
/// token or a sequence of lines joined by backslashes began that reaches into this line.
pub(crate) fn buffer_start(text: &str, tokens: &[Token], mut start: usize) -> usize {
    let bytes = text.as_bytes();
    let line_start =
        |offset: usize| memchr::memrchr(b'\n', bytes.get(..offset).unwrap_or_default()).map_or(0, |n| n + 1);
    while start > 0 {
        // The last token that begins before this line.
        let next = tokens.partition_point(|t| (t.start as usize) < start);
        let Some(before) = next.checked_sub(1).and_then(|i| tokens.get(i)) else { break };
        let end = before.end as usize;
        if end >= start && !matches!(before.kind, Tok::Newline | Tok::Nl) {
            start = line_start(before.start as usize);
            continue;
        }
        let gap = bytes.get(end..start).unwrap_or_default();
        if gap.ends_with(b"\\\n") && !gap.contains(&b'#') {
            start = line_start(start - 1);
            continue;
        }
        break;
    }
    start
}

/// Whether anything but blank lines and comments stands in `text` from `offset`.
pub(crate) fn has_statement_after(text: &str, offset: usize) -> bool {
    let mut rest = text.get(offset..).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\x0c']);
        if rest.is_empty() {
            return false;
        }
        if !rest.starts_with('#') {
            return true;
        }
        rest = rest.find('\n').and_then(|n| rest.get(n..)).unwrap_or_default();
    }
}
