//! `pylifecycle.h`: the life of the interpreters, and the end of the process.

use crate::contract::*;
use crate::pyconfig::{self, PyConfig, PyPreConfig};
use crate::pystate::{self, main_interpreter};
use crate::pystatus::PyStatus;
use core::ffi::{c_char, c_int, c_long};
use core::sync::atomic::Ordering;
use libc::wchar_t;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use taipan_interp::config::Config;
use taipan_interp::subinterpreters::{self, Whence};
use taipan_object::Thread;
use taipan_object::abi::*;
use taipan_runtime::interpreter::InterpreterConfig;
use taipan_runtime::{Interpreter, thread};

/// Functions that run when the process ends (`Py_AtExit`).
static AT_EXIT: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Runs them, the last first.
pub fn run_at_exit() {
    loop {
        let next = AT_EXIT.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let Some(function) = next else { return };
        // SAFETY: C gave the function.
        unsafe { core::mem::transmute::<usize, unsafe extern "C" fn()>(function)() };
    }
}

/// The process ends before a program runs.
pub struct Exit {
    pub message: String,
    pub to_stdout: bool,
    pub code: i32,
}

/// How the program around this crate parses a command line, starts an interpreter, and runs what the settings name.
pub struct Embedding {
    pub parse: fn(Vec<OsString>) -> Result<Config, Exit>,
    pub start: fn(&Config) -> Result<(), i32>,
    pub run: fn(&Thread, &Config) -> i32,
}

static EMBEDDING: OnceLock<Embedding> = OnceLock::new();

/// Says how; called once, before an interpreter is started.
pub fn set_embedding(embedding: Embedding) {
    let _ = EMBEDDING.set(embedding);
}

const NO_EMBEDDING: PyStatus =
    PyStatus::error_in(c"Py_InitializeFromConfig", c"this program cannot start an interpreter");

/// The settings that a command line and the environment lead to.
pub fn parse(args: Vec<OsString>) -> Result<Config, PyStatus> {
    let Some(embedding) = EMBEDDING.get() else { return Err(NO_EMBEDDING) };
    (embedding.parse)(args).map_err(|exit| {
        if exit.to_stdout {
            print!("{}", exit.message);
        } else {
            eprint!("{}", exit.message);
        }
        PyStatus::exit(exit.code)
    })
}

/// What old functions say before the interpreter is started.
static PROGRAM_NAME: Mutex<Option<OsString>> = Mutex::new(None);
static PYTHON_HOME: Mutex<Option<OsString>> = Mutex::new(None);
static MODULE_PATH: Mutex<Option<OsString>> = Mutex::new(None);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe fn set_path(place: &Mutex<Option<OsString>>, text: *const wchar_t) {
    // SAFETY: the contract of the callers.
    *lock(place) = unsafe { pyconfig::narrow(text) }.filter(|text| !text.is_empty());
}

fn join(paths: &[OsString]) -> Option<String> {
    let all: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    Some(all.join(":"))
}

/// Text about the start of the interpreter, which stays; null before the start.
fn started(get: impl Fn(&Config) -> Option<String>) -> *mut wchar_t {
    static KEPT: Mutex<Vec<(String, usize)>> = Mutex::new(Vec::new());
    let Some(text) = taipan_interp::config::current().and_then(|config| get(&config)) else {
        return core::ptr::null_mut();
    };
    let mut kept = lock(&KEPT);
    if let Some((_, found)) = kept.iter().find(|(known, _)| *known == text) {
        return *found as *mut wchar_t;
    }
    let made = pyconfig::widen(text.as_bytes());
    kept.push((text, made as usize));
    made
}

/// Starts the interpreter; the calling thread is attached afterwards.
unsafe fn initialize(config: &PyConfig) -> PyStatus {
    let Some(embedding) = EMBEDDING.get() else { return NO_EMBEDDING };
    // SAFETY: the contract of the callers.
    let mut made = match unsafe { pyconfig::read(config) } {
        Ok(made) => made,
        Err(status) => return status,
    };
    if config.program_name.is_null()
        && let Some(name) = lock(&PROGRAM_NAME).as_ref()
    {
        made.program_name = name.to_string_lossy().into_owned();
        made.executable = taipan_interp::config::find_executable(&made.program_name);
    }
    if config.home.is_null()
        && let Some(home) = lock(&PYTHON_HOME).as_ref()
    {
        made.home = Some(home.to_string_lossy().into_owned());
    }
    if config.module_search_paths_set == 0
        && let Some(path) = lock(&MODULE_PATH).as_ref()
    {
        made.module_search_paths = Some(path.to_string_lossy().split(':').map(OsString::from).collect());
    }
    match (embedding.start)(&made) {
        Ok(()) => PyStatus::ok(),
        Err(_) => PyStatus::error_in(c"init_interp_main", c"failed to start the interpreter"),
    }
}

unsafe fn preinitialize(config: *const PyPreConfig) -> PyStatus {
    if config.is_null() {
        return PyStatus::error_in(c"_Py_PreInitializeFromPyArgv", c"preinitialization config is NULL");
    }
    PyStatus::ok()
}

/// Ends the interpreter that this thread runs: false if a standard stream could not be written.
pub fn finalize() -> bool {
    let Some(main) = main_interpreter() else { return true };
    let current = thread::current_ptr();
    if current.is_null() {
        fatal("Py_FinalizeEx", "the function must be called with an attached thread state");
    }
    // SAFETY: the attached state of this thread; nobody uses it afterwards.
    unsafe {
        let t = &*current;
        if !core::ptr::eq(t.interpreter(), main) {
            fatal("Py_FinalizeEx", "the main interpreter is ended by its own thread");
        }
        let flushed = taipan_interp::finalize::finalize(t);
        run_at_exit();
        pystate::forget();
        Thread::detach(current);
        thread::set_own(core::ptr::null_mut());
        flushed
    }
}

/// Runs what the settings name, and ends the interpreter.
fn run_main() -> c_int {
    let (Some(embedding), Some(config)) = (EMBEDDING.get(), taipan_interp::config::current()) else {
        fatal("Py_RunMain", "Python must be initialized");
    };
    let t = thread::current_ptr();
    if t.is_null() {
        fatal("Py_RunMain", "the function must be called with an attached thread state");
    }
    // SAFETY: the attached state.
    let code = (embedding.run)(unsafe { &*t }, &config);
    let flushed = finalize();
    if code == 0 && !flushed { 120 } else { code }
}

/// A whole program; in an interpreter that runs already only what the arguments name.
fn main_with(args: Vec<OsString>) -> c_int {
    let Some(embedding) = EMBEDDING.get() else {
        fatal("Py_BytesMain", "this program cannot start an interpreter");
    };
    let config = match parse(args) {
        Ok(config) => config,
        Err(status) => return status.exitcode,
    };
    if main_interpreter().is_none() {
        if let Err(code) = (embedding.start)(&config) {
            return code;
        }
        return run_main();
    }
    let t = thread::current_ptr();
    if t.is_null() {
        fatal("Py_BytesMain", "the function must be called with an attached thread state");
    }
    // SAFETY: the attached state.
    let code = (embedding.run)(unsafe { &*t }, &config);
    let flushed = finalize();
    if code == 0 && !flushed { 120 } else { code }
}

/// Ends the process with a message.
pub fn fatal(place: &str, message: &str) -> ! {
    taipan_interp::modules::faulthandler::fatal_error(place, message)
}

/// `PyInterpreterConfig`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyInterpreterConfig {
    pub use_main_obmalloc: c_int,
    pub allow_fork: c_int,
    pub allow_exec: c_int,
    pub allow_threads: c_int,
    pub allow_daemon_threads: c_int,
    pub check_multi_interp_extensions: c_int,
    pub gil: c_int,
}

/// The names of `PyInterpreterConfig.gil`'s values.
const GILS: [&str; 3] = ["default", "shared", "own"];

impl PyInterpreterConfig {
    /// As our layers know the settings; `None` if the wish for a GIL is none that exists.
    pub fn to_config(self) -> Option<InterpreterConfig> {
        Some(InterpreterConfig {
            use_main_obmalloc: self.use_main_obmalloc != 0,
            allow_fork: self.allow_fork != 0,
            allow_exec: self.allow_exec != 0,
            allow_threads: self.allow_threads != 0,
            allow_daemon_threads: self.allow_daemon_threads != 0,
            check_multi_interp_extensions: self.check_multi_interp_extensions != 0,
            gil: usize::try_from(self.gil).ok().and_then(|gil| GILS.get(gil).copied())?,
        })
    }

    /// As C knows the settings.
    pub fn from_config(config: &InterpreterConfig) -> Self {
        Self {
            use_main_obmalloc: config.use_main_obmalloc.into(),
            allow_fork: config.allow_fork.into(),
            allow_exec: config.allow_exec.into(),
            allow_threads: config.allow_threads.into(),
            allow_daemon_threads: config.allow_daemon_threads.into(),
            check_multi_interp_extensions: config.check_multi_interp_extensions.into(),
            gil: GILS.iter().position(|gil| *gil == config.gil).unwrap_or(0) as c_int,
        }
    }
}

/// Makes an interpreter and a thread state that is current afterwards, in place of that which was.
///
/// # Safety
/// As the API's functions.
pub unsafe fn new_interpreter(config: &PyInterpreterConfig, whence: Whence) -> Result<*mut Thread, PyStatus> {
    let Some(config) = config.to_config() else {
        return Err(PyStatus::error_in(c"init_interp_create_gil", c"invalid interpreter config 'gil' value"));
    };
    if !config.use_main_obmalloc && !config.check_multi_interp_extensions {
        // A single-phase module has one state, which would be allocated by one interpreter and freed by another.
        return Err(PyStatus::error_in(
            c"init_interp_settings",
            c"per-interpreter obmalloc does not support single-phase init extension modules",
        ));
    }
    let Some(main) = main_interpreter() else {
        return Err(PyStatus::error_in(c"new_interpreter", c"Py_Initialize must be called first"));
    };
    // SAFETY: the states are this OS thread's own or fresh.
    unsafe {
        let current = thread::current_ptr();
        let lent = current.is_null().then(|| attach_new(main));
        let t: &Thread = match lent {
            Some(lent) => &*lent,
            None => &*current,
        };
        let made = subinterpreters::create_with_thread(t, config, whence);
        let result = match made {
            Ok(made) => {
                t.swap(made);
                Ok(made)
            }
            Err(text) => {
                if !text.is_empty() {
                    eprintln!("{text}");
                }
                if lent.is_some() {
                    Thread::detach(t);
                }
                Err(PyStatus::error_in(c"init_interp_main", c"can't initialize the new interpreter"))
            }
        };
        if let Some(lent) = lent {
            let attached = !thread::current_ptr().is_null();
            if !attached {
                main.gil.take(core::ptr::null());
            }
            Thread::delete(lent);
            if !attached {
                main.gil.release();
            }
        }
        result
    }
}

/// A fresh thread state of an interpreter, attached.
unsafe fn attach_new(interp: &'static Interpreter) -> *mut Thread {
    let made = Thread::new(interp);
    // SAFETY: linked under the GIL, which attaching takes.
    unsafe {
        Thread::attach(made);
        Thread::link(made);
    }
    made
}

/// Ends the interpreter of the current thread state, which is gone afterwards; none is attached then.
unsafe fn end_interpreter(ts: *mut PyThreadState) {
    let current = thread::current_ptr();
    if !core::ptr::addr_eq(current, ts) {
        fatal("Py_EndInterpreter", "thread is not current");
    }
    // SAFETY: the current state; nobody uses it afterwards.
    unsafe {
        let t = &*current;
        if !(*ts).current_frame.is_null() {
            fatal("Py_EndInterpreter", "thread still has a frame");
        }
        let interp = t.interpreter();
        if interp.is_main() {
            fatal("Py_EndInterpreter", "the main interpreter is ended by Py_FinalizeEx");
        }
        subinterpreters::destroy_current(t);
        // What is freed with the interpreter dies in the main one.
        let Some(main) = main_interpreter() else {
            let gil = interp.gil;
            Thread::detach(current);
            gil.take(core::ptr::null());
            Thread::delete(current.cast_mut());
            gil.release();
            return;
        };
        let lent = Thread::new(main);
        Thread::link(lent);
        Thread::leave(current.cast_mut(), lent);
        subinterpreters::free(interp);
        Thread::detach(lent);
        main.gil.take(core::ptr::null());
        Thread::delete(lent);
        main.gil.release();
    }
}

capi! {
    /// A new interpreter with the legacy settings; its thread state, which is current now, or null.
    fn Py_NewInterpreter() -> Raw<*mut PyThreadState> {
        let config = PyInterpreterConfig::from_config(&InterpreterConfig::LEGACY);
        match new_interpreter(&config, Whence::LegacyCApi) {
            Ok(made) => made.cast(),
            Err(status) => {
                crate::pystatus::Py_ExitStatusException(status);
                core::ptr::null_mut()
            }
        }
    }

    /// A new interpreter; its thread state into `*ts`, which is current now, or null.
    fn Py_NewInterpreterFromConfig(ts: *mut *mut PyThreadState, config: *const PyInterpreterConfig) -> Raw<PyStatus> {
        *ts = core::ptr::null_mut();
        match new_interpreter(&*config, Whence::CApi) {
            Ok(made) => {
                *ts = made.cast();
                PyStatus::ok()
            }
            Err(status) => status,
        }
    }

    /// Ends the interpreter of the current thread state. No thread state is current afterwards.
    fn Py_EndInterpreter(ts: *mut PyThreadState) -> Void {
        end_interpreter(ts);
    }

    /// A new interpreter without a thread state, with `builtins` and `sys` but no import system yet; null with an
    /// exception.
    fn PyInterpreterState_New() -> Raw<*mut PyInterpreterState> {
        let current = thread::current_ptr();
        let Some(main) = main_interpreter() else { return core::ptr::null_mut() };
        if !current.is_null() {
            return bare(&*current);
        }
        let lent = attach_new(main);
        let made = bare(&*lent);
        Thread::detach(lent);
        main.gil.take(core::ptr::null());
        Thread::delete(lent);
        main.gil.release();
        made
    }

    /// Gives up what an interpreter holds: its modules, and what its threads refer to.
    fn PyInterpreterState_Clear[t](interp: *mut PyInterpreterState) -> Void {
        let interp = &*interp.cast::<Interpreter>();
        if !interp.is_main() {
            subinterpreters::with(t, interp, taipan_interp::finalize::clear_sub);
        }
        for other in interp.thread_list() {
            pystate::clear_state((*other).as_ptr());
        }
    }

    /// Frees an interpreter that has been cleared, and its thread states.
    fn PyInterpreterState_Delete(interp: *mut PyInterpreterState) -> Void {
        let interp = &*interp.cast::<Interpreter>();
        if interp.is_main() {
            fatal("PyInterpreterState_Delete", "the main interpreter cannot be deleted");
        }
        let Some(main) = main_interpreter() else { return };
        let mut current = thread::current_ptr();
        if !current.is_null() && core::ptr::eq((*current).interpreter(), interp) {
            Thread::detach(current);
            current = core::ptr::null();
        }
        if !current.is_null() {
            subinterpreters::delete(&*current, interp);
            return;
        }
        // Nothing is attached, before and after.
        let lent = attach_new(main);
        subinterpreters::delete(&*lent, interp);
        Thread::detach(lent);
        main.gil.take(core::ptr::null());
        Thread::delete(lent);
        main.gil.release();
    }

    /// Whether the interpreter runs.
    fn Py_IsInitialized() -> Raw<c_int> {
        main_interpreter().is_some().into()
    }

    /// Whether the interpreter is ending.
    fn Py_IsFinalizing() -> Raw<c_int> {
        main_interpreter().is_some_and(|i| i.finalizing.load(Ordering::Relaxed)).into()
    }

    /// Whether the interpreter is ending. The old name.
    fn _Py_IsFinalizing() -> Raw<c_int> {
        Py_IsFinalizing()
    }

    /// Starts the interpreter; nothing if it runs already.
    fn Py_Initialize() -> Void {
        Py_InitializeEx(1);
    }

    /// Starts the interpreter, with handlers of signals or without; nothing if it runs already.
    fn Py_InitializeEx(signals: c_int) -> Void {
        if main_interpreter().is_some() {
            return;
        }
        let mut config = PyConfig::new(pyconfig::COMPAT);
        config.install_signal_handlers = signals;
        let status = initialize(&config);
        if status.is_exception() {
            crate::pystatus::Py_ExitStatusException(status);
        }
    }

    /// Starts the interpreter with these settings; nothing if it runs already.
    fn Py_InitializeFromConfig(config: *const PyConfig) -> Raw<PyStatus> {
        if config.is_null() {
            return PyStatus::error_in(c"Py_InitializeFromConfig", c"initialization config is NULL");
        }
        if main_interpreter().is_some() {
            return PyStatus::ok();
        }
        initialize(&*config)
    }

    /// What is decided before other settings: the locale and the allocator, which are always the same here.
    fn Py_PreInitialize(config: *const PyPreConfig) -> Raw<PyStatus> {
        preinitialize(config)
    }

    /// As `Py_PreInitialize`, with arguments of a command line.
    fn Py_PreInitializeFromArgs(config: *const PyPreConfig, _argc: Size, _argv: *const *mut wchar_t) -> Raw<PyStatus> {
        preinitialize(config)
    }

    /// As `Py_PreInitialize`, with arguments of a command line as bytes.
    fn Py_PreInitializeFromBytesArgs(config: *const PyPreConfig, _argc: Size, _argv: *const *mut c_char) -> Raw<PyStatus> {
        preinitialize(config)
    }

    /// Ends the interpreter.
    fn Py_Finalize() -> Void {
        finalize();
    }

    /// Ends the interpreter: 0, or -1 if a standard stream could not be written. No thread state is attached afterwards.
    fn Py_FinalizeEx() -> Raw<c_int> {
        if finalize() { 0 } else { -1 }
    }

    /// Runs what the settings name, and ends the interpreter: the exit code.
    fn Py_RunMain() -> Raw<c_int> {
        run_main()
    }

    /// Starts the interpreter with the arguments of a command line, runs what they name, and ends it: the exit code.
    fn Py_BytesMain(argc: c_int, argv: *const *mut c_char) -> Raw<c_int> {
        let args = c_slice(argv, argc as isize).iter().map(|arg| OsString::from_vec(c_bytes(*arg).to_vec()));
        main_with(args.collect())
    }

    /// As `Py_BytesMain` with wide strings.
    fn Py_Main(argc: c_int, argv: *const *mut wchar_t) -> Raw<c_int> {
        main_with(c_slice(argv, argc as isize).iter().filter_map(|arg| pyconfig::narrow(*arg)).collect())
    }

    /// Runs the frozen module `__main__`: there is none, as nothing is frozen into the program. The exit code.
    fn Py_FrozenMain(argc: c_int, argv: *const *mut c_char) -> Raw<c_int> {
        let args = c_slice(argv, argc as isize).iter().map(|arg| OsString::from_vec(c_bytes(*arg).to_vec()));
        if main_interpreter().is_none() {
            let config = match parse(args.collect()) {
                Ok(config) => config,
                Err(status) => return status.exitcode.max(1),
            };
            if let Some(embedding) = EMBEDDING.get()
                && let Err(code) = (embedding.start)(&config)
            {
                return code;
            }
        }
        eprintln!("Fatal Python error: Py_FrozenMain: the __main__ module is not frozen");
        finalize();
        1
    }

    /// Says what the program is called, before the interpreter is started.
    fn Py_SetProgramName(name: *const wchar_t) -> Void {
        set_path(&PROGRAM_NAME, name);
    }

    /// Says where the library is, before the interpreter is started.
    fn Py_SetPythonHome(home: *const wchar_t) -> Void {
        set_path(&PYTHON_HOME, home);
    }

    /// Says where modules come from, before the interpreter is started.
    fn Py_SetPath(path: *const wchar_t) -> Void {
        set_path(&MODULE_PATH, path);
    }

    /// Where modules come from, with colons between the folders; null before the interpreter is started.
    fn Py_GetPath() -> Raw<*mut wchar_t> {
        started(|config| match &config.module_search_paths {
            Some(paths) => join(paths),
            None => {
                let stdlib = taipan_interp::config::library_folder(config).path;
                let prefix = taipan_interp::config::prefix(config);
                Some(format!("{prefix}/lib/python314.zip:{stdlib}:{stdlib}/lib-dynload"))
            }
        })
    }

    /// `sys.prefix` as it was at the start; null before.
    fn Py_GetPrefix() -> Raw<*mut wchar_t> {
        started(|config| Some(taipan_interp::config::prefix(config)))
    }

    /// `sys.exec_prefix` as it was at the start; null before.
    fn Py_GetExecPrefix() -> Raw<*mut wchar_t> {
        started(|config| Some(taipan_interp::config::prefix(config)))
    }

    /// `sys.executable` as it was at the start; null before.
    fn Py_GetProgramFullPath() -> Raw<*mut wchar_t> {
        started(|config| Some(config.executable.clone()))
    }

    /// What the program is called; null before the interpreter is started.
    fn Py_GetProgramName() -> Raw<*mut wchar_t> {
        started(|config| Some(config.program_name.clone()))
    }

    /// Where the library was said to be, or null.
    fn Py_GetPythonHome() -> Raw<*mut wchar_t> {
        started(|config| config.home.clone())
    }

    /// Ends the program.
    fn Py_Exit(status: c_int) -> Raw<c_int> {
        let flushed = finalize();
        std::process::exit(if status == 0 && !flushed { 120 } else { status })
    }

    /// A function that runs when the process ends: -1 if there are too many.
    fn Py_AtExit(function: unsafe extern "C" fn()) -> Raw<c_int> {
        let mut all = AT_EXIT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if all.len() >= 32 {
            return -1;
        }
        all.push(function as usize);
        0
    }

    /// Ends the process with a message.
    fn Py_FatalError(message: *const c_char) -> Void {
        fatal("Py_FatalError", &c_text(message).unwrap_or_default())
    }

    /// Ends the process with a message.
    fn _Py_FatalErrorFunc(place: *const c_char, message: *const c_char) -> Void {
        fatal(&c_text(place).unwrap_or_default(), &c_text(message).unwrap_or_default())
    }
}

unsafe fn bare(t: &Thread) -> *mut PyInterpreterState {
    match subinterpreters::create_bare(t, InterpreterConfig::LEGACY, Whence::Unknown) {
        Ok(interp) => interp.as_ptr(),
        Err(text) => {
            let _ = taipan_object::err!(t, RuntimeError, "PyInterpreterState_New: {text}");
            core::ptr::null_mut()
        }
    }
}

/// Who made an interpreter, by its number.
pub fn whence_from(number: c_long) -> Option<Whence> {
    Some(match number {
        0 => Whence::Unknown,
        1 => Whence::Runtime,
        2 => Whence::LegacyCApi,
        3 => Whence::CApi,
        4 => Whence::CrossInterpreter,
        5 => Whence::Stdlib,
        _ => return None,
    })
}
