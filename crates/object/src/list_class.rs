//! The names of `list`.

use crate::PyList;
use crate::list::{list_clear, list_dealloc, list_traverse};
use taipan_macros::class;

/// Built-in mutable sequence.
#[class(name = "list", layout, export = PyList_Type, flags(BASETYPE, HAVE_GC, SEQUENCE, MATCH_SELF), subclass_flag = LIST_SUBCLASS,
    dealloc = list_dealloc, traverse = list_traverse, clear = list_clear)]
impl PyList {}
