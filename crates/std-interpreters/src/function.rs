//! Which code can run in another interpreter.

use taipan_bytecode::op;
use taipan_object::{Object, Owned, PyBytes, PyDict, PyResult, PyStr, PyTuple, Thread, err, name, singletons, state};

/// `CO_VARARGS | CO_VARKEYWORDS`.
const CO_STARS: i64 = 0x4 | 0x8;

/// Why a function or its code depends on more than its arguments.
pub enum Dependence {
    Arguments,
    Closure,
    Globals,
    Value,
}

impl Dependence {
    /// CPython's words for it.
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Arguments => "code with args not supported",
            Self::Closure => "closures not supported",
            Self::Globals => "globals not supported",
            Self::Value => "code that returns a value is not a script",
        }
    }
}

fn get(t: &Thread, object: &Object, name: &str) -> PyResult {
    object.getattr(t, &*PyStr::intern_str(t, name)?)
}

fn number(t: &Thread, object: &Object, name: &str) -> PyResult<i64> {
    taipan_object::number::index_as_isize(t, &*get(t, object, name)?).map(|n| n as i64)
}

/// A class of the module `types`.
fn class(t: &Thread, name: &str) -> PyResult {
    get(t, &*state::import(t, "types")?, name)
}

/// Whether an object is code.
pub fn is_code(t: &Thread, object: &Object) -> PyResult<bool> {
    Ok(object.class().as_object().is(&*class(t, "CodeType")?))
}

/// The code of a function; `None` for anything else.
pub fn code_of(t: &Thread, object: &Object) -> PyResult<Option<Owned>> {
    if !object.class().as_object().is(&*class(t, "FunctionType")?) {
        return Ok(None);
    }
    get(t, object, "__code__").map(Some)
}

/// The instructions of a code object by name, with their arguments.
fn instructions(t: &Thread, code: &Object) -> PyResult<Vec<(u8, usize)>> {
    let bytes = get(t, code, "co_code")?;
    let Some(bytes) = bytes.downcast::<PyBytes>() else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let mut high = 0usize;
    for pair in bytes.as_bytes().chunks_exact(2) {
        let (op, arg) = (pair[0], high << 8 | usize::from(pair[1]));
        high = 0;
        if op == op::EXTENDED_ARG {
            high = arg;
        } else {
            out.push((op, arg));
        }
    }
    Ok(out)
}

/// Whether the code can be run as a script: no arguments, no closure, no value.
pub fn check_script(t: &Thread, code: &Object) -> PyResult<Option<Dependence>> {
    let flags = number(t, code, "co_flags")?;
    let args = number(t, code, "co_argcount")? + number(t, code, "co_kwonlyargcount")?;
    if args > 0 || flags & CO_STARS != 0 {
        return Ok(Some(Dependence::Arguments));
    }
    if has_free_variables(t, code)? {
        return Ok(Some(Dependence::Closure));
    }
    let consts = get(t, code, "co_consts")?;
    let none = consts
        .downcast::<PyTuple>()
        .and_then(|consts| consts.as_slice().iter().position(|value| value.is(singletons::none())));
    let mut last = None;
    for (op, arg) in instructions(t, code)? {
        if op == op::RETURN_VALUE {
            let returns_none = matches!(last, Some((op::LOAD_CONST, arg)) if Some(arg) == none);
            if !returns_none {
                return Ok(Some(Dependence::Value));
            }
        }
        last = Some((op, arg));
    }
    Ok(None)
}

fn has_free_variables(t: &Thread, code: &Object) -> PyResult<bool> {
    Ok(get(t, code, "co_freevars")?.downcast::<PyTuple>().is_some_and(|names| names.len() > 0))
}

/// What keeps a function from being passed on as its code alone; `None` if nothing does.
pub fn check_stateless(t: &Thread, function: &Object, code: &Object) -> PyResult<Option<Dependence>> {
    if has_free_variables(t, code)? {
        return Ok(Some(Dependence::Closure));
    }
    for defaults in ["__defaults__", "__kwdefaults__"] {
        let value = get(t, function, defaults)?;
        if value.is_true(t)? {
            return Ok(Some(Dependence::Arguments));
        }
    }
    let names = get(t, code, "co_names")?;
    let globals = get(t, function, "__globals__")?;
    let builtins = get(t, function, "__builtins__")?;
    for (op, arg) in instructions(t, code)? {
        let index = match op {
            op::LOAD_GLOBAL => arg >> 1,
            op::LOAD_NAME | op::STORE_GLOBAL | op::DELETE_GLOBAL => arg,
            _ => continue,
        };
        let Some(name) = names.downcast::<PyTuple>().and_then(|names| names.get(index)) else { continue };
        let is_builtin = op == op::LOAD_GLOBAL
            && taipan_object::sequence::get_item_opt(t, &globals, name)?.is_none()
            && taipan_object::sequence::get_item_opt(t, &builtins, name)?.is_some();
        if !is_builtin {
            return Ok(Some(Dependence::Globals));
        }
    }
    Ok(None)
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

/// A function of this code, with globals that have nothing but builtins.
pub fn make(t: &Thread, code: &[u8]) -> PyResult {
    let code = load(t, code)?;
    let globals = PyDict::new(t)?;
    let builtins: Owned = state::import(t, "builtins")?;
    globals.set_item(t, &*PyStr::intern_str(t, "__builtins__")?, &builtins)?;
    class(t, "FunctionType")?.call(t, &[&code, &globals])
}
