//! Calls.

use super::expr::{TUPLE, infer_type};
use super::*;
use taipan_bytecode::tables::{common_constant, intrinsic};

fn is_starred(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Starred { .. })
}

impl<'a> Compiler<'a> {
    pub fn call(&mut self, e: &'a Expr, func: &'a Expr, args: &'a [Expr], keywords: &'a [Keyword]) -> Result {
        self.validate_keywords(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let skip = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.builtin_over_generator(func, args, keywords, skip)?;
        self.op(Op::PUSH_NULL, func.loc);
        self.call_helper(e.loc, 0, args, None, keywords)?;
        self.use_label(skip);
        Ok(())
    }

    fn validate_keywords(&self, keywords: &[Keyword]) -> Result {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else { continue };
            for other in &keywords[i + 1..] {
                if other.arg.as_ref() == Some(name) {
                    return Err(CompileError::syntax(format!("keyword argument repeated: {name}"), other.loc));
                }
            }
        }
        Ok(())
    }

    fn check_caller(&mut self, e: &Expr) {
        let suspicious = matches!(
            e.kind,
            ExprKind::Constant { .. }
                | ExprKind::Tuple { .. }
                | ExprKind::List { .. }
                | ExprKind::ListComp { .. }
                | ExprKind::Dict { .. }
                | ExprKind::DictComp { .. }
                | ExprKind::Set { .. }
                | ExprKind::SetComp { .. }
                | ExprKind::GeneratorExp { .. }
                | ExprKind::JoinedStr { .. }
                | ExprKind::TemplateStr { .. }
                | ExprKind::FormattedValue { .. }
                | ExprKind::Interpolation { .. }
        );
        if suspicious && let Some(name) = infer_type(e) {
            self.warn(format!("'{name}' object is not callable; perhaps you missed a comma?"), e.loc);
        }
    }

    /// Whether the expression is a name that the module imports: its attributes are no methods.
    fn is_import_originated(&mut self, e: &Expr) -> bool {
        let ExprKind::Name { id, .. } = &e.kind else { return false };
        let id = self.intern(id);
        self.table.entries[0].symbol(id) & flags::DEF_IMPORT != 0
    }

    /// Whether `e.attr` is an attribute of `super()`, known at compile time; then, the number of arguments.
    pub fn super_call(&mut self, e: &Expr, attr: Sym) -> Option<usize> {
        let ExprKind::Call { func, args, keywords } = &e.kind else { return None };
        let ExprKind::Name { id, .. } = &func.kind else { return None };
        if &**id != "super" || attr == sym::class || !keywords.is_empty() {
            return None;
        }
        // The name must not have been taken by anything else.
        if self.ste().scope(sym::super_) != Scope::GlobalImplicit
            || self.table.entries[0].scope(sym::super_) != Scope::Unknown
        {
            return None;
        }
        match args.len() {
            2 => (!args.iter().any(is_starred)).then_some(2),
            0 => {
                let counts = self.unit_ref().args;
                let has_self = counts.argcount + counts.posonlyargcount > 0;
                (has_self && self.ref_type(sym::class) == Scope::Free).then_some(0)
            }
            _ => None,
        }
    }

    pub fn load_super_args(&mut self, e: &'a Expr) -> Result {
        let ExprKind::Call { func, args, .. } = &e.kind else { return Ok(()) };
        self.load_name(sym::super_, func.loc)?;
        if args.is_empty() {
            self.load_name(sym::class, e.loc)?;
            if let Some(&first) = self.unit_ref().varnames.list.first() {
                self.load_name(first, e.loc)?;
            }
            return Ok(());
        }
        self.exprs(args)
    }

    /// `a.b(...)` without stars: no bound method is made.
    fn method_call(&mut self, e: &'a Expr, func: &'a Expr, args: &'a [Expr], keywords: &'a [Keyword]) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = &func.kind else { return Ok(false) };
        if self.is_import_originated(value)
            || args.len() + keywords.len() + usize::from(!keywords.is_empty()) >= STACK_USE_GUIDELINE
            || args.iter().any(is_starred)
            || keywords.iter().any(|k| k.arg.is_none())
        {
            return Ok(false);
        }
        let attr = self.intern(attr);
        let mut loc = func.loc;
        if let Some(arguments) = self.super_call(value, attr) {
            self.load_super_args(value)?;
            self.op_name(Op::LOAD_SUPER_ATTR, attr, 2, if arguments > 0 { 3 } else { 1 }, loc);
            loc = self.attr_location(loc, func);
            self.op(Op::NOP, loc);
        } else {
            self.expr(value)?;
            loc = self.attr_location(loc, func);
            self.load_method(attr, loc);
        }
        self.exprs(args)?;
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        if !keywords.is_empty() {
            self.keyword_names(loc, keywords);
        }
        loc = self.attr_location(e.loc, func);
        let op = if keywords.is_empty() { Op::CALL } else { Op::CALL_KW };
        self.op_n(op, args.len() + keywords.len(), loc);
        Ok(true)
    }

    fn keyword_names(&mut self, loc: Location, keywords: &'a [Keyword]) {
        let names: Vec<Sym> = keywords.iter().filter_map(|k| k.arg.as_ref()).map(|n| self.intern(n)).collect();
        let names = self.name_tuple(&names);
        self.load_const(names, loc);
    }

    /// `all(...)`, `any(...)` and `tuple(...)` of a generator expression are loops, unless the name means something else.
    fn builtin_over_generator(
        &mut self,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        end: Label,
    ) -> Result {
        let ExprKind::Name { id, .. } = &func.kind else { return Ok(()) };
        let [generator] = args else { return Ok(()) };
        if !keywords.is_empty() || !matches!(generator.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        let is_async =
            self.table.lookup(Key::Node(address(generator))).is_some_and(|ste| self.table.entries[ste].coroutine);
        if is_async {
            return Ok(());
        }
        let (number, initial) = match &**id {
            "all" => (common_constant::ALL, Some(true)),
            "any" => (common_constant::ANY, Some(false)),
            "tuple" => (common_constant::TUPLE, None),
            _ => return Ok(()),
        };
        let loc = func.loc;
        let skip = self.new_label();
        self.op_i(Op::COPY, 1, loc);
        self.op_i(Op::LOAD_COMMON_CONSTANT, number as i32, loc);
        self.add_compare(CmpOp::Is, loc);
        self.jump(Op::POP_JUMP_IF_FALSE, skip, loc);
        self.op(Op::POP_TOP, loc);
        if initial.is_none() {
            self.op_i(Op::BUILD_LIST, 0, loc);
        }
        self.expr(generator)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.use_label(start);
        self.jump(Op::FOR_ITER, cleanup, loc);
        let truth = |value: bool| if value { Const::True } else { Const::False };
        match initial {
            None => {
                self.op_i(Op::LIST_APPEND, 2, loc);
                self.jump(Op::JUMP, start, loc);
            }
            Some(value) => {
                let op = if value { Op::POP_JUMP_IF_TRUE } else { Op::POP_JUMP_IF_FALSE };
                self.jump_bool(op, start, loc);
            }
        }
        self.op(Op::POP_ITER, NO_LOCATION);
        if let Some(value) = initial {
            self.load_const(truth(!value), loc);
        }
        self.jump(Op::JUMP, end, loc);
        self.use_label(cleanup);
        self.op(Op::END_FOR, NO_LOCATION);
        self.op(Op::POP_ITER, NO_LOCATION);
        match initial {
            None => self.op_i(Op::CALL_INTRINSIC_1, intrinsic::LIST_TO_TUPLE as i32, loc),
            Some(value) => self.load_const(truth(value), loc),
        }
        self.jump(Op::JUMP, end, loc);
        self.use_label(skip);
        Ok(())
    }

    fn keyword_part(&mut self, loc: Location, keywords: &'a [Keyword]) -> Result {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_i(Op::BUILD_MAP, 0, NO_LOCATION);
        }
        for keyword in keywords {
            if let Some(name) = &keyword.arg {
                let name = self.intern(name);
                self.load_name_const(name, loc);
            }
            self.expr(&keyword.value)?;
            if big {
                self.op_i(Op::MAP_ADD, 1, NO_LOCATION);
            }
        }
        if !big {
            self.op_n(Op::BUILD_MAP, keywords.len(), loc);
        }
        Ok(())
    }

    /// Arguments and call; `pushed` arguments are on the stack already, `injected` is one more variable to pass.
    pub fn call_helper(
        &mut self,
        loc: Location,
        pushed: usize,
        args: &'a [Expr],
        injected: Option<Sym>,
        keywords: &'a [Keyword],
    ) -> Result {
        self.validate_keywords(keywords)?;
        let plain = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(is_starred)
            && keywords.iter().all(|k| k.arg.is_some());
        if plain {
            self.exprs(args)?;
            let mut n = pushed + args.len();
            if let Some(name) = injected {
                self.load_name(name, loc)?;
                n += 1;
            }
            if keywords.is_empty() {
                self.op_n(Op::CALL, n, loc);
                return Ok(());
            }
            for keyword in keywords {
                self.expr(&keyword.value)?;
            }
            self.keyword_names(loc, keywords);
            self.op_n(Op::CALL_KW, n + keywords.len(), loc);
            return Ok(());
        }
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => self.expr(value)?,
            _ => self.display(loc, args, injected, pushed, TUPLE)?,
        }
        if keywords.is_empty() {
            self.op(Op::PUSH_NULL, loc);
        } else {
            let mut have_dict = false;
            let mut seen = 0;
            for (i, keyword) in keywords.iter().enumerate() {
                if keyword.arg.is_some() {
                    seen += 1;
                    continue;
                }
                if seen > 0 {
                    self.keyword_part(loc, &keywords[i - seen..i])?;
                    if have_dict {
                        self.op_i(Op::DICT_MERGE, 1, loc);
                    }
                    have_dict = true;
                    seen = 0;
                }
                if !have_dict {
                    self.op_i(Op::BUILD_MAP, 0, loc);
                    have_dict = true;
                }
                self.expr(&keyword.value)?;
                self.op_i(Op::DICT_MERGE, 1, loc);
            }
            if seen > 0 {
                self.keyword_part(loc, &keywords[keywords.len() - seen..])?;
                if have_dict {
                    self.op_i(Op::DICT_MERGE, 1, loc);
                }
            }
        }
        self.op(Op::CALL_FUNCTION_EX, loc);
        Ok(())
    }
}
