//! The codecs that need no Python code: the algorithms of `taipan-text` with Python's error handlers.

use super::errors::{Decoding, Encoding};
use crate::handle::{Object, Owned, PyResult, Raised};
use crate::unicode::Chars;
use crate::{PyBytes, PyStr, by_width, err, errors, exceptions};
use taipan_runtime::Thread;
use taipan_text::buf::TextBuf;
use taipan_text::codec::charmap::{self, EncodingMap, Mapped};
use taipan_text::codec::escape::{self, InvalidEscape};
use taipan_text::codec::utf16::{self, Order};
use taipan_text::codec::{EncodeError, EncodeFail, decode_ascii as ascii, encode_below, utf7, utf8};

impl PyStr {
    /// A string of strictly valid UTF-8; nothing if it is not valid.
    pub fn from_utf8(t: &Thread, data: &[u8]) -> PyResult<Option<Owned<Self>>> {
        if data.is_ascii() {
            return Self::from_ascii(t, data).map(Some);
        }
        let Some(valid) = utf8::scan(data) else { return Ok(None) };
        let (n, max) = (valid.chars, valid.max);
        if n == 1 && max <= 0xff {
            let c = core::str::from_utf8(data).ok().and_then(|s| s.chars().next()).map_or(0, u32::from);
            return Self::from_char(t, c).map(Some);
        }
        let out = Self::alloc(t, n, max)?;
        let ptr = out.data_ptr();
        // SAFETY: a fresh string of `n` characters of this width, which nobody else sees yet; zeroed first.
        unsafe {
            core::ptr::write_bytes(ptr, 0, n * out.kind() as usize);
            match out.kind() {
                1 => utf8::fill(valid, core::slice::from_raw_parts_mut(ptr, n)),
                2 => utf8::fill(valid, core::slice::from_raw_parts_mut(ptr.cast::<u16>(), n)),
                _ => utf8::fill(valid, core::slice::from_raw_parts_mut(ptr.cast::<u32>(), n)),
            }
        }
        Ok(Some(out))
    }

    /// How many bytes the text takes in UTF-8; `None` if there are surrogates in it.
    pub fn utf8_len(&self) -> Option<usize> {
        by_width!(self.chars(), s, U => {
            let _: &[U] = s;
            utf8::encoded_len(s)
        })
    }

    /// Writes the text as UTF-8; `out` has as many bytes as [`Self::utf8_len`] counted.
    pub fn fill_utf8(&self, out: &mut [u8]) {
        by_width!(self.chars(), s, U => {
            let _: &[U] = s;
            utf8::encode_into(s, out);
        });
    }
}

/// UTF-8: the text and how many bytes were consumed.
pub fn decode_utf8(t: &Thread, data: &[u8], errors: Option<&str>, final_: bool) -> PyResult<(Owned<PyStr>, usize)> {
    if let Some(text) = PyStr::from_utf8(t, data)? {
        return Ok((text, data.len()));
    }
    // A piece of a stream often ends within a character.
    if !final_
        && let Err(error) = core::str::from_utf8(data)
        && error.error_len().is_none()
        && let Some(text) = PyStr::from_utf8(t, &data[..error.valid_up_to()])?
    {
        return Ok((text, error.valid_up_to()));
    }
    let mut handler = Decoding::new(t, "utf-8", errors);
    let mut out = TextBuf::with_capacity(data.len());
    let n = utf8::decode(data, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n))
}

/// UTF-7: the text and how many bytes were consumed.
pub fn decode_utf7(t: &Thread, data: &[u8], errors: Option<&str>, final_: bool) -> PyResult<(Owned<PyStr>, usize)> {
    let mut handler = Decoding::new(t, "utf7", errors);
    let mut out = TextBuf::with_capacity(data.len());
    let n = utf7::decode(data, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n))
}

/// UTF-16: the text, how many bytes were consumed, and the byte order.
pub fn decode_utf16(
    t: &Thread,
    data: &[u8],
    errors: Option<&str>,
    order: Order,
    final_: bool,
) -> PyResult<(Owned<PyStr>, usize, Order)> {
    let big = order == Order::Big || order == Order::Mark && data.starts_with(&[0xfe, 0xff]);
    let mut handler = Decoding::new(t, if big { "utf-16-be" } else { "utf-16-le" }, errors);
    let mut out = TextBuf::with_capacity(data.len() / 2);
    let (n, order) = utf16::decode16(data, order, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n, order))
}

/// UTF-32: the text, how many bytes were consumed, and the byte order.
pub fn decode_utf32(
    t: &Thread,
    data: &[u8],
    errors: Option<&str>,
    order: Order,
    final_: bool,
) -> PyResult<(Owned<PyStr>, usize, Order)> {
    let big = order == Order::Big || order == Order::Mark && data.starts_with(&[0, 0, 0xfe, 0xff]);
    let mut handler = Decoding::new(t, if big { "utf-32-be" } else { "utf-32-le" }, errors);
    let mut out = TextBuf::with_capacity(data.len() / 4);
    let (n, order) = utf16::decode32(data, order, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n, order))
}

/// ASCII.
pub fn decode_ascii(t: &Thread, data: &[u8], errors: Option<&str>) -> PyResult<Owned<PyStr>> {
    if data.is_ascii() {
        return PyStr::from_ascii(t, data);
    }
    let mut handler = Decoding::new(t, "ascii", errors);
    let mut out = TextBuf::with_capacity(data.len());
    ascii(data, &mut out, &mut |input, e| handler.call(input, e))?;
    PyStr::from_buf(t, out)
}

/// unicode-escape: the text, how many bytes were consumed, and the first escape that is none.
pub fn decode_unicode_escape(
    t: &Thread,
    data: &[u8],
    errors: Option<&str>,
    final_: bool,
) -> PyResult<(Owned<PyStr>, usize, Option<InvalidEscape>)> {
    let mut handler = Decoding::new(t, "unicodeescape", errors);
    let mut out = TextBuf::with_capacity(data.len());
    let (n, invalid) = escape::decode_unicode(data, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n, invalid))
}

/// raw-unicode-escape: the text and how many bytes were consumed.
pub fn decode_raw_unicode_escape(
    t: &Thread,
    data: &[u8],
    errors: Option<&str>,
    final_: bool,
) -> PyResult<(Owned<PyStr>, usize)> {
    let mut handler = Decoding::new(t, "rawunicodeescape", errors);
    let mut out = TextBuf::with_capacity(data.len());
    let n = escape::decode_raw_unicode(data, final_, &mut out, &mut |input, e| handler.call(input, e))?;
    Ok((PyStr::from_buf(t, out)?, n))
}

/// A character map: `None` is Latin-1, a string is a table, anything else is asked by number.
pub fn decode_charmap(
    t: &Thread,
    data: &[u8],
    errors: Option<&str>,
    mapping: Option<&Object>,
) -> PyResult<Owned<PyStr>> {
    let Some(mapping) = crate::attr::none_if_none(mapping) else { return PyStr::from_latin1(t, data) };
    let mut handler = Decoding::new(t, "charmap", errors);
    let mut out = TextBuf::with_capacity(data.len());
    if let Some(table) = mapping.downcast_exact::<PyStr>() {
        by_width!(table.chars(), s, U => {
            let _: &[U] = s;
            charmap::decode_table(data, s, &mut out, &mut |input, e| handler.call(input, e))
        })?;
        return PyStr::from_buf(t, out);
    }
    let map = |byte: u8| -> PyResult<Mapped> {
        let key = crate::PyInt::from_i64(t, i64::from(byte))?;
        let found = match mapping.get_item(t, &key) {
            Ok(found) => found,
            Err(raised) => {
                if errors::matches::<exceptions::LookupError>(t) {
                    errors::clear(t);
                    return Ok(Mapped::Undefined);
                }
                return Err(raised);
            }
        };
        if found.is(crate::singletons::none()) {
            return Ok(Mapped::Undefined);
        }
        if let Some(int) = found.downcast::<crate::PyInt>() {
            return match int.to_i64().and_then(|c| u32::try_from(c).ok()).filter(|&c| c <= 0x10ffff) {
                Some(0xfffe) => Ok(Mapped::Undefined),
                Some(c) => Ok(Mapped::Char(c)),
                None => Err(err!(t, TypeError, "character mapping must be in range(0x110000)")),
            };
        }
        match found.downcast::<PyStr>() {
            Some(text) if text.len() == 1 && text.char_at(0) == 0xfffe => Ok(Mapped::Undefined),
            Some(text) => Ok(Mapped::Text(text.to_code_points())),
            None => Err(err!(t, TypeError, "character mapping must return integer, None or str")),
        }
    };
    charmap::decode(data, &mut out, map, &mut |input, e| handler.call(input, e))?;
    PyStr::from_buf(t, out)
}

/// Raises what an encoder reports.
fn fail(t: &Thread, text: &PyStr, encoding: &str, error: EncodeFail<Raised>) -> Raised {
    match error {
        EncodeFail::Handler(raised) => raised,
        EncodeFail::Unencodable(EncodeError { start, end, reason }) => {
            exceptions::unicode_encode_error(t, encoding, text, start, end, reason)
        }
    }
}

/// UTF-8.
pub fn encode_utf8(t: &Thread, text: &PyStr, errors: Option<&str>) -> PyResult<Owned<PyBytes>> {
    if text.is_ascii() {
        return PyBytes::new(t, text.data_bytes());
    }
    if let Some(n) = text.utf8_len() {
        let out = PyBytes::alloc(t, n)?;
        // SAFETY: a fresh object of `n` bytes, which nobody else sees yet; zeroed first.
        unsafe {
            core::ptr::write_bytes(out.data_ptr(), 0, n);
            text.fill_utf8(core::slice::from_raw_parts_mut(out.data_ptr(), n));
        }
        return Ok(out);
    }
    let mut handler = Encoding::new(t, "utf-8", text, errors, false);
    let mut out = Vec::new();
    by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        utf8::encode(s, &mut out, &mut |e| handler.call(e))
    })
    .map_err(|e| fail(t, text, "utf-8", e))?;
    PyBytes::new(t, &out)
}

/// UTF-7.
pub fn encode_utf7(t: &Thread, text: &PyStr) -> PyResult<Owned<PyBytes>> {
    let out = by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        utf7::encode(s)
    });
    PyBytes::new(t, &out)
}

/// UTF-16.
pub fn encode_utf16(t: &Thread, text: &PyStr, errors: Option<&str>, order: Order) -> PyResult<Owned<PyBytes>> {
    let name = match order {
        Order::Mark => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    let mut handler = Encoding::new(t, name, text, errors, false);
    let mut out = Vec::new();
    by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        utf16::encode16(s, order, &mut out, &mut |e| handler.call(e))
    })
    .map_err(|e| fail(t, text, name, e))?;
    PyBytes::new(t, &out)
}

/// UTF-32.
pub fn encode_utf32(t: &Thread, text: &PyStr, errors: Option<&str>, order: Order) -> PyResult<Owned<PyBytes>> {
    let name = match order {
        Order::Mark => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    let mut handler = Encoding::new(t, name, text, errors, false);
    let mut out = Vec::new();
    by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        utf16::encode32(s, order, &mut out, &mut |e| handler.call(e))
    })
    .map_err(|e| fail(t, text, name, e))?;
    PyBytes::new(t, &out)
}

fn encode_one_byte(
    t: &Thread,
    text: &PyStr,
    errors: Option<&str>,
    limit: u32,
    name: &'static str,
) -> PyResult<Owned<PyBytes>> {
    let mut handler = Encoding::new(t, name, text, errors, true);
    let mut out = Vec::new();
    by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        encode_below(s, limit, &mut out, &mut |e| handler.call(e))
    })
    .map_err(|e| fail(t, text, name, e))?;
    PyBytes::new(t, &out)
}

/// ASCII.
pub fn encode_ascii(t: &Thread, text: &PyStr, errors: Option<&str>) -> PyResult<Owned<PyBytes>> {
    if text.is_ascii() {
        return PyBytes::new(t, text.data_bytes());
    }
    encode_one_byte(t, text, errors, 128, "ascii")
}

/// Latin-1.
pub fn encode_latin1(t: &Thread, text: &PyStr, errors: Option<&str>) -> PyResult<Owned<PyBytes>> {
    if let Chars::One(s) = text.chars() {
        return PyBytes::new(t, s);
    }
    encode_one_byte(t, text, errors, 256, "latin-1")
}

/// unicode-escape.
pub fn encode_unicode_escape(t: &Thread, text: &PyStr) -> PyResult<Owned<PyBytes>> {
    let out = by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        escape::encode_unicode(s)
    });
    PyBytes::new(t, &out)
}

/// raw-unicode-escape.
pub fn encode_raw_unicode_escape(t: &Thread, text: &PyStr) -> PyResult<Owned<PyBytes>> {
    let out = by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        escape::encode_raw_unicode(s)
    });
    PyBytes::new(t, &out)
}

/// What a character map for encoding is.
pub enum CharMap<'a> {
    /// An inverted decoding table.
    Table(&'a EncodingMap),
    /// Any mapping from numbers to numbers, bytes or `None`.
    Mapping(&'a Object),
}

/// A character map.
pub fn encode_charmap(t: &Thread, text: &PyStr, errors: Option<&str>, map: &CharMap<'_>) -> PyResult<Owned<PyBytes>> {
    let mut handler = Encoding::new(t, "charmap", text, errors, false);
    let mut out = Vec::new();
    by_width!(text.chars(), s, U => {
        let _: &[U] = s;
        match map {
            CharMap::Table(table) => charmap::encode_table(s, table, &mut out, &mut |e| handler.call(e)),
            CharMap::Mapping(mapping) => charmap::encode(
                s,
                &mut out,
                |c, out: &mut Vec<u8>| encode_lookup(t, mapping, c, out),
                &mut |e| handler.call(e),
            ),
        }
    })
    .map_err(|e| fail(t, text, "charmap", e))?;
    PyBytes::new(t, &out)
}

fn encode_lookup(t: &Thread, mapping: &Object, c: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    let key = crate::PyInt::from_i64(t, i64::from(c))?;
    let found = match mapping.get_item(t, &key) {
        Ok(found) => found,
        Err(raised) => {
            if errors::matches::<exceptions::LookupError>(t) {
                errors::clear(t);
                return Ok(false);
            }
            return Err(raised);
        }
    };
    if found.is(crate::singletons::none()) {
        return Ok(false);
    }
    if let Some(int) = found.downcast::<crate::PyInt>() {
        return match int.to_i64().and_then(|b| u8::try_from(b).ok()) {
            Some(b) => {
                out.push(b);
                Ok(true)
            }
            None => Err(err!(t, TypeError, "character mapping must be in range(256)")),
        };
    }
    match found.downcast::<PyBytes>() {
        Some(bytes) => {
            out.extend_from_slice(bytes.as_bytes());
            Ok(true)
        }
        None => Err(err!(
            t,
            TypeError,
            "character mapping must return integer, bytes or None, not {:.400}",
            found.class().name_lossy()
        )),
    }
}
