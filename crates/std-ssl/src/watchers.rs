//! What programs want to know while OpenSSL works: the callbacks of contexts.
//!
//! Each gets the object of the connection. An exception can't go through OpenSSL: it is kept for the call that is
//! running, or reported, as CPython does for each of them.

use crate::socket::SSLSocket;
use core::ffi::c_int;
use std::io::Write;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Own, PyBytes, PyInt, PyResult, PyStr, PyTuple, Thread, codecs, err, errors, number, singletons, upcast,
};
use taipan_openssl as ffi;

/// A message goes out or has come in.
pub fn message(t: &Thread, object: &Object, out: bool, version: c_int, content: c_int, data: &[u8]) {
    let Some(socket) = object.downcast::<SSLSocket>() else { return };
    let Some(callback) = socket.context.get().and_then(|context| context.msg_callback.get()) else { return };
    let Some(shown) = socket.shown() else { return };
    let kind = match content {
        ffi::SSL3_RT_CHANGE_CIPHER_SPEC => ffi::SSL3_MT_CCS,
        ffi::SSL3_RT_ALERT => data.get(1).map_or(-1, |&byte| byte.into()),
        ffi::SSL3_RT_HANDSHAKE | ffi::SSL3_RT_HEADER | ffi::SSL3_RT_INNER_CONTENT_TYPE => {
            data.first().map_or(-1, |&byte| byte.into())
        }
        _ => -1,
    };
    let call = || -> PyResult {
        let number = |n: c_int| PyInt::from_i64(t, n.into());
        callback.call(
            t,
            &[
                &shown,
                &*PyStr::from_str(t, if out { "write" } else { "read" })?,
                &*number(version)?,
                &*number(content)?,
                &*number(kind)?,
                &*PyBytes::new(t, data)?,
            ],
        )
    };
    if let Err(raised) = call() {
        socket.pending.set(Some(errors::take_raised(t, raised)));
    }
}

/// There is a line for the log of keys.
pub fn keylog(t: &Thread, object: &Object, line: &[u8]) {
    let Some(socket) = object.downcast::<SSLSocket>() else { return };
    let Some(context) = socket.context.get() else { return };
    let mut log = context.keylog.borrow_mut();
    let Some(file) = log.as_mut() else { return };
    let line = [line, b"\n"].concat();
    if let Err(error) = file.write_all(&line) {
        drop(log);
        let name = context.keylog_filename.get();
        let raised = errors::os_error_with(t, error.raw_os_error().unwrap_or(0), name.as_deref(), None);
        socket.pending.set(Some(errors::take_raised(t, raised)));
    }
}

/// A client asks for a name, or for none: nothing, or the alert that ends the conversation.
pub fn server_name(t: &Thread, object: &Object, name: Option<&[u8]>) -> Result<(), c_int> {
    let Some(socket) = object.downcast::<SSLSocket>() else { return Ok(()) };
    let Some(context) = socket.context.get() else { return Ok(()) };
    let Some(callback) = context.sni_callback.get() else { return Ok(()) };
    let Some(shown) = socket.shown() else { return Err(ffi::SSL_AD_INTERNAL_ERROR) };
    let name = match name {
        None => singletons::none().own(),
        Some(name) => {
            let Ok(bytes) = PyBytes::new(t, name) else {
                errors::clear(t);
                return Err(ffi::SSL_AD_INTERNAL_ERROR);
            };
            match PyStr::decode(t, name, Some("ascii"), None) {
                Ok(text) => text.into_object(),
                Err(_) => {
                    errors::write_unraisable(t, Some(upcast(&*bytes)));
                    return Err(ffi::SSL_AD_INTERNAL_ERROR);
                }
            }
        }
    };
    socket.choosing.set(true);
    let result = callback.call(t, &[&shown, &name, upcast(&*context)]);
    socket.choosing.set(false);
    let Ok(result) = result else {
        errors::write_unraisable(t, Some(&callback));
        return Err(ffi::SSL_AD_HANDSHAKE_FAILURE);
    };
    if result.is(singletons::none()) {
        return Ok(());
    }
    match number::index(t, &result).map(|n| n.to_i64()) {
        Ok(Some(code)) => Err(code as c_int),
        Ok(None) => {
            let _ = err!(t, OverflowError, "Python int too large to convert to C long");
            errors::write_unraisable(t, Some(&result));
            Err(ffi::SSL_AD_INTERNAL_ERROR)
        }
        Err(_) => {
            errors::write_unraisable(t, Some(&result));
            Err(ffi::SSL_AD_INTERNAL_ERROR)
        }
    }
}

/// A text from the other side, or `None`.
fn text_or_none(t: &Thread, text: Option<&[u8]>) -> PyResult {
    match text {
        Some(text) => Ok(codecs::native::decode_utf8(t, text, None, true)?.0.into_object()),
        None => Ok(singletons::none().own()),
    }
}

/// The bytes of an identity: a str as UTF-8, bytes, or none for `None`.
fn identity_bytes(t: &Thread, object: &Object) -> PyResult<Vec<u8>> {
    if object.is(singletons::none()) {
        return Ok(Vec::new());
    }
    match object.downcast::<PyStr>() {
        Some(text) => Ok(text.to_utf8(t)?.as_bytes().to_vec()),
        None => Ok(Buffer::readable(t, object)?.as_bytes().to_vec()),
    }
}

/// A client needs identity and key.
pub fn client_psk(t: &Thread, object: &Object, hint: Option<&[u8]>) -> Option<(Vec<u8>, Vec<u8>)> {
    let callback = object.downcast::<SSLSocket>()?.context.get()?.psk_client_callback.get()?;
    let call = || -> PyResult<(Vec<u8>, Vec<u8>)> {
        let result = callback.call(t, &[&*text_or_none(t, hint)?])?;
        let Some(pair) = result.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "new style getargs format but argument is not a tuple"));
        };
        let [identity, key] = pair.as_slice() else {
            return Err(err!(t, TypeError, "function takes exactly 2 arguments ({} given)", pair.len()));
        };
        Ok((identity_bytes(t, identity)?, Buffer::readable(t, key)?.as_bytes().to_vec()))
    };
    reported(t, &callback, call())
}

/// A server needs the key for an identity.
pub fn server_psk(t: &Thread, object: &Object, identity: Option<&[u8]>) -> Option<Vec<u8>> {
    let callback = object.downcast::<SSLSocket>()?.context.get()?.psk_server_callback.get()?;
    let call = || -> PyResult<Vec<u8>> {
        let result = callback.call(t, &[&*text_or_none(t, identity)?])?;
        match result.downcast::<PyBytes>() {
            Some(key) => Ok(key.as_bytes().to_vec()),
            None => Err(err!(t, TypeError, "expected bytes, {} found", result.class().name_lossy())),
        }
    };
    reported(t, &callback, call())
}

/// What a callback gave; an exception is reported.
fn reported<R>(t: &Thread, callback: &Object, result: PyResult<R>) -> Option<R> {
    match result {
        Ok(value) => Some(value),
        Err(_) => {
            errors::write_unraisable(t, Some(callback));
            None
        }
    }
}
