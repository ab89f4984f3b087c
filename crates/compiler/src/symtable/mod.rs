//! The symbol table: which names each block binds and uses, and in which scope each of them lives.
//!
//! As in CPython there are two passes: [`collect`] walks the tree and notes definitions and uses, [`analyze`] resolves
//! every name of every block to a [`Scope`]. The result is plain data, on which the module `symtable` can be built.

mod analyze;
mod collect;

use crate::error::Result;
use crate::future::FutureFeatures;
use crate::names::{FxHashMap, Names, Sym};
use taipan_parser::ast::{Location, Mod};

/// Def-use flags of a symbol, with CPython's values (`_symtable.DEF_*`). Bits 12 to 15 hold the [`Scope`].
#[allow(missing_docs, reason = "CPython's names")]
pub mod flags {
    pub const DEF_GLOBAL: u32 = 1;
    pub const DEF_LOCAL: u32 = 2;
    pub const DEF_PARAM: u32 = 2 << 1;
    pub const DEF_NONLOCAL: u32 = 2 << 2;
    pub const USE: u32 = 2 << 3;
    pub const DEF_FREE_CLASS: u32 = 2 << 5;
    pub const DEF_IMPORT: u32 = 2 << 6;
    pub const DEF_ANNOT: u32 = 2 << 7;
    pub const DEF_COMP_ITER: u32 = 2 << 8;
    pub const DEF_TYPE_PARAM: u32 = 2 << 9;
    pub const DEF_COMP_CELL: u32 = 2 << 10;
    pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;
    pub const SCOPE_OFFSET: u32 = 12;
    pub const SCOPE_MASK: u32 = 15;
}

/// Where a name lives; values are CPython's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Not seen in this block.
    Unknown = 0,
    /// Local.
    Local = 1,
    /// Declared `global`.
    GlobalExplicit = 2,
    /// Not bound anywhere around.
    GlobalImplicit = 3,
    /// Bound in an enclosing function.
    Free = 4,
    /// Local, and free in a nested function.
    Cell = 5,
}

impl Scope {
    fn from_flags(bits: u32) -> Scope {
        match bits >> flags::SCOPE_OFFSET & flags::SCOPE_MASK {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }
}

/// The kinds of blocks, in CPython's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "CPython's names")]
pub enum BlockType {
    Function,
    Class,
    Module,
    Annotation,
    TypeAlias,
    TypeParameters,
    TypeVariable,
}

/// Kinds of comprehensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "CPython's names")]
pub enum ComprehensionType {
    No,
    List,
    Dict,
    Set,
    Generator,
}

/// What a block belongs to: the address of its node and, where a node has several blocks, which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A module, class, function, lambda, comprehension or type alias.
    Node(usize),
    /// The annotations of a function, by the address of its `Arguments`.
    Annotations(usize),
    /// The annotations in the body of a block, by the block's index.
    BlockAnnotations(usize),
    /// Type parameters, by the address of the first.
    TypeParams(usize),
    /// Bound or constraints of a type parameter.
    Bound(usize),
    /// Default of a type parameter.
    Default(usize),
}

/// The address of a node as part of a [`Key`].
#[inline]
pub fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// A mapping from names that keeps their order.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    entries: Vec<(Sym, u32)>,
    index: FxHashMap<Sym, u32>,
}

impl Symbols {
    /// Flags of a name, or 0.
    #[inline]
    pub fn get(&self, name: Sym) -> Option<u32> {
        if self.entries.len() <= 8 {
            return self.entries.iter().find(|(n, _)| *n == name).map(|(_, f)| *f);
        }
        self.index.get(&name).map(|&i| self.entries[i as usize].1)
    }
    fn slot(&self, name: Sym) -> Option<usize> {
        if self.entries.len() <= 8 {
            return self.entries.iter().position(|(n, _)| *n == name);
        }
        self.index.get(&name).map(|&i| i as usize)
    }
    /// Sets the flags of a name.
    pub fn set(&mut self, name: Sym, flags: u32) {
        if let Some(slot) = self.slot(name) {
            self.entries[slot].1 = flags;
            return;
        }
        self.entries.push((name, flags));
        if self.entries.len() == 9 {
            for (i, (name, _)) in self.entries.iter().enumerate() {
                self.index.insert(*name, i as u32);
            }
        } else if self.entries.len() > 9 {
            self.index.insert(name, (self.entries.len() - 1) as u32);
        }
    }
    /// Forgets a name.
    pub fn remove(&mut self, name: Sym) {
        if let Some(slot) = self.slot(name) {
            self.entries.remove(slot);
            self.index.clear();
            if self.entries.len() > 8 {
                for (i, (name, _)) in self.entries.iter().enumerate() {
                    self.index.insert(*name, i as u32);
                }
            }
        }
    }
    /// Names and flags in the order of their first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, u32)> + '_ {
        self.entries.iter().copied()
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
}

/// A block; the fields are those of CPython's symbol-table entry.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "CPython's names")]
pub struct Entry {
    pub key: Key,
    pub symbols: Symbols,
    pub name: Sym,
    pub varnames: Vec<Sym>,
    pub children: Vec<usize>,
    pub directives: Vec<(Sym, Location)>,
    pub mangled_names: Option<usize>,
    pub block_type: BlockType,
    pub scope_info: Option<&'static str>,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub annotations_used: bool,
    pub comprehension: ComprehensionType,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub comp_inlined: bool,
    pub comp_iter_target: bool,
    pub can_see_class_scope: bool,
    pub has_docstring: bool,
    pub method: bool,
    pub has_conditional_annotations: bool,
    pub in_conditional_block: bool,
    pub in_unevaluated_annotation: bool,
    pub comp_iter_expr: u32,
    pub loc: Location,
    pub annotation_block: Option<usize>,
}

impl Entry {
    /// Functions and everything that is compiled like one.
    #[inline]
    pub fn is_function_like(&self) -> bool {
        !matches!(self.block_type, BlockType::Class | BlockType::Module)
    }
    /// Flags of a name, 0 if it is not known.
    #[inline]
    pub fn symbol(&self, name: Sym) -> u32 {
        self.symbols.get(name).unwrap_or(0)
    }
    /// Where a name lives.
    #[inline]
    pub fn scope(&self, name: Sym) -> Scope {
        Scope::from_flags(self.symbol(name))
    }
}

/// The symbol table of a module.
#[derive(Clone, Debug)]
pub struct Symtable {
    /// All blocks; the module's is the first.
    pub entries: Vec<Entry>,
    /// Blocks by what they belong to. Valid as long as the tree stays where it is.
    pub blocks: FxHashMap<Key, usize>,
    /// Sets of names that are mangled although they are outside of the class (type parameters of generic classes).
    pub mangled_sets: Vec<Vec<Sym>>,
}

impl Symtable {
    /// Builds the table of `module`; `features` are `CO_FUTURE_*` and `PyCF_ALLOW_TOP_LEVEL_AWAIT`. `stack` is how many
    /// bytes of stack may be used.
    pub fn build(module: &Mod, future: &FutureFeatures, names: &mut Names, stack: usize) -> Result<Symtable> {
        let mut table = collect::collect(module, future, names, stack)?;
        analyze::analyze(&mut table, names, stack)?;
        Ok(table)
    }

    /// The block of `key`.
    #[inline]
    pub fn lookup(&self, key: Key) -> Option<usize> {
        self.blocks.get(&key).copied()
    }

    /// `name` as `entry` knows it within class `private`.
    pub fn maybe_mangle(&self, names: &mut Names, private: Option<Sym>, entry: usize, name: Sym) -> Sym {
        if let Some(set) = self.entries[entry].mangled_names
            && !self.mangled_sets[set].contains(&name)
        {
            return name;
        }
        names.mangle(private, name)
    }
}
