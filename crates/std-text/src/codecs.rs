//! `_codecs`.

use std::collections::BTreeSet;
use taipan_macros::{class, module, object};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::{CStrArg, CStrOrNone, StrOrBuffer};
use taipan_object::codecs::native::{self, CharMap};
use taipan_object::{Data, Head, Object, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, PyTuple, Thread, err, errors};
use taipan_object::{exceptions_class, new_object, singletons};
use taipan_text::codec::charmap;
use taipan_text::codec::escape::{self, BytesEscapeError, InvalidEscape};
use taipan_text::codec::utf16::Order;

/// An inverted decoding table for character map codecs.
#[object]
pub struct EncodingMap {
    map: Data<charmap::EncodingMap>,
    /// Blocks of 2048 and of 128 characters that the table touches, as CPython's trie counts them.
    blocks: (usize, usize),
}

#[class(name = "EncodingMap", no_new, doc = "")]
impl EncodingMap {
    /// Return the size (in bytes) of this object.
    #[method]
    fn size(&self, _t: &Thread) -> usize {
        63 + 16 * self.blocks.0 + 128 * self.blocks.1
    }
}

/// Text and how much input it took.
type Decoded = (Owned<PyStr>, usize);
/// Bytes and how many characters they stand for.
type Encoded = (Owned<PyBytes>, usize);

fn order(byteorder: i32) -> Order {
    match byteorder {
        0 => Order::Mark,
        ..0 => Order::Little,
        _ => Order::Big,
    }
}

/// Warns of an escape that is none.
fn warn_escape(t: &Thread, invalid: Option<InvalidEscape>, bytes: bool) -> PyResult<()> {
    let Some(invalid) = invalid else { return Ok(()) };
    let b = if bytes { "b" } else { "" };
    if invalid.value > 0xff {
        return errors::warn(
            t,
            exceptions_class!(DeprecationWarning),
            format_args!(
                "{b}\"\\{:o}\" is an invalid octal escape sequence. Such sequences will not work in the future. ",
                invalid.value
            ),
            1,
        );
    }
    let c = char::from_u32(invalid.value).unwrap_or('\u{fffd}');
    errors::warn(
        t,
        exceptions_class!(DeprecationWarning),
        format_args!("{b}\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. "),
        1,
    )
}

#[module(name = "_codecs")]
pub mod codecs {
    use super::*;
    use taipan_object::codecs as registry;

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding
    /// name in all lower case letters, and either return None, or a tuple
    /// of functions (encoder, decoder, stream_reader, stream_writer) (or
    /// a CodecInfo object).
    #[function(sig = "(search_function, /)")]
    fn register(t: &Thread, search_function: &Object) -> PyResult<()> {
        registry::register(t, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[function(sig = "(search_function, /)")]
    fn unregister(t: &Thread, search_function: &Object) {
        registry::unregister(t, search_function);
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function(sig = "(encoding, /)")]
    fn lookup(t: &Thread, encoding: CStrArg<'_>) -> PyResult<Owned<PyTuple>> {
        registry::lookup(t, encoding.or(""))
    }

    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that
    /// encoding errors raise a ValueError.  Other possible values are 'ignore',
    /// 'replace' and 'backslashreplace' as well as any other name registered
    /// with codecs.register_error that can handle ValueErrors.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(t: &Thread, obj: &Object, encoding: CStrArg<'_>, errors: CStrArg<'_>) -> PyResult {
        let encoding = encoding.or("utf-8");
        let codec = registry::lookup(t, encoding)?;
        registry::encode_with(t, &codec, obj, encoding, errors.0)
    }

    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that
    /// encoding errors raise a ValueError.  Other possible values are 'ignore',
    /// 'replace' and 'backslashreplace' as well as any other name registered
    /// with codecs.register_error that can handle ValueErrors.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(t: &Thread, obj: &Object, encoding: CStrArg<'_>, errors: CStrArg<'_>) -> PyResult {
        let encoding = encoding.or("utf-8");
        let codec = registry::lookup(t, encoding)?;
        registry::decode_with(t, &codec, obj, encoding, errors.0)
    }

    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that will be called with an exception
    /// instance containing information about the location of the
    /// encoding/decoding error and must return a (replacement, new position)
    /// tuple.
    #[function(sig = "(errors, handler, /)")]
    fn register_error(t: &Thread, errors: CStrArg<'_>, handler: &Object) -> PyResult<()> {
        registry::register_error(t, errors.or(""), handler)
    }

    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised
    /// if the error handling is a built-in one (e.g., 'strict'), or if an error
    /// occurs.
    ///
    /// Otherwise, this returns True if a custom handler has been successfully
    /// un-registered, and False if no custom handler for the specified error
    /// handling exists.
    #[function(sig = "(errors, /)")]
    fn _unregister_error(t: &Thread, errors: CStrArg<'_>) -> PyResult<bool> {
        registry::unregister_error(t, errors.or(""))
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise
    /// a LookupError, if no handler exists under this name.
    #[function(sig = "(name, /)")]
    fn lookup_error(t: &Thread, name: CStrArg<'_>) -> PyResult {
        registry::lookup_error(t, name.or(""))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(t: &Thread, data: StrOrBuffer<'_>, errors: CStrOrNone<'_>) -> PyResult<(Owned<PyBytes>, usize)> {
        let data = data.as_bytes();
        let mode = match errors.0.unwrap_or("strict") {
            "replace" => escape::Errors::Replace,
            "ignore" => escape::Errors::Ignore,
            _ => escape::Errors::Strict,
        };
        match escape::decode_bytes(data, mode) {
            Ok((out, invalid)) => {
                warn_escape(t, invalid, true)?;
                Ok((PyBytes::new(t, &out)?, data.len()))
            }
            Err(BytesEscapeError::Trailing) => Err(err!(t, ValueError, "Trailing \\ in string")),
            Err(BytesEscapeError::BadHex(at)) => match errors.0 {
                None | Some("strict") => Err(err!(t, ValueError, "invalid \\x escape at position {at}")),
                Some(other) => Err(err!(t, ValueError, "decoding error; unknown error handling code: {other:.400}")),
            },
        }
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(t: &Thread, data: &PyBytes, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        let _ = errors;
        let mut out = Vec::with_capacity(data.len());
        for &c in data.as_bytes() {
            match c {
                b'\'' | b'\\' => out.extend_from_slice(&[b'\\', c]),
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                32..=126 => out.push(c),
                _ => escape::push_escape(&mut out, u32::from(c)),
            }
        }
        Ok((PyBytes::new(t, &out)?, data.len()))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(t: &Thread, data: StrOrBuffer<'_>, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        let _ = errors;
        let data = data.as_bytes();
        Ok((PyBytes::new(t, data)?, data.len()))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf8(t, data, errors.0, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf7(t, data, errors.0, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf16(t, data, errors.0, Order::Mark, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf16(t, data, errors.0, Order::Little, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf16(t, data, errors.0, Order::Big, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(
        sig = "(data, errors=None, byteorder=0, final=False, /)",
        text = "(data, errors=None, byteorder=0, final=False,\n                 /)"
    )]
    fn utf_16_ex_decode(
        t: &Thread,
        data: Buffer,
        errors: CStrOrNone<'_>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<(Owned<PyStr>, usize, i32)> {
        let (text, n, order) = native::decode_utf16(t, data.as_bytes(), errors.0, order(byteorder), r#final)?;
        Ok((text, n, order.number()))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf32(t, data, errors.0, Order::Mark, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf32(t, data, errors.0, Order::Little, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, r#final: bool) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_utf32(t, data, errors.0, Order::Big, r#final).map(|(text, n, _)| (text, n))
    }

    #[function(
        sig = "(data, errors=None, byteorder=0, final=False, /)",
        text = "(data, errors=None, byteorder=0, final=False,\n                 /)"
    )]
    fn utf_32_ex_decode(
        t: &Thread,
        data: Buffer,
        errors: CStrOrNone<'_>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<(Owned<PyStr>, usize, i32)> {
        let (text, n, order) = native::decode_utf32(t, data.as_bytes(), errors.0, order(byteorder), r#final)?;
        Ok((text, n, order.number()))
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        t: &Thread,
        data: StrOrBuffer<'_>,
        errors: CStrOrNone<'_>,
        r#final: bool,
    ) -> PyResult<Decoded> {
        let data = data.as_bytes();
        let (text, n, invalid) = native::decode_unicode_escape(t, data, errors.0, r#final)?;
        warn_escape(t, invalid, false)?;
        Ok((text, n))
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        t: &Thread,
        data: StrOrBuffer<'_>,
        errors: CStrOrNone<'_>,
        r#final: bool,
    ) -> PyResult<Decoded> {
        let data = data.as_bytes();
        native::decode_raw_unicode_escape(t, data, errors.0, r#final)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>) -> PyResult<Decoded> {
        let _ = errors;
        let data = data.as_bytes();
        Ok((PyStr::from_latin1(t, data)?, data.len()))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>) -> PyResult<Decoded> {
        let data = data.as_bytes();
        Ok((native::decode_ascii(t, data, errors.0)?, data.len()))
    }

    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(t: &Thread, data: Buffer, errors: CStrOrNone<'_>, mapping: Option<&Object>) -> PyResult<Decoded> {
        let data = data.as_bytes();
        Ok((native::decode_charmap(t, data, errors.0, mapping)?, data.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_utf8(t, str, errors.0)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_7_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        let _ = errors;
        Ok((native::encode_utf7(t, str)?, str.len()))
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>, byteorder: i32) -> PyResult<Encoded> {
        Ok((native::encode_utf16(t, str, errors.0, order(byteorder))?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_utf16(t, str, errors.0, Order::Little)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_utf16(t, str, errors.0, Order::Big)?, str.len()))
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>, byteorder: i32) -> PyResult<Encoded> {
        Ok((native::encode_utf32(t, str, errors.0, order(byteorder))?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_utf32(t, str, errors.0, Order::Little)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_utf32(t, str, errors.0, Order::Big)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        let _ = errors;
        Ok((native::encode_unicode_escape(t, str)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        let _ = errors;
        Ok((native::encode_raw_unicode_escape(t, str)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_latin1(t, str, errors.0)?, str.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>) -> PyResult<Encoded> {
        Ok((native::encode_ascii(t, str, errors.0)?, str.len()))
    }

    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(t: &Thread, str: &PyStr, errors: CStrOrNone<'_>, mapping: Option<&Object>) -> PyResult<Encoded> {
        let out = match mapping.filter(|m| !m.is(singletons::none())) {
            None => native::encode_latin1(t, str, errors.0)?,
            Some(mapping) => match mapping.downcast::<EncodingMap>() {
                Some(table) => native::encode_charmap(t, str, errors.0, &CharMap::Table(&table.map))?,
                None => native::encode_charmap(t, str, errors.0, &CharMap::Mapping(mapping))?,
            },
        };
        Ok((out, str.len()))
    }

    #[function(sig = "(map, /)")]
    fn charmap_build(t: &Thread, map: &PyStr) -> PyResult {
        let table: Vec<u32> = map.to_code_points().into_iter().take(256).collect();
        let mut wide = BTreeSet::new();
        let mut narrow = BTreeSet::new();
        let mut simple = table.first() == Some(&0);
        for &c in table.iter().skip(1) {
            if c == 0 || c > 0xffff {
                simple = false;
                break;
            }
            if c != 0xfffe {
                wide.insert(c >> 11);
                narrow.insert(c >> 7);
            }
        }
        if simple && wide.len() < 0xff && narrow.len() < 0xff {
            let made = EncodingMap {
                head: Head::new(),
                map: Data(charmap::EncodingMap::new(&table)),
                blocks: (wide.len(), narrow.len()),
            };
            return new_object(t, made).map(Owned::into_object);
        }
        let dict = PyDict::new(t)?;
        for (byte, &c) in table.iter().enumerate() {
            dict.set_item(t, &*PyInt::from_u64(t, u64::from(c))?, &*PyInt::from_u64(t, byte as u64)?)?;
        }
        Ok(dict.into_object())
    }

    #[exec]
    fn exec(_module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<EncodingMap>(t)
    }
}
