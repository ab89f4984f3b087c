//! Which interpreter a class belongs to: the types that all interpreters share list the subclasses of all that have the main
//! interpreter's GIL. Those with a GIL of their own have lists of their own ([`super::share`]).

use super::{PyType, heap_static};
use crate::handle::Owned;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use taipan_runtime::Thread;

/// The classes that subinterpreters have made, by address, each with the number of its interpreter.
static OWNERS: Mutex<Option<HashMap<usize, i64>>> = Mutex::new(None);
/// How many there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);

fn owners<R>(work: impl FnOnce(&mut HashMap<usize, i64>) -> R) -> R {
    let mut all = OWNERS.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_with(HashMap::new);
    let result = work(all);
    COUNT.store(all.len(), Ordering::Relaxed);
    result
}

/// A class has been made.
pub(super) fn note(t: &Thread, class: &PyType) {
    let id = t.interpreter().id;
    if id != 0 && !t.interpreter().separate && !heap_static::is_native(class.as_type_ptr()) {
        owners(|all| all.insert(class.as_type_ptr() as usize, id));
    }
}

/// A class is about to be freed.
pub(super) fn forget(class: &PyType) {
    // SAFETY: a current thread state is alive.
    let apart = || unsafe { taipan_runtime::thread::current_ptr().as_ref() }.is_some_and(|t| t.interpreter().separate);
    if COUNT.load(Ordering::Relaxed) > 0 && !apart() {
        owners(|all| all.remove(&(class.as_type_ptr() as usize)));
    }
}

/// Leaves those out that belong to other interpreters.
pub(super) fn retain_own(t: &Thread, classes: &mut Vec<Owned<PyType>>) {
    if COUNT.load(Ordering::Relaxed) == 0 || t.interpreter().separate {
        return;
    }
    let id = t.interpreter().id;
    // Classes are dropped without the lock: their destructors come here.
    let kept: Vec<bool> = owners(|all| {
        let of = |class: &PyType| all.get(&(class.as_type_ptr() as usize)).copied().unwrap_or(0);
        classes.iter().map(|class| heap_static::is_native(class.as_type_ptr()) || of(class) == id).collect()
    });
    let mut kept = kept.into_iter();
    classes.retain(|_| kept.next().unwrap_or(true));
}
