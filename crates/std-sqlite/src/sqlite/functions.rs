//! Functions, aggregates, window functions and collations that programs define: SQLite's side of them.

use super::{Database, Failure, Lock, with_gil};
use crate::callbacks;
use core::ffi::{CStr, c_int, c_void};
use core::marker::PhantomData;
use libsqlite3_sys as ffi;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyFloat, PyInt, PyResult, PyStr, Slot, Thread, codecs, errors, singletons,
};

/// What SQLite keeps for a definition.
struct Definition {
    callable: Owned,
    /// The hooks of the connection, for collations.
    database: *const Database,
}

/// How a callable is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Function { deterministic: bool },
    Aggregate,
    Window,
}

/// A call of a function that is being answered.
pub struct Call<'a> {
    context: *mut ffi::sqlite3_context,
    values: &'a [*mut ffi::sqlite3_value],
    life: PhantomData<&'a ()>,
}

impl Call<'_> {
    /// The callable that the function was defined with.
    pub fn callable(&self) -> Owned {
        // SAFETY: the definition lives while it is used.
        unsafe { (*ffi::sqlite3_user_data(self.context).cast::<Definition>()).callable.clone() }
    }

    /// The arguments as Python objects.
    pub fn arguments(&self, t: &Thread) -> PyResult<Vec<Owned>> {
        let mut out = Vec::with_capacity(self.values.len());
        for &value in self.values {
            // SAFETY: SQLite's values, protected during the call; blocks have the length that is asked for after them.
            let object = unsafe {
                match ffi::sqlite3_value_type(value) {
                    ffi::SQLITE_INTEGER => PyInt::from_i64(t, ffi::sqlite3_value_int64(value))?.into_object(),
                    ffi::SQLITE_FLOAT => PyFloat::new(t, ffi::sqlite3_value_double(value))?.into_object(),
                    ffi::SQLITE_TEXT => {
                        let text = ffi::sqlite3_value_text(value);
                        if text.is_null() {
                            return Err(errors::no_memory(t));
                        }
                        let n = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or(0);
                        let text = core::slice::from_raw_parts(text, n);
                        codecs::native::decode_utf8(t, text, None, true)?.0.into_object()
                    }
                    ffi::SQLITE_BLOB => {
                        let block = ffi::sqlite3_value_blob(value).cast::<u8>();
                        let n = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or(0);
                        let bytes = if block.is_null() { &[][..] } else { core::slice::from_raw_parts(block, n) };
                        PyBytes::new(t, bytes)?.into_object()
                    }
                    _ => singletons::none().own(),
                }
            };
            out.push(object);
        }
        Ok(out)
    }

    /// The place for the object of an aggregate; none before its first row unless it is to be made.
    pub fn aggregate(&self, make: bool) -> Option<&Slot> {
        let size = if make { size_of::<Slot>() as c_int } else { 0 };
        // SAFETY: SQLite keeps a zeroed block of that size, which is an empty slot, until the aggregate is finalised.
        unsafe { ffi::sqlite3_aggregate_context(self.context, size).cast::<Slot>().as_ref() }
    }

    /// Answers NULL.
    pub fn result_null(&self) {
        // SAFETY: a call that is being answered, as in the functions below.
        unsafe { ffi::sqlite3_result_null(self.context) };
    }

    /// Answers with an integer.
    pub fn result_int(&self, value: i64) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_result_int64(self.context, value) };
    }

    /// Answers with a float.
    pub fn result_float(&self, value: f64) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_result_double(self.context, value) };
    }

    /// Answers with text of less than 2 GiB.
    pub fn result_text(&self, text: &[u8]) {
        // SAFETY: as above; SQLite copies the text.
        unsafe {
            ffi::sqlite3_result_text(
                self.context,
                text.as_ptr().cast(),
                c_int::try_from(text.len()).unwrap_or(0),
                ffi::SQLITE_TRANSIENT(),
            );
        }
    }

    /// Answers with bytes, less than 2 GiB of them.
    pub fn result_blob(&self, bytes: &[u8]) {
        // SAFETY: as above; SQLite copies the bytes.
        unsafe {
            ffi::sqlite3_result_blob(
                self.context,
                bytes.as_ptr().cast(),
                c_int::try_from(bytes.len()).unwrap_or(0),
                ffi::SQLITE_TRANSIENT(),
            );
        }
    }

    /// Fails with a message.
    pub fn error(&self, message: &str) {
        let n = c_int::try_from(message.len()).unwrap_or(0);
        // SAFETY: as above; SQLite copies the message.
        unsafe { ffi::sqlite3_result_error(self.context, message.as_ptr().cast(), n) };
    }

    /// Fails for want of memory.
    pub fn error_no_memory(&self) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_result_error_nomem(self.context) };
    }

    /// Fails because something is too large.
    pub fn error_too_big(&self) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_result_error_toobig(self.context) };
    }
}

/// Answers a call.
///
/// # Safety
/// The arguments are those of a callback of SQLite.
unsafe fn enter(
    context: *mut ffi::sqlite3_context,
    n: c_int,
    values: *mut *mut ffi::sqlite3_value,
    answer: fn(&Thread, &Call<'_>),
) {
    with_gil(|t| {
        let n = usize::try_from(n).unwrap_or(0);
        // SAFETY: SQLite gives so many values.
        let values = if n == 0 { &[][..] } else { unsafe { core::slice::from_raw_parts(values, n) } };
        answer(t, &Call { context, values, life: PhantomData });
    });
}

macro_rules! entries {
    ($($name:ident: $answer:path;)*) => {
        $(unsafe extern "C" fn $name(
            context: *mut ffi::sqlite3_context,
            n: c_int,
            values: *mut *mut ffi::sqlite3_value,
        ) {
            // SAFETY: SQLite calls.
            unsafe { enter(context, n, values, $answer) };
        })*
    };
    ($($name:ident = $answer:path;)*) => {
        $(unsafe extern "C" fn $name(context: *mut ffi::sqlite3_context) {
            // SAFETY: SQLite calls.
            unsafe { enter(context, 0, core::ptr::null_mut(), $answer) };
        })*
    };
}

entries! {
    function: callbacks::function;
    step: callbacks::step;
    inverse: callbacks::inverse;
}
entries! {
    finalize = callbacks::finalize;
    value = callbacks::value;
}

unsafe extern "C" fn destroy(definition: *mut c_void) {
    // SAFETY: made by `define`, destroyed once.
    with_gil(|_| drop(unsafe { Box::from_raw(definition.cast::<Definition>()) }));
}

unsafe extern "C" fn collate(
    definition: *mut c_void,
    left_len: c_int,
    left: *const c_void,
    right_len: c_int,
    right: *const c_void,
) -> c_int {
    /// The text of one side.
    unsafe fn side<'a>(text: *const c_void, n: c_int) -> &'a [u8] {
        match usize::try_from(n) {
            // SAFETY: SQLite gives so many bytes.
            Ok(n) if n > 0 => unsafe { core::slice::from_raw_parts(text.cast(), n) },
            _ => &[],
        }
    }
    with_gil(|t| {
        // SAFETY: SQLite hands back what it was given, on a connection that is being used.
        let (callable, database, left, right) = unsafe {
            let definition = &*definition.cast::<Definition>();
            (definition.callable.clone(), &*definition.database, side(left, left_len), side(right, right_len))
        };
        callbacks::collate(t, &callable, &database.hooks(t).pending.0, left, right)
    })
}

impl Database {
    fn define(&self, callable: &Object) -> *mut c_void {
        Box::into_raw(Box::new(Definition { callable: callable.own(), database: self })).cast()
    }

    /// Defines a function, or with nothing takes a window function away.
    pub fn create_function(
        &self,
        _lock: &Lock<'_>,
        name: &CStr,
        n: c_int,
        kind: Kind,
        callable: Option<&Object>,
    ) -> Result<(), Failure> {
        let data = callable.map_or(core::ptr::null_mut(), |callable| self.define(callable));
        let utf8 = ffi::SQLITE_UTF8;
        // SAFETY: an open connection and a C string; SQLite destroys the definition, also if it fails.
        let code = unsafe {
            match kind {
                Kind::Function { deterministic } => {
                    let flags = utf8 | if deterministic { ffi::SQLITE_DETERMINISTIC } else { 0 };
                    ffi::sqlite3_create_function_v2(
                        self.raw(),
                        name.as_ptr(),
                        n,
                        flags,
                        data,
                        Some(function),
                        None,
                        None,
                        Some(destroy),
                    )
                }
                Kind::Aggregate => ffi::sqlite3_create_function_v2(
                    self.raw(),
                    name.as_ptr(),
                    n,
                    utf8,
                    data,
                    None,
                    Some(step),
                    Some(finalize),
                    Some(destroy),
                ),
                Kind::Window if callable.is_some() => ffi::sqlite3_create_window_function(
                    self.raw(),
                    name.as_ptr(),
                    n,
                    utf8,
                    data,
                    Some(step),
                    Some(finalize),
                    Some(value),
                    Some(inverse),
                    Some(destroy),
                ),
                Kind::Window => ffi::sqlite3_create_window_function(
                    self.raw(),
                    name.as_ptr(),
                    n,
                    utf8,
                    data,
                    None,
                    None,
                    None,
                    None,
                    None,
                ),
            }
        };
        self.check(code)
    }

    /// Defines a collation, or with nothing takes it away.
    pub fn create_collation(&self, _lock: &Lock<'_>, name: &CStr, callable: Option<&Object>) -> Result<(), Failure> {
        let data = callable.map_or(core::ptr::null_mut(), |callable| self.define(callable));
        let (compare, free) = match callable {
            Some(_) => {
                (Some(collate as unsafe extern "C" fn(_, _, _, _, _) -> _), Some(destroy as unsafe extern "C" fn(_)))
            }
            None => (None, None),
        };
        // SAFETY: an open connection and a C string; SQLite destroys the definition unless it fails.
        unsafe {
            let code =
                ffi::sqlite3_create_collation_v2(self.raw(), name.as_ptr(), ffi::SQLITE_UTF8, data, compare, free);
            let done = self.check(code);
            if done.is_err() && !data.is_null() {
                drop(Box::from_raw(data.cast::<Definition>()));
            }
            done
        }
    }
}

/// A text in UTF-8 that SQLite gave, as a str.
pub fn decode(t: &Thread, text: &[u8]) -> PyResult<Owned<PyStr>> {
    Ok(codecs::native::decode_utf8(t, text, None, true)?.0)
}
