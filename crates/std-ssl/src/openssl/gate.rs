//! Keeps steps of connections and changes of contexts apart.
//!
//! Steps run without the GIL, any number of them at once. What changes a part of a context that connections use without
//! counting it (its list of ciphers, its ways to find certificates) waits until none runs. A callback of a step may
//! ask for such a change: then its own step, and those whose callbacks wait likewise, don't count.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use taipan_object::Thread;

#[derive(Default)]
struct State {
    /// Threads that are in a step.
    active: usize,
    /// Those of them that wait for a change in a callback.
    waiting: usize,
    /// Whether a change is being made.
    changing: bool,
    /// Threads that sleep until something changes. Waking nobody would cost a system call with every step.
    sleeping: usize,
}

static STATE: Mutex<State> = Mutex::new(State { active: 0, waiting: 0, changing: false, sleeping: 0 });
static CHANGED: Condvar = Condvar::new();

thread_local! {
    /// How many steps this thread is in: callbacks may use other connections.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait(mut state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    state.sleeping += 1;
    let mut state = CHANGED.wait(state).unwrap_or_else(PoisonError::into_inner);
    state.sleeping -= 1;
    state
}

/// Wakes who sleeps, after a change of the state.
fn wake(state: &State) {
    if state.sleeping > 0 {
        CHANGED.notify_all();
    }
}

/// While this lives, no context is changed.
pub struct Step(());

impl Step {
    /// Begins a step. Without the GIL.
    pub fn begin() -> Self {
        if DEPTH.replace(DEPTH.get() + 1) == 0 {
            let mut state = state();
            while state.changing {
                state = wait(state);
            }
            state.active += 1;
        }
        Self(())
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        let depth = DEPTH.get() - 1;
        DEPTH.set(depth);
        if depth == 0 {
            let mut state = state();
            state.active -= 1;
            wake(&state);
        }
    }
}

/// While this lives, no step runs.
pub struct Change(());

impl Change {
    /// Waits, without the GIL, until a change can be made.
    pub fn begin(t: &Thread) -> Self {
        let in_step = DEPTH.get() > 0;
        t.allow_threads(|| {
            let mut state = state();
            if in_step {
                state.waiting += 1;
                wake(&state);
            }
            while state.changing || state.active > state.waiting {
                state = wait(state);
            }
            state.changing = true;
            if in_step {
                state.waiting -= 1;
            }
        });
        Self(())
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let mut state = state();
        state.changing = false;
        wake(&state);
    }
}
