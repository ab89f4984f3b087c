//! Rust source as tokens: as much of the language as is needed to find declarations.

/// A token; comments that document nothing are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name or a keyword.
    Ident(String),
    /// A number, a string or a character, as it is written.
    Literal(String),
    /// One character of punctuation.
    Punct(char),
    /// The text of a `///` comment.
    Doc(String),
}

impl Token {
    /// Whether it is this punctuation.
    pub fn is(&self, c: char) -> bool {
        *self == Self::Punct(c)
    }

    /// The name, if it is one.
    pub fn ident(&self) -> Option<&str> {
        match self {
            Self::Ident(name) => Some(name),
            _ => None,
        }
    }
}

/// The tokens of a source file.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = at(i);
        if c.is_whitespace() {
            i += 1;
        } else if c == '/' && at(i + 1) == '/' {
            let start = i;
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
            let line: String = chars[start..i].iter().collect();
            if let Some(text) = line.strip_prefix("///") {
                out.push(Token::Doc(text.trim().to_owned()));
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == '"' {
            let start = i;
            i = string_end(&chars, i);
            out.push(Token::Literal(chars[start..i].iter().collect()));
        } else if c == '\'' {
            // A character, or a lifetime.
            let start = i;
            if at(i + 1) == '\\' {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                out.push(Token::Literal(chars[start..i].iter().collect()));
            } else if at(i + 2) == '\'' {
                i += 3;
                out.push(Token::Literal(chars[start..i].iter().collect()));
            } else {
                i += 1;
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
            }
        } else if c.is_alphabetic() || c == '_' {
            let start = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            let name: String = chars[start..i].iter().collect();
            let prefix = matches!(name.as_str(), "r" | "b" | "c" | "br" | "cr");
            if prefix && at(i) == '"' && !name.ends_with('r') {
                i = string_end(&chars, i);
                out.push(Token::Literal(chars[start..i].iter().collect()));
            } else if prefix
                && name.ends_with('r')
                && (at(i) == '"' || (at(i) == '#' && matches!(at(i + 1), '#' | '"')))
            {
                i = raw_string_end(&chars, i);
                out.push(Token::Literal(chars[start..i].iter().collect()));
            } else if name == "r" && at(i) == '#' {
                i += 1;
                let start = i;
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                out.push(Token::Ident(chars[start..i].iter().collect()));
            } else if name == "b" && at(i) == '\'' {
                i += if at(i + 1) == '\\' { 3 } else { 2 };
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                out.push(Token::Literal(chars[start..i].iter().collect()));
            } else {
                out.push(Token::Ident(name));
            }
        } else if c.is_ascii_digit() {
            let start = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            out.push(Token::Literal(chars[start..i].iter().collect()));
        } else {
            out.push(Token::Punct(c));
            i += 1;
        }
    }
    out
}

fn string_end(chars: &[char], quote: usize) -> usize {
    let mut i = quote + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn raw_string_end(chars: &[char], start: usize) -> usize {
    let hashes = chars[start..].iter().take_while(|c| **c == '#').count();
    let mut i = start + hashes + 1;
    while i < chars.len() {
        let closed = chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        i += 1;
        if closed {
            break;
        }
    }
    i + hashes
}

/// The index behind the bracket that closes the one at `open`.
pub fn closed(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    let mut i = open;
    while let Some(token) = tokens.get(i) {
        if let Token::Punct(c) = token {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        i += 1;
        if depth == 0 {
            break;
        }
    }
    i
}

/// Splits at a separator that is outside of all brackets, also of `<>`.
pub fn split(tokens: &[Token], separator: char) -> Vec<&[Token]> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    for (i, token) in tokens.iter().enumerate() {
        match token {
            Token::Punct('(' | '[' | '{' | '<') => depth += 1,
            // The second character of an arrow closes nothing.
            Token::Punct('>') if i > 0 && (tokens[i - 1].is('-') || tokens[i - 1].is('=')) => {}
            Token::Punct(')' | ']' | '}' | '>') => depth -= 1,
            Token::Punct(c) if *c == separator && depth == 0 => {
                out.push(&tokens[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        out.push(&tokens[start..]);
    }
    out
}
