//! `_functools`: tools that operate on functions.

mod lru_cache;
mod partial;

pub use lru_cache::LruCache;
pub use partial::Partial;

use taipan_object::argparse::{self, Param, Signature};
use taipan_object::tramp::{CallEntry, Vectorcall};
use taipan_object::{
    Args, CompareOp, Head, Object, Own, Owned, PyInt, PyResult, PyType, Slot, Thread, class, err, errors, exceptions,
    iter, native_module, new_object, object, state,
};

/// `functools._PlaceholderType`.
#[object]
pub struct Placeholder {}

struct Singleton(Owned<Placeholder>);

/// The only instance.
fn placeholder(t: &Thread) -> PyResult<Owned<Placeholder>> {
    let made = state::extension(t, |t| Ok(Singleton(new_object(t, Placeholder { head: Head::new() })?)))?;
    Ok(made.0.clone())
}

/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[class(name = "functools._PlaceholderType", heap, flags(HAVE_GC))]
impl Placeholder {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let _ = cls;
        if !args.pos.is_empty() || args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "PlaceholderType takes no arguments"));
        }
        placeholder(t).map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> &'static str {
        "Placeholder"
    }

    #[method]
    fn __reduce__(&self, _t: &Thread) -> &'static str {
        "Placeholder"
    }
}

/// `functools.KeyWrapper`, what `cmp_to_key` gives.
#[object]
pub struct KeyWrapper {
    cmp: Slot,
    object: Slot,
    entry: CallEntry,
}

impl KeyWrapper {
    fn make(t: &Thread, cmp: &Object, object: Option<&Object>) -> PyResult<Owned<Self>> {
        new_object(
            t,
            Self {
                head: Head::new(),
                cmp: Slot::new(cmp.own()),
                object: Slot::from_option(object.map(Own::own)),
                entry: CallEntry::of::<Self>(),
            },
        )
    }
}

impl Vectorcall for KeyWrapper {
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult {
        const SIGNATURE: Signature = Signature {
            fname: "K",
            params: &[Param { name: "obj", required: true }],
            pos_only: 0,
            positional: 1,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 1];
        args.parse(t, &SIGNATURE, &mut slots)?;
        match (self.cmp.get(), slots[0]) {
            (Some(cmp), Some(object)) => Self::make(t, &cmp, Some(object)).map(Owned::into_object),
            _ => Err(argparse::missing(t)),
        }
    }
}

#[class(name = "functools.KeyWrapper", flags(HAVE_GC), vectorcall = entry, no_new,
    hash = taipan_object::hash::hash_not_implemented)]
impl KeyWrapper {
    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast_exact::<Self>() else {
            return Err(err!(t, TypeError, "other argument must be K instance"));
        };
        let (Some(cmp), Some(x), Some(y)) = (self.cmp.get(), self.object.get(), other.object.get()) else {
            return Err(err!(t, AttributeError, "object"));
        };
        let order = cmp.call(t, &[&x, &y])?;
        let zero = PyInt::from_i64(t, 0)?;
        order.compare(t, &zero, op)
    }

    /// Value wrapped by a key function.
    #[getter(member)]
    fn obj(&self, t: &Thread) -> PyResult {
        self.object.get().ok_or_else(|| err!(t, AttributeError, "obj"))
    }

    #[setter]
    fn set_obj(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.object.set(value.map(Own::own));
        Ok(())
    }

    #[getter]
    fn __text_signature__(&self, _t: &Thread) -> &'static str {
        "(obj)"
    }
}

/// Tools that operate on functions.
#[native_module(name = "_functools", classes(Placeholder, Partial, LruCache))]
pub mod functools {
    use super::*;

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is
    /// present, it is placed before the items of the iterable in the
    /// calculation, and serves as a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(t: &Thread, function: &Object, iterable: &Object, initial: Option<&Object>) -> PyResult {
        let iterator = match iter::get_iter(t, iterable) {
            Ok(iterator) => iterator,
            Err(raised) => {
                if errors::matches::<exceptions::TypeError>(t) {
                    errors::clear(t);
                    return Err(err!(t, TypeError, "reduce() arg 2 must support iteration"));
                }
                return Err(raised);
            }
        };
        let mut result = initial.map(Own::own);
        while let Some(item) = iter::next(t, &iterator)? {
            result = Some(match result {
                None => item,
                Some(so_far) => function.call(t, &[&so_far, &item])?,
            });
        }
        result.ok_or_else(|| err!(t, TypeError, "reduce() of empty iterable with no initial value"))
    }

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(t: &Thread, mycmp: &Object) -> PyResult<Owned<KeyWrapper>> {
        KeyWrapper::make(t, mycmp, None)
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<KeyWrapper>(t)?;
        module.set(t, "Placeholder", &*placeholder(t)?)
    }
}
