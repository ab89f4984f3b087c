//! Locks of programs: `threading.Lock` and `PyThread_type_lock`.

use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A lock that any thread may release. Taking it and giving it back ask the system for nothing while nobody waits.
#[derive(Default)]
pub struct Lock {
    state: AtomicU32,
    sleepers: Mutex<()>,
    free: Condvar,
}

/// Nobody has the lock.
const FREE: u32 = 0;
/// Somebody has it.
const HELD: u32 = 1;
/// Somebody has it, and somebody may wait for it.
const AWAITED: u32 = 2;

impl Lock {
    /// Takes the lock if nobody has it.
    #[inline]
    pub fn try_take(&self) -> bool {
        self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Waits for at most `limit`, without end for `None`; true if taken. To be called without the GIL.
    pub fn take(&self, limit: Option<Duration>) -> bool {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        // Who takes it here can't tell whether others wait too. Who goes without it has looked after he was woken, so that
        // no waking is lost with him.
        while self.state.swap(AWAITED, Ordering::Acquire) != FREE {
            sleepers = match end {
                None => self.free.wait(sleepers).unwrap_or_else(PoisonError::into_inner),
                Some(end) => {
                    let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
                    let Some(left) = left else { return false };
                    self.free.wait_timeout(sleepers, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }

    /// Gives the lock back; whether somebody had it.
    #[inline]
    pub fn release(&self) -> bool {
        let was = self.state.swap(FREE, Ordering::Release);
        if was == AWAITED {
            self.wake();
        }
        was != FREE
    }

    #[cold]
    fn wake(&self) {
        // Who has said that he waits sleeps once this is free.
        drop(self.sleepers.lock().unwrap_or_else(PoisonError::into_inner));
        self.free.notify_one();
    }

    /// Whether somebody has the lock.
    pub fn is_held(&self) -> bool {
        self.state.load(Ordering::Acquire) != FREE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn one_holder_at_a_time_and_nobody_sleeps_for_ever() {
        let (lock, inside, times) = (Arc::new(Lock::default()), Arc::new(AtomicUsize::new(0)), 2000);
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let (lock, inside) = (lock.clone(), inside.clone());
                std::thread::spawn(move || {
                    for i in 0..times {
                        // Some try, some wait with a limit that may run out, some wait without end.
                        let limit = if (i + n) % 3 == 0 { Some(Duration::from_micros(50)) } else { None };
                        while !(lock.try_take() || lock.take(limit)) {}
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        if i % 64 == 0 {
                            std::thread::sleep(Duration::from_micros(100));
                        }
                        inside.fetch_sub(1, Ordering::SeqCst);
                        assert!(lock.release());
                    }
                })
            })
            .collect();
        for thread in threads {
            assert!(thread.join().is_ok());
        }
        assert!(!lock.is_held() && !lock.release());
    }

    #[test]
    fn a_limit_runs_out_and_another_thread_may_release() {
        let lock = Arc::new(Lock::default());
        assert!(lock.try_take() && !lock.try_take() && !lock.take(Some(Duration::from_millis(1))));
        let other = lock.clone();
        let thread = std::thread::spawn(move || other.release());
        assert!(lock.take(None) && lock.is_held());
        assert!(matches!(thread.join(), Ok(true)));
    }
}
