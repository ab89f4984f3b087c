//! Locals that may be unbound, and superinstructions on locals.

use super::cfg::{Cfg, Instr, NONE, for_each_block};
use taipan_bytecode::Opcode as Op;

/// This many locals are followed through the whole graph, the others within their block.
const TRACKED: usize = 64;

impl Cfg {
    /// Loads of locals that may be unbound check.
    pub fn add_checks_for_uninitialized(&mut self, nlocals: usize, nparams: usize) {
        if nlocals == 0 {
            return;
        }
        if nlocals > TRACKED {
            self.scan_many_locals(nlocals);
        }
        let tracked = nlocals.min(TRACKED);
        self.clear_visited();
        let mut stack = Vec::new();
        let mut start = 0u64;
        for i in nparams..tracked {
            start |= 1 << i;
        }
        self.maybe_push(0, start, &mut stack);
        for_each_block!(self, b, {
            self.scan_block_for_locals(b, &mut stack);
        });
        while let Some(b) = stack.pop() {
            self.block_mut(b).visited = false;
            self.scan_block_for_locals(b, &mut stack);
        }
    }

    fn maybe_push(&mut self, b: u32, unsafe_mask: u64, stack: &mut Vec<u32>) {
        let block = self.block_mut(b);
        let both = block.unsafe_locals | unsafe_mask;
        if block.unsafe_locals != both {
            block.unsafe_locals = both;
            if !block.visited {
                block.visited = true;
                stack.push(b);
            }
        }
    }

    fn scan_block_for_locals(&mut self, b: u32, stack: &mut Vec<u32>) {
        let mut unsafe_mask = self.block(b).unsafe_locals;
        for i in 0..self.block(b).instrs.len() {
            let Instr { op, arg, except, .. } = self.block(b).instrs[i];
            if except != NONE {
                self.maybe_push(except, unsafe_mask, stack);
            }
            let bit = match usize::try_from(arg) {
                Ok(arg) if arg < TRACKED => 1u64 << arg,
                _ => continue,
            };
            match op {
                Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR | Op::STORE_FAST_MAYBE_NULL => unsafe_mask |= bit,
                Op::STORE_FAST | Op::LOAD_FAST_CHECK => unsafe_mask &= !bit,
                Op::LOAD_FAST => {
                    if unsafe_mask & bit != 0 {
                        self.block_mut(b).instrs[i].op = Op::LOAD_FAST_CHECK;
                    }
                    unsafe_mask &= !bit;
                }
                _ => {}
            }
        }
        let block = self.block(b);
        let next = block.next;
        let target = block.last().filter(|last| last.is_jump()).map(|last| last.target);
        if next != NONE && block.has_fallthrough() {
            self.maybe_push(next, unsafe_mask, stack);
        }
        if let Some(target) = target {
            self.maybe_push(target, unsafe_mask, stack);
        }
    }

    fn scan_many_locals(&mut self, nlocals: usize) {
        // The number of the block in which a local is known to be bound.
        let mut states = vec![0usize; nlocals - TRACKED];
        let mut number = 0;
        for_each_block!(self, b, {
            number += 1;
            for instr in &mut self.block_mut(b).instrs {
                let state = usize::try_from(instr.arg)
                    .ok()
                    .and_then(|arg| arg.checked_sub(TRACKED))
                    .and_then(|i| states.get_mut(i));
                let Some(state) = state else { continue };
                match instr.op {
                    Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR | Op::STORE_FAST_MAYBE_NULL => *state = number - 1,
                    Op::STORE_FAST => *state = number,
                    Op::LOAD_FAST => {
                        if *state != number {
                            instr.op = Op::LOAD_FAST_CHECK;
                        }
                        *state = number;
                    }
                    _ => {}
                }
            }
        });
    }

    pub fn insert_superinstructions(&mut self) {
        for_each_block!(self, b, {
            let instrs = &mut self.block_mut(b).instrs;
            for i in 0..instrs.len().saturating_sub(1) {
                let super_op = match (instrs[i].op, instrs[i + 1].op) {
                    (Op::LOAD_FAST, Op::LOAD_FAST) => Op::LOAD_FAST_LOAD_FAST,
                    (Op::STORE_FAST, Op::LOAD_FAST) => Op::STORE_FAST_LOAD_FAST,
                    (Op::STORE_FAST, Op::STORE_FAST) => Op::STORE_FAST_STORE_FAST,
                    _ => continue,
                };
                let (line1, line2) = (instrs[i].loc.lineno, instrs[i + 1].loc.lineno);
                let (arg1, arg2) = (instrs[i].arg, instrs[i + 1].arg);
                if line1 >= 0 && line2 >= 0 && line1 != line2 || arg1 >= 16 || arg2 >= 16 {
                    continue;
                }
                instrs[i].set(super_op, arg1 << 4 | arg2);
                instrs[i + 1].nop();
            }
        });
        self.remove_redundant_nops();
    }
}
