//! Bounds of the native stack, so that every recursive path can stop with `RecursionError` instead of crashing.

use core::sync::atomic::{AtomicUsize, Ordering};

/// Left for code that does not check: signal handlers, libc, C extensions.
pub const STACK_MARGIN: usize = 192 * 1024;

/// The first thread's stack once [`grow_main`] has made it larger than the limit tells: the lowest address, and the end.
static MAIN: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

/// Makes the stack of the process's first thread, which calls this, `size` bytes large even where its limit (`ulimit -s`) is
/// lower. The limit itself is left as it was: programs that are started from here inherit it. `false` where the system
/// does not allow it.
pub fn grow_main(size: usize) -> bool {
    // Above us are the program's arguments and its environment, 6 MiB at most.
    let wanted = size + (8 << 20);
    let here = current();
    let low = (here - size) & !0xfff;
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain data. The kernel itself writes to `low`, below all that is in use: it makes the stack reach there, or
    // tells that it can't. Only the memory of that page is taken.
    let reached = unsafe {
        if libc::getrlimit(libc::RLIMIT_STACK, &mut old) != 0 {
            return false;
        }
        let raised = libc::rlimit { rlim_cur: (wanted as libc::rlim_t).max(old.rlim_cur), ..old };
        if libc::setrlimit(libc::RLIMIT_STACK, &raised) != 0 {
            return false;
        }
        let none = core::ptr::null::<u64>();
        let reached =
            libc::syscall(libc::SYS_rt_sigprocmask, libc::SIG_BLOCK, none, low as *mut u64, size_of::<u64>()) == 0;
        libc::setrlimit(libc::RLIMIT_STACK, &old);
        reached
    };
    if reached {
        MAIN[0].store(low, Ordering::Relaxed);
        MAIN[1].store(here, Ordering::Relaxed);
    }
    reached
}

/// The addresses this thread may use: the lowest, and the end; found once when the thread is attached.
pub fn stack_bounds() -> (usize, usize) {
    let [low, top] = MAIN.each_ref().map(|at| at.load(Ordering::Relaxed));
    if (low..top).contains(&current()) {
        return (low, top);
    }
    // SAFETY: the attribute object is initialised by pthread_getattr_np before it is read and destroyed after.
    unsafe {
        let mut attr: libc::pthread_attr_t = core::mem::zeroed();
        let mut base: *mut libc::c_void = core::ptr::null_mut();
        let mut size: usize = 0;
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) != 0 {
            return (current() - 512 * 1024, current());
        }
        let found = libc::pthread_attr_getstack(&attr, &mut base, &mut size);
        libc::pthread_attr_destroy(&mut attr);
        if found != 0 {
            return (current() - 512 * 1024, current());
        }
        // The main thread's stack may be unlimited: then glibc reports what is mapped now, and 8 MiB is a safe claim.
        let low = base as usize;
        let here = current();
        let low = if here.wrapping_sub(low) > 1 << 30 { here - (8 << 20) } else { low };
        (low, (base as usize).saturating_add(size).max(here))
    }
}

/// The current stack address, roughly.
#[inline(always)]
pub fn current() -> usize {
    let at: usize;
    // SAFETY: reads a register.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        core::arch::asm!("mov {}, rsp", out(reg) at, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let marker = 0u8;
        at = core::hint::black_box(&raw const marker) as usize;
    }
    at
}

/// Keeps signals from being delivered to the calling OS thread (and to those that it starts): the process's signals go to
/// threads that let them in. Gives what [`allow_signals`] takes.
pub fn block_signals() -> libc::sigset_t {
    // SAFETY: plain data.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        let mut old: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        old
    }
}

/// Sets the calling OS thread's signal mask.
pub fn allow_signals(mask: &libc::sigset_t) {
    // SAFETY: plain data.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, mask, core::ptr::null_mut());
    }
}

/// Takes back the handlers of memory faults that Rust's library has installed in an executable: they end the process only
/// when a fault comes again, so that a signal that somebody sends is lost.
pub fn default_faults() {
    for number in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: plain data; the handler is that of the system or none.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            libc::sigaction(number, core::ptr::null(), &mut action);
            if action.sa_sigaction != libc::SIG_IGN {
                libc::signal(number, libc::SIG_DFL);
            }
        }
    }
}
