//! `_queue`: a FIFO that threads wait at.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use taipan_object::pytime::{self, Rounding};
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyResult, PyType, Thread, WeakList, class, err, errors, exceptions,
    native_module, object, singletons, state,
};

/// How long a wait may go on before signals are looked at.
const SLICE: Duration = Duration::from_millis(50);

/// Counts what has been put, so that waiters notice it.
#[derive(Default)]
struct Bell {
    state: Mutex<Rung>,
    changed: Condvar,
}

#[derive(Default)]
struct Rung {
    times: u64,
    waiting: usize,
}

impl Bell {
    fn now(&self) -> u64 {
        self.lock().times
    }

    fn lock(&self) -> MutexGuard<'_, Rung> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes one waiter. Who wakes looks for an item once more, even if his time is over: so none is left while others
    /// sleep.
    fn ring(&self) {
        let mut state = self.lock();
        state.times = state.times.wrapping_add(1);
        let wanted = state.waiting > 0;
        // Who wakes needs it.
        drop(state);
        if wanted {
            self.changed.notify_one();
        }
    }

    fn wait(&self, seen: u64, limit: Duration) {
        let mut state = self.lock();
        if state.times == seen {
            state.waiting += 1;
            let (mut state, _) = self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }
}

/// `_queue.SimpleQueue`.
#[object]
pub struct SimpleQueue {
    items: RefCell<VecDeque<Owned>>,
    bell: Arc<Bell>,
    weaklist: WeakList,
}

/// The exception of an empty queue; one for all, however often the module is made.
struct EmptyClass(Owned);

fn empty_class(t: &Thread) -> PyResult {
    let doc = "Exception raised by Queue.get(block=0)/get_nowait().";
    let made = state::extension(t, |t| {
        errors::new_exception(t, "_queue", "Empty", exceptions::Exception::class(), Some(doc)).map(EmptyClass)
    })?;
    Ok(made.0.clone())
}

fn empty(t: &Thread) -> taipan_object::Raised {
    match empty_class(t) {
        Ok(class) => match class.call(t, &[]) {
            Ok(exception) => errors::raise(t, exception),
            Err(raised) => raised,
        },
        Err(raised) => raised,
    }
}

/// A time limit in seconds, as an `int` or `float`.
fn limit_of(t: &Thread, timeout: &Object) -> PyResult<Duration> {
    match u64::try_from(pytime::from_seconds(t, timeout, Rounding::Up)?) {
        Ok(nanos) => Ok(Duration::from_nanos(nanos)),
        Err(_) => Err(err!(t, ValueError, "'timeout' must be a non-negative number")),
    }
}

impl SimpleQueue {
    fn add(&self, t: &Thread, item: &Object) -> PyResult<()> {
        let mut items = self.items.borrow_mut();
        if items.try_reserve(1).is_err() {
            return Err(errors::no_memory(t));
        }
        items.push_back(item.own());
        drop(items);
        self.bell.ring();
        Ok(())
    }
}

/// Simple, unbounded, reentrant FIFO queue.
#[class(name = "_queue.SimpleQueue", heap, flags(BASETYPE, HAVE_GC), weaklist = weaklist,
    doc = "SimpleQueue()\n--\n\nSimple, unbounded, reentrant FIFO queue.")]
impl SimpleQueue {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if cls.is(Self::class()) {
            if !args.pos.is_empty() {
                return Err(err!(t, TypeError, "SimpleQueue() takes no positional arguments"));
            }
            args.no_keywords(t, "SimpleQueue")?;
        }
        cls.instance(
            t,
            Self { head: Head::new(), items: RefCell::default(), bell: Arc::default(), weaklist: WeakList::new() },
        )
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this
    /// method never blocks.  They are provided for compatibility with the
    /// Queue class.
    #[method(sig = "(item, block=True, timeout=None)")]
    fn put(&self, t: &Thread, item: &Object, block: bool, timeout: Option<&Object>) -> PyResult<()> {
        let _ = (block, timeout);
        self.add(t, item)
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method(sig = "(item)")]
    fn put_nowait(&self, t: &Thread, item: &Object) -> PyResult<()> {
        self.add(t, item)
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the
    /// default), block if necessary until an item is available.  If
    /// 'timeout' is a non-negative number, it blocks at most 'timeout'
    /// seconds and raises the Empty exception if no item was available
    /// within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    ///
    #[method(sig = "(block=True, timeout=None)")]
    fn get(&self, t: &Thread, block: bool, timeout: Option<&Object>) -> PyResult {
        let limit = match timeout.filter(|o| block && !o.is(singletons::none())) {
            Some(timeout) => Some(limit_of(t, timeout)?),
            None => None,
        };
        let end = limit.map(|limit| Instant::now() + limit);
        loop {
            let seen = self.bell.now();
            let item = self.items.borrow_mut().pop_front();
            if let Some(item) = item {
                return Ok(item);
            }
            if !block {
                return Err(empty(t));
            }
            let left = match end {
                Some(end) => match end.checked_duration_since(Instant::now()).filter(|d| !d.is_zero()) {
                    Some(left) => left.min(SLICE),
                    None => return Err(empty(t)),
                },
                None => SLICE,
            };
            let bell = self.bell.clone();
            t.allow_threads(move || bell.wait(seen, left));
            state::check_signals(t)?;
        }
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method]
    fn get_nowait(&self, t: &Thread) -> PyResult {
        let item = self.items.borrow_mut().pop_front();
        item.ok_or_else(|| empty(t))
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(&self, _t: &Thread) -> bool {
        self.items.borrow().is_empty()
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(&self, _t: &Thread) -> usize {
        self.items.borrow().len()
    }

    /// SimpleQueues are generic over the type of their contents
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }
}

/// C implementation of the Python queue module.
/// This module is an implementation detail, please do not use it directly.
#[native_module(name = "_queue", classes(SimpleQueue))]
pub mod queue {
    use super::*;

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "Empty", &*empty_class(t)?)
    }
}
