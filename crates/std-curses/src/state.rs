//! What the module's functions share: how far the library was started, errors, and conversions of arguments.

use crate::library::{Cell, Curses, ERR, Wide};
use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};
use taipan_object::argparse::{FromArg, What};
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyResult, PyStr, Raised, Thread, codecs, err, errors, number, state,
};

/// `setupterm()` was called.
pub static TERMINAL: AtomicBool = AtomicBool::new(false);
/// `initscr()` was called.
pub static SCREEN: AtomicBool = AtomicBool::new(false);
/// `start_color()` was called.
pub static COLOR: AtomicBool = AtomicBool::new(false);
/// The encoding of the first window: what characters of functions without a window are encoded in.
pub static ENCODING: Mutex<String> = Mutex::new(String::new());

/// Raises `error` of `_curses` or `_curses_panel`.
#[cold]
pub fn error(t: &Thread, module: &str, text: &str) -> Raised {
    let raise = || -> PyResult<Raised> {
        let class = state::import(t, module)?.getattr(t, &*PyStr::from_str(t, "error")?)?;
        let exception = class.call(t, &[&*PyStr::from_str(t, text)?])?;
        Ok(errors::raise(t, exception))
    };
    raise().unwrap_or_else(|raised| raised)
}

/// The library; it was found when the module was imported.
pub fn curses(t: &Thread) -> PyResult<&'static Curses> {
    Curses::get().map_err(|reason| err!(t, ImportError, "{reason}"))
}

/// The library after `setupterm()`.
pub fn with_terminal(t: &Thread) -> PyResult<&'static Curses> {
    if TERMINAL.load(Ordering::Relaxed) { curses(t) } else { Err(error(t, "_curses", "must call setupterm() first")) }
}

/// The library after `initscr()`.
pub fn with_screen(t: &Thread) -> PyResult<&'static Curses> {
    if SCREEN.load(Ordering::Relaxed) { curses(t) } else { Err(error(t, "_curses", "must call initscr() first")) }
}

/// The library after `initscr()` and `start_color()`.
pub fn with_color(t: &Thread) -> PyResult<&'static Curses> {
    let curses = with_screen(t)?;
    if COLOR.load(Ordering::Relaxed) { Ok(curses) } else { Err(error(t, "_curses", "must call start_color() first")) }
}

/// Raises for the library's `ERR`.
pub fn check(t: &Thread, result: c_int, function: &str) -> PyResult<()> {
    if result == ERR { Err(error(t, "_curses", &format!("{function}() returned ERR"))) } else { Ok(()) }
}

/// Raises where the library has nothing to return.
#[cold]
pub fn null(t: &Thread) -> Raised {
    error(t, "_curses", "curses function returned NULL")
}

/// A C `int`.
pub fn int(t: &Thread, value: &Object) -> PyResult<c_int> {
    i32::from_arg(t, value, What::Only(""))
}

/// Attributes: a C `long`, of which the library takes the lower half.
pub fn attributes(t: &Thread, value: &Object) -> PyResult<u32> {
    Ok(i64::from_arg(t, value, What::Only(""))? as u32)
}

/// A C `short`.
pub fn short(t: &Thread, value: &Object) -> PyResult<i16> {
    let n = i64::from_arg(t, value, What::Only(""))?;
    i16::try_from(n).map_err(|_| {
        let limit = if n < 0 { "less than minimum" } else { "greater than maximum" };
        err!(t, OverflowError, "signed short integer is {limit}")
    })
}

/// How many bytes of text are wanted; no more than a line has.
pub fn count(t: &Thread, value: &Object) -> PyResult<usize> {
    let n = number::index(t, value)?;
    match n.to_i64() {
        Some(n) if n < 0 => Err(err!(t, ValueError, "Cannot convert negative int")),
        Some(n) if n <= i64::from(u32::MAX) => Ok((n as usize).min(LONGEST)),
        _ => Err(err!(t, OverflowError, "Python int too large to convert to C unsigned int")),
    }
}

/// The most that `instr()` and `getstr()` return.
pub const LONGEST: usize = 2047;

/// What a character is given as.
pub enum Character {
    /// A number, or a byte.
    Cell(Cell),
    /// A character of a str.
    Wide(Wide),
}

#[cold]
fn no_character(t: &Thread, value: &Object) -> Raised {
    let class = value.class().name_lossy();
    let length = match (value.downcast::<PyBytes>(), value.downcast::<PyStr>()) {
        (Some(bytes), _) => bytes.len(),
        (_, Some(text)) => text.len(),
        _ => return err!(t, TypeError, "expect int or bytes or str of length 1, got {class}"),
    };
    err!(t, TypeError, "expect int or bytes or str of length 1, got a {class} of length {length}")
}

fn number_of(t: &Thread, value: &PyInt) -> PyResult<Cell> {
    value
        .to_i64()
        .and_then(|n| Cell::try_from(n).ok())
        .ok_or_else(|| err!(t, OverflowError, "byte doesn't fit in chtype"))
}

/// A character as one number: of a str, it must be one byte in the encoding.
pub fn cell(t: &Thread, value: &Object, encoding: &str) -> PyResult<Cell> {
    if let Some(n) = value.downcast::<PyInt>() {
        return number_of(t, n);
    }
    if let Some(bytes) = value.downcast::<PyBytes>() {
        let [byte] = bytes.as_bytes() else { return Err(no_character(t, value)) };
        return Ok(Cell::from(*byte));
    }
    let Some(text) = value.downcast::<PyStr>().filter(|text| text.len() == 1) else {
        return Err(no_character(t, value));
    };
    match text.chars().iter().next() {
        Some(point) if point < 128 => Ok(point),
        _ => match codecs::encode(t, text, Some(encoding), None)?.as_bytes() {
            [byte] => Ok(Cell::from(*byte)),
            _ => Err(err!(t, OverflowError, "byte doesn't fit in chtype")),
        },
    }
}

/// A character of a function without a window.
pub fn cell_of_screen(t: &Thread, value: &Object) -> PyResult<Cell> {
    let encoding = ENCODING.lock().unwrap_or_else(PoisonError::into_inner).clone();
    cell(t, value, &encoding)
}

/// A character that may be a wide one.
pub fn character(t: &Thread, value: &Object) -> PyResult<Character> {
    if let Some(n) = value.downcast::<PyInt>() {
        return number_of(t, n).map(Character::Cell);
    }
    if let Some(bytes) = value.downcast::<PyBytes>() {
        let [byte] = bytes.as_bytes() else { return Err(no_character(t, value)) };
        return Ok(Character::Cell(Cell::from(*byte)));
    }
    let text = value.downcast::<PyStr>().filter(|text| text.len() == 1);
    let text = text.ok_or_else(|| no_character(t, value))?;
    match Wide::new(text.chars().iter()) {
        Some(wide) => Ok(Character::Wide(wide)),
        None => Ok(Character::Cell(0)),
    }
}

/// What text is given as.
pub enum Text {
    /// Bytes.
    Bytes(CString),
    /// A str.
    Wide(Wide),
}

/// Text to write.
pub fn text(t: &Thread, value: &Object) -> PyResult<Text> {
    if let Some(text) = value.downcast::<PyStr>() {
        let wide = Wide::new(text.chars().iter());
        return wide.map(Text::Wide).ok_or_else(|| err!(t, ValueError, "embedded null character"));
    }
    if let Some(bytes) = value.downcast::<PyBytes>() {
        let bytes = CString::new(bytes.as_bytes());
        return bytes.map(Text::Bytes).map_err(|_| err!(t, ValueError, "embedded null byte"));
    }
    Err(err!(t, TypeError, "expect bytes or str, got {}", value.class().name_lossy()))
}

/// A str without NUL, as the library takes names.
pub fn name(t: &Thread, value: &Object, function: &str) -> PyResult<CString> {
    let Some(text) = value.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "{function}() argument must be str, not {}", value.class().name_lossy()));
    };
    CString::new(text.to_utf8(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// Bytes of the library as an object.
pub fn bytes(t: &Thread, content: Option<Vec<u8>>) -> PyResult<Owned<PyBytes>> {
    PyBytes::new(t, &content.unwrap_or_default())
}
