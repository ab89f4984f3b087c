//! `_remote_debugging`: the records that describe another process's threads and tasks, and the class that reads them.
//!
//! Another process is understood through the offsets that its executable carries in a section of its own, CPython's as
//! well as ours (`taipan_runtime::remote`). Stacks of threads are read; those of tasks are not.

use crate::posix::results::Kind;
use core::cell::Cell;
use taipan_object::abi::flags;
use taipan_object::{
    Head, Owned, PyInt, PyList, PyModule, PyResult, PyStr, PyType, Raised, Thread, class, err, errors, native_module,
    new_object, object,
};
use taipan_runtime::remote::{Offsets, Process, Trouble};

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

/// More frames, threads or characters than this are not read: the other process may change while it is looked at.
const LIMIT: usize = 1 << 20;
/// Owners of frames whose code runs no program: entries of the evaluation loop.
const OWNED_BY_INTERPRETER: u8 = 3;

/// What went wrong with another process's memory.
type Read<T> = Result<T, Trouble>;

/// A process whose layouts are known.
struct Target {
    process: Process,
    runtime: u64,
    offsets: Offsets,
}

/// A frame's place.
struct Place {
    filename: String,
    line: i64,
    function: String,
}

impl Target {
    fn open(pid: i32) -> Read<Self> {
        let process = Process::new(pid);
        let (runtime, offsets) = process.runtime()?;
        Ok(Self { process, runtime, offsets })
    }

    fn word(&self, at: u64, offset: u64) -> Read<u64> {
        Ok(self.process.word(at.wrapping_add(offset))?)
    }

    /// The states of threads that are looked at, with their numbers.
    fn threads(&self, which: Which) -> Read<Vec<(u64, u64)>> {
        let interpreter = self.word(self.runtime, self.offsets.runtime_interpreters)?;
        if interpreter == 0 {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut at = match which {
            Which::Main => self.word(interpreter, self.offsets.interpreter_main_thread)?,
            Which::All | Which::Active => self.word(interpreter, self.offsets.interpreter_threads)?,
        };
        while at != 0 && found.len() < LIMIT {
            // What says whether the thread holds the GIL stands behind its status.
            let active = self.process.int(at.wrapping_add(self.offsets.thread_status + 4))? != 0;
            if which != Which::Active || active {
                found.push((self.word(at, self.offsets.thread_native_id)?, at));
            }
            at = if which == Which::Main { 0 } else { self.word(at, self.offsets.thread_next)? };
        }
        Ok(found)
    }

    /// The frames of a thread, the running one first.
    fn frames(&self, thread: u64) -> Read<Vec<Place>> {
        let mut found = Vec::new();
        let mut at = self.word(thread, self.offsets.thread_frame)?;
        let mut seen = 0;
        while at != 0 && seen < LIMIT {
            seen += 1;
            let [owner] = self.process.bytes(at.wrapping_add(self.offsets.frame_owner))?;
            let code = self.word(at, self.offsets.frame_executable)? & !3;
            if owner < OWNED_BY_INTERPRETER && code != 0 {
                found.push(self.place(at, code)?);
            }
            at = self.word(at, self.offsets.frame_previous)?;
        }
        Ok(found)
    }

    fn place(&self, frame: u64, code: u64) -> Read<Place> {
        let instruction = self.word(frame, self.offsets.frame_instr_ptr)?;
        let start = code.wrapping_add(self.offsets.code_adaptive);
        let first = self.process.int(code.wrapping_add(self.offsets.code_firstlineno))?;
        let table = self.bytes(self.word(code, self.offsets.code_linetable)?)?;
        Ok(Place {
            filename: self.text(self.word(code, self.offsets.code_filename)?)?,
            line: line(&table, i64::from(first), instruction.wrapping_sub(start) / 2),
            function: self.text(self.word(code, self.offsets.code_qualname)?)?,
        })
    }

    fn length(&self, at: u64, offset: u64) -> Read<usize> {
        let length = self.word(at, offset)?;
        usize::try_from(length).ok().filter(|&length| length <= LIMIT).ok_or(Trouble::NoSection)
    }

    /// A `bytes` object.
    fn bytes(&self, at: u64) -> Read<Vec<u8>> {
        let mut bytes = vec![0; self.length(at, self.offsets.bytes_len)?];
        self.process.read(at.wrapping_add(self.offsets.bytes_value), &mut bytes)?;
        Ok(bytes)
    }

    /// A `str` object.
    fn text(&self, at: u64) -> Read<String> {
        let state = self.process.int(at.wrapping_add(self.offsets.str_state))? as u32;
        let kind = ((state & flags::STATE_KIND_MASK) >> flags::STATE_KIND_SHIFT) as usize;
        let (compact, ascii) = (state & flags::STATE_COMPACT != 0, state & flags::STATE_ASCII != 0);
        // What a string that is not ASCII has in addition: the length and place of its UTF-8 form.
        let header = if ascii { self.offsets.str_ascii_size } else { self.offsets.str_ascii_size + 16 };
        let data = if compact { at.wrapping_add(header) } else { self.word(at, header)? };
        let mut bytes = vec![0; self.length(at, self.offsets.str_len)? * kind];
        self.process.read(data, &mut bytes)?;
        let character = |unit: &[u8]| {
            let code = unit.iter().rev().fold(0u32, |code, &byte| code << 8 | u32::from(byte));
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        Ok(bytes.chunks_exact(kind.max(1)).map(character).collect())
    }
}

/// The line of an instruction, by the location table of its code.
fn line(table: &[u8], first: i64, instruction: u64) -> i64 {
    let mut bytes = table.iter().copied().peekable();
    let (mut line, mut at) = (first, 0);
    while let Some(head) = bytes.next() {
        let (code, units) = (head >> 3 & 15, u64::from(head & 7) + 1);
        let mut number = || {
            let (mut value, mut shift) = (0u64, 0);
            while let Some(byte) = bytes.next_if(|byte| byte & 0x80 == 0) {
                value |= u64::from(byte & 63).checked_shl(shift).unwrap_or_default();
                shift += 6;
                if byte & 64 == 0 {
                    break;
                }
            }
            value
        };
        line += match code {
            13 | 14 => {
                let value = number();
                let size = (value >> 1) as i64;
                if value & 1 != 0 { -size } else { size }
            }
            10..=12 => i64::from(code) - 10,
            _ => 0,
        };
        // Columns do not matter here.
        while bytes.next_if(|byte| byte & 0x80 == 0).is_some() {}
        at += units;
        if at > instruction {
            return line;
        }
    }
    line
}

/// Which threads are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Main,
    All,
    /// That which holds the GIL.
    Active,
}

/// A process that is looked into.
#[object]
pub struct PyRemoteUnwinder {
    pid: i32,
    which: Cell<Which>,
}

impl PyRemoteUnwinder {
    fn unreadable<T>(&self, t: &Thread) -> PyResult<T> {
        Err(err!(t, RuntimeError, "Failed to read the PyRuntime section of process {}", self.pid))
    }

    fn stacks(&self) -> Read<Vec<(u64, Vec<Place>)>> {
        let target = Target::open(self.pid)?;
        let threads = target.threads(self.which.get())?;
        threads.into_iter().map(|(number, thread)| Ok((number, target.frames(thread)?))).collect()
    }
}

/// An error of looking into a process.
fn failed(t: &Thread, pid: i32, trouble: &Trouble) -> Raised {
    match trouble {
        Trouble::System(error) => errors::os_error(t, error.raw_os_error().unwrap_or_default()),
        Trouble::Version(major, minor) => {
            err!(t, RuntimeError, "Can't attach from a Python 3.14 process to a Python {major}.{minor} process")
        }
        Trouble::FreeThreaded => err!(
            t,
            RuntimeError,
            "Cannot attach to a free-threaded Python process from a process running a non-free-threaded version"
        ),
        Trouble::NoSection | Trouble::NoCookie => {
            err!(t, RuntimeError, "Failed to find the PyRuntime section in process {pid} on Linux platform")
        }
    }
}

#[class(
    name = "_remote_debugging.RemoteUnwinder",
    inherited_new,
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
        let which = match (all_threads, only_active_thread) {
            (true, true) => {
                return Err(err!(t, ValueError, "all_threads and only_active_thread cannot both be True"));
            }
            (true, false) => Which::All,
            (false, true) => Which::Active,
            (false, false) => Which::Main,
        };
        match Target::open(pid) {
            Ok(_) => new_object(t, Self { head: Head::new(), pid, which: Cell::new(which) }),
            Err(trouble) => Err(failed(t, pid, &trouble)),
        }
    }

    /// Returns a list of stack traces for threads in the target process.
    #[method]
    fn get_stack_trace(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let stacks = self.stacks().map_err(|trouble| failed(t, self.pid, &trouble))?;
        let threads = PyList::new(t)?;
        for (number, places) in stacks {
            let frames = PyList::new(t)?;
            for place in places {
                let items = vec![
                    PyStr::from_str(t, &place.filename)?.into_object(),
                    PyInt::from_i64(t, place.line)?.into_object(),
                    PyStr::from_str(t, &place.function)?.into_object(),
                ];
                frames.append(t, FRAME_INFO.make(t, items)?)?;
            }
            let items = vec![PyInt::from_u64(t, number)?.into_object(), frames.into_object()];
            threads.append(t, THREAD_INFO.make(t, items)?)?;
        }
        Ok(threads)
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
