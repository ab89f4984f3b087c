//! Annotations: functions that evaluate them when asked (PEP 649), or strings (`from __future__ import annotations`).

use super::*;
use crate::unparse;
use taipan_bytecode::tables::{common_constant, compare, make_function};

impl<'a> Compiler<'a> {
    /// Starts a function of one parameter, the format, which refuses formats that it does not know.
    pub fn enter_annotations_scope(&mut self, loc: Location, key: Key, name: Sym) -> Result {
        let counts = ArgCounts { posonlyargcount: 1, ..ArgCounts::default() };
        self.enter_scope(name, ScopeType::Annotations, key, loc.lineno, None, counts)?;
        self.op_i(Op::LOAD_FAST, 0, loc);
        // annotationlib.Format.VALUE_WITH_FAKE_GLOBALS
        self.load_int(2, loc);
        self.compare_op(compare::GT, loc);
        let body = self.new_label();
        self.jump(Op::POP_JUMP_IF_FALSE, body, loc);
        self.op_i(Op::LOAD_COMMON_CONSTANT, common_constant::NOT_IMPLEMENTED_ERROR as i32, loc);
        self.op_i(Op::RAISE_VARARGS, 1, loc);
        self.use_label(body);
        Ok(())
    }

    fn leave_annotations_scope(&mut self, loc: Location) -> Result {
        self.op(Op::RETURN_VALUE, loc);
        let mut code = self.assemble(true)?;
        // The parameter is called `.format` so that it hides no name; the signature shows it as `format`.
        let format = self.str_of(sym::format);
        if let Some(code) = Arc::get_mut(&mut code) {
            let mut names = code.localsplusnames.to_vec();
            if let Some(first) = names.first_mut() {
                *first = format;
            }
            code.localsplusnames = names.into();
        }
        self.exit_scope();
        self.make_closure(loc, code, 0)
    }

    /// An annotation as a string constant.
    fn annotation_text(&mut self, annotation: &'a Expr) -> Result {
        let text = unparse::expr(annotation, self.config.stack)?;
        self.load_const(fold::str_const(text), annotation.loc);
        Ok(())
    }

    pub fn function_annotations(
        &mut self,
        loc: Location,
        args: &'a Arguments,
        returns: Option<&'a Expr>,
    ) -> Result<u32> {
        let key = Key::Annotations(address(args));
        let Some(ste) = self.table.lookup(key) else {
            return Err(CompileError::system("unknown symbol table entry"));
        };
        if !self.table.entries[ste].annotations_used {
            return Ok(0);
        }
        let name = self.table.entries[ste].name;
        self.enter_annotations_scope(loc, key, name)?;
        let mut n = 0;
        let all = args
            .args
            .iter()
            .chain(&args.posonlyargs)
            .chain(args.vararg.as_deref())
            .chain(args.kwonlyargs.iter())
            .chain(args.kwarg.as_deref());
        for arg in all {
            if let Some(annotation) = &arg.annotation {
                self.annotation_item(&arg.arg, annotation, loc)?;
                n += 1;
            }
        }
        if let Some(returns) = returns {
            self.annotation_item(&"return".into(), returns, loc)?;
            n += 1;
        }
        self.op_i(Op::BUILD_MAP, n, loc);
        self.leave_annotations_scope(loc)?;
        Ok(make_function::ANNOTATE)
    }

    fn annotation_item(&mut self, name: &Identifier, annotation: &'a Expr, loc: Location) -> Result {
        let name = self.intern(name);
        let name = self.mangle(name);
        self.load_name_const(name, loc);
        if self.future.features & co::FUTURE_ANNOTATIONS != 0 {
            return self.annotation_text(annotation);
        }
        match &annotation.kind {
            // `*args: *Ts`
            ExprKind::Starred { value, .. } => {
                self.expr(value)?;
                self.op_i(Op::UNPACK_SEQUENCE, 1, loc);
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    /// Annotations of a module or class.
    pub fn deferred_annotations(&mut self, loc: Location) -> Result {
        let deferred = std::mem::take(&mut self.unit().deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let scope_type = self.unit_ref().scope_type;
        let in_module = scope_type == ScopeType::Module;
        if in_module {
            // A module's come first, whatever happens later.
            let unit = self.unit();
            unit.stashed = Some(std::mem::take(&mut unit.seq));
        }
        let block = self.unit_ref().ste;
        let Some(ste) = self.table.entries[block].annotation_block else {
            return Err(CompileError::system("no block for annotations"));
        };
        let name = self.table.entries[ste].name;
        self.enter_annotations_scope(loc, Key::BlockAnnotations(block), name)?;
        self.op_i(Op::BUILD_MAP, 0, loc);
        for (s, index) in deferred {
            let StmtKind::AnnAssign { target, annotation, .. } = &s.kind else { continue };
            let ExprKind::Name { id, .. } = &target.kind else { continue };
            let id = self.intern(id);
            let private = self.unit_ref().private;
            let mangled = self.names.mangle(private, id);
            let not_set = self.new_label();
            if let Some(index) = index {
                self.load_int(index, s.loc);
                if scope_type == ScopeType::Class {
                    self.op_name_raw(Op::LOAD_DEREF, sym::conditional_annotations, Table::Freevars, s.loc);
                } else {
                    self.op_name(Op::LOAD_GLOBAL, sym::conditional_annotations, 1, 0, s.loc);
                }
                self.op_i(Op::CONTAINS_OP, 0, s.loc);
                self.jump(Op::POP_JUMP_IF_FALSE, not_set, s.loc);
            }
            self.expr(annotation)?;
            self.op_i(Op::COPY, 2, s.loc);
            self.load_name_const(mangled, s.loc);
            self.op(Op::STORE_SUBSCR, loc);
            self.use_label(not_set);
        }
        self.leave_annotations_scope(loc)?;
        let in_class = self.table.entries[block].block_type == BlockType::Class;
        self.store_name(if in_class { sym::annotate_func } else { sym::annotate }, loc)?;
        if in_module {
            let unit = self.unit();
            let annotations = std::mem::take(&mut unit.seq);
            unit.seq = unit.stashed.take().unwrap_or_default();
            unit.seq.annotations = Some(Box::new(annotations));
        }
        Ok(())
    }

    pub fn ann_assign(&mut self, s: &'a Stmt) -> Result {
        let StmtKind::AnnAssign { target, annotation, value, simple } = &s.kind else { return Ok(()) };
        let loc = s.loc;
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match &target.kind {
            ExprKind::Name { id, .. } => {
                let scope_type = self.unit_ref().scope_type;
                if *simple == 0 || !matches!(scope_type, ScopeType::Module | ScopeType::Class) {
                    return Ok(());
                }
                if self.future.features & co::FUTURE_ANNOTATIONS != 0 {
                    self.annotation_text(annotation)?;
                    self.op_name(Op::LOAD_NAME, sym::annotations, 0, 0, loc);
                    let id = self.intern(id);
                    let mangled = self.mangle(id);
                    self.load_name_const(mangled, loc);
                    self.op(Op::STORE_SUBSCR, loc);
                    return Ok(());
                }
                let unit = self.unit();
                let conditional = scope_type == ScopeType::Module || unit.in_conditional_block > 0;
                let index = conditional.then(|| {
                    unit.next_conditional_annotation += 1;
                    unit.next_conditional_annotation - 1
                });
                unit.deferred_annotations.push((s, index));
                if let Some(index) = index {
                    if scope_type == ScopeType::Class {
                        self.op_name_raw(Op::LOAD_DEREF, sym::conditional_annotations, Table::Cellvars, loc);
                    } else {
                        self.op_name(Op::LOAD_NAME, sym::conditional_annotations, 0, 0, loc);
                    }
                    self.load_int(index, loc);
                    self.op_i(Op::SET_ADD, 1, loc);
                    self.op(Op::POP_TOP, loc);
                }
                Ok(())
            }
            // What is only annotated is evaluated all the same.
            ExprKind::Attribute { value: object, .. } if value.is_none() => self.evaluate(object),
            ExprKind::Subscript { value: object, slice, .. } if value.is_none() => {
                self.evaluate(object)?;
                self.evaluate_index(slice)
            }
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
            _ => Err(CompileError::system("invalid node type for annotated assignment")),
        }
    }

    fn evaluate(&mut self, e: &'a Expr) -> Result {
        self.expr(e)?;
        self.op(Op::POP_TOP, e.loc);
        Ok(())
    }

    fn evaluate_index(&mut self, e: &'a Expr) -> Result {
        match &e.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.evaluate(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                for elt in elts {
                    self.evaluate_index(elt)?;
                }
                Ok(())
            }
            _ => self.evaluate(e),
        }
    }
}
