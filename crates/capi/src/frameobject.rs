//! `frameobject.h`, `pyframe.h`, `code.h`, `traceback.h` and `genobject.h`: code and its execution.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_bytecode::marshal::CodeFields;
use taipan_bytecode::opcode::Opcode;
use taipan_bytecode::tables::{co, co_fast};
use taipan_interp::code::{PyCode, extra};
use taipan_interp::frame::{self, PyFrame};
use taipan_interp::{generator, locals, traceback};
use taipan_object::abi::*;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyDict, PyResult, PyStr, PyTuple, Thread, err, errors, exceptions, name, singletons,
};
use taipan_runtime::interpreter::FreeExtra;

/// The line that a frame object is at: C code may have set it.
unsafe fn line_number(op: Obj) -> c_int {
    // SAFETY: a live frame object.
    unsafe {
        let set = (*op.cast::<PyFrameObject>()).f_lineno;
        if set > 0 {
            return set;
        }
        cast::<PyFrame>(op).line().unwrap_or(-1)
    }
}

/// A code object that does nothing, for tracebacks of native code.
fn empty_code(t: &Thread, filename: Owned<PyStr>, name: Owned<PyStr>, line: c_int) -> PyResult<Owned<PyCode>> {
    let bytes = |b: &[u8]| PyBytes::new(t, b).map(Owned::into_object);
    let empty = || PyTuple::empty().as_object().own();
    // Raises AssertionError, should anybody run it.
    let code = [Opcode::LOAD_COMMON_CONSTANT as u8, 0, Opcode::RAISE_VARARGS as u8, 1];
    // One location entry for both instructions: the first line, no columns.
    let linetable = [0x80 | 13 << 3 | 1, 0];
    PyCode::new(
        t,
        &CodeFields {
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 1,
            flags: (co::OPTIMIZED | co::NEWLOCALS) as i32,
            code: bytes(&code)?,
            consts: empty(),
            names: empty(),
            localsplusnames: empty(),
            localspluskinds: bytes(&[])?,
            filename: filename.into_object(),
            name: name.clone().into_object(),
            qualname: name.into_object(),
            firstlineno: line,
            linetable: bytes(&linetable)?,
            exceptiontable: bytes(&[])?,
        },
    )
}

/// How code of the stable constructors arrives: names by kind.
struct NewCode {
    counts: [c_int; 5],
    flags: c_int,
    code: Obj,
    consts: Obj,
    names: Obj,
    varnames: Obj,
    freevars: Obj,
    cellvars: Obj,
    filename: Obj,
    name: Obj,
    qualname: Obj,
    firstlineno: c_int,
    linetable: Obj,
    exceptiontable: Obj,
}

unsafe fn new_code(t: &Thread, new: &NewCode) -> PyResult<Owned<PyCode>> {
    // SAFETY: the contract of the callers.
    unsafe {
        let tuple =
            |op: Obj| opt(op).and_then(|op| op.downcast::<PyTuple>()).ok_or_else(|| errors::bad_internal_call(t));
        let [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize] = new.counts;
        let (varnames, freevars, cellvars) = (tuple(new.varnames)?, tuple(new.freevars)?, tuple(new.cellvars)?);
        if argcount < posonlyargcount || posonlyargcount < 0 || kwonlyargcount < 0 || nlocals < 0 || stacksize < 0 {
            return Err(errors::bad_internal_call(t));
        }
        if nlocals as usize != varnames.len() {
            return Err(err!(t, ValueError, "code: co_nlocals != len(co_varnames)"));
        }
        // A variable that is local and a cell has one place.
        let mut names: Vec<Owned> = Vec::new();
        let mut kinds: Vec<u8> = Vec::new();
        let is = |a: &Object, b: &Object| match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            (Some(a), Some(b)) => a.eq(b),
            _ => false,
        };
        for name in varnames.as_slice() {
            names.push((*name).own());
            let cell = cellvars.as_slice().iter().any(|c| is(c, name));
            kinds.push(co_fast::LOCAL | if cell { co_fast::CELL } else { 0 });
        }
        for name in cellvars.as_slice() {
            if !varnames.as_slice().iter().any(|v| is(v, name)) {
                names.push((*name).own());
                kinds.push(co_fast::CELL);
            }
        }
        for name in freevars.as_slice() {
            names.push((*name).own());
            kinds.push(co_fast::FREE);
        }
        PyCode::new(
            t,
            &CodeFields {
                argcount,
                posonlyargcount,
                kwonlyargcount,
                stacksize,
                flags: new.flags,
                code: o(new.code).own(),
                consts: o(new.consts).own(),
                names: o(new.names).own(),
                localsplusnames: PyTuple::from_vec(t, names)?.into_object(),
                localspluskinds: PyBytes::new(t, &kinds)?.into_object(),
                filename: o(new.filename).own(),
                name: o(new.name).own(),
                qualname: o(new.qualname).own(),
                firstlineno: new.firstlineno,
                linetable: o(new.linetable).own(),
                exceptiontable: o(new.exceptiontable).own(),
            },
        )
    }
}

/// Names of a code object by their kind.
unsafe fn names_of(t: &Thread, op: Obj, kind: u8) -> PyResult<Owned<PyTuple>> {
    // SAFETY: the contract of the callers.
    let code: &PyCode = unsafe { cast(op) };
    let all = code.localsplusnames().as_slice();
    let found = code.localspluskinds().iter().zip(all).filter(|(k, _)| **k & kind != 0).map(|(_, n)| (*n).own());
    PyTuple::from_vec(t, found.collect())
}

capi! {
    /// The code of a frame; a new reference.
    fn PyFrame_GetCode(op: Obj) -> New<PyCode> {
        Ok(cast::<PyFrame>(op).code())
    }

    /// The line of a frame, or -1.
    fn PyFrame_GetLineNumber(op: Obj) -> Raw<c_int> {
        line_number(op)
    }

    /// The frame that called; a new reference or null.
    fn PyFrame_GetBack[t](op: Obj) -> Raw<Obj> {
        match cast::<PyFrame>(op).back(t) {
            Ok(Some(back)) => back.into_object().into_ptr(),
            Ok(None) => core::ptr::null_mut(),
            Err(_) => {
                errors::clear(t);
                core::ptr::null_mut()
            }
        }
    }

    /// `f_locals`; a new reference.
    fn PyFrame_GetLocals[t; op](op: Obj) -> New {
        locals::frame_locals(t, cast(op))
    }

    /// `f_globals`; a new reference.
    fn PyFrame_GetGlobals(op: Obj) -> New {
        Ok(o((*cast::<PyFrame>(op).frame()).f_globals).own())
    }

    /// `f_builtins`; a new reference.
    fn PyFrame_GetBuiltins(op: Obj) -> New {
        Ok(o((*cast::<PyFrame>(op).frame()).f_builtins).own())
    }

    /// `f_lasti`.
    fn PyFrame_GetLasti(op: Obj) -> Raw<c_int> {
        let lasti = frame::lasti_of(cast::<PyFrame>(op).frame());
        if lasti < 0 { -1 } else { lasti as c_int }
    }

    /// The generator that owns the frame; a new reference, or null without an exception.
    fn PyFrame_GetGenerator(op: Obj) -> Raw<Obj> {
        let raw = cast::<PyFrame>(op).frame();
        // `FRAME_OWNED_BY_GENERATOR`.
        if (*raw).owner != 1 {
            return core::ptr::null_mut();
        }
        o(generator::owner_of(raw)).own().into_ptr()
    }

    /// A local variable; a new reference.
    fn PyFrame_GetVar[t; op, name](op: Obj, name: Obj) -> New {
        frame_variable(t, cast(op), o(name))
    }

    /// A local variable; a new reference.
    fn PyFrame_GetVarString[t; op](op: Obj, name: *const c_char) -> New {
        let name = c_str(t, name)?;
        frame_variable(t, cast(op), &name)
    }

    /// A frame object that never runs, for tracebacks of native code; a new reference.
    fn PyFrame_New[t; code, globals](_ts: *mut PyThreadState, code: Obj, globals: Obj, locals: Obj) -> New<PyFrame> {
        frame::standalone(t, cast(code), cast::<PyDict>(globals), opt(locals))
    }

    /// Nothing is kept twice that would have to be brought together.
    fn PyFrame_LocalsToFast(_op: Obj, _clear: c_int) -> Void {}

    /// Nothing is kept twice that would have to be brought together.
    fn PyFrame_FastToLocalsWithError(_op: Obj) -> Raw<c_int> {
        0
    }

    /// Nothing is kept twice that would have to be brought together.
    fn PyFrame_FastToLocals(_op: Obj) -> Void {}

    /// The code of an interpreter frame; a new reference.
    fn PyUnstable_InterpreterFrame_GetCode(raw: *mut _PyInterpreterFrame) -> New {
        Ok(frame::code_of(raw).as_object().own())
    }

    /// The byte offset that an interpreter frame is at.
    fn PyUnstable_InterpreterFrame_GetLasti(raw: *mut _PyInterpreterFrame) -> Raw<c_int> {
        frame::lasti_of(raw) as c_int
    }

    /// The line that an interpreter frame is at, or -1.
    fn PyUnstable_InterpreterFrame_GetLine(raw: *mut _PyInterpreterFrame) -> Raw<c_int> {
        frame::line_of(raw).unwrap_or(-1)
    }

    /// Adds an entry for the frame to the traceback of the exception in flight.
    fn PyTraceBack_Here[t; op](op: Obj) -> Status {
        let Some(exception) = errors::take(t) else { return Ok(()) };
        let object: &PyFrame = cast(op);
        let lasti = frame::lasti_of(object.frame()) as c_int;
        let made = traceback::new(t, exceptions::traceback(&exception), object, lasti, line_number(op));
        match made {
            Ok(entry) => {
                exceptions::set_traceback(&exception, Some(entry.into_object()));
                let _ = errors::restore_raised(t, exception);
                Ok(())
            }
            Err(raised) => {
                errors::chain(t, exception);
                Err(raised)
            }
        }
    }

    /// Adds an entry for native code to the traceback of the exception in flight.
    fn _PyTraceback_Add[t](function: *const c_char, filename: *const c_char, line: c_int) -> Void {
        let Some(exception) = errors::take(t) else { return };
        let make = || -> PyResult<()> {
            let code = empty_code(t, PyStr::from_fs_bytes(t, c_bytes(filename))?, c_str(t, function)?, line)?;
            let object = frame::standalone(t, &code, &*PyDict::new(t)?, None)?;
            let entry = traceback::new(t, exceptions::traceback(&exception), &object, -1, line)?;
            exceptions::set_traceback(&exception, Some(entry.into_object()));
            Ok(())
        };
        if make().is_err() {
            errors::clear(t);
        }
        let _ = errors::restore_raised(t, exception);
    }

    /// Writes a traceback to a file object.
    fn PyTraceBack_Print[t; file](op: Obj, file: Obj) -> Status {
        let Some(entry) = opt(op) else { return Ok(()) };
        if !traceback::is_traceback(entry) {
            return Err(errors::bad_internal_call(t));
        }
        let text = PyStr::from_str(t, &traceback::format_traceback(entry))?;
        o(file).call_method(t, name!(t, "write"), &[&*text]).map(|_| ())
    }

    /// An empty code object, for tracebacks of native code; a new reference.
    fn PyCode_NewEmpty[t](filename: *const c_char, function: *const c_char, line: c_int) -> New<PyCode> {
        empty_code(t, PyStr::from_fs_bytes(t, c_bytes(filename))?, c_str(t, function)?, line)
    }

    /// A code object from its parts; a new reference.
    fn PyUnstable_Code_NewWithPosOnlyArgs[t](
        argcount: c_int, posonlyargcount: c_int, kwonlyargcount: c_int, nlocals: c_int, stacksize: c_int, flags: c_int,
        code: Obj, consts: Obj, names: Obj, varnames: Obj, freevars: Obj, cellvars: Obj, filename: Obj, co_name: Obj,
        qualname: Obj, firstlineno: c_int, linetable: Obj, exceptiontable: Obj,
    ) -> New<PyCode> {
        new_code(t, &NewCode {
            counts: [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize],
            flags, code, consts, names, varnames, freevars, cellvars, filename, name: co_name, qualname, firstlineno,
            linetable, exceptiontable,
        })
    }

    /// A code object from its parts; a new reference.
    fn PyUnstable_Code_New[t](
        argcount: c_int, kwonlyargcount: c_int, nlocals: c_int, stacksize: c_int, flags: c_int, code: Obj, consts: Obj,
        names: Obj, varnames: Obj, freevars: Obj, cellvars: Obj, filename: Obj, co_name: Obj, qualname: Obj,
        firstlineno: c_int, linetable: Obj, exceptiontable: Obj,
    ) -> New<PyCode> {
        new_code(t, &NewCode {
            counts: [argcount, 0, kwonlyargcount, nlocals, stacksize],
            flags, code, consts, names, varnames, freevars, cellvars, filename, name: co_name, qualname, firstlineno,
            linetable, exceptiontable,
        })
    }

    /// `co_code`; a new reference.
    fn PyCode_GetCode[t; op](op: Obj) -> New<PyBytes> {
        cast::<PyCode>(op).co_code_bytes(t)
    }

    /// `co_varnames`; a new reference.
    fn PyCode_GetVarnames[t](op: Obj) -> New<PyTuple> {
        names_of(t, op, co_fast::LOCAL)
    }

    /// `co_cellvars`; a new reference.
    fn PyCode_GetCellvars[t](op: Obj) -> New<PyTuple> {
        names_of(t, op, co_fast::CELL)
    }

    /// `co_freevars`; a new reference.
    fn PyCode_GetFreevars[t](op: Obj) -> New<PyTuple> {
        names_of(t, op, co_fast::FREE)
    }

    /// How many free variables.
    fn PyCode_GetNumFree(op: Obj) -> Raw<Size> {
        (*op.cast::<PyCodeObject>()).co_nfreevars as isize
    }

    /// The line of a byte offset, or -1.
    fn PyCode_Addr2Line(op: Obj, offset: c_int) -> Raw<c_int> {
        if offset < 0 {
            return (*op.cast::<PyCodeObject>()).co_firstlineno;
        }
        cast::<PyCode>(op).line_of(offset as isize).unwrap_or(-1)
    }

    /// Lines and columns of a byte offset: 1, or 0 if there are none.
    fn PyCode_Addr2Location[t](
        op: Obj, offset: c_int, start_line: *mut c_int, start_column: *mut c_int, end_line: *mut c_int,
        end_column: *mut c_int,
    ) -> Raw<c_int> {
        if offset < 0 {
            let line = (*op.cast::<PyCodeObject>()).co_firstlineno;
            (*start_line, *start_column, *end_line, *end_column) = (line, 0, line, 0);
            return 1;
        }
        let find = || -> PyResult<Option<[Option<i64>; 4]>> {
            let positions = o(op).call_method(t, name!(t, "co_positions"), &[])?;
            let mut at = 0;
            while let Some(one) = taipan_object::iter::next(t, &positions)? {
                if at == offset / 2 {
                    let Some(tuple) = one.downcast::<PyTuple>() else { return Ok(None) };
                    let part = |i: usize| {
                        tuple.get(i).and_then(|p| p.downcast::<taipan_object::PyInt>()).and_then(|p| p.to_i64())
                    };
                    return Ok(Some([part(0), part(2), part(1), part(3)]));
                }
                at += 1;
            }
            Ok(None)
        };
        match find() {
            Ok(Some(parts)) => {
                let [a, b, c, d] = parts.map(|p| p.map_or(-1, |p| p as c_int));
                (*start_line, *start_column, *end_line, *end_column) = (a, b, c, d);
                1
            }
            Ok(None) => 0,
            Err(_) => {
                errors::clear(t);
                0
            }
        }
    }

    /// The constants of a code object for comparison; a new reference.
    fn _PyCode_ConstantKey[t; op](op: Obj) -> New {
        PyTuple::from_slice(t, &[o(op).class().as_object(), o(op)]).map(Owned::into_object)
    }

    /// An index under which code objects keep extra data, or -1 if there are too many users.
    fn PyUnstable_Eval_RequestCodeExtraIndex[t](free: Option<FreeExtra>) -> Raw<Size> {
        extra::request_index(t, free).map_or(-1, |index| index as isize)
    }

    /// The extra data of a code object, or null.
    fn PyUnstable_Code_GetExtra[t; op](op: Obj, index: Size, data: *mut *mut c_void) -> Status {
        let Some(code) = o(op).downcast::<PyCode>() else { return Err(errors::bad_internal_call(t)) };
        *data = extra::get(code, index);
        Ok(())
    }

    /// Sets the extra data of a code object; what stood there is freed.
    fn PyUnstable_Code_SetExtra[t; op](op: Obj, index: Size, data: *mut c_void) -> Status {
        let Some(code) = o(op).downcast::<PyCode>() else { return Err(errors::bad_internal_call(t)) };
        extra::set(t, code, index, data)
    }

    /// The code of a generator; a new reference.
    fn PyGen_GetCode[t; op](op: Obj) -> New {
        o(op).getattr(t, name!(t, "gi_code"))
    }

    /// The value of the StopIteration in flight, or None without an exception in flight; a new reference.
    fn _PyGen_FetchStopIterationValue[t](place: *mut Obj) -> Status {
        if !errors::occurred(t) {
            *place = singletons::none().own().into_ptr();
            return Ok(());
        }
        if !errors::matches::<exceptions::StopIteration>(t) {
            return Err(taipan_object::Raised::assume());
        }
        match exceptions::fetch_stop_iteration(t) {
            Ok(value) => {
                *place = value.into_ptr();
                Ok(())
            }
            Err(raised) => Err(raised),
        }
    }

    /// Sets StopIteration with a value.
    fn _PyGen_SetStopIterationValue[t; value](value: Obj) -> Status {
        let _ = errors::stop_iteration(t, o(value));
        Ok(())
    }
}

/// A local variable of a frame by its name.
fn frame_variable(t: &Thread, object: &PyFrame, wanted: &Object) -> PyResult {
    let Some(text) = wanted.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "name must be str, not {}", wanted.class().name_lossy()));
    };
    for (key, value) in object.local_items() {
        if key.downcast::<PyStr>().is_some_and(|k| k.eq(text)) {
            return Ok(value);
        }
    }
    Err(err!(t, NameError, "variable {} does not exist", wanted.repr_lossy(t)))
}
