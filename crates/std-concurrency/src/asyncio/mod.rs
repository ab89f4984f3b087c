//! `_asyncio`: futures, tasks, and what is running in which thread.

pub mod future;
pub mod task;

use core::cell::{Cell, OnceCell};
use future::{Future, FutureIter};
use std::sync::OnceLock;
use taipan_object::asyncio::{after_fork, running_loop, running_task, task_of_loop, tasks};
use taipan_object::lent::Lasting;
use taipan_object::set::{new_set, set_add};
use taipan_object::{
    Class, Object, Own, Owned, PyModule, PyResult, PyStr, PyTuple, PyType, Raised, Thread, attr, err, errors, name,
    native_module, singletons, state, upcast,
};
use task::{PyTask, TaskStepMethWrapper};

/// What the module keeps for the interpreter.
#[derive(Default)]
pub struct State {
    /// Tasks of other types than the native one that wait to be run, and those that make their first step.
    scheduled: OnceCell<Owned>,
    eager: OnceCell<Owned>,
    pub wakeup: OnceCell<Owned>,
    pub task_counter: Cell<u64>,
    pub invalid_state: OnceCell<Owned>,
    pub cancelled: OnceCell<Owned>,
    pub future_repr: OnceCell<Owned>,
    pub task_repr: OnceCell<Owned>,
    pub get_stack: OnceCell<Owned>,
    pub print_stack: OnceCell<Owned>,
    pub is_coroutine: OnceCell<Owned>,
    pub coroutine_type: OnceCell<Owned>,
    pub generator_type: OnceCell<Owned>,
    pub extract_stack: OnceCell<Owned>,
    policy: OnceCell<Owned>,
    /// The name of the keyword argument of `call_soon()` and `add_done_callback()`.
    context: OnceCell<Owned<PyTuple>>,
}

/// The module's state.
pub fn state_of(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |_| Ok(State::default()))
}

/// Calls a method with the keyword argument `context`, whose value comes last.
pub fn call_method_in(t: &Thread, object: &Object, method: &PyStr, args: &[&Object]) -> PyResult {
    let cell = &state_of(t)?.context;
    let names = match cell.get() {
        Some(names) => names,
        None => {
            let made = PyTuple::from_slice(t, &[name!(t, "context").as_object()])?;
            cell.get_or_init(|| made)
        }
    };
    object.call_method_kw(t, method, args, names)
}

/// A name of a Python module, looked up once.
pub fn imported(t: &Thread, cell: &OnceCell<Owned>, module: &str, name: &str) -> PyResult {
    if let Some(found) = cell.get() {
        return Ok(found.clone());
    }
    let found = state::import(t, module)?.getattr(t, &*PyStr::from_str(t, name)?)?;
    Ok(cell.get_or_init(|| found).clone())
}

/// `asyncio.InvalidStateError(message)`.
pub fn invalid_state(t: &Thread, message: &str) -> taipan_object::Raised {
    let raise = || -> PyResult<taipan_object::Raised> {
        let class = imported(t, &state_of(t)?.invalid_state, "asyncio.exceptions", "InvalidStateError")?;
        let text = PyStr::from_str(t, message)?;
        Ok(errors::raise(t, class.call(t, &[&text])?))
    };
    raise().unwrap_or_else(|raised| raised)
}

/// Whether an exception is an `asyncio.CancelledError`.
pub fn is_cancelled_error(t: &Thread, exception: &Object) -> PyResult<bool> {
    let class = imported(t, &state_of(t)?.cancelled, "asyncio.exceptions", "CancelledError")?;
    Ok(class.downcast::<PyType>().is_some_and(|class| exception.class().is_subtype(class)))
}

/// That a loop which is not the thread's running one was asked to run a task.
#[cold]
fn not_running(t: &Thread, loop_: &Object) -> Raised {
    match loop_.repr(t) {
        Ok(shown) => err!(t, RuntimeError, "loop {} is not the running loop", shown.display()),
        Err(raised) => raised,
    }
}

/// Enters a task of the thread's loop.
pub fn enter_task(t: &Thread, loop_: &Object, task: &Object) -> PyResult<()> {
    if !running_loop(t).holds(loop_) {
        return Err(not_running(t, loop_));
    }
    let current = running_task(t);
    if let Some(current) = current.get() {
        return Err(err!(
            t,
            RuntimeError,
            "Cannot enter into task {} while another task {} is being executed.",
            task.repr(t)?.display(),
            current.repr(t)?.display()
        ));
    }
    current.set(Some(task.own()));
    Ok(())
}

/// Leaves the task that was entered.
pub fn leave_task(t: &Thread, loop_: &Object, task: &Object) -> PyResult<()> {
    if !running_loop(t).holds(loop_) {
        return Err(not_running(t, loop_));
    }
    let current = running_task(t);
    if !current.holds(task) {
        let current = current.get().unwrap_or_else(|| singletons::none().own());
        return Err(err!(
            t,
            RuntimeError,
            "Invalid attempt to leave task {} while task {} is entered.",
            task.repr(t)?.display(),
            current.repr(t)?.display()
        ));
    }
    current.set(None);
    Ok(())
}

/// Puts another task, or none, in the place of the current one, which is returned.
pub fn swap_task(t: &Thread, loop_: &Object, task: Option<&Object>) -> PyResult<Option<Owned>> {
    if !running_loop(t).holds(loop_) {
        return Err(not_running(t, loop_));
    }
    Ok(running_task(t).replace(task.map(Own::own)))
}

impl State {
    fn scheduled(&self, t: &Thread) -> PyResult {
        if let Some(found) = self.scheduled.get() {
            return Ok(found.clone());
        }
        let set = state::import(t, "weakref")?.getattr(t, name!(t, "WeakSet"))?.call(t, &[])?;
        Ok(self.scheduled.get_or_init(|| set).clone())
    }

    fn eager(&self, t: &Thread) -> PyResult {
        if let Some(found) = self.eager.get() {
            return Ok(found.clone());
        }
        let set = new_set(t)?;
        Ok(self.eager.get_or_init(|| set).clone())
    }

    /// Counts a task of another type among those of its loop.
    fn register(&self, t: &Thread, task: &Object) -> PyResult<()> {
        self.scheduled(t)?.call_method(t, name!(t, "add"), &[task]).map(drop)
    }

    fn unregister(&self, t: &Thread, task: &Object) -> PyResult<()> {
        self.scheduled(t)?.call_method(t, name!(t, "discard"), &[task]).map(drop)
    }

    /// Counts a task of another type that makes its first step at once.
    fn register_eager(&self, t: &Thread, task: &Object) -> PyResult<()> {
        set_add(t, &*self.eager(t)?, task)
    }

    /// The first step has been made.
    fn unregister_eager(&self, t: &Thread, task: &Object) -> PyResult<()> {
        self.eager(t)?.call_method(t, name!(t, "discard"), &[task]).map(drop)
    }
}

/// The loop of anything that is like a future.
pub fn loop_of(t: &Thread, future: &Object) -> PyResult {
    if let Some(native) = future::exact(future) {
        return native.loop_or_raise(t);
    }
    if let Some(get_loop) = future.getattr_opt(t, name!(t, "get_loop"))? {
        return get_loop.call(t, &[]);
    }
    future.getattr(t, name!(t, "_loop"))
}

/// The running loop, or what the policy says.
pub fn event_loop(t: &Thread) -> PyResult {
    if let Some(found) = running_loop(t).get() {
        return Ok(found);
    }
    let policy = imported(t, &state_of(t)?.policy, "asyncio.events", "_get_event_loop_policy")?.call(t, &[])?;
    policy.call_method(t, name!(t, "get_event_loop"), &[])
}

fn running_loop_or_raise(t: &Thread) -> PyResult {
    running_loop(t).get().ok_or_else(|| err!(t, RuntimeError, "no running event loop"))
}

/// The method of tasks that futures call back.
static WAKEUP: OnceLock<Lasting> = OnceLock::new();

/// Accelerator module for asyncio
#[native_module(name = "_asyncio", classes(Future, PyTask))]
pub mod asyncio {
    use super::*;

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[function]
    fn get_event_loop(t: &Thread) -> PyResult {
        event_loop(t)
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[function]
    fn get_running_loop(t: &Thread) -> PyResult {
        running_loop_or_raise(t)
    }

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function]
    fn _get_running_loop(t: &Thread) -> Option<Owned> {
        running_loop(t).get()
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(sig = "(loop, /)")]
    fn _set_running_loop(t: &Thread, r#loop: &Object) {
        running_loop(t).set(attr::none_if_none(Some(r#loop)).map(Own::own));
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_task(t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().enter(t, task),
            None => state_of(t)?.register(t, task)?,
        }
        Ok(())
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_eager_task(t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().enter(t, task),
            None => state_of(t)?.register_eager(t, task)?,
        }
        Ok(())
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_task(t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().leave(),
            None => state_of(t)?.unregister(t, task)?,
        }
        Ok(())
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_eager_task(t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().leave(),
            None => state_of(t)?.unregister_eager(t, task)?,
        }
        Ok(())
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _enter_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<()> {
        enter_task(t, r#loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _leave_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<()> {
        leave_task(t, r#loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(sig = "(loop, task)")]
    fn _swap_current_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<Option<Owned>> {
        swap_task(t, r#loop, attr::none_if_none(Some(task)))
    }

    /// Return a currently executed task.
    #[function(sig = "(loop=None)")]
    fn current_task(t: &Thread, r#loop: Option<&Object>) -> PyResult<Option<Owned>> {
        let wanted = match attr::none_if_none(r#loop) {
            Some(wanted) => wanted.own(),
            None => running_loop_or_raise(t)?,
        };
        if running_loop(t).holds(&wanted) {
            return Ok(running_task(t).get());
        }
        Ok(task_of_loop(t, &wanted))
    }

    /// Return a set of all tasks for the loop.
    #[function(sig = "(loop=None)")]
    fn all_tasks(t: &Thread, r#loop: Option<&Object>) -> PyResult {
        let state = state_of(t)?;
        let wanted = match attr::none_if_none(r#loop) {
            Some(wanted) => wanted.own(),
            None => running_loop_or_raise(t)?,
        };
        let found = new_set(t)?;
        let mut all = taipan_object::iter::to_vec(t, &*state.eager(t)?)?;
        all.extend(taipan_object::iter::to_vec(t, &*state.scheduled(t)?)?);
        all.extend(tasks(t));
        for task in all {
            if let Some(native) = task.downcast::<PyTask>().filter(|_| task.is_exact::<PyTask>()) {
                if native.awaits_on(&wanted) {
                    set_add(t, &found, &task)?;
                }
            } else if loop_of(t, &task)?.is(&wanted) && !task.call_method(t, name!(t, "done"), &[])?.is_true(t)? {
                set_add(t, &found, &task)?;
            }
        }
        Ok(found)
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[function(sig = "(fut, waiter, /)")]
    fn future_add_to_awaited_by(t: &Thread, fut: &Object, waiter: &Object) -> PyResult<()> {
        future::awaited_by_add(t, fut, waiter)
    }

    #[function(sig = "(fut, waiter, /)")]
    fn future_discard_from_awaited_by(t: &Thread, fut: &Object, waiter: &Object) -> PyResult<()> {
        future::awaited_by_discard(t, fut, waiter)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let _ = module;
        for class in [FutureIter::class(), TaskStepMethWrapper::class()] {
            taipan_object::typeobject::ready(t, class)?;
        }
        let state = state_of(t)?;
        if state.wakeup.get().is_none() {
            // Bound to a task it is what futures call back; as an attribute of tasks it would be visible.
            // The class is the same in all interpreters, so it is taken off once.
            if WAKEUP.get().is_none() {
                let wakeup = upcast(PyTask::class()).getattr(t, name!(t, "task_wakeup"))?;
                PyTask::class().set_in_dict(t, name!(t, "task_wakeup"), None)?;
                let _ = WAKEUP.set(Lasting::new(&wakeup));
            }
            if let Some(wakeup) = WAKEUP.get() {
                let _ = state.wakeup.set(wakeup.get().own());
            }
            state::object_state(t).after_fork_child.borrow_mut().push(after_fork);
            taipan_runtime::remote::show_tasks(task::LAYOUT);
        }
        Ok(())
    }
}
