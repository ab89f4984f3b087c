//! Calling objects (`Objects/call.c`): vectorcall everywhere, tuples and dictionaries only for `tp_call` slots.

use crate::handle::{Object, Own, Owned, PyResult, Raised};
use crate::typeobject::class;
use crate::{PyDict, PyStr, PyTuple, PyType, err};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// Arguments up to this many are collected on the native stack.
const SMALL: usize = 8;

/// The vectorcall function of an object, if its type has one (`PyVectorcall_Function`).
#[inline(always)]
pub fn vectorcall_function(callable: &Object) -> Option<vectorcallfunc> {
    // SAFETY: types with the flag keep the function pointer at the offset.
    unsafe {
        let ty = (*callable.as_ptr()).ob_type;
        if (*ty).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL == 0 {
            return None;
        }
        *callable.as_ptr().cast::<u8>().offset((*ty).tp_vectorcall_offset).cast::<Option<vectorcallfunc>>()
    }
}

/// `PyObject_Vectorcall`.
///
/// # Safety
/// `args` points to the positional arguments and the values of `kwnames`, all alive; `nargsf` may carry
/// `PY_VECTORCALL_ARGUMENTS_OFFSET`, in which case the word before `args` may be overwritten during the call.
#[inline(always)]
pub unsafe fn vectorcall(
    t: &Thread,
    callable: &Object,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> PyResult {
    match vectorcall_function(callable) {
        // SAFETY: the caller's promise.
        Some(function) => unsafe { check_result(t, callable, function(callable.as_ptr(), args, nargsf, kwnames)) },
        // SAFETY: the caller's promise.
        None => unsafe { make_tp_call(t, callable, args, nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames) },
    }
}

/// Takes over what a C function returned; a null without an exception, or a value with one, is a `SystemError`.
#[inline(always)]
pub fn check_result(t: &Thread, callable: &Object, result: *mut PyObject) -> PyResult {
    if result.is_null() == t.current_exception().is_null() {
        return Err(bad_result(t, callable, result));
    }
    // SAFETY: a C function returns an owned reference or null with an exception.
    unsafe { Owned::from_result(result) }
}

#[cold]
fn bad_result(t: &Thread, callable: &Object, result: *mut PyObject) -> Raised {
    if result.is_null() {
        return err!(t, SystemError, "{} returned NULL without setting an exception", callable.repr_lossy(t));
    }
    // SAFETY: an owned reference that is not wanted.
    drop(unsafe { Owned::<Object>::from_ptr(result) });
    let saved = crate::errors::save(t);
    let shown = callable.repr_lossy(t);
    crate::errors::restore(t, saved);
    crate::errors::raise_from_cause(
        t,
        <crate::exceptions::SystemError as crate::Class>::class(),
        format_args!("{shown} returned a result with an exception set"),
    )
}

/// Calls through `tp_call` with a fresh tuple and dictionary (`_PyObject_MakeTpCall`).
#[inline(never)]
unsafe fn make_tp_call(
    t: &Thread,
    callable: &Object,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(call) = (*callable.class().as_type_ptr()).tp_call else {
            return Err(not_callable(t, callable));
        };
        if class::is_called_as_type(call) {
            let made = class::call_class(t, callable.cast_unchecked(), args, nargs, kwnames);
            return check_result(t, callable, made.map_or(core::ptr::null_mut(), Owned::into_ptr));
        }
        if crate::descr::wraps_slot(callable) {
            enter_recursive(t, " while calling a Python object")?;
            let args = crate::Args::from_vectorcall(args, nargs, kwnames);
            let result = crate::descr::call_wrapped(t, callable, &args);
            return check_result(t, callable, result.map_or(core::ptr::null_mut(), Owned::into_ptr));
        }
        let tuple = PyTuple::from_slice(t, crate::tramp::arg_slice(args, nargs))?;
        let kwargs = match Object::from_ptr_opt(kwnames) {
            Some(names) if names.cast_unchecked::<PyTuple>().len() > 0 => {
                let names: &PyTuple = names.cast_unchecked();
                let dict = PyDict::new(t)?;
                for (i, name) in names.as_slice().iter().enumerate() {
                    dict.set_item(t, name, Object::from_ptr(*args.add(nargs + i)))?;
                }
                Some(dict)
            }
            _ => None,
        };
        enter_recursive(t, " while calling a Python object")?;
        let kw = kwargs.as_ref().map_or(core::ptr::null_mut(), |d| d.as_ptr());
        check_result(t, callable, call(callable.as_ptr(), tuple.as_ptr(), kw))
    }
}

/// The name of a module that has something to call of the same name.
fn function_of_same_name(t: &Thread, callable: &Object) -> Option<String> {
    let module = callable.downcast::<crate::PyModule>()?;
    let found = || -> PyResult<Option<String>> {
        let Some(dict) = module.dict() else { return Ok(None) };
        let Some(name) = dict.get_item(t, crate::name!(t, "__name__"))? else { return Ok(None) };
        let Some(name) = name.downcast::<crate::PyStr>() else { return Ok(None) };
        let attribute = callable.getattr_opt(t, name)?;
        Ok(attribute.filter(|attribute| attribute.is_callable()).map(|_| name.to_string_lossy()))
    };
    found().unwrap_or_else(|_| {
        crate::errors::clear(t);
        None
    })
}

#[cold]
fn not_callable(t: &Thread, callable: &Object) -> Raised {
    crate::state::suggest_call(t, callable);
    if let Some(function) = function_of_same_name(t, callable) {
        return err!(
            t,
            TypeError,
            "'{:.200}' object is not callable. Did you mean: '{function}.{function}(...)'?",
            callable.class().name_lossy()
        );
    }
    err!(t, TypeError, "'{:.200}' object is not callable", callable.class().name_lossy())
}

/// `_Py_EnterRecursiveCall`: raises `RecursionError` when the native stack runs low. Nothing to leave.
#[inline(always)]
pub fn enter_recursive(t: &Thread, place: &str) -> PyResult<()> {
    if t.stack_low(0) {
        return Err(stack_overflow(t, place));
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn stack_overflow(t: &Thread, place: &str) -> Raised {
    // Making the exception needs some stack: the reserve beneath the limit is for this.
    let limit = t.stack_reserve();
    let raised = err!(t, RecursionError, "maximum recursion depth exceeded{place}");
    t.set_stack_limit(limit);
    raised
}

/// `PyVectorcall_Call`: calls an object's vectorcall function with a tuple and a dictionary or null.
///
/// # Safety
/// The pointers are those of a `tp_call`.
pub unsafe fn vectorcall_call(t: &Thread, callable: &Object, args: *mut PyObject, kwargs: *mut PyObject) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        // A class may have inherited `tp_call` without the flag (`__call__` was overridden further down).
        let ty = (*callable.as_ptr()).ob_type;
        let offset = (*ty).tp_vectorcall_offset;
        let function = if offset > 0 {
            *callable.as_ptr().cast::<u8>().offset(offset).cast::<Option<vectorcallfunc>>()
        } else {
            None
        };
        let Some(function) = function else {
            return Err(err!(
                t,
                TypeError,
                "'{:.200}' object does not support vectorcall",
                callable.class().name_lossy()
            ));
        };
        let tuple: &PyTuple = Object::from_ptr(args).cast_unchecked();
        match Object::from_ptr_opt(kwargs) {
            Some(dict) if dict.cast_unchecked::<PyDict>().len() > 0 => {
                with_dict_arguments(t, tuple.as_slice(), dict.cast_unchecked(), |args, nargsf, names| {
                    check_result(t, callable, function(callable.as_ptr(), args, nargsf, names))
                })
            }
            _ => {
                let result = function(callable.as_ptr(), tuple.items_ptr(), tuple.len(), core::ptr::null_mut());
                check_result(t, callable, result)
            }
        }
    }
}

/// Lays positional arguments and a dictionary of keyword arguments out for a vectorcall.
fn with_dict_arguments(
    t: &Thread,
    pos: &[&Object],
    dict: &PyDict,
    work: impl FnOnce(*const *mut PyObject, usize, *mut PyObject) -> PyResult,
) -> PyResult {
    let items = dict.items_vec();
    let mut words: Vec<*mut PyObject> = Vec::with_capacity(1 + pos.len() + items.len());
    words.push(core::ptr::null_mut());
    words.extend(pos.iter().map(|arg| arg.as_ptr()));
    for (key, value) in &items {
        if !key.is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "keywords must be strings"));
        }
        words.push(value.as_ptr());
    }
    let names = PyTuple::from_iter_exact(t, items.len(), items.iter().map(|(key, _)| key.clone()))?;
    // SAFETY: the first word is scratch.
    let args = unsafe { words.as_ptr().add(1) };
    work(args, pos.len() | PY_VECTORCALL_ARGUMENTS_OFFSET, names.as_ptr())
}

impl Object {
    /// Calls with positional arguments.
    #[inline]
    pub fn call(&self, t: &Thread, args: &[&Self]) -> PyResult {
        // SAFETY: `&Object` is an object pointer; without the offset flag nobody writes before the slice.
        unsafe { vectorcall(t, self, args.as_ptr().cast(), args.len(), core::ptr::null_mut()) }
    }

    /// Calls with positional arguments and the values of `names` after them.
    pub fn call_kw(&self, t: &Thread, args: &[&Self], names: &PyTuple) -> PyResult {
        let nargs = args.len() - names.len();
        // SAFETY: as above.
        unsafe { vectorcall(t, self, args.as_ptr().cast(), nargs, names.as_ptr()) }
    }

    /// Calls with keyword arguments given as pairs.
    pub fn call_with(&self, t: &Thread, args: &[&Self], kwargs: &[(&str, &Self)]) -> PyResult {
        if kwargs.is_empty() {
            return self.call(t, args);
        }
        let mut names = Vec::with_capacity(kwargs.len());
        let mut all: Vec<&Self> = args.to_vec();
        for (name, value) in kwargs {
            names.push(PyStr::intern_str(t, name)?.into_object());
            all.push(value);
        }
        let names = PyTuple::from_vec(t, names)?;
        self.call_kw(t, &all, &names)
    }

    /// `PyObject_Call`: with a tuple and a dictionary.
    pub fn call_tuple_dict(&self, t: &Thread, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        // SAFETY: live objects.
        unsafe {
            // An empty dictionary is passed on: slots see what the caller gave.
            let kw = kwargs.map_or(core::ptr::null_mut(), |dict| dict.as_ptr());
            if vectorcall_function(self).is_some() {
                return vectorcall_call(t, self, args.as_ptr(), kw);
            }
            let Some(call) = (*self.class().as_type_ptr()).tp_call else {
                return Err(not_callable(t, self));
            };
            enter_recursive(t, " while calling a Python object")?;
            if class::is_called_as_type(call) {
                let made = class::call_class_tuple(t, self.cast_unchecked(), args, kwargs);
                return check_result(t, self, made.map_or(core::ptr::null_mut(), Owned::into_ptr));
            }
            check_result(t, self, call(self.as_ptr(), args.as_ptr(), kw))
        }
    }

    /// Calls with the arguments that a native function got.
    pub fn call_args(&self, t: &Thread, args: &crate::argparse::Args<'_>) -> PyResult {
        use crate::argparse::Keywords;
        match args.kw {
            Keywords::None => self.call(t, args.pos),
            Keywords::Names(names, values) if args.pos.len() + values.len() <= SMALL => {
                let mut all = [self; SMALL];
                let n = args.pos.len() + values.len();
                all[..args.pos.len()].copy_from_slice(args.pos);
                all[args.pos.len()..n].copy_from_slice(values);
                self.call_kw(t, &all[..n], names)
            }
            Keywords::Names(names, values) => {
                let mut all: Vec<&Self> = args.pos.to_vec();
                all.extend_from_slice(values);
                self.call_kw(t, &all, names)
            }
            // SAFETY: live objects.
            Keywords::Dict(dict) => with_dict_arguments(t, args.pos, dict, |words, nargsf, names| unsafe {
                vectorcall(t, self, words, nargsf, names)
            }),
        }
    }

    /// Calls with `first` before the other arguments.
    pub fn call_prepend(&self, t: &Thread, first: &Self, args: &crate::argparse::Args<'_>) -> PyResult {
        if let crate::argparse::Keywords::None = args.kw {
            return self.call_with_self(t, first, args.pos, None);
        }
        let mut pos: Vec<&Self> = Vec::with_capacity(args.pos.len() + 1);
        pos.push(first);
        pos.extend_from_slice(args.pos);
        self.call_args(t, &crate::argparse::Args { pos: &pos, kw: args.kw })
    }

    /// `PyObject_CallMethod`: looks the method up without making a bound method.
    pub fn call_method(&self, t: &Thread, name: &PyStr, args: &[&Self]) -> PyResult {
        self.call_method_by(t, name, args, None)
    }

    /// `PyObject_VectorcallMethod`: as [`call_method`](Self::call_method), with the values of keyword arguments at the end.
    pub fn call_method_kw(&self, t: &Thread, name: &PyStr, args: &[&Self], names: &PyTuple) -> PyResult {
        self.call_method_by(t, name, args, Some(names))
    }

    #[inline(always)]
    fn call_method_by(&self, t: &Thread, name: &PyStr, args: &[&Self], names: Option<&PyTuple>) -> PyResult {
        let (function, bound) = crate::attr::get_method(t, self, name)?;
        if !bound {
            return match names {
                Some(names) => function.call_kw(t, args, names),
                None => function.call(t, args),
            };
        }
        function.call_with_self(t, self, args, names)
    }

    /// Calls a function with `this` before the other arguments, the last of which may be those of `names`.
    #[inline(always)]
    pub(crate) fn call_with_self(&self, t: &Thread, this: &Self, args: &[&Self], names: Option<&PyTuple>) -> PyResult {
        let n = args.len() + 1;
        if n <= SMALL {
            let mut words: [*mut PyObject; SMALL + 1] = [core::ptr::null_mut(); SMALL + 1];
            words[1] = this.as_ptr();
            for (word, arg) in words[2..].iter_mut().zip(args) {
                *word = arg.as_ptr();
            }
            let (n, names) = names.map_or((n, core::ptr::null_mut()), |names| (n - names.len(), names.as_ptr()));
            // SAFETY: word 0 is scratch; the others are alive.
            return unsafe { vectorcall(t, self, words.as_ptr().add(1), n | PY_VECTORCALL_ARGUMENTS_OFFSET, names) };
        }
        let mut all = Vec::with_capacity(n);
        all.push(this);
        all.extend_from_slice(args);
        match names {
            Some(names) => self.call_kw(t, &all, names),
            None => self.call(t, &all),
        }
    }

    /// `callable(self)`.
    pub fn is_callable(&self) -> bool {
        // SAFETY: plain field.
        unsafe { (*self.class().as_type_ptr()).tp_call.is_some() }
    }
}

impl PyType {
    /// Calls the type: makes an instance.
    #[inline]
    pub fn call(&self, t: &Thread, args: &[&Object]) -> PyResult {
        self.as_object().call(t, args)
    }

    /// This type as any object.
    #[inline(always)]
    pub fn as_object(&self) -> &Object {
        crate::handle::upcast(self)
    }
}

/// An owned copy of a slice of arguments.
pub fn own_all(args: &[&Object]) -> Vec<Owned> {
    args.iter().map(|arg| arg.own()).collect()
}
