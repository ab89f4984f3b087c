//! The module `sys` (`Python/sysmodule.c`).

use crate::frame::{self, PyFrame};
use crate::traceback::format_plain;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, err, errors, exceptions,
    name, native_module, singletons,
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
    fn _get_cpu_count_config(_t: &Thread) -> i32 {
        std::env::var("PYTHON_CPU_COUNT").ok().and_then(|n| n.parse().ok()).filter(|&n| n > 0).unwrap_or(-1)
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
        let size = (|| -> PyResult<i64> {
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
            Ok(size as i64 + extra)
        })();
        match (size, default) {
            (Ok(size), _) => PyInt::from_i64(t, size).map(Owned::into_object),
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
            frame::object_of(t, at)
        }
    }

    /// Return the name of the module of the calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(t: &Thread, depth: i32) -> PyResult {
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
        out.call_method(t, name!(t, "write"), &[&text])?;
        out.call_method(t, name!(t, "write"), &[PyStr::latin1_char(b'\n')])?;
        builtins.set_item(t, name!(t, "_"), object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function(sig = "(exctype, value, traceback, /)")]
    fn excepthook(t: &Thread, exctype: &Object, value: &Object, traceback: &Object) -> PyResult<()> {
        let _ = (exctype, traceback);
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
        PyStr::from_str(t, "utf-8")
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

    #[exec]
    fn exec_(module: &PyModule, t: &Thread) -> PyResult<()> {
        super::add_names(module, t)
    }
}

/// The exception being handled.
fn handled(t: &Thread) -> Option<Owned> {
    // SAFETY: the chain of handled exceptions is live.
    unsafe { Object::from_ptr_opt((*t.topmost_exc_info()).exc_value) }
        .filter(|e| !e.is(singletons::none()))
        .map(Own::own)
}

/// Writes an exception with its traceback to `sys.stderr`.
pub fn print_exception(t: &Thread, exception: &Object) -> PyResult<()> {
    let text = format_plain(t, exception);
    if let Some(out) = crate::state::sys_attr(t, "stdout")?.filter(|o| !o.is(singletons::none()))
        && out.call_method(t, name!(t, "flush"), &[]).is_err()
    {
        errors::clear(t);
    }
    match crate::state::sys_attr(t, "stderr")?.filter(|o| !o.is(singletons::none())) {
        Some(err) => {
            err.call_method(t, name!(t, "write"), &[&*PyStr::from_str(t, &text)?])?;
            err.call_method(t, name!(t, "flush"), &[])?;
        }
        None => eprint!("{text}"),
    }
    Ok(())
}

/// CPython's version that we are compatible with, as a number.
pub const HEXVERSION: i64 = 0x030e_08f0;

fn add_names(module: &PyModule, t: &Thread) -> PyResult<()> {
    module.set_value(t, "hexversion", HEXVERSION)?;
    module.set_value(t, "api_version", 1013i64)?;
    module.set_value(t, "maxsize", i64::MAX)?;
    module.set_value(t, "maxunicode", 0x10ffffi64)?;
    module.set_value(t, "byteorder", if cfg!(target_endian = "little") { "little" } else { "big" })?;
    module.set_value(t, "platform", "linux")?;
    module.set_value(
        t,
        "copyright",
        "Copyright (c) Taipan's authors.\nCopyright (c) 2001 Python Software Foundation (standard library).",
    )?;
    module.set_value(t, "version", format!("3.14.8 (Taipan {}, Rust)", env!("CARGO_PKG_VERSION")))?;
    module.set_value(t, "platlibdir", "lib")?;
    module.set_value(t, "abiflags", "")?;
    module.set_value(t, "float_repr_style", "short")?;
    module.set_value(t, "dont_write_bytecode", false)?;
    module.set_value(t, "pycache_prefix", ())?;
    module.set_value(t, "ps1", ">>> ")?;
    module.set_value(t, "ps2", "... ")?;
    for empty in ["path", "argv", "orig_argv", "warnoptions", "path_hooks", "meta_path"] {
        module.set(t, empty, &*PyList::new(t)?)?;
    }
    module.set(t, "path_importer_cache", &*PyDict::new(t)?)?;
    module.set(t, "_xoptions", &*PyDict::new(t)?)?;
    let names: PyResult<Vec<Owned>> = {
        let mut all: Vec<&str> = crate::builtin_modules::table().iter().map(|m| m.name).collect();
        all.sort_unstable();
        all.iter().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect()
    };
    module.set(t, "builtin_module_names", &*PyTuple::from_vec(t, names?)?)?;
    let field = |t: &Thread, items: &[(&str, Owned)], type_name: &str| -> PyResult {
        let fields: Vec<(&str, &str)> = items.iter().map(|(name, _)| (*name, "")).collect();
        let class = taipan_types::structseq::new_sealed_type(t, type_name, type_name, &fields, fields.len())?;
        taipan_types::structseq::new(t, &class, items.iter().map(|(_, v)| v.clone()).collect())
    };
    let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
    let text = |v: &str| PyStr::intern_str(t, v).map(Owned::into_object);
    let version = field(
        t,
        &[
            ("major", int(3)?),
            ("minor", int(14)?),
            ("micro", int(8)?),
            ("releaselevel", text("final")?),
            ("serial", int(0)?),
        ],
        "sys.version_info",
    )?;
    module.set(t, "version_info", &version)?;
    let float = |v: f64| taipan_object::PyFloat::new(t, v).map(Owned::into_object);
    let info = field(
        t,
        &[
            ("max", float(f64::MAX)?),
            ("max_exp", int(1024)?),
            ("max_10_exp", int(308)?),
            ("min", float(f64::MIN_POSITIVE)?),
            ("min_exp", int(-1021)?),
            ("min_10_exp", int(-307)?),
            ("dig", int(15)?),
            ("mant_dig", int(53)?),
            ("epsilon", float(f64::EPSILON)?),
            ("radix", int(2)?),
            ("rounds", int(1)?),
        ],
        "sys.float_info",
    )?;
    module.set(t, "float_info", &info)?;
    let info = field(
        t,
        &[
            ("bits_per_digit", int(30)?),
            ("sizeof_digit", int(4)?),
            ("default_max_str_digits", int(4300)?),
            ("str_digits_check_threshold", int(640)?),
        ],
        "sys.int_info",
    )?;
    module.set(t, "int_info", &info)?;
    let info = field(
        t,
        &[
            ("width", int(64)?),
            ("modulus", int((1 << 61) - 1)?),
            ("inf", int(314_159)?),
            ("nan", int(0)?),
            ("imag", int(1_000_003)?),
            ("algorithm", text("siphash13")?),
            ("hash_bits", int(64)?),
            ("seed_bits", int(128)?),
            ("cutoff", int(0)?),
        ],
        "sys.hash_info",
    )?;
    module.set(t, "hash_info", &info)?;
    for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
        let stream = crate::stdprinter::new(t, fd)?;
        module.set(t, name, &stream)?;
        module.set(t, &format!("__{name}__"), &stream)?;
    }
    for hook in ["displayhook", "excepthook"] {
        if let Some(found) = module.get(t, hook)? {
            module.set(t, &format!("__{hook}__"), &found)?;
        }
    }
    Ok(())
}
