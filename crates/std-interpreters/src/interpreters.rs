//! `_interpreters`: making, running and ending subinterpreters.

use crate::config::{config_object, named_config, update_config};
use crate::excinfo::ExcInfo;
use crate::shared::{Fallback, Namespace, Outcome, Shared, is_shareable as shareable, refused};
use crate::{function, not_shareable};
use taipan_interp::code::{PyCode, uses};
use taipan_interp::subinterpreters::{self, Entry, Whence};
use taipan_object::exceptions::crossinterp::{InterpreterError, InterpreterNotFoundError};
use taipan_object::{
    Args, Class, Object, Own, Owned, PyDict, PyFloat, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, Raised,
    Thread, attr, err, errors, name, native_module, singletons, state,
};
use taipan_runtime::interpreter::InterpreterConfig;

/// A number that identifies an interpreter or a queue.
pub fn id_number(t: &Thread, id: &Object, what: &str) -> PyResult<i64> {
    if !taipan_object::number::is_index(id) || id.is_instance_of::<PyFloat>() {
        return Err(err!(t, TypeError, "{what} ID must be an int, got {}", id.class().name_lossy()));
    }
    let number = taipan_object::number::index(t, id)?;
    let Some(number) = number.downcast::<PyInt>().and_then(PyInt::to_i64) else {
        return Err(err!(t, OverflowError, "int too big to convert"));
    };
    if number < 0 {
        return Err(err!(t, ValueError, "{what} ID must be a non-negative int, got {}", id.repr_lossy(t)));
    }
    Ok(number)
}

/// The interpreter of a number; with `restrict`, only one that this module made.
fn find(t: &Thread, id: &Object, restrict: bool, operation: &str) -> PyResult<Entry> {
    let number = id_number(t, id, "interpreter")?;
    let Some(entry) = subinterpreters::find(number) else {
        let class = InterpreterNotFoundError::class();
        return Err(errors::raise_fmt(t, class, format_args!("unrecognized interpreter ID {number}")));
    };
    if restrict && entry.whence != Whence::Stdlib {
        return Err(fail(t, format_args!("cannot {operation} unrecognized interpreter {number}")));
    }
    Ok(entry)
}

fn fail(t: &Thread, message: core::fmt::Arguments<'_>) -> Raised {
    errors::raise_fmt(t, InterpreterError::class(), message)
}

fn config_name(t: &Thread, name: &PyStr) -> PyResult<InterpreterConfig> {
    name.to_utf8(t)?;
    named_config(t, &name.to_string_lossy())
}

fn config_from(t: &Thread, config: Option<&Object>) -> PyResult<InterpreterConfig> {
    let Some(given) = attr::none_if_none(config) else { return Ok(InterpreterConfig::ISOLATED) };
    if let Some(name) = given.downcast::<PyStr>() {
        return config_name(t, name);
    }
    let dict = given.getattr_opt(t, name!(t, "__dict__"))?;
    let Some(dict) = dict.as_ref().and_then(|dict| dict.downcast::<PyDict>()) else {
        return Err(err!(t, TypeError, "bad config {}", given.repr_lossy(t)));
    };
    let mut made = InterpreterConfig::EMPTY;
    update_config(t, &mut made, dict, true)?;
    Ok(made)
}

fn as_dict<'a>(t: &Thread, value: Option<&'a Object>, function: &str, place: usize) -> PyResult<Option<&'a PyDict>> {
    let Some(value) = value else { return Ok(None) };
    match value.downcast::<PyDict>() {
        Some(dict) => Ok(Some(dict)),
        None => Err(wrong_type(t, function, place, "dict", value)),
    }
}

fn wrong_type(t: &Thread, function: &str, place: usize, wanted: &str, given: &Object) -> Raised {
    let class = if given.is(singletons::none()) { "None".to_owned() } else { given.class().name_lossy() };
    err!(t, TypeError, "_interpreters.{function}() argument {place} must be {wanted}, not {class}")
}

/// What is run in another interpreter's `__main__`, or called there.
enum Work {
    Script(Vec<u8>),
    Call { function: Shared, args: Option<Shared>, kwargs: Option<Namespace> },
}

/// The dictionary of `__main__`.
fn main_dict(t: &Thread) -> PyResult<Owned<PyDict>> {
    match taipan_interp::run::main_module(t)?.dict() {
        Some(dict) => Ok(dict),
        None => Err(errors::bad_internal_call(t)),
    }
}

fn uncaught<T>(t: &Thread, result: PyResult<T>) -> Result<T, ExcInfo> {
    result.map_err(|raised| ExcInfo::of_raised(t, raised))
}

/// Does the work in the interpreter of `t`.
fn perform(t: &Thread, shared: Option<&Namespace>, work: &Work) -> Outcome<Shared> {
    let dict = match uncaught(t, main_dict(t)) {
        Ok(dict) => dict,
        Err(info) => return Outcome::Uncaught(info),
    };
    if let Some(shared) = shared
        && let Err(info) = uncaught(t, shared.apply(t, &dict))
    {
        return Outcome::Refused("namespace not shareable", info);
    }
    let value = match work {
        Work::Script(code) => uncaught(t, function::load(t, code).and_then(|code| run(t, &code, &dict))),
        Work::Call { function, args, kwargs } => {
            let function = match uncaught(t, function.restore(t)) {
                Ok(function) => function,
                Err(info) => return Outcome::Refused("func not shareable", info),
            };
            let args = match uncaught(t, args.as_ref().map(|args| args.restore(t)).transpose()) {
                Ok(args) => args,
                Err(info) => return Outcome::Refused("args not shareable", info),
            };
            let kwargs = match uncaught(t, kwargs.as_ref().map(|kwargs| kwargs.restore(t)).transpose()) {
                Ok(kwargs) => kwargs,
                Err(info) => return Outcome::Refused("kwargs not shareable", info),
            };
            let args = args.and_then(|args| args.into_type::<PyTuple>().ok()).unwrap_or_else(|| PyTuple::empty().own());
            uncaught(t, function.call_tuple_dict(t, &args, kwargs.as_deref()))
        }
    };
    match value {
        Err(info) => Outcome::Uncaught(info),
        Ok(value) => match uncaught(t, Shared::capture(t, &value, Fallback::Full)) {
            Ok(value) => Outcome::Done(value),
            Err(info) => Outcome::Refused("object does not support cross-interpreter data", info),
        },
    }
}

fn run(t: &Thread, code: &Object, globals: &PyDict) -> PyResult {
    let builtins = state::import(t, "builtins")?;
    builtins.call_method(t, &*PyStr::intern_str(t, "exec")?, &[code, globals.as_object()])
}

/// Runs something in an interpreter's `__main__`, where nothing else runs meanwhile.
fn run_main<R>(t: &Thread, entry: &Entry, work: impl FnOnce(&Thread) -> R) -> PyResult<R> {
    let id = entry.interp.id;
    let free = subinterpreters::update(id, |entry| {
        let free = entry.running == 0;
        entry.running += usize::from(free);
        free
    });
    if free != Some(true) {
        return Err(fail(t, format_args!("interpreter already running")));
    }
    let result = subinterpreters::with(t, entry.interp, work);
    subinterpreters::update(id, |entry| entry.running -= 1);
    Ok(result)
}

/// Goes to another interpreter, does the work, and gives what came of it: a value, or an exception in words.
fn enter(t: &Thread, entry: &Entry, shared: Option<&Namespace>, work: &Work) -> PyResult<(Owned, Option<Owned>)> {
    let outcome = run_main(t, entry, |there| perform(there, shared, work))?;
    match outcome {
        Outcome::Done(value) => Ok((value.restore(t)?, None)),
        Outcome::Uncaught(info) => Ok((singletons::none().own(), Some(info.to_object(t)?))),
        Outcome::Refused(message, info) => Err(refused(t, message, &info)),
    }
}

/// The code of a script that is given as text, function or code object, marshalled. `pure` wants none that refers to
/// globals.
pub(crate) fn script(t: &Thread, code: &Object, pure: bool) -> PyResult<Vec<u8>> {
    if code.is_instance_of::<PyStr>() || taipan_object::buffer::is_buffer(code) {
        let compile = state::import(t, "builtins")?;
        let (file, mode) = (PyStr::intern_str(t, "<script>")?, name!(t, "exec"));
        let compile = compile.getattr(t, &*PyStr::intern_str(t, "compile")?)?;
        let made = compile.call(t, &[code, file.as_object(), mode.as_object()])?;
        return function::dump(t, &made);
    }
    let own;
    let code = match code.downcast_exact::<PyCode>() {
        Some(code) => code,
        None => {
            let Some(found) = function::code_of(code) else {
                return Err(err!(t, TypeError, "unsupported script {}", code.repr_lossy(t)));
            };
            if pure {
                uses::verify_stateless_function(t, code)?;
            }
            own = found;
            &*own
        }
    };
    uses::verify_script(t, code, pure)?;
    function::dump(t, code.as_object())
}

fn exec_in(
    t: &Thread,
    id: &Object,
    code: &Object,
    shared: Option<&Object>,
    restrict: bool,
    (function, operation): (&str, &str),
) -> PyResult<Option<Owned>> {
    let entry = find(t, id, restrict, operation)?;
    let shared = as_dict(t, shared, function, 3)?;
    let code = script(t, code, false)?;
    let shared = shared.map(|dict| Namespace::capture(t, dict, Fallback::None)).transpose()?;
    enter(t, &entry, shared.as_ref(), &Work::Script(code)).map(|(_, info)| info)
}

/// This module provides primitive operations to manage Python interpreters.
/// The 'interpreters' module provides a more convenient interface.
#[native_module(name = "_interpreters", classes(crate::shared::BufferView))]
pub mod interpreters {
    use super::*;

    /// new_config(name='isolated', /, **overrides) -> type.SimpleNamespace
    ///
    /// Return a representation of a new PyInterpreterConfig.
    ///
    /// The name determines the initial values of the config.  Supported named
    /// configs are: default, isolated, legacy, and empty.
    ///
    /// Any keyword arguments are set on the corresponding config fields,
    /// overriding the initial values.
    #[function(text = "")]
    fn new_config(t: &Thread, args: Args<'_>) -> PyResult {
        taipan_object::argparse::check_positional(t, "_interpreters.new_config", args.pos.len(), 0, 1)?;
        let mut config = match args.pos.first() {
            None => InterpreterConfig::ISOLATED,
            Some(name) => match name.downcast::<PyStr>() {
                Some(name) => config_name(t, name)?,
                None => return Err(wrong_type(t, "new_config", 1, "str", name)),
            },
        };
        let overrides = PyDict::new(t)?;
        args.for_each_keyword(t, |key, value| overrides.set_item(t, key, value))?;
        update_config(t, &mut config, &overrides, false)?;
        config_object(t, &config)
    }

    /// create([config], *, reqrefs=False) -> ID
    ///
    /// Create a new interpreter and return a unique generated ID.
    ///
    /// The caller is responsible for destroying the interpreter before exiting,
    /// typically by using _interpreters.destroy().  This can be managed
    /// automatically by passing "reqrefs=True" and then using _incref() and
    /// _decref() appropriately.
    ///
    /// "config" must be a valid interpreter config or the name of a
    /// predefined config ('isolated' or 'legacy').  The default
    /// is 'isolated'.
    #[function(sig = "(config=None, *, reqrefs=False)", text = "")]
    fn create(t: &Thread, config: Option<&Object>, reqrefs: bool) -> PyResult<i64> {
        let config = config_from(t, config)?;
        let broken = |t: &Thread, text: &str| {
            let inner = fail(t, format_args!("sub-interpreter creation failed{text}"));
            let context = errors::take_raised(t, inner);
            let outer = fail(t, format_args!("interpreter creation failed"));
            let outer = errors::take_raised(t, outer);
            let linked = outer.setattr(t, name!(t, "__context__"), &context);
            linked.err().unwrap_or_else(|| errors::restore_raised(t, outer))
        };
        // CPython's per-interpreter allocator cannot be shared with another interpreter's GIL.
        if !config.use_main_obmalloc && config.gil != "own" {
            return Err(broken(t, ""));
        }
        match subinterpreters::create(t, config, Whence::Stdlib) {
            Ok(id) => {
                subinterpreters::update(id, |entry| entry.needs_reference = reqrefs);
                Ok(id)
            }
            Err(text) => Err(broken(t, &format!(": {text}"))),
        }
    }

    /// destroy(id, *, restrict=False)
    ///
    /// Destroy the identified interpreter.
    ///
    /// Attempting to destroy the current interpreter raises InterpreterError.
    /// So does an unrecognized ID.
    #[function(sig = "(id, *, restrict=False)", text = "")]
    fn destroy(t: &Thread, id: &Object, restrict: bool) -> PyResult<()> {
        let entry = find(t, id, restrict, "destroy")?;
        if core::ptr::eq(entry.interp, t.interpreter()) {
            return Err(fail(t, format_args!("cannot destroy the current interpreter")));
        }
        if entry.running > 0 || entry.whence == Whence::Runtime {
            return Err(fail(t, format_args!("interpreter running")));
        }
        if !subinterpreters::destroy_idle(t, entry.interp.id) {
            return Err(fail(t, format_args!("interpreter running")));
        }
        Ok(())
    }

    /// list_all() -> [(ID, whence)]
    ///
    /// Return a list containing the ID of every existing interpreter.
    #[function(sig = "(*, require_ready=False)", text = "")]
    fn list_all(t: &Thread, require_ready: bool) -> PyResult<Owned<PyList>> {
        let _ = require_ready;
        let all = subinterpreters::list().into_iter().map(|entry| pair(t, entry.interp.id, entry.whence));
        PyList::from_vec(t, all.collect::<PyResult<_>>()?)
    }

    fn pair(t: &Thread, id: i64, whence: Whence) -> PyResult {
        let items = vec![PyInt::from_i64(t, id)?.into_object(), PyInt::from_i64(t, whence as i64)?.into_object()];
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    /// get_current() -> (ID, whence)
    ///
    /// Return the ID of current interpreter.
    #[function(text = "($self, /)")]
    fn get_current(t: &Thread) -> PyResult {
        let id = t.interpreter().id;
        pair(t, id, subinterpreters::find(id).map_or(Whence::Runtime, |entry| entry.whence))
    }

    /// get_main() -> (ID, whence)
    ///
    /// Return the ID of main interpreter.
    #[function(text = "($self, /)")]
    fn get_main(t: &Thread) -> PyResult {
        pair(t, 0, Whence::Runtime)
    }

    /// set___main___attrs(id, ns, *, restrict=False)
    ///
    /// Bind the given attributes in the interpreter's __main__ module.
    #[function(sig = "(id, updates, *, restrict=False)", text = "")]
    fn set___main___attrs(t: &Thread, id: &Object, updates: &Object, restrict: bool) -> PyResult<()> {
        let entry = find(t, id, restrict, "update __main__ for")?;
        let Some(updates) = updates.downcast::<PyDict>() else {
            return Err(wrong_type(t, "set___main___attrs", 2, "dict", updates));
        };
        if updates.len() == 0 {
            return Err(err!(t, ValueError, "arg 2 must be a non-empty dict"));
        }
        let values = Namespace::capture(t, updates, Fallback::None)?;
        let failed = run_main(t, &entry, |there| {
            uncaught(there, main_dict(there).and_then(|dict| values.apply(there, &dict))).err()
        })?;
        match failed {
            Some(info) => Err(refused(t, "namespace not shareable", &info)),
            None => Ok(()),
        }
    }

    /// exec(id, code, shared=None, *, restrict=False)
    ///
    /// Execute the provided code in the identified interpreter.
    /// This is equivalent to running the builtin exec() under the target
    /// interpreter, using the __dict__ of its __main__ module as both
    /// globals and locals.
    ///
    /// "code" may be a string containing the text of a Python script.
    ///
    /// Functions (and code objects) are also supported, with some restrictions.
    /// The code/function must not take any arguments or be a closure
    /// (i.e. have cell vars).  Methods and other callables are not supported.
    ///
    /// If a function is provided, its code object is used and all its state
    /// is ignored, including its __globals__ dict.
    #[function(sig = "(id, code, shared=None, *, restrict=False)", text = "")]
    fn exec(
        t: &Thread,
        id: &Object,
        code: &Object,
        shared: Option<&Object>,
        restrict: bool,
    ) -> PyResult<Option<Owned>> {
        exec_in(t, id, code, shared, restrict, ("exec", "exec code for"))
    }

    /// run_string(id, script, shared=None, *, restrict=False)
    ///
    /// Execute the provided string in the identified interpreter.
    ///
    /// (See _interpreters.exec().)
    #[function(sig = "(id, script, shared=None, *, restrict=False)", text = "")]
    fn run_string(
        t: &Thread,
        id: &Object,
        script: &Object,
        shared: Option<&Object>,
        restrict: bool,
    ) -> PyResult<Option<Owned>> {
        if !script.is_instance_of::<PyStr>() {
            return Err(wrong_type(t, "run_string", 2, "str", script));
        }
        exec_in(t, id, script, shared, restrict, ("run_string", "run a string in"))
    }

    /// run_func(id, func, shared=None, *, restrict=False)
    ///
    /// Execute the body of the provided function in the identified interpreter.
    /// Code objects are also supported.  In both cases, closures and args
    /// are not supported.  Methods and other callables are not supported either.
    ///
    /// (See _interpreters.exec().)
    #[function(sig = "(id, func, shared=None, *, restrict=False)", text = "")]
    fn run_func(
        t: &Thread,
        id: &Object,
        func: &Object,
        shared: Option<&Object>,
        restrict: bool,
    ) -> PyResult<Option<Owned>> {
        if !func.is_exact::<PyCode>() && function::code_of(func).is_none() {
            return Err(wrong_type(t, "run_func", 2, "a function", func));
        }
        exec_in(t, id, func, shared, restrict, ("run_func", "run a function in"))
    }

    /// call(id, callable, args=None, kwargs=None, *, restrict=False)
    ///
    /// Call the provided object in the identified interpreter.
    /// Pass the given args and kwargs, if possible.
    #[function(sig = "(id, callable, args=None, kwargs=None, *, preserve_exc=False, restrict=False)", text = "")]
    fn call(
        t: &Thread,
        id: &Object,
        callable: &Object,
        args: Option<&Object>,
        kwargs: Option<&Object>,
        preserve_exc: bool,
        restrict: bool,
    ) -> PyResult<Owned<PyTuple>> {
        // The exception is described in any case, and never passed itself.
        let _ = preserve_exc;
        let entry = find(t, id, restrict, "make a call in")?;
        let args = match args {
            None => None,
            Some(args) if args.is_instance_of::<PyTuple>() => Some(args),
            Some(args) => return Err(wrong_type(t, "call", 3, "tuple", args)),
        };
        let kwargs = as_dict(t, kwargs, "call", 4)?;
        if !callable.is_callable() {
            return Err(err!(t, TypeError, "expected a callable, got {}", callable.repr_lossy(t)));
        }
        let work = Work::Call {
            function: Shared::capture(t, callable, Fallback::Full)?,
            args: args.map(|args| Shared::capture(t, args, Fallback::Full)).transpose()?,
            kwargs: kwargs.map(|kwargs| Namespace::capture(t, kwargs, Fallback::Full)).transpose()?,
        };
        let (value, info) = enter(t, &entry, None, &work)?;
        PyTuple::from_vec(t, vec![value, info.unwrap_or_else(|| singletons::none().own())])
    }

    /// is_shareable(obj) -> bool
    ///
    /// Return True if the object's data may be shared between interpreters and
    /// False otherwise.
    #[function(sig = "(obj)", text = "")]
    fn is_shareable(t: &Thread, obj: &Object) -> PyResult<bool> {
        shareable(t, obj)
    }

    /// is_running(id, *, restrict=False) -> bool
    ///
    /// Return whether or not the identified interpreter is running.
    #[function(sig = "(id, *, restrict=False)", text = "")]
    fn is_running(t: &Thread, id: &Object, restrict: bool) -> PyResult<bool> {
        Ok(find(t, id, restrict, "check if running for")?.running > 0)
    }

    /// get_config(id, *, restrict=False) -> types.SimpleNamespace
    ///
    /// Return a representation of the config used to initialize the interpreter.
    #[function(sig = "(id, *, restrict=False)", text = "")]
    fn get_config(t: &Thread, id: &Object, restrict: bool) -> PyResult {
        config_object(t, &find(t, id, restrict, "get the config of")?.interp.config)
    }

    /// whence(id) -> int
    ///
    /// Return an identifier for where the interpreter was created.
    #[function(sig = "(id)", text = "")]
    fn whence(t: &Thread, id: &Object) -> PyResult<i64> {
        Ok(find(t, id, false, "")?.whence as i64)
    }

    #[function(sig = "(id, *, implieslink=False, restrict=False)", text = "")]
    fn incref(t: &Thread, id: &Object, implieslink: bool, restrict: bool) -> PyResult<()> {
        let entry = find(t, id, restrict, "incref")?;
        subinterpreters::update(entry.interp.id, |entry| {
            entry.references += 1;
            entry.needs_reference |= implieslink;
        });
        Ok(())
    }

    #[function(sig = "(id, *, restrict=False)", text = "")]
    fn decref(t: &Thread, id: &Object, restrict: bool) -> PyResult<()> {
        let entry = find(t, id, restrict, "decref")?;
        let id = entry.interp.id;
        let dead = subinterpreters::update(id, |entry| {
            let last = entry.references == 1;
            entry.references = (entry.references - 1).max(0);
            last && entry.needs_reference && entry.running == 0
        });
        if dead == Some(true) && id != t.interpreter().id {
            subinterpreters::destroy(t, id);
        }
        Ok(())
    }

    /// capture_exception(exc=None) -> types.SimpleNamespace
    ///
    /// Return a snapshot of an exception.  If "exc" is None
    /// then the current exception, if any, is used (but not cleared).
    ///
    /// The returned snapshot is the same as what _interpreters.exec() returns.
    #[function(sig = "(exc=None)", text = "")]
    fn capture_exception(t: &Thread, exc: Option<&Object>) -> PyResult<Option<Owned>> {
        let own;
        let exception = match attr::none_if_none(exc) {
            Some(exception) => exception,
            None => {
                let sys = state::import(t, "sys")?;
                own = sys.call_method(t, &*PyStr::intern_str(t, "exception")?, &[])?;
                if own.is(singletons::none()) {
                    return Ok(None);
                }
                &own
            }
        };
        if !exception.is_instance_of::<taipan_object::exceptions::BaseException>() {
            return Err(err!(t, TypeError, "expected exception, got {}", exception.repr_lossy(t)));
        }
        ExcInfo::capture(t, exception).to_object(t).map(Some)
    }

    #[exec]
    fn exec_module(module: &PyModule, t: &Thread) -> PyResult<()> {
        for (name, value) in [
            ("WHENCE_UNKNOWN", 0i64),
            ("WHENCE_RUNTIME", 1),
            ("WHENCE_LEGACY_CAPI", 2),
            ("WHENCE_CAPI", 3),
            ("WHENCE_XI", 4),
            ("WHENCE_STDLIB", 5),
        ] {
            module.set_value(t, name, value)?;
        }
        module.set(t, "InterpreterError", InterpreterError::class().as_object())?;
        module.set(t, "InterpreterNotFoundError", InterpreterNotFoundError::class().as_object())?;
        module.set(t, "NotShareableError", not_shareable(t)?.as_object())
    }
}
