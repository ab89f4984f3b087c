//! `_thread`: locks, and threads of the operating system that share the GIL.

use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use taipan_object::argparse::Args;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    Traverse, Visitor, WeakList, attr, class, err, errors, exceptions, name, native_module, new_object, object,
    sequence, singletons, state, upcast,
};
use taipan_runtime::lock::Lock;
use taipan_types::structseq;

/// Longest time to wait, in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// How long a wait may go on before signals are looked at.
const SLICE: Duration = Duration::from_millis(50);

static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
static MAIN_THREAD: AtomicU64 = AtomicU64::new(0);

fn is_finalizing(t: &Thread) -> bool {
    t.interpreter().finalizing.load(Ordering::Relaxed)
}

/// How many threads the interpreter has started that have not ended.
fn running_threads(t: &Thread) -> &Cell<i64> {
    &crate::state::state(t).running_threads
}

fn ident(t: &Thread) -> u64 {
    t.raw().thread_id
}

/// Takes a lock without the GIL, looking at signals now and then.
fn take(t: &Thread, lock: &Arc<Lock>, limit: Option<Duration>) -> PyResult<bool> {
    if lock.try_take() {
        return Ok(true);
    }
    let end = limit.map(|l| Instant::now() + l);
    loop {
        let left = match end {
            Some(end) => match end.checked_duration_since(Instant::now()).filter(|d| !d.is_zero()) {
                Some(left) => left.min(SLICE),
                None => return Ok(false),
            },
            None => SLICE,
        };
        let waited = lock.clone();
        if t.allow_threads(move || waited.take(Some(left))) {
            return Ok(true);
        }
        state::check_signals(t)?;
    }
}

/// The time limit that `blocking` and `timeout` mean: `None` for no limit, zero for not waiting.
fn limit_of(t: &Thread, blocking: bool, timeout: f64) -> PyResult<Option<Duration>> {
    if !blocking {
        return if timeout == -1.0 {
            Ok(Some(Duration::ZERO))
        } else {
            Err(err!(t, ValueError, "can't specify a timeout for a non-blocking call"))
        };
    }
    if timeout == -1.0 {
        return Ok(None);
    }
    if timeout.is_nan() {
        return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
    }
    if timeout < 0.0 {
        return Err(err!(t, ValueError, "timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(err!(t, OverflowError, "timeout value is too large"));
    }
    Ok(Some(Duration::from_secs_f64(timeout)))
}

/// A lock.
#[object]
pub struct PyLock {
    gate: Arc<Lock>,
    weaklist: WeakList,
}

fn new_lock(t: &Thread) -> PyResult {
    new_object(t, PyLock { head: Head::new(), gate: Arc::default(), weaklist: WeakList::new() }).map(Owned::into_object)
}

#[class(
    name = "_thread.lock", heap,
    weaklist = weaklist,
    doc = "lock()\n--\n\nA lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock()."
)]
impl PyLock {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "lock() takes no arguments"));
        }
        new_lock(t)
    }

    /// Lock the lock.
    #[method(sig = "(blocking=True, timeout=-1.0)", text = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(&self, t: &Thread, blocking: bool, timeout: f64) -> PyResult<bool> {
        let limit = limit_of(t, blocking, timeout)?;
        take(t, &self.gate, limit)
    }

    /// Release the lock.
    #[method]
    fn release(&self, t: &Thread) -> PyResult<()> {
        if self.gate.release() { Ok(()) } else { Err(err!(t, RuntimeError, "release unlocked lock")) }
    }

    /// Return whether the lock is in the locked state.
    #[method]
    fn locked(&self, _t: &Thread) -> bool {
        self.gate.is_held()
    }

    /// An obsolete synonym of acquire().
    #[method(sig = "(blocking=True, timeout=-1.0)", text = "($self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(&self, t: &Thread, blocking: bool, timeout: f64) -> PyResult<bool> {
        self.acquire(t, blocking, timeout)
    }

    /// An obsolete synonym of release().
    #[method]
    fn release_lock(&self, t: &Thread) -> PyResult<()> {
        self.release(t)
    }

    /// An obsolete synonym of locked().
    #[method]
    fn locked_lock(&self, t: &Thread) -> bool {
        self.locked(t)
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<bool> {
        take(t, &self.gate, None)
    }

    /// Release the lock.
    #[method(sig = "(*exc_info)")]
    fn __exit__(&self, t: &Thread, exc_info: &[&Object]) -> PyResult<()> {
        let _ = exc_info;
        self.release(t)
    }

    #[method]
    fn _at_fork_reinit(&self, _t: &Thread) {
        self.gate.release();
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let held = if self.gate.is_held() { "locked" } else { "unlocked" };
        let this = upcast(self);
        PyStr::from_fmt(t, format_args!("<{held} {} object at {:p}>", this.class().name_lossy(), this.as_ptr()))
            .map(Owned::into_object)
    }
}

/// A lock that its owner may take again.
#[object]
pub struct PyRLock {
    gate: Arc<Lock>,
    owner: Cell<u64>,
    count: Cell<usize>,
    weaklist: WeakList,
}

impl PyRLock {
    fn take(&self, t: &Thread, limit: Option<Duration>) -> PyResult<bool> {
        let me = ident(t);
        if self.count.get() > 0 && self.owner.get() == me {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        if !take(t, &self.gate, limit)? {
            return Ok(false);
        }
        self.owner.set(me);
        self.count.set(1);
        Ok(true)
    }

    fn give(&self, t: &Thread) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != ident(t) {
            return Err(err!(t, RuntimeError, "cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.gate.release();
        }
        Ok(())
    }
}

#[class(name = "_thread.RLock", heap, flags(BASETYPE), weaklist = weaklist)]
impl PyRLock {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        let lock = PyRLock {
            head: Head::new(),
            gate: Arc::default(),
            owner: Cell::new(0),
            count: Cell::new(0),
            weaklist: WeakList::new(),
        };
        cls.instance(t, lock).map(Owned::into_object)
    }

    /// Lock the lock.
    #[method(sig = "(blocking=True, timeout=-1.0)", text = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(&self, t: &Thread, blocking: bool, timeout: f64) -> PyResult<bool> {
        let limit = limit_of(t, blocking, timeout)?;
        self.take(t, limit)
    }

    /// Release the lock.
    #[method]
    fn release(&self, t: &Thread) -> PyResult<()> {
        self.give(t)
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method]
    fn locked(&self, _t: &Thread) -> bool {
        self.count.get() > 0
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<bool> {
        self.take(t, None)
    }

    /// Release the lock.
    #[method(sig = "(*exc_info)")]
    fn __exit__(&self, t: &Thread, exc_info: &[&Object]) -> PyResult<()> {
        let _ = exc_info;
        self.give(t)
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _is_owned(&self, t: &Thread) -> bool {
        self.count.get() > 0 && self.owner.get() == ident(t)
    }

    /// For internal use by reentrant lock tests.
    #[method]
    fn _recursion_count(&self, t: &Thread) -> usize {
        if self.owner.get() == ident(t) { self.count.get() } else { 0 }
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _release_save(&self, t: &Thread) -> PyResult<(usize, u64)> {
        if self.count.get() == 0 {
            return Err(err!(t, RuntimeError, "cannot release un-acquired lock"));
        }
        let saved = (self.count.replace(0), self.owner.replace(0));
        self.gate.release();
        Ok(saved)
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _acquire_restore(&self, t: &Thread, state: &PyTuple) -> PyResult<()> {
        let [count, owner] = state.as_slice() else {
            return Err(err!(t, TypeError, "_acquire_restore() argument must be a 2-tuple"));
        };
        let count = taipan_object::number::index_as_isize(t, count)?;
        let owner = taipan_object::number::index(t, owner)?.to_u64_mask();
        take(t, &self.gate, None)?;
        self.count.set(usize::try_from(count).unwrap_or(0));
        self.owner.set(owner);
        Ok(())
    }

    #[method]
    fn _at_fork_reinit(&self, _t: &Thread) {
        self.count.set(0);
        self.owner.set(0);
        self.gate.release();
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let this = upcast(self);
        PyStr::from_fmt(
            t,
            format_args!(
                "<{} {} object owner={} count={} at {:p}>",
                if self.count.get() > 0 { "locked" } else { "unlocked" },
                this.class().name_lossy(),
                self.owner.get(),
                self.count.get(),
                this.as_ptr()
            ),
        )
        .map(Owned::into_object)
    }
}

/// What a handle and its thread share: the thread's identifier, and the gate that is held while it runs.
#[derive(Default)]
struct Running {
    ident: AtomicU64,
    started: AtomicUsize,
    gate: Arc<Lock>,
}

/// A thread that can be waited for.
#[object]
pub struct PyThreadHandle {
    running: Data<Arc<Running>>,
    daemon: Cell<bool>,
}

/// What the handles of the process share with their threads, for the child of a fork.
static HANDLES: Mutex<Vec<Weak<Running>>> = Mutex::new(Vec::new());

fn new_handle(t: &Thread, running: Arc<Running>) -> PyResult<Owned<PyThreadHandle>> {
    let mut handles = HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
    if handles.len() == handles.capacity() {
        handles.retain(|handle| handle.strong_count() > 0);
    }
    handles.push(Arc::downgrade(&running));
    drop(handles);
    new_object(t, PyThreadHandle { head: Head::new(), running: Data(running), daemon: Cell::new(true) })
}

#[class(name = "_thread._ThreadHandle", heap, doc = "")]
impl PyThreadHandle {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        new_handle(t, Arc::default()).map(Owned::into_object)
    }

    #[getter]
    fn ident(&self, _t: &Thread) -> u64 {
        self.running.ident.load(Ordering::Acquire)
    }

    #[method]
    fn is_done(&self, _t: &Thread) -> bool {
        self.running.started.load(Ordering::Acquire) == 1 && !self.running.gate.is_held()
    }

    #[method]
    fn _set_done(&self, t: &Thread) -> PyResult<()> {
        if self.running.started.load(Ordering::Acquire) == 0 {
            return Err(err!(t, RuntimeError, "thread not started"));
        }
        self.running.gate.release();
        Ok(())
    }

    #[method(sig = "(timeout=None, /)", text = "")]
    fn join(&self, t: &Thread, timeout: Option<&Object>) -> PyResult<()> {
        if self.running.started.load(Ordering::Acquire) == 0 {
            return Err(err!(t, RuntimeError, "thread not started"));
        }
        if self.running.ident.load(Ordering::Acquire) == ident(t) && self.running.gate.is_held() {
            return Err(err!(t, RuntimeError, "Cannot join current thread"));
        }
        let limit = match attr::none_if_none(timeout) {
            Some(timeout) => {
                let seconds = taipan_object::number::as_f64(t, timeout)?;
                if seconds < 0.0 { None } else { Some(Duration::from_secs_f64(seconds.min(TIMEOUT_MAX))) }
            }
            None => None,
        };
        // No other thread gets the GIL any more: one that has not ended yet never will.
        if is_finalizing(t) && self.running.gate.is_held() {
            return Err(err!(t, PythonFinalizationError, "cannot join thread at interpreter shutdown"));
        }
        if take(t, &self.running.gate, limit)? {
            self.running.gate.release();
        }
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(
            t,
            format_args!(
                "<{} object: ident={}>",
                upcast(self).class().name_lossy(),
                self.running.ident.load(Ordering::Acquire)
            ),
        )
        .map(Owned::into_object)
    }
}

/// Attributes that each thread has of its own.
#[object]
pub struct PyLocal {
    args: Slot<PyTuple>,
    kwargs: Slot<PyDict>,
    /// The threads that have attributes, by their numbers, and these in the same order.
    threads: RefCell<Vec<u64>>,
    dicts: RefCell<Vec<Owned>>,
    dummies: Dummies,
    weaklist: WeakList,
}

/// The name by which threads keep the dummies of a local object. They go with it: a thread may outlive any number of them.
struct Dummies(Owned<PyStr>);

impl Traverse for Dummies {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl Drop for Dummies {
    fn drop(&mut self) {
        // SAFETY: objects die with the GIL held; thread states own their dictionaries.
        unsafe {
            let t = taipan_runtime::thread::current();
            let saved = errors::save(t);
            for thread in t.interpreter().thread_list() {
                let Some(dict) = Object::from_ptr_opt((*(*thread).as_ptr()).dict) else { continue };
                // A string is looked up among strings: nothing can fail.
                let _ = dict.own().cast_unchecked::<PyDict>().pop_item(t, &self.0);
            }
            errors::restore(t, saved);
        }
    }
}

/// What a thread keeps of a local object: when the thread ends, its attributes go.
#[object]
pub struct PyLocalDummy {
    local: Slot<Object>,
    thread: Cell<u64>,
}

#[class(name = "_thread._localdummy", heap, no_new, doc = "Thread-local dummy")]
impl PyLocalDummy {
    #[slot]
    fn tp_finalize(&self, _t: &Thread) {
        let local = self.local.get().and_then(|reference| taipan_object::weakref::target(&reference));
        let gone = local.as_ref().and_then(|l| l.downcast::<PyLocal>()).and_then(|l| l.forget(self.thread.get()));
        drop(gone);
    }
}

static NEXT_LOCAL: AtomicU64 = AtomicU64::new(0);

/// The dictionary that hangs off the thread state.
fn thread_dict(t: &Thread) -> PyResult<Owned<PyDict>> {
    // SAFETY: the thread state owns its dictionary.
    unsafe {
        let ts = t.as_ptr();
        if (*ts).dict.is_null() {
            (*ts).dict = PyDict::new(t)?.into_object().into_ptr();
        }
        Ok(Object::from_ptr((*ts).dict).cast_unchecked::<PyDict>().own())
    }
}

impl PyLocal {
    /// Gives up what a thread had.
    fn forget(&self, thread: u64) -> Option<Owned> {
        let index = self.threads.borrow().iter().position(|&t| t == thread)?;
        self.threads.borrow_mut().swap_remove(index);
        let mut dicts = self.dicts.borrow_mut();
        (index < dicts.len()).then(|| dicts.swap_remove(index))
    }

    /// The attributes of this thread, if it has any yet.
    fn known(&self, t: &Thread) -> Option<Owned<PyDict>> {
        let me = t.raw().id;
        let index = self.threads.borrow().iter().position(|&thread| thread == me)?;
        let found = self.dicts.borrow().get(index).cloned();
        found.and_then(|dict| dict.into_type::<PyDict>().ok())
    }

    /// Gives this thread attributes.
    fn add(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let me = t.raw().id;
        let reference = taipan_object::weakref::new_ref(t, upcast(self), None)?;
        let dummy = PyLocalDummy { head: Head::new(), local: Slot::new(reference), thread: Cell::new(me) };
        let dummy = new_object(t, dummy)?;
        thread_dict(t)?.set_item(t, &self.dummies.0, &dummy)?;
        let made = PyDict::new(t)?;
        self.threads.borrow_mut().push(me);
        self.dicts.borrow_mut().push(made.clone().into_object());
        Ok(made)
    }

    fn dict(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        if let Some(found) = self.known(t) {
            return Ok(found);
        }
        let made = self.add(t)?;
        let this = upcast(self);
        let init = this.class().as_object().getattr(t, name!(t, "__init__"))?;
        let base = PyLocal::class().as_object().getattr(t, name!(t, "__init__"))?;
        if !init.is(&base) {
            let mut items = vec![this.own()];
            if let Some(args) = self.args.get() {
                items.extend(args.as_slice().iter().map(|a| a.own()));
            }
            let args = PyTuple::from_vec(t, items)?;
            if let Err(raised) = init.call_tuple_dict(t, &args, self.kwargs.get().as_deref()) {
                let saved = errors::save(t);
                drop(self.forget(t.raw().id));
                errors::restore(t, saved);
                return Err(raised);
            }
        }
        Ok(made)
    }
}

/// Whether a name of an attribute is `__dict__`.
fn is_dict_name(t: &Thread, name: &Object) -> PyResult<bool> {
    let wanted = name!(t, "__dict__");
    taipan_object::compare::rich_compare_bool(t, name, wanted, taipan_object::CompareOp::Eq)
}

#[class(name = "_thread._local", heap, flags(BASETYPE, HAVE_GC), weaklist = weaklist, doc = "_local()\n--\n\nThread-local data")]
impl PyLocal {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let kwargs = PyDict::new(t)?;
        args.for_each_keyword(t, |key, value| kwargs.set_item(t, key, value))?;
        if !args.pos.is_empty() || kwargs.len() > 0 {
            let init = cls.as_object().getattr(t, name!(t, "__init__"))?;
            let base = PyLocal::class().as_object().getattr(t, name!(t, "__init__"))?;
            if init.is(&base) {
                return Err(err!(t, TypeError, "Initialization arguments are not supported"));
            }
        }
        let key = format!("thread.local.{}", NEXT_LOCAL.fetch_add(1, Ordering::Relaxed));
        let made = cls.instance(
            t,
            PyLocal {
                head: Head::new(),
                args: Slot::new(PyTuple::from_slice(t, args.pos)?),
                kwargs: Slot::new(kwargs),
                threads: RefCell::default(),
                dicts: RefCell::default(),
                dummies: Dummies(PyStr::from_str(t, &key)?),
                weaklist: WeakList::new(),
            },
        )?;
        // The creator's `__init__` is called by `type.__call__`: its dictionary is there already.
        made.add(t)?;
        Ok(made.into_object())
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        let dict = self.dict(t)?;
        if is_dict_name(t, name)? {
            return Ok(dict.into_object());
        }
        let Some(text) = name.downcast::<PyStr>() else { return attr::generic_getattr(t, upcast(self), name) };
        match attr::generic_getattr_with_dict(t, upcast(self), text, Some(&dict), true)? {
            Some(found) => Ok(found),
            None => Err(attr::no_attribute(t, upcast(self), text)),
        }
    }

    #[slot]
    fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
        let dict = self.dict(t)?;
        if is_dict_name(t, name)? {
            return Err(err!(
                t,
                AttributeError,
                "'{:.100}' object attribute '__dict__' is read-only",
                upcast(self).class().name_lossy()
            ));
        }
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "attribute name must be string, not '{:.200}'", name.class().name_lossy()));
        };
        match value {
            Some(value) => dict.set_item(t, text, value),
            None => match dict.pop_item(t, text)? {
                Some(_) => Ok(()),
                None => Err(attr::no_attribute(t, upcast(self), text)),
            },
        }
    }
}

/// What `threading.excepthook` is called with.
const EXCEPT_HOOK_ARGS: [(&str, &str); 4] = [
    ("exc_type", "Exception type"),
    ("exc_value", "Exception value"),
    ("exc_traceback", "Exception traceback"),
    ("thread", "Thread"),
];

/// What a new thread takes along; it is used by that thread alone, with the GIL.
struct Start {
    thread: *mut Thread,
    function: *mut taipan_object::abi::PyObject,
    args: *mut taipan_object::abi::PyObject,
    kwargs: *mut taipan_object::abi::PyObject,
    running: Arc<Running>,
}

// SAFETY: the references are owned by the new thread, which touches them only while it holds the GIL.
unsafe impl Send for Start {}

/// Body of a new thread.
fn run(start: Start) {
    // SAFETY: the thread state was made for this thread; the references are owned.
    unsafe {
        let t = Thread::attach(start.thread);
        crate::tracing::update(t);
        start.running.ident.store(ident(t), Ordering::Release);
        let function: Owned = Owned::from_ptr(start.function);
        let args: Owned<PyTuple> = Owned::from_ptr(start.args);
        let kwargs: Option<Owned<PyDict>> =
            if start.kwargs.is_null() { None } else { Some(Owned::from_ptr(start.kwargs)) };
        match function.call_tuple_dict(t, &args, kwargs.as_deref()) {
            Ok(result) => drop(result),
            Err(_) if errors::matches::<exceptions::SystemExit>(t) => errors::clear(t),
            Err(_) => {
                let raised = errors::save(t);
                let message = format!("Exception ignored in thread started by {}", function.repr_lossy(t));
                errors::restore(t, raised);
                errors::write_unraisable_msg(t, &message, None);
            }
        }
        drop((function, args, kwargs));
        clear_state(t);
        running_threads(t).update(|count| count - 1);
        // The interpreter may end before the state is gone, the lock stays.
        let gil = t.interpreter().gil;
        Thread::detach(start.thread);
        // The state is freed under the GIL, held by nobody's state meanwhile.
        gil.take(core::ptr::null());
        Thread::delete(start.thread);
        gil.release();
        start.running.gate.release();
    }
}

/// Gives up what a thread state refers to (`PyThreadState_Clear`).
pub fn clear_state(t: &Thread) {
    errors::clear(t);
    // SAFETY: the field owns its reference, and is empty afterwards.
    let dict =
        unsafe { Owned::<Object>::from_ptr_opt(core::mem::replace(&mut (*t.as_ptr()).dict, core::ptr::null_mut())) };
    drop(dict);
    drop(taipan_object::context::replace(t, None));
    // SAFETY: the current thread.
    unsafe { taipan_object::asyncio::clear(t) };
    // SAFETY: the current thread.
    unsafe { crate::tracing::legacy::clear(t, core::ptr::from_ref(t).cast_mut()) };
}

/// Gives up what any thread state refers to.
///
/// # Safety
/// A state that is alive and runs nothing; `t` has its GIL.
pub unsafe fn clear_any(t: &Thread, of: *mut Thread) {
    // SAFETY: the caller's promise; the fields own their references.
    unsafe {
        let ts = (*of).as_ptr();
        for place in [
            &raw mut (*ts).dict,
            &raw mut (*ts).async_exc,
            &raw mut (*ts).current_exception,
            &raw mut (*ts).exc_state.exc_value,
            &raw mut (*ts).context,
            &raw mut (*ts).async_gen_firstiter,
            &raw mut (*ts).async_gen_finalizer,
        ] {
            drop(Owned::<Object>::from_ptr_opt(core::mem::replace(&mut *place, core::ptr::null_mut())));
        }
        taipan_object::asyncio::clear(of);
        crate::tracing::legacy::clear(t, of);
    }
}

/// Starts a thread.
fn launch(
    t: &Thread,
    function: &Object,
    args: Option<&PyTuple>,
    kwargs: Option<&PyDict>,
    running: &Arc<Running>,
) -> PyResult<u64> {
    if !t.interpreter().config.allow_threads {
        return Err(err!(t, RuntimeError, "thread is not supported for isolated subinterpreters"));
    }
    if is_finalizing(t) {
        return Err(err!(t, PythonFinalizationError, "can't create new thread at interpreter shutdown"));
    }
    let thread = Thread::new(t.interpreter());
    // SAFETY: a fresh thread state, linked with the GIL held.
    unsafe { Thread::link(thread) };
    // SAFETY: as above; the new thread starts with the creator's recursion limit.
    unsafe {
        let limit = t.raw().py_recursion_limit;
        (*(*thread).as_ptr()).py_recursion_limit = limit;
        (*(*thread).as_ptr()).py_recursion_remaining = limit;
    }
    let args = args.unwrap_or_else(|| PyTuple::empty()).own();
    let start = Start {
        thread,
        function: function.own().into_ptr(),
        args: args.into_object().into_ptr(),
        kwargs: kwargs.map_or(core::ptr::null_mut(), |k| k.as_object().own().into_ptr()),
        running: running.clone(),
    };
    let (function_ptr, args_ptr, kwargs_ptr) = (start.function, start.args, start.kwargs);
    running.gate.try_take();
    running_threads(t).update(|count| count + 1);
    let size = match STACK_SIZE.load(Ordering::Relaxed) {
        0 => 8 << 20,
        size => size,
    };
    let spawned = std::thread::Builder::new().stack_size(size).spawn(move || run(start));
    match spawned {
        Ok(handle) => {
            use std::os::unix::thread::JoinHandleExt;
            let id = handle.as_pthread_t();
            running.ident.store(id, Ordering::Release);
            running.started.store(1, Ordering::Release);
            Ok(id)
        }
        Err(_) => {
            running_threads(t).update(|count| count - 1);
            running.gate.release();
            // SAFETY: nobody took the references or the state.
            unsafe {
                drop(Owned::<Object>::from_ptr(function_ptr));
                drop(Owned::<Object>::from_ptr(args_ptr));
                if !kwargs_ptr.is_null() {
                    drop(Owned::<Object>::from_ptr(kwargs_ptr));
                }
                Thread::delete(thread);
            }
            Err(err!(t, RuntimeError, "can't start new thread"))
        }
    }
}

/// Threads that are waited for at the end of their interpreter, each with its number.
static JOINED: Mutex<Vec<(i64, Arc<Running>)>> = Mutex::new(Vec::new());

/// Whether threads run that the end of the program waits for.
pub fn has_joinable_threads(t: &Thread) -> bool {
    let me = ident(t);
    let joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    let here = t.interpreter().id;
    joined.iter().any(|(id, r)| *id == here && r.gate.is_held() && r.ident.load(Ordering::Acquire) != me)
}

/// In the child of a fork this thread is the only one, and the main one.
fn after_fork(t: &Thread) {
    if let Ok(joined) = JOINED.try_lock() {
        joined.clear();
    }
    let me = ident(t);
    if let Ok(handles) = HANDLES.try_lock() {
        for running in handles.iter().filter_map(Weak::upgrade) {
            if running.ident.load(Ordering::Acquire) != me {
                running.gate.release();
            }
        }
    }
    running_threads(t).set(0);
    MAIN_THREAD.store(me, Ordering::Release);
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[native_module(name = "_thread", classes(PyRLock, PyThreadHandle, PyLocal))]
pub mod thread {
    use super::*;

    /// allocate_lock() -> lock object
    /// Create a new lock object. See help(type(threading.Lock())) for
    /// information about locks.
    #[function]
    fn allocate_lock(t: &Thread) -> PyResult {
        new_lock(t)
    }

    /// allocate() -> lock object
    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate(t: &Thread) -> PyResult {
        new_lock(t)
    }

    /// start_new_thread(function, args[, kwargs])
    /// Start a new thread and return its identifier.
    #[function(sig = "(function, args, kwargs=None, /)", text = "(function, args, kwargs={}, /)")]
    fn start_new_thread(t: &Thread, function: &Object, args: &Object, kwargs: Option<&Object>) -> PyResult<u64> {
        if !function.is_callable() {
            return Err(err!(t, TypeError, "first arg must be callable"));
        }
        let Some(args) = args.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "2nd arg must be a tuple"));
        };
        let kwargs = match kwargs {
            Some(kwargs) => match kwargs.downcast::<PyDict>() {
                Some(dict) => Some(dict),
                None => return Err(err!(t, TypeError, "optional 3rd arg must be a dictionary")),
            },
            None => None,
        };
        let given = match kwargs {
            Some(kwargs) => kwargs.as_object(),
            None => singletons::none(),
        };
        taipan_object::audit::audit(t, "_thread.start_new_thread", &[function, args.as_object(), given])?;
        launch(t, function, Some(args), kwargs, &Arc::default())
    }

    /// An obsolete synonym of start_new_thread().
    #[function(sig = "(function, args, kwargs=None, /)", text = "(function, args, kwargs={}, /)")]
    fn start_new(t: &Thread, function: &Object, args: &Object, kwargs: Option<&Object>) -> PyResult<u64> {
        start_new_thread(t, function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    /// This function is not for third-party code, please use the
    /// `threading` module instead. During finalization the runtime will not wait for
    /// the thread to exit if daemon is True. If handle is provided it must be a
    /// newly created thread._ThreadHandle instance.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        t: &Thread,
        function: &Object,
        handle: Option<&Object>,
        daemon: bool,
    ) -> PyResult<Owned<PyThreadHandle>> {
        if !function.is_callable() {
            return Err(err!(t, TypeError, "thread function must be callable"));
        }
        taipan_object::audit::audit(
            t,
            "_thread.start_joinable_thread",
            &[function, &*PyInt::from_i64(t, i64::from(daemon))?, handle.unwrap_or_else(|| singletons::none())],
        )?;
        let handle: Owned<PyThreadHandle> = match attr::none_if_none(handle) {
            Some(given) => match given.downcast::<PyThreadHandle>() {
                Some(handle) => handle.own(),
                None => return Err(err!(t, TypeError, "'handle' must be a _ThreadHandle")),
            },
            None => new_handle(t, Arc::default())?,
        };
        if handle.running.started.load(Ordering::Acquire) == 1 {
            return Err(err!(t, RuntimeError, "thread already started"));
        }
        handle.daemon.set(daemon);
        launch(t, function, None, None, &handle.running)?;
        if !daemon {
            let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
            joined.retain(|(_, r)| r.gate.is_held());
            joined.push((t.interpreter().id, handle.running.clone()));
        }
        Ok(handle)
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[function]
    fn daemon_threads_allowed(t: &Thread) -> bool {
        t.interpreter().config.allow_daemon_threads
    }

    /// exit()
    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[function]
    fn exit(t: &Thread) -> PyResult {
        Err(errors::raise_none(t, exceptions::SystemExit::class()))
    }

    /// An obsolete synonym of exit().
    #[function]
    fn exit_thread(t: &Thread) -> PyResult {
        exit(t)
    }

    /// interrupt_main(signum=signal.SIGINT, /)
    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    #[function(sig = "(signum=2, /)", text = "(signum=signal.SIGINT, /)")]
    fn interrupt_main(t: &Thread, signum: i32) -> PyResult<()> {
        if !(1..65).contains(&signum) {
            return Err(err!(t, ValueError, "signal number out of range"));
        }
        crate::modules::signal::simulate(t, signum)
    }

    /// get_ident() -> integer
    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function]
    fn get_ident(t: &Thread) -> u64 {
        ident(t)
    }

    /// get_native_id() -> integer
    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel). This may be used to uniquely identify a
    /// particular thread within a system.
    #[function]
    fn get_native_id(t: &Thread) -> u64 {
        t.raw().native_thread_id
    }

    /// _count() -> integer
    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[function]
    fn _count(t: &Thread) -> i64 {
        running_threads(t).get()
    }

    /// stack_size([size]) -> size
    /// Return the thread stack size used when creating new threads.
    #[function(sig = "(size=0, /)")]
    fn stack_size(t: &Thread, size: isize) -> PyResult<usize> {
        let Ok(size) = usize::try_from(size) else {
            return Err(err!(t, ValueError, "size must be 0 or a positive value"));
        };
        if size != 0 && size < 32768 {
            return Err(err!(t, ValueError, "size not valid: {size} bytes"));
        }
        Ok(STACK_SIZE.swap(size, Ordering::Relaxed))
    }

    /// Internal only. Return the ident of the main thread.
    #[function]
    fn _get_main_thread_ident(_t: &Thread) -> u64 {
        MAIN_THREAD.load(Ordering::Relaxed)
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[function]
    fn _is_main_interpreter(t: &Thread) -> bool {
        t.interpreter().id == 0
    }

    /// Internal only. Make a thread handle for threads not spawned by the _thread or threading module.
    #[function(text = "(ident, /)")]
    fn _make_thread_handle(t: &Thread, ident: u64) -> PyResult<Owned<PyThreadHandle>> {
        let running = Arc::new(Running::default());
        running.ident.store(ident, Ordering::Release);
        running.started.store(1, Ordering::Release);
        running.gate.try_take();
        new_handle(t, running)
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function]
    fn _shutdown(t: &Thread) -> PyResult<()> {
        let me = ident(t);
        let here = t.interpreter().id;
        loop {
            let next = {
                let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
                joined.retain(|(_, r)| r.gate.is_held() && r.ident.load(Ordering::Acquire) != me);
                let at = joined.iter().rposition(|(id, _)| *id == here);
                at.map(|at| joined.remove(at).1)
            };
            let Some(next) = next else { return Ok(()) };
            take(t, &next.gate, None)?;
            next.gate.release();
        }
    }

    /// Set the name of the current thread.
    #[function(sig = "(name)")]
    fn set_name(t: &Thread, name: &PyStr) -> PyResult<()> {
        let mut bytes = name.to_wtf8();
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
        bytes.truncate(end.min(15));
        bytes.push(0);
        // SAFETY: a string that ends with zero, naming the calling thread.
        let failed = unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
        if failed == 0 { Ok(()) } else { Err(errors::os_error(t, failed)) }
    }

    /// Get the name of the current thread.
    #[function]
    fn _get_name(t: &Thread) -> PyResult<Owned<PyStr>> {
        let mut buffer = [0u8; 64];
        // SAFETY: the buffer has the size that is passed.
        let failed =
            unsafe { libc::pthread_getname_np(libc::pthread_self(), buffer.as_mut_ptr().cast(), buffer.len()) };
        if failed != 0 {
            return Err(errors::os_error(t, failed));
        }
        let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
        PyStr::from_fs_bytes(t, buffer.get(..end).unwrap_or_default())
    }

    /// Handle uncaught Thread.run() exception.
    #[function(text = "(args, /)")]
    fn _excepthook(module: &PyModule, t: &Thread, args: &Object) -> PyResult<()> {
        let class = module.get(t, "_ExceptHookArgs")?;
        if !class.is_some_and(|class| class.is(args.class().as_object())) {
            return Err(err!(t, TypeError, "_thread.excepthook argument type must be ExceptHookArgs"));
        }
        let zero = |i: i64| PyInt::from_i64(t, i);
        let kind = sequence::get_item(t, args, &*zero(0)?)?;
        if kind.is(exceptions::SystemExit::class().as_object()) {
            return Ok(());
        }
        let value = sequence::get_item(t, args, &*zero(1)?)?;
        let thread = sequence::get_item(t, args, &*zero(3)?)?;
        let thread_name = if thread.is(singletons::none()) {
            ident(t).to_string()
        } else {
            match thread.getattr_opt(t, name!(t, "_name"))? {
                Some(found) => found.str_lossy(t),
                None => ident(t).to_string(),
            }
        };
        let head = PyStr::from_str(t, &format!("Exception in thread {thread_name}:\n"))?;
        let present = |o: &Owned| !o.is(singletons::none());
        if let Some(out) = crate::state::sys_attr(t, "stderr")?.filter(present) {
            out.call_method(t, name!(t, "write"), &[&head])?;
            return crate::sys::print_exception(t, &value);
        }
        // The stream that was there when the thread began.
        if thread.is(singletons::none()) {
            return Ok(());
        }
        let Some(out) = thread.getattr_opt(t, &*PyStr::intern_str(t, "_stderr")?)?.filter(present) else {
            return Ok(());
        };
        out.call_method(t, name!(t, "write"), &[&head])?;
        let text = PyStr::from_str(t, &crate::traceback::format_plain(t, &value))?;
        out.call_method(t, name!(t, "write"), &[&text])?;
        out.call_method(t, name!(t, "flush"), &[]).map(drop)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<PyLock>(t)?;
        taipan_object::typeobject::add_static::<PyLocalDummy>(t)?;
        module.set(t, "LockType", PyLock::class().as_object())?;
        module.set(t, "lock", PyLock::class().as_object())?;
        module.set(t, "error", exceptions::RuntimeError::class().as_object())?;
        let hook_args = structseq::new_type(
            t,
            "_thread._ExceptHookArgs",
            "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
            &EXCEPT_HOOK_ARGS,
            4,
        )?;
        module.set(t, "_ExceptHookArgs", &hook_args)?;
        module.set_value(t, "TIMEOUT_MAX", TIMEOUT_MAX)?;
        module.set_value(t, "_NAME_MAXLEN", 15i64)?;
        taipan_object::state::object_state(t).after_fork_child.borrow_mut().push(after_fork);
        let _ = MAIN_THREAD.compare_exchange(0, ident(t), Ordering::Relaxed, Ordering::Relaxed);
        Ok(())
    }
}
