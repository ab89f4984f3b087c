//! `with` and `async with`.

use super::*;
use taipan_bytecode::tables::special;

impl<'a> Compiler<'a> {
    pub fn call_exit_with_nones(&mut self, loc: Location) {
        for _ in 0..3 {
            self.load_none(loc);
        }
        self.op_i(Op::CALL, 3, loc);
    }

    fn load_enter_exit(&mut self, enter: u32, exit: u32, loc: Location) {
        self.op_i(Op::COPY, 1, loc);
        self.op_i(Op::LOAD_SPECIAL, exit as i32, loc);
        self.op_i(Op::SWAP, 2, loc);
        self.op_i(Op::SWAP, 3, loc);
        self.op_i(Op::LOAD_SPECIAL, enter as i32, loc);
        self.op_i(Op::CALL, 0, loc);
    }

    fn bind_or_pop(&mut self, item: &'a WithItem, loc: Location) -> Result {
        match &item.optional_vars {
            Some(vars) => self.expr(vars),
            None => {
                self.op(Op::POP_TOP, loc);
                Ok(())
            }
        }
    }

    /// The truth of what `__exit__` returned decides whether the exception goes on.
    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        self.jump_bool(Op::POP_JUMP_IF_TRUE, suppress, NO_LOCATION);
        self.op_i(Op::RERAISE, 2, NO_LOCATION);
        self.use_label(suppress);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        for _ in 0..3 {
            self.op(Op::POP_TOP, NO_LOCATION);
        }
        let exit = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, exit, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
    }

    pub fn with(&mut self, items: &'a [WithItem], body: &'a [Stmt]) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        self.check_stack()?;
        let block = self.new_label();
        let final_ = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let loc = item.context_expr.loc;
        self.load_enter_exit(special::ENTER, special::EXIT, loc);
        self.jump(Op::SETUP_WITH, final_, loc);
        self.use_label(block);
        self.push_simple(BlockKind::With, loc, block, final_)?;
        self.bind_or_pop(item, loc)?;
        self.with(rest, body)?;
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.pop_block(BlockKind::With);
        self.call_exit_with_nones(loc);
        self.op(Op::POP_TOP, loc);
        self.jump(Op::JUMP, exit, loc);
        self.use_label(final_);
        self.jump(Op::SETUP_CLEANUP, cleanup, loc);
        self.op(Op::PUSH_EXC_INFO, loc);
        self.op(Op::WITH_EXCEPT_START, loc);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    pub fn async_with(&mut self, items: &'a [WithItem], body: &'a [Stmt]) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        self.check_stack()?;
        let block = self.new_label();
        let final_ = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let loc = item.context_expr.loc;
        self.load_enter_exit(special::AENTER, special::AEXIT, loc);
        self.await_value(loc, 1);
        self.jump(Op::SETUP_WITH, final_, loc);
        self.use_label(block);
        self.push_simple(BlockKind::AsyncWith, loc, block, final_)?;
        self.bind_or_pop(item, loc)?;
        self.async_with(rest, body)?;
        self.pop_block(BlockKind::AsyncWith);
        self.op(Op::POP_BLOCK, loc);
        self.call_exit_with_nones(loc);
        self.await_value(loc, 2);
        self.op(Op::POP_TOP, loc);
        self.jump(Op::JUMP, exit, loc);
        self.use_label(final_);
        self.jump(Op::SETUP_CLEANUP, cleanup, loc);
        self.op(Op::PUSH_EXC_INFO, loc);
        self.op(Op::WITH_EXCEPT_START, loc);
        self.await_value(loc, 2);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }
}
