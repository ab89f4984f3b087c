//! The part of `cpython/import.h` about modules that need no file: CPython's table of native modules, and the functions that
//! initialise them.

use crate::contract::*;
use core::ffi::{c_char, c_int};
use taipan_interp::builtin_modules;
use taipan_object::{PyResult, Thread, err};

type Init = unsafe extern "C" fn() -> Obj;

/// `struct _inittab`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Inittab {
    pub name: *const c_char,
    pub initfunc: Option<Init>,
}

// SAFETY: names and functions are static.
unsafe impl Sync for Inittab {}

/// The definition of a native module, as the functions of modules with multi-phase initialisation return it: borrowed.
fn definition(t: &Thread, name: &str) -> PyResult<Obj> {
    match builtin_modules::find(name) {
        Some(found) => {
            let def = (found.definition)();
            // SAFETY: definitions are static.
            unsafe { taipan_object::module::init_definition(def) };
            Ok(def.cast())
        }
        None => Err(err!(t, ImportError, "no module named '{name}' is built in")),
    }
}

macro_rules! inits {
    ($($function:ident $name:literal;)*) => {
        capi! {
            $(
                #[doc = concat!("The definition of the module `", $name, "`, borrowed; null with an exception.")]
                fn $function[t]() -> Borrowed {
                    definition(t, $name)
                }
            )*
        }

        /// The native modules, up to a null name.
        static TABLE: taipan_object::Static<[Inittab; [$($name),*].len() + 1]> = taipan_object::Static::new([
            $(Inittab { name: concat!($name, "\0").as_ptr().cast(), initfunc: Some($function) },)*
            Inittab { name: core::ptr::null(), initfunc: None },
        ]);
    };
}

inits! {
    PyInit__abc "_abc";
    PyInit__ast "_ast";
    PyInit__bisect "_bisect";
    PyInit__blake2 "_blake2";
    PyInit__codecs "_codecs";
    PyInit__collections "_collections";
    PyInit__contextvars "_contextvars";
    PyInit__csv "_csv";
    PyInit__datetime "_datetime";
    PyInit__elementtree "_elementtree";
    PyInit__functools "_functools";
    PyInit__heapq "_heapq";
    PyInit__imp "_imp";
    PyInit__io "_io";
    PyInit__json "_json";
    PyInit__locale "_locale";
    PyInit__md5 "_md5";
    PyInit__opcode "_opcode";
    PyInit__operator "_operator";
    PyInit__pickle "_pickle";
    PyInit__posixsubprocess "_posixsubprocess";
    PyInit__random "_random";
    PyInit__sha1 "_sha1";
    PyInit__sha2 "_sha2";
    PyInit__sha3 "_sha3";
    PyInit__signal "_signal";
    PyInit__socket "_socket";
    PyInit__sre "_sre";
    PyInit__stat "_stat";
    PyInit__statistics "_statistics";
    PyInit__string "_string";
    PyInit__struct "_struct";
    PyInit__suggestions "_suggestions";
    PyInit__symtable "_symtable";
    PyInit__sysconfig "_sysconfig";
    PyInit__thread "_thread";
    PyInit__tokenize "_tokenize";
    PyInit__tracemalloc "_tracemalloc";
    PyInit__types "_types";
    PyInit__typing "_typing";
    PyInit__weakref "_weakref";
    PyInit_array "array";
    PyInit_atexit "atexit";
    PyInit_binascii "binascii";
    PyInit_cmath "cmath";
    PyInit_errno "errno";
    PyInit_faulthandler "faulthandler";
    PyInit_fcntl "fcntl";
    PyInit_gc "gc";
    PyInit_grp "grp";
    PyInit_itertools "itertools";
    PyInit_math "math";
    PyInit_posix "posix";
    PyInit_pwd "pwd";
    PyInit_pyexpat "pyexpat";
    PyInit_select "select";
    PyInit_syslog "syslog";
    PyInit_time "time";
    PyInit_unicodedata "unicodedata";
    PyInit_zlib "zlib";
}

/// The table of native modules.
#[unsafe(no_mangle)]
pub static PyImport_Inittab: taipan_object::Static<*mut Inittab> = taipan_object::Static::new(TABLE.get().cast());

unsafe fn add(name: *const c_char, init: Option<Init>) -> c_int {
    // SAFETY: the contract of the callers.
    let name = unsafe { c_text(name) }.unwrap_or_default();
    match init {
        Some(init) => {
            builtin_modules::add(name, init);
            0
        }
        None => -1,
    }
}

/// Ends the process if modules cannot be added any more.
fn check_early(function: &str) {
    if crate::pystate::main_interpreter().is_some() {
        crate::pylifecycle::fatal(function, &format!("{function}() may not be called after Py_Initialize()"));
    }
}

capi! {
    /// Adds a module to the native ones, before the interpreter is started: 0, or -1.
    fn PyImport_AppendInittab(name: *const c_char, init: Option<Init>) -> Raw<c_int> {
        check_early("PyImport_AppendInittab");
        add(name, init)
    }

    /// Adds a table of modules, up to a null name, before the interpreter is started: 0.
    fn PyImport_ExtendInittab(table: *const Inittab) -> Raw<c_int> {
        check_early("PyImport_ExtendInittab");
        let mut at = table;
        while !(*at).name.is_null() {
            add((*at).name, (*at).initfunc);
            at = at.add(1);
        }
        0
    }
}
