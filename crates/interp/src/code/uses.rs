//! What code depends on: how its variables are used, and whether it is "stateless", so that another interpreter may run
//! it (`_PyCode_GetVarCounts`, `_PyCode_VerifyStateless`).

use super::{PyCode, caches_of};
use crate::function::PyFunction;
use core::ffi::{CStr, c_int};
use taipan_bytecode::opcode::op;
use taipan_bytecode::tables::{co, co_fast};
use taipan_object::{Class, Object, PyDict, PyResult, PySet, Thread, err, singletons};

/// `_PyCode_var_counts_t`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct VarCounts {
    pub total: c_int,
    pub locals: LocalCounts,
    pub numfree: c_int,
    pub unbound: UnboundCounts,
}

/// `co_locals_counts`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct LocalCounts {
    pub total: c_int,
    pub args: ArgCounts,
    pub numpure: c_int,
    pub cells: CellCounts,
    pub hidden: HiddenCounts,
}

/// Parameters.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ArgCounts {
    pub total: c_int,
    pub numposonly: c_int,
    pub numposorkw: c_int,
    pub numkwonly: c_int,
    pub varargs: c_int,
    pub varkwargs: c_int,
}

/// Cells.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct CellCounts {
    pub total: c_int,
    pub numargs: c_int,
    pub numothers: c_int,
}

/// Variables of inlined comprehensions.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct HiddenCounts {
    pub total: c_int,
    pub numpure: c_int,
    pub numcells: c_int,
}

/// `co_unbound_counts`: names that are no variables of the code.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct UnboundCounts {
    pub total: c_int,
    pub globals: GlobalCounts,
    pub numattrs: c_int,
    pub numunknown: c_int,
}

/// Global names.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct GlobalCounts {
    pub total: c_int,
    pub numglobal: c_int,
    pub numbuiltin: c_int,
    pub numunknown: c_int,
}

/// The instructions of code in their general form: their place, opcode and argument.
fn instructions(code: &PyCode) -> impl Iterator<Item = (u8, usize)> {
    // Looking at the constants loads the code.
    code.consts();
    let (mut i, mut high) = (0, 0);
    core::iter::from_fn(move || {
        while i < code.units() {
            // SAFETY: within the instructions.
            let unit = unsafe { *code.code_ptr().add(i) };
            let (opcode, arg) = (code.opcode(i), high << 8 | usize::from(unit >> 8));
            i += 1 + caches_of(opcode);
            if opcode != op::EXTENDED_ARG {
                high = 0;
                return Some((opcode, arg));
            }
            high = arg;
        }
        None
    })
}

/// How many variables of which kind a code object has. Names that are no variables are not told apart.
pub fn var_counts(code: &PyCode) -> VarCounts {
    let mut counts = VarCounts::default();
    let locals = &mut counts.locals;
    for &kind in code.localspluskinds() {
        let is = |flag: u8| kind & flag != 0;
        if is(co_fast::FREE) {
            counts.numfree += 1;
            continue;
        }
        locals.total += 1;
        if is(co_fast::ARG) {
            let args = &mut locals.args;
            args.total += 1;
            let which = match (is(co_fast::ARG_VAR), is(co_fast::ARG_POS), is(co_fast::ARG_KW)) {
                (true, true, _) => &mut args.varargs,
                (true, false, _) => &mut args.varkwargs,
                (false, true, true) => &mut args.numposorkw,
                (false, true, false) => &mut args.numposonly,
                (false, false, _) => &mut args.numkwonly,
            };
            *which += 1;
            if is(co_fast::CELL) {
                locals.cells.total += 1;
                locals.cells.numargs += 1;
            }
        } else if is(co_fast::CELL) {
            locals.cells.total += 1;
            locals.cells.numothers += 1;
            if is(co_fast::HIDDEN) {
                locals.hidden.total += 1;
                locals.hidden.numcells += 1;
            }
        } else {
            locals.numpure += 1;
            if is(co_fast::HIDDEN) {
                locals.hidden.total += 1;
                locals.hidden.numpure += 1;
            }
        }
    }
    let names = code.names().len() as c_int;
    counts.unbound.total = names;
    counts.unbound.numunknown = names;
    counts.total = counts.locals.total + counts.numfree + names;
    counts
}

/// Tells the names apart that are no variables: attributes, and globals that one of the namespaces knows. The sets get the
/// names; those that are in them already are not counted.
pub fn count_unbound(
    t: &Thread,
    code: &PyCode,
    counts: &mut VarCounts,
    sets: (Option<&PySet>, Option<&PySet>),
    globals: Option<&Object>,
    builtins: Option<&Object>,
) -> PyResult<()> {
    let (own_global, own_attr);
    let global_names = match sets.0 {
        Some(set) => set,
        None => {
            own_global = PySet::make(t, PySet::class(), None)?;
            &*own_global
        }
    };
    let attr_names = match sets.1 {
        Some(set) => set,
        None => {
            own_attr = PySet::make(t, PySet::class(), None)?;
            &*own_attr
        }
    };
    let has = |namespace: Option<&Object>, name: &Object| match namespace {
        Some(namespace) => taipan_object::sequence::contains(t, namespace, name),
        None => Ok(false),
    };
    let mut unbound = UnboundCounts::default();
    let mut twice = 0;
    for (opcode, arg) in instructions(code) {
        let is_attr = opcode == op::LOAD_ATTR;
        if !is_attr && opcode != op::LOAD_GLOBAL {
            continue;
        }
        let Some(name) = code.names().get(arg >> 1) else { continue };
        let (own, other) = if is_attr { (attr_names, global_names) } else { (global_names, attr_names) };
        if own.contains_key(t, name)? {
            continue;
        }
        unbound.total += 1;
        if is_attr {
            unbound.numattrs += 1;
        } else {
            unbound.globals.total += 1;
            if has(globals, name)? {
                unbound.globals.numglobal += 1;
            } else if has(builtins, name)? {
                unbound.globals.numbuiltin += 1;
            } else {
                unbound.globals.numunknown += 1;
            }
        }
        own.add_key(t, name)?;
        if other.contains_key(t, name)? {
            twice += 1;
        }
    }
    // A name may be an attribute here and a global there.
    let total = counts.unbound.total + twice;
    unbound.numunknown = total - unbound.total;
    unbound.total = total;
    counts.unbound = unbound;
    counts.total += twice;
    Ok(())
}

/// What a code object holds beyond its code: why it is not stateless, if it is not.
pub fn internal_state(code: &PyCode) -> Option<&'static CStr> {
    // SAFETY: plain fields.
    let (monitoring, extra) = unsafe { ((*code.raw())._co_monitoring, (*code.raw()).co_extra) };
    // Line tables of a debugger that is gone do not count.
    let monitored = !monitoring.is_null() && crate::tracing::has_local_events(code);
    (monitored || !extra.is_null()).then_some(c"only basic code objects are supported")
}

/// What a code object takes from outside: why it is not stateless, if it is not.
pub fn external_state(counts: &VarCounts) -> Option<&'static CStr> {
    let globals = &counts.unbound.globals;
    if counts.numfree > 0 {
        Some(c"closures not supported")
    } else if globals.numglobal > 0 || globals.numbuiltin > 0 && globals.numunknown > 0 {
        Some(c"globals not supported")
    } else {
        None
    }
}

/// Why calling a function of this code does not run it to its end, if that is so.
pub fn impurity(code: &PyCode) -> Option<&'static CStr> {
    let flags = code.flags() as u32;
    if flags & co::GENERATOR != 0 {
        Some(c"generators not supported")
    } else if flags & (co::COROUTINE | co::ITERABLE_COROUTINE) != 0 {
        Some(c"coroutines not supported")
    } else if flags & co::ASYNC_GENERATOR != 0 {
        Some(c"generators not supported")
    } else {
        None
    }
}

/// Raises ValueError if code depends on more than its arguments and builtins. Without namespaces it cannot be told whether
/// a global name is a builtin.
pub fn verify_stateless(
    t: &Thread,
    code: &PyCode,
    names: Option<&PySet>,
    globals: Option<&Object>,
    builtins: Option<&Object>,
) -> PyResult<()> {
    let mut counts = var_counts(code);
    count_unbound(t, code, &mut counts, (names, None), globals, builtins)?;
    if builtins.is_some() {
        // What is unknown then is no builtin.
        counts.unbound.globals.numbuiltin += 1;
    }
    match internal_state(code).or_else(|| external_state(&counts)) {
        Some(reason) => Err(err!(t, ValueError, "{}", reason.to_string_lossy())),
        None => Ok(()),
    }
}

/// Raises an exception if a function depends on more than its arguments and builtins.
pub fn verify_stateless_function(t: &Thread, function: &Object) -> PyResult<()> {
    let Some(function) = function.downcast_exact::<PyFunction>() else {
        return Err(err!(t, TypeError, "expected a function, got {}", function.repr_lossy(t)));
    };
    if function.defaults().is_some_and(|defaults| defaults.len() > 0) {
        return Err(err!(t, ValueError, "defaults not supported"));
    }
    if function.kwdefaults().is_some_and(|defaults| defaults.len() > 0) {
        return Err(err!(t, ValueError, "keyword defaults not supported"));
    }
    if function.closure().is_some_and(|cells| cells.len() > 0) {
        return Err(err!(t, ValueError, "closures not supported"));
    }
    let builtins = function.builtins();
    if !builtins.is_instance_of::<PyDict>() {
        return Err(err!(t, TypeError, "unsupported builtins {}", builtins.repr_lossy(t)));
    }
    verify_stateless(t, function.code(), None, Some(function.globals().as_object()), Some(builtins))
}

/// Raises ValueError if code is no script: if it takes arguments, gives a value, or depends on more than builtins. Only if
/// `pure` all globals are looked at.
pub fn verify_script(t: &Thread, code: &PyCode, pure: bool) -> PyResult<()> {
    let builtins = if pure { Some(crate::state::builtins_dict(t)?) } else { None };
    verify_stateless(t, code, None, None, builtins.as_ref().map(|b| b.as_object()))?;
    let counts = var_counts(code);
    if counts.locals.args.total > 0 {
        return Err(err!(t, ValueError, "code with args not supported"));
    }
    if !returns_only_none(code) {
        return Err(err!(t, ValueError, "code that returns a value is not a script"));
    }
    Ok(())
}

/// Whether calling a function of this code gives None, if it gives anything.
pub fn returns_only_none(code: &PyCode) -> bool {
    if impurity(code).is_some() {
        return false;
    }
    let none = code.consts().as_slice().iter().position(|c| c.is(singletons::none()));
    let mut before = None;
    for (opcode, arg) in instructions(code) {
        if opcode == op::RETURN_VALUE && !matches!(before, Some((op::LOAD_CONST, constant)) if Some(constant) == none) {
            return false;
        }
        before = Some((opcode, arg));
    }
    true
}
