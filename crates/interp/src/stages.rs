//! The compiler's stages with objects in place of plain data: what tests of the compiler call one by one.

use crate::code::{Merger, PyCode};
use crate::compile::{self, Settings};
use std::sync::Arc;
use taipan_bytecode::{BigInt, CodeObject, Const, Str};
use taipan_compiler::stages::{self, Generated, Instr, Metadata};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyComplex, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyResult, PySlice, PyStr,
    PyTuple, Thread, err, iter, singletons,
};
use taipan_parser::Mode;

/// Generates code for `ast` objects, unoptimised.
pub fn generate(t: &Thread, node: &Object, filename: &PyStr, mode: Mode, settings: Settings) -> PyResult<Generated> {
    if !taipan_pyast::is_node(t, node)? {
        return Err(err!(t, TypeError, "expected an AST"));
    }
    let mut module = taipan_pyast::from_object(t, node, mode)?;
    let options = compile::compiler_options(t, settings);
    let (warnings, result) = stages::generate(&mut module, &filename.to_wtf8(), &options);
    compile::compiler_warnings(t, &warnings, filename)?;
    result.map_err(|error| compile::compile_error(t, &error, filename))
}

/// The constants of a generated unit.
pub fn constants(t: &Thread, consts: &[Const]) -> PyResult<Owned<PyList>> {
    let mut merger = Merger::new(t);
    let objects: PyResult<Vec<Owned>> = consts.iter().map(|c| merger.constant(c)).collect();
    PyList::from_vec(t, objects?)
}

/// Optimises instructions; the list of constants changes with them.
pub fn optimize(t: &Thread, instrs: Vec<Instr>, consts: &PyList, nlocals: usize) -> PyResult<Vec<Instr>> {
    let mut merger = Merger::new(t);
    let mut plain = Vec::new();
    for object in consts.to_vec() {
        plain.push(known_constant(t, &mut merger, &object)?);
    }
    let optimized = stages::optimize(instrs, &mut plain, nlocals).map_err(|error| raise(t, &error))?;
    let objects: PyResult<Vec<Owned>> = plain.iter().map(|c| merger.constant(c)).collect();
    consts.splice(t, 0, consts.len(), objects?)?;
    Ok(optimized)
}

/// What [`assemble`] is told about the unit.
pub struct Unit<'a> {
    /// Name and qualified name.
    pub names: [&'a Object; 2],
    /// Dictionaries whose keys are constants, names, locals, cells, free variables, and hidden locals.
    pub tables: [&'a Object; 6],
    /// Parameters: both ways, positional only, keyword only.
    pub counts: [u32; 3],
    /// First line.
    pub firstlineno: i32,
}

/// Assembles instructions, unoptimised, to a code object.
pub fn assemble(t: &Thread, instrs: Vec<Instr>, unit: &Unit<'_>, filename: &PyStr) -> PyResult<Owned<PyCode>> {
    let [consts, names, varnames, cellvars, freevars, fast_hidden] = unit.tables;
    let mut merger = Merger::new(t);
    let metadata = Metadata {
        name: text_of(t, unit.names[0])?,
        qualname: text_of(t, unit.names[1])?,
        consts: in_order(t, consts)?.iter().map(|o| known_constant(t, &mut merger, o)).collect::<PyResult<_>>()?,
        names: texts(t, names)?,
        varnames: texts(t, varnames)?,
        cellvars: texts(t, cellvars)?,
        freevars: texts(t, freevars)?,
        fast_hidden: texts(t, fast_hidden)?,
        argcount: unit.counts[0],
        posonlyargcount: unit.counts[1],
        kwonlyargcount: unit.counts[2],
        firstlineno: unit.firstlineno,
    };
    let filename = text_of(t, filename.as_object())?;
    let code = stages::assemble(instrs, &metadata, filename).map_err(|error| raise(t, &error))?;
    merger.code(&code)
}

/// A constant that becomes the same object again.
fn known_constant(t: &Thread, merger: &mut Merger<'_>, object: &Object) -> PyResult<Const> {
    let constant = constant_of(t, object)?;
    merger.keep(constant.clone(), object.own());
    Ok(constant)
}

fn raise(t: &Thread, error: &taipan_compiler::CompileError) -> taipan_object::Raised {
    match PyStr::from_str(t, "<stage>") {
        Ok(name) => compile::compile_error(t, error, &name),
        Err(raised) => raised,
    }
}

fn text_of(t: &Thread, object: &Object) -> PyResult<Str> {
    match object.downcast::<PyStr>() {
        Some(text) => Ok(Str::new(text.to_wtf8(), true)),
        None => Err(err!(t, TypeError, "expected str, got {:.200}", object.class().name_lossy())),
    }
}

/// The keys of a table in the order of their numbers.
fn in_order(t: &Thread, table: &Object) -> PyResult<Vec<Owned>> {
    let Some(dict) = table.downcast::<PyDict>() else { return iter::to_vec(t, table) };
    let mut rows = Vec::new();
    for (key, value) in dict.items_vec() {
        let number = value.downcast::<PyInt>().and_then(PyInt::to_i64).unwrap_or(i64::MAX);
        rows.push((number, key));
    }
    rows.sort_by_key(|(number, _)| *number);
    Ok(rows.into_iter().map(|(_, key)| key).collect())
}

fn texts(t: &Thread, table: &Object) -> PyResult<Vec<Str>> {
    in_order(t, table)?.iter().map(|o| text_of(t, o)).collect()
}

/// A constant as the compiler knows it.
fn constant_of(t: &Thread, object: &Object) -> PyResult<Const> {
    let all = |items: &[Owned]| -> PyResult<Vec<Const>> { items.iter().map(|o| constant_of(t, o)).collect() };
    if object.is(singletons::none()) {
        return Ok(Const::None);
    }
    if object.is(singletons::bool(true)) {
        return Ok(Const::True);
    }
    if object.is(singletons::bool(false)) {
        return Ok(Const::False);
    }
    if object.is(singletons::ellipsis()) {
        return Ok(Const::Ellipsis);
    }
    if let Some(n) = object.downcast_exact::<PyInt>() {
        return Ok(match n.to_i64() {
            Some(n) => Const::Int(n),
            None => Const::BigInt(BigInt { negative: n.is_negative(), digits: n.digits().into() }),
        });
    }
    if let Some(x) = object.downcast_exact::<PyFloat>() {
        return Ok(Const::Float(x.value()));
    }
    if let Some(z) = object.downcast_exact::<PyComplex>() {
        return Ok(Const::Complex(z.value().re, z.value().im));
    }
    if object.is_exact::<PyStr>() {
        return text_of(t, object).map(Const::Str);
    }
    if let Some(bytes) = object.downcast_exact::<PyBytes>() {
        return Ok(Const::Bytes(bytes.as_bytes().into()));
    }
    if object.is_exact::<PyTuple>() {
        return all(&iter::to_vec(t, object)?).map(|items| Const::Tuple(items.into()));
    }
    if object.is_exact::<PyFrozenSet>() {
        return all(&iter::to_vec(t, object)?).map(|items| Const::FrozenSet(items.into()));
    }
    if object.is_exact::<PySlice>() {
        let part = |name: &str| {
            let name = PyStr::intern_str(t, name)?;
            object.getattr(t, &name).and_then(|part| constant_of(t, &part))
        };
        return Ok(Const::Slice(Arc::new([part("start")?, part("stop")?, part("step")?])));
    }
    // Anything else, code among it, is only carried around: a code object that is like no other stands for it.
    let nothing: Str = Str::new(*b"", true);
    let name = Str::new(format!("object at {:p}", object.as_ptr()).into_bytes(), false);
    Ok(Const::Code(Arc::new(CodeObject {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: Arc::from([]),
        consts: Arc::from([]),
        names: Arc::from([]),
        localsplusnames: Arc::from([]),
        localspluskinds: Arc::from([]),
        filename: nothing.clone(),
        name,
        qualname: nothing,
        firstlineno: 0,
        linetable: Arc::from([]),
        exceptiontable: Arc::from([]),
    })))
}
