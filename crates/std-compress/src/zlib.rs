//! `zlib`: compression in whole and in streams.

use crate::stream::{self, Deflate, Failure, Inflate};
use core::cell::{Cell, RefCell};
use libz_rs_sys as z;
use taipan_object::buffer::{self, Buffer};
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyBytes, PyInt, PyModule, PyResult, PyType, Raised, Slot, Thread, class,
    err, errors, exceptions, native_module, new_object, number, object,
};

static ERROR: ModuleException = ModuleException::new("zlib.error", exceptions::Exception::class, "");
const VERSION: &str = "1.3.1";

/// Raises `zlib.error` with zlib's code.
#[cold]
fn failed(t: &Thread, failure: &Failure, what: &str) -> Raised {
    let code = failure.code;
    let known = match code {
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    };
    match failure.message.as_deref().or(known) {
        Some(message) => ERROR.raise(t, format_args!("Error {code} {what}: {message:.200}")),
        None => ERROR.raise(t, format_args!("Error {code} {what}")),
    }
}

fn code_failed(t: &Thread, code: i32, what: &str) -> Raised {
    failed(t, &Failure { code, message: None }, what)
}

fn bad_option(t: &Thread, code: i32, what: &str) -> Raised {
    match code {
        z::Z_MEM_ERROR => err!(t, MemoryError, "Can't allocate memory for {what} object"),
        z::Z_STREAM_ERROR => err!(t, ValueError, "Invalid initialization option"),
        code => code_failed(t, code, &format!("while creating {what} object")),
    }
}

fn inconsistent(t: &Thread) -> Raised {
    err!(t, ValueError, "Inconsistent stream state")
}

/// `zlib.Compress`.
#[object]
pub struct PyCompress {
    stream: Data<RefCell<Option<Deflate>>>,
}

#[class(name = "zlib.Compress", no_new)]
impl PyCompress {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "(data, /)")]
    fn compress(&self, t: &Thread, data: Buffer) -> PyResult<Vec<u8>> {
        let mut held = self.stream.borrow_mut();
        let Some(stream) = held.as_mut() else {
            return Err(code_failed(t, z::Z_STREAM_ERROR, "while compressing data"));
        };
        let mut out = Vec::new();
        let run = stream.run(data.as_bytes(), z::Z_NO_FLUSH, &mut out).ok_or_else(|| errors::no_memory(t))?;
        match run.code {
            z::Z_OK | z::Z_BUF_ERROR => Ok(out),
            code => Err(failed(t, &stream.failure(code), "while compressing data")),
        }
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[method(sig = "(mode=4, /)", text = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(&self, t: &Thread, mode: i32) -> PyResult<Vec<u8>> {
        if mode == z::Z_NO_FLUSH {
            return Ok(Vec::new());
        }
        let mut held = self.stream.borrow_mut();
        let Some(stream) = held.as_mut() else {
            return Err(code_failed(t, z::Z_STREAM_ERROR, "while flushing"));
        };
        let mut out = Vec::new();
        let run = stream.run(&[], mode, &mut out).ok_or_else(|| errors::no_memory(t))?;
        match run.code {
            z::Z_STREAM_END if mode == z::Z_FINISH => *held = None,
            z::Z_OK | z::Z_BUF_ERROR => {}
            code => return Err(failed(t, &stream.failure(code), "while flushing")),
        }
        Ok(out)
    }

    /// Return a copy of the compression object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let copied = match &*self.stream.borrow() {
            Some(stream) => stream.copy(),
            None => return Err(inconsistent(t)),
        };
        match copied {
            Ok(stream) => new_object(t, Self { head: Head::new(), stream: Data(RefCell::new(Some(stream))) }),
            Err(z::Z_MEM_ERROR) => Err(err!(t, MemoryError, "Can't allocate memory for compression object")),
            Err(z::Z_STREAM_ERROR) => Err(inconsistent(t)),
            Err(code) => Err(code_failed(t, code, "while copying compression object")),
        }
    }

    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copy(t)
    }

    #[method(sig = "(memo, /)")]
    fn __deepcopy__(&self, t: &Thread, memo: &Object) -> PyResult<Owned<Self>> {
        let _ = memo;
        self.copy(t)
    }
}

/// The bytes of a dictionary.
fn dictionary(t: &Thread, zdict: Option<&Owned>) -> PyResult<Option<Vec<u8>>> {
    match zdict {
        Some(zdict) => Ok(Some(Buffer::readable(t, zdict)?.as_bytes().to_vec())),
        None => Ok(None),
    }
}

/// Decompresses, giving the dictionary when it is asked for.
fn inflate(
    t: &Thread,
    stream: &mut Inflate,
    zdict: Option<&[u8]>,
    input: &[u8],
    flush: i32,
    limit: usize,
    out: &mut Vec<u8>,
) -> PyResult<stream::Run> {
    let mut consumed = 0;
    loop {
        let rest = input.get(consumed..).unwrap_or(&[]);
        let run = stream.run(rest, flush, out, limit).ok_or_else(|| errors::no_memory(t))?;
        consumed += run.consumed;
        if run.code == z::Z_NEED_DICT
            && let Some(zdict) = zdict
        {
            let code = stream.set_dictionary(zdict);
            if code != z::Z_OK {
                return Err(failed(t, &stream.failure(code), "while setting zdict"));
            }
            continue;
        }
        return Ok(stream::Run { code: run.code, consumed });
    }
}

fn new_inflate(t: &Thread, wbits: i32, zdict: Option<&Object>) -> PyResult<Inflate> {
    let mut stream = Inflate::new(wbits).map_err(|code| bad_option(t, code, "decompression"))?;
    if let Some(zdict) = zdict.filter(|_| wbits < 0) {
        // A raw stream cannot ask for its dictionary.
        let view = Buffer::readable(t, zdict)?;
        let code = stream.set_dictionary(view.as_bytes());
        if code != z::Z_OK {
            return Err(failed(t, &stream.failure(code), "while setting zdict"));
        }
    }
    Ok(stream)
}

/// `zlib.Decompress`.
#[object]
pub struct PyDecompress {
    stream: Data<RefCell<Option<Inflate>>>,
    zdict: Slot,
    unused_data: Slot<PyBytes>,
    unconsumed_tail: Slot<PyBytes>,
    eof: Cell<bool>,
}

impl PyDecompress {
    /// Keeps what was not used.
    fn keep(&self, t: &Thread, rest: &[u8], ended: bool) -> PyResult<()> {
        if ended {
            let mut unused = self.unused_data.get().map_or_else(Vec::new, |b| b.as_bytes().to_vec());
            unused.extend_from_slice(rest);
            self.unused_data.set(Some(PyBytes::new(t, &unused)?));
            self.unconsumed_tail.set(Some(PyBytes::empty().own()));
        } else {
            self.unconsumed_tail.set(Some(PyBytes::new(t, rest)?));
        }
        Ok(())
    }
}

#[class(name = "zlib.Decompress", flags(HAVE_GC), no_new)]
impl PyDecompress {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be
    /// stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "(data, /, max_length=0)")]
    fn decompress(&self, t: &Thread, data: Buffer, max_length: isize) -> PyResult<Vec<u8>> {
        let limit = match usize::try_from(max_length) {
            Ok(0) => usize::MAX,
            Ok(n) => n,
            Err(_) => return Err(err!(t, ValueError, "max_length must be non-negative")),
        };
        let zdict = dictionary(t, self.zdict.get().as_ref())?;
        let mut held = self.stream.borrow_mut();
        let Some(stream) = held.as_mut() else {
            return Err(code_failed(t, z::Z_STREAM_ERROR, "while decompressing data"));
        };
        let mut out = Vec::new();
        let input = data.as_bytes();
        let run = inflate(t, stream, zdict.as_deref(), input, z::Z_SYNC_FLUSH, limit, &mut out)?;
        let rest = input.get(run.consumed..).unwrap_or(&[]);
        match run.code {
            z::Z_STREAM_END => {
                self.keep(t, rest, true)?;
                self.eof.set(true);
            }
            z::Z_OK | z::Z_BUF_ERROR => self.keep(t, rest, false)?,
            code => return Err(failed(t, &stream.failure(code), "while decompressing data")),
        }
        Ok(out)
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(sig = "(length=16384, /)", text = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(&self, t: &Thread, length: isize) -> PyResult<Vec<u8>> {
        if length <= 0 {
            return Err(err!(t, ValueError, "length must be greater than zero"));
        }
        let zdict = dictionary(t, self.zdict.get().as_ref())?;
        let tail = self.unconsumed_tail.get().map_or_else(Vec::new, |b| b.as_bytes().to_vec());
        let mut held = self.stream.borrow_mut();
        let Some(stream) = held.as_mut() else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        let run = inflate(t, stream, zdict.as_deref(), &tail, z::Z_FINISH, usize::MAX, &mut out)?;
        let rest = tail.get(run.consumed..).unwrap_or(&[]);
        match run.code {
            z::Z_STREAM_END => {
                self.keep(t, rest, true)?;
                self.eof.set(true);
                *held = None;
            }
            z::Z_OK | z::Z_BUF_ERROR => self.keep(t, rest, false)?,
            code => return Err(failed(t, &stream.failure(code), "while decompressing data")),
        }
        Ok(out)
    }

    /// Return a copy of the decompression object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let copied = match &*self.stream.borrow() {
            Some(stream) => stream.copy(),
            None => return Err(inconsistent(t)),
        };
        match copied {
            Ok(stream) => new_object(
                t,
                Self {
                    head: Head::new(),
                    stream: Data(RefCell::new(Some(stream))),
                    zdict: Slot::from_option(self.zdict.get()),
                    unused_data: Slot::from_option(self.unused_data.get()),
                    unconsumed_tail: Slot::from_option(self.unconsumed_tail.get()),
                    eof: Cell::new(self.eof.get()),
                },
            ),
            Err(z::Z_MEM_ERROR) => Err(err!(t, MemoryError, "Can't allocate memory for decompression object")),
            Err(z::Z_STREAM_ERROR) => Err(inconsistent(t)),
            Err(code) => Err(code_failed(t, code, "while copying decompression object")),
        }
    }

    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.copy(t)
    }

    #[method(sig = "(memo, /)")]
    fn __deepcopy__(&self, t: &Thread, memo: &Object) -> PyResult<Owned<Self>> {
        let _ = memo;
        self.copy(t)
    }

    #[getter]
    fn unused_data(&self, _t: &Thread) -> Option<Owned<PyBytes>> {
        self.unused_data.get()
    }

    #[getter]
    fn unconsumed_tail(&self, _t: &Thread) -> Option<Owned<PyBytes>> {
        self.unconsumed_tail.get()
    }

    #[getter]
    fn eof(&self, _t: &Thread) -> bool {
        self.eof.get()
    }
}

/// `zlib._ZlibDecompressor`.
#[object]
pub struct PyZlibDecompressor {
    stream: Data<RefCell<Inflate>>,
    zdict: Slot,
    /// Input that waits for room in the output.
    pending: Data<RefCell<Vec<u8>>>,
    unused_data: Slot<PyBytes>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

/// Create a decompressor object for decompressing data incrementally.
///
///   wbits = 15
///   zdict
///      The predefined compression dictionary. This is a sequence of bytes
///      (such as a bytes object) containing subsequences that are expected
///      to occur frequently in the data that is to be compressed. Those
///      subsequences that are expected to be most common should come at the
///      end of the dictionary. This must be the same dictionary as used by the
///      compressor that produced the input data.
///
///
#[class(name = "zlib._ZlibDecompressor", fields(eof = eof: "True if the end-of-stream marker has been reached.", needs_input = needs_input: "True if more input is needed before more decompressed data can be produced.", unused_data = unused_data: "Data found after the end of the compressed stream."), heap)]
impl PyZlibDecompressor {
    #[new(sig = "(wbits=15, zdict=None)", text = "(wbits=15, zdict=b'')")]
    fn new(cls: &PyType, t: &Thread, wbits: i32, zdict: Option<&Object>) -> PyResult<Owned<Self>> {
        check_zdict(t, zdict)?;
        let stream = new_inflate(t, wbits, zdict)?;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                stream: Data(RefCell::new(stream)),
                zdict: Slot::from_option(zdict.map(Own::own)),
                pending: Data(RefCell::default()),
                unused_data: Slot::new(PyBytes::empty().own()),
                eof: Cell::new(false),
                needs_input: Cell::new(true),
            },
        )
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data.  If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``.  In
    /// this case, the next call to *decompress()* may provide *data* as b''
    /// to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either
    /// because this was less than *max_length* bytes, or because
    /// *max_length* was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached
    /// raises an EOFError.  Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[method(sig = "(data, max_length=-1)")]
    fn decompress(&self, t: &Thread, data: Buffer, max_length: isize) -> PyResult<Vec<u8>> {
        if self.eof.get() {
            return Err(err!(t, EOFError, "End of stream already reached"));
        }
        let limit = usize::try_from(max_length).unwrap_or(usize::MAX);
        let zdict = dictionary(t, self.zdict.get().as_ref())?;
        let mut input = self.pending.take();
        input.extend_from_slice(data.as_bytes());
        let mut out = Vec::new();
        let mut stream = self.stream.borrow_mut();
        let run = inflate(t, &mut stream, zdict.as_deref(), &input, z::Z_SYNC_FLUSH, limit, &mut out)?;
        match run.code {
            z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => {}
            code => return Err(failed(t, &stream.failure(code), "while decompressing data")),
        }
        let rest = input.split_off(run.consumed.min(input.len()));
        if run.code == z::Z_STREAM_END {
            self.eof.set(true);
            self.needs_input.set(false);
            self.unused_data.set(Some(PyBytes::new(t, &rest)?));
        } else {
            // Output may wait inside the stream when the limit was reached.
            self.needs_input.set(rest.is_empty() && out.len() < limit);
            self.pending.replace(rest);
        }
        Ok(out)
    }
}

fn check_zdict(t: &Thread, zdict: Option<&Object>) -> PyResult<()> {
    match zdict {
        Some(zdict) if !buffer::is_buffer(zdict) => {
            Err(err!(t, TypeError, "zdict argument must support the buffer protocol"))
        }
        _ => Ok(()),
    }
}

fn start_value(t: &Thread, value: Option<&Object>, default: u32) -> PyResult<u32> {
    match value {
        Some(value) => Ok(number::index(t, value)?.to_u64_mask() as u32),
        None => Ok(default),
    }
}

/// Runs a checksum, with the GIL free if there is much data.
fn checksum(t: &Thread, data: &Buffer, start: u32, sum: fn(u32, &[u8]) -> u32) -> u32 {
    let bytes = data.as_bytes();
    if bytes.len() > 5 * 1024 { t.allow_threads(|| sum(start, bytes)) } else { sum(start, bytes) }
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
///
/// adler32(string[, start]) -- Compute an Adler-32 checksum.
/// compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
/// compressobj([level[, ...]]) -- Return a compressor object.
/// crc32(string[, start]) -- Compute a CRC-32 checksum.
/// decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
/// decompressobj([wbits[, zdict]]) -- Return a decompressor object.
///
/// 'wbits' is window buffer size and container format.
/// Compressor objects support compress() and flush() methods; decompressor
/// objects support decompress() and flush().
#[native_module(name = "zlib")]
pub mod zlib {
    use super::*;

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=1, /)")]
    fn adler32(t: &Thread, data: Buffer, value: Option<&Object>) -> PyResult<u32> {
        let start = start_value(t, value, 1)?;
        Ok(checksum(t, &data, start, stream::adler32))
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=0, /)")]
    fn crc32(t: &Thread, data: Buffer, value: Option<&Object>) -> PyResult<u32> {
        let start = start_value(t, value, 0)?;
        Ok(checksum(t, &data, start, stream::crc32))
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(
        sig = "(data, /, level=-1, wbits=15)",
        text = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)"
    )]
    fn compress(t: &Thread, data: Buffer, level: i32, wbits: i32) -> PyResult<Vec<u8>> {
        let mut stream = match Deflate::new(level, z::Z_DEFLATED, wbits, 8, z::Z_DEFAULT_STRATEGY) {
            Ok(stream) => stream,
            Err(z::Z_MEM_ERROR) => return Err(err!(t, MemoryError, "Out of memory while compressing data")),
            Err(z::Z_STREAM_ERROR) => return Err(ERROR.raise(t, format_args!("Bad compression level"))),
            Err(code) => return Err(code_failed(t, code, "while compressing data")),
        };
        let mut out = Vec::new();
        let run = stream.run(data.as_bytes(), z::Z_FINISH, &mut out).ok_or_else(|| errors::no_memory(t))?;
        match run.code {
            z::Z_STREAM_END => Ok(out),
            code => Err(failed(t, &stream.failure(code), "while compressing data")),
        }
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(
        sig = "(data, /, wbits=15, bufsize=16384)",
        text = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)"
    )]
    fn decompress(t: &Thread, data: Buffer, wbits: i32, bufsize: isize) -> PyResult<Vec<u8>> {
        if bufsize < 0 {
            return Err(err!(t, ValueError, "bufsize must be non-negative"));
        }
        let mut stream = match Inflate::new(wbits) {
            Ok(stream) => stream,
            Err(z::Z_MEM_ERROR) => return Err(err!(t, MemoryError, "Out of memory while decompressing data")),
            Err(code) => return Err(code_failed(t, code, "while preparing to decompress data")),
        };
        let mut out = Vec::new();
        let input = data.as_bytes();
        let run = stream.run(input, z::Z_SYNC_FLUSH, &mut out, usize::MAX).ok_or_else(|| errors::no_memory(t))?;
        match run.code {
            z::Z_STREAM_END => Ok(out),
            z::Z_OK | z::Z_BUF_ERROR => Err(code_failed(t, z::Z_BUF_ERROR, "while decompressing data")),
            code => Err(failed(t, &stream.failure(code), "while decompressing data")),
        }
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(
        sig = "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
        text = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        t: &Thread,
        level: i32,
        method: i32,
        wbits: i32,
        memLevel: i32,
        strategy: i32,
        zdict: Option<&Object>,
    ) -> PyResult<Owned<PyCompress>> {
        let zdict = match zdict {
            Some(zdict) => Some(Buffer::readable(t, zdict)?),
            None => None,
        };
        let mut stream = Deflate::new(level, method, wbits, memLevel, strategy)
            .map_err(|code| bad_option(t, code, "compression"))?;
        if let Some(zdict) = zdict {
            match stream.set_dictionary(zdict.as_bytes()) {
                z::Z_OK => {}
                z::Z_STREAM_ERROR => return Err(err!(t, ValueError, "Invalid dictionary")),
                _ => return Err(err!(t, ValueError, "deflateSetDictionary() failed")),
            }
        }
        new_object(t, PyCompress { head: Head::new(), stream: Data(RefCell::new(Some(stream))) })
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "(wbits=15, zdict=None)", text = "($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(t: &Thread, wbits: i32, zdict: Option<&Object>) -> PyResult<Owned<PyDecompress>> {
        check_zdict(t, zdict)?;
        let stream = new_inflate(t, wbits, zdict)?;
        new_object(
            t,
            PyDecompress {
                head: Head::new(),
                stream: Data(RefCell::new(Some(stream))),
                zdict: Slot::from_option(zdict.map(Own::own)),
                unused_data: Slot::new(PyBytes::empty().own()),
                unconsumed_tail: Slot::new(PyBytes::empty().own()),
                eof: Cell::new(false),
            },
        )
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, PyCompress::class())?;
        taipan_object::typeobject::ready(t, PyDecompress::class())?;
        taipan_object::module::add_class::<PyZlibDecompressor>(t, module)?;
        let constants = [
            ("MAX_WBITS", 15),
            ("DEFLATED", 8),
            ("DEF_MEM_LEVEL", 8),
            ("DEF_BUF_SIZE", 16384),
            ("Z_NO_COMPRESSION", 0),
            ("Z_BEST_SPEED", 1),
            ("Z_BEST_COMPRESSION", 9),
            ("Z_DEFAULT_COMPRESSION", -1),
            ("Z_FILTERED", 1),
            ("Z_HUFFMAN_ONLY", 2),
            ("Z_RLE", 3),
            ("Z_FIXED", 4),
            ("Z_DEFAULT_STRATEGY", 0),
            ("Z_NO_FLUSH", 0),
            ("Z_PARTIAL_FLUSH", 1),
            ("Z_SYNC_FLUSH", 2),
            ("Z_FULL_FLUSH", 3),
            ("Z_FINISH", 4),
            ("Z_BLOCK", 5),
            ("Z_TREES", 6),
        ];
        for (name, value) in constants {
            module.set(t, name, &*PyInt::from_i64(t, value)?)?;
        }
        module.set_value(t, "ZLIB_VERSION", VERSION)?;
        module.set_value(t, "ZLIB_RUNTIME_VERSION", VERSION)?;
        module.set_value(t, "__version__", "1.0")?;
        module.set(t, "error", ERROR.class(t)?.as_object())
    }
}
