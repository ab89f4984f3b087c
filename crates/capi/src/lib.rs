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

pub mod abstract_;
pub mod bytesobject;
pub mod dictobject;
pub mod floatobject;
mod format;
pub mod getargs;
pub mod listobject;
pub mod longobject;
pub mod modsupport;
pub mod moduleobject;
pub mod object;
pub mod objimpl;
pub mod pycapsule;
pub mod pyerrors;
pub mod pythonrun;
pub mod refcount;
pub mod sysmodule;
pub mod typeobject;
pub mod unicodecodecs;
pub mod unicodeobject;
