//! `_asyncio.Task`: runs a coroutine step by step.

use super::future::{Fields, Future, FutureIter, Progress, View, assigned, awaited_by_add, awaited_by_discard, exact};
use super::future::{call_soon, report};
use super::{
    call_method_in, enter_task, imported, invalid_state, is_cancelled_error, leave_task, loop_of, state_of, swap_task,
};
use crate::contextvars::{PyContext, copy_current};
use core::cell::Cell;
use core::mem::offset_of;
use taipan_object::asyncio::Membership;
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyInt, PyMethodDescr, PyResult, PyStr, PyType, Sent, Slot, Thread, WeakList,
    attr, class, err, errors, exceptions, iter, name, new_object, object, singletons, state, upcast,
};
use taipan_runtime::remote::TaskLayout;

/// `_asyncio.Task`; begins like a future.
#[object]
pub struct PyTask {
    dict: Slot,
    weaklist: WeakList,
    fields: Fields,
    fut_waiter: Slot,
    coro: Slot,
    /// A `str`, or the number in a name that nobody has asked for yet, an `int`.
    name: Slot,
    context: Slot,
    must_cancel: Cell<bool>,
    log_destroy_pending: Cell<bool>,
    num_cancels: Cell<i64>,
    place: Membership,
}

/// Where other processes find what they want to know of a task.
pub const LAYOUT: TaskLayout = TaskLayout {
    size: size_of::<PyTask>(),
    name: offset_of!(PyTask, name),
    awaited_by: offset_of!(PyTask, fields) + offset_of!(Fields, awaited_by),
    is_task: offset_of!(PyTask, fields) + offset_of!(Fields, is_task),
    awaited_by_is_set: offset_of!(PyTask, fields) + offset_of!(Fields, awaited_by_set),
    coroutine: offset_of!(PyTask, coro),
    links: offset_of!(PyTask, place),
};

/// What a step hands over to the next part of the work.
enum Yielded {
    Value(Owned),
    Done,
}

impl PyTask {
    /// The task as a future.
    pub fn view(&self) -> View<'_> {
        View { this: upcast(self), fields: &self.fields }
    }

    /// The task's place among those that wait.
    pub fn place(&self) -> &Membership {
        &self.place
    }

    /// Whether the task belongs to a loop and is not done.
    pub fn awaits_on(&self, loop_: &Object) -> bool {
        self.fields.loop_.holds(loop_) && self.fields.progress.get() == Progress::Pending
    }

    fn context(&self, t: &Thread) -> PyResult {
        match self.context.get() {
            Some(found) => Ok(found),
            None => Ok(copy_current(t)?.into_object()),
        }
    }

    fn step_soon(&self, t: &Thread, exception: Option<Owned>) -> PyResult<()> {
        let step = TaskStepMethWrapper {
            head: Head::new(),
            task: Slot::new(self.as_object().own()),
            exception: Slot::from_option(exception),
        };
        let step = new_object(t, step)?.into_object();
        call_soon(t, &*self.view().loop_or_raise(t)?, &step, None, &*self.context(t)?)
    }

    fn error_soon(&self, t: &Thread, message: &str) -> PyResult<()> {
        let text = PyStr::from_str(t, message)?;
        let exception = exceptions::RuntimeError::class().call(t, &[&text])?;
        self.step_soon(t, Some(exception))
    }

    /// The first step of an eager task, made at once in its context.
    fn eager_start(&self, t: &Thread) -> PyResult<()> {
        let this = self.as_object();
        let loop_ = self.view().loop_or_raise(t)?;
        let previous = swap_task(t, &loop_, Some(this))?;
        // If it is done after that step, it leaves.
        self.place.enter(t, this);
        let run = || -> PyResult<()> {
            let entered = self.context.get();
            match entered.as_ref().map(|c| c.downcast::<PyContext>()) {
                Some(Some(context)) => {
                    context.enter(t)?;
                    let stepped = self.step_inner(t, None);
                    let saved = stepped.is_err().then(|| errors::take(t)).flatten();
                    context.exit(t)?;
                    match saved {
                        Some(exception) => Err(errors::restore_raised(t, exception)),
                        None => stepped,
                    }
                }
                _ => Err(err!(t, TypeError, "an instance of Context was expected")),
            }
        };
        let ran = run();
        let saved = ran.is_err().then(|| errors::take(t)).flatten();
        swap_task(t, &loop_, previous.as_deref())?;
        if self.fields.progress.get() != Progress::Pending {
            self.coro.set(None);
        }
        match saved {
            Some(exception) => Err(errors::restore_raised(t, exception)),
            None => ran,
        }
    }

    /// One step as the current task of the loop.
    fn step(&self, t: &Thread, exception: Option<Owned>) -> PyResult<()> {
        let loop_ = self.view().loop_or_raise(t)?;
        enter_task(t, &loop_, self.as_object())?;
        let stepped = self.step_inner(t, exception);
        let saved = stepped.is_err().then(|| errors::take(t)).flatten();
        let left = leave_task(t, &loop_, self.as_object());
        match saved {
            Some(first) => {
                if left.is_err() {
                    errors::chain(t, first);
                    return left;
                }
                Err(errors::restore_raised(t, first))
            }
            None => left,
        }
    }

    fn step_inner(&self, t: &Thread, exception: Option<Owned>) -> PyResult<()> {
        match self.advance(t, exception)? {
            Yielded::Done => Ok(()),
            Yielded::Value(value) => self.handle(t, &value),
        }
    }

    /// Resumes the coroutine; its end is the end of the task.
    fn advance(&self, t: &Thread, mut exception: Option<Owned>) -> PyResult<Yielded> {
        let view = self.view();
        if self.fields.progress.get() != Progress::Pending {
            let shown = match &exception {
                Some(exception) => exception.repr(t)?.to_string_lossy(),
                None => String::new(),
            };
            let message = format!("__step(): already done: {} {shown}", self.as_object().repr(t)?.to_string_lossy());
            return Err(invalid_state(t, &message));
        }
        if self.must_cancel.get() {
            let cancelled = match &exception {
                Some(exception) => is_cancelled_error(t, exception)?,
                None => false,
            };
            if !cancelled {
                exception = Some(view.make_cancelled_error(t)?);
            }
            self.must_cancel.set(false);
        }
        self.fut_waiter.set(None);
        let Some(coro) = self.coro.get() else {
            return Err(err!(t, RuntimeError, "uninitialized Task object"));
        };
        let sent = match &exception {
            None => iter::send(t, &coro, singletons::none()),
            Some(exception) => match coro.call_method(t, name!(t, "throw"), &[exception]) {
                Ok(value) => Ok(Sent::Next(value)),
                Err(_) => exceptions::fetch_stop_iteration(t).map(Sent::Return),
            },
        };
        drop(exception);
        match sent {
            Ok(Sent::Next(value)) => Ok(Yielded::Value(value)),
            Ok(Sent::Return(value)) => {
                if self.must_cancel.replace(false) {
                    view.cancel(t, self.fields.cancel_message.get())?;
                } else {
                    view.set_result(t, &value)?;
                }
                Ok(Yielded::Done)
            }
            Err(raised) => {
                let raised = errors::take_raised(t, raised);
                if is_cancelled_error(t, &raised)? {
                    self.fields.cancelled_exc.set(Some(raised));
                    view.cancel(t, None)?;
                    return Ok(Yielded::Done);
                }
                view.set_exception(t, &raised)?;
                let fatal = [exceptions::KeyboardInterrupt::class(), exceptions::SystemExit::class()];
                if fatal.iter().any(|class| raised.class().is_subtype(class)) {
                    return Err(errors::restore_raised(t, raised));
                }
                Ok(Yielded::Done)
            }
        }
    }

    /// Deals with what the coroutine yielded.
    fn handle(&self, t: &Thread, value: &Object) -> PyResult<()> {
        let this = self.as_object();
        let shown = |o: &Object| o.repr(t).map(|s| s.to_string_lossy());
        if value.is(this) {
            return self.error_soon(t, &format!("Task cannot await on itself: {}", shown(this)?));
        }
        if value.is(singletons::none()) {
            return self.step_soon(t, None);
        }
        let native = exact(value);
        let blocking = match native {
            Some(view) => Some(view.fields.blocking.get()),
            None => match value.getattr_opt(t, name!(t, "_asyncio_future_blocking"))? {
                Some(flag) if !flag.is(singletons::none()) => Some(flag.is_true(t)?),
                _ => None,
            },
        };
        let Some(blocking) = blocking else {
            let generator = imported(t, &state_of(t)?.generator_type, "types", "GeneratorType")?;
            if value.class().as_object().is(&generator) {
                let (task, value) = (shown(this)?, shown(value)?);
                let message = format!("yield was used instead of yield from for generator in task {task} with {value}");
                return self.error_soon(t, &message);
            }
            return self.error_soon(t, &format!("Task got bad yield: {}", shown(value)?));
        };
        if !loop_of(t, value)?.is(&*self.view().loop_or_raise(t)?) {
            let (task, value) = (shown(this)?, shown(value)?);
            return self.error_soon(t, &format!("Task {task} got Future {value} attached to a different loop"));
        }
        if !blocking {
            let (task, value) = (shown(this)?, shown(value)?);
            return self.error_soon(t, &format!("yield was used instead of yield from in task {task} with {value}"));
        }
        let wakeup = match state_of(t)?.wakeup.get().and_then(|method| method.downcast::<PyMethodDescr>()) {
            Some(method) => method.bind(t, this)?,
            None => return Err(err!(t, SystemError, "_asyncio is not initialized")),
        };
        match native {
            Some(view) => {
                view.fields.blocking.set(false);
                view.add_done_callback(t, &wakeup, self.context(t)?)?;
            }
            None => {
                value.setattr(t, name!(t, "_asyncio_future_blocking"), singletons::bool(false))?;
                call_method_in(t, value, name!(t, "add_done_callback"), &[&wakeup, &*self.context(t)?])?;
            }
        }
        self.fut_waiter.set(Some(value.own()));
        awaited_by_add(t, value, this)?;
        if self.must_cancel.get() && self.cancel_waiter(t, value, self.fields.cancel_message.get().as_deref())? {
            self.must_cancel.set(false);
        }
        Ok(())
    }

    fn cancel_waiter(&self, t: &Thread, waiter: &Object, message: Option<&Object>) -> PyResult<bool> {
        let cancel = waiter.getattr(t, name!(t, "cancel"))?;
        let message = message.unwrap_or_else(|| singletons::none());
        cancel.call_with(t, &[], &[("msg", message)])?.is_true(t)
    }

    fn wake(&self, t: &Thread, future: &Object) -> PyResult<()> {
        awaited_by_discard(t, future, self.as_object())?;
        let outcome = match exact(future) {
            Some(view) => match view.outcome(t) {
                Ok(Ok(_)) => return self.step(t, None),
                Ok(Err(exception)) => Ok(exception),
                Err(raised) => Err(raised),
            },
            None => match future.call_method(t, name!(t, "result"), &[]) {
                Ok(_) => return self.step(t, None),
                Err(raised) => Err(raised),
            },
        };
        let exception = match outcome {
            Ok(exception) => exception,
            Err(raised) => errors::take_raised(t, raised),
        };
        self.step(t, Some(exception))
    }

    fn check_coroutine(&self, t: &Thread, coro: &Object) -> PyResult<()> {
        let state = state_of(t)?;
        let native = imported(t, &state.coroutine_type, "types", "CoroutineType")?;
        if coro.class().as_object().is(&native) {
            return Ok(());
        }
        let check = imported(t, &state.is_coroutine, "asyncio.coroutines", "iscoroutine")?;
        if check.call(t, &[coro])?.is_true(t)? {
            return Ok(());
        }
        Err(err!(t, TypeError, "a coroutine was expected, got {}", coro.repr(t)?.display()))
    }

    fn name_text(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(name) = self.name.get() else { return Ok(None) };
        let Some(number) = name.downcast::<PyInt>() else { return Ok(Some(name)) };
        let made = PyStr::from_fmt(t, format_args!("Task-{}", number.to_i64().unwrap_or_default()))?.into_object();
        self.name.set(Some(made.clone()));
        Ok(Some(made))
    }

    fn rename(&self, t: &Thread, value: &Object) -> PyResult<()> {
        let name = if value.is_exact::<PyStr>() { value.own() } else { value.str(t)?.into_object() };
        self.name.set(Some(name));
        Ok(())
    }
}

/// A coroutine wrapped in a Future.
#[class(name = "_asyncio.Task", heap, base = Future, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaklist)]
impl PyTask {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        let value = Self {
            head: Head::new(),
            dict: Slot::empty(),
            weaklist: WeakList::new(),
            fields: Fields::new(true),
            fut_waiter: Slot::empty(),
            coro: Slot::empty(),
            name: Slot::empty(),
            context: Slot::empty(),
            must_cancel: Cell::new(false),
            log_destroy_pending: Cell::new(false),
            num_cancels: Cell::new(0),
            place: Membership::default(),
        };
        cls.instance(t, value)
    }

    #[init(sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn init(
        &self,
        t: &Thread,
        coro: &Object,
        r#loop: Option<&Object>,
        name: Option<&Object>,
        context: Option<&Object>,
        eager_start: bool,
    ) -> PyResult<()> {
        self.view().init(t, r#loop)?;
        if let Err(raised) = self.check_coroutine(t, coro) {
            self.log_destroy_pending.set(false);
            return Err(raised);
        }
        let context = match attr::none_if_none(context) {
            Some(context) => context.own(),
            None => copy_current(t)?.into_object(),
        };
        self.context.set(Some(context));
        self.fut_waiter.set(None);
        self.must_cancel.set(false);
        self.log_destroy_pending.set(true);
        self.num_cancels.set(0);
        self.coro.set(Some(coro.own()));
        match attr::none_if_none(name) {
            Some(name) => self.rename(t, name)?,
            None => {
                let state = state_of(t)?;
                state.task_counter.set(state.task_counter.get() + 1);
                self.name.set(Some(PyInt::from_u64(t, state.task_counter.get())?.into_object()));
            }
        }
        if eager_start {
            let loop_ = self.view().loop_or_raise(t)?;
            if loop_.call_method(t, name!(t, "is_running"), &[])?.is_true(t)? {
                return self.eager_start(t);
            }
        }
        self.step_soon(t, None)?;
        self.place.enter(t, self.as_object());
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        self.view().loop_or_raise(t)?;
        let repr = imported(t, &state_of(t)?.task_repr, "asyncio.base_tasks", "_task_repr")?;
        repr.call(t, &[self.as_object()])
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        if self.fields.progress.get() == Progress::Pending && self.log_destroy_pending.get() {
            report(t, self.view(), "", None, "task", "Task was destroyed but it is pending!");
        }
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

    /// Add a callback to be run when the task becomes done.
    ///
    /// The callback is called with a single argument - the task object.
    /// If the task is already done when this is called, the callback is
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

    /// Return True if the task was cancelled.
    #[method]
    fn cancelled(&self, _t: &Thread) -> bool {
        self.fields.progress.get() == Progress::Cancelled
    }

    /// Return True if the task is done.
    ///
    /// Done means either that a result / exception are available, or that
    /// the task was cancelled.
    #[method]
    fn done(&self, _t: &Thread) -> bool {
        self.fields.progress.get() != Progress::Pending
    }

    #[method(sig = "(fut, /)")]
    fn task_wakeup(&self, t: &Thread, fut: &Object) -> PyResult<()> {
        self.wake(t, fut)
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

    #[method(sig = "(result, /)")]
    fn set_result(&self, t: &Thread, result: &Object) -> PyResult<()> {
        let _ = result;
        Err(err!(t, RuntimeError, "Task does not support set_result operation"))
    }

    #[method(sig = "(exception, /)")]
    fn set_exception(&self, t: &Thread, exception: &Object) -> PyResult<()> {
        let _ = exception;
        Err(err!(t, RuntimeError, "Task does not support set_exception operation"))
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[method(sig = "(msg=None)")]
    fn cancel(&self, t: &Thread, msg: Option<&Object>) -> PyResult<bool> {
        self.fields.log_tb.set(false);
        if self.fields.progress.get() != Progress::Pending {
            return Ok(false);
        }
        self.num_cancels.set(self.num_cancels.get().saturating_add(1));
        if let Some(waiter) = self.fut_waiter.get()
            && self.cancel_waiter(t, &waiter, msg)?
        {
            return Ok(true);
        }
        self.must_cancel.set(true);
        self.fields.cancel_message.set(attr::none_if_none(msg).map(Own::own));
        Ok(true)
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[method]
    fn cancelling(&self, _t: &Thread) -> i64 {
        self.num_cancels.get()
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[method]
    fn uncancel(&self, _t: &Thread) -> i64 {
        if self.num_cancels.get() > 0 {
            self.num_cancels.set(self.num_cancels.get() - 1);
            if self.num_cancels.get() == 0 {
                self.must_cancel.set(false);
            }
        }
        self.num_cancels.get()
    }

    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    ///
    /// The optional limit gives the maximum number of frames to
    /// return; by default all available frames are returned.  Its
    /// meaning differs depending on whether a stack or a traceback is
    /// returned: the newest frames of a stack are returned, but the
    /// oldest frames of a traceback are returned.  (This matches the
    /// behavior of the traceback module.)
    ///
    /// For reasons beyond our control, only one stack frame is
    /// returned for a suspended coroutine.
    #[method(sig = "(*, limit=None)", text = "($self, /, *, limit=None)")]
    fn get_stack(&self, t: &Thread, limit: Option<&Object>) -> PyResult {
        let function = imported(t, &state_of(t)?.get_stack, "asyncio.base_tasks", "_task_get_stack")?;
        function.call(t, &[self.as_object(), limit.unwrap_or_else(|| singletons::none())])
    }

    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[method(sig = "(*, limit=None, file=None)", text = "($self, /, *, limit=None, file=None)")]
    fn print_stack(&self, t: &Thread, limit: Option<&Object>, file: Option<&Object>) -> PyResult {
        let function = imported(t, &state_of(t)?.print_stack, "asyncio.base_tasks", "_task_print_stack")?;
        let none = singletons::none();
        function.call(t, &[self.as_object(), limit.unwrap_or(none), file.unwrap_or(none)])
    }

    /// Create the CancelledError to raise if the Task is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(&self, t: &Thread) -> PyResult {
        self.view().make_cancelled_error(t)
    }

    #[method]
    fn get_name(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.name_text(t)
    }

    #[method(sig = "(value, /)")]
    fn set_name(&self, t: &Thread, value: &Object) -> PyResult<()> {
        self.rename(t, value)
    }

    #[method]
    fn get_coro(&self, _t: &Thread) -> Option<Owned> {
        self.coro.get()
    }

    #[method]
    fn get_context(&self, _t: &Thread) -> Option<Owned> {
        self.context.get()
    }

    /// Tasks are generic over the return type of their wrapped coroutines
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    #[getter]
    fn _log_destroy_pending(&self, _t: &Thread) -> bool {
        self.log_destroy_pending.get()
    }

    #[setter]
    fn set__log_destroy_pending(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = assigned(t, "_log_destroy_pending", "_asyncio.Task", value)?;
        self.log_destroy_pending.set(value.is_true(t)?);
        Ok(())
    }

    #[getter]
    fn _must_cancel(&self, _t: &Thread) -> bool {
        self.must_cancel.get()
    }

    #[getter]
    fn _coro(&self, _t: &Thread) -> Option<Owned> {
        self.coro.get()
    }

    #[getter]
    fn _fut_waiter(&self, _t: &Thread) -> Option<Owned> {
        self.fut_waiter.get()
    }
}

/// What the loop calls for a task's next step.
#[object]
pub struct TaskStepMethWrapper {
    task: Slot,
    exception: Slot,
}

#[class(name = "_asyncio.TaskStepMethWrapper", flags(HAVE_GC), no_new)]
impl TaskStepMethWrapper {
    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "function takes no keyword arguments"));
        }
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "function takes no positional arguments"));
        }
        let Some(task) = self.task.get() else { return Ok(()) };
        match task.downcast::<PyTask>() {
            Some(task) => task.step(t, self.exception.get()),
            None => Ok(()),
        }
    }

    #[getter]
    fn __self__(&self, _t: &Thread) -> Option<Owned> {
        self.task.get()
    }
}
