//! The names of `tuple`.

use crate::PyTuple;
use crate::tuple::{tuple_dealloc, tuple_traverse};
use taipan_macros::class;
use taipan_runtime::abi::*;

/// Built-in immutable sequence.
#[class(name = "tuple", layout, export = PyTuple_Type, flags(BASETYPE, HAVE_GC, SEQUENCE, MATCH_SELF), subclass_flag = TUPLE_SUBCLASS,
    basicsize = core::mem::offset_of!(PyTupleObject, ob_item), itemsize = 8, dealloc = tuple_dealloc, traverse = tuple_traverse)]
impl PyTuple {}
