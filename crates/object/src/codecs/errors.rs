//! Error handlers of codecs: calling them from the algorithms, and the built-in ones as Python functions.

use super::lookup_error;
use crate::argparse::IntoResult;
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised, Static};
use crate::{PyBytes, PyDict, PyInt, PyStr, PyTuple, by_width, err, errors, exceptions};
use taipan_runtime::Thread;
use taipan_runtime::abi::{METH_O, PyMethodDef, PyMethodPointer, PyObject, PyUnicodeErrorObject};
use taipan_text::codec::handlers::{self, PassEncoding};
use taipan_text::codec::{DecodeError, EncodeError, Resume, Substitute};
use taipan_text::unit::Unit;

/// Calls the error handler of a decoder.
pub struct Decoding<'a> {
    t: &'a Thread,
    encoding: &'static str,
    errors: &'a str,
    /// The input as Python sees it, once an exception was needed.
    object: Option<Owned>,
    handler: Option<Owned>,
}

impl<'a> Decoding<'a> {
    /// For a decoder of this name.
    pub fn new(t: &'a Thread, encoding: &'static str, errors: Option<&'a str>) -> Self {
        Self { t, encoding, errors: errors.unwrap_or("strict"), object: None, handler: None }
    }

    fn object(&mut self, input: &[u8]) -> PyResult {
        match &self.object {
            Some(object) => Ok(object.clone()),
            None => {
                let object = PyBytes::new(self.t, input)?.into_object();
                self.object = Some(object.clone());
                Ok(object)
            }
        }
    }

    fn strict(&mut self, input: &[u8], e: DecodeError) -> Raised {
        match self.object(input) {
            Ok(object) => exceptions::unicode_decode_error(self.t, self.encoding, &object, e.start, e.end, e.reason),
            Err(raised) => raised,
        }
    }

    /// What the handler says of a malformed stretch.
    pub fn call(&mut self, input: &[u8], e: DecodeError) -> PyResult<Resume> {
        let resume = |text: Vec<u32>, pos: usize| Resume { text, pos, input: None };
        let stretch = input.get(e.start..e.end.min(input.len())).unwrap_or(&[]);
        match self.errors {
            "strict" => Err(self.strict(input, e)),
            "ignore" => Ok(resume(Vec::new(), e.end)),
            "replace" => Ok(resume(vec![0xfffd], e.end)),
            "backslashreplace" => {
                let text = handlers::backslashreplace_bytes(stretch);
                Ok(resume(text.into_iter().map(u32::from).collect(), e.end))
            }
            "surrogateescape" => {
                let text = handlers::surrogateescape_decode(stretch);
                if text.is_empty() {
                    return Err(self.strict(input, e));
                }
                let pos = e.start + text.len();
                Ok(resume(text, pos))
            }
            "surrogatepass" if PassEncoding::from_name(self.encoding).is_some() => {
                let found = PassEncoding::from_name(self.encoding)
                    .and_then(|pass| handlers::surrogatepass_decode(input.get(e.start..).unwrap_or(&[]), pass));
                match found {
                    Some((c, n)) => Ok(resume(vec![c], e.start + n)),
                    None => Err(self.strict(input, e)),
                }
            }
            _ => self.custom(input, e),
        }
    }

    fn custom(&mut self, input: &[u8], e: DecodeError) -> PyResult<Resume> {
        let t = self.t;
        let handler = match &self.handler {
            Some(handler) => handler.clone(),
            None => {
                let handler = lookup_error(t, self.errors)?;
                self.handler = Some(handler.clone());
                handler
            }
        };
        let object = self.object(input)?;
        let exception = exceptions::UnicodeDecodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, self.encoding)?,
                &object,
                &*PyInt::from_u64(t, e.start as u64)?,
                &*PyInt::from_u64(t, e.end as u64)?,
                &*PyStr::from_str(t, e.reason)?,
            ],
        )?;
        let result = handler.call(t, &[&exception])?;
        let wrong = || err!(t, TypeError, "decoding error handler must return (str, int) tuple");
        let Some([text, pos]) = (*result).downcast::<PyTuple>().map(PyTuple::as_slice) else { return Err(wrong()) };
        let Some(text) = text.downcast::<PyStr>() else { return Err(wrong()) };
        if !pos.is_instance_of::<PyInt>() {
            return Err(wrong());
        }
        let pos = crate::number::index_as_isize(t, pos)?;
        // The handler may have exchanged the input.
        let (input_len, replaced) = match exception_object(&exception) {
            Some(now) if !now.is(&object) => {
                let Some(bytes) = now.downcast::<PyBytes>() else {
                    return Err(err!(t, TypeError, "UnicodeError 'object' attribute must be a bytes"));
                };
                let data = bytes.as_bytes().to_vec();
                let n = data.len();
                self.object = Some(now);
                (n, Some(data))
            }
            _ => (input.len(), None),
        };
        let at = if pos < 0 { pos + input_len as isize } else { pos };
        if at < 0 || at > input_len as isize {
            return Err(err!(t, IndexError, "position {at} from error handler out of bounds"));
        }
        Ok(Resume { text: text.to_code_points(), pos: at as usize, input: replaced })
    }
}

/// Calls the error handler of an encoder.
pub struct Encoding<'a> {
    t: &'a Thread,
    encoding: &'static str,
    text: &'a PyStr,
    errors: &'a str,
    handler: Option<Owned>,
    /// The encoding is a subset of Latin-1: replacements in ASCII need no encoding.
    plain: bool,
}

impl<'a> Encoding<'a> {
    /// For an encoder of this name and its input.
    pub fn new(t: &'a Thread, encoding: &'static str, text: &'a PyStr, errors: Option<&'a str>, plain: bool) -> Self {
        Self { t, encoding, text, errors: errors.unwrap_or("strict"), handler: None, plain }
    }

    fn strict(&self, e: EncodeError) -> Raised {
        exceptions::unicode_encode_error(self.t, self.encoding, self.text, e.start, e.end, e.reason)
    }

    /// What the handler says of a stretch that cannot be encoded.
    pub fn call(&mut self, e: EncodeError) -> PyResult<Substitute> {
        let chars = self.text.chars();
        let stretch = chars.slice(e.start, e.end);
        let ascii = |text: Vec<u8>| {
            if self.plain {
                Substitute::Bytes(text, e.end)
            } else {
                Substitute::Text(text.into_iter().map(u32::from).collect(), e.end)
            }
        };
        match self.errors {
            "strict" => Err(self.strict(e)),
            "ignore" => Ok(Substitute::Bytes(Vec::new(), e.end)),
            "replace" => Ok(ascii(vec![b'?'; e.end - e.start])),
            "backslashreplace" => Ok(ascii(by_width!(stretch, s, U => handlers::backslashreplace::<U>(s)))),
            "xmlcharrefreplace" => Ok(ascii(by_width!(stretch, s, U => handlers::xmlcharrefreplace::<U>(s)))),
            "surrogateescape" => {
                // As many of the characters as are escapes, so that the error names the first that is none.
                let n = stretch.iter().take_while(|c| (0xdc80..=0xdcff).contains(c)).count();
                if n == 0 || (n < e.end - e.start && self.encoding != "utf-8") {
                    return match self.encoding {
                        "utf-8" | "ascii" | "latin-1" if n > 0 => Ok(Substitute::Bytes(
                            stretch.iter().take(n).map(|c| (c - 0xdc00) as u8).collect(),
                            e.start + n,
                        )),
                        _ => Err(self.strict(EncodeError { start: e.start + n, ..e })),
                    };
                }
                Ok(Substitute::Bytes(stretch.iter().take(n).map(|c| (c - 0xdc00) as u8).collect(), e.start + n))
            }
            "surrogatepass" if PassEncoding::from_name(self.encoding).is_some() => {
                let found = PassEncoding::from_name(self.encoding)
                    .and_then(|pass| by_width!(stretch, s, U => handlers::surrogatepass_encode::<U>(s, pass)));
                match found {
                    Some(bytes) => Ok(Substitute::Bytes(bytes, e.end)),
                    None => Err(self.strict(e)),
                }
            }
            _ => self.custom(e),
        }
    }

    fn custom(&mut self, e: EncodeError) -> PyResult<Substitute> {
        let t = self.t;
        let handler = match &self.handler {
            Some(handler) => handler.clone(),
            None => {
                let handler = lookup_error(t, self.errors)?;
                self.handler = Some(handler.clone());
                handler
            }
        };
        let exception = exceptions::UnicodeEncodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, self.encoding)?,
                self.text,
                &*PyInt::from_u64(t, e.start as u64)?,
                &*PyInt::from_u64(t, e.end as u64)?,
                &*PyStr::from_str(t, e.reason)?,
            ],
        )?;
        let result = handler.call(t, &[&exception])?;
        let wrong = || err!(t, TypeError, "encoding error handler must return (str/bytes, int) tuple");
        let Some([replacement, pos]) = (*result).downcast::<PyTuple>().map(PyTuple::as_slice) else {
            return Err(wrong());
        };
        if !pos.is_instance_of::<PyInt>() {
            return Err(wrong());
        }
        let n = self.text.len() as isize;
        let position = || -> PyResult<usize> {
            let pos = crate::number::index_as_isize(t, pos)?;
            let at = if pos < 0 { pos + n } else { pos };
            if at < 0 || at > n {
                return Err(err!(t, IndexError, "position {at} from error handler out of bounds"));
            }
            Ok(at as usize)
        };
        if let Some(text) = replacement.downcast::<PyStr>() {
            return Ok(Substitute::Text(text.to_code_points(), position()?));
        }
        if let Some(bytes) = replacement.downcast::<PyBytes>() {
            return Ok(Substitute::Bytes(bytes.as_bytes().to_vec(), position()?));
        }
        Err(wrong())
    }
}

/// The `object` of a Unicode error.
fn exception_object(exception: &Object) -> Option<Owned> {
    let raw = exception.as_ptr().cast::<PyUnicodeErrorObject>();
    // SAFETY: the caller passes an instance of a Unicode error type.
    unsafe { Object::from_ptr_opt((*raw).object).map(Own::own) }
}

/// What a built-in handler gets: the exception taken apart.
enum Failure {
    Encode { text: Owned<PyStr>, start: usize, end: usize, encoding: String },
    Decode { data: Owned<PyBytes>, start: usize, end: usize, encoding: String },
    Translate { text: Owned<PyStr>, start: usize, end: usize },
}

#[cold]
fn wrong_exception(t: &Thread, exception: &Object) -> Raised {
    err!(t, TypeError, "don't know how to handle {:.200} in error callback", exception.class().name_lossy())
}

fn take_apart(t: &Thread, exception: &Object) -> PyResult<Failure> {
    let encode = exception.is_instance_of::<exceptions::UnicodeEncodeError>();
    let decode = exception.is_instance_of::<exceptions::UnicodeDecodeError>();
    if !encode && !decode && !exception.is_instance_of::<exceptions::UnicodeTranslateError>() {
        return Err(wrong_exception(t, exception));
    }
    let raw = exception.as_ptr().cast::<PyUnicodeErrorObject>();
    // SAFETY: an instance of a Unicode error type.
    let (start, end, encoding) =
        unsafe { ((*raw).start, (*raw).end, Object::from_ptr_opt((*raw).encoding).map(|e| e.str_lossy(t))) };
    let clip = |n: usize| {
        let n = n as isize;
        let start = start.clamp(0, (n - 1).max(0)) as usize;
        let end = end.max(1).min(n) as usize;
        (start, end.max(start))
    };
    let encoding = encoding.unwrap_or_default();
    let missing = || err!(t, TypeError, "UnicodeError 'object' attribute is not set");
    let object = exception_object(exception).ok_or_else(missing)?;
    if decode {
        let data = object
            .into_type::<PyBytes>()
            .map_err(|_| err!(t, TypeError, "UnicodeError 'object' attribute must be a bytes"))?;
        let (start, end) = clip(data.len());
        return Ok(Failure::Decode { data, start, end, encoding });
    }
    let text = object
        .into_type::<PyStr>()
        .map_err(|_| err!(t, TypeError, "UnicodeError 'object' attribute must be a string"))?;
    let (start, end) = clip(text.len());
    if encode {
        Ok(Failure::Encode { text, start, end, encoding })
    } else {
        Ok(Failure::Translate { text, start, end })
    }
}

/// The pair that a handler returns.
type Answer = (Owned, usize);

fn ascii_answer(t: &Thread, text: &[u8], end: usize) -> PyResult<Answer> {
    Ok((PyStr::from_ascii(t, text)?.into_object(), end))
}

/// Raises an exception instance again.
fn raise_again(t: &Thread, exception: &Object) -> Raised {
    if exception.is_instance_of::<exceptions::BaseException>() {
        return errors::raise(t, exception.own());
    }
    err!(t, TypeError, "codec must pass exception instance")
}

/// Names of the built-in handlers.
pub const NAMES: &[&str] = &[
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

/// Puts the built-in handlers under their names.
pub fn fill(t: &Thread, handlers: &PyDict) -> PyResult<()> {
    // SAFETY: the table is static and has an entry for each name.
    unsafe {
        let table = TABLE.get().cast::<PyMethodDef>();
        for (i, name) in NAMES.iter().enumerate() {
            let function = crate::PyCFunction::new(t, table.add(i), None, None, None)?;
            handlers.set_item(t, &*PyStr::from_str(t, name)?, &function)?;
        }
    }
    Ok(())
}

macro_rules! handler_table {
    ($($function:ident $name:literal $doc:literal;)*) => {
        $(
            /// Entry from C.
            unsafe extern "C" fn $function(_this: *mut PyObject, exception: *mut PyObject) -> *mut PyObject {
                // SAFETY: called with a live object and with the GIL held.
                let (t, exception) = unsafe { (taipan_runtime::thread::current(), Object::from_ptr(exception)) };
                match functions::$function(t, exception).into_result(t) {
                    Ok(value) => value.into_ptr(),
                    Err(_) => core::ptr::null_mut(),
                }
            }
        )*
        /// The functions in the order of [`NAMES`]. They have no receiver at all, as in CPython.
        static TABLE: Static<[PyMethodDef; NAMES.len()]> = Static::new([$(PyMethodDef {
            ml_name: $name.as_ptr(),
            ml_meth: PyMethodPointer { PyCFunction: $function },
            ml_flags: METH_O,
            ml_doc: $doc.as_ptr(),
        }),*]);
    };
}

handler_table! {
    strict_errors c"strict_errors" c"strict_errors($self, object, /)\n--\n\nImplements the 'strict' error handling, which raises a UnicodeError on coding errors.";
    ignore_errors c"ignore_errors" c"ignore_errors($self, object, /)\n--\n\nImplements the 'ignore' error handling, which ignores malformed data and continues.";
    replace_errors c"replace_errors" c"replace_errors($self, object, /)\n--\n\nImplements the 'replace' error handling, which replaces malformed data with a replacement marker.";
    xmlcharrefreplace_errors c"xmlcharrefreplace_errors" c"xmlcharrefreplace_errors($self, object, /)\n--\n\nImplements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.";
    backslashreplace_errors c"backslashreplace_errors" c"backslashreplace_errors($self, object, /)\n--\n\nImplements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.";
    namereplace_errors c"namereplace_errors" c"namereplace_errors($self, object, /)\n--\n\nImplements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.";
    surrogatepass c"surrogatepass" c"surrogatepass($self, object, /)\n--\n\n";
    surrogateescape c"surrogateescape" c"surrogateescape($self, object, /)\n--\n\n";
}

/// The built-in handlers, in the order of [`NAMES`].
mod functions {
    use super::*;

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    pub fn strict_errors(t: &Thread, exception: &Object) -> PyResult {
        Err(raise_again(t, exception))
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    pub fn ignore_errors(t: &Thread, exception: &Object) -> PyResult<Answer> {
        let end = match take_apart(t, exception)? {
            Failure::Encode { end, .. } | Failure::Decode { end, .. } | Failure::Translate { end, .. } => end,
        };
        ascii_answer(t, b"", end)
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    pub fn replace_errors(t: &Thread, exception: &Object) -> PyResult<Answer> {
        match take_apart(t, exception)? {
            Failure::Encode { start, end, .. } => ascii_answer(t, &vec![b'?'; end - start], end),
            Failure::Decode { end, .. } => Ok((PyStr::from_char(t, 0xfffd)?.into_object(), end)),
            Failure::Translate { start, end, .. } => {
                Ok((PyStr::from_code_points(t, &vec![0xfffd; end - start])?.into_object(), end))
            }
        }
    }

    /// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.
    pub fn xmlcharrefreplace_errors(t: &Thread, exception: &Object) -> PyResult<Answer> {
        let Failure::Encode { text, start, end, .. } = take_apart(t, exception)? else {
            return Err(wrong_exception(t, exception));
        };
        let chars = text.chars();
        let part = chars.slice(start, end);
        ascii_answer(t, &by_width!(part, s, U => handlers::xmlcharrefreplace::<U>(s)), end)
    }

    /// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
    pub fn backslashreplace_errors(t: &Thread, exception: &Object) -> PyResult<Answer> {
        match take_apart(t, exception)? {
            Failure::Encode { text, start, end, .. } | Failure::Translate { text, start, end } => {
                let chars = text.chars();
                let part = chars.slice(start, end);
                ascii_answer(t, &by_width!(part, s, U => handlers::backslashreplace::<U>(s)), end)
            }
            Failure::Decode { data, start, end, .. } => {
                ascii_answer(t, &handlers::backslashreplace_bytes(&data.as_bytes()[start..end]), end)
            }
        }
    }

    /// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
    pub fn namereplace_errors(t: &Thread, exception: &Object) -> PyResult<Answer> {
        let Failure::Encode { text, start, end, .. } = take_apart(t, exception)? else {
            return Err(wrong_exception(t, exception));
        };
        let chars = text.chars();
        let part = chars.slice(start, end);
        ascii_answer(t, &by_width!(part, s, U => handlers::namereplace::<U>(s)), end)
    }

    /// Implements 'surrogatepass': lets surrogates through.
    pub fn surrogatepass(t: &Thread, exception: &Object) -> PyResult<Answer> {
        match take_apart(t, exception)? {
            Failure::Encode { text, start, end, encoding } => {
                let chars = text.chars();
                let part = chars.slice(start, end);
                let bytes = PassEncoding::from_name(&encoding)
                    .and_then(|pass| by_width!(part, s, U => handlers::surrogatepass_encode::<U>(s, pass)));
                match bytes {
                    Some(bytes) => Ok((PyBytes::new(t, &bytes)?.into_object(), end)),
                    None => Err(raise_again(t, exception)),
                }
            }
            Failure::Decode { data, start, encoding, .. } => {
                let found = PassEncoding::from_name(&encoding)
                    .and_then(|pass| handlers::surrogatepass_decode(&data.as_bytes()[start..], pass));
                match found {
                    Some((c, n)) => Ok((PyStr::from_char(t, c)?.into_object(), start + n)),
                    None => Err(raise_again(t, exception)),
                }
            }
            Failure::Translate { .. } => Err(wrong_exception(t, exception)),
        }
    }

    /// Implements 'surrogateescape': bytes that are no text become lone surrogates, and back.
    pub fn surrogateescape(t: &Thread, exception: &Object) -> PyResult<Answer> {
        match take_apart(t, exception)? {
            Failure::Encode { text, start, end, .. } => {
                let chars = text.chars();
                let part = chars.slice(start, end);
                let bytes: Option<Vec<u8>> = part
                    .iter()
                    .map(|c| if (0xdc80..=0xdcff).contains(&c) { Some((c.cp() - 0xdc00) as u8) } else { None })
                    .collect();
                match bytes {
                    Some(bytes) => Ok((PyBytes::new(t, &bytes)?.into_object(), end)),
                    None => Err(raise_again(t, exception)),
                }
            }
            Failure::Decode { data, start, end, .. } => {
                let text = handlers::surrogateescape_decode(&data.as_bytes()[start..end]);
                if text.is_empty() {
                    return Err(raise_again(t, exception));
                }
                let n = text.len();
                Ok((PyStr::from_code_points(t, &text)?.into_object(), start + n))
            }
            Failure::Translate { .. } => Err(wrong_exception(t, exception)),
        }
    }
}
