//! `_lzma`: what the module `lzma` stands on.

mod filters;
mod stream;

use crate::pump::{self, Pending, Shared, Stopped};
use core::cell::Cell;
use liblzma_sys as z;
use stream::{Code, Coder, Stream};
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyBytes, PyDict, PyModule, PyResult, PyType, Raised, Slot, Thread, class,
    err, errors, exceptions, native_module, number, object, singletons,
};

static ERROR: ModuleException =
    ModuleException::new("_lzma.LZMAError", exceptions::Exception::class, "Call to liblzma failed.");

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;

const CHECK_ID_MAX: i32 = 15;
/// The check of a stream that has not told it yet.
const CHECK_UNKNOWN: i32 = CHECK_ID_MAX + 1;

/// Raises what liblzma's code stands for.
#[cold]
fn failed(t: &Thread, code: Code) -> Raised {
    let message = match code {
        z::LZMA_MEM_ERROR => return errors::no_memory(t),
        z::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        z::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        z::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        z::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        z::LZMA_DATA_ERROR => "Corrupt input data",
        z::LZMA_BUF_ERROR => "Insufficient buffer space",
        z::LZMA_PROG_ERROR => "Internal error",
        code => return ERROR.raise(t, format_args!("Unrecognized error from liblzma: {code}")),
    };
    ERROR.raise(t, format_args!("{message}"))
}

fn stopped(t: &Thread, stopped: &Stopped<Code>) -> Raised {
    match stopped {
        Stopped::NoMemory => errors::no_memory(t),
        Stopped::Failed(code) => failed(t, *code),
    }
}

/// An unsigned integer up to `max`, which a C type holds.
fn unsigned(t: &Thread, value: &Object, max: u64, c_type: &str) -> PyResult<u64> {
    let n = number::index(t, value)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    n.to_u64().filter(|&n| n <= max).ok_or_else(|| err!(t, OverflowError, "Python int too large for C {c_type}"))
}

fn unknown_format(t: &Thread, format: i32) -> Raised {
    err!(t, ValueError, "Invalid container format: {format}")
}

/// A C `int` as `PyArg_ParseTuple` takes it.
fn parsed_int(t: &Thread, arg: &Object) -> PyResult<i32> {
    let n = number::index(t, arg)?;
    let Some(n) = n.to_i64() else {
        return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
    };
    i32::try_from(n).map_err(|_| {
        let limit = if n > 0 { "greater than maximum" } else { "less than minimum" };
        err!(t, OverflowError, "signed integer is {limit}")
    })
}

/// `_lzma.LZMACompressor`.
#[object]
pub struct PyLZMACompressor {
    stream: Data<Shared<Stream>>,
    flushed: Cell<bool>,
}

/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// Create a compressor object for compressing data incrementally.
///
/// format specifies the container format to use for the output. This can
/// be FORMAT_XZ (default), FORMAT_ALONE, or FORMAT_RAW.
///
/// check specifies the integrity check to use. For FORMAT_XZ, the default
/// is CHECK_CRC64. FORMAT_ALONE and FORMAT_RAW do not support integrity
/// checks; for these formats, check must be omitted, or be CHECK_NONE.
///
/// The settings used by the compressor can be specified either as a
/// preset compression level (with the 'preset' argument), or in detail
/// as a custom filter chain (with the 'filters' argument). For FORMAT_XZ
/// and FORMAT_ALONE, the default is to use the PRESET_DEFAULT preset
/// level. For FORMAT_RAW, the caller must always specify a filter chain;
/// the raw compressor does not support preset compression levels.
///
/// preset (if provided) should be an integer in the range 0-9, optionally
/// OR-ed with the constant PRESET_EXTREME.
///
/// filters (if provided) should be a sequence of dicts. Each dict should
/// have an entry for "id" indicating the ID of the filter, plus
/// additional entries for options to the filter.
///
/// For one-shot compression, use the compress() function instead.
///
#[class(name = "_lzma.LZMACompressor", heap)]
impl PyLZMACompressor {
    #[new(sig = "(format=None, check=None, preset=None, filters=None)", text = "")]
    fn new(
        cls: &PyType,
        t: &Thread,
        format: Option<&Object>,
        check: Option<&Object>,
        preset: Option<&Object>,
        filters: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let format = format.map_or(Ok(FORMAT_XZ), |format| parsed_int(t, format))?;
        let check = check.map_or(Ok(-1), |check| parsed_int(t, check))?;
        let preset = preset.filter(|preset| !preset.is(singletons::none()));
        let filters = filters.filter(|filters| !filters.is(singletons::none()));
        if format != FORMAT_XZ && check != -1 && check != z::LZMA_CHECK_NONE as i32 {
            return Err(err!(t, ValueError, "Integrity checks are only supported by FORMAT_XZ"));
        }
        if preset.is_some() && filters.is_some() {
            return Err(err!(t, ValueError, "Cannot specify both preset and filter chain"));
        }
        let preset = match preset {
            Some(preset) => unsigned(t, preset, u32::MAX.into(), "uint32_t")? as u32,
            None => z::LZMA_PRESET_DEFAULT,
        };
        let chain;
        let coder = match (format, filters) {
            (FORMAT_XZ, filters) => {
                let check = if check == -1 { z::LZMA_CHECK_CRC64 as i32 } else { check };
                match filters {
                    Some(filters) => {
                        chain = filters::parse_chain(t, filters)?;
                        Coder::Xz(&chain, check)
                    }
                    None => Coder::Easy(preset, check),
                }
            }
            (FORMAT_ALONE, Some(filters)) => match filters::parse_chain(t, filters)?.as_slice() {
                [stream::Filter { id: z::LZMA_FILTER_LZMA1, options: stream::Options::Lzma(options) }] => {
                    Coder::Alone(*options)
                }
                _ => {
                    let message = "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter";
                    return Err(err!(t, ValueError, "{message}"));
                }
            },
            (FORMAT_ALONE, None) => {
                Coder::Alone(stream::Lzma::preset(preset).ok_or_else(|| filters::bad_preset(t, preset))?)
            }
            (FORMAT_RAW, Some(filters)) => {
                chain = filters::parse_chain(t, filters)?;
                Coder::Raw(&chain)
            }
            (FORMAT_RAW, None) => return Err(err!(t, ValueError, "Must specify filters for FORMAT_RAW")),
            (format, _) => return Err(unknown_format(t, format)),
        };
        let stream = Stream::new(&coder).map_err(|code| failed(t, code))?;
        cls.instance(t, Self { head: Head::new(), stream: Data(Shared::new(stream)), flushed: Cell::new(false) })
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

impl PyLZMACompressor {
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
    stream: Stream,
    pending: Pending,
    eof: bool,
}

/// `_lzma.LZMADecompressor`.
#[object]
pub struct PyLZMADecompressor {
    reader: Data<Shared<Reader>>,
    unused_data: Slot<PyBytes>,
    check: Cell<i32>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within the
///     given limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[class(name = "_lzma.LZMADecompressor", fields(check = check: "ID of the integrity check used by the input stream.", eof = eof: "True if the end-of-stream marker has been reached.", needs_input = needs_input: "True if more input is needed before more decompressed data can be produced.", unused_data = unused_data: "Data found after the end of the compressed stream."), heap)]
impl PyLZMADecompressor {
    #[new(sig = "(format=FORMAT_AUTO, memlimit=None, filters=None)")]
    fn new(
        cls: &PyType,
        t: &Thread,
        format: Option<&Object>,
        memlimit: Option<&Object>,
        filters: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let format =
            format.map_or(Ok(FORMAT_AUTO), |format| i32::from_arg(t, format, What::Only("LZMADecompressor")))?;
        let filters = filters.filter(|filters| !filters.is(singletons::none()));
        let memlimit = match memlimit.filter(|memlimit| !memlimit.is(singletons::none())) {
            Some(_) if format == FORMAT_RAW => {
                return Err(err!(t, ValueError, "Cannot specify memory limit with FORMAT_RAW"));
            }
            Some(memlimit) => unsigned(t, memlimit, u64::MAX, "uint64_t")?,
            None => u64::MAX,
        };
        let chain;
        let coder = match (format, filters) {
            (FORMAT_RAW, None) => return Err(err!(t, ValueError, "Must specify filters for FORMAT_RAW")),
            (FORMAT_RAW, Some(filters)) => {
                chain = filters::parse_chain(t, filters)?;
                Coder::ReadRaw(&chain)
            }
            (_, Some(_)) => return Err(err!(t, ValueError, "Cannot specify filters except with FORMAT_RAW")),
            (FORMAT_AUTO, None) => Coder::ReadAuto(memlimit),
            (FORMAT_XZ, None) => Coder::ReadXz(memlimit),
            (FORMAT_ALONE, None) => Coder::ReadAlone(memlimit),
            (format, None) => return Err(unknown_format(t, format)),
        };
        let stream = Stream::new(&coder).map_err(|code| failed(t, code))?;
        let check = if matches!(format, FORMAT_ALONE | FORMAT_RAW) { z::LZMA_CHECK_NONE as i32 } else { CHECK_UNKNOWN };
        let reader = Reader { stream, pending: Pending::default(), eof: false };
        cls.instance(
            t,
            Self {
                head: Head::new(),
                reader: Data(Shared::new(reader)),
                unused_data: Slot::new(PyBytes::empty().own()),
                check: Cell::new(check),
                eof: Cell::new(false),
                needs_input: Cell::new(true),
            },
        )
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data. If this limit is reached and further output
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
        let (check, result) = self.reader.work(t, |reader| {
            if reader.eof {
                return (None, None);
            }
            let result = reader.pending.run(&mut reader.stream, bytes, limit, &mut out);
            reader.eof = result.as_ref().is_ok_and(|fed| fed.unused.is_some());
            (reader.stream.check, Some(result))
        });
        if let Some(check) = check {
            self.check.set(check);
        }
        let Some(result) = result else { return Err(err!(t, EOFError, "Already at end of stream")) };
        let fed = result.map_err(|reason| stopped(t, &reason))?;
        self.needs_input.set(!fed.waits && out.len() < limit);
        if let Some(unused) = fed.unused {
            self.eof.set(true);
            self.needs_input.set(false);
            if !unused.is_empty() {
                self.unused_data.set(Some(PyBytes::new(t, &unused)?));
            }
        }
        Ok(out)
    }
}

/// The identifier of a filter.
struct FilterId(u64);

impl<'a> FromArg<'a> for FilterId {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        unsigned(t, arg, u64::MAX, "lzma_vli").map(Self)
    }
}

#[native_module(name = "_lzma")]
pub mod _lzma {
    use super::*;

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[function(sig = "(check_id, /)")]
    fn is_check_supported(t: &Thread, check_id: i32) -> bool {
        let _ = t;
        stream::is_check_supported(check_id)
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(sig = "(filter, /)")]
    fn _encode_filter_properties(t: &Thread, filter: &Object) -> PyResult<Vec<u8>> {
        stream::encode_properties(filters::parse(t, filter)?).map_err(|code| failed(t, code))
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[function(sig = "(filter_id, encoded_props, /)")]
    fn _decode_filter_properties(t: &Thread, filter_id: FilterId, encoded_props: Buffer) -> PyResult<Owned<PyDict>> {
        let filter =
            stream::decode_properties(filter_id.0, encoded_props.as_bytes()).map_err(|code| failed(t, code))?;
        filters::describe(t, filter)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let constants = [
            ("FORMAT_AUTO", FORMAT_AUTO as u64),
            ("FORMAT_XZ", FORMAT_XZ as u64),
            ("FORMAT_ALONE", FORMAT_ALONE as u64),
            ("FORMAT_RAW", FORMAT_RAW as u64),
            ("CHECK_NONE", z::LZMA_CHECK_NONE.into()),
            ("CHECK_CRC32", z::LZMA_CHECK_CRC32.into()),
            ("CHECK_CRC64", z::LZMA_CHECK_CRC64.into()),
            ("CHECK_SHA256", z::LZMA_CHECK_SHA256.into()),
            ("CHECK_ID_MAX", CHECK_ID_MAX as u64),
            ("CHECK_UNKNOWN", CHECK_UNKNOWN as u64),
            ("FILTER_LZMA1", z::LZMA_FILTER_LZMA1),
            ("FILTER_LZMA2", z::LZMA_FILTER_LZMA2),
            ("FILTER_DELTA", z::LZMA_FILTER_DELTA),
            ("FILTER_X86", z::LZMA_FILTER_X86),
            ("FILTER_IA64", z::LZMA_FILTER_IA64),
            ("FILTER_ARM", z::LZMA_FILTER_ARM),
            ("FILTER_ARMTHUMB", z::LZMA_FILTER_ARMTHUMB),
            ("FILTER_SPARC", z::LZMA_FILTER_SPARC),
            ("FILTER_POWERPC", z::LZMA_FILTER_POWERPC),
            ("MF_HC3", z::LZMA_MF_HC3.into()),
            ("MF_HC4", z::LZMA_MF_HC4.into()),
            ("MF_BT2", z::LZMA_MF_BT2.into()),
            ("MF_BT3", z::LZMA_MF_BT3.into()),
            ("MF_BT4", z::LZMA_MF_BT4.into()),
            ("MODE_FAST", z::LZMA_MODE_FAST.into()),
            ("MODE_NORMAL", z::LZMA_MODE_NORMAL.into()),
            ("PRESET_DEFAULT", z::LZMA_PRESET_DEFAULT.into()),
            ("PRESET_EXTREME", z::LZMA_PRESET_EXTREME.into()),
        ];
        for (name, value) in constants {
            module.set_value(t, name, value)?;
        }
        module.set(t, "LZMAError", ERROR.class(t)?.as_object())?;
        taipan_object::module::add_class::<PyLZMACompressor>(t, module)?;
        taipan_object::module::add_class::<PyLZMADecompressor>(t, module)
    }
}
