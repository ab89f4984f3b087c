//! `internal/pycore_lock.h`, `pycore_parking_lot.h`, `pycore_semaphore.h`, `pycore_critical_section.h`,
//! `pycore_pythread.h`: locks below Python's own.

use crate::contract::*;
use crate::pythread::{Event, unlocked};
use core::ffi::{c_int, c_longlong, c_void};
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use taipan_object::abi::PyThreadState;
use taipan_object::{PyResult, Thread, err, pytime};
use taipan_runtime::thread;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When a wait of so many nanoseconds ends; negative: never.
fn deadline(nanoseconds: i64) -> Option<Instant> {
    u64::try_from(nanoseconds).ok().map(|n| Instant::now() + Duration::from_nanos(n))
}

/// Runs `work` without the GIL if that is wanted.
fn maybe_unlocked<R>(detach: bool, work: impl FnOnce() -> R) -> R {
    if detach { unlocked(work) } else { work() }
}

/// Looks now and then whether something has come true: false if the time is over.
fn wait_until(end: Option<Instant>, mut done: impl FnMut() -> bool) -> bool {
    let mut pause = Duration::from_micros(1);
    while !done() {
        if end.is_some_and(|end| Instant::now() >= end) {
            return false;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_micros(500));
    }
    true
}

/// `PyLockStatus`: `PY_LOCK_FAILURE` and `PY_LOCK_ACQUIRED`.
const FAILURE: c_int = 0;
const ACQUIRED: c_int = 1;

/// `_PY_LOCK_DETACH`.
const DETACH: c_int = 1;

/// Threads that wait at an address, in order of arrival.
struct Parked {
    arg: usize,
    state: Mutex<bool>,
    woken: Condvar,
}

static LOT: Mutex<Option<HashMap<usize, Vec<Arc<Parked>>>>> = Mutex::new(None);

fn lot<R>(work: impl FnOnce(&mut HashMap<usize, Vec<Arc<Parked>>>) -> R) -> R {
    work(lock(&LOT).get_or_insert_with(HashMap::new))
}

/// `Py_PARK_OK`, `Py_PARK_TIMEOUT`, `Py_PARK_AGAIN`.
const PARK_OK: c_int = 0;
const PARK_TIMEOUT: c_int = -1;
const PARK_AGAIN: c_int = -3;

type Unpark = unsafe extern "C" fn(*mut c_void, *mut c_void, c_int);

fn wake(parked: &Parked) {
    *lock(&parked.state) = true;
    parked.woken.notify_all();
}

/// `_PySemaphore`: a POSIX semaphore.
type Semaphore = libc::sem_t;

/// `PY_TIMEOUT_MAX` in microseconds.
const TIMEOUT_MAX: i64 = i64::MAX / 1000;

/// `_threading`'s rules for timeouts: nanoseconds, -1 for none.
fn timeout(t: &Thread, arg: Obj, blocking: bool) -> PyResult<i64> {
    // SAFETY: the contract of the callers.
    let arg = match unsafe { opt(arg) } {
        None => return Ok(if blocking { -1 } else { 0 }),
        Some(arg) if arg.is(taipan_object::singletons::none()) => return Ok(if blocking { -1 } else { 0 }),
        Some(arg) => arg,
    };
    let nanoseconds = pytime::from_seconds(t, arg, pytime::Rounding::Up)?;
    if !blocking && nanoseconds != -1_000_000_000 {
        return Err(err!(t, ValueError, "can't specify a timeout for a non-blocking call"));
    }
    if nanoseconds < 0 && nanoseconds != -1_000_000_000 {
        return Err(err!(t, ValueError, "timeout value must be a non-negative number"));
    }
    if nanoseconds == -1_000_000_000 {
        return Ok(if blocking { -1 } else { 0 });
    }
    if nanoseconds / 1000 > TIMEOUT_MAX {
        return Err(err!(t, OverflowError, "timeout value is too large"));
    }
    Ok(nanoseconds / 1000)
}

/// A word that says whether somebody writes: odd meanwhile.
type SeqLock = AtomicU32;

capi! {
    /// A timeout in microseconds from an argument, -1 for none: 0, or -1 with an exception.
    fn PyThread_ParseTimeoutArg[t](arg: Obj, blocking: c_int, place: *mut c_longlong) -> Status {
        *place = timeout(t, arg, blocking != 0)?;
        Ok(())
    }

    /// Takes a lock within so many microseconds, running handlers of signals meanwhile: 1, 0, or 2 if one failed.
    fn PyThread_acquire_lock_timed_with_retries[t](lock: *mut c_void, microseconds: c_longlong) -> Raw<c_int> {
        if crate::pythread::PyThread_acquire_lock(lock, 0) != 0 {
            return ACQUIRED;
        }
        let end = u64::try_from(microseconds).ok().map(|n| Instant::now() + Duration::from_micros(n));
        loop {
            let slice = Duration::from_millis(50);
            let left = end.map_or(slice, |end| end.saturating_duration_since(Instant::now()).min(slice));
            let lock = lock as usize;
            let taken = t.allow_threads(move || {
                crate::pythread::PyThread_acquire_lock_timed(lock as *mut c_void, left.as_micros() as c_longlong, 0) != 0
            });
            if taken {
                return ACQUIRED;
            }
            if taipan_object::state::check_signals(t).is_err() {
                // `PY_LOCK_INTR`.
                return 2;
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                return FAILURE;
            }
        }
    }

    /// Takes a mutex within a time: whether it could.
    fn _PyMutex_LockTimed(mutex: *mut AtomicU8, nanoseconds: i64, flags: c_int) -> Raw<c_int> {
        let bits = &*mutex;
        let take = || {
            let now = bits.load(Ordering::Relaxed);
            now & 1 == 0 && bits.compare_exchange(now, now | 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
        };
        if take() {
            return ACQUIRED;
        }
        if nanoseconds == 0 {
            return FAILURE;
        }
        let end = deadline(nanoseconds);
        maybe_unlocked(flags & DETACH != 0, || if wait_until(end, take) { ACQUIRED } else { FAILURE })
    }

    /// Whether something has happened.
    fn _PyEvent_IsSet(event: *mut Event) -> Raw<c_int> {
        (*event).is_set().into()
    }

    /// Waits until something has happened, at most for a time: whether it has.
    fn PyEvent_WaitTimed(event: *mut Event, nanoseconds: i64, detach: c_int) -> Raw<c_int> {
        let event = &*event;
        if event.is_set() {
            return 1;
        }
        let end = deadline(nanoseconds);
        maybe_unlocked(detach != 0, || wait_until(end, || event.is_set())).into()
    }

    /// Waits at an address whose value is as expected, until somebody wakes this thread.
    fn _PyParkingLot_Park(
        address: *const c_void, expected: *const c_void, size: usize, nanoseconds: i64, arg: *mut c_void, detach: c_int,
    ) -> Raw<c_int> {
        let parked = Arc::new(Parked { arg: arg as usize, state: Mutex::new(false), woken: Condvar::new() });
        let same = lot(|all| {
            let same = c_slice(address.cast::<u8>(), size as isize) == c_slice(expected.cast::<u8>(), size as isize);
            if same {
                all.entry(address as usize).or_default().push(Arc::clone(&parked));
            }
            same
        });
        if !same {
            return PARK_AGAIN;
        }
        let end = deadline(nanoseconds);
        let woken = maybe_unlocked(detach != 0, || {
            let mut state = lock(&parked.state);
            while !*state {
                match end {
                    None => state = parked.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
                    Some(end) => {
                        let left = end.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            return false;
                        }
                        state = parked.woken.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
                    }
                }
            }
            true
        });
        if woken {
            return PARK_OK;
        }
        // Who has been taken out of the list meanwhile has been woken.
        let waiting = lot(|all| {
            let Some(list) = all.get_mut(&(address as usize)) else { return false };
            let before = list.len();
            list.retain(|other| !Arc::ptr_eq(other, &parked));
            list.len() < before
        });
        if waiting { PARK_TIMEOUT } else { PARK_OK }
    }

    /// Wakes the thread that has waited longest at an address; the function is told what it gave, and whether more wait.
    fn _PyParkingLot_Unpark(address: *const c_void, function: Unpark, arg: *mut c_void) -> Void {
        let found = lot(|all| {
            let found = all.get_mut(&(address as usize)).and_then(|list| {
                let first = if list.is_empty() { None } else { Some(list.remove(0)) };
                first.map(|first| (first, !list.is_empty()))
            });
            match &found {
                Some((parked, more)) => function(arg, parked.arg as *mut c_void, (*more).into()),
                None => function(arg, core::ptr::null_mut(), 0),
            }
            found
        });
        if let Some((parked, _)) = found {
            wake(&parked);
        }
    }

    /// Wakes all threads that wait at an address.
    fn _PyParkingLot_UnparkAll(address: *const c_void) -> Void {
        for parked in lot(|all| all.remove(&(address as usize))).unwrap_or_default() {
            wake(&parked);
        }
    }

    /// Forgets who waited, in the child of a fork.
    fn _PyParkingLot_AfterFork() -> Void {
        lot(HashMap::clear);
    }

    /// Prepares a semaphore that nobody has raised.
    fn _PySemaphore_Init(semaphore: *mut Semaphore) -> Void {
        if libc::sem_init(semaphore, 0, 0) < 0 {
            crate::pylifecycle::fatal("_PySemaphore_Init", "parking_lot: sem_init failed");
        }
    }

    /// Gives a semaphore up.
    fn _PySemaphore_Destroy(semaphore: *mut Semaphore) -> Void {
        libc::sem_destroy(semaphore);
    }

    /// Waits for a semaphore: 0, -1 after the time, -2 if a signal came.
    fn _PySemaphore_Wait(semaphore: *mut Semaphore, nanoseconds: i64, detach: c_int) -> Raw<c_int> {
        let wait = || {
            if nanoseconds < 0 {
                return libc::sem_wait(semaphore);
            }
            let mut now: libc::timespec = core::mem::zeroed();
            libc::clock_gettime(libc::CLOCK_REALTIME, &mut now);
            let total = now.tv_nsec + nanoseconds % 1_000_000_000;
            let end = libc::timespec {
                tv_sec: now.tv_sec + nanoseconds / 1_000_000_000 + total / 1_000_000_000,
                tv_nsec: total % 1_000_000_000,
            };
            libc::sem_timedwait(semaphore, &end)
        };
        let result = maybe_unlocked(detach != 0, || {
            if wait() == 0 { 0 } else { std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINTR) }
        });
        match result {
            0 => PARK_OK,
            libc::ETIMEDOUT => PARK_TIMEOUT,
            _ => -2,
        }
    }

    /// Raises a semaphore.
    fn _PySemaphore_Wakeup(semaphore: *mut Semaphore) -> Void {
        libc::sem_post(semaphore);
    }

    /// Takes a sequence lock to write.
    fn _PySeqLock_LockWrite(word: *mut SeqLock) -> Void {
        let word = &*word;
        wait_until(None, || {
            let now = word.load(Ordering::Relaxed);
            now & 1 == 0 && word.compare_exchange(now, now + 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
        });
    }

    /// Something has been written.
    fn _PySeqLock_UnlockWrite(word: *mut SeqLock) -> Void {
        (*word).fetch_add(1, Ordering::Release);
    }

    /// Nothing has been written.
    fn _PySeqLock_AbandonWrite(word: *mut SeqLock) -> Void {
        (*word).fetch_sub(1, Ordering::Release);
    }

    /// Begins to read, when nobody writes: the number of what is read.
    fn _PySeqLock_BeginRead(word: *mut SeqLock) -> Raw<u32> {
        let word = &*word;
        wait_until(None, || word.load(Ordering::Acquire) & 1 == 0);
        word.load(Ordering::Acquire)
    }

    /// Whether nothing has been written while it was read.
    fn _PySeqLock_EndRead(word: *mut SeqLock, previous: u32) -> Raw<c_int> {
        core::sync::atomic::fence(Ordering::Acquire);
        ((*word).load(Ordering::Relaxed) == previous).into()
    }

    /// Releases a lock that somebody held when the process forked: whether that was so.
    fn _PySeqLock_AfterFork(word: *mut SeqLock) -> Raw<c_int> {
        let word = &*word;
        if word.load(Ordering::Relaxed) & 1 == 0 {
            return 0;
        }
        word.store(0, Ordering::Relaxed);
        1
    }

    /// Goes on with a critical section: the GIL is all that it needs.
    fn _PyCriticalSection_Resume(_ts: *mut PyThreadState) -> Void {}

    /// Suspends critical sections: the GIL is all that they need.
    fn _PyCriticalSection_SuspendAll(_ts: *mut PyThreadState) -> Void {}

    /// Begins a critical section: the GIL is all that it needs.
    fn _PyCriticalSection_BeginSlow(_section: *mut c_void, _mutex: *mut AtomicU8) -> Void {}

    /// Begins a critical section with two locks: the GIL is all that it needs.
    fn _PyCriticalSection2_BeginSlow(
        _section: *mut c_void, _first: *mut AtomicU8, _second: *mut AtomicU8, _locked: c_int,
    ) -> Void {}

    /// A new thread state for this OS thread.
    fn _PyThreadState_New(interp: *mut taipan_object::abi::PyInterpreterState, _whence: c_int) -> Raw<*mut PyThreadState> {
        crate::pystate::PyThreadState_New(interp)
    }

    /// A new thread state that is bound to an OS thread later.
    fn _PyThreadState_Prealloc(interp: *mut taipan_object::abi::PyInterpreterState) -> Raw<*mut PyThreadState> {
        crate::pystate::PyThreadState_New(interp)
    }

    /// Binds a thread state to this OS thread, which is its own from now on.
    fn _PyThreadState_Init(ts: *mut PyThreadState) -> Void {
        if thread::own_ptr().is_null() {
            thread::set_own(ts.cast());
        }
    }
}
