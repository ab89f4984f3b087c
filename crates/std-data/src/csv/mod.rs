//! `_csv`: reading and writing of comma-separated values.

mod dialect;
mod reader;
mod writer;

pub use dialect::Dialect;
pub use reader::Reader;
pub use writer::Writer;

use core::sync::atomic::{AtomicI64, Ordering};
use taipan_object::{
    Args, Class, Object, Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised, Thread, err, errors,
    exceptions, name, native_module, state,
};

static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

/// The greatest length of a field that is read.
fn field_limit() -> usize {
    usize::try_from(FIELD_LIMIT.load(Ordering::Relaxed)).unwrap_or(0)
}

/// The registered dialects by name.
fn registry(t: &Thread) -> PyResult<Owned<PyDict>> {
    let found = state::import(t, "_csv")?.getattr(t, name!(t, "_dialects"))?;
    found.into_type::<PyDict>().map_err(|_| err!(t, TypeError, "_csv._dialects must be a dict"))
}

/// Raises `_csv.Error`.
#[cold]
fn error(t: &Thread, message: &str) -> Raised {
    let make = || {
        let class = state::import(t, "_csv")?.getattr(t, name!(t, "Error"))?;
        let text = PyStr::from_str(t, message)?;
        class.call(t, &[&text])
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// The dialect that the second argument and the keyword arguments of a call describe.
fn dialect_of(t: &Thread, args: &Args<'_>) -> PyResult<Owned<Dialect>> {
    let pos: &[&Object] = args.pos.get(1..).unwrap_or(&[]);
    let made = Dialect::class().as_object().call_args(t, &Args { pos, kw: args.kw })?;
    made.into_type::<Dialect>().map_err(|_| errors::bad_internal_call(t))
}

/// CSV parsing and writing.
///
#[native_module(name = "_csv", classes(Dialect))]
pub mod csv {
    use super::*;

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    ///
    #[function(text = "($module, iterable, /, dialect='excel', **fmtparams)")]
    fn reader(t: &Thread, args: Args<'_>) -> PyResult<Owned<Reader>> {
        super::reader::check_count(t, "reader", args.pos.len())?;
        let dialect_made = || dialect_of(t, &args);
        // The iterable is looked at first.
        let lines = taipan_object::iter::get_iter(t, args.pos[0])?;
        Reader::create(t, &lines, dialect_made()?)
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    #[function(text = "($module, fileobj, /, dialect='excel', **fmtparams)")]
    fn writer(t: &Thread, args: Args<'_>) -> PyResult<Owned<Writer>> {
        super::reader::check_count(t, "writer", args.pos.len())?;
        let dialect = dialect_of(t, &args)?;
        Writer::create(t, args.pos[0], dialect)
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    ///
    #[function(text = "($module, name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(t: &Thread, args: Args<'_>) -> PyResult<()> {
        super::reader::check_count(t, "register_dialect", args.pos.len())?;
        if !args.pos[0].is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "dialect name must be a string"));
        }
        let dialect = dialect_of(t, &args)?;
        registry(t)?.set_item(t, args.pos[0], &dialect)
    }

    /// Return a list of all known dialect names.
    #[function]
    fn list_dialects(t: &Thread) -> PyResult<Owned<PyList>> {
        let names = registry(t)?.items_vec().into_iter().map(|(name, _)| name).collect();
        PyList::from_vec(t, names)
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "(name)")]
    fn unregister_dialect(t: &Thread, name: &Object) -> PyResult<()> {
        match registry(t)?.pop_item(t, name)? {
            Some(_) => Ok(()),
            None => Err(error(t, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[function(sig = "(name)")]
    fn get_dialect(t: &Thread, name: &Object) -> PyResult {
        registry(t)?.get_item(t, name)?.ok_or_else(|| error(t, "unknown dialect"))
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(t: &Thread, new_limit: Option<&Object>) -> PyResult<i64> {
        let old = FIELD_LIMIT.load(Ordering::Relaxed);
        if let Some(limit) = new_limit {
            let Some(number) = limit.downcast_exact::<PyInt>() else {
                return Err(err!(t, TypeError, "limit must be an integer"));
            };
            let Some(number) = number.to_i64() else {
                return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
            };
            FIELD_LIMIT.store(number, Ordering::Relaxed);
        }
        Ok(old)
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<Reader>(t)?;
        taipan_object::typeobject::add_static::<Writer>(t)?;
        // The functions are called `reader` and `writer` as the classes are; the classes stand beside them.
        for (name, class) in [("Reader", Reader::class()), ("Writer", Writer::class())] {
            module.set(t, name, class.as_object())?;
        }
        module.set(t, "_dialects", &*PyDict::new(t)?)?;
        for (i, name) in
            ["QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE", "QUOTE_STRINGS", "QUOTE_NOTNULL"]
                .into_iter()
                .enumerate()
        {
            module.set_value(t, name, i)?;
        }
        // Its instances have no weak references.
        let slots = name!(t, "__slots__");
        let dict = PyDict::new(t)?;
        dict.set_str(t, name!(t, "__module__"), &*PyStr::intern_str(t, "_csv")?)?;
        dict.set_str(t, slots, PyTuple::empty().as_object())?;
        let bases = PyTuple::from_slice(t, &[exceptions::Exception::class().as_object()])?;
        let class = PyType::class().call(t, &[&*PyStr::intern_str(t, "Error")?, &bases, &dict])?;
        class.delattr(t, slots)?;
        module.set(t, "Error", &class)
    }
}
