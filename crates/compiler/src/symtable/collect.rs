//! The first pass: definitions and uses.

use super::{BlockType, ComprehensionType, Entry, Key, Symbols, Symtable, address, flags::*};
use crate::error::{CompileError, Result, StackGuard};
use crate::future::{FutureFeatures, docstring};
use crate::names::{FxHashMap, Names, Sym, sym};
use taipan_bytecode::tables::{co, pycf};
use taipan_parser::ast::*;

struct Collector<'n> {
    table: Symtable,
    names: &'n mut Names,
    features: u32,
    stack: Vec<usize>,
    private: Option<Sym>,
    guard: StackGuard,
}

const NOWHERE: Location = Location { lineno: 0, col_offset: 0, end_lineno: 0, end_col_offset: 0 };

pub(super) fn collect(module: &Mod, future: &FutureFeatures, names: &mut Names, stack: usize) -> Result<Symtable> {
    let table = Symtable { entries: Vec::new(), blocks: FxHashMap::default(), mangled_sets: Vec::new() };
    let guard = StackGuard::new(stack);
    let mut c = Collector { table, names, features: future.features, stack: Vec::new(), private: None, guard };
    c.enter(sym::top, BlockType::Module, Key::Node(address(module)), NOWHERE)?;
    match module {
        Mod::Module { body, .. } => {
            c.cur().has_docstring = docstring(body).is_some();
            c.stmts(body)?;
        }
        Mod::Interactive { body } => c.stmts(body)?,
        Mod::Expression { body } => c.expr(body)?,
        Mod::FunctionType { .. } => {
            return Err(CompileError::new(
                crate::error::ErrorKind::Runtime,
                "this compiler does not handle FunctionTypes",
            ));
        }
    }
    c.exit();
    Ok(c.table)
}

fn syntax<T>(message: impl Into<String>, loc: Location) -> Result<T> {
    Err(CompileError::syntax(message, loc))
}

impl Collector<'_> {
    #[inline]
    fn cur_index(&self) -> usize {
        self.stack.last().copied().unwrap_or(0)
    }

    #[inline]
    fn cur(&mut self) -> &mut Entry {
        let i = self.cur_index();
        &mut self.table.entries[i]
    }

    #[inline]
    fn intern(&mut self, name: &Identifier) -> Sym {
        self.names.intern_rc(name)
    }

    fn new_entry(&mut self, name: Sym, block_type: BlockType, key: Key, loc: Location) -> usize {
        let mut nested = false;
        let mut method = false;
        if let Some(&parent) = self.stack.last() {
            let parent = &self.table.entries[parent];
            nested = parent.nested || parent.is_function_like();
            method = parent.block_type == BlockType::Class && block_type == BlockType::Function;
        }
        let index = self.table.entries.len();
        self.table.entries.push(Entry {
            key,
            symbols: Symbols::default(),
            name,
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            mangled_names: None,
            block_type,
            scope_info: None,
            nested,
            generator: false,
            coroutine: false,
            annotations_used: false,
            comprehension: ComprehensionType::No,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            comp_iter_target: false,
            can_see_class_scope: false,
            has_docstring: false,
            method,
            has_conditional_annotations: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            comp_iter_expr: 0,
            loc,
            annotation_block: None,
        });
        self.table.blocks.insert(key, index);
        index
    }

    fn enter(&mut self, name: Sym, block_type: BlockType, key: Key, loc: Location) -> Result<usize> {
        let index = self.new_entry(name, block_type, key, loc);
        self.enter_existing(index, true);
        if matches!(block_type, BlockType::Annotation | BlockType::TypeVariable | BlockType::TypeAlias) {
            self.define(sym::dot_format, DEF_PARAM, loc)?;
            self.define(sym::dot_format, USE, loc)?;
        }
        Ok(index)
    }

    fn enter_existing(&mut self, index: usize, new: bool) {
        if let Some(&parent) = self.stack.last() {
            let (iter_expr, mangled) = {
                let parent = &self.table.entries[parent];
                (parent.comp_iter_expr, parent.mangled_names)
            };
            let entry = &mut self.table.entries[index];
            entry.comp_iter_expr = iter_expr;
            if mangled.is_some() && entry.block_type != BlockType::Class {
                entry.mangled_names = mangled;
            }
            let unevaluated = entry.block_type == BlockType::Annotation && self.features & co::FUTURE_ANNOTATIONS != 0;
            if new && !unevaluated {
                self.table.entries[parent].children.push(index);
            }
        }
        self.stack.push(index);
    }

    fn exit(&mut self) {
        self.stack.pop();
    }

    fn mangle(&mut self, name: Sym) -> Sym {
        let cur = self.cur_index();
        self.table.maybe_mangle(self.names, self.private, cur, name)
    }

    fn lookup_in(&mut self, entry: usize, name: Sym) -> u32 {
        let mangled = self.table.maybe_mangle(self.names, self.private, entry, name);
        self.table.entries[entry].symbol(mangled)
    }

    fn define_in(&mut self, entry: usize, name: Sym, flag: u32, loc: Location) -> Result {
        let mangled = self.mangle(name);
        let e = &mut self.table.entries[entry];
        let old = e.symbol(mangled);
        if flag & DEF_PARAM & old != 0 {
            return syntax(format!("duplicate argument '{}' in function definition", self.names.text(name)), loc);
        }
        if flag & DEF_TYPE_PARAM & old != 0 {
            return syntax(format!("duplicate type parameter '{}'", self.names.text(name)), loc);
        }
        let mut bits = old | flag;
        if e.comp_iter_target {
            if bits & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                return syntax(
                    format!(
                        "comprehension inner loop cannot rebind assignment expression target '{}'",
                        self.names.text(name)
                    ),
                    loc,
                );
            }
            bits |= DEF_COMP_ITER;
        }
        e.symbols.set(mangled, bits);
        if flag & DEF_PARAM != 0 {
            e.varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            let module = &mut self.table.entries[0].symbols;
            let old = module.get(mangled).unwrap_or(0);
            module.set(mangled, old | flag);
        }
        Ok(())
    }

    fn check_name(&self, name: Sym, loc: Location, ctx: ExprContext) -> Result {
        if name == sym::debug {
            match ctx {
                ExprContext::Store => return syntax("cannot assign to __debug__", loc),
                ExprContext::Del => return syntax("cannot delete __debug__", loc),
                ExprContext::Load => {}
            }
        }
        Ok(())
    }

    fn define_ctx(&mut self, name: Sym, flag: u32, loc: Location, ctx: ExprContext) -> Result {
        if flag & (DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 {
            self.check_name(name, loc, ctx)?;
        }
        if flag & DEF_TYPE_PARAM != 0
            && let Some(set) = self.cur().mangled_names
        {
            self.table.mangled_sets[set].push(name);
        }
        let cur = self.cur_index();
        self.define_in(cur, name, flag, loc)
    }

    fn define(&mut self, name: Sym, flag: u32, loc: Location) -> Result {
        self.define_ctx(name, flag, loc, if flag == USE { ExprContext::Load } else { ExprContext::Store })
    }

    fn define_id(&mut self, name: &Identifier, flag: u32, loc: Location) -> Result {
        let name = self.intern(name);
        self.define(name, flag, loc)
    }

    fn record_directive(&mut self, name: Sym, loc: Location) {
        let mangled = self.mangle(name);
        self.cur().directives.push((mangled, loc));
    }

    fn allows_top_level_await(&mut self) -> bool {
        self.features & pycf::ALLOW_TOP_LEVEL_AWAIT != 0 && self.cur().block_type == BlockType::Module
    }

    fn stmts(&mut self, body: &[Stmt]) -> Result {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Result {
        for expr in exprs {
            self.expr(expr)?;
        }
        Ok(())
    }

    fn opt(&mut self, expr: Option<&Expr>) -> Result {
        expr.map_or(Ok(()), |e| self.expr(e))
    }

    /// Statements that may not be run each time.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result) -> Result {
        let old = std::mem::replace(&mut self.cur().in_conditional_block, true);
        visit(self)?;
        self.cur().in_conditional_block = old;
        Ok(())
    }

    fn enter_type_params(
        &mut self,
        name: Sym,
        params: &[TypeParam],
        defaults: bool,
        kwdefaults: bool,
        is_class: bool,
        loc: Location,
    ) -> Result {
        let in_class = self.cur().block_type == BlockType::Class;
        let key = Key::TypeParams(params.as_ptr() as usize);
        self.enter(name, BlockType::TypeParameters, key, loc)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.define(sym::classdict, USE, loc)?;
        }
        if is_class {
            // Set when the tuple of parameters is made, used for the bases.
            self.define(sym::dot_type_params, DEF_LOCAL, loc)?;
            self.define(sym::dot_type_params, USE, loc)?;
            self.define(sym::dot_generic_base, DEF_LOCAL, loc)?;
            self.define(sym::dot_generic_base, USE, loc)?;
        }
        if defaults {
            self.define(sym::dot_defaults, DEF_PARAM, loc)?;
        }
        if kwdefaults {
            self.define(sym::dot_kwdefaults, DEF_PARAM, loc)?;
        }
        Ok(())
    }

    fn function(&mut self, f: FunctionParts<'_>) -> Result {
        let FunctionParts { node, loc, name, args, body, decorator_list, returns, type_params, is_async } = f;
        let name = self.intern(name);
        self.define(name, DEF_LOCAL, loc)?;
        self.exprs(&args.defaults)?;
        for default in args.kw_defaults.iter().flatten() {
            self.expr(default)?;
        }
        self.exprs(decorator_list)?;
        if !type_params.is_empty() {
            let kwdefaults = args.kw_defaults.iter().any(Option::is_some);
            self.enter_type_params(name, type_params, true, kwdefaults, false, loc)?;
            self.type_params(type_params)?;
        }
        let entry = self.new_entry(name, BlockType::Function, Key::Node(node), loc);
        self.function_annotations(loc, args, returns)?;
        self.table.entries[entry].has_docstring = docstring(body).is_some();
        self.enter_existing(entry, true);
        self.arguments(args)?;
        if is_async {
            self.cur().coroutine = true;
        }
        self.stmts(body)?;
        self.exit();
        if !type_params.is_empty() {
            self.exit();
        }
        Ok(())
    }

    fn function_annotations(&mut self, loc: Location, args: &Arguments, returns: Option<&Expr>) -> Result {
        let in_class = self.cur().can_see_class_scope || self.cur().block_type == BlockType::Class;
        self.enter(sym::annotate, BlockType::Annotation, Key::Annotations(address(args)), loc)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.define(sym::classdict, USE, loc)?;
        }
        let all = args
            .posonlyargs
            .iter()
            .chain(&args.args)
            .chain(args.vararg.as_deref())
            .chain(args.kwarg.as_deref())
            .chain(&args.kwonlyargs);
        for annotation in all.filter_map(|arg| arg.annotation.as_deref()) {
            self.cur().annotations_used = true;
            self.expr(annotation)?;
        }
        if let Some(returns) = returns {
            self.cur().annotations_used = true;
            self.expr(returns)?;
        }
        self.exit();
        Ok(())
    }

    fn arguments(&mut self, args: &Arguments) -> Result {
        for arg in args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs) {
            self.define_id(&arg.arg, DEF_PARAM, arg.loc)?;
        }
        if let Some(arg) = &args.vararg {
            self.define_id(&arg.arg, DEF_PARAM, arg.loc)?;
            self.cur().varargs = true;
        }
        if let Some(arg) = &args.kwarg {
            self.define_id(&arg.arg, DEF_PARAM, arg.loc)?;
            self.cur().varkeywords = true;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Result {
        for param in params {
            let (name, default, what) = match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.define_id(name, DEF_TYPE_PARAM | DEF_LOCAL, param.loc)?;
                    let what = match bound.as_deref().map(|b| &b.kind) {
                        Some(ExprKind::Tuple { .. }) => "a TypeVar constraint",
                        _ => "a TypeVar bound",
                    };
                    self.type_param_expr(bound.as_deref(), name, Key::Bound(address(param)), what, param.loc)?;
                    (name, default_value, "a TypeVar default")
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.define_id(name, DEF_TYPE_PARAM | DEF_LOCAL, param.loc)?;
                    (name, default_value, "a TypeVarTuple default")
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.define_id(name, DEF_TYPE_PARAM | DEF_LOCAL, param.loc)?;
                    (name, default_value, "a ParamSpec default")
                }
            };
            self.type_param_expr(default.as_deref(), name, Key::Default(address(param)), what, param.loc)?;
        }
        Ok(())
    }

    fn type_param_expr(
        &mut self,
        expr: Option<&Expr>,
        name: &Identifier,
        key: Key,
        what: &'static str,
        loc: Location,
    ) -> Result {
        let name = self.intern(name);
        if name == sym::classdict {
            let loc = expr.map_or(loc, |e| e.loc);
            return syntax("reserved name '__classdict__' cannot be used for type parameter", loc);
        }
        let Some(expr) = expr else { return Ok(()) };
        let in_class = self.cur().can_see_class_scope;
        self.enter(name, BlockType::TypeVariable, key, expr.loc)?;
        self.cur().can_see_class_scope = in_class;
        if in_class {
            self.define(sym::classdict, USE, expr.loc)?;
        }
        self.cur().scope_info = Some(what);
        self.expr(expr)?;
        self.exit();
        Ok(())
    }

    /// An annotation of a variable.
    fn annotation(&mut self, annotation: &Expr) -> Result {
        let parent = self.cur_index();
        let p = &self.table.entries[parent];
        let block_type = p.block_type;
        // Annotations of local variables are never evaluated.
        let unevaluated = block_type == BlockType::Function;
        // A module may be executed in part only, so all of its annotations are conditional.
        if (block_type == BlockType::Class && p.in_conditional_block || block_type == BlockType::Module)
            && !p.has_conditional_annotations
        {
            self.cur().has_conditional_annotations = true;
            self.define(sym::conditional_annotations, USE, annotation.loc)?;
        }
        match self.table.entries[parent].annotation_block {
            Some(existing) => self.enter_existing(existing, false),
            None => {
                let key = Key::BlockAnnotations(parent);
                let block = self.enter(sym::annotate, BlockType::Annotation, key, annotation.loc)?;
                self.table.entries[parent].annotation_block = Some(block);
                if block_type == BlockType::Class && self.features & co::FUTURE_ANNOTATIONS == 0 {
                    self.cur().can_see_class_scope = true;
                    self.define(sym::classdict, USE, annotation.loc)?;
                }
            }
        }
        if unevaluated {
            self.cur().in_unevaluated_annotation = true;
        }
        self.expr(annotation)?;
        if unevaluated {
            self.cur().in_unevaluated_annotation = false;
        }
        self.exit();
        Ok(())
    }

    fn stmt(&mut self, s: &Stmt) -> Result {
        self.guard.check()?;
        match &s.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. }
            | StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                let is_async = matches!(s.kind, StmtKind::AsyncFunctionDef { .. });
                let returns = returns.as_deref();
                let (node, loc) = (address(s), s.loc);
                self.function(FunctionParts {
                    node,
                    loc,
                    name,
                    args,
                    body,
                    decorator_list,
                    returns,
                    type_params,
                    is_async,
                })
            }
            StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } => {
                let name = self.intern(name);
                self.define(name, DEF_LOCAL, s.loc)?;
                self.exprs(decorator_list)?;
                let private = self.private;
                if !type_params.is_empty() {
                    self.enter_type_params(name, type_params, false, false, true, s.loc)?;
                    // Within the class's own parameters and bases only the parameters are mangled.
                    self.private = Some(name);
                    self.table.mangled_sets.push(Vec::new());
                    let set = self.table.mangled_sets.len() - 1;
                    self.cur().mangled_names = Some(set);
                    self.type_params(type_params)?;
                }
                self.exprs(bases)?;
                self.keywords(keywords)?;
                self.enter(name, BlockType::Class, Key::Node(address(s)), s.loc)?;
                self.private = Some(name);
                if !type_params.is_empty() {
                    self.define(sym::type_params, DEF_LOCAL, s.loc)?;
                    self.define(sym::dot_type_params, USE, s.loc)?;
                }
                self.cur().has_docstring = docstring(body).is_some();
                self.stmts(body)?;
                self.exit();
                if !type_params.is_empty() {
                    self.exit();
                }
                self.private = private;
                Ok(())
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.expr(name)?;
                let ExprKind::Name { id, .. } = &name.kind else {
                    return Err(CompileError::new(crate::error::ErrorKind::Type, "TypeAlias with non-Name name"));
                };
                let id = self.intern(id);
                let in_class = self.cur().block_type == BlockType::Class;
                if !type_params.is_empty() {
                    self.enter_type_params(id, type_params, false, false, false, s.loc)?;
                    self.type_params(type_params)?;
                }
                self.enter(id, BlockType::TypeAlias, Key::Node(address(s)), s.loc)?;
                self.cur().can_see_class_scope = in_class;
                if in_class {
                    self.define(sym::classdict, USE, value.loc)?;
                }
                self.expr(value)?;
                self.exit();
                if !type_params.is_empty() {
                    self.exit();
                }
                Ok(())
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.cur().returns_value = true;
                }
                Ok(())
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s, target, annotation, value.as_deref(), *simple != 0)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::For { target, iter, body, orelse, .. } => self.conditional(|c| {
                c.expr(target)?;
                c.expr(iter)?;
                c.stmts(body)?;
                c.stmts(orelse)
            }),
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.require_coroutine("'async for' outside async function", s.loc)?;
                self.conditional(|c| {
                    c.expr(target)?;
                    c.expr(iter)?;
                    c.stmts(body)?;
                    c.stmts(orelse)
                })
            }
            StmtKind::While { test, body, orelse } => self.conditional(|c| {
                c.expr(test)?;
                c.stmts(body)?;
                c.stmts(orelse)
            }),
            StmtKind::If { test, body, orelse } => self.conditional(|c| {
                c.expr(test)?;
                c.stmts(body)?;
                c.stmts(orelse)
            }),
            StmtKind::Match { subject, cases } => self.conditional(|c| {
                c.expr(subject)?;
                for case in cases {
                    c.pattern(&case.pattern)?;
                    c.opt(case.guard.as_deref())?;
                    c.stmts(&case.body)?;
                }
                Ok(())
            }),
            StmtKind::Raise { exc, cause } => {
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    self.opt(cause.as_deref())?;
                }
                Ok(())
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => self.conditional(|c| {
                c.stmts(body)?;
                for handler in handlers {
                    c.opt(handler.type_.as_deref())?;
                    if let Some(name) = &handler.name {
                        c.define_id(name, DEF_LOCAL, handler.loc)?;
                    }
                    c.stmts(&handler.body)?;
                }
                c.stmts(orelse)?;
                c.stmts(finalbody)
            }),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg.as_deref())
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                for alias in names {
                    self.alias(alias)?;
                }
                Ok(())
            }
            StmtKind::Global { names } => {
                for name in names {
                    let name = self.intern(name);
                    self.declare(name, s.loc, DEF_GLOBAL, "global")?;
                }
                Ok(())
            }
            StmtKind::Nonlocal { names } => {
                for name in names {
                    let name = self.intern(name);
                    self.declare(name, s.loc, DEF_NONLOCAL, "nonlocal")?;
                }
                Ok(())
            }
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::With { items, body, .. } => self.with(items, body),
            StmtKind::AsyncWith { items, body, .. } => {
                self.require_coroutine("'async with' outside async function", s.loc)?;
                self.with(items, body)
            }
        }
    }

    fn with(&mut self, items: &[WithItem], body: &[Stmt]) -> Result {
        self.conditional(|c| {
            for item in items {
                c.expr(&item.context_expr)?;
                c.opt(item.optional_vars.as_deref())?;
            }
            c.stmts(body)
        })
    }

    fn require_coroutine(&mut self, message: &str, loc: Location) -> Result {
        if self.allows_top_level_await() {
            self.cur().coroutine = true;
        }
        if self.cur().coroutine { Ok(()) } else { syntax(message, loc) }
    }

    fn declare(&mut self, name: Sym, loc: Location, flag: u32, what: &str) -> Result {
        let cur = self.cur_index();
        let bits = self.lookup_in(cur, name);
        if bits & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
            let text = self.names.text(name);
            let message = if bits & DEF_PARAM != 0 {
                format!("name '{text}' is parameter and {what}")
            } else if bits & USE != 0 {
                format!("name '{text}' is used prior to {what} declaration")
            } else if bits & DEF_ANNOT != 0 {
                format!("annotated name '{text}' can't be {what}")
            } else {
                format!("name '{text}' is assigned to before {what} declaration")
            };
            return syntax(message, loc);
        }
        self.define(name, flag, loc)?;
        self.record_directive(name, loc);
        Ok(())
    }

    fn ann_assign(&mut self, s: &Stmt, target: &Expr, annotation: &Expr, value: Option<&Expr>, simple: bool) -> Result {
        self.cur().annotations_used = true;
        if let ExprKind::Name { id, .. } = &target.kind {
            let id = self.intern(id);
            let cur = self.cur_index();
            let bits = self.lookup_in(cur, id);
            if bits & (DEF_GLOBAL | DEF_NONLOCAL) != 0 && cur != 0 && simple {
                let what = if bits & DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
                return syntax(format!("annotated name '{}' can't be {what}", self.names.text(id)), s.loc);
            }
            if simple {
                self.define(id, DEF_ANNOT | DEF_LOCAL, target.loc)?;
            }
            if value.is_some() {
                self.define(id, DEF_LOCAL, target.loc)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)?;
        self.opt(value)
    }

    fn alias(&mut self, alias: &Alias) -> Result {
        let name: &str = alias.asname.as_deref().unwrap_or(&alias.name);
        if name == "*" {
            if self.cur().block_type != BlockType::Module {
                return syntax("import * only allowed at module level", alias.loc);
            }
            return Ok(());
        }
        let name = self.names.intern(name.split('.').next().unwrap_or(name));
        self.define(name, DEF_IMPORT, alias.loc)
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Result {
        for keyword in keywords {
            if let Some(arg) = &keyword.arg {
                let arg = self.intern(arg);
                self.check_name(arg, keyword.loc, ExprContext::Store)?;
            }
        }
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern) -> Result {
        self.guard.check()?;
        match &p.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => self.patterns(patterns),
            PatternKind::MatchStar { name } => self.capture(name.as_ref(), p.loc),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                self.patterns(patterns)?;
                self.capture(rest.as_ref(), p.loc)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                for (attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    let attr = self.intern(attr);
                    self.check_name(attr, pattern.loc, ExprContext::Store)?;
                }
                self.patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                self.capture(name.as_ref(), p.loc)
            }
        }
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Result {
        for pattern in patterns {
            self.pattern(pattern)?;
        }
        Ok(())
    }

    fn capture(&mut self, name: Option<&Identifier>, loc: Location) -> Result {
        name.map_or(Ok(()), |name| self.define_id(name, DEF_LOCAL, loc))
    }

    fn refuse_in_annotation(&mut self, what: &str, loc: Location) -> Result {
        let entry = self.cur();
        let place = match entry.block_type {
            BlockType::Annotation => "an annotation",
            BlockType::TypeVariable => entry.scope_info.unwrap_or("a TypeVar bound"),
            BlockType::TypeAlias => "a type alias",
            BlockType::TypeParameters => "the definition of a generic",
            _ => return Ok(()),
        };
        syntax(format!("{what} cannot be used within {place}"), loc)
    }

    fn refuse_in_comprehension(&mut self, loc: Location) -> Result {
        let what = match self.cur().comprehension {
            ComprehensionType::No => return Ok(()),
            ComprehensionType::List => "list comprehension",
            ComprehensionType::Set => "set comprehension",
            ComprehensionType::Dict => "dict comprehension",
            ComprehensionType::Generator => "generator expression",
        };
        syntax(format!("'yield' inside {what}"), loc)
    }

    fn expr(&mut self, e: &Expr) -> Result {
        self.guard.check()?;
        match &e.kind {
            ExprKind::Name { id, ctx } => {
                let id = self.intern(id);
                if self.cur().in_unevaluated_annotation {
                    return Ok(());
                }
                let flag = if *ctx == ExprContext::Load { USE } else { DEF_LOCAL };
                self.define_ctx(id, flag, e.loc, *ctx)?;
                // `super` may be called without arguments.
                if *ctx == ExprContext::Load && id == sym::super_ && self.cur().is_function_like() {
                    self.define(sym::class, USE, e.loc)?;
                }
                Ok(())
            }
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => {
                let attr = self.intern(attr);
                self.check_name(attr, e.loc, *ctx)?;
                self.expr(value)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower.as_deref())?;
                self.opt(upper.as_deref())?;
                self.opt(step.as_deref())
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } | ExprKind::Set { elts } => self.exprs(elts),
            ExprKind::Dict { keys, values } => {
                for key in keys.iter().flatten() {
                    self.expr(key)?;
                }
                self.exprs(values)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt(format_spec.as_deref())
            }
            ExprKind::NamedExpr { target, value } => self.named_expr(e, target, value),
            ExprKind::Lambda { args, body } => {
                self.exprs(&args.defaults)?;
                for default in args.kw_defaults.iter().flatten() {
                    self.expr(default)?;
                }
                self.enter(sym::plain_lambda, BlockType::Function, Key::Node(address(e)), e.loc)?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit();
                Ok(())
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, sym::plain_listcomp, ComprehensionType::List, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, sym::plain_setcomp, ComprehensionType::Set, generators, elt, None)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, sym::plain_genexpr, ComprehensionType::Generator, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, sym::plain_dictcomp, ComprehensionType::Dict, generators, key, Some(value))
            }
            ExprKind::Yield { value } => {
                self.refuse_in_annotation("yield expression", e.loc)?;
                self.opt(value.as_deref())?;
                self.cur().generator = true;
                self.refuse_in_comprehension(e.loc)
            }
            ExprKind::YieldFrom { value } => {
                self.refuse_in_annotation("yield expression", e.loc)?;
                self.expr(value)?;
                self.cur().generator = true;
                self.refuse_in_comprehension(e.loc)
            }
            ExprKind::Await { value } => {
                self.refuse_in_annotation("await expression", e.loc)?;
                if !self.allows_top_level_await() {
                    let entry = self.cur();
                    if !entry.is_function_like() {
                        return syntax("'await' outside function", e.loc);
                    }
                    if !entry.coroutine && entry.comprehension == ComprehensionType::No {
                        return syntax("'await' outside async function", e.loc);
                    }
                }
                self.expr(value)?;
                self.cur().coroutine = true;
                Ok(())
            }
        }
    }

    fn named_expr(&mut self, e: &Expr, target: &Expr, value: &Expr) -> Result {
        self.refuse_in_annotation("named expression", e.loc)?;
        if self.cur().comp_iter_expr > 0 {
            return syntax("assignment expression cannot be used in a comprehension iterable expression", e.loc);
        }
        if self.cur().comprehension != ComprehensionType::No
            && let ExprKind::Name { id, .. } = &target.kind
        {
            let id = self.intern(id);
            self.extend_named_expr_scope(id, target.loc)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// `:=` in a comprehension binds in the nearest block around it that is none.
    fn extend_named_expr_scope(&mut self, name: Sym, loc: Location) -> Result {
        for i in (0..self.stack.len()).rev() {
            let index = self.stack[i];
            let entry = &self.table.entries[index];
            let (comprehension, block_type) = (entry.comprehension, entry.block_type);
            if comprehension != ComprehensionType::No {
                let bits = self.lookup_in(index, name);
                if bits & DEF_COMP_ITER != 0 && bits & (DEF_LOCAL | DEF_PARAM) != 0 {
                    return syntax(
                        format!(
                            "assignment expression cannot rebind comprehension iteration variable '{}'",
                            self.names.text(name)
                        ),
                        loc,
                    );
                }
                continue;
            }
            let place = match block_type {
                BlockType::Function => {
                    let bits = self.lookup_in(index, name);
                    let flag = if bits & DEF_GLOBAL != 0 { DEF_GLOBAL } else { DEF_NONLOCAL };
                    self.define(name, flag, loc)?;
                    self.record_directive(name, loc);
                    return self.define_in(index, name, DEF_LOCAL, loc);
                }
                BlockType::Module => {
                    self.define(name, DEF_GLOBAL, loc)?;
                    self.record_directive(name, loc);
                    return self.define_in(index, name, DEF_GLOBAL, loc);
                }
                BlockType::Class => "in a class body",
                BlockType::TypeParameters => "within the definition of a generic",
                BlockType::TypeAlias => "in a type alias",
                BlockType::TypeVariable => "in a TypeVar bound",
                BlockType::Annotation => continue,
            };
            return syntax(format!("assignment expression within a comprehension cannot be used {place}"), loc);
        }
        Err(CompileError::system("no scope for an assignment expression"))
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        name: Sym,
        kind: ComprehensionType,
        generators: &[Comprehension],
        elt: &Expr,
        value: Option<&Expr>,
    ) -> Result {
        let Some((outermost, rest)) = generators.split_first() else {
            return Err(CompileError::new(crate::error::ErrorKind::Value, "comprehension with no generators"));
        };
        // The outermost iterable is evaluated around the comprehension.
        self.cur().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.enter(name, BlockType::Function, Key::Node(address(e)), e.loc)?;
        self.cur().comprehension = kind;
        if outermost.is_async != 0 {
            self.cur().coroutine = true;
        }
        self.define(sym::dot_zero, DEF_PARAM, e.loc)?;
        self.cur().comp_iter_target = true;
        self.expr(&outermost.target)?;
        self.cur().comp_iter_target = false;
        self.exprs(&outermost.ifs)?;
        for generator in rest {
            self.cur().comp_iter_target = true;
            self.expr(&generator.target)?;
            self.cur().comp_iter_target = false;
            self.cur().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.cur().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
            if generator.is_async != 0 {
                self.cur().coroutine = true;
            }
        }
        self.opt(value)?;
        self.expr(elt)?;
        let is_generator = kind == ComprehensionType::Generator;
        let entry = self.cur();
        entry.generator = is_generator;
        let is_async = entry.coroutine && !is_generator;
        self.exit();
        if is_async {
            let allowed = self.allows_top_level_await();
            let entry = self.cur();
            let in_async_def = entry.block_type == BlockType::Function && entry.coroutine;
            if !in_async_def && entry.comprehension == ComprehensionType::No && !allowed {
                return syntax("asynchronous comprehension outside of an asynchronous function", e.loc);
            }
            entry.coroutine = true;
        }
        Ok(())
    }
}

/// The fields of a function definition.
struct FunctionParts<'a> {
    node: usize,
    loc: Location,
    name: &'a Identifier,
    args: &'a Arguments,
    body: &'a [Stmt],
    decorator_list: &'a [Expr],
    returns: Option<&'a Expr>,
    type_params: &'a [TypeParam],
    is_async: bool,
}
