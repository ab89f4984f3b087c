//! `pylifecycle.h`: the life of the interpreters, and the end of the process.

use crate::contract::*;
use crate::pystate::{self, main_interpreter};
use crate::pystatus::PyStatus;
use core::ffi::{c_char, c_int, c_long};
use core::sync::atomic::Ordering;
use std::sync::Mutex;
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
        if interp.thread_count() > 1 {
            fatal("Py_EndInterpreter", "not the last thread");
        }
        Thread::detach(current);
        interp.gil.take(core::ptr::null());
        Thread::delete(current.cast_mut());
        interp.gil.release();
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
            subinterpreters::with(t, interp, taipan_interp::finalize::finalize_sub);
        }
        for other in interp.thread_list() {
            pystate::clear_state((*other).as_ptr());
        }
    }

    /// Forgets an interpreter that has been cleared.
    fn PyInterpreterState_Delete(interp: *mut PyInterpreterState) -> Void {
        let interp = &*interp.cast::<Interpreter>();
        if interp.is_main() {
            fatal("PyInterpreterState_Delete", "the main interpreter cannot be deleted");
        }
        subinterpreters::forget(interp.id);
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

    /// The interpreter is initialised by the executable.
    fn Py_Initialize() -> Void {}

    /// The interpreter is initialised by the executable.
    fn Py_InitializeEx(_signals: c_int) -> Void {}

    /// The interpreter is ended by the executable.
    fn Py_Finalize() -> Void {}

    /// The interpreter is ended by the executable.
    fn Py_FinalizeEx() -> Raw<c_int> {
        0
    }

    /// Ends the program.
    fn Py_Exit[t](status: c_int) -> Raw<c_int> {
        let flushed = taipan_interp::finalize::finalize(t);
        run_at_exit();
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
    match subinterpreters::create_bare(t, InterpreterConfig::LEGACY, Whence::CApi) {
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
        1 => Whence::Runtime,
        2 => Whence::LegacyCApi,
        3 => Whence::CApi,
        4 => Whence::CrossInterpreter,
        5 => Whence::Stdlib,
        _ => return None,
    })
}
