//! Source to decoded text with `\n` line ends: byte order mark, coding cookie (PEP 263), null bytes.

use crate::{ErrorKind, Mode, Options, SyntaxError};

/// What to parse.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A decoded string, as `compile()` gets it from `str`; a coding cookie in it is ignored.
    Text(&'a str),
    /// Bytes, as of a file or of a `bytes` object.
    Bytes(&'a [u8]),
}

/// The text which the lexer reads.
pub(crate) fn decode(source: Source<'_>, mode: Mode, options: &Options<'_>) -> Result<String, Box<SyntaxError>> {
    let text = match source {
        Source::Text(text) => text.to_owned(),
        Source::Bytes(bytes) => decode_bytes(bytes, options)?,
    };
    if text.len() >= i32::MAX as usize - 2 {
        return Err(Box::new(SyntaxError {
            kind: ErrorKind::MemoryError,
            ..*SyntaxError::generic("source too large")
        }));
    }
    if text.contains('\0') {
        return Err(SyntaxError::generic("source code string cannot contain null bytes"));
    }
    let mut text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    if mode == Mode::Exec && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn decode_bytes(bytes: &[u8], options: &Options<'_>) -> Result<String, Box<SyntaxError>> {
    let bom = bytes.starts_with(b"\xef\xbb\xbf");
    let body = if bom { &bytes[3..] } else { bytes };
    let cookie = find_cookie(body);
    let encoding = match &cookie {
        None => "utf-8".to_owned(),
        Some(name) => normal_name(name),
    };
    if bom && encoding != "utf-8" {
        let name = cookie.unwrap_or_default();
        return Err(SyntaxError::generic(format!("encoding problem: {name} with BOM")));
    }
    match encoding.as_str() {
        "utf-8" => String::from_utf8(body.to_vec()).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = body[..at].iter().filter(|&&b| b == b'\n').count() + 1;
            let byte = body.get(at).copied().unwrap_or(0);
            let mut err = SyntaxError::generic(format!(
                "(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: invalid start byte"
            ));
            err.lineno = Some(line as i32);
            err
        }),
        "iso-8859-1" => Ok(body.iter().map(|&b| b as char).collect()),
        _ => match options.decode.and_then(|decode| decode(&encoding, body)) {
            Some(Ok(text)) => Ok(text),
            Some(Err(message)) => Err(SyntaxError::generic(message)),
            None => Err(SyntaxError::generic(format!("unknown encoding: {encoding}"))),
        },
    }
}

/// The encoding named in a comment of the first two lines.
fn find_cookie(body: &[u8]) -> Option<String> {
    let mut rest = body;
    for _ in 0..2 {
        let end = rest.iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(rest.len());
        let line = &rest[..end];
        let indent = line.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c')).count();
        let code = &line[indent..];
        if code.first() == Some(&b'#') {
            if let Some(name) = cookie_of(code) {
                return Some(name);
            }
        } else if !code.is_empty() {
            return None;
        }
        rest = rest.get(end..).unwrap_or_default();
        let skip = if rest.starts_with(b"\r\n") { 2 } else { 1 };
        rest = rest.get(skip..).unwrap_or_default();
    }
    None
}

/// `coding[:=]\s*([-\w.]+)` in a comment.
fn cookie_of(comment: &[u8]) -> Option<String> {
    let at = (0..comment.len())
        .find(|&i| comment[i..].starts_with(b"coding") && matches!(comment.get(i + 6), Some(b':' | b'=')))?;
    let rest = comment.get(at + 7..)?;
    let skip = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let name: Vec<u8> = rest[skip..]
        .iter()
        .copied()
        .take_while(|&b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        .collect();
    if name.is_empty() { None } else { String::from_utf8(name).ok() }
}

/// The canonical name of an encoding, as far as the tokenizer cares.
fn normal_name(name: &str) -> String {
    let lower: String = name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    if lower == "utf-8" || lower.starts_with("utf-8-") {
        return "utf-8".to_owned();
    }
    for known in ["latin-1", "iso-8859-1", "iso-latin-1"] {
        if lower == known || lower.starts_with(&format!("{known}-")) {
            return "iso-8859-1".to_owned();
        }
    }
    name.to_owned()
}
