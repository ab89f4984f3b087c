//! Instrumentation of code for `sys.monitoring` (PEP 669), trace and profile functions: an instruction that somebody waits for
//! gives way to `INSTRUMENTED_INSTRUCTION`. There the loop tells of it and runs it, or hands the frame over to the traced loop
//! where more is to be told afterwards. The other instructions run as ever.
//!
//! Code is instrumented when it runs (at `RESUME`, in the form of the loop that threads run while anybody monitors), and
//! at once if it is running when the events change. Callbacks that disable an event set the instruction free again.

use super::{CodeMonitoring, Previous, TOOLS, code_data, code_data_or_new, event, is_monitored};
use crate::code::translate;
use crate::code::{PyCode, caches_of};
use crate::frame::{self, Frame, code_of};
use crate::state::state;
use taipan_bytecode::exception_table::Decoder;
use taipan_bytecode::opcode::op;
use taipan_object::Thread;

/// In a code object's version: an instruction was set free since its forms were chosen.
const FREED: usize = 1;

/// What the version of code is that is as tools want it; never zero, which is that of fresh code.
fn current(t: &Thread) -> usize {
    (state(t).monitoring.version.get() as usize + 1) << 1
}

fn version(code: &PyCode) -> usize {
    // SAFETY: plain field, which belongs to this module once the code is loaded.
    unsafe { (*code.raw())._co_instrumentation_version }
}

fn set_version(code: &PyCode, version: usize) {
    // SAFETY: as above.
    unsafe { (*code.raw())._co_instrumentation_version = version };
}

/// Whether code was instrumented for what tools want now.
#[inline]
pub fn is_current(t: &Thread, code: &PyCode) -> bool {
    version(code) | FREED == current(t) | FREED
}

/// Whether code that begins to run is not as tools want it, or could run faster.
#[inline]
pub fn is_unsettled(t: &Thread, code: &PyCode) -> bool {
    is_monitored(t) && version(code) != current(t)
}

/// Brings code up to date, which is loaded.
#[cold]
#[inline(never)]
pub fn settle(t: &Thread, code: &PyCode) {
    if version(code) == current(t) | FREED {
        translate::translate(code);
        set_version(code, current(t));
    } else {
        instrument(t, code);
    }
}

/// Brings the code of all frames up to date that are running now.
pub fn instrument_running(t: &Thread) {
    for thread in t.interpreter().thread_list() {
        // SAFETY: threads of the list are alive under the GIL, and so are their frames.
        unsafe {
            let mut at = (*thread).raw().current_frame;
            while !at.is_null() {
                if !frame::is_incomplete(at) && code_of(at).is_loaded() {
                    instrument(t, code_of(at));
                }
                at = (*at).previous;
            }
        }
    }
}

/// The general form of the instrumented instruction at an address in code.
#[cold]
pub fn instrumented_opcode(code: &PyCode, ip: *const u16) -> u8 {
    // SAFETY: the address lies in the code.
    let i = unsafe { ip.offset_from_unsigned(code.code_ptr()) };
    let opcodes = code_data(code).and_then(|data| data.opcodes.borrow().as_ref().map(|opcodes| opcodes[i]));
    opcodes.unwrap_or(op::INSTRUMENTED_INSTRUCTION)
}

/// An instruction with its prefixes.
#[derive(Clone, Copy)]
struct Instruction {
    /// The unit where it begins, with prefixes.
    start: usize,
    /// The unit of its opcode.
    at: usize,
    opcode: u8,
    arg: usize,
}

impl Instruction {
    fn end(self) -> usize {
        self.at + 1 + caches_of(self.opcode)
    }

    /// Where it jumps to, if it may.
    fn target(self) -> Option<usize> {
        match self.opcode {
            op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE
            | op::JUMP_FORWARD => Some(self.end().saturating_add(self.arg)),
            // It skips END_FOR or END_SEND.
            op::FOR_ITER | op::SEND => Some(self.end().saturating_add(self.arg).saturating_add(1)),
            op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => self.end().checked_sub(self.arg),
            _ => None,
        }
    }

    /// Whether what follows is reached by a jump only.
    fn ends_block(self) -> bool {
        matches!(
            self.opcode,
            op::JUMP_FORWARD
                | op::JUMP_BACKWARD
                | op::JUMP_BACKWARD_NO_INTERRUPT
                | op::RETURN_VALUE
                | op::RAISE_VARARGS
                | op::RERAISE
        )
    }
}

/// The instructions of code, as they stood before instrumentation.
fn instructions(code: &PyCode) -> impl Iterator<Item = Instruction> {
    let mut i = 0;
    core::iter::from_fn(move || {
        let (start, mut arg) = (i, 0);
        while i < code.units() {
            let (at, opcode) = (i, code.opcode(i));
            // SAFETY: within the instructions.
            arg = arg << 8 | usize::from(unsafe { *code.code_ptr().add(i) } >> 8);
            i += 1 + caches_of(opcode);
            if opcode != op::EXTENDED_ARG {
                return Some(Instruction { start, at, opcode, arg });
            }
        }
        None
    })
}

/// Whether an instruction never begins a line: it is skipped, or belongs to a jump elsewhere.
pub const fn never_starts_line(opcode: u8) -> bool {
    matches!(
        opcode,
        op::RESUME | op::END_FOR | op::END_SEND | op::END_ASYNC_FOR | op::POP_ITER | op::CACHE | op::NOT_TAKEN
    )
}

/// Where lines begin in code.
pub struct LineStarts {
    /// For each unit whether a line begins there, unless the instruction before was of the same line: it is another line than
    /// that of the instruction above, or one that jumps there is of another, or an exception handler begins.
    pub starts: Vec<bool>,
    /// Such units with the instructions of their own line that lead there, in order.
    within: Vec<(usize, usize)>,
    /// For each unit whether it is one of these.
    leads_on: Vec<bool>,
    /// Jumps back to another instruction of their line, with where they lead: for trace functions, the line begins again.
    again: Vec<(usize, usize)>,
    /// Instructions that begin a line only if somebody hears that the function begins, whose line it is.
    opening: Vec<usize>,
}

/// Finds where lines begin, by the line of each unit.
pub fn line_starts(code: &PyCode, lines: &[i32]) -> LineStarts {
    let mut starts = vec![false; code.units()];
    // SAFETY: plain field.
    let first = unsafe { (*code.raw())._co_firsttraceable as usize };
    let may_start = |i: usize| i >= first && i < lines.len() && lines[i] >= 0 && !never_starts_line(code.opcode(i));
    let mut line = -1;
    for Instruction { start, .. } in instructions(code) {
        starts[start] = may_start(start) && lines[start] != line;
        if start >= first && !never_starts_line(code.opcode(start)) {
            line = lines[start];
        }
    }
    for instruction in instructions(code) {
        if let Some(target) = instruction.target()
            && may_start(target)
            && lines[target] != lines[instruction.start]
        {
            starts[target] = true;
        }
    }
    let mut handlers = vec![false; starts.len()];
    for entry in Decoder::new(code.exception_table()) {
        let handler = entry.target as usize;
        if may_start(handler) {
            starts[handler] = true;
            handlers[handler] = true;
        }
    }
    let (mut within, mut opening) = (Vec::new(), Vec::new());
    let mut entered = handlers;
    for instruction in instructions(code) {
        let from = instruction.start;
        let on = (!instruction.ends_block()).then(|| instruction.end());
        for to in [on, instruction.target()].into_iter().flatten() {
            if to >= starts.len() || !starts[to] {
                continue;
            }
            if lines[to] == lines[from] {
                within.push((to, from));
            }
            entered[to] |= lines[to] != lines[from];
            if instruction.opcode == op::RESUME && lines[to] == lines[from] {
                opening.push(to);
            }
        }
    }
    opening.retain(|&to| !entered[to]);
    for (i, start) in starts.iter_mut().enumerate() {
        *start &= entered[i] || opening.contains(&i);
    }
    within.retain(|&(to, _)| starts[to]);
    within.sort_unstable();
    let again = instructions(code)
        .filter(|instruction| instruction.opcode == op::JUMP_BACKWARD)
        .filter_map(|instruction| Some((instruction.start, instruction.target()?)))
        .filter(|&(from, to)| may_start(to) && lines[from] == lines[to])
        .collect();
    let mut leads_on = vec![false; starts.len()];
    for &(_, from) in &within {
        leads_on[from] = true;
    }
    LineStarts { starts, within, leads_on, again, opening }
}

/// Who listens to which events in a code object.
struct Listeners<'a> {
    data: &'a CodeMonitoring,
    /// Events that a callback waits for, by tool.
    events: [u32; TOOLS],
    /// Events that threads' own functions are told of, wherever they are.
    functions: u32,
    /// All of these.
    any: u32,
}

impl<'a> Listeners<'a> {
    fn of(t: &Thread, data: &'a CodeMonitoring) -> Self {
        let m = &state(t).monitoring;
        let functions = m.functions.get();
        let (mut events, mut any) = ([0; TOOLS], functions);
        for (tool, events) in events.iter_mut().enumerate() {
            let heard = m.events(tool, Some(data));
            if heard == 0 {
                continue;
            }
            // C_RETURN and C_RAISE come with CALL.
            *events = (0..event::COUNT as u32)
                .filter(|&which| heard & heard_as(which) != 0 && m.callbacks[tool][which as usize].borrow().is_some())
                .fold(0, |set, which| set | 1 << which);
            any |= *events;
        }
        Self { data, events, functions, any }
    }

    /// Whether an event of a set is waited for at a place, in units.
    fn hear(&self, set: u32, place: usize) -> bool {
        if self.any & set == 0 || self.functions & set != 0 {
            return self.functions & set != 0;
        }
        let disabled = self.data.disabled.borrow();
        self.events.iter().enumerate().any(|(tool, events)| {
            let mut left = events & set;
            while left != 0 {
                let which = left.trailing_zeros();
                if !disabled.contains(&(2 * place as u32, tool as u8, which as u8)) {
                    return true;
                }
                left &= left - 1;
            }
            false
        })
    }
}

/// Whether a callback waits for an event at a place, an offset in bytes.
pub fn is_heard(t: &Thread, code: &PyCode, which: u32, place: i64) -> bool {
    let m = &state(t).monitoring;
    let known = code_data(code);
    let disabled = |tool: usize| {
        known.is_some_and(|data| data.disabled.borrow().contains(&(place as u32, tool as u8, which as u8)))
    };
    (0..TOOLS).any(|tool| {
        m.events(tool, known) & 1 << which != 0
            && m.callbacks[tool][which as usize].borrow().is_some()
            && !disabled(tool)
    })
}

/// The events of which one that is set has a callback called.
const fn heard_as(which: u32) -> u32 {
    match which {
        event::BRANCH => BRANCHES,
        event::C_RETURN | event::C_RAISE => CALLS,
        _ => 1 << which,
    }
}

const BRANCHES: u32 = 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT | 1 << event::BRANCH;
const CALLS: u32 = 1 << event::CALL | 1 << event::C_RETURN | 1 << event::C_RAISE;

/// Instructions that stand for a way of a branch, with those that they are reached from, in order.
pub type Sources = Vec<(usize, usize)>;

/// The second of pairs in order whose first is given.
fn paired(pairs: &[(usize, usize)], with: usize) -> impl Iterator<Item = usize> {
    let first = pairs.partition_point(|&(one, _)| one < with);
    pairs[first..].iter().take_while(move |&&(one, _)| one == with).map(|&(_, other)| other)
}

/// Finds them.
pub fn sources(code: &PyCode) -> Sources {
    let mut all = Sources::new();
    let mut stands = |at: usize, source: usize| {
        if at < code.units() && matches!(code.opcode(at), op::NOT_TAKEN | op::POP_ITER) {
            all.push((at, source));
        }
    };
    for instruction in instructions(code) {
        if let Some(target) = instruction.target() {
            stands(target, instruction.at);
        }
        // END_FOR is for loops over generators that nobody hears of.
        if !instruction.ends_block() && instruction.opcode != op::END_FOR {
            stands(instruction.end(), instruction.at);
        }
    }
    all.sort_unstable();
    all
}

/// Whether an instruction tells of something that is waited for.
fn is_awaited(listeners: &Listeners<'_>, code: &PyCode, instruction: Instruction) -> bool {
    let Instruction { start, at, opcode, arg } = instruction;
    // SAFETY: plain field.
    if start < unsafe { (*code.raw())._co_firsttraceable as usize } {
        return false;
    }
    let here = |set: u32| listeners.hear(set, at);
    if listeners.hear(1 << event::INSTRUCTION, start) {
        return true;
    }
    if listeners.any & 1 << event::LINE != 0 {
        let found = listeners.data.starts(code);
        let begins = 1 << event::PY_START | 1 << event::PY_RESUME;
        let is_heard =
            |i| listeners.hear(1 << event::LINE, i) && (listeners.any & begins != 0 || !found.opening.contains(&i));
        // Where a line goes on that could begin, the traced loop has to know that it does.
        let goes_on = || {
            let to = [Some(instruction.end()), instruction.target()].into_iter().flatten();
            found.leads_on[start]
                && to.into_iter().any(|to| paired(&found.within, to).any(|from| from == start) && is_heard(to))
        };
        let begins_again = || {
            listeners.functions & 1 << event::LINE != 0
                && found.again.iter().any(|&(from, to)| from == start || to == start)
        };
        if found.starts[start] && is_heard(start) || goes_on() || begins_again() {
            return true;
        }
    }
    match opcode {
        op::RESUME => here(if arg & 3 == 0 { 1 << event::PY_START } else { 1 << event::PY_RESUME }),
        op::RETURN_VALUE => here(1 << event::PY_RETURN),
        op::YIELD_VALUE => here(1 << event::PY_YIELD),
        _ if is_call(opcode) => here(CALLS),
        op::END_FOR => here(1 << event::STOP_ITERATION),
        op::END_SEND => here(1 << event::STOP_ITERATION) || leads_on(listeners, code, instruction),
        op::JUMP_FORWARD | op::JUMP_BACKWARD => here(1 << event::JUMP) || leads_on(listeners, code, instruction),
        op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::POP_JUMP_IF_NONE
        | op::POP_JUMP_IF_NOT_NONE
        | op::FOR_ITER => here(BRANCHES),
        op::END_ASYNC_FOR => instruction.end().checked_sub(arg).is_some_and(|source| listeners.hear(BRANCHES, source)),
        op::NOT_TAKEN | op::POP_ITER => {
            listeners.any & BRANCHES != 0
                && paired(listeners.data.sources(code), at).any(|source| listeners.hear(BRANCHES, source))
        }
        _ => leads_on(listeners, code, instruction),
    }
}

/// Whether the instruction that this one leads to tells of a branch as if it came from here: it has to know.
fn leads_on(listeners: &Listeners<'_>, code: &PyCode, instruction: Instruction) -> bool {
    listeners.any & BRANCHES != 0
        && [Some(instruction.end()), instruction.target()].into_iter().flatten().any(|to| {
            paired(listeners.data.sources(code), to).any(|source| source == instruction.at)
                && listeners.hear(BRANCHES, instruction.at)
        })
}

/// Makes code as tools want it: instruments what they wait for, and nothing else.
#[cold]
#[inline(never)]
pub fn instrument(t: &Thread, code: &PyCode) {
    if !code.is_loaded() {
        return;
    }
    let m = &state(t).monitoring;
    let known = code_data(code);
    let is_plain = known.is_none_or(|data| data.opcodes.borrow().is_none());
    if is_plain && m.functions.get() == 0 && (0..TOOLS).all(|tool| m.events(tool, known) == 0) {
        if let Some(data) = known {
            note_listeners(t, data);
        }
        return set_version(code, current(t));
    }
    let data = code_data_or_new(code);
    for tool in 0..TOOLS {
        m.set_local(tool, data, m.local(tool, data));
    }
    if data.restarts.replace(m.restarts.get()) != m.restarts.get() {
        data.disabled.borrow_mut().clear();
    }
    let listeners = Listeners::of(t, data);
    let all: Vec<Instruction> = instructions(code).collect();
    let awaited: Vec<usize> = all
        .iter()
        .filter(|&&instruction| is_awaited(&listeners, code, instruction))
        .map(|instruction| instruction.start)
        .collect();
    translate::separate(code);
    let opcodes = (!awaited.is_empty()).then(|| {
        let mut opcodes = vec![op::CACHE; code.units()].into_boxed_slice();
        for instruction in &all {
            opcodes[instruction.start..instruction.at].fill(op::EXTENDED_ARG);
            opcodes[instruction.at] = instruction.opcode;
        }
        opcodes
    });
    data.awaited.set(awaited.len());
    note_listeners(t, data);
    *data.opcodes.borrow_mut() = opcodes;
    for start in awaited {
        put(code, start, op::INSTRUMENTED_INSTRUCTION);
    }
    translate::translate(code);
    set_version(code, current(t));
}

/// Keeps who listens to the events of code.
fn note_listeners(t: &Thread, data: &CodeMonitoring) {
    let mut heard = 0;
    for (which, tools) in data.tools.iter().enumerate() {
        let listening = super::find_listeners(t, Some(data), which as u32);
        tools.set(listening as u8);
        heard |= u32::from(listening != 0) << which;
    }
    data.heard.set(heard);
}

fn put(code: &PyCode, i: usize, opcode: u8) {
    // SAFETY: within the instructions; the argument stays.
    unsafe { *code.code_ptr().add(i).cast::<u8>() = opcode };
}

/// The instruction whose opcode or first prefix is at a unit of instrumented code.
fn instruction_at(code: &PyCode, data: &CodeMonitoring, unit: usize) -> Option<Instruction> {
    let opcodes = data.opcodes.borrow();
    let opcodes = opcodes.as_ref()?;
    let mut start = unit;
    while start > 0 && opcodes.get(start - 1) == Some(&op::EXTENDED_ARG) {
        start -= 1;
    }
    let (mut at, mut arg) = (start, 0);
    while at < opcodes.len() {
        // SAFETY: within the instructions.
        arg = arg << 8 | usize::from(unsafe { *code.code_ptr().add(at) } >> 8);
        if opcodes[at] != op::EXTENDED_ARG {
            return Some(Instruction { start, at, opcode: opcodes[at], arg });
        }
        at += 1;
    }
    None
}

/// A callback has disabled an event at a place, an offset in bytes: sets instructions free that nobody waits for any more.
pub fn disabled(t: &Thread, code: &PyCode, place: u32, which: u32) {
    let Some(data) = code_data(code) else { return };
    if data.awaited.get() == 0 || !is_current(t, code) {
        return;
    }
    let listeners = Listeners::of(t, data);
    let place = place as usize / 2;
    let Some(there) = instruction_at(code, data, place) else { return };
    let free = |instruction: Instruction| {
        let Instruction { start, at, opcode, .. } = instruction;
        // SAFETY: within the instructions.
        let is_instrumented = unsafe { *code.code_ptr().add(start) } as u8 == op::INSTRUMENTED_INSTRUCTION;
        if is_instrumented && !is_awaited(&listeners, code, instruction) {
            put(code, start, if start == at { opcode } else { op::EXTENDED_ARG });
            data.awaited.set(data.awaited.get() - 1);
            set_version(code, current(t) | FREED);
        }
    };
    free(there);
    if which == event::LINE {
        paired(&data.starts(code).within, place).filter_map(|from| instruction_at(code, data, from)).for_each(free);
    }
    // Several instructions tell of one branch.
    if 1 << which & BRANCHES != 0 {
        if there.target().is_some() {
            let ways = [Some(there.end()), there.target()].into_iter().flatten();
            ways.filter_map(|way| instruction_at(code, data, way)).for_each(free);
        } else {
            instructions(code).for_each(free);
        }
    }
    if data.awaited.get() == 0 {
        translate::translate(code);
        set_version(code, current(t));
    }
}

/// What a loop does at an instrumented instruction.
pub enum At {
    /// It hands the frame over to the traced loop, with what is known of the instruction before.
    Traced(Previous),
    /// It runs the instruction that stands there by now.
    Again,
    /// It runs the instruction, of which tools have been told.
    Told(u8),
    /// An exception of a tool is in flight.
    Raised,
}

/// Tells of an instruction that a loop has reached if all is done before it runs, and nothing after.
///
/// # Safety
/// `frame` is the running frame, its pointers saved, `ip` its next instruction, which is instrumented; `previous` is an
/// instruction that it has run before, perhaps long ago.
#[cold]
#[inline(never)]
pub unsafe fn reach(t: &Thread, frame: *mut Frame, ip: *mut u16, previous: &mut Previous) -> At {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        if version(code) != current(t) && code.opcode_at(ip) == op::RESUME || !is_current(t, code) {
            settle(t, code);
            if *ip as u8 != op::INSTRUMENTED_INSTRUCTION {
                return At::Again;
            }
        }
        if t.raw().tracing > 0 {
            // A callback's own code.
            *previous = Previous::NONE;
            return At::Told(code.opcode_at(ip));
        }
        if !previous.ip.is_null() && !leads_to(code, previous.ip, ip) {
            *previous = Previous::NONE;
        }
        let opcode = code.opcode_at(super::behind_prefixes(code, ip));
        if is_told_later(t, code, opcode, ip) {
            return At::Traced(*previous);
        }
        if super::before(t, frame, ip, previous).is_err() {
            return At::Raised;
        }
        if (*frame).instr_ptr != ip {
            // A trace function moved the frame, and was told of where it is now.
            return At::Traced(Previous { unwound: true, ..Previous::after((*frame).instr_ptr) });
        }
        if is_conditional(opcode) {
            *previous = Previous::NONE;
        }
        At::Told(code.opcode_at(ip))
    }
}

/// Whether an instruction that has run has led to another at once, if it is known to have only one way on.
///
/// # Safety
/// Both lie in the code.
unsafe fn leads_to(code: &PyCode, from: *const u16, to: *const u16) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let at = super::behind_prefixes(code, from);
        let opcode = code.opcode_at(at);
        let end = at.add(1 + caches_of(opcode));
        match opcode {
            // The argument may have prefixes: where they lead is further than those without could.
            op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => to < from,
            op::JUMP_FORWARD => to > end,
            _ => to == end,
        }
    }
}

/// Whether tools are told more of an instruction than that it runs: the traced loop runs it.
///
/// # Safety
/// `ip` lies in the code.
unsafe fn is_told_later(t: &Thread, code: &PyCode, opcode: u8, ip: *const u16) -> bool {
    let heard = super::heard_in(t, code) | state(t).monitoring.functions.get();
    // SAFETY: the caller's promise.
    let start = unsafe { ip.offset_from_unsigned(code.code_ptr()) };
    let goes_on = || code_data_or_new(code).starts(code).leads_on[start];
    match opcode {
        op::JUMP_FORWARD | op::JUMP_BACKWARD => heard & (BRANCHES | 1 << event::JUMP) != 0,
        op::END_FOR | op::END_SEND => heard & (BRANCHES | 1 << event::STOP_ITERATION) != 0,
        _ if is_call(opcode) => heard & (BRANCHES | CALLS) != 0,
        _ if is_conditional(opcode) => heard & BRANCHES != 0 || goes_on(),
        _ => tells_later(opcode) && heard & BRANCHES != 0,
    }
}

const fn is_conditional(opcode: u8) -> bool {
    translate::is_conditional_jump(opcode) || matches!(opcode, op::FOR_ITER | op::SEND)
}

const fn is_call(opcode: u8) -> bool {
    matches!(opcode, op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX | op::LOAD_SUPER_ATTR)
}

/// Whether tools are told of an instruction when the next one comes.
const fn tells_later(opcode: u8) -> bool {
    matches!(
        opcode,
        op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE
            | op::FOR_ITER
            | op::JUMP_FORWARD
            | op::JUMP_BACKWARD
            | op::NOT_TAKEN
            | op::POP_ITER
            | op::END_ASYNC_FOR
    )
}

/// Whether the traced loop keeps a frame that nobody traces: at an instrumented instruction, and where the effect of the last
/// one is told of.
///
/// # Safety
/// `frame` is the running frame, `ip` its next instruction, `last` the one before or null.
pub unsafe fn stays(t: &Thread, frame: *mut Frame, ip: *const u16, last: *const u16) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        if *ip as u8 == op::INSTRUMENTED_INSTRUCTION {
            if !is_current(t, code) {
                instrument(t, code);
            }
            if *ip as u8 == op::INSTRUMENTED_INSTRUCTION {
                return true;
            }
        }
        !last.is_null() && tells_later(code.opcode_at(super::behind_prefixes(code, last)))
    }
}
