//! `repr()` of nodes: cut off below three levels, lists to their ends.

use crate::classes::PyAst;
use taipan_object::{Object, Owned, PyList, PyResult, PyStr, PyTuple, Thread, call, iter, name, state};

/// A node, with at most `depth` levels.
pub fn node(t: &Thread, object: &Object, depth: i32) -> PyResult<Owned<PyStr>> {
    let class = object.class().name_lossy();
    if depth <= 0 || !state::repr_enter(t, object) {
        return PyStr::from_fmt(t, format_args!("{class}(...)"));
    }
    let result = fields(t, object, depth, &class);
    state::repr_leave(t, object);
    result
}

fn value(t: &Thread, object: &Object, depth: i32) -> PyResult<Owned<PyStr>> {
    if object.is_instance_of::<PyAst>() { node(t, object, depth - 1) } else { object.repr(t) }
}

fn items(t: &Thread, all: &[Owned], depth: i32, open: &str, close: &str) -> PyResult<Owned<PyStr>> {
    let mut parts = vec![PyStr::from_str(t, open)?];
    if let Some(first) = all.first() {
        parts.push(value(t, first, depth)?);
    }
    if all.len() > 2 {
        parts.push(PyStr::from_str(t, ", ...")?);
    }
    if let Some(last) = all.last().filter(|_| all.len() > 1) {
        parts.push(PyStr::from_str(t, ", ")?);
        parts.push(value(t, last, depth)?);
    }
    parts.push(PyStr::from_str(t, close)?);
    PyStr::join_all(t, None, &parts)
}

fn fields(t: &Thread, object: &Object, depth: i32, class: &str) -> PyResult<Owned<PyStr>> {
    call::enter_recursive(t, " while getting the repr of an object")?;
    let names = object.class().as_object().getattr(t, name!(t, "_fields"))?;
    let mut parts = vec![PyStr::from_fmt(t, format_args!("{class}("))?];
    for (i, field) in iter::to_vec(t, &names)?.into_iter().enumerate() {
        let held = object.getattr(t, &field)?;
        let shown = if let Some(list) = held.downcast::<PyList>() {
            items(t, &list.to_vec(), depth, "[", "]")?
        } else if let Some(tuple) = held.downcast::<PyTuple>() {
            let all: Vec<Owned> = tuple.as_slice().iter().map(|o| o.to_owned_object()).collect();
            items(t, &all, depth, "(", ")")?
        } else {
            value(t, &held, depth)?
        };
        let field = field.str(t)?;
        parts.push(PyStr::from_fmt(t, format_args!("{}{}=", if i > 0 { ", " } else { "" }, field.display()))?);
        parts.push(shown);
    }
    parts.push(PyStr::from_str(t, ")")?);
    PyStr::join_all(t, None, &parts)
}
