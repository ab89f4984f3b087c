//! Where a pickle is read from: memory, or a file that is looked ahead in if it can.

use super::{Globals, raise};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Owned, PyBytes, PyInt, PyResult, Raised, Thread, Traverse, Visitor, err, errors, exceptions, name,
};
use taipan_types::PyByteArray;

/// How far to look ahead.
const PREFETCH: usize = 128 * 1024;
/// How much to ask for at once.
const CHUNK: usize = 64 * 1024 * 1024;

#[derive(Default)]
enum Data {
    #[default]
    Nothing,
    Bytes(Owned<PyBytes>),
    View(Buffer),
}

impl Data {
    fn of(t: &Thread, object: &Object) -> PyResult<Self> {
        match object.downcast::<PyBytes>() {
            Some(bytes) => Ok(Self::Bytes(taipan_object::Own::own(bytes))),
            None => Buffer::readable(t, object).map(Self::View),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Nothing => &[],
            Self::Bytes(bytes) => bytes.as_bytes(),
            Self::View(view) => view.as_bytes(),
        }
    }
}

struct File {
    read: Owned,
    readline: Owned,
    readinto: Option<Owned>,
    peek: Option<Owned>,
}

/// The source of a pickle.
#[derive(Default)]
pub struct Input {
    data: Data,
    at: usize,
    /// Up to here the file itself has been read.
    consumed: usize,
    file: Option<File>,
    /// Where the frame ends that is being read.
    frame: Option<usize>,
}

impl Traverse for Input {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(file) = &self.file {
            file.read.traverse(visitor);
            file.readline.traverse(visitor);
            file.readinto.traverse(visitor);
            file.peek.traverse(visitor);
        }
    }
}

/// Raises for a pickle that ends too early.
#[cold]
fn truncated(t: &Thread) -> Raised {
    match Globals::of(t) {
        Ok(globals) => raise(t, &globals.unpickling_error, format_args!("pickle data was truncated")),
        Err(raised) => raised,
    }
}

impl Input {
    /// Reads from memory.
    pub fn memory(t: &Thread, object: &Object) -> PyResult<Self> {
        Ok(Self { data: Data::of(t, object)?, ..Self::default() })
    }

    /// Reads from a file.
    pub fn file(t: &Thread, file: &Object) -> PyResult<Self> {
        let peek = file.getattr_opt(t, name!(t, "peek"))?;
        let readinto = file.getattr_opt(t, name!(t, "readinto"))?;
        let read = file.getattr_opt(t, name!(t, "read"))?;
        let readline = file.getattr_opt(t, name!(t, "readline"))?;
        match (read, readline) {
            (Some(read), Some(readline)) => {
                Ok(Self { file: Some(File { read, readline, readinto, peek }), ..Self::default() })
            }
            _ => Err(err!(t, TypeError, "file must have 'read' and 'readline' attributes")),
        }
    }

    /// Whether there is a source.
    pub const fn is_set(&self) -> bool {
        self.file.is_some() || !matches!(self.data, Data::Nothing)
    }

    fn left(&self) -> usize {
        self.data.bytes().len().saturating_sub(self.at)
    }

    /// Moves the file past what was only looked at.
    pub fn skip_consumed(&mut self, t: &Thread) -> PyResult<()> {
        if let Some(file) = &self.file
            && self.at > self.consumed
        {
            let count = PyInt::from_u64(t, (self.at - self.consumed) as u64)?;
            file.read.call(t, &[&count])?;
            self.consumed = self.at;
        }
        Ok(())
    }

    fn replace(&mut self, t: &Thread, object: &Object, consumed: bool) -> PyResult<()> {
        let old = std::mem::replace(&mut self.data, Data::of(t, object)?);
        self.at = 0;
        self.consumed = if consumed { self.data.bytes().len() } else { 0 };
        drop(old);
        Ok(())
    }

    /// Gets more out of the file: at least `n` bytes if it has them.
    #[cold]
    fn fill(&mut self, t: &Thread, n: usize) -> PyResult<()> {
        self.skip_consumed(t)?;
        let Some(file) = &self.file else { return Err(truncated(t)) };
        if n < PREFETCH
            && let Some(peek) = &file.peek
        {
            let wanted = PyInt::from_u64(t, PREFETCH as u64)?;
            match errors::catch::<exceptions::NotImplementedError, _>(t, peek.call(t, &[&wanted]))? {
                None => {
                    if let Some(file) = &mut self.file {
                        file.peek = None;
                    }
                }
                Some(data) => {
                    self.replace(t, &data, false)?;
                    if self.left() >= n {
                        return Ok(());
                    }
                }
            }
        }
        let Some(file) = &self.file else { return Err(truncated(t)) };
        let count = PyInt::from_u64(t, n as u64)?;
        let data = file.read.call(t, &[&count])?;
        self.replace(t, &data, true)?;
        if self.left() < n { Err(truncated(t)) } else { Ok(()) }
    }

    /// No instruction and no argument crosses the end of a frame.
    fn check_frame(&mut self, t: &Thread, n: usize) -> PyResult<()> {
        match self.frame {
            Some(end) if self.at >= end => {
                self.frame = None;
                Ok(())
            }
            Some(end) if end - self.at < n => Err(truncated(t)),
            _ => Ok(()),
        }
    }

    /// The next `n` bytes.
    pub fn read(&mut self, t: &Thread, n: usize) -> PyResult<&[u8]> {
        self.check_frame(t, n)?;
        if self.left() < n {
            self.fill(t, n)?;
        }
        let from = self.at;
        self.at += n;
        // A writable source may shrink while objects are being made.
        self.data.bytes().get(from..from + n).ok_or_else(|| truncated(t))
    }

    /// The next byte.
    #[inline]
    pub fn byte(&mut self, t: &Thread) -> PyResult<u8> {
        if let Some(&byte) = self.data.bytes().get(self.at)
            && self.frame != Some(self.at)
        {
            self.at += 1;
            return Ok(byte);
        }
        self.read(t, 1)?.first().copied().ok_or_else(|| truncated(t))
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self, t: &Thread) -> PyResult<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.read(t, N)?);
        Ok(out)
    }

    /// Begins a frame of `n` bytes: all of them must be there.
    pub fn frame(&mut self, t: &Thread, n: usize) -> PyResult<()> {
        if self.frame.is_some_and(|end| self.at < end) {
            return Err(truncated(t));
        }
        self.frame = None;
        self.read(t, n)?;
        self.at -= n;
        self.frame = Some(self.at + n);
        Ok(())
    }

    /// The next line, with its end.
    pub fn line(&mut self, t: &Thread) -> PyResult<Vec<u8>> {
        self.check_frame(t, 1)?;
        let end = self.frame.unwrap_or(usize::MAX).min(self.data.bytes().len());
        let rest = self.data.bytes().get(self.at..end).unwrap_or(&[]);
        if let Some(end) = rest.iter().position(|&b| b == b'\n') {
            let line = rest[..=end].to_vec();
            self.at += end + 1;
            return Ok(line);
        }
        if self.frame.is_some() {
            return Err(truncated(t));
        }
        self.skip_consumed(t)?;
        let Some(file) = &self.file else { return Err(truncated(t)) };
        let data = file.readline.call(t, &[])?;
        self.replace(t, &data, true)?;
        let line = self.data.bytes().to_vec();
        self.at = line.len();
        if line.last() == Some(&b'\n') { Ok(line) } else { Err(truncated(t)) }
    }

    /// The next `n` bytes for an object of their own: read past the buffer, piece by piece, so that a length that is
    /// not true costs nothing.
    pub fn take(&mut self, t: &Thread, n: usize) -> PyResult<Vec<u8>> {
        self.check_frame(t, n)?;
        if self.left() >= n {
            return self.read(t, n).map(<[u8]>::to_vec);
        }
        if n > isize::MAX as usize / 2 {
            return Err(errors::no_memory(t));
        }
        if self.file.is_none() {
            return Err(truncated(t));
        }
        let mut out = self.data.bytes().get(self.at..).unwrap_or(&[]).to_vec();
        self.at += out.len();
        self.skip_consumed(t)?;
        while out.len() < n {
            let wanted = (n - out.len()).min(CHUNK);
            let Some(file) = &self.file else { return Err(truncated(t)) };
            let got = if let Some(readinto) = &file.readinto {
                let target = PyByteArray::new(t, &[])?;
                target.resize_to(t, wanted)?;
                let view = taipan_types::PyMemoryView::from_object(t, &target)?;
                let size = readinto.call(t, &[&view])?;
                view.release_view(t)?;
                let size = taipan_object::number::index_as_isize(t, &size)?;
                let Ok(size) = usize::try_from(size) else {
                    return Err(err!(t, ValueError, "readinto() returned negative size"));
                };
                out.extend_from_slice(target.as_bytes().get(..size.min(wanted)).unwrap_or(&[]));
                size
            } else {
                let count = PyInt::from_u64(t, wanted as u64)?;
                let data = file.read.call(t, &[&count])?;
                let Some(data) = data.downcast::<PyBytes>() else {
                    let repr = data.repr(t)?;
                    return Err(err!(t, ValueError, "read() returned non-bytes object ({})", repr.display()));
                };
                out.extend_from_slice(data.as_bytes());
                data.len()
            };
            if got < wanted {
                return Err(truncated(t));
            }
        }
        out.truncate(n);
        Ok(out)
    }
}
