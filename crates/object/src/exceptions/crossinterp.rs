//! The exceptions of `concurrent.interpreters` that C code can refer to (`internal/pycore_crossinterp.h`).

use super::{Exception, TypePointer};
use crate::PyResult;
use crate::handle::{Class, Object};
use crate::typeobject::PyType;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

simple! {
    InterpreterError, _PyExc_InterpreterError, PyExc_InterpreterError, c"concurrent.interpreters.InterpreterError",
        Exception, PyBaseExceptionObject, "A cross-interpreter operation failed";
    InterpreterNotFoundError, _PyExc_InterpreterNotFoundError, PyExc_InterpreterNotFoundError,
        c"concurrent.interpreters.InterpreterNotFoundError", InterpreterError, PyBaseExceptionObject,
        "An interpreter was not found";
}

/// Makes the types ready.
pub fn ready_types(t: &Thread) -> PyResult<()> {
    for ty in simple_types() {
        // SAFETY: static types live for ever.
        crate::typeobject::ready(t, unsafe { PyType::from_type_ptr(ty) })?;
    }
    Ok(())
}
