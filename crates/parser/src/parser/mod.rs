//! The first pass: a predictive recursive-descent parser which only builds the tree of a correct program.
//!
//! It accepts exactly what the grammar accepts, without packrat tables: targets are parsed as expressions and then
//! converted, and the few places where Python needs more than a token of lookahead back up explicitly. Whatever it
//! refuses is parsed again by [`crate::diagnose`], which follows the grammar's rules alternative by alternative, only
//! to find out what CPython would say.

mod expr;
mod literal;
mod params;
mod pattern;
mod stmt;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use crate::Options;
use crate::ast::*;
use crate::lexer::LexWarning;
use crate::token::{Tok, Token};

/// The first pass failed; why is for the second to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fail;

pub(crate) type P<T> = Result<T, Fail>;

/// Line and column where a node begins.
type Start = (u32, u32);

/// Levels of recursion which CPython's parser allows itself.
pub(crate) const MAX_STACK: u32 = 5975;

/// Multiplicative hash of short byte strings.
#[derive(Default)]
pub(crate) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.add(u64::from_le_bytes(word));
        }
    }
    fn write_u8(&mut self, _: u8) {}
}

impl NameHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        self.0 ^= self.0 >> 32;
    }
}

/// The identifier which the source text `text` denotes: its NFKC form.
pub(crate) fn normalise(text: &str) -> Rc<str> {
    if text.is_ascii() {
        return text.into();
    }
    use unicode_normalization::UnicodeNormalization;
    let normal: String = text.nfkc().collect();
    normal.into()
}

/// The first-pass parser.
pub(crate) struct Parser<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) pos: usize,
    pub(crate) options: &'a Options<'a>,
    pub(crate) warnings: Vec<LexWarning>,
    names: HashMap<&'a str, Rc<str>, BuildHasherDefault<NameHasher>>,
    /// A name that is a keyword of a constant when it is normalised, though it is not written as one.
    pub(crate) constant_name: Option<Rc<str>>,
    level: u32,
    max_level: u32,
    barry: bool,
    /// First token of the statement of a module that is being parsed, the number of warnings before it, and whether `<>` is
    /// the unequal sign there.
    pub(crate) statement: (usize, usize, bool),
    unicode_kind: Option<Rc<str>>,
}

impl<'a> Parser<'a> {
    /// A parser over `tokens`, which end with an end marker or an error.
    pub(crate) fn new(text: &'a str, tokens: &'a [Token], options: &'a Options<'a>) -> Parser<'a> {
        Parser {
            text,
            tokens,
            pos: 0,
            options,
            warnings: Vec::new(),
            names: HashMap::default(),
            constant_name: None,
            level: 0,
            max_level: max_level(options.stack_budget),
            barry: options.barry_as_flufl,
            statement: (0, 0, options.barry_as_flufl),
            unicode_kind: None,
        }
    }

    #[inline]
    fn kind(&self) -> Tok {
        match self.tokens.get(self.pos) {
            Some(token) => token.kind,
            None => Tok::Error,
        }
    }

    #[inline]
    fn kind_at(&self, n: usize) -> Tok {
        match self.tokens.get(self.pos + n) {
            Some(token) => token.kind,
            None => Tok::Error,
        }
    }

    #[inline]
    fn token(&self) -> P<&'a Token> {
        self.tokens.get(self.pos).ok_or(Fail)
    }

    #[inline]
    fn token_text(&self, token: &Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    #[inline]
    fn eat(&mut self, kind: Tok) -> bool {
        let found = self.kind() == kind;
        self.pos += usize::from(found);
        found
    }

    #[inline]
    fn expect(&mut self, kind: Tok) -> P<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    /// Whether the token `n` ahead is the soft keyword `word`.
    fn is_soft(&self, n: usize, word: &str) -> bool {
        match self.tokens.get(self.pos + n) {
            Some(token) if token.kind == Tok::Name => self.token_text(token) == word,
            _ => false,
        }
    }

    #[inline]
    fn start(&self) -> Start {
        match self.tokens.get(self.pos) {
            Some(token) => (token.lineno, token.col),
            None => (1, 0),
        }
    }

    /// From `start` to the end of the last token that is not white space.
    #[inline]
    fn loc(&self, start: Start) -> Location {
        let mut i = self.pos.wrapping_sub(1);
        let mut end = start;
        while let Some(token) = self.tokens.get(i) {
            if matches!(token.kind, Tok::Newline | Tok::Indent | Tok::Dedent | Tok::EndMarker) {
                i = i.wrapping_sub(1);
                continue;
            }
            end = (token.end_lineno, token.end_col);
            break;
        }
        Location {
            lineno: start.0 as i32,
            col_offset: start.1 as i32,
            end_lineno: end.0 as i32,
            end_col_offset: end.1 as i32,
        }
    }

    #[inline]
    fn token_loc(token: &Token) -> Location {
        Location {
            lineno: token.lineno as i32,
            col_offset: token.col as i32,
            end_lineno: token.end_lineno as i32,
            end_col_offset: token.end_col as i32,
        }
    }

    fn intern(&mut self, text: &'a str) -> Identifier {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name = normalise(text);
        if !text.is_ascii() && matches!(&*name, "None" | "True" | "False") {
            self.constant_name.get_or_insert_with(|| name.clone());
        }
        self.names.insert(text, name.clone());
        name
    }

    fn name(&mut self) -> P<Identifier> {
        let token = self.token()?;
        if token.kind != Tok::Name {
            return Err(Fail);
        }
        self.pos += 1;
        let text = self.token_text(token);
        Ok(self.intern(text))
    }

    fn type_comment(&mut self) -> Option<Box<str>> {
        let token = self.tokens.get(self.pos)?;
        if token.kind != Tok::TypeComment {
            return None;
        }
        self.pos += 1;
        Some(self.token_text(token).into())
    }

    /// Fails if the construct needs a newer grammar than the caller asked for.
    #[inline]
    fn version(&self, minor: u8) -> P<()> {
        if self.options.feature_version < minor { Err(Fail) } else { Ok(()) }
    }

    /// Runs `f` `cost` levels deeper.
    #[inline]
    fn deeper<T>(&mut self, cost: u32, f: impl FnOnce(&mut Self) -> P<T>) -> P<T> {
        self.level += cost;
        if self.level > self.max_level {
            return Err(Fail);
        }
        let result = f(self);
        self.level -= cost;
        result
    }

    /// The start rule for `mode`.
    pub(crate) fn parse(&mut self, mode: crate::Mode) -> P<Mod> {
        match mode {
            crate::Mode::Exec => {
                let mut body = Vec::new();
                while self.kind() != Tok::EndMarker {
                    self.statement = (self.pos, self.warnings.len(), self.barry);
                    self.statement(&mut body)?;
                }
                Ok(Mod::Module { body, type_ignores: Vec::new() })
            }
            crate::Mode::Single => {
                let mut body = Vec::new();
                if self.kind() == Tok::Newline {
                    let token = self.token()?;
                    self.pos += 1;
                    let loc = Self::token_loc(token);
                    body.push(Stmt::new(StmtKind::Pass, loc));
                } else {
                    let before = self.pos;
                    self.statement(&mut body)?;
                    let simple = body.first().is_none_or(|stmt| !is_compound(stmt));
                    debug_assert!(self.pos > before);
                    if !simple {
                        self.expect(Tok::Newline)?;
                    }
                }
                Ok(Mod::Interactive { body })
            }
            crate::Mode::Eval => {
                let body = Box::new(self.expressions()?);
                while self.eat(Tok::Newline) {}
                self.expect(Tok::EndMarker)?;
                Ok(Mod::Expression { body })
            }
            crate::Mode::FuncType => {
                self.expect(Tok::LPar)?;
                let argtypes = self.type_expressions()?;
                self.expect(Tok::RPar)?;
                self.expect(Tok::RArrow)?;
                let returns = Box::new(self.expression()?);
                while self.eat(Tok::Newline) {}
                self.expect(Tok::EndMarker)?;
                Ok(Mod::FunctionType { argtypes, returns })
            }
        }
    }

    fn type_expressions(&mut self) -> P<Vec<Expr>> {
        let mut types = Vec::new();
        let mut stage = 0;
        if self.kind() == Tok::RPar {
            return Ok(types);
        }
        loop {
            let next = match self.kind() {
                Tok::Star => 1,
                Tok::DoubleStar => 2,
                _ => 0,
            };
            if stage > 0 && next <= stage {
                return Err(Fail);
            }
            stage = next;
            self.pos += usize::from(next > 0);
            types.push(self.expression()?);
            if !self.eat(Tok::Comma) {
                return Ok(types);
            }
        }
    }
}

/// How deep the parser may go with `budget` bytes of stack.
pub(crate) fn max_level(budget: usize) -> u32 {
    MAX_STACK.min((budget / BYTES_PER_LEVEL) as u32)
}

/// What a level costs at most (measured in unoptimised builds).
const BYTES_PER_LEVEL: usize = 640;

fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt.kind,
        StmtKind::FunctionDef { .. }
            | StmtKind::AsyncFunctionDef { .. }
            | StmtKind::ClassDef { .. }
            | StmtKind::For { .. }
            | StmtKind::AsyncFor { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With { .. }
            | StmtKind::AsyncWith { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
            | StmtKind::TryStar { .. }
    )
}
