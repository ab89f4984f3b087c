//! What `_typing` holds: type variables with lazily evaluated bounds and defaults, type aliases, `Generic`.

use crate::member;
use core::cell::Cell;
use taipan_object::abi::{Py_READONLY, Py_T_BOOL, PyMemberDef};
use taipan_object::argparse::{Args, FromArg, Kwargs, Param, Signature, What, missing};
use taipan_object::{
    Class, CompareOp, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    WeakList, class, compare, err, errors, hash, iter, name, new_object, number, object, sequence, singletons, state,
    upcast,
};

fn none() -> Owned {
    singletons::none().own()
}

/// Calls a function of the module `typing`.
fn call_typing(t: &Thread, function: &PyStr, args: &[&Object]) -> PyResult {
    state::import(t, "typing")?.getattr(t, function)?.call(t, args)
}

fn type_check(t: &Thread, arg: &Object, message: &str) -> PyResult {
    // The usual argument is a class: typing need not be imported for it.
    if arg.is_instance_of::<PyType>() {
        return Ok(arg.own());
    }
    let message = PyStr::from_str(t, message)?;
    call_typing(t, name!(t, "_type_check"), &[arg, &message])
}

/// The module of the function that is running.
fn caller_module(t: &Thread) -> Option<Owned> {
    state::current_globals(t)?.get_str(t, name!(t, "__name__"))
}

fn set_module(t: &Thread, object: &Object) -> PyResult<()> {
    match caller_module(t) {
        Some(module) => object.setattr(t, name!(t, "__module__"), &module),
        None => object.setattr(t, name!(t, "__module__"), singletons::none()),
    }
}

/// What an evaluator gives in the `VALUE` format.
fn evaluate(t: &Thread, evaluator: &Object) -> PyResult {
    let format = PyInt::from_i64(t, 1)?;
    evaluator.call(t, &[&format])
}

/// A value that may still have to be computed by a function.
fn lazy(t: &Thread, value: &Slot, evaluator: &Slot, absent: &Object) -> PyResult {
    if let Some(value) = value.get() {
        return Ok(value);
    }
    let Some(evaluator) = evaluator.get() else { return Ok(absent.own()) };
    let made = evaluate(t, &evaluator)?;
    value.set(Some(made.clone()));
    Ok(made)
}

/// The evaluator of a value: the function that computes it, or one that returns it.
fn evaluator_of(t: &Thread, value: &Slot, evaluator: &Slot) -> PyResult {
    if let Some(evaluator) = evaluator.get() {
        return Ok(evaluator);
    }
    match value.get() {
        Some(value) => const_evaluator(t, value),
        None => Ok(none()),
    }
}

/// A function that ignores the format and returns a value already known.
#[object]
pub struct PyConstEvaluator {
    value: Slot,
}

fn const_evaluator(t: &Thread, value: Owned) -> PyResult {
    new_object(t, PyConstEvaluator { head: Head::new(), value: Slot::new(value) }).map(Owned::into_object)
}

#[class(
    name = "_typing._ConstEvaluator",
    flags(HAVE_GC),
    no_new,
    doc = "Internal type for implementing evaluation functions."
)]
impl PyConstEvaluator {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let value = self.value.get().unwrap_or_else(none).repr(t)?;
        PyStr::concat_all(t, &[name!(t, "<constevaluator "), &value, PyStr::latin1_char(b'>')]).map(Owned::into_object)
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "constevaluator.__call__")?;
        let [format] = args.pos else {
            return Err(err!(
                t,
                TypeError,
                "constevaluator.__call__() takes exactly 1 argument ({} given)",
                args.pos.len()
            ));
        };
        let format = number::index_as_isize(t, format)?;
        let value = self.value.get().unwrap_or_else(none);
        if format != 4 {
            return Ok(value);
        }
        if let Some(tuple) = value.downcast::<PyTuple>() {
            let mut parts = Vec::new();
            for item in tuple.as_slice() {
                parts.push(crate::generic_alias::type_repr(t, item)?);
            }
            let inner = PyStr::join_all(t, Some(name!(t, ", ")), &parts)?;
            let tail: &PyStr = if tuple.len() == 1 { name!(t, ",)") } else { PyStr::latin1_char(b')') };
            return PyStr::concat_all(t, &[PyStr::latin1_char(b'('), &inner, tail]).map(Owned::into_object);
        }
        crate::generic_alias::type_repr(t, &value).map(Owned::into_object)
    }
}

/// The type of the NoDefault singleton.
#[object]
pub struct PyNoDefault {}

#[class(name = "NoDefaultType", doc = "NoDefaultType()\n--\n\nThe type of the NoDefault singleton.")]
impl PyNoDefault {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "NoDefaultType takes no arguments"));
        }
        no_default(t)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "typing.NoDefault").own().into_object())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        Ok(name!(t, "NoDefault").own().into_object())
    }
}

/// `typing.NoDefault`, one for the process.
pub fn no_default(t: &Thread) -> PyResult {
    use core::sync::atomic::{AtomicPtr, Ordering};
    static SINGLETON: AtomicPtr<taipan_object::abi::PyObject> = AtomicPtr::new(core::ptr::null_mut());
    // SAFETY: the singleton is immortal once stored.
    let known = || unsafe { Object::from_ptr_opt(SINGLETON.load(Ordering::Acquire)).map(Own::own) };
    if let Some(known) = known() {
        return Ok(known);
    }
    taipan_object::typeobject::share::exclusively(|| {
        if let Some(known) = known() {
            return Ok(known);
        }
        let made = new_object(t, PyNoDefault { head: Head::new() })?.into_object();
        // SAFETY: a fresh object.
        unsafe { taipan_runtime::refcount::set_immortal(made.as_ptr()) };
        SINGLETON.store(made.as_ptr(), Ordering::Release);
        Ok(made)
    })
}

fn is_no_default(t: &Thread, value: &Object) -> PyResult<bool> {
    Ok(no_default(t)?.is(value))
}

/// `__default__`: evaluated on demand.
fn default_of(t: &Thread, value: &Slot, evaluator: &Slot) -> PyResult {
    let absent = no_default(t)?;
    lazy(t, value, evaluator, &absent)
}

fn has_default(t: &Thread, value: &Slot, evaluator: &Slot) -> PyResult<bool> {
    if !evaluator.is_none() {
        return Ok(true);
    }
    match value.get() {
        Some(value) => Ok(!is_no_default(t, &value)?),
        None => Ok(false),
    }
}

fn cannot_subclass(t: &Thread, object: &Object) -> PyResult {
    Err(err!(t, TypeError, "Cannot subclass an instance of {}", object.class().short_name_lossy()))
}

fn prefixed_name(t: &Thread, name: &Slot, infer: bool, covariant: bool, contravariant: bool) -> PyResult {
    let name = name.get().unwrap_or_else(none).str(t)?;
    if infer {
        return Ok(name.into_object());
    }
    let sign = if covariant {
        b'+'
    } else if contravariant {
        b'-'
    } else {
        b'~'
    };
    PyStr::latin1_char(sign).concat(t, &name).map(Owned::into_object)
}

fn check_variance(t: &Thread, covariant: bool, contravariant: bool, infer: bool) -> PyResult<()> {
    if covariant && contravariant {
        return Err(err!(t, ValueError, "Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(err!(t, ValueError, "Variance cannot be specified with infer_variance."));
    }
    Ok(())
}

const fn flag_member(name: &'static core::ffi::CStr, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: Py_T_BOOL,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

fn flag(t: &Thread, slot: Option<&Object>) -> PyResult<bool> {
    slot.map_or(Ok(false), |x| x.is_true(t))
}

#[object]
pub struct PyTypeVar {
    name: Slot,
    bound: Slot,
    evaluate_bound: Slot,
    constraints: Slot,
    evaluate_constraints: Slot,
    default: Slot,
    evaluate_default: Slot,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    infer_variance: Cell<bool>,
    dict: Slot<PyDict>,
    weaks: WeakList,
}

impl PyTypeVar {
    const MEMBERS_LEN: usize = 5;

    fn blank(name: &Object) -> Self {
        Self {
            head: Head::new(),
            name: Slot::new(name.own()),
            bound: Slot::empty(),
            evaluate_bound: Slot::empty(),
            constraints: Slot::empty(),
            evaluate_constraints: Slot::empty(),
            default: Slot::empty(),
            evaluate_default: Slot::empty(),
            covariant: Cell::new(false),
            contravariant: Cell::new(false),
            infer_variance: Cell::new(false),
            dict: Slot::empty(),
            weaks: WeakList::new(),
        }
    }
}

const fn param(name: &'static str, required: bool) -> Param {
    Param { name, required }
}

const TYPEVAR: Signature = Signature {
    fname: "typevar",
    params: &[
        param("name", true),
        param("bound", false),
        param("default", false),
        param("covariant", false),
        param("contravariant", false),
        param("infer_variance", false),
    ],
    pos_only: 0,
    positional: 1,
    varargs: true,
    varkw: false,
};

fn given_name<'a>(t: &'a Thread, slot: Option<&'a Object>, fname: &'static str) -> PyResult<&'a PyStr> {
    match slot {
        Some(name) => <&PyStr>::from_arg(t, name, What::Name(fname, "name")),
        None => Err(missing(t)),
    }
}

#[class(name = "typing.TypeVar", heap, export = _PyTypeVar_Type, flags(HAVE_GC), weaklist = weaks, dict = dict,
    doc = "Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases::\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n\nThis syntax can also be used to create bound and constrained type\nvariables::\n\n    # S is a TypeVar bound to str\n    class StrSequence[S: str]:\n        ...\n\n    # A is a TypeVar constrained to str or bytes\n    class StrOrBytesSequence[A: (str, bytes)]:\n        ...\n\nType variables can also have defaults:\n\n    class IntDefault[T = int]:\n        ...\n\nHowever, if desired, reusable type variables can also be constructed\nmanually, like so::\n\n   T = TypeVar('T')  # Can be anything\n   S = TypeVar('S', bound=str)  # Can be any subtype of str\n   A = TypeVar('A', str, bytes)  # Must be exactly str or bytes\n   D = TypeVar('D', default=int)  # Defaults to int\n\nType variables exist primarily for the benefit of static type\ncheckers.  They serve as the parameters for generic types as well\nas for generic function and type alias definitions.\n\nThe variance of type variables is inferred by type checkers when they\nare created through the type parameter syntax and when\n``infer_variance=True`` is passed. Manually created type variables may\nbe explicitly marked covariant or contravariant by passing\n``covariant=True`` or ``contravariant=True``. By default, manually\ncreated type variables are invariant. See PEP 484 and PEP 695 for more\ndetails.\n",
    members = [
        member(c"__name__", core::mem::offset_of!(PyTypeVar, name), c""),
        flag_member(c"__covariant__", core::mem::offset_of!(PyTypeVar, covariant)),
        flag_member(c"__contravariant__", core::mem::offset_of!(PyTypeVar, contravariant)),
        flag_member(c"__infer_variance__", core::mem::offset_of!(PyTypeVar, infer_variance)),
        PyMemberDef::END,
    ])]
impl PyTypeVar {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 6];
        args.parse(t, &TYPEVAR, &mut slots)?;
        let name = given_name(t, slots[0], "typevar")?;
        let constraints = args.rest(&TYPEVAR);
        let (covariant, contravariant, infer) = (flag(t, slots[3])?, flag(t, slots[4])?, flag(t, slots[5])?);
        check_variance(t, covariant, contravariant, infer)?;
        let bound = match slots[1] {
            Some(bound) if !bound.is(singletons::none()) => Some(type_check(t, bound, "Bound must be a type.")?),
            _ => None,
        };
        if constraints.len() == 1 {
            return Err(err!(t, TypeError, "A single constraint is not allowed"));
        }
        if !constraints.is_empty() && bound.is_some() {
            return Err(err!(t, TypeError, "Constraints cannot be combined with bound=..."));
        }
        let this = Self::blank(name);
        this.bound.set(bound);
        if !constraints.is_empty() {
            let mut checked = Vec::new();
            for constraint in constraints {
                checked.push(type_check(t, constraint, "TypeVar(name, constraint, ...): constraints must be types.")?);
            }
            this.constraints.set(Some(PyTuple::from_vec(t, checked)?.into_object()));
        }
        this.default.set(Some(match slots[2] {
            Some(default) => default.own(),
            None => no_default(t)?,
        }));
        this.covariant.set(covariant);
        this.contravariant.set(contravariant);
        this.infer_variance.set(infer);
        let made = cls.instance(t, this)?.into_object();
        set_module(t, &made)?;
        Ok(made)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        prefixed_name(t, &self.name, self.infer_variance.get(), self.covariant.get(), self.contravariant.get())
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        crate::union::from_items(t, &[left, right])
    }

    #[getter]
    fn __bound__(&self, t: &Thread) -> PyResult {
        lazy(t, &self.bound, &self.evaluate_bound, singletons::none())
    }

    #[getter]
    fn __constraints__(&self, t: &Thread) -> PyResult {
        lazy(t, &self.constraints, &self.evaluate_constraints, PyTuple::empty())
    }

    #[getter]
    fn __default__(&self, t: &Thread) -> PyResult {
        default_of(t, &self.default, &self.evaluate_default)
    }

    #[getter(name = "evaluate_bound")]
    fn get_evaluate_bound(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.bound, &self.evaluate_bound)
    }

    #[getter(name = "evaluate_constraints")]
    fn get_evaluate_constraints(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.constraints, &self.evaluate_constraints)
    }

    #[getter(name = "evaluate_default")]
    fn get_evaluate_default(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.default, &self.evaluate_default)
    }

    #[method]
    fn __typing_subst__(&self, t: &Thread, arg: &Object) -> PyResult {
        call_typing(t, name!(t, "_typevar_subst"), &[upcast(self), arg])
    }

    #[method]
    fn __typing_prepare_subst__(&self, t: &Thread, alias: &Object, args: &Object) -> PyResult {
        let args = match args.own().into_type::<PyTuple>() {
            Ok(args) => args,
            Err(other) => taipan_object::iter::to_tuple(t, &other)?,
        };
        let parameters = alias.getattr(t, name!(t, "__parameters__"))?;
        let index = sequence_index(t, &parameters, upcast(self))?;
        let count = args.len();
        if index < count {
            return Ok(args.into_object());
        }
        if index == count {
            let default = default_of(t, &self.default, &self.evaluate_default)?;
            if !is_no_default(t, &default)? {
                let mut items = taipan_object::call::own_all(args.as_slice());
                items.push(default);
                return PyTuple::from_vec(t, items).map(Owned::into_object);
            }
        }
        Err(err!(
            t,
            TypeError,
            "Too few arguments for {}; actual {count}, expected at least {}",
            alias.str(t)?.to_string_lossy(),
            index + 1
        ))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, _t: &Thread) -> Owned {
        self.name.get().unwrap_or_else(none)
    }

    #[method(name = "has_default")]
    fn has_default_method(&self, t: &Thread) -> PyResult<bool> {
        has_default(t, &self.default, &self.evaluate_default)
    }

    #[method]
    fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        cannot_subclass(t, upcast(self))
    }
}

fn sequence_index(t: &Thread, items: &Object, wanted: &Object) -> PyResult<usize> {
    for (i, item) in iter::to_vec(t, items)?.iter().enumerate() {
        if item.eq(t, wanted)? {
            return Ok(i);
        }
    }
    Err(err!(t, ValueError, "sequence.index(x): x not in sequence"))
}

macro_rules! param_spec_part {
    ($name:ident, $text:literal, $suffix:literal, $doc:literal) => {
        #[object]
        pub struct $name {
            origin: Slot,
            weaks: WeakList,
        }

        impl $name {
            const MEMBERS_LEN: usize = 2;
        }

        #[class(name = $text, heap, flags(HAVE_GC), weaklist = weaks, doc = $doc,
                    hash = hash::hash_not_implemented,
                    members = [member(c"__origin__", core::mem::offset_of!($name, origin), c""), PyMemberDef::END])]
        impl $name {
            #[new(sig = "(origin)", text = "")]
            fn new(cls: &PyType, t: &Thread, origin: &Object) -> PyResult<Owned<Self>> {
                cls.instance(t, Self { head: Head::new(), origin: Slot::new(origin.own()), weaks: WeakList::new() })
            }

            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                let origin = self.origin.get().unwrap_or_else(none);
                let base = match origin.downcast::<PyParamSpec>() {
                    Some(spec) => spec.name.get().unwrap_or_else(none).str(t)?,
                    None => origin.repr(t)?,
                };
                let suffix = PyStr::from_str(t, $suffix)?;
                base.concat(t, &suffix).map(Owned::into_object)
            }

            #[slot]
            fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
                let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Self>(), op) else {
                    return singletons::ok_not_implemented();
                };
                let (a, b) = (self.origin.get().unwrap_or_else(none), other.origin.get().unwrap_or_else(none));
                compare::rich_compare(t, &a, &b, op)
            }

            #[method]
            fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult {
                let _ = object;
                cannot_subclass(t, upcast(self))
            }
        }
    };
}

param_spec_part!(
    PyParamSpecArgs,
    "typing.ParamSpecArgs",
    ".args",
    "The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args is an instance of ParamSpecArgs.\n\nParamSpecArgs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.args.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n"
);
param_spec_part!(
    PyParamSpecKwargs,
    "typing.ParamSpecKwargs",
    ".kwargs",
    "The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.\n\nParamSpecKwargs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.kwargs.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n"
);

#[object]
pub struct PyParamSpec {
    name: Slot,
    bound: Slot,
    default: Slot,
    evaluate_default: Slot,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    infer_variance: Cell<bool>,
    dict: Slot<PyDict>,
    weaks: WeakList,
}

impl PyParamSpec {
    const MEMBERS_LEN: usize = 6;

    fn blank(name: &Object) -> Self {
        Self {
            head: Head::new(),
            name: Slot::new(name.own()),
            bound: Slot::empty(),
            default: Slot::empty(),
            evaluate_default: Slot::empty(),
            covariant: Cell::new(false),
            contravariant: Cell::new(false),
            infer_variance: Cell::new(false),
            dict: Slot::empty(),
            weaks: WeakList::new(),
        }
    }
}

const PARAM_SPEC: Signature = Signature {
    fname: "paramspec",
    params: &[
        param("name", true),
        param("bound", false),
        param("default", false),
        param("covariant", false),
        param("contravariant", false),
        param("infer_variance", false),
    ],
    pos_only: 0,
    positional: 1,
    varargs: false,
    varkw: false,
};

#[class(name = "typing.ParamSpec", heap, export = _PyParamSpec_Type, flags(HAVE_GC), weaklist = weaks, dict = dict,
    doc = "Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere the use of '**' creates a parameter specification::\n\n    type IntFunc[**P] = Callable[P, int]\n\nThe following syntax creates a parameter specification that defaults\nto a callable accepting two positional-only arguments of types int\nand str:\n\n    type IntFuncDefault[**P = [int, str]] = Callable[P, int]\n\nFor compatibility with Python 3.11 and earlier, ParamSpec objects\ncan also be created as follows::\n\n    P = ParamSpec('P')\n    DefaultP = ParamSpec('DefaultP', default=[int, str])\n\nParameter specification variables exist primarily for the benefit of\nstatic type checkers.  They are used to forward the parameter types of\none callable to another callable, a pattern commonly found in\nhigher-order functions and decorators.  They are only valid when used\nin ``Concatenate``, or as the first argument to ``Callable``, or as\nparameters for user-defined Generics. See class Generic for more\ninformation on generic types.\n\nAn example for annotating a decorator::\n\n    def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:\n        '''A type-safe decorator to add logging to a function.'''\n        def inner(*args: P.args, **kwargs: P.kwargs) -> T:\n            logging.info(f'{f.__name__} was called')\n            return f(*args, **kwargs)\n        return inner\n\n    @add_logging\n    def add_two(x: float, y: float) -> float:\n        '''Add two numbers together.'''\n        return x + y\n\nParameter specification variables can be introspected. e.g.::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.__name__\n    'P'\n\nNote that only parameter specification variables defined in the global\nscope can be pickled.\n",
    members = [
        member(c"__name__", core::mem::offset_of!(PyParamSpec, name), c""),
        member(c"__bound__", core::mem::offset_of!(PyParamSpec, bound), c""),
        flag_member(c"__covariant__", core::mem::offset_of!(PyParamSpec, covariant)),
        flag_member(c"__contravariant__", core::mem::offset_of!(PyParamSpec, contravariant)),
        flag_member(c"__infer_variance__", core::mem::offset_of!(PyParamSpec, infer_variance)),
        PyMemberDef::END,
    ])]
impl PyParamSpec {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 6];
        args.parse(t, &PARAM_SPEC, &mut slots)?;
        let name = given_name(t, slots[0], "paramspec")?;
        let (covariant, contravariant, infer) = (flag(t, slots[3])?, flag(t, slots[4])?, flag(t, slots[5])?);
        check_variance(t, covariant, contravariant, infer)?;
        let this = Self::blank(name);
        if let Some(bound) = slots[1].filter(|b| !b.is(singletons::none())) {
            this.bound.set(Some(bound.own()));
        }
        this.default.set(Some(match slots[2] {
            Some(default) => default.own(),
            None => no_default(t)?,
        }));
        this.covariant.set(covariant);
        this.contravariant.set(contravariant);
        this.infer_variance.set(infer);
        let made = cls.instance(t, this)?.into_object();
        set_module(t, &made)?;
        Ok(made)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        prefixed_name(t, &self.name, self.infer_variance.get(), self.covariant.get(), self.contravariant.get())
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        crate::union::from_items(t, &[left, right])
    }

    /// Represents positional arguments.
    #[getter]
    fn args(&self, t: &Thread) -> PyResult {
        let origin = Slot::new(upcast(self).own());
        new_object(t, PyParamSpecArgs { head: Head::new(), origin, weaks: WeakList::new() }).map(Owned::into_object)
    }

    /// Represents keyword arguments.
    #[getter]
    fn kwargs(&self, t: &Thread) -> PyResult {
        let origin = Slot::new(upcast(self).own());
        new_object(t, PyParamSpecKwargs { head: Head::new(), origin, weaks: WeakList::new() }).map(Owned::into_object)
    }

    /// The default value for this ParamSpec.
    #[getter]
    fn __default__(&self, t: &Thread) -> PyResult {
        default_of(t, &self.default, &self.evaluate_default)
    }

    #[getter(name = "evaluate_default")]
    fn get_evaluate_default(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.default, &self.evaluate_default)
    }

    #[method]
    fn __typing_subst__(&self, t: &Thread, arg: &Object) -> PyResult {
        call_typing(t, name!(t, "_paramspec_subst"), &[upcast(self), arg])
    }

    #[method]
    fn __typing_prepare_subst__(&self, t: &Thread, alias: &Object, args: &Object) -> PyResult {
        call_typing(t, name!(t, "_paramspec_prepare_subst"), &[upcast(self), alias, args])
    }

    #[method(name = "has_default")]
    fn has_default_method(&self, t: &Thread) -> PyResult<bool> {
        has_default(t, &self.default, &self.evaluate_default)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, _t: &Thread) -> Owned {
        self.name.get().unwrap_or_else(none)
    }

    #[method]
    fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        cannot_subclass(t, upcast(self))
    }
}

#[object]
pub struct PyTypeVarTuple {
    name: Slot,
    default: Slot,
    evaluate_default: Slot,
    dict: Slot<PyDict>,
    weaks: WeakList,
}

impl PyTypeVarTuple {
    const MEMBERS_LEN: usize = 2;

    fn blank(name: &Object) -> Self {
        Self {
            head: Head::new(),
            name: Slot::new(name.own()),
            default: Slot::empty(),
            evaluate_default: Slot::empty(),
            dict: Slot::empty(),
            weaks: WeakList::new(),
        }
    }
}

const TYPEVARTUPLE: Signature = Signature {
    fname: "typevartuple",
    params: &[param("name", true), param("default", false)],
    pos_only: 0,
    positional: 1,
    varargs: false,
    varkw: false,
};

/// `typing.Unpack[object]`.
fn unpacked(t: &Thread, object: &Object) -> PyResult {
    let unpack = state::import(t, "typing")?.getattr(t, name!(t, "Unpack"))?;
    sequence::get_item(t, &unpack, object)
}

#[class(name = "typing.TypeVarTuple", heap, export = _PyTypeVarTuple_Type, flags(HAVE_GC), weaklist = weaks, dict = dict,
    doc = "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.\n\nThe preferred way to construct a type variable tuple is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere a single '*' indicates a type variable tuple::\n\n    def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:\n        return (*tup[1:], tup[0])\n\nType variables tuples can have default values:\n\n    type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]\n\nFor compatibility with Python 3.11 and earlier, TypeVarTuple objects\ncan also be created as follows::\n\n    Ts = TypeVarTuple('Ts')  # Can be given any name\n    DefaultTs = TypeVarTuple('Ts', default=(str, int))\n\nJust as a TypeVar (type variable) is a placeholder for a single type,\na TypeVarTuple is a placeholder for an *arbitrary* number of types. For\nexample, if we define a generic class using a TypeVarTuple::\n\n    class C[*Ts]: ...\n\nThen we can parameterize that class with an arbitrary number of type\narguments::\n\n    C[int]       # Fine\n    C[int, str]  # Also fine\n    C[()]        # Even this is fine\n\nFor more details, see PEP 646.\n\nNote that only TypeVarTuples defined in the global scope can be\npickled.\n",
    members = [member(c"__name__", core::mem::offset_of!(PyTypeVarTuple, name), c""), PyMemberDef::END])]
impl PyTypeVarTuple {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 2];
        args.parse(t, &TYPEVARTUPLE, &mut slots)?;
        let name = given_name(t, slots[0], "typevartuple")?;
        let this = Self::blank(name);
        this.default.set(Some(match slots[1] {
            Some(default) => default.own(),
            None => no_default(t)?,
        }));
        let made = cls.instance(t, this)?.into_object();
        set_module(t, &made)?;
        Ok(made)
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> PyResult {
        Ok(self.name.get().unwrap_or_else(none))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let item = unpacked(t, upcast(self))?;
        PyTuple::from_vec(t, vec![item])?.iter(t)
    }

    /// The default value for this TypeVarTuple.
    #[getter]
    fn __default__(&self, t: &Thread) -> PyResult {
        default_of(t, &self.default, &self.evaluate_default)
    }

    #[getter(name = "evaluate_default")]
    fn get_evaluate_default(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.default, &self.evaluate_default)
    }

    #[method]
    fn __typing_subst__(&self, t: &Thread, arg: &Object) -> PyResult {
        let _ = arg;
        Err(err!(t, TypeError, "Substitution of bare TypeVarTuple is not supported"))
    }

    #[method]
    fn __typing_prepare_subst__(&self, t: &Thread, alias: &Object, args: &Object) -> PyResult {
        call_typing(t, name!(t, "_typevartuple_prepare_subst"), &[upcast(self), alias, args])
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, _t: &Thread) -> Owned {
        self.name.get().unwrap_or_else(none)
    }

    #[method(name = "has_default")]
    fn has_default_method(&self, t: &Thread) -> PyResult<bool> {
        has_default(t, &self.default, &self.evaluate_default)
    }

    #[method]
    fn __mro_entries__(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        cannot_subclass(t, upcast(self))
    }
}

#[object]
pub struct PyTypeAlias {
    name: Slot,
    type_params: Slot<PyTuple>,
    compute_value: Slot,
    value: Slot,
    module: Slot,
}

impl PyTypeAlias {
    const MEMBERS_LEN: usize = 2;
}

const TYPEALIAS: Signature = Signature {
    fname: "typealias",
    params: &[param("name", true), param("value", true), param("type_params", false)],
    pos_only: 0,
    positional: 2,
    varargs: false,
    varkw: false,
};

fn param_has_default(t: &Thread, param: &Object) -> PyResult<Option<bool>> {
    if let Some(p) = param.downcast_exact::<PyTypeVar>() {
        return has_default(t, &p.default, &p.evaluate_default).map(Some);
    }
    if let Some(p) = param.downcast_exact::<PyParamSpec>() {
        return has_default(t, &p.default, &p.evaluate_default).map(Some);
    }
    if let Some(p) = param.downcast_exact::<PyTypeVarTuple>() {
        return has_default(t, &p.default, &p.evaluate_default).map(Some);
    }
    Ok(None)
}

fn check_type_params(t: &Thread, params: &Object) -> PyResult<Owned<PyTuple>> {
    let Ok(params) = params.own().into_type::<PyTuple>() else {
        return Err(err!(t, TypeError, "type_params must be a tuple"));
    };
    let mut default_seen = false;
    for param in params.as_slice() {
        let Some(default) = param_has_default(t, param)? else {
            return Err(err!(t, TypeError, "Expected a type param, got {}", param.repr(t)?.to_string_lossy()));
        };
        if default {
            default_seen = true;
        } else if default_seen {
            return Err(err!(
                t,
                TypeError,
                "non-default type parameter '{}' follows default type parameter",
                param.repr(t)?.to_string_lossy()
            ));
        }
    }
    Ok(params)
}

/// Replaces type variable tuples by what they unpack to.
fn unpack_type_var_tuples(t: &Thread, params: &PyTuple) -> PyResult<Owned<PyTuple>> {
    if !params.as_slice().iter().any(|p| p.is_exact::<PyTypeVarTuple>()) {
        return Ok(params.own());
    }
    let mut items = Vec::new();
    for param in params.as_slice() {
        items.push(if param.is_exact::<PyTypeVarTuple>() { unpacked(t, param)? } else { param.own() });
    }
    PyTuple::from_vec(t, items)
}

impl PyTypeAlias {
    fn params(&self) -> Owned<PyTuple> {
        self.type_params.get().unwrap_or_else(|| PyTuple::empty().own())
    }
}

#[class(name = "typing.TypeAliasType", export = _PyTypeAlias_Type, flags(HAVE_GC),
    getattro = taipan_object::attr::generic_getattr_slot,
    doc = "Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.\n\nAt runtime, Alias is an instance of TypeAliasType. The __name__\nattribute holds the name of the type alias. The value of the type alias\nis stored in the __value__ attribute. It is evaluated lazily, so the\nvalue is computed only if the attribute is accessed.\n\nType aliases can also be generic::\n\n    type ListOrSet[T] = list[T] | set[T]\n\nIn this case, the type parameters of the alias are stored in the\n__type_params__ attribute.\n\nSee PEP 695 for more information.\n",
    members = [member(c"__name__", core::mem::offset_of!(PyTypeAlias, name), c""), PyMemberDef::END])]
impl PyTypeAlias {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 3];
        args.parse(t, &TYPEALIAS, &mut slots)?;
        let name = given_name(t, slots[0], "typealias")?;
        let value = slots[1].ok_or_else(|| missing(t))?;
        let type_params = match slots[2] {
            Some(params) => Some(check_type_params(t, params)?),
            None => None,
        };
        cls.instance(
            t,
            Self {
                head: Head::new(),
                name: Slot::new(name.own().into_object()),
                type_params: Slot::from_option(type_params),
                compute_value: Slot::empty(),
                value: Slot::new(value.own()),
                module: Slot::from_option(caller_module(t)),
            },
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> PyResult {
        Ok(self.name.get().unwrap_or_else(none))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let item = unpacked(t, upcast(self))?;
        PyTuple::from_vec(t, vec![item])?.iter(t)
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        crate::union::type_or(t, left, right)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        let generic = self.type_params.get().is_some_and(|p| p.downcast::<PyTuple>().is_none_or(|p| p.len() > 0));
        if !generic {
            return Err(err!(t, TypeError, "Only generic type aliases are subscriptable"));
        }
        let args = match key.downcast::<PyTuple>() {
            Some(args) => args.own(),
            None => PyTuple::from_slice(t, &[key])?,
        };
        crate::generic_alias::new(t, upcast(self), &args)
    }

    #[getter]
    fn __parameters__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        unpack_type_var_tuples(t, &self.params())
    }

    #[getter]
    fn __type_params__(&self, _t: &Thread) -> Owned<PyTuple> {
        self.params()
    }

    #[getter]
    fn __value__(&self, t: &Thread) -> PyResult {
        lazy(t, &self.value, &self.compute_value, singletons::none())
    }

    #[getter]
    fn evaluate_value(&self, t: &Thread) -> PyResult {
        evaluator_of(t, &self.value, &self.compute_value)
    }

    #[getter]
    fn __module__(&self, t: &Thread) -> PyResult {
        if let Some(module) = self.module.get() {
            return Ok(module);
        }
        if let Some(function) = self.compute_value.get() {
            return function.getattr(t, name!(t, "__module__"));
        }
        Ok(none())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, _t: &Thread) -> Owned {
        self.name.get().unwrap_or_else(none)
    }
}

/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
///         # Etc.
///
/// On older versions of Python, however, generic classes have to
/// explicitly inherit from Generic.
///
/// After a class has been declared to be generic, it can then be used as
/// follows::
///
///     def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
///         try:
///             return mapping[key]
///         except KeyError:
///             return default
#[object]
pub struct PyGeneric {}

#[class(
    name = "typing.Generic",
    heap,
    mutable,
    flags(BASETYPE),
    doc = "Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n        # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.\n\nAfter a class has been declared to be generic, it can then be used as\nfollows::\n\n    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:\n        try:\n            return mapping[key]\n        except KeyError:\n            return default\n"
)]
impl PyGeneric {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does. For example, for some generic class `Foo`, this is called
    /// when we do `Foo[int]` - there, with `cls=Foo` and `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[classmethod(sig = "(*args, **kwargs)", text = "")]
    fn __class_getitem__(cls: &PyType, t: &Thread, args: &[&Object], kwargs: Kwargs) -> PyResult {
        let mut all = vec![cls.as_object()];
        all.extend_from_slice(args);
        let tuple = PyTuple::from_slice(t, &all)?;
        state::import(t, "typing")?.getattr(t, name!(t, "_generic_class_getitem"))?.call_tuple_dict(
            t,
            &tuple,
            Some(&kwargs.0),
        )
    }

    /// Function to initialize subclasses.
    #[classmethod(sig = "(*args, **kwargs)", text = "")]
    fn __init_subclass__(cls: &PyType, t: &Thread, args: &[&Object], kwargs: Kwargs) -> PyResult {
        let mut all = vec![cls.as_object()];
        all.extend_from_slice(args);
        let tuple = PyTuple::from_slice(t, &all)?;
        state::import(t, "typing")?.getattr(t, name!(t, "_generic_init_subclass"))?.call_tuple_dict(
            t,
            &tuple,
            Some(&kwargs.0),
        )
    }
}

/// A type variable of the type parameter syntax, with functions that compute its bound or constraints.
pub fn type_var(t: &Thread, name: &Object, bound: Option<&Object>, constraints: Option<&Object>) -> PyResult<Owned> {
    let this = PyTypeVar::blank(name);
    this.evaluate_bound.set(bound.map(Own::own));
    this.evaluate_constraints.set(constraints.map(Own::own));
    this.infer_variance.set(true);
    let made = new_object(t, this)?.into_object();
    set_module(t, &made)?;
    Ok(made)
}

/// A parameter specification of the type parameter syntax.
pub fn param_spec(t: &Thread, name: &Object) -> PyResult<Owned> {
    let this = PyParamSpec::blank(name);
    this.infer_variance.set(true);
    let made = new_object(t, this)?.into_object();
    set_module(t, &made)?;
    Ok(made)
}

/// A type variable tuple of the type parameter syntax.
pub fn type_var_tuple(t: &Thread, name: &Object) -> PyResult<Owned> {
    let made = new_object(t, PyTypeVarTuple::blank(name))?.into_object();
    set_module(t, &made)?;
    Ok(made)
}

/// A type alias from a tuple of name, type parameters (or `None`) and the function that computes the value.
pub fn type_alias(t: &Thread, args_tuple: &Object) -> PyResult<Owned> {
    let Some(args) = args_tuple.downcast::<PyTuple>() else { return Err(errors::bad_internal_call(t)) };
    let [name, params, compute] = args.as_slice() else { return Err(errors::bad_internal_call(t)) };
    new_object(
        t,
        PyTypeAlias {
            head: Head::new(),
            name: Slot::new(name.own()),
            type_params: Slot::from_option(params.own().into_type::<PyTuple>().ok()),
            compute_value: Slot::new(compute.own()),
            value: Slot::empty(),
            module: Slot::empty(),
        },
    )
    .map(Owned::into_object)
}

/// `Generic[params]` as a base of a class with type parameters.
pub fn subscript_generic(t: &Thread, params: &Object) -> PyResult<Owned> {
    let Some(params) = params.downcast::<PyTuple>() else { return Err(errors::bad_internal_call(t)) };
    let params = unpack_type_var_tuples(t, params)?;
    call_typing(t, name!(t, "_GenericAlias"), &[PyGeneric::class().as_object(), &params])
}

/// Gives a type parameter the function that computes its default.
pub fn set_default(t: &Thread, typeparam: &Object, evaluator: &Object) -> PyResult<Owned> {
    let slot = if let Some(p) = typeparam.downcast_exact::<PyTypeVar>() {
        &p.evaluate_default
    } else if let Some(p) = typeparam.downcast_exact::<PyParamSpec>() {
        &p.evaluate_default
    } else if let Some(p) = typeparam.downcast_exact::<PyTypeVarTuple>() {
        &p.evaluate_default
    } else {
        return Err(err!(t, TypeError, "Expected a type param, got {}", typeparam.repr(t)?.to_string_lossy()));
    };
    slot.set(Some(evaluator.own()));
    Ok(typeparam.own())
}

/// The names of the module `_typing`, for whoever makes the module.
pub fn module_names(t: &Thread) -> PyResult<Vec<(&'static str, Owned)>> {
    let class = |ty: &PyType| ty.as_object().own();
    Ok(vec![
        ("TypeVar", class(PyTypeVar::class())),
        ("ParamSpec", class(PyParamSpec::class())),
        ("ParamSpecArgs", class(PyParamSpecArgs::class())),
        ("ParamSpecKwargs", class(PyParamSpecKwargs::class())),
        ("TypeVarTuple", class(PyTypeVarTuple::class())),
        ("TypeAliasType", class(PyTypeAlias::class())),
        ("Generic", class(PyGeneric::class())),
        ("Union", class(crate::union::PyUnion::class())),
        ("NoDefault", no_default(t)?),
    ])
}
