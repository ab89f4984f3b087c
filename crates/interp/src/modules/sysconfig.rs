//! `_sysconfig`: variables of the build that `sysconfig` shows.

use taipan_object::{Owned, PyDict, PyInt, PyResult, Thread, name, native_module};

/// A helper for the sysconfig module.
#[native_module(name = "_sysconfig")]
pub mod sysconfig {
    use super::*;

    /// Returns a dictionary containing build variables intended to be exposed by sysconfig.
    #[function]
    fn config_vars(t: &Thread) -> PyResult<Owned<PyDict>> {
        let dict = PyDict::new(t)?;
        let zero = PyInt::from_i64(t, 0)?;
        dict.set_item(t, name!(t, "Py_GIL_DISABLED"), &zero)?;
        dict.set_item(t, name!(t, "Py_DEBUG"), &zero)?;
        Ok(dict)
    }
}
