//! The marshal format, versions 0 to 5.
//!
//! One [`Reader`] and one [`Writer`] serve plain-data code units (here, in [`plain`]) and the runtime's objects alike:
//! the reader makes values through a [`Builder`], the writer looks at values through a [`Dumper`].

mod plain;
mod read;
mod write;

pub use plain::{PlainBuilder, PlainDumper, dump_code, load_code};
pub use read::{Builder, CodeFields, Reader, SliceSource, Source};
pub use write::{Dumper, View, Writer, dump};

use std::borrow::Cow;

/// The version written by default.
pub const VERSION: i32 = 5;
/// Nesting allowed when reading and writing.
pub const MAX_DEPTH: usize = 2000;

/// Type codes.
#[allow(missing_docs, reason = "named after the types")]
pub mod code {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOPITER: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const LONG: u8 = b'l';
    pub const STRING: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SMALL_TUPLE: u8 = b')';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    /// Bit which says that the object may be referred to later.
    pub const FLAG_REF: u8 = 0x80;
}

/// The exception that CPython would raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `EOFError`
    Eof,
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `MemoryError`
    Memory,
}

/// Why data could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarshalError {
    /// Which exception.
    pub kind: ErrorKind,
    /// Its message.
    pub message: Cow<'static, str>,
}

impl MarshalError {
    /// A new error.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> MarshalError {
        MarshalError { kind, message: message.into() }
    }
}

impl std::fmt::Display for MarshalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for MarshalError {}
