//! `TextIOWrapper`: text over a buffered stream of bytes.

use crate::buffered_class::{PyBufferedReader, PyBufferedWriter};
use crate::bytesio::PyBytesIO;
use crate::iobase::PyTextIOBase;
use crate::newline::Newline;
use crate::support::{both, call_retry, cannot_pickle, check_closed, none, repr_with_name, size_or_none, unsupported};
use crate::text_codec::{Decoder, Encoder, Native, encode_native, native};
use core::cell::{Cell, RefCell};
use taipan_object::{
    Args, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, PyType, Slot, Thread, WeakList, attr,
    buffer, class, codecs, compare, err, errors, exceptions, exceptions_class, name, number, object, singletons,
};

/// Bytes that one read asks the buffer for, unless the caller wants more.
const CHUNK: usize = 8192;

/// `_io.TextIOWrapper`.
#[object]
pub struct PyTextIOWrapper {
    dict: Slot<PyDict>,
    weaks: WeakList,
    pub(crate) buffer: Slot,
    encoding: Slot<PyStr>,
    errors: Slot<PyStr>,
    encoder: RefCell<Option<Encoder>>,
    decoder: RefCell<Option<Box<Decoder>>>,
    flags: TextFlags,
    chunk: Cell<usize>,
    /// Encoded text on its way to the buffer.
    pending: RefCell<Vec<u8>>,
    /// Decoded text that has not been read, and how much of it has.
    decoded: Slot<PyStr>,
    used: Cell<usize>,
    /// The decoder's number before the current chunk, and the bytes that it was then given (to tell positions).
    snapshot: RefCell<Option<(u64, Owned<PyBytes>)>>,
    ratio: Cell<f64>,
}

impl taipan_object::Traverse for TextFlags {
    fn traverse(&self, _visitor: &mut taipan_object::Visitor<'_>) {}
}

/// The many small facts about a text stream.
#[derive(Default)]
struct TextFlags {
    ok: Cell<bool>,
    detached: Cell<bool>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    newline: Cell<Newline>,
    seekable: Cell<bool>,
    /// The codec is `utf-16` or `utf-32`, whose mark a stream without positions does not get.
    marked: Cell<bool>,
    has_read1: Cell<bool>,
    telling: Cell<bool>,
    finalizing: Cell<bool>,
}

/// A position in a text stream: where to start in the bytes, the decoder's state there, and what to skip from there on.
#[derive(Default)]
struct Cookie {
    start: u64,
    flags: u64,
    feed: u32,
    skip: u32,
    eof: bool,
}

impl Cookie {
    fn parse(t: &Thread, value: &PyInt) -> PyResult<Self> {
        let bad = || err!(t, OverflowError, "Python int too large to convert to C long");
        let mut digits: u128 = 0;
        let mut high: u64 = 0;
        for (i, &digit) in value.digits().iter().enumerate() {
            let shift = 30 * i as u32;
            let digit = u128::from(digit);
            if shift < 128 {
                digits |= digit << shift;
                if shift + 30 > 128 {
                    high |= (digit >> (128 - shift)) as u64;
                }
            } else if shift - 128 < 34 {
                high |= (digit as u64) << (shift - 128);
            } else if digit != 0 {
                return Err(bad());
            }
        }
        Ok(Self {
            start: digits as u64,
            flags: (digits >> 64) as u32 as u64,
            feed: (digits >> 96) as u32,
            skip: high as u32,
            eof: high >> 32 & 1 != 0,
        })
    }

    fn build(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        let low = u128::from(self.start) | u128::from(self.flags as u32) << 64 | u128::from(self.feed) << 96;
        let high = u128::from(self.skip) | u128::from(self.eof) << 32;
        let mut digits = Vec::new();
        for i in 0..6u32 {
            let shift = 30 * i;
            let mut digit = if shift < 128 { (low >> shift) as u32 & 0x3fff_ffff } else { 0 };
            if shift + 30 > 128 {
                digit |= if shift >= 128 {
                    (high >> (shift - 128)) as u32 & 0x3fff_ffff
                } else {
                    (high << (128 - shift)) as u32 & 0x3fff_ffff
                };
            }
            digits.push(digit);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        PyInt::from_digits(t, false, &digits)
    }
}

impl PyTextIOWrapper {
    fn empty() -> Self {
        Self {
            head: Head::new(),
            dict: Slot::empty(),
            weaks: WeakList::new(),
            buffer: Slot::empty(),
            encoding: Slot::empty(),
            errors: Slot::empty(),
            encoder: RefCell::new(None),
            decoder: RefCell::new(None),
            flags: TextFlags::default(),
            chunk: Cell::new(CHUNK),
            pending: RefCell::new(Vec::new()),
            decoded: Slot::empty(),
            used: Cell::new(0),
            snapshot: RefCell::new(None),
            ratio: Cell::new(0.0),
        }
    }

    fn attached(&self, t: &Thread) -> PyResult {
        if self.flags.ok.get()
            && let Some(buffer) = self.buffer.get()
        {
            return Ok(buffer);
        }
        if self.flags.detached.get() {
            return Err(err!(t, ValueError, "underlying buffer has been detached"));
        }
        Err(err!(t, ValueError, "I/O operation on uninitialized object"))
    }

    /// Raises unless `__init__` has been here; a detached stream still tells about itself.
    fn initialized(&self, t: &Thread) -> PyResult<()> {
        if self.flags.ok.get() || self.flags.detached.get() {
            return Ok(());
        }
        Err(err!(t, ValueError, "I/O operation on uninitialized object"))
    }

    /// The buffer of an open stream.
    fn open_buffer(&self, t: &Thread) -> PyResult {
        let buffer = self.attached(t)?;
        if self.is_exact::<Self>() {
            let fast = if let Some(reader) = buffer.downcast_exact::<PyBufferedReader>() {
                reader.core.closed_fast()
            } else if let Some(writer) = buffer.downcast_exact::<PyBufferedWriter>() {
                writer.core.closed_fast()
            } else {
                buffer.downcast_exact::<PyBytesIO>().map(PyBytesIO::is_closed)
            };
            match fast {
                Some(false) => return Ok(buffer),
                Some(true) => return Err(err!(t, ValueError, "I/O operation on closed file.")),
                None => {}
            }
        }
        check_closed(t, self)?;
        Ok(buffer)
    }

    fn errors_text(&self) -> String {
        self.errors.get().map_or_else(|| "strict".to_string(), |errors| errors.to_string_lossy())
    }

    /// Takes the decoder out while it works: it may run Python code, which may come back here.
    fn with_decoder<R>(&self, t: &Thread, work: impl FnOnce(&mut Decoder) -> PyResult<R>) -> PyResult<Option<R>> {
        let taken = self.decoder.borrow_mut().take();
        let Some(mut decoder) = taken else { return Ok(None) };
        let result = work(&mut decoder);
        let mut slot = self.decoder.borrow_mut();
        if slot.is_none() {
            *slot = Some(decoder);
        } else {
            drop(slot);
            drop(decoder);
        }
        let _ = t;
        result.map(Some)
    }

    fn set_decoded(&self, text: Option<Owned<PyStr>>) {
        self.used.set(0);
        self.decoded.set(text);
    }

    fn drop_snapshot(&self) {
        drop(self.snapshot.take());
    }

    /// Makes encoder and decoder.
    fn set_codec(&self, t: &Thread, buffer: &Object, encoding: &str, errors: &PyStr) -> PyResult<()> {
        let newline = self.flags.newline.get();
        let universal = newline.universal().then(|| newline.translate());
        let kind = native(encoding);
        let info = match kind {
            Some(_) => None,
            None => Some(codecs::text_codec(t, encoding, "codecs.open()")?),
        };
        if kind.is_some() && errors.to_utf8(t)?.contains('\0') {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        let name = match &info {
            Some(info) => info.as_object().getattr_opt(t, name!(t, "name"))?,
            None => None,
        };
        let name = name.as_deref().and_then(|name| name.downcast::<PyStr>());
        self.flags.marked.set(name.is_some_and(|name| name.eq_str("utf-16") || name.eq_str("utf-32")));
        drop(self.decoder.take());
        drop(self.encoder.take());
        if buffer.call_method(t, name!(t, "readable"), &[])?.is_true(t)? {
            let decoder = match (&info, kind) {
                (Some(info), _) => {
                    let made = info.as_object().getattr(t, name!(t, "incrementaldecoder"))?.call(t, &[errors])?;
                    Decoder::object(made, universal)
                }
                (None, Some(kind)) => Decoder::native(kind, errors.to_utf8(t)?, universal),
                (None, None) => return Err(errors::bad_internal_call(t)),
            };
            *self.decoder.borrow_mut() = Some(Box::new(decoder));
        }
        if buffer.call_method(t, name!(t, "writable"), &[])?.is_true(t)? {
            let encoder = match (&info, kind) {
                (Some(info), _) => {
                    Encoder::Object(info.as_object().getattr(t, name!(t, "incrementalencoder"))?.call(t, &[errors])?)
                }
                (None, Some(kind)) => Encoder::Native(kind),
                (None, None) => return Err(errors::bad_internal_call(t)),
            };
            *self.encoder.borrow_mut() = Some(encoder);
        }
        Ok(())
    }

    fn encoder_object(&self) -> Option<Owned> {
        match &*self.encoder.borrow() {
            Some(Encoder::Object(object)) => Some(object.clone()),
            _ => None,
        }
    }

    /// An encoder that writes a mark at the start of the stream shall not write it elsewhere. A stream that knows no
    /// positions is never at its start for the codecs that CPython's class encodes itself.
    fn fix_encoder(&self, t: &Thread, buffer: &Object) -> PyResult<()> {
        if !self.flags.seekable.get() {
            return if self.flags.marked.get() { self.reset_encoder(t, false) } else { Ok(()) };
        }
        let Some(encoder) = self.encoder_object() else { return Ok(()) };
        let zero = PyInt::from_i64(t, 0)?;
        let at = buffer.call_method(t, name!(t, "tell"), &[])?;
        if !at.eq(t, &zero)? {
            encoder.call_method(t, name!(t, "setstate"), &[&zero])?;
        }
        Ok(())
    }

    fn reset_encoder(&self, t: &Thread, start: bool) -> PyResult<()> {
        let Some(encoder) = self.encoder_object() else { return Ok(()) };
        if start {
            encoder.call_method(t, name!(t, "reset"), &[])?;
        } else {
            encoder.call_method(t, name!(t, "setstate"), &[&*PyInt::from_i64(t, 0)?])?;
        }
        Ok(())
    }

    /// Hands pending bytes to the buffer.
    fn write_flush(&self, t: &Thread) -> PyResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let bytes = core::mem::take(&mut *self.pending.borrow_mut());
        let Some(buffer) = self.buffer.get() else { return Ok(()) };
        if let Some(writer) = buffer.downcast_exact::<PyBufferedWriter>()
            && !writer.core.lock.is_mine(t)
        {
            writer.core.write_slice(t, &buffer, &bytes)?;
            // The block is used again.
            let mut pending = self.pending.borrow_mut();
            if pending.capacity() == 0 {
                let mut bytes = bytes;
                bytes.clear();
                *pending = bytes;
            }
            return Ok(());
        }
        let bytes = PyBytes::new(t, &bytes)?;
        call_retry(t, &buffer, name!(t, "write"), &[&bytes])?;
        Ok(())
    }

    /// `write`.
    pub fn write_text(&self, t: &Thread, text: &PyStr) -> PyResult<usize> {
        let buffer = self.open_buffer(t)?;
        let kind = match &*self.encoder.borrow() {
            None => Err(()),
            Some(Encoder::Native(kind)) => Ok(Some(*kind)),
            Some(Encoder::Object(_)) => Ok(None),
        };
        let Ok(kind) = kind else { return Err(unsupported(t, "not writable")) };
        let flags = &self.flags;
        let written = flags.newline.get().written();
        let line_buffering = flags.line_buffering.get();
        let has_lf = (written.is_some() || line_buffering) && text.has_char(10);
        let replaced;
        let mut out = text;
        if has_lf && let Some(end) = written {
            replaced = text.replaced(t, PyStr::latin1_char(b'\n'), &*PyStr::from_str(t, end)?, usize::MAX)?;
            out = &replaced;
        }
        let flush = line_buffering && (has_lf || text.has_char(13));
        match kind {
            Some(kind) => self.encode_pending(t, kind, out)?,
            None => {
                let Some(encoder) = self.encoder_object() else { return Err(unsupported(t, "not writable")) };
                let bytes = encoder.call_method(t, name!(t, "encode"), &[out])?;
                let Some(bytes) = bytes.downcast::<PyBytes>() else {
                    return Err(err!(
                        t,
                        TypeError,
                        "encoder should return a bytes object, not '{:.200}'",
                        bytes.class().name_lossy()
                    ));
                };
                self.make_room(t, bytes.len())?;
                self.pending.borrow_mut().extend_from_slice(bytes.as_bytes());
            }
        }
        if flush || flags.write_through.get() || self.pending.borrow().len() >= self.chunk.get() {
            self.write_flush(t)?;
        }
        if flush {
            buffer.call_method(t, name!(t, "flush"), &[])?;
        }
        // Where positions can be told, what was read ahead is read again from the new one.
        if self.snapshot.borrow().is_some() {
            self.set_decoded(None);
            self.drop_snapshot();
        }
        if self.decoder.borrow().is_some() {
            self.with_decoder(t, |decoder| decoder.reset(t))?;
        }
        Ok(text.len())
    }

    /// Before a piece is added that would make the pending bytes more than a chunk, they are written.
    fn make_room(&self, t: &Thread, more: usize) -> PyResult<()> {
        loop {
            // Writing may add more by running Python code.
            let have = self.pending.borrow().len();
            if have == 0 || have + more <= self.chunk.get() {
                return Ok(());
            }
            self.write_flush(t)?;
        }
    }

    fn encode_pending(&self, t: &Thread, kind: Native, text: &PyStr) -> PyResult<()> {
        if text.is_ascii() {
            self.make_room(t, text.len())?;
            self.pending.borrow_mut().extend_from_slice(text.data_bytes());
            return Ok(());
        }
        if let (Native::Utf8, Some(n)) = (kind, text.utf8_len()) {
            self.make_room(t, n)?;
            let mut pending = self.pending.borrow_mut();
            let old = pending.len();
            pending.resize(old + n, 0);
            text.fill_utf8(&mut pending[old..]);
            return Ok(());
        }
        let mut bytes = Vec::new();
        encode_native(t, kind, &self.errors_text(), text, &mut bytes)?;
        self.make_room(t, bytes.len())?;
        self.pending.borrow_mut().extend_from_slice(&bytes);
        Ok(())
    }

    /// `flush`.
    fn flush_all(&self, t: &Thread) -> PyResult {
        let buffer = self.open_buffer(t)?;
        self.flags.telling.set(self.flags.seekable.get());
        self.write_flush(t)?;
        buffer.call_method(t, name!(t, "flush"), &[])
    }

    /// Reads and decodes the next chunk; false at the end.
    fn read_chunk(&self, t: &Thread, hint: usize) -> PyResult<bool> {
        if self.decoder.borrow().is_none() {
            return Err(unsupported(t, "not readable"));
        }
        let Some(buffer) = self.buffer.get() else { return Ok(false) };
        let telling = self.flags.telling.get();
        let before = if telling { self.with_decoder(t, |decoder| decoder.state(t))? } else { None };
        let mut size = self.chunk.get();
        if hint > 0 {
            // As many bytes as this many characters took so far.
            let wanted = (self.ratio.get() * hint as f64) as usize;
            size = size.max(wanted.min(isize::MAX as usize));
        }
        let has_read1 = self.flags.has_read1.get();
        let input = match buffer.downcast_exact::<PyBufferedReader>() {
            Some(reader) => reader.core.read1(t, &buffer, size as isize)?.into_object(),
            None => {
                let size = PyInt::from_u64(t, size as u64)?;
                let method = if has_read1 { name!(t, "read1") } else { name!(t, "read") };
                buffer.call_method(t, method, &[&size])?
            }
        };
        let n = match input.downcast::<PyBytes>() {
            Some(bytes) => bytes.len(),
            None if buffer::is_buffer(&input) => buffer::Buffer::readable(t, &input)?.len(),
            None => {
                return Err(err!(
                    t,
                    TypeError,
                    "underlying {}() should have returned a bytes-like object, not '{:.200}'",
                    if has_read1 { "read1" } else { "read" },
                    input.class().name_lossy()
                ));
            }
        };
        let text = self.with_decoder(t, |decoder| decoder.decode(t, &input, n == 0))?;
        let Some(text) = text else { return Err(err!(t, ValueError, "underlying buffer has been detached")) };
        let chars = text.len();
        self.ratio.set(if chars > 0 { n as f64 / chars as f64 } else { 0.0 });
        self.set_decoded(Some(text));
        if let Some((rest, flags)) = before {
            let fed = if rest.len() == 0
                && let Some(bytes) = input.downcast::<PyBytes>()
            {
                bytes.own()
            } else {
                let mut all = rest.as_bytes().to_vec();
                all.extend_from_slice(&buffer::contiguous_bytes(t, &input)?);
                PyBytes::new(t, &all)?
            };
            drop(self.snapshot.replace(Some((flags, fed))));
        }
        Ok(n > 0 || chars > 0)
    }

    /// Takes up to `n` characters of what is decoded.
    fn take_decoded(&self, t: &Thread, n: usize) -> PyResult<Owned<PyStr>> {
        let Some(text) = self.decoded.get() else { return Ok(PyStr::empty().own()) };
        let from = self.used.get();
        let to = text.len().min(from.saturating_add(n));
        self.used.set(to);
        if from == 0 && to == text.len() {
            return Ok(text);
        }
        text.substring(t, from, to)
    }

    /// The next line if it stands whole in what has been decoded, and nothing has to be written first.
    #[inline]
    fn decoded_line(&self, t: &Thread) -> PyResult<Option<Owned<PyStr>>> {
        if !self.pending.borrow().is_empty() || self.decoder.borrow().is_none() {
            return Ok(None);
        }
        let Some(text) = self.decoded.get() else { return Ok(None) };
        let start = self.used.get();
        let Some(n) = self.flags.newline.get().line_end(&text, start) else { return Ok(None) };
        let line = text.substring(t, start, start + n)?;
        self.used.set(start + n);
        Ok(Some(line))
    }

    /// `readline`; no limit is -1.
    fn read_line(&self, t: &Thread, limit: isize) -> PyResult<Owned<PyStr>> {
        self.open_buffer(t)?;
        if limit < 0
            && let Some(line) = self.decoded_line(t)?
        {
            return Ok(line);
        }
        self.read_line_slowly(t, limit)
    }

    #[inline(never)]
    fn read_line_slowly(&self, t: &Thread, limit: isize) -> PyResult<Owned<PyStr>> {
        if self.decoder.borrow().is_none() {
            return Err(unsupported(t, "not readable"));
        }
        self.write_flush(t)?;
        let limit = usize::try_from(limit).ok();
        let newline = self.flags.newline.get();
        let mut parts: Vec<Owned<PyStr>> = Vec::new();
        let mut total = 0usize;
        // The part of a chunk that may be the first half of a line end.
        let mut carried: Option<Owned<PyStr>> = None;
        loop {
            let unread = self.decoded.get().is_some_and(|text| self.used.get() < text.len());
            if !unread {
                let mut more = true;
                while more && self.decoded.get().is_none_or(|text| self.used.get() >= text.len()) {
                    more = match self.read_chunk(t, 0) {
                        Err(_) if crate::support::interrupted(t) => {
                            errors::clear(t);
                            taipan_object::state::check_signals(t)?;
                            true
                        }
                        result => result?,
                    };
                }
                if self.decoded.get().is_none_or(|text| self.used.get() >= text.len()) {
                    // The end of the stream.
                    self.set_decoded(None);
                    self.drop_snapshot();
                    parts.extend(carried.take());
                    break;
                }
            }
            let Some(text) = self.decoded.get() else { break };
            let mut start = self.used.get();
            let mut line = text.clone();
            let mut offset = 0usize;
            if let Some(rest) = carried.take() {
                line = rest.concat(t, &text)?;
                offset = rest.len();
                start = 0;
            }
            let left = limit.map(|limit| limit - total);
            let found = newline.line_end(&line, start);
            let n = line.len() - start;
            let end = match (found, left) {
                (Some(found), Some(left)) => Some(found.min(left)),
                (Some(found), None) => Some(found),
                (None, Some(left)) if n >= left => Some(left),
                _ => None,
            };
            if let Some(end) = end {
                let piece = line.substring(t, start, start + end)?;
                self.used.set(start + end - offset.min(start + end));
                if parts.is_empty() {
                    return Ok(piece);
                }
                parts.push(piece);
                break;
            }
            // No line end yet: keep all but what may be half of one.
            self.set_decoded(None);
            if newline == Newline::CrLf && n > 0 && line.char_at(line.len() - 1) == 13 {
                if n > 1 {
                    parts.push(line.substring(t, start, line.len() - 1)?);
                    total += n - 1;
                }
                carried = Some(PyStr::latin1_char(b'\r').own());
            } else if n > 0 {
                parts.push(if start == 0 { line } else { line.substring(t, start, line.len())? });
                total += n;
            }
        }
        match parts.len() {
            0 => Ok(PyStr::empty().own()),
            1 => Ok(parts.swap_remove(0)),
            _ => PyStr::join_all(t, None, &parts),
        }
    }

    /// `tell` once everything is flushed.
    fn tell_now(&self, t: &Thread) -> PyResult {
        let buffer = self.open_buffer(t)?;
        if !self.flags.seekable.get() {
            return Err(unsupported(t, "underlying stream is not seekable"));
        }
        if !self.flags.telling.get() {
            return Err(err!(t, OSError, "telling position disabled by next() call"));
        }
        self.write_flush(t)?;
        self.call_method(t, name!(t, "flush"), &[])?;
        let at = buffer.call_method(t, name!(t, "tell"), &[])?;
        let snapshot = self.snapshot.borrow().clone();
        let Some((flags, fed)) = snapshot.filter(|_| self.decoder.borrow().is_some()) else {
            return Ok(at);
        };
        let Some(at) = at.downcast::<PyInt>().and_then(PyInt::to_i64) else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let fed_len = fed.len() as i64;
        let mut cookie = Cookie { start: (at - fed_len).max(0) as u64, flags, ..Cookie::default() };
        let mut skip = if self.decoded.is_none() { 0 } else { self.used.get() };
        if skip == 0 {
            // Nothing of the chunk has been read.
            return cookie.build(t).map(Owned::into_object);
        }
        let data = fed.as_bytes();
        let ratio = self.ratio.get();
        let result = self.with_decoder(t, |decoder| {
            let saved = decoder.state(t)?;
            let mut search = || -> PyResult<()> {
                // Guesses how many bytes the characters took, and goes back until the decoder has no rest there.
                let mut skip_bytes = ((ratio * skip as f64) as usize).min(data.len());
                let mut back = 1usize;
                let mut found = false;
                while skip_bytes > 0 {
                    decoder.set_state(t, PyBytes::empty(), cookie.flags)?;
                    let n = decoder.decode(t, &*PyBytes::new(t, &data[..skip_bytes])?, false)?.len();
                    if n <= skip {
                        let (rest, flags) = decoder.state(t)?;
                        if rest.len() == 0 {
                            cookie.flags = flags;
                            skip -= n;
                            found = true;
                            break;
                        }
                        skip_bytes = skip_bytes.saturating_sub(rest.len());
                        back = 1;
                    } else {
                        skip_bytes = skip_bytes.saturating_sub(back);
                        back = back.saturating_mul(2);
                    }
                }
                if !found {
                    skip_bytes = 0;
                    decoder.set_state(t, PyBytes::empty(), cookie.flags)?;
                }
                cookie.start += skip_bytes as u64;
                if skip == 0 {
                    return Ok(());
                }
                // The rest byte by byte.
                let mut chars = 0usize;
                let mut done = false;
                for &byte in &data[skip_bytes..] {
                    cookie.feed += 1;
                    chars += decoder.decode(t, &*PyBytes::new(t, &[byte])?, false)?.len();
                    let (rest, flags) = decoder.state(t)?;
                    if rest.len() == 0 && chars <= skip {
                        // A place to start from.
                        cookie.start += u64::from(cookie.feed);
                        skip -= chars;
                        cookie.flags = flags;
                        cookie.feed = 0;
                        chars = 0;
                    }
                    if chars >= skip {
                        done = true;
                        break;
                    }
                }
                if !done {
                    chars += decoder.decode(t, PyBytes::empty(), true)?.len();
                    cookie.eof = true;
                    if chars < skip {
                        return Err(err!(t, OSError, "can't reconstruct logical file position"));
                    }
                }
                Ok(())
            };
            let result = search();
            both(t, result, || decoder.set_state(t, &saved.0, saved.1))
        })?;
        let _ = result;
        cookie.skip = skip as u32;
        cookie.build(t).map(Owned::into_object)
    }

    fn seek_to(&self, t: &Thread, cookie: &Object, whence: i32) -> PyResult {
        let buffer = self.open_buffer(t)?;
        if !self.flags.seekable.get() {
            return Err(unsupported(t, "underlying stream is not seekable"));
        }
        let zero = PyInt::from_i64(t, 0)?;
        let mut cookie = cookie.own();
        match whence {
            libc::SEEK_SET => {}
            libc::SEEK_CUR => {
                if !cookie.eq(t, &zero)? {
                    return Err(unsupported(t, "can't do nonzero cur-relative seeks"));
                }
                // Where we are now, so that what was decoded ahead is forgotten.
                cookie = self.call_method(t, name!(t, "tell"), &[])?;
            }
            libc::SEEK_END => {
                if !cookie.eq(t, &zero)? {
                    return Err(unsupported(t, "can't do nonzero end-relative seeks"));
                }
                self.call_method(t, name!(t, "flush"), &[])?;
                self.set_decoded(None);
                self.drop_snapshot();
                self.with_decoder(t, |decoder| decoder.reset(t))?;
                let at = buffer.call_method(t, name!(t, "seek"), &[&zero, &*PyInt::from_i64(t, 2)?])?;
                let start = at.eq(t, &zero)?;
                self.reset_encoder(t, start)?;
                return Ok(at);
            }
            _ => return Err(err!(t, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)")),
        }
        if compare::rich_compare_bool(t, &cookie, &zero, taipan_object::CompareOp::Lt)? {
            return Err(err!(t, ValueError, "negative seek position {}", cookie.repr_lossy(t)));
        }
        self.call_method(t, name!(t, "flush"), &[])?;
        let place = Cookie::parse(t, &*number::index(t, &cookie)?)?;
        let Ok(start) = i64::try_from(place.start) else {
            return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
        };
        buffer.call_method(t, name!(t, "seek"), &[&*PyInt::from_i64(t, start)?])?;
        self.set_decoded(None);
        self.drop_snapshot();
        let fresh = place.start == 0 && place.flags == 0;
        self.with_decoder(t, |decoder| {
            if fresh { decoder.reset(t) } else { decoder.set_state(t, PyBytes::empty(), place.flags) }
        })?;
        if place.skip > 0 {
            let n = PyInt::from_u64(t, u64::from(place.feed))?;
            let input = buffer.call_method(t, name!(t, "read"), &[&n])?;
            let Some(bytes) = input.downcast::<PyBytes>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "underlying read() should have returned a bytes object, not '{:.200}'",
                    input.class().name_lossy()
                ));
            };
            drop(self.snapshot.replace(Some((place.flags, bytes.own()))));
            let text = self.with_decoder(t, |decoder| decoder.decode(t, &input, place.eof))?;
            let text = text.unwrap_or_else(|| PyStr::empty().own());
            let n = text.len();
            self.set_decoded(Some(text));
            if n < place.skip as usize {
                return Err(err!(t, OSError, "can't restore logical file position"));
            }
            self.used.set(place.skip as usize);
        } else {
            drop(self.snapshot.replace(Some((place.flags, PyBytes::empty().own()))));
        }
        if self.encoder.borrow().is_some() {
            self.reset_encoder(t, fresh)?;
        }
        Ok(cookie)
    }
}

/// A `str` or `None` argument; raises with CPython's words.
fn text_argument<'a>(t: &Thread, value: Option<&'a Object>, function: &str, name: &str) -> PyResult<Option<&'a PyStr>> {
    match attr::none_if_none(value) {
        None => Ok(None),
        Some(value) => match value.downcast::<PyStr>() {
            Some(text) => Ok(Some(text)),
            None => Err(err!(
                t,
                TypeError,
                "{function}() argument '{name}' must be str or None, not {:.50}",
                value.class().name_lossy()
            )),
        },
    }
}

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[class(name = "_io.TextIOWrapper", heap, inherited_new, base = PyTextIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyTextIOWrapper {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self::empty())
    }

    #[init(
        sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
        text = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)"
    )]
    pub(crate) fn init(
        &self,
        t: &Thread,
        buffer: &Object,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        let encoding = text_argument(t, encoding, "TextIOWrapper", "encoding")?;
        let errors = text_argument(t, errors, "TextIOWrapper", "errors")?;
        let newline = text_argument(t, newline, "TextIOWrapper", "newline")?;
        self.flags.ok.set(false);
        self.flags.detached.set(false);
        let newline = Newline::parse(t, newline)?;
        if encoding.is_none() && crate::warns_default_encoding(t)? {
            errors::warn(t, exceptions_class!(EncodingWarning), format_args!("'encoding' argument not specified"), 1)?;
        }
        let encoding = match encoding {
            Some(text) if !text.eq_str("locale") => text.own(),
            other => PyStr::from_str(t, &crate::text_encoding_name(t, other.is_some())?)?,
        };
        let name = encoding.to_utf8(t)?;
        if name.contains('\0') {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        let errors = errors.map_or_else(|| name!(t, "strict").own(), Own::own);
        codecs::check_names(t, None, Some(errors.to_utf8(t)?))?;
        self.pending.borrow_mut().clear();
        self.set_decoded(None);
        self.drop_snapshot();
        self.chunk.set(CHUNK);
        self.ratio.set(0.0);
        self.flags.newline.set(newline);
        self.flags.line_buffering.set(line_buffering);
        self.flags.write_through.set(write_through);
        self.errors.set(Some(errors.clone()));
        self.set_codec(t, buffer, name, &errors)?;
        self.encoding.set(Some(encoding.clone()));
        self.buffer.set(Some(buffer.own()));
        let seekable = buffer.call_method(t, name!(t, "seekable"), &[])?.is_true(t)?;
        self.flags.seekable.set(seekable);
        self.flags.telling.set(seekable);
        self.flags.has_read1.set(buffer.hasattr(t, name!(t, "read1"))?);
        self.fix_encoder(t, buffer)?;
        self.flags.ok.set(true);
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.initialized(t)?;
        let mut rest = String::new();
        match self.getattr_opt(t, name!(t, "mode")) {
            Ok(Some(mode)) => rest = format!(" mode={}", mode.repr(t)?.to_string_lossy()),
            Ok(None) => {}
            Err(raised) if errors::matches::<exceptions::ValueError>(t) => {
                let _ = raised;
                errors::clear(t);
            }
            Err(raised) => return Err(raised),
        }
        let encoding = match self.encoding.get() {
            Some(encoding) => encoding.as_object().repr(t)?.to_string_lossy(),
            None => "None".to_string(),
        };
        rest.push_str(&format!(" encoding={encoding}"));
        repr_with_name(t, self, &self.class().name_lossy(), &rest)
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let line = if self.is_exact::<Self>() {
            if self.flags.ok.get() {
                self.flags.telling.set(false);
            }
            self.read_line(t, -1)?
        } else {
            self.attached(t)?;
            self.flags.telling.set(false);
            let line = self.call_method(t, name!(t, "readline"), &[])?;
            line.into_type::<PyStr>().map_err(|other| {
                err!(
                    t,
                    OSError,
                    "readline() should have returned a str object, not '{:.200}'",
                    other.class().name_lossy()
                )
            })?
        };
        if line.len() == 0 {
            self.drop_snapshot();
            self.flags.telling.set(self.flags.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.into_object()))
    }

    #[method]
    fn detach(&self, t: &Thread) -> PyResult {
        self.attached(t)?;
        self.call_method(t, name!(t, "flush"), &[])?;
        let buffer = self.attached(t)?;
        self.buffer.set(None);
        self.flags.detached.set(true);
        self.flags.ok.set(false);
        Ok(buffer)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(
        sig = "(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        text = "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        &self,
        t: &Thread,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: Option<&Object>,
        write_through: Option<&Object>,
    ) -> PyResult<()> {
        let buffer = self.attached(t)?;
        let encoding = match attr::none_if_none(encoding) {
            None => None,
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => Some(text),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "reconfigure() argument 'encoding' must be str or None, not {:.200}",
                        value.class().name_lossy()
                    ));
                }
            },
        };
        let errors = match attr::none_if_none(errors) {
            None => None,
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => Some(text),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "reconfigure() argument 'errors' must be str or None, not {:.200}",
                        value.class().name_lossy()
                    ));
                }
            },
        };
        let new_newline = match newline {
            None => None,
            Some(value) if value.is(singletons::none()) => Some(Newline::Universal),
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => Some(Newline::parse(t, Some(text))?),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "reconfigure() argument 'newline' must be str or None, not {:.200}",
                        value.class().name_lossy()
                    ));
                }
            },
        };
        if !self.decoded.is_none() && (encoding.is_some() || errors.is_some() || new_newline.is_some()) {
            return Err(unsupported(
                t,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let flag = |value: Option<&Object>, old: bool| -> PyResult<bool> {
            match attr::none_if_none(value) {
                None => Ok(old),
                Some(value) => number::index_as_isize(t, value).map(|n| n != 0),
            }
        };
        let line_buffering = flag(line_buffering, self.flags.line_buffering.get())?;
        let write_through = flag(write_through, self.flags.write_through.get())?;
        self.call_method(t, name!(t, "flush"), &[])?;
        self.ratio.set(0.0);
        if let Some(newline) = new_newline {
            self.flags.newline.set(newline);
        }
        if encoding.is_some() || errors.is_some() || new_newline.is_some() {
            let current = self.encoding.get().unwrap_or_else(|| PyStr::empty().own());
            let new_encoding = match encoding {
                Some(text) if text.eq_str("locale") => PyStr::from_str(t, &crate::text_encoding_name(t, true)?)?,
                Some(text) => text.own(),
                None => current,
            };
            let new_errors = match errors {
                Some(errors) => errors.own(),
                None if encoding.is_some() => name!(t, "strict").own(),
                None => self.errors.get().unwrap_or_else(|| name!(t, "strict").own()),
            };
            self.set_codec(t, &buffer, new_encoding.to_utf8(t)?, &new_errors)?;
            self.encoding.set(Some(new_encoding.clone()));
            self.errors.set(Some(new_errors));
            self.fix_encoder(t, &buffer)?;
        }
        self.flags.line_buffering.set(line_buffering);
        self.flags.write_through.set(write_through);
        Ok(())
    }

    #[method(sig = "(text, /)")]
    fn write(&self, t: &Thread, text: &Object) -> PyResult<usize> {
        match text.downcast::<PyStr>() {
            Some(text) => self.write_text(t, text),
            None => Err(err!(t, TypeError, "write() argument must be str, not {:.200}", text.class().name_lossy())),
        }
    }

    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyStr>> {
        let size = size_or_none(t, size)?;
        let buffer = self.open_buffer(t)?;
        if self.decoder.borrow().is_none() {
            return Err(unsupported(t, "not readable"));
        }
        self.write_flush(t)?;
        let Ok(size) = usize::try_from(size) else {
            let bytes = buffer.call_method(t, name!(t, "read"), &[])?;
            if bytes.is(singletons::none()) {
                return Err(crate::support::blocking(t, "Read returned None.", 0));
            }
            let text = self.with_decoder(t, |decoder| decoder.decode(t, &bytes, true))?;
            let before = self.take_decoded(t, usize::MAX)?;
            let text = text.unwrap_or_else(|| PyStr::empty().own());
            self.set_decoded(None);
            self.drop_snapshot();
            return if before.len() == 0 { Ok(text) } else { before.concat(t, &text) };
        };
        let mut parts = vec![self.take_decoded(t, size)?];
        let mut left = size - parts[0].len();
        while left > 0 {
            let more = match self.read_chunk(t, left) {
                Err(_) if crate::support::interrupted(t) => {
                    errors::clear(t);
                    taipan_object::state::check_signals(t)?;
                    continue;
                }
                result => result?,
            };
            if !more {
                break;
            }
            let piece = self.take_decoded(t, left)?;
            left -= piece.len();
            parts.push(piece);
        }
        if parts.len() == 1 { Ok(parts.swap_remove(0)) } else { PyStr::join_all(t, None, &parts) }
    }

    #[method(sig = "(size=-1, /)")]
    fn readline(&self, t: &Thread, size: isize) -> PyResult<Owned<PyStr>> {
        self.attached(t)?;
        self.read_line(t, size)
    }

    #[method]
    fn flush(&self, t: &Thread) -> PyResult {
        self.flush_all(t)
    }

    #[method]
    fn close(&self, t: &Thread) -> PyResult {
        let buffer = self.attached(t)?;
        if self.as_object().getattr(t, name!(t, "closed"))?.is_true(t)? {
            return Ok(none());
        }
        if self.flags.detached.get() {
            // Asking whether the stream is closed may have taken it apart.
            return Ok(none());
        }
        if self.flags.finalizing.get() && buffer.call_method(t, name!(t, "_dealloc_warn"), &[self]).is_err() {
            errors::clear(t);
        }
        let flushed = self.call_method(t, name!(t, "flush"), &[]);
        both(t, flushed, || buffer.call_method(t, name!(t, "close"), &[]))
    }

    #[method]
    fn fileno(&self, t: &Thread) -> PyResult {
        self.attached(t)?.call_method(t, name!(t, "fileno"), &[])
    }

    #[method]
    fn seekable(&self, t: &Thread) -> PyResult {
        self.attached(t)?.call_method(t, name!(t, "seekable"), &[])
    }

    #[method]
    fn readable(&self, t: &Thread) -> PyResult {
        self.attached(t)?.call_method(t, name!(t, "readable"), &[])
    }

    #[method]
    fn writable(&self, t: &Thread) -> PyResult {
        self.attached(t)?.call_method(t, name!(t, "writable"), &[])
    }

    #[method]
    fn isatty(&self, t: &Thread) -> PyResult {
        self.attached(t)?.call_method(t, name!(t, "isatty"), &[])
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position;
    ///   'cookie' must be a number returned by tell().
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[method(sig = "(cookie, whence=os.SEEK_SET, /)")]
    fn seek(&self, t: &Thread, cookie: &Object, whence: Option<&Object>) -> PyResult {
        let whence = match whence {
            None => 0,
            Some(whence) => i32::try_from(number::index_as_isize(t, whence)?)
                .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))?,
        };
        self.seek_to(t, cookie, whence)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to
    /// restore a previous stream position.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult {
        self.tell_now(t)
    }

    #[method(sig = "(pos=None, /)")]
    fn truncate(&self, t: &Thread, pos: Option<&Object>) -> PyResult {
        let buffer = self.attached(t)?;
        self.call_method(t, name!(t, "flush"), &[])?;
        buffer.call_method(t, name!(t, "truncate"), &[pos.unwrap_or_else(|| singletons::none())])
    }

    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult {
        Err(cannot_pickle(t, self))
    }

    #[getter(member)]
    fn encoding(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.encoding.get().ok_or_else(|| attr::no_attribute(t, self, name!(t, "encoding")))
    }

    #[getter(member)]
    fn buffer(&self, t: &Thread) -> PyResult {
        self.buffer.get().ok_or_else(|| attr::no_attribute(t, self, name!(t, "buffer")))
    }

    #[getter(member)]
    fn line_buffering(&self, _t: &Thread) -> bool {
        self.flags.line_buffering.get()
    }

    #[getter(member)]
    fn write_through(&self, _t: &Thread) -> bool {
        self.flags.write_through.get()
    }

    #[getter(member)]
    fn _finalizing(&self, _t: &Thread) -> bool {
        self.flags.finalizing.get()
    }

    #[setter]
    fn set__finalizing(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.flags.finalizing.set(match value {
            Some(value) if value.is_exact::<taipan_object::PyBool>() => value.is_true(t)?,
            Some(_) => return Err(err!(t, TypeError, "attribute value type must be bool")),
            None => return Err(err!(t, TypeError, "can't delete numeric/char attribute")),
        });
        Ok(())
    }

    #[getter]
    fn name(&self, t: &Thread) -> PyResult {
        self.attached(t)?.getattr(t, name!(t, "name"))
    }

    #[getter]
    fn closed(&self, t: &Thread) -> PyResult {
        self.attached(t)?.getattr(t, name!(t, "closed"))
    }

    #[getter]
    fn newlines(&self, t: &Thread) -> PyResult {
        self.attached(t)?;
        match self.with_decoder(t, |decoder| decoder.newlines(t))? {
            Some(found) => Ok(found),
            None => Ok(none()),
        }
    }

    #[getter]
    fn errors(&self, t: &Thread) -> PyResult {
        self.initialized(t)?;
        Ok(self.errors.get().map_or_else(none, Owned::into_object))
    }

    #[getter]
    fn _CHUNK_SIZE(&self, t: &Thread) -> PyResult<usize> {
        self.attached(t)?;
        Ok(self.chunk.get())
    }

    #[setter]
    fn set__CHUNK_SIZE(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.attached(t)?;
        let Some(value) = value else {
            return Err(err!(
                t,
                AttributeError,
                "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted"
            ));
        };
        let n = number::index_as_isize_or(t, value, exceptions_class!(ValueError))?;
        match usize::try_from(n) {
            Ok(n) if n > 0 => self.chunk.set(n),
            _ => return Err(err!(t, ValueError, "a strictly positive integer is required")),
        }
        Ok(())
    }
}
