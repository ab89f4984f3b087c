//! Blocks and their edges.

use super::Final;
use crate::error::{CompileError, Result};
use crate::instr::{Sequence, has_target};
use taipan_bytecode::Opcode as Op;
use taipan_bytecode::tables::resume;
use taipan_parser::ast::Location;

/// No block.
pub(super) const NONE: u32 = u32::MAX;

/// An instruction in a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instr {
    pub op: Op,
    pub arg: i32,
    pub loc: Location,
    /// The block that a jump or block push names.
    pub target: u32,
    /// The handler of exceptions.
    pub except: u32,
}

impl Instr {
    pub fn new(op: Op, arg: i32, loc: Location) -> Instr {
        Instr { op, arg, loc, target: NONE, except: NONE }
    }
    /// Replaces the operation; the place stays.
    #[inline]
    pub fn set(&mut self, op: Op, arg: i32) {
        self.op = op;
        self.arg = arg;
    }
    #[inline]
    pub fn nop(&mut self) {
        self.set(Op::NOP, 0);
        self.target = NONE;
    }
    #[inline]
    pub fn is_jump(&self) -> bool {
        is_jump(self.op)
    }
}

/// Whether the instruction jumps.
#[inline]
pub(super) fn is_jump(op: Op) -> bool {
    matches!(
        op,
        Op::JUMP
            | Op::JUMP_NO_INTERRUPT
            | Op::JUMP_IF_FALSE
            | Op::JUMP_IF_TRUE
            | Op::POP_JUMP_IF_FALSE
            | Op::POP_JUMP_IF_TRUE
            | Op::POP_JUMP_IF_NONE
            | Op::POP_JUMP_IF_NOT_NONE
            | Op::FOR_ITER
            | Op::SEND
            | Op::END_ASYNC_FOR
            | Op::JUMP_FORWARD
            | Op::JUMP_BACKWARD
            | Op::JUMP_BACKWARD_NO_INTERRUPT
    )
}

/// A basic block.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub instrs: Vec<Instr>,
    pub next: u32,
    /// Something jumps here.
    pub labelled: bool,
    pub except_handler: bool,
    pub preserve_lasti: bool,
    pub cold: bool,
    pub warm: bool,
    pub visited: bool,
    pub predecessors: u32,
    pub startdepth: i32,
    pub unsafe_locals: u64,
    /// Handlers that were left behind after the last instruction when instructions were removed. An instruction that
    /// is appended without a handler of its own gets the one it finds there, as in CPython.
    pub left_behind: std::collections::VecDeque<u32>,
}

impl Block {
    fn new() -> Block {
        Block { next: NONE, startdepth: i32::MIN, ..Block::default() }
    }
    #[inline]
    pub fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }
    /// Whether control may leave at the end to the next block.
    #[inline]
    pub fn has_fallthrough(&self) -> bool {
        match self.last() {
            Some(last) => !last.op.is_unconditional_jump() && !last.op.is_scope_exit(),
            None => true,
        }
    }
    /// Appends an instruction as the optimiser does (see `left_behind`).
    pub fn push(&mut self, mut instr: Instr) {
        instr.except = self.left_behind.pop_front().unwrap_or(NONE);
        self.instrs.push(instr);
    }
    pub fn exits_scope(&self) -> bool {
        self.last().is_some_and(|last| last.op.is_scope_exit())
    }
    pub fn has_no_lineno(&self) -> bool {
        self.instrs.iter().all(|i| i.loc.lineno < 0)
    }
    pub fn has_eval_break(&self) -> bool {
        self.instrs.iter().any(|i| i.op.has(taipan_bytecode::opcode::flags::EVAL_BREAK))
    }
}

/// The graph. The entry block is the first; the order of the code is that of the `next` links.
pub(super) struct Cfg {
    pub blocks: Vec<Block>,
}

/// Iterates over the numbers of the blocks in the order of the code.
macro_rules! for_each_block {
    ($g:expr, $b:ident, $body:block) => {
        let mut $b = 0u32;
        while $b != $crate::flowgraph::cfg::NONE {
            $body
            $b = $g.blocks[$b as usize].next;
        }
    };
}
pub(super) use for_each_block;

impl Cfg {
    #[inline]
    pub fn block(&self, b: u32) -> &Block {
        &self.blocks[b as usize]
    }
    #[inline]
    pub fn block_mut(&mut self, b: u32) -> &mut Block {
        &mut self.blocks[b as usize]
    }
    pub fn new_block(&mut self) -> u32 {
        self.blocks.push(Block::new());
        self.blocks.len() as u32 - 1
    }
    /// The block itself or, if it is empty, the first one after it that is not.
    pub fn next_nonempty(&self, mut b: u32) -> u32 {
        while b != NONE && self.block(b).instrs.is_empty() {
            b = self.block(b).next;
        }
        b
    }
    pub fn clear_visited(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
        }
    }

    /// Cuts a sequence into blocks and resolves its labels.
    pub fn from_sequence(sequence: Sequence) -> Result<Cfg> {
        let Sequence { instrs, labels, annotations } = sequence;
        let resolve = |label: i32| -> Result<usize> {
            labels
                .get(label as usize)
                .and_then(|offset| usize::try_from(*offset).ok())
                .filter(|offset| *offset < instrs.len())
                .ok_or_else(|| CompileError::system("jump to a label that is nowhere"))
        };
        // The block that starts at each instruction which is jumped to.
        let mut starts = vec![NONE; instrs.len()];
        for instr in instrs.iter().filter(|i| has_target(i.op)) {
            starts[resolve(instr.arg)?] = 0;
        }
        let mut g = Cfg { blocks: vec![Block::new()] };
        let mut current = 0u32;
        for (i, instr) in instrs.iter().enumerate() {
            if instr.op == Op::ANNOTATIONS_PLACEHOLDER {
                for instr in annotations.iter().flat_map(|a| &a.instrs) {
                    let new = Instr::new(instr.op, instr.arg, instr.loc);
                    g.block_mut(current).instrs.push(new);
                }
                continue;
            }
            let is_target = starts[i] != NONE;
            let terminated = g.block(current).last().is_some_and(|last| is_jump(last.op) || last.op.is_scope_exit());
            let unused = g.block(current).instrs.is_empty() && !g.block(current).labelled;
            if terminated || is_target && !unused {
                let new = g.new_block();
                g.block_mut(current).next = new;
                current = new;
            }
            if is_target {
                g.block_mut(current).labelled = true;
                starts[i] = current;
            }
            let new = Instr::new(instr.op, instr.arg, instr.loc);
            g.block_mut(current).instrs.push(new);
        }
        for block in &mut g.blocks {
            for instr in block.instrs.iter_mut().filter(|i| has_target(i.op)) {
                instr.target = starts[resolve(instr.arg)?];
                instr.arg = 0;
            }
        }
        Ok(g)
    }

    pub fn mark_except_handlers(&mut self) {
        for b in 0..self.blocks.len() {
            for i in 0..self.blocks[b].instrs.len() {
                let instr = self.blocks[b].instrs[i];
                if instr.op.is_block_push() {
                    self.block_mut(instr.target).except_handler = true;
                }
            }
        }
    }

    /// Finds the handler of each instruction; block pops have done their work then.
    pub fn label_exception_targets(&mut self) {
        self.clear_visited();
        let mut todo: Vec<(u32, Vec<u32>)> = vec![(0, Vec::new())];
        self.block_mut(0).visited = true;
        while let Some((b, mut stack)) = todo.pop() {
            let mut last_yield_depth = None;
            for i in 0..self.block(b).instrs.len() {
                let mut instr = self.block(b).instrs[i];
                let handler = stack.last().copied().unwrap_or(NONE);
                if instr.op.is_block_push() {
                    let target = instr.target;
                    if !self.block(target).visited {
                        self.block_mut(target).visited = true;
                        todo.push((target, stack.clone()));
                    }
                    if matches!(instr.op, Op::SETUP_WITH | Op::SETUP_CLEANUP) {
                        self.block_mut(target).preserve_lasti = true;
                    }
                    stack.push(target);
                } else if instr.op == Op::POP_BLOCK {
                    stack.pop();
                    instr.nop();
                } else {
                    instr.except = handler;
                    match instr.op {
                        Op::YIELD_VALUE => last_yield_depth = Some(stack.len()),
                        Op::RESUME if instr.arg != resume::AT_FUNC_START as i32 => {
                            if last_yield_depth == Some(1) {
                                instr.arg |= resume::DEPTH1_MASK as i32;
                            }
                            last_yield_depth = None;
                        }
                        op if is_jump(op) && !self.block(instr.target).visited => {
                            self.block_mut(instr.target).visited = true;
                            todo.push((instr.target, stack.clone()));
                        }
                        _ => {}
                    }
                }
                self.block_mut(b).instrs[i] = instr;
            }
            let next = self.block(b).next;
            if next != NONE && self.block(b).has_fallthrough() && !self.block(next).visited {
                self.block_mut(next).visited = true;
                todo.push((next, stack));
            }
        }
    }

    pub fn remove_unreachable(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
            block.predecessors = 0;
        }
        let mut stack = vec![0u32];
        self.block_mut(0).predecessors = 1;
        self.block_mut(0).visited = true;
        while let Some(b) = stack.pop() {
            let next = self.block(b).next;
            if next != NONE && self.block(b).has_fallthrough() {
                self.reach(next, &mut stack);
            }
            for i in 0..self.block(b).instrs.len() {
                let target = self.block(b).instrs[i].target;
                if target != NONE {
                    self.reach(target, &mut stack);
                }
            }
        }
        for block in &mut self.blocks {
            if block.predecessors == 0 {
                block.instrs.clear();
                block.except_handler = false;
            }
        }
    }

    fn reach(&mut self, b: u32, stack: &mut Vec<u32>) {
        let block = self.block_mut(b);
        block.predecessors += 1;
        if !block.visited {
            block.visited = true;
            stack.push(b);
        }
    }

    /// The blocks in a row.
    pub fn to_sequence(&self) -> Vec<Final> {
        let mut starts = vec![0u32; self.blocks.len()];
        let mut n = 0;
        for_each_block!(self, b, {
            starts[b as usize] = n;
            n += self.block(b).instrs.len() as u32;
        });
        let mut out = Vec::with_capacity(n as usize);
        for_each_block!(self, b, {
            for instr in &self.block(b).instrs {
                let (handler, handler_depth, preserve_lasti) = if instr.except == NONE {
                    (u32::MAX, 0, false)
                } else {
                    let handler = self.block(instr.except);
                    (starts[instr.except as usize], handler.startdepth, handler.preserve_lasti)
                };
                out.push(Final {
                    op: instr.op,
                    arg: instr.arg,
                    loc: instr.loc,
                    target: if instr.target == NONE { u32::MAX } else { starts[instr.target as usize] },
                    handler,
                    handler_depth,
                    preserve_lasti,
                });
            }
        });
        out
    }
}
