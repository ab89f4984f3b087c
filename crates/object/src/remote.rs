//! The exceptions of looking into another process.

use crate::handle::{Class, Own, Raised};
use crate::{PyStr, err, errors, exceptions};
use std::io;
use taipan_runtime::Thread;
use taipan_runtime::remote::Trouble;

/// What is wanted of the other process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To look into it.
    Attach,
    /// To have it run a script.
    SendCommands,
}

/// Why a process can't be looked into, as an exception.
#[cold]
pub fn raise(t: &Thread, pid: i32, trouble: &Trouble, purpose: Purpose) -> Raised {
    let (attach, to) = match purpose {
        Purpose::Attach => ("attach", "attach to"),
        Purpose::SendCommands => ("send commands", "send commands to"),
    };
    match trouble {
        Trouble::System(error) => errors::os_error(t, error.raw_os_error().unwrap_or_default()),
        Trouble::NoMaps(error) => no_maps(t, pid, error, purpose),
        Trouble::NoSection => no_section(t, pid, purpose),
        Trouble::NoCookie => err!(t, RuntimeError, "Can't determine the Python version of the remote process"),
        Trouble::Unreleased => err!(
            t,
            RuntimeError,
            "Can't {to} a pre-release Python interpreter from a process running a different Python version"
        ),
        Trouble::Version(major, minor) => {
            err!(t, RuntimeError, "Can't {attach} from a Python 3.14 process to a Python {major}.{minor} process")
        }
        Trouble::FreeThreaded => err!(
            t,
            RuntimeError,
            "Cannot {to} a free-threaded Python process from a process running a non-free-threaded version"
        ),
    }
}

fn no_section(t: &Thread, pid: i32, purpose: Purpose) -> Raised {
    let raised = err!(t, RuntimeError, "Failed to find the PyRuntime section in process {pid} on Linux platform");
    if purpose == Purpose::Attach {
        return raised;
    }
    errors::raise_from_cause(
        t,
        exceptions::RuntimeError::class(),
        format_args!("PyRuntime address lookup failed during debug offsets initialization"),
    )
}

/// The system does not say what is mapped into the process.
fn no_maps(t: &Thread, pid: i32, error: &io::Error, purpose: Purpose) -> Raised {
    let code = error.raw_os_error().unwrap_or_default();
    let maps = format!("/proc/{pid}/maps");
    let name = PyStr::from_str(t, &maps).ok();
    let raised = errors::os_error_with(t, code, name.as_ref().map(|name| name.as_object()), None);
    if matches!(code, libc::EACCES | libc::EPERM) {
        return raised;
    }
    let reason = errors::strerror(code);
    let message = format!("Cannot open process memory map file '{maps}' for PID {pid} section search: {reason}");
    let _ = errors::raise_from_cause(t, exceptions::OSError::class(), format_args!("{message}"));
    let context = errors::take(t);
    let raised = no_section(t, pid, purpose);
    // The innermost exception of those is the context's neighbour.
    if let (Some(context), Some(outer)) = (context, errors::take(t)) {
        let inner = exceptions::cause(&outer).unwrap_or_else(|| outer.own());
        exceptions::set_context(&inner, Some(context));
        return errors::restore_raised(t, outer);
    }
    raised
}
