//! The names of `bytes`.

use crate::PyBytes;
use taipan_macros::class;

#[class(name = "bytes", layout, export = PyBytes_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = BYTES_SUBCLASS, basicsize = 33, itemsize = 1)]
impl PyBytes {}
