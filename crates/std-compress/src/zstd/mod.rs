//! `_zstd`: what the module `compression.zstd` stands on.

mod compressor;
mod decompressor;
mod dictionary;
mod library;

use crate::pump::Stopped;
use compressor::PyZstdCompressor;
use core::cell::RefCell;
use decompressor::PyZstdDecompressor;
use dictionary::PyZstdDict;
use library::{Failure, Unmade};
use taipan_object::buffer::Buffer;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyInt, PyModule, PyResult, PyTuple, PyType, Raised, Thread, err, errors,
    exceptions, native_module, sequence, singletons, state,
};
use zstd_sys as z;

static ERROR: ModuleException = ModuleException::new(
    "compression.zstd.ZstdError",
    exceptions::Exception::class,
    "An error occurred in the zstd library.",
);

/// The classes of parameters that Python code has made known to the interpreter.
#[derive(Default)]
struct ParameterTypes {
    compression: RefCell<Option<Owned<PyType>>>,
    decompression: RefCell<Option<Owned<PyType>>>,
}

fn parameter_types(t: &Thread) -> PyResult<&'static ParameterTypes> {
    state::extension(t, |_| Ok(ParameterTypes::default()))
}

/// Whether an object is a parameter of compression, or of decompression.
fn is_parameter(t: &Thread, object: &Object, compression: bool) -> PyResult<bool> {
    let types = parameter_types(t)?;
    let class = if compression { &types.compression } else { &types.decompression };
    Ok(class.borrow().as_ref().is_some_and(|class| object.class().is(class)))
}

#[cold]
fn failed(t: &Thread, what: &str, failure: &Failure) -> Raised {
    ERROR.raise(t, format_args!("{what}: {}", failure.name()))
}

fn stopped(t: &Thread, what: &str, reason: &Stopped<Failure>) -> Raised {
    match reason {
        Stopped::NoMemory => errors::no_memory(t),
        Stopped::Failed(failure) => failed(t, what, failure),
    }
}

/// The parameters that Python knows, with the names that messages give them.
const COMPRESSION: [(&str, &str, z::ZSTD_cParameter); 19] = {
    use z::ZSTD_cParameter::*;
    [
        ("ZSTD_c_compressionLevel", "compression_level", ZSTD_c_compressionLevel),
        ("ZSTD_c_windowLog", "window_log", ZSTD_c_windowLog),
        ("ZSTD_c_hashLog", "hash_log", ZSTD_c_hashLog),
        ("ZSTD_c_chainLog", "chain_log", ZSTD_c_chainLog),
        ("ZSTD_c_searchLog", "search_log", ZSTD_c_searchLog),
        ("ZSTD_c_minMatch", "min_match", ZSTD_c_minMatch),
        ("ZSTD_c_targetLength", "target_length", ZSTD_c_targetLength),
        ("ZSTD_c_strategy", "strategy", ZSTD_c_strategy),
        ("ZSTD_c_enableLongDistanceMatching", "enable_long_distance_matching", ZSTD_c_enableLongDistanceMatching),
        ("ZSTD_c_ldmHashLog", "ldm_hash_log", ZSTD_c_ldmHashLog),
        ("ZSTD_c_ldmMinMatch", "ldm_min_match", ZSTD_c_ldmMinMatch),
        ("ZSTD_c_ldmBucketSizeLog", "ldm_bucket_size_log", ZSTD_c_ldmBucketSizeLog),
        ("ZSTD_c_ldmHashRateLog", "ldm_hash_rate_log", ZSTD_c_ldmHashRateLog),
        ("ZSTD_c_contentSizeFlag", "content_size_flag", ZSTD_c_contentSizeFlag),
        ("ZSTD_c_checksumFlag", "checksum_flag", ZSTD_c_checksumFlag),
        ("ZSTD_c_dictIDFlag", "dict_id_flag", ZSTD_c_dictIDFlag),
        ("ZSTD_c_nbWorkers", "nb_workers", ZSTD_c_nbWorkers),
        ("ZSTD_c_jobSize", "job_size", ZSTD_c_jobSize),
        ("ZSTD_c_overlapLog", "overlap_log", ZSTD_c_overlapLog),
    ]
};

const STRATEGIES: [(&str, z::ZSTD_strategy); 9] = {
    use z::ZSTD_strategy::*;
    [
        ("ZSTD_fast", ZSTD_fast),
        ("ZSTD_dfast", ZSTD_dfast),
        ("ZSTD_greedy", ZSTD_greedy),
        ("ZSTD_lazy", ZSTD_lazy),
        ("ZSTD_lazy2", ZSTD_lazy2),
        ("ZSTD_btlazy2", ZSTD_btlazy2),
        ("ZSTD_btopt", ZSTD_btopt),
        ("ZSTD_btultra", ZSTD_btultra),
        ("ZSTD_btultra2", ZSTD_btultra2),
    ]
};

const WINDOW_LOG_MAX: i32 = z::ZSTD_dParameter::ZSTD_d_windowLogMax as i32;

/// Raises the exception for a parameter that could not be set.
#[cold]
fn bad_parameter(t: &Thread, compression: bool, key: i32, value: i32) -> Raised {
    let name = if compression {
        COMPRESSION.iter().find(|(.., parameter)| *parameter as i64 == i64::from(key)).map(|(_, name, _)| *name)
    } else {
        (key == WINDOW_LOG_MAX).then_some("window_log_max")
    };
    let name = name.map_or_else(|| format!("unknown parameter (key {key})"), str::to_string);
    let work = if compression { "compression" } else { "decompression" };
    match library::bounds(key, compression) {
        Err(_) => err!(t, ValueError, "invalid {work} parameter '{name}'"),
        Ok((lowest, highest)) => err!(
            t,
            ValueError,
            "{work} parameter '{name}' received an illegal value {value}; the valid range is [{lowest}, {highest}]"
        ),
    }
}

/// The sizes of samples; nothing where a number is none.
fn sample_sizes(t: &Thread, sizes: &PyTuple) -> PyResult<Vec<usize>> {
    if sizes.len() > u32::MAX as usize {
        return Err(err!(t, ValueError, "The number of samples should be <= {}.", u32::MAX));
    }
    let size = |size: &Object| {
        let Some(size) = size.downcast::<PyInt>() else { return Err(err!(t, TypeError, "an integer is required")) };
        size.to_u64().map(|size| size as usize).ok_or_else(|| mismatch(t))
    };
    sizes.as_slice().iter().map(|item| size(item)).collect()
}

fn mismatch(t: &Thread) -> Raised {
    err!(t, ValueError, "The samples size tuple doesn't match the concatenation's size.")
}

fn dictionary_size(t: &Thread, size: isize) -> PyResult<usize> {
    match usize::try_from(size) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(err!(t, ValueError, "dict_size argument should be positive number.")),
    }
}

fn made(t: &Thread, result: Result<Vec<u8>, Unmade>, what: &str) -> PyResult<Vec<u8>> {
    result.map_err(|why| match why {
        Unmade::Sizes => mismatch(t),
        Unmade::NoMemory => errors::no_memory(t),
        Unmade::Failed(failure) => failed(t, &format!("Unable to {what} the Zstandard dictionary"), &failure),
    })
}

/// Implementation module for Zstandard compression.
#[native_module(name = "_zstd")]
pub mod _zstd {
    use super::*;

    /// Train a Zstandard dictionary on sample data.
    ///
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    #[function(sig = "(samples_bytes, samples_sizes, dict_size, /)")]
    fn train_dict(t: &Thread, samples_bytes: &PyBytes, samples_sizes: &PyTuple, dict_size: isize) -> PyResult<Vec<u8>> {
        let size = dictionary_size(t, dict_size)?;
        let sizes = sample_sizes(t, samples_sizes)?;
        let samples = samples_bytes.as_bytes();
        made(t, t.allow_threads(|| library::train(samples, &sizes, size)), "train")
    }

    /// Finalize a Zstandard dictionary.
    ///
    ///   custom_dict_bytes
    ///     Custom dictionary content.
    ///   samples_bytes
    ///     Concatenation of samples.
    ///   samples_sizes
    ///     Tuple of samples' sizes.
    ///   dict_size
    ///     The size of the dictionary.
    ///   compression_level
    ///     Optimize for a specific Zstandard compression level, 0 means default.
    #[function(
        sig = "(custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)",
        text = "($module, custom_dict_bytes, samples_bytes, samples_sizes,\n              dict_size, compression_level, /)"
    )]
    fn finalize_dict(
        t: &Thread,
        custom_dict_bytes: &PyBytes,
        samples_bytes: &PyBytes,
        samples_sizes: &PyTuple,
        dict_size: isize,
        compression_level: i32,
    ) -> PyResult<Vec<u8>> {
        let size = dictionary_size(t, dict_size)?;
        let sizes = sample_sizes(t, samples_sizes)?;
        let (content, samples) = (custom_dict_bytes.as_bytes(), samples_bytes.as_bytes());
        let result = t.allow_threads(|| library::finalize(content, samples, &sizes, size, compression_level));
        made(t, result, "finalize")
    }

    /// Get CompressionParameter/DecompressionParameter bounds.
    ///
    ///   parameter
    ///     The parameter to get bounds.
    ///   is_compress
    ///     True for CompressionParameter, False for DecompressionParameter.
    #[function(sig = "(parameter, is_compress)")]
    fn get_param_bounds(t: &Thread, parameter: i32, is_compress: bool) -> PyResult<Owned<PyTuple>> {
        let (lowest, highest) = library::bounds(parameter, is_compress).map_err(|failure| {
            let work = if is_compress { "compression" } else { "decompression" };
            failed(t, &format!("Unable to get zstd {work} parameter bounds"), &failure)
        })?;
        sequence::pair(t, &*PyInt::from_i64(t, lowest.into())?, &*PyInt::from_i64(t, highest.into())?)
    }

    /// Get the size of a Zstandard frame, including the header and optional checksum.
    ///
    ///   frame_buffer
    ///     A bytes-like object, it should start from the beginning of a frame,
    ///     and contains at least one complete frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_size(t: &Thread, frame_buffer: Buffer) -> PyResult<usize> {
        library::frame_size(frame_buffer.as_bytes()).map_err(|failure| {
            ERROR.raise(
                t,
                format_args!(
                    "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument \
                     starts from the beginning of a frame, and its length is not less than this complete frame. Zstd \
                     error message: {}.",
                    failure.name()
                ),
            )
        })
    }

    /// Get Zstandard frame infomation from a frame header.
    ///
    ///   frame_buffer
    ///     A bytes-like object, containing the header of a Zstandard frame.
    #[function(sig = "(frame_buffer)")]
    fn get_frame_info(t: &Thread, frame_buffer: Buffer) -> PyResult<Owned<PyTuple>> {
        let Some((size, dictionary)) = library::frame_info(frame_buffer.as_bytes()) else {
            return Err(ERROR.raise(
                t,
                format_args!(
                    "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer \
                     argument starts from the beginning of a frame, and its length is not less than the frame header \
                     (6~18 bytes)."
                ),
            ));
        };
        let dictionary = PyInt::from_i64(t, dictionary.into())?;
        match size {
            Some(size) => sequence::pair(t, &*PyInt::from_u64(t, size)?, &dictionary),
            None => sequence::pair(t, singletons::none(), &dictionary),
        }
    }

    /// Set CompressionParameter and DecompressionParameter types for validity check.
    ///
    ///   c_parameter_type
    ///     CompressionParameter IntEnum type object
    ///   d_parameter_type
    ///     DecompressionParameter IntEnum type object
    #[function(sig = "(c_parameter_type, d_parameter_type)")]
    fn set_parameter_types(t: &Thread, c_parameter_type: &PyType, d_parameter_type: &PyType) -> PyResult<()> {
        let types = parameter_types(t)?;
        let before = types.compression.replace(Some(c_parameter_type.own()));
        let also_before = types.decompression.replace(Some(d_parameter_type.own()));
        drop((before, also_before));
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "zstd_version", library::version())?;
        module.set_value(t, "zstd_version_number", z::ZSTD_VERSION_NUMBER)?;
        module.set_value(t, "ZSTD_CLEVEL_DEFAULT", library::default_level())?;
        module.set_value(t, "ZSTD_DStreamOutSize", library::output_size())?;
        for (name, _, parameter) in COMPRESSION {
            module.set_value(t, name, parameter as u32)?;
        }
        module.set_value(t, "ZSTD_d_windowLogMax", WINDOW_LOG_MAX)?;
        for (name, strategy) in STRATEGIES {
            module.set_value(t, name, strategy as u32)?;
        }
        module.set(t, "ZstdError", ERROR.class(t)?.as_object())?;
        taipan_object::module::add_class::<PyZstdDict>(t, module)?;
        taipan_object::module::add_class::<PyZstdCompressor>(t, module)?;
        compressor::add_modes(t)?;
        taipan_object::module::add_class::<PyZstdDecompressor>(t, module)
    }
}
