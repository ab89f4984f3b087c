//! `_ssl.MemoryBIO`: bytes on their way to or from a connection.

use crate::errors::raise_bare;
use crate::openssl::stream::Memory;
use std::sync::Arc;
use taipan_object::buffer::Buffer;
use taipan_object::{Args, Data, Head, Owned, PyBytes, PyResult, PyType, Thread, class, err, object};

/// `_ssl.MemoryBIO`.
#[object]
pub struct MemoryBIO {
    /// The bytes, which connections share.
    pub memory: Data<Arc<Memory>>,
}

#[class(name = "_ssl.MemoryBIO", heap)]
impl MemoryBIO {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "MemoryBIO")?;
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "MemoryBIO() takes no positional arguments"));
        }
        cls.instance(t, Self { head: Head::new(), memory: Data(Arc::default()) })
    }

    /// Read up to size bytes from the memory BIO.
    ///
    /// If size is not specified, read the entire buffer.
    /// If the return value is an empty bytes instance, this means either
    /// EOF or that no data is available. Use the "eof" property to
    /// distinguish between the two.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: i32) -> PyResult<Owned<PyBytes>> {
        let n = usize::try_from(size).unwrap_or(usize::MAX);
        self.memory.read(n, |bytes| PyBytes::new(t, bytes))
    }

    /// Writes the bytes b into the memory BIO.
    ///
    /// Returns the number of bytes written.
    #[method(sig = "(b, /)")]
    fn write(&self, t: &Thread, b: Buffer) -> PyResult<usize> {
        if i32::try_from(b.len()).is_err() {
            return Err(err!(t, OverflowError, "string longer than {} bytes", i32::MAX));
        }
        if self.memory.is_ended() {
            return Err(raise_bare(t, format_args!("cannot write() after write_eof()")));
        }
        self.memory.write(b.as_bytes());
        Ok(b.len())
    }

    /// Write an EOF marker to the memory BIO.
    ///
    /// When all data has been read, the "eof" property will be True.
    #[method]
    fn write_eof(&self, _t: &Thread) {
        self.memory.end();
    }

    /// The number of bytes pending in the memory BIO.
    #[getter]
    fn pending(&self, _t: &Thread) -> usize {
        self.memory.len()
    }

    /// Whether the memory BIO is at EOF.
    #[getter]
    fn eof(&self, _t: &Thread) -> bool {
        self.memory.is_at_end()
    }
}
