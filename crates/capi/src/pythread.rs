//! `pythread.h`, `lock.h` and `pylock.h`: threads, locks and thread-local storage.

use crate::contract::*;
use core::ffi::{c_int, c_longlong, c_ulong, c_void};
use core::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use taipan_object::abi::Py_tss_t;
use taipan_runtime::lock::Lock;
use taipan_runtime::{Thread, thread};

/// Takes a lock. A thread with the GIL keeps it, as in CPython, unless there are interpreters that asked for a GIL of
/// their own: these go on meanwhile, and one of them may have the lock.
fn wait_for(lock: &Lock, limit: Option<Duration>) -> bool {
    if lock.try_take() {
        return true;
    }
    if limit.is_some_and(|limit| limit.is_zero()) {
        return false;
    }
    let others = taipan_interp::subinterpreters::list();
    if others.iter().any(|entry| !entry.interp.is_main() && entry.interp.config.gil == "own") {
        return unlocked(|| lock.take(limit));
    }
    lock.take(limit)
}

/// Runs `work` without the GIL if the thread has it.
pub fn unlocked<R>(work: impl FnOnce() -> R) -> R {
    let t = thread::current_ptr();
    if t.is_null() {
        return work();
    }
    // SAFETY: the attached state is attached again before anybody uses it.
    unsafe {
        Thread::detach(t);
        let result = work();
        Thread::attach(t.cast_mut());
        result
    }
}

/// What a new OS thread runs.
struct Start {
    function: unsafe extern "C" fn(*mut c_void),
    arg: *mut c_void,
}

extern "C" fn bootstrap(start: *mut c_void) -> *mut c_void {
    // SAFETY: boxed by `start_thread` for this thread alone.
    unsafe {
        let start = Box::from_raw(start.cast::<Start>());
        (start.function)(start.arg);
    }
    core::ptr::null_mut()
}

fn start_thread(function: unsafe extern "C" fn(*mut c_void), arg: *mut c_void) -> Option<libc::pthread_t> {
    // SAFETY: plain pthread calls; the box goes to the new thread or comes back.
    unsafe {
        let mut id: libc::pthread_t = 0;
        let start = Box::into_raw(Box::new(Start { function, arg }));
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        libc::pthread_attr_init(&mut attributes);
        libc::pthread_attr_setstacksize(&mut attributes, 8 << 20);
        let failed = libc::pthread_create(&mut id, &attributes, bootstrap, start.cast());
        libc::pthread_attr_destroy(&mut attributes);
        if failed != 0 {
            drop(Box::from_raw(start));
            return None;
        }
        Some(id)
    }
}

/// `PyMutex`: bit 0 held, bit 1 somebody waits. C code takes and releases it without us unless it has to wait.
const LOCKED: u8 = 1;
const WAITED: u8 = 2;

static PARKED: Mutex<()> = Mutex::new(());
static UNPARKED: Condvar = Condvar::new();

fn mutex_lock(bits: &AtomicU8) {
    if bits.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
        return;
    }
    unlocked(|| {
        let mut parked = PARKED.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = bits.load(Ordering::Relaxed);
            if now & LOCKED == 0 {
                if bits.compare_exchange(now, now | LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                    return;
                }
                continue;
            }
            if now & WAITED == 0
                && bits.compare_exchange(now, now | WAITED, Ordering::Relaxed, Ordering::Relaxed).is_err()
            {
                continue;
            }
            // The time limit covers a wake-up that was meant for another mutex.
            let (again, _) =
                UNPARKED.wait_timeout(parked, Duration::from_millis(5)).unwrap_or_else(PoisonError::into_inner);
            parked = again;
        }
    });
}

fn mutex_try_unlock(bits: &AtomicU8) -> bool {
    let old = bits.swap(0, Ordering::Release);
    if old & LOCKED == 0 {
        return false;
    }
    if old & WAITED != 0 {
        drop(PARKED.lock().unwrap_or_else(PoisonError::into_inner));
        UNPARKED.notify_all();
    }
    true
}

/// `_PyRecursiveMutex`.
#[repr(C)]
pub struct RecursiveMutex {
    mutex: AtomicU8,
    thread: AtomicU64,
    level: AtomicUsize,
}

fn this_thread() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() }
}

/// `_PyRWMutex`: bit 0 a writer holds it, bit 1 one waits, the readers are counted above.
#[repr(C)]
pub struct RwMutex {
    bits: AtomicUsize,
}

fn spin(mut done: impl FnMut() -> bool) {
    if done() {
        return;
    }
    unlocked(|| {
        while !done() {
            std::thread::sleep(Duration::from_micros(50));
        }
    });
}

/// `PyEvent`.
#[repr(C)]
pub struct Event {
    bits: AtomicU8,
}

impl Event {
    /// Whether it has happened.
    pub fn is_set(&self) -> bool {
        self.bits.load(Ordering::Acquire) == 1
    }
}

type OnceFunction = unsafe extern "C" fn(*mut c_void) -> c_int;

capi! {
    /// Nothing has to be prepared.
    fn PyThread_init_thread() -> Void {}

    /// Starts an OS thread: its number, or -1.
    fn PyThread_start_new_thread(function: unsafe extern "C" fn(*mut c_void), arg: *mut c_void) -> Raw<c_ulong> {
        match start_thread(function, arg) {
            Some(id) => {
                libc::pthread_detach(id);
                id
            }
            None => c_ulong::MAX,
        }
    }

    /// Starts an OS thread that is joined: 0 or -1.
    fn PyThread_start_joinable_thread(
        function: unsafe extern "C" fn(*mut c_void), arg: *mut c_void, ident: *mut c_ulong, handle: *mut c_ulong,
    ) -> Raw<c_int> {
        match start_thread(function, arg) {
            Some(id) => {
                *ident = id;
                *handle = id;
                0
            }
            None => -1,
        }
    }

    /// Waits for an OS thread.
    fn PyThread_join_thread(handle: c_ulong) -> Raw<c_int> {
        libc::pthread_join(handle, core::ptr::null_mut())
    }

    /// An OS thread will not be joined.
    fn PyThread_detach_thread(handle: c_ulong) -> Raw<c_int> {
        libc::pthread_detach(handle)
    }

    /// The number of this OS thread.
    fn PyThread_get_thread_ident() -> Raw<c_ulong> {
        libc::pthread_self()
    }

    /// The number of this OS thread.
    fn PyThread_get_thread_ident_ex() -> Raw<u64> {
        libc::pthread_self()
    }

    /// The kernel's number of this OS thread.
    fn PyThread_get_thread_native_id() -> Raw<c_ulong> {
        libc::syscall(libc::SYS_gettid) as c_ulong
    }

    /// Ends this OS thread.
    fn PyThread_exit_thread() -> Void {
        libc::pthread_exit(core::ptr::null_mut());
    }

    /// Hangs this OS thread, which must not run any more.
    fn PyThread_hang_thread() -> Void {
        loop {
            libc::pause();
        }
    }

    /// The stack size of new threads: the default.
    fn PyThread_get_stacksize() -> Raw<usize> {
        0
    }

    /// Sets the stack size of new threads: it is fixed.
    fn PyThread_set_stacksize(size: usize) -> Raw<c_int> {
        if size == 0 { 0 } else { -2 }
    }

    /// `sys.thread_info`; a new reference.
    fn PyThread_GetInfo[t]() -> New {
        taipan_interp::state::sys_attr(t, "thread_info")?.ok_or_else(|| taipan_object::err!(t, AttributeError, "thread_info"))
    }

    /// A lock.
    fn PyThread_allocate_lock() -> Raw<*mut c_void> {
        Box::into_raw(Box::new(Lock::default())).cast()
    }

    /// Frees a lock.
    fn PyThread_free_lock(lock: *mut c_void) -> Void {
        drop(Box::from_raw(lock.cast::<Lock>()));
    }

    /// Takes a lock: 1, or 0 if it is held and `wait` is 0. The GIL stays as it is.
    fn PyThread_acquire_lock(lock: *mut c_void, wait: c_int) -> Raw<c_int> {
        let lock = &*lock.cast::<Lock>();
        if wait == 0 { lock.take(Some(Duration::ZERO)).into() } else { wait_for(lock, None).into() }
    }

    /// Takes a lock within so many microseconds: 1, or 0.
    fn PyThread_acquire_lock_timed(lock: *mut c_void, microseconds: c_longlong, _interruptible: c_int) -> Raw<c_int> {
        let lock = &*lock.cast::<Lock>();
        let limit = if microseconds < 0 { None } else { Some(Duration::from_micros(microseconds as u64)) };
        wait_for(lock, limit).into()
    }

    /// Releases a lock.
    fn PyThread_release_lock(lock: *mut c_void) -> Void {
        (*lock.cast::<Lock>()).release();
    }

    /// A key of thread-local storage, not yet created; freed with `PyThread_tss_free`.
    fn PyThread_tss_alloc() -> Raw<*mut Py_tss_t> {
        let block = taipan_runtime::mem::alloc_zeroed(size_of::<Py_tss_t>());
        block.cast()
    }

    /// Frees a key.
    fn PyThread_tss_free(key: *mut Py_tss_t) -> Void {
        if !key.is_null() {
            PyThread_tss_delete(key);
            taipan_runtime::mem::free(key.cast());
        }
    }

    /// Whether a key is created.
    fn PyThread_tss_is_created(key: *mut Py_tss_t) -> Raw<c_int> {
        (*key)._is_initialized
    }

    /// Creates a key, once.
    fn PyThread_tss_create(key: *mut Py_tss_t) -> Raw<c_int> {
        if (*key)._is_initialized != 0 {
            return 0;
        }
        let mut made: libc::pthread_key_t = 0;
        if libc::pthread_key_create(&mut made, None) != 0 {
            return -1;
        }
        (*key)._key = made as u32;
        (*key)._is_initialized = 1;
        0
    }

    /// Gives a key up.
    fn PyThread_tss_delete(key: *mut Py_tss_t) -> Void {
        if (*key)._is_initialized != 0 {
            libc::pthread_key_delete((*key)._key as libc::pthread_key_t);
            (*key)._is_initialized = 0;
        }
    }

    /// Sets this thread's value of a key.
    fn PyThread_tss_set(key: *mut Py_tss_t, value: *mut c_void) -> Raw<c_int> {
        if libc::pthread_setspecific((*key)._key as libc::pthread_key_t, value) != 0 { -1 } else { 0 }
    }

    /// This thread's value of a key, or null.
    fn PyThread_tss_get(key: *mut Py_tss_t) -> Raw<*mut c_void> {
        libc::pthread_getspecific((*key)._key as libc::pthread_key_t)
    }

    /// A key as a number, or -1. The old way.
    fn PyThread_create_key() -> Raw<c_int> {
        let mut made: libc::pthread_key_t = 0;
        if libc::pthread_key_create(&mut made, None) != 0 { -1 } else { made as c_int }
    }

    /// Gives a key up. The old way.
    fn PyThread_delete_key(key: c_int) -> Void {
        libc::pthread_key_delete(key as libc::pthread_key_t);
    }

    /// Sets this thread's value of a key. The old way.
    fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> Raw<c_int> {
        if libc::pthread_setspecific(key as libc::pthread_key_t, value) != 0 { -1 } else { 0 }
    }

    /// This thread's value of a key, or null. The old way.
    fn PyThread_get_key_value(key: c_int) -> Raw<*mut c_void> {
        libc::pthread_getspecific(key as libc::pthread_key_t)
    }

    /// Forgets this thread's value of a key. The old way.
    fn PyThread_delete_key_value(key: c_int) -> Void {
        libc::pthread_setspecific(key as libc::pthread_key_t, core::ptr::null());
    }

    /// Nothing has to be renewed after a fork. The old way.
    fn PyThread_ReInitTLS() -> Void {}

    /// Takes a mutex, without the GIL while it waits.
    fn PyMutex_Lock(mutex: *mut AtomicU8) -> Void {
        mutex_lock(&*mutex);
    }

    /// Releases a mutex.
    fn PyMutex_Unlock(mutex: *mut AtomicU8) -> Void {
        if !mutex_try_unlock(&*mutex) {
            crate::moduleobject::fatal("PyMutex_Unlock", "unlocking mutex that is not locked");
        }
    }

    /// Whether a mutex is held.
    fn PyMutex_IsLocked(mutex: *mut AtomicU8) -> Raw<c_int> {
        ((*mutex).load(Ordering::Relaxed) & LOCKED != 0).into()
    }

    /// Takes a mutex that this thread may hold already.
    fn _PyRecursiveMutex_Lock(m: *mut RecursiveMutex) -> Void {
        let m = &*m;
        if m.thread.load(Ordering::Relaxed) == this_thread() {
            m.level.fetch_add(1, Ordering::Relaxed);
            return;
        }
        mutex_lock(&m.mutex);
        m.thread.store(this_thread(), Ordering::Relaxed);
    }

    /// Releases a mutex that this thread holds.
    fn _PyRecursiveMutex_Unlock(m: *mut RecursiveMutex) -> Void {
        let m = &*m;
        if m.thread.load(Ordering::Relaxed) != this_thread() {
            crate::moduleobject::fatal("_PyRecursiveMutex_Unlock", "unlocking a recursive mutex that is not owned by the current thread");
        }
        if m.level.load(Ordering::Relaxed) > 0 {
            m.level.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        m.thread.store(0, Ordering::Relaxed);
        mutex_try_unlock(&m.mutex);
    }

    /// Whether this thread holds a mutex.
    fn _PyRecursiveMutex_IsLockedByCurrentThread(m: *mut RecursiveMutex) -> Raw<c_int> {
        ((*m).thread.load(Ordering::Relaxed) == this_thread()).into()
    }

    /// Takes a lock as a reader.
    fn _PyRWMutex_RLock(m: *mut RwMutex) -> Void {
        let bits = &(*m).bits;
        // A writer that waits comes first.
        spin(|| {
            let now = bits.load(Ordering::Relaxed);
            if now == 1 {
                // The writer sees that somebody waits.
                let _ = bits.compare_exchange(1, 3, Ordering::Relaxed, Ordering::Relaxed);
            }
            now & 3 == 0 && bits.compare_exchange(now, now + 4, Ordering::Acquire, Ordering::Relaxed).is_ok()
        });
    }

    /// Releases a lock as a reader.
    fn _PyRWMutex_RUnlock(m: *mut RwMutex) -> Void {
        (*m).bits.fetch_sub(4, Ordering::Release);
    }

    /// Takes a lock as a writer.
    fn _PyRWMutex_Lock(m: *mut RwMutex) -> Void {
        let bits = &(*m).bits;
        spin(|| {
            let free = |old| bits.compare_exchange(old, 1, Ordering::Acquire, Ordering::Relaxed).is_ok();
            if free(0) || free(2) {
                return true;
            }
            bits.fetch_or(2, Ordering::Relaxed);
            false
        });
    }

    /// Releases a lock as a writer.
    fn _PyRWMutex_Unlock(m: *mut RwMutex) -> Void {
        (*m).bits.store(0, Ordering::Release);
    }

    /// Says that something has happened.
    fn _PyEvent_Notify(event: *mut Event) -> Void {
        (*event).bits.store(1, Ordering::Release);
    }

    /// Waits until something has happened.
    fn PyEvent_Wait(event: *mut Event) -> Void {
        let bits = &(*event).bits;
        spin(|| bits.load(Ordering::Acquire) == 1);
    }

    /// Runs a function once: 0, or -1 if it failed, in which case it may run again.
    fn _PyOnceFlag_CallOnceSlow(flag: *mut AtomicU8, function: OnceFunction, arg: *mut c_void) -> Raw<c_int> {
        // 4: done. The GIL keeps others out meanwhile.
        const DONE: u8 = 4;
        if (*flag).load(Ordering::Acquire) == DONE {
            return 0;
        }
        let result = function(arg);
        if result == 0 {
            (*flag).store(DONE, Ordering::Release);
        }
        result
    }

    /// Without the GIL only: nothing to take.
    fn PyCriticalSection_Begin(_section: *mut c_void, _op: Obj) -> Void {}

    /// Without the GIL only: nothing to release.
    fn PyCriticalSection_End(_section: *mut c_void) -> Void {}

    /// Without the GIL only: nothing to take.
    fn PyCriticalSection2_Begin(_section: *mut c_void, _a: Obj, _b: Obj) -> Void {}

    /// Without the GIL only: nothing to release.
    fn PyCriticalSection2_End(_section: *mut c_void) -> Void {}

    /// Without the GIL only: nothing to take.
    fn PyCriticalSection_BeginMutex(_section: *mut c_void, _mutex: *mut c_void) -> Void {}

    /// Without the GIL only: nothing to take.
    fn PyCriticalSection2_BeginMutex(_section: *mut c_void, _a: *mut c_void, _b: *mut c_void) -> Void {}
}

/// `PY_TIMEOUT_MAX`: the longest time limit of a lock in microseconds.
#[unsafe(no_mangle)]
pub static PY_TIMEOUT_MAX: c_longlong = i64::MAX / 1000;
