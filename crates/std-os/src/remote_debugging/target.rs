//! Threads, frames and tasks of another process, read from its memory.
//!
//! The other process may change while it is looked at, so nothing that is read is trusted: lengths are limited, and no
//! list is followed for ever.

use core::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use taipan_object::abi::flags;
use taipan_object::{Traverse, Visitor};
use taipan_runtime::abi::{
    FRAME_CLEARED, FRAME_ENTERED, FRAME_OWNED_BY_GENERATOR, FRAME_OWNED_BY_INTERPRETER, FRAME_SUSPENDED_YIELD_FROM,
};
use taipan_runtime::remote::{AsyncioOffsets, Offsets, Process, Trouble};

/// More frames, threads, tasks or characters than this are not read.
const LIMIT: usize = 1 << 20;
/// Longer names of files and functions are cut off, as in CPython.
const CODE_NAME: usize = 1024;
/// Longer names of tasks are cut off.
const TASK_NAME: usize = 255;
/// The bits of a word of the evaluation stack that are no part of the pointer.
const TAGS: u64 = 3;

/// What went wrong at the bottom.
#[derive(Debug)]
pub enum Problem {
    Trouble(Trouble),
    /// What was read makes no sense.
    Message(String),
}

/// What went wrong, and in the course of what, the innermost step first.
#[derive(Debug)]
pub struct Failure {
    pub problem: Problem,
    pub steps: Vec<&'static str>,
}

/// What was read, or why it could not be.
pub type Read<T> = Result<T, Box<Failure>>;

impl From<io::Error> for Box<Failure> {
    fn from(error: io::Error) -> Self {
        Self::from(Trouble::System(error))
    }
}

impl From<Trouble> for Box<Failure> {
    fn from(trouble: Trouble) -> Self {
        Self::new(Failure { problem: Problem::Trouble(trouble), steps: Vec::new() })
    }
}

fn nonsense<T>(message: impl Into<String>) -> Read<T> {
    Err(Box::new(Failure { problem: Problem::Message(message.into()), steps: Vec::new() }))
}

/// Says in the course of what something failed.
pub trait Step<T> {
    fn step(self, words: &'static str) -> Read<T>;
}

impl<T, E: Into<Box<Failure>>> Step<T> for Result<T, E> {
    fn step(self, words: &'static str) -> Read<T> {
        self.map_err(|error| {
            let mut failure = error.into();
            failure.steps.push(words);
            failure
        })
    }
}

/// What does not change of a code object while it lives.
pub struct Code<S> {
    pub filename: S,
    pub name: S,
    first_line: i64,
    table: Vec<u8>,
    /// The address of its first instruction.
    start: u64,
}

/// A frame's place.
pub struct Place<S> {
    pub code: Rc<Code<S>>,
    pub line: i64,
}

/// A future, and the frames of its coroutine if it is a task, the innermost first.
pub struct Awaiter<S> {
    pub address: u64,
    pub stack: Vec<Place<S>>,
}

/// A task.
pub struct Task<S> {
    pub name: String,
    /// The task itself.
    pub own: Awaiter<S>,
    pub awaited_by: Vec<Awaiter<S>>,
}

/// Which threads are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Main,
    All,
    /// That which holds the GIL.
    Active,
}

/// How many frames of a thread are read.
#[derive(Clone, Copy)]
enum Extent {
    /// Those since C code has entered the evaluation loop, as in CPython.
    SinceEntry,
    /// Up to the first frame that runs a code object.
    UpTo(u64),
}

/// A frame as it stands in memory.
struct Frame {
    previous: u64,
    /// The code that it runs, if it is one of Python code.
    code: Option<u64>,
    instruction: u64,
    /// Whether C code has entered the evaluation loop with it: Taipan says so of the frame itself, CPython has another one
    /// beneath it.
    entered: bool,
}

/// A process whose layouts are known. What it knows of code objects it keeps; `S` is what names become.
pub struct Target<S> {
    process: Process,
    offsets: Offsets,
    asyncio: Option<AsyncioOffsets>,
    interpreter: u64,
    which: Which,
    codes: RefCell<HashMap<u64, Rc<Code<S>>>>,
    /// The state of the process's code objects that `codes` belongs to.
    generation: Cell<u64>,
}

/// Names are strings, which are part of no cycle.
impl<S> Traverse for Target<S> {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}

    fn clear(&self) {}
}

impl<S> Target<S> {
    pub fn open(pid: i32, which: Which) -> Read<Self> {
        let process = Process::new(pid);
        let (runtime, offsets) = process.runtime().map_err(|trouble| {
            let step = match trouble {
                Trouble::NoMaps(_) | Trouble::NoSection => "Failed to get Python runtime address",
                Trouble::System(_) => "Failed to read debug offsets",
                _ => "Invalid debug offsets found",
            };
            Box::new(Failure { problem: Problem::Trouble(trouble), steps: vec![step] })
        })?;
        // Who does not use `asyncio` may be looked into all the same.
        let asyncio = process.asyncio().unwrap_or_default();
        let interpreter = process
            .word(runtime.wrapping_add(offsets.runtime_interpreters))
            .step("Failed to read interpreter state address")
            .step("Failed to populate initial state data")?;
        if interpreter == 0 {
            return nonsense("No interpreter state found")
                .step("Interpreter state is NULL")
                .step("Failed to populate initial state data");
        }
        let (codes, generation) = (RefCell::default(), Cell::new(0));
        Ok(Self { process, offsets, asyncio, interpreter, which, codes, generation })
    }

    fn word(&self, at: u64, offset: u64) -> Read<u64> {
        Ok(self.process.word(at.wrapping_add(offset))?)
    }

    fn byte(&self, at: u64, offset: usize) -> Read<u8> {
        let [byte] = self.process.bytes(at.wrapping_add(offset as u64))?;
        Ok(byte)
    }

    /// A pointer that may carry tags.
    fn pointer(&self, at: u64, offset: usize) -> Read<u64> {
        Ok(self.word(at, offset as u64)? & !TAGS)
    }

    fn native_id(&self, thread: u64) -> Read<u64> {
        self.word(thread, self.offsets.thread_native_id).step("Failed to read thread ID")
    }

    fn main_thread(&self) -> Read<u64> {
        self.word(self.interpreter, self.offsets.interpreter_main_thread).step("Failed to read main thread state")
    }

    /// All threads, in the order of the interpreter's list.
    fn threads(&self) -> Read<Vec<u64>> {
        let mut found = Vec::new();
        let mut at =
            self.word(self.interpreter, self.offsets.interpreter_threads).step("Failed to read thread state")?;
        while at != 0 && found.len() < LIMIT {
            found.push(at);
            at = self.word(at, self.offsets.thread_next).step("Failed to read next thread state")?;
        }
        Ok(found)
    }

    /// All threads, the main one first.
    fn main_and_others(&self) -> Read<Vec<u64>> {
        let main = self.main_thread()?;
        let mut all = self.threads()?;
        all.retain(|&thread| thread != main);
        if main != 0 {
            all.insert(0, main);
        }
        Ok(all)
    }

    /// The thread that holds the GIL.
    fn active_thread(&self) -> Read<Option<u64>> {
        let locked = self.process.int(self.interpreter.wrapping_add(self.offsets.interpreter_gil_locked))?;
        let holder = self.word(self.interpreter, self.offsets.interpreter_gil_holder)?;
        Ok((locked != 0 && holder != 0).then_some(holder))
    }
}

impl<S> Target<S> {
    /// The stacks of the threads that are looked at, each with the thread's number. `name` makes names.
    pub fn stacks(&self, name: &dyn Fn(&str) -> S) -> Read<Vec<(u64, Vec<Place<S>>)>> {
        self.check_codes()?;
        let threads = match self.which {
            Which::Main => vec![self.main_thread()?],
            Which::All => self.threads()?,
            Which::Active => {
                self.active_thread().step("Failed to read interpreter state buffer")?.into_iter().collect()
            }
        };
        let stack = |thread: u64| {
            let number = self.native_id(thread)?;
            let frames = self.frames(thread, Extent::SinceEntry, name).step("Failed to process frame chain")?;
            Ok((number, frames))
        };
        threads
            .into_iter()
            .filter(|&thread| thread != 0)
            .map(stack)
            .collect::<Read<_>>()
            .step("Failed to unwind stack for thread")
    }

    /// Forgets code objects if the process has freed one since.
    fn check_codes(&self) -> Read<()> {
        let now = self
            .word(self.interpreter, self.offsets.interpreter_code_generation)
            .step("Failed to read interpreter state buffer")?;
        if self.generation.replace(now) != now {
            self.codes.borrow_mut().clear();
        }
        Ok(())
    }

    /// The frames of a thread, the running one first.
    fn frames(&self, thread: u64, extent: Extent, name: &dyn Fn(&str) -> S) -> Read<Vec<Place<S>>> {
        let mut found = Vec::new();
        let mut at = self.word(thread, self.offsets.thread_frame).step("Failed to read current frame pointer")?;
        let mut seen = 0;
        while at != 0 {
            seen += 1;
            if seen > LIMIT {
                return nonsense("Too many stack frames (possible infinite loop)")
                    .step("Frame chain iteration limit exceeded");
            }
            let frame = self.frame(at)?;
            if let Some(code) = frame.code {
                found.push(self.place(code, frame.instruction, name)?);
            }
            let last = match extent {
                Extent::SinceEntry => frame.entered || frame.code.is_none(),
                Extent::UpTo(code) => frame.code == Some(code),
            };
            if last {
                break;
            }
            at = frame.previous;
        }
        Ok(found)
    }

    fn frame(&self, at: u64) -> Read<Frame> {
        let read = || -> Read<Frame> {
            // What Taipan knows of a frame stands behind its owner; CPython never has this bit there.
            let [owner, visited] = self.process.bytes(at.wrapping_add(self.offsets.frame_owner))?;
            let code = self.word(at, self.offsets.frame_executable)? & !TAGS;
            Ok(Frame {
                previous: self.word(at, self.offsets.frame_previous)?,
                code: (i32::from(owner) < i32::from(FRAME_OWNED_BY_INTERPRETER) && code != 0).then_some(code),
                instruction: self.word(at, self.offsets.frame_instr_ptr)?,
                entered: visited & FRAME_ENTERED != 0,
            })
        };
        read().step("Failed to read interpreter frame")
    }

    fn place(&self, code: u64, instruction: u64, name: &dyn Fn(&str) -> S) -> Read<Place<S>> {
        let known = self.codes.borrow().get(&code).cloned();
        let code = match known {
            Some(known) => known,
            None => {
                let read = Rc::new(self.code(code, name)?);
                self.codes.borrow_mut().insert(code, read.clone());
                read
            }
        };
        let line = line(&code.table, code.first_line, instruction.wrapping_sub(code.start) / 2);
        Ok(Place { code, line })
    }

    fn code(&self, code: u64, name: &dyn Fn(&str) -> S) -> Read<Code<S>> {
        let field = |offset: u64| self.word(code, offset).step("Failed to read code object");
        let first = self.process.int(code.wrapping_add(self.offsets.code_firstlineno));
        let called = self.text(field(self.offsets.code_qualname)?, CODE_NAME);
        let called = called.step("Failed to read function name from code object")?;
        let file = self
            .text(field(self.offsets.code_filename)?, CODE_NAME)
            .step("Failed to read filename from code object")?;
        let table =
            self.bytes(field(self.offsets.code_linetable)?).step("Failed to read linetable from code object")?;
        Ok(Code {
            filename: name(&file),
            name: name(&called),
            first_line: i64::from(first.step("Failed to read code object")?),
            table,
            start: code.wrapping_add(self.offsets.code_adaptive),
        })
    }

    fn length(&self, at: u64, offset: u64, what: &str) -> Read<usize> {
        let length = self.word(at, offset)? as i64;
        match usize::try_from(length) {
            Ok(length) if length <= LIMIT => Ok(length),
            _ => nonsense(format!("Invalid {what} length ({length}) at {at:#x}")),
        }
    }

    /// A `bytes` object.
    fn bytes(&self, at: u64) -> Read<Vec<u8>> {
        let mut bytes = vec![0; self.length(at, self.offsets.bytes_len, "bytes")?];
        self.process.read(at.wrapping_add(self.offsets.bytes_value), &mut bytes)?;
        Ok(bytes)
    }

    /// A `str` object, or its first `max` characters.
    fn text(&self, at: u64, max: usize) -> Read<String> {
        let state = self.process.int(at.wrapping_add(self.offsets.str_state))? as u32;
        let kind = ((state & flags::STATE_KIND_MASK) >> flags::STATE_KIND_SHIFT) as usize;
        let (compact, ascii) = (state & flags::STATE_COMPACT != 0, state & flags::STATE_ASCII != 0);
        // What a string that is not ASCII has in addition: the length and place of its UTF-8 form.
        let header = if ascii { self.offsets.str_ascii_size } else { self.offsets.str_ascii_size + 16 };
        let data = if compact { at.wrapping_add(header) } else { self.word(at, header)? };
        let mut bytes = vec![0; self.length(at, self.offsets.str_len, "string")?.min(max) * kind];
        self.process.read(data, &mut bytes)?;
        let character = |unit: &[u8]| {
            let code = unit.iter().rev().fold(0u32, |code, &byte| code << 8 | u32::from(byte));
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        Ok(bytes.chunks_exact(kind.max(1)).map(character).collect())
    }

    /// An `int` object that is not negative and fits.
    fn number(&self, at: u64) -> Read<u64> {
        const DIGIT_BITS: u32 = 30;
        let tag = self.word(at, self.offsets.int_tag)?;
        let mut value: u64 = 0;
        for digit in (0..tag >> 3).rev() {
            let word = self.process.int(at.wrapping_add(self.offsets.int_digits).wrapping_add(4 * digit))?;
            if tag >> 3 > 3 || value.leading_zeros() < DIGIT_BITS {
                return nonsense("Remote PyLong value is too large");
            }
            value = value << DIGIT_BITS | u64::from(word as u32);
        }
        Ok(value)
    }
}

/// The line of an instruction, by the location table of its code; -1 if the table does not have it.
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
    -1
}

impl<S> Target<S> {
    fn asyncio(&self, what: &'static str) -> Read<&AsyncioOffsets> {
        match &self.asyncio {
            Some(offsets) => Ok(offsets),
            None => nonsense("AsyncioDebug section not available").step(what),
        }
    }

    /// The tasks of every thread that are not done, each with the thread's number, and last those whose thread has ended.
    pub fn tasks(&self, name: &dyn Fn(&str) -> S) -> Read<Vec<(u64, Vec<Task<S>>)>> {
        let offsets = self.asyncio("AsyncioDebug section unavailable in get_all_awaited_by")?;
        let mut found = Vec::new();
        let mut heads = Vec::new();
        for thread in self.main_and_others()? {
            heads.push((self.native_id(thread)?, thread.wrapping_add(offsets.thread_tasks as u64)));
        }
        heads.push((0, self.interpreter.wrapping_add(offsets.interpreter_tasks as u64)));
        self.check_codes()?;
        for (number, head) in heads {
            found.push((number, self.ring(offsets, head, name).step("Failed to append awaited_by for thread")?));
        }
        Ok(found)
    }

    /// The tasks on a ring.
    fn ring(&self, offsets: &AsyncioOffsets, head: u64, name: &dyn Fn(&str) -> S) -> Read<Vec<Task<S>>> {
        let mut found = Vec::new();
        let mut at = self.word(head, self.offsets.node_next).step("Failed to read task node head")?;
        while at != head {
            if found.len() >= LIMIT {
                return nonsense("Task list appears corrupted").step("Task list iteration limit exceeded");
            }
            if at == 0 {
                return nonsense("Invalid linked list structure reading remote memory")
                    .step("NULL pointer in task linked list");
            }
            let task = at.wrapping_sub(offsets.task.links as u64);
            found.push(self.task(offsets, task, name).step("Failed to process task node in awaited_by")?);
            at = self.word(at, self.offsets.node_next).step("Failed to read next task node in awaited_by")?;
        }
        Ok(found)
    }

    /// The task at an address.
    fn task(&self, offsets: &AsyncioOffsets, at: u64, name: &dyn Fn(&str) -> S) -> Read<Task<S>> {
        let called = self.task_name(offsets, at).step("Failed to parse task name in single task node")?;
        let own = self.awaiter(offsets, at, name).step("Failed to parse task coroutine stack in single task node")?;
        let waiters = self.waiters(offsets, at).step("Failed to parse awaited_by in single task node")?;
        let awaited_by = waiters.into_iter().map(|waiter| self.awaiter(offsets, waiter, name)).collect::<Read<_>>();
        let awaited_by = awaited_by.step("Failed to parse awaited_by in single task node")?;
        Ok(Task { name: called, own, awaited_by })
    }

    fn task_name(&self, offsets: &AsyncioOffsets, task: u64) -> Read<String> {
        let at = self.pointer(task, offsets.task.name).step("Failed to read task object")?;
        let class = self.word(at, self.offsets.object_type).step("Failed to read task name object")?;
        let kind = self.word(class, self.offsets.type_flags).step("Failed to read task name type object")?;
        if kind & flags::Py_TPFLAGS_LONG_SUBCLASS != 0 {
            return Ok(format!("Task-{}", self.number(at).step("Task name PyLong parsing failed")?));
        }
        if kind & flags::Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return nonsense("Invalid task name object").step("Task name object is neither long nor unicode");
        }
        self.text(at, TASK_NAME)
    }

    /// Who awaits a future.
    fn waiters(&self, offsets: &AsyncioOffsets, future: u64) -> Read<Vec<u64>> {
        let waiter = self.pointer(future, offsets.task.awaited_by).step("Failed to read task object")?;
        if waiter == 0 {
            return Ok(Vec::new());
        }
        if self.byte(future, offsets.task.awaited_by_is_set).step("Failed to read task object")? == 0 {
            return Ok(vec![waiter]);
        }
        let field = |offset| self.word(waiter, offset).step("Failed to read set object");
        let (used, mask) = (field(self.offsets.set_used)?, field(self.offsets.set_mask)?);
        let table = field(self.offsets.set_table)?;
        if mask >= LIMIT as u64 {
            return nonsense("Invalid set object (corrupted remote memory)");
        }
        let mut found = Vec::new();
        for entry in 0..=mask {
            if found.len() as u64 == used {
                break;
            }
            let key = self.pointer(table.wrapping_add(16 * entry), 0).step("Failed to read set entry key")?;
            // What stands where an element has been removed is no future: its hash is -1.
            if key != 0 && self.word(table, 16 * entry + 8)? != u64::MAX {
                found.push(key);
            }
        }
        Ok(found)
    }

    /// A future, and the frames of its coroutine if it is a task.
    fn awaiter(&self, offsets: &AsyncioOffsets, at: u64, name: &dyn Fn(&str) -> S) -> Read<Awaiter<S>> {
        let mut stack = Vec::new();
        if self.byte(at, offsets.task.is_task).step("Failed to read is_task flag")? != 0 {
            let coroutine =
                self.pointer(at, offsets.task.coroutine).step("Failed to read task object for coro chain")?;
            if coroutine != 0 {
                stack = self.coroutine(coroutine, name).step("Failed to parse coroutine chain")?;
            }
        }
        Ok(Awaiter { address: at, stack })
    }

    /// The frames of a coroutine and of those that it awaits, the innermost first.
    fn coroutine(&self, mut at: u64, name: &dyn Fn(&str) -> S) -> Read<Vec<Place<S>>> {
        let mut found = Vec::new();
        while found.len() < LIMIT {
            let class =
                self.word(at, self.offsets.object_type).step("Failed to read generator object in coro chain")?;
            let state = self.byte(at, self.offsets.generator_state as usize)? as i8;
            if state == FRAME_CLEARED {
                break;
            }
            let frame = at.wrapping_add(self.offsets.generator_frame);
            let content = self.frame(frame)?;
            let Some(code) = content.code else { break };
            found.push(self.place(code, content.instruction, name).step("Failed to parse frame object in coro chain")?);
            if state != FRAME_SUSPENDED_YIELD_FROM {
                break;
            }
            if self.byte(frame, self.offsets.frame_owner as usize)? != FRAME_OWNED_BY_GENERATOR as u8 {
                return nonsense("generator doesn't own its frame \\_o_/")
                    .step("Frame ownership mismatch in yield_from");
            }
            let top = self.pointer(frame, self.offsets.frame_stackpointer as usize)?;
            if top == 0 {
                break;
            }
            // What it awaits; if that is no coroutine but an iterator, the chain ends.
            let next = self.pointer(top.wrapping_sub(8), 0).step("Failed to read gi_await address")?;
            if next == 0
                || self.word(next, self.offsets.object_type).step("Failed to read gi_await type address")? != class
            {
                break;
            }
            at = next;
        }
        found.reverse();
        Ok(found)
    }

    /// The running task of every thread that has one, with all that wait for it, directly or not; each with the thread's
    /// number.
    pub fn running_tasks(&self, name: &dyn Fn(&str) -> S) -> Read<Vec<(u64, Vec<Task<S>>)>> {
        let offsets = self.asyncio("AsyncioDebug section unavailable in get_async_stack_trace")?;
        let threads = self.main_and_others()?;
        self.check_codes()?;
        let mut found = Vec::new();
        for thread in threads {
            let number = self.native_id(thread)?;
            if self.pointer(thread, offsets.running_loop).step("Failed to read running loop address")? == 0 {
                continue;
            }
            let task = self.pointer(thread, offsets.running_task).step("Failed to read running task address")?;
            if task != 0 {
                let chain = self.running_task(offsets, thread, task, name);
                found.push((number, chain.step("Failed to process running task chain")?));
            }
        }
        Ok(found)
    }

    fn running_task(
        &self,
        offsets: &AsyncioOffsets,
        thread: u64,
        task: u64,
        name: &dyn Fn(&str) -> S,
    ) -> Read<Vec<Task<S>>> {
        let coroutine = self.pointer(task, offsets.task.coroutine).step("Running task coro read failed")?;
        if coroutine == 0 {
            return nonsense("Running task coro is NULL").step("Running task coro address is NULL");
        }
        let code = self.pointer(coroutine, self.offsets.generator_frame as usize);
        let code = code.step("Failed to read running task code object")?;
        if code == 0 {
            return nonsense("Running task code object is NULL").step("Running task code object address is NULL");
        }
        let mut running = self.task(offsets, task, name)?;
        running.own.stack =
            self.frames(thread, Extent::UpTo(code), name).step("Async frame object parsing failed in chain")?;
        let mut found = vec![running];
        self.add_waiters(offsets, &mut vec![task], &mut found, name)?;
        Ok(found)
    }

    /// Adds the tasks that wait for the last one of `path`, which has those that lead to it.
    fn add_waiters(
        &self,
        offsets: &AsyncioOffsets,
        path: &mut Vec<u64>,
        found: &mut Vec<Task<S>>,
        name: &dyn Fn(&str) -> S,
    ) -> Read<()> {
        /// Longer chains are not followed.
        const DEPTH: usize = 1000;
        let Some(&task) = path.last() else { return Ok(()) };
        for waiter in self.waiters(offsets, task)? {
            // Tasks that wait for each other are seen once.
            if path.contains(&waiter) || path.len() >= DEPTH || found.len() >= LIMIT {
                continue;
            }
            if self.byte(waiter, offsets.task.is_task).step("Failed to read is_task flag")? != 0 {
                found.push(self.task(offsets, waiter, name)?);
            }
            path.push(waiter);
            let added = self.add_waiters(offsets, path, found, name);
            path.pop();
            added?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn lines_of_instructions() {
        // Two units on the first line, three on the next but one (with columns), one on the line before that.
        let table = [0x80 | 13 << 3 | 1, 0, 0x80 | 12 << 3 | 2, 1, 5, 0x80 | 13 << 3, 3];
        let lines: Vec<i64> = (0..7).map(|unit| line(&table, 10, unit)).collect();
        assert_eq!(lines, [10, 10, 12, 12, 12, 11, -1]);
    }
}
