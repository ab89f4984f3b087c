//! `_asyncio`: futures, tasks, and what is running in which thread.

pub mod future;
pub mod task;

use core::cell::{Cell, OnceCell, RefCell};
use future::{Future, FutureIter};
use std::sync::OnceLock;
use taipan_object::parked::Parked;
use taipan_object::roster::Roster;
use taipan_object::set::{new_set, set_add};
use taipan_object::{
    Class, Object, Own, Owned, PyModule, PyResult, PyStr, PyType, Thread, attr, err, errors, name, native_module,
    singletons, state, upcast,
};
use task::{PyTask, TaskStepMethWrapper};

/// What a thread runs.
struct Running {
    thread: u64,
    loop_: Owned,
    task: Option<Owned>,
}

/// What the module keeps for the interpreter.
#[derive(Default)]
pub struct State {
    running: RefCell<Vec<Running>>,
    /// Native tasks that wait to be run; they leave when they are freed or unregistered.
    pub tasks: Roster,
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
}

/// The module's state.
pub fn state_of(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |_| Ok(State::default()))
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

impl State {
    /// The loop that the thread runs.
    pub fn running_loop(&self, t: &Thread) -> Option<Owned> {
        let thread = t.raw().id;
        self.running.borrow().iter().find(|r| r.thread == thread).map(|r| r.loop_.clone())
    }

    fn runs(&self, t: &Thread, loop_: &Object) -> bool {
        let thread = t.raw().id;
        self.running.borrow().iter().any(|r| r.thread == thread && r.loop_.is(loop_))
    }

    fn set_running_loop(&self, t: &Thread, loop_: Option<Owned>) {
        let thread = t.raw().id;
        let old = match loop_ {
            Some(loop_) => {
                let mut running = self.running.borrow_mut();
                match running.iter_mut().find(|r| r.thread == thread) {
                    Some(entry) => Some((core::mem::replace(&mut entry.loop_, loop_), None)),
                    None => {
                        running.push(Running { thread, loop_, task: None });
                        None
                    }
                }
            }
            None => {
                let mut running = self.running.borrow_mut();
                let place = running.iter().position(|r| r.thread == thread);
                place.map(|i| running.swap_remove(i)).map(|r| (r.loop_, r.task))
            }
        };
        drop(old);
    }

    /// The task that the thread runs.
    fn thread_task(&self, t: &Thread) -> Option<Owned> {
        let thread = t.raw().id;
        self.running.borrow().iter().find(|r| r.thread == thread).and_then(|r| r.task.clone())
    }

    fn replace_task(&self, t: &Thread, task: Option<Owned>) -> Option<Owned> {
        let thread = t.raw().id;
        let mut running = self.running.borrow_mut();
        let entry = running.iter_mut().find(|r| r.thread == thread)?;
        core::mem::replace(&mut entry.task, task)
    }

    fn check_runs(&self, t: &Thread, loop_: &Object) -> PyResult<()> {
        if self.runs(t, loop_) {
            return Ok(());
        }
        Err(err!(t, RuntimeError, "loop {} is not the running loop", loop_.repr(t)?.display()))
    }

    /// Enters a task of the thread's loop.
    pub fn enter_task(&self, t: &Thread, loop_: &Object, task: &Object) -> PyResult<()> {
        self.check_runs(t, loop_)?;
        if let Some(current) = self.thread_task(t) {
            return Err(err!(
                t,
                RuntimeError,
                "Cannot enter into task {} while another task {} is being executed.",
                task.repr(t)?.display(),
                current.repr(t)?.display()
            ));
        }
        drop(self.replace_task(t, Some(task.own())));
        Ok(())
    }

    /// Leaves the task that was entered.
    pub fn leave_task(&self, t: &Thread, loop_: &Object, task: &Object) -> PyResult<()> {
        self.check_runs(t, loop_)?;
        let current = self.thread_task(t);
        if current.as_ref().is_none_or(|c| !c.is(task)) {
            let current = current.unwrap_or_else(|| singletons::none().own());
            return Err(err!(
                t,
                RuntimeError,
                "Invalid attempt to leave task {} while task {} is entered.",
                task.repr(t)?.display(),
                current.repr(t)?.display()
            ));
        }
        drop(self.replace_task(t, None));
        Ok(())
    }

    /// Puts another task, or none, in the place of the current one, which is returned.
    pub fn swap_task(&self, t: &Thread, loop_: &Object, task: Option<&Object>) -> PyResult<Option<Owned>> {
        self.check_runs(t, loop_)?;
        Ok(self.replace_task(t, task.map(Own::own)))
    }

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

    /// Counts a task among those of its loop.
    pub fn register(&'static self, t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().enter(task, &self.tasks),
            None => drop(self.scheduled(t)?.call_method(t, name!(t, "add"), &[task])?),
        }
        Ok(())
    }

    fn unregister(&self, t: &Thread, task: &Object) -> PyResult<()> {
        match task.downcast::<PyTask>() {
            Some(native) => native.place().leave(),
            None => drop(self.scheduled(t)?.call_method(t, name!(t, "discard"), &[task])?),
        }
        Ok(())
    }

    /// Counts a task that makes its first step at once.
    pub fn register_eager(&self, t: &Thread, task: &Object) -> PyResult<()> {
        set_add(t, &*self.eager(t)?, task)
    }

    /// The first step has been made.
    pub fn unregister_eager(&self, t: &Thread, task: &Object) -> PyResult<()> {
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
    let state = state_of(t)?;
    if let Some(found) = state.running_loop(t) {
        return Ok(found);
    }
    let policy = imported(t, &state.policy, "asyncio.events", "_get_event_loop_policy")?.call(t, &[])?;
    policy.call_method(t, name!(t, "get_event_loop"), &[])
}

fn running_loop_or_raise(t: &Thread) -> PyResult {
    state_of(t)?.running_loop(t).ok_or_else(|| err!(t, RuntimeError, "no running event loop"))
}

/// The method of tasks that futures call back.
static WAKEUP: OnceLock<Parked> = OnceLock::new();

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
    fn _get_running_loop(t: &Thread) -> PyResult<Option<Owned>> {
        Ok(state_of(t)?.running_loop(t))
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(sig = "(loop, /)")]
    fn _set_running_loop(t: &Thread, r#loop: &Object) -> PyResult<()> {
        let new = attr::none_if_none(Some(r#loop)).map(Own::own);
        state_of(t)?.set_running_loop(t, new);
        Ok(())
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_task(t: &Thread, task: &Object) -> PyResult<()> {
        state_of(t)?.register(t, task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_eager_task(t: &Thread, task: &Object) -> PyResult<()> {
        state_of(t)?.register_eager(t, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_task(t: &Thread, task: &Object) -> PyResult<()> {
        state_of(t)?.unregister(t, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_eager_task(t: &Thread, task: &Object) -> PyResult<()> {
        state_of(t)?.unregister_eager(t, task)
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _enter_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<()> {
        state_of(t)?.enter_task(t, r#loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _leave_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<()> {
        state_of(t)?.leave_task(t, r#loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(sig = "(loop, task)")]
    fn _swap_current_task(t: &Thread, r#loop: &Object, task: &Object) -> PyResult<Option<Owned>> {
        state_of(t)?.swap_task(t, r#loop, attr::none_if_none(Some(task)))
    }

    /// Return a currently executed task.
    #[function(sig = "(loop=None)")]
    fn current_task(t: &Thread, r#loop: Option<&Object>) -> PyResult<Option<Owned>> {
        let state = state_of(t)?;
        let wanted = match attr::none_if_none(r#loop) {
            Some(wanted) => wanted.own(),
            None => running_loop_or_raise(t)?,
        };
        let running = state.running.borrow();
        Ok(running.iter().find(|r| r.loop_.is(&wanted)).and_then(|r| r.task.clone()))
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
        for task in state.tasks.members() {
            if task.downcast::<PyTask>().is_some_and(|task| task.awaits_on(&wanted)) {
                set_add(t, &found, &task)?;
            }
        }
        let mut others = taipan_object::iter::to_vec(t, &*state.eager(t)?)?;
        others.extend(taipan_object::iter::to_vec(t, &*state.scheduled(t)?)?);
        for task in others {
            if loop_of(t, &task)?.is(&wanted) && !task.call_method(t, name!(t, "done"), &[])?.is_true(t)? {
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
                let _ = WAKEUP.set(Parked::new(&wakeup));
            }
            if let Some(wakeup) = WAKEUP.get() {
                let _ = state.wakeup.set(wakeup.get(t).own());
            }
            state::object_state(t).after_fork_child.borrow_mut().push(after_fork);
        }
        Ok(())
    }

    /// A child process runs no loop.
    fn after_fork(t: &Thread) {
        if let Ok(state) = state_of(t) {
            // What other threads ran stays referenced: they do not exist here.
            core::mem::forget(core::mem::take(&mut *state.running.borrow_mut()));
        }
    }
}
