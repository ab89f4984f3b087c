//! `FileIO`: a file descriptor as a stream without buffer.

use crate::iobase::{PyRawIOBase, base_close};
use crate::support::{both, cannot_pickle, offset, unsupported, warn_unclosed};
use crate::sys;
use core::cell::Cell;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Head, Object, Own, Owned, PyBool, PyBytes, PyDict, PyInt, PyResult, PyStr, PyType, Raised, Slot, Thread, WeakList,
    attr, audit, class, err, errors, exceptions_class, fspath, name, number, object, state,
};

/// `_io.FileIO`.
#[object]
pub struct PyFileIO {
    dict: Slot<PyDict>,
    weaks: WeakList,
    fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    /// -1 as long as nobody has asked.
    seekable: Cell<i8>,
    block: Cell<i64>,
    /// The kind and size of the file when it was opened, as long as they may be relied on.
    opened: Cell<(u32, i64)>,
}

/// Letters of a mode as flags for `open(2)`.
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    flags: i32,
}

fn parse_mode(t: &Thread, mode: &str) -> PyResult<Mode> {
    let mut out = Mode { created: false, readable: false, writable: false, appending: false, flags: 0 };
    let mut kinds = 0;
    let mut plus = 0;
    for c in mode.chars() {
        match c {
            'x' => {
                kinds += 1;
                out.created = true;
                out.writable = true;
                out.flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => {
                kinds += 1;
                out.readable = true;
            }
            'w' => {
                kinds += 1;
                out.writable = true;
                out.flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                kinds += 1;
                out.writable = true;
                out.appending = true;
                out.flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' => {
                plus += 1;
            }
            _ => return Err(err!(t, ValueError, "invalid mode: {mode:.200}")),
        }
        if kinds > 1 || plus > 1 {
            break;
        }
    }
    if kinds != 1 || plus > 1 {
        return Err(err!(t, ValueError, "Must have exactly one of create/read/write/append mode and at most one plus"));
    }
    if plus == 1 {
        out.readable = true;
        out.writable = true;
    }
    out.flags |= match (out.readable, out.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    out.flags |= libc::O_CLOEXEC;
    Ok(out)
}

impl PyFileIO {
    fn empty() -> Self {
        Self {
            head: Head::new(),
            dict: Slot::empty(),
            weaks: WeakList::new(),
            fd: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            seekable: Cell::new(-1),
            block: Cell::new(0),
            opened: Cell::new((0, -1)),
        }
    }

    /// Whether the descriptor is gone.
    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// Whether calls on this very object may skip the look-up of its methods: nobody has replaced them.
    pub fn is_plain(&self) -> bool {
        // The name, put there when the file was opened, is the only entry of most dictionaries.
        // SAFETY: nothing runs while the dictionary is looked at.
        unsafe { self.dict.peek() }.is_none_or(|dict| dict.len() <= 1)
    }

    fn open_fd(&self, t: &Thread) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => Err(err!(t, ValueError, "I/O operation on closed file")),
            fd => Ok(fd),
        }
    }

    /// The descriptor of a file open for reading.
    pub fn read_fd(&self, t: &Thread) -> PyResult<i32> {
        let fd = self.open_fd(t)?;
        if self.readable.get() { Ok(fd) } else { Err(unsupported(t, "File not open for reading")) }
    }

    /// The descriptor of a file open for writing.
    pub fn write_fd(&self, t: &Thread) -> PyResult<i32> {
        let fd = self.open_fd(t)?;
        if self.writable.get() { Ok(fd) } else { Err(unsupported(t, "File not open for writing")) }
    }

    fn internal_close(&self, t: &Thread) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd >= 0
            && let Err(code) = sys::close(t, fd)
        {
            return Err(errors::os_error(t, code));
        }
        Ok(())
    }

    /// Opens the file or takes the descriptor over.
    fn open(&self, t: &Thread, file: &Object, mode: &str, closefd: bool, opener: Option<&Object>) -> PyResult<()> {
        if self.fd.get() >= 0 {
            if self.closefd.get() {
                self.internal_close(t)?;
            } else {
                self.fd.set(-1);
            }
        }
        if file.is_exact::<PyBool>() {
            errors::warn(t, exceptions_class!(RuntimeWarning), format_args!("bool is used as a file descriptor"), 1)?;
        }
        let mut given = -1;
        if number::is_index(file) {
            let index = number::index(t, file)?;
            match index.to_i64().map(i32::try_from) {
                Some(Ok(fd)) if fd < 0 => return Err(err!(t, ValueError, "negative file descriptor")),
                Some(Ok(fd)) => given = fd,
                // No descriptor; as a path it is refused.
                Some(Err(_)) | None => {}
            }
        }
        let path = if given < 0 { Some(fspath::fs_bytes(t, file)?) } else { None };
        let parsed = parse_mode(t, mode)?;
        self.created.set(parsed.created);
        self.readable.set(parsed.readable);
        self.writable.set(parsed.writable);
        self.appending.set(parsed.appending);
        self.seekable.set(-1);
        self.closefd.set(closefd);
        self.opened.set((0, -1));
        let flags = PyInt::from_i64(t, i64::from(parsed.flags))?;
        if audit::active(t) {
            let mode = PyStr::from_str(t, mode)?;
            audit::audit(t, "open", &[file, &mode, &flags])?;
        }
        let result = self.open_checked(t, file, given, path.as_deref(), &parsed, &flags, opener);
        if let Err(raised) = result {
            if given >= 0 {
                // The descriptor stays the caller's.
                self.fd.set(-1);
                return Err(raised);
            }
            let saved = errors::take_raised(t, raised);
            if self.internal_close(t).is_err() {
                errors::chain(t, saved);
                return Err(Raised::assume());
            }
            return Err(errors::restore_raised(t, saved));
        }
        Ok(())
    }

    fn open_checked(
        &self,
        t: &Thread,
        file: &Object,
        given: i32,
        path: Option<&[u8]>,
        mode: &Mode,
        flags: &PyInt,
        opener: Option<&Object>,
    ) -> PyResult<()> {
        match path {
            None => self.fd.set(given),
            Some(path) => {
                if !self.closefd.get() {
                    return Err(err!(t, ValueError, "Cannot use closefd=False with file name"));
                }
                match opener {
                    None => match sys::open(t, path, mode.flags, 0o666)? {
                        Ok(fd) => self.fd.set(fd),
                        Err(code) => return Err(errors::os_error_with(t, code, Some(file), None)),
                    },
                    Some(opener) => {
                        let result = opener.call(t, &[file, flags])?;
                        let Some(fd) = result.downcast::<PyInt>() else {
                            return Err(err!(t, TypeError, "expected integer from opener"));
                        };
                        let Some(fd) = fd.to_i64().and_then(|fd| i32::try_from(fd).ok()) else {
                            return Err(err!(t, OverflowError, "Python int too large to convert to C int"));
                        };
                        if fd < 0 {
                            return Err(err!(t, ValueError, "opener returned {fd}"));
                        }
                        self.fd.set(fd);
                        sys::set_cloexec(t, fd)?;
                    }
                }
            }
        }
        match sys::stat(t, self.fd.get()) {
            Ok(stat) => {
                if stat.mode & libc::S_IFMT == libc::S_IFDIR {
                    return Err(errors::os_error_with(t, libc::EISDIR, Some(file), None));
                }
                self.block.set(stat.block);
                self.opened.set((stat.mode, stat.size));
            }
            Err(libc::EBADF) => return Err(errors::os_error(t, libc::EBADF)),
            Err(_) => {}
        }
        self.as_object().setattr(t, name!(t, "name"), file)?;
        if self.appending.get() {
            // The position of a file opened for appending is its end, as far as it has one.
            if let Err(code) = sys::seek(t, self.fd.get(), 0, libc::SEEK_END) {
                if given < 0 && code != libc::ESPIPE {
                    return Err(errors::os_error(t, code));
                }
            } else if self.seekable.get() < 0 {
                self.seekable.set(1);
            }
        }
        Ok(())
    }

    fn mode_text(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    fn seek_to(&self, t: &Thread, pos: Option<&Object>, whence: i32) -> PyResult<i64> {
        let target = match pos {
            None => 0,
            Some(pos) if pos.is_instance_of::<taipan_object::PyFloat>() => {
                return Err(err!(t, TypeError, "an integer is required"));
            }
            Some(pos) => offset(t, pos, exceptions_class!(OverflowError))?,
        };
        let fd = self.open_fd(t)?;
        let result = sys::seek(t, fd, target, whence);
        if self.seekable.get() < 0 {
            self.seekable.set(i8::from(result.is_ok()));
        }
        result.map_err(|code| errors::os_error(t, code))
    }

    /// All that is left of the file; `None` if it would block at once.
    pub fn read_all(&self, t: &Thread) -> PyResult<Option<Owned<PyBytes>>> {
        let fd = self.read_fd(t)?;
        let (_, size) = self.opened.get();
        let mut room = 8192usize;
        if let Ok(size) = usize::try_from(size)
            && size > 0
        {
            let at = if size > 65536 { sys::seek(t, fd, 0, libc::SEEK_CUR).unwrap_or(0) } else { 0 };
            // One byte more shows the end of the file without another call.
            room = size.saturating_sub(usize::try_from(at).unwrap_or(0)) + 1;
        }
        let mut out: Vec<u8> = Vec::new();
        loop {
            if out.capacity() == out.len() {
                let more = if out.is_empty() { room } else { out.len().clamp(256 * 1024, 64 << 20) };
                if out.try_reserve_exact(more).is_err() {
                    return Err(errors::no_memory(t));
                }
            }
            let used = out.len();
            let free = out.capacity() - used;
            // SAFETY: the vector is ours; its spare room is written by the call and counted only as far as written.
            let got = unsafe { sys::read(t, fd, out.as_mut_ptr().add(used), free) }?;
            match got {
                None if out.is_empty() => return Ok(None),
                None | Some(0) => break,
                // SAFETY: the call wrote this many bytes.
                Some(n) => unsafe { out.set_len(used + n) },
            }
        }
        PyBytes::new(t, &out).map(Some)
    }

    /// Reads at most `size` bytes; `None` if it would block.
    pub fn read_some(&self, t: &Thread, size: usize) -> PyResult<Option<Owned<PyBytes>>> {
        let fd = self.read_fd(t)?;
        let size = size.min(0x7fff_f000);
        let out = PyBytes::alloc(t, size)?;
        // SAFETY: a fresh object that nobody else sees.
        match unsafe { sys::read(t, fd, out.data_ptr(), size) }? {
            None => Ok(None),
            Some(n) if n == size => {
                if n <= 1 {
                    // Short objects are shared.
                    return PyBytes::new(t, out.as_bytes()).map(Some);
                }
                Ok(Some(out))
            }
            Some(n) => PyBytes::new(t, &out.as_bytes()[..n]).map(Some),
        }
    }
}

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created
/// if it doesn't exist when opened for writing or appending; it will be
/// truncated when opened for writing.  A FileExistsError will be raised
/// if it already exists when opened for creating.  Opening a file for
/// creating implies writing so this mode behaves in a similar way to
/// 'w'.  Add a '+' to the mode to allow simultaneous reading and
/// writing.
///
/// A custom opener can be used by passing a callable as *opener*.
/// The underlying file descriptor for the file object is then obtained
/// by calling opener with (*name*, *flags*).  *opener* must return
/// an open file descriptor (passing os.open as *opener* results in
/// functionality similar to passing None).
#[class(name = "_io.FileIO", heap, base = PyRawIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks)]
impl PyFileIO {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: taipan_object::Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self::empty())
    }

    #[init(sig = "(file, mode='r', closefd=True, opener=None)")]
    fn init(
        &self,
        t: &Thread,
        file: &Object,
        mode: taipan_object::clinic::CStrArg<'_>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> PyResult<()> {
        self.open(t, file, mode.or("r"), closefd, attr::none_if_none(opener))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let kind = self.class().name_lossy();
        if self.is_closed() {
            return PyStr::from_fmt(t, format_args!("<{kind} [closed]>"));
        }
        let closefd = if self.closefd.get() { "True" } else { "False" };
        let mode = self.mode_text();
        match self.getattr_opt(t, name!(t, "name"))? {
            None => PyStr::from_fmt(t, format_args!("<{kind} fd={} mode='{mode}' closefd={closefd}>", self.fd.get())),
            Some(found) => {
                if !state::repr_enter(t, self) {
                    return Err(err!(t, RuntimeError, "reentrant call inside {kind}.__repr__"));
                }
                let shown = found.repr(t);
                state::repr_leave(t, self);
                let head = PyStr::from_str(t, &format!("<{kind} name="))?;
                let tail = PyStr::from_str(t, &format!(" mode='{mode}' closefd={closefd}>"))?;
                PyStr::concat_all(t, &[&head, &*shown?, &tail])
            }
        }
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple
    /// read calls.  See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per PEP 475
    /// (EINTR).  This means less data may be returned than requested.
    ///
    /// In non-blocking mode, returns None if no data is available.  Return
    /// an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Option<Owned<PyBytes>>> {
        self.read_fd(t)?;
        match usize::try_from(crate::support::size_or_none(t, size)?) {
            Ok(size) => self.read_some(t, size),
            Err(_) => self.read_all(t),
        }
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read() returns size 0
    /// (indicates EOF).  If the file is already at EOF, returns an empty
    /// bytes object.
    ///
    /// In non-blocking mode, returns as much data as could be read before
    /// EAGAIN.  If no data is available (EAGAIN is returned before bytes
    /// are read) returns None.
    #[method]
    fn readall(&self, t: &Thread) -> PyResult<Option<Owned<PyBytes>>> {
        self.read_all(t)
    }

    /// Same as RawIOBase.readinto().
    #[method(sig = "(buffer, /)")]
    fn readinto(&self, t: &Thread, buffer: &Object) -> PyResult<Option<usize>> {
        let mut target = crate::support::writable(t, buffer, "readinto")?;
        let fd = self.read_fd(t)?;
        let data = target.as_mut_bytes();
        // SAFETY: the exporter keeps the memory in place while the view is held.
        unsafe { sys::read(t, fd, data.as_mut_ptr(), data.len()) }
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking
    /// mode, returns None if the write would block.
    #[method(sig = "(b, /)")]
    fn write(&self, t: &Thread, b: &Object) -> PyResult<Option<usize>> {
        let source = Buffer::readable(t, b)?;
        let fd = self.write_fd(t)?;
        let data = source.as_bytes();
        // SAFETY: the exporter keeps the memory in place while the view is held.
        unsafe { sys::write(t, fd, data.as_ptr(), data.len()) }
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults
    /// to SEEK_SET or 0 (offset from start of file, offset should be >= 0);
    /// other values are SEEK_CUR or 1 (move relative to current position,
    /// positive or negative), and SEEK_END or 2 (move relative to end of
    /// file, usually negative, although many platforms allow seeking beyond
    /// the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, t: &Thread, pos: &Object, whence: i32) -> PyResult<i64> {
        self.open_fd(t)?;
        self.seek_to(t, Some(pos), whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult<i64> {
        self.open_fd(t)?;
        self.seek_to(t, None, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[method(sig = "(size=None, /)")]
    fn truncate(&self, t: &Thread, size: Option<&Object>) -> PyResult {
        let fd = self.write_fd(t)?;
        let size = match attr::none_if_none(size) {
            Some(size) => size.own(),
            None => PyInt::from_i64(t, self.seek_to(t, None, libc::SEEK_CUR)?)?.into_object(),
        };
        let length = offset(t, &size, exceptions_class!(OverflowError))?;
        self.opened.set((self.opened.get().0, -1));
        sys::truncate(t, fd, length)?;
        Ok(size)
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close()
    /// may be called more than once without error.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        let closed = base_close(t, self);
        if !self.closefd.get() {
            self.fd.set(-1);
            return closed;
        }
        both(t, closed, || {
            if self.finalizing.get() && self.fd.get() >= 0 {
                warn_unclosed(t, self);
            }
            self.internal_close(t)
        })
    }

    /// True if file supports random-access.
    #[method]
    fn seekable(&self, t: &Thread) -> PyResult<bool> {
        let fd = self.open_fd(t)?;
        if self.seekable.get() < 0 {
            self.seekable.set(i8::from(sys::seek(t, fd, 0, libc::SEEK_CUR).is_ok()));
        }
        Ok(self.seekable.get() > 0)
    }

    /// True if file was opened in a read mode.
    #[method]
    fn readable(&self, t: &Thread) -> PyResult<bool> {
        self.open_fd(t)?;
        Ok(self.readable.get())
    }

    /// True if file was opened in a write mode.
    #[method]
    fn writable(&self, t: &Thread) -> PyResult<bool> {
        self.open_fd(t)?;
        Ok(self.writable.get())
    }

    /// Return the underlying file descriptor (an integer).
    #[method]
    fn fileno(&self, t: &Thread) -> PyResult<i32> {
        self.open_fd(t)
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(&self, t: &Thread) -> PyResult<bool> {
        let fd = self.open_fd(t)?;
        Ok(sys::isatty(t, fd))
    }

    #[method]
    pub(crate) fn _isatty_open_only(&self, t: &Thread) -> PyResult<bool> {
        let fd = self.open_fd(t)?;
        let (mode, size) = self.opened.get();
        if size >= 0 && mode & libc::S_IFMT != libc::S_IFCHR {
            return Ok(false);
        }
        Ok(sys::isatty(t, fd))
    }

    #[method(sig = "(object, /)")]
    pub(crate) fn _dealloc_warn(&self, t: &Thread, object: &Object) -> PyResult<()> {
        if self.fd.get() >= 0 && self.closefd.get() {
            warn_unclosed(t, object);
        }
        Ok(())
    }

    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult {
        Err(cannot_pickle(t, self))
    }

    #[getter(member)]
    fn _finalizing(&self, _t: &Thread) -> bool {
        self.finalizing.get()
    }

    #[setter]
    fn set__finalizing(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.finalizing.set(match value {
            Some(value) if value.is_exact::<taipan_object::PyBool>() => value.is_true(t)?,
            Some(_) => return Err(err!(t, TypeError, "attribute value type must be bool")),
            None => return Err(err!(t, TypeError, "can't delete numeric/char attribute")),
        });
        Ok(())
    }

    /// True if the file is closed
    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        self.is_closed()
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(&self, _t: &Thread) -> bool {
        self.closefd.get()
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self, _t: &Thread) -> &'static str {
        self.mode_text()
    }

    /// Stat st_blksize if available
    #[getter]
    pub(crate) fn _blksize(&self, _t: &Thread) -> i64 {
        match self.block.get() {
            n if n > 1 => n,
            _ => crate::support::DEFAULT_BUFFER_SIZE as i64,
        }
    }
}
