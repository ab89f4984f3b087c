//! Arguments that all constructors of digests share.

use taipan_object::buffer::Buffer;
use taipan_object::{Object, PyInt, PyResult, PyStr, Thread, attr, buffer, err};

/// Data to be hashed: anything that exports a buffer, but no string.
pub fn data(t: &Thread, object: &Object) -> PyResult<Buffer> {
    if object.is_instance_of::<PyStr>() {
        return Err(err!(t, TypeError, "Strings must be encoded before hashing"));
    }
    if !buffer::is_buffer(object) {
        return Err(err!(t, TypeError, "object supporting the buffer API required"));
    }
    Buffer::readable(t, object)
}

/// The initial data: `data`, or `string` as it used to be called.
pub fn initial(t: &Thread, given: Option<&Object>, string: Option<&Object>) -> PyResult<Option<Buffer>> {
    match (given, attr::none_if_none(string)) {
        (Some(_), Some(_)) => Err(err!(
            t,
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version."
        )),
        (Some(object), None) | (None, Some(object)) => data(t, object).map(Some),
        (None, None) => Ok(None),
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}

/// The length of an extensible digest.
pub fn length(t: &Thread, length: &Object) -> PyResult<usize> {
    let n: taipan_object::Owned<PyInt> = taipan_object::number::index(t, length)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    let Some(n) = n.to_u64() else {
        return Err(err!(t, OverflowError, "Python int too large for C unsigned long"));
    };
    match usize::try_from(n) {
        Ok(n) if n < 1 << 29 => Ok(n),
        _ => Err(err!(t, ValueError, "length is too large")),
    }
}
