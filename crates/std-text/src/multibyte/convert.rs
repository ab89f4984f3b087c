//! Encoding and decoding with error handlers.

use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, Raised, Thread, by_width, codecs, err, errors,
    exceptions,
};
use taipan_text::buf::TextBuf;
use taipan_text::codec::cjk::{Codec, Fault, State};

const ILLEGAL: &str = "illegal multibyte sequence";
const INCOMPLETE: &str = "incomplete multibyte sequence";

/// How errors are handled.
#[derive(Clone)]
pub enum Policy {
    /// They are raised.
    Strict,
    /// What is wrong is left out.
    Ignore,
    /// What is wrong is replaced.
    Replace,
    /// A handler of this name is called.
    Named(Owned<PyStr>),
}

impl Policy {
    /// By the name; none is strict.
    pub fn new(t: &Thread, name: Option<&str>) -> PyResult<Self> {
        Ok(match name {
            None | Some("strict") => Self::Strict,
            Some("ignore") => Self::Ignore,
            Some("replace") => Self::Replace,
            Some(name) => Self::Named(PyStr::from_str(t, name)?),
        })
    }

    /// The name.
    pub fn name(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        match self {
            Self::Strict => PyStr::from_str(t, "strict"),
            Self::Ignore => PyStr::from_str(t, "ignore"),
            Self::Replace => PyStr::from_str(t, "replace"),
            Self::Named(name) => Ok(name.clone()),
        }
    }
}

/// What ends an encoder's input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// More follows.
    Open,
    /// No more follows, but the state stays.
    Flush,
    /// No more follows.
    Reset,
}

/// Which codec works with which error handling.
pub struct Converter<'a> {
    pub t: &'a Thread,
    pub codec: Codec,
    pub policy: &'a Policy,
}

impl Converter<'_> {
    #[cold]
    fn internal(&self) -> Raised {
        err!(self.t, RuntimeError, "internal codec error")
    }

    /// Encodes; the bytes, and where in the text it stopped.
    pub fn encode(&self, state: &mut State, text: &PyStr, end: End) -> PyResult<(Vec<u8>, usize)> {
        let mut out = Vec::new();
        let mut pos = 0;
        if text.len() == 0 && end != End::Reset {
            return Ok((out, 0));
        }
        let flush = end != End::Open;
        loop {
            let done = by_width!(text.chars(), s, U => {
                let _: &[U] = s;
                self.codec.encode(state, s, &mut pos, flush, &mut out)
            });
            match done {
                Ok(()) => break,
                Err(Fault::Short) if !flush => break,
                Err(Fault::Short) => pos = self.bad_text(state, text, (pos, text.len()), INCOMPLETE, &mut out)?,
                Err(Fault::Illegal(n)) => pos = self.bad_text(state, text, (pos, pos + n), ILLEGAL, &mut out)?,
                Err(Fault::Internal) => return Err(self.internal()),
            }
        }
        if end == End::Reset {
            self.codec.reset_encoder(state, &mut out);
        }
        Ok((out, pos))
    }

    /// Handles characters that can't be encoded; where to go on.
    fn bad_text(
        &self,
        state: &mut State,
        text: &PyStr,
        (start, end): (usize, usize),
        reason: &str,
        out: &mut Vec<u8>,
    ) -> PyResult<usize> {
        let t = self.t;
        let name = match self.policy {
            Policy::Strict => {
                return Err(exceptions::unicode_encode_error(t, self.codec.name(), text, start, end, reason));
            }
            Policy::Ignore => return Ok(end),
            Policy::Replace => {
                let mut pos = 0;
                if self.codec.encode(state, b"?".as_slice(), &mut pos, true, out).is_err() {
                    out.push(b'?');
                }
                return Ok(end);
            }
            Policy::Named(name) => name,
        };
        let handler = codecs::lookup_error(t, name.to_utf8(t)?)?;
        let exception = exceptions::UnicodeEncodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, self.codec.name())?,
                text,
                &*PyInt::from_u64(t, start as u64)?,
                &*PyInt::from_u64(t, end as u64)?,
                &*PyStr::from_str(t, reason)?,
            ],
        )?;
        let answer = handler.call(t, &[&exception])?;
        let wrong = || err!(t, TypeError, "encoding error handler must return (str, int) tuple");
        let Some([replacement, pos]) = answer.downcast::<PyTuple>().map(PyTuple::as_slice) else { return Err(wrong()) };
        let Some(pos) = pos.downcast::<PyInt>() else { return Err(wrong()) };
        if let Some(replacement) = replacement.downcast::<PyStr>() {
            let strict = Converter { t, codec: self.codec, policy: &Policy::Strict };
            let (bytes, _) = strict.encode(state, replacement, End::Flush)?;
            out.extend_from_slice(&bytes);
        } else if let Some(bytes) = replacement.downcast::<PyBytes>() {
            out.extend_from_slice(bytes.as_bytes());
        } else {
            return Err(wrong());
        }
        self.position(pos, text.len())
    }

    /// A handler's position in an input of this length.
    fn position(&self, pos: &PyInt, len: usize) -> PyResult<usize> {
        let len = len as isize;
        let at = match pos.to_i64() {
            Some(pos) if pos < 0 => (pos as isize).saturating_add(len),
            Some(pos) => pos as isize,
            // CPython forgets the overflow, but not the value that announced it.
            None => -1,
        };
        if at < 0 || at > len {
            return Err(err!(self.t, IndexError, "position {at} from error handler out of bounds"));
        }
        Ok(at as usize)
    }

    /// Decodes from `pos`, which it moves. What ends within a character is left, unless `whole`.
    pub fn decode(
        &self,
        state: &mut State,
        input: &[u8],
        pos: &mut usize,
        whole: bool,
        out: &mut TextBuf,
    ) -> PyResult<()> {
        while *pos < input.len() {
            match self.codec.decode(state, input, pos, out) {
                Ok(()) => break,
                Err(Fault::Short) if !whole => break,
                Err(Fault::Short) => self.bad_bytes(input, pos, input.len(), INCOMPLETE, out)?,
                Err(Fault::Illegal(n)) => {
                    let end = (*pos + n).min(input.len());
                    self.bad_bytes(input, pos, end, ILLEGAL, out)?;
                }
                Err(Fault::Internal) => return Err(self.internal()),
            }
        }
        Ok(())
    }

    /// Handles an input that ends within a character.
    pub fn incomplete(&self, input: &[u8], pos: &mut usize, out: &mut TextBuf) -> PyResult<()> {
        if *pos < input.len() { self.bad_bytes(input, pos, input.len(), INCOMPLETE, out) } else { Ok(()) }
    }

    /// Handles bytes that mean nothing, and moves on.
    fn bad_bytes(&self, input: &[u8], pos: &mut usize, end: usize, reason: &str, out: &mut TextBuf) -> PyResult<()> {
        let t = self.t;
        let name = match self.policy {
            Policy::Strict => return Err(self.decode_error(input, *pos, end, reason)),
            Policy::Ignore => {
                *pos = end;
                return Ok(());
            }
            Policy::Replace => {
                out.push(0xfffd);
                *pos = end;
                return Ok(());
            }
            Policy::Named(name) => name,
        };
        let handler = codecs::lookup_error(t, name.to_utf8(t)?)?;
        let exception = exceptions::UnicodeDecodeError::class().call(
            t,
            &[
                &*PyStr::from_str(t, self.codec.name())?,
                &*PyBytes::new(t, input)?,
                &*PyInt::from_u64(t, *pos as u64)?,
                &*PyInt::from_u64(t, end as u64)?,
                &*PyStr::from_str(t, reason)?,
            ],
        )?;
        let answer = handler.call(t, &[&exception])?;
        let wrong = || err!(t, TypeError, "decoding error handler must return (str, int) tuple");
        let Some([replacement, at]) = answer.downcast::<PyTuple>().map(PyTuple::as_slice) else { return Err(wrong()) };
        let (Some(replacement), Some(at)) = (replacement.downcast::<PyStr>(), at.downcast::<PyInt>()) else {
            return Err(wrong());
        };
        out.extend(&replacement.to_code_points());
        *pos = self.position(at, input.len())?;
        Ok(())
    }

    /// A `UnicodeDecodeError`.
    #[cold]
    pub fn decode_error(&self, input: &[u8], start: usize, end: usize, reason: &str) -> Raised {
        match PyBytes::new(self.t, input) {
            Ok(bytes) => exceptions::unicode_decode_error(self.t, self.codec.name(), &bytes, start, end, reason),
            Err(raised) => raised,
        }
    }
}

/// A number of little-endian bytes.
pub fn int_from_bytes(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyInt>> {
    let mut digits = Vec::new();
    let mut bits = 0u64;
    let mut n = 0;
    for &byte in bytes {
        bits |= u64::from(byte) << n;
        n += 8;
        if n >= 30 {
            digits.push((bits & 0x3fff_ffff) as u32);
            bits >>= 30;
            n -= 30;
        }
    }
    digits.push(bits as u32);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    PyInt::from_digits(t, false, &digits)
}

/// The little-endian bytes of a number that is not negative.
pub fn int_to_bytes<const N: usize>(t: &Thread, number: &PyInt) -> PyResult<[u8; N]> {
    if number.is_negative() {
        return Err(err!(t, OverflowError, "can't convert negative int to unsigned"));
    }
    let mut out = [0; N];
    for (i, &digit) in number.digits().iter().enumerate() {
        for bit in 0..30 {
            if digit >> bit & 1 == 1 {
                let at = i * 30 + bit;
                match out.get_mut(at / 8) {
                    Some(byte) => *byte |= 1 << (at % 8),
                    None => return Err(err!(t, OverflowError, "int too big to convert")),
                }
            }
        }
    }
    Ok(out)
}

/// An error handler's name as it is assigned to an attribute.
pub fn policy_from(t: &Thread, value: Option<&Object>) -> PyResult<Policy> {
    let Some(value) = value else { return Err(err!(t, AttributeError, "cannot delete attribute")) };
    let Some(name) = value.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "errors must be a string"));
    };
    Policy::new(t, Some(name.to_utf8(t)?))
}

/// What `str()` makes of an input that is no string.
pub fn text_of(t: &Thread, input: &Object) -> PyResult<Owned<PyStr>> {
    match input.downcast::<PyStr>() {
        Some(text) => Ok(text.own()),
        None => input.str(t),
    }
}

/// Raises a `UnicodeError`.
#[cold]
pub fn unicode_error(t: &Thread, message: &str) -> Raised {
    let make = || exceptions::UnicodeError::class().call(t, &[&*PyStr::from_str(t, message)?]);
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}
