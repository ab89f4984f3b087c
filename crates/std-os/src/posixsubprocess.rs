//! `_posixsubprocess`: fork and exec in one step, for `subprocess`.

use crate::args::{fs_name, id_number};
use crate::fork;
use crate::posix::process::{environment, pointers};
use std::ffi::CString;
use taipan_object::{
    Args, Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PyTuple, Thread, err, errors, iter, native_module,
    number, sequence, singletons,
};

/// What the child does, made ready before the fork: afterwards nothing may be allocated unless a Python function is to
/// run.
struct Child {
    programs: Vec<CString>,
    argv: Vec<*const libc::c_char>,
    envp: Option<Vec<*const libc::c_char>>,
    cwd: Option<CString>,
    keep: Vec<i32>,
    close_fds: bool,
    p2cread: i32,
    p2cwrite: i32,
    c2pread: i32,
    c2pwrite: i32,
    errread: i32,
    errwrite: i32,
    errpipe_read: i32,
    errpipe_write: i32,
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: i32,
}

fn errno() -> i32 {
    // SAFETY: the address of this thread's number.
    unsafe { *libc::__errno_location() }
}

/// Where the child failed, for the message that it sends.
enum Step {
    /// Before the program was to be run.
    Prepare,
    /// While the folder was changed.
    Cwd,
    /// While the program was to be run.
    Exec,
}

impl Child {
    /// The steps up to exec; comes back only with a failure.
    ///
    /// # Safety
    /// Runs in the child of a fork.
    unsafe fn run(&self, preexec: Option<&dyn Fn() -> bool>) -> Result<Step, (Step, i32)> {
        let failed = |step: Step| (step, errno());
        // SAFETY: system calls on numbers and on strings that were made before the fork.
        unsafe {
            for &fd in &self.keep {
                if fd != self.errpipe_write && self.inheritable(fd, true) < 0 {
                    return Err(failed(Step::Prepare));
                }
            }
            for fd in [self.p2cwrite, self.c2pread, self.errread] {
                if fd != -1 {
                    libc::close(fd);
                }
            }
            libc::close(self.errpipe_read);
            // The ends that become 0, 1 and 2 must not be in each other's way.
            let mut c2pwrite = self.c2pwrite;
            if c2pwrite == 0 {
                c2pwrite = libc::dup(c2pwrite);
                if c2pwrite < 0 || self.inheritable(c2pwrite, false) < 0 {
                    return Err(failed(Step::Prepare));
                }
            }
            let mut errwrite = self.errwrite;
            while errwrite == 0 || errwrite == 1 {
                errwrite = libc::dup(errwrite);
                if errwrite < 0 || self.inheritable(errwrite, false) < 0 {
                    return Err(failed(Step::Prepare));
                }
            }
            for (fd, target) in [(self.p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if fd == target {
                    if self.inheritable(fd, true) < 0 {
                        return Err(failed(Step::Prepare));
                    }
                } else if fd != -1 && libc::dup2(fd, target) < 0 {
                    return Err(failed(Step::Prepare));
                }
            }
            if let Some(cwd) = &self.cwd
                && libc::chdir(cwd.as_ptr()) < 0
            {
                return Err(failed(Step::Cwd));
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if self.setsid {
                libc::setsid();
            }
            if self.pgid >= 0 && libc::setpgid(0, self.pgid) < 0 {
                return Err(failed(Step::Prepare));
            }
            if let Some(groups) = &self.groups
                && libc::setgroups(groups.len(), groups.as_ptr()) < 0
            {
                return Err(failed(Step::Prepare));
            }
            if let Some(gid) = self.gid
                && libc::setregid(gid, gid) < 0
            {
                return Err(failed(Step::Prepare));
            }
            if let Some(uid) = self.uid
                && libc::setreuid(uid, uid) < 0
            {
                return Err(failed(Step::Prepare));
            }
            if let Some(preexec) = preexec
                && !preexec()
            {
                return Ok(Step::Prepare);
            }
            // After the function, which may have opened files itself.
            if self.close_fds {
                self.close_others();
            }
            let mut saved = 0;
            unsafe extern "C" {
                static environ: *const *const libc::c_char;
            }
            let envp = self.envp.as_ref().map_or(environ, |envp| envp.as_ptr());
            for program in &self.programs {
                libc::execve(program.as_ptr(), self.argv.as_ptr(), envp);
                let code = errno();
                if code != libc::ENOENT && code != libc::ENOTDIR && saved == 0 {
                    saved = code;
                }
            }
            Err((Step::Exec, if saved != 0 { saved } else { errno() }))
        }
    }

    /// # Safety
    /// Runs in the child of a fork.
    unsafe fn inheritable(&self, fd: i32, on: bool) -> i32 {
        // SAFETY: calls on numbers.
        unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFD);
            if flags < 0 {
                return -1;
            }
            libc::fcntl(fd, libc::F_SETFD, if on { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC })
        }
    }

    /// Closes every descriptor above 2 that is not to be kept.
    ///
    /// # Safety
    /// Runs in the child of a fork.
    unsafe fn close_others(&self) {
        let mut from = 3;
        let close = |from: i32, to: i32| {
            if from <= to {
                // SAFETY: a call on numbers.
                unsafe { libc::syscall(libc::SYS_close_range, from as libc::c_uint, to as libc::c_uint, 0) };
            }
        };
        for &fd in &self.keep {
            if fd >= from {
                close(from, fd - 1);
                from = fd + 1;
            }
        }
        close(from, i32::MAX);
    }

    /// Runs, and tells the parent of a failure.
    ///
    /// # Safety
    /// Runs in the child of a fork.
    unsafe fn run_or_report(&self, preexec: Option<&dyn Fn() -> bool>) -> ! {
        // SAFETY: the caller's promise.
        let (kind, text, code) = match unsafe { self.run(preexec) } {
            Ok(_) => ("SubprocessError", "Exception occurred in preexec_fn.", 0),
            Err((Step::Cwd, code)) => ("OSError", "noexec:chdir", code),
            Err((Step::Prepare, code)) => ("OSError", "noexec", code),
            Err((Step::Exec, code)) => ("OSError", "", code),
        };
        let mut message = [0u8; 128];
        let mut n = 0;
        let mut put = |bytes: &[u8]| {
            for &b in bytes {
                if let Some(slot) = message.get_mut(n) {
                    *slot = b;
                    n += 1;
                }
            }
        };
        put(kind.as_bytes());
        put(b":");
        let mut digits = [0u8; 8];
        let mut at = digits.len();
        let mut rest = code.unsigned_abs();
        loop {
            at = at.saturating_sub(1);
            digits[at] = b"0123456789ABCDEF"[(rest & 15) as usize];
            rest >>= 4;
            if rest == 0 || at == 0 {
                break;
            }
        }
        put(&digits[at..]);
        put(b":");
        put(text.as_bytes());
        // SAFETY: the message is as long as said; ends the process.
        unsafe {
            let mut done = 0;
            while done < n {
                let wrote = libc::write(self.errpipe_write, message.as_ptr().add(done).cast(), n - done);
                if wrote < 0 && errno() != libc::EINTR {
                    break;
                }
                done += wrote.max(0) as usize;
            }
            libc::_exit(255)
        }
    }
}

fn number(t: &Thread, value: &Object) -> PyResult<i32> {
    i32::try_from(number::index_as_isize(t, value)?)
        .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))
}

/// The items of a sequence of `bytes` for C, asked for by index: as many as it says it has.
fn byte_strings(t: &Thread, sequence: &Object) -> PyResult<Vec<CString>> {
    let len = sequence::len(t, sequence)?;
    let mut out = Vec::new();
    // One place more ends the list.
    if len >= isize::MAX as usize / size_of::<usize>() || out.try_reserve_exact(len).is_err() {
        return Err(errors::no_memory(t));
    }
    for i in 0..len {
        let item = sequence::sequence_item(t, sequence, i as isize)?;
        let Some(bytes) = item.downcast::<PyBytes>() else {
            return Err(err!(t, TypeError, "expected bytes, {:.200} found", item.class().name_lossy()));
        };
        out.push(CString::new(bytes.as_bytes()).map_err(|_| err!(t, ValueError, "embedded null byte"))?);
    }
    Ok(out)
}

/// A POSIX helper for the subprocess module.
#[native_module(name = "_posixsubprocess")]
pub mod posixsubprocess {
    use super::*;

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in
    /// the child and duplicate the few that are needed before calling exec() in
    /// the child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those
    /// listed in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing
    /// file descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before the exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[function(
        text = "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)"
    )]
    fn fork_exec(t: &Thread, args: Args<'_>) -> PyResult<i32> {
        args.no_keywords(t, "_posixsubprocess.fork_exec")?;
        taipan_object::argparse::check_positional(t, "fork_exec", args.pos.len(), 22, 22)?;
        let pos = args.pos;
        let none = singletons::none();
        let close_fds = pos[2].is_true(t)?;
        let Some(pass) = pos[3].downcast::<PyTuple>() else {
            return Err(err!(
                t,
                TypeError,
                "fork_exec() argument 4 must be tuple, not {:.50}",
                pos[3].class().short_name_lossy()
            ));
        };
        let mut keep = Vec::new();
        let mut previous = -1;
        for fd in pass.as_slice() {
            let fd = fd.downcast::<PyInt>().and_then(PyInt::to_i64).and_then(|fd| i32::try_from(fd).ok());
            match fd {
                Some(fd) if fd >= 0 && fd > previous => {
                    keep.push(fd);
                    previous = fd;
                }
                _ => return Err(err!(t, ValueError, "bad value(s) in fds_to_keep")),
            }
        }
        let preexec = Some(pos[21]).filter(|f| !f.is(none));
        if preexec.is_some() && !t.interpreter().is_main() {
            return Err(err!(t, RuntimeError, "preexec_fn not supported within subinterpreters"));
        }
        if preexec.is_some() && t.interpreter().finalizing.load(core::sync::atomic::Ordering::Relaxed) {
            return Err(err!(t, PythonFinalizationError, "preexec_fn not supported at interpreter shutdown"));
        }
        let errpipe_write = number(t, pos[13])?;
        if close_fds && errpipe_write < 3 {
            return Err(err!(t, ValueError, "errpipe_write must be >= 3"));
        }
        let programs = byte_strings(t, pos[1])?;
        let mut arguments = Vec::new();
        if !pos[0].is(none) {
            for argument in iter::fast_vec(t, pos[0], "argv must be a tuple")? {
                arguments.push(fs_name(t, &argument)?);
            }
        }
        if taipan_object::audit::active(t) {
            let names = |list: &[CString]| -> PyResult<Owned<PyList>> {
                let items: PyResult<Vec<Owned>> =
                    list.iter().map(|n| Ok(PyBytes::new(t, n.to_bytes())?.into_object())).collect();
                PyList::from_vec(t, items?)
            };
            let argv = if pos[0].is(none) { none.own() } else { names(&arguments)?.into_object() };
            let event = "_posixsubprocess.fork_exec";
            taipan_object::audit::audit(t, event, &[names(&programs)?.as_object(), &argv, pos[5]])?;
        }
        let variables = if pos[5].is(none) {
            None
        } else {
            Some(if sequence::is_mapping(pos[5]) && !sequence::is_sequence(pos[5]) {
                environment(t, pos[5])?
            } else {
                byte_strings(t, pos[5])?
            })
        };
        let groups = if pos[18].is(none) {
            None
        } else {
            if !pos[18].is_instance_of::<taipan_object::PyList>() {
                return Err(err!(t, TypeError, "setgroups argument must be a list"));
            }
            let mut out = Vec::new();
            for item in iter::to_vec(t, pos[18])? {
                if !item.is_instance_of::<PyInt>() {
                    return Err(err!(t, TypeError, "extra_groups must be integers"));
                }
                match id_number(t, &item, "gid") {
                    Ok(gid) => out.push(gid),
                    Err(raised) if !errors::matches::<taipan_object::exceptions::OverflowError>(t) => {
                        return Err(raised);
                    }
                    Err(_) => {
                        errors::clear(t);
                        return Err(err!(t, ValueError, "invalid group id"));
                    }
                }
            }
            Some(out)
        };
        let gid = if pos[17].is(none) { None } else { Some(id_number(t, pos[17], "gid")?) };
        let uid = if pos[19].is(none) { None } else { Some(id_number(t, pos[19], "uid")?) };
        let child = Child {
            argv: pointers(&arguments),
            envp: variables.as_deref().map(pointers),
            cwd: if pos[4].is(none) { None } else { Some(fs_name(t, pos[4])?) },
            programs,
            keep,
            close_fds,
            p2cread: number(t, pos[6])?,
            p2cwrite: number(t, pos[7])?,
            c2pread: number(t, pos[8])?,
            c2pwrite: number(t, pos[9])?,
            errread: number(t, pos[10])?,
            errwrite: number(t, pos[11])?,
            errpipe_read: number(t, pos[12])?,
            errpipe_write,
            restore_signals: pos[14].is_true(t)?,
            setsid: pos[15].is_true(t)?,
            pgid: number(t, pos[16])?,
            gid,
            groups,
            uid,
            umask: number(t, pos[20])?,
        };
        if preexec.is_some() {
            fork::before(t);
        }
        // A child that runs no Python code may borrow the parent's memory until it runs its program.
        let shared = preexec.is_none() && child.uid.is_none() && child.gid.is_none() && child.groups.is_none();
        // SAFETY: signals are blocked around the fork, so that no handler runs in the child; a child that shares memory
        // touches only its own stack until it ends or runs its program.
        let (pid, code) = unsafe {
            let mut all: libc::sigset_t = core::mem::zeroed();
            let mut old: libc::sigset_t = core::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut old);
            let pid = if shared { fork_sharing(&child, &old) } else { libc::fork() };
            if pid == 0 {
                libc::pthread_sigmask(libc::SIG_SETMASK, &old, core::ptr::null_mut());
                let call = |function: &Object| {
                    fork::after_child(t);
                    match function.call(t, &[]) {
                        Ok(_) => true,
                        Err(_) => {
                            errors::clear(t);
                            false
                        }
                    }
                };
                match preexec {
                    Some(function) => child.run_or_report(Some(&|| call(function))),
                    None => child.run_or_report(None),
                }
            }
            let code = errno();
            libc::pthread_sigmask(libc::SIG_SETMASK, &old, core::ptr::null_mut());
            (pid, code)
        };
        if preexec.is_some() {
            fork::after_parent(t);
            if pid > 0 {
                fork::warn_of_threads(t, "fork")?;
            }
        }
        if pid < 0 {
            return Err(errors::os_error(t, code));
        }
        drop(arguments);
        drop(variables);
        Ok(pid)
    }
}

/// What the child on the borrowed memory is given.
struct Start<'a> {
    child: &'a Child,
    mask: &'a libc::sigset_t,
}

extern "C" fn start(argument: *mut libc::c_void) -> libc::c_int {
    // SAFETY: `fork_sharing` passes this structure and waits until we are gone from its memory.
    unsafe {
        let start = &*argument.cast::<Start<'_>>();
        // No handler of the parent may run here.
        for signal in 1..=64 {
            let mut action: libc::sigaction = core::mem::zeroed();
            if libc::sigaction(signal, core::ptr::null(), &mut action) == 0
                && action.sa_sigaction != libc::SIG_DFL
                && action.sa_sigaction != libc::SIG_IGN
            {
                action.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &action, core::ptr::null_mut());
            }
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, start.mask, core::ptr::null_mut());
        start.child.run_or_report(None)
    }
}

/// Forks without copying the memory (`vfork` on a stack of its own): this thread goes on once the child has run its
/// program or ended.
///
/// # Safety
/// All signals are blocked.
unsafe fn fork_sharing(child: &Child, mask: &libc::sigset_t) -> i32 {
    const STACK: usize = 64 * 1024;
    let mut stack: Vec<u128> = vec![0; STACK / 16];
    let start_with = Start { child, mask };
    // SAFETY: the stack is ours until the child is gone from it, which CLONE_VFORK waits for.
    unsafe {
        let top = stack.as_mut_ptr().add(STACK / 16);
        libc::clone(
            start,
            top.cast(),
            libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
            (&raw const start_with).cast_mut().cast(),
        )
    }
}
