//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what streams written in Python inherit.

use crate::support::{
    DEFAULT_BUFFER_SIZE, append, both, call_retry, check_closed, check_readable, check_seekable, check_writable,
    dict_of, expect_bytes, none, size_or_none, unsupported,
};
use taipan_object::{
    Args, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyList, PyResult, PyStr, PyType, Slot, Thread, WeakList,
    attr, class, err, errors, exceptions_class, iter, name, number, object, singletons,
};
use taipan_types::PyByteArray;

/// `_io._IOBase`.
#[object]
pub struct PyIOBase {
    pub(crate) dict: Slot<PyDict>,
    pub(crate) weaks: WeakList,
}

/// Whether `close()` of the base class has been called on a stream.
fn was_closed(t: &Thread, stream: &Object) -> PyResult<bool> {
    Ok(stream.getattr_opt(t, name!(t, "__IOBase_closed"))?.is_some())
}

/// `_IOBase.flush` for streams that have nothing of their own to flush.
pub fn base_flush(t: &Thread, stream: &Object) -> PyResult<()> {
    if was_closed(t, stream)? { Err(err!(t, ValueError, "I/O operation on closed file.")) } else { Ok(()) }
}

/// `_IOBase.close`: flushes once.
pub fn base_close(t: &Thread, stream: &Object) -> PyResult<()> {
    if was_closed(t, stream)? {
        return Ok(());
    }
    let flushed = stream.call_method(t, name!(t, "flush"), &[]);
    both(t, flushed, || stream.setattr(t, name!(t, "__IOBase_closed"), singletons::bool(true)))
}

/// What happens to a stream that nobody refers to any more: it is closed, and tells about failures.
pub fn finalize(t: &Thread, stream: &Object) {
    // A stream whose state cannot be found out, or that was never initialised, is not closed either.
    let closed = match stream.getattr_opt(t, name!(t, "closed")) {
        Ok(Some(closed)) => closed.is_true(t).unwrap_or_else(|_| {
            errors::clear(t);
            true
        }),
        Ok(None) => true,
        Err(_) => {
            errors::clear(t);
            true
        }
    };
    if closed {
        return;
    }
    if stream.setattr(t, name!(t, "_finalizing"), singletons::bool(true)).is_err() {
        errors::clear(t);
    }
    if let Err(raised) = stream.call_method(t, name!(t, "close"), &[]) {
        let saved = errors::take_raised(t, raised);
        let shown = stream.repr_lossy(t);
        let _ = errors::restore_raised(t, saved);
        errors::write_unraisable_msg(t, &format!("Exception ignored while finalizing file {shown}"), None);
    }
}

/// Where the next line of `data` ends.
fn line_end(data: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', data).map(|at| at + 1)
}

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
///
/// The basic type used for binary data read from or written to a file is
/// bytes. Other bytes-like objects are accepted as method arguments too.
/// In some cases (such as readinto), a writable object is required. Text
/// I/O classes work with str data.
///
/// Note that calling any method (except additional calls to close(),
/// which are ignored) on a closed stream should raise a ValueError.
///
/// IOBase (and its subclasses) support the iterator protocol, meaning
/// that an IOBase object can be iterated over yielding the lines in a
/// stream.
///
/// IOBase also supports the :keyword:`with` statement. In this example,
/// fp is closed after the suite of the with statement is complete:
///
/// with open('spam.txt', 'r') as fp:
///     fp.write('Spam and eggs!')
#[class(name = "_io._IOBase", heap, inherited_new, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyIOBase {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self { head: Head::new(), dict: Slot::empty(), weaks: WeakList::new() })
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        finalize(t, self);
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        check_closed(t, self)?;
        Ok(self.as_object().own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let line = self.call_method(t, name!(t, "readline"), &[])?;
        if line.len_of(t)? == 0 { Ok(None) } else { Ok(Some(line)) }
    }

    /// Change the stream position to the given byte offset.
    ///
    ///   offset
    ///     The stream position, relative to 'whence'.
    ///   whence
    ///     The relative position to seek from.
    ///
    /// The offset is interpreted relative to the position indicated by
    /// whence.  Values for whence are:
    ///
    /// * os.SEEK_SET or 0 -- start of stream (the default); offset should
    ///   be zero or positive
    /// * os.SEEK_CUR or 1 -- current stream position; offset may be
    ///   negative
    /// * os.SEEK_END or 2 -- end of stream; offset is usually negative
    ///
    /// Return the new absolute position.
    #[method(with_class, sig = "(offset, whence=os.SEEK_SET, /)")]
    fn seek(&self, t: &Thread, offset: &Object, whence: Option<&Object>) -> PyResult {
        let _ = (offset, whence);
        Err(unsupported(t, "seek"))
    }

    /// Return current stream position.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult {
        self.call_method(t, name!(t, "seek"), &[&*PyInt::from_i64(t, 0)?, &*PyInt::from_i64(t, 1)?])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged.  Size defaults to the current IO
    /// position as reported by tell().  Return the new size.
    #[method(with_class, sig = "(size=None, /)")]
    fn truncate(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let _ = size;
        Err(unsupported(t, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[method]
    fn flush(&self, t: &Thread) -> PyResult<()> {
        base_flush(t, self)
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        base_close(t, self)
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[method]
    fn seekable(&self, _t: &Thread) -> bool {
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[method]
    fn readable(&self, _t: &Thread) -> bool {
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[method]
    fn writable(&self, _t: &Thread) -> bool {
        false
    }

    #[method]
    fn _checkClosed(&self, t: &Thread) -> PyResult<()> {
        check_closed(t, self)
    }

    #[method]
    fn _checkSeekable(&self, t: &Thread) -> PyResult {
        check_seekable(t, self)
    }

    #[method]
    fn _checkReadable(&self, t: &Thread) -> PyResult {
        check_readable(t, self)
    }

    #[method]
    fn _checkWritable(&self, t: &Thread) -> PyResult {
        check_writable(t, self)
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[method(with_class)]
    fn fileno(&self, t: &Thread) -> PyResult {
        Err(unsupported(t, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[method]
    fn isatty(&self, t: &Thread) -> PyResult<bool> {
        check_closed(t, self)?;
        Ok(false)
    }

    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult {
        check_closed(t, self)?;
        Ok(self.as_object().own())
    }

    #[method(sig = "(*exc_info)", text = "")]
    fn __exit__(&self, t: &Thread, exc_info: &[&Object]) -> PyResult {
        let _ = exc_info;
        self.call_method(t, name!(t, "close"), &[])
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
        let limit = usize::try_from(size_or_none(t, size)?).ok();
        let peek = self.getattr_opt(t, name!(t, "peek"))?;
        let mut out: Vec<u8> = Vec::new();
        while limit.is_none_or(|limit| out.len() < limit) {
            let mut wanted = 1;
            if let Some(peek) = &peek {
                let ahead = peek.call(t, &[&*PyInt::from_i64(t, 1)?])?;
                let ahead = expect_bytes(t, ahead, "peek")?;
                let data = ahead.as_bytes();
                if !data.is_empty() {
                    let most = limit.map_or(data.len(), |limit| data.len().min(limit.saturating_sub(out.len())));
                    wanted = line_end(&data[..most]).unwrap_or(most);
                }
            }
            let wanted = PyInt::from_u64(t, wanted as u64)?;
            let got = call_retry(t, self, name!(t, "read"), &[&wanted])?;
            let got = expect_bytes(t, got, "read")?;
            if got.len() == 0 {
                break;
            }
            append(t, &mut out, got.as_bytes())?;
            if out.last() == Some(&b'\n') {
                break;
            }
        }
        PyBytes::new(t, &out)
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[method(sig = "(hint=-1, /)")]
    fn readlines(&self, t: &Thread, hint: Option<&Object>) -> PyResult<Owned<PyList>> {
        let hint = size_or_none(t, hint)?;
        let out = PyList::new(t)?;
        let iterator = iter::get_iter(t, self)?;
        let mut left = hint.max(0).unsigned_abs();
        while let Some(line) = iter::next(t, &iterator)? {
            let n = line.len_of(t)?;
            out.append(t, line)?;
            if hint > 0 {
                if n >= left {
                    break;
                }
                left -= n;
            }
        }
        Ok(out)
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[method(sig = "(lines, /)")]
    fn writelines(&self, t: &Thread, lines: &Object) -> PyResult<()> {
        check_closed(t, self)?;
        let iterator = iter::get_iter(t, lines)?;
        while let Some(line) = iter::next(t, &iterator)? {
            call_retry(t, self, name!(t, "write"), &[&line])?;
        }
        Ok(())
    }

    #[getter]
    fn __dict__(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        dict_of(t, &self.dict)
    }

    #[setter]
    fn set___dict__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        attr::generic_set_dict(t, self, value)
    }

    #[getter]
    fn closed(&self, t: &Thread) -> PyResult<bool> {
        was_closed(t, self)
    }
}

/// `_io._RawIOBase`.
#[object]
pub struct PyRawIOBase {
    dict: Slot<PyDict>,
    weaks: WeakList,
}

/// Base class for raw binary I/O.
#[class(name = "_io._RawIOBase", heap, base = PyIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyRawIOBase {
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: isize) -> PyResult {
        let Ok(size) = usize::try_from(size) else {
            return self.call_method(t, name!(t, "readall"), &[]);
        };
        let target = PyByteArray::new(t, &[])?;
        target.resize_to(t, size)?;
        let got = self.call_method(t, name!(t, "readinto"), &[&target])?;
        if got.is(singletons::none()) {
            return Ok(got);
        }
        let n = number::index_as_isize_or(t, &got, exceptions_class!(ValueError))?;
        let data = target.as_bytes();
        match usize::try_from(n).ok().and_then(|n| data.get(..n)) {
            Some(data) => PyBytes::new(t, data).map(Owned::into_object),
            None => Err(err!(t, ValueError, "readinto returned {n} outside buffer size {}", data.len())),
        }
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(&self, t: &Thread) -> PyResult {
        let size = PyInt::from_u64(t, DEFAULT_BUFFER_SIZE as u64)?;
        let mut out: Vec<u8> = Vec::new();
        let mut any = false;
        loop {
            let got = call_retry(t, self, name!(t, "read"), &[&size])?;
            if got.is(singletons::none()) {
                if !any {
                    return Ok(got);
                }
                break;
            }
            let Some(data) = got.downcast::<PyBytes>() else {
                return Err(err!(t, TypeError, "read() should return bytes"));
            };
            if data.len() == 0 {
                break;
            }
            any = true;
            append(t, &mut out, data.as_bytes())?;
        }
        PyBytes::new(t, &out).map(Owned::into_object)
    }

    #[method(text = "-")]
    fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult {
        let _ = buffer;
        Err(errors::raise_none(t, exceptions_class!(NotImplementedError)))
    }

    #[method(text = "-")]
    fn write(&self, t: &Thread, b: &Object) -> PyResult {
        let _ = b;
        Err(errors::raise_none(t, exceptions_class!(NotImplementedError)))
    }
}

/// `_io._BufferedIOBase`.
#[object]
pub struct PyBufferedIOBase {
    dict: Slot<PyDict>,
    weaks: WeakList,
}

/// `readinto` by way of `read` or `read1`.
fn readinto_by(t: &Thread, stream: &Object, buffer: &Object, method: &PyStr) -> PyResult<usize> {
    let called = if method.eq_str("read") { "readinto" } else { "readinto1" };
    let mut target = crate::support::writable(t, buffer, called)?;
    let size = PyInt::from_u64(t, target.len() as u64)?;
    let got = stream.call_method(t, method, &[&size])?;
    let Some(data) = got.downcast::<PyBytes>() else {
        return Err(err!(t, TypeError, "read() should return bytes"));
    };
    match target.as_mut_bytes().get_mut(..data.len()) {
        Some(target) => {
            target.copy_from_slice(data.as_bytes());
            Ok(data.len())
        }
        None => Err(err!(
            t,
            ValueError,
            "read() returned too much data: {} bytes requested, {} returned",
            target.len(),
            data.len()
        )),
    }
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
///
/// A typical implementation should not inherit from a RawIOBase
/// implementation, but wrap one.
#[class(name = "_io._BufferedIOBase", heap, base = PyIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyBufferedIOBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    #[method(with_class)]
    fn detach(&self, t: &Thread) -> PyResult {
        Err(unsupported(t, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// If the size argument is positive, and the underlying raw stream is
    /// not 'interactive', multiple raw reads may be issued to satisfy
    /// the byte count (unless EOF is reached first).
    /// However, for interactive raw streams (as well as sockets and pipes),
    /// at most one raw read will be issued, and a short result does not
    /// imply that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    ///
    /// Return None if the underlying raw stream was open in non-blocking
    /// mode and no data is available at the moment.
    #[method(with_class, sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let _ = size;
        Err(unsupported(t, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    ///
    /// Return an empty bytes object on EOF.
    /// A short result does not imply that EOF is imminent.
    #[method(with_class, sig = "(size=-1, /)")]
    fn read1(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let _ = size;
        Err(unsupported(t, "read1"))
    }

    #[method(sig = "(buffer, /)")]
    fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult<usize> {
        readinto_by(t, self, buffer, name!(t, "read"))
    }

    #[method(sig = "(buffer, /)")]
    fn readinto1(&self, t: &Thread, buffer: &Object) -> PyResult<usize> {
        readinto_by(t, self, buffer, name!(t, "read1"))
    }

    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[method(with_class, sig = "(b, /)")]
    fn write(&self, t: &Thread, b: &Object) -> PyResult {
        let _ = b;
        Err(unsupported(t, "write"))
    }
}

/// `_io._TextIOBase`.
#[object]
pub struct PyTextIOBase {
    dict: Slot<PyDict>,
    weaks: WeakList,
}

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[class(name = "_io._TextIOBase", heap, base = PyIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyTextIOBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in
    /// an unusable state.
    #[method(with_class)]
    fn detach(&self, t: &Thread) -> PyResult {
        Err(unsupported(t, "detach"))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit
    /// EOF.  If size is negative or omitted, read until EOF.
    #[method(with_class, sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let _ = size;
        Err(unsupported(t, "read"))
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[method(with_class, sig = "(size=-1, /)")]
    fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let _ = size;
        Err(unsupported(t, "readline"))
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[method(with_class, sig = "(s, /)")]
    fn write(&self, t: &Thread, s: &Object) -> PyResult {
        let _ = s;
        Err(unsupported(t, "write"))
    }

    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[getter]
    fn encoding(&self, _t: &Thread) -> Owned {
        none()
    }

    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[getter]
    fn newlines(&self, _t: &Thread) -> Owned {
        none()
    }

    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[getter]
    fn errors(&self, _t: &Thread) -> Owned {
        none()
    }
}
