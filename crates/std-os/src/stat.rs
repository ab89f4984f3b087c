//! `os.stat_result`.

use taipan_object::{Data, Head, Owned, PyFloat, PyInt, PyResult, PyStr, Thread, class, err, new_object, object};

/// Result of `stat`.
#[object]
pub struct PyStatResult {
    stat: Data<libc::stat>,
}

/// Makes the result.
pub fn stat_result(t: &Thread, stat: libc::stat) -> PyResult {
    new_object(t, PyStatResult { head: Head::new(), stat: Data(stat) }).map(Owned::into_object)
}

fn seconds(whole: i64, nanos: i64) -> f64 {
    whole as f64 + 1e-9 * nanos as f64
}

fn nanoseconds(t: &Thread, whole: i64, nanos: i64) -> PyResult {
    PyInt::from_i64(t, whole.saturating_mul(1_000_000_000).saturating_add(nanos)).map(Owned::into_object)
}

impl PyStatResult {
    fn fields(&self) -> [i64; 10] {
        let s = &self.stat.0;
        [
            i64::from(s.st_mode),
            s.st_ino as i64,
            s.st_dev as i64,
            s.st_nlink as i64,
            i64::from(s.st_uid),
            i64::from(s.st_gid),
            s.st_size,
            s.st_atime,
            s.st_mtime,
            s.st_ctime,
        ]
    }
}

#[class(
    name = "os.stat_result",
    no_new,
    doc = "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on."
)]
impl PyStatResult {
    /// protection bits
    #[getter]
    fn st_mode(&self, _t: &Thread) -> i64 {
        self.fields()[0]
    }
    /// inode
    #[getter]
    fn st_ino(&self, _t: &Thread) -> i64 {
        self.fields()[1]
    }
    /// device
    #[getter]
    fn st_dev(&self, _t: &Thread) -> i64 {
        self.fields()[2]
    }
    /// number of hard links
    #[getter]
    fn st_nlink(&self, _t: &Thread) -> i64 {
        self.fields()[3]
    }
    /// user ID of owner
    #[getter]
    fn st_uid(&self, _t: &Thread) -> i64 {
        self.fields()[4]
    }
    /// group ID of owner
    #[getter]
    fn st_gid(&self, _t: &Thread) -> i64 {
        self.fields()[5]
    }
    /// total size, in bytes
    #[getter]
    fn st_size(&self, _t: &Thread) -> i64 {
        self.fields()[6]
    }
    /// time of last access
    #[getter]
    fn st_atime(&self, t: &Thread) -> PyResult<Owned<PyFloat>> {
        PyFloat::new(t, seconds(self.stat.st_atime, self.stat.st_atime_nsec))
    }
    /// time of last modification
    #[getter]
    fn st_mtime(&self, t: &Thread) -> PyResult<Owned<PyFloat>> {
        PyFloat::new(t, seconds(self.stat.st_mtime, self.stat.st_mtime_nsec))
    }
    /// time of last change
    #[getter]
    fn st_ctime(&self, t: &Thread) -> PyResult<Owned<PyFloat>> {
        PyFloat::new(t, seconds(self.stat.st_ctime, self.stat.st_ctime_nsec))
    }
    /// time of last access in nanoseconds
    #[getter]
    fn st_atime_ns(&self, t: &Thread) -> PyResult {
        nanoseconds(t, self.stat.st_atime, self.stat.st_atime_nsec)
    }
    /// time of last modification in nanoseconds
    #[getter]
    fn st_mtime_ns(&self, t: &Thread) -> PyResult {
        nanoseconds(t, self.stat.st_mtime, self.stat.st_mtime_nsec)
    }
    /// time of last change in nanoseconds
    #[getter]
    fn st_ctime_ns(&self, t: &Thread) -> PyResult {
        nanoseconds(t, self.stat.st_ctime, self.stat.st_ctime_nsec)
    }
    /// blocksize for filesystem I/O
    #[getter]
    fn st_blksize(&self, _t: &Thread) -> i64 {
        self.stat.st_blksize
    }
    /// number of blocks allocated
    #[getter]
    fn st_blocks(&self, _t: &Thread) -> i64 {
        self.stat.st_blocks
    }
    /// device type (if inode device)
    #[getter]
    fn st_rdev(&self, _t: &Thread) -> i64 {
        self.stat.st_rdev as i64
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(10)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        match usize::try_from(index).ok().and_then(|i| self.fields().get(i).copied()) {
            Some(value) => PyInt::from_i64(t, value).map(Owned::into_object),
            None => Err(err!(t, IndexError, "tuple index out of range")),
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let names = ["mode", "ino", "dev", "nlink", "uid", "gid", "size", "atime", "mtime", "ctime"];
        let parts: Vec<String> = names.iter().zip(self.fields()).map(|(n, v)| format!("st_{n}={v}")).collect();
        PyStr::from_fmt(t, format_args!("os.stat_result({})", parts.join(", "))).map(Owned::into_object)
    }
}
