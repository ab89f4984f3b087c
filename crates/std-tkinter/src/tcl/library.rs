//! The system's Tcl and Tk, found when `_tkinter` is imported: version 8.6, or else 9.0.
//!
//! `Tcl_Size` is C's `int` in the one and `ptrdiff_t` in the other. The signatures here say `isize` for both: an argument
//! goes in a register of which the callee reads what it needs, and a result is stored into a variable that was zero, on
//! machines that are little-endian.

use core::ffi::{CStr, c_char, c_double, c_int, c_long, c_uint, c_void};
use std::sync::OnceLock;
use taipan_runtime::dynamic::Library;

#[cfg(not(target_endian = "little"))]
compile_error!("sizes that Tcl 8.6 stores are read as the lower half of a word");

/// `TCL_OK`.
pub const OK: c_int = 0;
/// `TCL_ERROR`.
pub const ERROR: c_int = 1;
/// `TCL_GLOBAL_ONLY`: a variable outside of procedures.
pub const GLOBAL_ONLY: c_int = 1;
/// `TCL_LEAVE_ERR_MSG`: the interpreter's result says what went wrong.
pub const LEAVE_ERR_MSG: c_int = 0x200;
/// `TCL_NO_EVAL`: a command is recorded only.
pub const NO_EVAL: c_int = 0x1_0000;
/// `TCL_EVAL_GLOBAL`.
pub const EVAL_GLOBAL: c_int = 0x2_0000;
/// `TCL_EVAL_DIRECT`.
pub const EVAL_DIRECT: c_int = 0x4_0000;
/// `TCL_DONT_WAIT`.
pub const DONT_WAIT: c_int = 1 << 1;
/// `TCL_READABLE`.
pub const READABLE: c_int = 1 << 1;

/// A type of values (`Tcl_ObjType`), as far as it is looked at.
#[repr(C)]
pub struct RawType {
    pub name: *const c_char,
}

/// A value (`Tcl_Obj`), as far as it is looked at.
#[repr(C)]
pub struct RawObj {
    /// A C `int` in Tcl 8.6.
    ref_count: isize,
    /// The text, if it has one.
    pub bytes: *mut c_char,
    /// A C `int` in Tcl 8.6.
    length: isize,
    pub type_ptr: *const RawType,
    /// What a value of type "double" is: the first variant of `internalRep`.
    pub double: c_double,
}

/// An interpreter (`Tcl_Interp`).
pub enum RawInterp {}

/// An event in a queue (`Tcl_Event`): the head of what is allocated for it.
#[repr(C)]
pub struct RawEvent {
    pub proc: unsafe extern "C" fn(*mut RawEvent, c_int) -> c_int,
    pub next: *mut RawEvent,
}

/// A command's function (`Tcl_ObjCmdProc`).
pub type CommandProc = unsafe extern "C" fn(*mut c_void, *mut RawInterp, c_int, *const *mut RawObj) -> c_int;
/// What is called with the data that was registered.
pub type DataProc = unsafe extern "C" fn(*mut c_void);
/// What is called when a file is ready (`Tcl_FileProc`).
pub type FileProc = unsafe extern "C" fn(*mut c_void, c_int);

macro_rules! table {
    ($($(#[$attribute:meta])* $library:ident $name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions of both libraries, under their own names.
        #[allow(non_snake_case, reason = "the library's names")]
        pub struct Table {
            /// "8.6" or "9.0".
            pub version: &'static str,
            /// Tcl 9 has none: what is true is 1 there.
            pub Tcl_NewBooleanObj: Option<unsafe extern "C" fn(c_int) -> *mut RawObj>,
            /// Of Tcl 8.6.
            pub Tcl_GetByteArrayFromObj: Option<unsafe extern "C" fn(*mut RawObj, *mut isize) -> *const u8>,
            /// Of Tcl 9.
            pub Tcl_GetBytesFromObj: Option<unsafe extern "C" fn(*mut RawInterp, *mut RawObj, *mut isize) -> *const u8>,
            $($(#[$attribute])* pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Table {
            fn open(release: &Release) -> Result<Self, String> {
                let from = Libraries { tcl: Library::open(release.tcl)?, tk: Library::open(release.tk)? };
                // SAFETY: functions of these types.
                unsafe {
                    Ok(Self {
                        version: release.version,
                        Tcl_NewBooleanObj: from.tcl.get(c"Tcl_NewBooleanObj").ok(),
                        Tcl_GetByteArrayFromObj: from.tcl.get(c"Tcl_GetByteArrayFromObj").ok(),
                        Tcl_GetBytesFromObj: from.tcl.get(c"Tcl_GetBytesFromObj").ok(),
                        $($name: from.$library.get(
                            // The names have no NUL but the last.
                            match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                                Ok(name) => name,
                                Err(_) => c"",
                            },
                        )?,)*
                    })
                }
            }
        }
    };
}

table! {
    tcl Tcl_AppendObjToErrorInfo(*mut RawInterp, *mut RawObj);
    tcl Tcl_AttemptAlloc(c_uint) -> *mut c_void;
    tcl Tcl_CreateFileHandler(c_int, c_int, FileProc, *mut c_void);
    tcl Tcl_CreateInterp() -> *mut RawInterp;
    tcl Tcl_CreateObjCommand(*mut RawInterp, *const c_char, CommandProc, *mut c_void, DataProc) -> *mut c_void;
    tcl Tcl_CreateTimerHandler(c_int, DataProc, *mut c_void) -> *mut c_void;
    tcl Tcl_DbDecrRefCount(*mut RawObj, *const c_char, c_int);
    tcl Tcl_DbIncrRefCount(*mut RawObj, *const c_char, c_int);
    tcl Tcl_DeleteCommand(*mut RawInterp, *const c_char) -> c_int;
    tcl Tcl_DeleteFileHandler(c_int);
    tcl Tcl_DeleteInterp(*mut RawInterp);
    tcl Tcl_DeleteTimerHandler(*mut c_void);
    tcl Tcl_DoOneEvent(c_int) -> c_int;
    tcl Tcl_DuplicateObj(*mut RawObj) -> *mut RawObj;
    tcl Tcl_EvalEx(*mut RawInterp, *const c_char, isize, c_int) -> c_int;
    tcl Tcl_EvalFile(*mut RawInterp, *const c_char) -> c_int;
    tcl Tcl_EvalObjv(*mut RawInterp, isize, *const *mut RawObj, c_int) -> c_int;
    tcl Tcl_ExprBoolean(*mut RawInterp, *const c_char, *mut c_int) -> c_int;
    tcl Tcl_ExprDouble(*mut RawInterp, *const c_char, *mut c_double) -> c_int;
    tcl Tcl_ExprLong(*mut RawInterp, *const c_char, *mut c_long) -> c_int;
    tcl Tcl_ExprString(*mut RawInterp, *const c_char) -> c_int;
    tcl Tcl_FindExecutable(*const c_char) -> *const c_char;
    tcl Tcl_Free(*mut c_void);
    tcl Tcl_GetBoolean(*mut RawInterp, *const c_char, *mut c_int) -> c_int;
    tcl Tcl_GetBooleanFromObj(*mut RawInterp, *mut RawObj, *mut c_int) -> c_int;
    tcl Tcl_GetCurrentThread() -> *mut c_void;
    tcl Tcl_GetDoubleFromObj(*mut RawInterp, *mut RawObj, *mut c_double) -> c_int;
    tcl Tcl_GetObjResult(*mut RawInterp) -> *mut RawObj;
    tcl Tcl_GetObjType(*const c_char) -> *const RawType;
    tcl Tcl_GetStringFromObj(*mut RawObj, *mut isize) -> *const u8;
    tcl Tcl_GetVar2Ex(*mut RawInterp, *const c_char, *const c_char, c_int) -> *mut RawObj;
    tcl Tcl_GetWideIntFromObj(*mut RawInterp, *mut RawObj, *mut i64) -> c_int;
    tcl Tcl_Init(*mut RawInterp) -> c_int;
    tcl Tcl_InvalidateStringRep(*mut RawObj);
    tcl Tcl_ListObjGetElements(*mut RawInterp, *mut RawObj, *mut isize, *mut *const *mut RawObj) -> c_int;
    tcl Tcl_NewByteArrayObj(*const u8, isize) -> *mut RawObj;
    tcl Tcl_NewDoubleObj(c_double) -> *mut RawObj;
    tcl Tcl_NewListObj(isize, *const *mut RawObj) -> *mut RawObj;
    tcl Tcl_NewStringObj(*const u8, isize) -> *mut RawObj;
    tcl Tcl_NewWideIntObj(i64) -> *mut RawObj;
    tcl Tcl_RecordAndEval(*mut RawInterp, *const c_char, c_int) -> c_int;
    tcl Tcl_ResetResult(*mut RawInterp);
    tcl Tcl_SetObjResult(*mut RawInterp, *mut RawObj);
    tcl Tcl_SetVar2Ex(*mut RawInterp, *const c_char, *const c_char, *mut RawObj, c_int) -> *mut RawObj;
    tcl Tcl_SplitList(*mut RawInterp, *const c_char, *mut isize, *mut *mut *const c_char) -> c_int;
    tcl Tcl_ThreadAlert(*mut c_void);
    tcl Tcl_ThreadQueueEvent(*mut c_void, *mut RawEvent, c_int);
    tcl Tcl_UnsetVar2(*mut RawInterp, *const c_char, *const c_char, c_int) -> c_int;
    tk Tk_GetNumMainWindows() -> c_int;
    tk Tk_Init(*mut RawInterp) -> c_int;
}

struct Libraries {
    tcl: Library,
    tk: Library,
}

/// Where a release of Tcl and Tk is.
struct Release {
    version: &'static str,
    tcl: &'static [&'static CStr],
    tk: &'static [&'static CStr],
}

const RELEASES: [Release; 2] = [
    Release { version: "8.6", tcl: &[c"libtcl8.6.so", c"libtcl8.6.so.0"], tk: &[c"libtk8.6.so", c"libtk8.6.so.0"] },
    Release { version: "9.0", tcl: &[c"libtcl9.0.so"], tk: &[c"libtcl9tk9.0.so"] },
];

/// The libraries, or why the first release is not there.
pub fn get() -> Result<&'static Table, &'static str> {
    static FOUND: OnceLock<Result<Table, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let mut tried = RELEASES.iter().map(Table::open);
        let mut first = None;
        loop {
            match tried.next() {
                Some(Ok(table)) => return Ok(table),
                Some(Err(why)) => {
                    first.get_or_insert(why);
                }
                None => return Err(first.unwrap_or_default()),
            }
        }
    });
    found.as_ref().map_err(String::as_str)
}
