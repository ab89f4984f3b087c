//! `for`, `async for` and `while`.

use super::*;
use taipan_bytecode::tables::resume;

impl<'a> Compiler<'a> {
    pub fn for_(&mut self, target: &'a Expr, iter: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result {
        let loc = iter.loc;
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_simple(BlockKind::ForLoop, loc, start, end)?;
        self.expr(iter)?;
        self.op(Op::GET_ITER, loc);
        self.use_label(start);
        self.jump(Op::FOR_ITER, cleanup, loc);
        // So that a target on another line is traced.
        self.op(Op::NOP, target.loc);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Op::JUMP, start, NO_LOCATION);
        self.use_label(cleanup);
        self.op(Op::END_FOR, NO_LOCATION);
        self.op(Op::POP_ITER, NO_LOCATION);
        self.pop_block(BlockKind::ForLoop);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub fn async_for(
        &mut self,
        loc: Location,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Result {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(iter)?;
        self.op(Op::GET_AITER, iter.loc);
        self.use_label(start);
        self.push_simple(BlockKind::ForLoop, loc, start, end)?;
        self.jump(Op::SETUP_FINALLY, except, loc);
        self.op(Op::GET_ANEXT, loc);
        self.load_none(loc);
        self.use_label(send);
        self.yield_from(loc, resume::AFTER_AWAIT);
        self.op(Op::POP_BLOCK, loc);
        self.op(Op::NOT_TAKEN, loc);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Op::JUMP, start, NO_LOCATION);
        self.pop_block(BlockKind::ForLoop);
        self.use_label(except);
        self.jump(Op::END_ASYNC_FOR, send, iter.loc);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub fn while_(&mut self, loc: Location, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        self.push_simple(BlockKind::WhileLoop, loc, start, end)?;
        self.jump_if(test, anchor, false)?;
        self.stmts(body)?;
        self.jump(Op::JUMP, start, NO_LOCATION);
        self.pop_block(BlockKind::WhileLoop);
        self.use_label(anchor);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }
}
