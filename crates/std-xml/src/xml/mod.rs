//! An XML 1.0 parser that behaves as Expat does: an incremental parser that is fed pieces of a document and reports
//! events, one token at a time.
//!
//! It knows no Python. A user feeds it ([`Parser::feed`]), asks for steps ([`Parser::step`]) and delivers the events of
//! every step before it asks for the next one; between steps the parser is at rest, so that handlers may look at it or
//! change it. Nothing here recurses: entities are expanded by a stack of their own.

pub mod chars;
pub mod dtd;
pub mod encoding;
pub mod error;
pub mod event;
pub mod limits;
pub mod parser;
pub mod role;
pub mod token;

mod attributes;
mod content;
mod entity_value;
mod input;
mod prolog;
mod start;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use error::Code;
pub use event::{Event, Handlers, Name, Step, Text};
pub use parser::Parser;
