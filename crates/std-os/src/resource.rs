//! `resource`: limits and use of the system's resources.

use crate::posix::process::rusage;
use crate::posix::results::Kind;
use taipan_object::{
    Object, Owned, PyInt, PyModule, PyResult, PyTuple, Thread, attr, audit, err, errors, exceptions, iter,
    native_module, number,
};

static RUSAGE: Kind = Kind::new(
    "resource.struct_rusage",
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    &[
        ("ru_utime", "user time used"),
        ("ru_stime", "system time used"),
        ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"),
        ("ru_idrss", "unshared data size"),
        ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"),
        ("ru_majflt", "page faults requiring I/O"),
        ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"),
        ("ru_oublock", "block output operations"),
        ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ],
    16,
);

const NUMBERS: &[(&str, i64)] = &[
    ("RLIMIT_AS", libc::RLIMIT_AS as i64),
    ("RLIMIT_CORE", libc::RLIMIT_CORE as i64),
    ("RLIMIT_CPU", libc::RLIMIT_CPU as i64),
    ("RLIMIT_DATA", libc::RLIMIT_DATA as i64),
    ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i64),
    ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i64),
    ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i64),
    ("RLIMIT_NICE", libc::RLIMIT_NICE as i64),
    ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i64),
    ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_RSS", libc::RLIMIT_RSS as i64),
    ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i64),
    ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i64),
    ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i64),
    ("RLIMIT_STACK", libc::RLIMIT_STACK as i64),
    ("RLIM_INFINITY", libc::RLIM_INFINITY as i64),
    ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN as i64),
    ("RUSAGE_SELF", libc::RUSAGE_SELF as i64),
    ("RUSAGE_THREAD", libc::RUSAGE_THREAD as i64),
];

fn check(t: &Thread, resource: i32) -> PyResult<()> {
    if !(0..16).contains(&resource) {
        return Err(err!(t, ValueError, "invalid resource specified"));
    }
    Ok(())
}

fn limit(t: &Thread, value: &Object) -> PyResult<libc::rlim_t> {
    let value = number::index(t, value)?;
    match value.to_i64() {
        Some(-1) => Ok(libc::RLIM_INFINITY),
        Some(n) if n < 0 => Err(err!(t, ValueError, "Cannot convert negative int")),
        Some(n) => Ok(n as libc::rlim_t),
        None if value.is_negative() => Err(err!(t, ValueError, "Cannot convert negative int")),
        None => value.to_u64().ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C rlim_t")),
    }
}

fn limits(t: &Thread, given: &Object) -> PyResult<libc::rlimit> {
    let pair = iter::to_vec(t, given)?;
    let [soft, hard] = pair.as_slice() else {
        return Err(err!(t, ValueError, "expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit { rlim_cur: limit(t, soft)?, rlim_max: limit(t, hard)? })
}

fn shown(t: &Thread, found: &libc::rlimit) -> PyResult<Owned<PyTuple>> {
    let one = |n: libc::rlim_t| -> PyResult {
        if n == libc::RLIM_INFINITY { PyInt::from_i64(t, -1) } else { PyInt::from_u64(t, n) }.map(Owned::into_object)
    };
    PyTuple::from_vec(t, vec![one(found.rlim_cur)?, one(found.rlim_max)?])
}

fn limit_error(t: &Thread) -> taipan_object::Raised {
    match crate::args::errno() {
        libc::EINVAL => err!(t, ValueError, "current limit exceeds maximum limit"),
        libc::EPERM => err!(t, ValueError, "not allowed to raise maximum limit"),
        code => errors::os_error(t, code),
    }
}

#[native_module(name = "resource")]
pub mod resource {
    use super::*;

    #[function(sig = "(who, /)")]
    fn getrusage(t: &Thread, who: i32) -> PyResult {
        // SAFETY: zero is a valid value of the struct, which the call fills in.
        unsafe {
            let mut found: libc::rusage = core::mem::zeroed();
            if libc::getrusage(who, &mut found) < 0 {
                return Err(match crate::args::errno() {
                    libc::EINVAL => err!(t, ValueError, "invalid who parameter"),
                    code => errors::os_error(t, code),
                });
            }
            rusage(t, &found)
        }
    }

    #[function(sig = "(resource, /)")]
    fn getrlimit(t: &Thread, resource: i32) -> PyResult<Owned<PyTuple>> {
        check(t, resource)?;
        let mut found = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the limits are a variable of ours.
        if unsafe { libc::getrlimit(resource as _, &mut found) } < 0 {
            return Err(errors::last_os_error(t));
        }
        shown(t, &found)
    }

    #[function(sig = "(resource, limits, /)")]
    fn setrlimit(t: &Thread, resource: i32, limits: &Object) -> PyResult<()> {
        check(t, resource)?;
        if audit::active(t) {
            audit::audit(t, "resource.setrlimit", &[&*PyInt::from_i64(t, i64::from(resource))?, limits])?;
        }
        let wanted = super::limits(t, limits)?;
        // SAFETY: the limits are a variable of ours.
        if unsafe { libc::setrlimit(resource as _, &wanted) } < 0 { Err(limit_error(t)) } else { Ok(()) }
    }

    #[function(sig = "(pid, resource, limits=None, /)")]
    fn prlimit(t: &Thread, pid: i32, resource: i32, limits: Option<&Object>) -> PyResult<Owned<PyTuple>> {
        check(t, resource)?;
        let given = attr::none_if_none(limits);
        if audit::active(t) {
            let (a, b) = (PyInt::from_i64(t, i64::from(pid))?, PyInt::from_i64(t, i64::from(resource))?);
            audit::audit(t, "resource.prlimit", &[&a, &b, given.unwrap_or(taipan_object::singletons::none())])?;
        }
        let wanted = given.map(|given| super::limits(t, given)).transpose()?;
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let pointer = wanted.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
        // SAFETY: the limits are variables of ours.
        if unsafe { libc::prlimit(pid, resource as _, pointer, &mut old) } < 0 {
            return Err(limit_error(t));
        }
        shown(t, &old)
    }

    #[function]
    fn getpagesize(_t: &Thread) -> i64 {
        // SAFETY: a call on a number.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "error", <exceptions::OSError as taipan_object::Class>::class().as_object())?;
        RUSAGE.add(t, module)?;
        crate::posix::add_numbers(t, module, NUMBERS)?;
        // `RLIM_INFINITY` is shown as -1, as limits are.
        module.set_value(t, "RLIM_INFINITY", -1i64)
    }
}
