//! The names of `float`.

use crate::PyFloat;
use taipan_macros::class;

#[class(name = "float", layout, export = PyFloat_Type, flags(BASETYPE, MATCH_SELF), dealloc = crate::float::float_dealloc)]
impl PyFloat {}
