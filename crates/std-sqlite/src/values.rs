//! Python values as SQLite's.

use taipan_object::buffer::{self, Buffer};
use taipan_object::{Object, PyFloat, PyInt, PyResult, PyStr, Thread, err, number, singletons};

/// What SQLite can store.
pub enum Value<'a> {
    Null,
    Int(i64),
    Float(f64),
    Text(&'a str),
    Blob(Buffer),
}

impl<'a> Value<'a> {
    /// The value of an object; nothing if it is of no type that SQLite knows.
    #[inline]
    pub fn of(t: &'a Thread, object: &'a Object) -> PyResult<Option<Self>> {
        if object.is(singletons::none()) {
            return Ok(Some(Self::Null));
        }
        if let Some(n) = object.downcast::<PyInt>() {
            return as_int64(t, n).map(|n| Some(Self::Int(n)));
        }
        if let Some(x) = object.downcast_exact::<PyFloat>() {
            return Ok(Some(Self::Float(x.value())));
        }
        if let Some(text) = object.downcast::<PyStr>() {
            return text.to_utf8(t).map(|text| Some(Self::Text(text)));
        }
        if object.is_instance_of::<PyFloat>() {
            return number::as_f64(t, object).map(|x| Some(Self::Float(x)));
        }
        if buffer::is_buffer(object) {
            return Buffer::readable(t, object).map(|view| Some(Self::Blob(view)));
        }
        Ok(None)
    }
}

/// An int as SQLite stores them.
pub fn as_int64(t: &Thread, n: &PyInt) -> PyResult<i64> {
    n.to_i64().ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to SQLite INTEGER"))
}

/// Raises if something is too long for SQLite's lengths.
pub fn check_size(t: &Thread, n: usize, message: &str) -> PyResult<()> {
    if i32::try_from(n).is_err() {
        return Err(err!(t, OverflowError, "{message}"));
    }
    Ok(())
}
