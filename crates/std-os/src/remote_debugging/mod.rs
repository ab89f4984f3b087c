//! `_remote_debugging`: the records that describe another process's threads and tasks, and the class that reads them.
//!
//! Another process is understood through the offsets that its executable carries in sections of their own, CPython's as
//! well as ours (`taipan_runtime::remote`).

mod target;

use crate::posix::results::Kind;
use taipan_object::remote::{Purpose, raise};
use taipan_object::{
    Class, Head, Owned, PyInt, PyList, PyModule, PyResult, PyStr, PyType, Raised, Thread, class, err, errors,
    exceptions, native_module, new_object, object,
};
use target::{Awaiter, Failure, Place, Problem, Read, Target, Task, Which};

static FRAME_INFO: Kind = Kind::new(
    "_remote_debugging.FrameInfo",
    "Information about a frame",
    &[("filename", "Source code filename"), ("lineno", "Line number"), ("funcname", "Function name")],
    3,
);
static CORO_INFO: Kind = Kind::new(
    "_remote_debugging.CoroInfo",
    "Information about a coroutine",
    &[("call_stack", "Coroutine call stack"), ("task_name", "Task name")],
    2,
);
static TASK_INFO: Kind = Kind::new(
    "_remote_debugging.TaskInfo",
    "Information about an asyncio task",
    &[
        ("task_id", "Task ID (memory address)"),
        ("task_name", "Task name"),
        ("coroutine_stack", "Coroutine call stack"),
        ("awaited_by", "Tasks awaiting this task"),
    ],
    4,
);
static THREAD_INFO: Kind = Kind::new(
    "_remote_debugging.ThreadInfo",
    "Information about a thread",
    &[("thread_id", "Thread ID"), ("frame_info", "Frame information")],
    2,
);
static AWAITED_INFO: Kind = Kind::new(
    "_remote_debugging.AwaitedInfo",
    "Information about what a thread is awaiting",
    &[("thread_id", "Thread ID"), ("awaited_by", "List of tasks awaited by this thread")],
    2,
);

/// A name as it is kept: an object, or the text if there is no memory for one.
type Name = Option<Owned<PyStr>>;

/// A process that is looked into.
#[object]
pub struct PyRemoteUnwinder {
    pid: i32,
    /// Whether exceptions say in the course of what they were raised.
    debug: bool,
    target: Target<Name>,
}

/// An error of looking into a process. Every step of the way gets an exception of its own if that is wanted.
#[cold]
fn failed(t: &Thread, pid: i32, debug: bool, failure: &Failure) -> Raised {
    let mut raised = match &failure.problem {
        Problem::Trouble(trouble) => raise(t, pid, trouble, Purpose::Attach),
        Problem::Message(message) => err!(t, RuntimeError, "{message}"),
    };
    if debug && !errors::matches::<exceptions::PermissionError>(t) {
        for words in &failure.steps {
            raised = errors::raise_from_cause(t, exceptions::RuntimeError::class(), format_args!("{words}"));
        }
    }
    raised
}

/// A list of what `make` makes of the items.
fn list<I>(t: &Thread, items: I, make: impl Fn(I::Item) -> PyResult) -> PyResult
where
    I: IntoIterator,
{
    let items = items.into_iter().map(make).collect::<PyResult<Vec<_>>>()?;
    PyList::from_vec(t, items).map(Owned::into_object)
}

fn number(t: &Thread, value: u64) -> PyResult {
    PyInt::from_u64(t, value).map(Owned::into_object)
}

/// `FrameInfo`.
fn frame_info(t: &Thread, place: &Place<Name>) -> PyResult {
    let name = |name: &Name| name.clone().map(Owned::into_object).ok_or_else(|| errors::no_memory(t));
    let line = PyInt::from_i64(t, place.line)?.into_object();
    FRAME_INFO.make(t, vec![name(&place.code.filename)?, line, name(&place.code.name)?])
}

/// `CoroInfo`.
fn coro_info(t: &Thread, awaiter: &Awaiter<Name>) -> PyResult {
    CORO_INFO.make(t, vec![list(t, &awaiter.stack, |place| frame_info(t, place))?, number(t, awaiter.address)?])
}

/// `TaskInfo`.
fn task_info(t: &Thread, task: &Task<Name>) -> PyResult {
    let items = vec![
        number(t, task.own.address)?,
        PyStr::from_str(t, &task.name)?.into_object(),
        list(t, [&task.own], |own| coro_info(t, own))?,
        list(t, &task.awaited_by, |waiter| coro_info(t, waiter))?,
    ];
    TASK_INFO.make(t, items)
}

impl PyRemoteUnwinder {
    fn finished<T>(&self, t: &Thread, read: Read<T>) -> PyResult<T> {
        read.map_err(|failure| failed(t, self.pid, self.debug, &failure))
    }

    /// A list of `AwaitedInfo`.
    fn awaited(&self, t: &Thread, read: Read<Vec<(u64, Vec<Task<Name>>)>>) -> PyResult {
        list(t, &self.finished(t, read)?, |(thread, tasks)| {
            AWAITED_INFO.make(t, vec![number(t, *thread)?, list(t, tasks, |task| task_info(t, task))?])
        })
    }
}

#[class(
    name = "_remote_debugging.RemoteUnwinder",
    inherited_new,
    heap,
    doc = "RemoteUnwinder(pid): Inspect stack of a remote Python process."
)]
impl PyRemoteUnwinder {
    #[new(name = "RemoteUnwinder", sig = "(pid, *, all_threads=False, only_active_thread=False, debug=False)")]
    fn new(
        _cls: &PyType,
        t: &Thread,
        pid: i32,
        all_threads: bool,
        only_active_thread: bool,
        debug: bool,
    ) -> PyResult<Owned<Self>> {
        let which = match (all_threads, only_active_thread) {
            (true, true) => {
                return Err(err!(t, ValueError, "all_threads and only_active_thread cannot both be True"));
            }
            (true, false) => Which::All,
            (false, true) => Which::Active,
            (false, false) => Which::Main,
        };
        match Target::open(pid, which) {
            Ok(target) => new_object(t, Self { head: Head::new(), pid, debug, target }),
            Err(failure) => Err(failed(t, pid, debug, &failure)),
        }
    }

    /// Returns a list of stack traces for threads in the target process.
    ///
    /// Every item is a ThreadInfo: the number of the thread by which the system
    /// knows it, and a list of FrameInfo, the running frame first.
    ///
    /// Which threads are looked at was said when this object was made: all of
    /// them (all_threads), that which holds the GIL, if one does
    /// (only_active_thread), or else the main thread.
    ///
    /// Raises OSError (PermissionError, ProcessLookupError) if the system refuses,
    /// and RuntimeError if what is read makes no sense.
    #[method]
    fn get_stack_trace(&self, t: &Thread) -> PyResult {
        let name = |text: &str| keep(t, text);
        list(t, &self.finished(t, self.target.stacks(&name))?, |(thread, places)| {
            THREAD_INFO.make(t, vec![number(t, *thread)?, list(t, places, |place| frame_info(t, place))?])
        })
    }

    /// Get all tasks and their awaited_by relationships from the remote process.
    ///
    /// Every item is an AwaitedInfo: the number of a thread by which the system
    /// knows it, and a list of TaskInfo with the tasks that the thread has made
    /// and that are not done. The last item has the number 0 and the tasks of
    /// threads that have ended.
    ///
    /// A TaskInfo has the address of the task, its name, its coroutine's stack
    /// (a list with one CoroInfo), and a list of CoroInfo with those that wait for
    /// it.
    ///
    /// Raises RuntimeError if the process does not use asyncio or what is read
    /// makes no sense, and OSError if the system refuses.
    #[method]
    fn get_all_awaited_by(&self, t: &Thread) -> PyResult {
        self.awaited(t, self.target.tasks(&|text| keep(t, text)))
    }

    /// Get the currently running async tasks and their dependency graphs from the remote process.
    ///
    /// Every item is an AwaitedInfo: the number of a thread that runs a task, and
    /// a list of TaskInfo: first the running task, with all frames from the
    /// running one to the task's coroutine, then the tasks that wait for it, those
    /// that wait for these, and so on.
    ///
    /// Raises RuntimeError if the process does not use asyncio or what is read
    /// makes no sense, and OSError if the system refuses.
    #[method]
    fn get_async_stack_trace(&self, t: &Thread) -> PyResult {
        self.awaited(t, self.target.running_tasks(&|text| keep(t, text)))
    }
}

/// A name as an object.
fn keep(t: &Thread, text: &str) -> Name {
    let made = PyStr::from_str(t, text).ok();
    if made.is_none() {
        errors::clear(t);
    }
    made
}

// CPython's has no documentation.
#[native_module(name = "_remote_debugging", classes(PyRemoteUnwinder))]
pub mod remote_debugging {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        for kind in [&FRAME_INFO, &CORO_INFO, &TASK_INFO, &THREAD_INFO, &AWAITED_INFO] {
            kind.add(t, module)?;
        }
        module.set_value(t, "PROCESS_VM_READV_SUPPORTED", 1i64)
    }
}
