//! Signals and conditions: their exceptions, and what happens when an operation meets one.

use crate::module_state;
use crate::number::{NoMemory, status};
use taipan_object::{Object, Own, Owned, PyList, PyModule, PyResult, PyType, Raised, Thread, errors};

/// A signal or condition.
pub struct Signal {
    pub name: &'static str,
    pub flag: u32,
}

const fn signal(name: &'static str, flag: u32) -> Signal {
    Signal { name, flag }
}

/// The signals, in the order in which they are raised and shown.
pub static SIGNALS: [Signal; 9] = [
    signal("InvalidOperation", status::INVALID),
    signal("FloatOperation", status::FLOAT_OPERATION),
    signal("DivisionByZero", status::DIVISION_BY_ZERO),
    signal("Overflow", status::OVERFLOW),
    signal("Underflow", status::UNDERFLOW),
    signal("Subnormal", status::SUBNORMAL),
    signal("Inexact", status::INEXACT),
    signal("Rounded", status::ROUNDED),
    signal("Clamped", status::CLAMPED),
];

/// The conditions that signal `InvalidOperation`.
pub static CONDITIONS: [Signal; 4] = [
    signal("ConversionSyntax", status::CONVERSION_SYNTAX),
    signal("DivisionImpossible", status::DIVISION_IMPOSSIBLE),
    signal("DivisionUndefined", status::DIVISION_UNDEFINED),
    signal("InvalidContext", status::INVALID_CONTEXT),
];

/// The signals with their classes.
pub fn classes(t: &Thread) -> PyResult<impl Iterator<Item = (&'static Signal, &'static PyType)>> {
    Ok(SIGNALS.iter().zip(module_state::get(t)?.signals.iter().map(|class| &**class)))
}

/// Adds the classes to the module.
pub fn init(t: &Thread, module: &PyModule) -> PyResult<()> {
    let state = module_state::get(t)?;
    module.set(t, "DecimalException", &state.base)?;
    for (signal, class) in SIGNALS.iter().zip(&state.signals).chain(CONDITIONS.iter().zip(&state.conditions)) {
        module.set(t, signal.name, class)?;
    }
    Ok(())
}

/// The flag of a signal's class.
pub fn flag_of(t: &Thread, class: &Object) -> PyResult<Option<u32>> {
    Ok(classes(t)?.find(|(_, known)| class.is(known)).map(|(signal, _)| signal.flag))
}

/// The classes of the signals that are set.
pub fn list(t: &Thread, flags: u32) -> PyResult<Owned<PyList>> {
    let set = classes(t)?.filter(|(signal, _)| flags & signal.flag != 0);
    PyList::from_vec(t, set.map(|(_, class)| class.own().into_object()).collect())
}

/// The names of the signals that are set, as a context shows them.
pub fn names(flags: u32) -> String {
    let bit = |signal: &&Signal| if signal.flag == status::INVALID { status::CONVERSION_SYNTAX } else { signal.flag };
    let mut shown: Vec<&Signal> = SIGNALS.iter().filter(|signal| flags & signal.flag != 0).collect();
    shown.sort_by_key(bit);
    shown.iter().map(|signal| signal.name).collect::<Vec<_>>().join(", ")
}

/// Raises the first of the trapped conditions, with a list of them all.
#[cold]
pub fn trapped(t: &Thread, conditions: u32) -> Raised {
    fn raise(t: &Thread, conditions: u32) -> PyResult<Raised> {
        let state = module_state::get(t)?;
        let invalid = (status::INVALID_OPERATION, &state.signals[0]);
        let others = CONDITIONS.iter().zip(&state.conditions).chain(SIGNALS.iter().zip(&state.signals).skip(1));
        let all = core::iter::once(invalid).chain(others.map(|(signal, class)| (signal.flag, class)));
        let met = all.filter(|(flag, _)| conditions & flag != 0).map(|(_, class)| class.clone().into_object());
        let list = PyList::from_vec(t, met.collect())?;
        let first = SIGNALS.iter().position(|signal| conditions & signal.flag != 0).unwrap_or(0);
        Ok(errors::raise_value(t, &state.signals[first], &list))
    }
    raise(t, conditions).unwrap_or_else(|raised| raised)
}

/// Raises `MemoryError`.
pub fn no_memory(t: &Thread) -> impl FnOnce(NoMemory) -> Raised {
    move |NoMemory| errors::no_memory(t)
}
