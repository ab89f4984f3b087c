//! Python 3.14 source to syntax tree, with CPython's syntax errors. Needs no runtime.
//!
//! [`parse`] is the entry point: source and [`Options`] in, [`Parsed`] or [`SyntaxError`] out. A fast predictive parser
//! ([`parser`]) builds the tree of correct programs. What it refuses goes to a second parser that follows CPython's
//! grammar rule by rule and builds nothing but the error.
#![forbid(unsafe_code)]

pub mod ast;
mod diagnose;
pub mod dump;
mod error;
pub mod lexer;
mod numbers;
mod parser;
mod source;
mod strings;
pub mod token;
mod tokenizer;

pub use error::{ErrorKind, SyntaxError, Warning, WarningCategory};
pub use source::{Source, decoded, foreign_encoding};
pub use strings::NameLookup;
pub use tokenizer::{TokenInfo, TokenizerIter};

use crate::ast::{Mod, TypeIgnore};
use crate::lexer::{LexOptions, Lexer};
use crate::token::Tok;

/// The start rule, as `compile()` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module.
    Exec,
    /// One interactive statement.
    Single,
    /// An expression.
    Eval,
    /// A function type comment.
    FuncType,
}

/// Decodes source in an encoding which this crate does not know. `None`: unknown encoding. `Some(Err(message))`: the
/// bytes do not decode.
pub type DecodeSource<'a> = &'a (dyn Fn(&str, &[u8]) -> Option<Result<String, String>> + Sync);

/// What the parser may be told.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Parse `# type:` comments (`PyCF_TYPE_COMMENTS`).
    pub type_comments: bool,
    /// Minor version of the grammar to accept.
    pub feature_version: u8,
    /// `<>` instead of `!=` (`CO_FUTURE_BARRY_AS_BDFL`).
    pub barry_as_flufl: bool,
    /// Report input that stops too early as [`ErrorKind::IncompleteInput`] (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub allow_incomplete_input: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub dont_imply_dedent: bool,
    /// The input was read from a prompt, where an empty line ends a block and the end of input does not. Together with
    /// `allow_incomplete_input` it tells a read-eval-print loop whether to ask for another line.
    pub interactive: bool,
    /// `sys.get_int_max_str_digits()`; 0 is no limit.
    pub max_str_digits: usize,
    /// Bytes of native stack which the parser may use.
    pub stack_budget: usize,
    /// Look-up for `\N{...}`.
    pub unicode_names: Option<NameLookup<'a>>,
    /// Decoder of other source encodings than UTF-8, Latin-1 and ASCII.
    pub decode: Option<DecodeSource<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            type_comments: false,
            feature_version: 14,
            barry_as_flufl: false,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            interactive: false,
            max_str_digits: 4300,
            stack_budget: 1 << 20,
            unicode_names: None,
            decode: None,
        }
    }
}

/// A correct program.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub module: Mod,
    /// Warnings in the order of the source.
    pub warnings: Vec<Warning>,
}

/// Parses `source`.
pub fn parse(source: Source<'_>, mode: Mode, options: &Options<'_>) -> Result<Parsed, Box<SyntaxError>> {
    let text = source::decode(source, mode, options)?;
    let lex_options = LexOptions {
        type_comments: options.type_comments,
        extra_tokens: false,
        interactive: options.interactive,
        barry: options.barry_as_flufl,
        single: mode == Mode::Single,
        dont_imply_dedent: options.dont_imply_dedent,
    };
    let mut lexer = Lexer::new(&text, lex_options);
    let mut tokens = lexer.tokenize_all();
    let mut type_ignores = Vec::new();
    if options.type_comments {
        tokens.retain(|token| {
            let ignore = token.kind == Tok::TypeIgnore;
            if ignore {
                let tag = text.get(token.start as usize..token.end as usize).unwrap_or_default();
                type_ignores.push(TypeIgnore { lineno: token.lineno as i32, tag: tag.into() });
            }
            !ignore
        });
    }
    let mut parser = parser::Parser::new(&text, &tokens, options);
    let parsed = parser.parse(mode);
    if let Some(name) = &parser.constant_name {
        let message = format!("identifier field can't represent '{name}' constant");
        return Err(Box::new(SyntaxError { kind: ErrorKind::ValueError, ..*SyntaxError::generic(message) }));
    }
    match parsed {
        Ok(mut module) => {
            if mode == Mode::Single {
                // Only the statement's tokens have been looked at.
                let end = tokens.get(parser.pos.wrapping_sub(1)).map_or(0, |t| t.end as usize);
                if diagnose::report::has_statement_after(&text, end) {
                    return Err(diagnose::report::diagnose(&mut parser, &lexer, mode));
                }
            }
            if let Mod::Module { type_ignores: slot, .. } = &mut module {
                *slot = type_ignores;
            }
            let mut warnings = std::mem::take(&mut parser.warnings);
            warnings.sort_by_key(|w| w.offset);
            let warnings = error::finish_warnings(warnings, lexer.warnings.into_iter(), &text, options);
            Ok(Parsed { module, warnings })
        }
        Err(_) => Err(diagnose::report::diagnose(&mut parser, &lexer, mode)),
    }
}
