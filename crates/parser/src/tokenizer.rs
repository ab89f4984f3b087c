//! The token stream of CPython's `_tokenize` module.

use crate::diagnose::report::buffer_start;
use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::{LexErrorKind, LexOptions, Lexer};
use crate::token::{Tok, Token};

/// A token as `_tokenize.TokenizerIter` yields it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// Number of the type, as in the `token` module. With extra tokens every operator is OP.
    pub type_: u8,
    /// Text.
    pub string: String,
    /// Line (from 1) and column (characters, from 0; -1 for tokens without text).
    pub start: (i32, i32),
    /// Line and column of the end.
    pub end: (i32, i32),
    /// The physical line or lines of the token.
    pub line: String,
}

/// Iterator over the tokens of a source text; ends after ENDMARKER or an error.
pub struct TokenizerIter {
    /// The source as given.
    source: String,
    tokens: std::vec::IntoIter<Token>,
    error: Option<Box<SyntaxError>>,
    /// Byte offset of each line in `source`; a last entry for its end.
    lines: Vec<usize>,
    extra_tokens: bool,
    implicit_newline: bool,
    /// Offset of the end of the text which the lexer saw.
    end: usize,
    /// Line of the last token that was not white space.
    last_line: u32,
}

impl TokenizerIter {
    /// Tokenizes `source`, the concatenation of all lines; line ends may be `\n` or `\r\n`.
    pub fn new(mut source: String, extra_tokens: bool) -> TokenizerIter {
        // A null byte is an error of the line that holds it.
        let null = memchr::memchr(0, source.as_bytes()).map(|at| {
            let line_start = source.get(..at).and_then(|s| s.rfind('\n')).map_or(0, |n| n + 1);
            let lineno = source.as_bytes().iter().take(line_start).filter(|&&b| b == b'\n').count() as i32 + 1;
            let text = source.get(line_start..at).unwrap_or_default().to_owned();
            source.truncate(line_start);
            Box::new(SyntaxError {
                lineno: Some(lineno),
                offset: Some(0),
                text: Some(text),
                end_lineno: Some(lineno),
                end_offset: Some(0),
                ..*SyntaxError::generic("source code cannot contain null bytes")
            })
        });
        let mut text = source.replace("\r\n", "\n");
        let implicit_newline = !text.is_empty() && !text.ends_with('\n');
        if implicit_newline {
            text.push('\n');
        }
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|n| n + 1));
        if implicit_newline {
            lines.push(source.len());
        }
        let options = LexOptions { extra_tokens, ..LexOptions::default() };
        let mut lexer = Lexer::new(&text, options);
        let mut tokens = lexer.tokenize_all();
        let mut error = None;
        if lexer.error.is_some() {
            tokens.pop();
            error = Some(tokenizer_error(&lexer, &text, &tokens));
        } else if !extra_tokens && text.is_empty() {
            tokens.clear();
        }
        let end = text.len();
        if null.is_some() {
            if !matches!(lexer.error.as_ref().map(|e| &e.kind), Some(kind) if *kind != LexErrorKind::Eof) {
                error = null;
            }
            tokens.retain(|token| (token.start as usize) < end);
        }
        TokenizerIter {
            source,
            tokens: tokens.into_iter(),
            error,
            lines,
            extra_tokens,
            implicit_newline,
            end,
            last_line: 0,
        }
    }

    /// Byte offset in the source of a line and byte column.
    fn offset(&self, lineno: u32, col: u32) -> usize {
        let start = self.lines.get(lineno.saturating_sub(1) as usize).copied().unwrap_or(self.source.len());
        (start + col as usize).min(self.source.len())
    }

    /// Column in characters; positions beyond the line's end count on.
    fn column(&self, lineno: u32, col: u32) -> i32 {
        let start = self.offset(lineno, 0);
        let line = self.source.as_bytes().get(start..).unwrap_or_default();
        let taken = line.get(..(col as usize).min(line.len())).unwrap_or_default();
        let beyond = (col as usize).saturating_sub(line.len());
        (taken.iter().filter(|&&b| b & 0xc0 != 0x80).count() + beyond) as i32
    }

    fn info(&self, token: Token) -> TokenInfo {
        let at_end = token.start as usize >= self.end;
        let trailing = token.kind == Tok::EndMarker || token.kind == Tok::Dedent && at_end;
        if trailing && self.extra_tokens {
            // After the last line.
            let at = (token.lineno as i32, 0);
            return TokenInfo {
                type_: token.kind.number(),
                string: String::new(),
                start: at,
                end: at,
                line: String::new(),
            };
        }
        let mut lineno = token.lineno;
        if trailing && lineno > 1 {
            // Without extra tokens these are still on the last line.
            lineno -= 1;
        }
        let end_lineno = token.end_lineno.max(lineno).min(if trailing { lineno } else { u32::MAX });
        // The lexer has left a last line that holds no token.
        let read = !trailing || self.last_line == lineno;
        let lines = self.offset(lineno, 0)..self.offset(end_lineno + 1, 0);
        let line = self.source.get(lines).filter(|_| read).unwrap_or_default().to_owned();
        let mut info = TokenInfo {
            type_: token.kind.number(),
            string: String::new(),
            start: (lineno as i32, self.column(token.lineno, token.col)),
            end: (end_lineno as i32, self.column(token.end_lineno, token.end_col)),
            line,
        };
        let text = |end_col: u32| {
            let range = self.offset(token.lineno, token.col)..self.offset(token.end_lineno, end_col);
            self.source.get(range).unwrap_or_default().to_owned()
        };
        match token.kind {
            Tok::Indent | Tok::Dedent | Tok::EndMarker if !self.extra_tokens => {
                info.start.1 = -1;
                info.end.1 = -1;
            }
            Tok::Newline | Tok::Nl if self.extra_tokens => {
                let implicit = self.implicit_newline && token.end as usize >= self.end;
                let windows = info.line.ends_with("\r\n");
                info.end.1 = info.start.1 + if windows { 2 } else { 1 };
                if !implicit {
                    info.string = if windows { "\r\n" } else { "\n" }.to_owned();
                }
            }
            Tok::Newline => {
                // The carriage return belongs to it, the newline does not.
                let windows = info.line.ends_with("\r\n");
                info.end.1 -= i32::from(!windows);
                info.string = text(token.end_col.saturating_sub(u32::from(!windows)));
            }
            Tok::FStringMiddle | Tok::TStringMiddle => {
                // Of a doubled brace only the first belongs to the token.
                let doubled = (token.end as usize) < self.end
                    && {
                        let whole = text(token.end_col);
                        whole.ends_with("{{") || whole.ends_with("}}")
                    }
                    && self.is_doubled(token);
                let end_col = token.end_col - u32::from(doubled);
                info.string = text(end_col);
                info.end.1 = self.column(token.end_lineno, end_col);
            }
            _ => info.string = text(token.end_col),
        }
        let op = Tok::LPar as u8..Tok::Op as u8;
        if self.extra_tokens && op.contains(&info.type_) {
            info.type_ = Tok::Op as u8;
        }
        info
    }

    /// Whether the columns of the token are one more than its text, because it ends with a doubled brace.
    fn is_doubled(&self, token: Token) -> bool {
        let columns = self.offset(token.end_lineno, token.end_col) - self.offset(token.lineno, token.col);
        let newlines = (token.lineno..token.end_lineno)
            .filter(|&line| self.source.get(..self.offset(line + 1, 0)).is_some_and(|s| s.ends_with("\r\n")))
            .count();
        columns > (token.end - token.start) as usize + newlines
    }
}

impl Iterator for TokenizerIter {
    type Item = Result<TokenInfo, Box<SyntaxError>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.tokens.next() {
            Some(token) => {
                if !matches!(token.kind, Tok::Dedent | Tok::EndMarker) {
                    self.last_line = token.end_lineno;
                }
                Some(Ok(self.info(token)))
            }
            None => self.error.take().map(Err),
        }
    }
}

/// The exception of a lexical error; these say less than the parser's.
fn tokenizer_error(lexer: &Lexer<'_>, text: &str, tokens: &[Token]) -> Box<SyntaxError> {
    let Some(lex_error) = &lexer.error else { return SyntaxError::generic("unknown tokenization error") };
    let line = text.split('\n').nth(lex_error.lineno.saturating_sub(1) as usize).unwrap_or_default();
    let mut error = SyntaxError::generic("");
    error.lineno = Some(lex_error.lineno as i32);
    error.text = Some(line.to_owned());
    error.offset = Some(line.chars().count() as i32 + 1);
    let (kind, message) = match &lex_error.kind {
        LexErrorKind::Syntax { message, col, end_col } => {
            error.offset = Some(*col);
            error.end_lineno = error.lineno;
            error.end_offset = Some(if *end_col == -1 { *col } else { *end_col });
            (ErrorKind::SyntaxError, message.as_str())
        }
        LexErrorKind::Eof => {
            if lex_error.line_start as usize >= text.len() {
                error.lineno = Some(lex_error.lineno as i32 - 1);
            }
            error.text = None;
            // What of the last lines is still in the buffer of CPython's lexer.
            let cur = (lex_error.cur as usize).saturating_sub(1);
            let blank = |at: &usize| {
                let before = text.get(..at.saturating_sub(1)).and_then(|s| s.rsplit('\n').next());
                !before.unwrap_or_default().trim().is_empty()
            };
            let start = if lex_error.at_eof { lexer.outermost_fstring() } else { Some(cur).filter(blank) };
            let line_start = start.map(|at| text.get(..at).and_then(|s| s.rfind('\n')).map_or(0, |n| n + 1));
            error.offset = Some(line_start.map_or(0, |at| (text.len() - at) as i32));
            error.end_lineno = error.lineno;
            (ErrorKind::SyntaxError, "unexpected EOF in multi-line statement")
        }
        LexErrorKind::LineCont => {
            let start = buffer_start(text, tokens, lex_error.line_start as usize);
            let end = lex_error.line_start as usize + line.len();
            let lines = text.get(start..end).unwrap_or_default();
            error.offset = Some(lines.chars().count() as i32 + 1);
            error.text = Some(lines.to_owned());
            (ErrorKind::SyntaxError, "unexpected character after line continuation character")
        }
        LexErrorKind::Dedent => (ErrorKind::IndentationError, "unindent does not match any outer indentation level"),
        LexErrorKind::TabSpace => (ErrorKind::TabError, "inconsistent use of tabs and spaces in indentation"),
        LexErrorKind::TooDeep => (ErrorKind::IndentationError, "too many levels of indentation"),
    };
    error.kind = kind;
    error.message = message.to_owned();
    error
}
