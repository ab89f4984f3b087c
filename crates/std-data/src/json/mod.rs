//! `_json`: what makes `json` fast.

mod encoder;
mod scanner;
mod text;

pub use encoder::Encoder;
pub use scanner::Scanner;

use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{Class, Object, Owned, PyResult, PyStr, Thread, err, native_module};

fn quoted(t: &Thread, object: &Object, ascii: bool) -> PyResult<Owned<PyStr>> {
    let Some(text) = object.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "first argument must be a string, not {:.80}", object.class().name_lossy()));
    };
    let mut out = StrBuilder::with_capacity(text.len() + 2);
    text::quote(&mut out, text, ascii);
    out.finish(t)
}

/// json speedups
///
#[native_module(name = "_json")]
pub mod json {
    use super::*;

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn encode_basestring_ascii(t: &Thread, object: &Object) -> PyResult<Owned<PyStr>> {
        quoted(t, object, true)
    }

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn encode_basestring(t: &Thread, object: &Object) -> PyResult<Owned<PyStr>> {
        quoted(t, object, false)
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(sig = "(string, end, strict=True, /)", text = "")]
    fn scanstring(t: &Thread, string: &Object, end: isize, strict: bool) -> PyResult<(Owned<PyStr>, usize)> {
        let Some(text) = string.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "first argument must be a string, not {:.80}", string.class().name_lossy()));
        };
        text::scan_string(t, text, end, strict)
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<Scanner>(t)?;
        taipan_object::typeobject::add_static::<Encoder>(t)?;
        module.set(t, "make_scanner", Scanner::class().as_object())?;
        module.set(t, "make_encoder", Encoder::class().as_object())
    }
}
