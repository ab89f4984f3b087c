//! `_remote_debugging`: the records that describe another process's threads and tasks, and the class that reads them.
//!
//! Another process is understood through the offsets that CPython's executable carries in a section of its own. No
//! process without that section can be looked into; this interpreter has none either.

use crate::posix::results::Kind;
use taipan_object::{
    Head, Owned, PyModule, PyResult, PyType, Thread, class, err, errors, native_module, new_object, object,
};

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

/// The section that begins with the offsets.
const SECTION: &[u8] = b"PyRuntime\0";

/// Whether an executable or library that the process has mapped carries the section. `Err`: the process can't be
/// looked at.
fn has_section(pid: i32) -> std::io::Result<bool> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut seen: Vec<&str> = Vec::new();
    for line in maps.lines() {
        let Some(at) = line.find('/') else { continue };
        let path = line.get(at..).unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path);
        if seen.contains(&path) || !(name.contains("python") || name.contains("taipan")) {
            continue;
        }
        seen.push(path);
        let found = std::fs::read(path).is_ok_and(|data| data.windows(SECTION.len()).any(|w| w == SECTION));
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A process that is looked into.
#[object]
pub struct PyRemoteUnwinder {
    pid: i32,
}

impl PyRemoteUnwinder {
    fn unreadable<T>(&self, t: &Thread) -> PyResult<T> {
        Err(err!(t, RuntimeError, "Failed to read the PyRuntime section of process {}", self.pid))
    }
}

#[class(
    name = "_remote_debugging.RemoteUnwinder",
    heap,
    doc = "RemoteUnwinder(pid): Inspect stack of a remote Python process."
)]
impl PyRemoteUnwinder {
    #[new(sig = "(pid, *, all_threads=False, only_active_thread=False, debug=False)")]
    fn new(
        _cls: &PyType,
        t: &Thread,
        pid: i32,
        all_threads: bool,
        only_active_thread: bool,
        debug: bool,
    ) -> PyResult<Owned<Self>> {
        let _ = debug;
        if all_threads && only_active_thread {
            return Err(err!(t, ValueError, "all_threads and only_active_thread cannot both be True"));
        }
        match has_section(pid) {
            Ok(true) => new_object(t, Self { head: Head::new(), pid }),
            Err(error) if error.raw_os_error() == Some(libc::EACCES) => Err(errors::os_error(t, libc::EACCES)),
            _ => Err(err!(t, RuntimeError, "Failed to find the PyRuntime section in process {pid} on Linux platform")),
        }
    }

    /// Returns a list of stack traces for threads in the target process.
    #[method]
    fn get_stack_trace(&self, t: &Thread) -> PyResult {
        self.unreadable(t)
    }

    /// Get all tasks and their awaited_by relationships from the remote process.
    #[method]
    fn get_all_awaited_by(&self, t: &Thread) -> PyResult {
        self.unreadable(t)
    }

    /// Get the currently running async tasks and their dependency graphs from the remote process.
    #[method]
    fn get_async_stack_trace(&self, t: &Thread) -> PyResult {
        self.unreadable(t)
    }
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
