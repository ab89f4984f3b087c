//! `mmap`: files and bare memory as buffers.

use crate::args;
use std::cell::Cell;
use taipan_object::abi::Py_buffer;
use taipan_object::buffer::{self, Buffer};
use taipan_object::handle::WeakList;
use taipan_object::sequence::SliceBounds;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyBytes, PyInt, PyModule, PyResult, PySlice, PyType, Thread, attr, audit, class,
    err, errors, exceptions, native_module, number, object, singletons, upcast,
};

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;

/// `mmap.mmap`.
#[object]
pub struct Mmap {
    /// Where the memory is; zero once closed.
    data: Cell<usize>,
    size: Cell<usize>,
    pos: Cell<usize>,
    offset: Cell<i64>,
    fd: Cell<i32>,
    flags: i32,
    access: i32,
    trackfd: bool,
    exports: Cell<usize>,
    weakrefs: WeakList,
}

impl Drop for Mmap {
    fn drop(&mut self) {
        self.unmap();
    }
}

fn page_size() -> usize {
    // SAFETY: a plain question.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

impl Mmap {
    fn unmap(&self) {
        let fd = self.fd.replace(-1);
        let data = self.data.replace(0);
        // SAFETY: the descriptor and the memory are this object's own, and given back once.
        unsafe {
            if fd >= 0 {
                libc::close(fd);
            }
            if data != 0 {
                libc::munmap(data as *mut libc::c_void, self.size.get());
            }
        }
    }

    fn check(&self, t: &Thread) -> PyResult<()> {
        if self.data.get() == 0 { Err(err!(t, ValueError, "mmap closed or invalid")) } else { Ok(()) }
    }

    /// Whether a change is allowed.
    fn check_writable(&self, t: &Thread) -> PyResult<()> {
        if self.access == ACCESS_READ {
            return Err(err!(t, TypeError, "mmap can't modify a readonly memory map."));
        }
        Ok(())
    }

    fn check_resizable(&self, t: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(err!(t, BufferError, "mmap can't resize with extant buffers exported."));
        }
        if !self.trackfd {
            return Err(err!(t, ValueError, "mmap can't resize with trackfd=False."));
        }
        if self.access == ACCESS_READ || self.access == ACCESS_COPY {
            return Err(err!(t, TypeError, "mmap can't resize a readonly or copy-on-write memory map."));
        }
        Ok(())
    }

    /// The memory. Not held across anything that may run Python code.
    fn bytes(&self) -> &[u8] {
        if self.data.get() == 0 {
            return &[];
        }
        // SAFETY: mapped for as long as the address is set.
        unsafe { std::slice::from_raw_parts(self.data.get() as *const u8, self.size.get()) }
    }

    /// Writes bytes at a place inside of the memory.
    fn put(&self, at: usize, data: &[u8]) {
        debug_assert!(at + data.len() <= self.size.get());
        // SAFETY: the callers have checked the range and that the memory is writable; the source may overlap.
        unsafe { std::ptr::copy(data.as_ptr(), (self.data.get() as *mut u8).add(at), data.len()) };
    }

    /// What is left after the position.
    fn rest(&self) -> &[u8] {
        self.bytes().get(self.pos.get()..).unwrap_or(&[])
    }

    fn search(
        &self,
        t: &Thread,
        view: &Object,
        start: Option<&Object>,
        end: Option<&Object>,
        back: bool,
    ) -> PyResult<isize> {
        let view = Buffer::readable(t, view)?;
        let bound = |object: Option<&Object>, default: usize| match attr::none_if_none(object) {
            Some(object) => number::index_clipped(t, object),
            None => Ok(default as isize),
        };
        self.check(t)?;
        let start = bound(start, self.pos.get())?;
        let end = bound(end, self.size.get())?;
        self.check(t)?;
        let size = self.size.get() as isize;
        let clip = |i: isize| if i < 0 { i.saturating_add(size).max(0) } else { i.min(size) };
        let (start, end) = (clip(start), clip(end));
        if start > end {
            return Ok(-1);
        }
        let (hay, needle) = (&self.bytes()[start as usize..end as usize], view.as_bytes());
        let found = if needle.is_empty() {
            Some(if back { hay.len() } else { 0 })
        } else if back {
            hay.windows(needle.len()).rposition(|w| w == needle)
        } else {
            let mut at = 0;
            loop {
                let Some(first) = hay[at..].iter().position(|b| *b == needle[0]) else { break None };
                if hay[at + first..].starts_with(needle) {
                    break Some(at + first);
                }
                at += first + 1;
            }
        };
        Ok(found.map_or(-1, |i| i as isize + start))
    }

    /// The bounds of a slice for the present size.
    fn bounds(&self, t: &Thread, slice: &PySlice) -> PyResult<(SliceBounds, usize)> {
        let mut bounds = slice.unpack(t)?;
        self.check(t)?;
        let n = bounds.adjust(self.size.get());
        Ok((bounds, n))
    }

    /// An index, counted from the end if negative.
    fn index(&self, t: &Thread, index: &Object) -> PyResult<usize> {
        let i = number::index_as_isize_or(t, index, exceptions::IndexError::class())?;
        self.check(t)?;
        let size = self.size.get() as isize;
        let i = if i < 0 { i.saturating_add(size) } else { i };
        if i < 0 || i >= size {
            return Err(err!(t, IndexError, "mmap index out of range"));
        }
        Ok(i as usize)
    }
}

#[class(name = "mmap.mmap", heap, flags(BASETYPE, HAVE_GC), weaklist = weakrefs,
    doc = "Windows: mmap(fileno, length[, tagname[, access[, offset]]])\n\nMaps length bytes from the file specified by the file handle fileno,\nand returns a mmap object.  If length is larger than the current size\nof the file, the file is extended to contain length bytes.  If length\nis 0, the maximum length of the map is the current size of the file,\nexcept that if the file is empty Windows raises an exception (you cannot\ncreate an empty mapping on Windows).\n\nUnix: mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMaps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.  If length is 0, the maximum length of the map\nwill be the current size of the file when mmap is called.\nflags specifies the nature of the mapping. MAP_PRIVATE creates a\nprivate copy-on-write mapping, so changes to the contents of the mmap\nobject will be private to this process, and MAP_SHARED creates a mapping\nthat's shared with all other processes mapping the same areas of the file.\nThe default value is MAP_SHARED.\n\nTo map anonymous memory, pass -1 as the fileno (both versions).")]
impl Mmap {
    #[new(sig = "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)", text = "")]
    fn new(
        cls: &PyType,
        t: &Thread,
        fileno: i32,
        length: isize,
        flags: i32,
        prot: i32,
        access: i32,
        offset: i64,
        trackfd: bool,
    ) -> PyResult<Owned<Self>> {
        const BOTH: i32 = libc::PROT_READ | libc::PROT_WRITE;
        let (mut flags, mut prot, mut access) = (flags, prot, access);

        let Ok(mut size) = usize::try_from(length) else {
            return Err(err!(t, OverflowError, "memory mapped length must be positive"));
        };
        if offset < 0 {
            return Err(err!(t, OverflowError, "memory mapped offset must be positive"));
        }
        if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || prot != BOTH) {
            return Err(err!(t, ValueError, "mmap can't specify both access and flags, prot."));
        }
        match access {
            ACCESS_READ => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
            ACCESS_WRITE => (flags, prot) = (libc::MAP_SHARED, BOTH),
            ACCESS_COPY => (flags, prot) = (libc::MAP_PRIVATE, BOTH),
            ACCESS_DEFAULT => {
                if prot & libc::PROT_READ != 0 && prot & libc::PROT_WRITE != 0 {
                    // Anything may be done.
                } else if prot & libc::PROT_WRITE != 0 {
                    access = ACCESS_WRITE;
                } else {
                    access = ACCESS_READ;
                }
            }
            _ => return Err(err!(t, ValueError, "mmap invalid access parameter.")),
        }
        let n = PyInt::from_i64(t, length as i64)?;
        let fileno_object = PyInt::from_i64(t, i64::from(fileno))?;
        let access_object = PyInt::from_i64(t, i64::from(access))?;
        let offset_object = PyInt::from_i64(t, offset)?;
        audit::audit(t, "mmap.__new__", &[&fileno_object, &n, &access_object, &offset_object])?;
        let mut fd = -1;
        if fileno != -1 {
            let mut status = std::mem::MaybeUninit::<libc::stat>::zeroed();
            let at = status.as_mut_ptr() as usize;
            // SAFETY: a structure on the stack; only its address crosses.
            args::checked(t, || i64::from(unsafe { libc::fstat(fileno, at as *mut libc::stat) }))?;
            // SAFETY: filled by the call above.
            let status = unsafe { status.assume_init() };
            if status.st_mode & libc::S_IFMT == libc::S_IFREG {
                if size == 0 {
                    if status.st_size == 0 {
                        return Err(err!(t, ValueError, "cannot mmap an empty file"));
                    }
                    if offset >= status.st_size {
                        return Err(err!(t, ValueError, "mmap offset is greater than file size"));
                    }
                    size = usize::try_from(status.st_size - offset)
                        .map_err(|_| err!(t, ValueError, "mmap length is too large"))?;
                } else if offset > status.st_size || ((status.st_size - offset) as u64) < size as u64 {
                    return Err(err!(t, ValueError, "mmap length is greater than file size"));
                }
            }
            if trackfd {
                // SAFETY: a call on numbers.
                fd = args::checked(t, || i64::from(unsafe { libc::fcntl(fileno, libc::F_DUPFD_CLOEXEC, 0) }))? as i32;
            }
        } else {
            flags |= libc::MAP_ANONYMOUS;
        }
        let out = cls.instance(
            t,
            Self {
                head: Head::new(),
                data: Cell::new(0),
                size: Cell::new(size),
                pos: Cell::new(0),
                offset: Cell::new(offset),
                fd: Cell::new(fd),
                flags,
                access,
                trackfd,
                exports: Cell::new(0),
                weakrefs: WeakList::new(),
            },
        )?;
        let mapped = t.allow_threads(|| {
            // SAFETY: new memory, wherever the system puts it.
            let at = unsafe { libc::mmap(std::ptr::null_mut(), size, prot, flags, fileno, offset) };
            if at == libc::MAP_FAILED { Err(args::errno()) } else { Ok(at as usize) }
        });
        match mapped {
            Ok(at) => out.data.set(at),
            Err(code) => return Err(errors::os_error(t, code)),
        }
        Ok(out)
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> String {
        let name = upcast(self).class().name_lossy();
        if self.data.get() == 0 {
            return format!("<{name} closed=True>");
        }
        let access = match self.access {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_WRITE => "ACCESS_WRITE",
            ACCESS_COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        format!(
            "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
            self.size.get(),
            self.pos.get(),
            self.offset.get()
        )
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        self.check(t)?;
        let readonly = self.access == ACCESS_READ;
        buffer::fill_info(t, view, upcast(self), self.data.get() as *mut u8, self.size.get(), readonly, flags)?;
        self.exports.set(self.exports.get() + 1);
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }

    #[slot]
    fn sq_length(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(self.size.get())
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(self.size.get())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, i: isize) -> PyResult<Owned<PyBytes>> {
        self.check(t)?;
        match usize::try_from(i).ok().and_then(|i| self.bytes().get(i)) {
            Some(&byte) => PyBytes::new(t, &[byte]),
            None => Err(err!(t, IndexError, "mmap index out of range")),
        }
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, i: isize, value: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < self.size.get()) else {
            return Err(err!(t, IndexError, "mmap index out of range"));
        };
        let Some(value) = value else {
            return Err(err!(t, TypeError, "mmap object doesn't support item deletion"));
        };
        let Some([byte]) = value.downcast::<PyBytes>().map(PyBytes::as_bytes) else {
            return Err(err!(t, IndexError, "mmap assignment must be length-1 bytes()"));
        };
        self.check_writable(t)?;
        self.put(i, &[*byte]);
        Ok(())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.check(t)?;
        if number::is_index(key) {
            let i = self.index(t, key)?;
            return PyInt::from_i64(t, i64::from(self.bytes()[i])).map(Owned::into_object);
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return Err(err!(t, TypeError, "mmap indices must be integers"));
        };
        let (bounds, n) = self.bounds(t, slice)?;
        let data = self.bytes();
        let made = if n == 0 {
            PyBytes::new(t, &[])
        } else if bounds.step == 1 {
            PyBytes::new(t, &data[bounds.start as usize..bounds.start as usize + n])
        } else {
            PyBytes::with(t, n, |out| {
                let mut at = bounds.start;
                for byte in out {
                    *byte = data.get(at as usize).copied().unwrap_or(0);
                    at = at.wrapping_add(bounds.step);
                }
            })
        };
        made.map(Owned::into_object)
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        self.check_writable(t)?;
        if number::is_index(key) {
            let i = self.index(t, key)?;
            let Some(value) = value else {
                return Err(err!(t, TypeError, "mmap doesn't support item deletion"));
            };
            if !number::is_index(value) {
                return Err(err!(t, TypeError, "mmap item value must be an int"));
            }
            let number = number::index_as_isize_or(t, value, exceptions::TypeError::class())?;
            let Ok(byte) = u8::try_from(number) else {
                return Err(err!(t, ValueError, "mmap item value must be in range(0, 256)"));
            };
            self.check(t)?;
            if i >= self.size.get() {
                return Err(err!(t, IndexError, "mmap index out of range"));
            }
            self.put(i, &[byte]);
            return Ok(());
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return Err(err!(
                t,
                TypeError,
                "mmap indices must be {}",
                if value.is_some() { "integer" } else { "integers" }
            ));
        };
        let Some(value) = value else {
            return Err(err!(t, TypeError, "mmap object doesn't support slice deletion"));
        };
        let source = buffer::contiguous_bytes(t, value)?;
        let (bounds, n) = self.bounds(t, slice)?;
        if source.len() != n {
            return Err(err!(t, IndexError, "mmap slice assignment is wrong size"));
        }
        if n == 0 {
            return Ok(());
        }
        if bounds.step == 1 {
            self.put(bounds.start as usize, &source);
            return Ok(());
        }
        let mut at = bounds.start;
        for byte in source {
            self.put(at as usize, &[byte]);
            at = at.wrapping_add(bounds.step);
        }
        Ok(())
    }

    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(err!(t, BufferError, "cannot close exported pointers exist"));
        }
        self.unmap();
        Ok(())
    }

    #[getter]
    fn closed(&self, _t: &Thread) -> bool {
        self.data.get() == 0
    }

    #[method(sig = "(view, start=None, end=None, /)")]
    fn find(&self, t: &Thread, view: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        self.search(t, view, start, end, false)
    }

    #[method(sig = "(view, start=None, end=None, /)")]
    fn rfind(&self, t: &Thread, view: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        self.search(t, view, start, end, true)
    }

    #[method(sig = "(offset=0, size=None, /)")]
    fn flush(&self, t: &Thread, offset: Option<isize>, size: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        let offset = offset.unwrap_or(0);
        let all = self.size.get() as isize;
        let size = match attr::none_if_none(size) {
            Some(size) => number::index_as_isize(t, size)?,
            None => all.saturating_sub(offset),
        };
        if size < 0 || offset < 0 || all - offset < size {
            return Err(err!(t, ValueError, "flush values out of range"));
        }
        if self.access == ACCESS_READ || self.access == ACCESS_COPY {
            return Ok(());
        }
        self.check(t)?;
        let at = self.data.get() + offset as usize;
        // SAFETY: inside of the mapped memory.
        args::checked(t, || i64::from(unsafe { libc::msync(at as *mut libc::c_void, size as usize, libc::MS_SYNC) }))?;
        Ok(())
    }

    #[method(sig = "(option, start=0, length=None, /)")]
    fn madvise(&self, t: &Thread, option: i32, start: Option<isize>, length: Option<&Object>) -> PyResult<()> {
        self.check(t)?;
        let start = start.unwrap_or(0);
        let size = self.size.get() as isize;
        let length = match attr::none_if_none(length) {
            Some(length) => number::index_as_isize(t, length)?,
            None => size,
        };
        if start < 0 || start >= size {
            return Err(err!(t, ValueError, "madvise start out of bounds"));
        }
        if length < 0 {
            return Err(err!(t, ValueError, "madvise length invalid"));
        }
        if isize::MAX - start < length {
            return Err(err!(t, OverflowError, "madvise length too large"));
        }
        self.check(t)?;
        let length = length.min(size - start);
        let at = self.data.get() + start as usize;
        // SAFETY: inside of the mapped memory.
        args::checked(t, || i64::from(unsafe { libc::madvise(at as *mut libc::c_void, length as usize, option) }))?;
        Ok(())
    }

    #[method(sig = "(dest, src, count, /)", name = "move")]
    fn move_(&self, t: &Thread, dest: isize, src: isize, count: isize) -> PyResult<()> {
        self.check(t)?;
        self.check_writable(t)?;
        let size = self.size.get() as isize;
        if dest < 0 || src < 0 || count < 0 || size - dest < count || size - src < count {
            return Err(err!(t, ValueError, "source, destination, or count out of range"));
        }
        self.put(dest as usize, &self.bytes()[src as usize..(src + count) as usize]);
        Ok(())
    }

    #[method(sig = "(n=None, /)")]
    fn read(&self, t: &Thread, n: Option<&Object>) -> PyResult<Owned<PyBytes>> {
        let wanted = match attr::none_if_none(n) {
            None => isize::MAX,
            Some(n) if number::is_index(n) => number::index_as_isize(t, n)?,
            Some(n) => {
                return Err(err!(
                    t,
                    TypeError,
                    "argument should be integer or None, not '{:.200}'",
                    n.class().name_lossy()
                ));
            }
        };
        self.check(t)?;
        let rest = self.rest();
        let n = usize::try_from(wanted).map_or(rest.len(), |n| n.min(rest.len()));
        let made = PyBytes::new(t, &rest[..n])?;
        self.pos.set(self.pos.get() + n);
        Ok(made)
    }

    #[method]
    fn read_byte(&self, t: &Thread) -> PyResult<isize> {
        self.check(t)?;
        let Some(&byte) = self.rest().first() else {
            return Err(err!(t, ValueError, "read byte out of range"));
        };
        self.pos.set(self.pos.get() + 1);
        Ok(isize::from(byte))
    }

    #[method]
    fn readline(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.check(t)?;
        let rest = self.rest();
        let n = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1);
        let made = PyBytes::new(t, &rest[..n])?;
        self.pos.set(self.pos.get() + n);
        Ok(made)
    }

    #[method]
    fn resize(&self, t: &Thread, newsize: isize) -> PyResult<()> {
        self.check(t)?;
        self.check_resizable(t)?;
        let Ok(wanted) = usize::try_from(newsize) else {
            return Err(err!(t, ValueError, "new size out of range"));
        };
        let Some(end) = self.offset.get().checked_add(newsize as i64) else {
            return Err(err!(t, ValueError, "new size out of range"));
        };
        let (old, fd) = (self.size.get(), self.fd.get());
        if fd == -1 && self.flags & libc::MAP_PRIVATE == 0 && wanted > old {
            return Err(err!(t, ValueError, "mmap: can't expand a shared anonymous mapping"));
        }
        if fd != -1 {
            // SAFETY: a call on numbers.
            args::checked(t, || i64::from(unsafe { libc::ftruncate(fd, end) }))?;
        }
        // SAFETY: the whole mapping, which nobody has a pointer to.
        let at = unsafe { libc::mremap(self.data.get() as *mut libc::c_void, old, wanted, libc::MREMAP_MAYMOVE) };
        if at == libc::MAP_FAILED {
            return Err(errors::last_os_error(t));
        }
        self.data.set(at as usize);
        self.size.set(wanted);
        Ok(())
    }

    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, t: &Thread, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        self.check(t)?;
        let base = match whence.unwrap_or(0) {
            0 => 0,
            1 => self.pos.get(),
            2 => self.size.get(),
            _ => return Err(err!(t, ValueError, "unknown seek type")),
        };
        match (base as isize).checked_add(pos).and_then(|at| usize::try_from(at).ok()) {
            Some(at) if at <= self.size.get() => {
                self.pos.set(at);
                Ok(at)
            }
            _ => Err(err!(t, ValueError, "seek out of range")),
        }
    }

    #[method]
    fn seekable(&self, _t: &Thread) -> bool {
        true
    }

    #[method]
    fn size(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        self.check(t)?;
        let fd = self.fd.get();
        let mut status = std::mem::MaybeUninit::<libc::stat>::zeroed();
        let at = status.as_mut_ptr() as usize;
        // SAFETY: a structure on the stack.
        args::checked(t, || i64::from(unsafe { libc::fstat(fd, at as *mut libc::stat) }))?;
        // SAFETY: filled by the call above.
        PyInt::from_i64(t, unsafe { status.assume_init() }.st_size as i64)
    }

    #[method]
    fn tell(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(self.pos.get())
    }

    #[method(sig = "(bytes, /)")]
    fn write(&self, t: &Thread, bytes: &Object) -> PyResult<usize> {
        self.check(t)?;
        let data = Buffer::readable(t, bytes)?;
        self.check(t)?;
        self.check_writable(t)?;
        if data.len() > self.rest().len() {
            return Err(err!(t, ValueError, "data out of range"));
        }
        self.put(self.pos.get(), data.as_bytes());
        self.pos.set(self.pos.get() + data.len());
        Ok(data.len())
    }

    #[method(sig = "(byte, /)")]
    fn write_byte(&self, t: &Thread, byte: &Object) -> PyResult<()> {
        let byte = number::index(t, byte)?.to_i64();
        self.check(t)?;
        let byte = match byte {
            Some(n) if n < 0 => return Err(err!(t, OverflowError, "unsigned byte integer is less than minimum")),
            Some(n) if n <= 255 => n as u8,
            _ => return Err(err!(t, OverflowError, "unsigned byte integer is greater than maximum")),
        };
        self.check_writable(t)?;
        if self.rest().is_empty() {
            return Err(err!(t, ValueError, "write byte out of range"));
        }
        self.put(self.pos.get(), &[byte]);
        self.pos.set(self.pos.get() + 1);
        Ok(())
    }

    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.check(t)?;
        Ok(self.own())
    }

    #[method(sig = "(exc_type, exc_value, traceback, /)")]
    fn __exit__(&self, t: &Thread, _exc_type: &Object, _exc_value: &Object, _traceback: &Object) -> PyResult {
        self.close(t)?;
        Ok(singletons::none().own())
    }
}

const NUMBERS: &[(&str, i32)] = &[
    ("ACCESS_COPY", ACCESS_COPY),
    ("ACCESS_DEFAULT", ACCESS_DEFAULT),
    ("ACCESS_READ", ACCESS_READ),
    ("ACCESS_WRITE", ACCESS_WRITE),
    ("MADV_DODUMP", libc::MADV_DODUMP),
    ("MADV_DOFORK", libc::MADV_DOFORK),
    ("MADV_DONTDUMP", libc::MADV_DONTDUMP),
    ("MADV_DONTFORK", libc::MADV_DONTFORK),
    ("MADV_DONTNEED", libc::MADV_DONTNEED),
    ("MADV_FREE", libc::MADV_FREE),
    ("MADV_HUGEPAGE", libc::MADV_HUGEPAGE),
    ("MADV_HWPOISON", libc::MADV_HWPOISON),
    ("MADV_MERGEABLE", libc::MADV_MERGEABLE),
    ("MADV_NOHUGEPAGE", libc::MADV_NOHUGEPAGE),
    ("MADV_NORMAL", libc::MADV_NORMAL),
    ("MADV_RANDOM", libc::MADV_RANDOM),
    ("MADV_REMOVE", libc::MADV_REMOVE),
    ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
    ("MADV_UNMERGEABLE", libc::MADV_UNMERGEABLE),
    ("MADV_WILLNEED", libc::MADV_WILLNEED),
    #[cfg(target_arch = "x86_64")]
    ("MAP_32BIT", libc::MAP_32BIT),
    ("MAP_ANON", libc::MAP_ANON),
    ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
    ("MAP_DENYWRITE", libc::MAP_DENYWRITE),
    ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE),
    ("MAP_NORESERVE", libc::MAP_NORESERVE),
    ("MAP_POPULATE", libc::MAP_POPULATE),
    ("MAP_PRIVATE", libc::MAP_PRIVATE),
    ("MAP_SHARED", libc::MAP_SHARED),
    ("MAP_STACK", libc::MAP_STACK),
    ("PROT_EXEC", libc::PROT_EXEC),
    ("PROT_READ", libc::PROT_READ),
    ("PROT_WRITE", libc::PROT_WRITE),
];

#[native_module(name = "mmap")]
pub mod mmap {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<Mmap>(t)?;
        module.set(t, "mmap", Mmap::class().as_object())?;
        module.set(t, "error", exceptions::OSError::class().as_object())?;
        for &(name, value) in NUMBERS {
            module.set_value(t, name, i64::from(value) as isize)?;
        }
        module.set_value(t, "PAGESIZE", page_size())?;
        module.set_value(t, "ALLOCATIONGRANULARITY", page_size())
    }
}
