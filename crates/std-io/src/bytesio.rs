//! `BytesIO`: a stream over bytes in memory.

use crate::iobase::PyBufferedIOBase;
use crate::support::{dict_of, size_or_none};
use core::cell::{Cell, RefCell};
use taipan_object::abi::Py_buffer;
use taipan_object::buffer::{self, Buffer};
use taipan_object::{
    Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyList, PyResult, PyTuple, PyType, Slot, Thread, WeakList, attr,
    class, err, errors, iter, new_object, number, object, state, upcast,
};

/// Where the bytes are.
enum Store {
    /// In an object that others may hold too: copied before it is changed.
    Shared(Owned<PyBytes>),
    /// In a block of our own.
    Own(Vec<u8>),
}

impl Default for Store {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl taipan_object::Traverse for Store {
    fn traverse(&self, _visitor: &mut taipan_object::Visitor<'_>) {
        // Bytes refer to nothing.
    }
}

impl Store {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes.as_bytes(),
            Self::Own(vec) => vec,
        }
    }

    /// The block of our own, made if need be.
    fn own(&mut self) -> &mut Vec<u8> {
        if let Self::Shared(bytes) = self {
            *self = Self::Own(bytes.as_bytes().to_vec());
        }
        match self {
            Self::Own(vec) => vec,
            // Just replaced.
            Self::Shared(_) => unreachable!("shared bytes were copied"),
        }
    }
}

/// `_io.BytesIO`.
#[object]
pub struct PyBytesIO {
    dict: Slot<PyDict>,
    weaks: WeakList,
    store: RefCell<Store>,
    pos: Cell<usize>,
    closed: Cell<bool>,
    exports: Cell<usize>,
}

impl PyBytesIO {
    /// Whether the stream is closed.
    pub const fn is_closed(&self) -> bool {
        self.closed.get()
    }

    fn check_open(&self, t: &Thread) -> PyResult<()> {
        if self.closed.get() { Err(err!(t, ValueError, "I/O operation on closed file.")) } else { Ok(()) }
    }

    fn check_exports(&self, t: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(err!(t, BufferError, "Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Takes the next bytes: at most `limit` of them, or all.
    fn take(&self, t: &Thread, limit: Option<usize>) -> PyResult<Owned<PyBytes>> {
        let store = self.store.borrow();
        let data = store.bytes();
        let from = self.pos.get().min(data.len());
        let n = limit.map_or(data.len() - from, |limit| limit.min(data.len() - from));
        if n > 1
            && n == data.len()
            && let Store::Shared(bytes) = &*store
        {
            self.pos.set(n);
            return Ok(bytes.clone());
        }
        let out = PyBytes::new(t, &data[from..from + n])?;
        self.pos.set(self.pos.get() + n);
        Ok(out)
    }

    /// The length of the next line, at most `limit`.
    fn line(&self, limit: Option<usize>) -> usize {
        let store = self.store.borrow();
        let rest = store.bytes().get(self.pos.get()..).unwrap_or(&[]);
        let rest = limit.and_then(|limit| rest.get(..limit)).unwrap_or(rest);
        memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
    }

    fn write_bytes(&self, t: &Thread, source: &Object) -> PyResult<usize> {
        self.check_open(t)?;
        self.check_exports(t)?;
        let source = Buffer::get(t, source, taipan_object::abi::PyBUF_CONTIG_RO)?;
        // Asking for the buffer may have run Python code.
        self.check_open(t)?;
        self.check_exports(t)?;
        let data = source.as_bytes();
        if data.is_empty() {
            return Ok(0);
        }
        let mut store = self.store.borrow_mut();
        let out = store.own();
        let at = self.pos.get();
        let Some(end) = at.checked_add(data.len()).filter(|&end| end <= isize::MAX as usize) else {
            drop(store);
            return Err(err!(t, OverflowError, "new position too large"));
        };
        if end > out.len() {
            let more = end - out.len();
            // Doubling asks for amortised growth; where that is too much, what is needed must do.
            if out.try_reserve(more).is_err() {
                drop(store);
                return Err(errors::no_memory(t));
            }
            if at > out.len() {
                out.resize(at, 0);
            }
            let overlap = out.len() - at;
            out[at..].copy_from_slice(&data[..overlap]);
            out.extend_from_slice(&data[overlap..]);
        } else {
            out[at..end].copy_from_slice(data);
        }
        self.pos.set(end);
        Ok(data.len())
    }

    fn set_initial(&self, t: &Thread, initial: Option<&Object>) -> PyResult<()> {
        self.pos.set(0);
        let store = match attr::none_if_none(initial) {
            None => Store::default(),
            Some(initial) => match initial.downcast_exact::<PyBytes>() {
                Some(bytes) => Store::Shared(bytes.own()),
                None => Store::Own(Buffer::get(t, initial, taipan_object::abi::PyBUF_CONTIG_RO)?.as_bytes().to_vec()),
            },
        };
        let old = self.store.replace(store);
        drop(old);
        Ok(())
    }

    fn value(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        let mut store = self.store.borrow_mut();
        if let Store::Shared(bytes) = &*store {
            return Ok(bytes.clone());
        }
        let bytes = PyBytes::new(t, store.bytes())?;
        if self.exports.get() == 0 {
            *store = Store::Shared(bytes.clone());
        }
        Ok(bytes)
    }
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[class(name = "_io.BytesIO", heap, base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks,
    dealloc = taipan_object::tramp::native_dealloc_unfinalized::<PyBytesIO>)]
impl PyBytesIO {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: taipan_object::Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                dict: Slot::empty(),
                weaks: WeakList::new(),
                store: RefCell::default(),
                pos: Cell::new(0),
                closed: Cell::new(false),
                exports: Cell::new(0),
            },
        )
    }

    #[init(sig = "(initial_bytes=b'')")]
    fn init(&self, t: &Thread, initial_bytes: Option<&Object>) -> PyResult<()> {
        self.check_exports(t)?;
        self.set_initial(t, initial_bytes)?;
        self.closed.set(false);
        Ok(())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.check_open(t)?;
        Ok(self.as_object().own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.check_open(t)?;
        match self.line(None) {
            0 => Ok(None),
            n => self.take(t, Some(n)).map(|line| Some(line.into_object())),
        }
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(&self, t: &Thread) -> PyResult<bool> {
        self.check_open(t).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(&self, t: &Thread) -> PyResult<bool> {
        self.check_open(t).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(&self, t: &Thread) -> PyResult<bool> {
        self.check_open(t).map(|()| true)
    }

    /// Disable all I/O operations.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.check_exports(t)?;
        self.closed.set(true);
        drop(self.store.replace(Store::default()));
        Ok(())
    }

    /// Does nothing.
    #[method]
    fn flush(&self, t: &Thread) -> PyResult<()> {
        self.check_open(t)
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[method]
    fn isatty(&self, t: &Thread) -> PyResult<bool> {
        self.check_open(t).map(|()| false)
    }

    /// Current file position, an integer.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult<usize> {
        self.check_open(t)?;
        Ok(self.pos.get())
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[method(sig = "(b, /)")]
    fn write(&self, t: &Thread, b: &Object) -> PyResult<usize> {
        self.write_bytes(t, b)
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects.  This is equivalent to calling write()
    /// for each element.
    #[method(sig = "(lines, /)")]
    fn writelines(&self, t: &Thread, lines: &Object) -> PyResult<()> {
        self.check_open(t)?;
        let iterator = iter::get_iter(t, lines)?;
        while let Some(line) = iter::next(t, &iterator)? {
            self.write_bytes(t, &line)?;
        }
        Ok(())
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is
    /// reached.  Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read1(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
        let size = size_or_none(t, size)?;
        self.check_open(t)?;
        self.take(t, usize::try_from(size).ok())
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[method(sig = "(buffer, /)")]
    fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult<usize> {
        let mut target = crate::support::writable(t, buffer, "readinto")?;
        self.check_open(t)?;
        let store = self.store.borrow();
        let rest = store.bytes().get(self.pos.get()..).unwrap_or(&[]);
        let n = rest.len().min(target.len());
        if n > 0 {
            // The target may be a view of this very stream.
            // SAFETY: both are at least this long, and nothing runs meanwhile.
            unsafe { core::ptr::copy(rest.as_ptr(), target.as_mut_bytes().as_mut_ptr(), n) };
        }
        self.pos.set(self.pos.get() + n);
        Ok(n)
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
        let size = size_or_none(t, size)?;
        self.check_open(t)?;
        self.take(t, Some(self.line(usize::try_from(size).ok())))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[method(sig = "(size=None, /)")]
    fn readlines(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyList>> {
        self.check_open(t)?;
        let most = match attr::none_if_none(size) {
            None => 0,
            Some(size) if number::is_index(size) => number::index_as_isize(t, size)?,
            Some(size) => {
                return Err(err!(t, TypeError, "integer argument expected, got '{}'", size.class().name_lossy()));
            }
        };
        let out = PyList::new(t)?;
        let mut total = 0usize;
        loop {
            let n = self.line(None);
            if n == 0 {
                return Ok(out);
            }
            out.append(t, self.take(t, Some(n))?.into_object())?;
            total += n;
            if most > 0 && total >= most.unsigned_abs() {
                return Ok(out);
            }
        }
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyBytes>> {
        let size = size_or_none(t, size)?;
        self.check_open(t)?;
        self.take(t, usize::try_from(size).ok())
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[method]
    fn getbuffer(&self, t: &Thread) -> PyResult {
        self.check_open(t)?;
        let exporter =
            new_object(t, PyBytesIOBuffer { head: Head::new(), source: Slot::new(upcast(self).own()) })?.into_object();
        state::memoryview_from(t, &exporter, taipan_object::abi::PyBUF_FULL_RO)
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[method]
    fn getvalue(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.check_open(t)?;
        self.value(t)
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, t: &Thread, pos: isize, whence: i32) -> PyResult<usize> {
        self.check_open(t)?;
        if pos < 0 && whence == 0 {
            return Err(err!(t, ValueError, "negative seek value {pos}"));
        }
        let base = match whence {
            0 => 0,
            1 => self.pos.get(),
            2 => self.store.borrow().bytes().len(),
            _ => return Err(err!(t, ValueError, "invalid whence ({whence}, should be 0, 1 or 2)")),
        };
        let Some(at) = (base as isize).checked_add(pos) else {
            return Err(err!(t, OverflowError, "new position too large"));
        };
        self.pos.set(at.max(0).unsigned_abs());
        Ok(self.pos.get())
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[method(sig = "(size=None, /)")]
    fn truncate(&self, t: &Thread, size: Option<&Object>) -> PyResult<usize> {
        self.check_open(t)?;
        self.check_exports(t)?;
        let size = match attr::none_if_none(size) {
            None => self.pos.get() as isize,
            Some(size) if number::is_index(size) => number::index_as_isize(t, size)?,
            Some(size) => {
                return Err(err!(
                    t,
                    TypeError,
                    "argument should be integer or None, not '{:.200}'",
                    size.class().name_lossy()
                ));
            }
        };
        let Ok(n) = usize::try_from(size) else {
            return Err(err!(t, ValueError, "negative size value {size}"));
        };
        self.check_open(t)?;
        self.check_exports(t)?;
        let mut store = self.store.borrow_mut();
        if n < store.bytes().len() {
            let out = store.own();
            out.truncate(n);
            out.shrink_to(n);
        }
        Ok(n)
    }

    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check_open(t)?;
        let value = self.value(t)?;
        let dict = match self.dict.get() {
            Some(dict) => dict.copy(t)?.into_object(),
            None => crate::support::none(),
        };
        PyTuple::from_vec(t, vec![value.into_object(), PyInt::from_u64(t, self.pos.get() as u64)?.into_object(), dict])
    }

    #[method(sig = "(state, /)", text = "(object, /)")]
    fn __setstate__(&self, t: &Thread, state: &Object) -> PyResult<()> {
        let tuple = state.downcast::<PyTuple>().map(PyTuple::as_slice);
        let Some([initial, pos, dict, ..]) = tuple else {
            return Err(err!(
                t,
                TypeError,
                "{:.200}.__setstate__ argument should be 3-tuple, got {:.200}",
                self.class().name_lossy(),
                state.class().name_lossy()
            ));
        };
        self.check_exports(t)?;
        self.check_open(t)?;
        self.set_initial(t, Some(initial))?;
        let Some(pos) = pos.downcast::<PyInt>() else {
            return Err(err!(
                t,
                TypeError,
                "second item of state must be an integer, not {:.200}",
                pos.class().name_lossy()
            ));
        };
        let pos = pos.to_isize(t)?;
        let Ok(pos) = usize::try_from(pos) else {
            return Err(err!(t, ValueError, "position value cannot be negative"));
        };
        self.pos.set(pos);
        if let Some(dict) = attr::none_if_none(Some(dict)) {
            let Some(dict) = dict.downcast::<PyDict>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "third item of state should be a dict, got a {:.200}",
                    dict.class().name_lossy()
                ));
            };
            dict_of(t, &self.dict)?.merge_dict(t, dict, true)?;
        }
        Ok(())
    }

    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        crate::support::sizeof::<Self>(self, 64)
            + match &*self.store.borrow() {
                Store::Shared(bytes) if bytes.refcnt() > 1 => 0,
                Store::Shared(bytes) => 33 + bytes.len(),
                Store::Own(vec) => vec.capacity(),
            }
    }

    /// True if the file is closed.
    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        self.closed.get()
    }
}

/// `_io._BytesIOBuffer`: what `getbuffer()` exports; counts the views.
#[object]
pub struct PyBytesIOBuffer {
    source: Slot<Object>,
}

#[class(name = "_io._BytesIOBuffer", heap, flags(HAVE_GC), no_new)]
impl PyBytesIOBuffer {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let Some(source) = self.source.get() else {
            return Err(err!(t, BufferError, "bytesio buffer is gone"));
        };
        let Some(stream) = source.downcast::<PyBytesIO>() else {
            return Err(errors::bad_internal_call(t));
        };
        let (data, len) = {
            let mut store = stream.store.borrow_mut();
            let out = store.own();
            (out.as_mut_ptr(), out.len())
        };
        buffer::fill_info(t, view, self, data, len, false, flags)?;
        stream.exports.set(stream.exports.get() + 1);
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {
        if let Some(source) = self.source.get()
            && let Some(stream) = source.downcast::<PyBytesIO>()
        {
            stream.exports.set(stream.exports.get().saturating_sub(1));
        }
    }
}
