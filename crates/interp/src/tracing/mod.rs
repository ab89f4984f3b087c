//! Events of running code, for `sys.settrace`, `sys.setprofile` and `sys.monitoring` (PEP 669).
//!
//! Code is instrumented for who listens ([`instrument`]): its other instructions run as ever. The traced form of the evaluation
//! loop asks here before every instruction and at every exception; it runs the instructions of which more is told than that
//! they come, and all of a thread whose trace function is told of each (`f_trace_opcodes`).

mod instrument;
pub mod legacy;
pub mod monitoring;
pub mod native;

use crate::code::PyCode;
use crate::frame::{self, Frame, code_of};
use crate::state::state;
use core::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use taipan_bytecode::opcode::op;
use taipan_object::{Object, Own, Owned, PyInt, PyResult, Thread, errors, singletons};
use taipan_runtime::thread::{EVAL_FRAME_HOOK, EVAL_MONITORED, EVAL_TRACING};

use instrument::LineStarts;
pub use instrument::{At, instrument_running, instrumented_opcode, is_unsettled, reach, settle};

/// Tools that `sys.monitoring` knows.
pub const TOOLS: usize = 6;

/// Kinds of events: bit numbers.
pub mod event {
    pub const PY_START: u32 = 0;
    pub const PY_RESUME: u32 = 1;
    pub const PY_RETURN: u32 = 2;
    pub const PY_YIELD: u32 = 3;
    pub const CALL: u32 = 4;
    pub const LINE: u32 = 5;
    pub const INSTRUCTION: u32 = 6;
    pub const JUMP: u32 = 7;
    pub const BRANCH_LEFT: u32 = 8;
    pub const BRANCH_RIGHT: u32 = 9;
    pub const STOP_ITERATION: u32 = 10;
    pub const RAISE: u32 = 11;
    pub const EXCEPTION_HANDLED: u32 = 12;
    pub const PY_UNWIND: u32 = 13;
    pub const PY_THROW: u32 = 14;
    pub const RERAISE: u32 = 15;
    pub const C_RETURN: u32 = 16;
    pub const C_RAISE: u32 = 17;
    pub const BRANCH: u32 = 18;
    /// Events that can be set for one code object and disabled at one place.
    pub const LOCAL: u32 = 11;
    pub const COUNT: usize = 19;
}

/// What `sys.monitoring` was told.
#[derive(Default)]
pub struct Monitoring {
    pub names: [RefCell<Option<Owned>>; TOOLS],
    /// Events of all code, by tool.
    pub global: [Cell<u32>; TOOLS],
    pub callbacks: [[RefCell<Option<Owned>>; event::COUNT]; TOOLS],
    /// How many code objects have events of their own, by tool.
    pub local_count: [Cell<usize>; TOOLS],
    /// Events that threads' trace and profile functions are told of.
    functions: Cell<u32>,
    /// Whether a frame has asked for every instruction (`f_trace_opcodes`).
    opcodes_asked: Cell<bool>,
    /// Counts how often a tool was cleared: events that code objects had for it before count no more.
    pub clearings: [Cell<u32>; TOOLS],
    pub disable: RefCell<Option<Owned>>,
    pub missing: RefCell<Option<Owned>>,
    /// Counts `restart_events()`: what was disabled before counts no more.
    pub restarts: Cell<u32>,
    /// Counts changes of the events of all code, for native code that keeps who listens to it.
    pub version: Cell<u64>,
}

/// What a code object keeps for `sys.monitoring`.
#[derive(Default)]
pub struct CodeMonitoring {
    local: [Cell<u32>; TOOLS],
    /// [`Monitoring::clearings`] when the events were set.
    clearings: [Cell<u32>; TOOLS],
    /// What was disabled: an offset in bytes, a tool and an event.
    disabled: RefCell<HashSet<(u32, u8, u8)>>,
    restarts: Cell<u32>,
    /// The line of every code unit, once the code has been traced.
    lines: OnceCell<Vec<i32>>,
    /// Where lines begin, once it has been monitored.
    starts: OnceCell<LineStarts>,
    /// What stands for the ways of branches, once somebody has listened to these.
    sources: OnceCell<instrument::Sources>,
    /// The opcode of every unit where an instruction begins, if some of them are instrumented.
    opcodes: RefCell<Option<Box<[u8]>>>,
    /// How many instructions are.
    awaited: Cell<usize>,
    /// The tools that listen to each event, when it was instrumented.
    tools: [Cell<u8>; event::COUNT],
    /// The events that any of them listens to.
    heard: Cell<u32>,
}

impl CodeMonitoring {
    fn lines(&self, code: &PyCode) -> &[i32] {
        self.lines.get_or_init(|| code.unit_lines())
    }

    fn sources(&self, code: &PyCode) -> &instrument::Sources {
        self.sources.get_or_init(|| instrument::sources(code))
    }

    fn starts(&self, code: &PyCode) -> &LineStarts {
        self.starts.get_or_init(|| instrument::line_starts(code, self.lines(code)))
    }
}

impl Monitoring {
    /// The events that a tool has set for one code object.
    pub fn local(&self, tool: usize, code: &CodeMonitoring) -> u32 {
        if code.clearings[tool] == self.clearings[tool] { code.local[tool].get() } else { 0 }
    }

    /// Sets them.
    fn set_local(&self, tool: usize, code: &CodeMonitoring, set: u32) {
        let count = &self.local_count[tool];
        match (self.local(tool, code) != 0, set != 0) {
            (false, true) => count.set(count.get() + 1),
            (true, false) => count.set(count.get().saturating_sub(1)),
            _ => {}
        }
        code.clearings[tool].set(self.clearings[tool].get());
        code.local[tool].set(set);
    }

    /// All events that a tool has set that concern a code object.
    fn events(&self, tool: usize, code: Option<&CodeMonitoring>) -> u32 {
        self.global[tool].get() | code.map_or(0, |code| self.local(tool, code))
    }

    /// Whether anybody listens to anything.
    fn is_active(&self) -> bool {
        (0..TOOLS).any(|tool| self.global[tool].get() != 0 || self.local_count[tool].get() > 0)
    }
}

/// The line of an instruction, -1 if it has none.
fn line_at(code: &PyCode, ip: *const u16) -> i32 {
    let lines = code_data_or_new(code).lines(code);
    lines.get((offset_of(code, ip) / 2) as usize).copied().unwrap_or(-1)
}

/// The monitoring data of a code object, if it has any.
fn code_data(code: &PyCode) -> Option<&CodeMonitoring> {
    // SAFETY: set by `code_data_or_new`, freed with the code.
    unsafe { (*code.raw())._co_monitoring.cast::<CodeMonitoring>().as_ref() }
}

/// The monitoring data of a code object.
pub fn code_data_or_new(code: &PyCode) -> &CodeMonitoring {
    // SAFETY: as above, under the GIL.
    unsafe {
        let slot = &raw mut (*code.raw())._co_monitoring;
        if (*slot).is_null() {
            *slot = Box::into_raw(Box::<CodeMonitoring>::default()).cast();
        }
        &*(*slot).cast::<CodeMonitoring>()
    }
}

/// Whether a tool listens to events of this code alone.
pub fn has_local_events(code: &PyCode) -> bool {
    // SAFETY: who looks at code holds the GIL.
    let m = &state(unsafe { taipan_runtime::thread::current() }).monitoring;
    code_data(code).is_some_and(|data| (0..TOOLS).any(|tool| m.local(tool, data) != 0))
}

/// Frees a dying code object's monitoring data.
///
/// # Safety
/// The code object is dead.
pub unsafe fn free_code_data(code: *mut taipan_object::abi::PyCodeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = core::mem::replace(&mut (*code)._co_monitoring, core::ptr::null_mut());
        if !data.is_null() {
            let data = Box::from_raw(data.cast::<CodeMonitoring>());
            let m = &state(taipan_runtime::thread::current()).monitoring;
            for tool in 0..TOOLS {
                m.set_local(tool, &data, 0);
            }
        }
    }
}

/// Whether the traced loop is to run all instructions of this thread: a trace function is told of each.
pub fn active(t: &Thread) -> bool {
    t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_TRACING != 0
}

/// Whether the traced loop goes on though nobody traces ([`instrument::stays`]).
///
/// # Safety
/// `frame` is the running frame, `ip` its next instruction, `previous` what ran before.
pub unsafe fn stays(t: &Thread, frame: *mut Frame, ip: *const u16, previous: &Previous) -> bool {
    // SAFETY: the caller's promise.
    unsafe { instrument::stays(t, frame, ip, previous.ip) }
}

/// Whether frames of this thread are run by a function of somebody else's (PEP 523).
#[inline(always)]
pub fn is_hooked(t: &Thread) -> bool {
    t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_FRAME_HOOK != 0
}

/// Whether anybody monitors the interpreter's code.
#[inline(always)]
pub fn is_monitored(t: &Thread) -> bool {
    t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_MONITORED != 0
}

/// Whether threads run the form of the loop that asks about each call and each beginning of code.
#[inline(always)]
pub fn is_watched(t: &Thread) -> bool {
    t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & (EVAL_FRAME_HOOK | EVAL_MONITORED) != 0
}

/// Sets every thread's marks to whether anybody listens to it, and has all code instrumented anew if other events are heard by
/// threads' own functions.
pub fn update(t: &Thread) {
    refresh(t, false);
}

/// As [`update`]; all code is instrumented anew in any case if events or callbacks have changed.
fn refresh(t: &Thread, is_changed: bool) {
    let m = &state(t).monitoring;
    let threads = t.interpreter().thread_list();
    // SAFETY: threads of the list are alive under the GIL.
    let functions =
        threads.iter().map(|&thread| unsafe { legacy::events(&*thread) }).fold(0, |all, events| all | events);
    let is_changed = m.functions.replace(functions) != functions || is_changed;
    if is_changed {
        m.version.set(m.version.get() + 1);
    }
    let monitored = m.is_active() || functions != 0;
    for thread in threads {
        // SAFETY: as above.
        unsafe {
            let traced = m.opcodes_asked.get() && (*thread).raw().c_tracefunc.is_some();
            let breaker = (*thread).eval_breaker();
            for (mark, wanted) in [(EVAL_TRACING, traced), (EVAL_MONITORED, monitored)] {
                if wanted {
                    breaker.fetch_or(mark, core::sync::atomic::Ordering::Relaxed);
                } else {
                    breaker.fetch_and(!mark, core::sync::atomic::Ordering::Relaxed);
                }
            }
        }
    }
    if is_changed {
        instrument_running(t);
    }
}

/// A frame asks for every instruction.
pub fn ask_for_opcodes(t: &Thread) {
    state(t).monitoring.opcodes_asked.set(true);
    update(t);
}

/// Has all code instrumented anew: events or callbacks have changed.
fn next_version(t: &Thread) {
    refresh(t, true);
}

/// The byte offset of an instruction.
fn offset_of(code: &PyCode, ip: *const u16) -> i64 {
    ip as i64 - code.code_ptr() as i64
}

/// The events that any tool listens to in a code object.
fn heard_in(t: &Thread, code: &PyCode) -> u32 {
    let (m, data) = (&state(t).monitoring, code_data(code));
    match data {
        Some(data) if instrument::is_current(t, code) => data.heard.get(),
        _ => (0..TOOLS).fold(0, |all, tool| all | m.events(tool, data)),
    }
}

/// Who listens to an event in a code object: a set of tools.
fn listeners(t: &Thread, code: &PyCode, which: u32) -> u32 {
    let data = code_data(code);
    match data {
        Some(data) if instrument::is_current(t, code) => data.tools[which as usize].get().into(),
        _ => find_listeners(t, data, which),
    }
}

/// Asks each tool.
fn find_listeners(t: &Thread, local: Option<&CodeMonitoring>, which: u32) -> u32 {
    let m = &state(t).monitoring;
    let mut tools = 0;
    for tool in 0..TOOLS {
        if m.events(tool, local) & 1 << which != 0 {
            tools |= 1 << tool;
        }
    }
    tools
}

/// Calls the tools that listen. `args` follow the code and the offset.
fn fire(t: &Thread, frame: *mut Frame, which: u32, place: i64, args: &[&Object]) -> PyResult<()> {
    // SAFETY: the frame is live and has code.
    let tools = listeners(t, unsafe { code_of(frame) }, which);
    fire_tools(t, frame, tools, which, place, place, args)
}

/// Calls some tools with the code, an offset or a line, and `args`. They disable the event at the offset `place`: a line that
/// begins at several instructions has an event at each.
fn fire_tools(
    t: &Thread,
    frame: *mut Frame,
    tools: u32,
    which: u32,
    place: i64,
    shown: i64,
    args: &[&Object],
) -> PyResult<()> {
    // SAFETY: the frame is live and has code.
    let code = unsafe { code_of(frame) };
    if tools == 0 || t.raw().tracing > 0 {
        return Ok(());
    }
    let code = code.own();
    let shown = PyInt::from_i64(t, shown)?;
    let m = &state(t).monitoring;
    let mut left = tools;
    while left != 0 {
        let tool = left.trailing_zeros() as usize;
        left &= left - 1;
        let key = (place as u32, tool as u8, which as u8);
        if let Some(data) = code_data(&code) {
            if data.restarts.get() != m.restarts.get() {
                data.disabled.borrow_mut().clear();
                data.restarts.set(m.restarts.get());
            }
            if data.disabled.borrow().contains(&key) {
                continue;
            }
        }
        let callback = m.callbacks[tool][which as usize].borrow().clone();
        let Some(callback) = callback else { continue };
        let mut all: [&Object; 4] = [code.as_object(); 4];
        all[1] = shown.as_object();
        all[2..2 + args.len()].copy_from_slice(args);
        let result = quietly(t, which, || callback.call(t, &all[..2 + args.len()]))?;
        let disables = m.disable.borrow().as_ref().is_some_and(|d| d.is(&result));
        if disables {
            if which < event::LOCAL || which == event::BRANCH {
                let data = code_data_or_new(&code);
                data.restarts.set(m.restarts.get());
                data.disabled.borrow_mut().insert(key);
                instrument::disabled(t, &code, place as u32, which);
            } else {
                let gone = m.callbacks[tool][which as usize].borrow_mut().take();
                drop(gone);
                let name = monitoring::EVENT_NAMES[which as usize];
                return Err(taipan_object::err!(t, ValueError, "Cannot disable {name} events. Callback removed."));
            }
        }
    }
    Ok(())
}

/// Runs a callback of an event; its own code is not traced.
fn quietly<R>(t: &Thread, which: u32, work: impl FnOnce() -> R) -> R {
    // SAFETY: plain fields of the current thread.
    unsafe {
        (*t.as_ptr()).tracing += 1;
        let saved = core::mem::replace(&mut (*t.as_ptr()).what_event, which as i32);
        let result = work();
        (*t.as_ptr()).what_event = saved;
        (*t.as_ptr()).tracing -= 1;
        result
    }
}

/// The instruction itself that begins with prefixes at an address.
///
/// # Safety
/// `ip` points into the code.
unsafe fn behind_prefixes(code: &PyCode, mut ip: *const u16) -> *const u16 {
    // SAFETY: the caller's promise; an instruction follows its prefixes.
    unsafe {
        while code.opcode_at(ip) == op::EXTENDED_ARG {
            ip = ip.add(1);
        }
        ip
    }
}

/// What the traced loop remembers of a frame between two instructions.
#[derive(Clone, Copy)]
pub struct Previous {
    /// The instruction that ran last; null when the frame has just been entered.
    pub ip: *mut u16,
    /// The one that ran before it, or null.
    pub older: *mut u16,
    /// Whether an exception led away from it.
    pub unwound: bool,
    /// Whether a tool heard there that a function begins, or a generator did not get to resume there: a line begins then, even
    /// if it is that of the instruction.
    pub started: bool,
}

impl Previous {
    /// Nothing is known.
    pub const NONE: Self = Self::after(core::ptr::null_mut());

    /// An instruction has run.
    pub const fn after(ip: *mut u16) -> Self {
        Self { ip, older: core::ptr::null_mut(), unwound: false, started: false }
    }

    /// An instruction has raised an exception, for which there is a handler.
    ///
    /// # Safety
    /// `ip` points into the code.
    pub unsafe fn raised_by(code: &PyCode, ip: *mut u16) -> Self {
        // What is thrown into a generator is raised where it would resume.
        // SAFETY: the caller's promise.
        let started = unsafe { code.opcode_at(ip) } == op::RESUME;
        Self { unwound: true, started, ..Self::after(ip) }
    }
}

/// Comes before every instruction of the traced loop, with the frame's pointers saved. A trace function may move the
/// frame's instruction pointer (`f_lineno`).
///
/// # Safety
/// `frame` is the running frame, `ip` its next instruction.
pub unsafe fn before(t: &Thread, frame: *mut Frame, ip: *mut u16, previous: &mut Previous) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let last = core::mem::replace(&mut previous.ip, ip);
        let older = core::mem::replace(&mut previous.older, last);
        let unwound = core::mem::replace(&mut previous.unwound, false);
        let started = core::mem::replace(&mut previous.started, false);
        if t.raw().tracing > 0 || frame::is_incomplete(frame) {
            return Ok(());
        }
        let code = code_of(frame);
        let opcode = code.opcode_at(ip);
        let oparg = (*ip >> 8) as usize;
        if ip < code.code_ptr().add((*code.raw())._co_firsttraceable as usize) {
            // Generators and closures begin with instructions of their own.
            previous.ip = core::ptr::null_mut();
            return Ok(());
        }
        if !last.is_null() && !unwound {
            // Where nothing has changed on the stack, the frame is shown at the jump itself.
            let at_jump = matches!(
                code.opcode_at(behind_prefixes(code, last)),
                op::NOT_TAKEN | op::JUMP_FORWARD | op::JUMP_BACKWARD
            );
            if at_jump {
                (*frame).instr_ptr = last;
            }
            jumps(t, frame, code, older, last, ip)?;
            if at_jump && (*frame).instr_ptr == last {
                (*frame).instr_ptr = ip;
            }
            if (*frame).instr_ptr != ip {
                // The callback moved the frame.
                *previous = Previous::NONE;
                return before(t, frame, (*frame).instr_ptr, previous);
            }
        }
        let place = offset_of(code, ip);
        let heard = heard_in(t, code);
        if opcode == op::RESUME {
            let which = if oparg & 3 == 0 { event::PY_START } else { event::PY_RESUME };
            legacy::call_event(t, frame)?;
            if heard & 1 << which == 0 {
                return Ok(());
            }
            previous.started = which == event::PY_START && instrument::is_heard(t, code, which, place);
            return fire(t, frame, which, place, &[]);
        }
        if !instrument::never_starts_line(opcode) {
            let line = line_at(code, ip);
            let may_start = || code_data_or_new(code).starts(code).starts[(place / 2) as usize];
            if line >= 0 && t.raw().c_tracefunc.is_some() {
                let changed = may_start() && starts_line(code, last, line);
                // Trace functions also hear of a loop that comes back to its line.
                let again =
                    !last.is_null() && ip < last && code.opcode_at(behind_prefixes(code, last)) == op::JUMP_BACKWARD;
                if changed || again {
                    legacy::line_event(t, frame)?;
                    if (*frame).instr_ptr != ip {
                        // The trace function jumped.
                        previous.ip = core::ptr::null_mut();
                        return before(t, frame, (*frame).instr_ptr, previous);
                    }
                }
            }
            if heard & 1 << event::LINE != 0
                && may_start()
                && (last.is_null() || started || line_at(code, last) != line)
            {
                let tools = listeners(t, code, event::LINE);
                fire_tools(t, frame, tools, event::LINE, place, i64::from(line), &[])?;
            }
        }
        legacy::opcode_event(t, frame)?;
        if heard & 1 << event::INSTRUCTION != 0 {
            fire(t, frame, event::INSTRUCTION, place, &[])?;
        }
        let top = || {
            let word = *(*frame).stackpointer.cast::<crate::stackref::StackRef>().sub(1);
            word.object().own()
        };
        match opcode {
            op::RETURN_VALUE => {
                let value = top();
                legacy::return_event(t, frame, Some(&value))?;
                fire(t, frame, event::PY_RETURN, place, &[&value])?;
            }
            op::YIELD_VALUE => {
                let value = top();
                legacy::return_event(t, frame, Some(&value))?;
                fire(t, frame, event::PY_YIELD, place, &[&value])?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether an instruction is the first of its line that runs.
fn starts_line(code: &PyCode, last: *mut u16, line: i32) -> bool {
    if last.is_null() {
        return true;
    }
    let old = line_at(code, last);
    // SAFETY: the instruction lies in the code.
    if unsafe { code.opcode_at(last) == op::RESUME && *last >> 8 & 3 == 0 } {
        return true;
    }
    old != line
}

/// Where an exception is said to be raised: at the last unit of the instruction.
unsafe fn raising_offset(frame: *mut Frame) -> i64 {
    // SAFETY: the running frame.
    unsafe {
        let ip = (*frame).instr_ptr;
        let code = code_of(frame);
        offset_of(code, ip) + 2 * crate::code::caches_of(code.opcode_at(ip)) as i64
    }
}

/// Tells of a jump or branch that the last instruction made.
unsafe fn jumps(
    t: &Thread,
    frame: *mut Frame,
    code: &PyCode,
    older: *mut u16,
    last: *mut u16,
    ip: *mut u16,
) -> PyResult<()> {
    // SAFETY: all lie in the code.
    unsafe {
        let last = behind_prefixes(code, last);
        let opcode = code.opcode_at(last);
        let from = offset_of(code, last);
        let to = offset_of(code, ip);
        match opcode {
            op::JUMP_FORWARD | op::JUMP_BACKWARD => fire(t, frame, event::JUMP, from, &[&*PyInt::from_i64(t, to)?]),
            op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE
                if ip.cast_const() != last.add(2) =>
            {
                branch(t, frame, from, to, false)
            }
            op::FOR_ITER if ip.cast_const() == last.add(2) => branch(t, frame, from, to, true),
            // The instructions that a branch falls through to, and that a loop ends with, stand for its two ways.
            // Where nobody waits for the branch, it has not been seen.
            op::NOT_TAKEN | op::POP_ITER if older.is_null() => Ok(()),
            op::NOT_TAKEN | op::POP_ITER => {
                // The branch itself is the source, but for who hears of every instruction, as in CPython.
                let is_source = listeners(t, code, event::INSTRUCTION) != 0;
                let source = if is_source { from } else { offset_of(code, behind_prefixes(code, older)) };
                branch(t, frame, source, to, opcode == op::NOT_TAKEN)
            }
            op::END_ASYNC_FOR => {
                let next = from + 2;
                branch(t, frame, next - 2 * i64::from(*last >> 8), to, false)
            }
            _ => Ok(()),
        }
    }
}

fn branch(t: &Thread, frame: *mut Frame, from: i64, to: i64, left: bool) -> PyResult<()> {
    let which = if left { event::BRANCH_LEFT } else { event::BRANCH_RIGHT };
    let target = PyInt::from_i64(t, to)?;
    // SAFETY: the running frame.
    let tools = listeners(t, unsafe { code_of(frame) }, which);
    fire_tools(t, frame, tools, which, from, from, &[&target])?;
    // Callbacks of the old event hear of both ways.
    fire_tools(t, frame, tools, event::BRANCH, from, from, &[&target])
}

/// Whether somebody listens to calls from this frame: only then are their ends reported, too.
pub fn hears_calls(t: &Thread, frame: *mut Frame) -> bool {
    // SAFETY: the running frame.
    let code = unsafe { code_of(frame) };
    t.raw().tracing == 0 && (t.raw().c_profilefunc.is_some() || listeners(t, code, event::CALL) != 0)
}

/// Comes before a call of something that is no Python function.
pub fn before_call(t: &Thread, frame: *mut Frame, callable: &Object, first: Option<&Object>) -> PyResult<()> {
    call_event(t, frame, event::CALL, callable, first)
}

fn call_event(t: &Thread, frame: *mut Frame, which: u32, callable: &Object, first: Option<&Object>) -> PyResult<()> {
    if t.raw().tracing > 0 {
        return Ok(());
    }
    // SAFETY: the running frame.
    let place = unsafe { offset_of(code_of(frame), (*frame).instr_ptr) };
    match which {
        event::CALL => legacy::c_event(t, frame, legacy::what::C_CALL, callable, first)?,
        event::C_RETURN => legacy::c_event(t, frame, legacy::what::C_RETURN, callable, first)?,
        _ => legacy::c_event(t, frame, legacy::what::C_EXCEPTION, callable, first)?,
    }
    // C_RETURN and C_RAISE come with CALL.
    let missing = state(t).monitoring.missing.borrow().clone();
    let none = singletons::none();
    let argument = first.or(missing.as_deref()).unwrap_or(none);
    fire(t, frame, which, place, &[callable, argument])
}

/// Comes after a call of C code; an exception stays in flight.
pub fn after_call(t: &Thread, frame: *mut Frame, callable: &Object, first: Option<&Object>, ok: bool) -> PyResult<()> {
    if ok {
        return call_event(t, frame, event::C_RETURN, callable, first);
    }
    with_exception(t, |t, _| call_event(t, frame, event::C_RAISE, callable, first))
}

/// Runs `work` with the exception in flight set aside. What `work` raises takes its place.
fn with_exception(t: &Thread, work: impl FnOnce(&Thread, &Object) -> PyResult<()>) -> PyResult<()> {
    let Some(exception) = errors::take(t) else { return Ok(()) };
    match work(t, &exception) {
        Ok(()) => {
            let _ = errors::restore_raised(t, exception);
            Ok(())
        }
        Err(raised) => Err(raised),
    }
}

/// An exception is in flight in the frame (`monitor_raise`, `monitor_reraise`).
/// `thrown`: into a generator, by whoever resumes it.
pub fn raised(t: &Thread, frame: *mut Frame, again: bool, thrown: bool) {
    // SAFETY: the running frame.
    unsafe {
        if t.raw().tracing > 0 || frame::is_incomplete(frame) {
            return;
        }
        let place = if thrown { offset_of(code_of(frame), (*frame).instr_ptr) - 2 } else { raising_offset(frame) };
        let _ = with_exception(t, |t, exception| {
            if again {
                return fire(t, frame, event::RERAISE, place, &[exception]);
            }
            legacy::exception_event(t, frame, exception)?;
            fire(t, frame, event::RAISE, place, &[exception])
        });
    }
}

/// A frame has gone on at a handler.
pub fn handled(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the running frame, whose stack has the exception on top.
    unsafe {
        if t.raw().tracing > 0 || listeners(t, code_of(frame), event::EXCEPTION_HANDLED) == 0 {
            return Ok(());
        }
        let exception = (*(*frame).stackpointer.cast::<crate::stackref::StackRef>().sub(1)).object().own();
        let place = offset_of(code_of(frame), (*frame).instr_ptr);
        fire(t, frame, event::EXCEPTION_HANDLED, place, &[&exception])
    }
}

/// `END_SEND`: a generator or coroutine that was waited for gave its value, without the exception that stands for it.
pub fn end_send(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the running frame, whose stack has the receiver and the value on top.
    unsafe {
        let code = code_of(frame);
        let heard = t.raw().c_tracefunc.is_some() || listeners(t, code, event::STOP_ITERATION) != 0;
        if t.raw().tracing > 0 || !heard {
            return Ok(());
        }
        let top = (*frame).stackpointer.cast::<crate::stackref::StackRef>();
        let (receiver, value) = ((*top.sub(2)).object().own(), (*top.sub(1)).object().own());
        if !receiver.is_exact::<crate::generator::PyGen>() && !receiver.is_exact::<crate::generator::PyCoro>() {
            return Ok(());
        }
        let class = taipan_object::exceptions_class!(StopIteration);
        let exception = class.as_object().call(t, &[&value])?;
        let place = offset_of(code, (*frame).instr_ptr);
        legacy::exception_event(t, frame, &exception)?;
        fire(t, frame, event::STOP_ITERATION, place, &[&exception])
    }
}

/// `END_FOR`: a generator whose frame was entered from a loop has returned, without the exception that stands for it.
pub fn end_for(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the running frame, whose stack has the iterator and the value on top.
    unsafe {
        let heard = t.raw().c_tracefunc.is_some() || listeners(t, code_of(frame), event::STOP_ITERATION) != 0;
        if t.raw().tracing > 0 || !heard {
            return Ok(());
        }
        let top = (*frame).stackpointer.cast::<crate::stackref::StackRef>();
        let (iterator, value) = ((*top.sub(2)).object().own(), (*top.sub(1)).object().own());
        if !iterator.is_exact::<crate::generator::PyGen>() {
            return Ok(());
        }
        let exception = taipan_object::exceptions_class!(StopIteration).as_object().call(t, &[&value])?;
        legacy::exception_event(t, frame, &exception)?;
        fire(t, frame, event::STOP_ITERATION, offset_of(code_of(frame), (*frame).instr_ptr), &[&exception])
    }
}

/// Whether a tool, or a thread's own function, is told of frames that exceptions leave, wherever they are.
pub fn hears_unwinding(t: &Thread) -> bool {
    let m = &state(t).monitoring;
    m.functions.get() != 0 || m.global.iter().any(|events| events.get() & 1 << event::PY_UNWIND != 0)
}

/// A frame is about to be left by an exception.
pub fn unwound(t: &Thread, frame: *mut Frame) {
    // SAFETY: the running frame.
    unsafe {
        if t.raw().tracing > 0 || frame::is_incomplete(frame) {
            return;
        }
        let place = raising_offset(frame);
        let _ = with_exception(t, |t, exception| {
            legacy::return_event(t, frame, None)?;
            fire(t, frame, event::PY_UNWIND, place, &[exception])
        });
    }
}

/// An exception is thrown into a suspended generator.
pub fn thrown(t: &Thread, frame: *mut Frame) {
    // SAFETY: the frame about to run.
    unsafe {
        if t.raw().tracing > 0 {
            return;
        }
        if is_unsettled(t, code_of(frame)) {
            settle(t, code_of(frame));
        }
        let place = offset_of(code_of(frame), (*frame).instr_ptr);
        let _ = with_exception(t, |t, exception| {
            legacy::call_event(t, frame)?;
            fire(t, frame, event::PY_THROW, place, &[exception])
        });
    }
}
