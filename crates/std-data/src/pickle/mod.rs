//! `_pickle`: what makes `pickle` fast.

mod input;
mod load;
mod memo;
mod number;
mod opcode;
mod pickler;
mod save;
mod unpickler;

pub use pickler::{Pickler, PicklerMemoProxy};
pub use unpickler::{Unpickler, UnpicklerMemoProxy};

use std::fmt;
use taipan_object::{
    Object, Owned, PyDict, PyModule, PyResult, PyStr, PyTuple, Raised, Thread, clinic::CStrArg, err, errors,
    exceptions, module::Builtin, name, native_module, state,
};

/// What pickling needs of other modules.
pub struct Globals {
    pickle_error: Owned,
    pickling_error: Owned,
    unpickling_error: Owned,
    /// `copyreg.dispatch_table`
    dispatch_table: Owned<PyDict>,
    /// `copyreg._extension_registry`
    extension_registry: Owned<PyDict>,
    /// `copyreg._inverted_registry`
    inverted_registry: Owned<PyDict>,
    /// `copyreg._extension_cache`
    extension_cache: Owned<PyDict>,
    /// From Python 2 names to ours, and back.
    name_mapping: Owned<PyDict>,
    import_mapping: Owned<PyDict>,
    reverse_name_mapping: Owned<PyDict>,
    reverse_import_mapping: Owned<PyDict>,
    codecs_encode: Owned,
    getattr: Owned,
    partial: Owned,
    empty: Owned<PyTuple>,
}

impl Globals {
    fn make(t: &Thread) -> PyResult<Self> {
        fn dict(t: &Thread, module: &Object, name: &'static str) -> PyResult<Owned<PyDict>> {
            let key = PyStr::intern_str(t, name)?;
            let found = module.getattr(t, &key)?;
            let class = found.class().name_lossy();
            found.into_type::<PyDict>().map_err(|_| {
                let module = module.downcast::<PyModule>().map(PyModule::name_lossy).unwrap_or_default();
                err!(t, RuntimeError, "{module}.{name} should be a dict, not {class:.200}")
            })
        }
        let copyreg = state::import(t, "copyreg")?;
        let compat = state::import(t, "_compat_pickle")?;
        let error = |name, base: &Object| {
            let class = base.downcast().map_or(exceptions::Exception::class(), |class| class);
            errors::new_exception(t, "_pickle", name, class, None)
        };
        use taipan_object::Class;
        let pickle_error = error("PickleError", exceptions::Exception::class().as_object())?;
        Ok(Self {
            pickling_error: error("PicklingError", &pickle_error)?,
            unpickling_error: error("UnpicklingError", &pickle_error)?,
            pickle_error,
            dispatch_table: dict(t, &copyreg, "dispatch_table")?,
            extension_registry: dict(t, &copyreg, "_extension_registry")?,
            inverted_registry: dict(t, &copyreg, "_inverted_registry")?,
            extension_cache: dict(t, &copyreg, "_extension_cache")?,
            name_mapping: dict(t, &compat, "NAME_MAPPING")?,
            import_mapping: dict(t, &compat, "IMPORT_MAPPING")?,
            reverse_name_mapping: dict(t, &compat, "REVERSE_NAME_MAPPING")?,
            reverse_import_mapping: dict(t, &compat, "REVERSE_IMPORT_MAPPING")?,
            codecs_encode: state::import(t, "codecs")?.getattr(t, name!(t, "encode"))?,
            getattr: state::builtin(t, name!(t, "getattr"))?,
            partial: state::import(t, "functools")?.getattr(t, name!(t, "partial"))?,
            empty: taipan_object::Own::own(PyTuple::empty()),
        })
    }

    /// Those of this interpreter.
    pub fn of(t: &Thread) -> PyResult<&'static Self> {
        state::extension(t, Self::make)
    }
}

/// Raises an exception of a class that is known to be one.
#[cold]
fn raise(t: &Thread, class: &Object, message: fmt::Arguments<'_>) -> Raised {
    match class.downcast() {
        Some(class) => errors::raise_fmt(t, class, message),
        None => errors::bad_internal_call(t),
    }
}

/// Adds a note to the exception in flight.
#[cold]
fn note(t: &Thread, raised: Raised, text: fmt::Arguments<'_>) -> Raised {
    let exception = errors::take_raised(t, raised);
    let done = PyStr::from_fmt(t, text).and_then(|text| exception.call_method(t, name!(t, "add_note"), &[&text]));
    match done {
        Ok(_) => errors::restore_raised(t, exception),
        Err(other) => other,
    }
}

/// A module by name: from `sys.modules`, or imported.
fn module_named(t: &Thread, name: &PyStr) -> PyResult {
    if name.len() == 0 {
        return Err(err!(t, ValueError, "Empty module name"));
    }
    // No file has such a name, but a program may have put a module there.
    if let Err(raised) = name.to_utf8(t) {
        let modules = state::object_state(t).modules.borrow().clone();
        return match modules {
            Some(modules) => {
                errors::clear(t);
                let found = modules.get_item(t, name)?;
                found.ok_or_else(|| err!(t, ModuleNotFoundError, "No module named {}", name.repr_lossy(t)))
            }
            None => Err(raised),
        };
    }
    // Waits for another thread that is importing the module.
    state::import(t, name.to_utf8(t)?)
}

/// The parts of a name with dots.
fn dotted_path(t: &Thread, name: &PyStr) -> PyResult<Vec<Owned<PyStr>>> {
    if !name.has_char(u32::from(b'.')) {
        return Ok(vec![taipan_object::Own::own(name)]);
    }
    let parts = name.call_method(t, name!(t, "split"), &[name!(t, ".")])?;
    taipan_object::iter::to_vec(t, &parts)?
        .into_iter()
        .map(|part| part.into_type::<PyStr>().map_err(|_| errors::bad_internal_call(t)))
        .collect()
}

/// Follows attribute names.
fn follow(t: &Thread, from: &Object, path: &[Owned<PyStr>]) -> PyResult {
    let mut at = from.to_owned_object();
    for name in path {
        at = at.getattr(t, name)?;
    }
    Ok(at)
}

/// Optimized C implementation for the Python pickle module.
#[native_module(name = "_pickle")]
pub mod pickle {
    use super::*;
    use taipan_object::Class;

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 5. It was introduced in Python 3.8, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// The *file* argument must have a write() method that accepts a single
    /// bytes argument.  It can thus be a file object opened for binary
    /// writing, an io.BytesIO instance, or any other custom object that meets
    /// this interface.
    ///
    /// If *fix_imports* is True and protocol is less than 3, pickle will try
    /// to map the new Python 3 names to the old module names used in Python
    /// 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(
        sig = "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
        text = "($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)"
    )]
    fn dump(
        t: &Thread,
        obj: &Object,
        file: &Object,
        protocol: Option<&Object>,
        fix_imports: bool,
        buffer_callback: Option<&Object>,
    ) -> PyResult<()> {
        let core = save::Core::default();
        core.set_protocol(t, protocol, fix_imports)?;
        core.set_output(t, file)?;
        core.set_buffer_callback(t, buffer_callback)?;
        save::Run::new(t, &core, None)?.dump(obj)?;
        core.flush_to_file(t)
    }

    /// Return the pickled representation of the object as a bytes object.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 5. It was introduced in Python 3.8, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// If *fix_imports* is True and *protocol* is less than 3, pickle will
    /// try to map the new Python 3 names to the old module names used in
    /// Python 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(
        sig = "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
        text = "($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)"
    )]
    fn dumps(
        t: &Thread,
        obj: &Object,
        protocol: Option<&Object>,
        fix_imports: bool,
        buffer_callback: Option<&Object>,
    ) -> PyResult<Owned<taipan_object::PyBytes>> {
        let core = save::Core::default();
        core.set_protocol(t, protocol, fix_imports)?;
        core.set_buffer_callback(t, buffer_callback)?;
        save::Run::new(t, &core, None)?.dump(obj)?;
        core.result(t)
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// The argument *file* must have two methods, a read() method that takes
    /// an integer argument, and a readline() method that requires no
    /// arguments.  Both methods should return bytes.  Thus *file* can be a
    /// binary file object opened for reading, an io.BytesIO object, or any
    /// other custom object that meets this interface.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(
        sig = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        text = "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())"
    )]
    fn load(
        t: &Thread,
        file: &Object,
        fix_imports: bool,
        encoding: CStrArg<'_>,
        errors: CStrArg<'_>,
        buffers: Option<&Object>,
    ) -> PyResult {
        let core = load::Core::default();
        core.set_file(t, file)?;
        core.set_encoding(encoding.or("ASCII"), errors.or("strict"));
        core.set_buffers(t, buffers)?;
        core.fix_imports.set(fix_imports);
        load::load(t, &core, None)
    }

    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(
        sig = "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        text = "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())"
    )]
    fn loads(
        t: &Thread,
        data: &Object,
        fix_imports: bool,
        encoding: CStrArg<'_>,
        errors: CStrArg<'_>,
        buffers: Option<&Object>,
    ) -> PyResult {
        let core = load::Core::default();
        core.set_data(t, data)?;
        core.set_encoding(encoding.or("ASCII"), errors.or("strict"));
        core.set_buffers(t, buffers)?;
        core.fix_imports.set(fix_imports);
        load::load(t, &core, None)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        use taipan_object::typeobject::add_static as add;
        add::<Pickler>(t)?;
        add::<PicklerMemoProxy>(t)?;
        add::<Unpickler>(t)?;
        add::<UnpicklerMemoProxy>(t)?;
        let globals = Globals::of(t)?;
        module.set(t, "PickleError", &globals.pickle_error)?;
        module.set(t, "PicklingError", &globals.pickling_error)?;
        module.set(t, "UnpicklingError", &globals.unpickling_error)?;
        module.set(t, "Pickler", Pickler::class().as_object())?;
        module.set(t, "Unpickler", Unpickler::class().as_object())?;
        module.set(t, "PickleBuffer", taipan_types::PyPickleBuffer::class().as_object())
    }
}

/// The module's definition.
pub const fn module() -> &'static Builtin {
    &pickle::MODULE
}
