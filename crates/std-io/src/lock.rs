//! The lock of a buffered stream: while a call waits for the system without the GIL, other threads stay out of the
//! buffer, and the same thread (a signal handler, a finalizer) is told that it came in twice.

use core::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use taipan_object::{Object, PyResult, Thread, err};

#[derive(Default)]
struct Signal {
    /// Counts releases, so that one between looking and waiting is not missed.
    turn: Mutex<u64>,
    freed: Condvar,
}

/// Taken and released under the GIL; only waiting happens without it.
#[derive(Default)]
pub struct StreamLock {
    /// The thread that holds the lock, or zero.
    owner: Cell<u64>,
    waiters: Cell<usize>,
    signal: Cell<Option<Arc<Signal>>>,
}

taipan_object::no_traverse!(StreamLock);

/// Releases the lock when dropped.
pub struct Held<'a>(&'a StreamLock);

impl StreamLock {
    fn signal(&self) -> Arc<Signal> {
        let signal = self.signal.take().unwrap_or_default();
        self.signal.set(Some(signal.clone()));
        signal
    }

    /// Takes the lock for the stream.
    pub fn enter<'a>(&'a self, t: &Thread, stream: &Object) -> PyResult<Held<'a>> {
        let me = t.raw().thread_id.max(1);
        if self.owner.get() != 0 {
            if self.owner.get() == me {
                return Err(err!(t, RuntimeError, "reentrant call inside {}", stream.repr_lossy(t)));
            }
            self.wait(t);
        }
        self.owner.set(me);
        Ok(Held(self))
    }

    #[cold]
    fn wait(&self, t: &Thread) {
        let signal = self.signal();
        self.waiters.set(self.waiters.get() + 1);
        while self.owner.get() != 0 {
            let seen = *signal.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let signal = &signal;
            t.allow_threads(move || {
                let mut turn = signal.turn.lock().unwrap_or_else(PoisonError::into_inner);
                while *turn == seen {
                    turn = signal.freed.wait(turn).unwrap_or_else(PoisonError::into_inner);
                }
            });
        }
        self.waiters.set(self.waiters.get() - 1);
    }

    /// Whether this thread holds the lock.
    pub fn is_mine(&self, t: &Thread) -> bool {
        self.owner.get() == t.raw().thread_id.max(1)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        if self.0.waiters.get() > 0 {
            let signal = self.0.signal();
            *signal.turn.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            signal.freed.notify_all();
        }
    }
}
