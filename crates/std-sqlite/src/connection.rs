//! `sqlite3.Connection`.

use crate::args::{self, RowId, c_integer, c_string, given, optional, parse, required, signature, to_c};
use crate::blob::PyBlob;
use crate::cache::StatementCache;
use crate::cursor::Cursor;
use crate::errors::{self as raising, Kind, error, failed};
use crate::sqlite::backup::Backup;
use crate::sqlite::blob::Blob;
use crate::sqlite::functions::Kind as FunctionKind;
use crate::sqlite::{Database, call, library};
use crate::statement::{Statement, after_running};
use crate::transactions::{Autocommit, IsolationLevel, LEGACY_TRANSACTION_CONTROL};
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int};
use libsqlite3_sys as ffi;
use std::ffi::CString;
use std::sync::{Arc, Weak};
use taipan_object::argparse::{Args, FromArg, Signature, What};
use taipan_object::clinic::{CStrArg, StrOrBuffer};
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, Traverse, Visitor,
    audit, class, err, errors, exceptions, fspath, name, object, singletons, state,
};

/// The connection to the library, as long as it is open.
#[derive(Default)]
struct Opened(RefCell<Option<Arc<Database>>>);

impl Opened {
    fn get(&self) -> Option<Arc<Database>> {
        self.0.borrow().clone()
    }
}

impl Traverse for Opened {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(database) = self.get() {
            database.visit_hooks(visitor);
        }
    }
    fn clear(&self) {
        if let Some(database) = self.get() {
            database.clear_hooks();
        }
    }
}

/// `sqlite3.Connection`.
#[object]
pub struct Connection {
    database: Opened,
    initialized: Cell<bool>,
    detect_types: Cell<i32>,
    isolation_level: Data<Cell<Option<IsolationLevel>>>,
    autocommit: Data<Cell<Autocommit>>,
    check_same_thread: Cell<bool>,
    thread_ident: Cell<u64>,
    cache: StatementCache,
    /// Open blobs, which are closed with the connection.
    blobs: Data<RefCell<Vec<Weak<Blob>>>>,
    row_factory: Slot,
    text_factory: Slot,
    warning: Slot<PyType>,
    error: Slot<PyType>,
    interface_error: Slot<PyType>,
    database_error: Slot<PyType>,
    internal_error: Slot<PyType>,
    operational_error: Slot<PyType>,
    programming_error: Slot<PyType>,
    integrity_error: Slot<PyType>,
    data_error: Slot<PyType>,
    not_supported_error: Slot<PyType>,
}

/// A name of a database: "main" unless another is given.
fn database_name<'a>(t: &'a Thread, arg: Option<&'a Object>, what: What) -> PyResult<CString> {
    match arg {
        Some(arg) => c_string(t, arg, what),
        None => Ok(c"main".to_owned()),
    }
}

/// SQLite database connection object.
#[class(
    name = "sqlite3.Connection", heap, inherited_new, flags(BASETYPE, HAVE_GC),
    fields(
        Warning = warning, Error = error, InterfaceError = interface_error, DatabaseError = database_error,
        DataError = data_error, OperationalError = operational_error, IntegrityError = integrity_error,
        InternalError = internal_error, ProgrammingError = programming_error, NotSupportedError = not_supported_error
    )
)]
impl Connection {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        cls.instance(
            t,
            Self {
                head: Head::new(),
                database: Opened::default(),
                initialized: Cell::new(false),
                detect_types: Cell::new(0),
                isolation_level: Data(Cell::new(None)),
                autocommit: Data(Cell::new(Autocommit::Legacy)),
                check_same_thread: Cell::new(true),
                thread_ident: Cell::new(0),
                cache: StatementCache::new(),
                blobs: Data(RefCell::default()),
                row_factory: Slot::empty(),
                text_factory: Slot::empty(),
                warning: Slot::empty(),
                error: Slot::empty(),
                interface_error: Slot::empty(),
                database_error: Slot::empty(),
                internal_error: Slot::empty(),
                operational_error: Slot::empty(),
                programming_error: Slot::empty(),
                integrity_error: Slot::empty(),
                data_error: Slot::empty(),
                not_supported_error: Slot::empty(),
            },
        )
    }

    #[init]
    fn init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.initialize(t, &args)
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        self.finalize(t);
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Statement>> {
        self.check_thread(t)?;
        self.open(t)?;
        args.no_keywords(t, "sqlite3.Connection")?;
        let [sql] = args.pos else {
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({} given)", args.pos.len()));
        };
        match sql.downcast::<PyStr>() {
            Some(sql) => Statement::create(t, self, sql),
            None => Err(err!(t, TypeError, "argument 1 must be str, not {}", sql.class().name_lossy())),
        }
    }

    /// Makes a backup of the database.
    #[method(text = "($self, /, target, *, pages=-1, progress=None, name='main',\n       sleep=0.25)")]
    fn backup(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature = signature(
            "backup",
            &[required("target"), optional("pages"), optional("progress"), optional("name"), optional("sleep")],
            4,
        );
        let [target, pages, progress, name, sleep] = parse(t, &args, &SIGNATURE)?;
        let target = <&Self>::from_arg(t, given(t, target)?, What::Name("backup", "target"))?;
        let pages = pages.map_or(Ok(-1), |pages| c_integer(t, pages, What::Name("backup", "pages")))?;
        let name = database_name(t, name, What::Name("backup", "name"))?;
        let sleep = sleep.map_or(Ok(0.25), |sleep| f64::from_arg(t, sleep, What::Name("backup", "sleep")))?;
        self.run_backup(t, target, pages, progress.and_then(args::callback), &name, sleep)
    }

    /// Close the database connection.
    ///
    /// Any pending transaction is not committed implicitly.
    #[method]
    fn close(&self, t: &Thread) -> PyResult<()> {
        self.check_thread(t)?;
        self.check_initialized(t)?;
        self.close_blobs(t);
        self.cache.empty();
        self.disconnect(t)
    }

    /// Commit any pending transaction to the database.
    ///
    /// If there is no open transaction, this method is a no-op.
    #[method]
    fn commit(&self, t: &Thread) -> PyResult<()> {
        self.end_transaction(t, c"COMMIT")
    }

    /// Creates a new aggregate.
    ///
    /// Note: Passing keyword arguments 'name', 'n_arg' and 'aggregate_class'
    /// to _sqlite3.Connection.create_aggregate() is deprecated. Parameters
    /// 'name', 'n_arg' and 'aggregate_class' will become positional-only in
    /// Python 3.15.
    ///
    #[method(text = "($self, /, name, n_arg, aggregate_class)")]
    fn create_aggregate(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature =
            signature("create_aggregate", &[required("name"), required("n_arg"), required("aggregate_class")], 0);
        let [name, n, class] = parse(t, &args, &SIGNATURE)?;
        args::warn_keywords(t, &args, "create_aggregate", &["name", "n_arg", "aggregate_class"])?;
        let name = c_string(t, given(t, name)?, What::Name("create_aggregate", "name"))?;
        let n = c_integer(t, given(t, n)?, What::Name("create_aggregate", "n_arg"))?;
        let database = self.usable(t)?;
        self.check_argument_count(t, &database, "n_arg", n)?;
        let lock = database.lock(t);
        database
            .create_function(&lock, &name, n, FunctionKind::Aggregate, Some(given(t, class)?))
            .map_err(|_| error!(t, OperationalError, "Error creating aggregate"))
    }

    /// Creates a collation function.
    #[method(text = "($self, name, callback, /)")]
    fn create_collation(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature =
            Signature { pos_only: 2, ..signature("create_collation", &[required(""), required("")], 0) };
        let [name, callable] = parse(t, &args, &SIGNATURE)?;
        let name = c_string(t, given(t, name)?, What::Position("create_collation", 1))?;
        let callable = args::callback(given(t, callable)?);
        let database = self.usable(t)?;
        if callable.is_some_and(|callable| !callable.is_callable()) {
            return Err(err!(t, TypeError, "parameter must be callable"));
        }
        let lock = database.lock(t);
        database.create_collation(&lock, &name, callable).map_err(|failure| failed(t, &failure))
    }

    /// Creates a new function.
    ///
    /// Note: Passing keyword arguments 'name', 'narg' and 'func' to
    /// _sqlite3.Connection.create_function() is deprecated. Parameters
    /// 'name', 'narg' and 'func' will become positional-only in Python 3.15.
    ///
    #[method(text = "($self, /, name, narg, func, *, deterministic=False)")]
    fn create_function(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature = signature(
            "create_function",
            &[required("name"), required("narg"), required("func"), optional("deterministic")],
            1,
        );
        let [name, n, func, deterministic] = parse(t, &args, &SIGNATURE)?;
        args::warn_keywords(t, &args, "create_function", &["name", "narg", "func"])?;
        let name = c_string(t, given(t, name)?, What::Name("create_function", "name"))?;
        let n = c_integer(t, given(t, n)?, What::Name("create_function", "narg"))?;
        let deterministic = deterministic.map_or(Ok(false), |arg| arg.is_true(t))?;
        let database = self.usable(t)?;
        self.check_argument_count(t, &database, "narg", n)?;
        let lock = database.lock(t);
        database
            .create_function(&lock, &name, n, FunctionKind::Function { deterministic }, Some(given(t, func)?))
            .map_err(|_| error!(t, OperationalError, "Error creating function"))
    }

    /// Return a cursor for the connection.
    #[method(sig = "(factory=None)", text = "($self, /, factory=<unrepresentable>)")]
    fn cursor(&self, t: &Thread, factory: Option<&Object>) -> PyResult<Owned<Cursor>> {
        self.make_cursor(t, factory)
    }

    /// Enable dynamic loading of SQLite extension modules.
    #[method(sig = "(enable, /)")]
    fn enable_load_extension(&self, t: &Thread, enable: bool) -> PyResult<()> {
        audit::audit(t, "sqlite3.enable_load_extension", &[self, singletons::bool(enable)])?;
        let database = self.usable(t)?;
        let lock = database.lock(t);
        if !database.enable_load_extension(&lock, enable) {
            return Err(error!(t, OperationalError, "Error enabling load extension"));
        }
        Ok(())
    }

    /// Called when the connection is used as a context manager.
    ///
    /// Returns itself as a convenience to the caller.
    #[method]
    fn __enter__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.open(t)?;
        Ok(self.own())
    }

    /// Repeatedly executes an SQL statement.
    #[method(sig = "(sql, parameters, /)")]
    fn executemany(&self, t: &Thread, sql: &PyStr, parameters: &Object) -> PyResult<Owned<Cursor>> {
        let cursor = self.make_cursor(t, None)?;
        cursor.query(t, true, sql, Some(parameters))?;
        Ok(cursor)
    }

    /// Executes multiple SQL statements at once.
    #[method(sig = "(sql_script, /)")]
    fn executescript(&self, t: &Thread, sql_script: &Object) -> PyResult {
        self.make_cursor(t, None)?.as_object().call_method(t, name!(t, "executescript"), &[sql_script])
    }

    /// Executes an SQL statement.
    #[method(sig = "(sql, parameters=(), /)", text = "($self, sql, parameters=(), /)")]
    fn execute(&self, t: &Thread, sql: &PyStr, parameters: Option<&Object>) -> PyResult<Owned<Cursor>> {
        let cursor = self.make_cursor(t, None)?;
        cursor.query(t, false, sql, parameters)?;
        Ok(cursor)
    }

    /// Called when the connection is used as a context manager.
    ///
    /// If there was any exception, a rollback takes place; otherwise we
    /// commit.
    #[method(sig = "(type, value, traceback, /)")]
    fn __exit__(&self, t: &Thread, type_: &Object, value: &Object, traceback: &Object) -> PyResult<bool> {
        if [type_, value, traceback].iter().any(|arg| !arg.is(singletons::none())) {
            self.rollback(t)?;
            return Ok(false);
        }
        if let Err(raised) = self.commit(t) {
            // The database is unlocked by rolling back.
            let exception = errors::take_raised(t, raised);
            return Err(match self.rollback(t) {
                Ok(()) => errors::restore_raised(t, exception),
                Err(raised) => {
                    errors::chain(t, exception);
                    raised
                }
            });
        }
        Ok(false)
    }

    /// Abort any pending database operation.
    #[method]
    fn interrupt(&self, t: &Thread) -> PyResult<()> {
        self.open(t)?.interrupt();
        Ok(())
    }

    /// Returns iterator to the dump of the database in an SQL text format.
    ///
    ///   filter
    ///     An optional LIKE pattern for database objects to dump
    #[method(text = "($self, /, *, filter=None)")]
    fn iterdump(&self, t: &Thread, args: Args<'_>) -> PyResult {
        const SIGNATURE: Signature = signature("iterdump", &[optional("filter")], 1);
        let [filter] = parse(t, &args, &SIGNATURE)?;
        self.open(t)?;
        let module = state::import(t, "sqlite3.dump")?;
        let Some(dump) = module.getattr_opt(t, name!(t, "_iterdump"))? else {
            return Err(error!(t, OperationalError, "Failed to obtain _iterdump() reference"));
        };
        dump.call_with(t, &[self], &[("filter", filter.unwrap_or_else(|| singletons::none()))])
    }

    /// Load SQLite extension module.
    #[method(text = "($self, name, /, *, entrypoint=None)")]
    fn load_extension(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature =
            Signature { pos_only: 1, ..signature("load_extension", &[required(""), optional("entrypoint")], 1) };
        let [name_object, entrypoint] = parse(t, &args, &SIGNATURE)?;
        let name_object = given(t, name_object)?;
        let name = c_string(t, name_object, What::Position("load_extension", 1))?;
        let what = What::Name("load_extension", "entrypoint");
        let entrypoint = match entrypoint.and_then(args::callback) {
            Some(entry) if entry.is_instance_of::<PyStr>() => Some(c_string(t, entry, what)?),
            Some(entry) => return Err(taipan_object::argparse::bad_argument(t, what, "str or None", entry)),
            None => None,
        };
        audit::audit(t, "sqlite3.load_extension", &[self, name_object])?;
        let database = self.usable(t)?;
        let loaded = call(t, || database.load_extension(&name, entrypoint.as_deref()));
        loaded.map_err(|message| error!(t, OperationalError, "{}", String::from_utf8_lossy(&message)))
    }

    /// Roll back to the start of any pending transaction.
    ///
    /// If there is no open transaction, this method is a no-op.
    #[method]
    fn rollback(&self, t: &Thread) -> PyResult<()> {
        self.end_transaction(t, c"ROLLBACK")
    }

    /// Set authorizer callback.
    ///
    /// Note: Passing keyword argument 'authorizer_callback' to
    /// _sqlite3.Connection.set_authorizer() is deprecated. Parameter
    /// 'authorizer_callback' will become positional-only in Python 3.15.
    ///
    #[method(text = "($self, /, authorizer_callback)")]
    fn set_authorizer(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature = signature("set_authorizer", &[required("authorizer_callback")], 0);
        let [callable] = parse(t, &args, &SIGNATURE)?;
        args::warn_keywords(t, &args, "set_authorizer", &["authorizer_callback"])?;
        let callable = args::callback(given(t, callable)?);
        let database = self.usable(t)?;
        let lock = database.lock(t);
        if !database.set_authorizer(t, &lock, callable) {
            return Err(error!(t, OperationalError, "Error setting authorizer callback"));
        }
        Ok(())
    }

    /// Set progress handler callback.
    ///
    ///   progress_handler
    ///     A callable that takes no arguments.
    ///     If the callable returns non-zero, the current query is
    ///     terminated, and an exception is raised.
    ///   n
    ///     The number of SQLite virtual machine instructions that are
    ///     executed between invocations of 'progress_handler'.
    ///
    /// If 'progress_handler' is None or 'n' is 0, the progress handler is
    /// disabled.
    ///
    /// Note: Passing keyword argument 'progress_handler' to
    /// _sqlite3.Connection.set_progress_handler() is deprecated. Parameter
    /// 'progress_handler' will become positional-only in Python 3.15.
    ///
    #[method(text = "($self, /, progress_handler, n)")]
    fn set_progress_handler(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature =
            signature("set_progress_handler", &[required("progress_handler"), required("n")], 0);
        let [callable, n] = parse(t, &args, &SIGNATURE)?;
        args::warn_keywords(t, &args, "set_progress_handler", &["progress_handler"])?;
        let callable = args::callback(given(t, callable)?);
        let n = c_integer(t, given(t, n)?, What::Name("set_progress_handler", "n"))?;
        let database = self.usable(t)?;
        let lock = database.lock(t);
        database.set_progress_handler(t, &lock, callable, n);
        Ok(())
    }

    /// Set a trace callback called for each SQL statement (passed as unicode).
    ///
    /// Note: Passing keyword argument 'trace_callback' to
    /// _sqlite3.Connection.set_trace_callback() is deprecated. Parameter
    /// 'trace_callback' will become positional-only in Python 3.15.
    ///
    #[method(text = "($self, /, trace_callback)")]
    fn set_trace_callback(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature = signature("set_trace_callback", &[required("trace_callback")], 0);
        let [callable] = parse(t, &args, &SIGNATURE)?;
        args::warn_keywords(t, &args, "set_trace_callback", &["trace_callback"])?;
        let callable = args::callback(given(t, callable)?);
        let database = self.usable(t)?;
        let lock = database.lock(t);
        database.set_trace_callback(t, &lock, callable);
        Ok(())
    }

    /// Set connection run-time limits.
    ///
    ///   category
    ///     The limit category to be set.
    ///   limit
    ///     The new limit. If the new limit is a negative number, the limit
    ///     is unchanged.
    ///
    /// Attempts to increase a limit above its hard upper bound are silently
    /// truncated to the hard upper bound. Regardless of whether or not the
    /// limit was changed, the prior value of the limit is returned.
    #[method(sig = "(category, limit, /)")]
    fn setlimit(&self, t: &Thread, category: i32, limit: i32) -> PyResult<c_int> {
        let old = self.usable(t)?.limit(t, category, limit);
        if old < 0 {
            return Err(error!(t, ProgrammingError, "'category' is out of bounds"));
        }
        Ok(old)
    }

    /// Get connection run-time limits.
    ///
    ///   category
    ///     The limit category to be queried.
    #[method(sig = "(category, /)")]
    fn getlimit(&self, t: &Thread, category: i32) -> PyResult<c_int> {
        self.setlimit(t, category, -1)
    }

    /// Serialize a database into a byte string.
    ///
    ///   name
    ///     Which database to serialize.
    ///
    /// For an ordinary on-disk database file, the serialization is just
    /// a copy of the disk file.  For an in-memory database or a "temp"
    /// database, the serialization is the same sequence of bytes which
    /// would be written to disk if that database were backed up to disk.
    #[method(text = "($self, /, *, name='main')")]
    fn serialize(&self, t: &Thread, args: Args<'_>) -> PyResult<Vec<u8>> {
        const SIGNATURE: Signature = signature("serialize", &[optional("name")], 1);
        let [name] = parse(t, &args, &SIGNATURE)?;
        let name = database_name(t, name, What::Name("serialize", "name"))?;
        let database = self.usable(t)?;
        let bytes = call(t, || database.serialize(&name));
        bytes.ok_or_else(|| error!(t, OperationalError, "unable to serialize '{}'", name.to_string_lossy()))
    }

    /// Load a serialized database.
    ///
    ///   data
    ///     The serialized database content.
    ///   name
    ///     Which database to reopen with the deserialization.
    ///
    /// The deserialize interface causes the database connection to
    /// disconnect from the target database, and then reopen it as
    /// an in-memory database based on the given serialized data.
    ///
    /// The deserialize interface will fail with SQLITE_BUSY if the database
    /// is currently in a read transaction or is involved in a backup
    /// operation.
    #[method(text = "($self, data, /, *, name='main')")]
    fn deserialize(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature =
            Signature { pos_only: 1, ..signature("deserialize", &[required(""), optional("name")], 1) };
        let [data, name] = parse(t, &args, &SIGNATURE)?;
        let data = StrOrBuffer::from_arg(t, given(t, data)?, What::Position("deserialize", 1))?;
        let name = database_name(t, name, What::Name("deserialize", "name"))?;
        let database = self.usable(t)?;
        let bytes = data.as_bytes();
        let done = call(t, || database.deserialize(&name, bytes));
        done.map_err(|failure| failed(t, &failure))
    }

    /// Creates or redefines an aggregate window function. Non-standard.
    ///
    ///   name
    ///     The name of the SQL aggregate window function to be created or
    ///     redefined.
    ///   num_params
    ///     The number of arguments the step and inverse methods takes.
    ///   aggregate_class
    ///     A class with step(), finalize(), value(), and inverse() methods.
    ///     Set to None to clear the window function.
    #[method(text = "($self, name, num_params, aggregate_class, /)")]
    fn create_window_function(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        const FNAME: &str = "create_window_function";
        const SIGNATURE: Signature =
            Signature { pos_only: 3, ..signature(FNAME, &[required(""), required(""), required("")], 0) };
        let [name, n, class] = parse(t, &args, &SIGNATURE)?;
        let name = c_string(t, given(t, name)?, What::Position(FNAME, 1))?;
        let n = c_integer(t, given(t, n)?, What::Position(FNAME, 2))?;
        let class = args::callback(given(t, class)?);
        let database = self.usable(t)?;
        self.check_argument_count(t, &database, "num_params", n)?;
        let lock = database.lock(t);
        database.create_function(&lock, &name, n, FunctionKind::Window, class).map_err(|failure| failed(t, &failure))
    }

    /// Open and return a BLOB object.
    ///
    ///   table
    ///     Table name.
    ///   column
    ///     Column name.
    ///   rowid
    ///     Row id.
    ///   readonly
    ///     Open the BLOB without write permissions.
    ///   name
    ///     Database name.
    #[method(
        sig = "(table, column, rowid, /, *, readonly=False, name='main')",
        text = "($self, table, column, rowid, /, *, readonly=False, name='main')"
    )]
    fn blobopen(
        &self,
        t: &Thread,
        table: CStrArg<'_>,
        column: CStrArg<'_>,
        rowid: RowId,
        readonly: bool,
        name: CStrArg<'_>,
    ) -> PyResult<Owned<PyBlob>> {
        let database = self.usable(t)?;
        let (table, column, name) = (to_c(table.or("")), to_c(column.or("")), to_c(name.or("main")));
        let opened = call(t, || Blob::open(&database, &name, &table, &column, rowid.0, !readonly));
        let blob = Arc::new(opened.map_err(|failure| failed(t, &failure))?);
        let mut blobs = self.blobs.borrow_mut();
        blobs.retain(|blob| blob.strong_count() > 0);
        blobs.push(Arc::downgrade(&blob));
        drop(blobs);
        PyBlob::create(t, self, blob)
    }

    /// Set a boolean connection configuration option.
    ///
    ///   op
    ///     The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.
    #[method(sig = "(op, enable=True, /)")]
    fn setconfig(&self, t: &Thread, op: i32, enable: bool) -> PyResult<()> {
        if self.switch(t, op, enable.into())? != enable {
            return Err(error!(t, OperationalError, "Unable to set config"));
        }
        Ok(())
    }

    /// Query a boolean connection configuration option.
    ///
    ///   op
    ///     The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.
    #[method(sig = "(op, /)")]
    fn getconfig(&self, t: &Thread, op: i32) -> PyResult<bool> {
        self.switch(t, op, -1)
    }

    #[getter]
    fn isolation_level(&self, t: &Thread) -> PyResult<Option<&'static str>> {
        self.open(t)?;
        Ok(self.isolation_level.get().map(IsolationLevel::name))
    }

    #[setter]
    fn set_isolation_level(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, AttributeError, "cannot delete attribute")) };
        let level = IsolationLevel::of(t, value)?;
        self.isolation_level.set(level);
        // Without a level nothing is to be left open.
        if level.is_none() { self.commit(t) } else { Ok(()) }
    }

    #[getter]
    fn total_changes(&self, t: &Thread) -> PyResult<i64> {
        Ok(self.open(t)?.total_changes(t))
    }

    #[getter]
    fn in_transaction(&self, t: &Thread) -> PyResult<bool> {
        Ok(!self.open(t)?.is_autocommit(t))
    }

    #[getter]
    fn autocommit(&self, t: &Thread) -> PyResult {
        self.usable(t)?;
        match self.autocommit.get() {
            Autocommit::Enabled => Ok(singletons::bool(true).own()),
            Autocommit::Disabled => Ok(singletons::bool(false).own()),
            Autocommit::Legacy => Ok(PyInt::from_i64(t, LEGACY_TRANSACTION_CONTROL)?.into_object()),
        }
    }

    #[setter]
    fn set_autocommit(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let database = self.usable(t)?;
        let Some(value) = value else { return Err(err!(t, AttributeError, "cannot delete autocommit attribute")) };
        let mode = Autocommit::of(t, value)?;
        match mode {
            Autocommit::Enabled if !database.is_autocommit(t) => self.run(t, &database, c"COMMIT")?,
            Autocommit::Disabled if database.is_autocommit(t) => self.run(t, &database, c"BEGIN")?,
            _ => {}
        }
        self.autocommit.set(mode);
        Ok(())
    }

    #[getter(name = "__text_signature__")]
    fn call_signature(&self, _t: &Thread) -> &'static str {
        "(sql, /)"
    }

    #[getter]
    fn row_factory(&self, _t: &Thread) -> Option<Owned> {
        self.row_factory.get()
    }

    #[setter]
    fn set_row_factory(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        set_attribute(t, &self.row_factory, value, "row_factory")
    }

    #[getter]
    fn text_factory(&self, _t: &Thread) -> Option<Owned> {
        self.text_factory.get()
    }

    #[setter]
    fn set_text_factory(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        set_attribute(t, &self.text_factory, value, "text_factory")
    }
}

/// Sets an attribute that holds any object.
pub fn set_attribute(t: &Thread, place: &Slot, value: Option<&Object>, name: &str) -> PyResult<()> {
    match value {
        Some(value) => {
            place.set(Some(value.own()));
            Ok(())
        }
        None => Err(err!(t, AttributeError, "cannot delete {name} attribute")),
    }
}

impl Connection {
    fn initialize(&self, t: &Thread, args: &Args<'_>) -> PyResult<()> {
        const SIGNATURE: Signature = signature(
            "Connection",
            &[
                required("database"),
                optional("timeout"),
                optional("detect_types"),
                optional("isolation_level"),
                optional("check_same_thread"),
                optional("factory"),
                optional("cached_statements"),
                optional("uri"),
                optional("autocommit"),
            ],
            1,
        );
        args::warn_positional(t, args, "_sqlite3.Connection")?;
        let [path, timeout, detect_types, level, same_thread, _factory, cached, uri, autocommit] =
            parse(t, args, &SIGNATURE)?;
        let path = given(t, path)?;
        let timeout = timeout.map_or(Ok(5.0), |arg| f64::from_arg(t, arg, What::Name("Connection", "timeout")))?;
        let integer = |arg: Option<&Object>, default: c_int| match arg {
            Some(arg) => taipan_object::number::index(t, arg)?
                .to_i64()
                .and_then(|n| c_int::try_from(n).ok())
                .ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C int")),
            None => Ok(default),
        };
        let flag = |arg: Option<&Object>, default: bool| arg.map_or(Ok(default), |arg| arg.is_true(t));
        let detect_types = integer(detect_types, 0)?;
        let level = level.map_or(Ok(Some(IsolationLevel::Default)), |level| IsolationLevel::of(t, level))?;
        let same_thread = flag(same_thread, true)?;
        let cached = integer(cached, 128)?;
        let uri = flag(uri, false)?;
        let autocommit = autocommit.map_or(Ok(Autocommit::Legacy), |mode| Autocommit::of(t, mode))?;

        audit::audit(t, "sqlite3.connect", &[path])?;
        let file = CString::new(fspath::fs_bytes(t, path)?).unwrap_or_default();
        if self.initialized.replace(false) {
            self.close_blobs(t);
            self.cache.empty();
            self.disconnect(t)?;
        }
        // As C converts: a number that does not fit is no number of milliseconds.
        let timeout_ms = timeout * 1000.0;
        let timeout_ms = if timeout_ms.abs() < f64::from(c_int::MAX) { timeout_ms as c_int } else { c_int::MIN };
        let database = call(t, || Database::open(&file, uri, timeout_ms));
        let database = database.map_err(|failure| failed(t, &failure))?;
        self.cache.start(t, usize::try_from(cached).unwrap_or(0))?;
        let old = self.database.0.borrow_mut().replace(database.clone());
        drop(old);
        self.detect_types.set(detect_types);
        self.isolation_level.set(level);
        self.autocommit.set(autocommit);
        self.check_same_thread.set(same_thread);
        self.thread_ident.set(t.raw().thread_id);
        self.row_factory.set(Some(singletons::none().own()));
        self.text_factory.set(Some(PyStr::class().as_object().own()));
        self.keep_exceptions(t)?;
        audit::audit(t, "sqlite3.connect/handle", &[self])?;
        self.initialized.set(true);
        if autocommit == Autocommit::Disabled { self.run(t, &database, c"BEGIN") } else { Ok(()) }
    }

    fn keep_exceptions(&self, t: &Thread) -> PyResult<()> {
        let places = [
            (&self.warning, Kind::Warning),
            (&self.error, Kind::Error),
            (&self.interface_error, Kind::InterfaceError),
            (&self.database_error, Kind::DatabaseError),
            (&self.internal_error, Kind::InternalError),
            (&self.operational_error, Kind::OperationalError),
            (&self.programming_error, Kind::ProgrammingError),
            (&self.integrity_error, Kind::IntegrityError),
            (&self.data_error, Kind::DataError),
            (&self.not_supported_error, Kind::NotSupportedError),
        ];
        for (place, kind) in places {
            place.set(Some(raising::class(t, kind)?));
        }
        Ok(())
    }

    /// Raises unless this is the thread that made the connection, or any may use it.
    pub fn check_thread(&self, t: &Thread) -> PyResult<()> {
        if self.initialized.get() && self.check_same_thread.get() {
            let (own, this) = (self.thread_ident.get(), t.raw().thread_id);
            if own != this {
                return Err(error!(
                    t,
                    ProgrammingError,
                    "SQLite objects created in a thread can only be used in that same thread. The object was created in thread id {own} and this is thread id {this}."
                ));
            }
        }
        Ok(())
    }

    fn check_initialized(&self, t: &Thread) -> PyResult<()> {
        if self.initialized.get() {
            return Ok(());
        }
        Err(error!(t, ProgrammingError, "Base Connection.__init__ not called."))
    }

    /// The open connection, or an exception.
    pub fn open(&self, t: &Thread) -> PyResult<Arc<Database>> {
        self.check_initialized(t)?;
        self.database.get().ok_or_else(|| error!(t, ProgrammingError, "Cannot operate on a closed database."))
    }

    /// The open connection, if this thread may use it.
    pub fn usable(&self, t: &Thread) -> PyResult<Arc<Database>> {
        self.check_thread(t)?;
        self.open(t)
    }

    /// `detect_types`.
    pub fn detects(&self, flag: i32) -> bool {
        self.detect_types.get() & flag != 0
    }

    /// How transactions are begun for statements that change rows, if they are.
    pub fn implicit_level(&self) -> Option<IsolationLevel> {
        if self.autocommit.get() == Autocommit::Legacy { self.isolation_level.get() } else { None }
    }

    /// Whether the module ends transactions for scripts.
    pub fn is_legacy(&self) -> bool {
        self.autocommit.get() == Autocommit::Legacy
    }

    /// `text_factory`.
    pub fn text_factory_of(&self) -> Option<Owned> {
        self.text_factory.get()
    }

    /// The statement of a text, from the cache if it is there.
    pub fn statement(&self, t: &Thread, sql: &PyStr) -> PyResult<Owned<Statement>> {
        self.cache.get(t, self, sql)
    }

    /// Runs a statement without parameters.
    pub fn run(&self, t: &Thread, database: &Arc<Database>, sql: &CStr) -> PyResult<()> {
        let done = call(t, || database.execute(sql));
        after_running(t, database, done)
    }

    fn end_transaction(&self, t: &Thread, sql: &CStr) -> PyResult<()> {
        let database = self.usable(t)?;
        match self.autocommit.get() {
            Autocommit::Legacy if !database.is_autocommit(t) => self.run(t, &database, sql),
            Autocommit::Disabled => {
                self.run(t, &database, sql)?;
                self.run(t, &database, c"BEGIN")
            }
            _ => Ok(()),
        }
    }

    fn close_blobs(&self, t: &Thread) {
        let blobs = self.blobs.take();
        let open: Vec<Arc<Blob>> = blobs.iter().filter_map(Weak::upgrade).collect();
        if !open.is_empty() {
            call(t, || open.iter().for_each(|blob| blob.close()));
        }
    }

    /// Closes the connection, rolling back what the module has begun.
    fn disconnect(&self, t: &Thread) -> PyResult<()> {
        let Some(database) = self.database.get() else { return Ok(()) };
        let mut result = Ok(());
        if self.autocommit.get() == Autocommit::Disabled && !database.is_autocommit(t) {
            result = self.run(t, &database, c"ROLLBACK");
        }
        let held = self.database.0.borrow_mut().take();
        database.remove_hooks(t);
        call(t, move || drop((held, database)));
        result
    }

    fn finalize(&self, t: &Thread) {
        let Some(database) = self.database.get() else { return };
        let ending = t.interpreter().finalizing.load(core::sync::atomic::Ordering::Acquire);
        if ending {
            database.remove_hooks(t);
        }
        drop(database);
        let shown = self.as_object().repr_lossy(t);
        let warned = PyStr::from_str(t, &format!("unclosed database in {shown}"))
            .and_then(|text| state::warn_resource(t, self, &text));
        if warned.is_err() {
            if errors::matches::<exceptions::Warning>(t) {
                let text = format!("Exception ignored while finalizing database connection {shown}");
                errors::write_unraisable_msg(t, &text, None);
            } else {
                errors::clear(t);
            }
        }
        self.cache.empty();
        if self.disconnect(t).is_err() {
            if ending {
                errors::clear(t);
            } else {
                errors::write_unraisable_msg(t, &format!("Exception ignored while closing database {shown}"), None);
            }
        }
    }

    fn make_cursor(&self, t: &Thread, factory: Option<&Object>) -> PyResult<Owned<Cursor>> {
        self.usable(t)?;
        let made = match factory {
            None => Cursor::of_connection(t, self)?,
            Some(factory) => factory.call(t, &[self])?.into_type::<Cursor>().map_err(|other| {
                err!(t, TypeError, "factory must return a cursor, not {:.100}", other.class().name_lossy())
            })?,
        };
        if let Some(factory) = self.row_factory.get().filter(|factory| !factory.is(singletons::none())) {
            made.use_row_factory(factory);
        }
        Ok(made)
    }

    fn check_argument_count(&self, t: &Thread, database: &Database, name: &str, n: c_int) -> PyResult<()> {
        let limit = database.limit(t, ffi::SQLITE_LIMIT_FUNCTION_ARG, -1);
        if n < -1 || n > limit {
            return Err(error!(t, ProgrammingError, "'{name}' must be between -1 and {limit}, not {n}"));
        }
        Ok(())
    }

    fn switch(&self, t: &Thread, op: c_int, value: c_int) -> PyResult<bool> {
        let database = self.usable(t)?;
        if !library::is_switch(op) {
            return Err(err!(t, ValueError, "unknown config 'op': {op}"));
        }
        let lock = database.lock(t);
        database.config(&lock, op, value).map_err(|failure| failed(t, &failure))
    }

    fn run_backup(
        &self,
        t: &Thread,
        target: &Self,
        pages: c_int,
        progress: Option<&Object>,
        name: &CStr,
        sleep: f64,
    ) -> PyResult<()> {
        let source = self.usable(t)?;
        let destination = target.open(t)?;
        if core::ptr::eq(target, self) {
            return Err(err!(t, ValueError, "target cannot be the same connection instance"));
        }
        if progress.is_some_and(|progress| !progress.is_callable()) {
            return Err(err!(t, TypeError, "progress argument must be a callable"));
        }
        let pages = if pages == 0 { -1 } else { pages };
        let sleep_ms = (sleep * 1000.0) as c_int;
        let begun = call(t, || Backup::begin(&destination, &source, name));
        let mut backup = begun.map_err(|failure| failed(t, &failure))?;
        loop {
            let code = call(t, || backup.step(pages));
            if let Some(progress) = progress {
                let (remaining, count) = backup.progress();
                if let Err(raised) = report_progress(t, progress, code, remaining, count) {
                    call(t, move || drop(backup));
                    return Err(raised);
                }
            }
            match code {
                ffi::SQLITE_OK => {}
                ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => call(t, || library::sleep(sleep_ms)),
                _ => break,
            }
        }
        call(t, move || backup.finish()).map_err(|failure| failed(t, &failure))
    }
}

fn report_progress(t: &Thread, progress: &Object, code: c_int, remaining: c_int, count: c_int) -> PyResult<()> {
    let mut numbers = Vec::with_capacity(3);
    for n in [code, remaining, count] {
        numbers.push(PyInt::from_i64(t, n.into())?.into_object());
    }
    let numbers = PyTuple::from_vec(t, numbers)?;
    progress.call(t, numbers.as_slice()).map(drop)
}
