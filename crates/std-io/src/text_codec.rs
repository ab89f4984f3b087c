//! Encoders and decoders of text streams: native ones for UTF-8, ASCII and Latin-1, the codec's own objects else.

use crate::newline::{NewlineState, decoded_text, decoder_state};
use taipan_object::codecs::{self, native};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, Thread, Traverse, Visitor, buffer, err, name,
    singletons,
};

/// The encodings that need no Python code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Native {
    /// UTF-8.
    Utf8,
    /// ASCII.
    Ascii,
    /// Latin-1.
    Latin1,
}

/// The native form of an encoding, if it has one.
pub fn native(encoding: &str) -> Option<Native> {
    Some(match codecs::normalize(encoding).as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Native::Utf8,
        "ascii" | "us_ascii" | "646" => Native::Ascii,
        "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" | "8859" | "l1" => Native::Latin1,
        _ => return None,
    })
}

/// What makes text of bytes.
enum Codec {
    Native { kind: Native, pending: Vec<u8> },
    Object(Owned),
}

/// A decoder with the newline translation behind it.
pub struct Decoder {
    codec: Codec,
    errors: String,
    /// Universal newlines: whether to translate.
    universal: Option<bool>,
    newlines: NewlineState,
}

impl Traverse for Decoder {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Codec::Object(object) = &self.codec {
            object.traverse(visitor);
        }
    }
}

/// A decoder's state: unread bytes, and a number.
pub type State = (Owned<PyBytes>, u64);

impl Decoder {
    /// A decoder for one of the native encodings.
    pub fn native(kind: Native, errors: &str, universal: Option<bool>) -> Self {
        Self {
            codec: Codec::Native { kind, pending: Vec::new() },
            errors: errors.to_string(),
            universal,
            newlines: NewlineState::default(),
        }
    }

    /// A codec's incremental decoder.
    pub fn object(decoder: Owned, universal: Option<bool>) -> Self {
        Self { codec: Codec::Object(decoder), errors: String::new(), universal, newlines: NewlineState::default() }
    }

    /// Decodes a piece.
    pub fn decode(&mut self, t: &Thread, input: &Object, final_: bool) -> PyResult<Owned<PyStr>> {
        let text = match &mut self.codec {
            Codec::Object(decoder) => {
                decoded_text(t, decoder.call_method(t, name!(t, "decode"), &[input, singletons::bool(final_)])?)?
            }
            Codec::Native { kind, pending } => {
                if let Some(bytes) = input.downcast::<PyBytes>() {
                    Self::decode_native(t, *kind, pending, &self.errors, bytes.as_bytes(), final_)?
                } else {
                    let bytes = buffer::contiguous_bytes(t, input)?;
                    Self::decode_native(t, *kind, pending, &self.errors, &bytes, final_)?
                }
            }
        };
        match self.universal {
            Some(translate) => self.newlines.feed(t, text, final_, translate),
            None => Ok(text),
        }
    }

    fn decode_native(
        t: &Thread,
        kind: Native,
        pending: &mut Vec<u8>,
        errors: &str,
        bytes: &[u8],
        final_: bool,
    ) -> PyResult<Owned<PyStr>> {
        let errors = Some(errors).filter(|&errors| errors != "strict");
        match kind {
            Native::Latin1 => PyStr::from_latin1(t, bytes),
            Native::Ascii => native::decode_ascii(t, bytes, errors),
            Native::Utf8 => {
                if pending.is_empty() {
                    let (text, used) = native::decode_utf8(t, bytes, errors, final_)?;
                    pending.extend_from_slice(bytes.get(used..).unwrap_or(&[]));
                    return Ok(text);
                }
                // What was left over stays, should the decoding fail.
                let mut all = pending.clone();
                all.extend_from_slice(bytes);
                let (text, used) = native::decode_utf8(t, &all, errors, final_)?;
                all.drain(..used.min(all.len()));
                *pending = all;
                Ok(text)
            }
        }
    }

    /// `getstate`.
    pub fn state(&self, t: &Thread) -> PyResult<State> {
        let (bytes, flag) = match &self.codec {
            Codec::Native { pending, .. } => (PyBytes::new(t, pending)?, 0),
            Codec::Object(decoder) => {
                let state = decoder.call_method(t, name!(t, "getstate"), &[])?;
                let (bytes, flag) = decoder_state(t, &state)?;
                let bytes = bytes.into_type::<PyBytes>().map_err(|other| {
                    err!(
                        t,
                        TypeError,
                        "illegal decoder state: the first item should be a bytes object, not '{:.200}'",
                        other.class().name_lossy()
                    )
                })?;
                (bytes, flag)
            }
        };
        Ok(match self.universal {
            Some(_) => (bytes, (flag << 1) | u64::from(self.newlines.pending_cr)),
            None => (bytes, flag),
        })
    }

    /// `setstate`.
    pub fn set_state(&mut self, t: &Thread, bytes: &PyBytes, flag: u64) -> PyResult<()> {
        let mut flag = flag;
        if self.universal.is_some() {
            self.newlines.pending_cr = flag & 1 != 0;
            flag >>= 1;
        }
        match &mut self.codec {
            Codec::Native { pending, .. } => {
                pending.clear();
                pending.extend_from_slice(bytes.as_bytes());
            }
            Codec::Object(decoder) => {
                let state =
                    PyTuple::from_vec(t, vec![bytes.own().into_object(), PyInt::from_u64(t, flag)?.into_object()])?;
                decoder.call_method(t, name!(t, "setstate"), &[&state])?;
            }
        }
        Ok(())
    }

    /// `reset`.
    pub fn reset(&mut self, t: &Thread) -> PyResult<()> {
        self.newlines.reset();
        match &mut self.codec {
            Codec::Native { pending, .. } => pending.clear(),
            Codec::Object(decoder) => drop(decoder.call_method(t, name!(t, "reset"), &[])?),
        }
        Ok(())
    }

    /// The line ends seen.
    pub fn newlines(&self, t: &Thread) -> PyResult {
        match self.universal {
            Some(_) => self.newlines.newlines(t),
            None => match &self.codec {
                Codec::Object(decoder) => {
                    Ok(decoder.getattr_opt(t, name!(t, "newlines"))?.unwrap_or_else(|| singletons::none().own()))
                }
                Codec::Native { .. } => Ok(singletons::none().own()),
            },
        }
    }
}

/// What makes bytes of text.
pub enum Encoder {
    /// One of the native encodings.
    Native(Native),
    /// A codec's incremental encoder.
    Object(Owned),
}

impl Traverse for Encoder {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Self::Object(object) = self {
            object.traverse(visitor);
        }
    }
}

/// Appends the encoded text to `out`; gives how many bytes came.
pub fn encode_native(t: &Thread, kind: Native, errors: &str, text: &PyStr, out: &mut Vec<u8>) -> PyResult<()> {
    if text.is_ascii() {
        out.extend_from_slice(text.data_bytes());
        return Ok(());
    }
    let errors = Some(errors).filter(|&errors| errors != "strict");
    let bytes = match kind {
        Native::Utf8 => native::encode_utf8(t, text, errors)?,
        Native::Ascii => native::encode_ascii(t, text, errors)?,
        Native::Latin1 => native::encode_latin1(t, text, errors)?,
    };
    out.extend_from_slice(bytes.as_bytes());
    Ok(())
}
