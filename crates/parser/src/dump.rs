//! A compact text form of the tree, for tests: fields in ASDL order, locations after `@`.
//!
//! `Name("x" Load())@1,0,1,1`; `-` is an absent field, `[...]` a list, integers are hexadecimal, floats are their bits,
//! characters beyond printable ASCII are written `\hex;`.

use std::fmt::Write;

use crate::ast::*;

/// The text form of `module`.
pub fn dump(module: &Mod) -> String {
    let mut d = Dump { out: String::new() };
    match module {
        Mod::Module { body, type_ignores } => {
            d.out.push_str("Module(");
            d.stmts(body);
            d.out.push(' ');
            d.list(type_ignores, |d, t| {
                let _ = write!(d.out, "TypeIgnore({:x} ", t.lineno);
                d.str(t.tag.as_bytes());
                d.out.push(')');
            });
            d.out.push(')');
        }
        Mod::Interactive { body } => {
            d.out.push_str("Interactive(");
            d.stmts(body);
            d.out.push(')');
        }
        Mod::Expression { body } => {
            d.out.push_str("Expression(");
            d.expr(body);
            d.out.push(')');
        }
        Mod::FunctionType { argtypes, returns } => {
            d.out.push_str("FunctionType(");
            d.exprs(argtypes);
            d.out.push(' ');
            d.expr(returns);
            d.out.push(')');
        }
    }
    d.out
}

struct Dump {
    out: String,
}

impl Dump {
    fn sp(&mut self) {
        self.out.push(' ');
    }

    fn list<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T)) {
        self.out.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.sp();
            }
            f(self, item);
        }
        self.out.push(']');
    }

    fn opt<T>(&mut self, item: &Option<T>, f: impl FnOnce(&mut Self, &T)) {
        match item {
            Some(item) => f(self, item),
            None => self.out.push('-'),
        }
    }

    fn str(&mut self, bytes: &[u8]) {
        self.out.push('"');
        for code in Wtf8Str::from_bytes(bytes).code_points() {
            match code {
                34 | 92 => {
                    let _ = write!(self.out, "\\{code:x};");
                }
                32..=126 => self.out.push(code as u8 as char),
                _ => {
                    let _ = write!(self.out, "\\{code:x};");
                }
            }
        }
        self.out.push('"');
    }

    fn id(&mut self, id: &Identifier) {
        self.str(id.as_bytes());
    }

    fn ids(&mut self, ids: &[Identifier]) {
        self.list(ids, |d, id| d.id(id));
    }

    fn loc(&mut self, loc: Location) {
        let _ = write!(self.out, ")@{},{},{},{}", loc.lineno, loc.col_offset, loc.end_lineno, loc.end_col_offset);
    }

    fn comment(&mut self, comment: &Option<Box<str>>) {
        self.opt(comment, |d, c| d.str(c.as_bytes()));
    }

    fn ctx(&mut self, ctx: ExprContext) {
        let _ = write!(self.out, "{ctx:?}()");
    }

    fn constant(&mut self, value: &Constant) {
        match value {
            Constant::None => self.out.push('-'),
            Constant::True => self.out.push('T'),
            Constant::False => self.out.push('F'),
            Constant::Ellipsis => self.out.push('E'),
            Constant::Int(i) => {
                let _ = write!(self.out, "{i:x}");
            }
            Constant::BigInt(i) => self.out.push_str(&i.digits_hex),
            Constant::Float(f) => {
                let _ = write!(self.out, "f{:016x}", f.to_bits());
            }
            Constant::Complex(_, f) => {
                let _ = write!(self.out, "j{:016x}", f.to_bits());
            }
            Constant::Str(s) => self.str(s.as_bytes()),
            Constant::Bytes(b) => {
                self.out.push('b');
                for byte in b {
                    let _ = write!(self.out, "{byte:02x}");
                }
            }
            Constant::Tuple(items) | Constant::FrozenSet(items) => self.list(items, |d, c| d.constant(c)),
        }
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        self.list(stmts, |d, s| d.stmt(s));
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        self.list(exprs, |d, e| d.expr(e));
    }

    fn opt_expr(&mut self, expr: &Option<Box<Expr>>) {
        self.opt(expr, |d, e| d.expr(e));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params }
            | StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_comment, type_params } => {
                let is_async = matches!(stmt.kind, StmtKind::AsyncFunctionDef { .. });
                self.out.push_str(if is_async { "AsyncFunctionDef(" } else { "FunctionDef(" });
                self.id(name);
                self.sp();
                self.arguments(args);
                self.sp();
                self.stmts(body);
                self.sp();
                self.exprs(decorator_list);
                self.sp();
                self.opt_expr(returns);
                self.sp();
                self.comment(type_comment);
                self.sp();
                self.list(type_params, |d, t| d.type_param(t));
            }
            StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } => {
                self.out.push_str("ClassDef(");
                self.id(name);
                self.sp();
                self.exprs(bases);
                self.sp();
                self.keywords(keywords);
                self.sp();
                self.stmts(body);
                self.sp();
                self.exprs(decorator_list);
                self.sp();
                self.list(type_params, |d, t| d.type_param(t));
            }
            StmtKind::Return { value } => {
                self.out.push_str("Return(");
                self.opt_expr(value);
            }
            StmtKind::Delete { targets } => {
                self.out.push_str("Delete(");
                self.exprs(targets);
            }
            StmtKind::Assign { targets, value, type_comment } => {
                self.out.push_str("Assign(");
                self.exprs(targets);
                self.sp();
                self.expr(value);
                self.sp();
                self.comment(type_comment);
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.out.push_str("TypeAlias(");
                self.expr(name);
                self.sp();
                self.list(type_params, |d, t| d.type_param(t));
                self.sp();
                self.expr(value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.out.push_str("AugAssign(");
                self.expr(target);
                let _ = write!(self.out, " {op:?}() ");
                self.expr(value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.out.push_str("AnnAssign(");
                self.expr(target);
                self.sp();
                self.expr(annotation);
                self.sp();
                self.opt_expr(value);
                let _ = write!(self.out, " {simple:x}");
            }
            StmtKind::For { target, iter, body, orelse, type_comment }
            | StmtKind::AsyncFor { target, iter, body, orelse, type_comment } => {
                let is_async = matches!(stmt.kind, StmtKind::AsyncFor { .. });
                self.out.push_str(if is_async { "AsyncFor(" } else { "For(" });
                self.expr(target);
                self.sp();
                self.expr(iter);
                self.sp();
                self.stmts(body);
                self.sp();
                self.stmts(orelse);
                self.sp();
                self.comment(type_comment);
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.out.push_str(if matches!(stmt.kind, StmtKind::If { .. }) { "If(" } else { "While(" });
                self.expr(test);
                self.sp();
                self.stmts(body);
                self.sp();
                self.stmts(orelse);
            }
            StmtKind::With { items, body, type_comment } | StmtKind::AsyncWith { items, body, type_comment } => {
                let is_async = matches!(stmt.kind, StmtKind::AsyncWith { .. });
                self.out.push_str(if is_async { "AsyncWith(" } else { "With(" });
                self.list(items, |d, item| {
                    d.out.push_str("withitem(");
                    d.expr(&item.context_expr);
                    d.sp();
                    d.opt_expr(&item.optional_vars);
                    d.out.push(')');
                });
                self.sp();
                self.stmts(body);
                self.sp();
                self.comment(type_comment);
            }
            StmtKind::Match { subject, cases } => {
                self.out.push_str("Match(");
                self.expr(subject);
                self.sp();
                self.list(cases, |d, case| {
                    d.out.push_str("match_case(");
                    d.pattern(&case.pattern);
                    d.sp();
                    d.opt_expr(&case.guard);
                    d.sp();
                    d.stmts(&case.body);
                    d.out.push(')');
                });
            }
            StmtKind::Raise { exc, cause } => {
                self.out.push_str("Raise(");
                self.opt_expr(exc);
                self.sp();
                self.opt_expr(cause);
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                let star = matches!(stmt.kind, StmtKind::TryStar { .. });
                self.out.push_str(if star { "TryStar(" } else { "Try(" });
                self.stmts(body);
                self.sp();
                self.list(handlers, |d, h| {
                    d.out.push_str("ExceptHandler(");
                    d.opt_expr(&h.type_);
                    d.sp();
                    d.opt(&h.name, |d, n| d.id(n));
                    d.sp();
                    d.stmts(&h.body);
                    d.loc(h.loc);
                });
                self.sp();
                self.stmts(orelse);
                self.sp();
                self.stmts(finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.out.push_str("Assert(");
                self.expr(test);
                self.sp();
                self.opt_expr(msg);
            }
            StmtKind::Import { names } => {
                self.out.push_str("Import(");
                self.aliases(names);
            }
            StmtKind::ImportFrom { module, names, level } => {
                self.out.push_str("ImportFrom(");
                self.opt(module, |d, m| d.id(m));
                self.sp();
                self.aliases(names);
                self.sp();
                self.opt(level, |d, l| {
                    let _ = write!(d.out, "{l:x}");
                });
            }
            StmtKind::Global { names } => {
                self.out.push_str("Global(");
                self.ids(names);
            }
            StmtKind::Nonlocal { names } => {
                self.out.push_str("Nonlocal(");
                self.ids(names);
            }
            StmtKind::Expr { value } => {
                self.out.push_str("Expr(");
                self.expr(value);
            }
            StmtKind::Pass => self.out.push_str("Pass("),
            StmtKind::Break => self.out.push_str("Break("),
            StmtKind::Continue => self.out.push_str("Continue("),
        }
        self.loc(stmt.loc);
    }

    fn aliases(&mut self, names: &[Alias]) {
        self.list(names, |d, a| {
            d.out.push_str("alias(");
            d.id(&a.name);
            d.sp();
            d.opt(&a.asname, |d, n| d.id(n));
            d.loc(a.loc);
        });
    }

    fn keywords(&mut self, keywords: &[Keyword]) {
        self.list(keywords, |d, k| {
            d.out.push_str("keyword(");
            d.opt(&k.arg, |d, n| d.id(n));
            d.sp();
            d.expr(&k.value);
            d.loc(k.loc);
        });
    }

    fn type_param(&mut self, param: &TypeParam) {
        match &param.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                self.out.push_str("TypeVar(");
                self.id(name);
                self.sp();
                self.opt_expr(bound);
                self.sp();
                self.opt_expr(default_value);
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                self.out.push_str("ParamSpec(");
                self.id(name);
                self.sp();
                self.opt_expr(default_value);
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                self.out.push_str("TypeVarTuple(");
                self.id(name);
                self.sp();
                self.opt_expr(default_value);
            }
        }
        self.loc(param.loc);
    }

    fn arg(&mut self, arg: &Arg) {
        self.out.push_str("arg(");
        self.id(&arg.arg);
        self.sp();
        self.opt_expr(&arg.annotation);
        self.sp();
        self.comment(&arg.type_comment);
        self.loc(arg.loc);
    }

    fn arguments(&mut self, args: &Arguments) {
        self.out.push_str("arguments(");
        self.list(&args.posonlyargs, |d, a| d.arg(a));
        self.sp();
        self.list(&args.args, |d, a| d.arg(a));
        self.sp();
        self.opt(&args.vararg, |d, a| d.arg(a));
        self.sp();
        self.list(&args.kwonlyargs, |d, a| d.arg(a));
        self.sp();
        self.list(&args.kw_defaults, |d, e| d.opt(e, |d, e| d.expr(e)));
        self.sp();
        self.opt(&args.kwarg, |d, a| d.arg(a));
        self.sp();
        self.exprs(&args.defaults);
        self.out.push(')');
    }

    fn comprehensions(&mut self, generators: &[Comprehension]) {
        self.list(generators, |d, c| {
            d.out.push_str("comprehension(");
            d.expr(&c.target);
            d.sp();
            d.expr(&c.iter);
            d.sp();
            d.exprs(&c.ifs);
            let _ = write!(d.out, " {:x})", c.is_async);
        });
    }

    fn elements(&mut self, name: &str, elts: &[Expr], ctx: ExprContext) {
        self.out.push_str(name);
        self.exprs(elts);
        self.sp();
        self.ctx(ctx);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::BoolOp { op, values } => {
                let _ = write!(self.out, "BoolOp({op:?}() ");
                self.exprs(values);
            }
            ExprKind::NamedExpr { target, value } => {
                self.out.push_str("NamedExpr(");
                self.expr(target);
                self.sp();
                self.expr(value);
            }
            ExprKind::BinOp { left, op, right } => {
                self.out.push_str("BinOp(");
                self.expr(left);
                let _ = write!(self.out, " {op:?}() ");
                self.expr(right);
            }
            ExprKind::UnaryOp { op, operand } => {
                let _ = write!(self.out, "UnaryOp({op:?}() ");
                self.expr(operand);
            }
            ExprKind::Lambda { args, body } => {
                self.out.push_str("Lambda(");
                self.arguments(args);
                self.sp();
                self.expr(body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.out.push_str("IfExp(");
                self.expr(test);
                self.sp();
                self.expr(body);
                self.sp();
                self.expr(orelse);
            }
            ExprKind::Dict { keys, values } => {
                self.out.push_str("Dict(");
                self.list(keys, |d, k| d.opt(k, |d, k| d.expr(k)));
                self.sp();
                self.exprs(values);
            }
            ExprKind::Set { elts } => {
                self.out.push_str("Set(");
                self.exprs(elts);
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.out.push_str(match &expr.kind {
                    ExprKind::ListComp { .. } => "ListComp(",
                    ExprKind::SetComp { .. } => "SetComp(",
                    _ => "GeneratorExp(",
                });
                self.expr(elt);
                self.sp();
                self.comprehensions(generators);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.out.push_str("DictComp(");
                self.expr(key);
                self.sp();
                self.expr(value);
                self.sp();
                self.comprehensions(generators);
            }
            ExprKind::Await { value } => {
                self.out.push_str("Await(");
                self.expr(value);
            }
            ExprKind::Yield { value } => {
                self.out.push_str("Yield(");
                self.opt_expr(value);
            }
            ExprKind::YieldFrom { value } => {
                self.out.push_str("YieldFrom(");
                self.expr(value);
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.out.push_str("Compare(");
                self.expr(left);
                self.sp();
                self.list(ops, |d, op| {
                    let _ = write!(d.out, "{op:?}()");
                });
                self.sp();
                self.exprs(comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.out.push_str("Call(");
                self.expr(func);
                self.sp();
                self.exprs(args);
                self.sp();
                self.keywords(keywords);
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.out.push_str("FormattedValue(");
                self.expr(value);
                self.conversion(*conversion);
                self.opt_expr(format_spec);
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.out.push_str("Interpolation(");
                self.expr(value);
                self.sp();
                self.constant(str);
                self.conversion(*conversion);
                self.opt_expr(format_spec);
            }
            ExprKind::JoinedStr { values } => {
                self.out.push_str("JoinedStr(");
                self.exprs(values);
            }
            ExprKind::TemplateStr { values } => {
                self.out.push_str("TemplateStr(");
                self.exprs(values);
            }
            ExprKind::Constant { value, kind } => {
                self.out.push_str("Constant(");
                self.constant(value);
                self.sp();
                self.opt(kind, |d, k| d.str(k.as_bytes()));
            }
            ExprKind::Attribute { value, attr, ctx } => {
                self.out.push_str("Attribute(");
                self.expr(value);
                self.sp();
                self.id(attr);
                self.sp();
                self.ctx(*ctx);
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.out.push_str("Subscript(");
                self.expr(value);
                self.sp();
                self.expr(slice);
                self.sp();
                self.ctx(*ctx);
            }
            ExprKind::Starred { value, ctx } => {
                self.out.push_str("Starred(");
                self.expr(value);
                self.sp();
                self.ctx(*ctx);
            }
            ExprKind::Name { id, ctx } => {
                self.out.push_str("Name(");
                self.id(id);
                self.sp();
                self.ctx(*ctx);
            }
            ExprKind::List { elts, ctx } => self.elements("List(", elts, *ctx),
            ExprKind::Tuple { elts, ctx } => self.elements("Tuple(", elts, *ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.out.push_str("Slice(");
                self.opt_expr(lower);
                self.sp();
                self.opt_expr(upper);
                self.sp();
                self.opt_expr(step);
            }
        }
        self.loc(expr.loc);
    }

    fn conversion(&mut self, conversion: i32) {
        if conversion < 0 {
            let _ = write!(self.out, " -{:x} ", -conversion);
        } else {
            let _ = write!(self.out, " {conversion:x} ");
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::MatchValue { value } => {
                self.out.push_str("MatchValue(");
                self.expr(value);
            }
            PatternKind::MatchSingleton { value } => {
                self.out.push_str("MatchSingleton(");
                self.constant(value);
            }
            PatternKind::MatchSequence { patterns } => {
                self.out.push_str("MatchSequence(");
                self.list(patterns, |d, p| d.pattern(p));
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.out.push_str("MatchMapping(");
                self.exprs(keys);
                self.sp();
                self.list(patterns, |d, p| d.pattern(p));
                self.sp();
                self.opt(rest, |d, r| d.id(r));
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.out.push_str("MatchClass(");
                self.expr(cls);
                self.sp();
                self.list(patterns, |d, p| d.pattern(p));
                self.sp();
                self.ids(kwd_attrs);
                self.sp();
                self.list(kwd_patterns, |d, p| d.pattern(p));
            }
            PatternKind::MatchStar { name } => {
                self.out.push_str("MatchStar(");
                self.opt(name, |d, n| d.id(n));
            }
            PatternKind::MatchAs { pattern, name } => {
                self.out.push_str("MatchAs(");
                self.opt(pattern, |d, p| d.pattern(p));
                self.sp();
                self.opt(name, |d, n| d.id(n));
            }
            PatternKind::MatchOr { patterns } => {
                self.out.push_str("MatchOr(");
                self.list(patterns, |d, p| d.pattern(p));
            }
        }
        self.loc(pattern.loc);
    }
}
