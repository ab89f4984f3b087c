//! `frame.f_lineno = n`: moving a frame to another line, where the evaluation stacks of both places allow it.

use crate::code::{PyCode, caches_of};
use crate::frame::{Frame, PyFrame, code_of, locals_of};
use crate::stackref::StackRef;
use crate::tracing::event;
use taipan_bytecode::opcode::{op, stack_effect};
use taipan_bytecode::tables::co_fast;
use taipan_object::{Object, PyInt, PyResult, Raised, Thread, err, errors, singletons};
use taipan_runtime::refcount;

/// What a word of the evaluation stack is, as far as jumps care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Iterator,
    Except,
    Object,
    Null,
    Lasti,
}

type Stack = Vec<Kind>;

fn pop(stack: &mut Stack, n: usize) {
    let left = stack.len().saturating_sub(n);
    stack.truncate(left);
}

/// One instruction: where it begins and ends, in units, and what it is.
struct Instruction {
    start: usize,
    end: usize,
    opcode: u8,
    oparg: usize,
}

fn instructions(code: &PyCode) -> Vec<Instruction> {
    let mut out = Vec::new();
    let n = code.units();
    let (mut i, mut extended, mut start) = (0, 0usize, None);
    while i < n {
        // SAFETY: within the instructions.
        let unit = unsafe { *code.code_ptr().add(i) };
        let opcode = code.opcode(i);
        let oparg = extended << 8 | (unit >> 8) as usize;
        let first = *start.get_or_insert(i);
        i += 1 + caches_of(opcode);
        if opcode == op::EXTENDED_ARG {
            extended = oparg;
            continue;
        }
        out.push(Instruction { start: first, end: i, opcode, oparg });
        (extended, start) = (0, None);
    }
    out
}

/// The stack before every instruction that can be reached.
fn mark_stacks(code: &PyCode, all: &[Instruction]) -> Vec<Option<Stack>> {
    let units = code.units();
    let mut stacks: Vec<Option<Stack>> = vec![None; units + 1];
    stacks[0] = Some(Vec::new());
    let handlers: Vec<_> = taipan_bytecode::exception_table::Decoder::new(code.exception_table()).collect();
    let put = |stacks: &mut Vec<Option<Stack>>, at: usize, stack: Stack| -> bool {
        match stacks.get_mut(at) {
            Some(slot) if slot.is_none() => {
                *slot = Some(stack);
                true
            }
            _ => false,
        }
    };
    let mut again = true;
    while again {
        again = false;
        for ins in all {
            let Some(mut stack) = stacks[ins.start].clone() else { continue };
            let target = ins.end + ins.oparg;
            match ins.opcode {
                op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
                    pop(&mut stack, 1);
                    again |= put(&mut stacks, target, stack.clone());
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::SEND => {
                    again |= put(&mut stacks, target, stack.clone());
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::JUMP_FORWARD => again |= put(&mut stacks, target, stack),
                op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => {
                    again |= put(&mut stacks, ins.end.saturating_sub(ins.oparg), stack);
                }
                op::GET_ITER | op::GET_AITER => {
                    pop(&mut stack, 1);
                    stack.push(Kind::Iterator);
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::FOR_ITER => {
                    stack.push(Kind::Object);
                    again |= put(&mut stacks, target, stack.clone());
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::END_ASYNC_FOR => {
                    pop(&mut stack, 2);
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::PUSH_EXC_INFO => {
                    stack.push(Kind::Except);
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::POP_EXCEPT => {
                    pop(&mut stack, 1);
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::RETURN_VALUE | op::RAISE_VARARGS | op::RERAISE | op::INTERPRETER_EXIT => {}
                op::PUSH_NULL => {
                    stack.push(Kind::Null);
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::LOAD_GLOBAL => {
                    stack.push(Kind::Object);
                    if ins.oparg & 1 != 0 {
                        stack.push(Kind::Null);
                    }
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::LOAD_ATTR => {
                    if ins.oparg & 1 != 0 {
                        pop(&mut stack, 1);
                        stack.push(Kind::Object);
                        stack.push(Kind::Null);
                    }
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::SWAP => {
                    let n = stack.len();
                    if ins.oparg >= 1 && ins.oparg <= n {
                        stack.swap(n - 1, n - ins.oparg);
                    }
                    again |= put(&mut stacks, ins.end, stack);
                }
                op::COPY => {
                    let n = stack.len();
                    let kind = if ins.oparg >= 1 && ins.oparg <= n { stack[n - ins.oparg] } else { Kind::Object };
                    stack.push(kind);
                    again |= put(&mut stacks, ins.end, stack);
                }
                opcode => {
                    let effect = stack_effect(u16::from(opcode), ins.oparg as i32, false).unwrap_or(0);
                    if effect < 0 {
                        pop(&mut stack, effect.unsigned_abs() as usize);
                    } else {
                        stack.extend(std::iter::repeat_n(Kind::Object, effect as usize));
                    }
                    again |= put(&mut stacks, ins.end, stack);
                }
            }
        }
        for entry in &handlers {
            let Some(Some(mut stack)) = stacks.get(entry.start as usize).cloned() else { continue };
            stack.truncate(entry.depth as usize);
            if entry.lasti {
                stack.push(Kind::Lasti);
            }
            stack.push(Kind::Except);
            again |= put(&mut stacks, entry.target as usize, stack);
        }
    }
    stacks
}

fn compatible(from: &[Kind], to: &[Kind]) -> bool {
    to.len() <= from.len()
        && from.iter().zip(to).all(|(&from, &to)| match to {
            Kind::Object => from != Kind::Null,
            Kind::Null => true,
            kind => from == kind,
        })
}

fn explain(target: Option<&Stack>) -> &'static str {
    let Some(stack) = target else { return "can't jump into unreachable code" };
    match stack.last() {
        Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
        Some(Kind::Lasti) => "can't jump into a re-raising block as there's no location",
        Some(Kind::Iterator) => "can't jump into the body of a for loop",
        _ => "incompatible stacks",
    }
}

fn check_event(t: &Thread) -> PyResult<()> {
    let what = t.raw().what_event;
    let refuse = |text: &str| -> Result<(), Raised> { Err(err!(t, ValueError, "{text}")) };
    let Ok(which) = u32::try_from(what) else { return refuse("f_lineno can only be set in a trace function") };
    match which {
        event::PY_RESUME | event::JUMP | event::BRANCH_LEFT | event::BRANCH_RIGHT | event::LINE | event::PY_YIELD => {
            Ok(())
        }
        event::PY_START => refuse("can't jump from the 'call' trace event of a new frame"),
        event::CALL | event::C_RETURN => refuse("can't jump during a call"),
        _ => refuse("can only jump from a 'line' trace event"),
    }
}

/// Sets `f_lineno`.
pub fn set_line(t: &Thread, object: &PyFrame, value: Option<&Object>) -> PyResult<()> {
    let Some(value) = value else { return Err(err!(t, AttributeError, "cannot delete attribute")) };
    let Some(line) = value.downcast_exact::<PyInt>() else {
        return Err(err!(t, ValueError, "lineno must be an integer"));
    };
    check_event(t)?;
    let Some(line) = line.to_i64().and_then(|n| i32::try_from(n).ok()) else {
        return Err(err!(t, ValueError, "lineno out of range"));
    };
    // SAFETY: the frame is live and stands at an instruction: a trace function runs.
    unsafe {
        let frame: *mut Frame = object.frame();
        let code = code_of(frame);
        let first = (*code.raw()).co_firstlineno;
        if line < first {
            return Err(err!(t, ValueError, "line {line} comes before the current code block"));
        }
        let all = instructions(code);
        let lines = lines_of(code, &all);
        let Some(line) = lines.iter().copied().filter(|&l| l >= line).min() else {
            return Err(err!(t, ValueError, "line {line} comes after the current code block"));
        };
        let stacks = mark_stacks(code, &all);
        let here = (*frame).instr_ptr.offset_from(code.code_ptr()) as usize;
        let mut start = stacks.get(here).and_then(Clone::clone);
        if t.raw().what_event == event::PY_YIELD as i32 {
            // The value is still on the stack; what is sent will take its place.
            start = start.map(|mut stack| {
                pop(&mut stack, 1);
                stack
            });
        }
        let mut best: Option<(usize, &[Kind])> = None;
        let mut problem = "cannot find bytecode for specified line";
        for (ins, &at) in all.iter().zip(&lines) {
            if at != line {
                continue;
            }
            let target = stacks[ins.start].as_ref();
            match (&start, target) {
                (Some(from), Some(to)) if compatible(from, to) => {
                    if best.is_none_or(|(_, stack)| to.len() > stack.len()) {
                        best = Some((ins.start, to));
                    }
                }
                (None, _) => problem = "can't jump from unreachable code",
                (_, target) => problem = explain(target),
            }
        }
        let (Some((address, target)), Some(from)) = (best, &start) else {
            return Err(err!(t, ValueError, "{problem}"));
        };
        assign_unbound(t, frame, code)?;
        if t.raw().what_event == event::PY_YIELD as i32 {
            drop_top(frame);
        }
        for kind in from[target.len()..].iter().rev() {
            if *kind == Kind::Except {
                let sp = (*frame).stackpointer.cast::<StackRef>().sub(1);
                let word = *sp;
                (*frame).stackpointer = sp.cast();
                let value = if word.as_ptr() == singletons::none().as_ptr() {
                    core::ptr::null_mut()
                } else {
                    word.into_owned().into_ptr()
                };
                let info = t.raw().exc_info;
                refcount::xdecref(core::mem::replace(&mut (*info).exc_value, value));
            } else {
                drop_top(frame);
            }
        }
        (*frame).instr_ptr = code.code_ptr().add(address);
    }
    Ok(())
}

unsafe fn drop_top(frame: *mut Frame) {
    // SAFETY: the stack is as deep as computed.
    unsafe {
        let sp = (*frame).stackpointer.cast::<StackRef>().sub(1);
        let word = *sp;
        (*frame).stackpointer = sp.cast();
        if !word.is_null() {
            word.close();
        }
    }
}

/// The line that begins at each instruction, or -1 (`marklines`).
fn lines_of(code: &PyCode, all: &[Instruction]) -> Vec<i32> {
    let mut last = -1;
    let units = code.unit_lines();
    all.iter()
        .map(|ins| {
            let line = units.get(ins.start).copied().unwrap_or(-1);
            if line == last {
                return -1;
            }
            if line != -1 {
                last = line;
            }
            line
        })
        .collect()
}

/// Locals that the jump may leave unset become `None`, with a warning.
unsafe fn assign_unbound(t: &Thread, frame: *mut Frame, code: &PyCode) -> PyResult<()> {
    // SAFETY: the frame's locals.
    unsafe {
        let kinds = code.localspluskinds();
        let locals = locals_of(frame);
        let unbound: Vec<usize> = (0..kinds.len())
            .filter(|&i| {
                kinds[i] & co_fast::LOCAL != 0 && kinds[i] & co_fast::HIDDEN == 0 && (*locals.add(i)).is_null()
            })
            .collect();
        if unbound.is_empty() {
            return Ok(());
        }
        let plural = if unbound.len() == 1 { "" } else { "s" };
        errors::warn(
            t,
            taipan_object::exceptions_class!(RuntimeWarning),
            format_args!("assigning None to {} unbound local{plural}", unbound.len()),
            0,
        )?;
        for i in unbound {
            *locals.add(i) = StackRef::borrowed(singletons::none().as_ptr());
        }
    }
    Ok(())
}
