//! Peephole optimisation within blocks, jumps to jumps, swaps.

use super::cfg::{Cfg, Instr, NONE, for_each_block};
use super::consts::Consts;
use taipan_bytecode::Opcode as Op;
use taipan_bytecode::tables::{compare, intrinsic};

impl Cfg {
    pub fn optimize_basic_blocks(&mut self, consts: &mut Consts) {
        for_each_block!(self, b, {
            self.optimize_basic_block(b, consts);
        });
    }

    fn optimize_basic_block(&mut self, b: u32, consts: &mut Consts) {
        let mut swaps = false;
        let mut i = 0;
        while i < self.block(b).instrs.len() {
            let instr = self.block(b).instrs[i];
            let next = self.block(b).instrs.get(i + 1).map_or(Op::CACHE, |n| n.op);
            let arg = instr.arg;
            match instr.op {
                Op::BUILD_TUPLE => {
                    let instrs = &mut self.block_mut(b).instrs;
                    if next == Op::UNPACK_SEQUENCE && instrs[i + 1].arg == arg && (1..=3).contains(&arg) {
                        // Packing and unpacking again is nothing or a swap.
                        instrs[i].nop();
                        if arg == 1 {
                            instrs[i + 1].nop();
                        } else {
                            instrs[i + 1].op = Op::SWAP;
                        }
                    } else {
                        self.fold_tuple(b, i, consts);
                    }
                }
                Op::BUILD_LIST | Op::BUILD_SET => self.fold_list_or_set(b, i, consts),
                Op::LIST_APPEND | Op::SET_ADD if arg == 1 && matches!(next, Op::GET_ITER | Op::CONTAINS_OP) => {
                    self.fold_long_display(b, i, consts);
                }
                Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE | Op::POP_JUMP_IF_NONE | Op::POP_JUMP_IF_NOT_NONE => {
                    if let Some(target) = self.first_of(instr.target)
                        && target.op == Op::JUMP
                        && self.jump_thread(b, i, &target, instr.op)
                    {
                        continue;
                    }
                }
                Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE => {
                    let opposite = if instr.op == Op::JUMP_IF_FALSE { Op::JUMP_IF_TRUE } else { Op::JUMP_IF_FALSE };
                    if let Some(target) = self.first_of(instr.target) {
                        if target.op == Op::JUMP || target.op == instr.op {
                            if self.jump_thread(b, i, &target, instr.op) {
                                continue;
                            }
                        } else if target.op == opposite {
                            // The target does not jump: it goes on after it.
                            let after = self.block(instr.target).next;
                            if after != NONE {
                                self.block_mut(b).instrs[i].target = after;
                                continue;
                            }
                        }
                    }
                }
                Op::JUMP | Op::JUMP_NO_INTERRUPT => {
                    if let Some(target) = self.first_of(instr.target) {
                        let op = match target.op {
                            Op::JUMP => Some(Op::JUMP),
                            Op::JUMP_NO_INTERRUPT => Some(instr.op),
                            _ => None,
                        };
                        if let Some(op) = op
                            && self.jump_thread(b, i, &target, op)
                        {
                            continue;
                        }
                    }
                }
                Op::COMPARE_OP if next == Op::TO_BOOL => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].nop();
                    instrs[i + 1].set(Op::COMPARE_OP, arg | compare::TO_BOOL as i32);
                }
                Op::CONTAINS_OP | Op::IS_OP if next == Op::TO_BOOL => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].nop();
                    instrs[i + 1].set(instr.op, arg);
                }
                Op::CONTAINS_OP | Op::IS_OP if next == Op::UNARY_NOT => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].nop();
                    instrs[i + 1].set(instr.op, arg ^ 1);
                }
                Op::TO_BOOL if next == Op::TO_BOOL => self.block_mut(b).instrs[i].nop(),
                Op::UNARY_NOT if next == Op::TO_BOOL => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].nop();
                    instrs[i + 1].set(Op::UNARY_NOT, 0);
                }
                Op::UNARY_NOT if next == Op::UNARY_NOT => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].nop();
                    instrs[i + 1].nop();
                }
                Op::UNARY_NOT | Op::UNARY_INVERT | Op::UNARY_NEGATIVE => self.fold_unary(b, i, consts),
                Op::CALL_INTRINSIC_1 if arg == intrinsic::LIST_TO_TUPLE as i32 => {
                    let folded = self.fold_list_to_tuple(b, i, consts);
                    // Whether a list or a tuple is iterated over makes no difference.
                    if !folded && next == Op::GET_ITER {
                        self.block_mut(b).instrs[i].nop();
                    }
                }
                Op::CALL_INTRINSIC_1 if arg == intrinsic::UNARY_POSITIVE as i32 => self.fold_unary(b, i, consts),
                Op::BINARY_OP => self.fold_binary(b, i, consts),
                // Two stores to one variable in a row: the first is for nothing.
                Op::STORE_FAST if next == Op::STORE_FAST => {
                    let instrs = &mut self.block_mut(b).instrs;
                    if instrs[i + 1].arg == arg && instrs[i + 1].loc.lineno == instr.loc.lineno {
                        instrs[i].set(Op::POP_TOP, 0);
                    }
                }
                Op::SWAP if arg == 1 => self.block_mut(b).instrs[i].nop(),
                Op::SWAP => swaps = true,
                Op::LOAD_GLOBAL if next == Op::PUSH_NULL && arg & 1 == 0 => {
                    let instrs = &mut self.block_mut(b).instrs;
                    instrs[i].arg |= 1;
                    instrs[i + 1].nop();
                }
                _ => {}
            }
            swaps |= self.block(b).instrs[i].op == Op::SWAP || next == Op::UNPACK_SEQUENCE;
            i += 1;
        }
        if swaps {
            let instrs = &mut self.block_mut(b).instrs;
            let mut i = 0;
            while i < instrs.len() {
                if instrs[i].op == Op::SWAP {
                    i = swaptimize(instrs, i);
                    apply_static_swaps(instrs, i);
                }
                i += 1;
            }
        }
    }

    fn first_of(&self, b: u32) -> Option<Instr> {
        if b == NONE {
            return None;
        }
        self.block(b).instrs.first().copied()
    }

    /// Jumps to where the jump at the target goes. The jump itself becomes a NOP, which keeps its line.
    fn jump_thread(&mut self, b: u32, i: usize, target: &Instr, op: Op) -> bool {
        let block = self.block_mut(b);
        if block.instrs[i].target == target.target || i + 1 != block.instrs.len() {
            return false;
        }
        block.instrs[i].nop();
        let mut jump = Instr::new(op, 0, target.loc);
        jump.target = target.target;
        block.push(jump);
        // The new jump is looked at next.
        true
    }

    /// Removes values that are pushed and popped again.
    pub fn remove_redundant_nops_and_pairs(&mut self) {
        loop {
            let mut done = true;
            let mut previous: Option<(u32, usize)> = None;
            for_each_block!(self, b, {
                self.remove_redundant_nops_of(b);
                if self.block(b).labelled {
                    previous = None;
                }
                for i in 0..self.block(b).instrs.len() {
                    if self.block(b).instrs[i].op == Op::POP_TOP
                        && let Some((pb, pi)) = previous
                    {
                        let p = self.block(pb).instrs[pi];
                        if matches!(p.op, Op::LOAD_CONST | Op::LOAD_SMALL_INT) || p.op == Op::COPY && p.arg == 1 {
                            self.block_mut(pb).instrs[pi].nop();
                            self.block_mut(b).instrs[i].nop();
                            done = false;
                        }
                    }
                    previous = Some((b, i));
                }
                let block = self.block(b);
                if previous.is_some_and(|(pb, pi)| self.block(pb).instrs[pi].is_jump()) || !block.has_fallthrough() {
                    previous = None;
                }
            });
            if done {
                return;
            }
        }
    }

    fn remove_redundant_jumps(&mut self) -> bool {
        let mut changed = false;
        for_each_block!(self, b, {
            if let Some(&last) = self.block(b).last()
                && last.op.is_unconditional_jump()
            {
                let target = self.next_nonempty(last.target);
                let next = self.next_nonempty(self.block(b).next);
                if target == next
                    && let Some(last) = self.block_mut(b).instrs.last_mut()
                {
                    last.nop();
                    changed = true;
                }
            }
        });
        changed
    }

    pub fn remove_redundant_nops_and_jumps(&mut self) {
        loop {
            self.remove_redundant_nops();
            if !self.remove_redundant_jumps() {
                return;
            }
        }
    }
}

/// Replaces a run of swaps by the shortest one with the same effect; returns the index of its last instruction.
fn swaptimize(instrs: &mut [Instr], start: usize) -> usize {
    let mut depth = instrs[start].arg as usize;
    let mut len = 1;
    let mut more = false;
    while let Some(instr) = instrs.get(start + len) {
        match instr.op {
            Op::SWAP => {
                depth = depth.max(instr.arg as usize);
                more = true;
            }
            Op::NOP => {}
            _ => break,
        }
        len += 1;
    }
    if !more {
        return start;
    }
    let run = &mut instrs[start..start + len];
    // Run them on a stack of numbers.
    let mut stack: Vec<Option<usize>> = (0..depth).map(Some).collect();
    for instr in run.iter().filter(|i| i.op == Op::SWAP) {
        stack.swap(0, instr.arg as usize - 1);
    }
    // Every cycle of the permutation is undone by swaps with the top; backwards, that makes it.
    let mut current = len;
    for i in 0..depth {
        if stack[i].is_none() || stack[i] == Some(i) {
            continue;
        }
        let mut j = i;
        loop {
            if j > 0 && current > 0 {
                current -= 1;
                run[current].set(Op::SWAP, j as i32 + 1);
            }
            let Some(next) = stack[j].take() else { break };
            j = next;
        }
    }
    for instr in &mut run[..current] {
        instr.nop();
    }
    start + len - 1
}

fn is_swappable(op: Op) -> bool {
    matches!(op, Op::STORE_FAST | Op::STORE_FAST_MAYBE_NULL | Op::POP_TOP)
}

fn stores_to(instr: &Instr) -> Option<i32> {
    matches!(instr.op, Op::STORE_FAST | Op::STORE_FAST_MAYBE_NULL).then_some(instr.arg)
}

fn next_swappable(instrs: &[Instr], i: usize, lineno: i32) -> Option<usize> {
    for (k, instr) in instrs.iter().enumerate().skip(i + 1) {
        if lineno >= 0 && instr.loc.lineno != lineno {
            return None;
        }
        if instr.op == Op::NOP {
            continue;
        }
        return is_swappable(instr.op).then_some(k);
    }
    None
}

/// Swaps the instructions which consume the values instead of the values.
fn apply_static_swaps(instrs: &mut [Instr], from: usize) {
    for i in (0..=from).rev() {
        let swap = instrs[i];
        if swap.op != Op::SWAP {
            if swap.op == Op::NOP || is_swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(instrs, i, -1) else { return };
        let mut k = j;
        let lineno = instrs[j].loc.lineno;
        for _ in 1..swap.arg {
            match next_swappable(instrs, k, lineno) {
                Some(next) => k = next,
                None => return,
            }
        }
        // Not if the order of stores to one variable would change.
        let (store_j, store_k) = (stores_to(&instrs[j]), stores_to(&instrs[k]));
        if store_j.is_some() || store_k.is_some() {
            if store_j == store_k {
                return;
            }
            for instr in &instrs[j + 1..k] {
                let store = stores_to(instr);
                if store.is_some() && (store == store_j || store == store_k) {
                    return;
                }
            }
        }
        instrs[i].nop();
        instrs.swap(j, k);
    }
}
