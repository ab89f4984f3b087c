//! `_weakref`: weak references and proxies.

use taipan_object::argparse::{Args, check_positional};
use taipan_object::{
    Class, Object, Owned, PyDict, PyList, PyModule, PyResult, PyWeakRef, Thread, err, hash, native_module,
    weakref as references,
};
use taipan_types::weakproxy::{self, PyCallableProxy, PyWeakProxy};

/// The referent of a reference or proxy, as long as it lives.
fn referent(object: &Object) -> Option<Owned> {
    if weakproxy::is_proxy(object) { weakproxy::target(object) } else { references::target(object) }
}

/// Weak-reference support module.
#[native_module(name = "_weakref")]
pub mod weakref {
    use super::*;

    /// Return the number of weak references to 'object'.
    #[function]
    fn getweakrefcount(_t: &Thread, object: &Object) -> usize {
        references::references_of(object).len()
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function]
    fn getweakrefs(t: &Thread, object: &Object) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, references::references_of(object))
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function]
    fn _remove_dead_weakref(t: &Thread, dct: &PyDict, key: &Object) -> PyResult<()> {
        let hash = hash::hash(t, key)?;
        if let Some(found) = dct.get_item_known_hash(t, key, hash)? {
            if !found.is_instance_of::<PyWeakRef>() {
                return Err(err!(t, TypeError, "not a weakref"));
            }
            if referent(&found).is_none() {
                dct.pop_known_hash(t, key, hash)?;
            }
        }
        Ok(())
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function(text = "(object, callback=None, /)")]
    fn proxy(t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "proxy")?;
        check_positional(t, "proxy", args.pos.len(), 1, 2)?;
        weakproxy::proxy(t, args.pos[0], args.pos.get(1).copied())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let reference = PyWeakRef::class().as_object();
        module.set(t, "ref", reference)?;
        module.set(t, "ReferenceType", reference)?;
        module.set(t, "ProxyType", PyWeakProxy::class().as_object())?;
        module.set(t, "CallableProxyType", PyCallableProxy::class().as_object())
    }
}
