//! The names of `str`.

use crate::PyStr;
use taipan_macros::class;

#[class(name = "str", layout, export = PyUnicode_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = UNICODE_SUBCLASS, dealloc = crate::unicode::str_dealloc, basicsize = 64)]
impl PyStr {}

impl PyStr {
    /// `str.isidentifier`.
    pub fn is_identifier(&self) -> bool {
        let text = self.to_string_lossy();
        let mut chars = text.chars();
        chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric())
    }
}
