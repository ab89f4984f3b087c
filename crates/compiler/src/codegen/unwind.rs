//! Static blocks of a unit, and leaving them by `return`, `break` and `continue`.

use super::*;

/// Kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    StopIteration,
    /// No statement leaves it; it counts as a block.
    InlinedComprehension,
}

/// A block that is being written.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub kind: BlockKind,
    pub loc: Location,
    /// Where it starts.
    pub start: Label,
    /// Where it ends.
    pub exit: Label,
    /// The `finally` statements of `FinallyTry`.
    pub finalbody: &'a [Stmt],
    /// The variable of `HandlerCleanup`.
    pub name: Option<Sym>,
}

impl Block<'_> {
    pub fn new(kind: BlockKind, loc: Location, start: Label, exit: Label) -> Self {
        Block { kind, loc, start, exit, finalbody: &[], name: None }
    }
}

impl<'a> Compiler<'a> {
    pub fn push_simple(&mut self, kind: BlockKind, loc: Location, start: Label, exit: Label) -> Result {
        self.push_block(Block::new(kind, loc, start, exit))
    }

    /// Writes the code that leaves `block`. `loc` becomes artificial where the block's own code has been written.
    pub fn unwind_block(&mut self, loc: &mut Location, block: &Block<'a>, preserve_tos: bool) -> Result {
        match block.kind {
            BlockKind::WhileLoop
            | BlockKind::ExceptionHandler
            | BlockKind::ExceptionGroupHandler
            | BlockKind::AsyncComprehensionGenerator
            | BlockKind::StopIteration
            | BlockKind::InlinedComprehension => {}
            BlockKind::ForLoop => {
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_TOP, *loc);
            }
            BlockKind::TryExcept => self.op(Op::POP_BLOCK, *loc),
            BlockKind::FinallyTry => {
                self.op(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.push_simple(BlockKind::PopValue, *loc, Label::NONE, Label::NONE)?;
                }
                self.stmts(block.finalbody)?;
                if preserve_tos {
                    self.pop_block(BlockKind::PopValue);
                }
                *loc = NO_LOCATION;
            }
            BlockKind::FinallyEnd => {
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_TOP, *loc);
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_BLOCK, *loc);
                self.op(Op::POP_EXCEPT, *loc);
            }
            BlockKind::With | BlockKind::AsyncWith => {
                *loc = block.loc;
                self.op(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.op_i(Op::SWAP, 3, *loc);
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if block.kind == BlockKind::AsyncWith {
                    self.await_value(*loc, 2);
                }
                self.op(Op::POP_TOP, *loc);
                *loc = NO_LOCATION;
            }
            BlockKind::HandlerCleanup => {
                if block.name.is_some() {
                    self.op(Op::POP_BLOCK, *loc);
                }
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_BLOCK, *loc);
                self.op(Op::POP_EXCEPT, *loc);
                if let Some(name) = block.name {
                    self.load_none(*loc);
                    self.store_name(name, *loc)?;
                    self.nameop(*loc, name, ExprContext::Del)?;
                }
            }
            BlockKind::PopValue => {
                if preserve_tos {
                    self.op_i(Op::SWAP, 2, *loc);
                }
                self.op(Op::POP_TOP, *loc);
            }
        }
        Ok(())
    }

    /// Leaves all blocks, or (`to_loop`) those within the innermost loop, which is returned.
    pub fn unwind_blocks(
        &mut self,
        loc: &mut Location,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<Block<'a>>> {
        let Some(&top) = self.unit_ref().blocks.last() else { return Ok(None) };
        if top.kind == BlockKind::ExceptionGroupHandler {
            return Err(CompileError::syntax(
                "'break', 'continue' and 'return' cannot appear in an except* block",
                *loc,
            ));
        }
        if to_loop && matches!(top.kind, BlockKind::WhileLoop | BlockKind::ForLoop) {
            return Ok(Some(top));
        }
        // The code that leaves a block is not within it.
        self.unit().blocks.pop();
        self.unwind_block(loc, &top, preserve_tos)?;
        let found = self.unwind_blocks(loc, preserve_tos, to_loop)?;
        self.push_block(top)?;
        Ok(found)
    }
}
