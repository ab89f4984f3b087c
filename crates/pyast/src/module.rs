//! `_ast`: the classes of nodes.

use crate::classes;
use taipan_object::{Class, PyInt, PyModule, PyResult, Thread, native_module};

#[native_module(name = "_ast")]
pub mod ast {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let registry = classes::registry(t)?;
        module.set(t, "AST", classes::PyAst::class().as_object())?;
        let mut all: Vec<_> = registry.iter().collect();
        all.sort_by_key(|(name, _)| *name);
        for (name, class) in all {
            module.set(t, name, class.as_object())?;
        }
        let flags = [
            ("ALLOW_TOP_LEVEL_AWAIT", 0x2000),
            ("ONLY_AST", 0x400),
            ("TYPE_COMMENTS", 0x1000),
            ("OPTIMIZED_AST", 0x8400),
        ];
        for (name, flag) in flags {
            module.set(t, &format!("PyCF_{name}"), &*PyInt::from_i64(t, flag)?)?;
        }
        Ok(())
    }
}
