//! The second parser: finds out which error CPython reports.
//!
//! CPython parses with a packrat parser (PEP 617): once to build the tree, and if that fails once more with the rules
//! named `invalid_*` switched on, which recognise common mistakes. What is reported depends on the order in which
//! alternatives are tried, on which results are remembered, and on the furthest token that was ever looked at. So this
//! parser has the rules of the language reference's grammar under their names, tries their alternatives in the same
//! order and remembers the results of the same rules. It builds no tree, only as much ([`Node`]) as the messages need.
//!
//! A rule returns `Err(Miss::No)` if it does not match, `Err(Miss::Stop)` if it does not match and its remaining
//! alternatives must not be tried either (a cut, or an action without a result), `Err(Miss::Raised)` if an error has
//! been recorded.

mod expr;
mod invalid_expr;
mod invalid_stmt;
mod params;
mod pattern;
pub(crate) mod report;
mod stmt;
mod strings;
mod target;

use std::rc::Rc;

use crate::ast::Location;
use crate::lexer::{LexError, LexWarning, Lexer};
use crate::token::{Tok, Token};
use crate::{ErrorKind, Mode, Options};

/// Why a rule gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    /// No match.
    No,
    /// No match, and no further alternatives.
    Stop,
    /// An error was recorded.
    Raised,
}

type M<T> = Result<T, Miss>;
type N = M<Node>;

/// What the messages need to know of a construct.
#[derive(Clone)]
pub(crate) struct Node(Rc<NodeData>);

struct NodeData {
    kind: Kind,
    loc: Location,
}

enum Kind {
    /// Anything else.
    Unit,
    Name(usize),
    Tuple(Vec<Node>),
    List(Vec<Node>),
    Starred(Node),
    Subscript,
    Attribute,
    /// Positional arguments; whether `**` was among the keywords.
    Call(Vec<Node>, bool),
    /// Left side, if the first operator is `in`.
    Compare(Option<Node>),
    Lambda,
    Operation,
    GeneratorExp,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    JoinedStr,
    TemplateStr,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    /// A bytes literal before concatenation.
    Bytes,
    Complex,
    IfExp,
    NamedExpr,
    /// The last expression of the clause.
    Comprehension(Node),
    /// A `**` argument.
    Unpacking,
}

impl Node {
    fn new(kind: Kind, loc: Location) -> Node {
        Node(Rc::new(NodeData { kind, loc }))
    }
    fn loc(&self) -> Location {
        self.0.loc
    }
    fn kind(&self) -> &Kind {
        &self.0.kind
    }
    /// How messages call the expression.
    fn describe(&self) -> &'static str {
        match self.0.kind {
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred(_) => "starred",
            Kind::Name(_) => "name",
            Kind::List(_) => "list",
            Kind::Tuple(_) => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call(..) => "function call",
            Kind::GeneratorExp => "generator expression",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::ListComp => "list comprehension",
            Kind::SetComp => "set comprehension",
            Kind::DictComp => "dict comprehension",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::JoinedStr => "f-string expression",
            Kind::TemplateStr => "t-string expression",
            Kind::None => "None",
            Kind::False => "False",
            Kind::True => "True",
            Kind::Ellipsis => "ellipsis",
            Kind::Literal | Kind::Bytes | Kind::Complex => "literal",
            Kind::Compare(_) => "comparison",
            Kind::IfExp => "conditional expression",
            Kind::NamedExpr => "named expression",
            Kind::Operation | Kind::Unit | Kind::Comprehension(_) | Kind::Unpacking => "expression",
        }
    }
}

/// The rules whose results are remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Rule {
    SimpleStmt,
    DottedName,
    Block,
    ClosedPattern,
    Attr,
    StarPattern,
    TypeParam,
    Expression,
    StarExpression,
    Disjunction,
    Conjunction,
    Inversion,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    ShiftExpr,
    Sum,
    Term,
    Factor,
    AwaitPrimary,
    Primary,
    Tstring,
    Strings,
    Arguments,
    StarTarget,
    TargetWithStarAtom,
    TPrimary,
    DelTarget,
    InvalidNamedExpression,
}

/// A remembered result: rule, where the match ends, the match.
type Remembered = (Rule, usize, Option<Node>);

/// What an assignment is made to, for the messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    Star,
    For,
    Del,
}

/// The recorded error before its text line is found.
pub(crate) struct Raise {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) lineno: i32,
    /// Byte column counted from 1, or 0.
    pub(crate) col: i32,
    pub(crate) end_lineno: i32,
    pub(crate) end_col: i32,
    /// Lines and columns are final (the lexer counts characters itself, and its text has no newline).
    pub(crate) from_lexer: bool,
    /// Number of tokens that had been looked at.
    fill: usize,
}

/// The end of the error range is where the lexer stands.
const CURRENT_POS: i32 = -5;

/// The second parser.
pub(crate) struct Diagnosis<'a> {
    text: &'a str,
    tokens: &'a [Token],
    lex_error: Option<&'a LexError>,
    open_paren: Option<(u8, u32, u32)>,
    /// Whether the lexer stopped inside an f-string or t-string.
    in_fstring: bool,
    /// Whether the lexer was run to its end to look for errors.
    read_all: bool,
    options: &'a Options<'a>,
    mark: usize,
    fill: usize,
    /// Whether `invalid_*` rules are tried.
    invalid: bool,
    level: u32,
    memo: Vec<Vec<Remembered>>,
    error: Option<Raise>,
    barry: bool,
    last_stmt: (i32, i32),
    /// The word `class` of the class read last.
    class_start: usize,
    pub(crate) warnings: Vec<LexWarning>,
    unit: Node,
    /// Whether the string literals being parsed are t-strings, innermost last.
    templates: Vec<bool>,
}

/// Tries alternatives in order; the first that matches is the rule's result.
macro_rules! first {
    ($p:ident; $($alternative:expr),+ $(,)?) => {{
        $p.enter()?;
        $(
            match $p.alt($alternative) {
                Ok(None) => {}
                Ok(Some(node)) => {
                    $p.level -= 1;
                    return Ok(node);
                }
                Err(miss) => {
                    $p.level -= 1;
                    return Err(miss);
                }
            }
        )+
        $p.level -= 1;
        Err($crate::diagnose::Miss::No)
    }};
}
use first;

impl<'a> Diagnosis<'a> {
    pub(crate) fn new(
        text: &'a str,
        tokens: &'a [Token],
        lexer: &'a Lexer<'_>,
        options: &'a Options<'a>,
    ) -> Diagnosis<'a> {
        Diagnosis {
            text,
            tokens,
            lex_error: lexer.error.as_ref(),
            open_paren: lexer.open_paren(),
            in_fstring: lexer.in_fstring(),
            read_all: false,
            options,
            mark: 0,
            fill: 0,
            invalid: false,
            level: 0,
            memo: vec![Vec::new(); tokens.len() + 1],
            error: None,
            barry: options.barry_as_flufl,
            last_stmt: (0, 0),
            class_start: 0,
            warnings: Vec::new(),
            unit: Node::new(Kind::Unit, Location::default()),
            templates: Vec::new(),
        }
    }

    // Tokens.

    /// Looks at the token at the mark, as if the lexer produced it now.
    fn fetch(&mut self) -> M<&'a Token> {
        let at = self.mark.min(self.tokens.len().saturating_sub(1));
        let Some(token) = self.tokens.get(at) else { return Err(Miss::No) };
        if at >= self.fill {
            self.fill = at + 1;
            if token.kind == Tok::Error {
                return Err(self.raise_lexer_error());
            }
        }
        Ok(token)
    }

    /// A token of this kind.
    fn t(&mut self, kind: Tok) -> M<usize> {
        if self.fetch()?.kind == kind {
            self.mark += 1;
            Ok(self.mark - 1)
        } else {
            Err(Miss::No)
        }
    }

    /// A token of one of these kinds.
    fn one_of(&mut self, kinds: &[Tok]) -> M<usize> {
        if kinds.contains(&self.fetch()?.kind) {
            self.mark += 1;
            Ok(self.mark - 1)
        } else {
            Err(Miss::No)
        }
    }

    /// `&&kind`: the token, or an error.
    fn forced(&mut self, kind: Tok, spelling: &str) -> M<usize> {
        if self.fetch()?.kind == kind {
            self.mark += 1;
            return Ok(self.mark - 1);
        }
        let loc = self.token_loc(self.mark);
        Err(self.raise_at(loc, format!("expected '{spelling}'")))
    }

    fn soft(&mut self, word: &str) -> M<usize> {
        let token = self.fetch()?;
        if token.kind == Tok::Name && self.token_text(token) == word {
            self.mark += 1;
            Ok(self.mark - 1)
        } else {
            Err(Miss::No)
        }
    }

    fn any_soft_keyword(&mut self) -> M<usize> {
        let token = self.fetch()?;
        if token.kind == Tok::Name && matches!(self.token_text(token), "_" | "case" | "match" | "type") {
            self.mark += 1;
            Ok(self.mark - 1)
        } else {
            Err(Miss::No)
        }
    }

    fn token_text(&self, token: &Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    fn text_at(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| self.token_text(token))
    }

    /// NAME
    fn name(&mut self) -> N {
        let index = self.t(Tok::Name)?;
        Ok(Node::new(Kind::Name(index), self.token_loc(index)))
    }

    // Combinators.

    /// Runs an alternative; a miss puts the mark back.
    fn alt<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<Option<T>> {
        let mark = self.mark;
        match f(self) {
            Ok(value) => Ok(Some(value)),
            Err(Miss::No) => {
                self.mark = mark;
                Ok(None)
            }
            Err(miss) => {
                if miss == Miss::Stop {
                    self.mark = mark;
                }
                Err(miss)
            }
        }
    }

    /// Ends the effect of [`Miss::Stop`]: put around the body of a rule that has a cut or an action without result.
    fn rule<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<T> {
        match f(self) {
            Err(Miss::Stop) => Err(Miss::No),
            other => other,
        }
    }

    /// An alternative which is tried only in the second pass.
    fn only_invalid<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<T> {
        if self.invalid { f(self) } else { Err(Miss::No) }
    }

    /// `[e]`
    fn opt<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<Option<T>> {
        match self.alt(f) {
            Err(Miss::Stop) => Ok(None),
            other => other,
        }
    }

    /// `&e`
    fn ahead<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<()> {
        let mark = self.mark;
        let result = f(self);
        self.mark = mark;
        match result {
            Ok(_) => Ok(()),
            Err(Miss::Raised) => Err(Miss::Raised),
            Err(_) => Err(Miss::No),
        }
    }

    /// `!e`
    fn not<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<()> {
        match self.ahead(f) {
            Ok(()) => Err(Miss::No),
            Err(Miss::Raised) => Err(Miss::Raised),
            Err(_) => Ok(()),
        }
    }

    fn not_tok(&mut self, kind: Tok) -> M<()> {
        if self.fetch()?.kind == kind { Err(Miss::No) } else { Ok(()) }
    }

    fn ahead_one_of(&mut self, kinds: &[Tok]) -> M<()> {
        if kinds.contains(&self.fetch()?.kind) { Ok(()) } else { Err(Miss::No) }
    }

    /// `e*`
    fn many<T>(&mut self, f: impl Fn(&mut Self) -> M<T>) -> M<Vec<T>> {
        self.deeper(|p| {
            let mut items = Vec::new();
            while let Some(item) = p.opt(&f)? {
                items.push(item);
            }
            Ok(items)
        })
    }

    /// `e+`
    fn many1<T>(&mut self, f: impl Fn(&mut Self) -> M<T>) -> M<Vec<T>> {
        let items = self.many(f)?;
        if items.is_empty() { Err(Miss::No) } else { Ok(items) }
    }

    /// `sep.e+`
    fn sep<T>(&mut self, sep: Tok, f: impl Fn(&mut Self) -> M<T>) -> M<Vec<T>> {
        self.deeper(|p| {
            let mut items = vec![f(p)?];
            while let Some(item) = p.opt(|p| {
                p.t(sep)?;
                p.deeper(&f)
            })? {
                items.push(item);
            }
            Ok(items)
        })
    }

    /// `e` that fails, not stops, within a group.
    fn either<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>, g: impl FnOnce(&mut Self) -> M<T>) -> M<T> {
        self.deeper(|p| {
            if let Some(value) = p.alt(f)? {
                return Ok(value);
            }
            g(p)
        })
    }

    /// One level deeper, as CPython counts them: one for each rule, group and repetition.
    fn enter(&mut self) -> M<()> {
        self.level += 1;
        if self.level <= MAX_LEVEL {
            return Ok(());
        }
        self.error = Some(Raise {
            kind: ErrorKind::MemoryError,
            message: TOO_COMPLEX.to_owned(),
            lineno: 0,
            col: 0,
            end_lineno: 0,
            end_col: 0,
            from_lexer: false,
            fill: self.fill,
        });
        Err(Miss::Raised)
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<T> {
        self.enter()?;
        let result = f(self);
        self.level -= 1;
        result
    }

    fn recall(&self, rule: Rule) -> Option<&Remembered> {
        self.memo.get(self.mark)?.iter().find(|m| m.0 == rule)
    }

    fn remember(&mut self, at: usize, rule: Rule, node: Option<Node>) {
        let end = self.mark;
        if let Some(slot) = self.memo.get_mut(at) {
            match slot.iter_mut().find(|m| m.0 == rule) {
                Some(found) => *found = (rule, end, node),
                None => slot.push((rule, end, node)),
            }
        }
    }

    /// A rule whose result is remembered.
    fn memo(&mut self, rule: Rule, f: impl FnOnce(&mut Self) -> N) -> N {
        self.fetch()?;
        if let Some((_, end, node)) = self.recall(rule) {
            let (end, node) = (*end, node.clone());
            self.mark = end;
            return node.ok_or(Miss::No);
        }
        let mark = self.mark;
        match f(self) {
            Ok(node) => {
                self.remember(mark, rule, Some(node.clone()));
                Ok(node)
            }
            Err(Miss::Raised) => Err(Miss::Raised),
            Err(_) => {
                self.mark = mark;
                self.remember(mark, rule, None);
                Err(Miss::No)
            }
        }
    }

    /// A left-recursive rule: its remembered result grows as long as the match does.
    fn left_recursive(&mut self, rule: Rule, f: impl Fn(&mut Self) -> N) -> N {
        self.fetch()?;
        if let Some((_, end, node)) = self.recall(rule) {
            let (end, node) = (*end, node.clone());
            self.mark = end;
            return node.ok_or(Miss::No);
        }
        let mark = self.mark;
        let mut best_end = mark;
        let mut best = None;
        loop {
            self.remember(mark, rule, best.clone());
            self.mark = mark;
            match self.deeper(&f) {
                Err(Miss::Raised) => return Err(Miss::Raised),
                Ok(node) if self.mark > best_end => {
                    best_end = self.mark;
                    best = Some(node);
                }
                _ => break,
            }
        }
        self.mark = best_end;
        best.ok_or(Miss::No)
    }

    // Locations.

    /// Position of a token, with the -1 that CPython gives to tokens without text.
    fn token_loc(&self, index: usize) -> Location {
        let Some(token) = self.tokens.get(index) else { return Location::default() };
        let mut loc = Location {
            lineno: token.lineno as i32,
            col_offset: token.col as i32,
            end_lineno: token.end_lineno as i32,
            end_col_offset: token.end_col as i32,
        };
        if matches!(token.kind, Tok::Indent | Tok::Dedent | Tok::EndMarker | Tok::Error)
            || token.kind == Tok::Newline && token.start as usize >= self.text.len()
        {
            let line = self.lexer_line(index) as i32;
            loc = Location { lineno: line, col_offset: -1, end_lineno: line, end_col_offset: -1 };
        }
        loc
    }

    /// From the token at `start` to the last token that is not white space.
    fn loc(&self, start: usize) -> Location {
        let first = self.token_loc(start);
        let mut i = self.mark;
        while i > 0 {
            i -= 1;
            match self.tokens.get(i) {
                Some(token) if !matches!(token.kind, Tok::Newline | Tok::Indent | Tok::Dedent | Tok::EndMarker) => {
                    return first.to(self.token_loc(i));
                }
                _ => {}
            }
        }
        first
    }

    fn node(&self, kind: Kind, start: usize) -> N {
        Ok(Node::new(kind, self.loc(start)))
    }

    fn unit(&self) -> N {
        Ok(self.unit.clone())
    }

    // Errors.

    fn record(&mut self, raise: Raise) -> Miss {
        if self.error.is_none() {
            self.error = Some(raise);
        }
        Miss::Raised
    }

    fn raise_columns(&mut self, kind: ErrorKind, loc: Location, message: String) -> Miss {
        let fill = self.fill;
        self.record(Raise {
            kind,
            message,
            lineno: loc.lineno,
            col: loc.col_offset,
            end_lineno: loc.end_lineno,
            end_col: loc.end_col_offset,
            from_lexer: false,
            fill,
        })
    }

    /// At a node or token.
    fn raise_at(&mut self, loc: Location, message: impl Into<String>) -> Miss {
        let shifted = Location {
            col_offset: loc.col_offset + 1,
            end_col_offset: if loc.end_col_offset == CURRENT_POS { CURRENT_POS } else { loc.end_col_offset + 1 },
            ..loc
        };
        self.raise_columns(ErrorKind::SyntaxError, shifted, message.into())
    }

    /// From `a` to the end of `b`.
    fn raise_range(&mut self, a: Location, b: Location, message: impl Into<String>) -> Miss {
        self.raise_at(a.to(b), message)
    }

    /// From `a` to where the lexer stands.
    fn raise_from(&mut self, a: Location, message: impl Into<String>) -> Miss {
        self.raise_at(Location { end_lineno: CURRENT_POS, end_col_offset: CURRENT_POS, ..a }, message)
    }

    fn raise_token(&mut self, kind: ErrorKind, index: usize, message: String) -> Miss {
        let loc = self.token_loc(index);
        let mut col = loc.col_offset + 1;
        let mut end_col = -1;
        if loc.col_offset == -1 {
            let (cur, _, line_start) = self.lexer_state();
            col = cur as i32 - line_start as i32;
        }
        if loc.end_col_offset != -1 {
            end_col = loc.end_col_offset + 1;
        }
        let at = Location { col_offset: col, end_col_offset: end_col, ..loc };
        self.raise_columns(kind, at, message)
    }

    /// At the last token that was looked at.
    fn raise_last(&mut self, message: impl Into<String>) -> Miss {
        let last = self.fill.saturating_sub(1);
        self.raise_token(ErrorKind::SyntaxError, last, message.into())
    }

    fn raise_indentation(&mut self, message: impl Into<String>) -> Miss {
        let last = self.fill.saturating_sub(1);
        self.raise_token(ErrorKind::IndentationError, last, message.into())
    }

    /// At the token at the mark.
    fn raise_next(&mut self, message: impl Into<String>) -> Miss {
        if let Err(miss) = self.fetch() {
            return miss;
        }
        self.raise_token(ErrorKind::SyntaxError, self.mark, message.into())
    }

    /// Fails with an error if the construct needs a newer grammar than the caller asked for.
    fn version(&mut self, minor: u8, what: &str) -> M<()> {
        if self.options.feature_version < minor {
            return Err(self.raise_last(format!("{what} only supported in Python 3.{minor} and greater")));
        }
        Ok(())
    }

    // Running.

    /// Runs the start rule once, from the mark.
    fn run(&mut self, mode: Mode) -> M<()> {
        self.level = 0;
        match mode {
            Mode::Exec => self.file(),
            Mode::Single => self.interactive(),
            Mode::Eval => self.eval(),
            Mode::FuncType => self.func_type(),
        }
    }
}

/// How deep CPython's parser goes.
const MAX_LEVEL: u32 = 6000;

/// CPython's message for recursion beyond its limit.
pub(crate) const TOO_COMPLEX: &str = "Parser stack overflowed - Python source too complex to parse";
