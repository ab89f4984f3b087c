//! Line numbers of instructions that have none, and NOPs that only carry a line.

use super::cfg::{Cfg, NONE, for_each_block};
use crate::error::NO_LOCATION;
use taipan_bytecode::Opcode as Op;

/// Exits of up to this many instructions are copied.
const MAX_COPY_SIZE: usize = 4;

impl Cfg {
    /// Copies small blocks that leave the function to where they are jumped to.
    pub fn inline_small_or_no_lineno_blocks(&mut self) {
        loop {
            let mut changed = false;
            for_each_block!(self, b, {
                changed |= self.inline_block(b);
            });
            if !changed {
                return;
            }
        }
    }

    fn inline_block(&mut self, b: u32) -> bool {
        let Some(&last) = self.block(b).last() else { return false };
        if !last.op.is_unconditional_jump() {
            return false;
        }
        let target = self.block(last.target);
        let small_exit = target.exits_scope() && target.instrs.len() <= MAX_COPY_SIZE;
        let no_lineno_no_fallthrough = target.has_no_lineno() && !target.has_fallthrough();
        if !small_exit && !no_lineno_no_fallthrough {
            return false;
        }
        let copied = target.instrs.clone();
        let block = self.block_mut(b);
        if let Some(last) = block.instrs.last_mut() {
            last.nop();
        }
        for _ in &copied {
            block.left_behind.pop_front();
        }
        block.instrs.extend(copied);
        // The loop must still be interruptible.
        if no_lineno_no_fallthrough
            && last.op == Op::JUMP
            && let Some(new_last) = block.instrs.last_mut()
            && new_last.op.is_unconditional_jump()
        {
            new_last.op = Op::JUMP;
        }
        let target = self.block_mut(last.target);
        target.predecessors = target.predecessors.saturating_sub(1);
        true
    }

    pub fn resolve_line_numbers(&mut self) {
        self.duplicate_exits_without_lineno();
        self.propagate_line_numbers();
    }

    fn is_exit_or_eval_check_without_lineno(&self, b: u32) -> bool {
        if b == NONE {
            return false;
        }
        let block = self.block(b);
        (block.exits_scope() || block.has_eval_break()) && block.has_no_lineno()
    }

    /// Exits that have no line of their own take the line of whoever goes there, so each gets its own copy.
    fn duplicate_exits_without_lineno(&mut self) {
        for_each_block!(self, b, {
            if let Some(&last) = self.block(b).last()
                && last.is_jump()
            {
                let target = self.next_nonempty(last.target);
                if self.is_exit_or_eval_check_without_lineno(target) && self.block(target).predecessors > 1 {
                    let new = self.new_block();
                    let mut instrs = self.block(target).instrs.clone();
                    if let Some(first) = instrs.first_mut() {
                        first.loc = last.loc;
                    }
                    let next = self.block(target).next;
                    let block = self.block_mut(new);
                    block.instrs = instrs;
                    block.predecessors = 1;
                    block.labelled = true;
                    block.next = next;
                    let old = self.block_mut(target);
                    old.next = new;
                    old.predecessors -= 1;
                    if let Some(last) = self.block_mut(b).instrs.last_mut() {
                        last.target = new;
                    }
                }
            }
        });
        // What is left is only reached from the block before.
        for_each_block!(self, b, {
            let block = self.block(b);
            let next = block.next;
            if let Some(&last) = block.last()
                && block.has_fallthrough()
                && self.is_exit_or_eval_check_without_lineno(next)
                && let Some(first) = self.block_mut(next).instrs.first_mut()
            {
                first.loc = last.loc;
            }
        });
    }

    fn propagate_line_numbers(&mut self) {
        for_each_block!(self, b, {
            let block = self.block_mut(b);
            let mut previous = NO_LOCATION;
            for instr in &mut block.instrs {
                if instr.loc.lineno == NO_LOCATION.lineno {
                    instr.loc = previous;
                } else {
                    previous = instr.loc;
                }
            }
            if let Some(&last) = block.last() {
                let next = block.next;
                let fallthrough = block.has_fallthrough();
                for (edge, to) in [(fallthrough, next), (last.is_jump(), last.target)] {
                    if edge
                        && to != NONE
                        && self.block(to).predecessors == 1
                        && let Some(first) = self.block_mut(to).instrs.first_mut()
                        && first.loc.lineno == NO_LOCATION.lineno
                    {
                        first.loc = previous;
                    }
                }
            }
        });
    }

    /// Removes NOPs whose line shows on a neighbour.
    pub fn remove_redundant_nops_of(&mut self, b: u32) -> usize {
        if !self.block(b).instrs.iter().any(|i| i.op == Op::NOP) {
            return 0;
        }
        let next_line = {
            let next = self.next_nonempty(self.block(b).next);
            if next == NONE {
                NO_LOCATION.lineno
            } else {
                let mut found = self.block(next).instrs.iter().filter(|i| i.op != Op::NOP || i.loc.lineno >= 0);
                found.next().map_or(NO_LOCATION.lineno, |i| i.loc.lineno)
            }
        };
        let has_next = self.next_nonempty(self.block(b).next) != NONE;
        let instrs = &mut self.block_mut(b).instrs;
        let mut dest = 0;
        let mut previous = -1;
        for src in 0..instrs.len() {
            let lineno = instrs[src].loc.lineno;
            if instrs[src].op == Op::NOP {
                if lineno < 0 || previous == lineno {
                    continue;
                }
                if src + 1 < instrs.len() {
                    let next = instrs[src + 1].loc.lineno;
                    if next == lineno {
                        continue;
                    }
                    if next < 0 {
                        instrs[src + 1].loc = instrs[src].loc;
                        continue;
                    }
                } else if has_next && lineno == next_line {
                    continue;
                }
            }
            if dest != src {
                instrs[dest] = instrs[src];
            }
            dest += 1;
            previous = lineno;
        }
        let removed = instrs.len() - dest;
        if removed > 0 {
            let block = self.block_mut(b);
            for instr in block.instrs.drain(dest..).rev() {
                block.left_behind.push_front(instr.except);
            }
        }
        removed
    }

    pub fn remove_redundant_nops(&mut self) -> usize {
        let mut removed = 0;
        for_each_block!(self, b, {
            removed += self.remove_redundant_nops_of(b);
        });
        removed
    }
}
