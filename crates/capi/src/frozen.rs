//! Frozen modules as `cpython/import.h` shows them: a program's own table, and the tables of the interpreter's own modules,
//! which nothing but curious programs read.

use core::ffi::{CStr, c_char, c_int};
use std::ffi::CString;
use taipan_interp::library::{self, Added};
use taipan_object::Static;

/// `_frozen`.
#[repr(C)]
pub struct Frozen {
    name: *const c_char,
    code: *const u8,
    size: c_int,
    is_package: c_int,
}

/// Frozen modules that a program adds: none, until it sets a table.
#[unsafe(no_mangle)]
pub static PyImport_FrozenModules: Static<*const Frozen> = Static::new(core::ptr::null());

/// The modules that imports are made of.
#[unsafe(no_mangle)]
pub static _PyImport_FrozenBootstrap: Static<*const Frozen> = Static::new(core::ptr::null());

/// Modules of the library that CPython freezes.
#[unsafe(no_mangle)]
pub static _PyImport_FrozenStdlib: Static<*const Frozen> = Static::new(core::ptr::null());

/// Modules for tests of frozen modules.
#[unsafe(no_mangle)]
pub static _PyImport_FrozenTest: Static<*const Frozen> = Static::new(core::ptr::null());

/// Looks a name up in the program's own table.
fn find_added(name: &str) -> Option<Added> {
    // SAFETY: the table is the program's, ends with a null name, and lives as long as it is set.
    unsafe {
        let mut entry = *PyImport_FrozenModules.get();
        if entry.is_null() {
            return None;
        }
        while !(*entry).name.is_null() {
            if CStr::from_ptr((*entry).name).to_bytes() == name.as_bytes() {
                let size = usize::try_from((*entry).size).unwrap_or(0);
                let there = !(*entry).code.is_null();
                let code = there.then(|| core::slice::from_raw_parts((*entry).code, size));
                return Some(Added { code, is_package: (*entry).is_package != 0 });
            }
            entry = entry.add(1);
        }
        None
    }
}

/// A table of these modules, for good.
fn table(modules: &[library::Frozen]) -> *const Frozen {
    let mut rows: Vec<Frozen> = Vec::with_capacity(modules.len() + 1);
    for module in modules {
        let (Ok(name), Some(found)) = (CString::new(module.name), library::find(module.source)) else { continue };
        rows.push(Frozen {
            name: name.into_raw(),
            code: found.code.as_ptr(),
            size: c_int::try_from(found.code.len()).unwrap_or(0),
            is_package: module.is_package.into(),
        });
    }
    rows.push(Frozen { name: core::ptr::null(), code: core::ptr::null(), size: 0, is_package: 0 });
    rows.leak().as_ptr()
}

/// Fills the tables in, once the library is there, and has imports look at the program's own.
pub fn init() {
    let all = library::FROZEN;
    let begin = |name: &str| all.iter().position(|module| module.name == name).unwrap_or(all.len());
    let (library, tests) = (begin("abc"), begin("__hello__"));
    // SAFETY: at the start nobody reads the tables yet.
    unsafe {
        if (*_PyImport_FrozenBootstrap.get()).is_null() {
            *_PyImport_FrozenBootstrap.get() = table(&all[..library]);
            *_PyImport_FrozenStdlib.get() = table(&all[library..tests]);
            *_PyImport_FrozenTest.get() = table(&all[tests..]);
        }
    }
    library::set_added(find_added);
}
