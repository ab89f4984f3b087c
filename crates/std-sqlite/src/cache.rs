//! The statements that a connection keeps for the next time.

use crate::connection::Connection;
use crate::statement::Statement;
use core::cell::Cell;
use taipan_object::{Own, Owned, PyDict, PyResult, PyStr, Slot, Thread, Traverse, Visitor};

/// The statements used last, by their text.
pub struct StatementCache {
    /// From text to statement, the one used last at the end.
    statements: Slot<PyDict>,
    /// The text that was asked for last.
    sql: Slot<PyStr>,
    /// Its statement.
    last: Slot<Statement>,
    /// How many are kept.
    size: Cell<usize>,
}

impl Traverse for StatementCache {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.statements.traverse(visitor);
        self.sql.traverse(visitor);
        self.last.traverse(visitor);
    }
    fn clear(&self) {
        self.empty();
    }
}

impl StatementCache {
    /// Keeps nothing.
    pub const fn new() -> Self {
        Self { statements: Slot::empty(), sql: Slot::empty(), last: Slot::empty(), size: Cell::new(0) }
    }

    /// Empties the cache and sets how many statements it keeps.
    pub fn start(&self, t: &Thread, size: usize) -> PyResult<()> {
        self.empty();
        self.statements.set(Some(PyDict::new(t)?));
        self.size.set(size);
        Ok(())
    }

    /// Gives all statements up.
    pub fn empty(&self) {
        self.sql.set(None);
        self.last.set(None);
        self.statements.set(None);
    }

    /// The statement of a text.
    pub fn get(&self, t: &Thread, connection: &Connection, sql: &PyStr) -> PyResult<Owned<Statement>> {
        let size = self.size.get();
        let Some(statements) = self.statements.get().filter(|_| size > 0) else {
            return Statement::create(t, connection, sql);
        };
        if self.sql.holds(sql)
            && let Some(last) = self.last.get()
        {
            return Ok(last);
        }
        // Comparing keys must not run Python code.
        let key = if sql.is_exact::<PyStr>() { sql.own() } else { PyStr::from_chars(t, sql.chars())? };
        let known = statements.pop_item(t, &key)?.and_then(|found| found.into_type::<Statement>().ok());
        let statement = match known {
            Some(known) => known,
            None => {
                let made = Statement::create(t, connection, &key)?;
                if statements.len() >= size
                    && let Some((oldest, _)) = statements.first_item()
                {
                    statements.pop_item(t, &oldest)?;
                }
                made
            }
        };
        statements.set_item(t, &key, statement.as_object())?;
        self.sql.set(Some(key));
        self.last.set(Some(statement.clone()));
        Ok(statement)
    }
}
