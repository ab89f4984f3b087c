//! CPython 3.14's C API, exported from the executable under its C names, so that compiled extension modules load
//! unmodified.
//!
//! One file for each header of CPython (small ones are together with their neighbours). Functions are thin: C's contract
//! is met at the border (`contract`), the work is done by the crates below. What a function does with references stands
//! in its comment: "a new reference" belongs to the caller, a borrowed one does not, "takes over" means stolen.
//! Data symbols (types, exceptions, singletons) are where they are defined.

#![allow(non_upper_case_globals, reason = "C's own names")]

mod contract;
mod va;

pub mod abi_only;
pub mod abstract_;
pub mod bytesobject;
mod callback;
pub mod crossinterp;
mod crossinterp_session;
mod datetime;
pub mod dictobject;
pub mod fileobject;
pub mod floatobject;
mod format;
pub mod frameobject;
pub mod frozen;
pub mod funcobject;
pub mod genobject;
pub mod getargs;
pub mod identifier;
pub mod import;
pub mod initconfig;
mod inittab;
mod instancemethod;
mod instruction_sequence;
pub mod interp;
mod linetable;
pub mod listobject;
pub mod longobject;
pub mod memoryobject;
pub mod modsupport;
pub mod moduleobject;
pub mod monitoring;
pub mod object;
pub mod objimpl;
pub mod odictobject;
pub mod pending;
mod perf;
pub mod private;
pub mod pycapsule;
pub mod pyconfig;
mod pyconfig_dict;
mod pycore_ceval;
mod pycore_code;
mod pycore_containers;
mod pycore_fileutils;
mod pycore_lock;
mod pycore_long;
mod pycore_object;
mod pycore_pyerrors;
mod pycore_token;
mod pycore_traceback;
mod pycore_writers;
pub mod pyctype;
pub mod pyerrors;
mod pyexpat;
pub mod pyinitconfig;
pub mod pylifecycle;
mod pymem_debug;
pub mod pystate;
pub mod pystatus;
pub mod pythonrun;
pub mod pythread;
pub mod pytime;
pub mod refcount;
pub mod sysmodule;
pub mod typeobject;
mod ucnhash;
pub mod unicodecodecs;
pub mod unicodeobject;
pub mod unicodewriter;
pub mod watchers;
pub mod weakrefobject;

use taipan_object::{PyResult, Thread};

/// Prepares what extension modules rely on; called once, before any is loaded.
pub fn init(t: &Thread) -> PyResult<()> {
    pystate::init(t);
    pyctype::init_runtime(t)?;
    datetime::register();
    pyexpat::register();
    ucnhash::register();
    watchers::init();
    pycore_ceval::init(t)?;
    taipan_interp::pending::set_caller(pending::make_pending);
    taipan_interp::terminal::set_reader(fileobject::terminal_line);
    odictobject::init_types(t)?;
    instancemethod::init_types(t)?;
    instruction_sequence::init_types(t)?;
    crossinterp::init_types(t)
}

/// Runs what C code registered for the end of the process.
pub fn finalize() {
    pylifecycle::run_at_exit();
}
