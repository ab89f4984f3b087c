//! Syntax trees as Python objects: the classes of `_ast`, the parser's tree as objects, and objects as a tree with
//! CPython's checks. What it deliberately does not know: how a tree is compiled.
#![forbid(unsafe_code)]

pub mod classes;
pub mod convert;
pub mod module;
mod nodes;
mod repr;
mod schema;
mod validate;

use taipan_object::{Object, Owned, PyResult, Thread, err, typeobject};
use taipan_parser::Mode;
use taipan_parser::ast::Mod;

pub use classes::prepare;

/// Whether an object is a node (`PyAST_Check`).
pub fn is_node(t: &Thread, object: &Object) -> PyResult<bool> {
    let _ = t;
    Ok(object.is_instance_of::<classes::PyAst>())
}

/// A tree as objects (`PyAST_mod2obj`).
pub fn to_object(t: &Thread, module: &Mod) -> PyResult {
    convert::module_to_object(t, module)
}

/// Makes sure that a node is what the mode wants (`PyAst_CheckMode`).
pub fn check_mode(t: &Thread, object: &Object, mode: Mode) -> PyResult<()> {
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FuncType => "FunctionType",
    };
    let class = classes::registry(t)?.class(t, wanted)?;
    if !typeobject::isinstance(t, object, class.as_object())? {
        let got = object.class().short_name_lossy();
        return Err(err!(t, TypeError, "expected {wanted} node, got {got:.400}"));
    }
    Ok(())
}

/// Objects as a checked tree (`PyAST_obj2mod` and `_PyAST_Validate`).
pub fn from_object(t: &Thread, object: &Object, mode: Mode) -> PyResult<Mod> {
    check_mode(t, object, mode)?;
    let module = convert::module_from_object(t, object, mode)?;
    validate::module(t, &module)?;
    Ok(module)
}

/// Any object reference, for those who convert trees on the way.
pub type Node = Owned;
