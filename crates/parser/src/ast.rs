//! The syntax tree: CPython 3.14's `Python.asdl`, node for node and field for field.
//!
//! The tree is owned (`Box`, `Vec`, `Option`). `Stmt`, `Expr`, `Pattern`, ... are a `kind` plus a [`Location`].
//! `elif` is an `If` nested in `orelse`, as in CPython. Fields whose ASDL name is a Rust keyword carry a trailing
//! underscore (`type_`).
//!
//! `Expr` and `Stmt` implement `Drop`, because left-nested chains (`a.b.c...`, `1 + 1 + ...`, `elif ...`) are not
//! bounded by the parser's depth limit; take a node apart with [`Expr::take_kind`] / [`Stmt::take_kind`].

use std::rc::Rc;

/// A name: interned per parse and normalised to NFKC (PEP 3131).
pub type Identifier = Rc<str>;

/// Source range: 1-based lines, UTF-8 byte columns. Signed as in CPython, where -1 means "no location".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Location {
    /// First line, from 1.
    pub lineno: i32,
    /// First column, in UTF-8 bytes from 0.
    pub col_offset: i32,
    /// Line of the end.
    pub end_lineno: i32,
    /// Column after the last byte.
    pub end_col_offset: i32,
}

impl Location {
    /// From the start of `self` to the end of `other`.
    #[inline]
    pub fn to(self, other: Location) -> Location {
        Location { end_lineno: other.end_lineno, end_col_offset: other.end_col_offset, ..self }
    }
}

/// String data in WTF-8: UTF-8 in which a lone surrogate (`"\ud800"`) is encoded as its three-byte form. A high
/// surrogate followed by a low one is two code points and stays two three-byte forms (Python strings do not pair them).
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Wtf8Str(Box<[u8]>);

impl Wtf8Str {
    /// Takes bytes which the caller knows to be (generalised) UTF-8.
    pub fn from_bytes(bytes: impl Into<Box<[u8]>>) -> Wtf8Str {
        Wtf8Str(bytes.into())
    }
    /// The WTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// The string, unless it has surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
    /// Whether the string is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The code points, surrogates included.
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { rest: &self.0 }
    }
}

impl From<&str> for Wtf8Str {
    fn from(s: &str) -> Wtf8Str {
        Wtf8Str(s.as_bytes().into())
    }
}

impl From<String> for Wtf8Str {
    fn from(s: String) -> Wtf8Str {
        Wtf8Str(s.into_bytes().into())
    }
}

impl std::fmt::Debug for Wtf8Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_str() {
            Some(s) => s.fmt(f),
            None => write!(f, "wtf8{:?}", &self.0),
        }
    }
}

/// Iterator over the code points of a [`Wtf8Str`].
pub struct CodePoints<'a> {
    rest: &'a [u8],
}

impl Iterator for CodePoints<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.rest.split_first()?;
        let (len, mut value) = match first {
            0..=0x7f => (0, u32::from(first)),
            0x80..=0xdf => (1, u32::from(first & 0x1f)),
            0xe0..=0xef => (2, u32::from(first & 0x0f)),
            _ => (3, u32::from(first & 0x07)),
        };
        let mut iter = rest.iter();
        for _ in 0..len {
            value = value << 6 | u32::from(iter.next().copied().unwrap_or(0) & 0x3f);
        }
        self.rest = iter.as_slice();
        Some(value)
    }
}

/// An integer literal beyond `i64`: non-negative, lower-case hexadecimal digits without prefix or leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInt {
    /// The digits.
    pub digits_hex: Box<str>,
}

/// The value of a `Constant` node.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer that fits (the parser makes non-negative ones only).
    Int(i64),
    /// A larger integer.
    BigInt(BigInt),
    /// A float.
    Float(f64),
    /// A complex number: the parser makes imaginary ones only.
    Complex(f64, f64),
    /// A string.
    Str(Wtf8Str),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// Made by the optimiser and by `ast` objects, never by the parser.
    Tuple(Vec<Constant>),
    /// Made by the optimiser and by `ast` objects, never by the parser.
    FrozenSet(Vec<Constant>),
}

/// `mod`
#[derive(Clone, Debug, PartialEq)]
pub enum Mod {
    /// `exec` mode.
    Module { body: Vec<Stmt>, type_ignores: Vec<TypeIgnore> },
    /// `single` mode.
    Interactive { body: Vec<Stmt> },
    /// `eval` mode.
    Expression { body: Box<Expr> },
    /// `func_type` mode.
    FunctionType { argtypes: Vec<Expr>, returns: Box<Expr> },
}

/// `type_ignore`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeIgnore {
    /// Line of the comment.
    pub lineno: i32,
    /// What follows `ignore`.
    pub tag: Box<str>,
}

/// `stmt`
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// Which statement.
    pub kind: StmtKind,
    /// Where.
    pub loc: Location,
}

/// The constructors of `stmt`.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `def`
    FunctionDef {
        name: Identifier,
        args: Box<Arguments>,
        body: Vec<Stmt>,
        decorator_list: Vec<Expr>,
        returns: Option<Box<Expr>>,
        type_comment: Option<Box<str>>,
        type_params: Vec<TypeParam>,
    },
    /// `async def`
    AsyncFunctionDef {
        name: Identifier,
        args: Box<Arguments>,
        body: Vec<Stmt>,
        decorator_list: Vec<Expr>,
        returns: Option<Box<Expr>>,
        type_comment: Option<Box<str>>,
        type_params: Vec<TypeParam>,
    },
    /// `class`
    ClassDef {
        name: Identifier,
        bases: Vec<Expr>,
        keywords: Vec<Keyword>,
        body: Vec<Stmt>,
        decorator_list: Vec<Expr>,
        type_params: Vec<TypeParam>,
    },
    /// `return`
    Return { value: Option<Box<Expr>> },
    /// `del`
    Delete { targets: Vec<Expr> },
    /// `a = b = value`
    Assign { targets: Vec<Expr>, value: Box<Expr>, type_comment: Option<Box<str>> },
    /// `type X[T] = value`
    TypeAlias { name: Box<Expr>, type_params: Vec<TypeParam>, value: Box<Expr> },
    /// `a += b`
    AugAssign { target: Box<Expr>, op: Operator, value: Box<Expr> },
    /// `a: b = c`
    AnnAssign { target: Box<Expr>, annotation: Box<Expr>, value: Option<Box<Expr>>, simple: i32 },
    /// `for`
    For { target: Box<Expr>, iter: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt>, type_comment: Option<Box<str>> },
    /// `async for`
    AsyncFor { target: Box<Expr>, iter: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt>, type_comment: Option<Box<str>> },
    /// `while`
    While { test: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt> },
    /// `if`; `elif` nests in `orelse`
    If { test: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt> },
    /// `with`
    With { items: Vec<WithItem>, body: Vec<Stmt>, type_comment: Option<Box<str>> },
    /// `async with`
    AsyncWith { items: Vec<WithItem>, body: Vec<Stmt>, type_comment: Option<Box<str>> },
    /// `match`
    Match { subject: Box<Expr>, cases: Vec<MatchCase> },
    /// `raise`
    Raise { exc: Option<Box<Expr>>, cause: Option<Box<Expr>> },
    /// `try` with `except`
    Try { body: Vec<Stmt>, handlers: Vec<ExceptHandler>, orelse: Vec<Stmt>, finalbody: Vec<Stmt> },
    /// `try` with `except*`
    TryStar { body: Vec<Stmt>, handlers: Vec<ExceptHandler>, orelse: Vec<Stmt>, finalbody: Vec<Stmt> },
    /// `assert`
    Assert { test: Box<Expr>, msg: Option<Box<Expr>> },
    /// `import a`
    Import { names: Vec<Alias> },
    /// `from a import b`
    ImportFrom { module: Option<Identifier>, names: Vec<Alias>, level: Option<i32> },
    /// `global`
    Global { names: Vec<Identifier> },
    /// `nonlocal`
    Nonlocal { names: Vec<Identifier> },
    /// An expression statement.
    Expr { value: Box<Expr> },
    /// `pass`
    Pass,
    /// `break`
    Break,
    /// `continue`
    Continue,
}

/// `expr`
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which expression.
    pub kind: ExprKind,
    /// Where.
    pub loc: Location,
}

/// The constructors of `expr`.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `a and b`
    BoolOp { op: BoolOp, values: Vec<Expr> },
    /// `a := b`
    NamedExpr { target: Box<Expr>, value: Box<Expr> },
    /// `a + b`
    BinOp { left: Box<Expr>, op: Operator, right: Box<Expr> },
    /// `-a`
    UnaryOp { op: UnaryOp, operand: Box<Expr> },
    /// `lambda`
    Lambda { args: Box<Arguments>, body: Box<Expr> },
    /// `a if test else b`
    IfExp { test: Box<Expr>, body: Box<Expr>, orelse: Box<Expr> },
    /// `{k: v, **d}`: the key of `**d` is `None`
    Dict { keys: Vec<Option<Expr>>, values: Vec<Expr> },
    /// `{a, b}`
    Set { elts: Vec<Expr> },
    /// `[a for b in c]`
    ListComp { elt: Box<Expr>, generators: Vec<Comprehension> },
    /// `{a for b in c}`
    SetComp { elt: Box<Expr>, generators: Vec<Comprehension> },
    /// `{k: v for b in c}`
    DictComp { key: Box<Expr>, value: Box<Expr>, generators: Vec<Comprehension> },
    /// `(a for b in c)`
    GeneratorExp { elt: Box<Expr>, generators: Vec<Comprehension> },
    /// `await a`
    Await { value: Box<Expr> },
    /// `yield a`
    Yield { value: Option<Box<Expr>> },
    /// `yield from a`
    YieldFrom { value: Box<Expr> },
    /// `a < b < c`
    Compare { left: Box<Expr>, ops: Vec<CmpOp>, comparators: Vec<Expr> },
    /// `f(a, *b, c=d, **e)`
    Call { func: Box<Expr>, args: Vec<Expr>, keywords: Vec<Keyword> },
    /// A replacement field of an f-string. `conversion` is -1 or the ASCII code of `s`, `r`, `a`.
    FormattedValue { value: Box<Expr>, conversion: i32, format_spec: Option<Box<Expr>> },
    /// A replacement field of a t-string; `str` is the expression's source text.
    Interpolation { value: Box<Expr>, str: Constant, conversion: i32, format_spec: Option<Box<Expr>> },
    /// An f-string.
    JoinedStr { values: Vec<Expr> },
    /// A t-string.
    TemplateStr { values: Vec<Expr> },
    /// A literal; `kind` is `"u"` for `u"..."`.
    Constant { value: Constant, kind: Option<Rc<str>> },
    /// `a.b`
    Attribute { value: Box<Expr>, attr: Identifier, ctx: ExprContext },
    /// `a[b]`
    Subscript { value: Box<Expr>, slice: Box<Expr>, ctx: ExprContext },
    /// `*a`
    Starred { value: Box<Expr>, ctx: ExprContext },
    /// A name.
    Name { id: Identifier, ctx: ExprContext },
    /// `[a, b]`
    List { elts: Vec<Expr>, ctx: ExprContext },
    /// `(a, b)`
    Tuple { elts: Vec<Expr>, ctx: ExprContext },
    /// `a:b:c` in a subscript
    Slice { lower: Option<Box<Expr>>, upper: Option<Box<Expr>>, step: Option<Box<Expr>> },
}

/// `expr_context`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExprContext {
    /// Read.
    Load,
    /// Bound.
    Store,
    /// Deleted.
    Del,
}

/// `boolop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoolOp {
    /// `and`
    And,
    /// `or`
    Or,
}

/// `operator`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mult,
    /// `@`
    MatMult,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `<<`
    LShift,
    /// `>>`
    RShift,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `//`
    FloorDiv,
}

/// `unaryop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `~`
    Invert,
    /// `not`
    Not,
    /// `+`
    UAdd,
    /// `-`
    USub,
}

/// `cmpop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CmpOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtE,
    /// `>`
    Gt,
    /// `>=`
    GtE,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

/// `comprehension`
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// What is bound.
    pub target: Expr,
    /// What is iterated over.
    pub iter: Expr,
    /// Conditions.
    pub ifs: Vec<Expr>,
    /// 1 for `async for`.
    pub is_async: i32,
}

/// `excepthandler`: its only constructor, `ExceptHandler`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptHandler {
    /// The exception type or types.
    pub type_: Option<Box<Expr>>,
    /// `as name`
    pub name: Option<Identifier>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// Where.
    pub loc: Location,
}

/// `arguments`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Before `/`.
    pub posonlyargs: Vec<Arg>,
    /// Positional or keyword.
    pub args: Vec<Arg>,
    /// `*args`
    pub vararg: Option<Box<Arg>>,
    /// After `*`.
    pub kwonlyargs: Vec<Arg>,
    /// Defaults of `kwonlyargs`, `None` where there is none.
    pub kw_defaults: Vec<Option<Expr>>,
    /// `**kwargs`
    pub kwarg: Option<Box<Arg>>,
    /// Defaults of the last `posonlyargs` and `args`.
    pub defaults: Vec<Expr>,
}

/// `arg`
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// Name.
    pub arg: Identifier,
    /// Annotation.
    pub annotation: Option<Box<Expr>>,
    /// `# type:` comment.
    pub type_comment: Option<Box<str>>,
    /// Where.
    pub loc: Location,
}

/// `keyword`; `arg` is `None` for `**value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    /// Name.
    pub arg: Option<Identifier>,
    /// Value.
    pub value: Expr,
    /// Where.
    pub loc: Location,
}

/// `alias`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Dotted name, or `*`.
    pub name: Identifier,
    /// `as asname`
    pub asname: Option<Identifier>,
    /// Where.
    pub loc: Location,
}

/// `withitem`
#[derive(Clone, Debug, PartialEq)]
pub struct WithItem {
    /// The context manager.
    pub context_expr: Expr,
    /// `as target`
    pub optional_vars: Option<Box<Expr>>,
}

/// `match_case`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchCase {
    /// Pattern.
    pub pattern: Pattern,
    /// `if guard`
    pub guard: Option<Box<Expr>>,
    /// Statements.
    pub body: Vec<Stmt>,
}

/// `pattern`
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Which pattern.
    pub kind: PatternKind,
    /// Where.
    pub loc: Location,
}

/// The constructors of `pattern`.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// Compared with `==`.
    MatchValue { value: Box<Expr> },
    /// `None`, `True`, `False`.
    MatchSingleton { value: Constant },
    /// `[a, b]`
    MatchSequence { patterns: Vec<Pattern> },
    /// `{key: a, **rest}`
    MatchMapping { keys: Vec<Expr>, patterns: Vec<Pattern>, rest: Option<Identifier> },
    /// `C(a, b=c)`
    MatchClass { cls: Box<Expr>, patterns: Vec<Pattern>, kwd_attrs: Vec<Identifier>, kwd_patterns: Vec<Pattern> },
    /// `*rest`; `None` for `*_`
    MatchStar { name: Option<Identifier> },
    /// `pattern as name`, a capture, or the wildcard.
    MatchAs { pattern: Option<Box<Pattern>>, name: Option<Identifier> },
    /// `a | b`
    MatchOr { patterns: Vec<Pattern> },
}

/// `type_param`
#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    /// Which parameter.
    pub kind: TypeParamKind,
    /// Where.
    pub loc: Location,
}

/// The constructors of `type_param`.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeParamKind {
    /// `T: bound = default`
    TypeVar { name: Identifier, bound: Option<Box<Expr>>, default_value: Option<Box<Expr>> },
    /// `**P = default`
    ParamSpec { name: Identifier, default_value: Option<Box<Expr>> },
    /// `*Ts = default`
    TypeVarTuple { name: Identifier, default_value: Option<Box<Expr>> },
}

impl Expr {
    /// A new node.
    #[inline]
    pub fn new(kind: ExprKind, loc: Location) -> Expr {
        Expr { kind, loc }
    }
    /// Moves the kind out (a node with `Drop` cannot be destructured).
    #[inline]
    pub fn take_kind(&mut self) -> ExprKind {
        std::mem::replace(&mut self.kind, ExprKind::Constant { value: Constant::None, kind: None })
    }
}

impl Stmt {
    /// A new node.
    #[inline]
    pub fn new(kind: StmtKind, loc: Location) -> Stmt {
        Stmt { kind, loc }
    }
    /// Moves the kind out (a node with `Drop` cannot be destructured).
    #[inline]
    pub fn take_kind(&mut self) -> StmtKind {
        std::mem::replace(&mut self.kind, StmtKind::Pass)
    }
}

/// Moves out the child along which a chain may be deep; drops the node's other children.
fn take_chain(kind: &mut ExprKind) -> Option<Box<Expr>> {
    match kind {
        ExprKind::BinOp { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Subscript { .. }
        | ExprKind::Call { .. }
        | ExprKind::UnaryOp { .. }
        | ExprKind::Lambda { .. }
        | ExprKind::IfExp { .. } => {}
        _ => return None,
    }
    match std::mem::replace(kind, ExprKind::Constant { value: Constant::None, kind: None }) {
        ExprKind::BinOp { left, right, .. } => match left.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Some(right),
            _ => Some(left),
        },
        ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(value),
        ExprKind::Call { func, .. } => Some(func),
        ExprKind::UnaryOp { operand, .. } => Some(operand),
        ExprKind::Lambda { body, .. } => Some(body),
        ExprKind::IfExp { orelse, .. } => Some(orelse),
        _ => None,
    }
}

impl Drop for Expr {
    fn drop(&mut self) {
        let mut next = take_chain(&mut self.kind);
        while let Some(mut node) = next {
            next = take_chain(&mut node.kind);
        }
    }
}

impl Drop for Stmt {
    fn drop(&mut self) {
        fn take_elif(kind: &mut StmtKind) -> Option<Stmt> {
            match kind {
                StmtKind::If { orelse, .. } if orelse.len() == 1 => orelse.pop(),
                _ => None,
            }
        }
        let mut next = take_elif(&mut self.kind);
        while let Some(mut node) = next {
            next = take_elif(&mut node.kind);
        }
    }
}
