//! `pycore_instruction_sequence.h` and `pycore_compile.h`: the compiler's stages one by one, as `_testinternalcapi` asks
//! for them.

use crate::contract::*;
use crate::pythonrun::{PyCompilerFlags, settings};
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use taipan_bytecode::{Const, Opcode, opcode};
use taipan_compiler::stages::{Generated, Instr, has_target};
use taipan_interp::stages;
use taipan_object::{
    Head, Object, Own, Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Thread, class, err, new_object,
    object, singletons,
};
use taipan_parser::{Mode, ast::Location};

/// An instruction as it came: operation, argument, line, end line, column, end column.
type Row = [c_int; 6];

/// `InstructionSequence`
#[object]
pub struct PyInstructionSequence {
    rows: RefCell<Vec<Row>>,
    labels: RefCell<Vec<c_int>>,
    /// Whether the arguments of jumps are offsets, no labels.
    resolved: Cell<bool>,
    nested: RefCell<Vec<Owned>>,
}

/// The C structure, as far as it is read: what the assembler is told.
#[repr(C)]
pub struct _PyCompile_CodeUnitMetadata {
    u_name: Obj,
    u_qualname: Obj,
    u_tables: [Obj; 6],
    u_argcount: Size,
    u_posonlyargcount: Size,
    u_kwonlyargcount: Size,
    u_firstlineno: c_int,
}

fn opcode_of(row: &Row) -> Option<Opcode> {
    u16::try_from(row[0]).ok().and_then(Opcode::from_number)
}

fn new(t: &Thread, rows: Vec<Row>, resolved: bool, nested: Vec<Owned>) -> PyResult<Owned<PyInstructionSequence>> {
    new_object(
        t,
        PyInstructionSequence {
            head: Head::new(),
            rows: RefCell::new(rows),
            labels: RefCell::default(),
            resolved: Cell::new(resolved),
            nested: RefCell::new(nested),
        },
    )
}

fn rows_of(instrs: &[Instr]) -> Vec<Row> {
    let row = |i: &Instr| {
        [i32::from(i.op.number()), i.arg, i.loc.lineno, i.loc.end_lineno, i.loc.col_offset, i.loc.end_col_offset]
    };
    instrs.iter().map(row).collect()
}

fn from_generated(t: &Thread, unit: &Generated) -> PyResult<Owned<PyInstructionSequence>> {
    let nested: PyResult<Vec<Owned>> =
        unit.nested.iter().map(|n| from_generated(t, n).map(Owned::into_object)).collect();
    new(t, rows_of(&unit.instrs), true, nested?)
}

fn sequence_of(t: &Thread, op: &Object) -> PyResult<Owned<PyInstructionSequence>> {
    match op.downcast_exact::<PyInstructionSequence>() {
        Some(sequence) => Ok(sequence.own()),
        None => Err(err!(t, TypeError, "expected an instruction sequence")),
    }
}

impl PyInstructionSequence {
    /// Replaces labels by what they stand for.
    fn resolve(&self, t: &Thread) -> PyResult<()> {
        if self.resolved.replace(true) {
            return Ok(());
        }
        let labels = self.labels.take();
        // Without any label, the arguments are offsets already.
        if labels.is_empty() {
            return Ok(());
        }
        for row in self.rows.borrow_mut().iter_mut() {
            if opcode_of(row).is_some_and(has_target) {
                match usize::try_from(row[1]).ok().and_then(|label| labels.get(label)) {
                    Some(offset) => row[1] = *offset,
                    None => return Err(err!(t, ValueError, "label {} is not placed", row[1])),
                }
            }
        }
        Ok(())
    }

    /// What the compiler's stages work with.
    fn instrs(&self, t: &Thread) -> PyResult<Vec<Instr>> {
        self.resolve(t)?;
        let rows = self.rows.borrow();
        let mut instrs = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            let [number, arg, lineno, end_lineno, col_offset, end_col_offset] = *row;
            let Some(op) = opcode_of(row) else {
                return Err(err!(t, ValueError, "invalid opcode {number}"));
            };
            instrs.push(Instr { op, arg, loc: Location { lineno, end_lineno, col_offset, end_col_offset } });
        }
        Ok(instrs)
    }
}

/// InstructionSequenceType()
/// --
///
/// Create a new InstructionSequence object.
#[class(name = "InstructionSequence", flags(HAVE_GC))]
impl PyInstructionSequence {
    #[new(sig = "()")]
    fn new_(_cls: &PyType, t: &Thread) -> PyResult<Owned<Self>> {
        new(t, Vec::new(), false, Vec::new())
    }

    /// Place label at current location.
    #[method(sig = "(label)")]
    fn use_label(&self, t: &Thread, label: i32) -> PyResult<()> {
        let Ok(label) = usize::try_from(label) else {
            return Err(err!(t, ValueError, "label {label} is negative"));
        };
        let mut labels = self.labels.borrow_mut();
        if labels.len() <= label {
            let more = label + 1 - labels.len();
            if labels.try_reserve(more).is_err() {
                return Err(taipan_object::errors::no_memory(t));
            }
            labels.resize(label + 1, -1);
        }
        labels[label] = self.rows.borrow().len() as c_int;
        Ok(())
    }

    /// Append an instruction.
    #[method(sig = "(opcode, oparg, lineno, col_offset, end_lineno, end_col_offset)")]
    #[allow(clippy::too_many_arguments, reason = "CPython's signature")]
    fn addop(
        &self,
        _t: &Thread,
        opcode: i32,
        oparg: i32,
        lineno: i32,
        col_offset: i32,
        end_lineno: i32,
        end_col_offset: i32,
    ) -> PyResult<()> {
        // In this order they are kept: the names of the second and third are exchanged.
        self.rows.borrow_mut().push([opcode, oparg, lineno, col_offset, end_lineno, end_col_offset]);
        Ok(())
    }

    /// Return a new label.
    #[method(sig = "()")]
    fn new_label(&self, _t: &Thread) -> i32 {
        let mut labels = self.labels.borrow_mut();
        labels.push(-1);
        labels.len() as i32 - 1
    }

    /// Add a nested sequence.
    #[method(sig = "(nested)")]
    fn add_nested(&self, t: &Thread, nested: &Object) -> PyResult<()> {
        if !nested.is_exact::<Self>() {
            return Err(err!(
                t,
                TypeError,
                "expected an instruction sequence, not {}",
                nested.class().as_object().class().name_lossy()
            ));
        }
        self.nested.borrow_mut().push(nested.own());
        Ok(())
    }

    /// Add a nested sequence.
    #[method(sig = "()")]
    fn get_nested(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, self.nested.borrow().clone())
    }

    /// Return the instructions as a list of tuples or labels.
    #[method(sig = "()")]
    fn get_instructions(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        self.resolve(t)?;
        let mut all = Vec::new();
        for row in self.rows.borrow().iter() {
            let mut items = Vec::with_capacity(row.len());
            for n in row {
                items.push(PyInt::from_i64(t, i64::from(*n))?.into_object());
            }
            if !opcode_of(row).is_some_and(|op| op.has(opcode::flags::ARG)) {
                items[1] = singletons::none().own();
            }
            all.push(PyTuple::from_vec(t, items)?.into_object());
        }
        PyList::from_vec(t, all)
    }
}

/// Makes the type ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    taipan_object::typeobject::add_static::<PyInstructionSequence>(t)
}

fn text(t: &Thread, op: &Object) -> PyResult<Owned<PyStr>> {
    match op.downcast::<PyStr>() {
        Some(text) => Ok(text.own()),
        None => Err(err!(t, TypeError, "expected str, got {:.200}", op.class().name_lossy())),
    }
}

fn metadata_of(t: &Thread, unit: &Generated) -> PyResult<Owned<PyDict>> {
    let dict = PyDict::new(t)?;
    let put = |key: &str, value: Owned| -> PyResult<()> { dict.set_item(t, &*PyStr::intern_str(t, key)?, &value) };
    for (key, n) in [
        ("argcount", unit.argcount),
        ("posonlyargcount", unit.posonlyargcount),
        ("kwonlyargcount", unit.kwonlyargcount),
    ] {
        put(key, PyInt::from_i64(t, i64::from(n))?.into_object())?;
    }
    let consts: &[Const] = &unit.consts;
    put("consts", stages::constants(t, consts)?.into_object())?;
    Ok(dict)
}

/// The numbers by which trees are told apart (`PyAST_obj2mod`).
fn tree_mode(t: &Thread, kind: c_int) -> PyResult<Mode> {
    match kind {
        0 => Ok(Mode::Exec),
        1 => Ok(Mode::Eval),
        2 => Ok(Mode::Single),
        _ => Err(err!(t, SystemError, "invalid kind of tree {kind}")),
    }
}

capi! {
    /// An empty sequence of instructions; a new reference.
    fn _PyInstructionSequence_New[t]() -> New {
        new(t, Vec::new(), false, Vec::new()).map(Owned::into_object)
    }

    /// Generates code for a syntax tree without optimising it: a new tuple of the instructions and of a dictionary.
    fn _PyCompile_CodeGen[t; ast, filename](
        ast: Obj, filename: Obj, flags: *mut PyCompilerFlags, optimize: c_int, kind: c_int,
    ) -> New {
        let settings = settings(flags, optimize);
        let unit = stages::generate(t, o(ast), &*text(t, o(filename))?, tree_mode(t, kind)?, settings)?;
        let sequence = from_generated(t, &unit)?.into_object();
        let metadata = metadata_of(t, &unit)?.into_object();
        PyTuple::from_vec(t, vec![sequence, metadata]).map(Owned::into_object)
    }

    /// Optimises instructions; the list of constants changes with them. A new sequence.
    fn _PyCompile_OptimizeCfg[t; instructions, consts](instructions: Obj, consts: Obj, nlocals: c_int) -> New {
        let Some(sequence) = o(instructions).downcast_exact::<PyInstructionSequence>() else {
            return Err(err!(t, ValueError, "expected an instruction sequence"));
        };
        let Some(consts) = o(consts).downcast::<PyList>() else {
            return Err(err!(t, TypeError, "consts must be a list"));
        };
        let optimized = stages::optimize(t, sequence.instrs(t)?, consts, nlocals.max(0) as usize)?;
        new(t, rows_of(&optimized), true, Vec::new()).map(Owned::into_object)
    }

    /// Assembles instructions, unoptimised; a new code object.
    fn _PyCompile_Assemble[t; filename, instructions](umd: *mut _PyCompile_CodeUnitMetadata, filename: Obj, instructions: Obj) -> New {
        let sequence = sequence_of(t, o(instructions))?;
        let umd = &*umd;
        let count = |n: Size| n.clamp(0, c_int::MAX as Size) as u32;
        let unit = stages::Unit {
            names: [o(umd.u_name), o(umd.u_qualname)],
            tables: umd.u_tables.map(|table| o(table)),
            counts: [count(umd.u_argcount), count(umd.u_posonlyargcount), count(umd.u_kwonlyargcount)],
            firstlineno: umd.u_firstlineno,
        };
        stages::assemble(t, sequence.instrs(t)?, &unit, &*text(t, o(filename))?).map(Owned::into_object)
    }
}
