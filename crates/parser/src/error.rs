//! Errors and warnings as the caller sees them.

use crate::Options;
use crate::lexer::LexWarning;

/// Which exception an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    SyntaxError,
    /// `IndentationError`
    IndentationError,
    /// `TabError`
    TabError,
    /// `_IncompleteInputError`
    IncompleteInput,
    /// `MemoryError`: nested too deeply for the parser's stack.
    MemoryError,
    /// `OverflowError`
    OverflowError,
    /// `ValueError`
    ValueError,
}

/// A syntax error with the values of CPython's exception attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Exception type.
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    /// `lineno`
    pub lineno: Option<i32>,
    /// `offset`: characters, from 1.
    pub offset: Option<i32>,
    /// `text`: the line.
    pub text: Option<String>,
    /// `end_lineno`
    pub end_lineno: Option<i32>,
    /// `end_offset`
    pub end_offset: Option<i32>,
    /// `_metadata`: start line, start column and source text, for the suggestion of misspelt keywords.
    pub metadata: Option<(i32, i32, String)>,
    /// Whether CPython takes `text` from the file named by the filename, if there is such a file, because the parser
    /// and not the lexer found the error. (The text found there differs from this one only in its newline.)
    pub reread_text: bool,
    /// Warnings issued before the error.
    pub warnings: Vec<Warning>,
}

impl SyntaxError {
    /// An error without location.
    pub fn generic(message: impl Into<String>) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            lineno: None,
            offset: None,
            text: None,
            end_lineno: None,
            end_offset: None,
            metadata: None,
            reread_text: false,
            warnings: Vec::new(),
        })
    }
}

/// Category of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCategory {
    /// `SyntaxWarning`
    SyntaxWarning,
    /// `DeprecationWarning`
    DeprecationWarning,
}

/// A warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Category.
    pub category: WarningCategory,
    /// Text.
    pub message: String,
    /// Line.
    pub lineno: i32,
    /// What to raise where the warnings filter turns the warning into an error.
    pub as_error: Box<SyntaxError>,
}

/// Completes the warnings of lexer and parser, `warnings` being the parser's in the order in which it gave them.
pub(crate) fn finish_warnings(
    warnings: Vec<LexWarning>,
    lexer: impl Iterator<Item = LexWarning>,
    text: &str,
    options: &Options<'_>,
) -> Vec<Warning> {
    // Where both warn at a token, the lexer comes first.
    let mut merged = Vec::with_capacity(warnings.len());
    let mut parser = warnings.into_iter().peekable();
    for warning in lexer {
        while let Some(earlier) = parser.next_if(|w| w.offset < warning.offset) {
            merged.push(earlier);
        }
        merged.push(warning);
    }
    merged.extend(parser);
    if merged.is_empty() {
        return Vec::new();
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    merged
        .into_iter()
        .map(|w| {
            let lineno = w.lineno as i32;
            let line = w.text_lineno.unwrap_or(w.lineno).saturating_sub(1) as usize;
            let line = lines.get(line).copied().unwrap_or_default();
            let line = if w.newline { line } else { line.trim_end_matches('\n') };
            let column = |col: i32| if w.from_lexer { col } else { char_offset(line, col) };
            let as_error = SyntaxError {
                lineno: Some(lineno),
                offset: Some(column(w.col)),
                end_lineno: Some(lineno),
                end_offset: Some(column(w.end_col)),
                text: Some(line.to_owned()),
                reread_text: !w.from_lexer,
                ..*SyntaxError::generic(w.error_message)
            };
            Warning {
                category: if w.escape && !w.from_lexer && options.feature_version < 12 {
                    WarningCategory::DeprecationWarning
                } else {
                    WarningCategory::SyntaxWarning
                },
                message: w.message,
                lineno,
                as_error: Box::new(as_error),
            }
        })
        .collect()
}

/// Characters in the first `offset` bytes of `line`; at most one more than the line has.
pub(crate) fn char_offset(line: &str, offset: i32) -> i32 {
    let Ok(offset) = usize::try_from(offset) else { return offset };
    let bytes = line.as_bytes();
    let count = bytes.iter().take(offset).filter(|&&b| b & 0xc0 != 0x80).count();
    (count + usize::from(offset > bytes.len())) as i32
}
