//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` share: one buffer over a raw stream, which holds either
//! bytes read ahead or bytes still to be written.
//!
//! `pos` is where the program stands in the buffer, `raw_pos` where the raw stream stands, both counted from the
//! buffer's start; `read_end` and `write_end` say how far the buffer is valid for reading and writing, -1 for not at
//! all; `abs_pos` is the raw stream's position in the file, -1 for unknown.

use crate::fileio::PyFileIO;
use crate::lock::StreamLock;
use crate::support::{
    append, blocking, both, call_retry, check_seekable, expect_bytes, is_closed, none, offset, unsupported,
};
use crate::sys;
use core::cell::Cell;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyInt, PyResult, PySlice, Slot, Thread, Traverse, Visitor, attr, err, errors,
    exceptions, exceptions_class, name, number, singletons, state,
};
use taipan_types::{PyByteArray, PyMemoryView};

/// The shared part.
pub struct Buffered {
    pub raw: Slot,
    buffer: Slot<PyByteArray>,
    pub ok: Cell<bool>,
    detached: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    pub finalizing: Cell<bool>,
    abs_pos: Cell<i64>,
    pos: Cell<i64>,
    raw_pos: Cell<i64>,
    read_end: Cell<i64>,
    write_pos: Cell<i64>,
    write_end: Cell<i64>,
    size: Cell<i64>,
    pub lock: StreamLock,
}

impl Traverse for Buffered {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.raw.traverse(visitor);
    }
    fn clear(&self) {
        self.ok.set(false);
        self.raw.clear();
    }
}

impl Buffered {
    /// A stream that `__init__` has not seen.
    pub fn new() -> Self {
        Self {
            raw: Slot::empty(),
            buffer: Slot::empty(),
            ok: Cell::new(false),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            abs_pos: Cell::new(0),
            pos: Cell::new(0),
            raw_pos: Cell::new(0),
            read_end: Cell::new(-1),
            write_pos: Cell::new(0),
            write_end: Cell::new(-1),
            size: Cell::new(0),
            lock: StreamLock::default(),
        }
    }

    /// `__init__`.
    pub fn init(&self, t: &Thread, raw: &Object, size: isize, readable: bool, writable: bool) -> PyResult<()> {
        self.ok.set(false);
        self.detached.set(false);
        if size <= 0 {
            return Err(err!(t, ValueError, "buffer size must be strictly positive"));
        }
        let buffer = PyByteArray::new(t, &[])?;
        buffer.resize_to(t, size.unsigned_abs())?;
        self.raw.set(Some(raw.own()));
        self.readable.set(readable);
        self.writable.set(writable);
        self.size.set(size as i64);
        self.buffer.set(Some(buffer));
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(-1);
        self.write_pos.set(0);
        self.write_end.set(-1);
        // A stream without a position is fine.
        if self.raw_tell(t).is_err() {
            errors::clear(t);
        }
        self.ok.set(true);
        Ok(())
    }

    /// The raw stream; raises if there is none.
    pub fn raw(&self, t: &Thread) -> PyResult {
        match self.raw.get() {
            Some(raw) if self.ok.get() => Ok(raw),
            _ if self.detached.get() => Err(err!(t, ValueError, "raw stream has been detached")),
            _ => Err(err!(t, ValueError, "I/O operation on uninitialized object")),
        }
    }

    fn check_open(&self, t: &Thread, message: &str) -> PyResult {
        let raw = self.raw(t)?;
        if is_closed(t, &raw)? && self.ahead() == 0 {
            return Err(err!(t, ValueError, "{message}"));
        }
        Ok(raw)
    }

    /// The address of the buffer and its size. The block stays in place: its size never changes, and Python code that
    /// is handed a view cannot change it either.
    fn block(&self) -> (*mut u8, usize) {
        match self.buffer.get() {
            Some(buffer) => (buffer.data_ptr(), buffer.len()),
            None => (core::ptr::null_mut(), 0),
        }
    }

    /// The bytes `from..to` of the buffer, to be used before anything else runs.
    fn slice(&self, from: i64, to: i64) -> &[u8] {
        let (data, len) = self.block();
        let from = usize::try_from(from).unwrap_or(0).min(len);
        let to = usize::try_from(to).unwrap_or(0).clamp(from, len);
        if data.is_null() || to == from {
            return &[];
        }
        // SAFETY: within the block, which stays in place (see `block`).
        unsafe { core::slice::from_raw_parts(data.add(from), to - from) }
    }

    /// Puts bytes into the buffer; gives how many found room.
    fn store(&self, at: i64, bytes: &[u8]) -> usize {
        let (data, len) = self.block();
        let at = usize::try_from(at).unwrap_or(0).min(len);
        let n = bytes.len().min(len - at);
        if n > 0 {
            // SAFETY: within the block; the source may be the block itself.
            unsafe { core::ptr::copy(bytes.as_ptr(), data.add(at), n) };
        }
        n
    }

    fn valid_read(&self) -> bool {
        self.readable.get() && self.read_end.get() != -1
    }

    fn valid_write(&self) -> bool {
        self.writable.get() && self.write_end.get() != -1
    }

    /// How many bytes have been read ahead.
    fn ahead(&self) -> i64 {
        if self.valid_read() { (self.read_end.get() - self.pos.get()).max(0) } else { 0 }
    }

    /// How far the raw stream stands before the program.
    fn raw_offset(&self) -> i64 {
        if (self.valid_read() || self.valid_write()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }

    fn reset_read(&self) {
        self.read_end.set(-1);
    }

    fn reset_write(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }

    fn adjust(&self, pos: i64) {
        self.pos.set(pos);
        if self.valid_read() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    fn position(&self, t: &Thread, result: &Object, what: &str) -> PyResult<i64> {
        let n = offset(t, result, exceptions_class!(ValueError))?;
        if n < 0 {
            return Err(err!(t, OSError, "Raw stream returned invalid position {n}{what}"));
        }
        self.abs_pos.set(n);
        Ok(n)
    }

    fn raw_tell(&self, t: &Thread) -> PyResult<i64> {
        self.abs_pos.set(-1);
        let Some(raw) = self.raw.get() else { return Err(err!(t, ValueError, "raw stream has been detached")) };
        let result = raw.call_method(t, name!(t, "tell"), &[])?;
        self.position(t, &result, "")
    }

    fn known_tell(&self, t: &Thread) -> PyResult<i64> {
        match self.abs_pos.get() {
            -1 => self.raw_tell(t),
            n => Ok(n),
        }
    }

    fn raw_seek(&self, t: &Thread, raw: &Object, target: i64, whence: i32) -> PyResult<i64> {
        self.abs_pos.set(-1);
        let target = PyInt::from_i64(t, target)?;
        let whence = PyInt::from_i64(t, i64::from(whence))?;
        let result = raw.call_method(t, name!(t, "seek"), &[&target, &whence])?;
        self.position(t, &result, "")
    }

    /// The raw stream as a file whose methods nobody has replaced.
    fn plain(raw: &Object) -> Option<&PyFileIO> {
        raw.downcast_exact::<PyFileIO>().filter(|file| file.is_plain())
    }

    fn count(&self, t: &Thread, result: PyResult, len: usize, call: &str) -> PyResult<Option<usize>> {
        let result = result?;
        if result.is(singletons::none()) {
            return Ok(None);
        }
        let n = match number::index_as_isize_or(t, &result, exceptions_class!(ValueError)) {
            Ok(n) => n,
            Err(raised) if call == "readinto" => {
                let _ = raised;
                return Err(errors::raise_from_cause(
                    t,
                    exceptions_class!(OSError),
                    format_args!("raw readinto() failed"),
                ));
            }
            Err(raised) => return Err(raised),
        };
        match usize::try_from(n) {
            Ok(n) if n <= len => {
                if n > 0 && self.abs_pos.get() != -1 {
                    self.abs_pos.set(self.abs_pos.get() + n as i64);
                }
                Ok(Some(n))
            }
            _ => {
                Err(err!(t, OSError, "raw {call}() returned invalid length {n} (should have been between 0 and {len})"))
            }
        }
    }

    /// A view of part of the buffer, for raw streams written in Python.
    fn view(&self, t: &Thread, buffer: &PyByteArray, from: usize, to: usize) -> PyResult {
        let whole = PyMemoryView::from_object(t, buffer)?;
        let slice = PySlice::from_indices(t, from as isize, to as isize)?;
        whole.as_object().get_item(t, &slice)
    }

    /// Reads into the buffer from `from` on; `None` if it would block.
    fn read_to_buffer(&self, t: &Thread, raw: &Object, from: i64) -> PyResult<Option<usize>> {
        let (data, len) = self.block();
        let from = usize::try_from(from).unwrap_or(0).min(len);
        if let Some(file) = Self::plain(raw) {
            let fd = file.read_fd(t)?;
            // SAFETY: within the block, which stays in place (see `block`); the lock keeps other threads away.
            let got = unsafe { sys::read(t, fd, data.add(from), len - from) }?;
            if let Some(n) = got
                && self.abs_pos.get() != -1
            {
                self.abs_pos.set(self.abs_pos.get() + n as i64);
            }
            return Ok(got);
        }
        let Some(buffer) = self.buffer.get() else { return Ok(Some(0)) };
        let view = self.view(t, &buffer, from, len)?;
        let result = call_retry(t, raw, name!(t, "readinto"), &[&view]);
        self.count(t, result, len - from, "readinto")
    }

    /// Reads into memory outside the buffer; `None` if it would block.
    ///
    /// # Safety
    /// The memory stays in place and may be written until the call returns.
    unsafe fn read_to(&self, t: &Thread, raw: &Object, data: *mut u8, len: usize) -> PyResult<Option<usize>> {
        if let Some(file) = Self::plain(raw) {
            let fd = file.read_fd(t)?;
            // SAFETY: the caller's promise.
            let got = unsafe { sys::read(t, fd, data, len) }?;
            if let Some(n) = got
                && self.abs_pos.get() != -1
            {
                self.abs_pos.set(self.abs_pos.get() + n as i64);
            }
            return Ok(got);
        }
        let target = PyByteArray::new(t, &[])?;
        target.resize_to(t, len)?;
        let view = PyMemoryView::from_object(t, &target)?;
        let result = call_retry(t, raw, name!(t, "readinto"), &[&view]);
        let got = self.count(t, result, len, "readinto")?;
        let n = got.unwrap_or(0).min(target.len());
        // SAFETY: the caller's promise; both are at least this long.
        unsafe { core::ptr::copy_nonoverlapping(target.data_ptr(), data, n) };
        Ok(got)
    }

    /// Reads ahead; `None` if it would block.
    fn fill(&self, t: &Thread, raw: &Object) -> PyResult<Option<usize>> {
        let start = if self.valid_read() { self.read_end.get() } else { 0 };
        let got = self.read_to_buffer(t, raw, start)?;
        if let Some(n) = got
            && n > 0
        {
            self.read_end.set(start + n as i64);
            self.raw_pos.set(start + n as i64);
        }
        Ok(got)
    }

    /// Writes out what is pending and puts the raw stream where the program stands.
    fn flush_and_rewind(&self, t: &Thread, raw: &Object) -> PyResult<()> {
        if self.writable.get() {
            self.write_out(t, raw)?;
        }
        if self.readable.get() {
            let result = self.raw_seek(t, raw, -self.raw_offset(), 1);
            self.reset_read();
            result?;
        }
        Ok(())
    }

    /// `flush`.
    pub fn flush(&self, t: &Thread, stream: &Object) -> PyResult<()> {
        self.check_open(t, "flush of closed file")?;
        let raw = self.raw(t)?;
        let _held = self.lock.enter(t, stream)?;
        self.flush_and_rewind(t, &raw)
    }

    /// `flush` of a reader: only the raw stream's.
    pub fn simple_flush(&self, t: &Thread) -> PyResult {
        self.raw(t)?.call_method(t, name!(t, "flush"), &[])
    }

    /// `peek`.
    pub fn peek(&self, t: &Thread, stream: &Object) -> PyResult<Owned<PyBytes>> {
        let raw = self.check_open(t, "peek of closed file")?;
        let _held = self.lock.enter(t, stream)?;
        if self.writable.get() {
            self.flush_and_rewind(t, &raw)?;
        }
        let have = self.ahead();
        if have > 0 {
            return PyBytes::new(t, self.slice(self.pos.get(), self.read_end.get()));
        }
        self.reset_read();
        let got = self.fill(t, &raw)?.unwrap_or(0);
        self.pos.set(0);
        PyBytes::new(t, self.slice(0, got as i64))
    }

    /// `read`; a missing size is -1.
    pub fn read(&self, t: &Thread, stream: &Object, size: isize) -> PyResult<Option<Owned>> {
        self.raw(t)?;
        if size < -1 {
            return Err(err!(t, ValueError, "read length must be non-negative or -1"));
        }
        let raw = self.check_open(t, "read of closed file")?;
        if size == -1 {
            let _held = self.lock.enter(t, stream)?;
            return self.read_all(t, &raw).map(Some);
        }
        if size as i64 <= self.ahead() {
            return self.read_buffered(t, size as i64).map(|bytes| Some(bytes.into_object()));
        }
        let _held = self.lock.enter(t, stream)?;
        Ok(self.read_generic(t, &raw, size.unsigned_abs())?.map(Owned::into_object))
    }

    /// Hands out bytes that are in the buffer.
    fn read_buffered(&self, t: &Thread, n: i64) -> PyResult<Owned<PyBytes>> {
        let at = self.pos.get();
        let out = PyBytes::new(t, self.slice(at, at + n))?;
        self.pos.set(at + n);
        Ok(out)
    }

    fn read_generic(&self, t: &Thread, raw: &Object, n: usize) -> PyResult<Option<Owned<PyBytes>>> {
        let current = self.ahead();
        if n as i64 <= current {
            return self.read_buffered(t, n as i64).map(Some);
        }
        let out = PyBytes::alloc(t, n)?;
        let mut written = 0usize;
        // SAFETY: a fresh object that nobody else sees; never written beyond its `n` bytes.
        let put = |at: usize, bytes: &[u8]| unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), out.data_ptr().add(at), bytes.len().min(n - at));
        };
        if current > 0 {
            put(0, self.slice(self.pos.get(), self.read_end.get()));
            written = current as usize;
            self.pos.set(self.pos.get() + current);
        }
        if self.writable.get() {
            self.flush_and_rewind(t, raw)?;
        }
        self.reset_read();
        let size = self.size.get() as usize;
        let done = |written: usize| PyBytes::new(t, &out.as_bytes()[..written]).map(Some);
        // Whole blocks go straight to the result.
        while n - written >= size {
            let whole = (n - written) / size * size;
            // SAFETY: a fresh object that nobody else sees.
            match unsafe { self.read_to(t, raw, out.data_ptr().add(written), whole) }? {
                None if written == 0 => return Ok(None),
                None | Some(0) => return done(written),
                Some(got) => written += got,
            }
        }
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(0);
        while written < n && self.read_end.get() < size as i64 {
            match self.fill(t, raw)? {
                None if written == 0 => return Ok(None),
                None | Some(0) => return done(written),
                Some(got) => {
                    let take = got.min(n - written);
                    let at = self.pos.get();
                    put(written, self.slice(at, at + take as i64));
                    written += take;
                    self.pos.set(at + take as i64);
                }
            }
        }
        if written < n || n <= 1 { done(written) } else { Ok(Some(out)) }
    }

    fn read_all(&self, t: &Thread, raw: &Object) -> PyResult {
        let current = self.ahead();
        let mut data = self.slice(self.pos.get(), self.pos.get() + current).to_vec();
        self.pos.set(self.pos.get() + current);
        if self.writable.get() {
            self.flush_and_rewind(t, raw)?;
        }
        self.reset_read();
        let readall = raw.getattr_opt(t, name!(t, "readall"))?;
        if let Some(readall) = readall {
            let rest = match Self::plain(raw) {
                Some(file) => file.read_all(t)?.map_or_else(none, Owned::into_object),
                None => readall.call(t, &[])?,
            };
            if current == 0 && (rest.is(singletons::none()) || rest.is_instance_of::<PyBytes>()) {
                if let Some(bytes) = rest.downcast::<PyBytes>()
                    && self.abs_pos.get() != -1
                {
                    self.abs_pos.set(self.abs_pos.get() + bytes.len() as i64);
                }
                return Ok(rest);
            }
            match rest.downcast::<PyBytes>() {
                Some(bytes) => {
                    if self.abs_pos.get() != -1 {
                        self.abs_pos.set(self.abs_pos.get() + bytes.len() as i64);
                    }
                    append(t, &mut data, bytes.as_bytes())?;
                }
                None if rest.is(singletons::none()) => {}
                None => return Err(err!(t, TypeError, "readall() should return bytes")),
            }
            return PyBytes::new(t, &data).map(Owned::into_object);
        }
        let mut any = current > 0;
        loop {
            let chunk = raw.call_method(t, name!(t, "read"), &[])?;
            let bytes = match chunk.downcast::<PyBytes>() {
                Some(bytes) => Some(bytes),
                None if chunk.is(singletons::none()) => None,
                None => return Err(err!(t, TypeError, "read() should return bytes")),
            };
            match bytes {
                Some(bytes) if bytes.len() > 0 => {
                    any = true;
                    append(t, &mut data, bytes.as_bytes())?;
                    if self.abs_pos.get() != -1 {
                        self.abs_pos.set(self.abs_pos.get() + bytes.len() as i64);
                    }
                }
                _ if !any => return Ok(chunk),
                _ => return PyBytes::new(t, &data).map(Owned::into_object),
            }
        }
    }

    /// `read1`.
    pub fn read1(&self, t: &Thread, stream: &Object, size: isize) -> PyResult<Owned<PyBytes>> {
        self.raw(t)?;
        let size = if size < 0 { self.size.get() } else { size as i64 };
        let raw = self.check_open(t, "read of closed file")?;
        if size == 0 {
            return Ok(PyBytes::empty().own());
        }
        let have = self.ahead();
        if have > 0 {
            return self.read_buffered(t, have.min(size));
        }
        let size = size as usize;
        let out = PyBytes::alloc(t, size)?;
        let _held = self.lock.enter(t, stream)?;
        // What was written goes out first: one stream has one position.
        if self.writable.get() {
            self.flush_and_rewind(t, &raw)?;
        }
        self.reset_read();
        // SAFETY: a fresh object that nobody else sees.
        let got = unsafe { self.read_to(t, &raw, out.data_ptr(), size) }?.unwrap_or(0);
        if got == size && size > 1 {
            return Ok(out);
        }
        PyBytes::new(t, &out.as_bytes()[..got])
    }

    /// `readinto` and `readinto1`.
    pub fn readinto(&self, t: &Thread, stream: &Object, buffer: &Object, once: bool) -> PyResult<Option<usize>> {
        self.raw(t)?;
        let mut target = crate::support::writable(t, buffer, if once { "readinto1" } else { "readinto" })?;
        let raw = self.check_open(t, "readinto of closed file")?;
        let len = target.len();
        let out = target.as_mut_bytes().as_mut_ptr();
        // SAFETY: the exporter keeps the memory in place while the view is held; the source may overlap it.
        let put = |at: usize, bytes: &[u8]| unsafe { core::ptr::copy(bytes.as_ptr(), out.add(at), bytes.len()) };
        let mut written = 0usize;
        let have = self.ahead() as usize;
        if have > 0 {
            let n = have.min(len);
            put(0, self.slice(self.pos.get(), self.pos.get() + n as i64));
            self.pos.set(self.pos.get() + n as i64);
            written = n;
            if n == len {
                return Ok(Some(n));
            }
        }
        let _held = self.lock.enter(t, stream)?;
        if self.writable.get() {
            self.flush_and_rewind(t, &raw)?;
        }
        self.reset_read();
        self.pos.set(0);
        while written < len {
            let left = len - written;
            let got;
            if left as i64 > self.size.get() {
                // SAFETY: as above.
                got = unsafe { self.read_to(t, &raw, out.add(written), left) }?;
                if let Some(n) = got
                    && n > 0
                {
                    written += n;
                    if once {
                        return Ok(Some(written));
                    }
                    continue;
                }
            } else if once && written > 0 {
                break;
            } else {
                got = self.fill(t, &raw)?;
                if let Some(n) = got
                    && n > 0
                {
                    let n = n.min(left);
                    put(written, self.slice(self.pos.get(), self.pos.get() + n as i64));
                    self.pos.set(self.pos.get() + n as i64);
                    written += n;
                    if once {
                        break;
                    }
                    continue;
                }
            }
            if got.is_none() && written == 0 {
                return Ok(None);
            }
            break;
        }
        Ok(Some(written))
    }

    /// `readline`; -1 for no limit.
    pub fn readline(&self, t: &Thread, stream: &Object, limit: isize) -> PyResult<Owned<PyBytes>> {
        let raw = self.check_open(t, "readline of closed file")?;
        let mut limit = i64::try_from(limit).ok().filter(|&limit| limit >= 0);
        let clip = |n: i64, limit: Option<i64>| limit.map_or(n, |limit| n.min(limit));
        let n = clip(self.ahead(), limit);
        let at = self.pos.get();
        let data = self.slice(at, at + n);
        if let Some(end) = memchr::memchr(b'\n', data) {
            let line = PyBytes::new(t, &data[..=end])?;
            self.pos.set(at + end as i64 + 1);
            return Ok(line);
        }
        if limit == Some(n) {
            let line = PyBytes::new(t, data)?;
            self.pos.set(at + n);
            return Ok(line);
        }
        let _held = self.lock.enter(t, stream)?;
        let mut out = self.slice(at, at + n).to_vec();
        self.pos.set(at + n);
        limit = limit.map(|limit| limit - n);
        if self.writable.get() {
            self.flush_and_rewind(t, &raw)?;
        }
        loop {
            self.reset_read();
            let got = self.fill(t, &raw)?.unwrap_or(0);
            if got == 0 {
                break;
            }
            let n = clip(got as i64, limit);
            let data = self.slice(0, n);
            if let Some(end) = memchr::memchr(b'\n', data) {
                append(t, &mut out, &data[..=end])?;
                self.pos.set(end as i64 + 1);
                return PyBytes::new(t, &out);
            }
            append(t, &mut out, data)?;
            self.pos.set(n);
            limit = limit.map(|limit| limit - n);
            if limit == Some(0) {
                return PyBytes::new(t, &out);
            }
        }
        PyBytes::new(t, &out)
    }

    /// `tell`.
    pub fn tell(&self, t: &Thread) -> PyResult<i64> {
        self.raw(t)?;
        let at = self.raw_tell(t)?;
        Ok((at - self.raw_offset()).max(0))
    }

    /// `seek`.
    pub fn seek(&self, t: &Thread, stream: &Object, target: &Object, whence: i32) -> PyResult<i64> {
        self.raw(t)?;
        if !matches!(whence, libc::SEEK_SET | libc::SEEK_CUR | libc::SEEK_END | libc::SEEK_DATA | libc::SEEK_HOLE) {
            return Err(err!(t, ValueError, "whence value {whence} unsupported"));
        }
        let raw = self.check_open(t, "seek of closed file")?;
        check_seekable(t, &raw)?;
        let mut target = offset(t, target, exceptions_class!(ValueError))?;
        if matches!(whence, libc::SEEK_SET | libc::SEEK_CUR) && self.readable.get() {
            // Within what has been read ahead the raw stream need not move.
            let current = self.known_tell(t)?;
            let ahead = self.ahead();
            if ahead > 0 {
                let here = current - self.raw_offset();
                let step = if whence == libc::SEEK_SET { target.checked_sub(here) } else { Some(target) };
                if let Some(step) = step
                    && step >= -self.pos.get()
                    && step <= ahead
                {
                    self.pos.set(self.pos.get() + step);
                    // The position of a device may make no sense.
                    return Ok((here + step).max(0));
                }
            }
        }
        let _held = self.lock.enter(t, stream)?;
        if self.writable.get() {
            self.write_out(t, &raw)?;
        }
        if whence == libc::SEEK_CUR {
            target = target.saturating_sub(self.raw_offset());
        }
        let at = self.raw_seek(t, &raw, target, whence)?;
        self.raw_pos.set(-1);
        if self.readable.get() {
            self.reset_read();
        }
        Ok(at)
    }

    /// `truncate`.
    pub fn truncate(&self, t: &Thread, stream: &Object, pos: Option<&Object>) -> PyResult {
        self.raw(t)?;
        let raw = self.check_open(t, "truncate of closed file")?;
        if !self.writable.get() {
            return Err(unsupported(t, "truncate"));
        }
        let _held = self.lock.enter(t, stream)?;
        self.flush_and_rewind(t, &raw)?;
        let pos = attr::none_if_none(pos).unwrap_or_else(|| singletons::none());
        let result = raw.call_method(t, name!(t, "truncate"), &[pos])?;
        if self.raw_tell(t).is_err() {
            errors::clear(t);
        }
        Ok(result)
    }

    /// Writes memory to the raw stream; `None` if it would block.
    ///
    /// # Safety
    /// The memory stays in place until the call returns.
    unsafe fn raw_write(
        &self,
        t: &Thread,
        raw: &Object,
        data: *const u8,
        len: usize,
        source: &dyn Fn() -> PyResult,
    ) -> PyResult<Option<usize>> {
        if let Some(file) = Self::plain(raw) {
            let fd = file.write_fd(t)?;
            // SAFETY: the caller's promise.
            let got = unsafe { sys::write(t, fd, data, len) }?;
            if let Some(n) = got
                && self.abs_pos.get() != -1
            {
                self.abs_pos.set(self.abs_pos.get() + n as i64);
            }
            return Ok(got);
        }
        let view = source()?;
        let result = call_retry(t, raw, name!(t, "write"), &[&view]);
        self.count(t, result, len, "write")
    }

    /// Writes out what is pending.
    fn write_out(&self, t: &Thread, raw: &Object) -> PyResult<()> {
        if self.valid_write() && self.write_pos.get() != self.write_end.get() {
            // The raw stream goes back to where the pending bytes belong.
            let rewind = self.raw_offset() + (self.pos.get() - self.write_pos.get());
            if rewind != 0 {
                self.raw_seek(t, raw, -rewind, 1)?;
                self.raw_pos.set(self.raw_pos.get() - rewind);
            }
            while self.write_pos.get() < self.write_end.get() {
                let (from, to) = (self.write_pos.get(), self.write_end.get());
                let data = self.slice(from, to);
                let Some(buffer) = self.buffer.get() else { break };
                let view = || self.view(t, &buffer, from as usize, to as usize);
                // SAFETY: part of the block, which stays in place (see `block`).
                let got = unsafe { self.raw_write(t, raw, data.as_ptr(), data.len(), &view) }?;
                let Some(n) = got else {
                    return Err(blocking(t, "write could not complete without blocking", 0));
                };
                self.write_pos.set(from + n as i64);
                self.raw_pos.set(from + n as i64);
                // A signal handler that raises shall be heard even if writes are only ever partial.
                state::check_signals(t)?;
            }
        }
        self.reset_write();
        Ok(())
    }

    /// `write`.
    pub fn write(&self, t: &Thread, stream: &Object, source: &Object) -> PyResult<usize> {
        self.raw(t)?;
        if let Some(bytes) = source.downcast_exact::<PyBytes>() {
            return self.write_slice(t, stream, bytes.as_bytes());
        }
        let buffer = Buffer::readable(t, source)?;
        self.write_slice(t, stream, buffer.as_bytes())
    }

    /// `write` of memory that stays in place during the call.
    pub fn write_slice(&self, t: &Thread, stream: &Object, bytes: &[u8]) -> PyResult<usize> {
        let raw = self.raw(t)?;
        let _held = self.lock.enter(t, stream)?;
        if is_closed(t, &raw)? {
            return Err(err!(t, ValueError, "write to closed file"));
        }
        let len = bytes.len();
        let size = self.size.get();
        if !self.valid_read() && !self.valid_write() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let pos = self.pos.get();
        let avail = size - pos;
        if len as i64 <= avail && (len as i64) < size {
            self.store(pos, bytes);
            if !self.valid_write() || self.write_pos.get() > pos {
                self.write_pos.set(pos);
            }
            self.adjust(pos + len as i64);
            if self.write_end.get() < self.pos.get() {
                self.write_end.set(self.pos.get());
            }
            return Ok(len);
        }
        if let Err(raised) = self.write_out(t, &raw) {
            if !errors::matches::<exceptions::BlockingIOError>(t) {
                return Err(raised);
            }
            errors::clear(t);
            if self.readable.get() {
                self.reset_read();
            }
            // What could not be written moves to the front, and as much as possible is kept behind it.
            let start = self.write_pos.get();
            let pending = self.slice(start, self.write_end.get());
            self.store(0, pending);
            self.write_end.set(self.write_end.get() - start);
            self.raw_pos.set(self.raw_pos.get() - start);
            self.pos.set(self.pos.get() - start);
            self.write_pos.set(0);
            let room = size - self.write_end.get();
            let kept = self.store(self.write_end.get(), &bytes[..len.min(room.max(0) as usize)]);
            self.write_end.set(self.write_end.get() + kept as i64);
            self.pos.set(self.pos.get() + kept as i64);
            if kept == len {
                return Ok(len);
            }
            return Err(blocking(t, "write could not complete without blocking", kept));
        }
        let ahead = self.raw_offset();
        if ahead != 0 {
            self.raw_seek(t, &raw, -ahead, 1)?;
            self.raw_pos.set(self.raw_pos.get() - ahead);
        }
        let mut written = 0usize;
        while (len - written) as i64 > size {
            let rest = &bytes[written..];
            let view = || {
                let copy = PyBytes::new(t, rest)?;
                PyMemoryView::from_object(t, &copy).map(Owned::into_object)
            };
            // SAFETY: the caller's promise.
            match unsafe { self.raw_write(t, &raw, rest.as_ptr(), rest.len(), &view) }? {
                Some(n) => written += n,
                None => {
                    let kept = self.store(0, &rest[..rest.len().min(size as usize)]);
                    self.raw_pos.set(0);
                    self.adjust(kept as i64);
                    self.write_pos.set(0);
                    self.write_end.set(kept as i64);
                    return Err(blocking(t, "write could not complete without blocking", written + kept));
                }
            }
            state::check_signals(t)?;
        }
        if self.readable.get() {
            self.reset_read();
        }
        let rest = self.store(0, &bytes[written..]);
        self.write_pos.set(0);
        self.write_end.set(rest as i64);
        self.adjust(rest as i64);
        self.raw_pos.set(0);
        Ok(len)
    }

    /// `close`.
    pub fn close(&self, t: &Thread, stream: &Object) -> PyResult {
        let raw = self.raw(t)?;
        {
            let _held = self.lock.enter(t, stream)?;
            if is_closed(t, &raw)? {
                return Ok(none());
            }
            if self.finalizing.get() && self.dealloc_warn(t, stream).is_err() {
                errors::clear(t);
            }
        }
        // Flushing takes the lock itself; the stream's own method may do more than ours.
        let flushed = stream.call_method(t, name!(t, "flush"), &[]);
        let _held = self.lock.enter(t, stream)?;
        both(t, flushed, || {
            let result = raw.call_method(t, name!(t, "close"), &[])?;
            self.read_end.set(0);
            self.pos.set(0);
            self.buffer.set(None);
            Ok(result)
        })
    }

    /// `_dealloc_warn`: the raw stream warns in the name of the outermost one.
    pub fn dealloc_warn(&self, t: &Thread, source: &Object) -> PyResult<()> {
        if self.ok.get()
            && let Some(raw) = self.raw.get()
        {
            if let Some(file) = Self::plain(&raw) {
                return file._dealloc_warn(t, source);
            }
            if raw.call_method(t, name!(t, "_dealloc_warn"), &[source]).is_err() {
                errors::clear(t);
            }
        }
        Ok(())
    }

    /// `detach`.
    pub fn detach(&self, t: &Thread, stream: &Object) -> PyResult {
        self.raw(t)?;
        stream.call_method(t, name!(t, "flush"), &[])?;
        let raw = self.raw(t)?;
        self.raw.set(None);
        self.detached.set(true);
        self.ok.set(false);
        Ok(raw)
    }

    /// `__next__`.
    pub fn next(&self, t: &Thread, stream: &Object, exact: bool) -> PyResult<Option<Owned>> {
        self.raw(t)?;
        let line = if exact {
            self.readline(t, stream, -1)?
        } else {
            expect_bytes(t, stream.call_method(t, name!(t, "readline"), &[])?, "readline")?
        };
        if line.len() == 0 { Ok(None) } else { Ok(Some(line.into_object())) }
    }

    /// The size of the buffer.
    pub fn buffer_size(&self) -> usize {
        self.block().1
    }

    /// Whether the raw stream is a plain file that is closed.
    pub fn closed_fast(&self) -> Option<bool> {
        // SAFETY: nothing runs while the raw stream is looked at.
        let raw = unsafe { self.raw.peek() }?;
        raw.downcast_exact::<PyFileIO>().map(PyFileIO::is_closed)
    }
}
