//! The codec machinery (`Python/codecs.c`): search functions, error handlers, and the codecs that need no Python code.
//!
//! It lives here rather than above because `str` and `bytes` themselves encode and decode.

pub mod errors;
pub mod native;

use crate::handle::{Object, Own, Owned, PyResult};
use crate::state::object_state;
use crate::{PyBytes, PyDict, PyStr, PyTuple, err, exceptions, name, state};
use core::cell::{Cell, RefCell};
use taipan_runtime::Thread;
use taipan_runtime::abi::PyBUF_FULL_RO;
use taipan_text::codec::utf16::Order;

/// What an interpreter knows about codecs.
#[derive(Default)]
pub struct CodecState {
    search_path: RefCell<Vec<Owned>>,
    cache: RefCell<Option<Owned<PyDict>>>,
    handlers: RefCell<Option<Owned<PyDict>>>,
    loading: Cell<bool>,
    /// Whether names are checked that are not needed.
    checked: Cell<bool>,
}

fn codecs(t: &Thread) -> &CodecState {
    &object_state(t).codecs
}

/// An encoding's name as caches and search functions see it: lower case, runs of other characters than letters, digits
/// and points an underscore (`_Py_normalize_encoding`).
pub fn normalize(encoding: &str) -> String {
    let mut out = String::with_capacity(encoding.len());
    let mut gap = false;
    for c in encoding.bytes() {
        if c.is_ascii_alphanumeric() || c == b'.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(char::from(c.to_ascii_lowercase()));
        } else {
            gap = true;
        }
    }
    out
}

/// The encodings that are known without any search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Utf8,
    Utf16,
    Utf32,
    Ascii,
    Latin1,
}

fn known(encoding: Option<&str>) -> Option<Known> {
    let Some(encoding) = encoding else { return Some(Known::Utf8) };
    match encoding {
        "utf-8" | "utf8" | "UTF-8" => return Some(Known::Utf8),
        "ascii" => return Some(Known::Ascii),
        "latin-1" | "latin1" => return Some(Known::Latin1),
        _ => {}
    }
    Some(match normalize(encoding).as_str() {
        "utf_8" | "utf8" => Known::Utf8,
        "utf_16" | "utf16" => Known::Utf16,
        "utf_32" | "utf32" => Known::Utf32,
        "ascii" | "us_ascii" => Known::Ascii,
        "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Known::Latin1,
        _ => return None,
    })
}

/// Gives up the codecs of an interpreter that has ended.
pub fn release(t: &Thread) {
    let state = codecs(t);
    state.checked.set(false);
    drop((state.search_path.take(), state.cache.take(), state.handlers.take()));
}

/// Says whether names of encodings and error handlers are checked wherever they are given, as in development mode. The
/// package `encodings` can be imported from now on.
pub fn set_checked(t: &Thread, checked: bool) {
    codecs(t).checked.set(checked);
}

/// Looks the names up if they are to be checked (`unicode_check_encoding_errors`).
pub fn check_names(t: &Thread, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if !codecs(t).checked.get() {
        return Ok(());
    }
    if let Some(encoding) = encoding.filter(|&encoding| encoding != "utf-8") {
        lookup(t, encoding)?;
    }
    if let Some(errors) = errors.filter(|&errors| errors != "strict") {
        lookup_error(t, errors)?;
    }
    Ok(())
}

/// `bytes.decode(encoding, errors)` (`PyUnicode_Decode`).
pub fn decode(t: &Thread, data: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Owned<PyStr>> {
    check_names(t, encoding, errors)?;
    match known(encoding) {
        Some(Known::Utf8) => return native::decode_utf8(t, data, errors, true).map(|r| r.0),
        Some(Known::Utf16) => return native::decode_utf16(t, data, errors, Order::Mark, true).map(|r| r.0),
        Some(Known::Utf32) => return native::decode_utf32(t, data, errors, Order::Mark, true).map(|r| r.0),
        Some(Known::Ascii) => return native::decode_ascii(t, data, errors),
        Some(Known::Latin1) => return PyStr::from_latin1(t, data),
        None => {}
    }
    let encoding = encoding.unwrap_or("utf-8");
    let bytes = PyBytes::new(t, data)?;
    let view = state::memoryview_from(t, &bytes, PyBUF_FULL_RO)?;
    let codec = text_codec(t, encoding, "codecs.decode()")?;
    let result = decode_with(t, &codec, &view, encoding, errors)?;
    result.into_type::<PyStr>().map_err(|other| {
        err!(
            t,
            TypeError,
            "'{encoding:.400}' decoder returned '{:.400}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            other.class().name_lossy()
        )
    })
}

/// `str.encode(encoding, errors)` (`PyUnicode_AsEncodedString`).
pub fn encode(t: &Thread, text: &PyStr, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Owned<PyBytes>> {
    check_names(t, encoding, errors)?;
    match known(encoding) {
        Some(Known::Utf8) => return native::encode_utf8(t, text, errors),
        Some(Known::Utf16) => return native::encode_utf16(t, text, errors, Order::Mark),
        Some(Known::Utf32) => return native::encode_utf32(t, text, errors, Order::Mark),
        Some(Known::Ascii) => return native::encode_ascii(t, text, errors),
        Some(Known::Latin1) => return native::encode_latin1(t, text, errors),
        None => {}
    }
    let encoding = encoding.unwrap_or("utf-8");
    let codec = text_codec(t, encoding, "codecs.encode()")?;
    let result = encode_with(t, &codec, text, encoding, errors)?;
    match result.into_type::<PyBytes>() {
        Ok(bytes) => Ok(bytes),
        Err(other) if crate::bytes_class::is_bytearray(&other) => {
            crate::errors::warn(
                t,
                crate::exceptions_class!(RuntimeWarning),
                format_args!(
                    "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
                ),
                1,
            )?;
            let data = crate::buffer::contiguous_bytes(t, &other)?;
            PyBytes::new(t, &data)
        }
        Err(other) => Err(err!(
            t,
            TypeError,
            "'{encoding:.400}' encoder returned '{:.400}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
            other.class().name_lossy()
        )),
    }
}

/// Registers a search function (`PyCodec_Register`).
pub fn register(t: &Thread, search: &Object) -> PyResult<()> {
    if !search.is_callable() {
        return Err(err!(t, TypeError, "argument must be callable"));
    }
    codecs(t).search_path.borrow_mut().push(search.own());
    Ok(())
}

/// Takes a search function out and forgets what was found (`PyCodec_Unregister`).
pub fn unregister(t: &Thread, search: &Object) {
    let state = codecs(t);
    let mut path = state.search_path.borrow_mut();
    let Some(at) = path.iter().position(|found| found.is(search)) else { return };
    let removed = path.remove(at);
    drop(path);
    let cache = state.cache.borrow().clone();
    if let Some(cache) = cache {
        cache.clear_items();
    }
    drop(removed);
}

fn cache(t: &Thread) -> PyResult<Owned<PyDict>> {
    let state = codecs(t);
    let found = state.cache.borrow().clone();
    match found {
        Some(cache) => Ok(cache),
        None => {
            let cache = PyDict::new(t)?;
            *state.cache.borrow_mut() = Some(cache.clone());
            Ok(cache)
        }
    }
}

/// The codec's tuple (encoder, decoder, reader, writer) (`_PyCodec_Lookup`).
pub fn lookup(t: &Thread, encoding: &str) -> PyResult<Owned<PyTuple>> {
    let key = PyStr::intern_str(t, &normalize(encoding))?;
    let cache = cache(t)?;
    if let Some(found) = cache.get_item(t, &key)?
        && let Ok(codec) = found.into_type::<PyTuple>()
    {
        return Ok(codec);
    }
    let state = codecs(t);
    if state.search_path.borrow().is_empty() && !state.loading.replace(true) {
        // The library's search function registers itself.
        let loaded = state::import(t, "encodings");
        state.loading.set(false);
        loaded?;
    }
    let path = state.search_path.borrow().clone();
    if path.is_empty() {
        return Err(err!(t, LookupError, "no codec search functions registered: can't find encoding"));
    }
    for search in path {
        let result = search.call(t, &[&key])?;
        if result.is(crate::singletons::none()) {
            continue;
        }
        return match result.into_type::<PyTuple>() {
            Ok(codec) if codec.len() == 4 => {
                cache.set_item(t, &key, &codec)?;
                Ok(codec)
            }
            _ => Err(err!(t, TypeError, "codec search functions must return 4-tuples")),
        };
    }
    Err(err!(t, LookupError, "unknown encoding: {encoding}"))
}

/// As [`lookup`]; codecs that are not between text and bytes are refused.
pub fn text_codec(t: &Thread, encoding: &str, alternative: &str) -> PyResult<Owned<PyTuple>> {
    let codec = lookup(t, encoding)?;
    if !codec.is_exact::<PyTuple>()
        && let Some(flag) = codec.getattr_opt(t, name!(t, "_is_text_encoding"))?
        && !flag.is_true(t)?
    {
        return Err(err!(
            t,
            LookupError,
            "'{encoding:.400}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        ));
    }
    Ok(codec)
}

/// Calls one function of a codec; a failure gets a note that names the codec.
fn run(t: &Thread, codec: &PyTuple, index: usize, object: &Object, encoding: &str, errors: Option<&str>) -> PyResult {
    let (verb, what) = if index == 0 { ("encoding", "encoder") } else { ("decoding", "decoder") };
    let function = match codec.get(index) {
        Some(function) => function.own(),
        None => return Err(err!(t, TypeError, "codec search functions must return 4-tuples")),
    };
    let result = match errors {
        Some(errors) => function.call(t, &[object, &*PyStr::from_str(t, errors)?]),
        None => function.call(t, &[object]),
    };
    let result = match result {
        Ok(result) => result,
        Err(raised) => {
            add_note(t, &format!("{verb} with '{encoding}' codec failed"));
            return Err(raised);
        }
    };
    match (*result).downcast::<PyTuple>().map(PyTuple::as_slice) {
        Some([value, _]) => Ok((*value).own()),
        _ if index == 0 => Err(err!(t, TypeError, "{what} must return a tuple (object, integer)")),
        _ => Err(err!(t, TypeError, "{what} must return a tuple (object,integer)")),
    }
}

fn add_note(t: &Thread, note: &str) {
    let Some(exception) = crate::errors::take(t) else { return };
    let added = PyStr::from_str(t, note).and_then(|note| exception.call_method(t, name!(t, "add_note"), &[&note]));
    if added.is_err() {
        crate::errors::clear(t);
    }
    let _ = crate::errors::restore_raised(t, exception);
}

/// Encodes with a codec's tuple.
pub fn encode_with(t: &Thread, codec: &PyTuple, object: &Object, encoding: &str, errors: Option<&str>) -> PyResult {
    run(t, codec, 0, object, encoding, errors)
}

/// Decodes with a codec's tuple.
pub fn decode_with(t: &Thread, codec: &PyTuple, object: &Object, encoding: &str, errors: Option<&str>) -> PyResult {
    run(t, codec, 1, object, encoding, errors)
}

fn handlers(t: &Thread) -> PyResult<Owned<PyDict>> {
    let state = codecs(t);
    let found = state.handlers.borrow().clone();
    match found {
        Some(handlers) => Ok(handlers),
        None => {
            let handlers = PyDict::new(t)?;
            errors::fill(t, &handlers)?;
            *state.handlers.borrow_mut() = Some(handlers.clone());
            Ok(handlers)
        }
    }
}

/// Registers an error handler (`PyCodec_RegisterError`).
pub fn register_error(t: &Thread, name: &str, handler: &Object) -> PyResult<()> {
    if !handler.is_callable() {
        return Err(err!(t, TypeError, "handler must be callable"));
    }
    handlers(t)?.set_item(t, &*PyStr::from_str(t, name)?, handler)
}

/// Takes an error handler out; false if there was none.
pub fn unregister_error(t: &Thread, name: &str) -> PyResult<bool> {
    if errors::NAMES.contains(&name) {
        return Err(err!(t, ValueError, "cannot un-register built-in error handler '{name}'"));
    }
    Ok(handlers(t)?.pop_item(t, &*PyStr::from_str(t, name)?)?.is_some())
}

/// The error handler of this name (`PyCodec_LookupError`).
pub fn lookup_error(t: &Thread, name: &str) -> PyResult {
    match handlers(t)?.get_item(t, &*PyStr::from_str(t, name)?)? {
        Some(handler) => Ok(handler),
        None => Err(crate::errors::raise_fmt(
            t,
            <exceptions::LookupError as crate::Class>::class(),
            format_args!("unknown error handler name '{name:.400}'"),
        )),
    }
}

impl PyStr {
    /// Decodes bytes.
    pub fn decode(t: &Thread, data: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Owned<Self>> {
        decode(t, data, encoding, errors)
    }

    /// Encodes to bytes.
    pub fn encoded(&self, t: &Thread, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Owned<PyBytes>> {
        encode(t, self, encoding, errors)
    }
}
