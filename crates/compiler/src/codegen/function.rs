//! Functions, lambdas, closures, type parameters and type aliases.

use super::*;
use crate::symtable::Entry;
use taipan_bytecode::tables::{intrinsic, make_function};

impl<'a> Compiler<'a> {
    /// Makes a function of `code`; closure cells are loaded first, what `flags` names is on the stack already.
    pub fn make_closure(&mut self, loc: Location, code: Arc<CodeObject>, mut flags: u32) -> Result {
        let free: Vec<Str> = code.freevars().cloned().collect();
        if !free.is_empty() {
            for name in &free {
                let name = self.names.intern(&name.to_string_lossy());
                let arg = self.closure_arg(name, &code)?;
                self.op_i(Op::LOAD_CLOSURE, arg, loc);
            }
            flags |= make_function::CLOSURE;
            self.op_n(Op::BUILD_TUPLE, free.len(), loc);
        }
        self.load_const(Const::Code(code), loc);
        self.op(Op::MAKE_FUNCTION, loc);
        for flag in [
            make_function::CLOSURE,
            make_function::ANNOTATIONS,
            make_function::ANNOTATE,
            make_function::KWDEFAULTS,
            make_function::DEFAULTS,
        ] {
            if flags & flag != 0 {
                self.op_i(Op::SET_FUNCTION_ATTRIBUTE, flag as i32, loc);
            }
        }
        Ok(())
    }

    /// Whether a name is a cell or free in the current unit. Cells that a class makes for its functions are no symbols
    /// of the class.
    pub fn ref_type(&self, name: Sym) -> Scope {
        if self.unit_ref().scope_type == ScopeType::Class
            && matches!(name, sym::class | sym::classdict | sym::conditional_annotations)
        {
            return Scope::Cell;
        }
        self.ste().scope(name)
    }

    fn closure_arg(&mut self, name: Sym, code: &CodeObject) -> Result<i32> {
        let unit = self.unit_ref();
        let found = if self.ref_type(name) == Scope::Cell {
            unit.cellvars.get(name)
        } else {
            unit.freevars.get(name).map(|i| i + unit.cellvars.list.len() as i32)
        };
        found.ok_or_else(|| {
            CompileError::system(format!(
                "compiler_lookup_arg(name={:?}) failed in {}; freevars of code {}",
                self.names.text(name),
                self.names.text(unit.qualname),
                code.name.to_string_lossy(),
            ))
        })
    }

    fn decorators(&mut self, decorators: &'a [Expr]) -> Result {
        self.exprs(decorators)
    }

    pub fn apply_decorators(&mut self, decorators: &'a [Expr]) {
        for decorator in decorators.iter().rev() {
            self.op_i(Op::CALL, 0, decorator.loc);
        }
    }

    pub fn load_decorators(&mut self, decorators: &'a [Expr]) -> Result {
        self.decorators(decorators)
    }

    pub fn default_arguments(&mut self, loc: Location, args: &'a Arguments) -> Result<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(&args.defaults)?;
            self.op_n(Op::BUILD_TUPLE, args.defaults.len(), loc);
            flags |= make_function::DEFAULTS;
        }
        let mut n = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            if let Some(default) = default {
                let name = self.intern(&arg.arg);
                let name = self.mangle(name);
                self.load_name_const(name, loc);
                self.expr(default)?;
                n += 1;
            }
        }
        if n > 0 {
            self.op_i(Op::BUILD_MAP, n, loc);
            flags |= make_function::KWDEFAULTS;
        }
        Ok(flags)
    }

    pub fn generic_scope_name(&mut self, name: Sym) -> Sym {
        let text = format!("<generic parameters of {}>", self.names.text(name));
        self.names.intern(&text)
    }

    pub fn function_def(&mut self, s: &'a Stmt) -> Result {
        let (StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. }
        | StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. }) = &s.kind
        else {
            return Ok(());
        };
        let is_async = matches!(s.kind, StmtKind::AsyncFunctionDef { .. });
        let loc = s.loc;
        let name = self.intern(name);
        self.decorators(decorator_list)?;
        let firstlineno = decorator_list.first().map_or(loc.lineno, |d| d.loc.lineno);
        let mut flags = self.default_arguments(loc, args)?;
        let generic = !type_params.is_empty();
        let mut n_params = 0;
        if generic {
            n_params = (flags & (make_function::DEFAULTS | make_function::KWDEFAULTS)).count_ones();
            if n_params == 2 {
                self.op_i(Op::SWAP, 2, loc);
            }
            let scope_name = self.generic_scope_name(name);
            let key = Key::TypeParams(type_params.as_ptr() as usize);
            let counts = ArgCounts { argcount: n_params, ..ArgCounts::default() };
            self.enter_scope(scope_name, ScopeType::Annotations, key, firstlineno, None, counts)?;
            self.type_params(type_params)?;
            for i in 0..n_params {
                self.op_i(Op::LOAD_FAST, i as i32, loc);
            }
        }
        flags |= self.function_annotations(loc, args, returns.as_deref())?;
        self.function_body(s, name, args, body, is_async, flags, firstlineno)?;
        if generic {
            self.op_i(Op::SWAP, 2, loc);
            self.op_i(Op::CALL_INTRINSIC_2, intrinsic::SET_FUNCTION_TYPE_PARAMS as i32, loc);
            let code = self.assemble(false)?;
            self.exit_scope();
            self.make_closure(loc, code, 0)?;
            if n_params > 0 {
                self.op_i(Op::SWAP, n_params as i32 + 1, loc);
                self.op_i(Op::CALL, n_params as i32 - 1, loc);
            } else {
                self.op(Op::PUSH_NULL, loc);
                self.op_i(Op::CALL, 0, loc);
            }
        }
        self.apply_decorators(decorator_list);
        self.store_name(name, loc)
    }

    fn function_body(
        &mut self,
        s: &'a Stmt,
        name: Sym,
        args: &'a Arguments,
        body: &'a [Stmt],
        is_async: bool,
        flags: u32,
        firstlineno: i32,
    ) -> Result {
        let scope_type = if is_async { ScopeType::AsyncFunction } else { ScopeType::Function };
        self.enter_scope(name, scope_type, Key::Node(address(s)), firstlineno, None, arg_counts(args))?;
        let mut first = 0;
        if self.ste().has_docstring
            && let Some(doc) = docstring(body)
        {
            first = 1;
            self.add_const(fold::str_const(clean_doc(doc)));
        }
        let start = self.new_label();
        self.use_label(start);
        let is_generator = is_generator(self.ste());
        if is_generator {
            self.push_simple(BlockKind::StopIteration, NO_LOCATION, start, Label::NONE)?;
        }
        self.stmts(&body[first..])?;
        if is_generator {
            self.wrap_in_stopiteration_handler();
            self.pop_block(BlockKind::StopIteration);
        }
        let code = self.assemble(true)?;
        self.exit_scope();
        self.make_closure(s.loc, code, flags)
    }

    /// A `StopIteration` must not leave a generator.
    pub fn wrap_in_stopiteration_handler(&mut self) {
        let handler = self.new_label();
        let seq = &mut self.unit().seq;
        let at = seq.instrs.iter().position(|i| i.op == Op::RESUME).unwrap_or(0);
        seq.insert(at, Op::SETUP_CLEANUP, handler.0, NO_LOCATION);
        self.load_none(NO_LOCATION);
        self.op(Op::RETURN_VALUE, NO_LOCATION);
        self.use_label(handler);
        self.op_i(Op::CALL_INTRINSIC_1, intrinsic::STOPITERATION_ERROR as i32, NO_LOCATION);
        self.op_i(Op::RERAISE, 1, NO_LOCATION);
    }

    pub fn lambda(&mut self, e: &'a Expr, args: &'a Arguments, body: &'a Expr) -> Result {
        let flags = self.default_arguments(e.loc, args)?;
        let key = Key::Node(address(e));
        self.enter_scope(sym::lambda, ScopeType::Lambda, key, e.loc.lineno, None, arg_counts(args))?;
        self.expr(body)?;
        let code = if self.ste().generator {
            self.assemble(false)?
        } else {
            self.op(Op::RETURN_VALUE, body.loc);
            self.assemble(true)?
        };
        self.exit_scope();
        self.make_closure(e.loc, code, flags)
    }

    // Type parameters.

    /// Makes the parameters and leaves a tuple of them.
    pub fn type_params(&mut self, params: &'a [TypeParam]) -> Result {
        let mut seen_default = false;
        for param in params {
            let loc = param.loc;
            let (name, default, plain) = match &param.kind {
                TypeParamKind::TypeVar { name, default_value, .. } => (name, default_value, intrinsic::TYPEVAR),
                TypeParamKind::TypeVarTuple { name, default_value } => (name, default_value, intrinsic::TYPEVARTUPLE),
                TypeParamKind::ParamSpec { name, default_value } => (name, default_value, intrinsic::PARAMSPEC),
            };
            let name = self.intern(name);
            self.load_name_const(name, loc);
            match &param.kind {
                TypeParamKind::TypeVar { bound: Some(bound), .. } => {
                    self.type_param_expr(bound, name, Key::Bound(address(param)), false)?;
                    let function = if matches!(bound.kind, ExprKind::Tuple { .. }) {
                        intrinsic::TYPEVAR_WITH_CONSTRAINTS
                    } else {
                        intrinsic::TYPEVAR_WITH_BOUND
                    };
                    self.op_i(Op::CALL_INTRINSIC_2, function as i32, loc);
                }
                _ => self.op_i(Op::CALL_INTRINSIC_1, plain as i32, loc),
            }
            if let Some(default) = default {
                seen_default = true;
                let starred = matches!(param.kind, TypeParamKind::TypeVarTuple { .. });
                self.type_param_expr(default, name, Key::Default(address(param)), starred)?;
                self.op_i(Op::CALL_INTRINSIC_2, intrinsic::SET_TYPEPARAM_DEFAULT as i32, loc);
            } else if seen_default {
                return Err(CompileError::syntax(
                    format!("non-default type parameter '{}' follows default type parameter", self.names.text(name)),
                    loc,
                ));
            }
            self.op_i(Op::COPY, 1, loc);
            self.store_name(name, loc)?;
        }
        if let Some(first) = params.first() {
            self.op_n(Op::BUILD_TUPLE, params.len(), first.loc);
        }
        Ok(())
    }

    /// A function that evaluates a bound or default when it is asked for.
    fn type_param_expr(&mut self, e: &'a Expr, name: Sym, key: Key, allow_starred: bool) -> Result {
        let loc = e.loc;
        self.load_const(fold::tuple(vec![Const::Int(1)]), loc);
        self.enter_annotations_scope(loc, key, name)?;
        match &e.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.op_i(Op::UNPACK_SEQUENCE, 1, loc);
            }
            _ => self.expr(e)?,
        }
        self.op(Op::RETURN_VALUE, loc);
        let code = self.assemble(true)?;
        self.exit_scope();
        self.make_closure(loc, code, make_function::DEFAULTS)
    }

    pub fn type_alias(&mut self, s: &'a Stmt, name: &'a Expr, type_params: &'a [TypeParam], value: &'a Expr) -> Result {
        let loc = s.loc;
        let ExprKind::Name { id, .. } = &name.kind else {
            return Err(CompileError::system("TypeAlias with non-Name name"));
        };
        let name = self.intern(id);
        let generic = !type_params.is_empty();
        if generic {
            let scope_name = self.generic_scope_name(name);
            let key = Key::TypeParams(type_params.as_ptr() as usize);
            self.enter_scope(scope_name, ScopeType::Annotations, key, loc.lineno, None, ArgCounts::default())?;
            self.load_name_const(name, loc);
            self.type_params(type_params)?;
        } else {
            self.load_name_const(name, loc);
            self.load_none(loc);
        }
        self.load_const(fold::tuple(vec![Const::Int(1)]), loc);
        self.enter_annotations_scope(loc, Key::Node(address(s)), name)?;
        self.expr(value)?;
        self.op(Op::RETURN_VALUE, loc);
        let code = self.assemble(false)?;
        self.exit_scope();
        self.make_closure(loc, code, make_function::DEFAULTS)?;
        self.op_i(Op::BUILD_TUPLE, 3, loc);
        self.op_i(Op::CALL_INTRINSIC_1, intrinsic::TYPEALIAS as i32, loc);
        if generic {
            let code = self.assemble(false)?;
            self.exit_scope();
            self.make_closure(loc, code, 0)?;
            self.op(Op::PUSH_NULL, loc);
            self.op_i(Op::CALL, 0, loc);
        }
        self.store_name(name, loc)
    }
}

fn is_generator(ste: &Entry) -> bool {
    ste.coroutine || ste.generator
}

fn arg_counts(args: &Arguments) -> ArgCounts {
    ArgCounts {
        argcount: args.args.len() as u32,
        posonlyargcount: args.posonlyargs.len() as u32,
        kwonlyargcount: args.kwonlyargs.len() as u32,
    }
}
