//! Statements.

use super::*;
use taipan_bytecode::tables::{common_constant, intrinsic, nb};

impl<'a> Compiler<'a> {
    pub fn stmts(&mut self, body: &'a [Stmt]) -> Result {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn conditional(&mut self, write: impl FnOnce(&mut Self) -> Result) -> Result {
        self.unit().in_conditional_block += 1;
        write(self)?;
        self.unit().in_conditional_block -= 1;
        Ok(())
    }

    pub fn stmt(&mut self, s: &'a Stmt) -> Result {
        self.check_stack()?;
        let loc = s.loc;
        match &s.kind {
            StmtKind::Expr { value } => self.stmt_expr(loc, value),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 < targets.len() {
                        self.op_i(Op::COPY, 1, loc);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(loc, target, *op, value),
            StmtKind::AnnAssign { .. } => self.ann_assign(s),
            StmtKind::Return { value } => self.return_(s, value.as_deref()),
            StmtKind::If { test, body, orelse } => self.conditional(|c| c.if_(test, body, orelse)),
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.conditional(|c| c.for_(target, iter, body, orelse))
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.conditional(|c| c.async_for(loc, target, iter, body, orelse))
            }
            StmtKind::While { test, body, orelse } => self.conditional(|c| c.while_(loc, test, body, orelse)),
            StmtKind::With { items, body, .. } => self.conditional(|c| c.with(items, body)),
            StmtKind::AsyncWith { items, body, .. } => self.conditional(|c| c.async_with(items, body)),
            StmtKind::Try { .. } => self.conditional(|c| c.try_(s)),
            StmtKind::TryStar { .. } => self.conditional(|c| c.try_(s)),
            StmtKind::Match { subject, cases } => self.conditional(|c| c.match_(subject, cases)),
            StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. } => self.function_def(s),
            StmtKind::ClassDef { .. } => self.class_def(s),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(s, name, type_params, value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Raise { exc, cause } => {
                let mut n = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    n = 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        n = 2;
                    }
                }
                self.op_i(Op::RAISE_VARARGS, n, loc);
                Ok(())
            }
            StmtKind::Assert { test, msg } => self.assert(loc, test, msg.as_deref()),
            StmtKind::Import { names } => self.import(loc, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(loc, module.as_ref(), names, level.unwrap_or(0))
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Pass => {
                self.op(Op::NOP, loc);
                Ok(())
            }
            StmtKind::Break => self.break_continue(loc, true),
            StmtKind::Continue => self.break_continue(loc, false),
        }
    }

    fn stmt_expr(&mut self, loc: Location, value: &'a Expr) -> Result {
        if self.is_interactive_top_level() {
            self.expr(value)?;
            self.op_i(Op::CALL_INTRINSIC_1, intrinsic::PRINT as i32, loc);
            self.op(Op::POP_TOP, NO_LOCATION);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant { .. }) {
            self.op(Op::NOP, loc);
            return Ok(());
        }
        self.expr(value)?;
        self.op(Op::POP_TOP, NO_LOCATION);
        Ok(())
    }

    fn if_(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result {
        let end = self.new_label();
        let next = if orelse.is_empty() { end } else { self.new_label() };
        self.jump_if(test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
            self.use_label(next);
            self.stmts(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn return_(&mut self, s: &'a Stmt, value: Option<&'a Expr>) -> Result {
        let mut loc = s.loc;
        let constant_value = match value.map(|v| &v.kind) {
            Some(ExprKind::Constant { value, .. }) => Some(value),
            _ => None,
        };
        let preserve_tos = value.is_some() && constant_value.is_none();
        let ste = self.ste();
        if !ste.is_function_like() {
            return Err(CompileError::syntax("'return' outside function", loc));
        }
        if value.is_some() && ste.coroutine && ste.generator {
            return Err(CompileError::syntax("'return' with value in async generator", loc));
        }
        if let Some(value) = value {
            if preserve_tos {
                self.expr(value)?;
            } else {
                // An instruction on the line of the value.
                loc = value.loc;
                self.op(Op::NOP, loc);
            }
        }
        if value.is_none_or(|v| v.loc.lineno != s.loc.lineno) {
            loc = s.loc;
            self.op(Op::NOP, loc);
        }
        self.unwind_blocks(&mut loc, preserve_tos, false)?;
        if let Some(value) = constant_value {
            self.load_const(constant(value), loc);
        } else if value.is_none() {
            self.load_none(loc);
        }
        self.op(Op::RETURN_VALUE, loc);
        Ok(())
    }

    fn break_continue(&mut self, origin: Location, is_break: bool) -> Result {
        let mut loc = origin;
        self.op(Op::NOP, loc);
        let Some(target) = self.unwind_blocks(&mut loc, false, true)? else {
            let message = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(CompileError::syntax(message, origin));
        };
        if is_break {
            self.unwind_block(&mut loc, &target, false)?;
            self.jump(Op::JUMP, target.exit, loc);
        } else {
            self.jump(Op::JUMP, target.start, loc);
        }
        Ok(())
    }

    fn assert(&mut self, loc: Location, test: &'a Expr, msg: Option<&'a Expr>) -> Result {
        let always = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always {
            self.warn("assertion is always true, perhaps remove parentheses?".to_owned(), loc);
        }
        if self.config.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(test, end, true)?;
        self.op_i(Op::LOAD_COMMON_CONSTANT, common_constant::ASSERTION_ERROR as i32, loc);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_i(Op::CALL, 0, loc);
        }
        self.op_i(Op::RAISE_VARARGS, 1, test.loc);
        self.use_label(end);
        Ok(())
    }

    fn aug_assign(&mut self, s: Location, target: &'a Expr, op: Operator, value: &'a Expr) -> Result {
        let mut loc = target.loc;
        match &target.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value)?;
                self.op_i(Op::COPY, 1, loc);
                loc = self.attr_location(loc, target);
                let attr = self.intern(attr);
                self.load_attr(attr, loc);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                if self.is_two_part_slice(slice) {
                    self.slice_two_parts(slice)?;
                    for _ in 0..3 {
                        self.op_i(Op::COPY, 3, loc);
                    }
                    self.op(Op::BINARY_SLICE, loc);
                } else {
                    self.expr(slice)?;
                    self.op_i(Op::COPY, 2, loc);
                    self.op_i(Op::COPY, 2, loc);
                    self.op_i(Op::BINARY_OP, nb::SUBSCR as i32, loc);
                }
            }
            ExprKind::Name { id, .. } => {
                let id = self.intern(id);
                self.load_name(id, loc)?;
            }
            _ => return Err(CompileError::system("invalid node type for augmented assignment")),
        }
        self.expr(value)?;
        self.op_i(Op::BINARY_OP, (expr::binary_op(op) + nb::INPLACE) as i32, s);
        loc = target.loc;
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                loc = self.attr_location(loc, target);
                self.op_i(Op::SWAP, 2, loc);
                let attr = self.intern(attr);
                self.op_name(Op::STORE_ATTR, attr, 0, 0, loc);
            }
            ExprKind::Subscript { slice, .. } => {
                if self.is_two_part_slice(slice) {
                    self.op_i(Op::SWAP, 4, loc);
                    self.op_i(Op::SWAP, 3, loc);
                    self.op_i(Op::SWAP, 2, loc);
                    self.op(Op::STORE_SLICE, loc);
                } else {
                    self.op_i(Op::SWAP, 3, loc);
                    self.op_i(Op::SWAP, 2, loc);
                    self.op(Op::STORE_SUBSCR, loc);
                }
            }
            ExprKind::Name { id, .. } => {
                let id = self.intern(id);
                self.store_name(id, loc)?;
            }
            _ => {}
        }
        Ok(())
    }
}
