//! When transactions begin and end: isolation levels and the modes of `autocommit`.

use core::ffi::CStr;
use taipan_object::argparse::{FromArg, What};
use taipan_object::clinic::CStrArg;
use taipan_object::{Object, PyInt, PyResult, PyStr, Thread, err, singletons};

/// `LEGACY_TRANSACTION_CONTROL`.
pub const LEGACY_TRANSACTION_CONTROL: i64 = -1;

/// Who opens transactions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Autocommit {
    /// The module, before statements that change rows, unless the isolation level is `None`.
    Legacy,
    /// The program alone.
    Enabled,
    /// The module: one is always open.
    Disabled,
}

impl Autocommit {
    /// From a Python value.
    pub fn of(t: &Thread, value: &Object) -> PyResult<Self> {
        if value.is(singletons::bool(true)) {
            return Ok(Self::Enabled);
        }
        if value.is(singletons::bool(false)) {
            return Ok(Self::Disabled);
        }
        if value.downcast::<PyInt>().and_then(PyInt::to_i64) == Some(LEGACY_TRANSACTION_CONTROL) {
            return Ok(Self::Legacy);
        }
        Err(err!(t, ValueError, "autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL"))
    }
}

/// How a transaction begins that the module opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum IsolationLevel {
    Default,
    Deferred,
    Immediate,
    Exclusive,
}

impl IsolationLevel {
    const ALL: [Self; 4] = [Self::Default, Self::Deferred, Self::Immediate, Self::Exclusive];

    /// The level's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Deferred => "DEFERRED",
            Self::Immediate => "IMMEDIATE",
            Self::Exclusive => "EXCLUSIVE",
        }
    }

    /// The statement that begins a transaction.
    pub const fn begin(self) -> &'static CStr {
        match self {
            Self::Default => c"BEGIN ",
            Self::Deferred => c"BEGIN DEFERRED",
            Self::Immediate => c"BEGIN IMMEDIATE",
            Self::Exclusive => c"BEGIN EXCLUSIVE",
        }
    }

    /// From a Python value; `None` means that no transaction is to be opened.
    pub fn of(t: &Thread, value: &Object) -> PyResult<Option<Self>> {
        if value.is(singletons::none()) {
            return Ok(None);
        }
        if !value.is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "isolation_level must be str or None"));
        }
        let name = CStrArg::from_arg(t, value, What::Only("isolation_level"))?.or("");
        match Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(name)) {
            Some(level) => Ok(Some(level)),
            None => {
                Err(err!(t, ValueError, "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'"))
            }
        }
    }
}
