//! `_interpqueues`: queues between interpreters.

use crate::shared::{Fallback, Shared};
use core::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use taipan_interp::subinterpreters;
use taipan_object::{
    Object, Own, Owned, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, PyType, Raised, Thread, err, errors,
    exceptions_class, native_module, singletons, state,
};

/// What becomes of an item when its sender's interpreter ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unbound {
    Remove = 1,
    Error = 2,
    Replace = 3,
}

impl Unbound {
    const ALL: [Self; 3] = [Self::Remove, Self::Error, Self::Replace];

    fn from_arg(t: &Thread, op: i64, default: Option<Self>) -> PyResult<Self> {
        if op < 0
            && let Some(default) = default
        {
            return Ok(default);
        }
        let found = Self::ALL.into_iter().find(|unbound| *unbound as i64 == op);
        found.ok_or_else(|| err!(t, ValueError, "unsupported unboundop {op}"))
    }
}

struct Item {
    /// `None` once the sender's interpreter has ended.
    data: Option<Shared>,
    sender: i64,
    unbound: Unbound,
}

struct Queue {
    id: i64,
    maxsize: i64,
    unbound: Unbound,
    fallback: Fallback,
    bound: u64,
    items: VecDeque<Item>,
}

impl Queue {
    fn is_full(&self) -> bool {
        self.maxsize > 0 && self.items.len() as i64 >= self.maxsize
    }
}

struct Queues {
    all: Vec<Queue>,
    next: i64,
}

static QUEUES: Mutex<Queues> = Mutex::new(Queues { all: Vec::new(), next: 1 });

fn queues<R>(work: impl FnOnce(&mut Queues) -> R) -> R {
    work(&mut QUEUES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Runs `work` with a queue, which must not run Python code. Raises `QueueNotFoundError`.
fn with<R>(t: &Thread, id: i64, work: impl FnOnce(&mut Queue) -> R) -> PyResult<R> {
    let found = queues(|queues| queues.all.iter_mut().find(|queue| queue.id == id).map(work));
    found.ok_or_else(|| raise(t, &types(t).map(|types| types.not_found.clone()), &format!("queue {id} not found")))
}

fn raise(t: &Thread, class: &PyResult<Owned>, message: &str) -> Raised {
    let Ok(class) = class else { return errors::bad_internal_call(t) };
    match PyStr::from_str(t, message).and_then(|message| class.call(t, &[&message])) {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// The classes of this interpreter.
struct Types {
    error: Owned,
    not_found: Owned,
    /// `Queue`, `QueueEmpty` and `QueueFull` of the library, once it is loaded.
    library: RefCell<Option<[Owned; 3]>>,
}

fn types(t: &Thread) -> PyResult<&'static Types> {
    state::extension(t, |t| {
        let module = "concurrent.interpreters";
        let error = errors::new_exception(
            t,
            module,
            "QueueError",
            exceptions_class!(RuntimeError),
            Some("Indicates that a queue-related error happened."),
        )?;
        let Some(base) = error.downcast::<PyType>() else { return Err(errors::bad_internal_call(t)) };
        let not_found = errors::new_exception(t, module, "QueueNotFoundError", base, None)?;
        Ok(Types { error: error.clone(), not_found, library: RefCell::default() })
    })
}

/// One of the library's classes: `Queue`, `QueueEmpty`, `QueueFull`.
fn library_class(t: &Thread, index: usize) -> PyResult {
    let known = |t: &Thread| Ok(types(t)?.library.borrow().as_ref().map(|all| all[index].clone()));
    if let Some(found) = known(t)? {
        return Ok(found);
    }
    state::import(t, "concurrent.interpreters._queues")?;
    match known(t)? {
        Some(found) => Ok(found),
        None => Err(err!(t, RuntimeError, "the library's queues are not registered")),
    }
}

/// The number of a queue object of the library.
pub fn queue_id(t: &Thread, object: &Object) -> PyResult<Option<i64>> {
    let class = types(t)?.library.borrow().as_ref().map(|all| all[0].clone());
    if !class.is_some_and(|class| object.class().as_object().is(&class)) {
        return Ok(None);
    }
    let id = object.getattr(t, &*PyStr::intern_str(t, "_id")?)?;
    Ok(id.downcast::<PyInt>().and_then(PyInt::to_i64))
}

/// A reference to a queue.
pub struct Bound(i64);

impl Bound {
    /// Refers to a queue. Raises `QueueNotFoundError`.
    pub fn new(t: &Thread, id: i64) -> PyResult<Self> {
        with(t, id, |queue| queue.bound += 1)?;
        Ok(Self(id))
    }

    /// The library's object for it.
    pub fn restore(&self, t: &Thread) -> PyResult {
        library_class(t, 0)?.call(t, &[&*PyInt::from_i64(t, self.0)?])
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        drop(unbind(self.0));
    }
}

/// Gives a reference up; the last one takes the queue along. Gives `None` if there is no such reference.
fn unbind(id: i64) -> Option<Vec<Item>> {
    // The lock is free again when the items go: they may refer to queues themselves.
    queues(|queues| {
        let at = queues.all.iter().position(|queue| queue.id == id && queue.bound > 0)?;
        queues.all[at].bound -= 1;
        if queues.all[at].bound > 0 {
            return Some(Vec::new());
        }
        Some(queues.all.remove(at).items.into())
    })
}

/// An interpreter has ended: its items lose their data.
fn interpreter_ended(id: i64) {
    let mut gone = Vec::new();
    queues(|queues| {
        for queue in &mut queues.all {
            for item in queue.items.iter_mut().filter(|item| item.sender == id) {
                gone.push(item.data.take());
            }
            queue.items.retain(|item| item.data.is_some() || item.unbound != Unbound::Remove);
        }
    });
}

fn number(t: &Thread, id: &Object) -> PyResult<i64> {
    crate::interpreters::id_number(t, id, "queue")
}

fn unbound_items(t: &Thread, fallback: i64) -> PyResult<Fallback> {
    match fallback {
        0 => Ok(Fallback::None),
        i64::MIN..=-1 | 1 => Ok(Fallback::Full),
        _ => Err(err!(t, ValueError, "unsupported fallback {fallback}")),
    }
}

/// This module provides primitive operations to manage Python interpreters.
/// The 'interpreters' module provides a more convenient interface.
#[native_module(name = "_interpqueues")]
pub mod queues {
    use super::*;

    /// create(maxsize, unboundop, fallback) -> qid
    ///
    /// Create a new cross-interpreter queue and return its unique generated ID.
    /// It is a new reference as though bind() had been called on the queue.
    ///
    /// The caller is responsible for calling destroy() for the new queue
    /// before the runtime is finalized.
    #[function(sig = "(maxsize, unboundop=-1, fallback=-1)", text = "")]
    fn create(t: &Thread, maxsize: i64, unboundop: i64, fallback: i64) -> PyResult<i64> {
        let unbound = Unbound::from_arg(t, unboundop, Some(Unbound::Replace))?;
        let fallback = unbound_items(t, fallback)?;
        Ok(queues(|queues| {
            let id = queues.next;
            queues.next += 1;
            queues.all.push(Queue { id, maxsize, unbound, fallback, bound: 0, items: VecDeque::new() });
            id
        }))
    }

    /// destroy(qid)
    ///
    /// Clear and destroy the queue.  Afterward attempts to use the queue
    /// will behave as though it never existed.
    #[function(sig = "(qid)", text = "")]
    fn destroy(t: &Thread, qid: &Object) -> PyResult<()> {
        let id = number(t, qid)?;
        with(t, id, |_| ())?;
        let removed = super::queues(|queues| {
            let at = queues.all.iter().position(|queue| queue.id == id)?;
            Some(queues.all.remove(at))
        });
        drop(removed);
        Ok(())
    }

    /// list_all() -> [(qid, unboundop, fallback)]
    ///
    /// Return the list of IDs for all queues.
    /// Each corresponding default unbound op and fallback is also included.
    #[function(text = "($self, /)")]
    fn list_all(t: &Thread) -> PyResult<Owned<PyList>> {
        let all: Vec<_> = super::queues(|queues| {
            queues.all.iter().rev().map(|queue| (queue.id, queue.unbound as i64, queue.fallback as i64)).collect()
        });
        let rows = all.into_iter().map(|(id, unbound, fallback)| row(t, &[id, unbound, fallback]));
        PyList::from_vec(t, rows.collect::<PyResult<_>>()?)
    }

    fn row(t: &Thread, numbers: &[i64]) -> PyResult {
        let items = numbers.iter().map(|&n| PyInt::from_i64(t, n).map(Owned::into_object)).collect::<PyResult<_>>()?;
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    /// put(qid, obj)
    ///
    /// Add the object's data to the queue.
    #[function(sig = "(qid, obj, unboundop=-1, fallback=-1)", text = "")]
    fn put(t: &Thread, qid: &Object, obj: &Object, unboundop: i64, fallback: i64) -> PyResult<()> {
        let id = number(t, qid)?;
        let (default, queue_fallback) = with(t, id, |queue| (queue.unbound, queue.fallback))?;
        let unbound = Unbound::from_arg(t, unboundop, Some(default))?;
        let fallback = if fallback < 0 { queue_fallback } else { unbound_items(t, fallback)? };
        let full = |t: &Thread| raise(t, &library_class(t, 2), &format!("queue {id} is full"));
        if with(t, id, |queue| queue.is_full())? {
            return Err(full(t));
        }
        let data = Shared::capture(t, obj, fallback)?;
        let sender = t.interpreter().id;
        let mut item = Some(Item { data: Some(data), sender, unbound });
        with(t, id, |queue| {
            // Another thread may have been faster.
            if !queue.is_full() {
                queue.items.extend(item.take());
            }
        })?;
        if item.is_some() { Err(full(t)) } else { Ok(()) }
    }

    /// get(qid) -> (obj, unboundop)
    ///
    /// Return a new object from the data at the front of the queue.
    /// The unbound op is also returned.
    ///
    /// If there is nothing to receive then raise QueueEmpty.
    #[function(sig = "(qid)", text = "")]
    fn get(t: &Thread, qid: &Object) -> PyResult<Owned<PyTuple>> {
        let id = number(t, qid)?;
        let Some(item) = with(t, id, |queue| queue.items.pop_front())? else {
            return Err(raise(t, &library_class(t, 1), &format!("queue {id} is empty")));
        };
        let none = singletons::none().own();
        let items = match &item.data {
            Some(data) => vec![data.restore(t)?, none],
            None => vec![none, PyInt::from_i64(t, item.unbound as i64)?.into_object()],
        };
        PyTuple::from_vec(t, items)
    }

    /// bind(qid)
    ///
    /// Take a reference to the identified queue.
    /// The queue is not destroyed until there are no references left.
    #[function(sig = "(qid)", text = "")]
    fn bind(t: &Thread, qid: &Object) -> PyResult<()> {
        let id = number(t, qid)?;
        with(t, id, |queue| queue.bound += 1)
    }

    /// release(qid)
    ///
    /// Release a reference to the queue.
    /// The queue is destroyed once there are no references left.
    #[function(sig = "(qid)", text = "")]
    fn release(t: &Thread, qid: &Object) -> PyResult<()> {
        let id = number(t, qid)?;
        with(t, id, |_| ())?;
        match unbind(id) {
            Some(items) => {
                drop(items);
                Ok(())
            }
            None => Err(raise(t, &Ok(types(t)?.error.clone()), &format!("queue {id} never bound"))),
        }
    }

    /// get_maxsize(qid)
    ///
    /// Return the maximum number of items in the queue.
    #[function(sig = "(qid)", text = "")]
    fn get_maxsize(t: &Thread, qid: &Object) -> PyResult<i64> {
        with(t, number(t, qid)?, |queue| queue.maxsize)
    }

    /// get_queue_defaults(qid)
    ///
    /// Return the queue's default values, set when it was created.
    #[function(sig = "(qid)", text = "")]
    fn get_queue_defaults(t: &Thread, qid: &Object) -> PyResult {
        let (unbound, fallback) = with(t, number(t, qid)?, |queue| (queue.unbound as i64, queue.fallback as i64))?;
        row(t, &[unbound, fallback])
    }

    /// is_full(qid)
    ///
    /// Return true if the queue has a maxsize and has reached it.
    #[function(sig = "(qid)", text = "")]
    fn is_full(t: &Thread, qid: &Object) -> PyResult<bool> {
        with(t, number(t, qid)?, |queue| queue.is_full())
    }

    /// get_count(qid)
    ///
    /// Return the number of items in the queue.
    #[function(sig = "(qid)", text = "")]
    fn get_count(t: &Thread, qid: &Object) -> PyResult<usize> {
        with(t, number(t, qid)?, |queue| queue.items.len())
    }

    #[function(sig = "(queuetype, emptyerror, fullerror)", text = "")]
    fn _register_heap_types(t: &Thread, queuetype: &Object, emptyerror: &Object, fullerror: &Object) -> PyResult<()> {
        for (value, name) in [(queuetype, "queuetype"), (emptyerror, "emptyerror"), (fullerror, "fullerror")] {
            if !value.is_instance_of::<PyType>() {
                return Err(err!(t, TypeError, "expected a type for '{name}'"));
            }
        }
        let classes = [queuetype.own(), emptyerror.own(), fullerror.own()];
        let old = types(t)?.library.borrow_mut().replace(classes);
        drop(old);
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        subinterpreters::when_ended(interpreter_ended);
        let types = types(t)?;
        module.set(t, "QueueError", &types.error)?;
        module.set(t, "QueueNotFoundError", &types.not_found)
    }
}
