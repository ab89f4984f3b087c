//! The incremental codecs and the streams.

use super::MultibyteCodec;
use super::convert::{Converter, End, Policy, int_from_bytes, int_to_bytes, policy_from, text_of, unicode_error};
use core::cell::{Cell, RefCell};
use taipan_macros::{class, object};
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Args, Data, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, err, name,
    singletons,
};
use taipan_text::buf::TextBuf;
use taipan_text::codec::cjk::{Codec, State};

/// The greatest number of characters that wait for others.
const MAX_PENDING_TEXT: usize = 2;
/// The greatest number of bytes that wait for others.
const MAX_PENDING_BYTES: usize = 8;

/// The codec of a subclass.
fn codec_of(t: &Thread, cls: &PyType) -> PyResult<Codec> {
    let found = cls.as_object().getattr(t, name!(t, "codec"))?;
    match found.downcast::<MultibyteCodec>() {
        Some(codec) => Ok(codec.codec.0),
        None => Err(err!(t, TypeError, "codec is unexpected type")),
    }
}

/// The error handling that a constructor was given.
fn policy_of(t: &Thread, errors: Option<&Object>, what: What) -> PyResult<Policy> {
    let name = errors.map(|errors| CStrArg::from_arg(t, errors, what)).transpose()?;
    Policy::new(t, name.and_then(|name| name.0))
}

/// The error handling of a codec object, which its attribute `errors` shows and sets.
struct Errors(RefCell<Policy>);

impl Errors {
    fn new(policy: Policy) -> Self {
        Self(RefCell::new(policy))
    }

    fn policy(&self) -> Policy {
        self.0.borrow().clone()
    }

    fn name(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.policy().name(t)
    }

    fn set(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let policy = policy_from(t, value)?;
        drop(self.0.replace(policy));
        Ok(())
    }
}

/// What encoder and writer have in common.
struct Encoder {
    codec: Codec,
    errors: Errors,
    state: Cell<State>,
    pending: RefCell<Option<Owned<PyStr>>>,
}

impl Encoder {
    fn new(t: &Thread, cls: &PyType, policy: Policy) -> PyResult<Self> {
        let codec = codec_of(t, cls)?;
        Ok(Self { codec, errors: Errors::new(policy), state: Cell::new(codec.encoder()), pending: RefCell::new(None) })
    }

    fn encode(&self, t: &Thread, input: &Object, last: bool) -> PyResult<Vec<u8>> {
        let input = text_of(t, input)?;
        let waiting = self.pending.borrow_mut().take();
        let text = match &waiting {
            Some(waiting) => PyStr::concat_all(t, &[waiting, &input])?,
            None => input,
        };
        let policy = self.errors.policy();
        let converter = Converter { t, codec: self.codec, policy: &policy };
        let mut state = self.state.get();
        let done = converter.encode(&mut state, &text, if last { End::Reset } else { End::Open });
        self.state.set(state);
        let (bytes, pos) = match done {
            Ok(done) => done,
            Err(raised) => {
                *self.pending.borrow_mut() = waiting;
                return Err(raised);
            }
        };
        if pos < text.len() {
            if text.len() - pos > MAX_PENDING_TEXT {
                *self.pending.borrow_mut() = waiting;
                return Err(taipan_object::exceptions::unicode_encode_error(
                    t,
                    self.codec.name(),
                    &text,
                    pos,
                    text.len(),
                    "pending buffer overflow",
                ));
            }
            let rest = text.substring(t, pos, text.len())?;
            *self.pending.borrow_mut() = Some(rest);
        }
        Ok(bytes)
    }

    fn waiting(&self) -> Option<Owned<PyStr>> {
        self.pending.borrow().clone()
    }

    fn reset(&self) {
        let mut state = self.state.get();
        self.codec.reset_encoder(&mut state, &mut Vec::new());
        self.state.set(state);
        drop(self.pending.borrow_mut().take());
    }
}

/// What decoder and reader have in common.
struct Decoder {
    codec: Codec,
    errors: Errors,
    state: Cell<State>,
    pending: RefCell<Vec<u8>>,
}

impl Decoder {
    fn new(t: &Thread, cls: &PyType, policy: Policy) -> PyResult<Self> {
        let codec = codec_of(t, cls)?;
        Ok(Self { codec, errors: Errors::new(policy), state: Cell::new(codec.decoder()), pending: RefCell::default() })
    }

    /// Decodes into `out`; what is left waits. The bytes that it had.
    ///
    /// If something is raised, what waited is gone; it is `kept` only where nothing but the end of the input is wrong.
    fn decode(&self, t: &Thread, input: &[u8], last: bool, kept: bool, out: &mut TextBuf) -> PyResult<usize> {
        let waiting = self.pending.take();
        let mut whole = waiting.clone();
        whole.extend_from_slice(input);
        let policy = self.errors.policy();
        let converter = Converter { t, codec: self.codec, policy: &policy };
        let mut state = self.state.get();
        let mut pos = 0;
        let done = converter.decode(&mut state, &whole, &mut pos, false, out);
        self.state.set(state);
        done?;
        if last && let Err(raised) = converter.incomplete(&whole, &mut pos, out) {
            if kept {
                self.pending.replace(waiting);
            }
            return Err(raised);
        }
        let rest = whole.get(pos..).unwrap_or(&[]);
        if rest.len() > MAX_PENDING_BYTES {
            return Err(converter.decode_error(&whole, 0, whole.len(), "pending buffer overflow"));
        }
        self.pending.replace(rest.to_vec());
        Ok(whole.len())
    }

    fn reset(&self) {
        let mut state = self.state.get();
        self.codec.reset_decoder(&mut state);
        self.state.set(state);
        self.pending.take();
    }
}

#[object]
pub struct MultibyteIncrementalEncoder {
    encoder: Data<Encoder>,
}

#[class(name = "_multibytecodec.MultibyteIncrementalEncoder", heap, flags(BASETYPE))]
impl MultibyteIncrementalEncoder {
    #[new(sig = "(errors=None)", name = "IncrementalEncoder")]
    fn new(cls: &PyType, t: &Thread, errors: Option<&Object>) -> PyResult<Owned<Self>> {
        let policy = policy_of(t, errors, What::Position("IncrementalEncoder", 1))?;
        cls.instance(t, Self { head: Head::new(), encoder: Data(Encoder::new(t, cls, policy)?) })
    }

    #[slot]
    fn tp_init(&self, _t: &Thread, args: Args<'_>) -> PyResult<()> {
        // The constructor has done it all; Python subclasses have other base classes after this one.
        let _ = args;
        Ok(())
    }

    #[method(sig = "(input, final=False)")]
    fn encode(&self, t: &Thread, input: &Object, r#final: bool) -> PyResult<Vec<u8>> {
        self.encoder.encode(t, input, r#final)
    }

    #[method]
    fn getstate(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        let mut bytes = vec![0];
        if let Some(text) = self.encoder.waiting() {
            let text = text.to_utf8(t)?.as_bytes();
            if text.len() > MAX_PENDING_TEXT * 4 {
                return Err(unicode_error(t, "pending buffer too large"));
            }
            bytes[0] = text.len() as u8;
            bytes.extend_from_slice(text);
        }
        bytes.extend_from_slice(&self.encoder.state.get());
        int_from_bytes(t, &bytes)
    }

    #[method(sig = "(state, /)")]
    fn setstate(&self, t: &Thread, state: &PyInt) -> PyResult<()> {
        let bytes: [u8; 1 + MAX_PENDING_TEXT * 4 + 8] = int_to_bytes(t, state)?;
        let [n, rest @ ..] = &bytes;
        let n = usize::from(*n);
        if n > MAX_PENDING_TEXT * 4 {
            return Err(unicode_error(t, "pending buffer too large"));
        }
        let (text, rest) = rest.split_at(n);
        let (text, _) = taipan_object::codecs::native::decode_utf8(t, text, None, true)?;
        let mut state = [0; 8];
        state.copy_from_slice(rest.get(..8).unwrap_or(&[0; 8]));
        *self.encoder.pending.borrow_mut() = Some(text);
        self.encoder.state.set(state);
        Ok(())
    }

    #[method]
    fn reset(&self, _t: &Thread) {
        self.encoder.reset();
    }

    /// how to treat errors
    #[getter]
    fn errors(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.encoder.errors.name(t)
    }

    #[setter]
    fn set_errors(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.encoder.errors.set(t, value)
    }
}

#[object]
pub struct MultibyteIncrementalDecoder {
    decoder: Data<Decoder>,
}

#[class(name = "_multibytecodec.MultibyteIncrementalDecoder", heap, flags(BASETYPE))]
impl MultibyteIncrementalDecoder {
    #[new(sig = "(errors=None)", name = "IncrementalDecoder")]
    fn new(cls: &PyType, t: &Thread, errors: Option<&Object>) -> PyResult<Owned<Self>> {
        let policy = policy_of(t, errors, What::Position("IncrementalDecoder", 1))?;
        cls.instance(t, Self { head: Head::new(), decoder: Data(Decoder::new(t, cls, policy)?) })
    }

    #[slot]
    fn tp_init(&self, _t: &Thread, args: Args<'_>) -> PyResult<()> {
        // The constructor has done it all; Python subclasses have other base classes after this one.
        let _ = args;
        Ok(())
    }

    #[method(sig = "(input, final=False)")]
    fn decode(&self, t: &Thread, input: Buffer, r#final: bool) -> PyResult<Owned<PyStr>> {
        let input = input.as_bytes().to_vec();
        let mut out = TextBuf::new();
        self.decoder.decode(t, &input, r#final, true, &mut out)?;
        PyStr::from_buf(t, out)
    }

    #[method]
    fn getstate(&self, t: &Thread) -> PyResult<(Owned<PyBytes>, Owned<PyInt>)> {
        let pending = self.decoder.pending.borrow().clone();
        Ok((PyBytes::new(t, &pending)?, int_from_bytes(t, &self.decoder.state.get())?))
    }

    #[method(sig = "(state, /)")]
    fn setstate(&self, t: &Thread, state: &PyTuple) -> PyResult<()> {
        let illegal = || err!(t, TypeError, "setstate(): illegal state argument");
        let [buffer, number] = state.as_slice() else {
            return Err(illegal());
        };
        let (Some(buffer), Some(number)) = (buffer.downcast::<PyBytes>(), number.downcast::<PyInt>()) else {
            return Err(illegal());
        };
        let state: State = int_to_bytes(t, number)?;
        let bytes = buffer.as_bytes();
        if bytes.len() > MAX_PENDING_BYTES {
            let converter = Converter { t, codec: self.decoder.codec, policy: &Policy::Strict };
            return Err(converter.decode_error(bytes, 0, bytes.len(), "pending buffer too large"));
        }
        self.decoder.pending.replace(bytes.to_vec());
        self.decoder.state.set(state);
        Ok(())
    }

    #[method]
    fn reset(&self, _t: &Thread) {
        self.decoder.reset();
    }

    /// how to treat errors
    #[getter]
    fn errors(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.decoder.errors.name(t)
    }

    #[setter]
    fn set_errors(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.decoder.errors.set(t, value)
    }
}

#[object]
pub struct MultibyteStreamReader {
    decoder: Data<Decoder>,
    stream: Slot,
}

/// A size argument: an integer, or none for everything.
fn size_of(t: &Thread, size: Option<&Object>) -> PyResult<isize> {
    match size.filter(|size| !size.is(singletons::none())) {
        None => Ok(-1),
        Some(size) => match size.downcast::<PyInt>() {
            Some(size) => size.to_isize(t),
            None => Err(err!(t, TypeError, "arg 1 must be an integer")),
        },
    }
}

impl MultibyteStreamReader {
    fn fetch(&self, t: &Thread, method: &PyStr, size: isize) -> PyResult<Owned<PyStr>> {
        let mut out = TextBuf::new();
        let mut size = size;
        if size == 0 {
            return PyStr::from_buf(t, out);
        }
        let stream = self.stream.get().unwrap_or_else(|| singletons::none().own());
        loop {
            let read = if size < 0 {
                stream.call_method(t, method, &[])?
            } else {
                stream.call_method(t, method, &[&*PyInt::from_i64(t, size as i64)?])?
            };
            let Some(bytes) = read.downcast::<PyBytes>() else {
                let kind = read.class().name_lossy();
                return Err(err!(t, TypeError, "stream function returned a non-bytes object ({kind:.100})"));
            };
            let ended = bytes.as_bytes().is_empty();
            let whole = self.decoder.decode(t, bytes.as_bytes(), ended || size < 0, false, &mut out)?;
            if size < 0 || out.len() != 0 || whole == 0 {
                break;
            }
            // A character needs more.
            size = 1;
        }
        PyStr::from_buf(t, out)
    }
}

#[class(name = "_multibytecodec.MultibyteStreamReader", heap, flags(BASETYPE, HAVE_GC), fields(stream = stream))]
impl MultibyteStreamReader {
    #[new(sig = "(stream, errors=None)", name = "StreamReader")]
    fn new(cls: &PyType, t: &Thread, stream: &Object, errors: Option<&Object>) -> PyResult<Owned<Self>> {
        let policy = policy_of(t, errors, What::Position("StreamReader", 2))?;
        let decoder = Decoder::new(t, cls, policy)?;
        cls.instance(t, Self { head: Head::new(), decoder: Data(decoder), stream: Slot::new(stream.own()) })
    }

    #[slot]
    fn tp_init(&self, _t: &Thread, args: Args<'_>) -> PyResult<()> {
        // The constructor has done it all; Python subclasses have other base classes after this one.
        let _ = args;
        Ok(())
    }

    #[method(sig = "(sizeobj=None, /)")]
    fn read(&self, t: &Thread, sizeobj: Option<&Object>) -> PyResult<Owned<PyStr>> {
        self.fetch(t, name!(t, "read"), size_of(t, sizeobj)?)
    }

    #[method(sig = "(sizeobj=None, /)")]
    fn readline(&self, t: &Thread, sizeobj: Option<&Object>) -> PyResult<Owned<PyStr>> {
        self.fetch(t, name!(t, "readline"), size_of(t, sizeobj)?)
    }

    #[method(sig = "(sizehintobj=None, /)")]
    fn readlines(&self, t: &Thread, sizehintobj: Option<&Object>) -> PyResult {
        let text = self.fetch(t, name!(t, "read"), size_of(t, sizehintobj)?)?;
        text.call_method(t, name!(t, "splitlines"), &[singletons::bool(true)])
    }

    #[method]
    fn reset(&self, _t: &Thread) {
        self.decoder.reset();
    }

    /// how to treat errors
    #[getter]
    fn errors(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.decoder.errors.name(t)
    }

    #[setter]
    fn set_errors(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.decoder.errors.set(t, value)
    }
}

#[object]
pub struct MultibyteStreamWriter {
    encoder: Data<Encoder>,
    stream: Slot,
}

impl MultibyteStreamWriter {
    fn write_bytes(&self, t: &Thread, bytes: &[u8]) -> PyResult<()> {
        let bytes = PyBytes::new(t, bytes)?;
        let stream = self.stream.get().unwrap_or_else(|| singletons::none().own());
        stream.call_method(t, name!(t, "write"), &[&bytes]).map(drop)
    }

    fn put(&self, t: &Thread, text: &Object) -> PyResult<()> {
        self.write_bytes(t, &self.encoder.encode(t, text, false)?)
    }
}

#[class(name = "_multibytecodec.MultibyteStreamWriter", heap, flags(BASETYPE, HAVE_GC), fields(stream = stream))]
impl MultibyteStreamWriter {
    #[new(sig = "(stream, errors=None)", name = "StreamWriter")]
    fn new(cls: &PyType, t: &Thread, stream: &Object, errors: Option<&Object>) -> PyResult<Owned<Self>> {
        let policy = policy_of(t, errors, What::Position("StreamWriter", 2))?;
        let encoder = Encoder::new(t, cls, policy)?;
        cls.instance(t, Self { head: Head::new(), encoder: Data(encoder), stream: Slot::new(stream.own()) })
    }

    #[slot]
    fn tp_init(&self, _t: &Thread, args: Args<'_>) -> PyResult<()> {
        // The constructor has done it all; Python subclasses have other base classes after this one.
        let _ = args;
        Ok(())
    }

    #[method(sig = "(strobj, /)")]
    fn write(&self, t: &Thread, strobj: &Object) -> PyResult<()> {
        self.put(t, strobj)
    }

    #[method(sig = "(lines, /)")]
    fn writelines(&self, t: &Thread, lines: &Object) -> PyResult<()> {
        if !taipan_object::sequence::is_sequence(lines) {
            return Err(err!(t, TypeError, "arg must be a sequence object"));
        }
        let mut i = 0;
        // The sequence may change meanwhile.
        while i < lines.len_of(t)? {
            let line = taipan_object::sequence::sequence_item(t, lines, i as isize)?;
            self.put(t, &line)?;
            i += 1;
        }
        Ok(())
    }

    #[method]
    fn reset(&self, t: &Thread) -> PyResult<()> {
        // What the state would still write is lost, unless a character waits.
        let Some(text) = self.encoder.waiting() else { return Ok(()) };
        let policy = self.encoder.errors.policy();
        let converter = Converter { t, codec: self.encoder.codec, policy: &policy };
        let mut state = self.encoder.state.get();
        let done = converter.encode(&mut state, &text, End::Reset);
        self.encoder.state.set(state);
        drop(self.encoder.pending.borrow_mut().take());
        let (bytes, _) = done?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.write_bytes(t, &bytes)
    }

    /// how to treat errors
    #[getter]
    fn errors(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.encoder.errors.name(t)
    }

    #[setter]
    fn set_errors(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.encoder.errors.set(t, value)
    }
}
