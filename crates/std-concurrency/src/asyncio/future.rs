//! `_asyncio.Future` and its iterator.

use super::{call_method_in, imported, invalid_state, state_of};
use crate::contextvars::copy_current;
use core::cell::{Cell, RefCell};
use taipan_object::set::{new_frozenset, new_set, set_add};
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyList, PyResult, PySet, PyStr, PyTuple, PyType, Raised, Sent, Slot, Thread,
    Traverse, Visitor, WeakList, argparse, attr, class, err, errors, exceptions, name, new_object, object, singletons,
    state, upcast,
};

/// How far a future has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Pending,
    Cancelled,
    Finished,
}

impl Progress {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Cancelled => "CANCELLED",
            Self::Finished => "FINISHED",
        }
    }
}

/// What futures and tasks have in common.
#[repr(C)]
pub struct Fields {
    pub loop_: Slot,
    pub callbacks: RefCell<Vec<(Owned, Owned)>>,
    pub exception: Slot,
    pub exception_tb: Slot,
    pub result: Slot,
    pub source_tb: Slot,
    pub cancel_message: Slot,
    pub cancelled_exc: Slot,
    /// A single waiter, or a set of them if there have been more.
    pub awaited_by: Slot,
    pub awaited_by_set: Cell<bool>,
    /// Whether the future is a task.
    pub is_task: bool,
    pub progress: Cell<Progress>,
    pub log_tb: Cell<bool>,
    pub blocking: Cell<bool>,
}

impl Fields {
    /// Before `__init__`.
    pub fn new(is_task: bool) -> Self {
        Self {
            loop_: Slot::empty(),
            callbacks: RefCell::default(),
            exception: Slot::empty(),
            exception_tb: Slot::empty(),
            result: Slot::empty(),
            source_tb: Slot::empty(),
            cancel_message: Slot::empty(),
            cancelled_exc: Slot::empty(),
            awaited_by: Slot::empty(),
            awaited_by_set: Cell::new(false),
            is_task,
            progress: Cell::new(Progress::Pending),
            log_tb: Cell::new(false),
            blocking: Cell::new(false),
        }
    }

    fn slots(&self) -> [&Slot; 8] {
        [
            &self.loop_,
            &self.exception,
            &self.exception_tb,
            &self.result,
            &self.source_tb,
            &self.cancel_message,
            &self.cancelled_exc,
            &self.awaited_by,
        ]
    }
}

impl Traverse for Fields {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for slot in self.slots() {
            slot.traverse(visitor);
        }
        self.callbacks.traverse(visitor);
    }

    fn clear(&self) {
        for slot in self.slots() {
            slot.set(None);
        }
        drop(self.callbacks.take());
    }
}

/// A future or task, and what it has as a future.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub this: &'a Object,
    pub fields: &'a Fields,
}

/// The future in an object that is exactly a native future or task.
pub fn exact(object: &Object) -> Option<View<'_>> {
    if object.is_exact::<Future>() || object.is_exact::<super::PyTask>() { any(object) } else { None }
}

/// The future in an object of a native type or a type derived from one.
pub fn any(object: &Object) -> Option<View<'_>> {
    object.downcast::<Future>().map(|f| View { this: object, fields: &f.fields })
}

/// Records that a native future is awaited by a native waiter.
pub fn awaited_by_add(t: &Thread, future: &Object, waiter: &Object) -> PyResult<()> {
    let (Some(future), Some(_)) = (any(future), any(waiter)) else { return Ok(()) };
    let fields = future.fields;
    match fields.awaited_by.get() {
        None => fields.awaited_by.set(Some(waiter.own())),
        Some(set) if fields.awaited_by_set.get() => set_add(t, &set, waiter)?,
        Some(single) if single.is(waiter) => {}
        Some(single) => {
            let set = new_set(t)?;
            set_add(t, &set, &single)?;
            set_add(t, &set, waiter)?;
            fields.awaited_by_set.set(true);
            fields.awaited_by.set(Some(set));
        }
    }
    Ok(())
}

/// Takes such a record back.
pub fn awaited_by_discard(t: &Thread, future: &Object, waiter: &Object) -> PyResult<()> {
    let (Some(future), Some(_)) = (any(future), any(waiter)) else { return Ok(()) };
    let fields = future.fields;
    match fields.awaited_by.get() {
        Some(set) if fields.awaited_by_set.get() => {
            if let Some(set) = set.downcast::<PySet>() {
                set.discard_key(t, waiter)?;
            }
        }
        Some(single) if single.is(waiter) => fields.awaited_by.set(None),
        _ => {}
    }
    Ok(())
}

fn cannot_delete(t: &Thread, name: &str, class: &str) -> Raised {
    err!(t, AttributeError, "attribute '{name}' of '{class}' objects cannot be deleted")
}

/// The new value of an attribute that cannot be deleted.
pub fn assigned<'a>(t: &Thread, name: &str, class: &str, value: Option<&'a Object>) -> PyResult<&'a Object> {
    value.ok_or_else(|| cannot_delete(t, name, class))
}

impl View<'_> {
    /// `__init__`.
    pub fn init(self, t: &Thread, loop_: Option<&Object>) -> PyResult<()> {
        let f = self.fields;
        Traverse::clear(f);
        f.progress.set(Progress::Pending);
        f.log_tb.set(false);
        f.blocking.set(false);
        f.awaited_by_set.set(false);
        let loop_ = match attr::none_if_none(loop_) {
            Some(loop_) => loop_.own(),
            None => super::event_loop(t)?,
        };
        f.loop_.set(Some(loop_.clone()));
        if loop_.call_method(t, name!(t, "get_debug"), &[])?.is_true(t)? {
            let stack = imported(t, &state_of(t)?.extract_stack, "traceback", "extract_stack")?.call(t, &[])?;
            f.source_tb.set(Some(stack));
        }
        Ok(())
    }

    /// The loop; futures whose `__init__` has not run have none.
    pub fn loop_or_raise(self, t: &Thread) -> PyResult {
        match self.fields.loop_.get() {
            Some(found) => Ok(found),
            None => Err(err!(t, RuntimeError, "Future object is not initialized.")),
        }
    }

    fn alive(self, t: &Thread) -> PyResult<()> {
        if self.fields.loop_.is_none() {
            return Err(err!(t, RuntimeError, "Future object is not initialized."));
        }
        Ok(())
    }

    /// `loop.call_soon(callback, future, context=context)`.
    fn call_soon(self, t: &Thread, callback: &Object, context: &Object) -> PyResult<()> {
        call_soon(t, &*self.loop_or_raise(t)?, callback, Some(self.this), context)
    }

    fn schedule_callbacks(self, t: &Thread) -> PyResult<()> {
        if self.fields.is_task
            && let Some(task) = self.this.downcast::<super::PyTask>()
        {
            task.place().leave();
        }
        let callbacks = self.fields.callbacks.take();
        for (callback, context) in &callbacks {
            self.call_soon(t, callback, context)?;
        }
        Ok(())
    }

    /// Sets the result.
    pub fn set_result(self, t: &Thread, result: &Object) -> PyResult<()> {
        self.alive(t)?;
        if self.fields.progress.get() != Progress::Pending {
            return Err(invalid_state(t, "invalid state"));
        }
        self.fields.result.set(Some(result.own()));
        self.fields.progress.set(Progress::Finished);
        self.schedule_callbacks(t)
    }

    /// Sets the exception.
    pub fn set_exception(self, t: &Thread, exception: &Object) -> PyResult<()> {
        self.alive(t)?;
        let f = self.fields;
        if f.progress.get() != Progress::Pending {
            return Err(invalid_state(t, "invalid state"));
        }
        let base = exceptions::BaseException::class();
        let mut exception = match exception.downcast::<PyType>() {
            Some(class) if class.is_subtype(base) => {
                let made = exception.call(t, &[])?;
                if f.progress.get() != Progress::Pending {
                    return Err(invalid_state(t, "invalid state"));
                }
                made
            }
            _ => exception.own(),
        };
        if !exception.class().is_subtype(base) {
            return Err(err!(t, TypeError, "invalid exception object"));
        }
        if exception.class().is_subtype(exceptions::StopIteration::class()) {
            let message = "StopIteration interacts badly with generators and cannot be raised into a Future";
            let text = PyStr::from_str(t, message)?;
            let wrapped = exceptions::RuntimeError::class().call(t, &[&text])?;
            exceptions::set_cause(&wrapped, Some(exception.clone()));
            exceptions::set_context(&wrapped, Some(exception));
            exception = wrapped;
        }
        f.exception_tb.set(exceptions::traceback(&exception));
        f.exception.set(Some(exception));
        f.progress.set(Progress::Finished);
        self.schedule_callbacks(t)?;
        f.log_tb.set(true);
        Ok(())
    }

    /// Cancels; whether that was possible.
    pub fn cancel(self, t: &Thread, message: Option<Owned>) -> PyResult<bool> {
        let f = self.fields;
        f.log_tb.set(false);
        if f.progress.get() != Progress::Pending {
            return Ok(false);
        }
        f.progress.set(Progress::Cancelled);
        f.cancel_message.set(message);
        self.schedule_callbacks(t)?;
        Ok(true)
    }

    /// The exception to raise for a cancelled future.
    pub fn make_cancelled_error(self, t: &Thread) -> PyResult {
        if let Some(saved) = self.fields.cancelled_exc.take() {
            return Ok(saved);
        }
        let class = imported(t, &state_of(t)?.cancelled, "asyncio.exceptions", "CancelledError")?;
        match self.fields.cancel_message.get().filter(|m| !m.is(singletons::none())) {
            Some(message) => class.call(t, &[&message]),
            None => class.call(t, &[]),
        }
    }

    /// The result, or the exception that stands in its place.
    pub fn outcome(self, t: &Thread) -> PyResult<Result<Owned, Owned>> {
        let f = self.fields;
        if f.loop_.is_none() {
            return Err(invalid_state(t, "Future object is not initialized."));
        }
        match f.progress.get() {
            Progress::Cancelled => {
                let exception = self.make_cancelled_error(t)?;
                return Err(errors::raise(t, exception));
            }
            Progress::Pending => return Err(invalid_state(t, "Result is not set.")),
            Progress::Finished => {}
        }
        f.log_tb.set(false);
        match f.exception.get() {
            Some(exception) => {
                exceptions::set_traceback(&exception, f.exception_tb.take());
                Ok(Err(exception))
            }
            None => Ok(Ok(f.result.get().unwrap_or_else(|| singletons::none().own()))),
        }
    }

    /// `result()`.
    pub fn result(self, t: &Thread) -> PyResult {
        match self.outcome(t)? {
            Ok(value) => Ok(value),
            Err(exception) => Err(errors::raise(t, exception)),
        }
    }

    /// `exception()`.
    pub fn exception(self, t: &Thread) -> PyResult<Option<Owned>> {
        let f = self.fields;
        if f.loop_.is_none() {
            return Err(invalid_state(t, "Future object is not initialized."));
        }
        match f.progress.get() {
            Progress::Cancelled => {
                let exception = self.make_cancelled_error(t)?;
                Err(errors::raise(t, exception))
            }
            Progress::Pending => Err(invalid_state(t, "Exception is not set.")),
            Progress::Finished => {
                f.log_tb.set(false);
                Ok(f.exception.get())
            }
        }
    }

    /// `add_done_callback()`.
    pub fn add_done_callback(self, t: &Thread, callback: &Object, context: Owned) -> PyResult<()> {
        if self.fields.loop_.is_none() {
            return Err(err!(t, RuntimeError, "uninitialized Future object"));
        }
        if self.fields.progress.get() != Progress::Pending {
            return self.call_soon(t, callback, &context);
        }
        self.fields.callbacks.borrow_mut().push((callback.own(), context));
        Ok(())
    }

    /// `add_done_callback()` in a copy of the current context, unless one is given.
    pub fn add_done_callback_in(self, t: &Thread, callback: &Object, context: Option<&Object>) -> PyResult<()> {
        let context = match context {
            Some(context) => context.own(),
            None => copy_current(t)?.into_object(),
        };
        self.add_done_callback(t, callback, context)
    }

    /// The iterator that `await` runs.
    pub fn iterate(self, t: &Thread) -> PyResult<Owned<FutureIter>> {
        self.alive(t)?;
        new_object(t, FutureIter { head: Head::new(), future: Slot::new(self.this.own()) })
    }

    /// `remove_done_callback()`: how many there were.
    pub fn remove_done_callback(self, t: &Thread, callback: &Object) -> PyResult<usize> {
        self.alive(t)?;
        let cell = &self.fields.callbacks;
        let at = |i: usize| cell.borrow().get(i).cloned();
        let (mut kept, mut i) = (Vec::new(), 0);
        while let Some(entry) = at(i) {
            if !entry.0.eq(t, callback)? {
                kept.push(entry);
            }
            i += 1;
        }
        // What comparisons did to the list meanwhile is not undone, unless it grew.
        let removed = i - kept.len();
        if removed > 0 {
            drop(cell.replace(kept));
        }
        Ok(removed)
    }

    /// Reports what was raised and never looked at.
    pub fn finalize(self, t: &Thread) {
        let f = self.fields;
        if !f.log_tb.replace(false) {
            return;
        }
        let message = format!("{} exception was never retrieved", self.this.class().short_name_lossy());
        let exception = f.exception.get();
        report(t, self, "exception", exception.as_deref(), "future", &message);
    }
}

/// Tells the loop's exception handler about a future that is being destroyed.
pub fn report(t: &Thread, view: View<'_>, extra: &str, value: Option<&Object>, role: &str, message: &str) {
    let tell = || -> PyResult<()> {
        let context = taipan_object::PyDict::new(t)?;
        let put = |key: &str, value: &Object| context.set_item(t, &*PyStr::from_str(t, key)?, value);
        put("message", &*PyStr::from_str(t, message)?)?;
        if let Some(value) = value {
            put(extra, value)?;
        }
        put(role, view.this)?;
        if let Some(stack) = view.fields.source_tb.get() {
            put("source_traceback", &stack)?;
        }
        let Some(loop_) = view.fields.loop_.get() else { return Ok(()) };
        let handler = loop_.getattr(t, name!(t, "call_exception_handler"))?;
        if handler.call(t, &[&context]).is_err() {
            errors::write_unraisable(t, Some(&handler));
        }
        Ok(())
    };
    if tell().is_err() {
        errors::write_unraisable(t, Some(view.this));
    }
}

/// `loop.call_soon(callback[, arg], context=context)`.
pub fn call_soon(
    t: &Thread,
    loop_: &Object,
    callback: &Object,
    arg: Option<&Object>,
    context: &Object,
) -> PyResult<()> {
    let method = name!(t, "call_soon");
    match arg {
        Some(arg) => call_method_in(t, loop_, method, &[callback, arg, context]),
        None => call_method_in(t, loop_, method, &[callback, context]),
    }
    .map(drop)
}

/// `_asyncio.Future`.
#[object]
pub struct Future {
    dict: Slot,
    weaklist: WeakList,
    pub fields: Fields,
}

impl Future {
    /// The future as such.
    pub fn view(&self) -> View<'_> {
        View { this: upcast(self), fields: &self.fields }
    }
}

/// This class is *almost* compatible with concurrent.futures.Future.
///
///     Differences:
///
///     - result() and exception() do not take a timeout argument and
///       raise an exception when the future isn't done yet.
///
///     - Callbacks registered with add_done_callback() are always called
///       via the event loop's call_soon_threadsafe().
///
///     - This class is not compatible with the wait() and as_completed()
///       methods in the concurrent.futures package.
#[class(name = "_asyncio.Future", heap, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaklist)]
impl Future {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        let value =
            Self { head: Head::new(), dict: Slot::empty(), weaklist: WeakList::new(), fields: Fields::new(false) };
        cls.instance(t, value)
    }

    #[init(sig = "(*, loop=None)")]
    fn init(&self, t: &Thread, r#loop: Option<&Object>) -> PyResult<()> {
        self.view().init(t, r#loop)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        self.view().alive(t)?;
        let repr = imported(t, &state_of(t)?.future_repr, "asyncio.base_futures", "_future_repr")?;
        repr.call(t, &[self.as_object()])
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        self.view().finalize(t);
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult<Owned<FutureIter>> {
        self.view().iterate(t)
    }

    #[slot]
    fn am_await(&self, t: &Thread) -> PyResult<Owned<FutureIter>> {
        self.view().iterate(t)
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is
    /// raised.
    #[method]
    fn result(&self, t: &Thread) -> PyResult {
        self.view().result(t)
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[method]
    fn exception(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.view().exception(t)
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "(result, /)")]
    fn set_result(&self, t: &Thread, result: &Object) -> PyResult<()> {
        self.view().set_result(t, result)
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "(exception, /)")]
    fn set_exception(&self, t: &Thread, exception: &Object) -> PyResult<()> {
        self.view().set_exception(t, exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object.
    /// If the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[method(sig = "(fn, /, *, context=None)", text = "($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(&self, t: &Thread, r#fn: &Object, context: Option<&Object>) -> PyResult<()> {
        self.view().add_done_callback_in(t, r#fn, context)
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[method(sig = "(fn, /)")]
    fn remove_done_callback(&self, t: &Thread, r#fn: &Object) -> PyResult<usize> {
        self.view().remove_done_callback(t, r#fn)
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.
    /// Otherwise, change the future's state to cancelled, schedule the
    /// callbacks and return True.
    #[method(sig = "(msg=None)")]
    fn cancel(&self, t: &Thread, msg: Option<&Object>) -> PyResult<bool> {
        self.view().alive(t)?;
        self.view().cancel(t, attr::none_if_none(msg).map(Own::own))
    }

    /// Return True if the future was cancelled.
    #[method]
    fn cancelled(&self, _t: &Thread) -> bool {
        self.fields.progress.get() == Progress::Cancelled
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that
    /// the future was cancelled.
    #[method]
    fn done(&self, _t: &Thread) -> bool {
        self.fields.progress.get() != Progress::Pending
    }

    /// Return the event loop the Future is bound to.
    #[method]
    fn get_loop(&self, t: &Thread) -> PyResult {
        self.view().loop_or_raise(t)
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(&self, t: &Thread) -> PyResult {
        self.view().make_cancelled_error(t)
    }

    /// Futures are generic over the type of their results
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    #[getter]
    fn _state(&self, t: &Thread) -> PyResult<&'static str> {
        self.view().alive(t)?;
        Ok(self.fields.progress.get().name())
    }

    #[getter]
    fn _asyncio_future_blocking(&self, _t: &Thread) -> bool {
        !self.fields.loop_.is_none() && self.fields.blocking.get()
    }

    #[setter]
    fn set__asyncio_future_blocking(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.view().alive(t)?;
        let value = assigned(t, "_asyncio_future_blocking", "_asyncio.Future", value)?;
        self.fields.blocking.set(value.is_true(t)?);
        Ok(())
    }

    #[getter]
    fn _loop(&self, _t: &Thread) -> Option<Owned> {
        self.fields.loop_.get()
    }

    #[getter]
    fn _callbacks(&self, t: &Thread) -> PyResult {
        self.view().alive(t)?;
        let callbacks = self.fields.callbacks.borrow().clone();
        if callbacks.is_empty() {
            return Ok(singletons::none().own());
        }
        let mut out = Vec::with_capacity(callbacks.len());
        for (callback, context) in callbacks {
            out.push(PyTuple::from_vec(t, vec![callback, context])?.into_object());
        }
        PyList::from_vec(t, out).map(Owned::into_object)
    }

    #[getter]
    fn _result(&self, _t: &Thread) -> Option<Owned> {
        self.fields.result.get()
    }

    #[getter]
    fn _exception(&self, _t: &Thread) -> Option<Owned> {
        self.fields.exception.get()
    }

    #[getter]
    fn _log_traceback(&self, t: &Thread) -> PyResult<bool> {
        self.view().alive(t)?;
        Ok(self.fields.log_tb.get())
    }

    #[setter]
    fn set__log_traceback(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        if assigned(t, "_log_traceback", "_asyncio.Future", value)?.is_true(t)? {
            return Err(err!(t, ValueError, "_log_traceback can only be set to False"));
        }
        self.fields.log_tb.set(false);
        Ok(())
    }

    #[getter]
    fn _source_traceback(&self, _t: &Thread) -> Option<Owned> {
        self.fields.source_tb.get()
    }

    #[getter]
    fn _cancel_message(&self, _t: &Thread) -> Option<Owned> {
        self.fields.cancel_message.get()
    }

    #[setter]
    fn set__cancel_message(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = assigned(t, "_cancel_message", "_asyncio.Future", value)?;
        self.fields.cancel_message.set(Some(value.own()));
        Ok(())
    }

    #[getter]
    fn _asyncio_awaited_by(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(waiters) = self.fields.awaited_by.get() else { return Ok(None) };
        let waiters = match waiters.downcast::<PySet>() {
            Some(set) if self.fields.awaited_by_set.get() => set.keys(),
            _ => vec![waiters],
        };
        new_frozenset(t, waiters).map(Some)
    }
}

/// What `Future.__await__` returns.
#[object]
pub struct FutureIter {
    future: Slot,
}

impl FutureIter {
    fn step(&self, t: &Thread) -> PyResult<Sent> {
        let Some(future) = self.future.get() else { return Ok(Sent::Return(singletons::none().own())) };
        let Some(view) = any(&future) else { return Ok(Sent::Return(singletons::none().own())) };
        if view.fields.progress.get() == Progress::Pending {
            if view.fields.blocking.get() {
                return Err(err!(t, RuntimeError, "await wasn't used with future"));
            }
            view.fields.blocking.set(true);
            return Ok(Sent::Next(future.clone()));
        }
        self.future.set(None);
        view.result(t).map(Sent::Return)
    }

    fn sent(&self, t: &Thread) -> PyResult {
        if self.future.is_none() {
            return Err(errors::stop_iteration_without_value(t));
        }
        match self.step(t)? {
            Sent::Next(value) => Ok(value),
            Sent::Return(value) => Err(errors::stop_iteration(t, &value)),
        }
    }
}

#[class(name = "_asyncio.FutureIter", flags(HAVE_GC), no_new)]
impl FutureIter {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        match self.sent(t) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => Err(raised),
        }
    }

    #[slot]
    fn am_send(&self, t: &Thread, value: &Object) -> PyResult<Sent> {
        let _ = value;
        self.step(t)
    }

    #[method(sig = "(object, /)")]
    fn send(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        self.sent(t)
    }

    #[method]
    fn throw(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "_asyncio.FutureIter.throw")?;
        argparse::check_positional(t, "throw", args.pos.len(), 1, 3)?;
        if args.pos.len() > 1 {
            errors::warn(
                t,
                exceptions::DeprecationWarning::class(),
                format_args!(
                    "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead."
                ),
                1,
            )?;
        }
        let given = |i: usize| attr::none_if_none(args.pos.get(i).copied());
        let Some(&first) = args.pos.first() else { return Err(argparse::missing(t)) };
        let (value, traceback) = (given(1), given(2));
        if traceback.is_some_and(|tb| !state::is_traceback(tb)) {
            return Err(err!(t, TypeError, "throw() third argument must be a traceback"));
        }
        let base = exceptions::BaseException::class();
        let exception = match first.downcast::<PyType>() {
            Some(class) if class.is_subtype(base) => match value {
                Some(value) if value.class().is_subtype(class) => value.own(),
                Some(value) => match value.downcast::<PyTuple>() {
                    Some(values) => first.call_tuple_dict(t, values, None)?,
                    None => first.call(t, &[value])?,
                },
                None => first.call(t, &[])?,
            },
            _ if first.class().is_subtype(base) => {
                if value.is_some() {
                    return Err(err!(t, TypeError, "instance exception may not have a separate value"));
                }
                first.own()
            }
            _ => {
                return Err(err!(
                    t,
                    TypeError,
                    "exceptions must be classes deriving BaseException or instances of such a class"
                ));
            }
        };
        if let Some(traceback) = traceback {
            exceptions::set_traceback(&exception, Some(traceback.own()));
        }
        self.future.set(None);
        Err(errors::restore_raised(t, exception))
    }

    #[method]
    fn close(&self, _t: &Thread) {
        self.future.set(None);
    }
}
