//! CPython 3.14's opcode table, code units, instruction, location and exception-table codecs, marshal of them.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod code;
pub mod exception_table;
pub mod instruction;
pub mod library;
pub mod location;
pub mod marshal;
pub mod opcode;
pub mod pyc;
pub mod tables;

pub use code::{BigInt, CodeObject, Const, Str};
pub use opcode::{Opcode, op, stack_effect};
