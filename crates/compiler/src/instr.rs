//! Instruction sequences with labels, as code generation writes them and the flow graph reads them.

use taipan_bytecode::Opcode;
use taipan_parser::ast::Location;

/// An instruction. Of jumps and block pushes the argument is a label until the sequence is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instr {
    /// What to do.
    pub op: Opcode,
    /// With what.
    pub arg: i32,
    /// On behalf of which source range.
    pub loc: Location,
}

/// A place to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(pub(crate) i32);

impl Label {
    /// No label.
    pub const NONE: Label = Label(-1);
}

/// Whether the argument is a label.
#[inline]
pub fn has_target(op: Opcode) -> bool {
    op.has(taipan_bytecode::opcode::flags::JUMP) || op.is_block_push()
}

/// Instructions and the places that their labels stand for.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// The instructions.
    pub instrs: Vec<Instr>,
    /// Offset of each label, -1 until it is used.
    pub labels: Vec<i32>,
    /// What stands in for `ANNOTATIONS_PLACEHOLDER`.
    pub annotations: Option<Box<Sequence>>,
}

impl Sequence {
    /// The instructions with offsets where their arguments are labels.
    pub fn resolved(&self) -> Vec<Instr> {
        let resolve = |instr: &Instr| {
            let target = has_target(instr.op).then(|| self.labels.get(instr.arg as usize)).flatten();
            Instr { arg: target.copied().unwrap_or(instr.arg), ..*instr }
        };
        self.instrs.iter().map(resolve).collect()
    }

    /// The sequence of instructions whose labels are offsets.
    pub fn from_resolved(instrs: Vec<Instr>) -> Sequence {
        let labels = (0..instrs.len() as i32).collect();
        Sequence { instrs, labels, annotations: None }
    }

    /// A label to be placed later.
    pub fn new_label(&mut self) -> Label {
        self.labels.push(-1);
        Label(self.labels.len() as i32 - 1)
    }

    /// Places a label here.
    pub fn use_label(&mut self, label: Label) {
        if let Some(slot) = self.labels.get_mut(label.0 as usize) {
            *slot = self.instrs.len() as i32;
        }
    }

    /// Appends an instruction.
    #[inline]
    pub fn push(&mut self, op: Opcode, arg: i32, loc: Location) {
        self.instrs.push(Instr { op, arg, loc });
    }

    /// Inserts an instruction; labels from there on move.
    pub fn insert(&mut self, at: usize, op: Opcode, arg: i32, loc: Location) {
        self.instrs.insert(at, Instr { op, arg, loc });
        for label in &mut self.labels {
            if *label >= at as i32 {
                *label += 1;
            }
        }
    }
}
