//! What a backtracking match has tried in vain already, so that patterns such as `(a+)+b` take polynomial time.
//!
//! Where nothing but the instruction and the position decides how a match goes on, a choice that failed once fails again.
//! That holds for the choices of a program without back references, conditions and counted loops, outside of
//! look-arounds and atomic groups (what these hold is left with the first success, so not all of it has failed).

use super::program::{Inst, Program};

/// Bits that the memory may take at most.
const MOST_BITS: usize = 1 << 28;

/// The instructions that can be remembered; empty if there are none.
pub fn rememberable(insts: &[Inst]) -> Box<[bool]> {
    let mut plain = vec![true; insts.len()];
    let mut forget = |from: usize, to: usize| plain.iter_mut().take(to).skip(from).for_each(|plain| *plain = false);
    for (pc, inst) in insts.iter().enumerate() {
        match *inst {
            Inst::GroupRef { .. }
            | Inst::GroupExists { .. }
            | Inst::Loop(_)
            | Inst::PossessiveLoop(_)
            | Inst::PossessiveEnd(_) => return Box::default(),
            Inst::Assert { next, .. } | Inst::AssertNot { next, .. } => forget(pc + 1, next as usize),
            Inst::AtomicStart(slot) => {
                let end = insts.iter().position(|inst| matches!(inst, Inst::AtomicEnd(s) if *s == slot));
                forget(pc + 1, end.map_or(insts.len(), |end| end + 1));
            }
            _ => {}
        }
    }
    plain.into()
}

/// Bits of one block of the memory.
const BLOCK: usize = 1 << 16;

/// The places tried, as bits: a row of positions for each instruction, in blocks that are there once they are used.
#[derive(Debug, Clone)]
pub struct Memo {
    blocks: Vec<Vec<u64>>,
    first: usize,
    width: usize,
}

impl Memo {
    /// Memory for matches that begin at `first` or later and end at `end`; `None` if the program has nothing to remember
    /// or it would be too large.
    pub fn new(p: &Program, first: usize, end: usize) -> Option<Self> {
        let width = end.checked_sub(first)?.checked_add(1)?;
        let n = p.rememberable.len().checked_mul(width).filter(|&n| 0 < n && n <= MOST_BITS)?;
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(n.div_ceil(BLOCK)).ok()?;
        blocks.resize_with(n.div_ceil(BLOCK), Vec::new);
        Some(Self { blocks, first, width })
    }

    /// Whether the match came to this choice before; notes that it does now.
    #[inline]
    pub fn tried(&mut self, p: &Program, pc: u32, ptr: usize) -> bool {
        let Some(column) = ptr.checked_sub(self.first).filter(|_| p.rememberable[pc as usize]) else { return false };
        let i = pc as usize * self.width + column;
        let block = &mut self.blocks[i / BLOCK];
        if block.is_empty() {
            if block.try_reserve_exact(BLOCK / 64).is_err() {
                return false;
            }
            block.resize(BLOCK / 64, 0);
        }
        let (word, bit) = (&mut block[i % BLOCK / 64], 1 << (i % 64));
        let before = *word & bit != 0;
        *word |= bit;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atomic_groups_and_assertions_are_left_out() {
        let insts = [
            Inst::AtomicStart(0),
            Inst::Fail,
            Inst::AtomicEnd(0),
            Inst::Assert { slot: 1, back: 0, next: 6 },
            Inst::Fail,
            Inst::AssertEnd(1),
            Inst::Success,
        ];
        assert_eq!(&*rememberable(&insts), [true, false, false, true, false, false, true]);
    }
}
