//! `ZstdDict`, and how the streams take one.

use super::library::{Dictionary, Unusable, Use};
use super::{ERROR, failed};
use core::cell::Cell;
use std::sync::Arc;
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Data, Head, Object, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Raised, Thread, class, err, errors,
    object, sequence,
};

/// `_zstd.ZstdDict`.
#[object]
pub struct PyZstdDict {
    dictionary: Data<Arc<Dictionary>>,
    dict_id: Cell<u32>,
}

/// Represents a Zstandard dictionary.
///
///   dict_content
///     The content of a Zstandard dictionary as a bytes-like object.
///   is_raw
///     If true, perform no checks on *dict_content*, useful for some
///     advanced cases. Otherwise, check that the content represents
///     a Zstandard dictionary created by the zstd library or CLI.
///
/// The dictionary can be used for compression or decompression, and can be
/// shared by multiple ZstdCompressor or ZstdDecompressor objects.
#[class(name = "compression.zstd.ZstdDict", flags(HAVE_GC), fields(dict_id = dict_id: "The Zstandard dictionary, an int between 0 and 2**32.\n\nA non-zero value represents an ordinary Zstandard dictionary,\nconforming to the standardised format.\n\nA value of zero indicates a 'raw content' dictionary,\nwithout any restrictions on format or content."), heap)]
impl PyZstdDict {
    #[new(sig = "(dict_content, /, *, is_raw=False)")]
    fn new(cls: &PyType, t: &Thread, dict_content: Buffer, is_raw: bool) -> PyResult<Owned<Self>> {
        let bytes = dict_content.as_bytes();
        if bytes.len() < 8 {
            return Err(err!(t, ValueError, "Zstandard dictionary content too short (must have at least eight bytes)"));
        }
        let mut content = Vec::new();
        content.try_reserve_exact(bytes.len()).map_err(|_| errors::no_memory(t))?;
        content.extend_from_slice(bytes);
        let dictionary = Dictionary::new(content);
        let id = dictionary.id();
        if id == 0 && !is_raw {
            return Err(err!(t, ValueError, "invalid Zstandard dictionary"));
        }
        cls.instance(t, Self { head: Head::new(), dictionary: Data(Arc::new(dictionary)), dict_id: Cell::new(id) })
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let size = self.dictionary.content().len();
        PyStr::from_fmt(t, format_args!("<ZstdDict dict_id={} dict_size={size}>", self.dict_id.get()))
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.dictionary.content().len())
    }

    /// The content of a Zstandard dictionary, as a bytes object.
    #[getter]
    fn dict_content(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        PyBytes::new(t, self.dictionary.content())
    }

    /// Load as a digested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_digested_dict)
    ///
    /// 1. Some advanced compression parameters of compressor may be
    ///    overridden by parameters of digested dictionary.
    /// 2. ZstdDict has a digested dictionaries cache for each compression
    ///    level.  It's faster when loading again a digested dictionary with
    ///    the same compression level.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_digested_dict(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.for_use(t, 0)
    }

    /// Load as an undigested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_undigested_dict)
    ///
    /// 1. The advanced compression parameters of compressor will not be
    ///    overridden.
    /// 2. Loading an undigested dictionary is costly. If load an undigested
    ///    dictionary multiple times, consider reusing a compressor object.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_undigested_dict(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.for_use(t, 1)
    }

    /// Load as a prefix to compressor/decompressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_prefix)
    ///
    /// 1. Prefix is compatible with long distance matching, while
    ///    dictionary is not.
    /// 2. It only works for the first frame, then the
    ///    compressor/decompressor will return to no prefix state.
    /// 3. When decompressing, must use the same prefix as when compressing.
    #[getter]
    fn as_prefix(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.for_use(t, 2)
    }
}

impl PyZstdDict {
    fn for_use(&self, t: &Thread, number: i64) -> PyResult<Owned<PyTuple>> {
        sequence::pair(t, self.as_object(), &*PyInt::from_i64(t, number)?)
    }
}

/// The dictionary that an argument stands for, and its use if that is said.
pub fn from_argument(t: &Thread, argument: &Object) -> PyResult<(Arc<Dictionary>, Option<Use>)> {
    let wrong = || err!(t, TypeError, "zstd_dict argument should be a ZstdDict object.");
    if let Some(dict) = argument.downcast::<PyZstdDict>() {
        return Ok((Arc::clone(&dict.dictionary), None));
    }
    let pair = argument.downcast_exact::<PyTuple>().map(|pair| pair.as_slice());
    let Some([dict, number]) = pair else { return Err(wrong()) };
    let Some(dict) = dict.downcast::<PyZstdDict>() else { return Err(wrong()) };
    let number = match i32::from_arg(t, number, What::Only("ZstdDict")) {
        Err(e) if errors::matches::<taipan_object::exceptions::OverflowError>(t) => return Err(e),
        Err(_) => {
            errors::clear(t);
            return Err(wrong());
        }
        Ok(number) => number,
    };
    let how = match number {
        0 => Use::Digested,
        1 => Use::Undigested,
        2 => Use::Prefix,
        _ => return Err(wrong()),
    };
    Ok((Arc::clone(&dict.dictionary), Some(how)))
}

/// Raises what keeps a dictionary from use.
pub fn unusable(t: &Thread, why: &Unusable, compression: bool) -> Raised {
    match why {
        Unusable::Undigestible => ERROR.raise(
            t,
            format_args!(
                "Failed to create a ZSTD_{}Dict instance from Zstandard dictionary content.",
                if compression { 'C' } else { 'D' }
            ),
        ),
        Unusable::Failed(failure) => {
            let work = if compression { "compression" } else { "decompression" };
            failed(t, &format!("Unable to load Zstandard dictionary or prefix for {work}"), failure)
        }
    }
}
