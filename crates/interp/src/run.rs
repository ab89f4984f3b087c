//! Running programs: source in `__main__`, and what an uncaught exception means for the process.

use crate::compile::{Settings, compile_source};
use crate::eval::call::eval_code;
use crate::state::state;
use crate::{import, sys};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, Ordering};
use taipan_object::{Object, Own, Owned, PyInt, PyModule, PyResult, PyStr, err, errors, exceptions, name, singletons};
use taipan_parser::{Mode, Source};
use taipan_runtime::Thread;

/// Runs source in `__main__`.
pub fn run_main(t: &Thread, source: &[u8], filename: &OsStr, is_file: bool) -> PyResult<()> {
    let main = main_module(t)?;
    let file = PyStr::from_fs_bytes(t, filename.as_bytes())?;
    if is_file {
        refuse_null(t, source, &file)?;
    }
    if is_file {
        main.set(t, "__file__", &file)?;
        main.set(t, "__cached__", singletons::none())?;
        set_loader(t, &main, "SourceFileLoader", &file)?;
    }
    let settings = Settings { optimize: -1, from_file: is_file, ..Settings::default() };
    let code = compile_source(t, Source::Bytes(source), &file, Mode::Exec, settings)?;
    // The compiler is not needed for a while.
    crate::library::release_pages();
    let Some(dict) = main.dict() else { return Ok(()) };
    eval_code(t, &code, &dict, &dict).map(drop)
}

/// Runs the text of `-c`, which is text: no line of it names an encoding.
pub fn run_command(t: &Thread, source: &str) -> PyResult<()> {
    let main = main_module(t)?;
    let file = PyStr::from_str(t, "<string>")?;
    let settings = Settings { optimize: -1, ..Settings::default() };
    let code = compile_source(t, Source::Text(source), &file, Mode::Exec, settings)?;
    *state(t).command_code.borrow_mut() = Some(code.clone().into_object());
    source.clone_into(&mut state(t).command_source.borrow_mut());
    let Some(dict) = main.dict() else { return Ok(()) };
    eval_code(t, &code, &dict, &dict).map(drop)
}

/// A file with a null byte is no program; the error shows the line up to it.
fn refuse_null(t: &Thread, source: &[u8], file: &PyStr) -> PyResult<()> {
    let Some(at) = source.iter().position(|&b| b == 0) else { return Ok(()) };
    let head = source.get(..at).unwrap_or_default();
    let start = head.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let line = 1 + head.iter().filter(|&&b| b == b'\n').count();
    let text = PyStr::from_str(t, &String::from_utf8_lossy(head.get(start..).unwrap_or_default()))?;
    let (line, offset) = (PyInt::from_i64(t, line as i64)?, PyInt::from_i64(t, 0)?);
    let place = taipan_object::PyTuple::from_slice(t, &[file, &line, &offset, &text])?;
    let message = PyStr::from_str(t, "source code cannot contain null bytes")?;
    let class = taipan_object::exceptions_class!(SyntaxError);
    let error = class.as_object().call(t, &[&message, &place])?;
    Err(errors::raise(t, error))
}

/// Gives `__main__` the library's loader of such files.
fn set_loader(t: &Thread, main: &PyModule, class: &str, file: &PyStr) -> PyResult<()> {
    let external = taipan_object::state::import(t, "_frozen_importlib_external")?;
    let loader = external.getattr(t, &*PyStr::intern_str(t, class)?)?;
    main.set(t, "__loader__", &*loader.call(t, &[name!(t, "__main__"), file])?)
}

/// Runs a compiled file in `__main__`.
pub fn run_pyc(t: &Thread, bytes: &[u8], filename: &OsStr) -> PyResult<()> {
    let main = main_module(t)?;
    let file = PyStr::from_fs_bytes(t, filename.as_bytes())?;
    main.set(t, "__file__", &file)?;
    main.set(t, "__cached__", singletons::none())?;
    set_loader(t, &main, "SourcelessFileLoader", &file)?;
    if bytes.len() < 16 || bytes[..4] != crate::modules::imp::PYC_MAGIC_NUMBER_TOKEN.to_le_bytes() {
        return Err(err!(t, RuntimeError, "Bad magic number in .pyc file"));
    }
    let code = crate::modules::marshal::loads(t, &bytes[16..], true)?;
    let Some(code) = code.downcast::<crate::code::PyCode>() else {
        return Err(err!(t, RuntimeError, "Bad code object in .pyc file"));
    };
    let Some(dict) = main.dict() else { return Ok(()) };
    eval_code(t, code, &dict, &dict).map(drop)
}

/// Lets tracebacks show the lines of a program given by `-c`.
pub fn register_source(t: &Thread, source: &str) {
    let Some(exception) = errors::take(t) else { return };
    let register = || -> PyResult<()> {
        let code = state(t).command_code.borrow().clone();
        let Some(code) = code else { return Ok(()) };
        let linecache = taipan_object::state::import(t, "linecache")?;
        let function = linecache.getattr(t, &*PyStr::intern_str(t, "_register_code")?)?;
        function.call(t, &[&code, &*PyStr::from_str(t, source)?, &*PyStr::from_str(t, "<string>")?]).map(drop)
    };
    if register().is_err() {
        errors::clear(t);
    }
    let _ = errors::restore_raised(t, exception);
}

/// Runs a module as `__main__` through the library's `runpy` (`-m`, folders and zip files). `set_argv0`: the path that
/// is found becomes `sys.argv[0]`.
pub fn run_module(t: &Thread, module: &OsStr, set_argv0: bool) -> PyResult<()> {
    let runpy = taipan_object::state::import(t, "runpy")?;
    let function = runpy.getattr(t, &*PyStr::intern_str(t, "_run_module_as_main")?)?;
    function.call(t, &[&*PyStr::from_fs_bytes(t, module.as_bytes())?, singletons::bool(set_argv0)]).map(drop)
}

/// Whether a path is something that an import hook can serve: a folder or zip file with a `__main__`.
pub fn has_importer(t: &Thread, path: &OsStr) -> PyResult<bool> {
    let external = taipan_object::state::import(t, "_frozen_importlib_external")?;
    let finder = external.getattr(t, &*PyStr::intern_str(t, "PathFinder")?)?;
    let find = finder.getattr(t, &*PyStr::intern_str(t, "_path_importer_cache")?)?;
    let found = find.call(t, &[&*PyStr::from_fs_bytes(t, path.as_bytes())?])?;
    Ok(!found.is(singletons::none()))
}

/// The module `__main__`, made if need be.
pub fn main_module(t: &Thread) -> PyResult<Owned<PyModule>> {
    let main = import::add_module(t, "__main__")?;
    if let Some(builtins) = crate::state::state(t).builtins.borrow().clone() {
        main.set(t, "__builtins__", &builtins)?;
    }
    // As CPython: the loader is that of native modules until the program says otherwise.
    let absent = main.get(t, "__loader__")?.is_none_or(|loader| loader.is(singletons::none()));
    if absent && let Some(importlib) = crate::state::state(t).importlib.borrow().clone() {
        let loader = importlib.getattr(t, &*PyStr::intern_str(t, "BuiltinImporter")?)?;
        main.set(t, "__loader__", &loader)?;
    }
    Ok(main)
}

/// Reports the exception in flight as the interpreter does at its end, and gives the exit code.
pub fn exit_code_of_exception(t: &Thread) -> i32 {
    let Some(exception) = errors::take(t) else { return 0 };
    INTERRUPTED.store(false, Ordering::Relaxed);
    if let Some(exit) = exception.downcast::<exceptions::SystemExit>() {
        let code = exit.code();
        flush(t);
        if code.is(singletons::none()) {
            return 0;
        }
        if let Some(int) = code.downcast::<PyInt>() {
            return int.to_i64().map_or(-1, |v| v as i32);
        }
        match code.str(t) {
            Ok(text) => write_stderr_str(t, &text),
            Err(_) => errors::clear(t),
        }
        write_stderr(t, "\n");
        return 1;
    }
    // What the program printed comes before its traceback.
    flush_quietly(t);
    if let Some(exit) = report(t, &exception) {
        return exit;
    }
    if exception.is_instance_of::<exceptions::KeyboardInterrupt>() {
        INTERRUPTED.store(true, Ordering::Relaxed);
        return 130;
    }
    1
}

/// Whether the last uncaught exception was a `KeyboardInterrupt`.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether the program was ended by an uncaught `KeyboardInterrupt`; a program may exit with the same code itself.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Calls `sys.excepthook`. Gives an exit code if the hook ends the program.
fn report(t: &Thread, exception: &Object) -> Option<i32> {
    let class = exception.class().as_object();
    let traceback = exceptions::traceback(exception).unwrap_or_else(|| singletons::none().own());
    let hook = crate::state::sys_attr(t, "excepthook").ok().flatten();
    let audited = hook.as_deref().unwrap_or_else(|| singletons::none());
    if taipan_object::audit::audit(t, "sys.excepthook", &[audited, class, exception, &traceback]).is_err() {
        if errors::matches::<exceptions::RuntimeError>(t) {
            // The audit hook objects: the exception is not reported at all.
            errors::clear(t);
            return None;
        }
        errors::write_unraisable_msg(t, "Exception ignored in audit hook", None);
    }
    let Some(hook) = hook else {
        write_stderr(t, "sys.excepthook is missing\n");
        print(t, exception);
        return None;
    };
    if hook.call(t, &[class, exception, &traceback]).is_ok() {
        return None;
    }
    if errors::matches::<exceptions::SystemExit>(t) {
        return Some(exit_code_of_exception(t));
    }
    let second = errors::take(t);
    flush_quietly(t);
    write_stderr(t, "Error in sys.excepthook:\n");
    if let Some(second) = second {
        print(t, &second);
    }
    write_stderr(t, "\nOriginal exception was:\n");
    print(t, exception);
    None
}

fn print(t: &Thread, exception: &Object) {
    if sys::print_exception(t, exception).is_err() {
        errors::clear(t);
    }
}

/// Flushes the standard streams; who can't be written to is left alone.
fn flush_quietly(t: &Thread) {
    for stream in ["stderr", "stdout"] {
        let found = crate::state::sys_attr(t, stream).ok().flatten().filter(|s| !s.is(singletons::none()));
        if found.is_some_and(|stream| stream.call_method(t, name!(t, "flush"), &[]).is_err()) {
            errors::clear(t);
        }
    }
}

fn write_stderr(t: &Thread, text: &str) {
    match PyStr::from_str(t, text) {
        Ok(text) => write_stderr_str(t, &text),
        Err(_) => unwritten(t, || text.to_owned()),
    }
}

/// Something could not be written to `sys.stderr`. If that was for want of memory it goes where Python's streams are not
/// needed.
pub(crate) fn unwritten(t: &Thread, text: impl FnOnce() -> String) {
    let no_memory = errors::matches::<exceptions::MemoryError>(t);
    errors::clear(t);
    if no_memory {
        eprint!("{}", text());
    }
}

/// As [`write_stderr`]; the text may have lone surrogates, which are the stream's business.
fn write_stderr_str(t: &Thread, text: &PyStr) {
    let work = || -> PyResult<()> {
        match crate::state::sys_attr(t, "stderr")?.filter(|o| !o.is(singletons::none())) {
            Some(out) => {
                out.call_method(t, name!(t, "write"), &[text])?;
                out.call_method(t, name!(t, "flush"), &[])?;
            }
            None => eprint!("{}", text.display()),
        }
        Ok(())
    };
    if work().is_err() {
        unwritten(t, || text.to_string_lossy());
    }
}

/// Flushes the standard streams; returns false if one of them could not be written.
pub fn flush(t: &Thread) -> bool {
    let mut ok = true;
    for stream in ["stdout", "stderr"] {
        let work = || -> PyResult<()> {
            let Some(found) = crate::state::sys_attr(t, stream)?.filter(|found| !found.is(singletons::none())) else {
                return Ok(());
            };
            let closed = match found.getattr_opt(t, name!(t, "closed")) {
                Ok(Some(closed)) => closed.is_true(t),
                Ok(None) => Ok(false),
                Err(raised) => Err(raised),
            };
            match closed {
                Ok(true) => Ok(()),
                Ok(false) => found.call_method(t, name!(t, "flush"), &[]).map(drop),
                Err(_) => {
                    errors::clear(t);
                    found.call_method(t, name!(t, "flush"), &[]).map(drop)
                }
            }
        };
        if work().is_err() {
            if stream == "stdout" {
                errors::write_unraisable_msg(t, "Exception ignored while flushing sys.stdout", None);
            } else {
                errors::clear(t);
            }
            ok = false;
        }
    }
    ok
}
