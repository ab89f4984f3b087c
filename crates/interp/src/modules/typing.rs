//! `_typing`: the primitives behind `typing`.

use taipan_object::{Object, Own, Owned, PyModule, PyResult, Thread, native_module};

/// Primitives and accelerators for the typing module.
///
#[native_module(name = "_typing")]
pub mod typing {
    use super::*;

    #[function(sig = "(x, /)")]
    fn _idfunc(_t: &Thread, x: &Object) -> Owned {
        x.own()
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        for (name, value) in taipan_types::typing::module_names(t)? {
            module.set(t, name, &value)?;
        }
        Ok(())
    }
}
