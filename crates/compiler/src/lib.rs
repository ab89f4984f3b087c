//! Syntax tree to code units: symbol table, code generation, flow-graph optimiser, assembler. Needs no runtime.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod assemble;
mod codegen;
pub mod error;
mod flowgraph;
pub mod fold;
pub mod future;
mod instr;
pub mod names;
pub mod preprocess;
pub mod stages;
pub mod symtable;
pub mod unparse;

pub use error::{CompileError, CompileWarning, ErrorKind};

use future::FutureFeatures;
use names::Names;
use std::sync::Arc;
use symtable::Symtable;
use taipan_bytecode::CodeObject;
use taipan_bytecode::tables::{co, pycf};
use taipan_parser::ast::Mod;
use taipan_parser::{Mode, Source};

/// Settings of a compilation.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// 0, 1 (no assertions, `__debug__` is false) or 2 (no docstrings either).
    pub optimize: i32,
    /// `CO_FUTURE_*` that are inherited, and `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub flags: u32,
    /// How many bytes of stack the compiler may use; beyond them it is a `RecursionError`.
    pub stack: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { optimize: 0, flags: 0, stack: 1 << 20 }
    }
}

/// What came of a compilation. The warnings precede the error, if there is one.
#[derive(Debug)]
pub struct Compilation {
    /// Warnings in the order in which CPython gives them.
    pub warnings: Vec<CompileWarning>,
    /// The code.
    pub result: Result<Arc<CodeObject>, CompileError>,
    /// The inherited flags and those which the module's own future statements add.
    pub flags: u32,
}

fn futures(module: &Mod, flags: u32) -> Result<FutureFeatures, CompileError> {
    let mut future = future::from_ast(module)?;
    future.features |= flags & (pycf::MASK | pycf::ALLOW_TOP_LEVEL_AWAIT);
    Ok(future)
}

/// Compiles a syntax tree. `filename` is WTF-8. The tree is rewritten on the way (see [`preprocess`]).
pub fn compile_ast(module: &mut Mod, filename: &[u8], options: &Options) -> Compilation {
    let mut warnings = Vec::new();
    let future = match futures(module, options.flags) {
        Ok(future) => future,
        Err(error) => return Compilation { warnings, result: Err(error), flags: options.flags },
    };
    let flags = options.flags | future.features;
    let mut compile = || {
        let mut pass = preprocess::Preprocessor::new(options.optimize, future.features, false, options.stack);
        let preprocessed = pass.module(module);
        warnings.append(&mut pass.warnings);
        preprocessed?;
        let mut names = Names::new();
        let table = Symtable::build(module, &future, &mut names, options.stack)?;
        let config = codegen::Config { optimize: options.optimize, stack: options.stack };
        let mut compiler = codegen::Compiler::new(names, table, future, config, filename);
        let result = compiler.module(module);
        warnings.append(&mut compiler.warnings);
        result
    };
    let result = compile();
    Compilation { warnings, result, flags }
}

/// What `compile()` does with a tree that it gives back as objects: rewrites it as the compiler would, or, with
/// `check_only`, looks for what the compiler warns of at this stage.
pub fn preprocess_ast(
    module: &mut Mod,
    options: &Options,
    check_only: bool,
) -> (Vec<CompileWarning>, Result<(), CompileError>) {
    let future = match futures(module, options.flags) {
        Ok(future) => future,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let mut pass = preprocess::Preprocessor::new(options.optimize, future.features, check_only, options.stack);
    let result = pass.module(module);
    (pass.warnings, result)
}

/// Why source could not be compiled.
#[derive(Debug)]
pub enum Failure {
    /// It does not parse.
    Parse(Box<taipan_parser::SyntaxError>),
    /// It parses, but means nothing.
    Compile(CompileError),
}

/// What came of compiling source.
#[derive(Debug)]
pub struct Compiled {
    /// Warnings of the parser, which precede those of the compiler. (Those of a failed parse are in its error.)
    pub parser_warnings: Vec<taipan_parser::Warning>,
    /// Warnings of the compiler.
    pub warnings: Vec<CompileWarning>,
    /// The code.
    pub result: Result<Arc<CodeObject>, Failure>,
    /// The inherited flags and those which the module's own future statements add.
    pub flags: u32,
}

/// Parses and compiles source. `parsing` says how to parse; `<>` is decided by `options.flags`.
pub fn compile(
    source: Source<'_>,
    filename: &[u8],
    mode: Mode,
    options: &Options,
    parsing: &taipan_parser::Options<'_>,
) -> Compiled {
    let barry_as_flufl = parsing.barry_as_flufl || options.flags & co::FUTURE_BARRY_AS_BDFL != 0;
    let parsing = taipan_parser::Options { barry_as_flufl, ..*parsing };
    match taipan_parser::parse(source, mode, &parsing) {
        Ok(mut parsed) => {
            let compilation = compile_ast(&mut parsed.module, filename, options);
            Compiled {
                parser_warnings: parsed.warnings,
                warnings: compilation.warnings,
                result: compilation.result.map_err(Failure::Compile),
                flags: compilation.flags,
            }
        }
        Err(error) => Compiled {
            parser_warnings: Vec::new(),
            warnings: Vec::new(),
            result: Err(Failure::Parse(error)),
            flags: options.flags,
        },
    }
}

/// The symbol table of a syntax tree, as the module `symtable` shows it.
pub fn symtable(module: &mut Mod, options: &Options) -> Result<(Symtable, Names), CompileError> {
    let future = futures(module, options.flags)?;
    let mut names = Names::new();
    let table = Symtable::build(module, &future, &mut names, options.stack)?;
    Ok((table, names))
}
