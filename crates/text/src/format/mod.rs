//! The format mini-language, `%` formatting and `str.format` templates.

pub mod number;
pub mod percent;
pub mod spec;
pub mod template;

pub use spec::{FormatError, FormatSpec};
