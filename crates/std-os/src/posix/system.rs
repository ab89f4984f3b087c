//! The system and the process's standing in it: users, groups, scheduling, limits, names, time, environment.

use super::results::{SCHED_PARAM, TIMES, UNAME, float, int};
use crate::args::{self, Fd, FsName, Gid, Uid, checked, checked_retry, id_object};
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_object::{
    Object, Owned, PyBytes, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, audit, err, errors, iter,
    native_module, number, sequence,
};

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, len: libc::size_t) -> libc::c_int;
    // The C API's own, in the executable.
    static PyOS_InputHook: AtomicPtr<c_void>;
}

/// What C code wants to be called while a line is read, without the GIL.
fn input_hook() -> Option<unsafe extern "C" fn() -> c_int> {
    // SAFETY: the variable is null or holds a function of this type.
    unsafe {
        core::mem::transmute::<*mut c_void, Option<unsafe extern "C" fn() -> c_int>>(
            PyOS_InputHook.load(Ordering::Acquire),
        )
    }
}

/// A configuration value by name or number.
pub fn config_name(t: &Thread, name: &Object, names: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(text) = name.downcast::<PyStr>() {
        return match names.iter().find(|(known, _)| text.eq_str(known)) {
            Some((_, value)) => Ok(*value),
            None => Err(err!(t, ValueError, "unrecognized configuration name")),
        };
    }
    if !number::is_index(name) {
        return Err(err!(t, TypeError, "configuration names must be strings or integers"));
    }
    match number::index(t, name)?.to_i64().map(i32::try_from) {
        Some(Ok(value)) => Ok(value),
        _ => Err(err!(t, OverflowError, "Python int too large to convert to C int")),
    }
}

/// The parameter of a scheduling policy.
pub fn sched_param(t: &Thread, param: &Object) -> PyResult<libc::sched_param> {
    let class = SCHED_PARAM.class(t)?;
    let priority = match param.downcast::<PyTuple>() {
        Some(tuple) if param.class().is(class) => tuple.get(0),
        _ => None,
    };
    let Some(priority) = priority else {
        return Err(err!(t, TypeError, "must have a sched_param object"));
    };
    let priority = number::index(t, priority)?;
    match priority.to_i64().map(i32::try_from) {
        Some(Ok(sched_priority)) => Ok(libc::sched_param { sched_priority }),
        _ => Err(err!(t, OverflowError, "sched_priority out of range")),
    }
}

/// A C string that the system owns, as text.
fn text(t: &Thread, string: &[libc::c_char]) -> PyResult {
    let bytes: Vec<u8> = string.iter().map(|&c| c as u8).take_while(|&b| b != 0).collect();
    PyStr::from_fs_bytes(t, &bytes).map(Owned::into_object)
}

fn group_list(t: &Thread, groups: &[libc::gid_t]) -> PyResult<Owned<PyList>> {
    let out = PyList::new(t)?;
    for &group in groups {
        out.append(t, id_object(t, group)?)?;
    }
    Ok(out)
}

/// The environment as a dictionary of bytes.
pub fn create_environ(t: &Thread) -> PyResult<Owned<PyDict>> {
    use std::os::unix::ffi::OsStrExt;
    let out = PyDict::new(t)?;
    for (key, value) in std::env::vars_os() {
        let key = PyBytes::new(t, key.as_bytes())?;
        let value = PyBytes::new(t, value.as_bytes())?;
        out.set_default(t, &key, &value)?;
    }
    Ok(out)
}

/// A timer's value or interval: seconds as a float, or nanoseconds as an int.
fn timer_time(t: &Thread, value: Option<&Object>, nanos: bool) -> PyResult<libc::timespec> {
    let zero = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let Some(value) = value else { return Ok(zero) };
    if nanos {
        let n = number::index(t, value)?;
        let Some(n) = n.to_i64() else { return Err(taipan_object::pytime::overflow(t)) };
        return Ok(libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) });
    }
    let seconds = number::as_f64(t, value)?;
    if seconds.is_nan() {
        return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
    }
    let whole = seconds.floor();
    if !(-9.2e9..9.2e9).contains(&whole) {
        return Err(err!(t, OverflowError, "timestamp out of range for platform time_t"));
    }
    Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: ((seconds - whole) * 1e9) as i64 })
}

fn timer_result(t: &Thread, found: &libc::itimerspec, nanos: bool) -> PyResult<(Owned, Owned)> {
    let one = |ts: &libc::timespec| -> PyResult {
        if nanos {
            PyInt::from_i128(t, i128::from(ts.tv_sec) * 1_000_000_000 + i128::from(ts.tv_nsec)).map(Owned::into_object)
        } else {
            float(t, ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9)
        }
    };
    Ok((one(&found.it_value)?, one(&found.it_interval)?))
}

fn timer_get(t: &Thread, fd: i32, nanos: bool) -> PyResult<(Owned, Owned)> {
    // SAFETY: zero is a valid value of the struct, which the call fills in.
    let found = unsafe {
        let mut found: libc::itimerspec = core::mem::zeroed();
        if libc::timerfd_gettime(fd, &mut found) < 0 {
            return Err(errors::last_os_error(t));
        }
        found
    };
    timer_result(t, &found, nanos)
}

fn timer_set(
    t: &Thread,
    fd: i32,
    flags: i32,
    initial: Option<&Object>,
    interval: Option<&Object>,
    nanos: bool,
) -> PyResult<(Owned, Owned)> {
    let wanted =
        libc::itimerspec { it_value: timer_time(t, initial, nanos)?, it_interval: timer_time(t, interval, nanos)? };
    // SAFETY: zero is a valid value of the struct, which the call fills in.
    let old = unsafe {
        let mut old: libc::itimerspec = core::mem::zeroed();
        if libc::timerfd_settime(fd, flags, &wanted, &mut old) < 0 {
            return Err(errors::last_os_error(t));
        }
        old
    };
    timer_result(t, &old, nanos)
}

/// The processors of a set, which grows until the system is satisfied.
fn affinity(t: &Thread, pid: i32) -> PyResult<Vec<usize>> {
    let mut words = 16usize;
    loop {
        let mut mask = vec![0u64; words];
        // SAFETY: the mask is as long as said.
        let result = unsafe { libc::sched_getaffinity(pid, words * 8, mask.as_mut_ptr().cast()) };
        if result == 0 {
            let bits = mask.iter().enumerate();
            return Ok(bits
                .flat_map(|(i, word)| (0..64).filter(move |bit| word >> bit & 1 != 0).map(move |bit| i * 64 + bit))
                .collect());
        }
        let code = args::errno();
        if code != libc::EINVAL || words > 1 << 16 {
            return Err(errors::os_error(t, code));
        }
        words *= 2;
    }
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(name = "posix", part)]
pub mod part {
    use super::*;

    /// Return the current process id.
    #[function]
    fn getpid(_t: &Thread) -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::getpid() }
    }

    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' proces
    /// (1).
    #[function]
    fn getppid(_t: &Thread) -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::getppid() }
    }

    /// Return the current process's user id.
    #[function]
    fn getuid(t: &Thread) -> PyResult {
        // SAFETY: takes nothing.
        id_object(t, unsafe { libc::getuid() })
    }

    /// Return the current process's effective user id.
    #[function]
    fn geteuid(t: &Thread) -> PyResult {
        // SAFETY: takes nothing.
        id_object(t, unsafe { libc::geteuid() })
    }

    /// Return the current process's group id.
    #[function]
    fn getgid(t: &Thread) -> PyResult {
        // SAFETY: takes nothing.
        id_object(t, unsafe { libc::getgid() })
    }

    /// Return the current process's effective group id.
    #[function]
    fn getegid(t: &Thread) -> PyResult {
        // SAFETY: takes nothing.
        id_object(t, unsafe { libc::getegid() })
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function]
    fn getresuid(t: &Thread) -> PyResult<(Owned, Owned, Owned)> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: the numbers are variables of ours.
        checked_here(t, unsafe { libc::getresuid(&mut a, &mut b, &mut c) })?;
        Ok((id_object(t, a)?, id_object(t, b)?, id_object(t, c)?))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function]
    fn getresgid(t: &Thread) -> PyResult<(Owned, Owned, Owned)> {
        let (mut a, mut b, mut c) = (0, 0, 0);
        // SAFETY: the numbers are variables of ours.
        checked_here(t, unsafe { libc::getresgid(&mut a, &mut b, &mut c) })?;
        Ok((id_object(t, a)?, id_object(t, b)?, id_object(t, c)?))
    }

    /// Set the current process's user id.
    #[function]
    fn setuid(t: &Thread, uid: Uid) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_here(t, unsafe { libc::setuid(uid.0) })
    }

    /// Set the current process's effective user id.
    #[function]
    fn seteuid(t: &Thread, euid: Uid) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_here(t, unsafe { libc::seteuid(euid.0) })
    }

    /// Set the current process's group id.
    #[function]
    fn setgid(t: &Thread, gid: Gid) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_here(t, unsafe { libc::setgid(gid.0) })
    }

    /// Set the current process's effective group id.
    #[function]
    fn setegid(t: &Thread, egid: Gid) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked_here(t, unsafe { libc::setegid(egid.0) })
    }

    /// Set the current process's real and effective user ids.
    #[function]
    fn setreuid(t: &Thread, ruid: Uid, euid: Uid) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setreuid(ruid.0, euid.0) })
    }

    /// Set the current process's real and effective group ids.
    #[function]
    fn setregid(t: &Thread, rgid: Gid, egid: Gid) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setregid(rgid.0, egid.0) })
    }

    /// Set the current process's real, effective, and saved user ids.
    #[function]
    fn setresuid(t: &Thread, ruid: Uid, euid: Uid, suid: Uid) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setresuid(ruid.0, euid.0, suid.0) })
    }

    /// Set the current process's real, effective, and saved group ids.
    #[function]
    fn setresgid(t: &Thread, rgid: Gid, egid: Gid, sgid: Gid) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setresgid(rgid.0, egid.0, sgid.0) })
    }

    /// Return list of supplemental group IDs for the process.
    #[function]
    fn getgroups(t: &Thread) -> PyResult<Owned<PyList>> {
        // SAFETY: the first call only counts; the second fills as many as there is room for.
        unsafe {
            let n = libc::getgroups(0, core::ptr::null_mut());
            checked_here(t, n)?;
            let mut groups = vec![0; n.max(1) as usize];
            let n = libc::getgroups(groups.len() as i32, groups.as_mut_ptr());
            checked_here(t, n)?;
            groups.truncate(n as usize);
            group_list(t, &groups)
        }
    }

    /// Returns a list of groups to which a user belongs.
    ///
    ///   user
    ///     username to lookup
    ///   group
    ///     base group id of the user
    #[function(sig = "(user, group, /)")]
    fn getgrouplist(t: &Thread, user: FsName, group: Gid) -> PyResult<Owned<PyList>> {
        let mut n = 64i32;
        loop {
            let mut groups = vec![0; n as usize];
            // SAFETY: the name ends with zero; the array is as long as said.
            let result = unsafe { libc::getgrouplist(user.0.as_ptr(), group.0, groups.as_mut_ptr(), &mut n) };
            if result >= 0 {
                groups.truncate(n.max(0) as usize);
                return group_list(t, &groups);
            }
            n = n.max(groups.len() as i32 * 2);
        }
    }

    /// Set the groups of the current process to list.
    #[function]
    fn setgroups(t: &Thread, groups: &Object) -> PyResult<()> {
        if !sequence::is_sequence(groups) {
            return Err(err!(t, TypeError, "setgroups argument must be a sequence"));
        }
        let n = groups.len_of(t)?;
        if n > 65536 {
            return Err(err!(t, ValueError, "too many groups"));
        }
        let mut all = Vec::new();
        for i in 0..n {
            let item = sequence::sequence_item(t, groups, i as isize)?;
            if !item.is_instance_of::<PyInt>() {
                return Err(err!(t, TypeError, "groups must be integers"));
            }
            all.push(args::id_number(t, &item, "gid")?);
        }
        // SAFETY: the array is as long as said.
        checked_here(t, unsafe { libc::setgroups(all.len(), all.as_ptr()) })
    }

    /// Initialize the group access list.
    ///
    /// Call the system initgroups() to initialize the group access list with
    /// all of the groups of which the specified username is a member, plus the
    /// specified group id.
    #[function(sig = "(username, gid, /)")]
    fn initgroups(t: &Thread, username: FsName, gid: Gid) -> PyResult<()> {
        // SAFETY: the name ends with zero.
        checked_here(t, unsafe { libc::initgroups(username.0.as_ptr(), gid.0) })
    }

    /// Return the actual login name.
    #[function]
    fn getlogin(t: &Thread) -> PyResult<Owned<PyStr>> {
        let mut out = [0u8; 256];
        // SAFETY: the buffer is as long as said.
        let code = unsafe { getlogin_r(out.as_mut_ptr().cast(), out.len()) };
        if code != 0 {
            return Err(errors::os_error(t, code));
        }
        let end = out.iter().position(|&b| b == 0).unwrap_or(0);
        PyStr::from_fs_bytes(t, &out[..end])
    }

    /// Return the current process group id.
    #[function]
    fn getpgrp(_t: &Thread) -> i32 {
        // SAFETY: takes nothing.
        unsafe { libc::getpgrp() }
    }

    /// Call the system call getpgid(), and return the result.
    #[function(sig = "(pid)")]
    fn getpgid(t: &Thread, pid: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::getpgid(pid) }))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function]
    fn setpgid(t: &Thread, pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setpgid(pid, pgrp) })
    }

    /// Make the current process the leader of its process group.
    #[function]
    fn setpgrp(t: &Thread) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setpgid(0, 0) })
    }

    /// Call the system call getsid(pid) and return the result.
    #[function]
    fn getsid(t: &Thread, pid: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::getsid(pid) }))
    }

    /// Call the system call setsid().
    #[function]
    fn setsid(t: &Thread) -> PyResult<()> {
        // SAFETY: takes nothing.
        checked_here(t, unsafe { libc::setsid() })
    }

    /// Return program scheduling priority.
    #[function(sig = "(which, who)")]
    fn getpriority(t: &Thread, which: i32, who: i32) -> PyResult<i32> {
        // SAFETY: a call on numbers; -1 is a valid result.
        unsafe {
            *libc::__errno_location() = 0;
            let found = libc::getpriority(which as _, who as libc::id_t);
            match args::errno() {
                0 => Ok(found),
                code => Err(errors::os_error(t, code)),
            }
        }
    }

    /// Set program scheduling priority.
    #[function(sig = "(which, who, priority)")]
    fn setpriority(t: &Thread, which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked_here(t, unsafe { libc::setpriority(which as _, who as libc::id_t, priority) })
    }

    /// Add increment to the priority of process and return the new priority.
    #[function]
    fn nice(t: &Thread, increment: i32) -> PyResult<i32> {
        // SAFETY: a call on a number; -1 is a valid result.
        unsafe {
            *libc::__errno_location() = 0;
            let found = libc::nice(increment);
            match args::errno() {
                code if found == -1 && code != 0 => Err(errors::os_error(t, code)),
                _ => Ok(found),
            }
        }
    }

    /// Get the maximum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_max(t: &Thread, policy: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::sched_get_priority_max(policy) }))
    }

    /// Get the minimum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_min(t: &Thread, policy: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::sched_get_priority_min(policy) }))
    }

    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    #[function]
    fn sched_getscheduler(t: &Thread, pid: i32) -> PyResult<i64> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::sched_getscheduler(pid) }))
    }

    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[function]
    fn sched_setscheduler(t: &Thread, pid: i32, policy: i32, param: &Object) -> PyResult<()> {
        let param = sched_param(t, param)?;
        // SAFETY: the parameter is a variable of ours.
        checked_here(t, unsafe { libc::sched_setscheduler(pid, policy, &param) })
    }

    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    #[function]
    fn sched_getparam(t: &Thread, pid: i32) -> PyResult {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        let param = unsafe {
            let mut param: libc::sched_param = core::mem::zeroed();
            checked_here(t, libc::sched_getparam(pid, &mut param))?;
            param
        };
        SCHED_PARAM.make(t, vec![int(t, i64::from(param.sched_priority))?])
    }

    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[function]
    fn sched_setparam(t: &Thread, pid: i32, param: &Object) -> PyResult<()> {
        let param = sched_param(t, param)?;
        // SAFETY: the parameter is a variable of ours.
        checked_here(t, unsafe { libc::sched_setparam(pid, &param) })
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[function]
    fn sched_rr_get_interval(t: &Thread, pid: i32) -> PyResult<f64> {
        let mut found = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the time is a variable of ours.
        checked_here(t, unsafe { libc::sched_rr_get_interval(pid, &mut found) })?;
        Ok(found.tv_sec as f64 + 1e-9 * found.tv_nsec as f64)
    }

    /// Voluntarily relinquish the CPU.
    #[function]
    fn sched_yield(t: &Thread) -> PyResult<()> {
        // SAFETY: takes nothing.
        checked(t, || i64::from(unsafe { libc::sched_yield() })).map(drop)
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[function]
    fn sched_getaffinity(t: &Thread, pid: i32) -> PyResult {
        let out = taipan_types::new_set(t)?;
        for cpu in affinity(t, pid)? {
            taipan_types::set_add(t, &out, &*PyInt::from_u64(t, cpu as u64)?)?;
        }
        Ok(out)
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    /// mask should be an iterable of integers identifying CPUs.
    #[function]
    fn sched_setaffinity(t: &Thread, pid: i32, mask: &Object) -> PyResult<()> {
        let mut words: Vec<u64> = vec![0; 16];
        let iterator = iter::get_iter(t, mask)?;
        while let Some(item) = iter::next(t, &iterator)? {
            let Some(cpu) = item.downcast::<PyInt>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "expected an iterator of ints, but iterator yielded {}",
                    item.class().repr_lossy(t)
                ));
            };
            let cpu = match cpu.to_i64() {
                Some(cpu) if cpu < 0 => return Err(err!(t, ValueError, "negative CPU number")),
                Some(cpu) if cpu < 1 << 22 => cpu as usize,
                _ => return Err(err!(t, OverflowError, "CPU number too large")),
            };
            if cpu / 64 >= words.len() {
                words.resize(cpu / 64 + 1, 0);
            }
            words[cpu / 64] |= 1 << (cpu % 64);
        }
        // SAFETY: the mask is as long as said.
        checked_here(t, unsafe { libc::sched_setaffinity(pid, words.len() * 8, words.as_ptr().cast()) })
    }

    /// Disassociate parts of a process (or thread) execution context.
    ///
    ///   flags
    ///     Namespaces to be unshared.
    #[function(sig = "(flags)")]
    fn unshare(t: &Thread, flags: i32) -> PyResult<()> {
        // SAFETY: a call on a number.
        checked(t, || i64::from(unsafe { libc::unshare(flags) })).map(drop)
    }

    /// Move the calling thread into different namespaces.
    ///
    ///   fd
    ///     A file descriptor to a namespace.
    ///   nstype
    ///     Type of namespace.
    #[function(sig = "(fd, nstype=0)")]
    fn setns(t: &Thread, fd: Fd, nstype: i32) -> PyResult<()> {
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::setns(fd.0, nstype) })).map(drop)
    }

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[function]
    fn cpu_count(t: &Thread) -> Option<i64> {
        let wanted = taipan_object::state::object_state(t).cpu_count.get();
        if wanted > 0 {
            return Some(wanted);
        }
        // SAFETY: a call on a number.
        Some(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }).filter(|&n| n > 0)
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[function]
    fn getloadavg(t: &Thread) -> PyResult<(f64, f64, f64)> {
        let mut out = [0f64; 3];
        // SAFETY: the array is as long as said.
        if unsafe { libc::getloadavg(out.as_mut_ptr(), 3) } != 3 {
            return Err(err!(t, OSError, "Load averages are unobtainable"));
        }
        Ok((out[0], out[1], out[2]))
    }

    /// Return an integer-valued system configuration variable.
    #[function]
    fn sysconf(t: &Thread, name: &Object) -> PyResult<i64> {
        let name = config_name(t, name, super::super::consts::SYSCONF_NAMES)?;
        // SAFETY: a call on a number; -1 is a valid result.
        unsafe {
            *libc::__errno_location() = 0;
            let value = libc::sysconf(name);
            match args::errno() {
                code if value == -1 && code != 0 => Err(errors::os_error(t, code)),
                _ => Ok(value),
            }
        }
    }

    /// Return a string-valued system configuration variable.
    #[function]
    fn confstr(t: &Thread, name: &Object) -> PyResult<Option<Owned<PyStr>>> {
        let name = config_name(t, name, super::super::consts::CONFSTR_NAMES)?;
        let mut out = vec![0u8; 4096];
        // SAFETY: the buffer is as long as said.
        let n = unsafe {
            *libc::__errno_location() = 0;
            libc::confstr(name, out.as_mut_ptr().cast(), out.len())
        };
        if n == 0 {
            return match args::errno() {
                0 => Ok(None),
                code => Err(errors::os_error(t, code)),
            };
        }
        if n > out.len() {
            out.resize(n, 0);
            // SAFETY: as above.
            unsafe { libc::confstr(name, out.as_mut_ptr().cast(), n) };
        }
        PyStr::from_fs_bytes(t, &out[..n - 1]).map(Some)
    }

    /// Return an object identifying the current operating system.
    ///
    /// The object behaves like a named tuple with the following fields:
    ///   (sysname, nodename, release, version, machine)
    #[function]
    fn uname(t: &Thread) -> PyResult {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        let found = unsafe {
            let mut found: libc::utsname = core::mem::zeroed();
            checked_here(t, libc::uname(&mut found))?;
            found
        };
        UNAME.make(
            t,
            vec![
                text(t, &found.sysname)?,
                text(t, &found.nodename)?,
                text(t, &found.release)?,
                text(t, &found.version)?,
                text(t, &found.machine)?,
            ],
        )
    }

    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields:
    ///   (utime, stime, cutime, cstime, elapsed_time)
    /// All fields are floating-point numbers.
    #[function]
    fn times(t: &Thread) -> PyResult {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        let (found, now, ticks) = unsafe {
            let mut found: libc::tms = core::mem::zeroed();
            let now = libc::times(&mut found);
            (found, now, libc::sysconf(libc::_SC_CLK_TCK) as f64)
        };
        let seconds = |n: libc::clock_t| float(t, n as f64 / ticks);
        TIMES.make(
            t,
            vec![
                seconds(found.tms_utime)?,
                seconds(found.tms_stime)?,
                seconds(found.tms_cutime)?,
                seconds(found.tms_cstime)?,
                seconds(now)?,
            ],
        )
    }

    /// Set the current numeric umask and return the previous umask.
    #[function]
    fn umask(t: &Thread, mask: i32) -> PyResult<u32> {
        let _ = t;
        // SAFETY: a call on a number.
        Ok(unsafe { libc::umask(mask as libc::mode_t) })
    }

    /// Translate an error code to a message string.
    #[function(sig = "(code, /)")]
    fn strerror(t: &Thread, code: i32) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, &errors::strerror(code))
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function]
    fn urandom(t: &Thread, size: isize) -> PyResult<Owned<PyBytes>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(err!(t, ValueError, "negative argument not allowed"));
        };
        let out = PyBytes::alloc(t, size)?;
        let mut done = 0usize;
        while done < size {
            let address = out.data_ptr() as usize + done;
            let left = (size - done).min(1 << 20);
            // SAFETY: a fresh object that nobody else sees, kept during the call.
            let n = checked_retry(t, || unsafe { libc::getrandom(address as *mut libc::c_void, left, 0) as i64 })?;
            done += n.unsigned_abs() as usize;
        }
        if size > 1 { Ok(out) } else { PyBytes::new(t, out.as_bytes()) }
    }

    /// Obtain a series of random bytes.
    #[function(sig = "(size, flags=0)")]
    fn getrandom(t: &Thread, size: isize, flags: i32) -> PyResult<Owned<PyBytes>> {
        let Ok(size) = usize::try_from(size) else { return Err(errors::os_error(t, libc::EINVAL)) };
        let out = PyBytes::alloc(t, size)?;
        let address = out.data_ptr() as usize;
        let n = checked_retry(t, || {
            // SAFETY: a fresh object that nobody else sees, kept during the call.
            unsafe { libc::getrandom(address as *mut libc::c_void, size, flags as libc::c_uint) as i64 }
        })?;
        PyBytes::new(t, &out.as_bytes()[..n.unsigned_abs() as usize])
    }

    /// Extracts a device major number from a raw device number.
    #[function]
    fn major(t: &Thread, device: &Object) -> PyResult<i64> {
        Ok(match device_number(t, device)? {
            libc::dev_t::MAX => -1,
            device => i64::from(libc::major(device)),
        })
    }

    /// Extracts a device minor number from a raw device number.
    #[function]
    fn minor(t: &Thread, device: &Object) -> PyResult<i64> {
        Ok(match device_number(t, device)? {
            libc::dev_t::MAX => -1,
            device => i64::from(libc::minor(device)),
        })
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[function]
    fn makedev(t: &Thread, major: &Object, minor: &Object) -> PyResult {
        let part = |value: &Object| -> PyResult<u32> {
            match device_number(t, value)? {
                libc::dev_t::MAX => Ok(u32::MAX),
                n => u32::try_from(n)
                    .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C unsigned int")),
            }
        };
        match libc::makedev(part(major)?, part(minor)?) {
            libc::dev_t::MAX => int(t, -1),
            device => PyInt::from_u64(t, device).map(Owned::into_object),
        }
    }

    /// Change or add an environment variable.
    #[function]
    fn putenv(t: &Thread, name: FsName, value: FsName) -> PyResult<()> {
        if name.0.is_empty() || name.0.to_bytes().contains(&b'=') {
            return Err(err!(t, ValueError, "illegal environment variable name"));
        }
        if audit::active(t) {
            let (name, value) = (PyBytes::new(t, name.0.to_bytes())?, PyBytes::new(t, value.0.to_bytes())?);
            audit::audit(t, "os.putenv", &[&name, &value])?;
        }
        // SAFETY: the strings end with zero; the environment is changed under the GIL only.
        checked_here(t, unsafe { libc::setenv(name.0.as_ptr(), value.0.as_ptr(), 1) })
    }

    /// Delete an environment variable.
    #[function]
    fn unsetenv(t: &Thread, name: FsName) -> PyResult<()> {
        if audit::active(t) {
            audit::audit(t, "os.unsetenv", &[&*PyBytes::new(t, name.0.to_bytes())?])?;
        }
        // SAFETY: as above.
        checked_here(t, unsafe { libc::unsetenv(name.0.as_ptr()) })
    }

    /// Create the environment dictionary.
    #[function]
    fn _create_environ(t: &Thread) -> PyResult<Owned<PyDict>> {
        create_environ(t)
    }

    /// Calls PyOS_CallInputHook droppong the GIL first
    #[function]
    fn _inputhook(t: &Thread) {
        if let Some(hook) = input_hook() {
            // SAFETY: a function of this type, which is called without the GIL.
            t.allow_threads(|| unsafe { hook() });
        }
    }

    /// Checks if PyOS_CallInputHook is set
    #[function]
    fn _is_inputhook_installed(_t: &Thread) -> bool {
        input_hook().is_some()
    }

    /// Create and return a timer file descriptor.
    ///
    ///   clockid
    ///     A valid clock ID constant as timer file descriptor.
    ///
    ///     time.CLOCK_REALTIME
    ///     time.CLOCK_MONOTONIC
    ///     time.CLOCK_BOOTTIME
    ///   flags
    ///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
    ///
    ///     os.TFD_NONBLOCK
    ///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
    ///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
    ///
    ///     os.TFD_CLOEXEC
    ///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
    #[function(sig = "(clockid, /, *, flags=TFD_CLOEXEC)", text = "($module, clockid, /, *, flags=0)")]
    fn timerfd_create(t: &Thread, clockid: i32, flags: Option<i32>) -> PyResult<i64> {
        // Descriptors are never inherited unless asked for.
        let flags = flags.unwrap_or(0) | libc::TFD_CLOEXEC;
        // SAFETY: a call on numbers.
        checked(t, || i64::from(unsafe { libc::timerfd_create(clockid, flags) }))
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime(t: &Thread, fd: Fd) -> PyResult<(Owned, Owned)> {
        timer_get(t, fd.0, false)
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime_ns(t: &Thread, fd: Fd) -> PyResult<(Owned, Owned)> {
        timer_get(t, fd.0, true)
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     The initial expiration time, in seconds.
    ///   interval
    ///     The timer's interval, in seconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        t: &Thread,
        fd: Fd,
        flags: i32,
        initial: Option<&Object>,
        interval: Option<&Object>,
    ) -> PyResult<(Owned, Owned)> {
        timer_set(t, fd.0, flags, initial, interval, false)
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     initial expiration timing in nanoseconds.
    ///   interval
    ///     interval for the timer in nanoseconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(
        t: &Thread,
        fd: Fd,
        flags: i32,
        initial: Option<&Object>,
        interval: Option<&Object>,
    ) -> PyResult<(Owned, Owned)> {
        timer_set(t, fd.0, flags, initial, interval, true)
    }
}

fn checked_here(t: &Thread, result: i32) -> PyResult<()> {
    if result < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
}

fn device_number(t: &Thread, value: &Object) -> PyResult<libc::dev_t> {
    let value = number::index(t, value)?;
    match value.to_i64() {
        Some(-1) => Ok(libc::dev_t::MAX),
        Some(n) if n >= 0 => Ok(n as libc::dev_t),
        _ => match value.to_u64() {
            Some(n) => Ok(n),
            None => Err(err!(t, OverflowError, "can't convert negative int to unsigned")),
        },
    }
}
