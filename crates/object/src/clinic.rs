//! Rust types for the argument converters of CPython's Argument Clinic that the general ones in `argparse` do not cover.

use crate::argparse::{FromArg, What, bad_argument};
use crate::buffer::Buffer;
use crate::handle::{Object, PyResult};
use crate::{PyStr, err, number, singletons};
use taipan_runtime::Thread;

/// A `str` that may be left out, but not `None` (Clinic's `unicode` with a default).
#[derive(Clone, Copy)]
pub struct StrArg<'a>(pub Option<&'a PyStr>);

impl<'a> FromArg<'a> for StrArg<'a> {
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        match arg.downcast::<PyStr>() {
            Some(text) => Ok(Self(Some(text))),
            None => Err(bad_argument(t, what, "str", arg)),
        }
    }
}

impl From<&'static str> for StrArg<'_> {
    fn from(_default: &'static str) -> Self {
        Self(None)
    }
}

/// A `str` without NUL as UTF-8 (Clinic's `str`); absent means the default.
#[derive(Clone, Copy)]
pub struct CStrArg<'a>(pub Option<&'a str>);

impl<'a> CStrArg<'a> {
    /// The text, or the default.
    pub fn or(self, default: &'a str) -> &'a str {
        self.0.unwrap_or(default)
    }
}

impl<'a> FromArg<'a> for CStrArg<'a> {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        let Some(text) = arg.downcast::<PyStr>() else {
            return Err(bad_argument(t, what, "str", arg));
        };
        let utf8 = text.to_utf8(t)?;
        if utf8.as_bytes().contains(&0) {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        Ok(Self(Some(utf8)))
    }
}

impl From<&'static str> for CStrArg<'_> {
    fn from(_default: &'static str) -> Self {
        Self(None)
    }
}

/// A `str` without NUL, or `None` (Clinic's `str(accept={str, NoneType})`).
#[derive(Clone, Copy, Default)]
pub struct CStrOrNone<'a>(pub Option<&'a str>);

impl<'a> FromArg<'a> for CStrOrNone<'a> {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        if arg.is(singletons::none()) {
            return Ok(Self(None));
        }
        if !arg.is_instance_of::<PyStr>() {
            return Err(bad_argument(t, what, "str or None", arg));
        }
        CStrArg::from_arg(t, arg, what).map(|text| Self(text.0))
    }
}

impl From<&'static str> for CStrOrNone<'_> {
    fn from(_default: &'static str) -> Self {
        Self(None)
    }
}

/// Bytes of a buffer, or of a string as UTF-8 (Clinic's `Py_buffer(accept={str, buffer})`).
pub enum StrOrBuffer<'a> {
    /// A string.
    Text(&'a str),
    /// A buffer.
    View(Buffer),
}

impl StrOrBuffer<'_> {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::View(view) => view.as_bytes(),
        }
    }
}

impl<'a> FromArg<'a> for StrOrBuffer<'a> {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        match arg.downcast::<PyStr>() {
            Some(text) => text.to_utf8(t).map(Self::Text),
            None => Buffer::readable(t, arg).map(Self::View),
        }
    }
}

/// One character, given as a string (Clinic's `int(accept={str})`).
#[derive(Clone, Copy)]
pub struct UniChar(pub u32);

impl<'a> FromArg<'a> for UniChar {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        let Some(text) = arg.downcast::<PyStr>() else {
            return Err(bad_argument(t, what, "a unicode character", arg));
        };
        if text.len() == 1 {
            return Ok(Self(text.char_at(0)));
        }
        let (fname, which) = match what {
            What::Only(fname) => (fname, "argument".to_string()),
            What::Position(fname, n) => (fname, format!("argument {n}")),
            What::Name(fname, name) => (fname, format!("argument '{name}'")),
        };
        Err(err!(t, TypeError, "{fname}(): {which} must be a unicode character, not a string of length {}", text.len()))
    }
}

/// A single character (`convert_uc`), a space when left out.
#[derive(Clone, Copy)]
pub struct FillChar(pub u32);

impl<'a> FromArg<'a> for FillChar {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        let Some(text) = arg.downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "The fill character must be a unicode character, not {:.100}",
                arg.class().name_lossy()
            ));
        };
        if text.len() != 1 {
            return Err(err!(t, TypeError, "The fill character must be exactly one character long"));
        }
        Ok(Self(text.char_at(0)))
    }
}

impl From<&'static str> for FillChar {
    fn from(default: &'static str) -> Self {
        Self(default.bytes().next().map_or(32, u32::from))
    }
}

/// `int` with an exact C `int` range that accepts `None` nowhere (Clinic's `bool(accept={int})`).
#[derive(Clone, Copy)]
pub struct IntBool(pub bool);

impl<'a> FromArg<'a> for IntBool {
    fn from_arg(t: &'a Thread, arg: &'a Object, what: What) -> PyResult<Self> {
        i32::from_arg(t, arg, what).map(|n| Self(n != 0))
    }
}

impl<'a> FromArg<'a> for Buffer {
    /// A contiguous view (Clinic's `Py_buffer`).
    #[inline]
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        Self::readable(t, arg)
    }
}

/// A slice index: `None` or a number, clipped to `Py_ssize_t` (`_PyEval_SliceIndex`).
pub fn slice_index(t: &Thread, arg: Option<&Object>, default: isize) -> PyResult<isize> {
    let Some(arg) = arg else { return Ok(default) };
    if arg.is(singletons::none()) {
        return Ok(default);
    }
    if number::is_index(arg) {
        return number::index_clipped(t, arg);
    }
    Err(err!(t, TypeError, "slice indices must be integers or None or have an __index__ method"))
}

/// As [`slice_index`] without `None` (`_PyEval_SliceIndexNotNone`).
pub fn slice_index_not_none(t: &Thread, arg: Option<&Object>, default: isize) -> PyResult<isize> {
    let Some(arg) = arg else { return Ok(default) };
    if number::is_index(arg) {
        return number::index_clipped(t, arg);
    }
    Err(err!(t, TypeError, "slice indices must be integers or have an __index__ method"))
}

/// Clips start and end of a search to a length (`ADJUST_INDICES`).
pub fn clip_range(start: isize, end: isize, len: usize) -> (isize, isize) {
    let n = len as isize;
    let end = if end > n {
        n
    } else if end < 0 {
        (end + n).max(0)
    } else {
        end
    };
    let start = if start < 0 { (start + n).max(0) } else { start };
    (start, end)
}
