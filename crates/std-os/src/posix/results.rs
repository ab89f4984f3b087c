//! The structure sequences that `posix` returns.

use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_object::abi::PyObject;
use taipan_object::{Object, Owned, PyBytes, PyFloat, PyInt, PyModule, PyResult, PyType, Thread, errors};
use taipan_types::structseq;

/// A structure sequence type, made once and kept for ever.
pub struct Kind {
    /// Its full name.
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, &'static str)],
    visible: usize,
    made: AtomicPtr<PyObject>,
}

impl Kind {
    /// Describes a type; `visible` of its fields are shown by the sequence.
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        fields: &'static [(&'static str, &'static str)],
        visible: usize,
    ) -> Self {
        Self { name, doc, fields, visible, made: AtomicPtr::new(core::ptr::null_mut()) }
    }

    /// Makes the type and puts it into the module.
    pub fn add(&self, t: &Thread, module: &PyModule) -> PyResult<()> {
        if self.made.load(Ordering::Acquire).is_null() {
            let class = structseq::new_type(t, self.name, self.doc, self.fields, self.visible)?;
            self.made.store(class.into_object().into_ptr(), Ordering::Release);
        }
        let short = self.name.rsplit('.').next().unwrap_or(self.name);
        module.set(t, short, self.class(t)?.as_object())
    }

    /// The type.
    pub fn class(&self, t: &Thread) -> PyResult<&'static PyType> {
        // SAFETY: these types are static.
        match unsafe { Object::from_ptr_opt(self.made.load(Ordering::Acquire)) } {
            // SAFETY: only types are stored.
            Some(class) => Ok(unsafe { class.cast_unchecked() }),
            None => Err(errors::bad_internal_call(t)),
        }
    }

    /// An instance.
    pub fn make(&self, t: &Thread, items: Vec<Owned>) -> PyResult {
        structseq::new(t, self.class(t)?, items)
    }
}

/// `os.stat_result`.
pub static STAT: Kind = Kind::new(
    "os.stat_result",
    "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
    &[
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        ("", "integer time of last access"),
        ("", "integer time of last modification"),
        ("", "integer time of last change"),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)"),
    ],
    10,
);

/// `os.statvfs_result`.
pub static STATVFS: Kind = Kind::new(
    "os.statvfs_result",
    "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.",
    &[
        ("f_bsize", ""),
        ("f_frsize", ""),
        ("f_blocks", ""),
        ("f_bfree", ""),
        ("f_bavail", ""),
        ("f_files", ""),
        ("f_ffree", ""),
        ("f_favail", ""),
        ("f_flag", ""),
        ("f_namemax", ""),
        ("f_fsid", ""),
    ],
    10,
);

/// `os.terminal_size`.
pub static TERMINAL_SIZE: Kind = Kind::new(
    "os.terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    &[
        ("columns", "width of the terminal window in characters"),
        ("lines", "height of the terminal window in characters"),
    ],
    2,
);

/// `posix.times_result`.
pub static TIMES: Kind = Kind::new(
    "posix.times_result",
    "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.",
    &[
        ("user", "user time"),
        ("system", "system time"),
        ("children_user", "user time of children"),
        ("children_system", "system time of children"),
        ("elapsed", "elapsed time since an arbitrary point in the past"),
    ],
    5,
);

/// `posix.uname_result`.
pub static UNAME: Kind = Kind::new(
    "posix.uname_result",
    "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
    &[
        ("sysname", "operating system name"),
        ("nodename", "name of machine on network (implementation-defined)"),
        ("release", "operating system release"),
        ("version", "operating system version"),
        ("machine", "hardware identifier"),
    ],
    5,
);

/// `posix.sched_param`.
pub static SCHED_PARAM: Kind = Kind::new(
    "posix.sched_param",
    "sched_param(sched_priority)\n--\n\nCurrently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
    &[("sched_priority", "the scheduling priority")],
    1,
);

/// `posix.waitid_result`.
pub static WAITID: Kind = Kind::new(
    "posix.waitid_result",
    "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
    &[("si_pid", ""), ("si_uid", ""), ("si_signo", ""), ("si_status", ""), ("si_code", "")],
    5,
);

struct SchedParamNew;
impl taipan_object::tramp::New for SchedParamNew {
    fn call(class: &PyType, t: &Thread, args: taipan_object::Args<'_>) -> PyResult {
        // Unpickling hands over the fields as a tuple, and a dictionary.
        if let [fields, _] = args.pos
            && let Some(fields) = fields.downcast::<taipan_object::PyTuple>()
            && let Some(priority) = fields.get(0)
        {
            return structseq::new(t, class, vec![taipan_object::Own::own(priority)]);
        }
        const SIGNATURE: taipan_object::argparse::Signature = taipan_object::argparse::Signature {
            fname: "sched_param",
            params: &[taipan_object::argparse::Param { name: "sched_priority", required: true }],
            pos_only: 0,
            positional: 1,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 1];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let priority = slots[0].ok_or_else(|| taipan_object::argparse::missing(t))?;
        structseq::new(t, class, vec![taipan_object::Own::own(priority)])
    }
}

/// All of them.
pub fn add_all(t: &Thread, module: &PyModule) -> PyResult<()> {
    for kind in [&STAT, &STATVFS, &TERMINAL_SIZE, &TIMES, &UNAME, &SCHED_PARAM, &WAITID] {
        kind.add(t, module)?;
    }
    // SAFETY: the type was just made, and lives for ever.
    unsafe {
        (*SCHED_PARAM.class(t)?.as_type_ptr()).tp_new = Some(taipan_object::tramp::new::<SchedParamNew>);
    }
    Ok(())
}

/// An int.
pub fn int(t: &Thread, value: i64) -> PyResult {
    PyInt::from_i64(t, value).map(Owned::into_object)
}

/// An int without sign.
pub fn uint(t: &Thread, value: u64) -> PyResult {
    PyInt::from_u64(t, value).map(Owned::into_object)
}

/// A float.
pub fn float(t: &Thread, value: f64) -> PyResult {
    PyFloat::new(t, value).map(Owned::into_object)
}

/// Bytes.
pub fn bytes(t: &Thread, value: &[u8]) -> PyResult {
    PyBytes::new(t, value).map(Owned::into_object)
}

/// `os.stat_result` of what the system says.
pub fn stat_result(t: &Thread, s: &libc::stat) -> PyResult {
    let times = [(s.st_atime, s.st_atime_nsec), (s.st_mtime, s.st_mtime_nsec), (s.st_ctime, s.st_ctime_nsec)];
    let mut items = vec![
        uint(t, u64::from(s.st_mode))?,
        uint(t, s.st_ino as u64)?,
        uint(t, s.st_dev as u64)?,
        uint(t, s.st_nlink as u64)?,
        crate::args::id_object(t, s.st_uid)?,
        crate::args::id_object(t, s.st_gid)?,
        int(t, s.st_size)?,
    ];
    for (seconds, _) in times {
        items.push(int(t, seconds)?);
    }
    for (seconds, nanos) in times {
        items.push(float(t, seconds as f64 + 1e-9 * nanos as f64)?);
    }
    for (seconds, nanos) in times {
        let whole = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        items.push(PyInt::from_i128(t, whole)?.into_object());
    }
    items.push(int(t, s.st_blksize as i64)?);
    items.push(int(t, s.st_blocks)?);
    items.push(uint(t, s.st_rdev as u64)?);
    STAT.make(t, items)
}
