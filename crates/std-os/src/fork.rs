//! `fork`: what has to be done before and after it so that both processes go on.

use taipan_object::{Own, Owned, PyResult, Thread, err, errors, exceptions_class, state};

/// Runs the functions registered for before, child or parent.
fn run(t: &Thread, which: usize) {
    let hooks: Vec<Owned> = state::object_state(t).at_fork.borrow().get(which).cloned().unwrap_or_default();
    let mut run = |hook: &Owned| {
        if hook.call(t, &[]).is_err() {
            errors::write_unraisable_msg(t, "Exception ignored in fork hook", Some(hook));
        }
    };
    if which == 0 {
        hooks.iter().rev().for_each(&mut run);
    } else {
        hooks.iter().for_each(&mut run);
    }
}

/// Before `fork` (`PyOS_BeforeFork`).
pub fn before(t: &Thread) {
    run(t, 0);
    around(t, 0);
}

fn around(t: &Thread, which: usize) {
    let hooks = state::object_state(t).around_fork.borrow().clone();
    hooks.iter().filter_map(|pair| pair.get(which)).for_each(|hook| hook(t));
}

/// After `fork` in the parent.
pub fn after_parent(t: &Thread) {
    around(t, 1);
    run(t, 2);
}

/// After `fork` in the child: this is the only thread now.
pub fn after_child(t: &Thread) {
    // SAFETY: the other threads do not exist in this process.
    unsafe { t.interpreter().after_fork(t) };
    for hook in state::object_state(t).after_fork_child.borrow().iter() {
        hook(t);
    }
    around(t, 1);
    run(t, 1);
}

/// Forks with all hooks: the child's number, or zero in the child.
pub fn fork_with(t: &Thread, event: &str, work: impl FnOnce() -> i32) -> PyResult<i32> {
    if !t.interpreter().config.allow_fork {
        return Err(err!(t, RuntimeError, "fork not supported for isolated subinterpreters"));
    }
    taipan_object::audit::audit(t, event, &[])?;
    if t.interpreter().finalizing.load(core::sync::atomic::Ordering::Relaxed) {
        return Err(err!(t, PythonFinalizationError, "can't fork at interpreter shutdown"));
    }
    before(t);
    let pid = work();
    let code = crate::args::errno();
    if pid == 0 {
        after_child(t);
        return Ok(0);
    }
    after_parent(t);
    if pid < 0 {
        return Err(errors::os_error(t, code));
    }
    warn_of_threads(t, event.trim_start_matches("os."))?;
    Ok(pid)
}

/// In the parent, after `fork` by a function of that name: warns if the process has other threads, whoever started them.
pub fn warn_of_threads(t: &Thread, name: &str) -> PyResult<()> {
    if os_threads().unwrap_or_else(|| t.interpreter().thread_count()) <= 1 {
        return Ok(());
    }
    // SAFETY: takes nothing.
    let own = unsafe { libc::getpid() };
    errors::warn(
        t,
        exceptions_class!(DeprecationWarning),
        format_args!("This process (pid={own}) is multi-threaded, use of {name}() may lead to deadlocks in the child."),
        1,
    )
}

/// How many threads the system says the process has.
fn os_threads() -> Option<usize> {
    let stat = std::fs::read("/proc/self/stat").ok()?;
    // The program's name, which is in brackets, may have any bytes. The number is the twentieth field.
    let after_name = stat.iter().rposition(|&byte| byte == b')')?;
    let fields = str::from_utf8(stat.get(after_name + 1..)?).ok()?;
    fields.split_ascii_whitespace().nth(17)?.parse().ok()
}

/// Registers functions (`os.register_at_fork`).
pub fn register(t: &Thread, which: usize, hook: &taipan_object::Object) {
    if let Some(list) = state::object_state(t).at_fork.borrow_mut().get_mut(which) {
        list.push(hook.own());
    }
}
