//! Arguments: what the general conversions lack, and the warnings about ways of passing that are going away.

use crate::values::as_int64;
use core::ffi::c_int;
use std::ffi::CString;
use taipan_object::argparse::{Args, FromArg, Param, Signature, What};
use taipan_object::clinic::CStrArg;
use taipan_object::{Object, PyInt, PyResult, Thread, argparse, err, errors, exceptions_class, singletons};

/// A parameter that must be given.
pub const fn required(name: &'static str) -> Param {
    Param { name, required: true }
}

/// A parameter that may be left out.
pub const fn optional(name: &'static str) -> Param {
    Param { name, required: false }
}

/// Parameters that may be given by position and by name; the last `n_keyword_only` only by name.
pub const fn signature(fname: &'static str, params: &'static [Param], n_keyword_only: usize) -> Signature {
    Signature { fname, params, pos_only: 0, positional: params.len() - n_keyword_only, varargs: false, varkw: false }
}

/// Takes the arguments apart.
pub fn parse<'a, const N: usize>(
    t: &Thread,
    args: &Args<'a>,
    signature: &Signature,
) -> PyResult<[Option<&'a Object>; N]> {
    let mut slots = [None; N];
    args.parse(t, signature, &mut slots)?;
    Ok(slots)
}

/// An argument that the parser has seen.
pub fn given<'a>(t: &Thread, slot: Option<&'a Object>) -> PyResult<&'a Object> {
    slot.ok_or_else(|| argparse::missing(t))
}

/// A text without NUL for C.
pub fn c_string<'a>(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<CString> {
    let text = CStrArg::from_arg(t, arg, what)?;
    Ok(to_c(text.or("")))
}

/// A text that has no NUL as C has it.
pub fn to_c(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// A C `int`.
pub fn c_integer<'a>(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<c_int> {
    c_int::from_arg(t, arg, what)
}

/// What may stand for a callback: `None` takes it away.
pub fn callback(arg: &Object) -> Option<&Object> {
    if arg.is(singletons::none()) { None } else { Some(arg) }
}

/// An identifier of a row.
pub struct RowId(pub i64);

impl<'a> FromArg<'a> for RowId {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        match arg.downcast::<PyInt>() {
            Some(n) => as_int64(t, n).map(Self),
            None => Err(err!(t, TypeError, "expected 'int'")),
        }
    }
}

/// An `uint32_t`; the messages of a parameter and of an attribute differ by a word.
pub fn uint32(t: &Thread, arg: &Object, too_large: &str) -> PyResult<u32> {
    let n = taipan_object::number::index(t, arg)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    n.to_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| err!(t, OverflowError, "{too_large}"))
}

/// "'a', 'b' and 'c'".
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

/// Warns about arguments given by name that will have to be given by position.
pub fn warn_keywords(t: &Thread, args: &Args<'_>, function: &str, names: &[&str]) -> PyResult<()> {
    if args.pos.len() >= names.len() {
        return Ok(());
    }
    let s = if names.len() == 1 { "" } else { "s" };
    let names = list(names);
    errors::warn(
        t,
        exceptions_class!(DeprecationWarning),
        format_args!(
            "Passing keyword argument{s} {names} to _sqlite3.Connection.{function}() is deprecated. \
             Parameter{s} {names} will become positional-only in Python 3.15."
        ),
        1,
    )
}

/// Warns about arguments of `connect()` given by position that will have to be given by name.
pub fn warn_positional(t: &Thread, args: &Args<'_>, function: &str) -> PyResult<()> {
    if args.pos.len() <= 1 || args.pos.len() > 8 {
        return Ok(());
    }
    errors::warn(
        t,
        exceptions_class!(DeprecationWarning),
        format_args!(
            "Passing more than 1 positional argument to {function}() is deprecated. \
             Parameters 'timeout', 'detect_types', 'isolation_level', 'check_same_thread', 'factory', \
             'cached_statements' and 'uri' will become keyword-only parameters in Python 3.15."
        ),
        1,
    )
}
