//! The exceptions of DB-API, and raising what SQLite reports.

use crate::constants::name_of;
use crate::sqlite::Failure;
use core::ffi::c_int;
use core::fmt;
use libsqlite3_sys as ffi;
use taipan_object::{
    Class, Own, Owned, PyInt, PyModule, PyResult, PyStr, PyType, Raised, Thread, codecs, errors, exceptions, name,
    state,
};

/// The exception classes, each with its base.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Warning,
    Error,
    InterfaceError,
    DatabaseError,
    InternalError,
    OperationalError,
    ProgrammingError,
    IntegrityError,
    DataError,
    NotSupportedError,
}

use Kind::*;

/// Names, bases before what derives from them.
pub const KINDS: [(Kind, &str, Option<Kind>); 10] = [
    (Warning, "Warning", None),
    (Error, "Error", None),
    (InterfaceError, "InterfaceError", Some(Error)),
    (DatabaseError, "DatabaseError", Some(Error)),
    (InternalError, "InternalError", Some(DatabaseError)),
    (OperationalError, "OperationalError", Some(DatabaseError)),
    (ProgrammingError, "ProgrammingError", Some(DatabaseError)),
    (IntegrityError, "IntegrityError", Some(DatabaseError)),
    (DataError, "DataError", Some(DatabaseError)),
    (NotSupportedError, "NotSupportedError", Some(DatabaseError)),
];

/// The classes in the order of [`KINDS`].
struct Classes(Vec<Owned<PyType>>);

impl Classes {
    fn make(t: &Thread) -> PyResult<Self> {
        let mut made: Vec<Owned<PyType>> = Vec::with_capacity(KINDS.len());
        for (_, name, base) in KINDS {
            let base = base.and_then(|base| made.get(base as usize).cloned());
            let base = base.unwrap_or_else(|| exceptions::Exception::class().own());
            let class = errors::new_exception(t, "sqlite3", name, &base, None)?;
            made.push(class.into_type().unwrap_or(base));
        }
        Ok(Self(made))
    }
}

/// An exception class.
pub fn class(t: &Thread, kind: Kind) -> PyResult<Owned<PyType>> {
    let classes = state::extension(t, Classes::make)?;
    Ok(classes.0.get(kind as usize).cloned().unwrap_or_else(|| exceptions::Exception::class().own()))
}

/// Adds the classes to the module.
pub fn add_to(t: &Thread, module: &PyModule) -> PyResult<()> {
    for (kind, name, _) in KINDS {
        module.set(t, name, class(t, kind)?.as_object())?;
    }
    Ok(())
}

/// Raises one of the exceptions with a message.
#[cold]
pub fn raise(t: &Thread, kind: Kind, message: fmt::Arguments<'_>) -> Raised {
    match class(t, kind) {
        Ok(class) => errors::raise_fmt(t, &class, message),
        Err(raised) => raised,
    }
}

/// Raises one of the exceptions: `error!(t, ProgrammingError, "..")`.
macro_rules! error {
    ($t:expr, $kind:ident, $($message:tt)+) => {
        $crate::errors::raise($t, $crate::errors::Kind::$kind, format_args!($($message)+))
    };
}
pub(crate) use error;

/// The class that stands for a result code.
const fn kind_of(code: c_int) -> Kind {
    match code {
        ffi::SQLITE_INTERNAL | ffi::SQLITE_NOTFOUND => InternalError,
        ffi::SQLITE_ERROR
        | ffi::SQLITE_PERM
        | ffi::SQLITE_ABORT
        | ffi::SQLITE_BUSY
        | ffi::SQLITE_LOCKED
        | ffi::SQLITE_READONLY
        | ffi::SQLITE_INTERRUPT
        | ffi::SQLITE_IOERR
        | ffi::SQLITE_FULL
        | ffi::SQLITE_CANTOPEN
        | ffi::SQLITE_PROTOCOL
        | ffi::SQLITE_EMPTY
        | ffi::SQLITE_SCHEMA => OperationalError,
        ffi::SQLITE_TOOBIG => DataError,
        ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH => IntegrityError,
        ffi::SQLITE_MISUSE | ffi::SQLITE_RANGE => InterfaceError,
        _ => DatabaseError,
    }
}

/// Raises what SQLite reported, with its code and the code's name.
#[cold]
pub fn failed(t: &Thread, failure: &Failure) -> Raised {
    if failure.code == ffi::SQLITE_NOMEM {
        return errors::no_memory(t);
    }
    let make = || -> PyResult {
        let message = codecs::native::decode_utf8(t, &failure.message, None, true)?.0;
        let exception = errors::create(t, &*class(t, kind_of(failure.code))?, Some(&message))?;
        exception.setattr(t, name!(t, "sqlite_errorcode"), &*PyInt::from_i64(t, failure.extended.into())?)?;
        let name = PyStr::from_str(t, name_of(failure.extended).unwrap_or("unknown"))?;
        exception.setattr(t, name!(t, "sqlite_errorname"), &name)?;
        Ok(exception)
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}
