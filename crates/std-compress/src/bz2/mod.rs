//! `_bz2`: what the module `bz2` stands on.

mod stream;

use crate::pump::{self, Fed, Pending, Shared, Stopped};
use core::cell::Cell;
use libbz2_rs_sys as bz;
use stream::{Compressor, Decompressor};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Data, Head, Own, Owned, PyBytes, PyModule, PyResult, PyType, Raised, Slot, Thread, class, err, errors,
    native_module, object,
};

/// Raises what libbz2's code stands for.
#[cold]
fn failed(t: &Thread, code: i32) -> Raised {
    match code {
        bz::BZ_PARAM_ERROR => err!(t, ValueError, "Internal error - invalid parameters passed to libbzip2"),
        bz::BZ_MEM_ERROR => errors::no_memory(t),
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => err!(t, OSError, "Invalid data stream"),
        bz::BZ_IO_ERROR => err!(t, OSError, "Unknown I/O error"),
        bz::BZ_UNEXPECTED_EOF => {
            err!(t, EOFError, "Compressed file ended before the logical end-of-stream was detected")
        }
        bz::BZ_SEQUENCE_ERROR => {
            err!(t, RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2")
        }
        code => err!(t, OSError, "Unrecognized error from libbzip2: {code}"),
    }
}

fn stopped(t: &Thread, stopped: &Stopped<i32>) -> Raised {
    match stopped {
        Stopped::NoMemory => errors::no_memory(t),
        Stopped::Failed(code) => failed(t, *code),
    }
}

/// `_bz2.BZ2Compressor`.
#[object]
pub struct PyBZ2Compressor {
    stream: Data<Shared<Compressor>>,
    flushed: Cell<bool>,
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[class(name = "_bz2.BZ2Compressor", heap)]
impl PyBZ2Compressor {
    #[new(sig = "(compresslevel=9, /)")]
    fn new(cls: &PyType, t: &Thread, compresslevel: i32) -> PyResult<Owned<Self>> {
        if !(1..=9).contains(&compresslevel) {
            return Err(err!(t, ValueError, "compresslevel must be between 1 and 9"));
        }
        let stream = Compressor::new(compresslevel).map_err(|code| failed(t, code))?;
        let stream = Data(Shared::new(stream));
        cls.instance(t, Self { head: Head::new(), stream, flushed: Cell::new(false) })
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "(data, /)")]
    fn compress(&self, t: &Thread, data: Buffer) -> PyResult<Vec<u8>> {
        if self.flushed.get() {
            return Err(err!(t, ValueError, "Compressor has been flushed"));
        }
        self.run(t, data.as_bytes(), false)
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method]
    fn flush(&self, t: &Thread) -> PyResult<Vec<u8>> {
        if self.flushed.replace(true) {
            return Err(err!(t, ValueError, "Repeated call to flush()"));
        }
        self.run(t, &[], true)
    }
}

impl PyBZ2Compressor {
    fn run(&self, t: &Thread, input: &[u8], finish: bool) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        let result = self.stream.work(t, |stream| {
            stream.finish |= finish;
            pump::run(stream, input, usize::MAX, &mut out)
        });
        match result {
            Ok(_) => Ok(out),
            Err(reason) => Err(stopped(t, &reason)),
        }
    }
}

/// What a decompressor has besides its attributes.
struct Reader {
    /// Nothing after an error.
    stream: Option<Decompressor>,
    pending: Pending,
    eof: bool,
}

/// What became of a call.
enum Outcome {
    /// The output, and the input after the end.
    Ended(Vec<u8>),
    /// Whether all input is used.
    Open(bool),
    Stopped(Stopped<i32>),
    AtEnd,
    Unusable,
}

impl Reader {
    fn read(&mut self, data: &[u8], limit: usize, out: &mut Vec<u8>) -> Outcome {
        if self.eof {
            return Outcome::AtEnd;
        }
        let Some(stream) = self.stream.as_mut() else { return Outcome::Unusable };
        match self.pending.run(stream, data, limit, out) {
            Ok(Fed { unused: Some(unused), .. }) => {
                self.eof = true;
                Outcome::Ended(unused)
            }
            Ok(Fed { waits, .. }) => Outcome::Open(!waits),
            Err(reason) => {
                self.stream = None;
                Outcome::Stopped(reason)
            }
        }
    }
}

/// `_bz2.BZ2Decompressor`.
#[object]
pub struct PyBZ2Decompressor {
    reader: Data<Shared<Reader>>,
    unused_data: Slot<PyBytes>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[class(name = "_bz2.BZ2Decompressor", fields(eof = eof: "True if the end-of-stream marker has been reached.", unused_data = unused_data: "Data found after the end of the compressed stream.", needs_input = needs_input: "True if more input is needed before more decompressed data can be produced."), heap)]
impl PyBZ2Decompressor {
    #[new(sig = "()")]
    fn new(cls: &PyType, t: &Thread) -> PyResult<Owned<Self>> {
        let stream = Some(Decompressor::new().map_err(|code| failed(t, code))?);
        let reader = Reader { stream, pending: Pending::default(), eof: false };
        cls.instance(
            t,
            Self {
                head: Head::new(),
                reader: Data(Shared::new(reader)),
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
        let limit = usize::try_from(max_length).unwrap_or(usize::MAX);
        let bytes = data.as_bytes();
        let mut out = Vec::new();
        match self.reader.work(t, |reader| reader.read(bytes, limit, &mut out)) {
            Outcome::Ended(rest) => {
                self.eof.set(true);
                self.needs_input.set(false);
                if !rest.is_empty() {
                    self.unused_data.set(Some(PyBytes::new(t, &rest)?));
                }
            }
            Outcome::Open(needs_input) => self.needs_input.set(needs_input),
            Outcome::Stopped(reason) => {
                self.needs_input.set(false);
                return Err(stopped(t, &reason));
            }
            Outcome::AtEnd => return Err(err!(t, EOFError, "End of stream already reached")),
            Outcome::Unusable => {
                return Err(err!(t, ValueError, "Decompressor is unusable after a previous error"));
            }
        }
        Ok(out)
    }
}

#[native_module(name = "_bz2")]
pub mod _bz2 {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::module::add_class::<PyBZ2Compressor>(t, module)?;
        taipan_object::module::add_class::<PyBZ2Decompressor>(t, module)
    }
}
