//! `try`, with `except`, `except*` and `finally`.

use super::*;
use taipan_bytecode::tables::intrinsic;

/// The parts of a `try` statement.
#[derive(Clone, Copy)]
struct Try<'a> {
    loc: Location,
    star: bool,
    body: &'a [Stmt],
    handlers: &'a [ExceptHandler],
    orelse: &'a [Stmt],
    finalbody: &'a [Stmt],
}

impl<'a> Compiler<'a> {
    pub fn try_(&mut self, s: &'a Stmt) -> Result {
        let (StmtKind::Try { body, handlers, orelse, finalbody }
        | StmtKind::TryStar { body, handlers, orelse, finalbody }) = &s.kind
        else {
            return Ok(());
        };
        let star = matches!(s.kind, StmtKind::TryStar { .. });
        let t = Try { loc: s.loc, star, body, handlers, orelse, finalbody };
        if finalbody.is_empty() { self.try_handlers(t) } else { self.try_finally(t) }
    }

    fn try_handlers(&mut self, t: Try<'a>) -> Result {
        if t.star { self.try_star(t) } else { self.try_except(t) }
    }

    fn try_finally(&mut self, t: Try<'a>) -> Result {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(Op::SETUP_FINALLY, end, t.loc);
        self.use_label(body);
        let mut block = Block::new(BlockKind::FinallyTry, t.loc, body, end);
        block.finalbody = t.finalbody;
        self.push_block(block)?;
        if t.handlers.is_empty() {
            self.stmts(t.body)?;
        } else {
            self.try_handlers(t)?;
        }
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.pop_block(BlockKind::FinallyTry);
        self.stmts(t.finalbody)?;
        self.jump(Op::JUMP_NO_INTERRUPT, exit, NO_LOCATION);
        self.use_label(end);
        self.push_simple(BlockKind::FinallyEnd, NO_LOCATION, end, Label::NONE)?;
        self.jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.silent += 1;
        self.stmts(t.finalbody)?;
        self.silent -= 1;
        self.pop_block(BlockKind::FinallyEnd);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
        Ok(())
    }

    /// The variable of a handler goes away at its end.
    fn unbind(&mut self, name: Sym) -> Result {
        self.load_none(NO_LOCATION);
        self.store_name(name, NO_LOCATION)?;
        self.nameop(NO_LOCATION, name, ExprContext::Del)
    }

    fn try_except(&mut self, t: Try<'a>) -> Result {
        let body = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.jump(Op::SETUP_FINALLY, except, t.loc);
        self.use_label(body);
        self.push_simple(BlockKind::TryExcept, t.loc, body, Label::NONE)?;
        self.stmts(t.body)?;
        self.pop_block(BlockKind::TryExcept);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.stmts(t.orelse)?;
        self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(except);
        self.jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_simple(BlockKind::ExceptionHandler, t.loc, Label::NONE, Label::NONE)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc = handler.loc;
            if handler.type_.is_none() && i + 1 < t.handlers.len() {
                return Err(CompileError::syntax("default 'except:' must be last", loc));
            }
            let next = self.new_label();
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.op(Op::CHECK_EXC_MATCH, loc);
                self.jump(Op::POP_JUMP_IF_FALSE, next, loc);
            }
            let handler_body = self.new_label();
            if let Some(name) = &handler.name {
                let name = self.intern(name);
                let cleanup_end = self.new_label();
                self.store_name(name, loc)?;
                self.jump(Op::SETUP_CLEANUP, cleanup_end, loc);
                self.use_label(handler_body);
                let mut block = Block::new(BlockKind::HandlerCleanup, loc, handler_body, Label::NONE);
                block.name = Some(name);
                self.push_block(block)?;
                self.stmts(&handler.body)?;
                self.pop_block(BlockKind::HandlerCleanup);
                self.op(Op::POP_BLOCK, NO_LOCATION);
                self.op(Op::POP_BLOCK, NO_LOCATION);
                self.op(Op::POP_EXCEPT, NO_LOCATION);
                self.unbind(name)?;
                self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
                self.use_label(cleanup_end);
                self.unbind(name)?;
                self.op_i(Op::RERAISE, 1, NO_LOCATION);
            } else {
                self.op(Op::POP_TOP, loc);
                self.use_label(handler_body);
                self.push_simple(BlockKind::HandlerCleanup, loc, handler_body, Label::NONE)?;
                self.stmts(&handler.body)?;
                self.pop_block(BlockKind::HandlerCleanup);
                self.op(Op::POP_BLOCK, NO_LOCATION);
                self.op(Op::POP_EXCEPT, NO_LOCATION);
                self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
            }
            self.use_label(next);
        }
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.pop_block(BlockKind::ExceptionHandler);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(end);
        Ok(())
    }

    /// On the stack within the handlers: the original exception, the list of what the handlers raised, and what no
    /// handler has taken yet.
    fn try_star(&mut self, t: Try<'a>) -> Result {
        let body = self.new_label();
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.jump(Op::SETUP_FINALLY, except, t.loc);
        self.use_label(body);
        self.push_simple(BlockKind::TryExcept, t.loc, body, Label::NONE)?;
        self.stmts(t.body)?;
        self.pop_block(BlockKind::TryExcept);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.jump(Op::JUMP_NO_INTERRUPT, orelse, NO_LOCATION);
        self.use_label(except);
        self.jump(Op::SETUP_CLEANUP, cleanup, NO_LOCATION);
        self.op(Op::PUSH_EXC_INFO, NO_LOCATION);
        self.push_simple(BlockKind::ExceptionGroupHandler, t.loc, Label::NONE, Label::NONE)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc = handler.loc;
            let next = self.new_label();
            let with_error = self.new_label();
            let no_match = self.new_label();
            if i == 0 {
                self.op_i(Op::BUILD_LIST, 0, loc);
                self.op_i(Op::COPY, 2, loc);
            }
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.op(Op::CHECK_EG_MATCH, loc);
                self.op_i(Op::COPY, 1, loc);
                self.jump(Op::POP_JUMP_IF_NONE, no_match, loc);
            }
            let cleanup_end = self.new_label();
            let handler_body = self.new_label();
            let name = handler.name.as_ref().map(|name| self.intern(name));
            match name {
                Some(name) => self.store_name(name, loc)?,
                None => self.op(Op::POP_TOP, loc),
            }
            self.jump(Op::SETUP_CLEANUP, cleanup_end, loc);
            self.use_label(handler_body);
            let mut block = Block::new(BlockKind::HandlerCleanup, loc, handler_body, Label::NONE);
            block.name = name;
            self.push_block(block)?;
            self.stmts(&handler.body)?;
            self.pop_block(BlockKind::HandlerCleanup);
            self.op(Op::POP_BLOCK, NO_LOCATION);
            if let Some(name) = name {
                self.unbind(name)?;
            }
            self.jump(Op::JUMP_NO_INTERRUPT, next, NO_LOCATION);
            self.use_label(cleanup_end);
            if let Some(name) = name {
                self.unbind(name)?;
            }
            self.op_i(Op::LIST_APPEND, 3, NO_LOCATION);
            self.op(Op::POP_TOP, NO_LOCATION);
            self.jump(Op::JUMP_NO_INTERRUPT, with_error, NO_LOCATION);
            self.use_label(next);
            // Holds a location that is passed on to it.
            self.op(Op::NOP, NO_LOCATION);
            self.jump(Op::JUMP_NO_INTERRUPT, with_error, NO_LOCATION);
            self.use_label(no_match);
            self.op(Op::POP_TOP, loc);
            self.use_label(with_error);
            if i + 1 == t.handlers.len() {
                // What is left over goes to the list as well.
                self.op_i(Op::LIST_APPEND, 1, NO_LOCATION);
                self.jump(Op::JUMP_NO_INTERRUPT, reraise_star, NO_LOCATION);
            }
        }
        self.pop_block(BlockKind::ExceptionGroupHandler);
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.op_i(Op::CALL_INTRINSIC_2, intrinsic::PREP_RERAISE_STAR as i32, NO_LOCATION);
        self.op_i(Op::COPY, 1, NO_LOCATION);
        self.jump(Op::POP_JUMP_IF_NOT_NONE, reraise, NO_LOCATION);
        self.op(Op::POP_TOP, NO_LOCATION);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(reraise);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op_i(Op::SWAP, 2, NO_LOCATION);
        self.op(Op::POP_EXCEPT, NO_LOCATION);
        self.op_i(Op::RERAISE, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(orelse);
        self.stmts(t.orelse)?;
        self.use_label(end);
        Ok(())
    }
}
