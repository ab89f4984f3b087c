//! `posix`: the operating system's functions.

pub mod consts;
mod fd;
mod fs;
pub mod process;
pub mod results;
mod scandir;
mod system;

use scandir::{PyDirEntry, PyScandirIterator};
use taipan_object::{Class, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, Thread, exceptions, native_module};

fn table(t: &Thread, module: &PyModule, name: &str, values: &[(&str, i32)]) -> PyResult<()> {
    let dict = PyDict::new(t)?;
    for (key, value) in values {
        dict.set_item(t, &*PyStr::intern_str(t, key)?, &*PyInt::from_i64(t, i64::from(*value))?)?;
    }
    module.set(t, name, &dict)
}

/// Puts numbers into a module.
pub fn add_numbers(t: &Thread, module: &PyModule, numbers: &[(&str, i64)]) -> PyResult<()> {
    for (name, value) in numbers {
        module.set(t, name, &*PyInt::from_i64(t, *value)?)?;
    }
    Ok(())
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[native_module(
    name = "posix",
    parts(super::fs::part, super::fd::part, super::process::part, super::system::part),
    classes(PyDirEntry)
)]
pub mod posix {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<PyScandirIterator>(t)?;
        results::add_all(t, module)?;
        module.set(t, "error", <exceptions::OSError as Class>::class().as_object())?;
        module.set(t, "environ", &*system::create_environ(t)?)?;
        let have = PyList::new(t)?;
        for name in consts::HAVE {
            have.append(t, PyStr::from_str(t, name)?.into_object())?;
        }
        module.set(t, "_have_functions", &have)?;
        add_numbers(t, module, consts::NUMBERS)?;
        table(t, module, "confstr_names", consts::CONFSTR_NAMES)?;
        table(t, module, "pathconf_names", consts::PATHCONF_NAMES)?;
        table(t, module, "sysconf_names", consts::SYSCONF_NAMES)
    }
}
