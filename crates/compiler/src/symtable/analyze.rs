//! The second pass: every name of every block gets its scope.

use super::{BlockType, ComprehensionType, Scope, Symtable, flags::*};
use crate::error::{CompileError, Result, StackGuard};
use crate::names::{FxHashMap, FxHashSet, Names, Sym, sym};

type Set = FxHashSet<Sym>;

struct Analyzer<'a> {
    table: &'a mut Symtable,
    names: &'a Names,
    guard: StackGuard,
}

/// What a block inherits from its parent.
struct Outer<'a> {
    bound: Option<&'a Set>,
    global: &'a Set,
    type_params: &'a Set,
    class_entry: Option<usize>,
}

pub(super) fn analyze(table: &mut Symtable, names: &Names, stack: usize) -> Result {
    let mut analyzer = Analyzer { table, names, guard: StackGuard::new(stack) };
    let empty = Set::default();
    let outer = Outer { bound: None, global: &empty, type_params: &empty, class_entry: None };
    analyzer.block(0, &outer)?;
    Ok(())
}

/// The sets that analysing a block's names changes.
struct Local {
    bound: Option<Set>,
    global: Set,
    type_params: Set,
    local: Set,
    free: Set,
    scopes: FxHashMap<Sym, Scope>,
}

impl Analyzer<'_> {
    fn at_directive(&self, block: usize, name: Sym, message: String) -> CompileError {
        let entry = &self.table.entries[block];
        match entry.directives.iter().find(|(n, _)| *n == name) {
            Some((_, loc)) => CompileError::syntax(message, *loc),
            None => CompileError::system("BUG: internal directive bookkeeping broken"),
        }
    }

    fn name(&self, block: usize, name: Sym, bits: u32, class_entry: Option<usize>, l: &mut Local) -> Result {
        let text = || self.names.text(name);
        if bits & DEF_GLOBAL != 0 {
            if bits & DEF_NONLOCAL != 0 {
                let message = format!("name '{}' is nonlocal and global", text());
                return Err(self.at_directive(block, name, message));
            }
            l.scopes.insert(name, Scope::GlobalExplicit);
            l.global.insert(name);
            if let Some(bound) = &mut l.bound {
                bound.remove(&name);
            }
            return Ok(());
        }
        if bits & DEF_NONLOCAL != 0 {
            let Some(bound) = &l.bound else {
                let message = "nonlocal declaration not allowed at module level".to_owned();
                return Err(self.at_directive(block, name, message));
            };
            if !bound.contains(&name) {
                let message = format!("no binding for nonlocal '{}' found", text());
                return Err(self.at_directive(block, name, message));
            }
            if l.type_params.contains(&name) {
                let message = format!("nonlocal binding not allowed for type parameter '{}'", text());
                return Err(self.at_directive(block, name, message));
            }
            l.scopes.insert(name, Scope::Free);
            l.free.insert(name);
            return Ok(());
        }
        if bits & DEF_BOUND != 0 {
            l.scopes.insert(name, Scope::Local);
            l.local.insert(name);
            l.global.remove(&name);
            if bits & DEF_TYPE_PARAM != 0 {
                l.type_params.insert(name);
            } else {
                l.type_params.remove(&name);
            }
            return Ok(());
        }
        // A block that sees the class's names as well as an outer function's: what the class binds is looked up at run
        // time, and then in the globals.
        if let Some(class) = class_entry.filter(|_| name != sym::classdict) {
            let class_bits = self.table.entries[class].symbol(name);
            if class_bits & DEF_GLOBAL != 0 {
                l.scopes.insert(name, Scope::GlobalExplicit);
                return Ok(());
            }
            if class_bits & DEF_BOUND != 0 && class_bits & DEF_NONLOCAL == 0 {
                l.scopes.insert(name, Scope::GlobalImplicit);
                return Ok(());
            }
        }
        if l.bound.as_ref().is_some_and(|bound| bound.contains(&name)) {
            l.scopes.insert(name, Scope::Free);
            l.free.insert(name);
            return Ok(());
        }
        l.scopes.insert(name, Scope::GlobalImplicit);
        Ok(())
    }

    /// Analyses a block; returns the names that are free in it.
    fn block(&mut self, block: usize, outer: &Outer<'_>) -> Result<Set> {
        self.guard.check()?;
        let block_type = self.table.entries[block].block_type;
        let is_class = block_type == BlockType::Class;
        let function_like = self.table.entries[block].is_function_like();
        let mut l = Local {
            bound: outer.bound.cloned(),
            global: outer.global.clone(),
            type_params: outer.type_params.clone(),
            local: Set::default(),
            free: Set::default(),
            scopes: FxHashMap::default(),
        };
        // A class's names are not visible in the functions within it: those see what was visible around the class.
        let class_outer = is_class.then(|| (l.global.clone(), l.bound.clone().unwrap_or_default()));
        for i in 0..self.table.entries[block].symbols.len() {
            let (name, bits) = self.table.entries[block].symbols.entries[i];
            self.name(block, name, bits, outer.class_entry, &mut l)?;
        }
        let (new_global, new_bound) = match class_outer {
            Some((global, mut bound)) => {
                bound.extend([sym::class, sym::classdict, sym::conditional_annotations]);
                (global, bound)
            }
            None => {
                let mut bound = l.bound.clone().unwrap_or_default();
                if function_like {
                    bound.extend(l.local.iter().copied());
                }
                (l.global.clone(), bound)
            }
        };
        let mut new_free = Set::default();
        let mut inlined_cells = Set::default();
        let can_see_class_scope = self.table.entries[block].can_see_class_scope;
        let children = self.table.entries[block].children.clone();
        let mut any_inlined = false;
        for &child in &children {
            let entry = &self.table.entries[child];
            let class_entry =
                if entry.can_see_class_scope { if is_class { Some(block) } else { outer.class_entry } } else { None };
            // Comprehensions are inlined, except in annotation scopes within classes.
            let inline = !matches!(entry.comprehension, ComprehensionType::No | ComprehensionType::Generator)
                && !can_see_class_scope;
            let inherited =
                Outer { bound: Some(&new_bound), global: &new_global, type_params: &l.type_params, class_entry };
            let mut child_free = self.block(child, &inherited)?;
            if inline {
                self.inline_comprehension(block, child, &mut l.scopes, &mut child_free, &mut inlined_cells);
                self.table.entries[child].comp_inlined = true;
                any_inlined = true;
            }
            new_free.extend(child_free);
        }
        if any_inlined {
            let mut spliced = Vec::with_capacity(children.len());
            for child in children {
                if self.table.entries[child].comp_inlined {
                    spliced.extend(self.table.entries[child].children.iter().copied());
                } else {
                    spliced.push(child);
                }
            }
            self.table.entries[block].children = spliced;
        }
        if function_like {
            for (name, scope) in &mut l.scopes {
                if *scope == Scope::Local && (new_free.contains(name) || inlined_cells.contains(name)) {
                    *scope = Scope::Cell;
                    new_free.remove(name);
                }
            }
        } else if is_class {
            let entry = &mut self.table.entries[block];
            entry.needs_class_closure |= new_free.remove(&sym::class);
            entry.needs_classdict |= new_free.remove(&sym::classdict);
            entry.has_conditional_annotations |= new_free.remove(&sym::conditional_annotations);
        }
        self.update_symbols(block, &l, &new_free, &inlined_cells, is_class || can_see_class_scope);
        l.free.extend(new_free);
        Ok(l.free)
    }

    /// Copies the names of a comprehension into the block that it is inlined into.
    fn inline_comprehension(
        &mut self,
        block: usize,
        comp: usize,
        scopes: &mut FxHashMap<Sym, Scope>,
        comp_free: &mut Set,
        inlined_cells: &mut Set,
    ) {
        let is_class = self.table.entries[block].block_type == BlockType::Class;
        let mut removed = Vec::new();
        for i in 0..self.table.entries[comp].symbols.len() {
            let (name, bits) = self.table.entries[comp].symbols.entries[i];
            if bits & DEF_PARAM != 0 {
                continue;
            }
            let mut scope = Scope::from_flags(bits);
            let only_flags = bits & ((1 << SCOPE_OFFSET) - 1);
            if scope == Scope::Cell || only_flags & DEF_COMP_CELL != 0 {
                inlined_cells.insert(name);
            }
            if scope == Scope::Free
                && is_class
                && matches!(name, sym::class | sym::classdict | sym::conditional_annotations)
            {
                scope = Scope::GlobalImplicit;
                // A function in the comprehension needs the class's cell all the same.
                if !self.is_free_in_any_child(comp, name) {
                    comp_free.remove(&name);
                }
                removed.push(name);
            }
            match self.table.entries[block].symbols.get(name) {
                None => {
                    self.table.entries[block].symbols.set(name, only_flags);
                    scopes.insert(name, scope);
                }
                // What is free in the comprehension and local around it is simply local once inlined, unless a function
                // in the comprehension needs it.
                Some(existing) => {
                    if existing & DEF_BOUND != 0 && !is_class && !self.is_free_in_any_child(comp, name) {
                        comp_free.remove(&name);
                    }
                }
            }
        }
        for name in removed {
            self.table.entries[comp].symbols.remove(name);
        }
    }

    fn is_free_in_any_child(&self, block: usize, name: Sym) -> bool {
        self.table.entries[block].children.iter().any(|&child| self.table.entries[child].scope(name) == Scope::Free)
    }

    fn update_symbols(&mut self, block: usize, l: &Local, free: &Set, inlined_cells: &Set, class_flag: bool) {
        let symbols = &mut self.table.entries[block].symbols;
        for (name, bits) in &mut symbols.entries {
            if inlined_cells.contains(name) {
                *bits |= DEF_COMP_CELL;
            }
            let scope = l.scopes.get(name).copied().unwrap_or(Scope::Unknown);
            *bits |= (scope as u32) << SCOPE_OFFSET;
        }
        let mut free: Vec<Sym> = free.iter().copied().collect();
        free.sort_unstable();
        for name in free {
            if let Some(bits) = symbols.get(name) {
                // Free in a method and bound in the class as well.
                if class_flag {
                    symbols.set(name, bits | DEF_FREE_CLASS);
                }
                continue;
            }
            if l.bound.as_ref().is_some_and(|bound| !bound.contains(&name)) {
                continue;
            }
            symbols.set(name, (Scope::Free as u32) << SCOPE_OFFSET);
        }
    }
}
