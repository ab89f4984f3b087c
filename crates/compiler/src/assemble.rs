//! The last step: jump distances, `EXTENDED_ARG`, caches, location and exception tables, kinds of locals.

use crate::codegen::ArgCounts;
use crate::error::{NEXT_LOCATION, NO_LOCATION};
use crate::flowgraph::{Final, Layout, Optimized};
use crate::names::{FxHashSet, Sym};
use taipan_bytecode::opcode::flags;
use taipan_bytecode::tables::co_fast;
use taipan_bytecode::{Opcode as Op, exception_table, instruction, location};

/// Distance from `END_ASYNC_FOR`'s target, the `SEND`, to the `END_SEND` that belongs to it.
const END_SEND_OFFSET: i32 = 5;

/// The bytes of a code unit.
pub(crate) struct Assembled {
    pub code: Vec<u8>,
    pub linetable: Vec<u8>,
    pub exceptiontable: Vec<u8>,
}

/// Code units taken.
fn size(op: Op, arg: i32) -> i32 {
    let arg = arg as u32;
    let extended = i32::from(arg > 0xff_ffff) + i32::from(arg > 0xffff) + i32::from(arg > 0xff);
    extended + 1 + op.caches() as i32
}

pub(crate) fn assemble(optimized: &Optimized, firstlineno: i32) -> Assembled {
    let mut instrs: Vec<Final> = optimized.instrs.clone();
    for (i, instr) in instrs.iter_mut().enumerate() {
        let forward = instr.target as usize > i;
        instr.op = match instr.op {
            Op::JUMP | Op::JUMP_NO_INTERRUPT if forward => Op::JUMP_FORWARD,
            Op::JUMP => Op::JUMP_BACKWARD,
            Op::JUMP_NO_INTERRUPT => Op::JUMP_BACKWARD_NO_INTERRUPT,
            op => op,
        };
        if !instr.op.has(flags::ARG) {
            instr.arg = 0;
        }
    }
    let offsets = resolve_jumps(&mut instrs);
    for i in (0..instrs.len()).rev() {
        if instrs[i].loc == NEXT_LOCATION {
            let terminator = instrs[i].op.has(flags::JUMP) || instrs[i].op.is_scope_exit();
            instrs[i].loc = match instrs.get(i + 1) {
                Some(next) if !terminator => next.loc,
                _ => NO_LOCATION,
            };
        }
    }
    Assembled {
        code: emit(&instrs),
        linetable: locations(&instrs, firstlineno),
        exceptiontable: exceptions(&instrs, &offsets),
    }
}

/// Turns targets into distances; longer distances need longer instructions, until nothing changes.
fn resolve_jumps(instrs: &mut [Final]) -> Vec<i32> {
    let mut offsets = vec![0; instrs.len()];
    // The first guess decides between two fixed points: CPython's is the index of the target.
    for instr in instrs.iter_mut() {
        if instr.op.has(flags::JUMP) {
            instr.arg = instr.target as i32;
        }
    }
    loop {
        let mut total = 0;
        for (offset, instr) in offsets.iter_mut().zip(instrs.iter()) {
            *offset = total;
            total += size(instr.op, instr.arg);
        }
        let mut again = false;
        let mut offset = 0;
        for instr in instrs.iter_mut() {
            let old = size(instr.op, instr.arg);
            offset += old;
            if instr.op.has(flags::JUMP)
                && let Some(&target) = offsets.get(instr.target as usize)
            {
                instr.arg = if instr.op == Op::END_ASYNC_FOR {
                    offset - target - END_SEND_OFFSET
                } else {
                    (target - offset).abs()
                };
                again |= size(instr.op, instr.arg) != old;
            }
        }
        if !again {
            return offsets;
        }
    }
}

fn emit(instrs: &[Final]) -> Vec<u8> {
    let mut code = Vec::with_capacity(instrs.len() * 4);
    for instr in instrs {
        instruction::encode(&mut code, instr.op, instr.arg as u32);
    }
    code
}

fn locations(instrs: &[Final], firstlineno: i32) -> Vec<u8> {
    let mut encoder = location::Encoder::new(firstlineno);
    let mut loc = NO_LOCATION;
    let mut units = 0;
    for instr in instrs {
        if instr.loc != loc {
            encoder.push(units, loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset);
            loc = instr.loc;
            units = 0;
        }
        units += size(instr.op, instr.arg) as usize;
    }
    encoder.push(units, loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset);
    encoder.finish()
}

fn exceptions(instrs: &[Final], offsets: &[i32]) -> Vec<u8> {
    let mut table = Vec::new();
    let mut current: Option<(&Final, i32)> = None;
    let mut offset = 0;
    let mut write = |current: Option<(&Final, i32)>, end: i32| {
        if let Some((instr, start)) = current
            && let Some(&target) = offsets.get(instr.handler as usize)
        {
            let depth = instr.handler_depth - 1 - i32::from(instr.preserve_lasti);
            exception_table::write_entry(
                &mut table,
                &exception_table::Entry {
                    start: start as u32,
                    end: end as u32,
                    target: target as u32,
                    depth: depth.max(0) as u32,
                    lasti: instr.preserve_lasti,
                },
            );
        }
    };
    let mut handler = u32::MAX;
    for instr in instrs {
        if instr.handler != handler {
            write(current, offset);
            current = Some((instr, offset));
            handler = instr.handler;
        }
        offset += size(instr.op, instr.arg);
    }
    write(current, offset);
    table
}

/// Locals, then cells that are no locals, then free variables.
pub(crate) fn localsplusnames(layout: &Layout) -> Vec<Sym> {
    let locals: FxHashSet<Sym> = layout.varnames.iter().copied().collect();
    layout
        .varnames
        .iter()
        .copied()
        .chain(layout.cellvars.iter().copied().filter(|name| !locals.contains(name)))
        .chain(layout.freevars.iter().copied())
        .collect()
}

/// `co_localspluskinds`; `rest` says whether there are `*args` and `**kwargs`.
pub(crate) fn kinds(layout: &Layout, args: &ArgCounts, rest: (bool, bool), is_hidden: impl Fn(Sym) -> bool) -> Vec<u8> {
    let (varargs, varkeywords) = rest;
    let parts = [
        (args.posonlyargcount, co_fast::ARG_POS),
        (args.argcount, co_fast::ARG_POS | co_fast::ARG_KW),
        (args.kwonlyargcount, co_fast::ARG_KW),
        (u32::from(varargs), co_fast::ARG_VAR | co_fast::ARG_POS),
        (u32::from(varkeywords), co_fast::ARG_VAR | co_fast::ARG_KW),
    ];
    let arg_kinds = parts.into_iter().flat_map(|(n, kind)| std::iter::repeat_n(kind, n as usize));
    let cells: FxHashSet<Sym> = layout.cellvars.iter().copied().collect();
    let locals: FxHashSet<Sym> = layout.varnames.iter().copied().collect();
    let mut kinds = Vec::with_capacity(layout.varnames.len() + layout.cellvars.len() + layout.freevars.len());
    for (name, kind) in layout.varnames.iter().zip(arg_kinds.chain(std::iter::repeat(0))) {
        let mut kind = kind | co_fast::LOCAL;
        if is_hidden(*name) {
            kind |= co_fast::HIDDEN;
        }
        if cells.contains(name) {
            kind |= co_fast::CELL;
        }
        kinds.push(kind);
    }
    kinds.extend(layout.cellvars.iter().filter(|name| !locals.contains(name)).map(|_| co_fast::CELL));
    kinds.extend(layout.freevars.iter().map(|_| co_fast::FREE));
    kinds
}
