//! Frames, the evaluation loop, functions, generators and coroutines, import, `builtins`, `sys`.
//!
//! This crate deliberately does not know the JIT, the C API or any native module but `builtins` and `sys`: the
//! executable hands it the table of native modules.

pub mod anext;
mod async_generator;
pub mod boot;
pub mod builtin_modules;
pub mod builtins;
pub mod code;
pub mod compile;
pub mod config;
pub mod eval;
pub mod extension;
pub mod finalize;
pub mod frame;
pub mod frame_jump;
pub mod function;
pub mod gc_callbacks;
pub mod generator;
pub mod hooks;
pub mod import;
pub mod interactive;
pub mod leave;
pub mod library;
pub mod locale;
pub mod locals;
pub mod modules;
pub mod pending;
pub mod remote;
pub mod run;
pub mod signals;
pub mod stackref;
pub mod stages;
pub mod state;
pub mod stdprinter;
pub mod subinterpreters;
pub mod sum;
pub mod sys;
pub mod terminal;
pub mod traceback;
pub mod tracing;
pub mod unraisable;
pub mod warnings;

use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_object::{PyDict, PyModule, PyResult, PyStr, typeobject};
use taipan_runtime::{Interpreter, Thread};

/// The first main interpreter. When it has ended, another one can begin with what it leaves: static types, singletons and
/// interned strings.
static FIRST: AtomicPtr<Interpreter> = AtomicPtr::new(core::ptr::null_mut());

/// Makes the main interpreter and attaches the calling thread to it. `builtins` and `sys` exist afterwards.
pub fn initialize<'a>() -> PyResult<&'a Thread> {
    hooks::install();
    // SAFETY: interpreters are never freed.
    let first: Option<&'static Interpreter> = unsafe { FIRST.load(Ordering::Acquire).as_ref() };
    let interp = match first {
        None => Interpreter::new(),
        Some(first) => Interpreter::new_again(first),
    };
    modules::faulthandler::set_interpreter(interp);
    let thread = Thread::new(interp);
    // SAFETY: a fresh thread state, linked and attached once by the thread that uses it.
    let t: &'a Thread = unsafe {
        Thread::link(thread);
        Thread::attach(thread)
    };
    match first {
        None => {
            FIRST.store(core::ptr::from_ref(interp).cast_mut(), Ordering::Release);
            taipan_object::init(t)?;
        }
        Some(first) => taipan_object::init_beside(t, first)?,
    }
    populate(t)?;
    taipan_runtime::remote::show(Some(interp));
    Ok(t)
}

/// Gives a fresh interpreter its types and modules: `builtins` and `sys` exist afterwards.
fn populate(t: &Thread) -> PyResult<()> {
    state::init(t);
    let import_lock: [fn(&Thread); 2] = [modules::imp::before_fork, modules::imp::after_fork];
    let shared: [fn(&Thread); 2] = [typeobject::share::before_fork, typeobject::share::after_fork];
    let interpreters: [fn(&Thread); 2] = [subinterpreters::before_fork, subinterpreters::after_fork];
    taipan_object::state::object_state(t).around_fork.borrow_mut().extend([import_lock, shared, interpreters]);
    taipan_object::state::object_state(t).after_fork_child.borrow_mut().push(subinterpreters::after_fork_child);
    taipan_types::init_types(t)?;
    code::init_types(t)?;
    function::init_types(t)?;
    frame::init_types(t)?;
    generator::init_types(t)?;
    traceback::init_types(t)?;
    locals::init_types(t)?;
    typeobject::add_static::<stdprinter::PyStdPrinter>(t)?;
    typeobject::add_static::<anext::PyAnextAwaitable>(t)?;
    if core::ptr::eq(FIRST.load(Ordering::Acquire), t.interpreter()) {
        taipan_runtime::gc::set_aside(t);
    }
    let modules = PyDict::new(t)?;
    *taipan_object::state::object_state(t).modules.borrow_mut() = Some(modules.clone());
    let load = |name: &str| -> PyResult<taipan_object::Owned<PyModule>> {
        let key = PyStr::intern_str(t, name)?;
        match builtin_modules::load(t, &key)? {
            Some(module) => module
                .into_type::<PyModule>()
                .map_err(|_| taipan_object::err!(t, SystemError, "{name} is not a module")),
            None => Err(taipan_object::err!(t, SystemError, "{name} is missing")),
        }
    };
    let builtins = load("builtins")?;
    *state::state(t).builtins.borrow_mut() = Some(builtins.clone());
    if let Some(import) = builtins.get(t, "__import__")? {
        *state::state(t).import_func.borrow_mut() = Some(import);
    }
    state::remember_callables(t)?;
    let sys = load("sys")?;
    *state::state(t).sys.borrow_mut() = Some(sys.clone());
    sys.set(t, "modules", &modules)
}
