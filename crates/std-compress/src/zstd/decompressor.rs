//! `ZstdDecompressor`.

use super::dictionary::{from_argument, unusable};
use super::library::{Decompressor, Use};
use super::{bad_parameter, is_parameter, stopped};
use crate::pump::{Pending, Shared};
use core::cell::Cell;
use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyDict, PyResult, PyType, Slot, Thread, class, err, object, singletons,
};

/// What a decompressor has besides its attributes.
struct Reader {
    context: Decompressor,
    pending: Pending,
    eof: bool,
}

/// `_zstd.ZstdDecompressor`.
#[object]
pub struct PyZstdDecompressor {
    reader: Data<Shared<Reader>>,
    /// The dictionary in use.
    zstd_dict: Slot,
    unused: Slot<PyBytes>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

fn set_options(t: &Thread, context: &mut Decompressor, options: &PyDict) -> PyResult<()> {
    for (key, value) in options.items_vec() {
        if is_parameter(t, &key, true)? {
            let message = "decompression options dictionary key must not be a CompressionParameter attribute";
            return Err(err!(t, TypeError, "{message}"));
        }
        let key = i32::from_arg(t, &key, What::Only("ZstdDecompressor"))?;
        let value = i32::from_arg(t, &value, What::Only("ZstdDecompressor"))?;
        context.set(key, value).map_err(|_| bad_parameter(t, false, key, value))?;
    }
    Ok(())
}

/// Create a decompressor object for decompressing data incrementally.
///
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///   options
///     A dict object that contains advanced decompression parameters.
///
/// Thread-safe at method level.  For one-shot decompression, use the
/// decompress() function instead.
#[class(name = "compression.zstd.ZstdDecompressor", flags(HAVE_GC), fields(eof = eof: "True means the end of the first frame has been reached. If decompress data\nafter that, an EOFError exception will be raised.", needs_input = needs_input: "If the max_length output limit in .decompress() method has been reached,\nand the decompressor has (or may has) unconsumed input data, it will be set\nto False. In this case, passing b'' to the .decompress() method may output\nfurther data."), heap)]
impl PyZstdDecompressor {
    #[new(sig = "(zstd_dict=None, options=None)")]
    fn new(cls: &PyType, t: &Thread, zstd_dict: Option<&Object>, options: Option<&Object>) -> PyResult<Owned<Self>> {
        let mut context = Decompressor::new()
            .ok_or_else(|| super::ERROR.raise(t, format_args!("Unable to create ZSTD_DCtx instance.")))?;
        let held = match zstd_dict.filter(|argument| !argument.is(singletons::none())) {
            Some(argument) => {
                let (dictionary, how) = from_argument(t, argument)?;
                let how = how.unwrap_or(Use::Digested);
                t.allow_threads(|| context.load(&dictionary, how)).map_err(|why| unusable(t, &why, false))?;
                argument.own()
            }
            None => singletons::none().own(),
        };
        if let Some(options) = options.filter(|options| !options.is(singletons::none())) {
            let Some(options) = options.downcast::<PyDict>() else {
                let found = options.class().name_lossy();
                return Err(err!(t, TypeError, "ZstdDecompressor() argument 'options' must be dict, not {found}"));
            };
            set_options(t, &mut context, options)?;
        }
        cls.instance(
            t,
            Self {
                head: Head::new(),
                reader: Data(Shared::new(Reader { context, pending: Pending::default(), eof: false })),
                zstd_dict: Slot::new(held),
                unused: Slot::new(PyBytes::empty().own()),
                eof: Cell::new(false),
                needs_input: Cell::new(true),
            },
        )
    }

    /// A bytes object of un-consumed input data.
    ///
    /// When ZstdDecompressor object stops after a frame is
    /// decompressed, unused input data after the frame.  Otherwise this
    /// will be b''.
    #[getter]
    fn unused_data(&self, t: &Thread) -> Owned<PyBytes> {
        let _ = t;
        self.unused.get().unwrap_or_else(|| PyBytes::empty().own())
    }

    /// Decompress *data*, returning uncompressed bytes if possible, or b'' otherwise.
    ///
    ///   data
    ///     A bytes-like object, Zstandard data to be decompressed.
    ///   max_length
    ///     Maximum size of returned data. When it is negative, the size of
    ///     output buffer is unlimited. When it is nonnegative, returns at
    ///     most max_length bytes of decompressed data.
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
    /// Attempting to decompress data after the end of a frame is reached
    /// raises an EOFError.  Any data found after the end of the frame is
    /// ignored and saved in the self.unused_data attribute.
    #[method(sig = "(data, max_length=-1)")]
    fn decompress(&self, t: &Thread, data: Buffer, max_length: isize) -> PyResult<Vec<u8>> {
        let limit = usize::try_from(max_length).unwrap_or(usize::MAX);
        let bytes = data.as_bytes();
        let mut out = Vec::new();
        let result = self.reader.work(t, |reader| {
            if reader.eof {
                return None;
            }
            let result = reader.pending.run(&mut reader.context, bytes, limit, &mut out);
            match &result {
                Ok(fed) => reader.eof = fed.unused.is_some(),
                // It is ready for another frame.
                Err(_) => reader.context.reset(),
            }
            Some(result)
        });
        match result {
            None => Err(err!(t, EOFError, "Already at the end of a Zstandard frame.")),
            Some(Err(reason)) => {
                self.needs_input.set(true);
                Err(stopped(t, "Unable to decompress Zstandard data", &reason))
            }
            Some(Ok(fed)) => {
                self.needs_input.set(!fed.waits && out.len() < limit);
                if let Some(unused) = fed.unused {
                    self.eof.set(true);
                    self.needs_input.set(false);
                    self.unused.set(Some(PyBytes::new(t, &unused)?));
                }
                Ok(out)
            }
        }
    }
}
