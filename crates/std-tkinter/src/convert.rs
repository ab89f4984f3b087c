//! Python objects as values of Tcl, and back.

use crate::objects::TclObj;
use crate::state;
use crate::tcl::interp::Here;
use crate::tcl::obj::{Kind, Obj, Types};
use std::sync::OnceLock;
use taipan_num::int::text::parse;
use taipan_object::call::enter_recursive;
use taipan_object::{
    Object, Own, Owned, PyBool, PyBytes, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Thread, codecs, err,
    errors, singletons,
};

/// The most characters of a text, or bytes: Tcl 8.6 counts them in a C `int`.
const LONGEST: usize = i32::MAX as usize;
/// The most items of a list.
const MOST: usize = u32::MAX as usize / size_of::<usize>();

/// Tcl's types.
fn types() -> &'static Types {
    static TYPES: OnceLock<Types> = OnceLock::new();
    TYPES.get_or_init(Types::find)
}

/// Text of Tcl as a str. Tcl encodes NUL in two bytes, and characters beyond the basic plane, in some versions, as two
/// surrogates of three bytes each; what is no UTF-8 otherwise becomes surrogates, byte by byte (`surrogateescape`).
pub fn text(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyStr>> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return PyStr::from_str(t, text);
    }
    let mut points = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(chunk) = rest.utf8_chunks().next() {
        points.extend(chunk.valid().chars().map(u32::from));
        rest = rest.get(chunk.valid().len()..).unwrap_or_default();
        let (point, n) = match *rest {
            [] => break,
            [0xc0, 0x80, ..] => (0, 2),
            [0xed, a @ 0xa0..=0xaf, b @ 0x80..=0xbf, 0xed, c @ 0xb0..=0xbf, d @ 0x80..=0xbf, ..] => {
                let half = |high: u8, low: u8| u32::from(high & 0x0f) << 6 | u32::from(low & 0x3f);
                (0x1_0000 + (half(a, b) << 10) + half(c, d), 6)
            }
            [byte, ..] => (0xdc00 + u32::from(byte), 1),
        };
        points.push(point);
        rest = rest.get(n..).unwrap_or_default();
    }
    PyStr::from_code_points(t, &points)
}

/// A value's text as a str.
pub fn text_of(t: &Thread, value: &Obj) -> PyResult<Owned<PyStr>> {
    text(t, value.text())
}

/// Raises `TclError` with the interpreter's result.
#[cold]
pub fn failed(t: &Thread, here: Here<'_>) -> Raised {
    match text_of(t, &here.result()) {
        Ok(message) => state::tcl_error(t, &message),
        Err(raised) => raised,
    }
}

/// A Python object as a value (`AsObj`): what Tcl has no type for goes as its `str()`.
pub fn to_tcl(t: &Thread, object: &Object) -> PyResult<Obj> {
    if let Some(bytes) = object.downcast::<PyBytes>() {
        if bytes.len() >= LONGEST {
            return Err(err!(t, OverflowError, "bytes object is too long"));
        }
        return Ok(Obj::bytes(bytes.as_bytes()));
    }
    if object.is_exact::<PyBool>() {
        return Ok(Obj::boolean(object.is(singletons::bool(true))));
    }
    if let Some(int) = object.downcast_exact::<PyInt>() {
        return match int.to_i64() {
            Some(small) => Ok(Obj::int(small)),
            None => Ok(Obj::large_int(int.to_radix(t, 16)?.to_utf8(t)?.as_bytes())),
        };
    }
    if let Some(float) = object.downcast::<PyFloat>() {
        return Ok(Obj::double(float.value()));
    }
    if let Some(tuple) = object.downcast::<PyTuple>() {
        return list_to_tcl(t, tuple, "tuple is too long");
    }
    if let Some(list) = object.downcast::<PyList>() {
        return list_to_tcl(t, &*PyTuple::from_vec(t, list.to_vec())?, "list is too long");
    }
    if let Some(text) = object.downcast::<PyStr>() {
        return text_to_tcl(t, text);
    }
    if let Some(value) = object.downcast_exact::<TclObj>() {
        return match value.here() {
            Some(value) => Ok(value.clone()),
            // Of another interpreter, in another thread.
            None => text_to_tcl(t, value.text()),
        };
    }
    text_to_tcl(t, &*object.str(t)?)
}

fn list_to_tcl(t: &Thread, tuple: &PyTuple, too_long: &str) -> PyResult<Obj> {
    enter_recursive(t, " while converting a sequence to a Tcl list")?;
    if tuple.len() > MOST {
        return Err(err!(t, OverflowError, "{too_long}"));
    }
    let mut items = Vec::with_capacity(tuple.len());
    for item in tuple.as_slice() {
        items.push(to_tcl(t, item)?);
    }
    Ok(Obj::list(&items))
}

fn text_to_tcl(t: &Thread, text: &PyStr) -> PyResult<Obj> {
    if text.len() > MOST {
        return Err(err!(t, OverflowError, "string is too long"));
    }
    if let Some(ascii) = text.as_ascii().filter(|ascii| !ascii.contains('\0')) {
        return Ok(Obj::string(ascii.as_bytes()));
    }
    let encoded = codecs::encode(t, text, Some("utf-8"), Some("surrogateescape"))?;
    let bytes = encoded.as_bytes();
    if bytes.len() > LONGEST {
        return Err(err!(t, OverflowError, "string is too long"));
    }
    if !bytes.contains(&0) {
        return Ok(Obj::string(bytes));
    }
    // Otherwise some of Tcl's functions would end the text there.
    let mut without_nul = Vec::with_capacity(bytes.len() + 1);
    for &byte in bytes {
        match byte {
            0 => without_nul.extend_from_slice(&[0xc0, 0x80]),
            byte => without_nul.push(byte),
        }
    }
    Ok(Obj::string(&without_nul))
}

/// A value as a Python object (`FromObj`).
pub fn to_python(t: &Thread, here: Here<'_>, value: &Obj) -> PyResult {
    match types().kind(value.ty()) {
        Kind::Text => Ok(text_of(t, value)?.into_object()),
        Kind::Boolean => here.boolean(value).map(|truth| singletons::bool(truth).own()).ok_or_else(|| failed(t, here)),
        Kind::ByteArray => Ok(PyBytes::new(t, &value.byte_array())?.into_object()),
        Kind::Double => Ok(PyFloat::new(t, value.double_value())?.into_object()),
        Kind::Int => int(t, here, value),
        Kind::List => {
            enter_recursive(t, " while converting a Tcl list")?;
            let items = here.items(value).ok_or_else(|| failed(t, here))?;
            let items = items.iter().map(|item| to_python(t, here, item)).collect::<PyResult<_>>()?;
            Ok(PyTuple::from_vec(t, items)?.into_object())
        }
        Kind::Other => Ok(TclObj::create(t, value)?.into_object()),
    }
}

/// A value as a Python object, or as a str if the interpreter doesn't want objects.
pub fn to_wanted(t: &Thread, here: Here<'_>, value: &Obj, objects: bool) -> PyResult {
    if objects { to_python(t, here, value) } else { Ok(text_of(t, value)?.into_object()) }
}

/// A value as an int, of any size.
pub fn int(t: &Thread, here: Here<'_>, value: &Obj) -> PyResult {
    let small = here.wide_int(value);
    if types().is_big_int(value.ty()) {
        here.reset_result();
        // Without the limit on digits that int() has, as in CPython.
        return match parse(&value.decimal(), 10, 0) {
            Ok(large) => Ok(PyInt::from_signed(t, &large)?.into_object()),
            Err(_) => Err(errors::bad_internal_call(t)),
        };
    }
    match small {
        Some(small) => Ok(PyInt::from_i64(t, small)?.into_object()),
        None => Err(failed(t, here)),
    }
}
