//! `sqlite3.Statement`: a compiled statement, and giving it its parameters.

use crate::adapt;
use crate::connection::Connection;
use crate::errors::{error, failed};
use crate::sqlite::statement::{Statement as Handle, Step};
use crate::sqlite::{Database, Failure, Lock, call};
use crate::values::{self, Value};
use core::ffi::c_int;
use libsqlite3_sys::SQLITE_LIMIT_SQL_LENGTH;
use std::ffi::CString;
use std::sync::Arc;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyTuple, Raised, Slot, Thread, Traverse, Visitor,
    class, err, errors, new_object, object, sequence,
};

/// `sqlite3.Statement`.
#[object]
pub struct Statement {
    handle: Data<Handle>,
    /// Whether it inserts, updates, deletes or replaces.
    is_dml: bool,
}

#[class(name = "sqlite3.Statement", heap, no_new)]
impl Statement {}

/// What is left of a text after white space and comments; nothing if nothing is left.
fn skip_blank(sql: &[u8]) -> Option<&[u8]> {
    let mut rest = sql;
    loop {
        rest = match rest {
            [] => return None,
            [b' ' | b'\t' | b'\x0c' | b'\n' | b'\r', after @ ..] => after,
            [b'-', b'-', after @ ..] => {
                let end = after.iter().position(|&b| b == b'\n')?;
                after.get(end + 1..)?
            }
            [b'/', b'*', after @ ..] => {
                let end = after.windows(2).position(|pair| pair == b"*/")?;
                after.get(end + 2..)?
            }
            _ => return Some(rest),
        };
    }
}

/// Whether a text begins with one of the statements that change rows.
fn is_dml(sql: &[u8]) -> bool {
    let Some(rest) = skip_blank(sql) else { return false };
    ["insert", "update", "delete", "replace"]
        .iter()
        .any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes())))
}

impl Statement {
    /// Compiles a statement.
    pub fn create(t: &Thread, connection: &Connection, sql: &PyStr) -> PyResult<Owned<Self>> {
        let database = connection.open(t)?;
        let text = sql.to_utf8(t)?;
        let limit = database.limit(t, SQLITE_LIMIT_SQL_LENGTH, -1);
        if text.len() > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(error!(t, DataError, "query string is too large"));
        }
        let Ok(sql) = CString::new(text) else {
            return Err(error!(t, ProgrammingError, "the query contains a null character"));
        };
        let prepared = call(t, || Handle::prepare(&database, &sql));
        let (handle, used) = prepared.map_err(|failure| failed(t, &failure))?;
        if sql.as_bytes().get(used..).and_then(skip_blank).is_some() {
            return Err(error!(t, ProgrammingError, "You can only execute one statement at a time."));
        }
        let is_dml = is_dml(sql.as_bytes());
        new_object(t, Self { head: Head::new(), handle: Data(handle), is_dml })
    }

    /// SQLite's statement.
    pub const fn handle(&self) -> &Handle {
        &self.handle.0
    }

    /// Whether it inserts, updates, deletes or replaces.
    pub const fn is_dml(&self) -> bool {
        self.is_dml
    }

    /// Goes on to the next row.
    pub fn step(&self, t: &Thread) -> PyResult<Step> {
        let handle = self.handle();
        let result = call(t, || handle.step());
        after_running(t, handle.database(), result)
    }

    /// Goes back to before the first row.
    pub fn reset(&self, t: &Thread) {
        let _lock = self.handle().database().lock(t);
        self.handle().reset();
    }

    /// As [`Statement::reset`], for objects that are destroyed.
    fn release(&self) {
        self.handle().release();
    }

    /// Gives the statement its parameters: a sequence or a dictionary.
    pub fn bind(&self, t: &Thread, parameters: &Object) -> PyResult<()> {
        let mut binder = Binder { statement: self, t, lock: None };
        if let Some(tuple) = parameters.downcast_exact::<PyTuple>() {
            return binder.sequence(tuple.len(), false, |i| match tuple.get(i) {
                Some(item) => Ok(item.own()),
                None => Err(err!(t, IndexError, "tuple index out of range")),
            });
        }
        if let Some(list) = parameters.downcast_exact::<PyList>() {
            return binder.sequence(list.len(), false, |i| {
                list.get(i).ok_or_else(|| err!(t, IndexError, "list index out of range"))
            });
        }
        if let Some(dict) = parameters.downcast::<PyDict>() {
            return binder.mapping(dict);
        }
        if sequence::is_sequence(parameters) {
            let n = sequence::len(t, parameters)?;
            return binder.sequence(n, true, |i| sequence::sequence_item(t, parameters, i as isize));
        }
        Err(error!(t, ProgrammingError, "parameters are of unsupported type"))
    }
}

/// What a call that may have run collations came to. An exception that one of them raised is raised now, unless SQLite
/// has failed otherwise.
pub fn after_running<R>(t: &Thread, database: &Arc<Database>, result: Result<R, Failure>) -> PyResult<R> {
    let pending = database.hooks(t).pending.0.take();
    match (result, pending) {
        (Ok(value), None) => Ok(value),
        (Ok(_), Some(exception)) => Err(errors::restore_raised(t, exception)),
        (Err(failure), _) => Err(failed(t, &failure)),
    }
}

/// Gives a statement its parameters one by one. The lock is held from one to the next unless Python code runs between
/// them.
struct Binder<'a> {
    statement: &'a Statement,
    t: &'a Thread,
    lock: Option<Lock<'a>>,
}

impl<'a> Binder<'a> {
    /// The connection's lock, which is held from now on.
    fn lock(&mut self) -> &Lock<'a> {
        let (handle, t) = (self.statement.handle(), self.t);
        self.lock.get_or_insert_with(|| handle.database().lock(t))
    }

    /// The name of a parameter.
    fn name(&mut self, i: c_int) -> Option<String> {
        let handle = self.statement.handle();
        let name = handle.parameter_name(self.lock(), i)?;
        Some(String::from_utf8_lossy(&name).into_owned())
    }

    /// Items from a function, which may run Python code or not.
    fn sequence(&mut self, n: usize, runs_code: bool, item: impl Fn(usize) -> PyResult) -> PyResult<()> {
        let t = self.t;
        let handle = self.statement.handle();
        let needed = handle.parameter_count();
        if usize::try_from(needed) != Ok(n) {
            return Err(error!(
                t,
                ProgrammingError,
                "Incorrect number of bindings supplied. The current statement uses {needed}, and there are {n} supplied."
            ));
        }
        for i in 0..needed {
            if let Some(name) = self.name(i + 1).filter(|name| !name.starts_with('?')) {
                self.lock = None;
                return Err(error!(
                    t,
                    ProgrammingError,
                    "Binding {} ('{name}') is a named parameter, but you supplied a sequence which requires nameless (qmark) placeholders.",
                    i + 1
                ));
            }
            if runs_code {
                self.lock = None;
            }
            let value = item(i as usize)?;
            self.one(i + 1, value)?;
        }
        Ok(())
    }

    fn mapping(&mut self, dict: &PyDict) -> PyResult<()> {
        let t = self.t;
        let handle = self.statement.handle();
        for i in 1..=handle.parameter_count() {
            let Some(name) = self.name(i) else {
                self.lock = None;
                return Err(error!(
                    t,
                    ProgrammingError, "Binding {i} has no name, but you supplied a dictionary (which has only names)."
                ));
            };
            let name = name.get(1..).unwrap_or_default();
            let key = PyStr::from_str(t, name)?;
            if !dict.as_object().is_exact::<PyDict>() {
                self.lock = None;
            }
            let found = sequence::get_item_opt(t, dict, &key)?;
            let Some(value) = found else {
                self.lock = None;
                return Err(error!(t, ProgrammingError, "You did not supply a value for binding parameter :{name}."));
            };
            self.one(i, value)?;
        }
        Ok(())
    }

    fn one(&mut self, i: c_int, value: Owned) -> PyResult<()> {
        let t = self.t;
        let value = if adapt::needs_adapting(&value) {
            self.lock = None;
            adapt::for_binding(t, &value)?
        } else {
            value
        };
        let converted = match Value::of(t, &value) {
            Ok(converted) => converted,
            Err(raised) => {
                self.lock = None;
                return Err(raised);
            }
        };
        let handle = self.statement.handle();
        let lock = self.lock();
        let bound = match &converted {
            Some(Value::Null) => handle.bind_null(lock, i),
            Some(Value::Int(value)) => handle.bind_int(lock, i, *value),
            Some(Value::Float(value)) => handle.bind_float(lock, i, *value),
            Some(Value::Text(text)) => {
                values::check_size(t, text.len(), "string longer than INT_MAX bytes")?;
                handle.bind_text(lock, i, text)
            }
            Some(Value::Blob(view)) => {
                values::check_size(t, view.len(), "BLOB longer than INT_MAX bytes")?;
                handle.bind_blob(lock, i, view.as_bytes())
            }
            None => return Err(unsupported(t, i, &value)),
        };
        bound.map_err(|failure| failed(t, &failure))
    }
}

#[cold]
fn unsupported(t: &Thread, i: c_int, value: &Object) -> Raised {
    error!(t, ProgrammingError, "Error binding parameter {i}: type '{}' is not supported", value.class().name_lossy())
}

/// A statement that is being read; reset when it is given up, so that it keeps neither locks nor rows.
pub struct Current(Slot<Statement>);

impl Current {
    /// None.
    pub const fn empty() -> Self {
        Self(Slot::empty())
    }

    /// The statement.
    pub fn get(&self) -> Option<Owned<Statement>> {
        self.0.get()
    }

    /// Replaces the statement. The old one is reset before.
    pub fn set(&self, statement: Option<Owned<Statement>>) {
        if let Some(old) = self.0.replace(statement) {
            old.release();
        }
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        self.set(None);
    }
}

impl Traverse for Current {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.0.traverse(visitor);
    }
    fn clear(&self) {
        self.set(None);
    }
}
