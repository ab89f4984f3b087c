//! A lock that one thread may take several times: callbacks of a connection may look at it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use taipan_object::Thread;

#[derive(Default)]
struct State {
    /// Who has the lock, and how often.
    owner: Option<(ThreadId, usize)>,
    /// Threads that sleep until it is free. Waking nobody would cost a system call each time.
    sleeping: usize,
}

/// The lock.
#[derive(Default)]
pub struct Lock {
    state: Mutex<State>,
    free: Condvar,
}

/// While this lives, no other thread has the lock.
pub struct Held<'a>(&'a Lock);

impl Lock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_take(&self) -> bool {
        let me = std::thread::current().id();
        let mut state = self.state();
        let depth = match state.owner {
            None => 0,
            Some((other, depth)) if other == me => depth,
            Some(_) => return false,
        };
        state.owner = Some((me, depth + 1));
        true
    }

    /// Takes the lock. Gives the GIL up if it has to wait, since who has the lock may be waiting for the GIL.
    pub fn take(&self, t: &Thread) -> Held<'_> {
        if !self.try_take() {
            t.allow_threads(|| {
                let mut state = self.state();
                while state.owner.is_some() {
                    state.sleeping += 1;
                    state = self.free.wait(state).unwrap_or_else(PoisonError::into_inner);
                    state.sleeping -= 1;
                }
                state.owner = Some((std::thread::current().id(), 1));
            });
        }
        Held(self)
    }
}

impl Held<'_> {
    /// Whether the thread had the lock before: this is a callback of the call that runs.
    pub fn is_nested(&self) -> bool {
        self.0.state().owner.is_some_and(|(_, depth)| depth > 1)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.owner = match state.owner {
            Some((me, depth)) if depth > 1 => Some((me, depth - 1)),
            _ => None,
        };
        let wanted = state.owner.is_none() && state.sleeping > 0;
        drop(state);
        if wanted {
            self.0.free.notify_one();
        }
    }
}
