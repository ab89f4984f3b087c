//! `pythonrun.h` and `compile.h`: compiling and running source, and showing exceptions.

use crate::contract::*;
use core::ffi::{c_char, c_int};
use taipan_interp::code::PyCode;
use taipan_interp::compile::{self, Settings};
use taipan_interp::{eval, finalize, run, state, sys};
use taipan_object::{Object, Own, Owned, PyDict, PyResult, PyStr, Thread, err, errors, exceptions, name, singletons};
use taipan_parser::{Mode, Source};

/// `Py_single_input`.
const SINGLE_INPUT: c_int = 256;
/// `Py_file_input`.
const FILE_INPUT: c_int = 257;
/// `Py_eval_input`.
const EVAL_INPUT: c_int = 258;

/// `PyCompilerFlags`.
#[repr(C)]
pub struct PyCompilerFlags {
    pub cf_flags: c_int,
    pub cf_feature_version: c_int,
}

fn mode(t: &Thread, start: c_int) -> PyResult<Mode> {
    match start {
        SINGLE_INPUT => Ok(Mode::Single),
        FILE_INPUT => Ok(Mode::Exec),
        EVAL_INPUT => Ok(Mode::Eval),
        _ => Err(err!(t, ValueError, "invalid start argument")),
    }
}

pub(crate) unsafe fn settings(flags: *const PyCompilerFlags, optimize: c_int) -> Settings {
    let mut settings = Settings { optimize, ..Settings::default() };
    // SAFETY: null or a structure that C passes.
    if let Some(flags) = unsafe { flags.as_ref() } {
        settings.flags = flags.cf_flags as u32;
        if settings.flags & taipan_bytecode::tables::pycf::ONLY_AST != 0 {
            settings.feature_version = flags.cf_feature_version;
        }
    }
    settings
}

fn compile(t: &Thread, source: &[u8], filename: &PyStr, start: c_int, settings: Settings) -> PyResult {
    let mode = mode(t, start)?;
    let text;
    let source = if settings.flags & taipan_bytecode::tables::pycf::IGNORE_COOKIE != 0 {
        text = utf8(t, source)?.to_string_lossy();
        Source::Text(&text)
    } else {
        Source::Bytes(source)
    };
    if settings.flags & taipan_bytecode::tables::pycf::ONLY_AST != 0 {
        return compile::parse_to_objects(t, source, filename, mode, settings);
    }
    compile::compile_source(t, source, filename, mode, settings).map(Owned::into_object)
}

fn run_code(t: &Thread, code: &Object, globals: &Object, locals: Option<&Object>) -> PyResult {
    let Some(code) = code.downcast::<PyCode>() else {
        return Err(errors::bad_internal_call(t));
    };
    let Some(globals) = globals.downcast::<PyDict>() else {
        return Err(err!(t, SystemError, "globals must be a dict"));
    };
    eval::call::eval_code(t, code, globals, locals.unwrap_or(globals))
}

/// Runs source in dictionaries.
unsafe fn run_source(
    t: &Thread,
    source: &[u8],
    filename: &PyStr,
    start: c_int,
    globals: Obj,
    locals: Obj,
    flags: *mut PyCompilerFlags,
) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let (Some(globals), locals) = (opt(globals), opt(locals)) else {
            return Err(err!(t, SystemError, "globals must not be NULL"));
        };
        let code = compile(t, source, filename, start, settings(flags, -1))?;
        run_code(t, &code, globals, locals)
    }
}

/// Runs source in `__main__`; shows an exception.
unsafe fn run_simple(t: &Thread, source: &[u8], filename: &str, flags: *mut PyCompilerFlags) -> c_int {
    let work = || -> PyResult<()> {
        let main = run::main_module(t)?;
        let Some(dict) = main.dict() else { return Ok(()) };
        let filename = PyStr::from_str(t, filename)?;
        let dict = dict.as_object().as_ptr();
        // SAFETY: the dictionary is alive; the contract of the callers.
        unsafe { run_source(t, source, &filename, FILE_INPUT, dict, dict, flags).map(|_| ()) }
    };
    match work() {
        Ok(()) => 0,
        Err(_) => {
            print_exception(t, true);
            -1
        }
    }
}

/// All that is left in a C stream.
unsafe fn read_stream(t: &Thread, file: *mut libc::FILE) -> PyResult<Vec<u8>> {
    let mut all = Vec::new();
    let mut block = [0u8; 4096];
    loop {
        // SAFETY: a stream that C passes; a block of this size.
        let n = unsafe { libc::fread(block.as_mut_ptr().cast(), 1, block.len(), file) };
        all.extend_from_slice(&block[..n]);
        if n < block.len() {
            // SAFETY: as above.
            if unsafe { libc::ferror(file) } != 0 {
                return Err(errors::last_os_error(t));
            }
            return Ok(all);
        }
    }
}

unsafe fn run_stream(
    t: &Thread,
    file: *mut libc::FILE,
    filename: *const c_char,
    start: c_int,
    globals: Obj,
    locals: Obj,
    close: bool,
    flags: *mut PyCompilerFlags,
) -> PyResult {
    // SAFETY: the contract of the callers.
    unsafe {
        let filename = PyStr::from_fs_bytes(t, c_bytes(filename))?;
        let source = read_stream(t, file);
        if close {
            libc::fclose(file);
        }
        run_source(t, &source?, &filename, start, globals, locals, flags)
    }
}

unsafe fn run_simple_stream(
    t: &Thread,
    file: *mut libc::FILE,
    filename: *const c_char,
    close: bool,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the contract of the callers.
    unsafe {
        let name = if filename.is_null() { "???".to_string() } else { c_text(filename).unwrap_or_default() };
        let source = read_stream(t, file);
        if close {
            libc::fclose(file);
        }
        match source {
            Ok(source) => {
                let set_file = match name_main(t, &name) {
                    Ok(set_file) => set_file,
                    Err(_) => {
                        print_exception(t, true);
                        return -1;
                    }
                };
                let result = run_simple(t, &source, &name, flags);
                if set_file {
                    unname_main(t);
                }
                result
            }
            Err(_) => {
                print_exception(t, true);
                -1
            }
        }
    }
}

/// Tells `__main__` of the file that is run there: whether its `__file__` has been set.
fn name_main(t: &Thread, name: &str) -> PyResult<bool> {
    let main = run::main_module(t)?;
    let file = PyStr::from_str(t, name)?;
    let set_file = main.get(t, "__file__")?.is_none();
    if set_file {
        main.set(t, "__file__", &file)?;
        main.set(t, "__cached__", singletons::none())?;
    }
    if name != "<stdin>" {
        let external = taipan_object::state::import(t, "_frozen_importlib_external")?;
        let class = external.getattr(t, &*PyStr::intern_str(t, "SourceFileLoader")?)?;
        let loader = class.call(t, &[name!(t, "__main__"), &file])?;
        main.set(t, "__loader__", &loader)?;
    }
    Ok(set_file)
}

/// Takes `__file__` and `__cached__` of `__main__` away again.
fn unname_main(t: &Thread) {
    let saved = errors::save(t);
    if let Ok(main) = run::main_module(t)
        && let Some(dict) = main.dict()
    {
        for key in [name!(t, "__file__"), name!(t, "__cached__")] {
            if dict.pop_item(t, key).is_err() {
                errors::clear(t);
            }
        }
    } else {
        errors::clear(t);
    }
    errors::restore(t, saved);
}

/// Shows an exception on `sys.stderr`.
pub fn display(t: &Thread, exception: &Object) {
    let saved = errors::save(t);
    if sys::print_exception(t, exception).is_err() {
        errors::clear(t);
    }
    errors::restore(t, saved);
}

/// `PyErr_PrintEx`: shows the exception in flight by `sys.excepthook`; `SystemExit` ends the process.
pub fn print_exception(t: &Thread, set_last: bool) {
    let Some(exception) = errors::take(t) else { return };
    if exception.is_instance_of::<exceptions::SystemExit>() && !inspect(t) {
        let _ = errors::restore_raised(t, exception);
        let code = run::exit_code_of_exception(t);
        finalize::finalize(t);
        std::process::exit(code);
    }
    let traceback = exceptions::traceback(&exception).unwrap_or_else(|| singletons::none().own());
    if set_last {
        let class = exception.class().as_object().own();
        for (attribute, value) in [
            ("last_exc", &exception),
            ("last_type", &class),
            ("last_value", &exception),
            ("last_traceback", &traceback),
        ] {
            let set = match &*state::state(t).sys.borrow() {
                Some(sys) => sys.set(t, attribute, value),
                None => Ok(()),
            };
            if set.is_err() {
                errors::clear(t);
            }
        }
    }
    let hook = match state::sys_attr(t, "excepthook") {
        Ok(hook) => hook,
        Err(_) => {
            errors::clear(t);
            None
        }
    };
    match hook {
        Some(hook) => {
            let class = exception.class().as_object().own();
            if hook.call(t, &[&class, &exception, &traceback]).is_err()
                && let Some(second) = errors::take(t)
            {
                if second.is_instance_of::<exceptions::SystemExit>() && !inspect(t) {
                    let _ = errors::restore_raised(t, second);
                    let code = run::exit_code_of_exception(t);
                    finalize::finalize(t);
                    std::process::exit(code);
                }
                write_stderr(t, "Error in sys.excepthook:\n");
                display(t, &second);
                write_stderr(t, "\nOriginal exception was:\n");
                display(t, &exception);
            }
        }
        None => {
            write_stderr(t, "sys.excepthook is missing\n");
            display(t, &exception);
        }
    }
}

/// Whether the prompt follows the program: then `SystemExit` does not end it.
fn inspect(t: &Thread) -> bool {
    let flag = state::sys_attr(t, "flags").ok().flatten().and_then(|flags| flags.getattr(t, name!(t, "inspect")).ok());
    match flag.map(|flag| flag.is_true(t)) {
        Some(Ok(value)) => value,
        _ => {
            errors::clear(t);
            false
        }
    }
}

/// Writes to `sys.stderr`, or to the file if there is none.
pub fn write_stderr(t: &Thread, text: &str) {
    crate::sysmodule::write_to(t, "stderr", text);
}

capi! {
    /// Compiles source; a new reference.
    fn Py_CompileString[t](source: *const c_char, filename: *const c_char, start: c_int) -> New {
        let filename = PyStr::from_fs_bytes(t, c_bytes(filename))?;
        compile(t, c_bytes(source), &filename, start, settings(core::ptr::null(), -1))
    }

    /// Compiles source; a new reference.
    fn Py_CompileStringFlags[t](source: *const c_char, filename: *const c_char, start: c_int, flags: *mut PyCompilerFlags) -> New {
        let filename = PyStr::from_fs_bytes(t, c_bytes(filename))?;
        compile(t, c_bytes(source), &filename, start, settings(flags, -1))
    }

    /// Compiles source; a new reference.
    fn Py_CompileStringExFlags[t](
        source: *const c_char, filename: *const c_char, start: c_int, flags: *mut PyCompilerFlags, optimize: c_int,
    ) -> New {
        let filename = PyStr::from_fs_bytes(t, c_bytes(filename))?;
        compile(t, c_bytes(source), &filename, start, settings(flags, optimize))
    }

    /// Compiles source; a new reference.
    fn Py_CompileStringObject[t; filename](
        source: *const c_char, filename: Obj, start: c_int, flags: *mut PyCompilerFlags, optimize: c_int,
    ) -> New {
        compile(t, c_bytes(source), cast(filename), start, settings(flags, optimize))
    }

    /// Runs source in dictionaries; a new reference.
    fn PyRun_String[t](source: *const c_char, start: c_int, globals: Obj, locals: Obj) -> New {
        let filename = PyStr::from_str(t, "<string>")?;
        run_source(t, c_bytes(source), &filename, start, globals, locals, core::ptr::null_mut())
    }

    /// Runs source in dictionaries; a new reference.
    fn PyRun_StringFlags[t](source: *const c_char, start: c_int, globals: Obj, locals: Obj, flags: *mut PyCompilerFlags) -> New {
        let filename = PyStr::from_str(t, "<string>")?;
        run_source(t, c_bytes(source), &filename, start, globals, locals, flags)
    }

    /// Runs source in `__main__`; shows an exception: 0 or -1.
    fn PyRun_SimpleString[t](source: *const c_char) -> Raw<c_int> {
        run_simple(t, c_bytes(source), "<string>", core::ptr::null_mut())
    }

    /// Runs source in `__main__`; shows an exception: 0 or -1.
    fn PyRun_SimpleStringFlags[t](source: *const c_char, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        run_simple(t, c_bytes(source), "<string>", flags)
    }

    /// Runs a C stream in dictionaries; a new reference.
    fn PyRun_File[t](file: *mut libc::FILE, filename: *const c_char, start: c_int, globals: Obj, locals: Obj) -> New {
        run_stream(t, file, filename, start, globals, locals, false, core::ptr::null_mut())
    }

    /// Runs a C stream in dictionaries; a new reference.
    fn PyRun_FileEx[t](file: *mut libc::FILE, filename: *const c_char, start: c_int, globals: Obj, locals: Obj, close: c_int) -> New {
        run_stream(t, file, filename, start, globals, locals, close != 0, core::ptr::null_mut())
    }

    /// Runs a C stream in dictionaries; a new reference.
    fn PyRun_FileFlags[t](
        file: *mut libc::FILE, filename: *const c_char, start: c_int, globals: Obj, locals: Obj, flags: *mut PyCompilerFlags,
    ) -> New {
        run_stream(t, file, filename, start, globals, locals, false, flags)
    }

    /// Runs a C stream in dictionaries; a new reference.
    fn PyRun_FileExFlags[t](
        file: *mut libc::FILE, filename: *const c_char, start: c_int, globals: Obj, locals: Obj, close: c_int,
        flags: *mut PyCompilerFlags,
    ) -> New {
        run_stream(t, file, filename, start, globals, locals, close != 0, flags)
    }

    /// Runs a C stream in `__main__`; shows an exception: 0 or -1.
    fn PyRun_SimpleFile[t](file: *mut libc::FILE, filename: *const c_char) -> Raw<c_int> {
        run_simple_stream(t, file, filename, false, core::ptr::null_mut())
    }

    /// Runs a C stream in `__main__`; shows an exception: 0 or -1.
    fn PyRun_SimpleFileEx[t](file: *mut libc::FILE, filename: *const c_char, close: c_int) -> Raw<c_int> {
        run_simple_stream(t, file, filename, close != 0, core::ptr::null_mut())
    }

    /// Runs a C stream in `__main__`; shows an exception: 0 or -1.
    fn PyRun_SimpleFileExFlags[t](file: *mut libc::FILE, filename: *const c_char, close: c_int, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        run_simple_stream(t, file, filename, close != 0, flags)
    }

    /// Runs a C stream, interactively if it is a terminal: 0 or -1.
    fn PyRun_AnyFile[t](file: *mut libc::FILE, filename: *const c_char) -> Raw<c_int> {
        run_any(t, file, filename, false, core::ptr::null_mut())
    }

    /// Runs a C stream, interactively if it is a terminal: 0 or -1.
    fn PyRun_AnyFileEx[t](file: *mut libc::FILE, filename: *const c_char, close: c_int) -> Raw<c_int> {
        run_any(t, file, filename, close != 0, core::ptr::null_mut())
    }

    /// Runs a C stream, interactively if it is a terminal: 0 or -1.
    fn PyRun_AnyFileFlags[t](file: *mut libc::FILE, filename: *const c_char, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        run_any(t, file, filename, false, flags)
    }

    /// Runs a C stream, interactively if it is a terminal: 0 or -1.
    fn PyRun_AnyFileExFlags[t](file: *mut libc::FILE, filename: *const c_char, close: c_int, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        run_any(t, file, filename, close != 0, flags)
    }

    /// Runs the statements of a C stream one after the other, showing exceptions: 0.
    fn PyRun_InteractiveLoop[t](file: *mut libc::FILE, filename: *const c_char) -> Raw<c_int> {
        interactive(t, file, filename, core::ptr::null_mut())
    }

    /// Runs the statements of a C stream one after the other, showing exceptions: 0.
    fn PyRun_InteractiveLoopFlags[t](file: *mut libc::FILE, filename: *const c_char, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        interactive(t, file, filename, flags)
    }

    /// Runs one statement of a C stream: 0 or -1.
    fn PyRun_InteractiveOne(file: *mut libc::FILE, filename: *const c_char) -> Raw<c_int> {
        PyRun_InteractiveOneFlags(file, filename, core::ptr::null_mut())
    }

    /// Runs one statement of a C stream: 0 or -1.
    fn PyRun_InteractiveOneFlags[t](file: *mut libc::FILE, filename: *const c_char, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        match PyStr::from_fs_bytes(t, c_bytes(filename)) {
            Ok(filename) => interactive_one(t, file, filename.as_object(), flags),
            Err(_) => {
                print_exception(t, true);
                -1
            }
        }
    }

    /// Runs one statement of a C stream: 0 or -1.
    fn PyRun_InteractiveOneObject[t](file: *mut libc::FILE, filename: Obj, flags: *mut PyCompilerFlags) -> Raw<c_int> {
        interactive_one(t, file, o(filename), flags)
    }

    /// Runs a code object; a new reference.
    fn PyEval_EvalCode[t; code](code: Obj, globals: Obj, locals: Obj) -> New {
        let Some(globals) = opt(globals) else {
            return Err(err!(t, SystemError, "PyEval_EvalCode: NULL globals"));
        };
        run_code(t, o(code), globals, opt(locals))
    }

    /// Runs a code object with arguments; a new reference.
    fn PyEval_EvalCodeEx[t](
        code: Obj, globals: Obj, locals: Obj, args: *const Obj, argc: c_int, kwds: *const Obj, kwdc: c_int,
        defs: *const Obj, defc: c_int, kwdefs: Obj, closure: Obj,
    ) -> New {
        eval_with_arguments(t, code, globals, locals, (args, argc), (kwds, kwdc), (defs, defc), kwdefs, closure)
    }
}

unsafe fn run_any(
    t: &Thread,
    file: *mut libc::FILE,
    filename: *const c_char,
    close: bool,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the contract of the callers.
    unsafe {
        if libc::isatty(libc::fileno(file)) != 0 {
            let result = interactive(t, file, filename, flags);
            if close {
                libc::fclose(file);
            }
            return result;
        }
        run_simple_stream(t, file, filename, close, flags)
    }
}

/// `E_EOF`.
const END_OF_FILE: c_int = 11;

/// A line of a C stream; empty at the end.
unsafe fn read_line(t: &Thread, file: *mut libc::FILE) -> Vec<u8> {
    let file = file as usize;
    t.allow_threads(move || {
        let mut line = Vec::new();
        loop {
            // SAFETY: C's stream.
            match unsafe { libc::fgetc(file as *mut libc::FILE) } {
                libc::EOF => return line,
                c => line.push(c as u8),
            }
            if line.ends_with(b"\n") {
                return line;
            }
        }
    })
}

/// Writes a prompt, which is set if nobody has, to standard error.
fn prompt(t: &Thread, attribute: &'static str, default: &str) {
    let set = || -> PyResult<String> {
        if let Some(found) = state::sys_attr(t, attribute)? {
            return Ok(found.str(t)?.to_string_lossy());
        }
        if let Some(sys) = state::state(t).sys.borrow().clone() {
            sys.set(t, attribute, &*PyStr::from_str(t, default)?)?;
        }
        Ok(default.to_string())
    };
    match set() {
        Ok(text) => eprint!("{text}"),
        Err(_) => errors::clear(t),
    }
}

/// Reads a statement and runs it as at the prompt: 0, -1 after an exception, which is shown, or `END_OF_FILE`.
unsafe fn interactive_one(t: &Thread, file: *mut libc::FILE, filename: &Object, flags: *mut PyCompilerFlags) -> c_int {
    let work = || -> PyResult<bool> {
        if !filename.is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "filename must be a string, not {:.200}", filename.class().name_lossy()));
        }
        let codeop = taipan_object::state::import(t, "codeop")?;
        let compile = codeop.getattr(t, &*PyStr::intern_str(t, "compile_command")?)?;
        let mut source = Vec::new();
        prompt(t, "ps1", ">>> ");
        loop {
            // SAFETY: C's stream.
            let line = unsafe { read_line(t, file) };
            let ended = line.is_empty();
            if ended && source.is_empty() {
                return Ok(false);
            }
            source.extend(&line);
            if !ended {
                let text = PyStr::decode(t, &source, Some("utf-8"), None)?;
                if compile.call(t, &[text.as_object(), filename, name!(t, "single")])?.is(singletons::none()) {
                    prompt(t, "ps2", "... ");
                    continue;
                }
            }
            let main = run::main_module(t)?;
            let Some(dict) = main.dict() else { return Ok(true) };
            let dict = dict.as_object().as_ptr();
            // SAFETY: a string and a dictionary.
            unsafe { run_source(t, &source, filename.cast_unchecked(), SINGLE_INPUT, dict, dict, flags)? };
            return Ok(true);
        }
    };
    match work() {
        Ok(true) => 0,
        Ok(false) => END_OF_FILE,
        Err(_) => {
            print_exception(t, true);
            -1
        }
    }
}

/// Reads statements and runs each as at the prompt, up to the end.
unsafe fn interactive(
    t: &Thread,
    file: *mut libc::FILE,
    filename: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the contract of the callers.
    let Ok(filename) = PyStr::from_fs_bytes(t, unsafe { c_bytes(filename) }) else {
        print_exception(t, true);
        return -1;
    };
    // SAFETY: as above.
    while unsafe { interactive_one(t, file, filename.as_object(), flags) } != END_OF_FILE {}
    0
}

unsafe fn eval_with_arguments(
    t: &Thread,
    code: Obj,
    globals: Obj,
    locals: Obj,
    args: (*const Obj, c_int),
    kwds: (*const Obj, c_int),
    defs: (*const Obj, c_int),
    kwdefs: Obj,
    closure: Obj,
) -> PyResult {
    use taipan_bytecode::tables::make_function;
    use taipan_interp::function::PyFunction;
    // SAFETY: the contract of the callers.
    unsafe {
        let (Some(code), Some(globals)) = (o(code).downcast::<PyCode>(), o(globals).downcast::<PyDict>()) else {
            return Err(errors::bad_internal_call(t));
        };
        // The code of a function keeps its variables elsewhere and needs its parameters filled.
        let plain = !taipan_interp::frame::is_optimized(code) && closure.is_null();
        if plain && let Some(locals) = opt(locals) {
            return eval::call::eval_code(t, code, globals, locals);
        }
        let function = PyFunction::new(t, code, globals)?;
        if defs.1 > 0 {
            let tuple =
                taipan_object::PyTuple::from_slice(t, taipan_object::tramp::arg_slice(defs.0, defs.1 as usize))?;
            function.set_attribute(make_function::DEFAULTS, tuple.into_object());
        }
        if let Some(kwdefs) = opt(kwdefs) {
            if !kwdefs.is_instance_of::<PyDict>() {
                return Err(errors::bad_internal_call(t));
            }
            function.set_attribute(make_function::KWDEFAULTS, kwdefs.own());
        }
        if let Some(closure) = opt(closure) {
            function.set_attribute(make_function::CLOSURE, closure.own());
        }
        let positional =
            taipan_object::PyTuple::from_slice(t, taipan_object::tramp::arg_slice(args.0, args.1.max(0) as usize))?;
        let keywords = PyDict::new(t)?;
        for i in 0..kwds.1.max(0) as usize {
            keywords.set_item(t, o(*kwds.0.add(2 * i)), o(*kwds.0.add(2 * i + 1)))?;
        }
        function.as_object().call_tuple_dict(t, &positional, Some(&keywords))
    }
}
