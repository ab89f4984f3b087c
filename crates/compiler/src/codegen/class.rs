//! Class definitions.

use super::*;
use taipan_bytecode::tables::intrinsic;

impl<'a> Compiler<'a> {
    pub fn class_def(&mut self, s: &'a Stmt) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } = &s.kind else {
            return Ok(());
        };
        let loc = s.loc;
        let name = self.intern(name);
        self.load_decorators(decorator_list)?;
        let firstlineno = decorator_list.first().map_or(loc.lineno, |d| d.loc.lineno);
        let generic = !type_params.is_empty();
        if generic {
            let scope_name = self.generic_scope_name(name);
            let key = Key::TypeParams(type_params.as_ptr() as usize);
            let counts = ArgCounts::default();
            self.enter_scope(scope_name, ScopeType::Annotations, key, firstlineno, Some(name), counts)?;
            self.type_params(type_params)?;
            self.store_name(sym::dot_type_params, loc)?;
        }
        self.class_body(s, name, body, generic, firstlineno)?;
        if generic {
            self.load_name(sym::dot_type_params, loc)?;
            self.op_i(Op::CALL_INTRINSIC_1, intrinsic::SUBSCRIPT_GENERIC as i32, loc);
            self.store_name(sym::dot_generic_base, loc)?;
            self.call_helper(loc, 2, bases, Some(sym::dot_generic_base), keywords)?;
            let code = self.assemble(false)?;
            self.exit_scope();
            self.make_closure(loc, code, 0)?;
            self.op(Op::PUSH_NULL, loc);
            self.op_i(Op::CALL, 0, loc);
        } else {
            self.call_helper(loc, 2, bases, None, keywords)?;
        }
        self.apply_decorators(decorator_list);
        self.store_name(name, loc)
    }

    /// The function that runs the body, and the start of the call of `__build_class__`.
    fn class_body(&mut self, s: &'a Stmt, name: Sym, body: &'a [Stmt], generic: bool, firstlineno: i32) -> Result {
        let key = Key::Node(address(s));
        self.enter_scope(name, ScopeType::Class, key, firstlineno, Some(name), ArgCounts::default())?;
        let loc = Location { lineno: firstlineno, end_lineno: firstlineno, col_offset: 0, end_col_offset: 0 };
        self.load_name(sym::name, loc)?;
        self.store_name(sym::dunder_module, loc)?;
        let qualname = self.unit_ref().qualname;
        if self.qualnames.contains(&qualname) {
            // A new string, beside the one that is interned already (unless it looks like a name).
            let text = self.names.text(qualname).as_bytes().to_vec();
            self.load_const(fold::str_const(text), loc);
        } else {
            self.load_name_const(qualname, loc);
        }
        self.store_name(sym::qualname, loc)?;
        self.load_int(i64::from(firstlineno), loc);
        self.store_name(sym::firstlineno, loc)?;
        if generic {
            self.load_name(sym::dot_type_params, loc)?;
            self.store_name(sym::type_params, loc)?;
        }
        let ste = self.ste();
        let (needs_classdict, needs_class_closure) = (ste.needs_classdict, ste.needs_class_closure);
        let conditional_annotations = ste.has_conditional_annotations;
        if needs_classdict {
            self.op(Op::LOAD_LOCALS, loc);
            self.op_name_raw(Op::STORE_DEREF, sym::classdict, Table::Cellvars, loc);
        }
        if conditional_annotations {
            self.op_i(Op::BUILD_SET, 0, loc);
            self.op_name_raw(Op::STORE_DEREF, sym::conditional_annotations, Table::Cellvars, loc);
        }
        self.body(loc, body, false)?;
        let mut attributes: Vec<Sym> = self.unit().static_attributes.take().unwrap_or_default().into_iter().collect();
        attributes.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        let attributes = self.name_tuple(&attributes);
        self.load_const(attributes, NO_LOCATION);
        self.store_name(sym::static_attributes, NO_LOCATION)?;
        if needs_classdict {
            self.op_name_raw(Op::LOAD_CLOSURE, sym::classdict, Table::Cellvars, NO_LOCATION);
            self.store_name(sym::classdictcell, NO_LOCATION)?;
        }
        if needs_class_closure {
            self.op_name_raw(Op::LOAD_CLOSURE, sym::class, Table::Cellvars, NO_LOCATION);
            self.op_i(Op::COPY, 1, NO_LOCATION);
            self.store_name(sym::classcell, NO_LOCATION)?;
        } else {
            self.load_none(NO_LOCATION);
        }
        self.op(Op::RETURN_VALUE, NO_LOCATION);
        let code = self.assemble(true)?;
        self.exit_scope();
        self.op(Op::LOAD_BUILD_CLASS, s.loc);
        self.op(Op::PUSH_NULL, s.loc);
        self.make_closure(s.loc, code, 0)?;
        self.load_name_const(name, s.loc);
        Ok(())
    }

    /// `self.x = ...` in a method makes `x` a static attribute of the class around it.
    pub fn note_static_attribute(&mut self, value: &Expr, attr: Sym) {
        if !matches!(&value.kind, ExprKind::Name { id, .. } if &**id == "self") {
            return;
        }
        let enclosing = self.units.len() - 1;
        for unit in self.units[..enclosing].iter_mut().rev() {
            if let Some(attributes) = &mut unit.static_attributes {
                attributes.insert(attr);
                break;
            }
        }
    }
}
