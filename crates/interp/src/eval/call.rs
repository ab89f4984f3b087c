//! Calls: binding arguments to a Python function's frame, and calls of everything else.

use crate::code::PyCode;
use crate::frame::{self, Frame, locals_of};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use crate::tracing;
use taipan_bytecode::tables::co;
use taipan_object::abi::*;
use taipan_object::{
    Object, Own, Owned, PyDict, PyMethod, PyResult, PyStr, PyTuple, Raised, err, errors, exceptions, iter,
};
use taipan_runtime::{Thread, thread};

/// The vectorcall function of Python functions.
pub unsafe extern "C" fn function_vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called as a vectorcall function, with the GIL held.
    unsafe {
        let t = thread::current();
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        let function: &PyFunction = Object::from_ptr(callable).cast_unchecked();
        let code = function.code();
        let c = code.raw();
        // The common case: as many positional arguments as parameters, nothing else.
        if kwnames.is_null()
            && n == (*c).co_argcount as usize
            && (*c).co_kwonlyargcount == 0
            && (*c).co_flags & (co::VARARGS | co::VARKEYWORDS | co::OPTIMIZED) as i32 == co::OPTIMIZED as i32
        {
            let held = StackRef::new_ref(callable);
            let frame = frame::push(
                t,
                held,
                code,
                function.globals().as_ptr(),
                function.builtins().as_ptr(),
                core::ptr::null_mut(),
                core::ptr::null_mut(),
            );
            if !frame.is_null() {
                let slots = locals_of(frame);
                for i in 0..n {
                    *slots.add(i) = StackRef::new_ref(*args.add(i));
                }
                return match super::eval_frame(t, frame, false) {
                    Ok(value) => value.into_ptr(),
                    Err(_) => core::ptr::null_mut(),
                };
            }
            held.close();
        }
        let nkw = Object::from_ptr_opt(kwnames).map_or(0, |k| k.cast_unchecked::<PyTuple>().len());
        // The frame takes counted references over.
        let mut small = [StackRef::NULL; 8];
        let mut large;
        let total = n + nkw;
        let words: *mut StackRef = if total <= small.len() {
            small.as_mut_ptr()
        } else {
            large = vec![StackRef::NULL; total];
            large.as_mut_ptr()
        };
        for i in 0..total {
            *words.add(i) = StackRef::new_ref(*args.add(i));
        }
        let frame = push_frame(t, StackRef::new_ref(callable), words, n, kwnames);
        if frame.is_null() {
            return core::ptr::null_mut();
        }
        match super::eval_frame(t, frame, false) {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// Whether a vectorcall function is that of Python functions, whose frames the loop enters directly.
#[inline(always)]
pub fn is_function_vectorcall(f: vectorcallfunc) -> bool {
    f as usize == function_vectorcall as *const () as usize
}

/// Whether a call runs in a frame of the loop: of a Python function that is called as such, while nobody else runs frames.
///
/// # Safety
/// `callable` is live.
#[inline(always)]
pub unsafe fn enters_loop<const HOOKED: bool>(t: &Thread, callable: StackRef) -> bool {
    // SAFETY: the caller's promise; a plain field.
    unsafe {
        callable
            .object()
            .downcast_exact::<PyFunction>()
            .is_some_and(|function| (*function.raw()).vectorcall.is_some_and(is_function_vectorcall))
            && !(HOOKED && tracing::is_hooked(t))
    }
}

/// Whether a callable is a Python function or a method: tools do not hear of the ends of its calls.
pub fn is_python(callable: &Object) -> bool {
    callable.is_exact::<PyFunction>() || callable.is_exact::<PyMethod>()
}

/// Takes a bound method apart that is about to be called: its function and its object in place of the method and of the
/// missing receiver. False if it is no method, or there is a receiver.
///
/// # Safety
/// `args` points above the two words; the frame's pointers are saved.
#[inline(always)]
pub unsafe fn unpack_method(args: *mut StackRef) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let callable = *args.sub(2);
        let Some(method) = callable.object().downcast_exact::<PyMethod>() else { return false };
        if !(*args.sub(1)).is_null() {
            return false;
        }
        *args.sub(1) = StackRef::new_ref(method.this().as_ptr());
        *args.sub(2) = StackRef::new_ref(method.function().as_ptr());
        callable.close();
        true
    }
}

/// Pushes a frame for a call of a Python function and binds the arguments: `n` positional ones, then the values of
/// `kwnames`. Takes over the words of the callable and of all arguments, also on error, when the result is null.
///
/// # Safety
/// `callable` is a Python function; the words are live.
#[inline]
pub unsafe fn push_frame(
    t: &Thread,
    callable: StackRef,
    args: *mut StackRef,
    n: usize,
    kwnames: *mut PyObject,
) -> *mut Frame {
    // SAFETY: the caller's promise.
    unsafe {
        let callable = callable.make_strong();
        let function: &PyFunction = callable.object().cast_unchecked();
        let code = function.code();
        let c = code.raw();
        let locals = if (*c).co_flags & co::OPTIMIZED as i32 != 0 {
            core::ptr::null_mut()
        } else {
            function.globals().as_object().own().into_ptr()
        };
        let new = frame::push(
            t,
            callable,
            code,
            function.globals().as_ptr(),
            function.builtins().as_ptr(),
            locals,
            core::ptr::null_mut(),
        );
        let nkw = Object::from_ptr_opt(kwnames).map_or(0, |k| k.cast_unchecked::<PyTuple>().len());
        if new.is_null() {
            for i in 0..n + nkw {
                (*args.add(i)).close();
            }
            callable.close();
            let _ = errors::no_memory(t);
            return new;
        }
        let slots = locals_of(new);
        let argcount = (*c).co_argcount as usize;
        // The common case: positional arguments only, of which the last may be left to the defaults.
        if nkw == 0
            && n <= argcount
            && (*c).co_kwonlyargcount == 0
            && (*c).co_flags & (co::VARARGS | co::VARKEYWORDS) as i32 == 0
        {
            let defaults = function.defaults().map_or(&[][..], PyTuple::as_slice);
            let missing = argcount - n;
            if missing <= defaults.len() {
                core::ptr::copy_nonoverlapping(args, slots, n);
                for (i, value) in defaults[defaults.len() - missing..].iter().enumerate() {
                    *slots.add(n + i) = StackRef::new_ref(value.as_ptr());
                }
                return new;
            }
        }
        let names = Object::from_ptr_opt(kwnames).map(|k| k.cast_unchecked::<PyTuple>());
        if bind(t, function, code, slots, args, n, names).is_err() {
            frame::clear(t, new);
            t.pop_data(new.cast());
            return core::ptr::null_mut();
        }
        new
    }
}

/// Binds arguments to parameters (`initialize_locals`). Takes over all argument words.
unsafe fn bind(
    t: &Thread,
    function: &PyFunction,
    code: &PyCode,
    slots: *mut StackRef,
    args: *mut StackRef,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult<()> {
    // SAFETY: the slots are the frame's locals; the words are live.
    unsafe {
        let c = code.raw();
        let argcount = (*c).co_argcount as usize;
        let posonly = (*c).co_posonlyargcount as usize;
        let kwonly = (*c).co_kwonlyargcount as usize;
        let total = argcount + kwonly;
        let has_varargs = (*c).co_flags & co::VARARGS as i32 != 0;
        let has_varkw = (*c).co_flags & co::VARKEYWORDS as i32 != 0;
        let nkw = names.map_or(0, PyTuple::len);
        // Parameters are found by their names.
        let mut result = code.load(t);

        let kwdict = if has_varkw {
            match PyDict::new(t) {
                Ok(dict) => {
                    let i = total + usize::from(has_varargs);
                    *slots.add(i) = StackRef::from_owned(dict.clone());
                    Some(dict)
                }
                Err(raised) => {
                    for i in 0..n + nkw {
                        (*args.add(i)).close();
                    }
                    return Err(raised);
                }
            }
        } else {
            None
        };
        let positional = n.min(argcount);
        core::ptr::copy_nonoverlapping(args, slots, positional);
        if has_varargs {
            let rest = (positional..n).map(|i| (*args.add(i)).into_owned());
            match PyTuple::from_iter_exact(t, n - positional, rest) {
                Ok(tuple) => *slots.add(total) = StackRef::from_owned(tuple),
                Err(raised) => {
                    // None has been taken.
                    for i in positional..n {
                        (*args.add(i)).close();
                    }
                    result = Err(raised);
                }
            }
        } else {
            for i in positional..n {
                (*args.add(i)).close();
            }
        }
        // Keyword arguments.
        let varnames = code.localsplusnames().as_slice();
        for i in 0..nkw {
            let value = *args.add(n + i);
            if result.is_err() {
                value.close();
                continue;
            }
            let Some(keyword) = names.and_then(|k| k.get(i)) else { continue };
            let found = match keyword.downcast::<PyStr>() {
                None => {
                    result = Err(err!(t, TypeError, "{}() keywords must be strings", function.qualname().display()));
                    value.close();
                    continue;
                }
                Some(text) => (posonly..total).find(|&j| core::ptr::eq(varnames[j], keyword)).or_else(|| {
                    (posonly..total).find(|&j| varnames[j].downcast::<PyStr>().is_some_and(|v| v.eq(text)))
                }),
            };
            match found {
                Some(j) if (*slots.add(j)).is_null() => *slots.add(j) = value,
                Some(_) => {
                    value.close();
                    result = Err(err!(
                        t,
                        TypeError,
                        "{}() got multiple values for argument '{}'",
                        function.qualname().display(),
                        keyword.str_lossy(t)
                    ));
                }
                None => {
                    let value = value.into_owned();
                    match &kwdict {
                        Some(dict) => result = dict.set_item(t, keyword, &value),
                        None => result = Err(unexpected_keyword(t, function, code, names, keyword)),
                    }
                }
            }
        }
        result?;
        if n > argcount && !has_varargs {
            return Err(too_many_positional(t, function, code, n, slots));
        }
        if n < argcount {
            let defaults = function.defaults().map(Own::own);
            let defaults = defaults.as_ref().map_or(&[][..], |d| d.as_slice());
            let required = argcount.saturating_sub(defaults.len());
            let missing: Vec<usize> = (n..required).filter(|&i| (*slots.add(i)).is_null()).collect();
            if !missing.is_empty() {
                return Err(missing_arguments(t, function, code, &missing, "positional"));
            }
            let skip = defaults.len().saturating_sub(argcount);
            for i in n.max(required)..argcount {
                if (*slots.add(i)).is_null() {
                    *slots.add(i) = StackRef::new_ref(defaults[skip + i - required].as_ptr());
                }
            }
        }
        if kwonly > 0 {
            let defaults = function.kwdefaults();
            let mut missing = Vec::new();
            for i in argcount..total {
                if !(*slots.add(i)).is_null() {
                    continue;
                }
                let found = match &defaults {
                    Some(defaults) => defaults.get_item(t, varnames[i])?,
                    None => None,
                };
                match found {
                    Some(value) => *slots.add(i) = StackRef::from_owned(value),
                    None => missing.push(i),
                }
            }
            if !missing.is_empty() {
                return Err(missing_arguments(t, function, code, &missing, "keyword-only"));
            }
        }
        Ok(())
    }
}

#[cold]
fn unexpected_keyword(
    t: &Thread,
    function: &PyFunction,
    code: &PyCode,
    names: Option<&PyTuple>,
    keyword: &Object,
) -> Raised {
    // SAFETY: plain field.
    let posonly = unsafe { (*code.raw()).co_posonlyargcount as usize };
    let varnames = code.localsplusnames().as_slice();
    let mut clashes = Vec::new();
    for name in names.map_or(&[][..], |n| n.as_slice()) {
        if let Some(text) = name.downcast::<PyStr>()
            && varnames[..posonly].iter().any(|v| v.downcast::<PyStr>().is_some_and(|v| v.eq(text)))
        {
            clashes.push(text.to_string_lossy());
        }
    }
    if !clashes.is_empty() {
        return err!(
            t,
            TypeError,
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            function.qualname().display(),
            clashes.join(", ")
        );
    }
    // SAFETY: plain fields.
    let total = unsafe { ((*code.raw()).co_argcount + (*code.raw()).co_kwonlyargcount) as usize };
    let known: Vec<String> = varnames[posonly..total].iter().map(|v| v.str_lossy(t)).collect();
    let given = keyword.str_lossy(t);
    match taipan_object::suggestions::closest(&given, known.iter().map(String::as_str)) {
        Some(found) => err!(
            t,
            TypeError,
            "{}() got an unexpected keyword argument '{given}'. Did you mean '{found}'?",
            function.qualname().display()
        ),
        None => err!(t, TypeError, "{}() got an unexpected keyword argument '{given}'", function.qualname().display()),
    }
}

#[cold]
unsafe fn too_many_positional(
    t: &Thread,
    function: &PyFunction,
    code: &PyCode,
    given: usize,
    slots: *mut StackRef,
) -> Raised {
    // SAFETY: the slots are the frame's locals.
    unsafe {
        let c = code.raw();
        let argcount = (*c).co_argcount as usize;
        let kwonly = (*c).co_kwonlyargcount as usize;
        let kw_given = (argcount..argcount + kwonly).filter(|&i| !(*slots.add(i)).is_null()).count();
        let defaults = function.defaults().map_or(0, PyTuple::len);
        let (sig, plural) = if defaults > 0 {
            (format!("from {} to {argcount}", argcount as isize - defaults as isize), true)
        } else {
            (argcount.to_string(), argcount != 1)
        };
        let kw_text = if kw_given > 0 {
            format!(
                " positional argument{} (and {kw_given} keyword-only argument{})",
                if given != 1 { "s" } else { "" },
                if kw_given != 1 { "s" } else { "" }
            )
        } else {
            String::new()
        };
        err!(
            t,
            TypeError,
            "{}() takes {sig} positional argument{} but {given}{kw_text} {} given",
            function.qualname().display(),
            if plural { "s" } else { "" },
            if given == 1 && kw_given == 0 { "was" } else { "were" }
        )
    }
}

#[cold]
fn missing_arguments(t: &Thread, function: &PyFunction, code: &PyCode, missing: &[usize], kind: &str) -> Raised {
    let varnames = code.localsplusnames().as_slice();
    let names: Vec<String> = missing.iter().map(|&i| varnames[i].repr_lossy(t)).collect();
    let list = match &names[..] {
        [only] => only.clone(),
        [a, b] => format!("{a} and {b}"),
        many => {
            let (last, first) = many.split_last().map_or((String::new(), &[][..]), |(l, f)| (l.clone(), f));
            format!("{}, and {last}", first.join(", "))
        }
    };
    err!(
        t,
        TypeError,
        "{}() missing {} required {kind} argument{}: {list}",
        function.qualname().display(),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    )
}

/// Pushes a frame for `f(*args, **kwargs)`. Takes over the callable's word.
///
/// # Safety
/// `callable` is a Python function.
pub unsafe fn push_frame_ex(t: &Thread, callable: StackRef, args: &PyTuple, kwargs: Option<&PyDict>) -> *mut Frame {
    // SAFETY: the caller's promise; every word made here is taken over.
    unsafe {
        let n = args.len();
        let none = kwargs.is_none_or(|dict| dict.len() == 0);
        let mut few = [StackRef::NULL; 8];
        if none && n <= few.len() {
            for (word, value) in few.iter_mut().zip(args.as_slice()) {
                *word = StackRef::new_ref(value.as_ptr());
            }
            return push_frame(t, callable, few.as_mut_ptr(), n, core::ptr::null_mut());
        }
        let mut words: Vec<StackRef> = args.as_slice().iter().map(|a| StackRef::new_ref(a.as_ptr())).collect();
        let names = match kwargs {
            Some(dict) if dict.len() > 0 => {
                let items = dict.items_vec();
                let names = if items.iter().all(|(k, _)| k.is_instance_of::<PyStr>()) {
                    PyTuple::from_iter_exact(t, items.len(), items.iter().map(|(k, _)| k.clone()))
                } else {
                    Err(err!(t, TypeError, "keywords must be strings"))
                };
                match names {
                    Ok(names) => {
                        words.extend(items.into_iter().map(|(_, v)| StackRef::from_owned(v)));
                        Some(names)
                    }
                    Err(_) => {
                        for word in words {
                            word.close();
                        }
                        callable.close();
                        return core::ptr::null_mut();
                    }
                }
            }
            _ => None,
        };
        let kwnames = names.as_ref().map_or(core::ptr::null_mut(), |n| n.as_ptr());
        push_frame(t, callable, words.as_mut_ptr(), n, kwnames)
    }
}

/// Calls whatever stands below `oparg` arguments on the stack (callable, self or null, arguments).
///
/// # Safety
/// The words are live; they stay the caller's.
pub unsafe fn call_words(t: &Thread, args: *mut StackRef, oparg: usize, kwnames: *mut PyObject) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let callable = *args.sub(2);
        let has_self = !(*args.sub(1)).is_null();
        let first = if has_self { args.sub(1) } else { args };
        let total = if has_self { oparg + 1 } else { oparg };
        let nkw = Object::from_ptr_opt(kwnames).map_or(0, |k| k.cast_unchecked::<PyTuple>().len());
        // Words may carry the borrowed tag: plain pointers are laid out for C, with a scratch word before them.
        let mut small = [const { core::mem::MaybeUninit::<*mut PyObject>::uninit() }; 9];
        let mut large;
        let base: *mut *mut PyObject = if total < small.len() {
            small.as_mut_ptr().cast()
        } else {
            large = vec![core::ptr::null_mut::<PyObject>(); total + 1];
            large.as_mut_ptr()
        };
        *base = core::ptr::null_mut();
        let words = base.add(1);
        for i in 0..total {
            *words.add(i) = (*first.add(i)).as_ptr();
        }
        taipan_object::call::vectorcall(
            t,
            callable.object(),
            words,
            (total - nkw) | PY_VECTORCALL_ARGUMENTS_OFFSET,
            kwnames,
        )
    }
}

/// The positional arguments of `f(*args)` as a tuple.
pub fn call_ex_args(t: &Thread, callable: &Object, args: &Object) -> PyResult<Owned<PyTuple>> {
    if let Some(tuple) = args.downcast_exact::<PyTuple>() {
        return Ok(tuple.own());
    }
    match iter::to_tuple(t, args) {
        Ok(tuple) => Ok(tuple),
        Err(raised) => {
            // SAFETY: plain fields of a live type.
            let iterable = unsafe { (*args.class().as_type_ptr()).tp_iter.is_some() }
                || taipan_object::sequence::is_sequence(args);
            if !iterable && errors::matches::<exceptions::TypeError>(t) {
                errors::clear(t);
                return Err(err!(
                    t,
                    TypeError,
                    "{} argument after * must be an iterable, not {:.200}",
                    function_str(t, callable),
                    args.class().name_lossy()
                ));
            }
            Err(raised)
        }
    }
}

/// "module.name()" of a callable, for messages (`_PyObject_FunctionStr`).
pub fn function_str(t: &Thread, callable: &Object) -> String {
    let get = |name: &str| -> Option<Owned> {
        let name = PyStr::intern_str(t, name).ok()?;
        match callable.getattr_opt(t, &name) {
            Ok(found) => found,
            Err(_) => {
                errors::clear(t);
                None
            }
        }
    };
    let Some(qualname) = get("__qualname__") else { return callable.str_lossy(t) };
    match get("__module__").filter(|m| m.is_instance_of::<PyStr>()) {
        Some(module) if !module.downcast::<PyStr>().is_some_and(|m| m.eq_str("builtins")) => {
            format!("{}.{}()", module.str_lossy(t), qualname.str_lossy(t))
        }
        _ => format!("{}()", qualname.str_lossy(t)),
    }
}

/// Runs a code object in a namespace (`PyEval_EvalCode`).
pub fn eval_code(t: &Thread, code: &PyCode, globals: &PyDict, locals: &Object) -> PyResult {
    let builtins = frame::builtins_of(t, globals)?;
    if !globals.contains(t, taipan_object::name!(t, "__builtins__"))? {
        globals.set_item(t, taipan_object::name!(t, "__builtins__"), &builtins)?;
    }
    let function = PyFunction::new(t, code, globals)?;
    // SAFETY: a fresh frame, run at once.
    unsafe {
        let new = frame::push(
            t,
            StackRef::from_owned(function),
            code,
            globals.as_ptr(),
            builtins.as_ptr(),
            locals.own().into_ptr(),
            core::ptr::null_mut(),
        );
        if new.is_null() {
            return Err(errors::no_memory(t));
        }
        super::eval_frame(t, new, false)
    }
}

/// Runs a code object with a closure (`exec(code, globals, closure=...)`).
pub fn eval_code_closure(t: &Thread, code: &PyCode, globals: &PyDict, closure: &PyTuple) -> PyResult {
    let function = PyFunction::new(t, code, globals)?;
    function.set_attribute(taipan_bytecode::tables::make_function::CLOSURE, closure.as_object().own());
    function.as_object().call(t, &[])
}
