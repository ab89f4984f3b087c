//! Token kinds and tokens.

/// Kind of a token: CPython's exact types, with each keyword a kind of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tok {
    /// End of input.
    EndMarker,
    /// Identifier or soft keyword.
    Name,
    /// Numeric literal.
    Number,
    /// String or bytes literal.
    String,
    /// Logical end of line.
    Newline,
    /// More indentation.
    Indent,
    /// Less indentation.
    Dedent,
    /// `(`
    LPar,
    /// `)`
    RPar,
    /// `[`
    LSqb,
    /// `]`
    RSqb,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// `;`
    Semi,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `|`
    VBar,
    /// `&`
    Amper,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `=`
    Equal,
    /// `.`
    Dot,
    /// `%`
    Percent,
    /// `{`
    LBrace,
    /// `}`
    RBrace,
    /// `==`
    EqEqual,
    /// `!=` (or `<>`, if that is the unequal sign)
    NotEqual,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `~`
    Tilde,
    /// `^`
    Circumflex,
    /// `<<`
    LeftShift,
    /// `>>`
    RightShift,
    /// `**`
    DoubleStar,
    /// `+=`
    PlusEqual,
    /// `-=`
    MinEqual,
    /// `*=`
    StarEqual,
    /// `/=`
    SlashEqual,
    /// `%=`
    PercentEqual,
    /// `&=`
    AmperEqual,
    /// `|=`
    VBarEqual,
    /// `^=`
    CircumflexEqual,
    /// `<<=`
    LeftShiftEqual,
    /// `>>=`
    RightShiftEqual,
    /// `**=`
    DoubleStarEqual,
    /// `//`
    DoubleSlash,
    /// `//=`
    DoubleSlashEqual,
    /// `@`
    At,
    /// `@=`
    AtEqual,
    /// `->`
    RArrow,
    /// `...`
    Ellipsis,
    /// `:=`
    ColonEqual,
    /// `!`
    Exclamation,
    /// A character that begins no token: `$`, `?`, a backquote.
    Op,
    /// `# type: ignore`
    TypeIgnore,
    /// `# type: ...`
    TypeComment,
    /// `f"`
    FStringStart,
    /// Literal part of an f-string.
    FStringMiddle,
    /// Closing quotes of an f-string.
    FStringEnd,
    /// `t"`
    TStringStart,
    /// Literal part of a t-string.
    TStringMiddle,
    /// Closing quotes of a t-string.
    TStringEnd,
    /// Comment (only with extra tokens).
    Comment,
    /// Line end which ends no statement (only with extra tokens).
    Nl,
    /// The tokenizer failed here.
    Error,
    /// `False`
    False,
    /// `None`
    None,
    /// `True`
    True,
    /// `and`
    And,
    /// `as`
    As,
    /// `assert`
    Assert,
    /// `async`
    Async,
    /// `await`
    Await,
    /// `break`
    Break,
    /// `class`
    Class,
    /// `continue`
    Continue,
    /// `def`
    Def,
    /// `del`
    Del,
    /// `elif`
    Elif,
    /// `else`
    Else,
    /// `except`
    Except,
    /// `finally`
    Finally,
    /// `for`
    For,
    /// `from`
    From,
    /// `global`
    Global,
    /// `if`
    If,
    /// `import`
    Import,
    /// `in`
    In,
    /// `is`
    Is,
    /// `lambda`
    Lambda,
    /// `nonlocal`
    Nonlocal,
    /// `not`
    Not,
    /// `or`
    Or,
    /// `pass`
    Pass,
    /// `raise`
    Raise,
    /// `return`
    Return,
    /// `try`
    Try,
    /// `while`
    While,
    /// `with`
    With,
    /// `yield`
    Yield,
}

impl Tok {
    /// The number of the exact type in CPython's `token` module; keywords are NAME.
    pub fn number(self) -> u8 {
        match self {
            _ if self.is_keyword() => Tok::Name as u8,
            Tok::FStringStart => 59,
            Tok::FStringMiddle => 60,
            Tok::FStringEnd => 61,
            Tok::TStringStart => 62,
            Tok::TStringMiddle => 63,
            Tok::TStringEnd => 64,
            Tok::Comment => 65,
            Tok::Nl => 66,
            Tok::Error => 67,
            _ => self as u8,
        }
    }

    /// Whether this is one of the reserved words.
    #[inline]
    pub fn is_keyword(self) -> bool {
        self as u8 >= Tok::False as u8
    }
}

/// The kind of the word `s`: a keyword's, or [`Tok::Name`].
#[inline]
pub fn keyword_kind(s: &[u8]) -> Tok {
    if s.len() < 2 || s.len() > 8 {
        return Tok::Name;
    }
    match s[0] {
        b'F' if s == b"False" => Tok::False,
        b'N' if s == b"None" => Tok::None,
        b'T' if s == b"True" => Tok::True,
        b'a' => match s {
            b"and" => Tok::And,
            b"as" => Tok::As,
            b"assert" => Tok::Assert,
            b"async" => Tok::Async,
            b"await" => Tok::Await,
            _ => Tok::Name,
        },
        b'b' if s == b"break" => Tok::Break,
        b'c' => match s {
            b"class" => Tok::Class,
            b"continue" => Tok::Continue,
            _ => Tok::Name,
        },
        b'd' => match s {
            b"def" => Tok::Def,
            b"del" => Tok::Del,
            _ => Tok::Name,
        },
        b'e' => match s {
            b"elif" => Tok::Elif,
            b"else" => Tok::Else,
            b"except" => Tok::Except,
            _ => Tok::Name,
        },
        b'f' => match s {
            b"for" => Tok::For,
            b"from" => Tok::From,
            b"finally" => Tok::Finally,
            _ => Tok::Name,
        },
        b'g' if s == b"global" => Tok::Global,
        b'i' => match s {
            b"if" => Tok::If,
            b"in" => Tok::In,
            b"is" => Tok::Is,
            b"import" => Tok::Import,
            _ => Tok::Name,
        },
        b'l' if s == b"lambda" => Tok::Lambda,
        b'n' => match s {
            b"not" => Tok::Not,
            b"nonlocal" => Tok::Nonlocal,
            _ => Tok::Name,
        },
        b'o' if s == b"or" => Tok::Or,
        b'p' if s == b"pass" => Tok::Pass,
        b'r' => match s {
            b"return" => Tok::Return,
            b"raise" => Tok::Raise,
            _ => Tok::Name,
        },
        b't' if s == b"try" => Tok::Try,
        b'w' => match s {
            b"with" => Tok::With,
            b"while" => Tok::While,
            _ => Tok::Name,
        },
        b'y' if s == b"yield" => Tok::Yield,
        _ => Tok::Name,
    }
}

/// A token: kind, byte range in the source, and position (1-based lines, byte columns).
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Kind.
    pub kind: Tok,
    /// Bracket nesting at the end of the token (at most 200).
    pub level: u8,
    /// First byte.
    pub start: u32,
    /// After the last byte.
    pub end: u32,
    /// First line.
    pub lineno: u32,
    /// First column.
    pub col: u32,
    /// Last line.
    pub end_lineno: u32,
    /// Column after the last byte.
    pub end_col: u32,
}
