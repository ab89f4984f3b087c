//! Unicode data, codecs, searching, formatting, the regex engine. Algorithms over plain data: no objects, no unsafe.
#![forbid(unsafe_code)]

pub mod ascii;
pub mod buf;
pub mod codec;
pub mod format;
pub mod hex;
pub mod repr;
pub mod search;
pub mod sre;
pub mod unicode;
pub mod unit;
