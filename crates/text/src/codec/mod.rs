//! Codecs between bytes and code points, with error handlers as callbacks.
//!
//! A decoder appends to a [`TextBuf`] and returns how many bytes it consumed (all, when `final_`). Where input is malformed it
//! calls the handler with the bytes and a [`DecodeError`]; the handler's [`Resume`] says what to insert and where to go on.
//! Encoders work alike with [`EncodeError`] and [`Substitute`].

pub mod charmap;
pub mod cjk;
pub mod escape;
pub mod handlers;
pub mod utf16;
pub mod utf7;
pub mod utf8;

use crate::buf::TextBuf;
use crate::unit::Unit;
use std::borrow::Cow;

/// A malformed stretch of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// First byte of it.
    pub start: usize,
    /// Past its last byte.
    pub end: usize,
    /// CPython's `reason`.
    pub reason: &'static str,
}

/// What a decoding error handler answers.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// Inserted in place of the malformed bytes.
    pub text: Vec<u32>,
    /// Where decoding goes on.
    pub pos: usize,
    /// New input, where the handler exchanged the exception's object.
    pub input: Option<Vec<u8>>,
}

/// A decoding error handler.
pub type OnDecodeError<'a, E> = &'a mut dyn FnMut(&[u8], DecodeError) -> Result<Resume, E>;

/// A stretch of characters that cannot be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeError {
    /// First character of it.
    pub start: usize,
    /// Past its last character.
    pub end: usize,
    /// CPython's `reason`.
    pub reason: &'static str,
}

/// What an encoding error handler answers.
#[derive(Debug, Clone)]
pub enum Substitute {
    /// Bytes inserted as they are.
    Bytes(Vec<u8>, usize),
    /// Characters inserted encoded; where encoding goes on.
    Text(Vec<u32>, usize),
}

/// An encoding error handler.
pub type OnEncodeError<'a, E> = &'a mut dyn FnMut(EncodeError) -> Result<Substitute, E>;

/// Why encoding failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodeFail<E> {
    /// The handler raised.
    Handler(E),
    /// The handler's text cannot be encoded: the original error is raised.
    Unencodable(EncodeError),
}

/// The state that all decoders share: the input, which a handler may exchange.
struct Input<'a> {
    bytes: Cow<'a, [u8]>,
}

impl<'a> Input<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Input { bytes: Cow::Borrowed(bytes) }
    }

    /// Calls the handler; the position to go on from.
    fn fail<E>(
        &mut self,
        out: &mut TextBuf,
        start: usize,
        end: usize,
        reason: &'static str,
        on_error: OnDecodeError<E>,
    ) -> Result<usize, E> {
        let r = on_error(&self.bytes, DecodeError { start, end, reason })?;
        out.extend(&r.text);
        if let Some(b) = r.input {
            self.bytes = Cow::Owned(b);
        }
        Ok(r.pos.min(self.bytes.len()))
    }
}

/// How many leading bytes are ASCII.
#[inline]
pub fn ascii_prefix(s: &[u8]) -> usize {
    let mut chunks = s.chunks_exact(32);
    let mut n = 0;
    for c in &mut chunks {
        if c.iter().fold(0, |m, &b| m | b) >= 0x80 {
            break;
        }
        n += 32;
    }
    n + s[n..].iter().take(32).take_while(|b| b.is_ascii()).count()
}

/// Decodes ASCII.
pub fn decode_ascii<E>(bytes: &[u8], out: &mut TextBuf, on_error: OnDecodeError<E>) -> Result<(), E> {
    let mut input = Input::new(bytes);
    let mut i = 0;
    while i < input.bytes.len() {
        let n = ascii_prefix(&input.bytes[i..]);
        out.extend_latin1(&input.bytes[i..i + n]);
        i += n;
        if i < input.bytes.len() {
            if input.bytes[i] < 0x80 {
                continue;
            }
            i = input.fail(out, i, i + 1, "ordinal not in range(128)", on_error)?;
        }
    }
    Ok(())
}

/// Encodes to ASCII (`limit` 128) or Latin-1 (`limit` 256).
pub fn encode_below<T: Unit, E>(
    s: &[T],
    limit: u32,
    out: &mut Vec<u8>,
    on_error: OnEncodeError<E>,
) -> Result<(), EncodeFail<E>> {
    let reason = if limit == 128 { "ordinal not in range(128)" } else { "ordinal not in range(256)" };
    out.reserve(s.len());
    let mut i = 0;
    while i < s.len() {
        let good = s[i..].iter().take_while(|c| c.cp() < limit).count();
        out.extend(s[i..i + good].iter().map(|c| c.cp() as u8));
        i += good;
        if i == s.len() {
            break;
        }
        let bad = s[i..].iter().take_while(|c| c.cp() >= limit).count();
        let e = EncodeError { start: i, end: i + bad, reason };
        match on_error(e).map_err(EncodeFail::Handler)? {
            Substitute::Bytes(b, pos) => {
                out.extend_from_slice(&b);
                i = pos;
            }
            Substitute::Text(t, pos) => {
                for (k, &c) in t.iter().enumerate() {
                    if c >= limit {
                        // CPython reports the first bad character of the original.
                        let _ = k;
                        return Err(EncodeFail::Unencodable(EncodeError { start: i, end: i + 1, reason }));
                    }
                    out.push(c as u8);
                }
                i = pos;
            }
        }
    }
    Ok(())
}
