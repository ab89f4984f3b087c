//! The order of blocks: what only runs after an exception goes to the end.

use super::cfg::{Cfg, Instr, NONE, for_each_block};
use crate::error::NO_LOCATION;
use taipan_bytecode::Opcode as Op;

impl Cfg {
    fn mark_warm(&mut self) {
        self.clear_visited();
        let mut stack = vec![0u32];
        self.block_mut(0).visited = true;
        while let Some(b) = stack.pop() {
            self.block_mut(b).warm = true;
            self.visit_successors(b, &mut stack, |_| true);
        }
    }

    fn visit_successors(&mut self, b: u32, stack: &mut Vec<u32>, want: impl Fn(&super::cfg::Block) -> bool) {
        let block = self.block(b);
        let fall = if block.has_fallthrough() { block.next } else { NONE };
        let target = block.last().filter(|last| last.is_jump()).map_or(NONE, |last| last.target);
        for to in [fall, target] {
            if to != NONE && !self.block(to).visited && want(self.block(to)) {
                self.block_mut(to).visited = true;
                stack.push(to);
            }
        }
    }

    fn mark_cold(&mut self) {
        self.mark_warm();
        self.clear_visited();
        let mut stack = Vec::new();
        for_each_block!(self, b, {
            if self.block(b).except_handler {
                self.block_mut(b).visited = true;
                stack.push(b);
            }
        });
        while let Some(b) = stack.pop() {
            self.block_mut(b).cold = true;
            self.visit_successors(b, &mut stack, |block| !block.warm);
        }
    }

    pub fn push_cold_blocks_to_end(&mut self) {
        if self.block(0).next == NONE {
            return;
        }
        self.mark_cold();
        // A cold block that goes on to a warm one has to jump there from now on.
        for_each_block!(self, b, {
            let block = self.block(b);
            let next = block.next;
            if block.cold && block.has_fallthrough() && next != NONE && self.block(next).warm {
                let jump = self.new_block();
                let mut instr = Instr::new(Op::JUMP_NO_INTERRUPT, 0, NO_LOCATION);
                instr.target = next;
                let block = self.block_mut(jump);
                block.instrs.push(instr);
                block.cold = true;
                block.next = next;
                block.predecessors = 1;
                self.block_mut(next).labelled = true;
                self.block_mut(b).next = jump;
            }
        });
        let (mut warm, mut cold) = (Vec::new(), Vec::new());
        for_each_block!(self, b, {
            if self.block(b).cold {
                cold.push(b);
            } else {
                warm.push(b);
            }
        });
        if cold.is_empty() {
            return;
        }
        warm.extend(cold);
        for pair in warm.windows(2) {
            self.block_mut(pair[0]).next = pair[1];
        }
        if let Some(&last) = warm.last() {
            self.block_mut(last).next = NONE;
        }
        self.remove_redundant_nops_and_jumps();
    }
}
