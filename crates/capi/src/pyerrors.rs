//! `pyerrors.h` and `warnings.h`: raising, catching and showing exceptions, and their fields.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int};
use taipan_object::abi::*;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Raised, Thread, err, errors,
    exceptions, name, singletons, typeobject,
};
use taipan_runtime::refcount;

/// `PyErr_SetObject`.
pub fn set_object(t: &Thread, class: &Object, value: Option<&Object>) -> Raised {
    let Some(class) = class.downcast::<PyType>().filter(|c| c.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0) else {
        errors::clear(t);
        return err!(
            t,
            SystemError,
            "_PyErr_SetObject: exception {} is not a BaseException subclass",
            class.repr_lossy(t)
        );
    };
    if let Some(value) = value
        && value.is_instance_of::<exceptions::BaseException>()
    {
        match typeobject::issubclass(t, value.class().as_object(), class.as_object()) {
            Ok(true) => return errors::raise(t, value.own()),
            Ok(false) => {}
            Err(raised) => return raised,
        }
    }
    errors::clear(t);
    match errors::create(t, class, value) {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => {
            note_failure(t, class, value);
            raised
        }
    }
}

/// Notes on the exception in flight that it comes from making another one.
fn note_failure(t: &Thread, class: &PyType, value: Option<&Object>) {
    let Some(exception) = errors::take(t) else { return };
    let shown = match value {
        None => "<NULL>".to_string(),
        Some(value) => match value.repr(t) {
            Ok(text) => text.to_string_lossy(),
            Err(_) => {
                errors::clear(t);
                "<unknown>".to_string()
            }
        },
    };
    let note = PyStr::from_str(t, &format!("Normalization failed: type={} args={shown}", class.name_lossy()));
    let noted = note.and_then(|note| exception.call_method(t, &*PyStr::intern_str(t, "add_note")?, &[&note]));
    if noted.is_err() {
        errors::clear(t);
    }
    let _ = errors::restore_raised(t, exception);
}

/// The type in flight, borrowed.
fn occurred_type(t: &Thread) -> Obj {
    let exception = t.current_exception();
    // SAFETY: an exception has a type, which it keeps alive.
    if exception.is_null() { exception } else { unsafe { (*exception).ob_type.cast() } }
}

/// The instance that an old triple stands for; takes the references over.
unsafe fn from_triple(t: &Thread, class: Obj, value: Obj, traceback: Obj) -> Option<Owned> {
    // SAFETY: the caller's promise.
    unsafe {
        let class: Option<Owned> = Owned::from_ptr_opt(class);
        let value: Option<Owned> = Owned::from_ptr_opt(value);
        let traceback: Option<Owned> = Owned::from_ptr_opt(traceback);
        let class = class?;
        let made = match value {
            Some(value) if value.is_instance_of::<exceptions::BaseException>() => Ok(value),
            value => match class.downcast::<PyType>() {
                Some(class) => errors::create(t, class, value.as_deref()),
                None => Err(err!(t, SystemError, "exception {} is not a BaseException subclass", class.repr_lossy(t))),
            },
        };
        let made = match made {
            Ok(made) => made,
            Err(raised) => errors::take_raised(t, raised),
        };
        if let Some(traceback) = traceback.filter(|tb| !tb.is(singletons::none())) {
            if !taipan_object::state::is_traceback(&traceback) {
                let raised = err!(t, TypeError, "__traceback__ must be a traceback or None");
                return Some(errors::take_raised(t, raised));
            }
            exceptions::set_traceback(&made, Some(traceback));
        }
        Some(made)
    }
}

fn traceback_ptr(exception: &Object) -> Obj {
    exceptions::traceback(exception).map_or(core::ptr::null_mut(), Owned::into_ptr)
}

unsafe fn out(place: *mut Obj, value: Obj) {
    // SAFETY: C passes a place to write to.
    unsafe { *place = value }
}

/// Raises `class` made from `errno` and up to two file names. Null, as those functions return.
unsafe fn from_errno(t: &Thread, class: Obj, first: Option<&Object>, second: Option<&Object>) -> Obj {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    if errno == libc::EINTR && taipan_object::state::check_signals(t).is_err() {
        return core::ptr::null_mut();
    }
    let make = || -> PyResult {
        let number = PyInt::from_i64(t, i64::from(errno))?;
        let message = if errno == 0 {
            PyStr::from_str(t, "Error")?
        } else {
            PyStr::decode(t, errors::strerror(errno).as_bytes(), None, Some("surrogateescape"))?
        };
        // SAFETY: the caller's promise.
        let class = unsafe { o(class) };
        let zero = PyInt::from_i64(t, 0)?;
        match (first, second) {
            (Some(first), Some(second)) => class.call(t, &[&number, &message, first, &zero, second]),
            (Some(first), None) => class.call(t, &[&number, &message, first]),
            _ => class.call(t, &[&number, &message]),
        }
    };
    if let Ok(exception) = make() {
        let class = exception.class().as_object().own();
        let _ = set_object(t, &class, Some(&exception));
    }
    core::ptr::null_mut()
}

unsafe fn file_name(t: &Thread, name: *const c_char) -> PyResult<Option<Owned>> {
    if name.is_null() {
        return Ok(None);
    }
    // SAFETY: a C string.
    PyStr::from_fs_bytes(t, unsafe { c_bytes(name) }).map(|name| Some(name.into_object()))
}

unsafe fn warn_category(t: &Thread, category: Obj) -> PyResult<&'static PyType> {
    // SAFETY: null or a live class.
    match unsafe { opt(category) } {
        None => Ok(<exceptions::RuntimeWarning as Class>::class()),
        Some(category) => match category.downcast::<PyType>() {
            // SAFETY: the caller keeps it alive during the call.
            Some(class) => Ok(unsafe { PyType::from_type_ptr(class.as_type_ptr()) }),
            None => {
                Err(err!(t, TypeError, "category must be a Warning subclass, not '{}'", category.class().name_lossy()))
            }
        },
    }
}

capi! {
    /// The type of the exception in flight, borrowed, or null.
    fn PyErr_Occurred[t]() -> Raw<Obj> {
        occurred_type(t)
    }

    /// Drops the exception in flight.
    fn PyErr_Clear[t]() -> Void {
        errors::clear(t);
    }

    /// Raises `class(value)`.
    fn PyErr_SetObject[t](class: Obj, value: Obj) -> Void {
        let _ = match opt(class) {
            None => {
                errors::clear(t);
                return;
            }
            Some(class) => set_object(t, class, opt(value)),
        };
    }

    /// Raises `class()`.
    fn PyErr_SetNone[t](class: Obj) -> Void {
        let _ = set_object(t, o(class), None);
    }

    /// Raises `class(text)`, the text in UTF-8.
    fn PyErr_SetString[t](class: Obj, text: *const c_char) -> Void {
        if let Ok(text) = c_str(t, text) {
            let _ = set_object(t, o(class), Some(&text));
        }
    }

    /// Raises `KeyError(key)`, also for a tuple.
    fn _PyErr_SetKeyError[t](key: Obj) -> Void {
        errors::clear(t);
        let _ = errors::key_error(t, o(key));
    }

    /// Takes the exception in flight; a new reference or null.
    fn PyErr_GetRaisedException[t]() -> Raw<Obj> {
        errors::take(t).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// Makes an exception the one in flight, as it is; takes the reference over.
    fn PyErr_SetRaisedException[t](exception: Obj) -> Void {
        match Owned::from_ptr_opt(exception) {
            Some(exception) => {
                let _ = errors::restore_raised(t, exception);
            }
            None => errors::clear(t),
        }
    }

    /// Takes the exception in flight as a triple of new references or nulls.
    fn PyErr_Fetch[t](class: *mut Obj, value: *mut Obj, traceback: *mut Obj) -> Void {
        match errors::take(t) {
            None => {
                out(class, core::ptr::null_mut());
                out(value, core::ptr::null_mut());
                out(traceback, core::ptr::null_mut());
            }
            Some(exception) => {
                out(class, exception.class().as_object().own().into_ptr());
                out(traceback, traceback_ptr(&exception));
                out(value, exception.into_ptr());
            }
        }
    }

    /// Makes a triple the exception in flight; takes the references over.
    fn PyErr_Restore[t](class: Obj, value: Obj, traceback: Obj) -> Void {
        match from_triple(t, class, value, traceback) {
            Some(exception) => {
                let _ = errors::restore_raised(t, exception);
            }
            None => errors::clear(t),
        }
    }

    /// Makes the value of a fetched triple an instance of the class.
    fn PyErr_NormalizeException[t](class: *mut Obj, value: *mut Obj, traceback: *mut Obj) -> Void {
        if (*class).is_null() {
            return;
        }
        let saved = errors::save(t);
        let wanted = o(*class).downcast::<PyType>().map(Own::own);
        let is_instance = match (&wanted, opt(*value)) {
            (Some(wanted), Some(value)) => value.is_instance_of::<exceptions::BaseException>() && value.class().is_subtype(wanted),
            _ => false,
        };
        if !is_instance && let Some(wanted) = wanted {
            let made = match errors::create(t, &wanted, opt(*value)) {
                Ok(made) => made,
                Err(raised) => errors::take_raised(t, raised),
            };
            let made_class = made.class().as_object().own();
            if (*traceback).is_null() {
                *traceback = traceback_ptr(&made);
            }
            refcount::xdecref(core::mem::replace(&mut *value, made.into_ptr()));
            refcount::xdecref(core::mem::replace(&mut *class, made_class.into_ptr()));
        }
        errors::restore(t, saved);
    }

    /// Whether the exception in flight matches a class or one of a tuple of classes.
    fn PyErr_ExceptionMatches[t](target: Obj) -> Raw<c_int> {
        given_matches(t, occurred_type(t), target)
    }

    /// Whether an exception or its class matches a class or one of a tuple of classes.
    fn PyErr_GivenExceptionMatches[t](exception: Obj, target: Obj) -> Raw<c_int> {
        given_matches(t, exception, target)
    }

    /// The exception being handled; a new reference or null.
    fn PyErr_GetHandledException[t]() -> Raw<Obj> {
        handled(t).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// Sets the exception being handled; null or None for none. The reference stays the caller's.
    fn PyErr_SetHandledException[t](exception: Obj) -> Void {
        set_handled(t, opt(exception).map(Own::own));
    }

    /// The exception being handled as a triple of new references or nulls.
    fn PyErr_GetExcInfo[t](class: *mut Obj, value: *mut Obj, traceback: *mut Obj) -> Void {
        match handled(t) {
            None => {
                out(class, singletons::none().own().into_ptr());
                out(value, singletons::none().own().into_ptr());
                out(traceback, singletons::none().own().into_ptr());
            }
            Some(exception) => {
                out(class, exception.class().as_object().own().into_ptr());
                let traceback_object = exceptions::traceback(&exception).unwrap_or_else(|| singletons::none().own());
                out(traceback, traceback_object.into_ptr());
                out(value, exception.into_ptr());
            }
        }
    }

    /// Sets the exception being handled; takes the references over, of which only the value counts.
    fn PyErr_SetExcInfo[t](class: Obj, value: Obj, traceback: Obj) -> Void {
        set_handled(t, Owned::from_ptr_opt(value));
        refcount::xdecref(class);
        refcount::xdecref(traceback);
    }

    /// "bad argument type for built-in operation": 0.
    fn PyErr_BadArgument[t]() -> Raw<c_int> {
        let _ = err!(t, TypeError, "bad argument type for built-in operation");
        0
    }

    /// "bad argument to internal function".
    fn PyErr_BadInternalCall[t]() -> Void {
        let _ = errors::bad_internal_call(t);
    }

    /// "bad argument to internal function" with its place.
    fn _PyErr_BadInternalCall[t](filename: *const c_char, line: c_int) -> Void {
        let _ = err!(
            t,
            SystemError,
            "{}:{line}: bad argument to internal function",
            c_text(filename).unwrap_or_default()
        );
    }

    /// `MemoryError`: null.
    fn PyErr_NoMemory[t]() -> Raw<Obj> {
        let _ = errors::no_memory(t);
        core::ptr::null_mut()
    }

    /// Raises `class(errno, message)`: null.
    fn PyErr_SetFromErrno[t](class: Obj) -> Raw<Obj> {
        from_errno(t, class, None, None)
    }

    /// Raises `class(errno, message, filename)`: null.
    fn PyErr_SetFromErrnoWithFilenameObject[t](class: Obj, filename: Obj) -> Raw<Obj> {
        from_errno(t, class, opt(filename), None)
    }

    /// Raises `class(errno, message, filename, 0, filename2)`: null.
    fn PyErr_SetFromErrnoWithFilenameObjects[t](class: Obj, first: Obj, second: Obj) -> Raw<Obj> {
        from_errno(t, class, opt(first), opt(second))
    }

    /// Raises `class(errno, message, filename)`: null.
    fn PyErr_SetFromErrnoWithFilename[t](class: Obj, filename: *const c_char) -> Raw<Obj> {
        let errno = *libc::__errno_location();
        match file_name(t, filename) {
            Ok(name) => {
                *libc::__errno_location() = errno;
                from_errno(t, class, name.as_deref(), None)
            }
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// Raises `class(format % arguments)`: null.
    fn PyErr_FormatV[t](class: Obj, format: *const c_char, list: Va) -> Raw<Obj> {
        let mut list = *list;
        errors::clear(t);
        if let Ok(text) = crate::format::format(t, format, &mut list) {
            let _ = set_object(t, o(class), Some(&text));
        }
        core::ptr::null_mut()
    }

    /// Raises `ImportError(message, name=name, path=path)`: null.
    fn PyErr_SetImportError[t](message: Obj, name: Obj, path: Obj) -> Raw<Obj> {
        import_error(t, <exceptions::ImportError as Class>::class().as_object(), message, name, path)
    }

    /// Raises `class(message, name=name, path=path)` of a subclass of ImportError: null.
    fn PyErr_SetImportErrorSubclass[t](class: Obj, message: Obj, name: Obj, path: Obj) -> Raw<Obj> {
        let ok = typeobject::issubclass(t, o(class), <exceptions::ImportError as Class>::class().as_object());
        match ok {
            Ok(true) => import_error(t, o(class), message, name, path),
            Ok(false) => {
                let _ = err!(t, TypeError, "expected a subclass of ImportError");
                core::ptr::null_mut()
            }
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// Reports the exception in flight as unraisable.
    fn PyErr_WriteUnraisable[t](object: Obj) -> Void {
        errors::write_unraisable(t, opt(object));
    }

    /// A new exception class `module.name`; a new reference.
    fn PyErr_NewException[t](name: *const c_char, base: Obj, dict: Obj) -> New {
        new_exception(t, name, opt(base), opt(dict), None)
    }

    /// A new exception class `module.name` with a docstring; a new reference.
    fn PyErr_NewExceptionWithDoc[t](name: *const c_char, doc: *const c_char, base: Obj, dict: Obj) -> New {
        let doc = if doc.is_null() { None } else { Some(c_str(t, doc)?) };
        new_exception(t, name, opt(base), opt(dict), doc)
    }

    /// Runs pending signal handlers: -1 if one raised.
    fn PyErr_CheckSignals[t]() -> Status {
        taipan_interp::pending::check(t)
    }

    /// Simulates SIGINT.
    fn PyErr_SetInterrupt[t]() -> Void {
        let _ = taipan_interp::modules::signal::simulate(t, libc::SIGINT);
    }

    /// Simulates a signal: -1 if the number is none.
    fn PyErr_SetInterruptEx[t](number: c_int) -> Raw<c_int> {
        if number < 1 || number as usize >= taipan_interp::modules::signal::NSIG {
            return -1;
        }
        if taipan_interp::modules::signal::simulate(t, number).is_err() {
            errors::clear(t);
            return -1;
        }
        0
    }

    /// Shows the exception in flight by `sys.excepthook` and drops it; `SystemExit` ends the process.
    fn PyErr_Print[t]() -> Void {
        crate::pythonrun::print_exception(t, true);
    }

    /// As `PyErr_Print`; says whether `sys.last_exc` is set.
    fn PyErr_PrintEx[t](set_last: c_int) -> Void {
        crate::pythonrun::print_exception(t, set_last != 0);
    }

    /// Shows an exception as the interpreter does.
    fn PyErr_DisplayException[t](exception: Obj) -> Void {
        crate::pythonrun::display(t, o(exception));
    }

    /// Shows an exception as the interpreter does; the traceback is given to it if it has none.
    fn PyErr_Display[t](_class: Obj, value: Obj, traceback: Obj) -> Void {
        let value = o(value);
        if let Some(traceback) = opt(traceback)
            && value.is_instance_of::<exceptions::BaseException>()
            && taipan_object::state::is_traceback(traceback)
            && exceptions::traceback(value).is_none()
        {
            exceptions::set_traceback(value, Some(traceback.own()));
        }
        crate::pythonrun::display(t, value);
    }

    /// The exception in flight gets `exception` as its context, or is it if there is none; takes the reference over.
    fn _PyErr_ChainExceptions1[t](exception: Obj) -> Void {
        if let Some(exception) = Owned::from_ptr_opt(exception) {
            errors::chain(t, exception);
        }
    }

    /// `__traceback__`; a new reference or null.
    fn PyException_GetTraceback(exception: Obj) -> Raw<Obj> {
        traceback_ptr(o(exception))
    }

    /// Sets `__traceback__`: None deletes it.
    fn PyException_SetTraceback[t; exception](exception: Obj, traceback: Obj) -> Status {
        let Some(traceback) = opt(traceback) else {
            return Err(err!(t, TypeError, "__traceback__ may not be deleted"));
        };
        if traceback.is(singletons::none()) {
            exceptions::set_traceback(o(exception), None);
        } else if taipan_object::state::is_traceback(traceback) {
            exceptions::set_traceback(o(exception), Some(traceback.own()));
        } else {
            return Err(err!(t, TypeError, "__traceback__ must be a traceback or None"));
        }
        Ok(())
    }

    /// `__cause__`; a new reference or null.
    fn PyException_GetCause(exception: Obj) -> Raw<Obj> {
        exceptions::cause(o(exception)).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// Sets `__cause__`; takes the reference over.
    fn PyException_SetCause(exception: Obj, cause: Obj) -> Void {
        exceptions::set_cause(o(exception), Owned::from_ptr_opt(cause));
    }

    /// `__context__`; a new reference or null.
    fn PyException_GetContext(exception: Obj) -> Raw<Obj> {
        exceptions::context(o(exception)).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// Sets `__context__`; takes the reference over.
    fn PyException_SetContext(exception: Obj, context: Obj) -> Void {
        exceptions::set_context(o(exception), Owned::from_ptr_opt(context));
    }

    /// `args`; a new reference.
    fn PyException_GetArgs(exception: Obj) -> Raw<Obj> {
        exceptions::args(o(exception)).map_or_else(|| PyTuple::empty().as_object().as_ptr(), |a| a.into_object().into_ptr())
    }

    /// Sets `args`; the reference stays the caller's.
    fn PyException_SetArgs(exception: Obj, args: Obj) -> Void {
        exceptions::set_args(o(exception), cast::<PyTuple>(args).own());
    }

    /// The name of an exception class, with its module.
    fn PyExceptionClass_Name(class: Obj) -> Raw<*const c_char> {
        (*class.cast::<PyTypeObject>()).tp_name
    }

    /// What an `except*` block raises, from the exceptions that were raised in it; a new reference.
    fn PyUnstable_Exc_PrepReraiseStar[t](original: Obj, raised: Obj) -> New {
        let Some(original) = opt(original).filter(|e| e.is_instance_of::<exceptions::BaseException>()) else {
            return Err(err!(t, TypeError, "orig must be an exception"));
        };
        let Some(raised) = opt(raised).and_then(|l| l.downcast::<taipan_object::PyList>()) else {
            return Err(err!(t, TypeError, "excs must be a list"));
        };
        let all = raised.to_vec();
        for one in &all {
            if !one.is_instance_of::<exceptions::BaseException>() && !one.is(singletons::none()) {
                return Err(err!(t, TypeError, "item {} in excs is not an exception", all.iter().position(|e| e.is(one)).unwrap_or(0)));
            }
        }
        if exceptions::traceback(original).is_none() {
            return Err(err!(t, ValueError, "orig must be a raised exception"));
        }
        let result = exceptions::prep_reraise_star(t, original, &all)?;
        Ok(result.unwrap_or_else(|| singletons::none().own()))
    }

    /// Warns.
    fn PyErr_WarnEx[t](category: Obj, message: *const c_char, stack_level: Size) -> Status {
        let text = c_str(t, message)?;
        taipan_object::state::warn(t, warn_category(t, category)?, &text, stack_level)
    }

    /// Warns about a place in a file.
    fn PyErr_WarnExplicit[t](
        category: Obj, message: *const c_char, filename: *const c_char, line: c_int, module: *const c_char, registry: Obj,
    ) -> Status {
        let text = c_str(t, message)?;
        let filename = PyStr::from_fs_bytes(t, c_bytes(filename))?;
        let module = if module.is_null() { None } else { Some(c_str(t, module)?) };
        warn_explicit(t, category, &text, &filename, line, module.as_deref().map(|m| m.as_object()), opt(registry))
    }

    /// Warns about a place in a file.
    fn PyErr_WarnExplicitObject[t; message, filename](
        category: Obj, message: Obj, filename: Obj, line: c_int, module: Obj, registry: Obj,
    ) -> Status {
        warn_explicit(t, category, o(message), o(filename), line, opt(module), opt(registry))
    }

    /// The text of a line of a file; a new reference, or null without an exception.
    fn PyErr_ProgramTextObject[t](filename: Obj, line: c_int) -> Raw<Obj> {
        let path = match taipan_object::fspath::fs_bytes(t, o(filename)) {
            Ok(path) => path,
            Err(_) => {
                errors::clear(t);
                return core::ptr::null_mut();
            }
        };
        program_text(t, &path, line, "utf-8")
    }

    /// The text of a line of a file; a new reference, or null without an exception.
    fn PyErr_ProgramText[t](filename: *const c_char, line: c_int) -> Raw<Obj> {
        program_text(t, c_bytes(filename), line, "utf-8")
    }

    /// Gives the SyntaxError in flight a place.
    fn PyErr_SyntaxLocationObject[t](filename: Obj, line: c_int, column: c_int) -> Void {
        syntax_location(t, opt(filename).map(Own::own), line, column);
    }

    /// Gives the SyntaxError in flight a place.
    fn PyErr_SyntaxLocationEx[t](filename: *const c_char, line: c_int, column: c_int) -> Void {
        let name = file_name(t, filename).unwrap_or_else(|_| { errors::clear(t); None });
        syntax_location(t, name, line, column);
    }

    /// Gives the SyntaxError in flight a place.
    fn PyErr_SyntaxLocation[t](filename: *const c_char, line: c_int) -> Void {
        let name = file_name(t, filename).unwrap_or_else(|_| { errors::clear(t); None });
        syntax_location(t, name, line, -1);
    }
}

c_function! {
    /// `PyErr_Format` with the list.
    fn format_error[t](class: Obj, format: *const c_char, list: Va) -> Raw<Obj> {
        errors::clear(t);
        if let Ok(text) = crate::format::format(t, format, &mut *list) {
            let _ = set_object(t, o(class), Some(&text));
        }
        core::ptr::null_mut()
    }

    /// `_PyErr_FormatFromCause` with the list.
    fn format_from_cause[t](class: Obj, format: *const c_char, list: Va) -> Raw<Obj> {
        let cause = errors::take(t);
        if let Ok(text) = crate::format::format(t, format, &mut *list) {
            let _ = set_object(t, o(class), Some(&text));
        }
        if let (Some(cause), Some(exception)) = (cause, errors::take(t)) {
            exceptions::set_cause(&exception, Some(cause.clone()));
            exceptions::set_context(&exception, Some(cause));
            let _ = errors::restore_raised(t, exception);
        }
        core::ptr::null_mut()
    }

    /// `PyErr_FormatUnraisable` with the list.
    fn format_unraisable[t](format: *const c_char, list: Va) -> Void {
        if format.is_null() {
            errors::write_unraisable(t, None);
            return;
        }
        let saved = errors::take(t);
        let text = crate::format::format(t, format, &mut *list);
        let text = text.map(|text| text.to_string_lossy()).ok();
        errors::clear(t);
        if let Some(exception) = saved {
            let _ = errors::restore_raised(t, exception);
        }
        match text {
            Some(text) => errors::write_unraisable_msg(t, &text, None),
            None => errors::write_unraisable(t, None),
        }
    }

    /// `PyErr_WarnFormat` with the list.
    fn warn_format[t](category: Obj, stack_level: Size, format: *const c_char, list: Va) -> Status {
        let text = crate::format::format(t, format, &mut *list)?;
        taipan_object::state::warn(t, warn_category(t, category)?, &text, stack_level)
    }

    /// `PyErr_ResourceWarning` with the list.
    fn warn_resource[t](source: Obj, stack_level: Size, format: *const c_char, list: Va) -> Status {
        let text = crate::format::format(t, format, &mut *list)?;
        let _ = source;
        taipan_object::state::warn(t, <exceptions::ResourceWarning as Class>::class(), &text, stack_level)
    }
}

variadic! {
    /// Raises `class(format % arguments)`: null.
    PyErr_Format, 2 => format_error;
    /// The same; what is in flight becomes its cause. Null.
    _PyErr_FormatFromCause, 2 => format_from_cause;
    /// Reports the exception in flight as unraisable with a message.
    PyErr_FormatUnraisable, 1 => format_unraisable;
    /// Warns: 0, or -1 if the warning became an exception.
    PyErr_WarnFormat, 3 => warn_format;
    /// Warns of a leaked resource: 0, or -1 if the warning became an exception.
    PyErr_ResourceWarning, 3 => warn_resource;
}

unsafe fn given_matches(t: &Thread, exception: Obj, target: Obj) -> c_int {
    if exception.is_null() || target.is_null() {
        return 0;
    }
    // SAFETY: live objects, as C says.
    match unsafe { typeobject::given_exception_matches(t, o(exception), o(target)) } {
        Ok(matches) => matches.into(),
        Err(_) => {
            errors::clear(t);
            0
        }
    }
}

/// The exception being handled.
fn handled(t: &Thread) -> Option<Owned> {
    // SAFETY: the chain of items consists of live exceptions.
    unsafe {
        let value = (*t.topmost_exc_info()).exc_value;
        opt(value).filter(|v| !v.is(singletons::none())).map(Own::own)
    }
}

fn set_handled(t: &Thread, exception: Option<Owned>) {
    let exception = exception.filter(|e| !e.is(singletons::none()));
    // SAFETY: the current item owns its value.
    unsafe {
        let item = (*t.as_ptr()).exc_info;
        let old = core::mem::replace(&mut (*item).exc_value, exception.map_or(core::ptr::null_mut(), Owned::into_ptr));
        refcount::xdecref(old);
    }
}

unsafe fn import_error(t: &Thread, class: &Object, message: Obj, name: Obj, path: Obj) -> Obj {
    // SAFETY: null or live objects, as C says.
    unsafe {
        let Some(message) = opt(message) else {
            let _ = err!(t, TypeError, "expected a message argument");
            return core::ptr::null_mut();
        };
        let none = singletons::none();
        let keywords = [("name", opt(name).unwrap_or(none)), ("path", opt(path).unwrap_or(none))];
        if let Ok(exception) = class.call_with(t, &[message], &keywords) {
            let class = exception.class().as_object().own();
            let _ = set_object(t, &class, Some(&exception));
        }
        core::ptr::null_mut()
    }
}

unsafe fn new_exception(
    t: &Thread,
    name: *const c_char,
    base: Option<&Object>,
    dict: Option<&Object>,
    doc: Option<Owned<PyStr>>,
) -> PyResult {
    // SAFETY: a C string.
    let full = unsafe { c_bytes(name) };
    let Some(dot) = full.iter().rposition(|&c| c == b'.') else {
        return Err(err!(t, SystemError, "PyErr_NewException: name must be module.class"));
    };
    let dict = match dict {
        Some(dict) => dict.own(),
        None => PyDict::new(t)?.into_object(),
    };
    if let Some(doc) = doc {
        dict.set_item(t, name!(t, "__doc__"), &doc)?;
    }
    let key = name!(t, "__module__");
    if taipan_object::sequence::get_item_opt(t, &dict, key)?.is_none() {
        dict.set_item(t, key, &*utf8(t, &full[..dot])?)?;
    }
    let bases = match base {
        None => PyTuple::from_slice(t, &[<exceptions::Exception as Class>::class().as_object()])?,
        Some(base) => match base.downcast::<PyTuple>() {
            Some(bases) => bases.own(),
            None => PyTuple::from_slice(t, &[base])?,
        },
    };
    PyType::class().call(t, &[&*utf8(t, &full[dot + 1..])?, &bases, &dict])
}

unsafe fn warn_explicit(
    t: &Thread,
    category: Obj,
    message: &Object,
    filename: &Object,
    line: c_int,
    module: Option<&Object>,
    registry: Option<&Object>,
) -> PyResult<()> {
    // SAFETY: null or a live class.
    let category = unsafe { warn_category(t, category)? };
    let warnings = taipan_object::state::import(t, "_warnings")?;
    let function = warnings.getattr(t, name!(t, "warn_explicit"))?;
    let line = PyInt::from_i64(t, i64::from(line))?;
    let none = singletons::none();
    function
        .call(t, &[message, category.as_object(), filename, &line, module.unwrap_or(none), registry.unwrap_or(none)])?;
    Ok(())
}

/// A line of a file; a new reference, or null without an exception.
pub fn program_text(t: &Thread, path: &[u8], line: c_int, encoding: &str) -> Obj {
    use std::os::unix::ffi::OsStrExt;
    let Ok(line) = usize::try_from(line) else { return core::ptr::null_mut() };
    let Ok(bytes) = std::fs::read(std::ffi::OsStr::from_bytes(path)) else { return core::ptr::null_mut() };
    let Some(text) = line.checked_sub(1).and_then(|n| bytes.split_inclusive(|&c| c == b'\n').nth(n)) else {
        return core::ptr::null_mut();
    };
    match PyStr::decode(t, text, Some(encoding), Some("replace")) {
        Ok(text) => text.into_object().into_ptr(),
        Err(_) => {
            errors::clear(t);
            core::ptr::null_mut()
        }
    }
}

fn syntax_location(t: &Thread, filename: Option<Owned>, line: c_int, column: c_int) {
    let Some(exception) = errors::take(t) else { return };
    let set = || -> PyResult<()> {
        let none = singletons::none();
        exception.setattr(t, name!(t, "lineno"), &*PyInt::from_i64(t, i64::from(line))?)?;
        let offset = if column >= 0 { PyInt::from_i64(t, i64::from(column) + 1)?.into_object() } else { none.own() };
        exception.setattr(t, name!(t, "offset"), &offset)?;
        if let Some(filename) = &filename {
            exception.setattr(t, name!(t, "filename"), filename)?;
            let path = taipan_object::fspath::fs_bytes(t, filename)?;
            // SAFETY: a new reference or null.
            let text: Option<Owned> = unsafe { Owned::from_ptr_opt(program_text(t, &path, line, "utf-8")) };
            if let Some(text) = text {
                exception.setattr(t, name!(t, "text"), &text)?;
            }
        }
        if exception.getattr_opt(t, name!(t, "msg"))?.is_none() {
            exception.setattr(t, name!(t, "msg"), &*exception.str(t)?)?;
        }
        Ok(())
    };
    if set().is_err() {
        errors::clear(t);
    }
    let _ = errors::restore_raised(t, exception);
}

// `UnicodeError` and its subclasses.

fn unicode_fields(exception: &Object) -> *mut PyUnicodeErrorObject {
    exception.as_ptr().cast()
}

/// The object of a UnicodeError and its length, checked as CPython does.
unsafe fn unicode_object(t: &Thread, exception: Obj, bytes: bool) -> PyResult<(Owned, isize)> {
    // SAFETY: the fields hold objects or null.
    unsafe {
        let fields = unicode_fields(o(exception));
        let Some(object) = opt((*fields).object) else {
            return Err(err!(t, TypeError, "UnicodeError 'object' attribute is not set"));
        };
        if bytes {
            match object.downcast::<PyBytes>() {
                Some(b) => Ok((object.own(), b.len() as isize)),
                None => Err(err!(t, TypeError, "UnicodeError 'object' attribute must be a bytes")),
            }
        } else {
            match object.downcast::<PyStr>() {
                Some(s) => Ok((object.own(), s.len() as isize)),
                None => Err(err!(t, TypeError, "UnicodeError 'object' attribute must be a string")),
            }
        }
    }
}

unsafe fn unicode_class(t: &Thread, exception: Obj, which: u8) -> PyResult<()> {
    // SAFETY: a live object.
    let exception = unsafe { o(exception) };
    let (class, name) = match which {
        0 => (<exceptions::UnicodeEncodeError as Class>::class(), "UnicodeEncodeError"),
        1 => (<exceptions::UnicodeDecodeError as Class>::class(), "UnicodeDecodeError"),
        _ => (<exceptions::UnicodeTranslateError as Class>::class(), "UnicodeTranslateError"),
    };
    if !exception.class().is_subtype(class) {
        return Err(err!(
            t,
            TypeError,
            "expecting a {name} object, got {}",
            exception.class().fully_qualified_name(t)?.to_string_lossy()
        ));
    }
    Ok(())
}

macro_rules! unicode_errors {
    ($($which:literal, $bytes:literal: $object:ident $reason:ident $get_start:ident $set_start:ident $get_end:ident
        $set_end:ident $set_reason:ident;)*) => {
        capi! {
            $(
                /// `object`; a new reference.
                fn $object[t](exception: Obj) -> New {
                    unicode_class(t, exception, $which)?;
                    Ok(unicode_object(t, exception, $bytes)?.0)
                }

                /// `reason`; a new reference.
                fn $reason[t](exception: Obj) -> New {
                    unicode_class(t, exception, $which)?;
                    match opt((*unicode_fields(o(exception))).reason) {
                        Some(reason) => Ok(reason.own()),
                        None => Err(err!(t, TypeError, "UnicodeError 'reason' attribute is not set")),
                    }
                }

                /// `start`, within the object.
                fn $get_start[t](exception: Obj, start: *mut Size) -> Status {
                    unicode_class(t, exception, $which)?;
                    let (_, n) = unicode_object(t, exception, $bytes)?;
                    let value = (*unicode_fields(o(exception))).start;
                    *start = if value < 0 { 0 } else if value >= n { if n == 0 { 0 } else { n - 1 } } else { value };
                    Ok(())
                }

                /// Sets `start`.
                fn $set_start[t](exception: Obj, start: Size) -> Status {
                    unicode_class(t, exception, $which)?;
                    (*unicode_fields(o(exception))).start = start;
                    Ok(())
                }

                /// `end`, within the object.
                fn $get_end[t](exception: Obj, end: *mut Size) -> Status {
                    unicode_class(t, exception, $which)?;
                    let (_, n) = unicode_object(t, exception, $bytes)?;
                    let value = (*unicode_fields(o(exception))).end;
                    let value = if value < 1 { 1 } else { value };
                    *end = value.min(n);
                    Ok(())
                }

                /// Sets `end`.
                fn $set_end[t](exception: Obj, end: Size) -> Status {
                    unicode_class(t, exception, $which)?;
                    (*unicode_fields(o(exception))).end = end;
                    Ok(())
                }

                /// Sets `reason`.
                fn $set_reason[t](exception: Obj, reason: *const c_char) -> Status {
                    unicode_class(t, exception, $which)?;
                    let reason = c_str(t, reason)?;
                    let fields = unicode_fields(o(exception));
                    let old = core::mem::replace(&mut (*fields).reason, reason.into_object().into_ptr());
                    refcount::xdecref(old);
                    Ok(())
                }
            )*
        }
    };
}

unicode_errors! {
    0, false: PyUnicodeEncodeError_GetObject PyUnicodeEncodeError_GetReason PyUnicodeEncodeError_GetStart
        PyUnicodeEncodeError_SetStart PyUnicodeEncodeError_GetEnd PyUnicodeEncodeError_SetEnd PyUnicodeEncodeError_SetReason;
    1, true: PyUnicodeDecodeError_GetObject PyUnicodeDecodeError_GetReason PyUnicodeDecodeError_GetStart
        PyUnicodeDecodeError_SetStart PyUnicodeDecodeError_GetEnd PyUnicodeDecodeError_SetEnd PyUnicodeDecodeError_SetReason;
    2, false: PyUnicodeTranslateError_GetObject PyUnicodeTranslateError_GetReason PyUnicodeTranslateError_GetStart
        PyUnicodeTranslateError_SetStart PyUnicodeTranslateError_GetEnd PyUnicodeTranslateError_SetEnd
        PyUnicodeTranslateError_SetReason;
}

unsafe fn unicode_encoding(t: &Thread, exception: Obj, which: u8) -> PyResult {
    // SAFETY: the field holds an object or null.
    unsafe {
        unicode_class(t, exception, which)?;
        match opt((*unicode_fields(o(exception))).encoding) {
            Some(encoding) => Ok(encoding.own()),
            None => Err(err!(t, TypeError, "UnicodeError 'encoding' attribute is not set")),
        }
    }
}

capi! {
    /// `encoding`; a new reference.
    fn PyUnicodeEncodeError_GetEncoding[t](exception: Obj) -> New {
        unicode_encoding(t, exception, 0)
    }

    /// `encoding`; a new reference.
    fn PyUnicodeDecodeError_GetEncoding[t](exception: Obj) -> New {
        unicode_encoding(t, exception, 1)
    }

    /// A UnicodeDecodeError; a new reference.
    fn PyUnicodeDecodeError_Create[t](
        encoding: *const c_char, object: *const c_char, length: Size, start: Size, end: Size, reason: *const c_char,
    ) -> New {
        let encoding = c_str(t, encoding)?;
        let object = PyBytes::new(t, c_slice(object.cast::<u8>(), length))?;
        let (start, end) = (PyInt::from_i64(t, start as i64)?, PyInt::from_i64(t, end as i64)?);
        let reason = c_str(t, reason)?;
        <exceptions::UnicodeDecodeError as Class>::class().call(t, &[&encoding, &object, &start, &end, &reason])
    }
}
