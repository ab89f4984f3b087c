//! From the optimised graph to code: cells, prefix, stack depth, pseudo-instructions, branches, borrowed loads.

use super::Layout;
use super::cfg::{Cfg, Instr, NONE, for_each_block};
use crate::error::{CompileError, ErrorKind, NO_LOCATION, Result};
use crate::instr::has_target;
use taipan_bytecode::tables::co;
use taipan_bytecode::{Opcode as Op, stack_effect};
use taipan_parser::ast::Location;

impl Cfg {
    /// `JUMP_IF_FALSE` tests a copy.
    pub fn convert_pseudo_conditional_jumps(&mut self) {
        for_each_block!(self, b, {
            let block = self.block_mut(b);
            if let Some(&last) = block.last()
                && matches!(last.op, Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE)
            {
                block.left_behind.pop_front();
                block.left_behind.pop_front();
                let instrs = &mut block.instrs;
                instrs.pop();
                let mut copy = Instr::new(Op::COPY, 1, last.loc);
                copy.except = last.except;
                let mut to_bool = Instr::new(Op::TO_BOOL, 0, last.loc);
                to_bool.except = last.except;
                let op = if last.op == Op::JUMP_IF_FALSE { Op::POP_JUMP_IF_FALSE } else { Op::POP_JUMP_IF_TRUE };
                instrs.extend([copy, to_bool, Instr { op, ..last }]);
            }
        });
    }

    /// Gives cells and free variables their places after the locals, and makes them at the start.
    pub fn prepare_localsplus(&mut self, layout: &Layout) {
        let nlocals = layout.varnames.len();
        let ncells = layout.cellvars.len();
        let nfrees = layout.freevars.len();
        let mut fixed: Vec<usize> = (0..ncells + nfrees).map(|i| nlocals + i).collect();
        if ncells > 0 {
            let index: crate::names::FxHashMap<_, _> =
                layout.varnames.iter().enumerate().map(|(i, name)| (*name, i)).collect();
            for (i, name) in layout.cellvars.iter().enumerate() {
                if let Some(&local) = index.get(name) {
                    fixed[i] = local;
                }
            }
        }
        let mut prefix = Vec::new();
        if nfrees > 0 {
            prefix.push(Instr::new(Op::COPY_FREE_VARS, nfrees as i32, NO_LOCATION));
        }
        let mut cells: Vec<usize> = (0..ncells).collect();
        cells.sort_by_key(|&i| fixed[i]);
        prefix.extend(cells.iter().map(|&i| Instr::new(Op::MAKE_CELL, i as i32, NO_LOCATION)));
        if layout.code_flags & (co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR) != 0 {
            let line = layout.firstlineno;
            let loc = Location { lineno: line, end_lineno: line, col_offset: -1, end_col_offset: -1 };
            prefix.push(Instr::new(Op::RETURN_GENERATOR, 0, loc));
            prefix.push(Instr::new(Op::POP_TOP, 0, loc));
        }
        if !prefix.is_empty() {
            let block = self.block_mut(0);
            for _ in &prefix {
                block.left_behind.pop_front();
            }
            block.instrs.splice(0..0, prefix);
        }
        if fixed.is_empty() {
            return;
        }
        // Parameters that are cells need no second place.
        let mut dropped = 0;
        for (i, slot) in fixed.iter_mut().enumerate() {
            if *slot == i + nlocals {
                *slot -= dropped;
            } else {
                dropped += 1;
            }
        }
        for_each_block!(self, b, {
            for instr in &mut self.block_mut(b).instrs {
                if matches!(
                    instr.op,
                    Op::MAKE_CELL
                        | Op::LOAD_CLOSURE
                        | Op::LOAD_DEREF
                        | Op::STORE_DEREF
                        | Op::DELETE_DEREF
                        | Op::LOAD_FROM_DICT_OR_DEREF
                ) && let Some(&slot) = fixed.get(instr.arg as usize)
                {
                    instr.arg = slot as i32;
                }
            }
        });
    }

    pub fn calculate_stackdepth(&mut self) -> Result<u32> {
        for block in &mut self.blocks {
            block.startdepth = i32::MIN;
        }
        let mut max = 0;
        let mut stack = Vec::new();
        self.push_depth(0, 0, &mut stack)?;
        while let Some(b) = stack.pop() {
            let mut depth = self.block(b).startdepth;
            let mut next = self.block(b).next;
            for i in 0..self.block(b).instrs.len() {
                let instr = self.block(b).instrs[i];
                let effect = |jump| {
                    stack_effect(instr.op.number(), instr.arg, jump).ok_or_else(|| {
                        CompileError::system(format!(
                            "Invalid stack effect for opcode={}, arg={}",
                            instr.op.number(),
                            instr.arg
                        ))
                    })
                };
                let new_depth = depth + effect(false)?;
                if new_depth < 0 {
                    return Err(CompileError::new(ErrorKind::Value, "Invalid CFG, stack underflow"));
                }
                max = max.max(depth);
                // The target of END_ASYNC_FOR only says where the loop's SEND is.
                if instr.target != NONE && instr.op != Op::END_ASYNC_FOR {
                    let target_depth = depth + effect(true)?;
                    max = max.max(depth);
                    self.push_depth(instr.target, target_depth, &mut stack)?;
                }
                depth = new_depth;
                if instr.op.is_unconditional_jump() || instr.op.is_scope_exit() {
                    next = NONE;
                    break;
                }
            }
            if next != NONE {
                self.push_depth(next, depth, &mut stack)?;
            }
        }
        Ok(u32::try_from(max).unwrap_or(0).max(1))
    }

    fn push_depth(&mut self, b: u32, depth: i32, stack: &mut Vec<u32>) -> Result {
        let block = self.block_mut(b);
        if block.startdepth >= 0 && block.startdepth != depth {
            return Err(CompileError::new(ErrorKind::Value, "Invalid CFG, inconsistent stackdepth"));
        }
        if block.startdepth < depth {
            block.startdepth = depth;
            stack.push(b);
        }
        Ok(())
    }

    pub fn convert_pseudo_ops(&mut self) {
        for_each_block!(self, b, {
            for instr in &mut self.block_mut(b).instrs {
                match instr.op {
                    op if op.is_block_push() => instr.nop(),
                    Op::STORE_FAST_MAYBE_NULL => instr.op = Op::STORE_FAST,
                    Op::LOAD_CLOSURE => instr.op = Op::LOAD_FAST,
                    _ => {}
                }
            }
        });
        self.remove_redundant_nops();
    }

    /// Conditional jumps go forward; backward ones become a jump over a jump.
    pub fn normalize_jumps(&mut self) {
        self.clear_visited();
        for_each_block!(self, b, {
            self.block_mut(b).visited = true;
            if let Some(&last) = self.block(b).last()
                && last.op.is_conditional_jump()
            {
                if !self.block(last.target).visited {
                    self.block_mut(b).push(Instr::new(Op::NOT_TAKEN, 0, last.loc));
                } else {
                    let reversed = match last.op {
                        Op::POP_JUMP_IF_NOT_NONE => Op::POP_JUMP_IF_NONE,
                        Op::POP_JUMP_IF_NONE => Op::POP_JUMP_IF_NOT_NONE,
                        Op::POP_JUMP_IF_FALSE => Op::POP_JUMP_IF_TRUE,
                        _ => Op::POP_JUMP_IF_FALSE,
                    };
                    let new = self.new_block();
                    let mut jump = Instr::new(Op::JUMP, 0, last.loc);
                    jump.target = last.target;
                    let (next, cold) = (self.block(b).next, self.block(b).cold);
                    let startdepth = self.block(last.target).startdepth;
                    let block = self.block_mut(new);
                    block.instrs = vec![Instr::new(Op::NOT_TAKEN, 0, last.loc), jump];
                    block.startdepth = startdepth;
                    block.cold = cold;
                    block.next = next;
                    let block = self.block_mut(b);
                    block.next = new;
                    if let Some(last) = block.instrs.last_mut() {
                        last.op = reversed;
                        last.target = next;
                    }
                }
            }
        });
    }

    /// Loads of locals whose value is consumed before the local changes, and within the block, only borrow.
    pub fn optimize_load_fast(&mut self) {
        self.clear_visited();
        let mut todo = vec![0u32];
        let mut refs = Refs::default();
        self.block_mut(0).startdepth = 0;
        self.block_mut(0).visited = true;
        while let Some(b) = todo.pop() {
            refs.start(self.block(b).startdepth, self.block(b).instrs.len());
            for i in 0..self.block(b).instrs.len() {
                let instr = self.block(b).instrs[i];
                refs.step(i, &instr);
                if has_target(instr.op) && instr.target != NONE && instr.op != Op::END_ASYNC_FOR {
                    self.visit(instr.target, &mut todo);
                }
            }
            let block = self.block(b);
            let next = block.next;
            if !block.instrs.is_empty() && next != NONE && block.has_fallthrough() {
                self.visit(next, &mut todo);
            }
            refs.finish();
            for (i, instr) in self.block_mut(b).instrs.iter_mut().enumerate() {
                if !refs.kept[i] {
                    match instr.op {
                        Op::LOAD_FAST => instr.op = Op::LOAD_FAST_BORROW,
                        Op::LOAD_FAST_LOAD_FAST => instr.op = Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW,
                        _ => {}
                    }
                }
            }
        }
    }

    fn visit(&mut self, b: u32, todo: &mut Vec<u32>) {
        let block = self.block_mut(b);
        if !block.visited {
            block.visited = true;
            todo.push(b);
        }
    }
}

/// Where a value on the stack comes from: the instruction, and the local that it loaded.
#[derive(Clone, Copy)]
struct Ref {
    instr: u32,
    local: i32,
}

const UNKNOWN: u32 = u32::MAX;
const NOT_LOCAL: i32 = -1;

/// The values on the stack within a block, and which instructions must not borrow.
#[derive(Default)]
struct Refs {
    stack: Vec<Ref>,
    kept: Vec<bool>,
}

impl Refs {
    fn start(&mut self, depth: i32, n: usize) {
        self.stack.clear();
        let depth = usize::try_from(depth).unwrap_or(0);
        self.stack.resize(depth, Ref { instr: UNKNOWN, local: NOT_LOCAL });
        self.kept.clear();
        self.kept.resize(n, false);
    }

    fn push(&mut self, instr: usize, local: i32) {
        self.stack.push(Ref { instr: instr as u32, local });
    }

    fn pop(&mut self) -> Ref {
        self.stack.pop().unwrap_or(Ref { instr: UNKNOWN, local: NOT_LOCAL })
    }

    fn keep(&mut self, r: Ref) {
        if let Some(kept) = self.kept.get_mut(r.instr as usize) {
            *kept = true;
        }
    }

    /// The local changes: what was loaded from it must own its value.
    fn kill(&mut self, local: i32) {
        for i in 0..self.stack.len() {
            if self.stack[i].local == local {
                self.keep(self.stack[i]);
            }
        }
    }

    fn store(&mut self, local: i32) {
        let r = self.pop();
        self.kill(local);
        self.keep(r);
    }

    fn step(&mut self, i: usize, instr: &Instr) {
        let arg = instr.arg;
        match instr.op {
            Op::DELETE_FAST => self.kill(arg),
            Op::LOAD_FAST => self.push(i, arg),
            Op::LOAD_FAST_AND_CLEAR => {
                self.kill(arg);
                self.push(i, arg);
            }
            Op::LOAD_FAST_LOAD_FAST => {
                self.push(i, arg >> 4);
                self.push(i, arg & 15);
            }
            Op::STORE_FAST => self.store(arg),
            Op::STORE_FAST_LOAD_FAST => {
                self.store(arg >> 4);
                self.push(i, arg & 15);
            }
            Op::STORE_FAST_STORE_FAST => {
                self.store(arg >> 4);
                self.store(arg & 15);
            }
            Op::COPY => {
                let at = self.stack.len().checked_sub(arg as usize);
                let r = at.and_then(|at| self.stack.get(at).copied());
                self.stack.push(r.unwrap_or(Ref { instr: UNKNOWN, local: NOT_LOCAL }));
            }
            Op::SWAP => {
                let top = self.stack.len().wrapping_sub(1);
                let other = self.stack.len().wrapping_sub(arg as usize);
                if top < self.stack.len() && other < self.stack.len() {
                    self.stack.swap(top, other);
                }
            }
            // These leave their inputs where they are.
            Op::FORMAT_SIMPLE
            | Op::GET_ANEXT
            | Op::GET_LEN
            | Op::GET_YIELD_FROM_ITER
            | Op::IMPORT_FROM
            | Op::MATCH_KEYS
            | Op::MATCH_MAPPING
            | Op::MATCH_SEQUENCE
            | Op::WITH_EXCEPT_START => {
                // CPython takes the new values for results of the block's first instructions.
                let info = instr.op.info();
                for j in 0..info.pushed.get(arg) - info.popped.get(arg) {
                    self.push(j as usize, NOT_LOCAL);
                }
            }
            // These consume what is on top and leave the collection beneath.
            Op::DICT_MERGE
            | Op::DICT_UPDATE
            | Op::LIST_APPEND
            | Op::LIST_EXTEND
            | Op::MAP_ADD
            | Op::RERAISE
            | Op::SET_ADD
            | Op::SET_UPDATE => {
                let info = instr.op.info();
                for _ in info.pushed.get(arg)..info.popped.get(arg) {
                    self.pop();
                }
            }
            Op::END_SEND | Op::SET_FUNCTION_ATTRIBUTE => {
                let top = self.pop();
                self.pop();
                self.stack.push(top);
            }
            Op::CHECK_EXC_MATCH => {
                self.pop();
                self.push(i, NOT_LOCAL);
            }
            Op::FOR_ITER => self.push(i, NOT_LOCAL),
            Op::LOAD_ATTR | Op::LOAD_SUPER_ATTR => {
                let owner = self.pop();
                if instr.op == Op::LOAD_SUPER_ATTR {
                    self.pop();
                    self.pop();
                }
                self.push(i, NOT_LOCAL);
                if arg & 1 != 0 {
                    // The owner may stay as the first argument.
                    self.stack.push(owner);
                }
            }
            Op::LOAD_SPECIAL | Op::PUSH_EXC_INFO => {
                let top = self.pop();
                self.push(i, NOT_LOCAL);
                self.stack.push(top);
            }
            Op::SEND => {
                self.pop();
                self.push(i, NOT_LOCAL);
            }
            op => {
                let info = op.info();
                for _ in 0..info.popped.get(arg) {
                    self.pop();
                }
                for _ in 0..info.pushed.get(arg) {
                    self.push(i, NOT_LOCAL);
                }
            }
        }
    }

    /// Values that outlive the block.
    fn finish(&mut self) {
        for i in 0..self.stack.len() {
            self.keep(self.stack[i]);
        }
    }
}
