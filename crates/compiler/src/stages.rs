//! The stages of the compiler one by one, for tests of each of them: code generation, optimiser, assembler.
//!
//! Between the stages go plain instructions; the argument of a jump or block push is an index into them.

pub use crate::instr::{Instr, has_target};

use crate::codegen::{self, ArgCounts};
use crate::error::{CompileError, CompileWarning, ErrorKind};
use crate::flowgraph;
use crate::instr::Sequence;
use crate::names::{FxHashSet, Names, Sym};
use crate::symtable::Symtable;
use crate::{Options, futures, preprocess};
use std::sync::Arc;
use taipan_bytecode::{CodeObject, Const, Opcode, Str};
use taipan_parser::ast::Mod;

/// What code generation made of a code unit.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The instructions; the code of annotations is not among them.
    pub instrs: Vec<Instr>,
    /// The units within this one, in the order of their ends.
    pub nested: Vec<Generated>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Parameters that may be positional or keywords.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
}

/// Generates code for a module and for all that is in it, and optimises none of it.
pub fn generate(
    module: &mut Mod,
    filename: &[u8],
    options: &Options,
) -> (Vec<CompileWarning>, Result<Generated, CompileError>) {
    let mut warnings = Vec::new();
    let mut run = || {
        let mut future = futures(module, options.flags)?;
        future.features |= options.flags;
        let mut pass = preprocess::Preprocessor::new(options.optimize, future.features, false, options.stack);
        let preprocessed = pass.module(module);
        warnings.append(&mut pass.warnings);
        preprocessed?;
        let mut names = Names::new();
        let table = Symtable::build(module, &future, &mut names, options.stack)?;
        let config = codegen::Config { optimize: options.optimize, stack: options.stack };
        let mut compiler = codegen::Compiler::new(names, table, future, config, filename);
        compiler.keep_sequences = true;
        let result = compiler.module(module);
        warnings.append(&mut compiler.warnings);
        result?;
        compiler.generated.take().ok_or_else(|| CompileError::system("no code was generated"))
    };
    let result = run();
    (warnings, result)
}

/// Optimises instructions that belong to a unit with so many locals and no parameters.
pub fn optimize(instrs: Vec<Instr>, consts: &mut Vec<Const>, nlocals: usize) -> Result<Vec<Instr>, CompileError> {
    for instr in instrs.iter().filter(|instr| instr.op == Opcode::LOAD_CONST) {
        if usize::try_from(instr.arg).map_or(true, |i| i >= consts.len()) {
            let message = format!("LOAD_CONST index {} is out of range for consts (len={})", instr.arg, consts.len());
            return Err(CompileError::new(ErrorKind::Value, message));
        }
    }
    let optimized = flowgraph::optimize_only(Sequence::from_resolved(instrs), consts, nlocals)?;
    let plain = |instr: &flowgraph::Final| Instr {
        op: instr.op,
        arg: if has_target(instr.op) { instr.target as i32 } else { instr.arg },
        loc: instr.loc,
    };
    Ok(optimized.iter().map(plain).collect())
}

/// What the assembler needs to know of a unit beside its instructions.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Name.
    pub name: Str,
    /// Qualified name.
    pub qualname: Str,
    /// Constants.
    pub consts: Vec<Const>,
    /// Global and attribute names.
    pub names: Vec<Str>,
    /// Parameters and other locals.
    pub varnames: Vec<Str>,
    /// Those that functions within use, and others.
    pub cellvars: Vec<Str>,
    /// Variables of functions around.
    pub freevars: Vec<Str>,
    /// Locals of inlined comprehensions.
    pub fast_hidden: Vec<Str>,
    /// Parameters that may be positional or keywords.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// First line.
    pub firstlineno: i32,
}

/// Assembles instructions, without optimising them.
pub fn assemble(instrs: Vec<Instr>, metadata: &Metadata, filename: Str) -> Result<CodeObject, CompileError> {
    let mut names = Names::new();
    let mut syms = |list: &[Str]| -> Vec<Sym> { list.iter().map(|s| names.intern(&s.to_string_lossy())).collect() };
    let hidden: FxHashSet<Sym> = syms(&metadata.fast_hidden).into_iter().collect();
    let mut layout = flowgraph::Layout {
        nlocals: metadata.varnames.len(),
        nparams: 0,
        firstlineno: metadata.firstlineno,
        code_flags: 0,
        varnames: syms(&metadata.varnames),
        cellvars: syms(&metadata.cellvars),
        freevars: syms(&metadata.freevars),
    };
    let optimized = flowgraph::finish_only(Sequence::from_resolved(instrs), &mut layout)?;
    let assembled = crate::assemble::assemble(&optimized, metadata.firstlineno);
    let args = ArgCounts {
        argcount: metadata.argcount,
        posonlyargcount: metadata.posonlyargcount,
        kwonlyargcount: metadata.kwonlyargcount,
    };
    let kinds = crate::assemble::kinds(&layout, &args, (false, false), |name| hidden.contains(&name));
    let localsplusnames: Vec<Str> = crate::assemble::localsplusnames(&layout)
        .into_iter()
        .map(|name| Str::new(names.text(name).as_bytes(), true))
        .collect();
    let stacksize = optimized.stackdepth;
    Ok(CodeObject {
        argcount: args.posonlyargcount + args.argcount,
        posonlyargcount: args.posonlyargcount,
        kwonlyargcount: args.kwonlyargcount,
        stacksize,
        flags: 0,
        code: assembled.code.into(),
        consts: Arc::from(metadata.consts.clone()),
        names: Arc::from(metadata.names.clone()),
        localsplusnames: localsplusnames.into(),
        localspluskinds: kinds.into(),
        filename,
        name: metadata.name.clone(),
        qualname: metadata.qualname.clone(),
        firstlineno: metadata.firstlineno,
        linetable: assembled.linetable.into(),
        exceptiontable: assembled.exceptiontable.into(),
    })
}
