//! `stderrprinter`: standard streams for as long as the module `io` is not loaded (`PyFile_NewStdPrinter`).

use core::cell::Cell;
use std::io::{BufRead, Write};
use taipan_object::{Head, Owned, PyInt, PyResult, PyStr, class, errors, new_object, object, singletons};
use taipan_runtime::Thread;

/// `stderrprinter`.
#[object]
pub struct PyStdPrinter {
    fd: Cell<i32>,
}

/// A printer for a file descriptor.
pub fn new(t: &Thread, fd: i32) -> PyResult {
    new_object(t, PyStdPrinter { head: Head::new(), fd: Cell::new(fd) }).map(Owned::into_object)
}

#[class(name = "stderrprinter", no_new)]
impl PyStdPrinter {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<stdprinter(fd={}) object at {:p}>", self.fd.get(), self.as_ptr()))
            .map(Owned::into_object)
    }

    #[method(text = "")]
    fn write(&self, t: &Thread, text: &PyStr) -> PyResult {
        let bytes = match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => text.to_string_lossy().into_bytes(),
        };
        let result = match self.fd.get() {
            1 => std::io::stdout().write_all(&bytes),
            _ => std::io::stderr().write_all(&bytes),
        };
        match result {
            Ok(()) => PyInt::from_u64(t, text.len() as u64).map(Owned::into_object),
            Err(error) => Err(errors::io_error(t, &error)),
        }
    }

    #[method(text = "")]
    fn readline(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let mut line = Vec::new();
        let result = t.allow_threads(|| {
            let mut line = Vec::new();
            std::io::stdin().lock().read_until(b'\n', &mut line).map(|_| line)
        });
        match result {
            Ok(bytes) => line.extend(bytes),
            Err(error) => return Err(errors::io_error(t, &error)),
        }
        PyStr::from_fs_bytes(t, &line)
    }

    #[method(text = "")]
    fn flush(&self, t: &Thread) -> PyResult<()> {
        let result = if self.fd.get() == 1 { std::io::stdout().flush() } else { std::io::stderr().flush() };
        result.map_err(|error| errors::io_error(t, &error))
    }

    #[method(text = "")]
    fn close(&self, _t: &Thread) {}

    #[method(text = "")]
    fn fileno(&self, _t: &Thread) -> i32 {
        self.fd.get()
    }

    #[method(text = "")]
    fn isatty(&self, _t: &Thread) -> bool {
        // SAFETY: isatty only looks at the descriptor.
        unsafe { libc::isatty(self.fd.get()) != 0 }
    }

    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        false
    }

    #[getter]
    fn encoding(&self, t: &Thread) -> PyResult {
        PyStr::from_str(t, "utf-8").map(Owned::into_object)
    }

    #[getter]
    fn mode(&self, t: &Thread) -> PyResult {
        let _ = singletons::none();
        PyStr::from_str(t, "w").map(Owned::into_object)
    }
}
