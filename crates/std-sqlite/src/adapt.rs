//! Adapters and converters: how programs extend the types that can be stored (PEP 246, in the parts that are used).

use crate::errors::error;
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};
use taipan_object::{
    Class, Head, Object, Own, Owned, PyBytes, PyDict, PyFloat, PyInt, PyResult, PyStr, PyTuple, PyType, Thread, class,
    errors, exceptions, name, object, singletons, state,
};
use taipan_types::bytearray::PyByteArray;

/// `sqlite3.PrepareProtocol`: what adapters are asked for.
#[object]
pub struct PrepareProtocol {}

/// PEP 246 style object adaption protocol type.
#[class(name = "sqlite3.PrepareProtocol", heap, inherited_new)]
impl PrepareProtocol {
    #[new(sig = "(*args, **kwargs)", text = "")]
    fn new(cls: &PyType, t: &Thread, args: &[&Object], kwargs: taipan_object::Kwargs) -> PyResult<Owned<Self>> {
        let _ = (args, kwargs);
        cls.instance(t, Self { head: Head::new() })
    }

    #[init(sig = "(*args, **kwargs)", text = "")]
    fn init(&self, _t: &Thread, args: &[&Object], kwargs: taipan_object::Kwargs) {
        let _ = (args, kwargs);
    }
}

/// The state of the module in an interpreter.
pub struct Registry {
    /// From (type, protocol) to adapter.
    pub adapters: Owned<PyDict>,
    /// From type name in capitals to converter.
    pub converters: Owned<PyDict>,
    /// `enable_callback_tracebacks`.
    pub tracebacks: Cell<bool>,
}

/// The interpreter's registry.
pub fn registry(t: &Thread) -> PyResult<&'static Registry> {
    state::extension(t, |t| {
        Ok(Registry { adapters: PyDict::new(t)?, converters: PyDict::new(t)?, tracebacks: Cell::new(false) })
    })
}

/// Whether an adapter is registered for a type that SQLite knows by itself, in any interpreter.
static BASE_TYPE_ADAPTED: AtomicBool = AtomicBool::new(false);

/// Whether a parameter is of a type that may have an adapter.
#[inline]
pub fn needs_adapting(value: &Object) -> bool {
    BASE_TYPE_ADAPTED.load(Ordering::Relaxed)
        || !(value.is_exact::<PyInt>()
            || value.is_exact::<PyFloat>()
            || value.is_exact::<PyStr>()
            || value.is_exact::<PyByteArray>())
}

fn key(t: &Thread, class: &Object, protocol: &Object) -> PyResult<Owned<PyTuple>> {
    PyTuple::from_slice(t, &[class, protocol])
}

/// `register_adapter`.
pub fn register_adapter(t: &Thread, class: &Object, adapter: &Object) -> PyResult<()> {
    let base: [&PyType; 4] = [PyInt::class(), PyFloat::class(), PyStr::class(), PyByteArray::class()];
    if base.iter().any(|base| base.as_object().is(class)) {
        BASE_TYPE_ADAPTED.store(true, Ordering::Relaxed);
    }
    let key = key(t, class, PrepareProtocol::class().as_object())?;
    registry(t)?.adapters.set_item(t, &key, adapter)
}

/// Calls an object's way to adapt; nothing if it does not know how (`None`, `TypeError`).
fn ask(t: &Thread, adapter: &Object, argument: &Object) -> PyResult<Option<Owned>> {
    let answer = errors::catch::<exceptions::TypeError, _>(t, adapter.call(t, &[argument]))?;
    Ok(answer.filter(|answer| !answer.is(singletons::none())))
}

/// Adapts an object to a protocol: by a registered adapter, by the protocol, by the object; nothing if nobody can.
pub fn adapt(t: &Thread, object: &Object, protocol: &Object) -> PyResult<Option<Owned>> {
    let key = key(t, object.class().as_object(), protocol)?;
    if let Some(adapter) = registry(t)?.adapters.get_item(t, &key)? {
        return adapter.call(t, &[object]).map(Some);
    }
    if let Some(adapter) = protocol.getattr_opt(t, name!(t, "__adapt__"))?
        && let Some(adapted) = ask(t, &adapter, object)?
    {
        return Ok(Some(adapted));
    }
    if let Some(adapter) = object.getattr_opt(t, name!(t, "__conform__"))?
        && let Some(adapted) = ask(t, &adapter, protocol)?
    {
        return Ok(Some(adapted));
    }
    Ok(None)
}

/// Adapts a parameter; what nobody can adapt stays as it is.
pub fn for_binding(t: &Thread, value: &Object) -> PyResult {
    let protocol = PrepareProtocol::class().as_object();
    // These have neither attributes of their own nor `__conform__`.
    if value.is(singletons::none()) || value.is_exact::<PyBytes>() {
        let adapters = &registry(t)?.adapters;
        if adapters.len() == 0 {
            return Ok(value.own());
        }
        let key = key(t, value.class().as_object(), protocol)?;
        return match adapters.get_item(t, &key)? {
            Some(adapter) => adapter.call(t, &[value]),
            None => Ok(value.own()),
        };
    }
    Ok(adapt(t, value, protocol)?.unwrap_or_else(|| value.own()))
}

/// `adapt(obj, proto, alt)`.
pub fn adapt_or(t: &Thread, object: &Object, protocol: Option<&Object>, alternative: Option<&Object>) -> PyResult {
    let protocol = protocol.unwrap_or_else(|| PrepareProtocol::class().as_object());
    match (adapt(t, object, protocol)?, alternative) {
        (Some(adapted), _) => Ok(adapted),
        (None, Some(alternative)) => Ok(alternative.own()),
        (None, None) => Err(error!(t, ProgrammingError, "can't adapt")),
    }
}

/// A type name as converters are registered by it.
fn converter_key(t: &Thread, name: &PyStr) -> PyResult {
    name.as_object().call_method(t, name!(t, "upper"), &[])
}

/// `register_converter`.
pub fn register_converter(t: &Thread, name: &PyStr, converter: &Object) -> PyResult<()> {
    let key = converter_key(t, name)?;
    registry(t)?.converters.set_item(t, &key, converter)
}

/// The converter of a type name.
pub fn converter(t: &Thread, name: &[u8]) -> PyResult<Option<Owned>> {
    let name = crate::sqlite::functions::decode(t, name)?;
    let key = converter_key(t, &name)?;
    registry(t)?.converters.get_item(t, &key)
}
