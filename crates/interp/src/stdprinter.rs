//! `stderrprinter`: standard streams for as long as the module `io` is not loaded (`PyFile_NewStdPrinter`).

use core::cell::Cell;
use std::io::Write;
use taipan_object::{Head, Object, Owned, PyInt, PyResult, PyStr, class, err, errors, new_object, object, singletons};
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

#[class(name = "stderrprinter", export = PyStdPrinter_Type, no_new)]
impl PyStdPrinter {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<stdprinter(fd={}) object at {:p}>", self.fd.get(), self.as_ptr()))
            .map(Owned::into_object)
    }

    #[method(sig = "(*args)", text = "")]
    fn write(&self, t: &Thread, args: &[&Object]) -> PyResult {
        let [text] = args else {
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({} given)", args.len()));
        };
        let Some(text) = text.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "argument 1 must be str, not {:.50}", text.class().name_lossy()));
        };
        let bytes = match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => text.encoded(t, Some("utf-8"), Some("backslashreplace"))?.as_bytes().to_vec(),
        };
        let mut rest = bytes.as_slice();
        let mut result = Ok(());
        while !rest.is_empty() {
            // SAFETY: a slice of this length.
            let n = unsafe { libc::write(self.fd.get(), rest.as_ptr().cast(), rest.len()) };
            if n < 0 {
                let error = std::io::Error::last_os_error();
                if error.kind() == std::io::ErrorKind::Interrupted {
                    continue;
                }
                result = Err(error);
                break;
            }
            rest = rest.get(n as usize..).unwrap_or_default();
        }
        match result {
            Ok(()) => PyInt::from_u64(t, bytes.len() as u64).map(Owned::into_object),
            Err(error) => Err(errors::io_error(t, &error)),
        }
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

    /// True if the file is closed
    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        false
    }

    /// Encoding of the file
    #[getter]
    fn encoding(&self, _t: &Thread) -> PyResult {
        singletons::ok_none()
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self, t: &Thread) -> PyResult {
        PyStr::from_str(t, "w").map(Owned::into_object)
    }
}
