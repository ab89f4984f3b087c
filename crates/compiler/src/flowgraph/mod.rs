//! The control-flow graph: basic blocks, what is done to them, and back to a sequence of instructions.
//!
//! The passes and their order are CPython's, since each of them shows in the bytecode: exception targets, unreachable
//! code, line numbers, constants ([`consts`]), peephole and jumps ([`optimize`]), uninitialised locals and
//! superinstructions ([`locals`]), cold blocks ([`layout`]), cells, stack depth and borrowed loads ([`finish`]).

mod cfg;
mod consts;
mod finish;
mod layout;
mod lines;
mod locals;
mod optimize;

use crate::error::Result;
use crate::instr::Sequence;
use crate::names::Sym;
use cfg::Cfg;
use taipan_bytecode::{Const, Opcode};
use taipan_parser::ast::Location;

/// What the passes need to know of a code unit.
pub(crate) struct Layout {
    pub nlocals: usize,
    pub nparams: usize,
    pub firstlineno: i32,
    pub code_flags: u32,
    pub varnames: Vec<Sym>,
    pub cellvars: Vec<Sym>,
    pub freevars: Vec<Sym>,
}

/// An instruction of the finished sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Final {
    pub op: Opcode,
    pub arg: i32,
    pub loc: Location,
    /// Where a jump goes: an index into the sequence.
    pub target: u32,
    /// The handler's index in the sequence, or `u32::MAX`.
    pub handler: u32,
    pub handler_depth: i32,
    pub preserve_lasti: bool,
}

/// A finished sequence.
pub(crate) struct Optimized {
    pub instrs: Vec<Final>,
    pub stackdepth: u32,
}

/// Runs all the passes.
pub(crate) fn optimize(sequence: Sequence, consts: &mut Vec<Const>, layout: &mut Layout) -> Result<Optimized> {
    let mut g = Cfg::from_sequence(sequence)?;
    optimize_unit(&mut g, consts, layout.nlocals, layout.nparams);
    finish(g, layout)
}

/// Runs the optimising passes only; the sequence keeps its pseudo-instructions.
pub(crate) fn optimize_only(sequence: Sequence, consts: &mut Vec<Const>, nlocals: usize) -> Result<Vec<Final>> {
    let mut g = Cfg::from_sequence(sequence)?;
    optimize_unit(&mut g, consts, nlocals, 0);
    g.calculate_stackdepth()?;
    g.optimize_load_fast();
    Ok(g.to_sequence())
}

/// Runs the passes that every sequence needs and no other.
pub(crate) fn finish_only(sequence: Sequence, layout: &mut Layout) -> Result<Optimized> {
    let mut g = Cfg::from_sequence(sequence)?;
    g.mark_except_handlers();
    g.label_exception_targets();
    finish(g, layout)
}

fn optimize_unit(g: &mut Cfg, consts: &mut Vec<Const>, nlocals: usize, nparams: usize) {
    g.mark_except_handlers();
    g.label_exception_targets();
    let mut table = consts::Consts::new(std::mem::take(consts));
    g.inline_small_or_no_lineno_blocks();
    g.remove_unreachable();
    g.resolve_line_numbers();
    g.optimize_load_const(&mut table);
    g.optimize_basic_blocks(&mut table);
    g.remove_redundant_nops_and_pairs();
    g.remove_unreachable();
    g.remove_redundant_nops_and_jumps();
    *consts = g.remove_unused_consts(table.list);
    g.add_checks_for_uninitialized(nlocals, nparams);
    g.insert_superinstructions();
    g.push_cold_blocks_to_end();
    g.resolve_line_numbers();
}

fn finish(mut g: Cfg, layout: &mut Layout) -> Result<Optimized> {
    g.convert_pseudo_conditional_jumps();
    g.prepare_localsplus(layout);
    let stackdepth = g.calculate_stackdepth()?;
    g.convert_pseudo_ops();
    g.normalize_jumps();
    g.optimize_load_fast();
    Ok(Optimized { instrs: g.to_sequence(), stackdepth })
}
