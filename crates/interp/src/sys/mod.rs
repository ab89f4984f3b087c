//! The module `sys` (`Python/sysmodule.c`).

mod jit;
mod names;

pub use names::HEXVERSION;

use crate::frame::{self, PyFrame};
use crate::traceback::{format_plain, is_longer_than};
use crate::tracing;
use taipan_object::{
    Args, Class, Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, audit, err, errors,
    exceptions, name, native_module, singletons,
};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
#[native_module(name = "sys")]
pub mod sys {
    use super::*;

    /// Private function for getting PyConfig.cpu_count
    #[function]
    fn _get_cpu_count_config(t: &Thread) -> i64 {
        taipan_object::state::object_state(t).cpu_count.get()
    }

    /// Adds a new audit hook callback.
    #[function(sig = "(hook)")]
    fn addaudithook(t: &Thread, hook: &Object) -> PyResult<()> {
        // Hooks that are there may forbid another one, quietly if by a RuntimeError.
        if let Err(raised) = taipan_object::audit::audit(t, "sys.addaudithook", &[]) {
            if taipan_object::errors::matches::<taipan_object::exceptions::RuntimeError>(t) {
                taipan_object::errors::clear(t);
                return Ok(());
            }
            return Err(raised);
        }
        taipan_object::audit::add_hook(t, hook);
        Ok(())
    }

    /// Passes the event to any hooks that are attached.
    #[function(sig = "(event, /, *args)")]
    fn audit(t: &Thread, event: &Object, args: &[&Object]) -> PyResult<()> {
        let Some(event) = event.downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "expected str for argument 'event', not {:.200}",
                event.class().name_lossy()
            ));
        };
        taipan_object::audit::audit(t, event.to_utf8(t)?, args)
    }

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[function(sig = "(status=None, /)")]
    fn exit(t: &Thread, status: Option<&Object>) -> PyResult<()> {
        let status = status.unwrap_or_else(|| singletons::none());
        Err(errors::raise_value(t, exceptions::SystemExit::class(), status))
    }

    /// Return current exception information: (type, value, traceback).
    ///
    /// Return information about the most recent exception caught by an except
    /// clause in the current stack frame or in an older stack frame.
    #[function]
    fn exc_info(t: &Thread) -> PyResult {
        let none = || singletons::none().own();
        let items = match handled(t) {
            None => vec![none(), none(), none()],
            Some(e) => {
                let traceback = exceptions::traceback(&e).unwrap_or_else(none);
                vec![e.class().as_object().own(), e, traceback]
            }
        };
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[function]
    fn exception(t: &Thread) -> Option<Owned> {
        handled(t)
    }

    /// Return the reference count of object.
    ///
    /// The count returned is generally one higher than you might expect,
    /// because it includes the (temporary) reference as an argument to
    /// getrefcount().
    #[function]
    fn getrefcount(_t: &Thread, object: &Object) -> u32 {
        object.refcnt()
    }

    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[function(sig = "(object, default=None)", text = "")]
    fn getsizeof(t: &Thread, object: &Object, default: Option<&Object>) -> PyResult {
        let size = (|| -> PyResult<u64> {
            let Some(method) = taipan_object::attr::lookup_special(t, object, name!(t, "__sizeof__"))? else {
                return Err(err!(t, TypeError, "Type {:.100} doesn't define __sizeof__", object.class().name_lossy()));
            };
            let size = taipan_object::number::index_as_isize(t, &*method.call(t, &[])?)?;
            if size < 0 {
                return Err(err!(t, ValueError, "__sizeof__() should return >= 0"));
            }
            let flags = object.class().flags();
            // SAFETY: a live object.
            let gc = unsafe { taipan_runtime::gc::is_gc(object.as_ptr()) };
            let mut extra = if gc { 16 } else { 0 };
            if flags & Py_TPFLAGS_PREHEADER != 0 {
                extra += 16;
            }
            Ok(size as u64 + extra)
        })();
        match (size, default) {
            (Ok(size), _) => PyInt::from_u64(t, size).map(Owned::into_object),
            (Err(_), Some(default)) if errors::matches::<exceptions::TypeError>(t) => {
                errors::clear(t);
                Ok(default.own())
            }
            (Err(raised), _) => Err(raised),
        }
    }

    /// Return the current value of the recursion limit.
    ///
    /// The recursion limit is the maximum depth of the Python interpreter
    /// stack.  This limit prevents infinite recursion from causing an overflow
    /// of the C stack and crashing Python.
    #[function]
    fn getrecursionlimit(t: &Thread) -> i32 {
        t.raw().py_recursion_limit
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the C
    /// stack and crashing Python.  The highest possible limit is platform-
    /// dependent.
    #[function(sig = "(limit, /)")]
    fn setrecursionlimit(t: &Thread, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(err!(t, ValueError, "recursion limit must be greater or equal than 1"));
        }
        // SAFETY: plain fields of the current thread.
        unsafe {
            let ts = t.as_ptr();
            let depth = (*ts).py_recursion_limit - (*ts).py_recursion_remaining;
            if depth >= limit {
                return Err(err!(
                    t,
                    RecursionError,
                    "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
                ));
            }
            (*ts).py_recursion_limit = limit;
            (*ts).py_recursion_remaining = limit - depth;
        }
        Ok(())
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[function(sig = "(string, /)")]
    fn intern(t: &Thread, string: &PyStr) -> PyResult<Owned<PyStr>> {
        if !string.is_exact::<PyStr>() {
            return Err(err!(t, TypeError, "can't intern {:.400}", string.class().name_lossy()));
        }
        Ok(PyStr::interned(string.own()))
    }

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(t: &Thread, depth: i32) -> PyResult<Owned<PyFrame>> {
        let mut at = frame::current(t);
        // SAFETY: the chain of frames is live.
        unsafe {
            for _ in 0..depth.max(0) {
                if at.is_null() {
                    break;
                }
                at = frame::back_of(at);
            }
            if at.is_null() {
                return Err(err!(t, ValueError, "call stack is not deep enough"));
            }
            let found = frame::object_of(t, at)?;
            audit::audit(t, "sys._getframe", &[found.as_object()])?;
            Ok(found)
        }
    }

    /// Return the name of the module of the calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(t: &Thread, depth: i32) -> PyResult {
        if audit::active(t) {
            audit::audit(t, "sys._getframemodulename", &[&*PyInt::from_i64(t, i64::from(depth))?])?;
        }
        let mut at = frame::current(t);
        // SAFETY: the chain of frames is live.
        unsafe {
            for _ in 0..depth.max(0) {
                if at.is_null() {
                    break;
                }
                at = frame::back_of(at);
            }
            if at.is_null() {
                return singletons::ok_none();
            }
            let globals = Object::from_ptr((*at).f_globals);
            Ok(taipan_object::sequence::get_item_opt(t, globals, name!(t, "__name__"))?
                .unwrap_or_else(|| singletons::none().own()))
        }
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function]
    fn displayhook(t: &Thread, object: &Object) -> PyResult<()> {
        if object.is(singletons::none()) {
            return Ok(());
        }
        let builtins = crate::state::builtins_dict(t)?;
        builtins.set_item(t, name!(t, "_"), singletons::none())?;
        let Some(out) = crate::state::sys_attr(t, "stdout")?.filter(|o| !o.is(singletons::none())) else {
            return Err(err!(t, RuntimeError, "lost sys.stdout"));
        };
        let text = object.repr(t)?;
        if let Err(raised) = out.call_method(t, name!(t, "write"), &[&text]) {
            if !errors::matches::<exceptions::UnicodeEncodeError>(t) {
                return Err(raised);
            }
            errors::clear(t);
            write_unencodable(t, &out, &text)?;
        }
        out.call_method(t, name!(t, "write"), &[PyStr::latin1_char(b'\n')])?;
        builtins.set_item(t, name!(t, "_"), object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(t: &Thread, exctype: &Object, value: &Object, traceback: &Object) -> PyResult<()> {
        let _ = exctype;
        if value.is_instance_of::<exceptions::BaseException>()
            && traceback.is_instance_of::<crate::traceback::PyTraceback>()
            && exceptions::traceback(value).is_none()
        {
            exceptions::set_traceback(value, Some(traceback.own()));
        }
        print_exception(t, value)
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function]
    fn getdefaultencoding(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, "utf-8")
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding(t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = taipan_object::unicode::fs::encoding();
        if matches!(name.as_str(), "utf-8" | "ascii") {
            return PyStr::from_str(t, &name);
        }
        // As the codec calls itself.
        let codec = taipan_object::codecs::lookup(t, &name)?;
        codec.as_object().getattr(t, name!(t, "name"))?.str(t)
    }

    /// Return the error mode used Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors(t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, "surrogateescape")
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits(t: &Thread) -> usize {
        taipan_object::state::object_state(t).int_max_str_digits.get()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "(maxdigits)")]
    fn set_int_max_str_digits(t: &Thread, maxdigits: i32) -> PyResult<()> {
        match usize::try_from(maxdigits) {
            Ok(n) if n == 0 || n >= 640 => {
                taipan_object::state::object_state(t).int_max_str_digits.set(n);
                Ok(())
            }
            _ => Err(err!(t, ValueError, "maxdigits must be 0 or larger than 640")),
        }
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function]
    fn getswitchinterval(t: &Thread) -> f64 {
        t.interpreter().gil.interval_us() as f64 / 1e6
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[function(sig = "(interval, /)")]
    fn setswitchinterval(t: &Thread, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(err!(t, ValueError, "switch interval must be strictly positive"));
        }
        t.interpreter().gil.set_interval_us((interval * 1e6) as u64);
        Ok(())
    }

    /// Return True if Python is exiting.
    #[function]
    fn is_finalizing(t: &Thread) -> bool {
        t.interpreter().finalizing.load(core::sync::atomic::Ordering::Relaxed)
    }

    /// Handle an unraisable exception.
    ///
    /// The unraisable argument has the following attributes:
    ///
    /// * exc_type: Exception type.
    /// * exc_value: Exception value, can be None.
    /// * exc_traceback: Exception traceback, can be None.
    /// * err_msg: Error message, can be None.
    /// * object: Object causing the exception, can be None.
    #[function(sig = "(unraisable, /)")]
    fn unraisablehook(t: &Thread, unraisable: &Object) -> PyResult<()> {
        crate::unraisable::default_hook(t, unraisable)
    }

    /// This hook function is called by built-in breakpoint().
    ///
    #[function(text = "($module, /, *args, **kwargs)")]
    fn breakpointhook(t: &Thread, args: Args<'_>) -> PyResult {
        super::breakpoint_hook(t, &args)
    }

    /// Return True if the GIL is currently enabled and False otherwise.
    #[function]
    fn _is_gil_enabled(_t: &Thread) -> bool {
        true
    }

    /// Return True if the given object is "immortal" per PEP 683.
    ///
    /// This function should be used for specialized purposes only.
    #[function(sig = "(op, /)")]
    fn _is_immortal(_t: &Thread, op: &Object) -> bool {
        op.is_immortal()
    }

    /// Return True if the given string is "interned".
    #[function(sig = "(string, /)")]
    fn _is_interned(_t: &Thread, string: &PyStr) -> bool {
        string.is_interned()
    }

    /// Private function for getting the base REPL
    #[function]
    fn _baserepl(t: &Thread) -> PyResult<()> {
        crate::interactive::run_stdin(t)
    }

    /// Clear all internal performance-related caches.
    #[function]
    fn _clear_internal_caches(t: &Thread) {
        taipan_object::state::clear_method_cache(t);
    }

    /// Clear the internal type lookup cache.
    #[function]
    fn _clear_type_cache(t: &Thread) -> PyResult<()> {
        errors::warn(
            t,
            taipan_object::exceptions_class!(DeprecationWarning),
            format_args!(
                "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. Use sys._clear_internal_caches() instead."
            ),
            1,
        )?;
        taipan_object::state::clear_method_cache(t);
        Ok(())
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[function(sig = "(type, /)")]
    fn _clear_type_descriptors(t: &Thread, r#type: &PyType) -> PyResult<()> {
        if r#type.flags() & Py_TPFLAGS_IMMUTABLETYPE != 0 {
            return Err(err!(t, TypeError, "argument is immutable"));
        }
        let Some(dict) = r#type.dict() else { return Ok(()) };
        for key in ["__dict__", "__weakref__"] {
            dict.pop_item(t, &*PyStr::intern_str(t, key)?)?;
        }
        r#type.modified();
        Ok(())
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    fn _current_frames(t: &Thread) -> PyResult<Owned<PyDict>> {
        taipan_object::audit::audit(t, "sys._current_frames", &[])?;
        let dict = PyDict::new(t)?;
        for thread in t.interpreter().thread_list() {
            // SAFETY: the GIL is held: the threads wait, and their frames stand still.
            unsafe {
                let current = frame::complete((*thread).raw().current_frame);
                if !current.is_null() {
                    let id = PyInt::from_u64(t, (*thread).raw().thread_id)?;
                    dict.set_item(t, &id, &*frame::object_of(t, current)?)?;
                }
            }
        }
        Ok(dict)
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    fn _current_exceptions(t: &Thread) -> PyResult<Owned<PyDict>> {
        taipan_object::audit::audit(t, "sys._current_exceptions", &[])?;
        let dict = PyDict::new(t)?;
        for thread in t.interpreter().thread_list() {
            // SAFETY: as above.
            unsafe {
                let exception = Object::from_ptr_opt((*(*thread).topmost_exc_info()).exc_value);
                let id = PyInt::from_u64(t, (*thread).raw().thread_id)?;
                dict.set_item(t, &id, exception.unwrap_or_else(|| singletons::none()))?;
            }
        }
        Ok(dict)
    }

    /// Print summary info to stderr about the state of pymalloc's structures.
    ///
    /// In Py_DEBUG mode, also perform some expensive internal consistency
    /// checks.
    #[function]
    fn _debugmallocstats(_t: &Thread) {
        taipan_runtime::mem::print_statistics();
    }

    /// Return the number of memory blocks currently allocated.
    #[function]
    fn getallocatedblocks(_t: &Thread) -> usize {
        taipan_runtime::mem::allocated_blocks()
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(sig = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(_t: &Thread, _only_immortal: Option<bool>) -> usize {
        taipan_object::unicode::intern::count(_only_immortal.unwrap_or(false))
    }

    /// Return the current value of the flags that are used for dlopen calls.
    ///
    /// The flag constants are defined in the os module.
    #[function]
    fn getdlopenflags(t: &Thread) -> i32 {
        crate::state::state(t).dlopen_flags.get()
    }

    /// Set the flags used by the interpreter for dlopen calls.
    ///
    /// This is used, for example, when the interpreter loads extension
    /// modules. Among other things, this will enable a lazy resolving of
    /// symbols when importing a module, if called as sys.setdlopenflags(0).
    /// To share symbols across extension modules, call as
    /// sys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag
    /// modules can be found in the os module (RTLD_xxx constants, e.g.
    /// os.RTLD_LAZY).
    #[function(sig = "(flags, /)")]
    fn setdlopenflags(t: &Thread, flags: i32) {
        crate::state::state(t).dlopen_flags.set(flags);
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[function]
    fn is_remote_debug_enabled(t: &Thread) -> bool {
        t.interpreter().remote_debug.get() == 1
    }

    /// Executes a file containing Python code in a given remote Python process.
    ///
    /// This function returns immediately, and the code will be executed by the
    /// target process's main thread at the next available opportunity,
    /// similarly to how signals are handled.  There is no interface to
    /// determine when the code has been executed.  The caller is responsible
    /// for making sure that the file still exists whenever the remote process
    /// tries to read it and that it hasn't been overwritten.
    ///
    /// The remote process must be running a CPython interpreter of the same
    /// major and minor version as the local process.  If either the local or
    /// remote interpreter is pre-release (alpha, beta, or release candidate)
    /// then the local and remote interpreters must be the same exact version.
    ///
    /// Args:
    ///      pid (int): The process ID of the target Python process.
    ///      script (str|bytes): The path to a file containing
    ///          the Python code to be executed.
    #[function(sig = "(pid, script)")]
    fn remote_exec(t: &Thread, pid: i32, script: &Object) -> PyResult<()> {
        crate::remote::exec(t, pid, script)
    }

    /// Return *True* if a stack profiler trampoline is active.
    #[function]
    fn is_stack_trampoline_active(_t: &Thread) -> bool {
        false
    }

    /// Activate stack profiler trampoline *backend*.
    #[function(sig = "(backend, /)")]
    fn activate_stack_trampoline(t: &Thread, backend: &PyStr) -> PyResult<()> {
        if backend.eq_str("perf") || backend.eq_str("perf_jit") {
            return Err(err!(t, ValueError, "perf trampoline not available"));
        }
        Err(err!(t, ValueError, "invalid backend: {}", backend.display()))
    }

    /// Deactivate the current stack profiler trampoline backend.
    ///
    /// If no stack profiler is activated, this function has no effect.
    #[function]
    fn deactivate_stack_trampoline(_t: &Thread) {}

    /// Dump the graph of tracelets in graphviz format
    #[function(sig = "(outpath)")]
    fn _dump_tracelets(t: &Thread, outpath: &Object) -> PyResult<()> {
        let _ = outpath;
        Err(err!(t, NotImplementedError, "No JIT available"))
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[function]
    fn get_asyncgen_hooks(t: &Thread) -> PyResult {
        let module = taipan_object::state::import(t, "sys")?;
        let class = crate::state::state(t).asyncgen_hooks_type.borrow().clone();
        let _ = module;
        let Some(class) = class else { return singletons::ok_none() };
        // SAFETY: the fields hold objects or null.
        let items = unsafe {
            [t.raw().async_gen_firstiter, t.raw().async_gen_finalizer]
                .map(|p| Object::from_ptr_opt(p).unwrap_or_else(|| singletons::none()).own())
        };
        taipan_types::structseq::new(t, &class, items.into())
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[function(sig = "(firstiter=None, finalizer=None)", text = "")]
    fn set_asyncgen_hooks(t: &Thread, firstiter: Option<&Object>, finalizer: Option<&Object>) -> PyResult<()> {
        for (name, given) in [("finalizer", finalizer), ("firstiter", firstiter)] {
            if let Some(given) = given
                && !given.is(singletons::none())
                && !given.is_callable()
            {
                return Err(err!(t, TypeError, "callable {name} expected, got {:.50}", given.class().name_lossy()));
            }
        }
        let put = |slot: *mut *mut PyObject, given: &Object| {
            let new = if given.is(singletons::none()) { core::ptr::null_mut() } else { given.own().into_ptr() };
            // SAFETY: a field of this thread that owns its reference.
            unsafe { taipan_runtime::refcount::xdecref(core::mem::replace(&mut *slot, new)) };
        };
        if let Some(finalizer) = finalizer {
            taipan_object::audit::audit(t, "sys.set_asyncgen_hooks_finalizer", &[])?;
            // SAFETY: as above.
            put(unsafe { &raw mut (*t.as_ptr()).async_gen_finalizer }, finalizer);
        }
        if let Some(firstiter) = firstiter {
            taipan_object::audit::audit(t, "sys.set_asyncgen_hooks_firstiter", &[])?;
            // SAFETY: as above.
            put(unsafe { &raw mut (*t.as_ptr()).async_gen_firstiter }, firstiter);
        }
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth(t: &Thread) -> i32 {
        t.raw().coroutine_origin_tracking_depth
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information
    /// about where they came from, available in their cr_origin attribute.
    ///
    /// Set a depth of 0 to disable.
    #[function(sig = "(depth)")]
    fn set_coroutine_origin_tracking_depth(t: &Thread, depth: i32) -> PyResult<()> {
        if depth < 0 {
            return Err(err!(t, ValueError, "depth must be >= 0"));
        }
        // SAFETY: plain field of the current thread.
        unsafe { (*t.as_ptr()).coroutine_origin_tracking_depth = depth };
        Ok(())
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn settrace(t: &Thread, function: &Object) -> PyResult<()> {
        tracing::legacy::set_trace(t, core::ptr::from_ref(t).cast_mut(), Some(function))
    }

    /// Return the global debug tracing function set with sys.settrace.
    ///
    /// See the debugger chapter in the library manual.
    #[function]
    fn gettrace(t: &Thread) -> Option<Owned> {
        tracing::legacy::trace_function(t)
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn setprofile(t: &Thread, function: &Object) -> PyResult<()> {
        tracing::legacy::set_profile(t, core::ptr::from_ref(t).cast_mut(), Some(function))
    }

    /// Return the profiling function set with sys.setprofile.
    ///
    /// See the profiler chapter in the library manual.
    #[function]
    fn getprofile(t: &Thread) -> Option<Owned> {
        tracing::legacy::profile_function(t)
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[function(sig = "(function, /)")]
    fn _settraceallthreads(t: &Thread, function: &Object) -> PyResult<()> {
        t.interpreter().thread_list().into_iter().try_for_each(|of| tracing::legacy::set_trace(t, of, Some(function)))
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function(sig = "(function, /)")]
    fn _setprofileallthreads(t: &Thread, function: &Object) -> PyResult<()> {
        t.interpreter().thread_list().into_iter().try_for_each(|of| tracing::legacy::set_profile(t, of, Some(function)))
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[function(sig = "(func, args, /)")]
    fn call_tracing(t: &Thread, func: &Object, args: &PyTuple) -> PyResult {
        // SAFETY: plain field of the current thread.
        unsafe {
            let saved = core::mem::replace(&mut (*t.as_ptr()).tracing, 0);
            let result = func.call_tuple_dict(t, args, None);
            (*t.as_ptr()).tracing = saved;
            result
        }
    }

    #[exec]
    fn exec_(module: &PyModule, t: &Thread) -> PyResult<()> {
        super::names::add_names(module, t)?;
        module.set(t, "_jit", &*crate::builtin_modules::create_part(t, &super::jit::jit::MODULE)?)?;
        let monitoring = &tracing::monitoring::monitoring::MODULE;
        module.set(t, "monitoring", &*crate::builtin_modules::create_part(t, monitoring)?)
    }
}

/// The exception being handled.
fn handled(t: &Thread) -> Option<Owned> {
    // SAFETY: the chain of handled exceptions is live.
    unsafe { Object::from_ptr_opt((*t.topmost_exc_info()).exc_value) }
        .filter(|e| !e.is(singletons::none()))
        .map(Own::own)
}

/// Writes an exception with its traceback to `sys.stderr`, by the library's printer if it can be had
/// (`PyErr_DisplayException`).
pub fn print_exception(t: &Thread, exception: &Object) -> PyResult<()> {
    let Some(stream) = crate::state::sys_attr(t, "stderr")?.filter(|o| !o.is(singletons::none())) else {
        return Ok(());
    };
    // The library's printer makes an object of every entry.
    let is_exception = exception.is_instance_of::<exceptions::BaseException>();
    let printed = !(is_exception && is_longer_than(exception, 100_000))
        && taipan_object::state::import(t, "traceback")
            .and_then(|module| module.getattr(t, &*PyStr::intern_str(t, "_print_exception_bltin")?))
            .and_then(|print| print.call(t, &[exception]))
            .is_ok();
    if !printed {
        errors::clear(t);
        let text = if is_exception {
            format_plain(t, exception)
        } else if exception.is(singletons::none()) {
            "NoneType: None\n".to_owned()
        } else {
            let class = exception.class().name_lossy();
            format!("TypeError: print_exception(): Exception expected for value, {class} found\n")
        };
        let object = match PyStr::from_str(t, &text) {
            Ok(object) => object,
            Err(raised) => {
                // There is no memory: whoever goes on nevertheless must know.
                eprint!("{text}");
                return Err(raised);
            }
        };
        if stream.call_method(t, name!(t, "write"), &[&*object]).is_err() {
            crate::run::unwritten(t, || text);
        }
    }
    // What a stream cannot do is no new error.
    if stream.call_method(t, name!(t, "flush"), &[]).is_err() {
        errors::clear(t);
    }
    Ok(())
}

/// Writes text to a stream whose encoding lacks some of it, these characters as escapes.
fn write_unencodable(t: &Thread, out: &Object, text: &PyStr) -> PyResult<()> {
    let encoding = out.getattr(t, name!(t, "encoding"))?;
    let escape = PyStr::from_str(t, "backslashreplace")?;
    let encoded = text.as_object().call_method(t, name!(t, "encode"), &[&encoding, &escape])?;
    if let Some(buffer) = out.getattr_opt(t, name!(t, "buffer"))? {
        return buffer.call_method(t, name!(t, "write"), &[&encoded]).map(drop);
    }
    let strict = PyStr::from_str(t, "strict")?;
    let escaped = encoded.call_method(t, name!(t, "decode"), &[&encoding, &strict])?;
    out.call_method(t, name!(t, "write"), &[&escaped]).map(drop)
}

/// Calls what `PYTHONBREAKPOINT` names, by default `pdb.set_trace` (PEP 553).
fn breakpoint_hook(t: &Thread, args: &Args<'_>) -> PyResult {
    let wanted = if crate::state::state(t).ignore_environment.get() {
        None
    } else {
        std::env::var_os("PYTHONBREAKPOINT").map(|v| v.to_string_lossy().into_owned()).filter(|v| !v.is_empty())
    };
    let wanted = wanted.unwrap_or_else(|| "pdb.set_trace".to_string());
    if wanted == "0" {
        return singletons::ok_none();
    }
    let (module, attribute) = wanted.rsplit_once('.').unwrap_or(("builtins", &wanted));
    let found = taipan_object::state::import(t, module)
        .and_then(|module| module.getattr(t, &*PyStr::intern_str(t, attribute)?));
    match found {
        Ok(function) => {
            let dict = PyDict::new(t)?;
            args.for_each_keyword(t, |key, value| dict.set_item(t, key, value))?;
            let tuple = PyTuple::from_slice(t, args.pos)?;
            function.call_tuple_dict(t, &tuple, Some(&dict))
        }
        Err(_) => {
            errors::clear(t);
            errors::warn(
                t,
                taipan_object::exceptions_class!(RuntimeWarning),
                format_args!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\""),
                1,
            )?;
            singletons::ok_none()
        }
    }
}
