//! `sqlite3.Blob`: a value in the database that is read and written in place.

use crate::connection::Connection;
use crate::errors::{error, failed};
use crate::sqlite::blob::Blob;
use crate::sqlite::{Database, call};
use core::cell::Cell;
use core::ffi::c_int;
use std::sync::Arc;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyInt, PyResult, PySlice, Thread, WeakList, class, err, new_object, number, object,
};

/// `sqlite3.Blob`.
#[object]
pub struct PyBlob {
    connection: Owned<Connection>,
    handle: Data<Arc<Blob>>,
    offset: Cell<c_int>,
    weaklist: WeakList,
}

#[class(name = "sqlite3.Blob", heap, flags(HAVE_GC), weaklist = weaklist, no_new)]
impl PyBlob {
    /// Close the blob.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.connection.usable(t)?;
        self.close_handle(t);
        Ok(())
    }

    /// Blob context manager enter.
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.check(t)?;
        Ok(self.own())
    }

    /// Blob context manager exit.
    #[method(sig = "(type, val, tb, /)")]
    fn __exit__(&self, t: &Thread, type_: &Object, val: &Object, tb: &Object) -> PyResult<bool> {
        let _ = (type_, val, tb);
        self.check(t)?;
        self.close_handle(t);
        Ok(false)
    }

    /// Read data at the current offset position.
    ///
    ///   length
    ///     Read length in bytes.
    ///
    /// If the end of the blob is reached, the data up to end of file will
    /// be returned.  When length is not specified, or is negative,
    /// Blob.read() will read until the end of the blob.
    #[method(sig = "(length=-1, /)")]
    fn read(&self, t: &Thread, length: i32) -> PyResult<Vec<u8>> {
        self.check(t)?;
        let left = (self.handle.len() - self.offset.get()).max(0);
        let n = if length < 0 || length > left { left } else { length };
        let bytes = self.read_at(t, self.offset.get(), n)?;
        self.offset.set(self.offset.get() + n);
        Ok(bytes)
    }

    /// Set the current access position to offset.
    ///
    /// The origin argument defaults to os.SEEK_SET (absolute blob
    /// positioning).  Other values for origin are os.SEEK_CUR (seek
    /// relative to the current position) and os.SEEK_END (seek relative to
    /// the blob's end).
    #[method(sig = "(offset, origin=0, /)")]
    fn seek(&self, t: &Thread, offset: i32, origin: i32) -> PyResult<()> {
        self.check(t)?;
        let len = self.handle.len();
        let from = match origin {
            0 => 0,
            1 => self.offset.get(),
            2 => len,
            _ => {
                return Err(err!(t, ValueError, "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END"));
            }
        };
        let Some(position) = from.checked_add(offset) else {
            return Err(err!(t, OverflowError, "seek offset results in overflow"));
        };
        if position < 0 || position > len {
            return Err(err!(t, ValueError, "offset out of blob range"));
        }
        self.offset.set(position);
        Ok(())
    }

    /// Return the current access position for the blob.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult<c_int> {
        self.check(t)?;
        Ok(self.offset.get())
    }

    /// Write data at the current offset.
    ///
    /// This function cannot change the blob length.  Writing beyond the end
    /// of the blob will result in an exception being raised.
    #[method(sig = "(data, /)")]
    fn write(&self, t: &Thread, data: Buffer) -> PyResult<()> {
        self.check(t)?;
        self.write_at(t, self.offset.get(), data.as_bytes())?;
        self.offset.set(self.offset.get() + data.len() as c_int);
        Ok(())
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(usize::try_from(self.handle.len()).unwrap_or(0))
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.check(t)?;
        if number::is_index(key) {
            let i = self.index(t, key)?;
            let byte = self.read_at(t, i, 1)?.first().copied().unwrap_or_default();
            return Ok(PyInt::from_i64(t, byte.into())?.into_object());
        }
        let Some(slice) = key.downcast::<PySlice>() else { return Err(bad_index(t)) };
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.mp_length(t)?);
        let bytes = self.read_span(t, bounds.start, bounds.step, n)?;
        let picked: Vec<u8> = spread(n, bounds.step).filter_map(|at| bytes.get(at).copied()).collect();
        Ok(taipan_object::PyBytes::new(t, &picked)?.into_object())
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        if number::is_index(key) {
            return self.assign_byte(t, key, value);
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.assign_slice(t, slice, value),
            None => Err(bad_index(t)),
        }
    }
}

#[cold]
fn bad_index(t: &Thread) -> taipan_object::Raised {
    err!(t, TypeError, "Blob indices must be integers")
}

/// The places of `n` items with a step between them, in a span that begins with the lowest.
fn spread(n: usize, step: isize) -> impl Iterator<Item = usize> {
    let width = step.unsigned_abs();
    (0..n).map(move |i| if step < 0 { (n - 1 - i) * width } else { i * width })
}

impl PyBlob {
    /// An open blob.
    pub fn create(t: &Thread, connection: &Connection, handle: Arc<Blob>) -> PyResult<Owned<Self>> {
        new_object(
            t,
            Self {
                head: Head::new(),
                connection: connection.own(),
                handle: Data(handle),
                offset: Cell::new(0),
                weaklist: WeakList::new(),
            },
        )
    }

    fn check(&self, t: &Thread) -> PyResult<Arc<Database>> {
        let database = self.connection.usable(t)?;
        if self.handle.is_closed() {
            return Err(error!(t, ProgrammingError, "Cannot operate on a closed blob."));
        }
        Ok(database)
    }

    fn close_handle(&self, t: &Thread) {
        let handle = &self.handle.0;
        call(t, || handle.close());
    }

    fn read_at(&self, t: &Thread, offset: c_int, n: c_int) -> PyResult<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(n).unwrap_or(0)];
        if !bytes.is_empty() {
            let handle = &self.handle.0;
            call(t, || handle.read(&mut bytes, offset)).map_err(|failure| failed(t, &failure))?;
        }
        Ok(bytes)
    }

    fn write_at(&self, t: &Thread, offset: c_int, bytes: &[u8]) -> PyResult<()> {
        let left = usize::try_from(self.handle.len() - offset).unwrap_or(0);
        if bytes.len() > left {
            return Err(err!(t, ValueError, "data longer than blob length"));
        }
        let handle = &self.handle.0;
        call(t, || handle.write(bytes, offset)).map_err(|failure| failed(t, &failure))
    }

    fn index(&self, t: &Thread, key: &Object) -> PyResult<c_int> {
        let exceptions = taipan_object::exceptions_class!(IndexError);
        let index = number::index_as_isize_or(t, key, exceptions)?;
        let len = self.handle.len() as isize;
        let index = if index < 0 { index.saturating_add(len) } else { index };
        if index < 0 || index >= len {
            return Err(err!(t, IndexError, "Blob index out of range"));
        }
        Ok(index as c_int)
    }

    /// The bytes from the first to the last of a slice.
    fn read_span(&self, t: &Thread, start: isize, step: isize, n: usize) -> PyResult<Vec<u8>> {
        let Some((low, len)) = span(start, step, n) else { return Ok(Vec::new()) };
        self.read_at(t, low, len)
    }

    fn assign_byte(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Blob doesn't support item deletion"));
        };
        let i = self.index(t, key)?;
        let Some(value) = value.downcast::<PyInt>() else {
            return Err(err!(
                t,
                TypeError,
                "'{}' object cannot be interpreted as an integer",
                value.class().name_lossy()
            ));
        };
        match value.to_i64().and_then(|value| u8::try_from(value).ok()) {
            Some(byte) => self.write_at(t, i, &[byte]),
            None => Err(err!(t, ValueError, "byte must be in range(0, 256)")),
        }
    }

    fn assign_slice(&self, t: &Thread, slice: &PySlice, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Blob doesn't support slice deletion"));
        };
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.mp_length(t)?);
        let view = Buffer::readable(t, value)?;
        if view.len() != n {
            return Err(err!(t, IndexError, "Blob slice assignment is wrong size"));
        }
        let Some((low, _)) = span(bounds.start, bounds.step, n) else { return Ok(()) };
        if bounds.step == 1 {
            return self.write_at(t, low, view.as_bytes());
        }
        let mut bytes = self.read_span(t, bounds.start, bounds.step, n)?;
        for (at, &byte) in spread(n, bounds.step).zip(view.as_bytes()) {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        self.write_at(t, low, &bytes)
    }
}

/// Offset and length of the span from the first to the last of a slice.
fn span(start: isize, step: isize, n: usize) -> Option<(c_int, c_int)> {
    let reach = (n.checked_sub(1)? as isize).checked_mul(step)?;
    let low = if step < 0 { start + reach } else { start };
    Some((c_int::try_from(low).ok()?, c_int::try_from(reach.abs() + 1).ok()?))
}
