//! Another process: its memory, and where in it the sections of its files are.

use super::{ASYNCIO_WORDS, AsyncioOffsets, COOKIE, Offsets, VERSION};
use core::ffi::{c_int, c_void};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// Why a process can't be looked into.
#[derive(Debug)]
pub enum Trouble {
    /// The system refuses, or the process or its memory is not there any more.
    System(io::Error),
    /// The system does not say what is mapped into the process, or there is no such process.
    NoMaps(io::Error),
    /// There is no Python in it that can be looked into.
    NoSection,
    /// What the section begins with is no table of offsets.
    NoCookie,
    /// It is a Python without a GIL.
    FreeThreaded,
    /// It runs another Python, one that is not released yet.
    Unreleased,
    /// It runs another version of Python; its major and minor number.
    Version(u64, u64),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Another process, or this one.
pub struct Process {
    pid: c_int,
}

/// A mapping of a file in a process.
struct Mapped {
    start: u64,
    path: String,
    deleted: bool,
}

impl Process {
    pub fn new(pid: c_int) -> Self {
        Self { pid }
    }

    pub fn pid(&self) -> c_int {
        self.pid
    }

    /// Copies memory of the process.
    pub fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let local = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
        let remote = libc::iovec { iov_base: at as *mut c_void, iov_len: into.len() };
        // SAFETY: the kernel checks the other process's addresses, and ours are those of the slice.
        let done = unsafe { libc::process_vm_readv(self.pid, &local, 1, &remote, 1, 0) };
        Self::all(done, into.len())
    }

    /// Writes memory of the process.
    pub fn write(&self, at: u64, from: &[u8]) -> io::Result<()> {
        let local = libc::iovec { iov_base: from.as_ptr().cast_mut().cast(), iov_len: from.len() };
        let remote = libc::iovec { iov_base: at as *mut c_void, iov_len: from.len() };
        // SAFETY: as above; our slice is only read.
        let done = unsafe { libc::process_vm_writev(self.pid, &local, 1, &remote, 1, 0) };
        Self::all(done, from.len())
    }

    fn all(done: isize, wanted: usize) -> io::Result<()> {
        match usize::try_from(done) {
            Ok(done) if done == wanted => Ok(()),
            Ok(_) => Err(io::Error::from_raw_os_error(libc::EFAULT)),
            Err(_) => Err(io::Error::last_os_error()),
        }
    }

    /// A copy of so many bytes.
    pub fn bytes<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }

    /// A word: a pointer, a size.
    pub fn word(&self, at: u64) -> io::Result<u64> {
        self.bytes(at).map(u64::from_le_bytes)
    }

    /// A C `int`.
    pub fn int(&self, at: u64) -> io::Result<i32> {
        self.bytes(at).map(i32::from_le_bytes)
    }

    /// The first mapping of every file.
    fn mapped(&self) -> io::Result<Vec<Mapped>> {
        let mut text = String::new();
        File::open(format!("/proc/{}/maps", self.pid))?.read_to_string(&mut text)?;
        let mut found: Vec<Mapped> = Vec::new();
        for line in text.lines() {
            let Some((range, path)) = line.find('/').and_then(|at| Some((line.split('-').next()?, line.get(at..)?)))
            else {
                continue;
            };
            let deleted = path.ends_with(" (deleted)");
            let path = path.trim_end_matches(" (deleted)");
            let known = found.iter().any(|known| known.path == path);
            if let Ok(start) = u64::from_str_radix(range, 16)
                && !known
            {
                found.push(Mapped { start, path: path.to_owned(), deleted });
            }
        }
        Ok(found)
    }

    /// Where a section of the executable, or of a library whose file is called so, is in the process's memory.
    pub fn section(&self, name: &str, file: fn(&str) -> bool) -> io::Result<Option<u64>> {
        let executable = std::fs::read_link(format!("/proc/{}/exe", self.pid)).unwrap_or_default();
        let executable = executable.to_string_lossy();
        let executable = executable.trim_end_matches(" (deleted)");
        for mapped in self.mapped()? {
            let base = mapped.path.rsplit('/').next().unwrap_or_default();
            let is_executable = mapped.path == executable;
            if !is_executable && !file(base) {
                continue;
            }
            let path = match (is_executable, mapped.deleted) {
                (true, _) => format!("/proc/{}/exe", self.pid),
                (false, false) => mapped.path,
                (false, true) => continue,
            };
            if let Ok(Some((address, absolute))) = File::open(path).and_then(|file| elf_section(&file, name)) {
                return Ok(Some(if absolute { address } else { mapped.start.wrapping_add(address) }));
            }
        }
        Ok(None)
    }

    /// The address of the section and the offsets at its begin, of a Python of our version.
    pub fn runtime(&self) -> Result<(u64, Offsets), Trouble> {
        let named = |base: &str| base.contains("python") || base.contains("taipan");
        let address = self.section(".PyRuntime", named).map_err(Trouble::NoMaps)?.ok_or(Trouble::NoSection)?;
        let offsets = Offsets::from_bytes(&self.bytes(address)?);
        if offsets.cookie != COOKIE {
            return Err(Trouble::NoCookie);
        }
        if offsets.version & 0xf0 != 0xf0 && offsets.version != VERSION {
            return Err(Trouble::Unreleased);
        }
        // Of released versions, those with the same minor number agree.
        if offsets.version >> 16 != VERSION >> 16 {
            return Err(Trouble::Version(offsets.version >> 24, offsets.version >> 16 & 0xff));
        }
        if offsets.free_threaded != 0 {
            return Err(Trouble::FreeThreaded);
        }
        Ok((address, offsets))
    }

    /// Where things of `asyncio` are, if the process uses it. CPython has it in a file of its own.
    pub fn asyncio(&self) -> io::Result<Option<AsyncioOffsets>> {
        let named = |base: &str| ["_asyncio.cpython", "libpython", "taipan"].iter().any(|part| base.contains(part));
        let Some(address) = self.section(".AsyncioDebug", named)? else { return Ok(None) };
        Ok(AsyncioOffsets::from_bytes(&self.bytes::<{ 8 * ASYNCIO_WORDS }>(address)?))
    }
}

/// The address of a section in an ELF file, and whether it is not moved when the file is loaded.
fn elf_section(file: &File, name: &str) -> io::Result<Option<(u64, bool)>> {
    const ET_EXEC: u16 = 2;
    /// Larger tables are not read.
    const LIMIT: u64 = 1 << 24;
    let number = |bytes: &[u8], at: usize, size: usize| -> u64 {
        let mut word = [0; 8];
        if let (Some(to), Some(from)) = (word.get_mut(..size), bytes.get(at..at + size)) {
            to.copy_from_slice(from);
        }
        u64::from_le_bytes(word)
    };
    let mut header = [0; 64];
    file.read_exact_at(&mut header, 0)?;
    if header.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Ok(None);
    }
    let (table, size) = (number(&header, 40, 8), number(&header, 58, 2) as usize);
    let (count, names) = (number(&header, 60, 2) as usize, number(&header, 62, 2) as usize);
    if size < 64 || names >= count {
        return Ok(None);
    }
    let mut sections = vec![0; size * count];
    file.read_exact_at(&mut sections, table)?;
    let entry = |at: usize| sections.get(at * size..).unwrap_or_default();
    let (start, length) = (number(entry(names), 24, 8), number(entry(names), 32, 8));
    if length > LIMIT {
        return Ok(None);
    }
    let mut text = vec![0; length as usize];
    file.read_exact_at(&mut text, start)?;
    for at in 0..count {
        let section = entry(at);
        let called = text.get(number(section, 0, 4) as usize..).unwrap_or_default();
        if called.split(|&byte| byte == 0).next() == Some(name.as_bytes()) {
            return Ok(Some((number(section, 16, 8), number(&header, 16, 2) as u16 == ET_EXEC)));
        }
    }
    Ok(None)
}
