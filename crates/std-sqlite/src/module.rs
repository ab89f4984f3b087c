//! The module `_sqlite3` and its functions.

use crate::adapt::{self, PrepareProtocol};
use crate::blob::PyBlob;
use crate::connection::Connection;
use crate::cursor::{Cursor, PARSE_COLNAMES, PARSE_DECLTYPES};
use crate::row::Row;
use crate::sqlite::library;
use crate::statement::Statement;
use crate::transactions::LEGACY_TRANSACTION_CONTROL;
use crate::{args, constants, errors};
use taipan_object::argparse::Args;
use taipan_object::clinic::CStrArg;
use taipan_object::module::add_class;
use taipan_object::typeobject::add_static;
use taipan_object::{Class, Object, Own, PyModule, PyResult, PyStr, Thread, native_module};

#[native_module(name = "_sqlite3")]
pub mod sqlite3 {
    use super::*;

    /// Adapt given object to given protocol.
    #[function(
        sig = "(obj, proto=None, alt=None, /)",
        text = "($module, obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)"
    )]
    fn adapt(t: &Thread, obj: &Object, proto: Option<&Object>, alt: Option<&Object>) -> PyResult {
        adapt::adapt_or(t, obj, proto, alt)
    }

    /// Checks if a string contains a complete SQL statement.
    #[function(sig = "(statement)")]
    fn complete_statement(_t: &Thread, statement: CStrArg<'_>) -> bool {
        library::is_complete(&args::to_c(statement.or("")))
    }

    /// Open a connection to the SQLite database file 'database'.
    ///
    /// You can use ":memory:" to open a database connection to a database that
    /// resides in RAM instead of on disk.
    ///
    /// Note: Passing more than 1 positional argument to _sqlite3.connect() is
    /// deprecated. Parameters 'timeout', 'detect_types', 'isolation_level',
    /// 'check_same_thread', 'factory', 'cached_statements' and 'uri' will
    /// become keyword-only parameters in Python 3.15.
    ///
    #[function(
        text = "($module, /, database, timeout=5.0, detect_types=0,\n        isolation_level='', check_same_thread=True,\n        factory=ConnectionType, cached_statements=128, uri=False, *,\n        autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL)"
    )]
    fn connect(t: &Thread, args: Args<'_>) -> PyResult {
        const FACTORY: usize = 5;
        super::args::warn_positional(t, &args, "sqlite3.connect")?;
        let factory = args.pos.get(FACTORY).copied().or_else(|| args.keyword("factory"));
        factory.unwrap_or_else(|| Connection::class().as_object()).own().call_args(t, &args)
    }

    /// Enable or disable callback functions throwing errors to stderr.
    #[function(sig = "(enable, /)")]
    fn enable_callback_tracebacks(t: &Thread, enable: bool) -> PyResult<()> {
        adapt::registry(t)?.tracebacks.set(enable);
        Ok(())
    }

    /// Register a function to adapt Python objects to SQLite values.
    #[function(sig = "(type, adapter, /)")]
    fn register_adapter(t: &Thread, type_: &Object, adapter: &Object) -> PyResult<()> {
        adapt::register_adapter(t, type_, adapter)
    }

    /// Register a function to convert SQLite values to Python objects.
    #[function(sig = "(typename, converter, /)")]
    fn register_converter(t: &Thread, typename: &PyStr, converter: &Object) -> PyResult<()> {
        adapt::register_converter(t, typename, converter)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        add_class::<PyBlob>(t, module)?;
        add_class::<Connection>(t, module)?;
        add_class::<Cursor>(t, module)?;
        add_class::<PrepareProtocol>(t, module)?;
        add_class::<Row>(t, module)?;
        add_static::<Statement>(t)?;
        errors::add_to(t, module)?;
        for (name, value) in constants::RESULT_CODES.iter().chain(constants::OTHERS) {
            module.set_value(t, name, *value)?;
        }
        module.set_value(t, "PARSE_DECLTYPES", PARSE_DECLTYPES)?;
        module.set_value(t, "PARSE_COLNAMES", PARSE_COLNAMES)?;
        module.set_value(t, "sqlite_version", library::version())?;
        module.set_value(t, "LEGACY_TRANSACTION_CONTROL", LEGACY_TRANSACTION_CONTROL)?;
        // By the levels of DB-API: 3 for one connection in several threads.
        let safety = match library::threading_mode() {
            0 => 0,
            1 => 3,
            _ => 1,
        };
        module.set_value(t, "threadsafety", safety)?;
        let registry = adapt::registry(t)?;
        module.set(t, "adapters", &registry.adapters)?;
        module.set(t, "converters", &registry.converters)?;
        Ok(())
    }
}
