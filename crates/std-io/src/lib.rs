//! The native module `_io`: raw files, buffers, text streams and streams in memory; and the standard streams.

mod buffered;
mod buffered_class;
mod bytesio;
mod fileio;
mod iobase;
mod lock;
mod newline;
mod open;
mod stdio;
mod stringio;
mod support;
mod sys;
mod text_codec;
mod textio;

pub use stdio::{Stdio, create_stdio};
use taipan_object::module::Builtin;
use taipan_object::{PyResult, Thread, name, state};

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&open::io::MODULE]
}

/// A number in `sys.flags`; zero as long as there is none.
fn flag(
    t: &Thread,
    get: impl FnOnce(&taipan_object::Object) -> PyResult<Option<taipan_object::Owned>>,
) -> PyResult<bool> {
    let Some(modules) = state::modules(t) else { return Ok(false) };
    let Some(sys) = modules.get_str(t, name!(t, "sys")) else { return Ok(false) };
    let Some(flags) = sys.getattr_opt(t, name!(t, "flags"))? else { return Ok(false) };
    match get(&flags)? {
        Some(value) => value.is_true(t),
        None => Ok(false),
    }
}

/// Whether `-X warn_default_encoding` is on.
fn warns_default_encoding(t: &Thread) -> PyResult<bool> {
    flag(t, |flags| flags.getattr_opt(t, name!(t, "warn_default_encoding")))
}

/// Whether the UTF-8 mode is on.
fn utf8_mode(t: &Thread) -> PyResult<bool> {
    flag(t, |flags| flags.getattr_opt(t, name!(t, "utf8_mode")))
}

/// The encoding of text files whose encoding is not given, or is given as `locale`.
fn text_encoding_name(t: &Thread, locale: bool) -> PyResult<String> {
    if !locale && utf8_mode(t)? {
        return Ok("utf-8".to_string());
    }
    Ok(sys::codeset())
}
