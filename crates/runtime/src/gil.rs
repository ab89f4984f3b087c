//! The global interpreter lock, of which interpreters have one each or one in common: a mutex, a condition and the request
//! to drop it.
//!
//! A waiting thread asks the holder to let go after each switch interval; the holder notices at its next eval-breaker
//! check and, if it is asked, waits until another thread has really taken over (as CPython does, so that one busy
//! thread can't starve the others).

use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::thread::{EVAL_GIL_DROP_REQUEST, Thread};

#[derive(Default)]
struct State {
    locked: bool,
    switches: u64,
    /// Threads that wait for the lock. Waking nobody would cost a system call each time, as often as the lock is let go
    /// for a moment.
    waiting: usize,
    /// Threads that gave way and wait for another to take over.
    yielding: usize,
}

/// The lock.
pub struct Gil {
    state: Mutex<State>,
    free: Condvar,
    switched: Condvar,
    holder: AtomicPtr<Thread>,
    /// Microseconds a waiter waits before it asks the holder to let go (`sys.setswitchinterval`).
    interval_us: AtomicU64,
    /// Once the interpreter ends, the only thread that still gets the lock.
    last: AtomicPtr<Thread>,
}

/// Locks of interpreters that have ended, for the next ones. A lock is never freed: a thread may still be about to ask for
/// it, and is told then that it never gets it.
static RETIRED: Mutex<Vec<&'static Gil>> = Mutex::new(Vec::new());

impl Gil {
    /// A lock that no interpreter has.
    pub(crate) fn unused() -> &'static Self {
        let known = RETIRED.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let gil = known.unwrap_or_else(|| Box::leak(Box::new(Self::new())));
        gil.set_interval_us(5000);
        gil
    }

    /// The lock's interpreter has ended.
    pub(crate) fn retire(&'static self) {
        self.holder.store(core::ptr::null_mut(), Ordering::Release);
        RETIRED.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State::default()),
            free: Condvar::new(),
            switched: Condvar::new(),
            holder: AtomicPtr::new(core::ptr::null_mut()),
            interval_us: AtomicU64::new(5000),
            last: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The switch interval in microseconds.
    pub fn interval_us(&self) -> u64 {
        self.interval_us.load(Ordering::Relaxed)
    }

    /// Sets the switch interval in microseconds.
    pub fn set_interval_us(&self, us: u64) {
        self.interval_us.store(us.max(1), Ordering::Relaxed);
    }

    /// After the end of the interpreter that had reserved the lock: everybody may have it again.
    pub fn reopen(&self) {
        self.last.store(core::ptr::null_mut(), Ordering::Release);
    }

    /// Keeps the lock for one thread: the interpreter ends, and whoever else wants to run Python code from now on waits
    /// for the end of the process. It cannot be ended instead: native frames would be left without their clean-up.
    pub fn reserve_for(&self, t: &Thread) {
        self.last.store(core::ptr::from_ref(t).cast_mut(), Ordering::Release);
    }

    /// Whether `t` never gets the lock again: it is kept for another thread, or the interpreter of `t` has ended.
    fn is_kept_from(&self, t: *const Thread) -> bool {
        let last = self.last.load(Ordering::Acquire);
        // SAFETY: whoever asks for the lock has a thread state that is alive, or none.
        (!last.is_null() && last.cast_const() != t) || unsafe { t.as_ref() }.is_some_and(Thread::is_abandoned)
    }

    /// Waits for the end of the process.
    fn hang(&self, state: MutexGuard<'_, State>) -> ! {
        self.wake_one(state);
        loop {
            std::thread::park();
        }
    }

    /// Wakes a thread that waits for the lock, if there is one.
    fn wake_one(&self, state: MutexGuard<'_, State>) {
        let wanted = state.waiting > 0;
        drop(state);
        if wanted {
            self.free.notify_one();
        }
    }

    /// Takes the lock for `t`, asking the holder to drop it after each interval.
    pub fn take(&self, t: *const Thread) {
        let mut state = self.lock();
        while state.locked {
            if self.is_kept_from(t) {
                self.hang(state);
            }
            let seen = state.switches;
            let wait = Duration::from_micros(self.interval_us());
            state.waiting += 1;
            let (again, timeout) = self.free.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner);
            state = again;
            state.waiting -= 1;
            if timeout.timed_out() && state.locked && state.switches == seen {
                let holder = self.holder.load(Ordering::Acquire);
                // SAFETY: a holder's thread state is not freed while it holds the lock, and we hold the mutex that it
                // needs in order to let go.
                if let Some(holder) = unsafe { holder.as_ref() } {
                    holder.set_breaker(EVAL_GIL_DROP_REQUEST);
                }
            }
        }
        if self.is_kept_from(t) {
            self.hang(state);
        }
        state.locked = true;
        if self.holder.load(Ordering::Relaxed) != t.cast_mut() {
            self.holder.store(t.cast_mut(), Ordering::Release);
            state.switches += 1;
        }
        // A thread that gave way waits for this.
        if state.yielding > 0 {
            self.switched.notify_all();
        }
    }

    /// Gives the lock back.
    pub fn release(&self) {
        let mut state = self.lock();
        state.locked = false;
        self.wake_one(state);
    }

    /// The thread that holds the lock goes on with another thread state.
    pub(crate) fn hand_over(&self, to: *mut Thread) {
        let _state = self.lock();
        self.holder.store(to, Ordering::Release);
    }

    /// Gives way because another thread asked: releases the lock and waits until somebody else has taken it.
    pub fn yield_now(&self, t: &Thread) {
        let mut state = self.lock();
        t.interpreter().show_holder(core::ptr::null_mut());
        state.locked = false;
        t.clear_breaker(EVAL_GIL_DROP_REQUEST);
        let seen = state.switches;
        state.yielding += 1;
        self.wake_one(state);
        let mut state = self.lock();
        while state.switches == seen && !state.locked {
            let (again, timeout) =
                self.switched.wait_timeout(state, Duration::from_millis(5)).unwrap_or_else(PoisonError::into_inner);
            state = again;
            if timeout.timed_out() {
                break;
            }
        }
        state.yielding -= 1;
        drop(state);
        self.take(core::ptr::from_ref(t));
        t.interpreter().show_holder(core::ptr::from_ref(t).cast_mut());
    }

    /// In the child of `fork`: the lock is held by the only thread left.
    ///
    /// # Safety
    /// Called in the child of `fork` by its only thread, which held the lock.
    pub unsafe fn after_fork(&self, t: *const Thread) {
        // SAFETY: no other thread exists; whatever state the primitives were in is overwritten with fresh ones.
        unsafe {
            core::ptr::write(
                (&raw const self.state).cast_mut(),
                Mutex::new(State { locked: true, switches: 1, ..State::default() }),
            );
            core::ptr::write((&raw const self.free).cast_mut(), Condvar::new());
            core::ptr::write((&raw const self.switched).cast_mut(), Condvar::new());
        }
        self.holder.store(t.cast_mut(), Ordering::Release);
        self.last.store(core::ptr::null_mut(), Ordering::Release);
    }
}
