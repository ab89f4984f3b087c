//! `scandir`, `DirEntry`, and reading folders.

use super::fs::stat_call;
use super::results::stat_result;
use crate::args::{self, Path, name_object};
use core::cell::{Cell, RefCell};
use std::ffi::CString;
use taipan_object::{
    Head, Object, Own, Owned, PyResult, PyStr, Slot, Thread, class, errors, new_object, object, state,
};

/// An open folder.
struct Dir(*mut libc::DIR);

// SAFETY: only one thread uses a folder at a time: its owner is borrowed mutably during each call.
unsafe impl Send for Dir {}

impl Dir {
    /// Opens a folder; a descriptor is duplicated first.
    fn open(t: &Thread, path: &Path<true, true>) -> Result<Self, i32> {
        let (fd, c) = (path.fd, &path.c);
        t.allow_threads(|| {
            // SAFETY: the path ends with zero; a duplicate is closed if it is not taken over.
            unsafe {
                let dir = if fd != -1 {
                    let fd = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if fd < 0 {
                        return Err(args::errno());
                    }
                    let dir = libc::fdopendir(fd);
                    if dir.is_null() {
                        let code = args::errno();
                        libc::close(fd);
                        return Err(code);
                    }
                    dir
                } else {
                    libc::opendir(c.as_ptr())
                };
                if dir.is_null() { Err(args::errno()) } else { Ok(Self(dir)) }
            }
        })
    }

    /// The next entry but `.` and `..`: name, kind and inode.
    fn next(&mut self) -> Result<Option<(Vec<u8>, u8, u64)>, i32> {
        loop {
            // SAFETY: an open folder; the entry is copied before the next call.
            unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(self.0);
                if entry.is_null() {
                    return match args::errno() {
                        0 => Ok(None),
                        code => Err(code),
                    };
                }
                let name = core::ffi::CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name != b"." && name != b".." {
                    return Ok(Some((name.to_vec(), (*entry).d_type, (*entry).d_ino as u64)));
                }
            }
        }
    }

    /// A folder given by descriptor is read again from its start by others.
    fn rewind(&mut self) {
        // SAFETY: an open folder.
        unsafe { libc::rewinddir(self.0) };
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        // SAFETY: an open folder, closed once.
        unsafe { libc::closedir(self.0) };
    }
}

/// The names in a folder.
pub fn read_names(t: &Thread, path: &Path<true, true>) -> PyResult<Vec<Vec<u8>>> {
    let mut dir = Dir::open(t, path).map_err(|code| path.error(t, code))?;
    let is_fd = path.fd != -1;
    let names = t.allow_threads(move || {
        let mut out = Vec::new();
        let result = loop {
            match dir.next() {
                Ok(Some((name, ..))) => out.push(name),
                Ok(None) => break Ok(out),
                Err(code) => break Err(code),
            }
        };
        if is_fd {
            dir.rewind();
        }
        drop(dir);
        result
    });
    names.map_err(|code| path.error(t, code))
}

/// `posix.ScandirIterator`.
#[object]
pub struct PyScandirIterator {
    dir: RefCell<OpenDir>,
    folder: RefCell<Folder>,
}

#[derive(Default)]
struct OpenDir(Option<Dir>);
taipan_object::no_traverse!(OpenDir);

/// What entries need to know of their folder.
struct Folder {
    path: Vec<u8>,
    object: Option<Owned>,
    bytes: bool,
    fd: i32,
}

impl Default for Folder {
    fn default() -> Self {
        Self { path: b".".to_vec(), object: None, bytes: false, fd: -1 }
    }
}
taipan_object::no_traverse!(Folder);

/// `scandir(path)`.
pub fn scandir(t: &Thread, path: &Path<true, true>) -> PyResult {
    taipan_object::audit::audit(t, "os.scandir", &[&path.object])?;
    let dir = Dir::open(t, path).map_err(|code| path.error(t, code))?;
    let folder =
        Folder { path: path.c.as_bytes().to_vec(), object: Some(path.object.clone()), bytes: path.bytes, fd: path.fd };
    state::note_untracked_finalizer();
    new_object(
        t,
        PyScandirIterator { head: Head::new(), dir: RefCell::new(OpenDir(Some(dir))), folder: RefCell::new(folder) },
    )
    .map(Owned::into_object)
}

impl PyScandirIterator {
    fn shut(&self) {
        let taken = self.dir.try_borrow_mut().ok().and_then(|mut dir| dir.0.take());
        if let Some(mut dir) = taken {
            if self.folder.borrow().fd != -1 {
                dir.rewind();
            }
            drop(dir);
        }
    }
}

#[class(name = "posix.ScandirIterator", no_new)]
impl PyScandirIterator {
    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        let open = self.dir.try_borrow().is_ok_and(|dir| dir.0.is_some());
        if open {
            let work = || -> PyResult<()> {
                let shown = self.as_object().repr(t)?;
                let text = PyStr::concat_all(t, &[&*PyStr::from_str(t, "unclosed scandir iterator ")?, &shown])?;
                state::warn_resource(t, self, &text)
            };
            if work().is_err() {
                errors::write_unraisable(t, Some(self));
            }
            self.shut();
        }
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        // The folder is taken out while it is read without the GIL.
        let taken = self.dir.borrow_mut().0.take();
        let Some(mut dir) = taken else { return Ok(None) };
        let (dir, found) = t.allow_threads(move || {
            let found = dir.next();
            (dir, found)
        });
        self.dir.borrow_mut().0 = Some(dir);
        match found {
            Ok(Some((name, kind, inode))) => {
                let folder = self.folder.borrow();
                let path = if folder.fd != -1 {
                    name.clone()
                } else {
                    let mut path = folder.path.clone();
                    if !path.is_empty() && path.last() != Some(&b'/') {
                        path.push(b'/');
                    }
                    path.extend_from_slice(&name);
                    path
                };
                let (bytes, fd) = (folder.bytes, folder.fd);
                let full = name_object(t, &path, bytes)?;
                let short = name_object(t, &name, bytes)?;
                drop(folder);
                new_object(
                    t,
                    PyDirEntry {
                        head: Head::new(),
                        name: Slot::new(short),
                        path: Slot::new(full),
                        stat: Slot::empty(),
                        lstat: Slot::empty(),
                        kind: Cell::new(kind),
                        inode: Cell::new(inode),
                        fd: Cell::new(fd),
                        file: taipan_object::Data(CString::new(path).unwrap_or_default()),
                    },
                )
                .map(|entry| Some(entry.into_object()))
            }
            Ok(None) => {
                self.shut();
                Ok(None)
            }
            Err(code) => {
                self.shut();
                let object = self.folder.borrow().object.clone();
                Err(errors::os_error_with(t, code, object.as_deref(), None))
            }
        }
    }

    #[method]
    fn close(&self, _t: &Thread) {
        self.shut();
    }

    #[method]
    fn __enter__(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[method(sig = "(*exc_info)", text = "")]
    fn __exit__(&self, _t: &Thread, exc_info: &[&Object]) {
        let _ = exc_info;
        self.shut();
    }
}

/// `posix.DirEntry`.
#[object]
pub struct PyDirEntry {
    name: Slot,
    path: Slot,
    stat: Slot,
    lstat: Slot,
    kind: Cell<u8>,
    inode: Cell<u64>,
    fd: Cell<i32>,
    file: taipan_object::Data<CString>,
}

impl PyDirEntry {
    fn system_stat(&self, t: &Thread, follow: bool) -> Result<libc::stat, i32> {
        let dir = if self.fd.get() == -1 { libc::AT_FDCWD } else { self.fd.get() };
        stat_call(t, &self.file.0, -1, dir, follow)
    }

    fn fail(&self, t: &Thread, code: i32) -> taipan_object::Raised {
        let path = self.path.get();
        errors::os_error_with(t, code, path.as_deref(), None)
    }

    /// `is_dir` and `is_file`.
    fn is_kind(&self, t: &Thread, follow: bool, mode: u32, kind: u8) -> PyResult<bool> {
        let known = self.kind.get();
        if known != libc::DT_UNKNOWN && !(follow && known == libc::DT_LNK) {
            return Ok(known == kind);
        }
        match self.system_stat(t, follow) {
            Ok(found) => Ok(found.st_mode & libc::S_IFMT == mode),
            Err(libc::ENOENT) => Ok(false),
            Err(code) => Err(self.fail(t, code)),
        }
    }
}

#[class(name = "posix.DirEntry", fields(name = name: "the entry's base filename, relative to scandir() \"path\" argument", path = path: "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"), heap, mutable, no_new)]
impl PyDirEntry {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let Some(name) = self.name.get() else { return Err(errors::bad_internal_call(t)) };
        let shown = name.repr(t)?;
        PyStr::concat_all(t, &[&*PyStr::from_str(t, "<DirEntry ")?, &shown, PyStr::latin1_char(b'>')])
    }

    /// Return True if the entry is a directory; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn is_dir(&self, t: &Thread, follow_symlinks: bool) -> PyResult<bool> {
        self.is_kind(t, follow_symlinks, libc::S_IFDIR, libc::DT_DIR)
    }

    /// Return True if the entry is a file; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn is_file(&self, t: &Thread, follow_symlinks: bool) -> PyResult<bool> {
        self.is_kind(t, follow_symlinks, libc::S_IFREG, libc::DT_REG)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method]
    fn is_symlink(&self, t: &Thread) -> PyResult<bool> {
        self.is_kind(t, false, libc::S_IFLNK, libc::DT_LNK)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method]
    fn is_junction(&self, _t: &Thread) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn stat(&self, t: &Thread, follow_symlinks: bool) -> PyResult {
        let follow = follow_symlinks && !(self.kind.get() != libc::DT_LNK && self.kind.get() != libc::DT_UNKNOWN);
        let slot = if follow { &self.stat } else { &self.lstat };
        if let Some(found) = slot.get() {
            return Ok(found);
        }
        match self.system_stat(t, follow) {
            Ok(found) => {
                let made = stat_result(t, &found)?;
                slot.set(Some(made.clone()));
                Ok(made)
            }
            Err(code) => Err(self.fail(t, code)),
        }
    }

    /// Return inode of the entry; cached per entry.
    #[method]
    fn inode(&self, _t: &Thread) -> u64 {
        self.inode.get()
    }

    /// Returns the path for the entry.
    #[method]
    fn __fspath__(&self, t: &Thread) -> PyResult {
        self.path.get().ok_or_else(|| errors::bad_internal_call(t))
    }

    /// DirEntry is generic over the type of the path (str or bytes)
    #[classmethod]
    fn __class_getitem__(cls: &taipan_object::PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}
