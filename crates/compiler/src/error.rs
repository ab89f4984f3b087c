//! What compiling may end in: errors and warnings as data.

use taipan_parser::ast::Location;

/// Which exception CPython would raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `RecursionError`
    Recursion,
    /// `RuntimeError`
    Runtime,
    /// `SystemError`
    System,
    /// `ValueError`
    Value,
    /// `OverflowError`
    Overflow,
    /// `TypeError`
    Type,
}

/// A compilation that failed. Columns of `location` are bytes from 0; CPython makes `SyntaxError.offset` of them by adding
/// 1, and does not convert them to characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Which exception.
    pub kind: ErrorKind,
    /// Its message.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
}

impl CompileError {
    /// A syntax error.
    pub fn syntax(message: impl Into<String>, location: Location) -> CompileError {
        CompileError { kind: ErrorKind::Syntax, message: message.into(), location: Some(location) }
    }
    /// An error without a place.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> CompileError {
        CompileError { kind, message: message.into(), location: None }
    }
    pub(crate) fn recursion() -> CompileError {
        CompileError::new(ErrorKind::Recursion, "maximum recursion depth exceeded during compilation")
    }
    pub(crate) fn system(message: impl Into<String>) -> CompileError {
        CompileError::new(ErrorKind::System, message)
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CompileError {}

/// A `SyntaxWarning`. A filter that turns it into an error makes a `SyntaxError` of the same message and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileWarning {
    /// Its message.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// Most functions of the compiler return this.
pub type Result<T = ()> = std::result::Result<T, CompileError>;

/// Measures how much of the stack a recursion has used, by the addresses of its locals.
#[derive(Clone, Copy, Debug)]
pub struct StackGuard {
    base: usize,
    budget: usize,
}

impl StackGuard {
    /// From here on, `budget` bytes may be used.
    #[inline(never)]
    pub fn new(budget: usize) -> StackGuard {
        let here = 0u8;
        StackGuard { base: std::ptr::from_ref(&here) as usize, budget }
    }

    /// Fails when the budget is spent.
    #[inline]
    pub fn check(&self) -> Result {
        let here = 0u8;
        let address = std::ptr::from_ref(&here) as usize;
        if self.base.abs_diff(address) > self.budget { Err(CompileError::recursion()) } else { Ok(()) }
    }
}

/// No location: an instruction without a line.
pub const NO_LOCATION: Location = Location { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };
/// The location of the instruction that follows.
pub const NEXT_LOCATION: Location = Location { lineno: -2, col_offset: -2, end_lineno: -2, end_col_offset: -2 };
