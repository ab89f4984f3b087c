//! The regular expression engine behind `_sre`: it takes the opcode arrays of the library's `re._compiler`, checks and
//! translates them to a program of its own, and runs that with an explicit backtrack stack.
//!
//! What makes it fast: single-character items are 256-entry tables; a choice looks at the next character and is only
//! remembered when both ways are open to it; runs that their continuation cannot share characters with are not given
//! back; searches jump by literal prefix or by the set of possible first characters.

mod compile;
mod first;
mod memo;
mod program;
mod set;
mod vm;

pub use compile::CompileError;
pub use program::Program;
pub use set::LocaleTables;
pub use vm::{Fail, Matcher, Mode};

/// The `MAGIC` of the opcode arrays understood here.
pub const MAGIC: u32 = 20230612;
/// Bytes of a code word.
pub const CODESIZE: usize = 4;
/// "No upper bound" in a repeat.
pub const MAXREPEAT: u32 = u32::MAX;
/// The largest number of groups.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

/// `_sre.ascii_iscased`.
pub fn ascii_iscased(c: u32) -> bool {
    c < 128 && (c as u8).is_ascii_alphabetic()
}

/// `_sre.ascii_tolower`.
pub fn ascii_tolower(c: u32) -> u32 {
    if (0x41..=0x5a).contains(&c) { c + 32 } else { c }
}

/// `_sre.unicode_iscased`.
pub fn unicode_iscased(c: u32) -> bool {
    unicode_tolower(c) != c || unicode_toupper(c) != c
}

/// The upper case of a character; the first character where there are several.
pub fn unicode_toupper(c: u32) -> u32 {
    match crate::unicode::to_upper(c) {
        same if same == c && c >= 0x80 => crate::unicode::case::upper(&[c]).first().copied().unwrap_or(c),
        other => other,
    }
}

/// `_sre.unicode_tolower`.
pub fn unicode_tolower(c: u32) -> u32 {
    crate::unicode::to_lower(c)
}
