//! `_stat`: what the bits of `st_mode` and friends mean.

use taipan_object::{Object, Owned, PyInt, PyModule, PyResult, PyStr, Thread, err, native_module, number};

const NUMBERS: &[(&str, i64)] = &[
    ("S_IFDIR", libc::S_IFDIR as i64),
    ("S_IFCHR", libc::S_IFCHR as i64),
    ("S_IFBLK", libc::S_IFBLK as i64),
    ("S_IFREG", libc::S_IFREG as i64),
    ("S_IFIFO", libc::S_IFIFO as i64),
    ("S_IFLNK", libc::S_IFLNK as i64),
    ("S_IFSOCK", libc::S_IFSOCK as i64),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ISUID", libc::S_ISUID as i64),
    ("S_ISGID", libc::S_ISGID as i64),
    ("S_ISVTX", libc::S_ISVTX as i64),
    ("S_ENFMT", libc::S_ISGID as i64),
    ("S_IREAD", libc::S_IRUSR as i64),
    ("S_IWRITE", libc::S_IWUSR as i64),
    ("S_IEXEC", libc::S_IXUSR as i64),
    ("S_IRWXU", libc::S_IRWXU as i64),
    ("S_IRUSR", libc::S_IRUSR as i64),
    ("S_IWUSR", libc::S_IWUSR as i64),
    ("S_IXUSR", libc::S_IXUSR as i64),
    ("S_IRWXG", libc::S_IRWXG as i64),
    ("S_IRGRP", libc::S_IRGRP as i64),
    ("S_IWGRP", libc::S_IWGRP as i64),
    ("S_IXGRP", libc::S_IXGRP as i64),
    ("S_IRWXO", libc::S_IRWXO as i64),
    ("S_IROTH", libc::S_IROTH as i64),
    ("S_IWOTH", libc::S_IWOTH as i64),
    ("S_IXOTH", libc::S_IXOTH as i64),
    ("UF_SETTABLE", 0x0000_ffff),
    ("UF_NODUMP", 0x0000_0001),
    ("UF_IMMUTABLE", 0x0000_0002),
    ("UF_APPEND", 0x0000_0004),
    ("UF_OPAQUE", 0x0000_0008),
    ("UF_NOUNLINK", 0x0000_0010),
    ("UF_COMPRESSED", 0x0000_0020),
    ("UF_TRACKED", 0x0000_0040),
    ("UF_DATAVAULT", 0x0000_0080),
    ("UF_HIDDEN", 0x0000_8000),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_ARCHIVED", 0x0001_0000),
    ("SF_IMMUTABLE", 0x0002_0000),
    ("SF_APPEND", 0x0004_0000),
    ("SF_NOUNLINK", 0x0010_0000),
    ("SF_SNAPSHOT", 0x0020_0000),
    ("SF_FIRMLINK", 0x0080_0000),
    ("SF_DATALESS", 0x4000_0000),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

/// A mode: an int that fits.
fn mode_of(t: &Thread, mode: &Object) -> PyResult<u32> {
    let value = number::index(t, mode)?;
    match value.to_u64() {
        Some(value) => u32::try_from(value).map_err(|_| err!(t, OverflowError, "mode out of range")),
        None if value.is_negative() => Err(err!(t, OverflowError, "can't convert negative value to unsigned int")),
        None => Err(err!(t, OverflowError, "Python int too large to convert to C unsigned long")),
    }
}

fn is_kind(t: &Thread, mode: &Object, kind: u32) -> PyResult<bool> {
    Ok(mode_of(t, mode)? & libc::S_IFMT == kind)
}

/// S_IFMT_: file type bits
/// S_IFDIR: directory
/// S_IFCHR: character device
/// S_IFBLK: block device
/// S_IFREG: regular file
/// S_IFIFO: fifo (named pipe)
/// S_IFLNK: symbolic link
/// S_IFSOCK: socket file
/// S_IFDOOR: door
/// S_IFPORT: event port
/// S_IFWHT: whiteout
#[native_module(name = "_stat")]
pub mod stat {
    use super::*;

    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISDIR(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFDIR)
    }

    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISCHR(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFCHR)
    }

    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISBLK(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFBLK)
    }

    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISREG(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFREG)
    }

    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISFIFO(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFIFO)
    }

    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISLNK(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFLNK)
    }

    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISSOCK(t: &Thread, mode: &Object) -> PyResult<bool> {
        is_kind(t, mode, libc::S_IFSOCK)
    }

    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISDOOR(t: &Thread, mode: &Object) -> PyResult<bool> {
        mode_of(t, mode).map(|_| false)
    }

    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISPORT(t: &Thread, mode: &Object) -> PyResult<bool> {
        mode_of(t, mode).map(|_| false)
    }

    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_ISWHT(t: &Thread, mode: &Object) -> PyResult<bool> {
        mode_of(t, mode).map(|_| false)
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_IMODE(t: &Thread, mode: &Object) -> PyResult<Owned<PyInt>> {
        PyInt::from_u64(t, u64::from(mode_of(t, mode)? & 0o7777))
    }

    /// Return the portion of the file's mode that describes the file type.
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn S_IFMT(t: &Thread, mode: &Object) -> PyResult<Owned<PyInt>> {
        PyInt::from_u64(t, u64::from(mode_of(t, mode)? & libc::S_IFMT))
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[function(sig = "(mode, /)", text = "($self, object, /)")]
    fn filemode(t: &Thread, mode: &Object) -> PyResult<Owned<PyStr>> {
        let mode = mode_of(t, mode)?;
        let kind = match mode & libc::S_IFMT {
            libc::S_IFREG => '-',
            libc::S_IFDIR => 'd',
            libc::S_IFLNK => 'l',
            libc::S_IFBLK => 'b',
            libc::S_IFCHR => 'c',
            libc::S_IFIFO => 'p',
            libc::S_IFSOCK => 's',
            _ => '?',
        };
        let mut out = String::from(kind);
        let special = [(libc::S_ISUID, 's', 'S'), (libc::S_ISGID, 's', 'S'), (libc::S_ISVTX, 't', 'T')];
        for (place, (bit, with, without)) in special.into_iter().enumerate() {
            let bits = mode >> (6 - 3 * place) & 7;
            out.push(if bits & 4 != 0 { 'r' } else { '-' });
            out.push(if bits & 2 != 0 { 'w' } else { '-' });
            out.push(match (mode & bit != 0, bits & 1 != 0) {
                (true, true) => with,
                (true, false) => without,
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        PyStr::from_str(t, &out)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        crate::posix::add_numbers(t, module, NUMBERS)
    }
}
