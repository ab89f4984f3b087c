//! A lock that one thread may take several times: callbacks of a connection may look at it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use taipan_object::Thread;

/// The lock.
#[derive(Default)]
pub struct Lock {
    owner: Mutex<Option<(ThreadId, usize)>>,
    free: Condvar,
}

/// While this lives, no other thread has the lock.
pub struct Held<'a>(&'a Lock);

impl Lock {
    fn owner(&self) -> MutexGuard<'_, Option<(ThreadId, usize)>> {
        self.owner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_take(&self) -> bool {
        let me = std::thread::current().id();
        let mut owner = self.owner();
        let depth = match *owner {
            None => 0,
            Some((other, depth)) if other == me => depth,
            Some(_) => return false,
        };
        *owner = Some((me, depth + 1));
        true
    }

    /// Takes the lock. Gives the GIL up if it has to wait, since who has the lock may be waiting for the GIL.
    pub fn take(&self, t: &Thread) -> Held<'_> {
        if !self.try_take() {
            t.allow_threads(|| {
                let mut owner = self.owner();
                while owner.is_some() {
                    owner = self.free.wait(owner).unwrap_or_else(PoisonError::into_inner);
                }
                *owner = Some((std::thread::current().id(), 1));
            });
        }
        Held(self)
    }
}

impl Held<'_> {
    /// Whether the thread had the lock before: this is a callback of the call that runs.
    pub fn is_nested(&self) -> bool {
        self.0.owner().is_some_and(|(_, depth)| depth > 1)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut owner = self.0.owner();
        *owner = match *owner {
            Some((me, depth)) if depth > 1 => Some((me, depth - 1)),
            _ => None,
        };
        if owner.is_none() {
            self.0.free.notify_one();
        }
    }
}
