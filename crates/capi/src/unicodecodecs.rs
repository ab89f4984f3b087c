//! The part of `unicodeobject.h` that encodes and decodes.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::codecs::{self, native};
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, Raised, Thread, err, errors, exceptions,
    exceptions_class, fspath, name, singletons,
};
use taipan_runtime::refcount;
use taipan_text::codec::utf16::Order;

unsafe fn bytes<'a>(s: *const c_char, n: Size) -> &'a [u8] {
    // SAFETY: the contract of the callers.
    unsafe { c_slice(s.cast(), n) }
}

unsafe fn text<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyStr> {
    // SAFETY: the contract of the callers.
    match unsafe { opt(op) }.and_then(|op| op.downcast::<PyStr>()) {
        Some(text) => Ok(text),
        None => Err(err!(t, TypeError, "bad argument type for built-in operation")),
    }
}

/// The byte order that C gives: -1 little, 1 big, 0 to be found in a mark (and for null).
unsafe fn order(place: *const c_int) -> Order {
    // SAFETY: the contract of the callers.
    match if place.is_null() { 0 } else { unsafe { *place } } {
        x if x < 0 => Order::Little,
        0 => Order::Mark,
        _ => Order::Big,
    }
}

unsafe fn give_order(place: *mut c_int, order: Order) {
    if !place.is_null() {
        // SAFETY: the contract of the callers.
        unsafe {
            *place = match order {
                Order::Little => -1,
                Order::Mark => 0,
                Order::Big => 1,
            }
        }
    }
}

unsafe fn give(place: *mut Size, n: usize) {
    if !place.is_null() {
        // SAFETY: the contract of the callers.
        unsafe { *place = n as isize }
    }
}

/// The encoding of the C locale and of file names: UTF-8 with surrogates for bytes that are not.
const FS_ERRORS: &str = "surrogateescape";

fn locale_errors(t: &Thread, handler: Option<&str>) -> PyResult<()> {
    match handler.unwrap_or("strict") {
        "strict" | "surrogateescape" | "surrogatepass" => Ok(()),
        _ => Err(err!(t, ValueError, "unsupported error handler")),
    }
}

/// `str.translate` with an error handler.
pub fn translate(t: &Thread, text: &PyStr, table: &Object, handler: Option<&str>) -> PyResult<Owned<PyStr>> {
    let mut out = StrBuilder::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match mapped(t, table, text.char_at(at))? {
            Mapped::Same => out.push(text.char_at(at)),
            Mapped::To(made) => out.push_str(&made),
            Mapped::Nothing => {
                let start = at;
                while at < text.len() && matches!(mapped(t, table, text.char_at(at))?, Mapped::Nothing) {
                    at += 1;
                }
                if handler != Some("ignore") {
                    let (made, next) = untranslatable(t, text, start, at, handler)?;
                    out.push_str(&made);
                    at = next;
                }
                continue;
            }
        }
        at += 1;
    }
    out.finish(t)
}

/// What a table says of a character.
enum Mapped {
    Same,
    To(Owned<PyStr>),
    Nothing,
}

fn mapped(t: &Thread, table: &Object, c: u32) -> PyResult<Mapped> {
    let found = table.get_item(t, &*PyInt::from_u64(t, u64::from(c))?);
    let Some(found) = errors::catch::<exceptions::LookupError, _>(t, found)? else { return Ok(Mapped::Same) };
    if found.is(singletons::none()) {
        return Ok(Mapped::Nothing);
    }
    if let Some(text) = found.downcast::<PyStr>() {
        return Ok(Mapped::To(text.own()));
    }
    match found.downcast::<PyInt>() {
        Some(number) => match number.to_i64().and_then(|c| u32::try_from(c).ok()).filter(|&c| c <= 0x10_ffff) {
            Some(c) => Ok(Mapped::To(PyStr::from_char(t, c)?)),
            None => Err(err!(t, ValueError, "character mapping must be in range(0x110000)")),
        },
        None => Err(err!(t, TypeError, "character mapping must return integer, None or str")),
    }
}

/// Asks the error handler for what stands in the place of characters, and where to go on.
fn untranslatable(
    t: &Thread,
    text: &PyStr,
    start: usize,
    end: usize,
    handler: Option<&str>,
) -> PyResult<(Owned<PyStr>, usize)> {
    let class = exceptions_class!(UnicodeTranslateError).as_object();
    let number = |n: usize| PyInt::from_u64(t, n as u64);
    let reason = PyStr::from_str(t, "character maps to <undefined>")?;
    let error = class.call(t, &[text.as_object(), &*number(start)?, &*number(end)?, &reason])?;
    let name = PyStr::from_str(t, handler.unwrap_or("strict"))?;
    let handler = codec_function(t, &*PyStr::intern_str(t, "lookup_error")?, &[&name])?;
    let answer = handler.call(t, &[&error])?;
    let wrong = || err!(t, TypeError, "translating error handler must return (str, int) tuple");
    let Some([made, next]) = answer.downcast::<PyTuple>().map(PyTuple::as_slice) else { return Err(wrong()) };
    let Some(made) = made.downcast::<PyStr>() else { return Err(wrong()) };
    let next = taipan_object::number::index_as_isize(t, next)?;
    let place = if next < 0 { next + text.len() as isize } else { next };
    match usize::try_from(place).ok().filter(|&place| place <= text.len()) {
        Some(place) => Ok((made.own(), place)),
        None => Err(err!(t, IndexError, "position {next} from error handler out of bounds")),
    }
}

/// `_codecs.NAME(...)`: what the native codecs do not do by themselves.
fn codec_function(t: &Thread, function: &PyStr, args: &[&Object]) -> PyResult {
    taipan_object::state::import(t, "_codecs")?.getattr(t, function)?.call(t, args)
}

capi! {
    /// Decodes; a new reference. Null is UTF-8.
    fn PyUnicode_Decode[t](s: *const c_char, n: Size, encoding: *const c_char, errors: *const c_char) -> New<PyStr> {
        PyStr::decode(t, bytes(s, n), c_name(encoding), c_name(errors))
    }

    /// Decodes what exports a buffer; a new reference.
    fn PyUnicode_FromEncodedObject[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        let Some(object) = opt(op) else { return Err(errors::bad_internal_call(t)) };
        PyStr::from_encoded(t, object, c_name(encoding), c_name(errors))
    }

    /// Encodes to bytes; a new reference. Null is UTF-8.
    fn PyUnicode_AsEncodedString[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New<PyBytes> {
        text(t, op)?.encoded(t, c_name(encoding), c_name(errors))
    }

    /// Decodes UTF-8; a new reference.
    fn PyUnicode_DecodeUTF8[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        native::decode_utf8(t, bytes(s, n), c_name(errors), true).map(|(text, _)| text)
    }

    /// Decodes UTF-8 as far as it is complete; a new reference.
    fn PyUnicode_DecodeUTF8Stateful[t](s: *const c_char, n: Size, errors: *const c_char, consumed: *mut Size) -> New<PyStr> {
        let (text, used) = native::decode_utf8(t, bytes(s, n), c_name(errors), consumed.is_null())?;
        give(consumed, used);
        Ok(text)
    }

    /// Encodes to UTF-8; a new reference.
    fn PyUnicode_AsUTF8String[t](op: Obj) -> New<PyBytes> {
        native::encode_utf8(t, text(t, op)?, None)
    }

    /// Decodes UTF-7; a new reference.
    fn PyUnicode_DecodeUTF7[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        native::decode_utf7(t, bytes(s, n), c_name(errors), true).map(|(text, _)| text)
    }

    /// Decodes UTF-7 as far as it is complete; a new reference.
    fn PyUnicode_DecodeUTF7Stateful[t](s: *const c_char, n: Size, errors: *const c_char, consumed: *mut Size) -> New<PyStr> {
        let (text, used) = native::decode_utf7(t, bytes(s, n), c_name(errors), consumed.is_null())?;
        give(consumed, used);
        Ok(text)
    }

    /// Decodes UTF-16; a new reference.
    fn PyUnicode_DecodeUTF16[t](s: *const c_char, n: Size, errors: *const c_char, byteorder: *mut c_int) -> New<PyStr> {
        let (text, _, found) = native::decode_utf16(t, bytes(s, n), c_name(errors), order(byteorder), true)?;
        give_order(byteorder, found);
        Ok(text)
    }

    /// Decodes UTF-16 as far as it is complete; a new reference.
    fn PyUnicode_DecodeUTF16Stateful[t](
        s: *const c_char, n: Size, errors: *const c_char, byteorder: *mut c_int, consumed: *mut Size,
    ) -> New<PyStr> {
        let (text, used, found) =
            native::decode_utf16(t, bytes(s, n), c_name(errors), order(byteorder), consumed.is_null())?;
        give_order(byteorder, found);
        give(consumed, used);
        Ok(text)
    }

    /// Encodes to UTF-16 with a mark; a new reference.
    fn PyUnicode_AsUTF16String[t](op: Obj) -> New<PyBytes> {
        native::encode_utf16(t, text(t, op)?, None, Order::Mark)
    }

    /// Encodes to UTF-16; a new reference.
    fn _PyUnicode_EncodeUTF16[t](op: Obj, errors: *const c_char, byteorder: c_int) -> New<PyBytes> {
        native::encode_utf16(t, text(t, op)?, c_name(errors), order(&raw const byteorder))
    }

    /// Decodes UTF-32; a new reference.
    fn PyUnicode_DecodeUTF32[t](s: *const c_char, n: Size, errors: *const c_char, byteorder: *mut c_int) -> New<PyStr> {
        let (text, _, found) = native::decode_utf32(t, bytes(s, n), c_name(errors), order(byteorder), true)?;
        give_order(byteorder, found);
        Ok(text)
    }

    /// Decodes UTF-32 as far as it is complete; a new reference.
    fn PyUnicode_DecodeUTF32Stateful[t](
        s: *const c_char, n: Size, errors: *const c_char, byteorder: *mut c_int, consumed: *mut Size,
    ) -> New<PyStr> {
        let (text, used, found) =
            native::decode_utf32(t, bytes(s, n), c_name(errors), order(byteorder), consumed.is_null())?;
        give_order(byteorder, found);
        give(consumed, used);
        Ok(text)
    }

    /// Encodes to UTF-32 with a mark; a new reference.
    fn PyUnicode_AsUTF32String[t](op: Obj) -> New<PyBytes> {
        native::encode_utf32(t, text(t, op)?, None, Order::Mark)
    }

    /// Encodes to UTF-32; a new reference.
    fn _PyUnicode_EncodeUTF32[t](op: Obj, errors: *const c_char, byteorder: c_int) -> New<PyBytes> {
        native::encode_utf32(t, text(t, op)?, c_name(errors), order(&raw const byteorder))
    }

    /// Resolves escapes as in string literals; a new reference.
    fn PyUnicode_DecodeUnicodeEscape[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        let (text, _, invalid) = native::decode_unicode_escape(t, bytes(s, n), c_name(errors), true)?;
        if let Some(invalid) = invalid {
            let message = if invalid.value > 0xff {
                format!("\"\\{:o}\" is an invalid octal escape sequence. Such sequences will not work in the future. ", invalid.value)
            } else {
                let c = char::from(invalid.value as u8);
                format!("\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. ")
            };
            errors::warn(t, taipan_object::exceptions_class!(DeprecationWarning), format_args!("{message}"), 1)?;
        }
        Ok(text)
    }

    /// As `PyUnicode_DecodeUnicodeEscape`, without a warning: the first invalid escape, or -1, and its place go through
    /// pointers. Where `consumed` is not null, an escape that is cut off may be continued by other text.
    fn _PyUnicode_DecodeUnicodeEscapeInternal2[t](
        s: *const c_char, n: Size, errors: *const c_char, consumed: *mut Size, first: *mut c_int, place: *mut *const c_char,
    ) -> New<PyStr> {
        *first = -1;
        *place = core::ptr::null();
        let (text, used, invalid) = native::decode_unicode_escape(t, bytes(s, n), c_name(errors), consumed.is_null())?;
        if let Some(consumed) = consumed.as_mut() {
            *consumed = used as Size;
        }
        if let Some(invalid) = invalid {
            *first = invalid.value as c_int;
            *place = s.add(invalid.pos);
        }
        Ok(text)
    }

    /// Encodes with the escapes of string literals; a new reference.
    fn PyUnicode_AsUnicodeEscapeString[t](op: Obj) -> New<PyBytes> {
        native::encode_unicode_escape(t, text(t, op)?)
    }

    /// Resolves the escapes of raw string literals; a new reference.
    fn PyUnicode_DecodeRawUnicodeEscape[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        native::decode_raw_unicode_escape(t, bytes(s, n), c_name(errors), true).map(|(text, _)| text)
    }

    /// Encodes with the escapes of raw string literals; a new reference.
    fn PyUnicode_AsRawUnicodeEscapeString[t](op: Obj) -> New<PyBytes> {
        native::encode_raw_unicode_escape(t, text(t, op)?)
    }

    /// Decodes Latin-1; a new reference.
    fn PyUnicode_DecodeLatin1[t](s: *const c_char, n: Size, _errors: *const c_char) -> New<PyStr> {
        PyStr::from_latin1(t, bytes(s, n))
    }

    /// Encodes to Latin-1; a new reference.
    fn PyUnicode_AsLatin1String[t](op: Obj) -> New<PyBytes> {
        native::encode_latin1(t, text(t, op)?, None)
    }

    /// Decodes ASCII; a new reference.
    fn PyUnicode_DecodeASCII[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        native::decode_ascii(t, bytes(s, n), c_name(errors))
    }

    /// Encodes to ASCII; a new reference.
    fn PyUnicode_AsASCIIString[t](op: Obj) -> New<PyBytes> {
        native::encode_ascii(t, text(t, op)?, None)
    }

    /// Decodes by a table, Latin-1 for null; a new reference.
    fn PyUnicode_DecodeCharmap[t](s: *const c_char, n: Size, mapping: Obj, errors: *const c_char) -> New<PyStr> {
        native::decode_charmap(t, bytes(s, n), c_name(errors), opt(mapping))
    }

    /// Encodes by a table; a new reference.
    fn PyUnicode_AsCharmapString[t](op: Obj, mapping: Obj) -> New {
        let (Some(object), Some(mapping)) = (opt(op).filter(|op| op.is_instance_of::<PyStr>()), opt(mapping)) else {
            return Err(bad_argument());
        };
        let pair = codec_function(t, name!(t, "charmap_encode"), &[object, singletons::none(), mapping])?;
        pair.get_item(t, &*PyInt::from_i64(t, 0)?)
    }

    /// The table that encodes what a string of 256 characters decodes; a new reference.
    fn PyUnicode_BuildEncodingMap[t](op: Obj) -> New {
        match opt(op).filter(|op| op.downcast::<PyStr>().is_some_and(|s| s.len() > 0)) {
            Some(table) => codec_function(t, name!(t, "charmap_build"), &[table]),
            None => {
                let _ = crate::pyerrors::PyErr_BadArgument();
                Err(Raised::assume())
            }
        }
    }

    /// Decodes a file name; a new reference.
    fn PyUnicode_DecodeFSDefault[t](s: *const c_char) -> New<PyStr> {
        PyStr::from_fs_bytes(t, c_bytes(s))
    }

    /// Decodes a file name; a new reference.
    fn PyUnicode_DecodeFSDefaultAndSize[t](s: *const c_char, n: Size) -> New<PyStr> {
        PyStr::from_fs_bytes(t, bytes(s, n))
    }

    /// Encodes a file name; a new reference.
    fn PyUnicode_EncodeFSDefault[t](op: Obj) -> New<PyBytes> {
        text(t, op)?.encoded(t, Some("utf-8"), Some(FS_ERRORS))
    }

    /// Decodes text of the C locale; a new reference.
    fn PyUnicode_DecodeLocale[t](s: *const c_char, errors: *const c_char) -> New<PyStr> {
        let handler = c_name(errors);
        locale_errors(t, handler)?;
        PyStr::decode(t, c_bytes(s), Some("utf-8"), handler)
    }

    /// Decodes text of the C locale, which ends with a zero; a new reference.
    fn PyUnicode_DecodeLocaleAndSize[t](s: *const c_char, n: Size, errors: *const c_char) -> New<PyStr> {
        let handler = c_name(errors);
        locale_errors(t, handler)?;
        let data = bytes(s, n);
        if *s.offset(n.max(0)) != 0 || data.contains(&0) {
            return Err(err!(t, ValueError, "embedded null byte"));
        }
        PyStr::decode(t, data, Some("utf-8"), handler)
    }

    /// Encodes for the C locale; a new reference.
    fn PyUnicode_EncodeLocale[t](op: Obj, errors: *const c_char) -> New<PyBytes> {
        let handler = c_name(errors);
        locale_errors(t, handler)?;
        let text = text(t, op)?;
        if text.has_char(0) {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        text.encoded(t, Some("utf-8"), handler)
    }

    /// A path as bytes, for `O&`: 1, or 0 with an exception; `CLEANUP_SUPPORTED`. Null gives the bytes up.
    fn PyUnicode_FSConverter[t](op: Obj, place: *mut c_void) -> Raw<c_int> {
        let place: *mut Obj = place.cast();
        if op.is_null() {
            refcount::xdecref(core::mem::replace(&mut *place, core::ptr::null_mut()));
            return 1;
        }
        let convert = || -> PyResult<Owned<PyBytes>> {
            let path = fspath::fspath(t, o(op))?;
            let bytes: Owned<PyBytes> = match path.downcast::<PyBytes>() {
                Some(bytes) => bytes.own(),
                None => path.cast_unchecked::<PyStr>().encoded(t, Some("utf-8"), Some(FS_ERRORS))?,
            };
            if bytes.as_bytes().contains(&0) {
                return Err(err!(t, ValueError, "embedded null byte"));
            }
            Ok(bytes)
        };
        match convert() {
            Ok(bytes) => {
                *place = bytes.into_object().into_ptr();
                0x20000
            }
            Err(_) => 0,
        }
    }

    /// A path as `str`, for `O&`: 1, or 0 with an exception; `CLEANUP_SUPPORTED`. Null gives the string up.
    fn PyUnicode_FSDecoder[t](op: Obj, place: *mut c_void) -> Raw<c_int> {
        let place: *mut Obj = place.cast();
        if op.is_null() {
            refcount::xdecref(core::mem::replace(&mut *place, core::ptr::null_mut()));
            return 1;
        }
        let convert = || -> PyResult<Owned<PyStr>> {
            let path = fspath::fspath(t, o(op))?;
            let text: Owned<PyStr> = match path.downcast::<PyStr>() {
                Some(text) => text.own(),
                None => PyStr::from_fs_bytes(t, path.cast_unchecked::<PyBytes>().as_bytes())?,
            };
            if text.has_char(0) {
                return Err(err!(t, ValueError, "embedded null character"));
            }
            Ok(text)
        };
        match convert() {
            Ok(text) => {
                *place = text.into_object().into_ptr();
                0x20000
            }
            Err(_) => 0,
        }
    }

    /// Registers a search function.
    fn PyCodec_Register[t](search: Obj) -> Status {
        let Some(search) = opt(search) else {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return Err(Raised::assume());
        };
        codecs::register(t, search)
    }

    /// Forgets a search function.
    fn PyCodec_Unregister[t; search](search: Obj) -> Status {
        codecs::unregister(t, o(search));
        Ok(())
    }

    /// Whether there is such a codec.
    fn PyCodec_KnownEncoding[t](encoding: *const c_char) -> Raw<c_int> {
        match codecs::lookup(t, c_name(encoding).unwrap_or_default()) {
            Ok(_) => 1,
            Err(_) => {
                errors::clear(t);
                0
            }
        }
    }

    /// The codec of an encoding; a new reference.
    fn _PyCodec_Lookup[t](encoding: *const c_char) -> New {
        if encoding.is_null() {
            let _ = crate::pyerrors::PyErr_BadArgument();
            return Err(Raised::assume());
        }
        codecs::lookup(t, c_name(encoding).unwrap_or_default()).map(Owned::into_object)
    }

    /// The encoder of an encoding; a new reference.
    fn PyCodec_Encoder[t](encoding: *const c_char) -> New {
        codec_part(t, encoding, 0)
    }

    /// The decoder of an encoding; a new reference.
    fn PyCodec_Decoder[t](encoding: *const c_char) -> New {
        codec_part(t, encoding, 1)
    }

    /// Encodes with any codec; a new reference.
    fn PyCodec_Encode[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        let Some(encoding) = c_name(encoding) else { return Err(bad_argument()) };
        let op = if op.is_null() { return Err(bad_argument()) } else { op };
        let codec = codecs::lookup(t, encoding)?;
        codecs::encode_with(t, &codec, o(op), encoding, c_name(errors))
    }

    /// Decodes with any codec; a new reference.
    fn PyCodec_Decode[t](op: Obj, encoding: *const c_char, errors: *const c_char) -> New {
        let Some(encoding) = c_name(encoding) else { return Err(bad_argument()) };
        let op = if op.is_null() { return Err(bad_argument()) } else { op };
        let codec = codecs::lookup(t, encoding)?;
        codecs::decode_with(t, &codec, o(op), encoding, c_name(errors))
    }

    /// An incremental encoder; a new reference.
    fn PyCodec_IncrementalEncoder[t](encoding: *const c_char, errors: *const c_char) -> New {
        incremental(t, encoding, errors, name!(t, "incrementalencoder"))
    }

    /// An incremental decoder; a new reference.
    fn PyCodec_IncrementalDecoder[t](encoding: *const c_char, errors: *const c_char) -> New {
        incremental(t, encoding, errors, name!(t, "incrementaldecoder"))
    }

    /// A reader of a stream; a new reference.
    fn PyCodec_StreamReader[t](encoding: *const c_char, stream: Obj, errors: *const c_char) -> New {
        stream_codec(t, encoding, stream, errors, 2)
    }

    /// A writer to a stream; a new reference.
    fn PyCodec_StreamWriter[t](encoding: *const c_char, stream: Obj, errors: *const c_char) -> New {
        stream_codec(t, encoding, stream, errors, 3)
    }

    /// Registers an error handler.
    fn PyCodec_RegisterError[t; handler](handler_name: *const c_char, handler: Obj) -> Status {
        codecs::register_error(t, c_name(handler_name).unwrap_or_default(), o(handler))
    }

    /// An error handler, "strict" for null; a new reference.
    fn PyCodec_LookupError[t](handler_name: *const c_char) -> New {
        codecs::lookup_error(t, c_name(handler_name).unwrap_or("strict"))
    }

    /// Raises the exception; null.
    fn PyCodec_StrictErrors[t](exception: Obj) -> New {
        handle(t, "strict", exception)
    }

    /// Skips what failed; a new reference.
    fn PyCodec_IgnoreErrors[t](exception: Obj) -> New {
        handle(t, "ignore", exception)
    }

    /// Replaces what failed; a new reference.
    fn PyCodec_ReplaceErrors[t](exception: Obj) -> New {
        handle(t, "replace", exception)
    }

    /// Replaces what failed by character references; a new reference.
    fn PyCodec_XMLCharRefReplaceErrors[t](exception: Obj) -> New {
        handle(t, "xmlcharrefreplace", exception)
    }

    /// Replaces what failed by escapes; a new reference.
    fn PyCodec_BackslashReplaceErrors[t](exception: Obj) -> New {
        handle(t, "backslashreplace", exception)
    }

    /// Replaces what failed by names; a new reference.
    fn PyCodec_NameReplaceErrors[t](exception: Obj) -> New {
        handle(t, "namereplace", exception)
    }
}

fn handle(t: &Thread, handler: &str, exception: Obj) -> PyResult {
    // SAFETY: the contract of the callers.
    codecs::lookup_error(t, handler)?.call(t, &[unsafe { o(exception) }])
}

unsafe fn codec_part(t: &Thread, encoding: *const c_char, i: usize) -> PyResult {
    if encoding.is_null() {
        let _ = err!(t, TypeError, "bad argument type for built-in operation");
        return Err(Raised::assume());
    }
    // SAFETY: the contract of the callers.
    let codec = codecs::lookup(
        t,
        unsafe {
            if encoding.is_null() {
                return Err(bad_argument());
            }
            c_name(encoding)
        }
        .unwrap_or_default(),
    )?;
    codec.get(i).map(Own::own).ok_or_else(|| errors::bad_internal_call(t))
}

unsafe fn incremental(t: &Thread, encoding: *const c_char, errors: *const c_char, attribute: &PyStr) -> PyResult {
    // SAFETY: the contract of the callers.
    let (encoding, errors) = unsafe {
        if encoding.is_null() {
            return Err(bad_argument());
        }
        (c_name(encoding).unwrap_or_default(), c_name(errors))
    };
    let codec = codecs::lookup(t, encoding)?;
    let factory = codec.as_object().getattr(t, attribute)?;
    match errors {
        Some(errors) => factory.call(t, &[&*PyStr::from_str(t, errors)?]),
        None => factory.call(t, &[]),
    }
}

unsafe fn stream_codec(t: &Thread, encoding: *const c_char, stream: Obj, errors: *const c_char, i: usize) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        if encoding.is_null() {
            return Err(bad_argument());
        }
        let codec = codecs::lookup(t, c_name(encoding).unwrap_or_default())?;
        let factory = codec.get(i).map(Own::own).ok_or_else(|| errors::bad_internal_call(t))?;
        match c_name(errors) {
            Some(errors) => factory.call(t, &[o(stream), &*PyStr::from_str(t, errors)?]),
            None => factory.call(t, &[o(stream)]),
        }
    }
}

/// "bad argument type for built-in operation".
fn bad_argument() -> Raised {
    // SAFETY: called with the GIL held.
    unsafe { crate::pyerrors::PyErr_BadArgument() };
    Raised::assume()
}
