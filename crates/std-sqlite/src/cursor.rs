//! `sqlite3.Cursor`.

use crate::args;
use crate::connection::{Connection, set_attribute};
use crate::errors::error;
use crate::sqlite::functions::decode;
use crate::sqlite::statement::{Column, Step};
use crate::sqlite::{Database, call};
use crate::statement::{Current, Statement, after_running};
use crate::{adapt, cursor_text as text};
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use libsqlite3_sys as ffi;
use std::sync::Arc;
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList, class,
    err, errors, iter, object, singletons,
};

/// `PARSE_DECLTYPES`.
pub const PARSE_DECLTYPES: i32 = 1;
/// `PARSE_COLNAMES`.
pub const PARSE_COLNAMES: i32 = 2;

/// `sqlite3.Cursor`.
#[object]
pub struct Cursor {
    connection: Slot<Connection>,
    description: Slot,
    lastrowid: Slot,
    row_factory: Slot,
    statement: Current,
    /// The converter of each column, where there is one.
    converters: RefCell<Option<Vec<Option<Owned>>>>,
    rowcount: Cell<i64>,
    arraysize: Cell<u32>,
    initialized: Cell<bool>,
    closed: Cell<bool>,
    /// In use: what Python code does that runs meanwhile must not use the cursor.
    locked: Cell<bool>,
    weaklist: WeakList,
}

/// SQLite database cursor class.
#[class(
    name = "sqlite3.Cursor", heap, inherited_new, flags(BASETYPE, HAVE_GC), weaklist = weaklist,
    fields(connection = connection, description = description, lastrowid = lastrowid, rowcount = rowcount)
)]
impl Cursor {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: taipan_object::Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                connection: Slot::empty(),
                description: Slot::empty(),
                lastrowid: Slot::empty(),
                row_factory: Slot::empty(),
                statement: Current::empty(),
                converters: RefCell::new(None),
                rowcount: Cell::new(0),
                arraysize: Cell::new(0),
                initialized: Cell::new(false),
                closed: Cell::new(false),
                locked: Cell::new(false),
                weaklist: WeakList::new(),
            },
        )
    }

    #[init]
    fn init(&self, t: &Thread, args: taipan_object::Args<'_>) -> PyResult<()> {
        if self.as_object().class().is(Self::class()) {
            args.no_keywords(t, "Cursor")?;
        }
        taipan_object::argparse::check_positional(t, "Cursor", args.pos.len(), 1, 1)?;
        let connection = args.pos.first().copied().unwrap_or_else(|| singletons::none());
        let what = taipan_object::argparse::What::Position("Cursor", 1);
        let connection = <&Connection as taipan_object::argparse::FromArg>::from_arg(t, connection, what)?;
        self.initialize(t, connection)
    }

    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned<Self> {
        self.own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.next_row(t)
    }

    /// Closes the cursor.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.check_unlocked(t)?;
        let Some(connection) = self.connection.get() else { return Err(not_initialized(t)) };
        connection.usable(t)?;
        self.statement.set(None);
        self.closed.set(true);
        Ok(())
    }

    /// Repeatedly executes an SQL statement.
    #[method(sig = "(sql, seq_of_parameters, /)")]
    fn executemany(&self, t: &Thread, sql: &PyStr, seq_of_parameters: &Object) -> PyResult<Owned<Self>> {
        self.query(t, true, sql, Some(seq_of_parameters))?;
        Ok(self.own())
    }

    /// Executes multiple SQL statements at once.
    #[method(sig = "(sql_script, /)")]
    fn executescript(&self, t: &Thread, sql_script: CStrArg<'_>) -> PyResult<Owned<Self>> {
        let (connection, database) = self.check(t)?;
        let script = sql_script.or("");
        let limit = database.limit(t, ffi::SQLITE_LIMIT_SQL_LENGTH, -1);
        if script.len() > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(error!(t, DataError, "query string is too large"));
        }
        let script = args::to_c(script);
        if connection.is_legacy() && !database.is_autocommit(t) {
            connection.run(t, &database, c"COMMIT")?;
        }
        let done = call(t, || database.execute_script(&script));
        after_running(t, &database, done)?;
        Ok(self.own())
    }

    /// Executes an SQL statement.
    #[method(sig = "(sql, parameters=(), /)", text = "($self, sql, parameters=(), /)")]
    fn execute(&self, t: &Thread, sql: &PyStr, parameters: Option<&Object>) -> PyResult<Owned<Self>> {
        self.query(t, false, sql, parameters)?;
        Ok(self.own())
    }

    /// Fetches all rows from the resultset.
    #[method]
    fn fetchall(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next_row(t)? {
            rows.push(row);
        }
        PyList::from_vec(t, rows)
    }

    /// Fetches several rows from the resultset.
    ///
    ///   size
    ///     The default value is set by the Cursor.arraysize attribute.
    #[method(sig = "(size=None)", text = "($self, /, size=1)")]
    fn fetchmany(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyList>> {
        let size = match size {
            Some(size) => args::uint32(t, size, "Python int too large for C uint32_t")?,
            None => self.arraysize.get(),
        };
        let mut rows = Vec::new();
        while rows.len() < size as usize {
            match self.next_row(t)? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        PyList::from_vec(t, rows)
    }

    /// Fetches one row from the resultset.
    #[method]
    fn fetchone(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.next_row(t)
    }

    /// Required by DB-API. Does nothing in sqlite3.
    #[method(sig = "(sizes, /)")]
    fn setinputsizes(&self, _t: &Thread, sizes: &Object) {
        let _ = sizes;
    }

    /// Required by DB-API. Does nothing in sqlite3.
    #[method(sig = "(size, column=None, /)")]
    fn setoutputsize(&self, _t: &Thread, size: &Object, column: Option<&Object>) {
        let _ = (size, column);
    }

    #[getter]
    fn arraysize(&self, _t: &Thread) -> u32 {
        self.arraysize.get()
    }

    #[setter]
    fn set_arraysize(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(
                t,
                AttributeError,
                "attribute 'arraysize' of '{}' objects cannot be deleted",
                self.as_object().class().name_lossy()
            ));
        };
        self.arraysize.set(args::uint32(t, value, "Python int too large to convert to C uint32_t")?);
        Ok(())
    }

    #[getter]
    fn row_factory(&self, _t: &Thread) -> Option<Owned> {
        self.row_factory.get()
    }

    #[setter]
    fn set_row_factory(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        set_attribute(t, &self.row_factory, value, "row_factory")
    }
}

#[cold]
fn not_initialized(t: &Thread) -> taipan_object::Raised {
    error!(t, ProgrammingError, "Base Cursor.__init__ not called.")
}

/// While this lives, the cursor is in use.
struct InUse<'a>(&'a Cursor);

impl<'a> InUse<'a> {
    fn new(cursor: &'a Cursor) -> Self {
        cursor.locked.set(true);
        Self(cursor)
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.0.locked.set(false);
    }
}

impl Cursor {
    /// `Cursor(connection)`.
    pub fn of_connection(t: &Thread, connection: &Connection) -> PyResult<Owned<Self>> {
        let cursor = Self::tp_new(Self::class(), t, taipan_object::Args::EMPTY)?;
        cursor.initialize(t, connection)?;
        Ok(cursor)
    }

    fn initialize(&self, t: &Thread, connection: &Connection) -> PyResult<()> {
        self.check_unlocked(t)?;
        let none = || Some(singletons::none().own());
        self.connection.set(Some(connection.own()));
        self.statement.set(None);
        self.converters.replace(None);
        self.description.set(none());
        self.lastrowid.set(none());
        self.row_factory.set(none());
        self.arraysize.set(1);
        self.closed.set(false);
        self.rowcount.set(-1);
        connection.check_thread(t)?;
        self.initialized.set(true);
        Ok(())
    }

    /// What describes the columns, for rows.
    pub fn description(&self) -> Option<Owned> {
        self.description.get()
    }

    /// Sets the row factory.
    pub fn use_row_factory(&self, factory: Owned) {
        self.row_factory.set(Some(factory));
    }

    fn check_unlocked(&self, t: &Thread) -> PyResult<()> {
        if self.locked.get() {
            return Err(error!(t, ProgrammingError, "Recursive use of cursors not allowed."));
        }
        Ok(())
    }

    /// The connection and its database, if the cursor may be used.
    fn check(&self, t: &Thread) -> PyResult<(Owned<Connection>, Arc<Database>)> {
        let connection = match self.connection.get() {
            Some(connection) if self.initialized.get() => connection,
            _ => return Err(not_initialized(t)),
        };
        if self.closed.get() {
            return Err(error!(t, ProgrammingError, "Cannot operate on a closed cursor."));
        }
        let database = connection.usable(t)?;
        self.check_unlocked(t)?;
        Ok((connection, database))
    }

    /// Executes a statement, once for each set of parameters if there are `many`.
    pub fn query(&self, t: &Thread, many: bool, sql: &PyStr, parameters: Option<&Object>) -> PyResult<()> {
        let (connection, database) = self.check(t)?;
        let in_use = InUse::new(self);
        let result = self.run_query(t, &connection, &database, many, sql, parameters);
        drop(in_use);
        match result {
            Ok(()) => {
                if let Some(statement) = self.statement.get()
                    && !statement.handle().is_busy()
                {
                    self.statement.set(None);
                }
                Ok(())
            }
            Err(raised) => {
                let exception = errors::take_raised(t, raised);
                self.statement.set(None);
                self.rowcount.set(-1);
                Err(errors::restore_raised(t, exception))
            }
        }
    }

    fn run_query(
        &self,
        t: &Thread,
        connection: &Connection,
        database: &Arc<Database>,
        many: bool,
        sql: &PyStr,
        parameters: Option<&Object>,
    ) -> PyResult<()> {
        let sets = match parameters {
            Some(sets) if many => Some(iter::get_iter(t, sets)?),
            _ => None,
        };
        self.description.set(Some(singletons::none().own()));
        self.statement.set(None);
        let mut statement = connection.statement(t, sql)?;
        if many && statement.handle().is_readonly() {
            return Err(error!(t, ProgrammingError, "executemany() can only execute DML statements."));
        }
        if statement.handle().is_busy() {
            // Another cursor is still reading its rows.
            statement = Statement::create(t, connection, sql)?;
        }
        self.statement.set(Some(statement.clone()));
        statement.reset(t);
        self.rowcount.set(if statement.is_dml() { 0 } else { -1 });
        if statement.is_dml()
            && let Some(level) = connection.implicit_level()
            && database.is_autocommit(t)
        {
            connection.run(t, database, level.begin())?;
        }
        match sets {
            None => {
                let nothing = PyTuple::empty();
                self.run_once(t, connection, database, &statement, parameters.unwrap_or(nothing.as_object()))?;
                let rowid = PyInt::from_i64(t, database.last_insert_rowid(t))?;
                if !statement.handle().is_empty() {
                    self.lastrowid.set(Some(rowid.into_object()));
                }
            }
            Some(sets) => {
                while let Some(set) = iter::next(t, &sets)? {
                    connection.open(t)?;
                    self.run_once(t, connection, database, &statement, &set)?;
                }
            }
        }
        Ok(())
    }

    fn run_once(
        &self,
        t: &Thread,
        connection: &Connection,
        database: &Arc<Database>,
        statement: &Statement,
        parameters: &Object,
    ) -> PyResult<()> {
        statement.bind(t, parameters)?;
        // Adapting runs Python code, which may have closed the connection.
        connection.open(t)?;
        if statement.handle().is_empty() {
            return Ok(());
        }
        let step = statement.step(t)?;
        self.describe(t, connection, statement)?;
        if step == Step::Done {
            let lock = database.lock(t);
            if statement.is_dml() {
                self.rowcount.set(self.rowcount.get().saturating_add(database.changes(&lock)));
            }
            statement.handle().reset();
        }
        Ok(())
    }

    /// Finds the converters of the columns, and describes them, once for each execution.
    fn describe(&self, t: &Thread, connection: &Connection, statement: &Statement) -> PyResult<()> {
        let handle = statement.handle();
        let n = handle.column_count();
        if n == 0 {
            return Ok(());
        }
        if connection.detects(PARSE_DECLTYPES | PARSE_COLNAMES) {
            self.find_converters(t, connection, statement, n)?;
        }
        if !self.description.holds(singletons::none()) {
            return Ok(());
        }
        let lock = handle.database().lock(t);
        let mut names = Vec::new();
        for i in 0..n {
            names.push(handle.column_name(&lock, i).ok_or_else(|| errors::no_memory(t))?);
        }
        drop(lock);
        let none = singletons::none();
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            let shown = if connection.detects(PARSE_COLNAMES) { text::column_name(&name) } else { &name };
            let name = decode(t, shown)?;
            columns.push(PyTuple::from_slice(t, &[&name, none, none, none, none, none, none])?.into_object());
        }
        self.description.set(Some(PyTuple::from_vec(t, columns)?.into_object()));
        Ok(())
    }

    fn find_converters(&self, t: &Thread, connection: &Connection, statement: &Statement, n: c_int) -> PyResult<()> {
        let handle = statement.handle();
        let lock = handle.database().lock(t);
        let mut types = Vec::new();
        for i in 0..n {
            let by_name = if connection.detects(PARSE_COLNAMES) {
                let name = handle.column_name(&lock, i).ok_or_else(|| errors::no_memory(t))?;
                text::type_in_name(&name).map(<[u8]>::to_vec)
            } else {
                None
            };
            let declared = if connection.detects(PARSE_DECLTYPES) { handle.column_decltype(&lock, i) } else { None };
            types.push((by_name, declared));
        }
        // Looking converters up may run Python code.
        drop(lock);
        let mut converters = Vec::with_capacity(types.len());
        for (by_name, declared) in types {
            let mut found = match by_name {
                Some(name) => adapt::converter(t, &name)?,
                None => None,
            };
            if found.is_none()
                && let Some(declared) = declared
            {
                found = adapt::converter(t, text::type_name(&declared))?;
            }
            converters.push(found);
        }
        let old = self.converters.replace(Some(converters));
        drop(old);
        Ok(())
    }

    fn next_row(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let (connection, database) = self.check(t)?;
        let Some(statement) = self.statement.get() else { return Ok(None) };
        let in_use = InUse::new(self);
        let row = self.read_row(t, &connection, &statement)?;
        let step = statement.step(t);
        drop(in_use);
        match step {
            Ok(Step::Row) => {}
            Ok(Step::Done) => {
                if statement.is_dml() {
                    self.rowcount.set(database.changes(&database.lock(t)));
                }
                self.statement.set(None);
            }
            Err(raised) => {
                let exception = errors::take_raised(t, raised);
                self.statement.set(None);
                return Err(errors::restore_raised(t, exception));
            }
        }
        match self.row_factory.get() {
            Some(factory) if !factory.is(singletons::none()) => factory.call(t, &[self, &row]).map(Some),
            _ => Ok(Some(row)),
        }
    }

    fn read_row(&self, t: &Thread, connection: &Connection, statement: &Statement) -> PyResult {
        let handle = statement.handle();
        let factory = text::TextFactory::of(connection.text_factory_of());
        let converters =
            if connection.detects(PARSE_DECLTYPES | PARSE_COLNAMES) { self.converters.borrow().clone() } else { None };
        let mut lock = handle.database().lock(t);
        let n = handle.data_count(&lock);
        let mut row = Vec::with_capacity(usize::try_from(n).unwrap_or(0));
        for i in 0..n {
            let converter = converters.as_ref().and_then(|all| all.get(i as usize)?.as_ref());
            if let Some(converter) = converter {
                let bytes = handle.column_bytes(t, &lock, i)?;
                row.push(match bytes {
                    None => singletons::none().own(),
                    Some(bytes) => {
                        drop(lock);
                        let converted = converter.call(t, &[&bytes])?;
                        lock = handle.database().lock(t);
                        converted
                    }
                });
                continue;
            }
            row.push(match handle.column(t, &lock, i, factory.quick())? {
                Column::Object(object) => object,
                Column::Text(bytes) => {
                    let name = handle.column_name(&lock, i);
                    drop(lock);
                    let converted = factory.convert(t, &bytes, name.as_deref().unwrap_or_default())?;
                    lock = handle.database().lock(t);
                    converted
                }
            });
        }
        drop(lock);
        PyTuple::from_vec(t, row).map(Owned::into_object)
    }
}
