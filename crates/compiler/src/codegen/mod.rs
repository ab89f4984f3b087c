//! Code generation: tree and symbol table to instruction sequences, one per code unit.
//!
//! [`Compiler`] holds the state: the stack of units being written, the names, the constants shared by all of them. A
//! file per theme adds its statements and expressions. Instructions, their order and their locations are CPython's.

mod annotations;
mod call;
mod class;
mod comprehension;
mod expr;
mod function;
mod import;
mod loops;
mod pattern;
mod stmt;
mod template;
mod try_;
mod unwind;
mod with;

use crate::error::*;
use crate::flowgraph;
use crate::fold;
use crate::future::{FutureFeatures, docstring};
use crate::instr::{Label, Sequence};
use crate::names::{FxHashMap, FxHashSet, Names, Sym, sym};
use crate::stages::Generated;
use crate::symtable::{BlockType, Key, Scope, Symtable, address, flags};
use std::sync::Arc;
use taipan_bytecode::tables::{CO_MAXBLOCKS, co, pycf, resume};
use taipan_bytecode::{BigInt, CodeObject, Const, Str};
use taipan_parser::ast::*;
use unwind::{Block, BlockKind};

pub(crate) use taipan_bytecode::Opcode as Op;

/// More values than these are not pushed at once.
pub(crate) const STACK_USE_GUIDELINE: usize = 30;

/// What kind of code a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// Parameters of the code object.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ArgCounts {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
}

/// Numbers names in the order of their first use.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    pub list: Vec<Sym>,
    index: FxHashMap<Sym, u32>,
}

impl NameTable {
    pub fn add(&mut self, name: Sym) -> i32 {
        if self.list.len() <= 8 {
            if let Some(i) = self.list.iter().position(|n| *n == name) {
                return i as i32;
            }
        } else if let Some(&i) = self.index.get(&name) {
            return i as i32;
        }
        self.list.push(name);
        if self.list.len() == 9 {
            for (i, name) in self.list.iter().enumerate() {
                self.index.insert(*name, i as u32);
            }
        } else if self.list.len() > 9 {
            self.index.insert(name, self.list.len() as u32 - 1);
        }
        self.list.len() as i32 - 1
    }
    pub fn get(&self, name: Sym) -> Option<i32> {
        if self.list.len() <= 8 {
            return self.list.iter().position(|n| *n == name).map(|i| i as i32);
        }
        self.index.get(&name).map(|i| *i as i32)
    }
}

/// A code unit being written.
pub(crate) struct Unit<'a> {
    pub ste: usize,
    pub scope_type: ScopeType,
    pub name: Sym,
    pub qualname: Sym,
    pub args: ArgCounts,
    pub consts: Vec<Const>,
    const_index: FxHashMap<Const, u32>,
    pub names: NameTable,
    pub varnames: NameTable,
    pub cellvars: NameTable,
    pub freevars: NameTable,
    /// Names that are fast locals within inlined comprehensions only, and whether they are so now.
    pub fast_hidden: FxHashMap<Sym, bool>,
    pub firstlineno: i32,
    pub private: Option<Sym>,
    pub static_attributes: Option<FxHashSet<Sym>>,
    /// Annotated assignments whose annotation is evaluated later, and their numbers where they are conditional.
    pub deferred_annotations: Vec<(&'a Stmt, Option<i64>)>,
    next_conditional_annotation: i64,
    pub blocks: Vec<Block<'a>>,
    pub in_inlined_comp: u32,
    pub in_conditional_block: u32,
    pub seq: Sequence,
    /// The sequence proper while annotations are written to `seq`.
    stashed: Option<Sequence>,
    /// What was generated for the units within this one, and for itself, where that is kept.
    nested: Vec<Generated>,
    generated: Option<Generated>,
}

/// Which table of names an argument indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Names,
    Varnames,
    Cellvars,
    Freevars,
}

/// Settings of a compilation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Config {
    pub optimize: i32,
    pub stack: usize,
}

/// The state of a compilation.
pub(crate) struct Compiler<'a> {
    pub names: Names,
    pub table: Symtable,
    pub future: FutureFeatures,
    pub config: Config,
    pub interactive: bool,
    pub units: Vec<Unit<'a>>,
    pub warnings: Vec<CompileWarning>,
    filename: Str,
    guard: StackGuard,
    const_cache: FxHashSet<Const>,
    strs: Vec<Option<Str>>,
    tuples: FxHashSet<Arc<[Str]>>,
    byte_strings: FxHashSet<Arc<[u8]>>,
    /// Qualified names of the code objects made so far: those strings are interned.
    pub qualnames: FxHashSet<Sym>,
    /// Whether the sequences of all units are kept as they are before the optimiser, and where that of the module goes.
    pub keep_sequences: bool,
    pub generated: Option<Generated>,
    /// Above 0 while code is written a second time, whose warnings have been given already.
    pub silent: u32,
}

impl<'a> Compiler<'a> {
    pub fn new(names: Names, table: Symtable, future: FutureFeatures, config: Config, filename: &[u8]) -> Self {
        Compiler {
            names,
            table,
            future,
            config,
            interactive: false,
            units: Vec::new(),
            warnings: Vec::new(),
            filename: Str::new(filename, true),
            guard: StackGuard::new(config.stack),
            const_cache: FxHashSet::default(),
            strs: Vec::new(),
            tuples: FxHashSet::default(),
            byte_strings: FxHashSet::default(),
            qualnames: FxHashSet::default(),
            keep_sequences: false,
            generated: None,
            silent: 0,
        }
    }

    /// Compiles a module.
    pub fn module(&mut self, module: &'a Mod) -> Result<Arc<CodeObject>> {
        self.enter_scope(sym::module, ScopeType::Module, Key::Node(address(module)), 1, None, ArgCounts::default())?;
        let loc = Location { lineno: 0, end_lineno: 1, col_offset: 0, end_col_offset: 0 };
        self.op(Op::ANNOTATIONS_PLACEHOLDER, loc);
        let mut add_none = true;
        match module {
            Mod::Module { body, .. } => self.module_body(body, false)?,
            Mod::Interactive { body } => {
                self.interactive = true;
                self.module_body(body, true)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                add_none = false;
            }
            Mod::FunctionType { .. } => {
                return Err(CompileError::system("module kind 4 should not be possible"));
            }
        }
        let code = self.assemble(add_none)?;
        self.exit_scope();
        Ok(code)
    }

    fn module_body(&mut self, body: &'a [Stmt], interactive: bool) -> Result {
        let start = Location { lineno: 1, end_lineno: 1, col_offset: 0, end_col_offset: 0 };
        let loc = body.first().map_or(start, |s| s.loc);
        if self.ste().has_conditional_annotations {
            self.op_i(Op::BUILD_SET, 0, loc);
            self.op_name_raw(Op::STORE_NAME, sym::conditional_annotations, Table::Names, loc);
        }
        self.body(loc, body, interactive)
    }

    /// Statements of a module or class.
    pub fn body(&mut self, loc: Location, body: &'a [Stmt], interactive: bool) -> Result {
        let future_annotations = self.future.features & co::FUTURE_ANNOTATIONS != 0;
        if future_annotations && self.ste().annotations_used {
            self.op(Op::SETUP_ANNOTATIONS, loc);
        }
        let Some(first) = body.first() else { return Ok(()) };
        let mut skip = 0;
        if !interactive && self.ste().has_docstring {
            if let (Some(doc), StmtKind::Expr { value }) = (docstring(body), &first.kind) {
                skip = 1;
                let doc = fold::str_const(clean_doc(doc));
                self.load_const(doc, value.loc);
                self.store_name(sym::doc, NO_LOCATION)?;
            }
        }
        self.stmts(&body[skip..])?;
        if !future_annotations {
            self.deferred_annotations(loc)?;
        }
        Ok(())
    }

    // Units.

    #[inline]
    pub fn unit(&mut self) -> &mut Unit<'a> {
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    #[inline]
    pub fn unit_ref(&self) -> &Unit<'a> {
        &self.units[self.units.len() - 1]
    }

    #[inline]
    pub fn ste(&self) -> &crate::symtable::Entry {
        &self.table.entries[self.unit_ref().ste]
    }

    /// Names with `scope` or with `flag`, sorted.
    fn names_by_type(&self, ste: usize, scope: Scope, flag: u32) -> NameTable {
        let mut found: Vec<Sym> = self.table.entries[ste]
            .symbols
            .iter()
            .filter(|(_, bits)| bits >> flags::SCOPE_OFFSET & flags::SCOPE_MASK == scope as u32 || bits & flag != 0)
            .map(|(name, _)| name)
            .collect();
        found.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        let mut table = NameTable::default();
        for name in found {
            table.add(name);
        }
        table
    }

    pub fn enter_scope(
        &mut self,
        name: Sym,
        scope_type: ScopeType,
        key: Key,
        lineno: i32,
        private: Option<Sym>,
        args: ArgCounts,
    ) -> Result {
        self.guard.check()?;
        let Some(ste) = self.table.lookup(key) else {
            return Err(CompileError::system("unknown symbol table entry"));
        };
        let mut varnames = NameTable::default();
        for &name in &self.table.entries[ste].varnames {
            varnames.add(name);
        }
        let mut cellvars = self.names_by_type(ste, Scope::Cell, flags::DEF_COMP_CELL);
        let entry = &self.table.entries[ste];
        if entry.needs_class_closure {
            cellvars.add(sym::class);
        }
        if entry.needs_classdict {
            cellvars.add(sym::classdict);
        }
        if entry.has_conditional_annotations {
            cellvars.add(sym::conditional_annotations);
        }
        let freevars = self.names_by_type(ste, Scope::Free, flags::DEF_FREE_CLASS);
        let private = private.or_else(|| self.units.last().and_then(|u| u.private));
        let static_attributes = (scope_type == ScopeType::Class).then(FxHashSet::default);
        let qualname = self.qualname(name, scope_type);
        self.units.push(Unit {
            ste,
            scope_type,
            name,
            qualname,
            args,
            consts: Vec::new(),
            const_index: FxHashMap::default(),
            names: NameTable::default(),
            varnames,
            cellvars,
            freevars,
            fast_hidden: FxHashMap::default(),
            firstlineno: lineno,
            private,
            static_attributes,
            deferred_annotations: Vec::new(),
            next_conditional_annotation: 0,
            blocks: Vec::new(),
            in_inlined_comp: 0,
            in_conditional_block: 0,
            seq: Sequence::default(),
            stashed: None,
            nested: Vec::new(),
            generated: None,
        });
        let first = if scope_type == ScopeType::Module { 0 } else { lineno };
        let loc = Location { lineno: first, end_lineno: lineno, col_offset: 0, end_col_offset: 0 };
        self.op_i(Op::RESUME, resume::AT_FUNC_START as i32, loc);
        Ok(())
    }

    /// The dotted name of a unit about to be entered.
    fn qualname(&mut self, name: Sym, scope_type: ScopeType) -> Sym {
        let depth = self.units.len();
        if depth <= 1 {
            return name;
        }
        let mut parent = &self.units[depth - 1];
        if parent.scope_type == ScopeType::Annotations {
            // Type parameters do not show in the name.
            if depth == 2 {
                return name;
            }
            parent = &self.units[depth - 2];
        }
        if matches!(scope_type, ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class) {
            let (ste, private) = (parent.ste, parent.private);
            let mangled = self.names.mangle(private, name);
            if self.table.entries[ste].scope(mangled) == Scope::GlobalExplicit {
                return name;
            }
        }
        let parent = if self.units[depth - 1].scope_type == ScopeType::Annotations {
            &self.units[depth - 2]
        } else {
            &self.units[depth - 1]
        };
        let locals = matches!(parent.scope_type, ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda);
        // What is in the module itself has its name only.
        if parent.scope_type == ScopeType::Module {
            return name;
        }
        let base = self.names.text(parent.qualname);
        let text = if locals {
            format!("{base}.<locals>.{}", self.names.text(name))
        } else {
            format!("{base}.{}", self.names.text(name))
        };
        self.names.intern(&text)
    }

    pub fn exit_scope(&mut self) {
        if let Some(generated) = self.units.pop().and_then(|unit| unit.generated) {
            match self.units.last_mut() {
                Some(parent) => parent.nested.push(generated),
                None => self.generated = Some(generated),
            }
        }
    }

    /// Optimises and assembles the current unit.
    pub fn assemble(&mut self, add_none: bool) -> Result<Arc<CodeObject>> {
        // Whatever falls off the end returns None.
        if add_none {
            self.load_none(NO_LOCATION);
        }
        self.op(Op::RETURN_VALUE, NO_LOCATION);
        let flags = self.code_flags();
        let keep = self.keep_sequences;
        let unit = self.unit();
        if keep {
            let nested = std::mem::take(&mut unit.nested);
            unit.generated = Some(Generated {
                instrs: unit.seq.resolved(),
                nested,
                consts: unit.consts.clone(),
                argcount: unit.args.argcount,
                posonlyargcount: unit.args.posonlyargcount,
                kwonlyargcount: unit.args.kwonlyargcount,
            });
        }
        let mut consts = std::mem::take(&mut unit.consts);
        let sequence = std::mem::take(&mut unit.seq);
        let (nparams, firstlineno) = {
            let unit = self.unit_ref();
            (self.table.entries[unit.ste].varnames.len(), unit.firstlineno)
        };
        let mut layout = flowgraph::Layout {
            nlocals: self.unit_ref().varnames.list.len(),
            nparams,
            firstlineno,
            code_flags: flags,
            cellvars: std::mem::take(&mut self.unit().cellvars.list),
            freevars: std::mem::take(&mut self.unit().freevars.list),
            varnames: std::mem::take(&mut self.unit().varnames.list),
        };
        let optimized = flowgraph::optimize(sequence, &mut consts, &mut layout)?;
        let assembled = crate::assemble::assemble(&optimized, firstlineno);
        let consts: Vec<Const> = consts.into_iter().map(|c| self.merge(c)).collect();
        let Const::Tuple(consts) = self.merge(Const::Tuple(consts.into())) else {
            return Err(CompileError::system("constants are no tuple"));
        };
        let unit = self.unit_ref();
        let (name, qualname, args) = (unit.name, unit.qualname, unit.args);
        self.qualnames.insert(qualname);
        let unit = self.unit_ref();
        let ste = &self.table.entries[unit.ste];
        let function = ste.is_function_like();
        let rest = (function && ste.varargs, function && ste.varkeywords);
        let kinds = crate::assemble::kinds(&layout, &args, rest, |name| unit.fast_hidden.contains_key(&name));
        let localsplusnames = crate::assemble::localsplusnames(&layout);
        let names = std::mem::take(&mut self.unit().names.list);
        let code = CodeObject {
            argcount: args.posonlyargcount + args.argcount,
            posonlyargcount: args.posonlyargcount,
            kwonlyargcount: args.kwonlyargcount,
            stacksize: optimized.stackdepth,
            flags,
            code: self.merge_bytes(assembled.code),
            consts,
            names: self.merge_names(&names),
            localsplusnames: self.merge_names(&localsplusnames),
            localspluskinds: kinds.into(),
            filename: self.filename.clone(),
            name: self.str_of(name),
            qualname: self.str_of(qualname),
            firstlineno,
            linetable: self.merge_bytes(assembled.linetable),
            exceptiontable: self.merge_bytes(assembled.exceptiontable),
        };
        Ok(Arc::new(code))
    }

    fn code_flags(&self) -> u32 {
        let ste = self.ste();
        let mut flags = 0;
        if ste.is_function_like() {
            flags |= co::NEWLOCALS | co::OPTIMIZED;
            for (set, flag) in [
                (ste.nested, co::NESTED),
                (ste.generator && !ste.coroutine, co::GENERATOR),
                (ste.generator && ste.coroutine, co::ASYNC_GENERATOR),
                (ste.coroutine && !ste.generator, co::COROUTINE),
                (ste.varargs, co::VARARGS),
                (ste.varkeywords, co::VARKEYWORDS),
                (ste.has_docstring, co::HAS_DOCSTRING),
                (ste.method, co::METHOD),
            ] {
                if set {
                    flags |= flag;
                }
            }
        }
        flags |= self.future.features & pycf::MASK;
        if self.is_top_level_await() && ste.coroutine && !ste.generator {
            flags |= co::COROUTINE;
        }
        flags
    }

    pub fn is_top_level_await(&self) -> bool {
        self.future.features & pycf::ALLOW_TOP_LEVEL_AWAIT != 0 && self.ste().block_type == BlockType::Module
    }

    pub fn is_interactive_top_level(&self) -> bool {
        self.interactive && self.units.len() == 1
    }

    // Constants and names.

    /// The string of a name, the same object every time.
    pub fn str_of(&mut self, name: Sym) -> Str {
        let i = name.0 as usize;
        if self.strs.len() <= i {
            self.strs.resize(self.names.len().max(i + 1), None);
        }
        let slot = &mut self.strs[i];
        if let Some(s) = slot {
            return s.clone();
        }
        let s = Str::new(self.names.text(name).as_bytes(), true);
        *slot = Some(s.clone());
        s
    }

    /// Equal constants of a module are one object.
    fn merge(&mut self, value: Const) -> Const {
        match &value {
            Const::None
            | Const::True
            | Const::False
            | Const::Ellipsis
            | Const::Int(_)
            | Const::Float(_)
            | Const::Complex(..)
            | Const::Code(_) => return value,
            _ => {}
        }
        if let Some(known) = self.const_cache.get(&value) {
            return known.clone();
        }
        let value = match value {
            // The same object as the name.
            Const::Str(s) if s.is_interned() => match s.as_str() {
                Some(text) => {
                    let name = self.names.intern(text);
                    Const::Str(self.str_of(name))
                }
                None => Const::Str(s),
            },
            Const::Tuple(items) => Const::Tuple(items.iter().map(|item| self.merge(item.clone())).collect()),
            Const::FrozenSet(items) => Const::FrozenSet(items.iter().map(|item| self.merge(item.clone())).collect()),
            value => value,
        };
        self.const_cache.insert(value.clone());
        value
    }

    fn merge_names(&mut self, names: &[Sym]) -> Arc<[Str]> {
        let names: Arc<[Str]> = names.iter().map(|name| self.str_of(*name)).collect();
        if let Some(known) = self.tuples.get(&names) {
            return known.clone();
        }
        self.tuples.insert(names.clone());
        names
    }

    fn merge_bytes(&mut self, bytes: Vec<u8>) -> Arc<[u8]> {
        if let Some(known) = self.byte_strings.get(&bytes[..]) {
            return known.clone();
        }
        let bytes: Arc<[u8]> = bytes.into();
        self.byte_strings.insert(bytes.clone());
        bytes
    }

    /// The index of a constant of the current unit.
    pub fn add_const(&mut self, value: Const) -> i32 {
        let value = self.merge(value);
        let unit = self.unit();
        if let Some(&i) = unit.const_index.get(&value) {
            return i as i32;
        }
        let i = unit.consts.len() as u32;
        unit.const_index.insert(value.clone(), i);
        unit.consts.push(value);
        i as i32
    }

    pub fn load_const(&mut self, value: Const, loc: Location) {
        let i = self.add_const(value);
        self.op_i(Op::LOAD_CONST, i, loc);
    }

    pub fn load_none(&mut self, loc: Location) {
        self.load_const(Const::None, loc);
    }

    pub fn load_int(&mut self, value: i64, loc: Location) {
        self.load_const(Const::Int(value), loc);
    }

    pub fn load_name_const(&mut self, name: Sym, loc: Location) {
        let s = self.str_of(name);
        self.load_const(Const::Str(s), loc);
    }

    pub fn name_tuple(&mut self, names: &[Sym]) -> Const {
        Const::Tuple(names.iter().map(|name| Const::Str(self.str_of(*name))).collect())
    }

    pub fn intern(&mut self, name: &Identifier) -> Sym {
        self.names.intern_rc(name)
    }

    pub fn mangle(&mut self, name: Sym) -> Sym {
        let unit = self.unit_ref();
        let (private, ste) = (unit.private, unit.ste);
        self.table.maybe_mangle(&mut self.names, private, ste, name)
    }

    // Instructions.

    #[inline]
    pub fn op(&mut self, op: Op, loc: Location) {
        self.unit().seq.push(op, 0, loc);
    }

    #[inline]
    pub fn op_i(&mut self, op: Op, arg: i32, loc: Location) {
        self.unit().seq.push(op, arg, loc);
    }

    #[inline]
    pub fn op_n(&mut self, op: Op, arg: usize, loc: Location) {
        // Sequences of that length do not fit in memory.
        self.unit().seq.push(op, i32::try_from(arg).unwrap_or(i32::MAX), loc);
    }

    #[inline]
    pub fn jump(&mut self, op: Op, label: Label, loc: Location) {
        self.unit().seq.push(op, label.0, loc);
    }

    #[inline]
    pub fn new_label(&mut self) -> Label {
        self.unit().seq.new_label()
    }

    #[inline]
    pub fn use_label(&mut self, label: Label) {
        self.unit().seq.use_label(label);
    }

    fn table_index(&mut self, name: Sym, table: Table) -> i32 {
        let unit = self.unit();
        match table {
            Table::Names => unit.names.add(name),
            Table::Varnames => unit.varnames.add(name),
            Table::Cellvars => unit.cellvars.add(name),
            // Free variables are numbered after the cells.
            Table::Freevars => {
                let cells = unit.cellvars.list.len() as i32;
                unit.freevars.add(name) + cells
            }
        }
    }

    /// An instruction on a name that is taken as it is.
    pub fn op_name_raw(&mut self, op: Op, name: Sym, table: Table, loc: Location) {
        let arg = self.table_index(name, table);
        self.op_i(op, arg, loc);
    }

    /// An instruction on a name that is mangled first; `low` are flags in the lowest `shift` bits.
    pub fn op_name(&mut self, op: Op, name: Sym, shift: u32, low: i32, loc: Location) {
        let mangled = self.mangle(name);
        let arg = self.unit().names.add(mangled);
        self.op_i(op, arg << shift | low, loc);
    }

    pub fn load_attr(&mut self, name: Sym, loc: Location) {
        self.op_name(Op::LOAD_ATTR, name, 1, 0, loc);
    }

    pub fn load_method(&mut self, name: Sym, loc: Location) {
        self.op_name(Op::LOAD_ATTR, name, 1, 1, loc);
    }

    /// Loads, stores or deletes a variable.
    pub fn nameop(&mut self, loc: Location, name: Sym, ctx: ExprContext) -> Result {
        let mangled = self.mangle(name);
        let ste = self.ste();
        let scope = ste.scope(mangled);
        let function_like = ste.is_function_like();
        let (can_see_class_scope, block_type) = (ste.can_see_class_scope, ste.block_type);
        let inlined = self.unit_ref().in_inlined_comp > 0;
        let in_class = block_type == BlockType::Class;
        let load = ctx == ExprContext::Load;
        match scope {
            Scope::Free | Scope::Cell => {
                let table = if scope == Scope::Free { Table::Freevars } else { Table::Cellvars };
                let arg = self.table_index(mangled, table);
                let op = match ctx {
                    ExprContext::Store => Op::STORE_DEREF,
                    ExprContext::Del => Op::DELETE_DEREF,
                    ExprContext::Load if in_class && !inlined => {
                        self.op(Op::LOAD_LOCALS, loc);
                        Op::LOAD_FROM_DICT_OR_DEREF
                    }
                    ExprContext::Load if can_see_class_scope => {
                        self.op_name_raw(Op::LOAD_DEREF, sym::classdict, Table::Freevars, loc);
                        Op::LOAD_FROM_DICT_OR_DEREF
                    }
                    ExprContext::Load => Op::LOAD_DEREF,
                };
                self.op_i(op, arg, loc);
                return Ok(());
            }
            Scope::Local if function_like || self.unit_ref().fast_hidden.get(&mangled) == Some(&true) => {
                let op = match ctx {
                    ExprContext::Load => Op::LOAD_FAST,
                    ExprContext::Store => Op::STORE_FAST,
                    ExprContext::Del => Op::DELETE_FAST,
                };
                self.op_name_raw(op, mangled, Table::Varnames, loc);
                return Ok(());
            }
            _ => {}
        }
        let global = scope == Scope::GlobalExplicit || scope == Scope::GlobalImplicit && function_like;
        let mut arg = self.unit().names.add(mangled);
        let op = match (global, ctx) {
            (true, ExprContext::Load) if can_see_class_scope && scope == Scope::GlobalImplicit => {
                self.op_name_raw(Op::LOAD_DEREF, sym::classdict, Table::Freevars, loc);
                Op::LOAD_FROM_DICT_OR_GLOBALS
            }
            (true, ExprContext::Load) => Op::LOAD_GLOBAL,
            (true, ExprContext::Store) => Op::STORE_GLOBAL,
            (true, ExprContext::Del) => Op::DELETE_GLOBAL,
            (false, ExprContext::Load) if in_class && inlined => Op::LOAD_GLOBAL,
            (false, ExprContext::Load) => Op::LOAD_NAME,
            (false, ExprContext::Store) => Op::STORE_NAME,
            (false, ExprContext::Del) => Op::DELETE_NAME,
        };
        debug_assert!(load || op != Op::LOAD_GLOBAL);
        if op == Op::LOAD_GLOBAL {
            arg <<= 1;
        }
        self.op_i(op, arg, loc);
        Ok(())
    }

    pub fn store_name(&mut self, name: Sym, loc: Location) -> Result {
        self.nameop(loc, name, ExprContext::Store)
    }

    pub fn load_name(&mut self, name: Sym, loc: Location) -> Result {
        self.nameop(loc, name, ExprContext::Load)
    }

    // Blocks.

    pub fn push_block(&mut self, block: Block<'a>) -> Result {
        if self.unit_ref().blocks.len() >= CO_MAXBLOCKS {
            return Err(CompileError::syntax("too many statically nested blocks", block.loc));
        }
        self.unit().blocks.push(block);
        Ok(())
    }

    pub fn pop_block(&mut self, kind: BlockKind) {
        let popped = self.unit().blocks.pop();
        debug_assert_eq!(popped.map(|b| b.kind), Some(kind));
    }

    pub fn warn(&mut self, message: String, location: Location) {
        if self.silent == 0 {
            self.warnings.push(CompileWarning { message, location });
        }
    }

    pub fn check_stack(&self) -> Result {
        self.guard.check()
    }

    /// `TO_BOOL`, then a jump.
    pub fn jump_bool(&mut self, op: Op, label: Label, loc: Location) {
        self.op(Op::TO_BOOL, loc);
        self.jump(op, label, loc);
    }

    pub fn pop_except_and_reraise(&mut self, loc: Location) {
        self.op_i(Op::COPY, 3, loc);
        self.op(Op::POP_EXCEPT, loc);
        self.op_i(Op::RERAISE, 1, loc);
    }

    /// `await`s or `yield from`s what is on the stack.
    pub fn yield_from(&mut self, loc: Location, after: u32) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.jump(Op::SEND, exit, loc);
        // Around the yield, so that `throw` and `close` reach the inner iterator.
        self.jump(Op::SETUP_FINALLY, fail, loc);
        self.op_i(Op::YIELD_VALUE, 1, loc);
        self.op(Op::POP_BLOCK, NO_LOCATION);
        self.op_i(Op::RESUME, after as i32, loc);
        self.jump(Op::JUMP_NO_INTERRUPT, send, loc);
        self.use_label(fail);
        self.op(Op::CLEANUP_THROW, loc);
        self.use_label(exit);
        self.op(Op::END_SEND, loc);
    }

    pub fn await_value(&mut self, loc: Location, awaitable: i32) {
        self.op_i(Op::GET_AWAITABLE, awaitable, loc);
        self.load_none(loc);
        self.yield_from(loc, resume::AFTER_AWAIT);
    }

    pub fn yield_value(&mut self, loc: Location) {
        let ste = self.ste();
        if ste.generator && ste.coroutine {
            self.op_i(Op::CALL_INTRINSIC_1, taipan_bytecode::tables::intrinsic::ASYNC_GEN_WRAP as i32, loc);
        }
        self.op_i(Op::YIELD_VALUE, 0, loc);
        self.op_i(Op::RESUME, resume::AFTER_YIELD as i32, loc);
    }
}

/// The value of a `Constant` node.
pub(crate) fn constant(value: &Constant) -> Const {
    match value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(i) => Const::Int(*i),
        Constant::BigInt(big) => big_int(&big.digits_hex),
        Constant::Float(x) => Const::Float(*x),
        Constant::Complex(re, im) => Const::Complex(*re, *im),
        Constant::Str(s) => fold::str_const(s.as_bytes().to_vec()),
        Constant::Bytes(b) => Const::Bytes(b[..].into()),
        Constant::Tuple(items) => fold::tuple(items.iter().map(constant).collect()),
        Constant::FrozenSet(items) => fold::frozenset(items.iter().map(constant).collect()),
    }
}

fn big_int(hex: &str) -> Const {
    let mut digits = Vec::with_capacity(hex.len() * 4 / 30 + 1);
    let (mut value, mut bits) = (0u64, 0);
    for c in hex.bytes().rev() {
        value |= u64::from(char::from(c).to_digit(16).unwrap_or(0)) << bits;
        bits += 4;
        if bits >= 30 {
            digits.push((value & 0x3fff_ffff) as u32);
            value >>= 30;
            bits -= 30;
        }
    }
    digits.push(value as u32);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    let big = BigInt { negative: false, digits: digits.into() };
    match big.to_i64() {
        Some(small) => Const::Int(small),
        None => Const::BigInt(big),
    }
}

/// A docstring without its indentation, as `inspect.cleandoc` does it.
pub(crate) fn clean_doc(doc: &[u8]) -> Vec<u8> {
    let doc = expand_tabs(doc);
    let blank = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let margin =
        doc.split(|b| *b == b'\n').skip(1).filter(|line| blank(line) < line.len()).map(blank).min().unwrap_or(0);
    let mut out = Vec::with_capacity(doc.len());
    for (i, line) in doc.split(|b| *b == b'\n').enumerate() {
        if i == 0 {
            out.extend_from_slice(&line[blank(line)..]);
        } else {
            out.push(b'\n');
            out.extend_from_slice(&line[margin.min(blank(line))..]);
        }
    }
    out
}

/// Tabs to multiples of eight columns, as `str.expandtabs` does it.
fn expand_tabs(text: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !text.contains(&b'\t') {
        return text.into();
    }
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut column = 0usize;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
    out.into()
}
