//! The checks that a tree made by hand must pass before it is compiled, with CPython's messages.

use taipan_object::{PyResult, Raised, Thread, err};
use taipan_parser::ast::*;

/// Checks a whole tree.
pub fn module(t: &Thread, module: &Mod) -> PyResult<()> {
    let v = Validator { t };
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => v.stmts(body),
        Mod::Expression { body } => v.load(body),
        Mod::FunctionType { argtypes, returns } => {
            v.exprs(argtypes, ExprContext::Load)?;
            v.load(returns)
        }
    }
}

struct Validator<'a> {
    t: &'a Thread,
}

const fn context_name(context: ExprContext) -> &'static str {
    match context {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

/// A number, a minus sign before it allowed.
fn is_literal_number(expr: &Expr, real: bool, imaginary: bool) -> bool {
    match &expr.kind {
        ExprKind::Constant { value: Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_), .. } => real,
        ExprKind::Constant { value: Constant::Complex(..), .. } => imaginary,
        _ => false,
    }
}

fn is_literal_negative(expr: &Expr, real: bool, imaginary: bool) -> bool {
    match &expr.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_literal_number(operand, real, imaginary),
        _ => false,
    }
}

fn is_literal_complex(left: &Expr, op: Operator, right: &Expr) -> bool {
    let left_fits = is_literal_number(left, true, false) || is_literal_negative(left, true, false);
    left_fits && matches!(op, Operator::Add | Operator::Sub) && is_literal_number(right, false, true)
}

impl Validator<'_> {
    fn value_error(&self, message: &str) -> Raised {
        err!(self.t, ValueError, "{message}")
    }

    fn type_error(&self, message: &str) -> Raised {
        err!(self.t, TypeError, "{message}")
    }

    fn enter(&self) -> PyResult<()> {
        if self.t.stack_low(32 * 1024) {
            return Err(err!(self.t, RecursionError, "maximum recursion depth exceeded during compilation"));
        }
        Ok(())
    }

    fn position(&self, loc: Location) -> PyResult<()> {
        let Location { lineno, col_offset, end_lineno, end_col_offset } = loc;
        if lineno > end_lineno {
            return Err(err!(self.t, ValueError, "AST node line range ({lineno}, {end_lineno}) is not valid"));
        }
        if (lineno < 0 && end_lineno != lineno) || (col_offset < 0 && col_offset != end_col_offset) {
            return Err(err!(
                self.t,
                ValueError,
                "AST node column range ({col_offset}, {end_col_offset}) for line range ({lineno}, {end_lineno}) is not valid"
            ));
        }
        if lineno == end_lineno && col_offset > end_col_offset {
            return Err(err!(
                self.t,
                ValueError,
                "line {lineno}, column {col_offset}-{end_col_offset} is not a valid range"
            ));
        }
        Ok(())
    }

    fn name(&self, name: &str) -> PyResult<()> {
        if matches!(name, "None" | "True" | "False") {
            return Err(err!(self.t, ValueError, "identifier field can't represent '{name}' constant"));
        }
        Ok(())
    }

    fn names<'b>(&self, names: impl IntoIterator<Item = &'b Identifier>) -> PyResult<()> {
        names.into_iter().try_for_each(|name| self.name(name))
    }

    fn not_empty(&self, n: usize, what: &str, owner: &str) -> PyResult<()> {
        if n == 0 {
            return Err(err!(self.t, ValueError, "empty {what} on {owner}"));
        }
        Ok(())
    }

    fn body(&self, body: &[Stmt], owner: &str) -> PyResult<()> {
        self.not_empty(body.len(), "body", owner)?;
        self.stmts(body)
    }

    fn stmts(&self, stmts: &[Stmt]) -> PyResult<()> {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs(&self, exprs: &[Expr], context: ExprContext) -> PyResult<()> {
        exprs.iter().try_for_each(|e| self.expr(e, context))
    }

    fn load(&self, expr: &Expr) -> PyResult<()> {
        self.expr(expr, ExprContext::Load)
    }

    fn load_opt(&self, expr: Option<&Expr>) -> PyResult<()> {
        expr.map_or(Ok(()), |e| self.load(e))
    }

    fn comprehensions(&self, generators: &[Comprehension]) -> PyResult<()> {
        if generators.is_empty() {
            return Err(self.value_error("comprehension with no generators"));
        }
        for c in generators {
            self.expr(&c.target, ExprContext::Store)?;
            self.load(&c.iter)?;
            self.exprs(&c.ifs, ExprContext::Load)?;
        }
        Ok(())
    }

    fn keywords(&self, keywords: &[Keyword]) -> PyResult<()> {
        keywords.iter().try_for_each(|k| self.load(&k.value))
    }

    fn args(&self, args: &[Arg]) -> PyResult<()> {
        for arg in args {
            self.position(arg.loc)?;
            self.load_opt(arg.annotation.as_deref())?;
        }
        Ok(())
    }

    fn arguments(&self, a: &Arguments) -> PyResult<()> {
        self.args(&a.posonlyargs)?;
        self.args(&a.args)?;
        self.load_opt(a.vararg.as_ref().and_then(|v| v.annotation.as_deref()))?;
        self.args(&a.kwonlyargs)?;
        self.load_opt(a.kwarg.as_ref().and_then(|v| v.annotation.as_deref()))?;
        if a.defaults.len() > a.posonlyargs.len() + a.args.len() {
            return Err(self.value_error("more positional defaults than args on arguments"));
        }
        if a.kw_defaults.len() != a.kwonlyargs.len() {
            return Err(self.value_error("length of kwonlyargs is not the same as kw_defaults on arguments"));
        }
        self.exprs(&a.defaults, ExprContext::Load)?;
        a.kw_defaults.iter().try_for_each(|d| self.load_opt(d.as_ref()))
    }

    fn expr(&self, expr: &Expr, wanted: ExprContext) -> PyResult<()> {
        self.enter()?;
        self.position(expr.loc)?;
        let actual = match &expr.kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => Some(*ctx),
            ExprKind::Name { id, ctx } => {
                self.name(id)?;
                Some(*ctx)
            }
            _ => None,
        };
        match actual {
            None if wanted != ExprContext::Load => {
                return Err(err!(
                    self.t,
                    ValueError,
                    "expression which can't be assigned to in {} context",
                    context_name(wanted)
                ));
            }
            Some(actual) if actual != wanted => {
                return Err(err!(
                    self.t,
                    ValueError,
                    "expression must have {} context but has {} instead",
                    context_name(wanted),
                    context_name(actual)
                ));
            }
            _ => {}
        }
        match &expr.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return Err(self.value_error("BoolOp with less than 2 values"));
                }
                self.exprs(values, ExprContext::Load)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(self.type_error("NamedExpr target must be a Name"));
                }
                self.load(value)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return Err(self.value_error("Dict doesn't have the same number of keys as values"));
                }
                keys.iter().try_for_each(|k| self.load_opt(k.as_ref()))?;
                self.exprs(values, ExprContext::Load)
            }
            ExprKind::Set { elts } => self.exprs(elts, ExprContext::Load),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.comprehensions(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehensions(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.load_opt(value.as_deref()),
            ExprKind::YieldFrom { value } | ExprKind::Await { value } => self.load(value),
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return Err(self.value_error("Compare with no comparators"));
                }
                if comparators.len() != ops.len() {
                    return Err(self.value_error("Compare has a different number of comparators and operands"));
                }
                self.exprs(comparators, ExprContext::Load)?;
                self.load(left)
            }
            ExprKind::Call { func, args, keywords } => {
                self.load(func)?;
                self.exprs(args, ExprContext::Load)?;
                self.keywords(keywords)
            }
            ExprKind::Constant { .. } | ExprKind::Name { .. } => Ok(()),
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values, ExprContext::Load),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.load(value)?;
                self.load_opt(format_spec.as_deref())
            }
            ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, ctx } => self.expr(value, *ctx),
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => self.exprs(elts, *ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.load_opt(lower.as_deref())?;
                self.load_opt(upper.as_deref())?;
                self.load_opt(step.as_deref())
            }
        }
    }

    fn match_value(&self, expr: &Expr) -> PyResult<()> {
        self.load(expr)?;
        let fits = match &expr.kind {
            ExprKind::Constant { value, .. } => {
                if matches!(
                    value,
                    Constant::Int(_)
                        | Constant::BigInt(_)
                        | Constant::Float(_)
                        | Constant::Complex(..)
                        | Constant::Str(_)
                        | Constant::Bytes(_)
                ) {
                    return Ok(());
                }
                return Err(self.value_error("unexpected constant inside of a literal pattern"));
            }
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { .. } => is_literal_negative(expr, true, true),
            ExprKind::BinOp { left, op, right } => is_literal_complex(left, *op, right),
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.value_error("patterns may only match literals and attribute lookups")) }
    }

    fn capture(&self, name: &str) -> PyResult<()> {
        if name == "_" {
            return Err(self.value_error("can't capture name '_' in patterns"));
        }
        self.name(name)
    }

    fn patterns(&self, patterns: &[Pattern], star: bool) -> PyResult<()> {
        patterns.iter().try_for_each(|p| self.pattern(p, star))
    }

    fn pattern(&self, pattern: &Pattern, star: bool) -> PyResult<()> {
        self.enter()?;
        self.position(pattern.loc)?;
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.match_value(value),
            PatternKind::MatchSingleton { value } => match value {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => Err(self.value_error("MatchSingleton can only contain True, False and None")),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return Err(self.value_error("MatchMapping doesn't have the same number of keys as patterns"));
                }
                if let Some(rest) = rest {
                    self.capture(rest)?;
                }
                for key in keys {
                    let singleton = matches!(
                        &key.kind,
                        ExprKind::Constant { value: Constant::None | Constant::True | Constant::False, .. }
                    );
                    if !singleton {
                        self.match_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return Err(
                        self.value_error("MatchClass doesn't have the same number of keyword attributes as patterns")
                    );
                }
                self.load(cls)?;
                let mut at: &Expr = cls;
                loop {
                    match &at.kind {
                        ExprKind::Name { .. } => break,
                        ExprKind::Attribute { value, .. } => at = value,
                        _ => {
                            return Err(
                                self.value_error("MatchClass cls field can only contain Name or Attribute nodes.")
                            );
                        }
                    }
                }
                self.names(kwd_attrs)?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star {
                    return Err(self.value_error("can't use MatchStar here"));
                }
                name.as_ref().map_or(Ok(()), |name| self.capture(name))
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(name) = name {
                    self.capture(name)?;
                }
                match (pattern, name) {
                    (None, _) => Ok(()),
                    (Some(_), None) => {
                        Err(self.value_error("MatchAs must specify a target name if a pattern is given"))
                    }
                    (Some(pattern), Some(_)) => self.pattern(pattern, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return Err(self.value_error("MatchOr requires at least 2 patterns"));
                }
                self.patterns(patterns, false)
            }
        }
    }

    fn type_params(&self, params: &[TypeParam]) -> PyResult<()> {
        for param in params {
            self.position(param.loc)?;
            let (name, bound, default) = match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => (name, bound.as_deref(), default_value),
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => (name, None, default_value),
            };
            self.name(name)?;
            self.load_opt(bound)?;
            self.load_opt(default.as_deref())?;
        }
        Ok(())
    }

    fn try_stmt(
        &self,
        owner: &str,
        body: &[Stmt],
        handlers: &[ExceptHandler],
        orelse: &[Stmt],
        finalbody: &[Stmt],
    ) -> PyResult<()> {
        self.body(body, owner)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(err!(self.t, ValueError, "{owner} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return Err(err!(self.t, ValueError, "{owner} has orelse but no except handlers"));
        }
        for handler in handlers {
            self.position(handler.loc)?;
            self.load_opt(handler.type_.as_deref())?;
            self.names(&handler.name)?;
            self.body(&handler.body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn stmt(&self, stmt: &Stmt) -> PyResult<()> {
        self.enter()?;
        self.position(stmt.loc)?;
        let load = ExprContext::Load;
        match &stmt.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                self.name(name)?;
                self.body(body, "FunctionDef")?;
                self.type_params(type_params)?;
                self.arguments(args)?;
                self.exprs(decorator_list, load)?;
                self.load_opt(returns.as_deref())
            }
            StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                self.name(name)?;
                self.body(body, "AsyncFunctionDef")?;
                self.type_params(type_params)?;
                self.arguments(args)?;
                self.exprs(decorator_list, load)?;
                self.load_opt(returns.as_deref())
            }
            StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } => {
                self.name(name)?;
                self.body(body, "ClassDef")?;
                self.type_params(type_params)?;
                self.exprs(bases, load)?;
                self.keywords(keywords)?;
                self.exprs(decorator_list, load)
            }
            StmtKind::Return { value } => self.load_opt(value.as_deref()),
            StmtKind::Delete { targets } => {
                self.not_empty(targets.len(), "targets", "Delete")?;
                self.exprs(targets, ExprContext::Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                self.not_empty(targets.len(), "targets", "Assign")?;
                self.exprs(targets, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if *simple != 0 && !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(self.type_error("AnnAssign with simple non-Name target"));
                }
                self.expr(target, ExprContext::Store)?;
                self.load_opt(value.as_deref())?;
                self.load(annotation)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return Err(self.type_error("TypeAlias with non-Name name"));
                }
                self.expr(name, ExprContext::Store)?;
                self.type_params(type_params)?;
                self.load(value)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(iter)?;
                self.body(body, "For")?;
                self.stmts(orelse)
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(iter)?;
                self.body(body, "AsyncFor")?;
                self.stmts(orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, .. } => self.with_stmt(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with_stmt(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                self.not_empty(cases.len(), "cases", "Match")?;
                for case in cases {
                    self.pattern(&case.pattern, false)?;
                    self.load_opt(case.guard.as_deref())?;
                    self.body(&case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => match (exc, cause) {
                (Some(exc), cause) => {
                    self.load(exc)?;
                    self.load_opt(cause.as_deref())
                }
                (None, Some(_)) => Err(self.value_error("Raise with cause but no exception")),
                (None, None) => Ok(()),
            },
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_stmt("Try", body, handlers, orelse, finalbody)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.try_stmt("TryStar", body, handlers, orelse, finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.load_opt(msg.as_deref())
            }
            StmtKind::Import { names } => self.aliases(names, "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.is_some_and(|n| n < 0) {
                    return Err(self.value_error("Negative ImportFrom level"));
                }
                self.aliases(names, "ImportFrom")
            }
            StmtKind::Global { names } => self.not_empty(names.len(), "names", "Global"),
            StmtKind::Nonlocal { names } => self.not_empty(names.len(), "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn aliases(&self, aliases: &[Alias], owner: &str) -> PyResult<()> {
        self.not_empty(aliases.len(), "names", owner)?;
        for alias in aliases {
            self.name(&alias.name)?;
            self.names(&alias.asname)?;
        }
        Ok(())
    }

    fn with_stmt(&self, items: &[WithItem], body: &[Stmt], owner: &str) -> PyResult<()> {
        self.not_empty(items.len(), "items", owner)?;
        for item in items {
            self.load(&item.context_expr)?;
            if let Some(vars) = &item.optional_vars {
                self.expr(vars, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }
}
