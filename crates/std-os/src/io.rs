//! `_io`: raw files, as the import system reads and writes them.

use crate::files;
use core::cell::Cell;
use taipan_object::{
    Head, Object, Owned, PyBytes, PyModule, PyResult, PyStr, Raised, Slot, Thread, attr, buffer, class, err, errors,
    native_module, new_object, object,
};

/// A file without buffer.
#[object]
pub struct PyFileIO {
    fd: Cell<i32>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    closefd: Cell<bool>,
    name: Slot,
}

fn bad_mode(t: &Thread) -> Raised {
    err!(t, ValueError, "Must have exactly one of create/read/write/append mode and at most one plus")
}

/// Opens a file, or takes a descriptor.
fn open_file(t: &Thread, file: &Object, mode: &str, closefd: bool) -> PyResult<Owned<PyFileIO>> {
    let kinds = mode.chars().filter(|c| "rwax".contains(*c)).count();
    let plus = mode.chars().filter(|c| *c == '+').count();
    if let Some(c) = mode.chars().find(|c| !"rwaxb+".contains(*c)) {
        let _ = c;
        return Err(err!(t, ValueError, "invalid mode: {:.200}", mode));
    }
    if kinds != 1 || plus > 1 {
        return Err(bad_mode(t));
    }
    let read = mode.contains('r') || plus == 1;
    let write = !mode.contains('r') || plus == 1;
    let access = match (read, write) {
        (true, true) => libc::O_RDWR,
        (false, _) => libc::O_WRONLY,
        (true, false) => libc::O_RDONLY,
    };
    let how = if mode.contains('w') {
        libc::O_CREAT | libc::O_TRUNC
    } else if mode.contains('a') {
        libc::O_CREAT | libc::O_APPEND
    } else if mode.contains('x') {
        libc::O_CREAT | libc::O_EXCL
    } else {
        0
    };
    let (fd, closefd) = match files::descriptor(t, file)? {
        Some(fd) if fd < 0 => return Err(err!(t, ValueError, "negative file descriptor")),
        Some(fd) => (fd, closefd),
        None => {
            if !closefd {
                return Err(err!(t, ValueError, "Cannot use closefd=False with file name"));
            }
            let path = files::path(t, file, "open")?;
            let target = path.path.clone();
            let opened = t.allow_threads(move || files::open(&target, access | how, 0o666));
            (opened.map_err(|e| files::failed(t, &e, &path))?, true)
        }
    };
    let stat = files::stat(Err(fd), true);
    if stat.is_ok_and(|s| s.st_mode & libc::S_IFMT == libc::S_IFDIR) {
        if closefd {
            let _ = files::close(fd);
        }
        return Err(errors::os_error_with(t, libc::EISDIR, Some(file), None));
    }
    new_object(
        t,
        PyFileIO {
            head: Head::new(),
            fd: Cell::new(fd),
            readable: Cell::new(read),
            writable: Cell::new(write),
            closefd: Cell::new(closefd),
            name: Slot::new(file.into()),
        },
    )
}

impl PyFileIO {
    fn open_fd(&self, t: &Thread) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => Err(err!(t, ValueError, "I/O operation on closed file")),
            fd => Ok(fd),
        }
    }

    fn shut(&self, t: &Thread) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd >= 0 && self.closefd.get() {
            files::close(fd).map_err(|e| errors::io_error(t, &e))?;
        }
        Ok(())
    }
}

impl Drop for PyFileIO {
    fn drop(&mut self) {
        if self.fd.get() >= 0 && self.closefd.get() {
            let _ = files::close(self.fd.get());
        }
    }
}

#[class(name = "_io.FileIO", flags(HAVE_GC), doc = "Open a file.")]
impl PyFileIO {
    #[new(sig = "(file, mode=None, closefd=True, opener=None)")]
    fn new(
        _cls: &taipan_object::PyType,
        t: &Thread,
        file: &Object,
        mode: Option<&Object>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> PyResult {
        let mode = match mode {
            None => "r".to_string(),
            Some(mode) => match mode.downcast::<PyStr>() {
                Some(text) => text.to_string_lossy(),
                None => return Err(err!(t, TypeError, "FileIO() argument 'mode' must be str")),
            },
        };
        let file: Owned = match attr::none_if_none(opener) {
            Some(opener) => {
                opener.call(t, &[file, &*taipan_object::PyInt::from_i64(t, i64::from(libc::O_CLOEXEC))?])?
            }
            None => file.into(),
        };
        open_file(t, &file, &mode, closefd).map(Owned::into_object)
    }

    /// Read at most size bytes, returned as bytes.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
        let fd = self.open_fd(t)?;
        if !self.readable.get() {
            return Err(err!(t, OSError, "File not open for reading"));
        }
        let wanted = usize::try_from(size).ok();
        let data = t.allow_threads(move || -> std::io::Result<Vec<u8>> {
            let mut out = Vec::new();
            let mut chunk = vec![0u8; wanted.unwrap_or(64 * 1024).clamp(1, 1 << 20)];
            if wanted == Some(0) {
                return Ok(out);
            }
            loop {
                let n = files::read(fd, &mut chunk)?;
                out.extend_from_slice(&chunk[..n]);
                if n == 0 || wanted.is_some() {
                    return Ok(out);
                }
            }
        });
        PyBytes::new(t, &data.map_err(|e| errors::io_error(t, &e))?)
    }

    /// Read all data from the file, returned as bytes.
    #[method]
    fn readall(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.read(t, -1)
    }

    /// Write buffer b to file, return number of bytes written.
    #[method]
    fn write(&self, t: &Thread, b: &Object) -> PyResult<usize> {
        let fd = self.open_fd(t)?;
        if !self.writable.get() {
            return Err(err!(t, OSError, "File not open for writing"));
        }
        let data = buffer::contiguous_bytes(t, b)?;
        t.allow_threads(move || files::write(fd, &data)).map_err(|e| errors::io_error(t, &e))
    }

    /// Move to new file position and return the file position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, t: &Thread, pos: i64, whence: i32) -> PyResult<i64> {
        let fd = self.open_fd(t)?;
        files::seek(fd, pos, whence).map_err(|e| errors::io_error(t, &e))
    }

    /// Current file position.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult<i64> {
        let fd = self.open_fd(t)?;
        files::seek(fd, 0, libc::SEEK_CUR).map_err(|e| errors::io_error(t, &e))
    }

    /// Close the file.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.shut(t)
    }

    /// Return the underlying file descriptor (an integer).
    #[method]
    fn fileno(&self, t: &Thread) -> PyResult<i32> {
        self.open_fd(t)
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(&self, t: &Thread) -> PyResult<bool> {
        Ok(files::isatty(self.open_fd(t)?))
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

    /// True if the file is closed
    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        self.fd.get() < 0
    }

    #[getter]
    fn name(&self, _t: &Thread) -> Option<Owned> {
        self.name.get()
    }

    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult {
        self.open_fd(t)?;
        Ok(taipan_object::upcast(self).into())
    }

    #[method(sig = "(*exc_info)")]
    fn __exit__(&self, t: &Thread, exc_info: &[&Object]) -> PyResult<()> {
        let _ = exc_info;
        self.shut(t)
    }
}

/// The raw part of the io module.
#[native_module(name = "_io", classes(PyFileIO))]
pub mod io {
    use super::*;

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[function(sig = "(path)")]
    fn open_code(t: &Thread, path: &PyStr) -> PyResult<Owned<PyFileIO>> {
        open_file(t, path, "rb", true)
    }

    /// Open a file in a binary mode, without a buffer.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        t: &Thread,
        file: &Object,
        mode: Option<&PyStr>,
        buffering: isize,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> PyResult<Owned<PyFileIO>> {
        for (given, what) in [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")] {
            if attr::none_if_none(given).is_some() {
                return Err(err!(t, ValueError, "binary mode doesn't take {what} argument"));
            }
        }
        if buffering > 0 || attr::none_if_none(opener).is_some() {
            return Err(err!(t, NotImplementedError, "buffers and openers are not there yet"));
        }
        let mode = mode.map_or_else(|| "r".to_string(), PyStr::to_string_lossy);
        if !mode.contains('b') {
            return Err(err!(t, NotImplementedError, "text files are not there yet: open in a binary mode"));
        }
        open_file(t, file, &mode, closefd)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "DEFAULT_BUFFER_SIZE", 131_072i64)
    }
}
