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

/// An error of the decoder itself, which has no place.
fn codec_error(message: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError { lineno: Some(0), offset: Some(-1), ..*SyntaxError::generic(message) })
}

/// The encoding that a coding cookie names, unless it is one that this crate decodes by itself.
pub fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return None;
    }
    let encoding = normal_name(&find_cookie(bytes)?.1);
    let known = [
        "utf-8",
        "iso-8859-1",
        "latin1",
        "latin",
        "l1",
        "iso8859-1",
        "8859",
        "cp819",
        "ascii",
        "us-ascii",
        "646",
        "utf8",
        "u8",
        "utf",
        "cp65001",
    ];
    if known.contains(&encoding.to_ascii_lowercase().replace('_', "-").as_str()) { None } else { Some(encoding) }
}

/// The text of source bytes in an encoding that this crate decodes by itself.
pub fn decoded(bytes: &[u8]) -> Option<String> {
    decode_bytes(bytes, &Options::default()).ok()
}

fn decode_bytes(bytes: &[u8], options: &Options<'_>) -> Result<String, Box<SyntaxError>> {
    let bom = bytes.starts_with(b"\xef\xbb\xbf");
    let body = if bom { &bytes[3..] } else { bytes };
    let cookie = find_cookie(body);
    let encoding = match &cookie {
        None => "utf-8".to_owned(),
        Some((_, name)) => normal_name(name),
    };
    if bom && encoding != "utf-8" {
        let line = cookie.map_or(1, |(line, _)| line);
        let text = body.split(|&b| b == b'\n' || b == b'\r').nth(line - 1).unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        return Err(Box::new(SyntaxError {
            lineno: Some(line as i32),
            offset: Some(0),
            end_lineno: Some(line as i32),
            end_offset: Some(text.chars().count() as i32),
            text: Some(text),
            ..*SyntaxError::generic(format!("encoding problem: {encoding} with BOM"))
        }));
    }
    match encoding.as_str() {
        "utf-8" => String::from_utf8(body.to_vec()).map_err(|error| not_utf8(body, error.utf8_error().valid_up_to())),
        "iso-8859-1" => Ok(latin_1(body)),
        _ => match options.decode.and_then(|decode| decode(&encoding, body)) {
            Some(Ok(text)) => Ok(text),
            Some(Err(message)) => Err(codec_error(message)),
            None => match encoding.to_ascii_lowercase().replace('_', "-").as_str() {
                "latin1" | "latin" | "l1" | "iso8859-1" | "8859" | "cp819" => Ok(latin_1(body)),
                "ascii" | "us-ascii" | "646" => match body.iter().position(|b| !b.is_ascii()) {
                    None => Ok(latin_1(body)),
                    Some(at) => Err(codec_error(format!(
                        "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                        body[at]
                    ))),
                },
                "utf8" | "u8" | "utf" | "cp65001" => utf8_codec(body),
                _ => Err(codec_error(format!("unknown encoding: {encoding}"))),
            },
        },
    }
}

fn latin_1(body: &[u8]) -> String {
    body.iter().map(|&b| b as char).collect()
}

/// The tokenizer's error for source that should be UTF-8.
fn not_utf8(body: &[u8], at: usize) -> Box<SyntaxError> {
    let (before, rest) = body.split_at(at);
    let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
    let line = before.iter().filter(|&&b| b == b'\n').count() as i32 + 1;
    let end = at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    let text = String::from_utf8_lossy(body.get(start..end).unwrap_or_default()).into_owned();
    let col = String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count() as i32 + 1;
    Box::new(SyntaxError {
        lineno: Some(line),
        offset: Some(col),
        end_lineno: Some(line),
        end_offset: Some(col),
        text: Some(text.trim_end_matches('\r').to_owned()),
        ..*SyntaxError::generic(format!(
            "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details",
            rest.first().copied().unwrap_or(0)
        ))
    })
}

/// UTF-8 under a name which the tokenizer does not know, so that the codec decodes it.
fn utf8_codec(body: &[u8]) -> Result<String, Box<SyntaxError>> {
    let error = match std::str::from_utf8(body) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let byte = body.get(at).copied().unwrap_or(0);
    let (len, reason) = match error.error_len() {
        // The tokenizer has put a newline behind the source.
        None => (body.len() - at, "invalid continuation byte"),
        Some(len) if !matches!(byte, 0xc2..=0xf4) => (len, "invalid start byte"),
        Some(len) => (len, "invalid continuation byte"),
    };
    let place = if len == 1 {
        format!("byte 0x{byte:02x} in position {at}")
    } else {
        format!("bytes in position {at}-{}", at + len - 1)
    };
    Err(codec_error(format!("'utf-8' codec can't decode {place}: {reason}")))
}

/// The encoding named in a comment of the first two lines, with the line.
fn find_cookie(body: &[u8]) -> Option<(usize, String)> {
    let mut rest = body;
    for line_number in 1..=2 {
        let end = rest.iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(rest.len());
        let line = &rest[..end];
        let indent = line.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\x0c')).count();
        let code = &line[indent..];
        if code.first() == Some(&b'#') {
            if let Some(name) = cookie_of(code) {
                return Some((line_number, name));
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
