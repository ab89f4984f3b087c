//! Comprehensions and generator expressions. All but the latter are inlined into the code around them (PEP 709).

use super::*;
use taipan_bytecode::tables::resume;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Generator,
    List,
    Set,
    Dict,
}

/// What a comprehension makes of each round.
#[derive(Clone, Copy)]
struct Element<'a> {
    kind: Kind,
    elt: &'a Expr,
    value: Option<&'a Expr>,
}

/// Where the outermost iterator is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Iterator_ {
    /// On the stack.
    Stack,
    /// The parameter of the comprehension's function.
    Parameter,
    /// Yet to be made: not the outermost.
    Inner,
}

/// How to undo what an inlined comprehension does to the scope around it.
struct Inlined {
    pushed: Vec<Sym>,
    symbols: Vec<(Sym, Option<u32>)>,
    fast_hidden: Vec<Sym>,
    cleanup: Label,
}

impl<'a> Compiler<'a> {
    pub fn comprehension_expr(&mut self, e: &'a Expr) -> Result {
        let (name, generators, element) = match &e.kind {
            ExprKind::GeneratorExp { elt, generators } => {
                (sym::genexpr, generators, Element { kind: Kind::Generator, elt, value: None })
            }
            ExprKind::ListComp { elt, generators } => {
                (sym::listcomp, generators, Element { kind: Kind::List, elt, value: None })
            }
            ExprKind::SetComp { elt, generators } => {
                (sym::setcomp, generators, Element { kind: Kind::Set, elt, value: None })
            }
            ExprKind::DictComp { key, value, generators } => {
                (sym::dictcomp, generators, Element { kind: Kind::Dict, elt: key, value: Some(value) })
            }
            _ => return Ok(()),
        };
        let Some(outermost) = generators.first() else { return Ok(()) };
        let loc = e.loc;
        let key = Key::Node(address(e));
        let Some(entry) = self.table.lookup(key) else {
            return Err(CompileError::system("unknown symbol table entry"));
        };
        let inlined = self.table.entries[entry].comp_inlined;
        let is_async = self.table.entries[entry].coroutine;
        let get_iter = if outermost.is_async != 0 { Op::GET_AITER } else { Op::GET_ITER };
        let build = match element.kind {
            Kind::Generator => None,
            Kind::List => Some(Op::BUILD_LIST),
            Kind::Set => Some(Op::BUILD_SET),
            Kind::Dict => Some(Op::BUILD_MAP),
        };
        if inlined {
            self.expr(&outermost.iter)?;
            self.op(get_iter, outermost.iter.loc);
            let state = self.enter_inlined(loc, entry)?;
            if let Some(build) = build {
                self.op_i(build, 0, loc);
                self.op_i(Op::SWAP, 2, loc);
            }
            self.generator(loc, generators, 0, 0, element, Iterator_::Stack)?;
            self.leave_inlined(loc, state);
            return Ok(());
        }
        let counts = ArgCounts { argcount: 1, ..ArgCounts::default() };
        self.enter_scope(name, ScopeType::Comprehension, key, loc.lineno, None, counts)?;
        if element.kind == Kind::Generator {
            self.push_simple(BlockKind::StopIteration, NO_LOCATION, Label::NONE, Label::NONE)?;
        }
        if let Some(build) = build {
            self.op_i(build, 0, loc);
        }
        self.generator(loc, generators, 0, 0, element, Iterator_::Parameter)?;
        if element.kind == Kind::Generator {
            self.wrap_in_stopiteration_handler();
            self.pop_block(BlockKind::StopIteration);
        } else {
            self.op(Op::RETURN_VALUE, loc);
        }
        let code = self.assemble(true)?;
        self.exit_scope();
        self.make_closure(loc, code, 0)?;
        self.expr(&outermost.iter)?;
        self.op(get_iter, outermost.iter.loc);
        self.op_i(Op::CALL, 0, loc);
        if is_async && element.kind != Kind::Generator {
            self.await_value(loc, 0);
        }
        Ok(())
    }

    /// Names of the comprehension take the place of equal names around it.
    fn enter_inlined(&mut self, loc: Location, entry: usize) -> Result<Inlined> {
        let mut state =
            Inlined { pushed: Vec::new(), symbols: Vec::new(), fast_hidden: Vec::new(), cleanup: Label::NONE };
        let outer = self.unit_ref().ste;
        let in_class = self.table.entries[outer].block_type == BlockType::Class && self.unit_ref().in_inlined_comp == 0;
        let function_like = self.table.entries[outer].is_function_like();
        self.unit().in_inlined_comp += 1;
        let symbols: Vec<(Sym, u32)> = self.table.entries[entry].symbols.iter().collect();
        let scope_of = |bits: u32| bits >> flags::SCOPE_OFFSET & flags::SCOPE_MASK;
        let is = |bits: u32, scope: Scope| scope_of(bits) == scope as u32;
        for &(name, bits) in &symbols {
            let outer_bits = self.table.entries[outer].symbols.get(name);
            let outside = outer_bits.unwrap_or(0);
            let bound = bits & flags::DEF_LOCAL != 0 && bits & flags::DEF_NONLOCAL == 0;
            let differs = scope_of(bits) != scope_of(outside)
                && !is(bits, Scope::Free)
                && !(is(bits, Scope::Cell) && is(outside, Scope::Free));
            if differs || in_class {
                state.symbols.push((name, outer_bits));
                self.table.entries[outer].symbols.set(name, bits);
            }
            if bound && !function_like && self.unit_ref().fast_hidden.get(&name) != Some(&true) {
                self.unit().fast_hidden.insert(name, true);
                state.fast_hidden.push(name);
            }
        }
        for &(name, bits) in &symbols {
            if bits & flags::DEF_LOCAL == 0 || bits & flags::DEF_NONLOCAL != 0 {
                continue;
            }
            let outside = self.table.entries[outer].symbol(name);
            // Of a cell this pushes the cell itself; the comprehension gets a new one.
            self.op_name_raw(Op::LOAD_FAST_AND_CLEAR, name, Table::Varnames, loc);
            if is(bits, Scope::Cell) {
                let table = if is(outside, Scope::Free) { Table::Freevars } else { Table::Cellvars };
                self.op_name_raw(Op::MAKE_CELL, name, table, loc);
            }
            state.pushed.push(name);
        }
        if !state.pushed.is_empty() {
            self.op_n(Op::SWAP, state.pushed.len() + 1, loc);
            // The names around are restored when an exception leaves the comprehension, too.
            state.cleanup = self.new_label();
            self.jump(Op::SETUP_FINALLY, state.cleanup, loc);
            self.push_simple(BlockKind::InlinedComprehension, loc, Label::NONE, Label::NONE)?;
        }
        Ok(state)
    }

    fn restore_locals(&mut self, loc: Location, pushed: &[Sym]) {
        self.op_n(Op::SWAP, pushed.len() + 1, loc);
        for &name in pushed.iter().rev() {
            self.op_name_raw(Op::STORE_FAST_MAYBE_NULL, name, Table::Varnames, loc);
        }
    }

    fn leave_inlined(&mut self, loc: Location, state: Inlined) {
        if !state.pushed.is_empty() {
            self.pop_block(BlockKind::InlinedComprehension);
            self.op(Op::POP_BLOCK, NO_LOCATION);
            let end = self.new_label();
            self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
            self.use_label(state.cleanup);
            // The unfinished result lies beneath the exception.
            self.op_i(Op::SWAP, 2, NO_LOCATION);
            self.op(Op::POP_TOP, NO_LOCATION);
            self.restore_locals(loc, &state.pushed);
            self.op_i(Op::RERAISE, 0, NO_LOCATION);
            self.use_label(end);
            self.restore_locals(loc, &state.pushed);
        }
        self.unit().in_inlined_comp -= 1;
        let outer = self.unit_ref().ste;
        for (name, bits) in state.symbols {
            match bits {
                Some(bits) => self.table.entries[outer].symbols.set(name, bits),
                None => self.table.entries[outer].symbols.remove(name),
            }
        }
        for name in state.fast_hidden {
            // Still known as hidden.
            self.unit().fast_hidden.insert(name, false);
        }
    }

    fn generator(
        &mut self,
        loc: Location,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
        iterator: Iterator_,
    ) -> Result {
        self.check_stack()?;
        let Some(generator) = generators.get(index) else { return Ok(()) };
        if generator.is_async != 0 {
            self.async_generator(loc, generators, index, depth, element, iterator)
        } else {
            self.sync_generator(loc, generators, index, depth, element, iterator)
        }
    }

    fn sync_generator(
        &mut self,
        loc: Location,
        generators: &'a [Comprehension],
        index: usize,
        mut depth: usize,
        element: Element<'a>,
        iterator: Iterator_,
    ) -> Result {
        let generator = &generators[index];
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut is_loop = true;
        match iterator {
            Iterator_::Parameter => self.op_i(Op::LOAD_FAST, 0, loc),
            Iterator_::Stack => {}
            Iterator_::Inner => match &generator.iter.kind {
                // `for y in [f(x)]` is how a value gets a name: no loop.
                ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. }
                    if elts.len() == 1 && !matches!(elts[0].kind, ExprKind::Starred { .. }) =>
                {
                    self.expr(&elts[0])?;
                    is_loop = false;
                }
                _ => {
                    self.expr(&generator.iter)?;
                    self.op(Op::GET_ITER, generator.iter.loc);
                }
            },
        }
        if is_loop {
            depth += 1;
            self.use_label(start);
            self.jump(Op::FOR_ITER, anchor, generator.iter.loc);
        }
        self.expr(&generator.target)?;
        let end = self.generator_rest(loc, generators, index, depth, element, if_cleanup)?;
        self.use_label(if_cleanup);
        if is_loop {
            self.jump(Op::JUMP, start, end);
            self.use_label(anchor);
            self.op(Op::END_FOR, NO_LOCATION);
            self.op(Op::POP_ITER, NO_LOCATION);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        loc: Location,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
        iterator: Iterator_,
    ) -> Result {
        let generator = &generators[index];
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        match iterator {
            Iterator_::Parameter => self.op_i(Op::LOAD_FAST, 0, loc),
            Iterator_::Stack => {}
            Iterator_::Inner => {
                self.expr(&generator.iter)?;
                self.op(Op::GET_AITER, generator.iter.loc);
            }
        }
        self.use_label(start);
        self.push_simple(BlockKind::AsyncComprehensionGenerator, loc, start, Label::NONE)?;
        self.jump(Op::SETUP_FINALLY, except, loc);
        self.op(Op::GET_ANEXT, loc);
        self.load_none(loc);
        self.use_label(send);
        self.yield_from(loc, resume::AFTER_AWAIT);
        self.op(Op::POP_BLOCK, loc);
        self.expr(&generator.target)?;
        let end = self.generator_rest(loc, generators, index, depth + 1, element, if_cleanup)?;
        self.use_label(if_cleanup);
        self.jump(Op::JUMP, start, end);
        self.pop_block(BlockKind::AsyncComprehensionGenerator);
        self.use_label(except);
        self.jump(Op::END_ASYNC_FOR, send, loc);
        Ok(())
    }

    /// Conditions, inner generators and the element; returns the location of the element.
    fn generator_rest(
        &mut self,
        loc: Location,
        generators: &'a [Comprehension],
        index: usize,
        depth: usize,
        element: Element<'a>,
        if_cleanup: Label,
    ) -> Result<Location> {
        for condition in &generators[index].ifs {
            self.jump_if(condition, if_cleanup, false)?;
        }
        let mut elt_loc = element.elt.loc;
        if index + 1 < generators.len() {
            self.generator(loc, generators, index + 1, depth, element, Iterator_::Inner)?;
            return Ok(elt_loc);
        }
        self.expr(element.elt)?;
        match element.kind {
            Kind::Generator => {
                self.yield_value(elt_loc);
                self.op(Op::POP_TOP, elt_loc);
            }
            Kind::List => self.op_n(Op::LIST_APPEND, depth + 1, elt_loc),
            Kind::Set => self.op_n(Op::SET_ADD, depth + 1, elt_loc),
            Kind::Dict => {
                if let Some(value) = element.value {
                    self.expr(value)?;
                    elt_loc = elt_loc.to(value.loc);
                }
                self.op_n(Op::MAP_ADD, depth + 1, elt_loc);
            }
        }
        Ok(elt_loc)
    }
}
