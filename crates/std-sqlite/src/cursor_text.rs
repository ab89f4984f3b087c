//! Texts that cursors read: values of rows, and the types in names and declarations of columns.

use crate::errors::error;
use taipan_object::{Class, Object, Owned, PyBytes, PyResult, PyStr, Thread};
use taipan_types::bytearray::PyByteArray;

/// What is made of a text.
pub enum TextFactory {
    Str,
    Bytes,
    ByteArray,
    /// What a callable returns for bytes or, if it is another than those above, for the text.
    Call(Owned),
}

/// Makes an object of a text, or declines.
type Quick = fn(&Thread, &[u8]) -> PyResult<Option<Owned>>;

impl TextFactory {
    /// What a connection wants.
    pub fn of(factory: Option<Owned>) -> Self {
        match factory {
            None => Self::Str,
            Some(factory) if factory.is(PyStr::class().as_object()) => Self::Str,
            Some(factory) if factory.is(PyBytes::class().as_object()) => Self::Bytes,
            Some(factory) if factory.is(PyByteArray::class().as_object()) => Self::ByteArray,
            Some(factory) => Self::Call(factory),
        }
    }

    /// What needs no Python code to run.
    pub fn quick(&self) -> Quick {
        match self {
            Self::Str => |t, text| Ok(PyStr::from_utf8(t, text)?.map(Owned::into_object)),
            Self::Bytes => |t, text| Ok(Some(PyBytes::new(t, text)?.into_object())),
            Self::ByteArray | Self::Call(_) => |_, _| Ok(None),
        }
    }

    /// The rest: a call, or a text that is no UTF-8.
    pub fn convert(&self, t: &Thread, text: &[u8], column: &[u8]) -> PyResult {
        match self {
            Self::Str => {
                let (column, text) = (String::from_utf8_lossy(column), String::from_utf8_lossy(until_nul(text)));
                Err(error!(t, OperationalError, "Could not decode to UTF-8 column '{column}' with text '{text}'"))
            }
            Self::Bytes => Ok(PyBytes::new(t, text)?.into_object()),
            Self::ByteArray => Ok(PyByteArray::new(t, text)?.into_object()),
            Self::Call(factory) => call(t, factory, text),
        }
    }
}

fn call(t: &Thread, factory: &Object, text: &[u8]) -> PyResult {
    factory.call(t, &[&*PyBytes::new(t, text)?])
}

/// As C sees a text.
fn until_nul(text: &[u8]) -> &[u8] {
    text.split(|&b| b == 0).next().unwrap_or_default()
}

/// A column's name without the type in brackets.
pub fn column_name(name: &[u8]) -> &[u8] {
    let Some(bracket) = name.iter().position(|&b| b == b'[') else { return name };
    let before = name.get(..bracket).unwrap_or_default();
    before.strip_suffix(b" ").unwrap_or(before)
}

/// The type in brackets in a column's name.
pub fn type_in_name(name: &[u8]) -> Option<&[u8]> {
    let mut start = None;
    for (i, &b) in name.iter().enumerate() {
        match (b, start) {
            (b'[', _) => start = Some(i + 1),
            (b']', Some(start)) => return name.get(start..i),
            _ => {}
        }
    }
    None
}

/// The name of a declared type: what stands before a blank or a parenthesis.
pub fn type_name(declared: &[u8]) -> &[u8] {
    declared.split(|&b| b == b' ' || b == b'(').next().unwrap_or_default()
}
