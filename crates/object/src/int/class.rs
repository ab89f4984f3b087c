//! The names of `int`.

use crate::PyInt;
use taipan_macros::class;

#[class(name = "int", layout, export = PyLong_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = LONG_SUBCLASS, dealloc = crate::int::int_dealloc, basicsize = 24, itemsize = 4)]
impl PyInt {}
