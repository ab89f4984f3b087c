//! Rewrites of the tree before anything else looks at it: `__debug__`, docstrings (`-OO`), `"..." % (...)` to f-strings.
//! Constants are folded later, in the flow graph. Warns of `return`, `break` and
//! `continue` that leave a `finally` block (PEP 765).

use crate::error::{CompileWarning, NO_LOCATION, Result, StackGuard};
use crate::future::docstring;
use taipan_bytecode::tables::co;
use taipan_parser::ast::*;

/// What leaving statements may have to cross.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Finally,
    Loop,
    Function,
}

/// The pass over one module.
pub struct Preprocessor {
    optimize: i32,
    features: u32,
    guard: StackGuard,
    blocks: Vec<Block>,
    syntax_check_only: bool,
    /// Warnings found.
    pub warnings: Vec<CompileWarning>,
}

impl Preprocessor {
    /// `optimize` as in `compile()`, never -1. `syntax_check_only` changes nothing (`ast.parse`).
    pub fn new(optimize: i32, features: u32, syntax_check_only: bool, stack: usize) -> Preprocessor {
        let guard = StackGuard::new(stack);
        Preprocessor { optimize, features, guard, blocks: Vec::new(), syntax_check_only, warnings: Vec::new() }
    }

    /// Rewrites `module`.
    pub fn module(&mut self, module: &mut Mod) -> Result {
        match module {
            Mod::Module { body, .. } => self.body(body),
            Mod::Interactive { body } => self.stmts(body),
            Mod::Expression { body } => self.expr(body),
            Mod::FunctionType { .. } => Ok(()),
        }
    }

    fn body(&mut self, body: &mut Vec<Stmt>) -> Result {
        let mut has_docstring = docstring(body).is_some();
        if has_docstring && self.optimize >= 2 {
            if body.len() == 1 {
                let loc = body[0].loc;
                let end = Location { end_lineno: loc.lineno, end_col_offset: loc.col_offset.saturating_add(4), ..loc };
                body[0] = Stmt::new(StmtKind::Pass, end);
            } else {
                body.remove(0);
            }
            has_docstring = false;
        }
        self.stmts(body)?;
        // What has only now become a string at the start is no docstring.
        if !has_docstring
            && docstring(body).is_some()
            && let Some(first) = body.first_mut()
        {
            let loc = first.loc;
            if let StmtKind::Expr { value } = &mut first.kind {
                let string =
                    std::mem::replace(&mut **value, Expr::new(ExprKind::JoinedStr { values: Vec::new() }, loc));
                value.kind = ExprKind::JoinedStr { values: vec![string] };
            }
        }
        Ok(())
    }

    fn stmts(&mut self, body: &mut [Stmt]) -> Result {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn exprs(&mut self, exprs: &mut [Expr]) -> Result {
        for expr in exprs {
            self.expr(expr)?;
        }
        Ok(())
    }

    fn opt(&mut self, expr: &mut Option<Box<Expr>>) -> Result {
        expr.as_mut().map_or(Ok(()), |e| self.expr(e))
    }

    fn within(&mut self, block: Block, visit: impl FnOnce(&mut Self) -> Result) -> Result {
        self.blocks.push(block);
        let result = visit(self);
        self.blocks.pop();
        result
    }

    fn leave(&mut self, what: &str, loc: Location) {
        for block in self.blocks.iter().rev() {
            match block {
                Block::Function => return,
                Block::Loop if what != "return" => return,
                Block::Loop => {}
                Block::Finally => {
                    let message = format!("'{what}' in a 'finally' block");
                    self.warnings.push(CompileWarning { message, location: loc });
                    return;
                }
            }
        }
    }

    fn annotation(&mut self, annotation: &mut Option<Box<Expr>>) -> Result {
        if self.features & co::FUTURE_ANNOTATIONS == 0 { self.opt(annotation) } else { Ok(()) }
    }

    fn arguments(&mut self, args: &mut Arguments) -> Result {
        for arg in args.posonlyargs.iter_mut().chain(&mut args.args) {
            self.annotation(&mut arg.annotation)?;
        }
        if let Some(arg) = &mut args.vararg {
            self.annotation(&mut arg.annotation)?;
        }
        for arg in &mut args.kwonlyargs {
            self.annotation(&mut arg.annotation)?;
        }
        for default in args.kw_defaults.iter_mut().flatten() {
            self.expr(default)?;
        }
        if let Some(arg) = &mut args.kwarg {
            self.annotation(&mut arg.annotation)?;
        }
        self.exprs(&mut args.defaults)
    }

    fn type_params(&mut self, params: &mut [TypeParam]) -> Result {
        for param in params {
            match &mut param.kind {
                TypeParamKind::TypeVar { bound, default_value, .. } => {
                    self.opt(bound)?;
                    self.opt(default_value)?;
                }
                TypeParamKind::ParamSpec { default_value, .. } | TypeParamKind::TypeVarTuple { default_value, .. } => {
                    self.opt(default_value)?;
                }
            }
        }
        Ok(())
    }

    fn stmt(&mut self, s: &mut Stmt) -> Result {
        self.guard.check()?;
        let loc = s.loc;
        match &mut s.kind {
            StmtKind::FunctionDef { args, body, decorator_list, returns, type_params, .. }
            | StmtKind::AsyncFunctionDef { args, body, decorator_list, returns, type_params, .. } => {
                self.type_params(type_params)?;
                self.arguments(args)?;
                self.within(Block::Function, |p| p.body(body))?;
                self.exprs(decorator_list)?;
                self.annotation(returns)
            }
            StmtKind::ClassDef { bases, keywords, body, decorator_list, type_params, .. } => {
                self.type_params(type_params)?;
                self.exprs(bases)?;
                for keyword in keywords {
                    self.expr(&mut keyword.value)?;
                }
                self.body(body)?;
                self.exprs(decorator_list)
            }
            StmtKind::Return { value } => {
                self.leave("return", loc);
                self.opt(value)
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, .. } => {
                self.expr(target)?;
                if self.features & co::FUTURE_ANNOTATIONS == 0 {
                    self.expr(annotation)?;
                }
                self.opt(value)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.expr(name)?;
                self.type_params(type_params)?;
                self.expr(value)
            }
            StmtKind::For { target, iter, body, orelse, .. }
            | StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.expr(target)?;
                self.expr(iter)?;
                self.within(Block::Loop, |p| p.stmts(body))?;
                self.stmts(orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.within(Block::Loop, |p| p.stmts(body))?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, .. } | StmtKind::AsyncWith { items, body, .. } => {
                for item in items {
                    self.expr(&mut item.context_expr)?;
                    self.opt(&mut item.optional_vars)?;
                }
                self.stmts(body)
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc)?;
                self.opt(cause)
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.stmts(body)?;
                for handler in handlers {
                    self.opt(&mut handler.type_)?;
                    self.stmts(&mut handler.body)?;
                }
                self.stmts(orelse)?;
                self.within(Block::Finally, |p| p.stmts(finalbody))
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg)
            }
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&mut case.pattern)?;
                    self.opt(&mut case.guard)?;
                    self.stmts(&mut case.body)?;
                }
                Ok(())
            }
            StmtKind::Break => {
                self.leave("break", loc);
                Ok(())
            }
            StmtKind::Continue => {
                self.leave("continue", loc);
                Ok(())
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass => Ok(()),
        }
    }

    fn comprehensions(&mut self, generators: &mut [Comprehension]) -> Result {
        for generator in generators {
            self.expr(&mut generator.target)?;
            self.expr(&mut generator.iter)?;
            self.exprs(&mut generator.ifs)?;
        }
        Ok(())
    }

    fn expr(&mut self, e: &mut Expr) -> Result {
        self.guard.check()?;
        match &mut e.kind {
            ExprKind::Name { id, ctx: ExprContext::Load } => {
                if !self.syntax_check_only && &**id == "__debug__" {
                    let value = if self.optimize == 0 { Constant::True } else { Constant::False };
                    e.kind = ExprKind::Constant { value, kind: None };
                }
                Ok(())
            }
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                if *op == Operator::Mod && !self.syntax_check_only {
                    self.percent_format(e);
                }
                Ok(())
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                for key in keys.iter_mut().flatten() {
                    self.expr(key)?;
                }
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt)?;
                self.comprehensions(generators)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.expr(key)?;
                self.expr(value)?;
                self.comprehensions(generators)
            }
            ExprKind::Await { value } | ExprKind::YieldFrom { value } | ExprKind::Starred { value, .. } => {
                self.expr(value)
            }
            ExprKind::Yield { value } => self.opt(value),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                for keyword in keywords {
                    self.expr(&mut keyword.value)?;
                }
                Ok(())
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt(format_spec)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::Attribute { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::NamedExpr { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower)?;
                self.opt(upper)?;
                self.opt(step)
            }
        }
    }

    fn pattern(&mut self, p: &mut Pattern) -> Result {
        self.guard.check()?;
        match &mut p.kind {
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => self.patterns(patterns),
            PatternKind::MatchMapping { keys, patterns, .. } => {
                keys.iter_mut().for_each(|key| self.fold_pattern_value(key));
                self.patterns(patterns)
            }
            PatternKind::MatchClass { cls, patterns, kwd_patterns, .. } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                self.patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern: Some(pattern), .. } => self.pattern(pattern),
            PatternKind::MatchValue { value } => {
                self.fold_pattern_value(value);
                Ok(())
            }
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } | PatternKind::MatchAs { .. } => Ok(()),
        }
    }

    /// `-1` and `1 + 2j`, the only operations in patterns, become constants (`fold_const_match_patterns`).
    fn fold_pattern_value(&self, e: &mut Expr) {
        if self.syntax_check_only {
            return;
        }
        let folded = match &mut e.kind {
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match &operand.kind {
                ExprKind::Constant { value, .. } => negated(value),
                _ => None,
            },
            ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
                self.fold_pattern_value(left);
                match (&left.kind, &right.kind) {
                    (ExprKind::Constant { value: left, .. }, ExprKind::Constant { value: right, .. }) => {
                        complex_sum(left, right, matches!(op, Operator::Sub))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(value) = folded {
            e.kind = ExprKind::Constant { value, kind: None };
        }
    }

    fn patterns(&mut self, patterns: &mut [Pattern]) -> Result {
        for pattern in patterns {
            self.pattern(pattern)?;
        }
        Ok(())
    }

    /// `"...%s..." % (a, b)` is an f-string.
    fn percent_format(&mut self, e: &mut Expr) {
        let ExprKind::BinOp { left, right, .. } = &mut e.kind else { return };
        let ExprKind::Constant { value: Constant::Str(format), .. } = &left.kind else { return };
        let ExprKind::Tuple { elts, .. } = &mut right.kind else { return };
        if elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. })) {
            return;
        }
        let Some(parts) = parse_format(format.as_bytes(), elts.len()) else { return };
        let mut args = std::mem::take(elts).into_iter();
        let mut values = Vec::new();
        for part in parts {
            match part {
                Part::Literal(text) => {
                    let value = Constant::Str(Wtf8Str::from_bytes(text));
                    values.push(Expr::new(ExprKind::Constant { value, kind: None }, NO_LOCATION));
                }
                Part::Value(conversion, spec) => {
                    let Some(arg) = args.next() else { continue };
                    let loc = arg.loc;
                    let format_spec = (!spec.is_empty()).then(|| {
                        let value = Constant::Str(spec.as_str().into());
                        Box::new(Expr::new(ExprKind::Constant { value, kind: None }, NO_LOCATION))
                    });
                    let value = Box::new(arg);
                    let conversion = i32::from(conversion);
                    values.push(Expr::new(ExprKind::FormattedValue { value, conversion, format_spec }, loc));
                }
            }
        }
        e.kind = ExprKind::JoinedStr { values };
    }
}

/// A piece of a format string.
enum Part {
    Literal(Vec<u8>),
    /// Conversion and format specification.
    Value(u8, String),
}

/// `-value` of a number.
fn negated(value: &Constant) -> Option<Constant> {
    Some(match value {
        Constant::Int(i) => Constant::Int(i.checked_neg()?),
        Constant::Float(x) => Constant::Float(-x),
        Constant::Complex(re, im) => Constant::Complex(-re, -im),
        _ => return None,
    })
}

/// A real number and an imaginary one, added or subtracted.
fn complex_sum(real: &Constant, imaginary: &Constant, subtract: bool) -> Option<Constant> {
    let real = match real {
        Constant::Int(i) => *i as f64,
        Constant::Float(x) => *x,
        _ => return None,
    };
    let Constant::Complex(re, im) = imaginary else { return None };
    Some(if subtract { Constant::Complex(real - re, -im) } else { Constant::Complex(real + re, *im) })
}

/// Splits a `%` format into pieces, if it has `nargs` conversions and an f-string can do them.
fn parse_format(format: &[u8], nargs: usize) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut used = 0;
    let mut pos = 0;
    loop {
        let mut literal = Vec::new();
        while pos < format.len() {
            if format[pos] == b'%' {
                if format.get(pos + 1) == Some(&b'%') {
                    literal.push(b'%');
                    pos += 2;
                    continue;
                }
                break;
            }
            literal.push(format[pos]);
            pos += 1;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        if pos >= format.len() {
            break;
        }
        if used >= nargs {
            return None;
        }
        pos += 1;
        let (mut left, mut other) = (false, false);
        while let Some(flag @ (b'-' | b'+' | b' ' | b'#' | b'0')) = format.get(pos) {
            left |= *flag == b'-';
            other |= *flag != b'-';
            pos += 1;
        }
        let number = |pos: &mut usize| -> Option<Option<u32>> {
            let start = *pos;
            let mut value = 0;
            while let Some(digit @ b'0'..=b'9') = format.get(*pos) {
                value = value * 10 + u32::from(digit - b'0');
                *pos += 1;
                if *pos - start > 2 {
                    return None;
                }
            }
            Some((*pos > start).then_some(value))
        };
        let width = number(&mut pos)?;
        let mut precision = None;
        if format.get(pos) == Some(&b'.') {
            pos += 1;
            precision = Some(number(&mut pos)?.unwrap_or(0));
        }
        let conversion = *format.get(pos)?;
        pos += 1;
        if other || !matches!(conversion, b's' | b'r' | b'a') {
            return None;
        }
        let mut spec = String::new();
        if !left && width.is_some_and(|w| w > 0) {
            spec.push('>');
        }
        if let Some(width) = width {
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = precision {
            spec.push('.');
            spec.push_str(&precision.to_string());
        }
        parts.push(Part::Value(conversion, spec));
        used += 1;
    }
    (used == nargs).then_some(parts)
}
