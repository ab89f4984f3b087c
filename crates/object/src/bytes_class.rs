//! The names of `bytes`.

use crate::PyBytes;
use taipan_macros::class;

#[class(name = "bytes", layout, export = PyBytes_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = BYTES_SUBCLASS, basicsize = 33, itemsize = 1)]
impl PyBytes {}

/// Whether an object is a `bytearray`.
pub fn is_bytearray(object: &crate::Object) -> bool {
    object.class().name_lossy() == "bytearray"
}

impl PyBytes {
    /// `bytes(x)` of a bytes-like object.
    pub fn from_object(t: &crate::Thread, x: &crate::Object) -> crate::PyResult<crate::Owned<Self>> {
        let data = crate::buffer::contiguous_bytes(t, x)?;
        Self::new(t, &data)
    }
}
