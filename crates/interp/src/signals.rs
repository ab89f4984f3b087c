//! Signal handlers that are pending run between two instructions.

use taipan_object::PyResult;
use taipan_runtime::Thread;
use taipan_runtime::thread::EVAL_SIGNALS_PENDING;

/// What the module `_signal` installs to run its handlers.
pub type Runner = fn(&Thread) -> PyResult<()>;

static RUNNER: std::sync::OnceLock<Runner> = std::sync::OnceLock::new();

/// Installs the function that runs pending handlers.
pub fn set_runner(runner: Runner) {
    let _ = RUNNER.set(runner);
}

/// Runs the handlers of signals that have arrived.
pub fn run_handlers(t: &Thread) -> PyResult<()> {
    t.clear_breaker(EVAL_SIGNALS_PENDING);
    match RUNNER.get() {
        Some(run) => run(t),
        None => Ok(()),
    }
}
