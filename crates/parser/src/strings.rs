//! Values of string and bytes literals: prefixes, escape sequences and the complaints about them.

use crate::ast::Wtf8Str;
use crate::lexer::LexWarning;
use crate::token::Token;

/// Looks up the code point of a Unicode character name (aliases allowed, named sequences not).
pub type NameLookup<'a> = &'a (dyn Fn(&str) -> Option<char> + Sync);

/// Prefix and body of a literal.
#[derive(Clone, Copy, Debug)]
pub struct Literal<'a> {
    /// Between the quotes.
    pub body: &'a str,
    /// `b`
    pub bytes: bool,
    /// `r`
    pub raw: bool,
}

/// Takes the text of a STRING token apart.
pub fn split_literal(text: &str) -> Literal<'_> {
    let (mut bytes, mut raw) = (false, false);
    let mut prefix = 0;
    for c in text.bytes() {
        match c {
            b'b' | b'B' => bytes = true,
            b'r' | b'R' => raw = true,
            b'u' | b'U' => {}
            _ => break,
        }
        prefix += 1;
    }
    let quoted = text.get(prefix..).unwrap_or_default();
    let size = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
    let body = quoted.get(size..quoted.len().saturating_sub(size)).unwrap_or_default();
    Literal { body, bytes, raw }
}

/// The first invalid escape of a literal: byte offset of the backslash and the text between the quotes of the message.
#[derive(Clone, Debug)]
pub struct InvalidEscape {
    /// Offset of the character after the backslash, in the body.
    pub offset: usize,
    /// The escape without its backslash.
    pub text: String,
    /// An octal escape beyond `\377`.
    pub octal: bool,
}

impl InvalidEscape {
    /// The warning's text and the text when raised as an error.
    pub fn messages(&self) -> (String, String) {
        let text = &self.text;
        let octal = if self.octal { "octal " } else { "" };
        (
            format!(
                "\"\\{text}\" is an invalid {octal}escape sequence. Such sequences will not work in the future. \
                 Did you mean \"\\\\{text}\"? A raw string is also an option."
            ),
            format!(
                "\"\\{text}\" is an invalid {octal}escape sequence. Did you mean \"\\\\{text}\"? \
                 A raw string is also an option."
            ),
        )
    }

    /// As a warning of `token`, whose text is `text`. For a part of an f-string CPython takes the closing quotes as the
    /// token; and it counts in the form of the body that it decodes ([`width`]), without the literal's prefix.
    pub fn to_warning(&self, body: &str, token: &Token, text: &str) -> LexWarning {
        let (message, error_message) = self.messages();
        let before = body.as_bytes().get(..self.offset).unwrap_or_default();
        let newlines = before.iter().filter(|&&b| b == b'\n').count();
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
        let mut col: usize = before.get(line_start..).unwrap_or_default().iter().map(|&c| width(c)).sum();
        if newlines == 0 {
            let quote = text.bytes().next().filter(|c| matches!(c, b'\'' | b'"'));
            col += token.col as usize + text.bytes().take_while(|&c| Some(c) == quote).count();
        }
        let lineno = token.lineno + newlines as u32;
        LexWarning {
            offset: token.start,
            lineno,
            col: col as i32,
            end_col: col as i32 + 2,
            message,
            error_message,
            escape: true,
            from_lexer: false,
            text_lineno: Some(lineno.min(token.end_lineno)),
            newline: token.end_lineno <= lineno,
        }
    }
}

/// Appends a code point, surrogates included, to WTF-8 bytes.
pub fn push_code_point(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => {
            let mut buf = [0; 4];
            out.extend_from_slice(c.encode_utf8(&mut buf).as_bytes());
        }
        None => out.extend_from_slice(&[
            0xe0 | (code >> 12) as u8 & 0x0f,
            0x80 | (code >> 6) as u8 & 0x3f,
            0x80 | code as u8 & 0x3f,
        ]),
    }
}

/// Width of `c` in the ASCII form that CPython decodes: what lies beyond ASCII is written `\UXXXXXXXX`.
fn width(c: u8) -> usize {
    match c {
        0..=0x7f => 1,
        0x80..=0xbf => 0,
        _ => 10,
    }
}

/// Decodes the body of a string literal that is not raw. The error is the message in CPython's words.
pub fn decode_unicode(
    body: &str,
    names: Option<NameLookup<'_>>,
    invalid: &mut Option<InvalidEscape>,
) -> Result<Wtf8Str, String> {
    let src = body.as_bytes();
    let mut out = Vec::with_capacity(src.len());
    let mut i = 0;
    // Position in the form that CPython decodes, for error messages; counted lazily.
    let position = |end: usize| -> usize {
        let mut n = 0;
        let mut k = 0;
        while k < end {
            n += width(src[k]);
            if src[k] == b'\\' {
                match src.get(k + 1) {
                    Some(0..=0x7f) => {
                        k += 1;
                        n += 1;
                    }
                    _ => n += 5,
                }
            }
            k += 1;
        }
        n
    };
    let failure = |start: usize, end: usize, what: &str| -> String {
        let first = position(start);
        let last = first + position_span(src, start, end);
        if last == first + 1 {
            format!(
                "(unicode error) 'unicodeescape' codec can't decode byte 0x{:02x} in position {first}: {what}",
                src[start]
            )
        } else {
            format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{}: {what}",
                last.saturating_sub(1)
            )
        }
    };
    while i < src.len() {
        match memchr::memchr(b'\\', &src[i..]) {
            None => {
                out.extend_from_slice(&src[i..]);
                break;
            }
            Some(n) => {
                out.extend_from_slice(&src[i..i + n]);
                i += n;
            }
        }
        let start = i;
        i += 1;
        // Before a character beyond ASCII, and at the end (of a part of an f-string), it stands for itself.
        let Some(&c @ 0..=0x7f) = src.get(i) else {
            out.push(b'\\');
            continue;
        };
        i += 1;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut code = u32::from(c - b'0');
                let mut digits = 1;
                while digits < 3 {
                    match src.get(i) {
                        Some(&d @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(d - b'0');
                            i += 1;
                            digits += 1;
                        }
                        _ => break,
                    }
                }
                if code > 0o377 && invalid.is_none() {
                    let text = body.get(start + 1..start + 4).unwrap_or_default().to_owned();
                    *invalid = Some(InvalidEscape { offset: start + 1, text, octal: true });
                }
                push_code_point(&mut out, code);
            }
            b'x' | b'u' | b'U' => {
                let (count, what) = match c {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let mut code: u32 = 0;
                for _ in 0..count {
                    match src.get(i).and_then(|&d| (d as char).to_digit(16)) {
                        Some(d) => {
                            code = code.wrapping_mul(16).wrapping_add(d);
                            i += 1;
                        }
                        None => return Err(failure(start, i, what)),
                    }
                }
                if code > 0x10ffff {
                    return Err(failure(start, i, "illegal Unicode character"));
                }
                push_code_point(&mut out, code);
            }
            b'N' => {
                const MALFORMED: &str = "malformed \\N character escape";
                if src.get(i) != Some(&b'{') {
                    return Err(failure(start, i, MALFORMED));
                }
                i += 1;
                let Some(n) = memchr::memchr(b'}', &src[i..]) else {
                    return Err(failure(start, src.len(), MALFORMED));
                };
                let name = body.get(i..i + n).unwrap_or_default();
                if name.is_empty() {
                    return Err(failure(start, i, MALFORMED));
                }
                i += n + 1;
                let Some(lookup) = names else {
                    return Err("(unicode error) \\N escapes not supported (can't load unicodedata module)".to_owned());
                };
                match lookup(name) {
                    Some(c) => push_code_point(&mut out, c as u32),
                    None => return Err(failure(start, i, "unknown Unicode character name")),
                }
            }
            _ => {
                if invalid.is_none() {
                    *invalid = Some(InvalidEscape { offset: start + 1, text: (c as char).to_string(), octal: false });
                }
                out.push(b'\\');
                out.push(c);
            }
        }
    }
    Ok(Wtf8Str::from_bytes(out))
}

/// Width of `src[start..end]` in the form that CPython decodes.
fn position_span(src: &[u8], start: usize, end: usize) -> usize {
    src.get(start..end).unwrap_or_default().iter().map(|&c| width(c)).sum()
}

/// Decodes the body of a bytes literal that is not raw (ASCII has been checked).
pub fn decode_bytes(body: &str, invalid: &mut Option<InvalidEscape>) -> Result<Vec<u8>, String> {
    let src = body.as_bytes();
    let mut out = Vec::with_capacity(src.len());
    let mut i = 0;
    while i < src.len() {
        let c = src[i];
        if c != b'\\' {
            out.push(c);
            i += 1;
            continue;
        }
        let start = i;
        i += 1;
        let Some(&c) = src.get(i) else {
            return Err("(value error) Trailing \\ in string".to_owned());
        };
        i += 1;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut code = u32::from(c - b'0');
                let mut digits = 1;
                while digits < 3 {
                    match src.get(i) {
                        Some(&d @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(d - b'0');
                            i += 1;
                            digits += 1;
                        }
                        _ => break,
                    }
                }
                if code > 0o377 && invalid.is_none() {
                    let text = body.get(start + 1..start + 4).unwrap_or_default().to_owned();
                    *invalid = Some(InvalidEscape { offset: start + 1, text, octal: true });
                }
                out.push(code as u8);
            }
            b'x' => {
                let digit = |at: usize| src.get(at).and_then(|&d| (d as char).to_digit(16));
                match (digit(i), digit(i + 1)) {
                    (Some(a), Some(b)) => {
                        out.push((a * 16 + b) as u8);
                        i += 2;
                    }
                    _ => return Err(format!("(value error) invalid \\x escape at position {start}")),
                }
            }
            _ => {
                if invalid.is_none() {
                    *invalid = Some(InvalidEscape { offset: start + 1, text: (c as char).to_string(), octal: false });
                }
                out.push(b'\\');
                out.push(c);
            }
        }
    }
    Ok(out)
}
