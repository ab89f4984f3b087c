//! `ZstdCompressor`.

use super::dictionary::{from_argument, unusable};
use super::library::{self, Compressor, Mode, Use};
use super::{bad_parameter, failed, is_parameter, stopped};
use crate::pump::{self, Shared};
use core::cell::Cell;
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyType, Raised, Slot, Thread, class, err,
    object, singletons,
};
use zstd_sys::ZSTD_cParameter::{ZSTD_c_compressionLevel, ZSTD_c_nbWorkers};

/// The numbers of the modes in Python.
const CONTINUE: i32 = 0;
const FLUSH_BLOCK: i32 = 1;
const FLUSH_FRAME: i32 = 2;

/// `_zstd.ZstdCompressor`.
#[object]
pub struct PyZstdCompressor {
    context: Data<Shared<Compressor>>,
    /// The dictionary in use.
    zstd_dict: Slot,
    last_mode: Cell<i32>,
}

/// Raises the exception for a level that does not exist.
fn bad_level(t: &Thread, level: Option<i32>) -> Raised {
    let (lowest, highest) = library::levels();
    match level {
        Some(level) => {
            err!(t, ValueError, "illegal compression level {level}; the valid range is [{lowest}, {highest}]")
        }
        None => err!(t, ValueError, "illegal compression level; the valid range is [{lowest}, {highest}]"),
    }
}

fn set_level(t: &Thread, context: &mut Compressor, level: i32) -> PyResult<()> {
    let (lowest, highest) = library::levels();
    if !(lowest..=highest).contains(&level) {
        return Err(bad_level(t, Some(level)));
    }
    let set = context.set(ZSTD_c_compressionLevel as i32, level);
    set.map_err(|failure| failed(t, "Unable to set zstd compression level", &failure))
}

/// Sets the options; returns the level if it is among them.
fn set_options(t: &Thread, context: &mut Compressor, options: &PyDict) -> PyResult<Option<i32>> {
    let mut level = None;
    for (key, value) in options.items_vec() {
        if is_parameter(t, &key, false)? {
            let message = "compression options dictionary key must not be a DecompressionParameter attribute";
            return Err(err!(t, TypeError, "{message}"));
        }
        let key = i32::from_arg(t, &key, What::Only("ZstdCompressor"))?;
        let value = i32::from_arg(t, &value, What::Only("ZstdCompressor"))?;
        if key == ZSTD_c_compressionLevel as i32 {
            set_level(t, context, value)?;
            level = Some(value);
            continue;
        }
        if key == ZSTD_c_nbWorkers as i32 && value != 0 {
            context.workers = true;
        }
        context.set(key, value).map_err(|_| bad_parameter(t, true, key, value))?;
    }
    Ok(level)
}

/// Create a compressor object for compressing data incrementally.
///
///   level
///     The compression level to use. Defaults to COMPRESSION_LEVEL_DEFAULT.
///   options
///     A dict object that contains advanced compression parameters.
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///
/// Thread-safe at method level.  For one-shot compression, use the
/// compress() function instead.
#[class(name = "compression.zstd.ZstdCompressor", flags(HAVE_GC), fields(last_mode = last_mode: "The last mode used to this compressor object, its value can be .CONTINUE,\n.FLUSH_BLOCK, .FLUSH_FRAME. Initialized to .FLUSH_FRAME.\n\nIt can be used to get the current state of a compressor, such as, data\nflushed, or a frame ended."), heap)]
impl PyZstdCompressor {
    #[new(sig = "(level=None, options=None, zstd_dict=None)")]
    fn new(
        cls: &PyType,
        t: &Thread,
        level: Option<&Object>,
        options: Option<&Object>,
        zstd_dict: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let given = |argument: Option<&'_ Object>| argument.is_some_and(|argument| !argument.is(singletons::none()));
        let mut context = Compressor::new()
            .ok_or_else(|| super::ERROR.raise(t, format_args!("Unable to create ZSTD_CCtx instance.")))?;
        if given(level) && given(options) {
            return Err(err!(t, TypeError, "Only one of level or options should be used."));
        }
        let mut digest_level = library::default_level();
        if let Some(level) = level.filter(|_| given(level)) {
            let Some(level) = level.downcast::<PyInt>() else {
                return Err(err!(t, TypeError, "invalid type for level, expected int"));
            };
            let level = level.to_i64().and_then(|level| i32::try_from(level).ok());
            digest_level = level.ok_or_else(|| bad_level(t, None))?;
            set_level(t, &mut context, digest_level)?;
        } else if let Some(options) = options.filter(|_| given(options)) {
            let Some(options) = options.downcast::<PyDict>() else {
                let found = options.class().name_lossy();
                return Err(err!(t, TypeError, "ZstdCompressor() argument 'options' must be dict, not {found}"));
            };
            digest_level = set_options(t, &mut context, options)?.unwrap_or(digest_level);
        }
        let held = match zstd_dict.filter(|_| given(zstd_dict)) {
            Some(argument) => {
                let (dictionary, how) = from_argument(t, argument)?;
                let how = how.unwrap_or(Use::Undigested);
                t.allow_threads(|| context.load(&dictionary, how, digest_level))
                    .map_err(|why| unusable(t, &why, true))?;
                argument.own()
            }
            None => singletons::none().own(),
        };
        cls.instance(
            t,
            Self {
                head: Head::new(),
                context: Data(Shared::new(context)),
                zstd_dict: Slot::new(held),
                last_mode: Cell::new(FLUSH_FRAME),
            },
        )
    }

    /// Provide data to the compressor object.
    ///
    ///   mode
    ///     Can be these 3 values ZstdCompressor.CONTINUE,
    ///     ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME
    ///
    /// Return a chunk of compressed data if possible, or b'' otherwise.
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "(data, mode=ZstdCompressor.CONTINUE)")]
    fn compress(&self, t: &Thread, data: Buffer, mode: Option<&Object>) -> PyResult<Vec<u8>> {
        match mode.map_or(Ok(CONTINUE), |mode| i32::from_arg(t, mode, What::Name("compress", "mode")))? {
            CONTINUE => self.run(t, data.as_bytes(), Mode::Continue, CONTINUE),
            FLUSH_BLOCK => self.run(t, data.as_bytes(), Mode::FlushBlock, FLUSH_BLOCK),
            FLUSH_FRAME => self.run(t, data.as_bytes(), Mode::FlushFrame, FLUSH_FRAME),
            _ => Err(err!(
                t,
                ValueError,
                "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, \
                 ZstdCompressor.FLUSH_FRAME."
            )),
        }
    }

    /// Finish the compression process.
    ///
    ///   mode
    ///     Can be these 2 values ZstdCompressor.FLUSH_FRAME,
    ///     ZstdCompressor.FLUSH_BLOCK
    ///
    /// Flush any remaining data left in internal buffers.  Since Zstandard
    /// data consists of one or more independent frames, the compressor
    /// object can still be used after this method is called.
    #[method(sig = "(mode=ZstdCompressor.FLUSH_FRAME)")]
    fn flush(&self, t: &Thread, mode: Option<&Object>) -> PyResult<Vec<u8>> {
        match mode.map_or(Ok(FLUSH_FRAME), |mode| i32::from_arg(t, mode, What::Name("flush", "mode")))? {
            FLUSH_BLOCK => self.run(t, &[], Mode::FlushBlock, FLUSH_BLOCK),
            FLUSH_FRAME => self.run(t, &[], Mode::FlushFrame, FLUSH_FRAME),
            _ => Err(err!(
                t,
                ValueError,
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK."
            )),
        }
    }

    /// Set the uncompressed content size to be written into the frame header.
    ///
    ///   size
    ///     The size of the uncompressed data to be provided to the compressor.
    ///
    /// This method can be used to ensure the header of the frame about to
    /// be written includes the size of the data, unless the
    /// CompressionParameter.content_size_flag is set to False.
    /// If last_mode != FLUSH_FRAME, then a RuntimeError is raised.
    ///
    /// It is important to ensure that the pledged data size matches the
    /// actual data size.  If they do not match the compressed output data
    /// may be corrupted and the final chunk written may be lost.
    #[method(sig = "(size, /)")]
    fn set_pledged_input_size(&self, t: &Thread, size: &Object) -> PyResult<()> {
        // The two highest numbers mean something else.
        const END: u64 = u64::MAX - 1;
        let size = if size.is(singletons::none()) {
            None
        } else {
            let Some(size) = size.downcast::<PyInt>() else { return Err(err!(t, TypeError, "an integer is required")) };
            let size = size.to_u64().filter(|&size| size < END);
            let bad = || err!(t, ValueError, "size argument should be a positive int less than {END}");
            Some(size.ok_or_else(bad)?)
        };
        if self.last_mode.get() != FLUSH_FRAME {
            let message = "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME";
            return Err(err!(t, ValueError, "{message}"));
        }
        let set = self.context.work(t, |context| context.pledge(size));
        set.map_err(|failure| failed(t, "Unable to set pledged uncompressed content size", &failure))
    }
}

impl PyZstdCompressor {
    fn run(&self, t: &Thread, input: &[u8], mode: Mode, number: i32) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        let result = self.context.work(t, |context| {
            context.mode = mode;
            let result = pump::run(context, input, usize::MAX, &mut out);
            if result.is_err() {
                context.reset();
            }
            result
        });
        match result {
            Ok(_) => {
                self.last_mode.set(number);
                Ok(out)
            }
            Err(reason) => {
                self.last_mode.set(FLUSH_FRAME);
                Err(stopped(t, "Unable to compress Zstandard data", &reason))
            }
        }
    }
}

/// Adds the modes to the class.
pub fn add_modes(t: &Thread) -> PyResult<()> {
    for (name, number) in [("CONTINUE", CONTINUE), ("FLUSH_BLOCK", FLUSH_BLOCK), ("FLUSH_FRAME", FLUSH_FRAME)] {
        let number = PyInt::from_i64(t, number.into())?;
        PyZstdCompressor::class().set_in_dict(t, &*PyStr::intern_str(t, name)?, Some(&number))?;
    }
    Ok(())
}
