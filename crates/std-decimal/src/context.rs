//! `Context`, its dictionaries of signals, and the current context of a thread or task.

use crate::module_state;
use crate::number::{self, Rounding, context::MAX, status};
use crate::signals::{self, SIGNALS};
use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use taipan_object::{
    Class, CompareOp, Data, Head, Object, Own, Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised,
    Slot, Thread, class, context, err, errors, exceptions, name, object, sequence, singletons,
};

fn invalid_dict(t: &Thread) -> Raised {
    err!(t, ValueError, "invalid signal dict")
}

fn not_a_signal(t: &Thread) -> Raised {
    err!(
        t,
        KeyError,
        "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, \
         Subnormal, Inexact, Rounded,\n   Clamped]"
    )
}

/// `decimal.SignalDictMixin`.
#[object]
pub struct PySignalDict {
    flags: Data<Weak<AtomicU32>>,
}

impl PySignalDict {
    fn cell(&self, t: &Thread) -> PyResult<Arc<AtomicU32>> {
        self.flags.upgrade().ok_or_else(|| invalid_dict(t))
    }

    fn load(&self, t: &Thread) -> PyResult<u32> {
        Ok(self.cell(t)?.load(Ordering::Relaxed))
    }
}

#[class(name = "decimal.SignalDictMixin", flags(BASETYPE), heap, inherited_new)]
impl PySignalDict {
    #[new(sig = "(*args, **kwargs)", text = "")]
    fn new(cls: &PyType, t: &Thread, args: &[&Object], kwargs: taipan_object::Kwargs) -> PyResult<Owned<Self>> {
        let _ = (args, kwargs);
        cls.instance(t, Self { head: Head::new(), flags: Data(Weak::new()) })
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        self.load(t)?;
        Ok(SIGNALS.len())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        let flags = self.load(t)?;
        let flag = signals::flag_of(t, key)?.ok_or_else(|| not_a_signal(t))?;
        Ok(singletons::bool(flags & flag != 0).own())
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let cell = self.cell(t)?;
        let Some(value) = value else { return Err(err!(t, ValueError, "signal keys cannot be deleted")) };
        let flag = signals::flag_of(t, key)?.ok_or_else(|| not_a_signal(t))?;
        if value.is_true(t)? {
            cell.fetch_or(flag, Ordering::Relaxed);
        } else {
            cell.fetch_and(!flag, Ordering::Relaxed);
        }
        Ok(())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        let mut classes = Vec::new();
        for (_, class) in signals::classes(t)? {
            classes.push(class.own().into_object());
        }
        taipan_object::iter::get_iter(t, &*PyTuple::from_vec(t, classes)?)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let flags = self.load(t)?;
        let show = |signal: &signals::Signal| {
            let value = if flags & signal.flag != 0 { "True" } else { "False" };
            format!("<class 'decimal.{}'>:{value}", signal.name)
        };
        let shown: Vec<String> = SIGNALS.iter().map(show).collect();
        PyStr::from_fmt(t, format_args!("{{{}}}", shown.join(", ")))
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let flags = self.load(t)?;
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        let theirs = if let Some(other) = other.downcast::<Self>() {
            Some(other.load(t)?)
        } else if let Some(dict) = other.downcast::<PyDict>() {
            let read = dict_flags(t, dict);
            errors::catch::<exceptions::KeyError, _>(t, read)?
        } else {
            None
        };
        match theirs {
            Some(theirs) => Ok(singletons::bool((same(flags, theirs)) == (op == CompareOp::Eq)).own()),
            None => singletons::ok_not_implemented(),
        }
    }

    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let flags = self.load(t)?;
        let dict = PyDict::new(t)?;
        for (signal, class) in signals::classes(t)? {
            dict.set_item(t, class, singletons::bool(flags & signal.flag != 0))?;
        }
        Ok(dict)
    }
}

/// Whether two sets of flags hold the same signals.
fn same(a: u32, b: u32) -> bool {
    SIGNALS.iter().all(|signal| (a & signal.flag != 0) == (b & signal.flag != 0))
}

/// The signals that a dictionary of all signals sets.
fn dict_flags(t: &Thread, dict: &PyDict) -> PyResult<u32> {
    let invalid = || err!(t, KeyError, "invalid signal dict");
    if dict.len() != SIGNALS.len() {
        return Err(invalid());
    }
    let mut flags = 0;
    for (signal, class) in signals::classes(t)? {
        let value = dict.get_item(t, class)?.ok_or_else(invalid)?;
        if value.is_true(t)? {
            flags |= signal.flag;
        }
    }
    Ok(flags)
}

/// The signals in a dictionary.
fn flags_from(t: &Thread, value: &Object) -> PyResult<u32> {
    if let Some(dict) = value.downcast::<PySignalDict>() {
        return dict.load(t);
    }
    match value.downcast::<PyDict>() {
        Some(dict) => dict_flags(t, dict),
        None => Err(err!(t, TypeError, "argument must be a signal dict")),
    }
}

/// The signals in a list or dictionary.
fn flags_from_list(t: &Thread, value: &Object) -> PyResult<u32> {
    let Some(list) = value.downcast::<PyList>() else { return flags_from(t, value) };
    let mut flags = 0;
    for class in list.to_vec() {
        flags |= signals::flag_of(t, &class)?.ok_or_else(|| not_a_signal(t))?;
    }
    Ok(flags)
}

/// A rounding from its name.
pub fn rounding_from(t: &Thread, value: &Object) -> PyResult<Rounding> {
    let text = value.downcast::<PyStr>();
    let found = text.and_then(|text| Rounding::ALL.into_iter().find(|rounding| text.eq_str(rounding.name())));
    found.ok_or_else(|| {
        err!(
            t,
            TypeError,
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
             ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]"
        )
    })
}

/// A `Py_ssize_t` that has to be an `int`.
fn size(t: &Thread, value: &Object) -> PyResult<i64> {
    match value.downcast::<PyInt>() {
        Some(value) => Ok(value.to_isize(t)? as i64),
        None => Err(err!(t, TypeError, "an integer is required")),
    }
}

/// `decimal.Context`.
#[object]
pub struct PyContext {
    /// Its `traps` and `status` are not used.
    settings: Data<Cell<number::Context>>,
    traps: Data<Arc<AtomicU32>>,
    flags: Data<Arc<AtomicU32>>,
    traps_dict: Slot,
    flags_dict: Slot,
    capitals: Cell<bool>,
}

/// The settings of contexts before there is a default.
const INITIAL: number::Context = number::Context {
    prec: 28,
    emax: 999_999,
    emin: -999_999,
    rounding: Rounding::HalfEven,
    clamp: false,
    traps: status::INVALID | status::DIVISION_BY_ZERO | status::OVERFLOW,
    status: 0,
};

fn signal_dict(t: &Thread, flags: &Arc<AtomicU32>) -> PyResult {
    let class = &module_state::get(t)?.signal_dict;
    let flags = Data(Arc::downgrade(flags));
    Ok(class.instance(t, PySignalDict { head: Head::new(), flags })?.into_object())
}

impl PyContext {
    fn make(t: &Thread, class: &PyType, settings: number::Context, capitals: bool) -> PyResult<Owned<Self>> {
        let traps = Arc::new(AtomicU32::new(settings.traps));
        let flags = Arc::new(AtomicU32::new(settings.status));
        let (traps_dict, flags_dict) = (signal_dict(t, &traps)?, signal_dict(t, &flags)?);
        class.instance(
            t,
            Self {
                head: Head::new(),
                settings: Data(Cell::new(settings)),
                traps: Data(traps),
                flags: Data(flags),
                traps_dict: Slot::new(traps_dict),
                flags_dict: Slot::new(flags_dict),
                capitals: Cell::new(capitals),
            },
        )
    }

    /// A context of exactly this type.
    pub fn with_settings(t: &Thread, settings: number::Context) -> PyResult<Owned<Self>> {
        Self::make(t, Self::class(), settings, true)
    }

    /// The settings for an operation, with nothing signalled yet.
    #[inline]
    pub fn get(&self) -> number::Context {
        number::Context { traps: self.traps.load(Ordering::Relaxed), status: 0, ..self.settings.get() }
    }

    /// The settings with what has been signalled.
    pub fn all(&self) -> number::Context {
        number::Context { status: self.flags.load(Ordering::Relaxed), ..self.get() }
    }

    /// Whether exponents are marked with a capital letter.
    pub fn has_capitals(&self) -> bool {
        self.capitals.get()
    }

    /// Notes conditions without raising anything.
    pub fn note(&self, conditions: u32) {
        self.flags.fetch_or(conditions, Ordering::Relaxed);
    }

    /// Notes conditions, and raises those that are trapped.
    #[inline]
    pub fn signal(&self, t: &Thread, conditions: u32) -> PyResult<()> {
        if conditions == 0 {
            return Ok(());
        }
        self.note(conditions);
        let trapped = conditions & self.traps.load(Ordering::Relaxed);
        if trapped != 0 { Err(signals::trapped(t, trapped)) } else { Ok(()) }
    }

    fn change(&self, change: impl FnOnce(&mut number::Context)) {
        let mut settings = self.settings.get();
        change(&mut settings);
        self.settings.set(settings);
    }

    /// A copy, with what has been signalled.
    pub fn copied(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::make(t, Self::class(), self.all(), self.capitals.get())
    }

    /// Sets one attribute.
    fn set(&self, t: &Thread, name: &str, value: &Object) -> PyResult<()> {
        match name {
            "prec" => {
                let n = size(t, value)?;
                if !(1..=MAX).contains(&n) {
                    return Err(err!(t, ValueError, "valid range for prec is [1, MAX_PREC]"));
                }
                self.change(|c| c.prec = n);
            }
            "Emin" => {
                let n = size(t, value)?;
                if !(-MAX..=0).contains(&n) {
                    return Err(err!(t, ValueError, "valid range for Emin is [MIN_EMIN, 0]"));
                }
                self.change(|c| c.emin = n);
            }
            "Emax" => {
                let n = size(t, value)?;
                if !(0..=MAX).contains(&n) {
                    return Err(err!(t, ValueError, "valid range for Emax is [0, MAX_EMAX]"));
                }
                self.change(|c| c.emax = n);
            }
            "rounding" => {
                let rounding = rounding_from(t, value)?;
                self.change(|c| c.rounding = rounding);
            }
            "capitals" => match size(t, value)? {
                n @ (0 | 1) => self.capitals.set(n == 1),
                _ => return Err(err!(t, ValueError, "valid values for capitals are 0 or 1")),
            },
            "clamp" => match size(t, value)? {
                n @ (0 | 1) => self.change(|c| c.clamp = n == 1),
                _ => return Err(err!(t, ValueError, "valid values for clamp are 0 or 1")),
            },
            "traps" => self.traps.store(flags_from(t, value)?, Ordering::Relaxed),
            _ => self.flags.store(flags_from(t, value)?, Ordering::Relaxed),
        }
        Ok(())
    }

    /// Sets the attributes that are given, `None` being none.
    pub fn set_given(
        &self,
        t: &Thread,
        given: [Option<&Object>; 6],
        flags: Option<&Object>,
        traps: Option<&Object>,
    ) -> PyResult<()> {
        for (name, value) in ["prec", "rounding", "Emin", "Emax", "capitals", "clamp"].into_iter().zip(given) {
            if let Some(value) = value.filter(|value| !value.is(singletons::none())) {
                self.set(t, name, value)?;
            }
        }
        if let Some(traps) = traps.filter(|traps| !traps.is(singletons::none())) {
            self.traps.store(flags_from_list(t, traps)?, Ordering::Relaxed);
        }
        if let Some(flags) = flags.filter(|flags| !flags.is(singletons::none())) {
            self.flags.store(flags_from_list(t, flags)?, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// What the methods of contexts are made of.
pub mod parts {
    use super::*;

    pub fn new(cls: &PyType, t: &Thread) -> PyResult<Owned<PyContext>> {
        let (settings, capitals) = match default(t)? {
            Some(default) => (default.get(), default.capitals.get()),
            None => (INITIAL, true),
        };
        PyContext::make(t, cls, settings, capitals)
    }

    pub fn repr(this: &PyContext, t: &Thread) -> PyResult<Owned<PyStr>> {
        let c = this.all();
        PyStr::from_fmt(
            t,
            format_args!(
                "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
                c.prec,
                c.rounding.name(),
                c.emin,
                c.emax,
                i32::from(this.capitals.get()),
                i32::from(c.clamp),
                signals::names(c.status),
                signals::names(c.traps)
            ),
        )
    }

    pub fn getattr(this: &PyContext, t: &Thread, name: &Object) -> PyResult {
        if let Some(text) = name.downcast::<PyStr>() {
            if text.eq_str("traps") {
                return this.traps_dict.get().ok_or_else(|| invalid_dict(t));
            }
            if text.eq_str("flags") {
                return this.flags_dict.get().ok_or_else(|| invalid_dict(t));
            }
        }
        taipan_object::attr::generic_getattr(t, this.as_object(), name)
    }

    pub fn setattr(this: &PyContext, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(t)) };
        if let Some(text) = name.downcast::<PyStr>() {
            if text.eq_str("traps") {
                return this.set(t, "traps", value);
            }
            if text.eq_str("flags") {
                return this.set(t, "flags", value);
            }
        }
        taipan_object::attr::generic_setattr(t, this.as_object(), name, Some(value))
    }

    fn cannot_delete(t: &Thread) -> Raised {
        err!(t, AttributeError, "context attributes cannot be deleted")
    }

    pub fn set_one(this: &PyContext, t: &Thread, name: &str, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => this.set(t, name, value),
            None => Err(cannot_delete(t)),
        }
    }

    pub fn reduce(this: &PyContext, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let c = this.all();
        let int = |n: i64| PyInt::from_i64(t, n).map(Owned::into_object);
        let values = vec![
            int(c.prec)?,
            PyStr::intern_str(t, c.rounding.name())?.into_object(),
            int(c.emin)?,
            int(c.emax)?,
            int(this.capitals.get().into())?,
            int(c.clamp.into())?,
            signals::list(t, c.status)?.into_object(),
            signals::list(t, c.traps)?.into_object(),
        ];
        sequence::pair(t, this.as_object().class(), &*PyTuple::from_vec(t, values)?)
    }

    pub fn clear(this: &PyContext, traps: bool) {
        (if traps { &this.traps } else { &this.flags }).store(0, Ordering::Relaxed);
    }
}

/// What new contexts are copies of, once there is such a context.
fn default(t: &Thread) -> PyResult<Option<&'static Owned<PyContext>>> {
    Ok(module_state::get(t)?.templates.get().and_then(|templates| templates.first()))
}

/// The current context.
pub fn current(t: &Thread) -> PyResult<Owned<PyContext>> {
    let state = module_state::get(t)?;
    let version = context::version(t);
    if let Some((known, context)) = &*state.current.borrow()
        && *known == version
    {
        return Ok(context.clone());
    }
    let found = looked_up(t, state)?;
    // Finding it may have made it; and what is dropped with the old one may do anything.
    let old = state.current.replace(Some((context::version(t), found.clone())));
    drop(old);
    Ok(found)
}

fn looked_up(t: &Thread, state: &module_state::State) -> PyResult<Owned<PyContext>> {
    let found = state.get.call(t, &[singletons::none()])?;
    if !found.is(singletons::none())
        && let Ok(context) = found.into_type::<PyContext>()
    {
        return Ok(context);
    }
    let made = match default(t)? {
        Some(default) => PyContext::make(
            t,
            PyContext::class(),
            number::Context { status: 0, ..default.get() },
            default.capitals.get(),
        )?,
        None => PyContext::with_settings(t, INITIAL)?,
    };
    module_state::get(t)?.variable.call_method(t, name!(t, "set"), &[made.as_object()])?;
    Ok(made)
}

/// Makes a context the current one.
pub fn set_current(t: &Thread, context: &PyContext) -> PyResult<()> {
    let copy;
    let mut context = context;
    let templates = module_state::get(t)?.templates.get().map_or(&[][..], |templates| templates);
    if templates.iter().any(|template| core::ptr::eq(&**template, context)) {
        copy = PyContext::make(t, PyContext::class(), context.get(), context.capitals.get())?;
        context = &copy;
    }
    module_state::get(t)?.variable.call_method(t, name!(t, "set"), &[context.as_object()])?;
    Ok(())
}

/// The context that an optional argument names.
pub fn from_argument(t: &Thread, argument: Option<&Object>) -> PyResult<Owned<PyContext>> {
    match argument.filter(|argument| !argument.is(singletons::none())) {
        None => current(t),
        Some(argument) => match argument.downcast::<PyContext>() {
            Some(context) => Ok(context.own()),
            None => Err(err!(t, TypeError, "optional argument must be a context")),
        },
    }
}

/// `decimal.ContextManager`.
#[object]
pub struct PyContextManager {
    pub local: Slot<PyContext>,
    pub global: Slot<PyContext>,
}

#[class(name = "decimal.ContextManager", flags(HAVE_GC), heap, no_new)]
impl PyContextManager {
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<Option<Owned<PyContext>>> {
        if let Some(local) = self.local.get() {
            set_current(t, &local)?;
        }
        Ok(self.local.get())
    }

    #[method(sig = "(*args)", text = "")]
    fn __exit__(&self, t: &Thread, args: &[&Object]) -> PyResult<bool> {
        let _ = args;
        if let Some(global) = self.global.get() {
            set_current(t, &global)?;
        }
        Ok(false)
    }
}

/// The contexts that a module starts with.
pub fn init(t: &Thread, module: &taipan_object::PyModule) -> PyResult<()> {
    let trouble = status::INVALID | status::DIVISION_BY_ZERO | status::OVERFLOW;
    let basic = number::Context {
        prec: 9,
        rounding: Rounding::HalfUp,
        traps: trouble | status::UNDERFLOW | status::CLAMPED,
        ..INITIAL
    };
    let extended = number::Context { prec: 9, traps: 0, ..INITIAL };
    let state = module_state::get(t)?;
    if state.templates.get().is_none() {
        let made = [
            PyContext::with_settings(t, INITIAL)?,
            PyContext::with_settings(t, basic)?,
            PyContext::with_settings(t, extended)?,
        ];
        // Nobody else can have made them meanwhile.
        let _ = state.templates.set(made);
    }
    let names = ["DefaultContext", "BasicContext", "ExtendedContext"];
    for (name, context) in names.into_iter().zip(state.templates.get().into_iter().flatten()) {
        module.set(t, name, context)?;
    }
    Ok(())
}
