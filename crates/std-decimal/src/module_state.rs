//! What the module keeps for an interpreter: classes that are made at run time, and the contexts that are templates.

use crate::context::{PyContext, PySignalDict};
use crate::signals::{CONDITIONS, SIGNALS};
use std::cell::{OnceCell, RefCell};
use taipan_object::{
    Class, Object, Owned, PyDict, PyResult, PyStr, PyTuple, PyType, Thread, err, exceptions, name, state,
};

/// What the module keeps.
pub struct State {
    /// `DecimalException`.
    pub base: Owned<PyType>,
    /// The classes of [`SIGNALS`].
    pub signals: Vec<Owned<PyType>>,
    /// The classes of [`CONDITIONS`].
    pub conditions: Vec<Owned<PyType>>,
    /// The class of the dictionaries of signals, a mapping made from [`PySignalDict`].
    pub signal_dict: Owned<PyType>,
    /// `DecimalTuple`.
    pub tuple: Owned<PyType>,
    /// The context variable, and its method `get`.
    pub variable: Owned,
    pub get: Owned,
    /// The current context, and the state of the thread's variables in which it was found.
    pub current: RefCell<Option<((u64, u64), Owned<PyContext>)>>,
    /// `DefaultContext`, of which new contexts are copies, `BasicContext` and `ExtendedContext`.
    pub templates: OnceCell<[Owned<PyContext>; 3]>,
}

/// The state for the current interpreter.
pub fn get(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, make)
}

fn class(t: &Thread, made: PyResult) -> PyResult<Owned<PyType>> {
    made?.into_type::<PyType>().map_err(|_| err!(t, TypeError, "a class was expected"))
}

fn exception(t: &Thread, name: &str, bases: &[&Object]) -> PyResult<Owned<PyType>> {
    let dict = PyDict::new(t)?;
    dict.set_item(t, name!(t, "__module__"), &*PyStr::intern_str(t, "decimal")?)?;
    let bases = PyTuple::from_slice(t, bases)?;
    class(t, PyType::class().call(t, &[&*PyStr::intern_str(t, name)?, &bases, &dict]))
}

fn make(t: &Thread) -> PyResult<State> {
    taipan_object::typeobject::ready(t, PySignalDict::class())?;
    let base = exception(t, "DecimalException", &[exceptions::ArithmeticError::class()])?;
    let plain = |name: &str| exception(t, name, &[&base]);
    let (invalid, subnormal) = (plain("InvalidOperation")?, plain("Subnormal")?);
    let (inexact, rounded) = (plain("Inexact")?, plain("Rounded")?);
    let mut signals = Vec::with_capacity(SIGNALS.len());
    for signal in &SIGNALS {
        signals.push(match signal.name {
            "InvalidOperation" => invalid.clone(),
            "Subnormal" => subnormal.clone(),
            "Inexact" => inexact.clone(),
            "Rounded" => rounded.clone(),
            "FloatOperation" => exception(t, signal.name, &[&base, exceptions::TypeError::class()])?,
            "DivisionByZero" => exception(t, signal.name, &[&base, exceptions::ZeroDivisionError::class()])?,
            "Overflow" => exception(t, signal.name, &[&inexact, &rounded])?,
            "Underflow" => exception(t, signal.name, &[&inexact, &rounded, &subnormal])?,
            name => plain(name)?,
        });
    }
    let mut conditions = Vec::with_capacity(CONDITIONS.len());
    for condition in &CONDITIONS {
        conditions.push(if condition.name == "DivisionUndefined" {
            exception(t, condition.name, &[&invalid, exceptions::ZeroDivisionError::class()])?
        } else {
            exception(t, condition.name, &[&invalid])?
        });
    }
    let text = |text: &str| PyStr::intern_str(t, text);
    let mapping = state::import(t, "collections.abc")?.getattr(t, &*text("MutableMapping")?)?;
    let bases = PyTuple::from_slice(t, &[PySignalDict::class(), &mapping])?;
    let signal_dict = class(t, PyType::class().call(t, &[&*text("SignalDict")?, &bases, &*PyDict::new(t)?]))?;
    let named = state::import(t, "collections")?.getattr(t, &*text("namedtuple")?)?;
    let (name, fields, module) = (text("DecimalTuple")?, text("sign digits exponent")?, text("decimal")?);
    let tuple = class(t, named.call_with(t, &[&name, &fields], &[("module", &module)]))?;
    let variables = state::import(t, "_contextvars")?.getattr(t, &*text("ContextVar")?)?;
    let variable = variables.call(t, &[&*text("decimal_context")?])?;
    let get = variable.getattr(t, name!(t, "get"))?;
    Ok(State {
        base,
        signals,
        conditions,
        signal_dict,
        tuple,
        variable,
        get,
        current: RefCell::default(),
        templates: OnceCell::new(),
    })
}
