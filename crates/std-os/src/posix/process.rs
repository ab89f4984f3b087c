//! Processes: fork, exec, spawn, wait, signals to them.

use super::results::{WAITID, float, int};
use crate::args::{self, PathFd, checked, fs_name};
use crate::fork;
use std::ffi::CString;
use taipan_object::{
    Object, Owned, PyList, PyResult, PyTuple, Raised, Thread, attr, audit, err, errors, iter, name, native_module,
    number, sequence, singletons, state,
};

/// The strings of `argv`.
pub fn strings(t: &Thread, argv: &Object) -> PyResult<Vec<CString>> {
    let mut out = Vec::new();
    for item in iter::to_vec(t, argv)? {
        out.push(fs_name(t, &item)?);
    }
    Ok(out)
}

/// `NAME=value` strings of a mapping (`parse_envlist`).
pub fn environment(t: &Thread, env: &Object) -> PyResult<Vec<CString>> {
    let keys = sequence::mapping_list(t, env, name!(t, "keys"))?.to_vec();
    let values = sequence::mapping_list(t, env, name!(t, "values"))?.to_vec();
    let mut out = Vec::new();
    for (key, value) in keys.iter().zip(&values) {
        let key = fs_name(t, key)?;
        let value = fs_name(t, value)?;
        let key = key.to_bytes();
        // A name may begin with "=", as on Windows.
        if key.is_empty() || key[1..].contains(&b'=') {
            return Err(err!(t, ValueError, "illegal environment variable name"));
        }
        let mut all = key.to_vec();
        all.push(b'=');
        all.extend_from_slice(value.to_bytes());
        out.push(CString::new(all).map_err(|_| err!(t, ValueError, "embedded null byte"))?);
    }
    Ok(out)
}

/// A null-terminated array of pointers to strings.
pub fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([core::ptr::null()]).collect()
}

fn is_list(argv: &Object) -> bool {
    argv.is_instance_of::<PyList>() || argv.is_instance_of::<PyTuple>()
}

fn argv_of(t: &Thread, argv: &Object, function: &str, style: &str) -> PyResult<Vec<CString>> {
    if !is_list(argv) {
        return Err(err!(t, TypeError, "{function}{style} must be a tuple or list"));
    }
    let argv = strings(t, argv)?;
    match argv.first() {
        None => Err(err!(t, ValueError, "{function}{style} must not be empty")),
        Some(first) if first.is_empty() => Err(err!(t, ValueError, "{function}{style} first element cannot be empty")),
        _ => Ok(argv),
    }
}

/// The result of `wait4` and its kin: (pid, status, rusage).
fn wait_result(t: &Thread, pid: i32, status: i32, usage: &libc::rusage) -> PyResult<Owned<PyTuple>> {
    let usage = rusage(t, usage)?;
    PyTuple::from_vec(t, vec![int(t, i64::from(pid))?, int(t, i64::from(status))?, usage])
}

/// `resource.struct_rusage` of what the system says.
pub fn rusage(t: &Thread, usage: &libc::rusage) -> PyResult {
    let class = state::import(t, "resource")?.getattr(t, name!(t, "struct_rusage"))?;
    let time = |tv: libc::timeval| tv.tv_sec as f64 + tv.tv_usec as f64 * 1e-6;
    let mut items = vec![float(t, time(usage.ru_utime))?, float(t, time(usage.ru_stime))?];
    for n in [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ] {
        items.push(int(t, n)?);
    }
    let items = PyTuple::from_vec(t, items)?;
    class.call(t, &[&items])
}

fn wait4_now(t: &Thread, pid: i32, options: i32) -> PyResult<(i32, i32, libc::rusage)> {
    loop {
        let (pid, status, usage, code) = t.allow_threads(|| {
            // SAFETY: zero is a valid value of the struct; the variables are ours.
            unsafe {
                let mut status = 0;
                let mut usage: libc::rusage = core::mem::zeroed();
                let found = libc::wait4(pid, &mut status, options, &mut usage);
                (found, status, usage, args::errno())
            }
        });
        if pid >= 0 {
            return Ok((pid, status, usage));
        }
        if code != libc::EINTR {
            return Err(errors::os_error(t, code));
        }
        state::check_signals(t)?;
    }
}

/// The attributes and file actions of a spawn, destroyed at the end.
struct Spawn {
    attributes: libc::posix_spawnattr_t,
    actions: libc::posix_spawn_file_actions_t,
}

impl Drop for Spawn {
    fn drop(&mut self) {
        // SAFETY: both were initialised.
        unsafe {
            libc::posix_spawnattr_destroy(&mut self.attributes);
            libc::posix_spawn_file_actions_destroy(&mut self.actions);
        }
    }
}

fn code_result(t: &Thread, code: i32) -> PyResult<()> {
    if code == 0 { Ok(()) } else { Err(errors::os_error(t, code)) }
}

/// A set of signals from an iterable of numbers.
pub fn signal_set(t: &Thread, signals: &Object) -> PyResult<libc::sigset_t> {
    // SAFETY: zero is a valid value of the struct, which is then emptied properly.
    let mut set = unsafe {
        let mut set: libc::sigset_t = core::mem::zeroed();
        libc::sigemptyset(&mut set);
        set
    };
    let iterator = iter::get_iter(t, signals)?;
    while let Some(item) = iter::next(t, &iterator)? {
        let n = number::index(t, &item)?.to_i64().unwrap_or(-1);
        if !(1..=64).contains(&n) {
            return Err(err!(t, ValueError, "signal number {n} out of range [1; 64]"));
        }
        // SAFETY: a set of ours and a valid number; those that cannot be set are passed over as CPython does.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(set)
}

fn file_actions(t: &Thread, actions: &Object, spawn: &mut Spawn) -> PyResult<Vec<CString>> {
    let mut paths = Vec::new();
    let bad = |t: &Thread| -> Raised { err!(t, TypeError, "Each file_actions element must be a non-empty tuple") };
    for action in iter::fast_vec(t, actions, "file_actions must be a sequence or None")? {
        let Some(parts) = action.downcast::<PyTuple>().map(PyTuple::as_slice).filter(|parts| !parts.is_empty()) else {
            return Err(bad(t));
        };
        let number = |value: &Object| -> PyResult<i32> {
            i32::try_from(number::index_as_isize(t, value)?)
                .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))
        };
        let tag = number(parts[0])?;
        let target = &mut spawn.actions;
        // SAFETY: initialised actions; strings end with zero and are kept until the spawn is over.
        let code = match (tag, parts) {
            (0, [_, fd, path, flags, mode]) => {
                let path = fs_name(t, path)?;
                let (fd, flags, mode) = (number(fd)?, number(flags)?, number(mode)?);
                // SAFETY: see above.
                let code = unsafe {
                    libc::posix_spawn_file_actions_addopen(target, fd, path.as_ptr(), flags, mode as libc::mode_t)
                };
                paths.push(path);
                code
            }
            (0, _) => {
                return Err(err!(t, TypeError, "A open file_action tuple must have 5 elements"));
            }
            (1, [_, fd]) => {
                let fd = number(fd)?;
                // SAFETY: see above.
                unsafe { libc::posix_spawn_file_actions_addclose(target, fd) }
            }
            (1, _) => return Err(err!(t, TypeError, "A close file_action tuple must have 2 elements")),
            (2, [_, from, to]) => {
                let (from, to) = (number(from)?, number(to)?);
                // SAFETY: see above.
                unsafe { libc::posix_spawn_file_actions_adddup2(target, from, to) }
            }
            (2, _) => return Err(err!(t, TypeError, "A dup2 file_action tuple must have 3 elements")),
            (3, [_, fd]) => {
                let fd = number(fd)?;
                // SAFETY: see above.
                unsafe { posix_spawn_file_actions_addclosefrom_np(target, fd) }
            }
            (3, _) => return Err(err!(t, TypeError, "A closefrom file_action tuple must have 2 elements")),
            _ => return Err(err!(t, TypeError, "Unknown file_actions identifier")),
        };
        code_result(t, code)?;
    }
    Ok(paths)
}

fn check_exec(t: &Thread) -> PyResult<()> {
    if t.interpreter().config.allow_exec {
        return Ok(());
    }
    Err(err!(t, RuntimeError, "exec not supported for isolated subinterpreters"))
}

unsafe extern "C" {
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: libc::c_int,
    ) -> libc::c_int;
}

fn spawn(
    t: &Thread,
    function: &str,
    search: bool,
    path: &Object,
    argv: &Object,
    env: &Object,
    actions: Option<&Object>,
    setpgroup: Option<&Object>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&Object>,
    setsigdef: Option<&Object>,
    scheduler: Option<&Object>,
) -> PyResult<i32> {
    let program =
        crate::args::Path::<false, false>::parse(t, path, if search { "posix_spawnp" } else { "posix_spawn" }, "path")?;
    let arguments = argv_of(t, argv, function, ": argv")?;
    if !sequence::is_mapping(env) && !env.is(singletons::none()) {
        return Err(err!(t, TypeError, "{function}: environment must be a mapping object or None"));
    }
    let variables = if env.is(singletons::none()) { None } else { Some(environment(t, env)?) };
    // SAFETY: zero is a valid value of both structs, which are then initialised.
    let mut spawn = unsafe {
        let mut spawn = Spawn { attributes: core::mem::zeroed(), actions: core::mem::zeroed() };
        libc::posix_spawnattr_init(&mut spawn.attributes);
        libc::posix_spawn_file_actions_init(&mut spawn.actions);
        spawn
    };
    let _paths = match attr::none_if_none(actions) {
        Some(actions) => file_actions(t, actions, &mut spawn)?,
        None => Vec::new(),
    };
    let mut flags = 0;
    if let Some(group) = attr::none_if_none(setpgroup) {
        let group = number::index_as_isize(t, group)? as i32;
        // SAFETY: initialised attributes.
        code_result(t, unsafe { libc::posix_spawnattr_setpgroup(&mut spawn.attributes, group) })?;
        flags |= libc::POSIX_SPAWN_SETPGROUP;
    }
    if resetids {
        flags |= libc::POSIX_SPAWN_RESETIDS;
    }
    if setsid {
        flags |= 0x80;
    }
    if let Some(mask) = setsigmask {
        let set = signal_set(t, mask)?;
        // SAFETY: initialised attributes and set.
        code_result(t, unsafe { libc::posix_spawnattr_setsigmask(&mut spawn.attributes, &set) })?;
        flags |= libc::POSIX_SPAWN_SETSIGMASK;
    }
    if let Some(defaults) = setsigdef {
        let set = signal_set(t, defaults)?;
        // SAFETY: initialised attributes and set.
        code_result(t, unsafe { libc::posix_spawnattr_setsigdefault(&mut spawn.attributes, &set) })?;
        flags |= libc::POSIX_SPAWN_SETSIGDEF;
    }
    if let Some(scheduler) = attr::none_if_none(scheduler) {
        if !scheduler.is_instance_of::<PyTuple>() {
            return Err(err!(t, TypeError, "{function}: scheduler must be a tuple or None"));
        }
        let Some([policy, param]) = scheduler.downcast::<PyTuple>().map(PyTuple::as_slice) else {
            return Err(err!(t, TypeError, "A scheduler tuple must have two elements"));
        };
        if !policy.is(singletons::none()) {
            let policy = number::index_as_isize(t, policy)? as i32;
            // SAFETY: initialised attributes.
            code_result(t, unsafe { libc::posix_spawnattr_setschedpolicy(&mut spawn.attributes, policy) })?;
            flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let param = super::system::sched_param(t, param)?;
        // SAFETY: initialised attributes.
        code_result(t, unsafe { libc::posix_spawnattr_setschedparam(&mut spawn.attributes, &param) })?;
        flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
    }
    // SAFETY: initialised attributes.
    code_result(t, unsafe { libc::posix_spawnattr_setflags(&mut spawn.attributes, flags as libc::c_short) })?;
    if audit::active(t) {
        audit::audit(t, "os.posix_spawn", &[path, argv, env])?;
    }
    let argv = pointers(&arguments);
    let variables = variables.as_deref().map(pointers);
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    // SAFETY: arrays end with null, strings with zero, and all are kept until the call returns.
    let (code, pid) = unsafe {
        let envp = variables.as_ref().map_or(environ, |v| v.as_ptr());
        let mut pid = 0;
        let run = if search { libc::posix_spawnp } else { libc::posix_spawn };
        let code =
            run(&mut pid, program.c.as_ptr(), &spawn.actions, &spawn.attributes, argv.as_ptr().cast(), envp.cast());
        (code, pid)
    };
    if code != 0 {
        return Err(program.error(t, code));
    }
    Ok(pid)
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix", part)]
pub mod part {
    use super::*;

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function]
    fn fork(t: &Thread) -> PyResult<i32> {
        // SAFETY: the hooks before and after make both processes fit to go on.
        fork::fork_with(t, "os.fork", || unsafe { libc::fork() })
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    /// Like fork(), return pid of 0 to the child process,
    /// and pid of child to the parent process.
    /// To both, return fd of newly opened pseudo-terminal.
    #[function]
    fn forkpty(t: &Thread) -> PyResult<(i32, i32)> {
        let mut master = -1;
        // SAFETY: as above; the number is a variable of ours.
        let pid = fork::fork_with(t, "os.forkpty", || unsafe {
            libc::forkpty(&mut master, core::ptr::null_mut(), core::ptr::null_mut(), core::ptr::null_mut())
        })?;
        Ok((pid, master))
    }

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[function(
        sig = "(*, before=None, after_in_child=None, after_in_parent=None)",
        text = "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        t: &Thread,
        before: Option<&Object>,
        after_in_child: Option<&Object>,
        after_in_parent: Option<&Object>,
    ) -> PyResult<()> {
        let all = [("before", before), ("after_in_child", after_in_child), ("after_in_parent", after_in_parent)];
        if all.iter().all(|(_, hook)| hook.is_none()) {
            return Err(err!(t, TypeError, "At least one argument is required."));
        }
        for (name, hook) in all {
            if let Some(hook) = hook
                && !hook.is_callable()
            {
                return Err(err!(t, TypeError, "'{name}' must be callable, not {}", hook.class().short_name_lossy()));
            }
        }
        for (which, (_, hook)) in all.into_iter().enumerate() {
            if let Some(hook) = hook {
                fork::register(t, which, hook);
            }
        }
        Ok(())
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    #[function(sig = "(path, argv, /)")]
    fn execv(t: &Thread, path: &Object, argv: &Object) -> PyResult<()> {
        check_exec(t)?;
        let program = crate::args::Path::<false, false>::parse(t, path, "execv", "path")?;
        let arguments = argv_of(t, argv, "execv()", " arg 2")?;
        if audit::active(t) {
            audit::audit(t, "os.exec", &[path, argv, singletons::none()])?;
        }
        let argv = pointers(&arguments);
        // SAFETY: the array ends with null, strings with zero.
        unsafe { libc::execv(program.c.as_ptr(), argv.as_ptr()) };
        Err(errors::last_os_error(t))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    #[function(sig = "(path, argv, env)")]
    fn execve(t: &Thread, path: PathFd, argv: &Object, env: &Object) -> PyResult<()> {
        check_exec(t)?;
        if !is_list(argv) {
            return Err(err!(t, TypeError, "execve: argv must be a tuple or list"));
        }
        let arguments = strings(t, argv)?;
        if arguments.is_empty() {
            return Err(err!(t, ValueError, "execve: argv must not be empty"));
        }
        if !sequence::is_mapping(env) {
            return Err(err!(t, TypeError, "execve: environment must be a mapping object"));
        }
        if arguments[0].is_empty() {
            return Err(err!(t, ValueError, "execve: argv first element cannot be empty"));
        }
        let variables = environment(t, env)?;
        if audit::active(t) {
            audit::audit(t, "os.exec", &[&path.object, argv, env])?;
        }
        let (argv, envp) = (pointers(&arguments), pointers(&variables));
        // SAFETY: the arrays end with null, strings with zero.
        unsafe {
            if path.fd != -1 {
                libc::fexecve(path.fd, argv.as_ptr(), envp.as_ptr());
            } else {
                libc::execve(path.c.as_ptr(), argv.as_ptr(), envp.as_ptr());
            }
        }
        Err(path.error(t, args::errno()))
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)",
        text = "($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=None, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawn(
        t: &Thread,
        path: &Object,
        argv: &Object,
        env: &Object,
        file_actions: Option<&Object>,
        setpgroup: Option<&Object>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Object>,
        setsigdef: Option<&Object>,
        scheduler: Option<&Object>,
    ) -> PyResult<i32> {
        spawn(
            t,
            "posix_spawn",
            false,
            path,
            argv,
            env,
            file_actions,
            setpgroup,
            resetids,
            setsid,
            setsigmask,
            setsigdef,
            scheduler,
        )
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)",
        text = "($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=None, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawnp(
        t: &Thread,
        path: &Object,
        argv: &Object,
        env: &Object,
        file_actions: Option<&Object>,
        setpgroup: Option<&Object>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Object>,
        setsigdef: Option<&Object>,
        scheduler: Option<&Object>,
    ) -> PyResult<i32> {
        spawn(
            t,
            "posix_spawnp",
            true,
            path,
            argv,
            env,
            file_actions,
            setpgroup,
            resetids,
            setsid,
            setsigmask,
            setsigdef,
            scheduler,
        )
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function]
    fn wait(t: &Thread) -> PyResult<(i32, i32)> {
        let (pid, status, _) = wait4_now(t, -1, 0)?;
        Ok((pid, status))
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    ///
    /// The options argument is ignored on Windows.
    #[function]
    fn waitpid(t: &Thread, pid: i32, options: i32) -> PyResult<(i32, i32)> {
        let (pid, status, _) = wait4_now(t, pid, options)?;
        Ok((pid, status))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(options)")]
    fn wait3(t: &Thread, options: i32) -> PyResult<Owned<PyTuple>> {
        let (pid, status, usage) = wait4_now(t, -1, options)?;
        wait_result(t, pid, status, &usage)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(pid, options)")]
    fn wait4(t: &Thread, pid: i32, options: i32) -> PyResult<Owned<PyTuple>> {
        let (pid, status, usage) = wait4_now(t, pid, options)?;
        wait_result(t, pid, status, &usage)
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
    ///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there
    /// are no children in a waitable state.
    #[function]
    fn waitid(t: &Thread, idtype: i32, id: i32, options: i32) -> PyResult {
        loop {
            let (result, info, code) = t.allow_threads(|| {
                // SAFETY: zero is a valid value of the struct, which the call fills in.
                unsafe {
                    let mut info: libc::siginfo_t = core::mem::zeroed();
                    let result = libc::waitid(idtype as libc::idtype_t, id as libc::id_t, &mut info, options);
                    let found = (info.si_pid(), info.si_uid(), info.si_signo, info.si_status(), info.si_code);
                    (result, found, args::errno())
                }
            });
            if result < 0 {
                if code == libc::EINTR {
                    state::check_signals(t)?;
                    continue;
                }
                return Err(errors::os_error(t, code));
            }
            let (pid, uid, signo, status, code) = info;
            if pid == 0 {
                return singletons::ok_none();
            }
            return WAITID.make(
                t,
                vec![
                    int(t, i64::from(pid))?,
                    args::id_object(t, uid)?,
                    int(t, i64::from(signo))?,
                    int(t, i64::from(status))?,
                    int(t, i64::from(code))?,
                ],
            );
        }
    }

    /// Return True if the process returning status was dumped to a core file.
    #[function]
    fn WCOREDUMP(_t: &Thread, status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    ///
    /// Return True if the process returning status was continued from a
    /// job control stop.
    #[function(sig = "(status)")]
    fn WIFCONTINUED(_t: &Thread, status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    /// Return True if the process returning status was stopped.
    #[function(sig = "(status)")]
    fn WIFSTOPPED(_t: &Thread, status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[function(sig = "(status)")]
    fn WIFSIGNALED(_t: &Thread, status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[function(sig = "(status)")]
    fn WIFEXITED(_t: &Thread, status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    /// Return the process return code from status.
    #[function(sig = "(status)")]
    fn WEXITSTATUS(_t: &Thread, status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[function(sig = "(status)")]
    fn WTERMSIG(_t: &Thread, status: i32) -> i32 {
        libc::WTERMSIG(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[function(sig = "(status)")]
    fn WSTOPSIG(_t: &Thread, status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Convert a wait status to an exit code.
    ///
    /// On Unix:
    ///
    /// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
    /// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
    /// * Otherwise, raise a ValueError.
    ///
    /// On Windows, return status shifted right by 8 bits.
    ///
    /// On Unix, if the process is being traced or if waitpid() was called with
    /// WUNTRACED option, the caller must first check if WIFSTOPPED(status) is
    /// true.  This function must not be called if WIFSTOPPED(status) is true.
    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(t: &Thread, status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            Ok(libc::WEXITSTATUS(status))
        } else if libc::WIFSIGNALED(status) {
            Ok(-libc::WTERMSIG(status))
        } else if libc::WIFSTOPPED(status) {
            Err(err!(t, ValueError, "process stopped by delivery of signal {}", libc::WSTOPSIG(status)))
        } else {
            Err(err!(t, ValueError, "invalid wait status: {status}"))
        }
    }

    /// Kill a process with a signal.
    #[function(sig = "(pid, signal, /)")]
    fn kill(t: &Thread, pid: i32, signal: i32) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.kill", &[&*int(t, i64::from(pid))?, &*int(t, i64::from(signal))?])?;
        }
        // SAFETY: a call on numbers.
        if unsafe { libc::kill(pid, signal) } < 0 {
            return Err(errors::last_os_error(t));
        }
        // A signal to ourselves is handled now.
        state::check_signals(t)
    }

    /// Kill a process group with a signal.
    #[function(sig = "(pgid, signal, /)")]
    fn killpg(t: &Thread, pgid: i32, signal: i32) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.killpg", &[&*int(t, i64::from(pgid))?, &*int(t, i64::from(signal))?])?;
        }
        // SAFETY: a call on numbers.
        if unsafe { libc::killpg(pgid, signal) } < 0 {
            return Err(errors::last_os_error(t));
        }
        state::check_signals(t)
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races
    /// and signals.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(t: &Thread, pid: i32, flags: u32) -> PyResult<i64> {
        // SAFETY: a call on numbers.
        checked(t, || unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[function(sig = "(status)")]
    fn _exit(_t: &Thread, status: i32) -> PyResult<()> {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }

    /// Abort the interpreter immediately.
    ///
    /// This function 'dumps core' or otherwise fails in the hardest way
    /// possible on the hosting operating system.  This function never returns.
    #[function]
    fn abort(_t: &Thread) -> PyResult<()> {
        // SAFETY: ends the process.
        unsafe { libc::abort() }
    }
}
