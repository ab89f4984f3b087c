//! Native modules that see the interpreter's own machinery: import, marshal, threads, warnings, weak references.

pub mod abc;
pub mod atexit;
pub mod faulthandler;
pub mod gc;
pub mod imp;
pub mod library;
pub mod marshal;
pub mod opcode;
pub mod signal;
pub mod suggestions;
pub mod symtable;
pub mod sysconfig;
pub mod thread;
pub mod tokenize;
pub mod tracemalloc;
pub mod types;
pub mod typing;
pub mod warnings;
pub mod weakref;

use taipan_object::module::Builtin;

/// The native modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![
        &crate::builtins::builtins::MODULE,
        &crate::sys::sys::MODULE,
        &abc::abc::MODULE,
        &atexit::atexit::MODULE,
        &faulthandler::faulthandler::MODULE,
        &gc::gc::MODULE,
        &imp::imp::MODULE,
        &taipan_pyast::module::ast::MODULE,
        &library::library_module::MODULE,
        &marshal::marshal::MODULE,
        &opcode::opcode::MODULE,
        &signal::signal::MODULE,
        &tracemalloc::tracemalloc::MODULE,
        &suggestions::suggestions::MODULE,
        &symtable::symtable::MODULE,
        &sysconfig::sysconfig::MODULE,
        &thread::thread::MODULE,
        &tokenize::tokenize::MODULE,
        &types::types::MODULE,
        &typing::typing::MODULE,
        &warnings::warnings::MODULE,
        &weakref::weakref::MODULE,
    ]
}
