//! The lexer: decoded source with `\n` line ends to tokens, as CPython's `Parser/lexer` behaves.
//!
//! The parser lexes everything first; a lexical error becomes a last token of kind [`Tok::Error`], which it reports
//! only when it gets there, because CPython's parser asks for one token at a time.

mod number;
mod string;

use self::string::Mode;
use crate::token::{Tok, Token, keyword_kind};

const MAX_INDENT: usize = 100;
const MAX_LEVEL: usize = 200;
const TAB_SIZE: u32 = 8;

/// What the lexer may be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct LexOptions {
    /// Recognise `# type:` comments.
    pub type_comments: bool,
    /// Produce COMMENT and NL tokens, as `tokenize` wants them.
    pub extra_tokens: bool,
    /// Input comes from an interactive prompt: an empty line ends a block, and the end of input does not.
    pub interactive: bool,
    /// `<>` is the unequal sign; otherwise it is two tokens.
    pub barry: bool,
    /// `single` mode: the end of input also ends the statement.
    pub single: bool,
    /// In `single` mode, the end of input does not also end open blocks.
    pub dont_imply_dedent: bool,
}

/// Why the lexer stopped; most kinds become messages only later because their range depends on the parser's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LexErrorKind {
    /// A complete message. Columns count characters: `col` from 1, `end_col` -1 for none.
    Syntax { message: String, col: i32, end_col: i32 },
    /// Input ends too early.
    Eof,
    /// Something follows a continuation backslash.
    LineCont,
    /// Unindent matches no level.
    Dedent,
    /// Tabs and spaces mixed.
    TabSpace,
    /// Too many levels.
    TooDeep,
}

/// A lexical error with the lexer's position when it gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexError {
    /// Why.
    pub kind: LexErrorKind,
    /// Line.
    pub lineno: u32,
    /// Byte offset of the start of that line.
    pub line_start: u32,
    /// Byte offset of the lexer.
    pub cur: u32,
    /// Whether the string was cut by the end of input rather than of a line.
    pub at_eof: bool,
}

/// A warning: message and position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexWarning {
    /// Byte offset of the token whose reading brings the warning.
    pub offset: u32,
    /// Line.
    pub lineno: u32,
    /// Columns, counted from 1, where it is raised as an error: characters from the lexer, else bytes.
    pub col: i32,
    /// End of that range.
    pub end_col: i32,
    /// Text.
    pub message: String,
    /// Text when raised as an error.
    pub error_message: String,
    /// Whether it concerns an escape sequence (if not from the lexer, its category depends on `feature_version`).
    pub escape: bool,
    /// Whether the lexer raises it.
    pub from_lexer: bool,
    /// The line shown with the error, if not the lexer's (which has no newline).
    pub text_lineno: Option<u32>,
    /// Whether that line has its newline.
    pub newline: bool,
}

#[derive(Clone, Copy)]
struct Paren {
    ch: u8,
    lineno: u32,
    col: u32,
}

/// The lexer.
pub struct Lexer<'a> {
    src: &'a [u8],
    text: &'a str,
    pos: usize,
    lineno: u32,
    line_start: usize,
    at_bol: bool,
    pending: i32,
    indents: Vec<(u32, u32)>,
    parens: Vec<Paren>,
    modes: Vec<Mode>,
    options: LexOptions,
    comment_newline: bool,
    /// Warnings so far.
    pub warnings: Vec<LexWarning>,
    /// Set when an [`Tok::Error`] token was returned.
    pub error: Option<LexError>,
}

/// Whether `c` may begin an identifier (bytes beyond ASCII are checked later).
#[inline]
pub fn is_identifier_start(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 128
}

/// Whether `c` may continue an identifier.
#[inline]
pub fn is_identifier_char(c: u8) -> bool {
    IDENT[c as usize]
}

static IDENT: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        table[i] = c.is_ascii_alphanumeric() || c == b'_' || c >= 128;
        i += 1;
    }
    table
};

/// `str.isprintable` of one character.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    // Debug text escapes exactly the categories C* and Z*, except that it also escapes the variation selectors; the
    // leading letter keeps combining marks unescaped.
    if ('\u{e0100}'..='\u{e01ef}').contains(&c) {
        return true;
    }
    let mut s = String::from("a");
    s.push(c);
    !format!("{s:?}").contains('\\')
}

fn one_char(c: u8) -> Tok {
    match c {
        b'!' => Tok::Exclamation,
        b'%' => Tok::Percent,
        b'&' => Tok::Amper,
        b'(' => Tok::LPar,
        b')' => Tok::RPar,
        b'*' => Tok::Star,
        b'+' => Tok::Plus,
        b',' => Tok::Comma,
        b'-' => Tok::Minus,
        b'.' => Tok::Dot,
        b'/' => Tok::Slash,
        b':' => Tok::Colon,
        b';' => Tok::Semi,
        b'<' => Tok::Less,
        b'=' => Tok::Equal,
        b'>' => Tok::Greater,
        b'@' => Tok::At,
        b'[' => Tok::LSqb,
        b']' => Tok::RSqb,
        b'^' => Tok::Circumflex,
        b'{' => Tok::LBrace,
        b'|' => Tok::VBar,
        b'}' => Tok::RBrace,
        b'~' => Tok::Tilde,
        _ => Tok::Op,
    }
}

/// The longest operator of two or three characters at the start of `s`.
#[inline]
fn long_operator(a: u8, b: u8, c: u8, barry: bool) -> Option<(Tok, usize)> {
    let two = match (a, b) {
        (b'!', b'=') => Tok::NotEqual,
        (b'<', b'>') if barry => Tok::NotEqual,
        (b'%', b'=') => Tok::PercentEqual,
        (b'&', b'=') => Tok::AmperEqual,
        (b'*', b'*') => {
            return Some(if c == b'=' { (Tok::DoubleStarEqual, 3) } else { (Tok::DoubleStar, 2) });
        }
        (b'*', b'=') => Tok::StarEqual,
        (b'+', b'=') => Tok::PlusEqual,
        (b'-', b'=') => Tok::MinEqual,
        (b'-', b'>') => Tok::RArrow,
        (b'/', b'/') => {
            return Some(if c == b'=' { (Tok::DoubleSlashEqual, 3) } else { (Tok::DoubleSlash, 2) });
        }
        (b'/', b'=') => Tok::SlashEqual,
        (b':', b'=') => Tok::ColonEqual,
        (b'<', b'<') => {
            return Some(if c == b'=' { (Tok::LeftShiftEqual, 3) } else { (Tok::LeftShift, 2) });
        }
        (b'<', b'=') => Tok::LessEqual,
        (b'=', b'=') => Tok::EqEqual,
        (b'>', b'=') => Tok::GreaterEqual,
        (b'>', b'>') => {
            return Some(if c == b'=' { (Tok::RightShiftEqual, 3) } else { (Tok::RightShift, 2) });
        }
        (b'@', b'=') => Tok::AtEqual,
        (b'^', b'=') => Tok::CircumflexEqual,
        (b'|', b'=') => Tok::VBarEqual,
        _ => return None,
    };
    Some((two, 2))
}

impl<'a> Lexer<'a> {
    /// A lexer over `text`, whose line ends are `\n` and whose length fits `i32`.
    pub fn new(text: &'a str, options: LexOptions) -> Lexer<'a> {
        Lexer {
            src: text.as_bytes(),
            text,
            pos: 0,
            lineno: 1,
            line_start: 0,
            at_bol: true,
            pending: 0,
            indents: vec![(0, 0)],
            parens: Vec::new(),
            modes: Vec::new(),
            options,
            comment_newline: false,
            warnings: Vec::new(),
            error: None,
        }
    }

    /// Byte offset, line and start of line of the lexer.
    pub fn position(&self) -> (usize, u32, usize) {
        (self.pos, self.lineno, self.line_start)
    }

    /// Whether the lexer is inside an f-string or t-string.
    pub fn in_fstring(&self) -> bool {
        !self.modes.is_empty()
    }

    /// Where the outermost open f-string or t-string begins.
    pub fn outermost_fstring(&self) -> Option<usize> {
        self.modes.first().map(|mode| mode.start)
    }

    /// The innermost open bracket: character, line, byte column.
    pub fn open_paren(&self) -> Option<(u8, u32, u32)> {
        self.parens.last().map(|p| (p.ch, p.lineno, p.col))
    }

    /// All tokens up to the end marker or the first error.
    pub fn tokenize_all(&mut self) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(self.src.len() / 4 + 8);
        let mut started = false;
        // Statements are looked at for the import that changes the unequal sign only where it can be.
        let look = !self.options.barry && self.text.contains("barry_as_FLUFL");
        let mut statement = 0;
        loop {
            let mut token = self.next_token();
            if look && matches!(token.kind, Tok::Newline | Tok::Semi) {
                self.options.barry |= self.imports_barry(tokens.get(statement..).unwrap_or_default());
                statement = tokens.len() + 1;
            }
            if self.options.single && !self.options.interactive && token.kind == Tok::EndMarker && started {
                token.kind = Tok::Newline;
                started = false;
                if self.indents.len() > 1 && !self.options.dont_imply_dedent {
                    self.pending = 1 - self.indents.len() as i32;
                    self.indents.truncate(1);
                }
            } else if token.kind != Tok::TypeIgnore {
                started = true;
            }
            tokens.push(token);
            if matches!(token.kind, Tok::EndMarker | Tok::Error) {
                return tokens;
            }
        }
    }

    /// Whether a statement is `from __future__ import barry_as_FLUFL`.
    fn imports_barry(&self, statement: &[Token]) -> bool {
        let text = |t: &Token| self.text.get(t.start as usize..t.end as usize).unwrap_or_default();
        let statement = statement.iter().skip_while(|t| matches!(t.kind, Tok::Indent | Tok::Dedent));
        let words: Vec<&str> = statement.map(text).collect();
        matches!(words.as_slice(), ["from", "__future__", "import", names @ ..] if names.contains(&"barry_as_FLUFL"))
    }

    #[inline]
    fn peek(&self) -> u8 {
        self.src.get(self.pos).copied().unwrap_or(0)
    }

    #[inline]
    fn peek_at(&self, n: usize) -> u8 {
        self.src.get(self.pos + n).copied().unwrap_or(0)
    }

    #[inline]
    fn at_end(&self) -> bool {
        self.pos >= self.src.len()
    }

    #[inline]
    fn newline_at(&mut self) {
        // Called with `pos` just after a newline.
        self.lineno += 1;
        self.line_start = self.pos;
    }

    #[inline]
    fn make(&self, kind: Tok, start: usize) -> Token {
        self.make_range(kind, start, self.pos)
    }

    #[inline]
    fn make_range(&self, kind: Tok, start: usize, end: usize) -> Token {
        Token {
            kind,
            level: self.parens.len() as u8,
            start: start as u32,
            end: end as u32,
            lineno: self.lineno,
            col: (start - self.line_start) as u32,
            end_lineno: self.lineno,
            end_col: (end - self.line_start) as u32,
        }
    }

    fn fail(&mut self, kind: LexErrorKind) -> Token {
        self.fail_at(kind, false)
    }

    fn fail_at(&mut self, kind: LexErrorKind, at_eof: bool) -> Token {
        self.error = Some(LexError {
            kind,
            lineno: self.lineno,
            line_start: self.line_start as u32,
            cur: self.pos as u32,
            at_eof,
        });
        self.make_range(Tok::Error, self.pos.max(self.line_start), self.pos.max(self.line_start))
    }

    /// Characters between the start of the line and byte `end`.
    fn chars_to(&self, end: usize) -> i32 {
        let bytes = self.src.get(self.line_start..end.min(self.src.len())).unwrap_or_default();
        bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count() as i32
    }

    /// Fails with `message`, the column being that of the last byte consumed.
    fn syntax_error(&mut self, message: impl Into<String>) -> Token {
        let col = self.chars_to(self.pos);
        self.fail(LexErrorKind::Syntax { message: message.into(), col, end_col: -1 })
    }

    /// The next token. After [`Tok::EndMarker`] or [`Tok::Error`] the lexer is done.
    pub fn next_token(&mut self) -> Token {
        match self.modes.last() {
            Some(mode) if mode.in_string => self.fstring_token(),
            _ => self.normal_token(),
        }
    }

    /// Reads the indentation of a line. Returns whether the line is blank, or an error token.
    fn indentation(&mut self) -> Result<bool, Token> {
        let mut col: u32 = 0;
        let mut altcol: u32 = 0;
        let mut cont_line_col: u32 = 0;
        self.at_bol = false;
        loop {
            match self.peek() {
                b' ' => {
                    col += 1;
                    altcol += 1;
                }
                b'\t' => {
                    col = (col / TAB_SIZE + 1) * TAB_SIZE;
                    altcol += 1;
                }
                b'\x0c' => {
                    col = 0;
                    altcol = 0;
                }
                b'\\' => {
                    // The first backslash after whitespace settles the indentation of what follows.
                    if cont_line_col == 0 {
                        cont_line_col = col;
                    }
                    self.pos += 1;
                    self.continuation_line()?;
                    continue;
                }
                _ => break,
            }
            self.pos += 1;
        }
        if self.options.interactive && self.at_end() {
            // More may come: only an empty line ends a block.
            return Ok(true);
        }
        let c = self.peek();
        let mut blank = false;
        if c == b'#' || c == b'\n' {
            if self.options.interactive && col == 0 && c == b'\n' {
            } else if self.options.interactive && self.lineno == 1 {
                col = 0;
                altcol = 0;
            } else {
                blank = true;
            }
        }
        if !blank && self.parens.is_empty() {
            if cont_line_col != 0 {
                col = cont_line_col;
                altcol = cont_line_col;
            }
            let (top, alttop) = self.indents.last().copied().unwrap_or((0, 0));
            if col == top {
                if altcol != alttop {
                    return Err(self.indent_error(LexErrorKind::TabSpace));
                }
            } else if col > top {
                if self.indents.len() >= MAX_INDENT {
                    return Err(self.indent_error(LexErrorKind::TooDeep));
                }
                if altcol <= alttop {
                    return Err(self.indent_error(LexErrorKind::TabSpace));
                }
                self.pending += 1;
                self.indents.push((col, altcol));
            } else {
                while self.indents.len() > 1 && self.indents.last().is_some_and(|top| col < top.0) {
                    self.pending -= 1;
                    self.indents.pop();
                }
                let (top, alttop) = self.indents.last().copied().unwrap_or((0, 0));
                if col != top {
                    return Err(self.indent_error(LexErrorKind::Dedent));
                }
                if altcol != alttop {
                    return Err(self.indent_error(LexErrorKind::TabSpace));
                }
            }
        }
        Ok(blank)
    }

    /// Indentation errors leave the lexer at the end of the line.
    fn indent_error(&mut self, kind: LexErrorKind) -> Token {
        self.pos = match memchr::memchr(b'\n', self.src.get(self.pos..).unwrap_or_default()) {
            Some(n) => self.pos + n + 1,
            None => self.src.len(),
        };
        self.fail(kind)
    }

    /// After a backslash: skips the newline.
    fn continuation_line(&mut self) -> Result<(), Token> {
        if self.peek() != b'\n' || self.at_end() {
            if !self.at_end() {
                self.pos += 1;
            }
            return Err(self.fail(LexErrorKind::LineCont));
        }
        self.pos += 1;
        if self.at_end() {
            return Err(self.fail(LexErrorKind::Eof));
        }
        self.newline_at();
        Ok(())
    }

    fn normal_token(&mut self) -> Token {
        'next_line: loop {
            let mut blank = false;
            if self.at_bol {
                blank = match self.indentation() {
                    Ok(blank) => blank,
                    Err(token) => return token,
                };
            }
            if self.pending != 0 {
                if self.pending < 0 {
                    self.pending += 1;
                    return self.make(Tok::Dedent, self.pos);
                }
                self.pending -= 1;
                let start = if self.options.extra_tokens { self.line_start } else { self.pos };
                return self.make(Tok::Indent, start);
            }
            // Continuation lines come back here.
            loop {
                while matches!(self.peek(), b' ' | b'\t' | b'\x0c') {
                    self.pos += 1;
                }
                let start = self.pos;
                if self.at_end() {
                    if self.parens.is_empty() {
                        return self.make(Tok::EndMarker, start);
                    }
                    return self.fail_at(LexErrorKind::Eof, true);
                }
                let mut c = self.src[start];
                if c == b'#' {
                    let rest = self.src.get(start..).unwrap_or_default();
                    self.pos = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    if self.options.type_comments {
                        if let Some(token) = self.type_comment(start, blank) {
                            return token;
                        }
                    }
                    if self.options.extra_tokens {
                        self.comment_newline = blank;
                        return self.make(Tok::Comment, start);
                    }
                    if self.at_end() {
                        continue;
                    }
                    c = b'\n';
                }
                if is_identifier_start(c) {
                    return self.name(start);
                }
                if c == b'\n' {
                    // The range includes a comment before it, if that is no token itself.
                    let start = if self.options.extra_tokens { self.pos } else { start };
                    self.pos += 1;
                    let mut token = self.make(Tok::Newline, start);
                    self.at_bol = true;
                    if blank || !self.parens.is_empty() {
                        if self.options.extra_tokens {
                            token.kind = Tok::Nl;
                            self.comment_newline = false;
                            self.newline_at();
                            return token;
                        }
                        self.newline_at();
                        continue 'next_line;
                    }
                    if self.options.extra_tokens && self.comment_newline {
                        self.comment_newline = false;
                        token.kind = Tok::Nl;
                    }
                    self.newline_at();
                    return token;
                }
                if c == b'.' {
                    if self.peek_at(1).is_ascii_digit() {
                        self.pos += 1;
                        return self.fraction(start);
                    }
                    if self.peek_at(1) == b'.' && self.peek_at(2) == b'.' {
                        self.pos += 3;
                        return self.make(Tok::Ellipsis, start);
                    }
                    self.pos += 1;
                    return self.make(Tok::Dot, start);
                }
                if c.is_ascii_digit() {
                    return self.number(start);
                }
                if c == b'\'' || c == b'"' {
                    return self.string(start);
                }
                if c == b'\\' {
                    self.pos += 1;
                    if let Err(token) = self.continuation_line() {
                        return token;
                    }
                    continue;
                }
                return self.operator(start, c);
            }
        }
    }

    /// A `# type:` comment at `start`, `pos` being at its end.
    fn type_comment(&mut self, start: usize, blank: bool) -> Option<Token> {
        let end = self.pos;
        let mut p = start;
        for &expected in b"# type: " {
            if expected == b' ' {
                while p < end && matches!(self.src[p], b' ' | b'\t') {
                    p += 1;
                }
            } else if p < end && self.src[p] == expected {
                p += 1;
            } else {
                return None;
            }
        }
        let body = self.src.get(p..end).unwrap_or_default();
        let ignore = body.starts_with(b"ignore") && body.get(6).is_none_or(|&c| c < 128 && !c.is_ascii_alphanumeric());
        if ignore {
            let mut token = self.make_range(Tok::TypeIgnore, p + 6, end);
            // Alone on its line, it takes the newline with it.
            if blank && !self.at_end() {
                self.pos += 1;
                token.end += 1;
                self.newline_at();
                self.at_bol = true;
            }
            return Some(token);
        }
        Some(self.make_range(Tok::TypeComment, p, end))
    }

    fn name(&mut self, start: usize) -> Token {
        let mut end = start;
        let src = self.src;
        let mut nonascii = false;
        while let Some(&c) = src.get(end) {
            if !is_identifier_char(c) {
                break;
            }
            nonascii |= c >= 128;
            end += 1;
        }
        let word = &src[start..end];
        if word.len() <= 6 && matches!(src.get(end), Some(b'\'' | b'"')) {
            if let Some(token) = self.string_with_prefix(start, end) {
                return token;
            }
        }
        self.pos = end;
        if nonascii {
            if let Some(token) = self.verify_identifier(start) {
                return token;
            }
            return self.make(Tok::Name, start);
        }
        self.make(keyword_kind(word), start)
    }

    /// An error token unless the text from `start` to `pos` is an identifier.
    fn verify_identifier(&mut self, start: usize) -> Option<Token> {
        if self.options.extra_tokens {
            return None;
        }
        let word = self.text.get(start..self.pos).unwrap_or_default();
        let mut bad = None;
        for (i, c) in word.char_indices() {
            let ok =
                if i == 0 { c == '_' || unicode_ident::is_xid_start(c) } else { unicode_ident::is_xid_continue(c) };
            if !ok {
                bad = Some((i, c));
                break;
            }
        }
        let (i, c) = bad?;
        self.pos = start + i + c.len_utf8();
        let code = c as u32;
        Some(if is_printable(c) {
            self.syntax_error(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.syntax_error(format!("invalid non-printable character U+{code:04X}"))
        })
    }

    fn operator(&mut self, start: usize, c: u8) -> Token {
        self.pos += 1;
        if c == b':' {
            if let Some(mode) = self.modes.last_mut() {
                if mode.expr_start_depth >= 0 && mode.curly_depth - 1 == mode.expr_start_depth {
                    mode.in_string = true;
                    mode.in_format_spec = true;
                    return self.make(Tok::Colon, start);
                }
            }
        }
        if let Some((kind, len)) = long_operator(c, self.peek(), self.peek_at(1), self.options.barry) {
            self.pos += len - 1;
            return self.make(kind, start);
        }
        match c {
            b'(' | b'[' | b'{' => {
                if self.parens.len() >= MAX_LEVEL {
                    return self.syntax_error("too many nested parentheses");
                }
                self.parens.push(Paren { ch: c, lineno: self.lineno, col: (start - self.line_start) as u32 });
                if let Some(mode) = self.modes.last_mut() {
                    mode.curly_depth += 1;
                }
            }
            b')' | b']' | b'}' => {
                if let Some(token) = self.close_bracket(c) {
                    return token;
                }
            }
            _ => {
                if !(32..127).contains(&c) {
                    return self.syntax_error(format!("invalid non-printable character U+{:04X}", c as u32));
                }
            }
        }
        self.make(one_char(c), start)
    }

    fn close_bracket(&mut self, c: u8) -> Option<Token> {
        let ch = c as char;
        let mode = self.modes.last().copied();
        let prefix = if mode.is_some_and(|m| m.is_t) { 't' } else { 'f' };
        if let Some(mode) = mode {
            if mode.curly_depth == 0 && c == b'}' {
                return Some(self.syntax_error(format!("{prefix}-string: single '}}' is not allowed")));
            }
        }
        if !self.options.extra_tokens && self.parens.is_empty() {
            return Some(self.syntax_error(format!("unmatched '{ch}'")));
        }
        if let Some(open) = self.parens.pop() {
            let matches = matches!((open.ch, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
            if !self.options.extra_tokens && !matches {
                if let Some(mode) = mode {
                    if open.ch == b'{' && mode.curly_depth - 1 == mode.expr_start_depth {
                        return Some(self.syntax_error(format!("{prefix}-string: unmatched '{ch}'")));
                    }
                }
                let opening = open.ch as char;
                let mut message = format!("closing parenthesis '{ch}' does not match opening parenthesis '{opening}'");
                if open.lineno != self.lineno {
                    message.push_str(&format!(" on line {}", open.lineno));
                }
                return Some(self.syntax_error(message));
            }
        }
        if let Some(mode) = self.modes.last_mut() {
            mode.curly_depth -= 1;
            if mode.curly_depth < 0 {
                return Some(self.syntax_error(format!("{prefix}-string: unmatched '{ch}'")));
            }
            if c == b'}' && mode.curly_depth == mode.expr_start_depth {
                mode.expr_start_depth -= 1;
                mode.in_string = true;
                mode.in_format_spec = false;
            }
        }
        None
    }
}
