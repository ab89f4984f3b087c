//! Instructions in `co_code`: two bytes each, opcode and the low byte of the oparg; `EXTENDED_ARG` supplies the higher
//! bytes, inline caches follow.

use crate::opcode::{CACHES, DEOPT, Opcode, op};

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Byte offset of the instruction itself, after any `EXTENDED_ARG`.
    pub offset: usize,
    /// Byte offset of the first `EXTENDED_ARG`, or of the instruction.
    pub start: usize,
    /// What to do.
    pub opcode: Opcode,
    /// With what.
    pub oparg: u32,
}

impl Instruction {
    /// Byte offset of the next instruction.
    pub fn end(&self) -> usize {
        self.offset + 2 + 2 * self.opcode.caches()
    }

    /// Byte offset that the instruction may jump to; `None` if it does not jump (or before the start).
    pub fn jump_target(&self) -> Option<usize> {
        let distance = 2 * self.oparg as usize;
        let generic = DEOPT.get(usize::from(self.opcode.number())).copied().map(|n| Opcode::from_number(n.into()));
        match generic.flatten().unwrap_or(self.opcode) {
            Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::INSTRUMENTED_JUMP_BACKWARD
            | Opcode::END_ASYNC_FOR
            | Opcode::INSTRUMENTED_END_ASYNC_FOR => self.end().checked_sub(distance),
            Opcode::JUMP_FORWARD
            | Opcode::FOR_ITER
            | Opcode::SEND
            | Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE
            | Opcode::INSTRUMENTED_JUMP_FORWARD
            | Opcode::INSTRUMENTED_FOR_ITER
            | Opcode::INSTRUMENTED_POP_JUMP_IF_FALSE
            | Opcode::INSTRUMENTED_POP_JUMP_IF_TRUE
            | Opcode::INSTRUMENTED_POP_JUMP_IF_NONE
            | Opcode::INSTRUMENTED_POP_JUMP_IF_NOT_NONE => Some(self.end() + distance),
            _ => None,
        }
    }
}

/// Decodes code; ends at the first byte pair that is no instruction.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    code: &'a [u8],
    offset: usize,
}

impl<'a> Decoder<'a> {
    /// Over `co_code`.
    pub fn new(code: &'a [u8]) -> Decoder<'a> {
        Decoder { code, offset: 0 }
    }
}

impl Iterator for Decoder<'_> {
    type Item = Instruction;

    fn next(&mut self) -> Option<Instruction> {
        let start = self.offset;
        let mut oparg = 0u32;
        loop {
            let offset = self.offset;
            let [number, low] = *self.code.get(offset..)?.first_chunk()?;
            oparg = oparg << 8 | u32::from(low);
            self.offset += 2;
            if number == op::EXTENDED_ARG {
                continue;
            }
            let opcode = Opcode::from_number(number.into())?;
            self.offset += 2 * usize::from(CACHES[usize::from(number)]);
            return Some(Instruction { offset, start, opcode, oparg });
        }
    }
}

/// Appends an instruction, its `EXTENDED_ARG`s and its empty caches.
pub fn encode(out: &mut Vec<u8>, opcode: Opcode, oparg: u32) {
    for shift in [24, 16, 8] {
        if oparg >> shift != 0 {
            out.extend([op::EXTENDED_ARG, (oparg >> shift) as u8]);
        }
    }
    out.extend([opcode.number() as u8, oparg as u8]);
    out.resize(out.len() + 2 * opcode.caches(), 0);
}
