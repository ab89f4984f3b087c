//! Code on its way to another interpreter.

use taipan_interp::code::PyCode;
use taipan_interp::function::PyFunction;
use taipan_object::{Object, Own, Owned, PyBytes, PyResult, PyStr, Thread, err, errors, name, state};

fn get(t: &Thread, object: &Object, name: &str) -> PyResult {
    object.getattr(t, &*PyStr::intern_str(t, name)?)
}

/// A class of the module `types`.
fn class(t: &Thread, name: &str) -> PyResult {
    get(t, &*state::import(t, "types")?, name)
}

/// The code of a function; `None` for anything else.
pub fn code_of(object: &Object) -> Option<Owned<PyCode>> {
    object.downcast_exact::<PyFunction>().map(|function| function.code().own())
}

/// `marshal.dumps(code)`.
pub fn dump(t: &Thread, code: &Object) -> PyResult<Vec<u8>> {
    let bytes = state::import(t, "marshal")?.call_method(t, name!(t, "dumps"), &[code])?;
    match bytes.downcast::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_bytes().to_vec()),
        None => Err(err!(t, TypeError, "code cannot be marshalled")),
    }
}

/// `marshal.loads(code)`.
pub fn load(t: &Thread, code: &[u8]) -> PyResult {
    let bytes = PyBytes::new(t, code)?;
    state::import(t, "marshal")?.call_method(t, &*PyStr::intern_str(t, "loads")?, &[&bytes])
}

/// A function of this code in the interpreter's `__main__`, as `exec()` of the code would run there.
pub fn make(t: &Thread, code: &[u8]) -> PyResult {
    let code = load(t, code)?;
    let Some(globals) = taipan_interp::run::main_module(t)?.dict() else {
        return Err(errors::bad_internal_call(t));
    };
    class(t, "FunctionType")?.call(t, &[&code, &globals])
}
