//! `_multiprocessing` (semaphores with names) and `_posixshmem`.

use crate::args;
use std::cell::Cell;
use std::ffi::{CStr, CString};
use taipan_object::{
    Class, Head, Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyType, Slot, Thread, attr, class, err,
    errors, native_module, number, object, state,
};

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

/// `_multiprocessing.SemLock`.
#[object]
pub struct SemLock {
    /// The address of the semaphore.
    handle: Cell<usize>,
    /// The thread that acquired it last.
    last_thread: Cell<u64>,
    count: Cell<i64>,
    maxvalue: i32,
    kind: i32,
    name: Slot<PyStr>,
}

impl Drop for SemLock {
    fn drop(&mut self) {
        if self.handle.get() != 0 {
            // SAFETY: the handle came from `sem_open`, in this process or in the one that this was forked from.
            unsafe { libc::sem_close(self.sem()) };
        }
    }
}

fn thread_ident() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() as u64 }
}

fn c_name(t: &Thread, name: &PyStr) -> PyResult<CString> {
    CString::new(name.to_utf8(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// `sem_open`: the address, or the error number.
fn open(name: &CStr, flags: i32, value: u32) -> Result<usize, i32> {
    // SAFETY: a C string; the mode and the value are read only with O_CREAT.
    let sem = unsafe { libc::sem_open(name.as_ptr(), flags, 0o600 as libc::c_uint, value as libc::c_uint) };
    if sem == libc::SEM_FAILED { Err(args::errno()) } else { Ok(sem as usize) }
}

impl SemLock {
    const fn sem(&self) -> *mut libc::sem_t {
        self.handle.get() as *mut libc::sem_t
    }

    fn mine(&self) -> bool {
        self.count.get() > 0 && self.last_thread.get() == thread_ident()
    }

    /// Acquires without waiting: `false` if that is impossible.
    fn try_wait(&self, t: &Thread) -> PyResult<bool> {
        loop {
            // SAFETY: a live semaphore.
            if unsafe { libc::sem_trywait(self.sem()) } == 0 {
                return Ok(true);
            }
            match args::errno() {
                libc::EINTR => state::check_signals(t)?,
                libc::EAGAIN => return Ok(false),
                code => return Err(errors::os_error(t, code)),
            }
        }
    }

    fn wait(&self, t: &Thread, deadline: Option<libc::timespec>) -> PyResult<bool> {
        let handle = self.handle.get();
        loop {
            let waited = args::call(t, || {
                let sem = handle as *mut libc::sem_t;
                // SAFETY: a live semaphore; the deadline is on the stack.
                i64::from(unsafe {
                    match &deadline {
                        Some(deadline) => libc::sem_timedwait(sem, deadline),
                        None => libc::sem_wait(sem),
                    }
                })
            });
            match waited {
                Ok(_) => return Ok(true),
                Err(libc::EINTR) => state::check_signals(t)?,
                Err(libc::EAGAIN | libc::ETIMEDOUT) => return Ok(false),
                Err(code) => return Err(errors::os_error(t, code)),
            }
        }
    }

    fn value(&self, t: &Thread) -> PyResult<i32> {
        let mut value = 0;
        // SAFETY: a live semaphore.
        if unsafe { libc::sem_getvalue(self.sem(), &mut value) } < 0 {
            return Err(errors::last_os_error(t));
        }
        // Some systems count those who wait as negative.
        Ok(value.max(0))
    }

    fn post(&self, t: &Thread) -> PyResult<()> {
        // SAFETY: a live semaphore.
        if unsafe { libc::sem_post(self.sem()) } < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
    }
}

/// The point in time `timeout` seconds from now.
fn deadline(timeout: f64) -> libc::timespec {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a structure on the stack.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) };
    let timeout = timeout.max(0.0);
    let whole = timeout.floor();
    let mut seconds = now.tv_sec.saturating_add(whole as libc::time_t);
    let mut nanoseconds = now.tv_nsec + ((timeout - whole) * 1e9 + 0.5) as libc::c_long;
    if nanoseconds >= 1_000_000_000 {
        seconds = seconds.saturating_add(1);
        nanoseconds -= 1_000_000_000;
    }
    libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds }
}

#[class(name = "_multiprocessing.SemLock", fields(name = name: "name"), heap, flags(BASETYPE, HAVE_GC), doc = "Semaphore/Mutex type")]
impl SemLock {
    #[new(sig = "(kind, value, maxvalue, name, unlink)", text = "")]
    fn new(
        cls: &PyType,
        t: &Thread,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: &PyStr,
        unlink: bool,
    ) -> PyResult<Owned<Self>> {
        let path = c_name(t, name)?;
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(err!(t, ValueError, "unrecognized kind"));
        }
        let handle =
            open(&path, libc::O_CREAT | libc::O_EXCL, value as u32).map_err(|code| errors::os_error(t, code))?;
        let lock = cls.instance(
            t,
            Self {
                head: Head::new(),
                handle: Cell::new(handle),
                last_thread: Cell::new(0),
                count: Cell::new(0),
                maxvalue,
                kind,
                name: Slot::from_option((!unlink).then(|| name.own())),
            },
        )?;
        // SAFETY: a C string.
        if unlink && unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(errors::last_os_error(t));
        }
        Ok(lock)
    }

    /// Acquire the semaphore/lock.
    #[method(sig = "(block=True, timeout=None)")]
    fn acquire(&self, t: &Thread, block: bool, timeout: Option<&Object>) -> PyResult<bool> {
        if self.kind == RECURSIVE_MUTEX && self.mine() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let until = match attr::none_if_none(timeout) {
            Some(timeout) => Some(deadline(number::as_f64(t, timeout)?)),
            None => None,
        };
        let acquired = self.try_wait(t)? || (block && self.wait(t, until)?);
        if !acquired {
            return Ok(false);
        }
        self.count.set(self.count.get() + 1);
        self.last_thread.set(thread_ident());
        Ok(true)
    }

    /// Release the semaphore/lock.
    #[method]
    fn release(&self, t: &Thread) -> PyResult<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.mine() {
                return Err(err!(t, AssertionError, "attempt to release recursive lock not owned by thread"));
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if self.value(t)? >= self.maxvalue {
            return Err(err!(t, ValueError, "semaphore or lock released too many times"));
        }
        self.post(t)?;
        self.count.set(self.count.get() - 1);
        Ok(())
    }

    /// Enter the semaphore/lock.
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<bool> {
        self.acquire(t, true, None)
    }

    /// Exit the semaphore/lock.
    #[method(sig = "(exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        t: &Thread,
        _exc_type: Option<&Object>,
        _exc_value: Option<&Object>,
        _exc_tb: Option<&Object>,
    ) -> PyResult<()> {
        self.release(t)
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[method]
    fn _count(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_i64(t, self.count.get())
    }

    /// Whether the lock is owned by this thread.
    #[method]
    fn _is_mine(&self, _t: &Thread) -> bool {
        self.mine()
    }

    /// Get the value of the semaphore.
    #[method]
    fn _get_value(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_i64(t, i64::from(self.value(t)?))
    }

    /// Return whether semaphore has value zero.
    #[method]
    fn _is_zero(&self, t: &Thread) -> PyResult<bool> {
        Ok(self.value(t)? == 0)
    }

    #[classmethod(sig = "(handle, kind, maxvalue, name, /)")]
    fn _rebuild(
        cls: &PyType,
        t: &Thread,
        handle: &Object,
        kind: i32,
        maxvalue: i32,
        name: &Object,
    ) -> PyResult<Owned<Self>> {
        let name = match attr::none_if_none(Some(name)) {
            None => None,
            Some(name) => match name.downcast::<PyStr>() {
                Some(name) => Some(name),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "_rebuild() argument 4 must be str or None, not {:.50}",
                        name.class().name_lossy()
                    ));
                }
            },
        };
        let handle = match name {
            Some(name) => open(&c_name(t, name)?, 0, 0).map_err(|code| errors::os_error(t, code))?,
            None => number::index(t, handle)?.to_u64_mask() as usize,
        };
        cls.instance(
            t,
            Self {
                head: Head::new(),
                handle: Cell::new(handle),
                last_thread: Cell::new(0),
                count: Cell::new(0),
                maxvalue,
                kind,
                name: Slot::from_option(name.map(Own::own)),
            },
        )
    }

    /// Rezero the net acquisition count after fork().
    #[method]
    fn _after_fork(&self, _t: &Thread) {
        self.count.set(0);
    }

    #[getter(member)]
    fn handle(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_u64(t, self.handle.get() as u64)
    }

    #[getter(member)]
    fn kind(&self, _t: &Thread) -> isize {
        self.kind as isize
    }

    #[getter(member)]
    fn maxvalue(&self, _t: &Thread) -> isize {
        self.maxvalue as isize
    }
}

#[native_module(name = "_multiprocessing")]
pub mod multiprocessing {
    use super::*;

    #[function(sig = "(name, /)")]
    fn sem_unlink(t: &Thread, name: &PyStr) -> PyResult<()> {
        let name = c_name(t, name)?;
        // SAFETY: a C string.
        if unsafe { libc::sem_unlink(name.as_ptr()) } < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<SemLock>(t)?;
        let max = PyInt::from_i64(t, i64::from(i32::MAX))?;
        SemLock::class().set_in_dict(t, &*PyStr::intern_str(t, "SEM_VALUE_MAX")?, Some(&max))?;
        module.set(t, "SemLock", SemLock::class().as_object())?;
        let flags = PyDict::new(t)?;
        let one = PyInt::from_i64(t, 1)?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.set_str(t, &*PyStr::intern_str(t, name)?, &one)?;
        }
        module.set(t, "flags", &flags)
    }
}

/// POSIX shared memory module
#[native_module(name = "_posixshmem")]
pub mod posixshmem {
    use super::*;

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=0o777)", text = "($module, /, path, flags, mode=511)")]
    fn shm_open(t: &Thread, path: &Object, flags: i32, mode: Option<i32>) -> PyResult<i32> {
        let Some(text) = path.downcast::<PyStr>() else { return Err(not_text(t, "shm_open", path)) };
        let name = c_name(t, text)?;
        let mode = mode.unwrap_or(0o777);
        let opened = args::retry(t, || {
            // SAFETY: a C string and numbers.
            i64::from(unsafe { libc::shm_open(name.as_ptr(), flags, mode as libc::mode_t) })
        })?;
        opened.map(|fd| fd as i32).map_err(|code| errors::os_error_with(t, code, Some(path), None))
    }

    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes have
    /// unmapped the object, de-allocates and destroys the contents of the
    /// associated memory region.
    #[function(sig = "(path, /)", text = "($module, path, /)")]
    fn shm_unlink(t: &Thread, path: &Object) -> PyResult<()> {
        let Some(text) = path.downcast::<PyStr>() else { return Err(not_text(t, "shm_unlink", path)) };
        let name = c_name(t, text)?;
        // SAFETY: a C string.
        let removed = args::retry(t, || i64::from(unsafe { libc::shm_unlink(name.as_ptr()) }))?;
        removed.map(drop).map_err(|code| errors::os_error_with(t, code, Some(path), None))
    }

    fn not_text(t: &Thread, function: &str, path: &Object) -> taipan_object::Raised {
        err!(t, TypeError, "{function}() argument 1 must be str, not {:.50}", path.class().name_lossy())
    }
}
