//! The interactive prompt: the library's `_pyrepl`, or the plain one where the terminal cannot carry it.

use crate::config::environment;
use crate::modules::imp;
use crate::run::main_module;
use crate::state::{state, sys_attr};
use taipan_object::{Own, PyResult, PyStr, Thread, err, name, singletons};

/// Runs the plain prompt on standard input, in `__main__`.
pub fn run_stdin(t: &Thread) -> PyResult<()> {
    let Some(module) = imp::import_frozen(t, "_taipan_interactive")? else {
        return Err(err!(t, ImportError, "the library has no interactive prompt"));
    };
    let main = main_module(t)?;
    let Some(dict) = main.dict() else { return Ok(()) };
    let function = module.getattr(t, name!(t, "run"))?;
    function.call(t, &[&dict]).map(drop)
}

fn is_terminal(t: &Thread, stream: &str) -> PyResult<bool> {
    match sys_attr(t, stream)?.filter(|s| !s.is(singletons::none())) {
        Some(stream) => stream.call_method(t, name!(t, "isatty"), &[])?.is_true(t),
        None => Ok(false),
    }
}

/// Runs the prompt that suits the terminal, with `PYTHONSTARTUP` before it.
pub fn run(t: &Thread) -> PyResult<()> {
    let respects = !state(t).ignore_environment.get();
    if respects && let Some(file) = environment("PYTHONSTARTUP") {
        let run = || -> PyResult<()> {
            let source =
                std::fs::read(&file).map_err(|error| err!(t, OSError, "Could not open PYTHONSTARTUP: {error}"))?;
            crate::run::run_main(t, &source, file.as_ref(), false)
        };
        if run().is_err() {
            crate::run::exit_code_of_exception(t);
        }
    }
    let hook = sys_attr(t, "__interactivehook__")?.map(|hook| hook.own());
    if let Some(hook) = hook
        && hook.call(t, &[]).is_err()
    {
        crate::run::exit_code_of_exception(t);
    }
    let plain = respects && environment("PYTHON_BASIC_REPL").is_some();
    if plain || !is_terminal(t, "stdin")? || !is_terminal(t, "stdout")? {
        return run_stdin(t);
    }
    let module = taipan_object::state::import(t, "_pyrepl.main")?;
    let console = module.getattr(t, &*PyStr::intern_str(t, "interactive_console")?)?;
    console.call(t, &[]).map(drop)
}
