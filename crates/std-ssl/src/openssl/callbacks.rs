//! Callbacks of connections: the C functions that OpenSSL calls, and what they say in Rust.

use super::{library, with_gil};
use crate::watchers;
use core::ffi::{CStr, c_char, c_int, c_uchar, c_uint, c_void};
use taipan_object::{Object, Thread};
use taipan_openssl as ffi;

/// Runs something with the Python object of a connection; nothing if it has none yet.
///
/// # Safety
/// `ssl` is a connection that is being used, so that its object is alive.
unsafe fn with_object<R>(ssl: *const ffi::SSL, work: impl FnOnce(&Thread, &Object) -> R) -> Option<R> {
    // SAFETY: the caller's promise; the place has what `Connection::set_object` put there.
    let object = unsafe { ffi::SSL_get_ex_data(ssl, library::start().object).cast::<Object>().as_ref() }?;
    Some(with_gil(|t| work(t, object)))
}

/// A C string that may be missing.
///
/// # Safety
/// `text` is null or a C string that lives as long as the callback runs.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    if text.is_null() { None } else { Some(unsafe { CStr::from_ptr(text) }.to_bytes()) }
}

/// A message goes out or has come in.
///
/// # Safety
/// Called by OpenSSL.
pub unsafe extern "C" fn message(
    out: c_int,
    version: c_int,
    content: c_int,
    data: *const c_void,
    n: usize,
    ssl: *mut ffi::SSL,
    _arg: *mut c_void,
) {
    // SAFETY: OpenSSL gives so many bytes, and the connection that it works for.
    unsafe {
        let bytes = if data.is_null() { &[] } else { core::slice::from_raw_parts(data.cast::<u8>(), n) };
        with_object(ssl, |t, object| watchers::message(t, object, out != 0, version, content, bytes));
    }
}

/// There is a line for the log of keys.
///
/// # Safety
/// Called by OpenSSL.
pub unsafe extern "C" fn keylog(ssl: *const ffi::SSL, line: *const c_char) {
    // SAFETY: OpenSSL gives a C string, and the connection that it works for.
    unsafe {
        let line = text(line).unwrap_or_default();
        with_object(ssl, |t, object| watchers::keylog(t, object, line));
    }
}

/// A client asks for a name, or for none.
///
/// # Safety
/// Called by OpenSSL.
pub unsafe extern "C" fn server_name(ssl: *mut ffi::SSL, alert: *mut c_int, _arg: *mut c_void) -> c_int {
    // SAFETY: the name belongs to the connection that OpenSSL works for; the alert is to be written.
    unsafe {
        let name = text(ffi::SSL_get_servername(ssl, ffi::TLSEXT_NAMETYPE_host_name));
        match with_object(ssl, |t, object| watchers::server_name(t, object, name)) {
            Some(Err(code)) => {
                *alert = code;
                ffi::SSL_TLSEXT_ERR_ALERT_FATAL
            }
            _ => ffi::SSL_TLSEXT_ERR_OK,
        }
    }
}

/// Copies a key to where OpenSSL wants it; its length, zero if it is too long.
///
/// # Safety
/// `out` has room for `room` bytes.
unsafe fn put_key(key: &[u8], out: *mut c_uchar, room: c_uint) -> c_uint {
    if key.len() > room as usize {
        return 0;
    }
    // SAFETY: there is room.
    unsafe { out.copy_from_nonoverlapping(key.as_ptr(), key.len()) };
    key.len() as c_uint
}

/// A client needs identity and key.
///
/// # Safety
/// Called by OpenSSL.
pub unsafe extern "C" fn client_psk(
    ssl: *mut ffi::SSL,
    hint: *const c_char,
    identity: *mut c_char,
    identity_room: c_uint,
    key: *mut c_uchar,
    key_room: c_uint,
) -> c_uint {
    // SAFETY: OpenSSL gives a C string, places with such room, and the connection that it works for.
    unsafe {
        let hint = text(hint);
        let found = with_object(ssl, |t, object| watchers::client_psk(t, object, hint)).flatten();
        let Some((name, secret)) = found else { return 0 };
        // The identity ends in NUL.
        if name.len() >= identity_room as usize {
            return 0;
        }
        identity.cast::<u8>().copy_from_nonoverlapping(name.as_ptr(), name.len());
        *identity.add(name.len()) = 0;
        put_key(&secret, key, key_room)
    }
}

/// A server needs the key for an identity.
///
/// # Safety
/// Called by OpenSSL.
pub unsafe extern "C" fn server_psk(
    ssl: *mut ffi::SSL,
    identity: *const c_char,
    key: *mut c_uchar,
    key_room: c_uint,
) -> c_uint {
    // SAFETY: as above.
    unsafe {
        let identity = text(identity);
        let found = with_object(ssl, |t, object| watchers::server_psk(t, object, identity)).flatten();
        found.map_or(0, |secret| put_key(&secret, key, key_room))
    }
}
